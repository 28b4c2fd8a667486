//! The typed tree to a study: what a drawing means when it runs.
//!
//! - Each process is a service; its elements keep the ids of the file. What the program needs beside them (where a way ends
//!   that is drawn without an end, what splits where arrows fork from a task) has the element's id with a suffix after a dot.
//! - Processes that send to each other belong to one case: a message to a start event begins that process beside the
//!   sender's; several that nobody begins begin together, as a life event does.
//! - Pools are agencies, lanes their staff pools, as `actors` says; `figures` holds what is assumed where the drawing says
//!   nothing; `arrows` says where a process begins and what is done about arrows that lead nowhere; `repair` cuts circles that
//!   nobody would ever leave; `choices` makes one what two pools decide that send to each other.
//!
//! Reading order: `links`, `arrows`, `body`, `nodes`, `events`.

mod actors;
mod arrows;
mod body;
pub(super) mod choices;
mod documents;
mod events;
pub(super) mod figures;
mod links;
mod nodes;
mod repair;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::base::distribution::Distribution;
use crate::base::time::SimDuration;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::tree::Definitions;
use crate::formats::bpmn::{FlowUse, Ids};
use crate::model::Id;
use crate::model::demand::{Arrivals, Demand};
use crate::model::figure::Figure;
use crate::model::flow::{Begin, Element, ElementKind};
use crate::model::life_event::{LifeEvent, ServiceUse};
use crate::model::scenario::Scenario;
use crate::model::service::{Form, Service};
use crate::model::step::Performer;
use crate::model::study::{PlanDefaults, Study};
use actors::Actors;
use arrows::Arrow;
use documents::Data;
use links::Links;

/// What is known while a file is read.
struct Reader<'d, 'f> {
    definitions: &'d Definitions,
    links: Links<'d>,
    actors: Actors,
    data: Data<'d>,
    flows: BTreeMap<&'d str, Vec<Arrow<'d>>>,
    led_by_nothing: BTreeSet<&'d str>,
    findings: &'f mut Findings,
    ids: Ids,
    /// The process being read.
    process: usize,
}

/// Reads a study out of a file's content. `None` where nothing is drawn that could run.
pub(super) fn study(definitions: &Definitions, name: &str, findings: &mut Findings) -> Option<(Study, Ids)> {
    let drawn: BTreeSet<usize> =
        definitions.processes.iter().enumerate().filter(|(_, p)| !p.body.nodes.is_empty()).map(|(i, _)| i).collect();
    let links = Links::of(definitions, findings);
    let arrows::Sorted { by_body: flows, led_by_nothing } = arrows::sorted(definitions, &links, findings);
    let actors = Actors::of(definitions, &drawn, findings);
    let data = Data::of(definitions);
    let mut reader =
        Reader { definitions, links, actors, data, flows, led_by_nothing, findings, ids: Ids::default(), process: 0 };
    let mut services = Vec::new();
    for &process in &drawn {
        services.extend(reader.service(process));
    }
    if services.is_empty() {
        let message = "The file draws no process: there is nothing in it that could run.";
        let hint = if definitions.participants.is_empty() {
            "Draw at least one task, and save it as BPMN 2.0."
        } else {
            "All its pools are empty (black boxes). Draw what happens inside at least one of them."
        };
        findings.push(0, Diagnostic::error("nothing-to-run", Default::default(), message).hint(hint));
        return None;
    }
    name_starts(&mut services);
    let Reader { links, mut actors, data, ids, .. } = reader;
    actors.keep_used(&staff_used(&services));
    let (registries, documents) = data.finish(&services);
    let mut scenario = Scenario { agencies: actors.agencies, registries, documents, services, ..Scenario::default() };
    scenario.agencies.retain(|a| !a.pools.is_empty());
    for service in &mut scenario.services {
        if let Some(agency) = &service.agency
            && !scenario.agencies.iter().any(|a| a.id == *agency)
        {
            service.agency = None;
        }
    }
    demand(definitions, &links, &drawn, &mut scenario);
    say_assumed(&scenario, drawn.first().map_or(0, |&process| definitions.processes[process].at), findings);
    for (gateway, said) in choices::couple(&mut scenario) {
        findings.push(links.nodes.get(gateway.as_str()).map_or(0, |l| l.node.at), said);
    }
    let notes = vec![
        "Read from a BPMN drawing. What the drawing does not say is assumed and marked so: durations, shares, staff, arrivals."
            .to_owned(),
    ];
    let plan = PlanDefaults {
        horizon: SimDuration::from_days(4 * 7),
        warm_up: SimDuration::from_days(7),
        follow_up: SimDuration::from_days(12 * 7),
        ..PlanDefaults::default()
    };
    let title = title(definitions, &drawn, name);
    let study = Study { id: crate::formats::bpmn::parse::clean(&slug(name)), title, notes, scenario, plan, ..Study::default() };
    Some((study, ids))
}

