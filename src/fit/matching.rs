//! Which element of the model an activity of the log is: by id, by name, or as the user says.

use super::net::Place;
use crate::base::diagnostic::nearest_name;
use crate::model::event_log::{ActivityKind, EventLog};
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;

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

/// Says what each kind of activity is. `given` are pairs of a name in the log and an element of the model.
///
/// # Errors
/// A pair whose element the model does not have, in words, with a hint.
pub fn matching(log: &EventLog, scenario: &Scenario, given: &[(String, String)]) -> Result<Matching, (String, String)> {
    let mut elements = Vec::new();
    for service in &scenario.services {
        list(&service.id, &service.elements, &mut elements);
    }
    let mut made = Matching::default();
    for pair in given {
        if find(&elements, &pair.1).is_empty() {
            let names = elements.iter().flat_map(|e| [e.place.element.as_str(), e.name.as_str()]).filter(|n| !n.is_empty());
            let hint = nearest_name(&pair.1, names).map_or(String::new(), |near| format!("Did you mean \"{near}\"?"));
            return Err((format!("the model has no element \"{}\"", pair.1), hint));
        }
    }
    for kind in &log.kinds {
        let own = given.iter().find(|(name, _)| *name == kind.name || folded(name) == folded(&kind.name));
        let (places, beside) = match own {
            Some((_, element)) => (find(&elements, element), None),
            None => place_of(kind, &elements),
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

/// Returns the elements that a text means: `service/element`, an id, or a name.
fn find(elements: &[Named], text: &str) -> Vec<Place> {
    let places =
        |fits: &dyn Fn(&&Named) -> bool| -> Vec<Place> { elements.iter().filter(fits).map(|e| e.place.clone()).collect() };
    let whole = places(&|e| format!("{}/{}", e.place.service, e.place.element) == text);
    if !whole.is_empty() {
        return whole;
    }
    let by_id = places(&|e| e.place.element == text);
    if !by_id.is_empty() {
        return by_id;
    }
    let wanted = folded(text);
    places(&|e| e.acts && !wanted.is_empty() && (folded(&e.name) == wanted || folded(&e.place.element) == wanted))
}

fn place_of(kind: &ActivityKind, elements: &[Named]) -> (Vec<Place>, Option<Place>) {
    let name = folded(&kind.name);
    if !kind.element.is_empty() {
        let whole = elements.iter().find(|e| format!("{}/{}", e.place.service, e.place.element) == kind.element);
        if let Some(found) = whole {
            // Our own logs name the step of everything that is done for it.
            let is_main = name == folded(&found.name) || (found.name.is_empty() && name == folded(&found.place.element));
            return if is_main { (vec![found.place.clone()], None) } else { (Vec::new(), Some(found.place.clone())) };
        }
        let by_id: Vec<Place> = elements.iter().filter(|e| e.place.element == kind.element).map(|e| e.place.clone()).collect();
        if !by_id.is_empty() {
            return by_acting(elements, by_id);
        }
    }
    let by_name = find(elements, &kind.name);
    if by_name.is_empty() {
        let other = elements.iter().find(|e| !e.acts && !name.is_empty() && folded(&e.name) == name);
        return (Vec::new(), other.map(|e| e.place.clone()));
    }
    by_acting(elements, by_name)
}

/// Keeps those at which a case can be seen; an activity that is only an end or a gateway stands beside the flow.
fn by_acting(elements: &[Named], places: Vec<Place>) -> (Vec<Place>, Option<Place>) {
    let acts = |place: &Place| elements.iter().any(|e| e.acts && e.place == *place);
    let first = places.first().cloned();
    let kept: Vec<Place> = places.into_iter().filter(acts).collect();
    if kept.is_empty() { (kept, first) } else { (kept, None) }
}

/// Returns the name in the model that is nearest to one of the log, if one is near.
pub fn near_name(name: &str, scenario: &Scenario) -> Option<String> {
    let mut elements = Vec::new();
    for service in &scenario.services {
        list(&service.id, &service.elements, &mut elements);
    }
    let names =
        elements.iter().filter(|e| e.acts).flat_map(|e| [e.name.as_str(), e.place.element.as_str()]).filter(|n| !n.is_empty());
    nearest_name(name, names).map(str::to_owned)
}

/// Returns a name without what people write in different ways: case, spaces, punctuation, ё and е.
pub fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(|c| if c == 'ё' { 'е' } else { c }).collect()
}
