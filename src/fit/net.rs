//! A service as a net on which a case's activities are replayed: called services and sub-processes laid out in place.

use crate::model::flow::{Element, ElementKind, Repeat, Trigger};
use crate::model::scenario::Scenario;
use std::collections::BTreeMap;

/// Nodes of a net at most; services that call each other for ever stop here.
const MOST_NODES: usize = 20_000;
/// How deep services may call each other.
const DEEPEST: usize = 8;

/// An element of the model: service and element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Id of the service.
    pub service: String,
    /// Id of the element.
    pub element: String,
}

/// How a token leaves an activity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done,
    /// Done, and once more.
    Again,
    /// The attempt failed.
    Failed,
    /// Left the line.
    Left,
    /// An event at its border; the position among them.
    Border(usize),
    /// One of an offer's answers.
    Answer(usize),
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Position of its place in [`Net::places`].
    pub place: usize,
    /// The scope that it lies in.
    pub scope: usize,
    /// What it does with a token.
    pub kind: NodeKind,
}

/// What a node does with a token.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Takes time, or might: goes on by one of its exits; `None` where the way ends. Events beside it that stop nothing: tokens more.
    Act(Vec<(Exit, Option<usize>)>),
    /// One of several ways.
    Choice(Vec<usize>),
    /// All ways, once so many tokens are there.
    Split(Vec<usize>, u32),
    /// Some ways; where it joins, once no other token can still come.
    Some(Vec<usize>, bool),
    /// Opens a scope.
    Open(usize),
    /// A way ends.
    End {
        /// Ends all others of the scope.
        terminate: bool,
        /// Raises this error.
        error: Option<String>,
    },
}

/// A process within the process, or the whole.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The scope around it.
    pub parent: Option<usize>,
    /// Where it begins.
    pub starts: Vec<usize>,
    /// Where it goes on; `None` where the way ends.
    pub next: Option<usize>,
    /// What can stop it: the error that is caught (empty: all), or `None` for any other event, and where it goes on.
    pub borders: Vec<(Option<String>, usize)>,
    /// Processes inside that an event sets off, and whether they stop the rest.
    pub events: Vec<(usize, bool)>,
}

/// A net.
#[derive(Clone, Debug, Default)]
pub struct Net {
    /// Elements of the model, each once.
    pub places: Vec<Place>,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Scopes; the first is the whole.
    pub scopes: Vec<Scope>,
    /// For nodes of kind `Some` that join: from which nodes they can be reached.
    pub reached_from: BTreeMap<usize, Vec<bool>>,
}

struct Building<'s> {
    scenario: &'s Scenario,
    net: Net,
    positions: BTreeMap<Place, usize>,
    calls: Vec<String>,
}

/// Lays out a service; `None` where the scenario does not have it.
pub fn net_of(scenario: &Scenario, service: &str) -> Option<Net> {
    let elements = &scenario.service(service)?.elements;
    let mut building = Building { scenario, net: Net::default(), positions: BTreeMap::new(), calls: vec![service.to_owned()] };
    building.scope(service, elements, None);
    let mut net = building.net;
    net.find_reaches();
    Some(net)
}

