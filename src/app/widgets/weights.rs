//! Relative weights as bars that are drawn up and down or typed: how demand varies over a year, a week, a day.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand};
use crate::app::widgets::figure::{Shape, number_ui};
use egui::{Rect, RichText, Sense, Ui, vec2};

/// Width of a bar with its number.
const WIDTH: f32 = 44.0;
/// Room between two bars.
const SPACE: f32 = 4.0;
/// Height of the highest bar.
const HEIGHT: f32 = 44.0;
/// The largest weight that can be typed.
const MOST: f64 = 1000.0;

/// Paints weights with a name each; returns them once one was changed. Only their proportion counts, and one of them is above 0.
pub fn weights_ui(ui: &mut Ui, cx: &mut Cx<'_>, weights: &[f64], names: &[String], said: &str) -> Option<Vec<f64>> {
    let most = weights.iter().copied().fold(0.0, f64::max);
    let mut changed = weights.to_vec();
    let mut ended = false;
    let width = WIDTH * cx.theme.type_scale;
    let in_row = in_row(weights.len(), ui.available_width(), width + SPACE);
    // A grid keeps to its room, which a row of columns does not.
    let grid = egui::Grid::new(("weights", said)).spacing(vec2(SPACE, 6.0)).min_col_width(width);
    grid.show(ui, |ui| {
        for ((at, weight), name) in weights.iter().enumerate().zip(names) {
            if at > 0 && at % in_row == 0 {
                ui.end_row();
            }
            ui.vertical(|ui| {
                ui.set_width(width);
                let (rect, bar) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::drag());
                let share = if most > 0.0 { (*weight / most) as f32 } else { 0.0 };
                ui.painter().rect_filled(rect, 3.0, cx.theme.surface_quiet);
                let filled = Rect::from_min_max(egui::pos2(rect.left(), rect.bottom() - rect.height() * share), rect.max);
                ui.painter().rect_filled(filled, 3.0, cx.theme.accent);
                if bar.dragged() {
                    changed[at] = drawn(*weight, most, bar.drag_delta().y);
                }
                ui.spacing_mut().interact_size.x = width;
                let shape = Shape::counted(format!("{said}: {name}"), "", 0.0..=MOST, 2);
                if let Some(typed) = number_ui(ui, cx, *weight, &shape).0 {
                    changed[at] = typed;
                }
                ended |= bar.drag_stopped();
                ui.vertical_centered(|ui| ui.label(RichText::new(name).small().color(cx.theme.text_weak)));
            });
        }
    });
    if ended {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
    (changed != weights && changed.iter().any(|weight| *weight > 0.0)).then_some(changed)
}

/// Returns how many of `n` bars stand in a row: as many as there is room for, in rows that are as full as each other.
fn in_row(n: usize, room: f32, width: f32) -> usize {
    let most = (room / width).floor().max(1.0) as usize;
    n.div_ceil(n.div_ceil(most).max(1)).max(1)
}

/// Returns a weight after its bar was drawn so many points down.
fn drawn(weight: f64, most: f64, points: f32) -> f64 {
    let moved = weight - f64::from(points / HEIGHT) * most.max(0.01);
    ((moved * 100.0).round() / 100.0).clamp(0.0, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_in_rows_as_full_as_each_other() {
        assert_eq!([2000.0, 700.0, 500.0, 90.0, 5.0].map(|room| in_row(24, room, 42.0)), [24, 12, 8, 2, 1]);
        assert_eq!(in_row(7, 700.0, 42.0), 7);
        assert_eq!(in_row(0, 700.0, 42.0), 1);
    }

    #[test]
    fn a_bar_that_is_drawn_up_weighs_more_and_never_less_than_nothing() {
        assert_eq!(drawn(1.0, 2.0, -HEIGHT / 2.0), 2.0);
        assert_eq!(drawn(1.0, 2.0, HEIGHT * 5.0), 0.0);
        assert_eq!(drawn(0.0, 0.0, 0.0), 0.0);
    }
}
