//! What the program says to people, in English, Russian and Kazakh: the words of the window and of reports.
//!
//! The words stand in `assets/texts/LANGUAGE/*.ftl`; a test holds all languages to the same ids and arguments, and every id
//! that the sources name to exist. [`findings`] says the English sentences of the layers below, [`units`] writes numbers with their
//! units the way each language does. Knows nothing of what is said: who speaks brings an id and what stands in its places.

mod files;
pub mod findings;
pub mod units;

pub use fluent_bundle::FluentValue;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

/// A language of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Russian.
    Russian,
    /// Kazakh.
    Kazakh,
}

impl Language {
    /// All languages, in the order of the menu.
    pub const ALL: [Language; 3] = [Language::English, Language::Russian, Language::Kazakh];

    /// Returns the language's code.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Russian => "ru",
            Language::Kazakh => "kk",
        }
    }

    /// Returns the language's name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Russian => "Русский",
            Language::Kazakh => "Қазақша",
        }
    }

    /// Returns the language with a code such as `ru`, `ru_RU.UTF-8` or `kk-KZ`.
    pub fn of_code(code: &str) -> Option<Language> {
        Language::ALL.into_iter().find(|language| code.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(language.code())))
    }
}

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English, &files::ENGLISH));
static RUSSIAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Russian, &files::RUSSIAN));
static KAZAKH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Kazakh, &files::KAZAKH));

/// Reads the texts of a language. A file with a fault gives what can be read of it, and a test rules faults out.
fn bundle(language: Language, files: &[&str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(language.code().parse().into_iter().collect());
    // Isolation marks are drawn as boxes, and none of the languages runs from right to left.
    bundle.set_use_isolating(false);
    for file in files {
        let read = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(read, _)| read);
        bundle.add_resource_overriding(read);
    }
    bundle
}

/// Says things in one language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub language: Language,
}

impl Words {
    /// The words that are English.
    pub const ENGLISH: Words = Words { language: Language::English };

    /// Returns a text by its id. A missing one shows its id, which a test rules out.
    pub fn get(self, id: &str) -> String {
        self.with(id, &[])
    }

    /// Returns a text by its id with its arguments filled in.
    pub fn with<'a>(self, id: &str, arguments: &[(&'static str, FluentValue<'a>)]) -> String {
        let found = self.look_up(id, arguments).or_else(|| Words::ENGLISH.look_up(id, arguments));
        found.unwrap_or_else(|| id.to_owned())
    }

    /// Returns a text of `experiment` or `model` that has a translation by a name made at run time, or else its own English.
    pub fn or(self, id: &str, english: &str) -> String {
        match self.language {
            Language::English => english.to_owned(),
            _ => self.look_up(id, &[]).unwrap_or_else(|| english.to_owned()),
        }
    }

    /// Tells whether the language is English, in which the layers below speak by themselves.
    pub fn is_english(self) -> bool {
        self.language == Language::English
    }

    /// Returns a text of this very language by its id, or by that of an attribute as `id.attribute`.
    fn look_up(self, id: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
        let bundle: &Bundle = match self.language {
            Language::English => &ENGLISH,
            Language::Russian => &RUSSIAN,
            Language::Kazakh => &KAZAKH,
        };
        let (id, attribute) = id.split_once('.').map_or((id, None), |(id, attribute)| (id, Some(attribute)));
        let message = bundle.get_message(id)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute)?.value(),
            None => message.value()?,
        };
        let arguments: FluentArgs<'_> = arguments.iter().map(|(name, value)| (*name, value.clone())).collect();
        // What is wrong with a text shows in it, and tests of all texts rule that out.
        Some(bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_texts_is_whole_and_listed() {
        for (language, files) in Language::ALL.into_iter().zip([&files::ENGLISH[..], &files::RUSSIAN, &files::KAZAKH]) {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/texts").join(language.code());
            let mut texts: Vec<String> =
                std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
            let mut listed: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            texts.sort();
            listed.sort();
            assert!(texts == listed, "a file of {} is not listed", language.code());
            for text in texts {
                let read = FluentResource::try_new(text);
                assert!(read.is_ok(), "{}: {:?}", language.code(), read.err().map(|(_, faults)| faults));
            }
        }
    }

    #[test]
    fn texts_take_their_arguments_without_marks_around_them() {
        let words = Words { language: Language::Kazakh };
        assert_eq!(words.with("file-saved", &[("file", "a.ron".into())]), "Сақталды: a.ron");
    }

    #[test]
    fn what_is_missing_shows_its_id_or_its_own_english() {
        let words = Words { language: Language::Russian };
        assert_eq!((words.get("no-such-text"), words.or("no-such-text", "a text")), ("no-such-text".into(), "a text".into()));
    }
}
