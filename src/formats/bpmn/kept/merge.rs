//! A study and a drawing that was changed after the study had been written into it.
//!
//! What is drawn now is right about what happens. Elements whose fingerprints are the same are the study's, exactly. Those that were
//! redrawn keep the study's figures where they still are what they were; what is new is read with assumptions; what is gone is gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::formats::bpmn::findings::Findings;
use crate::formats::bpmn::kept::fingerprint::Fingerprints;
use crate::formats::bpmn::write::events;
use crate::formats::bpmn::write::names::Names;
use crate::model::Id;
use crate::model::flow::{Branch, Element, ElementKind, Repeat, Trigger, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::step::{Failure, Patience, Performer, Step};
use crate::model::study::Study;

/// Brings a study and a drawing together.
pub(super) fn merge(kept: Study, drawn: Study, was: &Fingerprints, is: &Fingerprints, findings: &mut Findings) -> Study {
    let changed: BTreeSet<&str> =
        was.keys().chain(is.keys()).filter(|id| was.get(*id) != is.get(*id)).map(String::as_str).collect();
    let (names, processes) = Names::of(&kept.scenario);
    let mut merger =
        Merger { kept: &kept.scenario, drawn: &drawn.scenario, changed, ids: ids(&names), report: Report::default() };
    let mut study = kept.clone();
    study.scenario.services.clear();
    for (position, service) in drawn.scenario.services.iter().enumerate() {
        let at = processes
            .iter()
            .position(|id| *id == service.id)
            .or_else(|| kept.scenario.services.iter().position(|s| s.id == service.id));
        let elements = merger.elements(&service.elements, at);
        let mut merged = at.map_or_else(|| service.clone(), |at| kept.scenario.services[at].clone());
        merged.elements = elements;
        if merger.changed.contains(service.id.as_str()) || at.is_none() {
            merged.name.clone_from(&service.name);
        }
        if at.is_none() {
            merger.report.new.push(service.name.clone());
            study
                .scenario
                .demand
                .extend(drawn.scenario.demand.iter().filter(|d| d.of == drawn.scenario.services[position].id).cloned());
        }
        study.scenario.services.push(merged);
    }
    let is_there = |id: &Id| study.scenario.services.iter().any(|s| s.id == *id);
    for event in &mut study.scenario.life_events {
        event.services.retain(|s| is_there(&s.service));
    }
    let report = merger.report;
    add_what_is_new(&mut study.scenario, &drawn.scenario);
    let events: BTreeSet<Id> = study.scenario.life_events.iter().map(|e| e.id.clone()).collect();
    let services: BTreeSet<Id> = study.scenario.services.iter().map(|s| s.id.clone()).collect();
    study.scenario.demand.retain(|d| events.contains(&d.of) || services.contains(&d.of));
    report.tell(findings);
    study
}

/// Elements of the study by their ids in the file: service and id in the study.
fn ids(names: &Names) -> BTreeMap<String, (usize, Id)> {
    let mut ids: BTreeMap<String, (usize, Id)> = BTreeMap::new();
    // A drawing of another tool has ids of its own, which the study's elements bear.
    for (service, id, xml) in names.elements() {
        ids.insert(xml.to_owned(), (service, id.to_owned()));
    }
    for (service, id, _) in names.elements() {
        ids.entry(id.to_owned()).or_insert_with(|| (service, id.to_owned()));
    }
    ids
}

/// Adds pools, registries and documents that only the drawing has.
fn add_what_is_new(scenario: &mut Scenario, drawn: &Scenario) {
    let (mut pools, mut registries, mut documents) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for service in &scenario.services {
        let mut lists = vec![service.elements.as_slice()];
        while let Some(elements) = lists.pop() {
            for element in elements {
                lists.extend(element.inner());
                if let ElementKind::Step(step) = &element.kind {
                    documents.extend(step.documents.iter().map(|d| d.document.clone()));
                    match &step.performer {
                        Performer::Staff(staff) => pools.extend(staff.iter().map(|p| p.pool.clone())),
                        Performer::System(registry) => registries.extend(registry.clone()),
                        Performer::Citizen => {}
                    }
                }
            }
        }
    }
    for reference in pools {
        if scenario.staff_pool(&reference).is_some() {
            continue;
        }
        let Some((agency, pool)) = drawn.staff_pool(&reference) else { continue };
        match scenario.agencies.iter_mut().find(|a| a.id == agency.id) {
            Some(known) => known.pools.push(pool.clone()),
            None => {
                let mut agency = agency.clone();
                agency.pools = vec![pool.clone()];
                scenario.agencies.push(agency);
            }
        }
    }
    let new = |id: &Id, known: bool| registries.contains(id) && !known;
    let more: Vec<_> =
        drawn.registries.iter().filter(|r| new(&r.id, scenario.registries.iter().any(|k| k.id == r.id))).cloned().collect();
    scenario.registries.extend(more);
    let more: Vec<_> = drawn
        .documents
        .iter()
        .filter(|d| documents.contains(&d.id) && !scenario.documents.iter().any(|k| k.id == d.id))
        .cloned()
        .collect();
    scenario.documents.extend(more);
}

#[derive(Default)]
struct Report {
    redrawn: Vec<String>,
    new: Vec<String>,
    same: usize,
}

impl Report {
    fn tell(self, findings: &mut Findings) {
        let list = |names: &[String]| {
            let first: Vec<String> = names.iter().take(5).map(|n| format!("'{n}'")).collect();
            let more = names.len().saturating_sub(first.len());
            if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
        };
        let mut message = format!(
            "The drawing was changed after Kezek wrote it. It is followed; {} of its elements are as they were and keep their figures",
            self.same
        );
        if !self.redrawn.is_empty() {
            message.push_str(&format!("; changed, with the figures that still fit: {}", list(&self.redrawn)));
        }
        if !self.new.is_empty() {
            message.push_str(&format!("; new, with assumed figures: {}", list(&self.new)));
        }
        message.push('.');
        let hint = "Look through the figures of what was changed and of what is new.";
        findings.push(0, Diagnostic::warning("drawing-changed", Default::default(), message).hint(hint));
    }
}

struct Merger<'s> {
    kept: &'s Scenario,
    drawn: &'s Scenario,
    changed: BTreeSet<&'s str>,
    ids: BTreeMap<String, (usize, Id)>,
    report: Report,
}

