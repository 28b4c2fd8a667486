//! Which way each edge takes through the gaps between columns and rows.
//!
//! The picture is a grid here: odd places are the middles of columns and rows, where nodes stand; even places are the gaps
//! between them. Each edge takes the cheapest way (A*) by length, bends and crossings, never through a node; then each is
//! taken up once more and finds its way anew, now that it knows all others. Edges of one net may run along each other: those
//! that lead to the same node, or that fork from the same one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::diagram::columns::Columns;
use crate::diagram::graph::Graph;
use crate::diagram::picture::Outline;

const STEP_ACROSS: u32 = 7;
const STEP_DOWN: u32 = 5;
const BEND: u32 = 22;
const CROSSING: u32 = 34;
const BESIDE: u32 = 3;
/// More edges than this make a picture crowded.
const CROWDED: usize = 150;
/// In crowded pictures ways are first looked for no further than this from the rectangle of source and target.
const NEARBY: Place = (4, 6);
/// Times that every edge is taken up and laid anew; once in crowded pictures.
const ROUNDS: usize = 2;

/// A side of a node, or a direction of travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Right,
    Down,
    Left,
    Up,
}

const SIDES: [Side; 4] = [Side::Right, Side::Down, Side::Left, Side::Up];

impl Side {
    fn is_level(self) -> bool {
        matches!(self, Side::Right | Side::Left)
    }

    fn opposite(self) -> Side {
        SIDES[(self as usize + 2) % 4]
    }
}

/// A place on the grid: x, then y.
pub(super) type Place = (usize, usize);

/// The way of an edge: its corners from the source's place to the target's.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) corners: Vec<Place>,
    /// The side of the source that it leaves by; border events leave downwards.
    pub(super) out: Side,
    /// The side of the target that it comes in by.
    pub(super) into: Side,
    /// The border event that it leaves from.
    pub(super) border: Option<usize>,
    /// Edges of a net may run along each other.
    pub(super) net: usize,
}

struct Grid<'g> {
    graph: &'g Graph,
    columns: &'g Columns,
    rows: &'g [usize],
    width: usize,
    height: usize,
    node_at: Vec<Option<usize>>,
    /// Who runs through each place, and how.
    runs: Vec<Vec<Run>>,
    /// Whether edges go out of or come into each node's sides: numbers of both.
    ports: Vec<[(u16, u16); 4]>,
    /// For the search: cheapest cost so far, and where from; valid where the stamp is the current one.
    best: Vec<(u32, u32, u32)>,
    stamp: u32,
}

#[derive(Clone, Copy)]
struct Run {
    edge: usize,
    net: usize,
    kind: RunKind,
}

#[derive(Clone, Copy, PartialEq)]
enum RunKind {
    Level,
    Upright,
    Corner,
}

/// Finds a way for every edge.
pub(super) fn routes(graph: &Graph, columns: &Columns, rows: &[usize], row_count: usize) -> Vec<Route> {
    let (width, height) = (2 * columns.count + 1, 2 * row_count + 1);
    let mut grid = Grid {
        graph,
        columns,
        rows,
        width,
        height,
        node_at: vec![None; width * height],
        runs: vec![Vec::new(); width * height],
        ports: vec![[(0, 0); 4]; graph.nodes.len()],
        best: vec![(0, 0, 0); width * height * 4],
        stamp: 0,
    };
    for node in 0..graph.nodes.len() {
        let place = grid.place(node);
        let i = grid.index(place);
        grid.node_at[i] = Some(node);
    }
    let mut ways_in = vec![0_usize; graph.nodes.len()];
    graph.edges.iter().for_each(|edge| ways_in[edge.to] += 1);
    let net_of = |e: usize| {
        let edge = &graph.edges[e];
        if ways_in[edge.to] > 1 { edge.to } else { graph.nodes.len() + edge.from }
    };
    let mut order: Vec<usize> = (0..graph.edges.len()).collect();
    order.sort_by_key(|&e| {
        let (a, b) = (grid.place(graph.edges[e].from), grid.place(graph.edges[e].to));
        // What drops to another lane goes first: it needs the sides of its nodes.
        (a.0 != b.0, columns.is_back[e], a.0.abs_diff(b.0) + a.1.abs_diff(b.1), e)
    });
    let mut paths: Vec<Vec<Place>> = vec![Vec::new(); graph.edges.len()];
    let crowded = graph.edges.len() > CROWDED;
    let rounds = if crowded { 1 } else { ROUNDS };
    for round in 0..=rounds {
        for &e in &order {
            if round > 0 {
                grid.lift(e, &paths[e]);
            }
            let found = grid.search(e, net_of(e), crowded.then_some(NEARBY)).or_else(|| grid.search(e, net_of(e), None));
            paths[e] = found.unwrap_or_else(|| grid.plain(e));
            grid.lay(e, net_of(e), &paths[e]);
        }
    }
    let route = |(e, path): (usize, Vec<Place>)| Route {
        out: side_between(&path, 0),
        into: side_between(&path, path.len().saturating_sub(2)).opposite(),
        corners: corners(&path),
        border: graph.edges[e].border(&graph.nodes),
        net: net_of(e),
    };
    paths.into_iter().enumerate().map(route).collect()
}

