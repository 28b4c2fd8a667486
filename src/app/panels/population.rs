//! Population and channels: segments and channel shares as sliders that keep their sum.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand};
use crate::app::edit::{ScenarioEdit, What, new_id, slug};
use crate::app::panels::item_inspector::put;
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::widgets;
use crate::app::widgets::provenance::{self, Provenance};
use crate::model::change::{Item, ItemKind};
use crate::model::demand::Arrivals;
use crate::model::figure::NumberFigure;
use crate::model::population::Segment;
use crate::model::scenario::Scenario;
use egui::{RichText, Ui};

/// Paints the tab.
pub fn population_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let variant = cx.view.variant.clone();
    let Ok(scenario) = cx.document.scenario(&variant).cloned() else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-broken"), &cx.words.get("steps-broken-text"));
        return;
    };
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            demand_ui(ui, cx, &scenario);
            segments_ui(ui, cx, &scenario);
            channels_ui(ui, cx, &scenario);
        });
    });
}

fn demand_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("demand-title"), &cx.words.get("demand-text"));
    let card = cx.theme.card();
    card.show(ui, |ui| {
        ui.set_width(ui.available_width());
        for demand in &scenario.demand {
            ui.horizontal_wrapped(|ui| {
                let event = scenario.life_events.iter().find(|event| event.id == demand.of).map(|event| event.name.as_str());
                let name = event.or_else(|| scenario.service(&demand.of).map(|service| service.name.as_str()));
                ui.label(theme::strong(name.unwrap_or(&demand.of)));
                match &demand.arrivals {
                    Arrivals::Poisson { per_year, .. } => {
                        per_year_ui(ui, cx, &demand.id, name.unwrap_or(&demand.of), per_year.value);
                        if let Some(found) = provenance::edit_ui(ui, cx, per_year.source.as_deref(), &per_year.note, &demand.id) {
                            let mut changed = demand.clone();
                            if let Arrivals::Poisson { per_year, .. } = &mut changed.arrivals {
                                (per_year.source, per_year.note) = (found.source, found.note);
                            }
                            put(cx, Item::Demand(changed), "edit-source-of");
                        }
                    }
                    Arrivals::Renewal { interval, .. } => {
                        let mean = cx.words.duration(interval.value.mean() / crate::base::time::MS_PER_MINUTE as f64);
                        ui.label(cx.words.with("demand-interval", &[("time", mean.into())]));
                        if let Some(found) = provenance::edit_ui(ui, cx, interval.source.as_deref(), &interval.note, &demand.id) {
                            let mut changed = demand.clone();
                            if let Arrivals::Renewal { interval, .. } = &mut changed.arrivals {
                                (interval.source, interval.note) = (found.source, found.note);
                            }
                            put(cx, Item::Demand(changed), "edit-source-of");
                        }
                    }
                    Arrivals::List(bursts) => {
                        let n: f64 = bursts.iter().map(|burst| f64::from(burst.count)).sum();
                        ui.label(cx.words.with("demand-list", &[("n", cx.words.whole(n).into())]));
                    }
                }
                if demand.background {
                    widgets::badge(ui, &cx.words.get("demand-background"), cx.theme.text_weak, cx.theme.surface_quiet);
                }
            });
        }
    });
}

