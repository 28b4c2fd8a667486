//! Registries and what lies between them: gateway, Smart Bridge, e-archive, e-HR, labour book, consent to access.

use super::{Look, MONTH, Said, SaidOfVariant, change, edited_registry, edited_step, hours, log, shipped, simulate};
use kezek::model::change::{Item, Operation};
use kezek::model::figure::Figure;
use kezek::model::flow::ElementKind;
use kezek::model::study::Study;

#[test]
fn gateway_down_in_the_morning_makes_steps_fall_back_on_the_citizen() {
    let study = shipped("registry-outage");
    let found = simulate(&study, &["as-is", "down-mornings", "patience"], MONTH);
    for measure in ["documents_requested", "fetches_failed"] {
        assert!(found.mean("down-mornings", measure) > 1.3 * found.mean("as-is", measure), "{measure}");
    }
    assert!(found.mean("patience", "documents_requested") < 0.8 * found.mean("down-mornings", "documents_requested"));
    assert!(found.mean("patience", "wait_registry") > found.mean("as-is", "wait_registry") + 5.0, "they wait instead");
}

#[test]
fn gateway_down_from_9_to_12_shows_in_the_log() {
    let study = shipped("registry-outage");
    // A check is due as soon as its papers have been fetched; papers asked of citizens come at any hour, and on any day.
    let due = |variant: &str, hours: std::ops::Range<i8>| {
        let rows = log(&study, variant, Look { replications: 1, ..MONTH });
        let checks =
            rows.iter().filter(|row| row.element == "benefit/check" && row.enabled.weekday().to_monday_zero_offset() < 5);
        checks.filter(|row| hours.contains(&row.enabled.hour())).count()
    };
    let in_the_morning = |variant: &str| (due(variant, 10..12), due(variant, 12..13));
    let (before, at_noon) = in_the_morning("as-is");
    let (down, back) = in_the_morning("patience");
    assert!(down < before / 2, "hardly anything comes out of registries between 10 and 12: {down} instead of {before}");
    assert!(back > 2 * at_noon, "and all of it at noon: {back} instead of {at_noon}");
}

#[test]
fn new_integration_takes_effect_only_from_its_month() {
    let study = shipped("pension");
    let both = ["as-is", "e-hr-from-july"];
    // The run begins on 1 December 2025. Those who arrive before May have applied before July, nearly all of them.
    let before = Look { warm_up: 14, horizon: 120, follow_up: 40, replications: 1 };
    let found = simulate(&study, &both, before);
    for measure in ["documents_requested", "documents_fetched", "citizen_time", "decision_time"] {
        assert_eq!(found.mean("e-hr-from-july", measure), found.mean("as-is", measure), "{measure} before its month");
    }
    let after = Look { warm_up: 212, horizon: 28, follow_up: 91, replications: 1 };
    let found = simulate(&study, &both, after);
    assert!(found.mean("e-hr-from-july", "documents_requested") < found.mean("as-is", "documents_requested") - 0.5);
    assert!(found.mean("e-hr-from-july", "documents_fetched") > 0.5);
}

#[test]
fn integration_through_smart_bridge_helps_from_its_earlier_month() {
    let mut study = shipped("pension");
    let scenario = kezek::model::apply::build_variant(&study, "e-hr-from-july").unwrap();
    let mut how = scenario.service("pension").unwrap().element("how").unwrap().clone();
    let ElementKind::Exclusive(ways) = &mut how.kind else { panic!("how is a gateway") };
    let mut dates = 0;
    for when in ways.iter_mut().filter_map(|way| way.when.as_mut()).filter(|when| when.contains("2026-07-01")) {
        *when = when.replace("2026-07-01", "2026-03-01");
        dates += 1;
    }
    assert_eq!(dates, 2);
    change(
        &mut study,
        "smart-bridge",
        "e-hr-from-july",
        vec![Operation::ReplaceStep { service: "pension".to_owned(), element: how }],
    );
    // April and May.
    let found =
        simulate(&study, &["e-hr-from-july", "smart-bridge"], Look { warm_up: 121, horizon: 28, follow_up: 21, replications: 1 });
    assert!(found.mean("smart-bridge", "documents_requested") < found.mean("e-hr-from-july", "documents_requested") - 0.5);
}