impl<'s> Merger<'s> {
    /// Brings the elements of a body together; `at` is the service's position in the study.
    fn elements(&mut self, drawn: &[Element], at: Option<usize>) -> Vec<Element> {
        let mut merged: Vec<Element> = Vec::new();
        for element in drawn {
            match self.known(&element.id, at) {
                Some(known) if !self.is_changed(&element.id) => {
                    self.report.same += 1;
                    let mut known = known.clone();
                    if let (Some(inner), Some(now)) = (known.inner_mut(), element.inner()) {
                        // A wait that was drawn as a sub-process holds nothing of its own.
                        *inner = self.elements(now, at);
                    }
                    merged.push(known);
                }
                Some(known) => {
                    self.report.redrawn.push(named(element));
                    let fused = self.fused(known, element, at);
                    merged.push(fused);
                }
                None if self.is_part_of_known(&element.id, at) => {}
                None => {
                    if !element.id.contains('.') {
                        self.report.new.push(named(element));
                    }
                    let mut new = element.clone();
                    self.translate(&mut new, at);
                    if let Some(inner) = element.inner().map(|inner| self.elements(inner, at))
                        && let Some(place) = new.inner_mut()
                    {
                        *place = inner;
                    }
                    merged.push(new);
                }
            }
        }
        merged
    }

