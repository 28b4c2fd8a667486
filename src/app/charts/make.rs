//! Makes charts of outcomes.

use super::{Bar, Body, Cell, Chart, Line, Mark, Part};
use crate::app::Cx;
use crate::app::effects::{FOLLOWED, Stage};
use crate::app::panels::measures;
use crate::app::panels::top::title_of;
use crate::app::results::Curves;
use crate::app::theme::Theme;
use crate::experiment::kpi::{self, Measure, Unit};
use crate::experiment::outcome::{Estimate, ExperimentOutcome, PoolKind, PoolOutcome, StepOutcome, VariantOutcome, Verdict};
use crate::model::study::Variant;
use crate::report::chart::Rgb;

/// A variant in a chart.
pub struct Compared<'o> {
    /// What was found.
    pub variant: &'o VariantOutcome,
    /// Its name for people.
    pub title: String,
    /// Its colour, the same in every chart.
    pub colour: Rgb,
    /// Whether the others are held against it.
    pub is_baseline: bool,
}

/// Returns the variants that charts show: the baseline, the shown one, and those that the user has put beside them.
pub fn compared<'o>(cx: &Cx<'_>, outcome: &'o ExperimentOutcome) -> Vec<Compared<'o>> {
    let mut ids = vec![outcome.baseline.as_str(), cx.view.variant.as_str()];
    ids.extend(outcome.variants.iter().map(|v| v.name.as_str()).filter(|id| cx.view.passing.also.iter().any(|b| b == id)));
    let mut found: Vec<Compared<'o>> = Vec::new();
    for id in ids {
        if found.iter().any(|known| known.variant.name == id) {
            continue;
        }
        let Some(variant) = outcome.variant(id) else { continue };
        let colour = Theme::rgb(cx.theme.variant(place(outcome, id)));
        found.push(Compared { variant, title: title_of(cx, id), colour, is_baseline: id == outcome.baseline });
    }
    found
}

/// Returns a variant's place among the colours: 0 is the baseline.
pub fn place(outcome: &ExperimentOutcome, id: &str) -> usize {
    let others = outcome.variants.iter().filter(|v| v.name != outcome.baseline);
    others.map(|v| v.name.as_str()).position(|other| other == id).map_or(0, |at| at + 1)
}

/// Returns minutes in one unit of an axis that reaches so many minutes, and the id of the axis's text.
pub fn time_axis(longest: f64) -> (f64, &'static str) {
    match longest {
        minutes if minutes < 3.0 * 60.0 => (1.0, "axis-minutes"),
        minutes if minutes < 3.0 * 1440.0 => (60.0, "axis-hours"),
        _ => (1440.0, "axis-days"),
    }
}

/// Returns an interval in another unit.
fn interval(estimate: &Estimate, by: f64) -> Option<(f64, f64)> {
    estimate.low.zip(estimate.high).map(|(low, high)| (low / by, high / by))
}

/// A value with half its interval's width behind it.
fn with_margin(cx: &Cx<'_>, estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
    let margin = cx.words.margin(estimate, &write);
    if margin.is_empty() { write(estimate.mean) } else { format!("{} {margin}", write(estimate.mean)) }
}

/// What a case's elapsed time divides into: work and waiting by cause.
pub fn elapsed_parts(cx: &Cx<'_>, outcome: &ExperimentOutcome) -> Chart {
    let compared = compared(cx, outcome);
    let longest = compared.iter().filter_map(|c| c.variant.mean(kpi::ELAPSED_TIME)).fold(0.0, f64::max);
    let (by, axis) = time_axis(longest);
    let write = |minutes: f64| cx.words.duration(minutes);
    let bars = compared.iter().map(|compared| {
        let parts = compared.variant.elapsed_parts.iter().enumerate().map(|(at, part)| Part {
            name: cx.words.or(&format!("part-{}", part.name), part.label),
            value: part.minutes.mean.max(0.0) / by,
            interval: interval(&part.minutes, by),
            text: cx.words.duration(part.minutes.mean),
            colour: Theme::rgb(part_colour(cx, at)),
        });
        let total = compared.variant.measure(kpi::ELAPSED_TIME).and_then(|measure| measure.estimate);
        Bar {
            name: compared.title.clone(),
            start: 0.0,
            parts: parts.collect(),
            interval: total.as_ref().and_then(|total| interval(total, by)),
            total: total.map_or(String::new(), |total| with_margin(cx, &total, write)),
        }
    });
    Chart {
        title: cx.words.get("chart-elapsed-parts"),
        explained: cx.words.get("chart-elapsed-parts-explained"),
        x: cx.words.get(axis),
        y: String::new(),
        body: Body::Bars(bars.collect()),
    }
}

