//! The drawing of a draft: shapes and edges with their places, BPMN's diagram interchange.

use std::collections::BTreeMap;

use crate::diagram::picture::{Point, Rect};
use crate::formats::bpmn::write::draft::{Body, Draft, Node};
use crate::formats::bpmn::write::layout::{HEAD, Line, Plan, Shape, association_id, remark};
use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::write::semantic::{Lane, MessageFlow, Pool};
use crate::formats::bpmn::xml::XmlElement;

/// Where the first pool begins.
const MARGIN: f64 = 60.0;
/// Between two pools.
const BETWEEN: f64 = 60.0;

/// Where everything in the file lies.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Shapes by id.
    pub shapes: BTreeMap<String, Shape>,
    /// Lines by id.
    pub lines: BTreeMap<String, Line>,
}

/// Places pools one beneath the other, with what is in them, and the messages between them.
pub(super) fn place(pools: &[Pool], plans: Vec<Plan>, flows: &[MessageFlow]) -> Places {
    let mut places = Places::default();
    let width_of = |pool: &Pool, plan: &Plan| heads(pool) + plan.width.max(200.0);
    let widest = pools.iter().zip(&plans).map(|(pool, plan)| width_of(pool, plan)).fold(0.0, f64::max);
    let mut y = MARGIN;
    for (pool, mut plan) in pools.iter().zip(plans) {
        let height = plan.height.max(100.0).round();
        let rect = Rect { x: MARGIN, y, width: widest.round(), height };
        places.shapes.insert(pool.id.clone(), Shape { rect, label: None });
        for lane in &pool.lanes {
            places.lane(lane, Rect { x: rect.x + HEAD, width: rect.width - HEAD, ..rect }, y, y + height);
        }
        plan.shift(rect.x + heads(pool), y);
        places.shapes.append(&mut plan.shapes);
        places.lines.append(&mut plan.lines);
        y += height + BETWEEN;
    }
    for (k, flow) in flows.iter().enumerate() {
        let points = places.message(flow, pools, k);
        places.lines.insert(flow.id.clone(), Line { points, label: None });
    }
    places
}

/// Width of the heads of a pool and its lanes.
fn heads(pool: &Pool) -> f64 {
    let deep = if pool.lanes.iter().any(|lane| !lane.inner.is_empty()) { 2.0 } else { 1.0 };
    HEAD * if pool.lanes.is_empty() { 1.0 } else { 1.0 + deep }
}

impl Places {
    fn lane(&mut self, lane: &Lane, within: Rect, top: f64, end: f64) {
        let y = top + lane.top;
        // The last lane reaches down to the pool's edge, whatever rounding has done.
        let bottom = if (y + lane.height - end).abs() < 3.0 { end } else { y + lane.height };
        let rect = Rect { y, height: bottom - y, ..within };
        self.shapes.insert(lane.id.clone(), Shape { rect, label: None });
        for inner in &lane.inner {
            self.lane(inner, Rect { x: rect.x + HEAD, width: rect.width - HEAD, ..rect }, top, bottom);
        }
    }

    /// The line of a message: out of the sender's pool, along beneath (or above) it, and to who waits.
    fn message(&self, flow: &MessageFlow, pools: &[Pool], k: usize) -> Vec<Point> {
        let (Some(from), Some(to)) = (self.shapes.get(&flow.from), self.shapes.get(&flow.to)) else { return Vec::new() };
        let (from, to) = (from.rect, to.rect);
        let down = to.y > from.y;
        let edges = pools.iter().filter_map(|pool| self.shapes.get(&pool.id)).map(|shape| shape.rect);
        let around = edges.into_iter().find(|pool| pool.y <= from.y && from.bottom() <= pool.bottom());
        let beside = 12.0 + 6.0 * (k % 7) as f64;
        let level = match (around, down) {
            (Some(pool), true) => pool.bottom() + beside,
            (Some(pool), false) => pool.y - beside,
            (None, _) => (from.centre().y + to.centre().y) / 2.0,
        };
        let (out, into) = if down { (from.bottom(), to.y) } else { (from.y, to.bottom()) };
        let (a, b) = (from.centre().x.round(), to.centre().x.round());
        vec![Point { x: a, y: out }, Point { x: a, y: level }, Point { x: b, y: level }, Point { x: b, y: into }]
    }
}

