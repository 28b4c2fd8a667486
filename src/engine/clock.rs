//! Calendars as time passes: the open interval of each at the present instant.
//!
//! A run asks its calendars about the present far more often than about any other instant, and the present only moves on. So
//! the interval that was found last answers nearly every question by itself; when it has closed, the next is looked up.

use crate::base::idx::Idx;
use crate::base::time::{SimDuration, SimTime};
use crate::engine::calendar::{Calendar, Row};
use crate::engine::program::Program;

/// The number of a clock: that of its calendar, or the last one for what never closes.
pub(crate) type ClockId = u32;

/// The intervals of all calendars at the present instant.
#[derive(Clone, Debug)]
pub(crate) struct Clocks {
    rows: Vec<Row>,
}

impl Clocks {
    /// Begins at the study's start.
    pub fn new(program: &Program) -> Self {
        let rows = program.calendars.iter().map(|calendar| calendar.row_at(SimTime::ZERO));
        Clocks { rows: rows.chain([Row::ALWAYS]).collect() }
    }

    /// Returns the clock of some hours; `None` is around the clock.
    pub fn of(program: &Program, hours: Option<Idx<Calendar>>) -> ClockId {
        hours.map_or(program.calendars.len(), |hours| hours.get()) as u32
    }

    /// Returns the interval that is open at `now`, or else the next one. `now` never goes back.
    #[inline]
    pub fn at(&mut self, program: &Program, clock: ClockId, now: SimTime) -> Row {
        let row = self.rows[clock as usize];
        if now.ms() < row.end { row } else { self.move_on(program, clock, now) }
    }

    #[cold]
    fn move_on(&mut self, program: &Program, clock: ClockId, now: SimTime) -> Row {
        if let Some(calendar) = program.calendars.as_slice().get(clock as usize) {
            self.rows[clock as usize] = calendar.row_at(now);
        }
        self.rows[clock as usize]
    }
}

impl Row {
    /// Tells whether it is open at `now`, in this interval.
    #[inline]
    pub fn is_open(&self, now: SimTime) -> bool {
        self.start <= now.ms()
    }

    /// Returns the open time from the beginning of the span up to `now`, which lies before the end of this interval.
    #[inline]
    pub fn worked(&self, now: SimTime) -> i64 {
        self.before + (now.ms() - self.start).max(0)
    }

    /// Returns when `work` begun at `now` has been done, as [`Calendar::add`] does; `calendar` is the one of this interval.
    #[inline]
    pub fn add(&self, calendar: Option<&Calendar>, now: SimTime, work: SimDuration) -> SimTime {
        let from = self.start.max(now.ms());
        match calendar {
            Some(calendar) if work.ms() > self.end - from => {
                calendar.end_of_work((self.before + (from - self.start)).saturating_add(work.ms()))
            }
            _ => SimTime((from + work.ms()).min(SimTime::NEVER.ms())),
        }
    }
}
