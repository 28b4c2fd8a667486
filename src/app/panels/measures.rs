//! Tables of measures: every measure of two variants with its difference, and citizens' time by segment.

use crate::app::Cx;
use crate::app::panels::top::title_of;
use crate::app::theme::{self, ROW};
use crate::app::widgets;
use crate::experiment::kpi::{self, Measure, Subject};
use crate::experiment::outcome::{Difference, Estimate, ExperimentOutcome, MeasureDifference, VariantOutcome};
use egui::{Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder, TableRow};

/// Groups of the table, in order.
const SUBJECTS: [(Subject, &str); 6] = [
    (Subject::Citizen, "subject-citizen"),
    (Subject::Calendar, "subject-calendar"),
    (Subject::Documents, "subject-documents"),
    (Subject::Quality, "subject-quality"),
    (Subject::Agency, "subject-agency"),
    (Subject::Waiting, "subject-waiting"),
];

/// Lines that a column's head takes at most.
const MOST_LINES: usize = 3;

/// Returns a measure's name in the user's language.
pub fn label(cx: &Cx<'_>, measure: &Measure) -> String {
    cx.words.or(&format!("measure-{}", measure.name), measure.label)
}

/// Returns what a measure is, in the user's language.
pub fn definition(cx: &Cx<'_>, measure: &Measure) -> String {
    cx.words.or(&format!("measure-{}.definition", measure.name), measure.definition)
}

/// Paints a right-aligned cell.
pub fn number_cell(row: &mut TableRow<'_, '_>, text: impl Into<egui::WidgetText>) {
    let text = text.into();
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(egui::Label::new(text).truncate());
        });
    });
}

/// Paints a right-aligned cell that says more under the pointer, as the interval of its number.
pub fn explained_cell(row: &mut TableRow<'_, '_>, text: impl Into<egui::WidgetText>, explained: &str) {
    let text = text.into();
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let response = ui.add(egui::Label::new(text).truncate());
            if !explained.is_empty() {
                response.on_hover_text(explained);
            }
        });
    });
}

/// Paints a row of column heads; those after the first few stand right, over their numbers.
pub fn heads(row: &mut TableRow<'_, '_>, cx: &Cx<'_>, titles: &[(String, bool)]) {
    for (title, right) in titles {
        let text = theme::strong(title.as_str()).small().color(cx.theme.text_weak);
        row.col(|ui| {
            let layout = if *right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
            ui.with_layout(layout, |ui| {
                // A high row of heads has room for several lines.
                let rows = (ui.available_height() / ui.text_style_height(&egui::TextStyle::Small)).floor() as usize;
                let side = if *right { Align::Max } else { Align::Min };
                let label = match rows > 1 {
                    true => egui::Label::new(widgets::lines(ui, text, ui.available_width(), side, rows)),
                    false => egui::Label::new(text).truncate(),
                };
                ui.add(label).on_hover_text(title)
            });
        });
    }
}

/// Returns how high a row of column heads must be for its titles, three lines at most, in columns of these widths. Where the widths end,
/// titles have all the room they need.
pub fn head_height(ui: &Ui, titles: &[(String, bool)], widths: &[f32]) -> f32 {
    let rows = titles.iter().zip(widths).map(|((title, _), width)| {
        let text = theme::strong(title.as_str()).small();
        widgets::lines(ui, text, *width, Align::Min, MOST_LINES).rows.len()
    });
    let line = ui.text_style_height(&egui::TextStyle::Small);
    (rows.max().unwrap_or(1) as f32 * line + 4.0).max(ROW)
}

/// Paints all measures of a variant against the baseline.
pub fn measures_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) {
    let (Some(before), Some(after)) = (outcome.variant(&difference.baseline), outcome.variant(&difference.variant)) else {
        return;
    };
    let scale = cx.theme.type_scale;
    // Two columns of values, one of differences, a wider one of intervals.
    let numbers = ((ui.available_width() - 290.0 * scale) / 4.35 - theme::GAP).clamp(72.0, 128.0 * scale);
    let words = cx.words;
    let titles = [
        (words.get("column-measure"), false),
        (title_of(cx, &before.name), true),
        (title_of(cx, &after.name), true),
        (words.get("column-difference"), true),
        (words.get("column-interval"), true),
        (words.get("column-verdict"), false),
    ];
    let head = head_height(ui, &titles, &[f32::INFINITY, numbers, numbers, 110.0 * scale, numbers * 1.35, 132.0 * scale]);
    let table = TableBuilder::new(ui)
        .id_salt("measures")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(150.0).clip(true))
        .column(Column::exact(numbers).clip(true))
        .column(Column::exact(numbers).clip(true))
        .column(Column::exact(110.0 * scale).clip(true))
        .column(Column::exact(numbers * 1.35).clip(true))
        .column(Column::exact(132.0 * scale).clip(true));
    table.header(head, |mut row| heads(&mut row, cx, &titles)).body(|mut body| {
        for (title, measures) in groups_of(&[before, after]) {
            body.row(ROW, |mut row| {
                row.col(|ui| {
                    ui.label(theme::strong(cx.words.get(title)).color(cx.theme.accent));
                });
            });
            for measure in measures {
                body.row(ROW * scale, |mut row| {
                    let estimates = [before, after].map(|v| v.measure(measure.name).and_then(|m| m.estimate));
                    measure_row(&mut row, cx, outcome, measure, estimates, difference.measure(measure.name));
                });
            }
        }
    });
}

