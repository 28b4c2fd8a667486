//! Compare: what the shown variant does against another, in words, cards, charts and tables.

use crate::app::Cx;
use crate::app::charts::{make, paint};
use crate::app::command::{Command, EditCommand, ViewCommand};
use crate::app::panels::cards::{self, CARDS};
use crate::app::panels::top::title_of;
use crate::app::panels::{headline, ledger, load, measures, overview, persons, targets, warnings};
use crate::app::results::{DISTRIBUTED, RunState, Shown, Stage};
use crate::app::theme::{self, GAP, GAP_LARGE, GAP_SMALL};
use crate::app::view_state::Ledger;
use crate::app::widgets;
use crate::base::diagnostic::Severity;
use crate::experiment::outcome::{Difference, ExperimentOutcome};
use crate::model::study::AS_IS;
use egui::{RichText, Ui};

/// Steps in the chart of steps.
const STEPS: usize = 8;
/// Height of a distribution's picture.
const DISTRIBUTION_HEIGHT: f32 = 210.0;

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

/// There is no result: one is on its way, or something stands in its way.
fn waiting_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    match cx.results.state.clone() {
        RunState::Failed(message) => {
            widgets::empty(ui, cx.theme, &cx.words.get("compare-failed"), &cx.words.finding(&message));
            ui.add_space(GAP_LARGE);
            let review = cx.results.review.clone();
            for finding in review.findings.iter().filter(|finding| finding.severity == Severity::Error) {
                ledger::finding_ui(ui, cx, finding);
            }
        }
        RunState::Broken(message) => {
            widgets::empty(ui, cx.theme, &cx.words.get("compare-broken"), &cx.words.get("compare-broken-text"));
            ui.vertical_centered(|ui| ui.label(RichText::new(message).small().color(cx.theme.text_weak)));
        }
        RunState::Stopped => {
            widgets::empty(ui, cx.theme, &cx.words.get("compare-stopped"), &cx.words.get("compare-stopped-text"));
            ui.add_space(GAP);
            ui.vertical_centered(|ui| {
                if widgets::primary(ui, cx.theme, &cx.words.get("command-run")).clicked() {
                    cx.send(Command::Run(crate::app::command::RunCommand::Again));
                }
            });
        }
        _ => {
            widgets::empty(ui, cx.theme, &cx.words.get("compare-waiting"), &cx.words.get("compare-waiting-text"));
            ui.add_space(GAP);
            ui.vertical_centered(|ui| ui.spinner());
        }
    }
}

fn shown_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    let outcome = &*shown.outcome;
    title_ui(ui, cx, shown);
    let Some(difference) = outcome.difference(&cx.view.variant) else {
        single_ui(ui, cx, shown);
        return;
    };
    headline_ui(ui, cx, outcome, difference);
    ui.add_space(GAP_LARGE);
    cards::cards_ui(ui, cx, outcome, difference);
    warnings_ui(ui, cx, outcome);
    overview_ui(ui, cx, outcome);
    if let Some(found) = &difference.persons {
        widgets::section(ui, cx.theme, &cx.words.get("persons-title"), &cx.words.get("persons-text"));
        cx.theme.card().show(ui, |ui| persons::persons_ui(ui, cx, outcome, found));
    }
    widgets::section(ui, cx.theme, &cx.words.get("segments-title"), &cx.words.get("segments-text"));
    cx.theme.card().show(ui, |ui| measures::segments_ui(ui, cx, outcome, difference));
    charts_ui(ui, cx, shown);
    if shown.stage != Stage::FirstLook {
        targets::targets_ui(ui, cx, outcome);
    }
    measures_ui(ui, cx, outcome, difference);
    ui.add_space(GAP_LARGE);
}

fn measures_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) {
    widgets::section(ui, cx.theme, &cx.words.get("measures-title"), &cx.words.get("measures-text"));
    let compared = make::compared(cx, outcome).len();
    cx.theme.card().show(ui, |ui| match compared {
        0..=2 => measures::measures_ui(ui, cx, outcome, difference),
        _ => measures::several_ui(ui, cx, outcome),
    });
    ui.add_space(GAP_SMALL);
    if ui.button(cx.words.get("measures-copy")).clicked() {
        ui.ctx().copy_text(measures::measures_text(cx, outcome, difference));
    }
}

