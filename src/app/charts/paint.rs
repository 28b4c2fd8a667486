//! Draws charts, says the value under the pointer, shows the numbers as a table, and offers both to be copied and saved.

use super::{Bar, Body, Cell, Chart, Content, Export, Line, rows_of};
use crate::app::Cx;
use crate::app::command::{Command, FileCommand};
use crate::app::theme::{self, CHART_LINE, GAP, GAP_SMALL, ROW, Theme};
use crate::app::view_state::Shot;
use crate::app::widgets;
use crate::report::chart::svg;
use egui::{Align2, FontId, Rect, RichText, Sense, Ui, vec2};
use egui_extras::{Column, TableBuilder};
use egui_plot::{FilledArea, GridInput, GridMark, HoverPosition, LineStyle, MarkerShape, Plot, PlotPoints, PlotUi, Points};

/// Height of a table of numbers at most.
const TABLE_HEIGHT: f32 = 300.0;
/// Distance between numbers along an axis and up an axis, in points, at least.
const BETWEEN: [f32; 2] = [84.0, 34.0];
/// Frames for which a chart stands still before a picture of it is taken.
const STILL: u32 = 4;
/// Radius of a named point.
const MARK: f32 = 4.5;

/// Paints a chart in a card with its title and what can be done with it.
pub fn chart_ui(ui: &mut Ui, cx: &mut Cx<'_>, chart: &Chart, height: f32) {
    let as_table = cx.view.passing.tables.contains(&chart.title);
    let response = cx.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        title_ui(ui, cx, chart, as_table);
        ui.add_space(GAP_SMALL);
        if chart.is_empty() {
            ui.label(RichText::new(cx.words.get("chart-empty")).color(cx.theme.text_weak));
        } else if as_table {
            table_ui(ui, cx, chart);
        } else {
            match &chart.body {
                Body::Lines(lines) => lines_ui(ui, cx, chart, lines, height),
                Body::Bars(bars) => bars_ui(ui, cx, chart, bars),
                Body::Week(cells) => week_ui(ui, cx, chart, cells),
            }
        }
    });
    shoot(ui, cx, chart, &response.response);
    let words = cx.words;
    response
        .response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, chart.in_words(|value| words.number(value, 2))));
}

/// Takes a picture of the chart if that has been asked for: it is brought into sight, and taken once it stands still.
fn shoot(ui: &Ui, cx: &mut Cx<'_>, chart: &Chart, card: &egui::Response) {
    let Some(shot) = cx.view.passing.shot.as_mut().filter(|shot| shot.title == chart.title) else { return };
    card.scroll_to_me(Some(egui::Align::Center));
    let top = card.rect.top().round() as i32;
    shot.still = if shot.top == Some(top) { shot.still + 1 } else { 0 };
    shot.top = Some(top);
    ui.ctx().request_repaint();
    if shot.still < STILL {
        return;
    }
    let content = if shot.copies { Content::CopiedPicture(card.rect) } else { Content::Picture(card.rect) };
    cx.view.passing.shot = None;
    cx.send(Command::File(FileCommand::Export(Export { name: crate::app::edit::slug(&chart.title), content })));
}

fn title_ui(ui: &mut Ui, cx: &mut Cx<'_>, chart: &Chart, as_table: bool) {
    let row = vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        menu_ui(ui, cx, chart);
        if !chart.is_empty() {
            let text = cx.words.get(if as_table { "chart-as-picture" } else { "chart-as-table" });
            let button = ui.button(&text);
            let said = format!("{text}: {}", chart.title);
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            if button.clicked() {
                let tables = &mut cx.view.passing.tables;
                tables.retain(|title| *title != chart.title);
                if !as_table {
                    tables.push(chart.title.clone());
                }
            }
        }
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            let room = ui.available_width() - if chart.explained.is_empty() { 0.0 } else { 26.0 };
            let font = FontId::new(egui::TextStyle::Body.resolve(ui.style()).size, theme::semibold());
            let text = RichText::new(&chart.title).font(font).color(cx.theme.text);
            // In a narrow card the title takes two lines.
            let title = widgets::two_lines(ui, text, room, egui::Align::Min);
            ui.add(title).on_hover_text(&chart.title);
            widgets::hint(ui, cx.theme, &chart.explained);
        });
    });
}

