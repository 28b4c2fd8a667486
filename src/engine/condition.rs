//! Conditions on a case, compiled: they know slots and instants, not names.

use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, SimTime};

/// A condition on a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Always the same answer.
    Constant(bool),
    /// At least one holds.
    Any(Vec<Predicate>),
    /// All hold.
    All(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
    /// The case's segment is one of those marked.
    Segment(Vec<bool>),
    /// Two quantities compared.
    Compare(Quantity, Relation, Quantity),
}

/// A quantity that a condition compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// A number.
    Constant(f64),
    /// A slot of the case.
    Slot(u32),
    /// How often the case has finished an element, by its visit slot.
    Visits(u32),
    /// Milliseconds since time zero.
    Now,
    /// Milliseconds since the case arrived.
    Elapsed,
    /// Day of the week, 1 is Monday.
    Weekday,
    /// Hour of the day, 0..23.
    Hour,
}

/// How two quantities are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
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

/// What a condition may look at.
#[derive(Clone, Copy, Debug)]
pub struct CaseView<'a> {
    /// The case's slots.
    pub slots: &'a [f64],
    /// The case's visits, by visit slot.
    pub visits: &'a [u32],
    /// The case's segment.
    pub segment: usize,
    /// Now.
    pub now: SimTime,
    /// When the case arrived.
    pub arrival: SimTime,
    /// Day of the week of time zero's midnight, 0 is Monday.
    pub first_weekday: i64,
}

impl Predicate {
    /// Tells whether the condition holds.
    pub fn holds(&self, case: &CaseView) -> bool {
        match self {
            Predicate::Constant(answer) => *answer,
            Predicate::Any(parts) => parts.iter().any(|p| p.holds(case)),
            Predicate::All(parts) => parts.iter().all(|p| p.holds(case)),
            Predicate::Not(inner) => !inner.holds(case),
            Predicate::Segment(marked) => marked.get(case.segment).copied().unwrap_or(false),
            Predicate::Compare(left, relation, right) => relation.holds(left.value(case), right.value(case)),
        }
    }
}

impl Relation {
    /// Tells whether the left number stands so to the right one.
    #[inline]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Relation::Equal => left == right,
            Relation::NotEqual => left != right,
            Relation::Less => left < right,
            Relation::AtMost => left <= right,
            Relation::Greater => left > right,
            Relation::AtLeast => left >= right,
        }
    }
}

impl Quantity {
    fn value(self, case: &CaseView) -> f64 {
        match self {
            Quantity::Constant(value) => value,
            Quantity::Slot(slot) => case.slots[slot as usize],
            Quantity::Visits(slot) => f64::from(case.visits[slot as usize]),
            Quantity::Now => case.now.ms() as f64,
            Quantity::Elapsed => case.now.since(case.arrival).ms() as f64,
            Quantity::Weekday => ((case.now.ms() / MS_PER_DAY + case.first_weekday) % 7 + 1) as f64,
            Quantity::Hour => (case.now.ms() % MS_PER_DAY / MS_PER_HOUR) as f64,
        }
    }
}
