//! The order of another simulator: bpmn-js-token-simulation, diagram by diagram.
//!
//! Its traces tell when each token enters and leaves each element and each arrow. It knows no time: everything is done as soon
//! as it can be, breadth first, an arrow being one hop, and whoever made the trace set off events and chose ways by hand.
//! The mapping:
//!
//! - Time: every arrow is given a wait of one millisecond, tasks take none, so that our clock counts hops. What was set off by
//!   hand happens a second times its place in the trace later, so it comes after all hops that it came after there.
//! - Choices: a gateway takes the ways whose arrows the trace enters.
//! - Compared is the order in which arrows are entered, which is when the element before is left (and a millisecond before the
//!   next one is entered), and in which activities without arrows (those that compensate) are entered. What happens at the same instant here may
//!   stand in any order there.
//! - Arrows out of event-based gateways are left out: there, the token sits at the gateway and jumps to the event.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use kezek::base::distribution::Distribution;
use kezek::base::idx::Idx;
use kezek::base::progress::CancelToken;
use kezek::base::time::{SimDuration, SimTime};
use kezek::compile::compile;
use kezek::compile::names::Role;
use kezek::engine::record::{Activity, CaseEnd, Observer, ServiceEnd};
use kezek::engine::run::{RunPlan, run};
use kezek::formats::bpmn::xml::{XmlElement, parse};
use kezek::formats::bpmn::{Imported, read_bpmn};
use kezek::model::demand::Arrivals;
use kezek::model::figure::Figure;
use kezek::model::flow::{Branch, Element, ElementKind, Trigger, WaitUntil};
use kezek::model::step::Performer;

/// Drawings that agree, at least. A floor against loss, not the goal (all 93): raise it with each one that is mended.
/// The others are differences not yet explained, which the test names; none of them is accepted.
const AGREEING: usize = 65;

/// After this nothing counts: events that the trace never sets off happen then.
const NEVER: f64 = 5e8;

struct Recorder {
    seen: Vec<(SimTime, usize)>,
}

impl Observer for Recorder {
    fn activity(&mut self, activity: &Activity) {
        self.seen.push((activity.enabled, activity.element.get()));
    }
    fn service_ended(&mut self, _: &ServiceEnd) {}
    fn case_ended(&mut self, _: &CaseEnd<'_>) {}
}

/// What a trace says, and what is drawn.
struct Oracle {
    trace: Vec<(String, String)>,
    flows: BTreeMap<String, (String, String)>,
    connected: BTreeSet<String>,
    races: BTreeSet<String>,
    /// The start events in each sub-process.
    starts: BTreeMap<String, Vec<String>>,
    /// The activity at whose border an event is.
    hosts: BTreeMap<String, String>,
}

impl Oracle {
    fn read(text: &str, trace: &str) -> Oracle {
        let trace: Vec<String> = serde_json::from_str(trace).unwrap();
        let trace = trace.iter().map(|line| {
            let mut parts = line.split(':');
            (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned())
        });
        let root = parse(text).unwrap().root;
        let mut oracle = Oracle {
            trace: trace.collect(),
            flows: BTreeMap::new(),
            connected: BTreeSet::new(),
            races: BTreeSet::new(),
            starts: BTreeMap::new(),
            hosts: BTreeMap::new(),
        };
        let mut to_do: Vec<&XmlElement> = vec![&root];
        while let Some(element) = to_do.pop() {
            to_do.extend(element.elements());
            let get = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
            match element.local() {
                "sequenceFlow" => {
                    oracle.connected.extend([get("sourceRef"), get("targetRef")]);
                    oracle.flows.insert(get("id"), (get("sourceRef"), get("targetRef")));
                }
                "eventBasedGateway" => drop(oracle.races.insert(get("id"))),
                "boundaryEvent" => drop(oracle.hosts.insert(get("id"), get("attachedToRef"))),
                "subProcess" => {
                    let starts = element.elements().filter(|e| e.local() == "startEvent");
                    let ids = starts.filter_map(|e| e.attribute("id")).map(str::to_owned);
                    oracle.starts.insert(get("id"), ids.collect());
                }
                _ => {}
            }
        }
        oracle
    }

    /// Tells whether an id is one of those that are compared.
    fn compared(&self, id: &str) -> bool {
        self.flows.get(id).is_some_and(|(source, _)| !self.races.contains(source))
    }

    fn count(&self, what: &str, id: &str) -> usize {
        self.trace.iter().filter(|(verb, of)| verb == what && of == id).count()
    }

    fn position(&self, what: &str, id: &str, from: usize) -> Option<usize> {
        (from..self.trace.len()).find(|&i| self.trace[i].0 == what && self.trace[i].1 == id)
    }

