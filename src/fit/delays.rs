//! Waiting that neither people nor hours of the model explain: cases that lie though somebody is there and free to take them up.
//!
//! A log shows when work was due and when it began. Part of the time in between, all who may do it are busy or off shift; the rest is
//! held up by something else: an answer from outside, a courier, a habit. Without it a fitted model is far faster than its log. It goes
//! into the study as a wait before the step, with what was seen as its length.
//!
//! - Steps before which the model has something that takes time and that the log does not show are left alone: it may be that.
//! - People who also work for others in the model, of whom the log has no cases, are left alone: that is what they may be busy with.
//! - Who is seen at much work on nearly all days is away on a day without any.
//! - Where a step may be repeated, the wait stands before the first time; what passes between repetitions is left out.
//! - Nobody is seen at work at a moment, of which a log never says when it began: all that passes before it is unexplained.
//! - A wait by the wall clock may begin and end off shift, and the step then waits for the morning: lengths are shortened so that waits
//!   which begin when the log's did come to the mean of the log's.
//!
//! Source of the idea: Chapela-Campa and Dumas, Enhancing business process simulation models with extraneous activity delays (2024).

use super::due::each_due;
use super::figures::{each, each_seen, element_of, figure_of, name_of, pool_of};
use super::laws::{self, Fitted};
use super::net::Place;
use super::staff::{GroupFit, StaffFit};
use super::week::{Week, minute_of_week};
use super::{FitReport, SOURCE};
use crate::base::time::{MS_PER_DAY, MS_PER_MINUTE, MS_PER_WEEK};
use crate::model::event_log::{EventLog, Finish, LogActivity, WallTime};
use crate::model::flow::{Element, ElementKind, Repeat, Wait, WaitCause, WaitUntil, find_element, insert_before};
use crate::model::step::Performer;
use crate::model::study::Study;
use std::collections::{BTreeMap, BTreeSet};

/// Fewer waits than this say nothing.
const LEAST: usize = 30;
/// The least share of the waiting seen before a step that must be unexplained: a model of people is never exact.
const LEAST_SHARE: f64 = 0.25;
/// The least share of all time of all cases that a step's unexplained waiting must make.
const LEAST_OF_ALL: f64 = 0.01;
/// Days on which a piece of work shows that somebody is there; what lasts longer, or has no end but year 9999, shows its first of them
/// and its last.
const LONGEST_AT_WORK: usize = 31;
/// Changes of who is busy that are looked at for one wait; beyond them it is taken as explained.
const MOST_CHANGES: usize = 20_000;
/// Beginnings of waits at which the effect of closed hours is averaged, and lengths that stand for a step's.
const POINTS: usize = 200;
/// Pieces of work a day of which none is left by chance on next to no day.
const MANY: f64 = 8.0;
/// The largest share of open days on which somebody is not seen who is known to be away on them.
const MOST_AWAY: f64 = 0.3;
/// What the id of such a wait ends with.
const HELD_UP: &str = ".held-up";

/// Waiting before a step that nothing in the model explains.
#[derive(Clone, Debug, PartialEq)]
pub struct DelayFit {
    /// The step.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Mean waiting before it in the log, in milliseconds.
    pub waited: f64,
    /// What is not explained of it, with nothing taken off for closed hours, in milliseconds.
    pub unexplained: Fitted,
}

impl DelayFit {
    /// Returns the mean of what is not explained as the log has it, in milliseconds; the law that stands for it may differ a little.
    pub fn mean(&self) -> f64 {
        self.unexplained.mean.map_or_else(|| self.unexplained.law.mean(), |mean| mean.mean)
    }
}

/// A wait seen in the log: when the work was due, from when on somebody was free, and when it began.
#[derive(Clone, Copy)]
struct Held {
    due: WallTime,
    free: WallTime,
    started: WallTime,
}

/// How many of a group are at work, from one change to the next.
#[derive(Default)]
struct Busy {
    /// When it changes, and how many are at work from then on.
    changes: Vec<(WallTime, i64)>,
    count: i64,
    /// By day: how many of them are away, though they are seen on nearly all days.
    away: BTreeMap<i64, i64>,
    /// Minutes from each minute of the week to the next open one; empty for one that never closes.
    to_open: Vec<u32>,
    /// The steps that they do; empty for all.
    steps: BTreeSet<u32>,
}

