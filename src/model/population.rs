//! Citizens: segments, what else distinguishes cases, channels, and places that they travel to.

use crate::model::Id;
use crate::model::figure::{DurationFigure, NumberFigure};

/// A part of the population whose members behave alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segment {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Share of the population, 0..1; all segments together make 1.
    pub share: NumberFigure,
    /// What the segment's members have in common: `residence: rural`, `age: 56+`. Conditions may ask for facets, and
    /// figures may give values by a facet's value.
    pub facets: Vec<(String, String)>,
}

/// Something that differs from case to case and that conditions may ask for: first child or not, married or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attribute {
    /// Name used in conditions.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Possible values with their shares (summing to 1), drawn once when a case arrives.
    pub values: Vec<(String, NumberFigure)>,
}

/// A way to reach services: portal, Public Service Center, SMS.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Channel {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Whether it counts as digital take-up.
    pub digital: bool,
    /// What one completed case costs the state on this channel beside staff, in the currency.
    pub cost_per_case: NumberFigure,
    /// Services that it can serve, as the list of a bot; empty where it can serve all.
    pub serves: Vec<Id>,
}

/// A place to which citizens travel: a Public Service Center, a territorial body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Travel one way.
    pub travel: DurationFigure,
    /// What one journey there and back costs the citizen, in the currency.
    pub fare: NumberFigure,
    /// Opening hours: citizens leave home so as to arrive when it is open. `None` is always open.
    pub calendar: Option<Id>,
}

impl Attribute {
    /// Tells whether all its values are written as numbers: then it is compared as a number, and steps may add to it.
    pub fn is_numeric(&self) -> bool {
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok_and(f64::is_finite);
        !self.values.is_empty() && self.values.iter().all(|(value, _)| is_number(value))
    }
}
