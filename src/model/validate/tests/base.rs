//! A sound study, and the means to spoil it.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::calendar::{Calendar, HolidayList, Weekdays, WeeklyHours};
use crate::model::demand::{Arrivals, Demand, Profile};
use crate::model::document::Document;
use crate::model::figure::{Figure, NumberFigure, fixed_duration};
use crate::model::flow::{Branch, Element, ElementKind, End};
use crate::model::life_event::{LifeEvent, ServiceUse};
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::service::{ChannelShare, Service, Term, TermLength};
use crate::model::step::{CitizenPart, DocumentUse, Performer, PoolUse, Step};
use crate::model::study::{Source, Study};
use crate::model::validate::validate;

pub const MINUTE: i64 = 60_000;

pub fn figure(value: f64) -> NumberFigure {
    Figure::sourced(value, "law")
}

pub fn element(id: &str, kind: ElementKind, next: Option<&str>) -> Element {
    Element { id: id.into(), kind, next: next.map(str::to_owned), ..Element::default() }
}

pub fn step(id: &str, next: &str, minutes: i64) -> Element {
    let mut duration = fixed_duration(minutes * MINUTE);
    duration.source = Some("law".into());
    let step = Step {
        performer: Performer::Staff(vec![PoolUse { pool: "psc/window".into(), count: 1 }]),
        duration,
        citizen: CitizenPart::Present,
        place: Some("center".into()),
        ..Step::default()
    };
    element(id, ElementKind::Step(Box::new(step)), Some(next))
}

pub fn way(to: &str, share: f64) -> Branch {
    Branch { to: to.into(), share: Some(figure(share)), ..Branch::default() }
}

pub fn when(to: &str, condition: &str) -> Branch {
    Branch { to: to.into(), when: Some(condition.into()), ..Branch::default() }
}

pub fn exclusive(id: &str, ways: Vec<Branch>) -> Element {
    element(id, ElementKind::Exclusive(ways), None)
}

pub fn end(id: &str) -> Element {
    element(id, ElementKind::End(End::default()), None)
}

/// start -> apply (15 min) -> complete? -0.8-> decide (20 min) -> end; -0.2-> apply
pub fn study() -> Study {
    let weekly = vec![WeeklyHours { days: Weekdays::range(0, 4), from_minute: 540, to_minute: 1080 }];
    let mut apply = step("apply", "complete", 15);
    step_mut(&mut apply).documents.push(DocumentUse { document: "id-card".into(), ..DocumentUse::default() });
    let benefit = Service {
        id: "benefit".into(),
        agency: Some("psc".into()),
        term: Some(Term {
            length: TermLength::WorkingDays(7),
            calendar: Some("office".into()),
            source: Some("law".into()),
            ..Term::default()
        }),
        channels: vec![
            ChannelShare { channel: "portal".into(), share: figure(0.4) },
            ChannelShare { channel: "center".into(), share: figure(0.6) },
        ],
        elements: vec![
            element("start", ElementKind::Start, Some("apply")),
            apply,
            exclusive("complete", vec![way("decide", 0.8), way("apply", 0.2)]),
            step("decide", "end", 20),
            end("end"),
        ],
        ..Service::default()
    };
    let passport = Service {
        id: "passport".into(),
        elements: vec![element("start", ElementKind::Start, Some("serve")), step("serve", "end", 10), end("end")],
        ..Service::default()
    };
    let segment = |id: &str, share, residence: &str| Segment {
        id: id.into(),
        share: figure(share),
        facets: vec![("residence".into(), residence.into())],
        ..Segment::default()
    };
    let scenario = Scenario {
        hour_value: figure(1500.0),
        holidays: vec![HolidayList { id: "kz".into(), source: Some("law".into()), ..HolidayList::default() }],
        calendars: vec![Calendar {
            id: "office".into(),
            weekly,
            holidays: Some("kz".into()),
            source: Some("law".into()),
            ..Calendar::default()
        }],
        segments: vec![segment("town", 0.7, "urban"), segment("village", 0.3, "rural")],
        attributes: vec![Attribute {
            id: "first_child".into(),
            values: vec![("yes".into(), figure(0.4)), ("no".into(), figure(0.6))],
            ..Attribute::default()
        }],
        channels: vec![
            Channel { id: "portal".into(), digital: true, ..Channel::default() },
            Channel { id: "center".into(), ..Channel::default() },
        ],
        places: vec![Place {
            id: "center".into(),
            travel: Figure::sourced(fixed_duration(30 * MINUTE).value, "law"),
            calendar: Some("office".into()),
            ..Place::default()
        }],
        agencies: vec![Agency {
            id: "psc".into(),
            pools: vec![StaffPool {
                id: "window".into(),
                staff: vec![StaffGroup { count: figure(4.0), calendar: Some("office".into()), skills: vec!["law".into()] }],
                ..StaffPool::default()
            }],
            ..Agency::default()
        }],
        registries: vec![Registry {
            id: "people".into(),
            coverage: Figure::assumed(1.0),
            correctness: Figure::assumed(1.0),
            ..Registry::default()
        }],
        documents: vec![Document { id: "id-card".into(), at_hand: figure(0.9), ..Document::default() }],
        services: vec![benefit, passport],
        life_events: vec![LifeEvent {
            id: "birth".into(),
            services: vec![
                ServiceUse { service: "benefit".into(), due: figure(1.0), ..ServiceUse::default() },
                ServiceUse {
                    service: "passport".into(),
                    due: figure(0.5),
                    after: vec!["benefit".into()],
                    ..ServiceUse::default()
                },
            ],
            ..LifeEvent::default()
        }],
        demand: vec![Demand {
            id: "main".into(),
            of: "birth".into(),
            arrivals: Arrivals::Poisson {
                per_year: figure(1000.0),
                growth: NumberFigure::default(),
                profile: Profile::default(),
            },
            background: false,
        }],
        ..Scenario::default()
    };
    let sources = vec![Source { key: "law".into(), ..Source::default() }];
    Study { id: "test".into(), scenario, sources, ..Study::default() }
}

