//! Event logs as XES 1.0: one trace for each case, two events for each activity, `start` and `complete`.
//!
//! An activity that was left before its start has the one event `withdraw`; one that was broken off ends with `ate_abort`.
//! A trace is one piece of the file, so the rows of a case are kept until it leaves: memory grows with the cases in flight,
//! never with those that are done.
//!
//! Source: IEEE Std 1849 (XES), and the standard extensions concept, time, lifecycle, organizational.

use super::clock::{Clock, LogZone, push_number, push_padded, push_seconds};
use super::csv::end_transition;
use super::row::{LogCase, LogItem, LogResource, LogRow, cause_word};
use super::writer::LogWriter;
use crate::base::time::{SimDuration, SimTime};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Bytes gathered before they are written.
const BLOCK: usize = 1 << 16;

/// How every log begins: the standard extensions.
pub(super) const EXTENSIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
"#;

/// What every trace and event of ours has, and what tells activities apart.
const GLOBALS: &str = r#"  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity and lifecycle" keys="concept:name lifecycle:transition"/>
  <string key="lifecycle:model" value="standard"/>
"#;

/// The events of a case in flight.
#[derive(Clone, Debug, Default)]
struct Events {
    /// As they will stand in the file, in the order in which they became known.
    text: Vec<u8>,
    /// The instant of each, and where its text ends.
    ends: Vec<(SimTime, usize)>,
}

/// Buffers of cases that have left, kept at most.
const SPARE: usize = 1024;

/// What of an event its activity and its transition alone say, as it stands in the file.
#[derive(Clone, Debug, Default)]
struct Wording {
    activity: String,
    element: String,
    transition: &'static str,
    /// Up to the instant.
    before_instant: Vec<u8>,
    /// From the instant to the number of the run.
    before_visit: Vec<u8>,
    /// The element.
    of_element: Vec<u8>,
}

/// Wordings kept at once: a model has some hundreds of activities, each with two or three transitions.
const WORDINGS: usize = 4096;

/// Writes traces as cases leave.
pub struct XesWriter<W> {
    out: W,
    clock: Clock,
    block: Vec<u8>,
    /// Wordings met, each at the place that its texts' addresses give; another one with the same place takes it over.
    wordings: Vec<Wording>,
    /// Buffers of cases that have left.
    spare: Vec<Events>,
    /// Ids of sources, in the order in which they became known.
    sources: Vec<String>,
    /// By source and number.
    open: BTreeMap<(usize, u64), Events>,
}

impl<W: Write> XesWriter<W> {
    /// Begins a log with a name.
    pub fn new(out: W, zone: LogZone, name: &str) -> Self {
        let mut block = Vec::with_capacity(BLOCK + 4096);
        block.extend_from_slice(EXTENSIONS.as_bytes());
        block.extend_from_slice(GLOBALS.as_bytes());
        push_string("  ", "concept:name", name, &mut block);
        let wordings = vec![Wording::default(); WORDINGS];
        XesWriter { out, clock: Clock::new(zone), block, wordings, spare: Vec::new(), sources: Vec::new(), open: BTreeMap::new() }
    }

    fn key(&mut self, case: LogCase<'_>) -> (usize, u64) {
        let known = self.sources.iter().position(|source| source == case.source);
        let source = known.unwrap_or_else(|| {
            self.sources.push(case.source.to_owned());
            self.sources.len() - 1
        });
        (source, case.number)
    }

    fn take_row(&mut self, row: &LogRow<'_>) {
        let ended = end_transition(row);
        let key = self.key(row.case);
        let XesWriter { open, spare, clock, wordings, .. } = self;
        let events = open.entry(key).or_insert_with(|| spare.pop().unwrap_or_default());
        if ended != "withdraw" {
            push_event(row, "start", row.started, clock, wording(wordings, row, "start"), events);
        }
        push_event(row, ended, row.ended, clock, wording(wordings, row, ended), events);
    }

    fn end_case(&mut self, case: LogCase<'_>, segment: &str, complete: bool) {
        let key = self.key(case);
        let mut events = self.open.remove(&key).unwrap_or_default();
        self.push_trace(case, segment, Some(complete), &events);
        if self.spare.len() < SPARE {
            events.text.clear();
            events.ends.clear();
            self.spare.push(events);
        }
    }

