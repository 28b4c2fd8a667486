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
fn reports_are_in_the_language_asked_for_and_nothing_else_is() {
    let folder = std::env::temp_dir().join(format!("kezek-language-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("report.html");
    let report = path.to_str().unwrap();
    let compare = |more: &[&str]| kezek(&[&["compare", "golden-case", "--replications", "2", "--format", "json"], more].concat());
    let english = compare(&[]);
    for (language, title) in [("ru", "Время гражданина"), ("kk", "Азаматтың уақыты")] {
        let done = compare(&["--report", report, "--language", language]);
        assert_eq!((done.status.code(), &done.stdout), (Some(0), &english.stdout), "{}", stderr(&done));
        let page = std::fs::read_to_string(&path).unwrap();
        let study = kezek::formats::carried::study("golden-case", language).unwrap();
        assert!(page.contains(&format!("<html lang=\"{language}\">")) && page.contains(title));
        assert!(page.contains(&study.title) && page.contains(&study.scenario.services[0].name), "names are in {language} too");
    }
    let (numbers, missing) = (folder.join("report.json"), compare(&["--language", "ru"]));
    let refused = compare(&["--report", numbers.to_str().unwrap(), "--language", "ru"]);
    assert_eq!([refused.status.code(), missing.status.code()], [Some(2), Some(2)]);
    assert!(stderr(&refused).contains("--language"), "{}", stderr(&refused));
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

/// Every number of the tables that is drawn from replications stands with its margin, and each in a row that says what it is.
#[test]
fn numbers_of_staff_steps_and_persons_stand_with_their_margins() {
    let text = stdout(&kezek(&["compare", "front-office", "--replications", "3", "--horizon", "2w", "--warm-up", "1w"]));
    let rows = |from: &str, to: &str| {
        let lines = text.lines().skip_while(|line| !line.starts_with(from)).skip(3);
        lines.take_while(|line| !line.starts_with(to)).map(str::to_owned).collect::<Vec<_>>()
    };
    let staff = rows("WHO WORKS HOW MUCH", "WHERE");
    assert!(staff[0].contains("[psc/window]") && staff[0].contains("busy share"), "{}", staff[0]);
    for (row, part) in staff[..4].iter().zip(["busy share", "hours worked", "mean wait", "waited at most 15 min"]) {
        assert!(row.contains(part) && row.matches(" ± ").count() == 5, "{part} of five variants: {row}");
    }
    assert!(rows("WHERE CITIZENS", "BY SEGMENT")[0].matches(" ± ").count() == 5);
    assert!(rows("PERSON BY PERSON", "BY SERVICE")[0].matches(" ± ").count() == 3);
}

/// With one replication nothing is known of how sure the numbers are, and nothing is claimed: neither a difference nor that there is none.
#[test]
fn one_replication_is_no_verdict() {
    let text = stdout(&kezek(&["compare", "golden-case", "--replications", "1"]));
    assert!(text.contains("2 h 21 min less of their own time in a single run"), "{text}");
    assert!(text.contains("it takes neither more nor less by the calendar in a single run"), "{text}");
    assert!(text.contains("not tested") && !text.contains("no difference shown"), "{text}");
}

/// What can be typed is in the words of who typed it, refused before anything is run, and with what is allowed.
#[test]
fn slips_are_answered_in_words_before_anything_is_run() {
    let folder = std::env::temp_dir().join(format!("kezek-slips-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let folder_name = folder.to_string_lossy().into_owned();
    for (arguments, code, said) in [
        (vec!["compare", "golden-case", "--replications", "-1"], 2, "-1 is not in 1..="),
        (vec!["compare", "golden-case", "--seed", "-1"], 2, "a whole number from 0"),
        (vec!["compare", "golden-case", "--precision", "200%"], 2, "as 0.02 or 2%"),
        (vec!["compare", "golden-case", "--confidence", "95"], 2, "as 0.95 or 95%"),
        (vec!["compare", "golden-case", "--horizon", "-5d"], 2, "-5d"),
        (vec!["compare", "golden-case", "--scenario", "x"], 2, "this is a study"),
        (vec!["run", "golden-case", "--results", "out.txt"], 2, "allowed is .bpsim"),
        (vec!["fit", "golden-case", "log.csv", "--format", "csv"], 2, "possible values: table, json"),
        (vec!["compare", &folder_name], 1, "holds no study.ron"),
        (vec!["golden-case"], 2, "`kezek compare golden-case`"),
    ] {
        let output = kezek(&arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said) && output.stdout.is_empty(), "{arguments:?}: {}", stderr(&output));
    }
    let nowhere = folder.join("absent").join("report.html");
    let output = kezek(&["compare", "golden-case", "--report", &nowhere.to_string_lossy()]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0), "{}", stderr(&output));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The command that lists the assumptions can be copied: it names the study as it was named.
#[test]
fn the_list_of_assumptions_is_asked_for_by_the_name_that_was_typed() {
    let folder = std::env::temp_dir().join(format!("kezek my study {}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("mine.ron").to_string_lossy().into_owned();
    assert_eq!(kezek(&["convert", "golden-case", &file]).status.code(), Some(0));
    // Where no window can open, the file alone is compared.
    let alone = Command::new(env!("CARGO_BIN_EXE_kezek"))
        .arg(&file)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    assert_eq!(alone.status.code(), Some(0), "{}", stderr(&alone));
    assert!(stderr(&alone).contains("comparing") && stdout(&alone).contains("2 h 21 min less"), "{}", stderr(&alone));
    let found = json(&["compare", &file, "--replications", "2", "--format", "json"]);
    let note = found["notes"][0].as_str().unwrap();
    assert!(note.contains(&format!("`kezek sources \"{file}\" --assumptions`")), "{note}");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Who writes a study of their own finds its format in the program, and the example there is a study without faults.
#[test]
fn the_format_is_in_the_program_and_its_example_is_a_study() {
    let page = stdout(&kezek(&["format"]));
    let example: String = page
        .lines()
        .skip_while(|line| *line != "    (")
        .take_while(|line| line.starts_with("    "))
        .map(|l| format!("{l}\n"))
        .collect();
    let path = std::env::temp_dir().join(format!("kezek-example-{}.ron", std::process::id()));
    std::fs::write(&path, &example).unwrap();
    let checked = kezek(&["check", &path.to_string_lossy()]);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(checked.status.code(), Some(0), "{}", stdout(&checked));
    assert!(stdout(&checked).contains("0 faults, 0 warnings"), "{}", stdout(&checked));
}

/// On paper nothing can be opened: every figure with its source is printed, and a name beside several rows stays beside them.
#[test]
fn a_printed_report_holds_every_source() {
    let path = std::env::temp_dir().join(format!("kezek-paper-{}.html", std::process::id()));
    let output = kezek(&["compare", "golden-case", "--replications", "2", "--report", &path.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(!page.contains("<details"), "what is folded away is not printed");
    assert!(page.contains("Average wage, second quarter of 2021") && page.contains("rowspan=\"4\""));
    assert!(page.contains("; they are listed with all figures further on") && !page.contains("kezek sources"));
    std::fs::remove_file(&path).unwrap();
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
