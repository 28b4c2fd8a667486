//! Changes: a to-be is an as-is plus a list of these.
//!
//! A [`Change`] is what people talk about ("stop asking for the birth certificate"): it says why, who owns it, on what
//! legal basis, at what cost. It does one or several [`Operation`]s on the scenario. [`crate::model::apply`] applies them.

use crate::model::Id;
use crate::model::agency::Agency;
use crate::model::calendar::{Calendar, HolidayList};
use crate::model::demand::Demand;
use crate::model::document::Document;
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::flow::Element;
use crate::model::life_event::LifeEvent;
use crate::model::offer::Offer;
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::Registry;
use crate::model::service::{Form, Service};
use crate::model::step::{Fallback, Sitting};

/// One measure of a reform.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// Short name, unique in the variant.
    pub id: Id,
    /// Title for people.
    pub title: String,
    /// Whether it is applied; switched-off changes stay in the list.
    pub enabled: bool,
    /// What it does to the scenario, in order.
    pub operations: Vec<Operation>,
    /// Why.
    pub why: String,
    /// Who answers for it.
    pub owner: String,
    /// Which law or order allows it, or must be changed first.
    pub legal_basis: String,
    /// What it costs once, in the scenario's currency.
    pub cost: Option<NumberFigure>,
    /// Person-days to bring it about.
    pub effort_days: Option<NumberFigure>,
    /// Key of the source; `None` makes it an assumption.
    pub source: Option<String>,
    /// How far its review is.
    pub review: Review,
    /// What reviewers said.
    pub remarks: Vec<Remark>,
}

/// How far a change's review is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Review {
    /// Being written.
    #[default]
    Draft,
    /// With the reviewer.
    InReview,
    /// Approved.
    Approved,
    /// Sent back to its author.
    SentBack,
}

/// A reviewer's remark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remark {
    /// Who said it.
    pub author: String,
    /// When, as the author wrote it.
    pub date: String,
    /// What.
    pub text: String,
}

/// What a change does to a scenario. Services, steps and the rest are named by id; naming what is not there is an error.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Takes a step (or wait, call, offer) out; what led to it leads to what followed it.
    RemoveStep { service: Id, step: Id },
    /// Puts an element after another; it leads on to what the other led to.
    AddStep { service: Id, after: Id, element: Element },
    /// Puts an element into the place of the one with the same id.
    ReplaceStep { service: Id, element: Element },
    /// Lets an information system do a step: no staff, no citizen.
    Automate { service: Id, step: Id, registry: Option<Id>, duration: DurationFigure },
    /// Stops asking for a document at a step.
    DropDocument { service: Id, step: Id, document: Id },
    /// Fetches a document from the registry that holds it instead of asking the citizen.
    FetchDocument { service: Id, step: Id, document: Id, fallback: Fallback },
    /// Asks nothing twice within a life event.
    OnceOnly(bool),
    /// Runs steps that follow each other at the same time.
    RunInParallel { service: Id, steps: Vec<Id> },
    /// Offers a service proactively: the offer comes first; those not served by it go the old way, or end as never claimed.
    OfferProactively { service: Id, offer: Offer, accepted_goes_to: Id, others_apply: NumberFigure },
    /// Moves a share of citizens from one channel to another.
    MoveChannelShare { service: Id, from: Id, to: Id, share: NumberFigure },
    /// Moves people from one staff pool (`agency/pool`) to another.
    MoveStaff { from: String, to: String, count: u32 },
    /// Sets the number of people in a group of a staff pool; groups count from 0.
    SetStaff { pool: String, group: u32, count: NumberFigure },
    /// Sets a step's duration.
    SetDuration { service: Id, step: Id, duration: DurationFigure },
    /// Sets the share of a branch (by the element that it leads to) of a gateway; the other shares shrink or grow in proportion.
    SetShare { service: Id, gateway: Id, to: Id, share: NumberFigure },
    /// Sets what happens to a step's work at the end of a shift.
    SetSitting { service: Id, step: Id, sitting: Sitting },
    /// Sets how a service is provided, for the record.
    SetForm { service: Id, form: Form },
    /// Sets a registry's coverage.
    SetCoverage { registry: Id, coverage: NumberFigure },
    /// Multiplies a demand's yearly number.
    ScaleDemand { demand: Id, factor: NumberFigure },
    /// Adds an item, or puts it into the place of the one with the same id.
    Put(Item),
    /// Takes an item out.
    Remove { kind: ItemKind, id: Id },
    /// Sets in which order items of a kind stand; only for the law that a difference of two models, applied, gives the second.
    Reorder { kind: ItemKind, ids: Vec<Id> },
    /// Sets what stands once in a scenario: its start, currency and the value of an hour.
    SetGeneral { start: jiff::civil::DateTime, currency: String, hour_value: NumberFigure },
}

/// A whole part of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A list of public holidays.
    Holidays(HolidayList),
    /// A calendar.
    Calendar(Calendar),
    /// A segment.
    Segment(Segment),
    /// An attribute.
    Attribute(Attribute),
    /// A channel.
    Channel(Channel),
    /// A place.
    Place(Place),
    /// An agency with its pools.
    Agency(Agency),
    /// A registry.
    Registry(Registry),
    /// A document.
    Document(Document),
    /// A service.
    Service(Service),
    /// A life event.
    LifeEvent(LifeEvent),
    /// A stream of demand.
    Demand(Demand),
}

/// What kind of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKind {
    /// A list of public holidays.
    Holidays,
    /// A calendar.
    Calendar,
    /// A segment.
    Segment,
    /// An attribute.
    Attribute,
    /// A channel.
    Channel,
    /// A place.
    Place,
    /// An agency.
    Agency,
    /// A registry.
    Registry,
    /// A document.
    Document,
    /// A service.
    Service,
    /// A life event.
    LifeEvent,
    /// A stream of demand.
    Demand,
}
