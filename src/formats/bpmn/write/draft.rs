//! A scenario as what BPMN draws: processes of nodes and arrows, not yet with places.
//!
//! An element becomes the node that means the same, with its id. What BPMN draws with more than one node is split: an offer is sent
//! and its answer told apart by a gateway; an event-based gateway leads to events; leaving the line and failing are events at a
//! task's border; a wait with events at its border lies in a sub-process, since only activities have borders. The nodes added bear
//! the element's id with a suffix after a dot, as those do that the reader adds.

use std::collections::{BTreeMap, BTreeSet};

use crate::formats::bpmn::write::events;
use crate::formats::bpmn::write::happenings::interrupts;
use crate::formats::bpmn::write::lost::Lost;
use crate::formats::bpmn::write::names::{Names, Once};
use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::xml::XmlElement;
use crate::model::Id;
use crate::model::figure::NumberFigure;
use crate::model::flow::{Begin, Boundary, Branch, Element, ElementKind, EventStart, Repeat, Trigger};
use crate::model::offer::Offer;
use crate::model::scenario::Scenario;
use crate::model::service::{Form, Service};
use crate::model::step::{DocumentSource, Performer, Step};

/// A service as a process.
#[derive(Debug)]
pub(super) struct Process {
    /// Its id in the file.
    pub id: String,
    /// Position of the service.
    pub service: usize,
    /// What is drawn in it.
    pub body: Body,
}

/// What is drawn in a process or sub-process.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Nodes, in the order of the elements.
    pub nodes: Vec<Node>,
    /// Arrows.
    pub flows: Vec<Flow>,
}

/// A node.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its id in the file.
    pub id: String,
    /// The element that it comes from.
    pub of: Id,
    /// Its name.
    pub name: String,
    /// The name of its XML element.
    pub tag: &'static str,
    /// Further attributes.
    pub attributes: Vec<(&'static str, String)>,
    /// Event definitions.
    pub definitions: Vec<XmlElement>,
    /// Its loop or multi-instance marker.
    pub marker: Option<XmlElement>,
    /// What a reader should see beside it.
    pub note: String,
    /// In whose lane it stands; `None` beside its neighbours.
    pub lane: Option<ElementKind>,
    /// Staff pools that do it, with how many people.
    pub staff: Vec<(String, u32)>,
    /// Documents and registries.
    pub data: Vec<Data>,
    /// What is drawn in it.
    pub inside: Option<Body>,
    /// Events at its border.
    pub borders: Vec<Border>,
}

impl Node {
    /// Tells whether it is drawn as a gateway.
    pub fn is_gateway(&self) -> bool {
        self.tag.ends_with("Gateway")
    }

    /// Tells whether it is drawn as an event.
    pub fn is_event(&self) -> bool {
        self.tag.ends_with("Event")
    }
}

/// An event at a node's border.
#[derive(Debug)]
pub(super) struct Border {
    /// Its id in the file.
    pub id: String,
    /// The element that it belongs to.
    pub of: Id,
    /// Its name.
    pub name: String,
    /// What sets it off.
    pub definitions: Vec<XmlElement>,
    /// Whether it stops what it is at.
    pub interrupting: bool,
    /// The node that undoes what it is at: connected by an association, not an arrow.
    pub undone_by: Option<String>,
}

/// A document or registry at a node.
#[derive(Debug)]
pub(super) struct Data {
    /// Id of the shape.
    pub id: String,
    /// Id of the document in the process, or of the store.
    pub of: String,
    /// Its name.
    pub name: String,
    /// Whether it is a registry.
    pub is_store: bool,
    /// Whether it comes out of the node.
    pub is_result: bool,
}

/// An arrow.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// Its id in the file.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The node or border event that it leaves.
    pub from: String,
    /// The node that it leads to.
    pub to: String,
    /// Its condition.
    pub condition: Option<String>,
    /// The share of cases that go this way.
    pub share: Option<f64>,
    /// Whether it is the way taken when no other is.
    pub is_default: bool,
}

