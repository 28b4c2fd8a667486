//! Elements at which time passes without resources: delays, journeys, gatherings.

use crate::base::idx::Idx;
use crate::base::time::{MS_PER_DAY, SimTime};
use crate::engine::account::{Account, PathClass};
use crate::engine::program::{Delay, Gather, Kind, Place, Program, Until};
use crate::engine::random::stream::Purpose;
use crate::engine::record::{Activity, Observer};
use crate::engine::run::{Run, rank};
use crate::engine::state::TokenState;

impl<O: Observer> Run<'_, O> {
    /// Begins a delay.
    pub(crate) fn enter_delay(&mut self, token: u32, delay: &Delay) -> bool {
        let now = self.now;
        let until = match &delay.until {
            Until::For(duration) => {
                let (case, visit, stream) = (self.tokens[token].case, self.visit(token), self.element(token).stream);
                SimTime(now.ms() + self.draw_duration(case, *duration, stream, visit))
            }
            Until::WorkingDay { count, days, hours } => match self.program.working_days[*days].nth_after(now, *count, false) {
                Some(day) => self.program.calendars[*hours].next_open(SimTime(i64::from(day) * MS_PER_DAY)),
                None => SimTime::NEVER,
            },
            Until::Instant(instants) => next_instant(instants, now),
            Until::Open(hours) => self.program.calendars[*hours].next_open(now),
        };
        if until == now && !matches!(delay.until, Until::For(_)) {
            self.tokens[token].visit = self.visit(token);
            return self.finish_element(token);
        }
        self.stand_until(token, until);
        false
    }

    /// Lets a token stand until an instant.
    fn stand_until(&mut self, token: u32, until: SimTime) {
        let visit = self.visit(token);
        let state = &mut self.tokens[token];
        state.state = TokenState::Delayed;
        state.visit = visit;
        state.started = self.now;
        let case = state.case;
        self.cases[case].active += 1;
        self.schedule_token(token, until, rank::TIMER);
    }

    /// Sends the citizen on a journey, unless already at the place.
    ///
    /// The citizen leaves home so as to arrive when the place is open, comes back the same way, and stays as long as one
    /// business follows on another without a pause: businesses of one visit need no second journey.
    pub(crate) fn enter_travel(&mut self, token: u32, place: Idx<Place>) -> bool {
        let case = self.tokens[token].case;
        let citizen = &self.cases[case];
        if citizen.place == place.get() as u32 && (citizen.present > 0 || citizen.left == self.now) {
            return self.finish_element(token);
        }
        if citizen.heading == place.get() as u32 && citizen.arriving > self.now {
            // Another business of the same citizen has sent them there already: one journey serves both.
            let arrival = citizen.arriving;
            self.tokens[token].duration = arrival.since(self.now).ms().min(self.journey(case, place));
            self.stand_until(token, arrival);
            return false;
        }
        let one_way = self.journey(case, place);
        let hours = self.program.places[place].hours.map(|hours| &self.program.calendars[hours]);
        let earliest = SimTime(self.now.ms() + one_way);
        let arrival = hours.map_or(earliest, |hours| hours.next_open(earliest));
        self.count_journeys(case, place, one_way, 1);
        // The part of the delay that is the journey itself; the rest is waiting at home for the place to open.
        self.tokens[token].duration = one_way;
        let citizen = &mut self.cases[case];
        citizen.heading = place.get() as u32;
        citizen.arriving = arrival;
        self.stand_until(token, arrival);
        false
    }

    /// Returns how long a citizen travels to a place, one way: the same each time.
    pub(crate) fn journey(&self, case: u32, place: Idx<Place>) -> i64 {
        let place = &self.program.places[place];
        self.draw_duration(case, place.travel, place.stream, 0)
    }

    /// Counts journeys there and back.
    pub(crate) fn count_journeys(&mut self, case: u32, place: Idx<Place>, one_way: i64, journeys: i64) {
        let segment = self.cases[case].id.segment as usize;
        let fare = Program::by_segment(&self.program.places[place].fare, segment).copied().unwrap_or(0);
        let citizen = &mut self.cases[case];
        citizen.count(Account::Visits, journeys);
        citizen.count(Account::CitizenTravel, 2 * one_way * journeys);
        citizen.count(Account::CitizenCost, fare * journeys);
    }

    /// A delay or journey is over.
    pub(crate) fn finish_wait(&mut self, token: u32) {
        self.account_wait(token, true);
        if let Kind::Travel(place) = &self.element(token).kind {
            let now = self.now;
            let citizen = &mut self.cases[self.tokens[token].case];
            citizen.place = place.get() as u32;
            citizen.left = now;
        }
        if self.finish_element(token) {
            // What moved at this instant has settled before, so that it is this token's turn.
            self.enter(token);
        }
    }

    /// Adds the time that a standing token has stood to its way and its case's accounts.
    pub(crate) fn account_wait(&mut self, token: u32, finished: bool) {
        let element = self.element(token);
        let stood = self.now.since(self.tokens[token].enabled).ms();
        let case = self.tokens[token].case;
        let (class, account) = match &element.kind {
            Kind::Delay(delay) => (delay.class, delay.account),
            Kind::Gather(_) => (PathClass::Batch, None),
            Kind::Travel(_) => {
                let travelled = self.tokens[token].duration.min(stood);
                self.tokens[token].elapse(PathClass::OffHours, stood - travelled);
                self.tokens[token].elapse(PathClass::Travel, travelled);
                self.cases[case].wait(PathClass::OffHours, stood - travelled);
                (PathClass::Travel, None)
            }
            _ => (PathClass::External, None),
        };
        if !matches!(element.kind, Kind::Travel(_)) {
            self.tokens[token].elapse(class, stood);
            self.cases[case].wait(class, stood);
        }
        if let Some(account) = account {
            self.cases[case].count(account, stood);
        }
        if element.reported {
            let state = &self.tokens[token];
            let citizen = if account == Some(Account::CitizenActive) { stood } else { 0 };
            let nobody_worked = state.activity(self.cases[case].id, self.now, self.channel(state));
            let activity = Activity { citizen, finished, ..nobody_worked };
            self.observer.activity(&activity);
        }
    }

    /// Gathers a case with others.
    pub(crate) fn enter_gather(&mut self, token: u32, gather: Idx<Gather>) -> bool {
        let definition = self.program.gathers[gather];
        let case = self.tokens[token].case;
        let group = &mut self.gathered[gather.get()];
        if group.len() + 1 >= definition.size as usize {
            let others = std::mem::take(group);
            for other in others {
                self.forget_event(other);
                let other_case = self.tokens[other].case;
                self.cases[other_case].active -= 1;
                self.touch(other_case);
                self.account_wait(other, true);
                if self.finish_element(other) {
                    self.set_moving(other);
                }
            }
            return self.finish_element(token);
        }
        group.push(token);
        self.tokens[token].state = TokenState::Gathered;
        self.cases[case].active += 1;
        if let Some(at_most) = definition.at_most {
            self.schedule_token(token, self.now + at_most, rank::TIMER);
        }
        false
    }

    /// The first of a gathering has waited long enough: all go on.
    pub(crate) fn gathered_long_enough(&mut self, token: u32) {
        let Kind::Gather(gather) = self.element(token).kind else { return };
        // The caller has taken this token off its case's active ones already; the others follow here.
        let group = std::mem::take(&mut self.gathered[gather.get()]);
        for other in group {
            self.forget_event(other);
            let other_case = self.tokens[other].case;
            if other != token {
                self.cases[other_case].active -= 1;
                self.touch(other_case);
            }
            self.account_wait(other, true);
            if self.finish_element(other) {
                self.set_moving(other);
            }
        }
    }

    /// Forgets a gathered token whose case has ended otherwise.
    pub(crate) fn leave_gathering(&mut self, token: u32) {
        if let Kind::Gather(gather) = self.element(token).kind {
            self.gathered[gather.get()].retain(|&t| t != token);
        }
    }

    /// Draws the number of a token's patience or delay from a purpose of its element's stream.
    pub(crate) fn stream_for(&self, token: u32, purpose: Purpose) -> crate::engine::random::stream::StreamId {
        self.element(token).stream.purpose(purpose)
    }
}

/// Returns the first instant after `now`; `NEVER` if there is none.
pub(crate) fn next_instant(instants: &[SimTime], now: SimTime) -> SimTime {
    let position = instants.partition_point(|&instant| instant <= now);
    instants.get(position).copied().unwrap_or(SimTime::NEVER)
}
