//! BPMN 2.0: drawings of other tools in, ours out.
//!
//! What this program has written itself, [`kept`] takes back exactly; [`mod@write`] writes.
//!
//! Reading goes from bytes to text ([`encoding`]), to XML ([`xml`]: safe on files of strangers), in which arrows are tied to what their
//! lines touch ([`loose`]), to the typed parts that mean something ([`tree`], by [`parse`]), to a study ([`read`]): what a drawing means
//! when it runs, with visible assumptions for all that it does not say. Whatever people draw wrongly is read with a finding at its place
//! and a sensible meaning.
//!
//! [`Imported`] carries what parameters of other tools and a later writing need: which element and which way of a gateway each
//! id of the file became, where shapes lie, and the XML with everything that we do not know.

pub(in crate::formats) mod encoding;
pub(in crate::formats) mod findings;
mod kept;
mod loose;
mod parse;
mod read;
pub mod tree;
pub mod write;
pub mod xml;

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Leg, Path, Severity, Warned};
use crate::model::Id;
use crate::model::flow::Element;
use crate::model::study::Study;
use findings::Findings;
pub(in crate::formats) use read::choices::part;
pub(in crate::formats) use read::figures::iso_duration;
use tree::Bounds;
use xml::{XmlDocument, XmlElement};

/// Files larger than this are refused: no drawing is.
const LARGEST_FILE: usize = 512 * 1024 * 1024;

/// A study read from a drawing, with what else the file holds.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The study: its as-is is the drawing.
    pub study: Study,
    /// Whether the study was kept in the file by this program, as a whole or for what was not redrawn since: parameters of other tools in
    /// the same file say less than it does.
    pub is_kept: bool,
    /// What the ids of the file became.
    pub ids: Ids,
    /// Where shapes lie, by the id of what they show.
    pub shapes: BTreeMap<Id, Bounds>,
    /// The outermost element of the file, with everything in it.
    pub source: XmlElement,
}

/// What the ids of a file became. Nodes keep their ids: an activity, gateway or event `X` of the file is the element `X` of the service
/// that bears the id of its process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// Arrows, by id.
    pub flows: BTreeMap<Id, FlowUse>,
}

/// What an arrow became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowUse {
    /// The service.
    pub service: Id,
    /// The element that it leaves; for a task from which several arrows fork, the split made for it.
    pub element: Id,
    /// Which of the element's ways it is, from 0.
    pub branch: usize,
}

/// Tells whether a file's beginning looks like BPMN, whatever its extension says.
pub fn looks_like_bpmn(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let Ok(decoded) = encoding::decode(head) else { return false };
    decoded.text.contains("definitions") && decoded.text.contains("BPMN")
}

/// Reads a BPMN 2.0 file as a study. `file_name` stands in findings, and gives the study its id.
///
/// Deterministic. Never panics, reads nothing outside `bytes`. Every default that is taken for something that the drawing does not
/// say is a note; the study's figures carry it too. No study where the file is no BPMN, is not well-formed, or draws nothing.
pub fn read_bpmn(bytes: &[u8], file_name: &str) -> Warned<Imported> {
    let refuse = |diagnostic: Diagnostic, text: &str, at: usize| {
        let mut findings = Findings::default();
        findings.push(at, diagnostic);
        Warned { value: None, diagnostics: findings.finish(text, file_name) }
    };
    let error = |code, message: String, hint: &str| Diagnostic::error(code, Default::default(), message).hint(hint);
    if bytes.len() > LARGEST_FILE {
        let message = format!("The file is larger than {} MB; no drawing is.", LARGEST_FILE / 1024 / 1024);
        return refuse(error("file-too-large", message, "Check whether it is a BPMN file at all."), "", 0);
    }
    if let Some((message, hint)) = other_kind(bytes) {
        return refuse(error("not-bpmn", message.to_owned(), hint), "", 0);
    }
    let decoded = match encoding::decode(bytes) {
        Ok(decoded) => decoded,
        Err(name) => {
            let message = format!("The file says that it is written in '{name}', which is no encoding that is known.");
            return refuse(error("unknown-encoding", message, "Save it as UTF-8."), "", 0);
        }
    };
    let text = decoded.text.as_str();
    let mut document = match xml::parse(text) {
        Ok(document) => document,
        Err(fault) => {
            let hint = "Open the file in the tool that drew it and save it again as BPMN 2.0.";
            return refuse(error("not-well-formed", decoded.with_encoding(&fault.message), hint), text, fault.at);
        }
    };
    if document.root.local() != "definitions" {
        let root = &document.root;
        let message = format!("The file is XML, but no BPMN: its outermost element is <{}> instead of <definitions>.", root.name);
        let hint = match root.local() {
            "Package" => "This is XPDL. Save the process as BPMN 2.0.",
            "mxfile" | "mxGraphModel" => "This is a draw.io picture. Export the process as BPMN 2.0.",
            _ => "Save the process as BPMN 2.0 (.bpmn).",
        };
        return refuse(error("not-bpmn", message, hint), text, root.at);
    }
    let mut findings = Findings::default();
    remarks(&document, &decoded, &mut findings);
    let mut of_drawing = Findings::default();
    let as_drawn = kept::as_drawn(&document.root);
    loose::tie(&mut document.root, &mut of_drawing);
    let root = &document.root;
    let definitions = parse::definitions(root, &mut of_drawing);
    let read = read::study(&definitions, file_name, &mut of_drawing);
    // A study of ours need not draw anything.
    let read = read.or_else(|| kept::is_in(root).then(Default::default));
    let read = read.map(|(study, ids)| (kept::take(root, &as_drawn, study, &mut of_drawing, &mut findings), ids));
    findings.append(of_drawing);
    if let Some(((study, _), _)) = &read {
        checks(study, root, &mut findings);
    }
    let diagnostics = findings.finish(text, file_name);
    let value =
        read.map(|((study, is_kept), ids)| Imported { study, is_kept, ids, shapes: definitions.shapes, source: document.root });
    Warned { value, diagnostics }
}