/// Makes processes of a scenario's services.
pub(super) struct Drafter<'s> {
    /// The scenario.
    pub scenario: &'s Scenario,
    /// The service at work.
    pub service: &'s Service,
    /// Its position.
    at: usize,
    /// Ids in the file.
    pub names: Names,
    /// Ids of the processes.
    processes: Vec<String>,
    /// What BPMN cannot say.
    pub lost: Lost,
    /// Data objects of the process, by document.
    pub objects: BTreeMap<Id, String>,
    /// How many arrows leave each node.
    leaving: BTreeMap<String, usize>,
    /// Which services are begun by others, and where; each once.
    begins: Vec<Begin>,
}

/// All that is drawn of a scenario.
pub(super) struct Draft {
    /// The processes, in the order of the services.
    pub processes: Vec<Process>,
    /// Data objects of each process: document and id.
    pub objects: Vec<BTreeMap<Id, String>>,
    /// Ids in the file.
    pub names: Names,
    /// What BPMN cannot say.
    pub lost: Lost,
}

impl Draft {
    /// Returns all arrows.
    pub fn flows(&self) -> Vec<&Flow> {
        let mut flows = Vec::new();
        let mut bodies: Vec<&Body> = self.processes.iter().map(|p| &p.body).collect();
        while let Some(body) = bodies.pop() {
            flows.extend(&body.flows);
            bodies.extend(body.nodes.iter().filter_map(|n| n.inside.as_ref()));
        }
        flows
    }
}

/// Makes the draft of a scenario.
pub(super) fn draft(scenario: &Scenario) -> Draft {
    let (names, ids) = Names::of(scenario);
    let nothing = Service::default();
    let mut drafter = Drafter {
        scenario,
        service: &nothing,
        at: 0,
        names,
        processes: ids.clone(),
        lost: Lost::default(),
        objects: BTreeMap::new(),
        leaving: BTreeMap::new(),
        begins: begins(scenario),
    };
    let (mut processes, mut objects) = (Vec::new(), Vec::new());
    for (i, service) in scenario.services.iter().enumerate() {
        (drafter.service, drafter.at) = (service, i);
        let body = drafter.body(&service.elements, None, &[]);
        processes.push(Process { id: ids[i].clone(), service: i, body });
        objects.push(std::mem::take(&mut drafter.objects));
    }
    Draft { processes, objects, names: drafter.names, lost: drafter.lost }
}

/// Returns which services are begun by others, and where; each once.
fn begins(scenario: &Scenario) -> Vec<Begin> {
    let mut found: Vec<Begin> = Vec::new();
    let mut lists: Vec<&[Element]> = scenario.services.iter().map(|s| s.elements.as_slice()).collect();
    while let Some(elements) = lists.pop() {
        for element in elements {
            lists.extend(element.inner());
            if let ElementKind::Begin(begin) = &element.kind
                && !found.contains(begin)
            {
                found.push(begin.clone());
            }
        }
    }
    found
}

/// A body while it is made.
pub(super) struct Making<'e> {
    /// What is drawn so far.
    pub(super) body: Body,
    elements: &'e [Element],
    /// Whether it is the service's own body.
    pub(super) outermost: bool,
    /// Further events that set off the sub-process whose body it is.
    pub(super) others: &'e [EventStart],
    /// Passes that are drawn as the event of a way of an event-based gateway, with what is waited for.
    pub(super) raced: BTreeMap<&'e str, &'e Trigger>,
    /// Passes that are drawn as the event of a task's failure.
    failures: BTreeSet<&'e str>,
    /// Elements that undo others.
    handlers: BTreeSet<&'e str>,
    /// What sets off the sub-process whose body it is, until its start has been drawn.
    pub(super) trigger: Option<(&'e Trigger, bool)>,
}