fn part_colour(cx: &Cx<'_>, at: usize) -> egui::Color32 {
    let series = cx.theme.series;
    let turn = at / series.len();
    let colour = series[at % series.len()];
    if turn == 0 { colour } else { cx.theme.pale(colour) }
}

/// How many cases have at most so much of a time, with the median and the ninth tenth marked.
pub fn distribution(cx: &Cx<'_>, outcome: &ExperimentOutcome, curves: &Curves, name: &'static str) -> Chart {
    let compared = compared(cx, outcome);
    let ends = compared.iter().filter_map(|c| curves.of(&c.variant.name, name)?.last().map(|point| point[0]));
    let (by, axis) = time_axis(ends.fold(0.0, f64::max));
    let lines = compared.iter().filter_map(|compared| {
        let points = curves.of(&compared.variant.name, name)?;
        let points = points.iter().map(|[x, share]| [x / by, share * 100.0]).collect();
        let found = compared.variant.measure(name)?;
        let marks = [("mark-median", found.p50, 50.0), ("mark-p90", found.p90, 90.0)];
        let marks = marks.into_iter().filter_map(|(id, quantile, share)| {
            let value = quantile?.value;
            let text = cx.words.with(id, &[("value", cx.words.duration(value).into())]);
            Some(Mark { at: [value / by, share], text })
        });
        Some(Line {
            name: compared.title.clone(),
            points,
            band: Vec::new(),
            marks: marks.collect(),
            colour: compared.colour,
            dashed: compared.is_baseline,
        })
    });
    let measure = kpi::measure(name).map_or(String::new(), |measure| measures::label(cx, measure));
    Chart {
        title: cx.words.with("chart-distribution", &[("measure", measure.into())]),
        explained: cx.words.get("chart-distribution-explained"),
        x: cx.words.get(axis),
        y: cx.words.get("axis-share-of-cases"),
        body: Body::Lines(lines.collect()),
    }
}

/// The proactive funnel of a variant.
pub fn funnel(cx: &Cx<'_>, compared: &Compared<'_>) -> Chart {
    let variant = compared.variant;
    let bars = variant.funnel.iter().map(|stage| {
        let name = cx.words.or(&format!("funnel-{}", stage.name), stage.label);
        let share = stage.share_of_first.map_or(String::new(), |share| format!(" · {}", cx.words.percent(share)));
        let text = format!("{}{share}", with_margin(cx, &stage.count, |count| cx.words.whole(count)));
        let (value, colour) = (stage.count.mean.max(0.0), compared.colour);
        Bar::of_one(name.clone(), Part { name, value, interval: interval(&stage.count, 1.0), text, colour })
    });
    Chart {
        title: cx.words.with("chart-funnel", &[("variant", compared.title.as_str().into())]),
        explained: cx.words.get("chart-funnel-explained"),
        x: cx.words.get("axis-cases-a-run"),
        y: String::new(),
        body: Body::Bars(bars.collect()),
    }
}

/// A bar for each variant that has the thing, the first with its name; `by` is the axis's unit in that of the estimate.
fn bars_of(
    compared: &[Compared<'_>],
    name: &str,
    by: f64,
    of: impl Fn(&VariantOutcome) -> Option<(Estimate, String)>,
) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    for compared in compared {
        let Some((estimate, text)) = of(compared.variant) else { continue };
        let (value, interval) = (estimate.mean.max(0.0) / by, interval(&estimate, by));
        let part = Part { name: compared.title.clone(), value, interval, text, colour: compared.colour };
        bars.push(Bar::of_one(if bars.is_empty() { name.to_owned() } else { String::new() }, part));
    }
    bars
}

/// How busy each staff pool is in each variant.
pub fn utilisation(cx: &Cx<'_>, outcome: &ExperimentOutcome) -> Chart {
    let compared = compared(cx, outcome);
    let mut pools: Vec<(&str, &str)> = Vec::new();
    for pool in compared.iter().flat_map(|c| &c.variant.pools).filter(|pool| pool.kind == PoolKind::Staff) {
        if !pools.iter().any(|(id, _)| *id == pool.id) {
            pools.push((&pool.id, &pool.name));
        }
    }
    let mut bars = Vec::new();
    for (id, name) in pools {
        bars.extend(bars_of(&compared, name, 0.01, |variant| {
            let utilisation = variant.pools.iter().find(|pool| pool.id == id)?.utilisation?;
            Some((utilisation, with_margin(cx, &utilisation, |share| cx.words.percent(share))))
        }));
    }
    Chart {
        title: cx.words.get("chart-utilisation"),
        explained: cx.words.get("chart-utilisation-explained"),
        x: cx.words.get("axis-busy"),
        y: String::new(),
        body: Body::Bars(bars),
    }
}

