//! What is drawn within outlines, as strokes: one description for paper and for the window.

use crate::diagram::picture::{BorderSymbol, DocumentRole, EndKind, NodeKind};
use std::f64::consts::TAU;

/// Lines around a centre at (0, 0), y downwards: each a list of points that are joined in turn.
pub type Strokes = Vec<Vec<[f64; 2]>>;

/// Returns what is drawn within a node; nothing for a start.
pub fn of_node(kind: NodeKind) -> Strokes {
    let person = || vec![circle(0.0, -3.0, 2.6, 16), arc(0.0, 5.0, 4.5, 4.2, 0.5, 1.0, 12)];
    match kind {
        NodeKind::Start => Vec::new(),
        NodeKind::CitizenStep => person(),
        NodeKind::StaffStep => {
            let mut strokes = person();
            strokes.push(vec![[0.0, 1.4], [0.0, 5.0]]);
            strokes.push(vec![[-4.5, 5.0], [4.5, 5.0]]);
            strokes
        }
        NodeKind::SystemStep => vec![rect(-5.0, -4.5, 10.0, 7.0), vec![[-2.5, 5.0], [2.5, 5.0]]],
        NodeKind::Exclusive => cross(5.0),
        NodeKind::Parallel => vec![vec![[0.0, -8.0], [0.0, 8.0]], vec![[-8.0, 0.0], [8.0, 0.0]]],
        NodeKind::Inclusive => vec![circle(0.0, 0.0, 8.0, 32)],
        NodeKind::EventBased => vec![circle(0.0, 0.0, 10.0, 36), pentagon(6.0)],
        NodeKind::Wait => vec![circle(0.0, 0.0, 8.0, 32), vec![[0.0, -5.0], [0.0, 0.0], [3.5, 2.0]]],
        NodeKind::Send | NodeKind::Receive => envelope(14.0, 10.0),
        NodeKind::Batch => (-1..=1).map(|n| vec![[-4.5, f64::from(n) * 4.0], [4.5, f64::from(n) * 4.0]]).collect(),
        NodeKind::Offer => {
            vec![closed(&[[-5.0, -5.0], [6.0, -5.0], [6.0, 2.0], [0.0, 2.0], [-3.0, 5.0], [-3.0, 2.0], [-5.0, 2.0]])]
        }
        NodeKind::SubProcess | NodeKind::Call => {
            vec![rect(-5.0, -5.0, 10.0, 10.0), vec![[0.0, -3.0], [0.0, 3.0]], vec![[-3.0, 0.0], [3.0, 0.0]]]
        }
        NodeKind::End(EndKind::Completed) => vec![vec![[-5.0, 0.0], [-1.5, 3.5], [4.5, -3.5]]],
        NodeKind::End(EndKind::Refused) => cross(4.0),
        NodeKind::End(EndKind::Abandoned) => vec![vec![[-4.5, 0.0], [4.5, 0.0]]],
        NodeKind::End(EndKind::NeverClaimed) => (-1..=1).map(|n| circle(f64::from(n) * 4.0, 0.0, 0.6, 8)).collect(),
        NodeKind::End(EndKind::Error) => vec![vec![[-5.0, 4.5], [-2.0, -2.5], [2.0, 2.5], [5.0, -4.5]]],
    }
}

/// Returns what is drawn within an event at a border.
pub fn of_border(symbol: BorderSymbol) -> Strokes {
    match symbol {
        BorderSymbol::Timer => vec![circle(0.0, 0.0, 6.0, 24), vec![[0.0, -3.5], [0.0, 0.0], [2.5, 1.5]]],
        BorderSymbol::Deadline => vec![vec![[0.0, -4.5], [0.0, 1.5]], circle(0.0, 4.0, 0.5, 8)],
        BorderSymbol::Message => envelope(10.0, 7.0),
        BorderSymbol::Error => vec![vec![[-4.5, 4.0], [-1.5, -2.0], [1.5, 2.0], [4.5, -4.0]]],
        BorderSymbol::Patience => vec![vec![[-4.0, 0.0], [4.0, 0.0]], vec![[1.0, -3.0], [4.0, 0.0], [1.0, 3.0]]],
    }
}

/// Returns what is drawn before a document's name.
pub fn of_document(role: &DocumentRole) -> Strokes {
    let sheet = || closed(&[[-4.0, -5.0], [1.0, -5.0], [4.0, -2.0], [4.0, 5.0], [-4.0, 5.0]]);
    match role {
        DocumentRole::Asked => vec![sheet(), vec![[-2.0, 0.5], [2.0, 0.5]], vec![[-2.0, 3.0], [2.0, 3.0]]],
        DocumentRole::Issued => vec![sheet(), vec![[-2.5, 1.0], [-0.5, 3.0], [2.5, -1.0]]],
        DocumentRole::Fetched(_) => vec![
            ellipse(0.0, -3.0, 4.5, 1.9),
            vec![[-4.5, -3.0], [-4.5, 3.0]],
            vec![[4.5, -3.0], [4.5, 3.0]],
            arc(0.0, 3.0, 4.5, 1.9, 0.0, 0.5, 12),
        ],
        DocumentRole::Ordered(_) => {
            vec![arc(0.0, 0.0, 4.5, 4.5, 0.0, 0.86, 20), vec![[4.0, -5.0], [3.2, -2.9], [0.9, -3.1]]]
        }
    }
}

fn closed(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    points.iter().chain(points.first()).copied().collect()
}

fn rect(x: f64, y: f64, width: f64, height: f64) -> Vec<[f64; 2]> {
    closed(&[[x, y], [x + width, y], [x + width, y + height], [x, y + height]])
}

fn circle(x: f64, y: f64, radius: f64, pieces: u32) -> Vec<[f64; 2]> {
    arc(x, y, radius, radius, 0.0, 1.0, pieces)
}

fn ellipse(x: f64, y: f64, rx: f64, ry: f64) -> Vec<[f64; 2]> {
    arc(x, y, rx, ry, 0.0, 1.0, 24)
}

/// A part of an ellipse, clockwise from the right; `from` and `to` in turns.
fn arc(x: f64, y: f64, rx: f64, ry: f64, from: f64, to: f64, pieces: u32) -> Vec<[f64; 2]> {
    let at = |n: u32| {
        let angle = TAU * (from + (to - from) * f64::from(n) / f64::from(pieces));
        [x + rx * angle.cos(), y + ry * angle.sin()]
    };
    (0..=pieces).map(at).collect()
}

fn cross(half: f64) -> Strokes {
    vec![vec![[-half, -half], [half, half]], vec![[-half, half], [half, -half]]]
}

fn pentagon(radius: f64) -> Vec<[f64; 2]> {
    let corner = |n: u32| {
        let angle = TAU * (f64::from(n) / 5.0 - 0.25);
        [radius * angle.cos(), radius * angle.sin()]
    };
    (0..=5).map(corner).collect()
}

fn envelope(width: f64, height: f64) -> Strokes {
    let (x, y) = (width / 2.0, height / 2.0);
    vec![rect(-x, -y, width, height), vec![[-x, -y], [0.0, height * 0.06], [x, -y]]]
}
