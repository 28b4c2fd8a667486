//! Charts of an outcome.

use crate::experiment::kpi::{self, CITIZEN_TIME, ELAPSED_TIME};
use crate::experiment::outcome::{Estimate, ExperimentOutcome, PoolKind, PoolOutcome, VariantOutcome};
use crate::report::chart::{Bar, Body, Cell, Chart, Line, Mark, Part, Rgb};
use crate::report::teller::Teller;

/// Colour of the baseline.
const BASELINE: Rgb = Rgb(0x85, 0x92, 0xA3);
/// Colours that are told apart, by people who see few colours too.
const SERIES: [Rgb; 6] = [
    Rgb(0x1B, 0x5F, 0xA8),
    Rgb(0x1F, 0x8A, 0x7D),
    Rgb(0x8A, 0x5A, 0xA8),
    Rgb(0xC2, 0x7A, 0x15),
    Rgb(0xB0, 0x4A, 0x6A),
    Rgb(0x5B, 0x7F, 0x2A),
];
/// Steps that are shown.
const STEPS: usize = 12;
/// Points of a distribution.
const POINTS: usize = 400;
/// The share of cases at which a distribution ends, so that a few long ones do not press the rest to the edge.
const ENDS: f64 = 0.985;

/// Returns an interval in another unit.
fn interval(estimate: &Estimate, by: f64) -> Option<(f64, f64)> {
    estimate.low.zip(estimate.high).map(|(low, high)| (low / by, high / by))
}

/// Returns the charts of an outcome that have something to show.
pub fn all(teller: &Teller<'_>) -> Vec<Chart> {
    let outcome = teller.outcome;
    let mut charts = vec![citizen_time(teller), elapsed_parts(teller)];
    charts.extend(
        [(CITIZEN_TIME, 60.0, "report-chart-hours"), (ELAPSED_TIME, 1440.0, "report-chart-days")]
            .map(|(name, by, unit)| distribution(teller, name, by, unit)),
    );
    charts.push(steps(teller));
    charts.push(utilisation(teller));
    if let Some(id) = fullest_pool(outcome) {
        charts.push(backlog(teller, &id));
        charts.extend(outcome.variants.iter().filter_map(|v| week(teller, v, &id)));
    }
    charts.retain(|chart| !chart.is_empty());
    charts
}

fn colour(outcome: &ExperimentOutcome, place: usize) -> Rgb {
    let baseline = outcome.variants.iter().position(|v| v.name == outcome.baseline).unwrap_or(0);
    match place {
        place if place == baseline => BASELINE,
        place => SERIES[(if place > baseline { place - 1 } else { place }) % SERIES.len()],
    }
}

fn citizen_time(teller: &Teller<'_>) -> Chart {
    let outcome = teller.outcome;
    let bars = outcome.variants.iter().enumerate().filter_map(|(place, variant)| {
        let estimate = variant.measure(CITIZEN_TIME)?.estimate?;
        let text = teller.duration(estimate.mean);
        let part = Part {
            name: teller.variant_title(variant),
            value: estimate.mean.max(0.0) / 60.0,
            interval: interval(&estimate, 60.0),
            text,
            colour: colour(outcome, place),
        };
        Some(Bar::of_one(teller.variant_title(variant), part))
    });
    // The bars bear the variants' names; a legend would say them again.
    let mut bars: Vec<Bar> = bars.collect();
    bars.iter_mut().flat_map(|bar| &mut bar.parts).for_each(|part| part.name = teller.get("report-chart-part"));
    let x = teller.with("report-chart-hours-a-case", &[("confidence", teller.confidence().into())]);
    Chart {
        title: teller.get("report-chart-citizen-time"),
        explained: String::new(),
        x,
        y: String::new(),
        body: Body::Bars(bars),
    }
}

