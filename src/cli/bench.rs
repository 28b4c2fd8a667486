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
        let spread = |list: &[f64], decimals| {
            let mut sorted = list.to_vec();
            sorted.sort_by(f64::total_cmp);
            let text = |x: f64| wording::trimmed(x, decimals);
            format!("{} ({}–{})", text(sorted[sorted.len() / 2]), text(sorted[0]), text(sorted[sorted.len() - 1]))
        };
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
    let note = format!(
        "\n  Median (least–most) of {ROUNDS} rounds in turns, one thread, {} a model. An event is an arrival or a finished piece of work.\n  \
         The loop knows one model and keeps one mean; the engine has keyed streams, accounts of every case and weekly pictures of pools.\n  \
         With measures: all that an experiment keeps besides (42 measures with quantiles, by segment, step and service).\n",
        wording::counted(n, "case")
    );
    io::out(&(grid.render() + &note))
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
