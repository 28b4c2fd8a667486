//! Numbers with where they come from, as fields.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand};
use crate::app::widgets::provenance;
use crate::model::figure::NumberFigure;
use egui::{DragValue, Ui};
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
        Shape { name, factor: 1.0, suffix: format!(" {currency}"), range: 0.0..=1e12, decimals: 2 }
    }

    /// A whole number, not negative.
    pub fn count(name: String) -> Shape {
        Shape { name, factor: 1.0, suffix: String::new(), range: 0.0..=100_000.0, decimals: 0 }
    }
}

/// Paints a number as a field that is typed into or drawn; returns it once it was changed. What its source said no longer holds then.
pub fn value_ui(ui: &mut Ui, cx: &mut Cx<'_>, figure: &NumberFigure, shape: &Shape) -> Option<NumberFigure> {
    let mut shown = figure.value * shape.factor;
    let speed = (shown.abs() / 200.0).max(if shape.decimals == 0 { 0.1 } else { 0.05 });
    let field = DragValue::new(&mut shown).speed(speed).range(shape.range.clone()).max_decimals(shape.decimals);
    let response = ui.add(field.suffix(&shape.suffix));
    response.widget_info(|| egui::WidgetInfo {
        value: Some(shown),
        ..egui::WidgetInfo::labeled(egui::Role::SpinButton, true, &shape.name)
    });
    if response.drag_stopped() || response.lost_focus() {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
    let rounded = if shape.decimals == 0 { shown.round() } else { shown };
    let value = rounded / shape.factor;
    let changed = response.changed() && value != figure.value;
    if !figure.note.is_empty() {
        response.on_hover_text(&figure.note);
    }
    changed.then(|| NumberFigure { value, source: None, ..figure.clone() })
}

/// Paints a number with where it comes from; returns it once either was changed.
pub fn figure_ui(ui: &mut Ui, cx: &mut Cx<'_>, figure: &NumberFigure, shape: &Shape) -> Option<NumberFigure> {
    let changed = value_ui(ui, cx, figure, shape);
    let chosen = provenance::edit_ui(ui, cx, figure.source.as_deref(), &figure.note, &shape.name);
    let chosen = chosen.map(|found| NumberFigure { source: found.source, note: found.note, ..figure.clone() });
    changed.or(chosen)
}
