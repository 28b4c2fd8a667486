//! Shows a sheet: cells as controls with names, the one that is typed into, the list of options.

use super::{Asked, Cell, Content, Place, Sheet, keys};
use crate::app::Cx;
use crate::app::theme::{self, ROW};
use crate::app::widgets::sideways::Sideways;
use egui::{Align, Event, EventFilter, Id, Layout, Rect, Response, Sense, Stroke, StrokeKind, Ui, vec2};
use egui_extras::{Column as Width, TableBuilder};

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What stands over it.
    pub title: String,
    /// Its width in points, before the theme's larger type.
    pub width: f32,
    /// Whether its texts stand on the right, as numbers do.
    pub right: bool,
}

/// Shows a sheet and returns what the user asks for.
///
/// `row` makes the cells of a row; `head` paints what stands before them, `head_width` points wide. Only rows that are seen are made.
/// What stands before the rows and the first column stay where they are; the others are moved sideways where there is no room for all.
#[expect(clippy::too_many_arguments, reason = "a table is its columns, its rows and where the user is")]
pub fn sheet_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    sheet: &mut Sheet,
    salt: &'static str,
    columns: &[Column],
    n_rows: usize,
    row: &dyn Fn(usize) -> Vec<Cell>,
    head_width: f32,
    head: &mut dyn FnMut(&mut Ui, &mut Cx<'_>, usize),
) -> Vec<Asked> {
    let size = (n_rows, columns.len());
    sheet.hold(size);
    let mut asked = Vec::new();
    let has_keyboard = ui.memory(|memory| memory.has_focus(cell_id(salt, sheet.at)) || memory.has_focus(field_id(salt)));
    // A field that Escape has just taken the keyboard from is given up by the sheet, not by egui.
    if (has_keyboard || sheet.typing.is_some() || sheet.choosing.is_some()) && n_rows > 0 {
        asked.extend(keys::pressed(ui, sheet, size, row));
    }
    let scale = cx.theme.type_scale;
    // Cells touch, as in a spreadsheet.
    ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
    let mut sideways = Sideways::new(ui, salt, columns.iter().skip(1).map(|column| column.width * scale));
    let first = columns.first().map_or(0.0, |column| column.width * scale);
    let shows = sheet.at.1.checked_sub(1).filter(|_| sheet.reveals);
    sideways.settle(ui, ui.available_width() - head_width * scale - first, shows);
    let height = ui.available_height() - sideways.bar_height();
    let top = ui.cursor().min;
    let mut table = TableBuilder::new(ui)
        .id_salt(salt)
        .auto_shrink([true, true])
        .min_scrolled_height(160.0)
        .max_scroll_height((height - ROW * scale).max(0.0))
        .animate_scrolling(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Width::exact(head_width * scale).clip(true))
        .column(Width::exact(first).clip(true))
        .column(Width::remainder().clip(true));
    if sheet.reveals {
        table = table.scroll_to_row(sheet.at.0, None);
    }
    table
        .header(ROW * scale, |mut header| {
            header.col(|ui| head_ground(ui, cx));
            header.col(|ui| columns.iter().take(1).for_each(|column| title_ui(ui, cx, column)));
            header.col(|ui| sideways.each(ui, |ui, c| title_ui(ui, cx, &columns[c + 1])));
        })
        .body(|body| {
            body.rows(ROW * scale, n_rows, |mut line| {
                let at = line.index();
                line.col(|ui| {
                    let rect = ui.max_rect();
                    ui.painter().rect_filled(rect, 0.0, cx.theme.surface);
                    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, cx.theme.border));
                    ui.painter().vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, cx.theme.border));
                    head(ui, cx, at);
                });
                let cells = row(at);
                let mut one = |ui: &mut Ui, c: usize| {
                    let cell = cells.get(c).cloned().unwrap_or_else(Cell::empty);
                    cell_ui(ui, cx, sheet, salt, (at, c), &columns[c], &cell, &mut asked);
                };
                line.col(|ui| (0..columns.len().min(1)).for_each(|c| one(ui, c)));
                line.col(|ui| sideways.each(ui, |ui, c| one(ui, c + 1)));
            });
        });
    let left = top.x + head_width * scale + first;
    sideways.bar_ui(ui, cx.theme, left, top.y);
    asked
}

/// What stands over a column.
fn title_ui(ui: &mut Ui, cx: &Cx<'_>, column: &Column) {
    head_ground(ui, cx);
    let text = theme::strong(column.title.as_str()).small().color(cx.theme.text_weak);
    let side = if column.right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.with_layout(side, |ui| {
        ui.add_space(6.0);
        ui.add(egui::Label::new(text).truncate()).on_hover_text(&column.title);
    });
}

