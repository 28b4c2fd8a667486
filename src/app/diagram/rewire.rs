//! Edits that are made on the map and that no table has: flows drawn, flows taken out. Knows no egui.

use crate::app::edit::{new_id, slug};
use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_DAY;
use crate::diagram::picture::Exit;
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::flow::{Branch, Element, ElementKind, Wait, WaitCause, WaitUntil};
use crate::model::scenario::Scenario;

/// Why a flow cannot be drawn or taken out: the id of a text.
pub type Refusal = &'static str;

/// Returns the scenario with a flow from one element to another.
///
/// A gateway by shares gives the new way an equal part and the others the rest in their proportion; a parallel gateway gains a
/// way; everything else leads to the new follower instead of the old one.
///
/// # Errors
/// Why the flow cannot be drawn.
pub fn connect(scenario: &Scenario, service: &str, from: &str, to: &str) -> Result<Scenario, Refusal> {
    let mut scenario = scenario.clone();
    let found = scenario.service_mut(service).ok_or("map-refused-gone")?;
    let elements = list_with(&mut found.elements, from).ok_or("map-refused-gone")?;
    let target = elements.iter().find(|element| element.id == to).ok_or("map-refused-level")?;
    if matches!(target.kind, ElementKind::Start | ElementKind::EventSubProcess(_)) {
        return Err("map-refused-start");
    }
    if from == to {
        return Err("map-refused-itself");
    }
    let element = elements.iter_mut().find(|element| element.id == from).ok_or("map-refused-gone")?;
    let to = to.to_owned();
    match &mut element.kind {
        ElementKind::End(_) | ElementKind::EventSubProcess(_) => return Err("map-refused-end"),
        ElementKind::EventBased(_) | ElementKind::Offer(_) => return Err("map-refused-events"),
        ElementKind::Parallel(ways) if ways.contains(&to) => return Err("map-refused-already"),
        ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) if ways.iter().any(|way| way.to == to) => {
            return Err("map-refused-already");
        }
        ElementKind::Parallel(ways) => ways.push(to),
        ElementKind::Exclusive(ways) => add_way(ways, to)?,
        ElementKind::Inclusive(ways) => {
            if ways.iter().any(|way| way.when.is_some()) {
                return Err("map-refused-conditions");
            }
            ways.push(Branch { to, share: Some(NumberFigure::assumed(0.5)), ..Branch::default() });
        }
        _ if element.next.as_deref() == Some(&to) => return Err("map-refused-already"),
        _ => element.next = Some(to),
    }
    Ok(scenario)
}

/// What can be put into a process beside steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Insert {
    /// A decision behind an element: most go on as before, some by a new step.
    Decision,
    /// A wait behind an element.
    Wait,
    /// A new step at the same time as a step.
    Parallel,
}

/// Returns the scenario with something more behind an element, or beside it. Every new figure is an assumption.
///
/// `names` are those of a new decision, a new wait and a new step.
///
/// # Errors
/// Where the element is gone or nothing can follow it.
pub fn insert(scenario: &Scenario, service: &str, at: &str, what: Insert, names: &[String; 3]) -> Result<Scenario, Refusal> {
    let mut scenario = scenario.clone();
    let found = scenario.service_mut(service).ok_or("map-refused-gone")?;
    let known = found.clone();
    let taken = |id: &str| known.element(id).is_some();
    let [decision, wait, step] = names;
    let elements = list_with(&mut found.elements, at).ok_or("map-refused-gone")?;
    let place = elements.iter().position(|element| element.id == at).ok_or("map-refused-gone")?;
    let next = elements[place].next.clone().ok_or("map-refused-end")?;
    let new_step = |to: &str| Element {
        id: new_id(&slug(step), taken),
        name: step.clone(),
        kind: ElementKind::Step(Box::new(crate::app::edit::new_step())),
        next: Some(to.to_owned()),
        ..Element::default()
    };
    let new = match what {
        Insert::Wait => {
            let id = new_id(&slug(wait), taken);
            elements[place].next = Some(id.clone());
            let days = 3.0 * MS_PER_DAY as f64;
            let until = WaitUntil::For(DurationFigure::assumed(Distribution::Fixed(days)));
            let kind = ElementKind::Wait(Wait { until, cause: WaitCause::default(), suspends_term: false });
            vec![Element { id, name: wait.clone(), kind, next: Some(next), ..Element::default() }]
        }
        Insert::Decision => {
            let other = new_step(&next);
            let id = new_id(&slug(decision), |id| taken(id) || id == other.id);
            elements[place].next = Some(id.clone());
            let way = |to: &str, share: f64| Branch {
                to: to.to_owned(),
                share: Some(NumberFigure::assumed(share)),
                ..Branch::default()
            };
            let kind = ElementKind::Exclusive(vec![way(&next, 0.8), way(&other.id, 0.2)]);
            vec![Element { id, name: decision.clone(), kind, ..Element::default() }, other]
        }
        Insert::Parallel => beside(elements, place, &next, new_step, taken),
    };
    let place = place + 1;
    elements.splice(place..place, new);
    Ok(scenario)
}

