//! The numbers behind a chart as a table, for spreadsheets.

use super::{Body, Chart};

/// Writes the numbers with tabs between them, or commas.
pub fn write(chart: &Chart, separator: char) -> String {
    let mut out = String::new();
    let mut row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell, separator)).collect();
        out.push_str(&cells.join(&separator.to_string()));
        out.push('\n');
    };
    match &chart.body {
        Body::Lines(lines) => {
            row(&["series".to_owned(), chart.x.clone(), chart.y.clone()]);
            for line in lines {
                for [x, y] in &line.points {
                    row(&[line.name.clone(), x.to_string(), y.to_string()]);
                }
            }
        }
        Body::Bars(bars) => {
            row(&["bar".to_owned(), "part".to_owned(), chart.x.clone()]);
            let mut name = "";
            for bar in bars {
                // A bar without a name belongs to the one above it.
                name = if bar.name.is_empty() { name } else { &bar.name };
                for part in &bar.parts {
                    row(&[name.to_owned(), part.name.clone(), part.value.to_string()]);
                }
            }
        }
        Body::Week(cells) => {
            row(&["weekday (1 = Monday)".to_owned(), "hour".to_owned(), chart.title.clone()]);
            for (at, cell) in cells.iter().enumerate() {
                row(&[(at / 24 + 1).to_string(), (at % 24).to_string(), cell.value.to_string()]);
            }
        }
    }
    out
}

fn quoted(cell: &str, separator: char) -> String {
    if cell.contains([separator, '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::charts::{Bar, Part};

    #[test]
    fn every_part_has_its_row_and_names_with_commas_are_quoted() {
        let part =
            |name: &str, value| Part { name: name.to_owned(), value, text: String::new(), colour: egui::Color32::TRANSPARENT };
        let bar =
            Bar { name: "as is, today".to_owned(), parts: vec![part("busy", 1.5), part("closed", 2.0)], total: String::new() };
        let chart = Chart { title: String::new(), x: "min".to_owned(), y: String::new(), body: Body::Bars(vec![bar]) };
        assert_eq!(write(&chart, ','), "bar,part,min\n\"as is, today\",busy,1.5\n\"as is, today\",closed,2\n");
    }
}
