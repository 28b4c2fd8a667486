//! Codecs of services: the process, its steps, gateways, waits and offers.

use super::codec::{Codec, Cx, record, variant_name, variants};
use super::tree::{Field, Kind, Node};
use super::values::DISTRIBUTIONS;
use crate::base::distribution::Distribution;
use crate::model::Id;
use crate::model::calendar::WeeklyInstant;
use crate::model::figure::{DurationFigure, Figure, NumberFigure};
use crate::model::flow::{
    Begin, Boundary, Branch, Element, ElementKind, End, EventBranch, EventStart, EventSubProcess, Outcome, Repeat, Trigger, Wait,
    WaitCause, WaitUntil,
};
use crate::model::offer::Offer;
use crate::model::service::{ChannelShare, Form, Service, Term, TermStart};
use crate::model::step::{
    Automatable, CitizenPart, Contact, DocumentSource, DocumentUse, Failure, Fallback, Importance, Milestone, Patience,
    Performer, PoolUse, Questions, Sitting, Step,
};

record!(Service, "service", {
    id: required,
    name: optional,
    agency: optional,
    form: optional,
    term: optional,
    channels: optional,
    priority: optional,
    issues: optional,
    elements: optional,
});

variants!(Form, "form of provision", recover Form::Paper, {
    Paper, PartiallyAutomated, FullyAutomated, OneApplication, Proactive,
});

record!(ChannelShare, "channel's share", { channel: required, share: required });

record!(Term, "term", {
    length: required,
    receipt_day_counts: optional,
    calendar: optional,
    from: optional,
    source: optional,
    note: optional,
});

variants!(TermStart, "start of a term", recover TermStart::Application, { Start, Application });

record!(Element, "element", {
    id: required,
    name: optional,
    kind: required,
    next: optional,
    boundary: optional,
    repeat: optional,
    note: optional,
});

variants!(ElementKind, "kind of element", recover ElementKind::Step(Box::default()), {
    Start,
    OtherStart,
    Step(Box<Step>),
    Exclusive(Vec<Branch>),
    Parallel(Vec<Id>),
    Inclusive(Vec<Branch>),
    EventBased(Vec<EventBranch>),
    Wait(Wait),
    Send(String),
    Receive(String),
    Signal(String),
    AwaitSignal(String),
    Batch { size: required, at_most: optional },
    Call(Id),
    Begin(Begin),
    SubProcess(Vec<Element>),
    EventSubProcess(Box<EventSubProcess>),
    Pass,
    Escalate(String),
    Compensate(Option<Id>),
    Offer(Box<Offer>),
    End(End),
});

record!(Begin, "service to begin", { service: required, at: optional });

record!(EventSubProcess, "event sub-process", {
    trigger: required,
    interrupting: optional(true),
    elements: required,
    others: optional,
});

record!(EventStart, "event", { trigger: required, interrupting: optional(true), at: required });

variants!(Repeat, "repetition", recover Repeat::Sequential(all()), {
    Loop { again: required, at_most: required },
    Sequential(NumberFigure),
    Parallel(NumberFigure),
});

record!(End, "end", { outcome: optional, terminate: optional, error: optional, cancel: optional });

variants!(Outcome, "outcome", recover Outcome::Completed, { Completed, Refused, Abandoned, NeverClaimed });

record!(Branch, "branch", { to: required, name: optional, share: optional, when: optional, otherwise: optional });

record!(EventBranch, "branch", { to: required, trigger: required });

variants!(Trigger, "trigger", recover Trigger::Deadline, {
    After(DurationFigure),
    Weekly(WeeklyInstant),
    Deadline,
    Message(String),
    Signal(String),
    Error(String),
    Escalation(String),
    Cancel,
    Compensation,
});

record!(Boundary, "boundary event", {
    id: required,
    name: optional,
    trigger: required,
    interrupting: optional(true),
    next: required,
});

record!(Wait, "wait", { until: required, cause: optional, suspends_term: optional });

variants!(WaitCause, "cause of waiting", recover WaitCause::External, {
    StaffBusy, OffHours, Citizen, Registry, OtherAgency, Batch, External,
});

/// A bare duration is short for `For(...)`.
impl Codec for WaitUntil {
    fn read(node: &Node, cx: &mut Cx) -> WaitUntil {
        const NAMES: &[&str] = &["For", "WorkingDays", "Weekly", "Open"];
        let name = variant_name(node);
        if name.is_none() || name.is_some_and(|name| DISTRIBUTIONS.contains(&name)) {
            return WaitUntil::For(DurationFigure::read(node, cx));
        }
        match cx.variant(node, "way to end a wait", NAMES) {
            Some("WorkingDays") => {
                let mut slots = cx.open_variant(node, "WorkingDays", &["count", "calendar"]);
                WaitUntil::WorkingDays {
                    count: cx.required(&mut slots, node, "WorkingDays", "count"),
                    calendar: cx.required(&mut slots, node, "WorkingDays", "calendar"),
                }
            }
            Some("Weekly") => {
                let mut slots = cx.open_variant(node, "Weekly", &["at", "calendar"]);
                WaitUntil::Weekly {
                    at: cx.required(&mut slots, node, "Weekly", "at"),
                    calendar: cx.optional(&mut slots, "calendar", Default::default),
                }
            }
            Some("Open") => WaitUntil::Open(cx.newtype(node)),
            Some(_) => WaitUntil::For(cx.newtype(node)),
            None => WaitUntil::recover(),
        }
    }

