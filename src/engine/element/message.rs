//! Messages between a case's ways, and races between events.

use crate::base::idx::Idx;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::account::PathClass;
use crate::engine::program::{BodyRole, Element, Kind, Process, Service, Trigger};
use crate::engine::record::{FaultKind, Observer};
use crate::engine::run::{Run, rank};
use crate::engine::state::{NONE, TokenState};

impl<O: Observer> Run<'_, O> {
    /// Sends a message: every catch of the case that waits for it goes on, and catches that come later find it.
    pub(crate) fn enter_throw(&mut self, token: u32, message: usize) -> bool {
        let case = self.tokens[token].case;
        if let Some(&slot) = self.program.message_slots.get(message) {
            let sent = self.slot(case, slot);
            self.set_slot(case, slot, sent + 1.0);
        }
        self.broadcast(token, message, false)
    }

    /// Broadcasts a signal: whatever waits for it just now goes on, and nobody finds it later.
    pub(crate) fn enter_broadcast(&mut self, token: u32, signal: usize) -> bool {
        self.broadcast(token, signal, true)
    }

    fn broadcast(&mut self, token: u32, message: usize, to_all: bool) -> bool {
        let case = self.tokens[token].case;
        // The sender stands in the row of moving tokens while the message is delivered, so that an event at the border of its
        // own body takes it out like all others.
        if self.finish_element(token) {
            self.set_moving(token);
        }
        let mut waiting: Vec<u32> = self.tokens_of(case).collect();
        waiting.reverse();
        self.leave_one_to_interrupt(&mut waiting, message);
        // Of several tokens that wait for a message at one place, one takes it: the one that has waited longest.
        let mut taken: Vec<(u32, u32)> = Vec::new();
        for other in waiting {
            let place = (self.tokens[other].scope, self.tokens[other].element);
            let is_gone = place.0 == NONE || !to_all && taken.contains(&place);
            if !is_gone && self.deliver(other, message) {
                taken.push(place);
            }
        }
        false
    }

    /// Of several events that watch over the same body and wait for the same message, one that stops the body is alone in
    /// hearing it: an event sub-process before an event at the border, which is outside.
    fn leave_one_to_interrupt(&self, waiting: &mut Vec<u32>, message: usize) {
        let heard: Vec<(u32, u32)> = waiting
            .iter()
            .filter(|&&t| self.tokens[t].state == TokenState::Watching && self.watches_for(t, message))
            .map(|&t| (self.watched_body(t), t))
            .collect();
        if heard.len() < 2 {
            return;
        }
        let interrupts = |t: u32| self.watcher(t).is_some_and(|watcher| watcher.interrupting);
        let is_inner = |t: u32| self.scopes[self.tokens[t].inside].role == BodyRole::Rest;
        let only: Vec<(u32, u32)> = heard
            .iter()
            .filter(|(_, t)| interrupts(*t))
            .filter_map(|(body, _)| {
                let rivals = || heard.iter().filter(move |(other, t)| other == body && interrupts(*t)).map(|(_, t)| *t);
                rivals().find(|&t| is_inner(t)).or_else(|| rivals().next()).map(|t| (*body, t))
            })
            .collect();
        let silenced = |t: u32| {
            let body = heard.iter().find(|(_, known)| *known == t).map(|(body, _)| *body);
            body.is_some_and(|body| only.iter().any(|(over, alone)| *over == body && *alone != t))
        };
        let kept: Vec<u32> = waiting.iter().copied().filter(|&t| !silenced(t)).collect();
        *waiting = kept;
    }

    /// Returns the body that a watcher watches over: the whole of which what it is inside may be the rest beside event
    /// sub-processes.
    fn watched_body(&self, token: u32) -> u32 {
        let mut scope = self.tokens[token].inside;
        while self.scopes[scope].role == BodyRole::Rest && self.scopes[scope].parent != NONE {
            scope = self.scopes[scope].parent;
        }
        scope
    }

    /// Begins a body beside all others of the case, and goes on.
    pub(crate) fn enter_begin(&mut self, token: u32, process: Idx<Process>, service: Option<Idx<Service>>) -> bool {
        let (case, path) = (self.tokens[token].case, self.tokens[token].path);
        if self.has_too_many_ways(case) {
            let element = self.element_idx(token);
            self.give_up(case, FaultKind::TooManyWays, element);
            return false;
        }
        // It begins before the sender goes on, which may end the sender's own process.
        self.open_scope(case, NONE, process, service, &path);
        self.finish_element(token)
    }

    /// Hands a message to a token that may wait for it; tells whether it takes it from others that wait there.
    fn deliver(&mut self, token: u32, message: usize) -> bool {
        match (self.tokens[token].state, &self.element(token).kind) {
            (TokenState::AtCatch, Kind::Catch { message: wanted, taken }) if *wanted == message => {
                self.take_message(token, *taken);
                self.elapse_external(token);
                if self.finish_element(token) {
                    self.set_moving(token);
                }
                true
            }
            (TokenState::AtRace, Kind::EventRace(ways)) => {
                let way = ways.iter().position(|(trigger, _)| match trigger {
                    Trigger::Message(wanted) | Trigger::Posted { message: wanted, .. } => *wanted == message,
                    _ => false,
                });
                if let Some(way) = way {
                    if let Trigger::Posted { taken, .. } = ways[way].0 {
                        self.take_message(token, taken);
                    }
                    if ways.iter().any(|(trigger, _)| trigger.is_timer()) {
                        let case = self.tokens[token].case;
                        self.cases[case].active -= 1;
                        self.forget_event(token);
                    }
                    self.win_race(token, way as u32, ways[way].1);
                }
                way.is_some()
            }
            (TokenState::Watching, _) => {
                self.message_for_watcher(token, message);
                false
            }
            _ => false,
        }
    }

    fn take_message(&mut self, token: u32, taken: u32) {
        let case = self.tokens[token].case;
        let count = self.slot(case, taken);
        self.set_slot(case, taken, count + 1.0);
    }

    /// Adds the time that a token has stood for something outside to its way and its case.
    pub(crate) fn elapse_external(&mut self, token: u32) {
        let stood = self.now.since(self.tokens[token].enabled).ms();
        self.tokens[token].elapse(PathClass::External, stood);
        let case = self.tokens[token].case;
        self.cases[case].wait(PathClass::External, stood);
    }

    /// Waits for a message unless one has come that this element has not taken yet.
    pub(crate) fn enter_catch(&mut self, token: u32, message: usize, taken: u32) -> bool {
        if self.has_come(token, message, taken) {
            self.take_message(token, taken);
            return self.finish_element(token);
        }
        self.tokens[token].state = TokenState::AtCatch;
        false
    }

    /// Tells whether a message has come to a token's case that was not taken at the place with this slot.
    fn has_come(&self, token: u32, message: usize, taken: u32) -> bool {
        let case = self.tokens[token].case;
        let sent = self.program.message_slots.get(message).map_or(0.0, |&slot| self.slot(case, slot));
        sent > self.slot(case, taken)
    }

    /// Waits for the first of several events, unless a message has come already that counts.
    pub(crate) fn enter_race(&mut self, token: u32, ways: &[(Trigger, Idx<Element>)]) -> bool {
        let case = self.tokens[token].case;
        for (way, (trigger, target)) in ways.iter().enumerate() {
            if let Trigger::Posted { message, taken } = *trigger
                && self.has_come(token, message, taken)
            {
                self.take_message(token, taken);
                self.win_race(token, way as u32, *target);
                return false;
            }
        }
        let first = self.earliest(token, ways);
        self.tokens[token].state = TokenState::AtRace;
        if let Some((at, way)) = first {
            self.tokens[token].visit = way;
            self.cases[case].active += 1;
            self.schedule_token(token, at, rank::TIMER);
        }
        false
    }

    /// Returns when the first timer of a race goes off, and which way it opens.
    fn earliest(&self, token: u32, ways: &[(Trigger, Idx<Element>)]) -> Option<(SimTime, u32)> {
        let visit = self.visit(token);
        let instants = ways.iter().enumerate().filter_map(|(way, (trigger, _))| {
            let stream = self.element(token).stream.part(way as u32);
            self.trigger_instant(token, trigger, stream, visit).map(|at| (at, way as u32))
        });
        instants.min()
    }

    /// Returns when a trigger goes off that begins to wait now; `None` for those that are no timers.
    pub(crate) fn trigger_instant(
        &self,
        token: u32,
        trigger: &Trigger,
        stream: crate::engine::random::stream::StreamId,
        visit: u32,
    ) -> Option<SimTime> {
        match trigger {
            Trigger::After(duration) => {
                Some(self.now + SimDuration(self.draw_duration(self.tokens[token].case, *duration, stream, visit)))
            }
            Trigger::Instant(instants) => Some(super::wait::next_instant(instants, self.now)),
            Trigger::Deadline => {
                let scope = self.tokens[token].inside;
                let scope = if scope == NONE { self.tokens[token].scope } else { scope };
                Some(self.service_scope(scope).map_or(SimTime::NEVER, |s| self.deadline(s)).max(self.now))
            }
            Trigger::Message(_) | Trigger::Posted { .. } | Trigger::Error(_) | Trigger::Escalation(_) => None,
        }
    }

    /// A race's timer has gone off.
    pub(crate) fn finish_race(&mut self, token: u32) {
        let Kind::EventRace(ways) = &self.element(token).kind else { return };
        let way = self.tokens[token].visit;
        if let Some((trigger, target)) = ways.get(way as usize) {
            if matches!(trigger, Trigger::Deadline)
                && let Some(later) = self.trigger_instant(token, trigger, self.element(token).stream, 0)
                && later > self.now
            {
                let case = self.tokens[token].case;
                self.cases[case].active += 1;
                self.schedule_token(token, later, rank::TIMER);
                return;
            }
            self.win_race(token, way, *target);
        }
    }

    fn win_race(&mut self, token: u32, way: u32, target: Idx<Element>) {
        self.elapse_external(token);
        self.apply_effects(token);
        self.move_to(token, target, way);
        self.set_moving(token);
    }
}
