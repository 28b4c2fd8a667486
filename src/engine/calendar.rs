//! Working hours as the engine sees them: open intervals over a finite span, with prefix tables of open time.
//!
//! Weekly hours, breaks and holidays are laid out into intervals before a run (in `compile`), so the engine
//! knows no weeks. Every question about an instant costs one look into a coarse guide and a step or two from
//! there, whatever the length of the span. What lies outside the span is closed; work that does not fit ends
//! at [`SimTime::NEVER`].

use crate::base::time::{SimDuration, SimTime};

/// How many guide entries a search may walk before it halves instead; only very uneven calendars get there.
const WALK: usize = 8;
/// Guide cells per interval.
const CELLS_PER_INTERVAL: usize = 2;

/// The instants at which something is open: half-open intervals `[from, to)`, sorted, apart from each other.
///
/// Two intervals that touch, as 22:00-24:00 and 00:00-06:00 of the next day, are one interval: nothing closes
/// at midnight. All instants and lengths are milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    always: bool,
    /// The intervals, and after them a closing row at [`SimTime::NEVER`] that holds the open time in all.
    rows: Vec<Row>,
    /// For each interval the next later one that is longer, or the number of intervals where none is.
    longer: Vec<u32>,
    longest: i64,
    by_wall: Guide,
    by_work: Guide,
}

/// One open interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Row {
    /// When it opens, in milliseconds.
    pub start: i64,
    /// When it closes.
    pub end: i64,
    /// Open time before `start`, from the beginning of the span.
    pub before: i64,
}

impl Row {
    /// The interval of what never closes.
    pub const ALWAYS: Row = Row { start: 0, end: SimTime::NEVER.ms(), before: 0 };
}

impl Calendar {
    /// Makes the calendar that never closes, from the study's start on.
    pub fn always() -> Self {
        Self::from_intervals(vec![(SimTime::ZERO, SimTime::NEVER)])
    }

    /// Makes a calendar from its open intervals `[from, to)`, in any order.
    ///
    /// Intervals that overlap or touch are merged; those that end before they start, or where they start, are
    /// left out. With no interval at all the calendar is never open. Intervals may end at [`SimTime::NEVER`].
    pub fn from_intervals(intervals: Vec<(SimTime, SimTime)>) -> Self {
        let mut rows = Vec::with_capacity(intervals.len() + 1);
        let mut before = 0;
        for (start, end) in merged(intervals) {
            rows.push(Row { start, end, before });
            before += end - start;
        }
        let never = SimTime::NEVER.ms();
        let always = matches!(rows.as_slice(), [row] if row.start <= 0 && row.end >= never);
        let by_wall = Guide::new(&rows, |row| row.start, |row, cell_start| row.end <= cell_start);
        let by_work = Guide::new(&rows, |row| row.before, |row, cell_start| row.before + (row.end - row.start) < cell_start);
        let longest = rows.iter().map(|row| row.end - row.start).max().unwrap_or(0);
        let longer = next_longer(&rows);
        rows.push(Row { start: never, end: never, before });
        Calendar { always, rows, longer, longest, by_wall, by_work }
    }

    /// Returns intervals in their order, those that overlap or touch merged, and empty ones left out.
    pub fn merge(intervals: Vec<(SimTime, SimTime)>) -> Vec<(SimTime, SimTime)> {
        merged(intervals).into_iter().map(|(from, to)| (SimTime(from), SimTime(to))).collect()
    }

    /// Tells whether it never closes; then every question has a cheap answer.
    #[inline]
    pub fn is_always(&self) -> bool {
        self.always
    }

    /// Returns the first interval that ends after `t`: the one that holds `t`, or else the next; behind the last one a row at
    /// [`SimTime::NEVER`].
    #[inline]
    pub(crate) fn row_at(&self, t: SimTime) -> Row {
        self.rows[self.locate(t.ms())]
    }

    /// Tells whether it is open at `t`; at the instant of closing it is not.
    #[inline]
    pub fn is_open(&self, t: SimTime) -> bool {
        let row = self.rows[self.locate(t.ms())];
        self.always || (row.start <= t.ms() && t.ms() < row.end)
    }

    /// Returns `t` if it is open then, else the next opening; [`SimTime::NEVER`] if there is none.
    #[inline]
    pub fn next_open(&self, t: SimTime) -> SimTime {
        if self.always {
            return t;
        }
        SimTime(self.rows[self.locate(t.ms())].start.max(t.ms()).min(SimTime::NEVER.ms()))
    }

