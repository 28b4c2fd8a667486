//! What the signs of the map mean: those that stand on it, no others.

use crate::app::Cx;
use crate::app::diagram::camera::Camera;
use crate::app::diagram::explain::{kind_label, mark_label, role_label};
use crate::app::diagram::heat::{Heat, Heats};
use crate::app::diagram::paint::Brush;
use crate::app::diagram::scene::Scene;
use crate::app::theme;
use crate::diagram::picture::{DocumentRole, Mark, NodeKind};
use crate::diagram::symbols::{self, Strokes};
use egui::{Color32, Rect, RichText, Sense, Stroke, StrokeKind, Ui, vec2};

/// Paints the legend.
pub fn legend_ui(ui: &mut Ui, cx: &Cx<'_>, scene: &Scene, heat: Heat, heats: Option<&Heats>) {
    if let Some(heats) = heats {
        heat_ui(ui, cx, heat, heats);
    }
    let nodes = || scene.parts.iter().flat_map(|part| &part.diagram.nodes);
    let mut marks: Vec<Mark> = nodes().map(|node| node.mark).collect();
    marks.extend(scene.parts.iter().flat_map(|part| part.diagram.edges.iter().map(|edge| edge.mark)));
    marks.sort_unstable();
    marks.dedup();
    for mark in marks {
        let Some(label) = mark_label(mark) else { continue };
        let (sign, colour) = match mark {
            Mark::Changed => ("≠", cx.theme.warn),
            Mark::Removed => ("−", cx.theme.worse),
            _ => ("+", cx.theme.better),
        };
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(22.0, 16.0), Sense::hover());
            ui.painter().rect_filled(rect.shrink2(vec2(2.0, 1.0)), 7.0, colour);
            let font = egui::FontId::new(12.0, theme::semibold());
            ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, sign, font, cx.theme.surface);
            ui.label(RichText::new(cx.words.get(label)).small());
        });
    }
    let mut kinds: Vec<NodeKind> = nodes().map(|node| node.kind).filter(|kind| *kind != NodeKind::Start).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        sign_ui(ui, cx, &symbols::of_node(kind), kind_label(kind), cx.theme.text_weak);
    }
    let mut roles: Vec<(usize, &DocumentRole)> = Vec::new();
    for role in nodes().flat_map(|node| &node.documents).map(|document| &document.role) {
        let rank = match role {
            DocumentRole::Asked => 0,
            DocumentRole::Fetched(_) => 1,
            DocumentRole::Ordered(_) => 2,
            DocumentRole::Issued => 3,
        };
        if roles.iter().all(|(known, _)| *known != rank) {
            roles.push((rank, role));
        }
    }
    roles.sort_by_key(|(rank, _)| *rank);
    for (_, role) in roles {
        sign_ui(ui, cx, &symbols::of_document(role), role_label(role), cx.theme.accent);
    }
}

fn sign_ui(ui: &mut Ui, cx: &Cx<'_>, strokes: &Strokes, label: &str, colour: Color32) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(22.0, 18.0), Sense::hover());
        let camera = Camera { zoom: 0.75, ..Camera::default() };
        let brush = Brush {
            painter: ui.painter(),
            view: rect,
            camera,
            theme: cx.theme,
            words: cx.words,
            mark_words: &Default::default(),
        };
        brush.strokes(strokes, rect.center(), colour, 1.6);
        ui.label(RichText::new(cx.words.get(label)).small());
    });
}

fn heat_ui(ui: &mut Ui, cx: &Cx<'_>, heat: Heat, heats: &Heats) {
    ui.label(theme::strong(cx.words.get(heat.label())).small());
    ui.horizontal(|ui| {
        ui.label(RichText::new(cx.words.duration(0.0)).small());
        let (rect, _) = ui.allocate_exact_size(vec2(90.0, 10.0), Sense::hover());
        let pieces = 24;
        for n in 0..pieces {
            let left = rect.left() + rect.width() * n as f32 / pieces as f32;
            let piece =
                Rect::from_min_size(egui::pos2(left, rect.top()), vec2(rect.width() / pieces as f32 + 0.5, rect.height()));
            ui.painter().rect_filled(piece, 0.0, cx.theme.heat_at(n as f32 / (pieces - 1) as f32));
        }
        ui.painter().rect_stroke(rect, 0.0, Stroke::new(1.0, cx.theme.border_strong), StrokeKind::Outside);
        ui.label(RichText::new(cx.words.duration(heats.most)).small());
    });
}
