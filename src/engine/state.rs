//! What lives while a run goes on: cases, their tokens, the bodies that they are in. All in slabs, reused when freed.

use crate::base::idx::Idx;
use crate::base::time::SimTime;
use crate::engine::account::{Account, Accounts, Outcome, PathClass, PathTimes};
use crate::engine::program::{BodyRole, Process, Undo};
use crate::engine::random::stream::CaseKey;
use crate::engine::record::{Activity, CaseId};
use std::ops::{Index, IndexMut};

/// "No row": an index that no slab ever gives out.
pub const NONE: u32 = u32::MAX;

/// Rows that come and go; freed rows are reused, the last freed first.
#[derive(Clone, Debug)]
pub struct Slab<T> {
    rows: Vec<T>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab { rows: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Stores a row and returns its index.
    #[inline]
    pub fn insert(&mut self, row: T) -> u32 {
        match self.free.pop() {
            Some(index) => {
                self.rows[index as usize] = row;
                index
            }
            None => {
                self.rows.push(row);
                (self.rows.len() - 1) as u32
            }
        }
    }

    /// Returns the index of a row for new use, as it was left, if one has been given back.
    #[inline]
    pub fn reuse(&mut self) -> Option<u32> {
        self.free.pop()
    }

    /// Gives a row's index back.
    pub fn remove(&mut self, index: u32) {
        self.free.push(index);
    }

    /// Returns the number of rows in use.
    pub fn in_use(&self) -> usize {
        self.rows.len() - self.free.len()
    }

    /// Returns the bytes of all rows ever in use at once.
    pub fn bytes(&self) -> usize {
        size_of_val(self.rows.as_slice())
    }

    /// Returns the number of rows ever in use at once.
    pub fn capacity(&self) -> usize {
        self.rows.len()
    }
}

impl<T> Index<u32> for Slab<T> {
    type Output = T;
    #[inline]
    fn index(&self, index: u32) -> &T {
        &self.rows[index as usize]
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, index: u32) -> &mut T {
        &mut self.rows[index as usize]
    }
}

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// On its way; about to enter its element.
    Moving,
    /// Time passes at a delay or on a journey.
    Delayed,
    /// In line for resources.
    Queued,
    /// At work.
    Working,
    /// At a parallel join.
    AtJoin,
    /// At an inclusive join.
    AtInclusiveJoin,
    /// Waiting for a message.
    AtCatch,
    /// Waiting for the first of several events.
    AtRace,
    /// Gathered with other cases.
    Gathered,
    /// Its case is inside the body that its element entered.
    Inside,
    /// Not a way of the case but an event at the border of the body that `inside` names.
    Watching,
}

/// One way of a case through a body.
///
/// In rows of whole cache lines, what every event looks at in the first: where thousands of cases are in flight, memory that is far
/// away costs more than instructions.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Token {
    /// Its case.
    pub case: u32,
    /// The body that it is in.
    pub scope: u32,
    /// Its element.
    pub element: u32,
    /// Place of its pending event in the queue, or `NONE`.
    pub pending: u32,
    /// The flow by which it came: an element, and which of its ways.
    pub via: (u32, u32),
    /// How far it has moved without time passing since `enabled`.
    pub hops: u32,
    /// How often its case had finished the element before.
    pub visit: u32,
    /// First of its places in lines, or `NONE`.
    pub line: u32,
    /// Member of the first request's group that serves it.
    pub member: u32,
    /// Neighbours in the case's list of tokens.
    pub previous: u32,
    /// Neighbours in the case's list of tokens.
    pub next: u32,
    /// The body that it is inside of, or watches; `NONE` otherwise. For a watcher, `watcher` says which.
    pub inside: u32,
    /// Which watcher of the entering element.
    pub watcher: u32,
    /// Groups that serve it, one for each request.
    pub groups: [u8; MAX_REQUESTS],
    /// Where it stands.
    pub state: TokenState,
    /// When its element was due.
    pub enabled: SimTime,
    /// When work began.
    pub started: SimTime,
    /// Working time: drawn when due.
    pub duration: i64,
    /// Of the time between due and start, the part in which somebody was on shift, but busy. Known when work has begun.
    pub waited_busy: i64,
    /// Elapsed time of its way, by class, until `enabled`.
    pub path: PathTimes,
}

