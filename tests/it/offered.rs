//! Offered load: against figures worked out by hand, and against what a run keeps people busy with.

use kezek::base::progress::CancelToken;
use kezek::experiment::offered::{PoolLoad, check, offered_load};
use kezek::experiment::plan::{Plan, StopRule};
use kezek::experiment::run::run_experiment;
use kezek::formats::{carried, scenario_ron};
use kezek::model::study::{AS_IS, Study};

fn read(text: &str) -> Study {
    let warned = scenario_ron::read_study(text, "study.ron", &mut |_| Err("is not there".to_owned()));
    assert!(!warned.has_errors(), "{:?}", warned.diagnostics);
    warned.value.unwrap()
}

/// Seventy visits a week at an office of 45 hours. A visit is checked until nothing is missing, one in five not at once, and is decided where
/// the check has found nothing; who was served at once is marked, and a later check looks at the mark.
fn office(per_year: f64, absence: f64) -> Study {
    read(&format!(
        r#"(
    version: 1, id: "office", title: "Office", start: "2026-01-05 00:00",
    calendars: [(id: "hours", weekly: ["Mon-Fri 09:00-18:00"])],
    attributes: [(id: "served", values: {{"no": 1, "yes": 0}})],
    agencies: [(id: "psc", pools: [
        (id: "window", staff: [(count: 1, calendar: "hours")], absence: {absence}),
        (id: "clerk", staff: [(count: 1, calendar: "hours")]),
        (id: "nobody", staff: [(count: 0, calendar: "hours")]),
    ])],
    services: [(id: "visit", elements: [
        (id: "start", kind: Start, next: "check"),
        (id: "check", kind: Step(performer: Staff(["psc/window"]), duration: "15min"), next: "whole"),
        (id: "whole", kind: Exclusive([(to: "mark", share: 0.8), (to: "check", share: 0.2)])),
        (id: "mark", kind: Step(duration: "1min", sets: {{"served": "yes"}}), next: "known"),
        (id: "known", kind: Exclusive([(to: "end", when: "served == 'yes'"), (to: "again", otherwise: true)])),
        (id: "again", kind: Step(performer: Staff(["psc/clerk"]), duration: "1h"), next: "end"),
        (id: "end", kind: End),
    ])],
    demand: [(id: "main", of: "visit", arrivals: Poisson(per_year: {per_year}, profile: (calendar: "hours")))],
    plan: (horizon: "364d", warm_up: "0d", replications: 2),
)"#
    ))
}

fn loads(study: &Study, variant: &str) -> Vec<PoolLoad> {
    offered_load(study, variant, &CancelToken::default())
}

#[test]
fn work_is_counted_as_often_as_cases_come_by_and_conditions_hold() {
    let found = loads(&office(3_650.0, 0.25), AS_IS);
    // 70 visits a week, each of 1.25 checks of a quarter of an hour; nobody comes to the clerk, who is not named therefore.
    let [window] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(window.pool, "psc/window");
    let expected = 70.0 * 1.25 * 0.25;
    assert!((window.asked.mean / expected - 1.0).abs() < 0.03, "{window:?}");
    assert!(window.asked.contains(expected), "{window:?}");
    assert!(window.asked.relative_half_width().unwrap() < 0.03, "{window:?}");
    // Mondays to Fridays of 52 weeks, a quarter of the people absent.
    assert!((window.there - 45.0 * 0.75).abs() < 1e-9, "{window:?}");
}

#[test]
fn a_pool_that_is_asked_for_too_much_is_named() {
    // A load of 1 is 144 visits a week.
    let at_load = |load: f64| check(&office(load * 144.0 / 7.0 * 365.0, 0.0), &CancelToken::default());
    let codes = |load: f64| at_load(load).iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(0.75), [""; 0]);
    assert_eq!(codes(0.92), ["busy-pool"]);
    assert_eq!(codes(1.34), ["overloaded-pool"]);
    let said = at_load(1.34);
    assert_eq!(said[0].path.to_string(), "agencies[0].pools[0]");
    assert!(said[0].message.contains("Its backlog grows without end."), "{}", said[0].message);
}

#[test]
fn cases_that_never_end_are_given_up() {
    let study = office(3_650.0, 0.0);
    let text = scenario_ron::write_study(&study)
        .replace("share: 0.8", "share: 0")
        .replace("share: 0.2", "share: 1")
        .replace("15min", "1s");
    let study = read(&text);
    assert_eq!(loads(&study, AS_IS), []);
}

#[test]
fn a_few_arrivals_on_given_days_are_all_counted() {
    let mut study = office(3_650.0, 0.0);
    let text = scenario_ron::write_study(&study);
    let from = text.find("Poisson(").unwrap();
    let mut depth = 0;
    let length = text[from..].find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ')' && depth == 0
    });
    let list = r#"List([(at: "2026-02-02 10:00", count: 3), (at: "2026-03-02 10:00", count: 49)])"#;
    study = read(&text.replace(&text[from..=from + length.unwrap()], list));
    let found = loads(&study, AS_IS);
    // 52 visits in 52 weeks.
    assert!(found[0].asked.contains(1.25 * 0.25) && (found[0].asked.mean / (1.25 * 0.25) - 1.0).abs() < 0.03, "{found:?}");
}

/// Where people are not too few, they are busy for as long as demand asks for; a run counts it case by case in its queues, the load
/// is found without any.
#[test]
fn people_are_as_busy_as_demand_asks() {
    for name in ["birth-of-a-child", "childcare-payment"] {
        let (path, text) = carried::file_of(name).unwrap();
        let study = scenario_ron::read_study(text, path, &mut carried::load).value.unwrap();
        let plan = Plan { stop: StopRule::Replications(1), persons: 0, ..Plan::of_study(&study) };
        let outcome = run_experiment(&study, &plan, &|_| {}, &CancelToken::default()).unwrap();
        for variant in &outcome.variants {
            for load in loads(&study, &variant.name) {
                let pool = variant.pools.iter().find(|pool| pool.id == load.pool).unwrap();
                let (asked, busy) = (load.utilisation().unwrap(), pool.utilisation.unwrap().mean);
                let may_differ = 0.02 + 0.06 * busy + load.asked.half_width() / load.there;
                assert!(asked > 0.9 || (asked - busy).abs() < may_differ, "{name}, {}: {load:?}, busy {busy}", variant.name);
            }
        }
    }
}
