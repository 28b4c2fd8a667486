//! Codecs of single values: times and dates as texts, distributions, figures.

use jiff::civil::{Date, DateTime};

use super::codec::{Codec, Cx, unless_default, variant_name};
use super::tree::{Field, Kind, Node};
use crate::base::diagnostic::Leg;
use crate::base::distribution::Distribution;
use crate::base::time::SimDuration;
use crate::formats::text::{self, TextFault, quoted};
use crate::model::calendar::{DateRange, WEEKDAY_NAMES, WeeklyHours, WeeklyInstant};
use crate::model::figure::Figure;
use crate::model::service::TermLength;

/// Reads a text and what the text says. `example` shows the form where no text stands at all.
fn read_text<T>(
    node: &Node,
    cx: &mut Cx,
    (expected, example): (&str, &str),
    parse: impl Fn(&str) -> Result<T, TextFault>,
    recover: T,
) -> T {
    match &node.kind {
        Kind::Text(text) => match parse(text) {
            Ok(value) => return value,
            Err(fault) => cx.error(node.span, "bad-text", fault.message, fault.hint),
        },
        Kind::Word(word) if parse(word).is_ok() => {
            cx.wrong_sort(node, expected, format!("Write {} in double quotes.", quoted(word)));
            return parse(word).unwrap_or(recover);
        }
        _ => cx.wrong_sort(node, expected, format!("Write it in double quotes, as \"{example}\".")),
    }
    recover
}

macro_rules! texts {
    ($($type:ty, $expected:literal, $example:literal, $parse:path, $print:path, $recover:expr;)*) => {$(
        impl Codec for $type {
            fn read(node: &Node, cx: &mut Cx) -> $type {
                read_text(node, cx, ($expected, $example), $parse, $recover)
            }

            fn write(&self) -> Node {
                Node::text($print(*self))
            }

            fn recover() -> $type {
                $recover
            }
        }
    )*};
}

/// The day that stands in for one that cannot be read.
const SOME_DAY: Date = Date::constant(2026, 1, 1);

texts! {
    SimDuration, "a duration", "15min", text::parse_duration, text::print_duration, SimDuration::ZERO;
    TermLength, "a term", "7wd", text::parse_term, text::print_term, TermLength::default();
    WeeklyHours, "hours of the week", "Mon-Fri 09:00-18:00", text::parse_weekly_hours, text::print_weekly_hours, WeeklyHours::default();
    WeeklyInstant, "an instant of the week", "Tue 12:00", text::parse_weekly_instant, text::print_weekly_instant, WeeklyInstant::default();
    Date, "a date", "2026-03-21", text::parse_date, text::print_date, SOME_DAY;
    DateRange, "a date", "2026-03-21", text::parse_date_range, text::print_date_range, DateRange { first: SOME_DAY, last: SOME_DAY };
    DateTime, "a date with a time", "2026-10-02 09:00", text::parse_date_time, text::print_date_time, SOME_DAY.at(0, 0, 0, 0);
}

/// A day at the weekend that is worked, and whose hours it takes: `("2026-05-04", "Mon")`.
impl Codec for (Date, u8) {
    fn read(node: &Node, cx: &mut Cx) -> (Date, u8) {
        match &node.kind {
            Kind::Tuple { name: None, items } if items.len() == 2 => {
                let date = cx.within(Leg::Item(0), |cx| Date::read(&items[0], cx));
                let day =
                    cx.within(Leg::Item(1), |cx| read_text(&items[1], cx, ("a day of the week", "Mon"), text::parse_weekday, 0));
                (date, day)
            }
            _ => {
                cx.wrong_sort(
                    node,
                    "a date and a day of the week",
                    "Write (\"2026-05-04\", \"Mon\"): the day worked, and whose hours it takes.",
                );
                Self::recover()
            }
        }
    }

    fn write(&self) -> Node {
        let day = WEEKDAY_NAMES[usize::from(self.1 % 7)];
        Node::tuple(None, vec![self.0.write(), Node::text(day)])
    }

    fn recover() -> (Date, u8) {
        (SOME_DAY, 0)
    }
}

/// Reads a duration as milliseconds that may carry a fraction.
fn read_ms(node: &Node, cx: &mut Cx) -> f64 {
    if let Kind::Number(number) = &node.kind {
        let number = number.chars().take(30).collect::<String>();
        let message = format!("Expected a duration, found the number {number} without a unit.");
        cx.error(node.span, "wrong-type", message, format!("Write it with its unit and in double quotes, as \"{number}min\"."));
        return 0.0;
    }
    read_text(node, cx, ("a duration", "15min"), text::parse_duration_ms, 0.0)
}

