//! Lays calendars out: weekly hours, holidays and closed days become open intervals over the span of a run.
//!
//! Day 0 begins at time zero, the midnight at which the scenario's first date begins. Hours that begin on an open day run
//! to their end, also into a closed one; hours of a closed day do not begin. A worked weekend day takes the hours of the
//! weekday that it is worked for, even where the same list has it as a day off; days in a calendar's own `closed` list
//! stay closed.

use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::idx::Idx;
use crate::base::time::{MS_PER_DAY, MS_PER_MINUTE, SimTime};
use crate::compile::builder::Builder;
use crate::engine::calendar::Calendar;
use crate::engine::program::Program;
use crate::engine::working_days::WorkingDays;
use crate::model::Id;
use crate::model::calendar::{DateRange, HolidayList, WeeklyHours, WeeklyInstant};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The dates of a run, one for each day from time zero on.
#[derive(Clone, Debug)]
pub(super) struct Dates {
    days: Vec<Date>,
}

impl Dates {
    /// Lists `n` dates from `first` on; fewer where the calendar of dates itself ends first.
    pub(super) fn new(first: Date, n: usize) -> Self {
        let days = std::iter::successors(Some(first), |date| date.tomorrow().ok()).take(n.max(1)).collect();
        Dates { days }
    }

    /// Returns the number of days.
    pub(super) fn len(&self) -> usize {
        self.days.len()
    }

    /// Returns the date of a day, if the run is so long.
    pub(super) fn date(&self, day: usize) -> Option<Date> {
        self.days.get(day).copied()
    }

    /// Returns the weekday of a day, 0 for Monday; day -1 is the day before time zero.
    pub(super) fn weekday(&self, day: i64) -> u8 {
        let first = self.days.first().map_or(0, |date| i64::from(date.weekday().to_monday_zero_offset()));
        (first + day).rem_euclid(7) as u8
    }

    /// Returns the days of a range of dates, as far as they lie in the run.
    pub(super) fn days_in(&self, range: &DateRange) -> std::ops::Range<usize> {
        let from = self.days.partition_point(|date| *date < range.first);
        let to = self.days.partition_point(|date| *date <= range.last);
        from..to.max(from)
    }

    /// Returns the instant of a local date and time: negative before time zero, and exact also beyond the run.
    pub(super) fn instant(&self, at: jiff::civil::DateTime) -> SimTime {
        let Some(first) = self.days.first() else { return SimTime::ZERO };
        let days = first.until(at.date()).map_or(0, |span| i64::from(span.get_days()));
        let time = at.time();
        let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
        SimTime(days * MS_PER_DAY + seconds * 1_000 + i64::from(time.millisecond()))
    }
}

/// One calendar, laid out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LaidOut {
    /// When it is open. Intervals may reach beyond the last day.
    pub(super) intervals: Vec<(SimTime, SimTime)>,
    /// For each day, whether hours begin on it.
    pub(super) opens: Vec<bool>,
    /// Whether it never closes.
    pub(super) is_always: bool,
}

/// Lays weekly hours out over all days of a run.
pub(super) fn lay_out(dates: &Dates, weekly: &[WeeklyHours], holidays: Option<&HolidayList>, closed: &[DateRange]) -> LaidOut {
    let n = dates.len();
    let mut shut = vec![false; n];
    let mut worked_as = vec![None; n];
    for range in holidays.iter().flat_map(|list| &list.days_off) {
        shut[dates.days_in(range)].fill(true);
    }
    for (date, weekday) in holidays.iter().flat_map(|list| &list.worked) {
        for day in dates.days_in(&DateRange { first: *date, last: *date }) {
            shut[day] = false;
            worked_as[day] = Some(*weekday);
        }
    }
    for range in closed {
        shut[dates.days_in(range)].fill(true);
    }
    let mut intervals = Vec::new();
    let mut opens = vec![false; n];
    for day in -1..n as i64 {
        let known = usize::try_from(day).ok();
        if known.is_some_and(|day| shut[day]) {
            continue;
        }
        let weekday = known.and_then(|day| worked_as[day]).unwrap_or_else(|| dates.weekday(day));
        for hours in weekly.iter().filter(|hours| hours.days.contains(weekday)) {
            let (from, to) = (i64::from(hours.from_minute), i64::from(hours.to_minute));
            let to = if to > from { to } else { to + 24 * 60 };
            let start = day * MS_PER_DAY + from * MS_PER_MINUTE;
            let end = day * MS_PER_DAY + to * MS_PER_MINUTE;
            if end > 0 {
                intervals.push((SimTime(start.max(0)), SimTime(end)));
            }
            if let Some(day) = known {
                opens[day] = true;
            }
        }
    }
    let merged = Calendar::merge(intervals);
    let is_always = matches!(merged.as_slice(), [(from, to)] if from.ms() <= 0 && to.ms() >= n as i64 * MS_PER_DAY);
    LaidOut { intervals: merged, opens, is_always }
}

