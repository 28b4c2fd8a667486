//! What every element of a variant comes to within a run: how often it is entered, how long it takes, at any instant of the run.
//!
//! Other simulators and BPSim ask for this: numbers of one run, cut off at its end, where an experiment follows its cases and
//! gives means with intervals. What still goes on at an instant counts as entered, not as finished.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::base::progress::CancelToken;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::account::Account;
use crate::engine::record::{Activity, CaseEnd, CaseId, Departure, Observer, ServiceEnd, Stop};
use crate::experiment::error::ExperimentError;
use crate::experiment::plan::Plan;
use crate::experiment::prepare::{Prepared, prepare_marked};
use crate::model::Id;
use crate::model::flow::{Element, ElementKind};
use crate::model::study::Study;

/// Values by their number, sum and ends; times in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// How many.
    pub n: u64,
    /// Their sum.
    pub sum: f64,
    /// The smallest; 0 where there is none.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Range {
    fn add(&mut self, value: f64) {
        self.min = if self.n == 0 { value } else { self.min.min(value) };
        self.max = if self.n == 0 { value } else { self.max.max(value) };
        self.n += 1;
        self.sum += value;
    }

    /// Returns the mean; `None` where there is no value.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / self.n as f64)
    }
}

/// One element, or one service as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ElementResult {
    /// How often it was entered; of a service, how often it began.
    pub entered: u64,
    /// Time between two entries, of whatever case.
    pub between: Range,
    /// Work on shift, over what is finished or was broken off; of a service, of all its work, over those that ended.
    pub worked: Range,
    /// Time from due to start.
    pub waited: Range,
    /// Time from due to end; of a service, from begin to end.
    pub elapsed: Range,
}

/// All elements of a run up to an instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ElementResults {
    /// The instant, as time since the measured window began.
    pub at: SimDuration,
    /// By service and element.
    pub elements: BTreeMap<(Id, Id), ElementResult>,
    /// By service.
    pub services: BTreeMap<Id, ElementResult>,
}

/// What one is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Instants {
    /// Results are given after so long, over and over, and at the end; `None` at the end only.
    pub every: Option<SimDuration>,
    /// Whether each counts from the beginning instead of from the one before.
    pub cumulative: bool,
}

struct Counter<'p> {
    prepared: &'p Prepared,
    /// By mark: service and element.
    marked: &'p [(Id, Id)],
    /// By source: the service or life event that its cases need.
    source_services: &'p [Id],
    /// By element of the program: service and element.
    keys: Vec<Option<(Id, Id)>>,
    instants: Instants,
    now: ElementResults,
    last_entry: BTreeMap<(Id, Id), SimTime>,
    done: Vec<ElementResults>,
}

impl Counter<'_> {
    /// Closes every instant that lies before `at`.
    fn advance(&mut self, at: SimTime) {
        let Some(every) = self.instants.every else { return };
        let (from, to) = (self.prepared.window.from, self.prepared.window.to);
        loop {
            let next = from + SimDuration(every.ms() * (self.done.len() as i64 + 1));
            // What lies a millisecond before the end is the end: windows of simulators hold their last instant.
            if at <= next || next + SimDuration(1) >= to {
                return;
            }
            self.close(next);
        }
    }

    fn close(&mut self, at: SimTime) {
        self.now.at = at.since(self.prepared.window.from);
        self.done.push(self.now.clone());
        if !self.instants.cumulative {
            self.now = ElementResults::default();
        }
    }

    /// Tells whether something at an instant belongs to what is measured.
    fn counts(&mut self, at: SimTime) -> bool {
        let measured = at >= self.prepared.window.from && at < self.prepared.window.to;
        if measured {
            self.advance(at);
        }
        measured
    }
}

