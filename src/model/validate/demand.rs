//! Life events and demand.

use std::collections::BTreeMap;

use super::calendars::Week;
use super::graph::Graph;
use super::names::Kind;
use super::{Check, calendars, capital, listed, root};
use crate::base::diagnostic::Path;
use crate::model::demand::{Arrivals, Profile};
use crate::model::provenance::text;

/// The most arrivals a year that can be asked for: several times the world's population in services.
const MOST_PER_YEAR: f64 = 1e9;

/// The most arrivals that a list may hold.
const MOST_LISTED: u64 = 20_000_000;

/// How many arrivals may follow each other in no time.
const MOST_AT_ONCE: u64 = 1_000_000;

pub(super) fn check(check: &mut Check<'_>) {
    life_events(check);
    let scenario = check.scenario;
    for (i, demand) in scenario.demand.iter().enumerate() {
        let path = root("demand").item(i);
        let who = format!("the demand '{}'", demand.id);
        if !check.known.has(Kind::Service, &demand.of) && !scenario.life_events.iter().any(|e| e.id == demand.of) {
            let mut names = check.known.all(Kind::Service);
            names.extend(scenario.life_events.iter().map(|e| e.id.clone()));
            let hint = check.suggestion(&demand.of, names.iter().map(String::as_str), "services and life events");
            let message = format!("{} asks for '{}', which is neither a service nor a life event.", capital(&who), demand.of);
            check.error("unknown-demand-target", path.field("of"), message, hint);
        }
        let path = path.field("arrivals");
        match &demand.arrivals {
            Arrivals::Poisson { per_year, profile: it, .. } => {
                let largest = per_year.by_segment.iter().map(|(_, value)| *value).fold(per_year.value, f64::max);
                if largest > MOST_PER_YEAR {
                    let message = format!("{} brings {} cases a year.", capital(&who), text::number(largest));
                    check.error("out-of-range", path.field("per_year"), message, "Write at most 1 000 000 000.");
                }
                if !per_year.by_segment.is_empty() {
                    let message = format!(
                        "{} has yearly numbers by segment, which have no effect: who comes is drawn by the segments' shares.",
                        capital(&who)
                    );
                    check.warning(
                        "by-segment-without-effect",
                        path.field("per_year"),
                        message,
                        "Change the shares of the segments, or add a second demand.",
                    );
                }
                profile(check, it, &who, &path.field("profile"));
            }
            Arrivals::Renewal { interval, limit, calendar, .. } => {
                check.optional(Kind::Calendar, calendar.as_ref(), &who, path.field("calendar"));
                // Few arrivals at one instant are a burst; only those without end would stop time.
                if limit.is_some_and(|limit| limit <= MOST_AT_ONCE) {
                    continue;
                }
                let values = std::iter::once(&interval.value).chain(interval.by_segment.iter().map(|(_, value)| value));
                if values.into_iter().any(|value| value.check().is_empty() && value.mean() < 1.0) {
                    let message = format!("In {who} no time passes between two arrivals: endlessly many would come at once.");
                    check.error("no-interval", path.field("interval"), message, "Write a duration, as Exponential(\"10min\").");
                }
            }
            Arrivals::List(bursts) => {
                for (j, burst) in bursts.iter().enumerate() {
                    if burst.at < scenario.start {
                        let message = format!(
                            "{} has arrivals on {}, before time begins on {}.",
                            capital(&who),
                            when(burst.at),
                            when(scenario.start)
                        );
                        check.error("before-start", path.item(j).field("at"), message, "Move the arrivals, or begin earlier.");
                    }
                }
                let total: u64 = bursts.iter().map(|burst| u64::from(burst.count)).sum();
                if total > MOST_LISTED {
                    let message = format!("{} lists {} arrivals.", capital(&who), text::number(total as f64));
                    check.error("too-many-arrivals", path.clone(), message, "List at most 20 000 000, or give a yearly number.");
                }
                if bursts.iter().all(|burst| burst.count == 0) {
                    check.warning(
                        "no-demand",
                        path,
                        format!("{} lists no arrivals.", capital(&who)),
                        "Add some, or take the demand out.",
                    );
                }
            }
        }
    }
}

