//! Documents: which steps need them, where each comes from, and which information system holds it.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, new_id, slug};
use crate::app::panels::item_inspector::{put, put_once};
use crate::app::panels::measures::heads;
use crate::app::panels::step_inspector::sources_of;
use crate::app::theme::{self, GAP, GAP_LARGE, GAP_SMALL, ROW};
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::app::widgets::figure::{Shape, figure_ui};
use crate::app::widgets::sideways::Sideways;
use crate::model::change::Item;
use crate::model::document::Document;
use crate::model::figure::NumberFigure;
use crate::model::flow::{Element, ElementKind};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::step::{DocumentSource, DocumentUse, Step};
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

/// A step that needs documents.
struct Need<'s> {
    service: &'s str,
    element: &'s Element,
    step: &'s Step,
}

/// Lines that a document's name takes at most over its column.
const HEAD_LINES: usize = 3;

/// Paints the tab.
pub fn documents_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let variant = cx.view.variant.clone();
    let Ok(scenario) = cx.document.scenario(&variant).cloned() else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-broken"), &cx.words.get("steps-broken-text"));
        return;
    };
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(cx.words.get("documents-text")).color(cx.theme.text_weak));
            ui.add_space(GAP);
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
        let scale = cx.theme.type_scale;
        let share = 172.0 * scale;
        let name = ((ui.available_width() - 2.0 * share) * 0.45).clamp(130.0 * scale, 280.0 * scale);
        let table = TableBuilder::new(ui)
            .id_salt("registries")
            .vscroll(false)
            .cell_layout(Layout::left_to_right(Align::Center))
            .column(Column::exact(name).clip(true))
            .columns(Column::exact(share).clip(true), 2)
            .column(Column::remainder().at_least(60.0).clip(true));
        table
            .header(ROW, |mut row| {
                let ids = ["column-system", "column-coverage", "column-correctness", "column-holds"];
                heads(&mut row, cx, &ids.map(|id| (cx.words.get(id), false)));
            })
            .body(|mut body| {
                for registry in &scenario.registries {
                    body.row(ROW * scale + 4.0, |mut row| registry_row(&mut row, cx, scenario, registry));
                }
            });
    });
}

fn registry_row(row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, scenario: &Scenario, registry: &Registry) {
    let mut changed = registry.clone();
    row.col(|ui| {
        let link = egui::Button::new(RichText::new(&registry.name).color(cx.theme.accent)).frame(false).truncate();
        if ui.add(link).on_hover_text(&registry.name).clicked() {
            cx.send(Command::View(ViewCommand::Select(Selection::Registry(registry.id.clone()))));
        }
    });
    for (label, figure) in [("fact-coverage", &mut changed.coverage), ("fact-correctness", &mut changed.correctness)] {
        row.col(|ui| {
            let shape = Shape::share(format!("{} {}", cx.words.get(label), registry.name));
            if let Some(found) = figure_ui(ui, cx, figure, &shape) {
                *figure = found;
            }
        });
    }
    row.col(|ui| {
        let held = scenario.documents.iter().filter(|d| d.registry.as_ref() == Some(&registry.id));
        let held = held.map(|d| d.name.as_str()).collect::<Vec<_>>().join(", ");
        ui.add(egui::Label::new(held).truncate());
    });
    if changed != *registry {
        put(cx, Item::Registry(changed), "edit-coverage");
    }
}

