//! Who works: how many people a pool has, when they are there, and who does what.

use super::presence::{Profile, are_alike, marks, own_hours, pool_hours};
use super::week::{Hours, Week};
use crate::model::event_log::WallTime;
use std::collections::{BTreeMap, BTreeSet};

/// Share of a pool's work done by people of another from which on the two are one.
const GUESTS: f64 = 0.1;
/// Share of somebody's activities that overlap others of the same name, from which on the name stands for several people.
const OVERLAP: f64 = 0.1;
/// How often somebody would have done a task by chance, from which on never having done it means not doing it.
const EXPECTED: f64 = 6.0;
/// Groups of a pool that a run can tell apart.
const MOST_GROUPS: usize = 60;

/// One piece of staff work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// The pool, by a number of the caller.
    pub pool: usize,
    /// The step, by a number of the caller.
    pub step: u32,
    /// Who, where the log says it.
    pub who: Option<u32>,
    /// When it was due, where that is known.
    pub due: Option<WallTime>,
    /// When it began.
    pub started: WallTime,
    /// When it ended.
    pub ended: WallTime,
}

/// What the number of people rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Names of people in the log.
    Names,
    /// The same, of whom so many were there at once on average: people came and left.
    Presence,
    /// The most work that went on at once: at least so many.
    AtOnce,
}

/// People who share hours and tasks.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupFit {
    /// How many.
    pub count: u32,
    /// Their hours, where they are others than the pool's.
    pub hours: Option<Week>,
    /// The steps that they do; empty for all of the pool's.
    pub steps: BTreeSet<u32>,
    /// Who they are, by the caller's numbers; empty where people are not told apart.
    pub members: Vec<u32>,
}

/// What was found about a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct StaffFit {
    /// The pools that are one, by the caller's numbers, the one with most work first.
    pub pools: Vec<usize>,
    /// Number of people.
    pub count: u32,
    /// Names in the log.
    pub n_names: usize,
    /// What the number rests on.
    pub basis: Basis,
    /// Pieces of work.
    pub n: usize,
    /// When they work; absent where too little was done to tell.
    pub hours: Option<Hours>,
    /// People by hours and tasks; one group where all are alike.
    pub groups: Vec<GroupFit>,
    /// Share of the work done by people who mostly work for another pool, where that is not made one with this.
    pub guests: f64,
}

/// Finds the people of all pools. `may_merge` allows to make pools one whose people work for each other; hours are only sought where
/// instants have times of day.
pub fn staff(works: &[Work], n_pools: usize, may_merge: bool, has_times_of_day: bool) -> Vec<StaffFit> {
    let main = main_pools(works);
    let of = |w: &Work| w.who.and_then(|who| main.get(&who).copied());
    let mut guests: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut totals = vec![0usize; n_pools];
    for work in works {
        totals[work.pool] += 1;
        if let Some(home) = of(work).filter(|home| *home != work.pool) {
            *guests.entry((work.pool, home)).or_insert(0) += 1;
        }
    }
    let mut union: Vec<usize> = (0..n_pools).collect();
    for (&(pool, home), &n) in &guests {
        if may_merge && n as f64 > GUESTS * totals[pool] as f64 {
            let (a, b) = (union[pool], union[home]);
            union.iter_mut().filter(|u| **u == a.max(b)).for_each(|u| *u = a.min(b));
        }
    }
    let mut fits = Vec::new();
    for root in 0..n_pools {
        let mut pools: Vec<usize> = (0..n_pools).filter(|p| union[*p] == root && totals[*p] > 0).collect();
        pools.sort_by_key(|p| (std::cmp::Reverse(totals[*p]), *p));
        if pools.is_empty() {
            continue;
        }
        let own: Vec<Work> = works.iter().filter(|w| union[w.pool] == root).copied().collect();
        let strangers = own.iter().filter(|w| of(w).is_some_and(|home| union[home] != root)).count();
        let counted: Vec<Work> = own.iter().filter(|w| of(w).is_none_or(|home| union[home] == root)).copied().collect();
        let hours = has_times_of_day.then(|| pool_hours(&own)).flatten();
        fits.push(pool(pools, &own, &counted, hours, strangers as f64 / own.len() as f64));
    }
    fits
}

