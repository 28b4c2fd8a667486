//! The tour: five steps through the window, each with the tab that it speaks of.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::theme::{self, GAP};
use crate::app::view_state::Tab;
use crate::app::widgets;
use egui::{RichText, Ui};

/// The steps: the tab, what is pointed at, and the ids of title and text.
const STEPS: [(Tab, &str, &str, &str); 5] = [
    (Tab::Compare, "tour-variant", "tour-variant-title", "tour-variant"),
    (Tab::Compare, "tour-cards", "tour-cards-title", "tour-cards"),
    (Tab::Changes, "tour-tabs", "tour-changes-title", "tour-changes"),
    (Tab::Steps, "tour-tabs", "tour-steps-title", "tour-steps"),
    (Tab::Compare, "tour-status", "tour-status-title", "tour-status"),
];

/// Paints the tour where it is open.
pub fn tour_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(at) = cx.view.passing.tour else { return };
    let Some((tab, place, title, text)) = STEPS.get(at).copied() else {
        cx.view.passing.tour = None;
        return;
    };
    // Whoever goes elsewhere has seen enough.
    if cx.view.tab != tab || cx.view.start {
        cx.view.passing.tour = None;
        return;
    }
    if let Some(rect) = widgets::marked(ui.ctx(), place) {
        let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("tour mark"));
        let stroke = egui::Stroke::new(2.5, cx.theme.accent);
        ui.ctx().layer_painter(layer).rect_stroke(rect.expand(3.0), 8.0, stroke, egui::StrokeKind::Inside);
    }
    let mut next = Some(at);
    let area = egui::Area::new(egui::Id::unique("tour")).anchor(egui::Align2::CENTER_BOTTOM, [0.0, -64.0]);
    area.order(egui::Order::Foreground).show(ui.ctx(), |ui| {
        let frame = egui::Frame::popup(ui.style()).stroke(egui::Stroke::new(1.5, cx.theme.accent));
        frame.inner_margin(egui::Margin::same(16)).show(ui, |ui| {
            ui.set_width(460.0);
            ui.horizontal(|ui| {
                ui.heading(cx.words.get(title));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let words = [("n", (at + 1).into()), ("all", STEPS.len().into())];
                    ui.label(RichText::new(cx.words.with("tour-place", &words)).color(cx.theme.text_weak));
                });
            });
            ui.add_space(GAP);
            ui.label(cx.words.get(text));
            ui.add_space(theme::GAP_LARGE);
            ui.horizontal(|ui| {
                let last = at + 1 == STEPS.len();
                let onward = cx.words.get(if last { "tour-end" } else { "tour-next" });
                if widgets::primary(ui, cx.theme, &onward).clicked() {
                    next = (!last).then_some(at + 1);
                }
                if ui.add_enabled(at > 0, egui::Button::new(cx.words.get("tour-back"))).clicked() {
                    next = Some(at - 1);
                }
                if !last && ui.button(cx.words.get("tour-leave")).clicked() {
                    next = None;
                }
            });
        });
    });
    if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape)) {
        next = None;
    }
    cx.view.passing.tour = next;
    if let Some(&(tab, ..)) = next.filter(|next| *next != at).and_then(|next| STEPS.get(next)) {
        cx.send(Command::View(ViewCommand::Show(tab)));
    }
}