    fn known(&self, id: &str, at: Option<usize>) -> Option<&'s Element> {
        let (service, known) = self.ids.get(id)?;
        let service = self.kept.services.get(*service).filter(|_| Some(*service) == at)?;
        service.element(known)
    }

    /// Tells whether a node, or what was drawn together with it, has been changed.
    fn is_changed(&self, id: &str) -> bool {
        let owner = std::iter::once(id).chain(id.match_indices('.').rev().map(|(dot, _)| &id[..dot]));
        let below = format!("{id}.");
        owner.into_iter().any(|id| self.changed.contains(id))
            || self.changed.range(below.as_str()..).next().is_some_and(|other| other.starts_with(&below))
    }

    /// Tells whether an element is a part of one that is as it was: what the reader made of its way of being drawn.
    fn is_part_of_known(&self, id: &str, at: Option<usize>) -> bool {
        id.match_indices('.').any(|(dot, _)| self.known(&id[..dot], at).is_some() && !self.is_changed(&id[..dot]))
    }

    /// Gives a new element's followers and staff the names that they have in the study.
    fn translate(&self, element: &mut Element, at: Option<usize>) {
        let to: Vec<(Id, Id)> =
            element.successors().into_iter().map(|id| (id.clone(), self.id_in_study(id, at))).filter(|(a, b)| a != b).collect();
        for (from, to) in to {
            element.redirect(&from, &to);
        }
        if let ElementKind::Step(step) = &mut element.kind {
            self.translate_staff(step);
        }
        if let ElementKind::Call(service) = &mut element.kind {
            let (_, processes) = Names::of(self.kept);
            if let Some(known) = processes.iter().position(|id| id == service) {
                service.clone_from(&self.kept.services[known].id);
            }
        }
    }

    fn id_in_study(&self, id: &str, at: Option<usize>) -> Id {
        self.ids.get(id).filter(|(service, _)| Some(*service) == at).map_or(id.to_owned(), |(_, known)| known.clone())
    }

    /// A lane bears the name of a staff pool of the study: it is that pool.
    fn translate_staff(&self, step: &mut Step) {
        let Performer::Staff(staff) = &mut step.performer else { return };
        for pool in staff {
            let Some((_, drawn)) = self.drawn.staff_pool(&pool.pool) else { continue };
            let same = self.kept.agencies.iter().find_map(|agency| {
                let known = agency.pools.iter().find(|p| p.name == drawn.name || (p.name.is_empty() && p.id == drawn.name))?;
                Some(format!("{}/{}", agency.id, known.id))
            });
            if let Some(same) = same {
                pool.pool = same;
            }
        }
    }

    /// What an element that was redrawn is now: as drawn, with the figures of what it was as far as they fit.
    fn fused(&mut self, known: &Element, drawn: &Element, at: Option<usize>) -> Element {
        let mut now = drawn.clone();
        self.translate(&mut now, at);
        now.id.clone_from(&known.id);
        if let Some(inner) = drawn.inner().map(|inner| self.elements(inner, at))
            && let Some(place) = now.inner_mut()
        {
            *place = inner;
        }
        now.repeat = match (&known.repeat, now.repeat) {
            (Some(Repeat::Loop { again, .. }), Some(Repeat::Loop { at_most, .. })) => {
                Some(Repeat::Loop { again: again.clone(), at_most })
            }
            (Some(before), Some(after)) if std::mem::discriminant(before) == std::mem::discriminant(&after) => {
                Some(before.clone())
            }
            (_, after) => after,
        };
        if now.note.is_empty() && !known.note.is_empty() && !self.changed.contains(drawn.id.as_str()) {
            now.note.clone_from(&known.note);
        }
        for event in &mut now.boundary {
            let Some(before) = known.boundary.iter().find(|b| self.id_in_study(&event.id, at) == b.id) else { continue };
            event.id.clone_from(&before.id);
            if same_trigger(&before.trigger, &event.trigger) {
                event.trigger = before.trigger.clone();
            }
        }
        match (&known.kind, &mut now.kind) {
            (ElementKind::Step(before), ElementKind::Step(after)) => {
                let patience = format!("{}.patience", drawn.id);
                let place = now.boundary.iter().position(|event| event.id == patience);
                let left = place.map(|place| now.boundary.remove(place).next);
                **after = fused_step(self.kept, before, after, left);
            }
            (ElementKind::Exclusive(before), ElementKind::Exclusive(after))
            | (ElementKind::Inclusive(before), ElementKind::Inclusive(after)) => *after = fused_ways(before, after),
            (ElementKind::EventBased(before), ElementKind::EventBased(after)) => {
                for way in after {
                    if let Some(same) = before.iter().find(|b| b.to == way.to && same_trigger(&b.trigger, &way.trigger)) {
                        way.trigger = same.trigger.clone();
                    }
                }
            }
            (ElementKind::Wait(before), ElementKind::Wait(after)) => {
                let is_same = match (&before.until, &after.until) {
                    (WaitUntil::For(a), WaitUntil::For(b)) => written(&a.value) == written(&b.value),
                    _ => true,
                };
                if is_same {
                    *after = before.clone();
                }
            }
            // The reader sees a message or a condition where the study knows more.
            (ElementKind::Send(_), after @ (ElementKind::Send(_) | ElementKind::Pass))
            | (ElementKind::Receive(_), after @ (ElementKind::Receive(_) | ElementKind::Wait(_)))
            | (ElementKind::Batch { .. } | ElementKind::Wait(_), after @ (ElementKind::Wait(_) | ElementKind::SubProcess(_)))
            | (ElementKind::End(_), after @ ElementKind::End(_))
            | (ElementKind::Escalate(_), after @ ElementKind::Escalate(_)) => *after = known.kind.clone(),
            _ => {}
        }
        now
    }
}

