//! What readers of all formats share: texts kept once, starts put together with their ends, findings with their lines.

use crate::base::diagnostic::{Diagnostic, Path, Place};
use crate::model::event_log::{ActivityKind, EventLog, Finish, LogActivity, Trace, WallTime};
use std::collections::{BTreeMap, HashMap};

/// Faulty rows that are listed one by one.
const LISTED: usize = 20;
/// The most events and activities of a log.
const MOST_EVENTS: usize = 100_000_000;

/// What an event of an activity's life is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Due.
    Schedule,
    /// Begun.
    Start,
    /// Interrupted.
    Suspend,
    /// Gone on.
    Resume,
    /// Done.
    Complete,
    /// Left before it began.
    Withdraw,
    /// Broken off.
    Abort,
    /// Something that says nothing about time: reassign, and what nobody knows.
    Other,
}

impl Transition {
    /// Reads the words of XES' standard lifecycle, in small or capital letters; `None` for words that are not among them.
    pub fn of(text: &str) -> Option<Transition> {
        Some(match text.trim().to_lowercase().as_str() {
            "schedule" | "scheduled" | "assign" | "enable" | "enabled" => Transition::Schedule,
            "start" | "started" | "begin" | "начало" => Transition::Start,
            "suspend" => Transition::Suspend,
            "resume" => Transition::Resume,
            "complete" | "completed" | "end" | "finish" | "" | "окончание" | "завершение" => {
                Transition::Complete
            }
            "withdraw" | "autoskip" | "manualskip" | "obsolete" => Transition::Withdraw,
            "ate_abort" | "pi_abort" | "abort" => Transition::Abort,
            "reassign" | "unknown" => Transition::Other,
            _ => return None,
        })
    }
}

/// An event of an activity's life, as it was read.
#[derive(Clone, Copy, Debug)]
pub struct RawEvent {
    /// Kind of activity.
    pub kind: u32,
    /// What happened.
    pub transition: Transition,
    /// When.
    pub at: WallTime,
    /// Who.
    pub resource: Option<u32>,
    /// Which run of the activity; 0 where it is not said.
    pub instance: u32,
    /// When the activity was due, where the event says it.
    pub enabled: Option<WallTime>,
    /// When the activity began, where the event says it.
    pub started: Option<WallTime>,
    /// Milliseconds worked, where the event says it.
    pub worked: Option<i64>,
}

/// A log in the making.
#[derive(Debug, Default)]
pub struct Gather {
    file: String,
    log: EventLog,
    kinds: HashMap<(String, String), u32>,
    resources: HashMap<String, u32>,
    instances: HashMap<String, u32>,
    cases: HashMap<String, usize>,
    /// Raw events by trace, where a log has one row or event for each.
    raw: Vec<Vec<RawEvent>>,
    n_events: usize,
    offsets: BTreeMap<Option<i32>, u64>,
    findings: Vec<Diagnostic>,
    bad: BTreeMap<&'static str, u64>,
    n_bad: u64,
    unknown_transitions: BTreeMap<String, u64>,
    unpaired: [u64; 2],
}

impl Gather {
    /// Begins a log.
    pub fn new(file: &str) -> Self {
        Gather { file: file.to_owned(), log: EventLog { name: file.to_owned(), ..EventLog::default() }, ..Gather::default() }
    }

    /// Returns the position of a case, which is made where it is new.
    pub fn case(&mut self, name: &str) -> usize {
        if let Some(&known) = self.cases.get(name) {
            return known;
        }
        let position = self.log.traces.len();
        self.cases.insert(name.to_owned(), position);
        self.log.traces.push(Trace { case: name.to_owned(), ..Trace::default() });
        self.raw.push(Vec::new());
        position
    }

    /// Returns the position of a kind of activity.
    pub fn kind(&mut self, name: &str, element: &str) -> u32 {
        // Owned keys cost a copy for each look-up; a log has millions of rows and a handful of kinds, which stay in cache.
        let key = (name.to_owned(), element.to_owned());
        if let Some(&known) = self.kinds.get(&key) {
            return known;
        }
        let position = self.log.kinds.len() as u32;
        self.log.kinds.push(ActivityKind { name: key.0.clone(), element: key.1.clone() });
        self.kinds.insert(key, position);
        position
    }

    /// Returns the position of a resource; `None` for an empty name.
    pub fn resource(&mut self, name: &str) -> Option<u32> {
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        if let Some(&known) = self.resources.get(name) {
            return Some(known);
        }
        let position = self.log.resources.len() as u32;
        self.log.resources.push(name.to_owned());
        self.resources.insert(name.to_owned(), position);
        Some(position)
    }

    /// Returns a number for an instance's name; 0 for an empty one.
    pub fn instance(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let next = self.instances.len() as u32 + 1;
        *self.instances.entry(name.to_owned()).or_insert(next)
    }

    /// Counts a zone.
    pub fn zone(&mut self, offset: Option<i32>) {
        *self.offsets.entry(offset).or_insert(0) += 1;
    }

