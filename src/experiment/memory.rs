//! Runs that have been made, so that what an edit leaves as it was need not be run again.
//!
//! A run depends on its scenario, the plan's times and limits, the seed and the number of the replication, and on nothing else. Whoever
//! changes one of several variants, switches a change off and on, or takes an edit back asks for many runs that were made before.
//! Scenarios are held against each other whole, so that nothing is taken for the same that is not.

use crate::base::time::SimDuration;
use crate::engine::record::{RunSummary, Stop};
use crate::experiment::plan::Plan;
use crate::experiment::sums::CaseSums;
use crate::model::scenario::Scenario;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What one run came to.
#[derive(Debug)]
pub(crate) struct RunResult {
    pub(crate) sums: CaseSums,
    pub(crate) summary: RunSummary,
}

impl RunResult {
    /// Returns about how many bytes it takes.
    fn bytes(&self) -> usize {
        let pool = size_of::<[[i64; 3]; crate::engine::record::HOURS_OF_WEEK]>();
        let days: usize = self.summary.pools.iter().map(|pool| size_of_val(pool.queue_by_day.as_slice())).sum();
        self.sums.bytes() + self.summary.pools.len() * pool + days
    }
}

/// What a run depends on besides its scenario and its number.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Conditions {
    seed: u64,
    times: [SimDuration; 3],
    newcomers: Option<SimDuration>,
    persons: u64,
    max_in_flight: usize,
}

impl Conditions {
    /// Returns the conditions of so many variants.
    fn of(plan: &Plan, variants: usize) -> Self {
        Conditions {
            seed: plan.seed,
            times: [plan.warm_up, plan.horizon, plan.follow_up],
            newcomers: plan.newcomers,
            persons: plan.persons_of(variants),
            max_in_flight: plan.max_in_flight,
        }
    }
}

/// The runs of one scenario under the same conditions, by replication.
#[derive(Debug)]
pub(crate) struct Shelf {
    scenario: Arc<Scenario>,
    conditions: Conditions,
    runs: Mutex<BTreeMap<u32, (Arc<RunResult>, usize)>>,
    /// Bytes of all shelves, and how many they may be.
    bytes: Arc<AtomicUsize>,
    most_bytes: usize,
}

impl Shelf {
    /// Returns a replication's run, which is made and kept where it is not there; `None` where making it was cancelled.
    pub(crate) fn run(&self, replication: u32, make: impl FnOnce() -> Option<RunResult>) -> Option<Arc<RunResult>> {
        if let Some((known, _)) = lock(&self.runs).get(&replication) {
            return Some(Arc::clone(known));
        }
        let made = Arc::new(make()?);
        // Where a backlog was beyond all measure, the machine's memory had a say, which may be another next time.
        if made.summary.stop == Stop::TooManyCases {
            return Some(made);
        }
        let size = made.bytes();
        // Others may add at the same time; to be over by a run or two does no harm.
        if self.bytes.load(Ordering::Relaxed).saturating_add(size) <= self.most_bytes
            && lock(&self.runs).insert(replication, (Arc::clone(&made), size)).is_none()
        {
            self.bytes.fetch_add(size, Ordering::Relaxed);
        }
        Some(made)
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let mine: usize = lock(&self.runs).values().map(|(_, size)| size).sum();
        self.bytes.fetch_sub(mine, Ordering::Relaxed);
    }
}

/// Runs that have been made. What was not asked for longest is forgotten first.
#[derive(Debug)]
pub struct RunMemory {
    /// Those that were asked for last stand last.
    shelves: Mutex<Vec<Arc<Shelf>>>,
    bytes: Arc<AtomicUsize>,
    most_bytes: usize,
}

impl RunMemory {
    /// Makes an empty memory for about so many bytes.
    pub fn new(most_bytes: usize) -> Self {
        RunMemory { shelves: Mutex::default(), bytes: Arc::default(), most_bytes }
    }

    /// Returns about how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Returns how many runs it holds.
    pub fn runs(&self) -> usize {
        lock(&self.shelves).iter().map(|shelf| lock(&shelf.runs).len()).sum()
    }

    /// Returns the shelves of some scenarios under a plan's conditions. Half of the room is kept free of others.
    pub(crate) fn shelves(&self, scenarios: &[Arc<Scenario>], plan: &Plan) -> Vec<Arc<Shelf>> {
        let conditions = Conditions::of(plan, scenarios.len());
        let mut shelves = lock(&self.shelves);
        let mut asked: Vec<Arc<Shelf>> = Vec::new();
        for scenario in scenarios {
            let is_meant = |shelf: &Arc<Shelf>| {
                shelf.conditions == conditions && (Arc::ptr_eq(&shelf.scenario, scenario) || *shelf.scenario == **scenario)
            };
            let known = asked.iter().find(|shelf| is_meant(shelf)).cloned();
            let known = known.or_else(|| shelves.iter().position(is_meant).map(|at| shelves.remove(at)));
            let new = || {
                let (bytes, runs) = (Arc::clone(&self.bytes), Mutex::default());
                Arc::new(Shelf { scenario: Arc::clone(scenario), conditions, runs, bytes, most_bytes: self.most_bytes })
            };
            asked.push(known.unwrap_or_else(new));
        }
        while self.bytes() > self.most_bytes / 2 && !shelves.is_empty() {
            // A run that still goes on may hold on to it; its bytes count until then.
            shelves.remove(0);
        }
        for (at, shelf) in asked.iter().enumerate() {
            if !asked[..at].iter().any(|other| Arc::ptr_eq(other, shelf)) {
                shelves.push(Arc::clone(shelf));
            }
        }
        asked
    }
}

