//! A file of others with what has been changed since it was read, and nothing else: shapes stay where they are, data of other tools
//! stays, whatever it is.
//!
//! What the study said when the file was read and what it says now are drafted both; the difference of the drafts is done to the file's
//! tree. What was made by the reader and is not drawn (an end that was only meant) cannot be changed in it: then nothing is
//! patched, and the caller draws anew.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::picture::Rect;
use crate::formats::bpmn::write::di::{edge_of, shape_of};
use crate::formats::bpmn::write::draft::{Body, Border, Draft, Flow, Node};
use crate::formats::bpmn::write::hands::{
    bounds, document, find, find_mut, find_plane, find_with, holds_point, insert, is_role, lane_of, reference, remove, set,
    shapes, way, widen,
};
use crate::formats::bpmn::write::layout::{Line, Shape};
use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::write::semantic;
use crate::formats::bpmn::write::tongue::Tongue;
use crate::formats::bpmn::xml::{XmlChild, XmlElement};
use crate::model::scenario::Scenario;

/// Between a node and one that is added beside it.
const BESIDE: f64 = 50.0;
/// How far a shape is moved down at a time until it covers nothing.
const DOWN: f64 = 30.0;

/// A draft, by id.
struct View<'d> {
    nodes: BTreeMap<&'d str, Seen<'d>>,
    flows: Vec<&'d Flow>,
}

#[derive(Clone, Copy)]
struct Seen<'d> {
    what: What<'d>,
    /// The process or sub-process around it.
    around: &'d str,
    body: &'d Body,
}

#[derive(Clone, Copy)]
enum What<'d> {
    Node(&'d Node),
    Border(&'d Node, &'d Border),
}

fn view(draft: &Draft) -> View<'_> {
    let mut view = View { nodes: BTreeMap::new(), flows: Vec::new() };
    let mut to_do: Vec<(&str, &Body)> = draft.processes.iter().map(|p| (p.id.as_str(), &p.body)).collect();
    while let Some((around, body)) = to_do.pop() {
        view.flows.extend(&body.flows);
        for node in &body.nodes {
            view.nodes.insert(&node.id, Seen { what: What::Node(node), around, body });
            for border in &node.borders {
                view.nodes.insert(&border.id, Seen { what: What::Border(node, border), around, body });
            }
            to_do.extend(node.inside.as_ref().map(|inside| (node.id.as_str(), inside)));
        }
    }
    view
}

/// Does to a file what lies between two drafts. `None` where that cannot be done in it.
pub(super) fn patch(
    was: &Draft,
    now: &Draft,
    scenarios: (&Scenario, &Scenario),
    mut root: XmlElement,
) -> Option<(XmlElement, Vec<String>)> {
    let same_processes = was.processes.iter().map(|p| &p.id).eq(now.processes.iter().map(|p| &p.id));
    if !same_processes {
        return None;
    }
    let tongue = Tongue::of(&mut root);
    let (before, after) = (view(was), view(now));
    let mut patcher = Patcher { root, tongue, now, scenario: scenarios.1, kept: Vec::new() };
    patcher.service_names(was, now, scenarios)?;
    let removed: Vec<&str> = before.nodes.keys().copied().filter(|id| !after.nodes.contains_key(id)).collect();
    let added: Vec<&str> = order(&after).into_iter().filter(|id| !before.nodes.contains_key(id)).collect();
    for (id, seen) in &after.nodes {
        if let Some(old) = before.nodes.get(id) {
            patcher.changed(id, *old, *seen)?;
        }
    }
    let (gone, new, kept) = differing(&before.flows, &after.flows);
    for flow in gone {
        patcher.remove_flow(flow)?;
    }
    for id in removed {
        patcher.remove_node(id);
    }
    for id in added {
        patcher.add_node(id, after.nodes[id], &after)?;
    }
    for flow in new {
        patcher.add_flow(flow, &after)?;
    }
    for (old, flow) in kept {
        patcher.change_flow(old, flow)?;
    }
    patcher.add_roots();
    Some((patcher.root, patcher.kept))
}

