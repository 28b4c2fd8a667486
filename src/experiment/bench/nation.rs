//! A nation's year: three electronic services in twenty regions, with staff in office hours, registries, documents, segments.
//!
//! The regions are alike and do not share staff, so that each is a run of its own: what the program calls a replication. They
//! go through the same experiment as any study, with all measures, quantiles by segment, steps, services and pools.

use crate::base::distribution::Distribution;
use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_MINUTE, MS_PER_SECOND, SimDuration};
use crate::experiment::error::ExperimentError;
use crate::experiment::outcome::ExperimentOutcome;
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::run::run_experiment;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::calendar::{Calendar, Weekdays, WeeklyHours};
use crate::model::demand::{Arrivals, Demand, Profile};
use crate::model::document::{Document, Gathering};
use crate::model::figure::{DurationFigure, Figure};
use crate::model::flow::{Branch, Element, ElementKind, Wait, WaitCause, WaitUntil};
use crate::model::population::{Channel, Segment};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::service::{ChannelShare, Service, Term, TermLength, TermStart};
use crate::model::step::{CitizenPart, Contact, DocumentSource, DocumentUse, Fallback, Milestone, Performer, PoolUse, Step};
use crate::model::study::{AS_IS, Study};
use std::time::Instant;

/// Regions, each a run of its own.
pub const REGIONS: u32 = 20;
/// Share of its hours for which staff is busy.
const LOAD: f64 = 0.8;
/// Minutes in a year for which the offices are open.
const OPEN_MINUTES: f64 = 365.0 / 7.0 * 5.0 * 8.0 * 60.0;

/// What a nation's year has taken.
#[derive(Clone, Debug)]
pub struct NationResult {
    /// Cases that arrived.
    pub cases: u64,
    /// Of these, cases that came to their end.
    pub completed: u64,
    /// Steps finished; fetching documents, one and a half times a case, is not counted among them.
    pub steps: f64,
    /// Seconds by the clock on the wall.
    pub seconds: f64,
    /// The outcome, as of any experiment.
    pub outcome: ExperimentOutcome,
}

/// Runs a nation's year with about `cases` cases on so many threads.
///
/// # Errors
/// [`ExperimentError::Model`] if the model does not compile: a fault of the program.
pub fn nation(cases: u64, threads: usize) -> Result<NationResult, ExperimentError> {
    let study = Study { id: "nation".to_owned(), scenario: region(cases as f64 / f64::from(REGIONS)), ..Study::default() };
    let plan = Plan {
        variants: vec![AS_IS.to_owned()],
        horizon: SimDuration::from_days(365),
        warm_up: SimDuration::ZERO,
        follow_up: SimDuration::from_days(60),
        stop: StopRule::Replications(REGIONS),
        threads: Some(threads),
        ..Plan::of_study(&study)
    };
    let begun = Instant::now();
    let outcome = run_experiment(&study, &plan, &|_| {}, &CancelToken::default())?;
    let seconds = begun.elapsed().as_secs_f64();
    let variant = &outcome.variants[0];
    let (cases, completed) = (variant.cases.arrived, variant.cases.completed);
    let steps = variant.steps.iter().map(|step| step.runs_per_case.mean).sum::<f64>() * cases as f64;
    Ok(NationResult { cases, completed, steps, seconds, outcome })
}

fn minutes(distribution: fn(f64) -> Distribution, mean: f64) -> DurationFigure {
    Figure::assumed(distribution(mean * MS_PER_MINUTE as f64))
}

fn exponential(mean: f64) -> Distribution {
    Distribution::Exponential { mean }
}

fn lognormal(mean: f64) -> Distribution {
    Distribution::Lognormal { mean, sd: 0.8 * mean }
}

/// One region with so many cases a year.
fn region(cases: f64) -> Scenario {
    let hours = |from: u16, to: u16| WeeklyHours { days: Weekdays::range(0, 4), from_minute: from * 60, to_minute: to * 60 };
    let office = Calendar { id: "office".to_owned(), weekly: vec![hours(9, 13), hours(14, 18)], ..Calendar::default() };
    let of = |share: f64| share * cases;
    let (registrations, benefits) = (of(0.3), of(0.1));
    Scenario {
        hour_value: Figure::assumed(1_500.0),
        calendars: vec![office],
        segments: segments(),
        channels: ["portal", "mobile"].into_iter().map(channel).collect(),
        agencies: vec![Agency {
            id: "agency".to_owned(),
            name: "Agency".to_owned(),
            pools: vec![
                pool("clerks", (registrations + benefits) * 2.0),
                pool("officers", registrations * 1.08 * 3.0 + benefits * 5.0),
                pool("heads", (registrations + benefits) * 1.0),
            ],
        }],
        registries: ["population", "income"].into_iter().map(|id| registry(id, cases)).collect(),
        documents: [("identity", "population"), ("income", "income")].into_iter().map(document).collect(),
        services: vec![certificate(), registration(), benefit()],
        demand: [("certificate", 0.6), ("registration", 0.3), ("benefit", 0.1)].map(|(id, share)| demand(id, of(share))).to_vec(),
        ..Scenario::default()
    }
}

