//! Study files: what is written reads back, what is broken is said whole, and nothing that a file holds brings the reader down.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kezek::base::diagnostic::{Diagnostic, Leg, Path as ModelPath, Place, Severity};
use kezek::formats::error::FormatError;
use kezek::formats::scenario_ron::{
    StudyFile, open_study, open_study_file, read_study, read_study_file, save_study_file, write_study,
};
use kezek::model::study::Study;
use proptest::prelude::*;

use crate::generators::{Tape, studies, tapes};

/// Findings about the form of a text: what the RON crate's reader would stop at.
const SYNTAX: &[&str] = &[
    "bad-escape",
    "empty-file",
    "equals-sign",
    "field-in-list",
    "missing-colon",
    "missing-comma",
    "missing-quotes",
    "missing-value",
    "not-ron",
    "odd-character",
    "percent-sign",
    "quoted-name",
    "stray-bracket",
    "stray-comma",
    "text-after-end",
    "too-deep",
    "unclosed-bracket",
    "unclosed-comment",
    "unclosed-text",
    "value-without-name",
    "wrong-bracket",
    "wrong-quotes",
];

fn no_imports(name: &str) -> Result<String, String> {
    Err(format!("nothing imports {name}"))
}

fn ron_options() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME).without_recursion_limit()
}

/// Returns the findings about the form of the text.
fn of_form(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    diagnostics.iter().filter(|d| SYNTAX.contains(&d.code)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_written_study_reads_back_equal(study in studies()) {
        let text = write_study(&study);
        let read = read_study(&text, "study.ron", &mut no_imports);
        prop_assert!(of_form(&read.diagnostics).is_empty(), "{:#?}\n{text}", of_form(&read.diagnostics));
        prop_assert_eq!(read.value.as_ref(), Some(&study), "{}", &text);
        prop_assert_eq!(write_study(&study), text);
    }

    #[test]
    fn the_ron_crate_reads_what_is_written(study in studies()) {
        let text = write_study(&study);
        let parsed = ron_options().from_str::<ron::Value>(&text);
        prop_assert!(parsed.is_ok(), "{:?}\n{text}", parsed);
    }

    #[test]
    fn imported_entries_come_back_whatever_was_changed(theirs in tapes(), own in tapes(), edits in tapes()) {
        let import = Study { scenario: Tape::new(theirs).scenario(), ..Study::default() };
        let imported = as_import(&import);
        let mut load = |_: &str| Ok(imported.clone());
        let study = Study { id: "s".to_owned(), imports: vec!["kz.ron".to_owned()], scenario: Tape::new(own).scenario(), ..Study::default() };
        let opened = open_study(&write_study(&study), "study.ron", &mut load);
        let file: StudyFile = opened.value.unwrap();
        let again = open_study(&file.write(&file.study), "study.ron", &mut load).value.unwrap().study;
        prop_assert_eq!(without_imports(again), without_imports(file.study.clone()));
        // Any other study written beside the same imports comes back whole, too, if need be without them.
        let edited = edited(&file.study, edits);
        let again = open_study(&file.write(&edited), "study.ron", &mut load).value.unwrap().study;
        prop_assert_eq!(without_imports(again), without_imports(edited));
    }
}

/// Imports are left out of a study that cannot keep them.
fn without_imports(study: Study) -> Study {
    Study { imports: Vec::new(), ..study }
}

/// Turns a study into a file to import: without what only studies hold.
fn as_import(study: &Study) -> String {
    let text = write_study(&Study { scenario: only_lists(study), ..Study::default() });
    text.lines().filter(|line| !line.starts_with("    id:")).collect::<Vec<_>>().join("\n")
}

fn only_lists(study: &Study) -> kezek::model::scenario::Scenario {
    let plain = kezek::model::scenario::Scenario::default();
    kezek::model::scenario::Scenario {
        start: plain.start,
        currency: plain.currency,
        hour_value: plain.hour_value,
        once_only: plain.once_only,
        ..study.scenario.clone()
    }
}

/// Takes entries out, turns lists round, renames: what people do to a study in the window.
fn edited(study: &Study, edits: Vec<u32>) -> Study {
    let mut study = study.clone();
    for edit in edits.into_iter().take(4) {
        let scenario = &mut study.scenario;
        match edit % 7 {
            0 => {
                scenario.calendars.pop();
            }
            1 => scenario.services.reverse(),
            2 => scenario.agencies.iter_mut().for_each(|agency| agency.name.push('!')),
            3 if !scenario.places.is_empty() => {
                scenario.places.remove(0);
            }
            4 => scenario.services.iter_mut().for_each(|service| service.priority += 1),
            5 => scenario.documents.clear(),
            _ => {}
        }
    }
    study
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken")
}

/// Shows findings as golden files hold them: place, severity and code, path, message, hint, and the line concerned.
fn shown(diagnostics: &[Diagnostic], sources: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    for d in diagnostics {
        let place = d.place.as_ref().map_or("no place".to_owned(), |p| format!("{}:{}:{}", p.file, p.line, p.column));
        let severity = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        out += format!("{place} {severity} {} {}", d.code, d.path).trim_end();
        out += &format!("\n    {}\n", d.message);
        if !d.hint.is_empty() {
            out += &format!("    {}\n", d.hint);
        }
        if let Some((place, text)) = d.place.as_ref().and_then(|p| sources.get(&p.file).map(|text| (p, text))) {
            let line: String =
                text.lines().nth(place.line - 1).unwrap_or("").chars().map(|c| if c == '\t' { ' ' } else { c }).collect();
            let line = line.trim_start_matches('\u{feff}');
            let from = (place.column - 1).saturating_sub(50);
            let part: String = line.chars().skip(from).take(100).collect();
            let marked = text
                .get(place.offset..place.offset + place.length)
                .map_or(1, |part| part.lines().next().unwrap_or("").chars().count());
            let marked = marked.clamp(1, 60);
            out += &format!("    | {}\n    | {}{}\n", part.trim_end(), " ".repeat(place.column - 1 - from), "^".repeat(marked));
        }
    }
    out
}

/// Holds a text against its golden file; `KEZEK_UPDATE_GOLDEN=1` rewrites it.
fn check(name: &str, found: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/broken").join(format!("{name}.txt"));
    if std::env::var_os("KEZEK_UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
        return Ok(());
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    if expected == found { Ok(()) } else { Err(format!("{name}\n--- expected\n{expected}--- found\n{found}")) }
}

/// The broken files by name.
fn broken_files() -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|extension| extension == "ron"));
    files.map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())).collect()
}

