//! Compensation: what can be undone, and how.
//!
//! Every element with a border event `Compensation` notes its completion in the run; so does a sub-process with something to
//! undo inside, which keeps what was completed there. The engine undoes, the last completed first. What undoes an element is a
//! body of its own, outside the flow.

use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site};
use crate::compile::flow::Targets;
use crate::engine::program::{Effect, End, Kind, Process, Undo};
use crate::model::Id;
use crate::model::flow::{Element, ElementKind, Trigger};

/// The error that leaves a cancelled transaction; no file can hold its name.
pub(super) const CANCEL: &str = "\u{0}cancel";

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

/// Tells whether something in a list of elements can be undone, in sub-processes too.
fn holds_undoable(elements: &[Element]) -> bool {
    let mut to_do: Vec<&Element> = elements.iter().collect();
    while let Some(element) = to_do.pop() {
        let own = matches!(&element.kind, ElementKind::EventSubProcess(event) if event.trigger == Trigger::Compensation);
        if own || element.handler().is_some() {
            return true;
        }
        to_do.extend(element.inner().into_iter().flatten());
    }
    false
}

/// Tells whether a sub-process holds an end that cancels it: itself or in an event sub-process of it.
fn cancels(elements: &[Element]) -> bool {
    let mut to_do: Vec<&Element> = elements.iter().collect();
    while let Some(element) = to_do.pop() {
        match &element.kind {
            ElementKind::End(end) if end.cancel => return true,
            ElementKind::EventSubProcess(event) => to_do.extend(&event.elements),
            _ => {}
        }
    }
    false
}

impl Builder<'_> {
    /// Returns the number under which an element is undone.
    pub(super) fn undo_number(&mut self, site: &Site, id: &str) -> Idx<Undo> {
        let key = (site.owner.to_owned(), id.to_owned());
        if let Some(&known) = self.undos.get(&key) {
            return known;
        }
        let undo = self.program.undos.push(Undo::default());
        self.undos.insert(key, undo);
        undo
    }

    /// Returns how a sub-process is undone, if anything in it or about it can be.
    pub(super) fn undo_inside(&mut self, site: &Site, element: &Element) -> Option<Idx<Undo>> {
        let inner = element.inner()?;
        let own = inner
            .iter()
            .find(|e| matches!(&e.kind, ElementKind::EventSubProcess(event) if event.trigger == Trigger::Compensation));
        let has_handler = element.boundary.iter().any(|event| event.trigger == Trigger::Compensation);
        if !has_handler && !holds_undoable(inner) {
            return None;
        }
        let event = own.map(|event| self.undo_body_of(site, &event.id));
        let undo = self.undo_number(site, &element.id);
        self.program.undos[undo].event = event;
        Some(undo)
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
            let undo = self.undo_number(site, &element.id);
            self.program.undos[undo].handler = Some(process);
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

    /// Notes an element's completion, where it can be undone by what is beside it: returns what its `next` leads to.
    /// Sub-processes note theirs themselves, with what was completed inside.
    pub(super) fn count_completion<'a>(
        &mut self,
        site: &Site,
        element: &'a Element,
        targets: &Targets<'a>,
    ) -> Option<Targets<'a>> {
        element.handler().filter(|_| !matches!(element.kind, ElementKind::SubProcess(_)))?;
        let undo = self.undo_number(site, &element.id);
        let next = element.next.as_deref()?;
        let (&known, &target) = targets.get_key_value(next)?;
        let counted = self.effects(site, "completed", vec![Effect::Completed(undo)], target);
        let mut own = targets.clone();
        own.insert(known, counted);
        Some(own)
    }

    /// Gives a transaction what happens when it has been cancelled: what was completed in it is undone, then it is left.
    pub(super) fn cancel_chain(&mut self, inside: &Site, elements: &[Element]) {
        if cancels(elements) {
            let error = Some(self.error_number(CANCEL));
            let end = Kind::End(End { error, cancel: true, ..End::default() });
            let end = self.emit(inside, Part::internal("cancelled"), end, None, Vec::new());
            let undo = self.emit(inside, Part::internal("cancel"), Kind::Compensate(None), Some(end), Vec::new());
            self.program.processes[inside.process].cancel = Some(undo);
        }
    }
}
