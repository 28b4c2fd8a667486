//! Demand: what comes, how much of it, and when in the year, the week and the day.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, new_id, slug};
use crate::app::panels::item_inspector::{calendar_ui, duration_field_ui, put, put_once};
use crate::app::theme::{GAP, GAP_SMALL};
use crate::app::widgets::figure::{Shape, figure_ui, number_ui};
use crate::app::widgets::weights::weights_ui;
use crate::app::widgets::{self, caption, choice_ui, pick_ui, provenance};
use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_DAY;
use crate::formats::text::{parse_date_range, parse_date_time, print_date_range, print_date_time};
use crate::model::change::{Item, ItemKind};
use crate::model::demand::{Arrivals, Burst, Demand, Peak, Profile};
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::scenario::Scenario;
use egui::{RichText, Ui};

/// Citizens a year where nothing is known yet.
const FIRST_GUESS: f64 = 1000.0;
/// Given instants that are shown; a longer list is written in the file.
const MOST_SHOWN: usize = 60;

/// How citizens come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    AtRandom,
    OneByOne,
    Listed,
}

const COMES: [(Comes, &str); 3] =
    [(Comes::AtRandom, "demand-at-random"), (Comes::OneByOne, "demand-one-by-one"), (Comes::Listed, "demand-listed")];

/// Paints all demand of a scenario.
pub fn demand_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("demand-title"), &cx.words.get("demand-text"));
    let needed = needed(scenario);
    for demand in &scenario.demand {
        cx.theme.card().show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.push_id(("demand", &demand.id), |ui| one_ui(ui, cx, scenario, &needed, demand));
        });
        ui.add_space(GAP_SMALL);
    }
    if let Some((of, _)) = needed.first()
        && ui.button(cx.words.get("demand-new")).clicked()
    {
        let id = new_id(&slug(of), |id| scenario.demand.iter().any(|known| known.id == id));
        let new = Demand { id, of: of.clone(), arrivals: at_random(FIRST_GUESS), background: false };
        put_once(cx, Item::Demand(new), "edit-demand");
    }
}

/// What citizens can need: life events and services, with names for people.
fn needed(scenario: &Scenario) -> Vec<(String, String)> {
    let named = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
    let events = scenario.life_events.iter().map(|event| (event.id.clone(), named(&event.name, &event.id)));
    events.chain(scenario.services.iter().map(|service| (service.id.clone(), named(&service.name, &service.id)))).collect()
}

fn at_random(per_year: f64) -> Arrivals {
    Arrivals::Poisson {
        per_year: NumberFigure::assumed(per_year),
        growth: NumberFigure::assumed(0.0),
        profile: Profile::default(),
    }
}

