//! Numbers and units as text, for people.

use crate::experiment::kpi::{Measure, Unit};
use crate::experiment::outcome::Estimate;
use crate::texts::Words;

/// Writes minutes as people say them: `45 s`, `12.5 min`, `3 h 10 min`, `4 d 6 h`.
///
/// Below a second tenths of it, below a minute whole seconds, below an hour minutes with one digit where that says something, below two days hours and minutes,
/// beyond that days and hours, beyond sixty days days.
pub fn duration(minutes: f64) -> String {
    if !minutes.is_finite() {
        return "unknown".to_owned();
    }
    let sign = if minutes < 0.0 { "−" } else { "" };
    let m = minutes.abs();
    if m == 0.0 {
        return "0 min".to_owned();
    }
    let seconds = m * 60.0;
    if seconds < 59.5 {
        let decimals = if seconds < 0.95 { 1 } else { 0 };
        return if seconds < 0.05 { format!("{sign}<0.1 s") } else { format!("{sign}{seconds:.decimals$} s") };
    }
    if m < 59.95 {
        return format!("{sign}{} min", trimmed(m, 1));
    }
    if m < 48.0 * 60.0 - 0.5 {
        let whole = m.round() as u64;
        return match whole % 60 {
            0 => format!("{sign}{} h", whole / 60),
            rest => format!("{sign}{} h {rest:02} min", whole / 60),
        };
    }
    let hours = (m / 60.0).round() as u64;
    if hours < 60 * 24 {
        return match hours % 24 {
            0 => format!("{sign}{} d", hours / 24),
            rest => format!("{sign}{} d {rest} h", hours / 24),
        };
    }
    format!("{sign}{} d", grouped((m / 1440.0).round(), 0))
}

/// Writes a number with so many decimals at most, without trailing zeros.
pub fn trimmed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// Writes a number with thousands set apart by narrow spaces, and so many decimals.
pub fn grouped(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "unknown".to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    let is_zero = text.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    if fraction.is_empty() { format!("{sign}{out}") } else { format!("{sign}{out}.{fraction}") }
}

/// Writes a share as a percentage: `56.3 %`; what is there but rounds to nothing is `<0.01 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    // What is missing to all of it, or there of nearly nothing, needs the second digit.
    let fine = (percent.abs() < 10.0 && percent != 0.0) || (99.0..100.0).contains(&percent);
    let decimals = if fine { 2 } else { 1 };
    let text = trimmed(percent, decimals).replace('-', "−");
    format!("{} %", or_less(text, percent, "0.01"))
}

/// Returns a number's text, or below what its smallest step lies where it is not 0 but rounds to it.
fn or_less(text: String, value: f64, step: &str) -> String {
    match (text == "0" || text == "−0", value) {
        (true, value) if value > 0.0 => format!("<{step}"),
        (true, value) if value < 0.0 => format!("−<{step}"),
        (true, _) => "0".to_owned(),
        _ => text,
    }
}

/// Writes a count: few digits where it is large, more where it is small; what is there but rounds to nothing is `<0.001`.
pub fn count(value: f64) -> String {
    let decimals = match value.abs() {
        x if x >= 1000.0 || x == 0.0 => 0,
        x if x >= 100.0 => 1,
        x if x >= 1.0 => 2,
        _ => 3,
    };
    if decimals == 0 { grouped(value, 0) } else { or_less(trimmed(value, decimals).replace('-', "−"), value, "0.001") }
}

/// Writes money with its currency.
pub fn money(value: f64, currency: &str) -> String {
    let decimals = if value.abs() < 100.0 && value != 0.0 { 2 } else { 0 };
    format!("{} {currency}", grouped(value, decimals))
}

/// Writes half an interval beside the mean that it belongs to: no finer than the mean is written, unless it is finer than that.
pub fn margin(unit: Unit, half: f64, mean: f64, currency: &str) -> String {
    match unit {
        Unit::Minutes if (10.0..59.95).contains(&half) => duration(half.round()),
        Unit::Money if mean.abs() >= 100.0 && half >= 1.0 => format!("{} {currency}", grouped(half, 0)),
        Unit::Count if mean.abs() >= 1000.0 && half >= 1.0 => grouped(half, 0),
        Unit::Minutes => duration(half),
        Unit::Money => money(half, currency),
        Unit::Count => count(half),
        Unit::Share => percent(half),
    }
}

