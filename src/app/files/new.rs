//! A study as it first stands: one service that runs, with every figure an assumption to be replaced.

use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_MINUTE;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::calendar::{Calendar, Weekdays, WeeklyHours};
use crate::model::demand::{Arrivals, Demand, Profile};
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::flow::{Element, ElementKind, End};
use crate::model::population::Segment;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{CitizenPart, Milestone, Performer, PoolUse, Step};
use crate::model::study::{Study, Variant};
use crate::texts::Words;

/// Makes a study with a service of three steps, two people who work, and a variant without changes.
pub fn study(words: Words) -> Study {
    let get = |id: &str| words.get(id);
    let hours = vec![WeeklyHours { days: Weekdays::range(0, 4), from_minute: 540, to_minute: 1080 }];
    let calendar = Calendar { id: "office-hours".to_owned(), name: get("new-calendar"), weekly: hours, ..Calendar::default() };
    let group = StaffGroup { count: NumberFigure::assumed(2.0), calendar: Some(calendar.id.clone()), skills: Vec::new() };
    let pool = StaffPool { id: "staff".to_owned(), name: get("new-pool"), staff: vec![group], ..StaffPool::default() };
    let agency = Agency { id: "agency".to_owned(), name: get("new-agency"), pools: vec![pool] };
    let segment =
        Segment { id: "all".to_owned(), name: get("new-segment"), share: NumberFigure::assumed(1.0), facets: Vec::new() };
    let arrivals = Arrivals::Poisson {
        per_year: NumberFigure::assumed(5_000.0),
        growth: NumberFigure::default(),
        profile: Profile::default(),
    };
    let demand = Demand { id: "demand".to_owned(), of: "service".to_owned(), arrivals, background: false };
    let scenario = Scenario {
        calendars: vec![calendar],
        agencies: vec![agency],
        segments: vec![segment],
        services: vec![service(words)],
        demand: vec![demand],
        ..Scenario::default()
    };
    let variant = Variant { id: "to-be".to_owned(), title: get("variant-new-title"), ..Variant::default() };
    let title = get("new-study");
    Study { id: "new-study".to_owned(), title, scenario, variants: vec![variant], ..Study::default() }
}

fn service(words: Words) -> Service {
    let staff = || Performer::Staff(vec![PoolUse { pool: "agency/staff".to_owned(), count: 1 }]);
    let minutes = |least: f64, likely: f64, most: f64| {
        let ms = |n: f64| n * MS_PER_MINUTE as f64;
        DurationFigure::assumed(Distribution::Triangular { min: ms(least), likely: ms(likely), max: ms(most) })
    };
    let step = |id: &str, name: &str, step: Step, next: &str| Element {
        id: id.to_owned(),
        name: words.get(name),
        kind: ElementKind::Step(Box::new(step)),
        next: Some(next.to_owned()),
        ..Element::default()
    };
    let apply = Step {
        duration: minutes(10.0, 15.0, 30.0),
        citizen: CitizenPart::Active,
        milestone: Some(Milestone::Applied),
        ..Step::default()
    };
    let check = Step { performer: staff(), duration: minutes(5.0, 10.0, 30.0), ..Step::default() };
    let decide =
        Step { performer: staff(), duration: minutes(5.0, 10.0, 20.0), milestone: Some(Milestone::Decided), ..Step::default() };
    let start =
        Element { id: "start".to_owned(), kind: ElementKind::Start, next: Some("apply".to_owned()), ..Element::default() };
    let end = Element { id: "end".to_owned(), kind: ElementKind::End(End::default()), ..Element::default() };
    Service {
        id: "service".to_owned(),
        name: words.get("new-service"),
        agency: Some("agency".to_owned()),
        elements: vec![
            start,
            step("apply", "new-apply", apply, "check"),
            step("check", "new-check", check, "decide"),
            step("decide", "new-decide", decide, "end"),
            end,
        ],
        ..Service::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::{Severity, has_errors};
    use crate::texts::Language;

    #[test]
    fn a_new_study_has_no_fault_and_nothing_to_mind_in_any_language() {
        for language in Language::ALL {
            let study = study(Words { language });
            let findings = crate::model::validate::validate(&study);
            assert!(!has_errors(&findings), "{findings:?}");
            assert!(findings.iter().all(|finding| finding.severity == Severity::Note), "{findings:?}");
        }
    }
}
