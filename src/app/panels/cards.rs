//! Cards of the main measures, and the same in one line for tabs where they are watched while something is changed.

use crate::app::Cx;
use crate::app::panels::measures;
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::widgets;
use crate::experiment::kpi::{self, Measure, Unit};
use crate::experiment::outcome::{Difference, ExperimentOutcome, MeasureDifference, VariantOutcome};
use egui::{RichText, Ui};

/// Measures that have a card.
pub const CARDS: [&str; 6] = ["citizen_time", "elapsed_time", "visits", "documents_requested", "staff_time", "within_term"];
/// Least width of a measure in the strip.
const STRIP_WIDTH: f32 = 138.0;
/// Least width of a card.
const CARD_WIDTH: f32 = 232.0;

/// Cards beside each other, as many in a row as there is room for.
pub fn cards_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) {
    let width = ui.available_width();
    let in_row = ((width + GAP) / (CARD_WIDTH * cx.theme.type_scale + GAP)).floor().clamp(1.0, 6.0);
    let in_row = if in_row > 3.0 && in_row < 6.0 { 3.0 } else { in_row };
    let card = (width - GAP * (in_row - 1.0)) / in_row;
    for (at, cards) in CARDS.chunks(in_row as usize).enumerate() {
        let row = ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for name in cards {
                if let Some(measure) = kpi::measure(name) {
                    ui.allocate_ui(egui::vec2(card, 0.0), |ui| card_ui(ui, cx, outcome, difference, measure, card));
                }
            }
        });
        if at == 0 {
            widgets::mark(&row.response, "tour-cards");
        }
    }
}

fn card_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference, measure: &Measure, width: f32) {
    let words = cx.words;
    let mean = |variant: &str| outcome.variant(variant).and_then(|v| v.mean(measure.name));
    let response = cx.theme.card().show(ui, |ui| {
        ui.set_width(width - 30.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.add(egui::Label::new(RichText::new(measures::label(cx, measure)).color(cx.theme.text_weak)).truncate());
            let Some(found) = difference.measure(measure.name) else {
                ui.label(RichText::new("–").text_style(theme::figure_style()));
                ui.label(RichText::new(words.get("card-no-value")).small().color(cx.theme.text_weak));
                // As high as its neighbours, which have a value and a verdict.
                ui.add_space(2.0 * ui.text_style_height(&egui::TextStyle::Body) + 8.0);
                return;
            };
            let change = |x: f64| words.difference(measure, x, &outcome.currency);
            let colour = widgets::verdict_colour(cx.theme, found.verdict);
            let figure = RichText::new(change(found.difference.mean)).text_style(theme::figure_style()).color(colour);
            ui.add(egui::Label::new(figure).truncate());
            let relative = found.relative.filter(|_| measure.unit != Unit::Share).map(|relative| {
                let sign = if relative.mean > 0.0 { "+" } else { "" };
                format!("{sign}{} · ", words.percent(relative.mean))
            });
            let range = format!("{}{}", relative.unwrap_or_default(), range_of(cx, found, &outcome.currency));
            // In a narrow card the interval is cut, never left unsaid.
            let label = egui::Label::new(RichText::new(&range).small().color(cx.theme.text_weak)).truncate();
            ui.add(label).on_hover_text(&range);
            ui.add_space(2.0);
            let (before, after) = (mean(&difference.baseline), mean(&difference.variant));
            if let (Some(before), Some(after)) = (before, after) {
                let [before, after] = words.pair(measure, [before, after], &outcome.currency);
                ui.add(egui::Label::new(format!("{before} → {after}")).truncate());
            }
            ui.add_space(2.0);
            widgets::verdict(ui, cx, found);
        });
    });
    response.response.on_hover_text(measures::definition(cx, measure));
}

/// Returns between what a difference lies, or why that is not said.
fn range_of(cx: &Cx<'_>, found: &MeasureDifference, currency: &str) -> String {
    let range = cx.words.range(&found.difference, |x| cx.words.difference(found.measure, x, currency));
    match range.is_empty() {
        true => cx.words.get("card-no-interval"),
        false if found.difference.half_width().is_some_and(|half| half == 0.0) => cx.words.get("card-exact"),
        false => range,
    }
}

/// The main differences in one line, for tabs where they are watched while something is changed.
pub fn strip_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let Some(shown) = &cx.results.shown else {
        ui.label(RichText::new(cx.words.get("compare-waiting")).color(cx.theme.text_weak));
        return;
    };
    let outcome = &shown.outcome;
    let Some(difference) = outcome.difference(&cx.view.variant) else { return };
    let found: Vec<&MeasureDifference> = CARDS.iter().filter_map(|name| difference.measure(name)).collect();
    let most = (ui.available_width() / (STRIP_WIDTH * cx.theme.type_scale)).floor().max(1.0) as usize;
    // Rows as full as each other: five beside one alone would look like a rest.
    let in_row = found.len().div_ceil(found.len().div_ceil(most).max(1)).max(1);
    for found in found.chunks(in_row) {
        ui.columns(in_row, |columns| {
            for (ui, found) in columns.iter_mut().zip(found) {
                ui.spacing_mut().item_spacing.y = 2.0;
                let name = RichText::new(measures::label(cx, found.measure)).small().color(cx.theme.text_weak);
                ui.add(egui::Label::new(name).truncate()).on_hover_text(measures::definition(cx, found.measure));
                let text = cx.words.difference(found.measure, found.difference.mean, &outcome.currency);
                let colour = widgets::verdict_colour(cx.theme, found.verdict);
                ui.add(egui::Label::new(theme::strong(text).heading().color(colour)).truncate());
                let range = range_of(cx, found, &outcome.currency);
                let label = egui::Label::new(RichText::new(&range).small().color(cx.theme.text_weak)).truncate();
                ui.add(label).on_hover_text(range);
                widgets::verdict(ui, cx, found);
            }
        });
        ui.add_space(GAP_SMALL);
    }
    if cx.results.is_old(cx.document.revision()) {
        let badge = widgets::badge(ui, &cx.words.get("results-old"), cx.theme.warn, cx.theme.warn_ground);
        badge.on_hover_text(cx.words.get("results-old-explained"));
    }
}

/// The measures of a variant alone.
pub fn single_cards_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, variant: &VariantOutcome) {
    let width = (ui.available_width() - 2.0 * GAP) / 3.0;
    for names in CARDS.chunks(3) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for name in names {
                ui.allocate_ui(egui::vec2(width, 0.0), |ui| single_card_ui(ui, cx, outcome, variant, name, width));
            }
        });
    }
}

fn single_card_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, variant: &VariantOutcome, name: &str, width: f32) {
    let Some(found) = variant.measure(name) else { return };
    let write = |x: f64| cx.words.value(found.measure, x, &outcome.currency);
    let response = cx.theme.card().show(ui, |ui| {
        ui.set_width(width - 30.0);
        ui.vertical(|ui| {
            ui.label(RichText::new(measures::label(cx, found.measure)).color(cx.theme.text_weak));
            let mean = found.estimate.map_or("–".to_owned(), |e| write(e.mean));
            ui.label(RichText::new(mean).text_style(theme::figure_style()));
            let margin = found.estimate.map_or(String::new(), |e| cx.words.margin(&e, write));
            ui.label(RichText::new(margin).small().color(cx.theme.text_weak));
        });
    });
    response.response.on_hover_text(measures::definition(cx, found.measure));
}