impl<'s> Drafter<'s> {
    pub(super) fn body(&mut self, elements: &[Element], trigger: Option<(&Trigger, bool)>, others: &[EventStart]) -> Body {
        let mut making = Making {
            body: Body::default(),
            elements,
            outermost: std::ptr::eq(elements, self.service.elements.as_slice()),
            others,
            raced: BTreeMap::new(),
            failures: BTreeSet::new(),
            handlers: BTreeSet::new(),
            trigger,
        };
        absorb(&mut making);
        for element in elements {
            self.element(&mut making, element);
        }
        if let Some((trigger, interrupting)) = making.trigger.take() {
            // Nothing in it begins: the event that sets it off needs a start all the same.
            let id = self.names.free("start", &self.service.id);
            let node = Node { id, tag: "startEvent", definitions: self.trigger(trigger, ""), ..Node::default() };
            making.body.nodes.push(interrupts(node, interrupting));
        }
        making.body
    }

    pub(super) fn target(&self, id: &str) -> Option<String> {
        self.names.element(self.at, id).cloned()
    }

    /// Adds an arrow, if it leads to something.
    pub(super) fn flow(&mut self, body: &mut Body, from: &str, to: &str, flow: Flow) {
        match self.target(to) {
            Some(to) => self.flow_to(body, from, &to, flow),
            None => self.lost.add("leads-nowhere", to),
        }
    }

    pub(super) fn flow_to(&mut self, body: &mut Body, from: &str, to: &str, flow: Flow) {
        let n = self.leaving.entry(from.to_owned()).or_insert(0);
        *n += 1;
        let n = *n;
        let id = self.names.free(&format!("{from}.flow{n}"), "flow");
        body.flows.push(Flow { id, from: from.to_owned(), to: to.to_owned(), ..flow });
    }

    fn element(&mut self, making: &mut Making<'_>, it: &Element) {
        let id = self.names.next();
        let borders: Vec<(&Boundary, String)> = it.boundary.iter().map(|event| (event, self.names.next())).collect();
        if making.failures.contains(it.id.as_str()) {
            // Drawn at its task; what follows leaves from there.
            if let Some(next) = &it.next {
                self.flow(&mut making.body, &id, next, Flow::default());
            }
            return;
        }
        let mut node =
            Node { id: id.clone(), of: it.id.clone(), name: it.name.clone(), note: it.note.clone(), ..Node::default() };
        node.marker = it.repeat.as_ref().map(marker);
        if making.handlers.contains(it.id.as_str()) {
            node.attributes.push(("isForCompensation", "true".to_owned()));
        }
        match &it.kind {
            ElementKind::Start => self.start(making, &mut node),
            ElementKind::OtherStart => self.other_start(making, &mut node),
            ElementKind::Begin(begin) => {
                (node.tag, node.definitions) = ("intermediateThrowEvent", vec![self.beginning(begin)]);
            }
            ElementKind::Signal(name) => {
                (node.tag, node.definitions) = ("intermediateThrowEvent", vec![self.signal(name)]);
            }
            ElementKind::AwaitSignal(name) => {
                let definition = self.signal(name);
                self.catch(&mut node, it, vec![definition]);
            }
            ElementKind::Step(step) => self.step(making, &mut node, step),
            ElementKind::Exclusive(ways) => self.ways(making, &mut node, "exclusiveGateway", ways),
            ElementKind::Inclusive(ways) => self.ways(making, &mut node, "inclusiveGateway", ways),
            ElementKind::Parallel(ways) => {
                node.tag = "parallelGateway";
                ways.iter().for_each(|to| self.flow(&mut making.body, &id, to, Flow::default()));
            }
            ElementKind::EventBased(ways) => self.race(making, &mut node, ways),
            ElementKind::Wait(wait) => {
                let until = &wait.until;
                match until {
                    crate::model::flow::WaitUntil::WorkingDays { .. } => self.lost.add("working-days", &it.name),
                    crate::model::flow::WaitUntil::For(length) => self.lost.spread(&length.value, &it.name),
                    _ => {}
                }
                if wait.cause == crate::model::flow::WaitCause::Citizen {
                    node.lane = Some(it.kind.clone());
                }
                let definitions = self.wait(until);
                self.catch(&mut node, it, definitions);
            }
            ElementKind::Receive(message) => {
                let definition = self.message(message);
                if it.boundary.is_empty() && it.repeat.is_none() {
                    (node.tag, node.definitions) = ("intermediateCatchEvent", vec![definition]);
                } else {
                    node.tag = "receiveTask";
                    node.attributes.push(("messageRef", self.names.once(Once::Message, message)));
                }
            }
            ElementKind::Batch { size, .. } => {
                self.lost.add("batch", &it.name);
                (node.tag, node.definitions) =
                    ("intermediateCatchEvent", vec![events::condition(&format!("{size} cases have gathered"))]);
            }
            ElementKind::Send(message) => {
                (node.tag, node.definitions) = ("intermediateThrowEvent", vec![self.message(message)]);
            }
            ElementKind::Pass => match making.raced.get(it.id.as_str()) {
                Some(trigger) => (node.tag, node.definitions) = ("intermediateCatchEvent", self.trigger(trigger, &it.name)),
                None => node.tag = "intermediateThrowEvent",
            },
            ElementKind::Escalate(name) => {
                (node.tag, node.definitions) = ("intermediateThrowEvent", vec![self.escalation(name)]);
            }
            ElementKind::Compensate(of) => {
                let mut definition = element("bpmn:compensateEventDefinition");
                if let Some(of) = of.as_ref().and_then(|of| self.target(of)) {
                    definition = definition.with("activityRef", of);
                }
                (node.tag, node.definitions) = ("intermediateThrowEvent", vec![definition]);
            }
            ElementKind::Call(service) => self.call(&mut node, it, service),
            ElementKind::SubProcess(inner) => {
                let ends = inner.iter().any(|e| matches!(&e.kind, ElementKind::End(end) if end.cancel));
                let cancels = ends || it.boundary.iter().any(|e| e.trigger == Trigger::Cancel);
                node.tag = if cancels { "transaction" } else { "subProcess" };
                node.inside = Some(self.body(inner, None, &[]));
            }
            ElementKind::EventSubProcess(event) => self.event_sub_process(&mut node, event),
            ElementKind::Offer(offer) => return self.offer(making, node, offer, borders),
            ElementKind::End(end) => {
                (node.tag, node.definitions) = ("endEvent", self.end(end));
                if end.outcome != Default::default() {
                    self.lost.add("outcome", &it.name);
                }
            }
        }
        self.borders(making, &mut node, borders);
        making.body.nodes.push(node);
        if let Some(next) = it.next.as_ref().filter(|_| !matches!(it.kind, ElementKind::End(_))) {
            self.flow(&mut making.body, &id, next, Flow::default());
        }
    }