/// Returns the pool that each person does most work for.
fn main_pools(works: &[Work]) -> BTreeMap<u32, usize> {
    let mut counts: BTreeMap<u32, BTreeMap<usize, usize>> = BTreeMap::new();
    for work in works {
        if let Some(who) = work.who {
            *counts.entry(who).or_default().entry(work.pool).or_insert(0) += 1;
        }
    }
    let most = |pools: BTreeMap<usize, usize>| {
        pools.into_iter().max_by_key(|(pool, n)| (*n, std::cmp::Reverse(*pool))).map_or(0, |(pool, _)| pool)
    };
    counts.into_iter().map(|(who, pools)| (who, most(pools))).collect()
}

fn pool(pools: Vec<usize>, all: &[Work], counted: &[Work], hours: Option<Hours>, guests: f64) -> StaffFit {
    let mut people: BTreeMap<u32, Vec<Work>> = BTreeMap::new();
    for work in counted {
        if let Some(who) = work.who {
            people.entry(who).or_default().push(*work);
        }
    }
    let unnamed = counted.iter().filter(|w| w.who.is_none()).count();
    let overlapping: usize = people.values_mut().map(|own| overlaps(own)).sum();
    let named = counted.len() - unnamed;
    let made = |count: usize, basis, groups| StaffFit {
        pools: pools.clone(),
        count: count.max(1) as u32,
        n_names: people.len(),
        basis,
        n: all.len(),
        hours: hours.clone(),
        groups,
        guests,
    };
    let one =
        |count: usize| vec![GroupFit { count: count.max(1) as u32, hours: None, steps: BTreeSet::new(), members: Vec::new() }];
    if unnamed > named || overlapping as f64 > OVERLAP * named as f64 {
        let count = at_once(all);
        return made(count, Basis::AtOnce, one(count));
    }
    let present = presence(&people, all);
    if people.len() as f64 > 1.25 * present + 0.5 && people.len() > 2 {
        let count = present.round() as usize;
        return made(count, Basis::Presence, one(count));
    }
    let groups = groups(&people, all, hours.as_ref());
    made(people.len(), Basis::Names, groups)
}

/// Returns how many of somebody's pieces of work begin before an earlier one ended.
fn overlaps(works: &mut [Work]) -> usize {
    works.sort_by_key(|w| (w.started, w.ended));
    let mut until = i64::MIN;
    let mut n = 0;
    for work in works.iter() {
        n += usize::from(work.started + 1_000 < until);
        until = until.max(work.ended);
    }
    n
}

/// Returns how many pieces of work went on at once at most; the busiest thousandth is left out.
fn at_once(works: &[Work]) -> usize {
    let mut ends: Vec<i64> = works.iter().map(|w| w.ended).collect();
    let mut starts: Vec<i64> = works.iter().map(|w| w.started).collect();
    ends.sort_unstable();
    starts.sort_unstable();
    let mut ended = 0;
    let mut levels: Vec<usize> = Vec::with_capacity(starts.len());
    for (i, start) in starts.iter().enumerate() {
        while ended < ends.len() && ends[ended] <= *start {
            ended += 1;
        }
        levels.push((i + 1).saturating_sub(ended));
    }
    levels.sort_unstable();
    levels.get((levels.len() * 999 / 1000).min(levels.len().saturating_sub(1))).copied().unwrap_or(0)
}

/// Returns how many people were there on average, between the first and the last thing that each did.
fn presence(people: &BTreeMap<u32, Vec<Work>>, all: &[Work]) -> f64 {
    let first = all.iter().map(|w| w.started).min().unwrap_or(0);
    let last = all.iter().map(|w| w.ended).max().unwrap_or(0);
    let (from, to) = (first + (last - first) / 10, last - (last - first) / 10);
    if to <= from {
        return people.len() as f64;
    }
    let of = |own: &Vec<Work>| {
        let begin = own.iter().map(|w| w.started).min().unwrap_or(to).max(from);
        let end = own.iter().map(|w| w.ended).max().unwrap_or(from).min(to);
        (end - begin).max(0) as f64
    };
    people.values().map(of).sum::<f64>() / (to - from) as f64
}

