//! What runs have found, keyed by the revision of the document that they were run on.
//!
//! While a new answer is computed the old one stays on the screen, and says that it is old.

use crate::base::diagnostic::Diagnostic;
use crate::experiment::kpi;
use crate::experiment::offered::PoolLoad;
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
    /// How its main times are distributed.
    pub curves: Arc<Curves>,
}

impl Shown {
    /// Makes what is shown of an outcome; costs some milliseconds.
    pub fn new(outcome: ExperimentOutcome, revision: u64, stage: Stage) -> Self {
        let curves = Arc::new(Curves::of_outcome(&outcome));
        Shown { outcome: Arc::new(outcome), revision, stage, curves }
    }
}

/// Measures whose distribution is drawn.
pub const DISTRIBUTED: [&str; 2] = [kpi::CITIZEN_TIME, kpi::ELAPSED_TIME];
/// Points of a curve.
const CURVE_POINTS: usize = 160;
/// The share of cases at which a curve ends, so that a few long ones do not press the rest to the edge.
const CURVE_ENDS: f64 = 0.985;

/// For each variant and main time, the share of cases that have at most so many minutes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves(Vec<(String, &'static str, Vec<[f64; 2]>)>);

impl Curves {
    /// Works the curves of an outcome out.
    fn of_outcome(outcome: &ExperimentOutcome) -> Self {
        let mut curves = Vec::new();
        for variant in &outcome.variants {
            for name in DISTRIBUTED {
                let Some(found) = variant.measure(name) else { continue };
                let Some(sketch) = &found.distribution else { continue };
                let mut below = 0.0;
                let mut points = vec![[0.0, 0.0]];
                for bin in sketch.histogram(CURVE_POINTS * 4) {
                    below += bin.count / sketch.n().max(1) as f64;
                    points.push([found.measure.from_raw(bin.high), below]);
                    if below >= CURVE_ENDS {
                        break;
                    }
                }
                curves.push((variant.name.clone(), name, points));
            }
        }
        Curves(curves)
    }

    /// Returns a curve: minutes, and the share of cases with at most so many.
    pub fn of(&self, variant: &str, measure: &str) -> Option<&[[f64; 2]]> {
        self.0.iter().find(|(id, name, _)| id == variant && *name == measure).map(|(_, _, points)| points.as_slice())
    }
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
    /// What demand asks of staff, by variant and pool.
    pub loads: Vec<(String, PoolLoad)>,
}

impl Review {
    /// Returns what demand asks of a pool in a variant.
    pub fn load(&self, variant: &str, pool: &str) -> Option<&PoolLoad> {
        self.loads.iter().find(|(of, load)| of == variant && load.pool == pool).map(|(_, load)| load)
    }

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
    /// It broke down for a fault of the program, in its words. The document is as it was.
    Broken(String),
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
    /// How the interval of citizens' time narrowed while the run went on: replications, and by variant half its width in
    /// minutes (of the difference to the baseline, or of the baseline's own mean).
    narrowing: Vec<(u32, Vec<(String, f64)>)>,
}

impl Results {
    /// Tells whether a run is on its way.
    pub fn is_running(&self) -> bool {
        matches!(self.state, RunState::Running(..))
    }

    /// Returns the newest outcome.
    pub fn outcome(&self) -> Option<&ExperimentOutcome> {
        self.shown.as_ref().map(|shown| &*shown.outcome)
    }

    /// Tells whether what is shown belongs to an earlier state of the document.
    pub fn is_old(&self, revision: u64) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.revision != revision)
    }

    /// Returns what a report can be written of: more than a first look, and of the study as it stands.
    pub fn reportable(&self, revision: u64) -> Option<&Arc<ExperimentOutcome>> {
        let shown = self.shown.as_ref().filter(|shown| shown.revision == revision && shown.stage != Stage::FirstLook);
        shown.map(|shown| &shown.outcome)
    }

    /// Takes an outcome in. An older revision never replaces a newer one, nor a first look a better answer.
    pub fn take(&mut self, shown: Shown) {
        let keeps = self.shown.as_ref().is_some_and(|old| {
            old.revision > shown.revision
                || (old.revision == shown.revision && shown.stage == Stage::FirstLook && old.stage != Stage::FirstLook)
        });
        if !keeps {
            self.note_width(&shown);
            self.shown = Some(shown);
        }
    }

    /// Remembers how wide the intervals are now.
    fn note_width(&mut self, shown: &Shown) {
        let outcome = &shown.outcome;
        let continues = self.shown.as_ref().is_some_and(|old| old.revision == shown.revision && old.stage != Stage::FirstLook);
        let grows = self.narrowing.last().is_none_or(|(n, _)| *n < outcome.replications);
        if !continues || !grows {
            self.narrowing.clear();
        }
        if shown.stage == Stage::FirstLook {
            return;
        }
        let width = |variant: &str| {
            let own = || outcome.variant(variant)?.measure(kpi::CITIZEN_TIME)?.estimate;
            let difference = outcome.difference(variant).and_then(|d| d.measure(kpi::CITIZEN_TIME)).map(|found| found.difference);
            Some((variant.to_owned(), difference.or_else(own)?.half_width()?))
        };
        self.narrowing.push((outcome.replications, outcome.variants.iter().filter_map(|v| width(&v.name)).collect()));
    }

    /// Returns how a variant's interval narrowed: replications, and half its width in minutes.
    pub fn narrowing(&self, variant: &str) -> Vec<[f64; 2]> {
        let of = |(n, widths): &(u32, Vec<(String, f64)>)| {
            let (_, width) = widths.iter().find(|(id, _)| id == variant)?;
            Some([f64::from(*n), *width])
        };
        self.narrowing.iter().filter_map(of).collect()
    }

    /// Forgets everything: another study is open.
    pub fn clear(&mut self) {
        *self = Results::default();
    }
}
