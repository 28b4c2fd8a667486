//! Small things that several panels use: buttons, badges, cards, findings.

pub mod duration;
pub mod notice;

use crate::app::Cx;
use crate::app::theme::{self, GAP, GAP_SMALL, Theme};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::experiment::outcome::Verdict;
use egui::{Color32, Margin, Response, RichText, Ui};

/// The button that most will press.
pub fn primary(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    let text = theme::strong(text).color(theme.on_accent);
    ui.add(egui::Button::new(text).fill(theme.accent).stroke(egui::Stroke::NONE))
}

/// A word on a coloured ground.
pub fn badge(ui: &mut Ui, text: &str, colour: Color32, ground: Color32) -> Response {
    let frame = egui::Frame::new().fill(ground).corner_radius(4).inner_margin(Margin::symmetric(6, 1));
    frame.show(ui, |ui| ui.add(egui::Label::new(RichText::new(text).small().color(colour)).extend())).response
}

/// The verdict on a difference, in a word, a sign and a colour.
pub fn verdict(ui: &mut Ui, cx: &Cx<'_>, verdict: Verdict) -> Response {
    let theme = cx.theme;
    let (id, colour, ground) = match verdict {
        Verdict::Better => ("verdict-better", theme.better, theme.better_ground),
        Verdict::Worse => ("verdict-worse", theme.worse, theme.worse_ground),
        Verdict::Different => ("verdict-different", theme.accent, theme.accent_ground),
        Verdict::NotShown => ("verdict-not-shown", theme.text_weak, theme.surface_quiet),
    };
    badge(ui, &cx.words.get(id), colour, ground).on_hover_text(cx.words.get("verdict-explained"))
}

/// Returns the colour of a verdict's number.
pub fn verdict_colour(theme: &Theme, verdict: Verdict) -> Color32 {
    match verdict {
        Verdict::Better => theme.better,
        Verdict::Worse => theme.worse,
        Verdict::Different => theme.accent,
        Verdict::NotShown => theme.text_weak,
    }
}

/// A section's heading with a line of explanation.
pub fn section(ui: &mut Ui, theme: &Theme, title: &str, explained: &str) {
    ui.add_space(theme::GAP_LARGE);
    ui.heading(title);
    if !explained.is_empty() {
        ui.label(RichText::new(explained).color(theme.text_weak));
    }
    ui.add_space(GAP_SMALL);
}

/// A small heading above a group in a side panel.
pub fn group_title(ui: &mut Ui, theme: &Theme, title: &str) {
    ui.add_space(GAP);
    ui.label(theme::strong(title).small().color(theme.text_weak));
}

/// What to do where there is nothing yet.
pub fn empty(ui: &mut Ui, theme: &Theme, title: &str, text: &str) {
    ui.add_space(60.0);
    ui.vertical_centered(|ui| {
        ui.set_max_width(460.0);
        ui.heading(title);
        ui.add_space(GAP);
        ui.label(RichText::new(text).color(theme.text_weak));
    });
}

/// A finding in words, with what to do and where it stands.
pub fn finding_ui(ui: &mut Ui, cx: &Cx<'_>, finding: &Diagnostic) {
    let theme = cx.theme;
    let (id, colour, ground) = match finding.severity {
        Severity::Error => ("finding-error", theme.worse, theme.worse_ground),
        Severity::Warning => ("finding-warning", theme.warn, theme.warn_ground),
        Severity::Note => ("finding-note", theme.text_weak, theme.surface_quiet),
    };
    theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            badge(ui, &cx.words.get(id), colour, ground);
            ui.label(&finding.message);
        });
        if !finding.hint.is_empty() {
            ui.label(RichText::new(&finding.hint).color(theme.text_weak));
        }
        if let Some(place) = &finding.place {
            let words = [("file", place.file.as_str().into()), ("line", place.line.into())];
            ui.label(RichText::new(cx.words.with("finding-place", &words)).small().color(theme.text_weak));
        }
    });
    ui.add_space(GAP_SMALL);
}

/// A field that shows a value and hands back what was typed once the user leaves it or presses Enter.
///
/// What is being typed is kept by egui under `id` until then, so that an edit elsewhere does not overwrite it.
pub fn cell_ui(ui: &mut Ui, id: egui::Id, shown: &str, width: f32, name: &str) -> Option<String> {
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| shown.to_owned());
    let field = egui::TextEdit::singleline(&mut text).id(id).desired_width(width).margin(Margin::symmetric(6, 3));
    let response = ui.add(field);
    response.widget_info(|| egui::WidgetInfo::text_edit(true, shown, &text, name));
    if response.has_focus() || response.changed() {
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
    }
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        let given_up = ui.input(|input| input.key_pressed(egui::Key::Escape));
        return (!given_up && text != shown).then_some(text);
    }
    None
}