    /// Returns the end of the open interval that holds `t`, or of the next one if it is closed at `t`;
    /// [`SimTime::NEVER`] if there is none.
    #[inline]
    pub fn close_after(&self, t: SimTime) -> SimTime {
        SimTime(self.rows[self.locate(t.ms())].end)
    }

    /// Returns the open time between two instants; zero if `b` is not after `a`.
    #[inline]
    pub fn worked_between(&self, a: SimTime, b: SimTime) -> SimDuration {
        let worked = if self.always { b.ms() - a.ms() } else { self.worked_until(b.ms()) - self.worked_until(a.ms()) };
        SimDuration(worked.max(0))
    }

    /// Returns the earliest instant at which `work` of open time, begun at `t`, has been done.
    ///
    /// Work pauses while it is closed. Work that ends exactly at a closing ends there, not at the next opening.
    /// Work of no length (or less) ends at [`Calendar::next_open`] of `t`. [`SimTime::NEVER`] if the span ends
    /// before the work does.
    #[inline]
    pub fn add(&self, t: SimTime, work: SimDuration) -> SimTime {
        let work = work.ms().max(0);
        if self.always {
            return SimTime(t.ms().saturating_add(work).min(SimTime::NEVER.ms()));
        }
        let row = self.rows[self.locate(t.ms())];
        let from = row.start.max(t.ms());
        if work <= row.end - from {
            return SimTime(from + work);
        }
        self.end_of_work((row.before + (from - row.start)).saturating_add(work))
    }

    /// Returns the earliest start, at or after `t`, from which `work` can be done before the next closing.
    ///
    /// Work may end exactly at the closing. Work of no length starts at [`Calendar::next_open`] of `t`.
    /// [`SimTime::NEVER`] if no later interval is long enough.
    pub fn fits(&self, t: SimTime, work: SimDuration) -> SimTime {
        if self.always {
            return t;
        }
        let work = work.ms().max(0);
        let mut i = self.locate(t.ms());
        let from = self.rows[i].start.max(t.ms());
        if work <= self.rows[i].end - from {
            return SimTime(from);
        }
        if work > self.longest {
            return SimTime::NEVER;
        }
        let n_intervals = self.longer.len();
        i += 1;
        while i < n_intervals && self.rows[i].end - self.rows[i].start < work {
            i = self.longer[i] as usize;
        }
        SimTime(self.rows[i.min(n_intervals)].start)
    }

    /// Returns the length of the longest interval: no longer work ever fits in one sitting. Zero if it is never
    /// open; the length up to [`SimTime::NEVER`] if it never closes.
    pub fn longest_interval(&self) -> SimDuration {
        SimDuration(self.longest)
    }

    /// Returns how many times it opens after `a` and up to `b`, an opening at `b` included.
    pub fn openings_between(&self, a: SimTime, b: SimTime) -> usize {
        self.openings_until(b.ms()).saturating_sub(self.openings_until(a.ms()))
    }

    /// Returns the calendar that is open when both are.
    pub fn intersect(&self, other: &Calendar) -> Calendar {
        let (mine, theirs) = (self.open_rows(), other.open_rows());
        let (mut i, mut j) = (0, 0);
        let mut both = Vec::new();
        while let (Some(a), Some(b)) = (mine.get(i), theirs.get(j)) {
            let (start, end) = (a.start.max(b.start), a.end.min(b.end));
            if start < end {
                both.push((SimTime(start), SimTime(end)));
            }
            if a.end <= b.end {
                i += 1;
            } else {
                j += 1;
            }
        }
        Calendar::from_intervals(both)
    }

    /// Returns the calendar that is open when this one is, but not within the given intervals `[from, to)`
    /// (holidays, outages), which may come in any order and overlap.
    pub fn minus(&self, closures: &[(SimTime, SimTime)]) -> Calendar {
        let closures = merged(closures.to_vec());
        let mut left = Vec::with_capacity(self.rows.len() + closures.len());
        let mut first = 0;
        for row in self.open_rows() {
            while closures.get(first).is_some_and(|&(_, end)| end <= row.start) {
                first += 1;
            }
            let mut from = row.start;
            for &(start, end) in closures[first..].iter().take_while(|&&(start, _)| start < row.end) {
                if from < start {
                    left.push((SimTime(from), SimTime(start)));
                }
                from = end;
            }
            if from < row.end {
                left.push((SimTime(from), SimTime(row.end)));
            }
        }
        Calendar::from_intervals(left)
    }

