//! Event logs as XES (IEEE 1849): starts and completions paired, or completions alone; anything nested is passed over.
//!
//! Safe on files of strangers: read piece by piece, entities of a document type are never expanded, depth and the size of a
//! piece are bounded.

use super::LogOptions;
use super::columns::Role;
use super::gather::Transition;
use super::input::{Counter, Decoding, Input, Pieces, guess_encoding};
use super::instant::InstantReader;
use super::sink::{Attribute, Beyond, Kind, ReadCase, ReadRow, Sink, no_room};
use super::table::{milliseconds, truth};
use crate::base::diagnostic::{Diagnostic, Path};
use crate::formats::text::quoted;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::events::{BytesStart, Event};
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// How deep elements may lie in each other.
const DEEPEST: usize = 100;

/// What an attribute of a trace or an event may be, by its key.
const KEYS: &[(Role, &[&str])] = &[
    (Role::Activity, &["concept:name"]),
    (Role::End, &["time:timestamp"]),
    (Role::Start, &["start_timestamp", "time:start"]),
    (Role::Enable, &["enable_time", "enable_timestamp"]),
    (Role::Lifecycle, &["lifecycle:transition"]),
    (Role::Resource, &["org:resource", "org:role", "org:group"]),
    (Role::Instance, &["concept:instance", "lifecycle:instance"]),
    (Role::Element, &["element"]),
    (Role::Worked, &["worked_seconds"]),
];

/// Reads a log.
///
/// # Errors
/// What the disk says.
pub fn read(input: &Input, options: &LogOptions, sink: &mut dyn Sink) -> io::Result<()> {
    let head = input.head()?;
    let Some(encoding) =
        options.encoding.as_deref().map_or_else(|| Some(encoding_of(&head)), |name| Encoding::for_label(name.as_bytes()))
    else {
        let message = format!("{} is no encoding that is known.", quoted(options.encoding.as_deref().unwrap_or_default()));
        sink.findings().refuse("unknown-encoding", message, "Write utf-8 or windows-1251.");
        return Ok(());
    };
    let replaced = Rc::new(Cell::new(false));
    let (pieces, counter) = Pieces::new(Decoding::new(input.bytes()?, encoding, replaced.clone()));
    let keys = |role: Role, known: &[&str]| -> Vec<String> {
        options.columns.get(&role).map_or_else(|| known.iter().map(|k| (*k).to_owned()).collect(), |key| vec![key.clone()])
    };
    let mut reader = LogReader {
        xml: quick_xml::Reader::from_reader(pieces),
        counter,
        sink,
        instants: InstantReader { zone: options.zone, ..InstantReader::default() },
        keys: KEYS.iter().map(|(role, known)| (*role, keys(*role, known))).collect(),
        case_keys: keys(Role::Case, &["concept:name"]),
        depth: 0,
        state: State::Outside,
        event: RawAttributes::default(),
        trace: TraceParts::default(),
        n_traces: 0,
    };
    reader.xml.config_mut().allow_dangling_amp = true;
    reader.xml.config_mut().check_end_names = true;
    if let Err(fault) = reader.run() {
        let line = reader.counter.line();
        match fault {
            Fault::Disk(error) => return Err(error),
            Fault::Full => return Ok(()),
            Fault::Xml(message) => {
                let read = format!("The file was read as {}.", encoding.name());
                let message = if encoding == UTF_8 { message } else { format!("{message} {read}") };
                let hint = "Everything before it was read. Export the log again from the system that wrote it.";
                reader.sink.findings().find(line, Diagnostic::error("not-well-formed", Path::default(), message).hint(hint));
            }
        }
    }
    if replaced.get() {
        let message = format!("Some bytes mean nothing in {}; they show as \u{fffd}.", encoding.name());
        reader.sink.findings().whole(Diagnostic::warning("bad-characters", Path::default(), message));
    }
    Ok(())
}

/// Returns the encoding by mark, look or declaration.
fn encoding_of(head: &[u8]) -> &'static Encoding {
    let guessed = guess_encoding(head, false);
    if Encoding::for_bom(head).is_some() || guessed == UTF_16LE || guessed == UTF_16BE {
        return guessed;
    }
    let start = String::from_utf8_lossy(&head[..head.len().min(300)]).into_owned();
    let declared =
        start.split_once("?>").and_then(|(declaration, _)| declaration.split_once("encoding")).and_then(|(_, rest)| {
            let rest = rest.trim_start().strip_prefix('=')?.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest[1..].split(quote).next()
        });
    // A declaration that can be read byte by byte is not in UTF-16, whatever it says.
    let known = declared.and_then(|name| Encoding::for_label(name.as_bytes())).filter(|e| *e != UTF_16LE && *e != UTF_16BE);
    known.unwrap_or(UTF_8)
}

/// Why reading ended early.
enum Fault {
    Disk(io::Error),
    Xml(String),
    /// The sink takes no more, and has said so.
    Full,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Outside,
    Log,
    Trace,
    Event,
}