/// The ground of what stands over the columns.
fn head_ground(ui: &Ui, cx: &Cx<'_>) {
    let rect = ui.max_rect();
    ui.painter().rect_filled(rect, 0.0, cx.theme.surface_quiet);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, cx.theme.border_strong));
    ui.painter().vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, cx.theme.border));
}

/// Returns the id of a cell.
pub fn cell_id(salt: &'static str, place: Place) -> Id {
    Id::unique(("sheet", salt, place))
}

/// Returns the id of the field that is typed into; there is one at a time.
fn field_id(salt: &'static str) -> Id {
    Id::unique(("sheet field", salt))
}

#[expect(clippy::too_many_arguments, reason = "a cell, its place, and where the user is")]
fn cell_ui(
    ui: &mut Ui,
    cx: &Cx<'_>,
    sheet: &mut Sheet,
    salt: &'static str,
    place: Place,
    column: &Column,
    cell: &Cell,
    asked: &mut Vec<Asked>,
) {
    let rect = ui.max_rect();
    let is_here = sheet.at == place;
    if is_here && sheet.typing.is_some() && matches!(cell.content, Content::Text(_)) {
        typing_ui(ui, sheet, salt, rect, cell, asked);
        return;
    }
    let id = cell_id(salt, place);
    let response = ui.interact(rect, id, Sense::click());
    describe(&response, cell);
    pointer(ui, sheet, place, cell, &response, asked);
    if is_here && std::mem::take(&mut sheet.takes_focus) {
        response.request_focus();
    }
    let has_focus = response.has_focus();
    // A cell that the keyboard is just being taken from has it until the other one is painted.
    if has_focus && !is_here && !sheet.takes_focus {
        // Tab, or a screen reader, has come here by itself.
        sheet.go(place, false);
        asked.push(Asked::Moved(place.0));
    }
    if has_focus {
        let filter = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }
    if is_here {
        // The row has been scrolled to by the table, and the column by `Sideways`.
        sheet.reveals = false;
    }
    paint_cell(ui, cx, sheet, place, rect, column, cell, &response);
    if is_here && sheet.choosing.is_some() {
        options_ui(sheet, place, cell, &response, asked);
    } else if !cell.hint.is_empty() {
        response.on_hover_text(&cell.hint);
    }
}

/// Says what a cell is to those who do not see it.
fn describe(response: &Response, cell: &Cell) {
    let text = cell.text();
    response.widget_info(|| match &cell.content {
        Content::Text(_) => {
            egui::WidgetInfo { label: Some(cell.name.clone()), ..egui::WidgetInfo::text_edit(true, text, text, "") }
        }
        Content::Choice { .. } => egui::WidgetInfo {
            current_text_value: Some(text.to_owned()),
            ..egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &cell.name)
        },
        Content::Shown(text) => egui::WidgetInfo::labeled(egui::Role::Label, true, text),
    });
}

/// A click goes to a cell, another opens it; Shift selects up to it.
fn pointer(ui: &Ui, sheet: &mut Sheet, place: Place, cell: &Cell, response: &Response, asked: &mut Vec<Asked>) {
    let by_pointer = ui.input(|input| input.pointer.any_released());
    if !response.clicked() || (!by_pointer && sheet.at == place) {
        return;
    }
    let was_here = sheet.at == place && response.has_focus();
    sheet.go(place, ui.input(|input| input.modifiers.shift));
    asked.push(Asked::Moved(place.0));
    let on_arrow = response.interact_pointer_pos().is_some_and(|at| at.x > response.rect.right() - 22.0);
    match &cell.content {
        Content::Choice { chosen, .. } if was_here || on_arrow => sheet.choosing = Some((chosen.unwrap_or(0), String::new())),
        // As in any spreadsheet; whoever clicks once and types means to replace what stands there.
        Content::Text(text) if response.double_clicked() => sheet.typing = Some(text.clone()),
        _ => {}
    }
}

