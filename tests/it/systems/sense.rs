//! What no study may show: services that come for nothing, papers asked for twice, work that an as-is leaves out, and pools that
//! are not as busy as their notes say.

use super::bodies::STUDIES;
use super::{Look, MONTH, Said, SaidOfVariant, log, shipped, simulate};
use kezek::model::demand::Arrivals;
use kezek::model::flow::ElementKind;
use kezek::model::scenario::Scenario;
use kezek::model::step::Performer;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn aids_begin_when_the_benefit_is_applied_for_and_not_before() {
    let rows = log(&shipped("disability"), "one-application", MONTH);
    let on_form: Vec<_> = rows.iter().filter(|row| row.element.ends_with("/on-form") && row.resource.is_empty()).collect();
    assert!(on_form.len() > 20, "{}", on_form.len());
    for aid in on_form {
        let applied = |row: &&super::Logged| {
            let is_form = row.element == "benefit/fill" || row.element == "benefit/window";
            row.case == aid.case && is_form && row.resource.is_empty() == (row.element == "benefit/fill")
        };
        assert!(
            rows.iter().filter(applied).any(|row| row.ended <= aid.enabled),
            "{} before any application: {}",
            aid.element,
            aid.case
        );
    }
}

#[test]
fn archive_asked_by_wire_takes_less_of_its_people_and_nothing_of_citizens() {
    // The archive turns to a letter after weeks: a shorter warm-up would find its people idle.
    let settled = Look { warm_up: 84, horizon: 56, ..MONTH };
    let found = simulate(&shipped("pension"), &["as-is", "e-archive"], settled);
    let hours = |variant: &str| found.of(variant).pool("archives/archivist").staff_hours.mean;
    assert!(hours("e-archive") < hours("as-is"), "{} {}", hours("e-archive"), hours("as-is"));
    assert!(found.mean("e-archive", "staff_time") < found.mean("as-is", "staff_time"));
    let contacts = |variant: &str| found.mean(variant, "contacts_by_citizen");
    let asked = found.of("as-is").runs("pension", "archive");
    assert!((contacts("as-is") - contacts("e-archive") - asked).abs() < 0.01, "{asked}");
}

#[test]
fn nobody_goes_to_the_archive_for_a_book_that_nobody_reads() {
    let found = simulate(&shipped("pension"), &["e-archive", "contracts-from-e-hr", "e-hr-full", "offer"], MONTH);
    let asked = ["e-archive", "contracts-from-e-hr", "e-hr-full"].map(|variant| found.of(variant).runs("pension", "archive"));
    assert!(asked[1] < 0.85 * asked[0] && asked[2] < 0.6 * asked[1], "{asked:?}");
    // Agreeing by SMS proves no years of work.
    let offered = found.of("offer").runs("pension", "archive");
    assert!((offered - asked[2]).abs() < 0.01, "{offered} {asked:?}");
}

#[test]
fn paper_in_the_file_is_not_asked_for_again_when_another_one_is_missing() {
    let study = shipped("registry-outage");
    let found = simulate(&study, &["as-is", "down-mornings", "staff-helps", "patience"], MONTH);
    for variant in &found.variants {
        assert!(variant.runs("benefit", "check-again") > 0.01, "{}", variant.name);
        assert_eq!(variant.mean("documents_repeated").unwrap(), 0.0, "{}", variant.name);
    }
}

#[test]
fn families_whom_no_registry_finds_have_to_apply() {
    let found = simulate(&shipped("large-family"), &["offer", "no-stop"], MONTH);
    let no_stop = found.of("no-stop");
    let detected = no_stop.runs("large-family", "found");
    // The same registries find as many families as for the offer.
    let eligible = found.of("offer").stage("eligible") / found.of("offer").stage("triggered");
    assert!((detected - eligible).abs() < 0.02, "{detected} {eligible}");
    assert!((no_stop.runs("large-family", "find-time") - (1.0 - detected)).abs() < 0.02, "the others apply, or never ask");
    assert!((no_stop.mean("proactive_share").unwrap() - detected).abs() < 0.03);
}

