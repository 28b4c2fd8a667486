//! Facets: what segments have in common, as a table of segments and facets. Conditions ask for them, and figures have values by them.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, What, new_id};
use crate::app::panels::item_inspector::put_once;
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::widgets::{self, goes_ui};
use crate::model::change::Item;
use crate::model::condition::BUILT_IN_NAMES;
use crate::model::population::Segment;
use crate::model::rename::Renaming;
use crate::model::scenario::Scenario;
use egui::{RichText, Ui};

/// Paints the facets of a scenario's segments.
pub fn facets_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    if scenario.segments.is_empty() {
        return;
    }
    ui.add_space(GAP);
    ui.label(theme::strong(cx.words.get("facets-title")).small().color(cx.theme.text_weak));
    ui.label(RichText::new(cx.words.get("facets-text")).small().color(cx.theme.text_weak));
    ui.add_space(GAP_SMALL);
    let facets = listed(scenario);
    let room = ui.available_width() * 0.3;
    let names = room.clamp(110.0, 260.0);
    let width =
        ((ui.available_width() - names) / facets.len().max(1) as f32 - 2.0 * GAP).clamp(70.0, 180.0 * cx.theme.type_scale);
    if !facets.is_empty() {
        egui::ScrollArea::horizontal().id_salt("facets").auto_shrink([false, true]).show(ui, |ui| {
            egui::Grid::new("facets").spacing([GAP, GAP_SMALL]).show(ui, |ui| {
                ui.allocate_space(egui::vec2(names, 1.0));
                for facet in &facets {
                    head_ui(ui, cx, scenario, facet, width);
                }
                ui.end_row();
                for segment in &scenario.segments {
                    ui.add_sized(
                        [names, ui.spacing().interact_size.y],
                        egui::Label::new(&segment.name).truncate().halign(egui::Align::Min),
                    );
                    for facet in &facets {
                        value_ui(ui, cx, scenario, segment, facet, width);
                    }
                    ui.end_row();
                }
            });
        });
    }
    if ui.button(cx.words.get("facet-new")).clicked() {
        add(cx, scenario, &facets);
    }
}

/// Lists the facets in the order in which segments name them.
fn listed(scenario: &Scenario) -> Vec<String> {
    let mut facets: Vec<String> = Vec::new();
    for (facet, _) in scenario.segments.iter().flat_map(|segment| &segment.facets) {
        if !facets.contains(facet) {
            facets.push(facet.clone());
        }
    }
    facets
}

/// A facet's name, to be typed anew, and its end.
fn head_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, facet: &str, width: f32) {
    ui.horizontal(|ui| {
        let id = egui::Id::unique(("facet", facet));
        let said = format!("{}: {facet}", cx.words.get("facet-name"));
        if let Some(to) = widgets::cell_ui(ui, id, facet, width - 34.0, &said) {
            cx.edit_scenario(ScenarioEdit::Rename(Renaming::Facet { from: facet.to_owned(), to }));
        }
        if goes_ui(ui, cx, facet) {
            let without = |segment: &Segment| Segment {
                facets: segment.facets.iter().filter(|(name, _)| name != facet).cloned().collect(),
                ..segment.clone()
            };
            let has = |segment: &&Segment| segment.facets.iter().any(|(name, _)| name == facet);
            let edits = scenario.segments.iter().filter(has).map(|segment| put(without(segment))).collect();
            cx.edit_scenario(ScenarioEdit::Many(edits));
        }
    });
}

fn put(segment: Segment) -> ScenarioEdit {
    ScenarioEdit::Put { item: Box::new(Item::Segment(segment)), what: What::once("edit-facets") }
}

/// A segment's value of a facet. Where it was the only one with its value, the value is renamed and all that speaks of it follows;
/// else the segment goes over to another value.
fn value_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, segment: &Segment, facet: &str, width: f32) {
    let value = segment.facets.iter().find(|(name, _)| name == facet).map_or("", |(_, value)| value.as_str());
    let id = egui::Id::unique(("facet of", &segment.id, facet));
    let said = format!("{facet}: {}", segment.name);
    let Some(typed) = widgets::cell_ui(ui, id, value, width - 12.0, &said) else { return };
    let typed = typed.trim();
    let with = |wanted: &str| {
        let has = |segment: &&Segment| segment.facets.iter().any(|(name, value)| name == facet && value == wanted);
        scenario.segments.iter().filter(has).count()
    };
    if !value.is_empty() && !typed.is_empty() && with(value) == 1 && with(typed) == 0 {
        let (facet, from, to) = (facet.to_owned(), value.to_owned(), typed.to_owned());
        return cx.edit_scenario(ScenarioEdit::Rename(Renaming::FacetValue { facet, from, to }));
    }
    let mut changed = segment.clone();
    match (changed.facets.iter_mut().find(|(name, _)| name == facet), typed.is_empty()) {
        (Some(_), true) => changed.facets.retain(|(name, _)| name != facet),
        (Some((_, value)), false) => typed.clone_into(value),
        (None, true) => return,
        (None, false) => changed.facets.push((facet.to_owned(), typed.to_owned())),
    }
    // Refused where a condition or a figure still speaks of a value that nobody would have.
    put_once(cx, Item::Segment(changed), "edit-facets");
}

/// A facet more, with one value for everybody, to be told apart in the table.
fn add(cx: &mut Cx<'_>, scenario: &Scenario, facets: &[String]) {
    let is_taken = |name: &str| {
        BUILT_IN_NAMES.contains(&name)
            || facets.iter().any(|facet| facet == name)
            || scenario.attributes.iter().any(|attribute| attribute.id == name)
    };
    let facet = new_id(&cx.words.get("facet-new-name"), is_taken);
    let value = cx.words.get("facet-new-value");
    if value.is_empty() || facet.is_empty() {
        return cx.send(Command::View(ViewCommand::Refuse(cx.words.get("refused-option"))));
    }
    let with = |segment: &Segment| {
        let mut segment = segment.clone();
        segment.facets.push((facet.clone(), value.clone()));
        put(segment)
    };
    cx.edit_scenario(ScenarioEdit::Many(scenario.segments.iter().map(with).collect()));
}