/// Returns the measures of each group that any of some variants has a value of, groups in order.
fn groups_of(variants: &[&VariantOutcome]) -> Vec<(&'static str, Vec<&'static Measure>)> {
    let has = |m: &Measure| variants.iter().any(|v| v.mean(m.name).is_some_and(|mean| mean != 0.0));
    let groups = SUBJECTS.iter().map(|(subject, title)| {
        let measures = kpi::MEASURES.iter().filter(|m| m.subject == *subject && has(m));
        (*title, measures.collect::<Vec<_>>())
    });
    groups.filter(|(_, measures)| !measures.is_empty()).collect()
}

/// Paints all measures of more than two variants: the mean of each, and beneath it what it changes.
pub fn several_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome) {
    let compared = crate::app::charts::make::compared(cx, outcome);
    let variants: Vec<&VariantOutcome> = compared.iter().map(|compared| compared.variant).collect();
    let scale = cx.theme.type_scale;
    let numbers = ((ui.available_width() - 180.0) / variants.len() as f32 - theme::GAP).clamp(84.0, 150.0 * scale);
    let mut titles = vec![(cx.words.get("column-measure"), false)];
    titles.extend(compared.iter().map(|compared| (compared.title.clone(), true)));
    let mut columns = vec![f32::INFINITY];
    columns.resize(1 + variants.len(), numbers);
    let head = head_height(ui, &titles, &columns);
    let table = TableBuilder::new(ui)
        .id_salt("measures of several")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::remainder().at_least(150.0).clip(true))
        .columns(Column::exact(numbers).clip(true), variants.len());
    table.header(head, |mut row| heads(&mut row, cx, &titles)).body(|mut body| {
        for (title, measures) in groups_of(&variants) {
            body.row(ROW, |mut row| {
                row.col(|ui| {
                    ui.label(theme::strong(cx.words.get(title)).color(cx.theme.accent));
                });
            });
            for measure in measures {
                body.row(ROW * scale + 14.0, |mut row| {
                    row.col(|ui| {
                        let name = egui::Label::new(label(cx, measure)).truncate();
                        ui.add(name).on_hover_text(definition(cx, measure));
                    });
                    for variant in &variants {
                        crate::app::panels::overview::cell_ui(&mut row, cx, outcome, variant, measure);
                    }
                });
            }
        }
    });
}

fn measure_row(
    row: &mut TableRow<'_, '_>,
    cx: &Cx<'_>,
    outcome: &ExperimentOutcome,
    measure: &Measure,
    estimates: [Option<Estimate>; 2],
    found: Option<&MeasureDifference>,
) {
    let words = cx.words;
    row.col(|ui| {
        ui.add(egui::Label::new(label(cx, measure)).truncate()).on_hover_text(definition(cx, measure));
    });
    for estimate in estimates {
        let write = |x: f64| words.value(measure, x, &outcome.currency);
        let margin = estimate.map_or(String::new(), |e| words.margin(&e, write));
        explained_cell(row, estimate.map_or("–".to_owned(), |e| write(e.mean)), &margin);
    }
    let Some(found) = found else {
        for _ in 0..3 {
            row.col(|_| {});
        }
        return;
    };
    let write = |x: f64| words.difference(measure, x, &outcome.currency);
    let colour = widgets::verdict_colour(cx.theme, found.verdict);
    number_cell(row, theme::strong(write(found.difference.mean)).color(colour));
    number_cell(row, RichText::new(words.range(&found.difference, write)).color(cx.theme.text_weak).small());
    row.col(|ui| {
        widgets::verdict(ui, cx, found);
    });
}

