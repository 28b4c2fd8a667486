//! Opening the window from the command line, taking pictures of it for checks without eyes, and measuring it.

pub mod map_speed;
mod pictures;
mod watch;

use crate::app::document::Document;
use crate::app::view_state::{ViewState, settings_folder};
use crate::app::{App, files};
use crate::formats::carried;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The study's file; `None` opens the flagship.
    pub file: Option<PathBuf>,
    /// Where to save a picture of the window once results are there; the window then closes.
    pub picture: Option<PathBuf>,
    /// Whether to print how long first frame and first result took, and to close then.
    pub measures_start: bool,
    /// Whether to print how long a large map takes to paint, and to close then.
    pub measures_map: bool,
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
    /// The window opens without arguments, for one study file, its folder or a drawing, and for `--screenshot FILE`, `--measure-start` or `--measure-map` before either.
    pub fn from_arguments(arguments: &[OsString]) -> Option<Launch> {
        match arguments {
            [] => Some(Launch::default()),
            [flag, picture, rest @ ..] if flag == "--screenshot" => {
                Some(Launch { picture: Some(PathBuf::from(picture)), ..Launch::from_arguments(rest)? })
            }
            [flag, rest @ ..] if flag == "--measure-start" => {
                Some(Launch { measures_start: true, ..Launch::from_arguments(rest)? })
            }
            [flag, rest @ ..] if flag == "--measure-map" => Some(Launch { measures_map: true, ..Launch::from_arguments(rest)? }),
            [study] => Launch::of_study(study),
            _ => None,
        }
    }

    /// Opens a study's file, or the one in a folder, as the commands find it.
    fn of_study(study: &OsString) -> Option<Launch> {
        let named = PathBuf::from(study);
        let file = if named.is_dir() { named.join("study.ron") } else { named };
        (files::can_be_opened(&file) && file.is_file()).then_some(Launch { file: Some(file), ..Launch::default() })
    }
}

/// Opens the window and returns when it is closed.
pub fn run(launch: Launch) -> Opened {
    let started = Instant::now();
    if cfg!(target_os = "linux") && !["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].iter().any(|name| is_set(name)) {
        return Opened::NoWindow("no display was found".to_owned());
    }
    // A picture must not depend on what somebody chose before.
    let for_checks = launch.picture.is_some() || launch.measures_start || launch.measures_map;
    let settings = settings_folder().filter(|_| !for_checks || is_set("KEZEK_SETTINGS"));
    let left_size = ViewState::load(settings.as_deref()).window;
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id("kezek")
            .with_title("Kezek")
            .with_inner_size(asked_size().or(left_size).unwrap_or([1440.0, 900.0]))
            .with_min_inner_size([900.0, 600.0])
            .with_drag_and_drop(true),
        // Nothing here runs from one colour into another, and where the processor paints, noise in every point costs frames.
        dithering: false,
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
                app.view.begin_tour();
            }
            Ok(match launch.picture {
                Some(picture) => Box::new(pictures::Photographer::new(app, &picture)),
                None if launch.measures_start => Box::new(watch::StopWatch::new(app, started)),
                None if launch.measures_map => Box::new(map_speed::MapWatch::new(app)),
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
    let language = ViewState::load(settings.as_deref()).language;
    let flagship = || files::carried_study_in(carried::FLAGSHIP, language).map(|study| Document::new(study, None));
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

    #[test]
    fn a_folder_opens_its_study() {
        let pension = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/pension");
        let file = Some(Path::new(pension).join("study.ron"));
        assert_eq!(of(&[pension]), Some(Launch { file: file.clone(), ..Launch::default() }));
        let pictured = Launch { file, picture: Some(PathBuf::from("a.png")), ..Launch::default() };
        assert_eq!(of(&["--screenshot", "a.png", pension]), Some(pictured));
        assert_eq!(of(&[concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/catalogue")]), None);
    }
}
