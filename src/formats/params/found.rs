//! What is found in an XML file of parameters, each with its place.

use crate::base::diagnostic::{Diagnostic, Path, Severity};
use crate::formats::bpmn::findings::Lines;

/// How many findings of one kind are kept before the rest are counted.
const SAME_CODE: usize = 50;

/// Findings in one file.
pub(super) struct Found<'t> {
    text: &'t str,
    file: &'t str,
    lines: Lines,
    found: Vec<(usize, Diagnostic)>,
}

impl<'t> Found<'t> {
    /// Begins with none.
    pub fn of(text: &'t str, file: &'t str) -> Found<'t> {
        Found { text, file, lines: Lines::of(text), found: Vec::new() }
    }

    /// Adds what keeps the parameters from being used.
    pub fn error(&mut self, at: usize, code: &'static str, message: impl Into<String>, hint: &str) {
        self.found.push((at, Diagnostic::error(code, Path::default(), message).hint(hint)));
    }

    /// Adds what is run otherwise than the file says.
    pub fn warn(&mut self, at: usize, code: &'static str, message: impl Into<String>, hint: &str) {
        self.found.push((at, Diagnostic::warning(code, Path::default(), message).hint(hint)));
    }

    /// Adds what is worth knowing.
    pub fn note(&mut self, at: usize, code: &'static str, message: impl Into<String>) {
        self.found.push((at, Diagnostic::note(code, Path::default(), message)));
    }

    /// Returns all of them in the order of their places.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(at, _)| *at);
        let mut counts: std::collections::BTreeMap<&'static str, (usize, Severity)> = Default::default();
        let mut out = Vec::new();
        for (at, mut diagnostic) in self.found {
            let entry = counts.entry(diagnostic.code).or_insert((0, diagnostic.severity));
            entry.0 += 1;
            if entry.0 <= SAME_CODE {
                diagnostic.place = Some(self.lines.place(self.text, self.file, at));
                out.push(diagnostic);
            }
        }
        for (code, (n, severity)) in counts.into_iter().filter(|(_, (n, _))| *n > SAME_CODE) {
            let message = format!("There are {} more findings of the kind '{code}'.", n - SAME_CODE);
            out.push(Diagnostic { severity, ..Diagnostic::note(code, Path::default(), message) });
        }
        out
    }
}
