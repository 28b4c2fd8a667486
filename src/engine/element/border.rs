//! Events at a body's border, errors, and clearing what an interruption ends.

use crate::base::idx::Idx;
use crate::engine::account::PathTimes;
use crate::engine::program::{Element, Enter, Kind, Trigger, Watcher};
use crate::engine::record::{FaultKind, Observer};
use crate::engine::run::{Run, rank};
use crate::engine::state::{NONE, Token, TokenState};

impl<'p, O: Observer> Run<'p, O> {
    /// Posts a watcher for each event at the border of the body that `owner` has entered.
    pub(crate) fn post_watchers(&mut self, owner: u32, enter: &Enter) {
        let (case, scope, element, inner) = {
            let t = &self.tokens[owner];
            (t.case, t.scope, t.element, t.inside)
        };
        for (i, watcher) in enter.watchers.iter().enumerate() {
            if matches!(watcher.trigger, Trigger::Error(_) | Trigger::Escalation(_)) {
                continue;
            }
            let path = self.tokens[owner].path;
            let mut token = Token::moving(case, scope, element, self.now, path);
            token.state = TokenState::Watching;
            token.inside = inner;
            token.watcher = i as u32;
            token.visit = self.tokens[owner].visit;
            let head = self.cases[case].tokens;
            token.next = head;
            let index = self.tokens.insert(token);
            if head != NONE {
                self.tokens[head].previous = index;
            }
            self.cases[case].tokens = index;
            if let Some(at) = self.trigger_instant(index, &watcher.trigger, watcher.stream, self.tokens[owner].visit) {
                self.cases[case].active += 1;
                self.schedule_token(index, at, rank::TIMER);
            }
        }
    }

