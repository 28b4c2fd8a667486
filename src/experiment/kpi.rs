//! The measures: every one is defined here once, with its unit and formula. Screens, reports and exports take name,
//! label, unit and definition from here, and the collector of a run its formula.
//!
//! All measures are over the cases that arrived in the measured window, on sources that are not background load, and that
//! came to their end. Cases unfinished or stuck are counted apart and never mixed in.

use crate::base::time::MS_PER_MINUTE;
use crate::engine::account::Account;
use crate::engine::account::Account as A;
use Formula::{Ratio, ShareWithout, Sum};
use Subject::{Agency, Calendar, Citizen, Documents, Quality, Waiting};
use Unit::{Count, Minutes, Money, Share};

/// Name of the measure that the whole is about.
pub const CITIZEN_TIME: &str = "citizen_time";
/// Name of the calendar time of a case.
pub const ELAPSED_TIME: &str = "elapsed_time";

/// A measure.
#[derive(Debug, PartialEq)]
pub struct Measure {
    /// Name in JSON, files and conditions.
    pub name: &'static str,
    /// Label for people.
    pub label: &'static str,
    /// Unit of all its values.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// What it is about, for grouping on a screen.
    pub subject: Subject,
    /// What it is, in a sentence with the formula.
    pub definition: &'static str,
    /// How it comes about.
    pub formula: Formula,
}

/// The unit of a measure's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Minutes.
    Minutes,
    /// A number of things a case.
    Count,
    /// A share, 0..1.
    Share,
    /// The study's currency.
    Money,
}

impl Unit {
    /// Returns the unit's name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Minutes => "min",
            Unit::Count => "count",
            Unit::Share => "share",
            Unit::Money => "money",
        }
    }

    /// Returns how many raw units (milliseconds, things, thousandths of the currency) make one.
    pub fn raw_units(self) -> f64 {
        match self {
            Unit::Minutes => MS_PER_MINUTE as f64,
            Unit::Count | Unit::Share => 1.0,
            Unit::Money => 1000.0,
        }
    }
}

/// Which way a measure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Less is better.
    LowerIsBetter,
    /// More is better.
    HigherIsBetter,
    /// Neither in itself.
    Neutral,
}

/// What a measure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The citizen's time, ways and money.
    Citizen,
    /// Time by the calendar.
    Calendar,
    /// Why cases wait.
    Waiting,
    /// Documents.
    Documents,
    /// How services end.
    Quality,
    /// The agencies' load.
    Agency,
}

/// How a measure comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Formula {
    /// A value of each case: the sum of these accounts.
    Sum(&'static [Account]),
    /// A value of each case: a stretch of its life; cases that never reach its end (or beginning) have none.
    Stretch(Stretch),
    /// A value of each case: the citizen's time at the value of an hour, and what the citizen pays.
    Burden,
    /// The sum of some accounts over all cases by the sum of others over all cases, in each replication.
    Ratio {
        /// Accounts above the line.
        of: &'static [Account],
        /// Accounts below the line.
        by: &'static [Account],
    },
    /// The share of cases in which an account is 0.
    ShareWithout(Account),
}

/// A stretch of a case's life by the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// From arrival to the end.
    ArrivalToEnd,
    /// From arrival to the last decision.
    ArrivalToDecision,
    /// From the application to the decision, the last of each.
    ApplicationToDecision,
    /// From arrival to the last payment.
    ArrivalToPayment,
}

impl Measure {
    /// Returns a value in the measure's unit from one in raw units (milliseconds, things, thousandths of the currency).
    pub fn from_raw(&self, raw: f64) -> f64 {
        raw / self.unit.raw_units()
    }

    /// Tells whether every case has a value of its own, so that there are quantiles; a ratio has none.
    pub fn is_per_case(&self) -> bool {
        !matches!(self.formula, Formula::Ratio { .. } | Formula::ShareWithout(_))
    }

    /// Tells whether quantiles are kept by group too, and not only over all cases.
    pub fn has_group_quantiles(&self) -> bool {
        matches!(self.name, CITIZEN_TIME | ELAPSED_TIME | "waiting_time")
    }
}

/// Returns a measure by name.
pub fn measure(name: &str) -> Option<&'static Measure> {
    position(name).map(|at| &MEASURES[at])
}

/// Returns a measure's position in [`MEASURES`] by name.
pub fn position(name: &str) -> Option<usize> {
    MEASURES.iter().position(|m| m.name == name)
}

const fn lower(
    name: &'static str,
    label: &'static str,
    unit: Unit,
    subject: Subject,
    definition: &'static str,
    formula: Formula,
) -> Measure {
    Measure { name, label, unit, direction: Direction::LowerIsBetter, subject, definition, formula }
}

const fn higher(
    name: &'static str,
    label: &'static str,
    unit: Unit,
    subject: Subject,
    definition: &'static str,
    formula: Formula,
) -> Measure {
    Measure { name, label, unit, direction: Direction::HigherIsBetter, subject, definition, formula }
}