/// Returns the ids of nodes in the order in which they follow each other, roughly.
fn order<'d>(view: &View<'d>) -> Vec<&'d str> {
    let mut led_by: BTreeMap<&str, Vec<&'d str>> = BTreeMap::new();
    for flow in &view.flows {
        led_by.entry(flow.from.as_str()).or_default().push(&flow.to);
    }
    let mut seen = BTreeSet::new();
    let mut ordered = Vec::new();
    let starts = view.nodes.iter().filter(|(_, s)| matches!(s.what, What::Node(n) if n.tag == "startEvent")).map(|(id, _)| *id);
    for root in starts.chain(view.nodes.keys().copied()).collect::<Vec<_>>() {
        let mut to_do = std::collections::VecDeque::from([root]);
        while let Some(id) = to_do.pop_front() {
            if seen.insert(id) {
                ordered.push(id);
                to_do.extend(led_by.get(id).into_iter().flatten());
            }
        }
    }
    ordered
}

type Differing<'d> = (Vec<&'d Flow>, Vec<&'d Flow>, Vec<(&'d Flow, &'d Flow)>);

/// Pairs arrows by their ends; returns those that are gone, new, and in both.
fn differing<'d>(before: &[&'d Flow], after: &[&'d Flow]) -> Differing<'d> {
    let mut by_ends: BTreeMap<(&str, &str), Vec<&'d Flow>> = BTreeMap::new();
    for flow in before.iter().rev() {
        by_ends.entry((&flow.from, &flow.to)).or_default().push(flow);
    }
    let (mut new, mut kept) = (Vec::new(), Vec::new());
    for flow in after {
        match by_ends.get_mut(&(flow.from.as_str(), flow.to.as_str())).and_then(Vec::pop) {
            Some(old) => kept.push((old, *flow)),
            None => new.push(*flow),
        }
    }
    (by_ends.into_values().flatten().collect(), new, kept)
}

struct Patcher<'d> {
    root: XmlElement,
    tongue: Tongue,
    now: &'d Draft,
    scenario: &'d Scenario,
    /// What the drawing was left to show as before.
    kept: Vec<String>,
}