    fn push_trace(&mut self, case: LogCase<'_>, segment: &str, complete: Option<bool>, events: &Events) {
        let begins = std::iter::once(0).chain(events.ends.iter().map(|(_, end)| *end));
        let mut pieces: Vec<(SimTime, usize, usize)> =
            begins.zip(&events.ends).map(|(begin, &(at, end))| (at, begin, end)).collect();
        // Stable, so that of one instant what ended first comes first.
        pieces.sort_by_key(|piece| piece.0);
        let out = &mut self.block;
        out.extend_from_slice(b"  <trace>\n    <string key=\"concept:name\" value=\"");
        push_escaped(case.source, out);
        out.push(b'-');
        push_padded(case.number, 6, out);
        out.extend_from_slice(b"\"/>\n");
        push_string("    ", "segment", segment, out);
        if let Some(complete) = complete {
            let value: &[u8] = if complete { b"true" } else { b"false" };
            out.extend_from_slice(b"    <boolean key=\"complete\" value=\"");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\"/>\n");
        }
        for (_, begin, end) in pieces {
            out.extend_from_slice(&events.text[begin..end]);
        }
        out.extend_from_slice(b"  </trace>\n");
    }

    fn write_block(&mut self) -> io::Result<()> {
        self.out.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

/// Returns the wording of an event.
fn wording<'w>(wordings: &'w mut [Wording], row: &LogRow<'_>, transition: &'static str) -> &'w Wording {
    // Texts of a study keep their places, so nearly always the wording is found; the texts themselves are compared all the same.
    let place = (row.element.as_ptr() as usize >> 2) ^ row.activity.as_ptr() as usize ^ transition.len();
    let known = &mut wordings[place % WORDINGS];
    if known.activity != row.activity || known.element != row.element || known.transition != transition {
        *known = Wording::of(row, transition);
    }
    known
}

impl Wording {
    fn of(row: &LogRow<'_>, transition: &'static str) -> Wording {
        let pad = "      ";
        let mut before_instant = b"    <event>\n".to_vec();
        push_string(pad, "concept:name", row.activity, &mut before_instant);
        push_string(pad, "lifecycle:transition", transition, &mut before_instant);
        before_instant.extend_from_slice(b"      <date key=\"time:timestamp\" value=\"");
        let mut before_visit = b"\"/>\n      <string key=\"concept:instance\" value=\"".to_vec();
        push_escaped(row.element, &mut before_visit);
        before_visit.push(b'#');
        let mut of_element = b"\"/>\n".to_vec();
        push_string(pad, "element", row.element, &mut of_element);
        let (activity, element) = (row.activity.to_owned(), row.element.to_owned());
        Wording { activity, element, transition, before_instant, before_visit, of_element }
    }
}

/// Adds one event to a case's.
fn push_event(row: &LogRow<'_>, transition: &str, at: SimTime, clock: &mut Clock, wording: &Wording, events: &mut Events) {
    let out = &mut events.text;
    out.extend_from_slice(&wording.before_instant);
    clock.push(at, out);
    out.extend_from_slice(&wording.before_visit);
    push_number(u64::from(row.visit), out);
    out.extend_from_slice(&wording.of_element);
    if let Some(resource) = row.resource {
        push_resource(resource, out);
    }
    // Once for each activity is enough of what is ours.
    if transition != "start" {
        push_ours(row, clock, out);
    }
    out.extend_from_slice(b"    </event>\n");
    events.ends.push((at, out.len()));
}

/// Adds what only our logs say of an activity.
fn push_ours(row: &LogRow<'_>, clock: &mut Clock, out: &mut Vec<u8>) {
    let texts: [(&[u8], &str); 4] = [
        (b"      <string key=\"actor\" value=\"", row.actor),
        (b"      <string key=\"channel\" value=\"", row.channel),
        (b"      <string key=\"document\" value=\"", row.document),
        (b"      <string key=\"wait_cause\" value=\"", row.wait_cause.map_or("", cause_word)),
    ];
    for (before, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        out.extend_from_slice(before);
        push_escaped(text, out);
        out.extend_from_slice(b"\"/>\n");
    }
    out.extend_from_slice(b"      <date key=\"enable_time\" value=\"");
    clock.push(row.enabled, out);
    let lengths: [(&[u8], SimDuration); 3] = [
        (b"\"/>\n      <float key=\"worked_seconds\" value=\"", row.worked),
        (b"\"/>\n      <float key=\"waited_busy_seconds\" value=\"", row.waited_busy),
        (b"\"/>\n      <float key=\"waited_off_hours_seconds\" value=\"", row.waited_off_hours),
    ];
    for (before, length) in lengths {
        out.extend_from_slice(before);
        push_seconds(length.ms(), out);
    }
    out.extend_from_slice(b"\"/>\n");
}

