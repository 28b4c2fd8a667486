//! Agencies: staff pools with their people, what demand asks of them before any run, and what runs found.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, new_id, slug};
use crate::app::panels::item_inspector::{calendar_ui, put, put_once, put_pool};
use crate::app::panels::measures::{heads, number_cell};
use crate::app::panels::{calendar, load};
use crate::app::theme::{GAP, GAP_LARGE, ROW};
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::app::widgets::figure::{Shape, value_ui};
use crate::experiment::offered::{BUSY, PoolLoad};
use crate::experiment::outcome::PoolOutcome;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::change::{Item, ItemKind};
use crate::model::figure::NumberFigure;
use crate::model::scenario::Scenario;
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

/// Columns behind the name that are known without a run.
const FIXED: usize = 4;
/// Room before a pool's name, which stands beneath its agency's.
const INDENT: f32 = 10.0;
/// Width of pools' names at least, and of their longest word as far as it is given room.
const LEAST_NAME: f32 = 130.0;
const MOST_NAME: f32 = 200.0;
/// Lines that a pool's name takes at most.
const NAME_LINES: usize = 3;

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
            cx.theme.card().show(ui, |ui| {
                ui.set_width(ui.available_width());
                table_ui(ui, cx, &scenario);
            });
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
    // No word of a pool's name is broken, unless it is very long.
    let pools = scenario.agencies.iter().flat_map(|agency| &agency.pools);
    let words = pools.map(|pool| widgets::longest_word(ui, &pool.name, |word| RichText::new(word)) + INDENT);
    let least = words.fold(LEAST_NAME * scale, f32::max).min(MOST_NAME * scale);
    let widths = widths(ui.available_width(), ui.spacing().item_spacing.x, scale, least);
    // Hours worked give way first; the inspector has them.
    let shown = widths.len();
    let gap = ui.spacing().item_spacing.x;
    let names = (ui.available_width() - widths.iter().map(|width| width + gap).sum::<f32>()).max(100.0 * scale);
    let table = TableBuilder::new(ui)
        .id_salt("pools")
        .vscroll(false)
        .sense(egui::Sense::click())
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(100.0 * scale).clip(true));
    let table = widths.iter().fold(table, |table, width| table.column(Column::exact(*width).clip(true)));
    let titles = [
        "column-pool",
        "column-people",
        "column-offered",
        "column-hours-of-work",
        "column-cost",
        "column-busy",
        "column-wait",
        "column-queue",
        "column-hours",
    ];
    table
        .header(ROW * scale * 1.2, |mut row| {
            let titles = titles.iter().take(1 + shown).enumerate();
            let titles: Vec<(String, bool)> = titles.map(|(at, id)| (cx.words.get(id), at > 4)).collect();
            heads(&mut row, cx, &titles);
        })
        .body(|mut body| {
            for agency in &scenario.agencies {
                body.row(ROW * scale, |mut row| {
                    row.col(|ui| agency_ui(ui, cx, agency));
                });
                for pool in &agency.pools {
                    let id = format!("{}/{}", agency.id, pool.id);
                    let name = widgets::lines(body.ui_mut(), pool.name.as_str(), names - INDENT, Align::Min, NAME_LINES);
                    let height = ROW * scale * pool.staff.len().max(1) as f32 + 6.0 * scale;
                    body.row(height.max(name.size().y + GAP), |mut row| {
                        row.set_selected(cx.view.passing.pool.as_deref() == Some(id.as_str()));
                        pool_row(&mut row, cx, scenario, &id, pool, shown);
                        if row.response().clicked() {
                            show_pool(cx, &id);
                        }
                    });
                }
            }
        });
    ui.add_space(GAP);
    if ui.button(cx.words.get("agency-new")).clicked() {
        let name = cx.words.get("agency-new-name");
        let id = new_id(&slug(&name), |id| scenario.agencies.iter().any(|agency| agency.id == id));
        put_once(cx, Item::Agency(Agency { id, name, pools: vec![new_pool(cx, scenario, &[])] }), "edit-agency");
    }
}