/// Writes a measure's value with its unit.
pub fn value(measure: &Measure, value: f64, currency: &str) -> String {
    match measure.unit {
        Unit::Minutes => duration(value),
        Unit::Count => count(value),
        Unit::Share => percent(value),
        Unit::Money => money(value, currency),
    }
}

/// Writes a difference of a measure: with a sign, shares in percentage points. One that is there but below the smallest step is
/// `≈ 0 s`: a sign before less than a step reads as a riddle, and the verdict beside it says which way it goes.
pub fn difference(measure: &Measure, difference: f64, currency: &str) -> String {
    let text = match measure.unit {
        Unit::Share => {
            let points = trimmed(difference * 100.0, 2).replace('-', "−");
            format!("{} pp", or_less(points, difference, "0.01"))
        }
        _ => value(measure, difference, currency),
    };
    match text.trim_start_matches('−').strip_prefix('<') {
        Some(step) => format!("≈ 0{}", step.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')),
        None if difference > 0.0 && !text.starts_with("0 ") && text != "0" => format!("+{text}"),
        None => text,
    }
}

/// Writes two values of a measure that differ so that they also read differently, as far as days, hours and minutes tell them apart:
/// `137 d 2 h` and `137 d 4 h`, not `137 d` twice.
pub fn pair(measure: &Measure, [before, after]: [f64; 2], currency: &str) -> [String; 2] {
    let written = [before, after].map(|x| value(measure, x, currency));
    if measure.unit != Unit::Minutes || before == after || written[0] != written[1] {
        return written;
    }
    let finer = [days_and_hours as fn(f64) -> String, days_to_minutes].map(|write| [before, after].map(write));
    finer.into_iter().find(|[before, after]| before != after).unwrap_or(written)
}

/// Writes minutes as days and hours.
fn days_and_hours(minutes: f64) -> String {
    let hours = (minutes / 60.0).round().max(0.0);
    format!("{} d {} h", grouped((hours / 24.0).floor(), 0), hours % 24.0)
}

/// Writes minutes as days, hours and minutes; without the days below one.
fn days_to_minutes(minutes: f64) -> String {
    let whole = minutes.round().max(0.0);
    let (days, hours, rest) = ((whole / 1440.0).floor(), (whole % 1440.0 / 60.0).floor(), whole % 60.0);
    let days = if days > 0.0 { format!("{} d ", grouped(days, 0)) } else { String::new() };
    format!("{days}{hours} h {rest:02} min")
}

/// Writes an interval's ends by a writer of values: `3 h 02 min to 3 h 18 min`; empty without an interval, `exactly` where it has no
/// width. Ends that are written alike say nothing of how far they are apart: `1 h 18 min ± 12 s` does.
pub fn range(estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => {
            if low == high {
                return "exactly".to_owned();
            }
            let half = write((high - low).abs() / 2.0);
            let (low, high) = (write(low), write(high));
            match low == high {
                // Both ends are next to nothing, and so is what lies between them.
                true if low.starts_with('≈') => low,
                true if half.starts_with(['≈', '<']) => format!("≈ {low}"),
                true => format!("{low} ± {}", half.trim_start_matches('+')),
                false => format!("{low} to {high}"),
            }
        }
        _ => String::new(),
    }
}

/// Writes a confidence: `95 %`.
pub fn confidence(confidence: f64) -> String {
    format!("{} %", trimmed(confidence * 100.0, 2))
}

/// Writes a noun with its number: `1 case`, `2 cases`.
pub fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n as f64, 0), if n == 1 { "" } else { "s" })
}

