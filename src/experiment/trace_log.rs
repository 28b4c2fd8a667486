//! A run as an event log: one row for every activity, handed on as it ends.

use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_MINUTE, SimTime};
use crate::engine::program::Program;
use crate::engine::record::{Activity, CaseEnd, Departure, Observer, ServiceEnd, Stop};
use crate::experiment::error::ExperimentError;
use crate::experiment::layout::Layout;
use crate::experiment::plan::Plan;
use crate::experiment::prepare::{Prepared, prepare};
use crate::model::study::Study;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

/// An activity of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRow<'l> {
    /// The case: the demand's id and the case's number in it, as `births-000042`.
    pub case_id: String,
    /// The step's place in the study: `service/step`.
    pub element: &'l str,
    /// Name of the activity for people.
    pub activity: &'l str,
    /// Local date and time at which it was due.
    pub enabled: DateTime,
    /// Local date and time at which it began.
    pub started: DateTime,
    /// Local date and time at which it ended.
    pub ended: DateTime,
    /// Who did it: the pool with the person's number from 1, as `psc/front-office#3`; empty where nothing was scarce.
    pub resource: String,
    /// Id of the citizen's segment.
    pub segment: &'l str,
    /// How often the case had done it before.
    pub visit: u32,
    /// Minutes worked, on shift.
    pub worked: f64,
    /// Minutes between due and start in which somebody was on shift, but busy.
    pub waited_busy: f64,
    /// Minutes between due and start in which nobody was on shift.
    pub waited_off_hours: f64,
    /// Whether it came to its end (false: left the line, or was interrupted).
    pub finished: bool,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSummary {
    /// Rows handed on.
    pub rows: u64,
    /// Cases that came to their end.
    pub completed: u64,
    /// Cases that were unfinished, or stuck.
    pub incomplete: u64,
    /// Whether somebody stopped it before the end.
    pub cancelled: bool,
}

/// Turns a run's activities into rows.
struct LogObserver<'l, F> {
    program: &'l Program,
    layout: &'l Layout,
    first_day: Date,
    only_measured: bool,
    sink: F,
    summary: LogSummary,
}

impl<F: FnMut(&LogRow<'_>)> LogObserver<'_, F> {
    fn local(&self, at: SimTime) -> DateTime {
        let midnight = self.first_day.to_datetime(jiff::civil::Time::midnight());
        midnight.saturating_add(SignedDuration::from_millis(at.ms()))
    }

    fn resource(&self, activity: &Activity) -> String {
        let Some((pool, group, member)) = activity.served_by else { return String::new() };
        let Some(key) = self.layout.pools.get(pool.get()) else { return String::new() };
        if key.members == 0 {
            return key.id.clone();
        }
        let before: u32 = self.program.pools[pool].groups.iter().take(group as usize).map(|g| g.count).sum();
        format!("{}#{}", key.id, before + member + 1)
    }
}

impl<F: FnMut(&LogRow<'_>)> Observer for LogObserver<'_, F> {
    fn activity(&mut self, activity: &Activity) {
        let case = activity.case;
        if self.only_measured && !case.measured {
            return;
        }
        let minutes = |ms: i64| ms as f64 / MS_PER_MINUTE as f64;
        let source = self.layout.sources.get(case.source.get()).map_or("", |(id, _)| id.as_str());
        let row = LogRow {
            case_id: format!("{source}-{:06}", case.number),
            element: self.layout.label(activity.element),
            activity: self.layout.activity_names.get(activity.element.get()).map_or("", String::as_str),
            enabled: self.local(activity.enabled),
            started: self.local(activity.started),
            ended: self.local(activity.ended),
            resource: self.resource(activity),
            segment: self.layout.segments.get(case.segment as usize).map_or("", |s| s.id.as_str()),
            visit: activity.visit,
            worked: minutes(activity.worked),
            waited_busy: minutes(activity.waited_busy),
            waited_off_hours: minutes(activity.waited_off_hours),
            finished: activity.finished,
        };
        self.summary.rows += 1;
        (self.sink)(&row);
    }

    fn service_ended(&mut self, _: &ServiceEnd) {}

    fn case_ended(&mut self, end: &CaseEnd<'_>) {
        if self.only_measured && !end.case.measured {
            return;
        }
        match end.departure {
            Departure::Complete => self.summary.completed += 1,
            Departure::Stuck(_) | Departure::Unfinished => self.summary.incomplete += 1,
        }
    }
}

/// Runs one replication of a variant and hands every activity to `sink`, in the order in which they end.
///
/// Rows are of cases that arrived in the measured window or, unless `only_measured`, of all cases of the run. It is the same
/// run as the one in [`crate::experiment::run::run_experiment`] with this plan and replication. Activities still going on
/// when the run ends have no row.
///
/// # Errors
/// A plan that does not fit the study, and a variant that cannot be built.
pub fn run_with_log(
    study: &Study,
    plan: &Plan,
    variant: &str,
    replication: u32,
    only_measured: bool,
    cancel: &CancelToken,
    sink: impl FnMut(&LogRow<'_>),
) -> Result<LogSummary, ExperimentError> {
    let plan = Plan { variants: vec![variant.to_owned()], baseline: variant.to_owned(), ..plan.clone() };
    plan.check(study)?;
    let prepared = prepare(study, variant, &plan)?;
    Ok(log_prepared(&prepared, &plan, replication, only_measured, cancel, sink))
}

/// Runs one replication of a variant that is ready to run; see [`run_with_log`].
pub fn log_prepared(
    prepared: &Prepared,
    plan: &Plan,
    replication: u32,
    only_measured: bool,
    cancel: &CancelToken,
    sink: impl FnMut(&LogRow<'_>),
) -> LogSummary {
    let (program, layout, first_day) = (&prepared.program, &prepared.layout, prepared.window.first_day);
    let mut observer = LogObserver { program, layout, first_day, only_measured, sink, summary: LogSummary::default() };
    let run = crate::engine::run::run(program, &prepared.run_plan(plan, replication), &mut observer, cancel);
    LogSummary { cancelled: run.stop == Stop::Cancelled, ..observer.summary }
}
