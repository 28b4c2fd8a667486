//! Laws that hold on every run, tried on random programs: pools with random hours and disciplines, flows of random blocks.
//!
//! The generator makes structured flows only (what splits also joins), so that a deadlock would be the engine's fault.
//! Its random numbers are fixed: the same programs are tried each time.

use crate::programs::{Duration, Net, Node, Pool, Recorder, at, minutes, one_of, record, whole};
use kezek::base::distribution::Distribution;
use kezek::base::idx::Idx;
use kezek::base::time::SimDuration;
use kezek::engine::arrivals::ArrivalProcess;
use kezek::engine::condition::Predicate;
use kezek::engine::program::*;
use kezek::engine::random::stream::StreamId;
use kezek::engine::record::{Activity, RunSummary, Stop};
use kezek::engine::run::RunPlan;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;

/// A part of a flow with one way in and one way out.
#[derive(Clone, Debug)]
enum Block {
    Task { pool: usize, second: Option<usize>, mean: f64, sitting: u8, priority: i64, patience: Option<f64> },
    Free { mean: f64, shift: bool },
    Delay { mean: f64, fixed: bool },
    Sequence(Vec<Block>),
    Exclusive(Vec<Block>),
    Parallel(Vec<Block>),
    Inclusive(Vec<(f64, Block)>),
    Loop(Box<Block>, f64),
    Body { inner: Box<Block>, timer: Option<(f64, bool, Box<Block>)> },
    Race(f64, f64, Box<Block>, Box<Block>),
    Gather { size: u32, at_most: f64 },
}

#[derive(Clone, Debug)]
struct PoolRecipe {
    groups: Vec<(u32, u8)>,
    discipline: u8,
    absence: bool,
    outages: bool,
    room: Option<u32>,
}

#[derive(Clone, Debug)]
struct Recipe {
    pools: Vec<PoolRecipe>,
    flows: Vec<(Block, f64, u64)>,
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        5 => (0..4usize, of(0..4usize), 1.0..60.0f64, 0..3u8, 0..3i64, of(1.0..120.0f64)).prop_map(
            |(pool, second, mean, sitting, priority, patience)| Block::Task { pool, second, mean, sitting, priority, patience }
        ),
        1 => (1.0..300.0f64, any::<bool>()).prop_map(|(mean, shift)| Block::Free { mean, shift }),
        2 => (1.0..600.0f64, any::<bool>()).prop_map(|(mean, fixed)| Block::Delay { mean, fixed }),
        1 => (2..4u32, 10.0..1000.0f64).prop_map(|(size, at_most)| Block::Gather { size, at_most }),
    ];
    leaf.prop_recursive(3, 14, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            3 => vec(inner.clone(), 1..4).prop_map(Block::Sequence),
            2 => vec(inner.clone(), 2..4).prop_map(Block::Exclusive),
            2 => vec(inner.clone(), 2..4).prop_map(Block::Parallel),
            2 => vec((0.1..0.9f64, inner.clone()), 2..4).prop_map(Block::Inclusive),
            1 => (boxed(), 0.05..0.5f64).prop_map(|(body, again)| Block::Loop(body, again)),
            2 => (boxed(), of((5.0..500.0f64, any::<bool>(), boxed())))
                .prop_map(|(inner, timer)| Block::Body { inner, timer }),
            1 => (5.0..100.0f64, 5.0..100.0f64, boxed(), boxed()).prop_map(|(a, b, left, right)| Block::Race(a, b, left, right)),
        ]
    })
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let pool = (vec((1..4u32, 0..4u8), 1..3), 0..3u8, prop::bool::weighted(0.2), prop::bool::weighted(0.2), of(0..5u32))
        .prop_map(|(groups, discipline, absence, outages, room)| PoolRecipe { groups, discipline, absence, outages, room });
    let flow = (block(), 10.0..60.0f64, 60..160u64);
    (vec(pool, 1..5), vec(flow, 1..3)).prop_map(|(pools, flows)| Recipe { pools, flows })
}

struct Builder {
    net: Net,
    pools: Vec<Pool>,
    shift: crate::programs::Hours,
}

impl Builder {
    fn random(&mut self, mean: f64) -> Duration {
        self.net.exponential(minutes(mean))
    }

