//! The program itself on a display without eyes: it opens, simulates, and takes a picture of what it shows.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A display that nobody looks at.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts one on the first free number; `None` where there is no `Xvfb`.
    fn start() -> Option<Display> {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]);
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut number = String::new();
        BufReader::new(server.stdout.take()?).read_line(&mut number).ok()?;
        Some(Display { server, name: format!(":{}", number.trim()) })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn kezek(display: &Display) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kezek"));
    command.env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET").env_remove("KEZEK_SETTINGS");
    command
}

fn golden_case() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/golden-case/study.ron")
}

#[test]
fn the_program_opens_simulates_and_takes_a_picture() {
    let Some(display) = Display::start() else {
        super::say("skipped: Xvfb is not installed; .ci/run installs it");
        return;
    };
    let folder = super::folder("picture");
    let file = folder.join("window.png");
    let output = kezek(&display).arg("--screenshot").arg(&file).arg(golden_case()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let picture = image::open(&file).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (1440, 900));
    let mut colours: Vec<_> = picture.pixels().map(|pixel| pixel.0).collect();
    colours.sort_unstable();
    colours.dedup();
    // Text, cards, badges: an empty window has a handful of colours, smoothed letters make hundreds.
    assert!(colours.len() > 200, "only {} colours", colours.len());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_program_says_how_long_its_start_takes() {
    let Some(display) = Display::start() else {
        super::say("skipped: Xvfb is not installed; .ci/run installs it");
        return;
    };
    let output = kezek(&display).arg("--measure-start").arg(golden_case()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<u64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers.len(), 5, "{said:?}");
    super::say(said.trim());
    // The promises are for the release build and are held in .ci/run; this is no release build.
    assert!(numbers[0] < 10_000 && numbers[1] < 20_000 && numbers[2] < 1_000 && numbers[4] < 5_000, "{said}");
}
