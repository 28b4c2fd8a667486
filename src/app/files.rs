//! Files: dialogs, opening, saving, the guard before something unsaved is lost, and the copy that survives a kill.
//!
//! All of it happens on other threads and comes back as [`Event`]s. A file with faults is never opened half-way: its
//! findings are shown, and the study that was open stays.

pub mod browse;
pub mod copies;
pub mod new;
mod overlays;

use crate::app::charts::{Content, Export};
use crate::app::command::{FileCommand, ReportKind};
use crate::app::document::Document;
use crate::app::jobs::Wake;
use crate::app::reports;
use crate::base::diagnostic::{Diagnostic, Warned, has_errors};
use crate::experiment::outcome::ExperimentOutcome;
use crate::formats::bpmn::Imported;
use crate::formats::{bpmn, carried, scenario_ron};
use crate::model::study::Study;
use crate::texts::{Language, Words};
use browse::{Browser, Entry, Purpose};
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
    /// The user has named an event log to hold against the study.
    LogNamed(PathBuf),
    /// The user has named a file to save to.
    SaveTo(PathBuf),
    /// The user agrees to close without saving, or has saved before closing.
    MayClose,
    /// What was held back until something was saved.
    Then(FileCommand),
}

/// What was read from a file.
pub struct Opened {
    study: Study,
    /// The drawing, where the file is one.
    drawing: Option<Arc<Imported>>,
}

/// What the threads tell.
enum Told {
    Read(PathBuf, Box<Warned<Opened>>),
    OpenFrom(PathBuf),
    Event(Event),
    /// A drawing was saved; what of the study it does not hold.
    Left(PathBuf, Vec<Diagnostic>),
    /// A dialog was closed without a file.
    NoFile,
    /// No dialog could be shown: the window's own stands in.
    NoDialog(Purpose, String),
    Listed(PathBuf, Result<Vec<Entry>, String>),
}

/// What the user is asked before something unsaved would be lost.
#[derive(Clone, Debug)]
enum Guarded {
    Close,
    Open(FileCommand),
}

/// A dialog that ends sooner than anybody can press a key has not been shown.
const NOT_SHOWN: Duration = Duration::from_millis(350);

/// How often a copy for recovery is written at most.
const COPY_EVERY: Duration = Duration::from_secs(2);
/// What was found in a file, to be shown until it was read.
struct Findings {
    path: PathBuf,
    findings: Vec<Diagnostic>,
    about: About,
}

/// What findings are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// A file that was not opened.
    Refused,
    /// A drawing that was opened all the same.
    Opened,
    /// A drawing that was saved, and what of the study is not in it.
    Saved,
}

/// Files of a window.
pub struct Files {
    wake: Wake,
    sender: Sender<Told>,
    told: Receiver<Told>,
    shown: Option<Findings>,
    guarded: Option<Guarded>,
    /// What is held back until the study is saved.
    after_save: Option<Guarded>,
    browser: Option<Browser>,
    /// The folder in which a file was last named.
    folder: Option<PathBuf>,
    copies: Option<copies::Place>,
    copied: Option<(u64, Instant)>,
    agreed: bool,
}

impl Files {
    /// Makes a window's files; copies for recovery are kept in `settings`.
    pub fn new(wake: Wake, settings: Option<PathBuf>) -> Self {
        let (sender, told) = channel();
        let copies = settings.as_deref().and_then(copies::Place::take);
        Files {
            wake,
            sender,
            told,
            shown: None,
            guarded: None,
            after_save: None,
            browser: None,
            folder: None,
            copies,
            copied: None,
            agreed: false,
        }
    }

    /// Returns a study that an earlier session left unsaved, with the file that it belongs to.
    pub fn recoverable(settings: Option<&Path>) -> Option<Document> {
        copies::left(settings?)
    }

