//! Event logs as tables of text: separator, encoding, columns and the order of dates are guessed where they are not given.

use super::LogOptions;
use super::columns::{self, Columns, ROLES, Role};
use super::findings::Findings;
use super::input::{Decoding, Input, guess_encoding};
use super::instant::{DateOrder, InstantReader, OrderHint, Stamp, order_hint};
use super::sink::{Sink, no_room};
use super::table::{Cells, Rows};
use crate::base::diagnostic::{Diagnostic, Path, nearest_name};
use crate::formats::text::quoted;
use encoding_rs::Encoding;
use std::borrow::Cow;
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
pub fn read(input: &Input, options: &LogOptions, sink: &mut dyn Sink) -> io::Result<()> {
    let head = input.head()?;
    let encoding = match &options.encoding {
        Some(name) => match Encoding::for_label(name.as_bytes()) {
            Some(encoding) => encoding,
            None => {
                let message = format!("{} is no encoding that is known.", quoted(name));
                sink.findings().refuse("unknown-encoding", message, "Write utf-8 or windows-1251.");
                return Ok(());
            }
        },
        None => guess_encoding(&head, head.len() < 1 << 18),
    };
    let (text, _, _) = encoding.decode(&head);
    if text.trim().is_empty() {
        sink.findings().refuse("empty-log", "The file is empty.".to_owned(), "Check whether it is an event log.");
        return Ok(());
    }
    let sep_line = text.lines().next().and_then(|line| line.trim().strip_prefix("sep=")).map(str::to_owned);
    let separator =
        options.separator.or_else(|| sep_line.as_ref().and_then(|s| s.bytes().next())).unwrap_or_else(|| guess_separator(&text));
    let table = Table { encoding, separator, has_sep_line: sep_line.is_some() };
    let replaced = Rc::new(Cell::new(false));
    let mut rows = table.open(input, &replaced)?;
    let mut record = ::csv::StringRecord::new();
    if !rows.next(&mut record)? {
        sink.findings().refuse("empty-log", "The file has no row.".to_owned(), "Check whether it is an event log.");
        return Ok(());
    }
    let header: Vec<String> = record.iter().map(|h| h.trim().to_owned()).collect();
    let columns = match columns::find(&header, &options.columns) {
        Ok(columns) => columns,
        Err((_, name)) => {
            let near = nearest_name(&name, header.iter().map(String::as_str));
            let hint =
                near.map_or(format!("The file has {}.", listed(&header)), |near| format!("Did you mean {}?", quoted(near)));
            sink.findings().refuse("unknown-column", format!("The file has no column {}.", quoted(&name)), &hint);
            return Ok(());
        }
    };
    for (role, option) in [(Role::Case, "--case"), (Role::Activity, "--activity"), (Role::End, "--end")] {
        if columns.get(role).is_none() {
            let word = ROLES.iter().find(|(r, _)| *r == role).map_or("", |(_, word)| word);
            let message = format!("No column was recognised as the {word}. The file has {}.", listed(&header));
            sink.findings().refuse("missing-column", message, &format!("Name it with {option} COLUMN."));
            return Ok(());
        }
    }
    say_columns(sink.findings(), &header, &columns, &table, options);
    let order = match options.order {
        Some(order) => order,
        None => guess_order(&table, input, &columns, sink.findings())?,
    };
    let instants = InstantReader { order, zone: options.zone };
    // Where lines end with two characters, the second is counted with the row that follows.
    let returns = u64::from(text.contains("\r\n"));
    let taker = Rows::new(&columns, &header, sink, |_| None);
    while rows.next(&mut record)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |p| p.line() + returns);
        if !taker.row(line, &TextCells { record: &record, instants }, sink)? {
            no_room(sink);
            return Ok(());
        }
    }
    if replaced.get() {
        let message = format!("Some bytes mean nothing in {}; they show as \u{fffd}.", table.encoding.name());
        let finding = Diagnostic::warning("bad-characters", Path::default(), message).hint("Name the encoding with --encoding.");
        sink.findings().whole(finding);
    }
    Ok(())
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

fn say_columns(findings: &mut Findings, header: &[String], columns: &Columns, table: &Table, options: &LogOptions) {
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
    findings.whole(note);
}

/// Looks at as many rows as it takes to tell days from months.
fn guess_order(table: &Table, input: &Input, columns: &Columns, findings: &mut Findings) -> io::Result<DateOrder> {
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
        findings.whole(
            Diagnostic::warning("date-order", Path::default(), message).hint("--date-order mdy reads them with the month first."),
        );
    }
    Ok(DateOrder::DayFirst)
}

/// A row of text.
struct TextCells<'r> {
    record: &'r ::csv::StringRecord,
    instants: InstantReader,
}

impl Cells for TextCells<'_> {
    fn n_cells(&self) -> usize {
        self.record.len()
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        Cow::Borrowed(self.record.get(at).map_or("", str::trim))
    }

    fn instant(&self, at: usize) -> Option<Stamp> {
        self.record.get(at).and_then(|text| self.instants.read(text))
    }
}