/// Calendars and working days of a program, each distinct one once.
#[derive(Clone, Debug, Default)]
pub(super) struct CalendarTable {
    laid_out: BTreeMap<Id, LaidOut>,
    by_intervals: BTreeMap<Vec<(SimTime, SimTime)>, Idx<Calendar>>,
    by_flags: BTreeMap<Vec<bool>, Idx<WorkingDays>>,
    always: Option<Idx<Calendar>>,
}

impl Builder<'_> {
    /// Returns a calendar of the scenario, laid out. An unknown one is a diagnostic, and taken as never closing.
    pub(super) fn laid_out(&mut self, id: &str, path: &Path) -> LaidOut {
        if let Some(known) = self.calendars.laid_out.get(id) {
            return known.clone();
        }
        let laid = match self.scenario.calendars.iter().find(|c| c.id == id) {
            Some(calendar) => {
                let list = calendar.holidays.as_ref().and_then(|id| self.scenario.holidays.iter().find(|h| h.id == *id));
                if list.is_none()
                    && let Some(missing) = &calendar.holidays
                {
                    self.error("unknown-holidays", path, format!("There is no list of holidays '{missing}'."));
                }
                lay_out(&self.dates, &calendar.weekly, list, &calendar.closed)
            }
            None => {
                self.error("unknown-calendar", path, format!("There is no calendar '{id}'."));
                let n = self.dates.len();
                LaidOut { intervals: vec![(SimTime::ZERO, SimTime::NEVER)], opens: vec![true; n], is_always: true }
            }
        };
        self.calendars.laid_out.insert(id.to_owned(), laid.clone());
        laid
    }

    /// Returns the engine's calendar for one of the scenario; `None` where it never closes.
    pub(super) fn hours(&mut self, id: &str, path: &Path) -> Option<Idx<Calendar>> {
        let laid = self.laid_out(id, path);
        if laid.is_always {
            return None;
        }
        let idx = self.intern_calendar(laid.intervals);
        self.name_calendar(idx, id);
        Some(idx)
    }

    /// Returns the engine's calendar for one of the scenario also where it never closes.
    pub(super) fn hours_or_always(&mut self, id: &str, path: &Path) -> Idx<Calendar> {
        match self.hours(id, path) {
            Some(idx) => idx,
            None => {
                let always = match self.calendars.always {
                    Some(idx) => idx,
                    None => self.program.calendars.push(Calendar::always()),
                };
                self.calendars.always = Some(always);
                self.name_calendar(always, id);
                always
            }
        }
    }

    /// Returns the calendar with these intervals, a new one if there is none yet.
    pub(super) fn intern_calendar(&mut self, intervals: Vec<(SimTime, SimTime)>) -> Idx<Calendar> {
        let calendar = Calendar::from_intervals(intervals);
        let key: Vec<_> = calendar.intervals().collect();
        let Program { calendars, .. } = &mut self.program;
        *self.calendars.by_intervals.entry(key).or_insert_with(|| calendars.push(calendar))
    }

    fn name_calendar(&mut self, idx: Idx<Calendar>, id: &str) {
        let names = &mut self.names.calendars;
        if names.len() <= idx.get() {
            names.resize(idx.get() + 1, Vec::new());
        }
        if !names[idx.get()].iter().any(|known| known == id) {
            names[idx.get()].push(id.to_owned());
        }
    }

    /// Returns the table of the days on which a calendar opens.
    pub(super) fn working_days(&mut self, id: &str, path: &Path) -> Idx<WorkingDays> {
        let flags = self.laid_out(id, path).opens;
        let table = &mut self.program.working_days;
        *self.calendars.by_flags.entry(flags).or_insert_with_key(|flags| table.push(WorkingDays::new(flags)))
    }

    /// Lists the instants of the run at which a time of the week comes, without days on which the calendar does not open.
    pub(super) fn weekly_instants(&mut self, at: WeeklyInstant, calendar: Option<&str>, path: &Path) -> Vec<SimTime> {
        let opens = calendar.map(|id| self.laid_out(id, path).opens);
        (0..self.dates.len())
            .filter(|&day| at.days.contains(self.dates.weekday(day as i64)))
            .filter(|&day| opens.as_ref().is_none_or(|opens| opens[day]))
            .map(|day| SimTime(day as i64 * MS_PER_DAY + i64::from(at.minute) * MS_PER_MINUTE))
            .collect()
    }

    /// Notes an error.
    pub(super) fn error(&mut self, code: &'static str, path: &Path, message: String) {
        self.diagnostics.push(Diagnostic::error(code, path.clone(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{MS_PER_HOUR, SimDuration};
    use crate::model::calendar::Weekdays;
    use jiff::civil::date;

    fn office() -> Vec<WeeklyHours> {
        vec![WeeklyHours { days: Weekdays::range(0, 4), from_minute: 9 * 60, to_minute: 18 * 60 }]
    }

    fn at(day: i64, hour: i64) -> SimTime {
        SimTime(day * MS_PER_DAY + hour * MS_PER_HOUR)
    }

    /// Row C04: Friday 20 March 2026 17:00 and two hours' work, Nauryz (21 to 25 March) off: Thursday 26 March 10:00.
    #[test]
    fn holidays_close_their_days() {
        let dates = Dates::new(date(2026, 3, 16), 14);
        let nauryz = DateRange { first: date(2026, 3, 21), last: date(2026, 3, 25) };
        let list = HolidayList { days_off: vec![nauryz], ..HolidayList::default() };
        let laid = lay_out(&dates, &office(), Some(&list), &[]);
        let calendar = Calendar::from_intervals(laid.intervals);
        assert_eq!(calendar.add(at(4, 17), SimDuration::from_hours(2)), at(10, 10));
        assert_eq!(laid.opens.iter().filter(|open| **open).count(), 7, "16 to 20, 26 and 27 March");
    }

    #[test]
    fn worked_weekend_days_take_the_hours_of_their_weekday_and_own_closures_win() {
        let dates = Dates::new(date(2026, 5, 4), 14);
        let worked = vec![(date(2026, 5, 9), 0), (date(2026, 5, 10), 0)];
        let list = HolidayList { worked, ..HolidayList::default() };
        let own = DateRange { first: date(2026, 5, 10), last: date(2026, 5, 10) };
        let laid = lay_out(&dates, &office(), Some(&list), &[own]);
        assert!(laid.intervals.contains(&(at(5, 9), at(5, 18))), "Saturday 9 May is worked");
        assert!(!laid.opens[6], "Sunday 10 May is closed by the calendar itself");
    }

    #[test]
    fn night_shifts_reach_over_midnight_also_from_before_time_zero() {
        let dates = Dates::new(date(2026, 1, 5), 7);
        let nights = [WeeklyHours { days: Weekdays::ALL, from_minute: 22 * 60, to_minute: 6 * 60 }];
        let closed = DateRange { first: date(2026, 1, 7), last: date(2026, 1, 7) };
        let laid = lay_out(&dates, &nights, None, &[closed]);
        assert_eq!(laid.intervals[0], (at(0, 0), at(0, 6)));
        assert!(laid.intervals.contains(&(at(1, 22), at(2, 6))), "begun on Tuesday, it ends on the closed Wednesday");
        assert!(!laid.intervals.iter().any(|(from, _)| *from == at(2, 22)));
        assert!(!laid.is_always);
    }

    #[test]
    fn hours_around_the_clock_never_close() {
        let dates = Dates::new(date(2026, 1, 5), 30);
        let all = [WeeklyHours { days: Weekdays::ALL, from_minute: 0, to_minute: 1440 }];
        assert!(lay_out(&dates, &all, None, &[]).is_always);
    }

    /// Row C16: October 2026 has 198 open hours.
    #[test]
    fn a_month_has_its_open_hours() {
        let dates = Dates::new(date(2026, 10, 1), 31);
        let calendar = Calendar::from_intervals(lay_out(&dates, &office(), None, &[]).intervals);
        assert_eq!(calendar.total_open(), SimDuration::from_hours(198));
    }

    #[test]
    fn instants_are_counted_from_the_first_midnight() {
        let dates = Dates::new(date(2026, 10, 2), 3);
        assert_eq!(dates.instant(date(2026, 10, 5).at(10, 30, 0, 0)), SimTime(3 * MS_PER_DAY + 630 * MS_PER_MINUTE));
        assert_eq!(dates.instant(date(2026, 10, 1).at(23, 0, 0, 0)), SimTime(-MS_PER_HOUR));
    }
}
