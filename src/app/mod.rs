//! The window: open, see, edit, simulate, compare.
//!
//! Reading order: [`command`] (everything a user can ask for), [`document`] (the study that is open, with its undo), [`edit`] (what
//! can be changed), [`jobs`] and [`results`] (runs in the background and what they found), [`view_state`] (what is shown), this file
//! (polls and carries commands out), [`shell`] (places panels), then `panels/`. [`theme`] holds every colour, [`texts`] every word.
//!
//! # How a panel is added
//! 1. A file in `panels/` with `pub fn NAME_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>)`. It reads `cx.document`, `cx.results` and `cx.view`,
//!    asks `cx.words` for texts and `cx.theme` for colours, and says what the user wants by [`Cx::send`]. It owns no state: what must
//!    live longer than a frame stands in [`view_state::ViewState`]. It never runs, reads or waits.
//! 2. If it is a tab: a variant in [`view_state::Tab`], and a line in [`shell`]'s `tab_ui`.
//! 3. Its words in `assets/texts/en`, `ru` and `kk`, one `.ftl` file a panel; the test in `texts/tests.rs` holds the three together.
//! 4. What it can change: a variant in [`edit::Edit`] or [`edit::ScenarioEdit`], carried out there without egui, and undone by itself.
//!
//! Charts are described once as [`charts::Chart`], and drawn, copied and saved from that.

pub mod charts;
pub mod command;
pub mod diagram;
pub mod document;
pub mod edit;
pub mod effects;
pub mod files;
pub mod findings;
pub mod fits;
pub mod fixes;
pub mod jobs;
pub mod launch;
pub mod miniature;
pub mod panels;
pub mod reports;
pub mod results;
pub mod shell;
pub mod theme;
pub mod view_state;
pub mod widgets;

use crate::experiment::plan::StopRule;
use crate::texts::{self, Words};
use command::{Command, EditCommand, FileCommand, RunCommand, ViewCommand};
use document::Document;
use jobs::{Jobs, Order, Wake};
use results::Results;
use std::path::PathBuf;
use theme::Theme;
use view_state::ViewState;

/// Height of a screen in points that a title bar and a task bar take.
const BARS: f32 = 80.0;

/// What panels see, and how they say what the user wants.
pub struct Cx<'a> {
    /// The study that is open.
    pub document: &'a Document,
    /// What runs have found.
    pub results: &'a Results,
    /// What each change of the shown variant brings, once it is known.
    pub effects: Option<&'a effects::Found>,
    /// How far a log is that is held against the study.
    pub fit: &'a fits::State,
    /// The studies of the start screen in small.
    pub miniatures: &'a [miniature::Miniature],
    /// What is shown and chosen.
    pub view: &'a mut ViewState,
    /// What the map remembers.
    pub map: &'a mut diagram::MapState,
    /// Texts in the user's language.
    pub words: Words,
    /// Colours and spacing.
    pub theme: &'a Theme,
    /// What the user has asked for in this frame.
    pub commands: Vec<Command>,
}

impl Cx<'_> {
    /// Asks for something; it is carried out after the frame.
    pub fn send(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Asks for an edit of the scenario that is shown.
    pub fn edit_scenario(&mut self, edit: edit::ScenarioEdit) {
        let variant = self.view.variant.clone();
        self.send(Command::Edit(EditCommand::Apply(Box::new(edit::Edit::Scenario { variant, edit }))));
    }
}

/// The window's program.
pub struct App {
    /// The study that is open.
    pub document: Document,
    /// What runs have found.
    pub results: Results,
    /// What is shown and chosen.
    pub view: ViewState,
    /// What the map remembers.
    pub map: diagram::MapState,
    jobs: Jobs,
    effects: effects::Effects,
    miniatures: miniature::Miniatures,
    fits: fits::Fits,
    files: files::Files,
    theme: Theme,
    /// The look that egui has been given.
    installed: Option<(theme::ThemeChoice, f32)>,
    /// The revision that the last run was started on.
    ordered: u64,
    /// The baseline of the last run.
    ordered_against: String,
    /// The precision that was asked of the last run.
    ordered_precision: Option<f64>,
    /// Replications beyond those that the study asks for, as a factor.
    more_exact: u32,
    notices: widgets::notice::Notices,
    settings: Option<PathBuf>,
    title: String,
    quits: bool,
    /// Whether the window has been held against the screen.
    fits_screen: bool,
}