/// Direction of the piece of a path that begins at this position.
fn side_between(path: &[Place], at: usize) -> Side {
    match (path.get(at), path.get(at + 1)) {
        (Some(a), Some(b)) if b.0 > a.0 => Side::Right,
        (Some(a), Some(b)) if b.0 < a.0 => Side::Left,
        (Some(a), Some(b)) if b.1 < a.1 => Side::Up,
        _ => Side::Down,
    }
}

fn corners(path: &[Place]) -> Vec<Place> {
    let is_corner =
        |i: usize| i == 0 || i + 1 == path.len() || side_between(path, i - 1).is_level() != side_between(path, i).is_level();
    path.iter().enumerate().filter(|(i, _)| is_corner(*i)).map(|(_, place)| *place).collect()
}

impl Grid<'_> {
    fn place(&self, node: usize) -> Place {
        (2 * self.columns.of[node] + 1, 2 * self.rows[node] + 1)
    }

    fn index(&self, (x, y): Place) -> usize {
        y * self.width + x
    }

    fn neighbour(&self, (x, y): Place, side: Side) -> Option<Place> {
        match side {
            Side::Right => (x + 1 < self.width).then_some((x + 1, y)),
            Side::Down => (y + 1 < self.height).then_some((x, y + 1)),
            Side::Left => Some((x.checked_sub(1)?, y)),
            Side::Up => Some((x, y.checked_sub(1)?)),
        }
    }

    /// Marks a path as taken.
    fn lay(&mut self, e: usize, net: usize, path: &[Place]) {
        for i in 1..path.len().saturating_sub(1) {
            let (a, b) = (side_between(path, i - 1), side_between(path, i));
            let kind = match (a.is_level(), b.is_level()) {
                (true, true) => RunKind::Level,
                (false, false) => RunKind::Upright,
                _ => RunKind::Corner,
            };
            let place = self.index(path[i]);
            self.runs[place].push(Run { edge: e, net, kind });
        }
        let (out, into) = (side_between(path, 0), side_between(path, path.len().saturating_sub(2)).opposite());
        let edge = &self.graph.edges[e];
        if edge.border(&self.graph.nodes).is_none() {
            self.ports[edge.from][out as usize].0 += 1;
        }
        self.ports[edge.to][into as usize].1 += 1;
    }

    /// Frees a path again.
    fn lift(&mut self, e: usize, path: &[Place]) {
        for place in path {
            let i = self.index(*place);
            self.runs[i].retain(|run| run.edge != e);
        }
        let (out, into) = (side_between(path, 0), side_between(path, path.len().saturating_sub(2)).opposite());
        let edge = &self.graph.edges[e];
        if edge.border(&self.graph.nodes).is_none() {
            self.ports[edge.from][out as usize].0 -= 1;
        }
        self.ports[edge.to][into as usize].1 -= 1;
    }

    /// What it costs to leave a node by a side; `None` where nobody may.
    fn cost_out(&self, e: usize, side: Side) -> Option<u32> {
        let edge = &self.graph.edges[e];
        let node = &self.graph.nodes[edge.from];
        if edge.border(&self.graph.nodes).is_some() {
            return (side == Side::Down).then_some(0);
        }
        let is_taken = self.ports[edge.from][side as usize].1 > 0;
        let back = self.columns.is_back[e];
        let drops = self.columns.of[edge.from] == self.columns.of[edge.to];
        let is_box = node.kind.outline() == Outline::Box;
        match side {
            Side::Right => Some(if back { 4 } else { 0 }),
            Side::Left => None,
            _ if is_taken || !self.is_open(edge.from, side) => None,
            _ => Some(match (is_box, back) {
                _ if drops => 0,
                (true, false) => 40,
                (true, true) => 6,
                (false, _) => 3,
            }),
        }
    }

    /// What it costs to come into a node by a side; `None` where nobody may.
    fn cost_into(&self, e: usize, side: Side) -> Option<u32> {
        let edge = &self.graph.edges[e];
        let node = &self.graph.nodes[edge.to];
        let is_taken = self.ports[edge.to][side as usize].0 > 0;
        let is_box = node.kind.outline() == Outline::Box;
        match side {
            Side::Left => Some(0),
            Side::Right => None,
            _ if is_taken || !self.is_open(edge.to, side) => None,
            _ => Some(if is_box { 8 } else { 5 }),
        }
    }

    /// Tells whether nothing is drawn at the middle of a node's upper or lower side.
    fn is_open(&self, node: usize, side: Side) -> bool {
        let node = &self.graph.nodes[node];
        match side {
            Side::Up => node.documents.is_empty(),
            Side::Down => node.border.len() <= 2,
            _ => true,
        }
    }

    /// What it costs to run on through a place, or to turn there, for all that is there already.
    fn cost_at(&self, place: Place, net: usize, kind: RunKind) -> u32 {
        let cost = |run: &Run| match (kind, run.kind) {
            _ if run.net == net => 0,
            (RunKind::Level, RunKind::Upright) | (RunKind::Upright, RunKind::Level) => CROSSING,
            (RunKind::Corner, _) | (_, RunKind::Corner) => CROSSING / 3,
            _ => BESIDE,
        };
        let runs = &self.runs[self.index(place)];
        // Where many run, it is dear anyway.
        runs.iter().take(8).map(cost).sum::<u32>() + runs.len().saturating_sub(8) as u32 * BESIDE
    }

    /// Finds the cheapest way of an edge, or the cheapest so near to the rectangle of its ends.
    fn search(&mut self, e: usize, net: usize, within: Option<Place>) -> Option<Vec<Place>> {
        let edge = &self.graph.edges[e];
        let (source, target) = (self.place(edge.from), self.place(edge.to));
        let is_border = edge.border(&self.graph.nodes).is_some();
        self.stamp += 1;
        let (dx, dy) = within.unwrap_or((self.width, self.height));
        let is_allowed = |(x, y): Place| {
            let outside = |v: usize, a: usize, b: usize, d: usize| v + d < a.min(b) || v > a.max(b) + d;
            !outside(x, source.0, target.0, dx) && !outside(y, source.1, target.1, dy)
        };
        // What is left at least; in crowded pictures more than that, which finds a good way sooner than the best one.
        let haste = if self.graph.edges.len() > CROWDED { 3 } else { 2 };
        let far = |(x, y): Place| {
            let way = x.abs_diff(target.0) as u32 * STEP_ACROSS + y.abs_diff(target.1) as u32 * STEP_DOWN;
            way.saturating_sub(STEP_ACROSS) * haste / 2
        };
        let mut open = BinaryHeap::new();
        for side in SIDES {
            if let (Some(cost), Some(place)) = (self.cost_out(e, side), self.neighbour(source, side)) {
                let state = self.index(place) * 4 + side as usize;
                self.best[state] = (self.stamp, cost, u32::MAX);
                open.push(Reverse((cost + far(place), cost, state)));
            }
        }
        while let Some(Reverse((_, cost, state))) = open.pop() {
            if self.best[state].1 < cost {
                continue;
            }
            let (index, side) = (state / 4, SIDES[state % 4]);
            let place = (index % self.width, index / self.width);
            if place == target {
                return Some(self.trace(state, source));
            }
            for next_side in SIDES {
                if next_side == side.opposite() {
                    continue;
                }
                let turns = next_side != side;
                // A border event's line comes down beside the middle: it cannot run on into the next row.
                if is_border && !turns && place == (source.0, source.1 + 1) {
                    continue;
                }
                let Some(next) = self.neighbour(place, next_side).filter(|next| is_allowed(*next)) else { continue };
                let kind = match (turns, side.is_level()) {
                    (true, _) => RunKind::Corner,
                    (false, true) => RunKind::Level,
                    (false, false) => RunKind::Upright,
                };
                let step = if next_side.is_level() { STEP_ACROSS } else { STEP_DOWN };
                let mut total = cost + step + if turns { BEND } else { 0 } + self.cost_at(place, net, kind);
                if next == target {
                    match self.cost_into(e, next_side.opposite()) {
                        Some(port) => total += port,
                        None => continue,
                    }
                } else if next.0 % 2 == 1 && next.1 % 2 == 1 {
                    // In the middle of a column and row there is room for one net, and none beside a node.
                    let i = self.index(next);
                    if self.node_at[i].is_some() || self.runs[i].iter().any(|run| run.net != net) {
                        continue;
                    }
                }
                let next_state = self.index(next) * 4 + next_side as usize;
                let (stamp, known, _) = self.best[next_state];
                if stamp != self.stamp || total < known {
                    self.best[next_state] = (self.stamp, total, state as u32);
                    open.push(Reverse((total + far(next), total, next_state)));
                }
            }
        }
        None
    }

    fn trace(&self, mut state: usize, source: Place) -> Vec<Place> {
        let mut path = Vec::new();
        loop {
            let index = state / 4;
            path.push((index % self.width, index / self.width));
            match self.best[state].2 {
                u32::MAX => break,
                before => state = before as usize,
            }
        }
        path.push(source);
        path.reverse();
        path
    }

    /// A way through gaps only, which nothing can be in.
    fn plain(&self, e: usize) -> Vec<Place> {
        let edge = &self.graph.edges[e];
        let (source, target) = (self.place(edge.from), self.place(edge.to));
        let mut path = vec![source];
        let mut go = |x: usize, y: usize| {
            let (mut at, mut steps) = (path.last().copied().unwrap_or(source), Vec::new());
            while at != (x, y) {
                at = (at.0 + (at.0 < x) as usize - (at.0 > x) as usize, at.1 + (at.1 < y) as usize - (at.1 > y) as usize);
                steps.push(at);
            }
            path.extend(steps);
        };
        if edge.border(&self.graph.nodes).is_none() {
            go(source.0 + 1, source.1);
            go(source.0 + 1, source.1 + 1);
        } else {
            go(source.0, source.1 + 1);
        }
        go(target.0 - 1, source.1 + 1);
        go(target.0 - 1, target.1);
        go(target.0, target.1);
        path
    }
}