fn segments() -> Vec<Segment> {
    let of = |(id, residence, age, share): (&str, &str, &str, f64)| Segment {
        id: id.to_owned(),
        name: id.to_owned(),
        share: Figure::assumed(share),
        facets: vec![("residence".to_owned(), residence.to_owned()), ("age".to_owned(), age.to_owned())],
    };
    let list = [
        ("urban-young", "urban", "18-35", 0.25),
        ("urban-middle", "urban", "36-55", 0.25),
        ("urban-old", "urban", "56+", 0.12),
        ("rural-young", "rural", "18-35", 0.14),
        ("rural-middle", "rural", "36-55", 0.14),
        ("rural-old", "rural", "56+", 0.10),
    ];
    list.into_iter().map(of).collect()
}

fn channel(id: &str) -> Channel {
    Channel { id: id.to_owned(), name: id.to_owned(), digital: true, ..Channel::default() }
}

/// A pool in office hours that is busy for [`LOAD`] of them with so many minutes of work a year.
fn pool(id: &str, minutes_a_year: f64) -> StaffPool {
    let count = (minutes_a_year / OPEN_MINUTES / LOAD).ceil().max(1.0);
    let group = StaffGroup { count: Figure::assumed(count), calendar: Some("office".to_owned()), skills: Vec::new() };
    let cost_per_hour = Figure::assumed(2_000.0);
    StaffPool { id: id.to_owned(), name: id.to_owned(), staff: vec![group], cost_per_hour, ..StaffPool::default() }
}

/// A registry that answers a second and a half after it is asked, with capacity for five times the mean load.
fn registry(id: &str, calls_a_year: f64) -> Registry {
    let seconds_a_year = 365.0 * 86_400.0;
    Registry {
        id: id.to_owned(),
        name: id.to_owned(),
        coverage: Figure::assumed(0.98),
        correctness: Figure::assumed(0.99),
        latency: Figure::assumed(Distribution::Exponential { mean: 1.5 * MS_PER_SECOND as f64 }),
        capacity: Some((5.0 * 1.5 * calls_a_year / seconds_a_year).ceil().max(4.0) as u32),
        ..Registry::default()
    }
}

fn document((id, registry): (&str, &str)) -> Document {
    Document {
        id: id.to_owned(),
        name: id.to_owned(),
        registry: Some(registry.to_owned()),
        issued_by: None,
        at_hand: Figure::assumed(0.5),
        gathering: Gathering { work: minutes(exponential, 20.0), ..Gathering::default() },
    }
}

fn demand(id: &str, per_year: f64) -> Demand {
    let weight = |hour: usize| match hour {
        0..=6 => 0.2,
        7..=8 | 20..=23 => 1.0,
        _ => 2.0,
    };
    let profile =
        Profile { weekdays: vec![1.2, 1.1, 1.1, 1.0, 1.0, 0.5, 0.4], hours: (0..24).map(weight).collect(), ..Profile::default() };
    let arrivals = Arrivals::Poisson { per_year: Figure::assumed(per_year), growth: Figure::assumed(0.0), profile };
    Demand { id: id.to_owned(), of: id.to_owned(), arrivals, background: false }
}

/// A service of steps in a row, its start and end included.
fn service(id: &str, days: u32, steps: Vec<(&str, ElementKind)>) -> Service {
    let mut elements = vec![Element { id: "start".to_owned(), kind: ElementKind::Start, ..Element::default() }];
    elements.extend(steps.into_iter().map(|(id, kind)| Element { id: id.to_owned(), kind, ..Element::default() }));
    elements.push(Element { id: "end".to_owned(), ..Element::default() });
    let ids: Vec<String> = elements.iter().skip(1).map(|element| element.id.clone()).collect();
    for (element, next) in elements.iter_mut().zip(ids) {
        if !matches!(element.kind, ElementKind::Exclusive(_)) {
            element.next = Some(next);
        }
    }
    let share = |channel: &str, share: f64| ChannelShare { channel: channel.to_owned(), share: Figure::assumed(share) };
    Service {
        id: id.to_owned(),
        name: id.to_owned(),
        term: Some(Term {
            length: TermLength::WorkingDays(days),
            receipt_day_counts: false,
            calendar: Some("office".to_owned()),
            from: TermStart::Application,
            source: None,
            note: String::new(),
        }),
        channels: vec![share("portal", 0.6), share("mobile", 0.4)],
        elements,
        ..Service::default()
    }
}

