//! Services: a process with a statutory term, an agency and channels.

use crate::base::time::SimDuration;
use crate::model::Id;
use crate::model::figure::NumberFigure;
use crate::model::flow::Element;

/// A public service: a process in BPMN's sense, and what the law says about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// The agency that answers for it.
    pub agency: Option<Id>,
    /// How it is provided.
    pub form: Form,
    /// By when it must be decided.
    pub term: Option<Term>,
    /// Channels open for it with the shares in which citizens choose them; empty where the flow does not depend on one.
    pub channels: Vec<ChannelShare>,
    /// Priority of its cases in pools that serve by priority; higher goes first.
    pub priority: i32,
    /// Documents that a citizen has in hand when it is completed.
    pub issues: Vec<Id>,
    /// The process.
    pub elements: Vec<Element>,
}

/// How a service is provided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// On paper.
    #[default]
    Paper,
    /// Electronic, with work done by people.
    PartiallyAutomated,
    /// Electronic, decided by a system.
    FullyAutomated,
    /// Together with others on one application.
    OneApplication,
    /// Offered by the state.
    Proactive,
}

/// A channel with the share of citizens who choose it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelShare {
    /// The channel.
    pub channel: Id,
    /// Share of this service's citizens, 0..1.
    pub share: NumberFigure,
}

/// Until when a service must be decided, by law.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Term {
    /// How long.
    pub length: TermLength,
    /// Whether the day of receipt counts as the first day (of terms in working days).
    pub receipt_day_counts: bool,
    /// The calendar whose open days are working days; needed for terms in working days.
    pub calendar: Option<Id>,
    /// From when the term runs.
    pub from: TermStart,
    /// Key of the source; `None` makes it an assumption.
    pub source: Option<String>,
    /// What to mind.
    pub note: String,
}

/// A statutory length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermLength {
    /// So many working days; the term ends with the end of the last of them.
    WorkingDays(u32),
    /// So much time by the wall clock.
    Calendar(SimDuration),
}

impl Default for TermLength {
    fn default() -> Self {
        TermLength::WorkingDays(0)
    }
}

/// From when a term runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TermStart {
    /// From the beginning of the service for the citizen.
    Start,
    /// From the step marked with the milestone `Applied`; from the beginning where none is reached.
    #[default]
    Application,
}

impl Service {
    /// Returns the element with this id, inside sub-processes too.
    pub fn element(&self, id: &str) -> Option<&Element> {
        crate::model::flow::find_element(&self.elements, id)
    }

    /// Returns the element with this id, inside sub-processes too, to be changed.
    pub fn element_mut(&mut self, id: &str) -> Option<&mut Element> {
        crate::model::flow::find_element_mut(&mut self.elements, id)
    }
}
