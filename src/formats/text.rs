//! Single values as people write them: durations, terms, hours of the week, dates.
//!
//! Study files and the command line share these forms. Every parser says what it found and what is
//! allowed; every printer gives a text that its parser turns back into the same value.

use std::fmt::Write as _;

use jiff::civil::{Date, DateTime, Time};

use crate::base::diagnostic::nearest_name;
use crate::base::time::{LONGEST_DURATION, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, MS_PER_WEEK, SimDuration};
use crate::model::calendar::{DateRange, WEEKDAY_NAMES, Weekdays, WeeklyHours, WeeklyInstant};
use crate::model::service::TermLength;

/// Why a text is not the value that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} {hint}")]
pub struct TextFault {
    /// What was found, in a full sentence.
    pub message: String,
    /// What is allowed, in a full sentence.
    pub hint: String,
}

fn fault(message: impl Into<String>, hint: impl Into<String>) -> TextFault {
    TextFault { message: message.into(), hint: hint.into() }
}

const UNITS: [(&str, i64); 6] =
    [("ms", 1), ("s", MS_PER_SECOND), ("min", MS_PER_MINUTE), ("h", MS_PER_HOUR), ("d", MS_PER_DAY), ("w", MS_PER_WEEK)];

const DURATION_HINT: &str =
    "A duration is a number with a unit: ms, s, min, h, d (calendar days) or w (weeks), as \"15min\" or \"1h 30min\".";

/// Returns a text for a message: in quotes, shortened where it is long.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    format!("\"{short}\"")
}

/// Reads a duration such as `15min`, `1h 30min` or `2.5d`, rounded to whole milliseconds.
///
/// # Errors
/// A [`TextFault`] where a number or unit is missing or unknown, where the length is negative or beyond
/// [`LONGEST_DURATION`].
pub fn parse_duration(text: &str) -> Result<SimDuration, TextFault> {
    parse_duration_ms(text).map(SimDuration::from_ms_f64)
}

/// Reads a duration as [`parse_duration`] does, as milliseconds that may carry a fraction.
///
/// # Errors
/// As [`parse_duration`].
pub fn parse_duration_ms(text: &str) -> Result<f64, TextFault> {
    let said = quoted(text);
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(fault("A duration is missing between the quotes.", DURATION_HINT));
    }
    let mut total = 0.0;
    let mut used: [bool; UNITS.len()] = [false; UNITS.len()];
    while !rest.is_empty() {
        if rest.starts_with(['-', '−', '–']) {
            return Err(fault(format!("The duration {said} is negative."), "A duration is zero or longer."));
        }
        let digits = number_length(rest);
        if digits == 0 {
            return Err(fault(format!("{said} is not a duration."), DURATION_HINT));
        }
        let Ok(number) = rest[..digits].parse::<f64>() else {
            return Err(fault(format!("The number in the duration {said} cannot be read."), DURATION_HINT));
        };
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let unit = &rest[..letters];
        rest = rest[letters..].trim_start();
        let Some(at) = UNITS.iter().position(|(name, _)| *name == unit) else {
            return Err(unknown_unit(&said, unit, number, rest));
        };
        if std::mem::replace(&mut used[at], true) {
            return Err(fault(format!("The duration {said} names the unit \"{unit}\" twice."), DURATION_HINT));
        }
        total += number * UNITS[at].1 as f64;
    }
    if total > LONGEST_DURATION.ms() as f64 {
        return Err(fault(format!("The duration {said} is too long."), "The longest duration allowed is 200 years (73000d)."));
    }
    Ok(total)
}

/// Returns how many bytes at the beginning of a text make up a decimal number without a sign.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits_from = |at: usize| at + bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut end = digits_from(0);
    if bytes.get(end) == Some(&b'.') {
        let after = digits_from(end + 1);
        if after > end + 1 {
            end = after;
        }
    }
    if end > 0 && matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let after = digits_from((end + 1 + sign).min(bytes.len()));
        if after > end + 1 + sign {
            end = after;
        }
    }
    end
}

