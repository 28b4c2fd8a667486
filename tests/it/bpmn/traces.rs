//! The order of another simulator: bpmn-js-token-simulation, diagram by diagram.
//!
//! Its traces tell when each token enters and leaves each element and each arrow. It knows no time: everything is done as soon
//! as it can be, breadth first, an arrow being one hop, and whoever made the trace set off events and chose ways by hand.
//! The mapping:
//!
//! - Time: every arrow is given a wait of one millisecond, tasks take none, so that our clock counts hops. What was set off by
//!   hand (starts, events that wait for something from outside, tasks that were made to wait) is set off by a service of the
//!   test's own, each a second times its place in the trace later, so that it comes after all hops that it came after there.
//! - Choices: each time that a gateway is left, it takes the ways whose arrows the trace enters then.
//! - A trace that goes on from where another one ended begins with a run up to there.
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
use kezek::model::flow::{Begin, Branch, Element, ElementKind, Trigger, Wait, WaitCause, WaitUntil};
use kezek::model::service::Service;
use kezek::model::step::Performer;

/// Differences that are accepted, each as it shows and with its reason. All others are faults.
const ACCEPTED: &[(&str, &str, &str)] = &[(
    "terminate-nested-scopes",
    "after [\"Flow_4\", \"Flow_6\"] at 1 ms ours enters [\"Flow_3\"], theirs []",
    "One of two tokens that move at the same instant ends the process. Which moves first is open in BPMN 2.0; here the other one \
     has set out on its next arrow, which it does not come to the end of.",
)];

/// The service that begins by hand what the trace does.
const HAND: &str = "by hand";

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
    /// Processes by their own id and by that of their pool.
    processes: BTreeMap<String, String>,
    /// Message flows with what they come from.
    messages: BTreeMap<String, String>,
    /// What stands in processes, the start events among it, the activities, and what sends signals.
    nodes: BTreeSet<String>,
    start_events: BTreeSet<String>,
    activities: BTreeSet<String>,
    senders: BTreeSet<String>,
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
            processes: BTreeMap::new(),
            messages: BTreeMap::new(),
            nodes: BTreeSet::new(),
            start_events: BTreeSet::new(),
            activities: BTreeSet::new(),
            senders: BTreeSet::new(),
        };
        let mut to_do: Vec<&XmlElement> = vec![&root];
        while let Some(element) = to_do.pop() {
            to_do.extend(element.elements());
            let get = |name: &str| element.attribute(name).unwrap_or_default().to_owned();
            if matches!(element.local(), "process" | "subProcess" | "transaction") {
                oracle.nodes.extend(element.elements().filter_map(|e| e.attribute("id")).map(str::to_owned));
            }
            if element.child("signalEventDefinition").is_some() && element.local() != "startEvent" {
                oracle.senders.insert(get("id"));
            }
            if element.local().ends_with("ask") {
                oracle.activities.insert(get("id"));
            }
            match element.local() {
                "startEvent" => drop(oracle.start_events.insert(get("id"))),
                "process" => drop(oracle.processes.insert(get("id"), get("id"))),
                "participant" => drop(oracle.processes.insert(get("id"), get("processRef"))),
                "messageFlow" => drop(oracle.messages.insert(get("id"), get("sourceRef"))),
                "sequenceFlow" => {
                    oracle.connected.extend([get("sourceRef"), get("targetRef")]);
                    oracle.flows.insert(get("id"), (get("sourceRef"), get("targetRef")));
                }
                "eventBasedGateway" => drop(oracle.races.insert(get("id"))),
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

    /// Returns the processes that somebody begins by hand: where in the trace, and at which start.
    fn begun_by_hand(&self) -> Vec<(usize, String, String)> {
        let mut found = Vec::new();
        for (i, (verb, id)) in self.trace.iter().enumerate() {
            if verb != "createScope" || !self.processes.contains_key(id) {
                continue;
            }
            // Whatever sends has been entered, or its message left, just before.
            let before = self.trace[..i].iter().rev().find(|(verb, _)| verb != "createScope");
            let sent = before.is_some_and(|(verb, id)| match self.messages.get(id) {
                Some(source) => verb == "exit" && self.nodes.contains(source),
                None => verb == "enter" && self.senders.contains(id),
            });
            if !sent {
                let signals = self.trace[i..].iter().skip_while(|(verb, of)| verb != "signal" || of != id).skip(1);
                let start = signals.clone().find(|(verb, id)| verb == "signal" && self.nodes.contains(id));
                let start = start.filter(|(_, id)| self.start_events.contains(id));
                found.push((i, id.clone(), start.map(|(_, id)| id.clone()).unwrap_or_default()));
            }
        }
        found
    }

    /// Returns the service that a process or pool of the trace is.
    fn service_of<'s>(&self, process: &str, services: &'s [Service]) -> Option<&'s Service> {
        let id = self.processes.get(process)?;
        services.iter().find(|service| service.id == *id)
    }

    /// Returns for each time that a gateway is left the arrows by which.
    fn choices(&self, gateway: &str) -> Vec<BTreeSet<&str>> {
        let left = self.trace.iter().enumerate().filter(|(_, (verb, id))| verb == "exit" && id == gateway);
        left.map(|(i, _)| {
            let made = self.trace[i + 1..].iter().take_while(|(verb, _)| verb == "createScope");
            made.map(|(_, id)| id.as_str()).filter(|id| self.flows.contains_key(*id)).collect()
        })
        .collect()
    }

    /// Tells whether a task waits in the trace until somebody sets it off, or for ever.
    fn waits(&self, task: &str) -> bool {
        let out: Vec<&String> = self.flows.iter().filter(|(_, (source, _))| source == task).map(|(flow, _)| flow).collect();
        let left: usize = out.iter().map(|flow| self.count("enter", flow)).min().unwrap_or(usize::MAX);
        self.count("signal", task) > 0 || left < self.count("enter", task)
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

/// Lets a study's elements wait for what the trace sets off by hand, and choose as it does.
struct Steering<'a> {
    oracle: &'a Oracle,
    /// The arrow that each way of a gateway is.
    ways: BTreeMap<(String, usize), String>,
    /// What waits to be set off by hand.
    by_hand: BTreeSet<String>,
}

