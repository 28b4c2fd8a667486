//! All languages say the same things, and everything that is said exists.

mod sources;

use kezek::formats::carried;
use kezek::texts::{Language, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn root(folder: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Every message and attribute of a language with the arguments that it uses.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(root("assets/texts").join(language.code())).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut current = String::new();
        for line in text.lines() {
            if let Some((id, _)) = line.split_once(" = ").filter(|(id, _)| !id.starts_with([' ', '#']) && !id.contains(' ')) {
                current = id.to_owned();
                assert!(all.insert(current.clone(), BTreeSet::new()).is_none(), "{} stands twice in {}", id, language.code());
            }
            for part in line.split('$').skip(1) {
                let argument: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
                all.entry(current.clone()).or_default().insert(argument);
            }
        }
    }
    all
}

#[test]
fn all_languages_have_the_same_ids_with_the_same_arguments() {
    let english = messages(Language::English);
    for language in [Language::Russian, Language::Kazakh] {
        let mut other = messages(language);
        // These have their English in `experiment`.
        other.retain(|id, _| !["measure-", "part-", "funnel-"].iter().any(|own| id.starts_with(own)) || english.contains_key(id));
        let missing: Vec<_> = english.keys().filter(|id| !other.contains_key(*id)).collect();
        let extra: Vec<_> = other.keys().filter(|id| !english.contains_key(*id)).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{}: missing {missing:?}, extra {extra:?}", language.code());
        for (id, arguments) in &english {
            assert_eq!(other.get(id), Some(arguments), "{} of {id}", language.code());
        }
    }
}

#[test]
fn every_measure_has_a_name_and_a_definition_in_every_language() {
    for language in [Language::Russian, Language::Kazakh] {
        let known = messages(language);
        for measure in kezek::experiment::kpi::MEASURES {
            assert!(known.contains_key(&format!("measure-{}", measure.name)), "{} in {}", measure.name, language.code());
            let definition = Words { language }.or(&format!("measure-{}.definition", measure.name), measure.definition);
            assert_ne!(definition, measure.definition, "{} in {}", measure.name, language.code());
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_text_that_the_sources_ask_for_exists() {
    let known = messages(Language::English);
    let mut texts = Vec::new();
    ["src/app", "src/report", "src/cli"].into_iter().for_each(|folder| sources(&root(folder), &mut texts));
    let mut missing = BTreeSet::new();
    for call in [
        "words.get(\"",
        "words.with(\"",
        "words().get(\"",
        "words().with(\"",
        "teller.get(\"",
        "teller.with(\"",
        "teller.counted(\"",
    ] {
        for text in &texts {
            for (at, _) in text.match_indices(call) {
                let id: String = text[at + call.len()..].chars().take_while(|c| *c != '"').collect();
                // Ids with a place for a name are made at run time; the panels' own tests see them.
                if !id.contains('{') && !known.contains_key(&id) {
                    missing.insert(id);
                }
            }
        }
    }
    #[cfg(feature = "gui")]
    for entry in kezek::app::command::table() {
        if !known.contains_key(entry.label) {
            missing.insert(entry.label.to_owned());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// Returns the sentences that have no translation into one of the languages.
fn unknown<'a>(sentences: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let all: BTreeSet<&str> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    let of = |language| all.iter().copied().filter(move |sentence| Words { language }.finding(sentence) == **sentence);
    of(Language::Russian).chain(of(Language::Kazakh)).map(str::to_owned).collect()
}

/// Returns the files of a folder of fixtures with an ending.
fn fixtures(folder: &str, ending: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(root("tests/fixtures").join(folder)).unwrap();
    let found: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == ending)).collect();
    assert!(found.len() > 5, "{folder}");
    found
}

#[test]
fn every_figure_of_the_carried_studies_is_listed_in_every_language() {
    for name in carried::names() {
        let study = carried::study(name, "en").unwrap();
        let figures = kezek::model::provenance::provenance(&study);
        let missing = unknown(figures.iter().map(|figure| figure.description.as_str()));
        assert!(missing.is_empty(), "{name}: {missing:#?}");
    }
}

#[test]
fn faults_of_study_files_are_said_in_every_language() {
    let mut missing = BTreeSet::new();
    for path in fixtures("broken", "ron") {
        for found in kezek::formats::scenario_ron::read_study_file(&path).unwrap().diagnostics {
            missing.extend(unknown([found.message.as_str(), found.hint.as_str()]));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_drawings_leave_open_and_lose_is_said_in_every_language() {
    let mut missing = BTreeSet::new();
    for path in fixtures("bpmn", "bpmn") {
        let read = kezek::formats::bpmn::read_bpmn(&std::fs::read(&path).unwrap(), "drawing.bpmn");
        missing.extend(read.diagnostics.iter().flat_map(|found| unknown([found.message.as_str(), found.hint.as_str()])));
    }
    for name in carried::names() {
        let study = carried::study(name, "en").unwrap();
        let written = kezek::formats::bpmn::write::write_bpmn(&study);
        missing.extend(written.diagnostics.iter().flat_map(|found| unknown([found.message.as_str(), found.hint.as_str()])));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn remarks_of_readers_are_said_in_the_language_and_those_of_people_are_left_alone() {
    let russian = Words { language: Language::Russian };
    assert_eq!(russian.note("As the drawing says: 3 days"), "Так в схеме: 3 days");
    for own in ["a guess", "3 times", "'Offices' and 2 more", "a text"] {
        assert_eq!(russian.note(own), own);
    }
    let read = kezek::formats::bpmn::read_bpmn(&std::fs::read(root("tests/fixtures/bpmn/tasks.bpmn")).unwrap(), "tasks.bpmn");
    let figures = kezek::model::provenance::provenance(&read.value.unwrap().study);
    let english: Vec<_> = figures.iter().map(|figure| &figure.note).filter(|note| russian.note(note) == **note).collect();
    assert!(!figures.is_empty() && english.is_empty(), "{english:?}");
}

#[test]
fn values_of_figures_are_written_in_the_language() {
    let russian = Words { language: Language::Russian };
    let said =
        russian.figure_value("triangular from 10 min to 1.5 h, most likely 15 min (rural: 30 min, urban: even from 1 d to 2 d)");
    assert_eq!(said, "треугольное от 10 мин до 1,5 ч, обычно 15 мин (rural: 30 мин, urban: равномерно от 1 д до 2 д)");
    assert_eq!(russian.figure_value("34.5 % to 40 %"), "от 34,5 % до 40 %");
    assert_eq!(Words { language: Language::English }.figure_value("500 KZT"), "500 ₸");
}

#[test]
fn what_the_checks_say_of_the_carried_studies_is_known_in_every_language() {
    for name in carried::names() {
        let study = carried::study(name, "en").unwrap();
        for finding in kezek::model::validate::validate(&study) {
            for sentence in [&finding.message, &finding.hint] {
                for language in [Language::Russian, Language::Kazakh] {
                    let said = Words { language }.finding(sentence);
                    assert!(sentence.is_empty() || said != *sentence, "{name}: {} in {}", finding.code, language.code());
                }
            }
        }
    }
}
