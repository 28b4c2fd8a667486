//! `kezek bench`.

use crate::cli::args::BenchArgs;
use crate::cli::{CommandResult, io, studies};
use crate::experiment::bench::models::Reference;
use crate::experiment::bench::{self, Once};
use crate::report::grid::Grid;
use crate::report::wording;

/// Rounds in which the engine and the specialised loop take turns.
const ROUNDS: usize = 5;

/// Runs the command.
pub fn run(args: &BenchArgs) -> CommandResult {
    match args.name.as_str() {
        "once" => once(args, args.size.unwrap_or(20_000)),
        "nation" => nation(args.size),
        "live" => live(),
        "scaling" => scaling(),
        "large" => large(),
        "coverage" => coverage(args.size.unwrap_or(1_000)),
        _ => reference(args.size.unwrap_or(200_000)),
    }
}

fn reference(n: u64) -> CommandResult {
    let results = bench::reference(n, ROUNDS)?;
    let mut grid = Grid::new(&[
        "model",
        "events",
        "loop, ns an event",
        "engine, ns an event",
        "ratio",
        "with measures",
        "ratio",
        "cases/s",
        "events/s",
        "sojourn: loop",
        "engine",
    ]);
    for r in &results {
        let ratios = |of: &[f64]| of.iter().zip(&r.loop_ns).map(|(engine, own)| engine / own).collect::<Vec<f64>>();
        let best = r.study_ns.iter().copied().fold(f64::INFINITY, f64::min);
        let events_a_second = 1e9 / best;
        grid.row(vec![
            r.model.name().to_owned(),
            wording::grouped(r.events as f64, 0),
            spread(&r.loop_ns, 1),
            spread(&r.engine_ns, 1),
            spread(&ratios(&r.engine_ns), 2),
            spread(&r.study_ns, 1),
            spread(&ratios(&r.study_ns), 2),
            wording::grouped(events_a_second * r.cases as f64 / r.events as f64, 0),
            wording::grouped(events_a_second, 0),
            wording::duration(r.loop_sojourn),
            wording::duration(r.engine_sojourn),
        ]);
    }
    let study = studies::load("birth-of-a-child")?;
    let cost = bench::study_cost(&study.scenario, ROUNDS)?;
    let tandem = results.iter().find(|r| r.model == Reference::B).map_or(f64::NAN, |r| median(&r.study_ns));
    let note = format!(
        "\n  Median (least–most) of {ROUNDS} rounds in turns, one thread, processor time, {} a model. An event is an arrival or a finished\n  \
         piece of work. The loop knows one model and keeps one mean; the engine has keyed streams, accounts of every case and weekly\n  \
         pictures of pools. With measures: all that an experiment keeps besides (42 measures with quantiles, by segment, step, service).\n\n  \
         birth-of-a-child as it is, a quarter: {} events of {} cases, {} ns an event with measures: {} times those of b.\n",
        wording::counted(n, "case"),
        wording::grouped(cost.events as f64, 0),
        wording::grouped(cost.cases as f64, 0),
        spread(&cost.ns, 0),
        wording::trimmed(median(&cost.ns) / tandem, 2),
    );
    io::out(&(grid.render() + &note))
}

fn median(list: &[f64]) -> f64 {
    let mut sorted = list.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Median, least and most.
fn spread(list: &[f64], decimals: usize) -> String {
    let mut sorted = list.to_vec();
    sorted.sort_by(f64::total_cmp);
    let text = |x: f64| wording::trimmed(x, decimals);
    match (sorted.first(), sorted.last()) {
        (Some(&least), Some(&most)) => format!("{} ({}–{})", text(median(list)), text(least), text(most)),
        _ => String::new(),
    }
}

/// The most memory that this process has held so far, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kilobytes.map_or_else(|| "unknown here".to_owned(), |kb| format!("{} MB", wording::grouped(kb / 1024.0, 0)))
}

