//! Event logs as Apache Parquet: the columns of a table, by the same names.

mod guard;

use super::LogOptions;
use super::columns::{self, Role};
use super::input::Input;
use super::instant::{InstantReader, Stamp};
use super::sink::{Beyond, Kind, Sink, no_room};
use super::table::{Cells, Rows};
use crate::base::time::MS_PER_MINUTE;
use ::parquet::basic::{ConvertedType, LogicalType, Type as PhysicalType};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, FileReader, RowGroupReader, SerializedFileReader};
use ::parquet::record::Field;
use ::parquet::schema::types::{Type, TypePtr};
use guard::Guarded;
use std::borrow::Cow;
use std::io;

/// The instants of the years 1 to 9999, those that can be written as a text too.
const YEARS: std::ops::Range<i64> = -62_135_596_800_000..253_402_300_800_000;

/// The key under which our own files say the zone of the wall clock, as `+05:00`.
pub const ZONE_KEY: &str = "kezek:zone";

fn io_error(error: ParquetError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("this is no Parquet that can be read: {error}"))
}

/// Reads a log.
///
/// # Errors
/// What the disk says, and what is wrong with the file's inner structure.
pub fn read(input: &Input, options: &LogOptions, sink: &mut dyn Sink) -> io::Result<()> {
    // Damaged files can make the reader of the format panic; a thread of its own turns that into an error.
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("parquet".to_owned()).spawn_scoped(scope, || match input.path() {
            Some(path) => read_from(std::fs::File::open(path)?, options, sink),
            None => Err(io::Error::other("Parquet is read from files only")),
        })?;
        worker.join().unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::InvalidData, "the Parquet file is damaged")))
    })
}

fn read_from<C: ChunkReader + 'static>(chunks: C, options: &LogOptions, sink: &mut dyn Sink) -> io::Result<()> {
    let reader = SerializedFileReader::new(chunks).map_err(io_error)?;
    let metadata = reader.metadata().file_metadata();
    let fields: Vec<TypePtr> = metadata.schema().get_fields().to_vec();
    let header: Vec<String> = fields.iter().map(|f| f.name().to_owned()).collect();
    let own_zone = metadata.key_value_metadata().into_iter().flatten().find(|pair| pair.key == ZONE_KEY);
    let own_zone = own_zone.and_then(|pair| pair.value.as_deref()).and_then(|text| {
        let stamp = InstantReader::default().read(&format!("2026-01-01T00:00{text}"))?;
        stamp.offset
    });
    let columns = match columns::find(&header, &options.columns) {
        Ok(columns) => columns,
        Err((_, name)) => {
            let hint = format!("It has {}.", header.join(", "));
            sink.findings().refuse("unknown-column", format!("The file has no column '{name}'."), &hint);
            return Ok(());
        }
    };
    if [Role::Case, Role::Activity, Role::End].iter().any(|role| columns.get(*role).is_none()) {
        let message = format!("Not all of case, activity and time were recognised among the columns {}.", header.join(", "));
        sink.findings().refuse("missing-column", message, "Name them with --case, --activity and --end.");
        return Ok(());
    }
    let instants = InstantReader { zone: options.zone.or(own_zone), ..InstantReader::default() };
    let kinds: Vec<Kind> = fields.iter().map(|f| kind_of(f)).collect();
    let on_the_wall: Vec<bool> = fields.iter().map(|f| is_on_the_wall(f)).collect();
    let shape = Shape { kinds: &kinds, on_the_wall: &on_the_wall, instants };
    let rows = Rows::new(&columns, &header, sink, |i| kinds.get(i).copied());
    if fields.iter().any(|f| f.is_group()) {
        sink.beyond(Beyond::Nested);
    }
    let mut position = 0;
    for group in 0..reader.num_row_groups() {
        let group = Guarded(reader.get_row_group(group).map_err(io_error)?);
        for row in group.get_row_iter(None).map_err(io_error)? {
            let row = row.map_err(io_error)?;
            let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
            position += 1;
            if !rows.row(position, &FieldCells { fields: &fields, shape }, sink)? {
                no_room(sink);
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Says what the values of a column are.
fn kind_of(field: &Type) -> Kind {
    let info = field.get_basic_info();
    let is_instant = matches!(info.logical_type_ref(), Some(LogicalType::Timestamp(..)))
        || matches!(info.converted_type(), ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS);
    if is_instant {
        return Kind::Instant;
    }
    match field.is_primitive().then(|| field.get_physical_type()) {
        Some(PhysicalType::BOOLEAN) => Kind::Truth,
        Some(PhysicalType::INT32 | PhysicalType::INT64) => Kind::Whole,
        Some(PhysicalType::FLOAT | PhysicalType::DOUBLE) => Kind::Number,
        _ => Kind::Text,
    }
}

/// Tells whether a column's instants are those of a clock on the wall, in no zone.
fn is_on_the_wall(field: &Type) -> bool {
    matches!(field.get_basic_info().logical_type_ref(), Some(LogicalType::Timestamp(t)) if !t.is_adjusted_to_u_t_c)
}

/// What columns hold, by column.
#[derive(Clone, Copy)]
struct Shape<'s> {
    kinds: &'s [Kind],
    on_the_wall: &'s [bool],
    instants: InstantReader,
}

/// A row of typed values.
struct FieldCells<'r> {
    fields: &'r [&'r Field],
    shape: Shape<'r>,
}

impl Cells for FieldCells<'_> {
    fn n_cells(&self) -> usize {
        self.fields.len()
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        match self.fields.get(at) {
            Some(Field::Str(text)) => Cow::Borrowed(text.trim()),
            Some(field) if **field != Field::Null && self.shape.kinds.get(at) == Some(&Kind::Instant) => {
                Cow::Owned(self.instant(at).map_or_else(|| text_of(field), |stamp| stamp.to_string()))
            }
            Some(field) => Cow::Owned(text_of(field)),
            None => Cow::Borrowed(""),
        }
    }

    fn instant(&self, at: usize) -> Option<Stamp> {
        let on_the_wall = self.shape.on_the_wall.get(at).copied().unwrap_or(false);
        stamp_of(self.fields.get(at)?, on_the_wall, &self.shape.instants)
    }
}

fn text_of(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.trim().to_owned(),
        Field::Double(number) => number.to_string(),
        Field::Float(number) => number.to_string(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).trim().to_owned(),
        other => other.to_string().trim_matches('"').to_owned(),
    }
}

/// Reads an instant. Parquet keeps instants as universal time, to be brought to the wall clock, or as a wall clock's.
fn stamp_of(field: &Field, on_the_wall: bool, instants: &InstantReader) -> Option<Stamp> {
    let stamp = |ms: i64, is_cut: bool| {
        let (zone, offset) = if on_the_wall { (0, None) } else { (instants.zone.unwrap_or(0), Some(instants.zone.unwrap_or(0))) };
        let wall = ms.checked_add(i64::from(zone) * MS_PER_MINUTE)?;
        YEARS.contains(&wall).then_some(Stamp { wall, offset, is_cut })
    };
    match field {
        Field::TimestampMillis(ms) => stamp(*ms, false),
        Field::TimestampMicros(us) => stamp(us.div_euclid(1000), us.rem_euclid(1000) != 0),
        // Nanoseconds come as bare numbers, and are told from milliseconds by their size.
        Field::Long(n) if *n > 100_000_000_000_000_000 => stamp(n.div_euclid(1_000_000), n.rem_euclid(1_000_000) != 0),
        Field::Str(text) => instants.read(text),
        _ => None,
    }
}