fn menu_ui(ui: &mut Ui, cx: &mut Cx<'_>, chart: &Chart) {
    let name = cx.words.get("chart-menu");
    let words = cx.words;
    let button = ui.menu_button("…", |ui| {
        let table = |separator| rows_of(words, chart, |value| value.to_string()).text(separator);
        let mut content = None;
        if ui.button(words.get("chart-copy-table")).clicked() {
            ui.ctx().copy_text(table('\t'));
            ui.close();
        }
        if ui.button(words.get("chart-copy-picture")).clicked() {
            cx.view.passing.shot = Some(Shot { title: chart.title.clone(), copies: true, ..Shot::default() });
            ui.close();
        }
        ui.separator();
        if ui.button(words.get("chart-save-svg")).clicked() {
            let drawing = svg::write(chart, &cx.theme.chart_style(words.decimal(), foot(cx)));
            content = Some(Content::Text(drawing, "svg"));
        }
        if ui.button(words.get("chart-save-png")).clicked() {
            cx.view.passing.shot = Some(Shot { title: chart.title.clone(), ..Shot::default() });
            ui.close();
        }
        if ui.button(words.get("chart-save-csv")).clicked() {
            content = Some(Content::Text(table(','), "csv"));
        }
        if let Some(content) = content {
            let name = crate::app::edit::slug(&chart.title);
            cx.send(Command::File(FileCommand::Export(Export { name, content })));
            ui.close();
        }
    });
    let said = format!("{name}: {}", chart.title);
    button.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, said.clone()));
    button.response.on_hover_text(name);
}

/// What the numbers of a chart rest on: a picture that leaves the window takes it along.
fn foot(cx: &Cx<'_>) -> String {
    let words = cx.words;
    let mut parts = vec![cx.document.study().title.clone()];
    if let Some(outcome) = cx.results.outcome() {
        let said = [("n", outcome.replications.into()), ("confidence", words.confidence(outcome.confidence).into())];
        parts.push(words.with("chart-foot", &said));
    }
    let (assumed, figures) = cx.results.review.assumptions();
    if assumed > 0 {
        parts.push(words.with("assumptions", &[("assumed", assumed.into()), ("figures", figures.into())]));
    }
    parts.join(" · ")
}

/// The numbers behind a chart.
fn table_ui(ui: &mut Ui, cx: &Cx<'_>, chart: &Chart) {
    let words = cx.words;
    let rows = rows_of(words, chart, |value| words.number(value, 2));
    // Names stand left and take what numbers leave; a bar has two, its own and that of its part.
    let names = if matches!(chart.body, Body::Bars(_)) { 2 } else { 1 };
    let row = ROW * cx.theme.type_scale - 4.0;
    let scale = cx.theme.type_scale;
    let numbers = rows.heads.len() - names;
    let number = ((ui.available_width() - 120.0 * names as f32) / numbers as f32 - GAP).clamp(56.0, 118.0 * scale);
    let rest = (ui.available_width() - numbers as f32 * (number + GAP)) / names as f32 - GAP;
    let table = TableBuilder::new(ui)
        .id_salt(("numbers", &chart.title))
        .max_scroll_height(TABLE_HEIGHT)
        .auto_shrink([false, true])
        .columns(Column::exact(rest.max(60.0)).clip(true), names)
        .columns(Column::exact(number).clip(true), numbers);
    table
        .header(row, |mut header| {
            let titles: Vec<(String, bool)> =
                rows.heads.iter().enumerate().map(|(at, head)| (head.clone(), at >= names)).collect();
            crate::app::panels::measures::heads(&mut header, cx, &titles);
        })
        .body(|body| {
            body.rows(row, rows.rows.len(), |mut line| {
                let cells = &rows.rows[line.index()];
                for (at, cell) in cells.iter().enumerate() {
                    if at < names {
                        line.col(|ui| {
                            ui.add(egui::Label::new(cell).truncate());
                        });
                    } else {
                        crate::app::panels::measures::number_cell(&mut line, cell);
                    }
                }
            });
        });
    ui.add_space(GAP_SMALL);
    let text = words.get("chart-copy-table");
    let button = ui.small_button(&text);
    let said = format!("{text}: {}", chart.title);
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    if button.clicked() {
        ui.ctx().copy_text(rows_of(words, chart, |value| value.to_string()).text('\t'));
    }
}