impl Building<'_> {
    fn place(&mut self, service: &str, element: &str) -> usize {
        let place = Place { service: service.to_owned(), element: element.to_owned() };
        if let Some(&known) = self.positions.get(&place) {
            return known;
        }
        self.net.places.push(place.clone());
        self.positions.insert(place, self.net.places.len() - 1);
        self.net.places.len() - 1
    }

    /// Lays out the elements of a process, and returns its scope.
    fn scope(&mut self, service: &str, elements: &[Element], parent: Option<usize>) -> usize {
        let scope = self.net.scopes.len();
        self.net.scopes.push(Scope { parent, ..Scope::default() });
        let first = self.net.nodes.len();
        let at: BTreeMap<&str, usize> = elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), first + i)).collect();
        for element in elements {
            let place = self.place(service, &element.id);
            self.net.nodes.push(Node { place, scope, kind: NodeKind::End { terminate: false, error: None } });
        }
        let mut incoming = vec![0u32; elements.len()];
        for id in elements.iter().flat_map(Element::successors) {
            if let Some(i) = at.get(id.as_str()) {
                incoming[i - first] += 1;
            }
        }
        for (i, element) in elements.iter().enumerate() {
            let kind = self.kind(service, element, &at, incoming[i], scope);
            self.net.nodes[first + i].kind = kind;
        }
        let is_start = |(i, e): &(usize, &Element)| match e.kind {
            ElementKind::Start => true,
            ElementKind::EventSubProcess(_) => false,
            _ => incoming[*i] == 0,
        };
        let starts: Vec<usize> =
            elements.iter().enumerate().filter(|(_, e)| e.kind == ElementKind::Start).map(|(i, _)| first + i).collect();
        let open: Vec<usize> = elements.iter().enumerate().filter(is_start).map(|(i, _)| first + i).collect();
        self.net.scopes[scope].starts = if starts.is_empty() { open } else { starts };
        scope
    }

    fn kind(&mut self, service: &str, element: &Element, at: &BTreeMap<&str, usize>, incoming: u32, scope: usize) -> NodeKind {
        let to = |id: &String| at.get(id.as_str()).copied();
        let next = element.next.as_ref().and_then(to);
        let inner = |building: &mut Self, inner_service: &str, elements: &[Element]| {
            if building.net.nodes.len() + elements.len() > MOST_NODES {
                return None;
            }
            let opened = building.scope(inner_service, elements, Some(scope));
            building.net.scopes[opened].next = next;
            building.net.scopes[opened].borders = element
                .boundary
                .iter()
                .filter_map(|b| {
                    let error = if let Trigger::Error(name) = &b.trigger { Some(name.clone()) } else { None };
                    (b.trigger != Trigger::Compensation).then_some(())?;
                    Some((error, to(&b.next)?))
                })
                .collect();
            Some(opened)
        };
        match &element.kind {
            ElementKind::Exclusive(branches) => NodeKind::Choice(branches.iter().filter_map(|b| to(&b.to)).collect()),
            ElementKind::EventBased(branches) => NodeKind::Choice(branches.iter().filter_map(|b| to(&b.to)).collect()),
            ElementKind::Inclusive(branches) => NodeKind::Some(branches.iter().filter_map(|b| to(&b.to)).collect(), incoming > 1),
            ElementKind::Parallel(targets) => NodeKind::Split(targets.iter().filter_map(to).collect(), incoming.max(1)),
            ElementKind::End(end) => NodeKind::End { terminate: end.terminate, error: end.error.clone() },
            ElementKind::SubProcess(elements) => match inner(self, service, elements) {
                Some(opened) => NodeKind::Open(opened),
                None => NodeKind::Act(vec![(Exit::Done, next)]),
            },
            ElementKind::EventSubProcess(event) => {
                if let Some(opened) = inner(self, service, &event.elements) {
                    self.net.scopes[opened].next = None;
                    self.net.scopes[scope].events.push((opened, event.interrupting));
                }
                NodeKind::End { terminate: false, error: None }
            }
            ElementKind::Call(called) => {
                let scenario = self.scenario;
                let elements = scenario.service(called).map(|s| &s.elements);
                if self.calls.len() >= DEEPEST || self.calls.contains(called) {
                    return NodeKind::Act(vec![(Exit::Done, next)]);
                }
                self.calls.push(called.clone());
                let opened = elements.and_then(|elements| inner(self, called, elements));
                self.calls.pop();
                opened.map_or_else(|| NodeKind::Act(vec![(Exit::Done, next)]), NodeKind::Open)
            }
            ElementKind::Offer(offer) => {
                let answers = [&offer.accepted, &offer.declined, &offer.silent, &offer.unreachable];
                NodeKind::Act(answers.into_iter().enumerate().map(|(i, id)| (Exit::Answer(i), to(id))).collect())
            }
            kind => {
                let mut exits = vec![(Exit::Done, next)];
                if matches!(element.repeat, Some(Repeat::Loop { .. } | Repeat::Sequential(_) | Repeat::Parallel(_))) {
                    exits.push((Exit::Again, at.get(element.id.as_str()).copied()));
                }
                if let ElementKind::Step(step) = kind {
                    exits.extend(step.failure.iter().map(|f| (Exit::Failed, to(&f.next))));
                    exits.extend(step.patience.iter().map(|p| (Exit::Left, to(&p.next))));
                }
                exits.extend(
                    element
                        .boundary
                        .iter()
                        .enumerate()
                        .filter(|(_, b)| b.trigger != Trigger::Compensation)
                        .map(|(i, b)| (Exit::Border(i), to(&b.next))),
                );
                NodeKind::Act(exits)
            }
        }
    }
}

