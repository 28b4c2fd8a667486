//! What finishing an element does to its case.

use crate::base::time::SimTime;
use crate::engine::account::Account;
use crate::engine::program::{Effect, Element, Program, Term, TermLength};
use crate::engine::record::Observer;
use crate::engine::run::Run;
use crate::engine::state::{NONE, Token};

impl<O: Observer> Run<'_, O> {
    /// Counts the visit and applies the element's effects in order.
    #[inline]
    pub(crate) fn apply_effects(&mut self, token: u32) {
        self.apply_effects_of(token, self.element(token));
    }

    /// As [`Run::apply_effects`], for an element at hand.
    #[inline]
    pub(crate) fn apply_effects_of(&mut self, token: u32, element: &Element) {
        if let Some(slot) = element.visit_slot {
            let row = self.visit_row(self.tokens[token].case, slot);
            self.visits[row] = self.visits[row].saturating_add(1);
        }
        if !element.effects.is_empty() {
            self.apply_each(token, element);
        }
    }

    // Most elements have no effects: apart, it leaves the test for them to be put where it is needed.
    #[inline(never)]
    fn apply_each(&mut self, token: u32, element: &Element) {
        let case = self.tokens[token].case;
        for effect in &element.effects {
            match *effect {
                Effect::Set(slot, value) => self.set_slot(case, slot, value),
                Effect::Add(slot, value) => *self.slot_mut(case, slot) += value,
                Effect::Count(account, amount) => self.cases[case].count(account, amount),
                Effect::CountBySegment(account, amounts) => {
                    let segment = self.cases[case].id.segment as usize;
                    let amount = Program::by_segment(&self.program.amounts[amounts], segment).copied().unwrap_or(0);
                    self.cases[case].count(account, amount);
                }
                Effect::CountIf(slot, account, amount) => {
                    if self.slot(case, slot) != 0.0 {
                        self.cases[case].count(account, amount);
                    }
                }
                Effect::Mark(mark) => {
                    let (id, now) = (self.cases[case].id, self.now);
                    self.observer.came_by(id, mark, now);
                }
                Effect::Completed(undo) => self.completed(token, undo, Vec::new()),
                _ => self.apply_to_service(token, *effect),
            }
        }
    }

    fn apply_to_service(&mut self, token: u32, effect: Effect) {
        let (case, now) = (self.tokens[token].case, self.now);
        match effect {
            Effect::Applied => self.cases[case].applied = now,
            Effect::Decided => self.cases[case].decided = now,
            Effect::Paid => self.cases[case].paid = now,
            _ => {}
        }
        let Some(scope) = self.service_scope(self.tokens[token].scope) else { return };
        let deadline = if matches!(effect, Effect::Decided) { self.deadline(scope) } else { SimTime::NEVER };
        let Some(service) = self.scopes[scope].service.as_mut() else { return };
        match effect {
            Effect::Applied if service.applied == SimTime::NEVER => service.applied = now,
            Effect::Decided if service.decided == SimTime::NEVER => {
                service.decided = now;
                service.decided_by = deadline;
                if let Some(due) = (deadline != SimTime::NEVER).then_some(deadline) {
                    self.cases[case].count(Account::TermsDue, 1);
                    if now <= due {
                        self.cases[case].count(Account::TermsKept, 1);
                    }
                }
            }
            Effect::Paid if service.paid == SimTime::NEVER => service.paid = now,
            Effect::Suspend => {
                if service.suspensions == 0 {
                    service.suspended_since = now;
                }
                service.suspensions += 1;
            }
            Effect::Resume => {
                service.suspensions = service.suspensions.saturating_sub(1);
                if service.suspensions == 0 {
                    service.extra += now.since(service.suspended_since).ms();
                    let term = self.program.services.as_slice().get(service.service as usize).and_then(|service| service.term);
                    if let Some(Term { length: TermLength::WorkingDays(_, days), .. }) = term {
                        let days = &self.program.working_days[days];
                        service.extra_days += days.count_through(now) - days.count_through(service.suspended_since);
                    }
                }
            }
            Effect::ExtendBy(ms) => service.extra += ms,
            Effect::ExtendByWorkingDays(n) => service.extra_days += n,
            Effect::Proactive(yes) => service.proactive = yes,
            _ => {}
        }
    }

    /// Returns the innermost body around (or at) `scope` that is a service.
    pub(crate) fn service_scope(&self, mut scope: u32) -> Option<u32> {
        while scope != NONE {
            if self.scopes[scope].service.is_some() {
                return Some(scope);
            }
            scope = self.scopes[scope].parent;
        }
        None
    }

    /// Returns the value of the channel's slot of the service around a token, where it has one and the observer reads it.
    pub(crate) fn channel(&self, token: &Token) -> Option<u32> {
        if !O::READS_CHANNELS {
            return None;
        }
        let service = self.scopes[self.service_scope(token.scope)?].service?;
        let (slot, _) = self.program.services.as_slice().get(service.service as usize)?.channel.as_ref()?;
        Some(self.slot(token.case, *slot).max(0.0) as u32)
    }

    fn term(&self, service: u32) -> Option<crate::engine::program::Term> {
        self.program.services.as_slice().get(service as usize)?.term
    }

    /// Returns when a service's statutory term ends as things stand; `NEVER` where it has none or does not run yet.
    ///
    /// A term of n working days ends with the n-th working day; every working day on which it stood still is added. A term
    /// by the wall clock ends after its length plus the time for which it stood still. A suspension that still goes on
    /// counts until now.
    pub(crate) fn deadline(&self, scope: u32) -> SimTime {
        let Some(service) = self.scopes[scope].service else { return SimTime::NEVER };
        let Some(term) = self.term(service.service) else { return SimTime::NEVER };
        let from = if term.from_application && service.applied != SimTime::NEVER { service.applied } else { service.begun };
        let goes_on = service.suspensions > 0;
        match term.length {
            TermLength::WorkingDays(n, days) => {
                let days = &self.program.working_days[days];
                let current =
                    if goes_on { days.count_through(self.now) - days.count_through(service.suspended_since) } else { 0 };
                days.end_of_nth(from, n + service.extra_days + current, term.receipt_day_counts)
            }
            TermLength::Calendar(length) => {
                let current = if goes_on { self.now.since(service.suspended_since).ms() } else { 0 };
                SimTime((from + length).ms() + service.extra + current)
            }
        }
    }
}
