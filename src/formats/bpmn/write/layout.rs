//! Where everything lies: the layout of the window's maps, with BPMN's sizes, sub-processes opened, documents above their tasks.

use std::collections::BTreeMap;

use crate::diagram::picture::{Diagram, Exit, LaneKey, Point, Rect};
use crate::diagram::text::wrap;
use crate::diagram::words::Words;
use crate::diagram::{LETTERS, LINE, Room, SMALL_LETTERS, lay_out_with};
use crate::formats::bpmn::write::draft::{Body, Flow, Node};
use crate::model::flow::{Boundary, Branch, Element, ElementKind, Trigger};
use crate::model::scenario::Scenario;

const TASK_WIDTH: f64 = 120.0;
const TASK_LEAST: f64 = 80.0;
/// Room in a task for its sign and its markers.
const TASK_ROOM: f64 = 44.0;
const EVENT: f64 = 36.0;
const GATEWAY: f64 = 50.0;
/// Blank within the outline of an opened sub-process, and room for its name.
const PADDING: f64 = 12.0;
const TITLE: f64 = 22.0;
/// Height of a document above its task.
const DOCUMENT: f64 = 42.0;
const DOCUMENT_WIDTH: f64 = 26.0;
const DOCUMENT_HEIGHT: f64 = 34.0;
/// Longest remark that is drawn beside its element; longer ones are told in its documentation only.
const NOTE_LINES: usize = 6;
/// Width of the heads of pools and lanes, as the common tools draw them.
pub(super) const HEAD: f64 = 30.0;

/// A shape's place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shape {
    /// Its outline.
    pub rect: Rect,
    /// Where its name stands, if beside it.
    pub label: Option<Rect>,
}

/// A line's place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    /// From end to end.
    pub points: Vec<Point>,
    /// Where its name stands.
    pub label: Option<Rect>,
}

/// A remark beside its element.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub at: String,
    /// The remark.
    pub text: String,
}

/// Where everything in a body lies, from its own corner.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Total width.
    pub width: f64,
    /// Total height.
    pub height: f64,
    /// Shapes by id.
    pub shapes: BTreeMap<String, Shape>,
    /// Lines by id.
    pub lines: BTreeMap<String, Line>,
    /// Lanes: whose, name, the agency's name, top and height, and the ids of the nodes in it.
    pub lanes: Vec<LanePlan>,
}

/// A lane's place.
#[derive(Debug)]
pub(super) struct LanePlan {
    /// Whose it is.
    pub key: LaneKey,
    /// Its name.
    pub title: String,
    /// Upper edge.
    pub top: f64,
    /// Height.
    pub height: f64,
    /// Ids of the nodes in it, border events included.
    pub nodes: Vec<String>,
}

/// Id of the remark beside an element.
pub(super) fn remark_id(node: &str) -> String {
    format!("{node}.note")
}

/// Id of the line from a document to its task, or of the association of a remark.
pub(super) fn association_id(of: &str) -> String {
    format!("{of}.link")
}

/// Returns the remark beside a node, if it is one that can be drawn.
pub(super) fn remark(node: &Node) -> Option<Remark> {
    let fits = wrap(&node.note, SMALL_LETTERS, TASK_WIDTH - 16.0, NOTE_LINES + 1).len() <= NOTE_LINES;
    let drawn = !node.note.trim().is_empty() && fits && !node.is_event() && !node.is_gateway() && node.inside.is_none();
    drawn.then(|| Remark { id: remark_id(&node.id), at: node.id.clone(), text: node.note.clone() })
}

