//! Pictures of the main screens in three themes and three languages, held against those that were looked at and kept.
//!
//! A new look is looked at, then kept with `UPDATE_SNAPSHOTS=true cargo test --test it window::pictures`. A pixel may differ by a
//! squared colour distance of 2 (drivers smooth letters differently), and up to 300 of some 700,000 by more.

use super::Window;
use egui_kittest::SnapshotOptions;
use kezek::app::command::{Command, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::theme::ThemeChoice;
use kezek::app::view_state::Tab;
use kezek::texts::Language;
use std::path::Path;

/// Where drivers are announced to Vulkan's loader.
const DRIVERS: [&str; 2] = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/// Tells whether a software adapter is there, so that pictures do not depend on the machine.
fn has_software_adapter() -> bool {
    let named = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("lvp_icd"))
    };
    DRIVERS.iter().any(|folder| named(Path::new(folder)))
}

/// How pictures are held against each other, and where they lie.
fn options() -> SnapshotOptions {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    SnapshotOptions::new().threshold(2.0).max_failed_pixels(300).output_path(folder)
}

#[test]
fn the_main_screens_look_as_they_did_when_they_were_looked_at() {
    if !has_software_adapter() {
        super::say("skipped: no software Vulkan adapter is installed (mesa-vulkan-drivers); .ci/run installs it");
        return;
    }
    let screens = [
        ("compare-light-en", Tab::Compare, ThemeChoice::Light, Language::English),
        ("steps-dark-ru", Tab::Steps, ThemeChoice::Dark, Language::Russian),
        ("changes-projector-kk", Tab::Changes, ThemeChoice::Projector, Language::Kazakh),
        ("agencies-light-ru", Tab::Agencies, ThemeChoice::Light, Language::Russian),
        ("population-dark-kk", Tab::Population, ThemeChoice::Dark, Language::Kazakh),
        ("map-light-en", Tab::Map, ThemeChoice::Light, Language::English),
        ("documents-dark-ru", Tab::Documents, ThemeChoice::Dark, Language::Russian),
    ];
    let document = Document::new(carried_study("golden-case").unwrap(), None);
    let mut window = Window::sized(document, None, [1024.0, 700.0]);
    window.settle();
    let options = options();
    for (name, tab, theme, language) in screens {
        window.perform(Command::View(ViewCommand::Theme(theme)));
        window.perform(Command::View(ViewCommand::Language(language)));
        window.perform(Command::View(ViewCommand::Show(tab)));
        // In other words the study is run anew.
        window.settle();
        if tab == Tab::Changes {
            // What the changes bring comes a moment later, and after that what each adds.
            window.until_shown("Қалғандарының бәрімен бірге бұл береді:");
            window.until("what each change adds", |app| !app.is_busy());
        }
        window.harness.remove_cursor();
        window.harness.run_steps(6);
        window.harness.snapshot_options(name, &options);
    }
}

#[test]
fn a_log_beside_the_model_looks_as_it_did_when_it_was_looked_at() {
    if !has_software_adapter() {
        super::say("skipped: no software Vulkan adapter is installed (mesa-vulkan-drivers); .ci/run installs it");
        return;
    }
    let mut window = super::fit::fitted("fit-picture", [1024.0, 700.0]);
    window.perform(Command::View(ViewCommand::Language(Language::Russian)));
    window.harness.remove_cursor();
    window.harness.run_steps(6);
    window.harness.snapshot_options("fit-light-ru", &options());
}
