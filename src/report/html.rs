//! A comparison as one file for a browser or paper: no network, no script, every chart drawn in place.

use crate::experiment::kpi::MEASURES;
use crate::experiment::outcome::{ExperimentOutcome, VariantOutcome};
use crate::model::provenance::provenance;
use crate::model::study::Study;
use crate::report::chart::{Style, make, svg};
use crate::report::grid::Grid;
use crate::report::sections::{self, Block, Mark};
use crate::report::teller::Teller;
use crate::texts::Words;
use minijinja::{AutoEscape, Environment, Value, context};

/// The page; `assets/report/page.html`.
const PAGE: &str = include_str!("../../assets/report/page.html");

/// Writes an outcome as a page that stands alone, in a language; `notes`, and the names in outcome and study, are in it already.
///
/// # Errors
/// When the page's template cannot be filled, which would be a fault of the program.
pub fn comparison(
    outcome: &ExperimentOutcome,
    study: &Study,
    notes: &[String],
    words: Words,
) -> Result<String, minijinja::Error> {
    let teller = &Teller::new(words, outcome, study);
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("page", PAGE)?;
    environment.add_function("text", move |id: &str| words.get(id));
    let sections: Vec<Value> = sections::comparison(teller, notes).iter().map(|of| section(words, of)).collect();
    let style = Style { decimal: words.decimal(), ..Style::default() };
    let charts: Vec<Value> = make::all(teller)
        .into_iter()
        .map(|chart| context! { picture => Value::from_safe_string(svg::write(&chart, &style)), title => chart.title })
        .collect();
    let figures = provenance(study);
    let (count, assumed) = (figures.len(), figures.iter().filter(|f| f.is_assumption()).count());
    let leaning = [("known", (count - assumed).to_string().into()), ("assumed", assumed.to_string().into())];
    environment.get_template("page")?.render(context! {
        language => words.language.code(),
        title => sections::title(teller),
        about => study.summary.clone(),
        study_notes => study.notes.clone(),
        run => sections::run_line(teller),
        sections,
        charts,
        measures => all_measures(teller),
        leaning => teller.with("report-leaning", &leaning),
        figures => figures.into_iter().map(|f| context! {
            assumed => f.is_assumption(),
            description => teller.figure(&f),
            value => teller.figure_value(&f.value),
            source => f.source.as_deref().map_or_else(|| teller.get("report-assumption"), |key| teller.source(key)),
            range => f.range.as_deref().map_or(String::new(), |range| teller.figure_value(range)),
            note => words.note(&f.note),
        }).collect::<Vec<_>>(),
        sources => study.sources.iter().cloned().map(|s| context! {
            link => s.address.starts_with("http"),
            // The number by which it is quoted, and the key by which notes may name it.
            key => if words.is_english() { s.key.clone() } else { format!("{} {}", teller.source(&s.key), s.key) },
            date => teller.typed_date(&s.date),
            title => s.title, address => s.address, note => s.note,
        }).collect::<Vec<_>>(),
        made => teller.with("report-made-by", &[("program", concat!("Kezek ", env!("CARGO_PKG_VERSION")).into())]),
    })
}

fn section(words: Words, section: &sections::Section) -> Value {
    let blocks: Vec<Value> = section
        .blocks
        .iter()
        .map(|block| match block {
            Block::Table(grid) => context! { kind => "table", table => table(words, grid) },
            Block::Text(mark, text) => context! { kind => kind(*mark), text },
        })
        .collect();
    context! { title => sentence_case(&section.title), about => section.about.clone(), blocks }
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
        return title.replace(" AGAINST ", " against ").replace("RESULTS · ", "Results · ");
    }
    let text = title.to_lowercase();
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn table(words: Words, grid: &Grid) -> Value {
    let cell = |at: usize, text: &str, rows: usize| {
        let left = grid.is_left(at);
        // A column without a name says what is counted, in few words.
        let held = !left || (at > 0 && grid.header()[at].is_empty());
        let shown = if held { held_together(text) } else { text.to_owned() };
        context! { text => shown, left, tone => tone(words, text), rows }
    };
    // The name of a group stands beside all its rows.
    let row = |(n, cells): (usize, &Vec<String>), rows: usize| -> Vec<Value> {
        let cells = cells.iter().enumerate().skip(usize::from(n > 0));
        cells.map(|(at, text)| cell(at, text, if at == 0 { rows } else { 1 })).collect()
    };
    let group = |rows: &[Vec<String>]| -> Vec<Vec<Value>> { rows.iter().enumerate().map(|each| row(each, rows.len())).collect() };
    let head = grid.header().iter().enumerate().map(|(at, text)| context! { text, left => grid.is_left(at) });
    context! { head => head.collect::<Vec<_>>(), groups => grid.groups().map(group).collect::<Vec<_>>() }
}