    /// Says whether a case came to its end.
    pub fn case_complete(&mut self, case: usize, complete: bool) {
        self.log.traces[case].complete = Some(complete);
    }

    /// Tells whether there is room for another event.
    pub fn has_room(&mut self) -> bool {
        self.n_events += 1;
        self.n_events <= MOST_EVENTS
    }

    /// Takes an activity whose row holds all of it.
    pub fn activity(&mut self, case: usize, activity: LogActivity) {
        self.log.traces[case].activities.push(activity);
    }

    /// Takes an event of an activity.
    pub fn event(&mut self, case: usize, event: RawEvent) {
        self.raw[case].push(event);
    }

    /// Puts the events of a case together; readers that see a case whole call it at its end.
    pub fn pair(&mut self, case: usize) {
        let mut events = std::mem::take(&mut self.raw[case]);
        // Stable: of one instant, the order of the file.
        events.sort_by_key(|e| e.at);
        let mut open: Vec<(RawEvent, LogActivity, Option<WallTime>, i64)> = Vec::new();
        let mut due: Vec<RawEvent> = Vec::new();
        let activities = &mut self.log.traces[case].activities;
        for event in events {
            let is_same = |other: &RawEvent| other.kind == event.kind && other.instance == event.instance;
            let found = open
                .iter()
                .position(|(o, ..)| is_same(o) && o.resource == event.resource)
                .or_else(|| open.iter().position(|(o, ..)| is_same(o)));
            match event.transition {
                Transition::Schedule => {
                    // A second notice of the same run (schedule, then assign) says nothing new.
                    if !due.iter().any(is_same) {
                        due.push(event);
                    }
                }
                Transition::Start => {
                    let enabled = take(&mut due, is_same).map(|e| e.at).or(event.enabled);
                    let activity = LogActivity {
                        kind: event.kind,
                        resource: event.resource,
                        enabled,
                        started: Some(event.at),
                        ended: None,
                        worked: None,
                        finish: Finish::Open,
                    };
                    open.push((event, activity, None, 0));
                }
                Transition::Suspend => {
                    if let Some(i) = found {
                        open[i].2.get_or_insert(event.at);
                    }
                }
                Transition::Resume => {
                    if let Some(i) = found
                        && let Some(since) = open[i].2.take()
                    {
                        open[i].3 += event.at - since;
                    }
                }
                Transition::Complete | Transition::Abort if found.is_some() => {
                    let Some(i) = found else { continue };
                    let (_, mut activity, suspended, idle) = open.remove(i);
                    let idle = idle + suspended.map_or(0, |since| event.at - since);
                    activity.ended = Some(event.at);
                    activity.enabled = activity.enabled.or(event.enabled);
                    activity.resource = activity.resource.or(event.resource);
                    let length = activity.started.map_or(0, |start| event.at - start);
                    activity.worked = event.worked.or((idle > 0).then(|| (length - idle).max(0)));
                    activity.finish = if event.transition == Transition::Abort { Finish::Aborted } else { Finish::Complete };
                    activities.push(activity);
                }
                Transition::Complete | Transition::Withdraw | Transition::Abort => {
                    let finish = match event.transition {
                        Transition::Complete => Finish::Complete,
                        Transition::Withdraw => Finish::Withdrawn,
                        _ => Finish::Aborted,
                    };
                    let enabled = take(&mut due, is_same).map(|e| e.at).or(event.enabled);
                    self.unpaired[0] += u64::from(finish == Finish::Complete && event.started.is_none());
                    activities.push(LogActivity {
                        kind: event.kind,
                        resource: event.resource,
                        enabled,
                        started: event.started,
                        ended: Some(event.at),
                        worked: event.worked,
                        finish,
                    });
                }
                Transition::Other => {}
            }
        }
        self.unpaired[1] += open.len() as u64;
        activities.extend(open.into_iter().map(|(_, activity, ..)| activity));
    }

    /// Notes a word of a lifecycle that is not known.
    pub fn unknown_transition(&mut self, word: &str) {
        if self.unknown_transitions.len() < 100 {
            *self.unknown_transitions.entry(word.to_owned()).or_insert(0) += 1;
        }
    }

    /// Adds a finding; `line` counts from 1, 0 for none.
    pub fn find(&mut self, line: u64, mut diagnostic: Diagnostic) {
        if line > 0 {
            diagnostic.place = Some(Place { file: self.file.clone(), line: line as usize, column: 1, offset: 0, length: 0 });
        }
        self.findings.push(diagnostic);
    }

    /// Notes a row or event that cannot be taken. The first ones are listed, all are counted.
    pub fn bad(&mut self, line: u64, code: &'static str, message: String, hint: &str) {
        self.n_bad += 1;
        let n = self.bad.entry(code).or_insert(0);
        *n += 1;
        if *n <= LISTED as u64 {
            self.find(line, Diagnostic::warning(code, Path::default(), message).hint(hint));
        }
    }