/// Steps and documents. The steps stay where they are while documents are moved sideways.
fn matrix_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    let scale = cx.theme.type_scale;
    // Documents share the room that steps leave, as long as their words can be read.
    let n = scenario.documents.len().max(1) as f32;
    let steps = (ui.available_width() * 0.19).clamp(130.0, 250.0) * scale.min(1.2);
    let room = ui.available_width() - steps - theme::GAP;
    let column = (room / n).floor().clamp(92.0 * scale, 200.0 * scale);
    // No word of a head is broken; the blank behind it has room, or it would begin the next line.
    let longest = |document: &Document| {
        let name = widgets::longest_word(ui, &document.name, |word| theme::strong(word).small());
        let held = held_text(cx, scenario, document).unwrap_or_default();
        name.max(widgets::longest_word(ui, &held, |word| RichText::new(word).small())) + GAP + GAP_SMALL
    };
    let columns: Vec<f32> = scenario.documents.iter().map(|document| longest(document).max(column)).collect();
    let mut sideways = Sideways::new(ui, "documents", columns.iter().copied());
    sideways.settle(ui, room, None);
    let top = ui.cursor().min;
    let heights = [false, true].map(|held| {
        let rows = scenario.documents.iter().zip(&columns).map(|(document, column)| {
            let text = if held { held_text(cx, scenario, document) } else { Some(document.name.clone()) };
            let text = RichText::new(text.unwrap_or_default()).small();
            widgets::lines(ui, text, column - GAP, Align::Min, HEAD_LINES).rows.len()
        });
        (rows.max().unwrap_or(1) as f32 * ui.text_style_height(&egui::TextStyle::Small) + GAP).max(ROW * scale)
    });
    widgets::plain_handles(ui, cx.theme);
    let table = TableBuilder::new(ui)
        .id_salt("documents")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(steps).clip(true))
        .column(Column::exact(room).clip(true));
    table
        .header(heights[0], |mut row| {
            heads(&mut row, cx, &[(cx.words.get("column-step"), false)]);
            row.col(|ui| {
                sideways.each(ui, |ui, at| {
                    let name = &scenario.documents[at].name;
                    let text = theme::strong(name).small().color(cx.theme.text_weak);
                    let name_lines = widgets::lines(ui, text, columns[at] - GAP, Align::Min, HEAD_LINES);
                    ui.add(egui::Label::new(name_lines)).on_hover_text(name);
                });
            });
        })
        .body(|mut body| {
            body.row(heights[1], |mut row| {
                row.col(|ui| {
                    ui.label(RichText::new(cx.words.get("documents-held-by")).color(cx.theme.text_weak));
                });
                row.col(|ui| sideways.each(ui, |ui, at| held_ui(ui, cx, scenario, &scenario.documents[at], columns[at])));
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
                        row.col(|ui| sideways.each(ui, |ui, at| cell_ui(ui, cx, &need, &scenario.documents[at])));
                    });
                }
            }
        });
    sideways.bar_ui(ui, cx.theme, top.x + steps + theme::GAP, top.y);
}

/// Returns the information system that holds a document.
fn held_by<'a>(scenario: &'a Scenario, document: &Document) -> Option<&'a Registry> {
    let id = document.registry.as_ref()?;
    scenario.registries.iter().find(|registry| registry.id == *id)
}

/// Returns the name of the system that holds a document, and of how many citizens it does.
fn held_text(cx: &Cx<'_>, scenario: &Scenario, document: &Document) -> Option<String> {
    let registry = held_by(scenario, document)?;
    Some(widgets::unbroken(&format!("{} {}", registry.name, cx.words.percent(registry.coverage.value))))
}

fn held_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, document: &Document, column: f32) {
    match held_by(scenario, document).zip(held_text(cx, scenario, document)) {
        Some((registry, text)) => {
            let hover = format!("{text}\n{}", cx.words.get("documents-coverage"));
            let text = RichText::new(text).small().color(cx.theme.accent);
            let lines = widgets::lines(ui, text, column - GAP, Align::Min, HEAD_LINES);
            let link = egui::Label::new(lines).sense(egui::Sense::click());
            if ui.add(link).on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(hover).clicked() {
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
    let (ink, ground) = match chosen {
        Some(DocumentSource::Citizen) => (cx.theme.worse, cx.theme.worse_ground),
        Some(_) => (cx.theme.better, cx.theme.better_ground),
        // What is not needed stays quiet until it is looked for.
        None => (cx.theme.text_weak, cx.theme.surface),
    };
    let value = cx.words.get(label);
    let text = RichText::new(if chosen.is_some() { value.as_str() } else { "·" }).color(ink);
    let size = egui::vec2(ui.available_width() - GAP, ui.spacing().interact_size.y);
    let button = egui::Button::new(text).fill(ground).stroke(egui::Stroke::NONE).truncate();
    // The ground is wider than the word already.
    ui.spacing_mut().button_padding.x = 2.0;
    let response = ui.add_sized(size, button);
    let name = format!("{}: {}", document.name, need.element.name);
    response.widget_info(|| egui::WidgetInfo {
        current_text_value: Some(value.clone()),
        ..egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name)
    });
    if response.hovered() || response.has_focus() {
        let edge = egui::Stroke::new(1.0, cx.theme.border_strong);
        ui.painter().rect_stroke(response.rect, 5.0, edge, egui::StrokeKind::Inside);
    }
    let mut picked = None;
    let popup = egui::Popup::menu(&response).accessible_name(name.clone()).show(|ui| {
        for (option, label) in &options {
            if ui.selectable_label(*option == chosen, cx.words.get(label)).clicked() {
                picked = Some(*option);
            }
        }
    });
    if popup.is_none() {
        response.on_hover_text(format!("{name}\n{value}"));
    }
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
