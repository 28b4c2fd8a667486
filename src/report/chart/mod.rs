//! Pictures of numbers. A [`Chart`] says what is shown, in words and plain numbers; [`svg`] draws it.
//!
//! Values are in the unit that the axis names, and whoever makes a chart gives the texts of its values too, so that drawing
//! knows neither language nor measure.

pub mod make;
pub mod svg;

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What the numbers along it are, with their unit.
    pub x: String,
    /// What the numbers upwards are, with their unit; empty for bars.
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
    /// Its colour.
    pub colour: Rgb,
    /// Whether it is dashed, so that it is told apart without its colour.
    pub dashed: bool,
}

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it is; empty where it belongs to the bar above.
    pub name: String,
    /// Its parts, from left to right.
    pub parts: Vec<Part>,
    /// The interval in which its true length lies.
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

impl Chart {
    /// Returns the largest length of a bar, its interval included; 1 where there is nothing.
    pub fn longest_bar(&self) -> f64 {
        let Body::Bars(bars) = &self.body else { return 1.0 };
        let length = |bar: &Bar| bar.interval.map_or(0.0, |(_, high)| high).max(bar.parts.iter().map(|part| part.value).sum());
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

    /// Returns the names and colours of the parts that its bars are made of, each once.
    pub fn legend(&self) -> Vec<(&str, Rgb)> {
        let mut legend: Vec<(&str, Rgb)> = Vec::new();
        if let Body::Bars(bars) = &self.body {
            for part in bars.iter().flat_map(|bar| &bar.parts).filter(|part| part.value > 0.0) {
                if !legend.iter().any(|(name, _)| *name == part.name) {
                    legend.push((&part.name, part.colour));
                }
            }
        }
        legend
    }
}
