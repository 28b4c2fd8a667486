//! Plain work: one member of a pool with one group and one line, first come first served, pausing out of hours.
//!
//! Most work of most studies is of this kind, and here every turn of it is one straight piece of code. It does what
//! [`crate::engine::element`]'s general work does, in the same order, with everything left out that plain work cannot need: several pools or
//! groups to choose from, patience, places, work in one sitting. A test runs whole nets both ways and compares every record.

use crate::base::idx::Idx;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::account::{Account, PathClass, whole_money};
use crate::engine::calendar::Row;
use crate::engine::clock::ClockId;
use crate::engine::program::{Discipline, Element, Kind, Performer, Program, Sitting};
use crate::engine::random::sampler::Sampler;
use crate::engine::random::stream::StreamId;
use crate::engine::record::{Activity, FaultKind, Observer};
use crate::engine::resource_pool::Waiting;
use crate::engine::run::{Run, rank};
use crate::engine::state::{NONE, TokenState};

/// What there is to know of an element that is plain work, in one place.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Plain<'p> {
    /// The pool, or [`NONE`] where the element is no plain work.
    pub pool: u32,
    /// The clock of the group's hours, which are the pool's.
    clock: ClockId,
    /// How long, where all segments take as long; else looked up by `duration`.
    sampler: Option<&'p Sampler>,
    duration: u32,
    /// What follows, or [`NONE`] where finishing it does more than move on.
    next: u32,
    visit_slot: u32,
    stream: StreamId,
    /// Of staff; others cost nothing.
    cost_per_hour: f64,
    performer: Performer,
    /// Whose working time it is.
    time_account: Option<Account>,
    busy_class: PathClass,
    off_class: PathClass,
    work_class: PathClass,
    citizen_in_line: bool,
    citizen_at_work: bool,
    reported: bool,
    may_have_channel: bool,
}

