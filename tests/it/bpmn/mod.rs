//! Drawings of others: what they mean when they run, and that no file of strangers does harm.

mod drawings;
mod elements;
mod safety;
mod traces;
mod written;

use std::path::PathBuf;

/// Returns the folder of shared corpora: `KEZEK_CORPORA`, or `../shared/corpora` beside the package. `None` where it is absent, which is said.
pub fn corpora(folder: &str) -> Option<PathBuf> {
    let named = std::env::var_os("KEZEK_CORPORA").map(PathBuf::from);
    let root = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"));
    let found = root.join(folder);
    if found.is_dir() {
        return Some(found);
    }
    say(&format!("NOT TRIED: {} is absent; set KEZEK_CORPORA to the folder of corpora.", found.display()));
    None
}

/// Says something beside the tests' results.
#[allow(clippy::print_stderr)]
pub fn say(text: &str) {
    eprintln!("{text}");
}

/// Returns the files of a corpus with this extension, in order.
pub fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let Some(folder) = corpora(folder) else { return Vec::new() };
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    files.sort();
    files
}