    /// Builds a block whose ways out all lead to `next`, and returns where it begins.
    fn block(&mut self, block: &Block, next: Node) -> Node {
        match block {
            Block::Task { pool, second, mean, sitting, priority, patience } => {
                let duration = self.random(*mean);
                let n = self.pools.len();
                let node = self.net.work(self.pools[pool % n], duration);
                let patience = patience.map(|mean| (self.random(mean), next));
                let other = second
                    .map(|s| s % n)
                    .filter(|s| *s != pool % n && self.meet(self.pools[pool % n], self.pools[*s]))
                    .map(|s| one_of(self.pools[s]));
                let work = self.net.work_mut(node);
                work.requests.extend(other);
                work.patience = patience;
                work.priority = *priority;
                work.sitting = [Sitting::Pauses, Sitting::OneSitting, Sitting::Overtime][usize::from(*sitting)];
                self.then(node, next)
            }
            Block::Free { mean, shift } => {
                let duration = self.random(*mean);
                let node = self.net.free_work(duration);
                self.net.work_mut(node).hours = shift.then_some(self.shift);
                self.then(node, next)
            }
            Block::Delay { mean, fixed } => {
                let duration = if *fixed { self.net.fixed(mean.round()) } else { self.random(*mean) };
                let node = self.net.delay(duration);
                self.then(node, next)
            }
            Block::Gather { size, at_most } => {
                let at_most = Some(SimDuration(minutes(*at_most) as i64));
                let gather = self.net.program.gathers.push(Gather { size: *size, at_most });
                let node = self.net.add(Kind::Gather(gather));
                self.then(node, next)
            }
            Block::Sequence(parts) => parts.iter().rev().fold(next, |next, part| self.block(part, next)),
            Block::Exclusive(parts) => {
                let ways: Vec<(f64, Node)> = parts.iter().map(|part| (1.0, self.block(part, next))).collect();
                self.net.split(&ways)
            }
            Block::Parallel(parts) => {
                let join = self.net.join(parts.len() as u32, next);
                let starts: Vec<Node> = parts.iter().map(|part| self.branch(part, join)).collect();
                self.net.fork(&starts)
            }
            Block::Inclusive(parts) => {
                let out = vec![Way { target: next, rule: Rule::When(Predicate::Constant(true)) }];
                let join = self.inclusive(parts.len() as u32, out);
                let mut ways: Vec<Way> = Vec::new();
                for (share, part) in parts {
                    ways.push(Way { target: self.branch(part, join), rule: Rule::Share(vec![*share]) });
                }
                let otherwise = self.net.pass();
                let target = self.then(otherwise, join);
                ways.push(Way { target, rule: Rule::Otherwise });
                self.inclusive(1, ways)
            }
            Block::Loop(part, again) => {
                let head = self.net.pass();
                let split = self.net.split(&[(*again, head), (1.0 - again, next)]);
                let start = self.block(part, split);
                self.then(head, start)
            }
            Block::Body { inner, timer } => {
                let end = self.net.end();
                let start = self.block(inner, end);
                let mut watchers = Vec::new();
                if let Some((mean, interrupting, handler)) = timer {
                    let after = self.random(*mean);
                    let back = if *interrupting { next } else { self.net.end() };
                    let target = self.block(handler, back);
                    let stream = StreamId::named("watcher").part(self.net.program.elements.len() as u32);
                    watchers.push(Watcher { trigger: Trigger::After(after), interrupting: *interrupting, target, stream });
                }
                let node = self.net.enter(start, watchers);
                self.then(node, next)
            }
            Block::Race(a, b, left, right) => {
                let (a, b) = (self.random(*a), self.random(*b));
                let (left, right) = (self.block(left, next), self.block(right, next));
                self.net.add(Kind::EventRace(vec![(Trigger::After(a), left), (Trigger::After(b), right)]))
            }
        }
    }

    /// Whether members of two pools are ever on shift together.
    fn meet(&self, one: Pool, other: Pool) -> bool {
        let hours = |pool: Pool| self.net.program.pools[pool].hours.map(|hours| &self.net.program.calendars[hours]);
        match (hours(one), hours(other)) {
            (Some(one), Some(other)) => one.intersect(other).total_open().ms() > 0,
            _ => true,
        }
    }

    /// A branch that comes to its join by one flow.
    fn branch(&mut self, block: &Block, join: Node) -> Node {
        let last = self.net.pass();
        self.then(last, join);
        self.block(block, last)
    }

    fn inclusive(&mut self, incoming: u32, ways: Vec<Way>) -> Node {
        self.net.add(Kind::Inclusive(Box::new(Inclusive { incoming, ways, flows: Vec::new(), reach: Vec::new() })))
    }

    fn then(&mut self, node: Node, next: Node) -> Node {
        self.net.chain(&[node, next])
    }
}