fn unknown_unit(said: &str, unit: &str, number: f64, rest: &str) -> TextFault {
    if unit.is_empty() && rest.starts_with(',') {
        return fault(format!("The duration {said} has a comma in its number."), "Write a decimal point, as \"2.5min\".");
    }
    if unit.is_empty() && rest.is_empty() {
        return fault(format!("The duration {said} has no unit."), DURATION_HINT);
    }
    let folded = unit.to_lowercase();
    let meant = match folded.as_str() {
        "m" | "mins" | "minute" | "minutes" | "мин" => Some("min"),
        "sec" | "secs" | "second" | "seconds" | "с" | "сек" => Some("s"),
        "hr" | "hrs" | "hour" | "hours" | "ч" | "час" => Some("h"),
        "day" | "days" | "д" | "дн" => Some("d"),
        "week" | "weeks" | "wk" | "н" => Some("w"),
        "wd" => {
            return fault(
                format!("The duration {said} counts working days, which have no fixed length."),
                "Working days are allowed in statutory terms only; write calendar days (\"2d\") or a wait until a working day.",
            );
        }
        "mo" | "month" | "months" => {
            return fault(format!("The duration {said} counts months, which have no fixed length."), "Write days, as \"30d\".");
        }
        "y" | "yr" | "year" | "years" | "a" => {
            return fault(format!("The duration {said} counts years, which have no fixed length."), "Write days, as \"365d\".");
        }
        _ => None,
    };
    let message = if unit.is_empty() {
        format!("{said} is not a duration: a unit must follow the number.")
    } else {
        format!("The duration {said} has the unknown unit \"{}\".", unit.chars().take(20).collect::<String>())
    };
    match meant {
        Some(meant) => fault(message, format!("Did you mean \"{number}{meant}\"? {DURATION_HINT}")),
        None => fault(message, DURATION_HINT),
    }
}

/// Writes a duration so that [`parse_duration`] reads the same length: `15min`, `1h 30min`, `52w`.
pub fn print_duration(length: SimDuration) -> String {
    print_duration_ms(length.ms() as f64)
}

/// Writes milliseconds so that [`parse_duration_ms`] reads the same number.
pub fn print_duration_ms(ms: f64) -> String {
    /// Up to this count a single unit reads well: `90min`, but `2d 5min` instead of `2885min`.
    const READS_WELL: i64 = 120;
    const WHOLE: f64 = 9e15;
    if ms.fract() != 0.0 || !(0.0..WHOLE).contains(&ms) {
        return format!("{ms:?}ms");
    }
    let ms = ms as i64;
    if ms == 0 {
        return "0min".to_owned();
    }
    if ms % MS_PER_WEEK == 0 && ms >= 4 * MS_PER_WEEK {
        return format!("{}w", ms / MS_PER_WEEK);
    }
    let single = UNITS[..5].iter().rev().find(|(_, factor)| ms % factor == 0);
    if let Some((unit, factor)) = single
        && (ms / factor <= READS_WELL || *factor == MS_PER_DAY || *factor == 1 && ms < MS_PER_SECOND)
    {
        return format!("{}{unit}", ms / factor);
    }
    let mut rest = ms;
    let mut text = String::new();
    for (unit, factor) in UNITS[..5].iter().rev() {
        if rest >= *factor {
            let gap = if text.is_empty() { "" } else { " " };
            // Writing into a String cannot fail.
            let _ = write!(text, "{gap}{}{unit}", rest / factor);
            rest %= factor;
        }
    }
    text
}

/// Reads a statutory length of time: `7wd` (working days) or a duration such as `15d`.
///
/// # Errors
/// A [`TextFault`] where it is neither.
pub fn parse_term(text: &str) -> Result<TermLength, TextFault> {
    let trimmed = text.trim();
    if let Some(days) = trimmed.strip_suffix("wd") {
        let hint = "Working days are a whole number with wd, as \"7wd\".";
        return match days.trim().parse::<u32>() {
            Ok(days) if days <= 73_000 => Ok(TermLength::WorkingDays(days)),
            Ok(_) => Err(fault(format!("The term {} is too long.", quoted(text)), "At most 73000wd are allowed.")),
            Err(_) => Err(fault(format!("{} is not a number of working days.", quoted(text)), hint)),
        };
    }
    parse_duration(trimmed).map(TermLength::Calendar).map_err(|mut fault| {
        if !fault.hint.contains("Did you mean") {
            fault.hint = "A term is written in working days, as \"7wd\", or by the wall clock, as \"15d\" or \"3h\".".to_owned();
        }
        fault
    })
}

/// Writes a statutory length of time so that [`parse_term`] reads the same.
pub fn print_term(length: TermLength) -> String {
    match length {
        TermLength::WorkingDays(days) => format!("{days}wd"),
        TermLength::Calendar(length) => print_duration(length),
    }
}

const DAYS_HINT: &str = "Days are written Mon, Tue, Wed, Thu, Fri, Sat, Sun; several as Mon-Fri or Mon,Wed.";

