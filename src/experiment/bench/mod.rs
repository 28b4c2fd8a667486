//! How fast the engine is, beside a loop written for one model only, in one run.
//!
//! [`models`] holds the reference models, [`loops`] the specialised loop, [`nation`], [`large`] and [`live`] what users wait for,
//! [`coverage`] asks whether intervals hold what they promise. The two programs run in turns on one thread, and what is measured is
//! the processor's time ([`Stopwatch`]), so that a busy machine slows neither; what a person waits for is measured by the clock.
//!
//! All of it stands here and not under `tests`, because `kezek bench` runs it on the user's machine: a ratio that a release's own
//! binary shows is worth more than one from a build made for tests. `tests/bench` holds what runs around the binary: the guard
//! that counts instructions, and the scripts that measure other simulators.

pub mod coverage;
pub mod large;
pub mod live;
pub mod loops;
pub mod models;
pub mod nation;

use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_WEEK, SimDuration};
use crate::engine::account::PathClass;
use crate::engine::record::{Activity, CaseEnd, Observer, RunSummary, ServiceEnd};
use crate::engine::run::{run, run_without_short_cuts};
use crate::experiment::bench::models::Reference;
use crate::experiment::collect::Collector;
use crate::experiment::error::ExperimentError;
use crate::experiment::plan::Plan;
use crate::experiment::prepare::{Prepared, prepare};
use crate::experiment::sums::CaseSums;
use crate::model::scenario::Scenario;
use crate::model::study::{AS_IS, Study};
use std::time::{Duration, Instant};

/// What one reference model has shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceResult {
    /// The model.
    pub model: Reference,
    /// Cases of one round.
    pub cases: u64,
    /// Arrivals and finished pieces of work of one round, by the engine.
    pub events: u64,
    /// Nanoseconds an event, by round: the specialised loop.
    pub loop_ns: Vec<f64>,
    /// Nanoseconds an event, by round: the engine alone, with keyed streams, accounts of every case and pictures of pools, and
    /// with an observer that keeps one mean, as the loop does.
    pub engine_ns: Vec<f64>,
    /// Nanoseconds an event, by round: the same with everything that an experiment keeps: all measures with quantiles, by
    /// segment, by step and by service, waits by pool, and the values by person.
    pub study_ns: Vec<f64>,
    /// Mean sojourn in minutes: the specialised loop.
    pub loop_sojourn: f64,
    /// Mean sojourn in minutes: the engine.
    pub engine_sojourn: f64,
}

/// Measures the time that the processor gives to this thread, where the system tells (Linux); else time by the clock.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    on_processor: Option<f64>,
    begun: Instant,
}

impl Stopwatch {
    /// Begins to measure.
    pub fn start() -> Self {
        Stopwatch { on_processor: Stopwatch::on_processor(), begun: Instant::now() }
    }

    /// Returns the nanoseconds since the start.
    pub fn nanoseconds(&self) -> f64 {
        match (self.on_processor, Stopwatch::on_processor()) {
            (Some(from), Some(to)) => to - from,
            _ => self.begun.elapsed().as_nanos() as f64,
        }
    }

    /// Returns the nanoseconds that this thread has had a processor for.
    fn on_processor() -> Option<f64> {
        // The system brings its account up to date whenever a thread gives its processor up.
        std::thread::sleep(Duration::from_micros(1));
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse().ok()
    }
}

/// Keeps the mean sojourn, as the specialised loop does.
#[derive(Default)]
struct Sojourn {
    cases: u64,
    sum: i64,
    work: i64,
}

impl Observer for Sojourn {
    const READS_CHANNELS: bool = false;

    fn activity(&mut self, activity: &Activity) {
        self.work += activity.worked;
    }
    fn service_ended(&mut self, _: &ServiceEnd) {}
    fn case_ended(&mut self, end: &CaseEnd) {
        self.cases += 1;
        self.sum += end.ended.since(end.arrival).ms();
        self.work -= end.path[PathClass::Work as usize];
    }
}

/// A scenario made ready as a study's as-is is, to be run as an experiment runs it.
pub(crate) struct StudyRun {
    pub prepared: Prepared,
    pub plan: Plan,
}

impl StudyRun {
    /// Prepares the as-is of a study for runs whose window begins at once and is followed for `follow_up`.
    pub fn new(scenario: Scenario, horizon: SimDuration, follow_up: SimDuration) -> Result<Self, ExperimentError> {
        let study = Study { id: "bench".to_owned(), scenario, ..Study::default() };
        let plan = Plan { horizon, warm_up: SimDuration::ZERO, follow_up, ..Plan::of_study(&study) };
        Ok(StudyRun { prepared: prepare(&study, AS_IS, &plan)?, plan })
    }

    /// Runs a replication with an observer.
    pub fn run(&self, replication: u32, observer: &mut impl Observer) -> RunSummary {
        run(&self.prepared.program, &self.prepared.run_plan(&self.plan, replication), observer, &CancelToken::default())
    }

