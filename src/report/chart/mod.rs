//! Pictures of numbers. A [`Chart`] says what is shown, in words and plain numbers; [`svg`] draws it, [`rows`] sets it as a table.
//!
//! Values are in the unit that the axis names, and whoever makes a chart gives the texts of its values too, so that drawing
//! knows neither language nor measure. Report and window draw the same charts.

pub mod make;
pub mod rows;
pub mod svg;

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// How it is read, in a sentence or two; empty where that goes without saying.
    pub explained: String,
    /// What the numbers along it are, with their unit.
    pub x: String,
    /// What the numbers upwards are, with their unit; empty for bars; the names of the days, with commas, for a week.
    pub y: String,
    /// The numbers.
    pub body: Body,
}

/// The numbers of a chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Lines over a common axis.
    Lines(Vec<Line>),
    /// Lying bars made of parts, one beneath the other.
    Bars(Vec<Bar>),
    /// A week by hours: seven rows of 24, Monday first.
    Week(Vec<Cell>),
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<[f64; 2]>,
    /// For each point the interval in which its true height lies; empty where there is none.
    pub band: Vec<[f64; 2]>,
    /// Points that are named, as the median.
    pub marks: Vec<Mark>,
    /// Its colour.
    pub colour: Rgb,
    /// Whether it is dashed, so that it is told apart without its colour.
    pub dashed: bool,
}

/// A named point of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where.
    pub at: [f64; 2],
    /// What it says, in words with the value.
    pub text: String,
}

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it is; empty where it belongs to the bar above.
    pub name: String,
    /// Where it begins; 0 but for bars that continue others. Not negative.
    pub start: f64,
    /// Its parts, from left to right.
    pub parts: Vec<Part>,
    /// The interval in which its true end lies.
    pub interval: Option<(f64, f64)>,
    /// What stands at its end.
    pub total: String,
}

/// A part of a bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is.
    pub name: String,
    /// How long; not negative.
    pub value: f64,
    /// The interval in which the true length lies.
    pub interval: Option<(f64, f64)>,
    /// The same in words.
    pub text: String,
    /// Its colour.
    pub colour: Rgb,
}

/// A cell of a week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// How strong its colour is, 0 to 1; `None` leaves it empty.
    pub strength: Option<f64>,
    /// What it says, in words.
    pub text: String,
}

/// How charts are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// What lies beneath; `None` leaves it clear.
    pub ground: Option<Rgb>,
    /// Letters.
    pub text: Rgb,
    /// Lines of the axes.
    pub rule: Rgb,
    /// Hours in which nobody is on shift.
    pub empty: Rgb,
    /// Colours of a heat map: nothing, half, all.
    pub heat: [Rgb; 3],
    /// Whether the chart's title stands above it, rather than in the text around it.
    pub titled: bool,
    /// The decimal mark.
    pub decimal: char,
    /// What the numbers rest on, in a small line beneath; empty where the text around the chart says it.
    pub foot: String,
}

impl Default for Style {
    /// The report's: dark text on clear ground, its title in the text around it.
    fn default() -> Self {
        Style {
            ground: None,
            text: Rgb(0x1B, 0x23, 0x2D),
            rule: Rgb(0xD5, 0xDC, 0xE4),
            empty: Rgb(0xF4, 0xF6, 0xF8),
            heat: [Rgb(0xE3, 0xEC, 0xF5), Rgb(0xF2, 0xC8, 0x79), Rgb(0xC2, 0x45, 0x2D)],
            titled: false,
            decimal: '.',
            foot: String::new(),
        }
    }
}

impl Bar {
    /// Makes a bar of one part, which shares its interval and its text.
    pub fn of_one(name: String, part: Part) -> Self {
        Bar { name, start: 0.0, interval: part.interval, total: part.text.clone(), parts: vec![part] }
    }

    /// Returns where it ends, without its interval.
    pub fn end(&self) -> f64 {
        self.start + self.parts.iter().map(|part| part.value).sum::<f64>()
    }
}

impl Chart {
    /// Returns the farthest end of a bar, its interval included; 1 where there is nothing.
    pub fn longest_bar(&self) -> f64 {
        let Body::Bars(bars) = &self.body else { return 1.0 };
        let length = |bar: &Bar| bar.interval.map_or(0.0, |(_, high)| high).max(bar.end());
        let longest = bars.iter().map(length).fold(0.0, f64::max);
        if longest > 0.0 { longest } else { 1.0 }
    }

