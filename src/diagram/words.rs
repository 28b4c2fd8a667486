//! The few words that a picture says by itself, and how it writes figures; the window gives them in its language.

use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE};

/// Words on a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The citizen's lane.
    pub citizen: String,
    /// The lane of systems without limits of their own.
    pub systems: String,
    /// Over the title of a registry's lane.
    pub registry: String,
    /// The way taken when nothing else is.
    pub otherwise: String,
    /// Leaves the line.
    pub leaves_line: String,
    /// The attempt failed.
    pub fails: String,
    /// Consents to an offer.
    pub accepted: String,
    /// Declines an offer.
    pub declined: String,
    /// Leaves an offer unanswered.
    pub silent: String,
    /// Cannot be asked.
    pub unreachable: String,
    /// The statutory term has passed.
    pub deadline: String,
    /// Minutes, hours and days behind a number.
    pub units: [String; 3],
    /// Between a number's whole part and the rest.
    pub decimal: char,
    /// In an overlay, beside what is changed, removed and added.
    pub marks: [String; 3],
}

impl Default for Words {
    fn default() -> Self {
        let word = str::to_owned;
        Words {
            citizen: word("Citizen"),
            systems: word("Information systems"),
            registry: word("Registry"),
            otherwise: word("otherwise"),
            leaves_line: word("leaves the line"),
            fails: word("fails"),
            accepted: word("consents"),
            declined: word("declines"),
            silent: word("no answer"),
            unreachable: word("cannot be asked"),
            deadline: word("term has passed"),
            units: ["min", "h", "d"].map(word),
            decimal: '.',
            marks: ["changed", "removed", "new"].map(word),
        }
    }
}

impl Words {
    /// Writes a share as a percentage with as many places as it needs, at most one.
    pub fn percent(&self, share: f64) -> String {
        format!("{}\u{a0}%", self.number(share * 100.0))
    }

    /// Writes a length of time given in milliseconds in the largest unit of which it is at least one.
    pub fn time(&self, ms: f64) -> String {
        let [minutes, hours, days] = &self.units;
        let (unit, length) = match ms {
            ms if ms >= MS_PER_DAY as f64 => (days, MS_PER_DAY),
            ms if ms >= MS_PER_HOUR as f64 => (hours, MS_PER_HOUR),
            _ => (minutes, MS_PER_MINUTE),
        };
        format!("{}\u{a0}{unit}", self.number(ms / length as f64))
    }

    fn number(&self, value: f64) -> String {
        let text = format!("{value:.1}");
        let text = text.strip_suffix(".0").map_or(text.clone(), str::to_owned);
        text.replace('.', &self.decimal.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_short() {
        let words = Words { decimal: ',', ..Words::default() };
        assert_eq!(words.percent(0.88), "88\u{a0}%");
        assert_eq!(words.percent(0.125), "12,5\u{a0}%");
        assert_eq!(words.time(90.0 * 60_000.0), "1,5\u{a0}h");
        assert_eq!(words.time(3.0 * 86_400_000.0), "3\u{a0}d");
    }
}
