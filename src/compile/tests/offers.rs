//! The proactive funnel.

use super::*;
use crate::model::life_event::{LifeEvent, ServiceUse};
use crate::model::offer::Offer;
use crate::model::service::Form;
use crate::model::step::Milestone;

fn offering(offer: Offer, n: u32) -> Scenario {
    let to = |id: &str| id.to_owned();
    let offer = Offer {
        accepted: to("accepted"),
        declined: to("declined"),
        silent: to("silent"),
        unreachable: to("unreachable"),
        ..offer
    };
    let mut elements = vec![start("offer"), element("offer", ElementKind::Offer(Box::new(offer)), ""), end()];
    for id in ["accepted", "declined", "silent", "unreachable"] {
        let note = Step { performer: Performer::System(None), ..Step::default() };
        elements.push(step(id, note, "end"));
    }
    let mut scenario = office();
    scenario.services = vec![service("s", elements)];
    scenario.demand = vec![burst("all", "s", date(2026, 10, 2).at(18, 0, 0, 0), n)];
    scenario
}

fn certain() -> Offer {
    Offer {
        eligible: number(1.0),
        reachable: number(1.0),
        delivered: number(1.0),
        answers: number(1.0),
        consent: number(1.0),
        reminder_effect: number(1.0),
        window: Some(SimDuration::from_hours(72)),
        ..Offer::default()
    }
}

fn went(trace: &Trace, step: &str) -> Vec<i64> {
    let element = trace.compiled.names.element_of_step("s", step).unwrap();
    let arrival = 18 * HOUR;
    trace.activities.iter().filter(|a| a.element == element).map(|a| a.ended.ms() - arrival).collect()
}

/// Row P03: exponential answers with a mean of 36 hours, a window of 72: 0.864665 answer in time, in 31.1279 hours on average
/// with the others' 72.
#[test]
fn answers_in_time_come_as_theory_says_and_silence_ends_with_the_window() {
    let offer = Offer { answer_delay: Figure::assumed(Distribution::Exponential { mean: 36.0 * HOUR as f64 }), ..certain() };
    let trace = trace(&offering(offer, 20_000));
    let (accepted, silent) = (went(&trace, "accepted"), went(&trace, "silent"));
    assert_eq!(accepted.len() + silent.len(), 20_000);
    // Row C08: sent on Friday at 18:00, it expires on Monday at 18:00, by the wall clock.
    assert!(silent.iter().all(|&at| at == 72 * HOUR));
    // Standard error of the share: 0.00242; of the mean: 25.6 h / sqrt(20000) = 0.181 h. Four of them.
    assert!((accepted.len() as f64 / 20_000.0 - 0.864665).abs() < 4.0 * 0.00242);
    let mean = accepted.iter().chain(&silent).sum::<i64>() as f64 / 20_000.0 / HOUR as f64;
    assert!((mean - 31.1279).abs() < 4.0 * 0.181, "{mean}");
    let waited: i64 = trace.cases.iter().map(|c| c.account(Account::WaitCitizen)).sum();
    assert_eq!(waited, accepted.iter().chain(&silent).sum::<i64>(), "waiting for the citizen counts once");
    assert!(trace.cases.iter().all(|c| c.path.iter().sum::<i64>() == c.elapsed));
}

/// Row P02, with the shares of the funnel: 0.95 reachable, 0.98 delivered, 0.76 consent: 0.70756 of all.
#[test]
fn the_funnel_narrows_by_its_shares_and_loses_nobody() {
    let offer = Offer {
        reachable: number(0.95),
        delivered: number(0.98),
        consent: number(0.76),
        cost_per_message: number(0.5),
        ..certain()
    };
    let n = 20_000;
    let trace = trace(&offering(offer, n));
    let sum = |account: Account| trace.cases.iter().map(|c| c.account(account)).sum::<i64>();
    let accepted = went(&trace, "accepted").len();
    let all: usize = ["accepted", "declined", "silent", "unreachable"].map(|s| went(&trace, s).len()).iter().sum();
    assert_eq!(all, n as usize);
    assert_eq!(sum(Account::OffersTriggered), i64::from(n));
    assert_eq!(sum(Account::OffersConsented), accepted as i64);
    assert_eq!(sum(Account::OffersReachable), sum(Account::ContactsByState));
    assert_eq!(sum(Account::OtherCost), 500 * sum(Account::OffersReachable));
    assert_eq!(sum(Account::OffersDelivered), sum(Account::OffersAnswered));
    // Standard error of the share: 0.0032; four of them.
    assert!((accepted as f64 / f64::from(n) - 0.95 * 0.98 * 0.76).abs() < 4.0 * 0.0032);
}

