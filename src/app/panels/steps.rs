//! Steps: a service's steps as a table that takes keyboard entry like a spreadsheet, and how many figures have a source.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::ScenarioEdit;
use crate::app::panels::measures::{heads, number_cell};
use crate::app::theme::{GAP, ROW};
use crate::app::view_state::Selection;
use crate::app::widgets::{self, duration};
use crate::base::time::MS_PER_MINUTE;
use crate::model::figure::DurationFigure;
use crate::model::flow::{Element, ElementKind, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Automatable, DocumentSource, Importance, Performer, PoolUse, Step};
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

/// Paints the tab.
pub fn steps_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let variant = cx.view.variant.clone();
    let Ok(scenario) = cx.document.scenario(&variant).cloned() else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-broken"), &cx.words.get("steps-broken-text"));
        return;
    };
    let chosen = cx.view.service.clone();
    let service = chosen.as_deref().and_then(|id| scenario.service(id)).or(scenario.services.first());
    let Some(service) = service else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-none"), &cx.words.get("steps-none-text"));
        return;
    };
    let room = ui.available_width() - 48.0;
    egui::ScrollArea::both().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            head_ui(ui, cx, &scenario, service);
            let mut rows = Vec::new();
            collect(&service.elements, 0, &mut rows);
            cx.theme.card().show(ui, |ui| table_ui(ui, cx, &scenario, service, &rows));
            ui.add_space(GAP);
            // The table may be wider than the window; what is read need not be.
            ui.allocate_ui(egui::vec2(room, 0.0), |ui| {
                ui.add(egui::Label::new(RichText::new(cx.words.get("steps-hint")).small().color(cx.theme.text_weak)).wrap());
            });
        });
    });
}

/// Lists what takes time: steps and waits, those within sub-processes too, with their depth.
fn collect<'e>(elements: &'e [Element], depth: usize, rows: &mut Vec<(usize, &'e Element)>) {
    for element in elements {
        match &element.kind {
            ElementKind::Step(_) | ElementKind::Wait(_) => rows.push((depth, element)),
            ElementKind::SubProcess(inner) => collect(inner, depth + 1, rows),
            _ => {}
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

fn head_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service) {
    ui.horizontal(|ui| {
        let label = ui.label(RichText::new(cx.words.get("steps-of")).color(cx.theme.text_weak));
        let combo = egui::ComboBox::from_id_salt("service").selected_text(&service.name).width(320.0);
        let response = combo.show_ui(ui, |ui| {
            for other in &scenario.services {
                if ui.selectable_label(other.id == service.id, &other.name).clicked() {
                    cx.view.service = Some(other.id.clone());
                }
            }
        });
        response.response.labelled_by(label.id);
        ui.add_space(GAP);
        let mut rows = Vec::new();
        collect(&service.elements, 0, &mut rows);
        let durations: Vec<_> = rows.iter().filter_map(|(_, element)| duration_of(element)).collect();
        let known = durations.iter().filter(|figure| figure.value.mean() > 0.0).count();
        let sourced = durations.iter().filter(|figure| figure.source.is_some()).count();
        let words = [("known", known.into()), ("all", rows.len().into()), ("sourced", sourced.into())];
        let text = cx.words.with("steps-coverage", &words);
        let response = widgets::badge(ui, &text, cx.theme.warn, cx.theme.warn_ground);
        response.on_hover_text(cx.words.get("steps-coverage-explained"));
    });
    ui.add_space(GAP);
}

fn table_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, rows: &[(usize, &Element)]) {
    let scale = cx.theme.type_scale;
    let time = 66.0 * scale;
    let table = TableBuilder::new(ui)
        .id_salt("steps")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(214.0 * scale).clip(true))
        .column(Column::exact(60.0 * scale).clip(true))
        .column(Column::exact(166.0 * scale).clip(true))
        .columns(Column::exact(time).clip(true), 3)
        .column(Column::exact(74.0 * scale).clip(true))
        .column(Column::exact(96.0 * scale).clip(true))
        .column(Column::exact(136.0 * scale).clip(true))
        .column(Column::exact(148.0 * scale).clip(true))
        .column(Column::exact(158.0 * scale).clip(true));
    let titles = [
        "column-step",
        "column-more",
        "column-who",
        "duration-least",
        "duration-likely",
        "duration-most",
        "column-mean",
        "column-source",
        "column-documents",
        "column-importance",
        "column-automatable",
    ];
    table
        .header(ROW, |mut row| {
            let titles: Vec<(String, bool)> = titles.iter().enumerate().map(|(at, id)| (cx.words.get(id), at == 6)).collect();
            heads(&mut row, cx, &titles);
        })
        .body(|mut body| {
            for (at, (depth, element)) in rows.iter().enumerate() {
                body.row(ROW * scale + 4.0, |mut row| {
                    row_ui(&mut row, cx, scenario, service, rows, at, *depth, element);
                });
            }
        });
}

