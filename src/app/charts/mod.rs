//! Charts in the window: [`make`] says what each shows, as [`crate::report::chart::Chart`]; [`paint`] draws it with its numbers as a
//! table beside it.

pub mod make;
pub mod paint;

pub use crate::report::chart::{Bar, Body, Cell, Chart, Line, Mark, Part};

use crate::report::chart::rows::{self, Heads, Rows};
use crate::texts::Words;

/// What is written to a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The file's name without its ending.
    pub name: String,
    /// What is in it.
    pub content: Content,
}

/// The content of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A text, with the ending of its file.
    Text(String, &'static str),
    /// A part of the window as it is seen, in points.
    Picture(egui::Rect),
    /// The same, to the clipboard.
    CopiedPicture(egui::Rect),
}

/// Returns the numbers of a chart as a table in the user's language. `write` writes a number.
pub fn rows_of(words: Words, chart: &Chart, write: impl Fn(f64) -> String) -> Rows {
    let heads = Heads {
        name: words.get("table-name"),
        part: words.get("table-part"),
        low: words.get("column-low"),
        high: words.get("column-high"),
        day: words.get("table-day"),
        hour: words.get("table-hour"),
    };
    rows::of(chart, &heads, write)
}
