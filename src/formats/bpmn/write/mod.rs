//! Writes BPMN 2.0: a scenario's services as pools, with lanes, arrows, events, documents, and where all of it lies.
//!
//! A study that was read from a drawing is written into that drawing ([`patch`]): what has not changed stays as it is, with whatever
//! other tools have written there. What cannot be patched is drawn anew, and given back what others wrote about it ([`graft`]).
//!
//! Phases, each a function of the last: [`draft`] turns elements into nodes and arrows as BPMN has them, [`layout`] finds their
//! places, [`semantic`] makes the elements of BPMN, [`di`] the drawing, [`mod@print`] the text. [`names`] gives ids, [`events`] makes
//! event definitions, [`bpsim`] writes the figures that others understand, [`lost`] gathers what cannot be said. Deterministic: the same study gives the same bytes.
//!
//! A service is a process in a pool of its own; who does what is told by lanes: the citizen's, those of the staff pools within one for
//! their agency, those of registries and systems. Arrows may not cross the border of a pool, and a service's way leads from the
//! citizen to the agency and back: so the citizen is a lane, not a pool. Between services, messages are message flows.

mod bpsim;
mod di;
mod draft;
pub(super) mod events;
mod graft;
mod hands;
mod happenings;
mod layout;
mod lost;
pub(super) mod names;
mod patch;
pub(super) mod print;
mod semantic;
mod tongue;

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Path};
use crate::formats::bpmn::xml::{XmlChild, XmlElement};
use crate::formats::bpmn::{Imported, kept};
use crate::formats::error::FormatError;
use crate::model::study::Study;
use draft::Draft;
use print::{Build, PREFIXES, element};
use tongue::Tongue;

/// A file as it is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The text, to be saved in UTF-8.
    pub text: String,
    /// What other tools will not see in it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Writes the as-is of a study as BPMN 2.0.
pub fn write_bpmn(study: &Study) -> Written {
    let mut draft = draft::draft(&study.scenario);
    let root = drawn(study, &mut draft);
    Written { text: print::text_of(&root), diagnostics: draft.lost.findings() }
}

/// Writes the as-is of a study into the drawing that it was read from: `source` is the file's outermost element, `read` the study as
/// reading the file gave it.
///
/// Ids, places, texts and data of other tools stay as they are where the study says the same. A finding says where that could not be.
pub fn write_bpmn_into(study: &Study, read: &Study, source: &XmlElement) -> Written {
    let mut source = source.clone();
    source.children.retain(|child| !matches!(child, XmlChild::Element(e) if is_ours(e)));
    let was = draft::draft(&read.scenario);
    let mut now = draft::draft(&study.scenario);
    let mut diagnostics = Vec::new();
    let patched = patch::patch(&was, &now, (&read.scenario, &study.scenario), source.clone());
    let root = match patched {
        Some((mut root, kept)) => {
            now.names.reserve(ids_of(&root));
            if !kept.is_empty() {
                let mut lost = lost::Lost::default();
                kept.iter().for_each(|name| lost.add("left-as-drawn", name));
                diagnostics.extend(lost.findings());
            }
            let tongue = Tongue::of(&mut root);
            let figures = figures(study, &mut now, &root);
            root.children.extend(figures.into_iter().map(|part| XmlChild::Element(tongue.say(part))));
            root
        }
        None => {
            let message = "The flow has been changed in a way that the old drawing cannot show: it is drawn and laid out anew.";
            let hint = "Data that other tools keep with elements that are still there has been kept.";
            diagnostics.push(Diagnostic::note("drawn-anew", Path::default(), message).hint(hint));
            now.names.reserve(ids_aside(&source, &now));
            let mut root = drawing(study, &mut now);
            graft::graft(&mut root, &source);
            let figures = figures(study, &mut now, &root);
            root.children.extend(figures.into_iter().map(XmlChild::Element));
            root
        }
    };
    diagnostics.extend(now.lost.findings());
    Written { text: print::text_of(&root), diagnostics }
}

/// Saves the as-is of a study as a drawing: into the drawing that it was read from, where there is one.
///
/// # Errors
/// [`FormatError::Write`] where the file cannot be written; what stood there before still does.
pub fn save_bpmn_file(path: &std::path::Path, study: &Study, drawing: Option<&Imported>) -> Result<Vec<Diagnostic>, FormatError> {
    let written = match drawing {
        Some(drawing) => write_bpmn_into(study, &drawing.study, &drawing.source),
        None => write_bpmn(study),
    };
    let unwritable = |source| FormatError::Write { path: path.to_owned(), source };
    crate::formats::disk::write_atomically(path, written.text.as_bytes()).map_err(unwritable)?;
    Ok(written.diagnostics)
}

/// Tells whether an element is one of the relationships that we add to a file.
fn is_ours(element: &XmlElement) -> bool {
    element.local() == "relationship" && (kept::is_ours(element) || bpsim::is_ours(element))
}

fn ids_of(root: &XmlElement) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        ids.extend(element.attribute("id").map(str::to_owned));
        to_do.extend(element.elements());
    }
    ids
}

/// Ids of a file that are put into one that is drawn anew, those of the study's own elements aside.
fn ids_aside(source: &XmlElement, draft: &Draft) -> BTreeSet<String> {
    let mut ids = ids_of(source);
    for (_, _, id) in draft.names.elements() {
        ids.remove(id);
    }
    draft.processes.iter().for_each(|process| {
        ids.remove(&process.id);
    });
    ids
}

/// Draws a study anew.
fn drawn(study: &Study, draft: &mut Draft) -> XmlElement {
    let root = drawing(study, draft);
    let figures = figures(study, draft, &root);
    root.children(figures)
}

/// Draws a study, without figures.
fn drawing(study: &Study, draft: &mut Draft) -> XmlElement {
    let scenario = &study.scenario;
    let mut plans: Vec<_> = draft.processes.iter().map(|p| layout::lay_out(scenario, &p.body, true)).collect();
    let mut pools = Vec::new();
    for (process, plan) in draft.processes.iter().zip(&mut plans) {
        pools.push(semantic::pool(scenario, process, plan, &mut draft.names));
    }
    let flows = semantic::message_flows(draft);
    let collaboration = draft.names.free("collaboration", "study");
    let places = di::place(&pools, plans, &flows);
    let id = draft.names.free(&study.id, "study");
    let mut root = element("bpmn:definitions");
    for (prefix, space) in PREFIXES {
        root = root.with(&format!("xmlns:{prefix}"), space);
    }
    root = root
        .with("id", id)
        .with_some("name", &study.title)
        .with("targetNamespace", "urn:kezek:models")
        .with("exporter", "Kezek")
        .with("exporterVersion", env!("CARGO_PKG_VERSION"));
    let processes = draft.processes.iter().zip(&pools).zip(&draft.objects);
    root = root.children(semantic::once(scenario, &draft.names)).child(semantic::collaboration(
        &collaboration,
        scenario,
        draft,
        &pools,
        &flows,
    ));
    root = root.children(processes.map(|((it, pool), objects)| semantic::process(scenario, it, pool, objects, &draft.names)));
    root.child(di::diagram(&collaboration, draft, &pools, &flows, &places))
}

/// Returns the figures for a file: as BPSim for others, and the study as a whole for us.
fn figures(study: &Study, draft: &mut Draft, root: &XmlElement) -> Vec<XmlElement> {
    let bpsim = bpsim::relationship(study, draft, root);
    let id = draft.names.free("study.kezek", "study");
    vec![bpsim, kept::relationship(study, root, &id)]
}
