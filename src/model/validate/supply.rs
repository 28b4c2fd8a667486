//! Agencies with their staff, registries, documents.

use super::graph::Graph;
use super::names::Kind;
use super::{Check, calendars, listed, root};
use crate::base::time::{LONGEST_DURATION, SimDuration};
use crate::model::provenance::text;
use crate::model::registry::Registry;

/// More repetitions of a failed request than this are a slip.
const MOST_RETRIES: u32 = 10_000;

/// The most groups of people in one pool.
const MOST_GROUPS: usize = 64;

/// The most people in one group.
const MOST_PEOPLE: f64 = 1e6;

pub(super) fn check(check: &mut Check<'_>) {
    let scenario = check.scenario;
    for (i, agency) in scenario.agencies.iter().enumerate() {
        for (j, pool) in agency.pools.iter().enumerate() {
            let path = root("agencies").item(i).field("pools").item(j).field("staff");
            let who = format!("the staff pool '{}/{}'", agency.id, pool.id);
            if !pool.staff.iter().any(|group| group.count.value > 0.0) {
                let message = format!("Nobody works in {who}: work that is sent there never ends.");
                check.warning("empty-pool", path.clone(), message, "Add people, as staff: [(count: 2, calendar: \"office\")].");
            }
            if pool.staff.len() > MOST_GROUPS {
                let message = format!("{} has {} groups of people.", super::capital(&who), pool.staff.len());
                check.error("too-many-groups", path.clone(), message, "Make at most 64 groups, or several pools.");
            }
            for (k, group) in pool.staff.iter().enumerate() {
                if group.count.value > MOST_PEOPLE {
                    let message = format!("A group of {who} has {} people.", text::number(group.count.value));
                    check.error("out-of-range", path.item(k).field("count"), message, "Write at most 1 000 000.");
                }
                check.optional(Kind::Calendar, group.calendar.as_ref(), &who, path.item(k).field("calendar"));
            }
        }
    }
    for i in 0..scenario.registries.len() {
        registry(check, i);
    }
    passing_through(check);
    for (i, document) in scenario.documents.iter().enumerate() {
        let path = root("documents").item(i);
        let who = format!("the document '{}'", document.id);
        check.optional(Kind::Registry, document.registry.as_ref(), &who, path.field("registry"));
        check.optional(Kind::Service, document.issued_by.as_ref(), &who, path.field("issued_by"));
        let gathering = path.field("gathering");
        check.optional(Kind::Place, document.gathering.place.as_ref(), &who, gathering.field("place"));
        if document.gathering.visits.value > 0.0 && document.gathering.place.is_none() {
            let message = format!("Getting {who} takes journeys, but nothing says where to: they take no time.");
            check.warning("journey-without-place", gathering, message, "Name the place of the journeys.");
        }
    }
}

fn registry(check: &mut Check<'_>, i: usize) {
    let registry: &Registry = &check.scenario.registries[i];
    let path = root("registries").item(i);
    let who = format!("the registry '{}'", registry.id);
    check.optional(Kind::Agency, registry.agency.as_ref(), &who, path.field("agency"));
    check.optional(Kind::Calendar, registry.calendar.as_ref(), &who, path.field("calendar"));
    check.optional(Kind::Registry, registry.through.as_ref(), &who, path.field("through"));
    if registry.capacity == Some(0) {
        let message = format!("{} can handle no request at all, as its capacity is 0.", super::capital(&who));
        check.error("no-capacity", path.field("capacity"), message, "Write at least 1, or leave it out for no limit.");
    }
    for (j, hours) in registry.planned_outages.iter().enumerate() {
        calendars::weekly_hours(check, hours, &who, path.field("planned_outages").item(j));
    }
    if let Some(outages) = &registry.outages
        && outages.up.value.check().is_empty()
        && outages.up.value.mean() <= 0.0
    {
        let message =
            format!("{} fails again at once after every outage, as the time between outages is 0.", super::capital(&who));
        check.error("endless-outage", path.field("outages").field("up"), message, "Write the time between two outages.");
    }
    for (field, length) in [("timeout", registry.timeout), ("retry_pause", Some(registry.retry_pause))] {
        if length.is_some_and(|length| length < SimDuration::ZERO || length > LONGEST_DURATION) {
            let message = format!("A duration of {who} is negative or longer than 200 years.");
            check.error("bad-duration", path.field(field), message, "Write a length, as \"30s\".");
        }
    }
    if registry.retries > MOST_RETRIES {
        let message =
            format!("{} repeats a failed request {} times.", super::capital(&who), text::number(f64::from(registry.retries)));
        check.error("out-of-range", path.field("retries"), message, "Write at most 10 000.");
    }
}

/// Registries through which others pass must not pass through each other in a circle.
fn passing_through(check: &mut Check<'_>) {
    let registries = &check.scenario.registries;
    let position = |id: &str| registries.iter().position(|r| r.id == id);
    let arcs = registries.iter().map(|r| r.through.as_deref().and_then(position).into_iter().collect()).collect();
    for circle in (Graph { arcs }).circles() {
        let names = listed(circle.iter().map(|&i| registries[i].id.as_str()));
        let message = format!("Requests pass through registries in a circle: {names}.");
        check.error(
            "registry-circle",
            root("registries").item(circle[0]).field("through"),
            message,
            "Let one of them be asked directly.",
        );
    }
}