/// Returns what a reader has to know before the numbers: how many figures behind them are assumptions; empty where none is. `listed` says
/// where these are listed.
pub fn assumptions(words: Words, assumed: usize, figures: usize, listed: &str) -> Vec<String> {
    let arguments = [("assumed", assumed.to_string().into()), ("figures", figures.to_string().into()), ("listed", listed.into())];
    if assumed == 0 { Vec::new() } else { vec![words.with("report-assumptions", &arguments)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        let said: Vec<String> =
            [0.0, -0.005, 0.5, 12.5, 59.96, 145.0, -141.0, 180.0, 99.0 * 60.0, 31.0 * 1440.0].map(duration).to_vec();
        assert_eq!(said, ["0 min", "−0.3 s", "30 s", "12.5 min", "1 h", "2 h 25 min", "−2 h 21 min", "3 h", "4 d 3 h", "31 d"]);
    }

    #[test]
    fn shares_and_counts_have_no_false_digits() {
        assert_eq!(percent(0.5632), "56.3 %");
        assert_eq!(percent(0.0051), "0.51 %");
        assert_eq!(percent(-0.00001), "−<0.01 %");
        assert_eq!(count(1234567.0), "1\u{202f}234\u{202f}567");
        assert_eq!(count(2.0), "2");
        assert_eq!(grouped(-0.2, 0), "0");
    }

    #[test]
    fn ends_that_are_written_alike_still_say_how_far_they_are_apart() {
        let of = |low, high| Estimate { mean: (low + high) / 2.0, low: Some(low), high: Some(high) };
        assert_eq!(range(&of(77.9, 78.2), duration), "1 h 18 min ± 9 s");
        assert_eq!(range(&of(60.0, 65.0), duration), "1 h to 1 h 05 min");
        assert_eq!(range(&of(1.0, 1.0), duration), "exactly");
        let staff = crate::experiment::kpi::measure("staff_time").unwrap();
        assert_eq!(range(&of(78.0, 78.3), |x| difference(staff, x, "")), "+1 h 18 min ± 9 s");
    }

    #[test]
    fn what_is_there_is_never_written_as_nothing() {
        assert_eq!([0.0, 0.0004, -0.0004, 0.004].map(count), ["0", "<0.001", "−<0.001", "0.004"]);
        assert_eq!([0.0, 1e-6, -1e-6, 1e-4].map(percent), ["0 %", "<0.01 %", "−<0.01 %", "0.01 %"]);
        let visits = crate::experiment::kpi::measure("visits").unwrap();
        let share = crate::experiment::kpi::measure("zero_visit_share").unwrap();
        assert_eq!([1e-5, -1e-5, 0.0].map(|x| difference(visits, x, "")), ["≈ 0", "≈ 0", "0"]);
        assert_eq!([1e-6, -1e-6, 0.0].map(|x| difference(share, x, "")), ["≈ 0 pp", "≈ 0 pp", "0 pp"]);
        let staff = crate::experiment::kpi::measure("staff_time").unwrap();
        assert_eq!([1e-4, -1e-4, 0.5].map(|x| difference(staff, x, "")), ["≈ 0 s", "≈ 0 s", "+30 s"]);
        let tiny = Estimate { mean: 0.0, low: Some(-1e-4), high: Some(1e-4) };
        assert_eq!(range(&tiny, |x| difference(staff, x, "")), "≈ 0 s");
        let narrow = Estimate { mean: 0.008, low: Some(0.0079), high: Some(0.0081) };
        assert_eq!(range(&narrow, |x| difference(visits, x, "")), "≈ +0.008");
    }

    #[test]
    fn values_that_differ_read_differently() {
        let time = crate::experiment::kpi::measure("elapsed_time").unwrap();
        let day = 1440.0;
        assert_eq!(pair(time, [137.0 * day + 118.0, 137.0 * day + 240.0], ""), ["137 d 2 h", "137 d 4 h"]);
        assert_eq!(pair(time, [9.0 * day + 5.0, 9.0 * day + 15.0], ""), ["9 d 0 h 05 min", "9 d 0 h 15 min"]);
        assert_eq!(pair(time, [145.0, 4.0], ""), ["2 h 25 min", "4 min"]);
        assert_eq!(pair(time, [137.0 * day, 137.0 * day], ""), ["137 d", "137 d"]);
    }
}
