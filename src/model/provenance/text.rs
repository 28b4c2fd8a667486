//! Values in words, rounded as people would.

use super::walk::Rule;
use crate::base::distribution::Distribution;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND};
use crate::model::calendar::{WEEKDAY_NAMES, WeeklyHours};
use crate::model::figure::Figure;
use crate::model::service::TermLength;

/// Writes a number with at most four significant digits after the leading ones, thousands apart: `12 400`, `0.0125`.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() { "not a number".to_owned() } else { "infinite".to_owned() };
    }
    let magnitude = value.abs();
    if magnitude >= 1e15 {
        return format!("{value:e}");
    }
    let digits = if magnitude >= 1000.0 {
        0
    } else if magnitude >= 100.0 {
        1
    } else if magnitude >= 1.0 {
        2
    } else if magnitude >= 0.01 || magnitude == 0.0 {
        4
    } else {
        8
    };
    let rounded = format!("{value:.digits$}");
    let plain = if rounded.contains('.') { rounded.trim_end_matches('0').trim_end_matches('.') } else { &rounded };
    let (whole, fraction) = plain.split_once('.').map_or((plain, None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |rest| ("-", rest));
    let mut grouped = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// Writes a share as per cent: `34 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", number((share * 1e6).round() / 1e4))
}

/// Writes a length of time given in milliseconds in the largest unit that leaves at least one: `2.5 h`.
pub(crate) fn duration(ms: f64) -> String {
    let units = [(MS_PER_DAY, "d"), (MS_PER_HOUR, "h"), (MS_PER_MINUTE, "min"), (MS_PER_SECOND, "s")];
    match units.iter().find(|(factor, _)| ms.abs() >= *factor as f64) {
        Some((factor, unit)) => format!("{} {unit}", number(ms / *factor as f64)),
        None if ms == 0.0 => "0 min".to_owned(),
        None => format!("{} ms", number(ms)),
    }
}

/// Writes a distribution of a duration in words.
pub(crate) fn distribution(of: &Distribution) -> String {
    use Distribution as D;
    let d = |ms: &f64| duration(*ms);
    match of {
        D::Fixed(value) => d(value),
        D::Uniform { min, max } => format!("even from {} to {}", d(min), d(max)),
        D::Triangular { min, likely, max } => format!("triangular from {} to {}, most likely {}", d(min), d(max), d(likely)),
        D::Pert { min, likely, max } => format!("PERT from {} to {}, most likely {}", d(min), d(max), d(likely)),
        D::Exponential { mean } => format!("exponential, {} on average", d(mean)),
        D::Erlang { k, mean } => format!("Erlang of {k} phases, {} on average", d(mean)),
        D::Gamma { mean, sd } => format!("gamma, {} on average, standard deviation {}", d(mean), d(sd)),
        D::Lognormal { mean, sd } => format!("lognormal, {} on average, standard deviation {}", d(mean), d(sd)),
        D::Normal { mean, sd } => format!("normal around {}, standard deviation {}, never below 0", d(mean), d(sd)),
        D::Weibull { shape, scale } => format!("Weibull of shape {}, scale {}", number(*shape), d(scale)),
        D::Beta { alpha, beta, min, max } => {
            format!("beta({}, {}) from {} to {}", number(*alpha), number(*beta), d(min), d(max))
        }
        D::Empirical(values) => format!("one of {} observed values", values.len()),
        D::Histogram(bins) => format!("a histogram of {} bins", bins.len()),
        D::Truncated { of, min, max } if max.is_infinite() => format!("{}, at least {}", distribution(of), d(min)),
        D::Truncated { of, min, max } => format!("{}, between {} and {}", distribution(of), d(min), d(max)),
    }
}

/// Writes a number as its rule asks: shares as per cent, money with its currency.
pub(crate) fn ruled(value: f64, rule: Rule, currency: &str) -> String {
    match rule {
        Rule::Share | Rule::Growth => percent(value),
        Rule::Money => format!("{} {currency}", number(value)),
        Rule::Amount | Rule::Whole | Rule::AtLeastOne => number(value),
    }
}

/// Writes a figure's value and its exceptions: `15 min (rural: 30 min)`.
pub(crate) fn with_exceptions<T>(figure: &Figure<T>, write: impl Fn(&T) -> String) -> String {
    let exceptions: Vec<String> = figure.by_segment.iter().map(|(key, value)| format!("{key}: {}", write(value))).collect();
    let value = write(&figure.value);
    if exceptions.is_empty() { value } else { format!("{value} ({})", exceptions.join(", ")) }
}

/// Writes hours of the week: `Mon-Fri 09:00-18:00`.
pub(crate) fn weekly(hours: &WeeklyHours) -> String {
    let mut days: Vec<String> = Vec::new();
    let mut day = 0u8;
    while day < 7 {
        if hours.days.contains(day) {
            let first = day;
            while day < 6 && hours.days.contains(day + 1) {
                day += 1;
            }
            let name = |day: u8| WEEKDAY_NAMES[usize::from(day % 7)];
            days.push(if first == day { name(day).to_owned() } else { format!("{}-{}", name(first), name(day)) });
        }
        day += 1;
    }
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{} {}-{}", days.join(","), clock(hours.from_minute), clock(hours.to_minute))
}

/// Writes a statutory length of time.
pub(crate) fn term(length: &TermLength) -> String {
    match length {
        TermLength::WorkingDays(1) => "1 working day".to_owned(),
        TermLength::WorkingDays(days) => format!("{days} working days"),
        TermLength::Calendar(length) => duration(length.ms() as f64),
    }
}
