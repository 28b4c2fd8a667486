//! What was found while a BPMN file was read, with places; and lines and columns from offsets.

use crate::base::diagnostic::{Diagnostic, Place, Severity};

/// How many findings of one code are kept before the rest are counted.
const SAME_CODE: usize = 200;

/// Findings with offsets into the decoded text.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    found: Vec<(usize, Diagnostic)>,
}

impl Findings {
    /// Adds a finding at an offset.
    pub fn push(&mut self, at: usize, diagnostic: Diagnostic) {
        self.found.push((at, diagnostic));
    }

    /// Adds all findings of another list.
    pub fn append(&mut self, other: Findings) {
        self.found.extend(other.found);
    }

    /// Drops what is said of a drawing that does not count: everything, or, with `all` false, notes only.
    pub fn forget(&mut self, all: bool) {
        self.found.retain(|(_, diagnostic)| !all && diagnostic.severity != Severity::Note);
    }

    /// Returns the findings in the order of their places, errors and all, with line and column.
    pub fn finish(mut self, text: &str, file: &str) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(at, _)| *at);
        let lines = Lines::of(text);
        let mut counts: std::collections::BTreeMap<&'static str, (usize, Severity)> = Default::default();
        let mut out = Vec::new();
        for (at, mut diagnostic) in self.found {
            let entry = counts.entry(diagnostic.code).or_insert((0, diagnostic.severity));
            entry.0 += 1;
            if entry.0 <= SAME_CODE {
                diagnostic.place = Some(lines.place(text, file, at));
                out.push(diagnostic);
            }
        }
        for (code, (count, severity)) in counts.into_iter().filter(|(_, (count, _))| *count > SAME_CODE) {
            let message = format!("There are {} more findings of the kind '{code}'.", count - SAME_CODE);
            let mut more = Diagnostic::note(code, Default::default(), message);
            more.severity = severity;
            out.push(more);
        }
        out
    }
}

/// Where lines begin.
pub(crate) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the lines of a text.
    pub fn of(text: &str) -> Lines {
        let starts = std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Lines { starts: starts.collect() }
    }

    /// Returns the place of an offset.
    pub fn place(&self, text: &str, file: &str, at: usize) -> Place {
        let at = at.min(text.len());
        let line = self.starts.partition_point(|&start| start <= at).max(1);
        let start = self.starts[line - 1];
        // On a line of megabytes nobody counts characters.
        let before = text.get(start..at).filter(|before| before.len() < 100_000);
        let column = before.map_or(at - start, |before| before.chars().count()) + 1;
        let length = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_whitespace() || c == '>')).unwrap_or(1).max(1);
        Place { file: file.to_owned(), line, column, offset: at, length }
    }
}
