//! Draws charts, says the value under the pointer, and offers each to be copied and saved.

use super::{Body, Chart, Content, Export, Line, svg, table};
use crate::app::Cx;
use crate::app::command::{Command, FileCommand};
use crate::app::theme::{self, CHART_LINE, GAP, GAP_SMALL};
use egui::{Align2, FontId, Rect, RichText, Sense, Ui, vec2};
use egui_plot::{HoverPosition, LineStyle, Plot, PlotPoints};

/// Paints a chart in a card with its title and what can be done with it.
pub fn chart_ui(ui: &mut Ui, cx: &mut Cx<'_>, chart: &Chart, height: f32) {
    let response = cx.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.add(egui::Label::new(theme::strong(&chart.title)).truncate());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| menu_ui(ui, cx, chart));
        });
        ui.add_space(GAP_SMALL);
        if chart.is_empty() {
            ui.label(RichText::new(cx.words.get("chart-empty")).color(cx.theme.text_weak));
            return;
        }
        match &chart.body {
            Body::Lines(_) => lines_ui(ui, cx, chart, height),
            Body::Bars(_) => bars_ui(ui, cx, chart),
            Body::Week(_) => week_ui(ui, cx, chart),
        }
    });
    let rect = response.response.rect;
    let id = egui::Id::unique(("chart", &chart.title));
    ui.ctx().data_mut(|data| data.insert_temp(id, rect));
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, summary(chart)));
}

/// Says a chart in words, for those who do not see it.
fn summary(chart: &Chart) -> String {
    let numbers = match &chart.body {
        Body::Lines(lines) => lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>().join(", "),
        Body::Bars(bars) => bars.iter().map(|bar| format!("{}: {}", bar.name, bar.total)).collect::<Vec<_>>().join("; "),
        Body::Week(_) => String::new(),
    };
    format!("{}. {numbers}", chart.title)
}

