//! Findings about arrows, gateways and conditions.

use super::base::*;
use crate::base::time::SimDuration;
use crate::model::figure::fixed_duration;
use crate::model::flow::{Boundary, Branch, Element, ElementKind, EventBranch, Trigger, Wait, WaitCause, WaitUntil};
use crate::model::offer::Offer;
use crate::model::study::Study;

fn elements(s: &mut Study) -> &mut Vec<Element> {
    &mut s.scenario.services[0].elements
}

#[test]
fn every_arrow_leads_somewhere() {
    error("unknown-step", "services[0].elements[3].next", "Did you mean 'end'?", |s| elements(s)[3].next = Some("ende".into()));
    error("missing-next", "services[0].elements[3].next", "Nothing follows", |s| elements(s)[3].next = None);
    error("unknown-step", "services[0].elements[2].kind[0].to", "does not exist", |s| {
        elements(s)[2].kind = ElementKind::Exclusive(vec![way("nowhere-at-all", 0.8), way("apply", 0.2)]);
    });
    error("no-ways", "services[0].elements[2].kind", "no ways out", |s| elements(s)[2].kind = ElementKind::Parallel(vec![]));
    error("next-not-allowed", "services[0].elements[4].next", "an end has none", |s| elements(s)[4].next = Some("apply".into()));
    error("leads-to-start", "services[0].elements[3].next", "", |s| elements(s)[3].next = Some("start".into()));
    error("missing-next", "services[0].elements[3].kind.declined", "", |s| {
        let offer = Offer { accepted: "end".into(), silent: "end".into(), unreachable: "end".into(), ..Offer::default() };
        elements(s)[3].kind = ElementKind::Offer(Box::new(offer));
        elements(s)[3].next = None;
    });
    error("unknown-step", "services[0].elements[3].next", "another process", |s| {
        let inner = vec![element("in", ElementKind::Start, Some("work")), step("work", "out", 5), end("out")];
        elements(s).push(element("sub", ElementKind::SubProcess(inner), Some("end")));
        elements(s)[3].next = Some("work".into());
    });
}

#[test]
fn a_process_begins_and_can_end() {
    error("no-start", "services[0].elements", "has no start", |s| {
        elements(s).remove(0);
    });
    warning("unreachable-step", "services[0].elements[5]", "'extra'", |s| elements(s).push(step("extra", "end", 5)));
    error("no-end", "services[0].elements[1]", "'apply', 'complete', 'decide'", |s| elements(s)[3].next = Some("apply".into()));
    error("no-start", "services[0].elements[3].kind", "sub-process 'decide'", |s| {
        elements(s)[3].kind = ElementKind::SubProcess(vec![]);
    });
}

#[test]
fn ways_of_a_gateway_say_when_they_are_taken() {
    let spoil = |ways: Vec<Branch>| move |s: &mut Study| elements(s)[2].kind = ElementKind::Exclusive(ways);
    let path = "services[0].elements[2].kind";
    let bare = Branch { to: "apply".into(), ..Branch::default() };
    let otherwise = Branch { otherwise: true, ..bare.clone() };
    error("branch-choice", &format!("{path}[1]"), "nothing says", spoil(vec![way("decide", 1.0), bare.clone()]));
    let both = Branch { when: Some("hour > 9".into()), ..way("apply", 0.2) };
    error("branch-choice", &format!("{path}[1]"), "more than one", spoil(vec![way("decide", 0.8), both]));
    error("mixed-gateway", path, "some by condition", spoil(vec![way("decide", 0.8), when("apply", "hour > 9")]));
    error("branch-choice", path, "'otherwise'", spoil(vec![otherwise.clone(), otherwise.clone()]));
    error("exclusive-shares", path, "instead of 1", spoil(vec![way("decide", 0.6), way("apply", 0.2)]));
    warning("exclusive-shares", path, "add up to 0.95", spoil(vec![way("decide", 0.75), way("apply", 0.2)]));
    warning("no-otherwise", path, "cannot go on", spoil(vec![when("decide", "hour > 9"), when("apply", "hour < 8")]));
    for (one, other) in
        [("hour > 9", "hour <= 9"), ("first_child == 'yes'", "first_child == 'no'"), ("not has(id-card)", "has(id-card)")]
    {
        silent("no-otherwise", spoil(vec![when("decide", one), when("apply", other)]));
    }
}

