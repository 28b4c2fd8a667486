//! Bodies: a process or sub-process as a list of elements.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::bpmn::read::arrows::{Arrow, Arrows, Beginning};
use crate::formats::bpmn::read::{Reader, figures, repair};
use crate::formats::bpmn::tree::{Body, EventDefinition, EventPlace, Node};
use crate::model::Id;
use crate::model::flow::{Branch, Element, ElementKind, End};

/// A body while it is read.
pub(super) struct Here<'d> {
    /// Id of the process or sub-process.
    pub id: &'d str,
    /// The sub-processes around its nodes, the innermost (itself) first; empty in a process.
    pub around: Vec<&'d str>,
    /// Its arrows.
    pub arrows: Arrows<'d>,
    /// Its nodes by id.
    pub nodes: BTreeMap<&'d str, &'d Node>,
    /// Events at the border of each activity.
    pub borders: BTreeMap<&'d str, Vec<&'d Node>>,
    /// What undoes an activity: by the id of the compensation event at its border.
    pub undone_by: BTreeMap<&'d str, &'d str>,
    /// Nodes that begin, where they are not one start event with nothing leading to it.
    pub begun: BTreeSet<&'d str>,
    /// The elements made so far.
    pub elements: Vec<Element>,
}

impl Here<'_> {
    /// Returns the id of the element in which ways end that are drawn without an end.
    pub fn end(&self) -> Id {
        format!("{}.end", self.id)
    }
}

