//! Pools over replications: load, lines, hours of the week.

use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, SimTime};
use crate::engine::record::{HOURS_OF_WEEK, PoolStatistics};
use crate::experiment::activities::quantiles_in_minutes;
use crate::experiment::collect::shares_within_limits;
use crate::experiment::layout::PoolKey;
use crate::experiment::outcome::{PoolHour, PoolOutcome};
use crate::experiment::overload::{QueueRecord, find_overload};
use crate::experiment::series::Series;
use crate::statistics::sketch::Sketch;
use crate::statistics::special::student_t_critical;
use crate::statistics::summary::Moments;

/// Where the measured window lies, for pictures by hour and by day.
#[derive(Clone, Debug)]
pub struct Window {
    /// First instant.
    pub from: SimTime,
    /// First instant after it.
    pub to: SimTime,
    /// The run's first day; time zero is its midnight.
    pub first_day: jiff::civil::Date,
    /// Milliseconds of each hour of the week, Monday midnight first, that lie in the window.
    hours: Vec<i64>,
}

impl Window {
    /// Makes a window. `first_weekday` is the weekday of time zero, 0 for Monday.
    pub fn new(from: SimTime, to: SimTime, first_day: jiff::civil::Date, first_weekday: i64) -> Self {
        let mut hours = vec![0; HOURS_OF_WEEK];
        let mut hour = from.ms().div_euclid(MS_PER_HOUR);
        while hour * MS_PER_HOUR < to.ms() {
            let overlap = ((hour + 1) * MS_PER_HOUR).min(to.ms()) - (hour * MS_PER_HOUR).max(from.ms());
            hours[(hour + first_weekday * 24).rem_euclid(HOURS_OF_WEEK as i64) as usize] += overlap;
            hour += 1;
        }
        Window { from, to, first_day, hours }
    }

    /// Returns its length in milliseconds.
    pub fn length(&self) -> i64 {
        self.to.since(self.from).ms()
    }

    /// Returns the whole days of the run that lie in it, by number.
    pub fn days(&self) -> std::ops::Range<usize> {
        let first = (self.from.ms() + MS_PER_DAY - 1).div_euclid(MS_PER_DAY);
        first as usize..(self.to.ms().div_euclid(MS_PER_DAY)).max(first) as usize
    }
}

/// Values at positions over replications; a replication need not have all positions.
#[derive(Clone, Debug, Default)]
pub struct MeanByDay(Vec<Moments>);

impl MeanByDay {
    /// Takes in the next replication.
    pub fn record(&mut self, values: &[f32]) {
        if self.0.len() < values.len() {
            self.0.resize(values.len(), Moments::new());
        }
        for (moments, value) in self.0.iter_mut().zip(values) {
            moments.record(f64::from(*value));
        }
    }

    /// Returns the means.
    pub fn means(&self) -> Vec<f64> {
        self.0.iter().map(|moments| moments.mean().unwrap_or(0.0)).collect()
    }