/// Makes the diagram.
pub(super) fn diagram(collaboration: &str, draft: &Draft, pools: &[Pool], flows: &[MessageFlow], places: &Places) -> XmlElement {
    let mut drawer = Drawer { places, parts: Vec::new() };
    for (process, pool) in draft.processes.iter().zip(pools) {
        drawer.shape(&pool.id, &[("isHorizontal", "true")]);
        for lane in pool.lanes.iter().flat_map(|lane| std::iter::once(lane).chain(&lane.inner)) {
            drawer.shape(&lane.id, &[("isHorizontal", "true")]);
        }
        drawer.body(&process.body);
    }
    flows.iter().for_each(|flow| drawer.edge(&flow.id));
    let plane = element("bpmndi:BPMNPlane").with("id", "plane.1.di").with("bpmnElement", collaboration);
    element("bpmndi:BPMNDiagram").with("id", "diagram.1.di").child(plane.children(drawer.parts))
}

struct Drawer<'p> {
    places: &'p Places,
    parts: Vec<XmlElement>,
}

impl Drawer<'_> {
    fn body(&mut self, body: &Body) {
        for node in &body.nodes {
            self.node(node);
        }
        body.flows.iter().for_each(|flow| self.edge(&flow.id));
        for node in &body.nodes {
            for data in &node.data {
                self.shape(&data.id, &[]);
                self.edge(&association_id(&data.id));
            }
            if let Some(remark) = remark(node) {
                self.shape(&remark.id, &[]);
                self.edge(&association_id(&remark.id));
            }
            for border in node.borders.iter().filter(|border| border.undone_by.is_some()) {
                self.edge(&association_id(&border.id));
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match (&node.inside, node.tag) {
            (Some(inside), _) => {
                self.shape(&node.id, &[("isExpanded", "true")]);
                self.body(inside);
            }
            (None, "exclusiveGateway") => self.shape(&node.id, &[("isMarkerVisible", "true")]),
            _ => self.shape(&node.id, &[]),
        }
        node.borders.iter().for_each(|border| self.shape(&border.id, &[]));
    }

    fn shape(&mut self, id: &str, attributes: &[(&str, &str)]) {
        let Some(shape) = self.places.shapes.get(id) else { return };
        self.parts.push(shape_of(id, attributes, shape));
    }

    fn edge(&mut self, id: &str) {
        let Some(line) = self.places.lines.get(id).filter(|line| line.points.len() > 1) else { return };
        self.parts.push(edge_of(id, line));
    }
}

/// Makes a shape.
pub(super) fn shape_of(id: &str, attributes: &[(&str, &str)], shape: &Shape) -> XmlElement {
    let mut made = element("bpmndi:BPMNShape").with("id", format!("{id}.di")).with("bpmnElement", id);
    for (name, value) in attributes {
        made = made.with(name, *value);
    }
    made.child(bounds(shape.rect)).children(shape.label.map(label))
}

/// Makes an edge.
pub(super) fn edge_of(id: &str, line: &Line) -> XmlElement {
    let point = |p: &Point| element("di:waypoint").with("x", number(p.x)).with("y", number(p.y));
    let made = element("bpmndi:BPMNEdge").with("id", format!("{id}.di")).with("bpmnElement", id);
    made.children(line.points.iter().map(point)).children(line.label.map(label))
}

fn label(rect: Rect) -> XmlElement {
    element("bpmndi:BPMNLabel").child(bounds(rect))
}

fn bounds(rect: Rect) -> XmlElement {
    let made = element("dc:Bounds").with("x", number(rect.x)).with("y", number(rect.y));
    made.with("width", number(rect.width.max(0.0))).with("height", number(rect.height.max(0.0)))
}

/// Writes a coordinate: whole where it is.
fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}
