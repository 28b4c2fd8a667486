//! The straight path for plain work comes to the same as the general one, record by record.

use crate::programs::{Net, Node, WEEKDAYS, at, one_of, whole};
use crate::transcript::Transcript;
use kezek::base::distribution::Distribution;
use kezek::base::progress::CancelToken;
use kezek::base::time::MS_PER_MINUTE;
use kezek::engine::account::Account;
use kezek::engine::program::*;
use kezek::engine::run::{run, run_without_short_cuts};

/// Chooses by a sequence of numbers (SplitMix64), so that each seed is one net for good.
struct Choice(u64);

impl Choice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (x ^ (x >> 31)) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// A net of work of all kinds on shared pools, with splits, loops, forks, bodies that time out, and lines that fill up.
fn random_net(seed: u64) -> Net {
    let mut choice = Choice(seed);
    let mut net = Net::new();
    let office = net.weekly(30, WEEKDAYS, &[(9, 13), (14, 18)]);
    let late = net.weekly(30, &[1, 3, 5], &[(16, 20)]);
    let pools: Vec<_> = (0..1 + choice.below(4))
        .map(|_| {
            let count = 1 + choice.below(4) as u32;
            let hours = [None, Some(office), Some(late)][choice.below(3) as usize];
            let pool =
                if choice.one_in(4) { net.shifts(&[(count, hours), (1, Some(late))]) } else { net.shifts(&[(count, hours)]) };
            if net.program.pools[pool].groups.len() == 1 {
                net.program.pools[pool].hours = hours;
            }
            net.program.pools[pool].cost_per_hour = choice.below(2) as f64 * 1_234_567.0;
            if choice.one_in(4) {
                net.program.pools[pool].discipline = Discipline::Priority;
            }
            if choice.one_in(4) {
                net.program.pools[pool].absence = 0.2;
            }
            if choice.one_in(4) {
                let (up, down) = (net.fixed(1_000.0), net.fixed(95.0));
                net.program.pools[pool].outages = Some(Outages { up, down });
            }
            pool
        })
        .collect();
    let lengths = [
        net.fixed(0.0),
        net.fixed(30.0),
        net.exponential(20.0 * MS_PER_MINUTE as f64),
        net.duration(Distribution::Uniform { min: 0.0, max: 90.0 * MS_PER_MINUTE as f64 }),
    ];
    let end = net.end();
    let mut next = end;
    for _ in 0..3 + choice.below(8) {
        let (pool, length) = (pools[choice.below(pools.len() as u64) as usize], lengths[choice.below(4) as usize]);
        let node = net.work(pool, length);
        let second = pools[choice.below(pools.len() as u64) as usize];
        let work = net.work_mut(node);
        work.performer = [Performer::Staff, Performer::Machine, Performer::Citizen][choice.below(3) as usize];
        (work.citizen_in_line, work.citizen_at_work) = (choice.one_in(2), choice.one_in(2));
        work.priority = choice.below(3) as i64;
        match choice.below(8) {
            0 => work.sitting = Sitting::Overtime,
            1 => work.patience = Some((lengths[1], end)),
            2 if second != pool => work.requests.push(one_of(second)),
            _ => {}
        }
        if choice.one_in(3) {
            net.program.elements[node].visit_slot = None;
        }
        if choice.one_in(4) {
            net.effect(node, Effect::Count(Account::Rework, 1));
        }
        net.program.elements[node].reported = !choice.one_in(5);
        net.program.elements[node].next = Some(next);
        next = match choice.below(6) {
            0 => {
                let again = net.split(&[(0.2, node), (0.8, next)]);
                net.program.elements[node].next = Some(again);
                node
            }
            1 => fork_over(&mut net, node, lengths[2]),
            2 => {
                let over = net.end();
                let inner = net.work(pool, lengths[2]);
                net.chain(&[inner, over]);
                let watcher =
                    Watcher { trigger: Trigger::After(lengths[1]), interrupting: true, target: node, stream: Default::default() };
                let body = net.enter(inner, vec![watcher]);
                net.program.elements[body].next = Some(node);
                body
            }
            _ => node,
        };
    }
    let per_hour = 0.2 + choice.below(20) as f64 / 10.0;
    net.poisson(next, per_hour, 24 * 40);
    if choice.one_in(2) {
        // Many at one instant, and at the very beginning and end of shifts.
        let instants: Vec<_> = (0..40).map(|i| at(1 + i / 8, [0, 9, 13, 18, 20][i as usize % 5], 0)).collect();
        let mut instants = instants;
        instants.sort_unstable();
        net.arrivals(next, &instants);
    }
    net.seal()
}

/// A fork of which one way waits a while, with a join before `node`.
fn fork_over(net: &mut Net, node: Node, length: Idx) -> Node {
    let join = net.join(2, node);
    let (one, other) = (net.pass(), net.delay(length));
    net.program.elements[one].next = Some(join);
    net.program.elements[other].next = Some(join);
    net.fork(&[one, other])
}

type Idx = crate::programs::Duration;

#[test]
fn straight_and_general_path_say_the_same_of_two_hundred_random_nets() {
    let mut activities = 0;
    for seed in 0..200 {
        let net = random_net(seed);
        let plan = whole(seed, 0, at(35, 12, 0));
        let empty = || Transcript { without_hints: true, ..Transcript::default() };
        let (mut straight, mut general) = (empty(), empty());
        let one = run(&net.program, &plan, &mut straight, &CancelToken::default());
        let other = run_without_short_cuts(&net.program, &plan, &mut general, &CancelToken::default());
        if let Some(at) = straight.lines.iter().zip(&general.lines).position(|(one, other)| one != other) {
            panic!("seed {seed}, record {at}:\n{}\n{}", straight.lines[at], general.lines[at]);
        }
        assert_eq!(straight.lines.len(), general.lines.len(), "seed {seed}");
        assert_eq!(format!("{one:?}"), format!("{other:?}"), "seed {seed}");
        activities += straight.lines.len();
    }
    assert!(activities > 100_000, "the nets do something: {activities} records");
}
