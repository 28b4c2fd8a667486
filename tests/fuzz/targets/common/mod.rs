//! What the targets do with bytes. `tests/it/fuzz.rs` does the same with the seeds and with all that was ever found.
#![allow(dead_code)]

pub mod assembly;

use kezek::base::diagnostic::{Warned, has_errors};
use kezek::base::progress::CancelToken;
use kezek::base::time::{MS_PER_DAY, SimDuration, SimTime};
use kezek::compile::compile;
use kezek::engine::record::NoObserver;
use kezek::engine::run::{RunPlan, run};
use kezek::fit::{FitOptions, fit};
use kezek::formats::bpmn::write::{write_bpmn, write_bpmn_into};
use kezek::formats::bpmn::{Imported, read_bpmn};
use kezek::formats::log::convert::convert;
use kezek::formats::log::read::input::Input;
use kezek::formats::log::read::{LogOptions, read_log, settle};
use kezek::formats::log::writer::LogFormat;
use kezek::formats::params::{apply, read_drawing};
use kezek::formats::scenario_ron::{read_study, write_study};
use kezek::model::event_log::{EventLog, LogActivity, Trace};
use kezek::model::study::Study;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Runs the as-is of a study for two days, if it can be run.
pub fn try_out(study: &Study) {
    let end = SimTime(2 * MS_PER_DAY);
    if let Ok(compiled) = compile(&study.scenario, SimDuration(end.ms())) {
        let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 30 };
        run(&compiled.program, &plan, &mut NoObserver, &CancelToken::default());
    }
}

/// Reads a drawing with the parameters that it carries; runs it, and writes and reads it again.
pub fn try_drawing(bytes: &[u8]) {
    if let Some(imported) = sound(read_drawing(bytes, "drawing.bpmn", None).0) {
        try_out(&imported.study);
        written_reads_the_same(&imported);
    }
}

/// Reads a study; runs it, and writes and reads it again.
pub fn try_study(text: &str) {
    let mut no_imports = |_: &str| Err("there are no files here".to_owned());
    if let Some(study) = sound(read_study(text, "study.ron", &mut no_imports)) {
        let again = read_study(&write_study(&study), "study.ron", &mut no_imports);
        assert_eq!(again.value.as_ref(), Some(&study));
        try_out(&study);
    }
}

/// Returns what was read, if no error was found in it.
pub fn sound<T>(read: Warned<T>) -> Option<T> {
    let is_sound = !read.has_errors();
    read.value.filter(|_| is_sound)
}

/// What is written of a drawing reads as the same: into the drawing, and drawn anew.
pub fn written_reads_the_same(imported: &Imported) {
    for text in [write_bpmn_into(&imported.study, &imported.study, &imported.source).text, write_bpmn(&imported.study).text] {
        let again = read_bpmn(text.as_bytes(), "drawing.bpmn");
        let Some(back) = again.value else { panic!("not read again: {:?}\n{text}", again.diagnostics) };
        assert!(back.study == imported.study, "{}\n{text}", first_difference(&back.study, &imported.study));
    }
}

/// Returns the first lines in which two studies differ.
fn first_difference(back: &Study, study: &Study) -> String {
    let (back, study) = (write_study(back), write_study(study));
    let differs = back.lines().zip(study.lines()).find(|(a, b)| a != b);
    differs.map_or("one is longer".to_owned(), |(a, b)| format!("comes back as {a}\ninstead of {b}"))
}

/// A study with the steps of the small logs among the seeds.
static MODEL: LazyLock<Option<Study>> = LazyLock::new(|| {
    let text = include_str!("../../../fixtures/fit/permit.ron");
    read_study(text, "permit.ron", &mut |_: &str| Err("there are no files here".to_owned())).value
});

/// Reads a log; of one that is read, instants do not fall, names are there, and a model takes it without harm.
pub fn try_log(input: &Input) {
    let Ok(read) = read_log(input, "log", &LogOptions::default()) else { return };
    let Some(log) = read.value else { return };
    check(&log);
    if let Some(model) = &*MODEL {
        fit(model, &log, &FitOptions::default()).unwrap_or_else(|fault| panic!("no option was given: {fault:?}"));
    }
}

/// Returns a folder for files of a moment: in memory, where the system has that.
fn in_memory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

/// Reads a log from a file, as Parquet must be.
pub fn try_log_file(bytes: &[u8]) {
    let path = in_memory().join(format!("kezek-fuzz-{}.parquet", std::process::id()));
    std::fs::write(&path, bytes).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    try_log(&Input::File(path.clone()));
    // A file that stays harms nobody.
    let _ = std::fs::remove_file(path);
}

