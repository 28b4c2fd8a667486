//! A chart as SVG, to be printed or put into a report.

use super::{Body, Chart};
use crate::app::theme::Theme;
use egui::Color32;
use std::fmt::Write as _;

/// Size of the picture.
const WIDTH: f64 = 900.0;
/// Left edge of the numbers.
const LEFT: f64 = 210.0;
/// Top edge of the numbers.
const TOP: f64 = 56.0;

/// Writes a chart as SVG.
pub fn write(chart: &Chart, theme: &Theme) -> String {
    let mut out = String::new();
    let height = match &chart.body {
        Body::Lines(_) => 420.0,
        Body::Bars(bars) => TOP + bars.len() as f64 * 30.0 + 60.0 + chart.legend().len() as f64 * 18.0,
        Body::Week(_) => TOP + 7.0 * 26.0 + 50.0,
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"Inter, sans-serif\" font-size=\"13\" fill=\"{}\">\
         <title>{}</title><rect width=\"100%\" height=\"100%\" fill=\"{}\"/>",
        hex(theme.text),
        escaped(&chart.title),
        hex(theme.surface)
    );
    text(&mut out, 16.0, 28.0, &chart.title, "start", " font-size=\"17\" font-weight=\"600\"");
    match &chart.body {
        Body::Lines(_) => lines(&mut out, chart, theme, height),
        Body::Bars(_) => bars(&mut out, chart),
        Body::Week(_) => week(&mut out, chart, theme),
    }
    out.push_str("</svg>\n");
    out
}

fn lines(out: &mut String, chart: &Chart, theme: &Theme, height: f64) {
    let Body::Lines(lines) = &chart.body else { return };
    let points = lines.iter().flat_map(|line| &line.points);
    let bounds =
        points.fold([f64::MAX, f64::MIN, 0.0f64, f64::MIN], |[a, b, c, d], [x, y]| [a.min(*x), b.max(*x), c.min(*y), d.max(*y)]);
    let [x0, x1, y0, y1] = bounds;
    if x1 <= x0 || y1 <= y0 {
        return;
    }
    let (left, right, top, bottom) = (90.0, WIDTH - 30.0, TOP + 10.0, height - 60.0);
    let at = |[x, y]: [f64; 2]| (left + (x - x0) / (x1 - x0) * (right - left), bottom - (y - y0) / (y1 - y0) * (bottom - top));
    for n in 0..=5 {
        let share = f64::from(n) / 5.0;
        let (value_x, value_y) = (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
        let (x, _) = at([value_x, y0]);
        let (_, y) = at([x0, value_y]);
        let _ = writeln!(out, "<path d=\"M{left:.1} {y:.1}H{right:.1}\" stroke=\"{}\" fill=\"none\"/>", hex(theme.border));
        text(out, x, bottom + 18.0, &short(value_x), "middle", "");
        text(out, left - 8.0, y + 4.0, &short(value_y), "end", "");
    }
    text(out, (left + right) / 2.0, bottom + 42.0, &chart.x, "middle", "");
    text(out, 16.0, TOP - 6.0, &chart.y, "start", "");
    for (n, line) in lines.iter().enumerate() {
        let path: Vec<String> = line.points.iter().map(|point| at(*point)).map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let dash = if line.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
        let _ = writeln!(
            out,
            "<path d=\"M{}\" stroke=\"{}\" stroke-width=\"2\" fill=\"none\"{dash}/>",
            path.join("L"),
            hex(line.colour)
        );
        let y = TOP + 8.0 + n as f64 * 18.0;
        let _ = writeln!(out, "<path d=\"M{} {y}h24\" stroke=\"{}\" stroke-width=\"2\"{dash}/>", right - 200.0, hex(line.colour));
        text(out, right - 170.0, y + 4.0, &line.name, "start", "");
    }
}

fn bars(out: &mut String, chart: &Chart) {
    let Body::Bars(bars) = &chart.body else { return };
    let scale = (WIDTH - LEFT - 130.0) / chart.longest_bar();
    for (n, bar) in bars.iter().enumerate() {
        let y = TOP + n as f64 * 30.0;
        text(out, LEFT - 10.0, y + 16.0, &bar.name, "end", "");
        let mut x = LEFT;
        for part in &bar.parts {
            let width = part.value * scale;
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"22\" fill=\"{}\"><title>{}: {}</title></rect>",
                hex(part.colour),
                escaped(&part.name),
                escaped(&part.text)
            );
            x += width;
        }
        text(out, x + 8.0, y + 16.0, &bar.total, "start", "");
    }
    let below = TOP + bars.len() as f64 * 30.0 + 16.0;
    text(out, LEFT, below, &chart.x, "start", "");
    for (n, (name, colour)) in chart.legend().into_iter().enumerate() {
        let y = below + 18.0 + n as f64 * 18.0;
        let _ = writeln!(out, "<rect x=\"{LEFT}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{}\"/>", y - 11.0, hex(colour));
        text(out, LEFT + 18.0, y, name, "start", "");
    }
}

fn week(out: &mut String, chart: &Chart, theme: &Theme) {
    let Body::Week(cells) = &chart.body else { return };
    let width = (WIDTH - 90.0) / 24.0;
    for (at, cell) in cells.iter().enumerate() {
        let (day, hour) = (at / 24, at % 24);
        let (x, y) = (70.0 + hour as f64 * width, TOP + day as f64 * 26.0);
        let colour = cell.strength.map_or(theme.surface_quiet, |strength| theme.heat_at(strength));
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"24\" fill=\"{}\"><title>{}</title></rect>",
            width - 2.0,
            hex(colour),
            escaped(&cell.text)
        );
    }
    for (day, name) in chart.y.split(',').enumerate() {
        text(out, 60.0, TOP + day as f64 * 26.0 + 17.0, name, "end", "");
    }
    for hour in (0..24).step_by(3) {
        text(out, 70.0 + f64::from(hour) * width, TOP + 7.0 * 26.0 + 16.0, &format!("{hour}:00"), "start", "");
    }
}

fn text(out: &mut String, x: f64, y: f64, text: &str, anchor: &str, more: &str) {
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\"{more}>{}</text>", escaped(text));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn hex(colour: Color32) -> String {
    let [r, g, b, _] = colour.to_array();
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn short(value: f64) -> String {
    crate::report::wording::trimmed(value, if value.abs() < 10.0 { 2 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::charts::Line;
    use crate::app::theme::ThemeChoice;

    #[test]
    fn names_cannot_break_the_picture() {
        let theme = Theme::of(ThemeChoice::Light);
        let line =
            Line { name: "a<b>&\"c\"".to_owned(), points: vec![[0.0, 0.0], [1.0, 2.0]], colour: theme.accent, dashed: true };
        let chart = Chart { title: "<title>".to_owned(), x: "h".to_owned(), y: "%".to_owned(), body: Body::Lines(vec![line]) };
        let svg = write(&chart, &theme);
        let mut reader = quick_xml::Reader::from_str(&svg);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert!(svg.contains("&lt;title&gt;") && svg.contains("stroke-dasharray"));
    }
}
