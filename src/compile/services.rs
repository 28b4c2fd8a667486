//! Services: terms, channels, what they issue, and their bodies, each compiled once wherever it is entered from.

use crate::base::diagnostic::Path;
use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Site};
use crate::compile::durations::money;
use crate::compile::flow::for_each_step;
use crate::compile::names::ServiceName;
use crate::engine::program::{Effect, Process, Service, Term, TermLength};
use crate::engine::random::stream::StreamId;
use crate::model::service as model;
use crate::model::step::DocumentSource;
use std::collections::BTreeSet;

impl Builder<'_> {
    /// Gives every service its body and its place in the program, still empty, so that services can name each other.
    pub(super) fn reserve_services(&mut self) {
        for service in &self.scenario.services {
            let process = self.program.processes.push(Process::default());
            let idx = self.program.services.push(Service::default());
            self.bodies.push((process, idx));
            let name = if service.name.is_empty() { service.id.clone() } else { service.name.clone() };
            self.names.services.push(ServiceName { id: service.id.clone(), name });
        }
        for i in 0..self.scenario.services.len() {
            self.enters[i] = self.entered_from(i);
        }
    }

    /// Returns the services that a service may enter: those that it calls, and those that issue what it asks for.
    fn entered_from(&self, service: usize) -> BTreeSet<usize> {
        let position = |id: &str| self.scenario.services.iter().position(|s| s.id == id);
        let mut found = BTreeSet::new();
        for_each_step(&self.scenario.services[service].elements, &mut |step, call| {
            found.extend(call.and_then(position));
            for need in step.iter().flat_map(|step| &step.documents) {
                let may_run = need.from != DocumentSource::Registry || need.fallback == crate::model::step::Fallback::Citizen;
                let document = self.scenario.documents.iter().find(|d| d.id == need.document);
                if may_run && let Some(issuer) = document.and_then(|d| d.issued_by.as_deref()) {
                    found.extend(position(issuer));
                }
            }
        });
        found
    }

    /// Tells whether one service is another, or may come to enter it.
    pub(super) fn can_enter(&self, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut to_do = vec![from];
        while let Some(service) = to_do.pop() {
            if service == to {
                return true;
            }
            if seen.insert(service) {
                to_do.extend(self.enters.get(service).into_iter().flatten());
            }
        }
        false
    }

    /// Compiles all services.
    pub(super) fn services(&mut self) {
        for (i, service) in self.scenario.services.iter().enumerate() {
            let path = Path::default().field("services").item(i);
            let (process, idx) = self.bodies[i];
            let site = Site { owner: &service.id, service: Some(i), process, step: "", title: &service.name, path: &path };
            self.body(&site, &service.elements, 0);
            self.forget_extensions(&site, i);
            let compiled = self.service(i, service, &path);
            self.program.services[idx] = compiled;
        }
    }

    /// A service that begins anew has not had its term extended yet.
    fn forget_extensions(&mut self, site: &Site, service: usize) {
        let slots = self.reset.get(&service).cloned().unwrap_or_default();
        if slots.is_empty() {
            return;
        }
        let effects: Vec<Effect> = slots.into_iter().map(|slot| Effect::Set(slot, 0.0)).collect();
        let starts = std::mem::take(&mut self.program.processes[site.process].starts);
        let first = starts.first().map(|&start| self.effects(site, "begin", effects, start));
        // Starts that begin beside the first one take no time before it, so one reset serves all.
        let starts = first.into_iter().chain(starts.into_iter().skip(1)).collect();
        self.program.processes[site.process].starts = starts;
    }

    fn service(&mut self, i: usize, service: &model::Service, path: &Path) -> Service {
        let term = service.term.as_ref().and_then(|term| self.term(term, &path.field("term")));
        let mut draws = Vec::new();
        if !service.channels.is_empty() {
            let slot = self.channel_slot(i);
            let mut shares = Vec::new();
            for choice in &service.channels {
                match self.channel_number(&choice.channel) {
                    Some(number) => shares.push((&choice.share, number)),
                    None => {
                        let message = format!("There is no channel '{}'.", choice.channel);
                        self.error("unknown-channel", &path.field("channels"), message);
                    }
                }
            }
            let stream = StreamId::named(&format!("{}/channel", service.id));
            draws.extend(self.draw(slot, stream, &shares, &path.field("channels")));
        }
        let channel = self.channel_slots.get(&i).copied();
        let digital = self.names.channels.iter().map(|c| c.digital).collect();
        let costs = self.scenario.channels.iter().map(|c| money(c.cost_per_case.value));
        let issues = service.issues.iter().filter_map(|id| {
            let slot = self.documents.get(id).map(|slots| slots.in_hand);
            if slot.is_none() {
                let message = format!("There is no document '{id}'.");
                self.diagnostics.push(crate::base::diagnostic::Diagnostic::error("unknown-document", path.clone(), message));
            }
            slot
        });
        Service {
            term,
            channel: channel.map(|slot| (slot, digital)),
            channel_cost: std::iter::once(0).chain(costs).collect(),
            issues: issues.collect(),
            draws,
            // What the state has offered or applied for once covers the services after it that are declared proactive.
            proactive: (service.form == model::Form::Proactive).then(|| self.consent_slot()),
        }
    }

    /// Returns the slot that is set once a citizen has consented to an offer, or the state has applied for them.
    pub(super) fn consent_slot(&mut self) -> u32 {
        if let Some(slot) = self.consent {
            return slot;
        }
        let slot = self.slot("served on the state's initiative");
        self.consent = Some(slot);
        slot
    }

    fn term(&mut self, term: &model::Term, path: &Path) -> Option<Term> {
        let length = match term.length {
            model::TermLength::Calendar(length) => TermLength::Calendar(length),
            model::TermLength::WorkingDays(days) => match &term.calendar {
                Some(id) => TermLength::WorkingDays(days, self.working_days(id, &path.field("calendar"))),
                None => {
                    self.error("no-calendar", path, "A term in working days names no calendar.".to_owned());
                    return None;
                }
            },
        };
        Some(Term {
            length,
            receipt_day_counts: term.receipt_day_counts,
            from_application: term.from == model::TermStart::Application,
        })
    }

    /// Returns the body and service, or the life event's body, that citizens of a demand begin with.
    pub(super) fn body_called(&self, id: &str) -> Option<(Idx<Process>, Option<Idx<Service>>)> {
        if let Some(position) = self.scenario.life_events.iter().position(|l| l.id == id) {
            return self.life_bodies.get(position).map(|&process| (process, None));
        }
        let position = self.scenario.services.iter().position(|s| s.id == id)?;
        self.bodies.get(position).map(|&(process, service)| (process, Some(service)))
    }
}
