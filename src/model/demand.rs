//! Demand: what arrives, how much of it, and when.

use crate::model::Id;
use crate::model::calendar::DateRange;
use crate::model::figure::{DurationFigure, NumberFigure};

/// A stream of citizens who need a service or meet a life event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Demand {
    /// Short name; part of the key of all its random draws.
    pub id: Id,
    /// The life event or service that they need.
    pub of: Id,
    /// When they come.
    pub arrivals: Arrivals,
    /// Load on the same agencies that is simulated but not part of the citizens' results.
    pub background: bool,
}

/// When citizens come.
#[derive(Clone, Debug, PartialEq)]
// A study has a handful of these; what the larger one takes is of no account.
#[allow(clippy::large_enum_variant)]
pub enum Arrivals {
    /// A Poisson process whose rate follows a profile.
    Poisson {
        /// Expected number in a year of 365 days in which no peak applies.
        per_year: NumberFigure,
        /// Change of the rate from one year to the next, as a share: 0.03 is three per cent more.
        growth: NumberFigure,
        /// How the rate varies.
        profile: Profile,
    },
    /// One after the other, each after a duration drawn anew.
    Renewal {
        /// Time between two arrivals.
        interval: DurationFigure,
        /// Whether the first comes at the start of the run instead of after one interval.
        first_at_start: bool,
        /// Stops after so many; `None` goes on.
        limit: Option<u64>,
        /// Who would come in closed hours comes when this calendar opens next; the next interval counts from then.
        calendar: Option<Id>,
    },
    /// Given instants.
    List(Vec<Burst>),
}

impl Default for Arrivals {
    fn default() -> Self {
        Arrivals::List(Vec::new())
    }
}

/// So many citizens at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burst {
    /// Local date and time, not before the scenario's start.
    pub at: jiff::civil::DateTime,
    /// How many.
    pub count: u32,
}

/// How a rate varies: relative weights, each list either empty (even) or complete.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Twelve weights, January first.
    pub months: Vec<f64>,
    /// Seven weights, Monday first.
    pub weekdays: Vec<f64>,
    /// Twenty-four weights, from midnight.
    pub hours: Vec<f64>,
    /// Arrivals come only in these hours; the yearly number stays the same.
    pub calendar: Option<Id>,
    /// Times of more or less than usual; they add to the yearly number.
    pub peaks: Vec<Peak>,
    /// Key of the source; `None` makes the profile an assumption.
    pub source: Option<String>,
}

/// Days on which the rate is multiplied.
#[derive(Clone, Debug, PartialEq)]
pub struct Peak {
    /// The days.
    pub days: DateRange,
    /// What the rate is multiplied with, at least 0.
    pub factor: NumberFigure,
}
