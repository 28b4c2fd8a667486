//! All languages say the same things, and everything that is said exists.

use super::*;
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
        // These have their English in `experiment`, and in the checks.
        other.retain(|id, _| {
            !["measure-", "part-", "funnel-", "said-"].iter().any(|own| id.starts_with(own)) || english.contains_key(id)
        });
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
        for measure in crate::experiment::kpi::MEASURES {
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
    sources(&root("src/app"), &mut texts);
    let mut missing = BTreeSet::new();
    for call in ["words.get(\"", "words.with(\"", "words().get(\"", "words().with(\""] {
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
    for entry in crate::app::command::table() {
        if !known.contains_key(entry.label) {
            missing.insert(entry.label.to_owned());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn texts_take_their_arguments_without_marks_around_them() {
    let words = Words { language: Language::Kazakh };
    assert_eq!(words.with("file-saved", &[("file", "a.ron".into())]), "Сақталды: a.ron");
}
