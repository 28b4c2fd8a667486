//! What each change of a variant brings: the variant is run with and without it, and with one change after another, on the
//! same citizens.
//!
//! A first look from a short run comes at once and says so; then the study's own plan is run, as often as the comparison that is shown,
//! so that both say the same. Effects overlap: two changes that save the same visit each bring nothing while the other stands, so
//! that effects do not add up. Stages do, but what a change brings there depends on those before it.

use crate::app::jobs::Wake;
use crate::base::progress::CancelToken;
use crate::experiment::difference;
use crate::experiment::kpi::{CITIZEN_TIME, ELAPSED_TIME};
use crate::experiment::memory::RunMemory;
use crate::experiment::outcome::{Estimate, ExperimentOutcome, MeasureDifference, VariantOutcome};
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::run::run_remembering;
use crate::model::apply::build_variant;
use crate::model::change::Change;
use crate::model::study::{Study, Variant};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Measures whose effects are shown beside each change.
pub const SHOWN: [&str; 2] = [CITIZEN_TIME, "staff_time"];
/// Measures that can be followed from change to change.
pub const FOLLOWED: [&str; 4] = [CITIZEN_TIME, "staff_time", ELAPSED_TIME, "visits"];
/// Replications of the first look.
const FIRST_LOOK: u32 = 8;
/// Bytes that remembered runs take at most, about.
const MOST_REMEMBERED: usize = 256 << 20;
/// How long one state of the run is shown at least before the next, so that numbers can be read.
const BETWEEN: Duration = Duration::from_millis(1000);

/// What one change brings, or that others need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The change.
    pub change: String,
    /// By measure: the variant with the change minus the variant without it; `None` where it cannot be built without it.
    pub brings: Option<Vec<MeasureDifference>>,
}

/// A stage on the way from the variant without its changes to the whole variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The changes that are switched on here; several where the first cannot be built without the next. None at the start.
    pub changes: Vec<String>,
    /// Means of [`FOLLOWED`] here, where cases have a value.
    pub means: Vec<Option<Estimate>>,
    /// By measure: this stage minus the one before; none at the start.
    pub adds: Vec<MeasureDifference>,
}

/// How far what is known can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// A few weeks, for direction and size: seasons, and queues that take long to build up, are not in it.
    #[default]
    FirstLook,
    /// The study's plan, with so many replications of those that it will take.
    Plan {
        /// Replications done.
        done: u32,
        /// Replications in the comparison that is shown.
        of: u32,
    },
}

/// What is known of the shown variant's changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// By change: the variant with it against the variant without it.
    pub effects: Vec<Effect>,
    /// The changes switched on one after another, in the order of the list. Unlike the effects these add up, but what each
    /// brings depends on its place.
    pub stages: Vec<Stage>,
    /// How far it can be trusted.
    pub known: Known,
}

/// What effects belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Of {
    revision: u64,
    variant: String,
    /// Replications of the comparison that is shown.
    replications: u32,
}

/// The effects of the variant that is shown, worked out in the background while somebody looks.
pub struct Effects {
    wake: Wake,
    /// Runs that come again when a change is switched off and on, or when one of several is edited.
    memory: Arc<RunMemory>,
    of: Option<Of>,
    found: Found,
    job: Option<(CancelToken, Receiver<Found>)>,
}

impl Effects {
    /// Knows nothing yet; `wake` asks for a new frame.
    pub fn new(wake: Wake) -> Self {
        Effects { wake, memory: Arc::new(RunMemory::new(MOST_REMEMBERED)), of: None, found: Found::default(), job: None }
    }

    /// Returns what is known of a variant at a revision of the document.
    pub fn of(&self, revision: u64, variant: &str) -> Option<&Found> {
        self.belongs_to(revision, variant).then_some(&self.found)
    }

    fn belongs_to(&self, revision: u64, variant: &str) -> bool {
        self.of.as_ref().is_some_and(|of| of.revision == revision && of.variant == variant)
    }

    /// Tells whether effects are being worked out.
    pub fn is_working(&self) -> bool {
        self.job.is_some()
    }