#[test]
fn conditions_are_read_and_their_names_and_kinds_checked() {
    let path = "services[0].elements[2].kind[0].when";
    let cases = [
        ("first_child = 'yes'", "bad-condition", "character 13"),
        ("first_child == 'yess'", "unknown-value", "'yess' is not a value of first_child"),
        ("firstchild == 'yes'", "unknown-name", "Did you mean 'first_child'?"),
        ("residence == 'rurl'", "unknown-value", "Did you mean 'rural'?"),
        ("channel == 'portl'", "unknown-value", "Did you mean 'portal'?"),
        ("segment == 'city'", "unknown-value", "'town', 'village'"),
        ("first_child == 1", "type-mismatch", "write it in single quotes"),
        ("first_child > 'no'", "type-mismatch", "words are not larger"),
        ("weekday == 'Mon'", "type-mismatch", "1 is Monday"),
        ("weekday == 8", "unknown-value", "never 8"),
        ("residence == first_child", "type-mismatch", "belongs to the segment"),
        ("elapsed > 3", "type-mismatch", "length of time"),
        ("now > 3d", "type-mismatch", "2026-07-01"),
        ("visits(aply) > 1", "unknown-step", "Did you mean 'apply'?"),
        ("has(idcard)", "unknown-document", "Did you mean 'id-card'?"),
    ];
    for (condition, code, words) in cases {
        error(code, path, words, |s| {
            let otherwise = Branch { to: "apply".into(), otherwise: true, ..Branch::default() };
            elements(s)[2].kind = ElementKind::Exclusive(vec![when("decide", condition), otherwise]);
        });
    }
    for sound in [
        "first_child == 'no' and hour >= 9 and elapsed > \"3d\"",
        "now < \"2026-07-01\" or visits(apply) < 2 or residence == 'rural'",
    ] {
        let all = found(|s| {
            let otherwise = Branch { to: "apply".into(), otherwise: true, ..Branch::default() };
            elements(s)[2].kind = ElementKind::Exclusive(vec![when("decide", sound), otherwise]);
        });
        assert!(!crate::base::diagnostic::has_errors(&all), "{sound}: {all:?}");
    }
    error("unknown-attribute", "services[0].elements[3].kind.sets[\"fist_child\"]", "first_child", |s| {
        step_of(s, "decide").sets.push(("fist_child".into(), "no".into()));
    });
    error("unknown-value", "services[0].elements[3].kind.sets[\"channel\"]", "'fax'", |s| {
        step_of(s, "decide").sets.push(("channel".into(), "fax".into()));
    });
}

#[test]
fn a_choice_that_meets_in_a_join_is_warned_about() {
    warning("join-waits-for-ever", "services[0].elements[6]", "'complete'", |s| {
        let list = elements(s);
        list[2].kind = ElementKind::Exclusive(vec![way("decide", 0.8), way("refuse", 0.2)]);
        list[3].next = Some("join".into());
        list.push(step("refuse", "join", 5));
        list.push(element("join", ElementKind::Parallel(vec!["end".into()]), None));
    });
    silent("join-waits-for-ever", |s| {
        let list = elements(s);
        list[2].kind = ElementKind::Parallel(vec!["decide".into(), "refuse".into()]);
        list[3].next = Some("join".into());
        list.push(step("refuse", "join", 5));
        list.push(element("join", ElementKind::Parallel(vec!["end".into()]), None));
    });
}

