//! What a variant's replications come to so far: takes them in one by one, in order, and makes the outcome.

use crate::base::time::{MS_PER_DAY, MS_PER_MINUTE, SimTime};
use crate::engine::account::PathClass;
use crate::engine::record::{FaultKind, RunSummary, Stop};
use crate::experiment::activities::{self, ServiceTally, StepTally};
use crate::experiment::difference::PoolSeries;
use crate::experiment::groups::GroupTally;
use crate::experiment::layout::Layout;
use crate::experiment::outcome::{CaseCounts, ElapsedPart, FaultOutcome, FunnelStage, PoolKind, VariantOutcome};
use crate::experiment::plan::Plan;
use crate::experiment::pools::PoolTally;
use crate::experiment::prepare::Prepared;
use crate::experiment::series::Series;
use crate::experiment::sums::{CaseSums, FUNNEL};
use crate::experiment::warm_up;
use std::collections::{BTreeMap, BTreeSet};

/// Short names and labels of the classes of elapsed time, in the order of [`PathClass`].
const PARTS: [(&str, &str); PathClass::COUNT] = [
    ("work", "Work"),
    ("machine", "Machines at work"),
    ("travel", "Travel"),
    ("staff_busy", "Waiting: staff busy"),
    ("off_hours", "Waiting: out of hours"),
    ("citizen", "Waiting: for the citizen"),
    ("registry", "Waiting: for a registry"),
    ("other_agency", "Waiting: for another agency"),
    ("batch", "Waiting: for a batch"),
    ("external", "Waiting: other"),
];

/// Short names and labels of the stages of the funnel, in the order of [`FUNNEL`].
const STAGES: [(&str, &str); FUNNEL.len()] = [
    ("triggered", "Triggered"),
    ("eligible", "Found eligible"),
    ("reachable", "Phone registered"),
    ("delivered", "Message delivered"),
    ("answered", "Answered in time"),
    ("consented", "Consented"),
    ("provided", "Provided"),
];

/// A variant over the replications so far.
#[derive(Clone, Debug)]
pub struct VariantTally {
    replications: u32,
    counts: CaseCounts,
    arrived: Series,
    /// Measures over all cases.
    pub all: GroupTally,
    segments: Vec<GroupTally>,
    facets: Vec<GroupTally>,
    demands: Vec<GroupTally>,
    steps: Vec<StepTally>,
    services: Vec<ServiceTally>,
    pools: Vec<PoolTally>,
    path: Vec<Series>,
    funnel: Vec<Series>,
    faults: BTreeMap<(FaultKind, usize), (u64, SimTime)>,
    unfinished_at: BTreeMap<String, u64>,
    events: u64,
    /// Runs that ended early.
    pub cut_short: CutShort,
}

/// Numbers of runs that ended early.
#[derive(Clone, Copy, Debug, Default)]
pub struct CutShort {
    /// More cases were in flight than the plan allows.
    pub crowded: u32,
    /// Nearly all cases split into ever more ways.
    pub runaway: u32,
}

impl VariantTally {
    /// Makes an empty tally.
    pub fn new(layout: &Layout) -> Self {
        let (steps, services) = activities::empty_tallies(layout);
        VariantTally {
            replications: 0,
            counts: CaseCounts::default(),
            arrived: Series::default(),
            all: GroupTally::of_all(layout),
            segments: GroupTally::of_segments(layout),
            facets: GroupTally::of_facets(layout),
            demands: GroupTally::of_sources(layout),
            steps,
            services,
            pools: vec![PoolTally::default(); layout.pools.len()],
            path: vec![Series::default(); PathClass::COUNT],
            funnel: vec![Series::default(); FUNNEL.len()],
            faults: BTreeMap::new(),
            unfinished_at: BTreeMap::new(),
            events: 0,
            cut_short: CutShort::default(),
        }
    }

    /// Takes in the next replication.
    pub fn record(&mut self, prepared: &Prepared, sums: &CaseSums, summary: &RunSummary) {
        self.replications += 1;
        let (all, one) = (&mut self.counts, &sums.counts);
        all.arrived += one.arrived;
        all.completed += one.completed;
        all.unfinished += one.unfinished;
        all.stuck += one.stuck;
        self.arrived.push(Some(one.arrived as f64));
        self.all.record(sums, true);
        self.segments.iter_mut().chain(&mut self.facets).chain(&mut self.demands).for_each(|group| group.record(sums, false));
        activities::record_all(&mut self.steps, &mut self.services, sums);
        let keys = prepared.layout.pools.iter().zip(&summary.pools).zip(&sums.pool_waits);
        for (tally, ((key, statistics), waits)) in self.pools.iter_mut().zip(keys) {
            tally.record(key, statistics, waits, &prepared.window);
        }
        let completed = one.completed as f64;
        for (series, &ms) in self.path.iter_mut().zip(&sums.path) {
            series.push((completed > 0.0).then(|| ms as f64 / MS_PER_MINUTE as f64 / completed));
        }
        for (series, &count) in self.funnel.iter_mut().zip(&sums.funnel) {
            series.push(Some(count as f64));
        }
        for fault in &summary.faults {
            let entry = self.faults.entry((fault.kind, fault.element.get())).or_insert((0, fault.first_at));
            entry.0 += fault.cases;
            entry.1 = entry.1.min(fault.first_at);
        }
        for (element, cases) in &summary.unfinished_at {
            *self.unfinished_at.entry(prepared.layout.place(*element).to_owned()).or_default() += cases;
        }
        self.events += summary.events;
        self.cut_short.crowded += u32::from(summary.stop == Stop::TooManyCases);
        self.cut_short.runaway += u32::from(summary.stop == Stop::Runaway);
    }