fn write_ms(ms: f64) -> Node {
    Node::text(text::print_duration_ms(ms))
}

/// The names of distributions, as the study file writes them.
pub(super) const DISTRIBUTIONS: &[&str] = &[
    "Fixed",
    "Uniform",
    "Triangular",
    "Pert",
    "Exponential",
    "Erlang",
    "Gamma",
    "Lognormal",
    "Normal",
    "Weibull",
    "Beta",
    "Empirical",
    "Histogram",
    "Truncated",
];

/// Distributions in study files are of durations: a text is a fixed one, anything else names its distribution.
impl Codec for Distribution {
    fn read(node: &Node, cx: &mut Cx) -> Distribution {
        match &node.kind {
            Kind::Text(_) | Kind::Number(_) => return Distribution::Fixed(read_ms(node, cx)),
            _ if variant_name(node).is_none() => {
                let hint =
                    "Write a duration in quotes, as \"15min\", or a distribution, as Triangular(\"5min\", \"10min\", \"30min\").";
                cx.wrong_sort(node, "a duration", hint);
                return Distribution::recover();
            }
            _ => {}
        }
        match cx.variant(node, "distribution", DISTRIBUTIONS) {
            Some(name) => read_distribution(name, node, cx),
            None => Distribution::recover(),
        }
    }

    fn write(&self) -> Node {
        let positional = |name: &str, values: &[f64]| Node::tuple(Some(name), values.iter().map(|ms| write_ms(*ms)).collect());
        let fields = |name: &str, fields: Vec<(&str, Node)>| {
            Node::record(fields.into_iter().map(|(name, value)| Field::new(name, value)).collect()).named(name)
        };
        match self {
            Distribution::Fixed(ms) => write_ms(*ms),
            Distribution::Uniform { min, max } => positional("Uniform", &[*min, *max]),
            Distribution::Triangular { min, likely, max } => positional("Triangular", &[*min, *likely, *max]),
            Distribution::Pert { min, likely, max } => positional("Pert", &[*min, *likely, *max]),
            Distribution::Exponential { mean } => positional("Exponential", &[*mean]),
            Distribution::Erlang { k, mean } => Node::tuple(Some("Erlang"), vec![k.write(), write_ms(*mean)]),
            Distribution::Gamma { mean, sd } => fields("Gamma", vec![("mean", write_ms(*mean)), ("sd", write_ms(*sd))]),
            Distribution::Lognormal { mean, sd } => fields("Lognormal", vec![("mean", write_ms(*mean)), ("sd", write_ms(*sd))]),
            Distribution::Normal { mean, sd } => fields("Normal", vec![("mean", write_ms(*mean)), ("sd", write_ms(*sd))]),
            Distribution::Weibull { shape, scale } => {
                fields("Weibull", vec![("shape", shape.write()), ("scale", write_ms(*scale))])
            }
            Distribution::Beta { alpha, beta, min, max } => fields(
                "Beta",
                vec![("alpha", alpha.write()), ("beta", beta.write()), ("min", write_ms(*min)), ("max", write_ms(*max))],
            ),
            Distribution::Empirical(rows) => {
                let row = |(ms, weight): &(f64, f64)| Node::tuple(None, vec![write_ms(*ms), weight.write()]);
                Node::list(rows.iter().map(row).collect()).named("Empirical")
            }
            Distribution::Histogram(rows) => {
                let row = |(from, to, weight): &(f64, f64, f64)| {
                    Node::tuple(None, vec![write_ms(*from), write_ms(*to), weight.write()])
                };
                Node::list(rows.iter().map(row).collect()).named("Histogram")
            }
            Distribution::Truncated { of, min, max } => {
                fields("Truncated", vec![("of", of.write()), ("min", write_ms(*min)), ("max", write_ms(*max))])
            }
        }
    }

    fn recover() -> Distribution {
        Distribution::Fixed(0.0)
    }
}

