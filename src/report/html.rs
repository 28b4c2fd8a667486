//! A comparison as one file for a browser or paper: no network, no script, every chart drawn in place.

use crate::experiment::kpi::MEASURES;
use crate::experiment::outcome::{ExperimentOutcome, VariantOutcome};
use crate::model::provenance::provenance;
use crate::model::study::Study;
use crate::report::chart::{Style, make, svg};
use crate::report::grid::Grid;
use crate::report::sections::{self, Block, Mark};
use crate::report::wording;
use minijinja::{AutoEscape, Environment, Value, context};

/// The page; `assets/report/page.html`.
const PAGE: &str = include_str!("../../assets/report/page.html");

/// Writes an outcome as a page that stands alone.
///
/// # Errors
/// When the page's template cannot be filled, which would be a fault of the program.
pub fn comparison(outcome: &ExperimentOutcome, study: &Study, notes: &[String]) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("page", PAGE)?;
    let sections: Vec<Value> = sections::comparison(outcome, study, notes).iter().map(section).collect();
    let charts: Vec<Value> = make::all(outcome)
        .into_iter()
        .map(|chart| context! { picture => Value::from_safe_string(svg::write(&chart, &Style::default())), title => chart.title })
        .collect();
    let figures = provenance(study);
    let (count, assumed) = (figures.len(), figures.iter().filter(|f| f.is_assumption()).count());
    environment.get_template("page")?.render(context! {
        title => sections::title(outcome),
        about => study.summary.clone(),
        study_notes => study.notes.clone(),
        run => sections::run_line(outcome),
        sections,
        charts,
        measures => all_measures(outcome),
        figures => figures.into_iter().map(|f| context! {
            assumed => f.is_assumption(),
            description => f.description,
            value => f.value,
            source => f.source.unwrap_or("ASSUMPTION".to_owned()),
            range => f.range.unwrap_or_default(),
            note => f.note,
        }).collect::<Vec<_>>(),
        assumed,
        known => count - assumed,
        sources => study.sources.iter().cloned().map(|s| context! {
            link => s.address.starts_with("http"),
            key => s.key, title => s.title, address => s.address, date => s.date, note => s.note,
        }).collect::<Vec<_>>(),
        program => concat!("Kezek ", env!("CARGO_PKG_VERSION")),
    })
}

fn section(section: &sections::Section) -> Value {
    // "BY SERVICE: what it shows" has its title before the colon and its explanation behind it.
    let (title, about) = section.title.split_once(": ").unwrap_or((&section.title, ""));
    let blocks: Vec<Value> = section
        .blocks
        .iter()
        .map(|block| match block {
            Block::Table(grid) => context! { kind => "table", table => table(grid) },
            Block::Text(mark, text) => context! { kind => kind(*mark), text },
        })
        .collect();
    context! { title => sentence_case(title), about, blocks }
}

fn kind(mark: Mark) -> &'static str {
    match mark {
        Mark::Headline => "headline",
        Mark::Sentence => "sentence",
        Mark::Warning => "warning",
        Mark::Heading => "heading",
        Mark::Item => "item",
    }
}

/// Titles that shout in a terminal speak on paper; names of variants stay as they are.
fn sentence_case(title: &str) -> String {
    if title.chars().any(char::is_lowercase) {
        return title.replace(" AGAINST ", " against ");
    }
    let text = title.to_lowercase();
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn table(grid: &Grid) -> Value {
    // What stands side by side in a terminal stands one beneath the other here, and beside it what it is.
    let parts: Vec<&str> = grid.header().first().map_or(Vec::new(), |first| first.split(" · ").collect());
    let stacked = parts.len() > 1;
    let cell = |lines: Vec<&str>, left: bool, tone: &str| {
        let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
        context! { lines, left, tone => tone.to_owned() }
    };
    let row = |cells: &[String], parts: &[&str]| -> Vec<Value> {
        let mut row: Vec<Value> = Vec::new();
        for (at, text) in cells.iter().enumerate() {
            row.push(cell(text.split(" · ").collect(), grid.is_left(at), tone(text)));
            if at == 0 && stacked {
                row.push(cell(parts.to_vec(), true, "explain"));
            }
        }
        row
    };
    let mut head = grid.header().to_vec();
    if stacked {
        head[0].clear();
    }
    context! { head => row(&head, &[]), rows => grid.rows().iter().map(|cells| row(cells, &parts)).collect::<Vec<_>>() }
}

/// What a verdict means for its colour; the word stays.
fn tone(text: &str) -> &'static str {
    match text {
        "better" | "met" => "better",
        "WORSE" | "NOT met" => "worse",
        _ => "",
    }
}

/// Every measure of every variant, with its definition.
fn all_measures(outcome: &ExperimentOutcome) -> Vec<Value> {
    let cell = |variant: &VariantOutcome, name: &str| {
        let Some(found) = variant.measure(name) else { return "–".to_owned() };
        let Some(e) = &found.estimate else { return "–".to_owned() };
        let mean = sections::with_margin(found.measure, e, &outcome.currency);
        match found.p90 {
            Some(p90) => format!("{mean}; 9 in 10 at most {}", wording::value(found.measure, p90.value, &outcome.currency)),
            None => mean,
        }
    };
    let names = outcome.variants.iter().map(|v| v.name.clone());
    let head = context! { label => "measure", definition => "what it is", cells => names.collect::<Vec<_>>() };
    let rows = MEASURES.iter().map(|measure| {
        let cells: Vec<String> = outcome.variants.iter().map(|v| cell(v, measure.name)).collect();
        context! { label => measure.label, definition => measure.definition, cells }
    });
    std::iter::once(head).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_not_shouted_but_names_stay() {
        assert_eq!(sentence_case("WHO WORKS HOW MUCH"), "Who works how much");
        assert_eq!(sentence_case("sms (Offer by SMS) AGAINST as-is"), "sms (Offer by SMS) against as-is");
    }

    #[test]
    fn durations_keep_their_words_in_tables() {
        let mut grid = Grid::new(&["step", "time"]);
        grid.row(vec!["<b>".to_owned(), wording::duration(90.0)]);
        assert!(table(&grid).to_string().contains("1 h 30 min"));
    }
}
