//! Codecs of variants and changes.

use super::codec::{record, variants};
use crate::model::agency::Agency;
use crate::model::calendar::{Calendar, HolidayList};
use crate::model::change::{Change, Item, ItemKind, Operation, Remark, Review};
use crate::model::demand::Demand;
use crate::model::document::Document;
use crate::model::life_event::LifeEvent;
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::Registry;
use crate::model::service::Service;
use crate::model::study::{SharesOf, Source, Target, Variant};

record!(Variant, "variant", { id: required, title: optional, summary: optional, based_on: optional, changes: optional });

record!(Change, "change", {
    id: required,
    title: optional,
    enabled: optional(true),
    operations: optional,
    why: optional,
    owner: optional,
    legal_basis: optional,
    cost: optional,
    effort_days: optional,
    source: optional,
    review: optional,
    remarks: optional,
});

variants!(Review, "state of review", recover Review::Draft, { Draft, InReview, Approved, SentBack });

record!(Remark, "remark", { author: optional, date: optional, text: optional });

// A fault in an operation must not turn it into another one that does something, so the one that stands in does nothing.
variants!(Operation, "operation", recover Operation::Reorder { kind: ItemKind::Holidays, ids: Vec::new() }, {
    RemoveStep { service: required, step: required },
    AddStep { service: required, after: required, element: required },
    ReplaceStep { service: required, element: required },
    Automate { service: required, step: required, registry: optional, duration: required },
    DropDocument { service: required, step: required, document: required },
    FetchDocument { service: required, step: required, document: required, fallback: optional },
    OnceOnly(bool),
    RunInParallel { service: required, steps: required },
    OfferProactively { service: required, offer: required, accepted_goes_to: required, others_apply: required },
    MoveChannelShare { service: required, from: required, to: required, share: required },
    MoveStaff { from: required, to: required, count: required },
    SetStaff { pool: required, group: required, count: required },
    SetDuration { service: required, step: required, duration: required },
    SetShare { service: required, gateway: required, to: required, share: required },
    SetSitting { service: required, step: required, sitting: required },
    SetForm { service: required, form: required },
    SetCoverage { registry: required, coverage: required },
    ScaleDemand { demand: required, factor: required },
    Put(Item),
    Remove { kind: required, id: required },
    Reorder { kind: required, ids: required },
    SetGeneral { start: required, currency: required, hour_value: required },
});

variants!(Item, "part of a study", recover Item::Calendar(Calendar::default()), {
    Holidays(HolidayList),
    Calendar(Calendar),
    Segment(Segment),
    Attribute(Attribute),
    Channel(Channel),
    Place(Place),
    Agency(Agency),
    Registry(Registry),
    Document(Document),
    Service(Service),
    LifeEvent(LifeEvent),
    Demand(Demand),
});

variants!(ItemKind, "kind of part", recover ItemKind::Holidays, {
    Holidays, Calendar, Segment, Attribute, Channel, Place, Agency, Registry, Document, Service, LifeEvent, Demand,
});

record!(Source, "source", { key: required, title: optional, address: optional, date: optional, shares_of: optional, note: optional });

variants!(SharesOf, "whose shares a source gives", recover SharesOf::People, { People, Respondents, Answers });

record!(Target, "target", {
    variant: required,
    measure: required,
    against: optional,
    value: required,
    tolerance: optional,
    source: optional,
    note: optional,
});
