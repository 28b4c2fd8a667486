//! Agencies: staff pools with their people, what demand asks of them before any run, and what runs found.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::ScenarioEdit;
use crate::app::panels::measures::{heads, number_cell};
use crate::app::panels::{calendar, load};
use crate::app::theme::{self, GAP, GAP_LARGE, ROW};
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::experiment::outcome::PoolOutcome;
use crate::model::agency::StaffPool;
use crate::model::scenario::Scenario;
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

/// From here on waiting grows steeply.
const BUSY: f64 = 0.85;

/// Paints the tab.
pub fn agencies_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let variant = cx.view.variant.clone();
    let Ok(scenario) = cx.document.scenario(&variant).cloned() else {
        widgets::empty(ui, cx.theme, &cx.words.get("steps-broken"), &cx.words.get("steps-broken-text"));
        return;
    };
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(cx.words.get("agencies-text")).color(cx.theme.text_weak));
            ui.add_space(GAP);
            cx.theme.card().show(ui, |ui| table_ui(ui, cx, &scenario));
            ui.add_space(GAP_LARGE);
            ui.label(RichText::new(cx.words.get("agencies-choose")).color(cx.theme.text_weak));
            ui.add_space(GAP);
            load::pool_charts_ui(ui, cx);
            ui.add_space(GAP_LARGE);
            calendar::calendars_ui(ui, cx, &scenario);
        });
    });
}

fn table_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    let scale = cx.theme.type_scale;
    let numbers = ((ui.available_width() - 150.0 - 224.0 * scale) / 4.0 - GAP).clamp(58.0, 84.0 * scale);
    let table = TableBuilder::new(ui)
        .id_salt("pools")
        .vscroll(false)
        .sense(egui::Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(150.0).clip(true))
        .column(Column::exact(84.0 * scale).clip(true))
        .column(Column::exact(140.0 * scale).clip(true))
        .columns(Column::exact(numbers).clip(true), 4);
    let titles = ["column-pool", "column-people", "column-offered", "column-busy", "column-wait", "column-queue", "column-hours"];
    table
        .header(ROW, |mut row| {
            let titles: Vec<(String, bool)> = titles.iter().enumerate().map(|(at, id)| (cx.words.get(id), at > 2)).collect();
            heads(&mut row, cx, &titles);
        })
        .body(|mut body| {
            for agency in &scenario.agencies {
                body.row(ROW * scale, |mut row| {
                    row.col(|ui| {
                        widgets::over_columns(ui, theme::strong(&agency.name).color(cx.theme.accent));
                    });
                });
                for pool in &agency.pools {
                    let id = format!("{}/{}", agency.id, pool.id);
                    body.row(ROW * scale + 2.0, |mut row| {
                        row.set_selected(cx.view.passing.pool.as_deref() == Some(id.as_str()));
                        pool_row(&mut row, cx, &id, pool);
                        if row.response().clicked() {
                            cx.view.passing.pool = Some(id.clone());
                            cx.send(Command::View(ViewCommand::Select(Selection::Pool(id.clone()))));
                        }
                    });
                }
            }
        });
}

fn pool_row(row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, id: &str, pool: &StaffPool) {
    row.col(|ui| {
        ui.add_space(10.0);
        ui.add(egui::Label::new(&pool.name).truncate().selectable(false));
    });
    row.col(|ui| {
        for (at, group) in pool.staff.iter().enumerate() {
            let mut count = group.count.value;
            let name = format!("{}: {}", cx.words.get("column-people"), pool.name);
            let response = ui.add(egui::DragValue::new(&mut count).speed(0.1).range(0.0..=10_000.0).max_decimals(0));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, name.clone()));
            if response.changed() {
                let value = crate::model::figure::NumberFigure { value: count.round(), source: None, ..group.count.clone() };
                cx.edit_scenario(ScenarioEdit::Staff { pool: id.to_owned(), group: at, value });
            }
            if response.drag_stopped() {
                cx.send(Command::Edit(crate::app::command::EditCommand::GestureEnds));
            }
            response.on_hover_text(&group.count.note);
        }
    });
    row.col(|ui| {
        if let Some(load) = cx.results.review.load(&cx.view.variant, id) {
            offered_ui(ui, cx, load.asked, load.there);
        }
    });
    let Some(found) = pool_outcome(cx, id) else {
        for _ in 0..4 {
            row.col(|_| {});
        }
        return;
    };
    let texts = [
        found.utilisation.map_or("–".to_owned(), |e| cx.words.percent(e.mean)),
        found.waiting_time.map_or("–".to_owned(), |e| cx.words.duration(e.mean)),
        cx.words.count(found.queue_length.mean),
        cx.words.whole(found.staff_hours.mean),
    ];
    for text in texts {
        number_cell(row, text);
    }
}

fn pool_outcome<'a>(cx: &'a Cx<'_>, id: &str) -> Option<&'a PoolOutcome> {
    cx.results.outcome()?.variant(&cx.view.variant)?.pools.iter().find(|p| p.id == id)
}

/// A bar of the load that demand offers, with a word where it is too much.
fn offered_ui(ui: &mut Ui, cx: &Cx<'_>, asked: f64, there: f64) {
    let theme = cx.theme;
    let share = if there > 0.0 { asked / there } else { f64::INFINITY };
    let (colour, sign) = match share {
        s if s >= 1.0 => (theme.worse, " ⚠"),
        s if s >= BUSY => (theme.warn, " !"),
        _ => (theme.better, ""),
    };
    let (rect, response) = ui.allocate_exact_size(egui::vec2(68.0, 10.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 3.0, theme.surface_hover);
    let mut filled = rect;
    filled.set_width(rect.width() * share.clamp(0.0, 1.0) as f32);
    ui.painter().rect_filled(filled, 3.0, colour);
    let text = if share.is_finite() { cx.words.percent(share) } else { "∞".to_owned() };
    ui.label(RichText::new(format!("{text}{sign}")).color(colour));
    let words = [("asked", cx.words.count(asked).into()), ("there", cx.words.count(there).into())];
    let mut hover = cx.words.with("offered-explained", &words);
    if share >= 1.0 {
        hover = format!("{hover} {}", cx.words.get("offered-too-much"));
    } else if share >= BUSY {
        hover = format!("{hover} {}", cx.words.get("offered-busy"));
    }
    response.on_hover_text(hover);
}