/// What a conversion may say of the new file's activities: that they are not those that were read of the old one. Whatever else is said
/// is about things that are no part of them.
const CHANGES_ACTIVITIES: [&str; 3] = ["one-zone", "forbidden-characters", "too-many-columns"];

/// What a reader may say of rows and events that it does not take.
const LEAVES_OUT: [&str; 2] = ["rows-left-out", "unknown-lifecycle"];

/// Converts a log to every format; where nothing is said to change them, what is read of the new file are the same activities.
pub fn try_conversions(bytes: &[u8]) {
    let input = Input::Bytes(bytes.to_vec());
    let folder = in_memory();
    for extension in ["csv", "xes", "parquet"] {
        let path = folder.join(format!("kezek-fuzz-{}.{extension}", std::process::id()));
        let Some(format) = LogFormat::of_packed(&path).filter(|(format, _)| format.is_built_in()) else { continue };
        let converted = convert(&input, "log", &LogOptions::default(), &path, format);
        if let Ok(Warned { value: Some(_), diagnostics }) = converted {
            let again = read_settled(&Input::File(path.clone()));
            if !diagnostics.iter().any(|d| CHANGES_ACTIVITIES.contains(&d.code)) {
                let first = read_settled(&input);
                let left_out = first.diagnostics.iter().any(|d| LEAVES_OUT.contains(&d.code));
                let (mut first, back) = (first.value.as_ref().map(plain), again.value.as_ref().map(plain));
                // What is left out may have been written in another zone than the rest.
                if let (Some(first), Some(back), true) = (&mut first, &back, left_out) {
                    first.1 = first.1.or(back.1);
                }
                assert!(first == back, "{extension}: {back:#?}\ninstead of {first:#?}\n{:#?}", again.diagnostics);
            }
        }
        // A file that stays harms nobody.
        let _ = std::fs::remove_file(path);
    }
}

/// Reads a log as conversions do: groups and roles are no people.
fn read_settled(input: &Input) -> Warned<EventLog> {
    let options = settle(input, &LogOptions::default()).unwrap_or_else(|fault| panic!("{fault}"));
    read_log(input, "log", &options).unwrap_or_else(|fault| panic!("{fault}"))
}

/// A case: its name, whether it is complete, and its activities as texts.
pub type Case = (String, Option<bool>, Vec<String>);

/// Returns a log as texts, in any order, with its zone.
pub fn plain(log: &EventLog) -> (Vec<Case>, Option<i32>) {
    let text = |a: &LogActivity| {
        let kind = &log.kinds[a.kind as usize];
        let who = a.resource.map_or("", |r| log.resources[r as usize].as_str());
        format!(
            "{} {} {who} {:?} {:?} {:?} {:?} {:?}",
            kind.name, kind.element, a.enabled, a.started, a.ended, a.worked, a.finish
        )
    };
    let of_case = |trace: &Trace| {
        let mut lines: Vec<String> = trace.activities.iter().map(text).collect();
        lines.sort();
        (trace.case.clone(), trace.complete, lines)
    };
    let mut cases: Vec<_> = log.traces.iter().map(of_case).collect();
    cases.sort();
    (cases, log.offset_minutes)
}

fn check(log: &EventLog) {
    for trace in &log.traces {
        assert!(!trace.activities.is_empty());
        assert!(trace.activities.is_sorted_by_key(LogActivity::order));
        for activity in &trace.activities {
            assert!((activity.kind as usize) < log.kinds.len());
            assert!(activity.resource.is_none_or(|r| (r as usize) < log.resources.len()));
            let known: Vec<i64> = [activity.enabled, activity.started, activity.ended].into_iter().flatten().collect();
            assert!(known.is_sorted(), "{activity:?}");
        }
    }
}

/// A drawing with most kinds of elements; the seeds of parameters name its ids.
const DRAWING: &[u8] = include_bytes!("../../../fixtures/bpsim/shop.bpmn");

/// Puts parameters of any bytes onto a drawing; where no error is found, runs what comes of it.
pub fn try_parameters(bytes: &[u8]) {
    let Some(mut imported) = read_bpmn(DRAWING, "drawing.bpmn").value else { panic!("a drawing of ours is not read") };
    let applied = apply(&mut imported, bytes, "parameters", None);
    if !has_errors(&applied.found) {
        try_out(&imported.study);
    }
}
