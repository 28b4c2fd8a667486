//! What was found in a log, into the figures of a study: each with its source, its number of values, and how sure it is.

use super::arrivals::ArrivalFit;
use super::beside::beside;
use super::due::each_due;
use super::follow::Followed;
use super::laws::{self, Fitted, Quality};
use super::matching::{Matching, near_names};
use super::net::{Exit, Place};
use super::roster::calendar_named;
use super::staff::GroupFit;
use super::week::Week;
use super::{ActivityIs, DurationFit, FitReport, LogFacts, MatchedActivity, Measured, SOURCE, ShareFit};
use crate::base::time::{MS_PER_DAY, SimDuration};
use crate::formats::text::print_weekly_hours;
use crate::model::calendar::DateRange;
use crate::model::demand::{Arrivals, Peak, Profile};
use crate::model::event_log::{EventLog, Finish, LogActivity, Trace, WallTime};
use crate::model::figure::{DurationFigure, Figure};
use crate::model::flow::{Element, ElementKind, Repeat, WaitUntil};
use crate::model::step::Performer;
use crate::model::study::{Source, Study};
use crate::statistics::interval::clopper_pearson_interval;
use std::collections::{BTreeMap, BTreeSet};

/// How long cases are followed at most.
const LONGEST_FOLLOWED: i64 = 20 * 366 * MS_PER_DAY;

/// What the way of a repetition is called.
pub const ONCE_MORE: &str = "once more";

/// Says what a log is.
pub fn facts(log: &EventLog) -> LogFacts {
    let (from, to) = log.span().unwrap_or((0, 0));
    LogFacts {
        name: log.name.clone(),
        n_cases: log.traces.len(),
        n_activities: log.n_activities(),
        from: day_text(from),
        to: day_text(to),
        has_starts: log.has_starts(),
        has_enablement: log.has_enablement(),
        has_times_of_day: has_times_of_day(log),
    }
}

/// Tells whether instants are spread over the day. Where nearly all stand at the same few times of it, as a date without a time does
/// (in summer and in winter time, or in two zones), they are days.
fn has_times_of_day(log: &EventLog) -> bool {
    const FEW_TIMES: usize = 3;
    const LEAST: u64 = 50;
    let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
    let activities = log.traces.iter().flat_map(|t| &t.activities);
    for at in activities.flat_map(|a| [a.started, a.ended]).flatten() {
        *counts.entry(at.rem_euclid(MS_PER_DAY)).or_insert(0) += 1;
    }
    let n: u64 = counts.values().sum();
    let mut most: Vec<u64> = counts.into_values().collect();
    most.sort_unstable_by(|a, b| b.cmp(a));
    n < LEAST || most.iter().take(FEW_TIMES).sum::<u64>() * 100 < n * 95
}

/// Returns the local date of an instant.
pub fn date_of(at: WallTime) -> jiff::civil::Date {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.saturating_add(jiff::SignedDuration::from_hours(24 * at.div_euclid(MS_PER_DAY)))
}

fn day_text(at: WallTime) -> String {
    date_of(at).to_string()
}

/// Lists the kinds of activities, the most frequent first.
pub fn activities(log: &EventLog, study: &Study, matching: &Matching) -> Vec<MatchedActivity> {
    let mut counts = vec![0u64; log.kinds.len()];
    for activity in log.traces.iter().flat_map(|t| &t.activities) {
        counts[activity.kind as usize] += 1;
    }
    let of = |i: usize| {
        if !matching.places[i].is_empty() {
            return ActivityIs::Of(matching.places[i].clone());
        }
        match &matching.beside[i] {
            Some(place) => ActivityIs::Beside(place.clone()),
            None => ActivityIs::Unknown(None),
        }
    };
    let mut list: Vec<MatchedActivity> = (0..log.kinds.len())
        .filter(|i| counts[*i] > 0)
        .map(|i| MatchedActivity { name: log.kinds[i].name.clone(), n: counts[i], is: of(i) })
        .collect();
    list.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    let is_unknown = |activity: &&MatchedActivity| matches!(activity.is, ActivityIs::Unknown(_));
    let near = near_names(list.iter().filter(is_unknown).map(|activity| activity.name.as_str()), &study.scenario);
    let unknown = list.iter_mut().filter(|activity| matches!(activity.is, ActivityIs::Unknown(_)));
    unknown.zip(near).for_each(|(activity, near)| activity.is = ActivityIs::Unknown(near));
    list
}