    /// Works effects out, with as many replications as are asked for, where they are not known yet; with `None` nothing is begun. Never
    /// waits.
    pub fn keep_up(&mut self, study: &Arc<Study>, revision: u64, variant: &str, replications: Option<u32>) {
        self.poll();
        let is_same = self.belongs_to(revision, variant);
        let is_known = is_same && (replications.is_none() || self.of.as_ref().map(|of| of.replications) == replications);
        if is_known || (replications.is_none() && self.job.is_none()) {
            return;
        }
        // What is on its way belongs to something else.
        if let Some((cancel, _)) = self.job.take() {
            cancel.cancel();
        }
        let Some(replications) = replications else { return };
        if !is_same {
            self.found = Found::default();
        }
        self.of = Some(Of { revision, variant: variant.to_owned(), replications });
        self.start(study.clone(), variant, replications);
    }

    fn poll(&mut self) {
        let Some((_, receiver)) = &self.job else { return };
        loop {
            match receiver.try_recv() {
                Ok(found) => self.found = found,
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.job = None;
    }

    fn start(&mut self, study: Arc<Study>, variant: &str, replications: u32) {
        let (sender, receiver) = channel();
        let cancel = CancelToken::default();
        let (wake, token, id) = (self.wake.clone(), cancel.clone(), variant.to_owned());
        let memory = Arc::clone(&self.memory);
        let is_new = self.found == Found::default();
        let work = move || {
            let say = |found: Found| {
                if sender.send(found).is_ok() {
                    wake();
                }
            };
            // A run that breaks down leaves the effects unknown; the comparison says what is wrong.
            let worked = catch_unwind(AssertUnwindSafe(|| {
                let copies = copies_of(&study, &id)?;
                if is_new {
                    // A short plan has none.
                    first_look(&copies, &memory, &token).into_iter().for_each(&say);
                }
                whole(&copies, replications, &memory, &token, &say)
            }));
            drop(worked);
            drop(sender);
            wake();
        };
        if std::thread::Builder::new().name("effects".to_owned()).spawn(work).is_ok() {
            self.job = Some((cancel, receiver));
        }
    }
}

/// A study with copies of one of its variants: without each change, and with one change after another.
struct Copies {
    study: Study,
    /// The variant.
    id: String,
    /// By change, the copy without it; `None` where it cannot be built without it.
    without: Vec<(String, Option<String>)>,
    /// The stages, each with the changes that are new in it.
    stages: Vec<(String, Vec<String>)>,
}

/// Makes the copies; `None` where the variant cannot be run.
fn copies_of(study: &Study, id: &str) -> Option<Copies> {
    let variant = study.variant(id)?;
    let mut study = study.clone();
    let on: Vec<&Change> = variant.changes.iter().filter(|change| change.enabled).collect();
    let mut without = Vec::new();
    for change in &on {
        let name = format!("{id}\u{0}without {}", change.id);
        without.push((change.id.clone(), add_copy(&mut study, variant, name, |other| other.id != change.id)));
    }
    let mut stages = Vec::new();
    stages.extend(add_copy(&mut study, variant, format!("{id}\u{0}start"), |_| false).map(|start| (start, Vec::new())));
    let mut taken = Vec::new();
    for (at, change) in on.iter().enumerate() {
        taken.push(change.id.clone());
        let so_far = &on[..=at];
        let name = format!("{id}\u{0}stage {at}");
        // A stage that cannot be built stands together with the next.
        if let Some(name) = add_copy(&mut study, variant, name, |other| so_far.iter().any(|one| one.id == other.id)) {
            stages.push((name, std::mem::take(&mut taken)));
        }
    }
    Some(Copies { study, id: id.to_owned(), without, stages })
}

impl Copies {
    /// Returns a plan that runs the variant and its copies.
    fn plan(&self, plan: Plan, replications: u32, threads: usize) -> Plan {
        let copies = self.without.iter().filter_map(|(_, name)| name.as_ref()).chain(self.stages.iter().map(|(name, _)| name));
        Plan {
            variants: std::iter::once(&self.id).chain(copies).cloned().collect(),
            baseline: self.id.clone(),
            stop: StopRule::Replications(replications),
            threads: Some(threads),
            persons: 0,
            ..plan
        }
    }

    /// Reads what an outcome says.
    fn found(&self, outcome: &ExperimentOutcome, known: Known) -> Option<Found> {
        let whole = outcome.variant(&self.id)?;
        let step = |before: &VariantOutcome, after: &VariantOutcome, name: &str| {
            let (before, after) = (before.measure(name)?, after.measure(name)?);
            difference::compare(after.measure, &before.by_replication, &after.by_replication, outcome.confidence)
        };
        let steps = |before: &VariantOutcome, after: &VariantOutcome, names: &[&str]| {
            names.iter().filter_map(|name| step(before, after, name)).collect::<Vec<_>>()
        };
        let brings = |name: &String| Some(steps(outcome.variant(name)?, whole, &SHOWN));
        let effect =
            |(change, name): &(String, Option<String>)| Effect { change: change.clone(), brings: name.as_ref().and_then(brings) };
        let mut effects: Vec<Effect> = self.without.iter().map(effect).collect();
        difference::correct(effects.iter_mut().flat_map(|effect| effect.brings.iter_mut().flatten()), outcome.confidence);
        let variants = self.stages.iter().map(|(name, _)| outcome.variant(name)).collect::<Option<Vec<_>>>()?;
        let mut stages: Vec<Stage> = Vec::new();
        for (at, ((_, changes), variant)) in self.stages.iter().zip(&variants).enumerate() {
            let mean = |name: &&str| variant.measure(name).and_then(|measure| measure.estimate);
            let before = at.checked_sub(1).and_then(|before| variants.get(before));
            stages.push(Stage {
                changes: changes.clone(),
                means: FOLLOWED.iter().map(mean).collect(),
                adds: before.map_or(Vec::new(), |before| steps(before, variant, &FOLLOWED)),
            });
        }
        difference::correct(stages.iter_mut().flat_map(|stage| &mut stage.adds), outcome.confidence);
        Some(Found { effects, stages, known })
    }
}

/// Looks at a few weeks; `None` where they cannot be run or were stopped.
fn first_look(copies: &Copies, memory: &RunMemory, cancel: &CancelToken) -> Option<Found> {
    let plan = Plan::of_study(&copies.study);
    let look = plan.first_looks().pop()?;
    let outcome = run_remembering(&copies.study, &copies.plan(look, FIRST_LOOK, 1), Some(memory), &|_| {}, cancel).ok()?;
    copies.found(&outcome, Known::FirstLook).filter(|_| !cancel.is_cancelled())
}

/// Runs the study's plan and says now and then how far it has come; `None` where it cannot be run or was stopped.
fn whole(
    copies: &Copies,
    replications: u32,
    memory: &RunMemory,
    cancel: &CancelToken,
    say: &(dyn Fn(Found) + Sync),
) -> Option<()> {
    // One processor is left to the window.
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().saturating_sub(1).max(1));
    let plan = copies.plan(Plan::of_study(&copies.study), replications, threads);
    let last: Mutex<(u32, Option<Instant>)> = Mutex::new((0, None));
    let outcome = run_remembering(
        &copies.study,
        &plan,
        Some(memory),
        &|snapshot| {
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            let due = last.1.is_none_or(|at| at.elapsed() >= BETWEEN);
            // Two replications give an interval; before that there is nothing to refine.
            if due && snapshot.replications >= 2 && snapshot.replications > last.0 {
                *last = (snapshot.replications, Some(Instant::now()));
                let known = Known::Plan { done: snapshot.replications, of: replications };
                snapshot.outcome().and_then(|outcome| copies.found(&outcome, known)).into_iter().for_each(say);
            }
        },
        cancel,
    );
    let outcome = outcome.ok().filter(|_| !cancel.is_cancelled())?;
    say(copies.found(&outcome, Known::Plan { done: outcome.replications, of: replications })?);
    Some(())
}

/// Adds a copy of a variant with only some of its changes switched on; returns its name, or `None` where it cannot be run.
fn add_copy(study: &mut Study, of: &Variant, name: String, is_on: impl Fn(&Change) -> bool) -> Option<String> {
    let mut changes = of.changes.clone();
    changes.iter_mut().for_each(|change| change.enabled = change.enabled && is_on(change));
    study.variants.push(Variant { id: name.clone(), changes, ..of.clone() });
    let can_be_built = build_variant(study, &name).is_ok_and(|scenario| is_sound(study, scenario));
    if !can_be_built {
        study.variants.pop();
    }
    can_be_built.then_some(name)
}

/// Tells whether a scenario can be run.
fn is_sound(study: &Study, scenario: crate::model::scenario::Scenario) -> bool {
    let alone = Study { scenario, variants: Vec::new(), targets: Vec::new(), ..study.clone() };
    !crate::base::diagnostic::has_errors(&crate::model::validate::validate(&alone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::files::carried_study;
    use crate::experiment::outcome::Verdict;
    use crate::experiment::run::run_experiment;

    /// All that is said of a variant of the golden case while its changes are looked at.
    fn said(study: &Study, replications: u32) -> Vec<Found> {
        let said: Mutex<Vec<Found>> = Mutex::default();
        let (memory, cancel) = (RunMemory::new(0), CancelToken::default());
        let copies = copies_of(study, "to-be").unwrap();
        let say = |found: Found| said.lock().unwrap_or_else(PoisonError::into_inner).push(found);
        first_look(&copies, &memory, &cancel).into_iter().for_each(say);
        whole(&copies, replications, &memory, &cancel, &say).unwrap();
        said.into_inner().unwrap()
    }

    #[test]
    fn the_change_that_carries_the_variant_brings_all_of_it() {
        let study = carried_study("golden-case").unwrap();
        let found = said(&study, 4).pop().unwrap();
        assert_eq!(found.effects.len(), study.variants[0].changes.len());
        let offer = found.effects.iter().find(|effect| effect.change == "offer").unwrap();
        if let Some(brings) = &offer.brings {
            let time = brings.iter().find(|found| found.measure.name == CITIZEN_TIME).unwrap();
            assert!(time.difference.mean < 0.0, "{time:?}");
            assert_eq!(time.verdict, Verdict::Better);
        }
        let known: Vec<bool> = found.effects.iter().map(|effect| effect.brings.is_some()).collect();
        assert!(known.contains(&true), "{known:?}");
    }

    #[test]
    fn stages_lead_from_the_as_is_to_the_whole_variant_as_the_comparison_has_them() {
        let study = carried_study("golden-case").unwrap();
        let all_said = said(&study, 4);
        let found = all_said.last().unwrap();
        assert_eq!(found.known, Known::Plan { done: 4, of: 4 });
        assert!(all_said.iter().all(|earlier| earlier.stages.len() == found.stages.len()));
        let on: Vec<&String> = found.stages.iter().flat_map(|stage| &stage.changes).collect();
        let all: Vec<&String> = study.variants[0].changes.iter().map(|change| &change.id).collect();
        assert_eq!(on, all, "every change stands in one stage, in the order of the list");
        assert!(found.stages[0].changes.is_empty() && found.stages[0].adds.is_empty());
        let plan = Plan { stop: StopRule::Replications(4), ..Plan::of_study(&study) };
        let outcome = run_experiment(&study, &plan, &|_| {}, &CancelToken::default()).unwrap();
        for (at, name) in FOLLOWED.iter().enumerate() {
            let means: Vec<f64> = found.stages.iter().map(|stage| stage.means[at].unwrap().mean).collect();
            assert_eq!(Some(means[0]), outcome.variant("as-is").unwrap().mean(name));
            assert_eq!(means.last().copied(), outcome.variant("to-be").unwrap().mean(name));
            let added: f64 =
                found.stages.iter().flat_map(|s| &s.adds).filter(|d| d.measure.name == *name).map(|d| d.difference.mean).sum();
            assert!((means[0] + added - means[means.len() - 1]).abs() < 1e-6, "{name}: {means:?} and {added}");
        }
    }

    #[test]
    fn the_only_change_of_a_variant_brings_what_the_comparison_shows() {
        let mut study = carried_study("golden-case").unwrap();
        for change in study.variants[0].changes.iter_mut().skip(1) {
            change.enabled = false;
        }
        let found = said(&study, 3).pop().unwrap();
        let plan = Plan { stop: StopRule::Replications(3), ..Plan::of_study(&study) };
        let outcome = run_experiment(&study, &plan, &|_| {}, &CancelToken::default()).unwrap();
        let shown = outcome.difference("to-be").unwrap().measure(CITIZEN_TIME).unwrap();
        let brings = found.effects[0].brings.as_ref().unwrap();
        assert_eq!(brings[0].difference, shown.difference);
    }
}