/// One stream: what is needed, how it comes, and when.
fn one_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, needed: &[(String, String)], demand: &Demand) {
    let mut changed = demand.clone();
    let name = needed.iter().find(|(id, _)| *id == demand.of).map_or(demand.of.clone(), |(_, name)| name.clone());
    ui.horizontal_wrapped(|ui| {
        ui.scope(|ui| {
            ui.set_max_width(300.0 * cx.theme.type_scale);
            let names: Vec<String> = needed.iter().map(|(_, name)| name.clone()).collect();
            let at = needed.iter().position(|(id, _)| *id == demand.of);
            let said = format!("{}: {name}", cx.words.get("demand-of"));
            if let Some(at) = pick_ui(ui, "of", &said, &names, at) {
                changed.of.clone_from(&needed[at].0);
            }
        });
        ui.scope(|ui| {
            ui.set_max_width(300.0 * cx.theme.type_scale);
            let said = format!("{}: {name}", cx.words.get("demand-comes"));
            if let Some(comes) = choice_ui(ui, cx, "comes", &said, comes(&demand.arrivals), &COMES) {
                changed.arrivals = coming(&demand.arrivals, comes, scenario);
            }
        });
        ui.checkbox(&mut changed.background, cx.words.get("demand-background"))
            .on_hover_text(cx.words.get("demand-background-explained"));
        let said = format!("{}: {}, {name}", cx.words.get("item-take-out"), cx.words.get("demand-title"));
        let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
        if button.on_hover_text(said).clicked() {
            cx.edit_scenario(ScenarioEdit::TakeOut { kind: ItemKind::Demand, id: demand.id.clone() });
        }
    });
    match &mut changed.arrivals {
        Arrivals::Poisson { per_year, growth, profile } => {
            ui.horizontal_wrapped(|ui| rate_ui(ui, cx, per_year, growth, &name));
            profile_ui(ui, cx, scenario, profile, &name);
        }
        Arrivals::Renewal { interval, first_at_start, limit, calendar } => {
            caption(ui, cx.theme, &cx.words.get("demand-interval-between"));
            ui.scope(|ui| {
                ui.set_max_width(340.0 * cx.theme.type_scale);
                if let Some(found) = duration_field_ui(ui, cx, interval, &format!("interval {}", demand.id)) {
                    *interval = found;
                }
            });
            ui.checkbox(first_at_start, cx.words.get("demand-first-at-start"));
            limit_ui(ui, cx, limit, &name);
            hours_ui(ui, cx, scenario, calendar, &name);
        }
        Arrivals::List(bursts) => bursts_ui(ui, cx, bursts, &demand.id, scenario),
    }
    if changed != *demand {
        // Each pick stands alone; a number that is drawn makes many edits of one.
        match comes(&changed.arrivals) == comes(&demand.arrivals) && changed.of == demand.of {
            true => put(cx, Item::Demand(changed), "edit-demand"),
            false => put_once(cx, Item::Demand(changed), "edit-demand"),
        }
    }
}

fn comes(arrivals: &Arrivals) -> Comes {
    match arrivals {
        Arrivals::Poisson { .. } => Comes::AtRandom,
        Arrivals::Renewal { .. } => Comes::OneByOne,
        Arrivals::List(_) => Comes::Listed,
    }
}

/// Returns arrivals that come in another way, as many in a year as before as far as that can be said.
fn coming(before: &Arrivals, comes: Comes, scenario: &Scenario) -> Arrivals {
    let year = 365.0 * MS_PER_DAY as f64;
    let (per_year, calendar) = match before {
        Arrivals::Poisson { per_year, profile, .. } => (per_year.value, profile.calendar.clone()),
        Arrivals::Renewal { interval, calendar, .. } => (year / interval.value.mean().max(1.0), calendar.clone()),
        Arrivals::List(bursts) => (bursts.iter().map(|burst| f64::from(burst.count)).sum(), None),
    };
    let per_year = if per_year > 0.0 { per_year } else { FIRST_GUESS };
    match comes {
        Comes::AtRandom => match at_random(per_year.round()) {
            Arrivals::Poisson { per_year, growth, profile } => {
                Arrivals::Poisson { per_year, growth, profile: Profile { calendar, ..profile } }
            }
            other => other,
        },
        Comes::OneByOne => {
            let mean = (year / per_year / 1000.0).round().max(1.0) * 1000.0;
            let interval = DurationFigure::assumed(Distribution::Exponential { mean });
            Arrivals::Renewal { interval, first_at_start: false, limit: None, calendar }
        }
        Comes::Listed => Arrivals::List(vec![Burst { at: scenario.start, count: 1 }]),
    }
}

/// How many in a year, and how that changes from year to year.
fn rate_ui(ui: &mut Ui, cx: &mut Cx<'_>, per_year: &mut NumberFigure, growth: &mut NumberFigure, name: &str) {
    let said = format!("{}: {name}", cx.words.get("demand-a-year"));
    let shape = Shape { decimals: 1, range: 0.0..=100_000_000.0, ..Shape::count(said) };
    if let Some(found) = figure_ui(ui, cx, per_year, &shape) {
        *per_year = found;
    }
    ui.label(cx.words.get("demand-a-year"));
    ui.add_space(GAP);
    ui.label(RichText::new(cx.words.get("demand-growth")).color(cx.theme.text_weak));
    let said = format!("{}: {name}", cx.words.get("demand-growth"));
    let shape = Shape { range: -90.0..=900.0, ..Shape::share(said) };
    if let Some(found) = figure_ui(ui, cx, growth, &shape) {
        *growth = found;
    }
}

