//! The study that is open, with its undo history, its file, and whether it has been changed since it was saved.
//!
//! A state is a shared snapshot: keeping a hundred of them costs little, going back is exact, and a run keeps the very study
//! that it was started with. Only [`Document::replace`] changes a study, and every change counts a revision up.

use crate::app::edit::Edit;
use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::Imported;
use crate::model::scenario::Scenario;
use crate::model::study::{AS_IS, Study};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// States that can be gone back to.
const MOST_UNDO: usize = 200;

/// After a pause of this length the next edit is a step of its own.
const ROW_GOES_ON: Duration = Duration::from_millis(1_500);

/// A state of the study.
#[derive(Clone, Debug)]
struct Snapshot {
    study: Arc<Study>,
    /// The edit which led to the state that followed.
    label: Label,
    /// Edits of the same kind in a row (a slider on its way) are one step.
    merge: Option<String>,
    /// When the last edit of the row was made.
    at: Instant,
}

/// What a step of undo takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Id of the text that names the kind of edit.
    pub id: &'static str,
    /// Name of what was edited, where that adds something.
    pub subject: String,
}

/// A variant by its id with its scenario, or why it cannot be built.
type Built = (String, Result<Arc<Scenario>, Vec<Diagnostic>>);

/// The study that is open.
#[derive(Debug)]
pub struct Document {
    study: Arc<Study>,
    revision: u64,
    undo: Vec<Snapshot>,
    redo: Vec<Snapshot>,
    saved: Option<Arc<Study>>,
    /// The file that it came from or was saved to; `None` for a study of the program or a recovered one.
    pub path: Option<PathBuf>,
    /// The drawing that it was read from, with everything that other tools have written in it.
    pub drawing: Option<Arc<Imported>>,
    /// As-is and variants, each with its changes applied; or why it cannot be built.
    built: Vec<Built>,
}

impl Document {
    /// Opens a study. `path` is the file that it came from.
    pub fn new(study: Study, path: Option<PathBuf>) -> Self {
        let study = Arc::new(study);
        let built = build(&study);
        Document {
            saved: Some(study.clone()),
            study,
            revision: 1,
            undo: Vec::new(),
            redo: Vec::new(),
            path,
            drawing: None,
            built,
        }
    }

    /// Opens a study that was found after the program had ended without saving it.
    pub fn recovered(study: Study, path: Option<PathBuf>) -> Self {
        Document { saved: None, ..Document::new(study, path) }
    }

    /// Returns the study.
    pub fn study(&self) -> &Arc<Study> {
        &self.study
    }

    /// Returns a number that grows with every change; results carry the one that they were computed from.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Tells whether it has been changed since it was opened or saved.
    pub fn is_dirty(&self) -> bool {
        !self.saved.as_ref().is_some_and(|saved| Arc::ptr_eq(saved, &self.study))
    }

    /// Remembers that a state is safe in a file now. Going back to it by undo makes the document clean again.
    pub fn mark_saved(&mut self, study: Arc<Study>, path: PathBuf) {
        self.saved = Some(study);
        self.path = Some(path);
    }

    /// Tells whether it is a study of the program that nobody has changed yet.
    pub fn is_untouched(&self) -> bool {
        self.path.is_none() && self.drawing.is_none() && self.undo.is_empty() && self.redo.is_empty() && !self.is_dirty()
    }

    /// Puts the same study in other words in its place, which is no edit.
    pub fn reword(&mut self, study: Study) {
        if study == *self.study {
            return;
        }
        self.set(Arc::new(study));
        self.saved = Some(self.study.clone());
    }

    /// Returns what undo would take back.
    pub fn undo_label(&self) -> Option<&Label> {
        self.undo.last().map(|snapshot| &snapshot.label)
    }

    /// Returns what redo would do again.
    pub fn redo_label(&self) -> Option<&Label> {
        self.redo.last().map(|snapshot| &snapshot.label)
    }

    /// Puts a changed study in place of the old one, which undo brings back. Nothing happens where nothing differs.
    pub fn replace(&mut self, study: Study, edit: &Edit) {
        if study == *self.study {
            return;
        }
        let scenario = match edit {
            Edit::Scenario { variant, .. } => self.scenario(variant).ok().map(|scenario| &**scenario),
            _ => None,
        };
        let label = Label { id: edit.label(), subject: edit.subject(&self.study, scenario) };
        let merge = edit.merge_key();
        let goes_on = self.redo.is_empty()
            && merge.is_some()
            && self.undo.last().is_some_and(|last| last.merge == merge && last.at.elapsed() < ROW_GOES_ON);
        if !goes_on {
            self.undo.push(Snapshot { study: self.study.clone(), label, merge, at: Instant::now() });
            if self.undo.len() > MOST_UNDO {
                self.undo.remove(0);
            }
        } else if let Some(last) = self.undo.last_mut() {
            last.at = Instant::now();
        }
        self.redo.clear();
        self.set(Arc::new(study));
    }

    /// Ends a row of edits that count as one, so that the next is a step of its own.
    pub fn end_of_gesture(&mut self) {
        if let Some(last) = self.undo.last_mut() {
            last.merge = None;
        }
    }

    /// Takes the last edit back.
    pub fn undo(&mut self) -> bool {
        let Some(snapshot) = self.undo.pop() else { return false };
        self.redo.push(Snapshot { study: self.study.clone(), ..snapshot.clone() });
        self.end_of_gesture();
        self.set(snapshot.study);
        true
    }

    /// Does the edit again that was taken back last.
    pub fn redo(&mut self) -> bool {
        let Some(snapshot) = self.redo.pop() else { return false };
        self.undo.push(Snapshot { study: self.study.clone(), label: snapshot.label, merge: None, at: Instant::now() });
        self.set(snapshot.study);
        true
    }

    fn set(&mut self, study: Arc<Study>) {
        self.built = build(&study);
        self.study = study;
        self.revision += 1;
    }

    /// Returns a variant's scenario, the as-is included.
    ///
    /// # Errors
    /// Why it cannot be built.
    pub fn scenario(&self, variant: &str) -> Result<&Arc<Scenario>, &[Diagnostic]> {
        match self.built.iter().find(|(id, _)| id == variant) {
            Some((_, Ok(scenario))) => Ok(scenario),
            Some((_, Err(findings))) => Err(findings),
            None => Err(&[]),
        }
    }

    /// Returns the title of a variant, or its id where it has none.
    pub fn variant_title<'a>(&'a self, id: &'a str) -> &'a str {
        let title = self.study.variant(id).map_or("", |variant| variant.title.as_str());
        if title.is_empty() { id } else { title }
    }
}

fn build(study: &Study) -> Vec<Built> {
    let of_variant = |id: &str| match id {
        AS_IS => Ok(Arc::new(study.scenario.clone())),
        _ => crate::model::apply::build_variant(study, id).map(Arc::new),
    };
    study.variant_names().into_iter().map(|id| (id.to_owned(), of_variant(id))).collect()
}
