//! Documents: which steps need them, where each comes from, and which information system holds it.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::ScenarioEdit;
use crate::app::panels::measures::heads;
use crate::app::panels::steps::source_label;
use crate::app::theme::{self, GAP, ROW};
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::model::document::Document;
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::step::{DocumentSource, Step};
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
    if scenario.documents.is_empty() {
        widgets::empty(ui, cx.theme, &cx.words.get("documents-none"), &cx.words.get("documents-none-text"));
        return;
    }
    egui::ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            ui.label(RichText::new(cx.words.get("documents-text")).color(cx.theme.text_weak));
            ui.add_space(GAP);
            cx.theme.card().show(ui, |ui| matrix_ui(ui, cx, &scenario));
        });
    });
}

fn needs<'s>(service: &'s str, elements: &'s [Element], found: &mut Vec<Need<'s>>) {
    for element in elements {
        match &element.kind {
            ElementKind::Step(step) if !step.documents.is_empty() => found.push(Need { service, element, step }),
            ElementKind::SubProcess(inner) => needs(service, inner, found),
            _ => {}
        }
    }
}

fn matrix_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    let scale = cx.theme.type_scale;
    let column = 132.0 * scale;
    let table = TableBuilder::new(ui)
        .id_salt("documents")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(250.0 * scale).clip(true))
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
                needs(&service.id, &service.elements, &mut found);
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
            let response = ui.add(egui::Link::new(RichText::new(text).small()));
            if response.on_hover_text(cx.words.get("documents-coverage")).clicked() {
                cx.send(Command::View(ViewCommand::Select(Selection::Registry(registry.id.clone()))));
            }
        }
        None => {
            ui.label(RichText::new(cx.words.get("documents-nowhere")).small().color(cx.theme.text_weak));
        }
    }
}

/// Where one step takes one document from, to be chosen where it needs it.
fn cell_ui(ui: &mut Ui, cx: &mut Cx<'_>, need: &Need<'_>, document: &Document) {
    let Some(used) = need.step.documents.iter().find(|used| used.document == document.id) else {
        ui.label(RichText::new("·").color(cx.theme.border_strong));
        return;
    };
    let mut options = vec![Some(DocumentSource::Citizen)];
    if document.registry.is_some() {
        options.push(Some(DocumentSource::Registry));
    }
    if document.issued_by.is_some() {
        options.push(Some(DocumentSource::Issuer));
    }
    options.push(None);
    let label = |option: Option<DocumentSource>| option.map_or("document-dropped", source_label);
    let mut picked = None;
    let colour = if used.from == DocumentSource::Citizen { cx.theme.worse } else { cx.theme.better };
    let text = RichText::new(cx.words.get(label(Some(used.from)))).color(colour);
    let combo = egui::ComboBox::from_id_salt((need.service, &need.element.id, &document.id)).selected_text(text);
    let response = combo.width(ui.available_width() - 18.0).truncate().show_ui(ui, |ui| {
        for option in options {
            if ui.selectable_label(option == Some(used.from), cx.words.get(label(option))).clicked() {
                picked = Some(option);
            }
        }
    });
    let name = format!("{}: {}", document.name, need.element.name);
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name.clone()));
    if let Some(option) = picked {
        let mut value = need.step.documents.clone();
        match option {
            Some(from) => value.iter_mut().filter(|u| u.document == document.id).for_each(|u| u.from = from),
            None => value.retain(|u| u.document != document.id),
        }
        let (service, step) = (need.service.to_owned(), need.element.id.clone());
        cx.edit_scenario(ScenarioEdit::Documents { service, step, value });
    }
}
