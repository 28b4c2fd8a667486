//! The palette: every command by typing a part of its name; and the list of shortcuts.

use crate::app::Cx;
use crate::app::command::{self, Command, Entry, FileCommand, ViewCommand};
use crate::app::findings::Place;
use crate::app::panels::top::{is_possible, label_of, title_of};
use crate::app::theme::{self, GAP};
use crate::app::view_state::{Selection, Tab};
use crate::formats::carried;
use crate::model::scenario::Scenario;
use egui::{Key, RichText, Ui};

/// Rows that are shown at once.
const MOST_ROWS: usize = 12;

/// Paints the palette and the list of shortcuts where they are open.
pub fn palette_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    shortcuts_ui(ui, cx);
    let Some(mut typed) = cx.view.passing.palette.take() else { return };
    let mut found = Vec::new();
    let mut chosen = None;
    let mut stays = true;
    let area = egui::Area::new(egui::Id::unique("palette")).anchor(egui::Align2::CENTER_TOP, [0.0, 90.0]);
    area.order(egui::Order::Foreground).show(ui.ctx(), |ui| {
        let frame = egui::Frame::popup(ui.style()).inner_margin(egui::Margin::same(12));
        frame.show(ui, |ui| {
            ui.set_width(560.0);
            let keys = keys(ui);
            stays = !keys.leaves;
            let id = egui::Id::unique("palette field");
            // Before it is painted for the first time, so that no letter comes too early.
            ui.memory_mut(|memory| memory.request_focus(id));
            let field = egui::TextEdit::singleline(&mut typed).id(id).hint_text(cx.words.get("palette-hint"));
            let response = ui.add(field.desired_width(f32::INFINITY));
            crate::app::widgets::name_field(&response, "", &typed, &cx.words.get("command-palette"));
            if response.changed() {
                cx.view.passing.palette_at = 0;
            }
            // What came in one frame with Enter has been taken in: it chooses from what was asked for, not from the list before.
            found = matching(cx, &typed);
            let last = found.len().min(MOST_ROWS).saturating_sub(1);
            let at = &mut cx.view.passing.palette_at;
            *at = at.saturating_add_signed(keys.down).min(last);
            chosen = keys.takes.then_some(*at);
            ui.add_space(GAP);
            for (at, (label, keys, _)) in found.iter().enumerate().take(MOST_ROWS) {
                let is_here = at == cx.view.passing.palette_at;
                let button = egui::Button::selectable(is_here, label.as_str())
                    .shortcut_text(RichText::new(keys).color(cx.theme.text_weak))
                    .min_size(egui::vec2(ui.available_width(), 0.0));
                if ui.add(button).clicked() {
                    chosen = Some(at);
                }
            }
            if found.is_empty() {
                ui.label(RichText::new(cx.words.get("palette-nothing")).color(cx.theme.text_weak));
            }
        });
    });
    match chosen.and_then(|at| found.into_iter().nth(at)) {
        Some((_, _, command)) => cx.send(command),
        None if stays => cx.view.passing.palette = Some(typed),
        None => {}
    }
    if cx.view.passing.palette.is_none() {
        cx.view.passing.palette_at = 0;
    }
}

/// Keys that belong to the list rather than to the field above it.
struct Keys {
    /// By how many rows down.
    down: isize,
    /// Enter.
    takes: bool,
    /// Escape.
    leaves: bool,
}

/// Takes arrow keys, Enter and Escape before the field does.
fn keys(ui: &Ui) -> Keys {
    ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(egui::Modifiers::NONE, key) as isize;
        let down = count(Key::ArrowDown) - count(Key::ArrowUp);
        Keys { down, takes: count(Key::Enter) > 0, leaves: count(Key::Escape) > 0 }
    })
}

