//! Pools: who waits, who is free, who is served next. A pool knows lines and members, not cases.
//!
//! The rule of service is causal: whenever a member becomes free, comes on shift, or somebody joins the line, those who wait
//! are looked at in the order of the pool's discipline, and the first who can be served now is served now. Nobody is bound
//! to a member whose shift has yet to begin, and no future arrival is looked at. Work that needs several pools takes
//! all members at one instant or none; while it waits it keeps nobody behind it from being served.

use crate::base::idx::Idx;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, SimDuration, SimTime};
use crate::engine::calendar::Calendar;
use crate::engine::clock::{ClockId, Clocks};
use crate::engine::program::{Discipline, Group, Program, ResourcePool};
use crate::engine::record::{HOURS_OF_WEEK, PoolStatistics};
use crate::engine::state::{NONE, Slab};
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

impl Waiting {
    /// Makes a place that is not in line yet.
    pub fn new(token: u32, pool: u32, sibling: u32) -> Self {
        Waiting { token, pool, key: (0, 0), previous: NONE, next: NONE, sibling }
    }
}

/// A line. FIFO lines are linked lists, others ordered maps; both let anybody leave from anywhere.
#[derive(Clone, Debug)]
enum Line {
    Fifo { head: u32, tail: u32 },
    Ordered(BTreeMap<(i64, u64), u32>),
}

/// Members of a group.
#[derive(Clone, Debug)]
struct GroupState {
    count: u32,
    held: u32,
    absent: u32,
    clock: ClockId,
    held_area: Area,
    /// Open time of the group's hours until the last reading.
    open_read: i64,
    returned: Vec<u32>,
    next_member: u32,
}

/// The area under a count over time, without a look at the clock in between: the area until `t` is the count times `t` less
/// the instants of all changes, each as often as the count rose there (and more where it fell).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Area {
    changes: i64,
    read: i64,
}

impl Area {
    /// The count changes by `by` at `at`.
    #[inline]
    pub(crate) fn change(&mut self, by: i64, at: i64) {
        self.changes -= by * at;
    }

    /// Returns the area since the last reading; `count` is the count at `at`.
    pub(crate) fn read(&mut self, count: i64, at: i64) -> i64 {
        let area = count * at + self.changes;
        area - std::mem::replace(&mut self.read, area)
    }
}

/// A pool in a run. Laid out as a case is ([`crate::engine::state`]): what every turn of work looks at stands in front.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct PoolState {
    /// The first group, which is all that most pools have.
    first: GroupState,
    /// Number waiting.
    pub waiting: u32,
    /// The clock of the union of its groups' hours.
    pub(crate) clock: ClockId,
    line: Line,
    /// When the line changed last.
    changed: SimTime,
    waiting_area: Area,
    joined: u64,
    /// When the pool will be looked at again; `NEVER` if nothing is planned.
    pub wake_at: SimTime,
    /// Place of that event in the queue.
    pub wake: u32,
    /// Number of outages so far.
    pub outages: u32,
    /// Whether a random outage closes it.
    pub down: bool,
    /// Whether there is one group only.
    pub is_single: bool,
    /// What is reported at the end.
    pub statistics: PoolStatistics,
    /// The other groups.
    others: Vec<GroupState>,
    down_area: Area,
    day_area: i64,
}

/// A stretch between two readings of a pool's areas.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// When the last reading was.
    pub from: SimTime,
    /// Now.
    pub to: SimTime,
    /// Whether the stretch lies in the measured window.
    pub in_window: bool,
}

