//! What differs between citizens beside their segment, and what happens to them: attributes that conditions ask for, and life events with
//! the services that they set off.

use crate::app::Cx;
use crate::app::edit::{ScenarioEdit, new_id, slug};
use crate::app::panels::item_inspector::{duration_field_ui, put, put_once};
use crate::app::panels::population::{ended, linked, sliders_ui};
use crate::app::theme::{self, GAP_SMALL};
use crate::app::widgets::figure::{Shape, figure_ui};
use crate::app::widgets::{self, caption, goes_ui, pick_ui, segments};
use crate::base::distribution::Distribution;
use crate::model::change::{Item, ItemKind};
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::life_event::{LifeEvent, ServiceUse};
use crate::model::population::Attribute;
use crate::model::rename::Renaming;
use crate::model::scenario::Scenario;
use egui::{RichText, Ui};

/// Paints the attributes of cases.
pub fn attributes_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("attributes-title"), &cx.words.get("attributes-text"));
    for attribute in &scenario.attributes {
        cx.theme.card().show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.push_id(("attribute", &attribute.id), |ui| attribute_ui(ui, cx, attribute));
        });
        ui.add_space(GAP_SMALL);
    }
    if ui.button(cx.words.get("attribute-new")).clicked() {
        let name = cx.words.get("attribute-new-name");
        // Conditions know an attribute by its id, which is a word.
        let id = new_id("attribute", |id| {
            scenario.attributes.iter().any(|known| known.id == id)
                || scenario.segments.iter().flat_map(|segment| &segment.facets).any(|(facet, _)| facet == id)
        });
        let values = ["yes", "no"].map(|value| (value.to_owned(), NumberFigure::assumed(0.5)));
        put_once(cx, Item::Attribute(Attribute { id, name, values: values.into() }), "edit-attribute");
    }
}

/// One attribute: its name, what conditions call it, its values with their shares.
fn attribute_ui(ui: &mut Ui, cx: &mut Cx<'_>, attribute: &Attribute) {
    let named = if attribute.name.is_empty() { &attribute.id } else { &attribute.name };
    ui.horizontal_wrapped(|ui| {
        let id = egui::Id::unique(("attribute name", &attribute.id));
        let said = format!("{}: {named}", cx.words.get("inspector-name"));
        if let Some(name) = widgets::cell_ui(ui, id, named, 280.0 * cx.theme.type_scale, &said) {
            put(cx, Item::Attribute(Attribute { name, ..attribute.clone() }), "edit-attribute");
        }
        if goes_ui(ui, cx, named) {
            cx.edit_scenario(ScenarioEdit::TakeOut { kind: ItemKind::Attribute, id: attribute.id.clone() });
        }
        let first = attribute.values.first().map_or("…", |(value, _)| value.as_str());
        let quotes = if attribute.is_numeric() { "" } else { "'" };
        let example = format!("{} == {quotes}{first}{quotes}", attribute.id);
        let text = cx.words.with("attribute-in-conditions", &[("example", example.into())]);
        ui.label(RichText::new(text).small().color(cx.theme.text_weak));
    });
    let rows: Vec<(String, &NumberFigure)> = attribute.values.iter().map(|(value, share)| (value.clone(), share)).collect();
    let slid = sliders_ui(ui, cx, &format!("values of {}", attribute.id), &rows, true);
    ended(cx, &slid);
    let mut changed = attribute.clone();
    if let Some(shares) = slid.shares {
        set_shares(&mut changed, &shares);
    }
    if let Some((at, found)) = slid.provenance {
        (changed.values[at].1.source, changed.values[at].1.note) = (found.source, found.note);
    }
    if changed != *attribute {
        return put(cx, Item::Attribute(changed), "edit-attribute");
    }
    if let Some((at, to)) = slid.name {
        // Conditions and steps that speak of it follow.
        let (attribute, from) = (attribute.id.clone(), attribute.values[at].0.clone());
        return cx.edit_scenario(ScenarioEdit::Rename(Renaming::AttributeValue { attribute, from, to }));
    }
    if let Some(at) = slid.goes {
        // The others take its share over, so that the sum stays.
        let shares: Vec<f64> = attribute.values.iter().map(|(_, share)| share.value).collect();
        set_shares(&mut changed, &linked(&shares, at, 0.0));
        changed.values.remove(at);
    }
    if ui.button(cx.words.get("attribute-value-new")).clicked() {
        let value = new_id("value", |id| attribute.values.iter().any(|(known, _)| known == id));
        changed.values.push((value, NumberFigure::assumed(0.0)));
    }
    if changed != *attribute {
        // Refused where a condition or a step still speaks of the value.
        put_once(cx, Item::Attribute(changed), "edit-attribute-value");
    }
}

