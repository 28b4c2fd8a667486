//! Whole drawings of others: every one is read, and runs with the assumptions that reading makes.
//!
//! Read are the reference models, and all BPMN files below the folder that `KEZEK_DRAWINGS` names, if it does. The test says what
//! it tried, and the causes of what does not run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kezek::base::diagnostic::Severity;
use kezek::base::progress::CancelToken;
use kezek::base::time::{MS_PER_DAY, SimDuration, SimTime};
use kezek::compile::compile;
use kezek::engine::record::{FaultKind, NoObserver};
use kezek::engine::run::{RunPlan, run};
use kezek::formats::bpmn::read_bpmn;

/// Of the drawings that are well-formed at least this share runs.
const RUNNING: f64 = 0.95;

/// A drawing that takes longer to read and run for a week is a fault.
const LONGEST: Duration = Duration::from_secs(20);

enum Ran {
    /// Cases came to their end.
    Well,
    /// No BPMN, or not well-formed.
    NoDrawing(String),
    /// Refused, or nothing came to its end: why.
    Not(String),
}

fn try_out(bytes: &[u8], name: &str) -> (Ran, Vec<FaultKind>) {
    let read = read_bpmn(bytes, name);
    let errors: Vec<_> = read.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    let first = errors.first().map(|d| (d.code, format!("{}: {}", d.code, d.message)));
    let imported = match (read.value, first) {
        (Some(imported), None) => imported,
        (_, Some(("not-well-formed" | "not-bpmn" | "unknown-encoding" | "nothing-to-run", fault))) => {
            return (Ran::NoDrawing(fault), Vec::new());
        }
        (_, fault) => return (Ran::Not(fault.map_or("no word".to_owned(), |(_, fault)| fault)), Vec::new()),
    };
    let end = SimTime(13 * 7 * MS_PER_DAY);
    let compiled = match compile(&imported.study.scenario, SimDuration(end.ms())) {
        Ok(compiled) => compiled,
        Err(faults) => return (Ran::Not(format!("compile: {faults:?}")), Vec::new()),
    };
    let window = (SimTime(MS_PER_DAY), SimTime(8 * MS_PER_DAY));
    let plan = RunPlan { seed: 1, replication: 0, window, hard_end: end, max_in_flight: 100_000 };
    let summary = run(&compiled.program, &plan, &mut NoObserver, &CancelToken::default());
    let count = |of: fn(&kezek::engine::record::SourceStatistics) -> u64| summary.sources.iter().map(of).sum::<u64>();
    let (arrived, completed, stuck) = (count(|s| s.arrived), count(|s| s.completed), count(|s| s.stuck));
    let kinds = summary.faults.iter().map(|f| f.kind).collect();
    if completed > 0 {
        return (Ran::Well, kinds);
    }
    let fault = summary.faults.iter().max_by_key(|f| f.cases);
    let (kind, at) = (fault.map(|f| f.kind), fault.map(|f| f.element));
    let role = at.and_then(|at| compiled.names.elements.get(at.get())).map(|name| name.role);
    let all = if stuck == arrived { "all" } else { "some" };
    (Ran::Not(format!("none completed, {all} stuck: {kind:?} at {role:?}, stop {:?}", summary.stop)), kinds)
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, found);
        } else if path.extension().is_some_and(|e| e == "bpmn") {
            found.push(path);
        }
    }
}

#[test]
fn drawings_of_others_are_read_and_run() {
    let mut drawings = super::files("miwg-reference", "bpmn");
    if let Some(folder) = std::env::var_os("KEZEK_DRAWINGS") {
        below(Path::new(&folder), &mut drawings);
    }
    drawings.sort();
    let (mut well, mut no_drawing, mut faulty) = (0, 0, 0);
    let mut causes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut slow = Vec::new();
    for drawing in &drawings {
        let name = drawing.file_name().unwrap().to_string_lossy().into_owned();
        let begun = Instant::now();
        let (ran, faults) = try_out(&std::fs::read(drawing).unwrap(), &name);
        if begun.elapsed() > LONGEST {
            slow.push(name.clone());
        }
        faulty += usize::from(!faults.is_empty());
        match ran {
            Ran::Well => well += 1,
            Ran::NoDrawing(why) => {
                no_drawing += 1;
                causes.entry(format!("no drawing: {why}")).or_default().push(name);
            }
            Ran::Not(why) => causes.entry(why).or_default().push(name),
        }
    }
    let tried = drawings.len() - no_drawing;
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    super::say(&format!(
        "{well} of {tried} drawings run; {no_drawing} files are none; of those that run or do not, {faulty} hold faults."
    ));
    for (why, names) in causes.iter().take(60) {
        super::say(&format!("{:5} {why} ({})", names.len(), names[..names.len().min(3)].join(", ")));
    }
    assert!(slow.is_empty(), "too slow: {slow:?}");
    assert!(well as f64 >= RUNNING * tried as f64, "{well} of {tried} run");
}
