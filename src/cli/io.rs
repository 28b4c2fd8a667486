//! The only place that writes to the terminal.

use crate::cli::error::{Fault, UserError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes results to standard output. A reader that stops listening (`| head`) is no fault.
pub fn out(text: &str) -> Result<(), UserError> {
    match std::io::stdout().lock().write_all(text.as_bytes()).and_then(|()| std::io::stdout().lock().flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(UserError::new(Fault::Machine, format!("the results cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a remark to standard error.
pub fn note(text: &str) {
    // Nothing can be done where not even this can be written.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Finds out whether a file can be written, before minutes of work that would be lost if it cannot.
pub fn ensure_writable(path: &Path) -> Result<(), UserError> {
    if path.is_dir() {
        return Err(UserError::new(Fault::Usage, format!("{} is a folder, not a file", path.display())));
    }
    let temporary = temporary_beside(path)?;
    let made = std::fs::File::create(&temporary).and_then(|_| std::fs::remove_file(&temporary));
    made.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> UserError {
    UserError::new(Fault::Machine, format!("{} cannot be written: {error}", path.display()))
}

/// Returns the name under which a file is written before it takes the place of the old one.
fn temporary_beside(path: &Path) -> Result<PathBuf, UserError> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| UserError::new(Fault::Usage, format!("{} is not a file name", path.display())))?;
    Ok(folder.join(format!(".{}.{}.part", name.to_string_lossy(), std::process::id())))
}

/// Writes a file whole or not at all.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), UserError> {
    let temporary = temporary_beside(path)?;
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&temporary, path)).map_err(|error| {
        // The half-written file is of no use; that it cannot be removed changes nothing.
        let _ = std::fs::remove_file(&temporary);
        unwritable(path, &error)
    })
}
