//! Runs an experiment: every variant under the same random numbers, replications in parallel, merged in their order.
//!
//! Whatever the number of threads, the outcome is the same to the last byte: a run depends on nothing but program, seed
//! and replication, results are taken in strictly by replication and variant, and whether to go on is decided only at
//! numbers of replications that depend on results alone.

use crate::base::progress::CancelToken;
use crate::engine::record::{Both, Stop};
use crate::experiment::activities::shared_step_ids;
use crate::experiment::collect::Collector;
use crate::experiment::difference;
use crate::experiment::error::ExperimentError;
use crate::experiment::kpi;
use crate::experiment::memory::{RunMemory, RunResult, Shelf};
use crate::experiment::outcome::{Difference, Estimate, ExperimentOutcome, StopReason, VariantOutcome};
use crate::experiment::persons::PersonTally;
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::precision::{self, Judgement};
use crate::experiment::prepare::{Prepared, prepare};
use crate::experiment::tally::{CutShort, VariantTally};
use crate::experiment::trace_log::LogObserver;
use crate::experiment::{targets, warnings};
use crate::formats::log::row::LogItem;
use crate::model::scenario::Scenario;
use crate::model::study::Study;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How far an experiment has come. It is handed over after every run, one at a time.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'e> {
    /// Runs done, of all variants.
    pub runs_done: u32,
    /// Runs that it will take in all, as far as one can foresee.
    pub runs_planned: u32,
    /// Replications complete in all variants.
    pub replications: u32,
    experiment: &'e Experiment<'e>,
    tallies: &'e Tallies,
}

impl Snapshot<'_> {
    /// Returns the plan's measure (citizens' time, if it names none) of each variant so far, by id.
    pub fn means(&self) -> Vec<(&str, Option<Estimate>)> {
        let confidence = self.experiment.plan.confidence;
        let at = self.experiment.focus;
        let variants = self.experiment.prepared.iter().zip(&self.tallies.variants);
        variants.map(|(prepared, tally)| (prepared.name.as_str(), tally.all.series(at).estimate(confidence))).collect()
    }

    /// Returns the difference to the baseline so far of each other variant, by id.
    pub fn differences(&self) -> Vec<(&str, Option<Estimate>)> {
        let measure = &kpi::MEASURES[self.experiment.focus];
        let difference =
            |base, other| difference::compare(measure, base, other, self.experiment.plan.confidence).map(|d| d.difference);
        let pairs = self.experiment.focus_pairs(self.tallies);
        pairs.into_iter().map(|(id, base, other)| (id, difference(base, other))).collect()
    }

    /// Returns the whole outcome so far, or `None` before the first replication is complete. Costs some milliseconds, and other
    /// runs that end meanwhile wait for it.
    pub fn outcome(&self) -> Option<ExperimentOutcome> {
        let so_far = || {
            let experiment = self.experiment;
            // On this thread alone: it holds what the others wait for, and must not take their work meanwhile.
            let variants = experiment.of_variants(self.tallies).map(|of_variant| of_variant()).collect();
            let mut outcome = experiment.outcome(variants, self.tallies, StopReason::Cancelled);
            // Nobody has stopped it: what is still to come will come.
            outcome.warnings.retain(|warning| warning.code != warnings::CANCELLED);
            outcome
        };
        (self.replications > 0).then(so_far)
    }
}

/// A variant with the baseline's and its own values of a measure, one a replication.
type Pair<'t> = (&'t str, &'t [Option<f64>], &'t [Option<f64>]);

/// What is being run.
#[derive(Debug)]
struct Experiment<'e> {
    study: &'e Study,
    plan: &'e Plan,
    prepared: &'e [Prepared],
    /// Position of the baseline among the variants.
    baseline: usize,
    /// Position of the measure that the stopping rule looks at.
    focus: usize,
    /// By variant: the position in the baseline of each of its sources.
    sources: Vec<Vec<Option<u32>>>,
    /// By variant: where its runs are kept, if they are.
    shelves: Vec<Option<Arc<Shelf>>>,
}

