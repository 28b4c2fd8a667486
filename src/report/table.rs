//! A comparison for a terminal, as a vice-minister can read it.

use crate::experiment::kpi::Measure;
use crate::experiment::outcome::{
    Difference, Estimate, ExperimentOutcome, PoolKind, StepOutcome, StopReason, TargetVerdict, VariantOutcome, Verdict,
};
use crate::model::change::Review;
use crate::model::study::Study;
use crate::report::grid::Grid;
use crate::report::{headline, wording};

/// Measures of the main table, in order. All others are in JSON, CSV and the report.
const MAIN_MEASURES: [&str; 22] = [
    "citizen_time",
    "citizen_active",
    "citizen_queue",
    "citizen_travel",
    "visits",
    "contacts",
    "documents_requested",
    "documents_repeated",
    "documents_fetched",
    "citizen_cost",
    "elapsed_time",
    "decision_time",
    "payment_time",
    "within_term",
    "completed_share",
    "never_claimed_share",
    "abandoned_share",
    "rework",
    "digital_share",
    "proactive_share",
    "staff_time",
    "staff_cost",
];

/// How many steps the table of steps shows.
const STEPS_SHOWN: usize = 15;

/// Writes an outcome for a terminal. `study` gives titles and changes; `notes` say what the results lean on.
pub fn comparison(outcome: &ExperimentOutcome, study: &Study, notes: &[String]) -> String {
    let mut out = String::new();
    let mut section = |title: &str, body: &str| {
        if !body.is_empty() {
            out.push_str(&format!("\n{title}\n{body}"));
        }
    };
    section(&heading(outcome), &run_line(outcome));
    section("IN SHORT", &in_short(outcome, notes));
    section("WHAT TO MIND", &warnings(outcome));
    for difference in &outcome.differences {
        section(&comparison_title(outcome, difference), &difference_table(outcome, difference));
    }
    if outcome.differences.is_empty() {
        for variant in &outcome.variants {
            section(&format!("RESULTS · {}", name(variant)), &variant_table(outcome, variant));
        }
    }
    section("WHO WORKS HOW MUCH: staff and registries in the measured window", &pools(outcome));
    section("WHERE CITIZENS' TIME GOES: by step, minutes per case without travel", &steps(outcome));
    section("BY SEGMENT: citizen's time", &segments(outcome));
    section("PERSON BY PERSON: the same citizens, the same luck", &persons(outcome));
    section("BY SERVICE", &services(outcome));
    section("THE OFFER: from trigger to consent, a run", &funnel(outcome));
    section("PUBLISHED FACTS", &targets(outcome));
    section("WHAT CHANGES", &changes(outcome, study));
    out
}

fn heading(outcome: &ExperimentOutcome) -> String {
    let title = if outcome.title.is_empty() { &outcome.study } else { &outcome.title };
    format!("{}\n{}", title, "═".repeat(title.chars().count()))
}

fn name(variant: &VariantOutcome) -> String {
    if variant.title.is_empty() || variant.title == variant.name {
        variant.name.clone()
    } else {
        format!("{} ({})", variant.name, variant.title)
    }
}

fn run_line(outcome: &ExperimentOutcome) -> String {
    let cases = outcome
        .variants
        .first()
        .and_then(|v| v.arrived_per_replication)
        .map_or(String::new(), |c| format!(" of about {} each", wording::counted(c.mean.round() as u64, "case")));
    let stop = match outcome.stop {
        StopReason::Replications => "",
        StopReason::PrecisionReached => " The precision asked for is reached.",
        StopReason::PrecisionNotReached => " The precision asked for is NOT reached with the most replications allowed.",
        StopReason::Cancelled => " STOPPED EARLY: this is what was known by then.",
    };
    let digit = outcome
        .one_more_digit
        .map_or(String::new(), |n| format!(" Ten times as exact would take about {}.", wording::counted(n, "replication")));
    format!(
        "  {}{cases}; {} measured after a warm-up of {}; seed {}; intervals at {}.{stop}{digit}\n",
        wording::counted(u64::from(outcome.replications), "replication"),
        wording::duration(outcome.horizon.minutes()),
        wording::duration(outcome.warm_up.minutes()),
        outcome.seed,
        wording::confidence(outcome.confidence),
    )
}