#[test]
fn every_fault_of_a_broken_file_is_said_with_its_place() {
    let mut faults = Vec::new();
    let files = broken_files();
    assert!(files.len() >= 60, "{} files", files.len());
    for (name, bytes) in files {
        let file_name = format!("{name}.ron");
        let found = match String::from_utf8(bytes) {
            Ok(text) => {
                let mut sources = BTreeMap::from([(file_name.clone(), text.clone())]);
                let read = read_study(&text, &file_name, &mut |import| {
                    let text = fs::read_to_string(fixtures().join(import)).map_err(|_| "there is no such file".to_owned())?;
                    sources.insert(import.to_owned(), text.clone());
                    Ok(text)
                });
                assert!(!read.diagnostics.is_empty(), "{name} is not broken");
                assert!(read.diagnostics.iter().all(|d| d.place.is_some()), "{name}: {:#?}", read.diagnostics);
                shown(&read.diagnostics, &sources)
            }
            Err(_) => {
                let read = read_study_file(&fixtures().join(&file_name)).unwrap();
                assert!(read.value.is_none());
                let strip = |d: Diagnostic| Diagnostic {
                    message: d.message.replace(&fixtures().join("").display().to_string(), ""),
                    place: d.place.map(|p| Place { file: file_name.clone(), ..p }),
                    ..d
                };
                shown(&read.diagnostics.into_iter().map(strip).collect::<Vec<_>>(), &BTreeMap::new())
            }
        };
        faults.extend(check(&name, &found).err());
    }
    assert!(faults.is_empty(), "{} differ; KEZEK_UPDATE_GOLDEN=1 rewrites them\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn findings_stand_in_the_order_of_their_places() {
    for (name, bytes) in broken_files() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let read = read_study(&text, "study.ron", &mut no_imports);
        let offsets: Vec<usize> = read.diagnostics.iter().filter_map(|d| d.place.as_ref().map(|p| p.offset)).collect();
        assert!(offsets.is_sorted(), "{name}: {offsets:?}");
    }
}

