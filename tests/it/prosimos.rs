//! Parameters of Prosimos put onto a drawing, through the command line.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A task that is marked as a loop, and another one that a quarter of the cases goes through.
const DRAWING: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="p" name="Benefit">
    <startEvent id="begin"/>
    <task id="check" name="Check"><standardLoopCharacteristics testBefore="false"/></task>
    <exclusiveGateway id="split"/>
    <task id="ask" name="Ask back"/>
    <exclusiveGateway id="join"/>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="check"/>
    <sequenceFlow id="f2" sourceRef="check" targetRef="split"/>
    <sequenceFlow id="to-ask" sourceRef="split" targetRef="ask"/>
    <sequenceFlow id="straight" sourceRef="split" targetRef="join"/>
    <sequenceFlow id="f5" sourceRef="ask" targetRef="join"/>
    <sequenceFlow id="f6" sourceRef="join" targetRef="end"/>
  </process>
</definitions>"#;

/// A case every ten minutes from nine to five on working days; one clerk around the clock: 60 s for a check, 120 s to ask back.
const PARAMETERS: &str = r#"{
  "resource_profiles": [{"id": "clerks", "name": "Clerks", "resource_list":
    [{"id": "clerk", "name": "Clerk", "cost_per_hour": 10, "amount": 1, "calendar": "always", "assigned_tasks": ["check", "ask"]}]}],
  "arrival_time_distribution": {"distribution_name": "fix", "distribution_params": [{"value": 600}, {"value": 0}, {"value": 1}]},
  "arrival_time_calendar": [{"from": "MONDAY", "to": "FRIDAY", "beginTime": "09:00:00", "endTime": "17:00:00"}],
  "gateway_branching_probabilities": [{"gateway_id": "split", "probabilities":
    [{"path_id": "to-ask", "value": 0.25}, {"path_id": "straight", "value": 0.75}]}],
  "task_resource_distribution": [
    {"task_id": "check", "resources": [{"resource_id": "clerk", "distribution_name": "fix", "distribution_params": [{"value": 60}, {"value": 0}, {"value": 1}]}]},
    {"task_id": "ask", "resources": [{"resource_id": "clerk", "distribution_name": "fix", "distribution_params": [{"value": 120}, {"value": 0}, {"value": 1}]}]}],
  "resource_calendars": [{"id": "always", "name": "Always", "time_periods":
    [{"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59.999999"}]}]
}"#;

/// A folder of a test's own, with the drawing and parameters in it.
fn folder(name: &str, parameters: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("prosimos-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("model.bpmn"), DRAWING).unwrap();
    std::fs::write(folder.join("params.json"), parameters).unwrap();
    folder
}

fn run(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kezek"));
    command.current_dir(folder).args(["run", "model.bpmn", "--params", "params.json", "--cases", "480"]);
    command.args(["--start", "2026-01-05T00:00", "--replications", "1", "--log", "log.csv"]).args(more).output().unwrap()
}

/// `(activity, case, enabled, started, ended)` of every row of the log; instants as text.
fn rows(folder: &Path) -> Vec<(String, String, String, String, String)> {
    let mut reader = csv::Reader::from_path(folder.join("log.csv")).unwrap();
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|n| n == name).unwrap();
    let [activity, case, enabled, started, ended] = ["activity", "case_id", "enable_time", "start_time", "end_time"].map(at);
    let row = |r: csv::StringRecord| {
        (r[activity].to_owned(), r[case].to_owned(), r[enabled].to_owned(), r[started].to_owned(), r[ended].to_owned())
    };
    reader.records().map(|r| row(r.unwrap())).collect()
}

/// Seconds since midnight of an instant such as `2026-01-05T09:00:00.000+05:00`.
fn second_of_day(instant: &str) -> f64 {
    let part = |from: usize, to: usize| instant[from..to].parse::<f64>().unwrap();
    part(11, 13) * 3600.0 + part(14, 16) * 60.0 + part(17, 23)
}

#[test]
fn cases_arrive_every_ten_minutes_in_the_hours_of_the_arrival_calendar() {
    let folder = folder("arrivals", PARAMETERS);
    assert!(run(&folder, &[]).status.success());
    let mut first: Vec<String> = rows(&folder).into_iter().filter(|r| r.0 == "Check").map(|r| r.2).collect();
    first.sort();
    assert_eq!(first.len(), 480);
    assert!(first[0].starts_with("2026-01-05T09:00:00"), "{}", first[0]);
    for instant in &first {
        let second = second_of_day(instant);
        assert!((9.0 * 3600.0..17.0 * 3600.0).contains(&second), "{instant}");
    }
    // 09:00 to 16:50 are 48 arrivals a day; ten working days, so neither the 10th nor the 11th of January, a weekend.
    let on = |day: &str| first.iter().filter(|i| i.starts_with(day)).count();
    assert_eq!([on("2026-01-05"), on("2026-01-09"), on("2026-01-10"), on("2026-01-11"), on("2026-01-16")], [48, 48, 0, 0, 48]);
}

