//! Channels and the front line: portal, eGov mobile, Telegram, centres, digital corner, territorial bodies, call centre.

use super::{Look, MONTH, Said, SaidOfVariant, change, edited_step, hours, log, shipped, simulate};
use kezek::base::diagnostic::Severity;
use kezek::model::agency::StaffGroup;
use kezek::model::calendar::{Calendar, Weekdays, WeeklyHours};
use kezek::model::change::{Item, Operation};
use kezek::model::figure::Figure;
use kezek::model::service::ChannelShare;
use kezek::model::validate::validate;
use std::collections::BTreeMap;

/// The citizens of `channels` come back after three months; a year lets all three services of a case end.
const YEAR_AFTER: Look = Look { warm_up: 14, horizon: 28, follow_up: 364, replications: 2 };

const CAUSES: [&str; 4] = ["left-slow", "left-inconvenient", "left-hard", "left-offline"];

#[test]
fn slow_portal_loses_people_by_cause_and_says_where_they_went() {
    let study = shipped("channels");
    let found = simulate(&study, &["as-is", "slow-portal"], MONTH);
    let leavers = |variant: &str| CAUSES.map(|cause| found.of(variant).runs("first", cause));
    for variant in ["as-is", "slow-portal"] {
        let by_cause = leavers(variant);
        let all: f64 = by_cause.iter().sum();
        // Fig 13 of the thesis: 38 % slow, 28 % inconvenient, 26 % hard to find, 8 % no internet.
        for (share, published) in by_cause.iter().zip([0.38, 0.28, 0.26, 0.08]) {
            assert!((share / all - published).abs() < 0.06, "{variant}: {by_cause:?}");
        }
        let to_centre = found.of(variant).runs("first", "to-centre");
        assert!(to_centre > 0.5 * all && to_centre < all, "{variant}: {to_centre} of {all}; the others give up");
    }
    let sum = |variant: &str| leavers(variant).iter().sum::<f64>();
    assert!(sum("slow-portal") > 1.5 * sum("as-is"), "{} {}", sum("slow-portal"), sum("as-is"));
    let windows = |variant: &str| found.of(variant).runs("first", "window");
    assert!(windows("slow-portal") > windows("as-is"), "who leaves the portal is met again at the windows");
    let gave_up = |variant: &str| found.of(variant).service("first").abandoned_share.unwrap().mean;
    assert!(gave_up("slow-portal") > gave_up("as-is"));
}

#[test]
fn mobile_switched_off_moves_its_citizens_and_loses_none() {
    let study = shipped("channels");
    let found = simulate(&study, &["as-is", "no-mobile"], MONTH);
    let (before, after) = (found.of("as-is"), found.of("no-mobile"));
    assert!((before.channel("first", "mobile") - 0.14).abs() < 0.03, "{}", before.channel("first", "mobile"));
    assert_eq!(after.channel("first", "mobile"), 0.0);
    let gained: f64 = after.channel("first", "portal") - before.channel("first", "portal");
    assert!(gained > 0.08, "{gained}");
    assert_eq!(before.cases.arrived, after.cases.arrived);
    for variant in [before, after] {
        let total: f64 = variant.service("first").channels.iter().map(|(_, share)| share).sum();
        assert!((total - 1.0).abs() < 1e-9, "{total}");
    }
}

#[test]
fn telegram_offered_for_a_service_that_it_does_not_serve_is_refused() {
    let mut study = shipped("channels");
    study.scenario.services.push(kezek::model::service::Service {
        id: "passport".to_owned(),
        channels: vec![ChannelShare { channel: "telegram".to_owned(), share: Figure::assumed(1.0) }],
        ..study.scenario.service("first").unwrap().clone()
    });
    let refused = |study: &_| {
        let found = validate(study);
        found.into_iter().filter(|d| d.severity == Severity::Error).map(|d| d.message).collect::<Vec<_>>()
    };
    let messages = refused(&study);
    assert!(messages.iter().any(|m| m.contains("'telegram'") && m.contains("'passport'")), "{messages:?}");
    study.scenario.services.pop();
    assert_eq!(refused(&study), Vec::<String>::new());
    // A change that moves people to the bot is held to the list as well.
    let telegram = study.scenario.channels.iter_mut().find(|c| c.id == "telegram").unwrap();
    telegram.serves = vec!["first".to_owned()];
    for id in ["second", "third"] {
        let channels = &mut study.scenario.service_mut(id).unwrap().channels;
        channels.retain(|entry| entry.channel != "telegram");
        channels[0].share.value += 0.13;
    }
    let operation = Operation::MoveChannelShare {
        service: "second".to_owned(),
        from: "portal".to_owned(),
        to: "telegram".to_owned(),
        share: Figure::assumed(0.1),
    };
    change(&mut study, "bot-for-all", "as-is", vec![operation]);
    let messages = refused(&study);
    assert!(messages.iter().any(|m| m.contains("bot-for-all") && m.contains("'telegram'")), "{messages:?}");
}

