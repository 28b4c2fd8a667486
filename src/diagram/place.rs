//! From columns, rows and routes to coordinates.

use std::collections::BTreeMap;

use crate::diagram::Room;
use crate::diagram::columns::Columns;
use crate::diagram::graph::{Graph, Node};
use crate::diagram::picture::{BorderMark, Diagram, DocumentMark, EdgeLine, LaneBox, NodeBox, Outline, Point, Rect};
use crate::diagram::route::{Place, Route, Side};
use crate::diagram::text::{LETTERS, LINE, SMALL_LETTERS, cut, widest, wrap};
use crate::diagram::tracks::{Channel, Piece, Pin, assign};

/// Width of a step.
const BOX_WIDTH: f64 = 136.0;
/// Room in a step above and below its name: for its sign, and for a figure.
const BOX_ROOM: f64 = 36.0;
const BOX_LEAST: f64 = 62.0;
const CIRCLE: f64 = 34.0;
const DIAMOND: f64 = 46.0;
/// Widest name beside an event or gateway.
const NAME_WIDTH: f64 = 98.0;
/// Height of a document above its step.
pub(super) const DOCUMENT: f64 = 16.0;
const BORDER_RADIUS: f64 = 10.0;
/// Between two lines that run side by side.
const TRACK: f64 = 10.0;
/// From a column to the nearest line in the gap, room for an arrow's head.
const GAP: f64 = 17.0;
/// From a row to the nearest line in the gap.
const ROW_GAP: f64 = 9.0;
/// Widest text beside a flow.
pub(super) const FLOW_TEXT: f64 = 88.0;
const HEADER: f64 = 132.0;
const LANE_LEAST: f64 = 76.0;
/// How far a line leaves from the middle of a side that another line takes.
const SHIFT: f64 = 9.0;

/// Where a name stands beside its outline.
#[derive(Clone, Copy, PartialEq)]
enum NameSide {
    Inside,
    Above,
    AboveLeft,
    Below,
}

struct Shape {
    width: f64,
    height: f64,
    lines: Vec<String>,
    name_width: f64,
    side: NameSide,
}

impl Shape {
    fn of(node: &Node, above_taken: bool, below_taken: bool) -> Shape {
        let outline = node.kind.outline();
        if outline == Outline::Box {
            if let Some(Room { width, height, .. }) = node.room {
                return Shape { width, height, lines: Vec::new(), name_width: width, side: NameSide::Inside };
            }
            let lines = wrap(&node.name, LETTERS, BOX_WIDTH - 18.0, 5);
            let height = (BOX_ROOM + lines.len() as f64 * LINE).max(BOX_LEAST);
            return Shape { width: BOX_WIDTH, height: even(height), lines, name_width: BOX_WIDTH, side: NameSide::Inside };
        }
        let lines = wrap(&node.name, LETTERS, NAME_WIDTH, 4);
        let name_width = even(widest(&lines, LETTERS));
        let usual = if outline == Outline::Circle { CIRCLE } else { DIAMOND };
        let size = node.room.map_or(usual, |room| room.width);
        let side = match (outline, above_taken, below_taken) {
            (_, true, true) => NameSide::AboveLeft,
            (Outline::Circle, _, false) | (_, true, false) => NameSide::Below,
            _ => NameSide::Above,
        };
        Shape { width: size, height: size, lines, name_width, side }
    }

    fn name_height(&self) -> f64 {
        if self.lines.is_empty() || self.side == NameSide::Inside { 0.0 } else { self.lines.len() as f64 * LINE + 4.0 }
    }

    fn reach(&self, node: &Node) -> Reach {
        let mut reach =
            Reach { left: self.width / 2.0, right: self.width / 2.0, above: self.height / 2.0, below: self.height / 2.0 };
        let half = (self.name_width / 2.0).max(self.width / 2.0);
        match self.side {
            NameSide::Inside => {}
            NameSide::Above => (reach.left, reach.right, reach.above) = (half, half, reach.above + self.name_height()),
            NameSide::Below => (reach.left, reach.right, reach.below) = (half, half, reach.below + self.name_height()),
            NameSide::AboveLeft => {
                reach.left = reach.left.max(self.name_width + 6.0);
                reach.above += self.name_height();
            }
        }
        if !node.documents.is_empty() {
            reach.above += node.documents.len() as f64 * DOCUMENT + 4.0;
        }
        reach.above += node.room.map_or(0.0, |room| room.above);
        if !node.border.is_empty() {
            reach.below += border_radius(node);
        }
        reach
    }
}

