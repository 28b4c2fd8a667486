//! Where events stand in a draft: what begins, what happens beside an activity, and the ways of event-based gateways.

use crate::formats::bpmn::write::draft::{Border, Drafter, Flow, Making, Node};
use crate::model::flow::{Boundary, EventBranch, EventSubProcess, Trigger};

impl Drafter<'_> {
    pub(super) fn start(&mut self, making: &mut Making<'_>, node: &mut Node) {
        node.tag = "startEvent";
        if let Some((trigger, interrupting)) = making.trigger.take() {
            node.definitions = self.trigger(trigger, &node.name);
            *node = interrupts(std::mem::take(node), interrupting);
        } else if making.outermost {
            let own = node.of.clone();
            self.begun_by(node, |begin| begin.at.as_ref().is_none_or(|at| *at == own));
        }
    }

    pub(super) fn other_start(&mut self, making: &Making<'_>, node: &mut Node) {
        node.tag = "startEvent";
        if let Some(event) = making.others.iter().find(|event| event.at == node.of) {
            node.definitions = self.trigger(&event.trigger, &node.name);
            *node = interrupts(std::mem::take(node), event.interrupting);
        } else if making.outermost {
            let own = node.of.clone();
            self.begun_by(node, |begin| begin.at.as_ref() == Some(&own));
        }
    }

    pub(super) fn race(&mut self, making: &mut Making<'_>, node: &mut Node, ways: &[EventBranch]) {
        node.tag = "eventBasedGateway";
        for (i, way) in ways.iter().enumerate() {
            if making.raced.contains_key(way.to.as_str()) {
                self.flow(&mut making.body, &node.id, &way.to, Flow::default());
                continue;
            }
            let id = self.names.free(&format!("{}.event{}", node.id, i + 1), "event");
            let definitions = self.trigger(&way.trigger, &node.name);
            let event =
                Node { id: id.clone(), of: node.of.clone(), tag: "intermediateCatchEvent", definitions, ..Node::default() };
            making.body.nodes.push(event);
            let from = node.id.clone();
            self.flow_to(&mut making.body, &from, &id, Flow::default());
            self.flow(&mut making.body, &id, &way.to, Flow::default());
        }
    }

    pub(super) fn event_sub_process(&mut self, node: &mut Node, event: &EventSubProcess) {
        node.tag = "subProcess";
        node.attributes.push(("triggeredByEvent", "true".to_owned()));
        node.inside = Some(self.body(&event.elements, Some((&event.trigger, event.interrupting)), &event.others));
    }

    pub(super) fn borders(&mut self, making: &mut Making<'_>, node: &mut Node, borders: Vec<(&Boundary, String)>) {
        for (event, id) in borders {
            let undoes = event.trigger == Trigger::Compensation;
            let undone_by = if undoes { self.target(&event.next) } else { None };
            if !undoes {
                self.flow(&mut making.body, &id, &event.next, Flow::default());
            }
            let definitions = self.trigger(&event.trigger, &event.name);
            // Errors always stop what they are at; undoing stops nothing, which BPMN writes as if it did.
            let interrupting = event.interrupting || undoes;
            let (of, name) = (event.id.clone(), event.name.clone());
            node.borders.push(Border { id, of, name, definitions, interrupting, undone_by });
        }
    }
}

/// Says of a start whether it stops what it begins in.
pub(super) fn interrupts(mut node: Node, interrupting: bool) -> Node {
    if !interrupting {
        node.attributes.push(("isInterrupting", "false".to_owned()));
    }
    node
}
