//! What runs and smells: documents that the state has already, things that nobody uses, rules without effect.

use std::collections::{BTreeMap, BTreeSet};

use super::services::for_each_element;
use super::{Check, listed, root};
use crate::base::diagnostic::{Diagnostic, Path};
use crate::model::agency::Discipline;
use crate::model::apply::item_ids;
use crate::model::change::ItemKind;
use crate::model::demand::Arrivals;
use crate::model::flow::{Element, ElementKind, WaitUntil};
use crate::model::provenance::{text, walk};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{DocumentSource, Fallback, Performer};
use crate::model::study::Study;

pub(super) fn check(check: &mut Check<'_>) {
    avoidable_documents(check);
    asked_again(check);
    disciplines(check);
    unused(check);
}

/// Documents that citizens are asked for although a registry holds them: one note each.
fn avoidable_documents(check: &mut Check<'_>) {
    let asked = asked_from_citizens(check.scenario);
    for (i, document) in check.scenario.documents.iter().enumerate() {
        let Some(registry) = document.registry.as_ref().and_then(|id| check.scenario.registries.iter().find(|r| r.id == *id))
        else {
            continue;
        };
        let services: BTreeSet<&str> =
            asked.iter().filter(|(_, used)| used.contains(document.id.as_str())).map(|((service, _), _)| *service).collect();
        if registry.coverage.value > 0.0 && !services.is_empty() {
            let message = format!(
                "The document '{}' is asked from citizens (in {}) although the registry '{}' has it for {} of them.",
                document.id,
                listed(services),
                registry.id,
                text::percent(registry.coverage.value)
            );
            check.note(
                "avoidable-document",
                root("documents").item(i),
                message,
                "A change can fetch it from the registry instead.",
            );
        }
    }
}

/// Returns which documents each step asks from citizens: service and step, in order.
fn asked_from_citizens(scenario: &Scenario) -> Vec<((&str, &str), BTreeSet<&str>)> {
    let mut asked = Vec::new();
    for service in &scenario.services {
        for_each_element(&service.elements, &Path::default(), &mut |element, _| {
            if let ElementKind::Step(step) = &element.kind {
                let documents: BTreeSet<&str> =
                    step.documents.iter().filter(|d| d.from == DocumentSource::Citizen).map(|d| d.document.as_str()).collect();
                if !documents.is_empty() {
                    asked.push(((service.id.as_str(), element.id.as_str()), documents));
                }
            }
        });
    }
    asked
}

/// Documents that a life event, or a service outside all life events, asks for more than once.
fn asked_again(check: &mut Check<'_>) {
    if check.scenario.once_only {
        return;
    }
    let asked = asked_from_citizens(check.scenario);
    for (i, life_event) in check.scenario.life_events.iter().enumerate() {
        let services: BTreeSet<&str> = life_event.services.iter().map(|used| used.service.as_str()).collect();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, documents) in asked.iter().filter(|((service, _), _)| services.contains(service)) {
            for document in documents {
                *times.entry(document).or_default() += 1;
            }
        }
        for (document, times) in times.into_iter().filter(|(_, times)| *times > 1) {
            let message =
                format!("The life event '{}' asks citizens for the document '{document}' at {times} steps.", life_event.id);
            let hint = "Ask once: a change with OnceOnly(true), or fetch it from a registry.";
            check.note("asked-again", root("life_events").item(i), message, hint);
        }
    }
}

/// Pools that serve by the end of the statutory term, although no service that they work for has one.
fn disciplines(check: &mut Check<'_>) {
    let scenario = check.scenario;
    let mut with_term: BTreeSet<&str> = BTreeSet::new();
    for service in scenario.services.iter().filter(|service| service.term.is_some()) {
        with_term.extend(pools_of(&service.elements));
    }
    for (i, agency) in scenario.agencies.iter().enumerate() {
        for (j, pool) in agency.pools.iter().enumerate() {
            let reference = format!("{}/{}", agency.id, pool.id);
            if pool.discipline == Discipline::EarliestDeadline && !with_term.contains(reference.as_str()) {
                let message = format!(
                    "The staff pool '{reference}' serves by the end of the term, but no service that it works for has a term."
                );
                let path = root("agencies").item(i).field("pools").item(j).field("discipline");
                check.warning(
                    "deadline-without-term",
                    path,
                    message,
                    "Give the services terms, or serve first come, first served.",
                );
            }
        }
    }
}

/// Returns the staff pools that a process uses, fallbacks included.
fn pools_of(elements: &[Element]) -> BTreeSet<&str> {
    let mut pools = BTreeSet::new();
    for_each_element(elements, &Path::default(), &mut |element, _| {
        if let ElementKind::Step(step) = &element.kind {
            if let Performer::Staff(used) = &step.performer {
                pools.extend(used.iter().map(|used| used.pool.as_str()));
            }
            for document in &step.documents {
                if let Fallback::Staff { pool, .. } = &document.fallback {
                    pools.insert(pool.as_str());
                }
            }
        }
    });
    pools
}

