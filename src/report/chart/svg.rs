//! A chart as SVG, to be put into a report or printed. Dark text on a clear ground.

use crate::report::chart::{Bar, Body, Cell, Chart, Line, Rgb};
use crate::report::grid::shortened;
use crate::report::wording;
use std::fmt::Write as _;

/// Width of the picture, in its own units.
const WIDTH: f64 = 900.0;
/// Where bars begin, from the left.
const LEFT: f64 = 300.0;
/// Room to the right of bars, for what stands at their ends.
const RIGHT: f64 = 150.0;
/// Height of a bar with the gap under it.
const ROW: f64 = 23.0;
/// Gap above a bar that has a name, and so begins something new.
const GAP: f64 = 6.0;
/// Height of a row of the week.
const DAY: f64 = 24.0;
/// How many characters of a name fit to the left of a bar.
const NAME: usize = 42;
/// Lines of the axes.
const RULE: Rgb = Rgb(0xD5, 0xDC, 0xE4);
/// Hours in which nobody is on shift.
const EMPTY: Rgb = Rgb(0xF4, 0xF6, 0xF8);
/// Colours of a heat map: nothing, half, all.
const HEAT: [Rgb; 3] = [Rgb(0xE3, 0xEC, 0xF5), Rgb(0xF2, 0xC8, 0x79), Rgb(0xC2, 0x45, 0x2D)];

/// Writes a chart as SVG, without its title, which stands in the text around it and in the picture's name.
pub fn write(chart: &Chart) -> String {
    let (height, body) = match &chart.body {
        Body::Lines(lines) => draw_lines(chart, lines),
        Body::Bars(bars) => draw_bars(chart, bars),
        Body::Week(cells) => draw_week(chart, cells),
    };
    let title = escaped(&chart.title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\" \
         font-family=\"Inter, 'Segoe UI', sans-serif\" font-size=\"13\" fill=\"#1b232d\">\n<title>{title}</title>\n{body}</svg>\n"
    )
}

fn draw_lines(chart: &Chart, lines: &[Line]) -> (f64, String) {
    let height = 330.0;
    let mut out = String::new();
    let points = || lines.iter().flat_map(|line| &line.points);
    let highest = |at: usize| nice(points().map(|point| point[at]).fold(0.0, f64::max));
    let ((x_end, x_step), (y_end, y_step)) = (highest(0), highest(1));
    let (left, right, top, bottom) = (64.0, WIDTH - 30.0, 34.0 + lines.len() as f64 * 18.0, height - 46.0);
    let x_at = |x: f64| left + x / x_end * (right - left);
    let y_at = |y: f64| bottom - y / y_end * (bottom - top);
    for y in ticks(y_end, y_step) {
        rule(&mut out, &format!("M{left:.1} {:.1}H{right:.1}", y_at(y)));
        text(&mut out, (left - 8.0, y_at(y) + 4.0), &number(y), "end");
    }
    for x in ticks(x_end, x_step) {
        rule(&mut out, &format!("M{:.1} {bottom:.1}v5", x_at(x)));
        text(&mut out, (x_at(x), bottom + 19.0), &number(x), "middle");
    }
    text(&mut out, ((left + right) / 2.0, bottom + 40.0), &chart.x, "middle");
    text(&mut out, (0.0, top - 12.0), &chart.y, "start");
    for (n, line) in lines.iter().enumerate() {
        let stroke = format!(
            "stroke=\"{}\" stroke-width=\"2\" fill=\"none\"{}",
            hex(line.colour),
            if line.dashed { " stroke-dasharray=\"6 4\"" } else { "" }
        );
        let path: Vec<String> = line.points.iter().map(|[x, y]| format!("{:.1} {:.1}", x_at(*x), y_at(*y))).collect();
        let key = 14.0 + n as f64 * 18.0;
        let _ = writeln!(out, "<path d=\"M{}\" {stroke}/>\n<path d=\"M{left} {key}h26\" {stroke}/>", path.join("L"));
        text(&mut out, (left + 34.0, key + 4.5), &line.name, "start");
    }
    (height, out)
}

fn draw_bars(chart: &Chart, bars: &[Bar]) -> (f64, String) {
    let mut out = String::new();
    let legend = if chart.legend().len() > 1 { chart.legend() } else { Vec::new() };
    let mut y = 8.0;
    let mut x = LEFT;
    for (name, colour) in &legend {
        let width = 34.0 + name.chars().count() as f64 * 7.2;
        if x + width > WIDTH && x > LEFT {
            (x, y) = (LEFT, y + 20.0);
        }
        let _ = writeln!(out, "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"12\" height=\"12\" fill=\"{}\"/>", y - 1.0, hex(*colour));
        text(&mut out, (x + 18.0, y + 10.0), name, "start");
        x += width;
    }
    let top = if legend.is_empty() { 4.0 } else { y + 24.0 };
    let (end, step) = nice(chart.longest_bar());
    let scale = (WIDTH - LEFT - RIGHT) / end;
    let named = |bars: &[Bar]| bars.iter().filter(|bar| !bar.name.is_empty()).count() as f64 * GAP;
    let bottom = top + bars.len() as f64 * ROW + named(bars);
    for value in ticks(end, step) {
        rule(&mut out, &format!("M{:.1} {top:.1}V{bottom:.1}", LEFT + value * scale));
        text(&mut out, (LEFT + value * scale, bottom + 16.0), &number(value), "middle");
    }
    for (n, bar) in bars.iter().enumerate() {
        let y = top + n as f64 * ROW + named(&bars[..=n]) - 3.0;
        text(&mut out, (LEFT - 10.0, y + 18.0), &shortened(&bar.name, NAME), "end");
        let mut x = LEFT;
        for part in bar.parts.iter().filter(|part| part.value > 0.0) {
            let width = part.value * scale;
            let _ = writeln!(
                out,
                "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"20\" fill=\"{}\"><title>{}: {}</title></rect>",
                y + 4.0,
                hex(part.colour),
                escaped(&part.name),
                escaped(&part.text)
            );
            x += width;
        }
        if let Some((low, high)) = bar.interval.filter(|(low, high)| high > low) {
            let (low, high) = (LEFT + low.max(0.0) * scale, LEFT + high * scale);
            let (middle, from, to) = (y + 14.0, y + 9.0, y + 19.0);
            let _ = writeln!(
                out,
                "<path d=\"M{low:.1} {from}V{to}M{low:.1} {middle}H{high:.1}M{high:.1} {from}V{to}\" stroke=\"#1b232d\" stroke-width=\"1.4\" fill=\"none\"/>"
            );
            x = x.max(high);
        }
        text(&mut out, (x + 8.0, y + 18.0), &bar.total, "start");
    }
    text(&mut out, ((LEFT + WIDTH - RIGHT) / 2.0, bottom + 36.0), &chart.x, "middle");
    (bottom + 44.0, out)
}