fn menu_ui(ui: &mut Ui, cx: &mut Cx<'_>, chart: &Chart) {
    let name = cx.words.get("chart-menu");
    let button = ui.menu_button("…", |ui| {
        let rect = ui.ctx().data(|data| data.get_temp::<Rect>(egui::Id::unique(("chart", &chart.title))));
        let mut content = None;
        if ui.button(cx.words.get("chart-copy-table")).clicked() {
            ui.ctx().copy_text(table::write(chart, '\t'));
            ui.close();
        }
        if let Some(rect) = rect
            && ui.button(cx.words.get("chart-copy-picture")).clicked()
        {
            content = Some(Content::CopiedPicture(rect));
        }
        ui.separator();
        if ui.button(cx.words.get("chart-save-svg")).clicked() {
            content = Some(Content::Text(svg::write(chart, cx.theme), "svg"));
        }
        if let Some(rect) = rect
            && ui.button(cx.words.get("chart-save-png")).clicked()
        {
            content = Some(Content::Picture(rect));
        }
        if ui.button(cx.words.get("chart-save-csv")).clicked() {
            content = Some(Content::Text(table::write(chart, ','), "csv"));
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

fn lines_ui(ui: &mut Ui, cx: &Cx<'_>, chart: &Chart, height: f32) {
    let Body::Lines(lines) = &chart.body else { return };
    let (x, y) = (chart.x.clone(), chart.y.clone());
    let words = cx.words;
    line_legend_ui(ui, lines);
    let digits = |value: f64| if value.abs() < 10.0 { 2 } else { 1 };
    Plot::new(("lines", &chart.title))
        .height(height)
        .x_axis_label(RichText::new(&chart.x).small())
        .y_axis_label(RichText::new(&chart.y).small())
        .allow_scroll(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_boxed_zoom(false)
        .include_y(0.0)
        .grid_color(cx.theme.border)
        .label_formatter(move |at| match at {
            HoverPosition::NearDataPoint { plot_name, position, .. } => Some(format!(
                "{plot_name}\n{x}: {}\n{y}: {}",
                words.number(position.x, digits(position.x)),
                words.number(position.y, digits(position.y))
            )),
            HoverPosition::Elsewhere { .. } => None,
        })
        .show(ui, |plot| {
            for line in lines {
                let style = if line.dashed { LineStyle::dashed_dense() } else { LineStyle::Solid };
                let points = PlotPoints::new(line.points.clone());
                plot.line(egui_plot::Line::new(line.name.clone(), points).color(line.colour).width(CHART_LINE).style(style));
            }
        });
}

/// Which line is which: a sample of each, dashed where the line is.
fn line_legend_ui(ui: &mut Ui, lines: &[Line]) {
    ui.horizontal_wrapped(|ui| {
        for line in lines {
            let (sample, _) = ui.allocate_exact_size(vec2(24.0, 10.0), Sense::hover());
            let ends = [sample.left_center(), sample.right_center()];
            let stroke = egui::Stroke::new(CHART_LINE, line.colour);
            if line.dashed {
                ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, 5.0, 3.0));
            } else {
                ui.painter().line_segment(ends, stroke);
            }
            ui.label(RichText::new(&line.name).small());
        }
    });
    ui.add_space(GAP_SMALL);
}

fn bars_ui(ui: &mut Ui, cx: &Cx<'_>, chart: &Chart) {
    let Body::Bars(bars) = &chart.body else { return };
    let theme = cx.theme;
    let font = FontId::proportional(12.5 * theme.type_scale);
    let row = 24.0 * theme.type_scale;
    let names = (ui.available_width() * 0.3).clamp(110.0, 260.0 * theme.type_scale);
    let room = (ui.available_width() - names - 110.0 * theme.type_scale).max(60.0);
    let scale = f64::from(room) / chart.longest_bar();
    ui.spacing_mut().item_spacing.y = 0.0;
    for (at, bar) in bars.iter().enumerate() {
        // A bar without a name belongs to the one above it.
        if at > 0 && !bar.name.is_empty() {
            ui.add_space(GAP_SMALL);
        }
        let row = if bars.len() > 4 { row * 0.8 } else { row };
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), row), Sense::hover());
        let painter = ui.painter_at(rect);
        let name = crate::app::widgets::fitted(ui, &bar.name, &font, names - GAP, theme.text);
        painter.galley(rect.left_center() - vec2(0.0, name.size().y / 2.0), name, theme.text);
        let mut x = rect.left() + names;
        for part in &bar.parts {
            let width = (part.value * scale) as f32;
            let place = Rect::from_min_max([x, rect.top() + 1.5].into(), [x + width, rect.bottom() - 1.5].into());
            painter.rect_filled(place, 2.0, part.colour);
            if width > 46.0 && bar.parts.len() > 1 {
                painter.text(place.center(), Align2::CENTER_CENTER, &part.text, font.clone(), theme.text_on(part.colour));
            }
            x += width;
        }
        painter.text([x + 6.0, rect.center().y].into(), Align2::LEFT_CENTER, &bar.total, font.clone(), theme.text);
        response.on_hover_ui_at_pointer(|ui| {
            let named = bars[..=at].iter().rev().find(|bar| !bar.name.is_empty());
            ui.label(theme::strong(named.map_or("", |bar| bar.name.as_str())));
            for part in bar.parts.iter().filter(|part| part.value > 0.0) {
                ui.label(format!("{}: {}", part.name, part.text));
            }
        });
    }
    ui.spacing_mut().item_spacing.y = GAP_SMALL;
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(&chart.x).small().color(theme.text_weak));
        let legend = chart.legend();
        if legend.len() > 1 {
            for (name, colour) in legend {
                let (dot, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
                ui.painter().rect_filled(dot, 2.0, colour);
                ui.label(RichText::new(name).small());
            }
        }
    });
}

fn week_ui(ui: &mut Ui, cx: &Cx<'_>, chart: &Chart) {
    let Body::Week(cells) = &chart.body else { return };
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
        painter.text(at.into(), Align2::LEFT_CENTER, name, font.clone(), theme.text_weak);
    }
    for hour in (0..24).step_by(3) {
        let at = [rect.left() + names + hour as f32 * width, rect.top() + 7.5 * row];
        painter.text(at.into(), Align2::LEFT_CENTER, format!("{hour}:00"), font.clone(), theme.text_weak);
    }
    let mut under = None;
    for (at, cell) in cells.iter().enumerate().take(7 * 24) {
        let place = place(at / 24, at % 24);
        let colour = cell.strength.map_or(theme.surface_quiet, |strength| theme.heat_at(strength));
        painter.rect_filled(place, 2.0, colour);
        if response.hover_pos().is_some_and(|pointer| place.contains(pointer)) {
            under = Some(cell);
            painter.rect_stroke(place, 2.0, egui::Stroke::new(1.5, theme.text), egui::StrokeKind::Inside);
        }
    }
    if let Some(cell) = under {
        response.on_hover_text_at_pointer(&cell.text);
    }
}
