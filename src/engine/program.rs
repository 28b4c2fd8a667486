//! The tables that the engine eats: flat, numbered, without names. Built by `compile`, or by hand in a test.
//!
//! A program is a set of process bodies. A case begins in one body; elements may enter further bodies (sub-processes and
//! called services) and come back. Everything about citizens, documents and registries has been translated into the
//! few element kinds below, draws, slots and effects. Names stand in `compile::names`.

use crate::base::idx::{Idx, Table};
use crate::base::time::{SimDuration, SimTime};
use crate::engine::account::{Account, Outcome, PathClass};
use crate::engine::arrivals::ArrivalProcess;
use crate::engine::calendar::Calendar;
use crate::engine::condition::Predicate;
use crate::engine::random::sampler::Sampler;
use crate::engine::random::stream::StreamId;
use crate::engine::working_days::WorkingDays;

/// Everything that a run needs.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Process bodies.
    pub processes: Table<Process>,
    /// Elements of all bodies.
    pub elements: Table<Element>,
    /// Staff and machines.
    pub pools: Table<ResourcePool>,
    /// Hours.
    pub calendars: Table<Calendar>,
    /// Working days.
    pub working_days: Table<WorkingDays>,
    /// Durations, each with one sampler, or one for each segment.
    pub durations: Table<Vec<Sampler>>,
    /// Services: processes with a statutory term.
    pub services: Table<Service>,
    /// Places to which citizens travel.
    pub places: Table<Place>,
    /// What arrives.
    pub sources: Table<Source>,
    /// Points at which cases gather.
    pub gathers: Table<Gather>,
    /// Amounts that effects add, each with one value, or one for each segment.
    pub amounts: Table<Vec<i64>>,
    /// Cumulative shares of segments, the last 1; empty for a single segment.
    pub segment_shares: Vec<f64>,
    /// Slots drawn when a case arrives.
    pub initial_draws: Vec<InitialDraw>,
    /// Number of slots of a case, all 0 at first.
    pub n_slots: usize,
    /// Number of elements of which each case counts its visits. These counts are apart from the slots, and half as wide: most of what
    /// a case carries are visits.
    pub n_visits: usize,
    /// Number of messages; each has a slot, see [`Program::message_slots`].
    pub message_slots: Vec<u32>,
    /// Day of the week of time zero (0 is Monday). Time zero is a midnight.
    pub first_weekday: i64,
    /// When arrivals begin: the study's start.
    pub begin: SimTime,
    /// Activities that can be undone.
    pub undos: Table<Undo>,
}

/// A slot that is drawn when a case arrives.
#[derive(Clone, Debug)]
pub struct InitialDraw {
    /// The slot.
    pub slot: u32,
    /// The stream.
    pub stream: StreamId,
    /// For each segment (or once for all) cumulative shares with the values they give; the last share is 1.
    pub values: Vec<Vec<(f64, f64)>>,
}

/// A process body.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// Elements at which a token begins.
    pub starts: Vec<Idx<Element>>,
    /// What it is to the body around it.
    pub role: BodyRole,
    /// In a transaction, where a token begins that undoes what was completed and leaves, once all else has been stopped.
    pub cancel: Option<Idx<Element>>,
}

/// What a body is to the body around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyRole {
    /// A process or sub-process of its own.
    #[default]
    Own,
    /// Everything of the body around but its event sub-processes, which watch at its border.
    Rest,
    /// One element of the body around, with the events at its border or with its repetitions.
    Wrap,
    /// An event sub-process of the body around.
    Event,
}

impl BodyRole {
    /// Tells whether what its ways come to counts as coming to it in the body around.
    pub fn passes_outcome(self) -> bool {
        matches!(self, BodyRole::Rest | BodyRole::Event)
    }
}

/// An activity that can be undone once it is complete, and how.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    /// A body inside it, which can undo in turn what was completed there.
    pub event: Option<Idx<Process>>,
    /// A body beside it, which knows nothing of what is inside.
    pub handler: Option<Idx<Process>>,
}

/// One element of a body.
#[derive(Clone, Debug)]
pub struct Element {
    /// What happens.
    pub kind: Kind,
    /// What follows; unused where the kind names its own followers.
    pub next: Option<Idx<Element>>,
    /// Stream of its draws. The same element of two variants has the same stream, whatever else differs.
    pub stream: StreamId,
    /// Which of the case's visits counts how often it has finished the element; needed wherever that can be more than once, since it
    /// is part of the key of draws.
    pub visit_slot: Option<u32>,
    /// What finishing it does, in order.
    pub effects: Vec<Effect>,
    /// Whether it is reported as an activity.
    pub reported: bool,
}