    /// Gives a start the messages by which other services begin this one there.
    pub(super) fn begun_by(&mut self, node: &mut Node, there: impl Fn(&Begin) -> bool) {
        let begins: Vec<Begin> = self.begins.iter().filter(|b| b.service == self.service.id && there(b)).cloned().collect();
        for begin in &begins {
            let definition = self.beginning(begin);
            node.definitions.push(definition);
        }
    }

    /// Draws a wait: an event, or a sub-process with the event in it where it has borders or is repeated.
    fn catch(&mut self, node: &mut Node, it: &Element, definitions: Vec<XmlElement>) {
        if it.boundary.is_empty() && it.repeat.is_none() {
            (node.tag, node.definitions) = ("intermediateCatchEvent", definitions);
            return;
        }
        let id = |drafter: &mut Self, suffix: &str| drafter.names.free(&format!("{}.{suffix}", node.id), "wait");
        let (start, wait, end) = (id(self, "wait-begins"), id(self, "wait"), id(self, "wait-ends"));
        let inner =
            |id: &String, tag, definitions| Node { id: id.clone(), of: it.id.clone(), tag, definitions, ..Node::default() };
        let mut body = Body {
            nodes: vec![
                inner(&start, "startEvent", Vec::new()),
                inner(&wait, "intermediateCatchEvent", definitions),
                inner(&end, "endEvent", Vec::new()),
            ],
            flows: Vec::new(),
        };
        self.flow_to(&mut body, &start, &wait, Flow::default());
        self.flow_to(&mut body, &wait, &end, Flow::default());
        (node.tag, node.inside) = ("subProcess", Some(body));
    }

