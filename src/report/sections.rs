//! What a comparison shows, section by section, as a vice-minister can read it. [`crate::report::table`] sets it for a
//! terminal, [`crate::report::html`] for paper and browsers.

use crate::experiment::kpi::{Measure, Unit};
use crate::experiment::outcome::{
    Difference, Estimate, ExperimentOutcome, MeasureDifference, PoolKind, PoolOutcome, ServiceOutcome, StepOutcome, StopReason,
    TargetVerdict, VariantOutcome, Verdict,
};
use crate::model::change::Review;
use crate::model::study::Study;
use crate::report::grid::Grid;
use crate::report::{headline, wording};
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
pub fn title(outcome: &ExperimentOutcome) -> &str {
    if outcome.title.is_empty() { &outcome.study } else { &outcome.title }
}

/// Returns the sections that have something to say. `study` gives titles and changes; `notes` say what the results lean on.
pub fn comparison(outcome: &ExperimentOutcome, study: &Study, notes: &[String]) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut section = |title: &str, about: &str, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            sections.push(Section { title: title.to_owned(), about: about.to_owned(), blocks });
        }
    };
    let margin = format!("± half the {} interval", wording::confidence(outcome.confidence));
    let with = |about: &str| format!("{about} {margin}");
    section("IN SHORT", "", in_short(outcome, notes));
    section("WHAT TO MIND", "", warnings(outcome));
    for difference in &outcome.differences {
        let title = comparison_title(outcome, difference);
        section(&title, &with("mean per case"), table(difference_table(outcome, difference)));
    }
    if outcome.differences.is_empty() {
        for variant in &outcome.variants {
            section(&format!("RESULTS · {}", name(variant)), &with("mean per case"), table(variant_table(outcome, variant)));
        }
    }
    section("WHO WORKS HOW MUCH", &with("staff and registries in the measured window, mean of a run"), table(pools(outcome)));
    section("WHERE CITIZENS' TIME GOES", &with("by step, mean per case without travel"), steps(outcome));
    section("BY SEGMENT", &with("citizen's time, mean per case"), table(segments(outcome)));
    let persons_about = with("the same citizens with the same luck; less and more by over a minute; share");
    section("PERSON BY PERSON", &persons_about, table(persons(outcome)));
    section("BY SERVICE", &with("mean of a run"), table(services(outcome)));
    section("THE OFFER", &with("from trigger to consent, mean of a run"), funnel(outcome));
    section("PUBLISHED FACTS", "", facts(outcome));
    section("WHAT CHANGES", "", changes(outcome, study));
    sections
}

/// A table as a block, unless it has no row.
fn table(grid: Grid) -> Vec<Block> {
    if grid.is_empty() { Vec::new() } else { vec![Block::Table(grid)] }
}

fn name(variant: &VariantOutcome) -> String {
    if variant.title.is_empty() || variant.title == variant.name {
        variant.name.clone()
    } else {
        format!("{} ({})", variant.name, variant.title)
    }
}

/// Says how it was run: replications, window, seed, confidence.
pub fn run_line(outcome: &ExperimentOutcome) -> String {
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
        "{}{cases}; {} measured after a warm-up of {}; seed {}; intervals at {}.{stop}{digit}",
        wording::counted(u64::from(outcome.replications), "replication"),
        wording::duration(outcome.horizon.minutes()),
        wording::duration(outcome.warm_up.minutes()),
        outcome.seed,
        wording::confidence(outcome.confidence),
    )
}

fn in_short(outcome: &ExperimentOutcome, notes: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for difference in &outcome.differences {
        for (i, sentence) in headline::headline(outcome, difference).into_iter().enumerate() {
            blocks.push(Block::Text(if i == 0 { Mark::Headline } else { Mark::Sentence }, sentence));
        }
    }
    blocks.extend(notes.iter().map(|note| Block::Text(Mark::Warning, note.clone())));
    blocks
}

fn warnings(outcome: &ExperimentOutcome) -> Vec<Block> {
    let texts = outcome.warnings.iter().map(|w| match &w.variant {
        Some(variant) => format!("{variant}: {}", w.message),
        None => w.message.clone(),
    });
    texts.map(|text| Block::Text(Mark::Warning, text)).collect()
}

