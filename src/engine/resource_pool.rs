//! Pools: who waits, who is free, who is served next. A pool knows lines and members, not cases.
//!
//! The rule of service is causal: whenever a member becomes free, comes on shift, or somebody joins the line, those who wait
//! are looked at in the order of the pool's discipline, and the first who can be served now is served now. Nobody is bound
//! to a member whose shift has yet to begin, and no future arrival is looked at. Work that needs several pools takes
//! all members at one instant or none; while it waits it keeps nobody behind it from being served.

use crate::base::idx::Idx;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, SimDuration, SimTime};
use crate::engine::calendar::Calendar;
use crate::engine::program::{Discipline, Group, Program, ResourcePool};
use crate::engine::record::{HOURS_OF_WEEK, PoolStatistics};
use crate::engine::state::{NO_EVENT, NONE, Slab};
use std::collections::BTreeMap;

/// A token's place in one line.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// The token.
    pub token: u32,
    /// The pool.
    pub pool: u32,
    /// Order in the line: smaller first.
    key: (i64, u64),
    /// Neighbours in a FIFO line.
    previous: u32,
    next: u32,
    /// The token's next place in another line.
    pub sibling: u32,
}

/// A line. FIFO lines are linked lists, others ordered maps; both let anybody leave from anywhere.
#[derive(Clone, Debug)]
enum Line {
    Fifo { head: u32, tail: u32 },
    Ordered(BTreeMap<(i64, u64), u32>),
}

/// Members of a group.
#[derive(Clone, Debug, Default)]
struct GroupState {
    held: u32,
    absent: u32,
    returned: Vec<u32>,
    next_member: u32,
}

/// A pool in a run.
#[derive(Clone, Debug)]
pub struct PoolState {
    groups: Vec<GroupState>,
    line: Line,
    /// Number waiting.
    pub waiting: u32,
    joined: u64,
    /// When the pool will be looked at again; `NEVER` if nothing is planned.
    pub wake_at: SimTime,
    /// Number of that event.
    pub wake: u64,
    /// Whether a random outage closes it.
    pub down: bool,
    /// Number of outages so far.
    pub outages: u32,
    flushed: SimTime,
    day_area: i64,
    /// What is reported at the end.
    pub statistics: PoolStatistics,
}

impl PoolState {
    /// Begins with nobody waiting and everybody free.
    pub fn new(pool: &ResourcePool) -> Self {
        let line = match pool.discipline {
            Discipline::Fifo => Line::Fifo { head: NONE, tail: NONE },
            Discipline::Priority | Discipline::EarliestDeadline => Line::Ordered(BTreeMap::new()),
        };
        PoolState {
            groups: vec![GroupState::default(); pool.groups.len()],
            line,
            waiting: 0,
            joined: 0,
            wake_at: SimTime::NEVER,
            wake: NO_EVENT,
            down: false,
            outages: 0,
            flushed: SimTime::ZERO,
            day_area: 0,
            statistics: PoolStatistics {
                rostered: 0,
                busy: 0,
                overtime: 0,
                queue_area: 0,
                max_queue: 0,
                starts: 0,
                waited: 0,
                starts_at_once: 0,
                by_hour: Box::new([[0; 3]; HOURS_OF_WEEK]),
                queue_by_day: Vec::new(),
                outage: 0,
            },
        }
    }

    /// Joins the line. `rank` orders lines that are not FIFO: smaller goes first. Returns the place, to be linked with `sibling`.
    pub fn join(&mut self, places: &mut Slab<Waiting>, pool: u32, token: u32, rank: i64, sibling: u32) -> u32 {
        let key = (rank, self.joined);
        self.joined += 1;
        self.waiting += 1;
        let place = places.insert(Waiting { token, pool, key, previous: NONE, next: NONE, sibling });
        match &mut self.line {
            Line::Fifo { head, tail } => {
                places[place].previous = *tail;
                match *tail {
                    NONE => *head = place,
                    last => places[last].next = place,
                }
                *tail = place;
            }
            Line::Ordered(order) => {
                order.insert(key, place);
            }
        }
        place
    }

