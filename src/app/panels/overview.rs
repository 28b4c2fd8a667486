//! All variants beside each other: the main measures of each, with what each changes.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::panels::measures::{head_height, heads, label};
use crate::app::panels::top::title_of;
use crate::app::theme::{self, ROW};
use crate::app::widgets;
use crate::experiment::kpi::{self, Measure};
use crate::experiment::outcome::{ExperimentOutcome, VariantOutcome};
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

/// Paints the table; a click on a row shows that variant.
pub fn overview_ui(ui: &mut Ui, cx: &mut Cx<'_>, outcome: &ExperimentOutcome, names: &[&str]) {
    let scale = cx.theme.type_scale;
    // In a narrow window the last ones give way, so that the others can be read.
    let room = ((ui.available_width() - 140.0) / (104.0 * scale + theme::GAP)).floor().clamp(2.0, 6.0) as usize;
    let measures: Vec<&'static Measure> = names.iter().take(room).filter_map(|name| kpi::measure(name)).collect();
    // Names of variants are longer than numbers.
    let names = (ui.available_width() * 0.24).clamp(150.0, 320.0 * scale);
    let numbers = ((ui.available_width() - names) / measures.len().max(1) as f32 - theme::GAP).clamp(70.0, 200.0 * scale);
    let mut titles = vec![(cx.words.get("column-variant"), false)];
    titles.extend(measures.iter().map(|measure| (label(cx, measure), true)));
    let mut columns = vec![f32::INFINITY];
    columns.resize(1 + measures.len(), numbers);
    let head = head_height(ui, &titles, &columns);
    let table = TableBuilder::new(ui)
        .id_salt("overview")
        .vscroll(false)
        .sense(egui::Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(140.0).clip(true))
        .columns(Column::exact(numbers).clip(true), measures.len());
    table.header(head, |mut row| heads(&mut row, cx, &titles)).body(|mut body| {
        for variant in &outcome.variants {
            body.row(ROW * scale + 16.0, |mut row| {
                row.set_selected(variant.name == cx.view.variant);
                let name = title_of(cx, &variant.name);
                row.col(|ui| {
                    let text = if variant.name == outcome.baseline { RichText::new(name) } else { theme::strong(name) };
                    ui.add(egui::Label::new(text).wrap().selectable(false));
                });
                for measure in &measures {
                    cell_ui(&mut row, cx, outcome, variant, measure);
                }
                if row.response().on_hover_text(cx.words.get("overview-click")).clicked() {
                    cx.send(Command::View(ViewCommand::Variant(variant.name.clone())));
                }
            });
        }
    });
}

/// The mean, and beneath it the difference to the baseline with its sign.
pub fn cell_ui(
    row: &mut TableRow<'_, '_>,
    cx: &Cx<'_>,
    outcome: &ExperimentOutcome,
    variant: &VariantOutcome,
    measure: &Measure,
) {
    row.col(|ui| {
        ui.with_layout(Layout::top_down(Align::Max), |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let found = outcome.difference(&variant.name).and_then(|d| d.measure(measure.name));
            // A number with nothing beneath it stands in the middle, as the name before it.
            let alone = (ui.available_height() - ui.text_style_height(&egui::TextStyle::Body)) / 2.0;
            ui.add_space(if found.is_none() { alone.max(4.0) } else { 4.0 });
            let write = |x: f64| cx.words.value(measure, x, &outcome.currency);
            let estimate = variant.measure(measure.name).and_then(|found| found.estimate);
            let mean = ui.add(egui::Label::new(estimate.map_or("–".to_owned(), |e| write(e.mean))).truncate().selectable(false));
            if let Some(margin) = estimate.map(|estimate| cx.words.margin(&estimate, write)).filter(|margin| !margin.is_empty()) {
                mean.on_hover_text(margin);
            }
            if let Some(found) = found {
                let text = cx.words.difference(measure, found.difference.mean, &outcome.currency);
                let colour = widgets::verdict_colour(cx.theme, found.verdict);
                let label = egui::Label::new(RichText::new(text).small().color(colour)).truncate().selectable(false);
                let range = cx.words.range(&found.difference, |x| cx.words.difference(measure, x, &outcome.currency));
                ui.add(label).on_hover_text(format!("{}\n{range}", widgets::verdict_words(cx, found)));
            }
        });
    });
}
