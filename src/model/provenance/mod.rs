//! Every figure of a study with where it comes from: the ledger of assumptions.
//!
//! `walk.rs` goes through a study and meets every figure with its path, its rule and a description; `text.rs` says values
//! in words. [`crate::model::validate`] uses the same walk, so that no figure escapes either of them.

pub(crate) mod text;
pub(crate) mod walk;

#[cfg(test)]
mod tests;

use crate::base::diagnostic::Path;
use crate::model::study::Study;
use walk::{Content, Met};

/// One figure of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureEntry {
    /// Where it stands.
    pub path: Path,
    /// What it says, in words: "Duration of 'Apply' in 'Benefit'".
    pub description: String,
    /// Its value in words, exceptions by segment included.
    pub value: String,
    /// Key of its source; `None` makes it an assumption.
    pub source: Option<String>,
    /// Between which values the truth may lie, in words.
    pub range: Option<String>,
    /// Why this value.
    pub note: String,
    /// Who answers for it.
    pub owner: String,
}

impl FigureEntry {
    /// Tells whether the figure has no source.
    pub fn is_assumption(&self) -> bool {
        self.source.is_none()
    }
}

/// Lists every figure of a study, the as-is first and then what the variants' changes set, in the order of the file.
///
/// Figures that stand at their default and say nothing about themselves are left out: nobody entered them. Hours of
/// calendars, public holidays, statutory terms and arrival profiles are listed too, as they carry a source as well.
pub fn provenance(study: &Study) -> Vec<FigureEntry> {
    let mut entries = Vec::new();
    walk::study(study, &mut |met| entries.push(entry(met, &study.scenario.currency)));
    entries
}

fn entry(met: Met<'_>, currency: &str) -> FigureEntry {
    let description = met.description();
    let path = met.path;
    match met.content {
        Content::Number(figure, rule) => FigureEntry {
            path,
            description,
            value: text::with_exceptions(figure, |value| text::ruled(*value, rule, currency)),
            source: figure.source.clone(),
            range: figure
                .range
                .map(|(low, high)| format!("{} to {}", text::ruled(low, rule, currency), text::ruled(high, rule, currency))),
            note: figure.note.clone(),
            owner: figure.owner.clone(),
        },
        Content::Duration(figure) => FigureEntry {
            path,
            description,
            value: text::with_exceptions(figure, text::distribution),
            source: figure.source.clone(),
            range: figure.range.map(|(low, high)| format!("{} to {}", text::duration(low), text::duration(high))),
            note: figure.note.clone(),
            owner: figure.owner.clone(),
        },
        Content::Said { value, source, note } => FigureEntry {
            path,
            description,
            value,
            source: source.cloned(),
            range: None,
            note: note.to_owned(),
            owner: String::new(),
        },
    }
}