/// A small study in which much of the format stands, for the tests that do harm to it.
const SOUND: &str = include_str!("../fixtures/sound.ron");

/// A generator of pseudo-random numbers that is the same everywhere: xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Characters that change the form of a text.
const HARM: &[u8] = b"()[]{},:\"'\\/#-0eE \n";

fn mutated(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len());
        let to = (at + chance.below(40)).min(bytes.len());
        match chance.below(6) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => drop(bytes.drain(at..to)),
            2 => {
                let part = bytes[at..to].to_vec();
                let into = chance.below(bytes.len());
                bytes.splice(into..into, part);
            }
            3 => bytes[at] = HARM[chance.below(HARM.len())],
            4 => drop(bytes.remove(at)),
            _ => bytes.truncate(at.max(1)),
        }
        if bytes.is_empty() {
            bytes.push(b'(');
        }
    }
    bytes
}

#[test]
fn no_mutation_of_a_sound_file_brings_the_reader_down() {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    for round in 0..2000 {
        let text = String::from_utf8_lossy(&mutated(SOUND.as_bytes(), &mut chance)).into_owned();
        let read = open_study(&text, "study.ron", &mut no_imports);
        assert!(read.diagnostics.len() <= 3000, "round {round}");
        if let Some(file) = read.value {
            // Whatever was made of it can be written and is then sound in form.
            let again = read_study(&write_study(&file.study), "study.ron", &mut no_imports);
            assert!(again.value.is_some(), "round {round}\n{text}");
        }
    }
}

#[test]
fn what_the_ron_crate_accepts_has_no_fault_of_form() {
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    let mut accepted = 0;
    let seeds: Vec<&[u8]> = vec![
        SOUND.as_bytes(),
        b"#![enable(implicit_some)]\n(a: -1.5e-3, b: 0x1F, c: 'x', d: r#\"raw \"text\"\"#, e: [(), (1, 2), Some(3)], f: {1: \"\\u{41}\", 'k': true}, /* c /* d */ */ g: Name(1, x: ()))",
        b"Root(a: [inf, -inf, NaN, 1_000, +7, .5, 1., 0b11, 0o17, 5u8, 2.5f32], b: \"a\nb\\n\\t\\\\\\\"\\x41\", c: r\"\", d: None, e: ((((()))))) // end",
    ];
    for seed in seeds {
        for _ in 0..3000 {
            let bytes = mutated(seed, &mut chance);
            let Ok(text) = String::from_utf8(bytes) else { continue };
            if ron_options().from_str::<ron::Value>(&text).is_err() {
                continue;
            }
            accepted += 1;
            let read = read_study(&text, "study.ron", &mut no_imports);
            let faults = of_form(&read.diagnostics);
            assert!(faults.is_empty(), "{faults:#?}\n{text}");
        }
    }
    assert!(accepted > 300, "only {accepted} mutations were valid RON, too few to say anything");
}

#[test]
fn a_sound_file_has_no_error() {
    let read = read_study(SOUND, "study.ron", &mut no_imports);
    assert!(!read.has_errors(), "{}", shown(&read.diagnostics, &BTreeMap::from([("study.ron".to_owned(), SOUND.to_owned())])));
    assert!(ron_options().from_str::<ron::Value>(SOUND).is_ok());
}

/// Returns the text that a path leads to.
fn located<'t>(file: &StudyFile, text: &'t str, path: &ModelPath) -> &'t str {
    let place = file.locate(path).unwrap();
    &text[place.offset..place.offset + place.length]
}