impl<'d> Reader<'d, '_> {
    /// Reads a body. `around` are the sub-processes in which it lies, the innermost (itself) first.
    pub(super) fn body(&mut self, body: &'d Body, id: &'d str, around: &[&'d str]) -> Vec<Element> {
        let mut here = self.here(body, id, around);
        let handlers: BTreeSet<&str> = here.undone_by.values().copied().collect();
        let beginning = here.arrows.beginning(body, around.is_empty(), &handlers, self.findings);
        self.begin(&mut here, body, beginning);
        for node in &body.nodes {
            if !node.is_boundary() {
                self.node(&mut here, node);
            }
        }
        let end = here.end();
        let cuts = repair::cut_endless_circles(&mut here.elements, &end);
        for cut in cuts {
            let at = here.nodes.get(cut.from.as_str()).or(here.nodes.get(cut.to.as_str())).map_or(0, |n| n.at);
            let name = |id: &str| {
                let node = here.nodes.get(id.split_once('.').map_or(id, |(id, _)| id)).or(here.nodes.get(id));
                node.filter(|n| !n.name.is_empty()).map_or(id.to_owned(), |n| n.name.clone())
            };
            let message = format!(
                "The way from '{}' back to '{}' closes a circle that a case would never leave; here it ends when it comes there.",
                name(&cut.from),
                name(&cut.to)
            );
            self.warn(at, "endless-circle", message, "Let the circle have a way out: an exclusive gateway that leads to an end.");
        }
        let is_drawn = here.elements.iter().any(|e| e.id == end);
        if !is_drawn && here.elements.iter().any(|e| e.successors().into_iter().any(|to| *to == end)) {
            let kind = ElementKind::End(End::default());
            here.elements.push(Element { id: end, name: "End".to_owned(), kind, ..Element::default() });
        }
        here.elements
    }

    fn here(&mut self, body: &'d Body, id: &'d str, around: &[&'d str]) -> Here<'d> {
        let flows = self.flows.remove(id).unwrap_or_default();
        let arrows = Arrows::of(body, flows, self.findings);
        let nodes: BTreeMap<&'d str, &'d Node> = body.nodes.iter().map(|n| (n.id.as_str(), n)).collect();
        let mut borders: BTreeMap<&'d str, Vec<&'d Node>> = BTreeMap::new();
        let mut undone_by = BTreeMap::new();
        for node in &body.nodes {
            let Some(EventPlace::Boundary { host, .. }) = node.event().map(|e| &e.place) else { continue };
            match nodes.get_key_value(host.as_str()) {
                Some((&host, _)) => borders.entry(host).or_default().push(node),
                None => {
                    let message = "This event is drawn at the border of nothing: it never happens.";
                    self.warn(node.at, "boundary-without-host", message, "Attach it to the activity that it belongs to.");
                }
            }
            let compensates =
                node.event().is_some_and(|e| e.definitions.iter().any(|d| matches!(d, EventDefinition::Compensation(_))));
            if compensates {
                let associated = body.associations.iter().filter(|(from, _)| *from == node.id).map(|(_, to)| to.as_str());
                let followed = arrows.out_of(&node.id).iter().map(|a| a.target);
                let handler = associated.chain(followed).find_map(|to| nodes.get_key_value(to));
                match handler {
                    Some((&handler, _)) => {
                        undone_by.insert(node.id.as_str(), handler);
                    }
                    None => self.warn(
                        node.at,
                        "compensation-without-handler",
                        "Nothing is drawn that undoes this activity.",
                        "Connect the compensation event with an activity by an association.",
                    ),
                }
            }
        }
        Here { id, around: around.to_vec(), arrows, nodes, borders, undone_by, begun: BTreeSet::new(), elements: Vec::new() }
    }

    /// Adds what begins the body.
    fn begin(&mut self, here: &mut Here<'d>, body: &'d Body, beginning: Option<Beginning<'d>>) {
        let start = |next: Id| Element {
            id: format!("{}.start", here.id),
            name: "Start".to_owned(),
            kind: ElementKind::Start,
            next: Some(next),
            ..Element::default()
        };
        let choice = format!("{}.begin", here.id);
        let at = body.nodes.first().map_or(0, |n| n.at);
        match beginning {
            None => here.elements.push(start(here.end())),
            Some(Beginning::One(only)) => {
                let node = here.nodes.get(only);
                if node.is_some_and(|n| n.is_start()) && here.arrows.count_into(only) == 0 {
                    return;
                }
                if node.is_some_and(|n| !n.is_start()) {
                    self.note(at, "implicit-start", "No start event is drawn: cases begin where nothing leads to.");
                }
                here.elements.push(start(only.to_owned()));
                here.begun.insert(only);
            }
            Some(Beginning::OneOf(several)) => {
                let branch =
                    |to: &&str| Branch { to: (*to).to_owned(), share: Some(figures::even(several.len())), ..Branch::default() };
                let message = format!("{} start events are drawn: each case begins with one of them, all alike.", several.len());
                self.note(at, "several-starts", message);
                let ways = several.iter().map(branch).collect();
                here.elements.push(start(choice.clone()));
                let name = "How it begins".to_owned();
                here.elements.push(Element { id: choice, name, kind: ElementKind::Exclusive(ways), ..Element::default() });
                here.begun.extend(several);
            }
            Some(Beginning::All(several)) => {
                let message = format!("The process begins at {} places at once.", several.len());
                self.note(at, "several-starts", message);
                let to = several.iter().map(|id| (*id).to_owned()).collect();
                here.elements.push(start(choice.clone()));
                let name = "All begin".to_owned();
                here.elements.push(Element { id: choice, name, kind: ElementKind::Parallel(to), ..Element::default() });
                here.begun.extend(several);
            }
        }
    }

    /// Returns what follows a node: its one follower, a split that is made for it, or the body's end.
    pub(super) fn after(&mut self, here: &mut Here<'d>, node: &'d Node) -> Id {
        let arrows: Vec<Arrow<'d>> = here.arrows.out_of(&node.id).to_vec();
        match arrows.as_slice() {
            [] => here.end(),
            [only] => {
                if let Some(flow) = only.flow {
                    self.flow_is(&flow.id, &node.id, 0);
                }
                only.target.to_owned()
            }
            several => {
                let id = format!("{}.split", node.id);
                let conditional = several.iter().any(|a| a.flow.is_some_and(|f| f.condition.is_some()));
                let kind = if conditional {
                    ElementKind::Inclusive(self.branches(node, &id, several, true))
                } else {
                    for (i, flow) in several.iter().enumerate().filter_map(|(i, a)| a.flow.map(|f| (i, f))) {
                        self.flow_is(&flow.id, &id, i);
                    }
                    let message = "Several arrows leave this element: all of them are taken at once.";
                    self.note(node.at, "implicit-split", message);
                    ElementKind::Parallel(several.iter().map(|a| a.target.to_owned()).collect())
                };
                here.elements.push(Element { id: id.clone(), kind, ..Element::default() });
                id
            }
        }
    }

    /// Returns the ways out of a gateway: by our own conditions where all are such, else by shares.
    pub(super) fn branches(&mut self, node: &'d Node, gateway: &str, arrows: &[Arrow<'d>], inclusive: bool) -> Vec<Branch> {
        let default = node.default_flow.as_deref();
        let is_default = |a: &Arrow<'d>| a.flow.is_some_and(|f| Some(f.id.as_str()) == default);
        let condition = |a: &Arrow<'d>| a.flow.and_then(|f| f.condition.as_deref()).and_then(own_condition);
        let has_default = arrows.iter().any(is_default);
        let by_condition = arrows.len() > 1 && has_default && arrows.iter().all(|a| is_default(a) || condition(a).is_some());
        if !by_condition && arrows.len() > 1 {
            let what = if inclusive { "each taken in half of the cases" } else { "all alike" };
            let name = if node.name.is_empty() { &node.id } else { &node.name };
            self.note(node.at, "assumed-shares", format!("The shares of the ways out of '{name}' are assumed: {what}."));
        }
        let n = arrows.len();
        let mut branches = Vec::with_capacity(n);
        for (i, arrow) in arrows.iter().enumerate() {
            let mut branch = Branch { to: arrow.target.to_owned(), ..Branch::default() };
            if let Some(flow) = arrow.flow {
                self.flow_is(&flow.id, gateway, i);
                branch.name = if flow.name.is_empty() { flow.condition.clone().unwrap_or_default() } else { flow.name.clone() };
            }
            match () {
                () if n == 1 || (is_default(arrow) && (by_condition || inclusive)) => branch.otherwise = true,
                () if by_condition => branch.when = condition(arrow),
                () if inclusive => branch.share = Some(figures::half()),
                () => branch.share = Some(figures::even(n)),
            }
            branches.push(branch);
        }
        branches
    }
}

/// Returns a condition in our own language, if it is one that needs nothing that a drawing cannot define.
fn own_condition(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("${").trim_start_matches('=').trim_end_matches('}').trim();
    let condition = crate::model::condition::parse(text).ok()?;
    let known = ["weekday", "hour", "elapsed"];
    let plain = condition.names().iter().all(|name| known.contains(name));
    (plain && condition.visited_steps().is_empty() && condition.documents().is_empty()).then(|| text.to_owned())
}
