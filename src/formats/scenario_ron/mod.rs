//! Kezek's own file format: a study as RON, made to be read and written by hand.
//!
//! Field names and variants are exactly those of the types in `model`; whatever equals its default is left out. Every fault
//! of a file is reported at once, each with its place, what was found, what is allowed and a hint; the RON crate's own
//! reader stops at the first and keeps no positions, so this folder has its own.
//!
//! # When what a step says takes effect
//! A step is *due* when the flow reaches it, and *done* when its work has ended. In between, in this order:
//!
//! 1. Due: the term stands still where the step `suspends_term`, until it is done or the citizen has left the line.
//! 2. Its `documents` are got, in the order of the list, before anybody travels, waits in line or works; one that is not in hand is
//!    gathered first, with the days that this takes. **At the instant at which a document has been handed over or fetched,
//!    `given(document)` holds**, for the whole life event: while the step's own work has not begun, and also when the attempt
//!    fails or the citizen leaves the line later on. What another way of the same case is just getting is waited for. Under `once_only` no step asks for it from then on. `has(document)` holds
//!    from the draw of `at_hand` at the beginning of the case, or from the instant at which it has been gathered.
//! 3. The journey to the `place`; a visit counts when the citizen sets out. None where the citizen is there already.
//! 4. The line, from which the citizen may leave (`patience`): then nothing of what follows happens.
//! 5. Done, also in vain: `contact`, `fee`, `cost` and `rework` count, and so does the visit that `visits(step)` asks for.
//! 6. Done, and the attempt has not failed (`failure`): `milestone`, `issues` (`has` holds), `sets`, and `extends_term` the first time.
//!
//! What a service `issues` is in hand when it has been completed; a refused or abandoned one issues nothing.
//!
//! So `given(document)` does not say that an application has been made, which may never happen, and ways side by side see it at
//! once. Whether somebody has applied is said by an attribute that the step `sets`; whether another service of the same citizen
//! may go on, by a message that it sends.
//!
//! Reading order: `tree` (values with places), `syntax` over `lexer` (text to tree), `codec` (tree to model and back;
//! the macros), `basic`, `values`, `process`, `world`, `changes`, `study` (one line per field of the model), `imports`, `locate`,
//! `write`, `files` (the only one that touches the disk).

mod basic;
mod changes;
mod codec;
mod files;
mod findings;
mod imports;
mod lexer;
mod locate;
mod process;
mod study;
mod syntax;
mod tree;
mod values;
mod world;
mod write;

use std::collections::BTreeMap;

pub use files::{load_import_file, open_study_file, read_study_file, save_study_file};

use self::codec::{Codec, Cx};
use self::findings::{Findings, SourceFile};
use self::imports::{Imports, check_version};
use self::study::{LISTS, Root, key_of};
use self::tree::{Field, Kind, Node, Span};
use crate::base::diagnostic::{Path, Place, Severity, Warned};
use crate::formats::text::quoted;
use crate::model::study::Study;
use crate::model::validate::validate;

/// Larger files are refused, so that none takes memory without bound.
const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// A study that was read, with what is needed to say where its parts stand and to write it again beside its imports.
#[derive(Clone, Debug)]
pub struct StudyFile {
    /// The study.
    pub study: Study,
    root: Node,
    files: Vec<SourceFile>,
    imported: Node,
}

impl StudyFile {
    /// Returns where a part of the model stands, or the nearest part around it that stands in a file.
    ///
    /// Paths are as `model::validate` makes them: the scenario's fields stand at the root, `kind` is a leg, the name of a
    /// variant is none, nor is a figure's `value` unless it is written.
    pub fn locate(&self, path: &Path) -> Option<Place> {
        let span = locate::nearest(&self.root, path);
        self.files.get(span.file as usize).map(|file| file.place(span))
    }

    /// Returns the names and texts of all files that were read, the study's own first.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|file| (file.name.as_str(), file.text.as_str()))
    }

    /// Writes a study beside the files that this one imports: imported entries that are unchanged are left out.
    ///
    /// Where an imported entry has been taken out or moved, which a file that imports it cannot say, all entries are written
    /// and the imports are left out; a comment at the top says so.
    pub fn write(&self, study: &Study) -> String {
        write_beside(study, &self.imported)
    }
}

/// Reads a study and everything that it imports.
///
/// `file_name` names the text in messages and is where relative imports count from; `load_import` is given the worked-out
/// path of each imported file and returns its text, or why it cannot. The value is there whenever the text holds a record,
/// with harmless values in place of faulty ones, so look at [`Warned::has_errors`] before running it; it is absent where the
/// file is unreadable as a whole, too large, or of a newer version. The findings include those of `model::validate`, are in
/// the order of their places, the study's own file first, and depend on the texts alone.
pub fn read_study(text: &str, file_name: &str, load_import: &mut dyn FnMut(&str) -> Result<String, String>) -> Warned<Study> {
    let Warned { value, diagnostics } = open_study(text, file_name, load_import);
    Warned { value: value.map(|file| file.study), diagnostics }
}

