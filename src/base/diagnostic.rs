//! How faulty input is said: every fault at once, each with its place and a hint.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Runs, and is worth knowing: a figure with no source, a default that was taken.
    Note,
    /// Runs, but smells: a pool loaded above 1, a step nobody can reach.
    Warning,
    /// Does not run.
    Error,
}

/// One leg of the way from a document's root to a value inside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Leg {
    /// A named field of a record: `.duration`.
    Field(&'static str),
    /// An entry of a list: `[3]`.
    Item(usize),
    /// An entry of a map, by its key: `["rural"]`.
    Key(String),
}

/// The way from a document's root to the value that a finding is about: `services[2].elements[4].duration`.
///
/// The model's checks know no file; a reader that keeps positions turns the path into a [`Place`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<Leg>);

impl Path {
    /// Returns this path with one more field.
    pub fn field(&self, name: &'static str) -> Path {
        self.with(Leg::Field(name))
    }

    /// Returns this path with one more list position.
    pub fn item(&self, position: usize) -> Path {
        self.with(Leg::Item(position))
    }

    /// Returns this path with one more map key.
    pub fn key(&self, key: &str) -> Path {
        self.with(Leg::Key(key.to_owned()))
    }

    fn with(&self, leg: Leg) -> Path {
        let mut legs = self.0.clone();
        legs.push(leg);
        Path(legs)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, leg) in self.0.iter().enumerate() {
            match leg {
                Leg::Field(name) if i == 0 => write!(f, "{name}")?,
                Leg::Field(name) => write!(f, ".{name}")?,
                Leg::Item(position) => write!(f, "[{position}]")?,
                Leg::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

/// A place in a text file. Lines and columns count from 1; columns count characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Byte offset of the first character concerned.
    pub offset: usize,
    /// Length in bytes of what is concerned; 0 where only a point is known.
    pub length: usize,
}

/// One finding about some input.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable short name, as `unknown-step`, for filters and tests.
    pub code: &'static str,
    /// What was found, in a full sentence that a non-programmer understands.
    pub message: String,
    /// What is allowed or what to do, in a full sentence; empty where there is nothing to add.
    pub hint: String,
    /// Where it stands in the model.
    pub path: Path,
    /// Where it stands in a file, once a reader has resolved the path.
    pub place: Option<Place>,
}

impl Diagnostic {
    /// Makes an error at `path`.
    pub fn error(code: &'static str, path: Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, path, message)
    }

    /// Makes a warning at `path`.
    pub fn warning(code: &'static str, path: Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, path, message)
    }

    /// Makes a note at `path`.
    pub fn note(code: &'static str, path: Path, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, path, message)
    }

    /// Returns the diagnostic with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    fn new(severity: Severity, code: &'static str, path: Path, message: impl Into<String>) -> Self {
        Diagnostic { severity, code, message: message.into(), hint: String::new(), path, place: None }
    }
}

/// A value together with what was found wrong or odd on the way to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Warned<T> {
    /// The value; absent where errors leave nothing that could be used.
    pub value: Option<T>,
    /// All findings, in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Warned<T> {
    /// Tells whether a finding is an error.
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }
}

/// Tells whether one of the findings is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// Returns the allowed name nearest to `found`, if one is near enough to be what was meant.
///
/// Near enough: a Damerau-Levenshtein distance of at most a third of the longer name's length, and at most 3;
/// or equal but for case, spaces, `-` and `_`.
pub fn nearest_name<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    KnownNames::new(allowed).nearest(found)
}

/// Names among which others are looked for, as [`nearest_name`] does, many times over.
#[derive(Clone, Debug)]
pub struct KnownNames<'a> {
    /// As they are compared, their lengths, and as they are.
    names: Vec<(String, usize, &'a str)>,
}

impl<'a> KnownNames<'a> {
    /// Takes names.
    pub fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names = names.into_iter().map(|name| {
            let plain = plain(name);
            let length = plain.chars().count();
            (plain, length, name)
        });
        KnownNames { names: names.collect() }
    }

    /// Returns how many they are.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// Returns the name that is nearest to one that is not among them, if one is near enough to have been meant.
    pub fn nearest(&self, found: &str) -> Option<&'a str> {
        let found = plain(found);
        let length = found.chars().count();
        let near = self.names.iter().filter_map(|(name, own, as_is)| {
            let longest = length.max(*own);
            let most = (longest / 3).clamp(1, 3);
            if *name == found {
                return Some((0, *as_is));
            }
            // Each letter more is at least one change.
            if longest - length.min(*own) > most || longest <= 1 {
                return None;
            }
            let distance = strsim::damerau_levenshtein(name, &found);
            (distance <= most).then_some((distance, *as_is))
        });
        near.min_by_key(|&(distance, name)| (distance, name)).map(|(_, name)| name)
    }
}

/// Returns a name without what is easily written in different ways.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name_forgives_typing_slips_only() {
        let names = ["register", "residence", "kindergarten"];
        assert_eq!(nearest_name("registre", names), Some("register"));
        assert_eq!(nearest_name("Kinder_garten", names), Some("kindergarten"));
        assert_eq!(nearest_name("pension", names), None);
    }

    #[test]
    fn path_reads_like_code() {
        let path = Path::default().field("services").item(2).field("elements").item(4).key("rural");
        assert_eq!(path.to_string(), "services[2].elements[4][\"rural\"]");
    }
}
