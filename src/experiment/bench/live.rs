//! How soon a person at the window sees something: from an edit to numbers, from a cancel to silence; and what threads bring.

use crate::base::progress::CancelToken;
use crate::base::time::SimDuration;
use crate::experiment::error::ExperimentError;
use crate::experiment::memory::RunMemory;
use crate::experiment::offered::offered_loads;
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::run::{run_experiment, run_remembering};
use crate::model::study::Study;
use std::time::{Duration, Instant};

/// Bytes of remembered runs.
const MOST_REMEMBERED: usize = 256 << 20;

/// What the window waits for, in milliseconds, by round.
#[derive(Clone, Debug, Default)]
pub struct LiveResult {
    /// From an edit to the first complete set of measures of all variants.
    pub first: Vec<f64>,
    /// From the same edit to the second, of a longer look.
    pub second: Vec<f64>,
    /// From an edit of one variant, when all have been run, to the first complete set of measures of all.
    pub one_variant: Vec<f64>,
    /// From a cancel in the midst of full runs to the end of all work.
    pub cancelled: Vec<f64>,
}

/// Does what the window does after an edit: checks, runs the plan's first look, works out offered loads and provenance, runs the
/// second look, begins the full plan, and is cancelled in the midst of it.
///
/// # Errors
/// As [`run_experiment`].
pub fn live(study: &Study, rounds: usize) -> Result<LiveResult, ExperimentError> {
    let mut result = LiveResult::default();
    for round in 0..rounds.max(1) {
        let mut edited = study.clone();
        for agency in &mut edited.scenario.agencies {
            for group in agency.pools.iter_mut().flat_map(|pool| &mut pool.staff) {
                group.count.value += 1.0 + round as f64;
            }
        }
        let memory = RunMemory::new(MOST_REMEMBERED);
        let begun = Instant::now();
        std::hint::black_box(crate::model::validate::validate(&edited));
        let plan = Plan::of_study(&edited);
        for (at, (look, times)) in plan.first_looks().iter().zip([&mut result.first, &mut result.second]).enumerate() {
            std::hint::black_box(run_remembering(&edited, look, Some(&memory), &|_| {}, &CancelToken::default())?);
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
            if at == 0 {
                std::hint::black_box(offered_loads(&edited, &CancelToken::default()));
                std::hint::black_box(crate::model::provenance::provenance(&edited));
            }
        }
        if let Some(look) = plan.first_looks().first()
            && let Some(change) = edited.variants.last_mut().and_then(|variant| variant.changes.last_mut())
        {
            change.enabled = !change.enabled;
            let begun = Instant::now();
            std::hint::black_box(crate::model::validate::validate(&edited));
            std::hint::black_box(run_remembering(&edited, look, Some(&memory), &|_| {}, &CancelToken::default())?);
            result.one_variant.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        result.cancelled.push(cancel_latency(&edited, &plan, Duration::from_millis(40 + 60 * round as u64)));
    }
    Ok(result)
}

/// Returns how many milliseconds pass from a cancel to the end of the experiment.
fn cancel_latency(study: &Study, plan: &Plan, after: Duration) -> f64 {
    let cancel = CancelToken::default();
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| {
            // Cancelled before the first replication is complete or after it: both are an end.
            let outcome = run_experiment(study, plan, &|_| {}, &cancel);
            std::hint::black_box(outcome.is_ok());
            Instant::now()
        });
        std::thread::sleep(after);
        let asked = Instant::now();
        cancel.cancel();
        worker.join().map_or(f64::INFINITY, |ended| ended.saturating_duration_since(asked).as_secs_f64() * 1_000.0)
    })
}

/// What one and two threads have taken.
#[derive(Clone, Debug, Default)]
pub struct ScalingResult {
    /// Replications of each round.
    pub replications: u32,
    /// Seconds on one thread, by round.
    pub one: Vec<f64>,
    /// Seconds on two threads, by round.
    pub two: Vec<f64>,
}

/// Runs a study's as-is over a quarter, on one thread and on two, in turns.
///
/// # Errors
/// As [`run_experiment`].
pub fn scaling(study: &Study, rounds: usize) -> Result<ScalingResult, ExperimentError> {
    let replications = 16;
    let mut result = ScalingResult { replications, ..ScalingResult::default() };
    let plan = Plan {
        variants: vec![crate::model::study::AS_IS.to_owned()],
        baseline: crate::model::study::AS_IS.to_owned(),
        horizon: SimDuration::from_days(91),
        stop: StopRule::Replications(replications),
        ..Plan::of_study(study)
    };
    for _ in 0..rounds.max(1) {
        for (threads, times) in [(1, &mut result.one), (2, &mut result.two)] {
            let begun = Instant::now();
            let plan = Plan { threads: Some(threads), ..plan.clone() };
            std::hint::black_box(run_experiment(study, &plan, &|_| {}, &CancelToken::default())?);
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    Ok(result)
}
