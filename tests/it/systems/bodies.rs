//! Bodies as resources: every agency's hours, cost, load and backlog, the load that moves between them, who answers for changes.

use super::{Look, MONTH, Said, SaidOfVariant, change, shipped, simulate};
use kezek::experiment::outcome::PoolKind;
use kezek::model::change::Operation;
use kezek::model::figure::Figure;
use std::collections::BTreeSet;

/// Every shipped study; the list of the program is held against the folder by the golden tables.
pub const STUDIES: [&str; 13] = [
    "birth-of-a-child",
    "channels",
    "childcare-payment",
    "disability",
    "front-office",
    "golden-case",
    "job-loss",
    "large-family",
    "no-stop",
    "pension",
    "portfolio",
    "preschool-queue",
    "registry-outage",
];

#[test]
fn every_body_shows_hours_cost_load_and_backlog() {
    let study = shipped("disability");
    let found = simulate(&study, &["as-is"], Look { replications: 1, ..MONTH });
    let mut seen = BTreeSet::new();
    for pool in found.of("as-is").pools.iter().filter(|p| p.kind == PoolKind::Staff && p.starts.mean > 0.0) {
        seen.insert(pool.agency.clone().unwrap());
        assert!(pool.staff_hours.mean > 0.0 && pool.cost.mean > 0.0, "{}", pool.id);
        let busy = pool.utilisation.unwrap().mean;
        assert!(busy > 0.0 && busy < 1.0, "{}: {busy}", pool.id);
        // The catalogue's hourly cost is one wage for all.
        assert!((pool.cost.mean / pool.staff_hours.mean - 1524.0).abs() < 1.0, "{}", pool.id);
        assert!(pool.queue_by_day.len() >= 42, "the backlog is known day by day: {}", pool.queue_by_day.len());
        assert!(pool.waiting_time.is_some(), "{}", pool.id);
    }
    let named: BTreeSet<String> = ["psc", "mlspp", "ssif", "akimat", "mse", "moh"].map(str::to_owned).into();
    assert!(seen.is_superset(&named), "{seen:?}");
}

#[test]
fn load_of_one_service_is_felt_by_the_others() {
    let mut study = shipped("portfolio");
    let births = study.scenario.demand.iter().find(|d| !d.background && d.of.contains("birth")).unwrap().id.clone();
    let more = Operation::ScaleDemand { demand: births, factor: Figure::assumed(2.0) };
    change(&mut study, "twice-the-births", "as-is", vec![more]);
    let look = Look { warm_up: 14, horizon: 28, follow_up: 56, replications: 1 };
    let found = simulate(&study, &["as-is", "twice-the-births"], look);
    let wait = |variant: &str| found.of(variant).pool("psc/window").waiting_time.unwrap().mean;
    let busy = |variant: &str| found.of(variant).pool("psc/window").utilisation.unwrap().mean;
    assert!(busy("twice-the-births") > busy("as-is") && wait("twice-the-births") > wait("as-is"));
}

#[test]
fn staff_moved_from_one_body_to_another_is_missed_where_it_was() {
    let mut study = shipped("childcare-payment");
    let moved = Operation::MoveStaff { from: "ssif/clerk".to_owned(), to: "psc/window".to_owned(), count: 3 };
    change(&mut study, "three-to-the-windows", "as-is", vec![moved]);
    let found = simulate(&study, &["as-is", "three-to-the-windows"], MONTH);
    let wait = |variant: &str, pool: &str| found.of(variant).pool(pool).waiting_time.unwrap().mean;
    assert!(wait("three-to-the-windows", "ssif/clerk") > wait("as-is", "ssif/clerk"));
    assert!(wait("three-to-the-windows", "psc/window") < wait("as-is", "psc/window"));
}

#[test]
fn every_change_says_who_answers_for_it_why_and_on_what_basis() {
    for name in STUDIES {
        for variant in &shipped(name).variants {
            assert!(!variant.changes.is_empty(), "{name} {}", variant.id);
            for change in &variant.changes {
                for (what, text) in [("owner", &change.owner), ("why", &change.why), ("legal basis", &change.legal_basis)] {
                    assert!(!text.is_empty(), "{name}, {}, {}: no {what}", variant.id, change.id);
                }
            }
        }
    }
}

#[test]
fn terms_in_working_days_are_held_against_the_clock() {
    // Eight working days. With four officers of ten the backlog grows, and cases miss the term.
    let mut study = shipped("childcare-payment");
    let pool = study.scenario.agencies.iter().find(|a| a.id == "ssif").unwrap().pools.iter().find(|p| p.id == "officer").unwrap();
    let fewer = (pool.staff[0].count.value * 0.4).round();
    let cut = Operation::SetStaff { pool: "ssif/officer".to_owned(), group: 0, count: Figure::assumed(fewer) };
    change(&mut study, "too-few-officers", "as-is", vec![cut]);
    let found = simulate(&study, &["as-is", "too-few-officers"], MONTH);
    assert!(found.mean("as-is", "within_term") > 0.99, "{}", found.mean("as-is", "within_term"));
    assert!(found.mean("too-few-officers", "within_term") < 0.9, "{}", found.mean("too-few-officers", "within_term"));
    assert!(found.of("too-few-officers").pool("ssif/officer").overload.is_some(), "and the run says which pool drowns");
}
