//! Loads imported files and puts their entries before the study's own.
//!
//! Everything happens on trees, before anything is read as a model type, so that each entry keeps its place in its own file.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::{Findings, SourceFile};
use super::study::{LISTS, VERSION, key_of};
use super::syntax;
use super::tree::{Field, Kind, Node, Span};
use crate::base::diagnostic::{Diagnostic, Path, nearest_name};
use crate::formats::text::quoted;

/// More files than this are not imported into one study.
const MOST_FILES: usize = 256;

/// Loads the text of a file, given its path; an error says why it cannot.
pub type LoadImport<'l> = &'l mut dyn FnMut(&str) -> Result<String, String>;

/// Entries of one list, told apart by their keys.
#[derive(Default)]
struct Merged {
    entries: Vec<Node>,
    by_key: BTreeMap<String, usize>,
}

/// What imported files hold, and the files themselves.
pub struct Imports<'l> {
    /// All files, the study's own first.
    pub files: Vec<SourceFile>,
    load: LoadImport<'l>,
    /// The files that are being read, outermost first.
    reading: Vec<String>,
    done: BTreeSet<String>,
    lists: BTreeMap<&'static str, Merged>,
}

impl<'l> Imports<'l> {
    /// Begins with the study's own file.
    pub fn new(file_name: &str, text: &str, load: LoadImport<'l>) -> Imports<'l> {
        Imports {
            files: vec![SourceFile::new(file_name.to_owned(), text.to_owned())],
            load,
            reading: vec![resolve("", file_name)],
            done: BTreeSet::new(),
            lists: BTreeMap::new(),
        }
    }

    /// Loads all that a file's root record imports, and what that imports. `at` is the study's own import that led there.
    pub fn follow(&mut self, root: &Node, at: Option<&Path>, findings: &mut Findings) {
        let Some(Node { kind: Kind::List(entries), .. }) = root.field("imports") else { return };
        let importing = self.reading.last().cloned().unwrap_or_default();
        for (i, entry) in entries.iter().enumerate() {
            let path = at.cloned().unwrap_or_else(|| Path::default().field("imports").item(i));
            let Kind::Text(wanted) = &entry.kind else {
                if at.is_some() {
                    let error = Diagnostic::error("wrong-type", path, "An import is not a text in quotes.");
                    findings.push(Some(entry.head()), error.hint("Write the path of the file in double quotes."));
                }
                continue;
            };
            let name = resolve(&importing, wanted);
            if let Some(from) = self.reading.iter().position(|open| *open == name) {
                let circle =
                    self.reading[from..].iter().chain([&name]).map(|file| quoted(file)).collect::<Vec<_>>().join(" imports ");
                let error = Diagnostic::error("import-circle", path, format!("Files import each other in a circle: {circle}."));
                findings.push(Some(entry.span), error.hint("Take one of these imports out."));
            } else if !self.done.contains(&name) {
                self.take_file(name, entry.span, &path, findings);
            }
        }
    }

    fn take_file(&mut self, name: String, span: Span, path: &Path, findings: &mut Findings) {
        if self.files.len() > MOST_FILES {
            let error =
                Diagnostic::error("too-many-imports", path.clone(), format!("More than {MOST_FILES} files are imported."));
            return findings.push(Some(span), error.hint("Put their entries together into fewer files."));
        }
        self.done.insert(name.clone());
        let text = match (self.load)(&name) {
            Ok(text) => text,
            Err(why) => {
                let error = Diagnostic::error(
                    "missing-import",
                    path.clone(),
                    format!("The imported file {} cannot be read: {why}.", quoted(&name)),
                );
                return findings.push(Some(span), error.hint("Paths of imports count from the folder of the file that imports."));
            }
        };
        let file = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let root = if super::too_large(&text, span, findings) { None } else { syntax::parse(&text, file, findings) };
        self.files.push(SourceFile::new(name.clone(), text));
        let Some(root) = root else { return };
        self.reading.push(name);
        self.follow(&root, Some(path), findings);
        self.reading.pop();
        self.take_lists(root, path, findings);
    }

    fn take_lists(&mut self, root: Node, path: &Path, findings: &mut Findings) {
        let head = root.head();
        let Kind::Record { fields, .. } = root.kind else {
            if !matches!(root.kind, Kind::Broken) {
                let error =
                    Diagnostic::error("wrong-type", path.clone(), "An imported file must be one record in round brackets.");
                findings.push(Some(head), error.hint("Write ( calendars: [...], agencies: [...], ... )."));
            }
            return;
        };
        for field in fields {
            if let Some(list) = LISTS.into_iter().find(|list| *list == field.name) {
                self.take_list(list, field, path, findings);
            } else if field.name == "version" {
                check_version(&field.value, findings);
            } else if field.name != "imports" {
                let hint = match nearest_name(&field.name.chars().take(40).collect::<String>(), LISTS) {
                    Some(near) => format!("Did you mean \"{near}\"?"),
                    None => format!("An imported file holds only version, imports and the lists {}.", LISTS.join(", ")),
                };
                let message = format!("{} cannot stand in an imported file.", quoted(&field.name));
                findings.push(Some(field.name_span), Diagnostic::error("unknown-field", path.clone(), message).hint(hint));
            }
        }
    }

    fn take_list(&mut self, list: &'static str, field: Field, path: &Path, findings: &mut Findings) {
        let head = field.value.head();
        let Kind::List(entries) = field.value.kind else {
            if !matches!(field.value.kind, Kind::Broken) {
                let error = Diagnostic::error("wrong-type", path.clone(), format!("\"{list}\" must be a list."));
                findings.push(Some(head), error.hint("A list stands in square brackets: [...]."));
            }
            return;
        };
        let merged = self.lists.entry(list).or_default();
        for entry in entries {
            let Some(key) = key_of(list, &entry).map(str::to_owned) else {
                merged.entries.push(entry);
                continue;
            };
            match merged.by_key.get(&key).copied() {
                // Two entries of one file are a fault that the checks of the model report.
                Some(at) if merged.entries[at].span.file != entry.span.file => {
                    let first = self.files.get(merged.entries[at].span.file as usize).map_or("", |file| file.name.as_str());
                    let message =
                        format!("The entry {} of \"{list}\" stands in {}, too; this one is used.", quoted(&key), quoted(first));
                    let note = Diagnostic::note("import-overlap", path.clone(), message);
                    findings.push(Some(entry.head()), note.hint("Take one of them out if they mean the same."));
                    merged.entries[at] = entry;
                }
                Some(_) => merged.entries.push(entry),
                None => {
                    merged.by_key.insert(key, merged.entries.len());
                    merged.entries.push(entry);
                }
            }
        }
    }

    /// Returns a root record that holds only what was imported.
    pub fn imported_root(&self) -> Node {
        let fields = self.lists.iter().map(|(list, merged)| Field::new(list, Node::list(merged.entries.clone())));
        Node::record(fields.collect())
    }

    /// Puts the imported entries before the study's own; an own entry takes the place of the imported one with its key.
    pub fn merge_into(self, root: &mut Node, findings: &mut Findings) -> Vec<SourceFile> {
        let head = root.head();
        let Kind::Record { fields, .. } = &mut root.kind else { return self.files };
        for (list, merged) in self.lists {
            let Some(own) = fields.iter_mut().find(|field| field.name == list) else {
                let value = Node { span: head, kind: Kind::List(merged.entries) };
                fields.push(Field { name: list.to_owned(), name_span: head, value });
                continue;
            };
            let head = own.value.head();
            let kind = std::mem::replace(&mut own.value.kind, Kind::Broken);
            own.value.kind = match kind {
                Kind::List(own_entries) => Kind::List(merge(list, merged, own_entries)),
                Kind::Broken => Kind::List(merged.entries),
                _ => {
                    let message = format!("\"{list}\" must be a list.");
                    findings.syntax("wrong-type", head, message, "A list stands in square brackets: [...].");
                    Kind::List(merged.entries)
                }
            };
        }
        self.files
    }
}

fn merge(list: &str, mut merged: Merged, own: Vec<Node>) -> Vec<Node> {
    for entry in own {
        // Taking the key out lets only the first own entry replace: a second is a fault that the model's checks report.
        match key_of(list, &entry).and_then(|key| merged.by_key.remove(key)) {
            Some(at) => merged.entries[at] = entry,
            None => merged.entries.push(entry),
        }
    }
    merged.entries
}

/// Checks the version of a file. `false` where it is newer than this program.
pub fn check_version(value: &Node, findings: &mut Findings) -> bool {
    let Kind::Number(text) = &value.kind else { return true };
    let version = text.parse::<f64>().unwrap_or(f64::NAN);
    let path = Path::default().field("version");
    if version > f64::from(VERSION) {
        let message = format!(
            "This file has format version {}; this program reads versions up to {VERSION}.",
            text.chars().take(20).collect::<String>()
        );
        let error = Diagnostic::error("newer-version", path, message);
        let hint =
            "A newer Kezek wrote it, and reading it here could lose what only the newer one knows. Install the newer Kezek.";
        findings.push(Some(value.span), error.hint(hint));
        return false;
    }
    if version != f64::from(VERSION) {
        let message = format!("There is no format version {}.", text.chars().take(20).collect::<String>());
        findings.push(
            Some(value.span),
            Diagnostic::error("unknown-version", path, message).hint(format!("Write version: {VERSION}.")),
        );
    }
    true
}

/// Returns the path of a file that another file names: relative ones count from the folder of the naming file.
///
/// Both kinds of slashes part folders; `.` and `..` are worked out by name alone.
pub fn resolve(naming: &str, wanted: &str) -> String {
    let wanted = wanted.replace('\\', "/");
    let naming = naming.replace('\\', "/");
    let absolute = wanted.starts_with('/') || wanted.as_bytes().get(1) == Some(&b':');
    let joined = match naming.rsplit_once('/') {
        Some((folder, _)) if !absolute => format!("{folder}/{wanted}"),
        _ => wanted,
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, "" | "..")) => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_count_from_the_folder_of_the_importing_file() {
        assert_eq!(resolve("scenarios/birth/study.ron", "../catalogue/kz.ron"), "scenarios/catalogue/kz.ron");
        assert_eq!(resolve("study.ron", "kz.ron"), "kz.ron");
        assert_eq!(resolve("study.ron", "../kz.ron"), "../kz.ron");
        assert_eq!(resolve("/a/b.ron", "./c//d.ron"), "/a/c/d.ron");
        assert_eq!(resolve("a/b.ron", "/c.ron"), "/c.ron");
        assert_eq!(resolve("C:\\studies\\b.ron", "..\\c.ron"), "C:/c.ron");
    }
}
