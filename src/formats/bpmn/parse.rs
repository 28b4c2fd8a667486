//! XML to the typed tree: by local names, whatever the prefixes, and forgiving about what tools leave out.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::tree::{
    Body, Bounds, Definitions, Event, EventDefinition, EventPlace, Flow, GatewayKind, Lane, Marker, MessageFlow, Node, NodeKind,
    Participant, Process, TaskKind, TimerText,
};
use crate::formats::bpmn::xml::XmlElement;

/// How deep sub-processes may lie in each other; the program does not run deeper ones.
const DEEPEST: usize = 40;

/// Reads what the outermost element holds.
pub(super) fn definitions(root: &XmlElement, findings: &mut Findings) -> Definitions {
    let mut parser = Parser { findings, ids: BTreeSet::new(), unnamed: 0 };
    let mut out = Definitions { name: named(root), ..Definitions::default() };
    for element in root.elements() {
        match element.local() {
            "process" | "globalProcess" => out.processes.extend(parser.process(element)),
            "collaboration" | "conversation" => parser.collaboration(element, &mut out),
            "choreography" | "globalChoreographyTask" => {
                let process = parser.process(element);
                out.processes.extend(process);
            }
            "error" | "escalation" | "signal" | "message" | "resource" => {
                if let Some(id) = element.attribute("id") {
                    let name = element.attribute("name").filter(|n| !n.trim().is_empty()).unwrap_or(id);
                    out.names.insert(clean(id), squeezed(name));
                }
            }
            "dataStore" => out.stores.push((element.attribute("id").map(clean).unwrap_or_default(), named(element))),
            local if local.starts_with("global") && local.ends_with("Task") => {
                if let Some(id) = element.attribute("id") {
                    out.global_tasks.insert(clean(id), named(element));
                }
            }
            "BPMNDiagram" => shapes(element, &mut out.shapes),
            _ => {}
        }
    }
    out
}

/// Returns a name, or the id where there is none.
fn named(element: &XmlElement) -> String {
    let name = element.attribute("name").map(squeezed).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| element.attribute("id").map(clean).unwrap_or_default())
}

/// Returns a name on one line.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns an id out of a reference, which may carry a prefix.
pub(super) fn reference(text: &str) -> String {
    let text = text.trim();
    let text = text.rsplit_once('}').map_or(text, |(_, local)| local);
    clean(text.rsplit_once(':').map_or(text, |(_, local)| local))
}

/// Returns an id in the characters that ids of studies have; others become `_`.
pub(super) fn clean(id: &str) -> String {
    id.trim().chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' }).collect()
}

fn shapes(diagram: &XmlElement, out: &mut BTreeMap<String, Bounds>) {
    for plane in diagram.elements() {
        for shape in plane.elements().filter(|e| e.local() == "BPMNShape") {
            if let (Some(of), Some(bounds)) = (shape.attribute("bpmnElement"), bounds(shape)) {
                out.insert(reference(of), bounds);
            }
        }
    }
}

/// Returns where a shape lies.
pub(super) fn bounds(shape: &XmlElement) -> Option<Bounds> {
    let bounds = shape.child("Bounds")?;
    let (width, height) = (number(bounds, "width").unwrap_or(0.0), number(bounds, "height").unwrap_or(0.0));
    Some(Bounds { x: number(bounds, "x")?, y: number(bounds, "y")?, width, height })
}

/// Returns a place or a length of the drawing.
pub(super) fn number(element: &XmlElement, name: &str) -> Option<f64> {
    element.attribute(name).and_then(|n| n.trim().parse::<f64>().ok()).filter(|n| n.is_finite() && n.abs() < 1e9)
}

/// Tells whether arrows may lead from or to elements of this kind.
pub(super) fn is_flow_node(local: &str) -> bool {
    ["ask", "ateway", "Event", "ubProcess", "ctivity", "ransaction", "horeography"].iter().any(|end| local.ends_with(end))
}

struct Parser<'f> {
    findings: &'f mut Findings,
    ids: BTreeSet<String>,
    unnamed: usize,
}

