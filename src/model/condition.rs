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
//! same service; `has` asks whether the citizen has a document in hand, `given` whether the state got it in this life event.

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