/// When more and when fewer come: months, days of the week, hours, opening hours, and days of their own.
fn profile_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, profile: &mut Profile, name: &str) {
    let before = profile.clone();
    hours_ui(ui, cx, scenario, &mut profile.calendar, name);
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour}:00")).collect();
    let listed = |text: String| text.split(',').map(|part| part.trim().to_owned()).collect::<Vec<String>>();
    let (months, weekdays) = (listed(cx.words.get("months")), listed(cx.words.get("weekdays")));
    let mut parts = [
        ("profile-months", &mut profile.months, months),
        ("profile-weekdays", &mut profile.weekdays, weekdays),
        ("profile-hours", &mut profile.hours, hours),
    ];
    let said = |cx: &Cx<'_>, label: &str| format!("{}: {name}", cx.words.get(label));
    ui.horizontal_wrapped(|ui| {
        for (label, weights, names) in &mut parts {
            let mut uneven = !weights.is_empty();
            let response = ui.checkbox(&mut uneven, cx.words.get(label));
            let said = said(cx, label);
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, uneven, &said));
            if response.on_hover_text(cx.words.get("profile-explained")).changed() {
                **weights = if uneven { vec![1.0; names.len()] } else { Vec::new() };
            }
            ui.add_space(GAP);
        }
    });
    for (label, weights, names) in parts {
        if weights.is_empty() {
            continue;
        }
        if let Some(found) = weights_ui(ui, cx, weights, &names, &said(cx, label)) {
            *weights = found;
        }
        ui.add_space(GAP_SMALL);
    }
    let own_source = profile.source.clone();
    if *profile != before {
        profile.source = None;
    }
    peaks_ui(ui, cx, scenario, profile, name);
    if !profile.months.is_empty() || !profile.weekdays.is_empty() || !profile.hours.is_empty() || profile.calendar.is_some() {
        let said = format!("{}: {name}", cx.words.get("profile-title"));
        ui.horizontal(|ui| {
            caption(ui, cx.theme, &cx.words.get("profile-title"));
            if let Some(found) = provenance::edit_ui(ui, cx, own_source.as_deref(), "", &said) {
                profile.source = found.source;
            }
        });
    }
}

/// Days on which more or fewer come than usual.
fn peaks_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, profile: &mut Profile, name: &str) {
    let mut goes = None;
    for (at, peak) in profile.peaks.iter_mut().enumerate() {
        ui.horizontal_wrapped(|ui| {
            let id = ui.make_persistent_id(("peak", at));
            let shown = print_date_range(peak.days);
            let said = format!("{} {}: {name}", cx.words.get("peak-days"), at + 1);
            match widgets::cell_ui(ui, id, &shown, 190.0 * cx.theme.type_scale, &said).map(|typed| parse_date_range(&typed)) {
                Some(Ok(days)) => peak.days = days,
                Some(Err(fault)) => cx.send(Command::View(ViewCommand::Refuse(fault.message))),
                None => {}
            }
            ui.label(cx.words.get("peak-factor"));
            let said = format!("{} {}: {name}", cx.words.get("peak-factor"), at + 1);
            let shape = Shape { decimals: 2, range: 0.0..=100.0, ..Shape::count(said) };
            if let Some(found) = figure_ui(ui, cx, &peak.factor, &shape) {
                peak.factor = found;
            }
            let said = format!("{}: {shown}", cx.words.get("peak-remove"));
            let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            if button.on_hover_text(said).clicked() {
                goes = Some(at);
            }
        });
    }
    if let Some(at) = goes {
        profile.peaks.remove(at);
    }
    let button = ui.button(cx.words.get("peak-new"));
    let said = format!("{}: {name}", cx.words.get("peak-new"));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    if button.on_hover_text(cx.words.get("peak-explained")).clicked() {
        let first = scenario.start.date();
        let last = first.saturating_add(jiff::Span::new().days(6));
        let days = crate::model::calendar::DateRange { first, last };
        profile.peaks.push(Peak { days, factor: NumberFigure::assumed(2.0) });
    }
}