/// Reads the name of a weekday; Monday is 0.
///
/// # Errors
/// A [`TextFault`] where it is not one of the seven three-letter English names.
pub fn parse_weekday(text: &str) -> Result<u8, TextFault> {
    const LONG: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let name = text.trim();
    if let Some(day) = WEEKDAY_NAMES.iter().position(|known| *known == name) {
        return Ok(day as u8);
    }
    let long = (name.len() <= 12).then(|| nearest_name(name, LONG)).flatten();
    let meant = match long.and_then(|near| LONG.iter().position(|day| *day == near)) {
        Some(day) => Some(WEEKDAY_NAMES[day]),
        None if name.len() <= 12 => nearest_name(name, WEEKDAY_NAMES),
        None => None,
    };
    let message = format!("{} is not a day of the week.", quoted(name));
    Err(match meant {
        Some(meant) => fault(message, format!("Did you mean \"{meant}\"? {DAYS_HINT}")),
        None => fault(message, DAYS_HINT),
    })
}

fn parse_weekdays(text: &str) -> Result<Weekdays, TextFault> {
    let mut set = 0;
    for part in text.split(',') {
        let days = match part.split_once(['-', '–']) {
            Some((from, to)) => Weekdays::range(parse_weekday(from)?, parse_weekday(to)?),
            None => Weekdays(1 << parse_weekday(part)?),
        };
        set |= days.0;
    }
    Ok(Weekdays(set))
}

fn print_weekdays(days: Weekdays) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut day = 0;
    while day < 7 {
        if !days.contains(day) {
            day += 1;
            continue;
        }
        let first = day;
        while day < 6 && days.contains(day + 1) {
            day += 1;
        }
        let name = |day: u8| WEEKDAY_NAMES[usize::from(day)];
        match day - first {
            0 => parts.push(name(first).to_owned()),
            1 => parts.extend([name(first).to_owned(), name(day).to_owned()]),
            _ => parts.push(format!("{}-{}", name(first), name(day))),
        }
        day += 1;
    }
    parts.join(",")
}

/// Reads a time of day `09:00` as minutes after midnight; `24:00` is the end of the day.
fn parse_minute(text: &str, latest: u16) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str, most: usize| {
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= latest && text.len() - text.find(':')? == 3).then_some(total)
}

fn print_minute(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Splits `Mon-Fri 09:00` into days and time at the first space.
fn split_days(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    // `Mon, Wed 08:00` has spaces among its days: the time begins with the first digit.
    let digit = text.find(|c: char| c.is_ascii_digit())?;
    (digit > 0 && text[..digit].ends_with(char::is_whitespace)).then(|| (text[..digit].trim(), text[digit..].trim()))
}

/// Reads hours of the week: `Mon-Fri 09:00-18:00`, `Sat 22:00-06:00` (over midnight), `Mon,Wed 08:00-12:00`.
///
/// # Errors
/// A [`TextFault`] that names the part at fault.
pub fn parse_weekly_hours(text: &str) -> Result<WeeklyHours, TextFault> {
    let hint = "Hours are written as days and times, as \"Mon-Fri 09:00-18:00\" or \"Sat 22:00-06:00\".";
    let Some((days, times)) = split_days(text) else {
        return Err(fault(format!("{} does not give days and hours.", quoted(text)), hint));
    };
    let days = parse_weekdays(days)?;
    let Some((from, to)) = times.split_once(['-', '–']) else {
        return Err(fault(format!("{} has no end time.", quoted(text)), hint));
    };
    let time = |text: &str, latest| {
        parse_minute(text.trim(), latest).ok_or_else(|| {
            fault(
                format!("{} is not a time of day.", quoted(text.trim())),
                "Times of day run from 00:00 to 24:00 and are written with hours and minutes, as \"09:00\".",
            )
        })
    };
    let (from_minute, to_minute) = (time(from, 1439)?, time(to, 1440)?);
    // An end at 00:00 is the midnight at which the day ends.
    Ok(WeeklyHours { days, from_minute, to_minute: if to_minute == 0 { 1440 } else { to_minute } })
}

/// Writes hours of the week so that [`parse_weekly_hours`] reads the same.
pub fn print_weekly_hours(hours: WeeklyHours) -> String {
    format!("{} {}-{}", print_weekdays(hours.days), print_minute(hours.from_minute), print_minute(hours.to_minute))
}

/// Reads an instant of the week: `Tue 12:00`.
///
/// # Errors
/// A [`TextFault`] that names the part at fault.
pub fn parse_weekly_instant(text: &str) -> Result<WeeklyInstant, TextFault> {
    let hint = "An instant of the week is days and a time, as \"Tue 12:00\".";
    let Some((days, time)) = split_days(text) else {
        return Err(fault(format!("{} does not give a day and a time.", quoted(text)), hint));
    };
    let days = parse_weekdays(days)?;
    match parse_minute(time, 1439) {
        Some(minute) => Ok(WeeklyInstant { days, minute }),
        None => Err(fault(format!("{} is not a time of day.", quoted(time)), hint)),
    }
}

/// Writes an instant of the week so that [`parse_weekly_instant`] reads the same.
pub fn print_weekly_instant(instant: WeeklyInstant) -> String {
    format!("{} {}", print_weekdays(instant.days), print_minute(instant.minute))
}

const DATE_HINT: &str = "A date is written year-month-day, as \"2026-03-21\".";

/// Reads a date: `2026-03-21`.
///
/// # Errors
/// A [`TextFault`] where the form is another or the day does not exist.
pub fn parse_date(text: &str) -> Result<Date, TextFault> {
    let text = text.trim();
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok()).flatten()
    };
    let read = match parts.as_slice() {
        [year, month, day] => number(year, 4).zip(number(month, 2)).zip(number(day, 2)),
        _ => None,
    };
    let Some(((year, month), day)) = read else {
        return Err(fault(format!("{} is not a date.", quoted(text)), DATE_HINT));
    };
    // Two digits fit an i8.
    Date::new(year, month as i8, day as i8).map_err(|_| {
        let why = match Date::new(year, month as i8, 1) {
            Ok(first) => format!("Month {month} of {year} has {} days.", first.days_in_month()),
            Err(_) => "Months run from 01 to 12.".to_owned(),
        };
        fault(format!("There is no date {}.", quoted(text)), why)
    })
}

