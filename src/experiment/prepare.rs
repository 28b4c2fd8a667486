//! From a study's variant to something that runs: the scenario, compiled, with the times of the plan.

use crate::base::diagnostic::Diagnostic;
use crate::base::time::{LONGEST_DURATION, SimDuration, SimTime};
use crate::compile::names::{Names, PoolKind as NamedKind, Role};
use crate::engine::account::PathClass;
use crate::engine::program::{Element, Kind, Performer, Program};
use crate::engine::run::RunPlan;
use crate::experiment::error::ExperimentError;
use crate::experiment::layout::{Layout, PoolKey, SegmentKey, StepKey, StepPart};
use crate::experiment::outcome::PoolKind;
use crate::experiment::plan::Plan;
use crate::experiment::pools::Window;
use crate::model::Id;
use crate::model::flow::{self, WaitCause};
use crate::model::place::Places;
use crate::model::scenario::Scenario;
use crate::model::study::{AS_IS, Study};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far beyond the end of a run calendars reach, so that terms and appointments set late still find their day.
const SLACK: SimDuration = SimDuration::from_days(60);

/// A variant, ready to run.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Id.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// What the engine runs.
    pub program: Program,
    /// Who is who in it.
    pub layout: Layout,
    /// The measured window.
    pub window: Window,
    /// When runs end at the latest.
    pub hard_end: SimTime,
    /// What it was compiled from, where it is a variant of a study.
    pub scenario: Option<Arc<Scenario>>,
}

/// Builds and compiles a variant.
///
/// The measured window begins one warm-up after the study's start; with a start in mid-day it does so in mid-day.
///
/// # Errors
/// [`ExperimentError::Model`] with all that is wrong.
pub fn prepare(study: &Study, name: &str, plan: &Plan) -> Result<Prepared, ExperimentError> {
    prepare_marked(study, name, plan, &BTreeMap::new())
}

/// Builds and compiles a variant as [`prepare`] does, with marks at elements: by service and element, the number that an observer is
/// told when a case comes by.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_marked(
    study: &Study,
    name: &str,
    plan: &Plan,
    marks: &BTreeMap<(Id, Id), u32>,
) -> Result<Prepared, ExperimentError> {
    let model_fault = |diagnostics: Vec<Diagnostic>| ExperimentError::Model { variant: name.to_owned(), diagnostics };
    let scenario = crate::model::apply::build_variant(study, name).map_err(model_fault)?;
    let total = plan.warm_up + plan.horizon + plan.follow_up;
    let span = SimDuration((total.ms() + SLACK.ms() + SimDuration::from_days(1).ms()).min(LONGEST_DURATION.ms()));
    let compiled = crate::compile::compile_marked(&scenario, span, marks).map_err(model_fault)?;
    let title = match study.variant(name) {
        Some(variant) if !variant.title.is_empty() => variant.title.clone(),
        None if name == AS_IS => "As is".to_owned(),
        _ => name.to_owned(),
    };
    let layout = layout_of(&scenario, &compiled.program, &compiled.names);
    let prepared = with_times(name, &title, compiled.program, layout, scenario.start.date(), plan);
    Ok(Prepared { scenario: Some(Arc::new(scenario)), ..prepared })
}

/// Puts the plan's times to a program.
pub fn with_times(
    name: &str,
    title: &str,
    mut program: Program,
    layout: Layout,
    first_day: jiff::civil::Date,
    plan: &Plan,
) -> Prepared {
    let from = program.begin + plan.warm_up;
    if let Some(newcomers) = plan.newcomers {
        for source in program.sources.indices() {
            program.sources[source].arrivals.end_at(from + plan.horizon + newcomers);
        }
    }
    let window = Window::new(from, from + plan.horizon, first_day, program.first_weekday);
    let hard_end = from + plan.horizon + plan.follow_up;
    Prepared { name: name.to_owned(), title: title.to_owned(), program, layout, window, hard_end, scenario: None }
}

impl Prepared {
    /// Returns the engine's plan for a replication.
    pub fn run_plan(&self, plan: &Plan, replication: u32) -> RunPlan {
        RunPlan {
            seed: plan.seed,
            replication,
            window: (self.window.from, self.window.to),
            hard_end: self.hard_end,
            max_in_flight: plan.max_in_flight,
        }
    }
}

