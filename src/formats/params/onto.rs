//! What all parameters do to a drawing that was read: finding elements, putting time before them, giving gateways shares.

use std::collections::BTreeMap;

use crate::base::distribution::Distribution;
use crate::formats::bpmn::xml::XmlElement;
use crate::formats::bpmn::{self, Imported};
use crate::model::Id;
use crate::model::figure::Figure;
use crate::model::flow::{
    self, Branch, Element, ElementKind, Trigger, Wait, WaitCause, WaitUntil, find_element, find_element_mut,
};
use crate::model::scenario::Scenario;

/// Lets what is waited for under an id come after this long, in a wait and behind event-based gateways; with `at_borders` also the border
/// event of that id. False where nothing of the id waits for time.
pub(super) fn comes_after(scenario: &mut Scenario, id: &str, law: &Distribution, source: &str, at_borders: bool) -> bool {
    let figure = || Figure::sourced(law.clone(), source);
    let mut met = false;
    for_all(scenario, &mut |element| {
        for border in element.boundary.iter_mut().filter(|b| at_borders && b.id == id) {
            border.trigger = Trigger::After(figure());
            met = true;
        }
        match &mut element.kind {
            ElementKind::Wait(wait) if element.id == id => {
                wait.until = WaitUntil::For(figure());
                met = true;
            }
            ElementKind::EventBased(ways) => {
                for way in ways.iter_mut().filter(|w| w.to == id) {
                    way.trigger = Trigger::After(figure());
                    met = true;
                }
            }
            _ => {}
        }
    });
    met
}

/// Something drawn, as the file of the drawing has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn<'x> {
    /// The element.
    pub element: &'x XmlElement,
    /// What it stands in.
    pub parent: Option<&'x XmlElement>,
    /// The process that it belongs to; empty where none.
    pub process: &'x str,
}

impl<'x> Drawn<'x> {
    /// Returns its kind, as `task` or `sequenceFlow`.
    pub fn kind(&self) -> &'x str {
        self.element.local()
    }

    /// Returns its name, or its id.
    pub fn name(&self) -> &'x str {
        let attribute = |name| self.element.attribute(name).filter(|text| !text.trim().is_empty());
        attribute("name").or_else(|| attribute("id")).unwrap_or_default()
    }

    /// Tells whether it stands in a sub-process that an event sets off.
    pub fn in_event_sub_process(&self) -> bool {
        self.parent.is_some_and(|p| p.local() == "subProcess" && p.attribute("triggeredByEvent") == Some("true"))
    }
}

/// Returns everything with an id in a drawing's file.
pub(super) fn drawn(root: &XmlElement) -> BTreeMap<&str, Drawn<'_>> {
    let mut found = BTreeMap::new();
    let mut to_do: Vec<(&XmlElement, Option<&XmlElement>, &str)> = vec![(root, None, "")];
    while let Some((element, parent, process)) = to_do.pop() {
        let id = element.attributes.iter().find(|(key, _)| key == "id").map(|(_, id)| id.as_str());
        let process = if element.local() == "process" { id.unwrap_or_default() } else { process };
        // Pictures and parameters have ids of their own.
        if matches!(element.local(), "BPMNDiagram" | "BPSimData" | "processSimulationInfo") {
            continue;
        }
        if let Some(id) = id {
            found.entry(id).or_insert(Drawn { element, parent, process });
        }
        to_do.extend(element.elements().map(|inner| (inner, Some(element), process)));
    }
    found
}

/// Calls `look` with every element, those inside others too.
pub(super) fn for_each(elements: &mut [Element], look: &mut dyn FnMut(&mut Element)) {
    for element in elements {
        look(element);
        if let Some(inner) = element.inner_mut() {
            for_each(inner, look);
        }
    }
}

/// Calls `look` with every element of every service.
pub(super) fn for_all(scenario: &mut Scenario, look: &mut dyn FnMut(&mut Element)) {
    for service in &mut scenario.services {
        for_each(&mut service.elements, look);
    }
}

/// Returns the element with an id, in whatever service.
pub(super) fn element_mut<'s>(scenario: &'s mut Scenario, id: &str) -> Option<&'s mut Element> {
    scenario.services.iter_mut().find_map(|service| find_element_mut(&mut service.elements, id))
}

/// Returns an element's name, or its id.
pub(super) fn name_of(element: &Element) -> String {
    if element.name.is_empty() { element.id.clone() } else { element.name.clone() }
}

/// Names at most four.
pub(super) fn some_of(names: &[String]) -> String {
    let shown = names.iter().take(4).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(4) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Puts an element before another one, in whatever service. Returns whether the other is there.
pub(super) fn insert_before(scenario: &mut Scenario, id: &str, new: Element) -> bool {
    scenario.services.iter_mut().any(|service| flow::insert_before(&mut service.elements, id, new.clone()))
}

/// Returns a wait, named after what it comes before.
pub(super) fn wait(id: String, name: String, law: Distribution, source: &str, cause: WaitCause) -> Element {
    let wait = Wait { until: WaitUntil::For(Figure::sourced(law, source)), cause, suspends_term: false };
    Element { id, name, kind: ElementKind::Wait(wait), ..Element::default() }
}

/// When one way of a gateway is taken, as parameters say it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum When {
    /// In this share of cases.
    Share(f64),
    /// When a condition of ours holds.
    Holds(String),
}

