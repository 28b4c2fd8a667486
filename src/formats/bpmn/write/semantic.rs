//! A draft as the elements of BPMN.

use std::collections::BTreeMap;

use crate::diagram::picture::LaneKey;
use crate::formats::bpmn::write::draft::{Body, Border, Data, Draft, Node, Process};
use crate::formats::bpmn::write::layout::{LanePlan, Plan, association_id, remark};
use crate::formats::bpmn::write::names::{Names, Once};
use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::xml::XmlElement;
use crate::model::Id;
use crate::model::scenario::Scenario;

/// A pool: the process's participant and its lanes.
#[derive(Debug)]
pub(super) struct Pool {
    /// Id of the participant.
    pub id: String,
    /// Lanes, agencies with their lanes in them.
    pub lanes: Vec<Lane>,
}

/// A lane, with lanes in it where it is an agency's.
#[derive(Debug)]
pub(super) struct Lane {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Upper edge.
    pub top: f64,
    /// Height.
    pub height: f64,
    /// Ids of the nodes in it.
    pub nodes: Vec<String>,
    /// Lanes in it.
    pub inner: Vec<Lane>,
}

/// A message from one pool to another.
#[derive(Debug)]
pub(super) struct MessageFlow {
    /// Its id.
    pub id: String,
    /// The message.
    pub message: String,
    /// The node that sends.
    pub from: String,
    /// The node that waits.
    pub to: String,
}

/// Makes the pool of a process: lanes of one agency lie in a lane of the agency's.
pub(super) fn pool(scenario: &Scenario, process: &Process, plan: &mut Plan, names: &mut Names) -> Pool {
    let service = &scenario.services[process.service];
    // The reader takes the pool for the agency: where its id is free, it is kept.
    let wish = service.agency.clone().unwrap_or_else(|| format!("{}.pool", process.id));
    let id = names.free(&wish, &process.id);
    let mut lanes: Vec<Lane> = Vec::new();
    let mut agency_of_last: Option<Id> = None;
    for lane in std::mem::take(&mut plan.lanes) {
        let agency = agency_of(&lane.key);
        let made = make_lane(&lane, &process.id, names);
        match lanes.last_mut().filter(|_| agency.is_some() && agency == agency_of_last) {
            Some(outer) => {
                outer.height = made.top + made.height - outer.top;
                outer.inner.push(made);
            }
            None => match &agency {
                Some(agency) if matches!(lane.key, LaneKey::Pool(_)) => {
                    let name = scenario.agencies.iter().find(|a| a.id == *agency).map_or("", |a| a.name.as_str());
                    let name = if name.is_empty() { agency } else { name }.to_owned();
                    let id = names.free(&format!("{}.{agency}", process.id), "lane");
                    let (top, height) = (made.top, made.height);
                    lanes.push(Lane { id, name, top, height, nodes: Vec::new(), inner: vec![made] });
                }
                _ => lanes.push(made),
            },
        }
        agency_of_last = agency;
    }
    Pool { id, lanes }
}

fn agency_of(key: &LaneKey) -> Option<Id> {
    match key {
        LaneKey::Pool(reference) => Some(reference.split_once('/').map_or(reference.as_str(), |(agency, _)| agency).to_owned()),
        LaneKey::Agency(agency) => Some(agency.clone()),
        LaneKey::Citizen | LaneKey::Registry(_) | LaneKey::System => None,
    }
}

fn make_lane(plan: &LanePlan, process: &str, names: &mut Names) -> Lane {
    let wish = match &plan.key {
        LaneKey::Citizen => "citizen",
        LaneKey::System => "systems",
        LaneKey::Pool(reference) => reference.split_once('/').map_or(reference.as_str(), |(_, pool)| pool),
        LaneKey::Agency(id) | LaneKey::Registry(id) => id.as_str(),
    };
    let id = names.free(wish, process);
    Lane { id, name: plan.title.clone(), top: plan.top, height: plan.height, nodes: plan.nodes.clone(), inner: Vec::new() }
}

/// Finds the messages that go from one process to another.
pub(super) fn message_flows(draft: &mut Draft) -> Vec<MessageFlow> {
    let (mut senders, mut receivers) = (Vec::new(), Vec::new());
    for (i, process) in draft.processes.iter().enumerate() {
        let mut bodies = vec![&process.body];
        while let Some(body) = bodies.pop() {
            for node in &body.nodes {
                bodies.extend(node.inside.as_ref());
                let by_attribute = node.attributes.iter().find(|(name, _)| *name == "messageRef").map(|(_, id)| id.clone());
                for message in node.definitions.iter().filter_map(message_of).chain(by_attribute) {
                    let side = if node.tag == "intermediateThrowEvent" { &mut senders } else { &mut receivers };
                    side.push((i, message, node.id.clone()));
                }
                for border in &node.borders {
                    receivers.extend(border.definitions.iter().filter_map(message_of).map(|m| (i, m, border.id.clone())));
                }
            }
        }
    }
    let mut flows = Vec::new();
    for (from, message, sender) in &senders {
        for (_, _, receiver) in receivers.iter().filter(|(to, m, _)| to != from && m == message) {
            let id = draft.names.free(&format!("{sender}.to.{receiver}"), "message");
            flows.push(MessageFlow { id, message: message.clone(), from: sender.clone(), to: receiver.clone() });
        }
    }
    flows
}

