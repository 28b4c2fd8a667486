//! Findings about single records: ids, references, figures.

use super::base::*;
use crate::base::distribution::Distribution;
use crate::base::time::SimDuration;
use crate::model::agency::{Discipline, StaffGroup};
use crate::model::calendar::{Calendar, DateRange, Weekdays, WeeklyHours};
use crate::model::demand::{Arrivals, Burst, Peak};
use crate::model::document::Document;
use crate::model::figure::{Figure, fixed_duration};
use crate::model::population::Segment;
use crate::model::registry::{Outages, Registry};
use crate::model::step::{DocumentSource, DocumentUse, Fallback, Performer, PoolUse, Sitting};

#[test]
fn ids_are_there_plain_and_unique() {
    error("duplicate-id", "calendars[1].id", "'office'", |s| s.scenario.calendars.push(s.scenario.calendars[0].clone()));
    error("empty-id", "places[0].id", "A place has no id", |s| s.scenario.places[0].id.clear());
    error("bad-id", "places[0].id", "'a b'", |s| s.scenario.places[0].id = "a b".into());
    error("duplicate-id", "agencies[0].pools[1].id", "'window'", |s| {
        let pool = s.scenario.agencies[0].pools[0].clone();
        s.scenario.agencies[0].pools.push(pool);
    });
    error("duplicate-id", "services[0].elements[3].id", "'apply'", |s| s.scenario.services[0].elements[3].id = "apply".into());
    error("duplicate-id", "attributes[0].id", "residence", |s| s.scenario.attributes[0].id = "residence".into());
    error("duplicate-id", "life_events[0].id", "'benefit'", |s| s.scenario.life_events[0].id = "benefit".into());
    error("duplicate-id", "sources[1].key", "'law'", |s| s.sources.push(s.sources[0].clone()));
}

#[test]
fn references_name_something_and_near_names_are_offered() {
    error("unknown-calendar", "places[0].calendar", "Did you mean 'office'?", |s| {
        s.scenario.places[0].calendar = Some("ofice".into());
    });
    error("unknown-holidays", "calendars[0].holidays", "Known lists of holidays: 'kz'", |s| {
        s.scenario.calendars[0].holidays = Some("germany".into());
    });
    let pool = "services[0].elements[1].kind.performer[0].pool";
    error("unknown-pool", pool, "Did you mean 'psc/window'?", |s| {
        step_of(s, "apply").performer = Performer::Staff(vec![PoolUse { pool: "psc/windov".into(), count: 1 }]);
    });
    error("unknown-place", "services[0].elements[1].kind.place", "Did you mean 'center'?", |s| {
        step_of(s, "apply").place = Some("centre".into());
    });
    error("unknown-document", "services[0].elements[1].kind.documents[0].document", "Did you mean 'id-card'?", |s| {
        step_of(s, "apply").documents[0].document = "id_cart".into();
    });
    error("unknown-agency", "services[0].agency", "'fund'", |s| s.scenario.services[0].agency = Some("fund".into()));
    error("unknown-channel", "services[0].channels[0].channel", "", |s| s.scenario.services[0].channels[0].channel = "x".into());
    error("unknown-registry", "documents[0].registry", "", |s| s.scenario.documents[0].registry = Some("x".into()));
    error("unknown-service", "documents[0].issued_by", "", |s| s.scenario.documents[0].issued_by = Some("x".into()));
    error("unknown-service", "life_events[0].services[0].service", "", |s| {
        s.scenario.life_events[0].services[0].service = "benefits".into();
    });
    error("unknown-service", "life_events[0].services[1].after[0]", "comes after 'x'", |s| {
        s.scenario.life_events[0].services[1].after = vec!["x".into()];
    });
    error("unknown-demand-target", "demand[0].of", "Did you mean 'birth'?", |s| s.scenario.demand[0].of = "brith".into());
    error("unknown-source", "segments[0].share.source", "'low'", |s| s.scenario.segments[0].share.source = Some("low".into()));
    error("unknown-source", "services[0].term", "Did you mean 'law'?", |s| {
        s.scenario.services[0].term.as_mut().unwrap().source = Some("laws".into());
    });
}

