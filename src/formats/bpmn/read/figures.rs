//! Figures that a drawing does not give: what is taken instead, each with a note that says so.
//!
//! All are assumptions: visible in the study, listed by `kezek sources`, and meant to be replaced.

use crate::base::distribution::Distribution;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND};
use crate::formats::bpmn::tree::{TaskKind, TimerText};
use crate::model::figure::{DurationFigure, Figure, NumberFigure};

/// Mean time between two cases, in milliseconds.
pub(in crate::formats::bpmn) const MEAN_BETWEEN_CASES: i64 = MS_PER_HOUR;

/// People in every staff pool: ample, so that nobody waits for want of people that a drawing does not tell.
pub(super) const AMPLE_STAFF: f64 = 100.0;

/// How often a multi-instance activity is done where nothing says.
pub(super) const INSTANCES: u32 = 3;

/// How often a loop goes round at most where nothing says.
pub(super) const MOST_ROUNDS: u32 = 10;

/// An event that may happen while something is done does so once in ten: the mean time to it, in durations of what is done.
const MEAN_TO_CHANCE_EVENT: f64 = 9.0;

fn noted<T>(value: T, note: &str) -> Figure<T> {
    Figure { note: note.to_owned(), ..Figure::assumed(value) }
}

/// Returns the duration of a task.
pub(super) fn task(kind: TaskKind) -> DurationFigure {
    let people = || {
        let (min, mode, max) = (5 * MS_PER_MINUTE, 10 * MS_PER_MINUTE, 30 * MS_PER_MINUTE);
        noted(
            Distribution::Triangular { min: min as f64, likely: mode as f64, max: max as f64 },
            "The drawing gives no duration: 5 to 30 minutes, mostly 10, taken for work by people.",
        )
    };
    let system = || {
        noted(
            Distribution::Fixed(10.0 * MS_PER_SECOND as f64),
            "The drawing gives no duration: 10 seconds taken for work by a system.",
        )
    };
    match kind {
        TaskKind::Plain | TaskKind::User | TaskKind::Manual => people(),
        TaskKind::Service | TaskKind::Script | TaskKind::Rule | TaskKind::Send | TaskKind::Receive => system(),
    }
}

/// Returns how long something from outside is waited for.
pub(super) fn outside() -> DurationFigure {
    noted(
        Distribution::Exponential { mean: MS_PER_DAY as f64 },
        "What is waited for comes from outside the drawing: a day on average taken.",
    )
}

/// Returns when an event that may happen while something goes on happens; `mean` is how long that takes, in milliseconds.
pub(super) fn chance(mean: f64) -> DurationFigure {
    noted(
        Distribution::Exponential { mean: MEAN_TO_CHANCE_EVENT * mean.max(MS_PER_MINUTE as f64) },
        "The drawing does not say how often this happens: about once in ten taken.",
    )
}

/// Returns the share of attempts that fail where an error is drawn at a task.
pub(super) fn failing() -> NumberFigure {
    noted(0.1, "The drawing does not say how often this happens: one in ten taken.")
}

/// Returns the share of one of several ways.
pub(super) fn even(ways: usize) -> NumberFigure {
    noted(1.0 / ways.max(1) as f64, "The drawing gives no shares: all ways alike taken.")
}

/// Returns the share of a way that is taken by itself.
pub(super) fn half() -> NumberFigure {
    noted(0.5, "The drawing gives no shares: one in two taken.")
}

/// Returns a count that the drawing gives or not.
pub(super) fn times(given: Option<u32>, most: u32) -> NumberFigure {
    match given {
        Some(n) => noted(f64::from(n.min(most)), "As the drawing says."),
        None => noted(f64::from(INSTANCES), "The drawing does not say how many: three taken."),
    }
}

/// Returns how long a timer waits, and whether the drawing says it.
pub(super) fn timer(text: &TimerText) -> (DurationFigure, bool) {
    let unknown = || {
        let note = "The timer's text says no length of time: a day taken.";
        (noted(Distribution::Fixed(MS_PER_DAY as f64), note), false)
    };
    let (TimerText::Duration(text) | TimerText::Cycle(text)) = text else { return unknown() };
    match iso_duration(text) {
        Some(ms) => (noted(Distribution::Fixed(ms), &format!("As the drawing says: {}", text.trim())), true),
        None => unknown(),
    }
}

/// Returns the length of an ISO 8601 duration, or of a repeating interval's period, in milliseconds. A year has 365 days, a
/// month 30.
pub(in crate::formats) fn iso_duration(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches('"');
    let period = text.rsplit('/').find(|part| part.starts_with(['P', 'p']))?;
    let mut total = 0.0;
    let (mut number, mut in_time, mut parts) = (String::new(), false, 0);
    for c in period.chars().skip(1) {
        let unit = match (c.to_ascii_uppercase(), in_time) {
            ('0'..='9' | '.' | ',', _) => {
                number.push(if c == ',' { '.' } else { c });
                continue;
            }
            ('T', false) if number.is_empty() => {
                in_time = true;
                continue;
            }
            ('Y', false) => 365 * MS_PER_DAY,
            ('M', false) => 30 * MS_PER_DAY,
            ('W', false) => 7 * MS_PER_DAY,
            ('D', false) => MS_PER_DAY,
            ('H', true) => MS_PER_HOUR,
            ('M', true) => MS_PER_MINUTE,
            ('S', true) => MS_PER_SECOND,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * unit as f64;
        number.clear();
        parts += 1;
    }
    // A hundred years is a slip.
    (number.is_empty() && parts > 0 && total <= 36_500.0 * MS_PER_DAY as f64).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_the_standard_writes_them() {
        let hours = |text| iso_duration(text).map(|ms| ms / MS_PER_HOUR as f64);
        assert_eq!(hours("PT90M"), Some(1.5));
        assert_eq!(hours("P1DT12H"), Some(36.0));
        assert_eq!(hours("R3/PT10H"), Some(10.0));
        assert_eq!(hours("P2W"), Some(336.0));
        for wrong in ["", "P", "PT", "10 days", "${duration}", "PT1X", "P1H", "PT5", "P999999Y"] {
            assert_eq!(hours(wrong), None, "{wrong}");
        }
    }
}
