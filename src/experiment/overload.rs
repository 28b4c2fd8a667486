//! Finds queues that grow without end: then a mean wait says nothing, and the answer is which, from when, and how fast.

use crate::experiment::outcome::{Estimate, Overload};
use std::ops::Range;

/// Share of its time up to which a pool can be kept busy by varying arrivals without its queue growing for long.
const SUSTAINABLE: f64 = 0.9;
/// Utilisation from which a growing queue is put down to lack of capacity.
const SATURATED: f64 = 0.98;
/// Fewest cases by which a queue must have grown.
const LEAST_GROWTH: f64 = 10.0;
/// Days of work at the pool's own pace to which a queue must have grown where the pool as a whole is not saturated: then only
/// some of its members (those with a skill) may be.
const BACKLOG_DAYS: f64 = 5.0;
/// Fewest days on which growth can be told from noise.
const LEAST_DAYS: usize = 10;

/// What is known of a pool's queue.
#[derive(Clone, Debug)]
pub struct QueueRecord<'q> {
    /// Mean number waiting by day of the run, over replications.
    pub queue_by_day: &'q [f64],
    /// Days of the measured window.
    pub days: Range<usize>,
    /// Growth in cases a day in each replication, with its interval.
    pub growth: Option<Estimate>,
    /// Busy over rostered time.
    pub utilisation: Option<f64>,
    /// Hours worked in the window.
    pub busy_hours: f64,
    /// Hours on shift in the window.
    pub rostered_hours: f64,
    /// Work begun in the window.
    pub starts: f64,
    /// Members.
    pub members: u32,
}

/// Returns by how many cases a queue grows a day: the slope of the least-squares line through the days. `None` below ten days.
pub fn daily_growth(queue_by_day: &[f32], days: &Range<usize>) -> Option<f64> {
    let end = days.end.min(queue_by_day.len());
    let values: Vec<f64> = queue_by_day.get(days.start..end)?.iter().map(|&v| f64::from(v)).collect();
    fit_line(&values).map(|line| line.slope)
}

/// A least-squares line through equally spaced values.
struct Line {
    slope: f64,
    /// Share of the values' variance that the line explains, 0..1.
    explained: f64,
}

