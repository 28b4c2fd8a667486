//! A fit as a page that stands alone: cycle times of log and model over each other, and all that was found.

use crate::fit::FitReport;
use crate::fit::overlay::{Bin, Overlay};
use crate::report::chart::{Body, Chart, Line, Rgb, Style, svg};
use minijinja::{AutoEscape, Environment, Value, context};

/// The page.
const PAGE: &str = include_str!("../../assets/report/fit.html");
/// Colours of the log and of the model.
const COLOURS: [Rgb; 2] = [Rgb(0x85, 0x92, 0xA3), Rgb(0x0B, 0x6E, 0xB5)];

/// Returns cycle times observed and simulated, over each other: the share of cases at most so long.
///
/// The last bar, which holds everything longer, is left out: what is missing to 100 % at the right is in it.
pub fn cycle_times(overlay: &Overlay) -> Chart {
    let shown = overlay.shown_bins();
    let longest = shown.last().map_or(0.0, |bin| bin.1);
    let (unit, minutes) = match longest {
        m if m > 4.0 * 1440.0 => ("days", 1440.0),
        m if m > 240.0 => ("hours", 60.0),
        _ => ("minutes", 1.0),
    };
    let line = |name: &str, colour: Rgb, dashed: bool, share: &dyn Fn(&Bin) -> f64| {
        let mut sum = 0.0;
        let mut points = vec![[0.0, 0.0]];
        for bin in shown {
            sum += share(bin);
            points.push([bin.1 / minutes, 100.0 * sum]);
        }
        Line { name: name.to_owned(), points, band: Vec::new(), marks: Vec::new(), colour, dashed }
    };
    Chart {
        title: "Cycle times in the log and in the fitted model".to_owned(),
        explained: String::new(),
        x: format!("cycle time, {unit}"),
        y: "cases at most so long, %".to_owned(),
        body: Body::Lines(vec![line("log", COLOURS[0], true, &|bin| bin.2), line("model", COLOURS[1], false, &|bin| bin.3)]),
    }
}

/// Writes a fit as a page.
///
/// # Errors
/// When the page's template cannot be filled, which would be a fault of the program.
pub fn page(report: &FitReport, overlay: Option<&Overlay>) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("page", PAGE)?;
    let charts: Vec<Value> = overlay
        .map(cycle_times)
        .into_iter()
        .map(|chart| context! { picture => Value::from_safe_string(svg::write(&chart, &Style::default())), title => chart.title })
        .collect();
    environment.get_template("page")?.render(context! {
        title => format!("{} fitted to {}", report.study.title, report.facts.name),
        charts,
        text => crate::report::fit::text(report, overlay),
        program => concat!("Kezek ", env!("CARGO_PKG_VERSION")),
    })
}
