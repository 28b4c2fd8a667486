//! One line, one pool.

use super::formulas::*;
use super::{Finding, Length, replicate, replicated};
use crate::programs::{Net, Node, Tally, hours, minutes};
use kezek::base::distribution::Distribution;
use kezek::base::time::{MS_PER_HOUR, MS_PER_MINUTE};
use kezek::engine::program::Discipline;
use kezek::engine::record::RunSummary;

/// When customers come.
pub enum Arrivals {
    /// A Poisson process, by the hour.
    Poisson(f64),
    /// A renewal process.
    Renewal(Distribution),
}

/// A service point: arrivals, a line, a pool. The general case of every row here.
pub struct Station {
    pub arrivals: Arrivals,
    pub service: Distribution,
    pub servers: u32,
    pub room: Option<u32>,
    pub patience: Option<Distribution>,
    pub discipline: Discipline,
}

impl Station {
    pub fn new(arrivals: Arrivals, service: Distribution, servers: u32) -> Station {
        Station { arrivals, service, servers, room: None, patience: None, discipline: Discipline::Fifo }
    }

    pub fn markov(per_hour: f64, mean_service: f64, servers: u32) -> Station {
        Station::new(Arrivals::Poisson(per_hour), Distribution::Exponential { mean: mean_service }, servers)
    }

    /// Returns the net and its work.
    pub fn net(&self, length: Length) -> (Net, Node) {
        let mut net = Net::new();
        let pool = net.pool(self.servers);
        net.program.pools[pool].room = self.room;
        net.program.pools[pool].discipline = self.discipline;
        let service = net.duration(self.service.clone());
        let work = net.work(pool, service);
        let (end, lost) = (net.end(), net.end());
        net.program.elements[end].reported = false;
        net.chain(&[work, end]);
        if let Some(patience) = &self.patience {
            let patience = net.duration(patience.clone());
            net.work_mut(work).patience = Some((patience, lost));
        }
        match &self.arrivals {
            Arrivals::Poisson(per_hour) => net.poisson(work, *per_hour, length.arrival_hours()),
            Arrivals::Renewal(between) => net.renewal(work, between.clone(), None),
        };
        (net, work)
    }
}

fn measure(station: &Station, length: Length, what: impl Fn(&Tally, Node, &RunSummary) -> Vec<f64> + Sync) -> Vec<Vec<f64>> {
    measure_with(station, length, Tally::default(), what)
}

fn measure_with(
    station: &Station,
    length: Length,
    settings: Tally,
    what: impl Fn(&Tally, Node, &RunSummary) -> Vec<f64> + Sync,
) -> Vec<Vec<f64>> {
    let (net, work) = station.net(length);
    let tally = Tally { thresholds: settings.thresholds, sojourns: settings.sojourns, ..Tally::of(&net.program) };
    replicate(&net.program, length, &tally, |tally, summary| what(tally, work, summary))
}

pub fn in_minutes(ms: f64) -> f64 {
    ms / MS_PER_MINUTE as f64
}

pub fn in_hours(ms: f64) -> f64 {
    ms / MS_PER_HOUR as f64
}

pub fn utilisation(summary: &RunSummary, pool: usize) -> f64 {
    summary.pools[pool].busy as f64 / summary.pools[pool].rostered as f64
}

/// Utilisation, number in line, number present, wait and sojourn in minutes.
fn five_measures(tally: &Tally, work: Node, summary: &RunSummary, length: Length) -> Vec<f64> {
    let span = hours(length.hours);
    vec![
        utilisation(summary, 0),
        summary.pools[0].queue_area as f64 / span,
        summary.sources[0].in_flight_area as f64 / span,
        in_minutes(tally.at(work).mean()),
        in_minutes(tally.mean_sojourn()),
    ]
}

/// Two and a half million patients.
pub fn one_doctor() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 200.0, hours: 60_000.0 };
    let settings = Tally { sojourns: Some(Vec::new()), ..Tally::default() };
    let found = measure_with(&Station::markov(2.0, minutes(20.0), 1), length, settings, |tally, work, summary| {
        let mut measures = five_measures(tally, work, summary, length);
        let mut sojourns = tally.sojourns.clone().unwrap_or_default();
        sojourns.sort_unstable();
        measures.push(in_minutes(kezek::statistics::rank::quantile_of_sorted(&sojourns, 0.9).unwrap() as f64));
        measures.push(tally.at(work).share(tally.at(work).at_once));
        measures
    });
    let (lambda, mu) = (2.0, 3.0);
    let wait = wait_mmc(lambda, mu, 1);
    let theory = [
        lambda / mu,
        lambda * wait,
        lambda * (wait + 1.0 / mu),
        60.0 * wait,
        60.0 * (wait + 1.0 / mu),
        60.0 * 10.0_f64.ln() / (mu - lambda),
        1.0 - lambda / mu,
    ];
    zip(["Q01a", "Q01b", "Q01c", "Q01d", "Q01e", "Q03", "Q04"], found, theory)
}

