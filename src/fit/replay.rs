//! A case's activities laid along a net at the least cost: which ways were taken, what was skipped, what does not belong.
//!
//! States are tokens on the net and how much of the case has been seen; the cheapest path is searched best-first. Steps in
//! agreement cost nothing, steps that nobody watches next to nothing, and each deviation far more than all of those together.
//!
//! Source of the idea: van der Aalst, Adriansyah, van Dongen, Replaying history on process models for conformance checking (2012).

use super::net::{Exit, Net, NodeKind};
use crate::model::event_log::Finish;
use std::collections::{BinaryHeap, HashMap};

/// What an unseen move costs.
const SILENT: u32 = 1;
/// What an exit other than the usual one costs.
const UNUSUAL: u32 = 8;
/// What it costs that an activity which the log calls left or broken off goes on by another exit than those for that.
const AGAINST: u32 = 1_000;
/// What a deviation costs.
const DEVIATION: u32 = 100_000;
/// What it costs that the case ends before its way does: less than a deviation, and it can only happen once.
const EARLY: u32 = 90_000;
/// By how much a state further along in the case is preferred.
const AHEAD: u32 = 60;
/// States that are looked at for one case at most.
const MOST_STATES: usize = 100_000;
/// States that are looked at between two activities, beyond which no unseen move is tried any more.
const MOST_BETWEEN: u32 = 3_000;
/// Tokens at most.
const MOST_TOKENS: usize = 64;
/// Ways of a gateway of which any number may be taken, up to which all sets are tried.
const MOST_WAYS: usize = 6;

/// One move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Move {
    /// A token left a node by its exit; of the case's activities, this one.
    Seen {
        /// The node.
        node: usize,
        /// The activity's position in the case.
        activity: usize,
        /// The exit.
        exit: usize,
    },
    /// A token left a node that the log never shows, or that was skipped.
    Unseen {
        /// The node.
        node: usize,
        /// The exit.
        exit: usize,
        /// Whether the log would have shown it.
        skipped: bool,
    },
    /// A gateway sent its token here: bits of the ways taken.
    Chosen {
        /// The node.
        node: usize,
        /// Bit by way.
        ways: u64,
    },
    /// An activity of the case does not belong where it stands.
    Extra(usize),
    /// A process within, or everything of one, was set off or stopped by an event.
    Event,
    /// The case ends before its way does.
    Early,
}

/// How a case went along the net.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    /// The moves, in order.
    pub moves: Vec<Move>,
    /// The shortest way from where a case ended early to the end of the net, for one that is over: what it did no more, it did not go
    /// back to.
    pub closing: Vec<Move>,
    /// Whether the search was given up: the net leaves too much open.
    pub given_up: bool,
}

impl Replay {
    /// Tells whether the case went as the net says, from its beginning to its end.
    pub fn fits(&self) -> bool {
        !self.given_up
            && !self.moves.iter().any(|m| matches!(m, Move::Extra(_) | Move::Early | Move::Unseen { skipped: true, .. }))
    }

    /// Tells whether the case went as the net says as far as it went.
    pub fn fits_so_far(&self) -> bool {
        !self.given_up && !self.moves.iter().any(|m| matches!(m, Move::Extra(_) | Move::Unseen { skipped: true, .. }))
    }
}

type Tokens = Vec<u16>;

struct State {
    tokens: Tokens,
    seen: usize,
    cost: u32,
    from: usize,
    by: Move,
}

/// One activity of a case: the places that it may be, and how it ended.
pub type Seen = (Vec<usize>, Finish);

/// Replays a case. `activities` are its activities in order; `watched` says of each place whether the log would show it, and `is_over`
/// whether nothing more will be done in the case.
pub fn replay(net: &Net, activities: &[Seen], watched: &[bool], is_over: bool) -> Replay {
    if net.nodes.len() > usize::from(u16::MAX) {
        return Replay { given_up: true, ..Replay::default() };
    }
    let mut start = Tokens::new();
    if let Some(scope) = net.scopes.first() {
        start.extend(scope.starts.iter().map(|n| *n as u16));
    }
    start.sort_unstable();
    let mut search = Search::new(net, activities, watched);
    let Some((moves, rest)) = search.moves(start) else { return Replay { given_up: true, ..Replay::default() } };
    let ends_early = moves.last() == Some(&Move::Early);
    let closing = (is_over && ends_early).then(|| Search { to_the_end: true, ..Search::new(net, &[], watched) }.moves(rest));
    Replay { moves, closing: closing.flatten().map(|(moves, _)| moves).unwrap_or_default(), given_up: false }
}

