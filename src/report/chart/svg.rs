//! A chart as SVG, to be put into a report, printed, or turned into a picture.

use crate::report::chart::{Bar, Body, Cell, Chart, Line, Rgb, Style};
use crate::report::grid::{shortened, wrap};
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
/// How many Cyrillic letters do, which are wider.
const WIDE_NAME: usize = 33;
/// How many of them do in small letters.
const SMALL_NAME: usize = 40;
/// Height of a line of a name that takes several.
const LINE: f64 = 16.0;
/// Room for the line beneath.
const FOOT: f64 = 22.0;
/// Room for the title.
const TITLE: f64 = 34.0;

/// A picture that grows.
struct Canvas<'s> {
    style: &'s Style,
    out: String,
}

/// Writes a chart as SVG.
pub fn write(chart: &Chart, style: &Style) -> String {
    let mut canvas = Canvas { style, out: String::new() };
    let height = match &chart.body {
        Body::Lines(lines) => canvas.lines(chart, lines),
        Body::Bars(bars) => canvas.bars(chart, bars),
        Body::Week(cells) => canvas.week(chart, cells),
    };
    let title = escaped(&chart.title);
    let (above, margin) = if style.titled { (TITLE, 14.0) } else { (0.0, 0.0) };
    let beneath = if style.foot.is_empty() { 0.0 } else { FOOT };
    let (width, height) = (WIDTH + 2.0 * margin, height + above + beneath + 2.0 * margin);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\" \
         font-family=\"Inter, 'Segoe UI', sans-serif\" font-size=\"13\" fill=\"{}\">\n<title>{title}</title>\n",
        hex(style.text)
    );
    // Writing to a String cannot fail.
    if let Some(ground) = style.ground {
        let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", hex(ground));
    }
    if style.titled {
        let _ =
            writeln!(out, "<text x=\"{margin}\" y=\"{:.1}\" font-size=\"17\" font-weight=\"600\">{title}</text>", margin + 15.0);
    }
    if above + margin > 0.0 {
        let _ = writeln!(out, "<g transform=\"translate({margin} {})\">\n{}</g>", above + margin, canvas.out);
    } else {
        out.push_str(&canvas.out);
    }
    if !style.foot.is_empty() {
        let foot = escaped(&style.foot);
        let y = height - margin - 2.0;
        let _ = writeln!(out, "<text x=\"{margin}\" y=\"{y:.1}\" font-size=\"11\" fill-opacity=\"0.7\">{foot}</text>");
    }
    out.push_str("</svg>\n");
    out
}

