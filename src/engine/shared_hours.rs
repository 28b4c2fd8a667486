//! Hours of several groups at once, for work that needs members of more than one pool.

use crate::base::idx::Idx;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::calendar::Calendar;
use crate::engine::program::Program;
use crate::engine::state::MAX_REQUESTS;

/// Hours of several groups at once: open when all are.
#[derive(Clone, Copy, Debug)]
pub struct SharedHours<'p> {
    calendars: [Option<&'p Calendar>; MAX_REQUESTS],
}

impl<'p> SharedHours<'p> {
    /// Collects the hours; `None` is around the clock.
    pub fn new(program: &'p Program, hours: impl Iterator<Item = Option<Idx<Calendar>>>) -> Self {
        let mut calendars = [None; MAX_REQUESTS];
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
