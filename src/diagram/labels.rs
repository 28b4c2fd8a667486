//! Where the texts of flows stand: beside their own line, on nothing else.

use crate::diagram::picture::{Diagram, Point, Rect};
use crate::diagram::text::{SMALL_LETTERS, widest};

/// Height of a line of the texts at flows.
pub const SMALL_LINE: f64 = 13.0;

/// Places every flow's text where it covers least.
pub(super) fn place(diagram: &mut Diagram) {
    let nodes: Vec<Rect> = diagram.nodes.iter().flat_map(parts).collect();
    let lines: Vec<(usize, Rect)> = diagram
        .edges
        .iter()
        .enumerate()
        .flat_map(|(e, edge)| edge.points.windows(2).map(move |ends| (e, span(ends[0], ends[1]))))
        .collect();
    let mut placed: Vec<Rect> = Vec::new();
    for e in 0..diagram.edges.len() {
        let edge = &diagram.edges[e];
        if edge.lines.is_empty() {
            continue;
        }
        let (width, height) = (widest(&edge.lines, SMALL_LETTERS) + 2.0, edge.lines.len() as f64 * SMALL_LINE);
        let mut best: Option<(f64, Rect)> = None;
        for (rect, start) in candidates(&edge.points, width, height) {
            let covered = |others: &mut dyn Iterator<Item = &Rect>| others.map(|other| shared(&rect, other)).sum::<f64>();
            let mut cost = start + covered(&mut nodes.iter()) * 2.0 + covered(&mut placed.iter()) * 3.0;
            let near = rect.grown(2.5);
            let crossed = lines.iter().filter(|(other, line)| {
                let line = if *other == e { *line } else { line.grown(0.5) };
                let rect = if *other == e { &rect } else { &near };
                rect.overlaps(&line)
            });
            cost += crossed.map(|(other, _)| if *other == e { 120.0 } else { 150.0 }).sum::<f64>();
            let outside = rect.x < 0.0 || rect.y < 0.0 || rect.right() > diagram.width || rect.bottom() > diagram.height;
            cost += if outside { 2000.0 } else { 0.0 };
            cost +=
                diagram.lanes.iter().map(|lane| lane.rect.y).filter(|y| rect.y < *y && *y < rect.bottom()).count() as f64 * 40.0;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, rect));
            }
        }
        if let Some((_, rect)) = best {
            placed.push(rect);
            diagram.edges[e].label = rect;
        }
    }
}

fn parts(node: &crate::diagram::picture::NodeBox) -> Vec<Rect> {
    let mut parts = vec![node.rect];
    if !node.lines.is_empty() {
        parts.push(node.label);
    }
    parts.extend(node.documents.iter().map(|document| document.rect));
    parts.extend(node.border.iter().map(|mark| Rect::around(mark.centre, 2.0 * mark.radius, 2.0 * mark.radius)));
    parts
}

fn span(a: Point, b: Point) -> Rect {
    Rect { x: a.x.min(b.x), y: a.y.min(b.y), width: (a.x - b.x).abs().max(0.2), height: (a.y - b.y).abs().max(0.2) }
}

fn shared(a: &Rect, b: &Rect) -> f64 {
    let width = a.right().min(b.right()) - a.x.max(b.x);
    let height = a.bottom().min(b.bottom()) - a.y.max(b.y);
    if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
}

/// Places beside a line, each with what it costs to be there rather than at the best one.
fn candidates(points: &[Point], width: f64, height: f64) -> Vec<(Rect, f64)> {
    let mut found = Vec::new();
    let mut way = 0.0;
    for (i, ends) in points.windows(2).enumerate() {
        let (a, b) = (ends[0], ends[1]);
        // Near to where the flow begins.
        let late = i as f64 * 4.0 + way * 0.03;
        way += (b.x - a.x).abs() + (b.y - a.y).abs();
        if a.y == b.y {
            let length = (b.x - a.x).abs();
            let towards = (b.x - a.x).signum();
            let lack = (width + 8.0 - length).max(0.0) * 1.5;
            // From the source on, from the target back, in the middle.
            for (along, extra) in [(4.0, 0.0), ((length - width) / 2.0, 3.0), (length - width - 12.0, 5.0)] {
                let x = if towards > 0.0 { a.x + along } else { a.x - along - width };
                for (y, below) in [(a.y - height - 1.5, 0.0), (a.y + 2.5, 2.0)] {
                    found.push((Rect { x, y, width, height }, late + extra + below + lack));
                }
            }
        } else {
            let length = (b.y - a.y).abs();
            let lack = (height + 4.0 - length).max(0.0) * 1.5;
            let towards = (b.y - a.y).signum();
            for (along, extra) in [(4.0, 0.0), ((length - height) / 2.0, 2.0), (length - height - 6.0, 4.0)] {
                let y = if towards > 0.0 { a.y + along } else { a.y - along - height };
                for (x, left) in [(a.x + 4.0, 3.0), (a.x - width - 4.0, 6.0)] {
                    found.push((Rect { x, y, width, height }, late + extra + left + lack));
                }
            }
        }
    }
    found
}
