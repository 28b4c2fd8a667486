//! Opening the window from the command line, and taking a picture of it for checks without eyes.

use crate::app::command::{Command, EditCommand};
use crate::app::document::Document;
use crate::app::texts::Language;
use crate::app::theme::ThemeChoice;
use crate::app::view_state::{Tab, ViewState, settings_folder};
use crate::app::{App, edit, files};
use crate::base::distribution::Distribution;
use crate::formats::carried;
use crate::model::figure::DurationFigure;
use crate::model::flow::ElementKind;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// What to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The study's file; `None` opens the flagship.
    pub file: Option<PathBuf>,
    /// Where to save a picture of the window once results are there; the window then closes.
    pub picture: Option<PathBuf>,
    /// Whether to print how long first frame and first result took, and to close then.
    pub measures_start: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The window was opened and has been closed.
    Closed,
    /// No window can be opened here, for this reason.
    NoWindow(String),
}

impl Launch {
    /// Reads the arguments after the program's name; `None` where they ask for a command and not for the window.
    ///
    /// The window opens without arguments, for one study file or drawing, and for `--screenshot FILE` or `--measure-start` before either.
    pub fn from_arguments(arguments: &[OsString]) -> Option<Launch> {
        match arguments {
            [] => Some(Launch::default()),
            [flag, picture, rest @ ..] if flag == "--screenshot" => {
                Some(Launch { picture: Some(PathBuf::from(picture)), ..Launch::from_arguments(rest)? })
            }
            [flag, rest @ ..] if flag == "--measure-start" => {
                Some(Launch { measures_start: true, ..Launch::from_arguments(rest)? })
            }
            [file] => {
                let file = PathBuf::from(file);
                let is_study = files::can_be_opened(&file) && file.is_file();
                is_study.then_some(Launch { file: Some(file), ..Launch::default() })
            }
            _ => None,
        }
    }
}

/// Opens the window and returns when it is closed.
pub fn run(launch: Launch) -> Opened {
    let started = Instant::now();
    if cfg!(target_os = "linux") && !["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].iter().any(|name| is_set(name)) {
        return Opened::NoWindow("no display was found".to_owned());
    }
    // A picture must not depend on what somebody chose before.
    let for_checks = launch.picture.is_some() || launch.measures_start;
    let settings = settings_folder().filter(|_| !for_checks || is_set("KEZEK_SETTINGS"));
    let left_size = ViewState::load(settings.as_deref()).window;
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("kezek")
            .with_title("Kezek")
            .with_inner_size(asked_size().or(left_size).unwrap_or([1440.0, 900.0]))
            .with_min_inner_size([900.0, 600.0])
            .with_drag_and_drop(true),
        ..eframe::NativeOptions::default()
    };
    let made = eframe::run_native(
        "Kezek",
        options,
        Box::new(move |creation| {
            // Who has never opened the window is shown around.
            let is_first_time = !for_checks && settings.as_ref().is_some_and(|folder| !folder.exists());
            let mut app = make_app(&creation.egui_ctx, launch.file.clone(), settings)?;
            if is_first_time {
                app.view.passing.tour = Some(0);
            }
            Ok(match launch.picture {
                Some(picture) => Box::new(Photographer { app, picture, asked: false, settled: 0, pictures: channel() }),
                None if launch.measures_start => Box::new(StopWatch::new(app, started)),
                None => Box::new(app),
            })
        }),
    );
    match made {
        Ok(()) => Opened::Closed,
        Err(error) => Opened::NoWindow(error.to_string()),
    }
}

