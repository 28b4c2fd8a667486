//! Codecs of what surrounds services: population, agencies, registries, documents, calendars, demand, life events.

use super::codec::{record, variants};
use super::process::all;
use crate::model::agency::{Agency, Discipline, StaffGroup, StaffPool};
use crate::model::calendar::{Calendar, HolidayList};
use crate::model::demand::{Arrivals, Burst, Demand, Peak, Profile};
use crate::model::document::{Document, Gathering};
use crate::model::life_event::{LifeEvent, ServiceUse};
use crate::model::population::{Attribute, Channel, Place, Segment};
use crate::model::registry::{Outages, Registry};

record!(Agency, "agency", { id: required, name: optional, pools: optional });

record!(StaffPool, "staff pool", {
    id: required,
    name: optional,
    staff: optional,
    cost_per_hour: optional,
    absence: optional,
    discipline: optional,
});

record!(StaffGroup, "group of staff", { count: required, calendar: optional, skills: optional });

variants!(Discipline, "queue discipline", recover Discipline::Fifo, { Fifo, Priority, EarliestDeadline });

record!(Calendar, "calendar", {
    id: required,
    name: optional,
    weekly: optional,
    holidays: optional,
    closed: optional,
    source: optional,
    note: optional,
});

record!(HolidayList, "list of holidays", { id: required, name: optional, days_off: optional, worked: optional, source: optional });

record!(Segment, "segment", { id: required, name: optional, share: required, facets: optional });

record!(Attribute, "attribute", { id: required, name: optional, values: optional });

record!(Channel, "channel", { id: required, name: optional, digital: optional, cost_per_case: optional, serves: optional });

record!(Place, "place", { id: required, name: optional, travel: optional, fare: optional, calendar: optional });

record!(Registry, "registry", {
    id: required,
    name: optional,
    agency: optional,
    coverage: optional(all()),
    correctness: optional(all()),
    latency: optional,
    calendar: optional,
    capacity: optional,
    planned_outages: optional,
    outages: optional,
    timeout: optional,
    retries: optional,
    retry_pause: optional,
    cost_per_call: optional,
    through: optional,
});

record!(Outages, "description of outages", { up: required, down: required });

record!(Document, "document", {
    id: required,
    name: optional,
    registry: optional,
    issued_by: optional,
    at_hand: optional,
    gathering: optional,
});

record!(Gathering, "gathering", { work: optional, visits: optional, place: optional, wait: optional, fee: optional });

record!(Demand, "demand", { id: required, of: required, arrivals: required, background: optional });

variants!(Arrivals, "kind of arrivals", recover Arrivals::List(Vec::new()), {
    Poisson { per_year: required, growth: optional, profile: optional },
    Renewal { interval: required, first_at_start: optional, limit: optional, calendar: optional },
    List(Vec<Burst>),
});

record!(Burst, "burst of arrivals", { at: required, count: required });

record!(Profile, "profile", {
    months: optional,
    weekdays: optional,
    hours: optional,
    calendar: optional,
    peaks: optional,
    source: optional,
});

record!(Peak, "peak", { days: required, factor: required });

record!(LifeEvent, "life event", { id: required, name: optional, services: optional });

record!(ServiceUse, "service's use", { service: required, after: optional, due: optional(all()), delay: optional });
