//! Event logs in: ours in all formats, those of others with their habits, and files that are no logs.

use kezek::base::diagnostic::{Diagnostic, Severity, Warned};
use kezek::base::progress::CancelToken;
use kezek::experiment::plan::Plan;
use kezek::experiment::trace_log::{first_day, log_prepared, prepare_log};
use kezek::fit::overlay::log_of_run;
use kezek::formats::carried;
use kezek::formats::log::clock::LogZone;
use kezek::formats::log::read::columns::Role;
use kezek::formats::log::read::input::Input;
use kezek::formats::log::read::instant::days_since_1970;
use kezek::formats::log::read::{LogOptions, read_log};
use kezek::formats::log::writer::{LogFile, LogFormat};
use kezek::formats::scenario_ron::read_study;
use kezek::model::event_log::{EventLog, Finish, LogActivity};
use kezek::model::study::AS_IS;
use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/logs").join(name)
}

fn read_with(name: &str, options: &LogOptions) -> Warned<EventLog> {
    read_log(&Input::File(fixture(name)), name, options).unwrap()
}

fn read(name: &str) -> (EventLog, Vec<Diagnostic>) {
    let warned = read_with(name, &LogOptions::default());
    (warned.value.unwrap_or_else(|| panic!("{:?}", warned.diagnostics)), warned.diagnostics)
}

/// Lines and codes of the findings of a row.
fn placed(findings: &[Diagnostic]) -> Vec<(usize, &'static str)> {
    findings.iter().filter_map(|d| d.place.as_ref().map(|p| (p.line, d.code))).collect()
}

fn has(findings: &[Diagnostic], code: &str) -> bool {
    findings.iter().any(|d| d.code == code)
}

/// An instant of the wall clock.
fn at(day: i64, hour: i64, minute: i64) -> Option<i64> {
    Some((days_since_1970(2026, 1, 1).unwrap() + day - 1) * 86_400_000 + (hour * 60 + minute) * 60_000)
}

fn activities<'l>(log: &'l EventLog, case: &str) -> Vec<(&'l str, &'l LogActivity)> {
    let trace = log.traces.iter().find(|t| t.case == case).unwrap_or_else(|| panic!("no case {case}"));
    trace.activities.iter().map(|a| (log.name_of(a), a)).collect()
}

#[test]
fn a_russian_spreadsheet_is_read_without_options() {
    let (log, findings) = read("excel-russian.csv");
    assert_eq!(log.traces.iter().map(|t| t.case.as_str()).collect::<Vec<_>>(), ["ЗА-1", "ЗА-2"]);
    let first = activities(&log, "ЗА-1");
    assert_eq!((first[0].0, first[0].1.started, first[0].1.ended), ("Приём заявления", at(5, 9, 5), at(5, 9, 20)));
    assert_eq!(first[1].0, "Проверка; повторная");
    assert_eq!(log.resources, ["Алия Ёлкина", "Иванов"]);
    let expected = [(6, "bad-instant"), (7, "ends-before-start"), (9, "incomplete-row"), (10, "short-row")];
    assert_eq!(placed(&findings), expected, "{findings:#?}");
    assert!(findings.iter().any(|d| d.message.starts_with("4 rows or events could not be taken")), "{findings:#?}");
    assert!(!findings.iter().any(|d| d.severity == Severity::Error));
}

#[test]
fn months_first_are_told_by_a_day_above_twelve() {
    let (log, findings) = read("american.csv");
    let seven = activities(&log, "7");
    assert_eq!((seven[0].1.started, seven[0].1.ended), (at(5, 9, 5), at(5, 9, 20)));
    assert_eq!((seven[1].1.started, seven[1].1.ended), (at(13, 12, 10), at(13, 13, 0)));
    assert_eq!(activities(&log, "8")[0].1.started, at(32, 0, 1));
    assert!(placed(&findings).is_empty());
}