fn nation(size: Option<u64>) -> CommandResult {
    let sizes = size.map_or_else(|| vec![540_000, 5_400_000, 54_000_000], |n| vec![n]);
    let mut grid = Grid::new(&["cases", "completed", "steps a case", "seconds", "cases/s", "peak memory so far"]);
    for cases in sizes {
        let r = bench::nation::nation(cases, 2)?;
        grid.row(vec![
            wording::grouped(r.cases as f64, 0),
            wording::grouped(r.completed as f64, 0),
            wording::trimmed(r.steps / r.cases.max(1) as f64, 2),
            wording::trimmed(r.seconds, 1),
            wording::grouped(r.cases as f64 / r.seconds, 0),
            peak_memory(),
        ]);
    }
    let note = "\n  Three services in 20 regions over a year, on two threads: staff in office hours, registries, documents, all measures with\n  \
                quantiles by segment. Staff grows with the cases.\n";
    io::out(&(grid.render() + note))
}

fn live() -> CommandResult {
    let study = studies::load("birth-of-a-child")?;
    let r = bench::live::live(&study, ROUNDS)?;
    let mut grid = Grid::new(&["birth-of-a-child, all variants", "milliseconds"]);
    grid.row(vec!["edit to first complete set of measures (a week)".to_owned(), spread(&r.first, 0)]);
    grid.row(vec!["edit to second (four weeks)".to_owned(), spread(&r.second, 0)]);
    grid.row(vec!["a change of one variant switched, to a complete set (a week)".to_owned(), spread(&r.one_variant, 0)]);
    grid.row(vec!["cancel to end of work".to_owned(), spread(&r.cancelled, 1)]);
    io::out(&(grid.render() + &format!("\n  Median (least–most) of {ROUNDS} rounds, all processors.\n")))
}

fn scaling() -> CommandResult {
    let study = studies::load("birth-of-a-child")?;
    let r = bench::live::scaling(&study, ROUNDS)?;
    let gains: Vec<f64> = r.one.iter().zip(&r.two).map(|(one, two)| one / two).collect();
    let mut grid = Grid::new(&["replications", "one thread, s", "two threads, s", "gain"]);
    grid.row(vec![r.replications.to_string(), spread(&r.one, 2), spread(&r.two, 2), spread(&gains, 2)]);
    io::out(&(grid.render() + &format!("\n  Median (least–most) of {ROUNDS} rounds in turns.\n")))
}

fn large() -> CommandResult {
    let results = bench::large::large(&[1, 500], ROUNDS)?;
    let mut grid = Grid::new(&["steps", "pools", "compile, ms", "events", "ns an event"]);
    for r in &results {
        grid.row(vec![
            wording::grouped(r.steps as f64, 0),
            wording::grouped(r.pools as f64, 0),
            spread(&r.compile_ms, 1),
            wording::grouped(r.events as f64, 0),
            spread(&r.event_ns, 0),
        ]);
    }
    io::out(&(grid.render() + &format!("\n  Median (least–most) of {ROUNDS} rounds in turns, one thread, with all measures.\n")))
}

fn once(args: &BenchArgs, n: u64) -> CommandResult {
    let model = Reference::of_letter(&args.model).unwrap_or(Reference::B);
    let how = match args.how.as_str() {
        "loop" => Once::Loop,
        "bare" => Once::Bare,
        "no-short-cuts" => Once::NoShortCuts,
        _ => Once::Measures,
    };
    let events = bench::once(model, n, how)?;
    io::out(&format!("{events} events\n"))
}

fn coverage(experiments: u64) -> CommandResult {
    let mut grid = Grid::new(&["experiment", "truth", "interval holds it in", "of", "share"]);
    let study = studies::load("birth-of-a-child")?;
    let mut results = bench::coverage::of_single_server(experiments)?;
    results.push(bench::coverage::of_scenario("birth-of-a-child", &study.scenario, experiments)?);
    for c in results {
        let share = c.covered as f64 / c.experiments.max(1) as f64;
        grid.row(vec![
            c.name,
            wording::trimmed(c.truth, 4),
            c.covered.to_string(),
            c.experiments.to_string(),
            wording::percent(share),
        ]);
    }
    io::out(&(grid.render() + "\n  A 95 % interval that does what it says holds the truth in 93 to 97 % of many experiments.\n"))
}
