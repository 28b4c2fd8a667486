//! Collects findings with their spans and turns spans into lines and columns.

use std::collections::BTreeMap;

use super::tree::Span;
use crate::base::diagnostic::{Diagnostic, Path, Place, Severity};

/// More findings than this help nobody, and a hostile file could ask for millions.
const MOST_FINDINGS: usize = 1000;

/// A file that was read, and where its lines begin.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The file as the user named it.
    pub name: String,
    /// Its text.
    pub text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// Takes a file's text.
    pub fn new(name: String, text: String) -> SourceFile {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        SourceFile { name, text, line_starts }
    }

    /// Returns the line of a byte, from 1, and the byte at which that line begins.
    fn line(&self, offset: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        (line, self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0))
    }

    /// Returns the place of a span, counting columns in characters.
    pub fn place(&self, span: Span) -> Place {
        self.place_after(span, (0, 0))
    }

    /// Returns the place of a span; `known` is a byte offset of the same line, not after the span, and the number of
    /// characters before it in the line. Sorted findings on one endless line thus cost one walk along it.
    fn place_after(&self, span: Span, known: (usize, usize)) -> Place {
        let offset = (span.start as usize).min(self.text.len());
        let (line, start) = self.line(offset);
        let (from, before) = if known.0 >= start && known.0 <= offset { known } else { (start, 0) };
        let mut characters = self.text.get(from..offset).map_or(0, |part| part.chars().count());
        if from == 0 && self.text.starts_with('\u{feff}') && offset > 0 {
            characters = characters.saturating_sub(1);
        }
        let length = (span.end as usize).min(self.text.len()).saturating_sub(offset);
        Place { file: self.name.clone(), line, column: before + characters + 1, offset, length }
    }
}

/// Findings of one reading, each with its span where it has one.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<(Option<Span>, Diagnostic)>,
    left_out: usize,
}

impl Findings {
    /// Adds a finding at a span.
    pub fn push(&mut self, span: Option<Span>, diagnostic: Diagnostic) {
        if self.list.len() < MOST_FINDINGS {
            self.list.push((span, diagnostic));
        } else {
            self.left_out += 1;
        }
    }

    /// Adds an error of the file's form, which has no path.
    pub fn syntax(&mut self, code: &'static str, span: Span, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Some(span), Diagnostic::error(code, Path::default(), message).hint(hint));
    }

    /// Tells whether an error has been found.
    pub fn has_errors(&self) -> bool {
        self.left_out > 0 || self.list.iter().any(|(_, d)| d.severity == Severity::Error)
    }

    /// Returns the paths of all errors so far.
    pub fn error_paths(&self) -> Vec<Path> {
        self.list.iter().filter(|(_, d)| d.severity == Severity::Error).map(|(_, d)| d.path.clone()).collect()
    }

    /// Returns how many findings there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Forgets the findings after the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.list.truncate(length);
    }

    /// Returns all findings in the order of their places, the study's own file first, with places filled in.
    pub fn finish(mut self, files: &[SourceFile]) -> Vec<Diagnostic> {
        self.list.sort_by(|(a, x), (b, y)| (a, y.severity, x.code, &x.message).cmp(&(b, x.severity, y.code, &y.message)));
        self.list.dedup_by(|(a, x), (b, y)| a == b && x.code == y.code && x.message == y.message);
        let mut known: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
        let mut list = Vec::with_capacity(self.list.len() + 1);
        for (span, mut diagnostic) in self.list {
            if let Some(span) = span
                && let Some(file) = files.get(span.file as usize)
            {
                let place = file.place_after(span, known.get(&span.file).copied().unwrap_or_default());
                known.insert(span.file, (place.offset, place.column - 1));
                diagnostic.place = Some(place);
            }
            list.push(diagnostic);
        }
        if self.left_out > 0 {
            let message = format!("{} further findings are not shown.", self.left_out);
            let error = Diagnostic::error("too-many-findings", Path::default(), message);
            list.push(error.hint("Mend the first ones and check the file again."));
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let file = SourceFile::new("a".to_owned(), "ab\nжук x\n".to_owned());
        let place = file.place(Span { file: 0, start: 10, end: 11 });
        assert_eq!((place.line, place.column, place.offset, place.length), (2, 5, 10, 1));
        let end = file.place(Span { file: 0, start: 12, end: 12 });
        assert_eq!((end.line, end.column), (3, 1));
    }

    #[test]
    fn findings_come_out_by_place_and_end_with_a_count() {
        let files = [SourceFile::new("a".to_owned(), "x".repeat(3000))];
        let mut findings = Findings::default();
        for i in (0..2000u32).rev() {
            findings.syntax("odd", Span { file: 0, start: i, end: i + 1 }, "Odd.", "");
        }
        let list = findings.finish(&files);
        assert_eq!(list.len(), MOST_FINDINGS + 1);
        assert!(list.windows(2).all(|w| w[1].place.is_none() || w[0].place <= w[1].place));
        assert_eq!(list[0].place.as_ref().map(|p| p.column), Some(1001));
    }
}
