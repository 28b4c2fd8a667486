//! `kezek sources`: every figure with its source, or as an assumption.

use crate::cli::args::SourcesArgs;
use crate::cli::{CommandResult, io, studies};
use crate::model::provenance::provenance;
use crate::report::grid::Grid;
use crate::report::wording;

/// Runs the command.
pub fn run(args: &SourcesArgs) -> CommandResult {
    let study = studies::load(&args.study)?;
    let figures = provenance(&study);
    let sourced = figures.iter().filter(|f| f.source.is_some()).count();
    let mut grid = Grid::new(&["figure", "value", "source", "range", "note"]).left(1).left(2).left(3).left(4);
    for figure in figures.iter().filter(|f| !args.assumptions || f.source.is_none()) {
        let source = figure.source.clone().unwrap_or("ASSUMPTION".to_owned());
        grid.row(vec![
            figure.description.clone(),
            figure.value.clone(),
            source,
            figure.range.clone().unwrap_or_default(),
            figure.note.clone(),
        ]);
    }
    let share = if figures.is_empty() { 1.0 } else { sourced as f64 / figures.len() as f64 };
    let mut out = grid.render();
    out.push_str(&format!(
        "\n  {} of {} figures have a source ({}); the rest are assumptions.\n",
        sourced,
        figures.len(),
        wording::percent(share)
    ));
    if !args.assumptions {
        out.push_str("\n  Sources\n");
        for source in &study.sources {
            let parts = [&source.title, &source.address, &source.date, &source.note].into_iter().filter(|s| !s.is_empty());
            out.push_str(&format!("  {}: {}\n", source.key, parts.cloned().collect::<Vec<_>>().join("; ")));
        }
    }
    io::out(&out)
}