/// Widths of the columns behind the names: people, offered load, hours, cost, and what runs found. Where there is room they grow, and the
/// names most; where there is little, they become as narrow as can still be read, and the last ones are left out.
/// Names have so many points at least.
fn widths(room: f32, gap: f32, scale: f32, names: f32) -> Vec<f32> {
    const LEAST: [f32; 8] = [48.0, 84.0, 76.0, 66.0, 54.0, 84.0, 52.0, 56.0];
    const MOST: [f32; 8] = [64.0, 132.0, 170.0, 100.0, 72.0, 110.0, 80.0, 84.0];
    let sum = |widths: &[f32]| widths.iter().sum::<f32>() * scale + widths.len() as f32 * gap + names;
    let shown = (FIXED..LEAST.len()).rev().find(|n| sum(&LEAST[..=*n]) <= room).map_or(FIXED, |last| last + 1);
    let (least, most) = (&LEAST[..shown], &MOST[..shown]);
    let share = ((room - sum(least)) / (sum(most) - sum(least))).clamp(0.0, 1.0);
    least.iter().zip(most).map(|(least, most)| ((least + (most - least) * share) * scale).floor()).collect()
}

/// Shows a pool's week and what there is to know about it.
fn show_pool(cx: &mut Cx<'_>, id: &str) {
    cx.view.passing.pool = Some(id.to_owned());
    cx.send(Command::View(ViewCommand::Select(Selection::Pool(id.to_owned()))));
}

/// An agency's name, to be typed anew, and a pool more.
fn agency_ui(ui: &mut Ui, cx: &mut Cx<'_>, agency: &Agency) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let mut clip = ui.clip_rect();
    clip.max.x = f32::INFINITY;
    ui.set_clip_rect(clip.intersect(ui.ctx().content_rect()));
    // A name runs on over the columns to its right, which are empty here.
    let place = egui::Rect::from_min_size(ui.max_rect().min, egui::vec2(560.0 * cx.theme.type_scale, ui.max_rect().height()));
    let mut wide = ui.new_child(egui::UiBuilder::new().max_rect(place).layout(Layout::left_to_right(Align::Center)));
    agency_name_ui(&mut wide, cx, &scenario, agency);
}

fn agency_name_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, agency: &Agency) {
    let id = egui::Id::unique(("agency name", &agency.id));
    let said = format!("{}: {}", cx.words.get("inspector-name"), agency.name);
    if let Some(name) = widgets::cell_ui(ui, id, &agency.name, 480.0 * cx.theme.type_scale, &said) {
        put(cx, Item::Agency(Agency { name, ..agency.clone() }), "edit-agency");
    }
    let said = format!("{}: {}", cx.words.get("pool-new"), agency.name);
    let button = ui.add(egui::Button::new("+").min_size(egui::vec2(24.0, 0.0)));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    if button.on_hover_text(said).clicked() {
        let mut more = agency.clone();
        more.pools.push(new_pool(cx, scenario, &agency.pools));
        put_once(cx, Item::Agency(more), "edit-agency");
    }
    if agency.pools.is_empty() {
        let said = format!("{}: {}", cx.words.get("item-take-out"), agency.name);
        let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
        if button.on_hover_text(said).clicked() {
            cx.edit_scenario(ScenarioEdit::TakeOut { kind: ItemKind::Agency, id: agency.id.clone() });
        }
    }
}

/// A pool as it first stands: one person in the first calendar's hours, an assumption.
fn new_pool(cx: &Cx<'_>, scenario: &Scenario, others: &[StaffPool]) -> StaffPool {
    let name = cx.words.get("pool-new-name");
    let id = new_id(&slug(&name), |id| others.iter().any(|pool| pool.id == id));
    let calendar = scenario.calendars.first().map(|calendar| calendar.id.clone());
    let group = StaffGroup { count: NumberFigure::assumed(1.0), calendar, skills: Vec::new() };
    StaffPool { id, name, staff: vec![group], ..StaffPool::default() }
}

