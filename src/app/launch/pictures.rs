//! Pictures of the window for checks without eyes: many looks of one study, one after the other.

use super::save_png;
use crate::app::App;
use crate::app::command::{self, Command, ViewCommand};
use crate::app::theme::ThemeChoice;
use crate::app::view_state::{Selection, Tab};
use crate::texts::Language;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Waits for results, saves pictures of the window, and closes it.
pub(super) struct Photographer {
    app: App,
    /// What is still to be taken; the last one comes first.
    looks: Vec<Look>,
    /// The look that has been put on.
    worn: Option<Look>,
    asked: bool,
    settled: u32,
    pictures: (Sender<Arc<egui::ColorImage>>, Receiver<Arc<egui::ColorImage>>),
}

/// What a picture shows, and where it goes.
#[derive(Clone, Debug, PartialEq)]
struct Look {
    tab: Option<String>,
    theme: Option<ThemeChoice>,
    language: Option<Language>,
    picture: PathBuf,
}

/// Frames that pass before a picture is taken, so that what grows into place has done so.
const SETTLES: u32 = 12;

impl Photographer {
    pub(super) fn new(mut app: App, picture: &Path) -> Self {
        if let Some(scale) = asked("KEZEK_SCALE").first().and_then(|scale| scale.parse().ok()) {
            app.view.set_scale(scale);
        }
        for name in ["KEZEK_TAB", "KEZEK_THEME", "KEZEK_LANGUAGE"] {
            for fault in unknown(name, &asked(name), &allowed(name)) {
                // Whoever does not listen sees the look that is usual.
                let _ = std::io::Write::write_all(&mut std::io::stderr(), fault.as_bytes());
            }
        }
        Photographer { app, looks: asked_looks(picture), worn: None, asked: false, settled: 0, pictures: channel() }
    }

    /// Shows the start screen where it is asked for; before the study has been opened and run it would be left again. Shows the variant and selects the thing that `KEZEK_VARIANT` and `KEZEK_SELECT` name, once the study is open.
    fn choose(&mut self) {
        self.app.view.start = self.worn.as_ref().is_some_and(|look| look.tab.as_deref() == Some("start"));
        if let Some(variant) = asked("KEZEK_VARIANT").into_iter().next() {
            self.app.view.variant = variant;
        }
        if let Some(selection) = asked("KEZEK_SELECT").first().and_then(|asked| Selection::of_name(asked)) {
            if let Selection::Service(service) | Selection::Element { service, .. } = &selection {
                self.app.view.service = Some(service.clone());
            }
            self.app.view.selection = selection;
        }
    }

    /// Tells whether what the look shows is there: the results, or why there are none. Behind the start screen nothing is run.
    fn has_something_to_show(&self) -> bool {
        self.app.view.start || self.app.results.shown.is_some() || self.app.is_stuck()
    }

    /// Puts the next look on; tells whether there is one.
    fn dress(&mut self, ctx: &egui::Context) -> bool {
        if self.worn.is_some() {
            return true;
        }
        let Some(look) = self.looks.pop() else { return false };
        let view = &mut self.app.view;
        view.theme = look.theme.unwrap_or(view.theme);
        if let Some(name) = &look.tab {
            view.start = false;
            view.passing.ledger = None;
            view.passing.tour = None;
            view.passing.palette = None;
            view.passing.shortcuts = false;
            if let Some(tab) = Tab::of_name(name) {
                view.tab = tab;
            } else if let Some(entry) = command::table().into_iter().find(|entry| entry.label == format!("command-{name}")) {
                self.app.perform(ctx, entry.command);
            }
        }
        if let Some(language) = look.language {
            self.app.perform(ctx, Command::View(ViewCommand::Language(language)));
        }
        self.worn = Some(look);
        (self.asked, self.settled) = (false, 0);
        true
    }
}