fn draw_week(chart: &Chart, cells: &[Cell]) -> (f64, String) {
    let mut out = String::new();
    let (left, top) = (50.0, 6.0);
    let width = (WIDTH - left) / 24.0;
    for (at, cell) in cells.iter().enumerate() {
        let (day, hour) = ((at / 24) as f64, (at % 24) as f64);
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{}\" fill=\"{}\"><title>{}</title></rect>",
            left + hour * width,
            top + day * DAY,
            width - 2.0,
            DAY - 2.0,
            hex(cell.strength.map_or(EMPTY, heat)),
            escaped(&cell.text)
        );
    }
    for (day, name) in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].into_iter().enumerate() {
        text(&mut out, (left - 8.0, top + day as f64 * DAY + 16.0), name, "end");
    }
    let bottom = top + 7.0 * DAY;
    for hour in (0..24).step_by(3) {
        text(&mut out, (left + f64::from(hour) * width, bottom + 16.0), &format!("{hour}:00"), "start");
    }
    let key = bottom + 30.0;
    for n in 0..=10 {
        let colour = hex(heat(f64::from(n) / 10.0));
        let _ = writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"{key:.1}\" width=\"18\" height=\"12\" fill=\"{colour}\"/>",
            left + f64::from(n) * 18.0
        );
    }
    text(&mut out, (left + 206.0, key + 11.0), &chart.x, "start");
    (key + 20.0, out)
}

/// Returns the end of an axis that holds a value from 0 on, and the step of its ticks: 1, 2 or 5 times a power of ten.
fn nice(most: f64) -> (f64, f64) {
    if most.is_nan() || most <= 0.0 {
        return (1.0, 0.5);
    }
    let rough = most / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| *step >= rough).unwrap_or(power * 10.0);
    ((most / step).ceil() * step, step)
}

fn ticks(end: f64, step: f64) -> impl Iterator<Item = f64> {
    let last = (end / step).round() as u32;
    (0..=last).map(move |n| f64::from(n) * step)
}

fn number(value: f64) -> String {
    if value.abs() >= 1000.0 { wording::grouped(value, 0) } else { wording::trimmed(value, 2) }
}

fn heat(strength: f64) -> Rgb {
    let strength = strength.clamp(0.0, 1.0) * 2.0;
    let (from, to, share) = if strength < 1.0 { (HEAT[0], HEAT[1], strength) } else { (HEAT[1], HEAT[2], strength - 1.0) };
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    Rgb(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

fn rule(out: &mut String, path: &str) {
    let _ = writeln!(out, "<path d=\"{path}\" stroke=\"{}\" fill=\"none\"/>", hex(RULE));
}

fn text(out: &mut String, (x, y): (f64, f64), text: &str, anchor: &str) {
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(text));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn hex(colour: Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(body: Body) -> Chart {
        Chart { title: "<title> & \"more\"".to_owned(), x: "h".to_owned(), y: "%".to_owned(), body }
    }

    #[test]
    fn names_cannot_break_the_picture() {
        let line =
            Line { name: "a<b>&\"c\"".to_owned(), points: vec![[0.0, 0.0], [1.0, 2.0]], colour: Rgb(1, 2, 3), dashed: true };
        let svg = write(&chart(Body::Lines(vec![line])));
        let mut reader = quick_xml::Reader::from_str(&svg);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert!(svg.contains("a&lt;b&gt;") && svg.contains("stroke-dasharray"));
    }

    #[test]
    fn axes_end_on_a_tick_at_or_beyond_the_largest_value() {
        // A step is at least a fifth of the largest value and less than half of it, so two to five steps cover it.
        for most in (1..2000).map(|n| 0.003 * 1.01f64.powi(n)).chain([0.003, 0.97, 1.0, 4.2, 37.0, 100.0, 8761.0]) {
            let (end, step) = nice(most);
            let shown = ticks(end, step).count();
            assert!(end >= most * (1.0 - 1e-12) && end < most * 1.5, "{most}: {end} by {step}");
            assert!((4..=7).contains(&shown), "{most}: {shown} ticks by {step}");
        }
    }

    #[test]
    fn nothing_to_draw_is_drawn_without_infinities() {
        for body in [Body::Lines(Vec::new()), Body::Bars(Vec::new()), Body::Week(Vec::new())] {
            let svg = write(&chart(body));
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}
