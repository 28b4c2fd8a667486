//! What a run emits, and who receives it.
//!
//! A run computes no mean and keeps no case that has ended: it hands every finished activity, service and case to an
//! [`Observer`], and returns a [`RunSummary`] of what belongs to no case: resources, arrivals, faults.

use crate::base::idx::Idx;
use crate::base::time::SimTime;
use crate::engine::account::{Accounts, Outcome, PathTimes};
use crate::engine::program::{Element, ResourcePool, Service, Source};

/// Receives what happens in a run. Calls come in order of simulated time.
pub trait Observer {
    /// Whether it looks at [`Activity::channel`], which is otherwise left `None`: to find it out costs a walk for every activity.
    const READS_CHANNELS: bool = true;

    /// An element that is reported has been finished, or was broken off.
    fn activity(&mut self, activity: &Activity);
    /// A service has ended.
    fn service_ended(&mut self, end: &ServiceEnd);
    /// A case has left: it is complete, stuck, or unfinished at the end of the run.
    fn case_ended(&mut self, end: &CaseEnd);
    /// A case has come by a mark that was put into the program.
    fn came_by(&mut self, _case: CaseId, _mark: u32, _at: SimTime) {}
}

/// Two observers of one run.
pub struct Both<A, B>(pub A, pub B);

impl<A: Observer, B: Observer> Observer for Both<A, B> {
    const READS_CHANNELS: bool = A::READS_CHANNELS || B::READS_CHANNELS;

    fn activity(&mut self, activity: &Activity) {
        self.0.activity(activity);
        self.1.activity(activity);
    }

    fn service_ended(&mut self, end: &ServiceEnd) {
        self.0.service_ended(end);
        self.1.service_ended(end);
    }

    fn case_ended(&mut self, end: &CaseEnd) {
        self.0.case_ended(end);
        self.1.case_ended(end);
    }

    fn came_by(&mut self, case: CaseId, mark: u32, at: SimTime) {
        self.0.came_by(case, mark, at);
        self.1.came_by(case, mark, at);
    }
}

/// An observer that keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    const READS_CHANNELS: bool = false;

    fn activity(&mut self, _: &Activity) {}
    fn service_ended(&mut self, _: &ServiceEnd) {}
    fn case_ended(&mut self, _: &CaseEnd) {}
}

/// Which case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseId {
    /// Its source.
    pub source: Idx<Source>,
    /// Its number within the source, from 0.
    pub number: u64,
    /// Its segment.
    pub segment: u32,
    /// Whether it arrived in the measured window, on a measured source.
    pub measured: bool,
}

/// One run of an element.
#[derive(Clone, Copy, Debug)]
pub struct Activity {
    /// The case.
    pub case: CaseId,
    /// The element.
    pub element: Idx<Element>,
    /// How often the case had finished it before.
    pub visit: u32,
    /// When it was due.
    pub enabled: SimTime,
    /// When work began.
    pub started: SimTime,
    /// When it ended.
    pub ended: SimTime,
    /// Working time on shift, in milliseconds.
    pub worked: i64,
    /// Milliseconds between due and start in which somebody was on shift, but busy.
    pub waited_busy: i64,
    /// Milliseconds between due and start in which nobody was on shift.
    pub waited_off_hours: i64,
    /// The citizen's time in line and at work, in milliseconds, without travel.
    pub citizen: i64,
    /// Members held, in milliseconds of work times members.
    pub staff: i64,
    /// The pool of the first request, with the group and the member (from 0) that served; `None` where nothing was scarce.
    pub served_by: Option<(Idx<ResourcePool>, u32, u32)>,
    /// Value of the channel's slot of the service that it belongs to, where there is one and the observer reads it.
    pub channel: Option<u32>,
    /// Whether it came to its end (false: left the line, or was interrupted).
    pub finished: bool,
}

/// The end of a service.
#[derive(Clone, Copy, Debug)]
pub struct ServiceEnd {
    /// The case.
    pub case: CaseId,
    /// The service.
    pub service: Idx<Service>,
    /// When it began.
    pub begun: SimTime,
    /// When it ended.
    pub ended: SimTime,
    /// When the application was received, if it was.
    pub applied: Option<SimTime>,
    /// When it was decided, if it was.
    pub decided: Option<SimTime>,
    /// When money was with the citizen, if it was.
    pub paid: Option<SimTime>,
    /// The deadline that held at the decision, if there is a term and a decision.
    pub deadline: Option<SimTime>,
    /// What the citizen has.
    pub outcome: Outcome,
    /// Whether it was provided on the state's offer.
    pub proactive: bool,
    /// Value of the channel's slot, where there is one.
    pub channel: Option<u32>,
}

