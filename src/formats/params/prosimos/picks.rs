//! Who does how much of a task, where some need longer for it than others.
//!
//! A task's duration is drawn here without a look at who does it: from the laws of all who can, each as often as that person would be
//! picked. Prosimos picks whoever has been idle longest of those who can do the task. Whoever also does other tasks is idle for less
//! long, and is picked less; so how often each is picked cannot be told from one task alone. Here the picking is played through once,
//! before any run, with the mean durations and with the hours of each: only who is on shift is picked. A fixed seed makes it the same
//! each time.

use std::collections::BTreeMap;

use crate::base::distribution::Distribution;
use crate::formats::params::mix;
use crate::formats::params::staff::Resource;
use crate::model::calendar::WeeklyHours;
use crate::model::flow::{Branch, Element, ElementKind};
use crate::model::scenario::Scenario;

/// How many picks are played through, in all.
const PICKS: usize = 40_000;

/// How many looks at people that may take at most.
const MOST_LOOKS: usize = 20_000_000;

/// Of people who are all alike, at most so many are told apart.
const MOST_ALIKE: usize = 100;

const MINUTES_OF_WEEK: usize = 7 * 24 * 60;
const MS_PER_MINUTE: f64 = 60_000.0;

/// Somebody, or so many alike.
struct Person<'a> {
    /// Their hours; `None` is around the clock.
    hours: Option<&'a [WeeklyHours]>,
    /// How many they are.
    amount: f64,
}

/// A task.
struct Task {
    /// How often a case comes to it, on average.
    visits: f64,
    /// Who can do it, by position, with the mean of how long they need in milliseconds.
    people: Vec<(usize, f64)>,
}

/// A member of the staff while the picking is played through.
struct Member {
    person: usize,
    /// Since when this one is idle, or until when at work.
    idle_since: f64,
}

/// Returns the durations of tasks, from the laws of all who do them, by their ids; each law as often as its person is picked. A case comes
/// every `between` milliseconds on average.
pub(super) fn durations(
    by_task: Vec<(String, Vec<(String, Distribution)>)>,
    resources: &BTreeMap<String, Resource>,
    scenario: &Scenario,
    between: f64,
) -> BTreeMap<String, Distribution> {
    let differ = |laws: &[(String, Distribution)]| laws.windows(2).any(|pair| pair[0].1 != pair[1].1);
    if !by_task.iter().any(|(_, laws)| differ(laws)) {
        // Who does it makes no difference.
        return by_task.into_iter().filter_map(|(id, laws)| Some((id, laws.into_iter().next()?.1))).collect();
    }
    let mut often = BTreeMap::new();
    scenario.services.iter().for_each(|service| visits(&service.elements, 1.0, &mut often));
    let hours = |id: &str| scenario.calendars.iter().find(|c| c.id == id).map(|c| c.weekly.as_slice());
    let people: Vec<Person<'_>> =
        resources.values().map(|r| Person { hours: r.calendar.as_deref().and_then(hours), amount: r.amount }).collect();
    let position: BTreeMap<&str, usize> = resources.keys().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    let tasks: Vec<Task> = by_task
        .iter()
        .map(|(id, laws)| Task {
            visits: often.get(id).copied().unwrap_or(0.0),
            people: laws.iter().filter_map(|(who, law)| Some((*position.get(who.as_str())?, law.mean()))).collect(),
        })
        .collect();
    let shares = shares(&people, &tasks, between);
    let laws = by_task.into_iter().zip(shares).filter_map(|((id, laws), shares)| {
        let laws = laws.into_iter().map(|(_, law)| law).zip(shares).filter(|(_, share)| *share > 0.0);
        Some((id, mix::mixture(laws.collect())?))
    });
    laws.collect()
}

