//! Gateways: one way of several, all ways, some ways.

use crate::base::idx::Idx;
use crate::engine::program::{Element, Inclusive, Kind, Program, Rule, Way};
use crate::engine::random::stream::unit;
use crate::engine::record::{FaultKind, Observer};
use crate::engine::run::Run;
use crate::engine::state::{Token, TokenState};

impl<O: Observer> Run<'_, O> {
    /// Takes the first way whose condition holds; else one of the ways with shares, by one draw; else the way that is left over.
    pub(crate) fn enter_exclusive(&mut self, token: u32, element: &Element, ways: &[Way]) -> bool {
        let Token { case, element: at, .. } = self.tokens[token];
        let visit = element.visit_slot.map_or(0, |slot| self.visits[self.visit_row(case, slot)]);
        let fork = &self.forks[at as usize];
        let chosen = if fork.is_elsewhere() {
            self.choose(case, element, visit, ways).map(|way| (way, ways[way].target))
        } else {
            let key = self.cases[case].key;
            fork.choose(|| key.draw(element.stream, visit), self.slots_of(case))
        };
        let Some((way, target)) = chosen else {
            let at = self.element_idx(token);
            self.give_up(case, FaultKind::NoWayOut, at);
            return false;
        };
        self.apply_effects_of(token, element);
        self.move_to(token, target, way as u32);
        true
    }

    fn choose(&self, case: u32, element: &Element, visit: u32, ways: &[Way]) -> Option<usize> {
        let view = self.view(case);
        let share = |way: &Way| match &way.rule {
            Rule::Share(by_segment) => Program::by_segment(by_segment, view.segment).copied().unwrap_or(0.0),
            _ => 0.0,
        };
        let (mut sum, mut otherwise) = (0.0, None);
        for (i, way) in ways.iter().enumerate() {
            match &way.rule {
                Rule::When(condition) if condition.holds(&view) => return Some(i),
                Rule::When(_) => {}
                Rule::Share(_) => sum += share(way),
                Rule::Otherwise => otherwise = otherwise.or(Some(i)),
            }
        }
        if sum <= 0.0 {
            return otherwise;
        }
        // With a way that is left over, shares are what they say; without one they are scaled to make a whole.
        let whole = if otherwise.is_some() { sum.max(1.0) } else { sum };
        let mut left = unit(self.cases[case].key.draw(element.stream, visit)) * whole;
        let mut last = None;
        for (i, way) in ways.iter().enumerate() {
            let share = share(way);
            if share > 0.0 {
                if left < share {
                    return Some(i);
                }
                left -= share;
                last = Some(i);
            }
        }
        otherwise.or(last)
    }

    /// Waits until a token has come by each way in, then goes all ways out. Of the tokens joined, the last goes on: its way
    /// is the one that the others waited for.
    pub(crate) fn enter_parallel(&mut self, token: u32, incoming: u32, targets: &[Idx<Element>]) -> bool {
        if incoming > 1 && !self.join(token, incoming) {
            return false;
        }
        self.apply_effects(token);
        self.fork(token, targets.iter().copied().enumerate())
    }

    fn join(&mut self, token: u32, incoming: u32) -> bool {
        let (case, scope, element, via) = {
            let t = &self.tokens[token];
            (t.case, t.scope, t.element, t.via)
        };
        let mut others: Vec<((u32, u32), u32)> = Vec::new();
        for other in self.tokens_of(case) {
            let t = &self.tokens[other];
            if t.scope == scope && t.element == element && t.state == TokenState::AtJoin && t.via != via {
                // The list has the youngest first; of several that came by one way, the oldest is joined.
                match others.iter_mut().find(|(known, _)| *known == t.via) {
                    Some(entry) => entry.1 = other,
                    None => others.push((t.via, other)),
                }
            }
        }
        if (others.len() as u32) + 1 < incoming {
            self.tokens[token].state = TokenState::AtJoin;
            return false;
        }
        for (_, other) in others {
            self.remove_live(other);
        }
        true
    }

    /// Sends a token on by the first way and new tokens by the others. Ends the way where there is none.
    fn fork(&mut self, token: u32, targets: impl Iterator<Item = (usize, Idx<Element>)>) -> bool {
        let (case, scope, element, path) = {
            let t = &self.tokens[token];
            (t.case, t.scope, t.element, t.path)
        };
        let mut first = None;
        for (way, target) in targets {
            if first.is_none() {
                first = Some((way, target));
                continue;
            }
            if self.has_too_many_ways(case) {
                self.give_up(case, FaultKind::TooManyWays, Idx::new(element as usize));
                return false;
            }
            let twin = self.spawn(case, scope, target, (element, way as u32), &path);
            // A loop through this gateway may go on with the twin each time; its hops are one row.
            self.tokens[twin].hops = self.tokens[token].hops;
        }
        match first {
            Some((way, target)) => {
                self.move_to(token, target, way as u32);
                // The first way's followers enter in turn with the others', in the order of the ways.
                self.moving.push_front(token);
                false
            }
            None => {
                self.end_way(token, crate::engine::account::Outcome::Completed);
                false
            }
        }
    }

    /// Waits for all tokens that can still come; see [`Run::try_inclusive_joins`].
    pub(crate) fn enter_inclusive(&mut self, token: u32, gateway: &Inclusive) -> bool {
        if gateway.incoming > 1 {
            let case = self.tokens[token].case;
            self.tokens[token].state = TokenState::AtInclusiveJoin;
            self.cases[case].waits_inclusive = true;
            return false;
        }
        self.leave_inclusive(token, gateway)
    }

    fn leave_inclusive(&mut self, token: u32, gateway: &Inclusive) -> bool {
        let (case, visit) = (self.tokens[token].case, self.visit(token));
        let stream = self.element(token).stream;
        let view = self.view(case);
        let taken = |i: usize, way: &Way| match &way.rule {
            Rule::When(condition) => condition.holds(&view),
            Rule::Share(by_segment) => {
                let share = Program::by_segment(by_segment, view.segment).copied().unwrap_or(0.0);
                unit(self.cases[case].key.draw(stream.part(i as u32), visit)) < share
            }
            Rule::Otherwise => false,
        };
        let mut ways: Vec<usize> = gateway.ways.iter().enumerate().filter(|(i, way)| taken(*i, way)).map(|(i, _)| i).collect();
        if ways.is_empty() {
            match self.choose(case, self.element(token), visit, &gateway.ways) {
                Some(way) => ways.push(way),
                None => {
                    let element = self.element_idx(token);
                    self.give_up(case, FaultKind::NoWayOut, element);
                    return false;
                }
            }
        }
        self.apply_effects(token);
        self.fork(token, ways.into_iter().map(|way| (way, gateway.ways[way].target)))
    }

    /// Lets those inclusive joins of a case go on that nothing can still reach, the one that has waited longest first.
    /// Returns whether one went on.
    ///
    /// A join goes on, and takes one token from each way in that holds some, unless another token of the same body can come by
    /// a way in that holds none, and cannot come by one that holds some (BPMN 2.0.2, section 13.4.3). Tokens inside bodies
    /// that this body entered stand at the entering element. With `force` (nothing else of the case can move) joins do not wait
    /// for tokens at other joins, so that those that wait for each other do not block.
    pub(crate) fn try_inclusive_joins(&mut self, case: u32, force: bool) -> bool {
        let mut waiting: Vec<u32> =
            self.tokens_of(case).filter(|&t| self.tokens[t].state == TokenState::AtInclusiveJoin).collect();
        self.cases[case].waits_inclusive = !waiting.is_empty();
        waiting.sort_by_key(|&t| (self.tokens[t].enabled, t));
        // Tokens at one join wait for the same: it is enough to ask for the first of them.
        let mut asked: Vec<(u32, u32)> = Vec::new();
        for &token in &waiting {
            let place = (self.tokens[token].scope, self.tokens[token].element);
            if asked.contains(&place) {
                continue;
            }
            asked.push(place);
            let Kind::Inclusive(gateway) = &self.element(token).kind else { continue };
            let (scope, element) = (self.tokens[token].scope, self.tokens[token].element);
            let same = |t: &u32| self.tokens[*t].scope == scope && self.tokens[*t].element == element;
            let here: Vec<u32> = waiting.iter().copied().filter(same).collect();
            let held = here.iter().fold(0, |bits, &t| bits | gateway.bit_of(self.tokens[t].via));
            let can_come = |t: u32| {
                let other = &self.tokens[t];
                let stands_at_one = force && other.state == TokenState::AtInclusiveJoin;
                if other.scope != scope || other.state == TokenState::Watching || other.element == element || stands_at_one {
                    return false;
                }
                let reach = gateway.reach_from(other.element);
                reach & !held != 0 && reach & held == 0
            };
            if self.tokens_of(case).any(can_come) {
                continue;
            }
            let mut joined: Vec<u32> = Vec::new();
            for t in here {
                if !joined.iter().any(|&other| self.tokens[other].via == self.tokens[t].via) {
                    joined.push(t);
                }
            }
            let last = joined.pop().unwrap_or(token);
            for other in joined {
                self.remove_live(other);
            }
            // It may have stood a while for one that could still come and has gone another way.
            self.elapse_external(last);
            self.leave_inclusive(last, gateway);
            return true;
        }
        false
    }

    /// Takes a token that waits at a join out of its case.
    fn remove_live(&mut self, token: u32) {
        let (case, scope) = (self.tokens[token].case, self.tokens[token].scope);
        self.cases[case].live -= 1;
        self.scopes[scope].live -= 1;
        self.unlink(token);
    }
}
