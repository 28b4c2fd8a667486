//! Work: join the lines, be served, release.

use crate::base::idx::Idx;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::account::{Account, PathClass, whole_money};
use crate::engine::calendar::Calendar;
use crate::engine::element::plain::Plain;
use crate::engine::program::{Discipline, Element, Performer, Request, ResourcePool, Sitting, Work};
use crate::engine::random::stream::Purpose;
use crate::engine::record::{Activity, FaultKind, Observer};
use crate::engine::resource_pool::Waiting;
use crate::engine::run::{Run, rank};
use crate::engine::shared_hours::SharedHours;
use crate::engine::state::{MAX_REQUESTS, NONE, TokenState};

impl<'p, O: Observer> Run<'p, O> {
    /// Work is due: its duration is drawn, and the token joins the lines that it needs.
    pub(crate) fn enter_work(&mut self, token: u32, element: &'p Element, work: &'p Work) -> bool {
        if work.requests.is_empty() {
            self.enter_free(token, element, work);
            return false;
        }
        let (case, visit) = (self.tokens[token].case, self.visit(token));
        let duration = self.draw_duration(case, work.duration, self.element(token).stream, visit);
        let state = &mut self.tokens[token];
        state.visit = visit;
        state.duration = duration;
        state.waited_busy = 0;
        if work.place.is_some() {
            self.cases[case].present += 1;
        }
        self.cases[case].active += 1;
        self.tokens[token].state = TokenState::Queued;
        if let [request] = work.requests.as_slice()
            && self.pools[request.pool.get()].waiting == 0
            && let Some(groups) = self.groups_that_can_begin(token, work)
        {
            // Nobody is passed over, and the line need not be touched.
            self.serve(token, work, groups);
            return false;
        }
        let mut sibling = NONE;
        for request in &work.requests {
            let pool = request.pool.get() as u32;
            let rank = self.rank_in_line(token, work, request.pool);
            let place = Waiting::new(token, pool, sibling);
            sibling = self.pools[pool as usize].join(&mut self.places, place, rank, self.now, self.plan.window);
        }
        self.tokens[token].line = sibling;
        if !self.can_ever_begin(work) {
            let element = self.element_idx(token);
            self.fault(FaultKind::NeverServed, element);
        }
        for request in &work.requests {
            if self.tokens[token].state == TokenState::Queued {
                self.dispatch(request.pool.get() as u32);
            }
        }
        if self.tokens[token].state == TokenState::Queued
            && let Some((patience, _)) = work.patience
        {
            if self.finds_no_room(work) {
                self.cases[case].active -= 1;
                self.lose_patience(token);
                return false;
            }
            let patience = self.draw_duration(case, patience, self.stream_for(token, Purpose::Patience), visit);
            self.schedule_token(token, self.now + SimDuration(patience), rank::TIMER);
        }
        false
    }

    /// Tells whether members who can do the work will ever be on shift at the same time, from now on.
    fn can_ever_begin(&mut self, work: &Work) -> bool {
        if let [request] = work.requests.as_slice()
            && let [group] = self.program.pools[request.pool].groups.as_slice()
        {
            let clock = self.pools[request.pool.get()].group_clock(0);
            let shift = self.clocks.at(self.program, clock, self.now);
            return request.groups & 1 != 0 && group.count >= request.count && shift.start < SimTime::NEVER.ms();
        }
        self.shift_in_common(&work.requests, &mut Vec::new())
    }

    /// Looks for groups of the requests that are left which share a shift with the hours chosen so far.
    fn shift_in_common(&self, requests: &[Request], chosen: &mut Vec<Option<Idx<Calendar>>>) -> bool {
        let Some((request, others)) = requests.split_first() else {
            return SharedHours::new(self.program, chosen.iter().copied()).next_open(self.now) < SimTime::NEVER;
        };
        let groups = self.program.pools[request.pool].groups.iter().enumerate();
        groups.filter(|(i, group)| request.groups & (1 << i) != 0 && group.count >= request.count).any(|(_, group)| {
            chosen.push(group.hours);
            let found = self.shift_in_common(others, chosen);
            chosen.pop();
            found
        })
    }