fn in_short(outcome: &ExperimentOutcome, notes: &[String]) -> String {
    let mut out = String::new();
    for difference in &outcome.differences {
        for (i, sentence) in headline::headline(outcome, difference).into_iter().enumerate() {
            out.push_str(&wrapped(&sentence, if i == 0 { "▸ " } else { "  " }));
        }
    }
    for note in notes {
        out.push_str(&wrapped(note, "! "));
    }
    out
}

fn warnings(outcome: &ExperimentOutcome) -> String {
    outcome
        .warnings
        .iter()
        .map(|w| {
            let variant = w.variant.as_ref().map_or(String::new(), |v| format!("{v}: "));
            wrapped(&format!("{variant}{}", w.message), "! ")
        })
        .collect()
}

/// Breaks a text into lines of at most 116 characters, the first led by `lead`.
fn wrapped(text: &str, lead: &str) -> String {
    let mut out = String::new();
    let mut line = format!("  {lead}");
    let indent = " ".repeat(2 + lead.chars().count());
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.chars().count() + 1 + word.chars().count() > 116 {
            out.push_str(line.trim_end());
            out.push('\n');
            line = indent.clone();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out + line.trim_end() + "\n"
}

fn with_margin(measure: &Measure, e: &Estimate, currency: &str) -> String {
    let mean = wording::value(measure, e.mean, currency);
    match e.half_width() {
        Some(half) if half > 0.0 => format!("{mean} ± {}", wording::value(measure, half, currency)),
        _ => mean,
    }
}

fn comparison_title(outcome: &ExperimentOutcome, d: &Difference) -> String {
    let variant = outcome.variant(&d.variant).map_or(d.variant.clone(), name);
    format!("{} AGAINST {}: mean per case ± half the {} interval", variant, d.baseline, wording::confidence(outcome.confidence))
}

fn difference_table(outcome: &ExperimentOutcome, d: &Difference) -> String {
    let currency = &outcome.currency;
    let mut grid = Grid::new(&["measure", &d.baseline, &d.variant, "difference", "interval", "verdict"]).left(5);
    let (Some(baseline), Some(variant)) = (outcome.variant(&d.baseline), outcome.variant(&d.variant)) else {
        return String::new();
    };
    for key in MAIN_MEASURES {
        let before = baseline.measure(key).and_then(|m| m.estimate.map(|e| (m.measure, e)));
        let after = variant.measure(key).and_then(|m| m.estimate.map(|e| (m.measure, e)));
        let Some((measure, _)) = before.or(after) else { continue };
        if before.is_none_or(|(_, e)| e.mean == 0.0) && after.is_none_or(|(_, e)| e.mean == 0.0) {
            continue;
        }
        let cell = |x: Option<(&Measure, Estimate)>| x.map_or("–".to_owned(), |(m, e)| with_margin(m, &e, currency));
        let (difference, interval, verdict) = match d.measure(key) {
            None => (String::new(), String::new(), String::new()),
            Some(found) => {
                let relative = found.relative.map_or(String::new(), |r| {
                    let sign = if r.mean > 0.0 { "+" } else { "" };
                    format!(" ({sign}{})", wording::percent(r.mean))
                });
                let write = |x: f64| wording::difference(measure, x, currency);
                (
                    format!("{}{relative}", write(found.difference.mean)),
                    wording::range(&found.difference, write),
                    verdict_word(found.verdict).to_owned(),
                )
            }
        };
        grid.row(vec![measure.label.to_owned(), cell(before), cell(after), difference, interval, verdict]);
    }
    grid.render()
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "WORSE",
        Verdict::Different => "different",
        Verdict::NotShown => "no difference shown",
    }
}

fn variant_table(outcome: &ExperimentOutcome, v: &VariantOutcome) -> String {
    let currency = &outcome.currency;
    let mut grid = Grid::new(&["measure", "mean", "half of cases at most", "9 in 10 at most", "19 in 20 at most"]);
    for key in MAIN_MEASURES {
        let Some(m) = v.measure(key) else { continue };
        let Some(e) = &m.estimate else { continue };
        let quantile = |q: Option<crate::experiment::outcome::Quantile>| {
            q.map_or(String::new(), |q| wording::value(m.measure, q.value, currency))
        };
        grid.row(vec![
            m.measure.label.to_owned(),
            with_margin(m.measure, e, currency),
            quantile(m.p50),
            quantile(m.p90),
            quantile(m.p95),
        ]);
    }
    grid.render()
}

