//! Choices of two pools that are one: what the one sends on one of its ways only, the other awaits on one of its ways only.
//!
//! People draw the same decision in each pool that it matters to: the agency computes further where the score is not there yet and
//! sends it later, the bank waits for it where it has not got it. Decided by chance for each alone, a case would wait for a message
//! that nobody sends. So both ask the case: an attribute, drawn when it arrives, says which way it goes in either.
//!
//! Taken as one are only gateways with two ways each of which nothing else is said, that no case passes twice, where the message has
//! one sender and is awaited at one place, and where no other choice decides over either.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Path};
use crate::model::Id;
use crate::model::condition::{Comparison, Condition, Operand};
use crate::model::flow::{Branch, Element, ElementKind};
use crate::model::population::Attribute;
use crate::model::scenario::Scenario;
use crate::model::service::Service;

/// The values of the attribute: the message is sent, or not.
const WORDS: [&str; 2] = ["yes", "no"];

/// How ids of the attributes end; before it stands what sends.
const SUFFIX: &str = ".sent";

/// A way that alone leads to something: the gateway, and which of its two ways.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    service: usize,
    gateway: Id,
    branch: usize,
}

/// Makes choices one that hang together, and returns what there is to say of each pair.
pub(super) fn couple(scenario: &mut Scenario) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    // By gateway: the attribute that it asks, and on which of its ways that is `yes`.
    let mut coupled: BTreeMap<(usize, Id), (Id, usize)> = BTreeMap::new();
    for (sender, receiver) in messages(scenario) {
        if sender.0 == receiver.0 {
            continue;
        }
        let (Some(sends), Some(awaits)) = (only_way(scenario, sender), only_way(scenario, receiver)) else { continue };
        let known = [&sends, &awaits].map(|way| coupled.get(&(way.service, way.gateway.clone())).cloned());
        let (attribute, yes) = match &known {
            [None, None] => (attribute(scenario, sender, &sends), true),
            // A further pool that asks the same: on which of the ways that are known its message goes.
            [Some((attribute, branch)), None] => (attribute.clone(), *branch == sends.branch),
            [None, Some((attribute, branch))] => (attribute.clone(), *branch == awaits.branch),
            [Some(_), Some(_)] => continue,
        };
        for (way, _) in [&sends, &awaits].into_iter().zip(&known).filter(|(_, known)| known.is_none()) {
            ask(scenario, way, &attribute, yes);
            let branch = if yes { way.branch } else { 1 - way.branch };
            coupled.insert((way.service, way.gateway.clone()), (attribute.clone(), branch));
        }
        let [sent, awaited] = [sender, receiver].map(|(service, at)| name_of(&scenario.services[service], at));
        let message = format!(
            "“{sent}” sends on one way only what “{awaited}” awaits on one way only: the choices that lead there are taken as one."
        );
        said.push(Diagnostic::note("assumed-one-choice", Path::default(), message));
    }
    said
}

/// A place in a service: the element at its top that is it, or that it lies in.
type Position = (usize, usize);

/// Returns where each message is sent that one element sends and one awaits, and where it is awaited.
fn messages(scenario: &Scenario) -> Vec<(Position, Position)> {
    let mut sent: BTreeMap<&str, Vec<Position>> = BTreeMap::new();
    let mut awaited: BTreeMap<&str, Vec<Position>> = BTreeMap::new();
    for (service, it) in scenario.services.iter().enumerate() {
        for (at, top) in it.elements.iter().enumerate() {
            let mut to_do = vec![top];
            while let Some(element) = to_do.pop() {
                match &element.kind {
                    ElementKind::Send(name) => sent.entry(name).or_default().push((service, at)),
                    ElementKind::Receive(name) => awaited.entry(name).or_default().push((service, at)),
                    _ => {}
                }
                to_do.extend(element.inner().into_iter().flatten());
            }
        }
    }
    let pairs = sent.iter().filter_map(|(name, senders)| match (senders.as_slice(), awaited.get(name)?.as_slice()) {
        ([sender], [receiver]) => Some((*sender, *receiver)),
        _ => None,
    });
    pairs.collect()
}

/// Returns the one way that alone leads to a place, if one choice alone decides over it.
fn only_way(scenario: &Scenario, (service, at): Position) -> Option<Way> {
    let elements = &scenario.services.get(service)?.elements;
    let goal = elements.get(at)?.id.as_str();
    let follow: BTreeMap<&str, Vec<&str>> = elements.iter().map(|e| (e.id.as_str(), successors(e))).collect();
    let led_to: BTreeSet<&str> = follow.values().flatten().copied().collect();
    let starts: Vec<&str> = follow.keys().copied().filter(|id| !led_to.contains(id)).collect();
    let reaches = |from: &[&str], without: &str, goal: &str| {
        let mut seen = BTreeSet::from([without]);
        let mut to_do = from.to_vec();
        while let Some(id) = to_do.pop() {
            if id == goal {
                return true;
            }
            if seen.insert(id) {
                to_do.extend(follow.get(id).into_iter().flatten());
            }
        }
        false
    };
    let mut ways = Vec::new();
    for element in elements.iter().filter(|e| e.id != goal) {
        let (ElementKind::Exclusive(_) | ElementKind::Inclusive(_) | ElementKind::EventBased(_)) = element.kind else { continue };
        let id = element.id.as_str();
        let to = follow.get(id).cloned().unwrap_or_default();
        let leading: Vec<usize> = (0..to.len()).filter(|&i| reaches(&to[i..=i], id, goal)).collect();
        // Others come by it whichever way they go, or not at all.
        if leading.is_empty() || leading.len() == to.len() || reaches(&starts, id, goal) {
            continue;
        }
        let comes_again = to.iter().any(|way| reaches(&[way], "", id));
        let is_plain = matches!(&element.kind, ElementKind::Exclusive(ways) if is_plain(ways));
        match leading.as_slice() {
            [branch] if is_plain && !comes_again => ways.push(Way { service, gateway: id.to_owned(), branch: *branch }),
            _ => return None,
        }
    }
    if ways.len() == 1 { ways.pop() } else { None }
}

