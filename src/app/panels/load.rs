//! A pool's week and its backlog, in the variant that is shown and in the one that it is held against.

use crate::app::Cx;
use crate::app::charts::{make, paint};
use crate::app::theme::GAP;
use crate::experiment::outcome::{PoolOutcome, VariantOutcome};
use egui::{RichText, Ui};

/// Height of the backlog's picture.
const BACKLOG_HEIGHT: f32 = 190.0;

/// Paints the charts of the chosen pool, or of the busiest where none is chosen.
pub fn pool_charts_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(shown) = cx.results.shown.clone() else { return };
    let outcome = &*shown.outcome;
    let Some(variant) = outcome.variant(&cx.view.variant) else { return };
    let Some(pool) = chosen(cx, variant) else { return };
    chooser_ui(ui, cx, variant, pool);
    ui.add_space(GAP);
    let mut ids = vec![outcome.baseline.as_str()];
    if outcome.baseline != cx.view.variant {
        ids.push(&variant.name);
    }
    ids.extend(cx.view.passing.also.iter().filter(|id| **id != outcome.baseline && **id != variant.name).map(String::as_str));
    let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    let beside = if ui.available_width() < 620.0 { 1 } else { ids.len().min(2) };
    for row in ids.chunks(beside) {
        ui.columns(beside, |columns| {
            for (ui, id) in columns.iter_mut().zip(row) {
                let found = outcome.variant(id).and_then(|v| Some((v, v.pools.iter().find(|p| p.id == pool.id)?)));
                if let Some((variant, pool)) = found {
                    let chart = make::week(cx, variant, pool);
                    paint::chart_ui(ui, cx, &chart, 0.0);
                }
            }
        });
        ui.add_space(GAP);
    }
    let chart = make::backlog(cx, outcome, &pool.id);
    paint::chart_ui(ui, cx, &chart, BACKLOG_HEIGHT);
}

/// Returns the pool that the user has chosen, or the one of staff that has most to do.
fn chosen<'o>(cx: &Cx<'_>, variant: &'o VariantOutcome) -> Option<&'o PoolOutcome> {
    let busy = |pool: &&PoolOutcome| pool.utilisation.map_or(0.0, |estimate| estimate.mean);
    let busiest = || variant.pools.iter().filter(|p| p.agency.is_some()).max_by(|a, b| busy(a).total_cmp(&busy(b)));
    let wanted = cx.view.passing.pool.as_deref();
    wanted.and_then(|id| variant.pools.iter().find(|p| p.id == id)).or_else(busiest)
}

fn chooser_ui(ui: &mut Ui, cx: &mut Cx<'_>, variant: &VariantOutcome, pool: &PoolOutcome) {
    ui.horizontal(|ui| {
        let label = ui.label(RichText::new(cx.words.get("pool-shown")).color(cx.theme.text_weak));
        let combo = egui::ComboBox::from_id_salt("pool shown").selected_text(&pool.name).width(260.0).truncate();
        let response = combo.show_ui(ui, |ui| {
            for other in &variant.pools {
                if ui.selectable_label(other.id == pool.id, &other.name).clicked() {
                    cx.view.passing.pool = Some(other.id.clone());
                }
            }
        });
        response.response.labelled_by(label.id);
    });
}
