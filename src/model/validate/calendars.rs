//! Calendars and public holidays.

use super::names::Kind;
use super::{Check, root};
use crate::base::diagnostic::Path;
use crate::model::calendar::{Calendar, DateRange, WeeklyHours};

const MINUTES_PER_DAY: u32 = 24 * 60;
const MINUTES_PER_WEEK: u32 = 7 * MINUTES_PER_DAY;

pub(super) fn check(check: &mut Check<'_>) {
    let scenario = check.scenario;
    for (i, calendar) in scenario.calendars.iter().enumerate() {
        let path = root("calendars").item(i);
        let who = format!("the calendar '{}'", calendar.id);
        if calendar.weekly.is_empty() {
            let message = format!("The calendar '{}' has no hours, so it would never be open.", calendar.id);
            check.error("empty-calendar", path.clone(), message, "Add hours, as weekly: [\"Mon-Fri 09:00-18:00\"].");
        }
        for (j, hours) in calendar.weekly.iter().enumerate() {
            weekly_hours(check, hours, &who, path.field("weekly").item(j));
        }
        check.optional(Kind::Holidays, calendar.holidays.as_ref(), &who, path.field("holidays"));
        for (j, range) in calendar.closed.iter().enumerate() {
            date_range(check, range, &who, path.field("closed").item(j));
        }
    }
    for (i, list) in scenario.holidays.iter().enumerate() {
        let path = root("holidays").item(i);
        let who = format!("the list of holidays '{}'", list.id);
        for (j, range) in list.days_off.iter().enumerate() {
            date_range(check, range, &who, path.field("days_off").item(j));
        }
        for (j, (date, weekday)) in list.worked.iter().enumerate() {
            if *weekday > 6 {
                let message =
                    format!("In the list of holidays '{}' the day {date} is worked like a weekday that does not exist.", list.id);
                check.error(
                    "bad-weekday",
                    path.field("worked").item(j),
                    message,
                    "Write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun.",
                );
            }
        }
    }
}

/// Checks hours of the week, of calendars and of planned outages.
pub(super) fn weekly_hours(check: &mut Check<'_>, hours: &WeeklyHours, who: &str, path: Path) {
    let fault = if hours.days.iter().next().is_none() {
        "name no day of the week"
    } else if u32::from(hours.from_minute) >= MINUTES_PER_DAY || u32::from(hours.to_minute) > MINUTES_PER_DAY {
        "begin or end at a time that no day has"
    } else if hours.to_minute == hours.from_minute {
        "begin and end at the same minute"
    } else {
        return;
    };
    check.error("bad-hours", path, format!("Hours of {who} {fault}."), "Write hours as \"Mon-Fri 09:00-18:00\".");
}

/// Checks that a range of dates does not end before it begins.
pub(super) fn date_range(check: &mut Check<'_>, range: &DateRange, who: &str, path: Path) {
    if range.last < range.first {
        let message = format!("A range of dates of {who} ends on {} before it begins on {}.", range.last, range.first);
        check.error("bad-dates", path, message, "Write the earlier date first.");
    }
}

/// When a week is open, holidays left aside.
pub(super) struct Week {
    /// The longest stretch without a break, in minutes; `None` where it never ends.
    pub longest: Option<u32>,
    /// Open stretches in minutes since Monday's midnight, sorted, without overlaps.
    open: Vec<(u32, u32)>,
}

impl Week {
    /// Returns the week of a calendar; `None` is around the clock.
    pub(super) fn of(calendar: Option<&Calendar>) -> Week {
        let Some(calendar) = calendar else {
            return Week { longest: None, open: vec![(0, MINUTES_PER_WEEK)] };
        };
        let mut spans: Vec<(u32, u32)> = Vec::new();
        for hours in &calendar.weekly {
            for day in hours.days.iter() {
                let from = u32::from(day) * MINUTES_PER_DAY + u32::from(hours.from_minute);
                let overnight = if hours.to_minute > hours.from_minute { 0 } else { MINUTES_PER_DAY };
                let to = u32::from(day) * MINUTES_PER_DAY + u32::from(hours.to_minute) + overnight;
                spans.push((from, to.min(MINUTES_PER_WEEK)));
                if to > MINUTES_PER_WEEK {
                    spans.push((0, to - MINUTES_PER_WEEK));
                }
            }
        }
        spans.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (from, to) in spans {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        let mut longest = merged.iter().map(|(from, to)| to - from).max().unwrap_or(0);
        if let (Some(first), Some(last)) = (merged.first(), merged.last())
            && first.0 == 0
            && last.1 == MINUTES_PER_WEEK
            && merged.len() > 1
        {
            // Sunday night runs on into Monday morning.
            longest = longest.max(first.1 + last.1 - last.0);
        }
        let minutes: u32 = merged.iter().map(|(from, to)| to - from).sum();
        Week { longest: (minutes < MINUTES_PER_WEEK).then_some(longest), open: merged }
    }

    /// Tells whether any minute of an hour of the week is open; hours count from Monday's midnight.
    pub(super) fn is_open_in(&self, hour: u32) -> bool {
        self.open.iter().any(|(from, to)| *from < (hour + 1) * 60 && *to > hour * 60)
    }
}
