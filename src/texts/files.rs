//! The files of texts by language, carried in the program.

/// The text of a file of a language.
macro_rules! file {
    ($language:literal, $name:literal) => {
        include_str!(concat!("../../assets/texts/", $language, "/", $name, ".ftl"))
    };
}

/// The files of a language: those that all languages have, and more of its own.
macro_rules! texts {
    ($language:literal $(, $more:literal)*) => {
        [
            file!($language, "cases"),
            file!($language, "compare"),
            file!($language, "demand"),
            file!($language, "edit"),
            file!($language, "fit"),
            file!($language, "inspect"),
            file!($language, "map"),
            file!($language, "report"),
            file!($language, "report-book"),
            file!($language, "results"),
            file!($language, "said"),
            file!($language, "said-check"),
            file!($language, "said-drawing"),
            file!($language, "said-edit"),
            file!($language, "said-figures"),
            file!($language, "said-file"),
            file!($language, "said-log"),
            file!($language, "said-params"),
            file!($language, "said-when"),
            file!($language, "said-words"),
            file!($language, "shell"),
            file!($language, "window"),
            $(file!($language, $more)),*
        ]
    };
}

/// English; the measures have theirs in `experiment`.
pub(super) const ENGLISH: [&str; 22] = texts!("en");
/// Russian.
pub(super) const RUSSIAN: [&str; 23] = texts!("ru", "measures");
/// Kazakh.
pub(super) const KAZAKH: [&str; 23] = texts!("kk", "measures");
