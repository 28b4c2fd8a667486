//! Compare: what the shown variant does against the as-is, in words, cards and tables.

use crate::app::Cx;
use crate::app::charts::{make, paint};
use crate::app::command::{Command, ViewCommand};
use crate::app::panels::top::title_of;
use crate::app::panels::{headline, load, measures, overview};
use crate::app::results::{DISTRIBUTED, RunState, Shown, Stage};
use crate::app::theme::{self, GAP, GAP_LARGE, GAP_SMALL};
use crate::app::widgets;
use crate::experiment::kpi::{self, Measure, Unit};
use crate::experiment::outcome::{Difference, ExperimentOutcome, VariantOutcome};
use egui::{RichText, Ui};

/// Measures that have a card.
const CARDS: [&str; 6] = ["citizen_time", "elapsed_time", "visits", "documents_requested", "staff_time", "within_term"];
/// Least width of a measure in the strip.
const STRIP_WIDTH: f32 = 138.0;
/// Least width of a card.
const CARD_WIDTH: f32 = 232.0;

/// Paints the tab.
pub fn compare_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            match cx.results.shown.clone() {
                Some(shown) => shown_ui(ui, cx, &shown),
                None => waiting_ui(ui, cx),
            }
        });
    });
}

fn waiting_ui(ui: &mut Ui, cx: &Cx<'_>) {
    if let RunState::Failed(message) = &cx.results.state {
        widgets::empty(ui, cx.theme, &cx.words.get("compare-failed"), message);
        for finding in cx.results.review.findings.iter().filter(|f| f.severity == crate::base::diagnostic::Severity::Error) {
            widgets::finding_ui(ui, cx, finding);
        }
    } else {
        widgets::empty(ui, cx.theme, &cx.words.get("compare-waiting"), &cx.words.get("compare-waiting-text"));
    }
}

fn shown_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    let outcome = &*shown.outcome;
    title_ui(ui, cx, shown);
    let Some(difference) = outcome.difference(&cx.view.variant) else {
        single_ui(ui, cx, outcome);
        return;
    };
    headline_ui(ui, cx, outcome, difference);
    ui.add_space(GAP_LARGE);
    cards_ui(ui, cx, outcome, difference);
    warnings_ui(ui, cx, outcome);
    if outcome.variants.len() > 2 {
        widgets::section(ui, cx.theme, &cx.words.get("overview-title"), &cx.words.get("overview-text"));
        cx.theme.card().show(ui, |ui| overview::overview_ui(ui, cx, outcome, &CARDS));
    }
    if let Some(persons) = &difference.persons {
        widgets::section(ui, cx.theme, &cx.words.get("persons-title"), &cx.words.get("persons-text"));
        cx.theme.card().show(ui, |ui| {
            ui.set_width(ui.available_width());
            let words = [
                ("less", cx.words.percent(persons.less.mean).into()),
                ("same", cx.words.percent(persons.same.mean).into()),
                ("more", cx.words.percent(persons.more.mean).into()),
            ];
            ui.label(theme::strong(cx.words.with("persons", &words)));
            ui.add_space(GAP_SMALL);
            measures::shares_ui(ui, cx, &[persons.less.mean, persons.same.mean, persons.more.mean]);
        });
    }
    widgets::section(ui, cx.theme, &cx.words.get("segments-title"), &cx.words.get("segments-text"));
    cx.theme.card().show(ui, |ui| measures::segments_ui(ui, cx, outcome, difference));
    charts_ui(ui, cx, shown, difference);
    widgets::section(ui, cx.theme, &cx.words.get("measures-title"), &cx.words.get("measures-text"));
    cx.theme.card().show(ui, |ui| measures::measures_ui(ui, cx, outcome, difference));
    ui.add_space(GAP_SMALL);
    if ui.button(cx.words.get("measures-copy")).clicked() {
        ui.ctx().copy_text(measures::measures_text(cx, outcome, difference));
    }
    ui.add_space(GAP_LARGE);
}