/// Writes a mean with half its interval.
pub fn with_margin(measure: &Measure, e: &Estimate, currency: &str) -> String {
    margin(e, |x| wording::value(measure, x, currency), |half| wording::margin(measure.unit, half, e.mean, currency))
}

/// Writes a mean with half its interval, where it has one with a width, by a writer of each.
fn margin(e: &Estimate, mean: impl Fn(f64) -> String, half_width: impl Fn(f64) -> String) -> String {
    match e.half_width() {
        Some(half) if half > 0.0 => format!("{} ± {}", mean(e.mean), half_width(half)),
        _ => mean(e.mean),
    }
}

/// As [`with_margin`], of a share.
fn share(e: &Estimate) -> String {
    margin(e, wording::percent, wording::percent)
}

/// As [`with_margin`], of minutes.
fn minutes(e: &Estimate) -> String {
    margin(e, wording::duration, |half| wording::margin(Unit::Minutes, half, e.mean, ""))
}

/// As [`with_margin`], of a number of things with a unit behind it.
fn counted(e: &Estimate, unit: &str) -> String {
    format!("{}{unit}", margin(e, wording::count, |half| wording::margin(Unit::Count, half, e.mean, "")))
}

fn comparison_title(outcome: &ExperimentOutcome, d: &Difference) -> String {
    let variant = outcome.variant(&d.variant).map_or(d.variant.clone(), name);
    format!("{variant} AGAINST {}", d.baseline)
}

fn difference_table(outcome: &ExperimentOutcome, d: &Difference) -> Grid {
    let currency = &outcome.currency;
    let mut grid = Grid::new(&["measure", &d.baseline, &d.variant, "difference", "interval", "verdict"]).left(5);
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
                    verdict_on(found).to_owned(),
                )
            }
        };
        grid.row(vec![measure.label.to_owned(), cell(before), cell(after), difference, interval, verdict]);
    }
    grid
}

/// Says a verdict on a difference, and whether it may still come out with more replications. One replication tests nothing.
pub fn verdict_on(found: &MeasureDifference) -> &'static str {
    match found.verdict {
        Verdict::NotShown if found.difference.excludes_zero() => "not certain yet",
        Verdict::NotShown if found.difference.low.is_none() => "not tested",
        verdict => verdict_word(verdict),
    }
}

/// Says a verdict on a difference.
fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "WORSE",
        Verdict::Different => "different",
        Verdict::NotShown => "no difference shown",
    }
}

fn variant_table(outcome: &ExperimentOutcome, v: &VariantOutcome) -> Grid {
    let currency = &outcome.currency;
    let mut grid = Grid::new(&["measure", "mean", "half of cases at most", "9 in 10 at most", "19 in 20 at most"]);
    for key in MAIN_MEASURES {
        let Some(m) = v.measure(key) else { continue };
        let Some(e) = &m.estimate else { continue };
        let quantile = |q: Option<crate::experiment::outcome::Quantile>| {
            q.map_or(String::new(), |q| with_margin(m.measure, &q.into(), currency))
        };
        grid.row(vec![
            m.measure.label.to_owned(),
            with_margin(m.measure, e, currency),
            quantile(m.p50),
            quantile(m.p90),
            quantile(m.p95),
        ]);
    }
    grid
}

fn header<'a>(first: &'a str, outcome: &'a ExperimentOutcome) -> Vec<&'a str> {
    std::iter::once(first).chain(outcome.variants.iter().map(|v| v.name.as_str())).collect()
}

