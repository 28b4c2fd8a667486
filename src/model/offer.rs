//! Proactive offers: the state detects that a service is due and asks the citizen by message.

use crate::base::time::SimDuration;
use crate::model::Id;
use crate::model::figure::{DurationFigure, NumberFigure};

/// The proactive funnel: detected, eligible, reachable, sent, delivered, answered in time, consented, data complete.
///
/// Every loss leads somewhere: to `declined`, `silent` or `unreachable`, never silently out of the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offer {
    /// Time from the event until a registry shows it: nightly or weekly refresh.
    pub detection: DurationFigure,
    /// Share of triggered citizens whom the registries rightly find eligible, 0..1; the rest go to `unreachable`.
    pub eligible: NumberFigure,
    /// Share whose phone is registered (in the Mobile Citizens Base), 0..1; the rest go to `unreachable`.
    pub reachable: NumberFigure,
    /// Hours in which messages are sent; `None` is around the clock.
    pub sending_hours: Option<Id>,
    /// Share of messages that arrive, 0..1; the rest end as silent.
    pub delivered: NumberFigure,
    /// Time until a citizen who answers does so, had there been no window.
    pub answer_delay: DurationFigure,
    /// Share of those reached who ever answer, 0..1.
    pub answers: NumberFigure,
    /// Share of answers that consent, 0..1.
    pub consent: NumberFigure,
    /// The citizen's own time for one answer.
    pub answer_work: DurationFigure,
    /// Number of question-and-answer rounds after consent (name, account, kindergarten ...), each taking `answer_work`.
    pub further_rounds: u32,
    /// How long the offer stands; `None` is for ever.
    pub window: Option<SimDuration>,
    /// Times after sending at which a reminder goes out to those who have not answered.
    pub reminders: Vec<SimDuration>,
    /// Factor by which each reminder multiplies the odds of answering, at least 1.
    pub reminder_effect: NumberFigure,
    /// Cost of a message, in the currency.
    pub cost_per_message: NumberFigure,
    /// The element that follows for those who consent.
    pub accepted: Id,
    /// The element that follows for those who decline.
    pub declined: Id,
    /// The element that follows for those who do not answer in time.
    pub silent: Id,
    /// The element that follows for those who cannot be asked.
    pub unreachable: Id,
}
