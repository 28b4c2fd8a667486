//! Staff pools, registries and documents in the inspector: what they are called, how they work, how to take them out.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, What};
use crate::app::panels::inspector::{fact, name_ui};
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::view_state::Selection;
use crate::app::widgets::figure::{Shape, figure_ui};
use crate::app::widgets::{self, caption, choice_ui, duration, pick_ui};
use crate::experiment::outcome::PoolOutcome;
use crate::model::agency::{Discipline, StaffGroup, StaffPool};
use crate::model::change::{Item, ItemKind};
use crate::model::document::Document;
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use egui::Ui;

/// Sends a part of the scenario as it shall be.
pub fn put(cx: &mut Cx<'_>, item: Item, what: &'static str) {
    cx.edit_scenario(ScenarioEdit::Put { item: Box::new(item), what: What::going_on(what) });
}

/// Sends a part of the scenario that is new, or that something was taken out of: a step of undo of its own.
pub fn put_once(cx: &mut Cx<'_>, item: Item, what: &'static str) {
    cx.edit_scenario(ScenarioEdit::Put { item: Box::new(item), what: What::once(what) });
}

/// Takes a part of the scenario out.
pub fn take_out_ui(ui: &mut Ui, cx: &mut Cx<'_>, kind: ItemKind, id: &str, name: &str) {
    if take_out_button(ui, cx, name) {
        cx.edit_scenario(ScenarioEdit::TakeOut { kind, id: id.to_owned() });
    }
}

/// The button for it, which says to a screen reader what would go.
fn take_out_button(ui: &mut Ui, cx: &Cx<'_>, name: &str) -> bool {
    ui.add_space(GAP);
    // As wide as its word, also where everything else is as wide as there is room.
    let button = ui.horizontal(|ui| ui.button(cx.words.get("item-take-out"))).inner;
    let said = format!("{}: {name}", cx.words.get("item-take-out"));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    button.on_hover_text(cx.words.get("item-take-out-explained")).clicked()
}

const DISCIPLINES: [(Discipline, &str); 3] = [
    (Discipline::Fifo, "discipline-fifo"),
    (Discipline::Priority, "discipline-priority"),
    (Discipline::EarliestDeadline, "discipline-deadline"),
];

/// Paints a staff pool.
pub fn pool_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let Some((agency, pool)) = scenario.staff_pool(id) else { return };
    let mut changed = pool.clone();
    if let Some(name) = name_ui(ui, cx, "inspector-pool", id, &pool.name) {
        changed.name = name;
    }
    fact(ui, cx, "fact-agency", &agency.name);
    for at in 0..pool.staff.len() {
        ui.push_id(("group", id, at), |ui| group_ui(ui, cx, &scenario, &mut changed, at));
    }
    if ui.button(cx.words.get("pool-add-group")).on_hover_text(cx.words.get("pool-add-group-explained")).clicked() {
        let calendar = pool.staff.last().and_then(|group| group.calendar.clone());
        changed.staff.push(StaffGroup { count: NumberFigure::assumed(1.0), calendar, skills: Vec::new() });
    }
    caption(ui, cx.theme, &cx.words.get("pool-cost"));
    let shape = Shape::money(cx.words.get("pool-cost"), &scenario.currency);
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &pool.cost_per_hour, &shape)).inner {
        changed.cost_per_hour = found;
    }
    caption(ui, cx.theme, &cx.words.get("pool-absence"));
    let shape = Shape { range: 0.0..=95.0, ..Shape::share(cx.words.get("pool-absence")) };
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &pool.absence, &shape)).inner {
        changed.absence = found;
    }
    caption(ui, cx.theme, &cx.words.get("pool-discipline"));
    let name = cx.words.get("pool-discipline");
    changed.discipline = choice_ui(ui, cx, ("discipline", id), &name, pool.discipline, &DISCIPLINES).unwrap_or(pool.discipline);
    if changed != *pool {
        put_pool(cx, &scenario, id, Some(changed), "edit-staff");
    }
    if take_out_button(ui, cx, &pool.name) {
        put_pool(cx, &scenario, id, None, "edit-take-out");
    }
    if let Some(found) = pool_outcome(cx, id) {
        pool_results_ui(ui, cx, found);
    }
}