fn border_radius(node: &Node) -> f64 {
    node.room.map_or(BORDER_RADIUS, |room| room.border_radius)
}

#[derive(Clone, Copy, Default)]
struct Reach {
    left: f64,
    right: f64,
    above: f64,
    below: f64,
}

/// Where columns, rows and the tracks between them lie.
struct Frame {
    column: Vec<f64>,
    gap: Vec<f64>,
    row: Vec<f64>,
    row_gap: Vec<f64>,
    upright: Vec<Channel>,
    level: Vec<Channel>,
    width: f64,
    height: f64,
}

/// Makes the picture, flows' texts aside.
pub(super) fn picture(graph: &Graph, columns: &Columns, rows: &[usize], lane_rows: &[usize], routes: &[Route]) -> Diagram {
    let n = graph.nodes.len();
    let mut taken = vec![(false, false); n];
    for (edge, route) in graph.edges.iter().zip(routes) {
        for (node, side) in [(edge.from, route.out), (edge.to, route.into)] {
            taken[node].0 |= side == Side::Up;
            taken[node].1 |= side == Side::Down;
        }
    }
    for (node, taken) in graph.nodes.iter().zip(&mut taken) {
        taken.1 |= !node.border.is_empty();
    }
    let shapes: Vec<Shape> =
        graph.nodes.iter().zip(&taken).map(|(node, &(above, below))| Shape::of(node, above, below)).collect();
    let row_count: usize = lane_rows.iter().sum();
    let upright = upright_channels(routes, columns.count);
    let level = level_channels(routes, row_count, &upright);
    let mut frame = Frame {
        column: Vec::new(),
        gap: Vec::new(),
        row: Vec::new(),
        row_gap: Vec::new(),
        upright,
        level,
        width: 0.0,
        height: 0.0,
    };
    frame.set_columns(graph, columns, &shapes, routes);
    let mut diagram = Diagram::default();
    let tops = frame.set_rows(graph, rows, lane_rows, &shapes, routes);
    for (i, lane) in graph.lanes.iter().enumerate() {
        let (top, bottom) = (tops[i], tops.get(i + 1).copied().unwrap_or(frame.height));
        let rect = Rect { x: 0.0, y: top, width: frame.width, height: bottom - top };
        diagram.lanes.push(LaneBox {
            key: lane.key.clone(),
            title: lane.title.clone(),
            group: lane.group.clone(),
            rect,
            header: HEADER,
        });
    }
    (diagram.width, diagram.height) = (frame.width, frame.height);
    for (i, node) in graph.nodes.iter().enumerate() {
        let centre = Point { x: frame.column[columns.of[i]], y: frame.row[rows[i]] };
        diagram.nodes.push(node_box(node, &shapes[i], centre, columns.of[i], rows[i]));
    }
    let shifts = shifts(routes, &frame);
    for (e, (edge, route)) in graph.edges.iter().zip(routes).enumerate() {
        diagram.edges.push(EdgeLine {
            from: edge.from,
            to: edge.to,
            from_id: graph.nodes[edge.from].id.clone(),
            to_id: graph.nodes[edge.to].id.clone(),
            exit: edge.exit.clone(),
            mark: edge.mark,
            is_back: columns.is_back[e],
            share: edge.share,
            text: edge.text.clone(),
            lines: wrap(&edge.text, SMALL_LETTERS, FLOW_TEXT, 3),
            label: Rect::default(),
            points: frame.line(e, route, shifts[e], &diagram.nodes[edge.from], &diagram.nodes[edge.to]),
        });
    }
    diagram
}

fn even(length: f64) -> f64 {
    (length / 2.0).ceil() * 2.0
}

/// The unit in which channels know places: finer than the grid, so that tracks and border events have their own.
const FINE: i64 = 1000;

fn fine(place: usize) -> i64 {
    place as i64 * FINE + if place % 2 == 1 { FINE / 2 } else { 0 }
}

