//! Scenarios of BPSim: finding them, choosing one, and what it inherits.

use std::collections::{BTreeMap, BTreeSet};

use super::values::{Unit, Value};
use crate::formats::bpmn::xml::XmlElement;
use crate::formats::params::found::Found;

/// A parameter: what it asks for, and its values.
#[derive(Clone, Debug)]
pub(super) struct Parameter<'x> {
    /// The element that says it.
    pub element: &'x XmlElement,
    /// Results that it asks for, as `min` and `count`.
    pub requests: BTreeSet<String>,
    /// Its values.
    pub values: Vec<Value<'x>>,
}

impl<'x> Parameter<'x> {
    fn read(element: &'x XmlElement) -> Parameter<'x> {
        let requests = element.elements().filter(|e| e.local() == "ResultRequest").map(|e| e.text().to_lowercase()).collect();
        Parameter { element, requests, values: element.elements().filter_map(Value::read).collect() }
    }

    /// Returns the value that holds where no calendar says otherwise: the first without one, else the first.
    pub fn value(&self) -> Option<&Value<'x>> {
        self.values.iter().find(|v| v.valid_for.is_none()).or(self.values.first())
    }
}

/// What a parameter is about: the element, the name of the parameter, and for properties their name.
pub(super) type Key<'x> = (&'x str, &'x str, &'x str);

/// A scenario with what it inherits.
#[derive(Debug)]
pub(super) struct Resolved<'x> {
    /// Its id.
    pub id: &'x str,
    /// Where it stands.
    pub at: usize,
    /// Attributes of its parameters, as `replication`.
    pub attributes: BTreeMap<&'x str, &'x str>,
    /// Parameters of the scenario as a whole, as `Duration`.
    pub whole: BTreeMap<&'x str, Parameter<'x>>,
    /// Properties of the scenario as a whole.
    pub properties: BTreeMap<&'x str, Parameter<'x>>,
    /// Parameters of elements.
    pub parameters: BTreeMap<Key<'x>, Parameter<'x>>,
    /// Texts of calendars: place, name and text.
    pub calendars: BTreeMap<&'x str, (usize, &'x str, String)>,
}

impl<'x> Resolved<'x> {
    /// Returns a parameter of an element.
    pub fn parameter(&self, id: &'x str, name: &'x str) -> Option<&Parameter<'x>> {
        self.parameters.get(&(id, name, ""))
    }

    /// Returns what an element has of it: name, name of the property, parameter.
    pub fn of(&self, id: &'x str) -> impl Iterator<Item = (&'x str, &'x str, &Parameter<'x>)> {
        self.parameters
            .range((id, "", "")..)
            .take_while(move |(key, _)| key.0 == id)
            .map(|(key, parameter)| (key.1, key.2, parameter))
    }

    /// Returns the ids of all elements that have any.
    pub fn ids(&self) -> BTreeSet<&'x str> {
        self.parameters.keys().map(|key| key.0).collect()
    }

    /// Tells whether it says who does what, how many there are, or when.
    pub fn tells_of_people(&self) -> bool {
        self.parameters.keys().any(|key| matches!(key.1, "Selection" | "Quantity" | "Availability"))
    }

    /// Returns the unit of plain numbers.
    pub fn unit(&self) -> Unit {
        self.attributes.get("baseTimeUnit").and_then(|text| Unit::read(text)).unwrap_or(Unit::MINUTE)
    }
}

/// Returns the scenarios of a file, in order, wherever they stand in it.
pub(super) fn scenarios(root: &XmlElement) -> Vec<&XmlElement> {
    let mut found = Vec::new();
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        if element.local() == "BPSimData" {
            found.extend(element.elements().filter(|e| e.local() == "Scenario"));
        } else if !matches!(element.local(), "BPMNDiagram") {
            let inner: Vec<_> = element.elements().collect();
            to_do.extend(inner.into_iter().rev());
        }
    }
    found
}

