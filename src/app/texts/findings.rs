//! Findings in the language of the window.
//!
//! The checks of `model` and `formats` say what they found in English sentences, which command line, reports and tests share. Here the
//! sentences that occur most are known by their pattern; what stands in the pattern's places is put into the sentence of another
//! language (`said-*` in `assets/texts`). A sentence that is not known stays English.

use super::{Language, WORDS, Words};
use fluent_templates::fluent_bundle::FluentValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// Sentences and phrases with the ids of their translations; what is in braces may be anything. What is more special comes first.
const PATTERNS: &[(&str, &str)] = &[
    ("said-in-variant", "In the variant '{variant}': {rest}"),
    ("said-and-more", "{list} and {n} more"),
    // Who it is about.
    ("said-who-step", "the step '{step}' in '{service}'"),
    ("said-who-step-of", "the step '{step}' in {who}"),
    ("said-who-sub-process", "the sub-process '{step}' in '{service}'"),
    ("said-who-service", "the service '{name}'"),
    ("said-who-term", "the term of {who}"),
    ("said-who-pool", "the staff pool '{name}'"),
    ("said-who-document", "the document '{name}'"),
    ("said-who-registry", "the registry '{name}'"),
    ("said-who-calendar", "the calendar '{name}'"),
    ("said-who-holidays", "the list of holidays '{name}'"),
    ("said-who-demand", "the demand '{name}'"),
    ("said-who-life-event", "the life event '{name}'"),
    ("said-who-channel", "the channel '{name}'"),
    ("said-who-channel-shares", "the channel shares of {who}"),
    ("said-who-segment-shares", "the shares of the segments"),
    ("said-who-attribute-shares", "the shares of the attribute '{name}'"),
    ("said-who-ways", "the shares at {who}"),
    // What is found.
    ("said-assumptions", "{assumed} of {figures} figures are assumptions, as they name no source."),
    ("said-unused", "These {word} are used by nothing that runs: {list}."),
    ("said-unused-sources", "These sources are quoted by no figure: {list}."),
    (
        "said-avoidable",
        "The document '{document}' is asked from citizens (in {list}) although the registry '{registry}' has it for {share} of them.",
    ),
    ("said-asked-again", "The life event '{event}' asks citizens for the document '{document}' at {n} steps."),
    ("said-no-demand", "The life event '{event}' never happens, as there is no demand for it."),
    (
        "said-deadline-without-term",
        "The staff pool '{pool}' serves by the end of the term, but no service that it works for has a term.",
    ),
    ("said-pool-without-people", "The staff pool '{pool}' is asked for {hours} hours of work a week, but nobody is there."),
    (
        "said-overloaded",
        "The staff pool '{pool}' is asked for {ratio} times what it can give: {hours} hours of work a week for {there} hours of \
         staff. Its backlog grows without end.",
    ),
    (
        "said-busy",
        "The staff pool '{pool}' is busy {share} of its time: {hours} hours of work a week for {there} hours of staff. Waiting grows \
         steeply there.",
    ),
    ("said-empty-pool", "Nobody works in {who}: work that is sent there never ends."),
    ("said-unreachable", "Nobody can reach the step '{step}' in {who}."),
    ("said-no-start", "{who} has no start."),
    ("said-nothing-follows", "Nothing follows {who}."),
    ("said-way-nowhere", "A way out of {who} leads nowhere."),
    ("said-leads-to-start", "{who} leads to '{target}', where the process begins."),
    ("said-no-end", "From {list} in {who} no end can be reached: a case would go round for ever."),
    ("said-endless", "The steps {list} follow each other in a circle that takes no time and is never left."),
    ("said-zero-time", "The steps {list} follow each other in a circle in which nothing takes time."),
    ("said-scaled-for", "{who} for '{key}' add up to {sum} ({percent}): they are scaled so that they make 1."),
    ("said-scaled", "{who} add up to {sum} ({percent}): they are scaled so that they make 1."),
    ("said-not-whole-for", "{who} for '{key}' add up to {sum} ({percent}) instead of 1."),
    ("said-not-whole", "{who} add up to {sum} ({percent}) instead of 1."),
    ("said-term-without-calendar", "{who} counts working days, but no calendar says which days are worked."),
    ("said-empty-term", "{who} is 0 working days long."),
    ("said-refers", "{who} refers to the {word} '{name}', which does not exist."),
    ("said-needs", "{who} needs a {word}, but none is named."),
    ("said-needs", "{who} needs an {word}, but none is named."),
    ("said-no-otherwise", "At {who} a case to which no condition applies cannot go on."),
    ("said-no-people", "{who} asks for 0 people of '{pool}'."),
    ("said-no-arrivals", "{who} lists no arrivals."),
    ("said-assumed-duration", "The duration of '{name}' is assumed."),
    ("said-assumed-wait", "'{name}' waits for something from outside: how long is assumed."),
    ("said-assumed-shares", "The shares of the ways out of '{name}' are assumed: all alike."),
    ("said-assumed-halves", "The shares of the ways out of '{name}' are assumed: each taken in half of the cases."),
    ("said-assumed-repetition", "How often '{name}' is done is assumed."),
    ("said-several-starts", "The process begins at {n} places at once."),
    ("said-unconnected", "Nothing leads to '{name}': it begins whenever the process does."),
    ("said-implicit-start", "No start event is drawn: cases begin where nothing leads to."),
    ("said-implicit-split", "Several arrows leave this element: all of them are taken at once."),
    ("said-replications", "{n} replications are asked for."),
    // What to do.
    ("said-do-sources", "List them with 'kezek sources', and give each a source or somebody who answers for it."),
    ("said-do-nothing", "Nothing to do if they are kept for later."),
    ("said-do-fetch", "A change can fetch it from the registry instead."),
    ("said-do-ask-once", "Ask once: a change with OnceOnly(true), or fetch it from a registry."),
    ("said-do-demand", "Add demand for it, or take it out."),
    ("said-do-terms", "Give the services terms, or serve first come, first served."),
    ("said-do-people", "Add people, or move the work."),
    ("said-do-overload", "Add people, shorten the work, or expect the run to report the overload."),
    ("said-do-add-people", "Add people, as staff: [(count: 2, calendar: \"office\")]."),
    ("said-do-queue", "Look at its queue in the results."),
    ("said-do-lead", "Let another step lead to it, or remove it."),
    ("said-do-follow", "Name the step that follows."),
    ("said-do-follow", "Name the step that follows with 'next', or lead to an end."),
    ("said-do-lead-to-end", "Let one of these steps lead to an end."),
    ("said-do-way-out", "Give one of them a duration, and the circle a way out."),
    ("said-do-mend-shares", "Mend them if this is not meant."),
    ("said-do-whole", "Shares of a whole must make 1."),
    ("said-do-arrow", "Draw an arrow to it, or take it out."),
    ("said-do-own-part", "Kezek reads it back exactly from its own part of the file."),
    // Kinds of things.
    ("said-word-holidays", "lists of holidays"),
    ("said-word-calendars", "calendars"),
    ("said-word-places", "places"),
    ("said-word-registries", "registries"),
    ("said-word-documents", "documents"),
    ("said-word-services", "services"),
    ("said-word-agencies", "agencies"),
    ("said-word-calendar", "calendar"),
    ("said-word-place", "place"),
    ("said-word-registry", "registry"),
    ("said-word-document", "document"),
    ("said-word-service", "service"),
    ("said-word-pool", "staff pool"),
    ("said-word-channel", "channel"),
];

