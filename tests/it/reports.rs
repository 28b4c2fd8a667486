//! Reports in every language: nothing in them is left in English, and nothing of the English ones changes with the language.

use calamine::{Data, Reader, Xlsx};
use kezek::base::progress::CancelToken;
use kezek::base::time::SimDuration;
use kezek::experiment::outcome::ExperimentOutcome;
use kezek::experiment::plan::{Plan, StopRule};
use kezek::experiment::run::run_experiment;
use kezek::formats::carried;
use kezek::model::study::Study;
use kezek::report::wording::assumptions;
use kezek::report::{html, xlsx};
use kezek::texts::{Language, Words};
use std::collections::BTreeSet;
use std::io::Cursor;

/// Words in Latin letters that stand in reports of every language: proper names, which are written so in Russian and Kazakh too
/// (eGov mobile, X-Road, e-HR, Smart Bridge, Tyndau, the PERT distribution).
const ALLOWED: [&str; 11] = ["Kezek", "SMS", "eGov", "mobile", "PERT", "Telegram", "Road", "HR", "Smart", "Bridge", "Tyndau"];

/// Columns of the workbook that hold names for programs, by the ids of their heads: a measure's key, the ids of pools and steps, and the
/// keys and addresses of sources.
const FOR_PROGRAMS: [&str; 5] =
    ["book-column-name", "book-column-id", "book-column-key", "book-column-address", "book-column-source"];

fn run(study: &Study, replications: u32, variants: &[&str]) -> ExperimentOutcome {
    let plan = Plan::of_study(study);
    // A quarter of a year says as many words as a whole one.
    let horizon = plan.horizon.min(SimDuration::from_days(91));
    let mut plan = Plan { stop: StopRule::Replications(replications), horizon, ..plan };
    if !variants.is_empty() {
        plan.variants = variants.iter().map(|name| (*name).to_owned()).collect();
    }
    run_experiment(study, &plan, &|_| {}, &CancelToken::default()).unwrap()
}

/// Returns words of two and more Latin letters that are not allowed. Addresses (`egov.kz`) and designations (`pass198_mtszn`, `73a9c2`)
/// are the same in every language.
fn latin(text: &str) -> BTreeSet<String> {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let is_address = |word: &&str| {
        let parts: Vec<&str> = word.trim_end_matches('.').split(['.', '/', '_', '=']).collect();
        parts.len() > 1 && parts.iter().filter(|part| part.contains(is_letter)).count() > 1
    };
    let words = text.split_whitespace().filter(|word| !is_address(word));
    let words = words.flat_map(|word| word.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let is_word =
        |word: &&str| word.chars().filter(|c| is_letter(*c)).count() > 1 && !word.contains(|c: char| c.is_ascii_digit());
    words.filter(is_word).filter(|word| !ALLOWED.contains(word)).map(str::to_owned).collect()
}

/// Takes out what sources and studies are called: the titles of sources as they were published, their addresses and keys, and the names by
/// which the program carries its studies.
fn without_sources(text: &str, study: &Study) -> String {
    let said = study.sources.iter().flat_map(|source| [&source.title, &source.address, &source.key]).cloned();
    let mut names: Vec<String> = said.chain(carried::names().map(str::to_owned)).filter(|name| !name.is_empty()).collect();
    // What is part of another goes after it.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.iter().fold(text.to_owned(), |text, name| text.replace(name, " "))
}

/// What people read of a page: everything outside of tags and of the style sheet, addresses aside.
fn read_on(page: &str) -> String {
    let body = page.split_once("<body>").unwrap().1;
    let mut text = String::new();
    for piece in body.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
        text.push('\n');
    }
    let text = text
        .replace("&#x27;", "'")
        .replace("&quot;", "\"")
        .replace("&#x2f;", "/")
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    text.split_whitespace().filter(|word| !word.starts_with("http")).collect::<Vec<_>>().join(" ")
}

/// All texts of a workbook, heads included, with the columns for programs left out.
fn read_in(book: Vec<u8>, words: Words) -> String {
    let mut book = Xlsx::new(Cursor::new(book)).unwrap();
    let for_programs = FOR_PROGRAMS.map(|id| words.get(id));
    let mut texts = Vec::new();
    for name in book.sheet_names() {
        assert!(name.chars().count() <= 31, "{name}");
        let range = book.worksheet_range(&name).unwrap();
        let heads: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
        for row in range.rows() {
            for (head, cell) in heads.iter().zip(row) {
                match cell {
                    Data::String(text) if !for_programs.contains(head) || text == head => texts.push(text.clone()),
                    _ => {}
                }
            }
        }
        texts.push(name);
    }
    texts.join("\n")
}

/// Returns what is left in Latin letters in page and workbook, each word with what stands around it.
fn left_in_english(outcome: &ExperimentOutcome, study: &Study, words: Words) -> Vec<String> {
    let notes = assumptions(words, 3, 8, &words.get("report-assumptions-listed"));
    let page = html::comparison(outcome, study, &notes, words).unwrap();
    assert!(page.contains(&format!("<html lang=\"{}\">", words.language.code())));
    let page = without_sources(&read_on(&page), study);
    let book = without_sources(&read_in(xlsx::comparison(outcome, study, &notes, words).unwrap(), words), study);
    let around = |text: &str, word: &str| {
        let at = text.find(word).unwrap_or(0);
        let before = text[..at].char_indices().rev().nth(40).map_or(0, |(at, _)| at);
        text[before..].chars().take(110).collect::<String>().replace('\n', " | ")
    };
    let found = |text: &str| latin(text).iter().map(|word| format!("{word}: {}", around(text, word))).collect::<Vec<_>>();
    [found(&page), found(&book)].concat()
}

/// Returns what is left in English in the reports of a carried study in each language, with the study's name.
fn left_of(name: &str, replications: u32, variants: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for language in [Language::Russian, Language::Kazakh] {
        let study = carried::study(name, language.code()).unwrap();
        let left = left_in_english(&run(&study, replications, variants), &study, Words { language });
        found.extend(left.into_iter().map(|left| format!("{name} in {}: {left}", language.code())));
    }
    found
}

#[test]
fn nothing_in_a_comparison_of_any_carried_study_is_left_in_english() {
    let left: Vec<String> = carried::names().flat_map(|name| left_of(name, 2, &[])).collect();
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn nothing_in_results_of_one_variant_or_one_run_is_left_in_english() {
    let left = [left_of("front-office", 2, &["as-is"]), left_of("golden-case", 1, &[])].concat();
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn words_left_in_english_are_found_and_names_are_not() {
    let words: Vec<String> = latin("Среднее mean: 3 ч в SMS, egov.kz pass198_mtszn, PMC4569397 и X-Road").into_iter().collect();
    assert_eq!(words, ["mean"]);
}
