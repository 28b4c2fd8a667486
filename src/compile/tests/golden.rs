//! Single cases whose every measure was found by hand.

use super::*;
use crate::engine::account::PathClass;
use crate::model::calendar::WeeklyInstant;
use crate::model::flow::{Wait, WaitCause, WaitUntil};
use crate::model::life_event::{LifeEvent, ServiceUse};
use crate::model::offer::Offer;
use crate::model::registry::Registry;
use crate::model::step::{Contact, DocumentSource, Fallback, Milestone, Patience};

fn wait(until: WaitUntil, cause: WaitCause) -> ElementKind {
    ElementKind::Wait(Wait { until, cause, suspends_term: false })
}

/// Rows E01: apply at the window with two documents gathered at home, another visitor at the window from 10:05 to 10:25.
fn as_is() -> Scenario {
    let apply = Step {
        documents: vec![need("id-card"), need("birth-certificate")],
        contact: Contact::ByCitizen,
        milestone: Some(Milestone::Applied),
        ..at_window(20)
    };
    let next_day = WaitUntil::WorkingDays { count: 1, calendar: "office".to_owned() };
    let payday =
        WaitUntil::Weekly { at: WeeklyInstant { days: Weekdays::range(1, 1), minute: 720 }, calendar: Some("office".to_owned()) };
    let decide = Step { milestone: Some(Milestone::Decided), ..staff("psc/officer", 20) };
    let notify = Step { performer: Performer::System(None), contact: Contact::ByState, ..Step::default() };
    let pay = Step { performer: Performer::System(None), milestone: Some(Milestone::Paid), ..Step::default() };
    let benefit = service(
        "benefit",
        vec![
            start("apply"),
            step("apply", apply, "transfer"),
            element("transfer", wait(next_day, WaitCause::OtherAgency), "register"),
            step("register", staff("psc/clerk", 30), "check"),
            step("check", staff("psc/clerk", 10), "decide"),
            step("decide", decide, "notify"),
            step("notify", notify, "payday"),
            element("payday", wait(payday, WaitCause::Batch), "pay"),
            step("pay", pay, "end"),
            end(),
        ],
    );
    let other = service("other", vec![start("serve"), step("serve", staff("psc/window", 20), "end"), end()]);
    let mut scenario = office();
    scenario.services = vec![benefit, other];
    scenario.demand = vec![
        burst("family", "benefit", date(2026, 10, 2).at(9, 0, 0, 0), 1),
        Demand { background: true, ..burst("visitor", "other", date(2026, 10, 2).at(10, 5, 0, 0), 1) },
    ];
    scenario
}

/// Rows E02: two registry calls of a minute, a message at 09:02, an answer after three hours, an account, the decision.
fn to_be() -> Scenario {
    let mut scenario = as_is();
    let fetch = |id: &str| DocumentUse { from: DocumentSource::Registry, ..need(id) };
    let look_up = Step {
        performer: Performer::System(None),
        documents: vec![fetch("id-card"), fetch("birth-certificate")],
        milestone: Some(Milestone::Applied),
        ..Step::default()
    };
    let to = |id: &str| id.to_owned();
    let offer = Offer {
        eligible: number(1.0),
        reachable: number(1.0),
        delivered: number(1.0),
        answers: number(1.0),
        consent: number(1.0),
        reminder_effect: number(1.0),
        answer_delay: minutes(180),
        answer_work: minutes(2),
        further_rounds: 1,
        window: Some(SimDuration::from_hours(72)),
        accepted: to("decide"),
        declined: to("apply"),
        silent: to("apply"),
        unreachable: to("apply"),
        ..Offer::default()
    };
    let elements = &mut scenario.services[0].elements;
    elements[0] = start("look-up");
    elements.push(step("look-up", look_up, "offer"));
    elements.push(element("offer", ElementKind::Offer(Box::new(offer)), ""));
    let registry = Registry {
        id: to("persons"),
        coverage: number(1.0),
        correctness: number(1.0),
        latency: minutes(1),
        ..Registry::default()
    };
    scenario.registries.push(registry);
    for document in &mut scenario.documents {
        document.registry = Some(to("persons"));
    }
    scenario
}

fn family(scenario: &Scenario) -> Left {
    let trace = trace(scenario);
    assert!(trace.summary.faults.is_empty(), "{:?}", trace.summary.faults);
    trace.cases.into_iter().find(|case| case.source == 0).unwrap()
}

