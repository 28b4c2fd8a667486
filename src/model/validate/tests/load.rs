//! Offered load: numbers worked out by hand.

use super::base::*;
use crate::model::demand::Arrivals;
use crate::model::flow::{Branch, ElementKind};
use crate::model::study::Study;
use crate::model::validate::visits::visits;

fn per_year(s: &mut Study, number: f64) {
    if let Arrivals::Poisson { per_year, .. } = &mut s.scenario.demand[0].arrivals {
        per_year.value = number;
    }
}

#[test]
fn a_loop_is_passed_as_often_as_its_shares_say() {
    let study = study();
    let visits =
        visits(&study.scenario, &study.scenario.services[0], &study.scenario.services[0].elements, &mut 1_000_000).unwrap();
    // One in five comes back: 1 / 0.8 visits.
    let expected = [1.0, 1.25, 1.25, 1.0, 1.0];
    assert!(visits.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{visits:?}");
}

#[test]
fn a_join_passes_once_for_all_its_ways() {
    let mut study = study();
    let list = &mut study.scenario.services[0].elements;
    list[2].kind = ElementKind::Parallel(vec!["decide".into(), "check".into()]);
    list[3].next = Some("join".into());
    list.push(step("check", "join", 5));
    list.push(element("join", ElementKind::Parallel(vec!["end".into()]), None));
    let visits =
        visits(&study.scenario, &study.scenario.services[0], &study.scenario.services[0].elements, &mut 1_000_000).unwrap();
    assert!((visits[6] - 1.0).abs() < 1e-9 && (visits[4] - 1.0).abs() < 1e-9, "{visits:?}");
}

#[test]
fn conditions_hold_as_often_as_shares_say() {
    let cases = [
        ("first_child == 'yes'", 0.4),
        ("first_child != 'yes'", 0.6),
        ("channel == 'portal' and residence == 'rural'", 0.4 * 0.3),
        ("channel == 'portal' or residence == 'rural'", 1.0 - 0.6 * 0.7),
        ("not segment == 'town'", 0.3),
        ("has(id-card)", 0.9),
        ("hour > 12", 0.5),
    ];
    for (condition, expected) in cases {
        let mut study = study();
        let otherwise = Branch { to: "end".into(), otherwise: true, ..Branch::default() };
        study.scenario.services[0].elements[2].kind = ElementKind::Exclusive(vec![when("decide", condition), otherwise]);
        let service = &study.scenario.services[0];
        let visits = visits(&study.scenario, service, &service.elements, &mut 1_000_000).unwrap();
        assert!((visits[3] - expected).abs() < 1e-9, "{condition}: {visits:?}");
    }
}

#[test]
fn an_overloaded_pool_is_named_with_its_figure() {
    // Work of a case: 1.25 * 15 + 20 + 0.5 * 10 = 43.75 minutes. Four people of 45 hours: 180 hours a week.
    // 365 * 246.857 / 7 a year make 246.857 a week: 180 hours, a load of 1.
    let at_load = |load: f64| move |s: &mut Study| per_year(s, load * 180.0 * 60.0 / 43.75 / 7.0 * 365.0);
    let path = "agencies[0].pools[0]";
    warning(
        "overloaded-pool",
        path,
        "is asked for 1.34 times what it can give: 241.2 hours of work a week for 180 hours",
        at_load(1.34),
    );
    note("busy-pool", path, "busy 90 % of its time", at_load(0.9));
    silent("busy-pool", at_load(0.84));
    silent("overloaded-pool", at_load(0.99));
    warning("overloaded-pool", path, "is asked for 1.2 times", |s| {
        at_load(0.9)(s);
        s.scenario.agencies[0].pools[0].absence = figure(0.25);
    });
}

#[test]
fn a_service_that_is_called_loads_its_own_pool() {
    warning("overloaded-pool", "agencies[1].pools[0]", "'fund/desk'", |s| {
        let mut fund = s.scenario.agencies[0].clone();
        fund.id = "fund".into();
        fund.pools[0].id = "desk".into();
        fund.pools[0].staff[0].count.value = 1.0;
        s.scenario.agencies.push(fund);
        s.scenario.services[0].elements[3].kind = ElementKind::Call("passport".into());
        let serve = step_mut(&mut s.scenario.services[1].elements[1]);
        serve.performer =
            crate::model::step::Performer::Staff(vec![crate::model::step::PoolUse { pool: "fund/desk".into(), count: 1 }]);
        // 1.5 runs of 10 minutes a case, 200 cases a week: 50 hours for 45.
        per_year(s, 200.0 / 7.0 * 365.0);
    });
}