/// Makes the elements that run a new step at the same time as another.
fn beside(
    elements: &mut [Element],
    place: usize,
    next: &str,
    new_step: impl Fn(&str) -> Element,
    taken: impl Fn(&str) -> bool,
) -> Vec<Element> {
    let at = elements[place].id.clone();
    let [split, join, merge] = ["at-once", "both-done", "comes-in"].map(|id| new_id(&format!("{id}-{at}"), &taken));
    let leads_here = elements.iter().filter(|element| element.successors().contains(&&at)).count();
    let other = new_step(&join);
    let element = |id: &str, kind, next: Option<&str>| Element {
        id: id.to_owned(),
        kind,
        next: next.map(str::to_owned),
        ..Element::default()
    };
    let mut new = Vec::new();
    // A gateway that several lead to would wait for all of them.
    let entry = if leads_here > 1 { &merge } else { &split };
    elements.iter_mut().for_each(|element| element.redirect(&at, entry));
    elements[place].next = Some(join.clone());
    if leads_here > 1 {
        new.push(element(&merge, ElementKind::Pass, Some(&split)));
    }
    new.push(element(&split, ElementKind::Parallel(vec![at, other.id.clone()]), None));
    new.push(other);
    new.push(element(&join, ElementKind::Parallel(vec![next.to_owned()]), None));
    new
}

fn add_way(ways: &mut Vec<Branch>, to: String) -> Result<(), Refusal> {
    if ways.iter().all(|way| way.share.is_some()) {
        let part = 1.0 / (ways.len() as f64 + 1.0);
        ways.iter_mut().for_each(|way| scale(way, 1.0 - part));
        ways.push(Branch { to, share: Some(NumberFigure::assumed(part)), ..Branch::default() });
        return Ok(());
    }
    if ways.iter().any(|way| way.otherwise) {
        return Err("map-refused-conditions");
    }
    ways.push(Branch { to, otherwise: true, ..Branch::default() });
    Ok(())
}

/// A share that has been moved no longer is what its source said.
fn scale(way: &mut Branch, factor: f64) {
    if let Some(share) = &mut way.share
        && factor != 1.0
    {
        share.value *= factor;
        share.source = None;
    }
}

/// Returns the scenario without a flow.
///
/// # Errors
/// Why the flow cannot be taken out: what it leaves would lead nowhere.
pub fn disconnect(scenario: &Scenario, service: &str, from: &str, exit: &Exit) -> Result<Scenario, Refusal> {
    let mut scenario = scenario.clone();
    let found = scenario.service_mut(service).ok_or("map-refused-gone")?;
    let element = found.element_mut(from).ok_or("map-refused-gone")?;
    if let Exit::Border(id) = exit {
        element.boundary.retain(|event| event.id != *id);
        return Ok(scenario);
    }
    match (&mut element.kind, exit) {
        (ElementKind::Step(step), Exit::Patience) => step.patience = None,
        (ElementKind::Step(step), Exit::Failure) => step.failure = None,
        (ElementKind::Parallel(ways), Exit::Way(n)) if ways.len() > 1 && *n < ways.len() => {
            ways.remove(*n);
        }
        (ElementKind::Exclusive(ways), Exit::Way(n)) if ways.len() > 1 && *n < ways.len() => {
            let gone = ways.remove(*n);
            let rest: f64 = ways.iter().filter_map(|way| way.share.as_ref()).map(|share| share.value).sum();
            if let Some(share) = gone.share
                && rest > 0.0
            {
                ways.iter_mut().for_each(|way| scale(way, (rest + share.value) / rest));
            }
        }
        (ElementKind::Inclusive(ways), Exit::Way(n)) if ways.len() > 1 && *n < ways.len() => {
            ways.remove(*n);
        }
        _ => return Err("map-refused-only-way"),
    }
    Ok(scenario)
}