    /// Returns how long something waits from when `since` is entered until the trace sets `id` off.
    fn length(&self, since: &str, id: &str, by_hand: &BTreeSet<String>) -> f64 {
        let Some(from) = self.position("enter", since, 0).or_else(|| self.position("createScope", since, 0)) else {
            return 2.0 * NEVER;
        };
        let Some(until) = self.position("signal", id, from) else { return 2.0 * NEVER };
        let before = (0..from).rev().find(|&i| self.trace[i].0 == "signal" && by_hand.contains(&self.trace[i].1));
        (until - before.unwrap_or(0)) as f64 * 1000.0
    }
}

/// Puts a wait of a millisecond on every arrow.
fn with_hops(text: &str, oracle: &Oracle) -> String {
    let mut text = text.to_owned();
    for (flow, (_, target)) in oracle.flows.iter().filter(|(flow, _)| oracle.compared(flow)) {
        let at = text.match_indices("sequenceFlow ").map(|(at, _)| at).find(|&at| {
            let tag = &text[at..at + text[at..].find('>').unwrap()];
            tag.contains(&format!(" id=\"{flow}\""))
        });
        let at = at.unwrap();
        let open = text[..at].rfind('<').unwrap();
        let p = text[open + 1..at].to_owned();
        let end = at + text[at..].find('>').unwrap();
        let tag = text[open..end].replace(&format!("targetRef=\"{target}\""), &format!("targetRef=\"{flow}.hop\""));
        let hop = format!(
            "<{p}intermediateCatchEvent id=\"{flow}.hop\"><{p}timerEventDefinition><{p}timeDuration>PT0.001S</{p}timeDuration>\
             </{p}timerEventDefinition></{p}intermediateCatchEvent><{p}sequenceFlow id=\"{flow}.on\" sourceRef=\"{flow}.hop\" targetRef=\"{target}\"/>"
        );
        text.replace_range(open..end, &format!("{hop}{tag}"));
    }
    text
}

/// Gives a study's elements the times and choices of the trace. The first pass only finds what is set off by hand.
struct Steering<'a> {
    oracle: &'a Oracle,
    /// The arrow that each way of a gateway is.
    ways: BTreeMap<(String, usize), String>,
    by_hand: BTreeSet<String>,
}

impl Steering<'_> {
    fn elements(&mut self, elements: &mut [Element], around: &str) {
        for element in elements {
            self.element(element, around);
        }
    }

    fn set(&mut self, duration: &mut Figure<Distribution>, since: &str, id: &str) {
        self.by_hand.insert(id.to_owned());
        *duration = Figure::assumed(Distribution::Fixed(self.oracle.length(since, id, &self.by_hand)));
    }

    fn branches(&self, id: &str, ways: &mut [Branch], one: bool) {
        let weights: Vec<usize> = (0..ways.len())
            .map(|i| match self.ways.get(&(id.to_owned(), i)) {
                Some(flow) => self.oracle.count("enter", flow),
                None => self.oracle.count("signal", &ways[i].to),
            })
            .collect();
        let total: usize = weights.iter().sum();
        for (i, way) in ways.iter_mut().enumerate() {
            let share = match (one, total) {
                (true, 0) => f64::from(i == 0),
                (true, _) => weights[i] as f64 / total as f64,
                (false, _) => f64::from(weights[i] > 0),
            };
            if one || !way.otherwise {
                (way.otherwise, way.when, way.share) = (false, None, Some(Figure::assumed(share)));
            }
        }
    }

    fn element(&mut self, element: &mut Element, around: &str) {
        let id = element.id.clone();
        match &mut element.kind {
            ElementKind::Step(step) => {
                step.performer = Performer::Citizen;
                step.documents.clear();
                step.duration = Figure::assumed(Distribution::Fixed(0.0));
                if let Some(failure) = &mut step.failure {
                    failure.share = Figure::assumed(self.oracle.count("signal", &failure.next).min(1) as f64);
                }
            }
            ElementKind::Wait(wait) if !id.ends_with(".hop") => {
                if let WaitUntil::For(length) = &mut wait.until {
                    self.set(length, &id, &id);
                }
            }
            ElementKind::Exclusive(ways) => self.branches(&id, ways, true),
            ElementKind::Inclusive(ways) => self.branches(&id, ways, false),
            ElementKind::EventBased(ways) => {
                for way in ways {
                    let event = way.to.strip_prefix(&format!("{id}.")).unwrap_or(&way.to).to_owned();
                    if let Trigger::After(length) = &mut way.trigger {
                        self.set(length, &id, &event);
                    }
                }
            }
            ElementKind::SubProcess(inner) => self.elements(inner, &id),
            ElementKind::EventSubProcess(event) => {
                if let Trigger::After(length) = &mut event.trigger {
                    self.set(length, around, &id);
                }
                self.elements(&mut event.elements, &id);
            }
            _ => {}
        }
        for event in &mut element.boundary {
            if let Trigger::After(length) = &mut event.trigger {
                let host = self.oracle.hosts.get(&event.id).cloned().unwrap_or_else(|| id.clone());
                self.set(length, &host, &event.id);
            }
        }
    }
}

