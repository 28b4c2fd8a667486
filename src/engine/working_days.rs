//! Working days: statutory terms and "the next working day".

use crate::base::time::{MS_PER_DAY, SimTime};

/// Which days are working days. Day 0 begins at time zero, which is a midnight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkingDays {
    /// Working days, ascending.
    days: Vec<u32>,
    /// Number of working days up to and including each day.
    count_through: Vec<u32>,
}

impl WorkingDays {
    /// Makes the table from one flag for each day from time zero on. Days beyond the last flag are not working days.
    pub fn new(flags: &[bool]) -> Self {
        let mut table = WorkingDays::default();
        for (day, &working) in flags.iter().enumerate() {
            if working {
                table.days.push(day as u32);
            }
            table.count_through.push(table.days.len() as u32);
        }
        table
    }

    /// Returns the number of working days from day 0 through the day of `t`.
    pub fn count_through(&self, t: SimTime) -> u32 {
        let day = day_of(t);
        self.count_through.get(day).or(self.count_through.last()).copied().unwrap_or(0)
    }

    /// Returns the day (from 0) that is the `n`-th working day after the day of `t`; if `that_day_counts` and the day of `t`
    /// is a working day, it is the first. `None` beyond the table, or for `n` = 0.
    pub fn nth_after(&self, t: SimTime, n: u32, that_day_counts: bool) -> Option<u32> {
        let day = day_of(t);
        let before = match (that_day_counts, day) {
            (false, _) => self.count_through(t),
            (true, 0) => 0,
            (true, _) => self.count_through(SimTime(t.ms() - MS_PER_DAY)),
        };
        self.days.get((before + n).checked_sub(1)? as usize).copied()
    }

    /// Returns the instant at which the `n`-th working day after `t` (see [`WorkingDays::nth_after`]) is over; `NEVER` beyond the table.
    pub fn end_of_nth(&self, t: SimTime, n: u32, that_day_counts: bool) -> SimTime {
        self.nth_after(t, n, that_day_counts).map_or(SimTime::NEVER, |day| SimTime((i64::from(day) + 1) * MS_PER_DAY))
    }
}

fn day_of(t: SimTime) -> usize {
    (t.ms().max(0) / MS_PER_DAY) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row C05: eight working days from Friday 20 March 2026, Nauryz (21 to 25 March) off.
    #[test]
    fn receipt_day_moves_the_deadline_as_the_law_says() {
        // Day 0 is Monday 16 March 2026.
        let flags: Vec<bool> = (0..40).map(|d| d % 7 < 5 && !(5..=9).contains(&d)).collect();
        let days = WorkingDays::new(&flags);
        let friday = SimTime(4 * MS_PER_DAY + 10 * 3_600_000);
        assert_eq!(days.nth_after(friday, 8, false), Some(21), "Monday 6 April");
        assert_eq!(days.nth_after(friday, 8, true), Some(18), "Friday 3 April");
        assert_eq!(days.end_of_nth(friday, 8, false), SimTime(22 * MS_PER_DAY));
        let saturday = SimTime(5 * MS_PER_DAY);
        assert_eq!(days.nth_after(saturday, 1, true), Some(10), "a day off cannot count: Thursday 26 March");
    }
}