    /// Tells whether something is asked or shown that has to be closed first.
    pub fn is_asking(&self) -> bool {
        self.shown.is_some() || self.guarded.is_some() || self.browser.is_some()
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
        if self.holds_back(Guarded::Open(FileCommand::Open), document) {
            return;
        }
        let folder = self.folder_of(document);
        self.spawn(move |sender| {
            let all = ["ron"].into_iter().chain(DRAWINGS).collect::<Vec<_>>();
            let dialog = rfd::FileDialog::new().add_filter("Kezek, BPMN", &all).add_filter("Kezek", &["ron"]);
            let begun = Instant::now();
            let told = match dialog.set_directory(folder).pick_file() {
                Some(path) => Told::OpenFrom(path),
                None if begun.elapsed() < NOT_SHOWN => Told::NoDialog(Purpose::Open, String::new()),
                None => Told::NoFile,
            };
            let _ = sender.send(told);
        });
    }

    /// Asks which event log to hold against the study.
    pub fn ask_log(&self, document: &Document) {
        let folder = self.folder_of(document);
        let title = "CSV, XES, Parquet";
        self.spawn(move |sender| {
            let begun = Instant::now();
            let told = match rfd::FileDialog::new().add_filter(title, &super::fits::LOGS).set_directory(folder).pick_file() {
                Some(path) => Told::Event(Event::LogNamed(path)),
                None if begun.elapsed() < NOT_SHOWN => Told::NoDialog(Purpose::Log, String::new()),
                None => Told::NoFile,
            };
            let _ = sender.send(told);
        });
    }

    /// Asks for the path of the file to open, in the window.
    pub fn ask_open_by_path(&mut self, document: &Document) {
        if !self.holds_back(Guarded::Open(FileCommand::OpenByPath), document) {
            self.browse(Purpose::Open, String::new(), self.folder_of(document));
        }
    }

    /// The folder in which to begin: where a file was last named, where the study lies, or the user's own.
    fn folder_of(&self, document: &Document) -> PathBuf {
        let beside = document.path.as_ref().and_then(|path| path.parent()).filter(|folder| folder.is_absolute());
        let known = self.folder.clone().or(beside.map(Path::to_owned));
        known.or_else(|| std::env::var_os("HOME").map(PathBuf::from)).or_else(|| std::env::current_dir().ok()).unwrap_or_default()
    }

    fn browse(&mut self, purpose: Purpose, typed: String, folder: PathBuf) {
        self.look(folder.clone());
        self.browser = Some(Browser::new(purpose, folder, typed));
    }

    /// Lists a folder on another thread.
    fn look(&self, folder: PathBuf) {
        self.spawn(move |sender| {
            let listed = browse::list(&folder);
            let _ = sender.send(Told::Listed(folder, listed));
        });
    }

    /// Opens a file.
    pub fn open(&mut self, path: PathBuf, document: &Document) {
        if self.holds_back(Guarded::Open(FileCommand::OpenPath(path.clone())), document) {
            return;
        }
        self.read(path);
    }

    /// Begins a study of one's own.
    pub fn begin_new(&mut self, words: Words, document: &Document) {
        if !self.holds_back(Guarded::Open(FileCommand::New), document) {
            self.tell(Told::Event(Event::Opened(Box::new(Document::new(new::study(words), None)))));
        }
    }