fn lines_ui(ui: &mut Ui, cx: &Cx<'_>, chart: &Chart, lines: &[Line], height: f32) {
    let (x, y) = (chart.x.clone(), chart.y.clone());
    let words = cx.words;
    line_legend_ui(ui, cx, lines);
    let digits = |value: f64| if value.abs() < 10.0 { 2 } else { 1 };
    let marks: Vec<String> = lines.iter().flat_map(|line| line.marks.iter().map(|mark| mark_name(line, &mark.text))).collect();
    let tick = move |mark: GridMark, _: &std::ops::RangeInclusive<f64>| words.number(mark.value, 2);
    // Beside the plot stand the numbers of its axes.
    let room = vec2(ui.available_width() - 60.0, height * cx.theme.type_scale - 50.0);
    Plot::new(("lines", &chart.title))
        .height(height * cx.theme.type_scale)
        .x_axis_label(RichText::new(&chart.x).small())
        .y_axis_label(RichText::new(&chart.y).small())
        .x_axis_formatter(tick)
        .y_axis_formatter(tick)
        .allow_scroll(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_boxed_zoom(false)
        .include_y(0.0)
        .include_x(0.0)
        .grid_color(cx.theme.border)
        .x_grid_spacer(move |input| marks_of(&input, room.x / BETWEEN[0]))
        .y_grid_spacer(move |input| marks_of(&input, room.y / BETWEEN[1]))
        .label_formatter(move |at| match at {
            HoverPosition::NearDataPoint { plot_name, .. } if marks.iter().any(|mark| mark == plot_name) => {
                Some((*plot_name).to_owned())
            }
            HoverPosition::NearDataPoint { plot_name, position, .. } => Some(format!(
                "{plot_name}\n{x}: {}\n{y}: {}",
                words.number(position.x, digits(position.x)),
                words.number(position.y, digits(position.y))
            )),
            HoverPosition::Elsewhere { .. } => None,
        })
        .show(ui, |plot| {
            for line in lines {
                line_ui(plot, line);
            }
        });
}

/// Returns where the numbers of an axis stand: at most so many, by 1, 2, 2.5 or 5 times a power of ten.
fn marks_of(input: &GridInput, most: f32) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let rough = (high - low) / f64::from(most.max(2.0));
    if !rough.is_finite() || rough <= 0.0 {
        return Vec::new();
    }
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(power * 10.0);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|n| GridMark { value: n as f64 * step, step_size: step }).collect()
}

fn mark_name(line: &Line, text: &str) -> String {
    format!("{}: {text}", line.name)
}

fn line_ui(plot: &mut PlotUi<'_>, line: &Line) {
    let colour = Theme::colour(line.colour);
    if line.band.len() == line.points.len() && line.band.len() > 1 {
        let column = |of: &dyn Fn(usize) -> f64| (0..line.points.len()).map(of).collect::<Vec<f64>>();
        let (xs, low, high) = (column(&|at| line.points[at][0]), column(&|at| line.band[at][0]), column(&|at| line.band[at][1]));
        let area = FilledArea::new(&line.name, &xs, &low, &high).fill_color(colour.gamma_multiply(0.18)).allow_hover(false);
        plot.add(area);
    }
    let style = if line.dashed { LineStyle::dashed_dense() } else { LineStyle::Solid };
    let points = PlotPoints::new(line.points.clone());
    plot.line(egui_plot::Line::new(line.name.clone(), points).color(colour).width(CHART_LINE).style(style));
    for (mark, shape) in line.marks.iter().zip([MarkerShape::Circle, MarkerShape::Diamond].into_iter().cycle()) {
        let points = Points::new(mark_name(line, &mark.text), vec![mark.at]);
        plot.points(points.color(colour).shape(shape).radius(MARK).filled(true));
    }
}