#[test]
fn paths_of_the_model_lead_to_places_in_the_file() {
    let file = open_study(SOUND, "study.ron", &mut no_imports).value.unwrap();
    let root = ModelPath::default();
    let apply = root.field("services").item(0).field("elements").item(1);
    let kind = apply.field("kind");
    assert_eq!(located(&file, SOUND, &kind), "Step");
    assert_eq!(located(&file, SOUND, &kind.field("duration")), "Triangular");
    assert_eq!(located(&file, SOUND, &kind.field("performer").item(0)), "\"psc/window\"");
    assert_eq!(located(&file, SOUND, &kind.field("documents").item(0).field("document")), "\"id-card\"");
    // Not written: the nearest that is.
    assert_eq!(located(&file, SOUND, &kind.field("fee")), "Step");
    let gateway = root.field("services").item(0).field("elements").item(2).field("kind");
    assert_eq!(located(&file, SOUND, &gateway.item(1).field("share")), "0.2");
    // A figure in its long form is shown by its value.
    let work = root.field("documents").item(0).field("gathering").field("work");
    assert_eq!(located(&file, SOUND, &work), "\"15min\"");
    assert_eq!(located(&file, SOUND, &work.field("note")), "\"guess of the analyst\"");
    assert_eq!(located(&file, SOUND, &root.field("segments").item(0).field("facets").key("residence")), "\"rural\"");
    let operation = root.field("variants").item(0).field("changes").item(0).field("operations").item(0);
    assert_eq!(located(&file, SOUND, &operation.field("document")), "\"id-card\"");
    assert_eq!(located(&file, SOUND, &root.field("no_such_field").item(3)), "(");
}

#[test]
fn imported_entries_lead_to_their_own_file() {
    let catalogue =
        "(\n    calendars: [\n        (id: \"office\", weekly: [\"Mon-Fri 09:00-18:00\"]),\n        (id: \"night\"),\n    ],\n)";
    let text = "(version: 1, id: \"s\", imports: [\"../kz.ron\"], calendars: [(id: \"own\"), (id: \"night\", name: \"mine\")])";
    let mut load = |name: &str| {
        assert_eq!(name, "studies/kz.ron");
        Ok(catalogue.to_owned())
    };
    let file = open_study(text, "studies/s/study.ron", &mut load).value.unwrap();
    let ids: Vec<&str> = file.study.scenario.calendars.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["office", "night", "own"]);
    let at = |i: usize| file.locate(&ModelPath(vec![Leg::Field("calendars"), Leg::Item(i), Leg::Field("id")])).unwrap();
    assert_eq!((at(0).file.as_str(), at(0).line), ("studies/kz.ron", 3));
    assert_eq!((at(1).file.as_str(), at(1).line), ("studies/s/study.ron", 1));
    assert_eq!((at(2).file.as_str(), at(2).line), ("studies/s/study.ron", 1));
    // What is unchanged is not written into the study.
    let written = file.write(&file.study);
    assert!(written.contains("kz.ron") && written.contains("mine") && !written.contains("office"), "{written}");
    // What was taken out must not come back with the import.
    let mut less = file.study.clone();
    less.scenario.calendars.remove(0);
    let alone = read_study(&file.write(&less), "studies/s/study.ron", &mut no_imports).value.unwrap();
    assert_eq!(alone.scenario, less.scenario);
}

