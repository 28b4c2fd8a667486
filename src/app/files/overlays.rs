//! What stands over the window while files are opened and saved: the question before something unsaved is lost, what was found in a file,
//! the window's own dialog, and what letting a file go over the window does.

use super::browse::{Purpose, Wish};
use super::{About, Event, Files, Findings, Guarded, Told, can_be_opened, with_ending, written};
use crate::app::command::{Command, FileCommand};
use crate::app::theme::{self, GAP};
use crate::app::{Cx, widgets};
use crate::base::diagnostic::Severity;
use std::path::Path;

impl Files {
    /// Paints the questions and findings that stand over the window.
    pub fn ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>) {
        self.guard_ui(ui, cx);
        self.findings_ui(ui, cx);
        self.browse_ui(ui, cx);
        hovered_ui(ui, cx);
    }

    fn browse_ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>) {
        let Some(mut browser) = self.browser.take() else { return };
        match browser.ui(ui, cx) {
            None => self.browser = Some(browser),
            Some(Wish::Leave) => self.after_save = None,
            Some(Wish::Look(folder)) => {
                self.look(folder.clone());
                browser.folder = folder;
                self.browser = Some(browser);
            }
            Some(Wish::Take(path)) => {
                self.folder = path.parent().map(Path::to_owned);
                match browser.purpose {
                    Purpose::Open => self.read(path),
                    Purpose::Log => cx.send(Command::File(FileCommand::FitLog(path))),
                    Purpose::Save => cx.send(Command::File(FileCommand::SaveTo(with_ending(path, "ron")))),
                    Purpose::Write(_, write) => self.spawn(move |sender| {
                        let _ = sender.send(written(write(&path), path));
                    }),
                }
            }
        }
    }

    fn guard_ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>) {
        let Some(guarded) = self.guarded.clone() else { return };
        let mut done = false;
        widgets::modal(cx.theme, "guard").show(ui.ctx(), |ui| {
            ui.set_width(420.0);
            ui.heading(cx.words.get("guard-title"));
            ui.add_space(GAP);
            ui.label(cx.words.with("guard-text", &[("study", cx.document.study().title.as_str().into())]));
            ui.add_space(theme::GAP_LARGE);
            ui.horizontal(|ui| {
                if widgets::primary(ui, cx.theme, &cx.words.get("guard-save")).clicked() {
                    cx.send(Command::File(FileCommand::Save));
                    self.after_save = Some(guarded.clone());
                    done = true;
                }
                if ui.button(cx.words.get("guard-discard")).clicked() {
                    done = true;
                    self.agreed = true;
                    match guarded {
                        Guarded::Close => self.tell(Told::Event(Event::MayClose)),
                        Guarded::Open(command) => cx.send(Command::File(command)),
                    }
                }
                if ui.button(cx.words.get("guard-stay")).clicked() || ui.input(|input| input.key_pressed(egui::Key::Escape)) {
                    done = true;
                }
            });
        });
        if done {
            self.guarded = None;
        }
    }

    fn findings_ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>) {
        let Some(Findings { path, findings, about }) = &self.shown else { return };
        let (mut done, mut again) = (false, None);
        widgets::modal(cx.theme, "findings").show(ui.ctx(), |ui| {
            ui.set_width(640.0_f32.min(ui.ctx().content_rect().width() - 64.0));
            let (title, text) = match about {
                About::Opened => ("drawing-title", "drawing-text"),
                About::Refused => ("refused-title", "refused-text"),
                About::Saved => ("left-title", "left-text"),
            };
            ui.heading(cx.words.with(title, &[("file", crate::app::file_name(path).into())]));
            ui.add_space(GAP);
            ui.label(cx.words.get(text));
            ui.add_space(GAP);
            egui::ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
                for finding in findings.iter().filter(|finding| *about != About::Refused || finding.severity == Severity::Error) {
                    widgets::finding_ui(ui, cx, finding);
                }
            });
            ui.add_space(GAP);
            ui.horizontal(|ui| {
                done = widgets::primary(ui, cx.theme, &cx.words.get("close")).clicked()
                    || ui.input(|input| input.key_pressed(egui::Key::Escape));
                if *about == About::Refused {
                    let button = ui.button(cx.words.get("refused-again"));
                    again = button.on_hover_text(cx.words.get("refused-again-explained")).clicked().then(|| path.clone());
                }
            });
        });
        if done || again.is_some() {
            self.shown = None;
        }
        if let Some(path) = again {
            self.read(path);
        }
    }
}

/// Says what letting go of a file over the window does.
fn hovered_ui(ui: &egui::Ui, cx: &Cx<'_>) {
    let hovered = ui.input(|input| input.raw.hovered_files.first().map(|file| file.path.clone()));
    let Some(path) = hovered else { return };
    let (id, colour) = match path.as_deref() {
        Some(path) if crate::app::fits::is_log_file(path) => ("drop-fits", cx.theme.accent),
        Some(path) if !can_be_opened(path) => ("drop-cannot", cx.theme.worse),
        _ => ("drop-opens", cx.theme.accent),
    };
    let name = path.as_deref().map(crate::app::file_name).unwrap_or_default();
    let whole = ui.ctx().content_rect();
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop"));
    let painter = ui.ctx().layer_painter(layer);
    painter.rect_filled(whole, 0.0, cx.theme.surface.gamma_multiply(0.85));
    painter.rect_stroke(whole.shrink(12.0), 12.0, egui::Stroke::new(3.0, colour), egui::StrokeKind::Inside);
    let font = egui::FontId::new(20.0 * cx.theme.type_scale, theme::semibold());
    let text = cx.words.with(id, &[("file", name.into())]);
    painter.text(whole.center(), egui::Align2::CENTER_CENTER, text, font, colour);
}