fn overview_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome) {
    if outcome.variants.len() > 2 {
        widgets::section(ui, cx.theme, &cx.words.get("overview-title"), &cx.words.get("overview-text"));
        cx.theme.card().show(ui, |ui| overview::overview_ui(ui, cx, outcome, &CARDS));
    }
}

fn title_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(title_of(cx, &cx.view.variant)).text_style(theme::title_style()));
        if cx.document.study().variants.is_empty() {
            badges_ui(ui, cx, shown);
            return;
        }
        against_ui(ui, cx);
        beside_ui(ui, cx);
        badges_ui(ui, cx, shown);
    });
}

fn badges_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    if shown.stage == Stage::FirstLook {
        let badge = widgets::badge(ui, &cx.words.get("stage-first-look"), cx.theme.warn, cx.theme.warn_ground);
        badge.on_hover_text(cx.words.get("stage-first-look-explained"));
    }
    old_ui(ui, cx);
    assumptions_ui(ui, cx);
}

/// Says that what is shown belongs to an earlier state of the study.
pub fn old_ui(ui: &mut Ui, cx: &Cx<'_>) {
    if cx.results.is_old(cx.document.revision()) {
        let badge = widgets::badge(ui, &cx.words.get("results-old"), cx.theme.warn, cx.theme.warn_ground);
        badge.on_hover_text(cx.words.get("results-old-explained"));
    } else {
        // What follows stays what it was to egui; else it would be drawn twice while the answer is waited for.
        ui.skip_ahead_auto_ids(1);
    }
}

/// Says how many figures are assumptions; a click lists them.
pub fn assumptions_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let (assumed, figures) = cx.results.review.assumptions();
    if assumed == 0 {
        return;
    }
    let words = [("assumed", assumed.into()), ("figures", figures.into())];
    let text = cx.words.with("assumptions", &words);
    let badge = widgets::badge_button(ui, &text, cx.theme.warn, cx.theme.warn_ground);
    if badge.on_hover_text(cx.words.get("assumptions-explained")).clicked() {
        cx.send(Command::View(ViewCommand::Ledger(Ledger::Figures)));
    }
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

/// Which variants charts and tables show beside these two.
fn beside_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let ids: Vec<String> = cx.document.study().variant_names().into_iter().map(str::to_owned).collect();
    let others: Vec<String> = ids.into_iter().filter(|id| *id != cx.view.variant && *id != cx.view.against).collect();
    if others.is_empty() {
        return;
    }
    let chosen = others.iter().filter(|id| cx.view.passing.also.contains(id)).count();
    let text = cx.words.with("compare-beside", &[("n", chosen.into())]);
    let config = egui::containers::menu::MenuConfig::new().style(egui::style::StyleModifier::default());
    let config = config.close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let (button, _) = egui::containers::menu::MenuButton::new(text).config(config).ui(ui, |ui| {
        for id in others {
            let mut is_beside = cx.view.passing.also.contains(&id);
            if ui.checkbox(&mut is_beside, title_of(cx, &id)).changed() {
                cx.view.passing.also.retain(|known| *known != id);
                if is_beside {
                    cx.view.passing.also.push(id);
                }
            }
        }
    });
    button.on_hover_text(cx.words.get("compare-beside-explained"));
}

fn headline_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) {
    for (at, sentence) in headline::sentences(cx, outcome, difference).into_iter().enumerate() {
        if at == 0 {
            ui.add_space(GAP_SMALL);
            widgets::unbroken_ui(ui, &sentence, |text| theme::strong(text).size(16.0 * cx.theme.type_scale));
            ui.add_space(GAP_SMALL);
        } else {
            widgets::unbroken_ui(ui, &sentence, RichText::new);
        }
    }
}

