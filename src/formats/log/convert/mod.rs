//! Logs from one format into another, with everything that they say of cases and events.
//!
//! The log is read twice, and never held: a first reading surveys it ([`survey`]: which columns there are, what they hold, how many
//! rows each case has), the second one writes ([`table`], [`xes`], `parquet`). Kept are only the rows of cases in flight, where the
//! one format has cases as pieces and the other one does not. What the target has no place for is a finding.
//!
//! XES has an event for each start and each end; tables here have a row for each activity. A log that has more than that (work that was
//! suspended, starts and ends that contradict each other) becomes a table with a row for each event, so that nothing is lost.

mod activities;
#[cfg(feature = "parquet")]
mod parquet;
mod survey;
mod table;
mod xes;

use super::read::findings::{Findings, zone_text};
use super::read::gather::Transition;
use super::read::input::Input;
use super::read::instant::Stamp;
use super::read::sink::{Attribute, Kind, ReadCase, ReadRow, Sink};
use super::read::{LogOptions, scan, settle};
use super::writer::{LogFormat, PartFile};
use crate::base::diagnostic::{Diagnostic, Path as Place, Warned, has_errors};
use crate::formats::error::FormatError;
use flate2::write::GzEncoder;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use survey::{Survey, Surveyor};

/// What came of a conversion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Converted {
    /// Rows of the table, or events.
    pub rows: u64,
    /// Cases, where the target has cases as pieces.
    pub cases: Option<u64>,
}

/// A row or an event on its way.
#[derive(Clone, Debug)]
struct Row {
    case: String,
    name: String,
    /// The element of a model; it is written with the others, and parts activities of one name here as it does when they are read.
    element: String,
    resource: String,
    instance: String,
    lifecycle: String,
    transition: Transition,
    enabled: Option<Stamp>,
    started: Option<Stamp>,
    ended: Option<Stamp>,
    is_whole: bool,
    others: Vec<Attribute>,
}

impl Row {
    fn of(row: &ReadRow<'_>) -> Row {
        Row {
            case: row.case.to_owned(),
            name: row.name.to_owned(),
            element: row.element.to_owned(),
            resource: row.resource.to_owned(),
            instance: row.instance.to_owned(),
            lifecycle: row.lifecycle.to_owned(),
            transition: row.transition,
            enabled: row.enabled,
            started: row.started,
            ended: row.ended,
            is_whole: row.is_whole,
            others: row.others.to_vec(),
        }
    }
}

/// Something that rows are written to. Which columns there are, the survey has told.
trait Target: Send {
    /// Takes a row of a table, or one of the rows of a case.
    fn row(&mut self, row: &Row) -> io::Result<()>;
    /// Takes a case with all its rows; only asked of those that [`Target::wants_cases`].
    fn case(&mut self, name: &str, attributes: &[Attribute], rows: &[Row]) -> io::Result<u64>;
    /// Whether cases are its pieces.
    fn wants_cases(&self) -> bool;
    /// Ends the log.
    fn finish(&mut self) -> io::Result<()>;
}

/// Converts a log to a file of another format, or of the same one in our own words. `file` stands in findings.
///
/// Nothing is written where the log cannot be read. Rows and events that cannot be taken are findings, as when reading a log; so is what
/// the format of the target has no place for.
///
/// # Errors
/// What the disk says.
pub fn convert(
    input: &Input,
    file: &str,
    options: &LogOptions,
    path: &Path,
    (format, is_packed): (LogFormat, bool),
) -> Result<Warned<Converted>, FormatError> {
    let unreadable = |source| FormatError::Read { path: file.into(), source };
    let unwritable = |source| FormatError::Write { path: path.to_owned(), source };
    let options = &settle(input, options).map_err(unreadable)?;
    let mut surveyor = Surveyor::new(file, format == LogFormat::Xes);
    scan(input, options, &mut surveyor).map_err(unreadable)?;
    let (survey, mut diagnostics) = surveyor.finish(format, options.zone.is_some());
    if has_errors(&diagnostics) {
        return Ok(Warned { value: None, diagnostics });
    }
    let (part, out) = PartFile::create(path).map_err(unwritable)?;
    let target = target(out, format, is_packed, &survey, path).map_err(unwritable)?;
    let mut writing = Writing::new(target, survey);
    let scanned = scan(input, options, &mut writing);
    if let Some(fault) = writing.fault.take() {
        return Err(unwritable(fault));
    }
    scanned.map_err(unreadable)?;
    let converted = writing.finish().map_err(unwritable)?;
    part.put_in_place().map_err(unwritable)?;
    diagnostics.retain(|d| d.code != "columns");
    Ok(Warned { value: Some(converted), diagnostics })
}

