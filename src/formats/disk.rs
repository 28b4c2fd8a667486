//! Writing files so that they are whole or not written at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts saves, so that two at the same time never share a temporary file.
static SAVES: AtomicU64 = AtomicU64::new(0);

/// Writes a file: beside its place first, then in one step in the place of what stood there.
pub(super) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A symbolic link stays one: the file that it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let turn = SAVES.fetch_add(1, Ordering::Relaxed);
    let temporary = folder.join(format!(".{}.{}-{turn}.tmp", name.to_string_lossy(), std::process::id()));
    let written = write_and_sync(&temporary, bytes, &target).and_then(|()| fs::rename(&temporary, &target));
    if written.is_err() {
        // The first failure is what matters; a leftover file harms nobody.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync_folder(folder);
    written
}

fn write_and_sync(temporary: &PathBuf, bytes: &[u8], target: &Path) -> io::Result<()> {
    let mut file = fs::File::create(temporary)?;
    file.write_all(bytes)?;
    if let Ok(metadata) = fs::metadata(target) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}

/// Brings the renaming to the disk where the system can: not every one opens folders as files, and the data is safe anyway.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}