impl Net {
    /// Returns where a node's token may go within its scope, and into scopes that it opens.
    fn followers(&self, node: usize) -> Vec<usize> {
        match &self.nodes[node].kind {
            NodeKind::Act(exits) => exits.iter().filter_map(|(_, to)| *to).collect(),
            NodeKind::Choice(to) | NodeKind::Split(to, _) | NodeKind::Some(to, _) => to.clone(),
            NodeKind::Open(scope) => {
                let scope = &self.scopes[*scope];
                scope.starts.iter().copied().chain(scope.next).chain(scope.borders.iter().map(|b| b.1)).collect()
            }
            NodeKind::End { .. } => {
                let scope = &self.scopes[self.nodes[node].scope];
                scope.next.into_iter().chain(scope.borders.iter().map(|b| b.1)).collect()
            }
        }
    }

    /// Returns where a token goes on behind the scopes that end with it; `None` where the case does.
    pub fn behind(&self, scope: usize) -> Option<usize> {
        let scope = self.scopes.get(scope)?;
        scope.next.or_else(|| self.behind(scope.parent?))
    }

    fn find_reaches(&mut self) {
        let mut backwards: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for node in 0..self.nodes.len() {
            for to in self.followers(node) {
                backwards[to].push(node);
            }
        }
        let joins = (0..self.nodes.len()).filter(|n| matches!(self.nodes[*n].kind, NodeKind::Some(_, true)));
        for join in joins.collect::<Vec<_>>() {
            let mut reached = vec![false; self.nodes.len()];
            let mut to_do = backwards[join].clone();
            while let Some(node) = to_do.pop() {
                if !std::mem::replace(&mut reached[node], true) && node != join {
                    to_do.extend(&backwards[node]);
                }
            }
            self.reached_from.insert(join, reached);
        }
    }

    /// Tells whether `inner` is `outer` or lies within it.
    pub fn is_within(&self, inner: usize, outer: usize) -> bool {
        let mut scope = Some(inner);
        while let Some(at) = scope {
            if at == outer {
                return true;
            }
            scope = self.scopes[at].parent;
        }
        false
    }

    /// Returns what can be seen first behind a node: places that are `watched`, and whether nothing more may be seen at all.
    ///
    /// Two ways of a gateway behind which the same can be seen first cannot be told apart by a log.
    pub fn first_seen(&self, node: usize, watched: &[bool]) -> (Vec<usize>, bool) {
        let mut met = vec![false; self.nodes.len()];
        let mut to_do = vec![node];
        let (mut seen, mut ends) = (Vec::new(), false);
        while let Some(at) = to_do.pop() {
            if std::mem::replace(&mut met[at], true) {
                continue;
            }
            let place = self.nodes[at].place;
            if watched[place] && matches!(self.nodes[at].kind, NodeKind::Act(_)) {
                seen.push(place);
                continue;
            }
            let next = self.followers(at);
            ends |= next.is_empty();
            to_do.extend(next);
        }
        seen.sort_unstable();
        seen.dedup();
        (seen, ends)
    }
}
