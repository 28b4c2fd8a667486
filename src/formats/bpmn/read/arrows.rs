//! Arrows: sorted to the bodies to which they belong, and where each body begins.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::read::links::Links;
use crate::formats::bpmn::tree::{Body, Definitions, EventDefinition, EventPlace, Flow, GatewayKind, Node, NodeKind, TaskKind};

/// An arrow within one body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrow<'d> {
    /// The flow as drawn; `None` for a jump by link events.
    pub flow: Option<&'d Flow>,
    /// From.
    pub source: &'d str,
    /// To.
    pub target: &'d str,
}

/// The arrows of one body, by node.
#[derive(Debug, Default)]
pub(super) struct Arrows<'d> {
    /// Arrows out of each node, in the order of the file.
    pub out: BTreeMap<&'d str, Vec<Arrow<'d>>>,
    /// Arrows into each node.
    pub into: BTreeMap<&'d str, Vec<Arrow<'d>>>,
}

/// What a body belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    /// A process: its start events are alternatives.
    Process,
    /// A sub-process: its start events all begin.
    SubProcess,
    /// A sub-process that events set off: each of its start events by its own.
    Event,
}

/// Where a body begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Beginning<'d> {
    /// Start events.
    pub starts: Vec<&'d str>,
    /// Whether all of them begin at once, instead of one.
    pub all: bool,
    /// Nodes to which nothing leads, which begin along with any start.
    pub along: Vec<&'d str>,
}

/// The arrows of a file.
#[derive(Debug, Default)]
pub(super) struct Sorted<'d> {
    /// By body, in the order of the file.
    pub by_body: BTreeMap<&'d str, Vec<Arrow<'d>>>,
    /// Nodes to which an arrow leads that comes from nothing.
    pub led_by_nothing: BTreeSet<&'d str>,
}

/// Sorts all arrows of a file to the innermost body that holds both ends, or what is around them; reports those that lead
/// from or to nothing.
pub(super) fn sorted<'d>(definitions: &'d Definitions, links: &Links<'d>, findings: &mut Findings) -> Sorted<'d> {
    let mut sorted = Sorted::default();
    let mut to_nothing: BTreeMap<&'d str, Vec<&'d Flow>> = BTreeMap::new();
    for process in &definitions.processes {
        let mut flows: Vec<&'d Flow> = process.body.flows.iter().collect();
        process.body.for_each(&mut |node, _| {
            if let NodeKind::SubProcess { body, .. } = &node.kind {
                flows.extend(&body.flows);
            }
        });
        for flow in flows {
            let ends = (links.nodes.get(flow.source.as_str()), links.nodes.get(flow.target.as_str()));
            let (Some(from), Some(to)) = ends else {
                if let (Some(from), None) = ends {
                    let body = from.around.unwrap_or(&definitions.processes[from.process].id);
                    to_nothing.entry(body).or_default().push(flow);
                    continue;
                }
                sorted.led_by_nothing.extend(ends.1.map(|to| to.node.id.as_str()));
                let message = match ends {
                    (None, None) => "This arrow leads from nothing to nothing.",
                    _ => "This arrow comes from nothing that is drawn.",
                };
                let hint = "Connect both ends in the drawing tool; without it, no case comes this way.";
                findings.push(flow.at, Diagnostic::warning("dangling-flow", Default::default(), message).hint(hint));
                continue;
            };
            if from.process != to.process {
                continue;
            }
            let chain = |id: &'d str| {
                let mut chain: Vec<(&'d str, Option<&'d str>)> = Vec::new();
                let mut at = Some(id);
                while let Some(id) = at {
                    let around = links.nodes.get(id).and_then(|l| l.around);
                    chain.push((id, around));
                    at = around;
                }
                chain
            };
            let (sources, targets) = (chain(&flow.source), chain(&flow.target));
            let common = sources.iter().find_map(|(source, around)| {
                targets.iter().find(|(_, other)| other == around).map(|(target, _)| (*source, *target, *around))
            });
            let Some((source, target, around)) = common else { continue };
            if (source, target) != (flow.source.as_str(), flow.target.as_str()) {
                let message = "This arrow crosses the border of a sub-process; it is read as leading from or to the sub-process.";
                findings.push(flow.at, Diagnostic::warning("flow-across-border", Default::default(), message));
                if source == target {
                    continue;
                }
            }
            let body = around.unwrap_or(&definitions.processes[from.process].id);
            sorted.by_body.entry(body).or_default().push(Arrow { flow: Some(flow), source, target });
        }
        let mut bodies: Vec<(&'d str, &'d Body)> = vec![(&process.id, &process.body)];
        while let Some((id, body)) = bodies.pop() {
            if let Some(loose) = to_nothing.remove(id) {
                connect_loose(body, &loose, sorted.by_body.entry(id).or_default(), findings);
            }
            bodies.extend(body.nodes.iter().filter_map(|n| match &n.kind {
                NodeKind::SubProcess { body, .. } => Some((n.id.as_str(), body)),
                _ => None,
            }));
        }
    }
    sorted
}

