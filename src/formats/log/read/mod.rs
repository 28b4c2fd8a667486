//! Event logs in: tables and XES of any origin, Parquet, packed or not, to [`EventLog`].
//!
//! Read [`sink`] (what readers hand on), [`columns`] (what a column is, by its name), [`instant`] (dates as people write them),
//! [`table`] (rows), [`gather`] (starts with their ends), [`findings`] (faults with their lines), then the formats. Nothing that a file holds may panic or take memory without bound;
//! what cannot be taken is said with its line and counted.

pub mod columns;
pub mod csv;
pub mod findings;
pub mod gather;
pub mod input;
pub mod instant;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod sink;
pub mod table;
pub mod xes;

use crate::base::diagnostic::{Warned, has_errors};
use crate::formats::error::FormatError;
use crate::model::event_log::EventLog;
use columns::Role;
use gather::Gather;
use input::Input;
use instant::DateOrder;
use sink::Sink;
use std::collections::BTreeMap;
use std::io;

/// What the user says about a log; the rest is guessed.
#[derive(Clone, Debug, Default)]
pub struct LogOptions {
    /// Names of columns, or keys of XES, by what they are.
    pub columns: BTreeMap<Role, String>,
    /// What stands between cells.
    pub separator: Option<u8>,
    /// Name of the encoding.
    pub encoding: Option<String>,
    /// Whether days or months come first.
    pub order: Option<DateOrder>,
    /// The zone to which instants that have one are brought, in minutes east of Greenwich.
    pub zone: Option<i32>,
}

/// What a log's file is, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Table,
    Xml,
    Parquet,
    Workbook,
    Binary,
}

fn look(head: &[u8]) -> Look {
    let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    let text = text.trim_ascii_start();
    if head.starts_with(b"PAR1") {
        Look::Parquet
    } else if head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        Look::Workbook
    } else if text.starts_with(b"<")
        || head.starts_with(&[0xff, 0xfe, b'<', 0])
        || head.starts_with(&[0xfe, 0xff, 0, b'<'])
        || head.starts_with(b"<\0")
    {
        Look::Xml
    } else if input::guess_encoding(head, false) == encoding_rs::WINDOWS_1251 && head.contains(&0) {
        Look::Binary
    } else {
        Look::Table
    }
}

/// Reads a log, whatever its format. `file` stands in findings.
///
/// The log is there whenever some of it could be taken; look at [`Warned::has_errors`] before using it.
///
/// # Errors
/// [`FormatError::Read`] for what the disk says, and for pieces that are too large.
pub fn read_log(input: &Input, file: &str, options: &LogOptions) -> Result<Warned<EventLog>, FormatError> {
    let failed = |source| FormatError::Read { path: file.into(), source };
    let mut gather = Gather::new(file);
    scan(input, options, &mut gather).map_err(failed)?;
    if gather.is_empty() && gather.findings().has_unknown_transitions() {
        // Some logs keep the state of the case where others say how far an activity is.
        gather = Gather::new(file);
        gather.findings().take_words_as_done();
        scan(input, options, &mut gather).map_err(failed)?;
    }
    let (log, diagnostics) = gather.finish(options.zone.is_some());
    let usable = log.n_activities() > 0 || !has_errors(&diagnostics);
    Ok(Warned { value: usable.then_some(log), diagnostics })
}

/// Reads a log, whatever its format, into a sink, row by row.
///
/// # Errors
/// What the disk says, also that of the sink.
pub fn scan(input: &Input, options: &LogOptions, sink: &mut dyn Sink) -> io::Result<()> {
    let (code, message, hint) = match look(&input.head()?) {
        Look::Table => return csv::read(input, options, sink),
        Look::Xml => return xes::read(input, options, sink),
        #[cfg(feature = "parquet")]
        Look::Parquet => return parquet::read(input, options, sink),
        #[cfg(not(feature = "parquet"))]
        Look::Parquet => ("no-parquet", "This program was built without Parquet.", "Export the log as CSV or XES."),
        Look::Workbook => {
            ("workbook", "The file is a workbook, or a packed archive, and no event log.", "Save the sheet with the log as CSV.")
        }
        Look::Binary => ("not-text", "The file is neither text nor a format that is known.", "Export the log as CSV or XES."),
    };
    sink.findings().refuse(code, message.to_owned(), hint);
    Ok(())
}

/// Returns what must be settled before a log is read for all that it says: of XES, resources are those that are named as such, and groups
/// and roles stand for themselves.
///
/// # Errors
/// What the disk says.
pub fn settle(input: &Input, options: &LogOptions) -> io::Result<LogOptions> {
    let mut options = options.clone();
    if look(&input.head()?) == Look::Xml {
        options.columns.entry(Role::Resource).or_insert_with(|| "org:resource".to_owned());
    }
    Ok(options)
}
