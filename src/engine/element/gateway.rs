//! Gateways: one way of several, all ways, some ways.

use crate::base::idx::Idx;
use crate::engine::condition::{Predicate, Quantity, Relation};
use crate::engine::program::{Element, Inclusive, Kind, Program, Rule, Way};
use crate::engine::random::stream::unit;
use crate::engine::record::{FaultKind, Observer};
use crate::engine::run::Run;
use crate::engine::state::{Token, TokenState};

/// Ways of a [`Fork`] at most.
const FEW: usize = 4;

/// An exclusive gateway with a few ways, all of them by shares that are the same for all segments, or all by what one slot holds.
/// Most gateways are of these kinds; all that is needed to choose is found in one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fork {
    how: How,
    /// Number of ways.
    n: u8,
    /// The way that is left over, or the number of ways.
    otherwise: u8,
    relations: [Relation; FEW],
    slots: [u32; FEW],
    /// Shares, or what slots are held against.
    numbers: [f64; FEW],
    /// What a draw is out of; 0 if every case goes by `otherwise`.
    whole: f64,
    targets: [Idx<Element>; FEW],
}

/// How a [`Fork`]'s way is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// Not here: by the general rule.
    Elsewhere,
    /// By shares.
    Shares,
    /// By slots.
    Slots,
}

impl Fork {
    /// Looks through a program for such gateways.
    pub fn of_program(program: &Program) -> Vec<Fork> {
        program.elements.iter().map(|element| Fork::of(element).unwrap_or(Fork::ELSEWHERE)).collect()
    }

    const ELSEWHERE: Fork = Fork {
        how: How::Elsewhere,
        n: 0,
        otherwise: 0,
        relations: [Relation::Equal; FEW],
        slots: [0; FEW],
        numbers: [0.0; FEW],
        whole: 0.0,
        targets: [Idx::new(0); FEW],
    };

    fn of(element: &Element) -> Option<Fork> {
        let Kind::Exclusive(ways) = &element.kind else { return None };
        if ways.is_empty() || ways.len() > FEW {
            return None;
        }
        let n = ways.len() as u8;
        let mut fork = Fork { how: How::Shares, n, otherwise: n, ..Fork::ELSEWHERE };
        let (mut sum, mut shares, mut slots) = (0.0, 0, 0);
        for (i, way) in ways.iter().enumerate() {
            fork.targets[i] = way.target;
            match &way.rule {
                Rule::Share(by_segment) => {
                    let [share] = by_segment.as_slice() else { return None };
                    fork.numbers[i] = *share;
                    sum += share;
                    shares += 1;
                }
                Rule::When(Predicate::Compare(Quantity::Slot(slot), relation, Quantity::Constant(number))) => {
                    (fork.slots[i], fork.relations[i], fork.numbers[i]) = (*slot, *relation, *number);
                    slots += 1;
                }
                Rule::When(_) => return None,
                Rule::Otherwise => fork.otherwise = fork.otherwise.min(i as u8),
            }
        }
        // A second way that is left over would have to be told from the others.
        if shares + slots + u8::from(fork.otherwise < n) < n {
            return None;
        }
        match (shares, slots) {
            (_, 0) if sum > 0.0 => fork.whole = if fork.otherwise < n { sum.max(1.0) } else { sum },
            (_, 0) if fork.otherwise < n => {}
            (0, _) => fork.how = How::Slots,
            _ => return None,
        }
        Some(fork)
    }

    /// Chooses by shares, as [`Run::choose`] does.
    #[inline]
    fn by_shares(&self, draw: impl Fn() -> u64) -> usize {
        if self.whole == 0.0 {
            return usize::from(self.otherwise);
        }
        let mut left = unit(draw()) * self.whole;
        let mut last = self.otherwise;
        for (i, &share) in self.numbers[..usize::from(self.n)].iter().enumerate() {
            if share > 0.0 {
                if left < share {
                    return i;
                }
                left -= share;
                last = i as u8;
            }
        }
        usize::from(if self.otherwise < self.n { self.otherwise } else { last })
    }

    /// Chooses by slots, as [`Run::choose`] does; `None` where no way is left.
    #[inline]
    fn by_slots(&self, slots: &[f64]) -> Option<usize> {
        let holds = |&i: &usize| {
            i != usize::from(self.otherwise) && self.relations[i].holds(slots[self.slots[i] as usize], self.numbers[i])
        };
        let left = usize::from(self.otherwise);
        (0..usize::from(self.n)).find(holds).or((self.otherwise < self.n).then_some(left))
    }
}

impl<O: Observer> Run<'_, O> {
    /// Takes the first way whose condition holds; else one of the ways with shares, by one draw; else the way that is left over.
    pub(crate) fn enter_exclusive(&mut self, token: u32, element: &Element, ways: &[Way]) -> bool {
        let Token { case, element: at, .. } = self.tokens[token];
        let visit = element.visit_slot.map_or(0, |slot| self.visits[self.visit_row(case, slot)]);
        let fork = &self.forks[at as usize];
        let way = match fork.how {
            How::Shares => {
                let key = self.cases[case].key;
                Some(fork.by_shares(|| key.draw(element.stream, visit)))
            }
            How::Slots => fork.by_slots(self.slots_of(case)),
            How::Elsewhere => self.choose(case, element, visit, ways),
        };
        let Some(way) = way else {
            let at = self.element_idx(token);
            self.give_up(case, FaultKind::NoWayOut, at);
            return false;
        };
        let target = if fork.how == How::Elsewhere { ways[way].target } else { fork.targets[way] };
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