#[test]
fn numbers_stay_within_what_they_mean() {
    error("share-out-of-range", "documents[0].at_hand", "34 % is 0.34", |s| s.scenario.documents[0].at_hand.value = 90.0);
    error("negative-number", "hour_value", "cannot be negative", |s| s.scenario.hour_value.value = -1.0);
    error("fractional-count", "agencies[0].pools[0].staff[0].count", "people come whole", |s| {
        s.scenario.agencies[0].pools[0].staff[0].count.value = 1.5;
    });
    error("not-a-number", "hour_value", "not a number", |s| s.scenario.hour_value.value = f64::NAN);
    error("out-of-range", "hour_value", "infinite", |s| s.scenario.hour_value.value = f64::INFINITY);
    error("share-out-of-range", "documents[0].at_hand.by_segment[\"rural\"]", "1.2", |s| {
        s.scenario.documents[0].at_hand.by_segment = vec![("rural".into(), 1.2)];
    });
    error("unknown-segment", "documents[0].at_hand.by_segment[\"rual\"]", "Did you mean 'rural'?", |s| {
        s.scenario.documents[0].at_hand.by_segment = vec![("rual".into(), 0.2)];
    });
    warning("value-outside-range", "documents[0].at_hand.range", "90 %", |s| {
        s.scenario.documents[0].at_hand.range = Some((0.1, 0.2));
    });
    error("bad-range", "documents[0].at_hand.range", "lower end first", |s| {
        s.scenario.documents[0].at_hand.range = Some((0.95, 0.2));
    });
    error("out-of-range", "demand[0].arrivals.growth", "", |s| {
        if let Arrivals::Poisson { growth, .. } = &mut s.scenario.demand[0].arrivals {
            growth.value = -1.0;
        }
    });
}

#[test]
fn durations_can_be_drawn_and_are_said_in_minutes() {
    let path = "services[0].elements[1].kind.duration";
    error("bad-distribution", path, "(30) is more than max (10)", |s| {
        step_of(s, "apply").duration.value = Distribution::Uniform { min: 30.0 * 60_000.0, max: 10.0 * 60_000.0 };
    });
    error("bad-distribution", path, "negative", |s| step_of(s, "apply").duration.value = Distribution::Fixed(-1.0));
    error("duration-too-long", path, "200 years", |s| step_of(s, "apply").duration.value = Distribution::Fixed(1e14));
    warning("value-outside-range", &format!("{path}.range"), "15 min", |s| {
        step_of(s, "apply").duration.range = Some((60_000.0, 120_000.0));
    });
}

#[test]
fn shares_of_a_whole_make_one() {
    warning("segment-shares", "segments", "98.6 %", |s| s.scenario.segments[0].share.value = 0.686);
    error("segment-shares", "segments", "instead of 1", |s| s.scenario.segments[0].share.value = 0.5);
    silent("segment-shares", |s| s.scenario.segments[0].share.value = 0.7 + 1e-7);
    error("attribute-shares", "attributes[0].values", "'first_child'", |s| s.scenario.attributes[0].values[0].1.value = 0.1);
    warning("channel-shares", "services[0].channels", "scaled", |s| s.scenario.services[0].channels[0].share.value = 0.39);
    error("channel-shares", "services[0].channels", "for 'rural'", |s| {
        s.scenario.services[0].channels[0].share.by_segment = vec![("rural".into(), 0.1)];
    });
    error("segment-shares", "segments", "34 % is 0.34", |s| {
        s.scenario.segments[0].share.value = 70.0;
        s.scenario.segments[1].share.value = 30.0;
    });
}

#[test]
fn calendars_have_hours_that_exist() {
    let hours = WeeklyHours { days: Weekdays(1), from_minute: 0, to_minute: 60 };
    error("empty-calendar", "calendars[0]", "never be open", |s| s.scenario.calendars[0].weekly.clear());
    for bad in [
        WeeklyHours { days: Weekdays(0), ..hours },
        WeeklyHours { from_minute: 1440, ..hours },
        WeeklyHours { to_minute: 0, ..hours },
    ] {
        error("bad-hours", "calendars[0].weekly[1]", "Mon-Fri 09:00-18:00", |s| s.scenario.calendars[0].weekly.push(bad));
    }
    let (first, last) = (jiff::civil::date(2026, 5, 2), jiff::civil::date(2026, 5, 1));
    error("bad-dates", "calendars[0].closed[0]", "before it begins", |s| {
        s.scenario.calendars[0].closed.push(DateRange { first, last });
    });
    error("bad-weekday", "holidays[0].worked[0]", "2026-05-01", |s| s.scenario.holidays[0].worked.push((last, 7)));
}