fn build(recipe: &Recipe) -> Program {
    let mut net = Net::new();
    let days = crate::programs::WEEKDAYS;
    let shift = net.weekly(40, days, &[(9 * 60, 18 * 60)]);
    let lunch = net.weekly(40, days, &[(8 * 60, 13 * 60), (14 * 60, 17 * 60)]);
    let night = net.weekly(40, &[0, 1, 2, 3, 4, 5, 6], &[(22 * 60, 30 * 60)]);
    let (up, down) = (net.exponential(minutes(600.0)), net.exponential(minutes(60.0)));
    let mut pools = Vec::new();
    for pool in &recipe.pools {
        let groups: Vec<_> = pool
            .groups
            .iter()
            .map(|&(count, hours)| (count, [None, Some(shift), Some(lunch), Some(night)][usize::from(hours)]))
            .collect();
        let idx = net.shifts(&groups);
        let state = &mut net.program.pools[idx];
        state.discipline = [Discipline::Fifo, Discipline::Priority, Discipline::EarliestDeadline][usize::from(pool.discipline)];
        state.absence = if pool.absence { 0.2 } else { 0.0 };
        state.outages = pool.outages.then_some(Outages { up, down });
        state.room = pool.room;
        pools.push(idx);
    }
    let mut builder = Builder { net, pools, shift };
    for (block, between, n_cases) in &recipe.flows {
        let end = builder.net.end();
        let start = builder.block(block, end);
        let interval = builder.random(*between);
        let term = Some(Term {
            length: TermLength::Calendar(SimDuration::from_days(3)),
            receipt_day_counts: false,
            from_application: false,
        });
        let service = builder.net.service(Service { term, ..Service::default() });
        let arrivals = ArrivalProcess::Renewal { interval, first_at_start: false, limit: Some(*n_cases), hours: None };
        let source = builder.net.source(start, arrivals);
        builder.net.program.sources[source].service = Some(service);
    }
    builder.net.seal().program
}

/// The `n`-th random program.
pub fn generated(n: usize) -> Program {
    let mut runner = TestRunner::deterministic();
    (0..=n).map(|_| build(&recipe().new_tree(&mut runner).unwrap().current())).last().unwrap()
}

/// Long enough for all cases of a random program to leave.
fn plan() -> RunPlan {
    whole(5, 0, at(20 * 7, 0, 0))
}

/// Tries a law on random programs and shrinks what breaks it.
fn on_random_programs(cases: u32, law: impl Fn(&Program, &Recorder, &RunSummary)) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&recipe(), |recipe| {
        let program = build(&recipe);
        let (recorder, summary) = record(&program, &plan());
        law(&program, &recorder, &summary);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn every_run_ends_and_every_case_of_a_structured_flow_is_completed() {
    on_random_programs(1200, |_, _, summary| {
        assert_eq!(summary.stop, Stop::Complete);
        assert!(summary.faults.is_empty(), "{:?}", summary.faults);
        assert!(summary.sources.iter().all(|s| s.stuck == 0 && s.unfinished == 0));
    });
}

#[test]
fn cases_are_conserved() {
    on_random_programs(800, |_, recorder, summary| {
        for (i, source) in summary.sources.iter().enumerate() {
            assert_eq!(source.arrived, source.completed + source.stuck + source.unfinished);
            assert_eq!(source.arrived, recorder.cases.iter().filter(|case| case.id.source == Idx::new(i)).count() as u64);
        }
    });
}

/// L = lambda W over a run that starts and ends empty, exact to the millisecond.
#[test]
fn littles_law_is_exact_where_a_run_starts_and_ends_empty() {
    let tried = std::cell::Cell::new(0);
    on_random_programs(800, |_, recorder, summary| {
        for (i, source) in summary.sources.iter().enumerate() {
            if source.unfinished > 0 || recorder.cases.iter().any(|case| case.ended > plan().window.1) {
                continue;
            }
            let sojourns = recorder.cases.iter().filter(|case| case.id.source == Idx::new(i)).map(|case| case.elapsed());
            assert_eq!(source.in_flight_area, sojourns.sum::<i64>());
            tried.set(tried.get() + 1);
        }
    });
    assert!(tried.get() > 100, "only {} sources ended empty", tried.get());
}

#[test]
fn elapsed_time_divides_into_its_classes_without_rest() {
    on_random_programs(1200, |_, recorder, _| {
        for case in &recorder.cases {
            assert_eq!(case.elapsed(), case.path.iter().sum::<i64>(), "{case:?}");
            assert!(case.path.iter().all(|part| *part >= 0), "{case:?}");
        }
    });
}

#[test]
fn waiting_is_busy_time_and_time_off_hours() {
    on_random_programs(800, |_, recorder, _| {
        for activity in recorder.activities.iter().filter(|a| a.served_by.is_some()) {
            assert_eq!(activity.started.since(activity.enabled).ms(), activity.waited_busy + activity.waited_off_hours);
            assert!(activity.waited_busy >= 0 && activity.waited_off_hours >= 0);
        }
    });
}

#[test]
fn records_come_in_order_of_time() {
    on_random_programs(800, |_, recorder, _| {
        assert!(recorder.instants.is_sorted());
        for a in &recorder.activities {
            assert!(a.enabled <= a.started && a.started <= a.ended, "{a:?}");
        }
    });
}

#[test]
fn nobody_does_two_things_at_once() {
    on_random_programs(800, |program, recorder, _| {
        let mut by_member: BTreeMap<(usize, u32, u32), Vec<&Activity>> = BTreeMap::new();
        for activity in &recorder.activities {
            if let Some((pool, group, member)) = activity.served_by {
                assert!(member < program.pools[pool].groups[group as usize].count, "{activity:?}");
                by_member.entry((pool.get(), group, member)).or_default().push(activity);
            }
        }
        for all in by_member.values_mut() {
            all.sort_by_key(|a| (a.started, a.ended));
            for pair in all.windows(2) {
                assert!(pair[0].ended <= pair[1].started, "{pair:?}");
            }
        }
    });
}

#[test]
fn work_begins_on_shift_and_fills_no_more_than_the_roster() {
    on_random_programs(800, |program, recorder, summary| {
        for activity in &recorder.activities {
            let Some((pool, group, _)) = activity.served_by else { continue };
            if let Some(hours) = program.pools[pool].groups[group as usize].hours {
                assert!(program.calendars[hours].is_open(activity.started), "{activity:?}");
            }
        }
        for (pool, statistics) in program.pools.iter().zip(&summary.pools) {
            assert!(pool.absence > 0.0 || statistics.busy <= statistics.rostered);
        }
    });
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    on_random_programs(240, |program, recorder, summary| {
        let (again, other) = record(program, &plan());
        assert_eq!(recorder.text(), again.text());
        assert_eq!(format!("{summary:?}"), format!("{other:?}"));
    });
}

#[test]
fn threads_do_not_matter() {
    let program = generated(3);
    let alone = record(&program, &plan()).0.text();
    let texts: Vec<String> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..8).map(|_| scope.spawn(|| record(&program, &plan()).0.text())).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    assert!(texts.iter().all(|text| *text == alone));
}

