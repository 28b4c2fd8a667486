//! Flow analysis, funnels, and sums per case: nothing waits for staff.

use super::queues::{in_hours, in_minutes, zip};
use super::{Finding, Length, number, replicate, replicated};
use crate::programs::{Net, Node, Recorder, Tally, at, hours, minutes};
use kezek::base::distribution::Distribution;
use kezek::base::time::{MS_PER_HOUR, SimTime};
use kezek::engine::account::Account;
use kezek::engine::arrivals::ArrivalProcess;
use kezek::engine::program::{Effect, InitialDraw, Kind, Performer, Place, Service, Trigger};
use kezek::engine::random::stream::StreamId;
use kezek::statistics::summary::Moments;

/// Thirty replications of thirty thousand cases.
const MANY: Length = Length { replications: 30, warm_up_hours: 0.0, hours: 300.0 };
const PER_HOUR: f64 = 100.0;

/// Mean time from arrival to end, in minutes, by replication.
fn cycle_times(mut net: Net, start: Node, length: Length) -> Vec<f64> {
    net.poisson(start, PER_HOUR, length.arrival_hours());
    replicate(&net.program, length, &Tally::of(&net.program), |tally, _| vec![in_minutes(tally.mean_sojourn())]).remove(0)
}

fn task(net: &mut Net, length_minutes: f64) -> Node {
    let duration = net.fixed(length_minutes);
    net.free_work(duration)
}

/// Elapsed minutes of the only case.
fn only_case(mut net: Net, start: Node) -> f64 {
    net.one_case(start, at(0, 9, 0));
    let (recorder, _) = net.run();
    in_minutes(recorder.cases[0].elapsed() as f64)
}

pub fn fixed_flows() -> Vec<Finding> {
    let mut net = Net::new();
    let (a, b) = (task(&mut net, 10.0), task(&mut net, 20.0));
    net.chain(&[a, b]);
    let sequence = only_case(net, a);
    let mut net = Net::new();
    let end = net.end();
    let join = net.join(2, end);
    let (a, b, c) = (task(&mut net, 10.0), task(&mut net, 20.0), task(&mut net, 10.0));
    let fork = net.fork(&[b, c]);
    net.chain(&[a, fork]);
    net.chain(&[b, join]);
    net.chain(&[c, join]);
    vec![number("F01", sequence), number("F04", only_case(net, a))]
}

pub fn split_flows() -> Vec<Finding> {
    let found = [0.5, 0.9].map(|share| {
        let mut net = Net::new();
        let (a, b, c) = (task(&mut net, 10.0), task(&mut net, 20.0), task(&mut net, 10.0));
        let split = net.split(&[(share, b), (1.0 - share, c)]);
        net.chain(&[a, split]);
        cycle_times(net, a, MANY)
    });
    zip(["F02", "F03"], found.to_vec(), [10.0 + 0.5 * 20.0 + 0.5 * 10.0, 10.0 + 0.9 * 20.0 + 0.1 * 10.0])
}

pub fn rework_flows() -> Vec<Finding> {
    let run = |rework: f64, length: Length| {
        let mut net = Net::new();
        let (a, b, end) = (task(&mut net, 10.0), task(&mut net, 20.0), net.end());
        let split = net.split(&[(rework, b), (1.0 - rework, end)]);
        net.chain(&[a, b, split]);
        cycle_times(net, a, length)
    };
    let found = vec![run(0.2, MANY), run(0.99, Length { hours: 25.0, ..MANY })];
    zip(["F05", "F06"], found, [10.0 + 20.0 / 0.8, 10.0 + 20.0 / 0.01])
}

/// Completeness check, credit history and income in parallel, assessment, offer or rejection; all in minutes.
fn credit(rework: f64, [check, history, income, assess, offer, reject]: [f64; 6]) -> Vec<f64> {
    let mut net = Net::new();
    let [check, history, income, assess, offer, reject] =
        [check, history, income, assess, offer, reject].map(|length| task(&mut net, length));
    let decision = net.split(&[(0.6, offer), (0.4, reject)]);
    let join = net.join(2, assess);
    let fork = net.fork(&[history, income]);
    let complete = net.split(&[(rework, check), (1.0 - rework, fork)]);
    net.chain(&[check, complete]);
    net.chain(&[history, join]);
    net.chain(&[income, join]);
    net.chain(&[assess, decision]);
    cycle_times(net, check, MANY)
}

