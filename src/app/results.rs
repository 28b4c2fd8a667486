//! What runs have found, keyed by the revision of the document that they were run on.
//!
//! While a new answer is computed the old one stays on the screen, and says that it is old.

use crate::base::diagnostic::Diagnostic;
use crate::experiment::outcome::ExperimentOutcome;
use crate::model::provenance::FigureEntry;
use std::sync::Arc;

/// How far an outcome can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A first look from a shorter run: direction and size, no more.
    FirstLook,
    /// The plan of the study, with fewer replications than it asks for.
    Refining,
    /// All replications that the plan asks for.
    Full,
    /// Stopped by the user.
    Stopped,
}

/// An outcome with what it belongs to.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The outcome.
    pub outcome: Arc<ExperimentOutcome>,
    /// The document's revision that was run.
    pub revision: u64,
    /// How far it can be trusted.
    pub stage: Stage,
}

/// What is known about a study without a run.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The document's revision that was looked at.
    pub revision: u64,
    /// Faults, warnings and notes.
    pub findings: Vec<Diagnostic>,
    /// Every figure with its source.
    pub figures: Vec<FigureEntry>,
}

impl Review {
    /// Returns how many figures have no source, and how many there are.
    pub fn assumptions(&self) -> (usize, usize) {
        (self.figures.iter().filter(|figure| figure.is_assumption()).count(), self.figures.len())
    }
}

/// What a run is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum RunState {
    /// Nothing has been asked for.
    #[default]
    Idle,
    /// A run is on its way: runs done, runs planned.
    Running(u32, u32),
    /// All done.
    Done,
    /// Stopped by the user.
    Stopped,
    /// It cannot run, in words.
    Failed(String),
}

/// What runs have found.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The newest outcome.
    pub shown: Option<Shown>,
    /// The newest review.
    pub review: Arc<Review>,
    /// What the run is doing.
    pub state: RunState,
}

impl Results {
    /// Returns the newest outcome.
    pub fn outcome(&self) -> Option<&ExperimentOutcome> {
        self.shown.as_ref().map(|shown| &*shown.outcome)
    }

    /// Tells whether what is shown belongs to an earlier state of the document.
    pub fn is_old(&self, revision: u64) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.revision != revision)
    }

    /// Takes an outcome in. An older revision never replaces a newer one, nor a first look a better answer.
    pub fn take(&mut self, shown: Shown) {
        let keeps = self.shown.as_ref().is_some_and(|old| {
            old.revision > shown.revision
                || (old.revision == shown.revision && shown.stage == Stage::FirstLook && old.stage != Stage::FirstLook)
        });
        if !keeps {
            self.shown = Some(shown);
        }
    }

    /// Forgets everything: another study is open.
    pub fn clear(&mut self) {
        *self = Results::default();
    }
}