/// Lists steps and waits that no case was seen at.
pub fn unseen(study: &Study, followed: &Followed) -> Vec<(Place, String)> {
    let seen: BTreeSet<&Place> = followed.places.iter().collect();
    let mut list = Vec::new();
    for service in &study.scenario.services {
        each(&service.elements, &mut |element| {
            let place = Place { service: service.id.clone(), element: element.id.clone() };
            if matches!(element.kind, ElementKind::Step(_) | ElementKind::Wait(_)) && !seen.contains(&place) {
                list.push((place, title(element)));
            }
        });
    }
    list
}

pub(super) fn each(elements: &[Element], f: &mut impl FnMut(&Element)) {
    for element in elements {
        f(element);
        each(element.inner().unwrap_or_default(), f);
    }
}

pub(super) fn each_mut(elements: &mut [Element], f: &mut impl FnMut(&mut Element)) {
    for element in elements {
        f(element);
        if let Some(inner) = element.inner_mut() {
            each_mut(inner, f);
        }
    }
}

fn title(element: &Element) -> String {
    if element.name.is_empty() { element.id.clone() } else { element.name.clone() }
}

pub(super) fn element_of<'s>(study: &'s Study, place: &Place) -> Option<&'s Element> {
    study.scenario.service(&place.service)?.element(&place.element)
}

pub(super) fn element_mut<'s>(study: &'s mut Study, place: &Place) -> Option<&'s mut Element> {
    study.scenario.service_mut(&place.service)?.element_mut(&place.element)
}

/// Adds the log to the study's sources.
pub fn source(report: &mut FitReport) {
    let facts = &report.facts;
    let source = Source {
        key: SOURCE.to_owned(),
        title: format!("Event log {}", facts.name),
        address: facts.name.clone(),
        date: format!("{} to {}", facts.from, facts.to),
        note: format!("{} cases with {} activities; figures fitted by kezek fit", facts.n_cases, facts.n_activities),
        ..Source::default()
    };
    report.study.sources.retain(|s| s.key != SOURCE);
    report.study.sources.push(source);
}

/// Follows cases for as long as the longest case of the log took: otherwise the slow ones are in no measure.
pub fn follow_up(report: &mut FitReport, log: &EventLog) {
    let span = |t: &Trace| {
        Some(t.activities.iter().filter_map(|a| a.ended).max()? - t.activities.iter().filter_map(|a| a.first()).min()?)
    };
    let longest = log.traces.iter().filter_map(span).max().unwrap_or(0).min(LONGEST_FOLLOWED);
    let weeks = longest.div_euclid(7 * MS_PER_DAY) + 1;
    let plan = &mut report.study.plan;
    plan.follow_up = plan.follow_up.max(SimDuration::from_days(weeks * 7));
}

pub(super) fn sourced<T>(value: T, note: String) -> Figure<T> {
    Figure { note, ..Figure::sourced(value, SOURCE) }
}

/// Calls `f` with every activity that is an element: the trace, its position in it, the element.
pub(super) fn each_seen(log: &EventLog, followed: &Followed, mut f: impl FnMut(usize, usize, u32, &LogActivity)) {
    for (t, trace) in log.traces.iter().enumerate() {
        for (a, activity) in trace.activities.iter().enumerate() {
            if let Some(place) = followed.place_of[t][a] {
                f(t, a, place, activity);
            }
        }
    }
}

/// Returns the one pool that does a step, if it is one.
pub(super) fn pool_of<'s>(study: &'s Study, place: &Place) -> Option<&'s str> {
    match element_of(study, place).map(|e| &e.kind) {
        Some(ElementKind::Step(step)) => match &step.performer {
            Performer::Staff(uses) if uses.len() == 1 => Some(&uses[0].pool),
            _ => None,
        },
        _ => None,
    }
}

