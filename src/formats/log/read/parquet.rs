//! Event logs as Apache Parquet: the columns of a table, by the same names.

use super::columns::{self, Role};
use super::gather::{Gather, RawEvent, Transition};
use super::input::Input;
use super::instant::{InstantReader, Stamp};
use super::{LogOptions, refuse};
use crate::base::time::MS_PER_MINUTE;
use crate::model::event_log::{Finish, LogActivity};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use ::parquet::record::Field;
use std::io;

/// The key under which our own files say the zone of the wall clock, as `+05:00`.
pub const ZONE_KEY: &str = "kezek:zone";

fn io_error(error: ParquetError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("this is no Parquet that can be read: {error}"))
}

/// Reads a log.
///
/// # Errors
/// What the disk says, and what is wrong with the file's inner structure.
pub fn read(input: &Input, file: &str, options: &LogOptions) -> io::Result<Gather> {
    // Damaged files can make the reader of the format panic; a thread of its own turns that into an error.
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("parquet".to_owned()).spawn_scoped(scope, || match input.path() {
            Some(path) => read_from(std::fs::File::open(path)?, file, options),
            None => Err(io::Error::other("Parquet is read from files only")),
        })?;
        worker.join().unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::InvalidData, "the Parquet file is damaged")))
    })
}

fn read_from<C: ChunkReader + 'static>(chunks: C, file: &str, options: &LogOptions) -> io::Result<Gather> {
    let mut gather = Gather::new(file);
    let reader = SerializedFileReader::new(chunks).map_err(io_error)?;
    let metadata = reader.metadata().file_metadata();
    let header: Vec<String> = metadata.schema().get_fields().iter().map(|f| f.name().to_owned()).collect();
    let own_zone = metadata.key_value_metadata().into_iter().flatten().find(|pair| pair.key == ZONE_KEY);
    let own_zone = own_zone.and_then(|pair| pair.value.as_deref()).and_then(|text| {
        let stamp = InstantReader::default().read(&format!("2026-01-01T00:00{text}"))?;
        stamp.offset
    });
    let columns = match columns::find(&header, &options.columns) {
        Ok(columns) => columns,
        Err((_, name)) => {
            return Ok(refuse(
                gather,
                "unknown-column",
                format!("The file has no column '{name}'."),
                &format!("It has {}.", header.join(", ")),
            ));
        }
    };
    let (Some(case_at), Some(name_at), Some(_)) = (columns.get(Role::Case), columns.get(Role::Activity), columns.get(Role::End))
    else {
        let message = format!("Not all of case, activity and time were recognised among the columns {}.", header.join(", "));
        return Ok(refuse(gather, "missing-column", message, "Name them with --case, --activity and --end."));
    };
    let instants = InstantReader { zone: options.zone.or(own_zone), ..InstantReader::default() };
    for (i, row) in reader.get_row_iter(None).map_err(io_error)?.enumerate() {
        let row = row.map_err(io_error)?;
        let fields: Vec<&Field> = row.get_column_iter().map(|(_, field)| field).collect();
        let line = i as u64 + 1;
        let text_at = |at: usize| fields.get(at).map(|field| text_of(field)).unwrap_or_default();
        let text = |role: Role| columns.get(role).map(text_at).unwrap_or_default();
        let (case, name) = (text_at(case_at), text_at(name_at));
        if case.is_empty() || name.is_empty() {
            gather.bad(line, "incomplete-row", "The row has no case or no activity.".to_owned(), "Such rows are left out.");
            continue;
        }
        if !gather.has_room() {
            return Ok(refuse(
                gather,
                "too-many-events",
                "The log has more rows than can be held.".to_owned(),
                "Split it by time.",
            ));
        }
        let mut instant = |role: Role| {
            let stamp = columns.get(role).and_then(|at| fields.get(at)).and_then(|field| stamp_of(field, &instants));
            if role == Role::End
                && let Some(stamp) = stamp
            {
                gather.zone(stamp.offset);
            }
            stamp.map(|s| s.wall)
        };
        let (enabled, started, ended) = (instant(Role::Enable), instant(Role::Start), instant(Role::End));
        let Some(transition) = Transition::of(&text(Role::Lifecycle)) else {
            gather.unknown_transition(&text(Role::Lifecycle));
            continue;
        };
        if let Some(message) = super::csv::out_of_order(enabled, started, ended) {
            gather.bad(line, "ends-before-start", message, "Such rows are left out.");
            continue;
        }
        let worked = columns
            .get(Role::Worked)
            .and_then(|at| fields.get(at))
            .and_then(|f| number_of(f))
            .map(|w| (w * 1000.0).round() as i64);
        let (case, kind, resource) =
            (gather.case(&case), gather.kind(&name, &text(Role::Element)), gather.resource(&text(Role::Resource)));
        match ended {
            None => {
                gather.bad(line, "incomplete-row", "The row has no time that is known.".to_owned(), "Such rows are left out.")
            }
            Some(at) if columns.get(Role::Start).is_none() => {
                let instance = gather.instance(&text(Role::Instance));
                gather.event(case, RawEvent { kind, transition, at, resource, instance, enabled, started: None, worked });
            }
            Some(_) => {
                let finish = match transition {
                    Transition::Withdraw => Finish::Withdrawn,
                    Transition::Abort => Finish::Aborted,
                    _ => Finish::Complete,
                };
                let started = started.filter(|_| finish != Finish::Withdrawn);
                gather.activity(case, LogActivity { kind, resource, enabled, started, ended, worked, finish });
            }
        }
    }
    Ok(gather)
}

fn text_of(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.trim().to_owned(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).trim().to_owned(),
        other => other.to_string().trim_matches('"').to_owned(),
    }
}

fn number_of(field: &Field) -> Option<f64> {
    let number = match field {
        Field::Double(n) => *n,
        Field::Float(n) => f64::from(*n),
        Field::Int(n) => f64::from(*n),
        Field::Long(n) => *n as f64,
        _ => return None,
    };
    (number.is_finite() && (0.0..1e12).contains(&number)).then_some(number)
}

/// Reads an instant. Parquet keeps instants as universal time, to be brought to the wall clock.
fn stamp_of(field: &Field, instants: &InstantReader) -> Option<Stamp> {
    let universal = |ms: i64| {
        let zone = instants.zone.unwrap_or(0);
        Some(Stamp { wall: ms + i64::from(zone) * MS_PER_MINUTE, offset: Some(zone) })
    };
    match field {
        Field::TimestampMillis(ms) => universal(*ms),
        Field::TimestampMicros(us) => universal(us.div_euclid(1000)),
        // Nanoseconds come as bare numbers, and are told from milliseconds by their size.
        Field::Long(n) if *n > 100_000_000_000_000_000 => universal(n.div_euclid(1_000_000)),
        Field::Str(text) => instants.read(text),
        _ => None,
    }
}
