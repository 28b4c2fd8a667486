//! Documents: what citizens are asked for, and what it takes to get it.

use crate::model::Id;
use crate::model::figure::{DurationFigure, NumberFigure};

/// A document that services ask for or issue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// The registry that holds it electronically, if one does.
    pub registry: Option<Id>,
    /// The service whose result it is, if it is one: a citizen without it must go through that service first.
    pub issued_by: Option<Id>,
    /// Share of citizens who have it at home already, 0..1.
    pub at_hand: NumberFigure,
    /// What a citizen without it goes through to get it, where no modelled service issues it.
    pub gathering: Gathering,
}

/// What it takes a citizen to get a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathering {
    /// Minutes of the citizen's own work.
    pub work: DurationFigure,
    /// Journeys: each is one visit and takes the travel time of the place twice.
    pub visits: NumberFigure,
    /// Where the journeys go; `None` where there are none.
    pub place: Option<Id>,
    /// Waiting until it is issued, by the wall clock.
    pub wait: DurationFigure,
    /// Fee, in the currency.
    pub fee: NumberFigure,
}
