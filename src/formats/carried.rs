//! The studies that the program carries, so that it has something to show without a single file.

use crate::formats::scenario_ron::read_study;
use crate::model::study::Study;
use std::collections::BTreeMap;

/// Files of the studies: path within `scenarios/`, and text.
const FILES: &[(&str, &str)] = &[
    ("birth-of-a-child/study.ron", include_str!("../../scenarios/birth-of-a-child/study.ron")),
    ("channels/study.ron", include_str!("../../scenarios/channels/study.ron")),
    ("childcare-payment/study.ron", include_str!("../../scenarios/childcare-payment/study.ron")),
    ("disability/study.ron", include_str!("../../scenarios/disability/study.ron")),
    ("front-office/study.ron", include_str!("../../scenarios/front-office/study.ron")),
    ("golden-case/study.ron", include_str!("../../scenarios/golden-case/study.ron")),
    ("job-loss/study.ron", include_str!("../../scenarios/job-loss/study.ron")),
    ("large-family/study.ron", include_str!("../../scenarios/large-family/study.ron")),
    ("no-stop/study.ron", include_str!("../../scenarios/no-stop/study.ron")),
    ("pension/study.ron", include_str!("../../scenarios/pension/study.ron")),
    ("portfolio/study.ron", include_str!("../../scenarios/portfolio/study.ron")),
    ("preschool-queue/study.ron", include_str!("../../scenarios/preschool-queue/study.ron")),
    ("registry-outage/study.ron", include_str!("../../scenarios/registry-outage/study.ron")),
    ("catalogue/agencies.ron", include_str!("../../scenarios/catalogue/agencies.ron")),
    ("catalogue/documents.ron", include_str!("../../scenarios/catalogue/documents.ron")),
    ("catalogue/kz.ron", include_str!("../../scenarios/catalogue/kz.ron")),
    ("catalogue/other-work.ron", include_str!("../../scenarios/catalogue/other-work.ron")),
    ("catalogue/registries.ron", include_str!("../../scenarios/catalogue/registries.ron")),
    ("catalogue/segments-population.ron", include_str!("../../scenarios/catalogue/segments-population.ron")),
    ("catalogue/segments-survey.ron", include_str!("../../scenarios/catalogue/segments-survey.ron")),
    ("catalogue/ways.ron", include_str!("../../scenarios/catalogue/ways.ron")),
];

/// What the catalogue or more than one study says, in other languages: a line for each text, in columns English and those of
/// [`LANGUAGES`].
const WORDS_OF_ALL: &str = include_str!("../../scenarios/words.tsv");

/// What each of the studies alone says, in the same columns.
const WORDS: &[(&str, &str)] = &[
    ("birth-of-a-child", include_str!("../../scenarios/birth-of-a-child/words.tsv")),
    ("channels", include_str!("../../scenarios/channels/words.tsv")),
    ("childcare-payment", include_str!("../../scenarios/childcare-payment/words.tsv")),
    ("disability", include_str!("../../scenarios/disability/words.tsv")),
    ("front-office", include_str!("../../scenarios/front-office/words.tsv")),
    ("golden-case", include_str!("../../scenarios/golden-case/words.tsv")),
    ("job-loss", include_str!("../../scenarios/job-loss/words.tsv")),
    ("large-family", include_str!("../../scenarios/large-family/words.tsv")),
    ("no-stop", include_str!("../../scenarios/no-stop/words.tsv")),
    ("pension", include_str!("../../scenarios/pension/words.tsv")),
    ("portfolio", include_str!("../../scenarios/portfolio/words.tsv")),
    ("preschool-queue", include_str!("../../scenarios/preschool-queue/words.tsv")),
    ("registry-outage", include_str!("../../scenarios/registry-outage/words.tsv")),
];

/// Languages beside English in which studies are carried, by their codes.
pub const LANGUAGES: [&str; 2] = ["ru", "kk"];

/// Fields that hold what people read. Ids, which are no words, never change with the language.
const SAID: [&str; 8] = ["name", "title", "summary", "why", "legal_basis", "owner", "basis", "note"];

/// The study that is shown to those who ask for nothing else.
pub const FLAGSHIP: &str = "birth-of-a-child";

/// Returns the names of the studies.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().filter_map(|(path, _)| path.strip_suffix("/study.ron"))
}

/// Returns path and text of the study of this name.
pub fn file_of(name: &str) -> Option<(&'static str, &'static str)> {
    FILES.iter().find(|(path, _)| path.strip_suffix("/study.ron") == Some(name)).copied()
}

/// Returns the text of a file by its path, as studies import it.
///
/// # Errors
/// Says, as a part of a sentence, that the program does not carry it.
pub fn load(path: &str) -> Result<String, String> {
    let carried = FILES.iter().find(|(known, _)| *known == path);
    carried.map(|(_, text)| (*text).to_owned()).ok_or_else(|| "the program does not carry it".to_owned())
}

/// Returns the texts of a study in another language by the English ones; empty for English and for what is not carried.
pub fn words(name: &str, language: &str) -> BTreeMap<&'static str, &'static str> {
    let column = LANGUAGES.iter().position(|known| *known == language);
    let own = WORDS.iter().find(|(study, _)| *study == name).map(|(_, table)| *table);
    let line = |line: &'static str| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.nth(column?)?))
    };
    own.into_iter().chain(own.map(|_| WORDS_OF_ALL)).flat_map(str::lines).filter_map(line).collect()
}