    /// Runs a replication with everything that an experiment keeps.
    pub fn collect(&self, replication: u32) -> (RunSummary, CaseSums) {
        let window = (self.prepared.window.from, self.prepared.window.to);
        let mut collector = Collector::new(&self.prepared.layout, window, self.plan.persons_of(1));
        let summary = self.run(replication, &mut collector);
        (summary, collector.finish())
    }
}

/// Makes a reference model of `n` cases ready, with a window that holds all of them.
fn study_run(model: Reference, n: u64) -> Result<StudyRun, ExperimentError> {
    // A fifth longer than the arrivals should take, and some weeks for the last cases, so that every run ends by itself.
    let span = SimDuration((n as f64 * model.interval() * 1.2) as i64 + 8 * MS_PER_WEEK);
    StudyRun::new(model.scenario(n), span, SimDuration::ZERO)
}

/// Runs a reference model once, by the engine alone or with everything that an experiment keeps, and returns the number of
/// events. For counting instructions: the difference between two sizes is what their events cost.
///
/// # Errors
/// [`ExperimentError::Model`] if the model does not compile: a fault of the program.
pub fn once(model: Reference, n: u64, how: Once) -> Result<u64, ExperimentError> {
    let study = study_run(model, n)?;
    let summary = match how {
        Once::Measures => study.collect(0).0,
        Once::Bare => study.run(0, &mut Sojourn::default()),
        Once::NoShortCuts => {
            let plan = study.prepared.run_plan(&study.plan, 0);
            run_without_short_cuts(&study.prepared.program, &plan, &mut Sojourn::default(), &CancelToken::default())
        }
        Once::Loop => {
            let network = model.network().map_err(|faults| ExperimentError::Plan { message: faults.join(" ") })?;
            return Ok(loops::run(&network, n, 1).events);
        }
    };
    Ok(summary.events)
}

/// How [`once`] runs a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once {
    /// With everything that an experiment keeps.
    Measures,
    /// The engine alone.
    Bare,
    /// The engine alone, without the straight path for plain work.
    NoShortCuts,
    /// The specialised loop.
    Loop,
}

/// What a real study costs by its events.
#[derive(Clone, Debug, PartialEq)]
pub struct StudyCost {
    /// Arrivals and finished pieces of work and delays of one round.
    pub events: u64,
    /// Cases that arrived in the window.
    pub cases: u64,
    /// Nanoseconds an event with everything that an experiment keeps, by round.
    pub ns: Vec<f64>,
}

/// Measures a quarter of a scenario from an empty start, with its cases followed to the end.
///
/// # Errors
/// [`ExperimentError::Model`] if it does not compile.
pub fn study_cost(scenario: &Scenario, rounds: usize) -> Result<StudyCost, ExperimentError> {
    let study = StudyRun::new(scenario.clone(), SimDuration::from_days(91), SimDuration::from_days(84))?;
    let mut cost = StudyCost { events: 0, cases: 0, ns: Vec::new() };
    for _ in 0..rounds.max(1) {
        let watch = Stopwatch::start();
        let (summary, sums) = study.collect(0);
        cost.ns.push(watch.nanoseconds() / summary.events as f64);
        (cost.events, cost.cases) = (summary.events, sums.counts.arrived);
    }
    Ok(cost)
}

/// Measures the reference models with `n` cases each, in `rounds` turns.
///
/// # Errors
/// [`ExperimentError::Model`] if a reference model does not compile: a fault of the program.
pub fn reference(n: u64, rounds: usize) -> Result<Vec<ReferenceResult>, ExperimentError> {
    let mut results = Vec::new();
    for model in Reference::ALL {
        let network = model.network().map_err(|faults| ExperimentError::Plan { message: faults.join(" ") })?;
        let study = study_run(model, n)?;
        let mut result = ReferenceResult {
            model,
            cases: n,
            events: 0,
            loop_ns: Vec::new(),
            engine_ns: Vec::new(),
            study_ns: Vec::new(),
            loop_sojourn: 0.0,
            engine_sojourn: 0.0,
        };
        for _ in 0..rounds.max(1) {
            let watch = Stopwatch::start();
            let found = loops::run(&network, n, 1);
            result.loop_ns.push(watch.nanoseconds() / found.events as f64);
            result.loop_sojourn = found.mean_sojourn;
            let mut sojourn = Sojourn::default();
            let watch = Stopwatch::start();
            let summary = study.run(0, &mut sojourn);
            result.engine_ns.push(watch.nanoseconds() / summary.events as f64);
            result.engine_sojourn = sojourn.sum as f64 / 60_000.0 / sojourn.cases.max(1) as f64;
            let watch = Stopwatch::start();
            let (summary, _) = study.collect(0);
            result.study_ns.push(watch.nanoseconds() / summary.events as f64);
            result.events = summary.events;
        }
        results.push(result);
    }
    Ok(results)
}
