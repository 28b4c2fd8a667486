//! Steps: a service's steps as a table that takes keyboard entry like a spreadsheet, and how many figures have a source.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::ScenarioEdit;
use crate::app::findings;
use crate::app::panels::services;
use crate::app::panels::step_cells::{self, Line, Options};
use crate::app::theme::GAP;
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::app::widgets::sheet::{Asked, sheet_ui};
use crate::base::diagnostic::Severity;
use crate::model::figure::DurationFigure;
use crate::model::flow::{Element, ElementKind, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Automatable, DocumentSource, Importance, Performer, PoolUse};
use crate::model::study::AS_IS;
use egui::{RichText, Ui};

/// Width of what stands before a row.
const HEAD: f32 = 90.0;

/// Paints the tab.
pub fn steps_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let variant = cx.view.variant.clone();
    let Ok(scenario) = cx.document.scenario(&variant).cloned() else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-broken"), &cx.words.get("steps-broken-text"));
        return;
    };
    let chosen = cx.view.service.clone();
    let service = chosen.as_deref().and_then(|id| scenario.service(id)).or_else(|| services::first(&scenario));
    let Some(service) = service else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-none"), &cx.words.get("steps-none-text"));
        return;
    };
    egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 12)).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        let mut lines = Vec::new();
        collect(&service.elements, 0, &mut lines);
        head_ui(ui, cx, &scenario, service, &lines);
        table_ui(ui, cx, &scenario, service, &lines);
    });
}

/// Lists what takes time: steps and waits, those within sub-processes too, with their depth.
fn collect<'e>(elements: &'e [Element], depth: usize, lines: &mut Vec<Line<'e>>) {
    for element in elements {
        match &element.kind {
            ElementKind::Step(_) | ElementKind::Wait(_) => lines.push(Line { depth, element }),
            _ => collect(element.inner().unwrap_or(&[]), depth + 1, lines),
        }
    }
}

/// Returns how long an element takes, where it says so.
pub fn duration_of(element: &Element) -> Option<&DurationFigure> {
    match &element.kind {
        ElementKind::Step(step) => Some(&step.duration),
        ElementKind::Wait(wait) => match &wait.until {
            WaitUntil::For(duration) => Some(duration),
            _ => None,
        },
        _ => None,
    }
}

fn head_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, lines: &[Line<'_>]) {
    ui.horizontal_wrapped(|ui| {
        let label = ui.label(RichText::new(cx.words.get("steps-of")).color(cx.theme.text_weak));
        let room = (ui.available_width() * 0.5).clamp(160.0, 320.0);
        let combo = egui::ComboBox::from_id_salt("service").selected_text(&service.name).width(room).truncate();
        let response = combo.show_ui(ui, |ui| {
            for other in services::listed(scenario) {
                if ui.selectable_label(other.id == service.id, &other.name).clicked() {
                    cx.view.service = Some(other.id.clone());
                    cx.view.passing.steps = Default::default();
                }
            }
        });
        response.response.labelled_by(label.id);
        let durations: Vec<_> = lines.iter().filter_map(|line| duration_of(line.element)).collect();
        let known = durations.iter().filter(|figure| figure.value.mean() > 0.0).count();
        let sourced = durations.iter().filter(|figure| figure.source.is_some()).count();
        let words = [("known", known.into()), ("all", lines.len().into()), ("sourced", sourced.into())];
        let text = cx.words.with("steps-coverage", &words);
        let (ink, ground) = match sourced == lines.len() {
            true => (cx.theme.better, cx.theme.better_ground),
            false => (cx.theme.warn, cx.theme.warn_ground),
        };
        widgets::badge(ui, &text, ink, ground).on_hover_text(cx.words.get("steps-coverage-explained"));
        let asked = lines.iter().filter(|line| step_cells::is_asked(line.element)).count();
        let words = [("asked", asked.into()), ("all", lines.len().into())];
        widgets::badge(ui, &cx.words.with("steps-questions", &words), cx.theme.text_weak, cx.theme.surface_quiet)
            .on_hover_text(cx.words.get("steps-questions-explained"));
        let keys = widgets::badge(ui, &cx.words.get("steps-keys"), cx.theme.text_weak, cx.theme.surface_quiet);
        keys.on_hover_text(cx.words.get("steps-hint"));
    });
    ui.add_space(GAP);
}

