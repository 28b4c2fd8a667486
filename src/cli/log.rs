//! The event log of a run, written by a thread of its own so that the simulation need not wait for it.

use crate::base::progress::CancelToken;
use crate::cli::error::{Fault, UserError};
use crate::cli::io;
use crate::experiment::plan::Plan;
use crate::experiment::trace_log::{first_day, log_prepared, prepare_log};
use crate::formats::log::clock::LogZone;
use crate::formats::log::row::LogItem;
use crate::formats::log::writer::{LogFile, LogFormat};
use crate::model::study::Study;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// Items handed over at once.
const BATCH: usize = 4096;
/// Batches that may wait for the disk before the simulation does.
const BATCHES_AHEAD: usize = 8;

/// Where a log goes, and how.
#[derive(Clone, Debug)]
pub struct Target {
    path: PathBuf,
    format: LogFormat,
    offset_minutes: i32,
}

impl Target {
    /// Looks at the extension before anything is run.
    pub fn of(path: &Path, offset_minutes: i32) -> Result<Target, UserError> {
        let allowed = "allowed are .csv, .xes and .parquet";
        let usage = || UserError::new(Fault::Usage, format!("a log to {} cannot be written", path.display()));
        let format = LogFormat::of(path).ok_or_else(|| usage().hint(allowed))?;
        if !format.is_built_in() {
            let hint = "This program was built without Parquet. `cargo build --release --features parquet` builds it in; or write a .csv or .xes.";
            return Err(usage().hint(hint));
        }
        Ok(Target { path: path.to_owned(), format, offset_minutes })
    }
}

/// Runs the first replication once more, writes the cases of its measured window, and says how many rows they have.
pub fn write(study: &Study, plan: &Plan, target: &Target) -> Result<(), UserError> {
    let path = &target.path;
    let unwritable =
        |error: &dyn std::fmt::Display| UserError::new(Fault::Machine, format!("{} cannot be written: {error}", path.display()));
    let prepared = prepare_log(study, plan, &plan.baseline)?;
    let zone = LogZone { first_day: first_day(&prepared), offset_minutes: target.offset_minutes };
    let mut file = LogFile::create(path, target.format, zone, &study.id).map_err(|error| unwritable(&error))?;
    let stopped = CancelToken::default();
    let (summary, written) = std::thread::scope(|scope| {
        let (to_file, batches) = sync_channel::<Vec<LogItem<'_>>>(BATCHES_AHEAD);
        let writer = scope.spawn({
            let stopped = stopped.clone();
            move || {
                for batch in batches {
                    for item in &batch {
                        if let Err(error) = file.put(item) {
                            // Nobody needs the rest of the run.
                            stopped.cancel();
                            return Err(error);
                        }
                    }
                }
                Ok(file)
            }
        });
        let mut batch = Vec::with_capacity(BATCH);
        let summary = log_prepared(&prepared, plan, 0, true, &stopped, |item| {
            batch.push(*item);
            if batch.len() == BATCH {
                // A writer that has failed says so itself, below.
                let _ = to_file.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
            }
        });
        let _ = to_file.send(batch);
        drop(to_file);
        (summary, writer.join())
    });
    let file = written.map_err(|_| unwritable(&"the writer broke off"))?.map_err(|error| unwritable(&error))?;
    file.close().map_err(|error| unwritable(&error))?;
    io::note(&format!("{} rows of the first replication written to {}", summary.rows, path.display()));
    Ok(())
}
