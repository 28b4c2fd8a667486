//! The whole that a user opens and saves: an as-is, its variants, its sources and how to run it.

use crate::base::time::SimDuration;
use crate::model::Id;
use crate::model::change::Change;
use crate::model::scenario::Scenario;

/// The name of the variant with no changes: what happens today.
pub const AS_IS: &str = "as-is";

/// A study: one as-is scenario, any number of variants on it, and where its figures come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Study {
    /// Short name, as in `kezek compare birth-of-a-child`.
    pub id: Id,
    /// Title for people.
    pub title: String,
    /// What the study asks, in a paragraph.
    pub summary: String,
    /// What a reader must know before believing the numbers.
    pub notes: Vec<String>,
    /// Files whose definitions this study takes over, relative to its own folder.
    pub imports: Vec<String>,
    /// The as-is.
    pub scenario: Scenario,
    /// The to-bes, each a list of changes on the as-is. The as-is itself is not listed.
    pub variants: Vec<Variant>,
    /// Where figures come from.
    pub sources: Vec<Source>,
    /// How to run it unless the user says otherwise.
    pub plan: PlanDefaults,
    /// Known facts that the as-is (or a variant) should reproduce.
    pub targets: Vec<Target>,
}

/// A to-be: named changes on the as-is, or on another variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// Short name, unique in the study, and not `as-is`.
    pub id: Id,
    /// Title for people.
    pub title: String,
    /// What it proposes.
    pub summary: String,
    /// The variant whose changes come first; `None` is the as-is.
    pub based_on: Option<Id>,
    /// The changes, in the order in which they are applied.
    pub changes: Vec<Change>,
}

/// Where figures come from: a page, a law, an interview.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// Key that figures quote.
    pub key: Id,
    /// Title for people.
    pub title: String,
    /// Web address, register number or archive place.
    pub address: String,
    /// When it was read or published, as the user wrote it.
    pub date: String,
    /// Of what its shares are shares.
    pub shares_of: SharesOf,
    /// What to mind.
    pub note: String,
}

/// Of what the shares in a source are shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SharesOf {
    /// Of the people, or the cases, that figures speak of.
    #[default]
    People,
    /// Of those who were asked, who may differ from the population.
    Respondents,
    /// Of the answers to a question that allows several: who names two counts twice.
    Answers,
}

/// How to run a study unless the user says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanDefaults {
    /// Length of the measured window.
    pub horizon: SimDuration,
    /// What is run before measuring begins, so that queues have filled.
    pub warm_up: SimDuration,
    /// How long after the window cases of the window are still followed; later ones count as unfinished.
    pub follow_up: SimDuration,
    /// Number of replications, at least 2 for intervals.
    pub replications: u32,
    /// Seed of all random streams.
    pub seed: u64,
    /// Confidence of intervals, strictly between 0 and 1.
    pub confidence: f64,
}

impl Default for PlanDefaults {
    fn default() -> Self {
        PlanDefaults {
            horizon: SimDuration::from_days(52 * 7),
            warm_up: SimDuration::from_days(4 * 7),
            follow_up: SimDuration::from_days(26 * 7),
            replications: 20,
            seed: 1,
            confidence: 0.95,
        }
    }
}

/// A published fact that a run is held against.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// Variant that should show it.
    pub variant: Id,
    /// Measure's name, as in results.
    pub measure: String,
    /// The other variant, where the fact is a relative difference (variant against it).
    pub against: Option<Id>,
    /// The published value, in the measure's unit; a relative difference as a share.
    pub value: f64,
    /// How far off still counts as met, in the same unit.
    pub tolerance: f64,
    /// Key of the source.
    pub source: Option<String>,
    /// What the fact says, in words.
    pub note: String,
}

impl Study {
    /// Returns the names of everything that can be run: the as-is, then the variants in order.
    pub fn variant_names(&self) -> Vec<&str> {
        std::iter::once(AS_IS).chain(self.variants.iter().map(|v| v.id.as_str())).collect()
    }

    /// Returns the variant with this id.
    pub fn variant(&self, id: &str) -> Option<&Variant> {
        self.variants.iter().find(|v| v.id == id)
    }

    /// Returns all changes that make up a variant, those of the variants that it builds on first.
    ///
    /// `None` where the variant or one that it builds on does not exist, or where they build on each other in a circle.
    /// The as-is has no changes.
    pub fn changes_of(&self, id: &str) -> Option<Vec<&Change>> {
        let mut chain = Vec::new();
        let mut current = id;
        while current != AS_IS {
            let variant = self.variant(current)?;
            if chain.len() > self.variants.len() {
                return None;
            }
            chain.push(variant);
            current = variant.based_on.as_deref().unwrap_or(AS_IS);
        }
        Some(chain.iter().rev().flat_map(|v| &v.changes).collect())
    }
}
