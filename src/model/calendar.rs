//! Opening hours, working hours and public holidays.

use crate::model::Id;

/// Days of the week as a set; Monday is bit 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weekdays(pub u8);

/// English three-letter names of weekdays, Monday first, as written in study files.
pub const WEEKDAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Weekdays {
    /// Every day.
    pub const ALL: Weekdays = Weekdays(0x7f);

    /// Makes the set of days `from..=to`, wrapping over Sunday; Monday is 0.
    pub fn range(from: u8, to: u8) -> Weekdays {
        let mut set = 0;
        let mut day = from % 7;
        loop {
            set |= 1 << day;
            if day == to % 7 {
                return Weekdays(set);
            }
            day = (day + 1) % 7;
        }
    }

    /// Tells whether the day (Monday is 0) belongs to the set.
    pub fn contains(self, day: u8) -> bool {
        self.0 & (1 << (day % 7)) != 0
    }

    /// Returns the days of the set, Monday (0) first.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..7).filter(move |&day| self.contains(day))
    }
}

/// Hours on some days of the week: `"Mon-Fri 09:00-18:00"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeeklyHours {
    /// On which days the hours begin.
    pub days: Weekdays,
    /// Minutes after midnight at which they begin, 0..1440.
    pub from_minute: u16,
    /// Minutes after midnight at which they end, 1..=1440. Not later than `from_minute`: they end on the next day.
    pub to_minute: u16,
}

/// Opening or working hours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendar {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Hours of the week; overlapping ones count once.
    pub weekly: Vec<WeeklyHours>,
    /// The list of holidays on which it is closed, if any.
    pub holidays: Option<Id>,
    /// Days on which it is closed beyond the holidays.
    pub closed: Vec<DateRange>,
    /// Key of the source; `None` makes it an assumption.
    pub source: Option<String>,
    /// What to mind.
    pub note: String,
}

/// Public holidays of a country or region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HolidayList {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Days off.
    pub days_off: Vec<DateRange>,
    /// Days at the weekend that are worked instead, with the hours of the given weekday (Monday is 0).
    pub worked: Vec<(jiff::civil::Date, u8)>,
    /// Key of the source; `None` makes it an assumption.
    pub source: Option<String>,
}

/// Dates from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub first: jiff::civil::Date,
    /// Last day, not before the first.
    pub last: jiff::civil::Date,
}

/// A recurring instant of the week: `"Tue 12:00"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeeklyInstant {
    /// On which days.
    pub days: Weekdays,
    /// Minutes after midnight, 0..1440.
    pub minute: u16,
}

/// Returns the share of an ordinary week in which a calendar is open, 0 to 1; 1 where none is named or it is unknown.
///
/// Holidays are not looked at.
pub fn open_share(calendars: &[Calendar], id: Option<&str>) -> f64 {
    let Some(calendar) = id.and_then(|id| calendars.iter().find(|c| c.id == id)) else { return 1.0 };
    let mut open = vec![false; 7 * 1440];
    for hours in &calendar.weekly {
        let (from, to) = (usize::from(hours.from_minute), usize::from(hours.to_minute));
        let to = if to <= from { to + 1440 } else { to };
        for day in hours.days.iter() {
            for minute in from..to {
                open[(usize::from(day) * 1440 + minute) % (7 * 1440)] = true;
            }
        }
    }
    open.iter().filter(|o| **o).count() as f64 / (7.0 * 1440.0)
}