/// A folder of its own for one test, taken away afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("kezek-formats-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind in the system's temporary folder harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn saving_replaces_the_file_whole_and_leaves_nothing_beside_it() {
    let folder = Folder::new("save");
    let path = folder.0.join("study.ron");
    let catalogue = "(version: 1, calendars: [(id: \"office\", weekly: [\"Mon-Fri 09:00-18:00\"])])";
    fs::write(folder.0.join("kz.ron"), catalogue).unwrap();
    fs::write(&path, "(version: 1, id: \"s\", imports: [\"kz.ron\"], title: \"old\")").unwrap();
    let mut study = open_study_file(&path).unwrap().value.unwrap().study;
    study.title = "new".to_owned();
    save_study_file(&path, &study).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("new") && text.contains("kz.ron") && !text.contains("office"), "{text}");
    assert_eq!(read_study_file(&path).unwrap().value.unwrap(), study);
    let names: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn failures_of_the_disk_are_errors_and_leave_the_old_file() {
    let folder = Folder::new("fail");
    let missing = folder.0.join("none/study.ron");
    assert!(matches!(read_study_file(&missing), Err(FormatError::Read { .. })));
    assert!(matches!(save_study_file(&missing, &Study::default()), Err(FormatError::Write { .. })));
    // A folder stands where the file should go.
    fs::create_dir(folder.0.join("study.ron")).unwrap();
    assert!(matches!(save_study_file(&folder.0.join("study.ron"), &Study::default()), Err(FormatError::Write { .. })));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn a_byte_order_mark_is_accepted_and_the_wrong_encoding_is_said() {
    let folder = Folder::new("encoding");
    let read = |bytes: &[u8]| {
        let path = folder.0.join("study.ron");
        fs::write(&path, bytes).unwrap();
        read_study_file(&path).unwrap()
    };
    let marked = read(b"\xef\xbb\xbf(version: 1, id: \"s\")");
    assert_eq!(marked.value.map(|s| s.id), Some("s".to_owned()));
    let faulty = read(b"(version: 1,\n id: \"s\xff\")");
    let place = faulty.diagnostics[0].place.clone().unwrap();
    assert_eq!((faulty.diagnostics[0].code, place.line, place.column), ("bad-encoding", 2, 8));
    let wide: Vec<u8> = "\u{feff}(version: 1)".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(read(&wide).diagnostics[0].message.contains("UTF-16"));
}

#[test]
fn a_file_beyond_the_size_limit_is_refused_in_words() {
    let text = " ".repeat(64 * 1024 * 1024 + 1);
    let read = read_study(&text, "study.ron", &mut no_imports);
    assert!(read.value.is_none());
    assert_eq!(read.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["file-too-large"]);
}

#[test]
fn a_million_faults_end_with_a_count() {
    let text = format!("(version: 1, id: \"s\", notes: [{}])", "1,".repeat(1_000_000));
    let read = read_study(&text, "study.ron", &mut no_imports);
    let last = read.diagnostics.last().unwrap();
    assert_eq!(last.code, "too-many-findings");
    assert!(last.message.starts_with("999000 further"), "{}", last.message);
}

#[test]
fn a_file_of_a_newer_version_is_refused_with_a_word_on_why() {
    let read = read_study("(version: 2, id: \"s\", whatever: NewThing(1))", "study.ron", &mut no_imports);
    assert!(read.value.is_none());
    assert_eq!(read.diagnostics.len(), 1);
    assert!(read.diagnostics[0].hint.contains("newer Kezek"));
}

/// Everything that the codecs read is explained: each record with its fields and which of them must be there, each word of each list.
#[test]
fn the_page_on_the_format_holds_every_field_and_word_of_the_codecs() {
    let page = include_str!("../../scenarios/format.md");
    let sections: std::collections::BTreeMap<&str, &str> =
        page.split("\n### ").skip(1).filter_map(|section| section.split_once('\n')).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/formats/scenario_ron");
    let sources: String = ["study", "world", "process", "changes"]
        .map(|name| std::fs::read_to_string(format!("{folder}/{name}.rs")).unwrap())
        .concat();
    let mut explained = 0;
    for (marker, start) in [("record!(", "| `"), ("variants!(", "| `")] {
        for macro_call in sources.split(marker).skip(1) {
            let call = macro_call.split("});").next().unwrap();
            let (head, body) = call.split_once("{\n").or_else(|| call.split_once("{ ")).unwrap();
            let title = match head.split(',').next().unwrap() {
                "EventBranch" => "branch by event",
                _ => head.split('"').nth(1).unwrap(),
            };
            let section = sections.get(title).unwrap_or_else(|| panic!("no section {title}"));
            for (name, must) in names_in(body) {
                let row = section.lines().find(|line| {
                    let rest = line.strip_prefix(start).and_then(|rest| rest.strip_prefix(name));
                    rest.is_some_and(|rest| rest.starts_with(['`', '(']))
                });
                let row = row.unwrap_or_else(|| panic!("{title}: {name} is not explained"));
                assert_eq!(marker == "record!(" && must, row.contains("` (must)"), "{title}: {name}");
                explained += 1;
            }
        }
    }
    assert!(explained > 350, "only {explained} names were found");
}

/// Returns the names at the outermost level of a macro's list, and whether each is required.
fn names_in(body: &str) -> Vec<(&str, bool)> {
    let mut names = Vec::new();
    let (mut depth, mut from) = (0, 0);
    for (at, c) in body.char_indices().chain([(body.len(), ',')]) {
        match c {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                let entry = body[from..at].trim();
                let name = entry.split([':', '(', ' ', '{']).next().unwrap_or_default();
                if !name.is_empty() {
                    names.push((name, entry.ends_with(": required")));
                }
                from = at + 1;
            }
            _ => {}
        }
    }
    names
}