impl Default for Element {
    fn default() -> Self {
        Element {
            kind: Kind::Pass,
            next: None,
            stream: StreamId::default(),
            visit_slot: None,
            effects: Vec::new(),
            reported: false,
        }
    }
}

/// What happens at an element.
// A tag of its own is read faster than one that is hidden in what the kinds hold.
#[derive(Clone, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Nothing but its effects.
    Pass,
    /// Work: waits for resources, holds them, releases them.
    Work(Box<Work>),
    /// Time passes.
    Delay(Delay),
    /// The citizen travels to a place unless already there.
    Travel(Idx<Place>),
    /// One way of several.
    Exclusive(Vec<Way>),
    /// Waits for as many tokens as there are ways in, then goes all ways out.
    Parallel {
        /// Ways in.
        incoming: u32,
        /// Ways out.
        targets: Vec<Idx<Element>>,
    },
    /// Waits for all tokens that can still arrive, then goes the ways out whose rule holds.
    Inclusive(Box<Inclusive>),
    /// Waits for the first of several events.
    EventRace(Vec<(Trigger, Idx<Element>)>),
    /// Sends a message to the case's other ways.
    Throw(usize),
    /// Broadcasts a signal, which is a message that only those hear who wait for it just now.
    Broadcast(usize),
    /// Begins a body beside all others of the case; nothing waits for it.
    Begin(Idx<Process>, Option<Idx<Service>>),
    /// Undoes what was completed in the nearest body of its own around and has not been undone, the last first: all of it, or one
    /// activity, for which bodies further around are searched too.
    Compensate(Option<Idx<Undo>>),
    /// Raises an escalation: the nearest watcher around that catches it is set off, and the way goes on unless that stops it.
    Escalate(usize),
    /// Waits for a message; one that came before counts. The slot counts the messages taken.
    Catch {
        /// The message.
        message: usize,
        /// Slot that counts messages taken here.
        taken: u32,
    },
    /// Waits until enough cases have gathered.
    Gather(Idx<Gather>),
    /// Enters another body and goes on when all its ways have ended.
    Enter(Enter),
    /// A way ends.
    End(End),
}

/// Work with resources, the citizen, or a machine.
#[derive(Clone, Debug)]
pub struct Work {
    /// How long.
    pub duration: Idx<Vec<Sampler>>,
    /// What is held meanwhile, all at once; empty where nothing is scarce.
    pub requests: Vec<Request>,
    /// Hours in which work without scarce resources goes on; `None` is always.
    pub hours: Option<Idx<Calendar>>,
    /// What happens at the end of a shift.
    pub sitting: Sitting,
    /// Priority in pools that serve by priority; higher goes first.
    pub priority: i64,
    /// Who works.
    pub performer: Performer,
    /// Whether the citizen's time in line counts.
    pub citizen_in_line: bool,
    /// Whether the citizen's time at work counts.
    pub citizen_at_work: bool,
    /// Where the citizen is.
    pub place: Option<Idx<Place>>,
    /// How long the case waits in line, and where it goes then (or at once where the line is full, see [`ResourcePool::room`]).
    pub patience: Option<(Idx<Vec<Sampler>>, Idx<Element>)>,
    /// Class of waiting while resources are busy.
    pub busy_class: PathClass,
}

impl Work {
    /// Returns the class of waiting while resources are closed: people are off shift then, and an information system is down.
    pub fn off_class(&self) -> PathClass {
        if self.busy_class == PathClass::Registry { PathClass::Registry } else { PathClass::OffHours }
    }
}

/// Who works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Performer {
    /// The citizen.
    Citizen,
    /// Staff.
    Staff,
    /// A machine.
    Machine,
}

/// What happens to work at the end of a shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sitting {
    /// It pauses and goes on when the shift begins again; the person stays bound to it.
    #[default]
    Pauses,
    /// It begins only where it fits before the next break.
    OneSitting,
    /// It is finished after hours.
    Overtime,
}

/// Resources of one pool that work needs.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// The pool.
    pub pool: Idx<ResourcePool>,
    /// How many, at least 1.
    pub count: u32,
    /// Groups of the pool that can do it, as bits.
    pub groups: u64,
}

/// Time that passes.
#[derive(Clone, Debug)]
pub struct Delay {
    /// How long, or until when.
    pub until: Until,
    /// Why, for the division of elapsed time.
    pub class: PathClass,
    /// Account that takes the time beside the class's own, as citizens' work.
    pub account: Option<Account>,
}

