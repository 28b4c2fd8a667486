//! What each change of a variant brings: the variant is run with and without it, on the same citizens.
//!
//! A short run says enough to tell what carries a variant from what decorates it. Effects overlap: two changes that save
//! the same visit each bring nothing while the other stands, so that effects do not add up.

use crate::app::jobs::Wake;
use crate::base::progress::CancelToken;
use crate::experiment::kpi::{CITIZEN_TIME, Direction};
use crate::experiment::outcome::{Estimate, MeasureDifference, Verdict};
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::run::run_experiment;
use crate::model::apply::build_variant;
use crate::model::study::{Study, Variant};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// Measures whose effects are shown.
pub const SHOWN: [&str; 2] = [CITIZEN_TIME, "staff_time"];
/// Replications of the short run.
const REPLICATIONS: u32 = 8;

/// What one change brings, or that others need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The change.
    pub change: String,
    /// By measure: the variant with the change minus the variant without it; `None` where it cannot be built without it.
    pub brings: Option<Vec<MeasureDifference>>,
}

/// The effects of the variant that is shown, worked out in the background while somebody looks.
pub struct Effects {
    wake: Wake,
    /// Revision of the document and the variant that they belong to.
    of: Option<(u64, String)>,
    found: Vec<Effect>,
    job: Option<(CancelToken, Receiver<Vec<Effect>>)>,
}

impl Effects {
    /// Knows nothing yet; `wake` asks for a new frame.
    pub fn new(wake: Wake) -> Self {
        Effects { wake, of: None, found: Vec::new(), job: None }
    }

    /// Returns what is known of a variant at a revision of the document.
    pub fn of(&self, revision: u64, variant: &str) -> &[Effect] {
        let fits = self.of.as_ref().is_some_and(|(known, id)| *known == revision && id == variant);
        if fits { &self.found } else { &[] }
    }

    /// Tells whether effects are being worked out.
    pub fn is_working(&self) -> bool {
        self.job.is_some()
    }

    /// Works effects out where `is_wanted` and they are not known yet; never waits.
    pub fn keep_up(&mut self, study: &Arc<Study>, revision: u64, variant: &str, is_wanted: bool) {
        if let Some((_, receiver)) = &self.job
            && let Ok(found) = receiver.try_recv()
        {
            self.found = found;
            self.job = None;
        }
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

    fn start(&mut self, study: Arc<Study>, revision: u64, variant: &str) {
        self.of = Some((revision, variant.to_owned()));
        self.found.clear();
        let (sender, receiver) = channel();
        let cancel = CancelToken::default();
        let (wake, token, id) = (self.wake.clone(), cancel.clone(), variant.to_owned());
        let work = move || {
            // A run that breaks down leaves the effects unknown; the comparison says what is wrong.
            let found = catch_unwind(AssertUnwindSafe(|| work_out(&study, &id, &token))).ok().flatten();
            if sender.send(found.unwrap_or_default()).is_ok() {
                wake();
            }
        };
        if std::thread::Builder::new().name("effects".to_owned()).spawn(work).is_ok() {
            self.job = Some((cancel, receiver));
        }
    }
}

/// Runs a variant with and without each of its changes; `None` where it cannot be run or was stopped.
pub fn work_out(study: &Study, id: &str, cancel: &CancelToken) -> Option<Vec<Effect>> {
    let variant = study.variant(id)?;
    let mut without = study.clone();
    let mut asked = Vec::new();
    for change in variant.changes.iter().filter(|change| change.enabled) {
        let name = format!("{id}\u{0}{}", change.id);
        let mut changes = variant.changes.clone();
        changes.iter_mut().filter(|c| c.id == change.id).for_each(|c| c.enabled = false);
        without.variants.push(Variant { id: name.clone(), changes, ..variant.clone() });
        let can_be_built = build_variant(&without, &name).is_ok_and(|scenario| is_sound(study, scenario));
        if !can_be_built {
            without.variants.pop();
        }
        asked.push((change.id.clone(), can_be_built.then_some(name)));
    }
    let plan = Plan::of_study(study);
    let plan = plan.first_looks().pop().unwrap_or(plan);
    let names: Vec<String> = asked.iter().filter_map(|(_, name)| name.clone()).collect();
    let plan = Plan {
        variants: std::iter::once(id.to_owned()).chain(names).collect(),
        baseline: id.to_owned(),
        stop: StopRule::Replications(REPLICATIONS),
        threads: Some(1),
        persons: 0,
        ..plan
    };
    let outcome = run_experiment(&without, &plan, &|_| {}, cancel).ok()?;
    if cancel.is_cancelled() {
        return None;
    }
    let of = |name: &String| {
        let difference = outcome.difference(name)?;
        Some(SHOWN.iter().filter_map(|measure| difference.measure(measure)).map(turned).collect())
    };
    Some(asked.into_iter().map(|(change, name)| Effect { change, brings: name.as_ref().and_then(of) }).collect())
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
        let found = work_out(&study, "to-be", &CancelToken::default()).unwrap();
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
}