/// Appends a text attribute, unless it says nothing.
fn push_string(pad: &str, key: &str, value: &str, out: &mut Vec<u8>) {
    if value.is_empty() {
        return;
    }
    out.extend_from_slice(pad.as_bytes());
    out.extend_from_slice(b"<string key=\"");
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\" value=\"");
    push_escaped(value, out);
    out.extend_from_slice(b"\"/>\n");
}

fn push_resource(resource: LogResource<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"      <string key=\"org:resource\" value=\"");
    push_escaped(resource.pool, out);
    if resource.member > 0 {
        out.push(b'#');
        push_number(u64::from(resource.member), out);
    }
    out.extend_from_slice(b"\"/>\n");
}

/// Appends text as it may stand in an attribute. Characters that XML forbids become the replacement character.
pub(super) fn push_escaped(text: &str, out: &mut Vec<u8>) {
    // Nearly all texts can stand as they are; U+FFFE and U+FFFF are the only ones beyond ASCII that cannot.
    if text.bytes().all(|b| b >= b' ' && !matches!(b, b'<' | b'&' | b'"' | 0xef)) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    for c in text.chars() {
        match c {
            '<' => out.extend_from_slice(b"&lt;"),
            '&' => out.extend_from_slice(b"&amp;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\n' => out.extend_from_slice(b"&#10;"),
            '\r' => out.extend_from_slice(b"&#13;"),
            '\t' => out.extend_from_slice(b"&#9;"),
            c if is_forbidden(c) => out.extend_from_slice("\u{fffd}".as_bytes()),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Tells whether XML has no place for a character, not even written as a number.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}

/// Tells whether [`push_escaped`] replaces some of a text.
pub(super) fn is_cut(text: &str) -> bool {
    text.bytes().any(|b| b < b' ' || b == 0xef) && text.chars().any(is_forbidden)
}

impl<W: Write + Send> LogWriter for XesWriter<W> {
    fn put(&mut self, item: &LogItem<'_>) -> io::Result<()> {
        match *item {
            LogItem::Row(row) => self.take_row(&row),
            LogItem::CaseEnd { case, segment, complete } => self.end_case(case, segment, complete),
        }
        if self.block.len() >= BLOCK { self.write_block() } else { Ok(()) }
    }

    fn finish(&mut self) -> io::Result<()> {
        let sources = std::mem::take(&mut self.sources);
        for ((source, number), events) in std::mem::take(&mut self.open) {
            self.push_trace(LogCase { source: &sources[source], number }, "", None, &events);
            if self.block.len() >= BLOCK {
                self.write_block()?;
            }
        }
        self.block.extend_from_slice(b"</log>\n");
        self.write_block()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::log::writer::tests::{row, zone};

    fn written(items: &[LogItem<'_>]) -> String {
        let mut writer = XesWriter::new(Vec::new(), zone(), "a < b");
        for item in items {
            writer.put(item).unwrap();
        }
        writer.finish().unwrap();
        String::from_utf8(writer.out).unwrap()
    }

    #[test]
    fn events_of_a_trace_come_in_order_of_time() {
        let late = LogRow { activity: "late", enabled: SimTime(0), started: SimTime(5), ended: SimTime(9), ..row(1) };
        let early = LogRow { activity: "early", enabled: SimTime(0), started: SimTime(1), ended: SimTime(10), ..row(1) };
        let end = LogItem::CaseEnd { case: row(1).case, segment: "urban", complete: true };
        let text = written(&[LogItem::Row(late), LogItem::Row(early), end]);
        let order: Vec<&str> =
            text.split("<event>").skip(1).map(|e| if e.contains("early") { "early" } else { "late" }).collect();
        assert_eq!(order, ["early", "late", "late", "early"]);
        assert_eq!(text.matches("<trace>").count(), 1);
        assert!(text.contains("value=\"a &lt; b\"") && text.contains("<boolean key=\"complete\" value=\"true\"/>"));
    }

    #[test]
    fn who_leaves_the_line_is_withdrawn_and_never_started() {
        let left = LogRow { finished: false, worked: SimDuration(0), resource: None, ..row(1) };
        let text = written(&[LogItem::Row(left)]);
        assert_eq!(text.matches("<event>").count(), 1);
        assert!(text.contains("value=\"withdraw\""));
    }

    #[test]
    fn odd_characters_stay_well_formed() {
        let odd = LogRow { activity: "a\u{1}<&\">\tб\n", ..row(1) };
        let text = written(&[LogItem::Row(odd)]);
        assert!(text.contains("a\u{fffd}&lt;&amp;&quot;>&#9;б&#10;"), "{text}");
    }
}