    fn step(&mut self, making: &mut Making<'_>, node: &mut Node, step: &Step) {
        let by_hand = self.service.form == Form::Paper;
        node.tag = match &step.performer {
            Performer::System(_) => "serviceTask",
            Performer::Citizen | Performer::Staff(_) if by_hand => "manualTask",
            Performer::Citizen | Performer::Staff(_) => "userTask",
        };
        // Only who does it matters for the lane.
        let lane = Step { performer: step.performer.clone(), ..Step::default() };
        node.lane = Some(ElementKind::Step(Box::new(lane)));
        if let Performer::Staff(pools) = &step.performer {
            for pool in pools {
                self.names.once(Once::Staff, &pool.pool);
                node.staff.push((pool.pool.clone(), pool.count));
            }
        }
        self.data(node, step);
        if let Some(failure) = &step.failure {
            let absorbed = making.failures.get(failure.next.as_str()).and_then(|id| self.target(id));
            let name = making.elements.iter().find(|e| e.id == failure.next).map_or("", |e| e.name.as_str());
            let id = match &absorbed {
                Some(id) => id.clone(),
                None => {
                    let id = self.names.free(&format!("{}.failure", node.id), "failure");
                    self.flow(&mut making.body, &id, &failure.next, Flow::default());
                    id
                }
            };
            let name = if absorbed.is_some() { name.to_owned() } else { String::new() };
            let definitions = vec![element("bpmn:errorEventDefinition")];
            node.borders.push(Border { id, of: node.of.clone(), name, definitions, interrupting: true, undone_by: None });
        }
        if let Some(patience) = &step.patience {
            let id = self.names.free(&format!("{}.patience", node.id), "patience");
            self.flow(&mut making.body, &id, &patience.next, Flow::default());
            self.lost.spread(&patience.after.value, &node.name);
            let definitions = vec![events::timer("timeDuration", &events::iso_duration(patience.after.value.mean()))];
            let name = "leaves the line".to_owned();
            node.borders.push(Border { id, of: node.of.clone(), name, definitions, interrupting: true, undone_by: None });
        }
    }

    fn data(&mut self, node: &mut Node, step: &Step) {
        let scenario = self.scenario;
        let find = |id: &str| scenario.documents.iter().find(|d| d.id == id);
        let mut registries: BTreeSet<&str> = BTreeSet::new();
        if let Performer::System(Some(registry)) = &step.performer {
            registries.insert(registry);
        }
        let needed = step.documents.iter().map(|d| (d.document.as_str(), false));
        for (document, is_result) in needed.chain(step.issues.iter().map(|d| (d.as_str(), true))) {
            let name = find(document).map(|d| d.name.as_str()).filter(|n| !n.is_empty()).unwrap_or(document).to_owned();
            let of = match self.objects.get(document) {
                Some(id) => id.clone(),
                None => {
                    let id = self.names.free(&format!("{}.{document}", self.processes[self.at]), "document");
                    self.objects.insert(document.to_owned(), id.clone());
                    id
                }
            };
            let id = self.names.free(&format!("{}.{document}", node.id), "document");
            node.data.push(Data { id, of, name, is_store: false, is_result });
        }
        let fetched = step.documents.iter().filter(|d| d.from == DocumentSource::Registry);
        registries.extend(fetched.filter_map(|d| find(&d.document)?.registry.as_deref()));
        for registry in registries {
            let name = scenario.registries.iter().find(|r| r.id == registry).map_or("", |r| r.name.as_str());
            let of = self.names.once(Once::Store, registry);
            let id = self.names.free(&format!("{}.{registry}", node.id), "registry");
            let name = if name.is_empty() { registry } else { name }.to_owned();
            node.data.push(Data { id, of, name, is_store: true, is_result: false });
        }
    }