impl PoolState {
    /// Begins with nobody waiting and everybody free.
    pub fn new(program: &Program, pool: &ResourcePool) -> Self {
        let line = match pool.discipline {
            Discipline::Fifo => Line::Fifo { head: NONE, tail: NONE },
            Discipline::Priority | Discipline::EarliestDeadline => Line::Ordered(BTreeMap::new()),
        };
        let group = |group: &Group| GroupState {
            count: group.count,
            held: 0,
            absent: 0,
            clock: Clocks::of(program, group.hours),
            held_area: Area::default(),
            open_read: 0,
            returned: Vec::new(),
            next_member: 0,
        };
        PoolState {
            first: pool.groups.first().map_or_else(|| group(&Group { count: 0, hours: None }), group),
            others: pool.groups.iter().skip(1).map(group).collect(),
            line,
            waiting: 0,
            changed: SimTime::ZERO,
            waiting_area: Area::default(),
            down: false,
            down_area: Area::default(),
            is_single: pool.groups.len() == 1,
            clock: Clocks::of(program, pool.hours),
            joined: 0,
            wake_at: SimTime::NEVER,
            wake: NONE,
            outages: 0,
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

    #[inline]
    fn group(&self, group: usize) -> &GroupState {
        if group == 0 { &self.first } else { &self.others[group - 1] }
    }

    #[inline]
    fn group_mut(&mut self, group: usize) -> &mut GroupState {
        if group == 0 { &mut self.first } else { &mut self.others[group - 1] }
    }

    /// Notes that the line is about to change by `by`. A length counts as a length of the line if time passed meanwhile.
    #[inline]
    fn change_line(&mut self, by: i32, now: SimTime, window: (SimTime, SimTime)) {
        self.note_longest(now, window);
        self.changed = now;
        self.waiting_area.change(i64::from(by), now.ms());
        self.waiting = self.waiting.wrapping_add_signed(by);
    }

    /// An outage begins or ends.
    pub fn set_down(&mut self, down: bool, now: SimTime) {
        self.down_area.change(i64::from(down) - i64::from(self.down), now.ms());
        self.down = down;
    }

    #[inline]
    fn note_longest(&mut self, now: SimTime, window: (SimTime, SimTime)) {
        if now > self.changed && self.waiting > self.statistics.max_queue && window.0 < now && now <= window.1 {
            self.statistics.max_queue = self.waiting;
        }
    }

    /// Joins the line. `rank` orders lines that are not FIFO: smaller goes first. Returns the place, to be linked with `sibling`.
    #[inline(always)]
    pub fn join(
        &mut self,
        places: &mut Slab<Waiting>,
        waiting: Waiting,
        rank: i64,
        now: SimTime,
        window: (SimTime, SimTime),
    ) -> u32 {
        let key = (rank, self.joined);
        self.joined += 1;
        self.change_line(1, now, window);
        let place = places.insert(Waiting { key, ..waiting });
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
    #[inline(always)]
    pub fn leave(&mut self, places: &mut Slab<Waiting>, place: u32, now: SimTime, window: (SimTime, SimTime)) {
        let Waiting { key, previous, next, .. } = places[place];
        self.change_line(-1, now, window);
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
    #[inline]
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
    #[inline]
    pub fn free(&self, group: usize) -> u32 {
        let state = self.group(group);
        state.count.saturating_sub(state.held + state.absent)
    }

    /// Tells whether, if a member of the only group were given back now, this one alone would be free: then taking one again
    /// for the next in line would take the same one, and leave everything as it is.
    #[inline]
    pub(crate) fn goes_from_hand_to_hand(&self) -> bool {
        let state = &self.first;
        !self.down && state.count == state.held + state.absent
    }

    /// Returns the clock of a group's hours.
    #[inline]
    pub(crate) fn group_clock(&self, group: usize) -> ClockId {
        self.group(group).clock
    }

    /// Takes members of a group and returns one member's number. `worked` is the open time of the group's hours until now.
    #[inline]
    pub fn take(&mut self, group: usize, count: u32, worked: i64) -> u32 {
        let state = self.group_mut(group);
        state.held += count;
        state.held_area.change(i64::from(count), worked);
        state.returned.pop().unwrap_or_else(|| {
            state.next_member += 1;
            state.next_member - 1
        })
    }

    /// Gives members of a group back; `member` is the number of the one that was named when they were taken.
    #[inline]
    pub fn give_back(&mut self, group: usize, count: u32, member: Option<u32>, worked: i64) {
        let state = self.group_mut(group);
        state.held -= count;
        state.held_area.change(-i64::from(count), worked);
        state.returned.extend(member);
    }

    /// Makes a member's number free for naming again, although the member stays held.
    pub fn unname(&mut self, group: usize, member: u32) {
        self.group_mut(group).returned.push(member);
    }

    /// Sets how many members of a group are absent today.
    pub fn set_absent(&mut self, group: usize, absent: u32) {
        self.group_mut(group).absent = absent;
    }

    /// Reads all areas: at every full hour, at the window's edges, and at the end of the run.
    ///
    /// Rostered time is read here only where absences change it from day to day; see [`PoolState::add_roster`] for the others.
    pub(crate) fn read(&mut self, program: &Program, pool: &ResourcePool, clocks: &mut Clocks, stretch: Stretch) {
        let Stretch { from, to, in_window } = stretch;
        if in_window && to > self.changed {
            self.statistics.max_queue = self.statistics.max_queue.max(self.waiting);
        }
        let queue = self.waiting_area.read(i64::from(self.waiting), to.ms());
        self.day_area += queue;
        if to.ms() % MS_PER_DAY == 0 {
            self.statistics.queue_by_day.push((self.day_area as f64 / MS_PER_DAY as f64) as f32);
            self.day_area = 0;
        }
        let (mut rostered, mut busy) = (0, 0);
        for state in std::iter::once(&mut self.first).chain(&mut self.others) {
            let worked = clocks.at(program, state.clock, to).worked(to);
            busy += state.held_area.read(i64::from(state.held), worked);
            let open = worked - std::mem::replace(&mut state.open_read, worked);
            rostered += i64::from(state.count.saturating_sub(state.absent)) * open;
        }
        let outage = self.down_area.read(i64::from(self.down), to.ms());
        if !in_window {
            return;
        }
        let statistics = &mut self.statistics;
        statistics.outage += outage;
        statistics.busy += busy;
        statistics.queue_area += queue;
        let hour = &mut statistics.by_hour[hour_of_week(program, from)];
        hour[1] += busy;
        hour[2] += queue;
        if pool.absence > 0.0 {
            statistics.rostered += rostered;
            hour[0] += rostered;
        }
    }

    /// Adds the rostered time of a group without absences, by hour of the week.
    pub(crate) fn add_roster(&mut self, count: u32, open: &[i64; HOURS_OF_WEEK]) {
        for (hour, open) in self.statistics.by_hour.iter_mut().zip(open) {
            hour[0] += i64::from(count) * open;
            self.statistics.rostered += i64::from(count) * open;
        }
    }
}

/// Returns the hour of the week, Monday midnight first, in which an instant lies.
fn hour_of_week(program: &Program, at: SimTime) -> usize {
    (at.ms() / MS_PER_HOUR + program.first_weekday * 24) as usize % HOURS_OF_WEEK
}

/// Returns the open milliseconds of some hours between two instants, by hour of the week.
pub(crate) fn open_by_hour(
    program: &Program,
    hours: Option<Idx<Calendar>>,
    window: (SimTime, SimTime),
) -> Box<[i64; HOURS_OF_WEEK]> {
    let mut open = Box::new([0; HOURS_OF_WEEK]);
    let mut add = |from: SimTime, to: SimTime| {
        let (mut at, end) = (from.max(window.0), to.min(window.1));
        while at < end {
            let next = SimTime((at.ms() / MS_PER_HOUR + 1) * MS_PER_HOUR).min(end);
            open[hour_of_week(program, at)] += next.since(at).ms();
            at = next;
        }
    };
    match hours {
        None => add(window.0, window.1),
        Some(hours) => program.calendars[hours].intervals().for_each(|(from, to)| add(from, to)),
    }
    open
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
