//! `kezek sources`: every figure with its source, or as an assumption.

use crate::base::diagnostic::Leg;
use crate::cli::args::SourcesArgs;
use crate::cli::{CommandResult, io, studies};
use crate::model::provenance::{FigureEntry, provenance};
use crate::model::study::{SharesOf, Study};
use crate::report::grid::wrap;
use crate::report::wording;

/// Widths of figure, value, source and range, in characters. Together with the margins they fit a terminal of 140.
const WIDTHS: [usize; 4] = [54, 36, 14, 26];

/// Runs the command.
pub fn run(args: &SourcesArgs) -> CommandResult {
    let study = studies::load(&args.study)?;
    let figures = provenance(&study);
    let mut out = line(&["figure", "value", "source", "range"].map(str::to_owned));
    let mut last = String::new();
    for figure in figures.iter().filter(|f| !args.assumptions || f.is_assumption()) {
        let group = group(figure, &study);
        if group.heading != last {
            out.push_str(&format!("\n  {}\n", group.heading));
            if !group.owner.is_empty() {
                wrap(&format!("Owner: {}", group.owner), 120).iter().for_each(|row| out.push_str(&format!("      {row}\n")));
            }
            last = group.heading;
        }
        out.push_str(&entry(figure, &group.figure));
    }
    let sourced = figures.iter().filter(|f| !f.is_assumption()).count();
    let share = if figures.is_empty() { 1.0 } else { sourced as f64 / figures.len() as f64 };
    out.push_str(&format!(
        "\n  {} of {} figures have a source ({}); the rest are assumptions.\n",
        sourced,
        figures.len(),
        wording::percent(share)
    ));
    let nobody = figures.iter().filter(|f| f.is_assumption() && f.owner.is_empty() && !is_of_owned_change(f, &study)).count();
    if nobody > 0 {
        out.push_str(&format!("  {nobody} of the assumptions name nobody who answers for them.\n"));
    }
    if !args.assumptions && !study.sources.is_empty() {
        out.push_str("\n  Sources\n");
        for source in &study.sources {
            out.push_str(&format!("    {}: {}\n", source.key, source.title));
            let shares = match source.shares_of {
                SharesOf::People => "",
                SharesOf::Respondents => "shares of those asked, not of the population",
                SharesOf::Answers => "shares of answers, not of people",
            };
            let parts = [source.address.as_str(), &source.date, shares, &source.note].into_iter().filter(|s| !s.is_empty());
            let about = parts.collect::<Vec<_>>().join("; ");
            for row in wrap(&about, 120) {
                out.push_str(&format!("        {row}\n"));
            }
        }
    }
    io::out(&out)
}

/// Whether somebody answers for the change that sets a figure.
fn is_of_owned_change(figure: &FigureEntry, study: &Study) -> bool {
    match figure.path.0.as_slice() {
        [Leg::Field("variants"), Leg::Item(variant), Leg::Field("changes"), Leg::Item(change), ..] => {
            let change = study.variants.get(*variant).and_then(|variant| variant.changes.get(*change));
            change.is_some_and(|change| !change.owner.is_empty())
        }
        _ => false,
    }
}

/// Under which heading a figure stands, and what is left to say of it there.
struct Group {
    heading: String,
    /// Who answers for all of the group; empty where nobody is named.
    owner: String,
    figure: String,
}

fn group(figure: &FigureEntry, study: &Study) -> Group {
    let legs = &figure.path.0;
    let item = |field: &str| {
        legs.windows(2).find_map(|pair| match pair {
            [Leg::Field(name), Leg::Item(position)] if *name == field => Some(*position),
            _ => None,
        })
    };
    let named = |id: &str, name: &str| format!("'{}'", if name.is_empty() { id } else { name });
    let without = |suffix: &str| figure.description.strip_suffix(suffix).unwrap_or(&figure.description).to_owned();
    if let Some(variant) = item("variants").and_then(|at| study.variants.get(at)) {
        let change = item("changes").and_then(|at| variant.changes.get(at));
        let title = change.map_or(String::new(), |change| named(&change.id, &change.title));
        let owner = change.map_or("", |change| change.owner.as_str());
        let change = format!("the change {title} of the variant '{}'", variant.id);
        let figure = without(&format!(", set by {change}"));
        let figure = figure.strip_suffix(&format!(" of {change}")).unwrap_or(&figure).to_owned();
        return Group { heading: format!("Change {title} of the variant '{}'", variant.id), owner: owner.to_owned(), figure };
    }
    if item("life_events").is_none()
        && let Some(service) = item("services").and_then(|at| study.scenario.services.get(at))
    {
        let name = named(&service.id, &service.name);
        let figure = without(&format!(" in {name}"));
        let figure = figure.strip_suffix(&format!(" in the service {name}")).unwrap_or(&figure).to_owned();
        return Group { heading: format!("Service {name}"), owner: String::new(), figure };
    }
    let first = legs.iter().find_map(|leg| match leg {
        Leg::Field(name) if *name != "scenario" => Some(*name),
        _ => None,
    });
    let heading = match first.unwrap_or_default() {
        "segments" | "attributes" | "places" => "Population and places",
        "calendars" | "holidays" => "Calendars",
        "agencies" => "Agencies and their staff",
        "registries" => "Registries",
        "documents" => "Documents",
        "channels" => "Channels",
        "life_events" => "Life events",
        "demand" => "Demand",
        _ => "The study as a whole",
    };
    Group { heading: heading.to_owned(), owner: String::new(), figure: figure.description.clone() }
}

fn entry(figure: &FigureEntry, description: &str) -> String {
    let source = figure.source.clone().unwrap_or("ASSUMPTION".to_owned());
    let mut out = line(&[description.to_owned(), figure.value.clone(), source, figure.range.clone().unwrap_or_default()]);
    let owner = if figure.owner.is_empty() { String::new() } else { format!("Owner: {}", figure.owner) };
    let remarks = [figure.note.as_str(), owner.as_str()].into_iter().filter(|r| !r.is_empty()).collect::<Vec<_>>().join(". ");
    for row in wrap(&remarks, 120) {
        out.push_str(&format!("        {row}\n"));
    }
    out
}

/// Sets cells in columns; a cell longer than its column goes on in the next line.
fn line(cells: &[String; 4]) -> String {
    let wrapped: Vec<Vec<String>> = cells.iter().zip(WIDTHS).map(|(cell, width)| wrap(cell, width)).collect();
    let rows = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    for row in 0..rows {
        let mut line = String::from("    ");
        for (column, width) in wrapped.iter().zip(WIDTHS) {
            let cell = column.get(row).map_or("", String::as_str);
            line.push_str(&format!("{cell:<width$}  "));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