fn set_shares(attribute: &mut Attribute, shares: &[f64]) {
    for ((_, share), value) in attribute.values.iter_mut().zip(shares) {
        if share.value != *value {
            (share.value, share.source) = (*value, None);
        }
    }
}

/// Paints the life events.
pub fn life_events_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("events-title"), &cx.words.get("events-text"));
    for event in &scenario.life_events {
        cx.theme.card().show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.push_id(("life event", &event.id), |ui| event_ui(ui, cx, scenario, event));
        });
        ui.add_space(GAP_SMALL);
    }
    if let Some(service) = scenario.services.first()
        && ui.button(cx.words.get("event-new")).clicked()
    {
        let name = cx.words.get("event-new-name");
        let taken = |id: &str| scenario.life_events.iter().any(|known| known.id == id) || scenario.service(id).is_some();
        let id = new_id(&slug(&name), taken);
        let services = vec![of_service(&service.id)];
        put_once(cx, Item::LifeEvent(LifeEvent { id, name, services }), "edit-life-event");
    }
}

/// A service that is due for everybody at once.
fn of_service(service: &str) -> ServiceUse {
    let delay = DurationFigure { value: Distribution::Fixed(0.0), ..DurationFigure::default() };
    ServiceUse { service: service.to_owned(), after: Vec::new(), due: NumberFigure::assumed(1.0), delay }
}

fn name_of<'s>(scenario: &'s Scenario, id: &'s str) -> &'s str {
    scenario.service(id).map(|service| service.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(id)
}

/// One life event: its name, and each of its services with whom it is due for, when, and after what.
fn event_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, event: &LifeEvent) {
    let mut changed = event.clone();
    ui.horizontal_wrapped(|ui| {
        let id = egui::Id::unique(("life event name", &event.id));
        let said = format!("{}: {}", cx.words.get("inspector-name"), event.name);
        if let Some(name) = widgets::cell_ui(ui, id, &event.name, 280.0 * cx.theme.type_scale, &said) {
            changed.name = name;
        }
        if goes_ui(ui, cx, &event.name) {
            cx.edit_scenario(ScenarioEdit::TakeOut { kind: ItemKind::LifeEvent, id: event.id.clone() });
        }
    });
    let mut goes = None;
    for at in 0..event.services.len() {
        ui.push_id(&event.services[at].service, |ui| {
            ui.add_space(GAP_SMALL);
            ui.separator();
            if use_ui(ui, cx, scenario, event, at, &mut changed.services[at]) {
                goes = Some(at);
            }
        });
    }
    if let Some(at) = goes {
        let gone = changed.services.remove(at).service;
        changed.services.iter_mut().for_each(|used| used.after.retain(|before| *before != gone));
    }
    ui.add_space(GAP_SMALL);
    if let Some(service) = more_ui(ui, cx, scenario, event) {
        changed.services.push(of_service(&service));
    }
    if changed.services.len() != event.services.len() {
        put_once(cx, Item::LifeEvent(changed), "edit-life-event");
    } else if changed != *event {
        put(cx, Item::LifeEvent(changed), "edit-life-event");
    }
}

