//! Staff pools and registries over the measured window.

use crate::experiment::outcome::Estimate;

/// What kind of resource a pool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    /// People.
    Staff,
    /// An information system with limits.
    Registry,
}

/// A staff pool or registry over the measured window of one replication. Background load counts here.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolOutcome {
    /// Id: `agency/pool`, or `registry:ID`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Id of its agency, if it has one.
    pub agency: Option<String>,
    /// What it is.
    pub kind: PoolKind,
    /// Members, whenever they are on shift.
    pub members: u32,
    /// Busy over rostered time, absences taken off; `None` where nobody is ever on shift,
    /// and for a registry without a limit.
    pub utilisation: Option<Estimate>,
    /// Hours worked in the window, on shift and after hours.
    pub staff_hours: Estimate,
    /// Hours on shift in the window, absences taken off.
    pub rostered_hours: Estimate,
    /// Hours worked after hours in the window.
    pub overtime_hours: Estimate,
    /// Mean number of cases waiting, by the clock, nights included.
    pub queue_length: Estimate,
    /// Largest number of cases waiting, of all replications.
    pub max_queue: u32,
    /// Minutes from due to start by the clock, mean over work begun in the window.
    pub waiting_time: Option<Estimate>,
    /// Share of work begun without waiting.
    pub at_once_share: Option<Estimate>,
    /// Share of work begun that waited at most 15 minutes.
    pub within_15_minutes: Option<Estimate>,
    /// Share of work that waited at most so many minutes, for each of [`WAIT_LIMITS`].
    pub waited_at_most: Vec<(f64, f64)>,
    /// Minutes waited that half, nine in ten, and nineteen in twenty do not exceed.
    pub waiting_quantiles: Option<[f64; 3]>,
    /// Pieces of work begun in the window.
    pub starts: Estimate,
    /// Cost of the hours worked, in the currency.
    pub cost: Estimate,
    /// By hour of the week, Monday midnight first; 168 of them.
    pub by_hour: Vec<PoolHour>,
    /// Mean number waiting on each day of the run, warm-up included; day 0 is the first day.
    pub queue_by_day: Vec<f64>,
    /// For each of these days the interval of the mean over replications; empty with a single replication.
    pub queue_by_day_interval: Vec<(f64, f64)>,
    /// Hours in which random outages closed it.
    pub outage_hours: Estimate,
    /// Whether its queue grows without end.
    pub overload: Option<Overload>,
}

/// Limits in minutes for which a pool says how much work waited no longer. Fifteen is a common service standard.
pub const WAIT_LIMITS: [f64; 6] = [5.0, 10.0, 15.0, 20.0, 30.0, 60.0];

/// A pool in one hour of the week, mean over the window and over replications.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PoolHour {
    /// Members on shift.
    pub rostered: f64,
    /// Members at work.
    pub busy: f64,
    /// Cases waiting.
    pub queue: f64,
}

/// A queue that grows without end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overload {
    /// Day of the run from which it grows, 0 the first.
    pub from_day: u32,
    /// The same as a date.
    pub from: jiff::civil::Date,
    /// Cases by which it grows a calendar day.
    pub growth_per_day: f64,
    /// Cases waiting at the window's end.
    pub backlog: f64,
    /// Busy over rostered time in the window.
    pub utilisation: f64,
    /// Members that it would take in all, at nine tenths of their time, so that the queue no longer grows.
    pub members_needed: u32,
}