/// Where the time goes, who works how much, and what the offer brings.
fn charts_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    let outcome = &*shown.outcome;
    widgets::section(ui, cx.theme, &cx.words.get("time-title"), &cx.words.get("time-text"));
    let chart = make::elapsed_parts(cx, outcome);
    paint::chart_ui(ui, cx, &chart, 0.0);
    ui.add_space(GAP);
    let beside = if ui.available_width() < 640.0 * cx.theme.type_scale { 1 } else { DISTRIBUTED.len() };
    for names in DISTRIBUTED.chunks(beside) {
        ui.columns(beside, |columns| {
            for (ui, name) in columns.iter_mut().zip(names) {
                let chart = make::distribution(cx, outcome, &shown.curves, name);
                paint::chart_ui(ui, cx, &chart, DISTRIBUTION_HEIGHT);
            }
        });
        ui.add_space(GAP);
    }
    let chart = make::steps(cx, outcome, STEPS);
    paint::chart_ui(ui, cx, &chart, 0.0);
    let funnels = make::compared(cx, outcome).into_iter().filter(|compared| !compared.variant.funnel.is_empty());
    let funnels: Vec<_> = funnels.map(|compared| make::funnel(cx, &compared)).collect();
    if !funnels.is_empty() {
        widgets::section(ui, cx.theme, &cx.words.get("funnel-title"), &cx.words.get("funnel-text"));
        for chart in funnels {
            paint::chart_ui(ui, cx, &chart, 0.0);
            ui.add_space(GAP);
        }
    }
    widgets::section(ui, cx.theme, &cx.words.get("load-title"), &cx.words.get("load-text"));
    let chart = make::utilisation(cx, outcome);
    paint::chart_ui(ui, cx, &chart, 0.0);
    ui.add_space(GAP_LARGE);
    load::pool_charts_ui(ui, cx);
}

fn warnings_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome) {
    let found = warnings::about(cx, outcome);
    ui.add_space(GAP_LARGE);
    if found.is_empty() {
        // As high as the line that it becomes: warnings come and go with each answer, and the page stays where it is.
        ui.horizontal(|ui| {
            ui.set_min_height(ui.spacing().interact_size.y);
            ui.add_space(ui.spacing().indent);
            ui.label(RichText::new(cx.words.get("warnings-none")).color(cx.theme.text_weak));
        });
        return;
    }
    let title = cx.words.with("warnings-title", &[("n", found.len().into())]);
    let header = egui::CollapsingHeader::new(theme::strong(title).color(cx.theme.warn)).id_salt("warnings");
    header.default_open(found.len() == 1).show(ui, |ui| {
        for warning in found {
            warnings::warning_ui(ui, cx, outcome, &warning);
        }
    });
}

/// A variant alone: there is nothing to hold it against.
fn single_ui(ui: &mut Ui, cx: &mut Cx<'_>, shown: &Shown) {
    let outcome = &*shown.outcome;
    let Some(variant) = outcome.variant(&cx.view.variant) else {
        widgets::empty(ui, cx.theme, &cx.words.get("compare-not-run"), &cx.words.get("compare-not-run-text"));
        return;
    };
    if cx.document.study().variants.is_empty() {
        ui.label(RichText::new(cx.words.get("compare-no-variant")).color(cx.theme.text_weak));
        ui.add_space(GAP_SMALL);
        if widgets::primary(ui, cx.theme, &cx.words.get("command-new-variant")).clicked() {
            cx.send(Command::Edit(EditCommand::NewVariant));
        }
    } else {
        let id = if cx.view.variant == AS_IS { "compare-single" } else { "compare-same" };
        ui.label(RichText::new(cx.words.get(id)).color(cx.theme.text_weak));
    }
    ui.add_space(GAP_LARGE);
    cards::single_cards_ui(ui, cx, outcome, variant);
    warnings_ui(ui, cx, outcome);
    overview_ui(ui, cx, outcome);
    charts_ui(ui, cx, shown);
    if shown.stage != Stage::FirstLook {
        targets::targets_ui(ui, cx, outcome);
    }
    ui.add_space(GAP_LARGE);
}
