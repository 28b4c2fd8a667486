//! When cases come: how many, on which days and hours, and whether by chance or by a clock.

use super::laws::{self, Fitted};
use super::surges::{Surge, surges};
use super::week::{Week, discover, minute_of_week};
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR};
use crate::model::event_log::WallTime;
use statrs::function::gamma::checked_gamma_ur;

/// Fewer arrivals than this say nothing about days and hours.
const LEAST: usize = 50;
/// By how much, as a share, the number of cases that times in between lead to may differ from that of the log.
const MOST_OFF: f64 = 0.1;
/// How far times between arrivals may be from those of chance, once days, hours and surges are known, and still be called so: a
/// distribution of them forgets days and hours.
const BY_CHANCE: f64 = 0.04;
/// A pattern is taken where chance alone would show one as strong this seldom.
const CHANCE: f64 = 0.001;

/// How cases come.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrivalFit {
    /// Number of cases.
    pub n: usize,
    /// From the first to the last, in days.
    pub days: f64,
    /// Expected number in a year of 365 days without surges.
    pub per_year: f64,
    /// Standard error of `per_year`, with as much luck as the counts of days show.
    pub per_year_error: f64,
    /// Weights of weekdays, Monday first; empty where they are alike.
    pub weekdays: Vec<f64>,
    /// Weights of hours, from midnight; empty where they are alike.
    pub hours: Vec<f64>,
    /// Hours of the week outside which nobody comes, where weights cannot say it.
    pub calendar: Option<Week>,
    /// How far the times between arrivals, by the profile, are from those of chance (Kolmogorov-Smirnov).
    pub distance: f64,
    /// Where a distribution of the times in between says it better: the distribution, in milliseconds, and its distance.
    pub renewal: Option<(Fitted, f64)>,
    /// Hours of the week in which cases come, where there are enough to tell.
    pub open: Option<Week>,
    /// The day of the first arrival, in days since 1970.
    pub first_day: i64,
    /// The day of the last one.
    pub last_day: i64,
    /// Days on which far more or fewer come, counted from `first_day`.
    pub surges: Vec<Surge>,
}

/// Counts and time by hour of the week.
struct Table {
    counts: Vec<f64>,
    exposure: Vec<f64>,
}

/// Finds how cases come from the instants at which they did; `None` with fewer than two. Without times of day, an instant says no
/// more than its day.
pub fn arrivals(instants: &[WallTime], has_times_of_day: bool) -> Option<ArrivalFit> {
    let days: Vec<WallTime>;
    let instants = match has_times_of_day {
        true => instants,
        false => {
            days = instants.iter().map(|at| at.div_euclid(MS_PER_DAY) * MS_PER_DAY).collect();
            &days
        }
    };
    let mut at: Vec<f64> = spread(instants);
    at.sort_by(f64::total_cmp);
    let (first, last) = (*at.first()?, *at.last()?);
    if at.len() < 2 || last <= first {
        return None;
    }
    let mut fit = ArrivalFit {
        n: at.len(),
        days: (last - first) / MS_PER_DAY as f64,
        per_year: 0.0,
        per_year_error: 0.0,
        weekdays: Vec::new(),
        hours: Vec::new(),
        calendar: None,
        distance: 0.0,
        renewal: None,
        open: None,
        first_day: day_of(first),
        last_day: day_of(last),
        surges: Vec::new(),
    };
    // From the first arrival on: it opens the window, and does not count in it.
    let counted = &at[1..];
    let mut pattern = Pattern::of(instants, counted, (first, last), &|_| true, has_times_of_day);
    let days = pattern.days(counted, (first, last));
    fit.surges = surges(&days.counts, &days.weights);
    if !fit.surges.is_empty() {
        let is_usual = |day: i64| factor_on(&fit.surges, day - fit.first_day).is_none();
        pattern = Pattern::of(instants, counted, (first, last), &is_usual, has_times_of_day);
        let days = pattern.days(counted, (first, last));
        fit.surges = surges(&days.counts, &days.weights);
    }
    let is_usual = |day: i64| factor_on(&fit.surges, day - fit.first_day).is_none();
    let table = Table::of(counted, first, last, &is_usual);
    let expected: f64 = (0..168).map(|cell| pattern.weight(cell) * table.exposure[cell]).sum();
    let scale = table.counts.iter().sum::<f64>() / expected;
    let rates: Vec<f64> = (0..168).map(|cell| scale * pattern.weight(cell)).collect();
    fit.per_year = rates.iter().sum::<f64>() * 365.0 / 7.0;
    let days = pattern.days(counted, (first, last));
    let factor = |day: usize| factor_on(&fit.surges, day as i64).unwrap_or(1.0);
    let expected: Vec<f64> = days.weights.iter().enumerate().map(|(day, weight)| scale * weight * factor(day)).collect();
    fit.per_year_error = fit.per_year * relative_error(&days.counts, &expected, at.len());
    // What lies between arrivals of one day is not told by days.
    if has_times_of_day {
        fit.distance = distance_from_chance(&at, &rates, &|day| factor_on(&fit.surges, day - fit.first_day).unwrap_or(1.0));
        if fit.distance > (1.2 / (at.len() as f64).sqrt()).max(BY_CHANCE) {
            fit.open = discover(instants).map(|h| h.week);
            fit.renewal = renewal(instants, fit.open.as_ref(), fit.distance);
        }
    }
    fit.weekdays = weights(&pattern.weekdays);
    fit.hours = weights(&pattern.hours);
    fit.calendar = pattern.calendar;
    Some(fit)
}