/// How many pools one piece of work may need at once.
pub const MAX_REQUESTS: usize = 6;

/// One citizen's way through a service or life event. Laid out as [`Token`] is.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Case {
    /// Key of all its draws.
    pub key: CaseKey,
    /// The accounts that are not 0, or have been, as bits; the others need no look.
    pub touched: u64,
    /// Which.
    pub id: CaseId,
    /// When it arrived.
    pub arrival: SimTime,
    /// First of its tokens.
    pub tokens: u32,
    /// Number of its ways; watchers do not count.
    pub live: u32,
    /// Number of its tokens that will move by themselves: with a pending event, in line, or gathered.
    pub active: u32,
    /// What those of its outermost bodies have come to that have ended.
    pub outcome: Outcome,
    /// Whether an inclusive join holds tokens.
    pub waits_inclusive: bool,
    /// Whether it is still there.
    pub alive: bool,
    /// What it has added up.
    pub accounts: Accounts,
    /// Where the citizen is; `NONE` at home.
    pub place: u32,
    /// Businesses of the citizen at the place that go on.
    pub present: u32,
    /// When the citizen's last business at the place ended.
    pub left: SimTime,
    /// When the journey to `heading` is over.
    pub arriving: SimTime,
    /// The place that the citizen was last on the way to.
    pub heading: u32,
    /// Last application, decision and payment.
    pub applied: SimTime,
    /// Last decision.
    pub decided: SimTime,
    /// Last payment.
    pub paid: SimTime,
}

// What every event looks at is one line.
const _: () = assert!(std::mem::offset_of!(Case, accounts) == 64 && std::mem::offset_of!(Token, enabled) == 64);

/// A body that a case is in. Laid out as [`Token`] is.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Scope {
    /// The case.
    pub case: u32,
    /// The token in the body around it, or `NONE` for the outermost.
    pub owner: u32,
    /// The body around it, or `NONE`.
    pub parent: u32,
    /// How deep it lies; the outermost is 0.
    pub depth: u32,
    /// Number of ways in it.
    pub live: u32,
    /// What it has come to so far.
    pub outcome: Outcome,
    /// What it is to the body around it; [`BodyRole::Own`] for one that undoes.
    pub role: BodyRole,
    /// What was completed in it and has not been undone, the oldest first; only in bodies of their own.
    pub done: Vec<Completed>,
    /// The service that it is, if it is one.
    pub service: Option<ServiceState>,
}

/// An activity that was completed and can be undone.
#[derive(Clone, Debug)]
pub struct Completed {
    /// How it is undone.
    pub undo: Idx<Undo>,
    /// What was completed inside it.
    pub inside: Vec<Completed>,
}

/// One thing that undoing has still to do.
#[derive(Clone, Debug)]
pub enum Undoing {
    /// Undo an activity.
    Activity(Completed),
    /// Enter a body that undoes, in which these have been completed.
    Enter(Idx<Process>, Vec<Completed>),
}

/// Where a service of a case stands.
#[derive(Clone, Copy, Debug)]
pub struct ServiceState {
    /// The service.
    pub service: u32,
    /// When it began.
    pub begun: SimTime,
    /// When the application was received; `NEVER` if not yet.
    pub applied: SimTime,
    /// When it was decided; `NEVER` if not yet.
    pub decided: SimTime,
    /// When money was paid; `NEVER` if not yet.
    pub paid: SimTime,
    /// The deadline that held at the decision.
    pub decided_by: SimTime,
    /// How many suspensions go on.
    pub suspensions: u32,
    /// Since when.
    pub suspended_since: SimTime,
    /// Milliseconds for which the term stood still, extensions included.
    pub extra: i64,
    /// Working days for which the term stood still, extensions included.
    pub extra_days: u32,
    /// Whether it is being provided on the state's offer.
    pub proactive: bool,
}