fn table_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, lines: &[Line<'_>]) {
    let options = Options::new(cx, scenario);
    // The row's own buttons stand before the columns, and a scroll bar behind them.
    let room = ui.available_width() / cx.theme.type_scale - HEAD - 12.0;
    let columns = step_cells::columns(cx, room);
    let mut sheet = std::mem::take(&mut cx.view.passing.steps);
    let words = cx.words;
    let made = {
        let results = &*cx;
        lines.iter().map(|line| step_cells::cells(results, scenario, &options, line)).collect::<Vec<_>>()
    };
    let row = |at: usize| made.get(at).cloned().unwrap_or_default();
    let mut buttons = Vec::new();
    widgets::plain_handles(ui, cx.theme);
    let asked = sheet_ui(ui, cx, &mut sheet, "steps", &columns, lines.len(), &row, HEAD, &mut |ui, cx, at| {
        if let Some(line) = lines.get(at) {
            line_head_ui(ui, cx, service, line, at, &mut buttons);
        }
    });
    if lines.is_empty() {
        widgets::empty(ui, cx.theme, &words.get("steps-empty"), &words.get("steps-empty-text"));
    }
    cx.view.passing.steps = sheet;
    for asked in buttons.into_iter().chain(asked) {
        carry_out(cx, scenario, service, &options, lines, asked);
    }
}

/// What stands before a row: a fault, its number, a step more, this one no more.
fn line_head_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, line: &Line<'_>, at: usize, buttons: &mut Vec<Asked>) {
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.spacing_mut().button_padding.x = 4.0;
    let found = findings::of_element(cx, &service.id, &line.element.id);
    match found.iter().map(|finding| finding.severity).max() {
        Some(severity) => {
            let colour = if severity == Severity::Error { cx.theme.worse } else { cx.theme.warn };
            let text: Vec<String> = found
                .iter()
                .map(|finding| findings::in_names(cx.document.study(), finding))
                .map(|finding| format!("{} {}", cx.words.finding(&finding.message), cx.words.finding(&finding.hint)))
                .collect();
            ui.add(egui::Label::new(RichText::new("⚠").color(colour)).sense(egui::Sense::hover()))
                .on_hover_text(text.join("\n\n"));
        }
        None => {
            let number = RichText::new((at + 1).to_string()).small().color(cx.theme.text_weak);
            ui.add_sized([22.0, 16.0], egui::Label::new(number).selectable(false));
        }
    }
    change_ui(ui, cx, service, line.element);
    let name = &line.element.name;
    if sign_button(ui, "+", &format!("{}: {name}", cx.words.get("step-add")), "Insert").clicked() {
        buttons.push(Asked::Add(at));
    } else if sign_button(ui, "×", &format!("{}: {name}", cx.words.get("step-remove")), "Ctrl+Delete").clicked() {
        buttons.push(Asked::TakeOut(at));
    }
}

/// Whether a step is new or changed beside the variant that the shown one is held against, by sign, word and colour.
fn change_ui(ui: &mut Ui, cx: &Cx<'_>, service: &Service, element: &Element) {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(12.0, 16.0), egui::Sense::hover());
    let against = if cx.view.against == cx.view.variant { AS_IS } else { cx.view.against.as_str() };
    let before = match cx.document.scenario(against) {
        Ok(scenario) if against != cx.view.variant => scenario.service(&service.id),
        _ => return,
    };
    let (sign, word, colour) = match before.and_then(|service| service.element(&element.id)) {
        None => ("+", "map-added", cx.theme.better),
        Some(before) if before != element => ("≠", "map-changed", cx.theme.warn),
        Some(_) => return,
    };
    let font = egui::FontId::new(13.0 * cx.theme.type_scale, crate::app::theme::semibold());
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, sign, font, colour);
    let word = cx.words.get(word);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &word));
    response.on_hover_text(word);
}

