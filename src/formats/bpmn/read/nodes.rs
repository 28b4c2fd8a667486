//! Activities and gateways.

use crate::formats::bpmn::read::arrows::{Arrow, Whole};
use crate::formats::bpmn::read::body::{Here, begun_at};
use crate::formats::bpmn::read::links::{Awaited, Sending};
use crate::formats::bpmn::read::{Reader, figures};
use crate::formats::bpmn::tree::{Body, EventDefinition, EventPlace, GatewayKind, Marker, Node, NodeKind, TaskKind};
use crate::model::Id;
use crate::model::figure::Figure;
use crate::model::flow::{
    Begin, Branch, Element, ElementKind, EventBranch, EventStart, EventSubProcess, Repeat, Trigger, Wait, WaitCause, WaitUntil,
};
use crate::model::step::{Performer, Step};

impl<'d> Reader<'d, '_> {
    /// Adds what a node is.
    pub(super) fn node(&mut self, here: &mut Here<'d>, node: &'d Node) {
        match &node.kind {
            NodeKind::Task(kind) => self.task(here, node, *kind),
            NodeKind::Call(called) => self.call(here, node, called.as_deref()),
            NodeKind::SubProcess { body, is_event: true, .. } => self.event_sub_process(here, node, body),
            NodeKind::SubProcess { body, is_ad_hoc, .. } => {
                if *is_ad_hoc {
                    self.note(node.at, "ad-hoc", "An ad hoc sub-process: everything in it that nothing leads to begins at once.");
                }
                self.sub_process(here, node, body);
            }
            NodeKind::Gateway(kind) => self.gateway(here, node, *kind),
            NodeKind::Event(event) => self.event(here, node, event),
        }
    }

    fn task(&mut self, here: &mut Here<'d>, node: &'d Node, kind: TaskKind) {
        if kind == TaskKind::Receive {
            let kind = self.waiting(node, 0);
            return self.activity(here, node, kind);
        }
        let step = self.step(here, node, kind);
        self.activity(here, node, ElementKind::Step(Box::new(step)));
    }

    /// Returns the work of a task.
    fn step(&mut self, here: &Here<'d>, node: &'d Node, kind: TaskKind) -> Step {
        let mut performer = self.actors.performer(self.process, &node.id, &here.around, kind);
        let mut kind = kind;
        match &mut performer {
            Performer::System(registry) => {
                *registry = self.data.registry(node);
                // A task in a system's lane is done by the system, whatever its kind.
                kind = TaskKind::Service;
            }
            Performer::Staff(_) | Performer::Citizen => {}
        }
        let name = if node.name.is_empty() { &node.id } else { &node.name };
        self.note(node.at, "assumed-duration", format!("The duration of '{name}' is assumed."));
        let documents = if performer == Performer::Citizen { Vec::new() } else { self.data.needed(node) };
        Step { performer, duration: figures::task(kind), documents, ..Step::default() }
    }

    /// Returns the wait for a message: from another process of the file, or from outside.
    pub(super) fn waiting(&mut self, node: &'d Node, event: usize) -> ElementKind {
        match self.awaited(node, event) {
            Some(Awaited::Message(name)) => return ElementKind::Receive(name),
            Some(Awaited::Signal(name)) => return ElementKind::AwaitSignal(name),
            None => {}
        }
        let name = if node.name.is_empty() { &node.id } else { &node.name };
        self.note(node.at, "assumed-wait", format!("'{name}' waits for something from outside: how long is assumed."));
        ElementKind::Wait(Wait { until: WaitUntil::For(figures::outside()), cause: WaitCause::External, suspends_term: false })
    }

    fn call(&mut self, here: &mut Here<'d>, node: &'d Node, called: Option<&str>) {
        if let Some(&process) = self.links.calls.get(node.id.as_str()) {
            let service = self.definitions.processes[process].id.clone();
            return self.activity(here, node, ElementKind::Call(service));
        }
        let name = if node.name.is_empty() { &node.id } else { &node.name };
        let known = called.and_then(|id| self.definitions.global_tasks.get(id));
        if known.is_none() {
            self.note(
                node.at,
                "called-elsewhere",
                format!("'{name}' calls a process that is not in this file; it is taken as one task."),
            );
        }
        let step = self.step(here, node, TaskKind::Plain);
        self.activity(here, node, ElementKind::Step(Box::new(step)));
    }

    fn sub_process(&mut self, here: &mut Here<'d>, node: &'d Node, body: &'d Body) {
        if body.nodes.iter().all(|n| n.is_boundary() || n.is_event_sub_process()) {
            let name = if node.name.is_empty() { &node.id } else { &node.name };
            self.note(node.at, "empty-sub-process", format!("Nothing is drawn inside '{name}'; it is taken as one task."));
            let step = self.step(here, node, TaskKind::Plain);
            return self.activity(here, node, ElementKind::Step(Box::new(step)));
        }
        let inner = self.inside(here, node, body, Whole::SubProcess);
        self.activity(here, node, ElementKind::SubProcess(inner));
    }

    /// Returns what one of a node's events waits for that something in the file sends.
    pub(super) fn awaited(&self, node: &Node, event: usize) -> Option<Awaited> {
        self.links.awaited.get(&(node.id.as_str(), event)).cloned()
    }

    fn inside(&mut self, here: &Here<'d>, node: &'d Node, body: &'d Body, whole: Whole) -> Vec<Element> {
        let around: Vec<&'d str> = std::iter::once(node.id.as_str()).chain(here.around.iter().copied()).collect();
        self.body(body, &node.id, &around, whole)
    }

    fn event_sub_process(&mut self, here: &mut Here<'d>, node: &'d Node, body: &'d Body) {
        let starts: Vec<&'d Node> = body.nodes.iter().filter(|n| n.is_start()).collect();
        if starts.is_empty() {
            let message = "This sub-process is to be set off by an event, but has no start event: it never begins.";
            return self.warn(
                node.at,
                "event-without-start",
                message,
                "Draw a start event with a message, a timer or an error in it.",
            );
        }
        let mean: f64 = self.mean_of_all(here);
        let within: Vec<&'d str> = here.nodes.keys().copied().collect();
        let mut events: Vec<EventStart> = Vec::new();
        for start in &starts {
            let interrupting = matches!(start.event().map(|e| &e.place), Some(EventPlace::Start { interrupting: true }));
            for trigger in self.triggers(start, mean, &within) {
                let interrupting = match trigger {
                    Trigger::Error(_) => true,
                    Trigger::Compensation => false,
                    _ => interrupting,
                };
                let at = start.id.clone();
                events.push(EventStart { trigger, interrupting, at });
            }
        }
        let elements = self.inside(here, node, body, Whole::Event);
        events.iter_mut().for_each(|event| event.at = begun_at(&elements, &event.at).unwrap_or_default());
        let mut events = events.into_iter();
        let Some(EventStart { trigger, interrupting, .. }) = events.next() else { return };
        let event = EventSubProcess { trigger, interrupting, elements, others: events.collect() };
        let kind = ElementKind::EventSubProcess(Box::new(event));
        here.elements.push(Element { id: node.id.clone(), name: node.name.clone(), kind, ..Element::default() });
    }

    /// Adds an activity with what is drawn at its border, its markers, and what it sends when it is done.
    fn activity(&mut self, here: &mut Here<'d>, node: &'d Node, kind: ElementKind) {
        let is_handler = here.undone_by.values().any(|handler| *handler == node.id);
        let next = if is_handler && here.arrows.out_of(&node.id).is_empty() { None } else { Some(self.after(here, node)) };
        let next = next.map(|next| self.sends(here, node, next, 1));
        let mut element = Element {
            id: node.id.clone(),
            name: node.name.clone(),
            kind,
            next,
            repeat: self.repeat(node),
            note: node.documentation.clone(),
            ..Element::default()
        };
        let borders = here.borders.get(node.id.as_str()).cloned().unwrap_or_default();
        for event in borders {
            self.border(here, node, event, &mut element);
        }
        here.elements.push(element);
    }

    fn repeat(&mut self, node: &Node) -> Option<Repeat> {
        let name = if node.name.is_empty() { &node.id } else { &node.name };
        let unsaid = |given: bool| if given { String::new() } else { format!("How often '{name}' is done is assumed.") };
        let (repeat, message) = match node.repeat.as_ref()? {
            Marker::Loop(most) => {
                let again = Figure { note: figures::half().note, ..figures::half() };
                let at_most = most.unwrap_or(figures::MOST_ROUNDS).clamp(1, 1_000_000);
                (Repeat::Loop { again, at_most }, unsaid(false))
            }
            Marker::Multiple { sequential: true, count } => {
                (Repeat::Sequential(figures::times(*count, 1_000_000)), unsaid(count.is_some()))
            }
            Marker::Multiple { sequential: false, count } => {
                if count.is_some_and(|n| n > 100) {
                    let message = format!("'{name}' is done more than 100 times at once; 100 are taken.");
                    self.warn(node.at, "too-many-instances", message, "Let some of them be done one after the other.");
                }
                (Repeat::Parallel(figures::times(*count, 100)), unsaid(count.is_some()))
            }
        };
        if !message.is_empty() {
            self.note(node.at, "assumed-repetition", message);
        }
        Some(repeat)
    }

    /// Adds what a node sends when it is done; returns the first of it, or `next` where it sends nothing. `from` numbers the elements added.
    pub(super) fn sends(&mut self, here: &mut Here<'d>, node: &'d Node, next: Id, from: usize) -> Id {
        let kinds = self.sending_kinds(node);
        let mut next = next;
        for (i, sending) in kinds.into_iter().enumerate().rev() {
            let id = format!("{}.send{}", node.id, i + from);
            let (kind, after) = self.sending(sending, next);
            here.elements.push(Element { id: id.clone(), kind, next: after, ..Element::default() });
            next = id;
        }
        next
    }

    /// Returns what a node sends.
    pub(super) fn sending_kinds(&self, node: &Node) -> Vec<Sending> {
        self.links.sendings.get(node.id.as_str()).into_iter().flatten().cloned().collect()
    }

    /// Returns the element that sends, and what follows it.
    pub(super) fn sending(&mut self, sending: Sending, next: Id) -> (ElementKind, Option<Id>) {
        match sending {
            Sending::Message(name) => (ElementKind::Send(name), Some(next)),
            Sending::Signal(name) => (ElementKind::Signal(name), Some(next)),
            Sending::Begin(process, start) => {
                let service = self.definitions.processes[process].id.clone();
                (ElementKind::Begin(Begin { service, at: start }), Some(next))
            }
        }
    }

    /// Returns where all ways out of a gateway lead.
    fn all_ways(&mut self, node: &Node, arrows: &[Arrow<'d>]) -> Vec<Id> {
        for (i, flow) in arrows.iter().enumerate().filter_map(|(i, a)| a.flow.map(|f| (i, f))) {
            self.flow_is(&flow.id, &node.id, i);
        }
        arrows.iter().map(|a| a.target.to_owned()).collect()
    }

    fn gateway(&mut self, here: &mut Here<'d>, node: &'d Node, kind: GatewayKind) {
        let arrows = here.arrows.out_of(&node.id).to_vec();
        let kind = match kind {
            _ if arrows.is_empty() => {
                let branch = Branch { to: here.end(), otherwise: true, ..Branch::default() };
                match kind {
                    GatewayKind::Parallel => ElementKind::Parallel(vec![here.end()]),
                    GatewayKind::Inclusive | GatewayKind::Complex(_) => ElementKind::Inclusive(vec![branch]),
                    GatewayKind::Exclusive | GatewayKind::EventBased => ElementKind::Exclusive(vec![branch]),
                }
            }
            GatewayKind::Exclusive => ElementKind::Exclusive(self.branches(node, &node.id, &arrows, false)),
            GatewayKind::Inclusive => ElementKind::Inclusive(self.branches(node, &node.id, &arrows, true)),
            // To wait for as many as there are is to wait for all; what is said of ways behind it is said of several.
            GatewayKind::Complex(Some(awaited)) if awaited as usize == here.arrows.count_into(&node.id) && arrows.len() == 1 => {
                ElementKind::Parallel(self.all_ways(node, &arrows))
            }
            GatewayKind::Complex(awaited) => {
                let message = match awaited {
                    Some(n) => format!(
                        "This complex gateway goes on at arrival number {n}, which cannot be run; here it waits for all that can still come, and takes each way in half of the cases."
                    ),
                    None => "A complex gateway follows a rule of its own; here it waits for all that can still come, and takes each way in half of the cases.".to_owned(),
                };
                self.warn(
                    node.at,
                    "complex-gateway",
                    &message,
                    "Draw an inclusive, exclusive or parallel gateway to say what is meant.",
                );
                ElementKind::Inclusive(self.branches(node, &node.id, &arrows, true))
            }
            GatewayKind::Parallel => ElementKind::Parallel(self.all_ways(node, &arrows)),
            GatewayKind::EventBased => {
                let mut ways = Vec::new();
                for (i, arrow) in arrows.iter().enumerate() {
                    if let Some(flow) = arrow.flow {
                        self.flow_is(&flow.id, &node.id, i);
                    }
                    let target = here.nodes.get(arrow.target).copied();
                    let triggers = match target {
                        Some(target) => self.race_triggers(target),
                        None => vec![Trigger::After(figures::outside())],
                    };
                    let to = match target {
                        Some(target) if self.waits(target) && here.arrows.count_into(arrow.target) > 1 => {
                            // The event waits for those who come by another way; who comes by this one has it already.
                            let id = format!("{}.{}", node.id, target.id);
                            let next = self.after(here, target);
                            let name = target.name.clone();
                            let kind = ElementKind::Pass;
                            // Two arrows may lead from the gateway to the same event.
                            if !here.elements.iter().any(|e| e.id == id) {
                                let next = Some(next);
                                here.elements.push(Element { id: id.clone(), name, kind, next, ..Element::default() });
                            }
                            id
                        }
                        _ => arrow.target.to_owned(),
                    };
                    ways.extend(triggers.into_iter().map(|trigger| EventBranch { to: to.clone(), trigger }));
                }
                ElementKind::EventBased(ways)
            }
        };
        here.elements.push(Element { id: node.id.clone(), name: node.name.clone(), kind, ..Element::default() });
    }

    /// Tells whether a node waits for something.
    pub(super) fn waits(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Task(kind) => *kind == TaskKind::Receive,
            NodeKind::Event(event) => {
                event.place == EventPlace::Catch
                    && !event.definitions.is_empty()
                    && !event.definitions.iter().any(|d| matches!(d, EventDefinition::Link(_)))
            }
            _ => false,
        }
    }

    /// Tells whether nothing but event-based gateways leads to a node.
    pub(super) fn only_raced_to(&self, here: &Here<'d>, node: &Node) -> bool {
        let into = here.arrows.into.get(node.id.as_str());
        into.is_some_and(|arrows| {
            arrows.len() == 1
                && arrows.iter().all(|a| {
                    here.nodes.get(a.source).is_some_and(|n| matches!(n.kind, NodeKind::Gateway(GatewayKind::EventBased)))
                })
        })
    }
}
