//! What readers hand on: rows and events as they were taken from a file, whatever its format.

use super::findings::Findings;
use super::gather::Transition;
use super::instant::Stamp;
use crate::model::event_log::Finish;
use std::io;

/// What a value is, for formats that tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// An instant.
    Instant,
}

/// An attribute's value as text, by the number that [`Sink::key`] gave to its name.
pub type Attribute = (u32, String);

/// A row of a table, or an event.
#[derive(Clone, Copy, Debug)]
pub struct ReadRow<'r> {
    /// Its line, from 1.
    pub line: u64,
    /// The case.
    pub case: &'r str,
    /// Name of the activity.
    pub name: &'r str,
    /// The element of a model; empty where it is not said, as the texts that follow.
    pub element: &'r str,
    /// Who worked.
    pub resource: &'r str,
    /// Which run of the activity.
    pub instance: &'r str,
    /// What happened, as it is written.
    pub lifecycle: &'r str,
    /// What happened.
    pub transition: Transition,
    /// When it was due.
    pub enabled: Option<Stamp>,
    /// When it began.
    pub started: Option<Stamp>,
    /// When it ended; of an event, when it happened.
    pub ended: Option<Stamp>,
    /// Milliseconds worked.
    pub worked: Option<i64>,
    /// Whether its case came to its end, where the row says it.
    pub complete: Option<bool>,
    /// Whether it is a whole activity, with its start beside its end, and not one event of its life.
    pub is_whole: bool,
    /// What else is said of it, as far as the sink asked for it.
    pub others: &'r [Attribute],
}

impl ReadRow<'_> {
    /// Returns how the activity ended, of a row that holds it whole.
    pub fn finish(&self) -> Finish {
        match (self.transition, self.ended) {
            (_, None) => Finish::Open,
            (Transition::Withdraw, _) => Finish::Withdrawn,
            (Transition::Abort, _) => Finish::Aborted,
            _ => Finish::Complete,
        }
    }

    /// Says which instants fall where they must not, by the clock on the wall, or in truth where they are written in several zones.
    pub fn out_of_order(&self) -> Option<&'static str> {
        // Who has left the line has never begun; who leaves it and does not say when is still there.
        let has_left = self.is_whole && self.transition == Transition::Withdraw && self.ended.is_some();
        let started = self.started.filter(|_| !has_left);
        if started.zip(self.ended).is_some_and(|(start, end)| end.is_before(start)) {
            return Some("The activity ends before it starts.");
        }
        if self.enabled.zip(started.or(self.ended)).is_some_and(|(due, begin)| begin.is_before(due)) {
            return Some("The activity begins before it is due.");
        }
        None
    }
}

/// A case, where a format has cases as pieces.
#[derive(Clone, Copy, Debug)]
pub struct ReadCase<'r> {
    /// Its name.
    pub name: &'r str,
    /// Whether it came to its end, where that is said.
    pub complete: Option<bool>,
    /// What is said of it, as far as the sink asked for it.
    pub attributes: &'r [Attribute],
}

/// Something that a reader sees and has no place for in rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beyond {
    /// Attributes of attributes, and lists.
    Nested,
    /// What is said of the log itself.
    OfLog,
}

/// Takes what a reader reads, perhaps in a thread of its own.
pub trait Sink: Send {
    /// Returns what is found.
    fn findings(&mut self) -> &mut Findings;

    /// Returns the number of an attribute that has no role, `of_case` or of a row; `None` where it is of no use. The format may tell of
    /// which kind its values are.
    fn key(&mut self, _name: &str, _kind: Option<Kind>, _of_case: bool) -> Option<u32> {
        None
    }

    /// Begins a case; only of formats that have cases as pieces.
    ///
    /// # Errors
    /// What the disk says.
    fn begin_case(&mut self, _case: &ReadCase<'_>) -> io::Result<()> {
        Ok(())
    }

    /// Takes a row. False where there is no room for more.
    ///
    /// # Errors
    /// What the disk says.
    fn take(&mut self, row: &ReadRow<'_>) -> io::Result<bool>;

    /// Ends a case.
    ///
    /// # Errors
    /// What the disk says.
    fn end_case(&mut self, _name: &str) -> io::Result<()> {
        Ok(())
    }

    /// Notes something that rows have no place for.
    fn beyond(&mut self, _what: Beyond) {}
}

/// Says that a log has more rows than can be held.
pub fn no_room(sink: &mut dyn Sink) {
    sink.findings().refuse("too-many-events", "The log has more rows than can be held.".to_owned(), "Split it by time.");
}
