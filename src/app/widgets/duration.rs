//! Durations as people type them: three fields for least, likely and most, and a picture of what they say.

use crate::app::Cx;
use crate::app::theme::{self, GAP_SMALL};
use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_MINUTE;
use crate::formats::text::{parse_duration_ms, print_duration_ms};
use crate::model::figure::DurationFigure;
use egui::{Rect, RichText, Sense, Ui, vec2};

/// Points at which a density is drawn.
const POINTS: usize = 120;

/// Returns least, likely and most in milliseconds, where a distribution is stated by these; a fixed one has only the middle.
pub fn triple(distribution: &Distribution) -> Option<[Option<f64>; 3]> {
    match distribution {
        Distribution::Fixed(value) => Some([None, Some(*value), None]),
        Distribution::Uniform { min, max } => Some([Some(*min), None, Some(*max)]),
        Distribution::Triangular { min, likely, max } | Distribution::Pert { min, likely, max } => {
            Some([Some(*min), Some(*likely), Some(*max)])
        }
        _ => None,
    }
}

/// Makes a distribution of least, likely and most: fixed where only the middle is given, even where it is missing,
/// triangular where all are, or PERT where it was PERT before.
pub fn of_triple(triple: [Option<f64>; 3], before: &Distribution) -> Option<Distribution> {
    let made = match triple {
        [None, Some(value), None] => Distribution::Fixed(value),
        [Some(min), None, Some(max)] => Distribution::Uniform { min, max },
        [min, Some(likely), max] => {
            let (min, max) = (min.unwrap_or(likely), max.unwrap_or(likely));
            match before {
                Distribution::Pert { .. } => Distribution::Pert { min, likely, max },
                _ => Distribution::Triangular { min, likely, max },
            }
        }
        [Some(value), None, None] | [None, None, Some(value)] => Distribution::Fixed(value),
        [None, None, None] => return None,
    };
    made.check().is_empty().then_some(made)
}

/// Reads a duration as it was typed: with a unit, or a number of minutes; in any of the window's languages.
pub fn read(typed: &str) -> Option<f64> {
    let plain = typed.trim().replace(',', ".").replace('\u{202f}', "");
    if let Ok(minutes) = plain.parse::<f64>() {
        return (minutes.is_finite() && minutes >= 0.0).then_some(minutes * MS_PER_MINUTE as f64);
    }
    let units = [
        ("сағ", "h"),
        ("мин", "min"),
        ("күн", "d"),
        ("дней", "d"),
        ("дня", "d"),
        ("день", "d"),
        ("ч", "h"),
        ("д", "d"),
        ("с", "s"),
    ];
    let spelled = units.iter().fold(plain, |text, (local, unit)| text.replace(local, unit));
    parse_duration_ms(&spelled).ok()
}

/// Writes a duration so that it can be typed again.
pub fn write(ms: f64) -> String {
    print_duration_ms(ms)
}

/// Takes a distribution over into a figure: what a source said of the old one does not hold for the new one.
pub fn set(figure: &DurationFigure, value: Distribution) -> DurationFigure {
    if value == figure.value {
        return figure.clone();
    }
    DurationFigure { value, source: None, ..figure.clone() }
}