/// Says who is who in a compiled scenario.
fn layout_of(scenario: &Scenario, program: &Program, names: &Names) -> Layout {
    let mut layout = Layout::default();
    let mut known: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let places = Places::of(scenario);
    let titles = titles_of(scenario);
    for (idx, element) in program.elements.enumerate() {
        let name = names.element(idx);
        let takes_time = name.is_some_and(|n| n.service.is_some() && element.reported && is_of_a_step(n.role));
        let step = name.filter(|_| takes_time).map(|n| {
            *known.entry((&n.owner, &n.step)).or_insert_with(|| {
                let title = titles.get(&(n.owner.as_str(), n.step.as_str())).copied().unwrap_or(&n.name);
                layout.steps.push(StepKey { service: n.owner.clone(), step: n.step.clone(), name: title.to_owned() });
                layout.steps.len() as u32 - 1
            })
        });
        let is_main = name.is_some_and(|n| names.element_of_step(&n.owner, &n.step) == Some(idx));
        layout.parts.push(StepPart { step, is_main, is_work: matches!(element.kind, Kind::Work(_)) });
        layout.element_labels.push(name.map(|n| format!("{}/{}", n.owner, n.step)).unwrap_or_default());
        layout.places.push(name.map(|n| places.in_words(&n.owner, &n.step)).unwrap_or_default());
        layout.activity_names.push(name.map(|n| n.name.clone()).unwrap_or_default());
        layout.actors.push(actor_of(element, names));
        let of_document = |role| matches!(role, Role::Gathering | Role::Fetch | Role::Clarification);
        layout.documents.push(name.filter(|n| of_document(n.role)).map(|n| n.about.clone()).unwrap_or_default());
        layout.causes.push(match &element.kind {
            Kind::Delay(delay) => cause_of(delay.class),
            Kind::Gather(_) => Some(WaitCause::Batch),
            Kind::Catch { .. } | Kind::EventRace(_) => Some(WaitCause::External),
            _ => None,
        });
    }
    for (pool, resource) in names.pools.iter().zip(program.pools.iter()) {
        layout.pools.push(PoolKey {
            id: pool.id.clone(),
            name: if pool.name.is_empty() { pool.id.clone() } else { pool.name.clone() },
            agency: (!pool.agency.is_empty()).then(|| pool.agency.clone()),
            kind: if pool.kind == NamedKind::Staff { PoolKind::Staff } else { PoolKind::Registry },
            members: if pool.is_unlimited { 0 } else { resource.groups.iter().map(|group| group.count).sum() },
            cost_per_hour: resource.cost_per_hour,
        });
    }
    let or_id = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
    layout.services = names.services.iter().map(|s| (s.id.clone(), or_id(&s.name, &s.id))).collect();
    layout.sources = names.sources.iter().zip(program.sources.iter()).map(|(n, s)| (n.id.clone(), s.measured)).collect();
    layout.channels = names.channels.iter().map(|c| c.id.clone()).collect();
    for segment in &names.segments {
        let facets = segment.facets.iter().map(|(_, value)| value.as_str());
        layout.segments.push(SegmentKey {
            id: segment.id.clone(),
            name: or_id(&segment.name, &segment.id),
            hour_value: scenario.hour_value.for_segment(&segment.id, facets) * 1000.0,
            facets: segment.facets.clone(),
        });
    }
    layout
}

/// Says who acts at an element.
fn actor_of(element: &Element, names: &Names) -> String {
    let work = match &element.kind {
        Kind::Work(work) => work,
        Kind::Travel(_) => return "citizen".to_owned(),
        _ => return String::new(),
    };
    let pool = work.requests.first().and_then(|request| names.pool(request.pool));
    match (work.performer, pool) {
        (Performer::Citizen, _) => "citizen".to_owned(),
        (Performer::Staff, Some(pool)) => pool.agency.clone(),
        (Performer::Machine, Some(pool)) => pool.id.clone(),
        (Performer::Staff, None) => String::new(),
        (Performer::Machine, None) => "system".to_owned(),
    }
}

/// Returns the cause of waiting that a class of elapsed time stands for; `None` for time in which somebody acts.
pub fn cause_of(class: PathClass) -> Option<WaitCause> {
    match class {
        PathClass::Work | PathClass::Machine | PathClass::Travel => None,
        PathClass::StaffBusy => Some(WaitCause::StaffBusy),
        PathClass::OffHours => Some(WaitCause::OffHours),
        PathClass::Citizen => Some(WaitCause::Citizen),
        PathClass::Registry => Some(WaitCause::Registry),
        PathClass::OtherAgency => Some(WaitCause::OtherAgency),
        PathClass::Batch => Some(WaitCause::Batch),
        PathClass::External => Some(WaitCause::External),
    }
}

/// Tells whether a primitive of this role is a step's work or wait, or is done for one.
fn is_of_a_step(role: Role) -> bool {
    !matches!(role, Role::Gateway | Role::Body | Role::Edge | Role::Delay | Role::Internal)
}

/// Returns the names of elements by service and id, where they have one.
fn titles_of(scenario: &Scenario) -> BTreeMap<(&str, &str), &str> {
    let mut titles = BTreeMap::new();
    for service in &scenario.services {
        let mut to_do: Vec<&[flow::Element]> = vec![&service.elements];
        while let Some(list) = to_do.pop() {
            for element in list.iter().filter(|e| !e.name.is_empty()) {
                titles.entry((service.id.as_str(), element.id.as_str())).or_insert(element.name.as_str());
            }
            to_do.extend(list.iter().filter_map(flow::Element::inner));
        }
    }
    titles
}
