//! The systems, bodies and concepts of the founding thesis at work: every row of `scenarios/systems.md` as a claim about a shipped study.
//!
//! Each test takes a study as it is shipped, changes one figure, and holds the variant with that change against the one
//! without it, under common random numbers. Horizons are short: the claims are about directions and about sums that must
//! agree, and both show in some hundreds of cases.

pub mod bodies;
mod concepts;
mod data;
mod offers;
mod page;
mod sense;
mod traps;
mod ways;

use kezek::base::distribution::Distribution;
use kezek::base::progress::CancelToken;
use kezek::base::time::SimDuration;
use kezek::experiment::outcome::{ExperimentOutcome, PoolOutcome, ServiceOutcome, StepOutcome, VariantOutcome};
use kezek::experiment::plan::{Plan, StopRule};
use kezek::experiment::run::run_experiment;
use kezek::experiment::trace_log::{first_day, log_prepared, prepare_log};
use kezek::formats::log::row::LogItem;
use kezek::formats::scenario_ron::read_study_file;
use kezek::model::apply::build_variant;
use kezek::model::change::{Change, Item, Operation};
use kezek::model::figure::{DurationFigure, Figure};
use kezek::model::flow::{Element, ElementKind};
use kezek::model::offer::Offer;
use kezek::model::registry::Registry;
use kezek::model::step::Step;
use kezek::model::study::{Study, Variant};
use std::path::Path;

/// How long and how often to look, in days.
#[derive(Clone, Copy)]
struct Look {
    warm_up: i64,
    horizon: i64,
    follow_up: i64,
    replications: u32,
}

/// Four weeks after a warm-up of two, and time for slow cases to end.
const MONTH: Look = Look { warm_up: 14, horizon: 28, follow_up: 91, replications: 2 };

/// Reads a study as it is shipped.
fn shipped(name: &str) -> Study {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).join("study.ron");
    let warned = read_study_file(&path).unwrap();
    assert!(!warned.has_errors(), "{name}: {:?}", warned.diagnostics);
    warned.value.unwrap()
}

/// Adds a variant that does these operations on another one.
fn change(study: &mut Study, id: &str, on: &str, operations: Vec<Operation>) {
    let change = Change { id: "one-figure".to_owned(), enabled: true, operations, ..Change::default() };
    let based_on = (on != "as-is").then(|| on.to_owned());
    study.variants.push(Variant { id: id.to_owned(), based_on, changes: vec![change], ..Variant::default() });
}

/// Replaces an element by itself with something changed, as it stands in a variant.
fn edited(study: &Study, variant: &str, service: &str, id: &str, edit: impl FnOnce(&mut Element)) -> Operation {
    let scenario = build_variant(study, variant).unwrap();
    let mut element = scenario.service(service).unwrap().element(id).unwrap().clone();
    edit(&mut element);
    Operation::ReplaceStep { service: service.to_owned(), element }
}

/// The same for a step.
fn edited_step(study: &Study, variant: &str, service: &str, id: &str, edit: impl FnOnce(&mut Step)) -> Operation {
    edited(study, variant, service, id, |element| match &mut element.kind {
        ElementKind::Step(step) => edit(step),
        other => panic!("{id} is no step: {other:?}"),
    })
}

/// The same for an offer.
fn edited_offer(study: &Study, variant: &str, service: &str, id: &str, edit: impl FnOnce(&mut Offer)) -> Operation {
    edited(study, variant, service, id, |element| match &mut element.kind {
        ElementKind::Offer(offer) => edit(offer),
        other => panic!("{id} is no offer: {other:?}"),
    })
}

/// Replaces a registry by itself with something changed.
fn edited_registry(study: &Study, variant: &str, id: &str, edit: impl FnOnce(&mut Registry)) -> Operation {
    let scenario = build_variant(study, variant).unwrap();
    let mut registry = scenario.registries.iter().find(|r| r.id == id).unwrap().clone();
    edit(&mut registry);
    Operation::Put(Item::Registry(registry))
}

fn hours(hours: f64) -> DurationFigure {
    Figure::assumed(Distribution::Fixed(hours * 3_600_000.0))
}

