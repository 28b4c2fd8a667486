//! The window's own way to name a file: a path that is typed, and the folder that it lies in. It stands in where the system has no
//! file dialog (a remote desktop without a portal), and can be asked for.

use crate::app::Cx;
use crate::app::theme::{self, GAP};
use crate::app::widgets;
use egui::{Key, Modifiers, RichText, Ui};
use std::path::{Path, PathBuf};

/// What is done with the file once it is named.
pub enum Purpose {
    /// It is opened.
    Open,
    /// It is an event log that is held against the study.
    Log,
    /// The study is saved to it.
    Save,
    /// Something is written to it, with this ending.
    Write(&'static str, Writes),
}

/// Writes something to a path; the words say why it could not be done.
pub type Writes = Box<dyn FnOnce(&Path) -> Result<(), String> + Send>;

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Files come after folders.
    pub is_file: bool,
    /// Its name.
    pub name: String,
}

/// Where the user is looking for a file.
pub struct Browser {
    /// What for.
    pub purpose: Purpose,
    /// The folder that is shown.
    pub folder: PathBuf,
    /// What is in it that can be of use, folders first.
    pub entries: Vec<Entry>,
    /// Why the folder cannot be read, if so.
    pub fault: String,
    /// What stands in the field: a path, or the name of a file in the folder.
    pub typed: String,
    /// Whether the field has had the keyboard.
    pub has_begun: bool,
}

/// What the user wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// This file.
    Take(PathBuf),
    /// To see another folder.
    Look(PathBuf),
    /// Nothing any more.
    Leave,
}

/// Lists what is in a folder and can be opened or written over; hidden files are left out.
pub fn list(folder: &Path) -> Result<Vec<Entry>, String> {
    let read = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let made = |entry: std::fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = !entry.path().is_dir();
        let shown = !name.starts_with('.') && (!is_file || entry.path().extension().is_some());
        shown.then_some(Entry { is_file, name })
    };
    let mut entries: Vec<Entry> = read.filter_map(|entry| made(entry.ok()?)).collect();
    entries.sort();
    entries.truncate(2_000);
    Ok(entries)
}

impl Browser {
    /// Begins in a folder.
    pub fn new(purpose: Purpose, folder: PathBuf, typed: String) -> Browser {
        Browser { purpose, folder, entries: Vec::new(), fault: String::new(), typed, has_begun: false }
    }

    /// Returns the path that is meant by what stands in the field.
    pub fn path(&self) -> PathBuf {
        let typed = Path::new(self.typed.trim());
        let path = if typed.is_absolute() { typed.to_owned() } else { self.folder.join(typed) };
        match self.ending() {
            Some(ending) if path.extension().is_none() => path.with_extension(ending),
            _ => path,
        }
    }

