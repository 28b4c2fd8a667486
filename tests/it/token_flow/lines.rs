//! Who is served next, and who is not served at all.

use super::{NINE, after, minutes_of};
use crate::programs::{Net, WEEKDAYS, one_of};
use kezek::base::time::{MS_PER_MINUTE, SimDuration};
use kezek::engine::account::{Account, Outcome};
use kezek::engine::program::*;
use kezek::engine::record::{Departure, FaultKind};

/// Another simulator orders its events by priority before time: the low class then waited 4 700 times too long.
#[test]
fn priority_decides_who_is_next_and_not_when() {
    let mut net = Net::new();
    let (pool, length) = (net.pool(1), net.fixed(10.0));
    net.program.pools[pool].discipline = Discipline::Priority;
    let (low, high) = (net.work(pool, length), net.work(pool, length));
    net.work_mut(high).priority = 1;
    net.arrivals(low, &[NINE, after(NINE, 1)]);
    net.arrivals(high, &[after(NINE, 5), after(NINE, 100)]);
    let (recorder, _) = net.run();
    let starts = |node| recorder.of(node).iter().map(|a| a.started.since(NINE).minutes()).collect::<Vec<_>>();
    assert_eq!(starts(low), [0.0, 20.0], "begun work is not interrupted, and nobody waits for arrivals to come");
    assert_eq!(starts(high), [10.0, 100.0]);
}

#[test]
fn who_is_due_first_is_served_first() {
    let mut net = Net::new();
    let (pool, length) = (net.pool(1), net.fixed(60.0));
    net.program.pools[pool].discipline = Discipline::EarliestDeadline;
    let work = net.work(pool, length);
    for (days, arrival) in [(9, NINE), (5, after(NINE, 1)), (2, after(NINE, 2))] {
        let length = TermLength::Calendar(SimDuration::from_days(days));
        let term = Some(Term { length, receipt_day_counts: false, from_application: false });
        let service = net.service(Service { term, ..Service::default() });
        let source = net.one_case(work, arrival);
        net.program.sources[source].service = Some(service);
    }
    let (recorder, _) = net.run();
    let order: Vec<usize> = recorder.of(work).iter().map(|a| a.case.source.get()).collect();
    assert_eq!(order, [0, 2, 1]);
}

#[test]
fn patience_ends_waiting_but_not_service() {
    let mut net = Net::new();
    let (pool, hour, patience) = (net.pool(1), net.fixed(60.0), net.fixed(15.0));
    let (work, gone) = (net.work(pool, hour), net.add(Kind::End(End { outcome: Outcome::Abandoned, ..End::default() })));
    net.work_mut(work).patience = Some((patience, gone));
    net.arrivals(work, &[NINE, after(NINE, 1), after(NINE, 50)]);
    let (recorder, summary) = net.run();
    let ends: Vec<(i64, Outcome)> = recorder.cases.iter().map(|c| (minutes_of(c), c.outcome)).collect();
    assert_eq!(ends, [(15, Outcome::Abandoned), (60, Outcome::Completed), (70, Outcome::Completed)]);
    assert_eq!(summary.pools[0].starts, 2);
    assert_eq!(recorder.cases[0].account(Account::WaitStaffBusy), 15 * MS_PER_MINUTE);
}

#[test]
fn a_full_line_turns_away_who_comes_and_nobody_else() {
    let mut net = Net::new();
    let (pool, hour, patience) = (net.pool(1), net.fixed(60.0), net.fixed(1e6));
    net.program.pools[pool].room = Some(2);
    let (work, gone) = (net.work(pool, hour), net.add(Kind::End(End { outcome: Outcome::Abandoned, ..End::default() })));
    net.work_mut(work).patience = Some((patience, gone));
    net.arrivals(work, &[NINE; 5]);
    let (recorder, summary) = net.run();
    let ends: Vec<(i64, Outcome)> = recorder.cases.iter().map(|c| (minutes_of(c), c.outcome)).collect();
    let (lost, served) = (Outcome::Abandoned, Outcome::Completed);
    assert_eq!(ends, [(0, lost), (0, lost), (60, served), (120, served), (180, served)]);
    assert_eq!(summary.pools[0].max_queue, 2);
}

#[test]
fn work_of_two_waits_for_both_and_keeps_nobody_waiting_meanwhile() {
    let mut net = Net::new();
    let (a, b, ten) = (net.pool(1), net.pool(1), net.fixed(10.0));
    let (both, only_a, only_b) = (net.work(a, ten), net.work(a, ten), net.work(b, ten));
    net.work_mut(both).requests.push(one_of(b));
    net.one_case(only_b, NINE);
    net.one_case(both, after(NINE, 1));
    net.one_case(only_a, after(NINE, 2));
    let (recorder, summary) = net.run();
    assert_eq!(recorder.only(only_a).started, after(NINE, 2), "clerk A is free, although somebody waits for A and B");
    assert_eq!(recorder.only(both).started, after(NINE, 12));
    assert!(summary.faults.is_empty(), "an idle clerk who waits for a busy one is no fault: {:?}", summary.faults);
}

#[test]
fn who_is_never_served_is_named() {
    let mut net = Net::new();
    let day = net.weekly(4, WEEKDAYS, &[(9 * 60, 17 * 60)]);
    let night = net.weekly(4, WEEKDAYS, &[(22 * 60, 24 * 60)]);
    let (a, b, ten) = (net.shifts(&[(1, Some(day))]), net.shifts(&[(1, Some(night))]), net.fixed(10.0));
    let (never_together, skilled) = (net.work(a, ten), net.work(a, ten));
    net.work_mut(never_together).requests.push(one_of(b));
    net.work_mut(skilled).requests[0].groups = 0b10;
    net.one_case(never_together, NINE);
    net.one_case(skilled, NINE);
    let (recorder, summary) = net.run();
    let named: Vec<_> = summary.faults.iter().map(|f| (f.kind, f.element, f.cases)).collect();
    assert_eq!(named, [(FaultKind::NeverServed, never_together, 1), (FaultKind::NeverServed, skilled, 1)]);
    assert!(recorder.cases.iter().all(|case| case.departure == Departure::Unfinished));
}