#[test]
fn the_as_is_case_comes_out_as_by_hand() {
    let case = family(&as_is());
    assert_eq!(case.departure, Departure::Complete);
    assert_eq!(case.minutes(Account::CitizenActive), 50);
    assert_eq!(case.minutes(Account::CitizenQueue), 15);
    assert_eq!(case.minutes(Account::CitizenTravel), 80);
    assert_eq!(case.account(Account::Visits), 1);
    assert_eq!(case.account(Account::DocumentsRequested), 2);
    assert_eq!(case.account(Account::DocumentsRepeated), 0);
    assert_eq!(case.account(Account::ContactsByCitizen), 1);
    assert_eq!(case.account(Account::ContactsByState), 1);
    assert_eq!(case.minutes(Account::StaffTime), 80);
    assert_eq!(case.decided, Some(73 * HOUR));
    assert_eq!(case.paid, Some(99 * HOUR));
    assert_eq!(case.path.iter().sum::<i64>(), case.elapsed);
}

#[test]
fn the_to_be_case_comes_out_as_by_hand() {
    let case = family(&to_be());
    assert_eq!(case.minutes(Account::CitizenActive), 4);
    assert_eq!(case.account(Account::CitizenQueue) + case.account(Account::CitizenTravel), 0);
    assert_eq!(case.account(Account::Visits), 0);
    assert_eq!(case.account(Account::DocumentsRequested), 0);
    assert_eq!(case.account(Account::DocumentsFetched), 2);
    assert_eq!(case.account(Account::RegistryCalls), 2);
    assert_eq!(case.minutes(Account::StaffTime), 20);
    assert_eq!(case.decided, Some(206 * MIN));
    assert_eq!(case.paid, Some(99 * HOUR));
    assert_eq!(case.account(Account::ServicesProactive), 1);
    assert_eq!(case.account(Account::OffersConsented), 1);
    assert_eq!(case.minutes(Account::WaitCitizen), 180);
}

/// Two services ask for the same document; the second asks again unless once-only holds.
fn asked_twice() -> Scenario {
    let ask = |pool: &str| Step { documents: vec![need("id-card")], ..staff(pool, 5) };
    let mut scenario = office();
    scenario.services = vec![
        service("first", vec![start("a"), step("a", ask("psc/clerk"), "end"), end()]),
        service("second", vec![start("a"), step("a", ask("psc/officer"), "end"), end()]),
    ];
    let uses = |service: &str, after: &[&str]| ServiceUse {
        service: service.to_owned(),
        after: after.iter().map(|a| (*a).to_owned()).collect(),
        due: number(1.0),
        delay: minutes(0),
    };
    scenario.life_events = vec![LifeEvent {
        id: "birth".to_owned(),
        services: vec![uses("first", &[]), uses("second", &["first"])],
        ..LifeEvent::default()
    }];
    scenario.demand = vec![burst("births", "birth", date(2026, 10, 2).at(9, 0, 0, 0), 1)];
    scenario
}

#[test]
fn once_only_reuses_what_was_given_and_without_it_the_request_is_repeated() {
    let mut scenario = asked_twice();
    let case = family(&scenario);
    assert_eq!(case.account(Account::DocumentsRequested), 2);
    assert_eq!(case.account(Account::DocumentsRepeated), 1);
    assert_eq!(case.minutes(Account::CitizenActive), 15, "gathered once, then in hand");
    assert_eq!(case.account(Account::ServicesCompleted), 2);
    scenario.once_only = true;
    let case = family(&scenario);
    assert_eq!(case.account(Account::DocumentsRequested), 1);
    assert_eq!(case.account(Account::DocumentsRepeated), 0);
    assert_eq!(case.account(Account::DocumentsReused), 1);
}

#[test]
fn a_document_in_hand_from_an_earlier_service_is_not_gathered() {
    let mut scenario = asked_twice();
    scenario.services[0].elements[1] = step("a", staff("psc/clerk", 5), "end");
    scenario.services[0].issues = vec!["id-card".to_owned()];
    let case = family(&scenario);
    assert_eq!(case.minutes(Account::CitizenActive), 0);
    assert_eq!(case.account(Account::DocumentsRequested), 1);
}

#[test]
fn a_document_from_its_issuer_runs_that_service_once() {
    let mut scenario = asked_twice();
    scenario.documents[1].issued_by = Some("second".to_owned());
    let from_issuer = DocumentUse { from: DocumentSource::Issuer, ..need("birth-certificate") };
    let ask = Step { documents: vec![from_issuer.clone(), from_issuer], ..staff("psc/clerk", 5) };
    scenario.services[0].elements[1] = step("a", ask, "end");
    scenario.demand[0].of = "first".to_owned();
    let case = family(&scenario);
    assert_eq!(case.account(Account::ServicesBegun), 2);
    assert_eq!(case.minutes(Account::StaffTime), 10, "the issuing service's officer, and the clerk");
    assert_eq!(case.account(Account::DocumentsRequested), 1, "what the issuing service itself asks for");
}