/// Returns for each task how often each of those who can do it is picked; a case comes every `between` milliseconds on average. Where
/// nothing is picked, everybody counts by number.
fn shares(people: &[Person<'_>], tasks: &[Task], between: f64) -> Vec<Vec<f64>> {
    let open: Vec<Option<Vec<bool>>> = people.iter().map(|person| person.hours.map(minutes)).collect();
    let mut members: Vec<Member> = Vec::new();
    let mut of_person: Vec<Vec<usize>> = Vec::new();
    for (person, it) in people.iter().enumerate() {
        let n = (it.amount.round().max(0.0) as usize).min(MOST_ALIKE);
        of_person.push((members.len()..members.len() + n).collect());
        members.extend((0..n).map(|_| Member { person, idle_since: 0.0 }));
    }
    let total: f64 = tasks.iter().map(|task| task.visits).sum();
    let mut picked: Vec<Vec<f64>> = tasks.iter().map(|task| vec![0.0; task.people.len()]).collect();
    let looks = tasks.iter().map(|t| t.visits / total * t.people.iter().map(|(p, _)| of_person[*p].len() as f64).sum::<f64>());
    let looks = looks.sum::<f64>().max(1.0);
    let n = if total > 0.0 && between > 0.0 { PICKS.min((MOST_LOOKS as f64 / looks) as usize) } else { 0 };
    let (mut chance, mut now) = (Chance(0x5eed), 0.0);
    for _ in 0..n {
        now -= between / total * (1.0 - chance.next()).ln();
        let mut of_all = chance.next() * total;
        let found = tasks.iter().position(|task| {
            of_all -= task.visits;
            of_all < 0.0
        });
        let Some(at) = found else { continue };
        let on_shift = |person: usize| {
            let minute = (now / MS_PER_MINUTE) as usize % MINUTES_OF_WEEK;
            open[person].as_ref().is_none_or(|open| open[minute])
        };
        let able = tasks[at].people.iter().enumerate().filter(|(_, (person, _))| on_shift(*person));
        let longest = able
            .flat_map(|(who, (person, mean))| of_person[*person].iter().map(move |member| (who, *member, *mean)))
            .min_by(|a, b| members[a.1].idle_since.total_cmp(&members[b.1].idle_since));
        if let Some((who, member, mean)) = longest {
            picked[at][who] += 1.0;
            debug_assert_eq!(members[member].person, tasks[at].people[who].0);
            members[member].idle_since = members[member].idle_since.max(now) + mean;
        }
    }
    for (task, picked) in tasks.iter().zip(&mut picked) {
        if picked.iter().all(|n| *n == 0.0) {
            *picked = task.people.iter().map(|(person, _)| people[*person].amount).collect();
        }
    }
    picked
}

/// Returns for each minute of the week whether hours are open.
fn minutes(hours: &[WeeklyHours]) -> Vec<bool> {
    let mut open = vec![false; MINUTES_OF_WEEK];
    for stretch in hours {
        for day in (0..7).filter(|day| stretch.days.contains(*day)) {
            let (from, to) = (usize::from(stretch.from_minute), usize::from(stretch.to_minute));
            let to = if to > from { to } else { to + 1440 };
            (from..to).for_each(|minute| open[(usize::from(day) * 1440 + minute) % MINUTES_OF_WEEK] = true);
        }
    }
    open
}

/// A number after the other, evenly between 0 and 1. Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators (2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Adds how often a case comes to each of some elements, by id; it comes `entries` times to where they begin.
fn visits(elements: &[Element], entries: f64, found: &mut BTreeMap<String, f64>) {
    let position: BTreeMap<&str, usize> = elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), i)).collect();
    let ways: Vec<Vec<(usize, f64)>> = elements
        .iter()
        .map(|element| ways(element).into_iter().filter_map(|(to, share)| Some((*position.get(to)?, share))).collect())
        .collect();
    let mut into = vec![0usize; elements.len()];
    ways.iter().flatten().for_each(|(to, _)| into[*to] += 1);
    let starts: Vec<f64> = elements.iter().map(|e| if matches!(e.kind, ElementKind::Start) { entries } else { 0.0 }).collect();
    let mut often = starts.clone();
    // Circles are gone through less and less often.
    for _ in 0..1_000 {
        let mut next = starts.clone();
        let mut most = vec![0.0f64; elements.len()];
        for (from, ways) in ways.iter().enumerate() {
            for (to, share) in ways {
                next[*to] += often[from] * share;
                most[*to] = most[*to].max(often[from] * share);
            }
        }
        for (i, element) in elements.iter().enumerate().filter(|(i, _)| into[*i] > 1) {
            match element.kind {
                ElementKind::Parallel(_) => next[i] /= into[i] as f64,
                ElementKind::Inclusive(_) => next[i] = most[i],
                _ => {}
            }
        }
        let change: f64 = next.iter().zip(&often).map(|(a, b)| (a - b).abs()).sum();
        often = next;
        if change < 1e-9 {
            break;
        }
    }
    for (element, often) in elements.iter().zip(often) {
        *found.entry(element.id.clone()).or_insert(0.0) += often;
        if let Some(inner) = element.inner() {
            visits(inner, often, found);
        }
    }
}