/// A button with a sign, and words for whoever points at it or cannot see it.
fn sign_button(ui: &mut Ui, sign: &str, said: &str, keys: &str) -> egui::Response {
    let button = ui.add(egui::Button::new(sign).frame_when_inactive(false).min_size(egui::vec2(22.0, 0.0)));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, said));
    button.on_hover_text(format!("{said} ({keys})"))
}

fn carry_out(cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, options: &Options, lines: &[Line<'_>], asked: Asked) {
    let id_at = |at: usize| lines.get(at).map(|line| line.element.id.clone());
    match asked {
        Asked::Moved(at) => {
            let Some(element) = id_at(at) else { return };
            let selection = Selection::Element { service: service.id.clone(), element };
            if cx.view.selection != selection {
                cx.send(Command::View(ViewCommand::Select(selection)));
            }
        }
        Asked::Add(at) => {
            let Some(after) = id_at(at) else { return };
            let name = cx.words.get("step-new");
            cx.edit_scenario(ScenarioEdit::AddStep { service: service.id.clone(), after, name });
            cx.view.passing.steps.go((at + 1, 0), false);
        }
        Asked::TakeOut(at) => {
            let Some(step) = id_at(at) else { return };
            cx.edit_scenario(ScenarioEdit::RemoveStep { service: service.id.clone(), step });
        }
        Asked::Choose(place, option) => {
            let Some(line) = lines.get(place.0) else { return };
            if let Some(edit) = step_cells::chosen(service, options, line, place.1, option) {
                cx.edit_scenario(edit);
            }
        }
        Asked::Refused((row, column)) => {
            let Some(line) = lines.get(row) else { return };
            if let Some(id) = step_cells::why_closed(line, column) {
                let words = [("name", line.element.name.as_str().into())];
                cx.send(Command::View(ViewCommand::Refuse(cx.words.with(id, &words))));
            }
        }
        Asked::Fill(fills) => {
            let filled = step_cells::fill(cx, scenario, service, options, lines, &fills);
            if let Some(refused) = filled.refused {
                cx.send(Command::View(ViewCommand::Refuse(refused)));
            }
            match filled.edits.len() {
                0 => {}
                1 => filled.edits.into_iter().for_each(|edit| cx.edit_scenario(edit)),
                _ => cx.edit_scenario(ScenarioEdit::Many(filled.edits)),
            }
        }
    }
}

/// Returns who does a step, for people.
pub fn performer_name(cx: &Cx<'_>, scenario: &Scenario, performer: &Performer) -> String {
    match performer {
        Performer::Citizen => cx.words.get("performer-citizen"),
        Performer::Staff(pools) => {
            let name = |used: &PoolUse| match scenario.staff_pool(&used.pool) {
                Some((_, pool)) if used.count > 1 => format!("{} × {}", pool.name, used.count),
                Some((_, pool)) => pool.name.clone(),
                None => used.pool.clone(),
            };
            pools.iter().map(name).collect::<Vec<_>>().join(" + ")
        }
        Performer::System(Some(id)) => {
            scenario.registries.iter().find(|registry| registry.id == *id).map_or(id.clone(), |registry| registry.name.clone())
        }
        Performer::System(None) => cx.words.get("performer-system"),
    }
}

/// Returns the id of the text that names where a document comes from.
pub fn source_label(source: DocumentSource) -> &'static str {
    match source {
        DocumentSource::Citizen => "document-from-citizen",
        DocumentSource::Registry => "document-from-registry",
        DocumentSource::Issuer => "document-from-issuer",
    }
}

/// How important a step can be, with the ids of texts.
pub const IMPORTANCE: [(Importance, &str); 5] = [
    (Importance::Unknown, "importance-unknown"),
    (Importance::RequiredByLaw, "importance-law"),
    (Importance::ValueToCitizen, "importance-value"),
    (Importance::Control, "importance-control"),
    (Importance::Habit, "importance-habit"),
];

/// Whether systems can do a step, with the ids of texts.
pub const AUTOMATABLE: [(Automatable, &str); 5] = [
    (Automatable::Unknown, "automatable-unknown"),
    (Automatable::ByExisting, "automatable-existing"),
    (Automatable::ByNewIntegration, "automatable-new"),
    (Automatable::ForbiddenByLaw, "automatable-law"),
    (Automatable::No, "automatable-no"),
];
