//! The numbers behind a chart as a table.

use crate::report::chart::{Body, Chart};

/// A table: heads, and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What stands in the columns.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Words that a table of numbers needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heads {
    /// Over the names of lines and bars.
    pub name: String,
    /// Over the names of a bar's parts.
    pub part: String,
    /// Over lower ends of intervals.
    pub low: String,
    /// Over upper ends of intervals.
    pub high: String,
    /// Over days of the week.
    pub day: String,
    /// Over hours of the day.
    pub hour: String,
}

/// Returns the numbers of a chart. `write` writes a number: in full for files, shortened for people.
pub fn of(chart: &Chart, heads: &Heads, write: impl Fn(f64) -> String) -> Rows {
    match &chart.body {
        Body::Lines(lines) => {
            let has_band = lines.iter().any(|line| !line.band.is_empty());
            let mut titles = vec![heads.name.clone(), chart.x.clone(), chart.y.clone()];
            if has_band {
                titles.extend([heads.low.clone(), heads.high.clone()]);
            }
            let rows = lines.iter().flat_map(|line| line.points.iter().enumerate().map(move |point| (line, point)));
            let rows = rows.map(|(line, (at, [x, y]))| {
                let mut cells = vec![line.name.clone(), write(*x), write(*y)];
                if has_band {
                    cells.extend(ends(line.band.get(at).map(|[low, high]| (*low, *high)), &write));
                }
                cells
            });
            Rows { heads: titles, rows: rows.collect() }
        }
        Body::Bars(bars) => {
            let titles = [&heads.name, &heads.part, &chart.x, &heads.low, &heads.high].map(String::clone);
            let mut rows = Vec::new();
            let mut name = "";
            for bar in bars {
                // A bar without a name belongs to the one above it.
                name = if bar.name.is_empty() { name } else { &bar.name };
                for part in &bar.parts {
                    let [low, high] = ends(part.interval, &write);
                    rows.push(vec![name.to_owned(), part.name.clone(), write(part.value), low, high]);
                }
            }
            Rows { heads: titles.to_vec(), rows }
        }
        Body::Week(cells) => {
            let titles = vec![heads.day.clone(), heads.hour.clone(), chart.x.clone()];
            let days: Vec<&str> = chart.y.split(',').map(str::trim).collect();
            let rows = cells.iter().enumerate().map(|(at, cell)| {
                let day = days.get(at / 24).copied().unwrap_or_default().to_owned();
                vec![day, format!("{}:00", at % 24), cell.strength.map_or(String::new(), |share| write(share * 100.0))]
            });
            Rows { heads: titles, rows: rows.collect() }
        }
    }
}

fn ends(interval: Option<(f64, f64)>, write: &impl Fn(f64) -> String) -> [String; 2] {
    interval.map_or([String::new(), String::new()], |(low, high)| [write(low), write(high)])
}

impl Rows {
    /// Writes the table with a mark between cells: a tab for the clipboard, a comma for files.
    pub fn text(&self, separator: char) -> String {
        let mut out = String::new();
        for row in std::iter::once(&self.heads).chain(&self.rows) {
            let cells: Vec<String> = row.iter().map(|cell| quoted(cell, separator)).collect();
            out.push_str(&cells.join(&separator.to_string()));
            out.push('\n');
        }
        out
    }
}

fn quoted(cell: &str, separator: char) -> String {
    if cell.contains([separator, '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::{Bar, Cell, Line, Part, Rgb};

    fn heads() -> Heads {
        let [name, part, low, high, day, hour] = ["bar", "part", "from", "to", "day", "hour"].map(str::to_owned);
        Heads { name, part, low, high, day, hour }
    }

    fn chart(body: Body) -> Chart {
        Chart { title: String::new(), explained: String::new(), x: "min".to_owned(), y: "Mon,Tue".to_owned(), body }
    }

    #[test]
    fn every_part_has_its_row_and_names_with_commas_are_quoted() {
        let part = |name: &str, value, interval| Part {
            name: name.to_owned(),
            value,
            interval,
            text: String::new(),
            colour: Rgb(0, 0, 0),
        };
        let parts = vec![part("busy", 1.5, Some((1.0, 2.0))), part("closed", 2.0, None)];
        let bar = Bar { name: "as is, today".to_owned(), start: 0.0, parts, interval: None, total: String::new() };
        let rows = of(&chart(Body::Bars(vec![bar])), &heads(), |x| x.to_string());
        assert_eq!(rows.text(','), "bar,part,min,from,to\n\"as is, today\",busy,1.5,1,2\n\"as is, today\",closed,2,,\n");
    }

    #[test]
    fn bands_stand_beside_their_points_and_hours_beside_their_days() {
        let line = Line {
            name: "a".to_owned(),
            points: vec![[0.0, 5.0]],
            band: vec![[4.0, 6.0]],
            marks: Vec::new(),
            colour: Rgb(0, 0, 0),
            dashed: false,
        };
        let rows = of(&chart(Body::Lines(vec![line])), &heads(), |x| x.to_string());
        assert_eq!(rows.rows, [["a", "0", "5", "4", "6"]]);
        let cells = vec![Cell { strength: Some(0.5), text: String::new() }; 25];
        let rows = of(&chart(Body::Week(cells)), &heads(), |x| x.to_string());
        assert_eq!(rows.rows[24], ["Tue", "0:00", "50"]);
    }
}