/// Places of a pattern in which other patterns may stand.
const NESTED: [&str; 4] = ["rest", "who", "word", "list"];
/// How deep patterns stand in each other at most.
const DEEPEST: u32 = 5;

impl Words {
    /// Says a finding's sentence in this language, or leaves it as it is where its translation is not known.
    pub fn finding(self, sentence: &str) -> String {
        if self.language == Language::English || sentence.is_empty() {
            return sentence.to_owned();
        }
        self.said(sentence, DEEPEST).unwrap_or_else(|| sentence.to_owned())
    }

    fn said(self, sentence: &str, deep: u32) -> Option<String> {
        let deeper = deep.checked_sub(1)?;
        let begins_large = sentence.starts_with(|c: char| c.is_uppercase());
        let small = uncapital(sentence);
        let (id, places) = PATTERNS.iter().find_map(|(id, pattern)| {
            let found = places(pattern, sentence).or_else(|| places(pattern, &small))?;
            Some((*id, found))
        })?;
        let arguments: HashMap<Cow<'static, str>, FluentValue<'static>> = places
            .into_iter()
            .map(|(name, value)| {
                let nested = NESTED.contains(&name).then(|| self.said(&value, deeper)).flatten();
                (Cow::Borrowed(name), FluentValue::from(nested.unwrap_or(value)))
            })
            .collect();
        let text = WORDS.lookup_no_default_fallback(&self.language.id(), id, Some(&arguments))?;
        Some(if begins_large { capital(&text) } else { text })
    }
}

/// Returns what stands in the places of a pattern, or nothing where a sentence does not follow it.
fn places(pattern: &'static str, sentence: &str) -> Option<Vec<(&'static str, String)>> {
    let mut parts = pattern.split('{');
    let mut rest = sentence.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, after) = part.split_once('}')?;
        // The last piece ends the sentence; the others end the place at their first occurrence.
        let end = if parts.peek().is_none() { rest.strip_suffix(after)?.len() } else { rest.find(after)? };
        found.push((name, rest[..end].to_owned()));
        rest = &rest[end + after.len()..];
    }
    let is_whole = rest.is_empty() && found.iter().all(|(_, value)| !value.is_empty());
    is_whole.then_some(found)
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
            for (id, pattern) in PATTERNS {
                let sentence: String = pattern.replace(['{', '}'], "");
                let said = Words { language }.finding(&sentence);
                assert_ne!(said, sentence, "{id} in {}", language.code());
                let names = pattern.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
                for name in names.filter(|name| !NESTED.contains(name)) {
                    assert!(said.contains(name), "{id} in {} leaves {name} out: {said}", language.code());
                }
            }
        }
    }

    #[test]
    fn sentences_stand_in_each_other() {
        let said = in_russian("In the variant 'to-be': Nobody can reach the step 'ask' in the service 'benefit'.");
        assert_eq!(said, "В варианте «to-be»: До шага «ask» нельзя дойти: услуга «benefit».");
        let said = in_russian("These calendars are used by nothing that runs: 'sms', 'post' and 3 more.");
        assert_eq!(said, "Ни для чего, что рассчитывается, не нужны (графики): 'sms', 'post' и ещё 3.");
        assert_eq!(in_russian("Something new."), "Something new.");
    }

    #[test]
    fn what_the_checks_say_of_the_carried_studies_is_known_in_every_language() {
        let names: Vec<&str> = crate::formats::carried::names().collect();
        assert!(!names.is_empty());
        for name in names {
            let Some(study) = crate::app::files::carried_study(name) else { continue };
            for finding in crate::model::validate::validate(&study) {
                for sentence in [&finding.message, &finding.hint] {
                    for language in [Language::Russian, Language::Kazakh] {
                        let said = Words { language }.finding(sentence);
                        assert!(sentence.is_empty() || said != *sentence, "{name}: {} in {}", finding.code, language.code());
                    }
                }
            }
        }
    }
}
