//! Steps beside each other, whose times depend on each other in a log and not in a model.
//!
//! Where a log has only completions, a step's time runs from when it was due: on ways beside each other, from the same instant. Whoever
//! works through them one after the other, or lets all of them lie, ends them together. The model draws each time by itself, and the
//! last of many independent times comes far later than the last of times that go together. So these times are shortened by one factor,
//! with which the log's own cases, gone through once more with times drawn one by one, take as long on average as they did.

use super::due::each_due;
use super::follow::Followed;
use super::net::Place;
use crate::model::event_log::{EventLog, LogActivity, WallTime};
use std::collections::{BTreeMap, BTreeSet};

/// Share of a step's runs beside which others go on, from which on it counts as one of them.
const BESIDE: f64 = 0.1;
/// Cases that go as the model says, from which on the others say nothing.
const ENOUGH: usize = 50;
/// Cases that are gone through at most; more are thinned evenly.
const MOST_CASES: usize = 1_000;
/// Activities of a case that is gone through at most.
const MOST_ACTIVITIES: usize = 200;
/// By how much, as a share, cases may take longer with times drawn one by one before that is mended: less is luck.
const TOLERATED: f64 = 0.03;
/// The least factor: a model that needs a smaller one is not this process.
const LEAST: f64 = 0.05;

/// What steps go on beside others, and the factor that shortens their times.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The steps, by their position in [`Followed::places`].
    pub places: BTreeSet<u32>,
    /// The factor, below 1.
    pub factor: f64,
}

/// One activity of a case: its element, when it was due and ended.
type Run = (u32, Option<WallTime>, WallTime);

/// Finds them; `None` where times drawn one by one do as well. `samples` are the times of each element in milliseconds. Deterministic.
pub fn beside(log: &EventLog, followed: &Followed, samples: &[&[f64]]) -> Option<Beside> {
    let cases = cases(log, followed);
    // What the model does not lead to, it does not make either.
    let fitting = |case: &&(usize, Vec<Run>)| followed.fits.get(case.0) == Some(&true);
    let is_enough = cases.iter().filter(fitting).count() >= ENOUGH;
    let cases: Vec<Vec<Run>> = cases.into_iter().filter(|case| !is_enough || fitting(&case)).map(|(_, case)| case).collect();
    let places = places_beside(&cases);
    let thinned: Vec<&Vec<Run>> = {
        let fit = cases.iter().filter(|case| case.len() > 1 && case.len() <= MOST_ACTIVITIES);
        let fit: Vec<&Vec<Run>> = fit.collect();
        let step = fit.len().div_ceil(MOST_CASES).max(1);
        fit.into_iter().step_by(step).collect()
    };
    if places.is_empty() || thinned.is_empty() {
        return None;
    }
    let last = |case: &&Vec<Run>| case.iter().map(|run| run.2).max().unwrap_or(0);
    let seen: f64 = thinned.iter().map(|case| (last(case) - case[0].2) as f64).sum();
    let drawn = |factor: f64| -> f64 {
        thinned.iter().enumerate().map(|(i, case)| length(followed, case, samples, &places, factor, i as u64)).sum()
    };
    // What the steps beside others do not make is no matter of theirs.
    if seen <= 0.0 || drawn(1.0) <= (1.0 + TOLERATED) * seen {
        return None;
    }
    let (mut low, mut high) = (LEAST, 1.0);
    while high - low > 1e-3 {
        let middle = (low + high) / 2.0;
        if drawn(middle) < seen { low = middle } else { high = middle }
    }
    Some(Beside { places, factor: high })
}

/// Returns the activities of each case that has some, with the position of its trace.
fn cases(log: &EventLog, followed: &Followed) -> Vec<(usize, Vec<Run>)> {
    let mut cases: Vec<(usize, Vec<Run>)> = (0..log.traces.len()).map(|t| (t, Vec::new())).collect();
    each_due(log, followed, |t, place, activity, due| {
        if let Some(end) = activity.ended {
            cases[t].1.push((place, due, end));
        }
    });
    cases.retain(|(_, case)| !case.is_empty());
    cases
}

/// Returns the elements beside whose runs others go on often enough.
fn places_beside(cases: &[Vec<Run>]) -> BTreeSet<u32> {
    let mut counts: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for case in cases {
        for (i, (place, due, end)) in case.iter().enumerate() {
            let Some(due) = due.filter(|due| due < end) else { continue };
            let overlaps = |(j, other): (usize, &Run)| {
                j != i && other.1.is_some_and(|from| from < other.2 && from.max(due) < other.2.min(*end))
            };
            let near = case.iter().enumerate().skip(i.saturating_sub(MOST_ACTIVITIES)).take(2 * MOST_ACTIVITIES);
            let count = counts.entry(*place).or_default();
            count.0 += 1;
            count.1 += u64::from(near.into_iter().any(overlaps));
        }
    }
    counts.into_iter().filter(|(_, (n, beside))| *beside as f64 > BESIDE * *n as f64).map(|(place, _)| place).collect()
}

