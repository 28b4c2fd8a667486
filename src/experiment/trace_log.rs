//! A run as an event log: one row for every activity, handed on as it ends.

use crate::base::progress::CancelToken;
use crate::base::time::SimDuration;
use crate::engine::program::{Element, Kind, Program, ResourcePool};
use crate::engine::record::{Activity, CaseEnd, CaseId, Departure, Observer, ServiceEnd, Stop};
use crate::experiment::error::ExperimentError;
use crate::experiment::layout::Layout;
use crate::experiment::plan::Plan;
use crate::experiment::prepare::{Prepared, cause_of, prepare};
use crate::formats::log::row::{LogCase, LogItem, LogResource, LogRow};
use crate::model::flow::WaitCause;
use crate::model::study::Study;

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
pub(crate) struct LogObserver<'l, F> {
    layout: &'l Layout,
    /// By pool and group: how many members the groups before it have.
    members_before: Vec<Vec<u32>>,
    /// By element: what its cases wait for while its resources are busy.
    busy_causes: Vec<Option<WaitCause>>,
    only_measured: bool,
    sink: F,
    summary: LogSummary,
}

impl<'l, F: FnMut(&LogItem<'l>)> LogObserver<'l, F> {
    /// Begins with nothing written. See [`log_prepared`].
    pub(crate) fn new(program: &Program, layout: &'l Layout, only_measured: bool, sink: F) -> Self {
        let before = |pool: &ResourcePool| {
            let sums = pool.groups.iter().scan(0, |sum, group| {
                *sum += group.count;
                Some(*sum - group.count)
            });
            sums.collect()
        };
        let busy = |element: &Element| match &element.kind {
            Kind::Work(work) => cause_of(work.busy_class),
            _ => None,
        };
        LogObserver {
            layout,
            members_before: program.pools.iter().map(before).collect(),
            busy_causes: program.elements.iter().map(busy).collect(),
            only_measured,
            sink,
            summary: LogSummary::default(),
        }
    }

    fn case(&self, case: CaseId) -> LogCase<'l> {
        let source = self.layout.sources.get(case.source.get()).map_or("", |(id, _)| id.as_str());
        LogCase { source, number: case.number }
    }

    fn segment(&self, case: CaseId) -> &'l str {
        self.layout.segments.get(case.segment as usize).map_or("", |s| s.id.as_str())
    }

    fn resource(&self, activity: &Activity) -> Option<LogResource<'l>> {
        let (pool, group, member) = activity.served_by?;
        let key = self.layout.pools.get(pool.get())?;
        let before = self.members_before.get(pool.get()).and_then(|groups| groups.get(group as usize)).copied().unwrap_or(0);
        Some(LogResource { pool: &key.id, member: if key.members == 0 { 0 } else { before + member + 1 } })
    }

    /// Says why the case waited: of two causes the one that took longer, of a wait its own.
    fn cause(&self, activity: &Activity) -> Option<WaitCause> {
        let element = activity.element.get();
        match (activity.waited_busy, activity.waited_off_hours) {
            (0, 0) => self.layout.causes.get(element).copied().flatten().filter(|_| activity.ended > activity.enabled),
            (busy, off) if off > busy => Some(WaitCause::OffHours),
            _ => self.busy_causes.get(element).copied().flatten(),
        }
    }
}

impl<'l, F: FnMut(&LogItem<'l>)> Observer for LogObserver<'l, F> {
    fn activity(&mut self, activity: &Activity) {
        if self.only_measured && !activity.case.measured {
            return;
        }
        let layout = self.layout;
        let channel = activity.channel.and_then(|value| layout.channels.get(value as usize));
        let row = LogRow {
            case: self.case(activity.case),
            activity: Layout::text(&layout.activity_names, activity.element),
            element: Layout::text(&layout.element_labels, activity.element),
            enabled: activity.enabled,
            started: activity.started,
            ended: activity.ended,
            resource: self.resource(activity),
            actor: Layout::text(&layout.actors, activity.element),
            channel: channel.map_or("", String::as_str),
            segment: self.segment(activity.case),
            document: Layout::text(&layout.documents, activity.element),
            wait_cause: self.cause(activity),
            visit: activity.visit,
            worked: SimDuration(activity.worked),
            waited_busy: SimDuration(activity.waited_busy),
            waited_off_hours: SimDuration(activity.waited_off_hours),
            finished: activity.finished,
        };
        self.summary.rows += 1;
        (self.sink)(&LogItem::Row(row));
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
        let complete = end.departure == Departure::Complete;
        let item = LogItem::CaseEnd { case: self.case(end.case), segment: self.segment(end.case), complete };
        (self.sink)(&item);
    }
}

/// Runs one replication of a variant that is ready to run and hands every activity, and every case that leaves, to `sink`, in
/// the order in which they end.
///
/// Rows are of cases that arrived in the measured window or, unless `only_measured`, of all cases of the run. It is the same
/// run as the one in [`crate::experiment::run::run_experiment`] with this plan and replication. Activities still going on
/// when the run ends have no row. Instants count from midnight of [`first_day`].
pub fn log_prepared<'l>(
    prepared: &'l Prepared,
    plan: &Plan,
    replication: u32,
    only_measured: bool,
    cancel: &CancelToken,
    sink: impl FnMut(&LogItem<'l>),
) -> LogSummary {
    let mut observer = LogObserver::new(&prepared.program, &prepared.layout, only_measured, sink);
    let run = crate::engine::run::run(&prepared.program, &prepared.run_plan(plan, replication), &mut observer, cancel);
    LogSummary { cancelled: run.stop == Stop::Cancelled, ..observer.summary }
}

/// Returns the day whose midnight a log's instants count from.
pub fn first_day(prepared: &Prepared) -> jiff::civil::Date {
    prepared.window.first_day
}

/// Prepares a variant for [`log_prepared`].
///
/// # Errors
/// A plan that does not fit the study, and a variant that cannot be built.
pub fn prepare_log(study: &Study, plan: &Plan, variant: &str) -> Result<Prepared, ExperimentError> {
    let plan = Plan { variants: vec![variant.to_owned()], baseline: variant.to_owned(), ..plan.clone() };
    plan.check(study)?;
    prepare(study, variant, &plan)
}
