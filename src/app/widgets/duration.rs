//! Durations as people type them: three fields for least, likely and most, and a picture of what they say.

use crate::app::Cx;
use crate::app::theme::{self, GAP_SMALL};
use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_MINUTE;
use crate::formats::text::{parse_duration_ms, print_duration_ms};
use crate::model::figure::DurationFigure;
use crate::texts::Language;
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
    // Longer words before those that begin like them.
    let units = [
        ("мс", "ms"),
        ("сағ", "h"),
        ("мин", "min"),
        ("күн", "d"),
        ("апта", "w"),
        ("нед", "w"),
        ("дней", "d"),
        ("дня", "d"),
        ("день", "d"),
        ("часов", "h"),
        ("часа", "h"),
        ("час", "h"),
        ("сут", "d"),
        ("ч", "h"),
        ("д", "d"),
        ("с", "s"),
    ];
    let spelled = units.iter().fold(plain, |text, (local, unit)| text.replace(local, unit));
    parse_duration_ms(&spelled).ok()
}

/// Writes a duration in a language so that it can be typed again.
pub fn write_in(language: Language, ms: f64) -> String {
    let units: &[(&str, &str)] = match language {
        Language::English => &[],
        Language::Russian => &[("min", "мин"), ("ms", "мс"), ("s", "с"), ("h", "ч"), ("d", "д"), ("w", "нед")],
        Language::Kazakh => &[("min", "мин"), ("ms", "мс"), ("s", "с"), ("h", "сағ"), ("d", "күн"), ("w", "апта")],
    };
    // Parts of a millisecond come from sums and roots, and are nothing to read.
    let text = units.iter().fold(print_duration_ms(ms.round()), |text, (unit, local)| text.replace(unit, local));
    let mut spaced = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if c.is_alphabetic() && spaced.ends_with(|before: char| before.is_ascii_digit()) {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    spaced
}

/// Takes a distribution over into a figure: what a source said of the old one does not hold for the new one.
pub fn set(figure: &DurationFigure, value: Distribution) -> DurationFigure {
    if value == figure.value {
        return figure.clone();
    }
    DurationFigure { value, source: None, ..figure.clone() }
}

/// Returns between what a distribution is drawn: its own ends where it has them nearby, else so that nearly all values are in.
fn span(distribution: &Distribution) -> (f64, f64) {
    let (least, most) = (distribution.quantile(0.001), distribution.quantile(0.995));
    let near = 0.3 * (most - least);
    let (first, last) = (distribution.quantile(0.0), distribution.quantile(1.0));
    (if least - first <= near { first } else { least }, if last - most <= near { last } else { most })
}

/// Paints the density of a distribution with its mean and the value that nine in ten do not exceed.
pub fn density_ui(ui: &mut Ui, cx: &Cx<'_>, distribution: &Distribution) {
    let mean = distribution.mean();
    let words = [
        ("mean", cx.words.duration(mean / MS_PER_MINUTE as f64).into()),
        ("p90", cx.words.duration(distribution.quantile(0.9) / MS_PER_MINUTE as f64).into()),
    ];
    ui.label(theme::strong(cx.words.with("duration-mean", &words)));
    let (least, most) = span(distribution);
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

/// The shapes that can be chosen, the plain ones first, with the ids of their texts.
const SHAPES: [(Shape, &str); 8] = [
    (Shape::Fixed, "shape-fixed"),
    (Shape::Triangular, "shape-triangular"),
    (Shape::Pert, "shape-pert"),
    (Shape::Uniform, "shape-uniform"),
    (Shape::Lognormal, "shape-lognormal"),
    (Shape::Gamma, "shape-gamma"),
    (Shape::Exponential, "shape-exponential"),
    (Shape::Other, "shape-other"),
];

/// What kind of distribution it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Always the same.
    Fixed,
    /// Least, likely, most.
    Triangular,
    /// Least, likely, most, with less weight on the ends.
    Pert,
    /// Least and most.
    Uniform,
    /// Mean and spread, with a long tail.
    Lognormal,
    /// Mean and spread.
    Gamma,
    /// Mean alone.
    Exponential,
    /// Any other, which is shown but not edited here.
    Other,
}

/// Returns what kind of distribution it is.
pub fn shape(distribution: &Distribution) -> Shape {
    match distribution {
        Distribution::Fixed(_) => Shape::Fixed,
        Distribution::Triangular { .. } => Shape::Triangular,
        Distribution::Pert { .. } => Shape::Pert,
        Distribution::Uniform { .. } => Shape::Uniform,
        Distribution::Lognormal { .. } => Shape::Lognormal,
        Distribution::Gamma { .. } => Shape::Gamma,
        Distribution::Exponential { .. } => Shape::Exponential,
        _ => Shape::Other,
    }
}

/// Returns a distribution of another shape with the same mean as far as the shape can have it, and much the same spread.
///
/// Values are rounded to seconds, so that they can be read. `None` where there is nothing to begin with.
pub fn reshaped(before: &Distribution, shape: Shape) -> Option<Distribution> {
    let second = |ms: f64| (ms / 1000.0).round() * 1000.0;
    let mean = second(before.mean());
    if mean <= 0.0 && shape != Shape::Fixed {
        return None;
    }
    let spread = second(before.variance().sqrt());
    let sd = if spread > 0.0 { spread } else { second(mean / 2.0) };
    let (min, max) = match triple(before) {
        Some([Some(min), _, Some(max)]) => (min, max),
        _ if spread > 0.0 => (second(before.quantile(0.05)), second(before.quantile(0.95))),
        _ => (second(mean / 2.0), second(mean * 1.5)),
    };
    let likely = match triple(before) {
        Some([_, Some(likely), _]) => likely,
        _ => second(3.0 * mean - min - max).clamp(min, max),
    };
    let made = match shape {
        Shape::Fixed => Distribution::Fixed(mean),
        Shape::Triangular => Distribution::Triangular { min, likely, max },
        Shape::Pert => Distribution::Pert { min, likely, max },
        Shape::Uniform => Distribution::Uniform { min, max },
        Shape::Lognormal => Distribution::Lognormal { mean, sd },
        Shape::Gamma => Distribution::Gamma { mean, sd },
        Shape::Exponential => Distribution::Exponential { mean },
        Shape::Other => return None,
    };
    made.check().is_empty().then_some(made)
}

/// Paints the shape to be chosen, and beneath it the fields that state it; returns the duration once something was changed.
pub fn editor_ui(ui: &mut Ui, cx: &Cx<'_>, figure: &DurationFigure, salt: &str) -> Option<DurationFigure> {
    let now = shape(&figure.value);
    let text = |shape: Shape| SHAPES.iter().find(|(known, _)| *known == shape).map_or(String::new(), |(_, id)| cx.words.get(id));
    let mut changed = None;
    let combo = egui::ComboBox::from_id_salt(("shape", salt)).selected_text(text(now)).width(ui.available_width()).height(360.0);
    let response = combo.show_ui(ui, |ui| {
        for (option, _) in SHAPES.iter().filter(|(option, _)| *option != Shape::Other) {
            if ui.selectable_label(*option == now, text(*option)).clicked() && *option != now {
                changed = reshaped(&figure.value, *option).map(|made| set(figure, made));
            }
        }
    });
    let name = cx.words.get("shape");
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &name));
    changed.or_else(|| fields_ui(ui, cx, figure, salt)).or_else(|| moments_ui(ui, cx, figure, salt))
}

