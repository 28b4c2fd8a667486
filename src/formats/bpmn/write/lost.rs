//! What BPMN and BPSim cannot say, gathered while a file is written: one finding for each kind, with where it happened.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::distribution::Distribution;

/// Kinds of what is lost: code, and what a reader is told. Each sentence is completed by where it happened.
const KINDS: &[(&str, &str)] = &[
    ("leads-nowhere", "An arrow leads to something that is not there, and is left out"),
    ("left-as-drawn", "Who does it, or with which documents, has changed; the drawing is left as it was there"),
    ("working-days", "BPMN counts days, not working days"),
    ("batch", "BPMN has no gathering of cases; it is drawn as an event with a condition"),
    ("outcome", "BPMN does not tell a refusal from a success at an end; the name does"),
    ("offer", "BPMN has no offer by the state; it is drawn as a message and a gateway for the answer"),
    ("spread", "A timer of BPMN has one length; the mean is drawn"),
    ("deadline", "BPMN has no statutory term; it is drawn as a timer"),
    ("by-segment", "BPSim has one value for all citizens; those that differ by segment are left out of it"),
    ("law", "BPSim has no such distribution; the nearest that it has is given"),
    ("conditions", "Other tools do not know the conditions of ways as Kezek reads them; they stand there as text"),
    ("arrivals", "BPSim has no arrivals that change over the year; the mean rate is given"),
    ("loop", "BPSim does not say how often something is done again"),
    (
        "staff",
        "BPSim counts people only where a drawing names them as resources, and this one does not; how many there are, their hours and cost are left out of it",
    ),
    ("absence", "BPSim counts people who are there; absences are not taken off"),
    ("population", "BPSim knows no groups of citizens"),
    ("life-event", "BPMN has no life event that sets services off"),
    ("document", "BPMN says of a document that it is needed, not what it takes to get it"),
    ("registry", "BPMN says of a registry that it is asked, not its coverage, speed and outages"),
];

/// Names of the elements that are listed in a finding.
const LISTED: usize = 4;

/// What was lost, by kind.
#[derive(Debug, Default)]
pub(super) struct Lost {
    found: BTreeMap<&'static str, Vec<String>>,
}

impl Lost {
    /// Adds something of a kind at an element.
    pub fn add(&mut self, kind: &'static str, at: &str) {
        self.found.entry(kind).or_default().push(at.to_owned());
    }

    /// Adds a length of time that is not always the same.
    pub fn spread(&mut self, law: &Distribution, at: &str) {
        if !matches!(law, Distribution::Fixed(_)) {
            self.add("spread", at);
        }
    }

    /// Returns a note for each kind.
    pub fn findings(&self) -> Vec<Diagnostic> {
        let kinds = KINDS.iter().filter_map(|(code, text)| Some((*code, *text, self.found.get(code)?)));
        let finding = |(code, text, at): (&'static str, &str, &Vec<String>)| {
            let named: Vec<String> = at.iter().filter(|n| !n.is_empty()).take(LISTED).map(|n| format!("'{n}'")).collect();
            let more = at.len().saturating_sub(named.len());
            let list = match (named.is_empty(), more) {
                (true, _) => format!("{} time{}", at.len(), if at.len() == 1 { "" } else { "s" }),
                (false, 0) => named.join(", "),
                (false, more) => format!("{} and {more} more", named.join(", ")),
            };
            Diagnostic::note(code, Path::default(), format!("{text}: {list}."))
                .hint("Kezek reads it back exactly from its own part of the file.")
        };
        kinds.map(finding).collect()
    }
}