/// Returns how long a case takes with times drawn one by one, the same for the same `seed`.
fn length(followed: &Followed, case: &[Run], samples: &[&[f64]], beside: &BTreeSet<u32>, factor: f64, seed: u64) -> f64 {
    let activity = |end: WallTime| LogActivity { ended: Some(end), ..LogActivity::default() };
    let places: Vec<&Place> = case.iter().map(|run| &followed.places[run.0 as usize]).collect();
    let mut done: Vec<LogActivity> = case.iter().map(|run| activity(run.2)).collect();
    let first = case[0].2;
    for (at, (place, due, _)) in case.iter().enumerate().skip(1) {
        let seen: Vec<(&Place, &LogActivity)> = places.iter().copied().zip(&done).collect();
        let due = due.and_then(|_| followed.order.due(&seen, at, WallTime::MAX)).unwrap_or(first);
        let sample = samples[*place as usize];
        let drawn = match sample.len() {
            0 => 0.0,
            n => sample[(scattered(seed << 16 | at as u64) % n as u64) as usize],
        };
        let shortened = if beside.contains(place) { drawn * factor } else { drawn };
        done[at].ended = Some(due + shortened as i64);
    }
    (done.iter().filter_map(|a| a.ended).max().unwrap_or(first) - first) as f64
}

/// Returns a number that looks drawn by lot.
///
/// Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators (2014): the mix of SplitMix64.
fn scattered(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::{FitOptions, fit};
    use crate::model::demand::{Arrivals, Demand, Profile};
    use crate::model::event_log::{ActivityKind, Trace};
    use crate::model::figure::Figure;
    use crate::model::flow::{Element, ElementKind};
    use crate::model::scenario::Scenario;
    use crate::model::service::Service;
    use crate::model::step::Step;
    use crate::model::study::Study;

    fn element(id: &str, kind: ElementKind, next: Option<&str>) -> Element {
        Element { id: id.to_owned(), kind, next: next.map(str::to_owned), ..Element::default() }
    }

    /// a, then b and c beside each other.
    fn study() -> Study {
        let step = |id: &str, next| element(id, ElementKind::Step(Box::<Step>::default()), next);
        let fork = ElementKind::Parallel(vec!["b".to_owned(), "c".to_owned()]);
        let elements = vec![step("a", Some("fork")), element("fork", fork, None), step("b", None), step("c", None)];
        let service = Service { id: "p".to_owned(), elements, ..Service::default() };
        let (per_year, growth) = (Figure::assumed(1.0), Figure::default());
        let arrivals = Arrivals::Poisson { per_year, growth, profile: Profile::default() };
        let demand = Demand { id: "d".to_owned(), of: "p".to_owned(), arrivals, background: false };
        Study { scenario: Scenario { services: vec![service], demand: vec![demand], ..Scenario::default() }, ..Study::default() }
    }

    /// Cases of a at 0, with b and c at the ends that are given.
    fn log(ends: impl Fn(i64) -> (i64, i64)) -> EventLog {
        let activity = |kind, ended| LogActivity { kind, ended: Some(ended), ..LogActivity::default() };
        let kinds = ["a", "b", "c"].map(|name| ActivityKind { name: name.to_owned(), element: String::new() });
        let case = |i: i64| {
            let (b, c) = ends(i);
            let mut activities = vec![activity(0, 0), activity(1, b), activity(2, c)];
            activities.sort_by_key(LogActivity::order);
            Trace { case: i.to_string(), activities, complete: None }
        };
        EventLog { kinds: kinds.into(), traces: (0..400).map(case).collect(), ..EventLog::default() }
    }

    fn found(log: &EventLog) -> Option<Beside> {
        fit(&study(), log, &FitOptions::default()).unwrap().beside
    }

    #[test]
    fn times_that_end_together_are_shortened_and_others_are_not() {
        let minute = 60_000;
        // Evenly from 0 to 400 minutes: the mean of one is 200, the later of two drawn one by one 267.
        let together = found(&log(|i| (i * minute, i * minute + 1))).unwrap();
        assert_eq!(together.places.len(), 2);
        assert!((0.7..0.8).contains(&together.factor), "{together:?}");
        let apart = found(&log(|i| (i * minute, i * 173 % 400 * minute)));
        assert_eq!(apart, None);
    }
}