/// Fits durations, and puts them into the study.
pub fn durations(report: &mut FitReport, log: &EventLog) {
    let weeks: Vec<Option<Week>> = report
        .followed
        .places
        .iter()
        .map(|place| {
            let (_, pool) = report.study.scenario.staff_pool(pool_of(&report.study, place)?)?;
            let calendar = pool.staff.first()?.calendar.as_ref()?;
            let hours = report.study.scenario.calendars.iter().find(|c| c.id == *calendar)?;
            Some(Week::of_hours(&hours.weekly))
        })
        .collect();
    // People with hours of their own pause when those end.
    let mut own_weeks: BTreeMap<u32, &Week> = BTreeMap::new();
    for group in report.staff.iter().flat_map(|(_, fit)| &fit.groups) {
        if let Some(week) = &group.hours {
            own_weeks.extend(group.members.iter().map(|who| (*who, week)));
        }
    }
    let waits = |place: &Place| matches!(element_of(&report.study, place).map(|e| &e.kind), Some(ElementKind::Wait(_)));
    let is_wait: Vec<bool> = report.followed.places.iter().map(waits).collect();
    let n = report.followed.places.len();
    let mut samples: Vec<(Vec<f64>, Vec<f64>, [usize; 5])> = vec![Default::default(); n];
    let mut per_case: Vec<BTreeMap<usize, u64>> = vec![BTreeMap::new(); n];
    let last = log.span().map_or(0, |(_, last)| last);
    each_due(log, &report.followed, |t, place, activity, due| {
        let place = place as usize;
        *per_case[place].entry(t).or_insert(0) += 1;
        // Nobody works while time only passes.
        let activity = &LogActivity { worked: activity.worked.filter(|_| !is_wait[place]), ..*activity };
        let week = activity
            .resource
            .and_then(|who| own_weeks.get(&who).copied())
            .filter(|_| weeks[place].is_some())
            .or(weeks[place].as_ref());
        let Some((length, mut measured)) = length_of(activity, due, week, last, report.facts.has_starts) else { return };
        if report.followed.is_moment(activity) {
            measured = Measured::Moment;
        }
        let sample = &mut samples[place];
        sample.2[measured as usize] += 1;
        match activity.finish {
            Finish::Complete => sample.0.push(length as f64),
            Finish::Aborted | Finish::Open => sample.1.push(length as f64),
            Finish::Withdrawn => {}
        }
    });
    if !report.facts.has_starts {
        let whole: Vec<&[f64]> = samples.iter().map(|(whole, ..)| whole.as_slice()).collect();
        report.beside = beside(log, &report.followed, &whole);
    }
    for (i, (mut whole, broken_off, ways)) in samples.into_iter().enumerate() {
        let place = report.followed.places[i].clone();
        let Some(element) = element_of(&report.study, &place) else { continue };
        let takes_figure = match &element.kind {
            ElementKind::Step(_) => true,
            ElementKind::Wait(wait) => matches!(wait.until, WaitUntil::For(_)),
            _ => false,
        };
        let shortened = report.beside.as_ref().filter(|b| b.places.contains(&(i as u32))).map(|b| b.factor);
        whole.iter_mut().for_each(|length| *length *= shortened.unwrap_or(1.0));
        let Some(fitted) = takes_figure.then(|| laws::fit(&whole, &broken_off)).flatten() else { continue };
        let all = [Measured::Worked, Measured::OnShift, Measured::Elapsed, Measured::Sojourn, Measured::Moment];
        let measured = all[(0..all.len()).max_by_key(|w| (ways[*w], all.len() - w)).unwrap_or(0)];
        let cases = per_case[i].len().max(1) as f64;
        let fit = DurationFit {
            name: title(element),
            place: place.clone(),
            measured,
            runs_per_case: per_case[i].values().sum::<u64>() as f64 / cases,
            repeated: per_case[i].values().filter(|n| **n > 1).count() as f64 / cases,
            fitted,
        };
        let words = match shortened {
            Some(factor) => format!("{}; times {factor:.2}, for what goes on beside it ends with it", measured.words()),
            None => measured.words().to_owned(),
        };
        let figure = figure_of(&fit.fitted, fit.fitted.note(&words));
        match element_mut(&mut report.study, &place).map(|e| &mut e.kind) {
            Some(ElementKind::Step(step)) => step.duration = figure,
            Some(ElementKind::Wait(wait)) => wait.until = WaitUntil::For(figure),
            _ => {}
        }
        report.durations.push(fit);
    }
}

pub(super) fn figure_of(fitted: &Fitted, note: String) -> DurationFigure {
    let range =
        fitted.mean.filter(|_| fitted.quality != Quality::Fixed && fitted.n_censored == 0).map(|m| (m.low.max(0.0), m.high));
    Figure { range, ..sourced(fitted.law.clone(), note) }
}

