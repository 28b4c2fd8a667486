//! The inspector: what is known about the thing that is chosen.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand, ViewCommand};
use crate::app::edit::{Edit, ScenarioEdit};
use crate::app::findings;
use crate::app::theme::GAP;
use crate::app::view_state::Selection;
use crate::app::widgets;
use egui::{RichText, Ui};

/// Paints the inspector.
pub fn inspector_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    back_ui(ui, cx);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| match cx.view.selection.clone() {
        Selection::Study => study_ui(ui, cx),
        Selection::Service(id) => super::service_inspector::service_ui(ui, cx, &id),
        Selection::Element { service, element } => element_ui(ui, cx, &service, &element),
        Selection::Pool(id) => super::item_inspector::pool_ui(ui, cx, &id),
        Selection::Registry(id) => super::item_inspector::registry_ui(ui, cx, &id),
        Selection::Document(id) => super::item_inspector::document_ui(ui, cx, &id),
    });
}

/// The way back to the study, where something within it is chosen.
fn back_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if cx.view.selection != Selection::Study && ui.link(cx.words.get("inspector-back")).clicked() {
        cx.send(Command::View(ViewCommand::Select(Selection::Study)));
    }
}

/// The kind of thing that is chosen, and its name as a field; returns the name once it was changed.
pub fn name_ui(ui: &mut Ui, cx: &Cx<'_>, kind: &str, id: &str, name: &str) -> Option<String> {
    ui.label(RichText::new(cx.words.get(kind)).small().color(cx.theme.text_weak));
    let field = egui::Id::unique(("inspected name", kind, id));
    let width = ui.available_width();
    let typed = widgets::cell_ui(ui, field, name, width, &format!("{}: {id}", cx.words.get("inspector-name")));
    ui.add_space(GAP);
    typed.map(|typed| typed.trim().to_owned()).filter(|typed| !typed.is_empty())
}

/// A line with a name and a value.
pub fn fact(ui: &mut Ui, cx: &Cx<'_>, label: &str, value: &str) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(cx.words.get(label)).color(cx.theme.text_weak));
        ui.label(value);
    });
}

fn study_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let study = cx.document.study().clone();
    let mut summary = study.summary.clone();
    let named = name_ui(ui, cx, "inspector-study", &study.id, &study.title);
    let name = cx.words.get("inspector-summary");
    let response = ui.add(egui::TextEdit::multiline(&mut summary).hint_text(&name).desired_width(f32::INFINITY).desired_rows(3));
    widgets::name_field(&response, &study.summary, &summary, &name);
    if named.is_some() || summary != study.summary {
        let title = named.unwrap_or_else(|| study.title.clone());
        cx.send(Command::Edit(EditCommand::Apply(Box::new(Edit::Describe { title, summary }))));
    }
    if response.lost_focus() {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
    if let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() {
        let mut once = scenario.once_only;
        let response = ui.checkbox(&mut once, cx.words.get("study-once-only"));
        if response.on_hover_text(cx.words.get("study-once-only-explained")).changed() {
            cx.edit_scenario(ScenarioEdit::OnceOnly(once));
        }
    }
    if !study.notes.is_empty() {
        widgets::group_title(ui, cx.theme, &cx.words.get("inspector-notes"));
        for note in &study.notes {
            widgets::unbroken_ui(ui, &format!("• {}", cx.words.note(note)), |text| RichText::new(text).small());
        }
    }
}

fn element_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &str, element: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let found = scenario.service(service).and_then(|service| Some((service, service.element(element)?)));
    let Some((service, found)) = found else {
        ui.label(RichText::new(cx.words.get("inspector-not-here")).color(cx.theme.text_weak));
        return;
    };
    let named = name_ui(ui, cx, "inspector-step", element, &found.name);
    if let Some(value) = named {
        cx.edit_scenario(ScenarioEdit::Name { service: service.id.clone(), step: element.to_owned(), value });
    }
    findings_ui(ui, cx, &service.id, element);
    if !found.note.is_empty() {
        ui.label(RichText::new(&found.note).small());
    }
    super::step_inspector::inspect_ui(ui, cx, &scenario, service, found);
}

/// Faults and warnings about an element, at the element.
fn findings_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &str, element: &str) {
    let found: Vec<_> = findings::of_element(cx, service, element)
        .into_iter()
        .map(|finding| findings::in_names(cx.document.study(), finding))
        .collect();
    for finding in &found {
        widgets::finding_ui(ui, cx, finding);
    }
}