/// Finds such waits, and puts them into the study.
pub fn delays(report: &mut FitReport, log: &EventLog) {
    if !report.facts.has_starts || !report.facts.has_times_of_day {
        return;
    }
    let pool_fit = |place: &Place| {
        let pool = pool_of(&report.study, place)?;
        report.staff.iter().position(|(name, _)| name == pool)
    };
    let elsewhere = pools_of_others(report);
    let pools: Vec<Option<usize>> = report.followed.places.iter().map(pool_fit).collect();
    let busy: Vec<Vec<Busy>> = (0..report.staff.len()).map(|pool| busy_of(report, log, &pools, pool)).collect();
    let mut held: BTreeMap<u32, Vec<Held>> = BTreeMap::new();
    let mut waited: BTreeMap<u32, f64> = BTreeMap::new();
    let mut runs: BTreeMap<u32, (usize, Option<WallTime>)> = BTreeMap::new();
    each_due(log, &report.followed, |t, place, activity, due| {
        let before = runs.insert(place, (t, activity.ended));
        let (Some(pool), Some(started)) = (pools[place as usize], activity.started) else { return };
        let Some(due) = due.filter(|due| *due <= started) else { return };
        // The wait stands before the step, and not between its repetitions.
        if before == Some((t, Some(due))) && repeats(&report.study, &report.followed.places[place as usize]) {
            return;
        }
        let free = busy[pool].iter().filter(|group| group.does(place)).map(|group| group.free(due, started)).min();
        // Nobody is seen at work at a moment.
        let free = if report.followed.is_moment(activity) { due } else { free.unwrap_or(started) };
        held.entry(place).or_default().push(Held { due, free, started });
        *waited.entry(place).or_insert(0.0) += (started - due) as f64;
    });
    let spans = log.traces.iter().filter_map(|t| span(&t.activities));
    let all: f64 = spans.map(|(first, last)| (last - first) as f64).sum();
    for (place, held) in held {
        let waited = waited.get(&place).copied().unwrap_or(0.0);
        let sum: f64 = held.iter().map(|h| (h.started - h.free) as f64).sum();
        let at = report.followed.places[place as usize].clone();
        let told = held.len() >= LEAST && sum >= LEAST_SHARE * waited && sum >= LEAST_OF_ALL * all && sum > 0.0;
        let is_elsewhere = pool_of(&report.study, &at).is_some_and(|pool| elsewhere.contains(pool));
        if !told || is_elsewhere || !is_next_to_what_is_seen(&report.study, &report.followed.places, &at) {
            continue;
        }
        let to_open = pools[place as usize].map_or(&[][..], |pool| common_hours(&busy[pool], place));
        put(report, at, waited / held.len() as f64, &held, to_open);
    }
}

/// Returns the pools that also serve cases of which the log has none.
fn pools_of_others(report: &FitReport) -> BTreeSet<String> {
    let scenario = &report.study.scenario;
    let unseen = report.arrivals.iter().filter(|(_, fit)| fit.is_none());
    let demands = unseen.filter_map(|(id, _)| scenario.demand.iter().find(|demand| demand.id == *id));
    let mut pools = BTreeSet::new();
    for demand in demands {
        let life_event = scenario.life_events.iter().find(|event| event.id == demand.of);
        let services: Vec<&str> = life_event.map_or_else(
            || vec![demand.of.as_str()],
            |event| event.services.iter().map(|service| service.service.as_str()).collect(),
        );
        for service in scenario.services.iter().filter(|service| services.contains(&service.id.as_str())) {
            each(&service.elements, &mut |element| {
                if let ElementKind::Step(step) = &element.kind
                    && let Performer::Staff(uses) = &step.performer
                {
                    pools.extend(uses.iter().map(|one| one.pool.clone()));
                }
            });
        }
    }
    pools
}

fn repeats(study: &Study, place: &Place) -> bool {
    element_of(study, place).is_some_and(|element| element.repeat.is_some())
}

fn span(activities: &[LogActivity]) -> Option<(WallTime, WallTime)> {
    let first = activities.iter().filter_map(LogActivity::first).min()?;
    Some((first, activities.iter().filter_map(|a| a.ended).max()?.max(first)))
}

