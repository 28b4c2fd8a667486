//! Several classes, several pools, several ways.

use super::formulas::*;
use super::queues::{Arrivals, Station, in_hours, in_minutes, utilisation, zip};
use super::{Finding, Length, by_replication, replicate, replicated};
use crate::programs::{Net, Node, Tally, hours, minutes};
use kezek::base::distribution::Distribution;
use kezek::base::time::{MS_PER_DAY, SimTime};
use kezek::engine::arrivals::{ArrivalProcess, ArrivalState};
use kezek::engine::program::Discipline;
use kezek::engine::random::stream::{CaseKey, Purpose, StreamId};

/// One clerk, classes by falling priority; mean waits by class in hours, and their mean weighted by load.
pub fn by_priority(lambdas: &[f64], mean_service: f64, length: Length) -> Vec<Vec<f64>> {
    let mut net = Net::new();
    let pool = net.pool(1);
    net.program.pools[pool].discipline = Discipline::Priority;
    let service = net.exponential(mean_service);
    let mut works: Vec<Node> = Vec::new();
    for (class, lambda) in lambdas.iter().enumerate() {
        let work = net.work(pool, service);
        net.work_mut(work).priority = (lambdas.len() - class) as i64;
        net.poisson(work, *lambda, length.arrival_hours());
        works.push(work);
    }
    let total: f64 = lambdas.iter().sum();
    replicate(&net.program, length, &Tally::of(&net.program), |tally, _| {
        let mut waits: Vec<f64> = works.iter().map(|&work| in_hours(tally.at(work).mean())).collect();
        waits.push(waits.iter().zip(lambdas).map(|(wait, lambda)| wait * lambda).sum::<f64>() / total);
        waits
    })
}

pub fn priorities() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 200.0, hours: 50_000.0 };
    let lambdas = [0.2, 0.6, 1.2];
    let found = by_priority(&lambdas, minutes(20.0), length);
    let theory = cobham(&lambdas, 3.0);
    zip(["Q19a", "Q19b", "Q19c", "Q19d"], found, [theory[0], theory[1], theory[2], wait_mmc(2.0, 3.0, 1)])
}

pub fn abandonment() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 20.0, hours: 1_500.0 };
    let mut station = Station::new(Arrivals::Poisson(30.0), Distribution::Exponential { mean: minutes(6.0) }, 3);
    station.patience = Some(Distribution::Exponential { mean: minutes(10.0) });
    let (net, work) = station.net(length);
    let found = replicate(&net.program, length, &Tally::of(&net.program), |tally, summary| {
        let waits = tally.at(work);
        vec![waits.share(waits.left), in_minutes(waits.mean()), utilisation(summary, 0)]
    });
    let (left, wait, busy) = erlang_a(30.0, 10.0, 3, 6.0);
    zip(["Q22a", "Q22b", "Q22c"], found, [left, 60.0 * wait, busy])
}

pub fn returned_files() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 15_000.0 };
    let mut net = Net::new();
    let (front, back) = (net.pool(1), net.pool(2));
    let (short, long) = (net.exponential(minutes(7.5)), net.exponential(minutes(15.0)));
    let (desk, office, end) = (net.work(front, short), net.work(back, long), net.end());
    let split = net.split(&[(0.25, desk), (0.75, end)]);
    net.chain(&[desk, office, split]);
    net.poisson(desk, 4.0, length.arrival_hours());
    let found = replicate(&net.program, length, &Tally::of(&net.program), |tally, summary| {
        vec![
            tally.at(desk).n as f64 / tally.n_cases as f64,
            in_hours(tally.mean_sojourn()),
            summary.sources[0].in_flight_area as f64 / hours(length.hours),
        ]
    });
    let (visits, through) = (1.0 / 0.75, 4.0 / 0.75);
    let present = through * (wait_mmc(through, 8.0, 1) + 1.0 / 8.0 + wait_mmc(through, 4.0, 2) + 1.0 / 4.0);
    zip(["Q24a", "Q24b", "Q24c"], found, [visits, present / 4.0, present])
}