/// Returns how long an activity took, and how that was measured.
fn length_of(
    a: &LogActivity,
    due: Option<WallTime>,
    week: Option<&Week>,
    log_end: WallTime,
    has_starts: bool,
) -> Option<(i64, Measured)> {
    if let Some(worked) = a.worked.filter(|_| a.finish != Finish::Withdrawn) {
        return Some((worked, Measured::Worked));
    }
    match (a.started, a.ended) {
        (Some(start), end) => {
            let end = end.unwrap_or(log_end);
            let elapsed = (end - start).max(0);
            let worked = week.map(|week| week.worked(start, end));
            Some(match worked {
                // Work that lies wholly outside the hours was done all the same.
                Some(worked) if worked > 0 || elapsed == 0 => (worked, Measured::OnShift),
                _ => (elapsed, Measured::Elapsed),
            })
        }
        // A case begins with the end of its first activity: the log knows nothing before it.
        (None, Some(end)) if !has_starts => {
            let due = due.unwrap_or(end);
            let worked = week.map(|week| week.worked(due, end)).filter(|worked| *worked > 0);
            Some((worked.unwrap_or(end - due).max(0), Measured::Sojourn))
        }
        _ => None,
    }
}

/// Puts shares of ways into the study.
pub fn shares(report: &mut FitReport) {
    for (place, (total, counts)) in report.followed.ways.clone() {
        let told = !report.followed.untold.contains(&place);
        let Some(element) = element_of(&report.study, &place) else { continue };
        let exclusive = matches!(element.kind, ElementKind::Exclusive(_));
        let (ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches)) = &element.kind else { continue };
        if branches.len() != counts.len() || branches.len() < 2 {
            continue;
        }
        // What nobody has said is no better than what was taken when the log was followed.
        let is_assumed = branches.iter().all(|b| b.share.as_ref().is_none_or(Figure::is_assumption));
        let kept = match () {
            () if branches.iter().any(|b| b.when.is_some()) => Some("it decides by a condition"),
            () if !told && !is_assumed => Some("the log cannot tell its ways apart"),
            () => None,
        };
        let unsure = (!told && kept.is_none()).then_some("other ways would explain the log as well");
        let name_of = |to: &str| leads_to(&report.study, &Place { service: place.service.clone(), element: to.to_owned() });
        let ways: Vec<String> =
            branches.iter().map(|b| if b.name.is_empty() { format!("to {}", name_of(&b.to)) } else { b.name.clone() }).collect();
        let mut found = Vec::new();
        for (way, n) in ways.into_iter().zip(&counts) {
            let Ok(share) = clopper_pearson_interval(*n, total, 0.95) else { continue };
            found.push(ShareFit { place: place.clone(), way, n: *n, of: total, share, kept, unsure });
        }
        if kept.is_none()
            && let Some(ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches)) =
                element_mut(&mut report.study, &place).map(|e| &mut e.kind)
        {
            for (i, (branch, fit)) in branches.iter_mut().zip(&found).enumerate() {
                // Shares must make one: the last takes what rounding leaves.
                let others: f64 = found.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, f)| rounded(f.share.mean)).sum();
                let value =
                    if exclusive && i + 1 == found.len() { (1.0 - others).clamp(0.0, 1.0) } else { rounded(fit.share.mean) };
                branch.share = Some(share_figure(value, fit));
                (branch.when, branch.otherwise) = (None, false);
            }
        }
        report.shares.extend(found);
    }
    exits(report);
}

fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}

fn share_figure(value: f64, fit: &ShareFit) -> Figure<f64> {
    let range = Some((rounded(fit.share.low), rounded(fit.share.high).max(value)));
    Figure { range, ..sourced(value, format!("{} of {}, with the interval at 95 %", fit.n, fit.of)) }
}

