//! Channels and places: through what citizens reach services, how many choose which, and where they travel.

use crate::app::Cx;
use crate::app::edit::{ScenarioEdit, new_id, slug};
use crate::app::panels::item_inspector::{calendar_ui, duration_field_ui, put, put_once};
use crate::app::panels::population::{Slid, ended, linked, sliders_ui};
use crate::app::panels::services;
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::widgets::figure::{Shape, figure_ui};
use crate::app::widgets::{self, caption, goes_ui, pick_ui, segments};
use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_MINUTE;
use crate::model::change::{Item, ItemKind};
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::population::{Channel, Place};
use crate::model::scenario::Scenario;
use crate::model::service::{ChannelShare, Service};
use egui::Ui;

/// How long a journey takes where nothing is known yet, in minutes.
const FIRST_TRAVEL: f64 = 30.0;

/// Paints the channels, and which of them citizens of each service choose.
pub fn channels_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("channels-title"), &cx.words.get("channels-text"));
    cx.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        for channel in &scenario.channels {
            ui.push_id(("channel", &channel.id), |ui| channel_ui(ui, cx, scenario, channel));
        }
        if ui.button(cx.words.get("channel-new")).clicked() {
            let name = cx.words.get("channel-new-name");
            let id = new_id(&slug(&name), |id| scenario.channels.iter().any(|channel| channel.id == id));
            put_once(cx, Item::Channel(Channel { id, name, ..Channel::default() }), "edit-channel");
        }
    });
    ui.add_space(GAP_SMALL);
    if scenario.channels.is_empty() {
        return;
    }
    let (with, without): (Vec<_>, Vec<_>) =
        services::listed(scenario).into_iter().partition(|service| !service.channels.is_empty());
    for service in with {
        cx.theme.card().show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.push_id(("channels of", &service.id), |ui| service_ui(ui, cx, scenario, service));
        });
        ui.add_space(GAP_SMALL);
    }
    without_ui(ui, cx, scenario, &without);
}

/// Services that do not depend on a channel, to be given one.
fn without_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, services: &[&Service]) {
    let (Some(first), false) = (scenario.channels.first(), services.is_empty()) else { return };
    let mut names = vec![cx.words.get("channels-for")];
    names.extend(services.iter().map(|service| service.name.clone()));
    let picked = ui.scope(|ui| {
        ui.set_max_width(420.0 * cx.theme.type_scale);
        pick_ui(ui, "channels for", &cx.words.get("channels-for"), &names, Some(0))
    });
    if let Some(service) = picked.inner.and_then(|at| services.get(at.checked_sub(1)?)) {
        let mut service = Service::clone(service);
        service.channels.push(ChannelShare { channel: first.id.clone(), share: NumberFigure::assumed(1.0) });
        put_once(cx, Item::Service(service), "edit-channels");
    }
}

/// One channel: its name, whether it is digital, what a case on it costs.
fn channel_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, channel: &Channel) {
    let mut changed = channel.clone();
    ui.horizontal_wrapped(|ui| {
        let id = egui::Id::unique(("channel name", &channel.id));
        let said = format!("{}: {}", cx.words.get("inspector-name"), channel.name);
        if let Some(name) = widgets::cell_ui(ui, id, &channel.name, 240.0 * cx.theme.type_scale, &said) {
            changed.name = name;
        }
        let said = format!("{}: {}", cx.words.get("channel-digital"), channel.name);
        let response = ui.checkbox(&mut changed.digital, cx.words.get("channel-digital"));
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, channel.digital, &said));
        response.on_hover_text(cx.words.get("channel-digital-explained"));
        caption(ui, cx.theme, &cx.words.get("channel-cost"));
        let shape = Shape::money(format!("{}: {}", cx.words.get("channel-cost"), channel.name), &scenario.currency);
        if let Some(found) = figure_ui(ui, cx, &channel.cost_per_case, &shape) {
            changed.cost_per_case = found;
        }
        if goes_ui(ui, cx, &channel.name) {
            cx.edit_scenario(ScenarioEdit::TakeOut { kind: ItemKind::Channel, id: channel.id.clone() });
        }
    });
    if changed != *channel {
        put(cx, Item::Channel(changed), "edit-channel");
    }
}

