//! Documents: which steps need them, where each comes from, and which information system holds it.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, new_id, slug};
use crate::app::panels::item_inspector::{put, put_once};
use crate::app::panels::measures::heads;
use crate::app::panels::step_inspector::sources_of;
use crate::app::theme::{self, GAP, GAP_LARGE, ROW};
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::app::widgets::figure::{Shape, figure_ui};
use crate::model::change::Item;
use crate::model::document::Document;
use crate::model::figure::NumberFigure;
use crate::model::flow::{Element, ElementKind};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::step::{DocumentSource, DocumentUse, Step};
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder};

/// A step that needs documents.
struct Need<'s> {
    service: &'s str,
    element: &'s Element,
    step: &'s Step,
}

/// Paints the tab.
pub fn documents_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let variant = cx.view.variant.clone();
    let Ok(scenario) = cx.document.scenario(&variant).cloned() else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-broken"), &cx.words.get("steps-broken-text"));
        return;
    };
    egui::ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            ui.label(RichText::new(cx.words.get("documents-text")).color(cx.theme.text_weak));
            ui.add_space(GAP);
            ui.set_min_width(ui.available_width());
            if scenario.documents.is_empty() {
                widgets::empty(ui, cx.theme, &cx.words.get("documents-none"), &cx.words.get("documents-none-text"));
            } else {
                cx.theme.card().show(ui, |ui| matrix_ui(ui, cx, &scenario));
            }
            ui.add_space(GAP);
            new_ui(ui, cx, &scenario);
            ui.add_space(GAP_LARGE);
            registries_ui(ui, cx, &scenario);
        });
    });
}

/// Lists steps: those that need documents, or all of them.
fn needs<'s>(service: &'s str, elements: &'s [Element], all: bool, found: &mut Vec<Need<'s>>) {
    for element in elements {
        match &element.kind {
            ElementKind::Step(step) if all || !step.documents.is_empty() => found.push(Need { service, element, step }),
            _ => needs(service, element.inner().unwrap_or(&[]), all, found),
        }
    }
}

/// A document or a system more.
fn new_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    ui.horizontal_wrapped(|ui| {
        let mut all = cx.view.passing.all_steps;
        if ui.checkbox(&mut all, cx.words.get("documents-all-steps")).changed() {
            cx.view.passing.all_steps = all;
        }
        ui.add_space(GAP);
        if ui.button(cx.words.get("document-new")).clicked() {
            let name = cx.words.get("document-new-name");
            let id = new_id(&slug(&name), |id| scenario.documents.iter().any(|document| document.id == id));
            let document = Document { id: id.clone(), name, at_hand: NumberFigure::assumed(1.0), ..Document::default() };
            put_once(cx, Item::Document(document), "edit-document");
            cx.send(Command::View(ViewCommand::Select(Selection::Document(id))));
            cx.view.passing.all_steps = true;
        }
        if ui.button(cx.words.get("registry-new")).clicked() {
            let name = cx.words.get("registry-new-name");
            let id = new_id(&slug(&name), |id| scenario.registries.iter().any(|registry| registry.id == id));
            let share = || NumberFigure::assumed(1.0);
            let registry = Registry { id: id.clone(), name, coverage: share(), correctness: share(), ..Registry::default() };
            put_once(cx, Item::Registry(registry), "edit-registry");
            cx.send(Command::View(ViewCommand::Select(Selection::Registry(id))));
        }
    });
}

/// The information systems with what can be said of each.
fn registries_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    if scenario.registries.is_empty() {
        return;
    }
    widgets::section(ui, cx.theme, &cx.words.get("registries-title"), &cx.words.get("registries-text"));
    cx.theme.card().show(ui, |ui| {
        egui::Grid::new("registries").num_columns(4).spacing([GAP * 2.0, GAP]).show(ui, |ui| {
            for id in ["column-system", "fact-coverage", "fact-correctness", "column-holds"] {
                ui.label(theme::strong(cx.words.get(id)).small().color(cx.theme.text_weak));
            }
            ui.end_row();
            for registry in &scenario.registries {
                let mut changed = registry.clone();
                if ui.link(&registry.name).clicked() {
                    cx.send(Command::View(ViewCommand::Select(Selection::Registry(registry.id.clone()))));
                }
                for (label, figure) in [("fact-coverage", &mut changed.coverage), ("fact-correctness", &mut changed.correctness)]
                {
                    let shape = Shape::share(format!("{} {}", cx.words.get(label), registry.name));
                    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, figure, &shape)).inner {
                        *figure = found;
                    }
                }
                let held = scenario.documents.iter().filter(|d| d.registry.as_ref() == Some(&registry.id));
                ui.label(held.map(|d| d.name.as_str()).collect::<Vec<_>>().join(", "));
                ui.end_row();
                if changed != *registry {
                    put(cx, Item::Registry(changed), "edit-coverage");
                }
            }
        });
    });
}

