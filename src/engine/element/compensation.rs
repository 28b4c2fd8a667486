//! Compensation: what was completed is undone, the last first; transactions that are cancelled.
//!
//! Each body of its own keeps a list of what was completed in it. A sub-process takes its list with it when it is complete, so
//! that what is inside can be undone later. Undoing takes entries off the list, so that nothing is undone twice, and enters the
//! bodies that undo one after the other. A body inside what is undone sees what had been completed there; one beside it does not.
//! Where there is neither, what is inside is undone in turn.
//!
//! Source: OMG, Business Process Model and Notation 2.0.2, sections 10.7 and 13.5.5.

use crate::base::idx::Idx;
use crate::engine::account::PathTimes;
use crate::engine::program::{BodyRole, Process, Undo};
use crate::engine::record::Observer;
use crate::engine::run::Run;
use crate::engine::state::{Completed, NONE, TokenState, Undoing};

impl<O: Observer> Run<'_, O> {
    /// Notes that an activity is complete, in the nearest body of its own around.
    pub(crate) fn completed(&mut self, token: u32, undo: Idx<Undo>, inside: Vec<Completed>) {
        if let Some(scope) = self.own_scope(self.tokens[token].scope) {
            self.scopes[scope].done.push(Completed { undo, inside });
        }
    }

    /// Returns the nearest body of its own that is `scope` or lies around it.
    fn own_scope(&self, mut scope: u32) -> Option<u32> {
        while scope != NONE {
            if self.scopes[scope].role == BodyRole::Own {
                return Some(scope);
            }
            scope = self.scopes[scope].parent;
        }
        None
    }

    /// Undoes everything in the nearest body of its own around, or every time that one activity was completed in the nearest
    /// body in which it was; then goes on.
    pub(crate) fn enter_compensate(&mut self, token: u32, of: Option<Idx<Undo>>) -> bool {
        let mut scope = self.own_scope(self.tokens[token].scope);
        let mut taken = Vec::new();
        while let Some(own) = scope {
            let done = &mut self.scopes[own].done;
            match of {
                None => taken.append(done),
                Some(wanted) => {
                    let (undone, kept) = std::mem::take(done).into_iter().partition(|completed| completed.undo == wanted);
                    (taken, *done) = (undone, kept);
                }
            }
            scope = match of {
                Some(_) if taken.is_empty() => self.own_scope(self.scopes[own].parent),
                _ => None,
            };
        }
        if taken.is_empty() {
            return self.finish_element(token);
        }
        self.undoing.insert(token, taken.into_iter().map(Undoing::Activity).collect());
        self.tokens[token].visit = self.visit(token);
        self.undo_next(token)
    }

    /// A body that undoes has ended.
    pub(crate) fn undone(&mut self, token: u32, path: &PathTimes) {
        let state = &mut self.tokens[token];
        state.path = *path;
        state.inside = NONE;
        if self.undo_next(token) {
            self.set_moving(token);
        }
    }

    /// Enters the next body that undoes; true where there is none and the token goes on.
    fn undo_next(&mut self, token: u32) -> bool {
        while let Some(next) = self.undoing.get_mut(&token).and_then(Vec::pop) {
            match next {
                Undoing::Activity(Completed { undo, inside }) => {
                    let how = &self.program.undos[undo];
                    let ahead = self.undoing.entry(token).or_default();
                    ahead.extend(how.handler.map(|handler| Undoing::Enter(handler, Vec::new())));
                    match (how.event, how.handler) {
                        (Some(event), _) => ahead.push(Undoing::Enter(event, inside)),
                        (None, Some(_)) => {}
                        (None, None) => ahead.extend(inside.into_iter().map(Undoing::Activity)),
                    }
                }
                Undoing::Enter(process, inside) => {
                    if !self.program.processes[process].starts.is_empty() {
                        self.enter_undoing(token, process, inside);
                        return false;
                    }
                }
            }
        }
        self.undoing.remove(&token);
        self.finish_element(token)
    }

    fn enter_undoing(&mut self, token: u32, process: Idx<Process>, inside: Vec<Completed>) {
        let (case, path) = (self.tokens[token].case, self.tokens[token].path);
        self.tokens[token].state = TokenState::Inside;
        let scope = self.open_scope(case, token, process, None, &path);
        self.scopes[scope].role = BodyRole::Own;
        self.scopes[scope].done = inside;
        self.tokens[token].inside = scope;
    }

    /// Cancels the transaction around a token, if there is one: everything in it is stopped, and a new token undoes what was
    /// completed in it.
    pub(crate) fn cancel_transaction(&mut self, token: u32) -> bool {
        let (case, path) = (self.tokens[token].case, self.tokens[token].path);
        let mut scope = self.own_scope(self.tokens[token].scope);
        while let Some(own) = scope {
            let owner = self.scopes[own].owner;
            if owner == NONE {
                return false;
            }
            if let crate::engine::program::Kind::Enter(enter) = &self.element(owner).kind
                && let Some(cancel) = self.program.processes[enter.process].cancel
            {
                self.clear_scope(own, NONE);
                self.spawn(case, own, cancel, (NONE, 0), &path);
                return true;
            }
            scope = self.own_scope(self.scopes[own].parent);
        }
        false
    }
}