impl Parser<'_> {
    /// Returns an element's id, or one made for it where it has none or bears that of another.
    fn id(&mut self, element: &XmlElement) -> String {
        let given = element.attribute("id").map(clean).unwrap_or_default();
        if !given.is_empty() && self.ids.insert(given.clone()) {
            return given;
        }
        let base = if given.is_empty() { element.local() } else { given.as_str() };
        let id = loop {
            self.unnamed += 1;
            let id = format!("{base}-{}", self.unnamed);
            if self.ids.insert(id.clone()) {
                break id;
            }
        };
        if given.is_empty() {
            let message = format!("A <{}> has no id; it is called '{id}' here.", element.local());
            self.findings.push(element.at, Diagnostic::warning("missing-id", Default::default(), message));
        } else {
            let message = format!("The id '{given}' is borne by two elements; the second is called '{id}' here.");
            let hint = "Arrows that name it lead to the first one. Give each an id of its own.";
            self.findings.push(element.at, Diagnostic::warning("duplicate-id", Default::default(), message).hint(hint));
        }
        id
    }

    fn collaboration(&mut self, element: &XmlElement, out: &mut Definitions) {
        for part in element.elements() {
            match part.local() {
                "participant" => {
                    let id = self.id(part);
                    let process = part.attribute("processRef").map(reference).filter(|p| !p.is_empty());
                    out.participants.push(Participant { name: named(part), id, process });
                }
                "messageFlow" => {
                    let (source, target) = (part.attribute("sourceRef"), part.attribute("targetRef"));
                    let (source, target) = (source.map(reference).unwrap_or_default(), target.map(reference).unwrap_or_default());
                    let message = part.attribute("messageRef").map(reference).filter(|id| !id.is_empty());
                    out.message_flows.push(MessageFlow { id: self.id(part), source, target, message, at: part.at });
                }
                _ => {}
            }
        }
    }

    fn process(&mut self, element: &XmlElement) -> Option<Process> {
        let id = self.id(element);
        let mut lanes = Vec::new();
        for set in element.elements().filter(|e| e.local() == "laneSet") {
            self.lanes(set, &mut lanes, &mut Vec::new());
        }
        Some(Process { id, name: named(element), lanes, body: self.body(element, 0), at: element.at })
    }

    /// Adds the lanes of a set; `around` are the names of those around it, the outermost first.
    fn lanes(&mut self, set: &XmlElement, out: &mut Vec<Lane>, around: &mut Vec<String>) {
        for lane in set.elements().filter(|e| e.local() == "lane") {
            let id = self.id(lane);
            let mut nodes: Vec<String> =
                lane.elements().filter(|e| e.local() == "flowNodeRef").map(|e| reference(&e.text())).collect();
            if around.len() < DEEPEST {
                around.push(lane.attribute("name").map(squeezed).unwrap_or_default());
                for inner in lane.elements().filter(|e| matches!(e.local(), "childLaneSet" | "laneSet")) {
                    let first = out.len();
                    self.lanes(inner, out, around);
                    let inside: BTreeSet<&str> = out[first..].iter().flat_map(|l| l.nodes.iter().map(String::as_str)).collect();
                    nodes.retain(|node| !inside.contains(node.as_str()));
                }
                around.pop();
            }
            if !nodes.is_empty() || lane.child("childLaneSet").is_none() {
                // Several departments may each have a lane of clerks.
                let mut names: Vec<&str> = around.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
                let own = named(lane);
                names.push(&own);
                out.push(Lane { id, name: names.join(": "), nodes });
            }
        }
    }

    fn body(&mut self, element: &XmlElement, depth: usize) -> Body {
        let mut body = Body::default();
        for part in element.elements() {
            match part.local() {
                "sequenceFlow" => {
                    let end = |name: &str| part.attribute(name).map(reference).unwrap_or_default();
                    let condition = part.child("conditionExpression").map(XmlElement::text).filter(|t| !t.is_empty());
                    let name = part.attribute("name").map(squeezed).unwrap_or_default();
                    let (source, target) = (end("sourceRef"), end("targetRef"));
                    body.flows.push(Flow { id: self.id(part), name, source, target, condition, at: part.at });
                }
                "dataObjectReference" | "dataObject" | "dataInput" | "dataOutput" => {
                    body.data_objects.push((part.attribute("id").map(clean).unwrap_or_default(), named(part)));
                }
                "dataStoreReference" => {
                    let store = part.attribute("dataStoreRef").map(reference).unwrap_or_default();
                    body.data_stores.push((part.attribute("id").map(clean).unwrap_or_default(), store, named(part)));
                }
                "association" => {
                    let end = |name: &str| part.attribute(name).map(reference).unwrap_or_default();
                    body.associations.push((end("sourceRef"), end("targetRef")));
                }
                _ => {
                    if let Some(node) = self.node(part, depth) {
                        body.nodes.push(node);
                    }
                }
            }
        }
        body
    }

    fn node(&mut self, element: &XmlElement, depth: usize) -> Option<Node> {
        let flag = |name: &str, default: bool| element.attribute(name).map_or(default, |v| matches!(v.trim(), "true" | "1"));
        let gateway = |kind| Some(NodeKind::Gateway(kind));
        let task = |kind| Some(NodeKind::Task(kind));
        let local = element.local();
        let kind = match local {
            "task" | "choreographyTask" | "callChoreography" | "abstractTask" => task(TaskKind::Plain),
            "userTask" => task(TaskKind::User),
            "manualTask" => task(TaskKind::Manual),
            "serviceTask" => task(TaskKind::Service),
            "scriptTask" => task(TaskKind::Script),
            "businessRuleTask" => task(TaskKind::Rule),
            "sendTask" => task(TaskKind::Send),
            "receiveTask" => task(TaskKind::Receive),
            "exclusiveGateway" => gateway(GatewayKind::Exclusive),
            "inclusiveGateway" => gateway(GatewayKind::Inclusive),
            "parallelGateway" => gateway(GatewayKind::Parallel),
            "eventBasedGateway" => gateway(GatewayKind::EventBased),
            "complexGateway" => gateway(GatewayKind::Complex(element.child("activationCondition").and_then(awaited))),
            "callActivity" => {
                Some(NodeKind::Call(element.attribute("calledElement").or(element.attribute("processRef")).map(reference)))
            }
            "subProcess" | "adHocSubProcess" | "transaction" | "subChoreography" => None,
            "startEvent" => Some(event(element, EventPlace::Start { interrupting: flag("isInterrupting", true) })),
            "intermediateCatchEvent" => Some(event(element, EventPlace::Catch)),
            "intermediateThrowEvent" | "implicitThrowEvent" => Some(event(element, EventPlace::Throw)),
            "intermediateEvent" => Some(event(element, EventPlace::Catch)),
            "endEvent" => Some(event(element, EventPlace::End)),
            "boundaryEvent" => {
                let host = element.attribute("attachedToRef").map(reference).unwrap_or_default();
                Some(event(element, EventPlace::Boundary { host, interrupting: flag("cancelActivity", true) }))
            }
            _ => return None,
        };
        let id = self.id(element);
        let kind = match kind {
            // Some tools write event-based gateways so.
            Some(NodeKind::Event(event)) if event.place == EventPlace::Catch && waits_for_an_end(&event) => {
                let message = "An event that is waited for can be no cancellation and no termination; it is read as an event-based \
                               gateway: what follows is waited for.";
                let hint = "Draw an event-based gateway, or an event that can be waited for.";
                self.findings.push(element.at, Diagnostic::warning("misplaced-event", Default::default(), message).hint(hint));
                NodeKind::Gateway(GatewayKind::EventBased)
            }
            Some(kind) => kind,
            None if depth >= DEEPEST => {
                let message = format!("Sub-processes lie in each other more than {DEEPEST} deep; '{id}' is taken as one task.");
                self.findings.push(element.at, Diagnostic::warning("too-deep", Default::default(), message));
                NodeKind::Task(TaskKind::Plain)
            }
            None => NodeKind::SubProcess {
                body: self.body(element, depth + 1),
                is_event: flag("triggeredByEvent", false),
                is_transaction: local == "transaction",
                is_ad_hoc: local == "adHocSubProcess" || element.child("ad_hoc").is_some(),
            },
        };
        let refs = |association: &str, end: &str| -> Vec<String> {
            let found = element.elements().filter(|e| e.local() == association);
            found.flat_map(|e| e.elements().filter(|e| e.local() == end)).map(|e| reference(&e.text())).collect()
        };
        Some(Node {
            name: element.attribute("name").map(squeezed).unwrap_or_default(),
            id,
            kind,
            at: element.at,
            default_flow: element.attribute("default").map(reference).filter(|d| !d.is_empty()),
            repeat: marker(element),
            is_for_compensation: flag("isForCompensation", false),
            reads: refs("dataInputAssociation", "sourceRef"),
            writes: refs("dataOutputAssociation", "targetRef"),
            performers: element.elements().filter_map(performer).collect(),
            documentation: element.child("documentation").map(XmlElement::text).unwrap_or_default(),
        })
    }
}

