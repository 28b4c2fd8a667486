//! What happens at each kind of element; one file per family of kinds.
//!
//! A token *enters* an element when it becomes due, and *finishes* it when what happens there is over; then the element's
//! effects apply and the token goes on. Kinds that take no time do both at once.

mod border;
mod compensation;
mod effects;
pub(crate) mod fork;
mod free;
mod gateway;
mod message;
mod outage;
pub(crate) mod plain;
mod scope;
mod staffing;
mod wait;
mod work;

use crate::base::idx::Idx;
use crate::engine::element::plain::Plain;
use crate::engine::program::{Element, Kind};
use crate::engine::record::{FaultKind, Observer};
use crate::engine::run::{MAX_HOPS, Run};
use crate::engine::state::{NONE, TokenState};

impl<'p, O: Observer> Run<'p, O> {
    /// A token enters its element, and those behind it as far as no time passes.
    #[inline]
    pub(crate) fn enter(&mut self, token: u32) {
        let now = self.now;
        let state = &mut self.tokens[token];
        let hops = if state.enabled == now { state.hops + 1 } else { 1 };
        state.hops = hops;
        state.enabled = now;
        state.state = TokenState::Moving;
        let plain: &'p Plain<'p> = &self.plain[state.element as usize];
        if plain.pool != NONE && hops <= MAX_HOPS { self.enter_plain(token, plain) } else { self.enter_any(token) }
    }

    /// A token enters an element of any kind; it is moving, and its hop has been counted.
    fn enter_any(&mut self, token: u32) {
        loop {
            let state = &self.tokens[token];
            if state.hops > MAX_HOPS {
                let (case, element) = (state.case, self.element_idx(token));
                return self.give_up(case, FaultKind::EndlessLoop, element);
            }
            let element: &'p Element = &self.program.elements.as_slice()[state.element as usize];
            let goes_on = match &element.kind {
                Kind::Pass => self.finish_element_of(token, element),
                Kind::Exclusive(ways) => self.enter_exclusive(token, element, ways),
                Kind::Parallel { incoming, targets } => self.enter_parallel(token, *incoming, targets),
                Kind::Inclusive(gateway) => self.enter_inclusive(token, gateway),
                Kind::Throw(message) => self.enter_throw(token, *message),
                Kind::Broadcast(signal) => self.enter_broadcast(token, *signal),
                Kind::Begin(process, service) => self.enter_begin(token, *process, *service),
                Kind::Compensate(of) => self.enter_compensate(token, *of),
                Kind::Escalate(name) => self.enter_escalate(token, *name),
                Kind::Catch { message, taken } => self.enter_catch(token, *message, *taken),
                Kind::Work(work) => self.enter_work(token, element, work),
                Kind::Delay(delay) => self.enter_delay(token, delay),
                Kind::Travel(place) => self.enter_travel(token, *place),
                Kind::EventRace(ways) => self.enter_race(token, ways),
                Kind::Gather(gather) => self.enter_gather(token, *gather),
                Kind::Enter(enter) => self.enter_body(token, enter),
                Kind::End(end) => self.enter_end(token, end),
            };
            if !goes_on {
                return;
            }
            let state = &mut self.tokens[token];
            state.hops += 1;
            let plain: &'p Plain<'p> = &self.plain[state.element as usize];
            if plain.pool != NONE && state.hops <= MAX_HOPS {
                return self.enter_plain(token, plain);
            }
        }
    }

    /// A token's event has come.
    pub(crate) fn wake_token(&mut self, token: u32) {
        let case = self.tokens[token].case;
        self.cases[case].active -= 1;
        match self.tokens[token].state {
            TokenState::Working => self.finish_work(token),
            TokenState::Delayed => self.finish_wait(token),
            TokenState::Queued => self.lose_patience(token),
            TokenState::AtRace => self.finish_race(token),
            TokenState::Gathered => self.gathered_long_enough(token),
            TokenState::Watching => self.fire_watcher(token),
            // The others have no events.
            TokenState::Moving | TokenState::AtJoin | TokenState::AtInclusiveJoin | TokenState::AtCatch | TokenState::Inside => {}
        }
        self.touch(case);
    }

    /// Applies an element's effects and moves the token to what follows. Always true where something follows; the way ends,
    /// as if by an end event, where nothing does.
    pub(crate) fn finish_element(&mut self, token: u32) -> bool {
        self.finish_element_of(token, self.element(token))
    }

    /// As [`Run::finish_element`], for an element at hand.
    #[inline(always)]
    fn finish_element_of(&mut self, token: u32, element: &'p Element) -> bool {
        self.apply_effects_of(token, element);
        match element.next {
            Some(next) => {
                self.move_to(token, next, 0);
                true
            }
            None => {
                self.end_way(token, crate::engine::account::Outcome::Completed);
                false
            }
        }
    }

    /// Moves a token by a way of its element to another, which it has yet to enter.
    pub(crate) fn move_to(&mut self, token: u32, element: Idx<Element>, way: u32) {
        let state = &mut self.tokens[token];
        state.via = (state.element, way);
        state.element = element.get() as u32;
        state.state = TokenState::Moving;
    }

    /// Lets a token that stood still enter its element when its turn comes.
    pub(crate) fn set_moving(&mut self, token: u32) {
        self.tokens[token].state = TokenState::Moving;
        self.moving.push_back(token);
    }
}