/// Cycle times in days of 24 hours, processing times in hours; efficiency counts a day as eight hours.
pub fn credit_application() -> Vec<Finding> {
    let day = 24.0 * 60.0;
    let in_days = |minutes: Vec<f64>| minutes.into_iter().map(|m| m / day).collect::<Vec<f64>>();
    let lengths = [1.0, 1.0, 3.0, 3.0, 1.0, 2.0].map(|days| days * day);
    let straight = in_days(credit(0.0, lengths));
    let reworked = in_days(credit(0.2, lengths));
    let work: Vec<f64> =
        credit(0.2, [2.0, 0.5, 3.0, 2.0, 2.0, 0.5].map(|h| h * 60.0)).into_iter().map(|minutes| minutes / 60.0).collect();
    let efficiency = work.iter().zip(&reworked).map(|(hours, days)| hours / (days * 8.0)).collect();
    let end = 3.0 + 3.0 + 0.6 + 0.8;
    let theory_work = 2.0 / 0.8 + 3.0 + 2.0 + 0.6 * 2.0 + 0.4 * 0.5;
    let theory = [1.0 + end, 1.0 / 0.8 + end, theory_work, theory_work / ((1.0 / 0.8 + end) * 8.0)];
    zip(["F07", "F08a", "F08b", "F08c"], vec![straight, reworked, work, efficiency], theory)
}

/// How often the check is made, from the case's own counter.
pub fn completeness_checks() -> Vec<Finding> {
    let mut net = Net::new();
    let (check, end) = (task(&mut net, 2.0), net.end());
    let again = net.split(&[(0.2, check), (0.8, end)]);
    net.chain(&[check, again]);
    net.effect(check, Effect::Count(Account::Rework, 1));
    let length = Length { replications: 60, ..MANY };
    net.poisson(check, PER_HOUR, length.arrival_hours());
    let found = replicate(&net.program, length, &Recorder::default(), |recorder, _| {
        let measured = recorder.cases.iter().filter(|case| case.id.measured);
        let checks: Vec<f64> = measured.map(|case| case.account(Account::Rework) as f64).collect();
        let moments = Moments::of(&checks);
        let often = checks.iter().filter(|n| **n >= 3.0).count() as f64 / checks.len() as f64;
        vec![moments.mean().unwrap(), moments.standard_deviation().unwrap().powi(2), often]
    });
    zip(["F08d", "F08e", "F08f"], found, [1.0 / 0.8, 0.2 / 0.64, 0.04])
}

pub fn reworked_exponential() -> Vec<Finding> {
    let mut net = Net::new();
    let duration = net.exponential(minutes(10.0));
    let (work, end) = (net.free_work(duration), net.end());
    let again = net.split(&[(0.2, work), (0.8, end)]);
    net.chain(&[work, again]);
    net.poisson(work, PER_HOUR, MANY.arrival_hours());
    let found = replicate(&net.program, MANY, &Recorder::default(), |recorder, _| {
        let measured = recorder.cases.iter().filter(|case| case.id.measured);
        let moments = Moments::of(&measured.map(|case| in_minutes(case.elapsed() as f64)).collect::<Vec<_>>());
        let mean = moments.mean().unwrap();
        vec![mean, moments.standard_deviation().unwrap() / mean]
    });
    zip(["F14", "F15"], found, [10.0 / 0.8, 1.0])
}

/// Lets those who come by the last of a row of gates be counted.
fn through_gates(shares: &[f64], account: Account) -> Vec<f64> {
    let mut net = Net::new();
    let mut next = net.end();
    net.effect(next, Effect::Count(account, 1));
    for share in shares.iter().rev() {
        let lost = net.end();
        next = net.split(&[(*share, next), (1.0 - share, lost)]);
    }
    net.poisson(next, PER_HOUR, MANY.arrival_hours());
    replicate(&net.program, MANY, &Tally::of(&net.program), |tally, _| vec![tally.per_case(account)]).remove(0)
}

pub fn offers() -> Vec<Finding> {
    // P01: as many hundreds of messages as were sent, of which as many were used.
    let mut net = Net::new();
    let (sent, used) = (net.end(), net.end());
    for end in [sent, used] {
        net.effect(end, Effect::Count(Account::OffersDelivered, 1));
    }
    net.effect(used, Effect::Count(Account::OffersConsented, 1));
    net.arrivals(sent, &vec![at(0, 9, 0); 5_296 - 2_762]);
    net.arrivals(used, &vec![at(0, 9, 0); 2_762]);
    let (recorder, _) = net.run();
    let total = |account| recorder.cases.iter().map(|case| case.account(account)).sum::<i64>() as f64;
    let conversion = total(Account::OffersConsented) / total(Account::OffersDelivered);

    let funnel = [0.95, 0.98, 0.76, 0.97, 0.99];
    let paid = through_gates(&funnel, Account::OffersAnswered);

    // P03: the answer against the end of the window.
    let mut net = Net::new();
    let (answer, window) = (net.exponential(hours(36.0)), net.fixed(72.0 * 60.0));
    let (answered, expired) = (net.end(), net.end());
    net.effect(answered, Effect::Count(Account::OffersAnswered, 1));
    let race = net.add(Kind::EventRace(vec![(Trigger::After(answer), answered), (Trigger::After(window), expired)]));
    net.poisson(race, PER_HOUR, MANY.arrival_hours());
    let mut answers = replicate(&net.program, MANY, &Tally::of(&net.program), |tally, _| {
        vec![tally.per_case(Account::OffersAnswered), in_hours(tally.mean_sojourn())]
    });
    let (mean_hours, share) = (answers.remove(1), answers.remove(0));
    let in_time = 1.0 - (-2.0_f64).exp();
    vec![
        number("P01", conversion),
        replicated("P02", paid, funnel.iter().product()),
        replicated("P03a", share, in_time),
        replicated("P03b", mean_hours, 36.0 * in_time),
    ]
}