/// Runs one case of a drawing as its trace went; returns what differs, if anything.
fn differs(drawing: &Path) -> Result<(), String> {
    let text = fs::read_to_string(drawing).unwrap();
    let oracle = Oracle::read(&text, &fs::read_to_string(drawing.with_extension("json")).unwrap());
    let read = read_bpmn(with_hops(&text, &oracle).as_bytes(), "drawing.bpmn");
    let theirs: Vec<String> = oracle
        .trace
        .iter()
        .filter(|(verb, id)| {
            verb == "enter" && (oracle.compared(id) || !oracle.flows.contains_key(id) && !oracle.connected.contains(id))
        })
        .map(|(_, id)| id.clone())
        .collect();
    let Some(Imported { mut study, ids, .. }) = read.value else {
        return if theirs.is_empty() { Ok(()) } else { Err(format!("not read: {:?}", read.diagnostics)) };
    };
    let scenario = &mut study.scenario;
    let ways = ids.flows.iter().map(|(flow, used)| ((used.element.clone(), used.branch), flow.clone())).collect();
    let mut steering = Steering { oracle: &oracle, ways, by_hand: BTreeSet::new() };
    // Twice: lengths count from the last event set off by hand before, all of which are known only after the first pass.
    for _ in 0..2 {
        for service in &mut scenario.services {
            let id = service.id.clone();
            steering.elements(&mut service.elements, &id);
        }
    }
    for demand in &mut scenario.demand {
        if let Arrivals::Renewal { limit, .. } = &mut demand.arrivals {
            *limit = Some(1);
        }
    }
    let begun = |service: &str| oracle.count("createScope", service) > 0;
    scenario.life_events.iter_mut().for_each(|l| l.services.retain(|s| begun(&s.service)));
    let of_life_events: BTreeSet<String> = scenario.life_events.iter().map(|l| l.id.clone()).collect();
    scenario.demand.retain(|d| of_life_events.contains(&d.of) || begun(&d.of));
    let end = SimTime(30 * 86_400_000);
    let mut compiled = compile(scenario, SimDuration(end.ms())).map_err(|faults| format!("{faults:?}"))?;
    let names = &compiled.names.elements;
    for (i, name) in names.iter().enumerate() {
        compiled.program.elements[Idx::new(i)].reported |= name.role == Role::Step;
    }
    let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 1000 };
    let mut recorder = Recorder { seen: Vec::new() };
    run(&compiled.program, &plan, &mut recorder, &CancelToken::default());
    let begin = recorder.seen.iter().map(|(at, _)| *at).min().unwrap_or_default();
    let mut ours: BTreeMap<SimTime, Vec<String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (at, element) in recorder.seen.iter().filter(|(at, _)| (at.since(begin).ms() as f64) < NEVER) {
        let name = &names[*element];
        let label = match name.step.strip_suffix(".hop") {
            Some(flow) if oracle.compared(flow) && name.role == Role::Wait => flow.to_owned(),
            None if name.role == Role::Step && !oracle.connected.contains(&name.step) => name.step.clone(),
            _ => continue,
        };
        let _ = seen.insert(label.clone());
        ours.entry(*at).or_default().push(label);
    }
    let mut rest = theirs.as_slice();
    for (at, group) in &mut ours {
        let n = group.len().min(rest.len());
        let mut expected = rest[..n].to_vec();
        expected.sort();
        group.sort();
        if *group != expected {
            let came: Vec<String> = theirs[..theirs.len() - rest.len()].to_vec();
            return Err(format!("after {came:?} at {} ms ours enters {group:?}, theirs {expected:?}", at.since(begin).ms()));
        }
        rest = &rest[n..];
    }
    if rest.is_empty() { Ok(()) } else { Err(format!("ours ends before {rest:?}")) }
}

#[test]
fn elements_are_left_in_the_order_of_the_token_simulation() {
    let drawings = super::files("token-simulation", "bpmn");
    if drawings.is_empty() {
        return;
    }
    let mut faults = Vec::new();
    for drawing in &drawings {
        let name = drawing.file_stem().unwrap().to_string_lossy().into_owned();
        if let Err(fault) = differs(drawing) {
            faults.push(format!("{name}: {fault}"));
        }
    }
    let agreeing = drawings.len() - faults.len();
    crate::bpmn::say(&format!("{agreeing} of {} drawings agree. These differ:\n{}", drawings.len(), faults.join("\n")));
    assert!(agreeing >= AGREEING, "{agreeing} of {} agree, fewer than {AGREEING}:\n{}", drawings.len(), faults.join("\n"));
}