/// Shares of attempts that fail, and of repetitions.
fn exits(report: &mut FitReport) {
    for (place, exits) in report.followed.exits.clone() {
        let n = |exit: &Exit| exits.get(exit).copied().unwrap_or(0);
        let told = !report.followed.untold.contains(&place);
        let tries = n(&Exit::Done) + n(&Exit::Failed);
        let again = n(&Exit::Again) + n(&Exit::Done);
        let Some(element) = element_mut(&mut report.study, &place) else { continue };
        let mut found = Vec::new();
        let mut put = |way: &str, n: u64, of: u64, kept: Option<&'static str>| {
            let share = clopper_pearson_interval(n, of, 0.95).ok()?;
            let fit = ShareFit { place: place.clone(), way: way.to_owned(), n, of, share, kept, unsure: None };
            found.push(fit.clone());
            Some(fit)
        };
        if let Some(Repeat::Loop { again: figure, .. }) = &mut element.repeat
            && let Some(fit) = put(ONCE_MORE, n(&Exit::Again), again, None)
        {
            *figure = share_figure(rounded(fit.share.mean), &fit);
        }
        if let ElementKind::Step(step) = &mut element.kind
            && let Some(failure) = &mut step.failure
        {
            let kept = (!told).then_some("the log cannot tell failures from the rest");
            if let Some(fit) = put("fails", n(&Exit::Failed), tries, kept)
                && kept.is_none()
            {
                failure.share = share_figure(rounded(fit.share.mean), &fit);
            }
        }
        report.shares.extend(found);
    }
}

/// Fits arrivals by demand, and puts them into the study.
pub fn arrivals(report: &mut FitReport, log: &EventLog) {
    for i in 0..report.study.scenario.demand.len() {
        let mut instants = Vec::new();
        for (t, trace) in log.traces.iter().enumerate().filter(|(t, _)| report.followed.demand_of[*t] == Some(i)) {
            let of_model = trace.activities.iter().enumerate().filter(|(a, _)| report.followed.place_of[t][*a].is_some());
            instants.extend(of_model.filter_map(|(_, a)| a.first()).min());
        }
        let id = report.study.scenario.demand[i].id.clone();
        let fit = super::arrivals::arrivals(&instants, report.facts.has_times_of_day);
        if let Some(fit) = &fit {
            put_arrivals(&mut report.study, i, &id, fit);
        }
        report.arrivals.push((id, fit));
    }
}

fn put_arrivals(study: &mut Study, demand: usize, id: &str, fit: &ArrivalFit) {
    let calendar = fit.calendar.as_ref().and_then(|week| {
        calendar_named(study, &format!("arrivals-{id}"), week, format!("hours of the week in which the {} cases came", fit.n))
    });
    let arrivals = match &fit.renewal {
        Some((law, _)) => Arrivals::Renewal {
            interval: figure_of(law, law.note("times between arrivals")),
            first_at_start: false,
            limit: None,
            calendar: renewal_calendar(study, id, fit),
        },
        None => {
            let (low, high) = (fit.per_year - 1.96 * fit.per_year_error, fit.per_year + 1.96 * fit.per_year_error);
            let note = format!(
                "{} cases in {:.1} days; what lies between arrivals is that of chance to within {:.3}",
                fit.n, fit.days, fit.distance
            );
            let per_year = Figure { range: Some((low.max(0.0), high)), ..sourced((fit.per_year * 10.0).round() / 10.0, note) };
            let profile = Profile {
                weekdays: fit.weekdays.clone(),
                hours: fit.hours.clone(),
                calendar,
                peaks: peaks(study, fit),
                source: Some(SOURCE.to_owned()),
                ..Profile::default()
            };
            Arrivals::Poisson { per_year, growth: Figure::default(), profile }
        }
    };
    study.scenario.demand[demand].arrivals = arrivals;
}

/// A year of whole weeks, so that days stay the same days of the week.
const YEAR: i64 = 364;

/// Returns surges as peaks: on their days, and, for those of the log's last year, a year or more later or earlier where the study runs
/// outside the time of the log.
fn peaks(study: &Study, fit: &ArrivalFit) -> Vec<Peak> {
    let of_day = |day: i64| date_of(day.saturating_mul(MS_PER_DAY));
    let log = (fit.first_day, fit.last_day);
    let start = study.scenario.start.date();
    let from = log.0 + i64::from(start.since(of_day(log.0)).map_or(0, |span| span.get_days()));
    let until = from + (study.plan.warm_up.ms() + study.plan.horizon.ms()) / MS_PER_DAY;
    let mut peaks = Vec::new();
    for surge in &fit.surges {
        let (first, last) = (fit.first_day + surge.first as i64, fit.first_day + surge.last as i64);
        let years = if last > log.1 - YEAR { (from - last).div_euclid(YEAR)..=(until - first).div_euclid(YEAR) } else { 0..=0 };
        for year in years.chain([0]).collect::<BTreeSet<i64>>() {
            let (first, last) = (first + year * YEAR, last + year * YEAR);
            let is_beside = (last < log.0 || first > log.1) && last >= from && first <= until;
            if year == 0 || is_beside {
                let again = if year == 0 { "" } else { "; taken to come again at the same time of another year" };
                let note = format!("{} cases came on these days of the log{again}", surge.n);
                let factor = sourced((surge.factor * 1e3).round() / 1e3, note);
                peaks.push(Peak { days: DateRange { first: of_day(first), last: of_day(last) }, factor });
            }
        }
    }
    peaks
}