pub fn rework_to_the_end_of_the_line() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 15_000.0 };
    let mut net = Net::new();
    let (pool, service) = (net.pool(1), net.exponential(minutes(7.5)));
    let (work, end) = (net.work(pool, service), net.end());
    let split = net.split(&[(0.2, work), (0.8, end)]);
    net.chain(&[work, split]);
    net.poisson(work, 4.0, length.arrival_hours());
    let found = replicate(&net.program, length, &Tally::of(&net.program), |tally, _| vec![in_hours(tally.mean_sojourn())]);
    zip(["Q25"], found, [1.0 / (8.0 * 0.8 - 4.0)])
}

/// `k` approvals in parallel, each with a clerk of its own; mean time to the join in hours.
pub fn approvals(k: usize, per_hour: f64, mean_service: f64, length: Length) -> Vec<f64> {
    let mut net = Net::new();
    let service = net.exponential(mean_service);
    let end = net.end();
    let join = net.join(k as u32, end);
    let works: Vec<Node> = (0..k)
        .map(|_| {
            let pool = net.pool(1);
            let work = net.work(pool, service);
            net.chain(&[work, join]);
            work
        })
        .collect();
    let fork = net.fork(&works);
    net.poisson(fork, per_hour, length.arrival_hours());
    replicate(&net.program, length, &Tally::of(&net.program), |tally, _| vec![in_hours(tally.mean_sojourn())]).remove(0)
}

pub fn two_approvals() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 30_000.0 };
    zip(["Q27a"], vec![approvals(2, 0.5, hours(1.0), length)], [fork_join_2(0.5, 1.0)])
}

pub fn three_approvals() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 30_000.0 };
    let found = approvals(3, 0.5, hours(1.0), length);
    let theory = [1.0 / (1.0 - 0.5), harmonic(3) / (1.0 - 0.5), fork_join_near(3, 0.5, 1.0)];
    zip(["Q27b", "Q27c", "Q27d"], vec![found.clone(), found.clone(), found], theory)
}

pub fn two_tasks_without_queues() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 0.0, hours: 5_000.0 };
    let mut net = Net::new();
    let (day, end) = (net.exponential(hours(24.0)), net.end());
    let join = net.join(2, end);
    let works = [net.free_work(day), net.free_work(day)];
    for work in works {
        net.chain(&[work, join]);
    }
    let fork = net.fork(&works);
    net.poisson(fork, 1.0, length.arrival_hours());
    let found = replicate(&net.program, length, &Tally::of(&net.program), |tally, _| vec![in_hours(tally.mean_sojourn()) / 24.0]);
    zip(["Q28"], found, [harmonic(2)])
}

/// Calls by the hour of the day, counted for a thousand days.
pub fn calls_by_hour() -> Vec<Finding> {
    const DAYS: usize = 1_000;
    let rate = |hour: usize| match hour % 24 {
        8..11 => 20.0,
        11..14 => 40.0,
        14..17 => 40.0 / 3.0,
        _ => 0.0,
    };
    let cumulative = (0..DAYS * 24).scan(0.0, |sum, hour| {
        *sum += rate(hour);
        Some(*sum)
    });
    let process = ArrivalProcess::Poisson { cumulative: cumulative.collect() };
    let stream = StreamId::named("calls").purpose(Purpose::Arrival);
    let mut found = by_replication(150, |replication| {
        let mut state = ArrivalState::new(&process, SimTime::ZERO);
        let mut calls = vec![0.0; DAYS];
        while let Some(call) = state.next(&process, &[], |n| CaseKey::new(1, replication, 7, n).draw(stream, 0)) {
            assert!(rate((call.ms() / 3_600_000) as usize) > 0.0, "nobody calls at night");
            calls[(call.ms() / MS_PER_DAY) as usize] += 1.0;
        }
        let mean = calls.iter().sum::<f64>() / DAYS as f64;
        let variance = calls.iter().map(|n| (n - mean).powi(2)).sum::<f64>() / (DAYS - 1) as f64;
        vec![mean, variance / mean]
    });
    let ratio = found.remove(1);
    vec![replicated("Q33", found.remove(0), 220.0), replicated("Q34", ratio, 1.0)]
}
