//! Paints a picture of a process: lanes, flows, boxes, documents. Only what is within the view is made into shapes, and what
//! would be too small to read is left out.

use crate::app::diagram::camera::Camera;
use crate::app::diagram::heat::Heats;
use crate::app::theme::{Theme, semibold};
use crate::base::diagnostic::Severity;
use crate::diagram::picture::{
    Diagram, DocumentMark, EdgeLine, LaneBox, LaneKey, Mark, NodeBox, NodeKind, Outline, Point, Rect as Area,
};
use crate::diagram::symbols::{self, Strokes};
use crate::diagram::{LETTERS, LINE, SMALL_LETTERS, SMALL_LINE, text};
use crate::texts::Words;
use egui::{Align2, Color32, CornerRadius, FontFamily, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};
use std::collections::BTreeMap;

/// Letters smaller than this on the screen are left out.
const LEAST_LETTERS: f32 = 4.5;
/// Roundness of boxes and bends.
const ROUND: f32 = 8.0;

/// What is special about single elements for now.
#[derive(Clone, Copy, Debug)]
pub struct Marks<'a> {
    /// Elements at which something is wrong or odd.
    pub faults: &'a BTreeMap<String, Severity>,
    /// The selected element.
    pub selected: Option<&'a str>,
    /// The element under the pointer.
    pub hovered: Option<&'a str>,
    /// The flow under the pointer or selected, by its place.
    pub flow: Option<usize>,
    /// The lane that a dragged step would go to.
    pub lane: Option<usize>,
    /// How hot steps are.
    pub heat: Option<&'a Heats>,
}

/// What a picture is painted with.
pub struct Brush<'a> {
    /// Where to.
    pub painter: &'a Painter,
    /// The view on the screen.
    pub view: Rect,
    /// Where it is looked at from.
    pub camera: Camera,
    /// Colours.
    pub theme: &'a Theme,
    /// Texts.
    pub words: Words,
    /// In an overlay, beside what is changed, removed and added.
    pub mark_words: &'a [String; 3],
}

/// Returns a size of letters of which there are few, so that a zoom does not fill the atlas of letters: rounded down to
/// eighths of a doubling.
pub fn letters(size: f64, zoom: f32) -> f32 {
    let wanted = size as f32 * zoom;
    if wanted <= 0.0 { 0.0 } else { (((wanted.log2() * 8.0) + 1e-3).floor() / 8.0).exp2() }
}