#[test]
fn fuller_e_hr_asks_citizens_for_fewer_documents() {
    let mut study = shipped("pension");
    let full = Operation::SetCoverage { registry: "contracts".to_owned(), coverage: Figure::assumed(0.9) };
    change(&mut study, "ninety", "contracts-from-e-hr", vec![full]);
    let found = simulate(&study, &["contracts-from-e-hr", "ninety"], MONTH);
    let asked = |variant: &str| found.mean(variant, "documents_requested");
    assert!(asked("ninety") < asked("contracts-from-e-hr") - 0.3, "{} {}", asked("ninety"), asked("contracts-from-e-hr"));
    assert!(found.mean("ninety", "documents_fetched") > found.mean("contracts-from-e-hr", "documents_fetched") + 0.3);
}

fn with_unreadable_books(study: &mut Study, id: &str, share: f64) {
    let mut book = study.scenario.attributes.iter().find(|a| a.id == "labour_book").unwrap().clone();
    for (value, figure) in &mut book.values {
        *figure = Figure::assumed(if value == "unreadable" { share } else { 1.0 - share });
    }
    change(study, id, "as-is", vec![Operation::Put(Item::Attribute(book))]);
}

#[test]
fn archive_loop_makes_the_slowest_tenth_days_longer() {
    let mut study = shipped("pension");
    with_unreadable_books(&mut study, "all-readable", 0.0);
    let found = simulate(&study, &["as-is", "all-readable", "e-archive"], MONTH);
    let p90 = |variant: &str| found.of(variant).p90_days("elapsed_time");
    assert!(p90("as-is") > p90("all-readable") + 3.0, "{} {}", p90("as-is"), p90("all-readable"));
    assert!(p90("e-archive") < p90("as-is") - 1.0, "the office asks the e-archive: {} {}", p90("e-archive"), p90("as-is"));
    let p50 = |variant: &str| found.of(variant).measure("elapsed_time").unwrap().p50.as_ref().unwrap().value / 1440.0;
    assert!(p50("as-is") - p50("all-readable") < p90("as-is") - p90("all-readable"), "the median hardly feels it");
}

#[test]
fn unreadable_labour_books_are_counted_as_rework() {
    let mut study = shipped("pension");
    with_unreadable_books(&mut study, "a-third", 0.35);
    with_unreadable_books(&mut study, "none", 0.0);
    let found = simulate(&study, &["as-is", "a-third", "none"], MONTH);
    let loops = ["none", "as-is", "a-third"].map(|variant| found.of(variant).runs("pension", "archive"));
    assert_eq!(loops[0], 0.0);
    assert!((loops[1] - 0.18).abs() < 0.04 && (loops[2] - 0.35).abs() < 0.05, "{loops:?}");
    assert!(found.of("as-is").step("pension", "archive").name.contains("Unreadable"));
    let rework = |variant: &str| found.mean(variant, "rework");
    assert!((rework("as-is") - rework("none") - loops[1]).abs() < 0.03, "{} {}", rework("as-is"), rework("none"));
}

#[test]
fn case_stays_open_until_the_aid_is_delivered() {
    let mut study = shipped("disability");
    let later =
        Operation::SetDuration { service: "prosthesis".to_owned(), step: "deliver".to_owned(), duration: hours(150.0 * 24.0) };
    change(&mut study, "slow-supplier", "as-is", vec![later]);
    let look = Look { warm_up: 14, horizon: 28, follow_up: 300, replications: 1 };
    let found = simulate(&study, &["as-is", "slow-supplier"], look);
    let (before, after) = (found.of("as-is").service("prosthesis"), found.of("slow-supplier").service("prosthesis"));
    let days = |of: &Option<kezek::experiment::outcome::Estimate>| of.unwrap().mean / 1440.0;
    assert!(days(&after.elapsed_time) > days(&before.elapsed_time) + 30.0, "delivery is part of the case");
    assert!((days(&after.application_to_decision) - days(&before.application_to_decision)).abs() < 0.1, "the decision is not");
    assert!(days(&before.elapsed_time) > days(&before.application_to_decision) + 10.0);
}