    /// Returns Student's t intervals of the means, those of numbers that cannot be negative; empty with a single replication.
    pub fn intervals(&self, confidence: f64) -> Vec<(f64, f64)> {
        // Days have the same number of replications, but for runs cut short: the critical value is looked up once for each.
        let mut critical: Option<(u64, f64)> = None;
        let mut interval = |moments: &Moments| {
            let (mean, error) = (moments.mean()?, moments.standard_error()?);
            let t = match critical {
                Some((n, t)) if n == moments.n() => t,
                _ => student_t_critical(confidence, (moments.n() - 1) as f64),
            };
            critical = Some((moments.n(), t));
            Some(((mean - t * error).max(0.0), mean + t * error))
        };
        self.0.iter().map(&mut interval).collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

/// A pool over the replications so far.
#[derive(Clone, Debug, Default)]
pub struct PoolTally {
    utilisation: Series,
    /// Hours worked.
    pub hours: Series,
    rostered: Series,
    overtime: Series,
    queue: Series,
    waiting: Series,
    at_once: Series,
    soon: Series,
    starts: Series,
    cost: Series,
    outage: Series,
    slopes: Series,
    max_queue: u32,
    waits: Sketch,
    by_hour: Vec<[i64; 3]>,
    by_day: MeanByDay,
    replications: u32,
}

impl PoolTally {
    /// Takes in the next replication.
    pub fn record(&mut self, key: &PoolKey, statistics: &PoolStatistics, waits: &Sketch, window: &Window) {
        let hours = |ms: i64| Some(ms as f64 / MS_PER_HOUR as f64);
        let quotient = |of: f64, by: f64| (by > 0.0).then(|| of / by);
        let worked = statistics.busy + statistics.overtime;
        let starts = statistics.starts as f64;
        let utilisation = quotient(statistics.busy as f64, statistics.rostered as f64);
        self.utilisation.push(utilisation.filter(|_| key.members > 0));
        self.hours.push(hours(worked));
        self.rostered.push(hours(statistics.rostered));
        self.overtime.push(hours(statistics.overtime));
        self.queue.push(quotient(statistics.queue_area as f64, window.length() as f64));
        self.waiting.push(quotient(statistics.waited as f64 / MS_PER_MINUTE as f64, starts));
        self.at_once.push(quotient(statistics.starts_at_once as f64, starts));
        self.soon.push(waits.share_at_most(15 * MS_PER_MINUTE));
        self.starts.push(Some(starts));
        self.cost.push(hours(worked).map(|h| h * key.cost_per_hour / 1000.0));
        self.outage.push(hours(statistics.outage));
        self.slopes.push(crate::experiment::overload::daily_growth(&statistics.queue_by_day, &window.days()));
        self.max_queue = self.max_queue.max(statistics.max_queue);
        self.waits.merge(waits);
        self.by_hour.resize(HOURS_OF_WEEK, [0; 3]);
        for (sum, one) in self.by_hour.iter_mut().zip(statistics.by_hour.iter()) {
            (0..3).for_each(|part| sum[part] += one[part]);
        }
        self.by_day.record(&statistics.queue_by_day);
        self.replications += 1;
    }

    /// Returns the mean number waiting by day.
    pub fn queue_by_day(&self) -> Vec<f64> {
        self.by_day.means()
    }

    /// Returns the series of cost, utilisation, waiting, and of the share that waited at most 15 minutes, for comparisons.
    pub fn compared(&self) -> [&Series; 4] {
        [&self.cost, &self.utilisation, &self.waiting, &self.soon]
    }

    /// Returns the outcome.
    pub fn outcome(&self, key: &PoolKey, window: &Window, confidence: f64) -> PoolOutcome {
        let of = |series: &Series| series.estimate_or_zero(confidence);
        let queue_by_day: Vec<f64> = self.queue_by_day().into_iter().take(window.days().end).collect();
        let mean = |series: &Series| series.estimate_or_zero(confidence).mean;
        let record = QueueRecord {
            queue_by_day: &queue_by_day,
            days: window.days(),
            growth: self.slopes.estimate(confidence),
            utilisation: self.utilisation.estimate(confidence).map(|e| e.mean),
            busy_hours: mean(&self.hours),
            rostered_hours: mean(&self.rostered),
            starts: mean(&self.starts),
            members: key.members,
        };
        let overload = find_overload(&record, window.first_day);
        PoolOutcome {
            id: key.id.clone(),
            name: key.name.clone(),
            agency: key.agency.clone(),
            kind: key.kind,
            members: key.members,
            utilisation: self.utilisation.estimate(confidence),
            staff_hours: of(&self.hours),
            rostered_hours: of(&self.rostered),
            overtime_hours: of(&self.overtime),
            queue_length: of(&self.queue),
            max_queue: self.max_queue,
            waiting_time: self.waiting.estimate(confidence),
            at_once_share: self.at_once.estimate(confidence),
            within_15_minutes: self.soon.estimate(confidence),
            waited_at_most: shares_within_limits(&self.waits),
            waiting_quantiles: quantiles_in_minutes(&self.waits),
            starts: of(&self.starts),
            cost: of(&self.cost),
            by_hour: self.hours_of_week(window),
            queue_by_day_interval: self.by_day.intervals(confidence).into_iter().take(queue_by_day.len()).collect(),
            queue_by_day,
            outage_hours: of(&self.outage),
            overload,
        }
    }

    fn hours_of_week(&self, window: &Window) -> Vec<PoolHour> {
        let replications = f64::from(self.replications);
        let of = |(sums, &ms): (&[i64; 3], &i64)| {
            let mean = |sum: i64| if ms > 0 { sum as f64 / (ms as f64 * replications) } else { 0.0 };
            PoolHour { rostered: mean(sums[0]), busy: mean(sums[1]), queue: mean(sums[2]) }
        };
        self.by_hour.iter().zip(&window.hours).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_knows_its_hours_and_whole_days() {
        let at = |hours: i64| SimTime(hours * MS_PER_HOUR);
        let monday = jiff::civil::date(2026, 1, 5);
        let window = Window::new(at(9), at(9 + 10 * 24), monday, 0);
        assert_eq!(window.days(), 1..10);
        assert_eq!(window.hours.iter().sum::<i64>(), window.length());
        assert_eq!(window.hours[9], 2 * MS_PER_HOUR, "nine on a Monday comes twice");
        assert_eq!(window.hours[8], MS_PER_HOUR, "eight on the first Monday lies before the window");
    }

    #[test]
    fn window_that_begins_on_a_sunday_ends_its_first_day_in_a_new_week() {
        let window = Window::new(SimTime(0), SimTime(25 * MS_PER_HOUR), jiff::civil::date(2026, 1, 4), 6);
        assert_eq!(window.hours[0], MS_PER_HOUR, "the last hour is Monday's first");
        assert_eq!(window.hours[6 * 24], MS_PER_HOUR);
    }

    #[test]
    fn days_have_the_interval_of_their_replications() {
        let mut days = MeanByDay::default();
        days.record(&[1.0, 0.0]);
        assert!(days.intervals(0.95).is_empty(), "one replication says nothing about how sure it is");
        days.record(&[3.0, 0.0]);
        assert_eq!(days.means(), [2.0, 0.0]);
        // Half width: t(0.975; 1) = 12.7062 times the standard error of 1; fewer than none never wait.
        let intervals = days.intervals(0.95);
        assert!((intervals[0].1 - 14.7062).abs() < 1e-4 && intervals[0].0 == 0.0, "{intervals:?}");
        assert_eq!(intervals[1], (0.0, 0.0));
    }
}
