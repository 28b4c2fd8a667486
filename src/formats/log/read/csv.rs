//! Event logs as tables of text: separator, encoding, columns and the order of dates are guessed where they are not given.

use super::columns::{self, Columns, ROLES, Role};
use super::gather::{Gather, RawEvent, Transition};
use super::input::{Decoding, Input, guess_encoding};
use super::instant::{DateOrder, InstantReader, OrderHint, order_hint};
use super::{LogOptions, refuse};
use crate::base::diagnostic::{Diagnostic, Path, nearest_name};
use crate::formats::text::quoted;
use crate::model::event_log::{Finish, LogActivity};
use encoding_rs::Encoding;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Separators that tables come with.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are looked at to guess the order of dates, before all are.
const SAMPLE: usize = 5_000;

/// The largest row.
const LARGEST_ROW: usize = 16 << 20;

/// How a table is written.
struct Table {
    encoding: &'static Encoding,
    separator: u8,
    /// Whether the first line is a spreadsheet's `sep=;`.
    has_sep_line: bool,
}

/// Reads a log.
///
/// # Errors
/// What the disk says.
pub fn read(input: &Input, file: &str, options: &LogOptions) -> io::Result<Gather> {
    let head = input.head()?;
    let mut gather = Gather::new(file);
    let encoding = match &options.encoding {
        Some(name) => match Encoding::for_label(name.as_bytes()) {
            Some(encoding) => encoding,
            None => {
                return Ok(refuse(
                    gather,
                    "unknown-encoding",
                    format!("{} is no encoding that is known.", quoted(name)),
                    "Write utf-8 or windows-1251.",
                ));
            }
        },
        None => guess_encoding(&head, head.len() < 1 << 18),
    };
    let (text, _, _) = encoding.decode(&head);
    if text.trim().is_empty() {
        return Ok(refuse(gather, "empty-log", "The file is empty.".to_owned(), "Check whether it is an event log."));
    }
    let sep_line = text.lines().next().and_then(|line| line.trim().strip_prefix("sep=")).map(str::to_owned);
    let separator =
        options.separator.or_else(|| sep_line.as_ref().and_then(|s| s.bytes().next())).unwrap_or_else(|| guess_separator(&text));
    let table = Table { encoding, separator, has_sep_line: sep_line.is_some() };
    let replaced = Rc::new(Cell::new(false));
    let mut rows = table.open(input, &replaced)?;
    let mut record = ::csv::StringRecord::new();
    if !rows.next(&mut record)? {
        return Ok(refuse(gather, "empty-log", "The file has no row.".to_owned(), "Check whether it is an event log."));
    }
    let header: Vec<String> = record.iter().map(|h| h.trim().to_owned()).collect();
    let columns = match columns::find(&header, &options.columns) {
        Ok(columns) => columns,
        Err((_, name)) => {
            let near = nearest_name(&name, header.iter().map(String::as_str));
            let hint =
                near.map_or(format!("The file has {}.", listed(&header)), |near| format!("Did you mean {}?", quoted(near)));
            return Ok(refuse(gather, "unknown-column", format!("The file has no column {}.", quoted(&name)), &hint));
        }
    };
    for (role, option) in [(Role::Case, "--case"), (Role::Activity, "--activity"), (Role::End, "--end")] {
        if columns.get(role).is_none() {
            let word = ROLES.iter().find(|(r, _)| *r == role).map_or("", |(_, word)| word);
            let message = format!("No column was recognised as the {word}. The file has {}.", listed(&header));
            return Ok(refuse(gather, "missing-column", message, &format!("Name it with {option} COLUMN.")));
        }
    }
    say_columns(&mut gather, &header, &columns, &table, options);
    let order = match options.order {
        Some(order) => order,
        None => guess_order(&table, input, &columns, &mut gather)?,
    };
    let reader = Rows {
        columns: &columns,
        instants: InstantReader { order, zone: options.zone },
        width: header.len(),
        returns: u64::from(text.contains("\r\n")),
    };
    while rows.next(&mut record)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
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
        reader.row(&record, &mut gather);
    }
    if replaced.get() {
        let message = format!("Some bytes mean nothing in {}; they show as \u{fffd}.", table.encoding.name());
        gather
            .find(0, Diagnostic::warning("bad-characters", Path::default(), message).hint("Name the encoding with --encoding."));
    }
    Ok(gather)
}