/// Says where two lists of records part.
fn assert_equal_lines(left: &[String], right: &[String]) {
    let parting = left.iter().zip(right).position(|(a, b)| a != b);
    assert!(parting.is_none(), "{:?}", parting.map(|i| (&left[i], &right[i])));
    assert_eq!(left.len(), right.len());
}

/// Adds a service of its own, with a pool of its own, and a step before everything else.
fn with_unrelated_elements(program: &Program) -> Program {
    let mut net = Net::named("unrelated ");
    net.program = program.clone();
    let (pool, duration) = (net.pool(1), net.exponential(minutes(20.0)));
    let work = net.work(pool, duration);
    net.renewal(work, Distribution::Exponential { mean: minutes(30.0) }, Some(200));
    for process in program.sources.iter().map(|source| source.process) {
        let pass = net.pass();
        net.program.elements[pass].next = Some(net.program.processes[process].starts[0]);
        net.program.processes[process].starts = vec![pass];
    }
    net.program
}

#[test]
fn an_unrelated_element_changes_no_record_of_the_others() {
    on_random_programs(400, |program, recorder, _| {
        let (other, _) = record(&with_unrelated_elements(program), &plan());
        let n_elements = program.elements.len();
        let known = |a: &&Activity| a.element.get() < n_elements;
        let left: Vec<String> = recorder.activities.iter().map(|a| format!("{a:?}")).collect();
        let right: Vec<String> = other.activities.iter().filter(known).map(|a| format!("{a:?}")).collect();
        assert_equal_lines(&left, &right);
        let n_sources = program.sources.len();
        let cases = |r: &Recorder| {
            let known = r.cases.iter().filter(|case| case.id.source.get() < n_sources);
            known.map(|case| format!("{case:?}")).collect::<Vec<_>>()
        };
        assert_equal_lines(&cases(recorder), &cases(&other));
    });
}

/// Common random numbers: whoever waits less does so for other reasons than luck.
#[test]
fn another_clerk_changes_no_arrival_and_no_drawn_duration() {
    on_random_programs(400, |program, recorder, _| {
        let mut staffed = program.clone();
        for pool in program.pools.indices() {
            staffed.pools[pool].groups[0].count += 1;
        }
        let (other, _) = record(&staffed, &plan());
        let arrivals = |r: &Recorder| {
            r.cases.iter().map(|case| ((case.id.source, case.id.number), case.arrival)).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(arrivals(recorder), arrivals(&other));
        let worked = |r: &Recorder| {
            let finished = r.activities.iter().filter(|a| a.finished);
            finished.map(|a| ((a.case.source, a.case.number, a.element, a.visit), a.worked)).collect::<BTreeMap<_, _>>()
        };
        let (before, after) = (worked(recorder), worked(&other));
        for (key, worked) in &before {
            assert!(after.get(key).is_none_or(|other| other == worked), "{key:?}");
        }
    });
}
