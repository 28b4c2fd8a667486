//! Failures of the world around files; faults inside files are findings, not errors.

use std::path::PathBuf;

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The file cannot be read; nothing was changed. Another path or permission may help.
    #[error("the file \"{}\" cannot be read: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file cannot be written; what stood at the path before still stands there. Another folder may help.
    #[error("the file \"{}\" cannot be written: {source}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
