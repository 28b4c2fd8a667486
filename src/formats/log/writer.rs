//! Which format a log's file has, and how it is written whole or not at all.

use super::clock::LogZone;
use super::csv::CsvWriter;
use super::row::LogItem;
use super::xes::XesWriter;
use crate::formats::error::FormatError;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Writes a log item by item.
pub trait LogWriter: Send {
    /// Takes the next item.
    ///
    /// # Errors
    /// What the disk says. The log is then of no use.
    fn put(&mut self, item: &LogItem<'_>) -> io::Result<()>;

    /// Writes what is still held back.
    ///
    /// # Errors
    /// What the disk says.
    fn finish(&mut self) -> io::Result<()>;
}

/// A format of event logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Comma-separated values.
    Csv,
    /// XES 1.0.
    Xes,
    /// Apache Parquet.
    Parquet,
}

impl LogFormat {
    /// Returns the format that a file's extension names: `.csv`, `.xes` or `.parquet`, in small or capital letters.
    pub fn of(path: &Path) -> Option<LogFormat> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(LogFormat::Csv),
            "xes" => Some(LogFormat::Xes),
            "parquet" => Some(LogFormat::Parquet),
            _ => None,
        }
    }

    /// Tells whether this program was built with the format.
    pub fn is_built_in(self) -> bool {
        self != LogFormat::Parquet || cfg!(feature = "parquet")
    }
}

/// A log's file on its way: written beside its name, and put in place when it is whole.
pub struct LogFile {
    path: PathBuf,
    part: PathBuf,
    writer: Option<Box<dyn LogWriter>>,
}

impl LogFile {
    /// Begins a log. `name` is what XES calls it.
    ///
    /// # Errors
    /// A folder that cannot be written to, and a format that this program was built without.
    pub fn create(path: &Path, format: LogFormat, zone: LogZone, name: &str) -> Result<LogFile, FormatError> {
        let mut part = path.as_os_str().to_owned();
        part.push(format!(".{}.part", std::process::id()));
        let part = PathBuf::from(part);
        let fault = |source: io::Error| FormatError::Write { path: path.to_owned(), source };
        let file = File::create(&part).map_err(fault)?;
        let writer: Box<dyn LogWriter> = match format {
            LogFormat::Csv => Box::new(CsvWriter::new(file, zone)),
            LogFormat::Xes => Box::new(XesWriter::new(file, zone, name)),
            #[cfg(feature = "parquet")]
            LogFormat::Parquet => Box::new(super::parquet::ParquetWriter::new(file, zone).map_err(fault)?),
            #[cfg(not(feature = "parquet"))]
            LogFormat::Parquet => {
                drop(file);
                // The empty file is of no use; that it cannot be removed changes nothing.
                let _ = std::fs::remove_file(&part);
                return Err(fault(io::Error::other("this program was built without the feature `parquet`")));
            }
        };
        Ok(LogFile { path: path.to_owned(), part, writer: Some(writer) })
    }

    /// Takes the next item.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put(&mut self, item: &LogItem<'_>) -> io::Result<()> {
        match &mut self.writer {
            Some(writer) => writer.put(item),
            None => Ok(()),
        }
    }

    /// Ends the log and puts it in its place.
    ///
    /// # Errors
    /// What the disk says; what stood in the place before then still stands there.
    pub fn close(mut self) -> io::Result<()> {
        if let Some(mut writer) = self.writer.take() {
            writer.finish()?;
            drop(writer);
            std::fs::rename(&self.part, &self.path)?;
        }
        Ok(())
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        self.writer = None;
        // After `close` the part is gone; after a failure it is of no use. That it cannot be removed changes nothing.
        let _ = std::fs::remove_file(&self.part);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::base::time::{MS_PER_HOUR, MS_PER_MINUTE, SimDuration, SimTime};
    use crate::formats::log::row::{LogCase, LogResource, LogRow};
    use crate::model::flow::WaitCause;

    pub fn zone() -> LogZone {
        LogZone { first_day: jiff::civil::date(2026, 1, 5), offset_minutes: 300 }
    }

    pub fn row(number: u64) -> LogRow<'static> {
        let nine = 9 * MS_PER_HOUR;
        LogRow {
            case: LogCase { source: "births", number },
            activity: "Says \"yes\", or no",
            element: "birth/decide",
            enabled: SimTime(nine),
            started: SimTime(nine + 5 * MS_PER_MINUTE),
            ended: SimTime(nine + 15 * MS_PER_MINUTE + 30_500),
            resource: Some(LogResource { pool: "psc/front", member: 2 }),
            actor: "psc",
            channel: "portal",
            segment: "urban",
            document: "passport",
            wait_cause: Some(WaitCause::StaffBusy),
            visit: 1,
            worked: SimDuration(630_500),
            waited_busy: SimDuration(300_000),
            waited_off_hours: SimDuration(0),
            finished: true,
        }
    }

    #[test]
    fn extensions_name_formats() {
        let of = |name: &str| LogFormat::of(Path::new(name));
        assert_eq!(of("a/LOG.CSV"), Some(LogFormat::Csv));
        assert_eq!(of("log.xes"), Some(LogFormat::Xes));
        assert_eq!(of("log.parquet"), Some(LogFormat::Parquet));
        assert_eq!(of("log.txt"), None);
    }

    #[test]
    fn a_log_that_breaks_off_leaves_nothing_under_its_name() {
        let folder = std::env::temp_dir().join(format!("kezek-log-file-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("log.csv");
        let mut broken = LogFile::create(&path, LogFormat::Csv, zone(), "test").unwrap();
        broken.put(&LogItem::Row(row(1))).unwrap();
        drop(broken);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        let whole = LogFile::create(&path, LogFormat::Csv, zone(), "test").unwrap();
        whole.close().unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("case_id,activity,"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