/// Reads a study in a language, as far as it has been translated. Ids and figures are the same in all.
pub fn study(name: &str, language: &str) -> Option<Study> {
    let (path, text) = file_of(name)?;
    let words = words(name, language);
    let mut load = |path: &str| load(path).map(|text| in_words(&text, &words));
    read_study(&in_words(text, &words), path, &mut load).value
}

/// Returns the text of a study file with what people read in other words: names, titles, reasons and the remarks that go before.
pub fn in_words(file: &str, words: &BTreeMap<&str, &str>) -> String {
    said(file, |text| words.get(text).map(|said| (*said).to_owned()))
}

/// Puts what `say` returns into the place of each text that people read.
fn said(file: &str, mut say: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(file.len() * 2);
    let mut rest = file;
    // Remarks are a list, of which only the first stands behind the name of its field.
    let mut is_remark = false;
    while let Some(start) = rest.find(['"', '/']) {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let end = match from.strip_prefix("//") {
            Some(comment) => comment.find('\n').map_or(from.len(), |at| at + 2),
            None if from.starts_with('/') => 1,
            None => end_of_literal(from),
        };
        let (piece, after) = from.split_at(end);
        let text = piece.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let before = before.trim_end();
        is_remark = before.ends_with("notes: [") || (is_remark && matches!(before.trim(), "," | ""));
        let is_said = is_remark || SAID.iter().any(|field| is_behind(before, field));
        match text.filter(|_| is_said).and_then(&mut say) {
            Some(said) => out.extend(["\"", said.as_str(), "\""]),
            None => out.push_str(piece),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Tells whether a text ends with the name of a field and its colon.
fn is_behind(text: &str, field: &str) -> bool {
    let before = text.strip_suffix(':').and_then(|text| text.strip_suffix(field));
    before.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Returns where the literal ends that a text begins with.
fn end_of_literal(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_people_read_is_said_in_other_words() {
        let words = BTreeMap::from([("portal", "портал"), ("One.", "Раз."), ("Two.", "Два.")]);
        let file = "(to: \"portal\", name: \"portal\", // name: \"portal\"\n notes: [\n\"One.\",\n \"Two.\"], surname: \"portal\", note: \"a \\\"b\")";
        let said = "(to: \"portal\", name: \"портал\", // name: \"portal\"\n notes: [\n\"Раз.\",\n \"Два.\"], surname: \"portal\", note: \"a \\\"b\")";
        assert_eq!(in_words(file, &words), said);
    }

    /// Returns the paths of a study's file and of all that it imports.
    fn files_behind(study: &str) -> Vec<String> {
        let (path, text) = file_of(study).unwrap();
        let mut paths = vec![path.to_owned()];
        let mut note = |import: &str| {
            paths.push(import.to_owned());
            load(import)
        };
        assert!(read_study(text, path, &mut note).value.is_some(), "{study}");
        paths
    }

    #[test]
    fn everything_that_people_read_in_a_study_has_words_in_each_language() {
        for study in names() {
            for language in LANGUAGES {
                let known = words(study, language);
                let mut missing = Vec::new();
                for path in files_behind(study) {
                    said(&load(&path).unwrap(), |text| {
                        if !text.is_empty() && !known.contains_key(text) {
                            missing.push(text.to_owned());
                        }
                        None
                    });
                }
                assert!(missing.is_empty(), "{study} {language}: {missing:#?}");
            }
        }
    }

    #[test]
    fn study_in_other_words_is_the_same_study() {
        for study in names() {
            let (path, text) = file_of(study).unwrap();
            let english = read_study(text, path, &mut load).value.unwrap().scenario;
            for language in LANGUAGES {
                let known = words(study, language);
                let mut in_them = |path: &str| load(path).map(|text| in_words(&text, &known));
                let read = read_study(&in_words(text, &known), path, &mut in_them);
                assert!(!read.has_errors(), "{study} {language}: {:?}", read.diagnostics);
                let said = read.value.unwrap().scenario;
                assert_ne!(said.services.last().unwrap().name, english.services.last().unwrap().name, "{study} {language}");
                let ids = |scenario: &crate::model::scenario::Scenario| -> Vec<String> {
                    scenario.services.iter().flat_map(|s| s.elements.iter().map(|e| e.id.clone())).collect()
                };
                assert_eq!(ids(&said), ids(&english), "{study} {language}");
            }
        }
    }

    #[test]
    fn every_line_of_words_is_whole_and_somebody_says_it() {
        let everybody: String = FILES.iter().map(|(_, text)| *text).collect();
        let of_studies = WORDS.iter().map(|(study, table)| (*study, *table, file_of(study).unwrap().1));
        let mut seen = BTreeMap::new();
        for (whose, table, texts) in of_studies.chain([("all", WORDS_OF_ALL, everybody.as_str())]) {
            for line in table.lines() {
                let cells: Vec<&str> = line.split('\t').collect();
                assert_eq!(cells.len(), 1 + LANGUAGES.len(), "{whose}: {line}");
                assert!(cells.iter().all(|cell| !cell.is_empty() && !cell.contains(['"', '\\'])), "{whose}: {line}");
                assert!(texts.contains(&format!("\"{}\"", cells[0])), "{whose}: nobody says {line}");
                // What two say belongs to all, so that it is said in the same words by both.
                let before = seen.insert(cells[0], whose);
                assert!(before.is_none(), "{whose} and {before:?}: {line}");
            }
        }
    }

    #[test]
    fn every_study_has_a_table_of_words() {
        assert!(names().eq(WORDS.iter().map(|(study, _)| *study)));
    }
}
