//! Prints conditions in the form that the parser reads.

use std::fmt;

use super::parse::{is_bare_name, is_bare_reference};
use super::{Comparison, Condition, Operand};
use crate::base::time::SimDuration;

impl fmt::Display for Condition {
    /// Writes the condition with no more brackets than are needed to read it back as it is.
    ///
    /// Lists with fewer than two parts, which the parser never makes, print as their part or as nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Or(parts) => join(f, parts, " or ", |part| matches!(part, Condition::Or(_))),
            Condition::And(parts) => join(f, parts, " and ", |part| matches!(part, Condition::Or(_) | Condition::And(_))),
            Condition::Not(inner) if matches!(**inner, Condition::Or(_) | Condition::And(_) | Condition::Not(_)) => {
                write!(f, "not ({inner})")
            }
            Condition::Not(inner) => write!(f, "not {inner}"),
            Condition::Compare(left, comparison, right) => write!(f, "{left} {comparison} {right}"),
            Condition::Has(document) => write!(f, "has({})", Reference(document)),
            Condition::Given(document) => write!(f, "given({})", Reference(document)),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Condition], word: &str, bracketed: impl Fn(&Condition) -> bool) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        if bracketed(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Name(name) if is_bare_name(name) => f.write_str(name),
            Operand::Name(name) => write_quoted(f, name, '`'),
            Operand::Number(number) => write!(f, "{number}"),
            Operand::Word(word) => write_quoted(f, word, '\''),
            Operand::Visits(step) => write!(f, "visits({})", Reference(step)),
            Operand::Duration(ms) => write!(f, "\"{}\"", SimDuration(*ms)),
            Operand::Instant(instant) => {
                let (date, time) = (instant.date(), instant.time());
                if time == jiff::civil::Time::midnight() { write!(f, "\"{date}\"") } else { write!(f, "\"{date} {time}\"") }
            }
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        })
    }
}

/// A step or document in brackets: quoted where it would not read as one name.
struct Reference<'a>(&'a str);

impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_bare_reference(self.0) { f.write_str(self.0) } else { write_quoted(f, self.0, '\'') }
    }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    write!(f, "{quote}")?;
    for c in text.chars() {
        if c == quote || c == '\\' {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    write!(f, "{quote}")
}
