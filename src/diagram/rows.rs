//! Which row of its lane each node stands in: few crossings, straight main ways, as few rows as that takes.
//!
//! Nodes are put down column by column beside what leads to them, then moved and exchanged while that makes the picture
//! better by the measure in [`Board::cost_at`].

use std::collections::BTreeMap;

use crate::diagram::columns::Columns;
use crate::diagram::graph::Graph;
use crate::diagram::picture::{Exit, NodeKind, Outline};

/// Cost of an edge that cannot run straight.
const BEND: f64 = 2.0;
/// Cost of each row that an edge climbs or falls.
const CLIMB: f64 = 0.7;
/// Cost of a node that stands in the way of a level edge.
const BLOCKED: f64 = 5.0;
/// Cost of two edges that cross.
const CROSSING: f64 = 2.5;
/// Cost of a row that is in use.
const ROW: f64 = 0.35;
/// Edges over more columns than this are not asked what they cross: they run through gaps rather than straight.
const LONG: usize = 8;
/// Rows are tried no further than this from where a node and its neighbours stand.
const FAR: usize = 3;
/// No more rounds of moves than this.
const ROUNDS: usize = 6;

/// Finds each node's row, counted over all lanes from the top, and how many rows each lane has (at least 1).
pub(super) fn rows(graph: &Graph, columns: &Columns) -> (Vec<usize>, Vec<usize>) {
    let mut board = Board::new(graph, columns);
    board.put_down();
    for _ in 0..ROUNDS {
        let moved = board.improve();
        if !board.shift_chains() && !moved {
            break;
        }
    }
    board.packed()
}

struct Board<'g> {
    graph: &'g Graph,
    columns: &'g Columns,
    /// First row of each lane; one more entry at the end.
    first: Vec<usize>,
    row: Vec<usize>,
    /// Who stands at (column, row).
    at: BTreeMap<(usize, usize), usize>,
    /// Edges at each node.
    touching: Vec<Vec<usize>>,
    /// Edges that run level over each column gap, or might.
    over: Vec<Vec<usize>>,
    /// Edges that each edge might cross: those over some same gap, long ones and loops aside, which run around.
    near: Vec<Vec<usize>>,
}

impl<'g> Board<'g> {
    fn new(graph: &'g Graph, columns: &'g Columns) -> Self {
        let mut used = vec![BTreeMap::new(); graph.lanes.len()];
        for (i, node) in graph.nodes.iter().enumerate() {
            *used[node.lane].entry(columns.of[i]).or_insert(0_usize) += 1;
        }
        let mut first = vec![0];
        for lane in &used {
            let most = lane.values().max().copied().unwrap_or(0);
            // Room to keep clear of what stands in the way.
            let spare = if lane.len() > 2 { 1 + most / 4 } else { 0 };
            first.push(first.last().copied().unwrap_or(0) + (most + spare).max(1));
        }
        let mut touching = vec![Vec::new(); graph.nodes.len()];
        let mut over = vec![Vec::new(); columns.count];
        for (e, edge) in graph.edges.iter().enumerate() {
            touching[edge.from].push(e);
            if edge.to != edge.from {
                touching[edge.to].push(e);
            }
            let (a, b) = (columns.of[edge.from], columns.of[edge.to]);
            (a.min(b)..a.max(b)).for_each(|gap| over[gap].push(e));
        }
        let span = |e: usize| columns.of[graph.edges[e].from].abs_diff(columns.of[graph.edges[e].to]);
        let counts = |e: usize| !columns.is_back[e] && span(e) <= LONG;
        let mut near = vec![Vec::new(); graph.edges.len()];
        for together in &over {
            let together: Vec<usize> = together.iter().copied().filter(|e| counts(*e)).collect();
            together.iter().for_each(|&e| near[e].extend(together.iter().filter(|other| **other != e)));
        }
        for list in &mut near {
            list.sort_unstable();
            list.dedup();
        }
        Board { graph, columns, first, row: vec![0; graph.nodes.len()], at: BTreeMap::new(), touching, over, near }
    }

    fn rows_of_lane(&self, node: usize) -> std::ops::Range<usize> {
        let lane = self.graph.nodes[node].lane;
        self.first[lane]..self.first[lane + 1]
    }

