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
    /// Returns the format that a file's extension names, and whether it is packed: as [`LogFormat::of`], and `.csv.gz` or `.xes.gz`.
    pub fn of_packed(path: &Path) -> Option<(LogFormat, bool)> {
        let is_packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        let format = LogFormat::of(if is_packed { Path::new(path.file_stem()?) } else { path })?;
        (!is_packed || format != LogFormat::Parquet).then_some((format, is_packed))
    }

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

/// A file on its way: written beside its name, and put in place when it is whole.
#[derive(Debug)]
pub struct PartFile {
    path: PathBuf,
    part: PathBuf,
}

impl PartFile {
    /// Begins a file.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn create(path: &Path) -> io::Result<(PartFile, File)> {
        let mut part = path.as_os_str().to_owned();
        part.push(format!(".{}.part", std::process::id()));
        let part = PathBuf::from(part);
        let file = File::create(&part)?;
        Ok((PartFile { path: path.to_owned(), part }, file))
    }

    /// Puts the file in its place. Whoever writes to it must have closed it.
    ///
    /// # Errors
    /// What the disk says; what stood in the place before then still stands there.
    pub fn put_in_place(self) -> io::Result<()> {
        std::fs::rename(&self.part, &self.path)
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // In its place the part is gone; after a failure it is of no use. That it cannot be removed changes nothing.
        let _ = std::fs::remove_file(&self.part);
    }
}

/// A log's file on its way.
pub struct LogFile {
    /// Closed before the part is put in place or removed.
    writer: Box<dyn LogWriter>,
    part: PartFile,
}

impl LogFile {
    /// Begins a log. `name` is what XES calls it.
    ///
    /// # Errors
    /// A folder that cannot be written to, and a format that this program was built without.
    pub fn create(path: &Path, format: LogFormat, zone: LogZone, name: &str) -> Result<LogFile, FormatError> {
        let fault = |source: io::Error| FormatError::Write { path: path.to_owned(), source };
        let (part, file) = PartFile::create(path).map_err(fault)?;
        let writer: Box<dyn LogWriter> = match format {
            LogFormat::Csv => Box::new(CsvWriter::new(file, zone)),
            LogFormat::Xes => Box::new(XesWriter::new(file, zone, name)),
            #[cfg(feature = "parquet")]
            LogFormat::Parquet => Box::new(super::parquet::ParquetWriter::new(file, zone).map_err(fault)?),
            #[cfg(not(feature = "parquet"))]
            LogFormat::Parquet => return Err(fault(io::Error::other("this program was built without the feature `parquet`"))),
        };
        Ok(LogFile { writer, part })
    }

    /// Takes the next item.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put(&mut self, item: &LogItem<'_>) -> io::Result<()> {
        self.writer.put(item)
    }

    /// Ends the log and puts it in its place.
    ///
    /// # Errors
    /// What the disk says; what stood in the place before then still stands there.
    pub fn close(mut self) -> io::Result<()> {
        self.writer.finish()?;
        drop(self.writer);
        self.part.put_in_place()
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
        let packed = |name: &str| LogFormat::of_packed(Path::new(name));
        assert_eq!(packed("log.xes.GZ"), Some((LogFormat::Xes, true)));
        assert_eq!(packed("log.csv"), Some((LogFormat::Csv, false)));
        assert_eq!((packed("log.parquet.gz"), packed("log.gz")), (None, None));
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