/// Which line is which: a sample of each, dashed where the line is, and what its marks say.
fn line_legend_ui(ui: &mut Ui, cx: &Cx<'_>, lines: &[Line]) {
    for line in lines {
        ui.horizontal(|ui| {
            let (sample, _) = ui.allocate_exact_size(vec2(24.0, 10.0), Sense::hover());
            let ends = [sample.left_center(), sample.right_center()];
            let stroke = egui::Stroke::new(CHART_LINE, Theme::colour(line.colour));
            if line.dashed {
                ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, 5.0, 3.0));
            } else {
                ui.painter().line_segment(ends, stroke);
            }
            let marks: Vec<&str> = line.marks.iter().map(|mark| mark.text.as_str()).collect();
            let named = if marks.is_empty() { line.name.clone() } else { format!("{}: {}", line.name, marks.join(", ")) };
            ui.add(egui::Label::new(RichText::new(&named).small().color(cx.theme.text)).wrap());
        });
    }
    ui.add_space(GAP_SMALL);
}

/// Where the parts of a row of bars lie.
struct BarPlaces {
    font: FontId,
    names: f32,
    row: f32,
    scale: f64,
}

fn bars_ui(ui: &mut Ui, cx: &Cx<'_>, chart: &Chart, bars: &[Bar]) {
    let theme = cx.theme;
    let font = FontId::proportional(12.5 * theme.type_scale);
    let longest_text =
        bars.iter().map(|bar| widgets::fitted(ui, &bar.total, &font, 400.0, theme.text).size().x).fold(0.0, f32::max);
    let longest_name =
        bars.iter().map(|bar| widgets::fitted(ui, &bar.name, &font, 600.0, theme.text).size().x).fold(0.0, f32::max);
    let names = (longest_name + 2.0 * GAP).min(ui.available_width() * 0.4).max(90.0);
    let room = (ui.available_width() - names - longest_text - 14.0).max(60.0);
    let row = if bars.len() > 4 { 19.0 } else { 24.0 } * theme.type_scale;
    let places = BarPlaces { font, names, row, scale: f64::from(room) / chart.longest_bar() };
    ui.spacing_mut().item_spacing.y = 0.0;
    for (at, bar) in bars.iter().enumerate() {
        // A bar without a name belongs to the one above it.
        if at > 0 && !bar.name.is_empty() {
            ui.add_space(GAP_SMALL);
        }
        bar_ui(ui, cx, &places, bars, at);
    }
    ui.spacing_mut().item_spacing.y = GAP_SMALL;
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&chart.x).small().color(theme.text_weak));
        let legend = chart.legend();
        if legend.len() > 1 {
            for (name, colour) in legend {
                // A name does not go on to the next line without its colour.
                let text = widgets::fitted(ui, name, &egui::TextStyle::Small.resolve(ui.style()), f32::INFINITY, theme.text);
                if ui.available_size_before_wrap().x < 10.0 + ui.spacing().item_spacing.x + text.size().x {
                    ui.end_row();
                }
                let (dot, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
                ui.painter().rect_filled(dot, 2.0, Theme::colour(colour));
                ui.label(RichText::new(name).small());
            }
        }
    });
}

fn bar_ui(ui: &mut Ui, cx: &Cx<'_>, places: &BarPlaces, bars: &[Bar], at: usize) {
    let (theme, bar) = (cx.theme, &bars[at]);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), places.row), Sense::hover());
    let painter = ui.painter_at(rect);
    let name = widgets::fitted(ui, &bar.name, &places.font, places.names - GAP, theme.text);
    painter.galley(rect.left_center() - vec2(0.0, name.size().y / 2.0), name, theme.text);
    let at_value = |value: f64| rect.left() + places.names + (value * places.scale) as f32;
    let mut value = bar.start;
    for part in &bar.parts {
        let (from, to) = (at_value(value), at_value(value + part.value));
        let place = Rect::from_min_max([from, rect.top() + 1.5].into(), [to, rect.bottom() - 1.5].into());
        let colour = Theme::colour(part.colour);
        painter.rect_filled(place, 2.0, colour);
        if bar.parts.len() > 1 {
            let text = widgets::fitted(ui, &part.text, &places.font, 400.0, theme.text_on(colour));
            if text.size().x + 8.0 < place.width() {
                painter.galley(place.center() - text.size() / 2.0, text, theme.text_on(colour));
            }
        }
        value += part.value;
    }
    let mut end = at_value(value);
    if let Some((low, high)) = bar.interval.filter(|(low, high)| high > low) {
        let (low, high, middle) = (at_value(low.max(0.0)), at_value(high), rect.center().y);
        let stroke = egui::Stroke::new(1.4, theme.text);
        // Narrower than two points it would be a blot, and says no more than its text.
        if high - low >= 2.0 {
            painter.hline(low..=high, middle, stroke);
            for x in [low, high] {
                painter.vline(x, middle - 4.0..=middle + 4.0, stroke);
            }
        }
        end = end.max(high);
    }
    painter.text([end + 6.0, rect.center().y].into(), Align2::LEFT_CENTER, &bar.total, places.font.clone(), theme.text);
    response.on_hover_ui_at_pointer(|ui| {
        let named = bars[..=at].iter().rev().find(|bar| !bar.name.is_empty());
        ui.label(theme::strong(named.map_or("", |bar| bar.name.as_str())));
        for part in bar.parts.iter().filter(|part| part.value > 0.0) {
            ui.label(format!("{}: {}", part.name, part.text));
        }
        if bar.parts.len() > 1 {
            ui.label(&bar.total);
        }
    });
}

