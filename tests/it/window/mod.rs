//! The window, used as people use it: controls are found by their names, and what has happened is read from the program's state
//! before it is read from the screen. No display is needed.

mod catalogue;
mod edits;
mod files;
mod fit;
mod hands;
mod looks;
mod pictures;
mod program;
mod results;
mod seldom;
mod sheet;
mod shell;
mod speed;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use kezek::app::App;
use kezek::app::command::{Command, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::results::RunState;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a test waits for the background before it says that nothing comes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A window under test. The program is made in the first frame, which has the context that it needs.
struct Window {
    harness: Harness<'static, Option<App>>,
}

impl Window {
    /// Opens the study that was worked out by hand: it runs in a moment and its numbers are known.
    fn golden() -> Window {
        Window::open(Document::new(carried_study("golden-case").unwrap(), None), None)
    }

    fn open(document: Document, settings: Option<PathBuf>) -> Window {
        Window::sized(document, settings, [1440.0, 900.0])
    }

    fn sized(document: Document, settings: Option<PathBuf>, size: [f32; 2]) -> Window {
        let mut document = Some(document);
        let paint = move |ui: &mut egui::Ui, app: &mut Option<App>| match app {
            Some(app) => {
                app.logic(ui.ctx());
                app.ui(ui);
            }
            None => {
                *app = document.take().map(|document| {
                    let mut app = App::new(ui.ctx(), document, settings.clone());
                    app.view.language = kezek::texts::Language::English;
                    app
                });
                ui.ctx().request_repaint();
            }
        };
        let harness = Harness::builder().with_size(size).with_max_steps(200).build_ui_state(paint, None);
        let mut window = Window { harness };
        window.harness.run_steps(3);
        window
    }

    fn app(&mut self) -> &mut App {
        self.harness.state_mut().as_mut().unwrap()
    }

    fn perform(&mut self, command: Command) {
        let ctx = self.harness.ctx.clone();
        self.app().perform(&ctx, command);
        self.harness.run_steps(2);
    }

    fn show(&mut self, variant: &str) {
        self.perform(Command::View(ViewCommand::Variant(variant.to_owned())));
    }

    /// Goes on until something holds, and says what did not come where it does not.
    fn until(&mut self, what: &str, holds: impl Fn(&mut App) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if holds(self.app()) {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} did not come; the run is {:?}", self.app().results.state);
            std::thread::sleep(Duration::from_millis(4));
        }
        self.harness.run_steps(2);
    }

    /// Goes on until the results belong to the study as it stands and the run has ended.
    fn settle(&mut self) {
        self.until("the result", |app| {
            let revision = app.document.revision();
            let is_there = app.results.shown.as_ref().is_some_and(|shown| shown.revision == revision);
            !app.is_running() && (is_there || matches!(app.results.state, RunState::Failed(_)))
        });
    }

    /// Presses the one control of this role and name.
    fn press(&mut self, role: egui::accesskit::Role, name: &str) {
        self.harness.get_by_role_and_label(role, name).click();
        self.harness.run_steps(3);
    }

    fn press_button(&mut self, name: &str) {
        self.press(egui::accesskit::Role::Button, name);
    }

    /// Types into a field in place of what stood there, and presses Enter.
    fn type_into(&mut self, name: &str, text: &str) {
        self.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, name).click();
        self.harness.run_steps(2);
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness.run_steps(1);
        self.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, name).type_text(text);
        self.harness.run_steps(1);
        self.harness.key_press(egui::Key::Enter);
        self.harness.run_steps(3);
    }

    fn shows(&mut self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// Returns the names of everything on the screen that is called so, in part or whole.
    fn said(&mut self, text: &str) -> Vec<String> {
        let found = self.harness.query_all_by_label_contains(text);
        found.filter_map(|node| node.accesskit_node().label()).collect()
    }

    /// Goes on until a text is on the screen.
    fn until_shown(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.shows(text) {
            assert!(begun.elapsed() < PATIENCE, "{text:?} is not shown");
            self.harness.step();
            std::thread::sleep(Duration::from_millis(4));
        }
        self.harness.run_steps(2);
    }

    /// Minutes of a citizen's own time in a variant.
    fn citizen_time(&mut self, variant: &str) -> f64 {
        self.app().results.outcome().unwrap().variant(variant).unwrap().mean("citizen_time").unwrap()
    }
}

/// A folder of its own for a test, empty.
fn folder(name: &str) -> PathBuf {
    // Among what is built: what a test that fails leaves behind is in nobody's way there.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("window-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Names of all controls that can be pressed or typed into but have no name.
fn nameless(window: &Window) -> Vec<String> {
    use egui::accesskit::Role;
    let spoken = [Role::Button, Role::TextInput, Role::ComboBox, Role::CheckBox, Role::Slider, Role::SpinButton];
    let nodes = window.harness.root().children_recursive();
    let silent = nodes.filter(|node| spoken.contains(&node.accesskit_node().role()));
    silent
        .filter(|node| node.accesskit_node().label().is_none_or(|label| label.trim().is_empty()))
        .map(|node| format!("{:?} at {:?}", node.accesskit_node().role(), node.rect()))
        .collect()
}

/// Says what a test found, or why it could not look.
#[allow(clippy::print_stderr, reason = "a test that leaves something out must say so")]
fn say(text: &str) {
    eprintln!("{text}");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