fn elapsed_parts(teller: &Teller<'_>) -> Chart {
    let outcome = teller.outcome;
    let bars = outcome.variants.iter().map(|variant| {
        let parts = variant.elapsed_parts.iter().enumerate().map(|(at, part)| Part {
            name: teller.words.or(&format!("part-{}", part.name), part.label),
            value: part.minutes.mean.max(0.0) / 1440.0,
            interval: interval(&part.minutes, 1440.0),
            text: teller.duration(part.minutes.mean),
            colour: shade(at),
        });
        let total = variant.mean(ELAPSED_TIME).map_or(String::new(), |minutes| teller.duration(minutes));
        Bar { name: teller.variant_title(variant), start: 0.0, parts: parts.collect(), interval: None, total }
    });
    let body = Body::Bars(bars.collect());
    Chart {
        title: teller.get("report-chart-elapsed"),
        explained: String::new(),
        x: teller.get("report-chart-days-a-case"),
        y: String::new(),
        body,
    }
}

/// Colours of more parts than there are series: the second round is lighter.
fn shade(at: usize) -> Rgb {
    let Rgb(r, g, b) = SERIES[at % SERIES.len()];
    let light = |c: u8| 255 - (255 - c) / 2;
    if at < SERIES.len() { Rgb(r, g, b) } else { Rgb(light(r), light(g), light(b)) }
}

fn distribution(teller: &Teller<'_>, name: &str, by: f64, unit: &str) -> Chart {
    let outcome = teller.outcome;
    let lines = outcome.variants.iter().enumerate().filter_map(|(place, variant)| {
        let found = variant.measure(name)?;
        let sketch = found.distribution.as_ref()?;
        let mut below = 0.0;
        let mut points = vec![[0.0, 0.0]];
        for bin in sketch.histogram(POINTS) {
            below += bin.count / sketch.n().max(1) as f64;
            points.push([found.measure.from_raw(bin.high) / by, below * 100.0]);
            if below >= ENDS {
                break;
            }
        }
        let quantiles = [("report-chart-half", found.p50, 50.0), ("report-chart-nine-in-ten", found.p90, 90.0)];
        let marks = quantiles.into_iter().filter_map(|(id, quantile, share)| {
            let value = quantile?.value;
            let text = teller.with(id, &[("value", teller.duration(value).into())]);
            Some(Mark { at: [value / by, share], text })
        });
        let marks = marks.collect();
        let dashed = variant.name == outcome.baseline;
        Some(Line {
            name: teller.variant_title(variant),
            points,
            band: Vec::new(),
            marks,
            colour: colour(outcome, place),
            dashed,
        })
    });
    let label = kpi::measure(name).map_or_else(|| name.to_owned(), |measure| teller.label(measure));
    Chart {
        title: teller.with("report-chart-distribution", &[("measure", label.into())]),
        explained: String::new(),
        x: teller.get(unit),
        y: teller.get("report-chart-share"),
        body: Body::Lines(lines.collect()),
    }
}

fn steps(teller: &Teller<'_>) -> Chart {
    let outcome = teller.outcome;
    let mut rows: Vec<(&str, String, f64)> = Vec::new();
    for step in outcome.variants.iter().flat_map(|v| &v.steps) {
        let minutes = step.citizen_time.mean;
        match rows.iter_mut().find(|(id, _, _)| *id == step.id) {
            Some((_, _, most)) => *most = most.max(minutes),
            None => rows.push((&step.id, format!("{} ({})", teller.name(&step.name), teller.service(&step.service)), minutes)),
        }
    }
    rows.retain(|row| row.2 > 0.0);
    rows.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut bars = Vec::new();
    for (id, name, _) in rows.into_iter().take(STEPS) {
        let minutes = |v: &VariantOutcome| v.steps.iter().find(|s| s.id == id).map(|s| s.citizen_time);
        bars.extend(bars_of(teller, &name, 1.0, |v| minutes(v).map(|m| (m, teller.duration(m.mean)))));
    }
    Chart {
        title: teller.get("report-chart-steps"),
        explained: String::new(),
        x: teller.get("report-chart-minutes-a-case"),
        y: String::new(),
        body: Body::Bars(bars),
    }
}