/// The steps at which citizens' time changes most; with one variant alone, those that take most of it.
pub fn steps(cx: &Cx<'_>, outcome: &ExperimentOutcome, most: usize) -> Chart {
    let compared = compared(cx, outcome);
    let mut rows: Vec<&StepOutcome> = Vec::new();
    for step in compared.iter().flat_map(|c| &c.variant.steps) {
        if !rows.iter().any(|known| known.id == step.id) {
            rows.push(step);
        }
    }
    let minutes = |variant: &VariantOutcome, id: &str| variant.steps.iter().find(|s| s.id == id).map(|s| s.citizen_time);
    let weight = |step: &StepOutcome| {
        let of = |c: &Compared<'_>| minutes(c.variant, &step.id).map_or(0.0, |e| e.mean);
        match compared.split_first() {
            Some((alone, [])) => of(alone),
            Some((baseline, others)) => others.iter().map(|other| (of(other) - of(baseline)).abs()).fold(0.0, f64::max),
            None => 0.0,
        }
    };
    rows.retain(|step| compared.iter().any(|c| minutes(c.variant, &step.id).is_some_and(|e| e.mean > 0.0)));
    rows.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    rows.truncate(most);
    // Where several services call a step the same, the service says which is meant.
    let scenario = cx.document.scenario(&cx.view.variant).ok();
    let named = |step: &StepOutcome| {
        let is_alone = rows.iter().filter(|other| other.name == step.name).count() == 1;
        let service = scenario.and_then(|scenario| scenario.service(&step.service)).filter(|_| !is_alone);
        service.map_or(step.name.clone(), |service| format!("{} ({})", step.name, service.name))
    };
    let mut bars = Vec::new();
    for step in &rows {
        // A step that a variant does not have takes nobody any time there.
        let none = Estimate { mean: 0.0, low: Some(0.0), high: Some(0.0) };
        bars.extend(bars_of(&compared, &named(step), 1.0, |variant| {
            let estimate = minutes(variant, &step.id).unwrap_or(none);
            Some((estimate, with_margin(cx, &estimate, |minutes| cx.words.duration(minutes))))
        }));
    }
    let id = if compared.len() > 1 { "chart-steps" } else { "chart-steps-alone" };
    Chart {
        title: cx.words.get(id),
        explained: cx.words.get("chart-steps-explained"),
        x: cx.words.get("axis-minutes-a-case"),
        y: String::new(),
        body: Body::Bars(bars),
    }
}