/// Returns the commands whose names hold all that was typed: label, keys, command.
fn matching(cx: &Cx<'_>, typed: &str) -> Vec<(String, String, Command)> {
    let wanted: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let keys =
        |entry: &Entry| entry.shortcut.map_or(String::new(), |shortcut| shortcut.format(&egui::ModifierNames::NAMES, false));
    let mut all: Vec<(String, String, Command)> = command::table()
        .iter()
        .filter(|entry| is_possible(cx, &entry.command) && entry.command != Command::View(ViewCommand::Palette))
        .map(|entry| (label_of(cx, entry), keys(entry), entry.command.clone()))
        .collect();
    for id in cx.document.study().variant_names() {
        let label = cx.words.with("palette-variant", &[("name", title_of(cx, id).into())]);
        all.push((label, String::new(), Command::View(ViewCommand::Variant(id.to_owned()))));
    }
    for name in carried::names() {
        let label = cx.words.with("palette-study", &[("name", name.into())]);
        all.push((label, String::new(), Command::File(FileCommand::OpenCarried(name.to_owned()))));
    }
    if let Ok(scenario) = cx.document.scenario(&cx.view.variant) {
        all.extend(things(cx, scenario));
    }
    all.retain(|(label, _, _)| {
        let label = label.to_lowercase();
        wanted.iter().all(|part| label.contains(part))
    });
    all
}

/// Everything in the study that has a name, to go to.
fn things(cx: &Cx<'_>, scenario: &Scenario) -> Vec<(String, String, Command)> {
    let mut all = Vec::new();
    let mut add = |tab: Tab, name: &str, selection: Selection| {
        let place = Place { tab: Some(tab), selection: Some(selection), variant: None };
        let label = cx.words.with("palette-go-to", &[("name", name.into())]);
        all.push((label, String::new(), Command::View(ViewCommand::GoTo(place))));
    };
    for service in &scenario.services {
        add(Tab::Map, &service.name, Selection::Service(service.id.clone()));
        for element in service.elements.iter().filter(|element| !element.name.is_empty()) {
            let selection = Selection::Element { service: service.id.clone(), element: element.id.clone() };
            add(if cx.view.shows(Tab::Steps) { Tab::Steps } else { Tab::Map }, &element.name, selection);
        }
    }
    for (agency, pool) in scenario.agencies.iter().flat_map(|agency| agency.pools.iter().map(move |pool| (agency, pool))) {
        add(Tab::Agencies, &pool.name, Selection::Pool(format!("{}/{}", agency.id, pool.id)));
    }
    for registry in &scenario.registries {
        add(Tab::Documents, &registry.name, Selection::Registry(registry.id.clone()));
    }
    for document in &scenario.documents {
        add(Tab::Documents, &document.name, Selection::Document(document.id.clone()));
    }
    all
}

fn shortcuts_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if !cx.view.passing.shortcuts {
        return;
    }
    let mut open = true;
    egui::Window::new(cx.words.get("command-shortcuts"))
        .open(&mut open)
        .collapsible(false)
        .default_width(440.0 * cx.theme.type_scale)
        .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .show(ui.ctx(), |ui| {
            let height = ui.ctx().content_rect().height() - 180.0;
            egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height.min(560.0)).show(ui, |ui| {
                ui.set_width(ui.available_width());
                egui::Grid::new("shortcuts").num_columns(2).spacing([32.0, 6.0]).striped(true).show(ui, |ui| {
                    for entry in command::table().iter().filter(|entry| entry.shortcut.is_some()) {
                        let keys = entry.shortcut.map_or(String::new(), |shortcut| ui.ctx().format_shortcut(&shortcut));
                        ui.label(cx.words.get(entry.label));
                        ui.label(theme::strong(keys));
                        ui.end_row();
                    }
                });
                for (title, keys) in [("tab-steps", "steps-hint"), ("tab-map", "map-keys")] {
                    ui.add_space(GAP);
                    ui.label(theme::strong(cx.words.get(title)));
                    ui.add(egui::Label::new(cx.words.get(keys)).wrap());
                }
            });
        });
    let escaped = ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
    cx.view.passing.shortcuts = open && !escaped;
}
