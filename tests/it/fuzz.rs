//! The seeds of the fuzz targets, and everything that fuzzing has found: each does no harm any more.

#[path = "../fuzz/targets/common/mod.rs"]
pub mod common;

use kezek::formats::log::read::input::Input;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

/// Files for a target: its seeds, and what was found with it.
fn files(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let mut files = Vec::new();
    for folder in ["corpus", "found"] {
        let Ok(entries) = std::fs::read_dir(fuzz.join(folder).join(target)) else { continue };
        files.extend(entries.map(|entry| entry.unwrap().path()));
    }
    assert!(!files.is_empty(), "{target} has no seeds");
    files.sort();
    let read = |path: PathBuf| {
        let bytes = std::fs::read(&path).unwrap();
        (path, bytes)
    };
    files.into_iter().map(read).collect()
}

fn all(target: &str, try_one: impl Fn(&[u8])) {
    for (path, bytes) in files(target) {
        let done = std::panic::catch_unwind(AssertUnwindSafe(|| try_one(&bytes)));
        assert!(done.is_ok(), "{}", path.display());
    }
}

#[test]
fn drawings_do_no_harm() {
    all("bpmn", common::try_drawing);
    all("assembled", |bytes| common::try_drawing(common::assembly::assemble(bytes).as_bytes()));
}

#[test]
fn parameters_do_no_harm() {
    for target in ["bpsim", "qbp", "prosimos"] {
        all(target, common::try_parameters);
    }
}

#[test]
fn studies_do_no_harm() {
    all("study", |bytes| {
        if let Ok(text) = std::str::from_utf8(bytes) {
            common::try_study(text);
        }
    });
}

#[test]
fn logs_do_no_harm() {
    for target in ["log_csv", "log_xes", "log_packed"] {
        all(target, |bytes| common::try_log(&Input::Bytes(bytes.to_vec())));
    }
    #[cfg(feature = "parquet")]
    all("log_parquet", common::try_log_file);
}

#[test]
fn conversions_do_no_harm() {
    for target in ["convert", "log_csv", "log_xes", "log_packed"] {
        all(target, common::try_conversions);
    }
}
