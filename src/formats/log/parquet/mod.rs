//! Event logs as Apache Parquet: the columns of the CSV file, instants as universal time in milliseconds, text by dictionary.
//!
//! Rows are gathered into groups of [`GROUP`], which is all that is ever kept.

mod texts;

use super::clock::{LogZone, push_number, push_padded};
use super::csv::{COLUMNS, end_transition};
use super::read::parquet::ZONE_KEY;
use super::row::{LogCase, LogItem, LogResource, LogRow, cause_word};
use super::writer::LogWriter;
use crate::base::time::SimTime;
use ::parquet::basic::Compression;
use ::parquet::data_type::{BoolType, DataType, DoubleType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::ColumnDescPtr;
use std::io::{self, Write};
use std::sync::Arc;
use texts::TextColumn;

/// Rows of a group: at some 200 bytes a row, a few tens of megabytes.
pub(super) const GROUP: usize = 1 << 17;

/// The columns; the same names in the same order as [`COLUMNS`].
const SCHEMA: &str = "message event_log {
  required binary case_id (UTF8);
  required binary activity (UTF8);
  required int64 enable_time (TIMESTAMP(MILLIS,true));
  required int64 start_time (TIMESTAMP(MILLIS,true));
  required int64 end_time (TIMESTAMP(MILLIS,true));
  optional binary resource (UTF8);
  optional binary actor (UTF8);
  optional binary channel (UTF8);
  optional binary segment (UTF8);
  optional binary document (UTF8);
  optional binary wait_cause (UTF8);
  required binary element (UTF8);
  required int32 visit;
  required double worked_seconds;
  required double waited_busy_seconds;
  required double waited_off_hours_seconds;
  required boolean finished;
  required binary lifecycle (UTF8);
}";

/// A column of one group, before it is written.
enum Column {
    /// Cases, by source and number.
    Case(Box<TextColumn>),
    /// Who served, by pool and member.
    Resource(Box<TextColumn>),
    Text(Box<TextColumn>),
    Instant(Vec<i64>),
    Whole(Vec<i32>),
    Number(Vec<f64>),
    Truth(Vec<bool>),
}

impl Column {
    fn of(name: &str) -> Column {
        match name {
            "enable_time" | "start_time" | "end_time" => Column::Instant(Vec::new()),
            "case_id" => Column::Case(Box::new(TextColumn::new(false))),
            "resource" => Column::Resource(Box::new(TextColumn::new(true))),
            "actor" | "channel" | "segment" | "document" | "wait_cause" => Column::Text(Box::new(TextColumn::new(true))),
            "visit" => Column::Whole(Vec::new()),
            "worked_seconds" | "waited_busy_seconds" | "waited_off_hours_seconds" => Column::Number(Vec::new()),
            "finished" => Column::Truth(Vec::new()),
            _ => Column::Text(Box::new(TextColumn::new(false))),
        }
    }

    /// Writes the column to the next group, and begins that of the group that follows.
    fn write<W: Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
        column: ColumnDescPtr,
    ) -> Result<(), ParquetError> {
        if let Column::Case(texts) | Column::Resource(texts) | Column::Text(texts) = self {
            return texts.write(group, column);
        }
        let Some(mut writer) = group.next_column()? else { return Ok(()) };
        match self {
            Column::Case(_) | Column::Resource(_) | Column::Text(_) => {}
            Column::Instant(values) => write_all::<Int64Type>(&mut writer, values)?,
            Column::Whole(values) => write_all::<Int32Type>(&mut writer, values)?,
            Column::Number(values) => write_all::<DoubleType>(&mut writer, values)?,
            Column::Truth(values) => write_all::<BoolType>(&mut writer, values)?,
        }
        writer.close()
    }
}

/// Writes the values of a column, and empties it.
fn write_all<T: DataType>(writer: &mut SerializedColumnWriter<'_>, values: &mut Vec<T::T>) -> Result<(), ParquetError> {
    writer.typed::<T>().write_batch(values, None, None)?;
    values.clear();
    Ok(())
}

/// Writes rows in groups.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    /// Milliseconds from 1970-01-01T00:00Z to instant 0.
    first: i64,
    columns: Vec<Column>,
    rows: usize,
}

