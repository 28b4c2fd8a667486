//! Proactive offers: the funnel from the event to consent.
//!
//! 1. Time until a registry shows the event (class registry); the offer is triggered.
//! 2. Eligible? Reachable? Who is not goes to `unreachable`.
//! 3. The message goes out when sending hours are open (waiting before: off hours). It counts as a contact by the state, and
//!    costs what a message costs. From here the window runs, by the wall clock.
//! 4. Delivered? Then the citizen answers to the first message, or thanks to a reminder, or never. If a share `a` answers to
//!    the first message, each reminder multiplies the odds `a / (1 - a)`; what it adds answers after that reminder. The
//!    answer comes after the answer delay, counted from the message that it is an answer to (class citizen).
//! 5. Reminders go out at their times after sending, or when sending hours next open, to all who have not answered; each is
//!    a contact and a message. They stop with the answer or the window.
//! 6. Who has not answered when the window ends goes to `silent`, exactly then. With no window, those who will never answer
//!    go there after the last reminder, since nobody waits for ever.
//! 7. An answer takes the citizen's time for one answer. Consent? If not, `declined`.
//! 8. Each further round is a message of the state and one more answer's time. Rounds follow at once: whoever is in the
//!    dialogue answers it; no answer delay is drawn again.
//! 9. Who has gone through all rounds has consented; the service counts as proactive, and so do the services of the
//!    same citizen that are declared proactive; `accepted` follows.

use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site, slot_is};
use crate::compile::durations::is_zero;
use crate::compile::flow::Targets;
use crate::compile::names::Role;
use crate::engine::account::{Account, PathClass};
use crate::engine::calendar::Calendar;
use crate::engine::program::{Effect, Element, End, Enter, Kind, Performer, Process, Rule, Trigger, Until, Watcher, Way};
use crate::engine::random::stream::StreamId;
use crate::model::offer::Offer;

/// What the result's slot holds where an answer has come in time.
const ANSWERED: f64 = 1.0;

/// Parts of an offer that its pieces share.
struct Dialogue {
    hours: Option<Idx<Calendar>>,
    /// What sending a message does.
    message: Vec<Effect>,
    /// Slot that says whether an answer has come.
    result: u32,
    /// Times of reminders within the window, ascending, in milliseconds.
    reminders: Vec<i64>,
}