#[test]
fn starts_find_their_completions() {
    let (log, findings) = read("lifecycle.csv");
    let c1 = activities(&log, "c1");
    let a = c1[0].1;
    assert_eq!((c1[0].0, a.enabled, a.started, a.ended), ("A", at(5, 9, 0), at(5, 9, 10), at(5, 10, 0)));
    assert_eq!(a.worked, Some(20 * 60_000), "suspended for half an hour of fifty minutes");
    assert_eq!((c1[1].0, c1[1].1.started, c1[1].1.ended), ("B", at(5, 10, 0), at(5, 10, 5)));
    let c2 = activities(&log, "c2");
    let ends: Vec<_> = c2.iter().map(|(name, a)| (*name, a.started, a.ended, a.finish)).collect();
    assert_eq!(
        ends,
        [
            ("A", at(5, 9, 0), at(5, 9, 30), Finish::Complete),
            ("A", at(5, 9, 1), at(5, 9, 5), Finish::Complete),
            ("B", None, at(5, 9, 40), Finish::Withdrawn),
            ("C", at(5, 9, 40), at(5, 9, 45), Finish::Aborted),
            ("D", at(5, 9, 50), None, Finish::Open),
            ("E", None, at(5, 9, 51), Finish::Complete),
        ]
    );
    for code in ["unknown-lifecycle", "starts-without-end", "ends-without-start"] {
        assert!(has(&findings, code), "no {code} in {findings:#?}");
    }
    assert_eq!(log.offset_minutes, Some(300));
}

#[test]
fn states_where_others_say_how_far_an_activity_is_lose_no_events() {
    let (log, findings) = read("states.xes");
    let found: Vec<_> = activities(&log, "1").iter().map(|(name, a)| (*name, a.ended)).collect();
    assert_eq!(found, [("Accepted", at(5, 9, 0)), ("Closed", at(6, 9, 0))]);
    assert!(has(&findings, "no-lifecycle") && !has(&findings, "unknown-lifecycle"), "{findings:#?}");
}

#[test]
fn completions_alone_and_universal_time_are_said() {
    let (log, findings) = read("only-completions.csv");
    assert!(!log.has_starts() && has(&findings, "only-completions") && has(&findings, "universal-time"));
    let options = LogOptions { zone: Some(300), ..LogOptions::default() };
    let warned = read_with("only-completions.csv", &options);
    let local = warned.value.unwrap();
    assert_eq!(activities(&local, "1")[0].1.ended, at(5, 14, 0));
    assert!(!has(&warned.diagnostics, "universal-time"));
}

#[test]
fn columns_may_be_named_and_must_exist() {
    let named = |role, name: &str| LogOptions { columns: [(role, name.to_owned())].into(), ..LogOptions::default() };
    let warned = read_with("american.csv", &named(Role::Activity, "Resource"));
    assert_eq!(activities(&warned.value.unwrap(), "7")[0].0, "Ann");
    let wrong = read_with("american.csv", &named(Role::Activity, "Resorce"));
    assert!(wrong.value.is_none());
    let fault = &wrong.diagnostics[0];
    assert!(fault.code == "unknown-column" && fault.hint.contains("\"Resource\""), "{fault:?}");
}

#[test]
fn nested_attributes_entities_and_summer_time_do_no_harm() {
    let (log, findings) = read("nested.xes");
    assert_eq!(log.traces.iter().map(|t| t.case.as_str()).collect::<Vec<_>>(), ["case <1>", "trace 2"]);
    let first = activities(&log, "case <1>");
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].0, "A");
    let length = first[0].1.ended.unwrap() - first[0].1.started.unwrap();
    assert_eq!(length, (7 * 60 + 30) * 60_000, "by the clock on the wall");
    assert!(log.resources[0].starts_with("Ann &") && !log.resources[0].contains("lollol"), "{:?}", log.resources);
    assert_eq!(placed(&findings), [(21, "incomplete-event"), (22, "bad-instant")], "{findings:#?}");
    assert!(has(&findings, "summer-time"));
}

#[test]
fn what_breaks_off_is_refused_with_its_line() {
    let warned = read_with("broken-off.xes", &LogOptions::default());
    let error = warned.diagnostics.iter().find(|d| d.severity == Severity::Error).unwrap();
    assert!(error.code == "not-well-formed" && error.place.as_ref().unwrap().line >= 8, "{error:?}");
    assert_eq!(warned.value.map(|log| log.traces.len()), Some(1), "what came before is there");
}

#[test]
fn what_is_no_log_is_said_to_be_none() {
    let of = |bytes: &[u8]| read_log(&Input::Bytes(bytes.to_vec()), "x", &LogOptions::default()).unwrap();
    let deep = "<log>".to_owned() + &"<list key='a'>".repeat(100_000);
    for (bytes, code) in [
        (&b""[..], "empty-log"),
        (b"   \n", "empty-log"),
        (b"a,b\n1,2\n", "missing-column"),
        (b"case,activity,time\n", "empty-log"),
        (b"<definitions/>", "not-well-formed"),
        (b"<log/>", "empty-log"),
        (b"PK\x03\x04...", "workbook"),
        (&[0, 159, 146, 150, 0, 1, 2, 0], "not-text"),
        (deep.as_bytes(), "not-well-formed"),
    ] {
        let warned = of(bytes);
        let errors: Vec<_> = warned.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.code).collect();
        assert!(errors.contains(&code), "{code}: {:?}", warned.diagnostics);
        assert!(warned.value.is_none(), "{code}");
    }
    let swallowed = [b"case,activity,time\n1,\"open quote".to_vec(), vec![b'x'; 20 << 20]].concat();
    let error = read_log(&Input::Bytes(swallowed), "x", &LogOptions::default()).unwrap_err();
    assert!(error.to_string().contains("quotation mark"), "{error}");
}