/// Returns for how many arrows a condition waits that says just that: `activationCount >= 2`.
fn awaited(condition: &XmlElement) -> Option<u32> {
    let text: String = all_text(condition).chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_start_matches(['$', '#', '=']).trim_matches(|c| matches!(c, '{' | '}' | '(' | ')'));
    let rest = text.strip_prefix("activationCount")?;
    let (count, more) =
        [(">=", 0), ("==", 0), ("=", 0), (">", 1)].into_iter().find_map(|(sign, n)| Some((rest.strip_prefix(sign)?, n)))?;
    count.parse::<u32>().ok()?.checked_add(more)
}

/// Returns whom a role of an activity names: a resource of the file, or, where an expression assigns somebody, what it says if that is a
/// plain name.
fn performer(role: &XmlElement) -> Option<String> {
    if !matches!(role.local(), "performer" | "humanPerformer" | "potentialOwner" | "resourceRole") {
        return None;
    }
    let named = role.child("resourceRef").map(|e| reference(&e.text()));
    let assigned = || role.child("resourceAssignmentExpression").map(|e| squeezed(&all_text(e)));
    let name = named.or_else(assigned)?;
    let is_plain = !name.is_empty() && !name.contains(['$', '{', '}', '(', ')', '=', '/', '"', '\'']);
    is_plain.then_some(name)
}

