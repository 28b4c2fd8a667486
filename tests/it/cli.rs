//! The command line as its users meet it: exit codes, text, JSON.

use serde_json::Value;
use std::process::{Command, Output};

fn kezek(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kezek")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = kezek(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn compare_prints_json_as_the_contract_says() {
    let found = json(&["compare", "golden-case", "--replications", "2", "--format", "json"]);
    for key in
        ["study", "seed", "replications", "confidence", "horizon_days", "warm_up_days", "variants", "differences", "warnings"]
    {
        assert!(found.get(key).is_some(), "no {key}");
    }
    assert_eq!(found["study"], "golden-case");
    let names = [
        "citizen_time",
        "elapsed_time",
        "waiting_time",
        "processing_time",
        "visits",
        "documents_requested",
        "documents_fetched",
        "contacts",
        "citizen_cost",
        "staff_time",
        "staff_cost",
        "within_term",
        "completed_share",
        "abandoned_share",
        "rework",
        "digital_share",
        "proactive_share",
    ];
    let variant = &found["variants"][0];
    for name in names {
        let measure = &variant["measures"][name];
        for key in ["unit", "mean", "low", "high"] {
            assert!(measure.get(key).is_some(), "{name} has no {key}: {measure}");
        }
    }
    let citizen = &variant["measures"]["citizen_time"];
    for key in ["p50", "p90", "p95"] {
        assert!(citizen[key].is_number(), "no {key}");
    }
    for key in ["arrived", "completed", "unfinished"] {
        assert!(variant["cases"][key].is_number());
    }
    let window = &variant["pools"]["psc/window"];
    for key in ["utilisation", "staff_hours", "queue_length", "waiting_time"] {
        assert!(window[key].get("mean").is_some(), "the pool has no {key}");
    }
    let difference = &found["differences"][0];
    assert_eq!(difference["variant"], "to-be");
    assert_eq!(difference["baseline"], "as-is");
    for key in ["unit", "mean", "low", "high", "relative", "significant"] {
        assert!(difference["measures"]["citizen_time"].get(key).is_some(), "the difference has no {key}");
    }
}

