//! Processes as pictures: lanes, boxes and lines as plain geometry, from nothing but the model.
//!
//! Pure and deterministic: the same service gives the same picture, and moving a box changes no number. What is drawn with it
//! lives elsewhere: the window paints it, [`svg`] writes it for reports, BPMN files take its coordinates.
//!
//! A layout goes through phases, each a function of the last: [`graph`] reads elements (of one service, or of two forms of
//! it as an overlay), [`columns`] cuts loops and finds columns, [`rows`] finds rows within lanes, [`route`] finds a way for
//! each flow through the gaps, [`tracks`] keeps lines in one gap apart, [`place`] turns all into coordinates, [`labels`] puts
//! texts beside flows. The method is that of Sugiyama, Tagawa, Toda (1981) with rows held within lanes, and of channel
//! routing for the lines. Layouts that know no lanes (the crate `dagre` among them) would have to be undone for the rows.

mod columns;
mod graph;
mod labels;
mod place;
mod route;
mod rows;
mod tracks;

pub mod picture;
pub mod svg;
pub mod symbols;
pub mod text;
pub mod words;

use std::collections::BTreeMap;

use crate::diagram::graph::Graph;
use crate::diagram::picture::Diagram;
use crate::diagram::words::Words;
use crate::model::Id;
use crate::model::flow::Element;
use crate::model::scenario::Scenario;
use crate::model::service::Service;

pub use crate::diagram::labels::SMALL_LINE;
pub use crate::diagram::text::{LETTERS, LINE, SMALL_LETTERS};

/// Lays out a service. Names of pools, documents and registries are looked up in the scenario; what it lacks shows its id.
pub fn lay_out(scenario: &Scenario, service: &Service, words: &Words) -> Diagram {
    lay_out_elements(scenario, &service.elements, words)
}

/// Lays out a list of elements: a service's, or those inside a sub-process.
pub fn lay_out_elements(scenario: &Scenario, elements: &[Element], words: &Words) -> Diagram {
    of_graph(&graph::single(scenario, elements, words))
}

/// How much room an element takes where it is drawn other than the window draws it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// Width of its outline.
    pub width: f64,
    /// Height of its outline.
    pub height: f64,
    /// Height kept free above the outline (and its name, where that stands above).
    pub above: f64,
    /// Radius of the events at its border.
    pub border_radius: f64,
}

/// Lays out a list of elements as [`lay_out_elements`] does, with room by id for elements that are drawn in other sizes. What lies inside
/// sub-processes is not laid out: its size is what the room says.
pub fn lay_out_with(scenario: &Scenario, elements: &[Element], words: &Words, rooms: &BTreeMap<Id, Room>) -> Diagram {
    let mut graph = graph::single(scenario, elements, words);
    graph.inside.clear();
    for node in &mut graph.nodes {
        node.room = rooms.get(&node.id).copied();
    }
    of_graph(&graph)
}

/// Lays out two forms of a service as one picture in which everything is marked as kept, changed, removed or added.
///
/// Elements are paired as in [`crate::model::diff::match_elements`]. A form that is not there counts as empty: pass a
/// service without elements.
pub fn lay_out_both(before: (&Scenario, &Service), after: (&Scenario, &Service), words: &Words) -> Diagram {
    of_graph(&graph::merged((before.0, &before.1.elements), (after.0, &after.1.elements), words))
}

fn of_graph(graph: &Graph) -> Diagram {
    let columns = columns::columns(graph);
    let (rows, lane_rows) = rows::rows(graph, &columns);
    let routes = route::routes(graph, &columns, &rows, lane_rows.iter().sum());
    let mut diagram = place::picture(graph, &columns, &rows, &lane_rows, &routes);
    labels::place(&mut diagram);
    diagram.inside = graph.inside.iter().map(|(id, inner)| (id.clone(), of_graph(inner))).collect();
    diagram
}

#[cfg(test)]
mod tests;