    /// Tells whether one of the lines that a token has just joined is longer now than its pool has room for.
    fn finds_no_room(&self, work: &Work) -> bool {
        let is_over = |request: &Request| {
            let waiting = self.pools[request.pool.get()].waiting;
            self.program.pools[request.pool].room.is_some_and(|room| waiting > room)
        };
        work.requests.iter().any(is_over)
    }

    /// Returns a token's order in a line that is not FIFO: smaller goes first.
    fn rank_in_line(&self, token: u32, work: &Work, pool: Idx<ResourcePool>) -> i64 {
        match self.program.pools[pool].discipline {
            Discipline::Fifo => 0,
            Discipline::Priority => -work.priority,
            Discipline::EarliestDeadline => {
                self.service_scope(self.tokens[token].scope).map_or(SimTime::NEVER, |s| self.deadline(s)).ms()
            }
        }
    }

    #[inline]
    fn begin(&mut self, token: u32, start: SimTime, end: SimTime) {
        let state = &mut self.tokens[token];
        state.state = TokenState::Working;
        state.started = start;
        self.schedule_token(token, end, rank::END_OF_WORK);
    }

    /// Adds waiting to the token's way and its case.
    fn note_waiting(&mut self, token: u32, work: &Work, busy: i64, off_hours: i64) {
        let state = &mut self.tokens[token];
        if busy == 0 && off_hours == 0 {
            state.waited_busy = 0;
            return;
        }
        state.elapse(work.busy_class, busy);
        state.elapse(work.off_class(), off_hours);
        state.waited_busy = busy;
        let citizen = &mut self.cases[state.case];
        citizen.count(Account::Waiting, busy + off_hours);
        citizen.wait(work.busy_class, busy);
        citizen.wait(work.off_class(), off_hours);
        if work.citizen_in_line {
            citizen.count(Account::CitizenQueue, busy);
        }
    }

    /// Looks at everybody who waits for a pool, in the order of its discipline, and lets begin who can begin now.
    #[inline(always)]
    pub(crate) fn dispatch(&mut self, pool: u32) {
        if self.pools[pool as usize].waiting > 0 {
            self.dispatch_line(pool);
        }
    }

    fn dispatch_line(&mut self, pool: u32) {
        let mut open = self.free_groups(pool);
        if open != 0 {
            let mut place = self.pools[pool as usize].first();
            while place != NONE && open != 0 {
                let next = self.pools[pool as usize].after(&self.places, place);
                let token = self.places[place].token;
                let plain: &'p Plain<'p> = &self.plain[self.tokens[token].element as usize];
                if plain.pool != NONE {
                    self.serve_plain(token, plain);
                    open = self.free_groups(pool);
                } else if let crate::engine::program::Kind::Work(work) = &self.element(token).kind
                    && let Some(groups) = self.groups_that_can_begin(token, work)
                {
                    self.serve(token, work, groups);
                    open = self.free_groups(pool);
                }
                place = next;
            }
        }
        self.plan_wake(pool);
    }

    /// Plans when a pool whose line is not empty is looked at next: when members who are free now come on shift.
    /// Members at work need no plan: their release looks at the pool.
    fn plan_wake(&mut self, pool: u32) {
        let state = &self.pools[pool as usize];
        if state.waiting == 0 || state.down || (state.is_single && state.free(0) == 0) {
            return;
        }
        let definition = &self.program.pools[Idx::new(pool as usize)];
        let mut at = SimTime::NEVER;
        for (i, group) in definition.groups.iter().enumerate() {
            if state.free(i) > 0
                && let Some(hours) = group.hours
            {
                let calendar = &self.program.calendars[hours];
                // A group that is open now has nobody here whom it can serve in this sitting; its next opening may differ.
                let opening = if calendar.is_open(self.now) {
                    calendar.next_open(calendar.close_after(self.now))
                } else {
                    calendar.next_open(self.now)
                };
                at = at.min(opening);
            }
        }
        if at < self.pools[pool as usize].wake_at && at > self.now {
            let earlier = std::mem::replace(&mut self.pools[pool as usize].wake, NONE);
            if earlier != NONE {
                self.queue.cancel(earlier);
            }
            let place = self.schedule(at, rank::WAKE, pool);
            let state = &mut self.pools[pool as usize];
            state.wake = place;
            state.wake_at = at;
        }
    }

