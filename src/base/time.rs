//! Time as integer milliseconds, and the only place where unit factors stand.
//!
//! [`SimTime`] is an instant, counted from the study's start (which is a real local date and
//! time, see `model::study`). [`SimDuration`] is a length. Both hold whole milliseconds; no float
//! ever holds an instant. Kezek's calendars know no daylight saving: Kazakhstan has none, and a
//! study counts in its own local time throughout, so every day has 24 hours.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Milliseconds in a second.
pub const MS_PER_SECOND: i64 = 1_000;
/// Milliseconds in a minute.
pub const MS_PER_MINUTE: i64 = 60 * MS_PER_SECOND;
/// Milliseconds in an hour.
pub const MS_PER_HOUR: i64 = 60 * MS_PER_MINUTE;
/// Milliseconds in a calendar day.
pub const MS_PER_DAY: i64 = 24 * MS_PER_HOUR;
/// Milliseconds in a week.
pub const MS_PER_WEEK: i64 = 7 * MS_PER_DAY;

/// The longest duration that any input may ask for: 200 years. Longer ones are refused with a
/// diagnostic, so that no sum of durations within a run overflows.
pub const LONGEST_DURATION: SimDuration = SimDuration(200 * 365 * MS_PER_DAY);

/// An instant: milliseconds since the study's start. Never negative in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub i64);

/// A length of time in milliseconds. Never negative in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(pub i64);

impl SimTime {
    /// The study's start.
    pub const ZERO: SimTime = SimTime(0);
    /// An instant after every other: "never".
    pub const NEVER: SimTime = SimTime(i64::MAX / 4);

    /// Returns the milliseconds since the study's start.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Returns the length from `earlier` to this instant; negative if `earlier` is in fact later.
    pub const fn since(self, earlier: SimTime) -> SimDuration {
        SimDuration(self.0 - earlier.0)
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: SimDuration = SimDuration(0);

    /// Makes a duration of whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        SimDuration(seconds * MS_PER_SECOND)
    }

    /// Makes a duration of whole minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        SimDuration(minutes * MS_PER_MINUTE)
    }

    /// Makes a duration of whole hours.
    pub const fn from_hours(hours: i64) -> Self {
        SimDuration(hours * MS_PER_HOUR)
    }

    /// Makes a duration of whole calendar days.
    pub const fn from_days(days: i64) -> Self {
        SimDuration(days * MS_PER_DAY)
    }

    /// Makes a duration from a number of milliseconds that may carry a fraction: rounds to the
    /// nearest, holds negative and not-a-number at zero and the rest at [`LONGEST_DURATION`].
    pub fn from_ms_f64(ms: f64) -> Self {
        if ms > 0.0 { SimDuration((ms.round() as i64).min(LONGEST_DURATION.0)) } else { SimDuration::ZERO }
    }

    /// Returns the milliseconds.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Returns the length in minutes.
    pub fn minutes(self) -> f64 {
        self.0 as f64 / MS_PER_MINUTE as f64
    }

    /// Returns the length in hours.
    pub fn hours(self) -> f64 {
        self.0 as f64 / MS_PER_HOUR as f64
    }

    /// Returns the length in calendar days.
    pub fn days(self) -> f64 {
        self.0 as f64 / MS_PER_DAY as f64
    }
}

impl Add<SimDuration> for SimTime {
    type Output = SimTime;
    fn add(self, length: SimDuration) -> SimTime {
        SimTime(self.0 + length.0)
    }
}
impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, length: SimDuration) {
        self.0 += length.0;
    }
}
impl Sub<SimDuration> for SimTime {
    type Output = SimTime;
    fn sub(self, length: SimDuration) -> SimTime {
        SimTime(self.0 - length.0)
    }
}
impl Add for SimDuration {
    type Output = SimDuration;
    fn add(self, other: SimDuration) -> SimDuration {
        SimDuration(self.0 + other.0)
    }
}
impl AddAssign for SimDuration {
    fn add_assign(&mut self, other: SimDuration) {
        self.0 += other.0;
    }
}
impl Sub for SimDuration {
    type Output = SimDuration;
    fn sub(self, other: SimDuration) -> SimDuration {
        SimDuration(self.0 - other.0)
    }
}
impl SubAssign for SimDuration {
    fn sub_assign(&mut self, other: SimDuration) {
        self.0 -= other.0;
    }
}

impl fmt::Display for SimDuration {
    /// Writes the shortest exact form with a unit that the study file also reads: `15min`, `2d`, `90s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0;
        let units = [(MS_PER_DAY, "d"), (MS_PER_HOUR, "h"), (MS_PER_MINUTE, "min"), (MS_PER_SECOND, "s")];
        if ms == 0 {
            return write!(f, "0min");
        }
        for (factor, unit) in units {
            if ms % factor == 0 {
                return write!(f, "{}{unit}", ms / factor);
            }
        }
        write!(f, "{ms}ms")
    }
}