/// What a thread leaves behind when it breaks down is still whole: runs are put in when they are complete.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::distribution::Distribution;
    use crate::base::progress::CancelToken;
    use crate::base::time::MS_PER_MINUTE;
    use crate::experiment::bench::large::scenario;
    use crate::experiment::plan::StopRule;
    use crate::experiment::run::{run_experiment, run_remembering};
    use crate::model::change::{Change, Operation};
    use crate::model::figure::Figure;
    use crate::model::study::{Study, Variant};

    /// A service of twenty steps, and two variants in which its first and its second step take a minute each.
    fn study() -> Study {
        let minute = Figure::assumed(Distribution::Exponential { mean: MS_PER_MINUTE as f64 });
        let shorter = |n: usize| Change {
            id: "shorter".to_owned(),
            enabled: true,
            operations: vec![Operation::SetDuration {
                service: "service-0".to_owned(),
                step: format!("step-{n}"),
                duration: minute.clone(),
            }],
            ..Change::default()
        };
        let variant = |n: usize| Variant { id: format!("to-be-{n}"), changes: vec![shorter(n)], ..Variant::default() };
        let variants = (1..3).map(variant).collect();
        Study { id: "remembered".to_owned(), scenario: scenario(1, 30.0, 0.8), variants, ..Study::default() }
    }

    fn plan(study: &Study, replications: u32) -> Plan {
        let days = SimDuration::from_days;
        let stop = StopRule::Replications(replications);
        Plan { horizon: days(5), warm_up: days(1), follow_up: days(3), stop, ..Plan::of_study(study) }
    }

    /// Runs with a memory, and holds the outcome against one without; returns how many runs the memory has more than before.
    fn new_runs(study: &Study, plan: &Plan, memory: &RunMemory) -> isize {
        let before = memory.runs() as isize;
        let remembering = run_remembering(study, plan, Some(memory), &|_| {}, &CancelToken::default()).unwrap();
        assert_eq!(remembering, run_experiment(study, plan, &|_| {}, &CancelToken::default()).unwrap());
        memory.runs() as isize - before
    }

    #[test]
    fn only_what_an_edit_touches_is_run_again_and_the_outcome_is_the_same() {
        let (mut study, memory) = (study(), RunMemory::new(usize::MAX));
        let four = plan(&study, 4);
        assert_eq!(new_runs(&study, &four, &memory), 12);
        assert_eq!(new_runs(&study, &four, &memory), 0, "nothing has changed");
        assert_eq!(new_runs(&study, &plan(&study, 6), &memory), 6, "two more of each");
        study.variants[1].changes[0].enabled = false;
        assert_eq!(new_runs(&study, &four, &memory), 0, "without its change it is as it was today");
        study.variants[1].changes[0].enabled = true;
        study.variants[0].title = "Renamed".to_owned();
        assert_eq!(new_runs(&study, &four, &memory), 0, "taken back, and a name is not part of a run");
        study.scenario.services[0].elements.last_mut().unwrap().name = "Done".to_owned();
        assert_eq!(new_runs(&study, &four, &memory), 12, "today's process is part of all");
    }

    #[test]
    fn other_seeds_times_and_limits_are_other_runs() {
        let (study, memory) = (study(), RunMemory::new(usize::MAX));
        let first = plan(&study, 2);
        let others = [
            first.clone(),
            Plan { seed: first.seed + 1, ..first.clone() },
            Plan { warm_up: SimDuration::from_days(2), ..first.clone() },
            Plan { horizon: SimDuration::from_days(4), ..first.clone() },
            Plan { follow_up: SimDuration::from_days(4), ..first.clone() },
            Plan { persons: 10, ..first.clone() },
            Plan { max_in_flight: 99_999, ..first },
        ];
        for plan in others {
            assert_eq!(new_runs(&study, &plan, &memory), 6, "{plan:?}");
        }
    }

    #[test]
    fn a_run_that_memory_may_have_stopped_is_not_kept() {
        let (study, memory) = (study(), RunMemory::new(usize::MAX));
        assert_eq!(new_runs(&study, &Plan { max_in_flight: 3, ..plan(&study, 2) }, &memory), 0);
        assert_eq!(memory.bytes(), 0);
    }

    #[test]
    fn what_was_not_asked_for_longest_is_forgotten_first() {
        let (study, all) = (study(), RunMemory::new(usize::MAX));
        let with_seed = |seed| Plan { seed, ..plan(&study, 2) };
        assert_eq!(new_runs(&study, &with_seed(0), &all), 6);
        // Room for three experiments, of which one and a half stay when the next begins.
        let memory = RunMemory::new(3 * all.bytes() + all.bytes() / 2);
        for seed in 0..4 {
            new_runs(&study, &with_seed(seed), &memory);
            assert!(memory.bytes() <= 3 * all.bytes() + all.bytes() / 2);
        }
        let kept = |seed: u64| -> usize {
            let shelves = lock(&memory.shelves);
            shelves.iter().filter(|shelf| shelf.conditions.seed == seed).map(|shelf| lock(&shelf.runs).len()).sum()
        };
        assert_eq!((kept(0), kept(3)), (0, 6));
        let counted: usize =
            lock(&memory.shelves).iter().map(|shelf| lock(&shelf.runs).values().map(|run| run.1).sum::<usize>()).sum();
        assert_eq!(memory.bytes(), counted, "bytes of what was forgotten no longer count");
        assert_eq!(new_runs(&study, &with_seed(0), &RunMemory::new(0)), 0, "without room nothing is kept, and all is run");
    }
}
