//! What a comparison shows, section by section, as a vice-minister can read it. [`crate::report::table`] sets it for a
//! terminal, [`crate::report::html`] for paper and browsers.

use crate::experiment::kpi::{Measure, Unit};
use crate::experiment::outcome::{
    Difference, Estimate, MeasureDifference, PoolKind, PoolOutcome, ServiceOutcome, StepOutcome, StopReason, TargetCheck,
    TargetVerdict, VariantOutcome, Verdict,
};
use crate::model::change::Review;
use crate::report::grid::Grid;
use crate::report::teller::{Teller, is_exact};
use crate::report::{headline, warnings};
use std::collections::{BTreeMap, BTreeSet};

/// Measures of the main table, in order. All others are in JSON, CSV and the report.
const MAIN_MEASURES: [&str; 23] = [
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
    "refused_share",
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

/// A section under a title; never empty.
#[derive(Clone, Debug)]
pub struct Section {
    /// What it shows.
    pub title: String,
    /// How its numbers are meant; empty where that needs no words.
    pub about: String,
    /// What stands in it, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Clone, Debug)]
pub enum Block {
    /// A paragraph and what it is.
    Text(Mark, String),
    /// A table.
    Table(Grid),
}

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The sentence that matters most.
    Headline,
    /// A sentence beside it.
    Sentence,
    /// Something to mind.
    Warning,
    /// A name under which the next items stand.
    Heading,
    /// One of several.
    Item,
}

/// Returns the title of a comparison.
pub fn title<'o>(teller: &Teller<'o>) -> &'o str {
    let outcome = teller.outcome;
    if outcome.title.is_empty() { &outcome.study } else { &outcome.title }
}

/// Returns the sections that have something to say. `notes` say what the results lean on.
pub fn comparison(teller: &Teller<'_>, notes: &[String]) -> Vec<Section> {
    let outcome = teller.outcome;
    let mut sections = Vec::new();
    let mut section = |title: String, about: String, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            sections.push(Section { title, about, blocks });
        }
    };
    let text = |id: &str| teller.get(id);
    let with = |id: &str| {
        let about = [("about", text(id).into()), ("confidence", teller.confidence().into())];
        teller.with("report-with-margin", &about)
    };
    section(text("report-in-short"), String::new(), in_short(teller, notes));
    section(text("report-to-mind"), String::new(), warnings(teller));
    for difference in &outcome.differences {
        let title = comparison_title(teller, difference);
        section(title, with("report-per-case"), table(difference_table(teller, difference)));
    }
    if outcome.differences.is_empty() {
        for variant in &outcome.variants {
            let title = teller.with("report-results", &[("variant", teller.variant_in_full(variant).into())]);
            section(title, with("report-per-case"), table(variant_table(teller, variant)));
        }
    }
    section(text("report-workload"), with("report-workload-about"), table(pools(teller)));
    section(text("report-steps"), with("report-steps-about"), steps(teller));
    section(text("report-segments"), with("report-segments-about"), table(segments(teller)));
    section(text("report-persons"), with("report-persons-about"), table(persons(teller)));
    section(text("report-services"), with("report-of-a-run"), table(services(teller)));
    section(text("report-offer"), with("report-offer-about"), funnel(teller));
    section(text("report-facts"), String::new(), facts(teller));
    section(text("report-changes"), String::new(), changes(teller));
    sections
}

/// A table as a block, unless it has no row.
fn table(grid: Grid) -> Vec<Block> {
    if grid.is_empty() { Vec::new() } else { vec![Block::Table(grid)] }
}

/// Says how it was run: replications, window, seed, confidence.
pub fn run_line(teller: &Teller<'_>) -> String {
    let outcome = teller.outcome;
    let cases = outcome.variants.first().and_then(|v| v.arrived_per_replication);
    let cases = cases.map_or(String::new(), |c| format!(" {}", teller.counted("report-of-cases-each", c.mean.round() as u64)));
    let stop = match outcome.stop {
        StopReason::Replications => None,
        StopReason::PrecisionReached => Some("report-stop-reached"),
        StopReason::PrecisionNotReached => Some("report-stop-missed"),
        StopReason::Cancelled => Some("report-stop-cancelled"),
    };
    let digit = outcome.one_more_digit.map(|n| teller.counted("report-one-more-digit", n));
    let arguments = [
        ("runs", format!("{}{cases}", teller.counted("report-replications", u64::from(outcome.replications))).into()),
        ("horizon", teller.duration(outcome.horizon.minutes()).into()),
        ("warmup", teller.duration(outcome.warm_up.minutes()).into()),
        ("seed", outcome.seed.to_string().into()),
        ("confidence", teller.confidence().into()),
    ];
    let run = teller.with("report-run", &arguments);
    std::iter::once(run).chain(stop.map(|id| teller.get(id))).chain(digit).collect::<Vec<_>>().join(" ")
}