/// Lets what begins a service name the element at which that begins instead of the start event that is drawn: none where it
/// begins there by itself.
fn name_starts(services: &mut [Service]) {
    let mut named: BTreeMap<(Id, Id), Option<Id>> = BTreeMap::new();
    let mut lists: Vec<&[Element]> = services.iter().map(|service| service.elements.as_slice()).collect();
    while let Some(elements) = lists.pop() {
        for element in elements {
            if let ElementKind::Begin(Begin { service, at: Some(at) }) = &element.kind
                && let Some(begun) = services.iter().find(|s| s.id == *service)
            {
                let only = begun.elements.iter().filter(|e| e.kind == ElementKind::Start).map(|e| &e.id).next();
                let start = body::begun_at(&begun.elements, at).filter(|start| Some(start) != only);
                named.insert((service.clone(), at.clone()), start);
            }
            lists.extend(element.inner());
        }
    }
    let mut lists: Vec<&mut Vec<Element>> = services.iter_mut().map(|service| &mut service.elements).collect();
    while let Some(elements) = lists.pop() {
        for element in elements {
            if let ElementKind::Begin(begin) = &mut element.kind
                && let Some(at) = begin.at.take()
            {
                begin.at = named.get(&(begin.service.clone(), at)).cloned().flatten();
            }
            lists.extend(element.inner_mut());
        }
    }
}

fn title(definitions: &Definitions, drawn: &BTreeSet<usize>, name: &str) -> String {
    let mut names = drawn.iter().filter_map(|&i| {
        let process = &definitions.processes[i];
        let pool = definitions.participants.iter().find(|p| p.process.as_ref() == Some(&process.id));
        let name = pool.map_or(&process.name, |p| &p.name);
        (*name != process.id && pool.is_none_or(|p| p.name != p.id)).then(|| name.clone())
    });
    match (names.next(), names.next()) {
        (Some(only), None) => only,
        _ => slug(name),
    }
}

/// Returns a file's name without folder and extension.
fn slug(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if name.is_empty() { "model".to_owned() } else { name.to_owned() }
}

/// Returns the staff pools that services need.
fn staff_used(services: &[Service]) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for service in services {
        let mut lists = vec![service.elements.as_slice()];
        while let Some(elements) = lists.pop() {
            for element in elements {
                lists.extend(element.inner());
                if let crate::model::flow::ElementKind::Step(step) = &element.kind
                    && let Performer::Staff(pools) = &step.performer
                {
                    used.extend(pools.iter().map(|p| p.pool.clone()));
                }
            }
        }
    }
    used
}