/// Says what a file is that is known to be no drawing, with what to do about it.
fn other_kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let head: Vec<u8> = bytes.trim_ascii_start().iter().take(15).map(u8::to_ascii_lowercase).collect();
    if bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(b"PK\x03\x04") {
        return Some((
            "The file is packed, or a workbook, and no drawing.",
            "Unpack it first; of the tool that drew it, save as BPMN 2.0 (.bpmn).",
        ));
    }
    if head.starts_with(b"<!doctype html") || head.starts_with(b"<html") {
        return Some((
            "The file is a web page, and no drawing.",
            "Download the drawing itself from that page, as BPMN 2.0 (.bpmn).",
        ));
    }
    head.starts_with(b"%pdf")
        .then_some(("The file is a PDF, and no drawing.", "Save the process as BPMN 2.0 (.bpmn) in the tool that drew it."))
}

/// Returns a file as text, as it is read: in whatever encoding, with a mark for what means nothing.
pub fn text_of(bytes: &[u8]) -> String {
    encoding::decode(bytes).map_or_else(|_| String::from_utf8_lossy(bytes).into_owned(), |decoded| decoded.text)
}

/// Says what is odd about the file as a whole.
fn remarks(document: &XmlDocument, decoded: &encoding::Decoded, findings: &mut Findings) {
    let encoding = decoded.encoding;
    let warning = |code, message: String| Diagnostic::warning(code, Default::default(), message);
    if decoded.is_guess {
        let message = format!("The file does not say how its letters are encoded, and it is no UTF-8; it is read as {encoding}.");
        findings.push(0, warning("guessed-encoding", message).hint("Save the file again as UTF-8."));
    }
    if let Some(declared) = decoded.belied {
        let message = format!("The file says that it is written in {declared}, but it is {encoding}, and is read as that.");
        findings.push(0, warning("wrong-encoding", message).hint("Save the file again as UTF-8."));
    }
    if decoded.replaced {
        let message = format!("Some bytes mean nothing in {encoding}, in which the file was read; they show as \u{fffd}.");
        findings.push(0, warning("bad-characters", message).hint("Save the file again as UTF-8."));
    }
    if let Some(at) = document.doctype {
        findings.push(at, warning("doctype", "A document type is declared here; it is not looked at.".to_owned()));
    }
    for (name, &at) in &document.unknown_entities {
        let message =
            format!("'&{name};' stands for something that only a document type could explain; it stays as it is written.");
        findings.push(at, warning("unknown-entity", message));
    }
    if !document.root.space.contains("BPMN") {
        let message = "The file does not declare itself as BPMN 2.0; it is read as such.".to_owned();
        findings.push(document.root.at, warning("unknown-name-space", message));
    }
}

/// Adds what the checks of the model find, each at the element of the file that it is about.
fn checks(study: &Study, root: &XmlElement, findings: &mut Findings) {
    let found = crate::model::validate::validate(study);
    if found.iter().all(|d| d.severity == Severity::Note) {
        return;
    }
    let mut offsets: BTreeMap<&str, usize> = BTreeMap::new();
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        if let Some(id) = element.attribute("id") {
            offsets.entry(id).or_insert(element.at);
        }
        to_do.extend(element.elements());
    }
    // Notes of the checks are about figures that a drawing does not hold; what was assumed has been said.
    for diagnostic in found.into_iter().filter(|d| d.severity != Severity::Note) {
        let ids = ids_on_the_way(study, &diagnostic.path);
        let at = ids.iter().rev().find_map(|id| {
            let drawn = std::iter::once(*id).chain(id.match_indices('.').rev().map(|(dot, _)| &id[..dot]));
            drawn.into_iter().find_map(|id| offsets.get(id).copied())
        });
        findings.push(at.unwrap_or(root.at), diagnostic);
    }
}

/// Returns the ids of the services and elements that a path leads through, the outermost first.
fn ids_on_the_way<'s>(study: &'s Study, path: &Path) -> Vec<&'s str> {
    let mut ids = Vec::new();
    let mut elements: &[Element] = &[];
    let mut list = "";
    for leg in &path.0 {
        match leg {
            Leg::Field(name) => list = name,
            Leg::Item(i) if list == "services" => {
                let Some(service) = study.scenario.services.get(*i) else { break };
                ids.push(service.id.as_str());
                elements = &service.elements;
            }
            Leg::Item(i) if matches!(list, "elements" | "kind") => {
                let Some(element) = elements.get(*i) else { break };
                ids.push(&element.id);
                elements = element.inner().unwrap_or_default();
            }
            _ => {}
        }
    }
    ids
}
