//! What a run counts, per case and along its way.

/// A quantity that every case adds up over its life. Times are in milliseconds, money in thousandths of the
/// currency unit, the rest are counts.
///
/// What nearly every piece of staff's work adds to stands in front: a case keeps these eight in one line of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Account {
    /// The citizen's own work: filling in, being served, answering, gathering documents.
    CitizenActive,
    /// The citizen waits in line, at a place or on the line, while somebody could serve.
    CitizenQueue,
    /// Persons' working time (two persons for an hour are two hours).
    StaffTime,
    /// Steps, start to end, on shift.
    Processing,
    /// Steps, enable to start.
    Waiting,
    /// Waiting because all staff was busy.
    WaitStaffBusy,
    /// Waiting because nobody was on shift, before and during work.
    WaitOffHours,
    /// What staff costs.
    StaffCost,
    /// The citizen travels, both ways.
    CitizenTravel,
    /// Information systems' working time.
    MachineTime,
    /// Waiting for the citizen.
    WaitCitizen,
    /// Waiting for an information system.
    WaitRegistry,
    /// Waiting for an agency that is not modelled.
    WaitOtherAgency,
    /// Waiting until cases are handled together.
    WaitBatch,
    /// Other waiting outside.
    WaitExternal,
    /// Journeys of the citizen to a place.
    Visits,
    /// Documents that the citizen was asked for.
    DocumentsRequested,
    /// Of these, documents that the citizen had given before in the same life event.
    DocumentsRepeated,
    /// Documents fetched from registries.
    DocumentsFetched,
    /// Documents that a registry could not give.
    FetchesFailed,
    /// Documents not asked again because they had been given before.
    DocumentsReused,
    /// Requests to registries, repeated ones included.
    RegistryCalls,
    /// Contacts begun by the citizen.
    ContactsByCitizen,
    /// Of these, complaints.
    Complaints,
    /// Contacts begun by the state: messages, letters, questions.
    ContactsByState,
    /// Steps done again.
    Rework,
    /// What the citizen pays.
    CitizenCost,
    /// What else it costs the state.
    OtherCost,
    /// Services begun.
    ServicesBegun,
    /// Services that ended with what was asked for.
    ServicesCompleted,
    /// Services decided against the citizen.
    ServicesRefused,
    /// Services that the citizen gave up.
    ServicesAbandoned,
    /// Services that were due and never claimed.
    ServicesNeverClaimed,
    /// Services completed on the state's offer.
    ServicesProactive,
    /// Services completed or refused on a digital channel.
    ServicesDigital,
    /// Services decided that have a statutory term.
    TermsDue,
    /// Of these, decided within the term.
    TermsKept,
    /// Proactive funnel: triggered.
    OffersTriggered,
    /// Proactive funnel: found eligible.
    OffersEligible,
    /// Proactive funnel: phone registered.
    OffersReachable,
    /// Proactive funnel: message delivered.
    OffersDelivered,
    /// Proactive funnel: answered in time.
    OffersAnswered,
    /// Proactive funnel: consented.
    OffersConsented,
    /// Deviations that show trouble in the model: ways of a case that found no way on.
    Stuck,
}

impl Account {
    /// Number of accounts.
    pub const COUNT: usize = Account::Stuck as usize + 1;
}

// Sets of accounts are kept as bits of one word.
const _: () = assert!(Account::COUNT <= 64);

/// Rounds an amount of money that is not negative to whole thousandths of the currency unit. Adding a half first costs less than
/// `round`, which asks the system's library.
#[inline]
pub(crate) fn whole_money(amount: f64) -> i64 {
    (amount + 0.5) as i64
}

/// All accounts of a case.
pub type Accounts = [i64; Account::COUNT];

/// Into what a case's elapsed time divides. Every instant between arrival and end belongs to exactly one class: that of
/// the way through the process that ended last (where ways run in parallel, the one that others had to wait for).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum PathClass {
    /// Work by citizen or staff, on shift.
    Work,
    /// Work by an information system.
    Machine,
    /// The citizen travels.
    Travel,
    /// All staff is busy.
    StaffBusy,
    /// Nobody is on shift.
    OffHours,
    /// Waiting for the citizen.
    Citizen,
    /// Waiting for an information system.
    Registry,
    /// Waiting for an agency that is not modelled.
    OtherAgency,
    /// Waiting until cases are handled together.
    Batch,
    /// Other waiting outside.
    External,
}

impl PathClass {
    /// Number of classes.
    pub const COUNT: usize = PathClass::External as usize + 1;

    /// Returns the account that waiting of this class goes to, if it is waiting.
    #[inline]
    pub fn waiting_account(self) -> Option<Account> {
        match self {
            PathClass::Work | PathClass::Machine | PathClass::Travel => None,
            PathClass::StaffBusy => Some(Account::WaitStaffBusy),
            PathClass::OffHours => Some(Account::WaitOffHours),
            PathClass::Citizen => Some(Account::WaitCitizen),
            PathClass::Registry => Some(Account::WaitRegistry),
            PathClass::OtherAgency => Some(Account::WaitOtherAgency),
            PathClass::Batch => Some(Account::WaitBatch),
            PathClass::External => Some(Account::WaitExternal),
        }
    }
}

/// Elapsed time by class, in milliseconds.
pub type PathTimes = [i64; PathClass::COUNT];

/// What a citizen has when a service ends. Where parallel ways of one service end differently, the later in this order counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// What was asked for.
    #[default]
    Completed,
    /// Decided against the citizen.
    Refused,
    /// The citizen gave up.
    Abandoned,
    /// Never asked for.
    NeverClaimed,
}
