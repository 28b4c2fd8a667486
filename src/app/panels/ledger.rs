//! What the numbers lean on: every figure with its source or the word assumption, every fault and warning, each with the way
//! to its place, and with a fix where there is one.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand, ViewCommand};
use crate::app::findings::{self, Place};
use crate::app::fixes::{self, Fix};
use crate::app::panels::measures::heads;
use crate::app::panels::top::title_of;
use crate::app::panels::warnings;
use crate::app::theme::{self, GAP_SMALL, ROW};
use crate::app::view_state::Ledger;
use crate::app::widgets;
use crate::base::diagnostic::{Diagnostic, Path, Severity};
use crate::model::provenance::FigureEntry;
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder};

/// Size of the window in points, where there is room.
const SIZE: [f32; 2] = [900.0, 580.0];

/// Paints the window where it is open.
pub fn ledger_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(shown) = cx.view.passing.ledger else { return };
    let mut is_open = true;
    let room = ui.ctx().content_rect().size();
    let size =
        egui::vec2((room.x - 48.0).min(SIZE[0] * cx.theme.type_scale), (room.y - 120.0).min(SIZE[1] * cx.theme.type_scale));
    let window = egui::Window::new(cx.words.get("ledger-title")).id(egui::Id::unique("ledger")).open(&mut is_open);
    let window = window.collapsible(false).resizable(true).default_size(size).max_size(room - egui::vec2(16.0, 60.0));
    window.pivot(egui::Align2::CENTER_CENTER).default_pos((room / 2.0).to_pos2()).show(ui.ctx(), |ui| {
        ui.horizontal(|ui| {
            let (assumed, _) = cx.results.review.assumptions();
            let findings = cx.results.review.findings.len() + warnings_of(cx).len();
            for (ledger, id, n) in [(Ledger::Figures, "ledger-figures", assumed), (Ledger::Findings, "ledger-findings", findings)]
            {
                let text = cx.words.with(id, &[("n", n.into())]);
                let text = if shown == ledger { theme::strong(text) } else { RichText::new(text) };
                if ui.selectable_label(shown == ledger, text).clicked() {
                    cx.view.passing.ledger = Some(ledger);
                }
            }
        });
        ui.add_space(GAP_SMALL);
        match shown {
            Ledger::Figures => figures_ui(ui, cx),
            Ledger::Findings => findings_ui(ui, cx),
        }
    });
    let escaped = ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
    if !is_open || escaped {
        cx.view.passing.ledger = None;
    }
}

/// Goes to the place that a path leads to.
fn go(cx: &mut Cx<'_>, path: &Path) {
    let place = findings::place(cx.document.study(), path);
    if place != Place::default() {
        cx.send(Command::View(ViewCommand::GoTo(place)));
        cx.view.passing.ledger = None;
    }
}

fn figures_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.label(RichText::new(cx.words.get("ledger-figures-text")).color(cx.theme.text_weak));
    ui.add_space(GAP_SMALL);
    ui.horizontal(|ui| {
        let name = cx.words.get("ledger-search");
        let field = egui::TextEdit::singleline(&mut cx.view.passing.ledger_search).hint_text(&name).desired_width(260.0);
        let response = ui.add(field);
        widgets::name_field(&response, "", &cx.view.passing.ledger_search, &name);
        ui.checkbox(&mut cx.view.passing.ledger_sourced, cx.words.get("ledger-sourced"));
    });
    ui.add_space(GAP_SMALL);
    let review = cx.results.review.clone();
    let wanted = cx.view.passing.ledger_search.to_lowercase();
    let is_wanted = |entry: &&FigureEntry| {
        (cx.view.passing.ledger_sourced || entry.is_assumption())
            && (wanted.is_empty()
                || [&entry.note, &entry.value, &cx.words.finding(&entry.description)]
                    .iter()
                    .any(|t| t.to_lowercase().contains(&wanted)))
    };
    let entries: Vec<&FigureEntry> = review.figures.iter().filter(is_wanted).collect();
    if entries.is_empty() {
        ui.label(RichText::new(cx.words.get("ledger-nothing")).color(cx.theme.text_weak));
        return;
    }
    let scale = cx.theme.type_scale;
    let width = ui.available_width();
    let row = ROW * scale;
    let mut chosen = None;
    let table = TableBuilder::new(ui)
        .id_salt("ledger figures")
        .auto_shrink([false, false])
        .sense(egui::Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact((width * 0.36).max(160.0)).clip(true))
        .column(Column::exact((width * 0.17).max(90.0)).clip(true))
        .column(Column::exact((width * 0.2).max(100.0)).clip(true))
        .column(Column::remainder().at_least(80.0).clip(true));
    table
        .header(row, |mut header| {
            let titles = ["ledger-figure", "ledger-value", "ledger-source", "ledger-note"];
            heads(&mut header, cx, &titles.map(|id| (cx.words.get(id), false)));
        })
        .body(|body| {
            body.rows(row, entries.len(), |mut line| {
                let entry = entries[line.index()];
                line.col(|ui| cell_ui(ui, &cx.words.finding(&entry.description)));
                line.col(|ui| {
                    let range =
                        entry.range.as_ref().map_or(String::new(), |range| format!(" ({})", cx.words.figure_value(range)));
                    cell_ui(ui, &format!("{}{range}", cx.words.figure_value(&entry.value)));
                });
                line.col(|ui| source_ui(ui, cx, entry));
                line.col(|ui| cell_ui(ui, &cx.words.note(&entry.note)));
                if line.response().on_hover_text(cx.words.get("ledger-go")).clicked() {
                    chosen = Some(entry.path.clone());
                }
            });
        });
    if let Some(path) = chosen {
        go(cx, &path);
    }
}

