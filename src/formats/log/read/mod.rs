//! Event logs in: tables and XES of any origin, Parquet, packed or not, to [`EventLog`].
//!
//! Read [`columns`] (what a column is, by its name), [`instant`] (dates as people write them), [`gather`] (starts with their
//! ends, findings with their lines), then the formats. Nothing that a file holds may panic or take memory without bound;
//! what cannot be taken is said with its line and counted.

pub mod columns;
pub mod csv;
pub mod gather;
pub mod input;
pub mod instant;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod xes;

use crate::base::diagnostic::{Diagnostic, Path, Warned, has_errors};
use crate::formats::error::FormatError;
use crate::model::event_log::EventLog;
use columns::Role;
use gather::Gather;
use input::Input;
use instant::DateOrder;
use std::collections::BTreeMap;

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
    let fault = |source| FormatError::Read { path: file.into(), source };
    let gathered = match look(&input.head().map_err(fault)?) {
        Look::Table => csv::read(input, file, options),
        Look::Xml => xes::read(input, file, options),
        #[cfg(feature = "parquet")]
        Look::Parquet => parquet::read(input, file, options),
        #[cfg(not(feature = "parquet"))]
        Look::Parquet => Ok(refuse(
            Gather::new(file),
            "no-parquet",
            "This program was built without Parquet.".to_owned(),
            "Export the log as CSV or XES.",
        )),
        Look::Workbook => Ok(refuse(
            Gather::new(file),
            "workbook",
            "The file is a workbook, or a packed archive, and no event log.".to_owned(),
            "Save the sheet with the log as CSV.",
        )),
        Look::Binary => Ok(refuse(
            Gather::new(file),
            "not-text",
            "The file is neither text nor a format that is known.".to_owned(),
            "Export the log as CSV or XES.",
        )),
    };
    let (log, diagnostics) = gathered.map_err(fault)?.finish(options.zone.is_some());
    let usable = log.n_activities() > 0 || !has_errors(&diagnostics);
    Ok(Warned { value: usable.then_some(log), diagnostics })
}

/// Ends reading with an error about the whole.
fn refuse(mut gather: Gather, code: &'static str, message: String, hint: &str) -> Gather {
    gather.find(0, Diagnostic::error(code, Path::default(), message).hint(hint));
    gather
}