#[test]
fn missing_records_turn_fetches_into_questions() {
    let mut study = shipped("registry-outage");
    for (id, coverage) in [("filled", 1.0), ("empty", 0.5)] {
        let operation = edited_registry(&study, "as-is", "zags", |registry| registry.coverage = Figure::assumed(coverage));
        change(&mut study, id, "as-is", vec![operation]);
    }
    let found = simulate(&study, &["as-is", "filled", "empty"], MONTH);
    let asked = ["filled", "as-is", "empty"].map(|variant| found.mean(variant, "documents_requested"));
    assert!(asked[0] < asked[1] && asked[1] + 0.3 < asked[2], "{asked:?}");
}

#[test]
fn access_that_the_citizen_denies_becomes_a_request_for_the_document() {
    let mut study = shipped("registry-outage");
    // The register of persons may be read for nobody: as much is asked as was fetched from it.
    let denied = Operation::SetCoverage { registry: "persons".to_owned(), coverage: Figure::assumed(0.0) };
    change(&mut study, "denied", "as-is", vec![denied]);
    let found = simulate(&study, &["as-is", "denied"], MONTH);
    let moved = |measure: &str| found.mean("denied", measure) - found.mean("as-is", measure);
    assert!(moved("documents_requested") > 0.9, "{}", moved("documents_requested"));
    assert!((moved("documents_requested") + moved("documents_fetched")).abs() < 1e-9, "{}", moved("documents_fetched"));
}

/// Each row of a registry call has the time of the request, the time of the reply, and whether one came.
#[test]
fn log_of_registry_calls_adds_up_to_the_waiting_that_is_reported() {
    let study = shipped("registry-outage");
    let look = Look { replications: 1, ..MONTH };
    let found = simulate(&study, &["down-mornings"], look);
    let cases = found.of("down-mornings").cases.completed as f64;
    let (mut waited, mut calls, mut without_reply) = (0.0, 0, 0);
    for row in log(&study, "down-mornings", look) {
        let minutes = |from: jiff::civil::DateTime, to: jiff::civil::DateTime| to.duration_since(from).as_secs_f64() / 60.0;
        if row.activity.starts_with("Fetch: ") {
            calls += 1;
            without_reply += u32::from(!row.finished);
            waited += minutes(row.enabled, row.started);
            assert!(!row.finished || row.resource == "registry:gateway", "{} by {}", row.activity, row.resource);
            assert!(
                row.finished || minutes(row.enabled, row.ended) == 10.0,
                "a request without reply is given up after 10 minutes"
            );
        } else if row.activity.starts_with("Pause before the next attempt: ") {
            waited += minutes(row.started, row.ended);
        }
    }
    assert!(without_reply > 100, "{without_reply} of {calls}");
    assert!((f64::from(calls) / cases - found.mean("down-mornings", "registry_calls")).abs() < 1e-9, "{calls}");
    let reported = found.mean("down-mornings", "wait_registry");
    assert!((waited / cases - reported).abs() < 1e-3 * reported, "{} in the log, {reported} reported", waited / cases);
}

#[test]
fn registry_step_waits_are_the_waiting_that_is_reported() {
    let mut study = shipped("registry-outage");
    let slow = edited_registry(&study, "patience", "gateway", |gateway| gateway.planned_outages.clear());
    change(&mut study, "patience-up", "patience", vec![slow]);
    let quick = edited_step(&study, "patience", "benefit", "enter", |_| {});
    change(&mut study, "same", "patience", vec![quick]);
    let found = simulate(&study, &["patience", "patience-up", "same"], MONTH);
    let part = |variant: &str| {
        let parts = &found.of(variant).elapsed_parts;
        let all: f64 = parts.iter().map(|p| p.minutes.mean).sum();
        assert!((all - found.mean(variant, "elapsed_time")).abs() < 1e-6 * all, "the parts make the whole");
        parts.iter().find(|p| p.name == "registry").unwrap().minutes.mean
    };
    assert!(part("patience") > part("patience-up") + 5.0, "{} {}", part("patience"), part("patience-up"));
    assert_eq!(part("same"), part("patience"), "an edit that changes nothing moves nothing");
}