impl Patcher<'_> {
    fn has(&self, id: &str) -> bool {
        find(&self.root, id).is_some()
    }

    /// Returns the element of the file from which a node's arrows leave: a split that the reader has made is drawn at its element.
    fn drawn(&self, id: &str) -> Option<String> {
        let owner = || id.strip_suffix(".split").filter(|owner| self.has(owner));
        if self.has(id) { Some(id.to_owned()) } else { owner().map(str::to_owned) }
    }

    fn service_names(&mut self, was: &Draft, now: &Draft, (before, after): (&Scenario, &Scenario)) -> Option<()> {
        for (old, new) in was.processes.iter().zip(&now.processes) {
            let (old, name) = (&before.services[old.service].name, &after.services[new.service].name);
            if old == name {
                continue;
            }
            let pool = find_with(&self.root, &|e| e.local() == "participant" && reference(e, "processRef") == Some(&new.id));
            let id = pool.and_then(|p| p.attribute("id")).unwrap_or(&new.id).to_owned();
            set(find_mut(&mut self.root, &id)?, "name", name);
        }
        Some(())
    }

    fn changed(&mut self, id: &str, old: Seen<'_>, new: Seen<'_>) -> Option<()> {
        let (old_name, old_definitions) = face(old.what);
        let (name, definitions) = face(new.what);
        let (tag_of, mut same) = (|what: What<'_>| if let What::Node(node) = what { node.tag } else { "boundaryEvent" }, true);
        let renamed = old_name != name;
        let redefined = old_definitions != definitions;
        let retagged = tag_of(old.what) != tag_of(new.what);
        let (mut noted, mut marked) = (None, None);
        match (old.what, new.what) {
            (What::Node(a), What::Node(b)) => {
                noted = (a.note != b.note).then(|| b.note.clone());
                marked = (a.marker != b.marker).then(|| b.marker.clone());
                same &= a.attributes == b.attributes && a.inside.is_some() == b.inside.is_some();
                if lane(a) != lane(b) || a.staff != b.staff {
                    self.kept.push(name.to_owned());
                }
                if a.data.iter().map(|d| (&d.of, d.is_result)).ne(b.data.iter().map(|d| (&d.of, d.is_result))) {
                    self.kept.push(name.to_owned());
                }
            }
            (What::Border(a_host, a), What::Border(b_host, b)) => {
                same &= a_host.id == b_host.id && a.interrupting == b.interrupting && a.undone_by == b.undone_by;
            }
            _ => same = false,
        }
        if !same || old.around != new.around {
            return None;
        }
        if !(renamed || redefined || retagged || noted.is_some() || marked.is_some()) {
            return Some(());
        }
        let tongue = &self.tongue;
        let found = find_mut(&mut self.root, id)?;
        if renamed {
            set(found, "name", name);
        }
        if retagged {
            found.name = tongue.word(&format!("bpmn:{}", tag_of(new.what)));
        }
        if redefined {
            found.children.retain(|child| !matches!(child, XmlChild::Element(e) if e.local().ends_with("EventDefinition")));
            found.children.extend(definitions.iter().map(|d| XmlChild::Element(tongue.say(d.clone()))));
        }
        if let Some(note) = noted {
            document(found, &note, tongue);
        }
        if let Some(marker) = marked {
            let at = found
                .children
                .iter()
                .position(|c| matches!(c, XmlChild::Element(e) if e.local().ends_with("LoopCharacteristics")));
            if let Some(at) = at {
                found.children.remove(at);
            }
            if let Some(marker) = marker {
                let before = ["documentation", "extensionElements", "incoming", "outgoing", "ioSpecification", "property"];
                let is_before = |e: &XmlElement| before.contains(&e.local()) || e.local().ends_with("Association") || is_role(e);
                let last = found.children.iter().rposition(|c| matches!(c, XmlChild::Element(e) if is_before(e)));
                let at = at.unwrap_or(last.map_or(0, |last| last + 1));
                found.children.insert(at, XmlChild::Element(tongue.say(marker)));
            }
        }
        Some(())
    }

    fn remove_node(&mut self, id: &str) {
        let mut ids: BTreeSet<String> = BTreeSet::from([id.to_owned()]);
        if let Some(found) = find(&self.root, id) {
            let mut to_do = vec![found];
            while let Some(element) = to_do.pop() {
                ids.extend(element.attribute("id").map(str::to_owned));
                to_do.extend(element.elements());
            }
        }
        // Whatever else leads from or to it: messages, remarks, arrows that lead nowhere; events at its border.
        let mut touching = BTreeSet::new();
        let mut to_do = vec![&self.root];
        while let Some(element) = to_do.pop() {
            let touches = ["sourceRef", "targetRef", "attachedToRef"]
                .iter()
                .any(|end| reference(element, end).is_some_and(|r| ids.contains(r)));
            if touches {
                touching.extend(element.attribute("id").map(str::to_owned));
            }
            to_do.extend(element.elements());
        }
        ids.extend(touching);
        remove(&mut self.root, &ids);
    }

    fn remove_flow(&mut self, flow: &Flow) -> Option<()> {
        let Some(from) = self.drawn(&flow.from) else { return Some(()) };
        // What is not drawn is not led to by anything drawn, unless through what is behind it.
        let Some(found) = self.find_flow(&from, &flow.to) else {
            let meant = !self.has(&flow.to) && !flow.to.ends_with(".end") && !flow.to.ends_with(".split");
            return if meant { None } else { Some(()) };
        };
        remove(&mut self.root, &BTreeSet::from([found]));
        Some(())
    }

    fn find_flow(&self, from: &str, to: &str) -> Option<String> {
        let is_it = |e: &XmlElement| {
            e.local() == "sequenceFlow" && reference(e, "sourceRef") == Some(from) && reference(e, "targetRef") == Some(to)
        };
        find_with(&self.root, &is_it)?.attribute("id").map(str::to_owned)
    }

    fn add_flow(&mut self, flow: &Flow, after: &View<'_>) -> Option<()> {
        // A way that ends without an end being drawn needs no arrow.
        if !self.has(&flow.to) && flow.to.ends_with(".end") {
            return Some(());
        }
        let from = self.drawn(&flow.from)?;
        if !self.has(&flow.to) || (find(&self.root, &flow.id).is_some()) {
            return None;
        }
        let around = after.nodes.get(flow.from.as_str()).map(|seen| seen.around)?;
        let condition = flow.condition.as_ref().map(|text| condition(text));
        let made = element("bpmn:sequenceFlow").with("id", &flow.id).with_some("name", &flow.name);
        let made = made.with("sourceRef", &from).with("targetRef", &flow.to).children(condition);
        let made = self.tongue.say(made);
        insert(find_mut(&mut self.root, around)?, made);
        for (node, tag) in [(&from, "outgoing"), (&flow.to, "incoming")] {
            let word = self.tongue.say(element(&format!("bpmn:{tag}")).saying(&flow.id));
            let at = find_mut(&mut self.root, node)?;
            if at.elements().any(|e| e.local() == tag && e.text() == flow.id) {
                continue;
            }
            let before =
                ["documentation", "extensionElements", "categoryValueRef", "auditing", "monitoring", "incoming", "outgoing"];
            let before = if tag == "incoming" { &before[..6] } else { &before[..] };
            let last = at.children.iter().rposition(|c| matches!(c, XmlChild::Element(e) if before.contains(&e.local())));
            at.children.insert(last.map_or(0, |last| last + 1), XmlChild::Element(word));
        }
        if flow.is_default {
            set(find_mut(&mut self.root, &from)?, "default", &flow.id);
        }
        let (a, b) = (bounds(&self.root, &from), bounds(&self.root, &flow.to));
        if let (Some(a), Some(b)) = (a, b) {
            let line = Line { points: way(a, b), label: None };
            self.add_drawing(edge_of(&flow.id, &line));
        }
        Some(())
    }

    fn change_flow(&mut self, old: &Flow, new: &Flow) -> Option<()> {
        if (&old.name, &old.condition, old.is_default) == (&new.name, &new.condition, new.is_default) {
            return Some(());
        }
        let from = self.drawn(&new.from)?;
        let id = self.find_flow(&from, &new.to)?;
        let tongue = &self.tongue;
        let found = find_mut(&mut self.root, &id)?;
        if old.name != new.name {
            set(found, "name", &new.name);
        }
        if old.condition != new.condition {
            found.children.retain(|c| !matches!(c, XmlChild::Element(e) if e.local() == "conditionExpression"));
            found.children.extend(new.condition.as_ref().map(|text| XmlChild::Element(tongue.say(condition(text)))));
        }
        if old.is_default != new.is_default {
            let node = find_mut(&mut self.root, &from)?;
            if new.is_default {
                set(node, "default", &id);
            } else if reference(node, "default") == Some(&id) {
                set(node, "default", "");
            }
        }
        Some(())
    }

    fn add_node(&mut self, id: &str, seen: Seen<'_>, after: &View<'_>) -> Option<()> {
        if self.has(id) {
            // What is inside an added sub-process has been added with it.
            let inside = after.nodes.contains_key(seen.around);
            return if inside { Some(()) } else { None };
        }
        let (made, size) = match seen.what {
            What::Node(node) if node.inside.is_some() => return None,
            What::Node(node) => {
                let plain = Node { data: Vec::new(), staff: Vec::new(), ..shallow(node) };
                (semantic::flow_node(&plain, &Body::default(), &self.now.names), size_of(node))
            }
            What::Border(host, border) => (semantic::boundary_event(host, border, &Body::default()), (36.0, 36.0)),
        };
        let made = self.tongue.say(made);
        let around = find_mut(&mut self.root, seen.around)?;
        insert(around, made);
        let neighbours = neighbours(id, seen);
        let beside = neighbours.iter().find_map(|n| Some((n, bounds(&self.root, n)?)));
        if let Some(lane) = neighbours.iter().find_map(|n| lane_of(&self.root, n)) {
            let word = self.tongue.say(element("bpmn:flowNodeRef").saying(id));
            let lane = find_mut(&mut self.root, &lane)?;
            let at = lane.children.iter().rposition(|c| matches!(c, XmlChild::Element(e) if e.local() == "flowNodeRef"));
            lane.children.insert(at.map_or(0, |at| at + 1), XmlChild::Element(word));
        }
        if let Some((neighbour, place)) = beside {
            let is_border = matches!(seen.what, What::Border(..));
            let (left, right) = (self.leads(id, neighbour, seen), place.right());
            let x = match (is_border, left) {
                (true, _) => right - size.0 * 1.5,
                (false, true) => place.x - BESIDE - size.0,
                (false, false) => right + BESIDE,
            };
            let y = if is_border { place.bottom() - size.1 / 2.0 } else { place.centre().y - size.1 / 2.0 };
            let mut rect = Rect { x, y, width: size.0, height: size.1 };
            if !is_border {
                let taken = shapes(&self.root);
                let free = |rect: &Rect| {
                    !taken.iter().any(|other| other.overlaps(&rect.grown(8.0)) && !holds_point(other, place.centre()))
                        && !place.overlaps(&rect.grown(8.0))
                };
                for _ in 0..60 {
                    if free(&rect) {
                        break;
                    }
                    rect.y += DOWN;
                }
                widen(&mut self.root, place, rect);
            }
            self.add_drawing(shape_of(id, &[], &Shape { rect, label: None }));
        }
        Some(())
    }

    /// Tells whether an added node leads to a neighbour rather than following it.
    fn leads(&self, id: &str, neighbour: &str, seen: Seen<'_>) -> bool {
        seen.body.flows.iter().any(|f| f.from == id && f.to == *neighbour)
    }

    fn add_drawing(&mut self, part: XmlElement) {
        let said = self.tongue.say(part);
        if let Some(plane) = find_plane(&mut self.root) {
            plane.children.push(XmlChild::Element(said));
        }
    }

    /// Adds messages, errors and escalations that added events name.
    fn add_roots(&mut self) {
        let mut named = BTreeSet::new();
        let mut to_do = vec![&self.root];
        while let Some(element) = to_do.pop() {
            let refs = ["messageRef", "errorRef", "escalationRef"].iter().filter_map(|name| reference(element, name));
            named.extend(refs.map(str::to_owned));
            to_do.extend(element.elements());
        }
        for made in semantic::once(self.scenario, &self.now.names) {
            let id = made.attribute("id").unwrap_or_default().to_owned();
            if named.contains(&id) && !self.has(&id) {
                let said = self.tongue.say(made);
                let at = self.root.children.iter().position(|c| matches!(c, XmlChild::Element(e) if e.local() == "BPMNDiagram"));
                let at = at.unwrap_or(self.root.children.len());
                self.root.children.insert(at, XmlChild::Element(said));
            }
        }
    }
}