    pub(crate) fn watcher(&self, token: u32) -> Option<&'p Watcher> {
        let element: &'p Element = self.element(token);
        match &element.kind {
            Kind::Enter(enter) => enter.watchers.get(self.tokens[token].watcher as usize),
            _ => None,
        }
    }

    /// Tells whether a watcher counts among its case's active tokens: it has a timer.
    fn watches_timer(&self, token: u32) -> bool {
        self.watcher(token).is_some_and(|w| w.trigger.is_timer())
    }

    /// A watcher's timer has gone off; its case no longer counts it as active.
    pub(crate) fn fire_watcher(&mut self, token: u32) {
        let Some(watcher) = self.watcher(token) else { return };
        if matches!(watcher.trigger, Trigger::Deadline)
            && let Some(later) = self.trigger_instant(token, &watcher.trigger, watcher.stream, 0)
            && later > self.now
        {
            let case = self.tokens[token].case;
            self.cases[case].active += 1;
            self.schedule_token(token, later, rank::TIMER);
            return;
        }
        self.cross_border(token, watcher);
    }

    /// Tells whether a watcher waits for a message.
    pub(crate) fn watches_for(&self, token: u32, message: usize) -> bool {
        self.watcher(token).is_some_and(|w| matches!(w.trigger, Trigger::Message(m) if m == message))
    }

    /// A message has come that a watcher may wait for.
    pub(crate) fn message_for_watcher(&mut self, token: u32, message: usize) {
        let Some(watcher) = self.watcher(token) else { return };
        if matches!(watcher.trigger, Trigger::Message(m) if m == message) {
            self.cross_border(token, watcher);
        }
    }

    /// An event at the border happens. An interrupting one clears the body and goes on from there; another one begins a second
    /// way beside it, and is over.
    fn cross_border(&mut self, token: u32, watcher: &Watcher) {
        let (case, scope, inner, element) = {
            let t = &self.tokens[token];
            (t.case, t.scope, t.inside, t.element)
        };
        let (way, path) = (1 + self.tokens[token].watcher, self.scope_path(inner));
        let owner = self.scopes[inner].owner;
        if watcher.interrupting || !matches!(watcher.trigger, Trigger::Message(_)) {
            // It happens once: the watcher is gone before what it sets off can take it away as one of the body's watchers.
            self.unlink(token);
        }
        if watcher.interrupting {
            self.interrupt(owner, inner, path, watcher.target, way);
        } else if self.has_too_many_ways(case) {
            self.give_up(case, FaultKind::TooManyWays, Idx::new(element as usize));
        } else {
            self.spawn(case, scope, watcher.target, (element, way), &path);
        }
    }

    /// Clears a body and lets the token that entered it go on at `target`.
    fn interrupt(&mut self, owner: u32, inner: u32, path: PathTimes, target: Idx<Element>, way: u32) {
        let case = self.scopes[inner].case;
        self.clear_scope(inner, NONE);
        self.remove_watchers(case, inner);
        if self.scopes[inner].service.is_some() {
            // What becomes of the service is said by where the interruption leads; until then it counts as given up.
            self.scopes[inner].outcome = self.scopes[inner].outcome.max(crate::engine::account::Outcome::Abandoned);
            self.end_service(inner);
        }
        self.scopes.remove(inner);
        let token = &mut self.tokens[owner];
        token.path = path;
        token.inside = NONE;
        self.move_to(owner, target, way);
        self.set_moving(owner);
    }

    /// Raises an error from a token: the nearest body around it with an error event that catches it is interrupted. Returns whether
    /// one was found.
    pub(crate) fn raise(&mut self, token: u32, error: usize) -> bool {
        let path = self.tokens[token].path;
        let mut scope = self.tokens[token].scope;
        while scope != NONE {
            let owner = self.scopes[scope].owner;
            if owner == NONE {
                return false;
            }
            if let Kind::Enter(enter) = &self.element(owner).kind {
                let fits = |w: &Watcher| match w.trigger {
                    Trigger::Error(wanted) => fit(wanted, error),
                    _ => None,
                };
                if let Some((i, watcher)) = best(&enter.watchers, fits) {
                    self.interrupt(owner, scope, path, watcher.target, 1 + i as u32);
                    return true;
                }
            }
            scope = self.scopes[scope].parent;
        }
        false
    }

    /// Raises an escalation from a token: the nearest watcher around that catches it is set off. An interrupting one takes the
    /// token with it; any other begins a way beside, and the token goes on.
    pub(crate) fn enter_escalate(&mut self, token: u32, name: usize) -> bool {
        let path = self.tokens[token].path;
        let mut scope = self.tokens[token].scope;
        while scope != NONE {
            let owner = self.scopes[scope].owner;
            if owner == NONE {
                break;
            }
            if let Kind::Enter(enter) = &self.element(owner).kind {
                let fits = |w: &Watcher| match w.trigger {
                    Trigger::Escalation(wanted) => fit(wanted, name),
                    _ => None,
                };
                if let Some((i, watcher)) = best(&enter.watchers, fits) {
                    let way = 1 + i as u32;
                    if watcher.interrupting {
                        self.apply_effects(token);
                        self.interrupt(owner, scope, path, watcher.target, way);
                        return false;
                    }
                    let (case, around, element) = (self.tokens[owner].case, self.tokens[owner].scope, self.tokens[owner].element);
                    if self.has_too_many_ways(case) {
                        self.give_up(case, FaultKind::TooManyWays, Idx::new(element as usize));
                        return false;
                    }
                    self.spawn(case, around, watcher.target, (element, way), &path);
                    break;
                }
            }
            scope = self.scopes[scope].parent;
        }
        self.finish_element(token)
    }

    /// Returns the way until now of a token inside a body, however deep.
    fn scope_path(&mut self, scope: u32) -> PathTimes {
        let case = self.scopes[scope].case;
        let inside = |t: u32| {
            let token = &self.tokens[t];
            !matches!(token.state, TokenState::Inside | TokenState::Watching) && self.lies_in(token.scope, scope)
        };
        let found = self.tokens_of(case).find(|&t| inside(t));
        match found {
            Some(token) => self.path_to_now(token),
            None => self.tokens[self.scopes[scope].owner].path,
        }
    }

    /// Tells whether a body is another one, or lies in it.
    fn lies_in(&self, mut scope: u32, outer: u32) -> bool {
        while scope != NONE {
            if scope == outer {
                return true;
            }
            scope = self.scopes[scope].parent;
        }
        false
    }

    /// Takes away the watchers at a body's border.
    pub(crate) fn remove_watchers(&mut self, case: u32, scope: u32) {
        let watchers: Vec<u32> = self
            .tokens_of(case)
            .filter(|&t| self.tokens[t].state == TokenState::Watching && self.tokens[t].inside == scope)
            .collect();
        for watcher in watchers {
            self.remove_standing(watcher);
        }
    }

    /// Ends everything inside a body, bodies inside it included, but for one token (or `NONE`).
    pub(crate) fn clear_scope(&mut self, scope: u32, except: u32) {
        let case = self.scopes[scope].case;
        let inside: Vec<u32> =
            self.tokens_of(case).filter(|&t| t != except && self.lies_in(self.tokens[t].scope, scope)).collect();
        let mut bodies: Vec<u32> = Vec::new();
        for token in inside {
            if self.tokens[token].state == TokenState::Inside {
                bodies.push(self.tokens[token].inside);
            }
            self.remove_standing(token);
        }
        for body in bodies {
            if self.scopes[body].service.is_some() {
                self.scopes[body].outcome = self.scopes[body].outcome.max(crate::engine::account::Outcome::Abandoned);
                self.end_service(body);
            }
            self.scopes.remove(body);
        }
    }

    /// Ends everything of a case.
    pub(crate) fn clear_case(&mut self, case: u32) {
        let all: Vec<u32> = self.tokens_of(case).collect();
        let mut bodies: Vec<u32> = Vec::new();
        for token in all {
            let scope = self.tokens[token].scope;
            if !bodies.contains(&scope) {
                bodies.push(scope);
            }
            if self.tokens[token].state == TokenState::Inside && !bodies.contains(&self.tokens[token].inside) {
                bodies.push(self.tokens[token].inside);
            }
            self.remove_standing(token);
        }
        for body in bodies {
            self.scopes.remove(body);
        }
    }

    /// Takes a token out wherever it stands: members are released, lines left, events forgotten.
    fn remove_standing(&mut self, token: u32) {
        let (case, scope, state) = (self.tokens[token].case, self.tokens[token].scope, self.tokens[token].state);
        let active = match state {
            TokenState::Delayed | TokenState::Queued | TokenState::Working | TokenState::Gathered => true,
            TokenState::AtRace => match &self.element(token).kind {
                Kind::EventRace(ways) => ways.iter().any(|(trigger, _)| trigger.is_timer()),
                _ => false,
            },
            TokenState::Watching => self.watches_timer(token),
            _ => false,
        };
        if active {
            self.cases[case].active -= 1;
        }
        match state {
            TokenState::Queued | TokenState::Working => self.break_off_work(token),
            TokenState::Delayed => self.account_wait(token, false),
            TokenState::Gathered => self.leave_gathering(token),
            TokenState::Moving => self.moving.retain(|&t| t != token),
            _ => {}
        }
        self.forget_event(token);
        if state != TokenState::Watching {
            self.cases[case].live -= 1;
            self.scopes[scope].live -= 1;
        }
        self.unlink(token);
    }
}

/// Tells how well a watcher fits what is raised: 0 by name, 1 as one that catches everything; `None` where it does not catch it.
fn fit(wanted: Option<usize>, raised: usize) -> Option<u8> {
    match wanted {
        Some(wanted) if wanted == raised => Some(0),
        Some(_) => None,
        None => Some(1),
    }
}

/// Returns the watcher that fits best, the first of equals, with its position: one that names what is raised goes before one that
/// catches everything.
fn best(watchers: &[Watcher], fits: impl Fn(&Watcher) -> Option<u8>) -> Option<(usize, &Watcher)> {
    let fitting = watchers.iter().enumerate().filter_map(|(i, watcher)| Some((fits(watcher)?, i, watcher)));
    fitting.min_by_key(|(fit, i, _)| (*fit, *i)).map(|(_, i, watcher)| (i, watcher))
}
