//! Event logs as XES (IEEE 1849): starts and completions paired, or completions alone; anything nested is passed over.
//!
//! Safe on files of strangers: read piece by piece, entities of a document type are never expanded, depth and the size of a
//! piece are bounded.

use super::columns::Role;
use super::gather::{Gather, RawEvent, Transition};
use super::input::{Counter, Decoding, Input, Pieces, guess_encoding};
use super::instant::InstantReader;
use super::{LogOptions, refuse};
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
pub fn read(input: &Input, file: &str, options: &LogOptions) -> io::Result<Gather> {
    let head = input.head()?;
    let gather = Gather::new(file);
    let Some(encoding) =
        options.encoding.as_deref().map_or_else(|| Some(encoding_of(&head)), |name| Encoding::for_label(name.as_bytes()))
    else {
        let name = options.encoding.as_deref().unwrap_or_default();
        return Ok(refuse(
            gather,
            "unknown-encoding",
            format!("{} is no encoding that is known.", quoted(name)),
            "Write utf-8 or windows-1251.",
        ));
    };
    let replaced = Rc::new(Cell::new(false));
    let (pieces, counter) = Pieces::new(Decoding::new(input.bytes()?, encoding, replaced.clone()));
    let keys = |role: Role, known: &[&str]| -> Vec<String> {
        options.columns.get(&role).map_or_else(|| known.iter().map(|k| (*k).to_owned()).collect(), |key| vec![key.clone()])
    };
    let mut reader = LogReader {
        xml: quick_xml::Reader::from_reader(pieces),
        counter,
        gather,
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
            Fault::Xml(message) => {
                let hint = "Everything before it was read. Export the log again from the system that wrote it.";
                reader.gather.find(line, Diagnostic::error("not-well-formed", Path::default(), message).hint(hint));
            }
        }
    }
    if replaced.get() {
        let message = format!("Some bytes mean nothing in {}; they show as \u{fffd}.", encoding.name());
        reader.gather.find(0, Diagnostic::warning("bad-characters", Path::default(), message));
    }
    Ok(reader.gather)
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
    values: Vec<(Role, usize, String)>,
}

/// What is known of the trace that is being read.
#[derive(Default)]
struct TraceParts {
    name: Option<String>,
    complete: Option<bool>,
    /// Events that came before the trace's name.
    events: Vec<RawAttributes>,
}

struct LogReader<R: Read> {
    xml: quick_xml::Reader<Pieces<R>>,
    counter: Counter,
    gather: Gather,
    instants: InstantReader,
    keys: Vec<(Role, Vec<String>)>,
    case_keys: Vec<String>,
    depth: usize,
    state: State,
    event: RawAttributes,
    trace: TraceParts,
    n_traces: u64,
}

impl<R: Read> LogReader<R> {
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
                    self.close();
                }
                Event::End(_) => self.close(),
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
            (State::Trace, 3, kind) => {
                if let Some((key, value)) = key_and_value(start) {
                    if self.case_keys.contains(&key) {
                        self.trace.name.get_or_insert(value);
                    } else if kind == "boolean" && key == "complete" {
                        self.trace.complete = Some(value.eq_ignore_ascii_case("true"));
                    }
                }
            }
            (State::Event, 4, _) => {
                if let Some((key, value)) = key_and_value(start)
                    && let Some((role, rank)) = self.role_of(&key)
                {
                    self.event.values.push((role, rank, value));
                }
            }
            _ => {}
        }
        Ok(false)
    }

    fn role_of(&self, key: &str) -> Option<(Role, usize)> {
        self.keys.iter().find_map(|(role, keys)| keys.iter().position(|k| k == key).map(|rank| (*role, rank)))
    }

    fn close(&mut self) {
        match (self.state, self.depth) {
            (State::Event, 3) => {
                let event = std::mem::take(&mut self.event);
                self.trace.events.push(event);
                self.state = State::Trace;
            }
            (State::Trace, 2) => {
                self.end_trace();
                self.state = State::Log;
            }
            (State::Log, 1) => self.state = State::Outside,
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn end_trace(&mut self) {
        let parts = std::mem::take(&mut self.trace);
        let name = parts.name.filter(|n| !n.trim().is_empty()).unwrap_or_else(|| format!("trace {}", self.n_traces));
        let case = self.gather.case(name.trim());
        if let Some(complete) = parts.complete {
            self.gather.case_complete(case, complete);
        }
        for event in &parts.events {
            self.take_event(case, event);
        }
        self.gather.pair(case);
    }

    fn take_event(&mut self, case: usize, event: &RawAttributes) {
        let value = |role: Role| {
            let of_role = event.values.iter().filter(|(r, _, v)| *r == role && !v.trim().is_empty());
            of_role.min_by_key(|(_, rank, _)| *rank).map_or("", |(.., value)| value.trim())
        };
        let gather = &mut self.gather;
        let name = value(Role::Activity);
        if name.is_empty() {
            return gather.bad(
                event.line,
                "incomplete-event",
                "The event has no name (concept:name).".to_owned(),
                "Such events are left out.",
            );
        }
        let mut instant = |role: Role| -> Result<Option<i64>, ()> {
            let text = value(role);
            if text.is_empty() {
                return Ok(None);
            }
            let Some(stamp) = self.instants.read(text) else {
                gather.bad(
                    event.line,
                    "bad-instant",
                    format!("{} is no date and time that is known.", quoted(text)),
                    "XES writes 2026-01-05T09:00:00.000+05:00.",
                );
                return Err(());
            };
            if role == Role::End {
                gather.zone(stamp.offset);
            }
            Ok(Some(stamp.wall))
        };
        let (Ok(at), Ok(started), Ok(enabled)) = (instant(Role::End), instant(Role::Start), instant(Role::Enable)) else {
            return;
        };
        let Some(at) = at else {
            return gather.bad(
                event.line,
                "incomplete-event",
                "The event has no time (time:timestamp).".to_owned(),
                "Such events are left out.",
            );
        };
        let word = value(Role::Lifecycle);
        let Some(transition) = Transition::of(word) else { return gather.unknown_transition(word) };
        if let Some(message) = super::csv::out_of_order(enabled, started, Some(at)) {
            return gather.bad(event.line, "ends-before-start", message, "Such events are left out.");
        }
        if !gather.has_room() {
            return;
        }
        let worked =
            value(Role::Worked).parse::<f64>().ok().filter(|w| w.is_finite() && *w >= 0.0).map(|w| (w * 1000.0).round() as i64);
        let (kind, resource, instance) = (
            gather.kind(name, value(Role::Element)),
            gather.resource(value(Role::Resource)),
            gather.instance(value(Role::Instance)),
        );
        gather.event(case, RawEvent { kind, transition, at, resource, instance, enabled, started, worked });
    }
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
