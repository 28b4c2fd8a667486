//! Sentences of the layers below in the language of who reads them.
//!
//! The checks of `model`, the readers and writers of `formats`, `fit` and the list of figures say what they found in English sentences,
//! which command line, reports and tests share. `assets/texts/en/said*.ftl` holds these sentences as patterns: what stands in a
//! pattern's places is put into the sentence of the same id in another language. A sentence that is not known stays English.

use super::{FluentValue, Language, Words};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// The English sentences. What is more special comes first, and kinds of things last.
const ENGLISH: [&str; 10] = [
    include_str!("../../assets/texts/en/said.ftl"),
    include_str!("../../assets/texts/en/said-edit.ftl"),
    include_str!("../../assets/texts/en/said-file.ftl"),
    include_str!("../../assets/texts/en/said-when.ftl"),
    include_str!("../../assets/texts/en/said-drawing.ftl"),
    include_str!("../../assets/texts/en/said-log.ftl"),
    include_str!("../../assets/texts/en/said-check.ftl"),
    include_str!("../../assets/texts/en/said-params.ftl"),
    include_str!("../../assets/texts/en/said-figures.ftl"),
    include_str!("../../assets/texts/en/said-words.ftl"),
];

/// Places of a pattern in which other patterns may stand.
const NESTED: [&str; 13] =
    ["circle", "found", "law", "list", "next", "other", "rest", "text", "times", "what", "who", "whose", "word"];
/// Places of a pattern in which numbers with their units stand.
const MEASURED: [&str; 8] = ["high", "length", "likely", "low", "mean", "sd", "share", "value"];
/// How deep patterns stand in each other at most.
const DEEPEST: u32 = 6;
/// So many sentences are remembered with their translations; the list of figures asks for hundreds in every frame.
const REMEMBERED: usize = 4096;

/// A sentence with places, in the order of reading.
struct Pattern {
    id: &'static str,
    /// What stands before the first place.
    start: &'static str,
    /// The places, each with what follows it.
    places: Vec<(&'static str, &'static str)>,
}