/// A bar for each variant that has the thing, the first with its name; `by` is the axis's unit in that of the estimate.
fn bars_of(teller: &Teller<'_>, name: &str, by: f64, of: impl Fn(&VariantOutcome) -> Option<(Estimate, String)>) -> Vec<Bar> {
    let outcome = teller.outcome;
    let mut bars = Vec::new();
    for (place, variant) in outcome.variants.iter().enumerate() {
        let Some((estimate, text)) = of(variant) else { continue };
        let (value, interval) = (estimate.mean.max(0.0) / by, interval(&estimate, by));
        let part = Part { name: teller.variant_title(variant), value, interval, text, colour: colour(outcome, place) };
        bars.push(Bar::of_one(if bars.is_empty() { name.to_owned() } else { String::new() }, part));
    }
    bars
}

/// Returns the pools that people work in, each once: id and name.
fn staff(outcome: &ExperimentOutcome) -> Vec<(&str, &str)> {
    let mut pools: Vec<(&str, &str)> = Vec::new();
    for pool in outcome.variants.iter().flat_map(|v| &v.pools).filter(|pool| pool.kind == PoolKind::Staff) {
        if !pools.iter().any(|(id, _)| *id == pool.id) {
            pools.push((&pool.id, &pool.name));
        }
    }
    pools
}

fn pool<'o>(variant: &'o VariantOutcome, id: &str) -> Option<&'o PoolOutcome> {
    variant.pools.iter().find(|pool| pool.id == id)
}

fn utilisation(teller: &Teller<'_>) -> Chart {
    let outcome = teller.outcome;
    let mut bars = Vec::new();
    for (id, name) in staff(outcome) {
        bars.extend(bars_of(teller, name, 0.01, |v| pool(v, id)?.utilisation.map(|u| (u, teller.percent(u.mean)))));
    }
    Chart {
        title: teller.get("report-chart-busy"),
        explained: String::new(),
        x: teller.get("report-chart-of-shift"),
        y: String::new(),
        body: Body::Bars(bars),
    }
}

/// Returns the staff pool with the longest mean queue in any variant.
fn fullest_pool(outcome: &ExperimentOutcome) -> Option<String> {
    let pools = outcome.variants.iter().flat_map(|v| &v.pools).filter(|pool| pool.kind == PoolKind::Staff);
    let fullest = pools.max_by(|a, b| a.queue_length.mean.total_cmp(&b.queue_length.mean))?;
    Some(fullest.id.clone())
}

fn backlog(teller: &Teller<'_>, id: &str) -> Chart {
    let outcome = teller.outcome;
    let mut name = String::new();
    let mut lines = Vec::new();
    for (place, variant) in outcome.variants.iter().enumerate() {
        let Some(found) = pool(variant, id) else { continue };
        name.clone_from(&found.name);
        let points = found.queue_by_day.iter().enumerate().map(|(day, queue)| [day as f64, *queue]).collect();
        lines.push(Line {
            name: teller.variant_title(variant),
            points,
            band: found.queue_by_day_interval.iter().map(|(low, high)| [*low, *high]).collect(),
            marks: Vec::new(),
            colour: colour(outcome, place),
            dashed: variant.name == outcome.baseline,
        });
    }
    Chart {
        title: teller.with("report-chart-backlog", &[("pool", name.into())]),
        explained: String::new(),
        x: teller.with("report-chart-day", &[("date", teller.words.date(outcome.first_day).into())]),
        y: teller.get("report-chart-waiting"),
        body: Body::Lines(lines),
    }
}

fn week(teller: &Teller<'_>, variant: &VariantOutcome, id: &str) -> Option<Chart> {
    let pool = pool(variant, id)?;
    let cells = pool.by_hour.iter().map(|hour| {
        let share = (hour.rostered > 0.01).then(|| hour.busy / hour.rostered);
        let busy = match share {
            Some(share) => teller.with("report-chart-hour-busy", &[("busy", teller.percent(share).into())]),
            None => teller.get("report-chart-nobody"),
        };
        let hour =
            [("busy", busy.into()), ("people", teller.count(hour.rostered).into()), ("queue", teller.count(hour.queue).into())];
        Cell { strength: share, text: teller.with("report-chart-hour", &hour) }
    });
    let title = teller
        .with("report-chart-week", &[("pool", pool.name.as_str().into()), ("variant", teller.variant_title(variant).into())]);
    Some(Chart {
        title,
        explained: String::new(),
        x: teller.get("report-chart-week-key"),
        y: teller.get("weekdays"),
        body: Body::Week(cells.collect()),
    })
}