fn fit_line(values: &[f64]) -> Option<Line> {
    if values.len() < LEAST_DAYS {
        return None;
    }
    let n = values.len() as f64;
    let (mean_x, mean_y) = ((n - 1.0) / 2.0, values.iter().sum::<f64>() / n);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in values.iter().enumerate() {
        let (dx, dy) = (x as f64 - mean_x, y - mean_y);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    Some(Line { slope: xy / xx, explained: if yy > 0.0 { xy * xy / (xx * yy) } else { 0.0 } })
}

/// Tells whether a queue grows without end, from when, how fast, and what it would take.
///
/// It does if, over the measured window, all of this holds: its growth a day lies above 0 beyond chance (over replications,
/// at the plan's confidence); a straight line explains at least half of how its daily mean varies; it has grown by at
/// least ten cases; and either the pool is busy for 98 % of its time, or the queue stands for five days of its work.
/// It grows from the day after the last on which it was at most a tenth of what it is at the end.
/// The members needed serve what comes and do not shrink the backlog: hours worked, and those that the cases added
/// to the queue would take, by hours on shift, at nine tenths of their time.
pub fn find_overload(record: &QueueRecord<'_>, first_day: jiff::civil::Date) -> Option<Overload> {
    let end = record.days.end.min(record.queue_by_day.len());
    let window = record.queue_by_day.get(record.days.start..end)?;
    let whole = fit_line(window)?;
    let growth = record.growth?;
    if growth.mean <= 0.0 || growth.low.is_some_and(|low| low <= 0.0) || whole.explained < 0.5 {
        return None;
    }
    let backlog = *window.last()?;
    let starts_per_day = record.starts / window.len() as f64;
    let is_saturated = record.utilisation.is_some_and(|u| u >= SATURATED);
    if backlog < LEAST_GROWTH || whole.slope * (window.len() as f64) < LEAST_GROWTH {
        return None;
    }
    if !is_saturated && backlog < BACKLOG_DAYS * starts_per_day {
        return None;
    }
    let series = &record.queue_by_day[..end];
    let from = series.iter().rposition(|&queue| queue <= 0.1 * backlog).map_or(0, |day| day + 1);
    let growth_per_day = fit_line(&series[from..]).map_or(whole.slope, |line| line.slope).max(0.0);
    let from_day = u32::try_from(from).ok()?;
    let date = first_day.checked_add(jiff::Span::new().try_days(i64::from(from_day)).ok()?).ok()?;
    let hours_per_start = if record.starts > 0.0 { record.busy_hours / record.starts } else { 0.0 };
    let offered = record.busy_hours + growth_per_day * window.len() as f64 * hours_per_start;
    let factor = if record.rostered_hours > 0.0 { offered / (SUSTAINABLE * record.rostered_hours) } else { 1.0 };
    let needed = (f64::from(record.members) * factor - 1e-9).ceil().max(f64::from(record.members) + 1.0);
    Some(Overload {
        from_day,
        from: date,
        growth_per_day,
        backlog,
        utilisation: record.utilisation.unwrap_or(0.0),
        members_needed: needed.min(f64::from(u32::MAX)) as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(queue_by_day: &[f64]) -> QueueRecord<'_> {
        let growth = fit_line(queue_by_day).map(|line| Estimate::without_interval(line.slope));
        let days = 0..queue_by_day.len();
        // Four members of eight hours a day, always busy, 48 cases a day.
        let hours = 32.0 * queue_by_day.len() as f64;
        let starts = 48.0 * queue_by_day.len() as f64;
        let utilisation = Some(1.0);
        QueueRecord { queue_by_day, days, growth, utilisation, busy_hours: hours, rostered_hours: hours, starts, members: 4 }
    }

    #[test]
    fn growing_queue_is_found_with_day_rate_and_remedy() {
        let queue: Vec<f64> = (0..100).map(|day| if day < 40 { 1.0 } else { 12.0 * f64::from(day - 40) }).collect();
        let found = find_overload(&record(&queue), jiff::civil::date(2026, 1, 5)).unwrap();
        // A tenth of the final 708 is passed between day 45 and 46.
        assert_eq!(found.from_day, 46);
        assert_eq!(found.from, jiff::civil::date(2026, 2, 20));
        assert!((found.growth_per_day - 12.0).abs() < 1e-9);
        // 60 cases a day ask for 5 members at full time, at nine tenths for 5.6.
        assert_eq!(found.members_needed, 6);
    }

    #[test]
    fn busy_but_steady_queue_is_no_overload() {
        let queue: Vec<f64> = (0..100).map(|day| 30.0 + f64::from(day % 7)).collect();
        assert_eq!(find_overload(&record(&queue), jiff::civil::date(2026, 1, 5)), None);
    }

    #[test]
    fn growth_that_chance_explains_is_no_overload() {
        let queue: Vec<f64> = (0..100).map(|day| 12.0 * f64::from(day)).collect();
        let growth = Some(Estimate { mean: 12.0, low: Some(-1.0), high: Some(25.0) });
        assert_eq!(find_overload(&QueueRecord { growth, ..record(&queue) }, jiff::civil::date(2026, 1, 5)), None);
    }

    #[test]
    fn pool_that_is_idle_half_the_day_is_overloaded_only_with_days_of_backlog() {
        let slow: Vec<f64> = (0..100).map(|day| 0.2 * f64::from(day)).collect();
        let fast: Vec<f64> = (0..100).map(|day| 12.0 * f64::from(day)).collect();
        let idle = Some(0.5);
        let day = jiff::civil::date(2026, 1, 5);
        assert_eq!(find_overload(&QueueRecord { utilisation: idle, ..record(&slow) }, day), None);
        assert!(find_overload(&QueueRecord { utilisation: idle, ..record(&fast) }, day).is_some());
    }
}