    /// Leaves the line.
    pub fn leave(&mut self, places: &mut Slab<Waiting>, place: u32) {
        let Waiting { key, previous, next, .. } = places[place];
        self.waiting -= 1;
        match &mut self.line {
            Line::Fifo { head, tail } => {
                match previous {
                    NONE => *head = next,
                    before => places[before].next = next,
                }
                match next {
                    NONE => *tail = previous,
                    after => places[after].previous = previous,
                }
            }
            Line::Ordered(order) => {
                order.remove(&key);
            }
        }
        places.remove(place);
    }

    /// Returns the first place in line, or `NONE`.
    pub fn first(&self) -> u32 {
        match &self.line {
            Line::Fifo { head, .. } => *head,
            Line::Ordered(order) => order.values().next().copied().unwrap_or(NONE),
        }
    }

    /// Returns the place after another, or `NONE`.
    pub fn after(&self, places: &Slab<Waiting>, place: u32) -> u32 {
        match &self.line {
            Line::Fifo { .. } => places[place].next,
            Line::Ordered(order) => {
                let key = places[place].key;
                order.range((std::ops::Bound::Excluded(key), std::ops::Bound::Unbounded)).next().map_or(NONE, |(_, &p)| p)
            }
        }
    }

    /// Returns the number of members of a group who are neither at work nor absent.
    pub fn free(&self, group: usize, definition: &Group) -> u32 {
        let state = &self.groups[group];
        definition.count.saturating_sub(state.held + state.absent)
    }

    /// Takes members of a group and returns one member's number.
    pub fn take(&mut self, group: usize, count: u32) -> u32 {
        let state = &mut self.groups[group];
        state.held += count;
        state.returned.pop().unwrap_or_else(|| {
            state.next_member += 1;
            state.next_member - 1
        })
    }

    /// Gives members of a group back; `member` is the number of the one that was named when they were taken.
    pub fn give_back(&mut self, group: usize, count: u32, member: Option<u32>) {
        let state = &mut self.groups[group];
        state.held -= count;
        state.returned.extend(member);
    }

    /// Makes a member's number free for naming again, although the member stays held.
    pub fn unname(&mut self, group: usize, member: u32) {
        self.groups[group].returned.push(member);
    }

    /// Sets how many members of a group are absent today.
    pub fn set_absent(&mut self, group: usize, absent: u32) {
        self.groups[group].absent = absent;
    }

    /// Brings all areas up to `to`. Must be called before anything changes, at every full hour, and at the window's edges.
    pub fn flush(&mut self, program: &Program, pool: &ResourcePool, to: SimTime, window: (SimTime, SimTime)) {
        let from = self.flushed;
        let length = to.since(from).ms();
        if length <= 0 {
            return;
        }
        self.flushed = to;
        let queue = i64::from(self.waiting) * length;
        self.day_area += queue;
        if to.ms() % MS_PER_DAY == 0 {
            self.statistics.queue_by_day.push((self.day_area as f64 / MS_PER_DAY as f64) as f32);
            self.day_area = 0;
        }
        if from < window.0 || to > window.1 {
            return;
        }
        let (mut rostered, mut busy) = (0, 0);
        for (state, group) in self.groups.iter().zip(&pool.groups) {
            let open = match group.hours {
                None => length,
                Some(hours) => program.calendars[hours].worked_between(from, to).ms(),
            };
            rostered += i64::from(group.count.saturating_sub(state.absent)) * open;
            busy += i64::from(state.held) * open;
        }
        let statistics = &mut self.statistics;
        if self.down {
            statistics.outage += length;
        }
        statistics.rostered += rostered;
        statistics.busy += busy;
        statistics.queue_area += queue;
        statistics.max_queue = statistics.max_queue.max(self.waiting);
        let hour = (from.ms() / MS_PER_HOUR + program.first_weekday * 24) as usize % HOURS_OF_WEEK;
        for (sum, part) in statistics.by_hour[hour].iter_mut().zip([rostered, busy, queue]) {
            *sum += part;
        }
    }
}