fn plan(study: &Study, variants: &[&str], look: Look) -> Plan {
    Plan {
        variants: variants.iter().map(|v| (*v).to_owned()).collect(),
        baseline: variants[0].to_owned(),
        stop: StopRule::Replications(look.replications),
        warm_up: SimDuration::from_days(look.warm_up),
        horizon: SimDuration::from_days(look.horizon),
        follow_up: SimDuration::from_days(look.follow_up),
        ..Plan::of_study(study)
    }
}

/// Runs these variants, the first as the baseline.
fn simulate(study: &Study, variants: &[&str], look: Look) -> ExperimentOutcome {
    run_experiment(study, &plan(study, variants, look), &|_| {}, &CancelToken::default()).unwrap()
}

/// An activity in a variant's log, as far as the tests look at it.
struct Logged {
    case: String,
    element: String,
    activity: String,
    enabled: jiff::civil::DateTime,
    started: jiff::civil::DateTime,
    ended: jiff::civil::DateTime,
    resource: String,
    finished: bool,
}

/// Returns the log of the first replication of a variant, cases of the measured window only.
fn log(study: &Study, variant: &str, look: Look) -> Vec<Logged> {
    let mut rows = Vec::new();
    let plan = plan(study, &[variant], look);
    let prepared = prepare_log(study, &plan, variant).unwrap();
    let midnight = first_day(&prepared).to_datetime(jiff::civil::Time::midnight());
    let local = |at: kezek::base::time::SimTime| midnight + jiff::SignedDuration::from_millis(at.ms());
    log_prepared(&prepared, &plan, 0, true, &CancelToken::default(), |item| {
        let LogItem::Row(row) = item else { return };
        rows.push(Logged {
            case: row.case.to_string(),
            element: row.element.to_owned(),
            activity: row.activity.to_owned(),
            enabled: local(row.enabled),
            started: local(row.started),
            ended: local(row.ended),
            resource: row.resource.map_or(String::new(), |resource| resource.to_string()),
            finished: row.finished,
        });
    });
    assert!(!rows.is_empty());
    rows
}

/// Short ways to what an outcome says.
trait Said {
    fn of(&self, variant: &str) -> &VariantOutcome;
    fn mean(&self, variant: &str, measure: &str) -> f64;
}

impl Said for ExperimentOutcome {
    fn of(&self, variant: &str) -> &VariantOutcome {
        self.variant(variant).unwrap_or_else(|| panic!("no variant {variant}"))
    }

    fn mean(&self, variant: &str, measure: &str) -> f64 {
        self.of(variant).mean(measure).unwrap_or_else(|| panic!("{variant} has no {measure}"))
    }
}

/// Short ways to what a variant's outcome says.
trait SaidOfVariant {
    fn step(&self, service: &str, step: &str) -> &StepOutcome;
    fn runs(&self, service: &str, step: &str) -> f64;
    fn pool(&self, id: &str) -> &PoolOutcome;
    fn service(&self, id: &str) -> &ServiceOutcome;
    fn channel(&self, service: &str, channel: &str) -> f64;
    fn stage(&self, name: &str) -> f64;
    fn p90_days(&self, measure: &str) -> f64;
}

impl SaidOfVariant for VariantOutcome {
    fn step(&self, service: &str, step: &str) -> &StepOutcome {
        self.steps.iter().find(|s| s.service == service && s.step == step).unwrap_or_else(|| panic!("no {service}/{step}"))
    }

    /// How often a step is begun, per case.
    fn runs(&self, service: &str, step: &str) -> f64 {
        self.step(service, step).runs_per_case.mean
    }

    fn pool(&self, id: &str) -> &PoolOutcome {
        self.pools.iter().find(|p| p.id == id).unwrap_or_else(|| panic!("no pool {id}"))
    }

    fn service(&self, id: &str) -> &ServiceOutcome {
        self.services.iter().find(|s| s.id == id).unwrap_or_else(|| panic!("no service {id}"))
    }

    /// Share of a service's runs on a channel.
    fn channel(&self, service: &str, channel: &str) -> f64 {
        self.service(service).channels.iter().find(|(id, _)| id == channel).map_or(0.0, |(_, share)| *share)
    }

    /// Cases a replication that reach a stage of the funnel.
    fn stage(&self, name: &str) -> f64 {
        self.funnel.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("no stage {name}")).count.mean
    }

    fn p90_days(&self, measure: &str) -> f64 {
        self.measure(measure).unwrap().p90.as_ref().unwrap().value / 1440.0
    }
}