/// Returns for each group of a pool how many were at work when.
fn busy_of(report: &FitReport, log: &EventLog, pools: &[Option<usize>], pool: usize) -> Vec<Busy> {
    let fit = &report.staff[pool].1;
    let mut found: Vec<Busy> = fit.groups.iter().map(|group| Busy::of(group, fit)).collect();
    let mut days: Vec<BTreeMap<u32, BTreeMap<i64, u32>>> = vec![BTreeMap::new(); found.len()];
    each_seen(log, &report.followed, |_, _, place, activity| {
        let (Some(started), Some(ended), true) = (activity.started, activity.ended, pools[place as usize] == Some(pool)) else {
            return;
        };
        if matches!(activity.finish, Finish::Complete | Finish::Aborted) {
            for ((group, busy), days) in fit.groups.iter().zip(&mut found).zip(&mut days) {
                if let Some(who) = activity.resource.filter(|who| group.members.contains(who)) {
                    let own = days.entry(who).or_default();
                    let (first, last) = (started.div_euclid(MS_PER_DAY), ended.div_euclid(MS_PER_DAY));
                    for day in
                        (first..=last).take(LONGEST_AT_WORK).chain((last - first >= LONGEST_AT_WORK as i64).then_some(last))
                    {
                        *own.entry(day).or_insert(0) += 1;
                    }
                }
                // Where people are not told apart, all work is theirs.
                if group.members.is_empty() || activity.resource.is_some_and(|who| group.members.contains(&who)) {
                    busy.changes.extend([(started, 1), (ended, -1)]);
                }
            }
        }
    });
    for (busy, days) in found.iter_mut().zip(days) {
        busy.settle();
        busy.away = away(days.into_values().collect(), &busy.to_open);
    }
    found
}

/// Returns by day how many of a group are away; `seen` is what each of them did by day. Only who does many pieces of work a day, on nearly
/// all open days between the first and the last, is known to be away on the others: the rest may have had nothing to do.
fn away(seen: Vec<BTreeMap<i64, u32>>, to_open: &[u32]) -> BTreeMap<i64, i64> {
    let opens = |day: &i64| opening(to_open, day * MS_PER_DAY) < (day + 1) * MS_PER_DAY;
    let mut away = BTreeMap::new();
    for seen in seen {
        let (Some((&first, _)), Some((&last, _))) = (seen.first_key_value(), seen.last_key_value()) else { continue };
        // Among so many days open days may be few, but never so few.
        if last - first > LONGEST_AT_WORK as i64 * (seen.len() as i64 + 1) {
            continue;
        }
        let a_day = f64::from(seen.values().sum::<u32>()) / seen.len() as f64;
        let missed: Vec<i64> = (first..=last).filter(|day| !seen.contains_key(day) && opens(day)).collect();
        if a_day >= MANY && missed.len() as f64 <= MOST_AWAY * (missed.len() + seen.len()) as f64 {
            missed.into_iter().for_each(|day| *away.entry(day).or_insert(0) += 1);
        }
    }
    away
}

impl Busy {
    fn of(group: &GroupFit, fit: &StaffFit) -> Busy {
        let week = group.hours.as_ref().or(fit.hours.as_ref().map(|hours| &hours.week));
        Busy {
            count: i64::from(group.count),
            to_open: week.map_or_else(Vec::new, to_open),
            steps: group.steps.clone(),
            ..Busy::default()
        }
    }

    /// Turns changes into levels.
    fn settle(&mut self) {
        self.changes.sort_unstable();
        let mut level = 0;
        for change in &mut self.changes {
            level += change.1;
            change.1 = level;
        }
        // Of several changes at one instant the last one holds.
        self.changes.reverse();
        self.changes.dedup_by_key(|change| change.0);
        self.changes.reverse();
    }

    fn does(&self, step: u32) -> bool {
        self.steps.is_empty() || self.steps.contains(&step)
    }

    /// Returns the first instant from `due` on at which one of them is on shift and free; `started` where there is none before it.
    fn free(&self, due: WallTime, started: WallTime) -> WallTime {
        let first = self.changes.partition_point(|change| change.0 <= due);
        let level = |i: usize| i.checked_sub(1).and_then(|i| self.changes.get(i)).map_or(0, |change| change.1);
        let mut from = due;
        for i in (first..=self.changes.len()).take(MOST_CHANGES) {
            let until = self.changes.get(i).map_or(started, |change| change.0).min(started);
            if let Some(open) = self.first_free(level(i), from, until) {
                return open;
            }
            if until >= started {
                break;
            }
            from = until;
        }
        started
    }
}

impl Busy {
    /// Returns the first instant in between at which one is on shift and free, while so many are at work.
    fn first_free(&self, at_work: i64, mut from: WallTime, until: WallTime) -> Option<WallTime> {
        if at_work >= self.count {
            return None;
        }
        loop {
            let open = opening(&self.to_open, from);
            if open >= until {
                return None;
            }
            let day = open.div_euclid(MS_PER_DAY);
            if at_work < self.count - self.away.get(&day).copied().unwrap_or(0) {
                return Some(open);
            }
            from = (day + 1) * MS_PER_DAY;
        }
    }
}