/// Chooses a scenario by id or name, or takes the first that holds no results, and resolves what it inherits.
pub(super) fn resolve<'x>(scenarios: &[&'x XmlElement], wanted: Option<&str>, found: &mut Found) -> Option<Resolved<'x>> {
    let id_of = |s: &'x XmlElement| s.attribute("id").unwrap_or_default();
    let inputs: Vec<&'x XmlElement> = scenarios.iter().copied().filter(|s| s.attribute("result").is_none()).collect();
    let names = inputs.iter().map(|s| format!("'{}'", id_of(s))).collect::<Vec<_>>().join(", ");
    let chosen = match wanted {
        Some(wanted) => scenarios.iter().copied().find(|s| id_of(s) == wanted || s.attribute("name") == Some(wanted)),
        None => inputs.first().copied(),
    };
    let at = scenarios.first().map_or(0, |s| s.at);
    let Some(chosen) = chosen else {
        let message = match wanted {
            Some(wanted) => format!("The file has no scenario '{wanted}'."),
            None => "The file holds results of scenarios only, and no scenario to run.".to_owned(),
        };
        found.error(at, "no-scenario", message, &format!("Its scenarios are {names}."));
        return None;
    };
    if wanted.is_none() && inputs.len() > 1 {
        let message = format!("The scenario '{}' is run, the first of {}.", id_of(chosen), inputs.len());
        found.note(
            chosen.at,
            "first-scenario",
            format!("{message} Others can be chosen by name (on the command line with --scenario): {names}."),
        );
    }
    let mut chain = vec![chosen];
    while let Some(parent) = chain.last().and_then(|s| s.attribute("inherits")).filter(|id| !id.is_empty()) {
        let at = chain.last().map_or(0, |s| s.at);
        match scenarios.iter().copied().find(|s| id_of(s) == parent) {
            None => {
                found.error(
                    at,
                    "unknown-scenario",
                    format!("It inherits from '{parent}', which is not in the file."),
                    "Name another scenario.",
                );
                return None;
            }
            Some(parent) if chain.iter().any(|known| std::ptr::eq(*known, parent)) => {
                found.error(
                    at,
                    "inherits-in-a-circle",
                    "Scenarios inherit from each other in a circle.",
                    "Let one of them stand alone.",
                );
                return None;
            }
            Some(parent) => chain.push(parent),
        }
    }
    let mut resolved = Resolved {
        id: id_of(chosen),
        at: chosen.at,
        attributes: BTreeMap::new(),
        whole: BTreeMap::new(),
        properties: BTreeMap::new(),
        parameters: BTreeMap::new(),
        calendars: BTreeMap::new(),
    };
    for scenario in chain.into_iter().rev() {
        resolved.overlay(scenario, found);
    }
    Some(resolved)
}

impl<'x> Resolved<'x> {
    /// Takes in what a scenario says; it goes before what was there.
    fn overlay(&mut self, scenario: &'x XmlElement, found: &mut Found) {
        for element in scenario.elements() {
            match element.local() {
                "ScenarioParameters" => self.scenario_parameters(element),
                "ElementParameters" => self.element_parameters(element, found),
                "Calendar" => {
                    let id = element.attribute("id").unwrap_or_default();
                    let name = element.attribute("name").unwrap_or(id);
                    self.calendars.insert(id, (element.at, name, element.text()));
                }
                "VendorExtension" => {
                    let name = element.attribute("name").unwrap_or_default();
                    found.note(element.at, "vendor-extension", format!("The extension '{name}' of another tool is left out."));
                }
                _ => {}
            }
        }
    }

    fn scenario_parameters(&mut self, element: &'x XmlElement) {
        for (key, value) in element.attributes.iter().filter(|(key, _)| !key.contains(':')) {
            self.attributes.insert(key, value);
        }
        for inner in element.elements() {
            if inner.local() == "PropertyParameters" {
                for property in inner.elements().filter(|p| p.local() == "Property") {
                    self.properties.insert(property.attribute("name").unwrap_or_default(), Parameter::read(property));
                }
            } else {
                self.whole.insert(inner.local(), Parameter::read(inner));
            }
        }
    }

    fn element_parameters(&mut self, element: &'x XmlElement, found: &mut Found) {
        let Some(reference) = element.attribute("elementRef").map(str::trim).filter(|id| !id.is_empty()) else {
            let hint = "Name the element of the drawing that they are about.";
            return found.warn(
                element.at,
                "no-element",
                "These parameters do not say of which element they are (elementRef).",
                hint,
            );
        };
        // A qualified name: the prefix says only whose name it is.
        let id = reference.rsplit(':').next().unwrap_or(reference);
        for group in element.elements() {
            if group.local() == "VendorExtension" {
                let name = group.attribute("name").unwrap_or_default();
                found.note(group.at, "vendor-extension", format!("The extension '{name}' of another tool is left out."));
                continue;
            }
            for parameter in group.elements() {
                let property = if parameter.local() == "Property" { parameter.attribute("name").unwrap_or_default() } else { "" };
                self.set((id, parameter.local(), property), Parameter::read(parameter));
            }
        }
    }

    fn set(&mut self, key: Key<'x>, parameter: Parameter<'x>) {
        match self.parameters.get_mut(&key) {
            Some(known) => {
                known.requests.extend(parameter.requests);
                // Several roles of one resource, or several values given one by one.
                if key.1 == "Role" {
                    known.values.extend(parameter.values);
                } else if !parameter.values.is_empty() {
                    (known.element, known.values) = (parameter.element, parameter.values);
                }
            }
            None => drop(self.parameters.insert(key, parameter)),
        }
    }
}