/// Paints the density of a distribution with its mean and the value that nine in ten do not exceed.
pub fn density_ui(ui: &mut Ui, cx: &Cx<'_>, distribution: &Distribution) {
    let mean = distribution.mean();
    let words = [
        ("mean", cx.words.duration(mean / MS_PER_MINUTE as f64).into()),
        ("p90", cx.words.duration(distribution.quantile(0.9) / MS_PER_MINUTE as f64).into()),
    ];
    ui.label(theme::strong(cx.words.with("duration-mean", &words)));
    let (least, most) = (distribution.quantile(0.001), distribution.quantile(0.995));
    // Less than a millisecond apart is one value; so is what cannot be told.
    let apart = most - least;
    if apart.is_nan() || apart <= 1.0 {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 84.0), Sense::hover());
    let painter = ui.painter_at(rect);
    let step = (most - least) / POINTS as f64;
    // The share in a narrow column is drawn, so that values with weights have a picture too.
    let mut heights: Vec<f64> = (0..POINTS)
        .map(|n| {
            let from = least + step * n as f64;
            (distribution.cdf(from + step) - distribution.cdf(from)).max(0.0)
        })
        .collect();
    let highest = heights.iter().copied().fold(0.0, f64::max);
    if highest <= 0.0 {
        return;
    }
    heights.iter_mut().for_each(|height| *height /= highest);
    let width = rect.width() / POINTS as f32;
    for (n, height) in heights.iter().enumerate() {
        let left = rect.left() + n as f32 * width;
        let top = rect.bottom() - 14.0 - (rect.height() - 18.0) * *height as f32;
        let column = Rect::from_min_max([left, top].into(), [left + width + 0.5, rect.bottom() - 14.0].into());
        painter.rect_filled(column, 0.0, cx.theme.accent_ground);
    }
    let x = rect.left() + ((mean - least) / (most - least)) as f32 * rect.width();
    painter.vline(x, rect.top()..=rect.bottom() - 14.0, egui::Stroke::new(1.5, cx.theme.accent));
    let font = egui::FontId::proportional(10.5 * cx.theme.type_scale);
    let minutes = |ms: f64| cx.words.duration(ms / MS_PER_MINUTE as f64);
    painter.text(rect.left_bottom(), egui::Align2::LEFT_BOTTOM, minutes(least), font.clone(), cx.theme.text_weak);
    painter.text(rect.right_bottom(), egui::Align2::RIGHT_BOTTOM, minutes(most), font, cx.theme.text_weak);
    if let Some(pointer) = response.hover_pos() {
        let at = least + (most - least) * f64::from((pointer.x - rect.left()) / rect.width());
        let words = [("time", minutes(at).into()), ("share", cx.words.percent(distribution.cdf(at)).into())];
        response.on_hover_text_at_pointer(cx.words.with("duration-at-most", &words));
    }
    ui.add_space(GAP_SMALL);
}

/// Paints least, likely and most as fields, and returns the duration once one of them was changed.
pub fn fields_ui(ui: &mut Ui, cx: &Cx<'_>, figure: &DurationFigure, salt: &str) -> Option<DurationFigure> {
    let values = triple(&figure.value)?;
    let mut changed = None;
    ui.horizontal(|ui| {
        for (at, label) in ["duration-least", "duration-likely", "duration-most"].into_iter().enumerate() {
            ui.vertical(|ui| {
                ui.label(RichText::new(cx.words.get(label)).small().color(cx.theme.text_weak));
                let id = egui::Id::unique(("duration field", salt, at));
                let shown = values[at].map_or(String::new(), write);
                if let Some(typed) = super::cell_ui(ui, id, &shown, 74.0, &cx.words.get(label)) {
                    let mut triple = values;
                    triple[at] = read(&typed);
                    changed = of_triple(triple, &figure.value).map(|made| set(figure, made));
                }
            });
        }
    });
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_type_them() {
        let minutes = |typed| read(typed).map(|ms| ms / MS_PER_MINUTE as f64);
        assert_eq!(minutes("12"), Some(12.0));
        assert_eq!(minutes("12,5"), Some(12.5));
        assert_eq!(minutes("1h 30min"), Some(90.0));
        assert_eq!(minutes("1 ч 30 мин"), Some(90.0));
        assert_eq!(minutes("2 сағ"), Some(120.0));
        assert_eq!(minutes("-3"), None);
        assert_eq!(minutes("soon"), None);
    }

    #[test]
    fn three_values_out_of_order_make_no_duration() {
        let before = Distribution::Fixed(1.0);
        assert_eq!(of_triple([Some(9.0), Some(5.0), Some(7.0)], &before), None);
        assert_eq!(of_triple([None, Some(5.0), None], &before), Some(Distribution::Fixed(5.0)));
        let made = of_triple([Some(1.0), Some(5.0), Some(7.0)], &before);
        assert_eq!(made, Some(Distribution::Triangular { min: 1.0, likely: 5.0, max: 7.0 }));
    }
}