fn kind(step: Step) -> ElementKind {
    ElementKind::Step(Box::new(step))
}

fn by_citizen(mean: f64, milestone: Option<Milestone>) -> ElementKind {
    let contact = if milestone == Some(Milestone::Applied) { Contact::ByCitizen } else { Contact::None };
    kind(Step { duration: minutes(lognormal, mean), citizen: CitizenPart::Active, milestone, contact, ..Step::default() })
}

fn by_staff(pool: &str, mean: f64, milestone: Option<Milestone>) -> ElementKind {
    let performer = Performer::Staff(vec![PoolUse { pool: format!("agency/{pool}"), count: 1 }]);
    kind(Step { performer, duration: minutes(lognormal, mean), milestone, ..Step::default() })
}

fn by_system(documents: &[&str], milestone: Option<Milestone>, contact: Contact) -> ElementKind {
    let fetched =
        |id: &&str| DocumentUse { document: (*id).to_owned(), from: DocumentSource::Registry, fallback: Fallback::Citizen };
    let documents = documents.iter().map(fetched).collect();
    let performer = Performer::System(None);
    kind(Step { performer, duration: minutes(exponential, 0.05), documents, milestone, contact, ..Step::default() })
}

fn certificate() -> Service {
    let steps = vec![
        ("apply", by_citizen(4.0, Some(Milestone::Applied))),
        ("identify", by_system(&["identity"], None, Contact::None)),
        ("check", by_system(&[], None, Contact::None)),
        ("make", by_system(&[], Some(Milestone::Decided), Contact::None)),
        ("sign", by_system(&[], None, Contact::None)),
        ("notify", by_system(&[], None, Contact::ByState)),
        ("read", by_citizen(1.0, None)),
    ];
    service("certificate", 1, steps)
}

fn registration() -> Service {
    let way = |to: &str, share: f64| Branch { to: to.to_owned(), share: Some(Figure::assumed(share)), ..Branch::default() };
    let steps = vec![
        ("apply", by_citizen(10.0, Some(Milestone::Applied))),
        ("collect", by_system(&["identity", "income"], None, Contact::None)),
        ("receive", by_staff("clerks", 2.0, None)),
        ("verify", by_staff("officers", 3.0, None)),
        ("complete", ElementKind::Exclusive(vec![way("decide", 0.92), way("ask", 0.08)])),
        ("decide", by_staff("heads", 1.0, Some(Milestone::Decided))),
        ("notify", by_system(&[], None, Contact::ByState)),
        ("read", by_citizen(1.0, None)),
    ];
    let mut service = service("registration", 5, steps);
    let ask =
        Element { id: "ask".to_owned(), kind: by_citizen(8.0, None), next: Some("verify".to_owned()), ..Element::default() };
    service.elements.push(ask);
    service
}

fn benefit() -> Service {
    let transfer = Wait {
        until: WaitUntil::For(minutes(exponential, 2.0 * 24.0 * 60.0)),
        cause: WaitCause::OtherAgency,
        suspends_term: false,
    };
    let steps = vec![
        ("apply", by_citizen(12.0, Some(Milestone::Applied))),
        ("collect", by_system(&["identity", "income"], None, Contact::None)),
        ("receive", by_staff("clerks", 2.0, None)),
        ("assess", by_staff("officers", 5.0, None)),
        ("decide", by_staff("heads", 1.0, Some(Milestone::Decided))),
        ("transfer", ElementKind::Wait(transfer)),
        ("pay", by_system(&[], Some(Milestone::Paid), Contact::ByState)),
        ("read", by_citizen(1.0, None)),
    ];
    service("benefit", 10, steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nation_model_passes_its_checks_and_serves_its_cases() {
        let study = Study { id: "nation".to_owned(), scenario: region(10_000.0), ..Study::default() };
        let findings = crate::model::validate::validate(&study);
        assert!(!crate::base::diagnostic::has_errors(&findings), "{findings:?}");
        let result = nation(20_000, 1).unwrap();
        assert!((19_000..21_000).contains(&result.cases), "{}", result.cases);
        assert!(result.completed as f64 > 0.999 * result.cases as f64);
        assert!((7.0..7.5).contains(&(result.steps / result.cases as f64)), "{}", result.steps / result.cases as f64);
        assert!(result.outcome.warnings.iter().all(|warning| !format!("{warning:?}").contains("Overload")));
    }
}
