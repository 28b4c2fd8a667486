//! What each change of a variant brings: the variant is run with and without it, and with one change after another, on the
//! same citizens.
//!
//! A short run says enough to tell what carries a variant from what decorates it. Effects overlap: two changes that save
//! the same visit each bring nothing while the other stands, so that effects do not add up. Stages do, but what a change
//! brings there depends on those before it.

use crate::app::jobs::Wake;
use crate::base::progress::CancelToken;
use crate::experiment::difference;
use crate::experiment::kpi::{CITIZEN_TIME, Direction, ELAPSED_TIME};
use crate::experiment::memory::RunMemory;
use crate::experiment::outcome::{Estimate, ExperimentOutcome, MeasureDifference, Verdict};
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::run::run_remembering;
use crate::model::apply::build_variant;
use crate::model::change::Change;
use crate::model::study::{Study, Variant};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// Measures whose effects are shown beside each change.
pub const SHOWN: [&str; 2] = [CITIZEN_TIME, "staff_time"];
/// Measures that can be followed from change to change.
pub const FOLLOWED: [&str; 4] = [CITIZEN_TIME, "staff_time", ELAPSED_TIME, "visits"];
/// Replications of the short run.
pub const REPLICATIONS: u32 = 8;
/// Bytes that remembered short runs take at most, about.
const MOST_REMEMBERED: usize = 128 << 20;

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

/// What is known of the shown variant's changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// By change: the variant with it against the variant without it.
    pub effects: Vec<Effect>,
    /// The changes switched on one after another, in the order of the list. Unlike the effects these add up, but what each
    /// brings depends on its place.
    pub stages: Vec<Stage>,
}

/// What the background tells.
enum Told {
    Effects(Vec<Effect>),
    Stages(Vec<Stage>),
}

/// The effects of the variant that is shown, worked out in the background while somebody looks.
pub struct Effects {
    wake: Wake,
    /// Runs that come again when a change is switched off and on, or when one of several is edited.
    memory: Arc<RunMemory>,
    /// Revision of the document and the variant that they belong to.
    of: Option<(u64, String)>,
    found: Found,
    job: Option<(CancelToken, Receiver<Told>)>,
}

impl Effects {
    /// Knows nothing yet; `wake` asks for a new frame.
    pub fn new(wake: Wake) -> Self {
        Effects { wake, memory: Arc::new(RunMemory::new(MOST_REMEMBERED)), of: None, found: Found::default(), job: None }
    }

    /// Returns what is known of a variant at a revision of the document.
    pub fn of(&self, revision: u64, variant: &str) -> Option<&Found> {
        let fits = self.of.as_ref().is_some_and(|(known, id)| *known == revision && id == variant);
        fits.then_some(&self.found)
    }

    /// Tells whether effects are being worked out.
    pub fn is_working(&self) -> bool {
        self.job.is_some()
    }

    /// Works effects out where `is_wanted` and they are not known yet; never waits.
    pub fn keep_up(&mut self, study: &Arc<Study>, revision: u64, variant: &str, is_wanted: bool) {
        self.poll();
        let is_known = self.of.as_ref().is_some_and(|(known, id)| *known == revision && id == variant);
        if is_known || (!is_wanted && self.job.is_none()) {
            return;
        }
        // What is on its way belongs to something else.
        if let Some((cancel, _)) = self.job.take() {
            cancel.cancel();
        }
        if is_wanted {
            self.start(study.clone(), revision, variant);
        }
    }

