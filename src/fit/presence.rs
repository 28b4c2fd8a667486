//! When people are there: what work in a log says of their hours, and what it does not say.
//!
//! A log shows people at work, never people who wait for it. Where nothing was due nothing was done, though somebody may have been
//! there; so an hour with little work is closed only where work lay waiting in it, or where others of the same pool were at work:
//!
//! - Hours of a pool ([`pool_hours`]) are those in which work happens ([`discover`]), and those in which what is due is taken up.
//! - Hours of one person ([`own_hours`]) are the pool's, but for stretches in which the others work far more, or far less, than by
//!   this person's share of all work.

use super::staff::Work;
use super::week::{Hours, Week, discover, minute_of_week};
use crate::base::time::MS_PER_MINUTE;
use crate::model::event_log::WallTime;
use std::collections::BTreeMap;

/// Difference of hours, as a share of the week, from which on somebody has hours of their own.
const OWN_HOURS: f64 = 0.05;
/// Marks that it takes to have hours of one's own.
const OWN_MARKS: usize = 300;
/// Marks that a stretch must have by the share of somebody for none there to say something: as many fail to come by chance less than
/// once in two thousand times.
const EXPECTED: f64 = 8.0;
/// How many times less or more than by their share of all work somebody does in hours in which they are not there, or are there alone.
const FAR: f64 = 4.0;
/// Minutes of the pieces of a day of which it is asked whether what is due is taken up.
const PIECE: usize = 15;
/// Pieces of work that must have been due in such pieces, one with its neighbours, to say something.
const TOLD: u32 = 5;
/// The least share of what is due in hours of work that must be taken up at once for that to say something of other hours.
const PROMPT: f64 = 0.1;

/// Returns the instants that tell when people work: beginnings, and ends a moment before.
pub fn marks<'w>(works: impl Iterator<Item = &'w Work>) -> Vec<WallTime> {
    works.flat_map(|w| [w.started, if w.ended > w.started { w.ended - 1 } else { w.started }]).collect()
}

/// Finds the hours of those who do some works; `None` where too little was done to tell. Deterministic.
pub fn pool_hours(works: &[Work]) -> Option<Hours> {
    let marks = marks(works.iter());
    let found = discover(&marks)?;
    let week = prolonged(&found.week, works);
    let outside = marks.iter().filter(|mark| !week.is_open(minute_of_week(**mark))).count() as f64 / marks.len() as f64;
    Some(Hours { outside, week, ..found })
}

/// What became of work that was due in a piece of a day, by piece: how much it was, and how much of it was taken up at once.
struct Taken(Vec<(u32, u32)>);

impl Taken {
    /// Counts on some days of the week. Work that somebody goes on with is no sign: they stay to finish it.
    fn of(works: &[Work], is_counted: impl Fn(usize) -> bool) -> Taken {
        let piece_ms = PIECE as i64 * MS_PER_MINUTE;
        let mut taken = vec![(0, 0); 1440 / PIECE];
        for work in works {
            let Some(due) = work.due.filter(|due| *due <= work.started) else { continue };
            let minute = minute_of_week(due);
            if is_counted(minute / 1440) {
                let (n, at_once) = &mut taken[minute % 1440 / PIECE];
                *n += 1;
                *at_once += u32::from(work.started.div_euclid(piece_ms) == due.div_euclid(piece_ms));
            }
        }
        Taken(taken)
    }