/// Returns the text in an element at any depth.
fn all_text(element: &XmlElement) -> String {
    element.elements().fold(element.text(), |text, inner| text + " " + &all_text(inner))
}

fn waits_for_an_end(event: &Event) -> bool {
    event.definitions.iter().any(|d| matches!(d, EventDefinition::Cancel | EventDefinition::Terminate))
}

fn event(element: &XmlElement, place: EventPlace) -> NodeKind {
    let mut definitions = Vec::new();
    for part in element.elements() {
        let target = |name: &str| part.attribute(name).map(reference).filter(|r| !r.is_empty());
        definitions.push(match part.local() {
            "messageEventDefinition" => EventDefinition::Message(target("messageRef")),
            "timerEventDefinition" => EventDefinition::Timer(timer(part)),
            "errorEventDefinition" => EventDefinition::Error(target("errorRef")),
            "escalationEventDefinition" => EventDefinition::Escalation(target("escalationRef")),
            "signalEventDefinition" => EventDefinition::Signal(target("signalRef")),
            "compensateEventDefinition" | "compensationEventDefinition" => EventDefinition::Compensation(target("activityRef")),
            "conditionalEventDefinition" => {
                EventDefinition::Condition(part.child("condition").map(XmlElement::text).unwrap_or_default())
            }
            "linkEventDefinition" => EventDefinition::Link(
                part.attribute("name")
                    .filter(|n| !n.trim().is_empty())
                    .or(element.attribute("name"))
                    .map(squeezed)
                    .unwrap_or_default(),
            ),
            "terminateEventDefinition" => EventDefinition::Terminate,
            "cancelEventDefinition" => EventDefinition::Cancel,
            // A definition that stands elsewhere in the file: what it is about is not looked up, that there is one counts.
            "eventDefinitionRef" => EventDefinition::Condition(String::new()),
            _ => continue,
        });
    }
    let all = element.attribute("parallelMultiple").is_some_and(|v| v.trim() == "true");
    NodeKind::Event(Event { place, definitions, all })
}

fn timer(definition: &XmlElement) -> TimerText {
    for part in definition.elements() {
        let text = part.text();
        match part.local() {
            _ if text.is_empty() => {}
            "timeDuration" => return TimerText::Duration(text),
            "timeDate" => return TimerText::Date(text),
            "timeCycle" => return TimerText::Cycle(text),
            _ => {}
        }
    }
    TimerText::Unknown
}

fn marker(element: &XmlElement) -> Option<Marker> {
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| *n > 0);
    element.elements().find_map(|part| match part.local() {
        "standardLoopCharacteristics" => Some(Marker::Loop(part.attribute("loopMaximum").and_then(number))),
        "multiInstanceLoopCharacteristics" => {
            let sequential = part.attribute("isSequential").is_some_and(|v| v.trim() == "true");
            let count = part.child("loopCardinality").and_then(|e| number(&e.text()));
            Some(Marker::Multiple { sequential, count })
        }
        _ => None,
    })
}