    /// Takes members for a token in line and lets its work begin now.
    fn serve(&mut self, token: u32, work: &Work, groups: [u8; MAX_REQUESTS]) {
        let (now, window) = (self.now, self.plan.window);
        if self.tokens[token].line != NONE {
            self.leave_lines(token);
        }
        self.forget_event(token);
        let state = &mut self.tokens[token];
        state.groups = groups;
        let (enabled, duration) = (state.enabled, state.duration);
        let waited = now.since(enabled).ms();
        let in_window = window.0 <= now && now < window.1;
        for (i, (request, &group)) in work.requests.iter().zip(&groups).enumerate() {
            let pool = &mut self.pools[request.pool.get()];
            let worked = self.clocks.at(self.program, pool.group_clock(group as usize), now).worked(now);
            let member = pool.take(group as usize, request.count, worked);
            if in_window {
                pool.note_start(waited);
            }
            if i == 0 {
                self.tokens[token].member = member;
            } else {
                // Only the first request's member is named in records; the others' numbers stay free for naming.
                pool.unname(group as usize, member);
            }
        }
        if waited > 0 {
            let busy = self.busy_part(work, enabled, waited);
            self.note_waiting(token, work, busy, waited - busy);
            if work.citizen_in_line
                && let Some(place) = work.place
            {
                self.come_again(token, place, enabled);
            }
        }
        let end = self.end_of_work(work, &groups, duration);
        if work.sitting != Sitting::Pauses && in_window {
            let over = duration - self.shared_hours(work, &groups).worked_between(now, end);
            for request in &work.requests {
                self.pools[request.pool.get()].overtime += over * i64::from(request.count);
            }
        }
        self.begin(token, now, end);
    }

    /// Returns when work that begins now ends.
    #[inline]
    fn end_of_work(&mut self, work: &Work, groups: &[u8; MAX_REQUESTS], duration: i64) -> SimTime {
        let now = self.now;
        match (work.sitting, work.requests.as_slice()) {
            (Sitting::Pauses, [request]) => {
                let clock = self.pools[request.pool.get()].group_clock(groups[0] as usize);
                let shift = self.clocks.at(self.program, clock, now);
                shift.add(self.program.calendars.as_slice().get(clock as usize), now, SimDuration(duration))
            }
            (Sitting::Pauses, _) => self.shared_hours(work, groups).add(now, SimDuration(duration)),
            (Sitting::OneSitting | Sitting::Overtime, _) => now + SimDuration(duration),
        }
    }

    /// Returns the part of the time waited until now in which somebody of the first pool was on shift.
    #[inline]
    fn busy_part(&mut self, work: &Work, enabled: SimTime, waited: i64) -> i64 {
        let Some(request) = work.requests.first() else { return waited };
        let clock = self.pools[request.pool.get()].clock;
        let shift = self.clocks.at(self.program, clock, self.now);
        match self.program.calendars.as_slice().get(clock as usize) {
            Some(calendar) if enabled.ms() < shift.start => calendar.worked_between(enabled, self.now).ms(),
            _ => waited,
        }
    }

    /// Citizens whose turn has not come by closing go home and come again on the next day that the place opens.
    fn come_again(&mut self, token: u32, place: Idx<crate::engine::program::Place>, since: SimTime) {
        let Some(days) = self.program.places[place].open_days else { return };
        let days = &self.program.working_days[days];
        let times = days.count_through(self.now) - days.count_through(since);
        if times > 0 {
            let case = self.tokens[token].case;
            let one_way = self.journey(case, place);
            self.count_journeys(case, place, one_way, i64::from(times));
        }
    }

