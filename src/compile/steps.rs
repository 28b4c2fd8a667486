//! Steps: one step of the model becomes a short chain of primitives.
//!
//! In this order: the term is suspended (if the step suspends it); each document is got ([`crate::compile::documents`]);
//! the citizen travels to the place, if there is one and the citizen has a part in the step; the work is done; what the
//! work costs and counts is counted; an attempt may fail; what a successful one reaches is reached.
//!
//! - *The work* of a citizen needs nothing scarce; that of staff holds one person of each pool named (or so many), all at
//!   once; that of a system holds the registry's and its gateways' capacity, and counts as a call of the registry.
//!   A citizen who is present or active spends the time in line and at work; one on call or absent does not. A step that
//!   the citizen does alone is always the citizen's time.
//! - *Each time the work is done*, also in vain: contacts, fee, cost, and rework, if the step is one that corrects something.
//! - *When it has succeeded*: milestone, documents in hand, attributes set, and (the first time in a service) the extension
//!   of the term.
//! - *A failed attempt* has spent the time, and goes its own way. Whether it fails is a draw of its own.
//! - A suspended term runs again when the work is done, or when the citizen has left the line.

use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site, slot_is};
use crate::compile::flow::Targets;
use crate::compile::names::Role;
use crate::compile::population::value_number;
use crate::engine::account::{Account, PathClass};
use crate::engine::program::{Effect, Element, Kind, Performer, Place, Sitting, Work};
use crate::model::service::TermLength;
use crate::model::step::{CitizenPart, Contact, Milestone, Performer as Who, Sitting as EndOfShift, Step, added};