fn target(out: File, format: LogFormat, is_packed: bool, survey: &Survey, path: &Path) -> io::Result<Box<dyn Target>> {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let text: Box<dyn Write + Send> = match is_packed {
        true => Box::new(GzEncoder::new(BufWriter::with_capacity(1 << 16, out.try_clone()?), flate2::Compression::default())),
        false => Box::new(BufWriter::with_capacity(1 << 16, out.try_clone()?)),
    };
    Ok(match format {
        LogFormat::Csv => Box::new(table::CsvTarget::new(text, survey)?),
        LogFormat::Xes => Box::new(xes::XesTarget::new(text, survey, &name)?),
        #[cfg(feature = "parquet")]
        LogFormat::Parquet => Box::new(parquet::ParquetTarget::new(out, survey)?),
        #[cfg(not(feature = "parquet"))]
        LogFormat::Parquet => return Err(io::Error::other("this program was built without the feature `parquet`")),
    })
}

/// The second reading: rows to the target, by case where it wants them so.
struct Writing {
    target: Box<dyn Target>,
    survey: Survey,
    /// Found already when surveying.
    findings: Findings,
    /// The case that is being read, where the source has cases as pieces.
    case: Option<(String, Vec<Attribute>)>,
    rows: Vec<Row>,
    /// Rows of cases in flight, where the target wants cases and the source has none.
    in_flight: HashMap<String, Vec<Row>>,
    converted: Converted,
    /// What the target's disk said.
    fault: Option<io::Error>,
}

impl Writing {
    fn new(target: Box<dyn Target>, survey: Survey) -> Self {
        Writing {
            target,
            survey,
            findings: Findings::default(),
            case: None,
            rows: Vec::new(),
            in_flight: HashMap::new(),
            converted: Converted::default(),
            fault: None,
        }
    }

    /// Keeps what the target's disk says apart from what the source's does.
    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.map_err(|fault| {
            let kind = fault.kind();
            self.fault = Some(fault);
            io::Error::from(kind)
        })
    }

    fn write_row(&mut self, row: &Row) -> io::Result<()> {
        let written = self.target.row(row);
        self.converted.rows += 1;
        self.noted(written)
    }

    fn write_case(&mut self, name: &str, attributes: &[Attribute], rows: &[Row]) -> io::Result<()> {
        let written = self.target.case(name, attributes, rows);
        self.converted.rows += self.noted(written)?;
        *self.converted.cases.get_or_insert(0) += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<Converted> {
        self.target.finish()?;
        Ok(self.converted)
    }
}

impl Sink for Writing {
    fn findings(&mut self) -> &mut Findings {
        &mut self.findings
    }

    fn key(&mut self, name: &str, _: Option<Kind>, of_case: bool) -> Option<u32> {
        self.survey.number(name, of_case)
    }

    fn begin_case(&mut self, case: &ReadCase<'_>) -> io::Result<()> {
        self.case = Some((case.name.to_owned(), case.attributes.to_vec()));
        Ok(())
    }

    fn take(&mut self, row: &ReadRow<'_>) -> io::Result<bool> {
        let row = Row::of(row);
        if self.case.is_some() {
            self.rows.push(row);
            return Ok(true);
        }
        if !self.target.wants_cases() {
            self.write_row(&row)?;
            return Ok(true);
        }
        let name = row.case.clone();
        let rows = self.in_flight.entry(name.clone()).or_default();
        rows.push(row);
        if self.survey.is_last_row(&name, rows.len()) {
            let rows = self.in_flight.remove(&name).unwrap_or_default();
            self.write_case(&name, &[], &rows)?;
        }
        Ok(true)
    }

    fn end_case(&mut self, _: &str) -> io::Result<()> {
        let Some((name, attributes)) = self.case.take() else { return Ok(()) };
        let rows = std::mem::take(&mut self.rows);
        if self.target.wants_cases() {
            return self.write_case(&name, &attributes, &rows);
        }
        let mut rows = match self.survey.in_activities {
            true => activities::of_events(rows).ok_or_else(|| io::Error::other("the log has changed since it was surveyed"))?,
            false => rows,
        };
        for late in rows.iter_mut().filter(|row| activities::is_due_late(row)) {
            late.enabled = None;
        }
        // To tables, what is said of a case stands in each of its rows. Only now: it is no part of what parts one event from another.
        rows.iter_mut().for_each(|row| row.others.extend(attributes.iter().cloned()));
        rows.iter().try_for_each(|row| self.write_row(row))
    }
}

/// Says in which zone instants will be, where the target keeps one for all.
fn zone_note(chosen: i32) -> Diagnostic {
    let message = format!(
        "Instants are written in several zones. Parquet keeps one for all: they stay the same instants, and are shown by the clock of {}.",
        zone_text(chosen)
    );
    Diagnostic::warning("one-zone", Place::default(), message)
}