#[test]
fn each_task_takes_its_seconds_once_though_it_is_marked_as_a_loop() {
    let folder = folder("durations", PARAMETERS);
    let output = run(&folder, &[]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("Prosimos does it once"));
    let rows = rows(&folder);
    let asked = rows.iter().filter(|r| r.0 == "Ask back").count() as f64;
    assert_eq!(rows.len() as f64, 480.0 + asked);
    // Four standard errors of a share of a quarter in 480 cases.
    assert!((asked / 480.0 - 0.25).abs() < 4.0 * (0.25f64 * 0.75 / 480.0).sqrt(), "{asked}");
    for (activity, case, _, started, ended) in rows {
        let expected = if activity == "Check" { 60.0 } else { 120.0 };
        assert!((second_of_day(&ended) - second_of_day(&started) - expected).abs() < 0.002, "{case} {activity}");
    }
}

#[test]
fn figures_of_the_file_are_no_assumptions() {
    let folder = folder("sources", PARAMETERS);
    let output = run(&folder, &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("stay assumed"), "{said}");
}

#[test]
fn what_does_not_fit_the_drawing_is_named_with_its_place() {
    let wrong = [
        ("\"path_id\": \"to-ask\"", "\"path_id\": \"to-nowhere\"", "to-nowhere"),
        ("\"resource_id\": \"clerk\"", "\"resource_id\": \"nobody\"", "nobody"),
        ("\"calendar\": \"always\"", "\"calendar\": \"never\"", "never"),
        ("\"distribution_name\": \"fix\"", "\"distribution_name\": \"zeta\"", "zeta"),
        ("\"value\": 0.25", "\"value\": 2.5", "split"),
        ("\"task_id\": \"ask\"", "\"task_id\": \"aks\"", "aks"),
    ];
    for (i, (from, to, named)) in wrong.into_iter().enumerate() {
        assert!(PARAMETERS.contains(from));
        let folder = folder(&format!("wrong-{i}"), &PARAMETERS.replace(from, to));
        let output = run(&folder, &[]);
        let said = String::from_utf8_lossy(&output.stderr);
        let line = said.lines().find(|line| line.starts_with("params.json:") && line.contains(named));
        assert!(line.is_some(), "{named}: {said}");
    }
}