#[test]
fn journeys_of_a_gathering_are_visits_with_travel_and_fares() {
    let mut scenario = asked_twice();
    scenario.places[0].fare = number(100.0);
    let gathering = &mut scenario.documents[0].gathering;
    gathering.visits = number(2.0);
    gathering.place = Some("center".to_owned());
    gathering.fee = number(7.5);
    gathering.wait = minutes(60);
    let case = family(&scenario);
    assert_eq!(case.account(Account::Visits), 2);
    assert_eq!(case.minutes(Account::CitizenTravel), 160);
    assert_eq!(case.account(Account::CitizenCost), 207_500, "thousandths: two fares of 100 and a fee of 7.50");
    assert_eq!(case.path[PathClass::Citizen as usize], 60 * MIN);
}

#[test]
fn a_fractional_number_of_journeys_is_met_on_average() {
    let mut scenario = asked_twice();
    let gathering = &mut scenario.documents[0].gathering;
    gathering.visits = number(1.3);
    gathering.place = Some("center".to_owned());
    scenario.demand[0] = burst("births", "birth", date(2026, 10, 2).at(9, 0, 0, 0), 400);
    let visits: i64 = trace(&scenario).cases.iter().map(|case| case.account(Account::Visits)).sum();
    // Standard error of the mean of 400 draws of a 0.3 chance: 0.023; four of them.
    assert!((visits as f64 / 400.0 - 1.3).abs() < 4.0 * 0.023, "{visits}");
}

#[test]
fn a_registry_that_is_down_is_tried_again_and_then_the_citizen_is_asked() {
    let mut scenario = to_be();
    let registry = &mut scenario.registries[0];
    registry.planned_outages = vec![WeeklyHours { days: Weekdays::ALL, from_minute: 540, to_minute: 600 }];
    registry.timeout = Some(SimDuration::from_minutes(5));
    registry.retries = 2;
    registry.retry_pause = SimDuration::from_minutes(10);
    registry.cost_per_call = number(1.0);
    let case = family(&scenario);
    // First document: tries from 09:00, 09:15, 09:30, each for 5 minutes; at 09:35 the citizen gathers for 15 minutes.
    // Second: tries from 09:50 and 10:05 (5 minutes lost, 10 of pause); the second succeeds.
    assert_eq!(case.account(Account::FetchesFailed), 1);
    assert_eq!(case.account(Account::DocumentsFetched), 1);
    assert_eq!(case.account(Account::DocumentsRequested), 1);
    assert_eq!(case.account(Account::RegistryCalls), 5);
    assert_eq!(case.account(Account::OtherCost), 5_000);
    assert_eq!(case.decided, Some((66 + 180 + 2 + 2 + 20) * MIN));
}

#[test]
fn staff_clears_up_what_a_registry_lacks_without_the_citizen() {
    let mut scenario = to_be();
    scenario.registries[0].coverage = number(0.0);
    if let ElementKind::Step(look_up) = &mut scenario.services[0].elements[10].kind {
        for need in &mut look_up.documents {
            need.fallback = Fallback::Staff { pool: "psc/clerk".to_owned(), duration: minutes(10), wait: minutes(30) };
        }
    }
    let case = family(&scenario);
    assert_eq!(case.account(Account::FetchesFailed), 2);
    assert_eq!(case.account(Account::DocumentsRequested), 0);
    assert_eq!(case.minutes(Account::StaffTime), 40);
    assert_eq!(case.minutes(Account::WaitOtherAgency), 60);
}

#[test]
fn who_loses_patience_goes_another_way_and_the_term_runs_again() {
    let mut scenario = office();
    let patient =
        Step { patience: Some(Patience { after: minutes(10), next: "clerk".to_owned() }), suspends_term: true, ..at_window(60) };
    let elements = vec![start("window"), step("window", patient, "end"), step("clerk", staff("psc/clerk", 5), "end"), end()];
    scenario.services = vec![service("s", elements)];
    scenario.demand = vec![burst("two", "s", date(2026, 10, 2).at(9, 0, 0, 0), 2)];
    let trace = trace(&scenario);
    assert!(trace.cases.iter().all(|case| case.departure == Departure::Complete));
    let impatient = trace.cases.iter().find(|case| case.minutes(Account::StaffTime) == 5).unwrap();
    assert_eq!(impatient.minutes(Account::CitizenQueue), 10);
    assert_eq!(impatient.elapsed, 55 * MIN);
}