#[test]
fn circles_without_time_are_found() {
    let timeless = |s: &mut Study| {
        step_of(s, "apply").duration = fixed_duration(0);
        step_of(s, "apply").place = None;
    };
    warning("zero-time-loop", "services[0].elements[1]", "'apply', 'complete'", timeless);
    silent("zero-time-loop", |s| step_of(s, "apply").duration = fixed_duration(0));
    error("endless-loop", "services[0].elements[1]", "never left", |s| {
        timeless(s);
        elements(s)[2].kind = ElementKind::Parallel(vec!["decide".into(), "apply".into()]);
    });
}

#[test]
fn border_events_and_waits_make_sense() {
    let border = |trigger| Boundary { id: "late".into(), name: String::new(), trigger, interrupting: true, next: "end".into() };
    error("bad-boundary", "services[0].elements[2].boundary[0]", "takes no time", |s| {
        elements(s)[2].boundary.push(border(Trigger::After(fixed_duration(MINUTE))));
    });
    error("no-term", "services[0].elements[3].boundary[0].trigger", "statutory term", |s| {
        s.scenario.services[0].term = None;
        elements(s)[3].boundary.push(border(Trigger::Deadline));
    });
    warning("message-never-sent", "services[0].elements[3].boundary[0].trigger", "'paid'", |s| {
        elements(s)[3].boundary.push(border(Trigger::Message("paid".into())));
    });
    error("bad-trigger", "services[0].elements[3].kind[0].trigger", "only border events", |s| {
        let ways = vec![EventBranch { to: "end".into(), trigger: Trigger::Error("x".into()) }];
        elements(s)[3].kind = ElementKind::EventBased(ways);
        elements(s)[3].next = None;
    });
    let wait = |until| ElementKind::Wait(Wait { until, cause: WaitCause::External, suspends_term: false });
    error("unknown-calendar", "services[0].elements[3].kind.until", "'hours'", |s| {
        elements(s)[3].kind = wait(WaitUntil::Open("hours".into()));
    });
    error("out-of-range", "services[0].elements[3].kind.until.count", "", |s| {
        elements(s)[3].kind = wait(WaitUntil::WorkingDays { count: 0, calendar: "office".into() });
    });
    error("bad-instant", "services[0].elements[3].kind.until.at", "Tue 12:00", |s| {
        elements(s)[3].kind = wait(WaitUntil::Weekly { at: Default::default(), calendar: None });
    });
    error("empty-batch", "services[0].elements[3].kind.size", "", |s| {
        elements(s)[3].kind = ElementKind::Batch { size: 0, at_most: None };
    });
    warning("late-reminder", "services[0].elements[3].kind.reminders[0]", "never", |s| {
        let to = || "end".to_owned();
        let offer = Offer {
            window: Some(SimDuration::from_hours(24)),
            reminders: vec![SimDuration::from_hours(30)],
            accepted: to(),
            declined: to(),
            silent: to(),
            unreachable: to(),
            ..Offer::default()
        };
        elements(s)[3].kind = ElementKind::Offer(Box::new(offer));
        elements(s)[3].next = None;
    });
}

#[test]
fn services_do_not_call_each_other_in_a_circle() {
    error("call-circle", "services[0]", "calls itself", |s| elements(s)[3].kind = ElementKind::Call("benefit".into()));
    error("call-circle", "services[0]", "'benefit', 'passport'", |s| {
        elements(s)[3].kind = ElementKind::Call("passport".into());
        s.scenario.services[1].elements[1].kind = ElementKind::Call("benefit".into());
    });
}

#[test]
fn a_very_long_process_is_checked_without_recursion_or_delay() {
    let n = 100_000;
    let all = found(|s| {
        let list = elements(s);
        list[3].next = Some("e0".into());
        for i in 0..n {
            list.push(step(&format!("e{i}"), &if i + 1 < n { format!("e{}", i + 1) } else { "end".into() }, 1));
        }
    });
    assert!(!crate::base::diagnostic::has_errors(&all));
}