struct Search<'n> {
    net: &'n Net,
    activities: &'n [Seen],
    watched: &'n [bool],
    states: Vec<State>,
    known: HashMap<(Tokens, usize), u32>,
    open: BinaryHeap<(std::cmp::Reverse<(u64, u32)>, usize)>,
    /// Breaks ties: what came later goes first, so that the search dives.
    turn: u32,
    /// Whether a case may not end before its way does.
    to_the_end: bool,
}

impl<'n> Search<'n> {
    fn new(net: &'n Net, activities: &'n [Seen], watched: &'n [bool]) -> Search<'n> {
        let (states, known, open) = (Vec::new(), HashMap::new(), BinaryHeap::new());
        Search { net, activities, watched, states, known, open, turn: 0, to_the_end: false }
    }

    /// Returns the cheapest moves to the end, and the tokens before the last of them; `None` where there are too many to try.
    fn moves(&mut self, start: Tokens) -> Option<(Vec<Move>, Tokens)> {
        self.add(start, 0, 0, usize::MAX, Move::Event);
        let mut at = self.run()?;
        let rest = self.states.get(self.states[at].from).map_or_else(Tokens::new, |state| state.tokens.clone());
        let mut moves = Vec::new();
        while self.states[at].from != usize::MAX {
            moves.push(self.states[at].by.clone());
            at = self.states[at].from;
        }
        moves.reverse();
        Some((moves, rest))
    }

    fn add(&mut self, tokens: Tokens, seen: usize, cost: u32, from: usize, by: Move) {
        if tokens.len() > MOST_TOKENS {
            return;
        }
        match self.known.get(&(tokens.clone(), seen)) {
            Some(&known) if known <= cost => return,
            _ => {}
        }
        self.known.insert((tokens.clone(), seen), cost);
        let ahead = (self.activities.len() - seen) as u64 * u64::from(AHEAD);
        self.turn += 1;
        self.open.push((std::cmp::Reverse((u64::from(cost) + ahead, u32::MAX - self.turn)), self.states.len()));
        self.states.push(State { tokens, seen, cost, from, by });
    }

    /// Returns the cheapest state at the end of the case.
    fn run(&mut self) -> Option<usize> {
        let mut looked_at = 0;
        let mut at_level = vec![0u32; self.activities.len() + 1];
        while let Some((_, at)) = self.open.pop() {
            let state = &self.states[at];
            let (tokens, seen, cost) = (state.tokens.clone(), state.seen, state.cost);
            if self.known.get(&(tokens.clone(), seen)).is_some_and(|&known| known < cost) {
                continue;
            }
            if seen == self.activities.len() && (tokens.is_empty() || state.by == Move::Early) {
                return Some(at);
            }
            looked_at += 1;
            if looked_at > MOST_STATES {
                return None;
            }
            at_level[seen] += 1;
            self.expand(at, &tokens, seen, cost, at_level[seen] <= MOST_BETWEEN);
        }
        None
    }

    /// Only deviations from here on: the net leaves too much open between two activities.
    fn give_way(&mut self, at: usize, tokens: &Tokens, seen: usize, cost: u32) {
        if seen < self.activities.len() {
            self.add(tokens.clone(), seen + 1, cost + DEVIATION, at, Move::Extra(seen));
        } else if !self.to_the_end {
            self.add(vec![u16::MAX], seen, cost + EARLY, at, Move::Early);
        }
    }

    fn expand(&mut self, at: usize, tokens: &Tokens, seen: usize, cost: u32, unseen: bool) {
        // The end before the end is a state of its own, with no tokens left.
        self.give_way(at, tokens, seen, cost);
        if tokens.first() == Some(&u16::MAX) || !unseen {
            return;
        }
        let net = self.net;
        let mut last = None;
        for (i, &token) in tokens.iter().enumerate() {
            if last.replace(token) == Some(token) {
                continue;
            }
            let node = usize::from(token);
            let without = || {
                let mut rest = tokens.clone();
                rest.remove(i);
                rest
            };
            match &net.nodes[node].kind {
                NodeKind::Act(exits) => self.act(at, node, exits, &without(), seen, cost),
                NodeKind::Choice(to) => {
                    for (way, &target) in to.iter().enumerate() {
                        self.add(with(without(), &[target]), seen, cost + SILENT, at, Move::Chosen { node, ways: bit(way) });
                    }
                    if to.is_empty() {
                        self.add(without(), seen, cost + SILENT, at, Move::Chosen { node, ways: 0 });
                    }
                }
                NodeKind::Split(to, needed) => {
                    let n = tokens.iter().filter(|t| **t == token).count() as u32;
                    if n >= *needed {
                        let mut rest = tokens.clone();
                        for _ in 0..*needed {
                            rest.remove(i);
                        }
                        self.add(with(rest, to), seen, cost + SILENT, at, Move::Chosen { node, ways: u64::MAX });
                    }
                }
                NodeKind::Some(to, joins) => self.some(at, node, to, *joins, tokens, seen, cost),
                NodeKind::Open(scope) => {
                    let starts = &net.scopes[*scope].starts;
                    let moved = with(without(), starts);
                    let moved = if starts.is_empty() { close(net, without(), *scope) } else { moved };
                    self.add(moved, seen, cost + SILENT, at, Move::Chosen { node, ways: u64::MAX });
                }
                NodeKind::End { terminate, error } => {
                    let after = self.end(node, without(), *terminate, error.as_deref());
                    self.add(after, seen, cost + SILENT, at, Move::Chosen { node, ways: u64::MAX });
                }
            }
        }
        self.events(at, tokens, seen, cost);
    }

    fn act(&mut self, at: usize, node: usize, exits: &[(Exit, Option<usize>)], rest: &Tokens, seen: usize, cost: u32) {
        let place = self.net.nodes[node].place;
        let next = self.activities.get(seen).filter(|(places, _)| places.contains(&place));
        let watched = self.watched[place];
        for (exit, (how, to)) in exits.iter().enumerate() {
            let extra = if matches!(how, Exit::Done | Exit::Answer(_)) { 0 } else { UNUSUAL };
            let moved = match to {
                Some(to) => with(rest.clone(), &[*to]),
                None => close(self.net, rest.clone(), self.net.nodes[node].scope),
            };
            if let Some((_, finish)) = next {
                let price = price_of(how, *finish, exits).unwrap_or(extra);
                self.add(moved.clone(), seen + 1, cost + price, at, Move::Seen { node, activity: seen, exit });
            }
            // Somebody may leave a step before the log shows it; who is known to be through did not come to it.
            let skipped = watched && (self.to_the_end || !matches!(how, Exit::Left | Exit::Border(_)));
            let price = if skipped { DEVIATION } else { SILENT };
            self.add(moved, seen, cost + extra + price, at, Move::Unseen { node, exit, skipped });
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn some(&mut self, at: usize, node: usize, to: &[usize], joins: bool, tokens: &Tokens, seen: usize, cost: u32) {
        let token = node as u16;
        let mut rest: Tokens = tokens.iter().copied().filter(|t| *t != token).collect();
        if joins {
            let can_come = |t: &u16| self.net.reached_from.get(&node).is_some_and(|from| from[usize::from(*t)]);
            if rest.iter().any(can_come) {
                return;
            }
        } else {
            let n = tokens.iter().filter(|t| **t == token).count();
            rest = with(rest, &vec![node; n - 1]);
        }
        if to.len() <= MOST_WAYS {
            for set in 1..(1u64 << to.len()) {
                let chosen: Vec<usize> = to.iter().enumerate().filter(|(way, _)| set >> way & 1 == 1).map(|(_, n)| *n).collect();
                self.add(
                    with(rest.clone(), &chosen),
                    seen,
                    cost + SILENT * chosen.len() as u32,
                    at,
                    Move::Chosen { node, ways: set },
                );
            }
        } else {
            for (way, &target) in to.iter().enumerate() {
                self.add(with(rest.clone(), &[target]), seen, cost + SILENT, at, Move::Chosen { node, ways: bit(way) });
            }
            self.add(with(rest.clone(), to), seen, cost + SILENT * to.len() as u32, at, Move::Chosen { node, ways: u64::MAX });
        }
        if to.is_empty() {
            let scope = self.net.nodes[node].scope;
            self.add(close(self.net, rest, scope), seen, cost + SILENT, at, Move::Chosen { node, ways: 0 });
        }
    }

    /// What events may do at any time: stop a process within, or set one off.
    fn events(&mut self, at: usize, tokens: &Tokens, seen: usize, cost: u32) {
        // Nobody goes out of the way for an event that leads to nothing seen: only while there is more to see.
        if seen == self.activities.len() || tokens.is_empty() {
            return;
        }
        let net = self.net;
        let inside =
            |tokens: &Tokens, scope: usize| tokens.iter().any(|t| net.is_within(net.nodes[usize::from(*t)].scope, scope));
        for (scope, parts) in net.scopes.iter().enumerate() {
            if (parts.borders.is_empty() && parts.events.is_empty()) || !inside(tokens, scope) {
                continue;
            }
            let without_scope =
                || tokens.iter().copied().filter(|t| !net.is_within(net.nodes[usize::from(*t)].scope, scope)).collect::<Tokens>();
            for (error, to) in &parts.borders {
                if error.is_none() {
                    self.add(with(without_scope(), &[*to]), seen, cost + UNUSUAL, at, Move::Event);
                }
            }
            for (event, interrupting) in &parts.events {
                if !inside(tokens, *event) {
                    let rest = if *interrupting { without_scope() } else { tokens.clone() };
                    self.add(with(rest, &net.scopes[*event].starts), seen, cost + UNUSUAL, at, Move::Event);
                }
            }
        }
    }

    fn end(&self, node: usize, rest: Tokens, terminate: bool, error: Option<&str>) -> Tokens {
        let net = self.net;
        let scope = net.nodes[node].scope;
        let drop_inside = |tokens: Tokens, scope: usize| -> Tokens {
            tokens.into_iter().filter(|t| !net.is_within(net.nodes[usize::from(*t)].scope, scope)).collect()
        };
        if let Some(error) = error {
            let mut at = Some(scope);
            while let Some(around) = at {
                let caught =
                    net.scopes[around].borders.iter().find(|(name, _)| name.as_ref().is_some_and(|n| n.is_empty() || n == error));
                if let Some((_, to)) = caught {
                    return with(drop_inside(rest, around), &[*to]);
                }
                at = net.scopes[around].parent;
            }
        }
        let rest = if terminate { drop_inside(rest, scope) } else { rest };
        close(net, rest, scope)
    }
}

/// Returns what an exit costs after an activity that ended in such a way; `None` where the way of its ending says nothing of the exit.
///
/// What was left before it began goes on as those do who leave the line, and what was broken off as an event at its border says: if the
/// node knows such exits, for it may also have ended because something around it did.
fn price_of(how: &Exit, finish: Finish, exits: &[(Exit, Option<usize>)]) -> Option<u32> {
    let is_meant = |how: &Exit| match finish {
        Finish::Withdrawn => matches!(how, Exit::Left | Exit::Border(_)),
        Finish::Aborted => matches!(how, Exit::Border(_)),
        Finish::Complete | Finish::Open => false,
    };
    let knows = exits.iter().any(|(how, _)| is_meant(how));
    knows.then(|| if is_meant(how) { 0 } else { AGAINST })
}

/// Goes on behind a scope, if no token is left in it.
fn close(net: &Net, tokens: Tokens, scope: usize) -> Tokens {
    let mut scope = scope;
    loop {
        let is_busy = tokens.iter().any(|t| *t != u16::MAX && net.is_within(net.nodes[usize::from(*t)].scope, scope));
        let parts = &net.scopes[scope];
        match (is_busy, parts.next, parts.parent) {
            (true, ..) | (_, None, None) => return tokens,
            (false, Some(next), _) => return with(tokens, &[next]),
            (false, None, Some(parent)) => scope = parent,
        }
    }
}

fn with(mut tokens: Tokens, more: &[usize]) -> Tokens {
    tokens.extend(more.iter().map(|n| *n as u16));
    tokens.sort_unstable();
    tokens
}

fn bit(way: usize) -> u64 {
    if way < 64 { 1 << way } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::net::net_of;
    use crate::model::figure::Figure;
    use crate::model::flow::{Branch, Element, ElementKind, End};
    use crate::model::scenario::Scenario;
    use crate::model::service::Service;
    use crate::model::step::{Patience, Step};

    fn element(id: &str, kind: ElementKind, next: Option<&str>) -> Element {
        Element { id: id.to_owned(), kind, next: next.map(str::to_owned), ..Element::default() }
    }

    fn step(id: &str, next: &str) -> Element {
        element(id, ElementKind::Step(Box::<Step>::default()), Some(next))
    }

    fn ways(to: &[&str]) -> Vec<Branch> {
        to.iter().map(|to| Branch { to: (*to).to_owned(), ..Branch::default() }).collect()
    }

    /// a, then b or c, back to a by choice, then d and e beside each other, then f.
    fn scenario() -> Scenario {
        let elements = vec![
            element("s", ElementKind::Start, Some("a")),
            step("a", "x"),
            element("x", ElementKind::Exclusive(ways(&["b", "c"])), None),
            step("b", "y"),
            step("c", "y"),
            element("y", ElementKind::Exclusive(ways(&["a", "fork"])), None),
            element("fork", ElementKind::Parallel(vec!["d".to_owned(), "e".to_owned()]), None),
            step("d", "join"),
            step("e", "join"),
            element("join", ElementKind::Parallel(vec!["f".to_owned()]), None),
            step("f", "end"),
            element("end", ElementKind::End(End::default()), None),
        ];
        let service = Service { id: "p".to_owned(), elements, ..Service::default() };
        Scenario { services: vec![service], ..Scenario::default() }
    }

    fn replayed(trace: &str) -> (Replay, Net) {
        let net = net_of(&scenario(), "p").unwrap();
        let place = |name: &str| net.places.iter().position(|p| p.element == name).unwrap();
        let activities: Vec<Seen> = trace.chars().map(|c| (vec![place(&c.to_string())], Finish::Complete)).collect();
        let watched: Vec<bool> = net.places.iter().map(|p| p.element.len() == 1 && "abcdef".contains(&p.element)).collect();
        (replay(&net, &activities, &watched, true), net)
    }

    fn choices(replay: &Replay, net: &Net, id: &str) -> Vec<u64> {
        let is_it = |node: &usize| net.places[net.nodes[*node].place].element == id;
        replay
            .moves
            .iter()
            .filter_map(|m| if let Move::Chosen { node, ways } = m { is_it(node).then_some(*ways) } else { None })
            .collect()
    }

    #[test]
    fn ways_of_gateways_are_told_from_what_was_done() {
        let (found, net) = replayed("abacedf");
        assert!(found.fits(), "{found:?}");
        assert_eq!(choices(&found, &net, "x"), [1, 2]);
        assert_eq!(choices(&found, &net, "y"), [1, 2]);
    }

    #[test]
    fn deviations_are_named_and_as_few_as_can_be() {
        let (skipping, _) = replayed("abdf");
        assert_eq!(skipping.moves.iter().filter(|m| matches!(m, Move::Unseen { skipped: true, .. })).count(), 1);
        let (extra, _) = replayed("abdbef");
        assert_eq!(extra.moves.iter().filter(|m| **m == Move::Extra(3)).count(), 1);
        assert!(!extra.fits() && !skipping.fits());
    }

    #[test]
    fn whoever_left_goes_on_as_those_who_leave_do() {
        let patience = Patience { after: Figure::default(), next: "gone".to_owned() };
        let served = Step { patience: Some(patience), ..Step::default() };
        let elements = vec![
            element("s", ElementKind::Start, Some("a")),
            element("a", ElementKind::Step(Box::new(served)), Some("end")),
            element("gone", ElementKind::Exclusive(ways(&["end", "a"])), None),
            element("end", ElementKind::End(End::default()), None),
        ];
        let service = Service { id: "p".to_owned(), elements, ..Service::default() };
        let net = net_of(&Scenario { services: vec![service], ..Scenario::default() }, "p").unwrap();
        let at = net.places.iter().position(|p| p.element == "a").unwrap();
        let watched: Vec<bool> = (0..net.places.len()).map(|place| place == at).collect();
        let chosen = |finishes: &[Finish]| {
            let activities: Vec<Seen> = finishes.iter().map(|finish| (vec![at], *finish)).collect();
            let replay = replay(&net, &activities, &watched, true);
            assert!(replay.fits(), "{replay:?}");
            choices(&replay, &net, "gone")
        };
        assert_eq!(chosen(&[Finish::Complete]), Vec::<u64>::new());
        assert_eq!(chosen(&[Finish::Withdrawn]), [1]);
        assert_eq!(chosen(&[Finish::Withdrawn, Finish::Withdrawn, Finish::Complete]), [2, 2]);
    }

    #[test]
    fn what_a_case_that_is_over_did_no_more_it_did_not_go_back_to() {
        let (over, net) = replayed("abacd");
        assert!(over.fits_so_far() && !over.fits(), "{over:?}");
        // Once back to a and once on; of the three ways to close the shortest passes over e and f.
        assert_eq!(choices(&over, &net, "y"), [1, 2]);
        let (before, _) = replayed("abac");
        let closing = Replay { moves: before.closing.clone(), ..Replay::default() };
        assert_eq!((choices(&before, &net, "y"), choices(&closing, &net, "y")), (vec![1], vec![2]));
        let (whole, _) = replayed("abacdef");
        assert_eq!(whole.closing, []);
    }

    #[test]
    fn a_case_that_goes_on_fits_so_far_and_decides_nothing_beyond() {
        let (open, net) = replayed("aba");
        assert!(open.fits_so_far() && !open.fits(), "{open:?}");
        assert_eq!((choices(&open, &net, "x"), choices(&open, &net, "y")), (vec![1], vec![1]));
        let (parallel, _) = replayed("abd");
        assert!(parallel.fits_so_far(), "{parallel:?}");
    }
}