const fn neutral(
    name: &'static str,
    label: &'static str,
    unit: Unit,
    subject: Subject,
    definition: &'static str,
    formula: Formula,
) -> Measure {
    Measure { name, label, unit, direction: Direction::Neutral, subject, definition, formula }
}

/// All measures, the order in which they are shown.
#[rustfmt::skip]
pub static MEASURES: &[Measure] = &[
    lower(CITIZEN_TIME, "Citizen's time", Minutes, Citizen,
        "Time that the citizen spends: own work, waiting in line and travel; never days that merely pass.",
        Sum(&[A::CitizenActive, A::CitizenQueue, A::CitizenTravel])),
    lower("citizen_active", "Citizen at work", Minutes, Citizen,
        "Time in which the citizen fills in, gathers documents, is served or answers.",
        Sum(&[A::CitizenActive])),
    lower("citizen_queue", "Citizen in line", Minutes, Citizen,
        "Time in which the citizen waits in line at a place or on the line, from coming up to being served.",
        Sum(&[A::CitizenQueue])),
    lower("citizen_travel", "Citizen travelling", Minutes, Citizen,
        "Time of travel, there and back for every visit.",
        Sum(&[A::CitizenTravel])),
    lower("visits", "Visits", Count, Citizen,
        "Journeys of the citizen to a place; several errands at one place without leaving are one visit.",
        Sum(&[A::Visits])),
    higher("zero_visit_share", "Cases without a visit", Share, Citizen,
        "Cases in which the citizen goes nowhere, by all cases.",
        ShareWithout(A::Visits)),
    // An offer that spares a visit is one more contact: which way is better shows only in who begins it.
    neutral("contacts", "Contacts", Count, Citizen,
        "Contacts between citizen and state, begun by either.",
        Sum(&[A::ContactsByCitizen, A::ContactsByState])),
    lower("contacts_by_citizen", "Contacts by the citizen", Count, Citizen,
        "Times that the citizen applies, asks or complains.",
        Sum(&[A::ContactsByCitizen])),
    neutral("contacts_by_state", "Contacts by the state", Count, Citizen,
        "Messages, letters and questions from the state to the citizen.",
        Sum(&[A::ContactsByState])),
    lower("citizen_cost", "Citizen's cost", Money, Citizen,
        "Fees, fares and the price of documents that the citizen pays.",
        Sum(&[A::CitizenCost])),
    lower("burden", "Burden in money", Money, Citizen,
        "Citizen's time in hours times the value of an hour, plus the citizen's cost.",
        Formula::Burden),
    lower(ELAPSED_TIME, "Elapsed time", Minutes, Calendar,
        "From arrival to the end of the case by the wall clock, nights and holidays included.",
        Formula::Stretch(Stretch::ArrivalToEnd)),
    lower("decision_time", "Time to decision", Minutes, Calendar,
        "From arrival to the case's last decision by the wall clock, over cases that have a decision.",
        Formula::Stretch(Stretch::ArrivalToDecision)),
    lower("application_to_decision", "Application to decision", Minutes, Calendar,
        "From the case's last application to its last decision by the wall clock, over cases that have both in this order.",
        Formula::Stretch(Stretch::ApplicationToDecision)),
    lower("payment_time", "Time to payment", Minutes, Calendar,
        "From arrival to the case's last payment by the wall clock, over cases in which money is paid.",
        Formula::Stretch(Stretch::ArrivalToPayment)),
    neutral("processing_time", "Processing time", Minutes, Calendar,
        "Steps from start to end, on shift only, added up over the case; steps side by side both count.",
        Sum(&[A::Processing])),
    lower("waiting_time", "Waiting time", Minutes, Waiting,
        "Steps from due to start by the wall clock, added up over the case; steps side by side both count.",
        Sum(&[A::Waiting])),
    lower("wait_staff_busy", "Waiting: staff busy", Minutes, Waiting,
        "Waiting while staff was on shift, but busy with others; ways side by side all count.",
        Sum(&[A::WaitStaffBusy])),
    lower("wait_off_hours", "Waiting: out of hours", Minutes, Waiting,
        "Waiting while nobody was on shift, before and during work; ways side by side all count.",
        Sum(&[A::WaitOffHours])),
    lower("wait_citizen", "Waiting: for the citizen", Minutes, Waiting,
        "Waiting for the citizen to act or to answer; ways side by side all count, so it may be more than the elapsed time.",
        Sum(&[A::WaitCitizen])),
    lower("wait_registry", "Waiting: for a registry", Minutes, Waiting,
        "Waiting for an information system that is down, busy or slow; ways side by side all count.",
        Sum(&[A::WaitRegistry])),
    lower("wait_other_agency", "Waiting: for another agency", Minutes, Waiting,
        "Waiting for an agency whose work is not modelled; ways side by side all count.",
        Sum(&[A::WaitOtherAgency])),
    lower("wait_batch", "Waiting: for a batch", Minutes, Waiting,
        "Waiting until cases are handled together, as for a payment run; ways side by side all count.",
        Sum(&[A::WaitBatch])),
    lower("wait_external", "Waiting: other", Minutes, Waiting,
        "Waiting for anything else outside; ways side by side all count.",
        Sum(&[A::WaitExternal])),
    lower("documents_requested", "Documents asked for", Count, Documents,
        "Documents that the citizen was asked for, repeated requests included.",
        Sum(&[A::DocumentsRequested])),
    lower("documents_repeated", "Documents asked for again", Count, Documents,
        "Of the documents asked for, those that the citizen had given before in the same life event.",
        Sum(&[A::DocumentsRepeated])),
    neutral("documents_fetched", "Documents fetched", Count, Documents,
        "Documents that the state took from registries instead of asking.",
        Sum(&[A::DocumentsFetched])),
    neutral("documents_reused", "Documents reused", Count, Documents,
        "Documents not asked for again because they had been given before in the same life event.",
        Sum(&[A::DocumentsReused])),
    lower("fetches_failed", "Fetches failed", Count, Documents,
        "Documents that a registry could not give: no record, a wrong one, or no answer.",
        Sum(&[A::FetchesFailed])),
    neutral("registry_calls", "Registry calls", Count, Documents,
        "Requests to registries, repeated ones included.",
        Sum(&[A::RegistryCalls])),
    higher("within_term", "Within the statutory term", Share, Quality,
        "Services decided within their statutory term, by services decided that have one.",
        Ratio { of: &[A::TermsKept], by: &[A::TermsDue] }),
    higher("completed_share", "Completed", Share, Quality,
        "Services that ended with what was asked for, by services begun.",
        Ratio { of: &[A::ServicesCompleted], by: &[A::ServicesBegun] }),
    neutral("refused_share", "Refused", Share, Quality,
        "Services refused, by services begun. Completed, refused, abandoned and never claimed make all.",
        Ratio { of: &[A::ServicesRefused], by: &[A::ServicesBegun] }),
    lower("abandoned_share", "Abandoned", Share, Quality,
        "Services that the citizen gave up, by services begun.",
        Ratio { of: &[A::ServicesAbandoned], by: &[A::ServicesBegun] }),
    lower("never_claimed_share", "Never claimed", Share, Quality,
        "Services that were due and never claimed, by services begun.",
        Ratio { of: &[A::ServicesNeverClaimed], by: &[A::ServicesBegun] }),
    lower("complaints", "Complaints", Count, Quality,
        "Times that the citizen complains, at the steps that the study marks as complaints.",
        Sum(&[A::Complaints])),
    lower("rework", "Rework", Count, Quality,
        "Steps done because something went wrong before.",
        Sum(&[A::Rework])),
    higher("digital_share", "Digital take-up", Share, Quality,
        "Services completed or refused on a digital channel, by all services completed or refused.",
        Ratio { of: &[A::ServicesDigital], by: &[A::ServicesCompleted, A::ServicesRefused] }),
    higher("proactive_share", "Provided proactively", Share, Quality,
        "Services completed on the state's initiative (an offer consented to, or the state applied), by services completed.",
        Ratio { of: &[A::ServicesProactive], by: &[A::ServicesCompleted] }),
    lower("staff_time", "Staff time", Minutes, Agency,
        "Persons' working time: two persons for an hour are two hours.",
        Sum(&[A::StaffTime])),
    neutral("machine_time", "Machine time", Minutes, Agency,
        "Information systems' working time.",
        Sum(&[A::MachineTime])),
    lower("staff_cost", "Staff cost", Money, Agency,
        "Staff time times the cost of an hour.",
        Sum(&[A::StaffCost])),
    lower("state_cost", "State's cost", Money, Agency,
        "Staff cost and all else that the state pays: channels, registry calls, messages.",
        Sum(&[A::StaffCost, A::OtherCost])),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_those_of_the_contract_are_there() {
        for (at, one) in MEASURES.iter().enumerate() {
            assert_eq!(position(one.name), Some(at), "{}", one.name);
            assert!(one.definition.ends_with('.'), "{}", one.name);
        }
        let contract = "citizen_time elapsed_time waiting_time processing_time visits documents_requested documents_fetched contacts \
            citizen_cost staff_time staff_cost within_term completed_share abandoned_share rework digital_share proactive_share";
        for name in contract.split_whitespace() {
            assert!(measure(name).is_some(), "{name}");
        }
    }

    #[test]
    fn raw_values_come_out_in_the_unit() {
        let raw = |name: &str, value: f64| measure(name).map(|m| m.from_raw(value));
        assert_eq!(raw(CITIZEN_TIME, 90_000.0), Some(1.5));
        assert_eq!(raw("staff_cost", 1500.0), Some(1.5));
        assert_eq!(raw("visits", 2.0), Some(2.0));
    }
}