    /// Sums up some pieces.
    fn sum(&self, pieces: impl Iterator<Item = usize>) -> (u32, u32) {
        pieces.filter_map(|piece| self.0.get(piece)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// Tells whether what was due in some pieces was taken up in the same, at least half as often as `usual`; `None` where it was too
    /// little.
    fn is_open(&self, pieces: impl Iterator<Item = usize>, usual: f64) -> Option<bool> {
        let (n, at_once) = self.sum(pieces);
        (n >= TOLD).then(|| f64::from(at_once) >= usual / 2.0 * f64::from(n))
    }
}

/// Returns works of known people that they did not go over to straight from others.
fn fresh(works: &[Work]) -> Vec<Work> {
    let mut sorted = works.to_vec();
    sorted.sort_by_key(|w| (w.started, w.ended));
    let mut until: BTreeMap<u32, WallTime> = BTreeMap::new();
    let mut is_fresh = |work: &Work| {
        let Some(who) = work.who else { return false };
        let before = until.get(&who).copied();
        until.insert(who, before.unwrap_or(work.ended).max(work.ended));
        before.is_none_or(|before| before + MS_PER_MINUTE < work.started)
    };
    sorted.retain(|work| is_fresh(work));
    sorted
}

/// Adds to the hours of a working day, before its beginning and behind its end, those in which what is due is taken up at once.
fn prolonged(week: &Week, works: &[Work]) -> Week {
    let works = fresh(works);
    let opens = |day: usize| (day * 1440..(day + 1) * 1440).any(|minute| week.is_open(minute));
    let of_day = |day: usize| Taken::of(&works, |d| d == day && opens(day));
    let days: Vec<Taken> = (0..7).map(of_day).collect();
    let in_hours = |day: usize| (0..1440 / PIECE).filter(move |piece| week.is_open(day * 1440 + piece * PIECE));
    let (n, at_once) = (0..7).map(|day| days[day].sum(in_hours(day))).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let usual = f64::from(at_once) / f64::from(n.max(1));
    let mut open: Vec<bool> = (0..7 * 1440).map(|minute| week.is_open(minute)).collect();
    // Where nothing is taken up at once even in their hours, that says nothing of others.
    if usual < PROMPT {
        return week.clone();
    }
    let all = Taken::of(&works, opens);
    // A piece in which little was due stands with its neighbours, and one in which nothing was is not known.
    let is_open = |piece: usize| match all.0[piece].0 {
        0 => None,
        n if n >= TOLD => all.is_open(piece..piece + 1, usual),
        _ => all.is_open(piece.saturating_sub(1)..piece + 2, usual),
    };
    let known: Vec<Option<bool>> = (0..1440 / PIECE).map(is_open).collect();
    for day in (0..7).filter(|day| opens(*day)) {
        let of_day = &mut open[day * 1440..(day + 1) * 1440];
        let more = more_of_day(of_day, &known);
        // A day that is shorter than the others shows it by what is left lying.
        if days[day].is_open(more.iter().copied(), usual) != Some(false) {
            more.into_iter().for_each(|piece| of_day[piece * PIECE..(piece + 1) * PIECE].fill(true));
        }
    }
    Week::of_minutes(&open)
}

/// Returns the pieces that are open beyond the ends of a day's hours: those known as such, and what nothing is known of between them.
fn more_of_day(of_day: &[bool], known: &[Option<bool>]) -> Vec<usize> {
    let is_open = |piece: &usize| of_day[piece * PIECE..(piece + 1) * PIECE].contains(&true);
    let n = known.len();
    let (Some(first), Some(last)) = ((0..n).find(is_open), (0..n).rfind(is_open)) else { return Vec::new() };
    let mut more = Vec::new();
    for beyond in [(last + 1..n).collect::<Vec<_>>(), (0..first).rev().collect()] {
        let mut unknown = Vec::new();
        let mut is_closed = false;
        for piece in beyond {
            match known[piece] {
                Some(true) => {
                    if !is_closed {
                        more.append(&mut unknown);
                    }
                    unknown.clear();
                    is_closed = false;
                    more.push(piece);
                }
                Some(false) => is_closed = true,
                None => unknown.push(piece),
            }
        }
    }
    more
}

/// Marks by minute of the week, as sums from its beginning.
pub struct Profile(Vec<u32>);

impl Profile {
    /// Counts marks.
    pub fn of(marks: &[WallTime]) -> Profile {
        let mut sums = vec![0u32; 7 * 1440 + 1];
        marks.iter().for_each(|mark| sums[minute_of_week(*mark) + 1] += 1);
        for i in 1..sums.len() {
            sums[i] += sums[i - 1];
        }
        Profile(sums)
    }

    fn between(&self, from: usize, to: usize) -> f64 {
        f64::from(self.0[to] - self.0[from])
    }

    fn total(&self) -> f64 {
        self.between(0, self.0.len() - 1)
    }
}

/// Returns the hours of one person of a pool where they are surely others than the pool's: `own` are this person's works, `all` the marks
/// of everybody.
pub fn own_hours(pool: &Week, own: &[Work], all: &Profile) -> Option<Week> {
    let marks = marks(own.iter());
    let found = if marks.len() >= OWN_MARKS { discover(&marks) } else { None }?.week;
    let own = Profile::of(&marks);
    let share = own.total() / all.total().max(1.0);
    let mut open: Vec<bool> = (0..7 * 1440).map(|minute| pool.is_open(minute)).collect();
    let mut from = 0;
    while from < open.len() {
        let is_alike = |minute: usize| (pool.is_open(minute), found.is_open(minute)) == (pool.is_open(from), found.is_open(from));
        let day_ends = from - from % 1440 + 1440;
        let to = (from..day_ends).find(|minute| !is_alike(*minute)).unwrap_or(day_ends);
        let (expected, seen) = (share * all.between(from, to), own.between(from, to));
        let differs = match (pool.is_open(from), found.is_open(from)) {
            (true, false) => expected >= EXPECTED && FAR * seen <= expected,
            (false, true) => seen >= EXPECTED && seen >= FAR * expected,
            _ => false,
        };
        if differs {
            open[from..to].fill(found.is_open(from));
        }
        from = to;
    }
    let week = Week::of_minutes(&open);
    (week.distance(pool) > OWN_HOURS).then_some(week)
}

/// Tells whether two people keep the same hours.
pub fn are_alike(a: &Week, b: &Week) -> bool {
    a.distance(b) < OWN_HOURS / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_WEEK};
    use crate::model::calendar::{Weekdays, WeeklyHours};

    /// 2026-01-05, a Monday.
    const MONDAY: i64 = 20_458 * MS_PER_DAY;

    fn office() -> Vec<WeeklyHours> {
        let from_to =
            |from: u16, to: u16| WeeklyHours { days: Weekdays::range(0, 4), from_minute: from * 60, to_minute: to * 60 };
        vec![from_to(9, 13), from_to(14, 18)]
    }

    /// Work that is due at some minutes of each working day of a year, and taken up when the office opens next, by one of `people`.
    fn works(minutes: &[i64], people: u32) -> Vec<Work> {
        let week = Week::of_hours(&office());
        let days = (0..364).filter(|day| day % 7 < 5).map(|day| MONDAY + day * MS_PER_DAY);
        let dues: Vec<i64> = days.flat_map(|day| minutes.iter().map(move |m| day + m * MS_PER_MINUTE)).collect();
        let open = |mut at: i64| {
            while !week.is_open(minute_of_week(at)) {
                at += MS_PER_MINUTE;
            }
            at
        };
        let work = |(i, due): (usize, &i64)| {
            let started = open(*due);
            let who = Some(i as u32 % people);
            Work { pool: 0, step: 0, who, due: Some(*due), started, ended: started + MS_PER_MINUTE }
        };
        dues.iter().enumerate().map(work).collect()
    }

    #[test]
    fn hours_with_little_work_are_open_where_what_is_due_is_taken_up() {
        // Much comes in the night, and a case at another quarter of an hour of each day.
        let mut all = works(&[60; 20], 3);
        for quarter in 24..96 {
            let one = works(&[quarter * 15 + 3], 3);
            all.extend(one.into_iter().skip(quarter as usize % 26).step_by(26));
        }
        assert_ne!(discover(&marks(all.iter())).map(|found| found.week.hours()), Some(office()), "marks alone do not show it");
        let found = pool_hours(&all).unwrap();
        assert_eq!((found.week.hours(), found.outside), (office(), 0.0));
    }

    #[test]
    fn who_does_less_in_quiet_hours_is_there_and_who_does_nothing_while_others_work_is_not() {
        let pool = Week::of_hours(&office());
        let busy: Vec<i64> = (0..12).map(|i| 540 + i * 5).collect();
        let mut all = works(&busy, 2);
        let quiet: Vec<i64> = [11, 12, 14, 15, 16].map(|hour| hour * 60 + 7).into();
        all.extend(works(&quiet, 2).into_iter().step_by(7));
        let of = |who: u32, all: &[Work]| all.iter().filter(|w| w.who == Some(who)).copied().collect::<Vec<_>>();
        let profile = Profile::of(&marks(all.iter()));
        let alone = discover(&marks(of(0, &all).iter())).unwrap().week;
        assert!(alone.distance(&pool) > OWN_HOURS, "marks alone do not show it");
        let own = own_hours(&pool, &of(0, &all), &profile);
        assert!(own.is_none(), "{:?}", own.map(|week| week.hours()));
        // Others work until six, and one never after one.
        all.extend(works(&(0..40).map(|i| 840 + i * 5).collect::<Vec<_>>(), 1).into_iter().map(|w| Work { who: Some(1), ..w }));
        all.retain(|w| w.who == Some(1) || minute_of_week(w.started) % 1440 < 780);
        let profile = Profile::of(&marks(all.iter()));
        let own = own_hours(&pool, &of(0, &all), &profile).unwrap();
        let afternoon = own.worked(MONDAY + 13 * MS_PER_HOUR, MONDAY + MS_PER_DAY);
        assert_eq!(afternoon, 0, "{:?}", own.hours());
        assert!(own.worked(MONDAY, MONDAY + MS_PER_WEEK) > 0);
    }
}
