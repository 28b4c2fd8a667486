//! Makes charts of outcomes.

use super::{Bar, Body, Cell, Chart, Line, Part};
use crate::app::Cx;
use crate::app::panels::measures;
use crate::app::panels::top::title_of;
use crate::app::results::Curves;
use crate::experiment::kpi::{self, CITIZEN_TIME};
use crate::experiment::outcome::{Difference, ExperimentOutcome, PoolKind, PoolOutcome, StepOutcome, VariantOutcome};

/// Returns the two variants of a difference, the baseline first.
fn pair<'o>(outcome: &'o ExperimentOutcome, difference: &Difference) -> Vec<&'o VariantOutcome> {
    [&difference.baseline, &difference.variant].into_iter().filter_map(|id| outcome.variant(id)).collect()
}

/// What a case's elapsed time divides into: work and waiting by cause.
pub fn elapsed_parts(cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) -> Chart {
    let bars = pair(outcome, difference).into_iter().map(|variant| {
        let parts: Vec<Part> = variant
            .elapsed_parts
            .iter()
            .enumerate()
            .map(|(at, part)| Part {
                name: cx.words.or(&format!("part-{}", part.name), part.label),
                value: part.minutes.mean.max(0.0) / 60.0,
                text: cx.words.duration(part.minutes.mean),
                colour: part_colour(cx, at),
            })
            .collect();
        let total = variant.mean(kpi::ELAPSED_TIME).map_or(String::new(), |mean| cx.words.duration(mean));
        Bar { name: title_of(cx, &variant.name), parts, total }
    });
    let body = Body::Bars(bars.collect());
    Chart { title: cx.words.get("chart-elapsed-parts"), x: cx.words.get("axis-hours"), y: String::new(), body }
}

fn part_colour(cx: &Cx<'_>, at: usize) -> egui::Color32 {
    let series = cx.theme.series;
    let turn = at / series.len();
    let colour = series[at % series.len()];
    if turn == 0 { colour } else { cx.theme.pale(colour) }
}

/// How many cases have at most so much of a time.
pub fn distribution(cx: &Cx<'_>, curves: &Curves, difference: &Difference, name: &'static str) -> Chart {
    let unit = if name == CITIZEN_TIME { (60.0, "axis-hours") } else { (1440.0, "axis-days") };
    let lines = [&difference.baseline, &difference.variant].into_iter().enumerate().filter_map(|(place, id)| {
        let points = curves.of(id, name)?;
        let points = points.iter().map(|[x, share]| [x / unit.0, share * 100.0]).collect();
        Some(Line { name: title_of(cx, id), points, colour: cx.theme.variant(place), dashed: place == 0 })
    });
    let measure = kpi::measure(name).map_or(String::new(), |measure| measures::label(cx, measure));
    Chart {
        title: cx.words.with("chart-distribution", &[("measure", measure.into())]),
        x: cx.words.get(unit.1),
        y: cx.words.get("axis-share-of-cases"),
        body: Body::Lines(lines.collect()),
    }
}

/// The proactive funnel of a variant.
pub fn funnel(cx: &Cx<'_>, variant: &VariantOutcome) -> Chart {
    let bars = variant.funnel.iter().map(|stage| {
        let name = cx.words.or(&format!("funnel-{}", stage.name), stage.label);
        let share = stage.share_of_first.map_or(String::new(), |share| format!(" · {}", cx.words.percent(share)));
        let text = cx.words.whole(stage.count.mean);
        let part = Part { name: name.clone(), value: stage.count.mean, text: text.clone(), colour: cx.theme.series[0] };
        Bar { name, parts: vec![part], total: format!("{text}{share}") }
    });
    let body = Body::Bars(bars.collect());
    Chart { title: cx.words.get("chart-funnel"), x: cx.words.get("axis-cases-a-run"), y: String::new(), body }
}

