//! Population and channels: segments and channel shares as sliders that keep their sum.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand};
use crate::app::edit::{ScenarioEdit, What, new_id, slug};
use crate::app::panels::item_inspector::put;
use crate::app::panels::{cases, channels, demand, facets};
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::widgets;
use crate::app::widgets::figure;
use crate::app::widgets::provenance::{self, Provenance};
use crate::model::change::{Item, ItemKind};
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
            demand::demand_ui(ui, cx, &scenario);
            segments_ui(ui, cx, &scenario);
            cases::attributes_ui(ui, cx, &scenario);
            cases::life_events_ui(ui, cx, &scenario);
            channels::channels_ui(ui, cx, &scenario);
            channels::places_ui(ui, cx, &scenario);
        });
    });
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
pub struct Slid {
    /// All shares, once one was moved.
    pub shares: Option<Vec<f64>>,
    /// A share's place, and where it comes from now.
    pub provenance: Option<(usize, Provenance)>,
    /// A share's place, and what it is called now.
    pub name: Option<(usize, String)>,
    /// The place of a share that shall be no more.
    pub goes: Option<usize>,
    /// Whether a movement ended.
    pub ended: bool,
}

/// Sliders for shares that keep their sum. Shares can be taken out, the last one only where it is no part of a
/// population; names can be typed anew where `named` says so.
pub fn sliders_ui(ui: &mut Ui, cx: &mut Cx<'_>, salt: &str, rows: &[(String, &NumberFigure)], named: bool) -> Slid {
    let shares: Vec<f64> = rows.iter().map(|(_, figure)| figure.value).collect();
    let mut slid = Slid::default();
    let slider_width = (ui.available_width() * 0.3).clamp(80.0, 260.0);
    let name_width = (ui.available_width() * 0.3).clamp(110.0, 260.0);
    // Where there is no room for the words, a sign says that there are exceptions, and the pointer is told which.
    let has_room = ui.available_width() > 760.0 * cx.theme.type_scale;
    egui::Grid::new(salt).num_columns(3).spacing([GAP * 2.0, GAP_SMALL]).show(ui, |ui| {
        for (at, (name, figure)) in rows.iter().enumerate() {
            if named {
                let id = egui::Id::unique(("share name", salt, at));
                let said = format!("{}: {name}", cx.words.get("inspector-name"));
                let size = egui::vec2(name_width, ui.spacing().interact_size.y);
                let layout = egui::Layout::left_to_right(egui::Align::Center);
                let typed = ui.allocate_ui_with_layout(size, layout, |ui| widgets::cell_ui(ui, id, name, name_width, &said));
                let typed = typed.inner;
                slid.name = typed.filter(|typed| !typed.trim().is_empty()).map(|typed| (at, typed)).or(slid.name.take());
            } else {
                ui.label(name);
            }
            let mut percent = shares[at] * 100.0;
            ui.spacing_mut().slider_width = slider_width;
            // What nobody moves keeps all its decimals: only edits are held to the range and rounded.
            let slider = egui::Slider::new(&mut percent, 0.0..=shares.iter().sum::<f64>() * 100.0);
            let words = cx.words;
            let slider = slider.clamping(egui::SliderClamping::Edits).max_decimals(1).suffix(" %");
            let slider = slider.custom_formatter(move |value, _| figure::written(words, value, 1)).custom_parser(figure::read);
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
                    let said = cx.words.get("share-by-segment");
                    let text = if has_room { said.as_str() } else { "≠" };
                    let label = ui.label(RichText::new(text).small().color(cx.theme.text_weak));
                    label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &said));
                    label.on_hover_ui(|ui| {
                        ui.label(theme::strong(said.as_str()).small());
                        for (who, share) in &figure.by_segment {
                            ui.label(format!("{who}: {}", cx.words.percent(*share)));
                        }
                    });
                }
                if rows.len() > 1 || !named {
                    slid.goes = if widgets::goes_ui(ui, cx, name) { Some(at) } else { slid.goes };
                }
            });
            ui.end_row();
        }
    });
    slid
}

/// Ends a row of movements that count as one edit.
pub fn ended(cx: &mut Cx<'_>, slid: &Slid) {
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
            facets::facets_ui(ui, cx, scenario);
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