impl Canvas<'_> {
    fn put(&mut self, element: &str) {
        self.out.push_str(element);
        self.out.push('\n');
    }

    fn rule(&mut self, path: &str) {
        let stroke = hex(self.style.rule);
        self.put(&format!("<path d=\"{path}\" stroke=\"{stroke}\" fill=\"none\"/>"));
    }

    fn text(&mut self, (x, y): (f64, f64), text: &str, anchor: &str) {
        self.put(&format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(text)));
    }

    fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), colour: Rgb, said: &str) {
        let said = if said.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(said)) };
        let colour = hex(colour);
        let place = format!("x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"");
        self.put(&format!("<rect {place} fill=\"{colour}\">{said}</rect>"));
    }

    fn number(&self, value: f64) -> String {
        let text = if value.abs() >= 1000.0 { wording::grouped(value, 0) } else { wording::trimmed(value, 2) };
        text.replace('.', &self.style.decimal.to_string())
    }

    fn heat(&self, strength: f64) -> Rgb {
        let [low, middle, high] = self.style.heat;
        let strength = strength.clamp(0.0, 1.0) * 2.0;
        let (from, to, share) = if strength < 1.0 { (low, middle, strength) } else { (middle, high, strength - 1.0) };
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        Rgb(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
    }

    fn lines(&mut self, chart: &Chart, lines: &[Line]) -> f64 {
        let height = 330.0 + lines.len().saturating_sub(2) as f64 * 18.0;
        let points = || lines.iter().flat_map(|line| &line.points);
        let heights = || points().map(|point| point[1]).chain(lines.iter().flat_map(|line| &line.band).map(|band| band[1]));
        let (x_end, x_step) = nice(points().map(|point| point[0]).fold(0.0, f64::max));
        let (y_end, y_step) = nice(heights().fold(0.0, f64::max));
        let (left, right, top, bottom) = (64.0, WIDTH - 30.0, 34.0 + lines.len() as f64 * 18.0, height - 46.0);
        let at = |[x, y]: [f64; 2]| (left + x / x_end * (right - left), bottom - y / y_end * (bottom - top));
        for y in ticks(y_end, y_step) {
            let (_, place) = at([0.0, y]);
            self.rule(&format!("M{left:.1} {place:.1}H{right:.1}"));
            let said = self.number(y);
            self.text((left - 8.0, place + 4.0), &said, "end");
        }
        for x in ticks(x_end, x_step) {
            let (place, _) = at([x, 0.0]);
            self.rule(&format!("M{place:.1} {bottom:.1}v5"));
            let said = self.number(x);
            self.text((place, bottom + 19.0), &said, "middle");
        }
        self.text(((left + right) / 2.0, bottom + 40.0), &chart.x, "middle");
        self.text((0.0, top - 12.0), &chart.y, "start");
        for (n, line) in lines.iter().enumerate() {
            self.line(line, &at, 14.0 + n as f64 * 18.0, left);
        }
        height
    }

    /// A line with its band, its marks, and at `key` what it is.
    fn line(&mut self, line: &Line, at: &impl Fn([f64; 2]) -> (f64, f64), key: f64, left: f64) {
        let path = |points: &mut dyn Iterator<Item = [f64; 2]>| {
            points.map(at).map(|(x, y)| format!("{x:.1} {y:.1}")).collect::<Vec<_>>().join("L")
        };
        let colour = hex(line.colour);
        if line.band.len() == line.points.len() && line.band.len() > 1 {
            let edge = |side: usize| line.points.iter().zip(&line.band).map(move |([x, _], ends)| [*x, ends[side]]);
            let outline = path(&mut edge(0).chain(edge(1).rev()));
            self.put(&format!("<path d=\"M{outline}Z\" fill=\"{colour}\" fill-opacity=\"0.18\"/>"));
        }
        let dash = if line.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
        let stroke = format!("stroke=\"{colour}\" stroke-width=\"2\" fill=\"none\"{dash}");
        let drawn = path(&mut line.points.iter().copied());
        self.put(&format!("<path d=\"M{drawn}\" {stroke}/>\n<path d=\"M{left} {key}h26\" {stroke}/>"));
        for mark in &line.marks {
            let (x, y) = at(mark.at);
            let said = escaped(&mark.text);
            self.put(&format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"><title>{said}</title></circle>"));
        }
        let marks: Vec<&str> = line.marks.iter().map(|mark| mark.text.as_str()).collect();
        let named = if marks.is_empty() { line.name.clone() } else { format!("{}: {}", line.name, marks.join(", ")) };
        self.text((left + 34.0, key + 4.5), &named, "start");
    }

    /// Names of parts beside their colours; returns how much room they take.
    fn legend(&mut self, legend: &[(&str, Rgb)]) -> f64 {
        let (mut x, mut y) = (LEFT, 8.0);
        for (name, colour) in legend {
            let width = 34.0 + width(name);
            if x + width > WIDTH && x > LEFT {
                (x, y) = (LEFT, y + 20.0);
            }
            self.rect((x, y - 1.0), (12.0, 12.0), *colour, "");
            self.text((x + 18.0, y + 10.0), name, "start");
            x += width;
        }
        if legend.is_empty() { 4.0 } else { y + 24.0 }
    }

    fn bars(&mut self, chart: &Chart, bars: &[Bar]) -> f64 {
        let legend = chart.legend();
        let top = self.legend(if legend.len() > 1 { &legend } else { &[] });
        let (end, step) = nice(chart.longest_bar());
        let scale = (WIDTH - LEFT - RIGHT) / end;
        let named = |bars: &[Bar]| bars.iter().filter(|bar| !bar.name.is_empty()).count() as f64 * GAP;
        let bottom = top + bars.len() as f64 * ROW + named(bars);
        for value in ticks(end, step) {
            let x = LEFT + value * scale;
            self.rule(&format!("M{x:.1} {top:.1}V{bottom:.1}"));
            let said = self.number(value);
            self.text((x, bottom + 16.0), &said, "middle");
        }
        for (n, bar) in bars.iter().enumerate() {
            let y = top + n as f64 * ROW + named(&bars[..=n]) - 3.0;
            let rows = 1 + bars[n + 1..].iter().take_while(|next| next.name.is_empty()).count();
            self.bar_name(&bar.name, y, rows);
            self.bar(bar, y, scale);
        }
        self.text(((LEFT + WIDTH - RIGHT) / 2.0, bottom + 36.0), &chart.x, "middle");
        bottom + 44.0
    }

    /// What a bar is, to its left. Words of wide letters take as many lines as its rows have room for, small ones beside a single row.
    fn bar_name(&mut self, name: &str, y: f64, rows: usize) {
        if !name.chars().any(is_wide) || name.chars().count() <= WIDE_NAME {
            self.text((LEFT - 10.0, y + 18.0), &shortened(name, NAME), "end");
            return;
        }
        if rows == 1 {
            let lines = in_lines(name, SMALL_NAME, 2);
            let first = if lines.len() == 1 { 17.5 } else { 12.0 };
            for (n, line) in lines.iter().enumerate() {
                let place = format!("x=\"{:.1}\" y=\"{:.1}\"", LEFT - 10.0, y + first + n as f64 * 11.0);
                self.put(&format!("<text {place} text-anchor=\"end\" font-size=\"11\">{}</text>", escaped(line)));
            }
            return;
        }
        let most = (rows as f64 * ROW / LINE) as usize;
        for (n, line) in in_lines(name, WIDE_NAME, most).iter().enumerate() {
            self.text((LEFT - 10.0, y + 18.0 + n as f64 * LINE), line, "end");
        }
    }

    fn bar(&mut self, bar: &Bar, y: f64, scale: f64) {
        let mut x = LEFT + bar.start * scale;
        for part in bar.parts.iter().filter(|part| part.value > 0.0) {
            let width = part.value * scale;
            self.rect((x, y + 4.0), (width, 20.0), part.colour, &format!("{}: {}", part.name, part.text));
            x += width;
        }
        if let Some((low, high)) = bar.interval.filter(|(low, high)| high > low) {
            let (low, high) = (LEFT + low.max(0.0) * scale, LEFT + high * scale);
            let (middle, from, to, stroke) = (y + 14.0, y + 9.0, y + 19.0, hex(self.style.text));
            let path = format!("M{low:.1} {from}V{to}M{low:.1} {middle}H{high:.1}M{high:.1} {from}V{to}");
            self.put(&format!("<path d=\"{path}\" stroke=\"{stroke}\" stroke-width=\"1.4\" fill=\"none\"/>"));
            x = x.max(high);
        }
        self.text((x + 8.0, y + 18.0), &bar.total, "start");
    }

    fn week(&mut self, chart: &Chart, cells: &[Cell]) -> f64 {
        let (left, top) = (50.0, 6.0);
        let width = (WIDTH - left) / 24.0;
        for (at, cell) in cells.iter().enumerate() {
            let (day, hour) = ((at / 24) as f64, (at % 24) as f64);
            let colour = cell.strength.map_or(self.style.empty, |strength| self.heat(strength));
            self.rect((left + hour * width, top + day * DAY), (width - 2.0, DAY - 2.0), colour, &cell.text);
        }
        for (day, name) in chart.y.split(',').enumerate().take(7) {
            self.text((left - 8.0, top + day as f64 * DAY + 16.0), name.trim(), "end");
        }
        let bottom = top + 7.0 * DAY;
        for hour in (0..24).step_by(3) {
            self.text((left + f64::from(hour) * width, bottom + 16.0), &format!("{hour}:00"), "start");
        }
        let key = bottom + 30.0;
        for n in 0..=10 {
            let colour = self.heat(f64::from(n) / 10.0);
            self.rect((left + f64::from(n) * 18.0, key), (18.0, 12.0), colour, "");
        }
        self.text((left + 206.0, key + 11.0), &chart.x, "start");
        key + 20.0
    }
}

