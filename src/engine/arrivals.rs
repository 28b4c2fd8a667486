//! Arrival processes: from numbered draws to instants.
//!
//! The n-th arrival of a source depends only on seed, replication, source and n, so that two variants of a scenario see
//! the same citizens at the same instants.

use crate::base::idx::Idx;
use crate::base::time::{MS_PER_HOUR, SimTime};
use crate::engine::calendar::Calendar;
use crate::engine::random::sampler::Sampler;

/// When cases arrive.
#[derive(Clone, Debug)]
pub enum ArrivalProcess {
    /// A Poisson process whose rate is constant within each hour.
    Poisson {
        /// Expected number of arrivals from time zero to the end of each hour; ascending.
        cumulative: Vec<f64>,
    },
    /// A renewal process.
    Renewal {
        /// Time between arrivals.
        interval: Idx<Vec<Sampler>>,
        /// Whether the first comes at once.
        first_at_start: bool,
        /// How many there are at most.
        limit: Option<u64>,
        /// An arrival in closed hours comes at the next opening, from which the next interval counts.
        hours: Option<Calendar>,
    },
    /// Given instants, ascending; equal ones arrive in order.
    List(Vec<SimTime>),
}

/// Where an arrival process stands.
#[derive(Clone, Debug)]
pub struct ArrivalState {
    /// Number of arrivals so far.
    pub count: u64,
    /// Expected number consumed so far (Poisson), in unit-rate time.
    target: f64,
    /// The hour in which the last arrival fell.
    hour: usize,
    /// The last arrival.
    last: SimTime,
}

impl ArrivalState {
    /// Begins at `begin`.
    pub fn new(process: &ArrivalProcess, begin: SimTime) -> Self {
        let target = match process {
            ArrivalProcess::Poisson { cumulative } => expected_until(cumulative, begin),
            _ => 0.0,
        };
        ArrivalState { count: 0, target, hour: (begin.ms() / MS_PER_HOUR) as usize, last: begin }
    }

    /// Returns the next arrival, or `None` after the last. `draw(n)` gives the draw of the n-th arrival.
    pub fn next(&mut self, process: &ArrivalProcess, durations: &[Vec<Sampler>], draw: impl Fn(u64) -> u64) -> Option<SimTime> {
        let n = self.count;
        let at = match process {
            ArrivalProcess::Poisson { cumulative } => {
                let unit = crate::engine::random::stream::unit(draw(n));
                self.target += -unit.ln();
                while *cumulative.get(self.hour)? < self.target {
                    self.hour += 1;
                }
                let below = if self.hour == 0 { 0.0 } else { cumulative[self.hour - 1] };
                let part = (self.target - below) / (cumulative[self.hour] - below);
                let ms = self.hour as i64 * MS_PER_HOUR + ((part * MS_PER_HOUR as f64) as i64).min(MS_PER_HOUR - 1);
                SimTime(ms.max(self.last.ms()))
            }
            ArrivalProcess::Renewal { interval, first_at_start, limit, hours } => {
                if limit.is_some_and(|limit| n >= limit) {
                    return None;
                }
                let gap = match (n, *first_at_start) {
                    (0, true) => 0,
                    _ => durations.get(interval.get()).and_then(|d| d.first()).map_or(0, |sampler| sampler.sample_ms(draw(n))),
                };
                // Without a limit, arrivals with nothing between them would never let time pass.
                let least = i64::from(limit.is_none() && n > 0);
                let at = SimTime(self.last.ms() + gap.max(least));
                hours.as_ref().map_or(at, |hours| hours.next_open(at))
            }
            ArrivalProcess::List(instants) => *instants.get(n as usize)?,
        };
        self.count += 1;
        self.last = at;
        Some(at)
    }
}

/// Arrivals of a renewal process that are looked at to see how many there are.
const MOST_COUNTED: usize = 1_000_000;

impl ArrivalProcess {
    /// Lets nobody come after an instant, or after the hour in which it lies. A renewal process goes on.
    pub fn end_at(&mut self, last: SimTime) {
        match self {
            ArrivalProcess::Poisson { cumulative } => cumulative.truncate((last.ms() / MS_PER_HOUR + 1) as usize),
            ArrivalProcess::List(instants) => instants.retain(|at| *at <= last),
            ArrivalProcess::Renewal { .. } => {}
        }
    }

    /// Returns the number of arrivals to be expected in a window, and `n` instants that are spread over it as arrivals are: none where none are
    /// to be expected. `draw` as for [`ArrivalState::next`].
    pub fn spread(
        &self,
        begin: SimTime,
        window: (SimTime, SimTime),
        n: u64,
        durations: &[Vec<Sampler>],
        draw: impl Fn(u64) -> u64,
    ) -> (f64, Vec<SimTime>) {
        if let ArrivalProcess::Poisson { cumulative } = self {
            let (before, until) = (expected_until(cumulative, window.0), expected_until(cumulative, window.1));
            let expected = until - before;
            if expected <= 0.0 {
                return (0.0, Vec::new());
            }
            let at = |k: u64| {
                let target = before + expected * (k as f64 + 0.5) / n as f64;
                let hour = cumulative.partition_point(|sum| *sum < target).min(cumulative.len() - 1);
                let below = if hour == 0 { 0.0 } else { cumulative[hour - 1] };
                let part = ((target - below) / (cumulative[hour] - below)).clamp(0.0, 1.0);
                SimTime(hour as i64 * MS_PER_HOUR + (part * MS_PER_HOUR as f64) as i64).max(window.0)
            };
            return (expected, (0..n).map(at).collect());
        }
        let mut state = ArrivalState::new(self, begin);
        let mut found = Vec::new();
        while let Some(at) = state.next(self, durations, &draw).filter(|at| *at < window.1) {
            if at >= window.0 {
                found.push(at);
            }
            if found.len() == MOST_COUNTED {
                break;
            }
        }
        let Some(last) = found.last() else { return (0.0, Vec::new()) };
        let whole = window.1.since(window.0).ms() as f64;
        let looked_at = if found.len() == MOST_COUNTED { last.since(window.0).ms().max(1) as f64 } else { whole };
        let expected = found.len() as f64 * whole / looked_at;
        let at = |k: u64| found[((k as f64 + 0.5) / n as f64 * found.len() as f64) as usize % found.len()];
        (expected, (0..n).map(at).collect())
    }
}

/// Returns the expected number of arrivals from time zero to `t`.
fn expected_until(cumulative: &[f64], t: SimTime) -> f64 {
    let hour = (t.ms() / MS_PER_HOUR) as usize;
    let below = if hour == 0 { 0.0 } else { cumulative.get(hour - 1).or(cumulative.last()).copied().unwrap_or(0.0) };
    let through = cumulative.get(hour).copied().unwrap_or(below);
    below + (through - below) * (t.ms() % MS_PER_HOUR) as f64 / MS_PER_HOUR as f64
}
