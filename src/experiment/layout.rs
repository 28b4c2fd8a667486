//! What a compiled variant looks like to those who count: which primitive belongs to which step, and who is who.

use crate::base::idx::Idx;
use crate::engine::program::{Element, Program};
use crate::experiment::outcome::PoolKind;
use crate::model::Id;
use crate::model::flow::WaitCause;

/// Names and groups of a program, by the engine's indices.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Steps that take time, in the order of the program.
    pub steps: Vec<StepKey>,
    /// By element: what it is to a step.
    pub parts: Vec<StepPart>,
    /// By element: where it is: `service/step`.
    pub element_labels: Vec<String>,
    /// By element: where it is, in words for people ([`crate::model::place`]).
    pub places: Vec<String>,
    /// By element: name of its activity for people.
    pub activity_names: Vec<String>,
    /// By element: who acts, as an event log says it: an agency, a registry, `citizen`, `system`; empty where time only passes.
    pub actors: Vec<String>,
    /// By element: id of the document that it is about; empty for none.
    pub documents: Vec<Id>,
    /// By element that only lets time pass: what it waits for.
    pub causes: Vec<Option<WaitCause>>,
    /// By pool.
    pub pools: Vec<PoolKey>,
    /// By service: id and name.
    pub services: Vec<(Id, String)>,
    /// By segment.
    pub segments: Vec<SegmentKey>,
    /// By source: id, and whether its cases are measured.
    pub sources: Vec<(Id, bool)>,
    /// By value of a channel's slot: id; empty for no channel.
    pub channels: Vec<Id>,
}

/// What an element is to a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepPart {
    /// The step (position in `steps`) that its work belongs to.
    pub step: Option<u32>,
    /// Whether it is its step's own work (or wait), which counts as the step's run.
    pub is_main: bool,
    /// Whether it is work, so that time from due to start is waiting; else all its time is.
    pub is_work: bool,
}

/// A step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepKey {
    /// Id of its service.
    pub service: Id,
    /// Its own id.
    pub step: Id,
    /// Name for people.
    pub name: String,
}

/// A pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolKey {
    /// `agency/pool`, or `registry:ID`.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// The agency, if it has one.
    pub agency: Option<Id>,
    /// What it is.
    pub kind: PoolKind,
    /// Members; 0 stands for a registry without a limit.
    pub members: u32,
    /// Cost of one member's hour, in thousandths of the currency unit.
    pub cost_per_hour: f64,
}

/// A segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SegmentKey {
    /// Id.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Facets and their values.
    pub facets: Vec<(String, String)>,
    /// Value of an hour of a citizen's time, in thousandths of the currency unit.
    pub hour_value: f64,
}

impl Layout {
    /// Returns where an element is, in words for people.
    pub fn place(&self, element: Idx<Element>) -> &str {
        Layout::text(&self.places, element)
    }

    /// Returns the text that stands for an element in one of the lists by element.
    pub fn text(list: &[String], element: Idx<Element>) -> &str {
        list.get(element.get()).map_or("", String::as_str)
    }

    /// Makes a layout without names for a program made by hand: every reported element is a step, `e0`, `e1`, ...
    pub fn numbered(program: &Program) -> Self {
        let mut layout = Layout::default();
        for (idx, element) in program.elements.enumerate() {
            let name = format!("e{}", idx.get());
            layout.parts.push(StepPart {
                step: element.reported.then_some(layout.steps.len() as u32),
                is_main: element.reported,
                is_work: matches!(element.kind, crate::engine::program::Kind::Work(_)),
            });
            layout.element_labels.push(name.clone());
            layout.places.push(format!("\"{name}\""));
            layout.activity_names.push(name.clone());
            if element.reported {
                layout.steps.push(StepKey { service: "s".to_owned(), step: name.clone(), name });
            }
        }
        for (idx, pool) in program.pools.enumerate() {
            layout.pools.push(PoolKey {
                id: format!("agency/pool{}", idx.get()),
                name: format!("pool {}", idx.get()),
                agency: Some("agency".to_owned()),
                kind: PoolKind::Staff,
                members: pool.groups.iter().map(|group| group.count).sum(),
                cost_per_hour: pool.cost_per_hour,
            });
        }
        layout.services = program.services.indices().map(|i| (format!("s{}", i.get()), format!("service {}", i.get()))).collect();
        layout.sources = program.sources.enumerate().map(|(i, s)| (format!("d{}", i.get()), s.measured)).collect();
        for i in 0..program.segment_shares.len().max(1) {
            let facets = vec![("parity".to_owned(), if i % 2 == 0 { "even" } else { "odd" }.to_owned())];
            layout.segments.push(SegmentKey { id: format!("g{i}"), name: format!("group {i}"), facets, hour_value: 60_000.0 });
        }
        layout
    }
}
