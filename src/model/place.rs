//! Where something of a model is, in words that tell it in a drawing: by its name, or, where it has none, by what it is and what
//! comes before it.

use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use std::collections::{BTreeMap, BTreeSet};

/// How many elements before a nameless one are named.
const BEFORE: usize = 3;
/// How many elements without a name are gone past on the search for them.
const PAST: usize = 32;

/// All places of a scenario.
pub struct Places<'s> {
    services: BTreeMap<&'s str, Drawn<'s>>,
    /// Names of life events.
    life_events: BTreeMap<&'s str, &'s str>,
}

/// A service with its elements at any depth.
pub struct Drawn<'s> {
    name: &'s str,
    elements: BTreeMap<&'s str, &'s Element>,
    /// By element: what leads to it.
    before: BTreeMap<&'s str, Vec<&'s Element>>,
}

impl<'s> Places<'s> {
    /// Looks through a scenario once.
    pub fn of(scenario: &'s Scenario) -> Self {
        Places {
            services: scenario.services.iter().map(|service| (service.id.as_str(), Drawn::of(service))).collect(),
            life_events: scenario.life_events.iter().map(|event| (event.id.as_str(), event.name.as_str())).collect(),
        }
    }

    /// Returns where an element is: `"Complete?" of "Benefit"`, or `the parallel gateway after "Approve" of "Benefit"`.
    ///
    /// `owner` is a service or life event, `step` the id of an element in it at any depth. What is not found keeps its ids.
    pub fn in_words(&self, owner: &str, step: &str) -> String {
        let Some(drawn) = self.services.get(owner) else {
            let name = self.life_events.get(owner).copied().filter(|name| !name.is_empty()).unwrap_or(owner);
            return format!("\"{step}\" of \"{name}\"");
        };
        let of = if drawn.name.is_empty() { owner } else { drawn.name };
        let Some(element) = drawn.elements.get(step) else { return format!("\"{step}\" of \"{of}\"") };
        if !element.name.is_empty() {
            return format!("\"{}\" of \"{of}\"", element.name);
        }
        let told = drawn.without_name(element).unwrap_or_else(|| format!("the {} \"{step}\"", kind_in_words(&element.kind)));
        format!("{told} of \"{of}\"")
    }
}

impl<'s> Drawn<'s> {
    /// Looks through a service once.
    pub fn of(service: &'s Service) -> Self {
        let mut drawn = Drawn { name: &service.name, elements: BTreeMap::new(), before: BTreeMap::new() };
        let mut lists = vec![service.elements.as_slice()];
        while let Some(list) = lists.pop() {
            for element in list {
                drawn.elements.insert(&element.id, element);
                for next in element.successors() {
                    drawn.before.entry(next).or_default().push(element);
                }
                lists.extend(element.inner());
            }
        }
        drawn
    }

    /// Returns an element of the service by its name, by what comes before it, or else by its id.
    pub fn told(&self, step: &str) -> String {
        match self.elements.get(step) {
            Some(element) if !element.name.is_empty() => element.name.clone(),
            Some(element) => self.without_name(element).unwrap_or_else(|| step.to_owned()),
            None => step.to_owned(),
        }
    }

    /// Returns what an element without a name is, and what comes before it; `None` where that has no name either.
    fn without_name(&self, element: &Element) -> Option<String> {
        let before = self.named_before(&element.id);
        (!before.is_empty()).then(|| format!("the {} after {}", kind_in_words(&element.kind), before.join(", ")))
    }

    /// Returns the names of the nearest elements before one, in quotes, past those without a name; few enough to be read.
    fn named_before(&self, step: &str) -> Vec<String> {
        let mut names = BTreeSet::new();
        let mut seen = BTreeSet::from([step]);
        let mut to_do = vec![step];
        while let Some(at) = to_do.pop() {
            for element in self.before.get(at).into_iter().flatten() {
                if names.len() == BEFORE || seen.len() > PAST {
                    break;
                }
                if !element.name.is_empty() {
                    names.insert(format!("\"{}\"", element.name));
                } else if seen.insert(&element.id) {
                    to_do.push(&element.id);
                }
            }
        }
        names.into_iter().collect()
    }
}

fn kind_in_words(kind: &ElementKind) -> &'static str {
    match kind {
        ElementKind::Start | ElementKind::OtherStart => "start",
        ElementKind::Step(_) => "step",
        ElementKind::Exclusive(_) => "choice",
        ElementKind::Parallel(_) => "parallel gateway",
        ElementKind::Inclusive(_) => "inclusive gateway",
        ElementKind::EventBased(_) => "event-based gateway",
        ElementKind::Wait(_) => "wait",
        ElementKind::Send(_) | ElementKind::Receive(_) => "message",
        ElementKind::Signal(_) | ElementKind::AwaitSignal(_) => "signal",
        ElementKind::Batch { .. } => "batch",
        ElementKind::Call(_) | ElementKind::Begin(_) => "call",
        ElementKind::SubProcess(_) => "sub-process",
        ElementKind::EventSubProcess(_) => "event sub-process",
        ElementKind::Pass => "event",
        ElementKind::Escalate(_) => "escalation",
        ElementKind::Compensate(_) => "compensation",
        ElementKind::Offer(_) => "offer",
        ElementKind::End(_) => "end",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        let element = |id: &str, name: &str, kind: ElementKind, next: Option<&str>| Element {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            next: next.map(str::to_owned),
            ..Element::default()
        };
        let parallel = |ids: &[&str]| ElementKind::Parallel(ids.iter().map(|id| (*id).to_owned()).collect());
        let elements = vec![
            element("StartEvent_1", "", ElementKind::Start, Some("Gateway_1")),
            element("Gateway_1", "", parallel(&["Activity_1", "Activity_2"]), None),
            element("Activity_1", "Approve", ElementKind::Pass, Some("Event_1")),
            element("Event_1", "", ElementKind::Pass, Some("Gateway_2")),
            element("Activity_2", "Refuse", ElementKind::Pass, Some("Gateway_2")),
            element("Gateway_2", "", parallel(&["end"]), None),
            element("end", "", ElementKind::default(), None),
        ];
        let service = Service { id: "Process_1".to_owned(), name: "Benefit".to_owned(), elements, ..Service::default() };
        Scenario { services: vec![service], ..Scenario::default() }
    }

    #[test]
    fn an_element_is_told_by_its_name_or_by_what_comes_before() {
        let scenario = scenario();
        let places = Places::of(&scenario);
        let at = |step| places.in_words("Process_1", step);
        assert_eq!(at("Activity_1"), "\"Approve\" of \"Benefit\"");
        assert_eq!(at("Gateway_2"), "the parallel gateway after \"Approve\", \"Refuse\" of \"Benefit\"");
        assert_eq!(at("Gateway_1"), "the parallel gateway \"Gateway_1\" of \"Benefit\"");
        assert_eq!(places.in_words("moving", "ask"), "\"ask\" of \"moving\"");
    }
}