fn message_of(definition: &XmlElement) -> Option<String> {
    definition.attribute("messageRef").map(str::to_owned)
}

/// Makes the collaboration: pools and messages between them.
pub(super) fn collaboration(id: &str, scenario: &Scenario, draft: &Draft, pools: &[Pool], flows: &[MessageFlow]) -> XmlElement {
    let participant = |(process, pool): (&Process, &Pool)| {
        let service = &scenario.services[process.service];
        let name = if service.name.is_empty() { &service.id } else { &service.name };
        element("bpmn:participant").with("id", &pool.id).with("name", name).with("processRef", &process.id)
    };
    let flow = |flow: &MessageFlow| {
        element("bpmn:messageFlow")
            .with("id", &flow.id)
            .with("sourceRef", &flow.from)
            .with("targetRef", &flow.to)
            .with("messageRef", &flow.message)
    };
    element("bpmn:collaboration")
        .with("id", id)
        .children(draft.processes.iter().zip(pools).map(participant))
        .children(flows.iter().map(flow))
}

/// Makes the things that stand once at the top of the file.
pub(super) fn once(scenario: &Scenario, names: &Names) -> Vec<XmlElement> {
    let mut all = Vec::new();
    let mut add = |kind, tag: &str, name_of: &dyn Fn(&str) -> String| {
        for (name, id) in names.all_once(kind) {
            all.push(element(tag).with("id", id).with("name", name_of(name)));
        }
    };
    add(Once::Message, "bpmn:message", &str::to_owned);
    add(Once::Error, "bpmn:error", &str::to_owned);
    add(Once::Escalation, "bpmn:escalation", &str::to_owned);
    add(Once::Signal, "bpmn:signal", &str::to_owned);
    let staff = |reference: &str| {
        let named = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
        let found = scenario.staff_pool(reference);
        found.map_or(reference.to_owned(), |(a, p)| format!("{}: {}", named(&a.name, &a.id), named(&p.name, &p.id)))
    };
    add(Once::Staff, "bpmn:resource", &staff);
    let registry = |id: &str| {
        let name = scenario.registries.iter().find(|r| r.id == id).map_or("", |r| r.name.as_str());
        if name.is_empty() { id.to_owned() } else { name.to_owned() }
    };
    add(Once::Store, "bpmn:dataStore", &registry);
    all
}

/// Makes a process.
pub(super) fn process(
    scenario: &Scenario,
    it: &Process,
    pool: &Pool,
    objects: &BTreeMap<Id, String>,
    names: &Names,
) -> XmlElement {
    let name = &scenario.services[it.service].name;
    let process = element("bpmn:process").with("id", &it.id).with_some("name", name).with("isExecutable", "false");
    let lanes = (!pool.lanes.is_empty()).then(|| lane_set("bpmn:laneSet", &format!("{}.lanes", pool.id), &pool.lanes));
    let documents = objects.iter().map(|(document, id)| {
        let name = scenario.documents.iter().find(|d| d.id == *document).map_or("", |d| d.name.as_str());
        element("bpmn:dataObject").with("id", id).with("name", if name.is_empty() { document } else { name })
    });
    body(process.children(lanes).children(documents), &it.body, names)
}

fn lane_set(tag: &str, id: &str, lanes: &[Lane]) -> XmlElement {
    let lane = |lane: &Lane| {
        let refs = lane.nodes.iter().map(|node| element("bpmn:flowNodeRef").saying(node));
        let inner = (!lane.inner.is_empty()).then(|| lane_set("bpmn:childLaneSet", &format!("{}.lanes", lane.id), &lane.inner));
        element("bpmn:lane").with("id", &lane.id).with("name", &lane.name).children(refs).children(inner)
    };
    element(tag).with("id", id).children(lanes.iter().map(lane))
}