fn in_short(teller: &Teller<'_>, notes: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for difference in &teller.outcome.differences {
        for (i, sentence) in headline::headline(teller, difference).into_iter().enumerate() {
            blocks.push(Block::Text(if i == 0 { Mark::Headline } else { Mark::Sentence }, sentence));
        }
    }
    blocks.extend(notes.iter().map(|note| Block::Text(Mark::Warning, note.clone())));
    blocks
}

fn warnings(teller: &Teller<'_>) -> Vec<Block> {
    let texts = teller.outcome.warnings.iter().map(|warning| {
        let said = if teller.words.is_english() {
            warning.message.clone()
        } else {
            warnings::sentence(teller.words, teller.outcome, warning)
        };
        match &warning.variant {
            Some(variant) => format!("{}: {said}", teller.variant(variant)),
            None => said,
        }
    });
    texts.map(|text| Block::Text(Mark::Warning, text)).collect()
}

/// Writes a mean with half its interval.
pub fn with_margin(teller: &Teller<'_>, measure: &Measure, e: &Estimate) -> String {
    margin(e, |x| teller.value(measure, x), |half| teller.margin(measure.unit, half, e.mean))
}

/// Writes a mean with half its interval, where it has one with a width, by a writer of each.
fn margin(e: &Estimate, mean: impl Fn(f64) -> String, half_width: impl Fn(f64) -> String) -> String {
    match e.half_width() {
        Some(half) if half > 0.0 => format!("{} ± {}", mean(e.mean), half_width(half)),
        _ => mean(e.mean),
    }
}

/// As [`with_margin`], of a share.
fn share(teller: &Teller<'_>, e: &Estimate) -> String {
    margin(e, |x| teller.percent(x), |half| teller.percent(half))
}

/// As [`with_margin`], of minutes.
fn minutes(teller: &Teller<'_>, e: &Estimate) -> String {
    margin(e, |x| teller.duration(x), |half| teller.margin(Unit::Minutes, half, e.mean))
}

/// As [`with_margin`], of a number of things.
fn counted(teller: &Teller<'_>, e: &Estimate) -> String {
    margin(e, |x| teller.count(x), |half| teller.margin(Unit::Count, half, e.mean))
}

fn comparison_title(teller: &Teller<'_>, d: &Difference) -> String {
    let variant = teller.outcome.variant(&d.variant).map_or_else(|| d.variant.clone(), |v| teller.variant_in_full(v));
    teller.with("report-against", &[("variant", variant.into()), ("baseline", teller.variant(&d.baseline).into())])
}

/// Begins a table whose columns have texts at their heads.
fn grid(teller: &Teller<'_>, heads: &[&str]) -> Grid {
    let heads: Vec<String> = heads.iter().map(|id| teller.get(id)).collect();
    Grid::new(&heads.iter().map(String::as_str).collect::<Vec<_>>())
}

fn difference_table(teller: &Teller<'_>, d: &Difference) -> Grid {
    let outcome = teller.outcome;
    let [measure, difference, interval, verdict] =
        ["report-measure", "report-difference", "report-interval", "report-verdict"].map(|id| teller.get(id));
    let [before, after] = [&d.baseline, &d.variant].map(|id| teller.variant(id));
    let mut grid = Grid::new(&[&measure, &before, &after, &difference, &interval, &verdict]).left(5);
    let (Some(baseline), Some(variant)) = (outcome.variant(&d.baseline), outcome.variant(&d.variant)) else {
        return grid;
    };
    for key in MAIN_MEASURES {
        let before = baseline.measure(key).and_then(|m| m.estimate.map(|e| (m.measure, e)));
        let after = variant.measure(key).and_then(|m| m.estimate.map(|e| (m.measure, e)));
        let Some((measure, _)) = before.or(after) else { continue };
        if before.is_none_or(|(_, e)| e.mean == 0.0) && after.is_none_or(|(_, e)| e.mean == 0.0) {
            continue;
        }
        let cell = |x: Option<(&Measure, Estimate)>| x.map_or("–".to_owned(), |(m, e)| with_margin(teller, m, &e));
        let (difference, interval, verdict) = match d.measure(key) {
            None => (String::new(), String::new(), String::new()),
            Some(found) => {
                let relative = found.relative.map_or(String::new(), |r| {
                    let sign = if r.mean > 0.0 { "+" } else { "" };
                    format!(" ({sign}{})", teller.percent(r.mean))
                });
                let write = |x: f64| teller.difference(measure, x);
                (
                    format!("{}{relative}", write(found.difference.mean)),
                    teller.range(&found.difference, write),
                    teller.get(verdict_on(found)),
                )
            }
        };
        grid.row(vec![teller.label(measure), cell(before), cell(after), difference, interval, verdict]);
    }
    grid
}

