//! What keys do in a sheet.

use super::{Asked, Cell, Content, Place, Sheet};
use egui::{Event, Key, Modifiers, Ui};

/// Rows that a page is.
const PAGE: isize = 12;

/// Takes the keys that belong to the sheet out of the input and says what they ask for. Called where the sheet has the keyboard.
pub fn pressed(ui: &Ui, sheet: &mut Sheet, size: Place, row: &dyn Fn(usize) -> Vec<Cell>) -> Vec<Asked> {
    let mut asked = Vec::new();
    let events = ui.input_mut(|input| std::mem::take(&mut input.events));
    let waited: Vec<Event> = ui.data_mut(|data| data.remove_temp(later_id())).unwrap_or_default();
    let mut left = Vec::with_capacity(events.len());
    let mut later: Vec<Event> = Vec::new();
    let mut cancels_focus = false;
    for event in waited.into_iter().chain(events) {
        // The field takes in at the end of the frame what was typed in it: a key that ends the typing has to wait for that, or letters
        // that came with it in one frame would be lost.
        let waits = !later.is_empty() && is_of_keyboard(&event);
        if waits || (sheet.typing.is_some() && ends_typing(&event) && left.iter().any(is_of_keyboard)) {
            cancels_focus = true;
            later.push(event);
            continue;
        }
        let takes = match &event {
            Event::Key { key, pressed: true, modifiers, .. } => key_pressed(ui, sheet, *key, *modifiers, size, row, &mut asked),
            _ if sheet.typing.is_some() => false,
            Event::Text(text) => typed(sheet, text, row, &mut asked),
            Event::Copy => {
                ui.ctx().copy_text(sheet.copied(row));
                true
            }
            Event::Cut => {
                ui.ctx().copy_text(sheet.copied(row));
                asked.push(Asked::Fill(sheet.emptied()));
                true
            }
            Event::Paste(text) => {
                asked.push(Asked::Fill(sheet.pasted(text, size)));
                true
            }
            _ => false,
        };
        cancels_focus |= takes;
        if !takes {
            left.push(event);
        }
    }
    ui.input_mut(|input| input.events = left);
    if !later.is_empty() {
        ui.data_mut(|data| data.insert_temp(later_id(), later));
        ui.ctx().request_repaint();
    }
    if cancels_focus {
        // A cell that has had the keyboard for less than a frame cannot yet keep egui from moving it away.
        ui.memory_mut(|memory| memory.move_focus(egui::FocusDirection::None));
    }
    asked
}

/// Under which keys are kept that wait for the next frame.
fn later_id() -> egui::Id {
    egui::Id::unique("sheet keys of the next frame")
}

fn is_of_keyboard(event: &Event) -> bool {
    matches!(event, Event::Key { pressed: true, .. } | Event::Text(_) | Event::Paste(_) | Event::Cut | Event::Ime(_))
}

/// Tells whether a key takes what was typed. Escape gives it up, and need not wait for letters.
fn ends_typing(event: &Event) -> bool {
    matches!(event, Event::Key { key: Key::Enter | Key::Tab | Key::ArrowUp | Key::ArrowDown, pressed: true, .. })
}

/// Letters open a text for typing, in place of what stood there, or look for an option; where neither is possible, the cell says why.
fn typed(sheet: &mut Sheet, text: &str, row: &dyn Fn(usize) -> Vec<Cell>, asked: &mut Vec<Asked>) -> bool {
    let cells = row(sheet.at.0);
    let Some(cell) = cells.get(sheet.at.1) else { return false };
    match &cell.content {
        Content::Text(_) => {
            sheet.alone();
            sheet.typing = Some(text.to_owned());
        }
        Content::Choice { options, chosen } => {
            let (at, mut letters) = sheet.choosing.clone().unwrap_or((chosen.unwrap_or(0), String::new()));
            if !(text == " " && letters.is_empty()) {
                letters.push_str(text);
            }
            let found = options.iter().position(|option| option.to_lowercase().starts_with(&letters.to_lowercase()));
            sheet.choosing = Some((found.filter(|_| !letters.is_empty()).unwrap_or(at), letters));
        }
        Content::Shown(_) if asked.contains(&Asked::Refused(sheet.at)) => {}
        Content::Shown(_) => asked.push(Asked::Refused(sheet.at)),
    }
    true
}

