//! Calendars as week grids: hours are painted with the pointer, typed as text, and closed on holidays.

use crate::app::Cx;
use crate::app::edit::{new_id, slug};
use crate::app::panels::item_inspector::{put_once, take_out_ui};
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::widgets::{self, caption, pick_ui, provenance};
use crate::formats::text::{parse_date_range, parse_weekly_hours, print_date_range, print_weekly_hours};
use crate::model::calendar::{Calendar, HolidayList, Weekdays, WeeklyHours};
use crate::model::change::{Item, ItemKind};
use crate::model::scenario::Scenario;
use egui::{Align2, EventFilter, FontId, Key, Modifiers, Rect, RichText, Sense, Stroke, StrokeKind, Ui, vec2};

/// Minutes of a cell of the grid.
const CELL: u16 = 30;
/// Cells of a day.
const CELLS: usize = 48;
/// Minutes of a day.
const DAY: u16 = 1440;

/// Paints all calendars and lists of holidays of a scenario.
pub fn calendars_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario) {
    widgets::section(ui, cx.theme, &cx.words.get("calendars-title"), &cx.words.get("calendars-text"));
    let in_row = if ui.available_width() > 760.0 * cx.theme.type_scale { 2 } else { 1 };
    for pair in scenario.calendars.chunks(in_row) {
        ui.columns(in_row, |columns| {
            for (ui, calendar) in columns.iter_mut().zip(pair) {
                cx.theme.card().show(ui, |ui| calendar_ui(ui, cx, scenario, calendar));
            }
        });
        ui.add_space(GAP);
    }
    if ui.button(cx.words.get("calendar-new")).clicked() {
        let name = cx.words.get("calendar-new-name");
        let id = new_id(&slug(&name), |id| scenario.calendars.iter().any(|calendar| calendar.id == id));
        let weekly = vec![WeeklyHours { days: Weekdays::range(0, 4), from_minute: 9 * 60, to_minute: 18 * 60 }];
        let holidays = scenario.holidays.first().map(|list| list.id.clone());
        put_once(cx, Item::Calendar(Calendar { id, name, weekly, holidays, ..Calendar::default() }), "edit-calendar");
    }
    for list in &scenario.holidays {
        ui.add_space(GAP);
        cx.theme.card().show(ui, |ui| holidays_ui(ui, cx, list));
    }
}

/// Returns the minutes of each day, Monday first, in which a calendar is open: from, to.
fn open_minutes(calendar: &Calendar) -> Vec<(u8, u16, u16)> {
    let mut open = Vec::new();
    for hours in &calendar.weekly {
        for day in hours.days.iter() {
            if hours.to_minute > hours.from_minute {
                open.push((day, hours.from_minute, hours.to_minute));
            } else {
                open.push((day, hours.from_minute, DAY));
                open.push(((day + 1) % 7, 0, hours.to_minute));
            }
        }
    }
    open.retain(|(_, from, to)| to > from);
    open
}

/// Returns the hours of a week after some minutes on some days were opened or closed: days with the same hours together.
fn painted(calendar: &Calendar, days: std::ops::RangeInclusive<u8>, from: u16, to: u16, opens: bool) -> Vec<WeeklyHours> {
    let mut week = vec![[false; DAY as usize]; 7];
    for (day, from, to) in open_minutes(calendar) {
        week[usize::from(day)][usize::from(from)..usize::from(to)].fill(true);
    }
    for day in days {
        week[usize::from(day % 7)][usize::from(from)..usize::from(to.min(DAY))].fill(opens);
    }
    let mut hours: Vec<WeeklyHours> = Vec::new();
    for (day, minutes) in week.iter().enumerate() {
        let mut at = 0;
        while at < minutes.len() {
            let is_open = minutes[at];
            let end = (at..minutes.len()).find(|&m| minutes[m] != is_open).unwrap_or(minutes.len());
            if is_open {
                let (from_minute, to_minute) = (at as u16, end as u16);
                match hours.iter_mut().find(|h| (h.from_minute, h.to_minute) == (from_minute, to_minute)) {
                    Some(known) => known.days.0 |= 1 << day,
                    None => hours.push(WeeklyHours { days: Weekdays(1 << day), from_minute, to_minute }),
                }
            }
            at = end;
        }
    }
    hours.sort_by_key(|h| (h.days.iter().next(), h.from_minute));
    hours
}

/// What is marked in a grid: the cell where it began, the cell where it is now, whether the pointer paints.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Marked {
    begun: (u8, u16),
    now: (u8, u16),
    paints: bool,
}