/// Returns the day of an instant, in days since 1970.
fn day_of(at: f64) -> i64 {
    (at as i64).div_euclid(MS_PER_DAY)
}

/// Returns what a surge multiplies a day with, counted from the first; `None` on usual days.
fn factor_on(surges: &[Surge], day: i64) -> Option<f64> {
    surges.iter().find(|surge| (surge.first as i64..=surge.last as i64).contains(&day)).map(|surge| surge.factor)
}

/// How arrivals spread over the week.
struct Pattern {
    weekdays: Vec<f64>,
    hours: Vec<f64>,
    calendar: Option<Week>,
    open: Vec<f64>,
}

/// Counts and weights of days, from that of the first arrival on.
struct Days {
    counts: Vec<f64>,
    weights: Vec<f64>,
}

impl Pattern {
    /// Finds it, on some days only.
    fn of(
        instants: &[WallTime],
        at: &[f64],
        (first, last): (f64, f64),
        is_usual: &dyn Fn(i64) -> bool,
        has_times_of_day: bool,
    ) -> Pattern {
        let table = Table::of(at, first, last, is_usual);
        let mut found = Pattern { weekdays: vec![1.0; 7], hours: vec![1.0; 24], calendar: None, open: vec![1.0; 168] };
        if at.len() + 1 < LEAST || last - first < 7.0 * MS_PER_DAY as f64 {
            return found;
        }
        let (weekdays, hours) = (&mut found.weekdays, &mut found.hours);
        table.shape(weekdays, hours, has_times_of_day);
        if let Some(week) = (has_times_of_day && table.uneven(weekdays, hours))
            .then(|| discover(instants))
            .flatten()
            .filter(|h| h.week.share() < 0.95)
        {
            found.open = open_hours(&week.week);
            let masked = Table {
                counts: table.counts.clone(),
                exposure: table.exposure.iter().zip(&found.open).map(|(e, o)| e * o).collect(),
            };
            masked.shape(weekdays, hours, true);
            found.calendar = Some(week.week);
        }
        found
    }

    fn weight(&self, cell: usize) -> f64 {
        self.weekdays[cell / 24] * self.hours[cell % 24] * self.open[cell]
    }

    /// Counts arrivals by day, and sums up the weights of the hours of each.
    fn days(&self, at: &[f64], (first, last): (f64, f64)) -> Days {
        let n = (day_of(last) - day_of(first) + 1).max(1) as usize;
        let mut days = Days { counts: vec![0.0; n], weights: vec![0.0; n] };
        let position = |instant: f64| ((day_of(instant) - day_of(first)).max(0) as usize).min(n - 1);
        at.iter().for_each(|instant| days.counts[position(*instant)] += 1.0);
        each_hour(first, last, |from, share| days.weights[position(from)] += self.weight(cell_of(from)) * share);
        days
    }
}