impl App {
    /// Makes the window's program with a study. Settings are kept in `settings`; `None` keeps nothing.
    pub fn new(ctx: &egui::Context, document: Document, settings: Option<PathBuf>) -> Self {
        theme::install_fonts(ctx);
        let view = ViewState::load(settings.as_deref());
        let waker = ctx.clone();
        let wake: Wake = std::sync::Arc::new(move || waker.request_repaint());
        let mut app = App {
            document,
            results: Results::default(),
            theme: Theme::of(view.theme),
            view,
            map: diagram::MapState::default(),
            jobs: Jobs::new(wake.clone()),
            effects: effects::Effects::new(wake.clone()),
            miniatures: miniature::Miniatures::new(wake.clone()),
            fits: fits::Fits::new(wake.clone()),
            files: files::Files::new(wake, settings.clone()),
            installed: None,
            ordered: 0,
            ordered_against: crate::model::study::AS_IS.to_owned(),
            ordered_precision: None,
            more_exact: 1,
            notices: widgets::notice::Notices::default(),
            settings,
            title: String::new(),
            quits: false,
            fits_screen: false,
        };
        app.show_first_variant();
        app.dress(ctx);
        app
    }

    /// Polls the background, carries out what was asked for, and keeps runs up with the document. Never waits.
    pub fn logic(&mut self, ctx: &egui::Context) {
        self.dress(ctx);
        let is_taken = self.takes_escape(ctx);
        for command in command::pressed(ctx, &command::table()) {
            // What Escape closes comes before the run that it would stop.
            if !(is_taken && command == Command::Run(RunCommand::Stop)) {
                self.perform(ctx, command);
            }
        }
        for path in ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect::<Vec<_>>()) {
            let opened = if fits::is_log_file(&path) { FileCommand::FitLog(path) } else { FileCommand::OpenPath(path) };
            self.perform(ctx, Command::File(opened));
        }
        self.poll_files(ctx);
        self.fits.poll();
        self.keep_run_up();
        self.jobs.poll(&mut self.results);
        self.miniatures.keep_up(self.view.start);
        // The comparison comes first; effects take what it leaves.
        let has_ended = matches!(self.results.state, results::RunState::Done | results::RunState::Stopped);
        let looks = self.view.shows(view_state::Tab::Changes) && has_ended;
        let replications = self.results.outcome().filter(|_| looks).map(|outcome| outcome.replications);
        self.effects.keep_up(self.document.study(), self.document.revision(), &self.view.variant, replications);
        self.files.keep_copy(&self.document, ctx);
        self.name_window(ctx);
        self.guard_close(ctx);
    }

    /// Tells whether something is open that Escape closes.
    fn takes_escape(&self, ctx: &egui::Context) -> bool {
        let passing = &self.view.passing;
        let lies_over = passing.palette.is_some() || passing.shortcuts || passing.tour.is_some() || passing.ledger.is_some();
        let on_map = self.view.shows(view_state::Tab::Map) && self.map.takes_escape();
        lies_over || on_map || self.files.is_asking() || egui::Popup::is_any_open(ctx)
    }

    /// Paints, and carries out what the user asks for.
    pub fn ui(&mut self, ui: &mut egui::Ui) {
        let mut cx = Cx {
            document: &self.document,
            results: &self.results,
            effects: self.effects.of(self.document.revision(), &self.view.variant),
            fit: self.fits.state(),
            miniatures: self.miniatures.made(),
            view: &mut self.view,
            map: &mut self.map,
            words: Words { language: texts::Language::default() },
            theme: &self.theme,
            commands: Vec::new(),
        };
        cx.words.language = cx.view.language;
        shell::shell_ui(ui, &mut cx);
        self.files.ui(ui, &mut cx);
        let commands = std::mem::take(&mut cx.commands);
        self.notices.ui(ui.ctx(), &self.theme);
        let ctx = ui.ctx().clone();
        for command in commands {
            self.perform(&ctx, command);
        }
        // The run that an edit asks for begins before this frame is drawn, not in the next one.
        self.keep_run_up();
    }

    /// Shows a text for a while.
    pub fn say(&mut self, id: &str) {
        self.notices.done(self.words().get(id));
    }

    /// Shows what went wrong until the user has seen it.
    pub fn fault(&mut self, message: String) {
        let said = self.words().finding(&message);
        self.notices.fault(said);
    }

    /// Opens what was read from a file, or shows why it cannot be opened.
    pub fn open_read(&mut self, path: PathBuf, read: crate::base::diagnostic::Warned<files::Opened>) {
        self.files.was_read(path, read);
    }

    /// Tells whether a run is on its way.
    pub fn is_running(&self) -> bool {
        self.jobs.is_running()
    }

    /// Tells whether the study cannot be run as it stands.
    pub fn is_stuck(&self) -> bool {
        matches!(self.results.state, results::RunState::Failed(_) | results::RunState::Broken(_))
    }

    /// Tells whether anything at all is being worked out in the background.
    pub fn is_busy(&self) -> bool {
        self.jobs.is_running() || self.effects.is_working() || self.miniatures.is_working() || self.fits.is_working()
    }

    /// Carries out what was asked for.
    pub fn perform(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::File(command) => self.perform_file(ctx, command),
            Command::Edit(command) => self.perform_edit(command),
            Command::View(command) => self.perform_view(command),
            Command::Run(RunCommand::Again) => self.run(),
            Command::Run(RunCommand::Stop) => self.jobs.stop(&mut self.results),
            Command::Run(RunCommand::MoreExact) => {
                self.more_exact = (self.more_exact * 2).min(64);
                self.run();
            }
            Command::Run(RunCommand::Until(precision)) => {
                self.view.precision = precision;
                self.more_exact = 1;
                self.view.save(self.settings.as_deref());
            }
        }
    }

    fn perform_file(&mut self, ctx: &egui::Context, command: FileCommand) {
        match command {
            FileCommand::Start => self.view.start = true,
            FileCommand::New => self.files.begin_new(self.words(), &self.document),
            FileCommand::Open => self.files.ask_open(&self.document),
            FileCommand::OpenByPath => self.files.ask_open_by_path(&self.document),
            FileCommand::OpenPath(path) => self.files.open(path, &self.document),
            FileCommand::OpenCarried(name) => self.files.open_carried(&name, self.view.language, &self.document),
            FileCommand::Save => match self.document.path.clone() {
                Some(path) => self.files.save(path, &self.document),
                None => self.files.ask_save(&self.document),
            },
            FileCommand::SaveAs => self.files.ask_save(&self.document),
            FileCommand::SaveTo(path) => self.files.save(path, &self.document),
            FileCommand::AskLog => self.files.ask_log(&self.document),
            FileCommand::FitLog(log) => self.fits.start(self.document.study().clone(), self.document.revision(), log),
            FileCommand::LeaveFit => self.fits.leave(),
            FileCommand::Export(export) => self.files.export(export, ctx),
            FileCommand::Report(kind) => match self.results.reportable(self.document.revision()) {
                Some(outcome) => {
                    let (assumed, figures) = self.results.review.assumptions();
                    let notes = crate::report::wording::assumptions(self.words(), assumed, figures, "");
                    self.files.report(kind, outcome.clone(), self.document.study().clone(), notes, self.words());
                }
                None => self.notices.refused(self.words().get("report-too-early")),
            },
            FileCommand::Quit => ctx.send_viewport_cmd(egui::ViewportCommand::Close),
        }
    }

    fn perform_edit(&mut self, command: EditCommand) {
        match command {
            EditCommand::Undo => {
                self.document.undo();
            }
            EditCommand::Redo => {
                self.document.redo();
            }
            EditCommand::NewVariant => self.perform_edit(EditCommand::NewVariantFrom(self.view.variant.clone())),
            EditCommand::NewVariantFrom(from) => {
                let title = self.words().get("variant-new-title");
                self.perform_edit(EditCommand::Apply(Box::new(edit::Edit::AddVariant { from, title })));
                if let Some(variant) = self.document.study().variants.last() {
                    self.view.variant.clone_from(&variant.id);
                    self.view.tab = view_state::Tab::Changes;
                }
            }
            EditCommand::Apply(edit) => {
                if let Err(fault) = edit::apply(&mut self.document, &edit) {
                    self.fault(fault.message);
                }
            }
            EditCommand::GestureEnds => self.document.end_of_gesture(),
        }
        if self.document.scenario(&self.view.variant).is_err() && self.document.study().variant(&self.view.variant).is_none() {
            self.show_first_variant();
        }
        if !self.document.study().variant_names().contains(&self.view.against.as_str()) {
            self.view.against = crate::model::study::AS_IS.to_owned();
        }
    }

    fn perform_view(&mut self, command: ViewCommand) {
        let view = &mut self.view;
        match command {
            ViewCommand::Refuse(text) => {
                self.notices.refused(text);
                return;
            }
            ViewCommand::Show(tab) => view.show(tab),
            ViewCommand::ShowBeside(tab) if view.beside == Some(tab) => view.beside = None,
            ViewCommand::ShowBeside(tab) => view.show_beside(tab),
            ViewCommand::Beside if view.beside.is_some() => view.beside = None,
            ViewCommand::Beside => {
                use view_state::Tab;
                view.show_beside(if view.tab == Tab::Compare { Tab::Map } else { Tab::Compare });
            }
            ViewCommand::GoTo(place) => view.go_to(place),
            ViewCommand::Variant(variant) => {
                view.variant = variant;
                view.start = false;
            }
            ViewCommand::Against(variant) => view.against = variant,
            ViewCommand::Select(selection) => view.selection = selection,
            ViewCommand::Theme(theme) => view.theme = theme,
            ViewCommand::Language(language) => {
                view.language = language;
                self.reword(language);
            }
            ViewCommand::Larger => view.set_scale(view.scale + 0.1),
            ViewCommand::Smaller => view.set_scale(view.scale - 0.1),
            ViewCommand::UsualSize => view.set_scale(1.0),
            ViewCommand::Tree => view.tree = !view.tree,
            ViewCommand::Inspector if view.passing.is_narrow => view.passing.inspector_over = !view.passing.inspector_over,
            ViewCommand::Inspector => view.inspector = !view.inspector,
            ViewCommand::Palette => view.passing.palette = Some(String::new()),
            ViewCommand::Tour => view.begin_tour(),
            ViewCommand::Ledger(ledger) => {
                view.passing.ledger = (view.passing.ledger != Some(ledger)).then_some(ledger);
            }
            ViewCommand::Shortcuts => view.passing.shortcuts = !view.passing.shortcuts,
        }
        self.view.save(self.settings.as_deref());
    }

    /// Says a study of the program, which nobody has changed yet, in another language as well.
    fn reword(&mut self, language: texts::Language) {
        let carried = self.document.is_untouched().then(|| self.document.study().id.clone());
        let said = carried.filter(|id| !crate::formats::carried::words(id, texts::Language::Russian.code()).is_empty());
        if let Some(study) = said.and_then(|id| files::carried_study_in(&id, language)) {
            self.document.reword(study);
        }
    }

    fn words(&self) -> Words {
        Words { language: self.view.language }
    }

    /// Shows the first variant, so that there is something to compare; the as-is where there is none.
    fn show_first_variant(&mut self) {
        let study = self.document.study();
        self.view.against = crate::model::study::AS_IS.to_owned();
        self.view.variant = study.variants.first().map_or(crate::model::study::AS_IS.to_owned(), |variant| variant.id.clone());
        self.view.service = panels::services::first(&study.scenario).map(|service| service.id.clone());
    }

    /// Starts a run where the study, or what is asked of it, is no longer what the last one was started with.
    fn keep_run_up(&mut self) {
        let asked = self.ordered != self.document.revision()
            || self.ordered_against != self.view.against
            || self.ordered_precision != self.view.precision;
        if asked && !self.view.start {
            self.run();
        }
    }

    fn run(&mut self) {
        let study = self.document.study().clone();
        self.ordered = self.document.revision();
        let stop = match self.view.precision {
            // Twice the replications make an interval narrower by the root of two.
            Some(relative) => StopRule::precision(relative / f64::from(self.more_exact).sqrt()),
            None => StopRule::Replications(study.plan.replications.saturating_mul(self.more_exact).max(1)),
        };
        let baseline = self.view.against.clone();
        self.ordered_against.clone_from(&baseline);
        self.ordered_precision = self.view.precision;
        let order = Order { revision: self.ordered, stop, baseline, study };
        self.jobs.start(order, &mut self.results);
    }

    fn poll_files(&mut self, ctx: &egui::Context) {
        for event in self.files.poll() {
            match event {
                files::Event::Opened(document) => {
                    if let Some(path) = &document.path {
                        self.view.remember(path);
                        self.view.save(self.settings.as_deref());
                    }
                    self.document = *document;
                    self.results.clear();
                    self.fits.leave();
                    self.map = diagram::MapState::default();
                    self.ordered = 0;
                    self.more_exact = 1;
                    self.view.start = false;
                    self.view.selection = view_state::Selection::default();
                    self.show_first_variant();
                }
                files::Event::Saved(study, path) => {
                    self.notices.done(self.words().with("file-saved", &[("file", file_name(&path).into())]));
                    self.view.remember(&path);
                    self.view.save(self.settings.as_deref());
                    self.document.mark_saved(study, path);
                }
                files::Event::Exported(path) => {
                    self.notices.done(self.words().with("file-saved", &[("file", file_name(&path).into())]));
                }
                files::Event::LogNamed(log) => self.perform_file(ctx, FileCommand::FitLog(log)),
                files::Event::Then(command) => self.perform_file(ctx, command),
                files::Event::SaveTo(path) => self.files.save(path, &self.document),
                files::Event::Failed(message) => self.fault(message),
                files::Event::MayClose => {
                    self.quits = true;
                    ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                }
            }
        }
    }

    /// Gives egui theme and size where they have changed.
    fn dress(&mut self, ctx: &egui::Context) {
        let wanted = (self.view.theme, self.view.scale);
        if self.installed != Some(wanted) {
            self.theme = Theme::of(self.view.theme);
            self.theme.install(ctx);
            ctx.set_zoom_factor(self.view.scale);
            self.installed = Some(wanted);
        }
    }

    /// Makes the window as large as a small screen allows when it opens: beneath a title bar and beside a task bar its lower edge, where
    /// the run is, would be off the screen.
    fn fit_screen(&mut self, ctx: &egui::Context) {
        let (inside, screen) = ctx.input(|input| (input.viewport().inner_rect, input.viewport().monitor_size));
        if self.fits_screen || inside.is_none() || screen.is_none_or(|screen| screen.x < 1.0) {
            return;
        }
        self.fits_screen = true;
        if inside.zip(screen).is_some_and(|(inside, screen)| inside.width() >= screen.x || inside.height() + BARS > screen.y) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Maximized(true));
        }
    }

    /// Names the window after the study; a dot says that it has been changed. A new name has the window drawn once more, which takes
    /// a processor: it waits until the edit has its first answer.
    fn name_window(&mut self, ctx: &egui::Context) {
        if self.jobs.is_running() && self.results.is_old(self.document.revision()) && !self.title.is_empty() {
            return;
        }
        let dot = if self.document.is_dirty() { "• " } else { "" };
        let title = format!("{dot}{} – Kezek", self.document.study().title);
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Holds the window open where closing it would lose something.
    fn guard_close(&mut self, ctx: &egui::Context) {
        if ctx.input(|input| input.viewport().close_requested()) {
            if self.document.is_dirty() && !self.quits {
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
                self.files.ask_close(&self.document);
            } else {
                self.files.forget_copy();
                self.view.window =
                    ctx.input(|input| input.viewport().inner_rect).map(|rect| (rect.size() * self.view.scale).into());
                self.view.save(self.settings.as_deref());
            }
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.fit_screen(ctx);
        App::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        App::ui(self, ui);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.theme.ground.to_normalized_gamma_f32()
    }
}

/// Returns the last part of a path, for people.
fn file_name(path: &std::path::Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