fn read_distribution(name: &str, node: &Node, cx: &mut Cx) -> Distribution {
    let arguments = |cx: &mut Cx, names: &'static [&'static str]| {
        let values = cx.arguments(node, names);
        move |at: usize, cx: &mut Cx, read: fn(&Node, &mut Cx) -> f64| {
            let value = values.get(at).copied().flatten();
            value.map_or(0.0, |value| cx.within(Leg::Field(names[at]), |cx| read(value, cx)))
        }
    };
    let number = f64::read;
    match name {
        "Uniform" => {
            let take = arguments(cx, &["min", "max"]);
            Distribution::Uniform { min: take(0, cx, read_ms), max: take(1, cx, read_ms) }
        }
        "Triangular" => {
            let take = arguments(cx, &["min", "likely", "max"]);
            Distribution::Triangular { min: take(0, cx, read_ms), likely: take(1, cx, read_ms), max: take(2, cx, read_ms) }
        }
        "Pert" => {
            let take = arguments(cx, &["min", "likely", "max"]);
            Distribution::Pert { min: take(0, cx, read_ms), likely: take(1, cx, read_ms), max: take(2, cx, read_ms) }
        }
        "Exponential" => {
            let take = arguments(cx, &["mean"]);
            Distribution::Exponential { mean: take(0, cx, read_ms) }
        }
        "Erlang" => {
            let values = cx.arguments(node, &["k", "mean"]);
            let value = |at: usize| values.get(at).copied().flatten();
            Distribution::Erlang {
                k: value(0).map_or(1, |value| cx.within(Leg::Field("k"), |cx| u32::read(value, cx))),
                mean: value(1).map_or(0.0, |value| cx.within(Leg::Field("mean"), |cx| read_ms(value, cx))),
            }
        }
        "Gamma" => {
            let take = arguments(cx, &["mean", "sd"]);
            Distribution::Gamma { mean: take(0, cx, read_ms), sd: take(1, cx, read_ms) }
        }
        "Lognormal" => {
            let take = arguments(cx, &["mean", "sd"]);
            Distribution::Lognormal { mean: take(0, cx, read_ms), sd: take(1, cx, read_ms) }
        }
        "Normal" => {
            let take = arguments(cx, &["mean", "sd"]);
            Distribution::Normal { mean: take(0, cx, read_ms), sd: take(1, cx, read_ms) }
        }
        "Weibull" => {
            let take = arguments(cx, &["shape", "scale"]);
            Distribution::Weibull { shape: take(0, cx, number), scale: take(1, cx, read_ms) }
        }
        "Beta" => {
            let take = arguments(cx, &["alpha", "beta", "min", "max"]);
            let (alpha, beta) = (take(0, cx, number), take(1, cx, number));
            Distribution::Beta { alpha, beta, min: take(2, cx, read_ms), max: take(3, cx, read_ms) }
        }
        "Empirical" => {
            let rows = read_rows(node, cx, 2, "(\"10min\", 0.3)");
            Distribution::Empirical(rows.into_iter().map(|row| (row[0], row[1])).collect())
        }
        "Histogram" => {
            let rows = read_rows(node, cx, 3, "(\"0min\", \"10min\", 0.2)");
            Distribution::Histogram(rows.into_iter().map(|row| (row[0], row[1], row[2])).collect())
        }
        "Truncated" => {
            let values = cx.arguments(node, &["of", "min", "max"]);
            let value = |at: usize| values.get(at).copied().flatten();
            Distribution::Truncated {
                of: value(0).map_or_else(Box::recover, |value| cx.within(Leg::Field("of"), |cx| Box::read(value, cx))),
                min: value(1).map_or(0.0, |value| cx.within(Leg::Field("min"), |cx| read_ms(value, cx))),
                max: value(2).map_or(0.0, |value| cx.within(Leg::Field("max"), |cx| read_ms(value, cx))),
            }
        }
        _ => {
            let take = arguments(cx, &["value"]);
            Distribution::Fixed(take(0, cx, read_ms))
        }
    }
}

/// Reads rows of durations that end with a weight. Rows that cannot be read are reported and left out.
fn read_rows(node: &Node, cx: &mut Cx, length: usize, example: &str) -> Vec<[f64; 3]> {
    let inner = match &node.kind {
        Kind::Tuple { items, .. } => items.as_slice(),
        _ => &[],
    };
    let [Node { kind: Kind::List(rows), .. }] = inner else {
        let hint = format!("Write {}([{example}, ...]).", variant_name(node).unwrap_or_default());
        cx.error(node.head(), "wrong-type", "This distribution needs a list of values with weights.", hint);
        return Vec::new();
    };
    let mut read = Vec::with_capacity(rows.len());
    for (i, row) in rows.iter().enumerate() {
        cx.within(Leg::Item(i), |cx| match &row.kind {
            Kind::Tuple { name: None, items } if items.len() == length => {
                let mut values = [0.0; 3];
                for (at, item) in items.iter().enumerate() {
                    values[at] = if at + 1 == length { f64::read(item, cx) } else { read_ms(item, cx) };
                }
                read.push(values);
            }
            _ => cx.wrong_sort(row, "values with their weight in round brackets", format!("Write {example}.")),
        });
    }
    read
}

