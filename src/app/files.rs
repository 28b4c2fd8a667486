//! Files: dialogs, opening, saving, the guard before something unsaved is lost, and the copy that survives a kill.
//!
//! All of it happens on other threads and comes back as [`Event`]s. A file with faults is never opened half-way: its
//! findings are shown, and the study that was open stays.

use crate::app::Cx;
use crate::app::charts::{Content, Export};
use crate::app::command::{Command, FileCommand};
use crate::app::document::Document;
use crate::app::jobs::Wake;
use crate::app::theme::{self, GAP};
use crate::app::widgets;
use crate::base::diagnostic::{Diagnostic, Severity, Warned, has_errors};
use crate::formats::{carried, scenario_ron};
use crate::model::study::Study;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// What comes back.
pub enum Event {
    /// A study was read.
    Opened(Box<Document>),
    /// A study was saved.
    Saved(Arc<Study>, PathBuf),
    /// A chart was saved.
    Exported(PathBuf),
    /// Something did not work, in words.
    Failed(String),
    /// The user has named a file to save to.
    SaveTo(PathBuf),
    /// The user agrees to close without saving.
    MayClose,
}

/// What the threads tell.
enum Told {
    Read(PathBuf, Box<Warned<Study>>),
    OpenFrom(PathBuf),
    Event(Event),
}

/// What the user is asked before something unsaved would be lost.
#[derive(Clone, Debug)]
enum Guarded {
    Close,
    OpenDialog,
    OpenPath(PathBuf),
    OpenCarried(String),
}

/// How often a copy for recovery is written at most.
const COPY_EVERY: Duration = Duration::from_secs(2);
/// Names of the copy and of the note on where it belongs.
const COPY: &str = "recovery.ron";
const COPY_OF: &str = "recovery-of.txt";

/// What was found in a file, to be shown until it was read.
struct Findings {
    path: PathBuf,
    findings: Vec<Diagnostic>,
    /// Whether the file was opened all the same.
    is_open: bool,
}

/// Files of a window.
pub struct Files {
    wake: Wake,
    sender: Sender<Told>,
    told: Receiver<Told>,
    shown: Option<Findings>,
    guarded: Option<Guarded>,
    settings: Option<PathBuf>,
    copied: Option<(u64, Instant)>,
    agreed: bool,
}

impl Files {
    /// Makes a window's files; copies for recovery are kept in `settings`.
    pub fn new(wake: Wake, settings: Option<PathBuf>) -> Self {
        let (sender, told) = channel();
        Files { wake, sender, told, shown: None, guarded: None, settings, copied: None, agreed: false }
    }

    /// Returns a study that an earlier session left unsaved, with the file that it belongs to.
    pub fn recoverable(settings: Option<&Path>) -> Option<Document> {
        let folder = settings?;
        let warned = scenario_ron::read_study_file(&folder.join(COPY)).ok()?;
        let study = warned.value.filter(|_| !has_errors(&warned.diagnostics))?;
        let of = std::fs::read_to_string(folder.join(COPY_OF)).unwrap_or_default();
        let path = (!of.trim().is_empty()).then(|| PathBuf::from(of.trim()));
        Some(Document::recovered(study, path))
    }

    /// Does work on another thread.
    fn spawn(&self, work: impl FnOnce(&Sender<Told>) + Send + 'static) {
        let (sender, wake) = (self.sender.clone(), self.wake.clone());
        let spawned = std::thread::Builder::new().name("files".to_owned()).spawn(move || {
            work(&sender);
            wake();
        });
        if let Err(error) = spawned {
            // The line is open as long as this is.
            let _ = self.sender.send(Told::Event(Event::Failed(error.to_string())));
        }
    }

    /// Asks which file to open.
    pub fn ask_open(&mut self, document: &Document) {
        if self.holds_back(Guarded::OpenDialog, document) {
            return;
        }
        self.spawn(|sender| {
            let all = ["ron"].into_iter().chain(DRAWINGS).collect::<Vec<_>>();
            let dialog = rfd::FileDialog::new().add_filter("Kezek, BPMN", &all).add_filter("Kezek", &["ron"]);
            if let Some(path) = dialog.pick_file() {
                let _ = sender.send(Told::OpenFrom(path));
            }
        });
    }

    /// Opens a file.
    pub fn open(&mut self, path: PathBuf, document: &Document) {
        if self.holds_back(Guarded::OpenPath(path.clone()), document) {
            return;
        }
        self.read(path);
    }

    fn read(&self, path: PathBuf) {
        self.spawn(move |sender| {
            let told = match read_any(&path) {
                Ok(warned) => Told::Read(path, Box::new(warned)),
                Err(message) => Told::Event(Event::Failed(message)),
            };
            let _ = sender.send(told);
        });
    }

    /// Takes what was read from a file as if it had been asked for.
    pub fn was_read(&self, path: PathBuf, read: Warned<Study>) {
        let _ = self.sender.send(Told::Read(path, Box::new(read)));
    }