#[test]
fn one_more_window_at_the_peak_leaves_fewer_waiting_over_15_minutes() {
    let mut study = shipped("front-office");
    let morning = Calendar {
        id: "morning".to_owned(),
        weekly: vec![WeeklyHours { days: Weekdays::range(0, 4), from_minute: 540, to_minute: 720 }],
        holidays: Some("kz".to_owned()),
        ..Calendar::default()
    };
    let mut agency = study.scenario.agencies.iter().find(|a| a.id == "psc").unwrap().clone();
    let pool = agency.pools.iter_mut().find(|p| p.id == "window").unwrap();
    pool.staff.push(StaffGroup { count: Figure::assumed(1.0), calendar: Some("morning".to_owned()), skills: Vec::new() });
    let operations = vec![Operation::Put(Item::Calendar(morning)), Operation::Put(Item::Agency(agency))];
    change(&mut study, "ninth-in-the-morning", "as-is", operations);
    let look = Look { warm_up: 14, horizon: 56, follow_up: 28, replications: 2 };
    let found = simulate(&study, &["as-is", "ninth-in-the-morning", "one-more-window"], look);
    let over_15 = |variant: &str| 1.0 - found.of(variant).pool("psc/window").within_15_minutes.unwrap().mean;
    assert!(over_15("ninth-in-the-morning") < 0.8 * over_15("as-is"), "{} {}", over_15("ninth-in-the-morning"), over_15("as-is"));
    assert!(over_15("one-more-window") < 0.8 * over_15("as-is"), "{}", over_15("one-more-window"));
    let pools = &found.difference("one-more-window").unwrap().pools;
    let sooner = pools.iter().find(|p| p.id == "psc/window").unwrap().within_15_minutes.unwrap();
    let both = over_15("as-is") - over_15("one-more-window");
    assert!((sooner.mean - both).abs() < 0.02 && sooner.low.unwrap() > 0.0, "with its own interval: {sooner:?}, {both}");
    // The same people come, for the same things, and are served as long.
    for variant in ["ninth-in-the-morning", "one-more-window"] {
        assert_eq!(found.of(variant).cases.arrived, found.of("as-is").cases.arrived);
        // Who leaves the line is a run without service.
        let served = |variant: &str| {
            let step = found.of(variant).step("top-ten", "window");
            step.processing_time.unwrap().mean / (1.0 - step.broken_off_share.unwrap().mean)
        };
        assert!((served(variant) - served("as-is")).abs() < 0.01 * served("as-is"), "{variant}");
        assert!(found.mean(variant, "abandoned_share") < found.mean("as-is", "abandoned_share"));
    }
}

#[test]
fn who_was_taught_at_the_digital_corner_does_not_ask_again() {
    let study = shipped("channels");
    let consulted = |variant: &str| {
        let mut times: BTreeMap<String, u32> = BTreeMap::new();
        for row in log(&study, variant, Look { replications: 1, ..YEAR_AFTER }) {
            if row.finished && row.activity.starts_with("Digital corner") {
                *times.entry(row.case).or_default() += 1;
            }
        }
        times.into_values().max().unwrap()
    };
    assert!(consulted("as-is") > 1, "without teaching some ask for help at every visit");
    assert_eq!(consulted("training"), 1);
    let found = simulate(&study, &["as-is", "training"], Look { replications: 1, ..YEAR_AFTER });
    assert!(found.of("training").runs("second", "learned") > 0.0, "later services are used online");
    let at_centre = |variant: &str, service: &str| found.of(variant).channel(service, "psc");
    assert!(at_centre("training", "third") < at_centre("as-is", "third"));
    assert_eq!(found.of("training").cases.arrived, found.of("as-is").cases.arrived);
}