    /// Takes a token out of all lines.
    fn leave_lines(&mut self, token: u32) {
        let mut place = std::mem::replace(&mut self.tokens[token].line, NONE);
        while place != NONE {
            let (pool, sibling) = (self.places[place].pool, self.places[place].sibling);
            self.pools[pool as usize].leave(&mut self.places, place, self.now, self.plan.window);
            place = sibling;
        }
    }

    /// A token's patience is over while it is still in line.
    pub(crate) fn lose_patience(&mut self, token: u32) {
        let crate::engine::program::Kind::Work(work) = &self.element(token).kind else { return };
        self.leave_lines(token);
        self.account_waiting_so_far(token, work);
        self.leave_business(token, work);
        self.record_work(token, work, 0, false);
        if let Some((_, target)) = work.patience {
            self.move_to(token, target, 1);
            self.set_moving(token);
        }
    }

    fn account_waiting_so_far(&mut self, token: u32, work: &Work) {
        let (enabled, now) = (self.tokens[token].enabled, self.now);
        let waited = now.since(enabled).ms();
        let busy = self.busy_part(work, enabled, waited);
        self.note_waiting(token, work, busy, waited - busy);
        self.tokens[token].started = now;
    }

    fn leave_business(&mut self, token: u32, work: &Work) {
        if work.place.is_some() {
            let now = self.now;
            let citizen = &mut self.cases[self.tokens[token].case];
            citizen.present -= 1;
            citizen.left = now;
        }
    }

    /// Work has been done: members are released, whoever waits for them is served, and the token goes on.
    pub(crate) fn finish_work(&mut self, token: u32) {
        let element = self.element(token);
        let crate::engine::program::Kind::Work(work) = &element.kind else { return };
        if work.requests.is_empty() {
            return self.finish_free(token, element, work);
        }
        let worked = self.tokens[token].duration;
        self.release(token, work);
        self.account_work(token, work, worked);
        self.leave_business(token, work);
        self.record_work(token, work, worked, true);
        if self.finish_element(token) {
            self.set_moving(token);
        }
        for request in &work.requests {
            self.dispatch(request.pool.get() as u32);
        }
    }

    fn release(&mut self, token: u32, work: &Work) {
        let (groups, member) = (self.tokens[token].groups, self.tokens[token].member);
        for (i, (request, &group)) in work.requests.iter().zip(&groups).enumerate() {
            let pool = &mut self.pools[request.pool.get()];
            let worked = self.clocks.at(self.program, pool.group_clock(group as usize), self.now).worked(self.now);
            pool.give_back(group as usize, request.count, (i == 0).then_some(member), worked);
        }
    }

    /// Adds finished (or broken off) work to the token's way and its case. Time between start and now that is not work is
    /// time off shift.
    fn account_work(&mut self, token: u32, work: &Work, worked: i64) {
        let now = self.now;
        let off_shift = now.since(self.tokens[token].started).ms() - worked;
        let class = if work.performer == Performer::Machine { PathClass::Machine } else { PathClass::Work };
        let state = &mut self.tokens[token];
        state.elapse(class, worked);
        let citizen = &mut self.cases[state.case];
        citizen.count(Account::Processing, worked);
        if off_shift != 0 {
            state.elapse(work.off_class(), off_shift);
            citizen.wait(work.off_class(), off_shift);
        }
        if work.citizen_at_work {
            citizen.count(Account::CitizenActive, worked);
        }
        match work.performer {
            Performer::Citizen => {}
            Performer::Machine => citizen.count(Account::MachineTime, worked),
            Performer::Staff => {
                for request in &work.requests {
                    let time = worked * i64::from(request.count);
                    citizen.count(Account::StaffTime, time);
                    let cost_per_hour = self.program.pools[request.pool].cost_per_hour;
                    if cost_per_hour != 0.0 {
                        let cost = cost_per_hour * time as f64 / 3_600_000.0;
                        citizen.count(Account::StaffCost, whole_money(cost));
                    }
                }
            }
        }
    }

