//! Splits, joins and loops.

use super::{NINE, after, minutes_of, one_case, task};
use crate::programs::{Net, Node};
use kezek::base::time::MS_PER_MINUTE;
use kezek::engine::account::{Account, PathClass};
use kezek::engine::condition::Predicate;
use kezek::engine::program::*;
use kezek::engine::record::{Departure, FaultKind};

/// Another simulator lets such cases complete.
#[test]
fn a_split_of_one_way_into_a_join_of_two_is_a_deadlock() {
    let mut net = Net::new();
    let end = net.end();
    let join = net.join(2, end);
    let (a, b) = (task(&mut net, 10.0), task(&mut net, 20.0));
    net.chain(&[a, join]);
    net.chain(&[b, join]);
    let split = net.split(&[(1.0, a), (0.0, b)]);
    let (case, _, summary) = one_case(net, split);
    assert_eq!(case.departure, Departure::Stuck(join));
    assert_eq!((case.account(Account::Stuck), minutes_of(&case)), (1, 10));
    assert_eq!((summary.sources[0].completed, summary.sources[0].stuck), (0, 1));
    assert_eq!((summary.faults[0].kind, summary.faults[0].element), (FaultKind::Deadlock, join));
}

#[test]
fn a_loop_without_time_is_found_and_named() {
    let mut net = Net::new();
    let (a, b) = (net.pass(), net.pass());
    net.chain(&[a, b, a]);
    let (case, _, summary) = one_case(net, a);
    assert!(matches!(case.departure, Departure::Stuck(_)));
    assert_eq!(summary.faults[0].kind, FaultKind::EndlessLoop);
}

/// The token that went round was a new one each time, so that no token ever counted many hops: the run hung.
#[test]
fn a_loop_through_a_fork_is_found_too() {
    let mut net = Net::new();
    let (head, end) = (net.pass(), net.end());
    let fork = net.fork(&[end, head]);
    net.chain(&[head, fork]);
    let (_, _, summary) = one_case(net, head);
    assert_eq!(summary.faults[0].kind, FaultKind::EndlessLoop);
}

#[test]
fn a_gateway_without_a_way_is_named() {
    let mut net = Net::new();
    let end = net.end();
    let never = Way { target: end, rule: Rule::When(Predicate::Constant(false)) };
    let split = net.add(Kind::Exclusive(vec![never]));
    let (case, _, summary) = one_case(net, split);
    assert_eq!(case.departure, Departure::Stuck(split));
    assert_eq!(summary.faults[0].kind, FaultKind::NoWayOut);
}

fn inclusive(net: &mut Net, incoming: u32, ways: Vec<Way>) -> Node {
    net.add(Kind::Inclusive(Box::new(Inclusive { incoming, ways, flows: Vec::new(), reach: Vec::new() })))
}

fn always(target: Node, holds: bool) -> Way {
    Way { target, rule: Rule::When(Predicate::Constant(holds)) }
}

#[test]
fn an_inclusive_join_waits_for_what_can_come_and_for_nothing_else() {
    for (taken, expected) in [([true, true, false], 30), ([true, false, false], 10), ([true, true, true], 60)] {
        let mut net = Net::new();
        let end = net.end();
        let join = inclusive(&mut net, 3, vec![always(end, true)]);
        let tasks = [10.0, 30.0, 60.0].map(|length| task(&mut net, length));
        let ways = tasks.iter().zip(taken).map(|(&t, holds)| always(t, holds)).collect();
        for t in tasks {
            net.chain(&[t, join]);
        }
        let split = inclusive(&mut net, 1, ways);
        let (case, recorder, _) = one_case(net, split);
        assert_eq!((minutes_of(&case), case.departure), (expected, Departure::Complete));
        assert_eq!(recorder.of(end).len(), 0, "ends are no activities");
    }
}

/// The time for which a join stood for a token that then went another way was in no class of the case's elapsed time.
#[test]
fn an_inclusive_join_counts_waiting_for_one_that_goes_another_way() {
    let mut net = Net::new();
    let (end, elsewhere) = (net.end(), net.end());
    let after_join = task(&mut net, 5.0);
    net.chain(&[after_join, end]);
    let join = inclusive(&mut net, 2, vec![always(after_join, true)]);
    let (a, b) = (task(&mut net, 10.0), task(&mut net, 40.0));
    let away = net.split(&[(0.0, join), (1.0, elsewhere)]);
    net.chain(&[a, join]);
    net.chain(&[b, away]);
    let split = inclusive(&mut net, 1, vec![always(a, true), always(b, true)]);
    let (case, recorder, _) = one_case(net, split);
    assert_eq!(recorder.only(after_join).started, after(NINE, 40));
    assert_eq!((minutes_of(&case), case.path(PathClass::External)), (45, 30 * MS_PER_MINUTE));
}

/// Shares of an inclusive split are coins of their own; where all fall tails, one way is drawn by the same shares.
#[test]
fn inclusive_shares_are_independent() {
    const N: usize = 40_000;
    let mut net = Net::new();
    let end = net.end();
    let join = inclusive(&mut net, 2, vec![always(end, true)]);
    let tasks = [task(&mut net, 1.0), task(&mut net, 1.0)];
    for t in tasks {
        net.chain(&[t, join]);
    }
    let ways = tasks.iter().map(|&target| Way { target, rule: Rule::Share(vec![0.5]) }).collect();
    let split = inclusive(&mut net, 1, ways);
    net.arrivals(split, &vec![NINE; N]);
    let (recorder, _) = net.seal().run();
    let share = |node| recorder.of(node).len() as f64 / N as f64;
    // 3/8 for one alone and 1/4 for both; four standard errors of a share.
    let tolerance = 4.0 * (0.625 * 0.375 / N as f64).sqrt();
    assert!((share(tasks[0]) - 0.625).abs() < tolerance && (share(tasks[1]) - 0.625).abs() < tolerance);
}
