//! Rows of tables, whatever their cells are kept in: what every row must have, and what of it is handed on.

use super::columns::{Columns, Role};
use super::gather::Transition;
use super::instant::Stamp;
use super::sink::{Attribute, Kind, ReadRow, Sink};
use crate::formats::text::quoted;
use std::borrow::Cow;
use std::io;

/// The cells of a row.
pub trait Cells {
    /// Returns how many there are.
    fn n_cells(&self) -> usize;

    /// Returns a cell as text without blanks around it; empty where there is none.
    fn text(&self, at: usize) -> Cow<'_, str>;

    /// Reads a cell that is not empty as an instant.
    fn instant(&self, at: usize) -> Option<Stamp>;
}

/// Takes the rows of a table.
pub struct Rows<'c> {
    /// Which column is what.
    columns: &'c Columns,
    /// Number of columns.
    width: usize,
    /// Columns without a role that the sink asked for, with their numbers there.
    others: Vec<(usize, u32)>,
}

impl<'c> Rows<'c> {
    /// Begins a table. `kind_of` says what the values of a column are.
    pub fn new(columns: &'c Columns, header: &[String], sink: &mut dyn Sink, kind_of: impl Fn(usize) -> Option<Kind>) -> Self {
        let mut others = Vec::new();
        for (i, name) in header.iter().enumerate() {
            let role = columns.of.iter().find(|(_, at)| **at == i).map(|(role, _)| *role);
            // Some roles are attributes like others, by the names that all formats know.
            let name = match role {
                None => name.as_str(),
                Some(Role::Element) => "element",
                Some(Role::Worked) => "worked_seconds",
                Some(Role::Complete) => "case:complete",
                Some(_) => continue,
            };
            let of_case = name.strip_prefix("case:").filter(|rest| !rest.is_empty());
            if let Some(number) = sink.key(of_case.unwrap_or(name), kind_of(i), of_case.is_some()) {
                others.push((i, number));
            }
        }
        Rows { columns, width: header.len(), others }
    }

    /// Takes a row, or notes why it cannot be taken. False where there is no room for more.
    ///
    /// # Errors
    /// What the sink's disk says.
    pub fn row(&self, line: u64, cells: &dyn Cells, sink: &mut dyn Sink) -> io::Result<bool> {
        let cell = |role: Role| self.columns.get(role).map_or(Cow::Borrowed(""), |at| cells.text(at));
        let (case, name) = (cell(Role::Case), cell(Role::Activity));
        let lacks = |what: &str| format!("The row has no {what}.");
        if cells.n_cells() < self.width && (case.is_empty() || name.is_empty() || cell(Role::End).is_empty()) {
            let message = format!("The row has {} of {} cells.", cells.n_cells(), self.width);
            sink.findings().bad(line, "short-row", message, "Rows that lack the case, the activity or the time are left out.");
            return Ok(true);
        }
        if case.is_empty() || name.is_empty() {
            let message = lacks(if case.is_empty() { "case" } else { "activity" });
            sink.findings().bad(line, "incomplete-row", message, "Such rows are left out.");
            return Ok(true);
        }
        let mut stamps = [None; 3];
        for (stamp, role) in stamps.iter_mut().zip([Role::Enable, Role::Start, Role::End]) {
            let text = cell(role);
            if text.is_empty() || is_missing(&text) {
                continue;
            }
            *stamp = self.columns.get(role).and_then(|at| cells.instant(at));
            if stamp.is_none() {
                let message = format!("{} is no date and time that is known.", quoted(&text));
                let hint = "Write instants as 2026-01-05T09:00:00 or 05.01.2026 09:00.";
                sink.findings().bad(line, "bad-instant", message, hint);
                return Ok(true);
            }
        }
        let [enabled, started, ended] = stamps;
        // When it was due often stands without a zone beside times that have one; that makes them no more than one zone.
        for stamp in [started, ended, enabled.filter(|due| due.offset.is_some())].into_iter().flatten() {
            sink.findings().zone(stamp.offset);
        }
        let lifecycle = cell(Role::Lifecycle);
        let mut done = || sink.findings().unknown_transition(&lifecycle).then_some(Transition::Complete);
        let Some(transition) = Transition::of(&lifecycle).or_else(&mut done) else {
            return Ok(true);
        };
        // With starts beside ends, a row is a whole activity, whatever its lifecycle says.
        let is_whole = self.columns.get(Role::Start).is_some();
        if ended.is_none() && (started.is_none() || !is_whole) {
            sink.findings().bad(line, "incomplete-row", lacks("time"), "Such rows are left out.");
            return Ok(true);
        }
        let others: Vec<Attribute> = self.others.iter().map(|(at, number)| (*number, cells.text(*at).into_owned())).collect();
        let row = ReadRow {
            line,
            case: &case,
            name: &name,
            element: &cell(Role::Element),
            resource: &cell(Role::Resource),
            instance: &cell(Role::Instance),
            lifecycle: &lifecycle,
            transition,
            enabled,
            started,
            ended,
            worked: milliseconds(&cell(Role::Worked)),
            complete: truth(&cell(Role::Complete)),
            is_whole,
            others: &others,
        };
        if let Some(message) = row.out_of_order() {
            sink.findings().bad(line, "ends-before-start", message.to_owned(), "Such rows are left out.");
            return Ok(true);
        }
        sink.take(&row)
    }
}

/// Reads seconds, as milliseconds.
pub fn milliseconds(text: &str) -> Option<i64> {
    text.parse::<f64>().ok().filter(|w| w.is_finite() && *w >= 0.0).map(|w| (w * 1000.0).round() as i64)
}

/// Reads `true` or `false`.
pub fn truth(text: &str) -> Option<bool> {
    text.to_ascii_lowercase().parse().ok()
}

/// Tells whether a cell stands for nothing.
fn is_missing(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "nat" | "nan" | "null" | "none" | "na" | "n/a" | "-" | "—")
}
