//! Numbers with their units in the language of who reads them.
//!
//! How many digits a number shows is decided in [`crate::report::wording`] alone; here only units and the decimal mark change.

use crate::experiment::kpi::Measure;
use crate::experiment::outcome::Estimate;
use crate::report::wording as english;
use crate::texts::{Language, Words};

impl Words {
    /// Writes minutes: `3 h 10 min`.
    pub fn duration(self, minutes: f64) -> String {
        self.local(&english::duration(minutes))
    }

    /// Writes a share as a percentage.
    pub fn percent(self, share: f64) -> String {
        self.local(&english::percent(share))
    }

    /// Writes a whole number with its thousands set apart.
    pub fn whole(self, value: f64) -> String {
        self.local(&english::grouped(value, 0))
    }

    /// Writes a count with as many digits as say something.
    pub fn count(self, value: f64) -> String {
        self.local(&english::count(value))
    }

    /// Writes a number with so many decimals at most.
    pub fn number(self, value: f64, decimals: usize) -> String {
        self.local(&english::trimmed(value, decimals).replace('-', "−"))
    }

    /// Writes money with its currency.
    pub fn money(self, value: f64, currency: &str) -> String {
        self.local(&english::money(value, currency))
    }

    /// Writes a confidence: `95 %`.
    pub fn confidence(self, confidence: f64) -> String {
        self.local(&english::confidence(confidence))
    }

    /// Writes a measure's value with its unit.
    pub fn value(self, measure: &Measure, value: f64, currency: &str) -> String {
        self.local(&english::value(measure, value, currency))
    }

    /// Writes a difference of a measure with a sign.
    pub fn difference(self, measure: &Measure, difference: f64, currency: &str) -> String {
        self.local(&english::difference(measure, difference, currency))
    }

    /// Writes two values of a measure so that they read differently where they differ.
    pub fn pair(self, measure: &Measure, values: [f64; 2], currency: &str) -> [String; 2] {
        english::pair(measure, values, currency).map(|text| self.local(&text))
    }

    /// Writes a date: `2026-01-05` in English, else `05.01.2026`.
    pub fn date(self, date: jiff::civil::Date) -> String {
        match self.language {
            Language::English => date.to_string(),
            _ => format!("{:02}.{:02}.{}", date.day(), date.month(), date.year()),
        }
    }

    /// Writes an interval's ends; empty where there is none.
    pub fn range(self, estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
        let text = english::range(estimate, write);
        if self.language == Language::English {
            return text;
        }
        // The ends are written already; only the words between them are English.
        match text.split_once(" to ") {
            Some((low, high)) => self.ends(low, high),
            None if text == "exactly" => self.local(&text),
            None => text,
        }
    }

    /// Writes half of an interval's width with its sign: `± 3 min`; empty where there is none.
    pub fn margin(self, estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
        estimate.half_width().filter(|half| *half > 0.0).map_or(String::new(), |half| format!("± {}", write(half)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        let say = |language| Words { language }.duration(190.0);
        assert_eq!(Language::ALL.map(say), ["3 h 10 min", "3 ч 10 мин", "3 сағ 10 мин"]);
        let russian = Words { language: Language::Russian };
        assert_eq!(russian.percent(0.125), "12,5 %");
        assert_eq!(russian.money(1524.0, "KZT"), "1\u{202f}524 ₸");
        assert_eq!(russian.duration(12.5), "12,5 мин");
    }
}