fn upright_channels(routes: &[Route], columns: usize) -> Vec<Channel> {
    let mut pieces: BTreeMap<usize, Vec<Piece>> = BTreeMap::new();
    for (e, route) in routes.iter().enumerate() {
        for (i, ends) in route.corners.windows(2).enumerate() {
            let [a, b] = [ends[0], ends[1]];
            if a.0 != b.0 || !a.0.is_multiple_of(2) {
                continue;
            }
            let pin = |corner: Place, other: Option<&Place>| {
                other.map(|o| Pin { at: fine(corner.1), forward: o.0 > a.0, exact: corner.1 % 2 == 1 })
            };
            let before = i.checked_sub(1).and_then(|i| route.corners.get(i));
            let pins = pin(a, before).into_iter().chain(pin(b, route.corners.get(i + 2))).collect();
            let (low, high) = (fine(a.1.min(b.1)), fine(a.1.max(b.1)));
            pieces.entry(a.0 / 2).or_default().push(Piece { net: route.net, low, high, pins, owners: vec![(e, i)] });
        }
    }
    (0..=columns).map(|gap| assign(pieces.remove(&gap).unwrap_or_default())).collect()
}

fn level_channels(routes: &[Route], rows: usize, upright: &[Channel]) -> Vec<Channel> {
    let mut pieces: BTreeMap<usize, Vec<Piece>> = BTreeMap::new();
    for (e, route) in routes.iter().enumerate() {
        // Where the upright piece at this position lies.
        let at = |i: usize| {
            let x = route.corners.get(i).map_or(0, |corner| corner.0);
            let border = route.border.filter(|_| i == 0);
            match (border, x % 2) {
                (Some(k), _) => fine(x) + (300 - 100 * k.min(2) as i64),
                (None, 1) => fine(x),
                _ => fine(x) + 1 + upright[x / 2].track.get(&(e, i)).copied().unwrap_or(0) as i64,
            }
        };
        for (i, ends) in route.corners.windows(2).enumerate() {
            let [a, b] = [ends[0], ends[1]];
            if a.1 != b.1 || !a.1.is_multiple_of(2) {
                continue;
            }
            let mut pins = Vec::new();
            if let Some(before) = i.checked_sub(1) {
                pins.push(Pin { at: at(before), forward: route.corners[before].1 > a.1, exact: true });
            }
            if let Some(after) = route.corners.get(i + 2) {
                pins.push(Pin { at: at(i + 1), forward: after.1 > a.1, exact: true });
            }
            let places = || pins.iter().map(|pin| pin.at);
            let (low, high) = (places().min().unwrap_or(0), places().max().unwrap_or(0));
            pieces.entry(a.1 / 2).or_default().push(Piece { net: route.net, low, high, pins, owners: vec![(e, i)] });
        }
    }
    (0..=rows).map(|gap| assign(pieces.remove(&gap).unwrap_or_default())).collect()
}

/// By edge: how far its line leaves the source and comes to the target beside the middle of the side.
fn shifts(routes: &[Route], frame: &Frame) -> Vec<(f64, f64)> {
    let mut shifts = vec![(0.0, 0.0); routes.len()];
    for &(e, i) in frame.upright.iter().flat_map(|channel| &channel.clashes) {
        let route = &routes[e];
        if i + 3 == route.corners.len() && route.into == Side::Left {
            shifts[e].1 = SHIFT;
        }
    }
    for &(e, i) in frame.level.iter().flat_map(|channel| &channel.clashes) {
        let route = &routes[e];
        if i + 3 == route.corners.len() && route.into == Side::Up {
            shifts[e].1 = SHIFT;
        }
        if i == 1 && route.out == Side::Up {
            shifts[e].0 = SHIFT;
        }
    }
    shifts
}

impl Frame {
    fn set_columns(&mut self, graph: &Graph, columns: &Columns, shapes: &[Shape], routes: &[Route]) {
        let mut reach = vec![(0.0_f64, 0.0_f64); columns.count];
        for (i, node) in graph.nodes.iter().enumerate() {
            let of = shapes[i].reach(node);
            let column = &mut reach[columns.of[i]];
            *column = (column.0.max(of.left), column.1.max(of.right));
        }
        // Texts of flows stand right of the lines of the gap into which they lead.
        let mut text = vec![0.0_f64; columns.count + 1];
        for (edge, route) in graph.edges.iter().zip(routes) {
            let leads_on = route.corners.iter().any(|corner| corner.0 > 2 * columns.of[edge.from] + 1);
            if !edge.text.is_empty() && leads_on && route.border.is_none() {
                let lines = wrap(&edge.text, SMALL_LETTERS, FLOW_TEXT, 3);
                let gap = &mut text[columns.of[edge.from] + 1];
                *gap = gap.max(even(widest(&lines, SMALL_LETTERS)) + 4.0);
            }
        }
        let mut x = HEADER;
        for (gap, text) in text.iter().enumerate().take(columns.count + 1) {
            self.gap.push(x);
            let lines = self.upright[gap].count.saturating_sub(1) as f64 * TRACK;
            x += 2.0 * GAP + lines + text;
            if let Some(&(left, right)) = reach.get(gap) {
                self.column.push(x + left);
                x += left + right;
            }
        }
        self.width = x;
    }