/// Writes all measures of a variant against the baseline with tabs between the columns, for a spreadsheet.
pub fn measures_text(cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) -> String {
    let words = cx.words;
    let heads =
        ["column-measure", "column-unit", "column-difference", "column-low", "column-high", "column-p"].map(|id| words.get(id));
    let [measure, unit, change, low, high, p] = heads;
    let (before, after) = (title_of(cx, &difference.baseline), title_of(cx, &difference.variant));
    let mut out = format!("{measure}\t{unit}\t{before}\t{after}\t{change}\t{low}\t{high}\t{p}\n");
    let cell = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    for found in &difference.measures {
        let mean = |id: &str| cell(outcome.variant(id).and_then(|variant| variant.mean(found.measure.name)));
        let Estimate { mean: change, low, high } = found.difference;
        let row = [
            label(cx, found.measure),
            found.measure.unit.name().to_owned(),
            mean(&difference.baseline),
            mean(&difference.variant),
            change.to_string(),
            cell(low),
            cell(high),
            cell(found.adjusted_p),
        ];
        out.push_str(&row.join("\t"));
        out.push('\n');
    }
    out
}

/// Paints citizens' time by segment: who gains, who loses.
pub fn segments_ui(ui: &mut Ui, cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) {
    let (Some(before), Some(after)) = (outcome.variant(&difference.baseline), outcome.variant(&difference.variant)) else {
        return;
    };
    let Some(measure) = kpi::measure(kpi::CITIZEN_TIME) else { return };
    let scale = cx.theme.type_scale;
    let numbers = ((ui.available_width() - 440.0 * scale) / 3.0 - theme::GAP).clamp(80.0, 120.0 * scale);
    let ui_width = ui.available_width();
    let words = cx.words;
    let titles = [
        (words.get("column-segment"), false),
        (title_of(cx, &before.name), true),
        (title_of(cx, &after.name), true),
        (words.get("column-difference"), true),
        (words.get("column-verdict"), false),
        (words.get("column-share"), false),
    ];
    let head = head_height(ui, &titles, &[f32::INFINITY, numbers, numbers, numbers, 128.0 * scale]);
    let table = TableBuilder::new(ui)
        .id_salt("segments")
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact((ui_width - 3.0 * (numbers + theme::GAP) - 240.0 * scale).clamp(110.0, 240.0 * scale)).clip(true))
        .columns(Column::exact(numbers).clip(true), 3)
        .column(Column::exact(128.0 * scale).clip(true))
        .column(Column::remainder().at_least(70.0).clip(true));
    table.header(head, |mut row| heads(&mut row, cx, &titles)).body(|mut body| {
        for group in &difference.segments {
            let find = |list: &[crate::experiment::outcome::GroupOutcome]| {
                list.iter().find(|g| g.id == group.id).and_then(|g| g.measure(measure.name)).and_then(|m| m.estimate)
            };
            let estimates = [find(&before.segments), find(&after.segments)];
            let found = group.measures.iter().find(|m| m.measure.name == measure.name);
            let persons = difference.persons.as_ref().and_then(|p| p.segments.iter().find(|(id, _)| *id == group.id));
            body.row(ROW * scale, |mut row| {
                row.col(|ui| {
                    ui.add(egui::Label::new(&group.name).truncate());
                });
                for estimate in estimates {
                    let write = |minutes: f64| cx.words.duration(minutes);
                    let margin = estimate.map_or(String::new(), |e| cx.words.margin(&e, write));
                    explained_cell(&mut row, estimate.map_or("–".to_owned(), |e| write(e.mean)), &margin);
                }
                let Some(found) = found else { return };
                let colour = widgets::verdict_colour(cx.theme, found.verdict);
                let text = cx.words.difference(measure, found.difference.mean, &outcome.currency);
                let range = cx.words.range(&found.difference, |x| cx.words.difference(measure, x, &outcome.currency));
                explained_cell(&mut row, theme::strong(text).color(colour), &range);
                row.col(|ui| {
                    widgets::verdict(ui, cx, found);
                });
                row.col(|ui| {
                    if let Some((_, shares)) = persons {
                        shares_ui(ui, cx, shares);
                    }
                });
            });
        }
    });
}

/// A bar of those who spend less, the same and more.
pub fn shares_ui(ui: &mut Ui, cx: &Cx<'_>, [less, same, more]: &[f64; 3]) {
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(egui::vec2(width, 12.0), egui::Sense::hover());
    let mut left = rect.left();
    for (share, colour) in [(less, cx.theme.better), (same, cx.theme.border), (more, cx.theme.worse)] {
        let right = left + rect.width() * *share as f32;
        let part = egui::Rect::from_x_y_ranges(left..=right, rect.y_range());
        ui.painter().rect_filled(part, 2.0, colour);
        left = right;
    }
    let words = [
        ("less", cx.words.percent(*less).into()),
        ("same", cx.words.percent(*same).into()),
        ("more", cx.words.percent(*more).into()),
    ];
    response.on_hover_text(cx.words.with("persons", &words));
}