/// Lays out a body. `lanes` tells whether who does what is told by lanes.
pub(super) fn lay_out(scenario: &Scenario, body: &Body, lanes: bool) -> Plan {
    let inner: BTreeMap<&str, Plan> =
        body.nodes.iter().filter_map(|n| Some((n.id.as_str(), lay_out(scenario, n.inside.as_ref()?, false)))).collect();
    let rooms: BTreeMap<String, Room> = body.nodes.iter().map(|n| (n.id.clone(), room(n, inner.get(n.id.as_str())))).collect();
    let mut out: BTreeMap<&str, Vec<&Flow>> = BTreeMap::new();
    body.flows.iter().for_each(|flow| out.entry(&flow.from).or_default().push(flow));
    let elements: Vec<Element> = body.nodes.iter().map(|node| stand_in(node, &out, lanes)).collect();
    let diagram = lay_out_with(scenario, &elements, &Words::default(), &rooms);
    let mut plan = Plan::default();
    // The heads of lanes are narrower here; in a sub-process there are none.
    let head = diagram.lanes.first().map_or(0.0, |lane| lane.header);
    (plan.width, plan.height) = (diagram.width - head, diagram.height);
    let moved = |rect: Rect| Rect { x: (rect.x - head).round(), y: rect.y.round(), ..rect };
    for (node, drawn) in body.nodes.iter().zip(&diagram.nodes) {
        let rect = moved(drawn.rect);
        let label = (!drawn.lines.is_empty() && !drawn.label.eq(&drawn.rect)).then(|| moved(drawn.label));
        let label = label.filter(|_| node.is_event() || node.is_gateway());
        plan.shapes.insert(node.id.clone(), Shape { rect, label });
        if let Some(inner) = inner.get(node.id.as_str()) {
            plan.take(inner, rect.x + PADDING, rect.y + TITLE);
        }
        for (border, mark) in node.borders.iter().zip(&drawn.border) {
            let mark = moved(Rect::around(mark.centre, 2.0 * mark.radius, 2.0 * mark.radius));
            plan.shapes.insert(border.id.clone(), Shape { rect: mark, label: None });
        }
        plan.stack(node, rect, label);
    }
    lines(body, &diagram, head, &mut plan);
    for (i, lane) in diagram.lanes.iter().enumerate() {
        let inside = body.nodes.iter().zip(&diagram.nodes).filter(|(_, drawn)| drawn.lane == i).map(|(node, _)| node);
        let nodes = inside.flat_map(|n| std::iter::once(&n.id).chain(n.borders.iter().map(|b| &b.id))).cloned().collect();
        let (key, title) = (lane.key.clone(), lane.title.clone());
        plan.lanes.push(LanePlan { key, title, top: lane.rect.y.round(), height: lane.rect.height.round(), nodes });
    }
    plan
}

/// Returns an element that takes the place of a node in the layout.
fn stand_in(node: &Node, out: &BTreeMap<&str, Vec<&Flow>>, lanes: bool) -> Element {
    let out = |id: &str| out.get(id).map(Vec::as_slice).unwrap_or_default();
    let flows = out(&node.id);
    let first = flows.first().map(|flow| flow.to.clone());
    let boundary = node.borders.iter().map(|border| {
        let next = out(&border.id).first().map(|flow| flow.to.clone()).or(border.undone_by.clone()).unwrap_or_default();
        let trigger = Trigger::Error(String::new());
        Boundary { id: border.id.clone(), name: border.name.clone(), trigger, interrupting: border.interrupting, next }
    });
    let (kind, next) = match node.tag {
        "startEvent" => (ElementKind::Start, first),
        "endEvent" => (ElementKind::default(), None),
        _ if node.is_event() => (ElementKind::Pass, first),
        _ if node.is_gateway() => {
            let way = |flow: &&Flow| Branch { to: flow.to.clone(), name: flow.name.clone(), ..Branch::default() };
            (ElementKind::Exclusive(flows.iter().map(way).collect()), None)
        }
        _ => match &lane_of(node) {
            Some(kind) if lanes => (kind.clone(), first),
            _ if lanes => (ElementKind::SubProcess(Vec::new()), first),
            _ => (ElementKind::Step(Box::default()), first),
        },
    };
    Element { id: node.id.clone(), name: node.name.clone(), kind, next, boundary: boundary.collect(), ..Element::default() }
}

/// Returns who does a node; of a sub-process, who does the first thing in it.
fn lane_of(node: &Node) -> Option<ElementKind> {
    let within = || node.inside.iter().flat_map(|body| &body.nodes).find_map(lane_of);
    node.lane.clone().or_else(within)
}

fn room(node: &Node, inner: Option<&Plan>) -> Room {
    let above = node.data.len() as f64 * DOCUMENT + remark(node).map_or(0.0, |r| note_height(&r.text) + 8.0);
    let above = if above > 0.0 { above + 6.0 } else { 0.0 };
    let (width, height) = match inner {
        Some(inner) => {
            let title = wrap(&node.name, LETTERS, 1e6, 1).first().map_or(0.0, |name| crate::diagram::text::width(name, LETTERS));
            let width = (inner.width + 2.0 * PADDING).max(TASK_WIDTH).max(title.min(400.0) + 2.0 * PADDING);
            (even(width), even((inner.height + TITLE + PADDING).max(TASK_LEAST)))
        }
        None if node.is_event() => (EVENT, EVENT),
        None if node.is_gateway() => (GATEWAY, GATEWAY),
        None => {
            let lines = wrap(&node.name, LETTERS, TASK_WIDTH - 16.0, 6).len();
            (TASK_WIDTH, even((TASK_ROOM + lines as f64 * LINE).max(TASK_LEAST)))
        }
    };
    Room { width, height, above, border_radius: EVENT / 2.0 }
}

fn even(length: f64) -> f64 {
    (length / 2.0).ceil() * 2.0
}

fn note_height(text: &str) -> f64 {
    let lines = wrap(text, SMALL_LETTERS, TASK_WIDTH - 16.0, NOTE_LINES).len();
    even(lines as f64 * LINE + 10.0)
}

