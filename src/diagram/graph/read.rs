//! Reads nodes and edges from elements of the model.

use std::collections::BTreeMap;

use crate::diagram::graph::lanes::give_lanes;
use crate::diagram::graph::{Border, Document, Edge, Graph, Node};
use crate::diagram::picture::{BorderSymbol, DocumentRole, EndKind, Exit, LaneKey, Mark, NodeKind};
use crate::diagram::words::Words;
use crate::model::flow::{Boundary, Branch, Element, ElementKind, Outcome, Trigger, WaitCause};
use crate::model::scenario::Scenario;
use crate::model::step::{DocumentSource, Performer, Step};

/// Reads a list of elements.
pub(in crate::diagram) fn single(scenario: &Scenario, elements: &[Element], words: &Words) -> Graph {
    let mut graph = raw(scenario, elements, words);
    give_lanes(&mut graph, &[scenario], words);
    for element in elements {
        if let Some(inner) = element.inner() {
            graph.inside.push((element.id.clone(), single(scenario, inner, words)));
        }
    }
    graph
}

/// Reads nodes and edges, one node for each element in order; lanes are still to be given.
pub(super) fn raw(scenario: &Scenario, elements: &[Element], words: &Words) -> Graph {
    let mut position = BTreeMap::new();
    for (i, element) in elements.iter().enumerate() {
        position.entry(element.id.as_str()).or_insert(i);
    }
    let mut graph = Graph::default();
    for (from, element) in elements.iter().enumerate() {
        graph.nodes.push(node(scenario, element, words));
        let mut lead = |to: &str, exit: Exit, share: Option<f64>, text: String| {
            // Followers that do not exist are the checks' business; there is nothing to draw them to.
            if let Some(&to) = position.get(to) {
                graph.edges.push(Edge { from, to, exit, mark: Mark::Kept, share, text });
            }
        };
        if let Some(next) = &element.next {
            lead(next, Exit::Next, None, String::new());
        }
        match &element.kind {
            ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) => {
                for (i, way) in ways.iter().enumerate() {
                    let share = way.share.as_ref().map(|share| share.value);
                    lead(&way.to, Exit::Way(i), share, text_of_way(way, words));
                }
            }
            ElementKind::Parallel(ways) => {
                ways.iter().enumerate().for_each(|(i, to)| lead(to, Exit::Way(i), None, String::new()));
            }
            ElementKind::EventBased(ways) => {
                for (i, way) in ways.iter().enumerate() {
                    lead(&way.to, Exit::Way(i), None, text_of_trigger(&way.trigger, words));
                }
            }
            ElementKind::Offer(offer) => {
                lead(&offer.accepted, Exit::Accepted, None, words.accepted.clone());
                lead(&offer.declined, Exit::Declined, None, words.declined.clone());
                lead(&offer.silent, Exit::Silent, None, words.silent.clone());
                lead(&offer.unreachable, Exit::Unreachable, None, words.unreachable.clone());
            }
            ElementKind::Step(step) => {
                if let Some(failure) = &step.failure {
                    let text = format!("{} {}", words.fails, words.percent(failure.share.value));
                    lead(&failure.next, Exit::Failure, Some(failure.share.value), text);
                }
                if let Some(patience) = &step.patience {
                    lead(&patience.next, Exit::Patience, None, words.leaves_line.clone());
                }
            }
            _ => {}
        }
        for event in &element.boundary {
            lead(&event.next, Exit::Border(event.id.clone()), None, text_of_border(event, words));
        }
    }
    graph
}

fn text_of_way(way: &Branch, words: &Words) -> String {
    let mut text = way.name.clone();
    if text.is_empty() {
        text = match (&way.when, way.otherwise) {
            (Some(condition), _) => condition.clone(),
            (None, true) => words.otherwise.clone(),
            (None, false) => String::new(),
        };
    }
    match &way.share {
        Some(share) if text.is_empty() => words.percent(share.value),
        Some(share) => format!("{text} {}", words.percent(share.value)),
        None => text,
    }
}

fn text_of_trigger(trigger: &Trigger, words: &Words) -> String {
    match trigger {
        Trigger::After(duration) => words.time(duration.value.mean()),
        Trigger::Weekly(at) => format!("{:02}:{:02}", at.minute / 60, at.minute % 60),
        Trigger::Deadline => words.deadline.clone(),
        Trigger::Message(name) | Trigger::Signal(name) | Trigger::Error(name) | Trigger::Escalation(name) => name.clone(),
        Trigger::Cancel | Trigger::Compensation => String::new(),
    }
}

fn text_of_border(event: &Boundary, words: &Words) -> String {
    if event.name.is_empty() { text_of_trigger(&event.trigger, words) } else { event.name.clone() }
}