/// A value that a [`Figure`] can hold, and how the ends of its range are written.
pub trait FigureValue: Codec + Clone + PartialEq {
    /// Reads an end of the range.
    fn read_end(node: &Node, cx: &mut Cx) -> f64;

    /// Writes an end of the range.
    fn write_end(end: f64) -> Node;
}

impl FigureValue for f64 {
    fn read_end(node: &Node, cx: &mut Cx) -> f64 {
        f64::read(node, cx)
    }

    fn write_end(end: f64) -> Node {
        end.write()
    }
}

impl FigureValue for Distribution {
    fn read_end(node: &Node, cx: &mut Cx) -> f64 {
        read_ms(node, cx)
    }

    fn write_end(end: f64) -> Node {
        write_ms(end)
    }
}

const FIGURE_FIELDS: &[&str] = &["value", "source", "range", "note", "owner", "by_segment"];

/// A figure is its bare value where it carries nothing else.
impl<T: FigureValue> Codec for Figure<T> {
    fn read(node: &Node, cx: &mut Cx) -> Figure<T> {
        let flattened = cx.take_flattened();
        let long = match &node.kind {
            Kind::Record { name, .. } => flattened || name.is_none(),
            _ => false,
        };
        if !long {
            return Figure::assumed(T::read(node, cx));
        }
        let mut slots = if flattened {
            cx.open_variant(node, "figure", FIGURE_FIELDS)
        } else {
            cx.open_record(node, "Figure", "figure", FIGURE_FIELDS)
        };
        // In the order of FIGURE_FIELDS.
        Figure {
            value: cx.required(&mut slots, node, "figure", "value"),
            source: cx.optional(&mut slots, "source", Default::default),
            range: cx.optional(&mut slots, "range", Ends::<T>::recover).ends,
            note: cx.optional(&mut slots, "note", Default::default),
            owner: cx.optional(&mut slots, "owner", Default::default),
            by_segment: cx.optional(&mut slots, "by_segment", Default::default),
        }
    }

    fn write(&self) -> Node {
        let range = Ends::<T> { ends: self.range, of: std::marker::PhantomData };
        let more = [
            unless_default("source", &self.source, Default::default),
            self.range.map(|_| Field::new("range", range.write())),
            unless_default("note", &self.note, Default::default),
            unless_default("owner", &self.owner, Default::default),
            unless_default("by_segment", &self.by_segment, Default::default),
        ];
        let more: Vec<Field> = more.into_iter().flatten().collect();
        if more.is_empty() {
            return self.value.write();
        }
        Node::record(std::iter::once(Field::new("value", self.value.write())).chain(more).collect())
    }

    fn recover() -> Figure<T> {
        Figure::assumed(T::recover())
    }
}

/// The range of a figure: two ends in the unit of its value.
struct Ends<T> {
    ends: Option<(f64, f64)>,
    of: std::marker::PhantomData<T>,
}

impl<T: FigureValue> Codec for Ends<T> {
    fn read(node: &Node, cx: &mut Cx) -> Ends<T> {
        match &node.kind {
            Kind::Tuple { name: None, items } if items.len() == 2 => {
                let low = cx.within(Leg::Item(0), |cx| T::read_end(&items[0], cx));
                let high = cx.within(Leg::Item(1), |cx| T::read_end(&items[1], cx));
                Ends { ends: Some((low, high)), of: std::marker::PhantomData }
            }
            _ => {
                cx.wrong_sort(
                    node,
                    "a low and a high end",
                    "Write two values in round brackets: (5, 30), or (\"5min\", \"30min\").",
                );
                Self::recover()
            }
        }
    }

    fn write(&self) -> Node {
        self.ends.map_or_else(
            || Node::new(Kind::Nothing),
            |(low, high)| Node::tuple(None, vec![T::write_end(low), T::write_end(high)]),
        )
    }

    fn recover() -> Ends<T> {
        Ends { ends: None, of: std::marker::PhantomData }
    }
}
