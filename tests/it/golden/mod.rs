//! Headlines of every shipped study as a table that a reviewer reads in a diff: `tests/it/golden/STUDY.txt`.
//!
//! The tables hold what a short run gives under a fixed seed, to four digits; they are no results to quote. A change that moves a
//! number on purpose writes them anew with `KEZEK_GOLDEN=write cargo test --test it golden`, and the diff of the text is what
//! is reviewed.

use crate::systems::bodies::STUDIES;
use kezek::base::progress::CancelToken;
use kezek::base::time::SimDuration;
use kezek::experiment::kpi::Unit;
use kezek::experiment::outcome::{ExperimentOutcome, MeasureOutcome, VariantOutcome};
use kezek::experiment::plan::{Plan, StopRule};
use kezek::experiment::run::run_experiment;
use kezek::formats::scenario_ron::read_study_file;
use kezek::model::study::Study;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const ROWS: [&str; 12] = [
    "citizen_time",
    "elapsed_time",
    "decision_time",
    "visits",
    "documents_requested",
    "documents_fetched",
    "contacts_by_citizen",
    "staff_time",
    "within_term",
    "completed_share",
    "digital_share",
    "proactive_share",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden")
}

fn run(study: &Study) -> ExperimentOutcome {
    let short = Plan {
        stop: StopRule::Replications(2),
        warm_up: SimDuration::from_days(14),
        horizon: SimDuration::from_days(14),
        ..Plan::of_study(study)
    };
    let plan = if study.id == "golden-case" { Plan { stop: StopRule::Replications(2), ..Plan::of_study(study) } } else { short };
    run_experiment(study, &plan, &|_| {}, &CancelToken::default()).unwrap()
}

/// A number to four digits, and never more than four behind the point.
fn number(value: f64) -> String {
    let decimals = if value.abs() >= 1000.0 {
        0
    } else if value.abs() >= 100.0 {
        1
    } else if value.abs() >= 10.0 {
        2
    } else {
        3
    };
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') { "0".to_owned() } else { text }
}

fn cell(measure: &MeasureOutcome) -> String {
    let Some(estimate) = measure.estimate else { return "–".to_owned() };
    match measure.measure.unit {
        // Days say more of times by the calendar.
        Unit::Minutes if measure.measure.name == "elapsed_time" || measure.measure.name == "decision_time" => {
            format!("{} d", number(estimate.mean / 1440.0))
        }
        Unit::Minutes => format!("{} min", number(estimate.mean)),
        Unit::Share => format!("{:.1} %", estimate.mean * 100.0),
        Unit::Count | Unit::Money => number(estimate.mean),
    }
}

fn line(out: &mut String, name: &str, cells: &[String]) {
    write!(out, "{name:<24}").unwrap();
    for cell in cells {
        write!(out, "{cell:>18}").unwrap();
    }
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('\n');
}

fn table(study: &Study, outcome: &ExperimentOutcome) -> String {
    let days = |length: SimDuration| length.ms() / 86_400_000;
    let mut out = format!(
        "{}\nseed {}, {} replications, {} days after a warm-up of {}; a short run, not to be quoted\n\n",
        study.title,
        outcome.seed,
        outcome.replications,
        days(outcome.horizon),
        days(outcome.warm_up)
    );
    let each = |value: &dyn Fn(&VariantOutcome) -> String| outcome.variants.iter().map(value).collect::<Vec<_>>();
    line(&mut out, "", &each(&|v| kezek::report::grid::shortened(&v.name, 17)));
    line(&mut out, "cases arrived", &each(&|v| v.cases.arrived.to_string()));
    line(&mut out, "cases completed", &each(&|v| v.cases.completed.to_string()));
    for row in ROWS {
        line(&mut out, row, &each(&|v| cell(v.measure(row).unwrap())));
    }
    let hours = |v: &VariantOutcome| number(v.pools.iter().map(|p| p.staff_hours.mean).sum());
    line(&mut out, "staff hours, all work", &each(&hours));
    out
}

#[test]
fn headlines_of_every_study_are_those_of_its_table() {
    let writes = std::env::var("KEZEK_GOLDEN").is_ok_and(|wish| wish == "write");
    let mut differ = Vec::new();
    for name in STUDIES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).join("study.ron");
        let study = read_study_file(&path).unwrap().value.unwrap();
        let outcome = run(&study);
        for v in &outcome.variants {
            assert!(v.cases.completed > 0 && v.cases.stuck == 0, "{name} {}: {:?} {:?}", v.name, v.cases, v.faults);
        }
        for v in &outcome.variants {
            let counts = v.cases;
            assert_eq!(counts.arrived, counts.completed + counts.unfinished + counts.stuck, "{name} {}", v.name);
            let parts: f64 = v.elapsed_parts.iter().map(|p| p.minutes.mean).sum();
            let elapsed = v.mean("elapsed_time").unwrap();
            assert!((parts - elapsed).abs() < 1e-6 * elapsed, "{name} {}: {parts} against {elapsed}", v.name);
        }
        let found = table(&study, &outcome);
        let file = folder().join(format!("{name}.txt"));
        if writes {
            std::fs::write(&file, &found).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        if kept != found {
            let first = kept.lines().zip(found.lines()).find(|(a, b)| a != b);
            let (was, is) = first.unwrap_or(("another number of lines", ""));
            differ.push(format!("{name}\n  table: {was}\n  run:   {is}"));
        }
    }
    let hint = "If this is meant, write the tables anew: KEZEK_GOLDEN=write cargo test --test it golden";
    assert!(differ.is_empty(), "{}\n{hint}", differ.join("\n"));
}

/// A study that nobody lists is one that nobody tests.
#[test]
fn every_folder_of_a_study_is_listed_and_has_a_table() {
    let mut folders: Vec<String> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("study.ron").exists())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(folders, STUDIES);
    for name in STUDIES {
        assert!(folder().join(format!("{name}.txt")).exists(), "{name}");
    }
}