pub fn registries() -> Vec<Finding> {
    let all_answer = through_gates(&[0.99; 5], Account::DocumentsFetched);
    // One document has to be asked for; five are asked for where the registry has none.
    let mut net = Net::new();
    let mut next = net.end();
    net.effect(next, Effect::Count(Account::DocumentsRequested, 1));
    for _ in 0..5 {
        let missed = net.pass();
        net.effect(missed, Effect::Count(Account::DocumentsRequested, 1));
        net.chain(&[missed, next]);
        next = net.split(&[(0.9, next), (0.1, missed)]);
    }
    net.poisson(next, PER_HOUR, MANY.arrival_hours());
    let requested =
        replicate(&net.program, MANY, &Tally::of(&net.program), |tally, _| vec![tally.per_case(Account::DocumentsRequested)]);
    zip(["P04", "P05"], vec![all_answer, requested[0].clone()], [0.99_f64.powi(5), 1.0 + 5.0 * 0.1])
}

/// Minutes of travel of a citizen with three errands, made on three days or on one.
fn travel(visits: usize) -> i64 {
    let mut net = Net::new();
    let one_way = net.fixed(40.0);
    let place = net.program.places.push(Place {
        travel: one_way,
        stream: StreamId::named("way"),
        hours: None,
        open_days: None,
        fare: vec![],
    });
    let (errand, night) = (net.fixed(10.0), net.fixed(24.0 * 60.0));
    let mut nodes = Vec::new();
    for i in 0..3 {
        if i > 0 && visits == 3 {
            nodes.push(net.delay(night));
        }
        nodes.push(net.add(Kind::Travel(place)));
        let work = net.free_work(errand);
        net.work_mut(work).place = Some(place);
        nodes.push(work);
    }
    let start = net.chain(&nodes);
    net.one_case(start, at(0, 9, 0));
    let (recorder, _) = net.run();
    assert_eq!(recorder.cases[0].account(Account::Visits), visits as i64);
    recorder.cases[0].account(Account::CitizenTravel)
}

pub fn one_application() -> Vec<Finding> {
    vec![number("P07", in_minutes((travel(3) - travel(1)) as f64))]
}

/// Hours of citizens' work of so many cases.
fn citizen_hours(n_cases: usize, hours_each: f64) -> f64 {
    let mut net = Net::new();
    let duration = net.duration(Distribution::Fixed(hours(hours_each)));
    let work = net.free_work(duration);
    net.work_mut(work).performer = Performer::Citizen;
    net.work_mut(work).citizen_at_work = true;
    net.arrivals(work, &vec![SimTime(MS_PER_HOUR); n_cases]);
    let mut tally = Tally::of(&net.program);
    kezek::engine::run::run(&net.program, &crate::programs::whole(1, 0, at(1, 0, 0)), &mut tally, &Default::default());
    in_hours(tally.accounts[Account::CitizenActive as usize] as f64)
}

pub fn burdens() -> Vec<Finding> {
    // M04: ten applicants, two by post, three by phone, five online; the channel stands in a slot when the service ends.
    let mut net = Net::new();
    let channel = net.slot();
    let service = net.service(Service {
        channel: Some((channel, vec![false, false, true])),
        channel_cost: vec![6_620, 4_110, 220],
        draws: vec![InitialDraw { slot: channel, stream: StreamId::named("channel"), values: vec![vec![(1.0, 0.0)]] }],
        ..Service::default()
    });
    for (value, n) in [(0.0, 2), (1.0, 3), (2.0, 5)] {
        let end = net.end();
        net.effect(end, Effect::Set(channel, value));
        let source = net.source(end, ArrivalProcess::List(vec![at(0, 9, 0); n]));
        net.program.sources[source].service = Some(service);
    }
    let (recorder, _) = net.run();
    let cost: i64 = recorder.cases.iter().map(|case| case.account(Account::OtherCost)).sum();
    vec![
        number("M01", citizen_hours(200_000, 3.0) * 10.0),
        number("M02", citizen_hours(12_000, 2.0) * 50.0),
        number("M04", cost as f64 / 1_000.0 / recorder.cases.len() as f64),
    ]
}
