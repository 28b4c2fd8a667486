//! People and hours that a log shows, put into the study: groups of a pool, calendars, and pools that share their people made one.

use super::due::each_due;
use super::figures::{date_of, each_mut, element_mut, pool_of, sourced};
use super::net::Place;
use super::staff::{Basis, StaffFit, Work};
use super::week::Week;
use super::{FitReport, SOURCE};
use crate::base::time::MS_PER_DAY;
use crate::model::agency::StaffGroup;
use crate::model::calendar::{Calendar, DateRange};
use crate::model::event_log::{EventLog, Finish};
use crate::model::figure::Figure;
use crate::model::flow::ElementKind;
use crate::model::step::{Fallback, Performer};
use crate::model::study::Study;
use std::collections::{BTreeMap, BTreeSet};

/// Finds people and hours, and puts them into the study.
pub fn staff(report: &mut FitReport, log: &EventLog) {
    if !report.facts.has_starts {
        return;
    }
    let mut references: Vec<String> = Vec::new();
    let pools: Vec<Option<usize>> = report
        .followed
        .places
        .iter()
        .map(|place| {
            let pool = pool_of(&report.study, place)?;
            Some(references.iter().position(|r| r == pool).unwrap_or_else(|| {
                references.push(pool.to_owned());
                references.len() - 1
            }))
        })
        .collect();
    let mut works = Vec::new();
    each_due(log, &report.followed, |_, place, activity, due| {
        if let (Some(pool), Some(started), Some(ended), Finish::Complete | Finish::Aborted) =
            (pools[place as usize], activity.started, activity.ended, activity.finish)
            && !report.followed.is_moment(activity)
        {
            works.push(Work { pool, step: place, who: activity.resource, due, started, ended });
        }
    });
    let may_merge = report.study.variants.is_empty();
    let fits = super::staff::staff(&works, references.len(), may_merge, report.facts.has_times_of_day);
    for fit in fits {
        let names: Vec<String> = fit.pools.iter().map(|p| references[*p].clone()).collect();
        let mut days: BTreeMap<i64, u32> = BTreeMap::new();
        for work in works.iter().filter(|work| fit.pools.contains(&work.pool)) {
            *days.entry(work.started.div_euclid(MS_PER_DAY)).or_insert(0) += 1;
        }
        put_staff(report, &names, &fit, &days);
        report.staff.push((names[0].clone(), fit));
    }
}

/// How many times the work that goes on at once on average, and how many standard deviations of it, are people enough for all but the
/// rarest moments: cases come unevenly over the day and the year.
const AMPLE: (f64, f64) = (3.0, 10.0);

/// Lets nobody wait for people that were only assumed, where durations hold the waiting already: a log of completions. What the model
/// says of its people stays.
pub fn ample(report: &mut FitReport, log: &EventLog) {
    let Some((first, last)) = log.span().filter(|(first, last)| !report.facts.has_starts && last > first) else { return };
    let mut loads: BTreeMap<String, f64> = BTreeMap::new();
    for fit in &report.durations {
        if let Some(pool) = pool_of(&report.study, &fit.place) {
            *loads.entry(pool.to_owned()).or_insert(0.0) += fit.fitted.n as f64 * fit.fitted.law.mean() / (last - first) as f64;
        }
    }
    for (pool, load) in loads {
        let Some(pool) = report.study.scenario.staff_pool_mut(&pool) else { continue };
        let enough = (AMPLE.0 * load + AMPLE.1 * load.sqrt()).ceil();
        let people: f64 = pool.staff.iter().map(|group| group.count.value).sum();
        let is_assumed = pool.staff.iter().all(|group| group.count.is_assumption());
        if let Some(group) = pool.staff.first_mut().filter(|_| is_assumed && people < enough) {
            let note =
                format!("durations of the log hold the waiting for people; {load:.1} cases are under way at once on average");
            group.count = Figure { note, ..Figure::assumed(enough) };
        }
    }
}

