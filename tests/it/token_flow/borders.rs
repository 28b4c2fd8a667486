//! Bodies, the events at their borders, errors, messages and races.

use super::{NINE, after, minutes_of, one_case, task, watcher};
use crate::programs::Net;
use kezek::base::time::MS_PER_DAY;
use kezek::engine::account::{Account, Outcome};
use kezek::engine::program::*;
use kezek::engine::record::{Departure, FaultKind};

/// A body of one task, an event at its border, and what follows either way: elapsed minutes and which of them was reached.
fn bordered(length: f64, trigger: impl Fn(&mut Net) -> Trigger, interrupting: bool) -> (i64, bool, bool, Vec<bool>) {
    let mut net = Net::new();
    let (pool, duration) = (net.pool(1), net.fixed(length));
    let inside = net.work(pool, duration);
    let inner_end = net.end();
    net.chain(&[inside, inner_end]);
    let (normal, handler) = (task(&mut net, 1.0), task(&mut net, 100.0));
    let trigger = trigger(&mut net);
    let body = net.enter(inside, vec![watcher(trigger, interrupting, handler)]);
    net.chain(&[body, normal]);
    let (case, recorder, summary) = one_case(net, body);
    assert_eq!(case.departure, Departure::Complete);
    assert_eq!(summary.pools[0].busy, recorder.only(inside).worked, "the clerk is released");
    let finished = recorder.of(inside).iter().map(|a| a.finished).collect();
    (minutes_of(&case), !recorder.of(normal).is_empty(), !recorder.of(handler).is_empty(), finished)
}

/// A timer that interrupted its body was taken off the case's active events twice, and the run broke off.
#[test]
fn an_interrupting_timer_ends_its_body() {
    let half_an_hour = |net: &mut Net| Trigger::After(net.fixed(30.0));
    assert_eq!(bordered(60.0, half_an_hour, true), (130, false, true, vec![false]));
    assert_eq!(bordered(20.0, half_an_hour, true), (21, true, false, vec![true]));
    assert_eq!(bordered(30.0, half_an_hour, true), (31, true, false, vec![true]), "work that ends just then has ended");
}

#[test]
fn a_timer_that_does_not_interrupt_begins_a_second_way() {
    let half_an_hour = |net: &mut Net| Trigger::After(net.fixed(30.0));
    assert_eq!(bordered(60.0, half_an_hour, false), (130, true, true, vec![true]));
    assert_eq!(bordered(300.0, half_an_hour, false), (301, true, true, vec![true]));
    assert_eq!(bordered(20.0, half_an_hour, false), (21, true, false, vec![true]));
}

#[test]
fn an_error_ends_the_body_that_catches_it() {
    let mut net = Net::new();
    let failed = net.add(Kind::End(End { error: Some(7), ..End::default() }));
    let (short, long) = (task(&mut net, 10.0), task(&mut net, 60.0));
    net.chain(&[short, failed]);
    let fork = net.fork(&[short, long]);
    let (normal, other, handler) = (task(&mut net, 1.0), task(&mut net, 2.0), task(&mut net, 3.0));
    let watchers = vec![watcher(Trigger::Error(Some(8)), true, other), watcher(Trigger::Error(Some(7)), true, handler)];
    let inner = net.enter(fork, Vec::new());
    let outer = net.enter(inner, watchers);
    net.chain(&[outer, normal]);
    let (case, recorder, summary) = one_case(net, outer);
    assert_eq!(minutes_of(&case), 13);
    assert_eq!((recorder.of(normal).len(), recorder.of(other).len(), recorder.of(handler).len()), (0, 0, 1));
    assert!(!recorder.only(long).finished && summary.faults.is_empty());
}

#[test]
fn an_error_that_nothing_catches_is_named() {
    let mut net = Net::new();
    let failed = net.add(Kind::End(End { error: Some(7), outcome: Outcome::Refused, ..End::default() }));
    let (case, _, summary) = one_case(net, failed);
    assert_eq!(case.outcome, Outcome::Refused);
    assert_eq!((summary.faults[0].kind, summary.faults[0].element), (FaultKind::UncaughtError, failed));
}

#[test]
fn a_terminating_end_ends_all_ways_of_its_body_and_none_around_it() {
    let mut net = Net::new();
    let stop = net.add(Kind::End(End { terminate: true, outcome: Outcome::Refused, ..End::default() }));
    let (short, long) = (task(&mut net, 10.0), task(&mut net, 60.0));
    net.chain(&[short, stop]);
    let fork = net.fork(&[long, short]);
    let (next, beside) = (task(&mut net, 5.0), task(&mut net, 100.0));
    let body = net.enter(fork, Vec::new());
    net.chain(&[body, next]);
    let both = net.fork(&[body, beside]);
    let (case, recorder, _) = one_case(net, both);
    assert_eq!(recorder.only(long).ended, after(NINE, 10));
    assert_eq!(recorder.only(next).ended, after(NINE, 15));
    assert_eq!((minutes_of(&case), recorder.only(beside).finished), (100, true));
}

