//! Calendars as week grids: when places are open and people work.

use crate::app::Cx;
use crate::app::theme::{self, GAP, GAP_SMALL};
use crate::app::widgets;
use crate::model::calendar::Calendar;
use crate::model::scenario::Scenario;
use egui::{Align2, FontId, Rect, RichText, Sense, Ui, vec2};

/// Paints all calendars of a scenario.
pub fn calendars_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario) {
    if scenario.calendars.is_empty() {
        return;
    }
    widgets::section(ui, cx.theme, &cx.words.get("calendars-title"), &cx.words.get("calendars-text"));
    let in_row = if ui.available_width() > 760.0 { 2 } else { 1 };
    for pair in scenario.calendars.chunks(in_row) {
        ui.columns(in_row, |columns| {
            for (ui, calendar) in columns.iter_mut().zip(pair) {
                cx.theme.card().show(ui, |ui| calendar_ui(ui, cx, scenario, calendar));
            }
        });
        ui.add_space(GAP);
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
                open.push((day, hours.from_minute, 1440));
                open.push(((day + 1) % 7, 0, hours.to_minute));
            }
        }
    }
    open.retain(|(_, from, to)| to > from);
    open
}

fn calendar_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario, calendar: &Calendar) {
    ui.set_width(ui.available_width());
    let theme = cx.theme;
    ui.horizontal_wrapped(|ui| {
        ui.label(theme::strong(if calendar.name.is_empty() { &calendar.id } else { &calendar.name }));
        super::steps::provenance_ui(ui, cx, calendar.source.as_deref(), &calendar.note);
    });
    ui.add_space(GAP_SMALL);
    let font = FontId::proportional(11.0 * theme.type_scale);
    let row = 15.0 * theme.type_scale;
    let names = 32.0 * theme.type_scale;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), row * 8.0), Sense::hover());
    let painter = ui.painter_at(rect);
    let days = cx.words.get("weekdays");
    let width = rect.width() - names;
    let x = |minute: u16| rect.left() + names + width * f32::from(minute) / 1440.0;
    for (day, name) in days.split(',').enumerate().take(7) {
        let top = rect.top() + day as f32 * row;
        painter.text([rect.left(), top + row / 2.0].into(), Align2::LEFT_CENTER, name.trim(), font.clone(), theme.text_weak);
        let line = Rect::from_min_max([x(0), top + 1.0].into(), [x(1440), top + row - 1.0].into());
        painter.rect_filled(line, 2.0, theme.surface_quiet);
    }
    for (day, from, to) in open_minutes(calendar) {
        let top = rect.top() + f32::from(day) * row;
        let open = Rect::from_min_max([x(from), top + 1.0].into(), [x(to), top + row - 1.0].into());
        painter.rect_filled(open, 2.0, theme.accent);
    }
    for hour in (0u16..24).step_by(6) {
        let at = [x(hour * 60), rect.top() + 7.5 * row];
        painter.text(at.into(), Align2::LEFT_CENTER, format!("{hour}:00"), font.clone(), theme.text_weak);
    }
    let hours: Vec<String> = calendar.weekly.iter().map(|hours| crate::formats::text::print_weekly_hours(*hours)).collect();
    response.on_hover_text(hours.join("\n"));
    if let Some(list) = calendar.holidays.as_ref().and_then(|id| scenario.holidays.iter().find(|list| list.id == *id)) {
        let words = [("name", list.name.as_str().into()), ("n", list.days_off.len().into())];
        let text = RichText::new(cx.words.with("calendar-holidays", &words)).small().color(theme.text_weak);
        ui.label(text).on_hover_ui(|ui| {
            for days in &list.days_off {
                ui.label(crate::formats::text::print_date_range(*days));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::{Weekdays, WeeklyHours};

    #[test]
    fn hours_over_midnight_go_on_on_the_next_day() {
        let night = WeeklyHours { days: Weekdays::range(6, 6), from_minute: 1320, to_minute: 360 };
        let calendar = Calendar { weekly: vec![night], ..Calendar::default() };
        assert_eq!(open_minutes(&calendar), [(6, 1320, 1440), (0, 0, 360)]);
    }
}
