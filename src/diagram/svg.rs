//! A picture as SVG, for reports: one self-contained element, letters as text so that they can be searched and copied.

use std::fmt::Write;

use crate::diagram::picture::{Diagram, EdgeLine, LaneBox, Mark, NodeBox, NodeKind, Outline, Point, Rect};
use crate::diagram::symbols::{self, Strokes};
use crate::diagram::words::Words;
use crate::diagram::{LETTERS, LINE, SMALL_LETTERS, SMALL_LINE};

/// Colours of a picture, as CSS writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colours {
    /// Behind everything.
    pub ground: String,
    /// Behind every other lane.
    pub lane: String,
    /// Behind lanes' titles.
    pub header: String,
    /// Between lanes.
    pub rule: String,
    /// Inside boxes.
    pub fill: String,
    /// Outlines and flows.
    pub line: String,
    /// Letters.
    pub ink: String,
    /// Letters of less weight.
    pub faint: String,
    /// What is changed, removed and added.
    pub marks: [String; 3],
}

impl Default for Colours {
    /// Dark on white, for paper.
    fn default() -> Self {
        let colour = str::to_owned;
        Colours {
            ground: colour("#ffffff"),
            lane: colour("#f7f8fa"),
            header: colour("#eceff3"),
            rule: colour("#d5dae1"),
            fill: colour("#ffffff"),
            line: colour("#4a5563"),
            ink: colour("#1b2430"),
            faint: colour("#5f6b7a"),
            marks: ["#9a6200", "#b3261e", "#1b7a3d"].map(colour),
        }
    }
}

impl Colours {
    fn of(&self, mark: Mark) -> &str {
        match mark {
            Mark::Kept => &self.line,
            Mark::Changed => &self.marks[0],
            Mark::Removed => &self.marks[1],
            Mark::Added => &self.marks[2],
        }
    }
}

