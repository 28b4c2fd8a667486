//! Event logs that were read: what happened to each case, as somebody else's system, or a run of ours, wrote it down.
//!
//! Instants are milliseconds of the wall clock since midnight of 1970-01-01: the hours at which people work and come are
//! hours of the wall clock, so a log's own zone is kept, and no summer time is undone.

/// Milliseconds of the wall clock since midnight of 1970-01-01.
pub type WallTime = i64;

/// An event log: cases with their activities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventLog {
    /// The file that it was read from, as the user named it.
    pub name: String,
    /// Kinds of activities, each once.
    pub kinds: Vec<ActivityKind>,
    /// Names of those who worked, each once.
    pub resources: Vec<String>,
    /// Cases, in the order in which they first appear.
    pub traces: Vec<Trace>,
    /// Local time less universal time, in minutes, where all instants say the same.
    pub offset_minutes: Option<i32>,
}

/// A kind of activity, as the log names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityKind {
    /// Its name for people.
    pub name: String,
    /// The id of its element in a model, where the log says it; empty where not.
    pub element: String,
}

/// What happened to a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The case's name.
    pub case: String,
    /// Its activities, in the order of their starts, or of their ends where starts are unknown.
    pub activities: Vec<LogActivity>,
    /// Whether the log says that the case came to its end; `None` where it says nothing.
    pub complete: Option<bool>,
}

/// One activity of a case. Where several instants are known, they do not fall.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LogActivity {
    /// Position of its kind in [`EventLog::kinds`].
    pub kind: u32,
    /// Position of who worked in [`EventLog::resources`].
    pub resource: Option<u32>,
    /// When it was due.
    pub enabled: Option<WallTime>,
    /// When it began.
    pub started: Option<WallTime>,
    /// When it ended; `None` where the log ends before it.
    pub ended: Option<WallTime>,
    /// Time worked, in milliseconds, where the log says it.
    pub worked: Option<i64>,
    /// How it ended.
    pub finish: Finish,
}

/// How an activity ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finish {
    /// It was done.
    #[default]
    Complete,
    /// It was left before it began.
    Withdrawn,
    /// It was begun and broken off.
    Aborted,
    /// It was begun, and the log says no more.
    Open,
}

impl LogActivity {
    /// Returns the first instant that is known of it.
    pub fn first(&self) -> Option<WallTime> {
        self.enabled.or(self.started).or(self.ended)
    }

    /// Returns the last instant that is known of it.
    pub fn last(&self) -> Option<WallTime> {
        self.ended.or(self.started).or(self.enabled)
    }

    /// Returns the instant by which activities of a case are put in order: the start, or the end where it is unknown.
    pub fn order(&self) -> WallTime {
        self.started.or(self.ended).or(self.enabled).unwrap_or(0)
    }
}

impl EventLog {
    /// Returns the number of activities.
    pub fn n_activities(&self) -> usize {
        self.traces.iter().map(|t| t.activities.len()).sum()
    }

    /// Returns the name of an activity's kind.
    pub fn name_of(&self, activity: &LogActivity) -> &str {
        self.kinds.get(activity.kind as usize).map_or("", |k| k.name.as_str())
    }

    /// Returns the first and the last instant of the log.
    pub fn span(&self) -> Option<(WallTime, WallTime)> {
        let all = || self.traces.iter().flat_map(|t| &t.activities);
        let first = all().filter_map(LogActivity::first).min()?;
        let last = all().filter_map(LogActivity::last).max()?;
        Some((first, last))
    }

    /// Tells whether the log says of at least some activities when they began, as something else than their end.
    pub fn has_starts(&self) -> bool {
        self.traces.iter().flat_map(|t| &t.activities).any(|a| a.started.is_some())
    }

    /// Tells whether the log says of at least some activities when they were due.
    pub fn has_enablement(&self) -> bool {
        self.traces.iter().flat_map(|t| &t.activities).any(|a| a.enabled.is_some())
    }
}
