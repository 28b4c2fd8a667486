//! Bodies: a process or sub-process as a list of elements.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::bpmn::read::arrows::{Arrow, Arrows, Beginning, Whole};
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
    /// Start events at which only something else begins the body.
    pub other_starts: BTreeSet<&'d str>,
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
    pub(super) fn body(&mut self, body: &'d Body, id: &'d str, around: &[&'d str], whole: Whole) -> Vec<Element> {
        let mut here = self.here(body, id, around);
        let handlers: BTreeSet<&str> = here.undone_by.values().copied().collect();
        let beginning = here.arrows.beginning(body, whole, &handlers, &self.led_by_nothing, self.findings);
        self.begin(&mut here, body, whole, beginning);
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
        for merge in repair::merge_what_never_meets(&mut here.elements) {
            let at = here.nodes.get(merge.as_str()).map_or(0, |n| n.at);
            let name = here.nodes.get(merge.as_str()).map_or("", |n| n.name.as_str());
            let name = if name.is_empty() { String::new() } else { format!(" '{name}'") };
            let message = format!(
                "The parallel gateway{name} waits for all arrows that lead to it, but of some only one can ever be taken: no case \
                 would come further. Here one of those is enough."
            );
            let hint = "Merge ways of which one is taken in an exclusive gateway first.";
            self.warn(at, "join-of-alternatives", message, hint);
        }
        for join in repair::wait_for_what_comes(&mut here.elements) {
            let at = here.nodes.get(join.as_str()).map_or(0, |n| n.at);
            let name = here.nodes.get(join.as_str()).map_or("", |n| n.name.as_str());
            let name = if name.is_empty() { String::new() } else { format!(" '{name}'") };
            let message = format!(
                "The parallel gateway{name} waits for all arrows that lead to it, but some of them need not be taken: cases would wait \
                 for ever. Here it waits for those that can still come."
            );
            self.warn(at, "join-of-some", message, "Draw an inclusive gateway where not all ways need to come.");
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
        Here {
            id,
            around: around.to_vec(),
            arrows,
            nodes,
            borders,
            undone_by,
            begun: BTreeSet::new(),
            other_starts: BTreeSet::new(),
            elements: Vec::new(),
        }
    }

    /// Adds what begins the body.
    fn begin(&mut self, here: &mut Here<'d>, body: &'d Body, whole: Whole, beginning: Beginning<'d>) {
        let Beginning { starts, all, along } = beginning;
        let at = body.nodes.first().map_or(0, |n| n.at);
        if starts.is_empty() && !along.is_empty() && whole == Whole::Process {
            self.note(at, "implicit-start", "No start event is drawn: cases begin where nothing leads to.");
        }
        if let ([only], []) = (starts.as_slice(), along.as_slice())
            && here.arrows.count_into(only) == 0
        {
            // The start event is the start.
            return;
        }
        here.begun.extend(starts.iter().chain(&along));
        let mut only_start = false;
        let first = if all || starts.is_empty() {
            let members: Vec<&'d str> = starts.iter().chain(&along).copied().collect();
            if members.len() > 1 {
                self.note(at, "several-starts", format!("The process begins at {} places at once.", members.len()));
            }
            self.all_of(here, &format!("{}.begin", here.id), &members)
        } else {
            // Those at which something in the file begins the process are no choice of a case that comes by itself.
            let mut free: Vec<&'d str> = starts.iter().copied().filter(|id| !self.links.begun_starts.contains(id)).collect();
            if free.is_empty() || whole == Whole::Event {
                free = starts[..1].to_vec();
            }
            let others = starts.iter().filter(|start| !free.contains(start)).copied();
            here.other_starts = others.filter(|start| along.is_empty() && here.arrows.count_into(start) == 0).collect();
            here.begun.retain(|id| !here.other_starts.contains(id));
            if let ([only], []) = (free.as_slice(), along.as_slice())
                && here.arrows.count_into(only) == 0
            {
                here.begun.remove(only);
                only_start = true;
            }
            let entries: Vec<Id> = free.iter().map(|start| self.entry(here, start, &along)).collect();
            self.one_of(here, at, entries)
        };
        if starts.len() > 1 {
            let named = |id: &&str| {
                let is_plain = here.other_starts.contains(id) || only_start && first == **id;
                !is_plain && (whole == Whole::Event || self.links.begun_starts.contains(*id))
            };
            for start in starts.iter().copied().filter(named).collect::<Vec<_>>() {
                let next = if all { first.clone() } else { self.entry(here, start, &along) };
                let name = here.nodes.get(start).map(|n| n.name.clone()).unwrap_or_default();
                let id = begun(start);
                here.elements.push(Element { id, name, kind: ElementKind::OtherStart, next: Some(next), ..Element::default() });
            }
        }
        if only_start {
            return;
        }
        let (id, name) = (format!("{}.start", here.id), "Start".to_owned());
        here.elements.push(Element { id, name, kind: ElementKind::Start, next: Some(first), ..Element::default() });
    }

    /// Returns the element with which a start event begins, and what begins along with it.
    fn entry(&mut self, here: &mut Here<'d>, start: &'d str, along: &[&'d str]) -> Id {
        let members: Vec<&'d str> = std::iter::once(start).chain(along.iter().copied()).collect();
        self.all_of(here, &format!("{start}.all"), &members)
    }

    fn all_of(&mut self, here: &mut Here<'d>, id: &str, members: &[&'d str]) -> Id {
        match members {
            [] => here.end(),
            [only] => (*only).to_owned(),
            several => {
                if !here.elements.iter().any(|e| e.id == id) {
                    let kind = ElementKind::Parallel(several.iter().map(|id| (*id).to_owned()).collect());
                    let name = "All begin".to_owned();
                    here.elements.push(Element { id: id.to_owned(), name, kind, ..Element::default() });
                }
                id.to_owned()
            }
        }
    }

    fn one_of(&mut self, here: &mut Here<'d>, at: usize, entries: Vec<Id>) -> Id {
        match entries.as_slice() {
            [] => here.end(),
            [only] => only.clone(),
            several => {
                let n = several.len();
                let message = format!("{n} start events are drawn: each case begins with one of them, all alike.");
                self.note(at, "several-starts", message);
                let branch = |to: &Id| Branch { to: to.clone(), share: Some(figures::even(n)), ..Branch::default() };
                let kind = ElementKind::Exclusive(several.iter().map(branch).collect());
                let (id, name) = (format!("{}.begin", here.id), "How it begins".to_owned());
                here.elements.push(Element { id: id.clone(), name, kind, ..Element::default() });
                id
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

/// Returns the id of the element that stands before a start event for those who begin there.
fn begun(start: &str) -> Id {
    format!("{start}.begun")
}

/// Returns the element of a body at which something begins that names a start event.
pub(super) fn begun_at(elements: &[Element], start: &str) -> Option<Id> {
    let before = begun(start);
    let is_start = |e: &&Element| matches!(e.kind, ElementKind::Start | ElementKind::OtherStart);
    let found = elements.iter().filter(is_start).find(|e| e.id == before || e.id == start);
    found.or_else(|| elements.iter().find(|e| e.kind == ElementKind::Start)).map(|e| e.id.clone())
}

/// Returns a condition in our own language, if it is one that needs nothing that a drawing cannot define.
fn own_condition(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("${").trim_start_matches('=').trim_end_matches('}').trim();
    let condition = crate::model::condition::parse(text).ok()?;
    let known = ["weekday", "hour", "elapsed"];
    let plain = condition.names().iter().all(|name| known.contains(name));
    (plain && condition.visited_steps().is_empty() && condition.documents().is_empty()).then(|| text.to_owned())
}
