//! What events are about: timers, messages, errors and the rest as BPMN's event definitions.

use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND};
use crate::formats::bpmn::write::draft::Drafter;
use crate::formats::bpmn::write::names::Once;
use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::xml::XmlElement;
use crate::model::calendar::WeeklyInstant;
use crate::model::flow::{Begin, End, Trigger, WaitUntil};
use crate::model::service::TermLength;

/// How the reader calls an error or escalation whose drawing names none; nor do we then.
const UNNAMED: [&str; 2] = ["error (unnamed)", "escalation (unnamed)"];

impl Drafter<'_> {
    /// Returns what sets off a border event, an event sub-process or a way of an event-based gateway; `at` names where, for what is lost.
    pub(in crate::formats::bpmn) fn trigger(&mut self, trigger: &Trigger, at: &str) -> Vec<XmlElement> {
        match trigger {
            Trigger::After(length) => self.lost.spread(&length.value, at),
            Trigger::Deadline => self.lost.add("deadline", at),
            _ => {}
        }
        match trigger {
            Trigger::After(length) => vec![timer("timeDuration", &iso_duration(length.value.mean()))],
            Trigger::Weekly(at) => self.weekly(at),
            Trigger::Deadline => vec![self.deadline()],
            Trigger::Message(name) => vec![self.message(name)],
            Trigger::Signal(name) => vec![self.signal(name)],
            Trigger::Cancel => vec![element("bpmn:cancelEventDefinition")],
            Trigger::Error(name) => vec![self.error(name)],
            Trigger::Escalation(name) => vec![self.escalation(name)],
            Trigger::Compensation => vec![element("bpmn:compensateEventDefinition")],
        }
    }

    /// Returns what a wait waits for.
    pub(in crate::formats::bpmn) fn wait(&mut self, until: &WaitUntil) -> Vec<XmlElement> {
        match until {
            WaitUntil::For(length) => vec![timer("timeDuration", &iso_duration(length.value.mean()))],
            WaitUntil::WorkingDays { count, .. } => vec![timer("timeDuration", &format!("P{count}D"))],
            WaitUntil::Weekly { at, .. } => self.weekly(at),
            WaitUntil::Open(calendar) => {
                let named = self.scenario.calendars.iter().find(|c| c.id == *calendar).map_or("", |c| c.name.as_str());
                vec![condition(&format!("open: {}", if named.is_empty() { calendar } else { named }))]
            }
        }
    }

    /// Returns a definition for each way in which a way ends.
    pub(in crate::formats::bpmn) fn end(&mut self, end: &End) -> Vec<XmlElement> {
        let mut definitions = Vec::new();
        if end.cancel {
            definitions.push(element("bpmn:cancelEventDefinition"));
        }
        definitions.extend(end.error.as_deref().map(|name| self.error(name)));
        if end.terminate {
            definitions.push(element("bpmn:terminateEventDefinition"));
        }
        definitions
    }

    /// Returns a message of this name.
    pub(in crate::formats::bpmn) fn message(&mut self, name: &str) -> XmlElement {
        element("bpmn:messageEventDefinition").with("messageRef", self.names.once(Once::Message, name))
    }

    /// Returns a signal of this name.
    pub(in crate::formats::bpmn) fn signal(&mut self, name: &str) -> XmlElement {
        element("bpmn:signalEventDefinition").with("signalRef", self.names.once(Once::Signal, name))
    }

    /// Returns the message by which a service is begun.
    pub(in crate::formats::bpmn) fn beginning(&mut self, begin: &Begin) -> XmlElement {
        let at = begin.at.as_ref().map_or(String::new(), |at| format!(" at {at}"));
        self.message(&format!("begin {}{at}", begin.service))
    }

    fn error(&mut self, name: &str) -> XmlElement {
        let definition = element("bpmn:errorEventDefinition");
        if name.is_empty() || UNNAMED.contains(&name) {
            return definition;
        }
        definition.with("errorRef", self.names.once(Once::Error, name))
    }

    /// Returns an escalation of this name.
    pub(in crate::formats::bpmn) fn escalation(&mut self, name: &str) -> XmlElement {
        let definition = element("bpmn:escalationEventDefinition");
        if name.is_empty() || UNNAMED.contains(&name) {
            return definition;
        }
        definition.with("escalationRef", self.names.once(Once::Escalation, name))
    }

    fn deadline(&self) -> XmlElement {
        match self.service.term.as_ref().map(|term| term.length) {
            Some(TermLength::Calendar(length)) => timer("timeDuration", &iso_duration(length.ms() as f64)),
            Some(TermLength::WorkingDays(days)) => timer("timeDuration", &format!("P{days}D")),
            None => condition("the statutory term has passed"),
        }
    }

    /// Returns a repeating timer for each day of the week.
    fn weekly(&self, at: &WeeklyInstant) -> Vec<XmlElement> {
        let start = self.scenario.start.date();
        let today = start.weekday().to_monday_zero_offset();
        let days = at.days.iter().map(|day| {
            let ahead = (i64::from(day) - i64::from(today)).rem_euclid(7);
            let date = start.saturating_add(jiff::Span::new().days(ahead));
            timer("timeCycle", &format!("R/{date}T{:02}:{:02}:00/P1W", at.minute / 60, at.minute % 60))
        });
        days.collect()
    }
}