fn pools(outcome: &ExperimentOutcome) -> Grid {
    let mut ids: Vec<(&str, &str, PoolKind)> = Vec::new();
    for p in outcome.variants.iter().flat_map(|v| &v.pools) {
        if !ids.iter().any(|(id, _, _)| *id == p.id) {
            ids.push((&p.id, &p.name, p.kind));
        }
    }
    let mut grid = stacked(outcome);
    for (id, name, kind) in ids {
        let name = if kind == PoolKind::Staff { format!("{name} [{id}]") } else { format!("{name} (registry)") };
        let of: Vec<Option<&PoolOutcome>> = outcome.variants.iter().map(|v| v.pools.iter().find(|p| p.id == id)).collect();
        let part = |write: &dyn Fn(&PoolOutcome) -> Option<String>| of.iter().map(|p| p.and_then(write)).collect();
        let busy = |p: &PoolOutcome| {
            let mark = if p.overload.is_some() { " OVERLOADED" } else { "" };
            p.utilisation.map(|u| share(&u)).or(p.overload.map(|_| "–".to_owned())).map(|busy| format!("{busy}{mark}"))
        };
        let parts: [(&str, Vec<Option<String>>); 4] = [
            ("busy share", part(&busy)),
            ("hours worked", part(&|p| Some(counted(&p.staff_hours, " h")))),
            ("mean wait", part(&|p| p.waiting_time.map(|w| minutes(&w)))),
            ("waited at most 15 min", part(&|p| p.within_15_minutes.map(|w| share(&w)))),
        ];
        rows_of(&mut grid, &name, &parts);
    }
    grid
}

/// Begins a table with a column for what is counted beside what it is counted of.
fn stacked(outcome: &ExperimentOutcome) -> Grid {
    let names = outcome.variants.iter().map(|v| v.name.as_str());
    Grid::new(&["", ""].into_iter().chain(names).collect::<Vec<_>>()).left(1)
}

/// Adds a row for each part that is known of some variant; the first bears the name.
fn rows_of(grid: &mut Grid, name: &str, parts: &[(&str, Vec<Option<String>>)]) {
    let known = parts.iter().filter(|(_, cells)| cells.iter().any(Option::is_some));
    for (at, (part, cells)) in known.enumerate() {
        let head = [if at == 0 { name } else { "" }.to_owned(), (*part).to_owned()];
        grid.row(head.into_iter().chain(cells.iter().map(|cell| cell.clone().unwrap_or("–".to_owned()))).collect());
    }
}

fn steps(outcome: &ExperimentOutcome) -> Vec<Block> {
    let times: Vec<BTreeMap<&str, &Estimate>> =
        outcome.variants.iter().map(|v| v.steps.iter().map(|s| (s.id.as_str(), &s.citizen_time)).collect()).collect();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut ids: Vec<&StepOutcome> =
        outcome.variants.iter().flat_map(|v| &v.steps).filter(|s| known.insert(s.id.as_str())).collect();
    let most = |s: &StepOutcome| times.iter().filter_map(|of| of.get(s.id.as_str())).fold(0.0, |a: f64, b| a.max(b.mean));
    ids.retain(|s| most(s) > 0.0);
    ids.sort_by(|a, b| most(b).total_cmp(&most(a)));
    let more = ids.len().saturating_sub(STEPS_SHOWN);
    let mut grid = Grid::new(&header("step", outcome));
    for s in ids.iter().take(STEPS_SHOWN) {
        let cells = times.iter().map(|of| of.get(s.id.as_str()).map_or("–".to_owned(), |time| minutes(time)));
        grid.row(std::iter::once(format!("{} ({})", s.name, s.service)).chain(cells).collect());
    }
    let mut blocks = table(grid);
    if more > 0 {
        blocks.push(Block::Text(Mark::Sentence, format!("… and {} with less.", wording::counted(more as u64, "step"))));
    }
    blocks
}

fn segments(outcome: &ExperimentOutcome) -> Grid {
    let mut grid = Grid::new(&header("segment", outcome));
    let groups = outcome.variants.first().map_or(&[][..], |first| &first.segments);
    if groups.len() < 2 {
        return grid;
    }
    for g in groups {
        let times = outcome.variants.iter().map(|v| {
            let found = v.segments.iter().find(|other| other.id == g.id).and_then(|g| g.measure("citizen_time"));
            found.and_then(|m| m.estimate.map(|e| with_margin(m.measure, &e, &outcome.currency))).unwrap_or("–".to_owned())
        });
        grid.row(std::iter::once(g.name.clone()).chain(times).collect());
    }
    grid
}

fn persons(outcome: &ExperimentOutcome) -> Grid {
    let mut grid = Grid::new(&["variant", "spend less of their time", "the same", "spend more", "citizens compared"]);
    for d in &outcome.differences {
        if let Some(p) = &d.persons {
            let pairs = wording::grouped(p.pairs as f64, 0);
            grid.row(vec![d.variant.clone(), share(&p.less), share(&p.same), share(&p.more), pairs]);
        }
    }
    grid
}

