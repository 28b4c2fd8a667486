//! The small language of conditions: `residence == 'rural' and visits(appeal) >= 2`.
//!
//! ```text
//! condition  = conjunction { "or" conjunction }
//! conjunction = negation { "and" negation }
//! negation   = [ "not" ] ( "(" condition ")" | comparison )
//! comparison = operand ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand | flag
//! operand    = name | number | 'word' | visits(step) | duration ("3d") | date ("2026-07-01")
//! flag       = has(document) | given(document)
//! ```
//! Names: an attribute, a facet, `segment`, `channel`, `weekday` (1 is Monday), `hour` (0..23), `now` (compared with a
//! date), `elapsed` (since the case began, compared with a duration). `visits(step)` is how often the case has finished that step of the
//! same service; `has` asks whether the citizen has a document in hand, `given` whether the state got it in this life event: that is so from
//! the instant at which it was handed over or fetched for a step that is due, whether or not the step is ever done; the reference
//! of the study format says more.
//! A duration may also stand without quotes (`elapsed > 3d`), and a name with spaces in backquotes. In a word, `\\'` is a quote and `\\\\` a backslash.
//!
//! [`parse()`] turns text into a [`Condition`], `Display` turns it back: what is printed, parses to an equal condition.

mod parse;
mod print;

pub use parse::{ConditionError, DEEPEST, parse};

/// A condition, parsed.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// At least one holds.
    Or(Vec<Condition>),
    /// All hold.
    And(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// Two operands compared.
    Compare(Operand, Comparison, Operand),
    /// The citizen has this document in hand.
    Has(String),
    /// The citizen has given this document to the state in this life event.
    Given(String),
}

/// What a comparison compares.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// An attribute, a facet, or a built-in name.
    Name(String),
    /// A number.
    Number(f64),
    /// A word: a value of an attribute, a segment, a channel.
    Word(String),
    /// How often a step has been finished.
    Visits(String),
    /// A length of time in milliseconds.
    Duration(i64),
    /// A local date and time.
    Instant(jiff::civil::DateTime),
}

/// How two operands are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater.
    Greater,
    /// Greater or equal.
    AtLeast,
}

/// The names that conditions know besides attributes and facets.
pub const BUILT_IN_NAMES: [&str; 6] = ["segment", "channel", "weekday", "hour", "now", "elapsed"];

impl Condition {
    /// Returns every attribute, facet or built-in name that the condition asks for, once each, in order of appearance.
    pub fn names(&self) -> Vec<&str> {
        self.collect(&|operand| match operand {
            Operand::Name(name) => Some(name),
            _ => None,
        })
    }

    /// Returns the steps whose visits the condition counts, once each, in order of appearance.
    pub fn visited_steps(&self) -> Vec<&str> {
        self.collect(&|operand| match operand {
            Operand::Visits(step) => Some(step),
            _ => None,
        })
    }

    /// Returns the documents that the condition asks for with `has` or `given`, once each, in order of appearance.
    pub fn documents(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.for_each(&mut |condition| {
            if let Condition::Has(document) | Condition::Given(document) = condition
                && !found.contains(&document.as_str())
            {
                found.push(document.as_str());
            }
        });
        found
    }

    /// Calls `visit` with this condition and every one inside it, outer ones first, left to right.
    pub fn for_each<'a>(&'a self, visit: &mut impl FnMut(&'a Condition)) {
        visit(self);
        match self {
            Condition::Or(parts) | Condition::And(parts) => parts.iter().for_each(|part| part.for_each(visit)),
            Condition::Not(inner) => inner.for_each(visit),
            Condition::Compare(..) | Condition::Has(_) | Condition::Given(_) => {}
        }
    }

    fn collect<'a>(&'a self, pick: &impl Fn(&'a Operand) -> Option<&'a String>) -> Vec<&'a str> {
        let mut found: Vec<&str> = Vec::new();
        self.for_each(&mut |condition| {
            if let Condition::Compare(left, _, right) = condition {
                for name in [left, right].into_iter().filter_map(pick) {
                    if !found.contains(&name.as_str()) {
                        found.push(name);
                    }
                }
            }
        });
        found
    }
}

#[cfg(test)]
mod tests;
