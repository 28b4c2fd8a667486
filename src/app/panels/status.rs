//! The bar at the bottom: what the run is doing, how exact the answer is, what it leans on, and stop.

use crate::app::Cx;
use crate::app::command::{Command, RunCommand, ViewCommand};
use crate::app::findings;
use crate::app::panels::{compare, run_settings, warnings};
use crate::app::results::{RunState, Stage};
use crate::app::view_state::{Ledger, Tab};
use crate::app::widgets;
use crate::base::diagnostic::Severity;
use crate::experiment::kpi;
use egui::{RichText, Ui};

/// Paints the bar.
pub fn status_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let bar = ui.horizontal(|ui| {
        if cx.view.start {
            ui.label(RichText::new(cx.words.get("start-hint")).color(cx.theme.text_weak));
            return;
        }
        // What stands on the right comes first, so that what stands on the left ends before it.
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            // The comparison says it at its head.
            if !cx.view.shows(Tab::Compare) {
                compare::assumptions_ui(ui, cx);
            }
            findings_ui(ui, cx);
            run_settings::run_settings_ui(ui, cx);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                state_ui(ui, cx);
                if !fails(cx) {
                    exactness_ui(ui, cx);
                }
            });
        });
    });
    widgets::mark(&bar.response, "tour-status");
}

/// What the run is doing. Its button is the third thing in all states, so that egui knows it for the same one when a run begins: a
/// new one would be drawn twice, and take a processor from the first answer.
fn state_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    match cx.results.state.clone() {
        RunState::Idle => {}
        RunState::Running(done, planned) => {
            let share = if planned == 0 { 0.0 } else { done as f32 / planned as f32 };
            let words = [("done", done.into()), ("planned", planned.into())];
            let text = if planned == 0 { cx.words.get("run-begins") } else { cx.words.with("run-progress", &words) };
            progress_ui(ui, cx, share);
            ui.label(RichText::new(text).color(cx.theme.text_weak));
            if ui.button(cx.words.get("command-stop")).on_hover_text(cx.words.get("stop-explained")).clicked() {
                cx.send(Command::Run(RunCommand::Stop));
            }
        }
        RunState::Done => {
            widgets::badge(ui, &cx.words.get("run-done"), cx.theme.better, cx.theme.better_ground);
            ui.skip_ahead_auto_ids(1);
            again_ui(ui, cx, "command-more-exact", RunCommand::MoreExact);
        }
        RunState::Stopped => {
            widgets::badge(ui, &cx.words.get("run-stopped"), cx.theme.warn, cx.theme.warn_ground);
            ui.skip_ahead_auto_ids(1);
            again_ui(ui, cx, "command-run", RunCommand::Again);
        }
        RunState::Failed(message) => fault_ui(ui, cx, "run-failed", &message),
        RunState::Broken(message) => {
            ui.skip_ahead_auto_ids(2);
            again_ui(ui, cx, "command-run", RunCommand::Again);
            fault_ui(ui, cx, "run-broken", &message);
        }
    }
}

fn fails(cx: &Cx<'_>) -> bool {
    matches!(cx.results.state, RunState::Failed(_) | RunState::Broken(_))
}

/// Why there is no run, in what room there is; before it, that numbers which still stand there are older.
fn fault_ui(ui: &mut Ui, cx: &Cx<'_>, id: &str, message: &str) {
    widgets::badge(ui, &cx.words.get(id), cx.theme.worse, cx.theme.worse_ground);
    if cx.results.shown.is_some() {
        compare::old_ui(ui, cx);
    }
    let known = cx.results.review.findings.iter().find(|finding| finding.message == *message);
    let said = known.map_or(message.to_owned(), |finding| findings::in_names(cx.document.study(), finding).message);
    let said = cx.words.finding(&said);
    ui.add(egui::Label::new(&said).truncate()).on_hover_text(&said);
}

/// How far the run has come, on a track that shows how far it has to go.
fn progress_ui(ui: &mut Ui, cx: &Cx<'_>, share: f32) {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(150.0, 8.0), egui::Sense::hover());
    let mut done = rect;
    done.set_width(rect.width() * share.clamp(0.0, 1.0));
    ui.painter().rect_filled(rect, 4.0, cx.theme.surface_hover);
    ui.painter().rect_filled(done, 4.0, cx.theme.accent);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, cx.words.percent(f64::from(share))));
}

fn again_ui(ui: &mut Ui, cx: &mut Cx<'_>, label: &str, command: RunCommand) {
    if ui.button(cx.words.get(label)).clicked() {
        cx.send(Command::Run(command));
    }
}

/// How exact the main number is, by how many replications, and how it became so.
fn exactness_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(shown) = cx.results.shown.clone() else { return };
    let outcome = &shown.outcome;
    ui.separator();
    if shown.stage == Stage::FirstLook {
        ui.label(RichText::new(cx.words.get("stage-first-look")).color(cx.theme.warn));
        return;
    }
    compare::old_ui(ui, cx);
    let narrowing = cx.results.narrowing(&cx.view.variant);
    // What was exact from the beginning did not narrow.
    let narrows = narrowing.len() > 1 && narrowing.iter().any(|[_, half]| *half > 0.0);
    if narrows && ui.available_width() > 420.0 {
        let line = run_settings::sparkline_ui(ui, cx, &narrowing, egui::vec2(54.0, 16.0));
        line.on_hover_text(cx.words.get("run-narrowing"));
    }
    let estimate = outcome.difference(&cx.view.variant).and_then(|d| d.measure(kpi::CITIZEN_TIME)).map(|m| m.difference);
    let own = outcome.variant(&cx.view.variant).and_then(|v| v.measure(kpi::CITIZEN_TIME)).and_then(|m| m.estimate);
    let margin = estimate.or(own).map_or(String::new(), |e| cx.words.margin(&e, |x| cx.words.duration(x)));
    let words = [("n", outcome.replications.into()), ("margin", margin.as_str().into())];
    let mut text = cx.words.with(if margin.is_empty() { "exactness-exact" } else { "exactness" }, &words);
    if let Some(asked) = cx.view.precision {
        let asked = cx.words.percent(asked);
        text = format!("{text} · {}", cx.words.with("exactness-asked", &[("asked", asked.into())]));
    }
    let hover = cx.words.with("exactness-explained", &[("confidence", cx.words.confidence(outcome.confidence).into())]);
    ui.add(egui::Label::new(RichText::new(text).color(cx.theme.text_weak)).truncate()).on_hover_text(hover);
}

/// How many faults and warnings there are; a click lists them.
fn findings_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let review = cx.results.review.clone();
    let count = |severity| review.findings.iter().filter(|finding| finding.severity == severity).count();
    let mind = cx.results.outcome().map_or(0, |outcome| warnings::about(cx, outcome).len());
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning) + mind);
    if errors + warnings == 0 {
        return;
    }
    let theme = cx.theme;
    let (colour, ground) = if errors > 0 { (theme.worse, theme.worse_ground) } else { (theme.warn, theme.warn_ground) };
    let text = cx.words.with("findings", &[("errors", errors.into()), ("warnings", warnings.into())]);
    let badge = widgets::badge_button(ui, &text, colour, ground).on_hover_text(cx.words.get("findings-explained"));
    if badge.clicked() {
        cx.send(Command::View(ViewCommand::Ledger(Ledger::Findings)));
    }
}
