//! A row of an event log that is being written.

use crate::base::time::{SimDuration, SimTime};
use crate::model::flow::WaitCause;
use std::fmt;

/// Which case: the demand that it came from, and its number in it. Shown as `births-000042`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogCase<'l> {
    /// Id of the demand.
    pub source: &'l str,
    /// Number within the demand, from 0.
    pub number: u64,
}

impl fmt::Display for LogCase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:06}", self.source, self.number)
    }
}

/// Who or what served: a pool, and which of its members. Shown as `psc/front-office#3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogResource<'l> {
    /// Reference of the pool: `agency/pool` or `registry:ID`.
    pub pool: &'l str,
    /// The member, from 1; 0 where members are not told apart.
    pub member: u32,
}

impl fmt::Display for LogResource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member {
            0 => f.write_str(self.pool),
            member => write!(f, "{}#{member}", self.pool),
        }
    }
}

/// An activity of a case. Copying one copies no text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRow<'l> {
    /// The case.
    pub case: LogCase<'l>,
    /// Name of the activity for people.
    pub activity: &'l str,
    /// The step's place in the study: `service/step`.
    pub element: &'l str,
    /// When it was due, since midnight of the study's first day.
    pub enabled: SimTime,
    /// When it began, on the same clock.
    pub started: SimTime,
    /// When it ended, on the same clock.
    pub ended: SimTime,
    /// Who served; `None` where nothing was scarce.
    pub resource: Option<LogResource<'l>>,
    /// Who acts: an agency, a registry, `citizen`, `system`; empty where time only passes.
    pub actor: &'l str,
    /// Id of the channel that the citizen is on; empty for none.
    pub channel: &'l str,
    /// Id of the citizen's segment.
    pub segment: &'l str,
    /// Id of the document that it is about; empty for none.
    pub document: &'l str,
    /// Why the case waited, or what it waited for, where it did: the cause of the longer part.
    pub wait_cause: Option<WaitCause>,
    /// How often the case had done it before.
    pub visit: u32,
    /// Time worked, on shift.
    pub worked: SimDuration,
    /// Time between due and start in which somebody was on shift, but busy.
    pub waited_busy: SimDuration,
    /// Time between due and start in which nobody was on shift.
    pub waited_off_hours: SimDuration,
    /// Whether it came to its end (false: left the line, or was interrupted).
    pub finished: bool,
}

/// What a log is written from, in the order of simulated time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LogItem<'l> {
    /// An activity has ended.
    Row(LogRow<'l>),
    /// A case has left, and has no further rows.
    CaseEnd {
        /// The case.
        case: LogCase<'l>,
        /// Id of its segment.
        segment: &'l str,
        /// Whether all its ways came to their end.
        complete: bool,
    },
}

/// Returns the word for a cause of waiting in logs.
pub fn cause_word(cause: WaitCause) -> &'static str {
    match cause {
        WaitCause::StaffBusy => "staff_busy",
        WaitCause::OffHours => "off_hours",
        WaitCause::Citizen => "citizen",
        WaitCause::Registry => "registry",
        WaitCause::OtherAgency => "other_agency",
        WaitCause::Batch => "batch",
        WaitCause::External => "external",
    }
}