/// Returns where an element leads, with how often.
fn ways(element: &Element) -> Vec<(&str, f64)> {
    let shared = |branches: &'_ [Branch], at_once: bool| -> Vec<f64> {
        let given: f64 = branches.iter().filter_map(|b| b.share.as_ref()).map(|share| share.value).sum();
        let open = branches.iter().filter(|b| b.share.is_none()).count() as f64;
        let rest = if at_once { 0.5 } else { (1.0 - given).max(0.0) / open };
        branches.iter().map(|b| b.share.as_ref().map_or(rest, |share| share.value)).collect()
    };
    match &element.kind {
        ElementKind::Exclusive(branches) => branches.iter().map(|b| b.to.as_str()).zip(shared(branches, false)).collect(),
        ElementKind::Inclusive(branches) => branches.iter().map(|b| b.to.as_str()).zip(shared(branches, true)).collect(),
        ElementKind::Parallel(to) => to.iter().map(|to| (to.as_str(), 1.0)).collect(),
        ElementKind::EventBased(ways) => ways.iter().map(|way| (way.to.as_str(), 1.0 / ways.len() as f64)).collect(),
        ElementKind::End(_) => Vec::new(),
        _ => element.next.iter().map(|to| (to.as_str(), 1.0)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::calendar::Weekdays;

    #[test]
    fn who_also_does_something_else_is_picked_less() {
        // Of two who do X, one also does Y, which comes as often, and nobody is ever busy for long. With Y, the other one has been
        // idle longer after each X of hers and each Y: as a chain of who is idle longest, two thirds of X are his who does X only.
        let people = [Person { hours: None, amount: 1.0 }, Person { hours: None, amount: 1.0 }];
        let tasks = [Task { visits: 1.0, people: vec![(0, 1.0), (1, 1.0)] }, Task { visits: 1.0, people: vec![(1, 1.0)] }];
        let picked = shares(&people, &tasks, 1e6);
        let of_first = picked[0][0] / picked[0].iter().sum::<f64>();
        assert!((of_first - 2.0 / 3.0).abs() < 0.01, "{of_first}");
        assert_eq!(picked, shares(&people, &tasks, 1e6), "the same each time");
    }

    #[test]
    fn only_who_is_on_shift_is_picked() {
        let day = [WeeklyHours { days: Weekdays::ALL, from_minute: 480, to_minute: 720 }];
        let people = [Person { hours: Some(&day), amount: 2.0 }, Person { hours: None, amount: 2.0 }];
        let tasks = [Task { visits: 1.0, people: vec![(0, 1.0), (1, 1.0)] }];
        let picked = shares(&people, &tasks, 1e6);
        // Four of 24 hours they share evenly; who comes on shift after hours of idling goes first.
        let of_day = picked[0][0] / picked[0].iter().sum::<f64>();
        assert!((of_day - 2.0 / 24.0).abs() < 0.01, "{of_day}");
    }
}
