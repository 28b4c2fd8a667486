//! From simulated time to dates with a zone, fast: a log of a year writes hundreds of millions of them.

use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, SimTime};
use jiff::civil::Date;

/// Kazakhstan's time, in minutes east of Greenwich: one zone, without daylight saving, since March 2024.
pub const KAZAKHSTAN_OFFSET: i32 = 5 * 60;

/// Days whose text is kept: rows of one moment seldom spread over more.
const KEPT_DAYS: usize = 256;

/// What a log's instants are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogZone {
    /// The study's first day, in local time: its midnight is instant 0.
    pub first_day: Date,
    /// Local time less universal time, in minutes.
    pub offset_minutes: i32,
}

impl LogZone {
    /// Returns an instant in milliseconds since 1970-01-01T00:00Z.
    pub fn unix_ms(&self, at: SimTime) -> i64 {
        let epoch = Date::constant(1970, 1, 1);
        let days = self.first_day.since(epoch).map_or(0, |span| i64::from(span.get_days()));
        days * MS_PER_DAY + at.ms() - i64::from(self.offset_minutes) * MS_PER_MINUTE
    }

    /// Returns the offset as `+05:00`.
    pub fn offset_text(&self) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.unsigned_abs();
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Writes instants as `2026-01-05T09:00:00.000+05:00`.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: LogZone,
    offset: String,
    /// `(day, text)` at the day's place; the day is counted from the first, -1 for none.
    days: Vec<(i64, [u8; 11])>,
}

impl Clock {
    /// Makes a clock.
    pub fn new(zone: LogZone) -> Self {
        Clock { zone, offset: zone.offset_text(), days: vec![(-1, [b' '; 11]); KEPT_DAYS] }
    }

    /// Returns what instants are counted from.
    pub fn zone(&self) -> LogZone {
        self.zone
    }

    /// Appends an instant.
    pub fn push(&mut self, at: SimTime, out: &mut Vec<u8>) {
        let day = at.ms().div_euclid(MS_PER_DAY);
        let ms = at.ms().rem_euclid(MS_PER_DAY);
        let kept = day.rem_euclid(KEPT_DAYS as i64) as usize;
        if self.days[kept].0 != day {
            self.days[kept] = (day, day_text(self.zone.first_day, day));
        }
        out.extend_from_slice(&self.days[kept].1);
        let two = |n: i64| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        let [h1, h2] = two(ms / MS_PER_HOUR);
        let [m1, m2] = two(ms / MS_PER_MINUTE % 60);
        let [s1, s2] = two(ms / MS_PER_SECOND % 60);
        let thousandths = ms % MS_PER_SECOND;
        let [t1, t2] = two(thousandths / 10);
        out.extend_from_slice(&[h1, h2, b':', m1, m2, b':', s1, s2, b'.', t1, t2, b'0' + (thousandths % 10) as u8]);
        out.extend_from_slice(self.offset.as_bytes());
    }
}

/// Returns `2026-01-05T` for a day counted from the first. Days beyond what calendars know stay at the last.
fn day_text(first: Date, day: i64) -> [u8; 11] {
    let date = first.saturating_add(jiff::SignedDuration::from_hours(24 * day));
    let text = format!("{:04}-{:02}-{:02}T", date.year().max(0), date.month(), date.day());
    let mut bytes = [b' '; 11];
    for (to, from) in bytes.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    bytes
}

/// Appends a whole number.
pub fn push_number(n: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut left = n;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a number with zeros in front, at least `width` digits.
pub fn push_padded(n: u64, width: usize, out: &mut Vec<u8>) {
    let digits = if n == 0 { 1 } else { n.ilog10() as usize + 1 };
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(digits)));
    push_number(n, out);
}

/// Appends milliseconds as seconds, exactly: `90`, `90.5`. Negative ones count as 0.
pub fn push_seconds(ms: i64, out: &mut Vec<u8>) {
    let ms = ms.max(0) as u64;
    push_number(ms / 1000, out);
    let mut thousandths = ms % 1000;
    if thousandths > 0 {
        out.push(b'.');
        let mut place = 100;
        while thousandths > 0 {
            out.push(b'0' + (thousandths / place) as u8);
            thousandths %= place;
            place /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(at: i64, offset_minutes: i32) -> String {
        let mut clock = Clock::new(LogZone { first_day: jiff::civil::date(2026, 12, 31), offset_minutes });
        let mut out = Vec::new();
        clock.push(SimTime(at), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn instants_carry_date_and_zone() {
        assert_eq!(written(9 * MS_PER_HOUR + 61_007, 300), "2026-12-31T09:01:01.007+05:00");
        assert_eq!(written(MS_PER_DAY, -210), "2027-01-01T00:00:00.000-03:30");
        assert_eq!(written(257 * MS_PER_DAY, 0), "2027-09-14T00:00:00.000+00:00");
    }

    #[test]
    fn unix_time_is_universal() {
        let zone = LogZone { first_day: jiff::civil::date(1970, 1, 2), offset_minutes: 300 };
        assert_eq!(zone.unix_ms(SimTime(0)), MS_PER_DAY - 5 * MS_PER_HOUR);
    }

    #[test]
    fn numbers_keep_every_digit() {
        let text = |push: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            push(&mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text(&|out| push_seconds(90_000, out)), "90");
        assert_eq!(text(&|out| push_seconds(90_050, out)), "90.05");
        assert_eq!(text(&|out| push_padded(42, 6, out)), "000042");
        assert_eq!(text(&|out| push_padded(0, 3, out)), "000");
        assert_eq!(text(&|out| push_padded(1_234_567, 6, out)), "1234567");
        assert_eq!(text(&|out| push_number(u64::MAX, out)), u64::MAX.to_string());
    }
}