/// Lets cases arrive: one stream for each group of processes that belong to one case.
fn demand(definitions: &Definitions, links: &Links<'_>, drawn: &BTreeSet<usize>, scenario: &mut Scenario) {
    let groups: BTreeSet<usize> = drawn.iter().map(|&p| links.group[p]).collect();
    for group in groups {
        let members: Vec<usize> = drawn.iter().copied().filter(|&p| links.group[p] == group).collect();
        let mut roots: Vec<usize> = members.iter().copied().filter(|p| !links.begun.contains(p)).collect();
        if roots.is_empty() {
            roots.extend(members.first());
        }
        let id_of = |process: usize| definitions.processes[process].id.clone();
        let of = match roots.as_slice() {
            [] => continue,
            [only] => id_of(*only),
            several => {
                let id = unused(scenario, &format!("{}.together", id_of(several[0])));
                let services = several
                    .iter()
                    .map(|&p| ServiceUse {
                        service: id_of(p),
                        after: Vec::new(),
                        due: Figure::assumed(1.0),
                        delay: Figure::assumed(Distribution::Fixed(0.0)),
                    })
                    .collect();
                let names: Vec<String> = several.iter().map(|&p| definitions.processes[p].name.clone()).collect();
                scenario.life_events.push(LifeEvent { id: id.clone(), name: names.join(" + "), services });
                id
            }
        };
        let note = "The drawing does not say how often cases come: one an hour on average taken.".to_owned();
        let interval = Distribution::Exponential { mean: figures::MEAN_BETWEEN_CASES as f64 };
        let interval = Figure { note, ..Figure::assumed(interval) };
        scenario.demand.push(Demand {
            id: format!("{of}.cases"),
            of,
            arrivals: Arrivals::Renewal { interval, first_at_start: true, limit: None, calendar: None },
            background: false,
        });
    }
}

/// Says what is assumed of the drawing as a whole, at its first process: how many people there are, and how often cases come.
fn say_assumed(scenario: &Scenario, at: usize, findings: &mut Findings) {
    let mut say = |code, message| findings.push(at, Diagnostic::note(code, Default::default(), message));
    for pool in scenario.agencies.iter().flat_map(|agency| &agency.pools) {
        let message = format!("How many people '{}' has is assumed: so many that nobody waits for them.", pool.name);
        say("assumed-staff", message);
    }
    for demand in &scenario.demand {
        let service = scenario.services.iter().find(|service| service.id == demand.of).map(|service| &service.name);
        let event = || scenario.life_events.iter().find(|event| event.id == demand.of).map(|event| &event.name);
        let name = service.or_else(event).unwrap_or(&demand.of);
        say("assumed-arrivals", format!("How often cases of '{name}' come is assumed: one an hour on average."));
    }
}

fn unused(scenario: &Scenario, id: &str) -> Id {
    let taken = |id: &str| scenario.services.iter().any(|s| s.id == id) || scenario.life_events.iter().any(|l| l.id == id);
    let mut candidate = id.to_owned();
    while taken(&candidate) {
        candidate.push('\'');
    }
    candidate
}

impl Reader<'_, '_> {
    fn service(&mut self, process: usize) -> Option<Service> {
        self.process = process;
        let definitions = self.definitions;
        let drawn = &definitions.processes[process];
        let elements = self.body(&drawn.body, &drawn.id, &[], arrows::Whole::Process);
        let participant = definitions.participants.iter().find(|p| p.process.as_ref() == Some(&drawn.id));
        Some(Service {
            id: drawn.id.clone(),
            name: participant.map_or(&drawn.name, |p| &p.name).clone(),
            agency: self.actors.agency_of.get(process).cloned().flatten(),
            form: Form::PartiallyAutomated,
            elements,
            ..Service::default()
        })
    }

    /// Remembers what an arrow of the file became.
    fn flow_is(&mut self, flow: &str, element: &str, branch: usize) {
        let service = self.definitions.processes[self.process].id.clone();
        self.ids.flows.insert(flow.to_owned(), FlowUse { service, element: element.to_owned(), branch });
    }

    fn warn(&mut self, at: usize, code: &'static str, message: impl Into<String>, hint: &str) {
        self.findings.push(at, Diagnostic::warning(code, Default::default(), message).hint(hint));
    }

    fn note(&mut self, at: usize, code: &'static str, message: impl Into<String>) {
        self.findings.push(at, Diagnostic::note(code, Default::default(), message));
    }
}