/// Returns a timer.
pub(in crate::formats::bpmn) fn timer(what: &str, text: &str) -> XmlElement {
    let time = element(&format!("bpmn:{what}")).with("xsi:type", "bpmn:tFormalExpression").saying(text);
    element("bpmn:timerEventDefinition").child(time)
}

/// Returns an event that happens when a condition comes to hold.
pub(in crate::formats::bpmn) fn condition(text: &str) -> XmlElement {
    let condition = element("bpmn:condition").with("xsi:type", "bpmn:tFormalExpression").saying(text);
    element("bpmn:conditionalEventDefinition").child(condition)
}

/// Writes a length of time in milliseconds as ISO 8601 does: `P1DT2H30M`. What is no length of time is none at all.
pub(in crate::formats::bpmn) fn iso_duration(ms: f64) -> String {
    if !ms.is_finite() || ms <= 0.0 {
        return "PT0S".to_owned();
    }
    // Thousandths of a millisecond are noise of the sums behind a mean.
    let ms = (ms * 1000.0).round() / 1000.0;
    let whole = ms.min(1e17) as i64;
    let (days, rest) = (whole / MS_PER_DAY, whole % MS_PER_DAY);
    let (hours, rest) = (rest / MS_PER_HOUR, rest % MS_PER_HOUR);
    let (minutes, rest) = (rest / MS_PER_MINUTE, rest % MS_PER_MINUTE);
    let seconds = (rest as f64 + (ms - whole as f64).clamp(0.0, 1.0)) / MS_PER_SECOND as f64;
    let mut text = "P".to_owned();
    let part = |text: &mut String, number: i64, unit: char| {
        if number > 0 {
            text.push_str(&format!("{number}{unit}"));
        }
    };
    part(&mut text, days, 'D');
    let mut time = String::new();
    part(&mut time, hours, 'H');
    part(&mut time, minutes, 'M');
    if seconds > 0.0 {
        let digits = format!("{seconds:.6}");
        time.push_str(digits.trim_end_matches('0').trim_end_matches('.'));
        time.push('S');
    }
    if !time.is_empty() {
        text.push('T');
        text.push_str(&time);
    }
    if text == "P" { "PT0S".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_written_as_they_are_read() {
        for (ms, text) in [
            (0.0, "PT0S"),
            (90.0 * 60_000.0, "PT1H30M"),
            (36.0 * 3_600_000.0, "P1DT12H"),
            (1234.5678, "PT1.234568S"),
            (500.0, "PT0.5S"),
            (f64::NAN, "PT0S"),
        ] {
            assert_eq!(iso_duration(ms), text);
            let read = crate::formats::bpmn::read::figures::iso_duration(text);
            assert!(!ms.is_finite() || read.is_some_and(|r| (r - ms).abs() < 1e-2), "{text} {read:?}");
        }
    }
}