#[test]
fn staff_and_registries_can_do_their_work() {
    warning("empty-pool", "agencies[0].pools[0].staff", "Nobody works", |s| s.scenario.agencies[0].pools[0].staff.clear());
    error("no-such-skill", "services[0].elements[3].kind.performer[0]", "'sign-language'", |s| {
        step_of(s, "decide").skill = Some("sign-language".into());
    });
    error("too-few-people", "services[0].elements[3].kind.performer[0]", "only 4", |s| {
        step_of(s, "decide").performer = Performer::Staff(vec![PoolUse { pool: "psc/window".into(), count: 5 }]);
    });
    error("no-people", "services[0].elements[3].kind.performer[0].count", "", |s| {
        step_of(s, "decide").performer = Performer::Staff(vec![PoolUse { pool: "psc/window".into(), count: 0 }]);
    });
    error("no-pool", "services[0].elements[3].kind.performer", "", |s| step_of(s, "decide").performer = Performer::Staff(vec![]));
    warning("staff-without-time", "services[0].elements[3].kind.duration", "", |s| {
        step_of(s, "decide").duration = fixed_duration(0);
    });
    warning("skill-without-staff", "services[0].elements[3].kind.skill", "", |s| {
        step_of(s, "decide").performer = Performer::Citizen;
        step_of(s, "decide").skill = Some("law".into());
    });
    warning("fits-no-shift", "services[0].elements[3].kind.performer[0]", "the longest shift in 'psc/window' is 9 h", |s| {
        step_of(s, "decide").duration = fixed_duration(600 * MINUTE);
        step_of(s, "decide").sitting = Sitting::OneSitting;
    });
    silent("fits-no-shift", |s| {
        step_of(s, "decide").duration = fixed_duration(600 * MINUTE);
        step_of(s, "decide").sitting = Sitting::OneSitting;
        s.scenario.agencies[0].pools[0].staff.push(StaffGroup { count: figure(1.0), ..StaffGroup::default() });
    });
    warning("deadline-without-term", "agencies[0].pools[0].discipline", "", |s| {
        s.scenario.agencies[0].pools[0].discipline = Discipline::EarliestDeadline;
        s.scenario.services[0].term = None;
    });
    error("no-capacity", "registries[0].capacity", "", |s| s.scenario.registries[0].capacity = Some(0));
    error("registry-circle", "registries[0].through", "'people', 'gateway'", |s| {
        s.scenario.registries[0].through = Some("gateway".into());
        s.scenario.registries.push(Registry { id: "gateway".into(), through: Some("people".into()), ..Registry::default() });
    });
    error("endless-outage", "registries[0].outages.up", "", |s| {
        s.scenario.registries[0].outages = Some(Outages { up: fixed_duration(0), down: fixed_duration(MINUTE) });
    });
    error("bad-duration", "registries[0].timeout", "", |s| s.scenario.registries[0].timeout = Some(SimDuration(-1)));
}

#[test]
fn documents_come_from_where_they_are() {
    let from = "services[0].elements[1].kind.documents[0].from";
    error("no-registry", from, "no registry holds it", |s| {
        step_of(s, "apply").documents[0].from = DocumentSource::Registry;
    });
    error("no-issuer", from, "issued_by", |s| step_of(s, "apply").documents[0].from = DocumentSource::Issuer);
    error("unknown-pool", "services[0].elements[1].kind.documents[0].fallback.pool", "", |s| {
        let (duration, wait) = (fixed_duration(MINUTE), fixed_duration(0));
        step_of(s, "apply").documents[0].fallback = Fallback::Staff { pool: "psc/back".into(), duration, wait };
    });
    warning("journey-without-place", "documents[0].gathering", "", |s| s.scenario.documents[0].gathering.visits = figure(1.0));
    note("avoidable-document", "documents[0]", "has it for 98 % of them", |s| {
        s.scenario.documents[0].registry = Some("people".into());
        s.scenario.registries[0].coverage = figure(0.98);
    });
    note("asked-again", "life_events[0]", "'id-card' at 2 steps", |s| {
        step_of(s, "decide").documents.push(DocumentUse { document: "id-card".into(), ..DocumentUse::default() });
    });
    silent("asked-again", |s| {
        s.scenario.once_only = true;
        step_of(s, "decide").documents.push(DocumentUse { document: "id-card".into(), ..DocumentUse::default() });
    });
    error("document-circle", "services[0]", "issues itself", |s| s.scenario.documents[0].issued_by = Some("benefit".into()));
}

