//! An event log held against the study, in the background: the figures that the log shows, and the fitted study run beside it.
//! The same functions as behind `kezek fit`; nothing of the study changes until the user takes the figures over.

use crate::app::jobs::Wake;
use crate::base::diagnostic::{Diagnostic, has_errors};
use crate::base::progress::CancelToken;
use crate::fit::overlay::{Overlay, overlay};
use crate::fit::{FitOptions, FitReport, fit};
use crate::formats::log::read::input::Input;
use crate::formats::log::read::{LogOptions, read_log};
use crate::model::study::Study;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// Runs of the fitted study beside the log.
const REPLICATIONS: u32 = 10;
/// Endings of event logs; a packed one ends in `.gz` as well.
pub const LOGS: [&str; 4] = ["csv", "xes", "parquet", "gz"];

/// A log held against the study.
#[derive(Debug)]
pub struct Fit {
    /// The log's file, for people.
    pub log: String,
    /// Revision of the document that was held against it.
    pub revision: u64,
    /// What was found.
    pub report: FitReport,
    /// The fitted study beside the log, or why it could not be run.
    pub overlay: Result<Overlay, String>,
    /// What was found while the log was read.
    pub findings: Vec<Diagnostic>,
}

/// How far it is.
#[derive(Debug, Default)]
pub enum State {
    /// No log was asked for.
    #[default]
    None,
    /// The log is read, and the model run.
    Working(PathBuf),
    /// The log cannot be used, and why.
    Failed(PathBuf, String, Vec<Diagnostic>),
    /// It is done.
    Done(Box<Fit>),
}

/// Logs that are held against the study of a window, one at a time.
pub struct Fits {
    wake: Wake,
    state: State,
    job: Option<(CancelToken, Receiver<State>)>,
}

impl Fits {
    /// Has no log yet; `wake` asks for a new frame.
    pub fn new(wake: Wake) -> Self {
        Fits { wake, state: State::None, job: None }
    }

    /// Returns how far it is.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Tells whether a log is being read.
    pub fn is_working(&self) -> bool {
        self.job.is_some()
    }

    /// Holds a log against a study; what was on its way is given up.
    pub fn start(&mut self, study: Arc<Study>, revision: u64, log: PathBuf) {
        self.leave();
        self.state = State::Working(log.clone());
        let cancel = CancelToken::default();
        let (sender, receiver) = channel();
        let (wake, token) = (self.wake.clone(), cancel.clone());
        let work = move || {
            let made = catch_unwind(AssertUnwindSafe(|| held_against(&study, revision, &log, &token)));
            let broke = || State::Failed(log.clone(), String::new(), Vec::new());
            // Who has left does not want to know.
            if sender.send(made.unwrap_or_else(|_| broke())).is_ok() {
                wake();
            }
        };
        match std::thread::Builder::new().name("fit".to_owned()).spawn(work) {
            Ok(_) => self.job = Some((cancel, receiver)),
            Err(error) => self.state = State::Failed(PathBuf::new(), error.to_string(), Vec::new()),
        }
    }

    /// Gives up what is on its way, and shows nothing any more.
    pub fn leave(&mut self) {
        if let Some((cancel, _)) = self.job.take() {
            cancel.cancel();
        }
        self.state = State::None;
    }

    /// Takes what has come back; never waits.
    pub fn poll(&mut self) {
        let Some((_, receiver)) = &self.job else { return };
        match receiver.try_recv() {
            Ok(state) => self.state = state,
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => self.state = State::None,
        }
        self.job = None;
    }
}

/// Reads a log and holds it against a study.
fn held_against(study: &Study, revision: u64, path: &Path, cancel: &CancelToken) -> State {
    let name = super::file_name(path);
    let failed = |message: String, findings| State::Failed(path.to_owned(), message, findings);
    let read = match read_log(&Input::File(path.to_owned()), &name, &LogOptions::default()) {
        Ok(read) => read,
        Err(error) => return failed(error.to_string(), Vec::new()),
    };
    let findings = read.diagnostics;
    let Some(log) = read.value.filter(|_| !has_errors(&findings)) else { return failed(String::new(), findings) };
    let report = match fit(study, &log, &FitOptions::default()) {
        Ok(report) => report,
        Err((message, hint)) => return failed(format!("{message} {hint}"), findings),
    };
    if has_errors(&report.findings) {
        return failed(String::new(), report.findings);
    }
    let overlay = overlay(&report, &log, REPLICATIONS, None, cancel).map_err(|error| error.to_string());
    State::Done(Box::new(Fit { log: name, revision, report, overlay, findings }))
}

/// Tells whether a file's ending is one of an event log.
pub fn is_log_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| LOGS.iter().any(|ending| extension.eq_ignore_ascii_case(ending)))
}