/// Why a case has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// All its ways have ended.
    Complete,
    /// Its ways wait for each other, or have no way on: never a completion.
    Stuck(Idx<Element>),
    /// The run ended first.
    Unfinished,
}

/// The end of a case.
#[derive(Clone, Copy, Debug)]
pub struct CaseEnd<'a> {
    /// The case.
    pub case: CaseId,
    /// When it arrived.
    pub arrival: SimTime,
    /// When it left.
    pub ended: SimTime,
    /// Why.
    pub departure: Departure,
    /// What its service has come to; of a life event, the latest in order of [`Outcome`].
    pub outcome: Outcome,
    /// Everything counted.
    pub accounts: &'a Accounts,
    /// The accounts that can be other than 0, as bits.
    pub touched: u64,
    /// Its elapsed time by class; sums to `ended - arrival`.
    pub path: &'a PathTimes,
    /// Last application received in it.
    pub applied: Option<SimTime>,
    /// Last decision in it.
    pub decided: Option<SimTime>,
    /// Last payment in it.
    pub paid: Option<SimTime>,
}

/// Number of hours in a week: the resolution of a pool's weekly picture.
pub const HOURS_OF_WEEK: usize = 168;

/// What belongs to no case.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// By pool.
    pub pools: Vec<PoolStatistics>,
    /// By source.
    pub sources: Vec<SourceStatistics>,
    /// What went wrong in the model, by element and kind, in order of first occurrence.
    pub faults: Vec<Fault>,
    /// Why the run ended.
    pub stop: Stop,
    /// When it ended.
    pub ended: SimTime,
    /// Number of arrivals and finished pieces of work and delays.
    pub events: u64,
    /// Largest number of cases in flight.
    pub max_in_flight: usize,
    /// Elements at which unfinished cases of the window stood, with their number, by element.
    pub unfinished_at: Vec<(Idx<Element>, u64)>,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// All cases of the window have left, or nothing was left to happen.
    Complete,
    /// The time to follow cases was over.
    TimeOver,
    /// Somebody cancelled it.
    Cancelled,
    /// More cases were in flight than memory allows.
    TooManyCases,
    /// Nearly all cases split into ever more ways: the model is at fault, and more of them would say nothing new.
    Runaway,
}

/// A pool over the measured window.
#[derive(Clone, Debug)]
pub struct PoolStatistics {
    /// Member-milliseconds on shift, absences taken off.
    pub rostered: i64,
    /// Member-milliseconds at work on shift.
    pub busy: i64,
    /// Member-milliseconds at work off shift.
    pub overtime: i64,
    /// Waiting cases times milliseconds.
    pub queue_area: i64,
    /// Largest number waiting.
    pub max_queue: u32,
    /// Work begun.
    pub starts: u64,
    /// Milliseconds waited before work begun in the window, in all.
    pub waited: i64,
    /// Work begun without waiting.
    pub starts_at_once: u64,
    /// By hour of the week, Monday midnight first: rostered, busy, and queue as above.
    pub by_hour: Box<[[i64; 3]; HOURS_OF_WEEK]>,
    /// Mean number waiting on each day of the run, warm-up included.
    pub queue_by_day: Vec<f32>,
    /// Milliseconds in which random outages closed it.
    pub outage: i64,
}

/// A source over the measured window.
#[derive(Clone, Copy, Debug, Default)]
pub struct SourceStatistics {
    /// Cases arrived in the window.
    pub arrived: u64,
    /// Of these, cases complete when the run ended.
    pub completed: u64,
    /// Of these, cases stuck.
    pub stuck: u64,
    /// Of these, cases unfinished when the run ended.
    pub unfinished: u64,
    /// All arrivals of the run.
    pub arrived_in_all: u64,
    /// Cases in flight (whenever they arrived) times milliseconds of the window.
    pub in_flight_area: i64,
}

/// Something wrong in the model that showed in the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Where.
    pub element: Idx<Element>,
    /// How many cases.
    pub cases: u64,
    /// First time.
    pub first_at: SimTime,
}

/// What can be wrong in a model that only shows in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// Ways wait for each other for ever.
    Deadlock,
    /// No way out of a gateway applies.
    NoWayOut,
    /// A loop takes no time.
    EndlessLoop,
    /// One case has more parallel ways than makes sense.
    TooManyWays,
    /// Bodies enter each other deeper than makes sense.
    TooDeep,
    /// An error was raised that nothing catches.
    UncaughtError,
    /// Work can never begin: nobody with that skill is ever on shift.
    NeverServed,
}