#[test]
fn office_is_not_late_while_the_family_has_to_answer() {
    for (study, service) in [("no-stop", "family-benefit"), ("large-family", "large-family")] {
        let found = simulate(&shipped(study), &["no-stop"], MONTH);
        assert!(found.of("no-stop").runs(service, "letter") > 0.05, "{study}");
        assert_eq!(found.mean("no-stop", "within_term"), 1.0, "{study}");
    }
}

#[test]
fn surge_spread_over_days_is_that_of_the_same_children() {
    let spring = Look { warm_up: 110, horizon: 28, follow_up: 14, replications: 2 };
    let found = simulate(&shipped("preschool-queue"), &["as-is", "spread"], spring);
    let arrived = |variant: &str| found.of(variant).cases.arrived as f64;
    assert!(arrived("as-is") > 6000.0, "the surge is within: {}", arrived("as-is"));
    assert!((arrived("spread") / arrived("as-is") - 1.0).abs() < 0.03, "{} {}", arrived("spread"), arrived("as-is"));
}

#[test]
fn slow_portal_is_slow_for_those_too_who_were_slow_before() {
    let found = simulate(&shipped("channels"), &["as-is", "slow-portal"], MONTH);
    for skill in ["digital: skilled", "digital: basic"] {
        let minutes = |variant: &str| {
            let group = found.of(variant).facets.iter().find(|group| group.id == skill).unwrap();
            let active = group.measures.iter().find(|m| m.measure.name == "citizen_active").unwrap();
            active.estimate.as_ref().unwrap().mean
        };
        let (before, slow) = (minutes("as-is"), minutes("slow-portal"));
        assert!(slow > 1.05 * before, "{skill}: {slow} {before}");
    }
}

#[test]
fn nobody_gets_the_same_paper_twice_for_services_side_by_side() {
    let study = shipped("birth-of-a-child");
    let mut getting: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for row in log(&study, "as-is", MONTH).into_iter().filter(|row| row.activity.starts_with("Get: ")) {
        getting.entry((row.case, row.activity)).or_default().insert(row.element);
    }
    assert!(getting.len() > 500, "{}", getting.len());
    for ((case, paper), elements) in getting {
        assert_eq!(elements.len(), 1, "{case} {paper}: {elements:?}");
    }
    // Where the state asks once, it asks once however many of its bodies ask at the same moment.
    let found = simulate(&study, &["one-application", "proactive-sms", "no-stop"], MONTH);
    for variant in &found.variants {
        assert_eq!(variant.cases.stuck, 0, "{}", variant.name);
        assert_eq!(variant.mean("documents_repeated").unwrap(), 0.0, "{}", variant.name);
    }
}

/// Returns the pool that does the work of a background stream, where a pool does it.
fn pool_of(scenario: &Scenario, service: &str) -> Option<String> {
    scenario.service(service)?.elements.iter().find_map(|element| match &element.kind {
        ElementKind::Step(step) => match &step.performer {
            Performer::Staff(uses) => uses.first().map(|used| used.pool.clone()),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn pools_are_as_busy_as_the_notes_of_their_other_work_say() {
    let quarter = Look { warm_up: 42, horizon: 84, follow_up: 0, replications: 2 };
    let mut looked_at = 0;
    for name in STUDIES {
        let study = shipped(name);
        let mut found = None;
        for demand in study.scenario.demand.iter().filter(|demand| demand.background) {
            let Arrivals::Poisson { per_year, .. } = &demand.arrivals else { continue };
            let Some(percent) = per_year.note.split("busy about ").nth(1).and_then(|rest| rest.split(' ').next()) else {
                continue;
            };
            let said: f64 = percent.parse().unwrap();
            let outcome = found.get_or_insert_with(|| simulate(&study, &["as-is"], quarter));
            let pool = pool_of(&study.scenario, &demand.of).unwrap();
            let busy = outcome.of("as-is").pool(&pool).utilisation.as_ref().unwrap().mean * 100.0;
            assert!((busy - said).abs() < 6.0, "{name}: {pool} is busy {busy:.1} %, and {said} % are said");
            looked_at += 1;
        }
    }
    assert!(looked_at > 25, "{looked_at}");
}
