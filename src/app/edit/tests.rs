//! Edits go into the as-is, become changes of a variant, and come back with undo.

use super::*;
use crate::app::document::Document;
use crate::base::distribution::Distribution;
use crate::formats::{carried, scenario_ron};
use crate::model::demand::Arrivals;
use crate::model::figure::Figure;
use crate::model::flow::ElementKind;
use crate::model::study::AS_IS;

fn document() -> Document {
    let (path, text) = carried::file_of(carried::FLAGSHIP).unwrap();
    Document::new(scenario_ron::read_study(text, path, &mut carried::load).value.unwrap(), None)
}

fn set_duration(variant: &str, minutes: f64) -> Edit {
    let value = Figure::assumed(Distribution::Fixed(minutes * 60_000.0));
    let edit = ScenarioEdit::Duration { service: "registration".to_owned(), step: "record-birth".to_owned(), value };
    Edit::Scenario { variant: variant.to_owned(), edit }
}

fn mean_minutes(document: &Document, variant: &str) -> f64 {
    let scenario = document.scenario(variant).unwrap();
    match &scenario.service("registration").unwrap().element("record-birth").unwrap().kind {
        ElementKind::Step(step) => step.duration.value.mean() / 60_000.0,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_edit_of_the_as_is_changes_it_and_undo_brings_it_back() {
    let mut document = document();
    let before = document.study().clone();
    apply(&mut document, &set_duration(AS_IS, 33.0)).unwrap();
    assert_eq!(mean_minutes(&document, AS_IS), 33.0);
    assert!(document.is_dirty());
    assert!(document.undo());
    assert_eq!(*document.study(), before);
    assert!(!document.is_dirty());
    assert!(document.redo());
    assert_eq!(mean_minutes(&document, AS_IS), 33.0);
}

#[test]
fn an_edit_of_a_variant_becomes_one_change_of_it_however_often_it_is_repeated() {
    let mut document = document();
    let variant = document.study().variants[0].id.clone();
    let before = document.study().variants[0].changes.len();
    let as_is = mean_minutes(&document, AS_IS);
    for minutes in [20.0, 21.0, 22.0] {
        apply(&mut document, &set_duration(&variant, minutes)).unwrap();
    }
    assert_eq!(mean_minutes(&document, &variant), 22.0);
    assert_eq!(mean_minutes(&document, AS_IS), as_is);
    assert_eq!(document.study().variants[0].changes.len(), before + 1);
    assert!(document.undo());
    assert_eq!(document.study().variants[0].changes.len(), before, "a row of edits is one step of undo");
}

#[test]
fn a_step_that_is_not_there_leaves_the_document_alone() {
    let mut document = document();
    let revision = document.revision();
    let edit = ScenarioEdit::Name { service: "registration".to_owned(), step: "nowhere".to_owned(), value: String::new() };
    assert!(apply(&mut document, &Edit::Scenario { variant: AS_IS.to_owned(), edit }).is_err());
    assert_eq!(document.revision(), revision);
}

#[test]
fn a_step_is_added_behind_another_and_taken_out_again() {
    for variant in [AS_IS, "one-application"] {
        let mut document = document();
        let variant = if variant == AS_IS { AS_IS.to_owned() } else { document.study().variants[0].id.clone() };
        let before = document.scenario(&variant).unwrap().as_ref().clone();
        let service = "registration".to_owned();
        let edit = |edit| Edit::Scenario { variant: variant.clone(), edit };
        let added =
            ScenarioEdit::AddStep { service: service.clone(), after: "record-birth".to_owned(), name: "Stamp it".to_owned() };
        apply(&mut document, &edit(added)).unwrap();
        let now = document.scenario(&variant).unwrap();
        let found = now.service("registration").unwrap();
        assert_eq!(found.element("record-birth").unwrap().next.as_deref(), Some("stamp-it"), "{variant}");
        assert_eq!(
            found.element("stamp-it").unwrap().next,
            before.service("registration").unwrap().element("record-birth").unwrap().next
        );
        apply(&mut document, &edit(ScenarioEdit::RemoveStep { service, step: "stamp-it".to_owned() })).unwrap();
        assert_eq!(**document.scenario(&variant).unwrap(), before, "{variant}");
    }
}

#[test]
fn more_citizens_and_a_fuller_register_are_changes_of_a_variant_too() {
    let mut document = document();
    let variant = document.study().variants[0].id.clone();
    let scenario = document.scenario(&variant).unwrap().clone();
    let (demand, registry) = (scenario.demand[0].id.clone(), scenario.registries[0].id.clone());
    let before = document.study().variants[0].changes.len();
    for value in [10_000.0, 20_000.0] {
        let edit = ScenarioEdit::PerYear { demand: demand.clone(), value };
        apply(&mut document, &Edit::Scenario { variant: variant.clone(), edit }).unwrap();
    }
    let edit = ScenarioEdit::Coverage { registry, value: 0.5 };
    apply(&mut document, &Edit::Scenario { variant: variant.clone(), edit }).unwrap();
    let after = document.scenario(&variant).unwrap();
    assert!(matches!(&after.demand[0].arrivals, Arrivals::Poisson { per_year, .. } if (per_year.value - 20_000.0).abs() < 1e-6));
    assert_eq!(after.registries[0].coverage.value, 0.5);
    assert_eq!(document.study().variants[0].changes.len(), before + 2, "a row of edits is one change");
    assert!(document.undo() && document.undo());
    assert_eq!(document.study().variants[0].changes.len(), before);
}

#[test]
fn ids_of_new_variants_are_new() {
    let mut document = document();
    for _ in 0..2 {
        apply(&mut document, &Edit::AddVariant { from: AS_IS.to_owned(), title: "Мой вариант".to_owned() }).unwrap();
    }
    let ids: Vec<&str> = document.study().variants.iter().rev().take(2).map(|v| v.id.as_str()).collect();
    assert_eq!(ids, ["item-2", "item"]);
}
