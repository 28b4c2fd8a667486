//! Event logs from one format into another: the same log comes out, and what does not is said.

use crate::fuzz::common::{self, Case};
use kezek::base::diagnostic::{Diagnostic, Warned};
use kezek::base::progress::CancelToken;
use kezek::experiment::plan::Plan;
use kezek::experiment::trace_log::{first_day, log_prepared, prepare_log};
use kezek::formats::carried;
use kezek::formats::log::clock::LogZone;
use kezek::formats::log::convert::{Converted, convert};
use kezek::formats::log::read::input::Input;
use kezek::formats::log::read::{LogOptions, read_log};
use kezek::formats::log::writer::{LogFile, LogFormat};
use kezek::formats::scenario_ron::read_study;
use kezek::model::study::AS_IS;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// A folder of a test's own, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("convert-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/logs").join(name)
}

fn converted_with(from: &Path, to: &Path, options: &LogOptions) -> Warned<Converted> {
    let format = LogFormat::of_packed(to).unwrap();
    convert(&Input::File(from.to_owned()), "log", options, to, format).unwrap()
}

fn converted(from: &Path, to: &Path) -> (Converted, Vec<Diagnostic>) {
    let warned = converted_with(from, to, &LogOptions::default());
    (warned.value.unwrap_or_else(|| panic!("{:?}", warned.diagnostics)), warned.diagnostics)
}

/// A log as texts, in any order, with its zone.
fn plain(path: &Path) -> (Vec<Case>, Option<i32>) {
    let warned = read_log(&Input::File(path.to_owned()), "log", &LogOptions::default()).unwrap();
    common::plain(&warned.value.unwrap_or_else(|| panic!("{:?}", warned.diagnostics)))
}

/// The cells of a table, by the names of columns.
fn table(path: &Path) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut rows: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    rows.sort();
    (header, rows)
}

/// A log of ours in a format.
fn ours(folder: &Path, extension: &str) -> PathBuf {
    let (path, text) = carried::file_of("front-office").unwrap();
    let study = read_study(text, path, &mut carried::load).value.unwrap();
    let mut plan = Plan::of_study(&study);
    plan.horizon = kezek::base::time::SimDuration::from_days(7);
    let prepared = prepare_log(&study, &plan, AS_IS).unwrap();
    let file = folder.join(format!("ours.{extension}"));
    let zone = LogZone { first_day: first_day(&prepared), offset_minutes: 300 };
    let mut writer = LogFile::create(&file, LogFormat::of(&file).unwrap(), zone, &study.id).unwrap();
    log_prepared(&prepared, &plan, 0, true, &CancelToken::default(), |item| writer.put(item).unwrap());
    writer.close().unwrap();
    file
}

/// The formats that a log is led through one after the other.
fn chain() -> Vec<&'static str> {
    let mut chain = vec!["a.xes", "b.xes.gz"];
    if LogFormat::Parquet.is_built_in() {
        chain.push("c.parquet");
    }
    chain.extend(["d.csv", "e.csv.gz", "f.csv"]);
    chain
}

#[test]
fn our_own_log_is_the_same_in_every_format() {
    let folder = folder("ours");
    let first = ours(&folder, "csv");
    let (mut at, expected) = (first.clone(), plain(&first));
    for name in chain() {
        let to = folder.join(name);
        let (_, findings) = converted(&at, &to);
        assert!(findings.iter().all(|d| d.severity == kezek::base::diagnostic::Severity::Note), "{name}: {findings:#?}");
        assert!(plain(&to) == expected, "{name} is another log");
        at = to;
    }
    let (header, rows) = table(&first);
    let (last_header, last_rows) = table(&at);
    // A column that says nothing in any row is the only thing that may go, and an activity that never started has no start.
    let at_last = |name: &String| last_header.iter().position(|n| n == name);
    for (i, name) in header.iter().enumerate() {
        let values = |rows: &[Vec<String>], at: usize| {
            let mut of: Vec<String> =
                rows.iter().filter(|r| r[r.len() - 1] != "withdraw" || name != "start_time").map(|r| r[at].clone()).collect();
            of.sort();
            of
        };
        match at_last(name) {
            Some(at) => assert_eq!(values(&rows, i), values(&last_rows, at), "{name}"),
            None => assert!(rows.iter().all(|r| r[i].is_empty()), "{name} is gone"),
        }
    }
}