fn pool_row(row: &mut TableRow<'_, '_>, cx: &mut Cx<'_>, scenario: &Scenario, id: &str, pool: &StaffPool, shown: usize) {
    let mut changed = pool.clone();
    row.col(|ui| {
        ui.add_space(INDENT);
        let name = RichText::new(&pool.name).color(cx.theme.text);
        let name = egui::Label::new(widgets::lines(ui, name, ui.available_width(), Align::Min, NAME_LINES));
        let response = ui.add(name.sense(egui::Sense::click())).on_hover_cursor(egui::CursorIcon::PointingHand);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Link, true, &pool.name));
        if response.on_hover_text(format!("{}\n{}", pool.name, cx.words.get("agencies-choose"))).clicked() {
            show_pool(cx, id);
        }
    });
    row.col(|ui| {
        ui.vertical(|ui| {
            centre(ui, pool);
            for (at, group) in pool.staff.iter().enumerate() {
                let shape =
                    Shape { range: 0.0..=10_000.0, ..Shape::count(format!("{}: {}", cx.words.get("column-people"), pool.name)) };
                if let Some(count) = value_ui(ui, cx, &group.count, &shape) {
                    changed.staff[at].count = count;
                }
            }
        });
    });
    row.col(|ui| {
        if let Some(load) = cx.results.review.load(&cx.view.variant, id) {
            offered_ui(ui, cx, load);
        }
    });
    row.col(|ui| {
        ui.vertical(|ui| {
            centre(ui, pool);
            for (at, group) in pool.staff.iter().enumerate() {
                ui.push_id(("hours", id, at), |ui| {
                    let name = format!("{}: {}", cx.words.get("column-hours-of-work"), pool.name);
                    if let Some(calendar) = calendar_ui(ui, cx, scenario, group.calendar.as_deref(), &name) {
                        changed.staff[at].calendar = calendar;
                    }
                });
            }
        });
    });
    row.col(|ui| {
        let shape = Shape::money(format!("{}: {}", cx.words.get("column-cost"), pool.name), &scenario.currency);
        if let Some(cost) = value_ui(ui, cx, &pool.cost_per_hour, &shape) {
            changed.cost_per_hour = cost;
        }
    });
    if changed != *pool {
        put_pool(cx, scenario, id, Some(changed), "edit-staff");
    }
    let Some(found) = pool_outcome(cx, id) else {
        for _ in FIXED..shown {
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
    for text in texts.into_iter().take(shown.saturating_sub(FIXED)) {
        number_cell(row, text);
    }
}

/// Leaves room above a pool's groups, so that they stand in the middle of the row.
fn centre(ui: &mut Ui, pool: &StaffPool) {
    let n = pool.staff.len().max(1) as f32;
    let height = n * ui.spacing().interact_size.y + (n - 1.0) * ui.spacing().item_spacing.y;
    ui.add_space(((ui.available_height() - height) / 2.0).max(0.0));
}

fn pool_outcome<'a>(cx: &'a Cx<'_>, id: &str) -> Option<&'a PoolOutcome> {
    cx.results.outcome()?.variant(&cx.view.variant)?.pools.iter().find(|p| p.id == id)
}

/// A bar of the load that demand offers, with a word where it is too much.
fn offered_ui(ui: &mut Ui, cx: &Cx<'_>, load: &PoolLoad) {
    let theme = cx.theme;
    let share = load.utilisation().unwrap_or(f64::INFINITY);
    let (colour, sign) = match share {
        s if s >= 1.0 => (theme.worse, " ⚠"),
        s if s >= BUSY => (theme.warn, " !"),
        _ => (theme.better, ""),
    };
    // What the words leave is the bar's.
    let room = (ui.available_width() - 58.0 * theme.type_scale).clamp(20.0, 62.0);
    let (rect, response) = ui.allocate_exact_size(egui::vec2(room, 10.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 3.0, theme.surface_hover);
    let mut filled = rect;
    filled.set_width(rect.width() * share.clamp(0.0, 1.0) as f32);
    ui.painter().rect_filled(filled, 3.0, colour);
    let text = if share.is_finite() { cx.words.percent(share) } else { "∞".to_owned() };
    let label = ui.label(RichText::new(format!("{text}{sign}")).color(colour));
    let said = [("asked", load.asked.mean), ("low", load.asked.low), ("high", load.asked.high), ("there", load.there)];
    let words = said.map(|(name, hours)| (name, cx.words.count(hours).into()));
    let mut hover = cx.words.with("offered-explained", &words);
    if share >= 1.0 {
        hover = format!("{hover} {}", cx.words.get("offered-too-much"));
    } else if share >= BUSY {
        hover = format!("{hover} {}", cx.words.get("offered-busy"));
    }
    response.union(label).on_hover_text(hover);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_within_their_room_and_names_can_be_read() {
        for (room, scale, shown) in [(830.0, 1.0, 8), (930.0, 1.5, 6), (640.0, 1.0, 6), (300.0, 2.0, FIXED)] {
            let widths = widths(room, GAP, scale, 130.0 * scale);
            assert_eq!(widths.len(), shown, "{room} at {scale}");
            let taken = widths.iter().map(|width| width + GAP).sum::<f32>() + 130.0 * scale;
            assert!(taken <= room || shown == FIXED, "{taken} of {room} at {scale}");
        }
    }
}