#[allow(clippy::too_many_arguments, reason = "a row needs its table, its place and its content")]
fn row_ui(
    row: &mut TableRow<'_, '_>,
    cx: &mut Cx<'_>,
    scenario: &Scenario,
    service: &Service,
    rows: &[(usize, &Element)],
    at: usize,
    depth: usize,
    element: &Element,
) {
    row.col(|ui| {
        ui.add_space(14.0 * depth as f32);
        let id = egui::Id::unique(("step name", &service.id, &element.id));
        let name = cx.words.get("column-step");
        if let Some(value) = widgets::cell_ui(ui, id, &element.name, 198.0 * cx.theme.type_scale - 14.0 * depth as f32, &name) {
            cx.edit_scenario(ScenarioEdit::Name { service: service.id.clone(), step: element.id.clone(), value });
        }
        if ui.memory(|memory| memory.has_focus(id)) {
            select(cx, service, element);
        }
    });
    row.col(|ui| more_ui(ui, cx, service, element));
    let step = match &element.kind {
        ElementKind::Step(step) => Some(&**step),
        _ => None,
    };
    row.col(|ui| match step {
        Some(step) => performer_ui(ui, cx, scenario, service, element, step),
        None => {
            ui.label(RichText::new(cx.words.get("performer-wait")).color(cx.theme.text_weak));
        }
    });
    duration_cells(row, cx, service, rows, at, element);
    row.col(|ui| {
        if let Some(step) = step {
            documents_ui(ui, cx, scenario, step);
        }
    });
    row.col(|ui| {
        if let Some(step) = step {
            importance_ui(ui, cx, service, element, step);
        }
    });
    row.col(|ui| {
        if let Some(step) = step {
            automatable_ui(ui, cx, service, element, step);
        }
    });
}

/// Adds a step behind this one, or takes this one out.
fn more_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, element: &Element) {
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.spacing_mut().button_padding.x = 5.0;
    let (service, after) = (service.id.clone(), element.id.clone());
    if sign_button(ui, "+", &format!("{}: {}", cx.words.get("step-add"), element.name)).clicked() {
        let name = cx.words.get("step-new");
        cx.edit_scenario(ScenarioEdit::AddStep { service, after, name });
    } else if sign_button(ui, "×", &format!("{}: {}", cx.words.get("step-remove"), element.name)).clicked() {
        cx.edit_scenario(ScenarioEdit::RemoveStep { service, step: after });
    }
}

/// A button with a sign, and words for whoever points at it or cannot see it.
fn sign_button(ui: &mut Ui, sign: &str, said: &str) -> egui::Response {
    let button = ui.add(egui::Button::new(sign).min_size(egui::vec2(24.0, 0.0)));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, said));
    button.on_hover_text(said)
}

fn select(cx: &mut Cx<'_>, service: &Service, element: &Element) {
    let selection = Selection::Element { service: service.id.clone(), element: element.id.clone() };
    if cx.view.selection != selection {
        cx.send(Command::View(ViewCommand::Select(selection)));
    }
}