fn face(what: What<'_>) -> (&str, &[XmlElement]) {
    match what {
        What::Node(node) => (&node.name, &node.definitions),
        What::Border(_, border) => (&border.name, &border.definitions),
    }
}

fn lane(node: &Node) -> Option<crate::model::flow::ElementKind> {
    node.lane.clone()
}

/// A node without what is around it.
fn shallow(node: &Node) -> Node {
    Node {
        id: node.id.clone(),
        of: node.of.clone(),
        name: node.name.clone(),
        tag: node.tag,
        attributes: node.attributes.clone(),
        definitions: node.definitions.clone(),
        marker: node.marker.clone(),
        note: node.note.clone(),
        ..Node::default()
    }
}

fn size_of(node: &Node) -> (f64, f64) {
    match () {
        () if node.is_event() => (36.0, 36.0),
        () if node.is_gateway() => (50.0, 50.0),
        () => (100.0, 80.0),
    }
}

/// The nodes beside which an added one is drawn: its host, those that lead to it, those that it leads to.
fn neighbours(id: &str, seen: Seen<'_>) -> Vec<String> {
    let host = match seen.what {
        What::Border(host, _) => Some(host.id.clone()),
        What::Node(_) => None,
    };
    let flows = &seen.body.flows;
    let before = flows.iter().filter(|f| f.to == id).map(|f| f.from.clone());
    let after = flows.iter().filter(|f| f.from == id).map(|f| f.to.clone());
    host.into_iter().chain(before).chain(after).collect()
}

fn condition(text: &str) -> XmlElement {
    element("bpmn:conditionExpression").with("xsi:type", "bpmn:tFormalExpression").saying(text)
}