/// Which channels citizens of a service choose, and one more or one less.
fn service_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service) {
    let name = |id: &str| scenario.channels.iter().find(|c| c.id == id).map_or(id.to_owned(), |c| c.name.clone());
    let rows: Vec<(String, &NumberFigure)> = service.channels.iter().map(|c| (name(&c.channel), &c.share)).collect();
    ui.label(theme::strong(&service.name));
    let slid = sliders_ui(ui, cx, &format!("channels of {}", service.id), &rows, false);
    ended(cx, &slid);
    shares_done(cx, service, &slid);
    for (channel, share) in rows.iter().zip(&service.channels) {
        let shape = Shape::share(format!("{}: {}, {}", cx.words.get("way-share"), channel.0, service.name));
        // Every channel of a service has the same exceptions, so that the shares of each segment make 1.
        let found = ui.horizontal_top(|ui| {
            ui.label(egui::RichText::new(&channel.0).small().color(cx.theme.text_weak));
            ui.vertical(|ui| segments::numbers_ui(ui, cx, scenario, &share.share, &shape)).inner
        });
        if let Some(found) = found.inner {
            put(cx, Item::Service(with_exceptions(service, &share.channel, &found)), "edit-channels");
        }
    }
    let left: Vec<&Channel> =
        scenario.channels.iter().filter(|known| !service.channels.iter().any(|share| share.channel == known.id)).collect();
    if left.is_empty() {
        return;
    }
    let mut names = vec![cx.words.get("channel-add")];
    names.extend(left.iter().map(|channel| channel.name.clone()));
    ui.scope(|ui| {
        ui.set_max_width(280.0 * cx.theme.type_scale);
        let said = format!("{}: {}", cx.words.get("channel-add"), service.name);
        let picked = pick_ui(ui, "channel more", &said, &names, Some(0));
        if let Some(channel) = picked.and_then(|at| left.get(at.checked_sub(1)?)) {
            // One more is nobody's until a slider is moved.
            let share = 0.0;
            let mut service = service.clone();
            service.channels.push(ChannelShare { channel: channel.id.clone(), share: NumberFigure::assumed(share) });
            put_once(cx, Item::Service(service), "edit-channels");
        }
    });
}

/// Returns a service with other exceptions of one channel: the remaining channels take up, in proportion, what that one leaves, so that the
/// shares of each segment make 1.
fn with_exceptions(service: &Service, channel: &str, found: &NumberFigure) -> Service {
    let mut changed = service.clone();
    let Some(at) = service.channels.iter().position(|share| share.channel == channel) else { return changed };
    for share in &mut changed.channels {
        share.share.by_segment.retain(|(key, _)| found.by_segment.iter().any(|(known, _)| known == key));
    }
    for (key, wanted) in &found.by_segment {
        let of = |share: &ChannelShare| {
            share.share.by_segment.iter().find(|(known, _)| known == key).map_or(share.share.value, |(_, value)| *value)
        };
        let before: Vec<f64> = service.channels.iter().map(of).collect();
        for (share, value) in changed.channels.iter_mut().zip(linked(&before, at, *wanted)) {
            match share.share.by_segment.iter_mut().find(|(known, _)| known == key) {
                Some((_, known)) if *known == value => {}
                Some((_, known)) => (*known, share.share.source) = (value, None),
                None => {
                    share.share.by_segment.push((key.clone(), value));
                    share.share.source = None;
                }
            }
        }
    }
    changed
}

/// Carries out what was done with the sliders of a service's channels.
fn shares_done(cx: &mut Cx<'_>, service: &Service, slid: &Slid) {
    if let Some(shares) = &slid.shares {
        cx.edit_scenario(ScenarioEdit::ChannelShares { service: service.id.clone(), shares: shares.clone() });
    }
    if let Some((at, found)) = &slid.provenance {
        let mut service = service.clone();
        let share = &mut service.channels[*at].share;
        (share.source, share.note) = (found.source.clone(), found.note.clone());
        put(cx, Item::Service(service), "edit-source-of");
    }
    if let Some(at) = slid.goes {
        let mut service = service.clone();
        let shares: Vec<f64> = service.channels.iter().map(|channel| channel.share.value).collect();
        for (channel, share) in service.channels.iter_mut().zip(linked(&shares, at, 0.0)) {
            if channel.share.value != share {
                (channel.share.value, channel.share.source) = (share, None);
            }
            // Exceptions would no longer make 1 without the one that goes.
            channel.share.by_segment.clear();
        }
        service.channels.remove(at);
        put_once(cx, Item::Service(service), "edit-channels");
    }
}