/// Hours of arrivals that follow each other: those in which some came.
fn renewal_calendar(study: &mut Study, id: &str, fit: &ArrivalFit) -> Option<String> {
    let week = fit.calendar.clone().or_else(|| fit.open.clone())?;
    calendar_named(study, &format!("arrivals-{id}"), &week, format!("hours of the week in which the {} cases came", fit.n))
}

/// Returns whose cases come with a stream of demand: the name of its service or life event, or the stream's id.
pub fn demand_name<'s>(study: &'s Study, id: &'s str) -> &'s str {
    let demand = study.scenario.demand.iter().find(|demand| demand.id == id);
    let named = demand.and_then(|demand| {
        let service = study.scenario.service(&demand.of).map(|service| service.name.as_str());
        let life_event = || study.scenario.life_events.iter().find(|e| e.id == demand.of).map(|e| e.name.as_str());
        service.or_else(life_event)
    });
    named.filter(|name| !name.is_empty()).unwrap_or(id)
}

/// Writes hours for people.
pub fn hours_text(week: &Week) -> String {
    if week.share() > 0.97 {
        return "around the clock".to_owned();
    }
    week.hours().into_iter().map(print_weekly_hours).collect::<Vec<_>>().join(", ")
}

/// Returns a group's steps by name.
pub fn steps_text(report: &FitReport, group: &GroupFit) -> String {
    let name = |s: &u32| report.followed.places.get(*s as usize).and_then(|p| element_of(&report.study, p)).map(title);
    group.steps.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

/// Returns what comes first behind an element, itself included, by name: that of a step, or those that a gateway without a name leads to.
fn leads_to(study: &Study, place: &Place) -> String {
    let Some(service) = study.scenario.service(&place.service) else { return place.element.clone() };
    let next = |element: &Element| element.successors().into_iter().cloned().collect();
    named_around(&service.elements, &place.element, &next)
}

/// Returns the name of a gateway; where it has none, by what comes before it.
pub fn gateway_name(study: &Study, place: &Place) -> String {
    let Some(service) = study.scenario.service(&place.service) else { return place.element.clone() };
    let before = |element: &Element| -> Vec<String> {
        let leads = |e: &&Element| e.successors().contains(&&element.id);
        service.elements.iter().filter(leads).map(|e| e.id.clone()).collect()
    };
    match service.element(&place.element) {
        Some(element) if element.name.is_empty() => {
            let names = named_around(&service.elements, &place.element, &before);
            if names == place.element { names } else { format!("after {names}") }
        }
        Some(element) => element.name.clone(),
        None => place.element.clone(),
    }
}

/// Returns the nearest named elements in a direction, at most three; the id where there is none.
fn named_around(elements: &[Element], from: &str, next: &dyn Fn(&Element) -> Vec<String>) -> String {
    let (mut to_do, mut met, mut names) = (vec![from.to_owned()], BTreeSet::new(), Vec::new());
    while let Some(id) = to_do.pop() {
        let Some(element) = crate::model::flow::find_element(elements, &id).filter(|_| met.insert(id.clone())) else { continue };
        match &element.kind {
            ElementKind::End(_) if element.name.is_empty() => names.push("the end".to_owned()),
            ElementKind::Start if element.name.is_empty() => names.push("the start".to_owned()),
            _ if !element.name.is_empty() => names.push(element.name.clone()),
            _ => to_do.extend(next(element)),
        }
    }
    names.sort();
    names.dedup();
    match names.len() {
        0 => from.to_owned(),
        1..=3 => names.join(", "),
        n => format!("{} and {} others", names[..2].join(", "), n - 2),
    }
}

/// Returns a step's name.
pub fn name_of(study: &Study, place: &Place) -> String {
    element_of(study, place).map_or_else(|| place.element.clone(), title)
}