pub fn step_mut(element: &mut Element) -> &mut Step {
    match &mut element.kind {
        ElementKind::Step(step) => step,
        other => panic!("{other:?} is no step"),
    }
}

/// Returns the step of the first service with this id.
pub fn step_of<'a>(study: &'a mut Study, id: &str) -> &'a mut Step {
    step_mut(study.scenario.services[0].element_mut(id).unwrap())
}

/// Returns the findings about a study spoiled by `spoil`.
pub fn found(spoil: impl FnOnce(&mut Study)) -> Vec<Diagnostic> {
    let mut study = study();
    spoil(&mut study);
    validate(&study)
}

fn describe(all: &[Diagnostic]) -> String {
    all.iter().map(|d| format!("\n  {:?} {} at {}: {} [{}]", d.severity, d.code, d.path, d.message, d.hint)).collect()
}

/// Spoils the study and checks that a finding of this code stands at this path, with these words in its message or hint.
#[track_caller]
pub fn expect(severity: Severity, code: &str, path: &str, words: &str, spoil: impl FnOnce(&mut Study)) {
    let all = found(spoil);
    let hit = all.iter().any(|d| {
        let said = format!("{} {}", d.message, d.hint);
        d.severity == severity && d.code == code && d.path.to_string() == path && said.contains(words)
    });
    assert!(hit, "no {severity:?} {code} at {path} with '{words}' among:{}", describe(&all));
}

#[track_caller]
pub fn error(code: &str, path: &str, words: &str, spoil: impl FnOnce(&mut Study)) {
    expect(Severity::Error, code, path, words, spoil);
}

#[track_caller]
pub fn warning(code: &str, path: &str, words: &str, spoil: impl FnOnce(&mut Study)) {
    expect(Severity::Warning, code, path, words, spoil);
}

#[track_caller]
pub fn note(code: &str, path: &str, words: &str, spoil: impl FnOnce(&mut Study)) {
    expect(Severity::Note, code, path, words, spoil);
}

/// Spoils the study and checks that nothing of this code is found.
#[track_caller]
pub fn silent(code: &str, spoil: impl FnOnce(&mut Study)) {
    let all = found(spoil);
    assert!(all.iter().all(|d| d.code != code), "{code} among:{}", describe(&all));
}