/// Mean and spread as fields, for the shapes that are stated by them.
fn moments_ui(ui: &mut Ui, cx: &Cx<'_>, figure: &DurationFigure, salt: &str) -> Option<DurationFigure> {
    let (mean, sd) = match figure.value {
        Distribution::Exponential { mean } => (mean, None),
        Distribution::Gamma { mean, sd } | Distribution::Lognormal { mean, sd } => (mean, Some(sd)),
        _ => return None,
    };
    let mut typed = [None, None];
    ui.horizontal(|ui| {
        for (at, (label, value)) in [("column-mean", Some(mean)), ("duration-spread", sd)].into_iter().enumerate() {
            let Some(value) = value else { continue };
            ui.vertical(|ui| {
                ui.label(RichText::new(cx.words.get(label)).small().color(cx.theme.text_weak));
                let id = egui::Id::unique(("duration moment", salt, at));
                let found = super::cell_ui(ui, id, &write_in(cx.words.language, value), 90.0, &cx.words.get(label));
                typed[at] = found.and_then(|typed| read(&typed));
            });
        }
    });
    if typed == [None, None] {
        return None;
    }
    let mean = typed[0].unwrap_or(mean);
    let made = match (&figure.value, typed[1].or(sd)) {
        (Distribution::Gamma { .. }, Some(sd)) => Distribution::Gamma { mean, sd },
        (Distribution::Lognormal { .. }, Some(sd)) => Distribution::Lognormal { mean, sd },
        _ => Distribution::Exponential { mean },
    };
    made.check().is_empty().then(|| set(figure, made))
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
                let shown = values[at].map_or(String::new(), |ms| write_in(cx.words.language, ms));
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
        assert_eq!(minutes("2 нед"), Some(20_160.0));
        assert_eq!(minutes("-3"), None);
        assert_eq!(minutes("soon"), None);
    }

    #[test]
    fn durations_are_read_as_they_are_written_in_every_language() {
        for language in Language::ALL {
            for ms in [0.0, 1_500.0, 90_000.0, 5_400_000.0, 90_061_000.0, 4.0 * 604_800_000.0] {
                let text = write_in(language, ms);
                assert_eq!(read(&text), Some(ms), "{text}");
            }
        }
        assert_eq!(write_in(Language::Russian, 5_400_000.0), "90 мин");
        assert_eq!(write_in(Language::Russian, 5_399_999.9), "90 мин");
    }

    #[test]
    fn another_shape_keeps_the_mean() {
        let minutes = |n: f64| n * MS_PER_MINUTE as f64;
        let before = Distribution::Triangular { min: minutes(5.0), likely: minutes(10.0), max: minutes(30.0) };
        for shape in [Shape::Fixed, Shape::Lognormal, Shape::Gamma, Shape::Exponential] {
            let made = reshaped(&before, shape).unwrap();
            assert!((made.mean() - before.mean()).abs() < 1.0, "{shape:?}: {} and {}", made.mean(), before.mean());
        }
        let back = reshaped(&Distribution::Lognormal { mean: minutes(15.0), sd: minutes(5.0) }, Shape::Triangular).unwrap();
        assert!((back.mean() / minutes(15.0) - 1.0).abs() < 0.05, "{}", back.mean());
        assert_eq!(reshaped(&Distribution::Fixed(0.0), Shape::Exponential), None);
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
