//! The loop: next event, dispatch, record.

use crate::base::idx::Idx;
use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, SimTime};
use crate::engine::account::{Account, Outcome, PathClass, PathTimes};
use crate::engine::arrivals::ArrivalState;
use crate::engine::calendar::Calendar;
use crate::engine::clock::Clocks;
use crate::engine::crowd::Crowd;
use crate::engine::element::fork::Fork;
use crate::engine::element::plain::Plain;
use crate::engine::program::{Element, Program, Source};
use crate::engine::queue::EventQueue;
use crate::engine::random::stream::{Purpose, SourceKey, StreamId};
use crate::engine::record::{
    CaseEnd, CaseId, Departure, Fault, FaultKind, HOURS_OF_WEEK, Observer, PoolStatistics, RunSummary, SourceStatistics, Stop,
};
use crate::engine::resource_pool::{Area, HourSums, PoolState, Stretch, Waiting, open_by_hour};
use crate::engine::state::{Case, MAX_REQUESTS, NONE, Scope, Slab, Token, TokenState, Undoing};
use std::collections::{BTreeMap, VecDeque};

/// How to run a program once.
#[derive(Clone, Copy, Debug)]
pub struct RunPlan {
    /// Seed of all replications.
    pub seed: u64,
    /// Which replication, from 0.
    pub replication: u32,
    /// Cases that arrive from the first instant until before the second are measured; resources are measured meanwhile.
    pub window: (SimTime, SimTime),
    /// When the run ends even if measured cases are still there.
    pub hard_end: SimTime,
    /// The run stops when more cases than this are in flight.
    pub max_in_flight: usize,
}

/// Runs a program once.
///
/// Cases arrive from `program.begin` on, also after the window, so that the last measured cases meet the usual crowd; the
/// run ends when all measured cases have left, or at `hard_end`. The result is a function of program and plan alone:
/// no clock, no other thread, no global state.
pub fn run<O: Observer>(program: &Program, plan: &RunPlan, observer: &mut O, cancel: &CancelToken) -> RunSummary {
    let plain = Plain::of_program(program);
    let mut run = Run::new(program, plan, &plain, observer);
    let stop = run.go(cancel);
    run.finish(stop)
}

/// Runs a program once as [`run`] does, and to the same records, without the straight path for plain work: for tests that
/// compare the two, and for measuring what the path brings.
pub fn run_without_short_cuts<O: Observer>(
    program: &Program,
    plan: &RunPlan,
    observer: &mut O,
    cancel: &CancelToken,
) -> RunSummary {
    let plain = Plain::none(program);
    let mut run = Run::new(program, plan, &plain, observer);
    let stop = run.go(cancel);
    run.finish(stop)
}

/// Ranks of events at the same instant: smaller happens first.
pub(crate) mod rank {
    /// Full hours, window edges.
    pub const TICK: u8 = 0;
    /// Random outages begin and end.
    pub const OUTAGE: u8 = 1;
    /// Work ends: members are released.
    pub const END_OF_WORK: u8 = 2;
    /// Delays, patience, border events.
    pub const TIMER: u8 = 3;
    /// A pool is looked at again.
    pub const WAKE: u8 = 4;
    /// Cases arrive.
    pub const ARRIVAL: u8 = 5;
}

/// How many moves without time passing make a loop endless.
pub(crate) const MAX_HOPS: u32 = 10_000;
/// How many ways one case may have.
const MAX_WAYS: u32 = 1_024;
/// A run ends when so many cases of a source have split into more ways than they may have, and these are most that have left.
const RUNAWAYS: u64 = 20;
/// How deep bodies may enter each other.
pub(crate) const MAX_DEPTH: u32 = 64;
/// How many events pass between two looks at the cancel flag.
const CANCEL_EVERY: u64 = 4_096;