/// Puts ids, findings and theory together.
pub fn zip<const N: usize>(ids: [&'static str; N], found: Vec<Vec<f64>>, theory: [f64; N]) -> Vec<Finding> {
    ids.into_iter().zip(found).zip(theory).map(|((id, values), theory)| replicated(id, values, theory)).collect()
}

pub fn two_doctors() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 80_000.0 };
    let found = measure(&Station::markov(2.0, minutes(20.0), 2), length, |t, w, s| five_measures(t, w, s, length));
    let wait = wait_mmc(2.0, 3.0, 2);
    let theory = [1.0 / 3.0, 2.0 * wait, 2.0 * (wait + 1.0 / 3.0), 60.0 * wait, 60.0 * wait + 20.0];
    zip(["Q02a", "Q02b", "Q02c", "Q02d", "Q02e"], found, theory)
}

pub fn five_windows() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 20.0, hours: 42_000.0 };
    let settings = Tally { thresholds: [minutes(15.0) as i64, minutes(20.0) as i64], ..Tally::default() };
    let found = measure_with(&Station::markov(40.0, minutes(6.0), 5), length, settings, |tally, work, summary| {
        let waits = tally.at(work);
        vec![
            1.0 - waits.share(waits.at_once),
            in_minutes(waits.mean()),
            waits.share(waits.longer[0]),
            waits.share(waits.longer[1]),
            summary.pools[0].queue_area as f64 / hours(length.hours),
        ]
    });
    let wait = wait_mmc(40.0, 10.0, 5);
    let tail = |t| wait_tail_mmc(40.0, 10.0, 5, t);
    let theory = [erlang_c(5, 4.0), 60.0 * wait, tail(0.25), tail(1.0 / 3.0), 40.0 * wait];
    zip(["Q05a", "Q05b", "Q05c", "Q05d", "Q05e"], found, theory)
}

pub fn six_windows() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 20.0, hours: 10_000.0 };
    let found = measure(&Station::markov(40.0, minutes(6.0), 6), length, |t, w, _| vec![in_minutes(t.at(w).mean())]);
    zip(["Q05f"], found, [60.0 * wait_mmc(40.0, 10.0, 6)])
}

/// The ratio of two means, per replication: its bias is the square of a replication's relative error, here below 0.3 %.
pub fn pooling() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 300.0, hours: 250_000.0 };
    let wait = |t: &Tally, w: Node, _: &RunSummary| vec![t.at(w).mean()];
    let separate = measure(&Station::markov(0.8, hours(1.0), 1), length, wait);
    let pooled = measure(&Station::markov(1.6, hours(1.0), 2), length, wait);
    let ratio = separate[0].iter().zip(&pooled[0]).map(|(a, b)| a / b).collect();
    zip(["Q06"], vec![ratio], [wait_mmc(0.8, 1.0, 1) / wait_mmc(1.6, 1.0, 2)])
}

/// One is served, four wait, the sixth goes away.
pub fn full_waiting_room() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 20.0, hours: 12_000.0 };
    let mut station = Station::markov(10.0, minutes(4.0), 1);
    station.room = Some(4);
    station.patience = Some(Distribution::Fixed(hours(1e6)));
    let found = measure(&station, length, |tally, work, summary| {
        vec![tally.at(work).share(tally.at(work).left), summary.sources[0].in_flight_area as f64 / hours(length.hours)]
    });
    let (blocked, present) = mm1k(10.0 / 15.0, 5);
    zip(["Q08a", "Q08b"], found, [blocked, present])
}