/// Returns the minutes from each minute of the week to the next open one; none for a week without open ones.
fn to_open(week: &Week) -> Vec<u32> {
    let n = (MS_PER_WEEK / MS_PER_MINUTE) as usize;
    let mut minutes = vec![0u32; n];
    if !(0..n).any(|minute| week.is_open(minute)) {
        return Vec::new();
    }
    let mut left = 0;
    for i in (0..2 * n).rev() {
        left = if week.is_open(i % n) { 0 } else { left + 1 };
        minutes[i % n] = left;
    }
    minutes
}

/// Returns the first open instant from `at` on.
fn opening(to_open: &[u32], at: WallTime) -> WallTime {
    match to_open.get(minute_of_week(at)) {
        None | Some(0) => at,
        Some(minutes) => at - at.rem_euclid(MS_PER_MINUTE) + i64::from(*minutes) * MS_PER_MINUTE,
    }
}

/// Returns the hours of the largest group that does a step.
fn common_hours(groups: &[Busy], step: u32) -> &[u32] {
    groups.iter().filter(|group| group.does(step)).max_by_key(|group| group.count).map_or(&[], |group| &group.to_open)
}

/// Tells whether all that comes right before a step is seen in the log, but for what takes no time.
fn is_next_to_what_is_seen(study: &Study, seen: &[Place], place: &Place) -> bool {
    let Some(service) = study.scenario.service(&place.service) else { return false };
    let Some(list) = list_of(&service.elements, &place.element) else { return false };
    // What happens several times at once is due once, and begins at different times.
    if find_element(list, &place.element).is_none_or(|step| matches!(step.repeat, Some(Repeat::Parallel(_)))) {
        return false;
    }
    let (mut to_do, mut met) = (vec![place.element.as_str()], BTreeSet::new());
    while let Some(id) = to_do.pop() {
        for before in list.iter().filter(|e| e.successors().iter().any(|next| *next == id)) {
            let is_seen = seen.iter().any(|s| s.service == place.service && s.element == before.id);
            if is_seen || !met.insert(before.id.as_str()) {
                continue;
            }
            match before.kind {
                ElementKind::Start | ElementKind::OtherStart => {}
                ElementKind::Exclusive(_) | ElementKind::Parallel(_) | ElementKind::Inclusive(_) | ElementKind::Pass => {
                    to_do.push(&before.id);
                }
                _ => return false,
            }
        }
    }
    true
}

/// Returns the list of elements that holds one with this id.
fn list_of<'e>(elements: &'e [Element], id: &str) -> Option<&'e [Element]> {
    if elements.iter().any(|e| e.id == id) {
        return Some(elements);
    }
    elements.iter().filter_map(Element::inner).find_map(|inner| list_of(inner, id))
}

/// Puts a wait before a step.
fn put(report: &mut FitReport, place: Place, waited: f64, held: &[Held], to_open: &[u32]) {
    let late: Vec<f64> = held.iter().map(|h| (h.started - h.free) as f64).collect();
    let Some(unexplained) = laws::fit(&late, &[]) else { return };
    // Without what people at work explain, and with the closed hours at its beginning.
    let lengths: Vec<f64> =
        held.iter().map(|h| (h.started - h.due - (h.free - opening(to_open, h.due)).max(0)).max(0) as f64).collect();
    let factor = clock_factor(&thinned(held, |h| h.due), &thinned(&lengths, |length| *length), to_open);
    let shortened: Vec<f64> = lengths.iter().map(|length| length * factor).collect();
    let Some(fitted) = laws::fit(&shortened, &[]) else { return };
    let note = format!(
        "{} beginnings of work, by how much later they are than somebody was free; closed hours that come on top are taken off (times {factor:.2})",
        held.len()
    );
    let name = name_of(&report.study, &place);
    let wait = Wait { until: WaitUntil::For(figure_of(&fitted, note)), cause: WaitCause::External, suspends_term: false };
    let element = Element {
        id: format!("{}{HELD_UP}", place.element),
        name: format!("Held up before: {name}"),
        kind: ElementKind::Wait(wait),
        note: format!("Waiting that the people and hours found in the log ({SOURCE}) do not explain."),
        ..Element::default()
    };
    if let Some(service) = report.study.scenario.service_mut(&place.service)
        && insert_before(&mut service.elements, &place.element, element)
    {
        report.delays.push(DelayFit { place, name, waited, unexplained });
    }
}

