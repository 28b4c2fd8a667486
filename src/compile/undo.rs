//! Compensation: what has been completed is undone, the last first.
//!
//! Every element with a border event `Compensation` counts in a slot of the case how often it has been completed; so does a
//! sub-process with something to undo inside. Undoing runs, for each in the reverse of the order in which elements stand
//! behind each other in the process, the handler as often as its slot says, and sets the slot back. The handler is a body of
//! its own, outside the flow. Of elements in loops or side by side the order is that of the drawing, not of the clock.

use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site, slot_is_set};
use crate::compile::flow::Targets;
use crate::compile::names::Role;
use crate::engine::program::{Effect, Element as Primitive, Enter, Kind, Process};
use crate::model::Id;
use crate::model::flow::{Element, ElementKind, Trigger};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One thing that can be undone.
#[derive(Clone, Debug)]
pub(super) struct Undo {
    /// The element that was completed.
    id: Id,
    /// Slot that counts how often.
    slot: u32,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    /// By a body of its own.
    Handler(Idx<Process>, Id),
    /// By what is inside.
    Inside(Vec<Undo>),
}

impl Element {
    /// Returns the elements that follow in the flow: handlers of compensation do not.
    pub(super) fn flow_successors(&self) -> Vec<&Id> {
        let all = self.successors();
        let inside = all.len() - self.boundary.len();
        let borders = all[inside..].iter().zip(&self.boundary);
        let kept = borders.filter(|(_, event)| event.trigger != Trigger::Compensation).map(|(id, _)| *id);
        all[..inside].iter().copied().chain(kept).collect()
    }

    fn handler(&self) -> Option<&Id> {
        self.boundary.iter().find(|event| event.trigger == Trigger::Compensation).map(|event| &event.next)
    }
}