#[test]
fn numbers_as_python_writes_them_are_read() {
    let endless =
        PARAMETERS.replace(r#"{"value": 60}, {"value": 0}, {"value": 1}"#, r#"{"value": 60}, {"value": 0}, {"value": Infinity}"#);
    let endless = endless.replace(r#""name": "Always""#, r#""name": "Always \" NaN, Infinity""#);
    assert_ne!(endless, PARAMETERS);
    let [plain, python] = [("finite", PARAMETERS.to_owned()), ("python", endless)].map(|(name, text)| {
        let folder = folder(name, &text);
        let output = run(&folder, &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        rows(&folder)
    });
    assert_eq!(plain, python);
}

#[test]
fn a_file_that_holds_no_parameters_is_refused_in_words() {
    for (name, text, expected) in [
        ("text", "{ nonsense", "is no JSON"),
        ("list", "[1, 2]", "outermost"),
        ("empty", "{}", "resource_profiles"),
        ("number", "{\"resource_profiles\": 7}", "is no list"),
    ] {
        let folder = folder(&format!("refused-{name}"), text);
        let output = run(&folder, &[]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(expected), "{name}: {said}");
    }
}

/// The parameters with attributes of cases and a rule: urgent cases are asked back, and no others.
fn with_rules() -> String {
    PARAMETERS
        .replace("{\"path_id\": \"to-ask\", \"value\": 0.25}", "{\"path_id\": \"to-ask\", \"value\": 0.25, \"condition_id\": \"urgent-ones\"}")
        .replacen(
            "\"resource_profiles\"",
            "\"case_attributes\": [
              {\"name\": \"kind\", \"type\": \"discrete\", \"values\": [{\"key\": \"urgent\", \"value\": 0.4}, {\"key\": \"plain\", \"value\": 0.6}]},
              {\"name\": \"sum\", \"type\": \"continuous\", \"values\": {\"distribution_name\": \"uniform\", \"distribution_params\": [{\"value\": 0}, {\"value\": 100}]}}],
            \"branch_rules\": [{\"id\": \"urgent-ones\", \"rules\": [[{\"attribute\": \"kind\", \"comparison\": \"=\", \"value\": \"urgent\"},
              {\"attribute\": \"sum\", \"comparison\": \"in\", \"value\": [50, \"inf\"]}]]}],
            \"resource_profiles\"",
            1,
        )
}

#[test]
fn rules_at_gateways_ask_for_attributes_of_cases() {
    let parameters =
        with_rules().replace("{\"path_id\": \"straight\", \"value\": 0.75}", "{\"path_id\": \"straight\", \"value\": 1}");
    let folder = folder("rules", &parameters);
    let output = run(&folder, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let asked = rows(&folder).iter().filter(|r| r.0 == "Ask back").count() as f64;
    // Four cases in ten, and half of them: four standard errors of a fifth of 480.
    assert!((asked / 480.0 - 0.2).abs() < 4.0 * (0.2f64 * 0.8 / 480.0).sqrt(), "{asked}");
    let folder = self::folder("rules-wrong", &with_rules().replace("\"id\": \"urgent-ones\"", "\"id\": \"others\""));
    let output = run(&folder, &[]);
    assert!(output.status.code() == Some(1) && String::from_utf8_lossy(&output.stderr).contains("urgent-ones"));
}

#[test]
fn batches_gather_cases_by_number_or_by_the_longest_wait() {
    let batch = |rules: &str| {
        let batch = format!(
            "\"batch_processing\": [{{\"task_id\": \"check\", \"type\": \"Sequential\", \"size_distrib\": [], \"duration_distrib\": [{{\"key\": \"3\", \"value\": 0.5}}], \"firing_rules\": {rules}}}], \"resource_profiles\""
        );
        PARAMETERS.replacen("\"resource_profiles\"", &batch, 1)
    };
    let folder = folder("batch", &batch("[[{\"attribute\": \"size\", \"comparison\": \">=\", \"value\": 4}]]"));
    assert!(run(&folder, &[]).status.success());
    // Four cases ten minutes apart: the first waits half an hour for the fourth, and each takes half its time.
    let mut first: Vec<(String, String, String)> =
        rows(&folder).into_iter().filter(|r| r.0 == "Check").map(|r| (r.2, r.3, r.4)).collect();
    first.sort();
    assert!(first[0].0.starts_with("2026-01-05T09:30:00"), "{:?}", first[0]);
    assert!((second_of_day(&first[0].2) - second_of_day(&first[0].1) - 30.0).abs() < 0.002);
    let folder =
        self::folder("batch-left-out", &batch("[[{\"attribute\": \"week_day\", \"comparison\": \"=\", \"value\": \"Friday\"}]]"));
    let output = run(&folder, &[]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("left out"));
}

#[test]
fn what_is_written_for_prosimos_is_read_back_as_the_same_figures() {
    let folder = folder("written", PARAMETERS);
    let kezek =
        |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_kezek")).current_dir(&folder).args(arguments).output().unwrap();
    let output = kezek(&["convert", "model.bpmn", "out.json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("out.json")).unwrap()).unwrap();
    for key in [
        "resource_profiles",
        "arrival_time_distribution",
        "arrival_time_calendar",
        "gateway_branching_probabilities",
        "task_resource_distribution",
        "resource_calendars",
        "event_distribution",
    ] {
        assert!(!written[key].is_null(), "{key}");
    }
    // Every resource of a task stands in a profile with a calendar that is there.
    let profiles = written["resource_profiles"].as_array().unwrap();
    let resources: Vec<&serde_json::Value> = profiles.iter().flat_map(|p| p["resource_list"].as_array().unwrap()).collect();
    let calendars: Vec<&str> =
        written["resource_calendars"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    for task in written["task_resource_distribution"].as_array().unwrap() {
        for who in task["resources"].as_array().unwrap() {
            let found = resources.iter().find(|r| r["id"] == who["resource_id"]).unwrap();
            assert!(calendars.contains(&found["calendar"].as_str().unwrap()));
        }
    }
    assert!(String::from_utf8_lossy(&output.stderr).contains("gamma"), "triangular times are not in Prosimos");
    // The drawing's ways bear other ids than a drawing that is written anew; all else fits.
    std::fs::write(folder.join("params.json"), std::fs::read(folder.join("out.json")).unwrap()).unwrap();
    let output = run(&folder, &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("split.flow1") && !said.contains("unknown"), "{said}");
}