/// What came of giving a gateway its ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// It has them.
    Taken,
    /// It has only one way, so that there is nothing to say.
    OneWay,
    /// It is no gateway at which ways are chosen.
    NoChoice,
    /// All its shares are 0.
    AllZero,
}

/// Gives a gateway its ways: `ways` by the number of the way. At an exclusive one, what is left of 1 is shared evenly among ways of
/// which nothing is said; shares are taken in proportion. Where all ways have conditions, the last is also taken when none holds.
pub(super) fn give_ways(imported: &mut Imported, gateway: &str, ways: &BTreeMap<usize, When>, source: &str) -> Given {
    bpmn::part(&mut imported.study.scenario, gateway);
    let Some(element) = element_mut(&mut imported.study.scenario, gateway) else { return Given::NoChoice };
    match &mut element.kind {
        ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches) if branches.len() == 1 => Given::OneWay,
        ElementKind::Exclusive(branches) => exclusive(branches, ways, source),
        ElementKind::Inclusive(branches) => {
            for (i, branch) in branches.iter_mut().enumerate() {
                match ways.get(&i) {
                    Some(When::Share(share)) => set(branch, Some(*share), None, source),
                    Some(When::Holds(condition)) => set(branch, None, Some(condition.clone()), source),
                    None => {}
                }
            }
            Given::Taken
        }
        _ => Given::NoChoice,
    }
}

/// Returns what the shares of an exclusive gateway's ways sum to, where they do not sum to 1, or, with some ways unsaid, leave nothing
/// for those.
pub(super) fn shares_off(imported: &Imported, gateway: &str, ways: &BTreeMap<usize, When>) -> Option<f64> {
    let scenario = &imported.study.scenario;
    let element = scenario.services.iter().find_map(|s| find_element(&s.elements, gateway))?;
    let ElementKind::Exclusive(branches) = &element.kind else { return None };
    let shares: Option<Vec<f64>> = ways.values().map(|w| if let When::Share(share) = w { Some(*share) } else { None }).collect();
    let total: f64 = shares?.iter().sum();
    let over = if ways.len() == branches.len() { (total - 1.0).abs() } else { total - 1.0 };
    (branches.len() > 1 && over > 1e-3).then_some((total * 1e6).round() / 1e6)
}

fn exclusive(branches: &mut [Branch], ways: &BTreeMap<usize, When>, source: &str) -> Given {
    let share_of = |i: usize| match ways.get(&i) {
        Some(When::Share(share)) => Some(*share),
        _ => None,
    };
    let has_condition = |i: usize| matches!(ways.get(&i), Some(When::Holds(_)));
    let given: f64 = (0..branches.len()).filter_map(share_of).sum();
    let unsaid: Vec<usize> = (0..branches.len()).filter(|i| !ways.contains_key(i)).collect();
    let rest = (1.0 - given).max(0.0) / unsaid.len().max(1) as f64;
    let total = given + if unsaid.is_empty() { 0.0 } else { rest * unsaid.len() as f64 };
    let conditions = (0..branches.len()).filter(|&i| has_condition(i)).count();
    if conditions == 0 && total <= 0.0 {
        return Given::AllZero;
    }
    let n = branches.len();
    for (i, branch) in branches.iter_mut().enumerate() {
        match ways.get(&i) {
            Some(When::Holds(condition)) if conditions < n || i + 1 < n => set(branch, None, Some(condition.clone()), source),
            // Of several ways with conditions the last is the one that is left.
            Some(When::Holds(_)) => {
                (branch.share, branch.when, branch.otherwise) = (None, None, true);
            }
            Some(When::Share(share)) => set(branch, Some(share / total.max(f64::MIN_POSITIVE)), None, source),
            None if conditions > 0 && given == 0.0 && unsaid.len() == 1 => {
                (branch.share, branch.when, branch.otherwise) = (None, None, true);
            }
            None => set(branch, Some(rest / total.max(f64::MIN_POSITIVE)), None, source),
        }
    }
    Given::Taken
}

fn set(branch: &mut Branch, share: Option<f64>, when: Option<String>, source: &str) {
    branch.share = share.map(|share| Figure::sourced(share, source));
    (branch.when, branch.otherwise) = (when, false);
}

/// Returns a short name of ours for a calendar of the file that no other bears.
pub(super) fn calendar_id(scenario: &Scenario, id: &str) -> Id {
    let mut own = id.replace('/', "_");
    while own.is_empty() || scenario.calendars.iter().any(|c| c.id == own) {
        own.push('\'');
    }
    own
}

/// Returns the minute of the day of `HH:MM:SS.fff`, a zone after it left out; the last second of a day and of a minute belong to the next minute.
pub(super) fn minute_of_day(text: &str) -> Option<u16> {
    let text = text.trim();
    // `+00:00` after it is where the file was written.
    let text = text.split_once('+').map_or(text, |(time, _)| time);
    let mut parts = text.split(':');
    let hour: u16 = parts.next()?.trim().parse().ok().filter(|h| *h <= 24)?;
    let minute: u16 = parts.next()?.trim().parse().ok().filter(|m| *m < 60)?;
    let seconds: f64 = parts.next().map_or(Some(0.0), |s| s.trim().trim_end_matches('Z').parse().ok())?;
    let total = hour * 60 + minute + u16::from(seconds >= 30.0);
    (total <= 1440 && (0.0..61.0).contains(&seconds)).then_some(total)
}