    fn put_down(&mut self) {
        let mut order: Vec<usize> = (0..self.row.len()).collect();
        order.sort_by_key(|&i| (self.columns.of[i], i));
        for node in order {
            let range = self.rows_of_lane(node);
            let lane = self.graph.nodes[node].lane;
            let mut wish = None;
            for &e in &self.touching[node] {
                let edge = &self.graph.edges[e];
                if edge.to == node && !self.columns.is_back[e] && edge.from != node {
                    let from_lane = self.graph.nodes[edge.from].lane;
                    let row = match from_lane.cmp(&lane) {
                        std::cmp::Ordering::Equal => self.row[edge.from],
                        std::cmp::Ordering::Less => range.start,
                        std::cmp::Ordering::Greater => range.end - 1,
                    };
                    let strength = (from_lane == lane) as usize * 2 + is_main(&edge.exit) as usize;
                    if wish.is_none_or(|(best, _)| strength > best) {
                        wish = Some((strength, row));
                    }
                }
            }
            let wish = wish.map_or(range.start, |(_, row)| row);
            let column = self.columns.of[node];
            let free = range.clone().filter(|row| !self.at.contains_key(&(column, *row)));
            let row = free.min_by_key(|row| (row.abs_diff(wish), *row < wish)).unwrap_or(range.start);
            self.row[node] = row;
            self.at.insert((column, row), node);
        }
    }

    /// Moves single nodes, or lets two change places, while that helps. Tells whether any moved.
    fn improve(&mut self) -> bool {
        let mut any = false;
        for node in 0..self.row.len() {
            let column = self.columns.of[node];
            let here = self.row[node];
            let mut best: Option<(f64, usize)> = None;
            for row in self.worth_trying(node) {
                let gain = self.gain(&self.exchange(column, here, row));
                if gain > 1e-9 && best.is_none_or(|(most, _)| gain > most + 1e-9) {
                    best = Some((gain, row));
                }
            }
            if let Some((_, row)) = best {
                self.apply(&self.exchange(column, here, row));
                any = true;
            }
        }
        any
    }

    /// Rows of its lane near to a node or to one that an edge joins it with.
    fn worth_trying(&self, node: usize) -> Vec<usize> {
        let (range, here) = (self.rows_of_lane(node), self.row[node]);
        let ends = self.touching[node].iter().flat_map(|&e| [self.graph.edges[e].from, self.graph.edges[e].to]);
        let neighbours: Vec<usize> = ends.filter(|&i| i != node).map(|i| self.row[i]).collect();
        let is_near = |row: &usize| row.abs_diff(here) <= FAR || neighbours.iter().any(|other| row.abs_diff(*other) <= 1);
        range.filter(|row| *row != here).filter(is_near).collect()
    }

    /// Moves whole straight chains to other rows while that helps.
    fn shift_chains(&mut self) -> bool {
        let mut any = false;
        let mut seen = vec![false; self.row.len()];
        for node in 0..self.row.len() {
            if seen[node] {
                continue;
            }
            let chain = self.chain(node);
            chain.iter().for_each(|&i| seen[i] = true);
            if chain.len() < 2 {
                continue;
            }
            let here = self.row[node];
            let mut best: Option<(f64, usize)> = None;
            for row in self.rows_of_lane(node).filter(|row| *row != here && row.abs_diff(here) <= FAR) {
                let gain = self.gain(&self.exchanges(&chain, here, row));
                if gain > 1e-9 && best.is_none_or(|(most, _)| gain > most + 1e-9) {
                    best = Some((gain, row));
                }
            }
            if let Some((_, row)) = best {
                self.apply(&self.exchanges(&chain, here, row));
                any = true;
            }
        }
        any
    }

    /// Nodes of the same lane and row that level edges join to this one.
    fn chain(&self, node: usize) -> Vec<usize> {
        let mut chain = vec![node];
        let mut next = 0;
        while let Some(&i) = chain.get(next) {
            next += 1;
            for &e in &self.touching[i] {
                let edge = &self.graph.edges[e];
                let other = if edge.from == i { edge.to } else { edge.from };
                let alike = self.graph.nodes[other].lane == self.graph.nodes[i].lane && self.row[other] == self.row[i];
                if alike && !chain.contains(&other) {
                    chain.push(other);
                }
            }
        }
        chain
    }

    fn exchange(&self, column: usize, a: usize, b: usize) -> Vec<(usize, usize)> {
        let find = |row| self.at.get(&(column, row)).copied();
        find(a).map(|i| (i, b)).into_iter().chain(find(b).map(|i| (i, a))).collect()
    }

    fn exchanges(&self, chain: &[usize], a: usize, b: usize) -> Vec<(usize, usize)> {
        chain.iter().flat_map(|&i| self.exchange(self.columns.of[i], a, b)).collect()
    }

    fn gain(&mut self, moves: &[(usize, usize)]) -> f64 {
        let mut edges: Vec<usize> = moves.iter().flat_map(|&(i, _)| self.touching[i].iter().copied()).collect();
        // Level edges that run past the places concerned may be blocked or freed.
        for &(i, to) in moves {
            let column = self.columns.of[i];
            let passing = |gap: usize| self.over.get(gap).into_iter().flatten();
            edges.extend(passing(column).filter(|&&e| {
                let (p, q) = (self.row[self.graph.edges[e].from], self.row[self.graph.edges[e].to]);
                p == q && (p == to || p == self.row[i])
            }));
        }
        edges.sort_unstable();
        edges.dedup();
        let before = self.cost_of(&edges) + self.cost_of_rows(moves);
        let back: Vec<(usize, usize)> = moves.iter().map(|&(i, _)| (i, self.row[i])).collect();
        self.apply(moves);
        let after = self.cost_of(&edges) + self.cost_of_rows(&back);
        self.apply(&back);
        before - after
    }

