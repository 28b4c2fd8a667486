//! Two forms of a service as one graph: what both have is there once, the rest is marked.

use std::collections::BTreeMap;

use crate::diagram::graph::lanes::give_lanes;
use crate::diagram::graph::read::{raw, single};
use crate::diagram::graph::{Document, Graph, Node};
use crate::diagram::picture::{Exit, Mark};
use crate::diagram::words::Words;
use crate::model::Id;
use crate::model::diff::match_elements;
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;

/// Reads two forms of a service, each with its scenario, into one graph. Nodes of the second come first, in its order.
pub(in crate::diagram) fn merged(a: (&Scenario, &[Element]), b: (&Scenario, &[Element]), words: &Words) -> Graph {
    let whole = |elements: &[Element]| Service { elements: elements.to_vec(), ..Service::default() };
    let pairs = match_elements(&whole(a.1), &whole(b.1));
    let (was, is) = (raw(a.0, a.1, words), raw(b.0, b.1, words));
    let mut graph = Graph::default();
    let (mut from_a, mut from_b) = (BTreeMap::new(), BTreeMap::new());
    for &(i, j) in &pairs {
        let position = graph.nodes.len();
        from_a.extend(i.map(|i| (i, position)));
        from_b.extend(j.map(|j| (j, position)));
        graph.nodes.extend(match (i, j) {
            (Some(i), Some(j)) => {
                let differs = content(&a.1[i]) != content(&b.1[j]) || was.nodes[i].own_lane != is.nodes[j].own_lane;
                let mark = if differs { Mark::Changed } else { Mark::Kept };
                Some(node_of_both(&was.nodes[i], &is.nodes[j], mark))
            }
            (Some(i), None) => Some(one_sided(&was.nodes[i], Mark::Removed)),
            (None, Some(j)) => Some(one_sided(&is.nodes[j], Mark::Added)),
            (None, None) => None,
        });
        graph.inside.extend(inside((a.0, i.map(|i| &a.1[i])), (b.0, j.map(|j| &b.1[j])), words));
    }
    add_edges(&mut graph, (&was, &from_a), (&is, &from_b));
    give_lanes(&mut graph, &[b.0, a.0], words);
    graph
}

/// What an element is by itself: no ids, and nothing of where it leads to; shares and names of ways stand at the ways.
fn content(element: &Element) -> Element {
    let mut bare = Element { id: Id::new(), next: None, ..element.clone() };
    bare.boundary.iter_mut().for_each(|event| event.next.clear());
    match &mut bare.kind {
        ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) => ways.clear(),
        ElementKind::Parallel(ways) => ways.clear(),
        ElementKind::EventBased(ways) => ways.clear(),
        ElementKind::Offer(offer) => {
            for id in [&mut offer.accepted, &mut offer.declined, &mut offer.silent, &mut offer.unreachable] {
                id.clear();
            }
        }
        ElementKind::Step(step) => step.exits_mut().for_each(Id::clear),
        _ => {}
    }
    bare
}

fn one_sided(node: &Node, mark: Mark) -> Node {
    let before = (mark == Mark::Removed).then(|| node.id.clone());
    let documents = node.documents.iter().map(|document| Document { mark, ..document.clone() }).collect();
    Node { before, mark, documents, ..node.clone() }
}

fn node_of_both(was: &Node, is: &Node, mark: Mark) -> Node {
    let mut node = Node { before: Some(was.id.clone()), mark, ..is.clone() };
    for document in &mut node.documents {
        let old = was.documents.iter().find(|old| old.id == document.id);
        document.mark = match old {
            None => Mark::Added,
            Some(old) if old.role == document.role => Mark::Kept,
            Some(_) => Mark::Changed,
        };
    }
    let gone = was.documents.iter().filter(|old| is.documents.iter().all(|document| document.id != old.id));
    node.documents.extend(gone.map(|old| Document { mark: Mark::Removed, ..old.clone() }));
    for event in &was.border {
        if !node.border.iter().any(|other| other.exit == event.exit) {
            node.border.push(event.clone());
        }
    }
    node
}

/// Ways of one gateway may stand in another order; everything else pairs by what it is.
fn same_exit(a: &Exit, b: &Exit) -> bool {
    let is_way = |exit: &Exit| matches!(exit, Exit::Way(_) | Exit::Next);
    a == b || (is_way(a) && is_way(b))
}

fn add_edges(
    graph: &mut Graph,
    (was, from_a): (&Graph, &BTreeMap<usize, usize>),
    (is, from_b): (&Graph, &BTreeMap<usize, usize>),
) {
    for edge in &is.edges {
        if let (Some(&from), Some(&to)) = (from_b.get(&edge.from), from_b.get(&edge.to)) {
            graph.edges.push(super::Edge { from, to, mark: Mark::Added, ..edge.clone() });
        }
    }
    let mut removed = Vec::new();
    for edge in &was.edges {
        let (Some(&from), Some(&to)) = (from_a.get(&edge.from), from_a.get(&edge.to)) else { continue };
        let partner = graph
            .edges
            .iter_mut()
            .find(|e| e.mark == Mark::Added && (e.from, e.to) == (from, to) && same_exit(&e.exit, &edge.exit));
        match partner {
            Some(partner) => {
                let same = partner.share == edge.share && partner.text == edge.text;
                partner.mark = if same { Mark::Kept } else { Mark::Changed };
            }
            None => removed.push(super::Edge { from, to, mark: Mark::Removed, ..edge.clone() }),
        }
    }
    graph.edges.extend(removed);
    graph.edges.sort_by_key(|edge| edge.from);
}

fn inside(a: (&Scenario, Option<&Element>), b: (&Scenario, Option<&Element>), words: &Words) -> Option<(Id, Graph)> {
    let inner = |element: Option<&Element>| element.and_then(Element::inner).map(<[Element]>::to_vec);
    match (inner(a.1), inner(b.1)) {
        (Some(x), Some(y)) => Some((b.1?.id.clone(), merged((a.0, &x), (b.0, &y), words))),
        (Some(x), None) => Some((a.1?.id.clone(), single(a.0, &x, words))),
        (None, Some(y)) => Some((b.1?.id.clone(), single(b.0, &y, words))),
        (None, None) => None,
    }
}