/// A service of a life event; tells whether it shall be one no more.
fn use_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, event: &LifeEvent, at: usize, used: &mut ServiceUse) -> bool {
    let name = name_of(scenario, &event.services[at].service);
    let mut goes = false;
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::strong(name));
        goes = event.services.len() > 1 && goes_ui(ui, cx, name);
    });
    let columns = if ui.available_width() > 640.0 * cx.theme.type_scale { 3 } else { 1 };
    ui.columns(columns, |columns| {
        let ui = &mut columns[0];
        caption(ui, cx.theme, &cx.words.get("event-due"));
        let shape = Shape::share(format!("{}: {name}", cx.words.get("event-due")));
        let before = used.due.clone();
        if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &before, &shape)).inner {
            used.due = found;
        }
        if let Some(found) = segments::numbers_ui(ui, cx, scenario, &before, &shape) {
            used.due = found;
        }
        let ui = &mut columns[1.min(columns.len() - 1)];
        caption(ui, cx.theme, &cx.words.get("event-delay"));
        let salt = format!("delay {} {}", event.id, used.service);
        if let Some(found) = duration_field_ui(ui, cx, &used.delay.clone(), &salt) {
            used.delay = found;
        }
        let ui = &mut columns[columns.len() - 1];
        if event.services.len() > 1 {
            caption(ui, cx.theme, &cx.words.get("event-after"));
            after_ui(ui, cx, scenario, event, name, used);
        }
    });
    goes
}

/// Which of the other services must have ended before: those that wait for this one are not offered.
fn after_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario, event: &LifeEvent, name: &str, used: &mut ServiceUse) {
    for other in event.services.iter().filter(|other| other.service != used.service) {
        let mut is_before = used.after.contains(&other.service);
        if !is_before && comes_after(event, &other.service, &used.service) {
            continue;
        }
        let shown = name_of(scenario, &other.service);
        let response = ui.checkbox(&mut is_before, shown);
        let said = format!("{name}, {}: {shown}", cx.words.get("event-after"));
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, is_before, &said));
        if response.changed() {
            used.after.retain(|before| *before != other.service);
            if is_before {
                used.after.push(other.service.clone());
            }
        }
    }
}

/// Tells whether a service waits for another, at once or by way of others.
fn comes_after(event: &LifeEvent, service: &str, other: &str) -> bool {
    let mut open = vec![service];
    let mut seen = Vec::new();
    while let Some(id) = open.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let before = event.services.iter().find(|used| used.service == id).map_or(&[][..], |used| &used.after);
        if before.iter().any(|id| id == other) {
            return true;
        }
        open.extend(before.iter().map(String::as_str));
    }
    false
}

/// A service that the life event does not set off yet, to be chosen.
fn more_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario, event: &LifeEvent) -> Option<String> {
    let is_new = |id: &str| !event.services.iter().any(|used| used.service == id);
    let left: Vec<&str> = scenario.services.iter().map(|service| service.id.as_str()).filter(|id| is_new(id)).collect();
    if left.is_empty() {
        return None;
    }
    let mut names = vec![cx.words.get("event-add")];
    names.extend(left.iter().map(|id| name_of(scenario, id).to_owned()));
    let said = format!("{}: {}", cx.words.get("event-add"), event.name);
    let picked = ui.scope(|ui| {
        ui.set_max_width(320.0 * cx.theme.type_scale);
        pick_ui(ui, "service more", &said, &names, Some(0))
    });
    picked.inner.and_then(|at| left.get(at.checked_sub(1)?)).map(|id| (*id).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_do_not_wait_for_each_other_in_a_circle() {
        let used = |service: &str, after: &[&str]| ServiceUse {
            after: after.iter().map(|id| (*id).to_owned()).collect(),
            ..of_service(service)
        };
        let services = vec![used("a", &[]), used("b", &["a"]), used("c", &["b"])];
        let event = LifeEvent { services, ..LifeEvent::default() };
        assert!(comes_after(&event, "c", "a"));
        assert!(!comes_after(&event, "a", "c"));
    }
}