/// How busy each staff pool is, before and after.
pub fn utilisation(cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) -> Chart {
    let mut bars = Vec::new();
    let pair = pair(outcome, difference);
    let names: Vec<(&str, &str)> = pair
        .iter()
        .flat_map(|v| v.pools.iter().filter(|p| p.kind == PoolKind::Staff).map(|p| (p.id.as_str(), p.name.as_str())))
        .fold(Vec::new(), |mut names, pool| {
            if !names.iter().any(|(id, _)| *id == pool.0) {
                names.push(pool);
            }
            names
        });
    for (id, name) in names {
        for (place, variant) in pair.iter().enumerate() {
            let Some(pool) = variant.pools.iter().find(|p| p.id == id) else { continue };
            let Some(utilisation) = pool.utilisation else { continue };
            let text = cx.words.percent(utilisation.mean);
            let title = title_of(cx, &variant.name);
            let colour = cx.theme.variant(place);
            let part = Part { name: title, value: utilisation.mean.max(0.0) * 100.0, text: text.clone(), colour };
            bars.push(Bar { name: if place == 0 { name.to_owned() } else { String::new() }, parts: vec![part], total: text });
        }
    }
    let body = Body::Bars(bars);
    Chart { title: cx.words.get("chart-utilisation"), x: cx.words.get("axis-busy"), y: String::new(), body }
}

/// The steps at which citizens' time changes most.
pub fn steps(cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference, most: usize) -> Chart {
    let pair = pair(outcome, difference);
    let mut rows: Vec<(&StepOutcome, [f64; 2])> = Vec::new();
    for (place, variant) in pair.iter().enumerate() {
        for step in &variant.steps {
            match rows.iter_mut().find(|(known, _)| known.id == step.id) {
                Some((_, values)) => values[place] = step.citizen_time.mean,
                None => {
                    let mut values = [0.0; 2];
                    values[place] = step.citizen_time.mean;
                    rows.push((step, values));
                }
            }
        }
    }
    rows.sort_by(|a, b| (b.1[1] - b.1[0]).abs().total_cmp(&(a.1[1] - a.1[0]).abs()));
    rows.retain(|(_, values)| values[0] + values[1] > 0.0);
    rows.truncate(most);
    // Where several services call a step the same, the service says which is meant.
    let scenario = cx.document.scenario(&difference.variant).ok();
    let named = |step: &StepOutcome| {
        let is_alone = rows.iter().filter(|(other, _)| other.name == step.name).count() == 1;
        let service = scenario.and_then(|scenario| scenario.service(&step.service)).filter(|_| !is_alone);
        service.map_or(step.name.clone(), |service| format!("{} ({})", step.name, service.name))
    };
    let mut bars = Vec::new();
    for (step, values) in &rows {
        for (place, value) in values.iter().copied().enumerate() {
            let text = cx.words.duration(value);
            let title = pair.get(place).map_or(String::new(), |variant| title_of(cx, &variant.name));
            let part = Part { name: title, value: value.max(0.0), text: text.clone(), colour: cx.theme.variant(place) };
            bars.push(Bar { name: if place == 0 { named(step) } else { String::new() }, parts: vec![part], total: text });
        }
    }
    Chart { title: cx.words.get("chart-steps"), x: cx.words.get("axis-minutes-a-case"), y: String::new(), body: Body::Bars(bars) }
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
        Cell { value: share.unwrap_or(0.0), strength: share.map(|s| s as f32), text: cx.words.with("week-cell", &words) }
    });
    let title =
        cx.words.with("chart-week", &[("pool", pool.name.as_str().into()), ("variant", title_of(cx, &variant.name).into())]);
    Chart { title, x: String::new(), y: days.join(","), body: Body::Week(cells.collect()) }
}

/// How many wait for a pool, day by day, in each of two variants.
pub fn backlog(cx: &Cx<'_>, outcome: &ExperimentOutcome, ids: &[&str], pool: &str) -> Chart {
    let mut title = String::new();
    let mut lines = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        let Some(found) = outcome.variant(id).and_then(|v| v.pools.iter().find(|p| p.id == pool)) else { continue };
        title.clone_from(&found.name);
        let points = found.queue_by_day.iter().enumerate().map(|(day, queue)| [day as f64, *queue]).collect();
        lines.push(Line { name: title_of(cx, id), points, colour: cx.theme.variant(place), dashed: place == 0 });
    }
    Chart {
        title: cx.words.with("chart-backlog", &[("pool", title.into())]),
        x: cx.words.get("axis-day-of-run"),
        y: cx.words.get("axis-waiting"),
        body: Body::Lines(lines),
    }
}
