//! The bar at the top: menus, the study's name, what a run is doing, and which variant is shown.

use crate::app::Cx;
use crate::app::command::{self, Command, EditCommand, Entry, FileCommand, Menu, RunCommand, ViewCommand};
use crate::app::document::Label;
use crate::app::theme::{self, GAP};
use crate::app::widgets;
use crate::model::study::AS_IS;
use egui::{RichText, Ui};

/// Paints the bar.
pub fn top_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.horizontal(|ui| {
        ui.label(theme::strong("Kezek").size(16.0 * cx.theme.type_scale).color(cx.theme.accent));
        ui.add_space(GAP);
        menus_ui(ui, cx);
        ui.add_space(GAP);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            undo_ui(ui, cx);
            if !cx.view.start {
                beside_ui(ui, cx);
            }
            if !cx.view.start {
                ui.separator();
                variants_ui(ui, cx);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                if !cx.view.start {
                    name_ui(ui, cx);
                }
            });
        });
    });
}

/// In a narrower window the menus stand in one.
const LEAST_FOR_MENUS: f32 = 860.0;
/// In a narrower window the choice of a variant has no name before it.
const LEAST_FOR_NAME: f32 = 1240.0;

fn menus_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    if ui.ctx().content_rect().width() < LEAST_FOR_MENUS * cx.theme.type_scale {
        ui.menu_button(cx.words.get("menu-all"), |ui| each_menu_ui(ui, cx));
    } else {
        each_menu_ui(ui, cx);
    }
}

fn each_menu_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let table = command::table();
    // As on other programs, F10 leads to the menus.
    let mut takes_focus = ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::F10));
    for (menu, label) in Menu::ALL {
        let shown = ui.menu_button(cx.words.get(label), |ui| {
            for entry in table.iter().filter(|entry| entry.menu == menu) {
                if entry.parted {
                    ui.separator();
                }
                if entry_ui(ui, cx, entry) {
                    cx.send(entry.command.clone());
                    ui.close();
                }
                if entry.command == Command::File(FileCommand::Open) {
                    recent_ui(ui, cx);
                }
            }
        });
        if std::mem::take(&mut takes_focus) {
            shown.response.request_focus();
        }
    }
}

/// The files opened lately.
fn recent_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let recent = cx.view.recent.clone();
    if recent.is_empty() {
        return;
    }
    ui.menu_button(cx.words.get("start-recent"), |ui| {
        for path in recent {
            let name = crate::app::file_name(&path);
            if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                cx.send(Command::File(FileCommand::OpenPath(path)));
                ui.close();
            }
        }
    });
}

/// Paints a command of a menu, and tells whether it was chosen.
fn entry_ui(ui: &mut Ui, cx: &Cx<'_>, entry: &Entry) -> bool {
    let keys = entry.shortcut.map_or(String::new(), |shortcut| ui.ctx().format_shortcut(&shortcut));
    let mut button = egui::Button::new(label_of(cx, entry)).shortcut_text(RichText::new(keys).color(cx.theme.text_weak));
    button = button.selected(is_on(cx, &entry.command));
    ui.add_enabled(is_possible(cx, &entry.command), button).clicked()
}

/// Returns what a command is called now: undo says what it takes back.
pub fn label_of(cx: &Cx<'_>, entry: &Entry) -> String {
    let what = match &entry.command {
        Command::Edit(EditCommand::Undo) => cx.document.undo_label(),
        Command::Edit(EditCommand::Redo) => cx.document.redo_label(),
        _ => None,
    };
    let name = cx.words.get(entry.label);
    what.map_or(name.clone(), |what| format!("{name}: {}", edit_name(cx, what)))
}

/// Names an edit with what it was made on: "duration – Apply at the window".
fn edit_name(cx: &Cx<'_>, label: &Label) -> String {
    let what = cx.words.get(label.id);
    if label.subject.is_empty() { what } else { format!("{what} – {}", label.subject) }
}

