//! Pictures of numbers. A [`Chart`] says what is shown; [`paint`] draws it, [`svg`] and [`table`] write the same thing to files.
//!
//! Values are plain numbers in the unit that the axis names; whoever makes a chart gives the texts of its values too, so
//! that a chart knows no language and no measure.

pub mod make;
pub mod paint;
pub mod svg;
pub mod table;

use egui::Color32;

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows; also the name of its files.
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
    pub colour: Color32,
    /// Whether it is dashed, so that it is told apart without its colour.
    pub dashed: bool,
}

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it is.
    pub name: String,
    /// Its parts, from left to right.
    pub parts: Vec<Part>,
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
    pub colour: Color32,
}

/// A cell of a week.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What it says.
    pub value: f64,
    /// How strong its colour is, 0 to 1; `None` leaves it empty.
    pub strength: Option<f32>,
    /// The same in words.
    pub text: String,
}

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
    /// A part of the window as a picture, in points.
    Picture(egui::Rect),
    /// The same, to the clipboard.
    CopiedPicture(egui::Rect),
}

impl Chart {
    /// Returns the largest sum of a bar's parts; 1 where there is nothing.
    pub fn longest_bar(&self) -> f64 {
        let Body::Bars(bars) = &self.body else { return 1.0 };
        let longest = bars.iter().map(|bar| bar.parts.iter().map(|part| part.value).sum::<f64>()).fold(0.0, f64::max);
        if longest > 0.0 { longest } else { 1.0 }
    }

    /// Tells whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        match &self.body {
            Body::Lines(lines) => lines.iter().all(|line| line.points.is_empty()),
            Body::Bars(bars) => bars.iter().all(|bar| bar.parts.iter().all(|part| part.value <= 0.0)),
            Body::Week(cells) => cells.iter().all(|cell| cell.strength.is_none()),
        }
    }

    /// Returns the names and colours of the parts that its bars are made of, each once.
    pub fn legend(&self) -> Vec<(&str, Color32)> {
        let mut legend: Vec<(&str, Color32)> = Vec::new();
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