/// The field of the cell that is typed into.
fn typing_ui(ui: &mut Ui, sheet: &mut Sheet, salt: &'static str, rect: Rect, cell: &Cell, asked: &mut Vec<Asked>) {
    let id = field_id(salt);
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let mut text = sheet.typing.clone().unwrap_or_default();
    let begins = !has_focus && !ui.memory(|memory| memory.had_focus_last_frame(id));
    if begins {
        // Without what was typed elsewhere: the cursor stands at the end.
        egui::text_edit::TextEditState::default().store(ui.ctx(), id);
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    // Enter, Tab and the arrows are taken by the sheet before they come here; a paste stays in the cell.
    ui.input_mut(|input| {
        for event in &mut input.events {
            if let Event::Paste(text) = event {
                *text = text.trim_end().replace(['\t', '\n', '\r'], " ");
            }
        }
    });
    let field = egui::TextEdit::singleline(&mut text).id(id).margin(egui::Margin::symmetric(6, 3)).lock_focus(true);
    let response = ui.put(rect, field.desired_width(rect.width()));
    crate::app::widgets::name_field(&response, cell.text(), &text, &cell.name);
    if !begins && (response.lost_focus() || !response.has_focus()) {
        sheet.typing = None;
        asked.push(Asked::Fill(vec![(sheet.at, text)]));
    } else {
        sheet.typing = Some(text);
    }
}

#[expect(clippy::too_many_arguments, reason = "a cell, its place, and where the user is")]
fn paint_cell(ui: &Ui, cx: &Cx<'_>, sheet: &Sheet, place: Place, rect: Rect, column: &Column, cell: &Cell, response: &Response) {
    let theme = cx.theme;
    let painter = ui.painter();
    let is_here = sheet.at == place && response.has_focus();
    let line = Stroke::new(1.0, theme.border);
    painter.rect_filled(rect, 0.0, theme.surface);
    if sheet.has_several() && sheet.holds(place) {
        painter.rect_filled(rect, 0.0, theme.accent_ground);
    } else if response.hovered() && cell.is_open() {
        painter.rect_filled(rect, 0.0, theme.surface_hover);
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, line);
    painter.vline(rect.right() - 0.5, rect.y_range(), line);
    let is_choice = matches!(cell.content, Content::Choice { .. });
    let arrow = if is_choice { 14.0 } else { 0.0 };
    let room = (rect.width() - 12.0 - arrow - cell.indent).max(8.0);
    let (font, colour) = match cell.badge {
        Some((ink, _)) => (egui::TextStyle::Small.resolve(ui.style()), ink),
        None if cell.is_open() => (egui::TextStyle::Body.resolve(ui.style()), theme.text),
        None => (egui::TextStyle::Body.resolve(ui.style()), theme.text_weak),
    };
    if !cell.text().is_empty() {
        let galley = crate::app::widgets::fitted(ui, cell.text(), &font, room, colour);
        let y = rect.center().y - galley.size().y / 2.0;
        let x = if column.right { rect.right() - 6.0 - galley.size().x } else { rect.left() + 6.0 + cell.indent };
        let at = egui::pos2(x, y);
        if let Some((_, ground)) = cell.badge {
            painter.rect_filled(Rect::from_min_size(at, galley.size()).expand2(vec2(4.0, 2.0)), 4.0, ground);
        }
        painter.galley(at, galley, colour);
    }
    if is_choice && (response.hovered() || is_here) {
        let middle = egui::pos2(rect.right() - 10.0, rect.center().y + 0.5);
        let points = [vec2(-3.5, -2.0), vec2(3.5, -2.0), vec2(0.0, 3.0)].map(|by| middle + by);
        painter.add(egui::Shape::convex_polygon(points.to_vec(), theme.text_weak, Stroke::NONE));
    }
    if is_here {
        painter.rect_stroke(rect, 2.0, Stroke::new(2.0, theme.accent), StrokeKind::Inside);
    }
}

/// The options of a cell, the one that is pointed at marked.
fn options_ui(sheet: &mut Sheet, place: Place, cell: &Cell, response: &Response, asked: &mut Vec<Asked>) {
    let Content::Choice { options, .. } = &cell.content else {
        sheet.choosing = None;
        return;
    };
    let pointed = sheet.choosing.as_ref().map_or(0, |(at, _)| *at);
    let popup = egui::Popup::from_response(response)
        .kind(egui::PopupKind::Menu)
        .open(true)
        .width(response.rect.width().max(200.0))
        .accessible_name(cell.name.clone());
    let mut chosen = None;
    let shown = popup.show(|ui| {
        egui::ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            for (at, option) in options.iter().enumerate() {
                let width = ui.available_width();
                let button = egui::Button::selectable(at == pointed, option.as_str()).min_size(vec2(width, 0.0));
                let found = ui.add(button);
                if at == pointed {
                    found.scroll_to_me(None);
                }
                if found.clicked() {
                    chosen = Some(at);
                }
            }
        });
    });
    let closes = shown.is_some_and(|shown| shown.response.clicked_elsewhere()) && !response.clicked();
    if let Some(at) = chosen {
        asked.push(Asked::Choose(place, at));
    }
    if chosen.is_some() || closes {
        (sheet.choosing, sheet.takes_focus) = (None, chosen.is_some());
    }
}
