//! The shipped studies: they read without a fault, run, and say what is known of them.

use kezek::base::progress::CancelToken;
use kezek::base::time::SimDuration;
use kezek::experiment::outcome::{ExperimentOutcome, VariantOutcome};
use kezek::experiment::plan::{Plan, StopRule};
use kezek::experiment::run::run_experiment;
use kezek::formats::scenario_ron::read_study_file;
use kezek::model::study::{Study, Variant};
use std::path::Path;

fn read(name: &str) -> Study {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).join("study.ron");
    let warned = read_study_file(&path).unwrap();
    assert!(!warned.has_errors(), "{:?}", warned.diagnostics);
    warned.value.unwrap()
}

fn run(study: &Study, plan: &Plan) -> ExperimentOutcome {
    run_experiment(study, plan, &|_| {}, &CancelToken::default()).unwrap()
}

fn mean(variant: &VariantOutcome, measure: &str) -> f64 {
    variant.mean(measure).unwrap_or_else(|| panic!("{} has no {measure}", variant.name))
}

/// A first look lets nobody come when its window has been closed for two weeks, which makes it twice as fast. What it says of its
/// window's cases must be what it would say if citizens went on coming, of whom some are still in line when the last of those leave.
#[test]
fn a_first_look_says_what_it_would_if_citizens_went_on_coming() {
    let study = read("birth-of-a-child");
    let look = Plan { stop: StopRule::Replications(8), persons: 0, ..Plan::of_study(&study).first_looks().swap_remove(0) };
    let whole = Plan { newcomers: None, ..look.clone() };
    let (look, whole) = (run(&study, &look), run(&study, &whole));
    for (look, whole) in look.variants.iter().zip(&whole.variants) {
        for (measure, may_differ) in [("citizen_time", 0.003), ("visits", 0.003), ("staff_time", 0.003), ("elapsed_time", 0.01)] {
            let (short, long) = (mean(look, measure), mean(whole, measure));
            assert!((short / long - 1.0).abs() < may_differ, "{}: {measure} {short} instead of {long}", look.name);
        }
    }
}

/// Rows E01 to E04 of the validation table: one case by hand. Minutes, exactly.
#[test]
fn golden_case_agrees_with_the_pencil() {
    let study = read("golden-case");
    let outcome = run(&study, &Plan { stop: StopRule::Replications(2), ..Plan::of_study(&study) });
    let [as_is, to_be] = outcome.variants.as_slice() else { panic!("two variants are run") };
    let expected = [
        ("citizen_active", 50.0, 4.0),
        ("citizen_queue", 15.0, 0.0),
        ("citizen_travel", 80.0, 0.0),
        ("citizen_time", 145.0, 4.0),
        ("visits", 1.0, 0.0),
        ("documents_requested", 2.0, 0.0),
        ("documents_fetched", 0.0, 2.0),
        ("staff_time", 80.0, 20.0),
        ("decision_time", 73.0 * 60.0, 206.0),
        ("payment_time", 99.0 * 60.0, 99.0 * 60.0),
        ("within_term", 1.0, 1.0),
        ("completed_share", 1.0, 1.0),
        ("proactive_share", 0.0, 1.0),
    ];
    for (measure, before, after) in expected {
        assert_eq!(mean(as_is, measure), before, "as-is {measure}");
        assert_eq!(mean(to_be, measure), after, "to-be {measure}");
    }
    let difference = outcome.difference("to-be").unwrap();
    let citizen = difference.measure("citizen_time").unwrap();
    assert_eq!(citizen.difference.mean, -141.0);
    assert!((citizen.relative.unwrap().mean + 0.972_413_793).abs() < 1e-9);
    assert!((difference.measure("staff_time").unwrap().relative.unwrap().mean + 0.75).abs() < 1e-12);
    let decides = |v: &VariantOutcome| v.steps.iter().find(|s| s.step == "decide").unwrap().staff_time.mean;
    assert_eq!(decides(to_be) - decides(as_is), 0.0, "the officer's decision keeps its load");
}