/// Hours outside of which nobody comes.
fn hours_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, calendar: &mut Option<String>, name: &str) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(cx.words.get("demand-hours")).color(cx.theme.text_weak));
        let said = format!("{}: {name}", cx.words.get("demand-hours"));
        ui.scope(|ui| {
            ui.set_max_width(300.0 * cx.theme.type_scale);
            if let Some(chosen) = calendar_ui(ui, cx, scenario, calendar.as_deref(), &said) {
                *calendar = chosen;
            }
        });
    });
}

/// After how many it stops.
fn limit_ui(ui: &mut Ui, cx: &mut Cx<'_>, limit: &mut Option<u64>, name: &str) {
    ui.horizontal(|ui| {
        let mut has = limit.is_some();
        if ui.checkbox(&mut has, cx.words.get("demand-limit")).changed() {
            *limit = has.then_some(FIRST_GUESS as u64);
        }
        if let Some(most) = limit {
            let said = format!("{}: {name}", cx.words.get("demand-limit"));
            let shape = Shape { range: 1.0..=1e9, ..Shape::count(said) };
            if let Some(typed) = number_ui(ui, cx, *most as f64, &shape).0 {
                *most = typed as u64;
            }
        }
    });
}

/// Given instants with how many come at each.
fn bursts_ui(ui: &mut Ui, cx: &mut Cx<'_>, bursts: &mut Vec<Burst>, demand: &str, scenario: &Scenario) {
    let mut goes = None;
    for (at, burst) in bursts.iter_mut().enumerate().take(MOST_SHOWN) {
        ui.horizontal_wrapped(|ui| {
            let id = egui::Id::unique(("instant", demand, at));
            let shown = print_date_time(burst.at);
            let said = format!("{} {}", cx.words.get("demand-instant"), at + 1);
            match widgets::cell_ui(ui, id, &shown, 160.0 * cx.theme.type_scale, &said).map(|typed| parse_date_time(&typed)) {
                Some(Ok(when)) if when >= scenario.start => burst.at = when,
                Some(Ok(_)) => {
                    let words = [("start", print_date_time(scenario.start).into())];
                    let text = cx.words.with("refused-before-start", &words);
                    cx.send(Command::View(ViewCommand::Refuse(text)));
                }
                Some(Err(fault)) => cx.send(Command::View(ViewCommand::Refuse(fault.message))),
                None => {}
            }
            let said = format!("{}: {shown}", cx.words.get("demand-how-many"));
            let shape = Shape { range: 1.0..=1e9, ..Shape::count(said) };
            if let Some(typed) = number_ui(ui, cx, f64::from(burst.count), &shape).0 {
                burst.count = typed as u32;
            }
            let said = format!("{}: {shown}", cx.words.get("item-take-out"));
            let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            if button.on_hover_text(said).clicked() {
                goes = Some(at);
            }
        });
    }
    if bursts.len() > MOST_SHOWN {
        let words = [("n", (bursts.len() - MOST_SHOWN).into())];
        ui.label(RichText::new(cx.words.with("demand-more-instants", &words)).color(cx.theme.text_weak));
    }
    if let Some(at) = goes {
        bursts.remove(at);
    }
    if ui.button(cx.words.get("demand-instant-new")).clicked() {
        let at = bursts.last().map_or(scenario.start, |last| last.at.saturating_add(jiff::Span::new().days(1)));
        bursts.push(Burst { at, count: 1 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_that_comes_in_another_way_is_as_much_as_before() {
        let scenario = Scenario::default();
        let random = at_random(36_500.0);
        let one_by_one = coming(&random, Comes::OneByOne, &scenario);
        let Arrivals::Renewal { interval, .. } = &one_by_one else { unreachable!("it was asked for") };
        assert_eq!(interval.value.mean(), 864_000.0);
        assert_eq!(coming(&one_by_one, Comes::AtRandom, &scenario), random);
        assert_eq!(comes(&coming(&random, Comes::Listed, &scenario)), Comes::Listed);
    }
}