fn cell_ui(ui: &mut Ui, text: &str) {
    ui.add(egui::Label::new(text).truncate().selectable(false));
}

/// The source's title, or the word that there is none.
fn source_ui(ui: &mut Ui, cx: &Cx<'_>, entry: &FigureEntry) {
    match &entry.source {
        Some(key) => {
            let source = cx.document.study().sources.iter().find(|source| source.key == *key);
            cell_ui(ui, source.map_or(key, |source| &source.title));
        }
        None => {
            widgets::badge(ui, &cx.words.get("assumption"), cx.theme.warn, cx.theme.warn_ground);
        }
    }
}

/// Returns what to mind about the results of the shown variant and its baseline.
fn warnings_of(cx: &Cx<'_>) -> Vec<crate::experiment::outcome::Warning> {
    cx.results.outcome().map_or(Vec::new(), |outcome| warnings::about(cx, outcome))
}

fn findings_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let review = cx.results.review.clone();
    let mut found: Vec<&Diagnostic> = review.findings.iter().collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let is_calm = found.iter().all(|finding| finding.severity == Severity::Note) && warnings_of(cx).is_empty();
    let text = if is_calm { "ledger-findings-none" } else { "ledger-findings-text" };
    ui.label(RichText::new(cx.words.get(text)).color(cx.theme.text_weak));
    ui.add_space(GAP_SMALL);
    egui::ScrollArea::vertical().id_salt("findings").auto_shrink(false).show(ui, |ui| {
        let outcome = cx.results.shown.as_ref().map(|shown| shown.outcome.clone());
        if let Some(outcome) = outcome {
            for warning in warnings::about(cx, &outcome) {
                warnings::warning_ui(ui, cx, &outcome, &warning);
            }
        }
        for (at, finding) in found.into_iter().enumerate() {
            ui.push_id(at, |ui| {
                finding_ui(ui, cx, finding);
            });
        }
    });
}

/// A finding about the study that is open, which calls things by their names, with what can be done about it.
pub fn finding_ui(ui: &mut Ui, cx: &mut Cx<'_>, finding: &Diagnostic) {
    let said = findings::in_names(cx.document.study(), finding);
    widgets::finding_with_ui(ui, cx, &said, |ui, cx| actions_ui(ui, cx, finding));
}

/// The way to a finding's place, and what can be done about it.
fn actions_ui(ui: &mut Ui, cx: &mut Cx<'_>, finding: &Diagnostic) {
    let study = cx.document.study().clone();
    let shown = cx.view.variant.clone();
    let fix = fixes::of_finding(finding, &study, &cx.results.review, &shown);
    let is_somewhere = findings::place(&study, &finding.path) != Place::default();
    if fix.is_none() && !is_somewhere {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        if is_somewhere && ui.button(cx.words.get("findings-show")).clicked() {
            go(cx, &finding.path);
        }
        if let Some(fix) = &fix {
            fix_ui(ui, cx, fix);
        }
    });
}

/// A button that carries a fix out.
pub fn fix_ui(ui: &mut Ui, cx: &mut Cx<'_>, fix: &Fix) {
    let variant = fix.variant.as_ref().map_or(String::new(), |variant| title_of(cx, variant));
    let text = cx.words.with(fix.label, &[("value", fix.value.as_str().into()), ("variant", variant.into())]);
    if ui.button(text).on_hover_text(cx.words.get("fix-explained")).clicked() {
        cx.send(Command::Edit(EditCommand::Apply(Box::new(fix.edit.clone()))));
    }
}