/// Row C09: messages go out on weekdays from 9 to 21 only; what is triggered on Saturday is sent on Monday.
#[test]
fn messages_wait_for_sending_hours() {
    let offer = Offer { sending_hours: Some("office".to_owned()), answer_delay: minutes(30), ..certain() };
    let mut scenario = offering(offer, 1);
    scenario.demand = vec![burst("one", "s", date(2026, 10, 3).at(10, 0, 0, 0), 1)];
    let case = trace(&scenario).cases.remove(0);
    assert_eq!(case.elapsed, 47 * HOUR + 30 * MIN);
    assert_eq!(case.account(Account::WaitOffHours), 47 * HOUR);
}

#[test]
fn reminders_go_to_those_who_have_not_answered_and_win_some_of_them() {
    let offer = Offer {
        answers: number(0.5),
        reminder_effect: number(2.0),
        reminders: vec![SimDuration::from_hours(24), SimDuration::from_hours(48), SimDuration::from_hours(100)],
        answer_delay: fixed_duration(HOUR),
        ..certain()
    };
    let n = 20_000;
    let trace = trace(&offering(offer, n));
    let accepted = went(&trace, "accepted");
    let at = |hours: i64| accepted.iter().filter(|&&at| at == hours * HOUR).count() as f64 / f64::from(n);
    // Odds 1, 2, 4: shares 1/2, 2/3, 4/5. The third reminder lies beyond the window. Standard errors below 0.0036; four.
    assert!((at(1) - 0.5).abs() < 0.0144);
    assert!((at(25) - (2.0 / 3.0 - 0.5)).abs() < 0.0144);
    assert!((at(49) - (0.8 - 2.0 / 3.0)).abs() < 0.0144);
    let silent = went(&trace, "silent");
    assert!(silent.iter().all(|&at| at == 72 * HOUR));
    for case in &trace.cases {
        let messages = match case.elapsed / HOUR {
            1 => 1,
            25 => 2,
            _ => 3,
        };
        assert_eq!(case.account(Account::ContactsByState), messages);
        assert_eq!(case.account(Account::WaitCitizen), case.elapsed, "no wait counts twice");
    }
}

#[test]
fn with_no_window_the_silent_go_after_the_last_reminder() {
    let offer = Offer { answers: number(0.0), reminders: vec![SimDuration::from_hours(24)], window: None, ..certain() };
    let trace = trace(&offering(offer, 1));
    assert_eq!(went(&trace, "silent"), [24 * HOUR]);
    assert_eq!(trace.cases[0].account(Account::ContactsByState), 2);
}

/// Who consented once need not apply for what follows: the later services that are declared proactive count as offered, for
/// those who consented and for nobody else; a service that stays on paper never does.
#[test]
fn consent_covers_the_proactive_services_that_follow_and_no_others() {
    let mut scenario = offering(Offer { consent: number(0.6), ..certain() }, 2_000);
    let body = || vec![start("do"), step("do", Step { performer: Performer::System(None), ..Step::default() }, "end"), end()];
    let covered = Service { form: Form::Proactive, ..service("covered", body()) };
    scenario.services.extend([covered, service("on-paper", body())]);
    let uses = |id: &str, after: &[&str]| ServiceUse {
        service: id.to_owned(),
        after: after.iter().map(|id| (*id).to_owned()).collect(),
        due: number(1.0),
        delay: minutes(0),
    };
    scenario.life_events = vec![LifeEvent {
        id: "life".to_owned(),
        services: vec![uses("s", &[]), uses("covered", &["s"]), uses("on-paper", &["s"])],
        ..LifeEvent::default()
    }];
    scenario.demand = vec![burst("all", "life", date(2026, 10, 2).at(18, 0, 0, 0), 2_000)];
    let trace = trace(&scenario);
    let (mut consented, mut others) = (0, 0);
    for case in &trace.cases {
        let own = case.account(Account::OffersConsented);
        assert_eq!(case.account(Account::ServicesProactive), 2 * own);
        assert_eq!(case.account(Account::ServicesCompleted), 3);
        consented += own;
        others += 1 - own;
    }
    assert!(consented > 1_000 && others > 600, "both kinds of citizens came: {consented}, {others}");
}

/// With no offer at all, an application that the state makes is the state's initiative; one that the citizen makes is not.
#[test]
fn what_the_state_applies_for_counts_as_proactive() {
    let count = |milestone| {
        let apply = Step { performer: Performer::System(None), milestone: Some(milestone), ..Step::default() };
        let mut scenario = office();
        scenario.services = vec![service("s", vec![start("apply"), step("apply", apply, "end"), end()])];
        scenario.demand = vec![burst("all", "s", date(2026, 10, 2).at(18, 0, 0, 0), 1)];
        trace(&scenario).cases[0].account(Account::ServicesProactive)
    };
    assert_eq!([count(Milestone::AppliedByState), count(Milestone::Applied)], [1, 0]);
}