fn matrix_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    let scale = cx.theme.type_scale;
    // Documents share the room that steps leave, as long as their words can be read.
    let n = scenario.documents.len().max(1) as f32;
    let steps = (ui.available_width() * 0.22).clamp(150.0, 250.0) * scale.min(1.2);
    let column = ((ui.available_width() - steps) / n - theme::GAP).clamp(104.0 * scale, 200.0 * scale);
    let table = TableBuilder::new(ui)
        .id_salt("documents")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(steps).clip(true))
        .columns(Column::exact(column).clip(true), scenario.documents.len());
    table
        .header(ROW, |mut row| {
            let mut titles = vec![(cx.words.get("column-step"), false)];
            titles.extend(scenario.documents.iter().map(|document| (document.name.clone(), false)));
            heads(&mut row, cx, &titles);
        })
        .body(|mut body| {
            body.row(ROW * scale, |mut row| {
                row.col(|ui| {
                    ui.label(RichText::new(cx.words.get("documents-held-by")).color(cx.theme.text_weak));
                });
                for document in &scenario.documents {
                    row.col(|ui| held_ui(ui, cx, scenario, document));
                }
            });
            for service in &scenario.services {
                let mut found = Vec::new();
                needs(&service.id, &service.elements, cx.view.passing.all_steps, &mut found);
                if found.is_empty() {
                    continue;
                }
                body.row(ROW * scale, |mut row| {
                    row.col(|ui| {
                        widgets::over_columns(ui, theme::strong(&service.name).color(cx.theme.accent));
                    });
                });
                for need in found {
                    body.row(ROW * scale + 2.0, |mut row| {
                        row.col(|ui| {
                            ui.add_space(10.0);
                            ui.add(egui::Label::new(&need.element.name).truncate());
                        });
                        for document in &scenario.documents {
                            row.col(|ui| cell_ui(ui, cx, &need, document));
                        }
                    });
                }
            }
        });
}

fn held_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, document: &Document) {
    let registry = document.registry.as_ref().and_then(|id| scenario.registries.iter().find(|r| r.id == *id));
    match registry {
        Some(registry) => {
            let text = format!("{} {}", registry.name, cx.words.percent(registry.coverage.value));
            let hover = format!("{text}\n{}", cx.words.get("documents-coverage"));
            let link = egui::Button::new(RichText::new(text).small().color(cx.theme.accent)).frame(false).truncate();
            if ui.add(link).on_hover_text(hover).clicked() {
                cx.send(Command::View(ViewCommand::Select(Selection::Registry(registry.id.clone()))));
            }
        }
        None => {
            ui.label(RichText::new(cx.words.get("documents-nowhere")).small().color(cx.theme.text_weak));
        }
    }
}

/// Where one step takes one document from, to be chosen.
fn cell_ui(ui: &mut Ui, cx: &mut Cx<'_>, need: &Need<'_>, document: &Document) {
    let used = need.step.documents.iter().find(|used| used.document == document.id);
    let mut options: Vec<(Option<DocumentSource>, &str)> =
        sources_of(Some(document)).into_iter().map(|(source, label)| (Some(source), label)).collect();
    options.push((None, "document-dropped"));
    let chosen = used.map(|used| used.from);
    let label = options.iter().find(|(option, _)| *option == chosen).map_or("document-dropped", |(_, label)| label);
    let text = match chosen {
        Some(DocumentSource::Citizen) => RichText::new(cx.words.get(label)).color(cx.theme.worse),
        Some(_) => RichText::new(cx.words.get(label)).color(cx.theme.better),
        None => RichText::new("·").color(cx.theme.text_weak),
    };
    let mut picked = None;
    let combo = egui::ComboBox::from_id_salt((need.service, &need.element.id, &document.id)).selected_text(text);
    if chosen.is_none() {
        // What is not needed stays quiet until it is looked for.
        let v = ui.visuals_mut();
        (v.widgets.inactive.bg_stroke, v.widgets.inactive.weak_bg_fill) = (egui::Stroke::NONE, cx.theme.surface);
    }
    let response = combo.width(ui.available_width() - 8.0).truncate().show_ui(ui, |ui| {
        for (option, label) in &options {
            if ui.selectable_label(*option == chosen, cx.words.get(label)).clicked() {
                picked = Some(*option);
            }
        }
    });
    let name = format!("{}: {}", document.name, need.element.name);
    let value = cx.words.get(label);
    response.response.widget_info(|| egui::WidgetInfo {
        current_text_value: Some(value.clone()),
        ..egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name)
    });
    let Some(option) = picked.filter(|option| *option != chosen) else { return };
    let mut value = need.step.documents.clone();
    match (option, used) {
        (Some(from), Some(_)) => value.iter_mut().filter(|u| u.document == document.id).for_each(|u| u.from = from),
        (Some(from), None) => value.push(DocumentUse { document: document.id.clone(), from, ..DocumentUse::default() }),
        (None, _) => value.retain(|u| u.document != document.id),
    }
    let (service, step) = (need.service.to_owned(), need.element.id.clone());
    cx.edit_scenario(ScenarioEdit::Documents { service, step, value });
}
