//! Event logs as Apache Parquet: the columns of the CSV file, instants as universal time in milliseconds, text by dictionary.
//!
//! Rows are gathered into groups of [`GROUP`], which is all that is ever kept.

use super::clock::LogZone;
use super::csv::{COLUMNS, end_transition};
use super::read::parquet::ZONE_KEY;
use super::row::{LogItem, LogResource, LogRow, cause_word};
use super::writer::LogWriter;
use ::parquet::basic::Compression;
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use std::io::{self, Write};
use std::sync::Arc;

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
    /// Text that is always there.
    Text(Vec<ByteArray>),
    /// Text that may be missing: the texts that are there, and for each row 1 where it is.
    Optional(Vec<ByteArray>, Vec<i16>),
    Instant(Vec<i64>),
    Whole(Vec<i32>),
    Number(Vec<f64>),
    Truth(Vec<bool>),
}

impl Column {
    fn of(name: &str) -> Column {
        match name {
            "enable_time" | "start_time" | "end_time" => Column::Instant(Vec::new()),
            "resource" | "actor" | "channel" | "segment" | "document" | "wait_cause" => Column::Optional(Vec::new(), Vec::new()),
            "visit" => Column::Whole(Vec::new()),
            "worked_seconds" | "waited_busy_seconds" | "waited_off_hours_seconds" => Column::Number(Vec::new()),
            "finished" => Column::Truth(Vec::new()),
            _ => Column::Text(Vec::new()),
        }
    }

    fn write(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match self {
            Column::Text(values) => writer.typed::<ByteArrayType>().write_batch(values, None, None)?,
            Column::Optional(values, present) => writer.typed::<ByteArrayType>().write_batch(values, Some(present), None)?,
            Column::Instant(values) => writer.typed::<Int64Type>().write_batch(values, None, None)?,
            Column::Whole(values) => writer.typed::<Int32Type>().write_batch(values, None, None)?,
            Column::Number(values) => writer.typed::<DoubleType>().write_batch(values, None, None)?,
            Column::Truth(values) => writer.typed::<BoolType>().write_batch(values, None, None)?,
        };
        Ok(())
    }

    fn clear(&mut self) {
        match self {
            Column::Text(values) => values.clear(),
            Column::Optional(values, present) => {
                values.clear();
                present.clear();
            }
            Column::Instant(values) => values.clear(),
            Column::Whole(values) => values.clear(),
            Column::Number(values) => values.clear(),
            Column::Truth(values) => values.clear(),
        }
    }
}

/// Writes rows in groups.
pub struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    zone: LogZone,
    columns: Vec<Column>,
    rows: usize,
    /// Texts met, each at the place that its address gives; another one with the same place takes it over.
    texts: Vec<ByteArray>,
    /// Names of resources met, in the same way, by pool and member.
    resources: Vec<(String, u32, ByteArray)>,
}

/// Texts and names kept at once.
const KEPT: usize = 4096;

pub(super) fn io_error(error: ParquetError) -> io::Error {
    io::Error::other(error.to_string())
}

/// Writes a group of rows, column by column.
pub(super) fn write_columns<W: Write + Send, C>(
    file: &mut SerializedFileWriter<W>,
    columns: &mut [C],
    write: impl Fn(&mut C, &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError>,
) -> io::Result<()> {
    let mut group = file.next_row_group().map_err(io_error)?;
    for column in columns {
        if let Some(mut writer) = group.next_column().map_err(io_error)? {
            write(column, &mut writer).map_err(io_error)?;
            writer.close().map_err(io_error)?;
        }
    }
    group.close().map_err(io_error)?;
    Ok(())
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
        // Hardly any instant or length of work comes twice: a dictionary of them would cost time and save nothing.
        for column in ["enable_time", "start_time", "end_time", "worked_seconds"] {
            builder = builder.set_column_dictionary_enabled(column.into(), false);
        }
        let properties = builder.set_key_value_metadata(Some(vec![zone_of_the_wall_clock])).build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(io_error)?;
        let columns = COLUMNS.iter().map(|name| Column::of(name)).collect();
        let texts = vec![ByteArray::from(Vec::new()); KEPT];
        let resources = vec![(String::new(), 0, ByteArray::from(Vec::new())); KEPT];
        Ok(ParquetWriter { file, zone, columns, rows: 0, texts, resources })
    }

    /// Returns a text as the file takes it. Texts of a study keep their places, so nearly always it is known.
    fn text(&mut self, text: &str) -> ByteArray {
        let known = &mut self.texts[(text.as_ptr() as usize ^ text.len()) % KEPT];
        if known.data() != text.as_bytes() {
            *known = ByteArray::from(text.as_bytes().to_vec());
        }
        known.clone()
    }

    /// Returns a resource's name as the file takes it.
    fn resource(&mut self, resource: LogResource<'_>) -> ByteArray {
        let place = (resource.pool.as_ptr() as usize >> 2).wrapping_add(resource.member as usize * 7);
        let (pool, member, name) = &mut self.resources[place % KEPT];
        if *pool != resource.pool || *member != resource.member {
            (*pool, *member) = (resource.pool.to_owned(), resource.member);
            *name = ByteArray::from(resource.to_string().into_bytes());
        }
        name.clone()
    }

    fn take_row(&mut self, row: &LogRow<'_>) {
        let case = ByteArray::from(row.case.to_string().into_bytes());
        let resource = row.resource.map(|resource| self.resource(resource));
        let cause = row.wait_cause.map_or("", cause_word);
        let texts = [row.activity, row.actor, row.channel, row.segment, row.document, cause, row.element];
        let [activity, actor, channel, segment, document, cause, element] =
            texts.map(|text| (!text.is_empty()).then(|| self.text(text)));
        let lifecycle = self.text(end_transition(row));
        let empty = ByteArray::from(Vec::new());
        let mut texts = [Some(case), Some(activity.unwrap_or_else(|| empty.clone()))]
            .into_iter()
            .chain([resource, actor, channel, segment, document, cause])
            .chain([Some(element.unwrap_or(empty)), Some(lifecycle)]);
        let mut instants = [row.enabled, row.started, row.ended].map(|at| self.zone.unix_ms(at)).into_iter();
        let mut lengths = [row.worked, row.waited_busy, row.waited_off_hours].map(|l| l.ms() as f64 / 1000.0).into_iter();
        // Each kind of column takes the next value of its kind: both follow the order of `COLUMNS`.
        for column in &mut self.columns {
            match column {
                Column::Text(values) => values.extend(texts.next().flatten()),
                Column::Optional(values, present) => {
                    let value = texts.next().flatten();
                    present.push(i16::from(value.is_some()));
                    values.extend(value);
                }
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
        write_columns(&mut self.file, &mut self.columns, Column::write)?;
        self.columns.iter_mut().for_each(Column::clear);
        self.rows = 0;
        Ok(())
    }
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