fn listed(header: &[String]) -> String {
    let shown: Vec<String> = header.iter().take(20).map(|h| quoted(h)).collect();
    let more = if header.len() > 20 { ", …" } else { "" };
    format!("the columns {}{more}", shown.join(", "))
}

/// A table that is being read.
struct Opened<'i> {
    rows: ::csv::Reader<Bounded<Decoding<Box<dyn Read + 'i>>>>,
    /// Bytes read since the last row.
    since: Rc<Cell<usize>>,
}

impl Table {
    fn open<'i>(&self, input: &'i Input, replaced: &Rc<Cell<bool>>) -> io::Result<Opened<'i>> {
        let since = Rc::new(Cell::new(0));
        let text = Bounded { inner: Decoding::new(input.bytes()?, self.encoding, replaced.clone()), since: since.clone() };
        let mut builder = ::csv::ReaderBuilder::new();
        let rows = builder.delimiter(self.separator).has_headers(false).flexible(true).buffer_capacity(1 << 16).from_reader(text);
        let mut opened = Opened { rows, since };
        if self.has_sep_line {
            opened.next(&mut ::csv::StringRecord::new())?;
        }
        Ok(opened)
    }
}

impl Opened<'_> {
    /// Reads the next row; false at the end.
    fn next(&mut self, record: &mut ::csv::StringRecord) -> io::Result<bool> {
        self.since.set(0);
        let line = self.rows.position().line();
        self.rows.read_record(record).map_err(|fault| match fault.into_kind() {
            ::csv::ErrorKind::Io(error) => io::Error::new(error.kind(), format!("line {line}: {error}")),
            _ => io::Error::other(format!("line {line}: the row cannot be read")),
        })
    }
}

/// Refuses a row that is larger than any is: an open quotation mark would swallow the whole file.
struct Bounded<R> {
    inner: R,
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.since.set(self.since.get() + n);
        if self.since.get() > LARGEST_ROW {
            let message = format!("a row is larger than {} MB; is a quotation mark not closed?", LARGEST_ROW >> 20);
            return Err(io::Error::other(message));
        }
        Ok(n)
    }
}

/// Returns the separator by which most of the first rows fall into equally many cells, the more the better.
fn guess_separator(text: &str) -> u8 {
    let sample: String = text.lines().take(50).flat_map(|line| [line, "\n"]).collect();
    let score = |separator: u8| {
        let mut rows =
            ::csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(sample.as_bytes());
        let widths: Vec<usize> = rows.records().filter_map(Result::ok).map(|r| r.len()).collect();
        let first = widths.first().copied().unwrap_or(0);
        let alike = widths.iter().filter(|w| **w == first).count();
        if first < 2 { 0 } else { alike * 1000 / widths.len().max(1) * 100 + first.min(99) }
    };
    SEPARATORS.into_iter().max_by_key(|&s| (score(s), std::cmp::Reverse(s == b'|'))).unwrap_or(b',')
}

fn say_columns(gather: &mut Gather, header: &[String], columns: &Columns, table: &Table, options: &LogOptions) {
    let taken: Vec<String> = ROLES
        .iter()
        .filter_map(|(role, word)| {
            columns.get(*role).map(|i| format!("{word} = {}", quoted(header.get(i).map_or("", String::as_str))))
        })
        .collect();
    let separator = if table.separator == b'\t' { "tabs".to_owned() } else { format!("'{}'", char::from(table.separator)) };
    let message = format!("Read as {} with {separator} between cells: {}.", table.encoding.name(), taken.join(", "));
    let mut note = Diagnostic::note("columns", Path::default(), message);
    if options.columns.is_empty() {
        note = note.hint("Options name other columns: --case, --activity, --start, --end, --resource.");
    }
    gather.find(0, note);
}

/// Looks at as many rows as it takes to tell days from months.
fn guess_order(table: &Table, input: &Input, columns: &Columns, gather: &mut Gather) -> io::Result<DateOrder> {
    let mut rows = table.open(input, &Rc::default())?;
    let mut record = ::csv::StringRecord::new();
    rows.next(&mut record)?;
    let (mut either, mut n) = (false, 0);
    while rows.next(&mut record)? {
        for role in [Role::Start, Role::End] {
            match columns.get(role).and_then(|i| record.get(i)).map_or(OrderHint::None, order_hint) {
                OrderHint::Day => return Ok(DateOrder::DayFirst),
                OrderHint::Month => return Ok(DateOrder::MonthFirst),
                OrderHint::Either => either = true,
                OrderHint::None => {}
            }
        }
        n += 1;
        if n >= SAMPLE && !either {
            break;
        }
    }
    if either {
        let message = "Dates like 03/04/2026 could be of either month; they are read with the day first.";
        gather.find(
            0,
            Diagnostic::warning("date-order", Path::default(), message).hint("--date-order mdy reads them with the month first."),
        );
    }
    Ok(DateOrder::DayFirst)
}