/// Calls `f` with the beginning of each hour, or part of one, between two instants, and how much of an hour it is.
fn each_hour(first: f64, last: f64, mut f: impl FnMut(f64, f64)) {
    let hour = MS_PER_HOUR as f64;
    let mut from = first;
    while from < last {
        let to = (((from / hour).floor() + 1.0) * hour).min(last);
        f(from, (to - from) / hour);
        from = to;
    }
}

/// Spreads arrivals that were written down in whole days, minutes or seconds evenly over them.
fn spread(instants: &[WallTime]) -> Vec<f64> {
    let grain = [MS_PER_DAY, 60_000, 1_000].into_iter().find(|g| instants.iter().all(|i| i % g == 0)).unwrap_or(1);
    let mut sorted = instants.to_vec();
    sorted.sort_unstable();
    let mut out = Vec::with_capacity(sorted.len());
    let mut i = 0;
    while i < sorted.len() {
        let alike = sorted[i..].iter().take_while(|t| **t == sorted[i]).count();
        let step = if grain > 1 { grain as f64 / alike as f64 } else { 0.0 };
        out.extend((0..alike).map(|k| sorted[i] as f64 + step * k as f64));
        i += alike;
    }
    out
}

fn cell_of(at: f64) -> usize {
    minute_of_week(at as i64) / 60
}

fn open_hours(week: &Week) -> Vec<f64> {
    (0..168).map(|cell| (cell * 60..cell * 60 + 60).filter(|m| week.is_open(*m)).count() as f64 / 60.0).collect()
}

impl Table {
    fn of(at: &[f64], first: f64, last: f64, is_usual: &dyn Fn(i64) -> bool) -> Table {
        let mut table = Table { counts: vec![0.0; 168], exposure: vec![0.0; 168] };
        for instant in at.iter().filter(|instant| is_usual(day_of(**instant))) {
            table.counts[cell_of(*instant)] += 1.0;
        }
        each_hour(first, last, |from, share| {
            if is_usual(day_of(from)) {
                table.exposure[cell_of(from)] += share;
            }
        });
        table
    }

    /// Finds weights of weekdays and hours whose products fit the counts, unless chance alone may have made the pattern.
    fn shape(&self, weekdays: &mut [f64], hours: &mut [f64], has_hours: bool) {
        let by = |group: &dyn Fn(usize) -> usize, n: usize, other: &dyn Fn(usize) -> f64| -> Vec<(f64, f64)> {
            let mut sums = vec![(0.0, 0.0); n];
            for cell in 0..168 {
                let sum = &mut sums[group(cell)];
                sum.0 += self.counts[cell];
                sum.1 += self.exposure[cell] * other(cell);
            }
            sums
        };
        weekdays.fill(1.0);
        hours.fill(1.0);
        let days_vary = varies(&by(&|c| c / 24, 7, &|_| 1.0));
        let hours_vary = has_hours && varies(&by(&|c| c % 24, 24, &|_| 1.0));
        let ratio = |(count, exposure): (f64, f64)| if exposure > 0.0 { count / exposure } else { 0.0 };
        for _ in 0..if days_vary && hours_vary { 30 } else { 1 } {
            if hours_vary {
                let found = by(&|c| c % 24, 24, &|c| weekdays[c / 24]);
                hours.iter_mut().zip(found).for_each(|(h, sums)| *h = ratio(sums));
            }
            if days_vary {
                let found = by(&|c| c / 24, 7, &|c| hours[c % 24]);
                weekdays.iter_mut().zip(found).for_each(|(d, sums)| *d = ratio(sums));
            }
        }
    }