/// The message that sets something off by hand.
fn hand(id: &str) -> String {
    format!("{HAND} {id}")
}

impl Steering<'_> {
    fn elements(&mut self, elements: &mut [Element]) {
        elements.iter_mut().for_each(|element| self.element(element));
    }

    /// What would happen at a time of its own is set off by hand.
    fn trigger(&mut self, trigger: &mut Trigger, id: &str) {
        if matches!(trigger, Trigger::After(_)) {
            self.by_hand.insert(id.to_owned());
            *trigger = Trigger::Message(hand(id));
        }
    }

    fn branches(&self, id: &str, ways: &mut [Branch]) {
        let choices = self.oracle.choices(id);
        for (i, way) in ways.iter_mut().enumerate() {
            let flow = self.ways.get(&(id.to_owned(), i)).map(String::as_str).unwrap_or_default();
            let times: Vec<String> = (0..choices.len()).filter(|&n| choices[n].contains(flow)).map(|n| n.to_string()).collect();
            let each = times.iter().map(|n| format!("visits('{id}') == {n}")).collect::<Vec<_>>();
            let never = format!("visits('{id}') < 0");
            (way.otherwise, way.share) = (false, None);
            way.when = Some(if each.is_empty() { never } else { each.join(" or ") });
        }
        if let [only] = ways {
            (only.otherwise, only.when) = (true, None);
        }
    }

    fn element(&mut self, element: &mut Element) {
        let id = element.id.clone();
        match &mut element.kind {
            ElementKind::Step(_) if self.oracle.waits(&id) => {
                self.by_hand.insert(id.clone());
                element.kind = ElementKind::Receive(hand(&id));
            }
            ElementKind::Step(step) => {
                step.performer = Performer::Citizen;
                step.documents.clear();
                step.duration = Figure::assumed(Distribution::Fixed(0.0));
                if let Some(failure) = &mut step.failure {
                    failure.share = Figure::assumed(self.oracle.count("signal", &failure.next).min(1) as f64);
                }
            }
            ElementKind::Wait(wait) if !id.ends_with(".hop") => {
                if matches!(wait.until, WaitUntil::For(_)) {
                    self.by_hand.insert(id.clone());
                    element.kind = ElementKind::Receive(hand(&id));
                }
            }
            ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) => self.branches(&id, ways),
            ElementKind::EventBased(ways) => {
                for way in ways {
                    let event = way.to.strip_prefix(&format!("{id}.")).unwrap_or(&way.to);
                    let event = if event.starts_with("event") { id.clone() } else { event.to_owned() };
                    self.trigger(&mut way.trigger, &event);
                }
            }
            ElementKind::SubProcess(inner) => self.elements(inner),
            ElementKind::EventSubProcess(event) => {
                let start = event.elements.iter().find(|e| e.kind == ElementKind::Start).unwrap();
                let first = start.next.as_ref().filter(|_| start.id.ends_with(".start")).unwrap_or(&start.id);
                let first = first.strip_suffix(".all").unwrap_or(first).to_owned();
                self.trigger(&mut event.trigger, &first);
                for other in &mut event.others {
                    let at = other.at.strip_suffix(".begun").unwrap_or(&other.at).to_owned();
                    self.trigger(&mut other.trigger, &at);
                }
                self.elements(&mut event.elements);
            }
            _ => {}
        }
        for event in &mut element.boundary {
            let id = event.id.clone();
            self.trigger(&mut event.trigger, &id);
        }
    }
}

