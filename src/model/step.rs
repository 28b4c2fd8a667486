//! Steps: who does what, for how long, with which documents, and what it asks of the citizen.

use crate::model::Id;
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::service::TermLength;

/// Work within a service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// Who does it.
    pub performer: Performer,
    /// How long the work takes: working time of whoever does it.
    pub duration: DurationFigure,
    /// What the citizen does meanwhile.
    pub citizen: CitizenPart,
    /// Where the citizen must be; `None` is at home.
    pub place: Option<Id>,
    /// What must be there before the work begins.
    pub documents: Vec<DocumentUse>,
    /// What happens to staff work at the end of a shift.
    pub sitting: Sitting,
    /// A skill that the serving person must have.
    pub skill: Option<String>,
    /// Priority beyond the service's own, in pools that serve by priority; higher goes first.
    pub priority: i32,
    /// How long the citizen waits in line before leaving.
    pub patience: Option<Patience>,
    /// How an attempt may fail.
    pub failure: Option<Failure>,
    /// Fee that the citizen pays each time, in the currency.
    pub fee: NumberFigure,
    /// What it costs the state each time beside staff, in the currency.
    pub cost: NumberFigure,
    /// Who gets in touch with whom.
    pub contact: Contact,
    /// What has been reached when it is done.
    pub milestone: Option<Milestone>,
    /// Documents that the citizen has in hand when it is done.
    pub issues: Vec<Id>,
    /// Attributes of the case, or `channel`, that it sets: name and value. Of an attribute of numbers, `+= 2` adds and `-= 2`
    /// takes away.
    pub sets: Vec<(String, String)>,
    /// Whether the step exists only because something went wrong before: every time it is finished counts as rework.
    pub rework: bool,
    /// Whether the statutory term stands still from the moment the step is due until it is done.
    pub suspends_term: bool,
    /// By how much it extends the statutory term, once.
    pub extends_term: Option<TermLength>,
    /// The Reengineering Center's first and second question.
    pub questions: Questions,
}

/// Who does a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Performer {
    /// The citizen alone.
    #[default]
    Citizen,
    /// Staff: one person of each pool named (`agency/pool`), or so many, all at once.
    Staff(Vec<PoolUse>),
    /// An information system; of a registry its capacity, hours and outages bind. `None` is a system without limits.
    System(Option<Id>),
}

/// People of a pool who are needed at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoolUse {
    /// The pool, as `agency/pool`.
    pub pool: String,
    /// How many people, at least 1.
    pub count: u32,
}

/// What the citizen does while a step is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CitizenPart {
    /// Nothing: goes about other things.
    #[default]
    Absent,
    /// Stays reachable; no time is counted.
    OnCall,
    /// Is there and waits in line: line and work count as the citizen's time.
    Present,
    /// Works; line and work count as the citizen's time.
    Active,
}

/// What happens to staff work at the end of a shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sitting {
    /// Work pauses and goes on with the same person when the shift begins again.
    #[default]
    Pauses,
    /// Work begins only if it can end before the next break; what fits no shift at all begins with a shift and runs over.
    OneSitting,
    /// Work that has begun is finished, after hours if need be.
    Overtime,
}

/// A document that a step needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DocumentUse {
    /// The document.
    pub document: Id,
    /// Where it comes from.
    pub from: DocumentSource,
    /// Who helps where a registry has no record, a wrong one, or no answer.
    pub fallback: Fallback,
}

/// Where a needed document comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentSource {
    /// The citizen is asked for it.
    #[default]
    Citizen,
    /// It is fetched from the registry that holds it.
    Registry,
    /// The issuing service is run for it, and loads its agency.
    Issuer,
}

/// Who helps where a registry fails.
#[derive(Clone, Debug, Default, PartialEq)]
// Most fallbacks are the small one, but a study has few of either.
#[allow(clippy::large_enum_variant)]
pub enum Fallback {
    /// The citizen is asked for the document after all.
    #[default]
    Citizen,
    /// Staff clears it up without the citizen.
    Staff {
        /// The pool, as `agency/pool`.
        pool: String,
        /// How long the work takes.
        duration: DurationFigure,
        /// How long the clarification waits for others.
        wait: DurationFigure,
    },
}

/// How long a citizen waits in line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patience {
    /// How long.
    pub after: DurationFigure,
    /// The element that follows for those who leave.
    pub next: Id,
}

/// How an attempt may fail after the time was spent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Failure {
    /// Share of attempts that fail, 0..1.
    pub share: NumberFigure,
    /// The element that follows.
    pub next: Id,
}

/// Who gets in touch with whom when a step is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contact {
    /// Nobody.
    #[default]
    None,
    /// The citizen with the state: applies, asks, complains.
    ByCitizen,
    /// The state with the citizen: a message, a letter, a question.
    ByState,
    /// The citizen complains: a contact by the citizen that is counted among the complaints as well.
    Complaint,
}

/// What has been reached when a step is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Milestone {
    /// The application has been received: the statutory term begins.
    #[default]
    Applied,
    /// The state has applied for the citizen, without an application by them: the statutory term begins, and this service,
    /// and those of the same citizen whose form is proactive, count as provided on the state's initiative.
    AppliedByState,
    /// The decision has been made: the statutory term ends.
    Decided,
    /// Money is with the citizen.
    Paid,
}

/// The Reengineering Center's questions about a step; the third, how long it is, is its duration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// Can existing systems do it?
    pub automatable: Automatable,
    /// How important is it?
    pub importance: Importance,
    /// The law, the system, the reason.
    pub basis: String,
}

/// Can existing systems do a step?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Automatable {
    /// Not yet asked.
    #[default]
    Unknown,
    /// An existing system can.
    ByExisting,
    /// A new integration would be needed.
    ByNewIntegration,
    /// The law asks for a person.
    ForbiddenByLaw,
    /// No.
    No,
}

/// How important a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Importance {
    /// Not yet asked.
    #[default]
    Unknown,
    /// Required by law.
    RequiredByLaw,
    /// Worth something to the citizen.
    ValueToCitizen,
    /// A control that the agency needs.
    Control,
    /// Always been done.
    Habit,
}

impl Step {
    /// Returns the elements that follow other than by finishing.
    pub fn exits(&self) -> impl Iterator<Item = &Id> {
        self.patience.iter().map(|p| &p.next).chain(self.failure.iter().map(|f| &f.next))
    }

    /// Returns the elements that follow other than by finishing, to be changed.
    pub fn exits_mut(&mut self) -> impl Iterator<Item = &mut Id> {
        self.patience.iter_mut().map(|p| &mut p.next).chain(self.failure.iter_mut().map(|f| &mut f.next))
    }
}

/// Returns how much a value in [`Step::sets`] adds to an attribute of numbers; `None` for a value that is set.
pub fn added(value: &str) -> Option<f64> {
    let (sign, number) = match (value.trim().strip_prefix("+="), value.trim().strip_prefix("-=")) {
        (Some(number), _) => (1.0, number),
        (_, Some(number)) => (-1.0, number),
        _ => return None,
    };
    number.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| sign * n)
}

/// Returns the value in [`Step::sets`] that adds so much; what is negative is taken away.
pub fn change_by(amount: f64) -> String {
    if amount < 0.0 { format!("-= {}", -amount) } else { format!("+= {amount}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written() {
        for amount in [1.0, -1.0, 0.25, -1e9] {
            assert_eq!(added(&change_by(amount)), Some(amount));
        }
        for word in ["yes", "-1", "+= x", "+= NaN", ""] {
            assert_eq!(added(word), None, "{word}");
        }
    }
}