/// How long a delay lasts.
#[derive(Clone, Debug)]
pub enum Until {
    /// A drawn duration.
    For(Idx<Vec<Sampler>>),
    /// The first opening on the n-th working day after today.
    WorkingDay {
        /// How many working days ahead, at least 1.
        count: u32,
        /// Working days.
        days: Idx<WorkingDays>,
        /// Hours.
        hours: Idx<Calendar>,
    },
    /// The next of these instants, ascending; strictly later than now.
    Instant(Vec<SimTime>),
    /// The next time it is open.
    Open(Idx<Calendar>),
}

/// One way out of a gateway.
#[derive(Clone, Debug)]
pub struct Way {
    /// Where it leads.
    pub target: Idx<Element>,
    /// When it is taken.
    pub rule: Rule,
}

/// When a way is taken. Exclusive gateways first try conditions in order, then draw among shares, then take the way that is
/// left over; inclusive ones look at each way by itself.
#[derive(Clone, Debug)]
pub enum Rule {
    /// In this share of cases, by segment (or once for all).
    Share(Vec<f64>),
    /// When this holds.
    When(Predicate),
    /// When nothing else is.
    Otherwise,
}

/// An inclusive gateway.
#[derive(Clone, Debug)]
pub struct Inclusive {
    /// Ways in.
    pub incoming: u32,
    /// Ways out.
    pub ways: Vec<Way>,
    /// The ways in, each as the element from which it comes and which of its ways it is; filled in by
    /// [`Program::mark_inclusive_reach`], as is the next.
    pub flows: Vec<(u32, u32)>,
    /// The elements from which a token can come here without passing through here, in ascending order, each with the ways in
    /// by which it can (as bits in the order of `flows`, all beyond the 63rd as the last).
    pub reach: Vec<(u32, u64)>,
}

/// What an event race or a watcher waits for.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// A drawn duration.
    After(Idx<Vec<Sampler>>),
    /// The next of these instants.
    Instant(Vec<SimTime>),
    /// The end of the service's statutory term.
    Deadline,
    /// A message; one that came before does not count.
    Message(usize),
    /// A message, also one that came before; in races only. The slot counts the messages taken.
    Posted {
        /// The message.
        message: usize,
        /// Slot that counts messages taken here.
        taken: u32,
    },
    /// An error; `None` catches every error.
    Error(Option<usize>),
    /// An escalation; `None` catches every one.
    Escalation(Option<usize>),
}

impl Trigger {
    /// Tells whether it goes off by the clock.
    pub fn is_timer(&self) -> bool {
        matches!(self, Trigger::After(_) | Trigger::Instant(_) | Trigger::Deadline)
    }
}

/// Entering another body.
#[derive(Clone, Debug)]
pub struct Enter {
    /// The body.
    pub process: Idx<Process>,
    /// The service, where it is one.
    pub service: Option<Idx<Service>>,
    /// Events at its border.
    pub watchers: Vec<Watcher>,
    /// How it can be undone once it is complete.
    pub undo: Option<Idx<Undo>>,
}

/// An event at a body's border.
#[derive(Clone, Debug)]
pub struct Watcher {
    /// What is watched for.
    pub trigger: Trigger,
    /// Whether it stops the body.
    pub interrupting: bool,
    /// Where it leads.
    pub target: Idx<Element>,
    /// Stream of its draws.
    pub stream: StreamId,
}

/// How a way ends.
#[derive(Clone, Debug, Default)]
pub struct End {
    /// What the citizen has.
    pub outcome: Outcome,
    /// Ends all ways of the body at once.
    pub terminate: bool,
    /// Raises an error.
    pub error: Option<usize>,
    /// Cancels the transaction around. Together with an error: the transaction has been cancelled, and nothing is wrong where
    /// nobody catches that.
    pub cancel: bool,
}

/// What finishing an element does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// Sets a slot.
    Set(u32, f64),
    /// Adds to a slot.
    Add(u32, f64),
    /// Adds to an account.
    Count(Account, i64),
    /// Adds to an account by segment, from the values listed there (one, or one for each segment).
    CountBySegment(Account, Idx<Vec<i64>>),
    /// Adds to an account if a slot is not 0.
    CountIf(u32, Account, i64),
    /// The application has been received: the term begins.
    Applied,
    /// The decision has been made: the term ends.
    Decided,
    /// Money is with the citizen.
    Paid,
    /// An activity is complete that can be undone.
    Completed(Idx<Undo>),
    /// The term stands still from now.
    Suspend,
    /// The term runs again.
    Resume,
    /// The term is longer by so many milliseconds.
    ExtendBy(i64),
    /// The term is longer by so many working days.
    ExtendByWorkingDays(u32),
    /// The service is being provided on the state's offer (or not).
    Proactive(bool),
    /// Tells the observer that a case has come by here: the mark of this number.
    Mark(u32),
}