impl Scope {
    /// Makes the row of a body that a case has just entered.
    pub fn opened(case: u32, owner: u32, parent: u32, depth: u32, role: BodyRole, service: Option<ServiceState>) -> Scope {
        Scope { case, owner, parent, depth, live: 0, outcome: Outcome::Completed, role, done: Vec::new(), service }
    }

    /// Turns the row of a body that has been left into that of one that has just been entered.
    pub fn renew(&mut self, case: u32, owner: u32, parent: u32, depth: u32, role: BodyRole, service: Option<ServiceState>) {
        (self.case, self.owner, self.parent, self.depth) = (case, owner, parent, depth);
        (self.live, self.outcome, self.role, self.service) = (0, Outcome::Completed, role, service);
        self.done.clear();
    }
}

impl Token {
    /// Makes a token that is about to enter an element.
    pub fn moving(case: u32, scope: u32, element: u32, now: SimTime, path: PathTimes) -> Token {
        Token {
            case,
            scope,
            element,
            state: TokenState::Moving,
            via: (NONE, 0),
            pending: NONE,
            enabled: now,
            started: now,
            duration: 0,
            waited_busy: 0,
            visit: 0,
            line: NONE,
            groups: [0; MAX_REQUESTS],
            member: 0,
            inside: NONE,
            watcher: 0,
            previous: NONE,
            next: NONE,
            path,
            hops: 0,
        }
    }

    /// Returns what is reported of its element when nobody has worked there, to be filled in where somebody has.
    #[inline(always)]
    pub fn activity(&self, case: CaseId, ended: SimTime, channel: Option<u32>) -> Activity {
        Activity {
            case,
            element: Idx::new(self.element as usize),
            visit: self.visit,
            enabled: self.enabled,
            started: self.enabled,
            ended,
            worked: 0,
            waited_busy: 0,
            waited_off_hours: 0,
            citizen: 0,
            staff: 0,
            served_by: None,
            channel,
            finished: true,
        }
    }

    /// Adds elapsed time to its way.
    #[inline]
    pub fn elapse(&mut self, class: PathClass, ms: i64) {
        self.path[class as usize] += ms;
    }
}

impl Case {
    /// Makes the row of a case that has just arrived.
    pub fn arriving(id: CaseId, key: CaseKey, now: SimTime) -> Case {
        let mut case = Case {
            id,
            key,
            arrival: now,
            accounts: [0; Account::COUNT],
            touched: 0,
            tokens: NONE,
            live: 0,
            active: 0,
            place: NONE,
            left: SimTime::ZERO,
            present: 0,
            heading: NONE,
            arriving: SimTime::ZERO,
            outcome: Outcome::Completed,
            waits_inclusive: false,
            alive: true,
            applied: SimTime::NEVER,
            decided: SimTime::NEVER,
            paid: SimTime::NEVER,
        };
        case.renew(id, key, now);
        case
    }

    /// Turns the row of a case that has left into that of one that has just arrived. Only accounts that were used are cleared.
    pub fn renew(&mut self, id: CaseId, key: CaseKey, now: SimTime) {
        let mut used = std::mem::take(&mut self.touched);
        while used != 0 {
            self.accounts[used.trailing_zeros() as usize] = 0;
            used &= used - 1;
        }
        (self.id, self.key, self.arrival) = (id, key, now);
        (self.tokens, self.live, self.active) = (NONE, 0, 0);
        (self.place, self.left, self.present) = (NONE, SimTime::ZERO, 0);
        (self.heading, self.arriving) = (NONE, SimTime::ZERO);
        (self.outcome, self.waits_inclusive, self.alive) = (Outcome::Completed, false, true);
        (self.applied, self.decided, self.paid) = (SimTime::NEVER, SimTime::NEVER, SimTime::NEVER);
    }

    /// Adds to an account.
    #[inline]
    pub fn count(&mut self, account: Account, amount: i64) {
        self.accounts[account as usize] += amount;
        self.touched |= 1 << account as u32;
    }

    /// Adds waiting to the account of its class.
    #[inline]
    pub fn wait(&mut self, class: PathClass, ms: i64) {
        if let Some(account) = class.waiting_account() {
            self.count(account, ms);
        }
    }
}