/// Tells whether a letter is wider than those of English: Cyrillic is, Kazakh letters included.
fn is_wide(c: char) -> bool {
    ('\u{400}'..='\u{52f}').contains(&c)
}

/// Returns about how much room a text takes, in letters of the usual size.
fn width(text: &str) -> f64 {
    text.chars().map(|c| if is_wide(c) { 8.8 } else { 7.2 }).sum()
}

/// Breaks a text into so many lines of so many characters at most; what does not fit is cut.
fn in_lines(text: &str, characters: usize, most: usize) -> Vec<String> {
    let mut lines = wrap(text, characters);
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(rest);
    }
    lines.iter().map(|line| shortened(line, characters)).collect()
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

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn hex(colour: Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Mark;

    fn chart(body: Body) -> Chart {
        Chart { title: "<title> & \"more\"".to_owned(), explained: String::new(), x: "h".to_owned(), y: "%".to_owned(), body }
    }

    #[test]
    fn names_cannot_break_the_picture() {
        let line = Line {
            name: "a<b>&\"c\"".to_owned(),
            points: vec![[0.0, 0.0], [1.0, 2.0]],
            band: vec![[0.0, 0.5], [1.0, 3.0]],
            marks: vec![Mark { at: [1.0, 2.0], text: "<p90>".to_owned() }],
            colour: Rgb(1, 2, 3),
            dashed: true,
        };
        let svg =
            write(&chart(Body::Lines(vec![line])), &Style { titled: true, ground: Some(Rgb(255, 255, 255)), ..Style::default() });
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
    fn long_names_in_wide_letters_stand_in_lines_and_none_is_longer_than_its_room() {
        let name = "Онлайн нысанды толтыру (Тұрғылықты жері бойынша тіркеу)";
        let written = |rows: usize| {
            let part = |name: &str| crate::report::chart::Part {
                name: name.to_owned(),
                value: 1.0,
                interval: None,
                text: String::new(),
                colour: Rgb(0, 0, 0),
            };
            let names = std::iter::once(name).chain(std::iter::repeat_n("", rows - 1));
            write(&chart(Body::Bars(names.map(|name| Bar::of_one(name.to_owned(), part("x"))).collect())), &Style::default())
        };
        let small = written(1);
        assert!(small.contains(">Онлайн нысанды толтыру (Тұрғылықты жері<") && small.contains(">бойынша тіркеу)<"), "{small}");
        let large = written(3);
        assert!(large.contains(">Онлайн нысанды толтыру<") && large.contains(">(Тұрғылықты жері бойынша тіркеу)<"), "{large}");
        assert_eq!(in_lines(name, 20, 2), ["Онлайн нысанды", "толтыру (Тұрғылықты…"].map(str::to_owned));
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
            let svg = write(&chart(body), &Style::default());
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}