/// Nobody's services come along with one application who has not made it, whatever documents were given elsewhere meanwhile.
#[test]
fn services_come_along_only_with_an_application_for_all_of_them() {
    let study = read("birth-of-a-child");
    let plan = Plan {
        variants: vec!["as-is".to_owned()],
        stop: StopRule::Replications(2),
        horizon: SimDuration::from_days(28),
        warm_up: SimDuration::from_days(14),
        ..Plan::of_study(&study)
    };
    let outcome = run(&study, &plan);
    let runs = |step: &str| {
        let of_step = outcome.variants[0].steps.iter().find(|s| s.id == step);
        of_step.unwrap_or_else(|| panic!("there is no step {step}")).runs_per_case.mean
    };
    let made = runs("one-form");
    for service in ["birth-benefit", "childcare", "kindergarten", "residence"] {
        let joined = runs(&format!("{service}/joined"));
        assert!(joined > 0.0 && joined <= made, "{service}: {joined} of {made}");
    }
}

/// Row D09: a copy of the as-is differs by exactly nothing. Row D10: nor does a second run.
#[test]
fn a_copy_of_the_as_is_differs_by_exactly_nothing() {
    let mut study = read("birth-of-a-child");
    study.variants = vec![Variant { id: "copy".to_owned(), ..Variant::default() }];
    let plan = Plan {
        stop: StopRule::Replications(2),
        horizon: SimDuration::from_days(14),
        warm_up: SimDuration::from_days(14),
        ..Plan::of_study(&study)
    };
    let outcome = run(&study, &plan);
    let difference = outcome.difference("copy").unwrap();
    assert!(difference.measures.len() > 15);
    for m in &difference.measures {
        assert_eq!((m.difference.mean, m.difference.low, m.difference.high), (0.0, Some(0.0), Some(0.0)), "{}", m.measure.name);
        assert!(!m.significant);
    }
    assert_eq!(outcome, run(&study, &plan));
}

#[test]
fn every_shipped_study_runs_in_all_its_variants() {
    for name in ["birth-of-a-child", "front-office", "golden-case"] {
        let study = read(name);
        let plan = Plan {
            stop: StopRule::Replications(2),
            horizon: SimDuration::from_days(28),
            warm_up: SimDuration::from_days(28),
            ..Plan::of_study(&study)
        };
        let plan = if name == "golden-case" { Plan::of_study(&study) } else { plan };
        let outcome = run(&study, &plan);
        assert_eq!(outcome.variants.len(), study.variants.len() + 1, "{name}");
        for v in &outcome.variants {
            assert!(v.cases.completed > 0, "{name} {}", v.name);
            assert_eq!(v.cases.stuck, 0, "{name} {}: {:?}", v.name, v.faults);
            assert_eq!(v.cases.arrived, v.cases.completed + v.cases.unfinished + v.cases.stuck, "{name} {}", v.name);
            let parts: f64 = v.elapsed_parts.iter().map(|p| p.minutes.mean).sum();
            let elapsed = mean(v, "elapsed_time");
            assert!((parts - elapsed).abs() < 1e-6 * elapsed, "{name} {}: {parts} against {elapsed}", v.name);
        }
    }
}

/// What the flagship must say: citizens gain time in every variant, and the fund's decision keeps its load (row E04).
#[test]
fn flagship_gives_time_back_and_leaves_the_funds_decision_alone() {
    let study = read("birth-of-a-child");
    let plan = Plan {
        stop: StopRule::Replications(4),
        horizon: SimDuration::from_days(56),
        warm_up: SimDuration::from_days(28),
        ..Plan::of_study(&study)
    };
    let outcome = run(&study, &plan);
    for d in &outcome.differences {
        let citizen = d.measure("citizen_time").unwrap();
        assert!(citizen.significant && citizen.difference.mean < 0.0, "{}: {:?}", d.variant, citizen.difference);
    }
    assert!(outcome.variants.iter().all(|v| v.pools.iter().all(|p| p.overload.is_none())), "no pool drowns");
}