fn when(at: jiff::civil::DateTime) -> String {
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

fn profile(check: &mut Check<'_>, profile: &Profile, who: &str, path: &Path) {
    let lists = [("months", &profile.months, 12), ("weekdays", &profile.weekdays, 7), ("hours", &profile.hours, 24)];
    for (field, weights, length) in lists {
        let path = path.field(field);
        if weights.is_empty() {
            continue;
        }
        if weights.len() != length {
            let message = format!("The profile of {who} has {} weights for {field} instead of {length}.", weights.len());
            check.error("profile-length", path, message, format!("List {length} weights, or none for an even profile."));
        } else if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
            let message = format!("The profile of {who} has a weight for {field} that is negative or no number.");
            check.error("bad-weight", path, message, "Weights are 0 or more.");
        } else if weights.iter().all(|weight| *weight == 0.0) {
            let message = format!("In the profile of {who} all weights for {field} are 0, so nobody could ever come.");
            check.error("no-weight", path, message, "Give at least one a weight above 0.");
        }
    }
    check.optional(Kind::Calendar, profile.calendar.as_ref(), who, path.field("calendar"));
    if !has_open_hour(check, profile) {
        let message = format!("The profile of {who} leaves no hour of the week at which anybody could come.");
        check.error("no-weight", path.clone(), message, "Give weight to hours at which its calendar is open.");
    }
    for (j, peak) in profile.peaks.iter().enumerate() {
        calendars::date_range(check, &peak.days, &format!("a peak of {who}"), path.field("peaks").item(j).field("days"));
    }
}

/// Tells whether some hour of the week has a weight and open time; lists of a wrong length are reported elsewhere.
fn has_open_hour(check: &Check<'_>, profile: &Profile) -> bool {
    let weight = |list: &[f64], at: u32| list.get(at as usize).is_none_or(|weight| *weight > 0.0);
    let calendar = profile.calendar.as_deref().and_then(|id| check.scenario.calendars.iter().find(|c| c.id == id));
    let week = Week::of(calendar);
    (0..7 * 24).any(|hour| weight(&profile.weekdays, hour / 24) && weight(&profile.hours, hour % 24) && week.is_open_in(hour))
}

fn life_events(check: &mut Check<'_>) {
    for (i, life_event) in check.scenario.life_events.iter().enumerate() {
        let path = root("life_events").item(i).field("services");
        let who = format!("the life event '{}'", life_event.id);
        if life_event.services.is_empty() {
            let message = format!("{} sets off no service.", capital(&who));
            check.warning("empty-life-event", path.clone(), message, "List its services.");
        }
        let mut position: BTreeMap<&str, usize> = BTreeMap::new();
        for (j, used) in life_event.services.iter().enumerate() {
            check.reference(Kind::Service, &used.service, &who, path.item(j).field("service"));
            if position.insert(&used.service, j).is_some() {
                let message = format!("{} sets off the service '{}' twice.", capital(&who), used.service);
                check.error("duplicate-id", path.item(j).field("service"), message, "Take one of them out.");
            }
        }
        let mut arcs = vec![Vec::new(); life_event.services.len()];
        for (j, used) in life_event.services.iter().enumerate() {
            for (k, before) in used.after.iter().enumerate() {
                match position.get(before.as_str()) {
                    Some(earlier) => arcs[j].push(*earlier),
                    None => {
                        let hint = check.suggestion(before, position.keys().copied(), "services of this life event");
                        let message =
                            format!("In {who}, '{}' comes after '{before}', which is not one of its services.", used.service);
                        check.error("unknown-service", path.item(j).field("after").item(k), message, hint);
                    }
                }
            }
        }
        for circle in (Graph { arcs }).circles() {
            let names = listed(circle.iter().map(|&j| life_event.services[j].service.as_str()));
            let message = format!("In {who} the services {names} wait for each other in a circle.");
            check.error(
                "waiting-circle",
                path.item(circle[0]).field("after"),
                message,
                "Let one of them begin without the others.",
            );
        }
    }
}