/// Connects an arrow that leads to nothing with the one node to which nothing leads, if there is one of each; reports it, or
/// that the arrows lead to nothing.
fn connect_loose<'d>(body: &'d Body, loose: &[&'d Flow], arrows: &mut Vec<Arrow<'d>>, findings: &mut Findings) {
    let led: BTreeSet<&str> = arrows.iter().map(|a| a.target).collect();
    let is_loose = |n: &&&'d Node| {
        !led.contains(n.id.as_str())
            && !n.is_start()
            && !n.is_boundary()
            && !n.is_event_sub_process()
            && !n.is_for_compensation
            && !is_link_catch(n)
    };
    let unled: Vec<&'d Node> = body.nodes.iter().collect::<Vec<_>>().iter().filter(is_loose).copied().collect();
    let warn = |findings: &mut Findings, flow: &Flow, message: String, hint: &str| {
        findings.push(flow.at, Diagnostic::warning("dangling-flow", Default::default(), message).hint(hint));
    };
    if let ([flow], [node]) = (loose, unled.as_slice())
        && flow.source != node.id
    {
        let name = if node.name.is_empty() { &node.id } else { &node.name };
        let message = format!("This arrow leads to nothing that is drawn; taken is '{name}', to which no arrow leads.");
        warn(findings, flow, message, "Connect both ends in the drawing tool.");
        return arrows.push(Arrow { flow: Some(flow), source: &flow.source, target: &node.id });
    }
    for flow in loose {
        let message = "This arrow leads to nothing that is drawn.".to_owned();
        warn(findings, flow, message, "Connect both ends in the drawing tool; without it, the way ends there.");
    }
}