impl Brush<'_> {
    /// Paints the ground around the lanes: where the processor paints, what lies under them would cost frames.
    pub fn ground(&self, diagram: &Diagram) {
        let lanes = diagram.lanes.iter().map(|lane| self.camera.area(self.view, &lane.rect)).reduce(Rect::union);
        let lanes = lanes.unwrap_or(Rect::NOTHING).intersect(self.view);
        let fill = |rect: Rect| {
            if rect.is_positive() {
                self.painter.rect_filled(rect, 0.0, self.theme.ground);
            }
        };
        if !lanes.is_positive() {
            return fill(self.view);
        }
        let view = self.view;
        fill(Rect::from_min_max(view.min, pos2(view.right(), lanes.top())));
        fill(Rect::from_min_max(pos2(view.left(), lanes.bottom()), view.max));
        fill(Rect::from_min_max(pos2(view.left(), lanes.top()), pos2(lanes.left(), lanes.bottom())));
        fill(Rect::from_min_max(pos2(lanes.right(), lanes.top()), pos2(view.right(), lanes.bottom())));
    }

    /// Paints a whole picture.
    pub fn diagram(&self, diagram: &Diagram, marks: &Marks<'_>) {
        let seen = self.seen();
        for (at, lane) in diagram.lanes.iter().enumerate() {
            self.lane(at, lane, marks);
        }
        // What is removed lies beneath what stays.
        for removed in [true, false] {
            let edges = diagram.edges.iter().enumerate();
            for (at, edge) in edges.filter(|(_, edge)| (edge.mark == Mark::Removed) == removed) {
                if bounds(edge).overlaps(&seen) {
                    self.line(edge, marks.flow == Some(at));
                }
            }
        }
        for node in diagram.nodes.iter().filter(|node| node.extent().grown(12.0).overlaps(&seen)) {
            self.node(node, marks);
        }
        for edge in diagram.edges.iter().filter(|edge| !edge.lines.is_empty() && edge.label.overlaps(&seen)) {
            self.flow_text(edge);
        }
        for lane in &diagram.lanes {
            self.header(lane, marks);
        }
    }

    /// Returns the part of the map that is seen.
    pub fn seen(&self) -> Area {
        let (low, high) = (self.camera.on_map(self.view, self.view.min), self.camera.on_map(self.view, self.view.max));
        Area { x: low.x, y: low.y, width: high.x - low.x, height: high.y - low.y }
    }

    /// Returns the place of a point on the screen.
    pub fn at(&self, x: f64, y: f64) -> Pos2 {
        self.camera.place(self.view, Point { x, y })
    }

    /// Returns a length on the screen.
    pub fn long(&self, length: f32) -> f32 {
        length * self.camera.zoom
    }

    /// Returns the colour of a mark.
    pub fn mark_colour(&self, mark: Mark) -> Color32 {
        match mark {
            Mark::Kept => self.theme.text_weak,
            Mark::Changed => self.theme.warn,
            Mark::Removed => self.theme.worse,
            Mark::Added => self.theme.better,
        }
    }

    /// Paints a text, if it can be read at this size.
    pub fn text(&self, at: Pos2, align: Align2, text: &str, size: f64, bold: bool, colour: Color32) {
        let size = letters(size, self.camera.zoom);
        if size < LEAST_LETTERS || text.is_empty() {
            return;
        }
        let family = if bold { semibold() } else { FontFamily::Proportional };
        self.painter.text(at, align, text, FontId::new(size, family), colour);
    }

    fn lane(&self, at: usize, lane: &LaneBox, marks: &Marks<'_>) {
        let rect = self.camera.area(self.view, &lane.rect);
        let quiet = if at % 2 == 1 { self.theme.surface_quiet } else { self.theme.surface };
        let fill = if marks.lane == Some(at) { self.theme.accent_ground } else { quiet };
        self.painter.rect_filled(rect, 0.0, fill);
        self.painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, self.theme.border));
    }

    /// A lane's title stays in sight while the map is scrolled.
    fn header(&self, lane: &LaneBox, marks: &Marks<'_>) {
        let whole = self.camera.area(self.view, &lane.rect);
        let width = self.long(lane.header as f32);
        let left = whole.left().max(self.view.left()).min(whole.right() - width);
        let rect = Rect::from_min_size(pos2(left, whole.top()), vec2(width, whole.height()));
        if !rect.intersects(self.view) {
            return;
        }
        let busy = match (&lane.key, marks.heat) {
            (LaneKey::Pool(id), Some(heat)) => heat.pools.get(id).copied(),
            (LaneKey::Registry(id), Some(heat)) => heat.pools.get(&format!("registry:{id}")).copied(),
            _ => None,
        };
        let fill = busy.map_or(self.theme.surface_hover, |busy| self.theme.heat_at(busy as f32));
        self.painter.rect(rect, 0.0, fill, Stroke::new(1.0, self.theme.border), StrokeKind::Inside);
        let (ink, faint) = match busy {
            Some(_) => (self.theme.text_on(fill), self.theme.text_on(fill)),
            None => (self.theme.text, self.theme.text_weak),
        };
        // The widths of letters are rounded up: a word that fills the header breaks no sooner than it must.
        let title = text::wrap(&lane.title, LETTERS, lane.header - 12.0, 4);
        let mut group = text::wrap(&lane.group, SMALL_LETTERS, lane.header - 20.0, 3);
        if let Some(busy) = busy {
            group.push(format!("{} {}", self.words.get("map-busy"), self.words.percent(busy)));
        }
        let height = |group: &[String]| title.len() as f64 * LINE + group.len() as f64 * SMALL_LINE;
        while group.len() > usize::from(busy.is_some()) && height(&group) > lane.rect.height - 8.0 {
            group.remove(0);
        }
        // The title stands in the middle of what is seen of its lane.
        let half = height(&group) / 2.0;
        let middle = self.camera.on_map(self.view, rect.intersect(self.view).center()).y;
        let (highest, lowest) = (lane.rect.y + half + 4.0, lane.rect.bottom() - half - 4.0);
        let mut y = middle.min(lowest).max(highest) - half;
        let x = rect.left() + self.long(10.0);
        for line in &title {
            self.text(pos2(x, self.at(0.0, y + LINE / 2.0).y), Align2::LEFT_CENTER, line, LETTERS, true, ink);
            y += LINE;
        }
        for line in &group {
            self.text(pos2(x, self.at(0.0, y + SMALL_LINE / 2.0).y), Align2::LEFT_CENTER, line, SMALL_LETTERS, false, faint);
            y += SMALL_LINE;
        }
    }

    fn line(&self, edge: &EdgeLine, is_marked: bool) {
        let kept = if is_marked { self.theme.accent } else { self.mark_colour(edge.mark) };
        let width = if is_marked || edge.mark != Mark::Kept { 2.0 } else { 1.3 };
        let stroke = Stroke::new((width * self.camera.zoom.sqrt()).max(0.7), kept);
        let points: Vec<Pos2> = edge.points.iter().map(|p| self.at(p.x, p.y)).collect();
        let bent = rounded(&points, self.long(ROUND * 0.7));
        if edge.mark == Mark::Removed {
            let (dash, gap) = (self.long(6.0).max(2.0), self.long(4.0).max(2.0));
            self.painter.extend(Shape::dashed_line(&bent, stroke, dash, gap));
        } else {
            self.painter.add(Shape::line(bent, stroke));
        }
        if let [.., before, tip] = points[..] {
            let along = (tip - before).normalized();
            let (back, side) = (tip - along * self.long(8.5), along.rot90() * self.long(3.8));
            self.painter.add(Shape::convex_polygon(vec![tip, back + side, back - side], kept, Stroke::NONE));
        }
    }

    fn flow_text(&self, edge: &EdgeLine) {
        let colour = self.mark_colour(edge.mark);
        let area = self.camera.area(self.view, &edge.label);
        if letters(SMALL_LETTERS, self.camera.zoom) < LEAST_LETTERS {
            return;
        }
        for (i, line) in edge.lines.iter().enumerate() {
            let size = FontId::new(letters(SMALL_LETTERS, self.camera.zoom), FontFamily::Proportional);
            let galley = self.painter.layout_no_wrap(line.clone(), size, colour);
            let y = area.top() + self.long(SMALL_LINE as f32) * (i as f32 + 0.5) - galley.size().y / 2.0;
            let at = pos2(area.left() + self.long(1.0), y);
            // Behind the letters, so that a line that passes close by does not cut them.
            self.painter.rect_filled(Rect::from_min_size(at, galley.size()), 2.0, self.theme.surface.gamma_multiply(0.8));
            self.painter.galley(at, galley, colour);
        }
    }

    fn node(&self, node: &NodeBox, marks: &Marks<'_>) {
        let theme = self.theme;
        let colour = if node.mark == Mark::Kept { theme.text_weak } else { self.mark_colour(node.mark) };
        let selected = marks.selected.is_some_and(|id| id == node.id);
        let hovered = marks.hovered.is_some_and(|id| id == node.id);
        let strength = marks.heat.and_then(|heat| heat.strength(&node.id));
        let fill = match (strength, hovered) {
            (Some(strength), _) => theme.heat_at(strength),
            (None, true) => theme.surface_hover,
            (None, false) => theme.surface,
        };
        let ink = match (strength, node.mark) {
            (Some(_), _) => theme.text_on(fill),
            (None, Mark::Removed) => theme.worse,
            _ => theme.text,
        };
        let width = match (node.kind, node.mark) {
            (NodeKind::End(_) | NodeKind::Call, _) => 2.6,
            (_, Mark::Kept) => 1.2,
            _ => 2.0,
        };
        let stroke = Stroke::new((width * self.camera.zoom).clamp(0.6, 2.0 * width), colour);
        let rect = self.camera.area(self.view, &node.rect);
        if selected {
            self.outline(node, rect.expand(self.long(4.0).max(3.0)), theme.accent_ground, Stroke::new(2.0, theme.accent), false);
        }
        self.outline(node, rect, fill, stroke, node.mark == Mark::Removed);
        let is_box = node.kind.outline() == Outline::Box;
        if !is_box && matches!(node.kind, NodeKind::Wait | NodeKind::Send | NodeKind::Receive | NodeKind::Batch) {
            let inner = Stroke::new(self.long(1.0).max(0.5), colour);
            self.painter.circle_stroke(rect.center(), rect.width() / 2.0 - self.long(3.0), inner);
        }
        let symbol_at = if is_box { rect.min + vec2(13.0, 12.0) * self.camera.zoom } else { rect.center() };
        let symbol_ink = if strength.is_some() { ink } else { colour };
        self.strokes(&symbols::of_node(node.kind), symbol_at, symbol_ink, 1.5);
        self.name(node, if is_box { ink } else { theme.text });
        if let (Some(heat), Some(_)) = (marks.heat, strength)
            && let Some(minutes) = heat.steps.get(&node.id)
        {
            self.tag(pos2(rect.center().x, rect.bottom()), &self.words.duration(*minutes), theme.text, theme.surface);
        }
        self.mark(node, rect);
        if let Some(severity) = marks.faults.get(&node.id) {
            self.fault(rect, *severity);
        }
        node.documents.iter().for_each(|document| self.document(document));
        for border in &node.border {
            let centre = self.at(border.centre.x, border.centre.y);
            let stroke = Stroke::new(self.long(1.2).max(0.6), colour);
            self.painter.circle_filled(centre, self.long(border.radius as f32), theme.surface);
            if border.interrupting {
                self.painter.circle_stroke(centre, self.long(border.radius as f32), stroke);
            } else {
                let ring = circle(centre, self.long(border.radius as f32));
                self.painter.extend(Shape::dashed_line(&ring, stroke, self.long(2.5).max(1.5), self.long(2.0).max(1.5)));
            }
            self.strokes(&symbols::of_border(border.symbol), centre, colour, 1.2);
        }
    }

    fn outline(&self, node: &NodeBox, rect: Rect, fill: Color32, stroke: Stroke, is_dashed: bool) {
        let ring: Vec<Pos2> = match node.kind.outline() {
            Outline::Box if !is_dashed => {
                let round = CornerRadius::same(self.long(ROUND).min(60.0) as u8);
                self.painter.rect(rect, round, fill, stroke, StrokeKind::Middle);
                return;
            }
            Outline::Circle if !is_dashed => {
                self.painter.circle(rect.center(), rect.width() / 2.0, fill, stroke);
                return;
            }
            Outline::Box => vec![rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()],
            Outline::Circle => circle(rect.center(), rect.width() / 2.0),
            Outline::Diamond => {
                let ring = vec![rect.center_top(), rect.right_center(), rect.center_bottom(), rect.left_center()];
                if !is_dashed {
                    self.painter.add(Shape::convex_polygon(ring, fill, stroke));
                    return;
                }
                let first = ring.first().copied();
                ring.into_iter().chain(first).collect()
            }
        };
        self.painter.add(Shape::convex_polygon(ring.clone(), fill, Stroke::NONE));
        self.painter.extend(Shape::dashed_line(&ring, stroke, self.long(6.0).max(2.0), self.long(4.0).max(2.0)));
    }

    /// Paints strokes around a place.
    pub fn strokes(&self, strokes: &Strokes, at: Pos2, colour: Color32, width: f32) {
        // Smaller than this they are a blot.
        if self.camera.zoom < 0.3 {
            return;
        }
        let stroke = Stroke::new(self.long(width).max(0.6), colour);
        for points in strokes {
            let points = points.iter().map(|[x, y]| at + vec2(*x as f32, *y as f32) * self.camera.zoom).collect();
            self.painter.add(Shape::line(points, stroke));
        }
    }

    fn name(&self, node: &NodeBox, ink: Color32) {
        let x = node.label.centre().x;
        for (i, line) in node.lines.iter().enumerate() {
            let at = self.at(x, node.label.y + LINE * (i as f64 + 0.5));
            self.text(at, Align2::CENTER_CENTER, line, LETTERS, false, ink);
        }
    }

    /// A word at the corner of what differs, so that colour does not say it alone.
    fn mark(&self, node: &NodeBox, rect: Rect) {
        let (sign, word) = match node.mark {
            Mark::Kept => return,
            Mark::Changed => ("≠", &self.mark_words[0]),
            Mark::Removed => ("−", &self.mark_words[1]),
            Mark::Added => ("+", &self.mark_words[2]),
        };
        let text = if node.kind.outline() == Outline::Box { format!("{sign} {word}") } else { sign.to_owned() };
        let width = self.long((text::width(&text, 10.0) + 10.0) as f32);
        let colour = self.mark_colour(node.mark);
        // Documents stand over the upper edge.
        let centre = match node.documents.is_empty() {
            true => pos2(rect.right() + self.long(6.0) - width / 2.0, rect.top()),
            false => pos2(rect.left() - self.long(6.0) + width / 2.0, rect.bottom()),
        };
        let area = Rect::from_center_size(centre, vec2(width, self.long(14.0)));
        self.painter.rect_filled(area, self.long(7.0), colour);
        self.text(area.center(), Align2::CENTER_CENTER, &text, 10.0, true, self.theme.surface);
    }

    /// A sign at the upper left corner of what is wrong or odd; the words are in the tooltip.
    fn fault(&self, rect: Rect, severity: Severity) {
        let colour = if severity == Severity::Error { self.theme.worse } else { self.theme.warn };
        let (centre, radius) = (rect.left_top(), self.long(8.0).max(4.0));
        self.painter.circle(centre, radius, colour, Stroke::new(1.0, self.theme.surface));
        self.text(centre, Align2::CENTER_CENTER, "!", 11.0, true, self.theme.surface);
    }

    fn document(&self, document: &DocumentMark) {
        let changed = document.mark != Mark::Kept;
        let colour = if changed { self.mark_colour(document.mark) } else { self.theme.accent };
        let at = self.at(document.rect.x + 7.0, document.rect.y + 7.5);
        self.strokes(&symbols::of_document(&document.role), at, colour, 1.1);
        let ink = if changed { colour } else { self.theme.text_weak };
        let at = self.at(document.rect.x + 17.0, document.rect.y + 7.5);
        self.text(at, Align2::LEFT_CENTER, &document.text, SMALL_LETTERS, false, ink);
        if document.mark == Mark::Removed && letters(SMALL_LETTERS, self.camera.zoom) >= LEAST_LETTERS {
            let right = at.x + self.long(text::width(&document.text, SMALL_LETTERS) as f32 * 0.92);
            self.painter.hline(at.x..=right, at.y, Stroke::new(self.long(1.0).max(0.7), colour));
        }
    }

    /// A short text on a ground of its own, centred.
    pub fn tag(&self, centre: Pos2, text: &str, ink: Color32, ground: Color32) {
        let size = letters(SMALL_LETTERS, self.camera.zoom);
        if size < LEAST_LETTERS {
            return;
        }
        let galley = self.painter.layout_no_wrap(text.to_owned(), FontId::new(size, semibold()), ink);
        let area = Rect::from_center_size(centre, galley.size() + Vec2::new(self.long(8.0), self.long(2.0)));
        let edge = Stroke::new(1.0, self.theme.border_strong);
        self.painter.rect(area, self.long(4.0), ground, edge, StrokeKind::Inside);
        self.painter.galley(area.center() - galley.size() / 2.0, galley, ink);
    }
}