    /// Tells whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        match &self.body {
            Body::Lines(lines) => lines.iter().all(|line| line.points.len() < 2),
            Body::Bars(bars) => bars.iter().all(|bar| bar.parts.iter().all(|part| part.value <= 0.0)),
            Body::Week(cells) => cells.iter().all(|cell| cell.strength.is_none()),
        }
    }

    /// Returns the names and colours of the parts that its bars are made of, each once; none where the bars' own names say it all.
    pub fn legend(&self) -> Vec<(&str, Rgb)> {
        let mut legend: Vec<(&str, Rgb)> = Vec::new();
        if let Body::Bars(bars) = &self.body
            && bars.iter().any(|bar| bar.parts.iter().any(|part| part.name != bar.name))
        {
            for part in bars.iter().flat_map(|bar| &bar.parts).filter(|part| part.value > 0.0) {
                if !legend.iter().any(|(name, _)| *name == part.name) {
                    legend.push((&part.name, part.colour));
                }
            }
        }
        legend
    }

    /// Says the chart in words, for those who do not see it: every bar, the named points of every line or else its first, highest
    /// and last, the busiest hour of a week.
    pub fn in_words(&self, write: impl Fn(f64) -> String) -> String {
        let said: Vec<String> = match &self.body {
            Body::Lines(lines) => lines.iter().map(|line| line_in_words(line, &write)).collect(),
            Body::Bars(bars) => bars.iter().map(|bar| bar_in_words(bars, bar)).collect(),
            Body::Week(cells) => {
                let busiest = cells.iter().filter(|cell| cell.strength.is_some());
                let busiest = busiest.max_by(|a, b| a.strength.unwrap_or(0.0).total_cmp(&b.strength.unwrap_or(0.0)));
                busiest.map(|cell| cell.text.clone()).into_iter().collect()
            }
        };
        let axes: Vec<&str> = [self.y.as_str(), self.x.as_str()].into_iter().filter(|axis| !axis.is_empty()).collect();
        let axes = if matches!(self.body, Body::Week(_)) { String::new() } else { format!(" ({})", axes.join(" / ")) };
        format!("{}{axes}. {}", self.title, said.join("; "))
    }
}

fn line_in_words(line: &Line, write: &impl Fn(f64) -> String) -> String {
    if !line.marks.is_empty() {
        let marks: Vec<&str> = line.marks.iter().map(|mark| mark.text.as_str()).collect();
        return format!("{}: {}", line.name, marks.join(", "));
    }
    let highest = line.points.iter().max_by(|a, b| a[1].total_cmp(&b[1]));
    let told = [line.points.first(), highest, line.points.last()];
    let told: Vec<String> = told.into_iter().flatten().map(|[x, y]| format!("{} ({})", write(*y), write(*x))).collect();
    format!("{}: {}", line.name, told.join(", "))
}

fn bar_in_words(bars: &[Bar], bar: &Bar) -> String {
    let named = |bar: &&Bar| !bar.name.is_empty();
    let at = bars.iter().position(|other| std::ptr::eq(other, bar)).unwrap_or(0);
    let name = bars[..=at].iter().rev().find(named).map_or("", |bar| bar.name.as_str());
    match &bar.parts[..] {
        [part] if part.name == name => format!("{name}: {}", bar.total),
        [part] => format!("{name}, {}: {}", part.name, bar.total),
        parts => {
            let parts: Vec<String> =
                parts.iter().filter(|p| p.value > 0.0).map(|part| format!("{} {}", part.name, part.text)).collect();
            format!("{name}: {} ({})", bar.total, parts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, value: f64) -> Part {
        Part { name: name.to_owned(), value, interval: None, text: format!("{value} h"), colour: Rgb(0, 0, 0) }
    }

    #[test]
    fn bars_are_said_with_what_they_belong_to() {
        let bars = vec![Bar::of_one("Desk".to_owned(), part("As is", 2.0)), Bar::of_one(String::new(), part("To-be", 1.0))];
        let chart =
            Chart { title: "Load".into(), explained: String::new(), x: "h".into(), y: String::new(), body: Body::Bars(bars) };
        assert_eq!(chart.in_words(|x| x.to_string()), "Load (h). Desk, As is: 2 h; Desk, To-be: 1 h");
    }

    #[test]
    fn lines_are_said_by_their_marks_or_by_first_highest_and_last() {
        let line = Line {
            name: "As is".into(),
            points: vec![[0.0, 1.0], [1.0, 5.0], [2.0, 3.0]],
            band: Vec::new(),
            marks: Vec::new(),
            colour: Rgb(0, 0, 0),
            dashed: false,
        };
        assert_eq!(line_in_words(&line, &|x| x.to_string()), "As is: 1 (0), 5 (1), 3 (2)");
        let marked = Line { marks: vec![Mark { at: [1.0, 5.0], text: "median 1 h".into() }], ..line };
        assert_eq!(line_in_words(&marked, &|x| x.to_string()), "As is: median 1 h");
    }

    #[test]
    fn bar_that_continues_another_ends_behind_it() {
        let bar = Bar { start: 3.0, ..Bar::of_one(String::new(), part("gain", 2.0)) };
        assert_eq!(bar.end(), 5.0);
    }
}