    fn apply(&mut self, moves: &[(usize, usize)]) {
        for &(i, _) in moves {
            self.at.remove(&(self.columns.of[i], self.row[i]));
        }
        for &(i, row) in moves {
            self.row[i] = row;
            self.at.insert((self.columns.of[i], row), i);
        }
    }

    /// A little for each row away from the lane's first, so that nothing stands low without a reason.
    fn cost_of_rows(&self, moves: &[(usize, usize)]) -> f64 {
        moves.iter().map(|&(i, _)| (self.row[i] - self.rows_of_lane(i).start) as f64 * ROW * 0.2).sum()
    }

    fn cost_of(&self, edges: &[usize]) -> f64 {
        let mut total = 0.0;
        for &e in edges {
            total += self.cost_at(e);
            for &other in &self.near[e] {
                // A pair of edges that are both concerned would count twice.
                if self.cross(e, other) && (other > e || edges.binary_search(&other).is_err()) {
                    total += CROSSING;
                }
            }
        }
        total
    }

    fn span(&self, e: usize) -> (usize, usize) {
        let (a, b) = (self.columns.of[self.graph.edges[e].from], self.columns.of[self.graph.edges[e].to]);
        (a.min(b), a.max(b))
    }

    /// What an edge costs by itself.
    fn cost_at(&self, e: usize) -> f64 {
        let edge = &self.graph.edges[e];
        let (from, to) = (self.row[edge.from], self.row[edge.to]);
        let climbs = from.abs_diff(to) as f64;
        if self.columns.is_back[e] {
            return climbs * CLIMB * 0.5;
        }
        let source = &self.graph.nodes[edge.from];
        let weight = match (&edge.exit, source.kind.outline()) {
            (Exit::Next, _) if source.kind != NodeKind::Start => 2.0,
            (Exit::Way(0) | Exit::Accepted, Outline::Diamond | Outline::Box) => 1.4,
            _ => 1.0,
        };
        let (low, high) = self.span(e);
        if low == high {
            let between = from.min(to) + 1..from.max(to);
            return between.filter(|row| self.at.contains_key(&(low, *row))).count() as f64 * BLOCKED + climbs * CLIMB;
        }
        if from != to {
            let from_border = edge.border(&self.graph.nodes).is_some();
            let upwards = if from_border && to < from { BEND } else { 0.0 };
            return (BEND + climbs * CLIMB) * weight + upwards;
        }
        let blocked = (low + 1..high).filter(|column| self.at.contains_key(&(*column, from))).count();
        let from_border = if edge.border(&self.graph.nodes).is_some() { BEND } else { 0.0 };
        blocked as f64 * BLOCKED + from_border
    }

    /// Tells whether two edges, drawn straight, would cross.
    fn cross(&self, e: usize, f: usize) -> bool {
        let ends = |e: usize| {
            let edge = &self.graph.edges[e];
            let (a, b) = ((self.columns.of[edge.from], self.row[edge.from]), (self.columns.of[edge.to], self.row[edge.to]));
            if a <= b { (a, b) } else { (b, a) }
        };
        let ((a, b), (c, d)) = (ends(e), ends(f));
        if a == c || b == d || a == d || b == c {
            return false;
        }
        let turn = |p: (usize, usize), q: (usize, usize), r: (usize, usize)| {
            let [px, py, qx, qy, rx, ry] = [p.0, p.1, q.0, q.1, r.0, r.1].map(|v| v as i64);
            ((qx - px) * (ry - py) - (qy - py) * (rx - px)).signum()
        };
        turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
    }

    /// Closes up rows that nobody stands in.
    fn packed(&self) -> (Vec<usize>, Vec<usize>) {
        let mut used = vec![false; self.first.last().copied().unwrap_or(0)];
        self.row.iter().for_each(|&row| used[row] = true);
        let mut counts = Vec::new();
        let mut new_row = vec![0; used.len()];
        let mut next = 0;
        for lane in self.first.windows(2) {
            let before = next;
            for row in lane[0]..lane[1] {
                new_row[row] = next;
                next += used[row] as usize;
            }
            next = next.max(before + 1);
            counts.push(next - before);
        }
        (self.row.iter().map(|&row| new_row[row]).collect(), counts)
    }
}

fn is_main(exit: &Exit) -> bool {
    matches!(exit, Exit::Next | Exit::Way(0) | Exit::Accepted)
}