/// Paints the places that citizens travel to.
pub fn places_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("places-title"), &cx.words.get("places-text"));
    for place in &scenario.places {
        cx.theme.card().show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.push_id(("place", &place.id), |ui| place_ui(ui, cx, scenario, place));
        });
        ui.add_space(GAP_SMALL);
    }
    if ui.button(cx.words.get("place-new")).clicked() {
        let name = cx.words.get("place-new-name");
        let id = new_id(&slug(&name), |id| scenario.places.iter().any(|place| place.id == id));
        let travel = DurationFigure::assumed(Distribution::Fixed(FIRST_TRAVEL * MS_PER_MINUTE as f64));
        put_once(cx, Item::Place(Place { id, name, travel, ..Place::default() }), "edit-places");
    }
}

/// One place: its name, the journey to it, when it is open.
fn place_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, place: &Place) {
    let mut changed = place.clone();
    ui.horizontal_wrapped(|ui| {
        let id = egui::Id::unique(("place name", &place.id));
        let said = format!("{}: {}", cx.words.get("inspector-name"), place.name);
        if let Some(name) = widgets::cell_ui(ui, id, &place.name, 280.0 * cx.theme.type_scale, &said) {
            changed.name = name;
        }
        if goes_ui(ui, cx, &place.name) {
            cx.edit_scenario(ScenarioEdit::TakeOut { kind: ItemKind::Place, id: place.id.clone() });
        }
    });
    let columns = if ui.available_width() > 640.0 * cx.theme.type_scale { 2 } else { 1 };
    ui.columns(columns, |columns| {
        let ui = &mut columns[0];
        caption(ui, cx.theme, &cx.words.get("place-travel"));
        if let Some(travel) = duration_field_ui(ui, cx, &place.travel, &format!("travel {}", place.id)) {
            changed.travel = travel;
        }
        if let Some(travel) = segments::durations_ui(ui, cx, scenario, &place.travel, &format!("travel {}", place.id)) {
            changed.travel = travel;
        }
        let ui = &mut columns[columns.len() - 1];
        caption(ui, cx.theme, &cx.words.get("place-fare"));
        let shape = Shape::money(format!("{}: {}", cx.words.get("place-fare"), place.name), &scenario.currency);
        if let Some(fare) = ui.horizontal(|ui| figure_ui(ui, cx, &place.fare, &shape)).inner {
            changed.fare = fare;
        }
        if let Some(fare) = segments::numbers_ui(ui, cx, scenario, &place.fare, &shape) {
            changed.fare = fare;
        }
        caption(ui, cx.theme, &cx.words.get("place-hours"));
        let said = format!("{}: {}", cx.words.get("place-hours"), place.name);
        if let Some(calendar) = calendar_ui(ui, cx, scenario, place.calendar.as_deref(), &said) {
            changed.calendar = calendar;
        }
        ui.add_space(GAP);
    });
    if changed != *place {
        put(cx, Item::Place(changed), "edit-places");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(channel: &str, value: f64, rural: f64) -> ChannelShare {
        let share = NumberFigure { by_segment: vec![("rural".to_owned(), rural)], ..NumberFigure::assumed(value) };
        ChannelShare { channel: channel.to_owned(), share }
    }

    #[test]
    fn shares_of_a_segment_keep_their_sum() {
        let channels = vec![share("portal", 0.6, 0.3), share("centre", 0.3, 0.6), share("call", 0.1, 0.1)];
        let service = Service { channels, ..Service::default() };
        let mut found = service.channels[0].share.clone();
        found.by_segment[0].1 = 0.65;
        let changed = with_exceptions(&service, "portal", &found);
        let rural: Vec<f64> = changed.channels.iter().map(|share| share.share.by_segment[0].1).collect();
        assert!((rural.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{rural:?}");
        assert!((rural[0] - 0.65).abs() < 1e-12 && (rural[1] - 0.3).abs() < 1e-12, "{rural:?}");
        assert_eq!(changed.channels[1].share.value, 0.3);
        // An exception that is taken out goes from every channel.
        found.by_segment.clear();
        let plain = with_exceptions(&service, "portal", &found);
        assert!(plain.channels.iter().all(|share| share.share.by_segment.is_empty()));
    }
}