/// Returns the looks that are asked for by variables: `KEZEK_TAB` names a tab, `start`, or a command as in `figures`; `KEZEK_THEME` and
/// `KEZEK_LANGUAGE` as in the settings. Several, parted by commas, make a picture each, with the look in its name.
fn asked_looks(picture: &Path) -> Vec<Look> {
    let or_none = |names: Vec<String>| match names.is_empty() {
        true => vec![None],
        false => names.into_iter().map(Some).collect(),
    };
    let [tabs, themes, languages] = ["KEZEK_TAB", "KEZEK_THEME", "KEZEK_LANGUAGE"].map(|name| or_none(asked(name)));
    let several = tabs.len() * themes.len() * languages.len() > 1;
    let mut looks = Vec::new();
    for tab in &tabs {
        for theme in &themes {
            for language in &languages {
                let said: Vec<&str> = [tab, theme, language].into_iter().flatten().map(String::as_str).collect();
                let stem = picture.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let name = format!("{stem}-{}.png", said.join("-"));
                looks.push(Look {
                    tab: tab.clone(),
                    theme: theme.as_ref().and_then(|name| ThemeChoice::ALL.into_iter().find(|theme| theme.name() == name)),
                    language: language.as_ref().and_then(|code| Language::of_code(code)),
                    picture: if several { picture.with_file_name(name) } else { picture.to_owned() },
                });
            }
        }
    }
    looks.reverse();
    looks
}

/// Returns the names that a variable of looks may list.
fn allowed(variable: &str) -> Vec<String> {
    match variable {
        "KEZEK_THEME" => ThemeChoice::ALL.iter().map(|theme| theme.name().to_owned()).collect(),
        "KEZEK_LANGUAGE" => Language::ALL.iter().map(|language| language.code().to_owned()).collect(),
        _ => {
            let tabs = Tab::ALL.iter().map(|tab| tab.name().to_owned());
            let commands = command::table().into_iter().map(|entry| entry.label.trim_start_matches("command-").to_owned());
            tabs.chain(commands).collect()
        }
    }
}

/// Says a line about each name that is not allowed, with what is.
fn unknown(variable: &str, asked: &[String], allowed: &[String]) -> Vec<String> {
    let unknown = asked.iter().filter(|name| !allowed.contains(name));
    unknown.map(|name| format!("{variable}: there is no '{name}'; allowed are {}.\n", allowed.join(", "))).collect()
}

/// Returns what a variable lists, parted by commas.
fn asked(name: &str) -> Vec<String> {
    let listed = std::env::var(name).unwrap_or_default();
    listed.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

impl eframe::App for Photographer {
    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        // Where the pointer happens to rest must not show in a picture.
        input.events.retain(|event| !matches!(event, egui::Event::PointerMoved(_) | egui::Event::MouseMoved(_)));
    }

    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        if !self.dress(ctx) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            return;
        }
        self.app.logic(ctx);
        if let Ok(image) = self.pictures.1.try_recv() {
            if let Some(look) = self.worn.take()
                && let Err(error) = save_png(&image, &look.picture)
            {
                self.app.fault(error);
            }
        } else if !self.app.is_busy() && self.has_something_to_show() && !self.asked {
            if self.settled == 0 {
                self.choose();
            }
            self.settled += 1;
            if self.settled > SETTLES {
                self.asked = true;
                let sender = self.pictures.0.clone();
                ctx.request_screenshot(move |image| {
                    // A window that has gone needs no picture.
                    let _ = sender.send(image);
                });
            }
        }
        ctx.request_repaint();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.ui(ui);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_that_there_is_not_is_said_with_those_that_there_are() {
        let asked = ["compare".to_owned(), "figures".to_owned(), "comapre".to_owned()];
        let said = unknown("KEZEK_TAB", &asked, &allowed("KEZEK_TAB"));
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("'comapre'") && said[0].contains("compare, map, changes"), "{said:?}");
        assert!(unknown("KEZEK_THEME", &["dark".to_owned()], &allowed("KEZEK_THEME")).is_empty());
        assert_eq!(unknown("KEZEK_LANGUAGE", &["de".to_owned()], &allowed("KEZEK_LANGUAGE")).len(), 1);
    }
}