    /// Tells whether hours differ from day to day by more than products of weights can say.
    fn uneven(&self, weekdays: &[f64], hours: &[f64]) -> bool {
        let total: f64 = self.counts.iter().sum();
        let weight = |cell: usize| weekdays[cell / 24] * hours[cell % 24] * self.exposure[cell];
        let all: f64 = (0..168).map(weight).sum();
        let (mut sum, mut n) = (0.0, 0.0);
        for cell in 0..168 {
            let expected = total * weight(cell) / all;
            if expected >= 5.0 {
                sum += (self.counts[cell] - expected).powi(2) / expected;
                n += 1.0;
            }
        }
        let freedom = n - 30.0;
        freedom >= 1.0 && sum > 2.0 * freedom && chance_of(sum, freedom) < CHANCE
    }
}

/// Tells whether counts differ by more than chance, given the time in which they were made.
fn varies(sums: &[(f64, f64)]) -> bool {
    let (total, time) = sums.iter().fold((0.0, 0.0), |a, s| (a.0 + s.0, a.1 + s.1));
    let used: Vec<&(f64, f64)> = sums.iter().filter(|s| s.1 > 0.0).collect();
    let chi: f64 = used.iter().map(|s| (s.0 - total * s.1 / time).powi(2) / (total * s.1 / time)).sum();
    used.len() > 1 && chance_of(chi, used.len() as f64 - 1.0) < CHANCE
}

/// Returns the probability of a chi-squared variable above `chi`.
fn chance_of(chi: f64, freedom: f64) -> f64 {
    checked_gamma_ur(freedom / 2.0, (chi / 2.0).max(1e-12)).unwrap_or(0.0)
}

/// Writes weights with the mean 1 and four digits; none where all are alike.
fn weights(list: &[f64]) -> Vec<f64> {
    let mean = list.iter().sum::<f64>() / list.len() as f64;
    if mean <= 0.0 || list.iter().all(|w| (w / mean - 1.0).abs() < 1e-9) {
        return Vec::new();
    }
    list.iter().map(|w| (w / mean * 1e4).round() / 1e4).collect()
}

/// Returns the relative standard error of the rate of `n` arrivals: by how far weeks are from what is expected of them, where there are
/// enough, which holds bursts too. `counts` and `expected` are those of days.
fn relative_error(counts: &[f64], expected: &[f64], n: usize) -> f64 {
    let weeks = counts.len() / 7;
    if weeks < 8 {
        return 1.0 / (n as f64 - 1.0).sqrt();
    }
    let of_weeks = |days: &[f64]| days.chunks_exact(7).map(|week| week.iter().sum()).collect::<Vec<f64>>();
    let (counts, expected) = (of_weeks(counts), of_weeks(expected));
    let mean = counts.iter().sum::<f64>() / weeks as f64;
    let variance = counts.iter().zip(&expected).map(|(n, e)| (n - e).powi(2)).sum::<f64>() / (weeks as f64 - 1.0);
    if mean > 0.0 { (variance / weeks as f64).sqrt() / mean } else { 0.0 }
}

/// Returns how far times between arrivals, each by the number expected in it, are from an exponential law of mean 1.
fn distance_from_chance(at: &[f64], rates: &[f64], factor: &dyn Fn(i64) -> f64) -> f64 {
    let (Some(first), Some(last)) = (at.first(), at.last()) else { return 0.0 };
    // Expected so far at the beginning of each day and hour, and the rate in it.
    let mut hours: Vec<(f64, f64)> = Vec::new();
    let mut sum = 0.0;
    each_hour(first - first.rem_euclid(MS_PER_HOUR as f64), last + MS_PER_HOUR as f64, |from, share| {
        let rate = rates[cell_of(from)] * factor(day_of(from));
        hours.push((sum, rate));
        sum += rate * share;
    });
    let expected = |t: f64| {
        let passed = (t - (first - first.rem_euclid(MS_PER_HOUR as f64))) / MS_PER_HOUR as f64;
        let (before, rate) = hours.get(passed as usize).copied().unwrap_or((sum, 0.0));
        before + rate * passed.fract()
    };
    let mut gaps: Vec<f64> = at.windows(2).map(|pair| (expected(pair[1]) - expected(pair[0])).max(0.0)).collect();
    gaps.sort_by(f64::total_cmp);
    let n = gaps.len() as f64;
    let share = |g: &f64| -(-g).exp_m1();
    gaps.iter()
        .enumerate()
        .map(|(i, g)| (share(g) - i as f64 / n).abs().max((share(g) - (i as f64 + 1.0) / n).abs()))
        .fold(0.0, f64::max)
}

