//! Which element of the model an activity of the log is: by id, by name, or as the user says.

use super::net::Place;
use crate::base::diagnostic::{KnownNames, nearest_name};
use crate::model::event_log::{ActivityKind, EventLog};
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use std::collections::HashMap;

/// What kinds of activities became.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// By kind: the elements that it may be; several where names repeat; none where it is not in the model.
    pub places: Vec<Vec<Place>>,
    /// By kind: the step that it accompanies: gathering its documents, travelling to it.
    pub beside: Vec<Option<Place>>,
}

/// An element by its id and name.
struct Named {
    place: Place,
    name: String,
    /// Whether a case can be seen at it.
    acts: bool,
}

/// The elements of a model, by all that they are called.
struct Elements {
    all: Vec<Named>,
    /// By `service/element`.
    by_whole: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, Vec<usize>>,
    /// Those at which a case can be seen, by name or id, folded.
    by_name: HashMap<String, Vec<usize>>,
    /// The first of the others, by name, folded.
    silent: HashMap<String, usize>,
}

impl Elements {
    fn of(scenario: &Scenario) -> Self {
        let mut all = Vec::new();
        for service in &scenario.services {
            list(&service.id, &service.elements, &mut all);
        }
        let mut elements = Elements {
            all: Vec::new(),
            by_whole: HashMap::new(),
            by_id: HashMap::new(),
            by_name: HashMap::new(),
            silent: HashMap::new(),
        };
        for (i, element) in all.iter().enumerate() {
            let Place { service, element: id } = &element.place;
            elements.by_whole.entry(format!("{service}/{id}")).or_default().push(i);
            elements.by_id.entry(id.clone()).or_default().push(i);
            let (name, id) = (folded(&element.name), folded(id));
            if !element.acts {
                elements.silent.entry(name).or_insert(i);
                continue;
            }
            if id != name {
                elements.by_name.entry(id).or_default().push(i);
            }
            elements.by_name.entry(name).or_default().push(i);
        }
        elements.all = all;
        elements
    }

    fn places(&self, found: Option<&Vec<usize>>) -> Vec<Place> {
        found.into_iter().flatten().map(|&i| self.all[i].place.clone()).collect()
    }

    /// Returns the elements that a text means: `service/element`, an id, or a name.
    fn find(&self, text: &str) -> Vec<Place> {
        if let Some(found) = self.by_whole.get(text).or_else(|| self.by_id.get(text)) {
            return self.places(Some(found));
        }
        let wanted = folded(text);
        if wanted.is_empty() { Vec::new() } else { self.places(self.by_name.get(&wanted)) }
    }

    fn place_of(&self, kind: &ActivityKind) -> (Vec<Place>, Option<Place>) {
        let name = folded(&kind.name);
        if !kind.element.is_empty() {
            if let Some(found) = self.by_whole.get(&kind.element).and_then(|found| found.first()).map(|&i| &self.all[i]) {
                // Our own logs name the step of everything that is done for it.
                let is_main = name == folded(&found.name) || (found.name.is_empty() && name == folded(&found.place.element));
                return if is_main { (vec![found.place.clone()], None) } else { (Vec::new(), Some(found.place.clone())) };
            }
            let by_id = self.places(self.by_id.get(&kind.element));
            if !by_id.is_empty() {
                return self.by_acting(by_id);
            }
        }
        let by_name = self.find(&kind.name);
        if by_name.is_empty() {
            let other = self.silent.get(&name).filter(|_| !name.is_empty());
            return (Vec::new(), other.map(|&i| self.all[i].place.clone()));
        }
        self.by_acting(by_name)
    }

    /// Keeps those at which a case can be seen; an activity that is only an end or a gateway stands beside the flow.
    fn by_acting(&self, places: Vec<Place>) -> (Vec<Place>, Option<Place>) {
        let acts = |place: &Place| {
            let found = self.by_id.get(&place.element).into_iter().flatten();
            found.into_iter().any(|&i| self.all[i].acts && self.all[i].place == *place)
        };
        let first = places.first().cloned();
        let kept: Vec<Place> = places.into_iter().filter(acts).collect();
        if kept.is_empty() { (kept, first) } else { (kept, None) }
    }
}

/// Says what each kind of activity is. `given` are pairs of a name in the log and an element of the model.
///
/// # Errors
/// A pair whose element the model does not have, in words, with a hint.
pub fn matching(log: &EventLog, scenario: &Scenario, given: &[(String, String)]) -> Result<Matching, (String, String)> {
    let elements = Elements::of(scenario);
    let mut made = Matching::default();
    for pair in given {
        if elements.find(&pair.1).is_empty() {
            let names = elements.all.iter().flat_map(|e| [e.place.element.as_str(), e.name.as_str()]).filter(|n| !n.is_empty());
            let hint = nearest_name(&pair.1, names).map_or(String::new(), |near| format!("Did you mean \"{near}\"?"));
            return Err((format!("the model has no element \"{}\"", pair.1), hint));
        }
    }
    for kind in &log.kinds {
        let own = given.iter().find(|(name, _)| *name == kind.name || folded(name) == folded(&kind.name));
        let (places, beside) = match own {
            Some((_, element)) => (elements.find(element), None),
            None => elements.place_of(kind),
        };
        made.places.push(places);
        made.beside.push(beside);
    }
    Ok(made)
}

fn list(service: &str, elements: &[Element], into: &mut Vec<Named>) {
    for element in elements {
        let place = Place { service: service.to_owned(), element: element.id.clone() };
        let acts = !matches!(
            element.kind,
            ElementKind::Exclusive(_)
                | ElementKind::Parallel(_)
                | ElementKind::Inclusive(_)
                | ElementKind::EventBased(_)
                | ElementKind::End(_)
                | ElementKind::SubProcess(_)
                | ElementKind::EventSubProcess(_)
                | ElementKind::Call(_)
        );
        into.push(Named { place, name: element.name.clone(), acts });
        list(service, element.inner().unwrap_or_default(), into);
    }
}

/// How many names are held against each other for what the activities of a log that are not in the model may mean.
const MOST_COMPARED: usize = 1_000_000;

/// Returns for each of some names of a log the name in the model that is nearest to it, if one is near. Where there are very many, only
/// for the first of them.
pub fn near_names<'n>(names: impl Iterator<Item = &'n str>, scenario: &Scenario) -> Vec<Option<String>> {
    let elements = Elements::of(scenario);
    let acting = elements.all.iter().filter(|e| e.acts);
    let own = acting.flat_map(|e| [e.name.as_str(), e.place.element.as_str()]).filter(|n| !n.is_empty());
    let known = KnownNames::new(own);
    let most = MOST_COMPARED / known.count().max(1);
    // Codes that differ in their digits are never the same.
    let near = |name: &str| known.nearest(name).filter(|near| digits(near) == digits(name)).map(str::to_owned);
    names.enumerate().map(|(i, name)| (i < most).then(|| near(name)).flatten()).collect()
}

fn digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_digit).collect()
}

/// Returns a name without what people write in different ways: case, spaces, punctuation, ё and е.
pub fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}