/// Least, likely, most, mean and source of a duration.
fn duration_cells(
    row: &mut TableRow<'_, '_>,
    cx: &mut Cx<'_>,
    service: &Service,
    rows: &[(usize, &Element)],
    at: usize,
    element: &Element,
) {
    let Some(figure) = duration_of(element) else {
        for _ in 0..5 {
            row.col(|_| {});
        }
        return;
    };
    let values = duration::triple(&figure.value);
    for column in 0..3 {
        row.col(|ui| {
            let Some(values) = values else {
                if column == 1 {
                    ui.label(RichText::new("~").color(cx.theme.text_weak)).on_hover_text(cx.words.get("duration-other"));
                }
                return;
            };
            let id = cell_id(service, element, column);
            let labels = ["duration-least", "duration-likely", "duration-most"];
            let name = format!("{}: {}", cx.words.get(labels[column]), element.name);
            paste(ui, cx, service, rows, at, column, id);
            let shown = values[column].map_or(String::new(), duration::write);
            let typed = widgets::cell_ui(ui, id, &shown, 50.0 * cx.theme.type_scale, &name);
            if ui.memory(|memory| memory.has_focus(id)) {
                select(cx, service, element);
            }
            if let Some(typed) = typed {
                if let Some(value) = typed_duration(figure, column, &typed) {
                    cx.edit_scenario(ScenarioEdit::Duration { service: service.id.clone(), step: element.id.clone(), value });
                }
                let next = rows.get(at + 1).filter(|_| ui.input(|input| input.key_pressed(egui::Key::Enter)));
                if let Some((_, next)) = next {
                    ui.memory_mut(|memory| memory.request_focus(cell_id(service, next, column)));
                }
            }
        });
    }
    number_cell(row, cx.words.duration(figure.value.mean() / MS_PER_MINUTE as f64));
    row.col(|ui| provenance_ui(ui, cx, figure.source.as_deref(), &figure.note));
}

fn cell_id(service: &Service, element: &Element, column: usize) -> egui::Id {
    egui::Id::unique(("step duration", &service.id, &element.id, column))
}

fn typed_duration(figure: &DurationFigure, column: usize, typed: &str) -> Option<DurationFigure> {
    let mut triple = duration::triple(&figure.value)?;
    triple[column] = if typed.trim().is_empty() { None } else { Some(duration::read(typed)?) };
    duration::of_triple(triple, &figure.value).map(|made| duration::set(figure, made))
}

/// Takes several cells from the clipboard, as a spreadsheet writes them, and fills rows and columns from the one that has the focus on.
fn paste(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, rows: &[(usize, &Element)], at: usize, column: usize, id: egui::Id) {
    if !ui.memory(|memory| memory.has_focus(id)) {
        return;
    }
    let mut pasted = None;
    ui.input_mut(|input| {
        input.events.retain(|event| match event {
            egui::Event::Paste(text) if text.trim_end().contains(['\t', '\n']) => {
                pasted = Some(text.clone());
                false
            }
            _ => true,
        });
    });
    let Some(pasted) = pasted else { return };
    let mut edits = Vec::new();
    for ((_, element), line) in rows[at..].iter().zip(pasted.trim_end().lines()) {
        let Some(mut figure) = duration_of(element).cloned() else { continue };
        let Some(mut triple) = duration::triple(&figure.value) else { continue };
        for (offset, cell) in line.split('\t').enumerate().take(3 - column) {
            triple[column + offset] = duration::read(cell);
        }
        if let Some(made) = duration::of_triple(triple, &figure.value) {
            figure = duration::set(&figure, made);
            edits.push(ScenarioEdit::Duration { service: service.id.clone(), step: element.id.clone(), value: figure });
        }
    }
    ui.data_mut(|data| data.remove::<String>(id));
    cx.edit_scenario(ScenarioEdit::Many(edits));
}

/// Says where a figure comes from.
pub fn provenance_ui(ui: &mut Ui, cx: &Cx<'_>, source: Option<&str>, note: &str) {
    let response = match source {
        Some(key) => {
            let response = widgets::badge(ui, key, cx.theme.better, cx.theme.better_ground);
            match cx.document.study().sources.iter().find(|source| source.key == key) {
                Some(found) => response.on_hover_text(format!("{}\n{}\n{}", found.title, found.address, found.date)),
                None => response,
            }
        }
        None => widgets::badge(ui, &cx.words.get("assumption"), cx.theme.warn, cx.theme.warn_ground),
    };
    if !note.is_empty() {
        response.on_hover_text(note);
    }
}

