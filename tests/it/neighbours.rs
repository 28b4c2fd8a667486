//! Logs of ours beside logs of Prosimos, of the same drawing with the same parameters.
//!
//! `tests/fixtures/prosimos/office.csv` holds what Prosimos 2.1.0 gave: means over 12 runs of 3,000 cases each, seeded 1 to 12, in seconds,
//! with half-widths of 95 % intervals. Cycle times are from the first due to the last end of a case, waiting is from due to start.
//!
//! Where everybody needs equally long for a task, both define the same, and the distributions agree. Where people differ, Prosimos' fast
//! people serve fast; here a task's duration is drawn from all of them, each as often as Prosimos picks them, whoever serves. Mean
//! durations agree; who is fast is not free earlier, so that cases wait somewhat longer than there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const RUNS: u64 = 12;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/prosimos")
}

/// What Prosimos gave: by measure, the mean and its half-width.
fn theirs(column: &str) -> BTreeMap<String, (f64, f64)> {
    let mut reader = csv::Reader::from_path(fixtures().join("office.csv")).unwrap();
    let at = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| (row[0].to_owned(), (row[at].parse().unwrap(), row[at + 1].parse().unwrap()))).collect()
}

fn seconds(instant: &str) -> f64 {
    let at: jiff::Timestamp = instant.parse().unwrap();
    at.as_millisecond() as f64 / 1000.0
}

/// The measures of one run's log.
fn measured(parameters: &str, seed: u64, log: &Path) -> BTreeMap<String, f64> {
    let status = Command::new(env!("CARGO_BIN_EXE_kezek"))
        .current_dir(fixtures())
        .args([
            "run",
            "office.bpmn",
            "--params",
            parameters,
            "--cases",
            "3000",
            "--replications",
            "1",
            "--start",
            "2026-01-05T00:00",
        ])
        .args(["--seed", &seed.to_string(), "--log"])
        .arg(log)
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let mut reader = csv::Reader::from_path(log).unwrap();
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|n| n == name).unwrap();
    let [case, activity, due, start, end] = ["case_id", "activity", "enable_time", "start_time", "end_time"].map(at);
    let mut cases: BTreeMap<String, (f64, f64, f64)> = BTreeMap::new();
    let mut work: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        let (due, start, end) = (seconds(&row[due]), seconds(&row[start]), seconds(&row[end]));
        let (first, last, waited) = cases.entry(row[case].to_owned()).or_insert((due, end, 0.0));
        (*first, *last, *waited) = (first.min(due), last.max(end), *waited + start - due);
        let (n, sum) = work.entry(row[activity].to_owned()).or_default();
        (*n, *sum) = (*n + 1.0, *sum + end - start);
    }
    assert_eq!(cases.len(), 3000);
    let mut found = BTreeMap::new();
    let mut spread = |name: &str, mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        found.insert(format!("{name} mean"), values.iter().sum::<f64>() / values.len() as f64);
        for (word, share) in [("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p90", 0.9)] {
            found.insert(format!("{name} {word}"), values[(share * values.len() as f64) as usize]);
        }
    };
    spread("cycle", cases.values().map(|(first, last, _)| last - first).collect());
    spread("wait", cases.values().map(|(.., waited)| *waited).collect());
    found.extend(work.into_iter().map(|(name, (n, sum))| (format!("work {name}"), sum / n)));
    found
}

/// Holds our runs against theirs: each measure within the two intervals, and `beyond` of the measure where it begins so.
fn hold(parameters: &str, column: &str, beyond: &[(&str, f64)]) {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("neighbours-{column}.csv"));
    let runs: Vec<BTreeMap<String, f64>> = (1..=RUNS).map(|seed| measured(parameters, seed, &log)).collect();
    let mut faults = Vec::new();
    for (name, (their, half)) in theirs(column) {
        let values: Vec<f64> = runs.iter().map(|run| run[&name]).collect();
        let mean = values.iter().sum::<f64>() / RUNS as f64;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (RUNS - 1) as f64;
        // Student's t of 11 degrees of freedom at 95 %.
        let own_half = 2.201 * (variance / RUNS as f64).sqrt();
        let more = beyond.iter().find(|(begin, _)| name.starts_with(begin)).map_or(0.0, |(_, share)| share * their);
        if (mean - their).abs() > half + own_half + more {
            faults.push(format!("{name}: {mean:.1} ± {own_half:.1} against {their} ± {half}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn where_all_are_alike_logs_have_the_same_cycle_and_waiting_times() {
    hold("office-alike.json", "alike", &[]);
}

#[test]
fn where_people_differ_tasks_take_as_long_and_cases_hardly_longer() {
    // All mixed evenly, checks would take 17 % longer than there, and cases half as long again.
    hold("office.json", "office", &[("work", 0.02), ("cycle", 0.05), ("wait", 0.15)]);
}