/// Returns where an element leads, each arrow once.
fn successors(element: &Element) -> Vec<&str> {
    element.successors().into_iter().map(String::as_str).collect()
}

/// Tells whether a choice has two ways of which nothing is said.
fn is_plain(ways: &[Branch]) -> bool {
    ways.len() == 2 && ways.iter().all(|way| way.share.as_ref().is_some_and(|share| share.source.is_none()))
}

/// Makes the attribute that says whether a message is sent, with the share of the way that leads there.
fn attribute(scenario: &mut Scenario, (service, at): Position, way: &Way) -> Id {
    let service = &scenario.services[service];
    let mut id = format!("{}{SUFFIX}", service.elements[at].id);
    while scenario.attributes.iter().any(|known| known.id == id) {
        id.push('\'');
    }
    let ways = service.elements.iter().find(|e| e.id == way.gateway).map(|e| &e.kind);
    let share = |branch: usize| match ways {
        Some(ElementKind::Exclusive(ways)) => ways.get(branch).and_then(|way| way.share.clone()),
        _ => None,
    };
    let shares = [share(way.branch), share(1 - way.branch)];
    let values = WORDS.iter().zip(shares).filter_map(|(word, share)| Some(((*word).to_owned(), share?))).collect();
    let name = name_of(service, at);
    scenario.attributes.push(Attribute { id: id.clone(), name, values });
    id
}

/// Lets a gateway ask the case which way it goes: the way given where the message is sent (`yes`) or is not, the other one otherwise.
fn ask(scenario: &mut Scenario, way: &Way, attribute: &str, yes: bool) {
    let condition = condition(attribute, WORDS[usize::from(!yes)]);
    let elements = &mut scenario.services[way.service].elements;
    if let Some(ElementKind::Exclusive(ways)) = elements.iter_mut().find(|e| e.id == way.gateway).map(|e| &mut e.kind) {
        for (i, branch) in ways.iter_mut().enumerate() {
            let is_it = i == way.branch;
            (branch.share, branch.when, branch.otherwise) = (None, is_it.then(|| condition.clone()), !is_it);
        }
    }
}

/// Returns the condition that a case goes the way where the message is sent, or the other one.
fn condition(attribute: &str, word: &str) -> String {
    Condition::Compare(Operand::Name(attribute.to_owned()), Comparison::Equal, Operand::Word(word.to_owned())).to_string()
}

/// Lets a gateway decide by itself again, since something else says when its ways are taken, and with it all that were one with it.
pub(in crate::formats) fn part(scenario: &mut Scenario, gateway: &str) {
    let asked = |ways: &[Branch], attribute: &Attribute| {
        let is_word =
            |(word, _): &(String, _)| ways.iter().any(|way| way.when.as_deref() == Some(&condition(&attribute.id, word)));
        attribute.values.iter().position(is_word)
    };
    let gateways = || scenario.services.iter().flat_map(|service| &service.elements);
    let ways = gateways().find(|element| element.id == gateway).map(|element| &element.kind);
    let Some(ElementKind::Exclusive(ways)) = ways else { return };
    let Some(at) = scenario.attributes.iter().position(|a| is_ours(a) && asked(ways, a).is_some()) else { return };
    let attribute = scenario.attributes.remove(at);
    for element in scenario.services.iter_mut().flat_map(|service| &mut service.elements) {
        let ElementKind::Exclusive(ways) = &mut element.kind else { continue };
        let Some(word) = asked(ways, &attribute) else { continue };
        for way in ways {
            let value = if way.when.is_some() { word } else { 1 - word };
            (way.share, way.when, way.otherwise) = (Some(attribute.values[value].1.clone()), None, false);
        }
    }
}

/// Tells whether an attribute says whether a message is sent.
fn is_ours(attribute: &Attribute) -> bool {
    attribute.id.trim_end_matches('\'').ends_with(SUFFIX) && attribute.values.iter().map(|(word, _)| word.as_str()).eq(WORDS)
}

/// Returns the name of what is drawn at a place: what we have put behind it has its id, and more after a dot.
fn name_of(service: &Service, at: usize) -> String {
    let element = &service.elements[at];
    let drawn = element.id.rsplit_once('.').and_then(|(id, _)| service.elements.iter().find(|e| e.id == id));
    let names = [Some(element), drawn].into_iter().flatten().map(|e| &e.name).find(|name| !name.is_empty());
    names.unwrap_or(&element.id).clone()
}
