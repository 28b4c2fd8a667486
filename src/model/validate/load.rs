//! Offered load: how much work demand asks of each staff pool, against the hours that its people are there.
//!
//! How often a case passes each element follows from the shares by linear equations. Where shares are not known an even
//! split is taken: conditions, and which event comes first. Left out are patience, border events, peaks, growth and
//! holidays, so the figure is that of an ordinary week. A document that another service issues loads that service, once
//! for each citizen of a life event who does not have it.

use std::collections::{BTreeMap, BTreeSet};

use super::calendars::Week;
use super::{Check, root};
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_WEEK, SimDuration};
use crate::model::demand::{Arrivals, Demand};
use crate::model::figure::{DurationFigure, Figure, NumberFigure};
use crate::model::flow::{Branch, Element, ElementKind};
use crate::model::provenance::text;
use crate::model::scenario::Scenario;
use crate::model::step::{DocumentSource, Fallback, Performer, Step};

/// Sweeps over a process after which its equations count as having no solution: cases would go round for ever.
const MOST_SWEEPS: usize = 2_000;

/// How many element visits one check may compute, over all services and sweeps.
const MOST_WORK: usize = 50_000_000;

pub(super) fn check(check: &mut Check<'_>, horizon: SimDuration) {
    let scenario = check.scenario;
    let mut asked: BTreeMap<&str, f64> = BTreeMap::new();
    let mut budget = MOST_WORK;
    for demand in &scenario.demand {
        let weekly = arrivals_per_week(scenario, demand, horizon);
        let mut load = Load { scenario, per_service: BTreeMap::new(), documents: BTreeSet::new(), own: BTreeSet::new(), budget };
        let due: Vec<(&str, f64)> = match scenario.life_events.iter().find(|e| e.id == demand.of) {
            Some(event) => event.services.iter().map(|used| (used.service.as_str(), average(scenario, &used.due))).collect(),
            None => vec![(demand.of.as_str(), 1.0)],
        };
        load.own = due.iter().map(|(service, _)| *service).collect();
        for (service, share) in due {
            for (pool, hours) in load.of_service(service) {
                *asked.entry(pool).or_default() += hours * share * weekly;
            }
        }
        budget = load.budget;
    }
    for (i, agency) in scenario.agencies.iter().enumerate() {
        for (j, pool) in agency.pools.iter().enumerate() {
            let reference = format!("{}/{}", agency.id, pool.id);
            let Some(&hours) = asked.get(reference.as_str()).filter(|hours| hours.is_finite() && **hours > 0.0) else { continue };
            let there: f64 = pool
                .staff
                .iter()
                .map(|group| {
                    let calendar = group.calendar.as_deref().and_then(|id| scenario.calendars.iter().find(|c| c.id == id));
                    group.count.value * f64::from(Week::of(calendar).minutes) / 60.0
                })
                .sum::<f64>()
                * (1.0 - pool.absence.value);
            let path = root("agencies").item(i).field("pools").item(j);
            report(check, &reference, hours, there, path);
        }
    }
}

fn report(check: &mut Check<'_>, reference: &str, hours: f64, there: f64, path: crate::base::diagnostic::Path) {
    let work = format!("{} hours of work a week for {} hours of staff", text::number(hours), text::number(there));
    if there <= 0.0 {
        let message = format!(
            "The staff pool '{reference}' is asked for {} hours of work a week, but nobody is there.",
            text::number(hours)
        );
        check.warning("overloaded-pool", path, message, "Add people, or move the work.");
    } else if hours / there >= 1.0 {
        let ratio = text::number(hours / there);
        let message = format!(
            "The staff pool '{reference}' is asked for {ratio} times what it can give: {work}. Its backlog grows without end."
        );
        check.warning(
            "overloaded-pool",
            path,
            message,
            "Add people, shorten the work, or expect the run to report the overload.",
        );
    } else if hours / there > 0.85 {
        let message = format!(
            "The staff pool '{reference}' is busy {} of its time: {work}. Waiting grows steeply there.",
            text::percent(hours / there)
        );
        check.note("busy-pool", path, message, "Look at its queue in the results.");
    }
}

