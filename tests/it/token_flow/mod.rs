//! Small nets by hand, each with the trace that a pencil gives: the traps that simulators of processes fall into, and the
//! stories of our own bugs.

mod borders;
mod gateways;
mod lines;
mod shifts;

use crate::programs::{CaseRow, Net, Node, Recorder};
use kezek::base::time::{MS_PER_MINUTE, SimTime};
use kezek::engine::program::{Sitting, Trigger, Watcher};
use kezek::engine::random::stream::StreamId;
use kezek::engine::record::RunSummary;

/// Nine in the morning of the first Monday.
pub const NINE: SimTime = SimTime(9 * 3_600_000);

pub fn after(start: SimTime, n_minutes: i64) -> SimTime {
    SimTime(start.ms() + n_minutes * MS_PER_MINUTE)
}

pub fn task(net: &mut Net, n_minutes: f64) -> Node {
    let duration = net.fixed(n_minutes);
    net.free_work(duration)
}

/// Runs one case from `start` at nine.
pub fn one_case(mut net: Net, start: Node) -> (CaseRow, Recorder, RunSummary) {
    net.one_case(start, NINE);
    let (recorder, summary) = net.seal().run();
    assert_eq!(recorder.cases.len(), 1);
    let case = recorder.cases[0].clone();
    assert_eq!(case.elapsed(), case.path.iter().sum::<i64>(), "the way explains the time: {case:?}");
    (case, recorder, summary)
}

pub fn minutes_of(case: &CaseRow) -> i64 {
    case.elapsed() / MS_PER_MINUTE
}

/// When work of one clerk ends that is due at an instant.
pub fn finish(days: &[i64], from_to: &[(i64, i64)], sitting: Sitting, due: SimTime, n_minutes: f64) -> (SimTime, SimTime) {
    let mut net = Net::new();
    let hours = net.weekly(4, days, from_to);
    let (pool, length) = (net.shifts(&[(1, Some(hours))]), net.fixed(n_minutes));
    let work = net.work(pool, length);
    net.work_mut(work).sitting = sitting;
    net.one_case(work, due);
    let (recorder, _) = net.run();
    let activity = recorder.only(work);
    (activity.started, activity.ended)
}

pub fn watcher(trigger: Trigger, interrupting: bool, target: Node) -> Watcher {
    Watcher { trigger, interrupting, target, stream: StreamId::named("watcher") }
}