fn week_ui(ui: &mut Ui, cx: &Cx<'_>, chart: &Chart, cells: &[Cell]) {
    let theme = cx.theme;
    let font = FontId::proportional(11.0 * theme.type_scale);
    let row = 20.0 * theme.type_scale;
    let names = 34.0 * theme.type_scale;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), row * 8.0), Sense::hover());
    let width = (rect.width() - names) / 24.0;
    let place = |day: usize, hour: usize| {
        let corner = rect.min + vec2(names + hour as f32 * width, day as f32 * row);
        Rect::from_min_size(corner, vec2(width - 1.5, row - 1.5))
    };
    let painter = ui.painter_at(rect);
    for (day, name) in chart.y.split(',').enumerate().take(7) {
        let at = [rect.left(), rect.top() + (day as f32 + 0.5) * row];
        painter.text(at.into(), Align2::LEFT_CENTER, name.trim(), font.clone(), theme.text_weak);
    }
    for hour in (0..24).step_by(3) {
        let at = [rect.left() + names + hour as f32 * width, rect.top() + 7.5 * row];
        painter.text(at.into(), Align2::LEFT_CENTER, format!("{hour}:00"), font.clone(), theme.text_weak);
    }
    let mut under = None;
    for (at, cell) in cells.iter().enumerate().take(7 * 24) {
        let place = place(at / 24, at % 24);
        let colour = cell.strength.map_or(theme.surface_quiet, |strength| theme.heat_at(strength as f32));
        painter.rect_filled(place, 2.0, colour);
        if response.hover_pos().is_some_and(|pointer| place.contains(pointer)) {
            under = Some(cell);
            painter.rect_stroke(place, 2.0, egui::Stroke::new(1.5, theme.text), egui::StrokeKind::Inside);
        }
    }
    heat_legend_ui(ui, cx, &chart.x);
    if let Some(cell) = under {
        response.on_hover_text_at_pointer(&cell.text);
    }
}

/// What the colours of a week say.
fn heat_legend_ui(ui: &mut Ui, cx: &Cx<'_>, text: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for n in 0..=10 {
            let (dot, _) = ui.allocate_exact_size(vec2(11.0, 10.0), Sense::hover());
            ui.painter().rect_filled(dot, 0.0, cx.theme.heat_at(n as f32 / 10.0));
        }
        ui.add_space(GAP);
        ui.add(egui::Label::new(RichText::new(text).small().color(cx.theme.text_weak)).wrap());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_an_axis_are_round_and_not_too_many() {
        for (high, most, expected) in [(100.0, 5.0, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]), (7.0, 3.0, vec![0.0, 2.5, 5.0])] {
            let marks = marks_of(&GridInput { bounds: (0.0, high), base_step_size: 1.0 }, most);
            assert_eq!(marks.iter().map(|mark| mark.value).collect::<Vec<_>>(), expected);
        }
        assert!(marks_of(&GridInput { bounds: (3.0, 3.0), base_step_size: 1.0 }, 5.0).is_empty());
    }
}