/// Returns how many cases a demand brings in an ordinary week.
fn arrivals_per_week(scenario: &Scenario, demand: &Demand, horizon: SimDuration) -> f64 {
    let weeks = (horizon.ms() as f64 / MS_PER_WEEK as f64).max(1.0);
    match &demand.arrivals {
        Arrivals::Poisson { per_year, .. } => per_year.value * MS_PER_WEEK as f64 / (365 * MS_PER_DAY) as f64,
        Arrivals::Renewal { interval, limit, .. } => {
            let unlimited = MS_PER_WEEK as f64 / mean(scenario, interval).max(1.0);
            limit.map_or(unlimited, |limit| unlimited.min(limit as f64 / weeks))
        }
        Arrivals::List(bursts) => bursts.iter().map(|burst| f64::from(burst.count)).sum::<f64>() / weeks,
    }
}

/// Returns a number's average over the segments.
fn average(scenario: &Scenario, figure: &NumberFigure) -> f64 {
    over_segments(scenario, figure, |value| *value)
}

/// Returns a duration's mean over the segments, in milliseconds.
fn mean(scenario: &Scenario, figure: &DurationFigure) -> f64 {
    over_segments(scenario, figure, |value| value.mean())
}

fn over_segments<T>(scenario: &Scenario, figure: &Figure<T>, of: impl Fn(&T) -> f64) -> f64 {
    let total: f64 = scenario.segments.iter().map(|segment| segment.share.value).sum();
    if figure.by_segment.is_empty() || total <= 0.0 {
        return of(&figure.value);
    }
    let weighed = scenario.segments.iter().map(|segment| {
        let facets = segment.facets.iter().map(|(_, value)| value.as_str());
        segment.share.value / total * of(figure.for_segment(&segment.id, facets))
    });
    weighed.sum()
}

/// Hours of work that one case of a service asks of each pool, for one stream of demand.
struct Load<'a> {
    scenario: &'a Scenario,
    per_service: BTreeMap<&'a str, BTreeMap<&'a str, f64>>,
    /// Documents of which another service's load has been counted already.
    documents: BTreeSet<&'a str>,
    /// The services that the demand asks for itself.
    own: BTreeSet<&'a str>,
    budget: usize,
}

impl<'a> Load<'a> {
    fn of_service(&mut self, id: &str) -> BTreeMap<&'a str, f64> {
        if let Some(known) = self.per_service.get(id) {
            return known.clone();
        }
        let Some(service) = self.scenario.service(id) else { return BTreeMap::new() };
        // A service that calls itself is an error that keeps this check from running; this makes sure that it ends.
        self.per_service.insert(&service.id, BTreeMap::new());
        let mut hours = BTreeMap::new();
        self.process(&service.elements, 1.0, &mut hours);
        self.per_service.insert(&service.id, hours.clone());
        hours
    }

    fn process(&mut self, elements: &'a [Element], times: f64, hours: &mut BTreeMap<&'a str, f64>) {
        let Some(visits) = visits(self.scenario, elements, &mut self.budget) else { return };
        for (element, visits) in elements.iter().zip(visits).filter(|(_, visits)| *visits > 0.0) {
            let visits = visits * times;
            match &element.kind {
                ElementKind::Step(step) => self.step(step, visits, hours),
                ElementKind::Call(service) => self.also(service, visits, hours),
                ElementKind::SubProcess(inner) => self.process(inner, visits, hours),
                _ => {}
            }
        }
    }

    fn also(&mut self, service: &str, times: f64, hours: &mut BTreeMap<&'a str, f64>) {
        for (pool, more) in self.of_service(service) {
            *hours.entry(pool).or_default() += more * times;
        }
    }

    fn step(&mut self, step: &'a Step, visits: f64, hours: &mut BTreeMap<&'a str, f64>) {
        if let Performer::Staff(pools) = &step.performer {
            let work = mean(self.scenario, &step.duration) / MS_PER_HOUR as f64;
            for used in pools {
                *hours.entry(&used.pool).or_default() += work * f64::from(used.count) * visits;
            }
        }
        for used in &step.documents {
            let Some(document) = self.scenario.documents.iter().find(|d| d.id == used.document) else { continue };
            let missing = 1.0 - average(self.scenario, &document.at_hand);
            match (used.from, &document.issued_by) {
                (DocumentSource::Issuer, Some(service)) => self.also(service, visits, hours),
                (DocumentSource::Citizen, Some(service))
                    if missing > 0.0 && !self.own.contains(service.as_str()) && self.documents.insert(&document.id) =>
                {
                    self.also(service, missing * visits.min(1.0), hours);
                }
                (DocumentSource::Registry, _) => {
                    let registry = self.scenario.registries.iter().find(|r| Some(&r.id) == document.registry.as_ref());
                    if let (Some(registry), Fallback::Staff { pool, duration, .. }) = (registry, &used.fallback) {
                        let found = average(self.scenario, &registry.coverage) * average(self.scenario, &registry.correctness);
                        let work = mean(self.scenario, duration) / MS_PER_HOUR as f64;
                        *hours.entry(pool).or_default() += (1.0 - found) * work * visits;
                    }
                }
                _ => {}
            }
        }
    }
}