#[test]
fn territorial_bodies_are_a_channel_and_a_load_of_their_own() {
    let study = shipped("channels");
    let found = simulate(&study, &["as-is"], MONTH);
    let share = found.of("as-is").channel("first", "office");
    assert!((share - 0.03).abs() < 0.015, "3 % (Fig 6): {share}");
    let desk = found.of("as-is").pool("akimat/social");
    assert_eq!(desk.agency.as_deref(), Some("akimat"));
    assert!(desk.staff_hours.mean > 0.0);
    let service = study.scenario.service("first").unwrap();
    let picture = kezek::diagram::lay_out(&study.scenario, service, &kezek::diagram::words::Words::default());
    assert!(picture.lanes.iter().any(|lane| lane.title.contains("Social protection desk")), "{:?}", picture.lanes);
}

#[test]
fn calls_grow_with_the_days_that_a_case_takes() {
    let mut study = shipped("channels");
    let slow: Vec<Operation> = ["first", "second", "third"]
        .map(|service| Operation::SetDuration {
            service: service.to_owned(),
            step: "back-office".to_owned(),
            duration: hours(8.0 * 24.0),
        })
        .into();
    change(&mut study, "eight-days", "as-is", slow);
    let found = simulate(&study, &["as-is", "faster-office", "eight-days"], MONTH);
    let calls = ["faster-office", "as-is", "eight-days"].map(|variant| found.of(variant).runs("first", "call"));
    assert!(calls[0] < 0.7 * calls[1] && calls[1] < 0.9 * calls[2], "2, 4 and 8 days: {calls:?}");
}

#[test]
fn easier_portal_keeps_more_people_online_at_every_step() {
    let mut study = shipped("channels");
    for (id, share) in [("hard", 0.4), ("easy", 0.03)] {
        let ease = edited_step(&study, "as-is", "first", "portal", |step| {
            let failure = step.failure.as_mut().unwrap();
            failure.share = Figure::assumed(share);
        });
        change(&mut study, id, "as-is", vec![ease]);
    }
    let found = simulate(&study, &["as-is", "hard", "easy"], MONTH);
    let online = ["hard", "as-is", "easy"].map(|variant| found.of(variant).channel("first", "portal"));
    assert!(online[0] < online[1] && online[1] < online[2], "{online:?}");
}

#[test]
fn surge_of_the_first_of_april_drowns_the_small_portal_and_not_the_large_one() {
    let study = shipped("preschool-queue");
    // From 16 March to 12 April 2026; the run begins on 1 December 2025.
    let look = Look { warm_up: 105, horizon: 28, follow_up: 91, replications: 1 };
    let found = simulate(&study, &["as-is", "bigger-portal"], look);
    let broken = |variant: &str| found.of(variant).step("queue", "send").broken_off_share.unwrap().mean;
    assert!(broken("as-is") > 0.03, "{}", broken("as-is"));
    assert!(broken("bigger-portal") < 0.5 * broken("as-is"), "{} {}", broken("bigger-portal"), broken("as-is"));
}

#[test]
fn complaints_come_where_terms_pass_and_fewer_with_more_people_at_the_desk() {
    let mut study = shipped("preschool-queue");
    let share = |share: f64| Operation::SetShare {
        service: "queue".to_owned(),
        gateway: "complains".to_owned(),
        to: "complain".to_owned(),
        share: Figure::assumed(share),
    };
    change(&mut study, "half-complain", "as-is", vec![share(0.5)]);
    let staff = Operation::SetStaff { pool: "akimat/education".to_owned(), group: 0, count: Figure::assumed(30.0) };
    change(&mut study, "thirty-at-the-desk", "half-complain", vec![staff]);
    let look = Look { warm_up: 105, horizon: 28, follow_up: 91, replications: 1 };
    let found = simulate(&study, &["as-is", "half-complain", "thirty-at-the-desk"], look);
    let late = |variant: &str| found.of(variant).runs("queue", "complain");
    assert!(found.mean("as-is", "complaints") > 0.0, "at the published rate some do");
    assert!(
        (found.mean("half-complain", "complaints") - late("half-complain")).abs() < 1e-9,
        "each is counted once, at its step"
    );
    let lost = 1.0 - found.mean("half-complain", "within_term");
    let complaints = found.mean("half-complain", "complaints");
    assert!(complaints > 0.2 * lost && complaints < 0.7 * lost, "about half of those whose term passes: {complaints} of {lost}");
    let with_more = found.mean("thirty-at-the-desk", "complaints");
    assert!(with_more < 0.5 * complaints, "{with_more} instead of {complaints}");
}
