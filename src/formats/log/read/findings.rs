//! What is found while a log is read: faulty rows with their lines, and what is odd about the whole.

use crate::base::diagnostic::{Diagnostic, Path, Place};
use std::collections::BTreeMap;

/// Faulty rows that are listed one by one.
const LISTED: u64 = 20;
/// Unknown words of lifecycles that are told apart.
const MOST_WORDS: usize = 100;

/// Findings in the making.
#[derive(Debug, Default)]
pub struct Findings {
    file: String,
    all: Vec<Diagnostic>,
    bad: BTreeMap<&'static str, u64>,
    n_bad: u64,
    /// How many instants are written in which zone.
    offsets: BTreeMap<Option<i32>, u64>,
    unknown_transitions: BTreeMap<String, u64>,
    /// Whether these are taken as done, since a log knows no others.
    takes_words_as_done: bool,
}

impl Findings {
    /// Begins with none; `file` stands in their places.
    pub fn new(file: &str) -> Self {
        Findings { file: file.to_owned(), ..Findings::default() }
    }

    /// Adds a finding; `line` counts from 1, 0 for none.
    pub fn find(&mut self, line: u64, mut diagnostic: Diagnostic) {
        if line > 0 {
            diagnostic.place = Some(Place { file: self.file.clone(), line: line as usize, column: 1, offset: 0, length: 0 });
        }
        self.all.push(diagnostic);
    }

    /// Adds a finding about the whole.
    pub fn whole(&mut self, diagnostic: Diagnostic) {
        self.find(0, diagnostic);
    }

    /// Ends reading with an error about the whole.
    pub fn refuse(&mut self, code: &'static str, message: String, hint: &str) {
        self.whole(Diagnostic::error(code, Path::default(), message).hint(hint));
    }

    /// Notes a row or event that cannot be taken. The first ones are listed, all are counted.
    pub fn bad(&mut self, line: u64, code: &'static str, message: String, hint: &str) {
        self.n_bad += 1;
        let n = self.bad.entry(code).or_insert(0);
        *n += 1;
        if *n <= LISTED {
            self.find(line, Diagnostic::warning(code, Path::default(), message).hint(hint));
        }
    }

    /// Notes a word of a lifecycle that is not known, and tells whether it is taken for an end.
    pub fn unknown_transition(&mut self, word: &str) -> bool {
        if let Some(n) = self.unknown_transitions.get_mut(word) {
            *n += 1;
        } else if self.unknown_transitions.len() < MOST_WORDS {
            self.unknown_transitions.insert(word.to_owned(), 1);
        }
        self.takes_words_as_done
    }

    /// Tells whether words of a lifecycle were met that are not known.
    pub fn has_unknown_transitions(&self) -> bool {
        !self.unknown_transitions.is_empty()
    }

    /// Takes every event whose word of the lifecycle is not known as done.
    pub fn take_words_as_done(&mut self) {
        self.takes_words_as_done = true;
    }

    /// Counts a zone.
    pub fn zone(&mut self, offset: Option<i32>) {
        *self.offsets.entry(offset).or_insert(0) += 1;
    }

    /// Returns the zones met, each with how many instants are written in it; `None` is no zone.
    pub fn offsets(&self) -> &BTreeMap<Option<i32>, u64> {
        &self.offsets
    }

    /// Returns the zone in which all instants are written, if it is one.
    pub fn only_offset(&self) -> Option<i32> {
        match self.offsets.iter().next() {
            Some((Some(only), _)) if self.offsets.len() == 1 => Some(*only),
            _ => None,
        }
    }

    /// Says how many rows were left out and why, beside `kept` that were taken.
    pub fn count_bad(&mut self, kept: u64) {
        for (code, n) in std::mem::take(&mut self.bad) {
            if n > LISTED {
                let message = format!("{n} rows are left out for the reason '{code}'; the first {LISTED} are listed.");
                self.whole(Diagnostic::warning(code, Path::default(), message));
            }
        }
        if self.n_bad > 0 {
            let message = format!("{} rows or events could not be taken, beside {kept} activities that were.", self.n_bad);
            let finding = if self.n_bad > kept {
                Diagnostic::error("most-rows-bad", Path::default(), message)
                    .hint("Say which column is what, or in which order dates are written, by options.")
            } else {
                Diagnostic::warning("rows-left-out", Path::default(), message)
            };
            self.whole(finding);
        }
    }

    /// Says whether instants are in several zones, or in universal time.
    pub fn say_zones(&mut self) {
        let offsets: Vec<i32> = self.offsets.keys().copied().flatten().collect();
        let with_none = self.offsets.contains_key(&None);
        if self.offsets.len() > 1 {
            let listed: Vec<String> = self.offsets.keys().map(|o| o.map_or("none".to_owned(), zone_text)).take(6).collect();
            let message = format!(
                "Instants are written in several zones ({}). Each is taken as its clock on the wall shows it.",
                listed.join(", ")
            );
            let summer = offsets.len() == 2 && !with_none && (offsets[0] - offsets[1]).abs() == 60;
            let finding = if summer {
                Diagnostic::note("summer-time", Path::default(), message)
                    .hint("This is summer time: what lasts over its beginning or end is an hour off.")
            } else {
                Diagnostic::warning("several-zones", Path::default(), message).hint("--zone +05:00 brings them all to one.")
            };
            self.whole(finding);
        } else if offsets == [0] {
            let message = "Instants are written in universal time; hours of the day and days of the week are taken so.";
            self.whole(
                Diagnostic::warning("universal-time", Path::default(), message)
                    .hint("--zone +05:00 brings them to the clocks of Kazakhstan."),
            );
        }
    }

    /// Says of how many activities the time at which they were due is left out, since they had begun by then.
    pub fn count_late_due(&mut self, n: u64) {
        if n > 0 {
            let message = format!(
                "{n} activities are said to have been due after they had begun; the time at which they were due is left out."
            );
            let hint = "How long these waited is then not known. Check which column or attribute says when an activity was due.";
            self.whole(Diagnostic::warning("due-after-start", Path::default(), message).hint(hint));
        }
    }

    /// Says which words of lifecycles are not known.
    pub fn count_unknown_transitions(&mut self) {
        if self.takes_words_as_done {
            const NAMED: usize = 3;
            let words = std::mem::take(&mut self.unknown_transitions);
            let named: Vec<String> = words.keys().take(NAMED).map(|word| format!("'{word}'")).collect();
            let message = format!(
                "What should say how far an activity is says something else ({}): each event is taken as done.",
                named.join(", ")
            );
            self.whole(
                Diagnostic::warning("no-lifecycle", Path::default(), message)
                    .hint("If an attribute or column says when activities begin, name it with --lifecycle or --start."),
            );
        }
        for (word, n) in std::mem::take(&mut self.unknown_transitions) {
            let message = format!("'{word}' is no word of the lifecycle of activities; {n} such events are left out.");
            self.whole(
                Diagnostic::warning("unknown-lifecycle", Path::default(), message)
                    .hint("Known are schedule, assign, start, suspend, resume, complete, withdraw and ate_abort."),
            );
        }
    }

    /// Returns all of them.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.all
    }
}

/// Writes an offset as `+05:00`.
pub fn zone_text(minutes: i32) -> String {
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}