/// No room to wait at all.
pub fn loss_system() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 40_000.0 };
    let mut station = Station::markov(3.0, hours(4.0), 15);
    station.room = Some(0);
    station.patience = Some(Distribution::Fixed(hours(1e6)));
    let found = measure(&station, length, |tally, work, _| vec![tally.at(work).share(tally.at(work).left)]);
    // Patience of no length at all says the same.
    station.room = None;
    station.patience = Some(Distribution::Fixed(0.0));
    let impatient = measure(&station, length, |tally, work, _| vec![tally.at(work).share(tally.at(work).left)]);
    assert_eq!(found, impatient);
    zip(["Q09"], found, [erlang_b(15, 12.0)])
}

fn wait_of(service: Distribution, per_hour: f64, length: Length) -> Vec<f64> {
    let station = Station::new(Arrivals::Poisson(per_hour), service, 1);
    measure(&station, length, |tally, work, _| vec![in_minutes(tally.at(work).mean())]).remove(0)
}

/// Theory's wait in minutes from the moments that the program's own distribution states.
fn pollaczek_khinchine(service: &Distribution, per_hour: f64) -> f64 {
    let hour = hours(1.0);
    60.0 * wait_mg1(per_hour, service.mean() / hour, service.variance() / (hour * hour))
}

pub fn constant_service() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 200.0, hours: 45_000.0 };
    let service = Distribution::Fixed(minutes(20.0));
    let constant = wait_of(service.clone(), 2.0, length);
    let random = wait_of(Distribution::Exponential { mean: minutes(20.0) }, 2.0, length);
    let ratio = constant.iter().zip(&random).map(|(a, b)| a / b).collect();
    let theory = pollaczek_khinchine(&service, 2.0);
    zip(["Q10a", "Q10b"], vec![constant, ratio], [theory, theory / 40.0])
}

pub fn triangular_service() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 15_000.0 };
    let service = Distribution::Triangular { min: minutes(5.0), likely: minutes(10.0), max: minutes(24.0) };
    let theory = pollaczek_khinchine(&service, 3.0);
    zip(["Q11"], vec![wait_of(service, 3.0, length)], [theory])
}

pub fn lognormal_service() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 200.0, hours: 45_000.0 };
    let service = Distribution::Lognormal { mean: minutes(10.0), sd: minutes(10.0) };
    let theory = pollaczek_khinchine(&service, 4.8);
    zip(["Q12"], vec![wait_of(service, 4.8, length)], [theory])
}

pub fn erlang_service() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 200.0, hours: 45_000.0 };
    let service = Distribution::Erlang { k: 2, mean: minutes(10.0) };
    let theory = pollaczek_khinchine(&service, 4.8);
    zip(["Q13"], vec![wait_of(service, 4.8, length)], [theory])
}

pub fn appointments() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 40_000.0 };
    let between = Arrivals::Renewal(Distribution::Fixed(minutes(30.0)));
    let station = Station::new(between, Distribution::Exponential { mean: minutes(20.0) }, 1);
    let found = measure(&station, length, |tally, work, _| {
        let waits = tally.at(work);
        vec![1.0 - waits.share(waits.at_once), in_minutes(waits.mean())]
    });
    let sigma = sigma_gim1(1.0 / 20.0, |s| (-s * 30.0).exp());
    zip(["Q16a", "Q16b"], found, [sigma, sigma * 20.0 / (1.0 - sigma)])
}

pub fn uniform_queue() -> Vec<Finding> {
    let length = Length { replications: 30, warm_up_hours: 100.0, hours: 15_000.0 };
    let between = Distribution::Uniform { min: 0.0, max: minutes(25.0) };
    let service = Distribution::Uniform { min: minutes(5.0), max: minutes(15.0) };
    let station = Station::new(Arrivals::Renewal(between.clone()), service.clone(), 1);
    let found = measure(&station, length, |tally, work, _| vec![in_minutes(tally.at(work).mean())]).remove(0);
    let squared = minutes(1.0).powi(2);
    let (va, vs) = (between.variance() / squared, service.variance() / squared);
    let (ma, ms) = (between.mean() / minutes(1.0), service.mean() / minutes(1.0));
    let (rho, ca2, cs2) = (ms / ma, va / (ma * ma), vs / (ms * ms));
    let kingman = (va + vs) / ma / (2.0 * (1.0 - rho));
    let daley = ((2.0 - rho) * ca2 + rho * cs2) / (2.0 * (1.0 - rho)) * ms;
    let approximate = rho / (1.0 - rho) * (ca2 + cs2) / 2.0 * ms;
    zip(["Q18a", "Q18b", "Q18c"], vec![found.clone(), found.clone(), found], [kingman, daley, approximate])
}