/// Adds what is drawn in a body: nodes with their borders, documents, arrows, then remarks and associations.
fn body(mut parent: XmlElement, it: &Body, names: &Names) -> XmlElement {
    for node in &it.nodes {
        parent = parent.child(flow_node(node, it, names));
        for border in &node.borders {
            parent = parent.child(boundary_event(node, border, it));
        }
        parent = parent.children(node.data.iter().map(reference));
    }
    for flow in &it.flows {
        let condition = flow
            .condition
            .as_ref()
            .map(|text| element("bpmn:conditionExpression").with("xsi:type", "bpmn:tFormalExpression").saying(text));
        let made = element("bpmn:sequenceFlow").with("id", &flow.id).with_some("name", &flow.name);
        parent = parent.child(made.with("sourceRef", &flow.from).with("targetRef", &flow.to).children(condition));
    }
    let association = |from: &str, to: &str, id: String, directed: bool| {
        let made = element("bpmn:association").with("id", id);
        let made = if directed { made.with("associationDirection", "One") } else { made };
        made.with("sourceRef", from).with("targetRef", to)
    };
    for node in &it.nodes {
        if let Some(remark) = remark(node) {
            let text = element("bpmn:text").saying(&remark.text);
            parent = parent.child(element("bpmn:textAnnotation").with("id", &remark.id).child(text));
            parent = parent.child(association(&remark.at, &remark.id, association_id(&remark.id), false));
        }
        for border in &node.borders {
            if let Some(handler) = &border.undone_by {
                parent = parent.child(association(&border.id, handler, association_id(&border.id), true));
            }
        }
    }
    parent
}

/// Makes a node with what is drawn in it.
pub(super) fn flow_node(node: &Node, around: &Body, names: &Names) -> XmlElement {
    let mut made = element(&format!("bpmn:{}", node.tag)).with("id", &node.id).with_some("name", &node.name);
    for (name, value) in &node.attributes {
        made = made.with(name, value);
    }
    if let Some(default) = around.flows.iter().find(|f| f.from == node.id && f.is_default) {
        made = made.with("default", &default.id);
    }
    if !node.note.trim().is_empty() {
        made = made.child(element("bpmn:documentation").saying(&node.note));
    }
    made = made.children(ends(&node.id, around));
    if !node.data.is_empty() {
        made = made.children(data(&node.id, &node.data));
    }
    for (i, (pool, _)) in node.staff.iter().enumerate() {
        let id = names.all_once(Once::Staff).find(|(name, _)| name == pool).map_or("", |(_, id)| id);
        let resource = element("bpmn:resourceRef").saying(id);
        made = made.child(element("bpmn:potentialOwner").with("id", format!("{}.by{}", node.id, i + 1)).child(resource));
    }
    made = made.children(node.marker.clone());
    if let Some(inside) = &node.inside {
        made = body(made, inside, names);
    }
    made.children(node.definitions.iter().cloned())
}

/// Makes an event at a node's border.
pub(super) fn boundary_event(node: &Node, border: &Border, around: &Body) -> XmlElement {
    let made = element("bpmn:boundaryEvent").with("id", &border.id).with_some("name", &border.name);
    let made = if border.interrupting { made } else { made.with("cancelActivity", "false") };
    made.with("attachedToRef", &node.id).children(ends(&border.id, around)).children(border.definitions.iter().cloned())
}

/// The arrows that end and begin at a node.
fn ends(id: &str, around: &Body) -> Vec<XmlElement> {
    let named = |tag: &'static str, flow: &str| element(tag).saying(flow);
    let into = around.flows.iter().filter(|f| f.to == id).map(|f| named("bpmn:incoming", &f.id));
    let out = around.flows.iter().filter(|f| f.from == id).map(|f| named("bpmn:outgoing", &f.id));
    into.chain(out).collect()
}

/// What a task reads and writes, with the inputs and outputs to which the associations lead.
fn data(node: &str, data: &[Data]) -> Vec<XmlElement> {
    let end = |at: &Data| format!("{}.{}", at.id, if at.is_result { "out" } else { "in" });
    let mut specification = element("bpmn:ioSpecification").with("id", format!("{node}.data"));
    let (mut inputs, mut outputs) = (element("bpmn:inputSet"), element("bpmn:outputSet"));
    for at in data.iter().filter(|d| !d.is_result) {
        specification = specification.child(element("bpmn:dataInput").with("id", end(at)).with("name", &at.name));
        inputs = inputs.child(element("bpmn:dataInputRefs").saying(&end(at)));
    }
    for at in data.iter().filter(|d| d.is_result) {
        specification = specification.child(element("bpmn:dataOutput").with("id", end(at)).with("name", &at.name));
        outputs = outputs.child(element("bpmn:dataOutputRefs").saying(&end(at)));
    }
    let mut made = vec![specification.child(inputs).child(outputs)];
    let side = |tag: &'static str, at: &Data, from: &str, to: &str| {
        let (from, to) = (element("bpmn:sourceRef").saying(from), element("bpmn:targetRef").saying(to));
        element(tag).with("id", association_id(&at.id)).child(from).child(to)
    };
    made.extend(data.iter().filter(|d| !d.is_result).map(|at| side("bpmn:dataInputAssociation", at, &at.id, &end(at))));
    made.extend(data.iter().filter(|d| d.is_result).map(|at| side("bpmn:dataOutputAssociation", at, &end(at), &at.id)));
    made
}

fn reference(data: &Data) -> XmlElement {
    let (tag, of) =
        if data.is_store { ("bpmn:dataStoreReference", "dataStoreRef") } else { ("bpmn:dataObjectReference", "dataObjectRef") };
    element(tag).with("id", &data.id).with("name", &data.name).with(of, &data.of)
}
