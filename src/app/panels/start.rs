//! The start screen: the studies that the program carries as cards, and the files opened lately.

use crate::app::Cx;
use crate::app::command::{Command, FileCommand, ViewCommand};
use crate::app::files::carried_study_in;
use crate::app::theme::{self, GAP, GAP_LARGE};
use crate::app::widgets;
use crate::formats::carried;
use crate::model::study::{AS_IS, Study};
use crate::texts::Language;
use egui::{RichText, Ui};
use std::sync::OnceLock;

/// Paints the screen.
pub fn start_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let margin = ((ui.available_width() - 980.0) / 2.0).max(24.0);
        egui::Frame::new().inner_margin(egui::Margin::symmetric(margin.min(120.0) as i8, 28)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(cx.words.get("start-title")).text_style(theme::title_style()));
            ui.label(RichText::new(cx.words.get("start-text")).color(cx.theme.text_weak));
            ui.add_space(GAP);
            ui.horizontal(|ui| {
                if ui.button(cx.words.get("command-open")).clicked() {
                    cx.send(Command::File(FileCommand::Open));
                }
                if ui.button(cx.words.get("command-tour")).clicked() {
                    cx.send(Command::View(ViewCommand::Tour));
                }
                ui.label(RichText::new(cx.words.get("start-drop")).color(cx.theme.text_weak));
            });
            recent_ui(ui, cx);
            ui.add_space(GAP_LARGE);
            for (name, study) in studies(cx.words.language) {
                card_ui(ui, cx, name, study);
                ui.add_space(GAP);
            }
        });
    });
}

/// The studies that the program carries, by their names.
type Studies = Vec<(&'static str, Study)>;

/// Returns the studies that the program carries in a language; they are read once.
fn studies(language: Language) -> &'static [(&'static str, Study)] {
    static STUDIES: [OnceLock<Studies>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
    let at = Language::ALL.iter().position(|known| *known == language).unwrap_or(0);
    STUDIES[at].get_or_init(|| carried::names().filter_map(|name| Some((name, carried_study_in(name, language)?))).collect())
}

/// Width of a study's picture.
const PICTURE: f32 = 330.0;

fn card_ui(ui: &mut Ui, cx: &mut Cx<'_>, name: &str, study: &Study) {
    cx.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        let beside = ui.available_width() > 2.0 * PICTURE;
        ui.horizontal_top(|ui| {
            let width = if beside { ui.available_width() - PICTURE - 3.0 * GAP } else { ui.available_width() };
            ui.allocate_ui(egui::vec2(width, 0.0), |ui| {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    words_ui(ui, cx, name, study);
                });
            });
            if beside {
                ui.add_space(GAP);
                ui.vertical(|ui| picture_ui(ui, cx, name, study, PICTURE));
            }
        });
    });
}

fn words_ui(ui: &mut Ui, cx: &mut Cx<'_>, name: &str, study: &Study) {
    ui.add(egui::Label::new(RichText::new(&study.title).heading()).wrap());
    ui.add(egui::Label::new(RichText::new(&study.summary).color(cx.theme.text_weak)).wrap());
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        let open = cx.words.get("start-open");
        let button = widgets::primary(ui, cx.theme, &open);
        let said = format!("{open}: {}", study.title);
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
        if button.clicked() {
            cx.send(Command::File(FileCommand::OpenCarried(name.to_owned())));
        }
        let steps: usize = study.scenario.services.iter().map(|service| service.elements.len()).sum();
        for (id, n) in
            [("start-services", study.scenario.services.len()), ("start-steps", steps), ("start-variants", study.variants.len())]
        {
            let text = cx.words.with(id, &[("n", n.into())]);
            widgets::badge(ui, &text, cx.theme.accent, cx.theme.accent_ground);
        }
    });
}

/// Citizens' time in each variant, from a first short run.
fn picture_ui(ui: &mut Ui, cx: &Cx<'_>, name: &str, study: &Study, width: f32) {
    let theme = cx.theme;
    ui.label(RichText::new(cx.words.get("start-picture")).small().color(theme.text_weak));
    let Some(made) = cx.miniatures.iter().find(|made| made.study == name) else {
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label(RichText::new(cx.words.get("compare-waiting")).small().color(theme.text_weak));
        });
        return;
    };
    let longest = made.bars.iter().map(|(_, minutes)| *minutes).fold(0.0, f64::max);
    if longest <= 0.0 {
        ui.label(RichText::new(cx.words.get("chart-empty")).small().color(theme.text_weak));
        return;
    }
    for (at, (id, minutes)) in made.bars.iter().enumerate().take(MOST_BARS) {
        let title = study.variant(id).map(|variant| variant.title.as_str()).filter(|title| !title.is_empty()).unwrap_or(id);
        let title = if id == AS_IS { cx.words.get("as-is") } else { title.to_owned() };
        let said = format!("{title}: {}", cx.words.duration(*minutes));
        let (rect, response) = ui.allocate_exact_size(egui::vec2(width, 16.0 * theme.type_scale), egui::Sense::hover());
        let (names, numbers) = (width * 0.42, 76.0 * theme.type_scale);
        let font = egui::TextStyle::Small.resolve(ui.style());
        let name = widgets::fitted(ui, &title, &font, names - GAP, theme.text);
        let painter = ui.painter();
        painter.galley(rect.left_center() - egui::vec2(0.0, name.size().y / 2.0), name, theme.text);
        let length = (width - names - numbers) * (minutes / longest) as f32;
        let bar = egui::Rect::from_min_size(rect.left_top() + egui::vec2(names, 3.0), egui::vec2(length, rect.height() - 6.0));
        painter.rect_filled(bar, 2.0, theme.variant(usize::from(at > 0)));
        let end = egui::pos2(bar.right() + 5.0, rect.center().y);
        painter.text(end, egui::Align2::LEFT_CENTER, cx.words.duration(*minutes), font, theme.text);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
        response.on_hover_text(said);
    }
}

/// Variants that a picture shows at most.
const MOST_BARS: usize = 6;

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
