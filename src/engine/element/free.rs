//! Work that nothing scarce holds up: of citizens, and of machines that serve everybody at once.
//!
//! It begins as soon as its hours allow and joins no line, so that all there is to do stands here in two straight pieces.

use crate::base::time::{SimDuration, SimTime};
use crate::engine::account::{Account, PathClass};
use crate::engine::program::{Element, Performer, Program, Work};
use crate::engine::record::{Activity, Observer};
use crate::engine::run::{Run, rank};
use crate::engine::state::TokenState;

impl<'p, O: Observer> Run<'p, O> {
    /// Free work is due: its duration is drawn, and it begins as soon as its hours allow.
    pub(crate) fn enter_free(&mut self, token: u32, element: &'p Element, work: &'p Work) {
        let now = self.now;
        let state = &mut self.tokens[token];
        let case_at = state.case;
        let case = &mut self.cases[case_at];
        case.active += 1;
        if work.place.is_some() {
            case.present += 1;
        }
        let visit = match element.visit_slot {
            Some(slot) => self.visits[case_at as usize * self.program.n_visits + slot as usize],
            None => 0,
        };
        let sampler = Program::by_segment(&self.program.durations[work.duration], case.id.segment as usize);
        let duration = sampler.map_or(0, |sampler| sampler.sample_ms(case.key.draw(element.stream, visit)));
        let (start, end) = match work.hours {
            None => (now, now + SimDuration(duration)),
            Some(hours) => {
                let hours = &self.program.calendars[hours];
                let start = hours.next_open(now);
                (start, hours.add(start, SimDuration(duration)))
            }
        };
        state.visit = visit;
        state.duration = duration;
        state.waited_busy = 0;
        state.state = TokenState::Working;
        state.started = start;
        if start > now {
            let off_hours = start.min(SimTime::NEVER).since(now).ms();
            state.elapse(work.off_class(), off_hours);
            case.count(Account::Waiting, off_hours);
            case.wait(work.off_class(), off_hours);
        }
        self.schedule_token(token, end, rank::END_OF_WORK);
    }

    /// Free work has been done, and the token goes on.
    pub(crate) fn finish_free(&mut self, token: u32, element: &'p Element, work: &'p Work) {
        let now = self.now;
        let channel = if element.reported { self.channel(&self.tokens[token]) } else { None };
        let state = &mut self.tokens[token];
        let case = &mut self.cases[state.case];
        let worked = state.duration;
        let off_shift = now.since(state.started).ms() - worked;
        state.elapse(if work.performer == Performer::Machine { PathClass::Machine } else { PathClass::Work }, worked);
        case.count(Account::Processing, worked);
        if off_shift != 0 {
            state.elapse(work.off_class(), off_shift);
            case.wait(work.off_class(), off_shift);
        }
        if work.citizen_at_work {
            case.count(Account::CitizenActive, worked);
        }
        if work.performer == Performer::Machine {
            case.count(Account::MachineTime, worked);
        }
        if work.place.is_some() {
            case.present -= 1;
            case.left = now;
        }
        if element.reported {
            self.observer.activity(&Activity {
                started: state.started,
                worked,
                waited_off_hours: state.started.since(state.enabled).ms(),
                citizen: if work.citizen_at_work { worked } else { 0 },
                ..state.activity(case.id, now, channel)
            });
        }
        if self.finish_element_of(token, element) {
            // What moved at this instant has settled before, so that it is this token's turn.
            self.enter(token);
        }
    }
}