impl Marked {
    fn days(&self) -> std::ops::RangeInclusive<u8> {
        self.begun.0.min(self.now.0)..=self.begun.0.max(self.now.0)
    }

    fn minutes(&self) -> (u16, u16) {
        (self.begun.1.min(self.now.1) * CELL, (self.begun.1.max(self.now.1) + 1) * CELL)
    }
}

fn calendar_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, calendar: &Calendar) {
    ui.set_width(ui.available_width());
    let mut changed = calendar.clone();
    let name = if calendar.name.is_empty() { &calendar.id } else { &calendar.name };
    ui.horizontal_wrapped(|ui| {
        let id = egui::Id::unique(("calendar name", &calendar.id));
        let width = (ui.available_width() - 130.0).clamp(100.0, 420.0);
        if let Some(typed) = widgets::cell_ui(ui, id, name, width, &format!("{}: {name}", cx.words.get("inspector-name"))) {
            changed.name = typed;
        }
        if let Some(found) = provenance::edit_ui(ui, cx, calendar.source.as_deref(), &calendar.note, name) {
            (changed.source, changed.note) = (found.source, found.note);
        }
    });
    ui.add_space(GAP_SMALL);
    if let Some(weekly) = grid_ui(ui, cx, calendar, name) {
        (changed.weekly, changed.source) = (weekly, None);
    }
    hours_ui(ui, cx, calendar, &mut changed, name);
    let mut names = vec![cx.words.get("holidays-none")];
    names.extend(scenario.holidays.iter().map(|list| if list.name.is_empty() { list.id.clone() } else { list.name.clone() }));
    let place = |id: &String| scenario.holidays.iter().position(|list| list.id == *id).map(|at| at + 1);
    let at = calendar.holidays.as_ref().map_or(Some(0), place);
    caption(ui, cx.theme, &cx.words.get("calendar-closed-on"));
    let said = format!("{}: {name}", cx.words.get("calendar-closed-on"));
    if let Some(at) = pick_ui(ui, ("holidays of", &calendar.id), &said, &names, at) {
        changed.holidays = at.checked_sub(1).and_then(|at| scenario.holidays.get(at)).map(|list| list.id.clone());
    }
    if changed != *calendar {
        put_once(cx, Item::Calendar(changed), "edit-calendar");
    }
    take_out_ui(ui, cx, ItemKind::Calendar, &calendar.id, name);
}

