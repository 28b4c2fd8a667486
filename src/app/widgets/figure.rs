//! Numbers with where they come from, as fields.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand};
use crate::app::widgets::provenance;
use crate::model::figure::NumberFigure;
use crate::texts::Words;
use egui::{DragValue, Response, Ui};
use std::ops::RangeInclusive;

/// How a number is shown and what it may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What it is called.
    pub name: String,
    /// What it is multiplied with to be shown: 100 for a share.
    pub factor: f64,
    /// What stands behind it.
    pub suffix: String,
    /// Values that can be shown.
    pub range: RangeInclusive<f64>,
    /// Decimals at most.
    pub decimals: usize,
}

impl Shape {
    /// A share, shown in per cent.
    pub fn share(name: String) -> Shape {
        Shape { name, factor: 100.0, suffix: " %".to_owned(), range: 0.0..=100.0, decimals: 1 }
    }

    /// An amount of money, not negative.
    pub fn money(name: String, currency: &str) -> Shape {
        let sign = if currency == "KZT" { "₸" } else { currency };
        Shape { name, factor: 1.0, suffix: format!(" {sign}"), range: 0.0..=1e12, decimals: 2 }
    }

    /// A number of days, working days or anything else that is counted, with its unit behind it.
    pub fn counted(name: String, unit: &str, range: RangeInclusive<f64>, decimals: usize) -> Shape {
        let suffix = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        Shape { name, factor: 1.0, suffix, range, decimals }
    }

    /// A whole number, not negative.
    pub fn count(name: String) -> Shape {
        Shape { name, factor: 1.0, suffix: String::new(), range: 0.0..=100_000.0, decimals: 0 }
    }
}

/// Paints a number as a field that is typed into or drawn; returns it once it was changed.
///
/// What nobody touches stays what it is, with all its decimals and beyond the range too.
pub fn number_ui(ui: &mut Ui, cx: &mut Cx<'_>, value: f64, shape: &Shape) -> (Option<f64>, Response) {
    let mut shown = value * shape.factor;
    let speed = (shown.abs() / 200.0).max(if shape.decimals == 0 { 0.1 } else { 0.05 });
    let field = DragValue::new(&mut shown).speed(speed).range(shape.range.clone()).clamp_existing_to_range(false);
    let (words, decimals) = (cx.words, shape.decimals);
    let field = field.custom_formatter(move |value, _| written(words, value, decimals)).custom_parser(read);
    let response = ui.add(field.max_decimals(shape.decimals).suffix(&shape.suffix));
    response.widget_info(|| egui::WidgetInfo {
        value: Some(shown),
        ..egui::WidgetInfo::labeled(egui::Role::SpinButton, true, &shape.name)
    });
    if response.drag_stopped() || response.lost_focus() {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
    let rounded = if shape.decimals == 0 { shown.round() } else { shown };
    let typed = rounded / shape.factor;
    ((response.changed() && typed != value).then_some(typed), response)
}

/// Writes a number the way the language does: thousands set apart, and its own decimal mark.
pub fn written(words: Words, value: f64, decimals: usize) -> String {
    if value.fract() == 0.0 && value >= 0.0 { words.whole(value) } else { words.number(value, decimals) }
}

/// Reads a number as it is written in any of the languages.
pub fn read(typed: &str) -> Option<f64> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    plain.replace(',', ".").replace('−', "-").parse().ok().filter(|value: &f64| value.is_finite())
}

/// Paints a figure's number as a field; returns the figure once it was changed. What its source said no longer holds then.
pub fn value_ui(ui: &mut Ui, cx: &mut Cx<'_>, figure: &NumberFigure, shape: &Shape) -> Option<NumberFigure> {
    let (typed, response) = number_ui(ui, cx, figure.value, shape);
    if !figure.note.is_empty() {
        response.on_hover_text(cx.words.note(&figure.note));
    }
    typed.map(|value| NumberFigure { value, source: None, ..figure.clone() })
}

/// Paints a number with where it comes from; returns it once either was changed.
pub fn figure_ui(ui: &mut Ui, cx: &mut Cx<'_>, figure: &NumberFigure, shape: &Shape) -> Option<NumberFigure> {
    let changed = value_ui(ui, cx, figure, shape);
    let chosen = provenance::edit_ui(ui, cx, figure.source.as_deref(), &figure.note, &shape.name);
    let chosen = chosen.map(|found| NumberFigure { source: found.source, note: found.note, ..figure.clone() });
    changed.or(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Language;

    #[test]
    fn numbers_are_read_as_they_are_written_in_every_language() {
        for language in Language::ALL {
            for value in [0.0, 36.8, -2.5, 32_800.0, 1_234_567.0] {
                let text = written(Words { language }, value, 1);
                assert_eq!(read(&text), Some(value), "{text}");
            }
        }
        assert_eq!(written(Words { language: Language::Russian }, 36.8, 1), "36,8");
        assert_eq!((read("soon"), read("inf"), read("")), (None, None, None));
    }
}
