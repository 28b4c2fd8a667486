//! Small pictures of the studies that the program carries, for the start screen: each is simulated for a few weeks.

use crate::app::files::carried_study;
use crate::app::jobs::Wake;
use crate::base::progress::CancelToken;
use crate::experiment::kpi::CITIZEN_TIME;
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::run::run_experiment;
use crate::formats::carried;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

/// A study in small.
#[derive(Clone, Debug, PartialEq)]
pub struct Miniature {
    /// The study's name in the program.
    pub study: String,
    /// The variants by their ids with minutes of a citizen's own time, the as-is first.
    pub bars: Vec<(String, f64)>,
}

/// The miniatures, made one after another in the background while the start screen is shown.
pub struct Miniatures {
    wake: Wake,
    made: Vec<Miniature>,
    job: Option<(CancelToken, Receiver<Miniature>)>,
}

impl Miniatures {
    /// Makes none yet; `wake` asks for a new frame.
    pub fn new(wake: Wake) -> Self {
        Miniatures { wake, made: Vec::new(), job: None }
    }

    /// Returns those that are there.
    pub fn made(&self) -> &[Miniature] {
        &self.made
    }

    /// Tells whether some are still to come.
    pub fn is_working(&self) -> bool {
        self.job.is_some() && self.made.len() < carried::names().count()
    }

    /// Makes what is missing while the start screen is shown, and stops when it is not; never waits.
    pub fn keep_up(&mut self, is_shown: bool) {
        if let Some((cancel, receiver)) = &self.job {
            self.made.extend(receiver.try_iter());
            if !is_shown {
                cancel.cancel();
                self.job = None;
            }
        } else if is_shown {
            self.start();
        }
    }

    fn start(&mut self) {
        let missing: Vec<&'static str> =
            carried::names().filter(|name| !self.made.iter().any(|made| made.study == *name)).collect();
        let (sender, receiver) = channel();
        let cancel = CancelToken::default();
        let (wake, token) = (self.wake.clone(), cancel.clone());
        let work = move || make_all(&missing, &sender, &wake, &token);
        // A start screen without pictures is still a start screen.
        if std::thread::Builder::new().name("miniatures".to_owned()).spawn(work).is_ok() {
            self.job = Some((cancel, receiver));
        }
    }
}

fn make_all(names: &[&str], sender: &Sender<Miniature>, wake: &Wake, cancel: &CancelToken) {
    for name in names {
        // A study that breaks down has no picture here; opened, it says why.
        let made = catch_unwind(AssertUnwindSafe(|| make(name, cancel))).ok().flatten();
        if cancel.is_cancelled() {
            return;
        }
        let empty = || Miniature { study: (*name).to_owned(), bars: Vec::new() };
        if sender.send(made.unwrap_or_else(empty)).is_err() {
            return;
        }
        wake();
    }
}

fn make(name: &str, cancel: &CancelToken) -> Option<Miniature> {
    let study = carried_study(name)?;
    let plan = Plan::of_study(&study);
    let look = plan.first_looks().pop().unwrap_or(plan);
    let look = Plan { stop: StopRule::Replications(1), threads: Some(1), persons: 0, ..look };
    let outcome = run_experiment(&study, &look, &|_| {}, cancel).ok()?;
    let bars = outcome.variants.iter().filter_map(|v| Some((v.name.clone(), v.mean(CITIZEN_TIME)?)));
    Some(Miniature { study: name.to_owned(), bars: bars.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miniature_has_a_bar_for_each_variant_with_the_as_is_first() {
        let made = make("golden-case", &CancelToken::default()).unwrap();
        let study = carried_study("golden-case").unwrap();
        assert_eq!(made.bars.len(), study.variant_names().len());
        assert!(made.bars[0].1 > made.bars[1].1, "the to-be takes less of the family's time: {:?}", made.bars);
    }
}