pub(super) fn io_error(error: ParquetError) -> io::Error {
    io::Error::other(error.to_string())
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a log.
    ///
    /// # Errors
    /// What the disk says.
    pub fn new(out: W, zone: LogZone) -> io::Result<Self> {
        let schema = parse_message_type(SCHEMA).map_err(io_error)?;
        let zone_of_the_wall_clock = KeyValue::new(ZONE_KEY.to_owned(), zone.offset_text());
        // Readers look for instants; the smallest and the largest text of a group help nobody, and every text would be held against them.
        let mut builder =
            WriterProperties::builder().set_compression(Compression::SNAPPY).set_statistics_enabled(EnabledStatistics::None);
        for column in ["enable_time", "start_time", "end_time"] {
            builder = builder.set_column_statistics_enabled(column.into(), EnabledStatistics::Chunk);
        }
        // Hardly any instant or length comes twice, but for 0, which compresses well: dictionaries would cost time and save nothing.
        let properties = builder.set_dictionary_enabled(false).set_key_value_metadata(Some(vec![zone_of_the_wall_clock])).build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(io_error)?;
        let columns = COLUMNS.iter().map(|name| Column::of(name)).collect();
        Ok(ParquetWriter { file, first: zone.unix_ms(SimTime(0)), columns, rows: 0 })
    }

    fn take_row(&mut self, row: &LogRow<'_>) {
        let cause = row.wait_cause.map_or("", cause_word);
        let mut texts =
            [row.activity, row.actor, row.channel, row.segment, row.document, cause, row.element, end_transition(row)]
                .into_iter();
        let mut instants = [row.enabled, row.started, row.ended].map(|at| self.first + at.ms()).into_iter();
        let mut lengths = [row.worked, row.waited_busy, row.waited_off_hours].map(|l| l.ms() as f64 / 1000.0).into_iter();
        // Each kind of column takes the next value of its kind: both follow the order of `COLUMNS`.
        for column in &mut self.columns {
            match column {
                Column::Case(column) => push_case(row.case, column),
                Column::Resource(column) => push_resource(row.resource, column),
                Column::Text(column) => column.push(texts.next().unwrap_or_default()),
                Column::Instant(values) => values.extend(instants.next()),
                Column::Whole(values) => values.push(i32::try_from(row.visit).unwrap_or(i32::MAX)),
                Column::Number(values) => values.extend(lengths.next()),
                Column::Truth(values) => values.push(row.finished),
            }
        }
        self.rows += 1;
    }

    fn write_group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let described = self.file.schema_descr().columns().to_vec();
        let mut group = self.file.next_row_group().map_err(io_error)?;
        for (column, described) in self.columns.iter_mut().zip(described) {
            column.write(&mut group, described).map_err(io_error)?;
        }
        group.close().map_err(io_error)?;
        self.rows = 0;
        Ok(())
    }
}

/// Adds a case's name, as `births-000042`.
fn push_case(case: LogCase<'_>, column: &mut TextColumn) {
    column.push_spelt(case.source, case.number, |out| {
        out.push(b'-');
        push_padded(case.number, 6, out);
    });
}

/// Adds a resource's name, as `psc/front-office#3`.
fn push_resource(resource: Option<LogResource<'_>>, column: &mut TextColumn) {
    let Some(LogResource { pool, member }) = resource else { return column.push("") };
    column.push_spelt(pool, u64::from(member), |out| {
        if member > 0 {
            out.push(b'#');
            push_number(u64::from(member), out);
        }
    });
}

impl<W: Write + Send> LogWriter for ParquetWriter<W> {
    fn put(&mut self, item: &LogItem<'_>) -> io::Result<()> {
        let LogItem::Row(row) = item else { return Ok(()) };
        self.take_row(row);
        if self.rows >= GROUP { self.write_group() } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.write_group()?;
        self.file.finish().map_err(io_error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::log::writer::tests::{row, zone};
    use ::parquet::file::reader::{FileReader, SerializedFileReader};

    #[test]
    fn columns_and_rows_read_back() {
        let folder = std::env::temp_dir().join(format!("kezek-parquet-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("log.parquet");
        let mut writer = ParquetWriter::new(std::fs::File::create(&path).unwrap(), zone()).unwrap();
        for number in 0..3 {
            writer.put(&LogItem::Row(LogRow { channel: "", ..row(number) })).unwrap();
        }
        writer.finish().unwrap();
        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let fields: Vec<String> =
            reader.metadata().file_metadata().schema().get_fields().iter().map(|f| f.name().to_owned()).collect();
        assert_eq!(fields, COLUMNS);
        let rows: Vec<String> = reader.get_row_iter(None).unwrap().map(|r| r.unwrap().to_string()).collect();
        assert_eq!(rows.len(), 3);
        assert!(rows[2].contains("case_id: \"births-000002\"") && rows[2].contains("channel: null"), "{}", rows[2]);
        assert!(rows[0].contains("worked_seconds: 630.5"), "{}", rows[0]);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