#[test]
fn our_own_traces_keep_what_they_say_of_cases() {
    let folder = folder("traces");
    let first = ours(&folder, "xes");
    let (mut at, expected) = (first.clone(), plain(&first));
    assert!(expected.0.iter().any(|(_, complete, _)| *complete == Some(true)));
    for name in
        ["d.csv", "a.xes", "c.parquet", "e.csv"].iter().filter(|n| LogFormat::Parquet.is_built_in() || !n.ends_with("parquet"))
    {
        let to = folder.join(name);
        converted(&at, &to);
        assert!(plain(&to) == expected, "{name} is another log");
        at = to;
    }
    assert!(table(&at).0.contains(&"case:segment".to_owned()));
}

#[test]
fn logs_of_others_are_the_same_in_every_format() {
    for name in ["american.csv", "excel-russian.csv", "only-completions.csv", "lifecycle.csv", "nested.xes", "foreign.xes"] {
        let folder = folder(name);
        let (mut at, mut expected) = (fixture(name), plain(&fixture(name)));
        for step in chain() {
            let to = folder.join(step);
            let (_, findings) = converted(&at, &to);
            // Parquet has one zone for all instants, and says so; what follows is by that clock.
            if findings.iter().any(|d| d.code == "one-zone") {
                assert_eq!(name, "nested.xes");
                expected = plain(&to);
            }
            assert!(plain(&to) == expected, "{name}, {step}: {:#?} instead of {expected:#?}", plain(&to));
            at = to;
        }
    }
}

#[test]
fn everything_that_others_say_of_events_and_cases_is_kept() {
    let folder = folder("foreign");
    let (there, back) = (folder.join("log.csv"), folder.join("log.xes"));
    let (done, findings) = converted(&fixture("foreign.xes"), &there);
    assert_eq!((done.rows, done.cases), (4, None));
    let (header, rows) = table(&there);
    assert_eq!(
        header,
        [
            "case_id",
            "activity",
            "start_time",
            "end_time",
            "resource",
            "case:district",
            "case:urgent",
            "org:group",
            "fee",
            "checked",
            "due",
            "lifecycle"
        ]
    );
    assert_eq!(
        rows[0],
        [
            "07",
            "Check, again",
            "2026-01-05T10:00:00.000+05:00",
            "2026-01-05T11:30:00.250+05:00",
            "Ann",
            "Медеу",
            "true",
            "team 1",
            "1250",
            "",
            "",
            "complete"
        ]
    );
    let codes: Vec<&str> = findings.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["left-out", "left-out", "cut-instants"], "{findings:#?}");
    converted(&there, &back);
    let text = std::fs::read_to_string(&back).unwrap();
    for part in [
        "<string key=\"concept:name\" value=\"07\"/>\n    <string key=\"district\" value=\"Медеу\"/>\n    <boolean key=\"urgent\" value=\"true\"/>",
        "<int key=\"fee\" value=\"1250\"/>",
        "<boolean key=\"checked\" value=\"false\"/>",
        "<date key=\"due\" value=\"2026-02-01T00:00:00.000+05:00\"/>",
        "<string key=\"org:group\" value=\"team 1\"/>",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn work_that_was_suspended_becomes_a_row_for_each_event() {
    let folder = folder("suspended");
    let (traces, there) = (folder.join("log.xes"), folder.join("log.csv"));
    converted(&fixture("lifecycle.csv"), &traces);
    let (_, findings) = converted(&traces, &there);
    assert!(findings.iter().any(|d| d.code == "rows-of-events"), "{findings:#?}");
    let (header, rows) = table(&there);
    assert!(header.contains(&"lifecycle".to_owned()) && rows.iter().any(|row| row.contains(&"suspend".to_owned())));
}

#[test]
fn what_is_no_log_leaves_what_stands_there() {
    let folder = folder("no-log");
    let to = folder.join("log.xes");
    std::fs::write(&to, "precious").unwrap();
    std::fs::write(folder.join("no.csv"), "a,b\n1,2\n").unwrap();
    let warned = converted_with(&folder.join("no.csv"), &to, &LogOptions::default());
    assert!(warned.value.is_none() && warned.has_errors());
    assert!(
        convert(&Input::File(folder.join("absent")), "absent", &LogOptions::default(), &to, (LogFormat::Xes, false)).is_err()
    );
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "precious");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2, "nothing half-written is left");
}

