//! Our own part of a BPMN file: the whole study, so that reading gives back exactly what was written.
//!
//! BPMN says what happens, BPSim some of the figures; populations, documents, registries, variants and sources have no place in
//! either. So the study stands as a whole in an extension element, together with a fingerprint of each node of the drawing
//! ([`fingerprint`]). While the drawing is as it was written, the study is taken from there. Where another tool has changed the drawing, the
//! drawing is right about what happens, and the study about the figures of what is still the same ([`merge`]). Never does
//! a figure that was kept win silently over something that was drawn later.
//!
//! The element lies in a `relationship`, as BPSim's data does, which the schema allows and tools keep.

mod fingerprint;
mod merge;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::write::print::{Build, KEZEK, element};
use crate::formats::bpmn::xml::XmlElement;
use crate::formats::scenario_ron;
use crate::model::study::Study;
use crate::model::validate::validate;
use fingerprint::Fingerprints;

/// The type of the relationship.
const TYPE: &str = "KezekStudy";

/// Returns the relationship that holds a study, for a file with this outermost element.
pub(super) fn relationship(study: &Study, root: &XmlElement, id: &str) -> XmlElement {
    let alone = Study { imports: Vec::new(), ..study.clone() };
    let text = scenario_ron::write_study(&alone);
    let drawn = fingerprint::written(&fingerprint::of(root));
    let held = element("kezek:study")
        .with("version", "1")
        .child(element("kezek:model").with("sum", fingerprint::of_text(&text)).saying(&text))
        .child(element("kezek:drawn").saying(&drawn));
    let of = anchor(root);
    element("bpmn:relationship")
        .with("id", id)
        .with("type", TYPE)
        .child(element("bpmn:extensionElements").child(held))
        .child(element("bpmn:source").saying(of))
        .child(element("bpmn:target").saying(of))
}

/// Returns what a relationship is about: the file, or the first thing in it where the file has no id.
pub(super) fn anchor(root: &XmlElement) -> &str {
    std::iter::once(root).chain(root.elements()).find_map(|element| element.attribute("id")).unwrap_or_default()
}

/// Tells whether an element is the relationship that holds a study.
pub(super) fn is_ours(element: &XmlElement) -> bool {
    element.local() == "relationship" && find(element).is_some()
}

/// Tells whether a file holds a study.
pub(super) fn is_in(root: &XmlElement) -> bool {
    find(root).is_some()
}

/// Finds the study's element in or beneath an element. Tools that know no relationships may have put it elsewhere.
fn find(root: &XmlElement) -> Option<&XmlElement> {
    let mut to_do = vec![root];
    while let Some(element) = to_do.pop() {
        if &*element.space == KEZEK && element.local() == "study" {
            return Some(element);
        }
        to_do.extend(element.elements());
    }
    None
}

/// Errors of the checks are the study's own, and it is kept with them; any other says that the text has been damaged. A reader says once
/// what the checks say of several things at one place, so how often is not told.
fn codes_of_errors(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let mut codes: Vec<&'static str> = errors.map(|d| d.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Returns what is drawn in a file that holds a study, to be asked for before anything in the file is mended.
pub(super) fn as_drawn(root: &XmlElement) -> Fingerprints {
    if is_in(root) { fingerprint::of(root) } else { Fingerprints::default() }
}

/// Takes the study that a file holds instead of what its drawing says, as far as the drawing is as it was written; tells whether there was one.
/// What was found in the drawing is forgotten as far as it does not count. `is` is what is drawn, see [`as_drawn`].
pub(super) fn take(
    root: &XmlElement,
    is: &Fingerprints,
    drawn: Study,
    of_drawing: &mut Findings,
    findings: &mut Findings,
) -> (Study, bool) {
    let Some(held) = find(root) else { return (drawn, false) };
    let version = held.attribute("version").unwrap_or_default();
    if version != "1" {
        let message = format!(
            "The file holds a study of version '{version}', which this program does not know; the drawing alone is read."
        );
        let finding = Diagnostic::warning("newer-study", Default::default(), message);
        findings.push(held.at, finding.hint("Open it with a newer Kezek to keep its figures."));
        return (drawn, false);
    }
    let text = held.child("model").map(XmlElement::text).unwrap_or_default();
    let read = scenario_ron::read_study(&text, "study", &mut |path| Err(format!("'{path}' is not in the file")));
    let found = codes_of_errors(&read.diagnostics);
    let sum = held.child("model").and_then(|model| model.attribute("sum"));
    let is_whole = sum == Some(fingerprint::of_text(&text).as_str());
    let Some(study) = read.value.filter(|study| is_whole && found == codes_of_errors(&validate(study))) else {
        let message =
            "The file holds a study of Kezek that cannot be read any more; the drawing alone is read, its figures are assumed.";
        let finding = Diagnostic::warning("damaged-study", Default::default(), message);
        findings.push(held.at, finding.hint("Open the study's .ron file, or an earlier copy of this file."));
        return (drawn, false);
    };
    let was = fingerprint::read(&held.child("drawn").map(XmlElement::text).unwrap_or_default());
    of_drawing.forget(was == *is);
    let study = if was == *is { study } else { merge::merge(study, drawn, &was, is, findings) };
    (study, true)
}