#[test]
fn threads_change_no_byte() {
    let run = |threads: &str| {
        let arguments = [
            "compare",
            "front-office",
            "--replications",
            "3",
            "--horizon",
            "2w",
            "--warm-up",
            "1w",
            "--format",
            "json",
            "--threads",
            threads,
        ];
        let output = kezek(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        output.stdout
    };
    assert_eq!(run("1"), run("2"));
}

#[test]
fn exit_codes_say_whose_fault_it_is() {
    assert_eq!(kezek(&["--help"]).status.code(), Some(0));
    assert_eq!(kezek(&["compare", "golden-case", "--nonsense"]).status.code(), Some(2));
    assert_eq!(kezek(&["compare", "golden-case", "--variant", "tobe"]).status.code(), Some(2));
    assert_eq!(kezek(&["compare", "golden-case", "--replications", "0"]).status.code(), Some(2));
    assert_eq!(kezek(&["compare", "no-such-study"]).status.code(), Some(1));
    let broken = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    assert_eq!(kezek(&["check", broken]).status.code(), Some(1));
    let nowhere = "/nonexistent-folder/report.json";
    assert_eq!(kezek(&["compare", "golden-case", "--replications", "2", "--report", nowhere]).status.code(), Some(4));
}

#[test]
fn reports_stand_alone_and_hold_the_numbers_that_are_printed() {
    let folder = std::env::temp_dir().join(format!("kezek-report-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str| {
        let path = folder.join(name);
        let done = kezek(&["compare", "golden-case", "--replications", "2", "--report", path.to_str().unwrap()]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::read(path).unwrap()
    };
    let page = String::from_utf8(write("report.html")).unwrap();
    // Four golden numbers: 145 min become 4 min of the citizen's time.
    assert!(page.contains("2 h 25 min") && page.contains(">4 min<"), "the golden case's times are missing");
    for outside in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page must need nothing from outside, and has {outside}");
    }
    assert_eq!(page.matches("<figure>").count(), page.matches("</svg>").count());

    use calamine::{Data, Reader};
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(write("report.xlsx"))).unwrap();
    let names = book.sheet_names();
    for sheet in
        ["Summary", "Measures", "Differences", "Staff and registries", "Steps", "Services", "Figures and sources", "Sources"]
    {
        assert!(names.iter().any(|name| name == sheet), "no sheet {sheet} in {names:?}");
    }
    let measures = book.worksheet_range("Measures").unwrap();
    let mean = |variant: &str| {
        let row = measures
            .rows()
            .find(|row| row[0] == Data::String(variant.to_owned()) && row[3] == Data::String("citizen_time".to_owned()));
        row.map(|row| row[5].clone())
    };
    assert_eq!(mean("as-is"), Some(Data::Float(145.0)));
    assert_eq!(kezek(&["compare", "golden-case", "--replications", "2", "--report", "report.pdf"]).status.code(), Some(2));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn wrong_names_bring_near_ones() {
    let output = kezek(&["compare", "golden-cas"]);
    assert!(stderr(&output).contains("golden-case"), "{}", stderr(&output));
    let output = kezek(&["compare", "golden-case", "--variant", "to_be"]);
    assert!(stderr(&output).contains("did you mean \"to-be\"?"), "{}", stderr(&output));
}

#[test]
fn table_says_the_headline_in_words() {
    let output = kezek(&["compare", "golden-case", "--replications", "2"]);
    let text = stdout(&output);
    assert!(text.contains("2 h 21 min less"), "{text}");
    assert!(text.contains("ASSUMPTIONS"), "{text}");
}

#[test]
fn log_has_a_row_for_each_step_of_the_golden_case() {
    let path = std::env::temp_dir().join(format!("kezek-log-{}.csv", std::process::id()));
    let output = kezek(&["run", "golden-case", "--replications", "2", "--log", &path.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let mut reader = csv::Reader::from_path(&path).unwrap();
    let header = reader.headers().unwrap().clone();
    for column in ["case_id", "activity", "enable_time", "start_time", "end_time", "resource"] {
        assert!(header.iter().any(|h| h == column), "no column {column}: {header:?}");
    }
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (activity, end) = (column("activity"), column("end_time"));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let decided = rows.iter().find(|r| &r[activity] == "Officer decides").unwrap();
    assert!(decided[end].starts_with("2026-10-05T10:00"), "{decided:?}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn output_stays_quiet_where_a_pipe_closes() {
    let status = Command::new("sh")
        .args(["-c", &format!("{} compare golden-case --replications 2 | head -1 >/dev/null", env!("CARGO_BIN_EXE_kezek"))])
        .status()
        .unwrap();
    assert!(status.success());
}

/// What a reviewer reads on a terminal: headings that say whose figures follow, no line that wraps, and the ledger's sum.
#[test]
fn sources_are_grouped_and_fit_a_terminal() {
    let text = stdout(&kezek(&["sources", "birth-of-a-child"]));
    for heading in
        ["Calendars", "Service 'Birth registration and certificate'", "Change 'Offer all five by SMS when the birth is recorded'"]
    {
        let headings = text.lines().filter(|line| line.starts_with(&format!("  {heading}"))).count();
        assert_eq!(headings, 1, "{heading}");
    }
    let sources = text.lines().position(|line| line == "  Sources").unwrap();
    for line in text.lines().take(sources) {
        assert!(line.chars().count() <= 140, "{line}");
    }
    let assumptions = stdout(&kezek(&["sources", "birth-of-a-child", "--assumptions"]));
    let counted = assumptions.lines().filter(|line| line.contains("  ASSUMPTION")).count();
    assert!(assumptions.contains(&format!("{} of 333 figures have a source", 333 - counted)), "{counted}");
}

/// A published fact stands beside what is simulated, with how far off still counts as met, the verdict and the source.
#[test]
fn published_facts_stand_beside_what_is_simulated() {
    let short = ["--replications", "2", "--horizon", "2w", "--warm-up", "2w"];
    let of = |study: &str| stdout(&kezek(&[&["compare", study][..], &short[..]].concat()));
    let text = of("childcare-payment");
    let fact = text.lines().find(|line| line.contains("fund in 2020")).unwrap();
    for part in ["year-2020:", "10 %", "9 % to 11 %", " to ", "thesis"] {
        assert!(fact.contains(part), "no {part}: {fact}");
    }
    assert!(["met", "open", "NOT met"].iter().any(|word| fact.contains(word)), "{fact}");
    assert!(text.contains("WHAT THE STUDY SAYS OF ITSELF") && text.contains("52 % lead to consent here"), "{text}");
    let terms = of("job-loss");
    let fact = terms.lines().find(|line| line.contains("Terms kept")).unwrap();
    assert!(fact.contains("99.95 %") && fact.contains("99.65 % to 100 %"), "{fact}");
    let none = of("large-family");
    assert!(none.contains("No published fact is held against this study"), "{none}");
}

#[test]
fn line_at_a_window_says_how_many_waited_at_most_15_minutes() {
    let text = stdout(&kezek(&["compare", "front-office", "--replications", "2", "--horizon", "2w", "--warm-up", "1w"]));
    let heading = text.lines().find(|line| line.contains("waited at most 15 min")).unwrap();
    assert!(heading.contains("mean wait"), "{heading}");
    let windows = text.lines().find(|line| line.contains("[psc/window]")).unwrap();
    assert_eq!(windows.matches('%').count(), 2 * windows.matches(" h ·").count(), "busy and waited in each: {windows}");
}

/// A log that cannot be written takes no results away, wherever that shows: before the run, nothing has been lost; after it, the results come
/// first, and the fault is named.
#[test]
fn a_log_that_cannot_be_written_is_named_and_takes_no_results_away() {
    let folder = std::env::temp_dir().join(format!("kezek-no-log-{}", std::process::id()));
    let nowhere = folder.join("log.csv").to_string_lossy().into_owned();
    let output = kezek(&["run", "golden-case", "--replications", "2", "--log", &nowhere]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("\"{nowhere}\" cannot be written")), "{}", stderr(&output));
    // The folder is there when the run begins, and a folder stands where the log is to be put when it ends.
    let taken = folder.join("taken.csv");
    std::fs::create_dir_all(taken.join("inside")).unwrap();
    let path = taken.to_string_lossy().into_owned();
    let output = kezek(&["run", "golden-case", "--replications", "2", "--log", &path]);
    assert_eq!(output.status.code(), Some(4), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("{path} cannot be written")), "{}", stderr(&output));
    assert!(stdout(&output).contains("BY SERVICE"), "the results are printed all the same: {}", stdout(&output));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn faults_of_parameters_are_said_of_their_file() {
    let fixtures = format!("{}/tests/fixtures", env!("CARGO_MANIFEST_DIR"));
    let drawing = format!("{fixtures}/prosimos/office.bpmn");
    let strange = format!("{fixtures}/logs/american.csv");
    let output = kezek(&["run", &drawing, "--params", &strange]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&format!("{strange} has 1 fault; {drawing} is not run with it")), "{}", stderr(&output));
    let output = kezek(&["run", &drawing, "--params", "absent.json"]);
    assert!(stderr(&output).contains("there is no file \"absent.json\""), "{}", stderr(&output));
}