/// Returns the id of a verdict on a difference, and whether it may still come out with more replications. One replication tests nothing.
pub fn verdict_on(found: &MeasureDifference) -> &'static str {
    match found.verdict {
        Verdict::NotShown if found.difference.excludes_zero() => "report-not-certain",
        Verdict::NotShown if found.difference.low.is_none() => "report-not-tested",
        Verdict::Better => "report-better",
        Verdict::Worse => "report-worse",
        Verdict::Different => "report-different",
        Verdict::NotShown => "report-no-difference",
    }
}

fn variant_table(teller: &Teller<'_>, v: &VariantOutcome) -> Grid {
    let mut grid = grid(teller, &["report-measure", "report-mean", "report-half", "report-nine-in-ten", "report-19-in-20"]);
    for key in MAIN_MEASURES {
        let Some(m) = v.measure(key) else { continue };
        let Some(e) = &m.estimate else { continue };
        let quantile = |q: Option<crate::experiment::outcome::Quantile>| {
            q.map_or(String::new(), |q| with_margin(teller, m.measure, &q.into()))
        };
        grid.row(vec![
            teller.label(m.measure),
            with_margin(teller, m.measure, e),
            quantile(m.p50),
            quantile(m.p90),
            quantile(m.p95),
        ]);
    }
    grid
}