/// A body with nothing in it at the end of a flow left watchers behind for a case that had gone.
#[test]
fn an_empty_body_takes_no_time_and_leaves_nothing() {
    let mut net = Net::new();
    let (handler, hour) = (net.end(), net.fixed(60.0));
    let process = net.program.processes.push(Process::default());
    let watchers = vec![watcher(Trigger::After(hour), true, handler)];
    let body = net.add(Kind::Enter(Enter { process, service: None, watchers, undo: None }));
    let (case, _, summary) = one_case(net, body);
    assert_eq!((minutes_of(&case), case.departure), (0, Departure::Complete));
    assert!(summary.faults.is_empty());
}

#[test]
fn a_message_that_came_before_is_not_lost() {
    for (sent, caught, expected) in [(10.0, 30.0, 30), (30.0, 10.0, 30)] {
        let mut net = Net::new();
        let (message, taken) = (net.message(), net.slot());
        let (throw, catch) = (net.add(Kind::Throw(message)), net.add(Kind::Catch { message, taken }));
        let (before_throw, before_catch) = (task(&mut net, sent), task(&mut net, caught));
        net.chain(&[before_throw, throw]);
        net.chain(&[before_catch, catch]);
        let fork = net.fork(&[before_throw, before_catch]);
        let (case, _, _) = one_case(net, fork);
        assert_eq!((minutes_of(&case), case.departure), (expected, Departure::Complete));
    }
}

#[test]
fn a_message_that_never_comes_is_a_deadlock() {
    let mut net = Net::new();
    let (message, taken) = (net.message(), net.slot());
    let catch = net.add(Kind::Catch { message, taken });
    let (case, _, _) = one_case(net, catch);
    assert_eq!(case.departure, Departure::Stuck(catch));
}

/// The sender went on although its message had ended the body that it stood in.
#[test]
fn a_message_can_end_the_body_that_sends_it() {
    let mut net = Net::new();
    let message = net.message();
    let throw = net.add(Kind::Throw(message));
    let (before, too_late) = (task(&mut net, 10.0), task(&mut net, 50.0));
    net.chain(&[before, throw, too_late]);
    let handler = task(&mut net, 5.0);
    let body = net.enter(before, vec![watcher(Trigger::Message(message), true, handler)]);
    let (case, recorder, _) = one_case(net, body);
    assert_eq!((minutes_of(&case), recorder.of(too_late).len()), (15, 0));
}

/// One message reaches two borders: the first begins a second way, which must not take the place of the sender that the
/// second ends.
#[test]
fn a_message_at_two_borders_ends_one_body_and_begins_a_way_at_the_other() {
    let mut net = Net::new();
    let message = net.message();
    let throw = net.add(Kind::Throw(message));
    let (before, too_late) = (task(&mut net, 10.0), task(&mut net, 50.0));
    net.chain(&[before, throw, too_late]);
    let (ended, beside, last) = (task(&mut net, 5.0), task(&mut net, 7.0), task(&mut net, 1.0));
    let inner = net.enter(before, vec![watcher(Trigger::Message(message), true, ended)]);
    net.chain(&[inner, last]);
    let outer = net.enter(inner, vec![watcher(Trigger::Message(message), false, beside)]);
    let (case, recorder, _) = one_case(net, outer);
    assert_eq!((recorder.of(too_late).len(), recorder.of(last).len()), (0, 0));
    assert_eq!((recorder.of(ended).len(), recorder.of(beside).len()), (1, 1));
    assert_eq!((minutes_of(&case), case.departure), (17, Departure::Complete));
}

/// P(exp(1 d) > 2 d) = exp(-2) = 0.1353.
#[test]
fn a_race_is_won_by_the_timer_as_often_as_theory_says() {
    const N: usize = 100_000;
    let mut net = Net::new();
    let (two_days, one_day) = (net.fixed(2.0 * 24.0 * 60.0), net.exponential(MS_PER_DAY as f64));
    let (message, by_timer, by_message) = (net.message(), net.end(), net.end());
    net.effect(by_timer, Effect::Count(Account::Rework, 1));
    let race = net.add(Kind::EventRace(vec![(Trigger::After(two_days), by_timer), (Trigger::Message(message), by_message)]));
    let (answer, throw) = (net.delay(one_day), net.add(Kind::Throw(message)));
    net.chain(&[answer, throw]);
    let fork = net.fork(&[race, answer]);
    net.arrivals(fork, &vec![NINE; N]);
    let (recorder, _) = net.run();
    let share = recorder.cases.iter().map(|case| case.account(Account::Rework)).sum::<i64>() as f64 / N as f64;
    let theory = (-2.0_f64).exp();
    let standard_error = (theory * (1.0 - theory) / N as f64).sqrt();
    assert!((share - theory).abs() < 3.3 * standard_error, "{share} against {theory} ± {standard_error}");
}
