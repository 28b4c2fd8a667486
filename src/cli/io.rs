//! The only place that writes to the terminal.

use crate::cli::error::{Fault, UserError};
use std::io::Write;

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

/// Writes a file whole or not at all.
pub fn save(path: &std::path::Path, bytes: &[u8]) -> Result<(), UserError> {
    let unwritable =
        |error: std::io::Error| UserError::new(Fault::Machine, format!("{} cannot be written: {error}", path.display()));
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    let name = path.file_name().ok_or_else(|| UserError::new(Fault::Usage, format!("{} is not a file name", path.display())))?;
    let temporary = folder.join(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = std::fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&temporary, path)).map_err(|error| {
        // The half-written file is of no use; that it cannot be removed changes nothing.
        let _ = std::fs::remove_file(&temporary);
        unwritable(error)
    })
}
