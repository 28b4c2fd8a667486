//! Who sends to whom: message flows, messages and signals of the same name, and which process begins which.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::tree::{Definitions, EventDefinition, EventPlace, Node, NodeKind, TaskKind};

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
    /// The process at this position begins.
    Begin(usize),
}

/// Who sends to whom.
#[derive(Debug, Default)]
pub(super) struct Links<'d> {
    /// All nodes, by id.
    pub nodes: BTreeMap<&'d str, Location<'d>>,
    /// What nodes send, by id.
    pub sendings: BTreeMap<&'d str, BTreeSet<Sending>>,
    /// What nodes wait for that another node sends, by id: the message's name.
    pub awaited: BTreeMap<&'d str, String>,
    /// Processes that others begin.
    pub begun: BTreeSet<usize>,
    /// Calls that lead to a process of the file, by node.
    pub calls: BTreeMap<&'d str, usize>,
    /// For each process, those that it begins or calls.
    begins: Vec<BTreeSet<usize>>,
    /// For each process, a number that processes of the same case share.
    pub group: Vec<usize>,
}

impl<'d> Links<'d> {
    /// Finds all links of a file.
    pub fn of(definitions: &'d Definitions, findings: &mut Findings) -> Links<'d> {
        let mut links = Links {
            group: (0..definitions.processes.len()).collect(),
            begins: vec![BTreeSet::new(); definitions.processes.len()],
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
        let mut pairs: Vec<(&'d str, &'d str)> =
            definitions.message_flows.iter().map(|f| (f.source.as_str(), f.target.as_str())).collect();
        for (source, target, at) in across {
            if let (Some(from), Some(to)) = (self.nodes.get(source), self.nodes.get(target))
                && from.process != to.process
            {
                let message = "This arrow leads from one pool into another; it is read as a message.";
                let hint = "Between pools, draw a message flow (a dashed arrow).";
                findings.push(at, Diagnostic::warning("flow-across-pools", Default::default(), message).hint(hint));
                pairs.push((source, target));
            }
        }
        for (source, target) in pairs {
            let sender = self.nodes.get(source).filter(|l| can_send(l.node)).cloned();
            let begins = self.start_of_pool(definitions, target);
            let receiver = self.nodes.get(target).cloned();
            let (Some(sender), Some(to)) = (sender, receiver.as_ref().map(|l| l.process).or(begins)) else { continue };
            if sender.process == to {
                continue;
            }
            match receiver {
                Some(at) if at.node.is_start() && at.around.is_none() => self.begin(&sender, to),
                Some(at) if can_receive(at.node) => self.message(&sender, &at, at.node.id.clone()),
                Some(_) => self.join(sender.process, to),
                None => self.begin(&sender, to),
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
        let mut senders: BTreeMap<String, Vec<Location<'d>>> = BTreeMap::new();
        let mut receivers: BTreeMap<String, Vec<Location<'d>>> = BTreeMap::new();
        for location in self.nodes.values() {
            let Some(event) = location.node.event() else { continue };
            for definition in &event.definitions {
                let key = match definition {
                    EventDefinition::Signal(reference) => {
                        let name = named(reference, location.node).unwrap_or_default();
                        format!("signal {name}")
                    }
                    EventDefinition::Message(reference) if !drawn.contains(location.node.id.as_str()) => {
                        match named(reference, location.node) {
                            Some(name) => format!("message {name}"),
                            None => continue,
                        }
                    }
                    _ => continue,
                };
                let side = if can_send(location.node) { &mut senders } else { &mut receivers };
                side.entry(key).or_default().push(location.clone());
            }
        }
        for (name, senders) in senders {
            let receivers = receivers.remove(&name).unwrap_or_default();
            let begins = |l: &Location<'d>| l.node.is_start() && l.around.is_none();
            let begun: BTreeSet<usize> = receivers.iter().filter(|l| begins(l)).map(|l| l.process).collect();
            let waiting: Vec<&Location<'d>> = receivers.iter().filter(|l| !begins(l)).collect();
            for sender in &senders {
                for &process in begun.iter().filter(|process| **process != sender.process) {
                    self.begin(sender, process);
                }
                if let Some(first) = waiting.first() {
                    self.message(sender, first, name.clone());
                }
            }
            if let Some(sender) = senders.first() {
                waiting.iter().for_each(|receiver| self.message(sender, receiver, name.clone()));
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

    fn message(&mut self, from: &Location<'d>, to: &Location<'d>, name: String) {
        self.sendings.entry(&from.node.id).or_default().insert(Sending::Message(name.clone()));
        self.awaited.insert(&to.node.id, name);
        self.join(from.process, to.process);
    }

    /// One process begins another, unless that one begins it.
    fn begin(&mut self, from: &Location<'d>, process: usize) {
        if !self.can_begin(process, from.process) {
            self.sendings.entry(&from.node.id).or_default().insert(Sending::Begin(process));
            self.begun.insert(process);
            self.begins[from.process].insert(process);
        }
        self.join(from.process, process);
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

fn can_receive(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Event(event) => {
            let waits = matches!(event.place, EventPlace::Catch | EventPlace::Boundary { .. } | EventPlace::Start { .. });
            waits && matches!(event.definitions.first(), None | Some(EventDefinition::Message(_)))
        }
        NodeKind::Task(kind) => *kind == TaskKind::Receive,
        _ => false,
    }
}
