//! Offers without an application: SMS 1414, Mobile Citizens Base, Smart Data Ukimet, Digital Family Card, no-stop.

use super::{Look, MONTH, Said, SaidOfVariant, change, edited_offer, log, shipped, simulate};
use kezek::base::distribution::Distribution;
use kezek::base::time::SimDuration;
use kezek::model::figure::Figure;
use std::collections::BTreeMap;

#[test]
fn sms_window_of_an_hour_lets_more_offers_expire() {
    let mut study = shipped("childcare-payment");
    let short = edited_offer(&study, "family-card", "childcare", "offer", |offer| offer.window = Some(SimDuration(3_600_000)));
    change(&mut study, "one-hour", "family-card", vec![short]);
    let found = simulate(&study, &["family-card", "one-hour"], MONTH);
    let expired = |variant: &str| found.of(variant).stage("delivered") - found.of(variant).stage("answered");
    // The same messages reach the same people in both.
    assert_eq!(found.of("one-hour").stage("delivered"), found.of("family-card").stage("delivered"));
    assert!(expired("one-hour") > 2.0 * expired("family-card"), "{} {}", expired("one-hour"), expired("family-card"));
    assert!(found.mean("one-hour", "proactive_share") < 0.5 * found.mean("family-card", "proactive_share"));
    let names: Vec<&str> = found.of("one-hour").funnel.iter().map(|stage| stage.name).collect();
    assert_eq!(names, ["triggered", "eligible", "reachable", "delivered", "answered", "consented", "provided"]);
}

#[test]
fn sixty_per_cent_in_the_mobile_citizens_base_are_the_most_who_get_an_sms() {
    let mut study = shipped("childcare-payment");
    for (id, share) in [("sixty", 0.6), ("ninety", 0.9)] {
        let reach = edited_offer(&study, "family-card", "childcare", "offer", |offer| offer.reachable = Figure::assumed(share));
        change(&mut study, id, "family-card", vec![reach]);
    }
    let found = simulate(&study, &["sixty", "ninety"], MONTH);
    let sixty = found.of("sixty");
    assert!(sixty.stage("delivered") <= 0.6 * sixty.stage("triggered"), "{:?}", sixty.funnel);
    assert!(sixty.stage("delivered") > 0.5 * sixty.stage("triggered"), "most of the registered get theirs: {:?}", sixty.funnel);
    let applications =
        |variant: &str| found.of(variant).runs("childcare", "fill") + found.of(variant).runs("childcare", "collect");
    assert!(applications("sixty") > applications("ninety") + 0.1, "the rest apply: {}", applications("sixty"));
}

#[test]
fn weekly_refresh_of_smart_data_ukimet_delays_the_sms_by_days() {
    let mut study = shipped("childcare-payment");
    let refresh = |study: &_, hours: f64| {
        edited_offer(study, "family-card", "childcare", "offer", |offer| {
            offer.detection = Figure::assumed(Distribution::Uniform { min: 0.0, max: hours * 3_600_000.0 });
            offer.sending_hours = None;
        })
    };
    let (nightly, weekly) = (refresh(&study, 24.0), refresh(&study, 7.0 * 24.0));
    change(&mut study, "nightly", "family-card", vec![nightly]);
    change(&mut study, "weekly", "family-card", vec![weekly]);
    let found = simulate(&study, &["nightly", "weekly"], MONTH);
    // Everybody waits for the refresh before anything else happens: three days more on average, up to opening hours.
    let days = found.difference("weekly").unwrap().measure("decision_time").unwrap().difference.mean / 1440.0;
    assert!((2.0..4.5).contains(&days), "{days}");
    assert_eq!(found.of("weekly").stage("triggered"), found.of("nightly").stage("triggered"));
}

#[test]
fn family_card_detects_the_case_and_asks_before_the_citizen_does() {
    let study = shipped("childcare-payment");
    let found = simulate(&study, &["as-is", "family-card"], MONTH);
    let card = found.of("family-card");
    assert!(card.stage("triggered") > 0.0);
    assert!((card.stage("triggered") - card.arrived_per_replication.unwrap().mean).abs() < 1.0, "every birth is detected");
    assert!(found.mean("family-card", "contacts_by_citizen") < 0.8 * found.mean("as-is", "contacts_by_citizen"));
    assert!(found.mean("family-card", "proactive_share") > 0.3);
}

#[test]
fn case_opened_by_detection_needs_no_action_of_the_citizen() {
    let study = shipped("no-stop");
    let found = simulate(&study, &["as-is", "no-stop"], MONTH);
    assert_eq!(found.mean("no-stop", "visits"), 0.0);
    assert!(found.mean("no-stop", "proactive_share") > 0.99, "{}", found.mean("no-stop", "proactive_share"));
    assert_eq!(found.mean("as-is", "proactive_share"), 0.0);
    // Where the account is known, nothing at all is asked: one family in ten gets a letter.
    let contacts = found.mean("no-stop", "contacts_by_citizen");
    assert!((contacts - 0.1).abs() < 0.05, "{contacts}");
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for row in log(&study, "no-stop", Look { replications: 1, ..MONTH }) {
        first.entry(row.case).or_insert(row.element);
    }
    assert!(first.values().all(|element| element == "family-benefit/notice"), "every case begins with the registry's notice");
}

#[test]
fn push_on_the_start_turns_a_pull_service_into_an_offer() {
    let study = shipped("job-loss");
    let found = simulate(&study, &["as-is", "offer"], MONTH);
    assert_eq!(found.mean("as-is", "proactive_share"), 0.0);
    assert!(found.of("as-is").funnel.is_empty(), "nothing is offered today");
    assert!(found.mean("offer", "proactive_share") > 0.1);
    assert!(found.mean("offer", "contacts_by_state") > found.mean("as-is", "contacts_by_state"));
}

#[test]
fn reminder_brings_answers_that_silence_had_lost() {
    let study = shipped("childcare-payment");
    let found = simulate(&study, &["family-card", "card-and-reminder"], MONTH);
    assert!(found.of("card-and-reminder").stage("answered") > found.of("family-card").stage("answered"));
}

#[test]
fn proactive_shares_of_2019_and_2020_are_met() {
    let study = shipped("childcare-payment");
    let look = Look { warm_up: 28, horizon: 84, follow_up: 91, replications: 3 };
    let found = simulate(&study, &["as-is", "year-2020"], look);
    for target in &found.targets {
        let simulated = target.simulated.unwrap().mean;
        assert!((simulated - target.published).abs() <= target.tolerance, "{}: {simulated}", target.note);
    }
    assert_eq!(found.targets.len(), 2);
}