    /// Opens a study that the program carries.
    pub fn open_carried(&mut self, name: &str, document: &Document) {
        if self.holds_back(Guarded::OpenCarried(name.to_owned()), document) {
            return;
        }
        if let Some(study) = carried_study(name) {
            let _ = self.sender.send(Told::Event(Event::Opened(Box::new(Document::new(study, None)))));
            (self.wake)();
        }
    }

    /// Asks where to save.
    pub fn ask_save(&mut self, document: &Document) {
        let name = format!("{}.ron", document.study().id);
        let folder = document.path.as_ref().and_then(|path| path.parent()).map(Path::to_owned);
        self.spawn(move |sender| {
            let mut dialog = rfd::FileDialog::new().add_filter("Kezek", &["ron"]).set_file_name(name);
            if let Some(folder) = folder {
                dialog = dialog.set_directory(folder);
            }
            if let Some(path) = dialog.save_file() {
                let _ = sender.send(Told::Event(Event::SaveTo(path.with_extension("ron"))));
            }
        });
    }

    /// Saves the study as it stands.
    pub fn save(&mut self, path: PathBuf, document: &Document) {
        let mut study = document.study().clone();
        if document.path.as_ref().is_none_or(|old| old.parent() != path.parent()) && !study.imports.is_empty() {
            // What it imports lies beside the old place: from the new one the whole is written out.
            let whole = Study { imports: Vec::new(), ..Study::clone(&study) };
            study = Arc::new(whole);
        }
        let kept = document.study().clone();
        self.spawn(move |sender| {
            let told = match scenario_ron::save_study_file(&path, &study) {
                Ok(()) => Event::Saved(kept, path),
                Err(error) => Event::Failed(error.to_string()),
            };
            let _ = sender.send(Told::Event(told));
        });
    }

    /// Saves or copies a chart.
    pub fn export(&self, export: Export, ctx: &egui::Context) {
        let (sender, wake) = (self.sender.clone(), self.wake.clone());
        match export.content {
            Content::Text(text, ending) => self.spawn(move |sender| {
                let written = ask_path(&export.name, ending).map(|path| (std::fs::write(&path, text), path));
                told_written(sender, written.map(|(result, path)| (result.map_err(|error| error.to_string()), path)));
            }),
            Content::CopiedPicture(rect) => {
                let (ctx, scale) = (ctx.clone(), ctx.pixels_per_point());
                ctx.clone().request_screenshot(move |image| ctx.copy_image(image.region(&rect, Some(scale))));
            }
            Content::Picture(rect) => {
                let scale = ctx.pixels_per_point();
                ctx.request_screenshot(move |image| {
                    let image = image.region(&rect, Some(scale));
                    // The picture comes on the window's own thread, which must not wait for a dialog.
                    let _ = std::thread::Builder::new().name("files".to_owned()).spawn(move || {
                        let written = ask_path(&export.name, "png");
                        told_written(&sender, written.map(|path| (super::launch::save_png(&image, &path), path)));
                        wake();
                    });
                });
            }
        }
    }

    /// Asks whether to save before the window closes.
    pub fn ask_close(&mut self, document: &Document) {
        self.holds_back(Guarded::Close, document);
    }

    fn holds_back(&mut self, what: Guarded, document: &Document) -> bool {
        let holds = document.is_dirty() && !std::mem::take(&mut self.agreed);
        if holds {
            self.guarded = Some(what);
        }
        holds
    }

    /// Returns what has come back.
    pub fn poll(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for told in self.told.try_iter().collect::<Vec<_>>() {
            match told {
                Told::Event(event) => events.push(event),
                Told::OpenFrom(path) => self.read(path),
                Told::Read(path, read) => match *read {
                    Warned { value: Some(study), diagnostics } if !has_errors(&diagnostics) => {
                        let is_drawing = !is_study_file(&path);
                        // A drawing is saved as a study of its own, never over the drawing.
                        let document = Document::new(study, (!is_drawing).then(|| path.clone()));
                        if is_drawing && !diagnostics.is_empty() {
                            self.shown = Some(Findings { path, findings: diagnostics, is_open: true });
                        }
                        events.push(Event::Opened(Box::new(document)));
                    }
                    Warned { diagnostics, .. } => {
                        self.shown = Some(Findings { path, findings: diagnostics, is_open: false });
                    }
                },
            }
        }
        events
    }

    /// Writes a copy for recovery where the study has been changed and not been saved; removes it where there is nothing to lose.
    pub fn keep_copy(&mut self, document: &Document, ctx: &egui::Context) {
        let Some(folder) = self.settings.clone() else { return };
        if !document.is_dirty() {
            if self.copied.take().is_some() {
                self.forget_copy();
            }
            return;
        }
        if let Some((revision, at)) = self.copied {
            if revision == document.revision() {
                return;
            }
            if at.elapsed() < COPY_EVERY {
                ctx.request_repaint_after(COPY_EVERY);
                return;
            }
        }
        self.copied = Some((document.revision(), Instant::now()));
        let study = Study { imports: Vec::new(), ..Study::clone(document.study()) };
        let of = document.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
        self.spawn(move |_| {
            // A copy that cannot be written is missed only after a kill; the study itself is not touched by it.
            let _ = std::fs::create_dir_all(&folder);
            let _ = std::fs::write(folder.join(COPY_OF), of);
            let _ = scenario_ron::save_study_file(&folder.join(COPY), &study);
        });
    }

