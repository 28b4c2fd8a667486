//! Scenario to program: the dictionary between the users' words and the engine's.
//!
//! [`compile`] takes a scenario that has passed the checks and makes a [`Program`], which knows indices, slots and draws but
//! no citizens, documents or registries, and [`Names`], which translate back. Whatever a scenario means when it runs is
//! decided here, one subject to a file:
//!
//! - `calendars`, `durations`, `population`, `conditions`, `registries` (pools): what everything else is made of;
//! - `services` and `flow`: bodies, gateways, borders; `steps`, `documents`, `fetches`, `offers`: what a step consists of;
//! - `life_events`, `demand`: how services are set off, and by how many;
//! - `visits`, `merge`, `graph`: what a program needs to know about itself; `names`: the way back.
//!
//! Two rules keep variants comparable. The stream of every draw is named after service, step and purpose, never after a
//! position, so a step that two variants share has the same luck in both. And what a case is (segment, attributes, documents
//! at hand, what registries know of it) is drawn once, when it arrives, under names of its own.
//!
//! Time zero is the midnight at which the day of the scenario's start begins. Money is in thousandths of the currency unit.
//!
//! Knows nothing of variants, replications or results.

mod builder;
mod calendars;
mod conditions;
mod demand;
mod documents;
mod durations;
mod fetches;
mod flow;
mod graph;
mod life_events;
mod merge;
pub mod names;
mod offers;
mod population;
mod registries;
mod repeats;
mod services;
mod steps;
mod undo;
mod visits;

use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::time::{LONGEST_DURATION, SimDuration};
use crate::engine::program::Program;
use crate::model::Id;
use crate::model::scenario::Scenario;
use builder::Builder;
use names::Names;
use std::collections::BTreeMap;

/// A scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What the engine eats.
    pub program: Program,
    /// The way back from its indices to the scenario's words.
    pub names: Names,
}

/// Compiles a scenario.
///
/// `span` is how far from time zero (the midnight before the start) calendars, working days and arrivals reach; beyond it
/// everything is closed and nobody arrives. The caller adds the time that late cases are followed for. The result depends on
/// nothing but scenario and span.
///
/// # Errors
/// All that does not fit, with paths into the scenario. A scenario that `model::validate` finds no error in has none here;
/// nothing that a scenario can hold makes this panic.
pub fn compile(scenario: &Scenario, span: SimDuration) -> Result<Compiled, Vec<Diagnostic>> {
    compile_marked(scenario, span, &BTreeMap::new())
}

/// Compiles as [`compile`] does, and puts marks at elements: by service (or life event) and element, the number that an observer is
/// told when a case comes by. Marks change nothing else.
///
/// # Errors
/// As [`compile`].
pub fn compile_marked(
    scenario: &Scenario,
    span: SimDuration,
    marks: &BTreeMap<(Id, Id), u32>,
) -> Result<Compiled, Vec<Diagnostic>> {
    compile_with(scenario, span, marks, |builder| builder.merge_passes())
}

/// Compiles as [`compile`] does, to a program that says the same, with every small element by itself: for tests that compare the two.
///
/// # Errors
/// As [`compile`].
pub fn compile_unmerged(scenario: &Scenario, span: SimDuration) -> Result<Compiled, Vec<Diagnostic>> {
    compile_with(scenario, span, &BTreeMap::new(), |_| {})
}

fn compile_with(
    scenario: &Scenario,
    span: SimDuration,
    marks: &BTreeMap<(Id, Id), u32>,
    merge: impl FnOnce(&mut Builder<'_>),
) -> Result<Compiled, Vec<Diagnostic>> {
    if span > LONGEST_DURATION {
        let message = format!("A run of more than {LONGEST_DURATION} is too long.");
        return Err(vec![Diagnostic::error("too-long", Path::default().field("plan"), message)]);
    }
    let mut builder = Builder::new(scenario, span);
    builder.marks = marks.clone();
    builder.program.begin = demand::begin(scenario.start);
    builder.program.first_weekday = i64::from(builder.dates.weekday(0));
    builder.population();
    builder.attributes();
    builder.document_slots();
    builder.staff_pools();
    builder.reserve_services();
    builder.services();
    builder.life_events();
    builder.begin_copies();
    builder.demand();
    builder.count_visits_for_conditions();
    builder.take_out_place_holders();
    builder.count_visits();
    merge(&mut builder);
    builder.reach_inclusive_gateways();
    builder.finish()
}

impl Builder<'_> {
    fn finish(self) -> Result<Compiled, Vec<Diagnostic>> {
        let Builder { program, mut names, diagnostics, .. } = self;
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        names.calendars.resize(program.calendars.len(), Vec::new());
        Ok(Compiled { program, names })
    }
}

#[cfg(test)]
mod tests;
