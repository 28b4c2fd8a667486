//! Every sentence that stands in the sources below the window is known in the other languages: sentences are read out of the string
//! literals, with something put into their places.

use kezek::texts::{Language, Words};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Layers that say sentences to people. The command line's own words stay English.
const FOLDERS: [&str; 5] = ["src/base", "src/model", "src/compile", "src/formats", "src/fit"];
/// What says findings elsewhere.
const FILES: [&str; 1] = ["src/experiment/offered.rs"];

/// Sentences that are put together of several, whose whole forms stand in the files of texts one by one; and one that names options of
/// the command line. By their beginnings.
const COMPOSED: [&str; 8] = [
    "{hint} A value that no case",
    "{what} {fault}.",
    "{text}: {list}.",
    "{others} {}.",
    "Hours of {who} {fault}.",
    "The parallel gateway{name} waits",
    "Of '{}' ({}) {} left out",
    "Name them with --case",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match path.is_dir() {
            true if name != "tests" => files(&path, found),
            false if name.ends_with(".rs") && !name.ends_with("tests.rs") => found.push(path),
            _ => {}
        }
    }
}

/// Returns the string literals of a source, without comments and without its tests.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("\n#[cfg(test)]\nmod ").next().unwrap_or("");
    let mut found = Vec::new();
    let mut rest = source.chars().peekable();
    let mut before = ' ';
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'/') => rest.by_ref().find(|c| *c == '\n').into_iter().for_each(drop),
            // A quotation mark as a letter: '"'.
            '\'' if rest.peek() == Some(&'"') => rest.next().into_iter().for_each(drop),
            '\'' if rest.peek() == Some(&'\\') => {
                rest.next();
                rest.next();
            }
            // A raw string holds no sentence.
            '"' if before == 'r' || before == '#' => rest.by_ref().find(|c| *c == '"').into_iter().for_each(drop),
            '"' => found.push(literal(&mut rest)),
            _ => {}
        }
        before = c;
    }
    found
}

/// Reads a literal to its end.
fn literal(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => match rest.next() {
                // A line that goes on in the next one, without the spaces before it.
                Some('\n') => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some('u') => {
                    let code: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

/// Tells whether a literal is a sentence, or several.
fn is_sentence(text: &str) -> bool {
    text.contains(' ') && text.trim_end().ends_with(['.', '?', '!'])
}

/// Puts a word into every place of a literal.
fn filled(text: &str) -> String {
    let text = text.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let mut said = String::new();
    let mut rest = text.as_str();
    while let Some((start, place)) = rest.split_once('{') {
        said.push_str(start);
        said.push('x');
        rest = place.split_once('}').map_or("", |(_, rest)| rest);
    }
    said.push_str(rest);
    said.replace('\u{1}', "{").replace('\u{2}', "}")
}

#[test]
fn every_sentence_in_the_sources_is_known_in_every_language() {
    let mut paths = Vec::new();
    FOLDERS.iter().for_each(|folder| files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut paths));
    paths.extend(FILES.map(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join(file)));
    let mut sentences: BTreeSet<String> = BTreeSet::new();
    for path in &paths {
        sentences.extend(literals(&std::fs::read_to_string(path).unwrap()).into_iter().filter(|text| is_sentence(text)));
    }
    assert!(sentences.len() > 700, "so few sentences: {}", sentences.len());
    for composed in COMPOSED {
        assert!(sentences.iter().any(|sentence| sentence.starts_with(composed)), "nobody says {composed:?} any more");
    }
    sentences.retain(|sentence| !COMPOSED.iter().any(|composed| sentence.starts_with(composed)));
    for language in [Language::Russian, Language::Kazakh] {
        let is_unknown = |sentence: &&String| {
            let said = filled(sentence);
            Words { language }.finding(&said) == said
        };
        let unknown: Vec<&String> = sentences.iter().filter(is_unknown).collect();
        assert!(unknown.is_empty(), "not said in {}: {unknown:#?}", language.code());
    }
}

#[test]
fn sentences_are_read_out_of_sources() {
    let source = r#"fn f() { let c = '"'; say("One {a} of '{b}'."); // "Not this."
        say("Two lines \
             of {{it}}?"); }"#;
    let read: Vec<String> = literals(source).iter().filter(|text| is_sentence(text)).map(|text| filled(text)).collect();
    assert_eq!(read, ["One x of 'x'.", "Two lines of {it}?"]);
}