impl Builder<'_> {
    /// Finds what can be undone in a body, in the order in which its elements stand behind each other.
    pub(super) fn undo_plan(&mut self, site: &Site, elements: &[Element]) -> Vec<Undo> {
        let by_id: BTreeMap<&str, &Element> = elements.iter().map(|e| (e.id.as_str(), e)).collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut ahead: VecDeque<&Element> = elements.iter().filter(|e| e.kind == ElementKind::Start).collect();
        let mut plan = Vec::new();
        while let Some(element) = ahead.pop_front() {
            if !seen.insert(&element.id) {
                continue;
            }
            ahead.extend(element.flow_successors().into_iter().filter_map(|id| by_id.get(id.as_str()).copied()));
            plan.extend(self.undo_of(site, element));
        }
        plan
    }

    fn undo_of(&mut self, site: &Site, element: &Element) -> Option<Undo> {
        let how = match (element.handler(), &element.kind) {
            (Some(handler), _) => How::Handler(self.undo_body_of(site, &element.id), handler.clone()),
            (None, ElementKind::SubProcess(inner)) => {
                let own = inner
                    .iter()
                    .find(|e| matches!(&e.kind, ElementKind::EventSubProcess(event) if event.trigger == Trigger::Compensation));
                match own {
                    Some(event) => How::Handler(self.undo_body_of(site, &event.id), event.id.clone()),
                    None => {
                        let inside = self.undo_plan(site, inner);
                        if inside.is_empty() {
                            return None;
                        }
                        How::Inside(inside)
                    }
                }
            }
            _ => return None,
        };
        let key = (site.owner.to_owned(), element.id.clone());
        let slot = match self.completed.get(&key) {
            Some(&slot) => slot,
            None => {
                let slot = self.slot(format!("'{}/{}' completed and not undone", site.owner, element.id));
                self.completed.insert(key, slot);
                slot
            }
        };
        Some(Undo { id: element.id.clone(), slot, how })
    }

    pub(super) fn undo_body_of(&mut self, site: &Site, of: &str) -> Idx<Process> {
        let key = (site.owner.to_owned(), of.to_owned());
        if let Some(&known) = self.undo_bodies.get(&key) {
            return known;
        }
        let process = self.program.processes.push(Process::default());
        self.undo_bodies.insert(key, process);
        process
    }

    /// Compiles the handlers of a body's elements, each into its own body.
    pub(super) fn compile_handlers(&mut self, site: &Site, elements: &[Element], depth: usize) {
        const DONE: &str = "\u{0}done";
        for element in elements {
            let Some(handler) = element.handler() else { continue };
            let process = self.undo_body_of(site, &element.id);
            if !self.program.processes[process].starts.is_empty() {
                continue;
            }
            let Some(found) = elements.iter().find(|e| e.id == *handler) else {
                let message = format!("'{}' is undone by '{handler}', which is not there.", element.id);
                self.error("unknown-step", site.path, message);
                continue;
            };
            let title = if found.name.is_empty() { &found.id } else { &found.name };
            let here = Site { process, step: &found.id, title, ..*site };
            let end = self.end(&here, "undone");
            let alone = Element { next: Some(DONE.to_owned()), boundary: Vec::new(), ..found.clone() };
            let targets: Targets = std::iter::once((DONE, end)).collect();
            let entry = self.element_or_repeated(&here, &alone, &targets, 0, Vec::new(), depth);
            self.program.processes[process].starts = vec![entry];
        }
    }

    /// Counts an element's completions, where they can be undone: returns what its `next` leads to.
    pub(super) fn count_completion<'a>(
        &mut self,
        site: &Site,
        element: &'a Element,
        targets: &Targets<'a>,
    ) -> Option<Targets<'a>> {
        let slot = *self.completed.get(&(site.owner.to_owned(), element.id.clone()))?;
        let next = element.next.as_deref()?;
        let (&known, &target) = targets.get_key_value(next)?;
        let counted = self.effects(site, "completed", vec![Effect::Add(slot, 1.0)], target);
        let mut own = targets.clone();
        own.insert(known, counted);
        Some(own)
    }

    /// Builds what undoes; `plans` are those of the bodies around, the innermost last.
    pub(super) fn undoing(&mut self, site: &Site, of: Option<&Id>, next: Idx<Primitive>) -> Idx<Primitive> {
        let plans = std::mem::take(&mut self.undo_plans);
        let items: Vec<Undo> = match of {
            // What an event sets off belongs to the process around it.
            None => plans.iter().rev().find(|(is_event, _)| !is_event).map(|(_, plan)| plan.clone()).unwrap_or_default(),
            Some(id) => plans.iter().rev().flat_map(|(_, plan)| plan).find(|undo| undo.id == *id).cloned().into_iter().collect(),
        };
        self.undo_plans = plans;
        // Built from the end: the first element's undoing comes last.
        let after = self.undo_chain(site, &items, next);
        self.emit(site, Part::main(Role::Event, "element"), Kind::Pass, Some(after), Vec::new())
    }

    fn undo_chain(&mut self, site: &Site, items: &[Undo], next: Idx<Primitive>) -> Idx<Primitive> {
        let mut after = next;
        for undo in items {
            let again = self.reserve(site);
            let body = match &undo.how {
                How::Handler(process, handler) => {
                    let enter = Kind::Enter(Enter { process: *process, service: None, watchers: Vec::new() });
                    let part = Part::internal(format!("undo-{}-{handler}", undo.id));
                    self.emit(site, part, enter, Some(again), vec![Effect::Add(undo.slot, -1.0)])
                }
                How::Inside(inside) => {
                    let done = self.effects(site, "undone", vec![Effect::Add(undo.slot, -1.0)], again);
                    self.undo_chain(site, inside, done)
                }
            };
            let choice = self.choose(site, &format!("undo?-{}", undo.id), slot_is_set(undo.slot), body, after);
            self.lead(again, choice);
            after = choice;
        }
        after
    }
}