/// The week as a grid; returns its hours once some were painted.
fn grid_ui(ui: &mut Ui, cx: &Cx<'_>, calendar: &Calendar, name: &str) -> Option<Vec<WeeklyHours>> {
    let theme = cx.theme;
    let font = FontId::proportional(11.0 * theme.type_scale);
    let row = 18.0 * theme.type_scale;
    let names = 34.0 * theme.type_scale;
    let (whole, _) = ui.allocate_exact_size(vec2(ui.available_width(), row * 8.0), Sense::hover());
    let grid = Rect::from_min_max(whole.min + vec2(names, 0.0), whole.min + vec2(whole.width(), row * 7.0));
    let id = egui::Id::unique(("calendar grid", &calendar.id));
    let response = ui.interact(grid, id, Sense::click_and_drag());
    let hours: Vec<String> = calendar.weekly.iter().map(|hours| print_weekly_hours(*hours)).collect();
    let said = format!("{name}: {}. {}", hours.join(", "), cx.words.get("calendar-grid-hint"));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    let x = |minute: u16| grid.left() + grid.width() * f32::from(minute) / f32::from(DAY);
    let y = |day: u8| grid.top() + f32::from(day) * row;
    let painter = ui.painter_at(whole.expand(2.0));
    for (day, name) in cx.words.get("weekdays").split(',').enumerate().take(7) {
        let at = [whole.left(), y(day as u8) + row / 2.0];
        painter.text(at.into(), Align2::LEFT_CENTER, name.trim(), font.clone(), theme.text_weak);
        let line = Rect::from_min_max([x(0), y(day as u8) + 1.0].into(), [x(DAY), y(day as u8) + row - 1.0].into());
        painter.rect_filled(line, 2.0, theme.surface_quiet);
    }
    let open = open_minutes(calendar);
    for (day, from, to) in &open {
        let area = Rect::from_min_max([x(*from), y(*day) + 1.0].into(), [x(*to), y(*day) + row - 1.0].into());
        painter.rect_filled(area, 2.0, theme.accent);
    }
    for hour in (0u16..=24).step_by(3) {
        let colour = theme.faint(theme.border_strong);
        painter.vline(x(hour * 60), grid.y_range(), Stroke::new(1.0, colour));
        if hour % 6 == 0 && hour < 24 {
            let at = [x(hour * 60), whole.bottom() - row / 2.0];
            painter.text(at.into(), Align2::LEFT_CENTER, format!("{hour}:00"), font.clone(), theme.text_weak);
        }
    }
    let at = |place: egui::Pos2| {
        let cell = ((place.x - grid.left()) / grid.width() * CELLS as f32).clamp(0.0, CELLS as f32 - 1.0) as u16;
        (((place.y - grid.top()) / row).clamp(0.0, 6.0) as u8, cell)
    };
    let mut marked: Marked = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let mut done = None;
    if let Some(place) = response.interact_pointer_pos() {
        let by_pointer = ui.input(|input| input.pointer.any_down() || input.pointer.any_released());
        if response.drag_started() || (response.clicked() && by_pointer) {
            let begun = ui.input(|input| input.pointer.press_origin()).filter(|at| grid.contains(*at)).map_or(at(place), at);
            marked = Marked { begun, now: at(place), paints: true };
            response.request_focus();
        } else if marked.paints {
            marked.now = at(place);
        }
    }
    if marked.paints && (response.drag_stopped() || response.clicked()) {
        marked.paints = false;
        done = Some(marked);
    }
    if response.has_focus() && !marked.paints {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        if keys(ui, &mut marked) {
            done = Some(marked);
        }
    }
    ui.data_mut(|data| data.insert_temp(id, marked));
    if marked.paints || response.has_focus() {
        let (from, to) = marked.minutes();
        let area = Rect::from_min_max([x(from), y(*marked.days().start())].into(), [x(to), y(*marked.days().end()) + row].into());
        painter.rect_stroke(area, 2.0, Stroke::new(2.0, theme.text), StrokeKind::Outside);
    }
    if let Some(place) = response.hover_pos() {
        let (day, cell) = if marked.paints { marked.now } else { at(place) };
        let clock = |minute: u16| format!("{}:{:02}", minute / 60, minute % 60);
        let (from, to) = if marked.paints { marked.minutes() } else { (cell * CELL, (cell + 1) * CELL) };
        let days = cx.words.get("weekdays");
        let day = days.split(',').nth(usize::from(day)).unwrap_or("").trim().to_owned();
        response.on_hover_text_at_pointer(format!("{day} {}–{}\n{}", clock(from), clock(to), cx.words.get("calendar-grid-hint")));
    }
    done.map(|marked| {
        let begun = (marked.begun.0, marked.begun.1 * CELL + CELL / 2);
        let was_open = open.iter().any(|(day, from, to)| *day == begun.0 && (*from..*to).contains(&begun.1));
        let (from, to) = marked.minutes();
        painted(calendar, marked.days(), from, to, !was_open)
    })
}

/// Arrows move in the grid, with Shift they mark; Space opens or closes what is marked.
fn keys(ui: &Ui, marked: &mut Marked) -> bool {
    ui.input_mut(|input| {
        for (key, days, cells) in
            [(Key::ArrowUp, -1, 0), (Key::ArrowDown, 1, 0), (Key::ArrowLeft, 0, -1), (Key::ArrowRight, 0, 1)]
        {
            for extends in [true, false] {
                let modifiers = if extends { Modifiers::SHIFT } else { Modifiers::NONE };
                if input.consume_key(modifiers, key) {
                    let moved = |at: i32, by: i32, most: i32| (at + by).clamp(0, most);
                    marked.now.0 = moved(i32::from(marked.now.0), days, 6) as u8;
                    marked.now.1 = moved(i32::from(marked.now.1), cells, CELLS as i32 - 1) as u16;
                    if !extends {
                        marked.begun = marked.now;
                    }
                }
            }
        }
        input.consume_key(Modifiers::NONE, Key::Space) || input.consume_key(Modifiers::NONE, Key::Enter)
    })
}

