//! Changes: a to-be is an as-is plus a list of these.
//!
//! A [`Change`] is what people talk about ("stop asking for the birth certificate"): it says why, who owns it, on what
//! legal basis, at what cost. It does one or several [`Operation`]s on the scenario. [`crate::model::apply`] applies them,
//! [`crate::model::diff`] finds those that lead from one scenario to another.

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
///
/// "Step" stands for any element where an operation does not say otherwise; steps inside sub-processes are found too.
/// [`crate::model::apply`] holds the exact meaning of each.
#[allow(
    clippy::large_enum_variant,
    reason = "a variant holds dozens of these, and boxes would show in every place that makes one"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Takes a step (or wait, call, offer) out; what led to it leads to what followed it. Its boundary events and exits
    /// vanish, and with them whatever only they led to. A start stays; a gateway goes only where all its ways lead to
    /// one element or nothing leads to it, an end only where nothing leads to it.
    RemoveStep {
        /// The service.
        service: Id,
        /// The element to take out.
        step: Id,
    },
    /// Puts an element after another. If it names no follower of its own, it leads on to what the other led to. The other
    /// then leads to it, unless the other is a gateway, an offer or an end, which name their followers themselves.
    AddStep {
        /// The service.
        service: Id,
        /// The element after which it comes.
        after: Id,
        /// The new element; its id must be new in the service.
        element: Element,
    },
    /// Puts an element into the place of the one with the same id; without a `next` of its own it keeps the old one's.
    ReplaceStep {
        /// The service.
        service: Id,
        /// The element as it shall be.
        element: Element,
    },
    /// Lets an information system do a step: no staff, no citizen, no journey, nobody who waits in line.
    Automate {
        /// The service.
        service: Id,
        /// The step.
        step: Id,
        /// The system; `None` is one without limits.
        registry: Option<Id>,
        /// How long the system takes.
        duration: DurationFigure,
    },
    /// Stops asking for a document at a step.
    DropDocument {
        /// The service.
        service: Id,
        /// The step that asks for it.
        step: Id,
        /// The document.
        document: Id,
    },
    /// Fetches a document from the registry that holds it instead of asking the citizen.
    FetchDocument {
        /// The service.
        service: Id,
        /// The step that asks for it.
        step: Id,
        /// The document.
        document: Id,
        /// Who helps where the registry cannot.
        fallback: Fallback,
    },
    /// Whether nothing is asked twice within a life event.
    OnceOnly(bool),
    /// Runs steps that follow each other at the same time: `parallel-of-FIRST-LAST` before them, `join-of-FIRST-LAST` after.
    RunInParallel {
        /// The service.
        service: Id,
        /// At least two elements of which each leads to the next; in any order.
        steps: Vec<Id>,
    },
    /// Offers a service proactively: an element `offer` comes first; those not served by it meet `applies-by-themselves`,
    /// where a share goes the old way and the rest end at `never-claimed`.
    OfferProactively {
        /// The service.
        service: Id,
        /// The funnel; the followers that it names are set by the operation.
        offer: Offer,
        /// The element that follows for those who consent.
        accepted_goes_to: Id,
        /// Share of all others who apply by themselves, 0..1.
        others_apply: NumberFigure,
    },
    /// Moves a share of citizens from one channel to another: as much as is there, for each segment.
    MoveChannelShare {
        /// The service.
        service: Id,
        /// The channel that loses.
        from: Id,
        /// The channel that gains; it is opened for the service if need be.
        to: Id,
        /// Share of all the service's citizens, 0..1.
        share: NumberFigure,
    },
    /// Moves people from one staff pool to another: out of the first group with enough people, into the first group.
    MoveStaff {
        /// The pool that loses, as `agency/pool`.
        from: String,
        /// The pool that gains, as `agency/pool`.
        to: String,
        /// How many people.
        count: u32,
    },
    /// Sets the number of people in a group of a staff pool.
    SetStaff {
        /// The pool, as `agency/pool`.
        pool: String,
        /// Which of the pool's groups, counted from 0.
        group: u32,
        /// How many people; a whole number.
        count: NumberFigure,
    },
    /// Sets a step's duration, or how long a wait takes.
    SetDuration {
        /// The service.
        service: Id,
        /// The step or wait.
        step: Id,
        /// The new duration.
        duration: DurationFigure,
    },
    /// Sets the share of one way of a gateway; at an exclusive gateway the other shares shrink or grow in proportion.
    SetShare {
        /// The service.
        service: Id,
        /// The gateway.
        gateway: Id,
        /// The element that the way leads to.
        to: Id,
        /// The new share, 0..1.
        share: NumberFigure,
    },
    /// Sets what happens to a step's work at the end of a shift.
    SetSitting {
        /// The service.
        service: Id,
        /// The step.
        step: Id,
        /// What happens.
        sitting: Sitting,
    },
    /// Sets how a service is provided, for the record.
    SetForm {
        /// The service.
        service: Id,
        /// How it is provided.
        form: Form,
    },
    /// Sets a registry's coverage.
    SetCoverage {
        /// The registry.
        registry: Id,
        /// Share of citizens whose record exists, 0..1.
        coverage: NumberFigure,
    },
    /// Multiplies how much of a demand there is: the yearly number, the counts of a list, or the pace of a renewal stream.
    ScaleDemand {
        /// The stream of demand.
        demand: Id,
        /// What it is multiplied with, at least 0; above 0 for a renewal stream.
        factor: NumberFigure,
    },
    /// Adds an item, or puts it into the place of the one with the same id.
    Put(Item),
    /// Takes an item out.
    Remove {
        /// What kind of item.
        kind: ItemKind,
        /// Which one.
        id: Id,
    },
    /// Sets in which order items of a kind stand; only for the law that a difference of two models, applied, gives the second.
    Reorder {
        /// What kind of items.
        kind: ItemKind,
        /// Their ids in the new order; items that are not named follow in their old order.
        ids: Vec<Id>,
    },
    /// Sets what stands once in a scenario.
    SetGeneral {
        /// Local date and time at which simulated time begins.
        start: jiff::civil::DateTime,
        /// Currency of all money.
        currency: String,
        /// What an hour of a citizen's time is worth, in the currency.
        hour_value: NumberFigure,
    },
}

/// A whole part of a scenario.
#[allow(
    clippy::large_enum_variant,
    reason = "a variant holds dozens of these, and boxes would show in every place that makes one"
)]
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
