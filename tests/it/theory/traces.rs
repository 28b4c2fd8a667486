//! Traces that a hand can follow, and identities that hold on any run.

use super::queues::{Station, in_minutes};
use super::{Finding, Length, number, text};
use crate::laws::generated;
use crate::programs::{Net, Tally, WEEKDAYS, at, minutes, record, whole};
use kezek::base::distribution::Distribution;
use kezek::base::time::{MS_PER_HOUR, SimTime};
use kezek::engine::arrivals::ArrivalProcess;
use kezek::engine::run::run;

fn waits_in_minutes(activities: &[kezek::engine::record::Activity]) -> Vec<f64> {
    activities.iter().map(|a| in_minutes(a.started.since(a.enabled).ms() as f64)).collect()
}

fn clock(t: SimTime) -> String {
    let minute = t.ms() / 60_000 % (24 * 60);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

pub fn opening_burst() -> Vec<Finding> {
    let mut net = Net::new();
    let (windows, ten) = (net.pool(3), net.fixed(10.0));
    let work = net.work(windows, ten);
    net.arrivals(work, &[at(0, 9, 0); 30]);
    let (recorder, _) = net.run();
    let waits = waits_in_minutes(&recorder.of(work));
    let soon = waits.iter().filter(|w| **w <= 15.0).count();
    vec![
        number("D01a", waits.iter().sum::<f64>() / 30.0),
        text("D01b", clock(recorder.of(work).iter().map(|a| a.ended).max().unwrap())),
        number("D01c", soon as f64 / 30.0),
        number("D01d", waits.iter().copied().fold(0.0, f64::max)),
    ]
}

pub fn overload() -> Vec<Finding> {
    let mut net = Net::new();
    net.program.begin = at(0, 9, 0);
    let (pool, ten, eight) = (net.pool(1), net.fixed(10.0), net.fixed(8.0));
    let work = net.work(pool, ten);
    net.source(work, ArrivalProcess::Renewal { interval: eight, first_at_start: true, limit: Some(60), hours: None });
    let (recorder, _) = net.run();
    let waits = waits_in_minutes(&recorder.of(work));
    let closing = at(0, 17, 0);
    vec![
        number("D02a", waits.iter().sum::<f64>() / 60.0),
        number("D02b", waits[59]),
        number("D02c", recorder.of(work).iter().filter(|a| a.started >= closing).count() as f64),
    ]
}

/// Mean stay by Little's law from guests who come at even distances: number present over arrival rate, over six hours.
fn stay(guests: i64) -> f64 {
    let six_hours = 6 * MS_PER_HOUR;
    let mut net = Net::new();
    let between = net.duration(Distribution::Fixed((six_hours / guests) as f64));
    let stay = net.fixed(36.0);
    let table = net.free_work(stay);
    net.source(table, ArrivalProcess::Renewal { interval: between, first_at_start: true, limit: None, hours: None });
    let mut plan = whole(1, 0, at(0, 10, 0));
    plan.window.0 = at(0, 4, 0);
    let (_, summary) = record(&net.program, &plan);
    assert_eq!(summary.sources[0].arrived, guests as u64);
    let present = summary.sources[0].in_flight_area as f64 / six_hours as f64;
    assert_eq!(present, guests as f64 / 10.0);
    in_minutes(present / (guests as f64 / six_hours as f64))
}

pub fn restaurant() -> Vec<Finding> {
    vec![number("D04", stay(900)), number("D05", stay(300))]
}

pub fn utilisation_law() -> Vec<Finding> {
    let mut net = Net::new();
    let shift = net.weekly(2, WEEKDAYS, &[(9 * 60, 17 * 60)]);
    let (pool, half_hour) = (net.shifts(&[(1, Some(shift))]), net.fixed(30.0));
    let work = net.work(pool, half_hour);
    let days = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11];
    net.arrivals(work, &days.iter().flat_map(|&day| (0..12).map(move |i| at(day, 9, 35 * i))).collect::<Vec<_>>());
    let (_, summary) = record(&net.program, &whole(1, 0, at(14, 0, 0)));
    vec![number("D06", summary.pools[0].busy as f64 / summary.pools[0].rostered as f64)]
}

/// On a program of many kinds of elements, made by the generator of the laws.
pub fn identities() -> Vec<Finding> {
    let program = generated(11);
    let plan = whole(3, 0, at(14, 0, 0));
    let (recorder, summary) = record(&program, &plan);
    let unexplained = recorder.cases.iter().map(|case| (case.elapsed() - case.path.iter().sum::<i64>()).abs()).max().unwrap();
    let lost: i64 =
        summary.sources.iter().map(|s| s.arrived as i64 - s.completed as i64 - s.stuck as i64 - s.unfinished as i64).sum();
    assert!(recorder.cases.len() > 50 && summary.sources.iter().any(|s| s.completed > 50), "{:?}", summary.sources);

    let to_be = program.clone();
    let difference = |other: &crate::programs::Recorder| {
        let pairs = recorder.cases.iter().zip(&other.cases);
        let differ = pairs.filter(|(a, b)| format!("{a:?}") != format!("{b:?}")).count();
        (differ + recorder.cases.len().abs_diff(other.cases.len())) as f64
    };
    let copy = difference(&record(&to_be, &plan).0);
    let threads: Vec<f64> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..4).map(|_| scope.spawn(|| difference(&record(&program, &plan).0))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });

    let length = Length { replications: 1, warm_up_hours: 200.0, hours: 100_000.0 };
    let (net, _) = Station::markov(2.0, minutes(20.0), 1).net(length);
    let mut tally = Tally::of(&net.program);
    let little = run(&net.program, &length.plan(1, 0), &mut tally, &Default::default());
    let area = little.sources[0].in_flight_area as f64;
    vec![
        number("D07", unexplained as f64),
        number("D08", lost as f64),
        number("D09", copy),
        number("D10", threads.into_iter().fold(0.0, f64::max)),
        number("D11", (area - tally.sojourn as f64).abs() / area),
    ]
}
