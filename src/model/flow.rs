//! How steps follow each other: elements, gateways, waits, messages, boundary events.
//!
//! The flow is BPMN's, in words: every element names the one that follows (`next`); gateways name
//! several. An element that several others name is reached from each of them; a parallel or
//! inclusive gateway that several others name waits for them.

use crate::base::time::SimDuration;
use crate::model::Id;
use crate::model::calendar::WeeklyInstant;
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::offer::Offer;
use crate::model::step::Step;

/// One element of a process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    /// Short name, unique in the service; part of the key of its random draws.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// What it is.
    pub kind: ElementKind,
    /// The element that follows; `None` at ends, and at gateways, which name theirs themselves.
    pub next: Option<Id>,
    /// Events at its border: only on steps, waits, calls, sub-processes, offers and where a message is waited for.
    pub boundary: Vec<Boundary>,
    /// How often it is done each time: only steps, waits, calls and sub-processes.
    pub repeat: Option<Repeat>,
    /// Remarks that a reader should see beside it.
    pub note: String,
}

/// What an element is.
#[derive(Clone, Debug, PartialEq)]
pub enum ElementKind {
    /// Where the process begins. Several starts all begin.
    Start,
    /// A further start: the process begins here only where a `Begin` or an event of an event sub-process names it.
    OtherStart,
    /// Work, by somebody or something.
    Step(Box<Step>),
    /// One way of several, by share or by condition; tried in order.
    Exclusive(Vec<Branch>),
    /// All ways at once; waits for all incoming ones first.
    Parallel(Vec<Id>),
    /// Some ways at once, each by its own share or condition; waits for all incoming ones that can still arrive.
    Inclusive(Vec<Branch>),
    /// The way whose event happens first; a message that came earlier counts, as for [`ElementKind::Receive`].
    EventBased(Vec<EventBranch>),
    /// Time that passes without anybody's work.
    Wait(Wait),
    /// Sends a message to other services of the same citizen.
    Send(String),
    /// Waits for a message from another service of the same citizen; one that came earlier counts.
    Receive(String),
    /// Broadcasts a signal to the services of the same citizen: whatever waits for it just then is set off, and nobody finds it
    /// later.
    Signal(String),
    /// Waits for a signal from now on; one that came earlier does not count.
    AwaitSignal(String),
    /// Waits until enough cases have gathered; all go on together.
    Batch {
        /// How many cases go on together, at least 1.
        size: u32,
        /// No case waits longer; `None` waits for the full number.
        at_most: Option<SimDuration>,
    },
    /// Runs another service and waits for its end; its load falls on its agency.
    Call(Id),
    /// Begins another service of the same citizen, which then goes on by itself: nothing here waits for it, or ends it.
    Begin(Begin),
    /// A process within the process.
    SubProcess(Vec<Element>),
    /// A process that an event sets off while the process around it goes on; nothing leads to it, and it leads nowhere.
    EventSubProcess(Box<EventSubProcess>),
    /// Something is noted, and takes no time: a milestone, a jump to another place of the drawing.
    Pass,
    /// Raises this escalation: the nearest border or event sub-process around that catches it is set off; the way goes on.
    Escalate(String),
    /// Undoes what has been completed, the last first, each by what its border event `Compensation` leads to: one element with
    /// what is inside it, or everything in the process around.
    Compensate(Option<Id>),
    /// The state offers the service unasked.
    Offer(Box<Offer>),
    /// Where a way ends. The service ends when all ways have ended.
    End(End),
}

impl ElementKind {
    /// Tells whether it takes time by itself, so that it can be repeated.
    pub fn can_repeat(&self) -> bool {
        matches!(
            self,
            ElementKind::Step(_)
                | ElementKind::Wait(_)
                | ElementKind::Call(_)
                | ElementKind::SubProcess(_)
                | ElementKind::Receive(_)
                | ElementKind::AwaitSignal(_)
        )
    }

    /// Tells whether something can happen meanwhile: whether it can have events at its border.
    pub fn can_have_border(&self) -> bool {
        self.can_repeat() || matches!(self, ElementKind::Offer(_))
    }
}

impl Default for ElementKind {
    fn default() -> Self {
        ElementKind::End(End::default())
    }
}

/// What begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    /// The service.
    pub service: Id,
    /// The start at which it begins; `None` where it begins by itself.
    pub at: Option<Id>,
}

