//! Pools: who waits, who is free, who is served next. A pool knows lines and members, not cases.
//!
//! The rule of service is causal: whenever a member becomes free, comes on shift, or somebody joins the line, those who wait
//! are looked at in the order of the pool's discipline, and the first who can be served now is served now. Nobody is bound
//! to a member whose shift has yet to begin, and no future arrival is looked at. Work that needs several pools takes
//! all members at one instant or none; while it waits it keeps nobody behind it from being served.

use crate::base::idx::Idx;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, SimTime};
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
    Ordered(Box<Ordered>),
}

/// A line that is not FIFO.
#[derive(Clone, Debug, Default)]
struct Ordered {
    /// How many have joined, so that among equals who came first goes first.
    joined: u64,
    places: BTreeMap<(i64, u64), u32>,
}

/// Members of a group.
#[derive(Clone, Debug)]
struct GroupState {
    count: u32,
    held: u32,
    absent: u32,
    clock: ClockId,
    held_area: Area,
    returned: Vec<u32>,
    next_member: u32,
}

/// The area under a count over time, without a look at the clock in between: the area until `t` is the count times `t` less
/// the instants of all changes, each as often as the count rose there (and more where it fell). What has been read is
/// remembered apart, as nothing looks at it in between.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Area {
    changes: i64,
}

impl Area {
    /// The count changes by `by` at `at`.
    #[inline]
    pub(crate) fn change(&mut self, by: i64, at: i64) {
        self.changes -= by * at;
    }

    /// Returns the area since the last reading, which left what it read in `read`; `count` is the count at `at`.
    pub(crate) fn read(&self, count: i64, at: i64, read: &mut i64) -> i64 {
        let area = count * at + self.changes;
        area - std::mem::replace(read, area)
    }
}

/// A pool in a run. Laid out as a case is ([`crate::engine::state`]): every turn of work looks at two lines of memory, that of who
/// serves and that of who waits.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct PoolState {
    /// The first group, which is all that most pools have.
    first: GroupState,
    /// Number waiting.
    pub waiting: u32,
    /// Whether a random outage closes it.
    pub down: bool,
    /// Whether there is one group only.
    pub is_single: bool,
    line: Line,
    /// When the line changed last.
    changed: SimTime,
    waiting_area: Area,
    /// Largest number waiting in the window.
    max_queue: u32,
    /// The clock of the union of its groups' hours.
    pub(crate) clock: ClockId,
    /// Work begun in the window, what it had waited, and how much of it had not.
    starts: u64,
    waited: i64,
    starts_at_once: u64,
    /// When the pool will be looked at again; `NEVER` if nothing is planned.
    pub wake_at: SimTime,
    /// Place of that event in the queue.
    pub wake: u32,
    /// Number of outages so far.
    pub outages: u32,
    down_area: Area,
    /// What the last reading of areas came to: waiting, outages, and of the first group.
    waiting_read: i64,
    down_read: i64,
    first_read: GroupReading,
    /// The other groups, each with its last reading.
    others: Vec<(GroupState, GroupReading)>,
    /// Sums over the window of what is read from time to time, and of overtime.
    rostered: i64,
    busy: i64,
    queue: i64,
    outage: i64,
    /// Member-milliseconds at work off shift in the window.
    pub overtime: i64,
    day_area: i64,
    queue_by_day: Vec<f32>,
}

// What every turn of work looks at is two lines.
const _: () = assert!(std::mem::offset_of!(PoolState, line) == 64 && std::mem::offset_of!(PoolState, wake_at) == 128);

/// What the last reading of a group came to.
#[derive(Clone, Copy, Debug, Default)]
struct GroupReading {
    /// Area of members held.
    held: i64,
    /// Open time of its hours.
    open: i64,
}

impl GroupReading {
    /// Reads a group: returns the member-milliseconds rostered and busy since the last time. `worked` is the open time of its hours.
    fn read(&mut self, state: &GroupState, worked: i64) -> (i64, i64) {
        let busy = state.held_area.read(i64::from(state.held), worked, &mut self.held);
        let open = worked - std::mem::replace(&mut self.open, worked);
        (i64::from(state.count.saturating_sub(state.absent)) * open, busy)
    }
}

/// Rostered, busy and waiting time of a pool in one hour of the week, as in [`PoolStatistics::by_hour`].
pub type HourSums = [i64; 3];

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

impl Stretch {
    /// Returns the hour of the week in which it lies, Monday midnight first.
    pub fn hour_of_week(self, program: &Program) -> usize {
        hour_of_week(program, self.from)
    }
}