impl Builder<'_> {
    /// Builds an offer.
    pub(super) fn offer(&mut self, site: &Site, offer: &Offer, targets: &Targets) -> Idx<Element> {
        let path = site.path.field("kind");
        let accepted = self.target(site, targets, &offer.accepted);
        let declined = self.target(site, targets, &offer.declined);
        let silent = self.target(site, targets, &offer.silent);
        let unreachable = self.target(site, targets, &offer.unreachable);
        let mut message = vec![Effect::Count(Account::ContactsByState, 1)];
        self.pay(Account::OtherCost, &offer.cost_per_message, &mut message);
        let window = offer.window.map(|window| window.ms());
        let mut reminders: Vec<i64> = offer.reminders.iter().map(|r| r.ms().max(0)).collect();
        reminders.sort_unstable();
        reminders.retain(|&at| window.is_none_or(|window| at < window));
        let hours = offer.sending_hours.as_ref().and_then(|id| self.hours(id, &path.field("sending_hours")));
        let result = self.slot(format!("answer to '{}/{}'", site.owner, site.step));
        let dialogue = Dialogue { hours, message, result, reminders };

        let answered = self.answered(site, offer, &dialogue, accepted, declined);
        let asked = self.ask(site, offer, &dialogue, answered, silent);
        let mut sending = dialogue.message.clone();
        sending.push(Effect::Set(result, 0.0));
        let mut entry = self.effects(site, "send", sending, asked);
        if let Some(hours) = dialogue.hours {
            let part = Part::new(Role::Offer, "sending-hours");
            entry = self.delay(site, part, Until::Open(hours), PathClass::OffHours, entry);
        }
        entry = self.effects(site, "is-reachable", vec![Effect::Count(Account::OffersReachable, 1)], entry);
        entry = self.chance(site, Part::internal("reachable"), self.shares(&offer.reachable), entry, unreachable);
        entry = self.effects(site, "is-eligible", vec![Effect::Count(Account::OffersEligible, 1)], entry);
        entry = self.chance(site, Part::internal("eligible"), self.shares(&offer.eligible), entry, unreachable);
        let triggered = vec![Effect::Count(Account::OffersTriggered, 1)];
        let main = Part::main(Role::Offer, "detection");
        match self.duration_unless_zero(&offer.detection, &path.field("detection")) {
            Some(detection) => {
                let detect = self.delay(site, main, Until::For(detection), PathClass::Registry, entry);
                self.program.elements[detect].effects = triggered;
                detect
            }
            None => self.emit(site, main, Kind::Pass, Some(entry), triggered),
        }
    }

    /// Builds what follows an answer in time.
    fn answered(
        &mut self,
        site: &Site,
        offer: &Offer,
        dialogue: &Dialogue,
        accepted: Idx<Element>,
        declined: Idx<Element>,
    ) -> Idx<Element> {
        let consented =
            vec![Effect::Count(Account::OffersConsented, 1), Effect::Proactive(true), Effect::Set(self.consent_slot(), 1.0)];
        let mut entry = self.effects(site, "consented", consented, accepted);
        for round in (1..=offer.further_rounds).rev() {
            let key = format!("answer-{}", round + 1);
            entry = self.answer(site, offer, key, Vec::new(), entry);
            entry = self.effects(site, "round", dialogue.message.clone(), entry);
        }
        let consent = self.shares(&offer.consent);
        entry = self.chance(site, Part::internal("consent"), consent, entry, declined);
        self.answer(site, offer, "answer".to_owned(), vec![Effect::Count(Account::OffersAnswered, 1)], entry)
    }

    /// Builds the citizen's work on one answer.
    fn answer(&mut self, site: &Site, offer: &Offer, key: String, effects: Vec<Effect>, next: Idx<Element>) -> Idx<Element> {
        if self.by_segment(&offer.answer_work).iter().all(is_zero) {
            return self.effects(site, &key, effects, next);
        }
        let mut work = self.machine_work(&offer.answer_work, &site.path.field("kind").field("answer_work"));
        work.performer = Performer::Citizen;
        work.citizen_at_work = true;
        work.busy_class = PathClass::Citizen;
        let part = Part::new(Role::Answer, key).about("", format!("Answer: {}", site.title));
        self.emit(site, part, Kind::Work(Box::new(work)), Some(next), effects)
    }

    /// Builds the waiting for an answer: a body that the window interrupts.
    fn ask(
        &mut self,
        site: &Site,
        offer: &Offer,
        dialogue: &Dialogue,
        answered: Idx<Element>,
        silent: Idx<Element>,
    ) -> Idx<Element> {
        let process = self.program.processes.push(Process::default());
        let inside = Site { process, ..*site };
        let mut starts: Vec<Idx<Element>> =
            (1..).zip(&dialogue.reminders).map(|(i, &at)| self.reminder(&inside, dialogue, i, at)).collect();
        // The citizen's own way begins last: an interruption takes its account of elapsed time from the youngest way.
        starts.push(self.citizen_way(&inside, offer, dialogue));
        self.program.processes[process].starts = starts;
        let watchers = offer
            .window
            .map(|window| Watcher {
                trigger: Trigger::After(self.fixed(window.ms())),
                interrupting: true,
                target: silent,
                stream: StreamId::named(&format!("{}/{}/window", site.owner, site.step)),
            })
            .into_iter()
            .collect();
        let after = self.choose(site, "result", slot_is(dialogue.result, ANSWERED), answered, silent);
        let enter = Kind::Enter(Enter { process, service: None, watchers, undo: None });
        self.emit(site, Part::internal("window"), enter, Some(after), Vec::new())
    }

    /// Builds the sending of a reminder. Its waiting is the sender's timer: nobody's waiting counts twice.
    fn reminder(&mut self, site: &Site, dialogue: &Dialogue, number: u32, at: i64) -> Idx<Element> {
        let end = self.end(site, "reminded");
        let mut entry = self.effects(site, "remind", dialogue.message.clone(), end);
        if let Some(hours) = dialogue.hours {
            let part = Part::internal(format!("reminder-{number}-hours"));
            entry = self.delay(site, part, Until::Open(hours), PathClass::Machine, entry);
        }
        let at = self.fixed(at);
        self.delay(site, Part::internal(format!("reminder-{number}")), Until::For(at), PathClass::Machine, entry)
    }

    /// Builds the citizen's way from the message to the answer, or to nothing.
    fn citizen_way(&mut self, site: &Site, offer: &Offer, dialogue: &Dialogue) -> Idx<Element> {
        let over = End { terminate: true, ..End::default() };
        let end = self.emit(site, Part::internal("over"), Kind::End(over), None, Vec::new());
        let done = self.effects(site, "answered", vec![Effect::Set(dialogue.result, ANSWERED)], end);
        let never = self.never(site, offer, dialogue, end);
        let delay = self.duration_unless_zero(&offer.answer_delay, &site.path.field("kind").field("answer_delay"));
        let shares = self.by_segment_together(&[&offer.answers, &offer.reminder_effect]);
        let mut ways = Vec::new();
        let mut before = vec![0.0; shares[0].len()];
        for number in 0..=dialogue.reminders.len() {
            let now: Vec<f64> = shares[0].iter().zip(&shares[1]).map(|(&a, &e)| with_reminders(a, e, number)).collect();
            let added: Vec<f64> = now.iter().zip(&before).map(|(now, before)| (now - before).max(0.0)).collect();
            before = now;
            let mut target = done;
            if let Some(delay) = delay {
                let part = Part::new(Role::Offer, "answer-delay").about("", format!("Until an answer: {}", site.title));
                target = self.delay(site, part, Until::For(delay), PathClass::Citizen, target);
            }
            if let Some(&at) = number.checked_sub(1).and_then(|i| dialogue.reminders.get(i)) {
                target = self.until_reminder(site, dialogue, at, target);
            }
            if added.iter().any(|&share| share > 0.0) {
                ways.push(Way { target, rule: Rule::Share(added) });
            }
        }
        let part = Part::internal("answers");
        let mut entry = match ways.as_slice() {
            [Way { target, rule: Rule::Share(shares) }] if shares.iter().all(|&s| s >= 1.0) => *target,
            _ => {
                ways.push(Way { target: never, rule: Rule::Otherwise });
                self.emit(site, part, Kind::Exclusive(ways), None, Vec::new())
            }
        };
        entry = self.effects(site, "is-delivered", vec![Effect::Count(Account::OffersDelivered, 1)], entry);
        self.chance(site, Part::internal("delivered"), self.shares(&offer.delivered), entry, never)
    }

    /// Builds the waiting of a citizen who will never answer: until the window ends, or after the last reminder without one.
    fn never(&mut self, site: &Site, offer: &Offer, dialogue: &Dialogue, end: Idx<Element>) -> Idx<Element> {
        if let Some(window) = offer.window {
            let window = self.fixed(window.ms());
            let part = Part::new(Role::Offer, "no-answer").about("", format!("No answer: {}", site.title));
            return self.delay(site, part, Until::For(window), PathClass::Citizen, end);
        }
        match dialogue.reminders.last() {
            Some(&at) => self.until_reminder(site, dialogue, at, end),
            None => end,
        }
    }

    /// Builds the citizen's waiting until a reminder has been sent.
    fn until_reminder(&mut self, site: &Site, dialogue: &Dialogue, at: i64, next: Idx<Element>) -> Idx<Element> {
        let part = |key: &str| Part::new(Role::Offer, key).about("", format!("Until a reminder: {}", site.title));
        let mut entry = next;
        if let Some(hours) = dialogue.hours {
            entry = self.delay(site, part("until-reminder-hours"), Until::Open(hours), PathClass::OffHours, entry);
        }
        let at = self.fixed(at);
        self.delay(site, part("until-reminder"), Until::For(at), PathClass::Citizen, entry)
    }
}

/// Returns the share that answers when so many reminders have each multiplied the odds by `effect`.
fn with_reminders(answers: f64, effect: f64, reminders: usize) -> f64 {
    let answers = if answers > 0.0 { answers.min(1.0) } else { 0.0 };
    if answers <= 0.0 || answers >= 1.0 || !effect.is_finite() {
        return answers;
    }
    let odds = answers / (1.0 - answers) * effect.max(1.0).powi(reminders as i32);
    if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::with_reminders;

    #[test]
    fn each_reminder_multiplies_the_odds() {
        assert!((with_reminders(0.5, 2.0, 1) - 2.0 / 3.0).abs() < 1e-12);
        assert!((with_reminders(0.5, 2.0, 2) - 0.8).abs() < 1e-12);
        assert_eq!(with_reminders(0.0, 3.0, 5), 0.0);
        assert_eq!(with_reminders(1.0, 3.0, 5), 1.0);
    }
}