/// Takes the places of arrows from the layout.
fn lines(body: &Body, diagram: &Diagram, head: f64, plan: &mut Plan) {
    let mut drawn: BTreeMap<(&str, &Exit), usize> = BTreeMap::new();
    for (i, edge) in diagram.edges.iter().enumerate() {
        drawn.insert((&edge.from_id, &edge.exit), i);
    }
    let moved = |point: &Point| Point { x: (point.x - head).round(), y: point.y.round() };
    let mut place = |id: &str, from: &str, exit: &Exit, event: Option<&str>| {
        let Some(edge) = drawn.get(&(from, exit)).map(|&i| &diagram.edges[i]) else { return };
        let label = (!edge.lines.is_empty()).then(|| {
            let rect = edge.label;
            Rect { x: (rect.x - head).round(), y: rect.y.round(), width: rect.width.ceil(), height: rect.height.ceil() }
        });
        // The name of a border event stands at its arrow, but is the event's.
        if let Some(shape) = event.and_then(|event| plan.shapes.get_mut(event)) {
            shape.label = label;
        }
        let label = label.filter(|_| event.is_none());
        plan.lines.insert(id.to_owned(), Line { points: edge.points.iter().map(moved).collect(), label });
    };
    let mut out: BTreeMap<&str, Vec<&Flow>> = BTreeMap::new();
    body.flows.iter().for_each(|flow| out.entry(&flow.from).or_default().push(flow));
    for node in &body.nodes {
        for (k, flow) in out.get(node.id.as_str()).into_iter().flatten().enumerate() {
            let exit = if node.is_gateway() { Exit::Way(k) } else { Exit::Next };
            place(&flow.id, &node.id, &exit, None);
        }
        for border in &node.borders {
            let exit = Exit::Border(border.id.clone());
            let flow = out.get(border.id.as_str()).and_then(|flows| flows.first());
            let id = flow.map_or_else(|| association_id(&border.id), |flow| flow.id.clone());
            place(&id, &node.id, &exit, Some(&border.id));
        }
    }
}

impl Plan {
    /// Takes over what lies in a sub-process.
    fn take(&mut self, inner: &Plan, x: f64, y: f64) {
        let rect = |r: Rect| Rect { x: r.x + x, y: r.y + y, ..r };
        for (id, shape) in &inner.shapes {
            self.shapes.insert(id.clone(), Shape { rect: rect(shape.rect), label: shape.label.map(rect) });
        }
        for (id, line) in &inner.lines {
            let points = line.points.iter().map(|p| Point { x: p.x + x, y: p.y + y }).collect();
            self.lines.insert(id.clone(), Line { points, label: line.label.map(rect) });
        }
    }

    /// Moves everything.
    pub fn shift(&mut self, x: f64, y: f64) {
        let whole = std::mem::take(self);
        self.take(&whole, x, y);
        (self.width, self.height, self.lanes) = (whole.width, whole.height, whole.lanes);
        self.lanes.iter_mut().for_each(|lane| lane.top += y);
    }

    /// Places documents and the remark above a node, with a ladder of lines down to it on the left.
    fn stack(&mut self, node: &Node, rect: Rect, label: Option<Rect>) {
        let mut bottom = label.map_or(rect.y, |label| label.y.min(rect.y)) - 6.0;
        let mut rung = 0.0;
        let mut link = |plan: &mut Plan, of: &str, at: Point, is_result: bool| {
            rung += 4.0;
            let x = rect.x + rung;
            let mut points = vec![at, Point { x, y: at.y }, Point { x, y: rect.y }];
            if is_result {
                points.reverse();
            }
            plan.lines.insert(association_id(of), Line { points, label: None });
        };
        let left = rect.x + 16.0 + 4.0 * (node.data.len() as f64 - 3.0).max(0.0);
        for data in &node.data {
            let shape = Rect { x: left, y: bottom - DOCUMENT_HEIGHT, width: DOCUMENT_WIDTH, height: DOCUMENT_HEIGHT };
            let (x, width) = (shape.right() + 4.0, (rect.right() - shape.right() - 4.0).max(60.0));
            let height = wrap(&data.name, SMALL_LETTERS, width, 2).len() as f64 * LINE;
            let name = Rect { x, y: shape.centre().y - height / 2.0, width, height };
            self.shapes.insert(data.id.clone(), Shape { rect: shape, label: Some(name) });
            link(self, &data.id, Point { x: shape.x, y: shape.centre().y }, data.is_result);
            bottom -= DOCUMENT;
        }
        if let Some(remark) = remark(node) {
            let height = note_height(&remark.text);
            let shape = Rect { x: left, y: bottom - height, width: TASK_WIDTH - 16.0, height };
            self.shapes.insert(remark.id.clone(), Shape { rect: shape, label: None });
            link(self, &remark.id, Point { x: shape.x, y: shape.centre().y }, true);
        }
    }
}