/// Tells whether a command makes sense now.
pub fn is_possible(cx: &Cx<'_>, command: &Command) -> bool {
    match command {
        Command::Edit(EditCommand::Undo) => cx.document.undo_label().is_some(),
        Command::Edit(EditCommand::Redo) => cx.document.redo_label().is_some(),
        Command::File(FileCommand::Report(_)) => cx.results.reportable(cx.document.revision()).is_some(),
        Command::Run(RunCommand::Stop) => matches!(cx.results.state, crate::app::results::RunState::Running(..)),
        _ => true,
    }
}

fn is_on(cx: &Cx<'_>, command: &Command) -> bool {
    match command {
        Command::View(ViewCommand::Theme(theme)) => cx.view.theme == *theme,
        Command::View(ViewCommand::Language(language)) => cx.view.language == *language,
        Command::View(ViewCommand::Show(tab)) => !cx.view.start && cx.view.tab == *tab,
        Command::View(ViewCommand::Tree) => cx.view.tree,
        Command::View(ViewCommand::Inspector) => cx.view.inspector,
        _ => false,
    }
}

fn name_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let study = cx.document.study();
    ui.add(egui::Label::new(theme::strong(&study.title)).truncate()).on_hover_text(&study.summary);
    if cx.document.is_dirty() {
        let response = widgets::badge(ui, &cx.words.get("unsaved"), cx.theme.warn, cx.theme.warn_ground);
        response.on_hover_text(cx.words.get("unsaved-explained"));
    }
}

/// Which variant is shown beside the as-is.
fn variants_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let shown = title_of(cx, &cx.view.variant);
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt("variant").selected_text(RichText::new(shown).color(cx.theme.text));
    let room = ui.ctx().content_rect().width();
    let combo = combo.width((room * 0.19).clamp(130.0, 260.0)).truncate();
    let response = combo.show_ui(ui, |ui| {
        for id in cx.document.study().variant_names() {
            if ui.selectable_label(cx.view.variant == id, title_of(cx, id)).clicked() {
                chosen = Some(id.to_owned());
            }
        }
    });
    let name = cx.words.get("variant-shown");
    let response = response.response.on_hover_text(cx.words.get("variant-shown-explained"));
    widgets::mark(&response, "tour-variant");
    if room > LEAST_FOR_NAME * cx.theme.type_scale {
        let label = ui.label(RichText::new(&name).color(cx.theme.text_weak));
        response.labelled_by(label.id);
    } else {
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
    }
    if let Some(id) = chosen {
        cx.send(Command::View(ViewCommand::Variant(id)));
    }
}

/// Returns a variant's title in the user's language where it is the as-is.
pub fn title_of(cx: &Cx<'_>, id: &str) -> String {
    if id == AS_IS { cx.words.get("as-is") } else { cx.document.variant_title(id).to_owned() }
}

/// A second tab beside the first one, or its end.
fn beside_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let said = cx.words.get("command-beside");
    let button = ui.add(egui::Button::new("").min_size(egui::vec2(30.0, 0.0)).selected(cx.view.beside.is_some()));
    let sign = egui::Rect::from_center_size(button.rect.center(), egui::vec2(14.0, 11.0));
    let stroke = egui::Stroke::new(1.3, cx.theme.text);
    ui.painter().rect_stroke(sign, 2.0, stroke, egui::StrokeKind::Inside);
    ui.painter().vline(sign.center().x, sign.y_range(), stroke);
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    if button.on_hover_text(format!("{said} (Ctrl+\\)")).clicked() {
        cx.send(Command::View(ViewCommand::Beside));
    }
}

fn undo_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    for (sign, command, id, what) in [
        ("↻", EditCommand::Redo, "command-redo", cx.document.redo_label()),
        ("↺", EditCommand::Undo, "command-undo", cx.document.undo_label()),
    ] {
        let name = cx.words.get(id);
        let explained = what.map_or(name.clone(), |what| format!("{name}: {}", edit_name(cx, what)));
        let response = ui.add_enabled(what.is_some(), egui::Button::new(sign).min_size(egui::vec2(30.0, 0.0)));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, what.is_some(), &explained));
        if response.on_hover_text(explained).clicked() {
            cx.send(Command::Edit(command));
        }
    }
}