/// Handles a key; tells whether it belonged to the sheet.
fn key_pressed(
    ui: &Ui,
    sheet: &mut Sheet,
    key: Key,
    modifiers: Modifiers,
    size: Place,
    row: &dyn Fn(usize) -> Vec<Cell>,
    asked: &mut Vec<Asked>,
) -> bool {
    if modifiers.alt && key != Key::ArrowDown {
        return false;
    }
    if sheet.typing.is_some() {
        return while_typing(sheet, key, modifiers, size, asked);
    }
    if sheet.choosing.is_some() {
        return while_choosing(sheet, key, modifiers, size, row, asked);
    }
    let (rows, columns) = (size.0 as isize, size.1 as isize);
    let before = sheet.at;
    let far = modifiers.command;
    match key {
        Key::ArrowDown if modifiers.alt => begin(sheet, row),
        Key::ArrowUp => sheet.step(if far { -rows } else { -1 }, 0, size, modifiers.shift),
        Key::ArrowDown => sheet.step(if far { rows } else { 1 }, 0, size, modifiers.shift),
        Key::ArrowLeft => sheet.step(0, if far { -columns } else { -1 }, size, modifiers.shift),
        Key::ArrowRight => sheet.step(0, if far { columns } else { 1 }, size, modifiers.shift),
        Key::Home => sheet.step(if far { -rows } else { 0 }, -columns, size, modifiers.shift),
        Key::End => sheet.step(if far { rows } else { 0 }, columns, size, modifiers.shift),
        Key::PageUp => sheet.step(-PAGE, 0, size, modifiers.shift),
        Key::PageDown => sheet.step(PAGE, 0, size, modifiers.shift),
        Key::Tab if !far => {
            // At the end of the table the key leads out of it.
            if !sheet.tab(modifiers.shift, size) {
                return false;
            }
        }
        Key::Enter | Key::F2 if !far => begin(sheet, row),
        Key::Delete if far => asked.push(Asked::TakeOut(sheet.at.0)),
        Key::Delete | Key::Backspace if !far => asked.push(Asked::Fill(sheet.emptied())),
        Key::Insert if !far && !modifiers.shift => asked.push(Asked::Add(sheet.at.0)),
        Key::A if far => sheet.whole = Some(size),
        Key::D if far => asked.push(Asked::Fill(sheet.filled_down(row))),
        Key::Escape if sheet.has_several() => sheet.alone(),
        Key::Escape => {
            ui.memory_mut(|memory| {
                if let Some(focused) = memory.focused() {
                    memory.surrender_focus(focused);
                }
            });
            return false;
        }
        // Letters come as text as well; what stands in a menu is left to it.
        _ => return false,
    }
    if sheet.at.0 != before.0 {
        asked.push(Asked::Moved(sheet.at.0));
    }
    true
}

/// Opens a cell: its text to be changed, or its options.
pub fn begin(sheet: &mut Sheet, row: &dyn Fn(usize) -> Vec<Cell>) {
    let cells = row(sheet.at.0);
    match cells.get(sheet.at.1).map(|cell| &cell.content) {
        Some(Content::Text(text)) => sheet.typing = Some(text.clone()),
        Some(Content::Choice { chosen, .. }) => sheet.choosing = Some((chosen.unwrap_or(0), String::new())),
        _ => {}
    }
    sheet.alone();
}

fn while_typing(sheet: &mut Sheet, key: Key, modifiers: Modifiers, size: Place, asked: &mut Vec<Asked>) -> bool {
    let way = match (key, modifiers.shift) {
        (Key::Enter | Key::ArrowDown, false) => Some((1, 0)),
        (Key::Enter, true) | (Key::ArrowUp, _) => Some((-1, 0)),
        (Key::Tab, _) => None,
        (Key::Escape, _) => {
            (sheet.typing, sheet.takes_focus) = (None, true);
            return true;
        }
        _ => return false,
    };
    let before = sheet.at;
    let text = sheet.typing.take().unwrap_or_default();
    asked.push(Asked::Fill(vec![(before, text)]));
    match way {
        Some((rows, columns)) => sheet.step(rows, columns, size, false),
        None => {
            sheet.tab(modifiers.shift, size);
        }
    }
    sheet.takes_focus = true;
    if sheet.at.0 != before.0 {
        asked.push(Asked::Moved(sheet.at.0));
    }
    true
}

fn while_choosing(
    sheet: &mut Sheet,
    key: Key,
    modifiers: Modifiers,
    size: Place,
    row: &dyn Fn(usize) -> Vec<Cell>,
    asked: &mut Vec<Asked>,
) -> bool {
    let cells = row(sheet.at.0);
    let n = match cells.get(sheet.at.1).map(|cell| &cell.content) {
        Some(Content::Choice { options, .. }) => options.len(),
        _ => 0,
    };
    let Some((at, letters)) = &mut sheet.choosing else { return false };
    match key {
        Key::ArrowDown => *at = (*at + 1).min(n.saturating_sub(1)),
        Key::ArrowUp => *at = at.saturating_sub(1),
        Key::Home => *at = 0,
        Key::End => *at = n.saturating_sub(1),
        Key::Backspace => letters.clear(),
        Key::Escape => sheet.choosing = None,
        Key::Enter | Key::Tab => {
            asked.push(Asked::Choose(sheet.at, *at));
            sheet.choosing = None;
            if key == Key::Tab {
                sheet.tab(modifiers.shift, size);
            }
        }
        _ => return false,
    }
    true
}