    fn ways(&mut self, making: &mut Making<'_>, node: &mut Node, tag: &'static str, ways: &[Branch]) {
        node.tag = tag;
        for way in ways {
            let share = way.share.as_ref().map(|share: &NumberFigure| share.value);
            let is_default = way.otherwise && ways.len() > 1;
            let condition = way.when.clone();
            // The reader takes the condition for the name where none is drawn.
            let name = if way.when.as_ref() == Some(&way.name) { String::new() } else { way.name.clone() };
            let flow = Flow { name, condition, share, is_default, ..Flow::default() };
            self.flow(&mut making.body, &node.id, &way.to, flow);
        }
    }

    fn call(&mut self, node: &mut Node, it: &Element, service: &str) {
        node.tag = "callActivity";
        let called = self.scenario.services.iter().position(|s| s.id == *service);
        if let Some(called) = called {
            node.attributes.push(("calledElement", self.processes[called].clone()));
            // An id is no name.
            let service = &self.scenario.services[called];
            if node.name.is_empty() && service.name != service.id {
                node.name.clone_from(&service.name);
            }
        }
        node.lane = Some(it.kind.clone());
    }

    fn offer(&mut self, making: &mut Making<'_>, mut node: Node, offer: &Offer, borders: Vec<(&Boundary, String)>) {
        self.lost.add("offer", &node.name);
        node.tag = "sendTask";
        node.lane = Some(ElementKind::Step(Box::new(Step { performer: Performer::System(None), ..Step::default() })));
        let answer = self.names.free(&format!("{}.answer", node.id), "answer");
        let from = node.id.clone();
        self.borders(making, &mut node, borders);
        let of = node.of.clone();
        making.body.nodes.push(node);
        self.flow_to(&mut making.body, &from, &answer, Flow::default());
        let ways = [
            (&offer.accepted, "consents"),
            (&offer.declined, "declines"),
            (&offer.silent, "no answer"),
            (&offer.unreachable, "cannot be asked"),
        ];
        for (to, name) in ways {
            self.flow(&mut making.body, &answer, to, Flow { name: name.to_owned(), ..Flow::default() });
        }
        making.body.nodes.push(Node { id: answer, of, tag: "exclusiveGateway", ..Node::default() });
    }
}

/// Finds what is drawn together with something else.
fn absorb<'e>(making: &mut Making<'e>) {
    let elements = making.elements;
    let mut led_to: BTreeMap<&str, usize> = BTreeMap::new();
    for to in elements.iter().flat_map(Element::successors) {
        *led_to.entry(to).or_insert(0) += 1;
    }
    let plain = |id: &str| {
        let mut found = elements.iter().filter(|e| e.id == id);
        let only = found.next().filter(|_| found.next().is_none() && led_to.get(id) == Some(&1));
        only.is_some_and(|e| e.kind == ElementKind::Pass && e.boundary.is_empty() && e.repeat.is_none())
    };
    for it in elements {
        match &it.kind {
            ElementKind::EventBased(ways) => {
                making.raced.extend(ways.iter().filter(|w| plain(&w.to)).map(|w| (w.to.as_str(), &w.trigger)));
            }
            ElementKind::Step(step) => {
                making.failures.extend(step.failure.iter().map(|f| f.next.as_str()).filter(|id| plain(id)));
            }
            _ => {}
        }
        let undone = it.boundary.iter().filter(|event| event.trigger == Trigger::Compensation);
        making.handlers.extend(undone.map(|event| event.next.as_str()));
    }
}

/// Returns the marker that says how often something is done.
fn marker(repeat: &Repeat) -> XmlElement {
    let several = |count: &NumberFigure, sequential: bool| {
        let cardinality =
            element("bpmn:loopCardinality").with("xsi:type", "bpmn:tFormalExpression").saying(&format!("{}", count.value));
        element("bpmn:multiInstanceLoopCharacteristics")
            .with("isSequential", if sequential { "true" } else { "false" })
            .child(cardinality)
    };
    match repeat {
        Repeat::Loop { at_most, .. } => element("bpmn:standardLoopCharacteristics").with("loopMaximum", at_most.to_string()),
        Repeat::Sequential(count) => several(count, true),
        Repeat::Parallel(count) => several(count, false),
    }
}
