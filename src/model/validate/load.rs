//! Offered load: how much work demand asks of each staff pool, against the hours that its people are there.
//!
//! How often a case passes each element is worked out in `visits.rs`. Left out are patience, border events, peaks, growth and
//! holidays, so the figure is that of an ordinary week. A document that another service issues loads that service, once
//! for each citizen of a life event who does not have it.

use std::collections::{BTreeMap, BTreeSet};

use super::calendars::Week;
use super::visits::visits;
use super::{Check, root};
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_WEEK, SimDuration};
use crate::model::calendar::open_share;
use crate::model::demand::{Arrivals, Demand};
use crate::model::figure::{DurationFigure, Figure, NumberFigure};
use crate::model::flow::{Element, ElementKind, Repeat};
use crate::model::provenance::text;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{DocumentSource, Fallback, Performer, Step};

/// How many element visits one check may compute, over all services and sweeps.
const MOST_WORK: usize = 50_000_000;

/// What demand asks of a staff pool in an ordinary week, before anything is run.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolLoad {
    /// Position of the agency in the scenario.
    pub agency: usize,
    /// Position of the pool in the agency.
    pub pool: usize,
    /// Hours of work that demand asks for in a week.
    pub asked: f64,
    /// Hours that its people are there in a week, absence taken off.
    pub there: f64,
}

impl PoolLoad {
    /// Returns the share of its people's time that the work takes; from 1 on the backlog grows without end. `None` where
    /// nobody is there.
    pub fn utilisation(&self) -> Option<f64> {
        (self.there > 0.0).then(|| self.asked / self.there)
    }
}

/// Returns what demand asks of every staff pool that it asks anything of, in the order of the scenario.
///
/// Demand that comes from a list is spread over the weeks of `horizon`. The module's text says what is left out; a run
/// says more. Deterministic.
pub fn offered_load(scenario: &Scenario, horizon: SimDuration) -> Vec<PoolLoad> {
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
    let mut loads = Vec::new();
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
            loads.push(PoolLoad { agency: i, pool: j, asked: hours, there });
        }
    }
    loads
}

pub(super) fn check(check: &mut Check<'_>, horizon: SimDuration) {
    for load in offered_load(check.scenario, horizon) {
        let agency = &check.scenario.agencies[load.agency];
        let reference = format!("{}/{}", agency.id, agency.pools[load.pool].id);
        let path = root("agencies").item(load.agency).field("pools").item(load.pool);
        report(check, &reference, load.asked, load.there, path);
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
        Arrivals::Renewal { interval, limit, calendar, .. } => {
            // In closed hours nobody arrives; the next interval counts from the opening.
            let open = open_share(&scenario.calendars, calendar.as_deref());
            let unlimited = open * MS_PER_WEEK as f64 / mean(scenario, interval).max(1.0);
            limit.map_or(unlimited, |limit| unlimited.min(limit as f64 / weeks))
        }
        Arrivals::List(bursts) => bursts.iter().map(|burst| f64::from(burst.count)).sum::<f64>() / weeks,
    }
}

/// Returns a number's average over the segments.
pub(super) fn average(scenario: &Scenario, figure: &NumberFigure) -> f64 {
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
        self.process(service, &service.elements, 1.0, &mut hours);
        self.per_service.insert(&service.id, hours.clone());
        hours
    }

    fn process(&mut self, service: &'a Service, elements: &'a [Element], times: f64, hours: &mut BTreeMap<&'a str, f64>) {
        let Some(visits) = visits(self.scenario, service, elements, &mut self.budget) else { return };
        for (element, visits) in elements.iter().zip(visits).filter(|(_, visits)| *visits > 0.0) {
            let visits = visits * times * repeats(element);
            match &element.kind {
                ElementKind::Step(step) => self.step(step, visits, hours),
                ElementKind::Call(called) => self.also(called, visits, hours),
                ElementKind::Begin(begin) => self.also(&begin.service, visits, hours),
                ElementKind::SubProcess(inner) => self.process(service, inner, visits, hours),
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

/// Returns how often an element is done each time it is passed.
fn repeats(element: &Element) -> f64 {
    match &element.repeat {
        Some(Repeat::Loop { again, at_most }) => {
            let (again, times) = (again.value.clamp(0.0, 1.0), f64::from(*at_most));
            if again < 1.0 { (1.0 - again.powf(times)) / (1.0 - again) } else { times }
        }
        Some(Repeat::Sequential(count) | Repeat::Parallel(count)) => count.value.max(0.0),
        None => 1.0,
    }
}
