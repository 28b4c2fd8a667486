//! Events: starts, waits, sends, ends, and what happens at borders.

use crate::formats::bpmn::read::body::Here;
use crate::formats::bpmn::read::links::Awaited;
use crate::formats::bpmn::read::{Reader, figures};
use crate::formats::bpmn::tree::{Event, EventDefinition, EventPlace, Node, NodeKind, TimerText};
use crate::model::Id;
use crate::model::flow::{Boundary, Element, ElementKind, End, Trigger, Wait, WaitCause, WaitUntil};
use crate::model::step::Failure;

impl<'d> Reader<'d, '_> {
    /// Adds an event that is not at a border.
    pub(super) fn event(&mut self, here: &mut Here<'d>, node: &'d Node, event: &'d Event) {
        match &event.place {
            EventPlace::Start { .. } => {
                let begins = here.begun.contains(node.id.as_str());
                let kind = match () {
                    () if here.other_starts.contains(node.id.as_str()) => ElementKind::OtherStart,
                    () if begins || here.arrows.count_into(&node.id) > 0 => ElementKind::Pass,
                    () => ElementKind::Start,
                };
                let next = self.after(here, node);
                self.push(here, node, kind, next);
            }
            EventPlace::Catch => {
                let next = self.after(here, node);
                if event.definitions.len() > 1 && !self.only_raced_to(here, node) {
                    return self.catch_several(here, node, event, next);
                }
                let kind = self.catch(here, node, event);
                let waits = matches!(kind, ElementKind::Wait(_) | ElementKind::Receive(_) | ElementKind::AwaitSignal(_));
                self.push(here, node, kind, next);
                if waits {
                    // Some tools let events be drawn at the border of events.
                    self.late_borders(here, node);
                }
            }
            EventPlace::Throw => {
                let next = self.after(here, node);
                self.throw(here, node, event, next);
            }
            EventPlace::End => self.end(here, node, event),
            EventPlace::Boundary { .. } => {}
        }
    }

    fn push(&mut self, here: &mut Here<'d>, node: &'d Node, kind: ElementKind, next: Id) {
        let (id, name, note) = (node.id.clone(), node.name.clone(), node.documentation.clone());
        here.elements.push(Element { id, name, kind, next: Some(next), note, ..Element::default() });
    }

    fn late_borders(&mut self, here: &mut Here<'d>, node: &'d Node) {
        let events = here.borders.get(node.id.as_str()).cloned().unwrap_or_default();
        let Some(mut element) = here.elements.pop() else { return };
        for event in events {
            self.border(here, node, event, &mut element);
        }
        here.elements.push(element);
    }

    /// Returns what is waited for.
    fn catch(&mut self, here: &Here<'d>, node: &'d Node, event: &'d Event) -> ElementKind {
        match event.definitions.first() {
            _ if self.only_raced_to(here, node) => ElementKind::Pass,
            None | Some(EventDefinition::Link(_)) => ElementKind::Pass,
            Some(definition) => self.wait_for(node, definition, 0),
        }
    }

    fn wait_for(&mut self, node: &'d Node, definition: &'d EventDefinition, event: usize) -> ElementKind {
        match definition {
            EventDefinition::Timer(text) => {
                let (length, _) = self.timer(node, text);
                ElementKind::Wait(Wait { until: WaitUntil::For(length), cause: WaitCause::External, suspends_term: false })
            }
            _ => self.waiting(node, event),
        }
    }

    /// Adds an event that waits for several things: the first of them, or all.
    fn catch_several(&mut self, here: &mut Here<'d>, node: &'d Node, event: &'d Event, next: Id) {
        let (id, name, note) = (node.id.clone(), node.name.clone(), node.documentation.clone());
        let kind = if event.all {
            let join = format!("{id}.all");
            let mut ways = Vec::new();
            for (i, definition) in event.definitions.iter().enumerate() {
                let way = format!("{id}.{}", i + 1);
                let kind = self.wait_for(node, definition, i);
                here.elements.push(Element { id: way.clone(), kind, next: Some(join.clone()), ..Element::default() });
                ways.push(way);
            }
            here.elements.push(Element { id: join, kind: ElementKind::Parallel(vec![next]), ..Element::default() });
            ElementKind::Parallel(ways)
        } else {
            let mut ways = Vec::new();
            for (i, trigger) in self.race_triggers(node).into_iter().enumerate() {
                let to = format!("{id}.event{}", i + 1);
                let (kind, next) = (ElementKind::Pass, Some(next.clone()));
                here.elements.push(Element { id: to.clone(), kind, next, ..Element::default() });
                ways.push(crate::model::flow::EventBranch { to, trigger });
            }
            ElementKind::EventBased(ways)
        };
        here.elements.push(Element { id, name, kind, note, ..Element::default() });
    }

    fn timer(&mut self, node: &Node, text: &TimerText) -> (crate::model::figure::DurationFigure, bool) {
        let (length, is_said) = figures::timer(text);
        if !is_said {
            let name = if node.name.is_empty() { &node.id } else { &node.name };
            self.note(node.at, "assumed-timer", format!("The timer '{name}' says no length of time: a day is assumed."));
        }
        (length, is_said)
    }

    /// Adds an event that sends, then leads to `next`.
    fn throw(&mut self, here: &mut Here<'d>, node: &'d Node, event: &'d Event, next: Id) {
        let mut kinds: Vec<ElementKind> = Vec::new();
        for definition in &event.definitions {
            kinds.extend(match definition {
                EventDefinition::Escalation(name) => Some(ElementKind::Escalate(self.named(name.as_deref(), "escalation"))),
                EventDefinition::Compensation(of) => {
                    let known = of.as_ref().filter(|id| self.links.nodes.contains_key(id.as_str()));
                    Some(ElementKind::Compensate(known.cloned()))
                }
                _ => None,
            });
        }
        let mut next = next;
        let sendings = self.sending_kinds(node);
        let total = kinds.len() + sendings.len();
        if total == 0 {
            return self.push(here, node, ElementKind::Pass, next);
        }
        let id_of = |i: usize| if i == 0 { node.id.clone() } else { format!("{}.then{i}", node.id) };
        for i in (0..total).rev() {
            let id = id_of(i);
            let (kind, after) = match kinds.get(i) {
                Some(kind) => (kind.clone(), Some(next)),
                None => self.sending(sendings[i - kinds.len()].clone(), next),
            };
            let name = if i == 0 { node.name.clone() } else { String::new() };
            here.elements.push(Element { id: id.clone(), name, kind, next: after, ..Element::default() });
            next = id;
        }
    }

    fn end(&mut self, here: &mut Here<'d>, node: &'d Node, event: &'d Event) {
        if !here.arrows.out_of(&node.id).is_empty() {
            let message = "An arrow leaves this end event: it is read as an event on the way.";
            self.warn(node.at, "way-out-of-end", message, "Draw an intermediate event, or take the arrow out.");
            let next = self.after(here, node);
            return self.throw(here, node, event, next);
        }
        let mut end = End::default();
        for definition in &event.definitions {
            match definition {
                EventDefinition::Terminate => end.terminate = true,
                EventDefinition::Error(name) => {
                    let name = self.named(name.as_deref(), "error");
                    if self.is_caught(here, &name) { end.error = Some(name) } else { end.terminate = true }
                }
                EventDefinition::Cancel if here.around.is_empty() => {
                    let message = "Only a transaction can be cancelled, and this event lies in none: here the process ends.";
                    self.warn(node.at, "cancel-outside-transaction", message, "Draw a sub-process (transaction) around it.");
                    end.terminate = true;
                }
                EventDefinition::Cancel => end.cancel = true,
                _ => {}
            }
        }
        let kind = ElementKind::End(end);
        let throws =
            event.definitions.iter().any(|d| matches!(d, EventDefinition::Escalation(_) | EventDefinition::Compensation(_)));
        if !throws && self.sending_kinds(node).is_empty() {
            let (id, name, note) = (node.id.clone(), node.name.clone(), node.documentation.clone());
            here.elements.push(Element { id, name, kind, note, ..Element::default() });
            return;
        }
        let last = format!("{}.end", node.id);
        here.elements.push(Element { id: last.clone(), name: node.name.clone(), kind, ..Element::default() });
        self.throw(here, node, event, last);
    }

    /// Tells whether something around catches an error that is raised here. One that nobody catches ends everything around it.
    fn is_caught(&self, here: &Here<'d>, name: &str) -> bool {
        let catches = |node: &Node| {
            let definitions = node.event().map(|e| e.definitions.as_slice()).unwrap_or_default();
            definitions.iter().any(|d| match d {
                EventDefinition::Error(None) => true,
                EventDefinition::Error(reference) => self.named(reference.as_deref(), "error") == name,
                _ => false,
            })
        };
        let mut bodies: Vec<&crate::formats::bpmn::tree::Body> = vec![&self.definitions.processes[self.process].body];
        for id in here.around.iter().rev() {
            if let Some(location) = self.links.nodes.get(id)
                && let NodeKind::SubProcess { body, .. } = &location.node.kind
            {
                bodies.push(body);
            }
        }
        let innermost = bodies.len() - 1;
        bodies.iter().enumerate().any(|(i, body)| {
            // A border around the innermost body stands in the body around it.
            let borders = i < innermost
                && body.nodes.iter().any(|n| {
                    let at = n.event().and_then(|e| match &e.place {
                        EventPlace::Boundary { host, .. } => Some(host.as_str()),
                        _ => None,
                    });
                    at.is_some_and(|host| here.around.contains(&host)) && catches(n)
                });
            let events = body.nodes.iter().any(|n| match &n.kind {
                NodeKind::SubProcess { body, is_event: true, .. } => {
                    !here.around.contains(&n.id.as_str()) && body.nodes.iter().any(|s| s.is_start() && catches(s))
                }
                _ => false,
            });
            borders || events
        }) || self.links.begun.contains(&self.process) && self.called_with_catch(name)
    }

    /// Tells whether a call of this process has an event at its border that catches an error.
    fn called_with_catch(&self, name: &str) -> bool {
        self.links.nodes.values().any(|l| {
            l.node.event().is_some_and(|e| {
                let host = match &e.place {
                    EventPlace::Boundary { host, .. } => self.links.calls.get(host.as_str()) == Some(&self.process),
                    _ => false,
                };
                host && e.definitions.iter().any(|d| match d {
                    EventDefinition::Error(None) => true,
                    EventDefinition::Error(reference) => self.named(reference.as_deref(), "error") == name,
                    _ => false,
                })
            })
        })
    }

    /// Returns the name that a reference stands for.
    fn named(&self, reference: Option<&str>, what: &str) -> String {
        match reference {
            Some(id) => self.definitions.names.get(id).cloned().unwrap_or_else(|| id.to_owned()),
            None => format!("{what} (unnamed)"),
        }
    }

    /// Adds an event at an activity's border to its element.
    pub(super) fn border(&mut self, here: &mut Here<'d>, host: &'d Node, node: &'d Node, element: &mut Element) {
        let Some(Event { place: EventPlace::Boundary { interrupting, .. }, definitions, .. }) = node.event() else { return };
        if definitions.iter().any(|d| matches!(d, EventDefinition::Compensation(_))) {
            if let Some(&handler) = here.undone_by.get(node.id.as_str()) {
                let trigger = Trigger::Compensation;
                let (id, name) = (node.id.clone(), node.name.clone());
                element.boundary.push(Boundary { id, name, trigger, interrupting: false, next: handler.to_owned() });
            }
            return;
        }
        let next = self.after(here, node);
        let next = self.sends(here, node, next, 1);
        let is_error = matches!(definitions.as_slice(), [EventDefinition::Error(_)]);
        if let ElementKind::Step(step) = &mut element.kind
            && is_error
            && step.failure.is_none()
        {
            let name = if node.name.is_empty() { &node.id } else { &node.name };
            self.note(node.at, "assumed-chance", format!("How often '{name}' happens is assumed: one in ten."));
            // The event itself stands on the way, so that its name is seen.
            step.failure = Some(Failure { share: figures::failing(), next: node.id.clone() });
            return self.push(here, node, ElementKind::Pass, next);
        }
        let mean = self.mean(element);
        let triggers = self.triggers(node, mean, &[&host.id]);
        for (i, trigger) in triggers.into_iter().enumerate() {
            let interrupting = *interrupting || matches!(trigger, Trigger::Error(_) | Trigger::Cancel);
            let id = if i == 0 { node.id.clone() } else { format!("{}.{}", node.id, i + 1) };
            element.boundary.push(Boundary { id, name: node.name.clone(), trigger, interrupting, next: next.clone() });
        }
    }

    /// Returns all that sets off an event at the border of something that takes `mean` milliseconds, or inside which the nodes
    /// `within` lie; at least one thing.
    pub(super) fn triggers(&mut self, node: &'d Node, mean: f64, within: &[&'d str]) -> Vec<Trigger> {
        let Some(event) = node.event() else { return Vec::new() };
        if event.definitions.len() > 1 && event.all {
            let message = "This event needs several things to happen together; here the first of them is enough.";
            self.warn(node.at, "several-triggers", message, "Draw one event for each, and join their ways.");
        }
        if event.definitions.is_empty() {
            return vec![self.trigger(node, None, 0, mean, within)];
        }
        (0..event.definitions.len()).map(|i| self.trigger(node, event.definitions.get(i), i, mean, within)).collect()
    }

    fn trigger(
        &mut self,
        node: &'d Node,
        definition: Option<&'d EventDefinition>,
        event: usize,
        mean: f64,
        within: &[&'d str],
    ) -> Trigger {
        let chance = |reader: &mut Self| {
            let name = if node.name.is_empty() { &node.id } else { &node.name };
            reader.note(node.at, "assumed-chance", format!("How often '{name}' happens is assumed: about one in ten."));
            Trigger::After(figures::chance(mean))
        };
        match definition {
            Some(EventDefinition::Timer(text)) => Trigger::After(self.timer(node, text).0),
            Some(EventDefinition::Compensation(_)) => Trigger::Compensation,
            Some(EventDefinition::Cancel) => Trigger::Cancel,
            Some(EventDefinition::Error(reference)) => {
                let wanted = reference.as_deref().map(|id| self.named(Some(id), "error"));
                if self.is_raised(within, wanted.as_deref(), true) {
                    Trigger::Error(wanted.unwrap_or_default())
                } else {
                    chance(self)
                }
            }
            Some(EventDefinition::Escalation(reference)) => {
                let wanted = reference.as_deref().map(|id| self.named(Some(id), "escalation"));
                if self.is_raised(within, wanted.as_deref(), false) {
                    Trigger::Escalation(wanted.unwrap_or_default())
                } else {
                    chance(self)
                }
            }
            _ => match self.awaited(node, event) {
                Some(Awaited::Message(name)) => Trigger::Message(name),
                Some(Awaited::Signal(name)) => Trigger::Signal(name),
                None => chance(self),
            },
        }
    }

    /// Returns what an event-based gateway waits for at one of its followers: at least one thing.
    pub(super) fn race_triggers(&mut self, node: &'d Node) -> Vec<Trigger> {
        let definitions = node.event().map(|e| e.definitions.as_slice()).unwrap_or_default();
        let mut triggers = Vec::new();
        for i in 0..definitions.len().max(1) {
            triggers.push(match (definitions.get(i), self.awaited(node, i)) {
                (Some(EventDefinition::Timer(text)), _) => Trigger::After(self.timer(node, text).0),
                (_, Some(Awaited::Message(name))) => Trigger::Message(name),
                (_, Some(Awaited::Signal(name))) => Trigger::Signal(name),
                _ => {
                    self.say_assumed_wait(node);
                    Trigger::After(figures::outside())
                }
            });
        }
        triggers
    }

    fn say_assumed_wait(&mut self, node: &'d Node) {
        if !self.waits(node) {
            let message = "An event-based gateway leads to something that waits for nothing; when it happens is assumed.";
            return self.warn(
                node.at,
                "no-event-after-gateway",
                message,
                "Let the gateway lead to events, or draw an exclusive one.",
            );
        }
        let name = if node.name.is_empty() { &node.id } else { &node.name };
        self.note(node.at, "assumed-wait", format!("'{name}' waits for something from outside: how long is assumed."));
    }

    /// Tells whether an error (or escalation) of this name, or any, is raised in one of these nodes, or in what they call.
    fn is_raised(&self, within: &[&'d str], wanted: Option<&str>, is_error: bool) -> bool {
        let mut to_do: Vec<&Node> = within.iter().filter_map(|id| self.links.nodes.get(id)).map(|l| l.node).collect();
        let mut called = std::collections::BTreeSet::new();
        while let Some(node) = to_do.pop() {
            match &node.kind {
                NodeKind::SubProcess { body, .. } => to_do.extend(&body.nodes),
                NodeKind::Call(_) => {
                    if let Some(&process) = self.links.calls.get(node.id.as_str())
                        && called.insert(process)
                    {
                        to_do.extend(&self.definitions.processes[process].body.nodes);
                    }
                }
                NodeKind::Event(event) => {
                    let raises = match event.place {
                        EventPlace::End => true,
                        EventPlace::Throw => !is_error,
                        _ => false,
                    };
                    let fits = |d: &EventDefinition| match d {
                        EventDefinition::Error(name) if is_error => {
                            wanted.is_none_or(|w| self.named(name.as_deref(), "error") == w)
                        }
                        EventDefinition::Escalation(name) if !is_error => {
                            wanted.is_none_or(|w| self.named(name.as_deref(), "escalation") == w)
                        }
                        _ => false,
                    };
                    if raises && event.definitions.iter().any(fits) {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Returns roughly how long an element takes, in milliseconds.
    fn mean(&self, element: &Element) -> f64 {
        let mut total = 0.0;
        let mut to_do = vec![element];
        while let Some(element) = to_do.pop() {
            total += match &element.kind {
                ElementKind::Step(step) => step.duration.value.mean(),
                ElementKind::Wait(Wait { until: WaitUntil::For(length), .. }) => length.value.mean(),
                ElementKind::Receive(_) | ElementKind::AwaitSignal(_) | ElementKind::Call(_) => figures::outside().value.mean(),
                _ => 0.0,
            };
            to_do.extend(element.inner().into_iter().flatten());
        }
        total
    }

    /// Returns roughly how long everything made so far in a body takes, in milliseconds; at least an hour.
    pub(super) fn mean_of_all(&self, here: &Here<'d>) -> f64 {
        here.elements.iter().map(|e| self.mean(e)).sum::<f64>().max(crate::base::time::MS_PER_HOUR as f64)
    }
}