    fn poll(&mut self) {
        let Some((_, receiver)) = &self.job else { return };
        loop {
            match receiver.try_recv() {
                Ok(Told::Effects(effects)) => self.found.effects = effects,
                Ok(Told::Stages(stages)) => self.found.stages = stages,
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.job = None;
    }

    fn start(&mut self, study: Arc<Study>, revision: u64, variant: &str) {
        self.of = Some((revision, variant.to_owned()));
        self.found = Found::default();
        let (sender, receiver) = channel();
        let cancel = CancelToken::default();
        let (wake, token, id) = (self.wake.clone(), cancel.clone(), variant.to_owned());
        let memory = Arc::clone(&self.memory);
        let work = move || {
            // A run that breaks down leaves the effects unknown; the comparison says what is wrong.
            let quietly = |told: &dyn Fn() -> Option<Told>| {
                let told = catch_unwind(AssertUnwindSafe(told)).ok().flatten();
                if told.is_none_or(|told| sender.send(told).is_ok()) {
                    wake();
                }
            };
            quietly(&|| effects_of(&study, &id, &memory, &token).map(Told::Effects));
            quietly(&|| stages_of(&study, &id, &memory, &token).map(Told::Stages));
        };
        if std::thread::Builder::new().name("effects".to_owned()).spawn(work).is_ok() {
            self.job = Some((cancel, receiver));
        }
    }
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

/// Runs variants of a study on the same citizens, for a short time; `None` where they cannot be run or were stopped.
fn short_run(
    study: &Study,
    baseline: &str,
    names: Vec<String>,
    memory: &RunMemory,
    cancel: &CancelToken,
) -> Option<ExperimentOutcome> {
    let plan = Plan::of_study(study);
    let plan = plan.first_looks().pop().unwrap_or(plan);
    let variants = std::iter::once(baseline.to_owned()).chain(names).collect();
    let stop = StopRule::Replications(REPLICATIONS);
    let plan = Plan { variants, baseline: baseline.to_owned(), stop, threads: Some(1), persons: 0, ..plan };
    run_remembering(study, &plan, Some(memory), &|_| {}, cancel).ok().filter(|_| !cancel.is_cancelled())
}

/// Runs a variant with and without each of its changes; `None` where it cannot be run or was stopped.
pub fn effects_of(study: &Study, id: &str, memory: &RunMemory, cancel: &CancelToken) -> Option<Vec<Effect>> {
    let variant = study.variant(id)?;
    let mut without = study.clone();
    let mut asked = Vec::new();
    for change in variant.changes.iter().filter(|change| change.enabled) {
        let name = format!("{id}\u{0}without {}", change.id);
        asked.push((change.id.clone(), add_copy(&mut without, variant, name, |other| other.id != change.id)));
    }
    let names: Vec<String> = asked.iter().filter_map(|(_, name)| name.clone()).collect();
    let outcome = short_run(&without, id, names, memory, cancel)?;
    let of = |name: &String| {
        let difference = outcome.difference(name)?;
        Some(SHOWN.iter().filter_map(|measure| difference.measure(measure)).map(turned).collect())
    };
    Some(asked.into_iter().map(|(change, name)| Effect { change, brings: name.as_ref().and_then(of) }).collect())
}

/// Switches a variant's changes on one after another; `None` where it cannot be run or was stopped.
pub fn stages_of(study: &Study, id: &str, memory: &RunMemory, cancel: &CancelToken) -> Option<Vec<Stage>> {
    let variant = study.variant(id)?;
    let mut staged = study.clone();
    let on: Vec<&Change> = variant.changes.iter().filter(|change| change.enabled).collect();
    let start = add_copy(&mut staged, variant, format!("{id}\u{0}start"), |_| false)?;
    let mut names = vec![(start, Vec::new())];
    let mut taken = Vec::new();
    for (at, change) in on.iter().enumerate() {
        taken.push(change.id.clone());
        let so_far = &on[..=at];
        let name = format!("{id}\u{0}stage {at}");
        // A stage that cannot be built stands together with the next.
        if let Some(name) = add_copy(&mut staged, variant, name, |other| so_far.iter().any(|one| one.id == other.id)) {
            names.push((name, std::mem::take(&mut taken)));
        }
    }
    let baseline = names.first()?.0.clone();
    let outcome = short_run(&staged, &baseline, names.iter().skip(1).map(|(name, _)| name.clone()).collect(), memory, cancel)?;
    let variants = names.iter().map(|(name, _)| outcome.variant(name)).collect::<Option<Vec<_>>>()?;
    let confidence = outcome.confidence;
    let mut stages: Vec<Stage> = Vec::new();
    for (at, ((_, changes), variant)) in names.into_iter().zip(&variants).enumerate() {
        let mean = |name: &&str| variant.measure(name).and_then(|measure| measure.estimate);
        let step = |name: &&str| {
            let (before, after) = (variants[at.checked_sub(1)?].measure(name)?, variant.measure(name)?);
            difference::compare(after.measure, &before.by_replication, &after.by_replication, confidence)
        };
        let (means, adds) = (FOLLOWED.iter().map(mean).collect(), FOLLOWED.iter().filter_map(step).collect());
        stages.push(Stage { changes, means, adds });
    }
    difference::correct(stages.iter_mut().flat_map(|stage| &mut stage.adds), confidence);
    Some(stages)
}

/// Tells whether a scenario can be run.
fn is_sound(study: &Study, scenario: crate::model::scenario::Scenario) -> bool {
    let alone = Study { scenario, variants: Vec::new(), targets: Vec::new(), ..study.clone() };
    !crate::base::diagnostic::has_errors(&crate::model::validate::validate(&alone))
}

/// Turns "without it minus with it" into "with it minus without it".
fn turned(found: &MeasureDifference) -> MeasureDifference {
    let turn = |e: Estimate| Estimate { mean: -e.mean, low: e.high.map(|x| -x), high: e.low.map(|x| -x) };
    let direction: Direction = found.measure.direction;
    MeasureDifference {
        difference: turn(found.difference),
        // A share of the variant without the change is not the turned share of the variant with it.
        relative: None,
        verdict: Verdict::of(direction, -found.difference.mean, found.significant),
        ..found.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::files::carried_study;

    #[test]
    fn the_change_that_carries_the_variant_brings_all_of_it() {
        let study = carried_study("golden-case").unwrap();
        let found = effects_of(&study, "to-be", &RunMemory::new(0), &CancelToken::default()).unwrap();
        assert_eq!(found.len(), study.variants[0].changes.len());
        let offer = found.iter().find(|effect| effect.change == "offer").unwrap();
        if let Some(brings) = &offer.brings {
            let time = brings.iter().find(|found| found.measure.name == CITIZEN_TIME).unwrap();
            assert!(time.difference.mean < 0.0, "{time:?}");
            assert_eq!(time.verdict, Verdict::Better);
        }
        let known: Vec<bool> = found.iter().map(|effect| effect.brings.is_some()).collect();
        assert!(known.contains(&true), "{known:?}");
    }

    #[test]
    fn stages_lead_from_the_as_is_to_the_whole_variant_and_add_up() {
        let study = carried_study("golden-case").unwrap();
        let stages = stages_of(&study, "to-be", &RunMemory::new(0), &CancelToken::default()).unwrap();
        let on: Vec<&String> = stages.iter().flat_map(|stage| &stage.changes).collect();
        let all: Vec<&String> = study.variants[0].changes.iter().map(|change| &change.id).collect();
        assert_eq!(on, all, "every change stands in one stage, in the order of the list");
        assert!(stages[0].changes.is_empty() && stages[0].adds.is_empty());
        let outcome = short_run(&study, "as-is", vec!["to-be".to_owned()], &RunMemory::new(0), &CancelToken::default()).unwrap();
        for (at, name) in FOLLOWED.iter().enumerate() {
            let means: Vec<f64> = stages.iter().map(|stage| stage.means[at].unwrap().mean).collect();
            assert_eq!(Some(means[0]), outcome.variant("as-is").unwrap().mean(name));
            assert_eq!(means.last().copied(), outcome.variant("to-be").unwrap().mean(name));
            let added: f64 =
                stages.iter().flat_map(|s| &s.adds).filter(|d| d.measure.name == *name).map(|d| d.difference.mean).sum();
            assert!((means[0] + added - means[means.len() - 1]).abs() < 1e-6, "{name}: {means:?} and {added}");
        }
    }
}