fn title_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(title_of(cx, &cx.view.variant)).text_style(theme::title_style()));
        against_ui(ui, cx);
        if shown.stage == Stage::FirstLook {
            let badge = widgets::badge(ui, &cx.words.get("stage-first-look"), cx.theme.warn, cx.theme.warn_ground);
            badge.on_hover_text(cx.words.get("stage-first-look-explained"));
        }
        if cx.results.is_old(cx.document.revision()) {
            let badge = widgets::badge(ui, &cx.words.get("results-old"), cx.theme.warn, cx.theme.warn_ground);
            badge.on_hover_text(cx.words.get("results-old-explained"));
        }
        let (assumed, figures) = cx.results.review.assumptions();
        if assumed > 0 {
            let words = [("assumed", assumed.into()), ("figures", figures.into())];
            let badge = widgets::badge(ui, &cx.words.with("assumptions", &words), cx.theme.warn, cx.theme.warn_ground);
            badge.on_hover_text(cx.words.get("assumptions-explained"));
        }
    });
}

/// Which variant the shown one is held against.
fn against_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let label = ui.label(RichText::new(cx.words.get("compare-against")).color(cx.theme.text_weak));
    let against = cx.view.against.clone();
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt("against").selected_text(title_of(cx, &against)).truncate();
    let response = combo.show_ui(ui, |ui| {
        for id in cx.document.study().variant_names() {
            if ui.selectable_label(against == id, title_of(cx, id)).clicked() {
                chosen = Some(id.to_owned());
            }
        }
    });
    response.response.labelled_by(label.id).on_hover_text(cx.words.get("compare-against-explained"));
    if let Some(id) = chosen {
        cx.send(Command::View(ViewCommand::Against(id)));
    }
}

fn headline_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) {
    for (at, sentence) in headline::sentences(cx, outcome, difference).into_iter().enumerate() {
        if at == 0 {
            ui.label(theme::strong(sentence).size(16.0 * cx.theme.type_scale));
            ui.add_space(GAP_SMALL);
        } else {
            ui.label(sentence);
        }
    }
}

/// Cards beside each other, as many in a row as there is room for.
fn cards_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) {
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
    let write = |x: f64| words.value(measure, x, &outcome.currency);
    let response = cx.theme.card().show(ui, |ui| {
        ui.set_width(width - 30.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.add(egui::Label::new(RichText::new(measures::label(cx, measure)).color(cx.theme.text_weak)).truncate());
            let Some(found) = difference.measure(measure.name) else {
                ui.label(RichText::new("–").text_style(theme::figure_style()));
                ui.label(RichText::new(words.get("card-no-value")).color(cx.theme.text_weak));
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
            let range = words.range(&found.difference, change);
            let is_exact = found.difference.half_width().is_some_and(|half| half == 0.0);
            let range = match range.is_empty() {
                true => words.get("card-no-interval"),
                false if is_exact => words.get("card-exact"),
                false => range,
            };
            let range = format!("{}{range}", relative.unwrap_or_default());
            ui.add(egui::Label::new(RichText::new(range).small().color(cx.theme.text_weak)).truncate());
            ui.add_space(2.0);
            let (before, after) = (mean(&difference.baseline), mean(&difference.variant));
            if let (Some(before), Some(after)) = (before, after) {
                ui.add(egui::Label::new(format!("{} → {}", write(before), write(after))).truncate());
            }
            ui.add_space(2.0);
            widgets::verdict(ui, cx, found);
        });
    });
    response.response.on_hover_text(measures::definition(cx, measure));
}

