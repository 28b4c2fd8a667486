//! Dates and times as logs write them: ISO 8601, day first, month first, names of months, counts since an epoch.

use super::findings::zone_text;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND};
use crate::model::event_log::WallTime;
use std::fmt;

/// Days from 1970-01-01 back to spreadsheets' day 0, 1899-12-30.
const SPREADSHEET_EPOCH: f64 = 25_569.0;

/// Which of two numbers with a slash or a hyphen between them is the day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/12/2026`.
    #[default]
    DayFirst,
    /// `12/31/2026`.
    MonthFirst,
}

/// An instant as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// By the wall clock.
    pub wall: WallTime,
    /// Local time less universal time, in minutes, where it is written.
    pub offset: Option<i32>,
    /// Whether it was written finer than milliseconds, and is cut.
    pub is_cut: bool,
}

impl Stamp {
    /// Tells whether it lies before another by the clock on the wall, or in truth where both say their zone.
    pub fn is_before(self, other: Stamp) -> bool {
        let universal = |stamp: Stamp| stamp.offset.map(|offset| stamp.wall.saturating_sub(i64::from(offset) * MS_PER_MINUTE));
        self.wall < other.wall || universal(self).zip(universal(other)).is_some_and(|(a, b)| a < b)
    }
}

/// Writes it as `2026-01-05T09:00:00.000+05:00`, without the zone where it has none.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        let days = self.wall.div_euclid(MS_PER_DAY);
        let date = epoch.saturating_add(jiff::SignedDuration::from_hours(days.saturating_mul(24)));
        let ms = self.wall.rem_euclid(MS_PER_DAY);
        let (hour, minute) = (ms / MS_PER_HOUR, ms / MS_PER_MINUTE % 60);
        let (second, thousandths) = (ms / MS_PER_SECOND % 60, ms % MS_PER_SECOND);
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}.{thousandths:03}")?;
        self.offset.map_or(Ok(()), |offset| f.write_str(&zone_text(offset)))
    }
}

/// Reads instants.
#[derive(Clone, Copy, Debug, Default)]
pub struct InstantReader {
    /// Day or month first, where the text does not tell.
    pub order: DateOrder,
    /// The zone to which instants with a zone are brought, in minutes; `None` leaves each as it is written.
    pub zone: Option<i32>,
}

/// What an instant says about the order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderHint {
    /// Nothing: another form, or both numbers are at most 12.
    None,
    /// Both numbers could be either.
    Either,
    /// The first is above 12.
    Day,
    /// The second is above 12.
    Month,
}

/// Says what a text tells about the order of day and month in its column.
pub fn order_hint(text: &str) -> OrderHint {
    let Some((a, separator, b, _, _)) = three_numbers(text.trim()) else { return OrderHint::None };
    if a.1 == 4 || separator == b'.' {
        return OrderHint::None;
    }
    match (a.0 > 12, b.0 > 12) {
        (true, false) => OrderHint::Day,
        (false, true) => OrderHint::Month,
        _ => OrderHint::Either,
    }
}

/// A number, and how many digits it had.
type Digits = (i64, usize);

fn digits(text: &[u8]) -> (Digits, &[u8]) {
    let n = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let value = text[..n.min(18)].iter().fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
    ((value, n), &text[n..])
}

/// Splits `a?b?c` where both separators are the same of `-`, `/`, `.`; the rest follows.
fn three_numbers(text: &str) -> Option<(Digits, u8, Digits, Digits, &[u8])> {
    let (a, rest) = digits(text.as_bytes());
    let separator = *rest.first().filter(|b| matches!(b, b'-' | b'/' | b'.'))?;
    let (b, rest) = digits(&rest[1..]);
    let rest = rest.strip_prefix(&[separator])?;
    let (c, rest) = digits(rest);
    (a.1 > 0 && b.1 > 0 && c.1 > 0).then_some((a, separator, b, c, rest))
}

impl InstantReader {
    /// Reads an instant; `None` where it is none.
    pub fn read(&self, text: &str) -> Option<Stamp> {
        let text = text.trim();
        let stamp = self.dated(text).or_else(|| named_month(text)).or_else(|| counted(text))?;
        Some(match (self.zone, stamp.offset) {
            (Some(zone), Some(offset)) => {
                Stamp { wall: stamp.wall + i64::from(zone - offset) * MS_PER_MINUTE, offset: Some(zone), ..stamp }
            }
            _ => stamp,
        })
    }

    fn dated(&self, text: &str) -> Option<Stamp> {
        let (a, separator, b, c, rest) = three_numbers(text)?;
        let (year, month, day) = if a.1 == 4 {
            (a.0, b.0, c.0)
        } else {
            let year = full_year(c)?;
            match self.order {
                DateOrder::MonthFirst if separator != b'.' => (year, a.0, b.0),
                _ => (year, b.0, a.0),
            }
        };
        let day = days_since_1970(year, month, day)?;
        let (time, offset, is_cut) = time_of_day(rest)?;
        Some(Stamp { wall: day * MS_PER_DAY + time, offset, is_cut })
    }
}