    /// Returns the open time of the whole span.
    pub fn total_open(&self) -> SimDuration {
        SimDuration(self.rows[self.longer.len()].before)
    }

    /// Walks over the open intervals `[from, to)` in order. The calendar that never closes has one, up to
    /// [`SimTime::NEVER`].
    pub fn intervals(&self) -> impl Iterator<Item = (SimTime, SimTime)> + '_ {
        self.open_rows().iter().map(|row| (SimTime(row.start), SimTime(row.end)))
    }

    fn open_rows(&self) -> &[Row] {
        &self.rows[..self.longer.len()]
    }

    /// Returns the position of the first interval that ends after `t`, or of the closing row.
    #[inline]
    fn locate(&self, t: i64) -> usize {
        let n_intervals = self.longer.len();
        self.by_wall.search(t, n_intervals, |i| self.rows[i].end <= t)
    }

    /// Returns the open time from the beginning of the span up to `t`.
    #[inline]
    fn worked_until(&self, t: i64) -> i64 {
        let row = self.rows[self.locate(t)];
        row.before + (t.min(row.end) - row.start).max(0)
    }

    /// Returns the earliest instant up to which `target` milliseconds, at least one, were open.
    pub(crate) fn end_of_work(&self, target: i64) -> SimTime {
        let n_intervals = self.longer.len();
        if target > self.rows[n_intervals].before {
            return SimTime::NEVER;
        }
        let row = self.rows[self.by_work.search(target, n_intervals, |i| self.rows[i + 1].before < target)];
        SimTime(row.start + (target - row.before))
    }

    fn openings_until(&self, t: i64) -> usize {
        let i = self.locate(t);
        i + usize::from(i < self.longer.len() && self.rows[i].start <= t)
    }
}

/// A coarse index over a rising column: where a search for a value may begin.
#[derive(Clone, Debug, PartialEq)]
struct Guide {
    origin: i64,
    /// A cell is `2^shift` wide.
    shift: u32,
    /// For each cell the first position that a value within it can have; one more cell closes the last.
    first: Vec<u32>,
}

impl Guide {
    /// Makes a guide over a column of the rows. `too_early` tells whether a row comes before all that a value can mean.
    fn new(rows: &[Row], column: impl Fn(&Row) -> i64, too_early: impl Fn(&Row, i64) -> bool) -> Self {
        let origin = rows.first().map_or(0, &column);
        let reach = rows.last().map_or(0, &column) - origin;
        let most_cells = (CELLS_PER_INTERVAL * rows.len()).max(1) as i64;
        let mut shift = 0;
        while reach >> shift >= most_cells {
            shift += 1;
        }
        let n_cells = (reach >> shift) + 1;
        // The first cell answers for all that lies before the origin, too.
        let mut first = vec![0];
        let mut position = 0;
        first.extend((1..=n_cells).map(|cell| {
            position += rows[position..].iter().take_while(|row| too_early(row, origin + (cell << shift))).count();
            position as u32
        }));
        Guide { origin, shift, first }
    }

    /// Returns the first position, at most `n`, that is not `too_early` for `value`. `too_early` must turn from
    /// true to false once.
    #[inline]
    fn search(&self, value: i64, n: usize, too_early: impl Fn(usize) -> bool) -> usize {
        let cell = if value > self.origin { ((value - self.origin) >> self.shift) as usize } else { 0 };
        let (low, high) = match self.first.get(cell..) {
            Some([low, high, ..]) => (*low as usize, *high as usize),
            Some([low]) => (*low as usize, n),
            _ => (self.first[self.first.len() - 1] as usize, n),
        };
        let mut i = low;
        let walk_end = high.min(low + WALK).min(n);
        while i < walk_end && too_early(i) {
            i += 1;
        }
        if i < low + WALK {
            return i;
        }
        let mut end = high.max(i).min(n);
        while i < end {
            let middle = i + (end - i) / 2;
            if too_early(middle) {
                i = middle + 1;
            } else {
                end = middle;
            }
        }
        i
    }
}

