//! Ids in a file: each once, those of the study where they can be kept; and what stands once in a file for all who name it.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::bpmn::write::print::as_xml_id;
use crate::model::flow::Element;
use crate::model::scenario::Scenario;

/// Ids that are in use, and those that elements have.
#[derive(Debug, Default)]
pub(in crate::formats::bpmn) struct Names {
    used: BTreeSet<String>,
    /// By service and element id: the first element of this id.
    of_element: BTreeMap<(usize, String), String>,
    /// Ids of an element's own, in the order of the walk over all elements.
    in_order: std::collections::VecDeque<String>,
    /// Things that stand once: by kind and name.
    once: BTreeMap<(Once, String), String>,
}

/// Kinds of things that stand at the top of a file, once for all who name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::formats::bpmn) enum Once {
    /// A message.
    Message,
    /// An error.
    Error,
    /// An escalation.
    Escalation,
    /// A signal.
    Signal,
    /// A staff pool, as `agency/pool`.
    Staff,
    /// A registry.
    Store,
}

impl Names {
    /// Gives ids to all services, elements and border events of a scenario.
    pub fn of(scenario: &Scenario) -> (Names, Vec<String>) {
        let mut names = Names::default();
        let services = scenario.services.iter().map(|s| names.free(&s.id, "service")).collect();
        for (i, service) in scenario.services.iter().enumerate() {
            names.give(i, &service.id, &service.elements);
        }
        (names, services)
    }

    fn give(&mut self, service: usize, prefix: &str, elements: &[Element]) {
        for element in elements {
            let own = std::iter::once(&element.id).chain(element.boundary.iter().map(|event| &event.id));
            for id in own {
                let xml = self.free(id, prefix);
                self.of_element.entry((service, id.clone())).or_insert_with(|| xml.clone());
                self.in_order.push_back(xml);
            }
            self.give(service, prefix, element.inner().unwrap_or_default());
        }
    }

    /// Returns the ids of elements and border events that are walked over in the order in which they were given.
    pub fn next(&mut self) -> String {
        self.in_order.pop_front().unwrap_or_default()
    }

    /// Returns the id that the first element of this id has.
    pub fn element(&self, service: usize, id: &str) -> Option<&String> {
        self.of_element.get(&(service, id.to_owned()))
    }

    /// Returns all ids of elements: service, id in the study, id in the file.
    pub fn elements(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        self.of_element.iter().map(|((service, id), xml)| (*service, id.as_str(), xml.as_str()))
    }

    /// Keeps ids from being given to anything else.
    pub(in crate::formats::bpmn) fn reserve(&mut self, ids: impl IntoIterator<Item = String>) {
        self.used.extend(ids);
    }

    /// Returns an id that nothing has yet: the wished one, or one with what it belongs to before it, or a number behind it.
    pub fn free(&mut self, wish: &str, belongs_to: &str) -> String {
        let plain = as_xml_id(wish);
        if self.used.insert(plain.clone()) {
            return plain;
        }
        // Not with a dot: behind one stand names that the reader gives.
        let long = as_xml_id(&format!("{belongs_to}-{wish}"));
        let mut candidate = long.clone();
        let mut n = 1;
        while !self.used.insert(candidate.clone()) {
            n += 1;
            candidate = format!("{long}-{n}");
        }
        candidate
    }

    /// Returns the id of something that stands once in the file, which it is given when it is first named.
    pub fn once(&mut self, kind: Once, name: &str) -> String {
        let key = (kind, name.to_owned());
        if let Some(id) = self.once.get(&key) {
            return id.clone();
        }
        let id = match kind {
            Once::Message => self.free(&format!("message.{name}"), "message"),
            Once::Error => self.free(&format!("error.{name}"), "error"),
            Once::Escalation => self.free(&format!("escalation.{name}"), "escalation"),
            Once::Signal => self.free(&format!("signal.{name}"), "signal"),
            Once::Staff => self.free(&format!("staff.{name}"), "staff"),
            // Readers know a registry by the id of its store.
            Once::Store => self.free(name, "store"),
        };
        self.once.insert(key, id.clone());
        id
    }

    /// Returns what stands once, by kind: name and id.
    pub fn all_once(&self, kind: Once) -> impl Iterator<Item = (&str, &str)> {
        self.once.iter().filter(move |((k, _), _)| *k == kind).map(|((_, name), id)| (name.as_str(), id.as_str()))
    }
}