fn full_year((value, n_digits): Digits) -> Option<i64> {
    match n_digits {
        4 => Some(value),
        2 => Some(if value < 70 { 2000 + value } else { 1900 + value }),
        _ => None,
    }
}

/// Reads `05-Jan-2026 09:00` and `5 January 2026, 09:00`.
fn named_month(text: &str) -> Option<Stamp> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (day, rest) = digits(text.as_bytes());
    let rest = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b" ")).or_else(|| rest.strip_prefix(b"/"))?;
    let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let name: String = rest[..letters].iter().take(3).map(|b| b.to_ascii_lowercase() as char).collect();
    let month = MONTHS.iter().position(|m| *m == name)? as i64 + 1;
    let (year, rest) = digits(rest[letters..].get(1..)?);
    let day = days_since_1970(full_year(year)?, month, day.0)?;
    let (time, offset, is_cut) = time_of_day(rest)?;
    Some(Stamp { wall: day * MS_PER_DAY + time, offset, is_cut })
}

/// Reads seconds or milliseconds since 1970, and spreadsheets' days since 1899.
fn counted(text: &str) -> Option<Stamp> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) {
        return None;
    }
    let number: f64 = text.replace(',', ".").parse().ok()?;
    let universal = |wall: f64| Some(Stamp { wall: wall.round() as i64, offset: Some(0), is_cut: wall.fract() != 0.0 });
    match number {
        n if (20_000.0..80_000.0).contains(&n) => {
            Some(Stamp { wall: ((n - SPREADSHEET_EPOCH) * MS_PER_DAY as f64).round() as i64, offset: None, is_cut: false })
        }
        n if (1e8..5e9).contains(&n) => universal(n * 1000.0),
        n if (1e11..5e12).contains(&n) => universal(n),
        _ => None,
    }
}

/// Reads what follows a date: nothing, or a time with seconds, fractions, AM or PM, and a zone. With it whether it is finer than
/// milliseconds.
fn time_of_day(rest: &[u8]) -> Option<(i64, Option<i32>, bool)> {
    let rest =
        trim(rest.strip_prefix(b"T").or_else(|| rest.strip_prefix(b"t")).or_else(|| rest.strip_prefix(b",")).unwrap_or(rest));
    if rest.is_empty() {
        return Some((0, None, false));
    }
    let (hour, rest) = digits(rest);
    let (minute, mut rest) = digits(rest.strip_prefix(b":")?);
    if hour.1 == 0 || minute.1 == 0 {
        return None;
    }
    let (mut ms, mut is_cut) = (0, false);
    if let Some(after) = rest.strip_prefix(b":") {
        let (second, after) = digits(after);
        if second.1 == 0 || second.0 > 60 {
            return None;
        }
        ms = second.0.min(59) * MS_PER_SECOND;
        rest = after;
        if let Some(after) = rest.strip_prefix(b".").or_else(|| rest.strip_prefix(b",")) {
            let n = after.iter().take_while(|b| b.is_ascii_digit()).count();
            let mut place = 100;
            for b in after[..n].iter().take(3) {
                ms += i64::from(b - b'0') * place;
                place /= 10;
            }
            is_cut = after[..n].iter().skip(3).any(|b| *b != b'0');
            rest = &after[n..];
        }
    }
    let mut hour = hour.0;
    let mut rest = trim(rest);
    if let Some(half) = rest.get(..2) {
        let half = half.to_ascii_lowercase();
        if half == b"pm" || half == b"am" {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if half == b"pm" { 12 } else { 0 };
            rest = trim(&rest[2..]);
        }
    }
    let is_last = hour == 24 && minute.0 == 0 && ms == 0;
    if (hour > 23 && !is_last) || minute.0 > 59 {
        return None;
    }
    Some((hour * MS_PER_HOUR + minute.0 * MS_PER_MINUTE + ms, zone(rest)?, is_cut))
}

fn trim(text: &[u8]) -> &[u8] {
    text.trim_ascii()
}