/// Writes a picture as an SVG element. `title` says what it shows, for those who cannot see it.
pub fn svg(diagram: &Diagram, title: &str, words: &Words, colours: &Colours) -> String {
    let mut pen = Pen { out: String::new(), colours, words };
    let (width, height) = (diagram.width, diagram.height);
    pen.put(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" font-family="Inter, 'Noto Sans', Arial, sans-serif"><title>{}</title>"#,
        escaped(title)
    ));
    pen.put(format!(r#"<rect width="{width}" height="{height}" fill="{}"/>"#, colours.ground));
    diagram.lanes.iter().enumerate().for_each(|(i, lane)| pen.lane(i, lane));
    // What is removed lies beneath what stays.
    let order = |mark: Mark| if mark == Mark::Removed { 0 } else { 1 };
    let mut edges: Vec<&EdgeLine> = diagram.edges.iter().collect();
    edges.sort_by_key(|edge| order(edge.mark));
    edges.iter().for_each(|edge| pen.line(edge));
    diagram.nodes.iter().for_each(|node| pen.node(node));
    edges.iter().for_each(|edge| pen.flow_text(edge));
    pen.put("</svg>");
    pen.out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

struct Pen<'c> {
    out: String,
    colours: &'c Colours,
    words: &'c Words,
}

impl Pen<'_> {
    fn put(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    fn text(&mut self, at: Point, size: f64, colour: &str, anchor: &str, more: &str, text: &str) {
        let (x, y) = (at.x, at.y);
        self.put(format!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{more}>{}</text>"#,
            escaped(text)
        ));
    }

    fn rect(&mut self, rect: &Rect, radius: f64, more: &str) {
        let Rect { x, y, width, height } = rect;
        self.put(format!(r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" {more}/>"#));
    }

    fn path(&mut self, data: &str, colour: &str, width: f64, more: &str) {
        self.put(format!(
            r#"<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"{more}/>"#
        ));
    }

    fn lane(&mut self, i: usize, lane: &LaneBox) {
        let colours = self.colours;
        let fill = if i % 2 == 1 { &colours.lane } else { &colours.ground };
        self.rect(&lane.rect, 0.0, &format!(r#"fill="{fill}" stroke="{}""#, colours.rule));
        let header = Rect { width: lane.header, ..lane.rect };
        self.rect(&header, 0.0, &format!(r#"fill="{}" stroke="{}""#, colours.header, colours.rule));
        let title = super::text::wrap(&lane.title, LETTERS, lane.header - 20.0, 4);
        let group = super::text::wrap(&lane.group, SMALL_LETTERS, lane.header - 20.0, 3);
        let group =
            if title.len() as f64 * LINE + group.len() as f64 * SMALL_LINE > lane.rect.height - 8.0 { Vec::new() } else { group };
        let height = title.len() as f64 * LINE + group.len() as f64 * SMALL_LINE;
        let mut y = lane.rect.centre().y - height / 2.0;
        for line in title {
            self.text(Point { x: 10.0, y: y + 11.5 }, LETTERS, &colours.ink, "start", r#" font-weight="600""#, &line);
            y += LINE;
        }
        for line in group {
            self.text(Point { x: 10.0, y: y + 10.0 }, SMALL_LETTERS, &colours.faint, "start", "", &line);
            y += SMALL_LINE;
        }
    }

    fn line(&mut self, edge: &EdgeLine) {
        let colour = self.colours.of(edge.mark).to_owned();
        let dashed = if edge.mark == Mark::Removed { r#" stroke-dasharray="5 4""# } else { "" };
        let width = if edge.mark == Mark::Kept { 1.3 } else { 1.9 };
        self.path(&rounded(&edge.points, 5.0), &colour, width, dashed);
        if let [.., before, tip] = edge.points[..] {
            let length = (tip.x - before.x).abs() + (tip.y - before.y).abs();
            let (dx, dy) = ((tip.x - before.x) / length.max(0.1), (tip.y - before.y) / length.max(0.1));
            let back = Point { x: tip.x - dx * 8.0, y: tip.y - dy * 8.0 };
            self.put(format!(
                r#"<path d="M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z" fill="{colour}"/>"#,
                tip.x,
                tip.y,
                back.x - dy * 3.6,
                back.y + dx * 3.6,
                back.x + dy * 3.6,
                back.y - dx * 3.6
            ));
        }
    }

    fn flow_text(&mut self, edge: &EdgeLine) {
        let colour = if edge.mark == Mark::Kept { &self.colours.faint } else { self.colours.of(edge.mark) }.to_owned();
        let halo = format!(r#" paint-order="stroke" stroke="{}" stroke-width="3""#, self.colours.ground);
        for (i, line) in edge.lines.iter().enumerate() {
            let at = Point { x: edge.label.x + 1.0, y: edge.label.y + 10.0 + i as f64 * SMALL_LINE };
            self.text(at, SMALL_LETTERS, &colour, "start", &halo, line);
        }
    }

    fn node(&mut self, node: &NodeBox) {
        let colours = self.colours;
        let colour = colours.of(node.mark).to_owned();
        let width = match (node.kind, node.mark) {
            (NodeKind::End(_) | NodeKind::Call, _) => 2.6,
            (_, Mark::Kept) => 1.3,
            _ => 2.0,
        };
        let dashed = if node.mark == Mark::Removed { r#" stroke-dasharray="5 4""# } else { "" };
        let style = format!(r#"fill="{}" stroke="{colour}" stroke-width="{width}"{dashed}"#, colours.fill);
        let centre = node.rect.centre();
        let half = node.rect.width / 2.0;
        match node.kind.outline() {
            Outline::Box => self.rect(&node.rect, 8.0, &style),
            Outline::Circle => {
                self.put(format!(r#"<circle cx="{}" cy="{}" r="{half}" {style}/>"#, centre.x, centre.y));
                if matches!(node.kind, NodeKind::Wait | NodeKind::Send | NodeKind::Receive | NodeKind::Batch) {
                    let style = format!(r#"fill="none" stroke="{colour}" stroke-width="1"#);
                    self.put(format!(r#"<circle cx="{}" cy="{}" r="{}" {style}"/>"#, centre.x, centre.y, half - 3.0));
                }
            }
            Outline::Diamond => {
                let (x, y) = (centre.x, centre.y);
                let data = format!("M{} {y}L{x} {}L{} {y}L{x} {}Z", x - half, y - half, x + half, y + half);
                self.put(format!(r#"<path d="{data}" {style}/>"#));
            }
        }
        let at =
            if node.kind.outline() == Outline::Box { Point { x: node.rect.x + 13.0, y: node.rect.y + 12.0 } } else { centre };
        self.strokes(&symbols::of_node(node.kind), at, &colour, 1.5);
        let ink = if node.mark == Mark::Removed { colours.of(Mark::Removed) } else { &colours.ink }.to_owned();
        for (i, line) in node.lines.iter().enumerate() {
            let at = Point { x: node.label.centre().x, y: node.label.y + 11.5 + i as f64 * LINE };
            self.text(at, LETTERS, &ink, "middle", "", line);
        }
        self.mark(node);
        for document in &node.documents {
            let colour = colours.of(document.mark).to_owned();
            let Rect { x, y, .. } = document.rect;
            self.strokes(&symbols::of_document(&document.role), Point { x: x + 7.0, y: y + 7.5 }, &colour, 1.1);
            let ink = if document.mark == Mark::Kept { &colours.faint } else { &colour }.to_owned();
            let strike = if document.mark == Mark::Removed { r#" text-decoration="line-through""# } else { "" };
            self.text(Point { x: x + 17.0, y: y + 11.5 }, SMALL_LETTERS, &ink, "start", strike, &document.text);
        }
        for border in &node.border {
            let Point { x, y } = border.centre;
            let dashed = if border.interrupting { "" } else { r#" stroke-dasharray="2.5 2""# };
            let style = format!(r#"fill="{}" stroke="{colour}"{dashed}"#, colours.fill);
            self.put(format!(r#"<circle cx="{x}" cy="{y}" r="{}" {style}/>"#, border.radius));
            self.strokes(&symbols::of_border(border.symbol), border.centre, &colour, 1.2);
        }
    }

    /// A word at the corner of what differs, so that colour does not say it alone.
    fn mark(&mut self, node: &NodeBox) {
        let (sign, word) = match node.mark {
            Mark::Kept => return,
            Mark::Changed => ("≠", &self.words.marks[0]),
            Mark::Removed => ("−", &self.words.marks[1]),
            Mark::Added => ("+", &self.words.marks[2]),
        };
        let text = if node.kind.outline() == Outline::Box { format!("{sign} {word}") } else { sign.to_owned() };
        let width = super::text::width(&text, 10.0) + 8.0;
        // Documents stand over the upper edge.
        let (x, y) = match node.documents.is_empty() {
            true => (node.rect.right() - width + 6.0, node.rect.y - 7.0),
            false => (node.rect.x - 6.0, node.rect.bottom() - 7.0),
        };
        let rect = Rect { x, y, width, height: 14.0 };
        let colour = self.colours.of(node.mark).to_owned();
        self.rect(&rect, 7.0, &format!(r#"fill="{colour}""#));
        let ground = self.colours.ground.clone();
        self.text(Point { x: rect.centre().x, y: rect.y + 10.5 }, 10.0, &ground, "middle", "", &text);
    }

    fn strokes(&mut self, strokes: &Strokes, at: Point, colour: &str, width: f64) {
        let mut data = String::new();
        for stroke in strokes {
            for (i, [x, y]) in stroke.iter().enumerate() {
                let _ = write!(data, "{}{:.1} {:.1}", if i == 0 { 'M' } else { 'L' }, at.x + x, at.y + y);
            }
        }
        if !data.is_empty() {
            self.path(&data, colour, width, "");
        }
    }
}

/// A line with rounded corners, as path data.
fn rounded(points: &[Point], radius: f64) -> String {
    let mut data = String::new();
    for (i, point) in points.iter().enumerate() {
        let (before, after) = (i.checked_sub(1).and_then(|i| points.get(i)), points.get(i + 1));
        match (before, after) {
            (None, _) => drop(write!(data, "M{:.1} {:.1}", point.x, point.y)),
            (_, None) => drop(write!(data, "L{:.1} {:.1}", point.x, point.y)),
            (Some(a), Some(b)) => {
                let near = |other: &Point| {
                    let length = ((other.x - point.x).abs() + (other.y - point.y).abs()).max(0.1);
                    let r = radius.min(length / 2.0) / length;
                    Point { x: point.x + (other.x - point.x) * r, y: point.y + (other.y - point.y) * r }
                };
                let (a, b) = (near(a), near(b));
                let _ = write!(data, "L{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}", a.x, a.y, point.x, point.y, b.x, b.y);
            }
        }
    }
    data
}