fn put_staff(report: &mut FitReport, pools: &[String], fit: &StaffFit, days: &BTreeMap<i64, u32>) {
    let Some((_, old)) = report.study.scenario.staff_pool(&pools[0]) else { return };
    let (old_calendar, old_skills): (Option<String>, BTreeSet<String>) =
        (old.staff.first().and_then(|g| g.calendar.clone()), old.staff.iter().flat_map(|g| g.skills.clone()).collect());
    let holidays = kept_holidays(&report.study, old_calendar.as_deref(), days);
    let calendar = match &fit.hours {
        Some(hours) => {
            let note = format!(
                "hours in which work began or ended, to {} minutes, from {} instants; {:.1} % of them lie outside",
                hours.granule,
                hours.n,
                100.0 * hours.outside
            );
            let id = calendar_named(&mut report.study, &pools[0], &hours.week, note);
            keep_holidays(&mut report.study, id.as_deref(), &holidays);
            id
        }
        None => old_calendar,
    };
    let places = report.followed.places.clone();
    let by_step = fit.groups.iter().any(|g| !g.steps.is_empty());
    let basis = match fit.basis {
        Basis::Names => format!("{} names in the log", fit.n_names),
        Basis::Presence => format!("{} names in the log, of whom {} were there at once on average", fit.n_names, fit.count),
        Basis::AtOnce => format!("at least so many: the most work that went on at once, of {} pieces", fit.n),
    };
    let groups: Vec<StaffGroup> = fit
        .groups
        .iter()
        .enumerate()
        .map(|(i, group)| {
            let own = group.hours.as_ref().map(|week| {
                let note = "hours of people who work at other times than the rest of the pool".to_owned();
                let id = calendar_named(&mut report.study, &format!("{}-{}", pools[0], i + 1), week, note);
                keep_holidays(&mut report.study, id.as_deref(), &holidays);
                id
            });
            let mut skills: Vec<String> = old_skills.iter().cloned().collect();
            skills.extend(group.steps.iter().filter_map(|s| places.get(*s as usize)).map(skill_of));
            StaffGroup {
                count: sourced(f64::from(group.count), basis.clone()),
                calendar: own.unwrap_or_else(|| calendar.clone()),
                skills,
            }
        })
        .collect();
    if let Some(pool) = report.study.scenario.staff_pool_mut(&pools[0]) {
        pool.staff = groups;
    }
    for other in &pools[1..] {
        replace_pool(&mut report.study, other, &pools[0]);
    }
    if by_step {
        for place in fit.groups.iter().flat_map(|g| &g.steps).filter_map(|s| places.get(*s as usize)) {
            if let Some(ElementKind::Step(step)) = element_mut(&mut report.study, place).map(|e| &mut e.kind) {
                step.skill = Some(skill_of(place));
            }
        }
    }
}

/// Holidays of a calendar of the model: the list's id, and days beyond it.
type Kept = (Option<String>, Vec<DateRange>);

/// The largest part of the work of a usual working day that is done on a holiday which people keep.
const ON_HOLIDAYS: f64 = 0.25;

/// Returns the holidays of a pool in the model where its people keep them in the log; `days` are works by day, from 1970 on.
fn kept_holidays(study: &Study, calendar: Option<&str>, days: &BTreeMap<i64, u32>) -> Kept {
    let found = calendar.and_then(|id| study.scenario.calendars.iter().find(|c| c.id == id));
    let (Some(calendar), Some((&first, _)), Some((&last, _))) = (found, days.first_key_value(), days.last_key_value()) else {
        return Kept::default();
    };
    let list = calendar.holidays.as_ref().and_then(|id| study.scenario.holidays.iter().find(|list| list.id == *id));
    let off: Vec<DateRange> = list.iter().flat_map(|list| &list.days_off).chain(&calendar.closed).copied().collect();
    // Weekends are closed anyway.
    let weekdays = (first..=last).filter(|day| date_of(day * MS_PER_DAY).weekday().to_monday_zero_offset() < 5);
    let is_off = |day: &i64| off.iter().any(|range| (range.first..=range.last).contains(&date_of(day * MS_PER_DAY)));
    let (on, usual): (Vec<i64>, Vec<i64>) = weekdays.partition(is_off);
    let mean =
        |list: &[i64]| list.iter().filter_map(|day| days.get(day)).map(|n| f64::from(*n)).sum::<f64>() / list.len().max(1) as f64;
    let are_kept = mean(&on) <= ON_HOLIDAYS * mean(&usual);
    if are_kept { (calendar.holidays.clone(), calendar.closed.clone()) } else { Kept::default() }
}

fn keep_holidays(study: &mut Study, calendar: Option<&str>, kept: &Kept) {
    if let Some(calendar) = study.scenario.calendars.iter_mut().find(|c| Some(c.id.as_str()) == calendar) {
        (calendar.holidays, calendar.closed) = kept.clone();
    }
}

/// Returns the skill that stands for doing a step.
fn skill_of(place: &Place) -> String {
    format!("{}.{}", place.service, place.element)
}

/// Adds a calendar, and returns its id; `None` for one that never closes.
pub(super) fn calendar_named(study: &mut Study, name: &str, week: &Week, note: String) -> Option<String> {
    if week.share() > 0.97 {
        return None;
    }
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    let id = format!("log-{plain}");
    study.scenario.calendars.retain(|c| c.id != id);
    study.scenario.calendars.push(Calendar {
        id: id.clone(),
        name: format!("Hours of {name} in the log"),
        weekly: week.hours(),
        source: Some(SOURCE.to_owned()),
        note,
        ..Calendar::default()
    });
    Some(id)
}

/// Lets one pool do what another did, and takes the other out.
fn replace_pool(study: &mut Study, old: &str, new: &str) {
    let swap = |pool: &mut String| {
        if pool == old {
            *pool = new.to_owned();
        }
    };
    for service in &mut study.scenario.services {
        each_mut(&mut service.elements, &mut |element| {
            let ElementKind::Step(step) = &mut element.kind else { return };
            if let Performer::Staff(uses) = &mut step.performer {
                uses.iter_mut().for_each(|u| swap(&mut u.pool));
            }
            for document in &mut step.documents {
                if let Fallback::Staff { pool, .. } = &mut document.fallback {
                    swap(pool);
                }
            }
        });
    }
    if let Some((agency, pool)) = old.split_once('/')
        && let Some(agency) = study.scenario.agencies.iter_mut().find(|a| a.id == agency)
    {
        agency.pools.retain(|p| p.id != pool);
    }
}