#[test]
fn terms_in_working_days_need_a_calendar() {
    error("term-without-calendar", "services[0].term", "calendar", |s| {
        s.scenario.services[0].term.as_mut().unwrap().calendar = None;
    });
    error("no-term", "services[0].elements[3].kind.extends_term", "", |s| {
        s.scenario.services[0].term = None;
        step_of(s, "decide").extends_term = Some(crate::model::service::TermLength::Calendar(SimDuration::from_days(30)));
    });
}

#[test]
fn demand_arrives_within_reason() {
    fn profile(s: &mut crate::model::study::Study) -> &mut crate::model::demand::Profile {
        match &mut s.scenario.demand[0].arrivals {
            Arrivals::Poisson { profile, .. } => profile,
            other => panic!("{other:?}"),
        }
    }
    let path = "demand[0].arrivals";
    error("profile-length", &format!("{path}.profile.months"), "3 weights", |s| profile(s).months = vec![1.0; 3]);
    error("no-weight", &format!("{path}.profile.weekdays"), "all weights", |s| profile(s).weekdays = vec![0.0; 7]);
    error("no-weight", &format!("{path}.profile"), "no hour of the week", |s| {
        profile(s).calendar = Some("office".into());
        profile(s).hours = (0..24).map(|hour| if hour < 9 { 1.0 } else { 0.0 }).collect();
    });
    error("bad-weight", &format!("{path}.profile.hours"), "", |s| profile(s).hours = vec![-1.0; 24]);
    error("unknown-calendar", &format!("{path}.profile.calendar"), "", |s| profile(s).calendar = Some("x".into()));
    error("bad-dates", &format!("{path}.profile.peaks[0].days"), "", |s| {
        let days = DateRange { first: jiff::civil::date(2026, 9, 2), last: jiff::civil::date(2026, 9, 1) };
        profile(s).peaks.push(Peak { days, factor: figure(2.0) });
    });
    error("before-start", &format!("{path}[0].at"), "before time begins on 2026-01-05 00:00", |s| {
        let at = jiff::civil::date(2025, 12, 31).at(9, 0, 0, 0);
        s.scenario.demand[0].arrivals = Arrivals::List(vec![Burst { at, count: 3 }]);
    });
    error("no-interval", &format!("{path}.interval"), "endlessly many", |s| {
        s.scenario.demand[0].arrivals =
            Arrivals::Renewal { interval: fixed_duration(0), first_at_start: true, limit: None, calendar: None };
    });
    error("waiting-circle", "life_events[0].services[0].after", "'benefit', 'passport'", |s| {
        s.scenario.life_events[0].services[0].after = vec!["passport".into()];
    });
}

#[test]
fn what_nobody_uses_is_noted_once_for_each_kind() {
    note("unused", "calendars", "'night', 'sunday'", |s| {
        for id in ["night", "sunday"] {
            s.scenario.calendars.push(Calendar { id: id.into(), ..s.scenario.calendars[0].clone() });
        }
    });
    note("unused", "documents", "'stamp'", |s| s.scenario.documents.push(Document { id: "stamp".into(), ..Document::default() }));
    note("unused", "services", "'benefit', 'passport'", |s| s.scenario.demand.clear());
    note("no-demand", "life_events[0]", "'birth'", |s| s.scenario.demand[0].of = "benefit".into());
    note("unused", "sources", "'survey'", |s| {
        s.sources.push(crate::model::study::Source { key: "survey".into(), ..Default::default() });
    });
    error("unknown-segment", "documents[0].at_hand.by_segment[\"city\"]", "", |s| {
        s.scenario.segments.push(Segment { id: "none".into(), ..Segment::default() });
        s.scenario.documents[0].at_hand = Figure { by_segment: vec![("city".into(), 0.1)], ..figure(0.9) };
    });
}