    /// Ends the log: pairs what is left, puts activities in order, and says what is odd about the whole.
    pub fn finish(mut self, zone_given: bool) -> (EventLog, Vec<Diagnostic>) {
        for case in 0..self.raw.len() {
            if !self.raw[case].is_empty() {
                self.pair(case);
            }
        }
        for trace in &mut self.log.traces {
            trace.activities.sort_by_key(LogActivity::order);
        }
        let empty = self.log.traces.iter().filter(|t| t.activities.is_empty()).count();
        self.log.traces.retain(|t| !t.activities.is_empty());
        if empty > 0 {
            self.whole(Diagnostic::note(
                "empty-cases",
                Path::default(),
                format!("Cases without any activity that could be taken: {empty}. They are left out."),
            ));
        }
        self.count_bad();
        self.zones(zone_given);
        let starts = self.log.has_starts();
        if self.unpaired[0] > 0 && starts {
            let n = self.unpaired[0];
            let message = format!("{n} activities have an end and no start; how long they took is not known.");
            self.whole(Diagnostic::warning("ends-without-start", Path::default(), message));
        }
        if self.unpaired[1] > 0 {
            let n = self.unpaired[1];
            let message = format!("{n} activities have a start and no end: the log ends before they do.");
            self.whole(Diagnostic::note("starts-without-end", Path::default(), message));
        }
        for (word, n) in std::mem::take(&mut self.unknown_transitions) {
            let message = format!("'{word}' is no word of the lifecycle of activities; {n} such events are left out.");
            self.whole(
                Diagnostic::warning("unknown-lifecycle", Path::default(), message)
                    .hint("Known are schedule, assign, start, suspend, resume, complete, withdraw and ate_abort."),
            );
        }
        if !starts && self.log.n_activities() > 0 {
            let message = "The log says only when activities were completed, not when they began.";
            let hint = "How long a person worked cannot be told from how long the case waited: figures from this log hold both.";
            self.whole(Diagnostic::warning("only-completions", Path::default(), message).hint(hint));
        }
        if self.log.n_activities() == 0 {
            let message = "The file holds no activity that could be taken.";
            self.whole(
                Diagnostic::error("empty-log", Path::default(), message)
                    .hint("Check whether it is an event log, and which columns were taken for what."),
            );
        }
        (self.log, self.findings)
    }

    fn whole(&mut self, diagnostic: Diagnostic) {
        self.find(0, diagnostic);
    }

    fn count_bad(&mut self) {
        for (code, n) in std::mem::take(&mut self.bad) {
            if n > LISTED as u64 {
                let message = format!("{n} rows are left out for the reason '{code}'; the first {LISTED} are listed.");
                self.whole(Diagnostic::warning(code, Path::default(), message));
            }
        }
        let kept = self.log.n_activities() as u64;
        if self.n_bad > 0 {
            let message = format!("{} rows or events could not be taken, beside {kept} activities that were.", self.n_bad);
            let finding = if self.n_bad > kept {
                Diagnostic::error("most-rows-bad", Path::default(), message)
                    .hint("Say which column is what, or in which order dates are written, by options.")
            } else {
                Diagnostic::warning("rows-left-out", Path::default(), message)
            };
            self.whole(finding);
        }
    }

    fn zones(&mut self, given: bool) {
        let offsets: Vec<i32> = self.offsets.keys().copied().flatten().collect();
        let mixed = offsets.len() + usize::from(self.offsets.contains_key(&None)) > 1;
        self.log.offset_minutes = match offsets.as_slice() {
            [only] if !mixed => Some(*only),
            _ => None,
        };
        if mixed && !given {
            let listed: Vec<String> = self.offsets.keys().map(|o| o.map_or("none".to_owned(), zone_text)).take(6).collect();
            let message = format!(
                "Instants are written in several zones ({}). Each is taken as its clock on the wall shows it.",
                listed.join(", ")
            );
            let summer = offsets.len() == 2 && !self.offsets.contains_key(&None) && (offsets[0] - offsets[1]).abs() == 60;
            let finding = if summer {
                Diagnostic::note("summer-time", Path::default(), message)
                    .hint("This is summer time: what lasts over its beginning or end is an hour off.")
            } else {
                Diagnostic::warning("several-zones", Path::default(), message).hint("--zone +05:00 brings them all to one.")
            };
            self.whole(finding);
        } else if offsets == [0] && !given {
            let message = "Instants are written in universal time; hours of the day and days of the week are taken so.";
            self.whole(
                Diagnostic::warning("universal-time", Path::default(), message)
                    .hint("--zone +05:00 brings them to the clocks of Kazakhstan."),
            );
        }
    }
}

/// Removes the first event that fits.
fn take(events: &mut Vec<RawEvent>, fits: impl Fn(&RawEvent) -> bool) -> Option<RawEvent> {
    events.iter().position(fits).map(|i| events.remove(i))
}

/// Writes an offset as `+05:00`.
fn zone_text(minutes: i32) -> String {
    format!("{}{:02}:{:02}", if minutes < 0 { '-' } else { '+' }, minutes.abs() / 60, minutes.abs() % 60)
}