impl<'p> Plain<'p> {
    /// Looks through a program for plain work.
    pub fn of_program(program: &'p Program) -> Vec<Plain<'p>> {
        let may_have_channel = program.services.iter().any(|service| service.channel.is_some());
        program.elements.iter().map(|element| Plain { may_have_channel, ..Plain::of(program, element) }).collect()
    }

    /// Takes no element for plain work.
    pub fn none(program: &'p Program) -> Vec<Plain<'p>> {
        program.elements.iter().map(Plain::not).collect()
    }

    fn not(element: &Element) -> Plain<'p> {
        Plain {
            pool: NONE,
            clock: 0,
            sampler: None,
            duration: 0,
            next: NONE,
            visit_slot: NONE,
            stream: element.stream,
            cost_per_hour: 0.0,
            performer: Performer::Staff,
            time_account: None,
            busy_class: PathClass::StaffBusy,
            off_class: PathClass::OffHours,
            work_class: PathClass::Work,
            citizen_in_line: false,
            citizen_at_work: false,
            reported: element.reported,
            may_have_channel: true,
        }
    }

    fn of(program: &'p Program, element: &Element) -> Plain<'p> {
        let mut plain = Plain::not(element);
        let Kind::Work(work) = &element.kind else { return plain };
        let [request] = work.requests.as_slice() else { return plain };
        let pool = &program.pools[request.pool];
        let [group] = pool.groups.as_slice() else { return plain };
        let is_plain = request.count == 1
            && request.groups & 1 != 0
            && group.count > 0
            && group.hours == pool.hours
            && pool.discipline == Discipline::Fifo
            && work.sitting == Sitting::Pauses
            && work.place.is_none()
            && work.patience.is_none();
        if !is_plain {
            return plain;
        }
        plain.pool = request.pool.get() as u32;
        plain.clock = crate::engine::clock::Clocks::of(program, group.hours);
        plain.duration = work.duration.get() as u32;
        if let [sampler] = program.durations[work.duration].as_slice() {
            plain.sampler = Some(sampler);
        }
        if element.effects.is_empty() && element.visit_slot.is_none() {
            plain.next = element.next.map_or(NONE, |next| next.get() as u32);
        }
        plain.visit_slot = element.visit_slot.unwrap_or(NONE);
        plain.performer = work.performer;
        plain.time_account = match work.performer {
            Performer::Citizen => None,
            Performer::Machine => Some(Account::MachineTime),
            Performer::Staff => Some(Account::StaffTime),
        };
        if work.performer == Performer::Staff {
            plain.cost_per_hour = pool.cost_per_hour;
        }
        plain.busy_class = work.busy_class;
        plain.off_class = work.off_class();
        plain.work_class = if work.performer == Performer::Machine { PathClass::Machine } else { PathClass::Work };
        plain.citizen_in_line = work.citizen_in_line;
        plain.citizen_at_work = work.citizen_at_work;
        plain
    }
}

impl<'p, O: Observer> Run<'p, O> {
    /// Plain work is due: it begins at once where a member is free and nobody waits, or joins the line.
    #[inline]
    pub(crate) fn enter_plain(&mut self, token: u32, plain: &'p Plain<'p>) {
        let now = self.now;
        let state = &mut self.tokens[token];
        let case_at = state.case;
        let case = &mut self.cases[case_at];
        case.active += 1;
        let visit = match plain.visit_slot {
            NONE => 0,
            slot => self.visits[case_at as usize * self.program.n_visits + slot as usize],
        };
        state.visit = visit;
        state.waited_busy = 0;
        let sampler = plain.sampler.or_else(|| {
            let samplers = self.program.durations.as_slice().get(plain.duration as usize)?;
            Program::by_segment(samplers, case.id.segment as usize)
        });
        state.duration = sampler.map_or(0, |sampler| sampler.sample_ms(case.key.draw(plain.stream, visit)));
        let pool = &mut self.pools[plain.pool as usize];
        let shift = self.clocks.at(self.program, plain.clock, now);
        let is_free = pool.free(0) > 0 && !pool.down;
        if is_free && pool.waiting == 0 && shift.is_open(now) {
            self.begin_plain(token, plain, 0, shift);
            return;
        }
        state.state = TokenState::Queued;
        let waiting = Waiting::new(token, plain.pool, NONE);
        state.line = pool.join(&mut self.places, waiting, 0, now, self.plan.window);
        if shift.start >= SimTime::NEVER.ms() {
            let element = self.element_idx(token);
            self.fault(FaultKind::NeverServed, element);
        }
        if is_free {
            // Others in line may need a second pool, and be passed over; or nobody is on shift, and somebody must be waited for.
            self.dispatch(plain.pool);
        }
    }

    /// Takes a member and begins to work; `waited` milliseconds have passed since the work was due.
    #[inline(always)]
    fn begin_plain(&mut self, token: u32, plain: &'p Plain<'p>, waited: i64, shift: Row) {
        let member = self.pools[plain.pool as usize].take(0, 1, shift.worked(self.now));
        self.work_plain(token, plain, member, waited, shift);
    }

    /// Begins to work with a member who has been taken.
    #[inline(always)]
    fn work_plain(&mut self, token: u32, plain: &'p Plain<'p>, member: u32, waited: i64, shift: Row) {
        let (now, window) = (self.now, self.plan.window);
        if window.0 <= now && now < window.1 {
            self.pools[plain.pool as usize].note_start(waited);
        }
        let state = &mut self.tokens[token];
        state.groups[0] = 0;
        state.member = member;
        state.state = TokenState::Working;
        state.started = now;
        let hours = self.program.calendars.as_slice().get(plain.clock as usize);
        let end = shift.add(hours, now, SimDuration(state.duration));
        state.pending = if end > self.plan.hard_end { NONE } else { self.queue.push(end, rank::END_OF_WORK, token) };
    }

    /// A member is free and on shift for a token in line.
    #[inline]
    pub(crate) fn serve_plain(&mut self, token: u32, plain: &'p Plain<'p>) {
        let waited = self.leave_line_plain(token, plain);
        let shift = self.clocks.at(self.program, plain.clock, self.now);
        self.begin_plain(token, plain, waited, shift);
    }

    /// Leaves the line, and returns how long it has stood there, which is added to its way and its case.
    #[inline(always)]
    fn leave_line_plain(&mut self, token: u32, plain: &'p Plain<'p>) -> i64 {
        let now = self.now;
        let state = &mut self.tokens[token];
        let place = std::mem::replace(&mut state.line, NONE);
        self.pools[plain.pool as usize].leave(&mut self.places, place, now, self.plan.window);
        let enabled = state.enabled;
        let waited = now.since(enabled).ms();
        if waited > 0 {
            let shift = self.clocks.at(self.program, plain.clock, now);
            let busy = match self.program.calendars.as_slice().get(plain.clock as usize) {
                Some(hours) if enabled.ms() < shift.start => hours.worked_between(enabled, now).ms(),
                _ => waited,
            };
            let case = &mut self.cases[state.case];
            state.waited_busy = busy;
            state.elapse(plain.busy_class, busy);
            case.count(Account::Waiting, waited);
            case.wait(plain.busy_class, busy);
            if plain.citizen_in_line {
                case.count(Account::CitizenQueue, busy);
            }
            if waited > busy {
                state.elapse(plain.off_class, waited - busy);
                case.wait(plain.off_class, waited - busy);
            }
        }
        waited
    }

    /// A member has finished: whoever is first in line is served by the same member at once, or the member is free.
    #[inline(always)]
    fn release_plain(&mut self, member: u32, plain: &'p Plain<'p>, shift: Row) {
        let now = self.now;
        let pool = &mut self.pools[plain.pool as usize];
        if pool.waiting > 0 && pool.goes_from_hand_to_hand() && shift.is_open(now) {
            let token = self.places[pool.first()].token;
            let next: &'p Plain<'p> = &self.plain[self.tokens[token].element as usize];
            if next.pool != NONE {
                let waited = self.leave_line_plain(token, next);
                self.work_plain(token, next, member, waited, shift);
                return;
            }
        }
        let pool = &mut self.pools[plain.pool as usize];
        pool.give_back(0, 1, Some(member), shift.worked(now));
        self.dispatch(plain.pool);
    }

    /// Plain work has been done: the member is released, whoever waits is served, and the token goes on.
    #[inline]
    pub(crate) fn finish_plain(&mut self, token: u32, plain: &'p Plain<'p>) {
        let now = self.now;
        let shift = self.clocks.at(self.program, plain.clock, now);
        // Only what is reported needs it.
        let channel = if plain.reported && plain.may_have_channel { self.channel(&self.tokens[token]) } else { None };
        let state = &mut self.tokens[token];
        let case_at = state.case;
        let case = &mut self.cases[case_at];
        let member = state.member;
        let worked = state.duration;
        let off_shift = now.since(state.started).ms() - worked;
        state.elapse(plain.work_class, worked);
        case.active -= 1;
        case.count(Account::Processing, worked);
        if let Some(account) = plain.time_account {
            case.count(account, worked);
        }
        if off_shift != 0 {
            state.elapse(plain.off_class, off_shift);
            case.wait(plain.off_class, off_shift);
        }
        if plain.citizen_at_work {
            case.count(Account::CitizenActive, worked);
        }
        if plain.cost_per_hour != 0.0 {
            let cost = plain.cost_per_hour * worked as f64 / 3_600_000.0;
            case.count(Account::StaffCost, whole_money(cost));
        }
        if plain.reported {
            let waited = state.started.since(state.enabled).ms();
            let queued = if plain.citizen_in_line { state.waited_busy } else { 0 };
            self.observer.activity(&Activity {
                started: state.started,
                worked,
                waited_busy: state.waited_busy,
                waited_off_hours: waited - state.waited_busy,
                citizen: queued + if plain.citizen_at_work { worked } else { 0 },
                staff: if plain.performer == Performer::Staff { worked } else { 0 },
                served_by: Some((Idx::new(plain.pool as usize), 0, state.member)),
                ..state.activity(case.id, now, channel)
            });
        }
        let goes_on = if plain.next != NONE {
            state.via = (state.element, 0);
            state.element = plain.next;
            state.state = TokenState::Moving;
            true
        } else {
            self.finish_element(token)
        };
        self.release_plain(member, plain, shift);
        if goes_on {
            // What moved at this instant has settled before, so that it is this token's turn.
            self.enter(token);
        }
        self.touch(case_at);
    }
}