/// The main differences in one line, for tabs where they are watched while something is changed.
pub fn strip_ui(ui: &mut Ui, cx: &Cx<'_>) {
    let Some(shown) = &cx.results.shown else {
        ui.label(RichText::new(cx.words.get("compare-waiting")).color(cx.theme.text_weak));
        return;
    };
    let outcome = &shown.outcome;
    let Some(difference) = outcome.difference(&cx.view.variant) else { return };
    let in_row = (ui.available_width() / (STRIP_WIDTH * cx.theme.type_scale)).floor().clamp(1.0, 6.0) as usize;
    for names in CARDS.chunks(in_row) {
        ui.columns(in_row, |columns| {
            for (ui, measure) in columns.iter_mut().zip(names.iter().filter_map(|name| kpi::measure(name))) {
                let Some(found) = difference.measure(measure.name) else { continue };
                ui.spacing_mut().item_spacing.y = 2.0;
                let name = RichText::new(measures::label(cx, measure)).small().color(cx.theme.text_weak);
                ui.add(egui::Label::new(name).truncate()).on_hover_text(measures::definition(cx, measure));
                let text = cx.words.difference(measure, found.difference.mean, &outcome.currency);
                let colour = widgets::verdict_colour(cx.theme, found.verdict);
                ui.add(egui::Label::new(theme::strong(text).heading().color(colour)).truncate());
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

/// Where the time goes, who works how much, and what the offer brings.
fn charts_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown, difference: &Difference) {
    let outcome = &*shown.outcome;
    widgets::section(ui, cx.theme, &cx.words.get("time-title"), &cx.words.get("time-text"));
    let chart = make::elapsed_parts(cx, outcome, difference);
    paint::chart_ui(ui, cx, &chart, 0.0);
    ui.add_space(GAP);
    ui.columns(2, |columns| {
        for (ui, name) in columns.iter_mut().zip(DISTRIBUTED) {
            let chart = make::distribution(cx, &shown.curves, difference, name);
            paint::chart_ui(ui, cx, &chart, 210.0);
        }
    });
    ui.add_space(GAP);
    let chart = make::steps(cx, outcome, difference, 8);
    paint::chart_ui(ui, cx, &chart, 0.0);
    if let Some(variant) = outcome.variant(&difference.variant).filter(|variant| !variant.funnel.is_empty()) {
        widgets::section(ui, cx.theme, &cx.words.get("funnel-title"), &cx.words.get("funnel-text"));
        let chart = make::funnel(cx, variant);
        paint::chart_ui(ui, cx, &chart, 0.0);
    }
    widgets::section(ui, cx.theme, &cx.words.get("load-title"), &cx.words.get("load-text"));
    let chart = make::utilisation(cx, outcome, difference);
    paint::chart_ui(ui, cx, &chart, 0.0);
    ui.add_space(GAP_LARGE);
    load::pool_charts_ui(ui, cx);
}

fn warnings_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome) {
    let warnings: Vec<_> = outcome
        .warnings
        .iter()
        .filter(|w| w.variant.as_ref().is_none_or(|v| *v == cx.view.variant || *v == outcome.baseline))
        .collect();
    if warnings.is_empty() {
        return;
    }
    ui.add_space(GAP_LARGE);
    let title = cx.words.with("warnings-title", &[("n", warnings.len().into())]);
    egui::CollapsingHeader::new(theme::strong(title).color(cx.theme.warn)).id_salt("warnings").show(ui, |ui| {
        for warning in warnings {
            let variant = warning.variant.as_ref().map_or(String::new(), |v| format!("{}: ", title_of(cx, v)));
            ui.label(format!("• {variant}{}", warning.message));
        }
    });
}

/// The as-is alone: there is nothing to compare it with.
fn single_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome) {
    let Some(variant) = outcome.variant(&cx.view.variant) else {
        widgets::empty(ui, cx.theme, &cx.words.get("compare-not-run"), &cx.words.get("compare-not-run-text"));
        return;
    };
    ui.label(RichText::new(cx.words.get("compare-single")).color(cx.theme.text_weak));
    ui.add_space(GAP_LARGE);
    let width = (ui.available_width() - 2.0 * GAP) / 3.0;
    for names in CARDS.chunks(3) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for name in names {
                ui.allocate_ui(egui::vec2(width, 0.0), |ui| single_card_ui(ui, cx, outcome, variant, name, width));
            }
        });
    }
    if outcome.variants.len() > 1 {
        widgets::section(ui, cx.theme, &cx.words.get("overview-title"), &cx.words.get("overview-text"));
        cx.theme.card().show(ui, |ui| overview::overview_ui(ui, cx, outcome, &CARDS));
    }
    ui.add_space(GAP_LARGE);
    load::pool_charts_ui(ui, cx);
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
