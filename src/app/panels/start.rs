//! The start screen: the studies that the program carries as cards, and the files opened lately.

use crate::app::Cx;
use crate::app::command::{Command, FileCommand};
use crate::app::files::carried_study;
use crate::app::theme::{self, GAP, GAP_LARGE};
use crate::app::widgets;
use crate::formats::carried;
use crate::model::study::Study;
use egui::{RichText, Ui};
use std::sync::OnceLock;

/// Paints the screen.
pub fn start_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let margin = ((ui.available_width() - 980.0) / 2.0).max(24.0);
        egui::Frame::new().inner_margin(egui::Margin::symmetric(margin as i8, 36)).show(ui, |ui| {
            ui.label(RichText::new(cx.words.get("start-title")).text_style(theme::title_style()));
            ui.label(RichText::new(cx.words.get("start-text")).color(cx.theme.text_weak));
            ui.add_space(GAP_LARGE);
            for (name, study) in studies() {
                card_ui(ui, cx, name, study);
                ui.add_space(GAP);
            }
            ui.add_space(GAP);
            ui.horizontal(|ui| {
                if ui.button(cx.words.get("command-open")).clicked() {
                    cx.send(Command::File(FileCommand::Open));
                }
                ui.label(RichText::new(cx.words.get("start-drop")).color(cx.theme.text_weak));
            });
            recent_ui(ui, cx);
        });
    });
}

/// Returns the studies that the program carries; they are read once.
fn studies() -> &'static [(&'static str, Study)] {
    static STUDIES: OnceLock<Vec<(&'static str, Study)>> = OnceLock::new();
    STUDIES.get_or_init(|| carried::names().filter_map(|name| Some((name, carried_study(name)?))).collect())
}

fn card_ui(ui: &mut Ui, cx: &mut Cx<'_>, name: &str, study: &Study) {
    cx.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.heading(&study.title);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let open = cx.words.get("start-open");
                let button = widgets::primary(ui, cx.theme, &open);
                let said = format!("{open}: {}", study.title);
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
                if button.clicked() {
                    cx.send(Command::File(FileCommand::OpenCarried(name.to_owned())));
                }
            });
        });
        ui.label(RichText::new(&study.summary).color(cx.theme.text_weak));
        ui.add_space(GAP);
        ui.horizontal_wrapped(|ui| {
            let steps: usize = study.scenario.services.iter().map(|service| service.elements.len()).sum();
            for (id, n) in [
                ("start-services", study.scenario.services.len()),
                ("start-steps", steps),
                ("start-variants", study.variants.len()),
            ] {
                let text = cx.words.with(id, &[("n", n.into())]);
                widgets::badge(ui, &text, cx.theme.accent, cx.theme.accent_ground);
            }
        });
    });
}

fn recent_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if cx.view.recent.is_empty() {
        return;
    }
    widgets::section(ui, cx.theme, &cx.words.get("start-recent"), "");
    for path in cx.view.recent.clone() {
        if ui.link(path.display().to_string()).clicked() {
            cx.send(Command::File(FileCommand::OpenPath(path)));
        }
    }
}
