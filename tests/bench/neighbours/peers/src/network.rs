//! The reference models: pools in a row, a branch, working hours. Times are minutes.

use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Exp, Gamma, LogNormal};
use rand_pcg::Pcg64;
use std::collections::VecDeque;

/// A law of durations.
#[derive(Clone, Copy)]
pub enum Law {
    Exponential(Exp<f64>),
    Lognormal(LogNormal<f64>),
    Gamma(Gamma<f64>),
}

impl Law {
    fn exponential(mean: f64) -> Law {
        Law::Exponential(Exp::new(1.0 / mean).expect("a positive mean"))
    }

    fn lognormal(mean: f64, cv: f64) -> Law {
        let variance = (1.0 + cv * cv).ln();
        Law::Lognormal(LogNormal::new(mean.ln() - variance / 2.0, variance.sqrt()).expect("a finite law"))
    }

    fn gamma(mean: f64, shape: f64) -> Law {
        Law::Gamma(Gamma::new(shape, mean / shape).expect("a positive shape"))
    }

    pub fn sample(&self, rng: &mut Pcg64) -> f64 {
        match self {
            Law::Exponential(law) => law.sample(rng),
            Law::Lognormal(law) => law.sample(rng),
            Law::Gamma(law) => law.sample(rng),
        }
    }
}

/// A reference model.
#[derive(Clone)]
pub struct Model {
    pub interval: Law,
    /// How many people, and how long the work takes.
    pub stations: Vec<(u32, Law)>,
    /// Whether cases branch after the fifth station.
    pub branches: bool,
    /// Whether work is done in working hours only.
    pub hours: bool,
}

impl Model {
    pub fn of_letter(letter: &str) -> Model {
        if letter == "a" {
            let stations = vec![(10, Law::exponential(1.0))];
            return Model { interval: Law::exponential(1.0 / 9.0), stations, branches: false, hours: false };
        }
        let stations = vec![
            (4, Law::exponential(3.2)),
            (10, Law::lognormal(8.0, 1.0)),
            (16, Law::gamma(11.52, 2.5)),
            (6, Law::exponential(4.32)),
            (20, Law::lognormal(14.4, 1.5)),
            (8, Law::gamma(9.142857, 0.7)),
            (12, Law::exponential(13.714286)),
            (10, Law::lognormal(8.0, 0.5)),
        ];
        let hours = letter == "c";
        let interval = Law::exponential(if hours { 10_080.0 / 2_400.0 } else { 1.0 });
        Model { interval, stations, branches: true, hours }
    }

    /// Returns the station after `at`, or `None` at the end.
    pub fn next(&self, at: usize, rng: &mut Pcg64) -> Option<usize> {
        if self.branches && at == 4 {
            let luck: f64 = rng.random();
            return Some(if luck < 0.10 { 2 } else if luck < 0.73 { 5 } else { 7 });
        }
        (at + 1 < self.stations.len()).then_some(at + 1)
    }

    /// Returns when work of so many minutes that begins now is done.
    pub fn done(&self, now: f64, work: f64) -> f64 {
        if self.hours { after_open_minutes(now, work) } else { now + work }
    }
}

const DAY: f64 = 1_440.0;
const WEEK: f64 = 7.0 * DAY;
const A_DAY: f64 = 480.0;
const A_WEEK: f64 = 5.0 * A_DAY;

/// Returns how many minutes are open from time 0, a Monday at midnight, until `t`.
fn open_until(t: f64) -> f64 {
    let week = (t / WEEK).floor();
    let in_week = t - week * WEEK;
    let day = (in_week / DAY).floor();
    if day >= 5.0 {
        return (week + 1.0) * A_WEEK;
    }
    let minute = in_week - day * DAY;
    let open = (minute - 540.0).clamp(0.0, 240.0) + (minute - 840.0).clamp(0.0, 240.0);
    week * A_WEEK + day * A_DAY + open
}

/// Returns when so many open minutes have passed since `now`.
fn after_open_minutes(now: f64, minutes: f64) -> f64 {
    let open = open_until(now) + minutes;
    let week = (open / A_WEEK).floor();
    let in_week = open - week * A_WEEK;
    let day = (in_week / A_DAY).floor();
    let in_day = in_week - day * A_DAY;
    week * WEEK + day * DAY + in_day + if in_day <= 240.0 { 540.0 } else { 600.0 }
}

/// Pools with their lines, and the mean that is kept.
pub struct Floor {
    pub model: Model,
    pub rng: Pcg64,
    pub to_come: u64,
    free: Vec<u32>,
    lines: Vec<VecDeque<f64>>,
    sum: f64,
    left: u64,
}

impl Floor {
    pub fn new(model: &Model, cases: u64, seed: u64) -> Floor {
        let free = model.stations.iter().map(|s| s.0).collect();
        let lines = vec![VecDeque::new(); model.stations.len()];
        let rng = Pcg64::seed_from_u64(seed);
        Floor { model: model.clone(), rng, to_come: cases, free, lines, sum: 0.0, left: 0 }
    }

    /// Returns when the next case comes, if one does.
    pub fn arrival(&mut self, now: f64) -> Option<f64> {
        self.to_come = self.to_come.checked_sub(1)?;
        Some(now + self.model.interval.sample(&mut self.rng))
    }

    /// A case that came at `came` is at a station: returns when its work is done, or `None` if it stands in line.
    pub fn enter(&mut self, now: f64, station: usize, came: f64) -> Option<f64> {
        if self.free[station] == 0 {
            self.lines[station].push_back(came);
            return None;
        }
        self.free[station] -= 1;
        Some(self.work(now, station))
    }

    fn work(&mut self, now: f64, station: usize) -> f64 {
        let work = self.model.stations[station].1.sample(&mut self.rng);
        self.model.done(now, work)
    }

    /// Work ended: returns the next in line with the end of their work.
    pub fn release(&mut self, now: f64, station: usize) -> Option<(f64, f64)> {
        let Some(came) = self.lines[station].pop_front() else {
            self.free[station] += 1;
            return None;
        };
        Some((came, self.work(now, station)))
    }

    /// Returns where the case goes; at the end, it is counted.
    pub fn onward(&mut self, now: f64, station: usize, came: f64) -> Option<usize> {
        let next = self.model.next(station, &mut self.rng);
        if next.is_none() {
            self.count(now - came);
        }
        next
    }

    pub fn count(&mut self, sojourn: f64) {
        self.sum += sojourn;
        self.left += 1;
    }

    pub fn mean(&self) -> f64 {
        self.sum / self.left as f64
    }
}
