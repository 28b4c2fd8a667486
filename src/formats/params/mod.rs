//! Parameters of other simulators, put onto a drawing that `formats::bpmn` read.
//!
//! [`bpsim`] reads BPSim, [`qbp`] the blocks of QBP and BIMP, [`prosimos`] Prosimos' JSON; [`laws`] its distributions. Beneath them:
//! [`onto`] does to the drawing what all of them do, [`staff`] makes pools of people who share tasks, [`mix`] makes laws of laws,
//! [`found`] says where something was found.
//!
//! What a file says and a run here cannot show is a finding, never silence; figures that were taken quote the file as their source.

pub mod bpsim;
mod found;
mod laws;
mod mix;
mod onto;
pub mod prosimos;
pub mod qbp;
mod staff;

use crate::base::diagnostic::{Diagnostic, Path, Warned};
use crate::formats::bpmn::xml::{self, XmlElement};
use crate::formats::bpmn::{Imported, encoding, read_bpmn};
use found::Found;

/// What came of putting parameters onto a drawing.
#[derive(Debug, Default)]
pub struct Applied {
    /// What was found. An error means that the drawing must not be run with them.
    pub found: Vec<Diagnostic>,
    /// What was read, as `BPSim`; empty where nothing was.
    pub kind: &'static str,
    /// The results that a BPSim scenario asks for.
    pub requests: Option<bpsim::Requests>,
}

/// Puts the parameters of a file onto a drawing: Prosimos' JSON, BPSim alone or in a BPMN file, QBP in a BPMN file. `scenario` chooses
/// among several of BPSim.
pub fn apply(imported: &mut Imported, bytes: &[u8], file: &str, scenario: Option<&str>) -> Applied {
    if prosimos::looks_like_prosimos(bytes) {
        return Applied { found: prosimos::apply(imported, bytes, file), kind: "Prosimos", requests: None };
    }
    let fault = |code, message: String| {
        let hint = "Parameters are read from .json (Prosimos), .bpsim, and .bpmn (BPSim, QBP).";
        Applied { found: vec![Diagnostic::error(code, Path::default(), message).hint(hint)], ..Applied::default() }
    };
    let Ok(decoded) = encoding::decode(bytes) else {
        return fault("unknown-encoding", format!("{file} is written in no encoding that is known."));
    };
    let document = match xml::parse(&decoded.text) {
        Ok(document) => document,
        Err(error) => {
            let mut found = Found::of(&decoded.text, file);
            found.error(error.at, "not-well-formed", decoded.with_encoding(&error.message), "Export the parameters again.");
            return Applied { found: found.finish(), ..Applied::default() };
        }
    };
    match of_xml(imported, &document.root, &decoded.text, file, scenario) {
        Some(applied) => applied,
        None => fault("not-parameters", format!("{file} holds no parameters that are known.")),
    }
}

/// Reads a BPMN drawing, and puts onto it the parameters that its file holds itself.
///
/// What the drawing alone would have assumed, and the parameters say, is no finding any more. See [`read_bpmn`].
pub fn read_drawing(bytes: &[u8], file: &str, scenario: Option<&str>) -> (Warned<Imported>, Applied) {
    let mut warned = read_bpmn(bytes, file);
    let Some(imported) = &mut warned.value else { return (warned, Applied::default()) };
    // What this program has kept in the file says more than the parameters beside it.
    if imported.is_kept && scenario.is_none() {
        return (warned, Applied::default());
    }
    if !bpsim::is_in(&imported.source) && !qbp::is_in(&imported.source) {
        return (warned, Applied::default());
    }
    let Ok(decoded) = encoding::decode(bytes) else { return (warned, Applied::default()) };
    let root = imported.source.clone();
    let Some(applied) = of_xml(imported, &root, &decoded.text, file, scenario) else { return (warned, Applied::default()) };
    let message = format!("The drawing carries parameters of {}: they are used.", applied.kind);
    warned.diagnostics.insert(0, Diagnostic::note("own-parameters", Path::default(), message));
    warned.diagnostics.retain(|d| !d.code.starts_with("assumed-"));
    warned.diagnostics.extend(still_assumed(imported));
    warned.diagnostics.extend(applied.found.iter().cloned());
    (warned, applied)
}

/// Says how many figures are still assumed after parameters have been put onto a drawing.
pub fn still_assumed(imported: &Imported) -> Option<Diagnostic> {
    let left = crate::model::provenance::provenance(&imported.study).iter().filter(|f| f.is_assumption()).count();
    let message = format!("Neither the drawing nor its parameters say {left} of the figures: they stay assumed.");
    (left > 0).then(|| Diagnostic::note("assumed-beside-parameters", Path::default(), message))
}

/// Puts parameters that stand in an XML file onto a drawing; `None` where there are none.
fn of_xml(imported: &mut Imported, root: &XmlElement, text: &str, file: &str, scenario: Option<&str>) -> Option<Applied> {
    let mut found = Found::of(text, file);
    if bpsim::is_in(root) {
        let requests = bpsim::apply(imported, root, scenario, &mut found, file);
        return Some(Applied { found: found.finish(), kind: "BPSim", requests });
    }
    if qbp::is_in(root) {
        qbp::apply(imported, root, &mut found, file);
        return Some(Applied { found: found.finish(), kind: "QBP", requests: None });
    }
    None
}
