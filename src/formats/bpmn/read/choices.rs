//! Choices of two pools that are one: what the one sends on one of its ways only, the other awaits on one of its ways only.
//!
//! People draw the same decision in each pool that it matters to: the agency computes further where the score is not there yet and
//! sends it later, the bank waits for it where it has not got it. Decided by chance for each alone, a case would wait for a message
//! that nobody sends. So both ask the case: an attribute, drawn when it arrives, says which way it goes in either.
//!
//! Taken as one are only gateways with two ways each of which nothing else is said, that no case passes twice, where the message has
//! one sender and is awaited at one place, and where no other choice decides over either.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Path};
use crate::model::Id;
use crate::model::condition::{Comparison, Condition, Operand};
use crate::model::flow::{Branch, Element, ElementKind};
use crate::model::population::Attribute;
use crate::model::scenario::Scenario;
use crate::model::service::Service;

/// The values of the attribute: the message is sent, or not.
const WORDS: [&str; 2] = ["yes", "no"];

/// Elements of a pool and messages of a file that are looked at, at most.
const MOST_ELEMENTS: usize = 500;
const MOST_MESSAGES: usize = 100;

/// How ids of the attributes end; before it stands what sends.
const SUFFIX: &str = ".sent";

/// A way that alone leads to something: the gateway, and which of its two ways.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    service: usize,
    gateway: Id,
    branch: usize,
}

/// Makes choices one that hang together, and returns what there is to say of each pair, with the gateway on the side that awaits.
pub(super) fn couple(scenario: &mut Scenario) -> Vec<(Id, Diagnostic)> {
    let mut said = Vec::new();
    // By gateway: the attribute that it asks, and on which of its ways that is `yes`.
    let mut coupled: BTreeMap<(usize, Id), (Id, usize)> = BTreeMap::new();
    for (sender, receiver, sends, awaits) in pairs(scenario) {
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
        said.push((awaits.gateway, Diagnostic::note("assumed-one-choice", Path::default(), message)));
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

/// Returns the messages that a choice alone decides over on either side: where each is sent and awaited, and the ways that lead there.
fn pairs(scenario: &Scenario) -> Vec<(Position, Position, Way, Way)> {
    let graphs: Vec<Graph<'_>> = scenario.services.iter().map(|service| Graph::of(&service.elements)).collect();
    let way = |(service, at): Position| {
        let (gateway, branch) = graphs[service].only_way(at)?;
        Some(Way { service, gateway: scenario.services[service].elements[gateway].id.clone(), branch })
    };
    let across = messages(scenario).into_iter().filter(|(sender, receiver)| sender.0 != receiver.0);
    across.take(MOST_MESSAGES).filter_map(|(from, to)| Some((from, to, way(from)?, way(to)?))).collect()
}

/// Where the elements at the top of a service lead, by position.
struct Graph<'e> {
    elements: &'e [Element],
    to: Vec<Vec<usize>>,
    /// Elements to which nothing leads.
    starts: Vec<usize>,
}

impl<'e> Graph<'e> {
    fn of(elements: &'e [Element]) -> Graph<'e> {
        // Nobody draws so much in one pool; whoever does is not made to wait for this.
        let elements = if elements.len() > MOST_ELEMENTS { &[] } else { elements };
        let position: BTreeMap<&str, usize> = elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), i)).collect();
        let follow = |e: &Element| e.successors().into_iter().filter_map(|id| position.get(id.as_str()).copied()).collect();
        let to: Vec<Vec<usize>> = elements.iter().map(follow).collect();
        let mut is_led_to = vec![false; elements.len()];
        to.iter().flatten().for_each(|&i| is_led_to[i] = true);
        let starts = (0..elements.len()).filter(|&i| !is_led_to[i]).collect();
        Graph { elements, to, starts }
    }

    /// Tells whether some elements lead to a goal without passing another one.
    fn reaches(&self, from: &[usize], without: Option<usize>, goal: usize) -> bool {
        let mut seen = vec![false; self.to.len()];
        let mut to_do = from.to_vec();
        while let Some(at) = to_do.pop() {
            if at == goal {
                return true;
            }
            if Some(at) != without && !std::mem::replace(&mut seen[at], true) {
                to_do.extend(&self.to[at]);
            }
        }
        false
    }

    /// Returns the gateway and its one way that alone lead to a place, if one choice alone decides over it.
    fn only_way(&self, goal: usize) -> Option<(usize, usize)> {
        let mut found = None;
        for (gateway, element) in self.elements.iter().enumerate().filter(|(i, _)| *i != goal) {
            let plain = match &element.kind {
                ElementKind::Exclusive(ways) => is_plain(ways) && self.to[gateway].len() == ways.len(),
                ElementKind::Inclusive(_) | ElementKind::EventBased(_) => false,
                _ => continue,
            };
            let ways = &self.to[gateway];
            let leading: Vec<usize> = (0..ways.len()).filter(|&i| self.reaches(&ways[i..=i], Some(gateway), goal)).collect();
            // Others come by it whichever way they go, or not at all.
            if leading.is_empty() || leading.len() == ways.len() || self.reaches(&self.starts, Some(gateway), goal) {
                continue;
            }
            match leading.as_slice() {
                [branch] if plain && found.is_none() && !self.reaches(ways, None, gateway) => found = Some((gateway, *branch)),
                _ => return None,
            }
        }
        found
    }
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