/// The hours as texts, each to be typed anew or taken out, and one more.
fn hours_ui(ui: &mut Ui, cx: &Cx<'_>, calendar: &Calendar, changed: &mut Calendar, name: &str) {
    let width = (ui.available_width() - 44.0).clamp(100.0, 220.0);
    for (at, hours) in calendar.weekly.iter().enumerate() {
        ui.horizontal(|ui| {
            let id = egui::Id::unique(("calendar hours", &calendar.id, at));
            let said = format!("{} {}: {name}", cx.words.get("calendar-hours"), at + 1);
            let typed = widgets::cell_ui(ui, id, &print_weekly_hours(*hours), width, &said);
            if let Some(read) = typed.and_then(|typed| parse_weekly_hours(&typed).ok()) {
                (changed.weekly[at], changed.source) = (read, None);
            }
            let button = ui.add(egui::Button::new("×").min_size(vec2(24.0, 0.0)));
            let said = format!("{}: {}", cx.words.get("calendar-hours-remove"), print_weekly_hours(*hours));
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            if button.on_hover_text(said).clicked() {
                changed.weekly.remove(at);
                changed.source = None;
            }
        });
    }
    let id = egui::Id::unique(("calendar more hours", &calendar.id));
    let said = format!("{}: {name}", cx.words.get("calendar-hours-add"));
    let so_far = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
    ui.label(RichText::new(cx.words.get("calendar-hours-add")).small().color(cx.theme.text_weak));
    ui.horizontal(|ui| {
        let typed = widgets::cell_ui(ui, id, "", width, &said);
        if let Some(read) = typed.and_then(|typed| parse_weekly_hours(&typed).ok()) {
            changed.weekly.push(read);
            changed.source = None;
        }
    });
    if !so_far.is_empty()
        && let Err(fault) = parse_weekly_hours(&so_far)
    {
        ui.label(RichText::new(cx.words.finding(&format!("{} {}", fault.message, fault.hint))).small().color(cx.theme.warn));
    }
}

/// A list of holidays, each to be taken out, and one more.
fn holidays_ui(ui: &mut Ui, cx: &mut Cx<'_>, list: &HolidayList) {
    ui.set_width(ui.available_width());
    let mut changed = list.clone();
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::strong(if list.name.is_empty() { &list.id } else { &list.name }));
        if let Some(found) = provenance::edit_ui(ui, cx, list.source.as_deref(), "", &list.name) {
            changed.source = found.source;
        }
    });
    ui.horizontal_wrapped(|ui| {
        for (at, days) in list.days_off.iter().enumerate() {
            let text = print_date_range(*days);
            let button = ui.button(format!("{text}  ×"));
            let said = format!("{}: {text}", cx.words.get("holiday-remove"));
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            if button.on_hover_text(said).clicked() {
                changed.days_off.remove(at);
                changed.source = None;
            }
        }
    });
    ui.horizontal_wrapped(|ui| {
        let id = egui::Id::unique(("holiday more", &list.id));
        let said = format!("{}: {}", cx.words.get("holiday-add"), list.name);
        let so_far = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
        let typed = widgets::cell_ui(ui, id, "", 200.0, &said);
        ui.label(RichText::new(cx.words.get("holiday-add")).small().color(cx.theme.text_weak));
        if let Some(read) = typed.and_then(|typed| parse_date_range(&typed).ok()) {
            changed.days_off.push(read);
            changed.days_off.sort_by_key(|days| days.first);
            changed.source = None;
        }
        if !so_far.is_empty()
            && let Err(fault) = parse_date_range(&so_far)
        {
            ui.label(RichText::new(cx.words.finding(&fault.message)).small().color(cx.theme.warn));
        }
    });
    if changed != *list {
        put_once(cx, Item::Holidays(changed), "edit-holidays");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Calendar {
        let weekly = vec![WeeklyHours { days: Weekdays::range(0, 4), from_minute: 540, to_minute: 1080 }];
        Calendar { weekly, ..Calendar::default() }
    }

    #[test]
    fn hours_over_midnight_go_on_on_the_next_day() {
        let night = WeeklyHours { days: Weekdays::range(6, 6), from_minute: 1320, to_minute: 360 };
        let calendar = Calendar { weekly: vec![night], ..Calendar::default() };
        assert_eq!(open_minutes(&calendar), [(6, 1320, 1440), (0, 0, 360)]);
    }

    #[test]
    fn a_break_that_is_painted_parts_the_hours_of_its_days_only() {
        let week = painted(&office(), 0..=1, 780, 840, false);
        let texts: Vec<String> = week.iter().map(|hours| print_weekly_hours(*hours)).collect();
        assert_eq!(texts, ["Mon,Tue 09:00-13:00", "Mon,Tue 14:00-18:00", "Wed-Fri 09:00-18:00"]);
        let whole = Calendar { weekly: week, ..Calendar::default() };
        assert_eq!(painted(&whole, 0..=1, 780, 840, true), office().weekly);
    }

    #[test]
    fn a_day_that_is_opened_joins_those_with_the_same_hours() {
        let week = painted(&office(), 5..=5, 540, 1080, true);
        assert_eq!(week, [WeeklyHours { days: Weekdays::range(0, 5), from_minute: 540, to_minute: 1080 }]);
    }
}