impl PoolState {
    /// Begins with nobody waiting and everybody free.
    pub fn new(program: &Program, pool: &ResourcePool) -> Self {
        let line = match pool.discipline {
            Discipline::Fifo => Line::Fifo { head: NONE, tail: NONE },
            Discipline::Priority | Discipline::EarliestDeadline => Line::Ordered(Box::default()),
        };
        let group = |group: &Group| GroupState {
            count: group.count,
            held: 0,
            absent: 0,
            clock: Clocks::of(program, group.hours),
            held_area: Area::default(),
            returned: Vec::new(),
            next_member: 0,
        };
        PoolState {
            first: pool.groups.first().map_or_else(|| group(&Group { count: 0, hours: None }), group),
            others: pool.groups.iter().skip(1).map(|other| (group(other), GroupReading::default())).collect(),
            waiting: 0,
            down: false,
            is_single: pool.groups.len() == 1,
            line,
            changed: SimTime::ZERO,
            waiting_area: Area::default(),
            max_queue: 0,
            clock: Clocks::of(program, pool.hours),
            starts: 0,
            waited: 0,
            starts_at_once: 0,
            wake_at: SimTime::NEVER,
            wake: NONE,
            outages: 0,
            down_area: Area::default(),
            waiting_read: 0,
            down_read: 0,
            first_read: GroupReading::default(),
            rostered: 0,
            busy: 0,
            queue: 0,
            outage: 0,
            overtime: 0,
            day_area: 0,
            queue_by_day: Vec::new(),
        }
    }

    #[inline]
    fn group(&self, group: usize) -> &GroupState {
        if group == 0 { &self.first } else { &self.others[group - 1].0 }
    }

    #[inline]
    fn group_mut(&mut self, group: usize) -> &mut GroupState {
        if group == 0 { &mut self.first } else { &mut self.others[group - 1].0 }
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
        if now > self.changed && self.waiting > self.max_queue && window.0 < now && now <= window.1 {
            self.max_queue = self.waiting;
        }
    }

    /// Notes that work begins in the window which was due `waited` milliseconds ago.
    #[inline(always)]
    pub fn note_start(&mut self, waited: i64) {
        self.starts += 1;
        self.waited += waited;
        self.starts_at_once += u64::from(waited == 0);
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
        self.change_line(1, now, window);
        let place = places.insert(waiting);
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
                let key = (rank, order.joined);
                order.joined += 1;
                places[place].key = key;
                order.places.insert(key, place);
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
                order.places.remove(&key);
            }
        }
        places.remove(place);
    }

    /// Returns the first place in line, or `NONE`.
    #[inline]
    pub fn first(&self) -> u32 {
        match &self.line {
            Line::Fifo { head, .. } => *head,
            Line::Ordered(order) => order.places.values().next().copied().unwrap_or(NONE),
        }
    }

    /// Returns the place after another, or `NONE`.
    pub fn after(&self, places: &Slab<Waiting>, place: u32) -> u32 {
        match &self.line {
            Line::Fifo { .. } => places[place].next,
            Line::Ordered(order) => {
                let key = places[place].key;
                order.places.range((std::ops::Bound::Excluded(key), std::ops::Bound::Unbounded)).next().map_or(NONE, |(_, &p)| p)
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

    /// Reads all areas: at every full hour, at the window's edges, and at the end of the run. `hour` is the pool's row of the hour of
    /// the week in which the stretch lies.
    ///
    /// Rostered time is read here only where absences change it from day to day; see [`PoolState::statistics`] for the others.
    pub(crate) fn read(
        &mut self,
        program: &Program,
        pool: &ResourcePool,
        clocks: &mut Clocks,
        stretch: Stretch,
        hour: &mut HourSums,
    ) {
        let Stretch { to, in_window, .. } = stretch;
        if in_window && to > self.changed {
            self.max_queue = self.max_queue.max(self.waiting);
        }
        let queue = self.waiting_area.read(i64::from(self.waiting), to.ms(), &mut self.waiting_read);
        self.day_area += queue;
        if to.ms() % MS_PER_DAY == 0 {
            self.queue_by_day.push((self.day_area as f64 / MS_PER_DAY as f64) as f32);
            self.day_area = 0;
        }
        let mut worked = |state: &GroupState| clocks.at(program, state.clock, to).worked(to);
        let (mut rostered, mut busy) = self.first_read.read(&self.first, worked(&self.first));
        for (state, reading) in &mut self.others {
            let (more_rostered, more_busy) = reading.read(state, worked(state));
            rostered += more_rostered;
            busy += more_busy;
        }
        let outage = self.down_area.read(i64::from(self.down), to.ms(), &mut self.down_read);
        if !in_window {
            return;
        }
        self.outage += outage;
        self.busy += busy;
        self.queue += queue;
        hour[1] += busy;
        hour[2] += queue;
        if pool.absence > 0.0 {
            self.rostered += rostered;
            hour[0] += rostered;
        }
    }

    /// Returns what is reported at the end. `by_hour` is what has been read, by hour of the week; `rosters` is open time by hour of
    /// the week of each group without absences, with the number of its members.
    pub(crate) fn statistics(
        self,
        mut by_hour: Box<[HourSums; HOURS_OF_WEEK]>,
        rosters: &[(u32, &[i64; HOURS_OF_WEEK])],
    ) -> PoolStatistics {
        let mut rostered = self.rostered;
        for &(count, open) in rosters {
            for (hour, open) in by_hour.iter_mut().zip(open) {
                hour[0] += i64::from(count) * open;
                rostered += i64::from(count) * open;
            }
        }
        PoolStatistics {
            rostered,
            busy: self.busy,
            overtime: self.overtime,
            queue_area: self.queue,
            max_queue: self.max_queue,
            starts: self.starts,
            waited: self.waited,
            starts_at_once: self.starts_at_once,
            by_hour,
            queue_by_day: self.queue_by_day,
            outage: self.outage,
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