struct Rows<'c> {
    columns: &'c Columns,
    instants: InstantReader,
    width: usize,
    /// 1 where lines end with two characters: the second is counted with the row that follows.
    returns: u64,
}

impl Rows<'_> {
    fn row(&self, record: &::csv::StringRecord, gather: &mut Gather) {
        let line = record.position().map_or(0, |p| p.line() + self.returns);
        let cell = |role: Role| self.columns.get(role).and_then(|i| record.get(i)).map_or("", str::trim);
        let (case, name) = (cell(Role::Case), cell(Role::Activity));
        if record.len() < self.width && (case.is_empty() || name.is_empty() || cell(Role::End).is_empty()) {
            let message = format!("The row has {} of {} cells.", record.len(), self.width);
            return gather.bad(line, "short-row", message, "Rows that lack the case, the activity or the time are left out.");
        }
        if case.is_empty() || name.is_empty() {
            let message = format!("The row has no {}.", if case.is_empty() { "case" } else { "activity" });
            return gather.bad(line, "incomplete-row", message, "Such rows are left out.");
        }
        let mut instant = |role: Role| -> Result<Option<i64>, ()> {
            let text = cell(role);
            if text.is_empty() || is_missing(text) {
                return Ok(None);
            }
            match self.instants.read(text) {
                Some(stamp) => {
                    if role == Role::End {
                        gather.zone(stamp.offset);
                    }
                    Ok(Some(stamp.wall))
                }
                None => {
                    let message = format!("{} is no date and time that is known.", quoted(text));
                    gather.bad(line, "bad-instant", message, "Write instants as 2026-01-05T09:00:00 or 05.01.2026 09:00.");
                    Err(())
                }
            }
        };
        let Ok(enabled) = instant(Role::Enable) else { return };
        let Ok(started) = instant(Role::Start) else { return };
        let Ok(ended) = instant(Role::End) else { return };
        let worked =
            cell(Role::Worked).parse::<f64>().ok().filter(|w| w.is_finite() && *w >= 0.0).map(|w| (w * 1000.0).round() as i64);
        let lifecycle = cell(Role::Lifecycle);
        let Some(transition) = Transition::of(lifecycle) else { return gather.unknown_transition(lifecycle) };
        if ended.is_none() && (started.is_none() || self.columns.get(Role::Start).is_none()) {
            return gather.bad(line, "incomplete-row", "The row has no time.".to_owned(), "Such rows are left out.");
        }
        let case = gather.case(case);
        let kind = gather.kind(name, cell(Role::Element));
        let resource = gather.resource(cell(Role::Resource));
        // With starts beside ends, a row is a whole activity, whatever its lifecycle says.
        if self.columns.get(Role::Start).is_some() {
            let finish = match (transition, ended) {
                (_, None) => Finish::Open,
                (Transition::Withdraw, _) => Finish::Withdrawn,
                (Transition::Abort, _) => Finish::Aborted,
                _ => Finish::Complete,
            };
            let started = started.filter(|_| finish != Finish::Withdrawn);
            if let Some(message) = out_of_order(enabled, started, ended) {
                return gather.bad(line, "ends-before-start", message, "Such rows are left out.");
            }
            gather.activity(case, LogActivity { kind, resource, enabled, started, ended, worked, finish });
        } else if let Some(at) = ended {
            let instance = gather.instance(cell(Role::Instance));
            gather.event(case, RawEvent { kind, transition, at, resource, instance, enabled, started: None, worked });
        }
    }
}

/// Tells whether a cell stands for nothing.
fn is_missing(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "nat" | "nan" | "null" | "none" | "na" | "n/a" | "-" | "—")
}

/// Says which instants fall where they must not. A due time after the start is taken for the start.
pub(super) fn out_of_order(enabled: Option<i64>, started: Option<i64>, ended: Option<i64>) -> Option<String> {
    if started.zip(ended).is_some_and(|(start, end)| end < start) {
        return Some("The activity ends before it starts.".to_owned());
    }
    if enabled.zip(started.or(ended)).is_some_and(|(due, begin)| begin < due) {
        return Some("The activity begins before it is due.".to_owned());
    }
    None
}
