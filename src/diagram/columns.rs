//! Which column each node stands in, and which edges lead back.
//!
//! Loops are cut at the edges that a walk from the starts, ways in the order of the model, finds leading to where it already
//! is. What is left has a longest path to each node, and this is its column; a follower in another lane may share the column.
//! Sources then move up to what they lead to.

use crate::diagram::graph::Graph;
use crate::diagram::picture::{Exit, NodeKind, Outline};

/// The columns of a graph's nodes.
pub(super) struct Columns {
    /// By node.
    pub(super) of: Vec<usize>,
    /// By edge: whether it leads back.
    pub(super) is_back: Vec<bool>,
    /// Number of columns.
    pub(super) count: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Walk {
    Fresh,
    Open,
    Done,
}

/// Finds columns. Two nodes that an edge joins share one only where it drops from lane to lane.
pub(super) fn columns(graph: &Graph) -> Columns {
    let n = graph.nodes.len();
    let mut out = vec![Vec::new(); n];
    for (e, edge) in graph.edges.iter().enumerate() {
        out[edge.from].push(e);
    }
    let mut is_back = vec![false; graph.edges.len()];
    let mut state = vec![Walk::Fresh; n];
    let mut finished = Vec::with_capacity(n);
    let mut has_way_in = vec![false; n];
    graph.edges.iter().for_each(|edge| has_way_in[edge.to] = true);
    let is_start = |i: usize| graph.nodes[i].kind == NodeKind::Start;
    let roots = (0..n).filter(|&i| is_start(i)).chain((0..n).filter(|&i| !has_way_in[i])).chain(0..n);
    for root in roots {
        if state[root] != Walk::Fresh {
            continue;
        }
        state[root] = Walk::Open;
        let mut stack = vec![(root, 0)];
        while let Some((node, at)) = stack.pop() {
            let Some(&e) = out[node].get(at) else {
                state[node] = Walk::Done;
                finished.push(node);
                continue;
            };
            stack.push((node, at + 1));
            let to = graph.edges[e].to;
            match state[to] {
                Walk::Open => is_back[e] = true,
                Walk::Fresh => {
                    state[to] = Walk::Open;
                    stack.push((to, 0));
                }
                Walk::Done => {}
            }
        }
    }
    let mut of = vec![0_usize; n];
    let mut is_dropped = vec![false; n];
    for &node in finished.iter().rev() {
        for &e in out[node].iter().filter(|&&e| !is_back[e]) {
            let to = graph.edges[e].to;
            let drops = !is_dropped[node] && out[node].len() == 1 && can_drop(graph, e);
            let least = of[node] + !drops as usize;
            if least > of[to] || (least == of[to] && !drops) {
                (of[to], is_dropped[to]) = (least, drops);
            }
        }
    }
    // A source far from its only follower would draw a long line for nothing.
    for &node in &finished {
        let has_forward_in = graph.edges.iter().enumerate().any(|(e, edge)| edge.to == node && !is_back[e]);
        let nearest = out[node].iter().filter(|&&e| !is_back[e]).map(|&e| of[graph.edges[e].to]).min();
        if let (false, Some(nearest)) = (has_forward_in, nearest) {
            of[node] = nearest.saturating_sub(1);
        }
    }
    let count = of.iter().max().map_or(0, |last| last + 1);
    Columns { of, is_back, count }
}

/// Tells whether an edge may run straight up or down into another lane, which saves a column.
fn can_drop(graph: &Graph, e: usize) -> bool {
    let edge = &graph.edges[e];
    let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
    let is_plain = |kind: NodeKind| !matches!(kind, NodeKind::Start) && kind.outline() != Outline::Diamond;
    let upper_side_free = if from.lane < to.lane { to.documents.is_empty() } else { from.documents.is_empty() };
    let lower_side_free = if from.lane < to.lane { from.border.len() <= 2 } else { to.border.len() <= 2 };
    edge.exit == Exit::Next
        && from.lane != to.lane
        && is_plain(from.kind)
        && is_plain(to.kind)
        && upper_side_free
        && lower_side_free
}