/// Writes a date so that [`parse_date`] reads the same.
pub fn print_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// Reads dates: `2026-03-21` or `2026-03-21..2026-03-25`, both ends included.
///
/// # Errors
/// A [`TextFault`] where a date is at fault or the last comes before the first.
pub fn parse_date_range(text: &str) -> Result<DateRange, TextFault> {
    let Some((first, last)) = text.split_once("..") else {
        let mut day = parse_date(text);
        if let Err(fault) = &mut day
            && fault.hint == DATE_HINT
        {
            fault.hint = "Write one date, as \"2026-03-21\", or two with dots between, as \"2026-03-21..2026-03-25\".".to_owned();
        }
        return day.map(|day| DateRange { first: day, last: day });
    };
    let (first, last) = (parse_date(first)?, parse_date(last)?);
    if last < first {
        return Err(fault(format!("In {} the last day comes before the first.", quoted(text)), "Write the earlier date first."));
    }
    Ok(DateRange { first, last })
}

/// Writes dates so that [`parse_date_range`] reads the same.
pub fn print_date_range(range: DateRange) -> String {
    match range.first == range.last {
        true => print_date(range.first),
        false => format!("{}..{}", print_date(range.first), print_date(range.last)),
    }
}

/// Reads a local date and time: `2026-10-02 09:00`, also with `T` between and with seconds; a bare date is its midnight.
///
/// # Errors
/// A [`TextFault`] where the form is another or the instant does not exist.
pub fn parse_date_time(text: &str) -> Result<DateTime, TextFault> {
    let hint = "A date with a time is written as \"2026-10-02 09:00\".";
    let text = text.trim();
    let Some((date, time)) = text.split_once([' ', 'T']) else {
        return match parse_date(text) {
            Ok(date) => Ok(date.to_datetime(Time::midnight())),
            Err(mut found) => {
                if found.hint == DATE_HINT {
                    found.hint = hint.to_owned();
                }
                Err(found)
            }
        };
    };
    let date = parse_date(date)?;
    match parse_time(time.trim()) {
        Some(time) => Ok(date.to_datetime(time)),
        None => Err(fault(format!("{} is not a time of day.", quoted(time.trim())), hint)),
    }
}

fn parse_time(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').map_or((text, ""), |(whole, fraction)| (whole, fraction));
    let (clock, seconds) = match whole.match_indices(':').nth(1) {
        Some((at, _)) => (&whole[..at], whole[at + 1..].parse::<i8>().ok().filter(|_| whole.len() - at == 3)?),
        None if fraction.is_empty() => (whole, 0),
        None => return None,
    };
    let minute = parse_minute(clock, 1439)?;
    if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanoseconds = format!("{fraction:0<9}").parse::<i32>().ok()?;
    // Hours and minutes of a day fit an i8.
    Time::new((minute / 60) as i8, (minute % 60) as i8, seconds, nanoseconds).ok()
}