/// Writes a run in a format and reads it again.
fn there_and_back(format: LogFormat, extension: &str) -> (EventLog, EventLog) {
    let (path, text) = carried::file_of("front-office").unwrap();
    let study = read_study(text, path, &mut carried::load).value.unwrap();
    let mut plan = Plan::of_study(&study);
    plan.horizon = kezek::base::time::SimDuration::from_days(7);
    let prepared = prepare_log(&study, &plan, AS_IS).unwrap();
    let folder = std::env::temp_dir().join(format!("kezek-logs-{}-{extension}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("log.{extension}"));
    let zone = LogZone { first_day: first_day(&prepared), offset_minutes: 300 };
    let mut writer = LogFile::create(&file, format, zone, &study.id).unwrap();
    log_prepared(&prepared, &plan, 0, true, &CancelToken::default(), |item| writer.put(item).unwrap());
    writer.close().unwrap();
    let warned = read_log(&Input::File(file), "log", &LogOptions::default()).unwrap();
    assert!(!warned.has_errors(), "{:?}", warned.diagnostics);
    std::fs::remove_dir_all(&folder).unwrap();
    (warned.value.unwrap(), log_of_run(&prepared, &plan, 0, &CancelToken::default()))
}

/// Cases by name, each with its activities as texts, in any order.
fn plain(log: &EventLog) -> Vec<(String, Vec<String>)> {
    let text = |a: &LogActivity| {
        let kind = &log.kinds[a.kind as usize];
        let who = a.resource.map_or("", |r| log.resources[r as usize].as_str());
        format!(
            "{} {} {who} {:?} {:?} {:?} {:?} {:?}",
            kind.name, kind.element, a.enabled, a.started, a.ended, a.worked, a.finish
        )
    };
    let mut cases: Vec<_> = log
        .traces
        .iter()
        .map(|t| {
            let mut lines: Vec<String> = t.activities.iter().map(text).collect();
            lines.sort();
            (t.case.clone(), lines)
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn our_own_logs_come_back_whole_in_every_format() {
    let formats = [(LogFormat::Csv, "csv"), (LogFormat::Xes, "xes")];
    #[cfg(feature = "parquet")]
    let formats = formats.into_iter().chain([(LogFormat::Parquet, "parquet")]);
    for (format, extension) in formats {
        let (read, run) = there_and_back(format, extension);
        assert!(run.n_activities() > 500, "the run is too small to say anything");
        assert_eq!(read.offset_minutes, Some(300), "{extension}");
        assert!(plain(&read) == plain(&run), "{extension} comes back otherwise");
    }
}

#[test]
fn packed_logs_are_unpacked() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&std::fs::read(fixture("nested.xes")).unwrap()).unwrap();
    let warned = read_log(&Input::Bytes(packed.finish().unwrap()), "nested.xes.gz", &LogOptions::default()).unwrap();
    assert_eq!(warned.value.map(|log| plain(&log)), Some(plain(&read("nested.xes").0)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Any file is read or refused, whatever bytes of it are changed, cut out or put in twice.
    #[test]
    fn no_damage_makes_a_reader_panic(
        which in 0usize..6,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        twice in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let name = ["excel-russian.csv", "american.csv", "lifecycle.csv", "only-completions.csv", "nested.xes", "broken-off.xes"][which];
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        for (place, byte) in &changes {
            let i = place.index(bytes.len());
            bytes[i] = *byte;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        if !bytes.is_empty() {
            let from = twice.index(bytes.len());
            let tail = bytes[from..].to_vec();
            bytes.extend(tail);
        }
        let read = read_log(&Input::Bytes(bytes), name, &LogOptions::default());
        if let Ok(Warned { value: Some(log), .. }) = read {
            for activity in log.traces.iter().flat_map(|t| &t.activities) {
                prop_assert!(activity.started.zip(activity.ended).is_none_or(|(start, end)| start <= end));
            }
        }
    }
}