fn header<'a>(first: &'a str, outcome: &'a ExperimentOutcome) -> Vec<&'a str> {
    std::iter::once(first).chain(outcome.variants.iter().map(|v| v.name.as_str())).collect()
}

fn pools(outcome: &ExperimentOutcome) -> String {
    let mut ids: Vec<(&str, &str, PoolKind)> = Vec::new();
    for p in outcome.variants.iter().flat_map(|v| &v.pools) {
        if !ids.iter().any(|(id, _, _)| *id == p.id) {
            ids.push((&p.id, &p.name, p.kind));
        }
    }
    let mut grid = Grid::new(&header("busy share · hours worked · mean wait", outcome));
    for (id, name, kind) in ids {
        let mut cells = vec![if kind == PoolKind::Staff { format!("{name} [{id}]") } else { format!("{name} (registry)") }];
        for v in &outcome.variants {
            cells.push(v.pools.iter().find(|p| p.id == id).map_or("–".to_owned(), |p| {
                let busy = p.utilisation.map_or("–".to_owned(), |u| wording::percent(u.mean));
                let wait = p.waiting_time.map_or("–".to_owned(), |w| wording::duration(w.mean));
                let mark = if p.overload.is_some() { " OVERLOADED" } else { "" };
                format!("{busy} · {} h · {wait}{mark}", wording::grouped(p.staff_hours.mean, 0))
            }));
        }
        grid.row(cells);
    }
    if grid.is_empty() { String::new() } else { grid.render() }
}

fn steps(outcome: &ExperimentOutcome) -> String {
    let mut ids: Vec<&StepOutcome> = Vec::new();
    for s in outcome.variants.iter().flat_map(|v| &v.steps) {
        if !ids.iter().any(|known| known.id == s.id) {
            ids.push(s);
        }
    }
    let of = |v: &VariantOutcome, id: &str| v.steps.iter().find(|s| s.id == id).map_or(0.0, |s| s.citizen_time.mean);
    let most = |s: &StepOutcome| outcome.variants.iter().map(|v| of(v, &s.id)).fold(0.0, f64::max);
    ids.retain(|s| most(s) > 0.0);
    ids.sort_by(|a, b| most(b).total_cmp(&most(a)));
    let more = ids.len().saturating_sub(STEPS_SHOWN);
    let mut grid = Grid::new(&header("step", outcome));
    for s in ids.iter().take(STEPS_SHOWN) {
        let times = outcome.variants.iter().map(|v| match v.steps.iter().any(|other| other.id == s.id) {
            true => wording::duration(of(v, &s.id)),
            false => "–".to_owned(),
        });
        grid.row(std::iter::once(format!("{} ({})", s.name, s.service)).chain(times).collect());
    }
    if grid.is_empty() {
        return String::new();
    }
    let rest = if more > 0 { format!("  … and {} with less.\n", wording::counted(more as u64, "step")) } else { String::new() };
    grid.render() + &rest
}

fn segments(outcome: &ExperimentOutcome) -> String {
    let Some(first) = outcome.variants.first() else { return String::new() };
    if first.segments.len() < 2 {
        return String::new();
    }
    let mut grid = Grid::new(&header("segment", outcome));
    for g in &first.segments {
        let times = outcome.variants.iter().map(|v| {
            let found = v.segments.iter().find(|other| other.id == g.id).and_then(|g| g.measure("citizen_time"));
            found.and_then(|m| m.estimate.map(|e| with_margin(m.measure, &e, &outcome.currency))).unwrap_or("–".to_owned())
        });
        grid.row(std::iter::once(g.name.clone()).chain(times).collect());
    }
    grid.render()
}

fn persons(outcome: &ExperimentOutcome) -> String {
    let mut grid = Grid::new(&["variant", "spend less of their time", "the same", "spend more", "citizens compared"]);
    for d in &outcome.differences {
        if let Some(p) = &d.persons {
            let cell = |e: &Estimate| wording::percent(e.mean);
            grid.row(vec![d.variant.clone(), cell(&p.less), cell(&p.same), cell(&p.more), wording::grouped(p.pairs as f64, 0)]);
        }
    }
    if grid.is_empty() { String::new() } else { grid.render() }
}

