//! To XES: a trace for each case; of an activity the two events of its start and its end.

use super::survey::{Column, Survey};
use super::{Row, Target};
use crate::formats::log::read::instant::Stamp;
use crate::formats::log::read::sink::{Attribute, Kind};
use crate::formats::log::xes::{EXTENSIONS, push_escaped};
use crate::model::event_log::WallTime;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Writes traces.
pub struct XesTarget {
    out: Box<dyn Write + Send>,
    columns: Vec<Column>,
    /// Whether runs of an activity are told apart by what the source says; else by a count where it is needed.
    has_instance: bool,
    text: Vec<u8>,
}

impl XesTarget {
    /// Begins a log with a name.
    pub fn new(mut out: Box<dyn Write + Send>, survey: &Survey, name: &str) -> io::Result<Self> {
        let mut head = EXTENSIONS.as_bytes().to_vec();
        let globals: &[u8] = b"  <global scope=\"trace\">\n    <string key=\"concept:name\" value=\"\"/>\n  </global>\n  \
            <global scope=\"event\">\n    <string key=\"concept:name\" value=\"\"/>\n    \
            <date key=\"time:timestamp\" value=\"1970-01-01T00:00:00.000+00:00\"/>\n  </global>\n  \
            <classifier name=\"Activity\" keys=\"concept:name\"/>\n  <string key=\"lifecycle:model\" value=\"standard\"/>\n";
        head.extend_from_slice(globals);
        push(&mut head, "  ", "string", "concept:name", name);
        out.write_all(&head)?;
        let (columns, has_instance) = (survey.columns.clone(), survey.has_instance);
        Ok(XesTarget { out, columns, has_instance, text: Vec::new() })
    }

    fn attribute(&mut self, pad: &str, number: u32, value: &str) {
        let Some(column) = self.columns.get(number as usize) else { return };
        let key = if column.of_case && pad.len() > 4 { column.in_a_table() } else { column.name.clone() };
        push(&mut self.text, pad, tag(column.kind), &key, value);
    }

    /// Writes what is said of the case in a trace's place, and returns which attributes that is.
    fn of_the_case(&mut self, attributes: &[Attribute], rows: &[Row]) -> BTreeSet<u32> {
        let mut said = BTreeSet::new();
        for (number, value) in attributes {
            self.attribute("    ", *number, value);
            said.insert(*number);
        }
        let of_case: Vec<u32> = (0..self.columns.len() as u32).filter(|n| self.columns[*n as usize].of_case).collect();
        for number in of_case.into_iter().filter(|n| !attributes.iter().any(|(a, _)| a == n)) {
            let mut values =
                rows.iter().map(|row| row.others.iter().find(|(n, _)| *n == number).map_or("", |(_, text)| text.as_str()));
            let first = values.next().unwrap_or_default();
            if values.all(|value| value == first) {
                if !first.is_empty() {
                    self.attribute("    ", number, first);
                }
                said.insert(number);
            }
        }
        said
    }

    fn event(&mut self, row: &Row, event: &Event, said: &BTreeSet<u32>, instance: &str) {
        let pad = "      ";
        self.text.extend_from_slice(b"    <event>\n");
        push(&mut self.text, pad, "string", "concept:name", &row.name);
        push(&mut self.text, pad, "string", "lifecycle:transition", event.word);
        push(&mut self.text, pad, "date", "time:timestamp", &event.at.to_string());
        push(&mut self.text, pad, "string", "concept:instance", instance);
        push(&mut self.text, pad, "string", "org:resource", &row.resource);
        if event.says_all {
            if let Some(enabled) = row.enabled {
                push(&mut self.text, pad, "date", "enable_time", &enabled.to_string());
            }
            if let (false, Some(started)) = (row.is_whole, row.started) {
                push(&mut self.text, pad, "date", "start_timestamp", &started.to_string());
            }
            for (number, value) in row.others.iter().filter(|(number, _)| !said.contains(number)) {
                self.attribute(pad, *number, value);
            }
        } else {
            // What tells activities apart that bear one name.
            let element = self.columns.iter().position(|column| column.name == "element");
            let element = row.others.iter().find(|(number, _)| Some(*number as usize) == element);
            if let Some((number, value)) = element {
                self.attribute(pad, *number, value);
            }
        }
        self.text.extend_from_slice(b"    </event>\n");
    }
}