#[test]
fn a_due_time_after_the_start_is_left_out_and_said_whatever_the_way() {
    let folder = folder("due-late");
    let first = folder.join("first.xes");
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/found/convert/due-after-its-start");
    std::fs::copy(found, &first).unwrap();
    let expected = plain(&first);
    let is_late = |d: &Diagnostic| d.code == "due-after-start" && d.message.starts_with("1 activities");
    let read = read_log(&Input::File(first.clone()), "log", &LogOptions::default()).unwrap();
    assert!(read.diagnostics.iter().any(is_late), "{:#?}", read.diagnostics);
    for step in chain() {
        let (_, findings) = converted(&first, &folder.join(step));
        assert!(plain(&folder.join(step)) == expected, "{step}");
        // Events stay as they are written; only a row has a due time beside its start.
        assert_eq!(findings.iter().filter(|d| is_late(d)).count(), usize::from(!step.contains("xes")), "{step}: {findings:#?}");
    }
    let (header, rows) = table(&folder.join("f.csv"));
    let due = header.iter().position(|name| name == "enable_time").unwrap();
    assert_eq!(rows.iter().map(|row| row[due].as_str()).collect::<Vec<_>>(), ["", "2026-01-05T09:35:00.000+05:00"]);
}

/// A cell that formats may stumble over.
fn odd_text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "",
        "007",
        "1.50",
        "1.5",
        "12",
        "true",
        "a,b;\"c\"",
        "<&>'",
        "Қабылдау",
        "2026-01-05T09:00:00Z",
        "-",
        "nan",
        "1e3",
    ])
    .prop_map(str::to_owned)
}

/// The instant so many quarters of an hour after the first; few, so that many fall together.
fn instant(quarters: u32) -> String {
    format!("2026-01-05T{:02}:{:02}:00.000+05:00", 8 + quarters / 4, quarters % 4 * 15)
}

/// A table of whole activities, with starts and ends.
fn activities() -> impl Strategy<Value = String> {
    let row = (0u32..4, 0usize..3, 0u32..20, 0u32..8, 0usize..3, 0usize..4, odd_text(), 0u32..8);
    prop::collection::vec(row, 1..25).prop_map(|rows| {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["case", "activity", "enable_time", "start", "end", "resource", "lifecycle", "remark", "case:kind"])
            .unwrap();
        for (case, name, start, length, resource, lifecycle, remark, odd) in rows {
            let lifecycle = ["complete", "complete", "ate_abort", "withdraw"][lifecycle];
            let end = if odd < 4 && length == 7 { String::new() } else { instant(start + length) };
            // Some are due after they begin, which no row may say, and some have no start.
            let due = if odd % 3 == 0 { String::new() } else { instant((start + 2).saturating_sub(odd)) };
            let start = if odd == 4 { String::new() } else { instant(start) };
            let (name, resource) = (["A", "B \"b\"", "Ё"][name], ["", "ann", "bob"][resource]);
            let kind = ["x", "", "7", "x"][case as usize];
            out.write_record([&format!("c{case}"), name, &due, &start, &end, resource, lifecycle, &remark, kind]).unwrap();
        }
        String::from_utf8(out.into_inner().unwrap()).unwrap()
    })
}

/// A table of events, with what happened to each activity.
fn events() -> impl Strategy<Value = String> {
    let row = (0u32..4, 0usize..3, 0u32..24, 0usize..7, 0usize..3, 0usize..3, odd_text(), 0u32..6);
    prop::collection::vec(row, 1..30).prop_map(|rows| {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(["case", "activity", "timestamp", "lifecycle", "resource", "instance", "remark", "enable_time"])
            .unwrap();
        for (case, name, at, lifecycle, resource, run, remark, due) in rows {
            let lifecycle = ["start", "complete", "start", "complete", "schedule", "suspend", "resume"][lifecycle];
            let (name, resource, run) = (["A", "B", "C"][name], ["", "ann", "bob"][resource], ["", "r1", "r2"][run]);
            let due = if due < 3 { String::new() } else { instant((at + 4).saturating_sub(due)) };
            out.write_record([&format!("c{case}"), name, &instant(at), lifecycle, resource, run, &remark, &due]).unwrap();
        }
        String::from_utf8(out.into_inner().unwrap()).unwrap()
    })
}

/// Leads a table through all formats; each time the same log comes out.
fn through_all(name: &str, table: &str) -> Result<(), TestCaseError> {
    let folder = folder(name);
    let mut at = folder.join("first.csv");
    std::fs::write(&at, table).unwrap();
    let read = read_log(&Input::File(at.clone()), "log", &LogOptions::default()).unwrap();
    // Nothing of it could be taken: nothing is written either.
    if read.has_errors() || read.value.is_none() {
        return Ok(());
    }
    let expected = plain(&at);
    for step in chain() {
        let to = folder.join(step);
        converted(&at, &to);
        prop_assert_eq!(&plain(&to), &expected, "{}\n{}", step, table);
        at = to;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_table_of_activities_is_the_same_in_every_format(table in activities()) {
        through_all("any-activities", &table)?;
    }

    #[test]
    fn any_table_of_events_is_the_same_in_every_format(table in events()) {
        through_all("any-events", &table)?;
    }
}
