//! A step in the inspector: who does it, the questions about it, its duration with a picture, and what came of it.

use crate::app::Cx;
use crate::app::edit::ScenarioEdit;
use crate::app::panels::steps::{automatable_ui, duration_of, importance_ui, performer_ui, provenance_ui};
use crate::app::theme::{self, GAP_SMALL};
use crate::app::widgets::{self, duration};
use crate::base::time::MS_PER_MINUTE;
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::Step;
use egui::{RichText, Ui};

/// Paints a step in the inspector: its duration with a picture, what it asks, and what came of it.
pub fn inspect_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element) {
    if let ElementKind::Step(step) = &element.kind {
        // The table may show the same step at the same time.
        ui.push_id("inspected", |ui| questions_ui(ui, cx, scenario, service, element, step));
    }
    let service = service.id.as_str();
    if let Some(figure) = duration_of(element) {
        ui.label(theme::strong(cx.words.get("inspector-duration")));
        let salt = format!("{service}/{}", element.id);
        if let Some(value) = duration::editor_ui(ui, cx, figure, &salt) {
            cx.edit_scenario(ScenarioEdit::Duration { service: service.to_owned(), step: element.id.clone(), value });
        }
        duration::density_ui(ui, cx, &figure.value);
        ui.horizontal_wrapped(|ui| provenance_ui(ui, cx, figure.source.as_deref(), ""));
        if !figure.note.is_empty() {
            ui.label(RichText::new(&figure.note).small().color(cx.theme.text_weak));
        }
        for (who, value) in &figure.by_segment {
            let mean = cx.words.duration(value.mean() / MS_PER_MINUTE as f64);
            ui.label(RichText::new(format!("{who}: {mean}")).small());
        }
    }
    let outcome = cx.results.outcome().and_then(|o| o.variant(&cx.view.variant));
    let found = outcome.and_then(|v| v.steps.iter().find(|s| s.service == service && s.step == element.id));
    if let Some(found) = found {
        widgets::group_title(ui, cx.theme, &cx.words.get("inspector-results"));
        let duration = |e: Option<crate::experiment::outcome::Estimate>| e.map(|e| cx.words.duration(e.mean));
        for (label, value) in [
            ("fact-runs", Some(cx.words.count(found.runs_per_case.mean))),
            ("fact-waiting", duration(found.waiting_time)),
            ("fact-processing", duration(found.processing_time)),
            ("fact-citizen-time", Some(cx.words.duration(found.citizen_time.mean))),
            ("fact-staff-time", Some(cx.words.duration(found.staff_time.mean))),
        ] {
            if let Some(value) = value {
                super::inspector::fact(ui, cx, label, &value);
            }
        }
    }
}

/// Who does it, how important it is, and whether systems can do it.
fn questions_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element, step: &Step) {
    let label = |ui: &mut Ui, text: String, colour| ui.label(RichText::new(text).small().color(colour));
    let weak = cx.theme.text_weak;
    label(ui, cx.words.get("column-who"), weak);
    performer_ui(ui, cx, scenario, service, element, step);
    label(ui, cx.words.get("column-importance"), weak);
    importance_ui(ui, cx, service, element, step);
    label(ui, cx.words.get("column-automatable"), weak);
    automatable_ui(ui, cx, service, element, step);
    ui.add_space(GAP_SMALL);
}