/// Hours of several groups at once: open when all are.
#[derive(Clone, Copy, Debug)]
pub struct SharedHours<'p> {
    calendars: [Option<&'p Calendar>; crate::engine::state::MAX_REQUESTS],
}

impl<'p> SharedHours<'p> {
    /// Collects the hours; `None` is around the clock.
    pub fn new(program: &'p Program, hours: impl Iterator<Item = Option<Idx<Calendar>>>) -> Self {
        let mut calendars = [None; crate::engine::state::MAX_REQUESTS];
        for (slot, calendar) in calendars.iter_mut().zip(hours) {
            *slot = calendar.map(|c| &program.calendars[c]);
        }
        SharedHours { calendars }
    }

    fn single(&self) -> Option<Option<&'p Calendar>> {
        let mut given = self.calendars.iter().flatten();
        match (given.next(), given.next()) {
            (None, _) => Some(None),
            (Some(one), None) => Some(Some(one)),
            _ => None,
        }
    }

    /// Returns when `work` begun at `start` has been done.
    pub fn add(&self, start: SimTime, work: SimDuration) -> SimTime {
        match self.single() {
            Some(None) => start + work,
            Some(Some(calendar)) => calendar.add(start, work),
            None => {
                let (mut at, mut left) = (self.next_open(start), work.ms());
                loop {
                    if at >= SimTime::NEVER {
                        return SimTime::NEVER;
                    }
                    let close = self.close_after(at);
                    let length = close.since(at).ms();
                    if left <= length {
                        return SimTime(at.ms() + left);
                    }
                    left -= length;
                    at = self.next_open(close);
                }
            }
        }
    }

    /// Returns the working time between two instants.
    pub fn worked_between(&self, from: SimTime, to: SimTime) -> i64 {
        match self.single() {
            Some(None) => to.since(from).ms(),
            Some(Some(calendar)) => calendar.worked_between(from, to).ms(),
            None => {
                let (mut at, mut sum) = (self.next_open(from), 0);
                while at < to {
                    let close = self.close_after(at).min(to);
                    sum += close.since(at).ms();
                    at = self.next_open(close);
                }
                sum
            }
        }
    }

    /// Returns how long it stays open from `at` on, if it is open then.
    pub fn open_for(&self, at: SimTime) -> i64 {
        self.close_after(at).since(at).ms()
    }

    /// Returns the longest open stretch if at most one calendar has a say; around the clock there is no end to it.
    pub fn longest_of_one(&self) -> Option<i64> {
        self.single().map(|calendar| match calendar {
            Some(hours) if !hours.is_always() => hours.longest_interval().ms(),
            _ => i64::MAX,
        })
    }

    /// Returns the longest stretch in which all are open. Walks over all of them.
    pub fn longest_together(&self) -> i64 {
        let (mut at, mut longest) = (self.next_open(SimTime::ZERO), 0);
        while at < SimTime::NEVER {
            let close = self.close_after(at);
            longest = longest.max(close.since(at).ms());
            at = self.next_open(close);
        }
        longest
    }

    /// Returns the first instant from `at` on at which all are open; `NEVER` if there is none.
    pub fn next_open(&self, mut at: SimTime) -> SimTime {
        loop {
            let later = self.calendars.iter().flatten().map(|c| c.next_open(at)).max().unwrap_or(at).max(at);
            if later == at || later >= SimTime::NEVER {
                return later;
            }
            at = later;
        }
    }

    fn close_after(&self, at: SimTime) -> SimTime {
        self.calendars.iter().flatten().map(|c| c.close_after(at)).min().unwrap_or(SimTime::NEVER)
    }
}
