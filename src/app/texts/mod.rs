//! The window's words in English, Russian and Kazakh, switched while it runs.
//!
//! The words stand in `assets/texts/LANGUAGE/*.ftl`; a test holds all languages to the same ids and arguments, and every id
//! that the sources name to exist. [`wording`] writes numbers with their units the way each language does.

pub mod findings;
pub mod wording;

#[cfg(test)]
mod sources;
#[cfg(test)]
mod tests;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};
use std::borrow::Cow;
use std::collections::HashMap;

fluent_templates::static_loader! {
    static WORDS = {
        locales: "./assets/texts",
        fallback_language: "en",
        // Isolation marks are drawn as boxes, and none of the languages runs from right to left.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language of the window.
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

    fn id(self) -> LanguageIdentifier {
        match self {
            Language::English => langid!("en"),
            Language::Russian => langid!("ru"),
            Language::Kazakh => langid!("kk"),
        }
    }
}

/// Says things in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub language: Language,
}

impl Words {
    /// Returns a text by its id. A missing one shows its id, which a test rules out.
    pub fn get(self, id: &str) -> String {
        WORDS.lookup(&self.language.id(), id)
    }

    /// Returns a text by its id with its arguments filled in.
    pub fn with<'a>(self, id: &str, arguments: &[(&'static str, FluentValue<'a>)]) -> String {
        let map: HashMap<Cow<'static, str>, FluentValue<'a>> =
            arguments.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
        WORDS.lookup_with_args(&self.language.id(), id, &map)
    }

    /// Returns a text of `experiment` or `model` that has a translation by a name made at run time, or else its own English.
    pub fn or(self, id: &str, english: &str) -> String {
        match self.language {
            Language::English => english.to_owned(),
            other => WORDS.lookup_no_default_fallback::<String>(&other.id(), id, None).unwrap_or_else(|| english.to_owned()),
        }
    }
}
