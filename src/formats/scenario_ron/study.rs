//! The codec of a whole study: its own fields and those of the scenario, side by side at the root.

use jiff::civil::DateTime;

use super::codec::record;
use super::tree::Node;
use crate::model::agency::Agency;
use crate::model::calendar::{Calendar, HolidayList};
use crate::model::demand::Demand;
use crate::model::document::Document;
use crate::model::figure::NumberFigure;
use crate::model::life_event::LifeEvent;
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::study::{PlanDefaults, Source, Study, Target, Variant};

/// The format's version that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

record!(PlanDefaults, "plan", {
    horizon: optional(PlanDefaults::default().horizon),
    warm_up: optional(PlanDefaults::default().warm_up),
    follow_up: optional(PlanDefaults::default().follow_up),
    replications: optional(PlanDefaults::default().replications),
    seed: optional(PlanDefaults::default().seed),
    confidence: optional(PlanDefaults::default().confidence),
});

/// A study as it stands in a file.
pub struct Root {
    version: u32,
    id: String,
    title: String,
    summary: String,
    notes: Vec<String>,
    imports: Vec<String>,
    start: DateTime,
    currency: String,
    hour_value: NumberFigure,
    once_only: bool,
    holidays: Vec<HolidayList>,
    calendars: Vec<Calendar>,
    segments: Vec<Segment>,
    attributes: Vec<Attribute>,
    channels: Vec<Channel>,
    places: Vec<Place>,
    agencies: Vec<Agency>,
    registries: Vec<Registry>,
    documents: Vec<Document>,
    services: Vec<Service>,
    life_events: Vec<LifeEvent>,
    demand: Vec<Demand>,
    variants: Vec<Variant>,
    targets: Vec<Target>,
    sources: Vec<Source>,
    plan: PlanDefaults,
}

record!(Root, "study", {
    version: required,
    id: required,
    title: optional,
    summary: optional,
    notes: optional,
    imports: optional,
    start: optional(Scenario::default().start),
    currency: optional(Scenario::default().currency),
    hour_value: optional,
    once_only: optional,
    holidays: optional,
    calendars: optional,
    segments: optional,
    attributes: optional,
    channels: optional,
    places: optional,
    agencies: optional,
    registries: optional,
    documents: optional,
    services: optional,
    life_events: optional,
    demand: optional,
    variants: optional,
    targets: optional,
    sources: optional,
    plan: optional,
});

/// The lists that an imported file may hold: those of the scenario, and sources. In the order of [`Root`].
pub const LISTS: [&str; 13] = [
    "holidays",
    "calendars",
    "segments",
    "attributes",
    "channels",
    "places",
    "agencies",
    "registries",
    "documents",
    "services",
    "life_events",
    "demand",
    "sources",
];

/// Returns the name of the field by which entries of a list are told apart.
pub fn key_field(list: &str) -> &'static str {
    if list == "sources" { "key" } else { "id" }
}

/// Returns the key of an entry of a list.
pub fn key_of<'n>(list: &str, entry: &'n Node) -> Option<&'n str> {
    match &entry.field(key_field(list))?.kind {
        super::tree::Kind::Text(key) => Some(key),
        _ => None,
    }
}

impl From<Root> for Study {
    fn from(root: Root) -> Study {
        Study {
            id: root.id,
            title: root.title,
            summary: root.summary,
            notes: root.notes,
            imports: root.imports,
            scenario: Scenario {
                start: root.start,
                currency: root.currency,
                hour_value: root.hour_value,
                once_only: root.once_only,
                holidays: root.holidays,
                calendars: root.calendars,
                segments: root.segments,
                attributes: root.attributes,
                channels: root.channels,
                places: root.places,
                agencies: root.agencies,
                registries: root.registries,
                documents: root.documents,
                services: root.services,
                life_events: root.life_events,
                demand: root.demand,
            },
            variants: root.variants,
            sources: root.sources,
            plan: root.plan,
            targets: root.targets,
        }
    }
}

impl From<&Study> for Root {
    fn from(study: &Study) -> Root {
        let study = study.clone();
        let scenario = study.scenario;
        Root {
            version: VERSION,
            id: study.id,
            title: study.title,
            summary: study.summary,
            notes: study.notes,
            imports: study.imports,
            start: scenario.start,
            currency: scenario.currency,
            hour_value: scenario.hour_value,
            once_only: scenario.once_only,
            holidays: scenario.holidays,
            calendars: scenario.calendars,
            segments: scenario.segments,
            attributes: scenario.attributes,
            channels: scenario.channels,
            places: scenario.places,
            agencies: scenario.agencies,
            registries: scenario.registries,
            documents: scenario.documents,
            services: scenario.services,
            life_events: scenario.life_events,
            demand: scenario.demand,
            variants: study.variants,
            targets: study.targets,
            sources: study.sources,
            plan: study.plan,
        }
    }
}
