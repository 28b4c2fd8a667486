//! Event logs as comma-separated values, one row for each activity, UTF-8, `\n` at line ends, quoted where needed (RFC 4180).

use super::clock::{Clock, LogZone, push_number, push_padded, push_seconds};
use super::row::{LogCase, LogItem, LogResource, LogRow, cause_word};
use super::writer::LogWriter;
use std::io::{self, Write};

/// Columns, in order. The first six are those of Prosimos, which process mining tools look for.
pub const COLUMNS: [&str; 18] = [
    "case_id",
    "activity",
    "enable_time",
    "start_time",
    "end_time",
    "resource",
    "actor",
    "channel",
    "segment",
    "document",
    "wait_cause",
    "element",
    "visit",
    "worked_seconds",
    "waited_busy_seconds",
    "waited_off_hours_seconds",
    "finished",
    "lifecycle",
];

/// Bytes gathered before they are written.
const BLOCK: usize = 1 << 16;

/// Writes rows as they come.
pub struct CsvWriter<W> {
    out: W,
    clock: Clock,
    block: Vec<u8>,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a log: the header row.
    pub fn new(out: W, zone: LogZone) -> Self {
        let mut block = Vec::with_capacity(BLOCK + 1024);
        block.extend_from_slice(COLUMNS.join(",").as_bytes());
        block.push(b'\n');
        CsvWriter { out, clock: Clock::new(zone), block }
    }

    fn push_row(&mut self, row: &LogRow<'_>) {
        let out = &mut self.block;
        push_case(row.case, out);
        out.push(b',');
        push_text(row.activity, out);
        for at in [row.enabled, row.started, row.ended] {
            out.push(b',');
            self.clock.push(at, out);
        }
        out.push(b',');
        if let Some(resource) = row.resource {
            push_resource(resource, out);
        }
        let cause = row.wait_cause.map_or("", cause_word);
        for text in [row.actor, row.channel, row.segment, row.document, cause, row.element] {
            out.push(b',');
            push_text(text, out);
        }
        out.push(b',');
        push_number(u64::from(row.visit), out);
        for length in [row.worked, row.waited_busy, row.waited_off_hours] {
            out.push(b',');
            push_seconds(length.ms(), out);
        }
        out.extend_from_slice(if row.finished { b",true," } else { b",false," });
        out.extend_from_slice(end_transition(row).as_bytes());
        out.push(b'\n');
    }
}

/// Returns how an activity ended, in the words of the XES lifecycle extension.
pub fn end_transition(row: &LogRow<'_>) -> &'static str {
    match row.finished {
        true => "complete",
        false if row.worked.ms() == 0 => "withdraw",
        false => "ate_abort",
    }
}

/// Appends a case's name.
fn push_case(case: LogCase<'_>, out: &mut Vec<u8>) {
    push_text(case.source, out);
    out.push(b'-');
    push_padded(case.number, 6, out);
}

/// Appends a resource's name.
fn push_resource(resource: LogResource<'_>, out: &mut Vec<u8>) {
    push_text(resource.pool, out);
    if resource.member > 0 {
        out.push(b'#');
        push_number(u64::from(resource.member), out);
    }
}

/// Appends text, in quotes where it holds what would end it. Ids never do, so that a case's name stays whole.
fn push_text(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for b in text.bytes() {
        if b == b'"' {
            out.push(b'"');
        }
        out.push(b);
    }
    out.push(b'"');
}

impl<W: Write + Send> LogWriter for CsvWriter<W> {
    fn put(&mut self, item: &LogItem<'_>) -> io::Result<()> {
        let LogItem::Row(row) = item else { return Ok(()) };
        self.push_row(row);
        if self.block.len() >= BLOCK {
            self.out.write_all(&self.block)?;
            self.block.clear();
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(&self.block)?;
        self.block.clear();
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::log::writer::tests::{row, zone};

    #[test]
    fn a_row_reads_back_with_its_quotes() {
        let mut writer = CsvWriter::new(Vec::new(), zone());
        writer.put(&LogItem::Row(row(7))).unwrap();
        writer.finish().unwrap();
        let text = String::from_utf8(writer.out).unwrap();
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
        let cells = reader.records().next().unwrap().unwrap();
        let expected = [
            "births-000007",
            "Says \"yes\", or no",
            "2026-01-05T09:00:00.000+05:00",
            "2026-01-05T09:05:00.000+05:00",
            "2026-01-05T09:15:30.500+05:00",
            "psc/front#2",
            "psc",
            "portal",
            "urban",
            "passport",
            "staff_busy",
            "birth/decide",
            "1",
            "630.5",
            "300",
            "0",
            "true",
            "complete",
        ];
        assert_eq!(cells.iter().collect::<Vec<_>>(), expected);
    }
}