    fn tell(&self, told: Told) {
        // The line is open as long as this is.
        let _ = self.sender.send(told);
        (self.wake)();
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
    pub fn was_read(&self, path: PathBuf, read: Warned<Opened>) {
        let _ = self.sender.send(Told::Read(path, Box::new(read)));
    }

    /// Opens a study that the program carries.
    pub fn open_carried(&mut self, name: &str, language: Language, document: &Document) {
        if self.holds_back(Guarded::Open(FileCommand::OpenCarried(name.to_owned())), document) {
            return;
        }
        if let Some(study) = carried_study_in(name, language) {
            self.tell(Told::Event(Event::Opened(Box::new(Document::new(study, None)))));
        }
    }

    /// Asks where to save.
    pub fn ask_save(&mut self, document: &Document) {
        let is_drawing = document.drawing.is_some() || document.path.as_deref().is_some_and(is_drawing_file);
        let id = &document.study().id;
        let (name, kinds) = match is_drawing {
            true => (format!("{id}.bpmn"), [("BPMN", "bpmn"), ("Kezek", "ron")]),
            false => (format!("{id}.ron"), [("Kezek", "ron"), ("BPMN", "bpmn")]),
        };
        let folder = self.folder_of(document);
        self.spawn(move |sender| {
            let filtered = |dialog: rfd::FileDialog, (title, ending): (&str, &str)| dialog.add_filter(title, &[ending]);
            let dialog = kinds.into_iter().fold(rfd::FileDialog::new(), filtered).set_file_name(&name).set_directory(folder);
            let begun = Instant::now();
            let told = match dialog.save_file() {
                Some(path) => Told::Event(Event::SaveTo(with_ending(path, kinds[0].1))),
                None if begun.elapsed() < NOT_SHOWN => Told::NoDialog(Purpose::Save, name),
                None => Told::NoFile,
            };
            let _ = sender.send(told);
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
        // After a kill the drawing that the study belongs to is the one on the disk.
        let (mut drawing, is_own) = (document.drawing.clone(), document.path.as_ref() == Some(&path));
        self.spawn(move |sender| {
            let saved = if is_drawing_file(&path) {
                if drawing.is_none() && is_own {
                    drawing = read_any(&path).ok().and_then(|read| read.value?.drawing);
                }
                bpmn::write::save_bpmn_file(&path, &study, drawing.as_deref())
            } else {
                scenario_ron::save_study_file(&path, &study).map(|()| Vec::new())
            };
            match saved {
                Ok(left) => {
                    let _ = sender.send(Told::Event(Event::Saved(kept, path.clone())));
                    if !left.is_empty() {
                        let _ = sender.send(Told::Left(path, left));
                    }
                }
                Err(error) => {
                    let _ = sender.send(Told::Event(Event::Failed(error.to_string())));
                }
            }
        });
    }

    /// Saves or copies a chart.
    pub fn export(&self, export: Export, ctx: &egui::Context) {
        match export.content {
            Content::Text(text, ending) => self.spawn(move |sender| {
                let write = move |path: &Path| std::fs::write(path, text).map_err(|error| error.to_string());
                let _ = sender.send(ask_and_write(&export.name, ending, Box::new(write)));
            }),
            Content::CopiedPicture(rect) => {
                let (ctx, scale) = (ctx.clone(), ctx.pixels_per_point());
                ctx.clone().request_screenshot(move |image| ctx.copy_image(image.region(&rect, Some(scale))));
            }
            Content::Picture(rect) => {
                let (sender, wake) = (self.sender.clone(), self.wake.clone());
                let scale = ctx.pixels_per_point();
                ctx.request_screenshot(move |image| {
                    let image = image.region(&rect, Some(scale));
                    // The picture comes on the window's own thread, which must not wait for a dialog.
                    let _ = std::thread::Builder::new().name("files".to_owned()).spawn(move || {
                        let write = move |path: &Path| super::launch::save_png(&image, path);
                        // A window that has gone needs no news.
                        let _ = sender.send(ask_and_write(&export.name, "png", Box::new(write)));
                        wake();
                    });
                });
            }
        }
    }

    /// Writes a report of what a run has found, in the language of the window, and asks where to save it.
    pub fn report(&self, kind: ReportKind, outcome: Arc<ExperimentOutcome>, study: Arc<Study>, notes: Vec<String>, words: Words) {
        self.spawn(move |sender| {
            let told = match reports::written(kind, &outcome, &study, &notes, words) {
                Ok(bytes) => {
                    let write = move |path: &Path| std::fs::write(path, bytes).map_err(|error| error.to_string());
                    ask_and_write(&study.id, reports::ending(kind), Box::new(write))
                }
                Err(message) => Told::Event(Event::Failed(message)),
            };
            // A window that has gone needs no news.
            let _ = sender.send(told);
        });
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
                Told::Event(event) => {
                    let saved = matches!(event, Event::Saved(..));
                    if matches!(event, Event::Failed(_)) {
                        self.after_save = None;
                    }
                    events.push(event);
                    if saved {
                        events.extend(self.after_save.take().map(|then| match then {
                            Guarded::Close => Event::MayClose,
                            Guarded::Open(command) => Event::Then(command),
                        }));
                    }
                }
                Told::Left(path, findings) => self.shown = Some(Findings { path, findings, about: About::Saved }),
                Told::NoFile => self.after_save = None,
                Told::NoDialog(purpose, typed) => {
                    let folder = self.folder.clone().or_else(|| std::env::var_os("HOME").map(PathBuf::from)).unwrap_or_default();
                    self.browse(purpose, typed, folder);
                }
                Told::Listed(folder, listed) => {
                    if let Some(browser) = self.browser.as_mut().filter(|browser| browser.folder == folder) {
                        match listed {
                            Ok(entries) => (browser.entries, browser.fault) = (entries, String::new()),
                            Err(fault) => (browser.entries, browser.fault) = (Vec::new(), fault),
                        }
                    }
                }
                Told::OpenFrom(path) => self.read(path),
                Told::Read(path, read) => match *read {
                    Warned { value: Some(Opened { study, drawing }), diagnostics } if !has_errors(&diagnostics) => {
                        let is_drawing = drawing.is_some();
                        // A drawing of others is not written over without being asked.
                        let is_ours = drawing.as_ref().is_none_or(|drawing| drawing.is_kept);
                        let mut document = Document::new(study, is_ours.then(|| path.clone()));
                        document.drawing = drawing;
                        if is_drawing && !diagnostics.is_empty() {
                            self.shown = Some(Findings { path, findings: diagnostics, about: About::Opened });
                        }
                        events.push(Event::Opened(Box::new(document)));
                    }
                    Warned { diagnostics, .. } => {
                        self.shown = Some(Findings { path, findings: diagnostics, about: About::Refused });
                    }
                },
            }
        }
        events
    }

    /// Writes a copy for recovery where the study has been changed and not been saved; removes it where there is nothing to lose.
    pub fn keep_copy(&mut self, document: &Document, ctx: &egui::Context) {
        let Some(copies) = &self.copies else { return };
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
        let write = copies.writes(study, of);
        self.spawn(move |_| write());
    }

    /// Removes the copy for recovery.
    pub fn forget_copy(&self) {
        if let Some(copies) = &self.copies {
            copies.forget();
        }
    }
}

/// Endings of drawings.
const DRAWINGS: [&str; 3] = ["bpmn", "bpmn2", "bpmn20"];

/// Returns a path that ends as a study or a drawing does; other endings give way to this one.
fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if is_study_file(&path) || is_drawing_file(&path) { path } else { path.with_extension(ending) }
}

