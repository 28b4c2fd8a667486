//! The results that a scenario asks for.

use std::collections::{BTreeMap, BTreeSet};

use super::scenario::Resolved;
use crate::formats::params::onto::Drawn;

/// One result that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The element of the drawing.
    pub element: String,
    /// Its kind in the drawing, as `userTask` or `process`.
    pub kind: String,
    /// The element of the drawing around it; empty for none.
    pub parent: String,
    /// The parameter, as `ProcessingTime`.
    pub parameter: String,
    /// What of it: `min`, `max`, `mean`, `count`, `sum`.
    pub results: BTreeSet<String>,
}

/// All results that a scenario asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Requests {
    /// The scenario.
    pub scenario: String,
    /// Milliseconds of the unit of times.
    pub unit_ms: f64,
    /// How often results are given within a run, in milliseconds; `None` at the end only.
    pub every_ms: Option<f64>,
    /// Whether a result within a run counts from the beginning instead of from the result before.
    pub cumulative: bool,
    /// What is asked for.
    pub list: Vec<Request>,
}

impl Requests {
    pub(super) fn of<'x>(resolved: &Resolved<'x>, drawn: &BTreeMap<&'x str, Drawn<'x>>) -> Requests {
        let list =
            resolved.parameters.iter().filter(|(_, parameter)| !parameter.requests.is_empty()).filter_map(|(key, parameter)| {
                let node = drawn.get(key.0)?;
                Some(Request {
                    element: key.0.to_owned(),
                    kind: node.kind().to_owned(),
                    parent: node.parent.and_then(|p| p.attribute("id")).unwrap_or_default().to_owned(),
                    parameter: key.1.to_owned(),
                    results: parameter.requests.clone(),
                })
            });
        let attribute = |name: &str| resolved.attributes.get(name).copied().unwrap_or_default();
        Requests {
            scenario: resolved.id.to_owned(),
            unit_ms: resolved.unit().0,
            every_ms: super::values::duration(attribute("baseResultFrequency")).filter(|ms| *ms > 0.0),
            cumulative: matches!(attribute("baseResultFrequencyCumul").trim(), "true" | "1"),
            list: list.collect(),
        }
    }
}