impl Observer for Counter<'_> {
    fn activity(&mut self, activity: &Activity) {
        if !self.counts(activity.ended) {
            return;
        }
        let Some(Some(key)) = self.keys.get(activity.element.get()).cloned() else { return };
        let result = self.now.elements.entry(key).or_default();
        let ms = |duration: SimDuration| duration.ms() as f64;
        let is_work = self.prepared.layout.parts.get(activity.element.get()).is_some_and(|part| part.is_work);
        // What left the line was never begun.
        if is_work && (activity.finished || activity.ended > activity.started) {
            result.worked.add(activity.worked as f64);
        }
        result.waited.add(ms(activity.started.since(activity.enabled)));
        if activity.finished {
            result.elapsed.add(ms(activity.ended.since(activity.enabled)));
        }
    }

    fn service_ended(&mut self, end: &ServiceEnd) {
        if self.counts(end.ended)
            && let Some((id, _)) = self.prepared.layout.services.get(end.service.get())
        {
            let result = self.now.services.entry(id.clone()).or_default();
            result.elapsed.add(end.ended.since(end.begun).ms() as f64);
        }
    }

    fn case_ended(&mut self, end: &CaseEnd<'_>) {
        if end.departure != Departure::Complete || !self.counts(end.ended) {
            return;
        }
        // A case of a service alone: its work is the service's.
        let of = self.source_services.get(end.case.source.get());
        if let Some(id) = of {
            self.now.services.entry(id.clone()).or_default().worked.add(end.accounts[Account::Processing as usize] as f64);
        }
    }

    fn came_by(&mut self, _: CaseId, mark: u32, at: SimTime) {
        if !self.counts(at) {
            return;
        }
        let Some((service, element)) = self.marked.get(mark as usize) else { return };
        let result = if element.is_empty() {
            self.now.services.entry(service.clone()).or_default()
        } else {
            self.now.elements.entry((service.clone(), element.clone())).or_default()
        };
        result.entered += 1;
        if let Some(before) = self.last_entry.insert((service.clone(), element.clone()), at) {
            result.between.add(at.since(before).ms() as f64);
        }
    }
}

/// Runs a variant as the plan says, each replication cut off at the end of its window, and returns for each replication what
/// every element came to at the instants asked for.
///
/// Deterministic; the runs are those of [`crate::experiment::run::run_experiment`] with this plan, up to the end of the window.
///
/// # Errors
/// As [`crate::experiment::run::run_experiment`].
pub fn element_results(
    study: &Study,
    plan: &Plan,
    variant: &str,
    instants: Instants,
    cancel: &CancelToken,
) -> Result<Vec<Vec<ElementResults>>, ExperimentError> {
    let plan =
        Plan { variants: vec![variant.to_owned()], baseline: variant.to_owned(), follow_up: SimDuration::ZERO, ..plan.clone() };
    plan.check(study)?;
    let scenario = crate::model::apply::build_variant(study, variant)
        .map_err(|diagnostics| ExperimentError::Model { variant: variant.to_owned(), diagnostics })?;
    let mut marked = Vec::new();
    for service in &scenario.services {
        let mut lists = vec![service.elements.as_slice()];
        while let Some(elements) = lists.pop() {
            lists.extend(elements.iter().filter_map(Element::inner));
            marked.extend(elements.iter().map(|element| (service.id.clone(), element.id.clone())));
        }
    }
    let marks: BTreeMap<(Id, Id), u32> = marked.iter().cloned().zip(0..).collect();
    let prepared = prepare_marked(study, variant, &plan, &marks)?;
    let sources: Vec<Id> = scenario.demand.iter().map(|demand| demand.of.clone()).collect();
    // A service begins with the first of its starts.
    let starts: BTreeMap<(Id, Id), Id> = scenario
        .services
        .iter()
        .filter_map(|s| {
            s.elements.iter().find(|e| e.kind == ElementKind::Start).map(|e| ((s.id.clone(), e.id.clone()), s.id.clone()))
        })
        .collect();
    let runs: Vec<Option<Vec<ElementResults>>> = (0..plan.stop.most_replications())
        .into_par_iter()
        .map(|replication| {
            let mut counter = Counter {
                prepared: &prepared,
                marked: &marked,
                source_services: &sources,
                keys: keys(&prepared),
                instants,
                now: ElementResults::default(),
                last_entry: BTreeMap::new(),
                done: Vec::new(),
            };
            let run = crate::engine::run::run(&prepared.program, &prepared.run_plan(&plan, replication), &mut counter, cancel);
            let end = prepared.window.to;
            counter.advance(end);
            counter.close(end);
            let mut done = counter.done;
            for results in &mut done {
                for (key, service) in &starts {
                    if let Some(start) = results.elements.get(key).cloned() {
                        let whole = results.services.entry(service.clone()).or_default();
                        (whole.entered, whole.between) = (start.entered, start.between);
                    }
                }
            }
            (run.stop != Stop::Cancelled).then_some(done)
        })
        .collect();
    let complete: Vec<_> = runs.into_iter().flatten().collect();
    if complete.is_empty() { Err(ExperimentError::CancelledEarly) } else { Ok(complete) }
}

/// Returns the step that each element of the program is the work of.
fn keys(prepared: &Prepared) -> Vec<Option<(Id, Id)>> {
    let layout = &prepared.layout;
    let key = |step: u32| layout.steps.get(step as usize).map(|key| (key.service.clone(), key.step.clone()));
    layout.parts.iter().map(|part| part.step.filter(|_| part.is_main).and_then(key)).collect()
}
