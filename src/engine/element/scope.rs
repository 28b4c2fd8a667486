//! Bodies: entering them, ending ways in them, leaving them.

use crate::base::idx::Idx;
use crate::base::time::SimTime;
use crate::engine::account::{Account, Outcome, PathTimes};
use crate::engine::program::{End, Enter, Kind, Process, Program, Service};
use crate::engine::record::{Departure, FaultKind, Observer, ServiceEnd};
use crate::engine::run::{MAX_DEPTH, Run};
use crate::engine::state::{NONE, Scope, ServiceState, TokenState};

impl<O: Observer> Run<'_, O> {
    /// Opens a body for a case: inside the body of `owner`, or outermost if that is `NONE`.
    pub(crate) fn open_scope(
        &mut self,
        case: u32,
        owner: u32,
        process: Idx<Process>,
        service: Option<Idx<Service>>,
        path: &PathTimes,
    ) -> u32 {
        let parent = if owner == NONE { NONE } else { self.tokens[owner].scope };
        let depth = if parent == NONE { 0 } else { self.scopes[parent].depth + 1 };
        let service_state = service.map(|service| ServiceState {
            service: service.get() as u32,
            begun: self.now,
            applied: SimTime::NEVER,
            decided: SimTime::NEVER,
            paid: SimTime::NEVER,
            decided_by: SimTime::NEVER,
            suspensions: 0,
            suspended_since: SimTime::ZERO,
            extra: 0,
            extra_days: 0,
            proactive: false,
        });
        let role = self.program.processes[process].role;
        let scope = match self.scopes.reuse() {
            Some(scope) => {
                self.scopes[scope].renew(case, owner, parent, depth, role, service_state);
                scope
            }
            None => self.scopes.insert(Scope::opened(case, owner, parent, depth, role, service_state)),
        };
        if let Some(service) = service {
            self.cases[case].count(Account::ServicesBegun, 1);
            self.draw_slots(case, &self.program.services[service].draws);
        }
        for &start in &self.program.processes[process].starts {
            self.spawn(case, scope, start, (NONE, 0), path);
        }
        if self.program.processes[process].starts.is_empty() {
            self.close_scope(scope, path);
        }
        scope
    }

    /// Enters a body; the token stays at its element until all the body's ways have ended.
    pub(crate) fn enter_body(&mut self, token: u32, enter: &Enter) -> bool {
        let (case, scope, path) = (self.tokens[token].case, self.tokens[token].scope, self.tokens[token].path);
        if self.scopes[scope].depth >= MAX_DEPTH {
            let element = self.element_idx(token);
            self.give_up(case, FaultKind::TooDeep, element);
            return false;
        }
        self.tokens[token].state = TokenState::Inside;
        self.tokens[token].visit = self.visit(token);
        let inner = self.open_scope(case, token, enter.process, enter.service, &path);
        // A body without starts has closed at once and moved the token on, or ended its way.
        if !self.program.processes[enter.process].starts.is_empty() {
            self.tokens[token].inside = inner;
            self.post_watchers(token, enter);
        }
        false
    }

    /// A way ends at an end event.
    pub(crate) fn enter_end(&mut self, token: u32, end: &End) -> bool {
        self.apply_effects(token);
        let scope = self.tokens[token].scope;
        if end.cancel && end.error.is_none() && self.cancel_transaction(token) {
            return false;
        }
        if let Some(error) = end.error
            && self.raise(token, error)
        {
            return false;
        }
        if end.error.is_some() && !end.cancel {
            let element = self.element_idx(token);
            self.fault(FaultKind::UncaughtError, element);
        }
        if end.terminate {
            let path = self.tokens[token].path;
            let outcome = self.scopes[scope].outcome.max(end.outcome);
            self.scopes[scope].outcome = outcome;
            self.clear_scope(scope, token);
            self.drop_way(token);
            self.close_scope(scope, &path);
            return false;
        }
        self.end_way(token, end.outcome);
        false
    }

    /// Ends a token's way; its body closes with the last of them.
    pub(crate) fn end_way(&mut self, token: u32, outcome: Outcome) {
        let (scope, path) = (self.tokens[token].scope, self.tokens[token].path);
        self.scopes[scope].outcome = self.scopes[scope].outcome.max(outcome);
        self.drop_way(token);
        if self.scopes[scope].live == 0 {
            self.close_scope(scope, &path);
        }
    }

    #[inline(always)]
    fn drop_way(&mut self, token: u32) {
        let (case, scope) = (self.tokens[token].case, self.tokens[token].scope);
        self.cases[case].live -= 1;
        self.scopes[scope].live -= 1;
        self.unlink(token);
    }

    /// All ways of a body have ended: the token that entered it goes on, or the case leaves. `path` is the way that ended last.
    pub(crate) fn close_scope(&mut self, scope: u32, path: &PathTimes) {
        let (case, owner, outcome) = (self.scopes[scope].case, self.scopes[scope].owner, self.scopes[scope].outcome);
        if self.scopes[scope].service.is_some() {
            self.end_service(scope);
        }
        if owner == NONE {
            self.scopes.remove(scope);
            let outcome = outcome.max(self.cases[case].outcome);
            self.cases[case].outcome = outcome;
            // Others of its outermost bodies may go on.
            if self.cases[case].live == 0 {
                self.leave(case, Departure::Complete, outcome, path);
            }
            return;
        }
        let element = &self.program.elements[self.element_idx(owner)];
        if !matches!(&element.kind, Kind::Enter(enter) if enter.watchers.is_empty()) {
            self.remove_watchers(case, scope);
        }
        let done = std::mem::take(&mut self.scopes[scope].done);
        self.scopes.remove(scope);
        match &element.kind {
            Kind::Enter(enter) => {
                if self.program.processes[enter.process].role.passes_outcome() {
                    let around = self.tokens[owner].scope;
                    self.scopes[around].outcome = self.scopes[around].outcome.max(outcome);
                }
                if let Some(undo) = enter.undo {
                    self.completed(owner, undo, done);
                }
            }
            Kind::Compensate(_) => return self.undone(owner, path),
            _ => {}
        }
        let token = &mut self.tokens[owner];
        token.path = *path;
        token.inside = NONE;
        if element.reported {
            self.report_body(owner);
        }
        if self.finish_element(owner) {
            self.set_moving(owner);
        }
    }

    fn report_body(&mut self, token: u32) {
        let state = &self.tokens[token];
        let activity = state.activity(self.cases[state.case].id, self.now, self.channel(state));
        self.observer.activity(&activity);
    }

    /// A service ends, by itself or because something around it was interrupted.
    pub(crate) fn end_service(&mut self, scope: u32) {
        let Some(state) = self.scopes[scope].service else { return };
        let (case, outcome) = (self.scopes[scope].case, self.scopes[scope].outcome);
        let service_idx: Idx<Service> = Idx::new(state.service as usize);
        let service = &self.program.services[service_idx];
        let channel = service.channel.as_ref().map(|(slot, digital)| {
            let value = self.slot(case, *slot).max(0.0) as u32;
            (value, digital.get(value as usize).copied().unwrap_or(false))
        });
        if outcome == Outcome::Completed {
            for &slot in &service.issues {
                self.set_slot(case, slot, 1.0);
            }
        }
        let decided = matches!(outcome, Outcome::Completed | Outcome::Refused);
        let proactive = state.proactive || service.proactive.is_some_and(|slot| self.slot(case, slot) != 0.0);
        let known = |t: SimTime| (t != SimTime::NEVER).then_some(t);
        let citizen = &mut self.cases[case];
        citizen.count(
            match outcome {
                Outcome::Completed => Account::ServicesCompleted,
                Outcome::Refused => Account::ServicesRefused,
                Outcome::Abandoned => Account::ServicesAbandoned,
                Outcome::NeverClaimed => Account::ServicesNeverClaimed,
            },
            1,
        );
        if decided && let Some((value, digital)) = channel {
            citizen.count(Account::ServicesDigital, i64::from(digital));
            let cost = Program::by_segment(&service.channel_cost, value as usize).copied().unwrap_or(0);
            citizen.count(Account::OtherCost, cost);
        }
        citizen.count(Account::ServicesProactive, i64::from(proactive && outcome == Outcome::Completed));
        let end = ServiceEnd {
            case: citizen.id,
            service: service_idx,
            begun: state.begun,
            ended: self.now,
            applied: known(state.applied),
            decided: known(state.decided),
            paid: known(state.paid),
            deadline: known(state.decided_by),
            outcome,
            proactive,
            channel: channel.map(|(value, _)| value),
        };
        self.observer.service_ended(&end);
    }
}