/// How often an element is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Repeat {
    /// Again and again: after each time once more with a share of `again`, 0..1, at most `at_most` times in all (at least 1).
    Loop {
        /// Share of times after which it is done once more.
        again: NumberFigure,
        /// How often in all.
        at_most: u32,
    },
    /// So many times, one after the other; a whole number of at least 1.
    Sequential(NumberFigure),
    /// So many times, all at once; a whole number of at least 1 and at most 100.
    Parallel(NumberFigure),
}

/// A process that an event sets off within the process around it.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSubProcess {
    /// What sets it off; counted from the beginning of the process around it.
    pub trigger: Trigger,
    /// Whether it stops everything else in the process around it; otherwise it runs beside it.
    pub interrupting: bool,
    /// What is done.
    pub elements: Vec<Element>,
    /// Further events that set it off, each beginning at a start of its own.
    pub others: Vec<EventStart>,
}

/// A further event that sets off an event sub-process.
#[derive(Clone, Debug, PartialEq)]
pub struct EventStart {
    /// What sets it off.
    pub trigger: Trigger,
    /// Whether it stops everything else in the process around.
    pub interrupting: bool,
    /// The element of the kind `OtherStart` at which it begins.
    pub at: Id,
}

/// How a way ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct End {
    /// What the citizen has.
    pub outcome: Outcome,
    /// Ends all other ways of the same process at once.
    pub terminate: bool,
    /// Raises this error: the nearest boundary event around that catches it goes on.
    pub error: Option<String>,
    /// Cancels the sub-process around: stops everything in it, undoes what was completed in it, and leaves it by its border
    /// event `Cancel`, or the usual way where it has none.
    pub cancel: bool,
}

/// What a citizen has at the end of a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Granted, registered, paid: what was asked for.
    #[default]
    Completed,
    /// Decided, against the citizen.
    Refused,
    /// The citizen gave up.
    Abandoned,
    /// The citizen never asked for what was due.
    NeverClaimed,
}

/// One way out of an exclusive or inclusive gateway. Exactly one of share, condition and `otherwise` says when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branch {
    /// The element that follows.
    pub to: Id,
    /// What the way means: "complete", "something is missing".
    pub name: String,
    /// Share of cases that go this way, 0..1. At an exclusive gateway all shares make 1; at an inclusive one each stands alone.
    pub share: Option<NumberFigure>,
    /// Condition on the case, in the language of `model::condition`.
    pub when: Option<String>,
    /// Taken when nothing else is.
    pub otherwise: bool,
}

/// One event that an event-based gateway waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct EventBranch {
    /// The element that follows.
    pub to: Id,
    /// What is waited for; timers and messages.
    pub trigger: Trigger,
}

/// What sets off a boundary event or a way of an event-based gateway.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// So long after the beginning.
    After(DurationFigure),
    /// At the next such instant of the week.
    Weekly(WeeklyInstant),
    /// When the service's statutory term has passed.
    Deadline,
    /// A message from another service of the same citizen.
    Message(String),
    /// A signal from any service of the same citizen.
    Signal(String),
    /// An error raised inside; empty catches every error. Boundary events and event sub-processes only.
    Error(String),
    /// An escalation raised inside; empty catches every escalation. Boundary events and event sub-processes only.
    Escalation(String),
    /// An end inside that cancels. Boundary events of sub-processes only.
    Cancel,
    /// Undoing what was completed. As a boundary event its `next` undoes the element, and stands outside the flow; as an event
    /// sub-process it undoes the process around it. Never stops anything.
    Compensation,
}

/// An event at an element's border.
#[derive(Clone, Debug, PartialEq)]
pub struct Boundary {
    /// Short name, unique in the service.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// What sets it off.
    pub trigger: Trigger,
    /// Whether it stops the element; otherwise a second way begins beside it.
    pub interrupting: bool,
    /// The element that follows.
    pub next: Id,
}

/// Time that passes without anybody's work.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// How long, or until when.
    pub until: WaitUntil,
    /// Why.
    pub cause: WaitCause,
    /// Whether the statutory term stands still meanwhile.
    pub suspends_term: bool,
}

/// How long something waits.
#[derive(Clone, Debug, PartialEq)]
pub enum WaitUntil {
    /// A duration by the wall clock.
    For(DurationFigure),
    /// The opening of the n-th working day after today (1 is the next working day) of a calendar.
    WorkingDays {
        /// How many working days ahead, at least 1.
        count: u32,
        /// The calendar whose open days are working days.
        calendar: Id,
    },
    /// The next such instant of the week, on a day that the calendar (if any) does not close: payments on Tuesdays at noon.
    Weekly {
        /// The instant.
        at: WeeklyInstant,
        /// A calendar whose closed days do not count.
        calendar: Option<Id>,
    },
    /// The next time a calendar is open.
    Open(Id),
}

