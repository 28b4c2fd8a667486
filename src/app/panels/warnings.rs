//! What to mind before believing the results, in the user's language, with a fix where there is one.

use crate::app::Cx;
use crate::app::fixes;
use crate::app::panels::ledger::fix_ui;
use crate::app::panels::top::title_of;
use crate::app::theme::GAP_SMALL;
use crate::app::widgets;
use crate::experiment::outcome::{ExperimentOutcome, Warning};
use crate::report::warnings;
use egui::{RichText, Ui};

/// Returns what to mind about the shown variant and its baseline.
pub fn about(cx: &Cx<'_>, outcome: &ExperimentOutcome) -> Vec<Warning> {
    let concerns = |warning: &&Warning| warning.variant.as_ref().is_none_or(|v| *v == cx.view.variant || *v == outcome.baseline);
    outcome.warnings.iter().filter(concerns).cloned().collect()
}

/// Paints a warning.
pub fn warning_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome, warning: &Warning) {
    let theme = cx.theme;
    theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            let whose = warning.variant.as_ref().map_or_else(|| cx.words.get("warning-all"), |id| title_of(cx, id));
            widgets::badge(ui, &whose, theme.warn, theme.warn_ground);
            ui.label(RichText::new(warnings::sentence(cx.words, outcome, warning)));
        });
        if let Some(fix) = fixes::of_warning(warning, outcome, cx.document.study()) {
            ui.add_space(GAP_SMALL);
            fix_ui(ui, cx, &fix);
        }
    });
    ui.add_space(GAP_SMALL);
}