/// How many come in a year, to be typed or drawn.
fn per_year_ui(ui: &mut Ui, cx: &mut Cx<'_>, demand: &str, name: &str, per_year: f64) {
    let mut value = per_year;
    let speed = (per_year / 200.0).max(0.1);
    let response = ui.add(egui::DragValue::new(&mut value).speed(speed).range(0.0..=100_000_000.0).max_decimals(1));
    let said = format!("{}: {name}", cx.words.get("demand-a-year"));
    response.widget_info(|| egui::WidgetInfo {
        value: Some(value),
        ..egui::WidgetInfo::labeled(egui::Role::SpinButton, true, &said)
    });
    if response.changed() {
        cx.edit_scenario(ScenarioEdit::PerYear { demand: demand.to_owned(), value });
    }
    if response.drag_stopped() {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
    ui.label(cx.words.get("demand-a-year"));
}

/// Returns shares after one was set: the others shrink or grow in proportion, so that the sum stays.
pub fn linked(shares: &[f64], at: usize, wanted: f64) -> Vec<f64> {
    let sum: f64 = shares.iter().sum();
    let wanted = wanted.clamp(0.0, sum);
    let others = sum - shares.get(at).copied().unwrap_or(0.0);
    let n_others = shares.len().saturating_sub(1).max(1) as f64;
    let moved = shares.iter().enumerate().map(|(i, share)| {
        if i == at {
            wanted
        } else if others > 0.0 {
            share * (sum - wanted) / others
        } else {
            (sum - wanted) / n_others
        }
    });
    moved.collect()
}

/// What was done with sliders of shares.
#[derive(Default)]
struct Slid {
    /// All shares, once one was moved.
    shares: Option<Vec<f64>>,
    /// A share's place, and where it comes from now.
    provenance: Option<(usize, Provenance)>,
    /// A share's place, and what it is called now.
    name: Option<(usize, String)>,
    /// The place of a share that shall be no more.
    goes: Option<usize>,
    /// Whether a movement ended.
    ended: bool,
}

/// Sliders for shares that keep their sum. Names can be typed anew, and shares taken out, where `named` says so.
fn sliders_ui(ui: &mut Ui, cx: &mut Cx<'_>, salt: &str, rows: &[(String, &NumberFigure)], named: bool) -> Slid {
    let shares: Vec<f64> = rows.iter().map(|(_, figure)| figure.value).collect();
    let mut slid = Slid::default();
    let slider_width = (ui.available_width() * 0.33).clamp(80.0, 260.0);
    egui::Grid::new(salt).num_columns(3).spacing([GAP * 2.0, GAP_SMALL]).show(ui, |ui| {
        for (at, (name, figure)) in rows.iter().enumerate() {
            if named {
                let id = egui::Id::unique(("share name", salt, at));
                let said = format!("{}: {name}", cx.words.get("inspector-name"));
                let typed = widgets::cell_ui(ui, id, name, (slider_width * 0.8).max(120.0), &said);
                slid.name = typed.filter(|typed| !typed.trim().is_empty()).map(|typed| (at, typed)).or(slid.name.take());
            } else {
                ui.label(name);
            }
            let mut percent = shares[at] * 100.0;
            ui.spacing_mut().slider_width = slider_width;
            let slider = egui::Slider::new(&mut percent, 0.0..=shares.iter().sum::<f64>() * 100.0).max_decimals(1).suffix(" %");
            let response = ui.add_enabled(rows.len() > 1, slider);
            response.widget_info(|| egui::WidgetInfo::slider(true, percent, name));
            if response.changed() && percent / 100.0 != shares[at] {
                slid.shares = Some(linked(&shares, at, percent / 100.0));
            }
            slid.ended |= response.drag_stopped() || response.lost_focus();
            ui.horizontal(|ui| {
                if let Some(found) = provenance::edit_ui(ui, cx, figure.source.as_deref(), &figure.note, name) {
                    slid.provenance = Some((at, found));
                }
                if !figure.by_segment.is_empty() {
                    let text = RichText::new(cx.words.get("share-by-segment")).small().color(cx.theme.text_weak);
                    ui.label(text).on_hover_ui(|ui| {
                        for (who, share) in &figure.by_segment {
                            ui.label(format!("{who}: {}", cx.words.percent(*share)));
                        }
                    });
                }
                if named && rows.len() > 1 {
                    let said = format!("{}: {name}", cx.words.get("item-take-out"));
                    let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
                    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
                    if button.on_hover_text(said).clicked() {
                        slid.goes = Some(at);
                    }
                }
            });
            ui.end_row();
        }
    });
    slid
}

fn ended(cx: &mut Cx<'_>, slid: &Slid) {
    if slid.ended {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
}

fn segments_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("population-title"), &cx.words.get("population-text"));
    let rows: Vec<(String, &NumberFigure)> = scenario.segments.iter().map(|s| (s.name.clone(), &s.share)).collect();
    let card = cx.theme.card();
    let slid = card
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let slid = sliders_ui(ui, cx, "segment shares", &rows, true);
            if ui.button(cx.words.get("segment-new")).clicked() {
                add_segment(cx, scenario);
            }
            slid
        })
        .inner;
    ended(cx, &slid);
    if let Some(shares) = slid.shares {
        cx.edit_scenario(ScenarioEdit::SegmentShares(shares));
    }
    if let Some((at, found)) = slid.provenance {
        let mut segment = scenario.segments[at].clone();
        (segment.share.source, segment.share.note) = (found.source, found.note);
        put(cx, Item::Segment(segment), "edit-source-of");
    }
    if let Some((at, name)) = slid.name {
        put(cx, Item::Segment(Segment { name, ..scenario.segments[at].clone() }), "edit-name");
    }
    if let Some(at) = slid.goes {
        // The others take its share over, so that the sum stays.
        let shares: Vec<f64> = scenario.segments.iter().map(|segment| segment.share.value).collect();
        let kind = ItemKind::Segment;
        let goes = ScenarioEdit::TakeOut { kind, id: scenario.segments[at].id.clone() };
        cx.edit_scenario(ScenarioEdit::Many(vec![ScenarioEdit::SegmentShares(linked(&shares, at, 0.0)), goes]));
    }
}