/// Fits times between arrivals where those are further from chance than from a distribution. Those that run into closed hours are
/// known only to be longer than the time to closing.
fn renewal(instants: &[WallTime], open: Option<&Week>, chance: f64) -> Option<(Fitted, f64)> {
    let week = open.cloned().unwrap_or_else(Week::always);
    let mut sorted = instants.to_vec();
    sorted.sort_unstable();
    let (mut whole, mut longer) = (Vec::new(), Vec::new());
    for pair in sorted.windows(2) {
        let open = week.worked(pair[0], pair[1]);
        if open == pair[1] - pair[0] {
            whole.push(open as f64);
        } else {
            // To closing: the open time until the next closed minute.
            let mut closing = pair[0];
            while closing < pair[1] && week.is_open(minute_of_week(closing)) {
                closing += 60_000 - closing.rem_euclid(60_000);
            }
            if closing > pair[0] {
                longer.push((closing - pair[0]) as f64);
            }
        }
    }
    let fitted = laws::fit(&whole, &longer)?;
    let distance = match fitted.quality {
        laws::Quality::Good | laws::Quality::Fair => fitted.distance,
        laws::Quality::Fixed | laws::Quality::Sample => 0.0,
        laws::Quality::Few => return None,
    };
    // Where most of what is long runs into closed hours, the rest tells too high a number of cases.
    let open: i64 = sorted.first().zip(sorted.last()).map_or(0, |(first, last)| week.worked(*first, *last));
    let expected = open as f64 / fitted.law.mean();
    let is_as_many = (expected / (sorted.len() - 1) as f64 - 1.0).abs() <= MOST_OFF;
    (distance < 0.8 * chance && is_as_many).then_some((fitted, distance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{MS_PER_MINUTE, MS_PER_WEEK};

    #[test]
    fn times_in_between_that_tell_another_number_of_cases_are_not_taken() {
        // 2026-01-05, a Monday, at 9: one case a week for 40 weeks, and then 2,000 within the hours of five days.
        let monday = 20_458 * MS_PER_DAY + 9 * MS_PER_HOUR;
        let mut instants: Vec<WallTime> = (0..40).map(|week| monday + week * MS_PER_WEEK).collect();
        let crowd = |i: i64| monday + 40 * MS_PER_WEEK + i / 400 * MS_PER_DAY + i % 400 * 6 * MS_PER_MINUTE / 5;
        instants.extend((0..2_000).map(crowd));
        let fit = arrivals(&instants, true).unwrap();
        assert_eq!(fit.renewal, None);
        let expected = fit.per_year * fit.days / 365.0;
        assert!((expected / 2_039.0 - 1.0).abs() < 0.1, "{expected}");
    }

    #[test]
    fn a_crowd_is_no_part_of_what_comes_in_a_year_without() {
        // 40 cases a day at odd minutes for 200 days, and ten times as many on five of them.
        let monday = 20_458 * MS_PER_DAY;
        let of_day = |day: i64, n: i64| (0..n).map(move |i| monday + day * MS_PER_DAY + (i * 7919 + day * 613) % 1440 * 60_000);
        let instants: Vec<WallTime> =
            (0..200).flat_map(|day| of_day(day, if (90..95).contains(&day) { 400 } else { 40 })).collect();
        let fit = arrivals(&instants, true).unwrap();
        let spans: Vec<(usize, usize)> = fit.surges.iter().map(|surge| (surge.first, surge.last)).collect();
        assert_eq!(spans, [(90, 94)]);
        assert!((fit.surges[0].factor / 10.0 - 1.0).abs() < 0.02, "{:?}", fit.surges);
        assert!((fit.per_year / (40.0 * 365.0) - 1.0).abs() < 0.02, "{}", fit.per_year);
        assert_eq!((fit.first_day, fit.last_day), (20_458, 20_657));
    }
}