fn is_drawing_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| DRAWINGS.iter().any(|ending| extension.eq_ignore_ascii_case(ending)))
}

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
pub fn read_any(path: &Path) -> Result<Warned<Opened>, String> {
    if is_study_file(path) {
        let read = scenario_ron::read_study_file(path).map_err(|error| error.to_string())?;
        let value = read.value.map(|study| Opened { study, drawing: None });
        return Ok(Warned { value, diagnostics: read.diagnostics });
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (read, _) = crate::formats::params::read_drawing(&bytes, &super::file_name(path), None);
    let opened = |imported: Imported| Opened { study: imported.study.clone(), drawing: Some(Arc::new(imported)) };
    Ok(Warned { value: read.value.map(opened), diagnostics: read.diagnostics })
}

/// Asks where to save a file with this ending, and writes it.
fn ask_and_write(name: &str, ending: &'static str, write: browse::Writes) -> Told {
    let name = format!("{name}.{ending}");
    let begun = Instant::now();
    match rfd::FileDialog::new().add_filter(ending, &[ending]).set_file_name(&name).save_file() {
        Some(path) => {
            let path = path.with_extension(ending);
            written(write(&path), path)
        }
        None if begun.elapsed() < NOT_SHOWN => Told::NoDialog(Purpose::Write(ending, write), name),
        None => Told::NoFile,
    }
}

fn written(result: Result<(), String>, path: PathBuf) -> Told {
    Told::Event(match result {
        Ok(()) => Event::Exported(path),
        Err(error) => Event::Failed(format!("{}: {error}", path.display())),
    })
}

/// Reads a study that the program carries, as it is written: in English.
pub fn carried_study(name: &str) -> Option<Study> {
    carried::study(name, Language::English.code())
}

/// Reads a study that the program carries in a language, as far as it has been translated. Ids and figures are the same in all.
pub fn carried_study_in(name: &str, language: Language) -> Option<Study> {
    carried::study(name, language.code())
}