/// Why something waits, after Lashkevich et al., "Why am I Waiting?" (2023), with the citizen and registries added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitCause {
    /// All staff is busy.
    StaffBusy,
    /// Out of working hours.
    OffHours,
    /// The citizen has something to do or to answer.
    Citizen,
    /// An information system is busy, down or slow.
    Registry,
    /// Another agency has something to do that is not modelled.
    OtherAgency,
    /// Cases are gathered to be handled together.
    Batch,
    /// Anything else outside: the post, a legal period.
    #[default]
    External,
}

/// Puts an element before another one of a list or of the sub-processes inside it: whatever led there leads to it, and it leads there
/// unless it says another next. Returns whether the other is there.
pub fn insert_before(elements: &mut Vec<Element>, id: &str, new: Element) -> bool {
    fn list_of<'e>(elements: &'e mut Vec<Element>, id: &str) -> Option<&'e mut Vec<Element>> {
        if elements.iter().any(|e| e.id == id) {
            return Some(elements);
        }
        elements.iter_mut().filter_map(Element::inner_mut).find_map(|inner| list_of(inner, id))
    }
    let Some(list) = list_of(elements, id) else { return false };
    list.iter_mut().for_each(|element| element.redirect(id, &new.id));
    list.push(Element { next: new.next.clone().or_else(|| Some(id.to_owned())), ..new });
    true
}

/// Returns the element with this id in a list of elements or in the sub-processes inside it.
pub fn find_element<'a>(elements: &'a [Element], id: &str) -> Option<&'a Element> {
    elements.iter().find_map(|element| {
        if element.id == id {
            return Some(element);
        }
        element.inner().and_then(|inner| find_element(inner, id))
    })
}

/// Returns the element with this id in a list of elements or in the sub-processes inside it, to be changed.
pub fn find_element_mut<'a>(elements: &'a mut [Element], id: &str) -> Option<&'a mut Element> {
    for element in elements {
        if element.id == id {
            return Some(element);
        }
        if let Some(inner) = element.inner_mut()
            && let Some(found) = find_element_mut(inner, id)
        {
            return Some(found);
        }
    }
    None
}

impl Element {
    /// Returns the elements of the process inside it, if there is one.
    pub fn inner(&self) -> Option<&[Element]> {
        match &self.kind {
            ElementKind::SubProcess(inner) => Some(inner),
            ElementKind::EventSubProcess(event) => Some(&event.elements),
            _ => None,
        }
    }

    /// Returns the elements of the process inside it, if there is one, to be changed.
    pub fn inner_mut(&mut self) -> Option<&mut Vec<Element>> {
        match &mut self.kind {
            ElementKind::SubProcess(inner) => Some(inner),
            ElementKind::EventSubProcess(event) => Some(&mut event.elements),
            _ => None,
        }
    }

    /// Returns the ids of all elements that may follow, boundary events' included, in order, repeats kept.
    pub fn successors(&self) -> Vec<&Id> {
        let mut ids: Vec<&Id> = self.next.iter().collect();
        match &self.kind {
            ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches) => ids.extend(branches.iter().map(|b| &b.to)),
            ElementKind::Parallel(to) => ids.extend(to),
            ElementKind::EventBased(branches) => ids.extend(branches.iter().map(|b| &b.to)),
            ElementKind::Offer(offer) => ids.extend([&offer.accepted, &offer.declined, &offer.silent, &offer.unreachable]),
            ElementKind::Step(step) => ids.extend(step.exits()),
            _ => {}
        }
        ids.extend(self.boundary.iter().map(|b| &b.next));
        ids
    }

    /// Gives every follower with the id `from` the id `to` instead.
    pub fn redirect(&mut self, from: &str, to: &str) {
        let swap = |id: &mut Id| {
            if id == from {
                *id = to.to_owned();
            }
        };
        self.next.iter_mut().for_each(swap);
        match &mut self.kind {
            ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches) => {
                branches.iter_mut().for_each(|b| swap(&mut b.to))
            }
            ElementKind::Parallel(targets) => targets.iter_mut().for_each(swap),
            ElementKind::EventBased(branches) => branches.iter_mut().for_each(|b| swap(&mut b.to)),
            ElementKind::Offer(offer) => {
                for id in [&mut offer.accepted, &mut offer.declined, &mut offer.silent, &mut offer.unreachable] {
                    swap(id);
                }
            }
            ElementKind::Step(step) => step.exits_mut().for_each(swap),
            _ => {}
        }
        self.boundary.iter_mut().for_each(|b| swap(&mut b.next));
    }
}
