use super::text::{distribution, duration, number, percent, weekly};
use super::*;
use crate::base::distribution::Distribution;
use crate::model::calendar::{Weekdays, WeeklyHours};
use crate::model::change::{Change, Operation};
use crate::model::figure::{Figure, fixed_duration};
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::Step;
use crate::model::study::Variant;

#[test]
fn numbers_are_rounded_as_people_would() {
    let said: Vec<String> =
        [0.0, 1.341, 12_345.6, 98.64, 0.012_345, 1e6, -1500.0, 0.000_012].iter().map(|n| number(*n)).collect();
    assert_eq!(said, ["0", "1.34", "12 346", "98.64", "0.0123", "1 000 000", "-1 500", "0.000012"]);
    assert_eq!((percent(0.986), percent(0.3333)), ("98.6 %".to_owned(), "33.33 %".to_owned()));
    assert_eq!((duration(900_000.0), duration(9_000_000.0)), ("15 min".to_owned(), "2.5 h".to_owned()));
    let of = Distribution::Triangular { min: 600_000.0, likely: 900_000.0, max: 1_800_000.0 };
    assert_eq!(distribution(&of), "triangular from 10 min to 30 min, most likely 15 min");
    let hours = WeeklyHours { days: Weekdays(0b010_1111), from_minute: 540, to_minute: 1080 };
    assert_eq!(weekly(&hours), "Mon-Thu,Sat 09:00-18:00");
}

#[test]
fn every_entered_figure_is_listed_with_its_place_and_words() {
    let step = Step {
        duration: Figure {
            by_segment: vec![("rural".into(), fixed_duration(1_800_000).value)],
            note: "guess".into(),
            ..fixed_duration(900_000)
        },
        fee: Figure { source: Some("tax-code".into()), range: Some((400.0, 600.0)), ..Figure::assumed(500.0) },
        ..Step::default()
    };
    let apply =
        Element { id: "apply".into(), name: "Apply".into(), kind: ElementKind::Step(Box::new(step)), ..Element::default() };
    let service = Service { id: "s".into(), name: "Benefit".into(), elements: vec![apply], ..Service::default() };
    let operation = Operation::SetDuration { service: "s".into(), step: "apply".into(), duration: fixed_duration(60_000) };
    let change = Change { id: "c".into(), title: "Shorter form".into(), operations: vec![operation], ..Change::default() };
    let study = Study {
        scenario: Scenario { services: vec![service], ..Scenario::default() },
        variants: vec![Variant { id: "to-be".into(), changes: vec![change], ..Variant::default() }],
        ..Study::default()
    };
    let entries = provenance(&study);
    let said: Vec<String> = entries.iter().map(|e| format!("{} | {} | {}", e.path, e.description, e.value)).collect();
    assert_eq!(
        said,
        [
            "services[0].elements[0].kind.duration | Duration of 'Apply' in 'Benefit' | 15 min (rural: 30 min)",
            "services[0].elements[0].kind.fee | Fee of 'Apply' in 'Benefit' | 500 KZT",
            "variants[0].changes[0].operations[0].duration | Duration of 'apply' in 's', set by the change 'Shorter form' of the variant 'to-be' | 1 min",
        ]
    );
    assert_eq!(entries.iter().map(FigureEntry::is_assumption).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!((entries[0].note.as_str(), entries[1].range.as_deref()), ("guess", Some("400 KZT to 600 KZT")));
}