/// Returns some of many, evenly.
fn thinned<T, U>(list: &[T], of: impl Fn(&T) -> U) -> Vec<U> {
    list.iter().step_by(list.len().div_ceil(POINTS).max(1)).map(of).collect()
}

/// Returns the factor by which lengths must be shortened so that waits which begin at these instants, end no earlier than the next
/// opening, and are drawn without regard to when they begin, come to the mean of the lengths.
fn clock_factor(begun: &[WallTime], lengths: &[f64], to_open: &[u32]) -> f64 {
    let n = (begun.len() * lengths.len()) as f64;
    if to_open.is_empty() || n == 0.0 {
        return 1.0;
    }
    let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
    let comes_to = |factor: f64| {
        let ends = begun
            .iter()
            .flat_map(|from| lengths.iter().map(move |l| (opening(to_open, from + (l * factor) as i64) - from) as f64));
        ends.sum::<f64>() / n
    };
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-3 {
        let middle = (low + high) / 2.0;
        if comes_to(middle) < mean { low = middle } else { high = middle }
    }
    high
}

/// Counts the waits of a simulated log as part of what comes before the steps behind them, as in the log that they were found in.
pub(super) fn counted_as_waiting(log: &mut EventLog) {
    let steps: Vec<Option<String>> = log.kinds.iter().map(|kind| kind.element.strip_suffix(HELD_UP).map(str::to_owned)).collect();
    for trace in &mut log.traces {
        let held: Vec<(usize, Option<WallTime>, Option<WallTime>)> = (trace.activities.iter())
            .filter(|a| steps[a.kind as usize].is_some())
            .map(|a| (a.kind as usize, a.first(), a.ended))
            .collect();
        for (kind, begun, ended) in held {
            let is_next =
                |a: &&mut LogActivity| steps[kind].as_ref() == Some(&log.kinds[a.kind as usize].element) && a.enabled == ended;
            if let Some(step) = trace.activities.iter_mut().find(is_next) {
                step.enabled = begun;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::MS_PER_HOUR;
    use crate::model::calendar::{Weekdays, WeeklyHours};

    /// 2026-01-05, a Monday.
    const MONDAY: i64 = 20_458 * MS_PER_DAY;

    fn nine_to_five() -> Week {
        Week::of_hours(&[WeeklyHours { days: Weekdays::range(0, 4), from_minute: 540, to_minute: 1020 }])
    }

    #[test]
    fn somebody_is_free_once_on_shift_and_not_at_work() {
        let at = |hour: i64| MONDAY + hour * MS_PER_HOUR;
        let mut one = Busy { count: 1, to_open: to_open(&nine_to_five()), ..Busy::default() };
        one.changes.extend([(at(10), 1), (at(12), -1), (at(12), 1), (at(13), -1), (at(16), 1), (at(33), -1)]);
        one.settle();
        assert_eq!(one.free(at(7), at(20)), at(9), "before the shift");
        assert_eq!(one.free(at(11), at(20)), at(13), "work follows work");
        assert_eq!(one.free(at(13), at(15)), at(13));
        assert_eq!(one.free(at(16), at(33)), at(33), "at work overnight, and to the end");
        assert_eq!(one.free(at(16), at(40)), at(33));
        assert_eq!(one.free(at(42), at(300)), at(2 * 24 + 9), "off shift");
    }

    #[test]
    fn closed_hours_are_taken_off_a_wait() {
        let week = to_open(&nine_to_five());
        let noon = MONDAY + 12 * MS_PER_HOUR;
        let hours = |list: &[i64]| list.iter().map(|h| (h * MS_PER_HOUR) as f64).collect::<Vec<_>>();
        // Half of what is due at noon is done at once, half the next morning: the shortest wait into the night does that too.
        let factor = clock_factor(&[noon], &hours(&[0, 21]), &week);
        assert!((5.0 / 21.0..=1.0).contains(&factor), "{factor}");
        // What begins at night waits for the morning anyway.
        let factor = clock_factor(&[noon, noon + 8 * MS_PER_HOUR], &hours(&[13, 13]), &week);
        assert!(factor < 0.5, "{factor}");
        assert_eq!(clock_factor(&[noon], &hours(&[0, 21]), &[]), 1.0);
    }
}