    /// Sets rows; returns where each lane begins.
    fn set_rows(&mut self, graph: &Graph, rows: &[usize], lane_rows: &[usize], shapes: &[Shape], routes: &[Route]) -> Vec<f64> {
        let count: usize = lane_rows.iter().sum();
        let mut reach = vec![(0.0_f64, 0.0_f64); count];
        for (i, node) in graph.nodes.iter().enumerate() {
            let of = shapes[i].reach(node);
            let row = &mut reach[rows[i]];
            *row = (row.0.max(of.above), row.1.max(of.below));
        }
        // Texts of border events' flows stand in the gap beneath them.
        let mut text = vec![0.0_f64; count + 1];
        for (edge, route) in graph.edges.iter().zip(routes) {
            if !edge.text.is_empty() && route.out != Side::Right {
                let gap = rows[edge.from] + (route.out == Side::Down) as usize;
                text[gap] = LINE;
            }
        }
        let mut tops = vec![0.0];
        let (mut y, mut row) = (0.0, 0);
        for (lane, &in_lane) in lane_rows.iter().enumerate() {
            let top = y;
            for place in 0..in_lane {
                self.row_gap.push(y);
                let lines = self.level[row].count as f64 * TRACK;
                // The gap before a lane's first row lies in the lane; so do its lines.
                y += ROW_GAP + lines + text[row] + if place == 0 { ROW_GAP } else { 0.0 };
                let (mut above, mut below) = reach[row];
                if in_lane == 1 {
                    let lack = (LANE_LEAST - above - below).max(0.0);
                    above += even(lack) / 2.0;
                    below += even(lack) / 2.0;
                }
                self.row.push(y + above);
                y += above + below;
                row += 1;
            }
            y += ROW_GAP + 3.0;
            if lane + 1 == lane_rows.len() {
                self.row_gap.push(y - ROW_GAP);
                y += self.level[row].count as f64 * TRACK + text[row];
            }
            debug_assert!(y > top);
            tops.push(y);
        }
        tops.pop();
        self.height = y;
        tops
    }

    fn track_x(&self, gap: usize, owner: (usize, usize)) -> f64 {
        let track = self.upright[gap].track.get(&owner).copied().unwrap_or(0);
        self.gap[gap] + GAP + track as f64 * TRACK
    }

    fn track_y(&self, gap: usize, owner: (usize, usize)) -> f64 {
        let track = self.level[gap].track.get(&owner).copied().unwrap_or(0);
        self.row_gap[gap] + ROW_GAP + track as f64 * TRACK
    }

    /// The line of an edge from outline to outline.
    fn line(&self, e: usize, route: &Route, shift: (f64, f64), from: &NodeBox, to: &NodeBox) -> Vec<Point> {
        let pieces = route.corners.len().saturating_sub(1);
        // The coordinate that each piece keeps: y of a level one, x of an upright one.
        let kept: Vec<f64> = (0..pieces)
            .map(|i| {
                let (a, b) = (route.corners[i], route.corners[i + 1]);
                let is_level = a.1 == b.1;
                let mut moved = if i == 0 { shift.0 } else { 0.0 };
                moved += if i + 1 == pieces && pieces > 1 { shift.1 } else { 0.0 };
                match (is_level, if is_level { a.1 } else { a.0 }) {
                    (true, y) if y % 2 == 1 => self.row[y / 2] + moved,
                    (true, y) => self.track_y(y / 2, (e, i)),
                    (false, x) if x % 2 == 1 => match route.border.filter(|_| i == 0) {
                        Some(k) => from.border.get(k).map_or(self.column[x / 2], |mark| mark.centre.x),
                        None => self.column[x / 2] + moved,
                    },
                    (false, x) => self.track_x(x / 2, (e, i)),
                }
            })
            .collect();
        let (Some(&first), Some(&last)) = (kept.first(), kept.last()) else { return Vec::new() };
        let start = match route.border {
            Some(k) => {
                let mark = from.border.get(k);
                Point { x: first, y: mark.map_or(from.rect.bottom(), |mark| mark.centre.y + mark.radius) }
            }
            None => on_outline(from, route.out, first),
        };
        let mut points = vec![start];
        for i in 1..pieces {
            let was_level = route.corners[i - 1].1 == route.corners[i].1;
            let (x, y) = if was_level { (kept[i], kept[i - 1]) } else { (kept[i - 1], kept[i]) };
            points.push(Point { x, y });
        }
        points.push(on_outline(to, route.into, last));
        straightened(points)
    }
}

