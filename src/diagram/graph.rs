//! What a layout is made of: nodes, edges and lanes, read from one service or from two forms of it.

mod lanes;
mod merge;
mod read;

use crate::diagram::picture::{BorderSymbol, DocumentRole, Exit, LaneKey, Mark, NodeKind};
use crate::model::Id;

pub(super) use merge::merged;
pub(super) use read::single;

/// What is to be laid out. Indices in edges and nodes are valid.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub(super) lanes: Vec<Lane>,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// Insides of sub-processes.
    pub(super) inside: Vec<(Id, Graph)>,
}

#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub(super) key: LaneKey,
    pub(super) title: String,
    pub(super) group: String,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) id: Id,
    pub(super) before: Option<Id>,
    pub(super) name: String,
    pub(super) kind: NodeKind,
    pub(super) mark: Mark,
    /// The lane that it belongs to by itself; others stand with their neighbours.
    pub(super) own_lane: Option<LaneKey>,
    /// Position among the graph's lanes.
    pub(super) lane: usize,
    pub(super) documents: Vec<Document>,
    pub(super) border: Vec<Border>,
    /// Its size, where it is not that of its kind.
    pub(super) room: Option<crate::diagram::Room>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) role: DocumentRole,
    pub(super) mark: Mark,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Border {
    pub(super) exit: Exit,
    pub(super) name: String,
    pub(super) symbol: BorderSymbol,
    pub(super) interrupting: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) exit: Exit,
    pub(super) mark: Mark,
    pub(super) share: Option<f64>,
    pub(super) text: String,
}

impl Edge {
    /// Position of the border event that it leaves from, where it does.
    pub(super) fn border(&self, nodes: &[Node]) -> Option<usize> {
        nodes.get(self.from)?.border.iter().position(|border| border.exit == self.exit)
    }
}