/// What each change brings, one after another: from the start over every stage to the whole variant.
pub fn waterfall(cx: &Cx<'_>, variant: &Variant, stages: &[Stage], measure: &'static Measure) -> Chart {
    let at = FOLLOWED.iter().position(|name| *name == measure.name).unwrap_or(0);
    let mean = |stage: &Stage| stage.means.get(at).copied().flatten();
    let longest = stages.iter().filter_map(mean).map(|estimate| estimate.mean).fold(0.0, f64::max);
    let (by, axis) = if measure.unit == Unit::Minutes { time_axis(longest) } else { (1.0, "axis-number-a-case") };
    let currency = cx.results.outcome().map_or("", |outcome| outcome.currency.as_str());
    let write = |value: f64| cx.words.value(measure, value, currency);
    let whole = |name: String, stage: &Stage, colour: egui::Color32| {
        let estimate = mean(stage)?;
        let (value, text) = (estimate.mean.max(0.0) / by, with_margin(cx, &estimate, write));
        let part = Part { name: name.clone(), value, interval: interval(&estimate, by), text, colour: Theme::rgb(colour) };
        Some(Bar::of_one(name, part))
    };
    let base = variant.based_on.as_deref().unwrap_or(crate::model::study::AS_IS);
    let mut bars = Vec::new();
    bars.extend(stages.first().and_then(|stage| whole(title_of(cx, base), stage, cx.theme.as_is)));
    for pair in stages.windows(2) {
        let (Some(before), Some(after)) = (mean(&pair[0]), mean(&pair[1])) else { continue };
        let Some(found) = pair[1].adds.iter().find(|found| found.measure.name == measure.name) else { continue };
        let change = |value: f64| cx.words.difference(measure, value, currency);
        let (id, colour) = match found.verdict {
            Verdict::Better => ("verdict-better", cx.theme.better),
            Verdict::Worse => ("verdict-worse", cx.theme.worse),
            Verdict::Different => ("verdict-different", cx.theme.accent),
            Verdict::NotShown => ("verdict-not-shown", cx.theme.border_strong),
        };
        let ends = interval(&found.difference, by);
        let range = cx.words.range(&found.difference, change);
        let is_exact = found.difference.half_width().is_none_or(|half| half == 0.0);
        let text = change(found.difference.mean);
        let text = if is_exact { text } else { format!("{text} ({range})") };
        let part = Part {
            name: cx.words.get(id),
            value: (after.mean - before.mean).abs() / by,
            interval: ends,
            text,
            colour: Theme::rgb(colour),
        };
        let titled = |id: &String| {
            variant
                .changes
                .iter()
                .find(|c| c.id == *id)
                .map_or(id.clone(), |c| if c.title.is_empty() { c.id.clone() } else { c.title.clone() })
        };
        let name = pair[1].changes.iter().map(titled).collect::<Vec<_>>().join(" + ");
        let start = after.mean.min(before.mean).max(0.0) / by;
        // The whiskers stand at the end that moves.
        let moved = ends.map(|(low, high)| (before.mean / by + low, before.mean / by + high));
        bars.push(Bar { start, interval: moved, ..Bar::of_one(name, part) });
    }
    bars.extend(
        stages.last().filter(|_| stages.len() > 1).and_then(|stage| whole(title_of(cx, &variant.id), stage, cx.theme.variant(1))),
    );
    Chart {
        title: cx.words.with("chart-waterfall", &[("measure", measures::label(cx, measure).into())]),
        explained: cx.words.get("chart-waterfall-explained"),
        x: cx.words.get(axis),
        y: String::new(),
        body: Body::Bars(bars),
    }
}

/// A pool's week: how busy its people are, hour by hour.
pub fn week(cx: &Cx<'_>, variant: &VariantOutcome, pool: &PoolOutcome) -> Chart {
    let days: Vec<String> = cx.words.get("weekdays").split(',').map(|day| day.trim().to_owned()).collect();
    let cells = pool.by_hour.iter().enumerate().map(|(at, hour)| {
        let share = (hour.rostered > 0.01).then(|| hour.busy / hour.rostered);
        let words = [
            ("day", days.get(at / 24).cloned().unwrap_or_default().into()),
            ("hour", (at % 24).into()),
            ("busy", share.map_or("–".to_owned(), |share| cx.words.percent(share)).into()),
            ("people", cx.words.count(hour.rostered).into()),
            ("queue", cx.words.count(hour.queue).into()),
        ];
        Cell { strength: share, text: cx.words.with("week-cell", &words) }
    });
    Chart {
        title: cx
            .words
            .with("chart-week", &[("pool", pool.name.as_str().into()), ("variant", title_of(cx, &variant.name).into())]),
        explained: cx.words.get("chart-week-explained"),
        x: cx.words.get("axis-week"),
        y: days.join(","),
        body: Body::Week(cells.collect()),
    }
}

/// How many wait for a pool, day by day, in each variant.
pub fn backlog(cx: &Cx<'_>, outcome: &ExperimentOutcome, pool: &str) -> Chart {
    let mut title = String::new();
    let mut lines = Vec::new();
    for compared in compared(cx, outcome) {
        let Some(found) = compared.variant.pools.iter().find(|p| p.id == pool) else { continue };
        title.clone_from(&found.name);
        lines.push(Line {
            name: compared.title.clone(),
            points: found.queue_by_day.iter().enumerate().map(|(day, queue)| [day as f64, *queue]).collect(),
            band: found.queue_by_day_interval.iter().map(|(low, high)| [*low, *high]).collect(),
            marks: Vec::new(),
            colour: compared.colour,
            dashed: compared.is_baseline,
        });
    }
    let confidence = cx.words.confidence(outcome.confidence);
    Chart {
        title: cx.words.with("chart-backlog", &[("pool", title.into())]),
        explained: cx.words.with("chart-backlog-explained", &[("confidence", confidence.into())]),
        x: cx.words.with("axis-day-of-run", &[("date", outcome.first_day.to_string().into())]),
        y: cx.words.get("axis-waiting"),
        body: Body::Lines(lines),
    }
}
