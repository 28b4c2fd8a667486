//! Copies for recovery: what was not saved when a session ended, kept apart for each window that runs.
//!
//! A window holds a lock on its place as long as it lives, so that another window does not take its copy for one that was left.

use crate::app::document::Document;
use crate::base::diagnostic::has_errors;
use crate::formats::scenario_ron;
use crate::model::study::Study;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Windows that can keep copies at the same time.
const PLACES: usize = 16;

/// A window's place for its copy.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
    at: usize,
    /// Held as long as the window lives.
    _lock: File,
}

fn copy_file(folder: &Path, at: usize) -> PathBuf {
    folder.join(if at == 0 { "recovery.ron".to_owned() } else { format!("recovery-{at}.ron") })
}

fn note_file(folder: &Path, at: usize) -> PathBuf {
    folder.join(if at == 0 { "recovery-of.txt".to_owned() } else { format!("recovery-{at}-of.txt") })
}

/// Takes the lock of a place, if nobody has it.
fn lock(folder: &Path, at: usize) -> Option<File> {
    let file = File::options().create(true).truncate(false).write(true).open(folder.join(format!("recovery-{at}.lock"))).ok()?;
    file.try_lock().ok()?;
    Some(file)
}

/// Places that nobody has, those with a copy first. No file is made for a place before it is reached.
fn free(folder: &Path) -> impl Iterator<Item = (usize, File)> {
    let mut places: Vec<usize> = (0..PLACES).collect();
    places.sort_by_key(|at| (!copy_file(folder, *at).exists(), *at));
    places.into_iter().filter_map(move |at| Some((at, lock(folder, at)?)))
}

impl Place {
    /// Takes a place in a folder: that of a copy that was left, else the first that is free. `None` where the folder cannot be written.
    pub fn take(folder: &Path) -> Option<Place> {
        std::fs::create_dir_all(folder).ok()?;
        let (at, lock) = free(folder).next()?;
        Some(Place { folder: folder.to_owned(), at, _lock: lock })
    }

    /// Returns what writes a copy of a study, to be called on another thread.
    pub fn writes(&self, study: Study, of: String) -> impl FnOnce() + Send + 'static {
        let (copy, note) = (copy_file(&self.folder, self.at), note_file(&self.folder, self.at));
        move || {
            // A copy that cannot be written is missed only after a kill; the study itself is not touched by it.
            let _ = std::fs::write(note, of);
            let _ = scenario_ron::save_study_file(&copy, &study);
        }
    }

    /// Removes the copy.
    pub fn forget(&self) {
        let _ = std::fs::remove_file(copy_file(&self.folder, self.at));
        let _ = std::fs::remove_file(note_file(&self.folder, self.at));
    }
}

/// Returns a study that an earlier session left unsaved, with the file that it belongs to.
pub fn left(folder: &Path) -> Option<Document> {
    // To lock a place without a copy would leave its lock's file behind for nothing.
    (0..PLACES).filter(|at| copy_file(folder, *at).exists()).find_map(|at| {
        let _lock = lock(folder, at)?;
        let warned = scenario_ron::read_study_file(&copy_file(folder, at)).ok()?;
        let study = warned.value.filter(|_| !has_errors(&warned.diagnostics))?;
        let of = std::fs::read_to_string(note_file(folder, at)).unwrap_or_default();
        let path = (!of.trim().is_empty()).then(|| PathBuf::from(of.trim()));
        Some(Document::recovered(study, path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_which_nothing_was_left_holds_no_more_than_the_lock_of_its_window() {
        let folder = std::env::temp_dir().join(format!("kezek-copies-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(left(&folder).is_none());
        let place = Place::take(&folder).unwrap();
        let files = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!((place.at, files), (0, 1));
        let second = Place::take(&folder).unwrap();
        assert_eq!(second.at, 1, "another window keeps its copy apart");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