/// A source in a run.
struct SourceState {
    arrivals: ArrivalState,
    key: SourceKey,
    /// Stream of the times between arrivals.
    stream: StreamId,
    in_flight: i64,
    in_flight_area: Area,
    in_flight_read: i64,
    /// Cases that have left, and those among them that split into more ways than they may have.
    left: u64,
    runaways: u64,
    statistics: SourceStatistics,
}

/// A run under way.
pub(crate) struct Run<'p, O> {
    pub(crate) program: &'p Program,
    pub(crate) plan: &'p RunPlan,
    pub(crate) observer: &'p mut O,
    pub(crate) now: SimTime,
    pub(crate) queue: EventQueue,
    pub(crate) tokens: Slab<Token>,
    pub(crate) cases: Slab<Case>,
    pub(crate) scopes: Slab<Scope>,
    pub(crate) places: Slab<Waiting>,
    pub(crate) pools: Vec<PoolState>,
    /// By hour of the week and, within it, by pool, so that what is read at one instant lies side by side.
    hours: Vec<HourSums>,
    pub(crate) clocks: Clocks,
    /// By element: what makes it plain work, if it is.
    pub(crate) plain: &'p [Plain<'p>],
    /// By element: its ways, if it is a simple gateway.
    pub(crate) forks: Vec<Fork>,
    /// Cases gathered at each gathering point.
    pub(crate) gathered: Vec<Vec<u32>>,
    /// Tokens about to enter their elements.
    pub(crate) moving: VecDeque<u32>,
    /// Cases that something happened to, to be looked at when everything has settled.
    touched: Vec<u32>,
    pub(crate) slots: Vec<f64>,
    /// How often each case has finished each element that counts it.
    pub(crate) visits: Vec<u32>,
    sources: Vec<SourceState>,
    /// When areas were read last.
    areas_read: SimTime,
    measured_open: u64,
    events: u64,
    max_in_flight: usize,
    crowd: Crowd,
    faults: BTreeMap<(FaultKind, Idx<Element>), (u64, SimTime)>,
    /// Whether cases of some source do nothing but split into ever more ways.
    is_runaway: bool,
    /// What tokens have still to undo, the first last, by token.
    pub(crate) undoing: BTreeMap<u32, Vec<Undoing>>,
    /// Longest common shifts, by element and groups, as far as they were asked for.
    pub(crate) longest_sittings: BTreeMap<(u32, [u8; MAX_REQUESTS]), i64>,
}