fn named(element: &Element) -> String {
    if element.name.is_empty() { element.id.clone() } else { element.name.clone() }
}

fn written(law: &crate::base::distribution::Distribution) -> String {
    events::iso_duration(law.mean())
}

/// Tells whether a drawing says of both the same.
fn same_trigger(before: &Trigger, after: &Trigger) -> bool {
    match (before, after) {
        (Trigger::After(a), Trigger::After(b)) => written(&a.value) == written(&b.value),
        (Trigger::Weekly(_) | Trigger::Deadline | Trigger::Message(_), Trigger::After(_)) => true,
        _ => std::mem::discriminant(before) == std::mem::discriminant(after),
    }
}

fn fused_step(scenario: &Scenario, before: &Step, after: &Step, left: Option<Id>) -> Step {
    let mut step = before.clone();
    let pool_name = |pool: &str| scenario.staff_pool(pool).map(|(_, p)| p.id.clone());
    step.performer = match (&before.performer, &after.performer) {
        (Performer::Citizen, Performer::Citizen) | (Performer::System(_), Performer::System(_)) => before.performer.clone(),
        (Performer::Staff(a), Performer::Staff(b)) => {
            let same = match (a.first(), b.first()) {
                (Some(a), Some(b)) => a.pool == b.pool || pool_name(&b.pool).is_none(),
                _ => true,
            };
            if same { before.performer.clone() } else { after.performer.clone() }
        }
        _ => after.performer.clone(),
    };
    step.failure = after.failure.as_ref().map(|now| {
        let share = before.failure.as_ref().map_or_else(|| now.share.clone(), |f| f.share.clone());
        Failure { share, next: now.next.clone() }
    });
    step.patience = match (&before.patience, left) {
        (Some(patience), Some(next)) => Some(Patience { next, ..patience.clone() }),
        _ => None,
    };
    step
}

/// Shares and conditions stay with the ways that lead to where they led, if all do; or with their order, if there are as many.
fn fused_ways(before: &[Branch], after: &[Branch]) -> Vec<Branch> {
    let by_target: Option<Vec<&Branch>> = after.iter().map(|way| before.iter().find(|b| b.to == way.to)).collect();
    let paired = match by_target {
        Some(all) if after.len() == before.len() => all,
        _ if after.len() == before.len() => before.iter().collect(),
        _ => return after.to_vec(),
    };
    let fuse = |(now, was): (&Branch, &Branch)| {
        // A condition that was rewritten in the drawing is the one that holds. The reader takes one that it cannot run for the name.
        let said = now.when.as_ref().or(Some(&now.name).filter(|name| crate::model::condition::parse(name).is_ok()));
        let when = was.when.as_ref().map(|before| said.unwrap_or(before).clone());
        let is_name = !now.name.is_empty() && Some(&now.name) != said;
        let name = if is_name { now.name.clone() } else { was.name.clone() };
        Branch { to: now.to.clone(), name, share: was.share.clone(), when, otherwise: was.otherwise }
    };
    after.iter().zip(paired).map(fuse).collect()
}
