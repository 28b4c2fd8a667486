//! The study's published facts, held against what the simulation says.

use crate::app::Cx;
use crate::app::panels::measures;
use crate::app::panels::top::title_of;
use crate::app::theme::{GAP_SMALL, Theme};
use crate::app::widgets;
use crate::experiment::kpi;
use crate::experiment::outcome::{ExperimentOutcome, TargetCheck, TargetVerdict};
use egui::{Color32, RichText, Ui};

/// Paints the facts, if the study has any.
pub fn targets_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome) {
    if outcome.targets.is_empty() {
        return;
    }
    let met = outcome.targets.iter().filter(|target| target.verdict == TargetVerdict::Met).count();
    let words = [("met", met.into()), ("all", outcome.targets.len().into())];
    let title = cx.words.with("targets-title", &words);
    widgets::section(ui, cx.theme, &title, &cx.words.get("targets-text"));
    for target in &outcome.targets {
        cx.theme.card().show(ui, |ui| {
            ui.set_width(ui.available_width());
            target_ui(ui, cx, outcome, target);
        });
        ui.add_space(GAP_SMALL);
    }
}

fn target_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, target: &TargetCheck) {
    let (id, colour, ground) = look(cx.theme, target.verdict);
    ui.horizontal_wrapped(|ui| {
        widgets::badge(ui, &cx.words.get(id), colour, ground).on_hover_text(cx.words.get("targets-explained"));
        ui.label(if target.note.is_empty() { &target.measure } else { &target.note });
    });
    let words = cx.words;
    let Some(measure) = kpi::measure(&target.measure) else { return };
    // A relative difference is a share, whatever the measure's unit.
    let write = |value: f64| match target.against {
        Some(_) => words.percent(value),
        None => words.value(measure, value, &outcome.currency),
    };
    let tolerance = if target.tolerance > 0.0 { format!(" ± {}", write(target.tolerance)) } else { String::new() };
    let variant = match &target.against {
        Some(against) => words.with(
            "target-against",
            &[("variant", title_of(cx, &target.variant).into()), ("against", title_of(cx, against).into())],
        ),
        None => title_of(cx, &target.variant),
    };
    let mut line = vec![
        format!("{} · {variant}", measures::label(cx, measure)),
        words.with("target-published", &[("value", format!("{}{tolerance}", write(target.published)).into())]),
    ];
    if let Some(simulated) = &target.simulated {
        let range = words.range(simulated, write);
        let is_exact = simulated.half_width().is_none_or(|half| half == 0.0);
        let range = if is_exact { String::new() } else { format!(" ({range})") };
        line.push(words.with("target-simulated", &[("value", format!("{}{range}", write(simulated.mean)).into())]));
    }
    if let Some(key) = &target.source {
        let source = cx.document.study().sources.iter().find(|source| source.key == *key);
        let title = source.map_or(key.clone(), |source| source.title.clone());
        line.push(words.with("target-source", &[("source", title.into())]));
    }
    ui.label(RichText::new(line.join("   ")).small().color(cx.theme.text_weak));
}

fn look(theme: &Theme, verdict: TargetVerdict) -> (&'static str, Color32, Color32) {
    match verdict {
        TargetVerdict::Met => ("target-met", theme.better, theme.better_ground),
        TargetVerdict::Open => ("target-open", theme.warn, theme.warn_ground),
        TargetVerdict::NotMet => ("target-not-met", theme.worse, theme.worse_ground),
        TargetVerdict::NotRun => ("target-not-run", theme.text_weak, theme.surface_quiet),
    }
}