/// What has been taken in so far.
#[derive(Debug, Default)]
struct Tallies {
    variants: Vec<VariantTally>,
    persons: Vec<PersonTally>,
    replications: u32,
}

/// What workers share: results that wait for their turn, and what has been taken in.
#[derive(Default)]
struct Board {
    waiting: BTreeMap<u32, Vec<Option<Arc<RunResult>>>>,
    tallies: Tallies,
    runs_done: u32,
    /// The first error, by replication and variant.
    error: Option<((u32, usize), ExperimentError)>,
}

/// Runs an experiment.
///
/// `progress` is called after every run, never twice at once, from any thread. When `cancel` is given, the outcome has the
/// replications that are complete in all variants, and says so.
///
/// # Errors
/// A plan that does not fit the study, a variant that cannot be built, a run that breaks down, and cancelling before the first
/// replication is complete.
pub fn run_experiment(
    study: &Study,
    plan: &Plan,
    progress: &(dyn Fn(&Snapshot<'_>) + Sync),
    cancel: &CancelToken,
) -> Result<ExperimentOutcome, ExperimentError> {
    run_remembering(study, plan, None, progress, cancel)
}

/// Runs an experiment as [`run_experiment`] does, to the same outcome, but takes those runs from a memory that were made before, and
/// puts the others there.
///
/// # Errors
/// As [`run_experiment`].
pub fn run_remembering(
    study: &Study,
    plan: &Plan,
    memory: Option<&RunMemory>,
    progress: &(dyn Fn(&Snapshot<'_>) + Sync),
    cancel: &CancelToken,
) -> Result<ExperimentOutcome, ExperimentError> {
    plan.check(study)?;
    let pool = thread_pool(plan)?;
    let prepare_one = |name: &String| {
        if cancel.is_cancelled() { Err(ExperimentError::CancelledEarly) } else { prepare(study, name, plan) }
    };
    let prepared: Vec<_> = pool.install(|| plan.variants_to_run().par_iter().map(prepare_one).collect());
    // The first fault by order of variants, not of threads.
    let prepared: Vec<Prepared> = prepared.into_iter().collect::<Result<_, _>>()?;
    let mut experiment = Experiment::new(study, plan, &prepared)?;
    if let Some(memory) = memory {
        let scenarios: Option<Vec<Arc<Scenario>>> = prepared.iter().map(|p| p.scenario.clone()).collect();
        if let Some(scenarios) = scenarios {
            experiment.shelves = memory.shelves(&scenarios, plan).into_iter().map(Some).collect();
        }
    }
    run_in(&pool, &experiment, Watch { progress, log: None, cancel })
}

/// Runs variants that are ready to run; the plan has passed its check. See [`run_experiment`].
///
/// # Errors
/// As [`run_experiment`].
pub fn run_prepared(
    study: &Study,
    plan: &Plan,
    prepared: &[Prepared],
    progress: &(dyn Fn(&Snapshot<'_>) + Sync),
    cancel: &CancelToken,
) -> Result<ExperimentOutcome, ExperimentError> {
    run_in(&thread_pool(plan)?, &Experiment::new(study, plan, prepared)?, Watch { progress, log: None, cancel })
}

/// Runs variants as [`run_prepared`] does, and hands the first replication of the baseline to `log` while it runs: every activity of
/// its measured cases, and every such case that leaves, in the order in which they end.
///
/// # Errors
/// As [`run_experiment`].
pub fn run_logged<'l>(
    study: &'l Study,
    plan: &'l Plan,
    prepared: &'l [Prepared],
    log: &LogSink<'_, 'l>,
    progress: &(dyn Fn(&Snapshot<'_>) + Sync),
    cancel: &CancelToken,
) -> Result<ExperimentOutcome, ExperimentError> {
    run_in(&thread_pool(plan)?, &Experiment::new(study, plan, prepared)?, Watch { progress, log: Some(log), cancel })
}

/// Receives the log of a run, item by item; see [`run_logged`].
pub type LogSink<'w, 'l> = dyn Fn(&LogItem<'l>) + Sync + 'w;

/// Who is told what while an experiment runs, and who can stop it.
#[derive(Clone, Copy)]
struct Watch<'w, 'l> {
    progress: &'w (dyn Fn(&Snapshot<'_>) + Sync),
    log: Option<&'w LogSink<'w, 'l>>,
    cancel: &'w CancelToken,
}

/// Makes the threads that a plan asks for.
fn thread_pool(plan: &Plan) -> Result<rayon::ThreadPool, ExperimentError> {
    let threads = plan.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| ExperimentError::Threads { message: error.to_string() })
}

fn run_in<'l>(
    pool: &rayon::ThreadPool,
    experiment: &Experiment<'l>,
    watch: Watch<'_, 'l>,
) -> Result<ExperimentOutcome, ExperimentError> {
    let plan = experiment.plan;
    let threads = pool.current_num_threads();
    let mut board = Board { tallies: experiment.empty_tallies(), ..Board::default() };
    let mut until = precision::first_checkpoint(&plan.stop);
    let stop = loop {
        board = experiment.advance(board, until, threads, pool, watch);
        if let Some((_, error)) = board.error {
            return Err(error);
        }
        if board.tallies.replications < until {
            break StopReason::Cancelled;
        }
        match experiment.judge(&board.tallies) {
            Judgement::Stop(reason) => break reason,
            Judgement::GoOnUntil(next) => until = next,
        }
    };
    if board.tallies.replications == 0 {
        return Err(ExperimentError::CancelledEarly);
    }
    let of_variants: Vec<_> = experiment.of_variants(&board.tallies).collect();
    let variants = pool.install(|| of_variants.par_iter().map(|of_variant| of_variant()).collect());
    Ok(experiment.outcome(variants, &board.tallies, stop))
}

/// Runs one replication of one variant, of which so many persons of each source are kept, and hands it to a log where one is given.
///
/// Returns `None` if it was cancelled.
fn run_once<'l>(
    prepared: &'l Prepared,
    plan: &Plan,
    persons: u64,
    replication: u32,
    log: Option<&LogSink<'_, 'l>>,
    cancel: &CancelToken,
) -> Option<RunResult> {
    let window = (prepared.window.from, prepared.window.to);
    let mut collector = Collector::new(&prepared.layout, window, persons);
    let (program, run_plan) = (&prepared.program, prepared.run_plan(plan, replication));
    let summary = match log {
        Some(log) => {
            let log = LogObserver::new(program, &prepared.layout, true, log);
            let mut both = Both(collector, log);
            let summary = crate::engine::run::run(program, &run_plan, &mut both, cancel);
            collector = both.0;
            summary
        }
        None => crate::engine::run::run(program, &run_plan, &mut collector, cancel),
    };
    (summary.stop != Stop::Cancelled).then(|| RunResult { sums: collector.finish(), summary })
}

fn lock(board: &Mutex<Board>) -> MutexGuard<'_, Board> {
    // What a worker leaves behind when it breaks down is still whole: results are taken in by complete replications.
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'e> Experiment<'e> {
    fn new(study: &'e Study, plan: &'e Plan, prepared: &'e [Prepared]) -> Result<Self, ExperimentError> {
        let Some(baseline) = prepared.iter().position(|p| p.name == plan.baseline) else {
            let known = prepared.iter().map(|p| p.name.clone()).collect();
            return Err(ExperimentError::UnknownVariant { name: plan.baseline.clone(), known });
        };
        let focus = match &plan.stop {
            StopRule::Precision { measure, .. } => measure.as_str(),
            StopRule::Replications(_) => kpi::CITIZEN_TIME,
        };
        let focus = kpi::position(focus).ok_or_else(|| ExperimentError::UnknownMeasure { name: focus.to_owned() })?;
        let of_baseline = &prepared[baseline].layout.sources;
        let position = |(id, _): &(String, bool)| of_baseline.iter().position(|(other, _)| other == id).map(|at| at as u32);
        let sources = prepared.iter().map(|p| p.layout.sources.iter().map(position).collect()).collect();
        let shelves = vec![None; prepared.len()];
        Ok(Experiment { study, plan, prepared, baseline, focus, sources, shelves })
    }

    fn empty_tallies(&self) -> Tallies {
        Tallies {
            variants: self.prepared.iter().map(|p| VariantTally::new(&p.layout)).collect(),
            persons: vec![PersonTally::default(); self.prepared.len()],
            replications: 0,
        }
    }

    /// Runs replications until so many are complete, or somebody cancels, or a run breaks down.
    fn advance(&self, board: Board, until: u32, threads: usize, pool: &rayon::ThreadPool, watch: Watch<'_, 'e>) -> Board {
        let cancel = watch.cancel;
        let from = board.tallies.replications;
        let n_variants = self.prepared.len() as u32;
        let persons = self.plan.persons_of(self.prepared.len());
        let n_tasks = (until - from).saturating_mul(n_variants);
        // Tasks are handed out in the order in which results are taken in, so that few have to wait for their turn.
        let next_task = AtomicU32::new(0);
        let board = Mutex::new(board);
        let work = || {
            while !cancel.is_cancelled() && lock(&board).error.is_none() {
                let task = next_task.fetch_add(1, Ordering::Relaxed);
                if task >= n_tasks {
                    return;
                }
                let (replication, variant) = (from + task / n_variants, (task % n_variants) as usize);
                let prepared = &self.prepared[variant];
                let log = watch.log.filter(|_| replication == 0 && variant == self.baseline);
                let make = || run_once(prepared, self.plan, persons, replication, log, cancel);
                let result = catch_unwind(AssertUnwindSafe(|| match &self.shelves[variant] {
                    Some(shelf) => shelf.run(replication, make),
                    None => make().map(Arc::new),
                }));
                let mut board = lock(&board);
                match result {
                    Ok(None) => return,
                    Ok(Some(result)) => self.take_in(&mut board, replication, variant, result, until, watch.progress),
                    Err(panic) => {
                        let error =
                            ExperimentError::Run { variant: prepared.name.clone(), replication, message: panic_message(&*panic) };
                        let at = (replication, variant);
                        if board.error.as_ref().is_none_or(|(earlier, _)| at < *earlier) {
                            board.error = Some((at, error));
                        }
                    }
                }
            }
        };
        pool.scope(|scope| {
            for _ in 0..threads.min(n_tasks as usize) {
                scope.spawn(|_| work());
            }
        });
        board.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a result to the others of its replication, and takes in all replications whose turn has come.
    fn take_in(
        &self,
        board: &mut Board,
        replication: u32,
        variant: usize,
        result: Arc<RunResult>,
        until: u32,
        progress: &(dyn Fn(&Snapshot<'_>) + Sync),
    ) {
        let n_variants = self.prepared.len();
        board.runs_done += 1;
        board.waiting.entry(replication).or_insert_with(|| (0..n_variants).map(|_| None).collect())[variant] = Some(result);
        while board.waiting.get(&board.tallies.replications).is_some_and(|results| results.iter().all(Option::is_some)) {
            let results = board.waiting.remove(&board.tallies.replications).unwrap_or_default();
            self.record(&mut board.tallies, &results.into_iter().flatten().collect::<Vec<_>>());
        }
        let snapshot = Snapshot {
            runs_done: board.runs_done,
            runs_planned: self.foreseen(&board.tallies, until).saturating_mul(n_variants as u32),
            replications: board.tallies.replications,
            experiment: self,
            tallies: &board.tallies,
        };
        progress(&snapshot);
    }

    /// Takes in a replication that is complete in all variants.
    fn record(&self, tallies: &mut Tallies, results: &[Arc<RunResult>]) {
        for ((tally, prepared), result) in tallies.variants.iter_mut().zip(self.prepared).zip(results) {
            tally.record(prepared, &result.sums, &result.summary);
        }
        for ((tally, sources), result) in tallies.persons.iter_mut().zip(&self.sources).zip(results) {
            tally.record(&results[self.baseline].sums.persons, &result.sums.persons, sources);
        }
        tallies.replications += 1;
    }

    /// Returns each variant other than the baseline with the baseline's and its own values of the plan's measure.
    fn focus_pairs<'t>(&'t self, tallies: &'t Tallies) -> Vec<Pair<'t>> {
        let values = |at: usize| tallies.variants[at].all.series(self.focus).0.as_slice();
        let others = (0..self.prepared.len()).filter(|&at| at != self.baseline);
        others.map(|at| (self.prepared[at].name.as_str(), values(self.baseline), values(at))).collect()
    }

    fn values_by_variant<'t>(&self, tallies: &'t Tallies) -> Vec<&'t [Option<f64>]> {
        tallies.variants.iter().map(|tally| tally.all.series(self.focus).0.as_slice()).collect()
    }

    fn judge(&self, tallies: &Tallies) -> Judgement {
        precision::judge(&self.plan.stop, &self.values_by_variant(tallies), self.baseline, self.plan.confidence)
    }

    /// Returns how many replications it will take in all, as far as one can foresee.
    fn foreseen(&self, tallies: &Tallies, until: u32) -> u32 {
        let values = self.values_by_variant(tallies);
        precision::foresee(&self.plan.stop, &values, self.baseline, self.plan.confidence).max(until)
    }

    /// Returns for each variant what works out its outcome.
    fn of_variants<'t>(&'t self, tallies: &'t Tallies) -> impl Iterator<Item = impl Fn() -> VariantOutcome + Sync + 't> + 't {
        let shared = Arc::new(shared_step_ids(self.prepared.iter().map(|p| &p.layout)));
        tallies.variants.iter().zip(self.prepared).map(move |(tally, prepared)| {
            let shared = Arc::clone(&shared);
            move || tally.outcome(prepared, self.plan, &shared)
        })
    }

    fn outcome(&self, variants: Vec<VariantOutcome>, tallies: &Tallies, stop: StopReason) -> ExperimentOutcome {
        let plan = self.plan;
        let cut_short: Vec<CutShort> = tallies.variants.iter().map(|tally| tally.cut_short).collect();
        let differences = (0..variants.len()).filter(|&at| at != self.baseline).map(|at| {
            let (base, other) = (&variants[self.baseline], &variants[at]);
            let pools = |at: usize| tallies.variants[at].pool_series(&self.prepared[at].layout);
            Difference {
                variant: other.name.clone(),
                baseline: base.name.clone(),
                measures: difference::compare_measures(&base.measures, &other.measures, plan.confidence),
                segments: difference::compare_groups(&base.segments, &other.segments, plan.confidence),
                facets: difference::compare_groups(&base.facets, &other.facets, plan.confidence),
                pools: difference::compare_pools(
                    &pools(self.baseline),
                    &pools(at),
                    tallies.replications as usize,
                    plan.confidence,
                ),
                persons: tallies.persons[at].outcome(&self.prepared[self.baseline].layout.segments, plan.confidence),
            }
        });
        ExperimentOutcome {
            study: self.study.id.clone(),
            title: self.study.title.clone(),
            currency: self.study.scenario.currency.clone(),
            first_day: self.prepared[self.baseline].window.first_day,
            seed: plan.seed,
            replications: tallies.replications,
            confidence: plan.confidence,
            horizon: plan.horizon,
            warm_up: plan.warm_up,
            follow_up: plan.follow_up,
            stop,
            one_more_digit: precision::one_more_digit(&self.values_by_variant(tallies), self.baseline, plan.confidence),
            baseline: plan.baseline.clone(),
            differences: differences.collect(),
            targets: targets::check_targets(&self.study.targets, &variants, plan.confidence),
            warnings: warnings::find_warnings(&variants, &cut_short, plan, tallies.replications, stop),
            variants,
        }
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason is known".to_owned())
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