/// People of a pool with the same hours.
fn group_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, pool: &mut StaffPool, at: usize) {
    let Some(group) = pool.staff.get(at).cloned() else { return };
    ui.add_space(GAP_SMALL);
    caption(ui, cx.theme, &cx.words.get("column-people"));
    let shape = Shape::count(format!("{}: {}", cx.words.get("column-people"), pool.name));
    let mut goes = false;
    let found = ui.horizontal(|ui| {
        let found = figure_ui(ui, cx, &group.count, &shape);
        if pool.staff.len() > 1 {
            let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
            let said = cx.words.get("pool-remove-group");
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            goes = button.on_hover_text(said).clicked();
        }
        found
    });
    if let Some(found) = found.inner {
        pool.staff[at].count = found;
    }
    let name = format!("{}: {}", cx.words.get("column-hours-of-work"), pool.name);
    caption(ui, cx.theme, &cx.words.get("column-hours-of-work"));
    if let Some(calendar) = calendar_ui(ui, cx, scenario, group.calendar.as_deref(), &name) {
        pool.staff[at].calendar = calendar;
    }
    if !group.skills.is_empty() {
        fact(ui, cx, "fact-skills", &group.skills.join(", "));
    }
    if goes {
        pool.staff.remove(at);
    }
}

/// A calendar to be chosen, or none: around the clock.
pub fn calendar_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario, chosen: Option<&str>, name: &str) -> Option<Option<String>> {
    let mut names = vec![cx.words.get("calendar-none")];
    names.extend(scenario.calendars.iter().map(|c| if c.name.is_empty() { c.id.clone() } else { c.name.clone() }));
    let at = chosen.map_or(Some(0), |id| scenario.calendars.iter().position(|c| c.id == id).map(|at| at + 1));
    let picked = pick_ui(ui, ("calendar", name), name, &names, at)?;
    Some(picked.checked_sub(1).and_then(|at| scenario.calendars.get(at)).map(|calendar| calendar.id.clone()))
}

/// Puts a pool into its agency, or takes it out of it.
pub fn put_pool(cx: &mut Cx<'_>, scenario: &Scenario, id: &str, pool: Option<StaffPool>, what: &'static str) {
    let Some((agency, old)) = scenario.staff_pool(id) else { return };
    let mut agency = agency.clone();
    let is_old = |known: &StaffPool| known.id == old.id;
    let goes = pool.is_none();
    match (pool, agency.pools.iter().position(is_old)) {
        (Some(pool), Some(at)) => agency.pools[at] = pool,
        (None, Some(at)) => {
            agency.pools.remove(at);
        }
        _ => return,
    }
    if goes {
        put_once(cx, Item::Agency(agency), what);
    } else {
        put(cx, Item::Agency(agency), what);
    }
    if goes {
        cx.send(Command::View(ViewCommand::Select(Selection::Study)));
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

/// Paints a registry.
pub fn registry_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let Some(registry) = scenario.registries.iter().find(|r| r.id == id) else { return };
    let mut changed: Registry = registry.clone();
    if let Some(name) = name_ui(ui, cx, "inspector-registry", id, &registry.name) {
        changed.name = name;
    }
    for (label, figure) in [("fact-coverage", &mut changed.coverage), ("fact-correctness", &mut changed.correctness)] {
        caption(ui, cx.theme, &cx.words.get(label));
        let shape = Shape::share(cx.words.get(label));
        if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, figure, &shape)).inner {
            *figure = found;
        }
    }
    caption(ui, cx.theme, &cx.words.get("registry-latency"));
    if let Some(latency) = duration_field_ui(ui, cx, &registry.latency, &format!("latency {id}")) {
        changed.latency = latency;
    }
    caption(ui, cx.theme, &cx.words.get("registry-hours"));
    let name = cx.words.get("registry-hours");
    if let Some(calendar) = calendar_ui(ui, cx, &scenario, registry.calendar.as_deref(), &name) {
        changed.calendar = calendar;
    }
    caption(ui, cx.theme, &cx.words.get("registry-cost"));
    let shape = Shape::money(cx.words.get("registry-cost"), &scenario.currency);
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &registry.cost_per_call, &shape)).inner {
        changed.cost_per_call = found;
    }
    if changed != *registry {
        let only_coverage = Registry { coverage: changed.coverage.clone(), ..registry.clone() } == changed;
        put(cx, Item::Registry(changed), if only_coverage { "edit-coverage" } else { "edit-registry" });
    }
    let documents: Vec<&str> =
        scenario.documents.iter().filter(|d| d.registry.as_deref() == Some(id)).map(|d| d.name.as_str()).collect();
    fact(ui, cx, "fact-documents", &documents.join(", "));
    if let Some(found) = pool_outcome(cx, &format!("registry:{id}")) {
        pool_results_ui(ui, cx, found);
    }
    take_out_ui(ui, cx, ItemKind::Registry, id, &registry.name);
}