impl<'p, O: Observer> Run<'p, O> {
    fn new(program: &'p Program, plan: &'p RunPlan, plain: &'p [Plain<'p>], observer: &'p mut O) -> Self {
        let source = |source: &Source| SourceState {
            arrivals: ArrivalState::new(&source.arrivals, program.begin),
            key: SourceKey::new(plan.seed, plan.replication, source.stream.0),
            stream: source.stream.purpose(Purpose::Arrival),
            in_flight: 0,
            left: 0,
            runaways: 0,
            in_flight_area: Area::default(),
            in_flight_read: 0,
            statistics: SourceStatistics::default(),
        };
        Run {
            program,
            plan,
            observer,
            now: SimTime::ZERO,
            queue: EventQueue::until(plan.hard_end),
            tokens: Slab::default(),
            cases: Slab::default(),
            scopes: Slab::default(),
            places: Slab::default(),
            pools: program.pools.iter().map(|pool| PoolState::new(program, pool)).collect(),
            hours: vec![[0; 3]; HOURS_OF_WEEK * program.pools.len()],
            clocks: Clocks::new(program),
            plain,
            forks: Fork::of_program(program),
            gathered: vec![Vec::new(); program.gathers.len()],
            moving: VecDeque::new(),
            touched: Vec::new(),
            slots: Vec::new(),
            visits: Vec::new(),
            sources: program.sources.iter().map(source).collect(),
            areas_read: SimTime::ZERO,
            measured_open: 0,
            events: 0,
            max_in_flight: 0,
            crowd: Crowd::new(),
            faults: BTreeMap::new(),
            is_runaway: false,
            undoing: BTreeMap::new(),
            longest_sittings: BTreeMap::new(),
        }
    }

    fn go(&mut self, cancel: &CancelToken) -> Stop {
        self.schedule(SimTime::ZERO, rank::TICK, 0);
        for edge in [self.plan.window.0, self.plan.window.1] {
            self.schedule(edge, rank::TICK, 1);
        }
        for pool in self.program.pools.indices() {
            self.plan_outage(pool.get() as u32);
        }
        for source in self.program.sources.indices() {
            self.plan_arrival(source);
        }
        loop {
            let Some(event) = self.queue.pop() else {
                return if self.measured_open == 0 { Stop::Complete } else { Stop::TimeOver };
            };
            if event.time > self.plan.window.1 && self.measured_open == 0 {
                return Stop::Complete;
            }
            if event.time > self.plan.hard_end {
                return Stop::TimeOver;
            }
            self.now = event.time;
            match event.rank {
                rank::END_OF_WORK => {
                    self.events += 1;
                    let token = &mut self.tokens[event.slot];
                    token.pending = NONE;
                    let plain: &'p Plain<'p> = &self.plain[token.element as usize];
                    if plain.pool != NONE {
                        self.finish_plain(event.slot, plain);
                    } else {
                        self.wake_token(event.slot);
                    }
                }
                rank::TIMER => {
                    self.events += 1;
                    self.tokens[event.slot].pending = NONE;
                    self.wake_token(event.slot);
                }
                rank::ARRIVAL => {
                    self.events += 1;
                    self.arrive(Idx::new(event.slot as usize));
                    let in_flight = self.cases.in_use();
                    if in_flight > self.plan.max_in_flight {
                        return Stop::TooManyCases;
                    }
                    if self.crowd.calls_for_look(in_flight)
                        && let Some(stop) = self.crowd.look(in_flight, self.bytes_in_flight(), cancel)
                    {
                        return stop;
                    }
                }
                rank::WAKE => {
                    let pool = &mut self.pools[event.slot as usize];
                    pool.wake = NONE;
                    pool.wake_at = SimTime::NEVER;
                    self.dispatch(event.slot);
                }
                rank::OUTAGE => self.outage(event.slot),
                _ => self.tick(event.slot == 0),
            }
            self.settle();
            if self.is_runaway {
                return Stop::Runaway;
            }
            if self.events.is_multiple_of(CANCEL_EVERY) && cancel.is_cancelled() {
                return Stop::Cancelled;
            }
        }
    }

    /// Returns the bytes that cases in flight take, with all that belongs to them.
    fn bytes_in_flight(&self) -> usize {
        self.cases.bytes()
            + self.tokens.bytes()
            + self.scopes.bytes()
            + self.places.bytes()
            + size_of_val(self.slots.as_slice())
            + size_of_val(self.visits.as_slice())
    }

    /// Plans an event unless it lies beyond the end of the run, and returns its place in the queue. Ticks after the end are not
    /// needed.
    #[inline]
    pub(crate) fn schedule(&mut self, at: SimTime, rank: u8, slot: u32) -> u32 {
        if at > self.plan.hard_end { NONE } else { self.queue.push(at, rank, slot) }
    }

    /// Plans a token's next event. A token whose event lies beyond the end of the run still counts as active.
    #[inline]
    pub(crate) fn schedule_token(&mut self, token: u32, at: SimTime, rank: u8) {
        let place = self.schedule(at, rank, token);
        self.tokens[token].pending = place;
    }

    /// Gives up a token's pending event, if it has one.
    #[inline]
    pub(crate) fn forget_event(&mut self, token: u32) {
        let place = std::mem::replace(&mut self.tokens[token].pending, NONE);
        if place != NONE {
            self.queue.cancel(place);
        }
    }

    fn tick(&mut self, hourly: bool) {
        self.read_areas();
        if !hourly {
            return;
        }
        if self.now.ms() % MS_PER_DAY == 0 {
            for pool in 0..self.pools.len() as u32 {
                self.draw_absences(pool);
            }
        }
        self.schedule(SimTime(self.now.ms() + MS_PER_HOUR), rank::TICK, 0);
    }

    /// Reads what has been added up over time since the last reading, which lies in the same hour and on the same side of the
    /// window's edges.
    fn read_areas(&mut self) {
        let (from, to, window) = (self.areas_read, self.now, self.plan.window);
        if to <= from {
            return;
        }
        self.areas_read = to;
        let stretch = Stretch { from, to, in_window: from >= window.0 && to <= window.1 };
        for source in &mut self.sources {
            let area = source.in_flight_area.read(source.in_flight, to.ms(), &mut source.in_flight_read);
            if stretch.in_window {
                source.statistics.in_flight_area += area;
            }
        }
        let first = stretch.hour_of_week(self.program) * self.pools.len();
        let states = self.pools.iter_mut().zip(&mut self.hours[first..]);
        for ((state, hour), pool) in states.zip(self.program.pools.iter()) {
            state.read(self.program, pool, &mut self.clocks, stretch, hour);
        }
    }

    fn plan_arrival(&mut self, source: Idx<Source>) {
        let definition = &self.program.sources[source];
        let state = &mut self.sources[source.get()];
        let (key, stream) = (state.key, state.stream);
        let draw = |n: u64| key.case(n).draw(stream, 0);
        if let Some(at) = state.arrivals.next(&definition.arrivals, self.program.durations.as_slice(), draw) {
            self.schedule(at, rank::ARRIVAL, source.get() as u32);
        }
    }

    fn arrive(&mut self, source: Idx<Source>) {
        let definition = &self.program.sources[source];
        let in_window = self.plan.window.0 <= self.now && self.now < self.plan.window.1;
        let measured = in_window && definition.measured;
        let state = &mut self.sources[source.get()];
        let number = state.arrivals.count - 1;
        let key = state.key.case(number);
        state.in_flight += 1;
        state.in_flight_area.change(1, self.now.ms());
        state.statistics.arrived_in_all += 1;
        state.statistics.arrived += u64::from(in_window);
        self.measured_open += u64::from(measured);
        let id = CaseId { source, number, segment: self.draw_segment(key), measured };
        let case = match self.cases.reuse() {
            Some(case) => {
                self.cases[case].renew(id, key, self.now);
                case
            }
            None => self.cases.insert(Case::arriving(id, key, self.now)),
        };
        self.max_in_flight = self.max_in_flight.max(self.cases.in_use());
        self.clear_slots(case);
        self.draw_slots(case, &self.program.initial_draws);
        self.open_scope(case, NONE, definition.process, definition.service, &[0; PathClass::COUNT]);
        self.plan_arrival(source);
    }

    /// Makes a token of a case and lets it enter its element when its turn comes.
    pub(crate) fn spawn(&mut self, case: u32, scope: u32, element: Idx<Element>, via: (u32, u32), path: &PathTimes) -> u32 {
        let mut token = Token::moving(case, scope, element.get() as u32, self.now, *path);
        token.via = via;
        let head = self.cases[case].tokens;
        token.next = head;
        let index = self.tokens.insert(token);
        if head != NONE {
            self.tokens[head].previous = index;
        }
        let owner = &mut self.cases[case];
        owner.tokens = index;
        owner.live += 1;
        self.scopes[scope].live += 1;
        self.moving.push_back(index);
        index
    }

    /// Takes a token out of its case's list. Its counts are the caller's business.
    pub(crate) fn unlink(&mut self, token: u32) {
        let (case, previous, next) = (self.tokens[token].case, self.tokens[token].previous, self.tokens[token].next);
        match previous {
            NONE => self.cases[case].tokens = next,
            before => self.tokens[before].next = next,
        }
        if next != NONE {
            self.tokens[next].previous = previous;
        }
        let state = &mut self.tokens[token];
        // Whoever still holds the index can see that the token has gone.
        state.scope = NONE;
        state.state = TokenState::Moving;
        self.forget_event(token);
        if !self.undoing.is_empty() {
            self.undoing.remove(&token);
        }
        self.tokens.remove(token);
    }

    /// Lets all moving tokens go on until none can, then looks at joins and deadlocks.
    pub(crate) fn settle(&mut self) {
        loop {
            while let Some(token) = self.moving.pop_front() {
                let case = self.tokens[token].case;
                self.enter(token);
                self.touch(case);
            }
            let Some(case) = self.touched.pop() else { return };
            if self.cases[case].alive {
                self.look_at(case);
            }
        }
    }

    /// Asks to look at a case when everything has settled, if there can be anything to see: a case in which something goes on
    /// by itself and no join waits for others needs no look. To be called after whatever happened to the case.
    #[inline]
    pub(crate) fn touch(&mut self, case: u32) {
        let state = &self.cases[case];
        if state.alive && (state.active == 0 || state.waits_inclusive) && self.touched.last() != Some(&case) {
            self.touched.push(case);
        }
    }

    fn look_at(&mut self, case: u32) {
        if self.cases[case].waits_inclusive && self.try_inclusive_joins(case, false) {
            return;
        }
        let state = &self.cases[case];
        if state.active > 0 || state.live == 0 {
            return;
        }
        if state.waits_inclusive && self.try_inclusive_joins(case, true) {
            return;
        }
        let first = self
            .tokens_of(case)
            .find(|&t| self.tokens[t].state != TokenState::Inside && self.tokens[t].state != TokenState::Watching);
        let at = first.map_or(0, |t| self.tokens[t].element);
        self.give_up(case, FaultKind::Deadlock, Idx::new(at as usize));
    }

    /// Walks over a case's tokens, the youngest first.
    pub(crate) fn tokens_of(&self, case: u32) -> impl Iterator<Item = u32> + '_ {
        let known = |t: u32| (t != NONE).then_some(t);
        std::iter::successors(known(self.cases[case].tokens), move |&t| known(self.tokens[t].next))
    }

    /// Tells whether a case has as many ways as it may have.
    pub(crate) fn has_too_many_ways(&self, case: u32) -> bool {
        self.cases[case].live >= MAX_WAYS
    }

    /// Notes something wrong in the model.
    pub(crate) fn fault(&mut self, kind: FaultKind, element: Idx<Element>) {
        let entry = self.faults.entry((kind, element)).or_insert((0, self.now));
        entry.0 += 1;
    }

    /// Ends a case that cannot go on: never a completion.
    pub(crate) fn give_up(&mut self, case: u32, kind: FaultKind, element: Idx<Element>) {
        self.fault(kind, element);
        if kind == FaultKind::TooManyWays {
            let source = &mut self.sources[self.cases[case].id.source.get()];
            source.runaways += 1;
            self.is_runaway |= source.runaways >= RUNAWAYS && 2 * source.runaways > source.left;
        }
        self.cases[case].count(Account::Stuck, 1);
        let path = self.path_until_now(case);
        self.clear_case(case);
        self.leave(case, Departure::Stuck(element), Outcome::Completed, &path);
    }

    /// A case leaves.
    pub(crate) fn leave(&mut self, case: u32, departure: Departure, outcome: Outcome, path: &PathTimes) {
        let state = &self.cases[case];
        let known = |t: SimTime| (t != SimTime::NEVER).then_some(t);
        let end = CaseEnd {
            case: state.id,
            arrival: state.arrival,
            ended: self.now,
            departure,
            outcome,
            accounts: &state.accounts,
            touched: state.touched,
            path,
            applied: known(state.applied),
            decided: known(state.decided),
            paid: known(state.paid),
        };
        self.observer.case_ended(&end);
        let id = state.id;
        let source = &mut self.sources[id.source.get()];
        source.left += 1;
        source.in_flight -= 1;
        source.in_flight_area.change(-1, self.now.ms());
        if id.measured {
            self.measured_open -= 1;
        }
        let (arrival, window) = (self.cases[case].arrival, self.plan.window);
        if window.0 <= arrival && arrival < window.1 {
            let statistics = &mut source.statistics;
            match departure {
                Departure::Complete => statistics.completed += 1,
                Departure::Stuck(_) => statistics.stuck += 1,
                Departure::Unfinished => statistics.unfinished += 1,
            }
        }
        self.cases[case].alive = false;
        self.cases.remove(case);
    }

    /// Returns the elapsed time of a case until now, divided by the way of one of its tokens that is not inside another body.
    fn path_until_now(&mut self, case: u32) -> PathTimes {
        let first = self.tokens_of(case).find(|&t| !matches!(self.tokens[t].state, TokenState::Inside | TokenState::Watching));
        first.map_or([0; PathClass::COUNT], |token| self.path_to_now(token))
    }

    fn finish(mut self, stop: Stop) -> RunSummary {
        self.read_areas();
        let mut unfinished_at = BTreeMap::new();
        let mut left: Vec<u32> = (0..self.cases.capacity() as u32).filter(|&case| self.cases[case].alive).collect();
        // In order of arrival, not of the rows that they happen to stand in, which others' coming and going decides.
        left.sort_unstable_by_key(|&case| (self.cases[case].arrival, self.cases[case].id.source, self.cases[case].id.number));
        for case in left {
            if self.cases[case].id.measured {
                let standing = |t: &u32| !matches!(self.tokens[*t].state, TokenState::Inside | TokenState::Watching);
                if let Some(token) = self.tokens_of(case).find(standing) {
                    *unfinished_at.entry(Idx::new(self.tokens[token].element as usize)).or_insert(0) += 1;
                }
            }
            let path = self.path_until_now(case);
            self.leave(case, Departure::Unfinished, Outcome::Completed, &path);
        }
        let faults =
            self.faults.iter().map(|(&(kind, element), &(cases, first_at))| Fault { kind, element, cases, first_at }).collect();
        RunSummary {
            pools: self.pool_statistics(),
            sources: self.sources.into_iter().map(|source| source.statistics).collect(),
            faults,
            stop,
            ended: self.now,
            events: self.events,
            max_in_flight: self.max_in_flight,
            unfinished_at: unfinished_at.into_iter().collect(),
        }
    }

    /// Returns what is reported of all pools. The rostered time of pools without absences follows from their hours alone.
    fn pool_statistics(&mut self) -> Vec<PoolStatistics> {
        let window = (self.plan.window.0, self.plan.window.1.min(self.now));
        let n = self.pools.len();
        let mut by_hour = vec![Box::new([[0; 3]; HOURS_OF_WEEK]); n];
        for (hour, of_pools) in self.hours.chunks_exact(n.max(1)).enumerate() {
            by_hour.iter_mut().zip(of_pools).for_each(|(of_pool, sums)| of_pool[hour] = *sums);
        }
        let mut known: BTreeMap<Option<Idx<Calendar>>, Box<[i64; HOURS_OF_WEEK]>> = BTreeMap::new();
        for group in self.program.pools.iter().flat_map(|pool| &pool.groups) {
            known.entry(group.hours).or_insert_with(|| open_by_hour(self.program, group.hours, window));
        }
        let states = std::mem::take(&mut self.pools).into_iter().zip(by_hour);
        states
            .zip(self.program.pools.iter())
            .map(|((state, by_hour), pool)| {
                let groups = pool.groups.iter().filter(|_| pool.absence <= 0.0);
                let rosters: Vec<_> = groups.filter_map(|group| Some((group.count, &**known.get(&group.hours)?))).collect();
                state.statistics(by_hour, &rosters)
            })
            .collect()
    }

    /// Returns the definition of an element.
    pub(crate) fn element(&self, token: u32) -> &'p Element {
        &self.program.elements[Idx::new(self.tokens[token].element as usize)]
    }

    /// Returns the index of a token's element.
    pub(crate) fn element_idx(&self, token: u32) -> Idx<Element> {
        Idx::new(self.tokens[token].element as usize)
    }
}
