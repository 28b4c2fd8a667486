//! Who sends to whom: message flows, messages and signals of the same name, and which process begins which.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::tree::{Body, Definitions, EventDefinition, EventPlace, Node, NodeKind, TaskKind};

/// Where a node stands.
#[derive(Clone, Debug)]
pub(super) struct Location<'d> {
    /// The node.
    pub node: &'d Node,
    /// Its process, by position.
    pub process: usize,
    /// The sub-process around it.
    pub around: Option<&'d str>,
}

/// What finishing a node sets off elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sending {
    /// A message of this name.
    Message(String),
    /// A signal of this name.
    Signal(String),
    /// The process at this position begins, at the start event with this id if one is meant.
    Begin(usize, Option<String>),
}

/// What a node waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Awaited {
    /// A message of this name.
    Message(String),
    /// A signal of this name.
    Signal(String),
}

/// Who sends to whom.
#[derive(Debug, Default)]
pub(super) struct Links<'d> {
    /// All nodes, by id.
    pub nodes: BTreeMap<&'d str, Location<'d>>,
    /// What nodes send, by id.
    pub sendings: BTreeMap<&'d str, BTreeSet<Sending>>,
    /// What nodes wait for that another node sends, by id and by which of the node's events it is.
    pub awaited: BTreeMap<(&'d str, usize), Awaited>,
    /// Processes that others begin or call.
    pub begun: BTreeSet<usize>,
    /// Start events at which something in the file begins a process, by id.
    pub begun_starts: BTreeSet<&'d str>,
    /// Calls that lead to a process of the file, by node.
    pub calls: BTreeMap<&'d str, usize>,
    /// For each process, those that it begins or calls.
    begins: Vec<BTreeSet<usize>>,
    /// For each process, a number that processes of the same case share.
    pub group: Vec<usize>,
    /// What is drawn in each process.
    bodies: Vec<&'d Body>,
}

