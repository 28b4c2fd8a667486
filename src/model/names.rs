//! Names in the place of ids: texts that call things by their ids in quotation marks, for people.

use crate::base::diagnostic::{Leg, Path};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::study::Study;

/// Returns a text with the name of each thing whose id stands in single quotation marks. `path` says what the text is about: of steps,
/// those of that service come first.
pub fn in_names(study: &Study, path: &Path, text: &str) -> String {
    let near = match &path.0[..] {
        [Leg::Field("services"), Leg::Item(at), ..] => study.scenario.services.get(*at),
        _ => None,
    };
    // Every second part stands in quotation marks.
    let parts = text.split('\'').enumerate();
    let said = parts.map(|(at, part)| if at % 2 == 1 { name_of(study, near, part).unwrap_or(part) } else { part });
    said.collect::<Vec<_>>().join("'")
}

/// Returns the name of what has an id; of steps, those of the service that is near come first.
fn name_of<'s>(study: &'s Study, near: Option<&'s Service>, id: &str) -> Option<&'s str> {
    let scenario = &study.scenario;
    let within = |service: &'s Service| service.element(id).map(|element| element.name.as_str());
    let part = || names(scenario).find(|(known, _)| *known == id).map(|(_, name)| name);
    let pool = || scenario.staff_pool(id).map(|(_, pool)| pool.name.as_str());
    let variant = || study.variant(id).map(|variant| variant.title.as_str());
    // A stream of demand is called by what it is a demand for.
    let demanded = || scenario.demand.iter().find(|demand| demand.id == id).map(|demand| demand.of.as_str());
    let demand = || names(scenario).find(|(known, _)| Some(*known) == demanded()).map(|(_, name)| name);
    let found = near.and_then(within).or_else(part).or_else(pool).or_else(variant).or_else(demand);
    found.or_else(|| scenario.services.iter().find_map(within)).filter(|name| !name.is_empty() && !name.contains('\''))
}

/// Lists what a scenario is made of by id and name.
fn names(scenario: &Scenario) -> impl Iterator<Item = (&str, &str)> {
    let documents = scenario.documents.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let registries = scenario.registries.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let services = scenario.services.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let events = scenario.life_events.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let calendars = scenario.calendars.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let segments = scenario.segments.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let channels = scenario.channels.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let places = scenario.places.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    let agencies = scenario.agencies.iter().map(|part| (part.id.as_str(), part.name.as_str()));
    documents
        .chain(registries)
        .chain(services)
        .chain(events)
        .chain(calendars)
        .chain(segments)
        .chain(channels)
        .chain(places)
        .chain(agencies)
}