static PATTERNS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| ENGLISH.iter().flat_map(|file| file.lines()).filter_map(pattern).collect());
static SAID: LazyLock<Mutex<HashMap<(&'static str, String), String>>> = LazyLock::new(Mutex::default);

/// Reads a line of an English file.
fn pattern(line: &'static str) -> Option<Pattern> {
    let (id, text) = line.split_once(" = ").filter(|(id, _)| id.starts_with("said-"))?;
    let mut parts = text.split("{ $");
    let start = parts.next()?;
    Some(Pattern { id, start, places: parts.filter_map(|part| part.split_once(" }")).collect() })
}

impl Words {
    /// Says a sentence of the layers below in this language, or leaves it as it is where its translation is not known.
    pub fn finding(self, sentence: &str) -> String {
        if self.language == Language::English || sentence.is_empty() {
            return sentence.to_owned();
        }
        let key = (self.language.code(), sentence.to_owned());
        let Ok(mut known) = SAID.lock() else { return sentence.to_owned() };
        if let Some(said) = known.get(&key) {
            return said.clone();
        }
        let said = self.said(sentence, DEEPEST).or_else(|| self.one_by_one(sentence)).unwrap_or_else(|| sentence.to_owned());
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key, said.clone());
        said
    }

    /// Says a remark that a reader of drawings has written; what people have noted stays as they wrote it.
    pub fn note(self, note: &str) -> String {
        let is_ours = |pattern: &&Pattern| pattern.id.starts_with("said-drawing-note") && places(pattern, note).is_some();
        if PATTERNS.iter().any(|pattern| is_ours(&pattern)) { self.finding(note) } else { note.to_owned() }
    }

    /// Says sentences that follow each other, as a fault and its hint do.
    fn one_by_one(self, sentences: &str) -> Option<String> {
        let (at, first) =
            sentences.match_indices(". ").find_map(|(at, _)| self.said(&sentences[..=at], DEEPEST).map(|said| (at + 2, said)))?;
        let rest = &sentences[at..];
        let rest = self.said(rest, DEEPEST).or_else(|| self.one_by_one(rest)).unwrap_or_else(|| rest.to_owned());
        Some(format!("{first} {rest}"))
    }

    /// Says the value of a figure, with its exceptions by segment: `15 min (rural: 30 min)`.
    pub fn figure_value(self, value: &str) -> String {
        self.figure_value_with(value, str::to_owned)
    }

    /// Says the value of a figure as [`Self::figure_value`] does, its segments and facets by what `name` calls them.
    pub fn figure_value_with(self, value: &str, name: impl Fn(&str) -> String) -> String {
        let Some((usual, exceptions)) = value.strip_suffix(')').and_then(|value| value.split_once(" (")) else {
            return self.measured(value);
        };
        let mut said: Vec<String> = Vec::new();
        for piece in exceptions.split(", ") {
            match (piece.split_once(": "), said.last_mut()) {
                (Some((key, value)), _) => said.push(format!("{key}: {value}")),
                // A comma within a distribution, not between two exceptions.
                (None, Some(last)) => *last = format!("{last}, {piece}"),
                (None, None) => return self.measured(value),
            }
        }
        let one = |text: &String| match text.split_once(": ") {
            Some((key, value)) => format!("{}: {}", name(key), self.measured(value)),
            None => text.clone(),
        };
        format!("{} ({})", self.measured(usual), said.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    /// Says a distribution, or a number with its unit.
    fn measured(self, value: &str) -> String {
        let said = self.finding(value);
        if said == value { self.local(value) } else { said }
    }

    fn said(self, sentence: &str, deep: u32) -> Option<String> {
        let deeper = deep.checked_sub(1)?;
        let begins_large = sentence.starts_with(|c: char| c.is_uppercase());
        let (small, large) = (uncapital(sentence), capital(sentence));
        let (pattern, places) = PATTERNS.iter().find_map(|pattern| {
            let found = places(pattern, sentence).or_else(|| places(pattern, &small)).or_else(|| places(pattern, &large))?;
            Some((pattern, found))
        })?;
        let arguments: Vec<(&'static str, FluentValue<'_>)> = places
            .into_iter()
            .map(|(name, value)| {
                let said = match name {
                    _ if NESTED.contains(&name) => self.said(&value, deeper).unwrap_or_else(|| named(value)),
                    _ if MEASURED.contains(&name) => self.local(&value),
                    _ => value,
                };
                (name, FluentValue::from(said))
            })
            .collect();
        let text = self.look_up(pattern.id, &arguments)?;
        let is_capital_pattern = pattern.start.starts_with(|c: char| c.is_uppercase());
        Some(match (begins_large, is_capital_pattern) {
            (true, _) => capital(&text),
            (false, true) => uncapital(&text),
            (false, false) => text,
        })
    }
}

/// Returns what stands in the places of a pattern, or nothing where a sentence does not follow it.
fn places(pattern: &Pattern, sentence: &str) -> Option<Vec<(&'static str, String)>> {
    let mut rest = sentence.strip_prefix(pattern.start)?;
    let Some((last, others)) = pattern.places.split_last() else {
        return rest.is_empty().then(Vec::new);
    };
    // A piece of a sentence does not swallow the end of a whole one, unless sentences may stand in it.
    if sentence.ends_with('.') && !last.1.ends_with('.') && last.0 != "rest" {
        return None;
    }
    let mut found = Vec::with_capacity(pattern.places.len());
    for (name, after) in others {
        let end = rest.find(after)?;
        found.push((*name, rest[..end].to_owned()));
        rest = &rest[end + after.len()..];
    }
    found.push((last.0, rest.strip_suffix(last.1)?.to_owned()));
    // A change may have no name yet; every other place holds something.
    let is_whole = found.iter().all(|(name, value)| !value.is_empty() || *name == "change");
    (is_whole && quoted_names_are_single(pattern, &found)).then_some(found)
}

/// Tells whether no place in quotation marks has taken in the end of its quotation and the beginning of the next:
/// `portal' in the service 'benefit` is no name.
fn quoted_names_are_single(pattern: &Pattern, found: &[(&str, String)]) -> bool {
    let before = std::iter::once(pattern.start).chain(pattern.places.iter().map(|(_, after)| *after));
    let around = before.zip(pattern.places.iter().map(|(_, after)| *after));
    around.zip(found).all(|((before, after), (_, value))| {
        let is_quoted = before.ends_with('\'') && after.starts_with('\'');
        !(is_quoted && value.find("' ").is_some_and(|end| value[end..].contains(" '")))
    })
}

/// Puts a single name into the marks of quotation that the other languages have.
fn named(text: String) -> String {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).filter(|inner| !inner.contains('\''));
    inner.map(|inner| format!("«{inner}»")).unwrap_or(text)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn uncapital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_russian(sentence: &str) -> String {
        Words { language: Language::Russian }.finding(sentence)
    }

    #[test]
    fn every_pattern_has_a_sentence_in_the_other_languages() {
        for language in [Language::Russian, Language::Kazakh] {
            for pattern in PATTERNS.iter() {
                let mut sentence = pattern.start.to_owned();
                for (name, after) in &pattern.places {
                    sentence += name;
                    sentence += after;
                }
                let said = Words { language }.finding(&sentence);
                assert_ne!(said, sentence, "{} in {}", pattern.id, language.code());
                for (name, _) in pattern.places.iter().filter(|(name, _)| !NESTED.contains(name)) {
                    assert!(
                        said.to_lowercase().contains(name),
                        "{} in {} leaves {name} out: {said}",
                        pattern.id,
                        language.code()
                    );
                }
            }
        }
    }

    #[test]
    fn a_name_ends_with_its_quotation() {
        let said = in_russian("Share of the channel 'portal' in the service 'benefit'");
        assert_eq!(said, "Доля: канал «portal», услуга «benefit»");
    }

    #[test]
    fn sentences_stand_in_each_other() {
        let said = in_russian("In the variant 'to-be': Nobody can reach the step 'ask' in the service 'benefit'.");
        assert_eq!(said, "В варианте «to-be»: До шага «ask» нельзя дойти: услуга «benefit».");
        let said = in_russian("These calendars are used by nothing that runs: 'sms', 'post' and 3 more.");
        assert_eq!(said, "Ни для чего, что рассчитывается, не нужны (графики): 'sms', 'post' и ещё 3.");
        assert_eq!(in_russian("Something new."), "Something new.");
    }
}
