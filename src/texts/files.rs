//! The files of texts by language, carried in the program.

/// Names the files of a language, which holds all of them beside its own.
macro_rules! texts {
    ($language:literal, $($name:literal),+) => {
        [$(include_str!(concat!("../../assets/texts/", $language, "/", $name, ".ftl"))),+]
    };
}

/// English; the measures have theirs in `experiment`.
pub(super) const ENGLISH: [&str; 22] = texts!(
    "en",
    "cases",
    "compare",
    "demand",
    "edit",
    "fit",
    "inspect",
    "map",
    "report",
    "report-book",
    "results",
    "said",
    "said-check",
    "said-drawing",
    "said-edit",
    "said-figures",
    "said-file",
    "said-log",
    "said-params",
    "said-when",
    "said-words",
    "shell",
    "window"
);
/// Russian.
pub(super) const RUSSIAN: [&str; 23] = texts!(
    "ru",
    "cases",
    "compare",
    "demand",
    "edit",
    "fit",
    "inspect",
    "map",
    "measures",
    "report",
    "report-book",
    "results",
    "said",
    "said-check",
    "said-drawing",
    "said-edit",
    "said-figures",
    "said-file",
    "said-log",
    "said-params",
    "said-when",
    "said-words",
    "shell",
    "window"
);
/// Kazakh.
pub(super) const KAZAKH: [&str; 23] = texts!(
    "kk",
    "cases",
    "compare",
    "demand",
    "edit",
    "fit",
    "inspect",
    "map",
    "measures",
    "report",
    "report-book",
    "results",
    "said",
    "said-check",
    "said-drawing",
    "said-edit",
    "said-figures",
    "said-file",
    "said-log",
    "said-params",
    "said-when",
    "said-words",
    "shell",
    "window"
);
