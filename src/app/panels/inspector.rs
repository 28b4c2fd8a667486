//! The inspector: what is known about the thing that is chosen.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand, ViewCommand};
use crate::app::edit::ScenarioEdit;
use crate::app::theme::GAP;
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::experiment::outcome::PoolOutcome;
use egui::{RichText, Ui};

/// Paints the inspector.
pub fn inspector_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    back_ui(ui, cx);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| match cx.view.selection.clone() {
        Selection::Study => study_ui(ui, cx),
        Selection::Service(id) => service_ui(ui, cx, &id),
        Selection::Element { service, element } => element_ui(ui, cx, &service, &element),
        Selection::Pool(id) => pool_ui(ui, cx, &id),
        Selection::Registry(id) => registry_ui(ui, cx, &id),
        Selection::Document(id) => document_ui(ui, cx, &id),
    });
}

/// The way back to the study, where something within it is chosen.
fn back_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if cx.view.selection != Selection::Study && ui.link(cx.words.get("inspector-back")).clicked() {
        cx.send(Command::View(ViewCommand::Select(Selection::Study)));
    }
}

fn title(ui: &mut Ui, cx: &Cx<'_>, kind: &str, name: &str) {
    ui.label(RichText::new(cx.words.get(kind)).small().color(cx.theme.text_weak));
    ui.add(egui::Label::new(RichText::new(name).heading()).wrap());
    ui.add_space(GAP);
}

/// A line with a name and a value.
pub fn fact(ui: &mut Ui, cx: &Cx<'_>, label: &str, value: &str) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(cx.words.get(label)).color(cx.theme.text_weak));
        ui.label(value);
    });
}

fn study_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let study = cx.document.study();
    title(ui, cx, "inspector-study", &study.title);
    ui.label(&study.summary);
    if !study.notes.is_empty() {
        widgets::group_title(ui, cx.theme, &cx.words.get("inspector-notes"));
        for note in &study.notes {
            ui.label(RichText::new(format!("• {note}")).small());
        }
    }
}

fn service_ui(ui: &mut Ui, cx: &Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant) else { return };
    let Some(service) = scenario.service(id) else { return };
    title(ui, cx, "inspector-service", &service.name);
    if let Some(agency) = service.agency.as_ref().and_then(|id| scenario.agencies.iter().find(|a| a.id == *id)) {
        fact(ui, cx, "fact-agency", &agency.name);
    }
    fact(ui, cx, "fact-elements", &service.elements.len().to_string());
    let outcome = cx.results.outcome().and_then(|o| o.variant(&cx.view.variant));
    let Some(found) = outcome.and_then(|v| v.services.iter().find(|s| s.id == id)) else { return };
    widgets::group_title(ui, cx.theme, &cx.words.get("inspector-results"));
    let percent = |e: Option<crate::experiment::outcome::Estimate>| e.map(|e| cx.words.percent(e.mean));
    let duration = |e: Option<crate::experiment::outcome::Estimate>| e.map(|e| cx.words.duration(e.mean));
    for (label, value) in [
        ("fact-ended", Some(cx.words.whole(found.ended.mean))),
        ("fact-completed", percent(found.completed_share)),
        ("fact-refused", percent(found.refused_share)),
        ("fact-abandoned", percent(found.abandoned_share)),
        ("fact-proactive", percent(found.proactive_share)),
        ("fact-within-term", percent(found.within_term)),
        ("fact-elapsed", duration(found.elapsed_time)),
        ("fact-decision", duration(found.application_to_decision)),
        ("fact-payment", duration(found.payment_time)),
    ] {
        if let Some(value) = value {
            fact(ui, cx, label, &value);
        }
    }
}

fn element_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &str, element: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let Some(service) = scenario.service(service) else { return };
    let Some(found) = service.element(element) else { return };
    title(ui, cx, "inspector-step", if found.name.is_empty() { element } else { &found.name });
    if !found.note.is_empty() {
        ui.label(&found.note);
    }
    super::step_inspector::inspect_ui(ui, cx, &scenario, service, found);
}

fn pool_ui(ui: &mut Ui, cx: &Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant) else { return };
    let Some((agency, pool)) = scenario.staff_pool(id) else { return };
    title(ui, cx, "inspector-pool", &pool.name);
    fact(ui, cx, "fact-agency", &agency.name);
    let people: f64 = pool.staff.iter().map(|group| group.count.value).sum();
    fact(ui, cx, "fact-people", &cx.words.count(people));
    if let Some(found) = pool_outcome(cx, id) {
        pool_results_ui(ui, cx, found);
    }
}

fn pool_outcome<'a>(cx: &'a Cx<'_>, id: &str) -> Option<&'a PoolOutcome> {
    cx.results.outcome()?.variant(&cx.view.variant)?.pools.iter().find(|p| p.id == id)
}

fn pool_results_ui(ui: &mut Ui, cx: &Cx<'_>, found: &PoolOutcome) {
    widgets::group_title(ui, cx.theme, &cx.words.get("inspector-results"));
    if let Some(utilisation) = found.utilisation {
        fact(ui, cx, "fact-utilisation", &cx.words.percent(utilisation.mean));
    }
    if let Some(waiting) = found.waiting_time {
        fact(ui, cx, "fact-waiting", &cx.words.duration(waiting.mean));
    }
    fact(ui, cx, "fact-queue", &cx.words.count(found.queue_length.mean));
    fact(ui, cx, "fact-hours", &cx.words.whole(found.staff_hours.mean));
}

fn registry_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let Some(registry) = scenario.registries.iter().find(|r| r.id == id) else { return };
    title(ui, cx, "inspector-registry", &registry.name);
    coverage_ui(ui, cx, id, registry.coverage.value);
    fact(ui, cx, "fact-correctness", &cx.words.percent(registry.correctness.value));
    let documents: Vec<&str> =
        scenario.documents.iter().filter(|d| d.registry.as_deref() == Some(id)).map(|d| d.name.as_str()).collect();
    fact(ui, cx, "fact-documents", &documents.join(", "));
    if let Some(found) = pool_outcome(cx, &format!("registry:{id}")) {
        pool_results_ui(ui, cx, found);
    }
}

/// The share of citizens whose record is there, as a slider.
fn coverage_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str, coverage: f64) {
    let name = cx.words.get("fact-coverage");
    ui.label(RichText::new(&name).color(cx.theme.text_weak));
    let mut percent = coverage * 100.0;
    ui.spacing_mut().slider_width = (ui.available_width() - 90.0).max(60.0);
    let response = ui.add(egui::Slider::new(&mut percent, 0.0..=100.0).max_decimals(1).suffix(" %"));
    response.widget_info(|| egui::WidgetInfo::slider(true, percent, &name));
    if response.changed() {
        cx.edit_scenario(ScenarioEdit::Coverage { registry: id.to_owned(), value: percent / 100.0 });
    }
    if response.drag_stopped() {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
}

fn document_ui(ui: &mut Ui, cx: &Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant) else { return };
    let Some(document) = scenario.documents.iter().find(|d| d.id == id) else { return };
    title(ui, cx, "inspector-document", &document.name);
    fact(ui, cx, "fact-at-hand", &cx.words.percent(document.at_hand.value));
    if let Some(registry) = document.registry.as_ref().and_then(|id| scenario.registries.iter().find(|r| r.id == *id)) {
        fact(ui, cx, "fact-registry", &registry.name);
    }
    if let Some(service) = document.issued_by.as_ref().and_then(|id| scenario.service(id)) {
        fact(ui, cx, "fact-issued-by", &service.name);
    }
}