/// One event of a row.
struct Event<'r> {
    row: usize,
    at: Stamp,
    word: &'r str,
    /// Once for each activity is enough of all that is said of it.
    says_all: bool,
}

/// Returns the events of a row.
fn events_of(row: &Row, position: usize) -> Vec<Event<'_>> {
    // Who has left the line has never begun.
    let has_left = row.transition == super::Transition::Withdraw && row.ended.is_some();
    let begins = row.started.filter(|_| row.is_whole && !has_left);
    let start = begins.map(|at| Event { row: position, at, word: "start", says_all: row.ended.is_none() });
    let end = row.ended.map(|at| Event { row: position, at, word: &row.lifecycle, says_all: true });
    // Beside starts, an end must say that it is one.
    let end = end.map(|e| if e.word.is_empty() && row.is_whole { Event { word: "complete", ..e } } else { e });
    start.into_iter().chain(end).collect()
}

impl Target for XesTarget {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.case(&row.case, &[], std::slice::from_ref(row)).map(drop)
    }

    fn case(&mut self, name: &str, attributes: &[Attribute], rows: &[Row]) -> io::Result<u64> {
        self.text.extend_from_slice(b"  <trace>\n");
        push(&mut self.text, "    ", "string", "concept:name", name);
        let said = self.of_the_case(attributes, rows);
        let mut events: Vec<Event<'_>> = rows.iter().enumerate().flat_map(|(i, row)| events_of(row, i)).collect();
        // Stable: of one instant, the order of the rows; a start stands before its end.
        events.sort_by_key(|event| event.at.wall);
        let counted = !self.has_instance && repeats(rows);
        for event in &events {
            let row = &rows[event.row];
            let count = (event.row + 1).to_string();
            let instance = if counted { count.as_str() } else { row.instance.as_str() };
            self.event(row, event, &said, instance);
        }
        self.text.extend_from_slice(b"  </trace>\n");
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(events.len() as u64)
    }

    fn wants_cases(&self) -> bool {
        true
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(b"</log>\n")?;
        self.out.flush()
    }
}

/// Tells whether two activities of a case bear one name while both go on, so that starts could be put to the wrong ends; one without a
/// start could take that of another.
fn repeats(rows: &[Row]) -> bool {
    let mut spans: Vec<(&str, WallTime, WallTime)> = rows
        .iter()
        .filter(|row| row.is_whole)
        .filter_map(|row| {
            let from = row.started.or(row.ended)?;
            Some((row.name.as_str(), from.wall, row.ended.map_or(WallTime::MAX, |at| at.wall)))
        })
        .collect();
    spans.sort_unstable();
    let mut latest: Option<(&str, WallTime)> = None;
    for (name, from, to) in spans {
        if latest.is_some_and(|(known, until)| known == name && from <= until) {
            return true;
        }
        latest = Some((name, latest.filter(|(known, _)| *known == name).map_or(to, |(_, until)| until.max(to))));
    }
    false
}

fn tag(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Whole => "int",
        Kind::Number => "float",
        Kind::Truth => "boolean",
        Kind::Instant => "date",
    }
}

/// Appends an attribute, unless it says nothing.
fn push(out: &mut Vec<u8>, pad: &str, tag: &str, key: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    for part in [pad, "<", tag, " key=\""] {
        out.extend_from_slice(part.as_bytes());
    }
    push_escaped(key, out);
    out.extend_from_slice(b"\" value=\"");
    push_escaped(value, out);
    out.extend_from_slice(b"\"/>\n");
}