/// Puts people together who share hours and tasks.
fn groups(people: &BTreeMap<u32, Vec<Work>>, all: &[Work], hours: Option<&Hours>) -> Vec<GroupFit> {
    let mut per_step: BTreeMap<u32, usize> = BTreeMap::new();
    for work in all {
        *per_step.entry(work.step).or_insert(0) += 1;
    }
    let total = all.len() as f64;
    let does = |own: &Vec<Work>| -> BTreeSet<u32> {
        let done: BTreeSet<u32> = own.iter().map(|w| w.step).collect();
        let may = |step: &u32, n: usize| done.contains(step) || (own.len() as f64) * n as f64 / total < EXPECTED;
        per_step.iter().filter(|(step, n)| may(step, **n)).map(|(step, _)| *step).collect()
    };
    let profile = Profile::of(&marks(all.iter()));
    let own_hours = |own: &Vec<Work>| own_hours(&hours?.week, own, &profile);
    let build = |with_hours: bool, with_steps: bool| {
        let mut groups: Vec<GroupFit> = Vec::new();
        for (&who, own) in people {
            let hours = if with_hours { own_hours(own) } else { None };
            let steps = if with_steps { does(own) } else { BTreeSet::new() };
            let same = |week: &Option<Week>| match (week, &hours) {
                (Some(a), Some(b)) => are_alike(a, b),
                (None, None) => true,
                _ => false,
            };
            match groups.iter_mut().find(|g| g.steps == steps && same(&g.hours)) {
                Some(group) => {
                    group.count += 1;
                    group.members.push(who);
                }
                None => groups.push(GroupFit { count: 1, hours, steps, members: vec![who] }),
            }
        }
        groups
    };
    let mut groups = [(true, true), (false, true), (true, false), (false, false)]
        .into_iter()
        .map(|(hours, steps)| build(hours, steps))
        .find(|groups| groups.len() <= MOST_GROUPS)
        .unwrap_or_default();
    // Where everybody does everything, nobody needs a skill.
    if groups.iter().all(|g| g.steps.len() == per_step.len()) {
        groups.iter_mut().for_each(|g| g.steps.clear());
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::MS_PER_HOUR;

    fn work(pool: usize, step: u32, who: u32, from: i64) -> Work {
        Work { pool, step, who: Some(who), due: None, started: from * MS_PER_HOUR, ended: (from + 1) * MS_PER_HOUR }
    }

    #[test]
    fn people_are_counted_by_name_and_told_apart_by_task() {
        let works: Vec<Work> = (0..400).map(|i| work(0, (i % 2) as u32, (i % 4) as u32, i / 2)).collect();
        let found = staff(&works, 1, true, true).remove(0);
        assert_eq!((found.count, found.basis, found.groups.len()), (4, Basis::Names, 2));
        assert!(found.groups.iter().all(|g| g.count == 2 && g.steps.len() == 1));
    }

    #[test]
    fn a_name_for_many_is_counted_by_work_at_once() {
        let works: Vec<Work> = (0..300).map(|i| work(0, 0, 7, i / 3)).collect();
        let found = staff(&works, 1, true, true).remove(0);
        assert_eq!((found.count, found.basis), (3, Basis::AtOnce));
    }

    #[test]
    fn people_who_come_and_leave_are_not_all_there_at_once() {
        let works: Vec<Work> = (0..1000).map(|i| work(0, 0, (i / 100) as u32, i)).collect();
        let found = staff(&works, 1, true, true).remove(0);
        assert_eq!((found.count, found.n_names, found.basis), (1, 10, Basis::Presence));
    }

    #[test]
    fn pools_that_share_people_are_one_where_they_may() {
        let works: Vec<Work> = (0..600).map(|i| work((i % 2) as usize, (i % 2) as u32, (i / 2 % 3) as u32, i)).collect();
        assert_eq!(staff(&works, 2, true, true).len(), 1);
        let apart = staff(&works, 2, false, true);
        assert_eq!(apart.iter().map(|f| f.pools.clone()).collect::<Vec<_>>(), [[0], [1]]);
        assert!(apart[1].guests > 0.9);
    }
}