    fn ending(&self) -> Option<&'static str> {
        match self.purpose {
            Purpose::Open | Purpose::Log => None,
            Purpose::Save => Some("ron"),
            Purpose::Write(ending, _) => Some(ending),
        }
    }

    fn takes(&self, entry: &Entry) -> bool {
        let path = Path::new(&entry.name);
        match self.ending() {
            _ if !entry.is_file => true,
            None if matches!(self.purpose, Purpose::Log) => crate::app::fits::is_log_file(path),
            None => super::can_be_opened(path),
            Some(ending) => path.extension().is_some_and(|known| known.eq_ignore_ascii_case(ending)),
        }
    }

    /// Paints it; says what the user wants.
    pub fn ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) -> Option<Wish> {
        let mut wish = None;
        let opens = matches!(self.purpose, Purpose::Open | Purpose::Log);
        widgets::modal(cx.theme, "browse").show(ui.ctx(), |ui| {
            ui.set_width(560.0_f32.min(ui.ctx().content_rect().width() - 64.0));
            ui.heading(cx.words.get(if opens { "browse-open" } else { "browse-save" }));
            ui.add_space(GAP);
            wish = self.folder_ui(ui, cx).or(wish.take());
            ui.add_space(GAP);
            let name = cx.words.get("browse-path");
            widgets::caption(ui, cx.theme, &name);
            let response = ui.add(egui::TextEdit::singleline(&mut self.typed).desired_width(f32::INFINITY));
            widgets::name_field(&response, "", &self.typed, &name);
            if !self.has_begun {
                response.request_focus();
                self.has_begun = true;
            }
            let is_there = self.path().file_name().is_some_and(|name| {
                self.entries.iter().any(|entry| entry.is_file && name == entry.name.as_str())
                    && self.path().parent() == Some(&self.folder)
            });
            if is_there && !opens {
                ui.label(RichText::new(cx.words.get("browse-replaces")).color(cx.theme.warn));
            }
            ui.add_space(GAP);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            ui.horizontal(|ui| {
                let label = match (opens, is_there) {
                    (true, _) => "browse-do-open",
                    (false, true) => "browse-do-replace",
                    (false, false) => "guard-save",
                };
                let can = !self.typed.trim().is_empty();
                let pressed = ui.add_enabled_ui(can, |ui| widgets::primary(ui, cx.theme, &cx.words.get(label)).clicked()).inner;
                if can && (pressed || entered) {
                    wish = Some(Wish::Take(self.path()));
                }
                let leaves = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
                if ui.button(cx.words.get("guard-stay")).clicked() || leaves {
                    wish = Some(Wish::Leave);
                }
            });
        });
        wish
    }

    /// The folder with what is in it.
    fn folder_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>) -> Option<Wish> {
        let mut wish = None;
        ui.horizontal(|ui| {
            let up = ui.add_enabled(self.folder.parent().is_some(), egui::Button::new("↑"));
            let said = cx.words.get("browse-up");
            up.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            if up.on_hover_text(said).clicked() {
                wish = self.folder.parent().map(|parent| Wish::Look(parent.to_owned()));
            }
            ui.add(egui::Label::new(RichText::new(self.folder.display().to_string()).color(cx.theme.text_weak)).truncate());
        });
        if !self.fault.is_empty() {
            ui.label(RichText::new(&self.fault).color(cx.theme.worse));
        }
        let shown: Vec<Entry> = self.entries.iter().filter(|entry| self.takes(entry)).cloned().collect();
        let height = 260.0;
        egui::ScrollArea::vertical().max_height(height).auto_shrink(false).show(ui, |ui| {
            if shown.is_empty() {
                ui.label(RichText::new(cx.words.get("browse-empty")).color(cx.theme.text_weak));
            }
            for entry in shown {
                let text = if entry.is_file { RichText::new(&entry.name) } else { theme::strong(format!("{} /", entry.name)) };
                let width = ui.available_width();
                let response = ui.add(egui::Button::selectable(self.typed == entry.name, text).min_size(egui::vec2(width, 0.0)));
                if response.double_clicked() && entry.is_file && matches!(self.purpose, Purpose::Open | Purpose::Log) {
                    wish = Some(Wish::Take(self.folder.join(&entry.name)));
                } else if response.clicked() && entry.is_file {
                    self.typed.clone_from(&entry.name);
                } else if response.clicked() {
                    wish = Some(Wish::Look(self.folder.join(&entry.name)));
                }
            }
        });
        wish
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_lies_in_the_folder_and_gets_its_ending() {
        let mut browser = Browser::new(Purpose::Save, PathBuf::from("/studies"), "mine".to_owned());
        assert_eq!(browser.path(), Path::new("/studies/mine.ron"));
        browser.typed = "/elsewhere/a.ron".to_owned();
        assert_eq!(browser.path(), Path::new("/elsewhere/a.ron"));
        let open = Browser::new(Purpose::Open, PathBuf::from("/studies"), "a.bpmn".to_owned());
        assert_eq!(open.path(), Path::new("/studies/a.bpmn"));
    }
}