impl<'d> Links<'d> {
    /// Finds all links of a file.
    pub fn of(definitions: &'d Definitions, findings: &mut Findings) -> Links<'d> {
        let mut links = Links {
            group: (0..definitions.processes.len()).collect(),
            begins: vec![BTreeSet::new(); definitions.processes.len()],
            bodies: definitions.processes.iter().map(|p| &p.body).collect(),
            ..Links::default()
        };
        for (process, it) in definitions.processes.iter().enumerate() {
            let mut around: Vec<(&'d crate::formats::bpmn::tree::Body, Option<&'d str>)> = vec![(&it.body, None)];
            while let Some((body, parent)) = around.pop() {
                for node in &body.nodes {
                    links.nodes.insert(&node.id, Location { node, process, around: parent });
                    if let NodeKind::SubProcess { body, .. } = &node.kind {
                        around.push((body, Some(&node.id)));
                    }
                }
            }
        }
        links.message_flows(definitions, findings);
        links.same_names(definitions);
        links.calls(definitions, findings);
        links
    }

    fn message_flows(&mut self, definitions: &'d Definitions, findings: &mut Findings) {
        let across = definitions.processes.iter().flat_map(|p| {
            let mut found = Vec::new();
            let mut to_do = vec![&p.body];
            while let Some(body) = to_do.pop() {
                found.extend(body.flows.iter().map(|f| (f.source.as_str(), f.target.as_str(), f.at)));
                to_do.extend(body.nodes.iter().filter_map(|n| match &n.kind {
                    NodeKind::SubProcess { body, .. } => Some(body),
                    _ => None,
                }));
            }
            found
        });
        let mut pairs: Vec<(&'d str, &'d str, Option<&'d str>)> =
            definitions.message_flows.iter().map(|f| (f.source.as_str(), f.target.as_str(), f.message.as_deref())).collect();
        for (source, target, at) in across {
            if let (Some(from), Some(to)) = (self.nodes.get(source), self.nodes.get(target))
                && from.process != to.process
            {
                let message = "This arrow leads from one pool into another; it is read as a message.";
                let hint = "Between pools, draw a message flow (a dashed arrow).";
                findings.push(at, Diagnostic::warning("flow-across-pools", Default::default(), message).hint(hint));
                pairs.push((source, target, None));
            }
        }
        // What waits for a message by its name hears all of that name: a name goes to one that waits only.
        let mut readers: BTreeMap<&'d str, (&'d str, usize)> = BTreeMap::new();
        let mut waiting: BTreeMap<&'d str, usize> = BTreeMap::new();
        for location in self.nodes.values() {
            if let Some(name) = receives(location.node).and_then(|event| message_of(location.node, event)) {
                *waiting.entry(definitions.names.get(name).map_or(name, String::as_str)).or_insert(0) += 1;
            }
        }
        for (source, target, message) in pairs {
            let sender = self.nodes.get(source).filter(|l| can_send(l.node)).cloned();
            let begins = self.start_of_pool(definitions, target);
            let receiver = self.nodes.get(target).cloned();
            let (Some(sender), Some(to)) = (sender, receiver.as_ref().map(|l| l.process).or(begins)) else { continue };
            if sender.process == to {
                continue;
            }
            match receiver {
                Some(at) if at.node.is_start() && at.around.is_none() => self.begin(&sender, to, Some(&at.node.id)),
                Some(at) => match receives(at.node) {
                    Some(event) => {
                        let own = message_of(at.node, event);
                        let said = own.or(message).and_then(|id| definitions.names.get(id)).map(String::as_str);
                        let others = |name: &str| waiting.get(name).copied().unwrap_or(0) > usize::from(own.is_some());
                        let reader = (at.node.id.as_str(), event);
                        let name = said.filter(|name| !others(name) && *readers.entry(name).or_insert(reader) == reader);
                        self.message(&sender, (&at, event), name.unwrap_or(&at.node.id).to_owned());
                    }
                    None => self.join(sender.process, to),
                },
                None => self.begin(&sender, to, None),
            }
        }
    }

    /// Returns the process of a pool to which a message leads as a whole, if a message can only begin it.
    fn start_of_pool(&self, definitions: &Definitions, target: &str) -> Option<usize> {
        let pool = definitions.participants.iter().find(|p| p.id == target)?;
        let process = definitions.processes.iter().position(|p| Some(&p.id) == pool.process.as_ref())?;
        let mut starts = definitions.processes[process].body.nodes.iter().filter(|n| n.is_start());
        let by_message = |n: &Node| n.event().is_some_and(|e| matches!(e.definitions.first(), Some(EventDefinition::Message(_))));
        let first = starts.next().filter(|n| by_message(n))?;
        let drawn = definitions.message_flows.iter().any(|f| f.target == first.id);
        (starts.next().is_none() && !drawn).then_some(process)
    }

    /// Signals by name, and messages by name where no message flow is drawn.
    fn same_names(&mut self, definitions: &'d Definitions) {
        let named = |reference: &Option<String>, node: &Node| {
            let id = reference.as_ref()?;
            Some(definitions.names.get(id).cloned().unwrap_or_else(|| if id.is_empty() { node.name.clone() } else { id.clone() }))
        };
        let drawn: BTreeSet<&str> =
            definitions.message_flows.iter().flat_map(|f| [f.source.as_str(), f.target.as_str()]).collect();
        let mut senders: BTreeMap<Awaited, Vec<Location<'d>>> = BTreeMap::new();
        let mut receivers: BTreeMap<Awaited, Vec<(Location<'d>, usize)>> = BTreeMap::new();
        for location in self.nodes.values() {
            let Some(event) = location.node.event() else { continue };
            for (i, definition) in event.definitions.iter().enumerate() {
                let key = match definition {
                    EventDefinition::Signal(reference) => Awaited::Signal(named(reference, location.node).unwrap_or_default()),
                    EventDefinition::Message(reference) if !drawn.contains(location.node.id.as_str()) => {
                        match named(reference, location.node) {
                            Some(name) => Awaited::Message(name),
                            None => continue,
                        }
                    }
                    _ => continue,
                };
                match can_send(location.node) {
                    true => senders.entry(key).or_default().push(location.clone()),
                    false => receivers.entry(key).or_default().push((location.clone(), i)),
                }
            }
        }
        for (awaited, senders) in senders {
            for (receiver, event) in receivers.remove(&awaited).unwrap_or_default() {
                if receiver.node.is_start() && receiver.around.is_none() {
                    senders.iter().for_each(|sender| self.begin(sender, receiver.process, Some(&receiver.node.id)));
                    continue;
                }
                for sender in &senders {
                    let sending = match &awaited {
                        Awaited::Message(name) => Sending::Message(name.clone()),
                        Awaited::Signal(name) => Sending::Signal(name.clone()),
                    };
                    self.sendings.entry(&sender.node.id).or_default().insert(sending);
                    self.join(sender.process, receiver.process);
                }
                self.awaited.insert((&receiver.node.id, event), awaited.clone());
            }
        }
    }

    fn calls(&mut self, definitions: &'d Definitions, findings: &mut Findings) {
        let by_id: BTreeMap<&str, usize> = definitions.processes.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect();
        let calls: Vec<(&'d str, usize, usize, usize)> = self
            .nodes
            .values()
            .filter_map(|l| match &l.node.kind {
                NodeKind::Call(Some(called)) => Some((l.node.id.as_str(), l.process, *by_id.get(called.as_str())?, l.node.at)),
                _ => None,
            })
            .filter(|(_, _, called, _)| !definitions.processes[*called].body.nodes.is_empty())
            .collect();
        for (id, from, to, at) in calls {
            if self.can_begin(to, from) {
                let message = format!("'{id}' calls a process that calls it in turn; the call is taken as one task.");
                findings.push(at, Diagnostic::warning("call-circle", Default::default(), message));
                continue;
            }
            self.calls.insert(id, to);
            self.begins[from].insert(to);
            self.begun.insert(to);
            self.join(from, to);
        }
    }

    fn message(&mut self, from: &Location<'d>, (to, event): (&Location<'d>, usize), name: String) {
        self.sendings.entry(&from.node.id).or_default().insert(Sending::Message(name.clone()));
        self.awaited.insert((&to.node.id, event), Awaited::Message(name));
        self.join(from.process, to.process);
    }

    /// One process begins another, or itself anew, unless that would go on for ever.
    fn begin(&mut self, from: &Location<'d>, process: usize, start: Option<&'d str>) {
        let goes_round = match start {
            Some(start) if process == from.process => self.leads_to(start, &from.node.id),
            _ => self.can_begin(process, from.process),
        };
        if !goes_round {
            self.sendings.entry(&from.node.id).or_default().insert(Sending::Begin(process, start.map(str::to_owned)));
            self.begun_starts.extend(start);
            if process != from.process {
                self.begun.insert(process);
                self.begins[from.process].insert(process);
            }
        }
        self.join(from.process, process);
    }

    /// Tells whether a case that begins at a node of a process may come to another node of it, in or out of sub-processes.
    fn leads_to(&self, start: &'d str, node: &str) -> bool {
        let Some(process) = self.nodes.get(start).map(|l| l.process) else { return false };
        let Some(body) = self.bodies.get(process) else { return true };
        let mut goal = node;
        while let Some(around) = self.nodes.get(goal).and_then(|l| l.around) {
            goal = around;
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut to_do = vec![start];
        while let Some(id) = to_do.pop() {
            if id == goal {
                return true;
            }
            if seen.insert(id) {
                to_do.extend(body.flows.iter().filter(|f| f.source == id).map(|f| f.target.as_str()));
                let attached = body.nodes.iter().filter(|n| match n.event().map(|e| &e.place) {
                    Some(EventPlace::Boundary { host, .. }) => host == id,
                    _ => n.is_event_sub_process(),
                });
                to_do.extend(attached.map(|n| n.id.as_str()));
            }
        }
        false
    }

    /// Tells whether a process is another, or comes to begin it.
    fn can_begin(&self, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut to_do = vec![from];
        while let Some(process) = to_do.pop() {
            if process == to {
                return true;
            }
            if seen.insert(process) {
                to_do.extend(&self.begins[process]);
            }
        }
        false
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.group[a], self.group[b]);
        let (keep, give) = (a.min(b), a.max(b));
        self.group.iter_mut().filter(|g| **g == give).for_each(|g| *g = keep);
    }
}

fn can_send(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Event(event) => matches!(event.place, EventPlace::Throw | EventPlace::End),
        NodeKind::Task(kind) => *kind != TaskKind::Receive,
        NodeKind::SubProcess { is_event, .. } => !is_event,
        NodeKind::Call(_) => true,
        NodeKind::Gateway(_) => false,
    }
}

/// Returns the message that a node waits for, by id, where it names one.
fn message_of(node: &Node, event: usize) -> Option<&str> {
    match node.event()?.definitions.get(event)? {
        EventDefinition::Message(reference) => reference.as_deref().filter(|id| !id.is_empty()),
        _ => None,
    }
}

/// Returns which of a node's events a message is for, if it can wait for one.
fn receives(node: &Node) -> Option<usize> {
    match &node.kind {
        NodeKind::Event(event) => {
            let waits = matches!(event.place, EventPlace::Catch | EventPlace::Boundary { .. } | EventPlace::Start { .. });
            let by_message = event.definitions.iter().position(|d| matches!(d, EventDefinition::Message(_)));
            by_message.or(event.definitions.is_empty().then_some(0)).filter(|_| waits)
        }
        NodeKind::Task(TaskKind::Receive) => Some(0),
        _ => None,
    }
}
