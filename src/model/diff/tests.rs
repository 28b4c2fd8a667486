use proptest::prelude::*;

use super::random::{scenario, varied};
use super::*;
use crate::model::apply::apply;
use crate::model::figure::{Figure, fixed_duration};

fn holds(a: &Scenario, b: &Scenario) -> Vec<Change> {
    let input = a.clone();
    let changes = diff(a, b);
    let result = apply(a, &changes.iter().collect::<Vec<_>>()).expect("what diff makes can be applied");
    assert_eq!(&result, b);
    assert_eq!(a, &input);
    changes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn applying_no_change_gives_an_equal_scenario(seed: u64) {
        let a = scenario(seed);
        prop_assert_eq!(apply(&a, &[]), Ok(a.clone()));
        prop_assert!(diff(&a, &a).is_empty());
    }

    #[test]
    fn the_difference_of_strangers_applied_gives_the_second(seed: u64, other: u64) {
        holds(&scenario(seed), &scenario(other));
    }

    #[test]
    fn the_difference_of_relatives_applied_gives_the_second(seed: u64, other: u64) {
        let a = scenario(seed);
        let b = varied(&a, other);
        holds(&a, &b);
        holds(&b, &a);
    }
}

fn step(id: &str, next: &str) -> Element {
    let kind = ElementKind::Step(Box::new(Step { duration: fixed_duration(60_000), ..Step::default() }));
    Element { id: id.to_owned(), name: format!("Step {id}"), kind, next: Some(next.to_owned()), ..Element::default() }
}

fn line(ids: &[&str]) -> Scenario {
    let mut elements = vec![Element {
        id: "start".into(),
        kind: ElementKind::Start,
        next: ids.first().map(|s| s.to_string()),
        ..Element::default()
    }];
    for (i, id) in ids.iter().enumerate() {
        elements.push(step(id, ids.get(i + 1).unwrap_or(&"end")));
    }
    elements.push(Element { id: "end".into(), ..Element::default() });
    Scenario { services: vec![Service { id: "s".into(), elements, ..Service::default() }], ..Scenario::default() }
}

#[test]
fn a_step_left_out_is_one_removal_and_a_step_put_in_is_one_addition() {
    let (long, short) = (line(&["a", "b", "c"]), line(&["a", "c"]));
    let changes = holds(&long, &short);
    assert_eq!(changes.len(), 1);
    assert!(matches!(&changes[0].operations[..], [Operation::RemoveStep { step, .. }] if step == "b"));
    let changes = holds(&short, &long);
    assert_eq!(changes.len(), 1);
    assert!(matches!(&changes[0].operations[..], [Operation::AddStep { after, .. }] if after == "a"));
}

#[test]
fn a_longer_step_is_one_change_of_duration() {
    let a = line(&["a"]);
    let mut b = a.clone();
    if let ElementKind::Step(step) = &mut b.services[0].elements[1].kind {
        step.duration = fixed_duration(120_000);
    }
    assert!(matches!(&holds(&a, &b)[0].operations[..], [Operation::SetDuration { .. }]));
}

#[test]
fn one_more_person_is_one_change_of_staff() {
    use crate::model::agency::{Agency, StaffGroup, StaffPool};
    let pool = StaffPool {
        id: "p".into(),
        staff: vec![StaffGroup { count: Figure::assumed(2.0), ..Default::default() }],
        ..Default::default()
    };
    let mut a = line(&["a"]);
    a.agencies.push(Agency { id: "psc".into(), pools: vec![pool], ..Default::default() });
    let mut b = a.clone();
    b.agencies[0].pools[0].staff[0].count.value = 3.0;
    let changes = holds(&a, &b);
    assert_eq!(changes[0].title, "Set the staff of 'psc/p' to 3");
}

#[test]
fn elements_pair_by_id_then_by_a_name_borne_once() {
    let a = line(&["a", "b", "c"]);
    let mut b = line(&["a", "x", "y"]);
    b.services[0].elements[2].name = "Step b".into();
    let pairs = match_elements(&a.services[0], &b.services[0]);
    assert_eq!(
        pairs,
        [(Some(0), Some(0)), (Some(1), Some(1)), (Some(2), Some(2)), (None, Some(3)), (Some(4), Some(4)), (Some(3), None)]
    );
}
