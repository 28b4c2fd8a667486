//! What a variant differs in from the baseline.

use crate::experiment::kpi::{Direction, Measure};
use crate::experiment::outcome::Estimate;

/// A variant held against the baseline: variant minus baseline, so that less is negative.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Id of the variant.
    pub variant: String,
    /// Id of the baseline.
    pub baseline: String,
    /// Over all cases, in the order of [`crate::experiment::kpi::MEASURES`]; those with values in both.
    pub measures: Vec<MeasureDifference>,
    /// By segment that both have.
    pub segments: Vec<GroupDifference>,
    /// By facet value that both have.
    pub facets: Vec<GroupDifference>,
    /// By pool that one of them has: which load goes, and where it goes to.
    pub pools: Vec<PoolDifference>,
    /// Person by person, where both were kept.
    pub persons: Option<PersonComparison>,
}

impl Difference {
    /// Returns the difference of a measure over all cases by name.
    pub fn measure(&self, name: &str) -> Option<&MeasureDifference> {
        self.measures.iter().find(|m| m.measure.name == name)
    }
}

/// The difference of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureDifference {
    /// What it is.
    pub measure: &'static Measure,
    /// Mean difference over paired replications.
    pub difference: Estimate,
    /// The same as a share of the baseline; `None` where the baseline cannot be told from 0. Interval by Fieller.
    pub relative: Option<Estimate>,
    /// Two-sided p-value; 1 where nothing differs; `None` with a single replication.
    pub p_value: Option<f64>,
    /// The p-value after Holm's correction over the family.
    ///
    /// The family are the measures over all cases, or the measures of all segments, or of all facets; measures that agree
    /// exactly in every replication are no tests and are left out.
    pub adjusted_p: Option<f64>,
    /// Whether the difference is more than chance, after Holm's correction.
    pub significant: bool,
    /// Which way it goes.
    pub verdict: Verdict,
}

/// Which way a difference goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The variant is better, beyond chance.
    Better,
    /// The variant is worse, beyond chance.
    Worse,
    /// It differs beyond chance, in a measure that is neither good nor bad.
    Different,
    /// No difference shown.
    NotShown,
}

impl Verdict {
    /// Returns the verdict on a mean difference.
    pub fn of(direction: Direction, difference: f64, significant: bool) -> Self {
        match direction {
            _ if !significant => Verdict::NotShown,
            Direction::Neutral => Verdict::Different,
            Direction::LowerIsBetter if difference < 0.0 => Verdict::Better,
            Direction::HigherIsBetter if difference > 0.0 => Verdict::Better,
            _ => Verdict::Worse,
        }
    }
}

/// Differences within a group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupDifference {
    /// Id of the group.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// By measure.
    pub measures: Vec<MeasureDifference>,
}

/// Which load goes from a pool, or comes to it. A pool that one variant does not have counts as idle there.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolDifference {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Hours worked in the window.
    pub staff_hours: Estimate,
    /// Cost of these hours, in the currency.
    pub cost: Estimate,
    /// Utilisation, where both have the pool.
    pub utilisation: Option<Estimate>,
    /// Minutes waited, where both have the pool.
    pub waiting_time: Option<Estimate>,
    /// Share of work that waited at most 15 minutes, where both have the pool.
    pub within_15_minutes: Option<Estimate>,
}

/// The same citizens in both variants, under common random numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonComparison {
    /// Citizens found complete in both, over all replications.
    pub pairs: u64,
    /// Share of citizens who spend less of their time in the variant, by more than a minute.
    pub less: Estimate,
    /// Share of citizens who spend the same, to within a minute.
    pub same: Estimate,
    /// Share of citizens who spend more, by more than a minute.
    pub more: Estimate,
    /// By segment of the baseline: id, and the shares of its citizens who spend less, the same, and more.
    pub segments: Vec<(String, [f64; 3])>,
}