    fn record_work(&mut self, token: u32, work: &Work, worked: i64, finished: bool) {
        if !self.element(token).reported {
            return;
        }
        let state = &self.tokens[token];
        let waited = state.started.since(state.enabled).ms();
        let busy = if work.requests.is_empty() { 0 } else { state.waited_busy };
        let served = worked > 0 || finished;
        let activity = Activity {
            started: state.started,
            worked,
            waited_busy: busy,
            waited_off_hours: waited - busy,
            citizen: if work.citizen_in_line { busy } else { 0 } + if work.citizen_at_work { worked } else { 0 },
            staff: if work.performer == Performer::Staff {
                worked * work.requests.iter().map(|r| i64::from(r.count)).sum::<i64>()
            } else {
                0
            },
            served_by: work.requests.first().filter(|_| served).map(|r| (r.pool, u32::from(state.groups[0]), state.member)),
            finished,
            ..state.activity(self.cases[state.case].id, self.now, self.channel(state))
        };
        self.observer.activity(&activity);
    }

    /// Breaks off a token's work or waiting in line: what was done so far counts.
    pub(crate) fn break_off_work(&mut self, token: u32) {
        let crate::engine::program::Kind::Work(work) = &self.element(token).kind else { return };
        if self.tokens[token].state == TokenState::Queued {
            self.leave_lines(token);
            self.account_waiting_so_far(token, work);
            self.leave_business(token, work);
            self.record_work(token, work, 0, false);
            return;
        }
        let (started, now) = (self.tokens[token].started, self.now);
        if started > now {
            // Work without scarce resources that its hours have not let begin yet: take the waiting that was to come back.
            let unspent = started.since(now).ms();
            self.note_waiting(token, work, 0, -unspent);
            self.tokens[token].started = now;
            self.leave_business(token, work);
            return;
        }
        let worked = self.worked_so_far(token, work);
        if !work.requests.is_empty() {
            self.release(token, work);
        }
        self.account_work(token, work, worked);
        self.leave_business(token, work);
        self.record_work(token, work, worked, false);
        for request in &work.requests {
            self.dispatch(request.pool.get() as u32);
        }
    }

    fn worked_so_far(&self, token: u32, work: &Work) -> i64 {
        let (started, now) = (self.tokens[token].started, self.now);
        let hours = match (work.requests.is_empty(), work.sitting) {
            (true, _) => SharedHours::new(self.program, std::iter::once(work.hours)),
            (false, Sitting::Pauses) => self.shared_hours(work, &self.tokens[token].groups),
            (false, _) => return now.since(started).ms(),
        };
        hours.worked_between(started, now).min(self.tokens[token].duration)
    }

    /// Returns a standing token's way with the time until now added.
    pub(crate) fn path_to_now(&mut self, token: u32) -> crate::engine::account::PathTimes {
        use crate::engine::program::Kind;
        let state = self.tokens[token].clone();
        let mut path = state.path;
        let now = self.now;
        let stood = now.since(state.enabled).ms();
        let mut add = |class: PathClass, ms: i64| path[class as usize] += ms;
        match (&self.element(token).kind, state.state) {
            (Kind::Work(work), TokenState::Queued) => {
                let hours = work.requests.first().and_then(|r| self.program.pools[r.pool].hours);
                let busy = hours.map_or(stood, |hours| self.program.calendars[hours].worked_between(state.enabled, now).ms());
                add(work.busy_class, busy);
                add(work.off_class(), stood - busy);
            }
            (Kind::Work(work), TokenState::Working) if state.started > now => {
                add(work.off_class(), now.since(state.started).ms())
            }
            (Kind::Work(work), TokenState::Working) => {
                let worked = self.worked_so_far(token, work);
                let class = if work.performer == Performer::Machine { PathClass::Machine } else { PathClass::Work };
                add(class, worked);
                add(work.off_class(), now.since(state.started).ms() - worked);
            }
            (Kind::Delay(delay), TokenState::Delayed) => add(delay.class, stood),
            (Kind::Travel(_), TokenState::Delayed) => add(PathClass::Travel, stood),
            (Kind::Gather(_), TokenState::Gathered) => add(PathClass::Batch, stood),
            // What it has just finished has been added already.
            (_, TokenState::Moving) => {}
            _ => add(PathClass::External, stood),
        }
        path
    }
}