fn services(outcome: &ExperimentOutcome) -> Grid {
    let mut ids: Vec<(&str, &str)> = Vec::new();
    for s in outcome.variants.iter().flat_map(|v| &v.services) {
        if !ids.iter().any(|(id, _)| *id == s.id) {
            ids.push((&s.id, &s.name));
        }
    }
    let mut grid = stacked(outcome);
    for (id, name) in ids {
        let of: Vec<Option<&ServiceOutcome>> = outcome.variants.iter().map(|v| v.services.iter().find(|s| s.id == id)).collect();
        let part = |write: &dyn Fn(&ServiceOutcome) -> Option<String>| of.iter().map(|s| s.and_then(write)).collect();
        let is_offered = of.iter().flatten().any(|s| s.proactive_share.is_some_and(|e| e.mean > 0.0));
        let parts: [(&str, Vec<Option<String>>); 4] = [
            ("completed", part(&|s| s.completed_share.map(|e| share(&e)))),
            ("within term", part(&|s| s.within_term.map(|e| share(&e)))),
            ("proactive", part(&|s| s.proactive_share.filter(|_| is_offered).map(|e| share(&e)))),
            ("elapsed", part(&|s| s.elapsed_time.map(|e| minutes(&e)))),
        ];
        rows_of(&mut grid, name, &parts);
    }
    grid
}

fn funnel(outcome: &ExperimentOutcome) -> Vec<Block> {
    let mut blocks = Vec::new();
    for v in outcome.variants.iter().filter(|v| !v.funnel.is_empty()) {
        let mut grid = Grid::new(&[&v.name, "cases", "of the stage before", "of the first"]);
        for stage in &v.funnel {
            let share = |s: Option<f64>| s.map_or(String::new(), wording::percent);
            grid.row(vec![
                stage.label.to_owned(),
                counted(&stage.count, ""),
                share(stage.share_of_previous),
                share(stage.share_of_first),
            ]);
        }
        blocks.push(Block::Table(grid));
    }
    blocks
}

/// Published facts held against the results; where a study names none, that is said.
fn facts(outcome: &ExperimentOutcome) -> Vec<Block> {
    if outcome.targets.is_empty() {
        let text = "No published fact is held against this study: nothing shows how near its as-is comes to what happens today.";
        return vec![Block::Text(Mark::Sentence, text.to_owned())];
    }
    table(targets(outcome))
}

fn targets(outcome: &ExperimentOutcome) -> Grid {
    let mut grid = Grid::new(&["fact", "published", "met within", "simulated", "verdict", "source"]).left(4).left(5).at_most(70);
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
        let fact = format!("{}: {}", t.variant, if t.note.is_empty() { &t.measure } else { &t.note });
        let is_share = t.against.is_none() && measure.is_some_and(|m| m.unit == Unit::Share);
        let within = |bound: f64| write(if is_share { bound.clamp(0.0, 1.0) } else { bound });
        let (from, to) = (within(t.published - t.tolerance), within(t.published + t.tolerance));
        let met_within = if from == to { "exactly".to_owned() } else { format!("{from} to {to}") };
        let source = t.source.clone().unwrap_or("–".to_owned());
        grid.row(vec![fact, write(t.published), met_within, simulated, target_word(t.verdict).to_owned(), source]);
    }
    grid
}

/// Says a verdict on a published fact.
pub fn target_word(verdict: TargetVerdict) -> &'static str {
    match verdict {
        TargetVerdict::Met => "met",
        TargetVerdict::Open => "open: the interval reaches it",
        TargetVerdict::NotMet => "NOT met",
        TargetVerdict::NotRun => "not run",
    }
}

fn changes(outcome: &ExperimentOutcome, study: &Study) -> Vec<Block> {
    let mut blocks = Vec::new();
    for v in outcome.variants.iter().filter(|v| v.name != outcome.baseline) {
        let Some(changes) = study.changes_of(&v.name) else { continue };
        blocks.push(Block::Text(Mark::Heading, name(v)));
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
            blocks.push(Block::Text(Mark::Item, format!("{} [{state}{basis}].{law}", change.title)));
        }
    }
    blocks
}
