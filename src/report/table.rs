//! A comparison for a terminal, in English as all that the command line says.

use crate::experiment::outcome::ExperimentOutcome;
use crate::model::study::Study;
use crate::report::grid::wrap;
use crate::report::sections::{self, Block, Mark};
use crate::report::teller::Teller;
use crate::texts::Words;

/// Width of paragraphs, their lead included.
const WIDTH: usize = 116;

/// Writes an outcome for a terminal. `study` gives titles and changes; `notes` say what the results lean on.
pub fn comparison(outcome: &ExperimentOutcome, study: &Study, notes: &[String]) -> String {
    let teller = Teller::new(Words::ENGLISH, outcome, study);
    let title = sections::title(&teller);
    let mut out = format!("\n{title}\n{}\n  {}\n", "═".repeat(title.chars().count()), sections::run_line(&teller));
    for section in sections::comparison(&teller, notes) {
        let about = if section.about.is_empty() { String::new() } else { format!(": {}", section.about) };
        out.push_str(&format!("\n{}{about}\n", section.title));
        for block in &section.blocks {
            match block {
                Block::Table(grid) => out.push_str(&grid.render()),
                Block::Text(mark, text) => out.push_str(&paragraph(*mark, text)),
            }
        }
    }
    if !study.notes.is_empty() {
        out.push_str("\nWHAT THE STUDY SAYS OF ITSELF\n");
        study.notes.iter().for_each(|note| out.push_str(&paragraph(Mark::Item, note)));
    }
    out
}

/// Sets a paragraph behind its lead, further lines under the first.
fn paragraph(mark: Mark, text: &str) -> String {
    let lead = match mark {
        Mark::Headline => "  ▸ ",
        Mark::Sentence => "    ",
        Mark::Warning => "  ! ",
        Mark::Heading => "  ",
        Mark::Item => "    · ",
    };
    let indent = lead.chars().count();
    let lines = wrap(text, WIDTH - indent);
    let lines = lines
        .iter()
        .enumerate()
        .map(|(n, line)| if n == 0 { format!("{lead}{line}\n") } else { format!("{:indent$}{line}\n", "") });
    lines.collect()
}