/// Paints a document.
pub fn document_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let Some(document) = scenario.documents.iter().find(|d| d.id == id) else { return };
    let mut changed: Document = document.clone();
    if let Some(name) = name_ui(ui, cx, "inspector-document", id, &document.name) {
        changed.name = name;
    }
    caption(ui, cx.theme, &cx.words.get("fact-registry"));
    let named = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
    let registries: Vec<(String, String)> = scenario.registries.iter().map(|r| (r.id.clone(), named(&r.name, &r.id))).collect();
    if let Some(registry) = one_of_ui(ui, cx, "fact-registry", "documents-nowhere", &registries, document.registry.as_deref()) {
        changed.registry = registry;
    }
    caption(ui, cx.theme, &cx.words.get("fact-issued-by"));
    let services: Vec<(String, String)> = scenario.services.iter().map(|s| (s.id.clone(), named(&s.name, &s.id))).collect();
    if let Some(service) = one_of_ui(ui, cx, "fact-issued-by", "document-no-service", &services, document.issued_by.as_deref()) {
        changed.issued_by = service;
    }
    caption(ui, cx.theme, &cx.words.get("fact-at-hand"));
    let shape = Shape::share(cx.words.get("fact-at-hand"));
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &document.at_hand, &shape)).inner {
        changed.at_hand = found;
    }
    gathering_ui(ui, cx, &scenario, id, &mut changed);
    if changed != *document {
        put(cx, Item::Document(changed), "edit-document");
    }
    take_out_ui(ui, cx, ItemKind::Document, id, &document.name);
}

/// What it takes a citizen to get a document.
fn gathering_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, id: &str, document: &mut Document) {
    ui.add_space(GAP_SMALL);
    ui.label(theme::strong(cx.words.get("document-gathering")));
    caption(ui, cx.theme, &cx.words.get("gathering-work"));
    let gathering = &mut document.gathering;
    if let Some(work) = duration_field_ui(ui, cx, &gathering.work, &format!("gathering work {id}")) {
        gathering.work = work;
    }
    caption(ui, cx.theme, &cx.words.get("gathering-visits"));
    let shape = Shape { decimals: 2, ..Shape::count(cx.words.get("gathering-visits")) };
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &gathering.visits, &shape)).inner {
        gathering.visits = found;
    }
    let places: Vec<(String, String)> = scenario.places.iter().map(|p| (p.id.clone(), p.name.clone())).collect();
    caption(ui, cx.theme, &cx.words.get("gathering-place"));
    if let Some(place) = one_of_ui(ui, cx, "gathering-place", "place-none", &places, gathering.place.as_deref()) {
        gathering.place = place;
    }
    caption(ui, cx.theme, &cx.words.get("gathering-wait"));
    if let Some(wait) = duration_field_ui(ui, cx, &gathering.wait, &format!("gathering wait {id}")) {
        gathering.wait = wait;
    }
    caption(ui, cx.theme, &cx.words.get("step-fee"));
    let shape = Shape::money(cx.words.get("step-fee"), &scenario.currency);
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &gathering.fee, &shape)).inner {
        gathering.fee = found;
    }
}

/// One of several things by their ids, or none of them.
fn one_of_ui(
    ui: &mut Ui,
    cx: &Cx<'_>,
    label: &str,
    none: &str,
    all: &[(String, String)],
    chosen: Option<&str>,
) -> Option<Option<String>> {
    let mut names = vec![cx.words.get(none)];
    names.extend(all.iter().map(|(_, name)| name.clone()));
    let at = chosen.map_or(Some(0), |id| all.iter().position(|(known, _)| known == id).map(|at| at + 1));
    let picked = pick_ui(ui, ("one of", label), &cx.words.get(label), &names, at)?;
    Some(picked.checked_sub(1).and_then(|at| all.get(at)).map(|(id, _)| id.clone()))
}

/// A duration as fields with where it comes from, without a picture.
pub fn duration_field_ui(ui: &mut Ui, cx: &mut Cx<'_>, figure: &DurationFigure, salt: &str) -> Option<DurationFigure> {
    let changed = duration::editor_ui(ui, cx, figure, salt);
    let name = cx.words.get("inspector-duration");
    // A row of its own: in columns a badge would be drawn as wide as the column.
    let badge = |ui: &mut Ui| widgets::provenance::edit_ui(ui, cx, figure.source.as_deref(), &figure.note, &name);
    let found = ui.push_id(salt, |ui| ui.horizontal(badge).inner).inner;
    changed.or(found.map(|found| DurationFigure { source: found.source, note: found.note, ..figure.clone() }))
}