/// A service.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// The statutory term.
    pub term: Option<Term>,
    /// Slot that holds the channel, and which of its values are digital.
    pub channel: Option<(u32, Vec<bool>)>,
    /// Cost of a completed case by channel value, in thousandths of the currency unit.
    pub channel_cost: Vec<i64>,
    /// Slots set to 1 when it is completed: documents that it issues.
    pub issues: Vec<u32>,
    /// Slots that are drawn when it begins: the channel.
    pub draws: Vec<InitialDraw>,
    /// Slot that, when set at its end, makes it count as proactive, whatever happened within it.
    pub proactive: Option<u32>,
}

/// A statutory term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// How long.
    pub length: TermLength,
    /// Whether the day of receipt is the first day.
    pub receipt_day_counts: bool,
    /// Whether it runs from the application instead of the service's beginning.
    pub from_application: bool,
}

/// A statutory length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TermLength {
    /// Working days.
    WorkingDays(u32, Idx<WorkingDays>),
    /// Wall clock.
    Calendar(SimDuration),
}

/// People or machines that share one queue.
#[derive(Clone, Debug, Default)]
pub struct ResourcePool {
    /// Members, by hours.
    pub groups: Vec<Group>,
    /// Union of the groups' hours, `None` where somebody always could: out of these, waiting is off hours.
    pub hours: Option<Idx<Calendar>>,
    /// Who is served next.
    pub discipline: Discipline,
    /// How many can wait; `None` is without limit. Who comes to a full line and cannot be served at once goes where
    /// [`Work::patience`] leads, whatever the patience; work that has none waits all the same.
    pub room: Option<u32>,
    /// Share of members absent on a day, 0..1.
    pub absence: f64,
    /// Cost of one member's hour, in thousandths of the currency unit.
    pub cost_per_hour: f64,
    /// Stream of absences and outages.
    pub stream: StreamId,
    /// Random outages: time up and time down, in turns.
    pub outages: Option<Outages>,
}

/// Random outages.
#[derive(Clone, Copy, Debug)]
pub struct Outages {
    /// Time from the end of an outage to the beginning of the next.
    pub up: Idx<Vec<Sampler>>,
    /// How long an outage lasts.
    pub down: Idx<Vec<Sampler>>,
}

/// Members of a pool who share hours.
#[derive(Clone, Debug)]
pub struct Group {
    /// How many.
    pub count: u32,
    /// Their hours; `None` is around the clock.
    pub hours: Option<Idx<Calendar>>,
}

/// Who is served next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discipline {
    /// Who came first.
    #[default]
    Fifo,
    /// Who has the highest priority, then who came first.
    Priority,
    /// Whose term ends first, then who came first.
    EarliestDeadline,
}

/// A place to which citizens travel.
#[derive(Clone, Debug)]
pub struct Place {
    /// Travel one way.
    pub travel: Idx<Vec<Sampler>>,
    /// Stream of travel times: a citizen's way to a place is the same length each time.
    pub stream: StreamId,
    /// Opening hours.
    pub hours: Option<Idx<Calendar>>,
    /// Days on which it opens; citizens not served by closing come again on the next.
    pub open_days: Option<Idx<WorkingDays>>,
    /// Cost of a journey by segment (or once for all), in thousandths of the currency unit.
    pub fare: Vec<i64>,
}

/// A stream of cases.
#[derive(Clone, Debug)]
pub struct Source {
    /// The body in which its cases begin.
    pub process: Idx<Process>,
    /// The service, where that body is one.
    pub service: Option<Idx<Service>>,
    /// When.
    pub arrivals: ArrivalProcess,
    /// Part of the key of all draws of its cases.
    pub stream: StreamId,
    /// Whether its cases belong to the results.
    pub measured: bool,
}

/// A point at which cases gather.
#[derive(Clone, Copy, Debug)]
pub struct Gather {
    /// How many go on together.
    pub size: u32,
    /// No case waits longer.
    pub at_most: Option<SimDuration>,
}

impl Program {
    /// Picks from a list that has one entry for all segments or one for each.
    pub fn by_segment<T>(list: &[T], segment: usize) -> Option<&T> {
        list.get(segment).or_else(|| list.first())
    }
}