/// Attributes of the event that is being read.
#[derive(Default)]
struct RawAttributes {
    line: u64,
    values: Vec<Value>,
}

/// An attribute.
struct Value {
    /// What it may be, and how sure that is: the smaller the surer.
    role: Option<(Role, usize)>,
    key: String,
    kind: Option<Kind>,
    text: String,
}

/// What is known of the trace that is being read.
#[derive(Default)]
struct TraceParts {
    name: Option<String>,
    complete: Option<bool>,
    /// Whether it says at all if it is complete.
    says_complete: bool,
    attributes: Vec<Attribute>,
    /// Events that came before the trace's name.
    events: Vec<RawAttributes>,
}

struct LogReader<'s, R: Read> {
    xml: quick_xml::Reader<Pieces<R>>,
    counter: Counter,
    sink: &'s mut dyn Sink,
    instants: InstantReader,
    keys: Vec<(Role, Vec<String>)>,
    case_keys: Vec<String>,
    depth: usize,
    state: State,
    event: RawAttributes,
    trace: TraceParts,
    n_traces: u64,
}

impl<R: Read> LogReader<'_, R> {
    fn run(&mut self) -> Result<(), Fault> {
        let mut buffer = Vec::new();
        let mut met_log = false;
        loop {
            buffer.clear();
            self.counter.mark();
            let event = self.xml.read_event_into(&mut buffer).map_err(|error| match error {
                quick_xml::Error::Io(error) => Fault::Disk(io::Error::new(error.kind(), error.to_string())),
                other => Fault::Xml(format!("This is not well-formed XML: {other}.")),
            })?;
            let was_element = matches!(event, Event::Start(_) | Event::Empty(_));
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(Fault::Xml(format!("Elements lie in each other more than {DEEPEST} deep; no log does.")));
                    }
                    met_log |= self.open(&start)?;
                }
                Event::Empty(start) => {
                    self.depth += 1;
                    met_log |= self.open(&start)?;
                    self.close()?;
                }
                Event::End(_) => self.close()?,
                Event::Eof => break,
                _ => {}
            }
            if !met_log && (self.depth > 0 || was_element) {
                return Err(Fault::Xml("The file is XML, but no event log: its outermost element is not <log>.".to_owned()));
            }
        }
        if self.depth > 0 {
            return Err(Fault::Xml("The file ends in the middle: a part of it is missing.".to_owned()));
        }
        Ok(())
    }

    /// Opens an element; true where it is the log itself.
    fn open(&mut self, start: &BytesStart<'_>) -> Result<bool, Fault> {
        let name = start.local_name();
        let name = name.into_inner();
        match (self.state, self.depth, name) {
            (State::Outside, 1, "log") => {
                self.state = State::Log;
                return Ok(true);
            }
            (State::Log, 2, "trace") => {
                self.state = State::Trace;
                self.trace = TraceParts::default();
                self.n_traces += 1;
            }
            (State::Trace, 3, "event") => {
                self.state = State::Event;
                self.event = RawAttributes { line: self.counter.line(), values: Vec::new() };
            }
            (State::Trace, 3, tag) => {
                if let Some((key, text)) = key_and_value(start) {
                    self.of_trace(tag, &key, text);
                }
            }
            (State::Event, 4, tag) => {
                if let Some((key, text)) = key_and_value(start) {
                    let value = Value { role: self.role_of(&key), key, kind: kind_of(tag), text };
                    self.event.values.push(value);
                } else {
                    self.sink.beyond(Beyond::Nested);
                }
            }
            (State::Log, 2, tag) if !matches!(tag, "extension" | "global" | "classifier") && !is_name(start) => {
                self.sink.beyond(Beyond::OfLog);
            }
            (State::Trace, 4.., _) | (State::Event, 5.., _) => self.sink.beyond(Beyond::Nested),
            _ => {}
        }
        Ok(false)
    }

    /// Takes an attribute of a trace.
    fn of_trace(&mut self, tag: &str, key: &str, text: String) {
        if self.case_keys.iter().any(|known| known == key) {
            self.trace.name.get_or_insert(text);
            return;
        }
        // Of whatever kind: so it is read of tables, too. What is said first stands, as
        // in the columns of tables.
        if key == "complete" && !self.trace.says_complete {
            self.trace.says_complete = true;
            self.trace.complete = truth(text.trim());
        }
        if let Some(number) = self.sink.key(key, kind_of(tag), true) {
            self.trace.attributes.push((number, text));
        }
    }

    fn role_of(&self, key: &str) -> Option<(Role, usize)> {
        self.keys.iter().find_map(|(role, keys)| keys.iter().position(|k| k == key).map(|rank| (*role, rank)))
    }

    fn close(&mut self) -> Result<(), Fault> {
        match (self.state, self.depth) {
            (State::Event, 3) => {
                let event = std::mem::take(&mut self.event);
                self.trace.events.push(event);
                self.state = State::Trace;
            }
            (State::Trace, 2) => {
                self.end_trace()?;
                self.state = State::Log;
            }
            (State::Log, 1) => self.state = State::Outside,
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn end_trace(&mut self) -> Result<(), Fault> {
        let parts = std::mem::take(&mut self.trace);
        let name = parts.name.filter(|n| !n.trim().is_empty()).unwrap_or_else(|| format!("trace {}", self.n_traces));
        let name = name.trim();
        let case = ReadCase { name, complete: parts.complete, attributes: &parts.attributes };
        self.sink.begin_case(&case).map_err(Fault::Disk)?;
        for event in parts.events {
            self.take_event(name, event)?;
        }
        self.sink.end_case(name).map_err(Fault::Disk)
    }

    fn take_event(&mut self, case: &str, event: RawAttributes) -> Result<(), Fault> {
        let chosen = |role: Role| {
            let of_role = event.values.iter().enumerate().filter(|(_, v)| v.role.is_some_and(|(r, _)| r == role));
            of_role.filter(|(_, v)| !v.text.trim().is_empty()).min_by_key(|(_, v)| v.role.map(|(_, rank)| rank)).map(|(i, _)| i)
        };
        let value = |role: Role| chosen(role).and_then(|i| event.values.get(i)).map_or("", |v| v.text.trim());
        let findings = self.sink.findings();
        let name = value(Role::Activity);
        let left_out = "Such events are left out.";
        if name.is_empty() {
            findings.bad(event.line, "incomplete-event", "The event has no name (concept:name).".to_owned(), left_out);
            return Ok(());
        }
        let mut stamps = [None; 3];
        for (stamp, role) in stamps.iter_mut().zip([Role::Enable, Role::Start, Role::End]) {
            let text = value(role);
            if text.is_empty() {
                continue;
            }
            *stamp = self.instants.read(text);
            if stamp.is_none() {
                let message = format!("{} is no date and time that is known.", quoted(text));
                findings.bad(event.line, "bad-instant", message, "XES writes 2026-01-05T09:00:00.000+05:00.");
                return Ok(());
            }
        }
        let [enabled, started, ended] = stamps;
        let Some(at) = ended else {
            findings.bad(event.line, "incomplete-event", "The event has no time (time:timestamp).".to_owned(), left_out);
            return Ok(());
        };
        // When it was due often stands without a zone beside times that have one; that makes them no more than one zone.
        for stamp in enabled.filter(|due| due.offset.is_some()).into_iter().chain(started).chain([at]) {
            findings.zone(stamp.offset);
        }
        let lifecycle = value(Role::Lifecycle);
        let Some(transition) =
            Transition::of(lifecycle).or_else(|| findings.unknown_transition(lifecycle).then_some(Transition::Complete))
        else {
            return Ok(());
        };
        let beside = [Role::Element, Role::Worked];
        let in_place: Vec<usize> =
            self.keys.iter().filter(|(r, _)| !beside.contains(r)).filter_map(|(r, _)| chosen(*r)).collect();
        let others = event.values.iter().enumerate().filter(|(i, _)| !in_place.contains(i));
        let others: Vec<Attribute> =
            others.filter_map(|(_, v)| Some((self.sink.key(&v.key, v.kind, false)?, v.text.clone()))).collect();
        let row = ReadRow {
            line: event.line,
            case,
            name,
            element: value(Role::Element),
            resource: value(Role::Resource),
            instance: value(Role::Instance),
            lifecycle,
            transition,
            enabled,
            started,
            ended,
            worked: milliseconds(value(Role::Worked)),
            complete: None,
            is_whole: false,
            others: &others,
        };
        if let Some(message) = row.out_of_order() {
            self.sink.findings().bad(event.line, "ends-before-start", message.to_owned(), left_out);
            return Ok(());
        }
        if !self.sink.take(&row).map_err(Fault::Disk)? {
            no_room(self.sink);
            return Err(Fault::Full);
        }
        Ok(())
    }
}

/// Tells whether an attribute of the log is its name, or that of the lifecycle, which is always the standard's.
fn is_name(start: &BytesStart<'_>) -> bool {
    key_and_value(start).is_some_and(|(key, _)| matches!(key.as_str(), "concept:name" | "lifecycle:model"))
}

/// Says what the values of an element are.
fn kind_of(tag: &str) -> Option<Kind> {
    Some(match tag {
        "int" => Kind::Whole,
        "float" => Kind::Number,
        "boolean" => Kind::Truth,
        "date" => Kind::Instant,
        _ => Kind::Text,
    })
}

fn key_and_value(start: &BytesStart<'_>) -> Option<(String, String)> {
    let mut pair = (None, None);
    for attribute in start.attributes().with_checks(false).filter_map(Result::ok) {
        let text = || {
            quick_xml::escape::unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), |text| text.into_owned())
        };
        match attribute.key.into_inner() {
            "key" => pair.0 = Some(text()),
            "value" => pair.1 = Some(text()),
            _ => {}
        }
    }
    pair.0.zip(pair.1)
}