/// Reads a study as [`read_study`] does and keeps where everything stands.
pub fn open_study(text: &str, file_name: &str, load_import: &mut dyn FnMut(&str) -> Result<String, String>) -> Warned<StudyFile> {
    let mut findings = Findings::default();
    let mut imports = Imports::new(file_name, text, load_import);
    let Some(mut root) = own_root(text, &mut findings) else {
        return Warned { value: None, diagnostics: findings.finish(&imports.files) };
    };
    imports.follow(&root, None, &mut findings);
    // Where brackets or commas are at fault, entries may have ended up in the wrong place, and checks of the whole
    // would report what follows from that.
    let well_formed = !findings.has_errors();
    let imported = imports.imported_root();
    let files = imports.merge_into(&mut root, &mut findings);
    let mut cx = Cx::default();
    cx.findings = findings;
    let study = Study::from(Root::read(&root, &mut cx));
    let mut findings = cx.findings;
    if well_formed {
        add_checks(&study, &root, &mut findings);
    }
    let diagnostics = findings.finish(&files);
    Warned { value: Some(StudyFile { study, root, files, imported }), diagnostics }
}

/// Writes a study so that reading it gives the same study: pretty, stable, everything that equals its default left out.
///
/// All entries are written, imported ones too; [`StudyFile::write`] and [`save_study_file`] leave out those that the imported
/// files hold. For a file that stands alone, clear the study's `imports` before.
pub fn write_study(study: &Study) -> String {
    write::print(&Root::from(study).write())
}

/// Parses the study's own text and checks that it is a record of a version that this program knows.
fn own_root(text: &str, findings: &mut Findings) -> Option<Node> {
    if too_large(text, Span::default(), findings) {
        return None;
    }
    let root = syntax::parse(text, 0, findings)?;
    let Kind::Record { .. } = &root.kind else {
        if !matches!(root.kind, Kind::Broken) {
            let message = format!("A study must be one record in round brackets, found {}.", codec::described(&root));
            findings.syntax("wrong-type", root.head(), message, "Write ( version: 1, id: \"...\", ... ).");
        }
        return None;
    };
    let known = root.field("version").is_none_or(|version| check_version(version, findings));
    known.then_some(root)
}

/// Reports a text that is larger than any study needs to be.
fn too_large(text: &str, span: Span, findings: &mut Findings) -> bool {
    let large = text.len() > LARGEST_FILE;
    if large {
        let message = format!("The file is larger than {} MB.", LARGEST_FILE / 1024 / 1024);
        findings.syntax(
            "file-too-large",
            span,
            message,
            "Split it into files that are imported, or check whether it is a study at all.",
        );
    }
    large
}

/// Adds what the model's checks find, except what only follows from values that could not be read.
fn add_checks(study: &Study, root: &Node, findings: &mut Findings) {
    let unread = findings.error_paths();
    for diagnostic in validate(study) {
        let follows = |path: &Path| {
            let (inner, outer) = (&diagnostic.path.0, &path.0);
            // A sum or count over a value that was not read is about two legs above it.
            inner.starts_with(outer) || (outer.starts_with(inner) && outer.len() <= inner.len() + 3 && !inner.is_empty())
        };
        if unread.is_empty() || (diagnostic.severity == Severity::Error && !unread.iter().any(follows)) {
            findings.push(Some(locate::nearest(root, &diagnostic.path)), diagnostic);
        }
    }
}

/// Writes a study without the entries that a record of imported entries holds in the same form.
fn write_beside(study: &Study, imported: &Node) -> String {
    let mut root = Root::from(study).write();
    let Kind::Record { fields, .. } = &mut root.kind else { return write_study(study) };
    let mut attached = true;
    for list in LISTS {
        let Some(Node { kind: Kind::List(theirs), .. }) = imported.field(list) else { continue };
        let own = fields.iter().position(|field| field.name == list);
        match own.and_then(|at| own_entries(list, &fields[at].value, theirs).map(|entries| (at, entries))) {
            Some((at, entries)) if entries.is_empty() => {
                fields.remove(at);
            }
            Some((at, entries)) => fields[at].value = Node::list(entries),
            None => attached = theirs.is_empty() && attached,
        }
    }
    if attached {
        return write::print(&root);
    }
    let alone = Study { imports: Vec::new(), ..study.clone() };
    format!("// Imported entries were taken out or moved, so this study holds all its entries itself.\n{}", write_study(&alone))
}

/// Returns which entries of a list must be written beside the imported ones. `None` where none could say what the list holds.
fn own_entries(list: &str, entries: &Node, theirs: &[Node]) -> Option<Vec<Node>> {
    let Kind::List(entries) = &entries.kind else { return None };
    let theirs: Vec<Node> = canonical(list, theirs)?;
    let keys: BTreeMap<&str, ()> = theirs.iter().filter_map(|entry| key_of(list, entry)).map(|key| (key, ())).collect();
    if keys.len() != theirs.len() || entries.len() < theirs.len() {
        return None;
    }
    let mut own = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        let key = key_of(list, entry);
        match theirs.get(i) {
            Some(imported) if key_of(list, imported) != key => return None,
            Some(imported) if write::print_flat(imported) == write::print_flat(entry) => {}
            Some(_) => own.push(entry.clone()),
            None if key.is_some_and(|key| keys.contains_key(key)) => return None,
            None => own.push(entry.clone()),
        }
    }
    Some(own)
}

/// Returns imported entries in the form in which they would be written here.
fn canonical(list: &str, entries: &[Node]) -> Option<Vec<Node>> {
    let root = Node::record(vec![Field::new(list, Node::list(entries.to_vec()))]);
    let read = Root::read(&root, &mut Cx::default());
    match read.write().field(list).map(|node| node.kind.clone()) {
        Some(Kind::List(entries)) => Some(entries),
        _ => None,
    }
}

/// Returns a text for a message about a file.
fn file_quoted(path: &std::path::Path) -> String {
    quoted(&path.display().to_string())
}