/// Reads `Z`, `UTC`, `+05:00`, `+0500`, `+05`, `+05:00 [Asia/Almaty]`, or nothing.
fn zone(text: &[u8]) -> Option<Option<i32>> {
    if text.is_empty() {
        return Some(None);
    }
    if matches!(text.to_ascii_lowercase().as_slice(), b"z" | b"utc" | b"gmt") {
        return Some(Some(0));
    }
    let sign = match text[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (number, rest) = digits(&text[1..]);
    let (minutes, rest) = match (number.1, rest.strip_prefix(b":")) {
        (1 | 2, Some(after)) => {
            let (minute, rest) = digits(after);
            (number.0 * 60 + minute.0, rest)
        }
        (1 | 2, None) => (number.0 * 60, rest),
        (4, None) => (number.0 / 100 * 60 + number.0 % 100, rest),
        _ => return None,
    };
    let rest = trim(rest);
    // Some writers add seconds of the offset, or the zone's name.
    let known = rest.is_empty() || rest.starts_with(b"[") || rest == b":00";
    (known && minutes <= 18 * 60).then_some(Some(sign * minutes as i32))
}

/// Returns the days from 1970-01-01 to a date of the Gregorian calendar; `None` for none.
///
/// Source: E. G. Richards, Mapping Time (1998), as rearranged by H. Hinnant.
pub fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if day > LENGTHS[(month - 1) as usize] + i64::from(leap && month == 2) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(i64, i64, Option<i32>)> {
        let stamp = InstantReader::default().read(text)?;
        Some((stamp.wall.div_euclid(MS_PER_DAY), stamp.wall.rem_euclid(MS_PER_DAY), stamp.offset))
    }

    #[test]
    fn days_agree_with_the_calendar() {
        assert_eq!(days_since_1970(1970, 1, 1), Some(0));
        assert_eq!(days_since_1970(2000, 2, 29), Some(11_016));
        assert_eq!(days_since_1970(2026, 1, 5), Some(20_458));
        assert_eq!(days_since_1970(1900, 2, 29), None);
        for day in (-700_000..100_000).step_by(997) {
            let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::SignedDuration::from_hours(24 * day));
            let (y, m, d) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
            if y >= 1 {
                assert_eq!(days_since_1970(y, m, d), Some(day));
            }
        }
    }

    #[test]
    fn forms_of_one_instant_agree() {
        let nine = 9 * MS_PER_HOUR + 5 * MS_PER_MINUTE;
        for (text, ms, offset) in [
            ("2026-01-05T09:05:00.250+05:00", nine + 250, Some(300)),
            ("2026-01-05 09:05:00.250999+0500", nine + 250, Some(300)),
            ("2026-01-05 09:05Z", nine, Some(0)),
            ("2026/01/05 09:05:00 UTC", nine, Some(0)),
            ("05.01.2026 9:05", nine, None),
            ("05.01.2026 09:05:00", nine, None),
            ("05/01/2026 09:05:00", nine, None),
            ("05/01/26 9:05 AM", nine, None),
            ("05-Jan-2026 09:05", nine, None),
            ("5 January 2026, 09:05", nine, None),
            ("2026-01-05", 0, None),
            ("46027.378472222222", nine, None),
            ("1767603900", nine, Some(0)),
            ("1767603900000", nine, Some(0)),
        ] {
            assert_eq!(at(text), Some((20_458, ms, offset)), "{text}");
        }
        assert_eq!(at("05/01/2026 12:30 AM"), Some((20_458, 30 * MS_PER_MINUTE, None)));
    }

    #[test]
    fn order_and_zone_are_as_asked() {
        let month_first = InstantReader { order: DateOrder::MonthFirst, zone: Some(300) };
        assert_eq!(
            month_first.read("01/05/2026 04:05").map(|s| s.wall),
            InstantReader::default().read("05/01/2026 04:05").map(|s| s.wall)
        );
        let stamp = month_first.read("2026-01-05T04:05:00Z").unwrap();
        assert_eq!((stamp.wall.rem_euclid(MS_PER_DAY), stamp.offset), (9 * MS_PER_HOUR + 5 * MS_PER_MINUTE, Some(300)));
        assert_eq!(order_hint("13/01/2026"), OrderHint::Day);
        assert_eq!(order_hint("01/13/2026"), OrderHint::Month);
        assert_eq!(order_hint("01/02/2026"), OrderHint::Either);
        assert_eq!(order_hint("2026-13-01"), OrderHint::None);
    }

    #[test]
    fn nonsense_is_no_instant() {
        for text in [
            "",
            "x",
            "2026-02-30",
            "2026-01-05T25:00",
            "31/31/2026",
            "12",
            "2026-01-05T09:05 nonsense",
            "9:05",
            "1e9",
            "٣/٣/٢٠٢٦",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn what_lies_before_does_so_on_the_wall_or_in_truth() {
        let at = |hour: i64, offset: Option<i32>| Stamp { wall: hour * MS_PER_HOUR, offset, is_cut: false };
        assert!(at(8, None).is_before(at(9, None)) && !at(9, None).is_before(at(9, None)));
        // Nine o'clock comes an hour earlier five hours ahead of universal time than four; without a zone nobody knows.
        assert!(at(9, Some(300)).is_before(at(9, Some(240))) && !at(9, Some(240)).is_before(at(9, Some(300))));
        assert!(!at(9, Some(300)).is_before(at(9, None)));
        // An hour that comes twice runs backwards on the wall.
        assert!(at(1, Some(300)).is_before(at(2, Some(360))));
    }
}