fn node(scenario: &Scenario, element: &Element, words: &Words) -> Node {
    let kind = kind_of(&element.kind);
    let is_plain = !matches!(kind.outline(), crate::diagram::picture::Outline::Box);
    let name = if element.name.is_empty() && !is_plain { element.id.clone() } else { element.name.clone() };
    let (mut documents, mut border) = (Vec::new(), Vec::new());
    if let ElementKind::Step(step) = &element.kind {
        documents = documents_of(scenario, step);
        border = exits_of(step, words);
    }
    border.extend(element.boundary.iter().map(|event| Border {
        exit: Exit::Border(event.id.clone()),
        name: text_of_border(event, words),
        symbol: match event.trigger {
            Trigger::After(_) | Trigger::Weekly(_) => BorderSymbol::Timer,
            Trigger::Deadline => BorderSymbol::Deadline,
            Trigger::Message(_) | Trigger::Signal(_) => BorderSymbol::Message,
            // Neither goes the usual way either.
            Trigger::Error(_) | Trigger::Escalation(_) | Trigger::Cancel | Trigger::Compensation => BorderSymbol::Error,
        },
        interrupting: event.interrupting,
    }));
    let own_lane = own_lane(scenario, &element.kind);
    Node { id: element.id.clone(), before: None, name, kind, mark: Mark::Kept, own_lane, lane: 0, documents, border, room: None }
}

fn kind_of(kind: &ElementKind) -> NodeKind {
    match kind {
        ElementKind::Start | ElementKind::OtherStart => NodeKind::Start,
        ElementKind::Step(step) => match step.performer {
            Performer::Citizen => NodeKind::CitizenStep,
            Performer::Staff(_) => NodeKind::StaffStep,
            Performer::System(_) => NodeKind::SystemStep,
        },
        ElementKind::Exclusive(_) => NodeKind::Exclusive,
        ElementKind::Parallel(_) => NodeKind::Parallel,
        ElementKind::Inclusive(_) => NodeKind::Inclusive,
        ElementKind::EventBased(_) => NodeKind::EventBased,
        ElementKind::Wait(_) => NodeKind::Wait,
        // Events along the way that take no time are drawn alike; their names tell them apart.
        ElementKind::Send(_)
        | ElementKind::Signal(_)
        | ElementKind::Begin(_)
        | ElementKind::Pass
        | ElementKind::Escalate(_)
        | ElementKind::Compensate(_) => NodeKind::Send,
        ElementKind::Receive(_) | ElementKind::AwaitSignal(_) => NodeKind::Receive,
        ElementKind::Batch { .. } => NodeKind::Batch,
        ElementKind::Call(_) => NodeKind::Call,
        ElementKind::SubProcess(_) | ElementKind::EventSubProcess(_) => NodeKind::SubProcess,
        ElementKind::Offer(_) => NodeKind::Offer,
        ElementKind::End(end) if end.error.is_some() => NodeKind::End(EndKind::Error),
        ElementKind::End(end) => NodeKind::End(match end.outcome {
            Outcome::Completed => EndKind::Completed,
            Outcome::Refused => EndKind::Refused,
            Outcome::Abandoned => EndKind::Abandoned,
            Outcome::NeverClaimed => EndKind::NeverClaimed,
        }),
    }
}

fn own_lane(scenario: &Scenario, kind: &ElementKind) -> Option<LaneKey> {
    match kind {
        ElementKind::Step(step) => Some(match &step.performer {
            Performer::Citizen => LaneKey::Citizen,
            Performer::Staff(pools) => match pools.first() {
                Some(first) => LaneKey::Pool(first.pool.clone()),
                None => return None,
            },
            Performer::System(Some(registry)) => LaneKey::Registry(registry.clone()),
            Performer::System(None) => LaneKey::System,
        }),
        ElementKind::Wait(wait) if wait.cause == WaitCause::Citizen => Some(LaneKey::Citizen),
        ElementKind::Offer(_) => Some(LaneKey::System),
        ElementKind::Begin(begin) => Some(LaneKey::Agency(scenario.service(&begin.service)?.agency.clone()?)),
        ElementKind::Call(service) => Some(LaneKey::Agency(scenario.service(service)?.agency.clone()?)),
        _ => None,
    }
}

fn exits_of(step: &Step, words: &Words) -> Vec<Border> {
    let border = |exit, name: &String, symbol| Border { exit, name: name.clone(), symbol, interrupting: true };
    let failure = step.failure.iter().map(|_| border(Exit::Failure, &words.fails, BorderSymbol::Error));
    let patience = step.patience.iter().map(|_| border(Exit::Patience, &words.leaves_line, BorderSymbol::Patience));
    failure.chain(patience).collect()
}

fn documents_of(scenario: &Scenario, step: &Step) -> Vec<Document> {
    let find = |id: &str| scenario.documents.iter().find(|document| document.id == id);
    let name_of = |id: &str| find(id).map(|d| d.name.as_str()).filter(|name| !name.is_empty()).unwrap_or(id).to_owned();
    let needs = step.documents.iter().map(|need| {
        let document = find(&need.document);
        let role = match need.from {
            DocumentSource::Citizen => DocumentRole::Asked,
            DocumentSource::Registry => {
                let id = document.and_then(|d| d.registry.as_deref()).unwrap_or("");
                let registry = scenario.registries.iter().find(|registry| registry.id == id);
                DocumentRole::Fetched(registry.map_or(id, |registry| &registry.name).to_owned())
            }
            DocumentSource::Issuer => {
                let id = document.and_then(|d| d.issued_by.as_deref()).unwrap_or("");
                DocumentRole::Ordered(scenario.service(id).map_or(id, |service| &service.name).to_owned())
            }
        };
        Document { id: need.document.clone(), name: name_of(&need.document), role, mark: Mark::Kept }
    });
    let issued =
        step.issues.iter().map(|id| Document { id: id.clone(), name: name_of(id), role: DocumentRole::Issued, mark: Mark::Kept });
    needs.chain(issued).collect()
}