/// What nothing refers to: one note for each kind.
fn unused(check: &mut Check<'_>) {
    let scenario = check.scenario;
    let mut used = Used::default();
    for service in &scenario.services {
        used.service(service);
    }
    let holidays: BTreeSet<&str> = scenario.calendars.iter().filter_map(|c| c.holidays.as_deref()).collect();
    for place in &scenario.places {
        used.calendars.extend(place.calendar.as_deref());
    }
    for agency in &scenario.agencies {
        used.calendars.extend(agency.pools.iter().flat_map(|p| &p.staff).filter_map(|g| g.calendar.as_deref()));
    }
    for registry in &scenario.registries {
        used.calendars.extend(registry.calendar.as_deref());
        used.agencies.extend(registry.agency.as_deref());
        used.registries.extend(registry.through.as_deref());
    }
    for document in &scenario.documents {
        used.registries.extend(document.registry.as_deref());
        used.places.extend(document.gathering.place.as_deref());
        if used.documents.contains(document.id.as_str()) {
            used.services.extend(document.issued_by.as_deref());
        }
    }
    let mut wanted: BTreeSet<&str> = BTreeSet::new();
    for demand in &scenario.demand {
        wanted.insert(&demand.of);
        match &demand.arrivals {
            Arrivals::Poisson { profile, .. } => used.calendars.extend(profile.calendar.as_deref()),
            Arrivals::Renewal { calendar, .. } => used.calendars.extend(calendar.as_deref()),
            Arrivals::List(_) => {}
        }
    }
    for (i, life_event) in scenario.life_events.iter().enumerate() {
        if wanted.contains(life_event.id.as_str()) {
            used.services.extend(life_event.services.iter().map(|s| s.service.as_str()));
        } else {
            let message = format!("The life event '{}' never happens, as there is no demand for it.", life_event.id);
            check.note("no-demand", root("life_events").item(i), message, "Add demand for it, or take it out.");
        }
    }
    used.services.extend(&wanted);
    used.agencies.extend(used.pools.iter().filter_map(|pool| pool.split_once('/')).map(|(agency, _)| agency));
    let kinds = [
        (ItemKind::Holidays, "lists of holidays", "holidays", &holidays),
        (ItemKind::Calendar, "calendars", "calendars", &used.calendars),
        (ItemKind::Place, "places", "places", &used.places),
        (ItemKind::Registry, "registries", "registries", &used.registries),
        (ItemKind::Document, "documents", "documents", &used.documents),
        (ItemKind::Service, "services", "services", &used.services),
        (ItemKind::Agency, "agencies", "agencies", &used.agencies),
    ];
    for (kind, word, list, known) in kinds {
        let left: Vec<&str> = item_ids(scenario, kind).into_iter().filter(|id| !known.contains(id)).collect();
        if !left.is_empty() {
            let message = format!("These {word} are used by nothing that runs: {}.", listed(left));
            check.note("unused", root(list), message, "Nothing to do if they are kept for later.");
        }
    }
}

/// What services refer to.
#[derive(Default)]
struct Used<'a> {
    calendars: BTreeSet<&'a str>,
    places: BTreeSet<&'a str>,
    agencies: BTreeSet<&'a str>,
    pools: BTreeSet<&'a str>,
    registries: BTreeSet<&'a str>,
    documents: BTreeSet<&'a str>,
    services: BTreeSet<&'a str>,
}

impl<'a> Used<'a> {
    fn service(&mut self, service: &'a Service) {
        self.agencies.extend(service.agency.as_deref());
        self.documents.extend(service.issues.iter().map(String::as_str));
        self.calendars.extend(service.term.as_ref().and_then(|term| term.calendar.as_deref()));
        self.pools.extend(pools_of(&service.elements));
        for_each_element(&service.elements, &Path::default(), &mut |element, _| match &element.kind {
            ElementKind::Step(step) => {
                self.places.extend(step.place.as_deref());
                self.documents.extend(step.issues.iter().map(String::as_str));
                self.documents.extend(step.documents.iter().map(|d| d.document.as_str()));
                if let Performer::System(registry) = &step.performer {
                    self.registries.extend(registry.as_deref());
                }
            }
            ElementKind::Wait(wait) => match &wait.until {
                WaitUntil::WorkingDays { calendar, .. } | WaitUntil::Open(calendar) => {
                    self.calendars.insert(calendar);
                }
                WaitUntil::Weekly { calendar, .. } => self.calendars.extend(calendar.as_deref()),
                WaitUntil::For(_) => {}
            },
            ElementKind::Offer(offer) => self.calendars.extend(offer.sending_hours.as_deref()),
            ElementKind::Call(service) => {
                self.services.insert(service);
            }
            _ => {}
        });
    }
}

/// Sources that nothing quotes.
pub(super) fn check_study(study: &Study, found: &mut Vec<Diagnostic>) {
    let mut quoted: BTreeSet<String> = study.targets.iter().filter_map(|target| target.source.clone()).collect();
    quoted.extend(study.variants.iter().flat_map(|v| &v.changes).filter_map(|change| change.source.clone()));
    walk::study(study, &mut |met| quoted.extend(met.source().cloned()));
    let left: Vec<&str> = study.sources.iter().map(|s| s.key.as_str()).filter(|key| !quoted.contains(*key)).collect();
    if !left.is_empty() {
        let message = format!("These sources are quoted by no figure: {}.", listed(left.iter().copied()));
        found.push(Diagnostic::note("unused", root("sources"), message).hint("Nothing to do if they are kept for later."));
    }
}