/// Returns the list that holds an element: the service's own or that of a sub-process.
fn list_with<'e>(elements: &'e mut Vec<Element>, id: &str) -> Option<&'e mut Vec<Element>> {
    if elements.iter().any(|element| element.id == id) {
        return Some(elements);
    }
    elements.iter_mut().find_map(|element| list_with(element.inner_mut()?, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{carried, scenario_ron};

    fn flagship() -> Scenario {
        let (path, text) = carried::file_of(carried::FLAGSHIP).unwrap();
        scenario_ron::read_study(text, path, &mut carried::load).value.unwrap().scenario
    }

    /// The first gateway by shares, with its service.
    fn gateway(scenario: &Scenario) -> (String, Element) {
        let by_shares = |element: &&Element| match &element.kind {
            ElementKind::Exclusive(ways) => ways.len() > 1 && ways.iter().all(|way| way.share.is_some()),
            _ => false,
        };
        let of = |service: &crate::model::service::Service| {
            Some((service.id.clone(), service.elements.iter().find(by_shares)?.clone()))
        };
        scenario.services.iter().find_map(of).unwrap()
    }

    fn sum(scenario: &Scenario, service: &str, id: &str) -> (usize, f64) {
        match &scenario.service(service).unwrap().element(id).unwrap().kind {
            ElementKind::Exclusive(ways) => (ways.len(), ways.iter().map(|way| way.share.as_ref().unwrap().value).sum()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_new_way_leaves_the_sum_of_shares_at_one_and_so_does_taking_it_out() {
        let scenario = flagship();
        let (service, gateway) = gateway(&scenario);
        let taken: Vec<&String> = gateway.successors();
        let target = scenario.service(&service).unwrap().elements.iter();
        let target = target.filter(|e| !matches!(e.kind, ElementKind::Start) && e.id != gateway.id);
        let target = target.map(|e| e.id.clone()).find(|id| !taken.contains(&id)).unwrap();
        let (ways, _) = sum(&scenario, &service, &gateway.id);
        let more = connect(&scenario, &service, &gateway.id, &target).unwrap();
        let (n, total) = sum(&more, &service, &gateway.id);
        assert_eq!(n, ways + 1);
        assert!((total - 1.0).abs() < 1e-12, "{total}");
        assert_eq!(connect(&more, &service, &gateway.id, &target), Err("map-refused-already"));
        let fewer = disconnect(&more, &service, &gateway.id, &Exit::Way(ways)).unwrap();
        let (n, total) = sum(&fewer, &service, &gateway.id);
        assert_eq!(n, ways);
        assert!((total - 1.0).abs() < 1e-12, "{total}");
    }

    #[test]
    fn what_is_inserted_leaves_a_study_without_faults() {
        let (path, text) = carried::file_of(carried::FLAGSHIP).unwrap();
        let study = scenario_ron::read_study(text, path, &mut carried::load).value.unwrap();
        let names = ["Decision", "Wait", "Step"].map(str::to_owned);
        for service in &study.scenario.services {
            for element in service.elements.iter().filter(|e| matches!(e.kind, ElementKind::Step(_)) && e.next.is_some()) {
                for what in [Insert::Decision, Insert::Wait, Insert::Parallel] {
                    let scenario = insert(&study.scenario, &service.id, &element.id, what, &names).unwrap();
                    let changed =
                        crate::model::study::Study { scenario, variants: Vec::new(), targets: Vec::new(), ..study.clone() };
                    let findings = crate::model::validate::validate(&changed);
                    let faults: Vec<_> =
                        findings.iter().filter(|f| f.severity == crate::base::diagnostic::Severity::Error).collect();
                    assert!(faults.is_empty(), "{what:?} at {}: {faults:?}", element.id);
                }
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let scenario = flagship();
        let service = &scenario.services[0];
        let id = |is: fn(&ElementKind) -> bool| service.elements.iter().find(|e| is(&e.kind)).unwrap().id.clone();
        let start = id(|kind| matches!(kind, ElementKind::Start));
        let end = id(|kind| matches!(kind, ElementKind::End(_)));
        let step = id(|kind| matches!(kind, ElementKind::Step(_)));
        assert_eq!(connect(&scenario, &service.id, &end, &step), Err("map-refused-end"));
        assert_eq!(connect(&scenario, &service.id, &step, &start), Err("map-refused-start"));
        assert_eq!(connect(&scenario, &service.id, &step, &step), Err("map-refused-itself"));
        assert_eq!(connect(&scenario, &service.id, &step, "nowhere"), Err("map-refused-level"));
        assert_eq!(disconnect(&scenario, &service.id, &step, &Exit::Next), Err("map-refused-only-way"));
    }
}
