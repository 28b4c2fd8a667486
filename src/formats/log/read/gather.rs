//! What readers of all formats share: texts kept once, starts put together with their ends.

use super::findings::Findings;
use super::sink::{ReadCase, ReadRow, Sink};
use crate::base::diagnostic::{Diagnostic, Path};
use crate::model::event_log::{ActivityKind, EventLog, Finish, LogActivity, Trace, WallTime};
use std::collections::HashMap;
use std::io;

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
    log: EventLog,
    kinds: HashMap<(String, String), u32>,
    resources: HashMap<String, u32>,
    instances: HashMap<String, u32>,
    cases: HashMap<String, usize>,
    /// Raw events by trace, where a log has one row or event for each.
    raw: Vec<Vec<RawEvent>>,
    n_events: usize,
    findings: Findings,
    unpaired: [u64; 2],
    /// Activities whose end says that they were due after their start.
    n_late_due: u64,
}

impl Gather {
    /// Begins a log.
    pub fn new(file: &str) -> Self {
        let log = EventLog { name: file.to_owned(), ..EventLog::default() };
        Gather { log, findings: Findings::new(file), ..Gather::default() }
    }

    /// Tells whether nothing was taken.
    pub fn is_empty(&self) -> bool {
        self.n_events == 0
    }

    /// Returns the position of a case, which is made where it is new.
    fn case(&mut self, name: &str) -> usize {
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
    fn kind(&mut self, name: &str, element: &str) -> u32 {
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
    fn resource(&mut self, name: &str) -> Option<u32> {
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
    fn instance(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let next = self.instances.len() as u32 + 1;
        *self.instances.entry(name.to_owned()).or_insert(next)
    }

    /// Tells whether there is room for another event.
    fn has_room(&mut self) -> bool {
        self.n_events += 1;
        self.n_events <= MOST_EVENTS
    }

    /// Puts the events of a case together.
    fn pair(&mut self, case: usize) {
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
                    let due = event.enabled.filter(|due| activity.started.is_none_or(|start| *due <= start));
                    self.n_late_due += u64::from(due.is_none() && event.enabled.is_some());
                    activity.enabled = activity.enabled.or(due);
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
            self.findings.whole(Diagnostic::note(
                "empty-cases",
                Path::default(),
                format!("Cases without any activity that could be taken: {empty}. They are left out."),
            ));
        }
        self.findings.count_bad(self.log.n_activities() as u64);
        self.findings.count_late_due(self.n_late_due);
        self.log.offset_minutes = self.findings.only_offset();
        if !zone_given {
            self.findings.say_zones();
        }
        let starts = self.log.has_starts();
        if self.unpaired[0] > 0 && starts {
            let n = self.unpaired[0];
            let message = format!("{n} activities have an end and no start; how long they took is not known.");
            self.findings.whole(Diagnostic::warning("ends-without-start", Path::default(), message));
        }
        if self.unpaired[1] > 0 {
            let n = self.unpaired[1];
            let message = format!("{n} activities have a start and no end: the log ends before they do.");
            self.findings.whole(Diagnostic::note("starts-without-end", Path::default(), message));
        }
        self.findings.count_unknown_transitions();
        if !starts && self.log.n_activities() > 0 {
            let message = "The log says only when activities were completed, not when they began.";
            let hint = "How long a person worked cannot be told from how long the case waited: figures from this log hold both.";
            self.findings.whole(Diagnostic::warning("only-completions", Path::default(), message).hint(hint));
        }
        if self.log.n_activities() == 0 {
            let message = "The file holds no activity that could be taken.";
            self.findings.whole(
                Diagnostic::error("empty-log", Path::default(), message)
                    .hint("Check whether it is an event log, and which columns were taken for what."),
            );
        }
        (self.log, self.findings.finish())
    }
}

impl Sink for Gather {
    fn findings(&mut self) -> &mut Findings {
        &mut self.findings
    }

    fn begin_case(&mut self, case: &ReadCase<'_>) -> io::Result<()> {
        let position = self.case(case.name);
        if let Some(complete) = case.complete {
            self.log.traces[position].complete = Some(complete);
        }
        Ok(())
    }

    fn take(&mut self, row: &ReadRow<'_>) -> io::Result<bool> {
        if !self.has_room() {
            return Ok(false);
        }
        let case = self.case(row.case);
        if let Some(complete) = row.complete {
            self.log.traces[case].complete = Some(complete);
        }
        let (kind, resource) = (self.kind(row.name, row.element), self.resource(row.resource));
        let [enabled, started, ended] = [row.enabled, row.started, row.ended].map(|stamp| stamp.map(|s| s.wall));
        if row.is_whole {
            let finish = row.finish();
            let started = started.filter(|_| finish != Finish::Withdrawn);
            // What still goes on has not shown how long it takes.
            let worked = row.worked.filter(|_| finish != Finish::Open);
            let activity = LogActivity { kind, resource, enabled, started, ended, worked, finish };
            self.log.traces[case].activities.push(activity);
        } else if let Some(at) = ended {
            let (transition, instance) = (row.transition, self.instance(row.instance));
            self.raw[case].push(RawEvent { kind, transition, at, resource, instance, enabled, started, worked: row.worked });
        }
        Ok(true)
    }

    fn end_case(&mut self, name: &str) -> io::Result<()> {
        let case = self.case(name);
        self.pair(case);
        Ok(())
    }
}

/// Removes the first event that fits.
fn take(events: &mut Vec<RawEvent>, fits: impl Fn(&RawEvent) -> bool) -> Option<RawEvent> {
    events.iter().position(fits).map(|i| events.remove(i))
}