/// The point of a node's outline on a side where the other coordinate is `at`.
fn on_outline(node: &NodeBox, side: Side, at: f64) -> Point {
    let (centre, rect) = (node.rect.centre(), node.rect);
    let is_level = matches!(side, Side::Left | Side::Right);
    let (half, off) = if is_level { (rect.width / 2.0, at - centre.y) } else { (rect.height / 2.0, at - centre.x) };
    let reach = match node.kind.outline() {
        Outline::Box => half,
        Outline::Circle => (half * half - off * off).max(0.0).sqrt(),
        Outline::Diamond => (half - off.abs()).max(0.0),
    };
    match side {
        Side::Right => Point { x: centre.x + reach, y: at },
        Side::Left => Point { x: centre.x - reach, y: at },
        Side::Down => Point { x: at, y: centre.y + reach },
        Side::Up => Point { x: at, y: centre.y - reach },
    }
}

/// Leaves out points where the line does not turn.
fn straightened(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if kept.last() == Some(&point) && kept.len() > 1 {
            continue;
        }
        if let [.., a, b] = kept[..]
            && ((a.x == b.x && b.x == point.x) || (a.y == b.y && b.y == point.y))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

fn node_box(node: &Node, shape: &Shape, centre: Point, column: usize, row: usize) -> NodeBox {
    let rect = Rect::around(centre, shape.width, shape.height);
    let height = shape.lines.len() as f64 * LINE;
    let label = match shape.side {
        NameSide::Inside => Rect { x: rect.x, y: centre.y - height / 2.0, width: rect.width, height },
        NameSide::Above => {
            Rect { x: centre.x - shape.name_width / 2.0, y: rect.y - height - 4.0, width: shape.name_width, height }
        }
        NameSide::Below => Rect { x: centre.x - shape.name_width / 2.0, y: rect.bottom() + 4.0, width: shape.name_width, height },
        NameSide::AboveLeft => {
            Rect { x: centre.x - shape.name_width - 6.0, y: rect.y - height - 4.0, width: shape.name_width, height }
        }
    };
    let count = node.documents.len() as f64;
    let documents = node.documents.iter().enumerate().map(|(i, document)| DocumentMark {
        document: document.id.clone(),
        name: document.name.clone(),
        text: cut(&document.name, SMALL_LETTERS, BOX_WIDTH - 20.0),
        role: document.role.clone(),
        mark: document.mark,
        rect: Rect { x: rect.x, y: rect.y - 4.0 - DOCUMENT * (count - i as f64), width: rect.width, height: DOCUMENT - 1.0 },
    });
    let radius = border_radius(node);
    let border = node.border.iter().enumerate().map(|(k, border)| BorderMark {
        exit: border.exit.clone(),
        name: border.name.clone(),
        symbol: border.symbol,
        interrupting: border.interrupting,
        centre: match node.kind.outline() {
            // On a round outline it sits to the lower right.
            Outline::Circle | Outline::Diamond => Point { x: centre.x + 13.0 - 13.0 * k as f64, y: rect.bottom() - 3.0 },
            Outline::Box => Point {
                x: (rect.right() - 2.0 * radius - (2.0 * radius + 6.0) * k as f64).max(rect.x + radius),
                y: rect.bottom(),
            },
        },
        radius,
    });
    NodeBox {
        id: node.id.clone(),
        before: node.before.clone(),
        name: node.name.clone(),
        kind: node.kind,
        mark: node.mark,
        lane: node.lane,
        column,
        row,
        rect,
        lines: shape.lines.clone(),
        label,
        documents: documents.collect(),
        border: border.collect(),
    }
}
