//! Registries: information systems that hold documents and answer other systems.

use crate::base::time::SimDuration;
use crate::model::Id;
use crate::model::calendar::WeeklyHours;
use crate::model::figure::{DurationFigure, NumberFigure};

/// An information system that answers requests for documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// The agency that keeps it.
    pub agency: Option<Id>,
    /// Share of citizens whose record exists, 0..1.
    pub coverage: NumberFigure,
    /// Share of existing records that are right, 0..1.
    pub correctness: NumberFigure,
    /// How long an answer takes.
    pub latency: DurationFigure,
    /// Hours in which it answers; `None` is around the clock.
    pub calendar: Option<Id>,
    /// How many requests it handles at the same time; `None` is without limit.
    pub capacity: Option<u32>,
    /// Hours of the week in which it is down although it should answer.
    pub planned_outages: Vec<WeeklyHours>,
    /// Random outages.
    pub outages: Option<Outages>,
    /// How long a request waits for a registry that is down or busy before the attempt has failed; `None` waits on.
    pub timeout: Option<SimDuration>,
    /// How often a failed attempt is repeated.
    pub retries: u32,
    /// Pause between attempts.
    pub retry_pause: SimDuration,
    /// What a request costs, in the currency.
    pub cost_per_call: NumberFigure,
    /// The system through which all requests pass (a gateway): its hours, outages and capacity bind too.
    pub through: Option<Id>,
}

/// Random outages: times up and down take turns.
#[derive(Clone, Debug, PartialEq)]
pub struct Outages {
    /// Time from the end of one outage to the beginning of the next.
    pub up: DurationFigure,
    /// How long an outage lasts.
    pub down: DurationFigure,
}