/// A segment more takes an equal part of the population; the others keep their proportion.
fn add_segment(cx: &mut Cx<'_>, scenario: &Scenario) {
    let name = cx.words.get("segment-new-name");
    let id = new_id(&slug(&name), |id| scenario.segments.iter().any(|segment| segment.id == id));
    let part = 1.0 / (scenario.segments.len() as f64 + 1.0);
    let mut shares: Vec<f64> = scenario.segments.iter().map(|segment| segment.share.value * (1.0 - part)).collect();
    shares.push(part);
    let segment = Segment { id, name, share: NumberFigure::assumed(part), facets: Vec::new() };
    let new = ScenarioEdit::Put { item: Box::new(Item::Segment(segment)), what: What::once("edit-segments") };
    cx.edit_scenario(ScenarioEdit::Many(vec![new, ScenarioEdit::SegmentShares(shares)]));
}

fn channels_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    let services: Vec<_> = scenario.services.iter().filter(|service| !service.channels.is_empty()).collect();
    if services.is_empty() {
        return;
    }
    widgets::section(ui, cx.theme, &cx.words.get("channels-title"), &cx.words.get("channels-text"));
    for service in services {
        let name = |id: &str| scenario.channels.iter().find(|c| c.id == id).map_or(id.to_owned(), |c| c.name.clone());
        let rows: Vec<(String, &NumberFigure)> = service.channels.iter().map(|c| (name(&c.channel), &c.share)).collect();
        let card = cx.theme.card();
        let slid = card
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.label(theme::strong(&service.name));
                sliders_ui(ui, cx, &format!("channels of {}", service.id), &rows, false)
            })
            .inner;
        ui.add_space(GAP_SMALL);
        ended(cx, &slid);
        if let Some(shares) = slid.shares {
            cx.edit_scenario(ScenarioEdit::ChannelShares { service: service.id.clone(), shares });
        }
        if let Some((at, found)) = slid.provenance {
            let mut service = service.clone();
            (service.channels[at].share.source, service.channels[at].share.note) = (found.source, found.note);
            put(cx, Item::Service(service), "edit-source-of");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_keep_their_sum_whatever_is_moved() {
        for (at, wanted) in [(0, 0.9), (1, 0.0), (2, 1.0), (0, 7.0), (1, -1.0)] {
            let moved = linked(&[0.5, 0.3, 0.2], at, wanted);
            assert!((moved.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(moved.iter().all(|share| (0.0..=1.0).contains(share)));
        }
        assert_eq!(linked(&[1.0, 0.0, 0.0], 0, 0.5), [0.5, 0.25, 0.25]);
    }
}