/// Returns how often a case that enters a process passes each element on average.
///
/// Solves `x = entry + x P` by sweeps in the order of the list (Gauss-Seidel), which ends after two sweeps where elements
/// stand in the order in which they follow each other. `None` where there is no solution, or none within the budget.
pub(super) fn visits(scenario: &Scenario, elements: &[Element], budget: &mut usize) -> Option<Vec<f64>> {
    let mut position: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, element) in elements.iter().enumerate() {
        position.entry(&element.id).or_insert(i);
    }
    let mut incoming: Vec<Vec<(usize, f64)>> = vec![Vec::new(); elements.len()];
    for (from, element) in elements.iter().enumerate() {
        for (to, share) in shares(scenario, element) {
            if let Some(&to) = position.get(to)
                && share > 0.0
            {
                incoming[to].push((from, share));
            }
        }
    }
    let mut visits = vec![0.0; elements.len()];
    let arcs: usize = incoming.iter().map(Vec::len).sum::<usize>() + elements.len();
    for _ in 0..MOST_SWEEPS {
        *budget = budget.checked_sub(arcs)?;
        let mut largest_change = 0.0f64;
        for (at, element) in elements.iter().enumerate() {
            let arriving = incoming[at].iter().map(|(from, share)| visits[*from] * share);
            let new = match &element.kind {
                ElementKind::Start => 1.0,
                // A join passes once for each set of arrivals; one that many ways feed equally passes once for all.
                ElementKind::Parallel(_) if incoming[at].len() > 1 => arriving.sum::<f64>() / incoming[at].len() as f64,
                ElementKind::Inclusive(_) if incoming[at].len() > 1 => arriving.fold(0.0, f64::max),
                _ => arriving.sum(),
            };
            largest_change = largest_change.max((new - visits[at]).abs() / new.abs().max(1.0));
            visits[at] = new;
        }
        if largest_change < 1e-9 {
            return Some(visits);
        }
    }
    None
}

/// Returns what follows an element, and in which share of its visits.
fn shares<'a>(scenario: &Scenario, element: &'a Element) -> Vec<(&'a str, f64)> {
    let next = element.next.as_deref();
    match &element.kind {
        ElementKind::Step(step) => {
            let failure = step.failure.as_ref().map(|f| (f.next.as_str(), average(scenario, &f.share)));
            let failing = failure.map_or(0.0, |(_, share)| share);
            next.map(|next| (next, 1.0 - failing)).into_iter().chain(failure).collect()
        }
        ElementKind::Exclusive(ways) => split(scenario, ways, true),
        ElementKind::Inclusive(ways) => split(scenario, ways, false),
        ElementKind::Parallel(to) => to.iter().map(|to| (to.as_str(), 1.0)).collect(),
        ElementKind::EventBased(ways) => ways.iter().map(|way| (way.to.as_str(), 1.0 / ways.len() as f64)).collect(),
        ElementKind::Offer(offer) => {
            let share = |figure| average(scenario, figure);
            let asked = share(&offer.eligible) * share(&offer.reachable);
            let answering = share(&offer.delivered) * share(&offer.answers);
            let consent = share(&offer.consent);
            vec![
                (offer.accepted.as_str(), asked * answering * consent),
                (offer.declined.as_str(), asked * answering * (1.0 - consent)),
                (offer.silent.as_str(), asked * (1.0 - answering)),
                (offer.unreachable.as_str(), 1.0 - asked),
            ]
        }
        ElementKind::End(_) => Vec::new(),
        _ => next.map(|next| (next, 1.0)).into_iter().collect(),
    }
}

fn split<'a>(scenario: &Scenario, ways: &'a [Branch], exclusive: bool) -> Vec<(&'a str, f64)> {
    let even = 1.0 / ways.len().max(1) as f64;
    let share = |way: &Branch| way.share.as_ref().map_or(even, |share| average(scenario, share));
    let sum: f64 = ways.iter().map(share).sum();
    let scale = if exclusive && sum > 0.0 { sum } else { 1.0 };
    ways.iter().map(|way| (way.to.as_str(), share(way) / scale)).collect()
}
