//! The event log of a run, written by a thread of its own so that the simulation need not wait for it.

use crate::cli::error::{Fault, UserError};
use crate::cli::{CommandResult, compare, io};
use crate::experiment::outcome::ExperimentOutcome;
use crate::experiment::plan::Plan;
use crate::experiment::run::LogSink;
use crate::experiment::trace_log::{first_day, prepare_log};
use crate::formats::log::clock::LogZone;
use crate::formats::log::row::LogItem;
use crate::formats::log::writer::{LogFile, LogFormat};
use crate::model::study::Study;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Items handed over at once: few enough that a batch's memory is used again and need not come fresh from the system each time.
const BATCH: usize = 512;
/// Batches that may wait for the disk before the simulation does.
const BATCHES_AHEAD: usize = 64;

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

/// What goes to the thread that writes.
struct Handover<'l> {
    batch: Vec<LogItem<'l>>,
    to_file: SyncSender<Vec<LogItem<'l>>>,
    rows: u64,
}

impl<'l> Handover<'l> {
    fn put(&mut self, item: &LogItem<'l>) {
        self.rows += u64::from(matches!(item, LogItem::Row(_)));
        self.batch.push(*item);
        if self.batch.len() == BATCH {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        // A writer that has failed says so itself, at the end.
        let _ = self.to_file.send(batch);
    }
}

/// Runs an experiment with one variant; its first replication writes the cases of its measured window as it goes, and how many rows
/// they have is said. Returns the outcome, and what became of the log: a full disk takes no results away.
pub fn execute(study: &Study, plan: &Plan, target: &Target) -> Result<(ExperimentOutcome, CommandResult), UserError> {
    let path = &target.path;
    let unwritable =
        |error: &dyn std::fmt::Display| UserError::new(Fault::Machine, format!("{} cannot be written: {error}", path.display()));
    let prepared = [prepare_log(study, plan, &plan.baseline)?];
    let zone = LogZone { first_day: first_day(&prepared[0]), offset_minutes: target.offset_minutes };
    let created = LogFile::create(path, target.format, zone, &study.id);
    let mut file = created.map_err(|error| UserError::new(Fault::Machine, error.to_string()))?;
    let (outcome, rows, written) = std::thread::scope(|scope| {
        let (to_file, batches) = sync_channel::<Vec<LogItem<'_>>>(BATCHES_AHEAD);
        let writer = scope.spawn(move || {
            for item in batches.iter().flatten() {
                file.put(&item)?;
            }
            Ok::<_, std::io::Error>(file)
        });
        let handover = Mutex::new(Handover { batch: Vec::with_capacity(BATCH), to_file, rows: 0 });
        let log: &LogSink<'_, '_> = &|item| handover.lock().unwrap_or_else(PoisonError::into_inner).put(item);
        let outcome = compare::execute_logged(study, plan, &prepared, log);
        let mut handover = handover.into_inner().unwrap_or_else(PoisonError::into_inner);
        handover.hand_over();
        let rows = handover.rows;
        drop(handover);
        (outcome, rows, writer.join())
    });
    let outcome = outcome?;
    let closed = match written {
        Ok(written) => written.and_then(LogFile::close).map_err(|error| unwritable(&error)),
        Err(_) => Err(unwritable(&"the writer broke off")),
    };
    let said = closed.map(|()| io::note(&format!("{rows} rows of the first replication written to {}", path.display())));
    Ok((outcome, said))
}