/// Sorts intervals, merges those that overlap or touch, and leaves empty ones out.
fn merged(mut intervals: Vec<(SimTime, SimTime)>) -> Vec<(i64, i64)> {
    let never = SimTime::NEVER;
    intervals.sort_unstable();
    let mut apart: Vec<(i64, i64)> = Vec::with_capacity(intervals.len());
    for (start, end) in intervals {
        let (start, end) = (start.max(SimTime(-never.ms())).ms(), end.min(never).ms());
        if end <= start {
            continue;
        }
        match apart.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => apart.push((start, end)),
        }
    }
    apart
}

/// Returns for each interval the position of the next later one that is longer, or the number of intervals.
fn next_longer(rows: &[Row]) -> Vec<u32> {
    let mut longer = vec![rows.len() as u32; rows.len()];
    let mut waiting: Vec<usize> = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        while let Some(&earlier) = waiting.last() {
            if rows[earlier].end - rows[earlier].start >= row.end - row.start {
                break;
            }
            longer[earlier] = i as u32;
            waiting.pop();
        }
        waiting.push(i);
    }
    longer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_WEEK};
    use proptest::prelude::*;

    /// Days of the week, Monday first: day 0 of the study is a Monday.
    const MON: i64 = 0;
    const FRI: i64 = 4;
    const SAT: i64 = 5;

    fn at(day: i64, hour: i64, minute: i64) -> SimTime {
        SimTime(day * MS_PER_DAY + hour * MS_PER_HOUR + minute * MS_PER_MINUTE)
    }

    fn minutes(n: i64) -> SimDuration {
        SimDuration::from_minutes(n)
    }

    /// Four weeks of the given hours on the given days.
    fn weekly(days: std::ops::Range<i64>, hours: &[(i64, i64)]) -> Calendar {
        let mut intervals = Vec::new();
        for week in 0..4 {
            for day in days.clone() {
                let midnight = week * MS_PER_WEEK + day * MS_PER_DAY;
                intervals.extend(
                    hours.iter().map(|(a, b)| (SimTime(midnight + a * MS_PER_HOUR), SimTime(midnight + b * MS_PER_HOUR))),
                );
            }
        }
        Calendar::from_intervals(intervals)
    }

    #[test]
    fn work_waits_over_nights_lunches_and_weekends() {
        let office = weekly(0..5, &[(9, 18)]);
        assert_eq!(office.add(at(FRI, 17, 30), minutes(90)), at(7, 10, 0));
        assert_eq!(office.add(at(SAT, 11, 0), minutes(30)), at(7, 9, 30));
        assert_eq!(office.add(at(FRI, 18, 0), minutes(1)), at(7, 9, 1));
        let with_lunch = weekly(0..5, &[(9, 13), (14, 18)]);
        assert_eq!(with_lunch.add(at(MON, 12, 30), minutes(90)), at(MON, 15, 0));
    }

    #[test]
    fn work_that_ends_at_closing_ends_there_and_no_work_ends_at_the_next_opening() {
        let office = weekly(0..5, &[(9, 18)]);
        assert_eq!(office.add(at(FRI, 16, 30), minutes(90)), at(FRI, 18, 0));
        assert_eq!(office.add(at(MON, 9, 0), SimDuration::from_hours(45)), at(FRI, 18, 0));
        assert_eq!(office.add(at(FRI, 18, 0), SimDuration::ZERO), at(7, 9, 0));
        assert_eq!(office.add(at(FRI, 17, 0), SimDuration::ZERO), at(FRI, 17, 0));
    }

    #[test]
    fn work_in_one_sitting_starts_where_it_fits() {
        let office = weekly(0..5, &[(9, 13), (14, 18)]);
        assert_eq!(office.fits(at(MON, 12, 30), minutes(30)), at(MON, 12, 30));
        assert_eq!(office.fits(at(MON, 12, 30), minutes(31)), at(MON, 14, 0));
        assert_eq!(office.fits(at(FRI, 15, 0), SimDuration::from_hours(4)), at(7, 9, 0));
        assert_eq!(office.fits(at(MON, 9, 0), minutes(241)), SimTime::NEVER);
        assert_eq!(office.longest_interval(), SimDuration::from_hours(4));
    }

    #[test]
    fn night_shifts_run_over_midnight_and_over_the_end_of_the_week() {
        let nights = weekly(0..7, &[(22, 30)]);
        assert_eq!(nights.add(at(MON, 23, 0), SimDuration::from_hours(8)), at(1, 23, 0));
        assert_eq!(nights.add(at(6, 23, 30), SimDuration::from_hours(2)), at(7, 1, 30));
        assert_eq!(nights.close_after(at(6, 23, 30)), at(7, 6, 0));
        assert_eq!(nights.next_open(at(7, 6, 0)), at(7, 22, 0));
        assert_eq!(nights.worked_between(at(6, 21, 0), at(7, 23, 0)), SimDuration::from_hours(9));
    }

    #[test]
    fn nothing_closes_at_midnight_between_touching_intervals() {
        let halves = weekly(0..7, &[(0, 6), (22, 24)]);
        let nights = weekly(0..7, &[(22, 30)]);
        assert_eq!(halves.close_after(at(2, 23, 0)), at(3, 6, 0));
        assert_eq!(halves.openings_between(at(2, 12, 0), at(3, 12, 0)), 1);
        assert_eq!(halves.fits(at(2, 20, 0), SimDuration::from_hours(8)), at(2, 22, 0));
        let inner = |c: &Calendar| c.minus(&[(at(0, 0, 0), at(0, 12, 0)), (at(27, 12, 0), at(40, 0, 0))]);
        assert_eq!(inner(&halves), inner(&nights));
    }

    #[test]
    fn round_the_clock_is_plain_addition() {
        for calendar in [Calendar::always(), weekly(0..7, &[(0, 24)])] {
            assert_eq!(calendar.add(at(FRI, 23, 50), minutes(30)), at(SAT, 0, 20));
            assert_eq!(calendar.worked_between(at(FRI, 0, 0), at(SAT, 1, 0)), SimDuration::from_hours(25));
            assert_eq!(calendar.fits(at(FRI, 23, 50), SimDuration::from_days(3)), at(FRI, 23, 50));
            assert_eq!(calendar.openings_between(at(MON, 1, 0), at(SAT, 0, 0)), 0);
        }
        assert!(Calendar::always().is_always());
        assert!(!weekly(0..7, &[(0, 24)]).is_always());
    }

    #[test]
    fn taking_nothing_from_always_leaves_always_and_a_holiday_leaves_the_rest() {
        assert!(Calendar::always().minus(&[]).is_always());
        assert!(Calendar::always().intersect(&Calendar::always()).is_always());
        let but_tuesday = Calendar::always().minus(&[(at(1, 0, 0), at(2, 0, 0))]);
        assert_eq!(but_tuesday.add(at(MON, 23, 0), minutes(90)), at(2, 0, 30));
        assert_eq!(but_tuesday.close_after(at(50_000, 0, 0)), SimTime::NEVER);
        assert_eq!(but_tuesday.add(at(50_000, 0, 0), minutes(1)), at(50_000, 0, 1));
        assert_eq!(Calendar::always().intersect(&but_tuesday), but_tuesday);
    }

    #[test]
    fn a_calendar_that_never_opens_answers_never() {
        let shut = Calendar::from_intervals(vec![(at(1, 0, 0), at(1, 0, 0)), (at(3, 0, 0), at(2, 0, 0))]);
        assert_eq!(shut.intervals().count(), 0);
        for t in [SimTime::ZERO, at(1, 0, 0), SimTime::NEVER] {
            assert!(!shut.is_open(t));
            assert_eq!(shut.next_open(t), SimTime::NEVER);
            assert_eq!(shut.close_after(t), SimTime::NEVER);
            assert_eq!(shut.add(t, SimDuration::ZERO), SimTime::NEVER);
            assert_eq!(shut.add(t, minutes(1)), SimTime::NEVER);
            assert_eq!(shut.fits(t, SimDuration::ZERO), SimTime::NEVER);
        }
        assert_eq!(shut.total_open(), SimDuration::ZERO);
        assert_eq!(shut.longest_interval(), SimDuration::ZERO);
    }

    /// One flag per minute: the slow truth against which the tables are held.
    struct Minutes(Vec<bool>);

    impl Minutes {
        fn new(intervals: &[(i64, i64)], span: i64) -> Self {
            Minutes((0..span).map(|m| intervals.iter().any(|&(a, b)| a <= m && m < b)).collect())
        }
        fn open(&self, m: i64) -> bool {
            self.0.get(m as usize).is_some_and(|&open| open)
        }
        fn next_open(&self, m: i64) -> Option<i64> {
            (m..self.0.len() as i64).find(|&m| self.open(m))
        }
        fn close_after(&self, m: i64) -> Option<i64> {
            self.next_open(m).and_then(|from| (from..).find(|&m| !self.open(m)))
        }
        fn worked(&self, a: i64, b: i64) -> i64 {
            (a..b).filter(|&m| self.open(m)).count() as i64
        }
        fn add(&self, m: i64, work: i64) -> Option<i64> {
            if work == 0 {
                return self.next_open(m);
            }
            (m..self.0.len() as i64).filter(|&m| self.open(m)).nth(work as usize - 1).map(|m| m + 1)
        }
        fn fits(&self, m: i64, work: i64) -> Option<i64> {
            (m..self.0.len() as i64).find(|&from| self.open(from) && (from..from + work).all(|m| self.open(m)))
        }
        fn openings(&self, a: i64, b: i64) -> usize {
            (a + 1..=b).filter(|&m| self.open(m) && (m == 0 || !self.open(m - 1))).count()
        }
    }

    const SPAN: i64 = 400;

    fn intervals() -> impl Strategy<Value = Vec<(i64, i64)>> {
        let few = proptest::collection::vec((0..SPAN - 60, 0..60i64), 0..8);
        // Many short intervals at one end of a long span: cells with more entries than a search walks.
        let crowded = proptest::collection::vec((0..90i64, 0..3i64), 0..60);
        let far = proptest::option::of((SPAN - 40..SPAN - 20, 0..20i64));
        (few, crowded, far, any::<bool>()).prop_map(|(few, crowded, far, crowd)| {
            let chosen = if crowd { crowded } else { few };
            chosen.into_iter().chain(far).map(|(a, length)| (a, a + length)).collect()
        })
    }

    fn calendar(intervals: &[(i64, i64)], unit: i64) -> Calendar {
        Calendar::from_intervals(intervals.iter().map(|&(a, b)| (SimTime(a * unit), SimTime(b * unit))).collect())
    }

    proptest! {
        #[test]
        fn every_answer_agrees_with_stepping_minute_by_minute(
            intervals in intervals(),
            questions in proptest::collection::vec((0..SPAN + 20, 0..SPAN + 20, 0..90i64), 20),
            unit in prop_oneof![Just(1), Just(MS_PER_MINUTE)],
        ) {
            let model = Minutes::new(&intervals, SPAN);
            let calendar = calendar(&intervals, unit);
            let time = |m: i64| SimTime(m * unit);
            let answer = |m: Option<i64>| m.map_or(SimTime::NEVER, time);
            prop_assert_eq!(calendar.total_open(), SimDuration(model.worked(0, SPAN) * unit));
            for (a, b, work) in questions {
                let length = SimDuration(work * unit);
                prop_assert_eq!(calendar.is_open(time(a)), model.open(a));
                prop_assert_eq!(calendar.next_open(time(a)), answer(model.next_open(a)));
                prop_assert_eq!(calendar.close_after(time(a)), answer(model.close_after(a)));
                prop_assert_eq!(calendar.worked_between(time(a), time(b)), SimDuration(model.worked(a, b) * unit));
                prop_assert_eq!(calendar.add(time(a), length), answer(model.add(a, work)), "{} + {}", a, work);
                prop_assert_eq!(calendar.fits(time(a), length), answer(model.fits(a, work)), "{} fits {}", a, work);
                prop_assert_eq!(calendar.openings_between(time(a), time(b)), model.openings(a, b));
            }
        }

        #[test]
        fn intersection_and_difference_agree_with_stepping_minute_by_minute(a in intervals(), b in intervals()) {
            let (first, second) = (Minutes::new(&a, SPAN), Minutes::new(&b, SPAN));
            let closures: Vec<_> = b.iter().map(|&(from, to)| (SimTime(from), SimTime(to))).collect();
            let both = calendar(&a, 1).intersect(&calendar(&b, 1));
            let but = calendar(&a, 1).minus(&closures);
            for m in 0..SPAN {
                prop_assert_eq!(both.is_open(SimTime(m)), first.open(m) && second.open(m));
                prop_assert_eq!(but.is_open(SimTime(m)), first.open(m) && !second.open(m));
            }
        }
    }
}