/// Returns the window's size in points that the variable `KEZEK_SIZE` asks for, as `1024x700`: for checks at many sizes.
fn asked_size() -> Option<[f32; 2]> {
    let asked = std::env::var("KEZEK_SIZE").ok()?;
    let (width, height) = asked.split_once('x')?;
    Some([width.parse().ok()?, height.parse().ok()?])
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Makes the program with the study that was asked for, one that was left unsaved, or the flagship.
///
/// # Errors
/// Where not even the flagship can be read, which a test rules out.
pub fn make_app(ctx: &egui::Context, file: Option<PathBuf>, settings: Option<PathBuf>) -> Result<App, String> {
    let flagship = || files::carried_study(carried::FLAGSHIP).map(|study| Document::new(study, None));
    let recovered = if file.is_none() { files::Files::recoverable(settings.as_deref()) } else { None };
    let was_recovered = recovered.is_some();
    let document = recovered.or_else(flagship).ok_or("the studies of the program cannot be read")?;
    let mut app = App::new(ctx, document, settings);
    if was_recovered {
        app.say("recovered");
    }
    if let Some(file) = file {
        match files::read_any(&file) {
            Ok(warned) => app.open_read(file, warned),
            Err(message) => app.fault(message),
        }
    }
    Ok(app)
}

/// Waits for results, saves a picture of the window, and closes it.
struct Photographer {
    app: App,
    picture: PathBuf,
    asked: bool,
    settled: u32,
    pictures: (Sender<Arc<egui::ColorImage>>, Receiver<Arc<egui::ColorImage>>),
}

impl Photographer {
    /// What to show, by variables: `KEZEK_TAB`, as in `changes`, `KEZEK_THEME`, `KEZEK_LANGUAGE` and `KEZEK_SCALE`.
    fn choose_look(&mut self) {
        let named = |name: &str| std::env::var(name).ok();
        let theme = named("KEZEK_THEME").and_then(|name| ThemeChoice::ALL.into_iter().find(|theme| theme.name() == name));
        self.app.view.theme = theme.unwrap_or(self.app.view.theme);
        self.app.view.language =
            named("KEZEK_LANGUAGE").and_then(|code| Language::of_code(&code)).unwrap_or(self.app.view.language);
        if let Some(scale) = named("KEZEK_SCALE").and_then(|scale| scale.parse().ok()) {
            self.app.view.set_scale(scale);
        }
        if let Ok(name) = std::env::var("KEZEK_TAB") {
            self.app.view.start = name == "start";
            if let Some(tab) = Tab::of_name(&name) {
                self.app.view.tab = tab;
            }
        }
    }
}

impl eframe::App for Photographer {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.choose_look();
        self.app.logic(ctx);
        if let Ok(image) = self.pictures.1.try_recv() {
            if let Err(error) = save_png(&image, &self.picture) {
                self.app.fault(error);
            }
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        } else if !self.app.is_busy() && self.app.results.shown.is_some() && !self.asked {
            // A few frames more, so that what grows into place has done so.
            self.settled += 1;
            if self.settled > 12 {
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

/// Measures how long the start takes, to the first frame and to the first numbers on it; how long frames take while a run refines
/// its answer; and how long the first answer to an edit takes.
struct StopWatch {
    app: App,
    started: Instant,
    first_frame: Option<Instant>,
    first_result: Option<Instant>,
    /// Longest from the beginning of a frame to the end of its layout.
    slowest: Duration,
    /// Longest from the beginning of a frame to the beginning of the next: drawing and waiting for the screen included.
    slowest_whole: Duration,
    frame: Option<Instant>,
    /// When the last edit was made, and the revision that it led to.
    edit: Option<(Instant, u64)>,
    answers: Vec<Duration>,
    said: bool,
}

/// How long frames are watched after the first result.
const WATCHED: Duration = Duration::from_secs(3);
/// Edits that are made and answered.
const EDITS: usize = 3;

impl StopWatch {
    fn new(app: App, started: Instant) -> Self {
        StopWatch {
            app,
            started,
            first_frame: None,
            first_result: None,
            slowest: Duration::ZERO,
            slowest_whole: Duration::ZERO,
            frame: None,
            edit: None,
            answers: Vec::new(),
            said: false,
        }
    }

    /// Edits the study as somebody does who tries another duration; the answer is awaited while the frames are watched.
    fn edit(&mut self, ctx: &egui::Context) {
        let Some(edit) = some_edit(&self.app.document, self.answers.len()) else { return };
        let edit = edit::Edit::Scenario { variant: self.app.view.variant.clone(), edit };
        self.app.perform(ctx, Command::Edit(EditCommand::Apply(Box::new(edit))));
        self.edit = Some((Instant::now(), self.app.document.revision()));
    }

    /// Notes the answer to the last edit, once it is there.
    fn hear(&mut self) {
        if let (Some((at, revision)), Some(shown)) = (self.edit, &self.app.results.shown)
            && shown.revision >= revision
        {
            self.answers.push(at.elapsed());
            self.edit = None;
        }
    }

    fn say(&mut self, first_frame: Instant, first_result: Instant) {
        let since = |at: Instant| at.duration_since(self.started).as_millis();
        let (frame, result) = (since(first_frame), since(first_result));
        let (slowest, whole) = (self.slowest.as_millis(), self.slowest_whole.as_millis());
        let answer = self.answers.iter().max().map_or(0, Duration::as_millis);
        let line = format!(
            "first frame {frame} ms, first result {result} ms, slowest frame while simulating {slowest} ms, with drawing {whole} ms, \
             first answer to an edit {answer} ms\n"
        );
        // Whoever does not listen has missed it.
        let _ = std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes());
        self.said = true;
    }
}

/// Returns an edit of the first step that lasts: a little longer each time.
fn some_edit(document: &Document, times: usize) -> Option<edit::ScenarioEdit> {
    let scenario = &document.study().scenario;
    let steps = scenario.services.iter().flat_map(|service| service.elements.iter().map(move |element| (service, element)));
    let mut lasting = steps.filter_map(|(service, element)| match &element.kind {
        ElementKind::Step(step) if step.duration.value.mean() > 0.0 => Some((service, element, step)),
        _ => None,
    });
    let (service, element, step) = lasting.next()?;
    let longer = step.duration.value.mean() * (1.0 + 0.01 * (times + 1) as f64);
    let value = DurationFigure { value: Distribution::Fixed(longer), ..step.duration.clone() };
    Some(edit::ScenarioEdit::Duration { service: service.id.clone(), step: element.id.clone(), value })
}

impl eframe::App for StopWatch {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        let now = Instant::now();
        // The first frames lay fonts out and are the start, not the run.
        if let (Some(before), true) = (self.frame, self.first_result.is_some()) {
            self.slowest_whole = self.slowest_whole.max(now.duration_since(before));
        }
        self.frame = Some(now);
        self.app.logic(ctx);
        self.hear();
        if self.app.results.shown.is_some() && self.first_frame.is_some() {
            self.first_result.get_or_insert_with(Instant::now);
        }
        if let (Some(first_frame), Some(first_result)) = (self.first_frame, self.first_result)
            && (first_result.elapsed() > WATCHED || !self.app.is_running())
            && self.edit.is_none()
            && !self.said
        {
            if self.answers.len() < EDITS {
                self.edit(ctx);
            }
            // A study without a step to edit says what it can.
            if self.edit.is_none() {
                self.say(first_frame, first_result);
                // What was edited for the measure's sake is not worth a question.
                self.app.quits = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
        }
        ctx.request_repaint();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.ui(ui);
        if let (Some(frame), true) = (self.frame, self.first_result.is_some()) {
            self.slowest = self.slowest.max(frame.elapsed());
        }
        self.first_frame.get_or_insert_with(Instant::now);
    }
}

/// Saves a picture of the screen.
///
/// # Errors
/// Why it cannot be written, in words.
pub fn save_png(image: &egui::ColorImage, path: &Path) -> Result<(), String> {
    let [width, height] = image.size.map(|n| n as u32);
    let bytes: Vec<u8> = image.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
    let picture = image::RgbaImage::from_raw(width, height, bytes).ok_or("the picture is empty")?;
    picture.save(path).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Option<Launch> {
        Launch::from_arguments(&arguments.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn commands_are_left_to_the_command_line() {
        assert_eq!(of(&[]), Some(Launch::default()));
        assert_eq!(of(&["compare"]), None);
        assert_eq!(of(&["missing.ron"]), None);
        assert_eq!(of(&["--screenshot", "a.png"]), Some(Launch { picture: Some(PathBuf::from("a.png")), ..Launch::default() }));
        assert_eq!(of(&["--measure-start"]), Some(Launch { measures_start: true, ..Launch::default() }));
        assert_eq!(of(&["check", "a.ron"]), None);
    }
}
