//! How fast the engine is, beside loops written for one model only, in one run.
//!
//! [`models`] holds the reference models, [`loops`] the specialised loops, [`coverage`] asks whether
//! intervals hold what they promise. What is measured is the processor's wall clock on
//! one thread; both programs run in turns, so that a busy machine slows both.

pub mod coverage;
pub mod loops;
pub mod models;

use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_WEEK, SimDuration, SimTime};
use crate::compile::compile;
use crate::engine::account::PathClass;
use crate::engine::record::{Activity, CaseEnd, Observer, ServiceEnd};
use crate::engine::run::{RunPlan, run};
use crate::experiment::bench::models::Reference;
use crate::experiment::error::ExperimentError;
use std::time::Instant;

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
    /// Nanoseconds an event, by round: the engine, with keyed streams and every case accounted.
    pub engine_ns: Vec<f64>,
    /// Mean sojourn in minutes: the specialised loop.
    pub loop_sojourn: f64,
    /// Mean sojourn in minutes: the engine.
    pub engine_sojourn: f64,
}

/// Keeps the mean sojourn, as the specialised loop does.
#[derive(Default)]
struct Sojourn {
    cases: u64,
    sum: i64,
    work: i64,
}

impl Observer for Sojourn {
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

/// Measures the reference models with `n` cases each, in `rounds` turns.
///
/// # Errors
/// [`ExperimentError::Model`] if a reference model does not compile: a fault of the program.
pub fn reference(n: u64, rounds: usize) -> Result<Vec<ReferenceResult>, ExperimentError> {
    let mut results = Vec::new();
    for model in Reference::ALL {
        let fault = |diagnostics| ExperimentError::Model { variant: model.name().to_owned(), diagnostics };
        let network = model.network().map_err(|faults| ExperimentError::Plan { message: faults.join(" ") })?;
        let span = SimDuration((n as f64 * model.interval() * 1.2) as i64 + 60 * MS_PER_WEEK);
        let program = compile(&model.scenario(n), span).map_err(fault)?.program;
        let end = SimTime(span.ms() - MS_PER_WEEK);
        let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 1_000_000 };
        let (mut loop_ns, mut engine_ns) = (Vec::new(), Vec::new());
        let (mut loop_sojourn, mut engine_sojourn, mut events) = (0.0, 0.0, 0);
        for _ in 0..rounds.max(1) {
            let begun = Instant::now();
            let found = loops::run(&network, n, 1);
            loop_ns.push(begun.elapsed().as_nanos() as f64 / found.events as f64);
            loop_sojourn = found.mean_sojourn;
            let mut sojourn = Sojourn::default();
            let begun = Instant::now();
            let summary = run(&program, &plan, &mut sojourn, &CancelToken::default());
            engine_ns.push(begun.elapsed().as_nanos() as f64 / summary.events as f64);
            engine_sojourn = sojourn.sum as f64 / 60_000.0 / sojourn.cases.max(1) as f64;
            events = summary.events;
        }
        results.push(ReferenceResult { model, cases: n, events, loop_ns, engine_ns, loop_sojourn, engine_sojourn });
    }
    Ok(results)
}
