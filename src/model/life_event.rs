//! Life events: what happens to a citizen, and the services that it sets off.

use crate::model::Id;
use crate::model::figure::{DurationFigure, NumberFigure};

/// Something that happens to a citizen and sets services off: a birth, the loss of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LifeEvent {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// The services, and what must be done before each.
    pub services: Vec<ServiceUse>,
}

/// One service that a life event sets off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceUse {
    /// The service.
    pub service: Id,
    /// Services of the same life event that must have ended before it begins; those with nothing in between run in parallel.
    pub after: Vec<Id>,
    /// Share of citizens for whom it is due at all, 0..1.
    pub due: NumberFigure,
    /// How long the citizen lets pass before beginning.
    pub delay: DurationFigure,
}
