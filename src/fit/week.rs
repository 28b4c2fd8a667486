//! Hours of the week, minute by minute: time worked between two instants, and the hours in which things happen.

use crate::base::time::{MS_PER_DAY, MS_PER_MINUTE, MS_PER_WEEK};
use crate::model::calendar::{Weekdays, WeeklyHours};
use crate::model::event_log::WallTime;

/// Minutes of a week.
const MINUTES: usize = 7 * 1440;
/// 1970-01-01 was a Thursday: the Monday before it.
const MONDAY: i64 = -3 * MS_PER_DAY;

/// Marks in the busiest cells from which on a division of the week is fine enough to be trusted: an open cell then stays empty by
/// chance once in a million times.
const ENOUGH: usize = 15;
/// A cell is open where things happen in it in at least this share of the weeks in which they do in the busiest cells.
const SUPPORT: f64 = 0.25;
/// Within a day, a cell with less than this share of the marks of the busiest cells is a break.
const BREAK: f64 = 0.06;
/// Hours that leave more of the marks outside are none that anybody keeps.
const MOST_OUTSIDE: f64 = 0.08;
/// Nobody's day falls into more pieces.
const MOST_SPANS: usize = 3;
/// Fewer marks than this say nothing about hours.
const LEAST_MARKS: usize = 60;

/// Open hours of a week.
#[derive(Clone, Debug, PartialEq)]
pub struct Week {
    /// By minute from Monday's midnight: open minutes before it; one more than there are minutes.
    before: Vec<u32>,
}

/// Returns the minute of the week, Monday's midnight first.
pub fn minute_of_week(at: WallTime) -> usize {
    ((at - MONDAY).rem_euclid(MS_PER_WEEK) / MS_PER_MINUTE) as usize
}

/// Returns the number of the week, some Monday being the first of week 0.
pub fn week_of(at: WallTime) -> i64 {
    (at - MONDAY).div_euclid(MS_PER_WEEK)
}

impl Week {
    /// Makes a week that is always open.
    pub fn always() -> Week {
        Week::of(|_| true)
    }

    /// Makes a week of hours; overlapping ones count once.
    pub fn of_hours(hours: &[WeeklyHours]) -> Week {
        let mut open = vec![false; MINUTES];
        for h in hours {
            let (from, to) = (usize::from(h.from_minute), usize::from(h.to_minute));
            let to = if to <= from { to + 1440 } else { to };
            for day in h.days.iter() {
                for minute in from..to {
                    open[(usize::from(day) * 1440 + minute) % MINUTES] = true;
                }
            }
        }
        Week::of(|minute| open[minute])
    }

    /// Makes a week of its minutes, Monday's midnight first; those that are missing are closed.
    pub fn of_minutes(open: &[bool]) -> Week {
        Week::of(|minute| open.get(minute) == Some(&true))
    }

    fn of(open: impl Fn(usize) -> bool) -> Week {
        let mut before = Vec::with_capacity(MINUTES + 1);
        let mut sum = 0;
        for minute in 0..MINUTES {
            before.push(sum);
            sum += u32::from(open(minute));
        }
        before.push(sum);
        Week { before }
    }

    /// Tells whether a minute of the week is open.
    pub fn is_open(&self, minute: usize) -> bool {
        self.before[minute + 1] > self.before[minute]
    }

    /// Returns the share of the week that is open, 0 to 1.
    pub fn share(&self) -> f64 {
        f64::from(self.before[MINUTES]) / MINUTES as f64
    }

    /// Returns the open milliseconds before an instant, from some fixed instant on.
    fn until(&self, at: WallTime) -> i64 {
        let of_week = (at - MONDAY).rem_euclid(MS_PER_WEEK);
        let minute = (of_week / MS_PER_MINUTE) as usize;
        let part = if self.is_open(minute) { of_week % MS_PER_MINUTE } else { 0 };
        (week_of(at) * i64::from(self.before[MINUTES]) + i64::from(self.before[minute])) * MS_PER_MINUTE + part
    }

    /// Returns the open milliseconds between two instants; 0 where they fall.
    pub fn worked(&self, from: WallTime, to: WallTime) -> i64 {
        if to <= from { 0 } else { self.until(to) - self.until(from) }
    }