impl<'d> Arrows<'d> {
    /// Sorts the arrows of a body by node, jumps of links included; takes out those that cannot be.
    pub fn of(body: &'d Body, arrows: Vec<Arrow<'d>>, findings: &mut Findings) -> Arrows<'d> {
        let by_id: BTreeMap<&'d str, &'d Node> = body.nodes.iter().map(|n| (n.id.as_str(), n)).collect();
        let mut sorted = Arrows::default();
        for arrow in arrows {
            let (Some(source), Some(target)) = (by_id.get(arrow.source), by_id.get(arrow.target)) else { continue };
            if target.is_boundary() || target.is_event_sub_process() || source.is_event_sub_process() {
                let message = "Such an element is set off by its event only: the arrow is left out.";
                let at = arrow.flow.map_or(target.at, |f| f.at);
                findings.push(at, Diagnostic::warning("arrow-to-event", Default::default(), message));
                continue;
            }
            if let Some((code, message)) = sorted.needless(&arrow, source, target) {
                let at = arrow.flow.map_or(source.at, |f| f.at);
                let hint = "Take the arrow out in the drawing tool.";
                findings.push(at, Diagnostic::warning(code, Default::default(), message).hint(hint));
                continue;
            }
            sorted.add(arrow);
        }
        for (name, throws, catches) in links_of(body) {
            let Some(catch) = catches.first() else {
                for throw in throws {
                    let message = format!("The link '{name}' jumps nowhere: no link of this name is drawn to catch it.");
                    findings.push(throw.at, Diagnostic::warning("link-without-target", Default::default(), message));
                }
                continue;
            };
            for throw in throws.iter().filter(|t| !sorted.out.contains_key(t.id.as_str())).collect::<Vec<_>>() {
                sorted.add(Arrow { flow: None, source: &throw.id, target: &catch.id });
            }
        }
        sorted
    }

    /// Says why an arrow can mean nothing that was wanted: it leads from a gateway back to itself, or lies over another.
    fn needless(&self, arrow: &Arrow<'d>, source: &Node, target: &Node) -> Option<(&'static str, String)> {
        let name = |node: &Node| if node.name.is_empty() { node.id.clone() } else { node.name.clone() };
        let is_gateway = matches!(source.kind, NodeKind::Gateway(_));
        if is_gateway && source.id == target.id {
            let message =
                "This arrow leads from a gateway back to itself: nothing happens on such a way, and it is left out.".to_owned();
            return Some(("arrow-to-itself", message));
        }
        let is_bare = |arrow: &Arrow<'d>| arrow.flow.is_some_and(|flow| flow.condition.is_none());
        let is_over = |other: &Arrow<'d>| other.target == arrow.target && is_bare(other);
        (!is_gateway && is_bare(arrow) && self.out_of(&source.id).iter().any(is_over)).then(|| {
            let message = format!(
                "Several arrows lead from '{}' to '{}'. Read as one: else everything from there on would be done several times.",
                name(source),
                name(target)
            );
            ("doubled-arrow", message)
        })
    }

    fn add(&mut self, arrow: Arrow<'d>) {
        self.out.entry(arrow.source).or_default().push(arrow);
        self.into.entry(arrow.target).or_default().push(arrow);
    }

    /// Returns the arrows out of a node.
    pub fn out_of(&self, node: &str) -> &[Arrow<'d>] {
        self.out.get(node).map_or(&[], Vec::as_slice)
    }

    /// Returns how many arrows lead to a node.
    pub fn count_into(&self, node: &str) -> usize {
        self.into.get(node).map_or(0, Vec::len)
    }

    /// Finds where a body begins. `handlers` are nodes that only undo; to those that are `led_by_nothing` an arrow leads of which
    /// nobody knows from where.
    pub fn beginning(
        &self,
        body: &'d Body,
        whole: Whole,
        handlers: &BTreeSet<&str>,
        led_by_nothing: &BTreeSet<&str>,
        findings: &mut Findings,
    ) -> Beginning<'d> {
        let is_end = |n: &Node| n.event().is_some_and(|e| e.place == EventPlace::End);
        let unled: Vec<&'d Node> = body
            .nodes
            .iter()
            .filter(|n| self.count_into(&n.id) == 0 && !n.is_start() && !n.is_boundary() && !n.is_event_sub_process())
            .filter(|n| !n.is_for_compensation && !handlers.contains(n.id.as_str()) && !is_link_catch(n))
            .collect();
        let ids = |nodes: Vec<&'d Node>| nodes.into_iter().map(|n| n.id.as_str()).collect::<Vec<_>>();
        let mut along: Vec<&'d Node> = unled.iter().copied().filter(|n| !is_end(n)).collect();
        let mut starts: Vec<&'d Node> = body.nodes.iter().filter(|n| n.is_start()).collect();
        let is_plain = |n: &&&Node| n.event().is_some_and(|e| e.definitions.is_empty());
        if whole == Whole::SubProcess && (starts.iter().any(|n| is_plain(&n)) || !along.is_empty()) {
            // Whoever enters a sub-process begins where no event is waited for.
            starts.retain(|n| is_plain(&n));
        }
        if starts.is_empty() && along.is_empty() {
            along.extend(unled.first().or(body.nodes.iter().find(|n| !n.is_boundary() && !n.is_event_sub_process()).as_ref()));
        }
        if !starts.is_empty() && whole == Whole::Process {
            // What would wait, or choose a way, is more likely to have lost its arrow.
            let begins = |node: &Node| {
                let does = match &node.kind {
                    NodeKind::Task(kind) => *kind != TaskKind::Receive,
                    NodeKind::SubProcess { .. } | NodeKind::Call(_) => true,
                    NodeKind::Event(event) => event.place == EventPlace::Throw,
                    NodeKind::Gateway(_) => false,
                };
                does && !led_by_nothing.contains(node.id.as_str())
            };
            for node in &along {
                let name = if node.name.is_empty() { &node.id } else { &node.name };
                let what = if begins(node) { "it begins whenever the process does" } else { "no case comes there" };
                let message = format!("Nothing leads to '{name}': {what}.");
                let hint = "Draw an arrow to it, or take it out.";
                findings.push(node.at, Diagnostic::warning("unconnected", Default::default(), message).hint(hint));
            }
            along.retain(|node| begins(node));
        }
        let all = match whole {
            Whole::Process => starts.len() > 1 && self.need_each_other(body, &starts),
            Whole::SubProcess => true,
            Whole::Event => false,
        };
        Beginning { starts: ids(starts), all, along: ids(along) }
    }

    /// Tells whether ways from different starts meet in a gateway that waits for all of them.
    fn need_each_other(&self, body: &'d Body, starts: &[&'d Node]) -> bool {
        let joins: Vec<&Node> = body
            .nodes
            .iter()
            .filter(|n| matches!(n.kind, NodeKind::Gateway(GatewayKind::Parallel)) && self.count_into(&n.id) > 1)
            .collect();
        if joins.is_empty() || starts.len() > 64 {
            return false;
        }
        let mut attached: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for node in &body.nodes {
            if let Some(EventPlace::Boundary { host, .. }) = node.event().map(|e| &e.place) {
                attached.entry(host).or_default().push(&node.id);
            }
        }
        let mut reached_by: BTreeMap<&str, u64> = BTreeMap::new();
        for (i, start) in starts.iter().enumerate() {
            let mut to_do = vec![start.id.as_str()];
            let bit = 1u64 << i;
            while let Some(id) = to_do.pop() {
                let marks = reached_by.entry(id).or_insert(0);
                if *marks & bit == 0 {
                    *marks |= bit;
                    to_do.extend(self.out_of(id).iter().map(|a| a.target));
                    to_do.extend(attached.get(id).into_iter().flatten());
                }
            }
        }
        joins.iter().any(|join| {
            let into = self.into.get(join.id.as_str()).map_or(&[][..], Vec::as_slice);
            into.iter().map(|a| reached_by.get(a.source).copied().unwrap_or(0)).reduce(|a, b| a & b) == Some(0)
                && into.iter().all(|a| reached_by.contains_key(a.source))
        })
    }
}

fn link_name(node: &Node) -> Option<&str> {
    node.event()?.definitions.iter().find_map(|d| match d {
        EventDefinition::Link(name) => Some(name.as_str()),
        _ => None,
    })
}

fn is_link_catch(node: &Node) -> bool {
    node.event().is_some_and(|e| e.place == EventPlace::Catch) && link_name(node).is_some()
}

/// Returns the links of a body by name: those that throw, and those that catch.
fn links_of(body: &Body) -> Vec<(&str, Vec<&Node>, Vec<&Node>)> {
    let mut found: BTreeMap<&str, (Vec<&Node>, Vec<&Node>)> = BTreeMap::new();
    for node in &body.nodes {
        if let Some(name) = link_name(node) {
            let entry = found.entry(name).or_default();
            if is_link_catch(node) { entry.1.push(node) } else { entry.0.push(node) }
        }
    }
    found.into_iter().map(|(name, (throws, catches))| (name, throws, catches)).collect()
}
