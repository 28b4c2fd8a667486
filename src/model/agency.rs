//! Agencies and their staff.

use crate::model::Id;
use crate::model::figure::NumberFigure;

/// A public body whose staff does work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agency {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Its staff.
    pub pools: Vec<StaffPool>,
}

/// People who do the same work and share one queue. Referred to as `agency/pool`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StaffPool {
    /// Short name, unique in the agency.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// The people, by working hours and skills.
    pub staff: Vec<StaffGroup>,
    /// What an hour of one person costs, in the currency.
    pub cost_per_hour: NumberFigure,
    /// Share of rostered person-days lost to leave and illness, 0..1.
    pub absence: NumberFigure,
    /// Who is served next.
    pub discipline: Discipline,
}

/// People of a pool who share working hours and skills.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StaffGroup {
    /// How many; a whole number.
    pub count: NumberFigure,
    /// Their working hours; `None` is around the clock.
    pub calendar: Option<Id>,
    /// What they can do that not everybody can; a step that asks for a skill is served only by those who have it.
    pub skills: Vec<String>,
}

/// Who is served next when a person becomes free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discipline {
    /// Who came first.
    #[default]
    Fifo,
    /// Who has the highest priority; among equals who came first. Decided when a person becomes free.
    Priority,
    /// Whose statutory term ends first; cases with no term last; among equals who came first.
    EarliestDeadline,
}
