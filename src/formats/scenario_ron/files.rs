//! Study files on the disk.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use super::{LARGEST_FILE, StudyFile, file_quoted, open_study, write_beside, write_study};
use crate::base::diagnostic::{Diagnostic, Place, Warned};
use crate::formats::disk::write_atomically;
use crate::formats::error::FormatError;
use crate::model::study::Study;

/// Reads a study file and everything that it imports; see [`super::read_study`].
///
/// # Errors
/// [`FormatError::Read`] where the file itself cannot be read. An import that cannot be read is a finding.
pub fn read_study_file(path: &Path) -> Result<Warned<Study>, FormatError> {
    let Warned { value, diagnostics } = open_study_file(path)?;
    Ok(Warned { value: value.map(|file| file.study), diagnostics })
}

/// Reads a study file as [`read_study_file`] does and keeps where everything stands.
///
/// # Errors
/// As [`read_study_file`].
pub fn open_study_file(path: &Path) -> Result<Warned<StudyFile>, FormatError> {
    let bytes = read_bytes(path).map_err(|source| FormatError::Read { path: path.to_owned(), source })?;
    let name = path.display().to_string();
    Ok(match text_of(bytes, &name) {
        Ok(text) => open_study(&text, &name, &mut load_import_file),
        Err(diagnostic) => Warned { value: None, diagnostics: vec![*diagnostic] },
    })
}

/// Loads an imported file from the disk, for [`super::read_study`].
///
/// # Errors
/// Says why the file cannot be read, as a part of a sentence.
pub fn load_import_file(path: &str) -> Result<String, String> {
    let bytes = read_bytes(Path::new(path)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "reading it is not permitted".to_owned(),
        _ => error.to_string(),
    })?;
    text_of(bytes, path).map_err(|diagnostic| {
        let line = diagnostic.place.as_ref().map_or(1, |place| place.line);
        format!("line {line}: {}", diagnostic.message.trim_end_matches('.'))
    })
}

/// Saves a study so that the file holds either the old text or the new one whole, whenever the machine stops.
///
/// Imported entries that are unchanged are not written; see [`StudyFile::write`]. The text goes into a temporary file in the
/// same folder, is brought to the disk, and takes the file's place by renaming.
///
/// # Errors
/// [`FormatError::Write`] where the folder or disk refuses; the old file still stands then.
pub fn save_study_file(path: &Path, study: &Study) -> Result<(), FormatError> {
    let text = text_beside_imports(path, study);
    write_atomically(path, text.as_bytes()).map_err(|source| FormatError::Write { path: path.to_owned(), source })
}

/// Writes the study's text, without what its imports hold where they can be read.
fn text_beside_imports(path: &Path, study: &Study) -> String {
    if study.imports.is_empty() {
        return write_study(study);
    }
    let only_imports = Study { id: study.id.clone(), imports: study.imports.clone(), ..Study::default() };
    let mut complete = true;
    let opened = open_study(&write_study(&only_imports), &path.display().to_string(), &mut |name| {
        let loaded = load_import_file(name);
        complete &= loaded.is_ok();
        loaded
    });
    match opened.value {
        Some(file) if complete => write_beside(study, &file.imported),
        _ => write_study(study),
    }
}

/// Reads a file, at most a little more than the largest that is allowed, so that its size is noticed and no more.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Takes bytes as text; reports the first byte that is none, with its line.
fn text_of(bytes: Vec<u8>, name: &str) -> Result<String, Box<Diagnostic>> {
    let large = bytes.len() > LARGEST_FILE;
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        // A file that was cut off may end amid a character; what is said of it is its size.
        Err(error) if large => return Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(error) => error,
    };
    let offset = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    let before = &bytes[..offset];
    let line_start = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    let message = match bytes.get(..2) {
        Some([0xff, 0xfe] | [0xfe, 0xff]) => format!("The file {} is encoded as UTF-16.", file_quoted(Path::new(name))),
        _ => format!("The byte 0x{:02X} in line {line} is not text in UTF-8.", bytes.get(offset).copied().unwrap_or_default()),
    };
    let diagnostic =
        Diagnostic::error("bad-encoding", Default::default(), message).hint("Save the file with the encoding UTF-8.");
    let place = Place { file: name.to_owned(), line, column, offset, length: 1 };
    Err(Box::new(Diagnostic { place: Some(place), ..diagnostic }))
}