/// Lets a narrow column break a number with its interval between the two, and never within either.
fn held_together(text: &str) -> String {
    let mut held = text.replace(' ', "\u{a0}").replace("\u{a0}±", " ±").replace("\u{a0}(", " (");
    // Between the ends of an interval in each language.
    for between in ["to", "до", "…"] {
        held = held.replace(&format!("\u{a0}{between}\u{a0}"), &format!(" {between}\u{a0}"));
    }
    held
}

/// What a verdict means for its colour; the word stays.
fn tone(words: Words, text: &str) -> &'static str {
    let is_one_of = |ids: [&str; 2]| ids.into_iter().any(|id| words.get(id) == text);
    match () {
        () if is_one_of(["report-better", "report-met"]) => "better",
        () if is_one_of(["report-worse", "report-not-met"]) => "worse",
        () => "",
    }
}

/// Every measure of every variant, with its definition.
fn all_measures(teller: &Teller<'_>) -> Vec<Value> {
    let outcome = teller.outcome;
    let cell = |variant: &VariantOutcome, name: &str| {
        let Some(found) = variant.measure(name) else { return "–".to_owned() };
        let Some(e) = &found.estimate else { return "–".to_owned() };
        let mean = held_together(&sections::with_margin(teller, found.measure, e));
        match found.p90 {
            Some(p90) => {
                let most = held_together(&sections::with_margin(teller, found.measure, &p90.into()));
                teller.with("report-mean-and-most", &[("mean", mean.into()), ("most", most.into())])
            }
            None => mean,
        }
    };
    let names: Vec<String> = outcome.variants.iter().map(|v| teller.variant(&v.name)).collect();
    let head = context! { label => teller.get("report-measure"), cells => names };
    let rows = MEASURES.iter().map(|measure| {
        let cells: Vec<String> = outcome.variants.iter().map(|v| cell(v, measure.name)).collect();
        context! { label => teller.label(measure), definition => teller.definition(measure), cells }
    });
    std::iter::once(head).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::wording;

    #[test]
    fn titles_are_not_shouted_but_names_stay() {
        assert_eq!(sentence_case("WHO WORKS HOW MUCH"), "Who works how much");
        assert_eq!(sentence_case("sms (Offer by SMS) AGAINST as-is"), "sms (Offer by SMS) against as-is");
    }

    #[test]
    fn durations_keep_their_words_in_tables() {
        let mut grid = Grid::new(&["step", "time"]);
        grid.row(vec!["<b>".to_owned(), wording::duration(90.0)]);
        assert!(table(Words::ENGLISH, &grid).to_string().contains("1\u{a0}h\u{a0}30\u{a0}min"));
    }

    #[test]
    fn a_number_is_broken_from_its_interval_and_never_within() {
        assert_eq!(held_together("7 h 12 min ± 1.7 min"), "7\u{a0}h\u{a0}12\u{a0}min ±\u{a0}1.7\u{a0}min");
        assert_eq!(held_together("−1 h to −5 min"), "−1\u{a0}h to\u{a0}−5\u{a0}min");
        assert_eq!(held_together("−1 h (−52.1 %)"), "−1\u{a0}h (−52.1\u{a0}%)");
    }

    #[test]
    fn what_stands_beneath_each_other_is_a_row_each_beside_one_name() {
        let mut grid = Grid::new(&["", "", "as-is"]).left(1);
        grid.row(["Window", "busy share", "60 %"].map(str::to_owned).to_vec());
        grid.row(["", "mean wait", "1 h 30 min"].map(str::to_owned).to_vec());
        grid.row(["Clerk", "busy share", "70 %"].map(str::to_owned).to_vec());
        let of = |group: usize, row: usize, cell: usize, what: &str| {
            let groups = table(Words::ENGLISH, &grid).get_attr("groups").unwrap();
            let row = groups.get_item_by_index(group).unwrap().get_item_by_index(row).unwrap();
            row.get_item_by_index(cell).unwrap().get_attr(what).unwrap().to_string()
        };
        assert_eq!([of(0, 0, 0, "rows"), of(1, 0, 0, "rows")], ["2", "1"]);
        assert_eq!([of(0, 1, 0, "text"), of(0, 1, 1, "text")], ["mean\u{a0}wait", "1\u{a0}h\u{a0}30\u{a0}min"]);
    }
}