/// Writes a local date and time so that [`parse_date_time`] reads the same.
pub fn print_date_time(instant: DateTime) -> String {
    let mut text = format!("{} {:02}:{:02}", print_date(instant.date()), instant.hour(), instant.minute());
    // Writing into a String cannot fail.
    if instant.second() != 0 || instant.subsec_nanosecond() != 0 {
        let _ = write!(text, ":{:02}", instant.second());
    }
    if instant.subsec_nanosecond() != 0 {
        let fraction = format!("{:09}", instant.subsec_nanosecond());
        let _ = write!(text, ".{}", fraction.trim_end_matches('0'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_back_as_printed() {
        for (text, ms) in [
            ("15min", 900_000.0),
            ("90min", 5_400_000.0),
            ("2d 5min", 173_100_000.0),
            ("52w", 31_449_600_000.0),
            ("14d", 1_209_600_000.0),
            ("250ms", 250.0),
            ("1min 1ms", 60_001.0),
            ("0min", 0.0),
            ("0.25ms", 0.25),
        ] {
            assert_eq!(parse_duration_ms(text), Ok(ms), "{text}");
            assert_eq!(print_duration_ms(ms), text);
        }
        assert_eq!(parse_duration_ms("1h 30min"), Ok(5_400_000.0));
        assert_eq!(parse_duration_ms("2.5min"), Ok(150_000.0));
        assert_eq!(parse_duration_ms("1e-3ms"), Ok(0.001));
    }

    #[test]
    fn faulty_durations_say_what_is_wrong() {
        for (text, word) in [
            ("15", "no unit"),
            ("-5min", "negative"),
            ("15m", "unknown unit"),
            ("1month", "months"),
            ("2wd", "working days"),
            ("300000d", "too long"),
            ("1,5h", "comma"),
            ("1h 2h", "twice"),
            ("soon", "not a duration"),
            ("", "missing"),
            ("1e999d", "too long"),
        ] {
            let fault = parse_duration(text).unwrap_err();
            assert!(fault.message.contains(word), "{text}: {fault}");
        }
    }

    #[test]
    fn hours_read_back_as_printed() {
        for text in
            ["Mon-Fri 09:00-18:00", "Sat 22:00-06:00", "Mon,Wed 08:00-12:00", "Mon-Sun 00:00-24:00", "Mon-Wed,Sun 08:00-08:30"]
        {
            assert_eq!(print_weekly_hours(parse_weekly_hours(text).unwrap()), text);
        }
        assert_eq!(parse_weekly_hours("Sat 22:00-00:00").unwrap().to_minute, 1440);
        assert_eq!(print_weekly_instant(parse_weekly_instant("Tue 12:00").unwrap()), "Tue 12:00");
        for text in ["Mon-Fri", "09:00-18:00", "Mon 9-18", "Mon 09:00-25:00", "Mon 09:60-10:00", "Mon 09:00", "Mo 09:00-10:00"] {
            assert!(parse_weekly_hours(text).is_err(), "{text}");
        }
        assert!(parse_weekday("Monday").unwrap_err().hint.contains("\"Mon\""));
    }

    #[test]
    fn dates_read_back_as_printed() {
        for text in ["2026-10-02 09:00", "2026-10-02 09:00:05", "2026-10-02 00:00:00.5"] {
            assert_eq!(print_date_time(parse_date_time(text).unwrap()), text);
        }
        assert_eq!(parse_date_time("2026-10-02T09:00"), parse_date_time("2026-10-02 09:00"));
        for text in ["2026-03-21", "2026-03-21..2026-03-25"] {
            assert_eq!(print_date_range(parse_date_range(text).unwrap()), text);
        }
        assert_eq!(parse_date("2026-02-30").unwrap_err().hint, "Month 2 of 2026 has 28 days.");
        for text in ["2026-13-01", "21.03.2026", "2026-3-1", "", "2026-03-25..2026-03-21"] {
            assert!(parse_date_range(text).is_err(), "{text}");
        }
        for text in ["2026-10-02 24:00", "2026-10-02 9", "2026-10-02 09:00:61"] {
            assert!(parse_date_time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn terms_read_back_as_printed() {
        for text in ["7wd", "15d", "3h"] {
            assert_eq!(print_term(parse_term(text).unwrap()), text);
        }
        for text in ["1.5wd", "wd", "7 days", "-1wd"] {
            assert!(parse_term(text).is_err(), "{text}");
        }
    }
}