    /// Returns the open pieces of a day, as minutes of it; Monday is 0.
    fn spans(&self, day: usize) -> Vec<(u16, u16)> {
        let mut spans: Vec<(u16, u16)> = Vec::new();
        for minute in 0..1440u16 {
            if self.is_open(day * 1440 + usize::from(minute)) {
                match spans.last_mut() {
                    Some(last) if last.1 == minute => last.1 = minute + 1,
                    _ => spans.push((minute, minute + 1)),
                }
            }
        }
        spans
    }

    /// Returns the hours as the model writes them: equal days together.
    pub fn hours(&self) -> Vec<WeeklyHours> {
        let mut hours: Vec<WeeklyHours> = Vec::new();
        for day in 0..7 {
            for (from_minute, to_minute) in self.spans(day) {
                match hours.iter_mut().find(|h| h.from_minute == from_minute && h.to_minute == to_minute) {
                    Some(same) => same.days.0 |= 1 << day,
                    None => hours.push(WeeklyHours { days: Weekdays(1 << day), from_minute, to_minute }),
                }
            }
        }
        hours
    }

    /// Returns the share of the week in which the two differ, 0 to 1.
    pub fn distance(&self, other: &Week) -> f64 {
        (0..MINUTES).filter(|&m| self.is_open(m) != other.is_open(m)).count() as f64 / MINUTES as f64
    }
}

/// Hours that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    /// The hours.
    pub week: Week,
    /// To how many minutes they are told apart.
    pub granule: usize,
    /// Share of the marks that lie outside, 0 to 1.
    pub outside: f64,
    /// Number of marks.
    pub n: usize,
}

/// Finds the hours in which things happen; `None` where there are too few of them to tell, or where they follow no hours.
///
/// The week is cut into cells of 15, 30 or 60 minutes, the finest that has enough marks and gives hours that people keep; a day
/// begins and ends with the cells that have a share of the marks of the busiest ones ([`SUPPORT`]), and what lies between is a break
/// where next to nothing happens ([`BREAK`]). Where even hours have too few, the days on which things happen are taken to be alike.
/// Deterministic; marks in any order.
///
/// Source of the idea: Estrada-Torres et al., Discovering business process simulation models in the presence of multitasking
/// and availability constraints (2021): support of weekly granules.
pub fn discover(marks: &[WallTime]) -> Option<Hours> {
    if marks.len() < LEAST_MARKS {
        return None;
    }
    let tries = [false, true].into_iter().flat_map(|alike| [15, 30, 60].map(|granule| (alike, granule)));
    tries.into_iter().find_map(|(alike, granule)| {
        let counts = cells(marks, granule, alike)?;
        // Where hours leave much outside, what lies outside is work as well, only less of it.
        [SUPPORT, BREAK].into_iter().find_map(|support| {
            let open = opened(&counts, 1440 / granule, support);
            let week = Week::of(|minute| open[minute / granule]);
            let outside = marks.iter().filter(|m| !week.is_open(minute_of_week(**m))).count() as f64 / marks.len() as f64;
            let is_kept = outside <= MOST_OUTSIDE && (0..7).all(|day| week.spans(day).len() <= MOST_SPANS);
            is_kept.then_some(Hours { week, granule, outside, n: marks.len() })
        })
    })
}

/// Returns the marks of each cell of the week, once a week at most, if there are enough; `alike` takes all working days together.
fn cells(marks: &[WallTime], granule: usize, alike: bool) -> Option<Vec<f64>> {
    let n_cells = MINUTES / granule;
    let per_day = 1440 / granule;
    let mut seen: Vec<(usize, i64)> = marks.iter().map(|&m| (minute_of_week(m) / granule, week_of(m))).collect();
    seen.sort_unstable();
    seen.dedup();
    let mut counts = vec![0usize; n_cells];
    for (cell, _) in &seen {
        counts[*cell] += 1;
    }
    if !alike {
        return (level(&counts) >= ENOUGH).then(|| counts.iter().map(|n| *n as f64).collect());
    }
    let days: Vec<usize> = counts.chunks(per_day).map(|day| day.iter().sum()).collect();
    let most = days.iter().copied().max().unwrap_or(0) as f64;
    let works: Vec<bool> = days.iter().map(|&n| n as f64 >= SUPPORT * most).collect();
    let mut of_day = vec![0usize; per_day];
    for (cell, n) in counts.iter().enumerate().filter(|(cell, _)| works[cell / per_day]) {
        of_day[cell % per_day] += n;
    }
    let of_cell = |cell: usize| if works[cell / per_day] { of_day[cell % per_day] as f64 } else { 0.0 };
    (level(&of_day) >= ENOUGH).then(|| (0..n_cells).map(of_cell).collect())
}

