//! From a path in the model to a place in a file.

use super::tree::{Kind, Node, Span};
use crate::base::diagnostic::{Leg, Path};

/// Returns where a path's value stands, or the nearest value around it that stands in a file.
pub fn nearest(root: &Node, path: &Path) -> Span {
    let mut node = root;
    for leg in &path.0 {
        match step(node, leg) {
            Some(inner) => node = inner,
            None => return node.head(),
        }
    }
    // A figure in its long form is shown by its value.
    match &node.kind {
        Kind::Record { name: None, .. } => node.field("value").unwrap_or(node).head(),
        _ => node.head(),
    }
}

fn step<'n>(node: &'n Node, leg: &Leg) -> Option<&'n Node> {
    match (&node.kind, leg) {
        (Kind::Record { .. }, Leg::Field(name)) => node.field(name),
        (Kind::List(items), Leg::Item(at)) => items.get(*at),
        // What a variant wraps stands at the variant's own path.
        (Kind::Tuple { items, .. }, _) if items.len() == 1 => step(&items[0], leg),
        (Kind::Tuple { items, .. }, Leg::Item(at)) => items.get(*at),
        (Kind::Map(entries), Leg::Key(wanted)) => {
            entries.iter().find(|(key, _)| matches!(&key.kind, Kind::Text(key) if key == wanted)).map(|(_, value)| value)
        }
        _ => None,
    }
}