/// Returns the rectangle around a flow.
pub fn bounds(edge: &EdgeLine) -> Area {
    let at = |p: &Point| Area { x: p.x, y: p.y, width: 0.0, height: 0.0 };
    let first = edge.points.first().map(at).unwrap_or_default();
    edge.points.iter().fold(first, |all, p| all.joined(&at(p))).grown(6.0)
}

fn circle(centre: Pos2, radius: f32) -> Vec<Pos2> {
    let at = |n: u32| centre + radius * Vec2::angled(std::f32::consts::TAU * n as f32 / 32.0);
    (0..=32).map(at).collect()
}

/// Rounds the bends of a line.
fn rounded(points: &[Pos2], radius: f32) -> Vec<Pos2> {
    let mut out = Vec::with_capacity(points.len() * 4);
    for (i, &point) in points.iter().enumerate() {
        let neighbours = (i.checked_sub(1).and_then(|i| points.get(i)), points.get(i + 1));
        let (Some(&before), Some(&after)) = neighbours else {
            out.push(point);
            continue;
        };
        let near = |other: Pos2| {
            let length = (other - point).length();
            point + (other - point) * (radius.min(length / 2.0) / length.max(0.01))
        };
        let (a, b) = (near(before), near(after));
        for n in 0..=4 {
            let t = n as f32 / 4.0;
            let (p, q) = (a + (point - a) * t, point + (b - point) * t);
            out.push(p + (q - p) * t);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_in_few_sizes_and_are_never_larger_than_asked() {
        let mut sizes: Vec<u32> = Vec::new();
        for step in 0..4000 {
            let zoom = 0.1 + step as f32 * 0.001;
            let size = letters(LETTERS, zoom);
            assert!(size <= LETTERS as f32 * zoom * 1.001 && size > LETTERS as f32 * zoom * 0.91, "{zoom}: {size}");
            sizes.push((size * 100.0) as u32);
        }
        sizes.dedup();
        assert!(sizes.len() < 50, "{}", sizes.len());
    }
}