/// Returns the marks of a busy cell. Noise fills many cells with next to nothing: it is that of the busier half.
fn level(counts: &[usize]) -> usize {
    let most = counts.iter().copied().max().unwrap_or(0);
    let mut busy: Vec<usize> = counts.iter().copied().filter(|n| *n > 0 && 2 * n >= most).collect();
    busy.sort_unstable();
    busy.get(busy.len() / 2).copied().unwrap_or(0)
}

/// Returns which cells are open, given the support that begins and ends a day.
fn opened(counts: &[f64], per_day: usize, support: f64) -> Vec<bool> {
    let level = level(&counts.iter().map(|c| *c as usize).collect::<Vec<_>>()) as f64;
    let mut open: Vec<bool> = counts.iter().map(|n| *n > 0.0 && *n >= support * level).collect();
    for day in 0..7 {
        let cells = day * per_day..(day + 1) * per_day;
        let (Some(first), Some(last)) = (cells.clone().find(|c| open[*c]), cells.clone().rfind(|c| open[*c])) else { continue };
        for cell in first..last {
            open[cell] = open[cell] || (counts[cell] > 0.0 && counts[cell] >= BREAK * level);
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::MS_PER_HOUR;

    /// 2026-01-05, a Monday.
    const START: i64 = 20_458 * MS_PER_DAY;

    fn office() -> Vec<WeeklyHours> {
        vec![
            WeeklyHours { days: Weekdays::range(0, 4), from_minute: 540, to_minute: 780 },
            WeeklyHours { days: Weekdays::range(0, 4), from_minute: 840, to_minute: 1080 },
        ]
    }

    #[test]
    fn time_worked_is_that_of_open_hours() {
        let week = Week::of_hours(&office());
        assert_eq!(week.worked(START, START + MS_PER_WEEK), 40 * MS_PER_HOUR);
        let friday = START + 4 * MS_PER_DAY + 17 * MS_PER_HOUR + 30 * MS_PER_MINUTE;
        assert_eq!(week.worked(friday, friday + 64 * MS_PER_HOUR), 30 * MS_PER_MINUTE + 30 * MS_PER_MINUTE);
        assert_eq!(week.worked(friday + 1, friday), 0);
        assert_eq!(Week::always().worked(7, 1_000_007), 1_000_000);
        assert_eq!(week.hours(), office());
    }

    #[test]
    fn hours_come_back_from_what_happens_in_them() {
        let week = Week::of_hours(&office());
        // 30 weeks, a mark every 7 minutes of open time, and some overtime.
        let mut marks: Vec<i64> =
            (0..30 * 1440).map(|i| START + i * 7 * MS_PER_MINUTE).filter(|m| week.is_open(minute_of_week(*m))).collect();
        marks.push(START + 20 * MS_PER_HOUR);
        let found = discover(&marks).unwrap();
        assert_eq!((found.week.hours(), found.granule), (office(), 15));
        assert!(found.outside > 0.0 && found.outside < 0.001);
    }

    #[test]
    fn few_marks_are_taken_by_the_half_hour_and_fewer_not_at_all() {
        let week = Week::of_hours(&office());
        let marks: Vec<i64> =
            (0..1_000).map(|i| START + i * 97 * MS_PER_MINUTE).filter(|m| week.is_open(minute_of_week(*m))).collect();
        let found = discover(&marks).unwrap();
        assert_eq!((found.week.hours(), found.granule), (office(), 30));
        assert_eq!(discover(&marks[..40]), None);
    }
}