/// Who does a step, to be chosen.
pub(super) fn performer_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element, step: &Step) {
    let shown = performer_name(cx, scenario, &step.performer);
    let mut chosen = None;
    let combo =
        egui::ComboBox::from_id_salt(("who", &element.id)).selected_text(&shown).width(146.0 * cx.theme.type_scale).truncate();
    let response = combo.show_ui(ui, |ui| {
        let mut options = vec![Performer::Citizen];
        options
            .extend(scenario.staff_pool_references().into_iter().map(|pool| Performer::Staff(vec![PoolUse { pool, count: 1 }])));
        options.push(Performer::System(None));
        options.extend(scenario.registries.iter().map(|registry| Performer::System(Some(registry.id.clone()))));
        for option in options {
            if ui.selectable_label(option == step.performer, performer_name(cx, scenario, &option)).clicked() {
                chosen = Some(option);
            }
        }
    });
    let name = format!("{}: {}", cx.words.get("column-who"), element.name);
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name.clone()));
    response.response.on_hover_text(shown);
    if let Some(value) = chosen {
        cx.edit_scenario(ScenarioEdit::Performer { service: service.id.clone(), step: element.id.clone(), value });
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

fn documents_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario, step: &Step) {
    if step.documents.is_empty() {
        ui.label(RichText::new("–").color(cx.theme.text_weak));
        return;
    }
    let asked = step.documents.iter().filter(|used| used.from == DocumentSource::Citizen).count();
    let words = [("asked", asked.into()), ("fetched", (step.documents.len() - asked).into())];
    let response = ui.add(egui::Label::new(cx.words.with("steps-documents", &words)).truncate());
    response.on_hover_ui(|ui| {
        for used in &step.documents {
            let name = scenario.documents.iter().find(|d| d.id == used.document).map_or(&used.document, |d| &d.name);
            ui.label(format!("{name}: {}", cx.words.get(source_label(used.from))));
        }
    });
}

/// Returns the id of the text that names where a document comes from.
pub fn source_label(source: DocumentSource) -> &'static str {
    match source {
        DocumentSource::Citizen => "document-from-citizen",
        DocumentSource::Registry => "document-from-registry",
        DocumentSource::Issuer => "document-from-issuer",
    }
}

/// A list of answers of which one is chosen.
fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    cx: &Cx<'_>,
    salt: (&str, &str),
    name: String,
    chosen: T,
    options: &[(T, &'static str)],
) -> Option<T> {
    let shown = options.iter().find(|(option, _)| *option == chosen).map_or(String::new(), |(_, id)| cx.words.get(id));
    let mut picked = None;
    let combo = egui::ComboBox::from_id_salt(salt).selected_text(&shown).width(ui.available_width() - 16.0).truncate();
    let response = combo.show_ui(ui, |ui| {
        for (option, id) in options {
            if ui.selectable_label(*option == chosen, cx.words.get(id)).clicked() {
                picked = Some(*option);
            }
        }
    });
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name.clone()));
    picked
}

/// How important a step is, to be answered.
pub(super) fn importance_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, element: &Element, step: &Step) {
    let options = [
        (Importance::Unknown, "importance-unknown"),
        (Importance::RequiredByLaw, "importance-law"),
        (Importance::ValueToCitizen, "importance-value"),
        (Importance::Control, "importance-control"),
        (Importance::Habit, "importance-habit"),
    ];
    let name = format!("{}: {}", cx.words.get("column-importance"), element.name);
    if let Some(importance) = choice_ui(ui, cx, ("importance", &element.id), name, step.questions.importance, &options) {
        let value = crate::model::step::Questions { importance, ..step.questions.clone() };
        cx.edit_scenario(ScenarioEdit::Questions { service: service.id.clone(), step: element.id.clone(), value });
    }
}

/// Whether systems can do a step, to be answered.
pub(super) fn automatable_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, element: &Element, step: &Step) {
    let options = [
        (Automatable::Unknown, "automatable-unknown"),
        (Automatable::ByExisting, "automatable-existing"),
        (Automatable::ByNewIntegration, "automatable-new"),
        (Automatable::ForbiddenByLaw, "automatable-law"),
        (Automatable::No, "automatable-no"),
    ];
    let name = format!("{}: {}", cx.words.get("column-automatable"), element.name);
    if let Some(automatable) = choice_ui(ui, cx, ("automatable", &element.id), name, step.questions.automatable, &options) {
        let value = crate::model::step::Questions { automatable, ..step.questions.clone() };
        cx.edit_scenario(ScenarioEdit::Questions { service: service.id.clone(), step: element.id.clone(), value });
    }
}