    /// Removes the copy for recovery.
    pub fn forget_copy(&self) {
        if let Some(folder) = &self.settings {
            let _ = std::fs::remove_file(folder.join(COPY));
            let _ = std::fs::remove_file(folder.join(COPY_OF));
        }
    }

    /// Paints the questions and findings that stand over the window.
    pub fn ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>) {
        self.guard_ui(ui, cx);
        self.findings_ui(ui, cx);
    }

    fn guard_ui(&mut self, ui: &mut egui::Ui, cx: &mut Cx<'_>) {
        let Some(guarded) = self.guarded.clone() else { return };
        let mut done = false;
        egui::Modal::new(egui::Id::unique("guard")).show(ui.ctx(), |ui| {
            ui.set_width(420.0);
            ui.heading(cx.words.get("guard-title"));
            ui.add_space(GAP);
            ui.label(cx.words.with("guard-text", &[("study", cx.document.study().title.as_str().into())]));
            ui.add_space(theme::GAP_LARGE);
            ui.horizontal(|ui| {
                if widgets::primary(ui, cx.theme, &cx.words.get("guard-save")).clicked() {
                    cx.send(Command::File(FileCommand::Save));
                    done = true;
                }
                if ui.button(cx.words.get("guard-discard")).clicked() {
                    done = true;
                    self.agreed = true;
                    match guarded {
                        Guarded::Close => {
                            let _ = self.sender.send(Told::Event(Event::MayClose));
                            (self.wake)();
                        }
                        Guarded::OpenDialog => cx.send(Command::File(FileCommand::Open)),
                        Guarded::OpenPath(path) => cx.send(Command::File(FileCommand::OpenPath(path))),
                        Guarded::OpenCarried(name) => cx.send(Command::File(FileCommand::OpenCarried(name))),
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
        let Some(Findings { path, findings, is_open }) = &self.shown else { return };
        let mut done = false;
        egui::Modal::new(egui::Id::unique("findings")).show(ui.ctx(), |ui| {
            ui.set_width(640.0_f32.min(ui.ctx().content_rect().width() - 64.0));
            let (title, text) = match is_open {
                true => ("drawing-title", "drawing-text"),
                false => ("refused-title", "refused-text"),
            };
            ui.heading(cx.words.with(title, &[("file", super::file_name(path).into())]));
            ui.add_space(GAP);
            ui.label(cx.words.get(text));
            ui.add_space(GAP);
            egui::ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
                for finding in findings.iter().filter(|finding| *is_open || finding.severity == Severity::Error) {
                    widgets::finding_ui(ui, cx, finding);
                }
            });
            ui.add_space(GAP);
            if widgets::primary(ui, cx.theme, &cx.words.get("close")).clicked()
                || ui.input(|input| input.key_pressed(egui::Key::Escape))
            {
                done = true;
            }
        });
        if done {
            self.shown = None;
        }
    }
}

/// Endings of drawings.
const DRAWINGS: [&str; 3] = ["bpmn", "bpmn2", "bpmn20"];

fn is_study_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ron"))
}

/// Tells whether a file's ending is one that the window opens.
pub fn can_be_opened(path: &Path) -> bool {
    let ending = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    ending == "ron" || DRAWINGS.contains(&ending.as_str())
}

/// Reads a study, or a BPMN drawing as a study.
///
/// # Errors
/// Why the file itself cannot be read, in words.
pub fn read_any(path: &Path) -> Result<Warned<Study>, String> {
    if is_study_file(path) {
        return scenario_ron::read_study_file(path).map_err(|error| error.to_string());
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (read, _) = crate::formats::params::read_drawing(&bytes, &super::file_name(path), None);
    Ok(Warned { value: read.value.map(|imported| imported.study), diagnostics: read.diagnostics })
}

/// Asks where to save a file with this ending.
fn ask_path(name: &str, ending: &'static str) -> Option<PathBuf> {
    let dialog = rfd::FileDialog::new().add_filter(ending, &[ending]).set_file_name(format!("{name}.{ending}"));
    dialog.save_file().map(|path| path.with_extension(ending))
}

fn told_written(sender: &Sender<Told>, written: Option<(Result<(), String>, PathBuf)>) {
    let event = match written {
        Some((Ok(()), path)) => Event::Exported(path),
        Some((Err(error), path)) => Event::Failed(format!("{}: {error}", path.display())),
        None => return,
    };
    // A window that has gone needs no news.
    let _ = sender.send(Told::Event(event));
}

/// Reads a study that the program carries.
pub fn carried_study(name: &str) -> Option<Study> {
    let (path, text) = carried::file_of(name)?;
    scenario_ron::read_study(text, path, &mut carried::load).value
}