/// Returns a service that does by hand what the trace does by hand: begins processes, each at a start, and sets events off, each
/// a second times its place in the trace after the first.
fn by_hand(oracle: &Oracle, services: &[Service], events: &BTreeSet<String>) -> Service {
    let mut done: Vec<(usize, ElementKind)> = Vec::new();
    let begun = oracle.begun_by_hand();
    if begun.is_empty() {
        // The trace goes on from where another one ended: that one is run before.
        let begin = |service: &Service| ElementKind::Begin(Begin { service: service.id.clone(), at: None });
        done.extend(services.iter().map(|service| (0, begin(service))));
    }
    for (at, process, start) in begun {
        let Some(service) = oracle.service_of(&process, services) else { continue };
        let has = |id: &str| service.elements.iter().any(|e| e.id == id);
        let all = format!("{start}.all");
        let is_first = service.elements.iter().any(|e| e.id == start && e.kind == ElementKind::Start);
        let at_start = [all, start].into_iter().find(|id| has(id)).filter(|_| !is_first);
        done.push((at, ElementKind::Begin(Begin { service: service.id.clone(), at: at_start })));
    }
    for (i, (_, id)) in oracle.trace.iter().enumerate().filter(|(_, (verb, id))| verb == "signal" && events.contains(id)) {
        done.push((i + 1, ElementKind::Send(hand(id))));
    }
    done.sort_by_key(|(at, _)| *at);
    let mut elements = vec![Element { id: "hand".into(), kind: ElementKind::Start, ..Element::default() }];
    let mut last = 0;
    for (n, (at, kind)) in done.into_iter().enumerate() {
        let wait = Wait {
            until: WaitUntil::For(Figure::assumed(Distribution::Fixed((at - last) as f64 * 1000.0))),
            cause: WaitCause::External,
            suspends_term: false,
        };
        let (waits, does) = (format!("hand.wait{n}"), format!("hand.does{n}"));
        elements.last_mut().unwrap().next = Some(waits.clone());
        let next = Some(does.clone());
        elements.push(Element { id: waits, kind: ElementKind::Wait(wait), next, ..Element::default() });
        elements.push(Element { id: does, kind, ..Element::default() });
        last = at;
    }
    elements.last_mut().unwrap().next = Some("hand.end".into());
    elements.push(Element { id: "hand.end".into(), ..Element::default() });
    Service { id: HAND.into(), elements, ..Service::default() }
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
            verb == "enter" && (oracle.compared(id) || oracle.activities.contains(id) && !oracle.connected.contains(id))
        })
        .map(|(_, id)| id.clone())
        .collect();
    let Some(Imported { mut study, ids, .. }) = read.value else {
        return if theirs.is_empty() { Ok(()) } else { Err(format!("not read: {:?}", read.diagnostics)) };
    };
    let scenario = &mut study.scenario;
    let ways = ids.flows.iter().map(|(flow, used)| ((used.element.clone(), used.branch), flow.clone())).collect();
    let mut steering = Steering { oracle: &oracle, ways, by_hand: BTreeSet::new() };
    for service in &mut scenario.services {
        steering.elements(&mut service.elements);
    }
    scenario.services.push(by_hand(&oracle, &scenario.services, &steering.by_hand));
    scenario.life_events.clear();
    scenario.demand.truncate(1);
    for demand in &mut scenario.demand {
        demand.of = HAND.to_owned();
        if let Arrivals::Renewal { limit, .. } = &mut demand.arrivals {
            *limit = Some(1);
        }
    }
    let end = SimTime(30 * 86_400_000);
    let mut compiled = compile(scenario, SimDuration(end.ms())).map_err(|faults| format!("{faults:?}"))?;
    let names = &compiled.names.elements;
    for (i, name) in names.iter().enumerate() {
        compiled.program.elements[Idx::new(i)].reported |= name.role == Role::Step;
    }
    let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 1000 };
    let mut recorder = Recorder { seen: Vec::new() };
    run(&compiled.program, &plan, &mut recorder, &CancelToken::default());
    let begin = recorder.seen.first().map(|(at, _)| *at).unwrap_or_default();
    let mut ours: BTreeMap<SimTime, Vec<String>> = BTreeMap::new();
    recorder.seen.sort_unstable();
    // What a trace that goes on from another one presupposes has been done before its first second.
    let from = if oracle.begun_by_hand().is_empty() { 500 } else { 0 };
    for (at, element) in recorder.seen.iter().filter(|(at, _)| at.since(begin).ms() >= from) {
        let name = &names[*element];
        let label = match name.step.strip_suffix(".hop") {
            Some(flow) if oracle.compared(flow) && name.role == Role::Wait => flow.to_owned(),
            None if name.role == Role::Step && !oracle.connected.contains(&name.step) => name.step.clone(),
            _ => continue,
        };
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
    let (mut faults, mut accepted) = (Vec::new(), 0);
    for drawing in &drawings {
        let name = drawing.file_stem().unwrap().to_string_lossy().into_owned();
        let known = ACCEPTED.iter().find(|(of, ..)| name.ends_with(of));
        match (differs(drawing), known) {
            (Ok(()), None) => {}
            (Err(fault), Some((_, expected, _))) if fault == *expected => accepted += 1,
            (Err(fault), _) => faults.push(format!("{name}: {fault}")),
            (Ok(()), Some(_)) => faults.push(format!("{name} agrees: take it off the accepted differences")),
        }
    }
    let agreeing = drawings.len() - faults.len() - accepted;
    super::say(&format!("{agreeing} of {} drawings agree, {accepted} differ as accepted.", drawings.len()));
    assert!(faults.is_empty(), "{} differ:\n{}", faults.len(), faults.join("\n"));
}
