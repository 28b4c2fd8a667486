//! In which order services are listed: those that the study is about first, other work of the same staff last.

use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;

/// Tells whether a study is about a service: a life event sets it off, citizens ask for it, or another service needs it.
fn is_own(scenario: &Scenario, service: &str) -> bool {
    fn calls(elements: &[Element], service: &str) -> bool {
        let is_call = |element: &Element| matches!(&element.kind, ElementKind::Call(called) if called == service);
        elements.iter().any(|element| is_call(element) || calls(element.inner().unwrap_or(&[]), service))
    }
    scenario.demand.iter().any(|demand| demand.of == service && !demand.background)
        || scenario.life_events.iter().flat_map(|event| &event.services).any(|used| used.service == service)
        || scenario.documents.iter().any(|document| document.issued_by.as_deref() == Some(service))
        || scenario.services.iter().any(|other| calls(&other.elements, service))
}

/// Tells whether a service is there only to keep staff busy, beside others that the study is about.
pub fn is_background(scenario: &Scenario, service: &str) -> bool {
    !is_own(scenario, service) && scenario.services.iter().any(|other| is_own(scenario, &other.id))
}

/// Returns the service that a study opens with: the first that a life event sets off, else the first that is no background.
pub fn first(scenario: &Scenario) -> Option<&Service> {
    let of_event = scenario.life_events.iter().flat_map(|event| &event.services).find_map(|used| scenario.service(&used.service));
    let own = || scenario.services.iter().find(|service| !is_background(scenario, &service.id));
    of_event.or_else(own).or(scenario.services.first())
}

/// Returns all services, those that are background last, otherwise in the order of the study.
pub fn listed(scenario: &Scenario) -> Vec<&Service> {
    let mut all: Vec<&Service> = scenario.services.iter().collect();
    all.sort_by_key(|service| is_background(scenario, &service.id));
    all
}
