//! What to mind before believing the results, in the user's language, with a fix where there is one.

use crate::app::Cx;
use crate::app::fixes;
use crate::app::panels::ledger::fix_ui;
use crate::app::panels::top::title_of;
use crate::app::theme::GAP_SMALL;
use crate::app::widgets;
use crate::experiment::outcome::{ExperimentOutcome, Warning};
use egui::{RichText, Ui};

/// Returns what to mind about the shown variant and its baseline.
pub fn about(cx: &Cx<'_>, outcome: &ExperimentOutcome) -> Vec<Warning> {
    let concerns = |warning: &&Warning| warning.variant.as_ref().is_none_or(|v| *v == cx.view.variant || *v == outcome.baseline);
    outcome.warnings.iter().filter(concerns).cloned().collect()
}

/// Says a warning in the user's language; one of the model's own faults stays as the run said it.
pub fn sentence(cx: &Cx<'_>, outcome: &ExperimentOutcome, warning: &Warning) -> String {
    let words = cx.words;
    let variant = warning.variant.as_deref().and_then(|id| outcome.variant(id));
    let n = [("n", outcome.replications.into())];
    let said = match (warning.code, variant) {
        ("cancelled" | "precision" | "one-replication" | "few-replications", _) => {
            Some(words.with(&format!("warning-{}", warning.code), &n))
        }
        ("no-cases", _) => Some(words.get("warning-no-cases")),
        ("runaway", _) => Some(words.get("warning-runaway")),
        ("unfinished", Some(found)) => {
            let share = found.cases.unfinished as f64 / found.cases.arrived.max(1) as f64;
            let arguments = [
                ("unfinished", words.whole(found.cases.unfinished as f64).into()),
                ("arrived", words.whole(found.cases.arrived as f64).into()),
                ("share", words.percent(share).into()),
            ];
            Some(words.with("warning-unfinished", &arguments))
        }
        ("warm-up", Some(found)) => found.warm_up_advice.as_ref().map(|advice| {
            let arguments = [("advised", advice.advised_days.into()), ("chosen", words.number(advice.chosen_days, 0).into())];
            words.with("warning-warm-up", &arguments)
        }),
        ("overload", Some(found)) => found
            .pools
            .iter()
            .filter(|pool| warning.message.contains(&format!("\"{}\"", pool.name)))
            .find_map(|pool| Some((pool, pool.overload.as_ref()?)))
            .map(|(pool, overload)| {
                let arguments = [
                    ("pool", pool.name.as_str().into()),
                    ("from", overload.from.to_string().into()),
                    ("growth", words.number(overload.growth_per_day, 1).into()),
                    ("backlog", words.whole(overload.backlog).into()),
                    ("busy", words.percent(overload.utilisation).into()),
                    ("needed", overload.members_needed.into()),
                    ("members", pool.members.into()),
                ];
                words.with("warning-overload", &arguments)
            }),
        _ => None,
    };
    said.unwrap_or_else(|| warning.message.clone())
}

/// Paints a warning.
pub fn warning_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome, warning: &Warning) {
    let theme = cx.theme;
    theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            let whose = warning.variant.as_ref().map_or_else(|| cx.words.get("warning-all"), |id| title_of(cx, id));
            widgets::badge(ui, &whose, theme.warn, theme.warn_ground);
            ui.label(RichText::new(sentence(cx, outcome, warning)));
        });
        if let Some(fix) = fixes::of_warning(warning, outcome, cx.document.study()) {
            ui.add_space(GAP_SMALL);
            fix_ui(ui, cx, &fix);
        }
    });
    ui.add_space(GAP_SMALL);
}
