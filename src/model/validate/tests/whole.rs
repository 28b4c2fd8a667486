//! Findings about a study as a whole: plan, variants, assumptions.

use super::base::*;
use crate::base::diagnostic::{Severity, has_errors};
use crate::base::time::SimDuration;
use crate::model::change::{Change, Operation};
use crate::model::figure::{Figure, fixed_duration};
use crate::model::flow::ElementKind;
use crate::model::study::{Study, Target, Variant};
use crate::model::validate::validate;

fn variant(id: &str, operations: Vec<Operation>) -> Variant {
    let change = Change { id: "c".into(), enabled: true, operations, ..Change::default() };
    Variant { id: id.into(), changes: vec![change], ..Variant::default() }
}

#[test]
fn a_sound_study_has_no_warning() {
    let found = validate(&study());
    assert!(found.iter().all(|d| d.severity == Severity::Note), "{found:?}");
    assert!(validate(&Study::default()).iter().all(|d| d.code == "empty-id" || d.code == "no-demand"));
}

#[test]
fn one_bad_record_hides_no_other() {
    let found = found(|s| {
        s.scenario.calendars[0].weekly.clear();
        step_of(s, "apply").place = Some("x".into());
        s.scenario.services[0].elements[3].next = None;
        s.plan.replications = 0;
    });
    for code in ["empty-calendar", "unknown-place", "missing-next", "bad-replications"] {
        assert!(found.iter().any(|d| d.code == code), "{code}");
    }
}

#[test]
fn the_plan_can_be_run() {
    error("bad-horizon", "plan.horizon", "nothing would be measured", |s| s.plan.horizon = SimDuration::ZERO);
    error("bad-horizon", "plan.horizon", "longer than 50 years", |s| s.plan.horizon = SimDuration::from_days(51 * 366));
    error("bad-horizon", "plan.warm_up", "", |s| s.plan.warm_up = SimDuration(-1));
    error("bad-replications", "plan.replications", "", |s| s.plan.replications = 0);
    warning("one-replication", "plan.replications", "", |s| s.plan.replications = 1);
    for confidence in [0.0, 1.0, 95.0, f64::NAN] {
        error("bad-confidence", "plan.confidence", "0.95", |s| s.plan.confidence = confidence);
    }
    warning("no-demand", "demand", "Nothing arrives", |s| s.scenario.demand.clear());
    error("unknown-variant", "targets[0].variant", "Did you mean 'as-is'?", |s| {
        s.targets.push(Target { variant: "asis".into(), measure: "visits".into(), ..Target::default() });
    });
}

#[test]
fn changes_that_cannot_be_made_stand_at_their_operation() {
    let remove = |step: &str| Operation::RemoveStep { service: "benefit".into(), step: step.into() };
    error("unknown-step", "variants[0].changes[0].operations[1].step", "Did you mean 'decide'?", |s| {
        s.variants.push(variant("to-be", vec![remove("apply"), remove("deicde")]));
    });
    error("reserved-id", "variants[0].id", "", |s| s.variants.push(variant("as-is", vec![])));
    error("variant-circle", "variants[1].based_on", "circle", |s| {
        s.variants.push(Variant { based_on: Some("b".into()), ..variant("a", vec![]) });
        s.variants.push(Variant { based_on: Some("a".into()), ..variant("b", vec![]) });
    });
    error("share-out-of-range", "variants[0].changes[0].operations[0].share", "1.5", |s| {
        let share = Figure::assumed(1.5);
        let operation = Operation::SetShare { service: "benefit".into(), gateway: "complete".into(), to: "decide".into(), share };
        s.variants.push(variant("to-be", vec![operation]));
    });
}

#[test]
fn what_only_a_variant_gets_wrong_names_the_variant() {
    let operation = Operation::AddStep {
        service: "benefit".into(),
        after: "decide".into(),
        element: crate::model::flow::Element { next: None, ..step("sign", "", 5) },
    };
    let mut bad = operation.clone();
    if let Operation::AddStep { element, .. } = &mut bad {
        step_mut(element).place = Some("centre".into());
    }
    error("unknown-place", "variants[0]", "In the variant 'to-be': The step 'sign' in 'benefit'", |s| {
        s.variants.push(variant("to-be", vec![bad]));
    });
    let clean = found(|s| s.variants.push(variant("to-be", vec![operation])));
    assert!(!has_errors(&clean));
    // What the as-is gets wrong too is said once.
    let all = found(|s| {
        s.scenario.services[0].elements.push(step("extra", "end", 5));
        s.variants.push(variant("to-be", vec![]));
    });
    assert_eq!(all.iter().filter(|d| d.code == "unreachable-step").count(), 1);
}

#[test]
fn assumptions_are_counted_once() {
    let found = found(|s| {
        s.scenario.hour_value.source = None;
        step_of(s, "apply").duration = fixed_duration(MINUTE);
    });
    let notes: Vec<_> = found.iter().filter(|d| d.code == "assumptions").collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].message.starts_with("2 of 21 figures are assumptions"), "{}", notes[0].message);
}

#[test]
fn thousands_of_like_findings_are_cut_short_and_counted() {
    let found = found(|s| {
        for i in 0..3_000 {
            let mut extra = step(&format!("x{i}"), "end", 1);
            step_mut(&mut extra).place = Some(format!("nowhere{i}"));
            s.scenario.services[0].elements.push(extra);
        }
    });
    let like: Vec<_> = found.iter().filter(|d| d.code == "unknown-place").collect();
    assert_eq!(like.len(), 501);
    assert_eq!(like[500].message, "There are 2500 more findings of the kind 'unknown-place'.");
    assert_eq!(like[500].severity, Severity::Error);
}

#[test]
fn random_nonsense_is_reported_and_never_panics() {
    for seed in 0..300 {
        let scenario = crate::model::diff::random::scenario(seed);
        let other = crate::model::diff::random::scenario(seed + 1_000);
        let changes = crate::model::diff::diff(&scenario, &other);
        let variants = vec![Variant { id: "other".into(), changes, ..Variant::default() }];
        let study = Study { id: "random".into(), scenario, variants, ..Study::default() };
        let found = validate(&study);
        assert_eq!(found, validate(&study));
        for finding in &found {
            assert!(finding.message.ends_with(['.', '?']), "{finding:?}");
            assert!(!finding.message.contains("  "), "{finding:?}");
        }
    }
}

#[test]
fn deep_sub_processes_are_checked() {
    let mut inner = vec![element("s0", ElementKind::Start, Some("e0")), end("e0")];
    for i in 1..200 {
        let start = element(&format!("s{i}"), ElementKind::Start, Some(&format!("p{i}")));
        let sub = element(&format!("p{i}"), ElementKind::SubProcess(inner), Some(&format!("e{i}")));
        inner = vec![start, sub, end(&format!("e{i}"))];
    }
    let found = found(|s| s.scenario.services[1].elements = inner);
    assert!(!has_errors(&found), "{found:?}");
}