    fn write(&self) -> Node {
        match self {
            WaitUntil::For(figure) => match figure.write() {
                long @ Node { kind: Kind::Record { name: None, .. }, .. } => long.named("For"),
                bare => bare,
            },
            WaitUntil::WorkingDays { count, calendar } => {
                Node::record(vec![Field::new("count", count.write()), Field::new("calendar", calendar.write())])
                    .named("WorkingDays")
            }
            WaitUntil::Weekly { at, calendar } => {
                let mut fields = vec![Field::new("at", at.write())];
                fields.extend(calendar.as_ref().map(|id| Field::new("calendar", id.write())));
                Node::record(fields).named("Weekly")
            }
            WaitUntil::Open(calendar) => calendar.write().named("Open"),
        }
    }

    fn recover() -> WaitUntil {
        WaitUntil::For(Figure::assumed(Distribution::recover()))
    }
}

// Where an offer leads to is left open in a change that puts the offer in; checks of the model miss it elsewhere.
record!(Offer, "offer", {
    detection: optional,
    eligible: optional(all()),
    reachable: optional(all()),
    sending_hours: optional,
    delivered: optional(all()),
    answer_delay: optional,
    answers: optional(all()),
    consent: optional(all()),
    answer_work: optional,
    further_rounds: optional,
    window: optional,
    reminders: optional,
    reminder_effect: optional(all()),
    cost_per_message: optional,
    accepted: optional,
    declined: optional,
    silent: optional,
    unreachable: optional,
});

/// The number 1: all citizens, or no effect of a factor.
pub fn all() -> NumberFigure {
    Figure::assumed(1.0)
}

record!(Step, "step", {
    performer: optional,
    duration: optional,
    citizen: optional,
    place: optional,
    documents: optional,
    sitting: optional,
    skill: optional,
    priority: optional,
    patience: optional,
    failure: optional,
    fee: optional,
    cost: optional,
    contact: optional,
    milestone: optional,
    issues: optional,
    sets: optional,
    rework: optional,
    suspends_term: optional,
    extends_term: optional,
    questions: optional,
});

variants!(Performer, "performer", recover Performer::Citizen, {
    Citizen,
    Staff(Vec<PoolUse>),
    System(Option<Id>),
});

/// A bare text is short for one person of that pool.
impl Codec for PoolUse {
    fn read(node: &Node, cx: &mut Cx) -> PoolUse {
        if let Kind::Text(pool) = &node.kind {
            return PoolUse { pool: pool.clone(), count: 1 };
        }
        let mut slots = cx.open_record(node, "PoolUse", "staff pool", &["pool", "count"]);
        PoolUse { pool: cx.required(&mut slots, node, "staff pool", "pool"), count: cx.optional(&mut slots, "count", || 1) }
    }

    fn write(&self) -> Node {
        match self.count {
            1 => self.pool.write(),
            count => Node::record(vec![Field::new("pool", self.pool.write()), Field::new("count", count.write())]),
        }
    }

    fn recover() -> PoolUse {
        PoolUse { pool: String::new(), count: 1 }
    }
}

variants!(CitizenPart, "way for the citizen to take part", recover CitizenPart::Absent, { Absent, OnCall, Present, Active });

variants!(Sitting, "way to treat work at the end of a shift", recover Sitting::Pauses, { Pauses, OneSitting, Overtime });

record!(DocumentUse, "document's use", { document: required, from: optional, fallback: optional });

variants!(DocumentSource, "source of a document", recover DocumentSource::Citizen, { Citizen, Registry, Issuer });

variants!(Fallback, "fallback", recover Fallback::Citizen, {
    Citizen,
    Staff { pool: required, duration: required, wait: optional },
});

record!(Patience, "patience", { after: required, next: required });

record!(Failure, "failure", { share: required, next: required });

variants!(Contact, "kind of contact", recover Contact::None, { None, ByCitizen, ByState, Complaint });

variants!(Milestone, "milestone", recover Milestone::Applied, { Applied, AppliedByState, Decided, Paid });

record!(Questions, "set of questions", { automatable: optional, importance: optional, basis: optional });

variants!(Automatable, "answer to whether existing systems can do a step", recover Automatable::Unknown, { Unknown, ByExisting, ByNewIntegration, ForbiddenByLaw, No });

variants!(Importance, "answer to how important a step is", recover Importance::Unknown, { Unknown, RequiredByLaw, ValueToCitizen, Control, Habit });
