//! To Parquet: the columns of the table, each of the kind that all its values are.

use super::survey::Survey;
use super::table::{Cell, Layout};
use super::{Row, Target};
use crate::base::time::MS_PER_MINUTE;
use crate::formats::log::parquet::{GROUP, io_error};
use crate::formats::log::read::findings::zone_text;
use crate::formats::log::read::instant::Stamp;
use crate::formats::log::read::parquet::ZONE_KEY;
use crate::formats::log::read::sink::{Attribute, Kind};
use ::parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::Type;
use std::fs::File;
use std::io;
use std::sync::Arc;

/// Values of a column of one group.
enum Values {
    Text(Vec<ByteArray>),
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Truth(Vec<bool>),
}

/// A column of one group, before it is written.
struct Column {
    values: Values,
    /// For each row 1 where it has a value.
    present: Vec<i16>,
}

impl Column {
    fn of(kind: Kind) -> Column {
        let values = match kind {
            Kind::Text | Kind::Instant => Values::Text(Vec::new()),
            Kind::Whole => Values::Whole(Vec::new()),
            Kind::Number => Values::Number(Vec::new()),
            Kind::Truth => Values::Truth(Vec::new()),
        };
        Column { values, present: Vec::new() }
    }

    fn push_text(&mut self, text: &str) {
        // The survey has seen that all values are of their kind.
        let is_there = !text.is_empty()
            && match &mut self.values {
                Values::Text(values) => push(values, Some(ByteArray::from(text.as_bytes().to_vec()))),
                Values::Whole(values) => push(values, text.parse().ok()),
                Values::Number(values) => push(values, text.parse().ok()),
                Values::Truth(values) => push(values, text.parse().ok()),
            };
        self.present.push(i16::from(is_there));
    }

    fn push_instant(&mut self, ms: Option<i64>) {
        if let Values::Whole(values) = &mut self.values {
            let is_there = push(values, ms);
            self.present.push(i16::from(is_there));
        }
    }

    fn write(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let present = Some(self.present.as_slice());
        match &self.values {
            Values::Text(values) => writer.typed::<ByteArrayType>().write_batch(values, present, None)?,
            Values::Whole(values) => writer.typed::<Int64Type>().write_batch(values, present, None)?,
            Values::Number(values) => writer.typed::<DoubleType>().write_batch(values, present, None)?,
            Values::Truth(values) => writer.typed::<BoolType>().write_batch(values, present, None)?,
        };
        Ok(())
    }
}

fn push<T>(values: &mut Vec<T>, value: Option<T>) -> bool {
    let is_there = value.is_some();
    values.extend(value);
    is_there
}

/// Writes rows in groups.
pub struct ParquetTarget {
    file: SerializedFileWriter<File>,
    layout: Layout,
    columns: Vec<Column>,
    /// The zone of all instants; `None` where they are a clock's on the wall.
    offset: Option<i32>,
    rows: usize,
}

impl ParquetTarget {
    /// Begins a log.
    pub fn new(out: File, survey: &Survey) -> io::Result<Self> {
        let layout = Layout::of(survey);
        let fields = layout.cells.iter().map(|(name, cell)| field(name, &layout, *cell, survey.offset.is_some()).map(Arc::new));
        let fields = fields.collect::<Result<Vec<_>, _>>().map_err(io_error)?;
        let schema = Type::group_type_builder("event_log").with_fields(fields).build().map_err(io_error)?;
        let zone = survey.offset.map(|offset| vec![KeyValue::new(ZONE_KEY.to_owned(), zone_text(offset))]);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_key_value_metadata(zone).build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(io_error)?;
        let columns = columns(&layout);
        Ok(ParquetTarget { file, layout, columns, offset: survey.offset, rows: 0 })
    }

    /// Returns an instant as the file keeps it.
    fn ms(&self, stamp: Option<Stamp>) -> Option<i64> {
        let stamp = stamp?;
        let universal = |offset: i32| stamp.wall - i64::from(offset) * MS_PER_MINUTE;
        Some(self.offset.map_or(stamp.wall, |most| universal(stamp.offset.unwrap_or(most))))
    }

    fn write_group(&mut self) -> io::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group().map_err(io_error)?;
        for column in &mut self.columns {
            if let Some(mut writer) = group.next_column().map_err(io_error)? {
                column.write(&mut writer).and_then(|()| writer.close()).map_err(io_error)?;
            }
        }
        group.close().map_err(io_error)?;
        self.columns = columns(&self.layout);
        self.rows = 0;
        Ok(())
    }
}

fn is_instant(cell: Cell) -> bool {
    matches!(cell, Cell::Enabled | Cell::Started | Cell::Ended)
}

fn kind_of(layout: &Layout, cell: Cell) -> Kind {
    match cell {
        Cell::Other(at) => layout.kinds.get(at).copied().unwrap_or(Kind::Text),
        cell if is_instant(cell) => Kind::Whole,
        _ => Kind::Text,
    }
}

fn columns(layout: &Layout) -> Vec<Column> {
    layout.cells.iter().map(|(_, cell)| Column::of(kind_of(layout, *cell))).collect()
}

fn field(name: &str, layout: &Layout, cell: Cell, with_zone: bool) -> Result<Type, ParquetError> {
    let (physical, logical) = match kind_of(layout, cell) {
        _ if is_instant(cell) => (PhysicalType::INT64, Some(LogicalType::timestamp(with_zone, TimeUnit::MILLIS))),
        Kind::Text | Kind::Instant => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole => (PhysicalType::INT64, None),
        Kind::Number => (PhysicalType::DOUBLE, None),
        Kind::Truth => (PhysicalType::BOOLEAN, None),
    };
    Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL).with_logical_type(logical).build()
}

impl Target for ParquetTarget {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        let instants = [row.enabled, row.started, row.ended].map(|stamp| self.ms(stamp));
        let values = self.layout.values(&row.others);
        for ((_, cell), column) in self.layout.cells.iter().zip(&mut self.columns) {
            match *cell {
                Cell::Case => column.push_text(&row.case),
                Cell::Name => column.push_text(&row.name),
                Cell::Enabled => column.push_instant(instants[0]),
                Cell::Started => column.push_instant(instants[1]),
                Cell::Ended => column.push_instant(instants[2]),
                Cell::Resource => column.push_text(&row.resource),
                Cell::Instance => column.push_text(&row.instance),
                Cell::Lifecycle => column.push_text(&row.lifecycle),
                Cell::Other(at) => column.push_text(values.get(at).copied().unwrap_or_default()),
            }
        }
        self.rows += 1;
        if self.rows >= GROUP { self.write_group() } else { Ok(()) }
    }

    fn case(&mut self, _: &str, _: &[Attribute], rows: &[Row]) -> io::Result<u64> {
        rows.iter().try_for_each(|row| self.row(row)).map(|()| rows.len() as u64)
    }

    fn wants_cases(&self) -> bool {
        false
    }

    fn finish(&mut self) -> io::Result<()> {
        self.write_group()?;
        self.file.finish().map_err(io_error)?;
        Ok(())
    }
}