    /// Returns what is compared of pools.
    pub fn pool_series<'s>(&'s self, layout: &'s Layout) -> Vec<PoolSeries<'s>> {
        let of = |(key, tally): (&'s crate::experiment::layout::PoolKey, &'s PoolTally)| {
            let [cost, utilisation, waiting, soon] = tally.compared();
            PoolSeries { id: &key.id, name: &key.name, hours: &tally.hours, cost, utilisation, waiting, soon }
        };
        layout.pools.iter().zip(&self.pools).map(of).collect()
    }

    /// Returns the outcome. `shared_steps` are ids of steps that need their service's beside them.
    pub fn outcome(&self, prepared: &Prepared, plan: &Plan, shared_steps: &BTreeSet<String>) -> VariantOutcome {
        let (layout, confidence) = (&prepared.layout, plan.confidence);
        let groups = |tallies: &[GroupTally]| tallies.iter().map(|tally| tally.outcome(confidence)).collect();
        let pools: Vec<_> =
            self.pools.iter().zip(&layout.pools).map(|(tally, key)| tally.outcome(key, &prepared.window, confidence)).collect();
        let steady = pools.iter().all(|pool| pool.overload.is_none());
        VariantOutcome {
            name: prepared.name.clone(),
            title: prepared.title.clone(),
            cases: self.counts,
            arrived_per_replication: self.arrived.estimate(confidence),
            measures: self.all.measures(confidence),
            segments: groups(&self.segments),
            facets: groups(&self.facets),
            demands: groups(&self.demands),
            steps: activities::step_outcomes(layout, &self.steps, shared_steps, confidence),
            services: activities::service_outcomes(layout, &self.services, confidence),
            funnel: self.funnel(confidence),
            elapsed_parts: self.elapsed_parts(confidence),
            faults: self.faults(layout),
            unfinished_at: self.unfinished_at.iter().map(|(at, cases)| (at.clone(), *cases)).collect(),
            warm_up_advice: if steady { warm_up::advise(&self.queue_by_day(prepared), plan.warm_up) } else { None },
            events: self.events,
            pools,
        }
    }

    fn elapsed_parts(&self, confidence: f64) -> Vec<ElapsedPart> {
        let of = |(series, (name, label)): (&Series, (&'static str, &'static str))| ElapsedPart {
            name,
            label,
            minutes: series.estimate_or_zero(confidence),
        };
        self.path.iter().zip(PARTS).map(of).collect()
    }

    fn funnel(&self, confidence: f64) -> Vec<FunnelStage> {
        let counts: Vec<_> = self.funnel.iter().map(|series| series.estimate_or_zero(confidence)).collect();
        if counts.first().is_none_or(|first| first.mean == 0.0) {
            return Vec::new();
        }
        let share = |of: usize, by: usize| (counts[by].mean > 0.0).then(|| counts[of].mean / counts[by].mean);
        let of = |(at, (name, label)): (usize, (&'static str, &'static str))| FunnelStage {
            name,
            label,
            count: counts[at],
            share_of_previous: if at > 0 { share(at, at - 1) } else { None },
            share_of_first: share(at, 0),
        };
        STAGES.into_iter().enumerate().map(of).collect()
    }

    /// Returns the mean number of cases waiting for staff by day, until the window's end.
    fn queue_by_day(&self, prepared: &Prepared) -> Vec<f64> {
        let mut sum = vec![0.0; prepared.window.days().end];
        let staff = prepared.layout.pools.iter().zip(&self.pools).filter(|(key, _)| key.kind == PoolKind::Staff);
        for (_, tally) in staff {
            let by_day = tally.queue_by_day();
            sum.truncate(by_day.len());
            sum.iter_mut().zip(by_day).for_each(|(all, one)| *all += one);
        }
        sum
    }

    fn faults(&self, layout: &Layout) -> Vec<FaultOutcome> {
        let of = |(&(kind, element), &(cases, first_at)): (&(FaultKind, usize), &(u64, SimTime))| {
            let at = layout.element_labels.get(element).cloned().unwrap_or_default();
            let place = layout.places.get(element).map_or("", String::as_str);
            let (code, what) = describe(kind);
            let of_cases = if cases == 1 { "1 case".to_owned() } else { format!("{cases} cases") };
            let message = format!("{what}: {of_cases} at {place}.");
            let first_day = u32::try_from(first_at.ms() / MS_PER_DAY).unwrap_or(u32::MAX);
            FaultOutcome { code, at, cases, first_day, message }
        };
        self.faults.iter().map(of).collect()
    }
}

fn describe(kind: FaultKind) -> (&'static str, &'static str) {
    match kind {
        FaultKind::Deadlock => {
            ("deadlock", "Cases wait for ever, for a way that never comes to a join or for a message that nobody sends")
        }
        FaultKind::NoWayOut => ("no-way-out", "No way out of a gateway applies"),
        FaultKind::EndlessLoop => ("endless-loop", "Cases go round in a loop that takes no time"),
        FaultKind::TooManyWays => ("too-many-ways", "Cases split into more ways at once than makes sense"),
        FaultKind::TooDeep => ("too-deep", "Processes enter each other deeper than makes sense"),
        FaultKind::UncaughtError => ("uncaught-error", "An error is raised that nothing catches"),
        FaultKind::NeverServed => ("never-served", "Work can never begin, because nobody who can do it is ever on shift"),
    }
}