fn header(teller: &Teller<'_>, first: &str) -> Grid {
    let heads: Vec<String> = std::iter::once(teller.get(first)).chain(variants(teller)).collect();
    Grid::new(&heads.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What the variants are called at the heads of columns.
fn variants(teller: &Teller<'_>) -> impl Iterator<Item = String> {
    teller.outcome.variants.iter().map(|variant| teller.variant(&variant.name))
}

fn pools(teller: &Teller<'_>) -> Grid {
    let outcome = teller.outcome;
    let mut ids: Vec<(&str, &str, PoolKind)> = Vec::new();
    for p in outcome.variants.iter().flat_map(|v| &v.pools) {
        if !ids.iter().any(|(id, _, _)| *id == p.id) {
            ids.push((&p.id, &p.name, p.kind));
        }
    }
    let mut grid = stacked(teller);
    for &(id, name, kind) in &ids {
        let is_told_apart = ids.iter().filter(|(_, other, _)| *other == name).count() == 1;
        let name = match kind {
            // People know staff by its name; the id is for who works with the study's file.
            PoolKind::Staff if is_told_apart && !teller.words.is_english() => name.to_owned(),
            PoolKind::Staff => format!("{name} [{id}]"),
            _ => teller.with("report-registry", &[("name", name.into())]),
        };
        let of: Vec<Option<&PoolOutcome>> = outcome.variants.iter().map(|v| v.pools.iter().find(|p| p.id == id)).collect();
        let part = |write: &dyn Fn(&PoolOutcome) -> Option<String>| of.iter().map(|p| p.and_then(write)).collect();
        let busy = |p: &PoolOutcome| {
            let mark = if p.overload.is_some() { format!(" {}", teller.get("report-overloaded")) } else { String::new() };
            p.utilisation.map(|u| share(teller, &u)).or(p.overload.map(|_| "–".to_owned())).map(|busy| format!("{busy}{mark}"))
        };
        let parts: [(&str, Vec<Option<String>>); 4] = [
            ("report-busy", part(&busy)),
            ("report-hours", part(&|p| Some(teller.hours(&counted(teller, &p.staff_hours))))),
            ("report-wait", part(&|p| p.waiting_time.map(|w| minutes(teller, &w)))),
            ("report-within-15", part(&|p| p.within_15_minutes.map(|w| share(teller, &w)))),
        ];
        rows_of(teller, &mut grid, &name, &parts);
    }
    grid
}

/// Begins a table with a column for what is counted beside what it is counted of.
fn stacked(teller: &Teller<'_>) -> Grid {
    let heads: Vec<String> = [String::new(), String::new()].into_iter().chain(variants(teller)).collect();
    Grid::new(&heads.iter().map(String::as_str).collect::<Vec<_>>()).left(1)
}

/// Adds a row for each part that is known of some variant; the first bears the name.
fn rows_of(teller: &Teller<'_>, grid: &mut Grid, name: &str, parts: &[(&str, Vec<Option<String>>)]) {
    let known = parts.iter().filter(|(_, cells)| cells.iter().any(Option::is_some));
    for (at, (part, cells)) in known.enumerate() {
        let head = [if at == 0 { name.to_owned() } else { String::new() }, teller.get(part)];
        grid.row(head.into_iter().chain(cells.iter().map(|cell| cell.clone().unwrap_or("–".to_owned()))).collect());
    }
}

fn steps(teller: &Teller<'_>) -> Vec<Block> {
    let outcome = teller.outcome;
    let times: Vec<BTreeMap<&str, &Estimate>> =
        outcome.variants.iter().map(|v| v.steps.iter().map(|s| (s.id.as_str(), &s.citizen_time)).collect()).collect();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut ids: Vec<&StepOutcome> =
        outcome.variants.iter().flat_map(|v| &v.steps).filter(|s| known.insert(s.id.as_str())).collect();
    let most = |s: &StepOutcome| times.iter().filter_map(|of| of.get(s.id.as_str())).fold(0.0, |a: f64, b| a.max(b.mean));
    ids.retain(|s| most(s) > 0.0);
    ids.sort_by(|a, b| most(b).total_cmp(&most(a)));
    let more = ids.len().saturating_sub(STEPS_SHOWN);
    let mut grid = header(teller, "report-step");
    for s in ids.iter().take(STEPS_SHOWN) {
        let cells = times.iter().map(|of| of.get(s.id.as_str()).map_or("–".to_owned(), |time| minutes(teller, time)));
        grid.row(std::iter::once(format!("{} ({})", teller.name(&s.name), teller.service(&s.service))).chain(cells).collect());
    }
    let mut blocks = table(grid);
    if more > 0 {
        blocks.push(Block::Text(Mark::Sentence, teller.counted("report-more-steps", more as u64)));
    }
    blocks
}

fn segments(teller: &Teller<'_>) -> Grid {
    let outcome = teller.outcome;
    let mut grid = header(teller, "report-segment");
    let groups = outcome.variants.first().map_or(&[][..], |first| &first.segments);
    if groups.len() < 2 {
        return grid;
    }
    for g in groups {
        let times = outcome.variants.iter().map(|v| {
            let found = v.segments.iter().find(|other| other.id == g.id).and_then(|g| g.measure("citizen_time"));
            found.and_then(|m| m.estimate.map(|e| with_margin(teller, m.measure, &e))).unwrap_or("–".to_owned())
        });
        grid.row(std::iter::once(g.name.clone()).chain(times).collect());
    }
    grid
}

fn persons(teller: &Teller<'_>) -> Grid {
    let mut grid = grid(teller, &["report-variant", "report-less", "report-same", "report-more", "report-compared"]);
    for d in &teller.outcome.differences {
        if let Some(p) = &d.persons {
            let [less, same, more] = [&p.less, &p.same, &p.more].map(|part| share(teller, part));
            grid.row(vec![teller.variant(&d.variant), less, same, more, teller.whole(p.pairs as f64)]);
        }
    }
    grid
}

fn services(teller: &Teller<'_>) -> Grid {
    let outcome = teller.outcome;
    let mut ids: Vec<(&str, &str)> = Vec::new();
    for s in outcome.variants.iter().flat_map(|v| &v.services) {
        if !ids.iter().any(|(id, _)| *id == s.id) {
            ids.push((&s.id, &s.name));
        }
    }
    let mut grid = stacked(teller);
    for (id, name) in ids {
        let of: Vec<Option<&ServiceOutcome>> = outcome.variants.iter().map(|v| v.services.iter().find(|s| s.id == id)).collect();
        let part = |write: &dyn Fn(&ServiceOutcome) -> Option<String>| of.iter().map(|s| s.and_then(write)).collect();
        let is_offered = of.iter().flatten().any(|s| s.proactive_share.is_some_and(|e| e.mean > 0.0));
        let parts: [(&str, Vec<Option<String>>); 4] = [
            ("report-completed", part(&|s| s.completed_share.map(|e| share(teller, &e)))),
            ("report-within-term", part(&|s| s.within_term.map(|e| share(teller, &e)))),
            ("report-proactive", part(&|s| s.proactive_share.filter(|_| is_offered).map(|e| share(teller, &e)))),
            ("report-elapsed", part(&|s| s.elapsed_time.map(|e| minutes(teller, &e)))),
        ];
        rows_of(teller, &mut grid, name, &parts);
    }
    grid
}

fn funnel(teller: &Teller<'_>) -> Vec<Block> {
    let [cases, of_before, of_first] = ["report-cases", "report-of-before", "report-of-first"].map(|id| teller.get(id));
    let mut blocks = Vec::new();
    for v in teller.outcome.variants.iter().filter(|v| !v.funnel.is_empty()) {
        let mut grid = Grid::new(&[&teller.variant(&v.name), &cases, &of_before, &of_first]);
        for stage in &v.funnel {
            let share = |s: Option<f64>| s.map_or(String::new(), |s| teller.percent(s));
            grid.row(vec![
                teller.words.or(&format!("funnel-{}", stage.name), stage.label),
                counted(teller, &stage.count),
                share(stage.share_of_previous),
                share(stage.share_of_first),
            ]);
        }
        blocks.push(Block::Table(grid));
    }
    blocks
}

/// Published facts held against the results; where a study names none, that is said.
fn facts(teller: &Teller<'_>) -> Vec<Block> {
    if teller.outcome.targets.is_empty() {
        return vec![Block::Text(Mark::Sentence, teller.get("report-no-facts"))];
    }
    table(targets(teller))
}

fn targets(teller: &Teller<'_>) -> Grid {
    let heads = ["report-fact", "report-published", "report-met-within", "report-simulated", "report-verdict", "report-source"];
    let mut grid = grid(teller, &heads).left(4).left(5).at_most(70);
    for t in teller.outcome.targets.iter().filter(|t| t.verdict != TargetVerdict::NotRun) {
        let measure = crate::experiment::kpi::measure(&t.measure);
        let write = |x: f64| match (measure, &t.against) {
            (_, Some(_)) => teller.percent(x),
            (Some(m), None) => teller.value(m, x),
            (None, None) => teller.count(x),
        };
        let simulated = t.simulated.as_ref().map_or("–".to_owned(), |e| {
            let range = teller.range(e, write);
            if range.is_empty() || is_exact(e) { write(e.mean) } else { format!("{} ({range})", write(e.mean)) }
        });
        let is_share = t.against.is_none() && measure.is_some_and(|m| m.unit == Unit::Share);
        let within = |bound: f64| write(if is_share { bound.clamp(0.0, 1.0) } else { bound });
        let (from, to) = (within(t.published - t.tolerance), within(t.published + t.tolerance));
        let met_within = match from == to {
            true => teller.get("report-exactly"),
            false => teller.with("report-from-to", &[("from", from.into()), ("to", to.into())]),
        };
        let source = t.source.as_deref().map_or("–".to_owned(), |key| teller.source(key));
        let verdict = teller.get(target_verdict(t.verdict));
        grid.row(vec![fact(teller, t), write(t.published), met_within, simulated, verdict, source]);
    }
    grid
}

/// Says a published fact after the variant that should show it.
fn fact(teller: &Teller<'_>, target: &TargetCheck) -> String {
    let what = match crate::experiment::kpi::measure(&target.measure) {
        _ if !target.note.is_empty() => target.note.clone(),
        Some(measure) if !teller.words.is_english() => teller.label(measure),
        _ => target.measure.clone(),
    };
    format!("{}: {what}", teller.variant(&target.variant))
}

/// Returns the id of a verdict on a published fact.
pub fn target_verdict(verdict: TargetVerdict) -> &'static str {
    match verdict {
        TargetVerdict::Met => "report-met",
        TargetVerdict::Open => "report-open",
        TargetVerdict::NotMet => "report-not-met",
        TargetVerdict::NotRun => "report-not-run",
    }
}

fn changes(teller: &Teller<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for v in teller.outcome.variants.iter().filter(|v| v.name != teller.outcome.baseline) {
        let Some(changes) = teller.study.changes_of(&v.name) else { continue };
        blocks.push(Block::Text(Mark::Heading, teller.variant_in_full(v)));
        for change in changes {
            let state = match (change.enabled, change.review) {
                (false, _) => "report-switched-off",
                (true, Review::Draft) => "report-draft",
                (true, Review::InReview) => "report-in-review",
                (true, Review::Approved) => "report-approved",
                (true, Review::SentBack) => "report-sent-back",
            };
            let mut state = teller.get(state);
            if change.source.is_none() {
                state.push_str(&teller.get("report-change-assumed"));
            }
            let mut text = format!("{} [{state}].", change.title);
            if !change.legal_basis.is_empty() {
                text = format!("{text} {}", teller.with("report-law", &[("law", change.legal_basis.as_str().into())]));
            }
            blocks.push(Block::Text(Mark::Item, text));
        }
    }
    blocks
}