impl Builder<'_> {
    /// Builds a step; `next` is what follows a successful attempt.
    pub(super) fn step(&mut self, site: &Site, step: &Step, next: Idx<Element>, targets: &Targets) -> Idx<Element> {
        let reached = self.reached(site, step);
        let mut done = self.counted(site, step);
        let mut after = self.extension(site, step, next);
        match &step.failure {
            Some(failure) => {
                let success = self.effects(site, "success", reached, after);
                let failed = self.target(site, targets, &failure.next);
                let share = self.shares(&failure.share);
                after = self.chance(site, Part::internal("failure"), share, failed, success);
            }
            None => done.extend(reached),
        }
        if step.suspends_term {
            done.push(Effect::Resume);
        }
        let (work, place) = self.work(site, step, targets);
        let mut entry = self.emit(site, Part::main(Role::Step, "work"), Kind::Work(Box::new(work)), Some(after), done);
        if let Some(place) = place {
            let id = step.place.as_deref().unwrap_or_default();
            let name = self.scenario.places.iter().find(|p| p.id == id).map_or(id, |p| p.name.as_str());
            let name = if name.is_empty() { id } else { name };
            let part = Part::new(Role::Travel, "travel").about(id, format!("Travel: {name}"));
            entry = self.emit(site, part, Kind::Travel(place), Some(entry), Vec::new());
        }
        for need in step.documents.iter().rev() {
            entry = self.document_use(site, need, entry);
        }
        let suspend = if step.suspends_term { vec![Effect::Suspend] } else { Vec::new() };
        self.effects(site, "suspend", suspend, entry)
    }

    fn work(&mut self, site: &Site, step: &Step, targets: &Targets) -> (Work, Option<Idx<Place>>) {
        let mut work = self.machine_work(&step.duration, &site.path.field("kind").field("duration"));
        let with_citizen = matches!(step.citizen, CitizenPart::Present | CitizenPart::Active);
        match &step.performer {
            Who::Citizen => {
                work.performer = Performer::Citizen;
                work.busy_class = PathClass::Citizen;
            }
            Who::Staff(uses) => {
                work.performer = Performer::Staff;
                work.busy_class = PathClass::StaffBusy;
                work.requests = self.staff_requests(uses, step.skill.as_deref(), site.path);
            }
            Who::System(registry) => {
                if let Some(id) = registry {
                    work.requests = self.registry_access(id, site.path).requests;
                }
            }
        }
        let alone = step.performer == Who::Citizen;
        work.citizen_at_work = alone || with_citizen;
        work.citizen_in_line = !alone && with_citizen;
        work.priority = self.priority_of(site) + i64::from(step.priority);
        work.sitting = match step.sitting {
            EndOfShift::Pauses => Sitting::Pauses,
            EndOfShift::OneSitting => Sitting::OneSitting,
            EndOfShift::Overtime => Sitting::Overtime,
        };
        let place = match &step.place {
            Some(id) if alone || with_citizen => self.place(id, &site.path.field("kind").field("place")),
            _ => None,
        };
        work.place = place;
        if let Some(patience) = &step.patience {
            let after = self.duration(&patience.after, &site.path.field("kind").field("patience").field("after"));
            let left = self.target(site, targets, &patience.next);
            let resume = if step.suspends_term { vec![Effect::Resume] } else { Vec::new() };
            work.patience = Some((after, self.effects(site, "left", resume, left)));
        }
        (work, place)
    }

    /// Returns what counts each time the work is done.
    fn counted(&mut self, site: &Site, step: &Step) -> Vec<Effect> {
        let mut effects = Vec::new();
        match step.contact {
            Contact::None => {}
            Contact::ByCitizen => effects.push(Effect::Count(Account::ContactsByCitizen, 1)),
            Contact::ByState => effects.push(Effect::Count(Account::ContactsByState, 1)),
            Contact::Complaint => {
                effects.extend([Account::ContactsByCitizen, Account::Complaints].map(|account| Effect::Count(account, 1)));
            }
        }
        self.pay(Account::CitizenCost, &step.fee, &mut effects);
        self.pay(Account::OtherCost, &step.cost, &mut effects);
        if step.rework {
            effects.push(Effect::Count(Account::Rework, 1));
        }
        if let Who::System(Some(id)) = &step.performer {
            effects.push(Effect::Count(Account::RegistryCalls, 1));
            match self.scenario.registries.iter().find(|r| r.id == *id) {
                Some(registry) => self.pay(Account::OtherCost, &registry.cost_per_call, &mut effects),
                None => self.error("unknown-registry", site.path, format!("There is no registry '{id}'.")),
            }
        }
        effects
    }

    /// Returns what a successful attempt reaches, but for the extension of the term.
    fn reached(&mut self, site: &Site, step: &Step) -> Vec<Effect> {
        let mut effects = Vec::new();
        match step.milestone {
            Some(Milestone::Applied) => effects.push(Effect::Applied),
            Some(Milestone::AppliedByState) => {
                effects.extend([Effect::Applied, Effect::Proactive(true), Effect::Set(self.consent_slot(), 1.0)]);
            }
            Some(Milestone::Decided) => effects.push(Effect::Decided),
            Some(Milestone::Paid) => effects.push(Effect::Paid),
            None => {}
        }
        for document in &step.issues {
            effects.extend(self.in_hand(document, site.path));
        }
        for (name, value) in &step.sets {
            effects.extend(self.sets(site, name, value));
        }
        effects
    }

    fn sets(&mut self, site: &Site, name: &str, value: &str) -> Option<Effect> {
        let numeric = self.scenario.attributes.iter().any(|a| a.id == name && a.is_numeric());
        if let Some((slot, amount)) = self.attribute_slots.get(name).copied().zip(added(value)).filter(|_| numeric) {
            return Some(Effect::Add(slot, amount));
        }
        let found = if name == "channel" {
            let number = self.channel_number(value)?;
            site.service.map(|service| (self.channel_slot(service), number))
        } else {
            let attribute = self.scenario.attributes.iter().find(|a| a.id == name);
            let number = attribute.and_then(|attribute| value_number(attribute, value));
            self.attribute_slots.get(name).copied().zip(number)
        };
        if found.is_none() {
            let message = format!("A step sets '{name}' to '{value}', which is no value of any such attribute.");
            self.error("unknown-value", site.path, message);
        }
        found.map(|(slot, number)| Effect::Set(slot, number))
    }

    /// Builds the extension of the term, which happens once in a service however often the step is done.
    fn extension(&mut self, site: &Site, step: &Step, next: Idx<Element>) -> Idx<Element> {
        let Some(length) = step.extends_term else { return next };
        let extended = self.slot(format!("term extended by '{}/{}'", site.owner, site.step));
        if let Some(service) = site.service {
            self.reset.entry(service).or_default().push(extended);
        }
        let extend = match length {
            TermLength::WorkingDays(days) => Effect::ExtendByWorkingDays(days),
            TermLength::Calendar(length) => Effect::ExtendBy(length.ms()),
        };
        let once = self.effects(site, "extend", vec![Effect::Set(extended, 1.0), extend], next);
        self.choose(site, "extended", slot_is(extended, 0.0), once, next)
    }

    /// Returns the priority of a service's cases.
    pub(super) fn priority_of(&self, site: &Site) -> i64 {
        site.service.and_then(|s| self.scenario.services.get(s)).map_or(0, |s| i64::from(s.priority))
    }
}