fn services(outcome: &ExperimentOutcome) -> String {
    let mut ids: Vec<(&str, &str)> = Vec::new();
    for s in outcome.variants.iter().flat_map(|v| &v.services) {
        if !ids.iter().any(|(id, _)| *id == s.id) {
            ids.push((&s.id, &s.name));
        }
    }
    let mut grid = Grid::new(&header("completed · within term · proactive · elapsed", outcome));
    for (id, name) in ids {
        let mut cells = vec![name.to_owned()];
        for v in &outcome.variants {
            cells.push(v.services.iter().find(|s| s.id == id).map_or("–".to_owned(), |s| {
                let share = |e: &Option<Estimate>| e.map_or("–".to_owned(), |e| wording::percent(e.mean));
                let elapsed = s.elapsed_time.map_or("–".to_owned(), |e| wording::duration(e.mean));
                format!("{} · {} · {} · {elapsed}", share(&s.completed_share), share(&s.within_term), share(&s.proactive_share))
            }));
        }
        grid.row(cells);
    }
    if grid.is_empty() { String::new() } else { grid.render() }
}

fn funnel(outcome: &ExperimentOutcome) -> String {
    let mut out = String::new();
    for v in outcome.variants.iter().filter(|v| !v.funnel.is_empty()) {
        let mut grid = Grid::new(&[&v.name, "cases", "of the stage before", "of the first"]);
        for stage in &v.funnel {
            let share = |s: Option<f64>| s.map_or(String::new(), wording::percent);
            grid.row(vec![
                stage.label.to_owned(),
                wording::grouped(stage.count.mean, 0),
                share(stage.share_of_previous),
                share(stage.share_of_first),
            ]);
        }
        out.push_str(&grid.render());
    }
    out
}

fn targets(outcome: &ExperimentOutcome) -> String {
    let mut grid = Grid::new(&["fact", "published", "simulated", "verdict"]).left(3);
    for t in outcome.targets.iter().filter(|t| t.verdict != TargetVerdict::NotRun) {
        let measure = crate::experiment::kpi::measure(&t.measure);
        let write = |x: f64| match (measure, &t.against) {
            (_, Some(_)) => wording::percent(x),
            (Some(m), None) => wording::value(m, x, &outcome.currency),
            (None, None) => wording::count(x),
        };
        let simulated = t.simulated.as_ref().map_or("–".to_owned(), |e| {
            let range = wording::range(e, write);
            if range.is_empty() || range == "exactly" { write(e.mean) } else { format!("{} ({range})", write(e.mean)) }
        });
        let verdict = match t.verdict {
            TargetVerdict::Met => "met",
            TargetVerdict::Open => "open: the interval reaches it",
            TargetVerdict::NotMet | TargetVerdict::NotRun => "NOT met",
        };
        let fact = format!("{}: {}", t.variant, if t.note.is_empty() { &t.measure } else { &t.note });
        grid.row(vec![shortened(&fact, 70), write(t.published), simulated, verdict.to_owned()]);
    }
    if grid.is_empty() { String::new() } else { grid.render() }
}

fn shortened(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    text.chars().take(length - 1).collect::<String>() + "…"
}

fn changes(outcome: &ExperimentOutcome, study: &Study) -> String {
    let mut out = String::new();
    for v in outcome.variants.iter().filter(|v| v.name != outcome.baseline) {
        let Some(changes) = study.changes_of(&v.name) else { continue };
        out.push_str(&format!("  {}\n", name(v)));
        for change in changes {
            let state = match (change.enabled, change.review) {
                (false, _) => "switched off",
                (true, Review::Draft) => "draft",
                (true, Review::InReview) => "in review",
                (true, Review::Approved) => "approved",
                (true, Review::SentBack) => "sent back",
            };
            let basis = if change.source.is_some() { "" } else { ", assumption" };
            let law = if change.legal_basis.is_empty() { String::new() } else { format!(" Law: {}", change.legal_basis) };
            out.push_str(&wrapped(&format!("{} [{state}{basis}].{law}", change.title), "  · "));
        }
    }
    out
}
