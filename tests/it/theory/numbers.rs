//! Distributions as they are drawn, intervals as they are computed.

use super::queues::{Station, in_minutes, zip};
use super::{Finding, Length, by_replication, number, replicate, text};
use crate::programs::{Tally, minutes};
use kezek::base::distribution::Distribution;
use kezek::engine::random::sampler::Sampler;
use kezek::engine::random::stream::{CaseKey, StreamId};
use kezek::statistics::interval::{clopper_pearson_interval, student_t_interval};
use kezek::statistics::paired::{paired_difference, welch_difference};
use kezek::statistics::rank::quantile_of_sorted;
use kezek::statistics::summary::Moments;

/// A quantity of 100 000 draws, by replication.
fn drawn(distribution: &Distribution, quantity: impl Fn(&[f64]) -> f64 + Sync) -> Vec<f64> {
    let sampler = Sampler::new(distribution).unwrap();
    let stream = StreamId::named("drawn");
    by_replication(30, |replication| {
        let mut values: Vec<f64> =
            (0..100_000).map(|case| sampler.sample(CaseKey::new(1, replication, 7, case).draw(stream, 0))).collect();
        values.sort_unstable_by(f64::total_cmp);
        vec![quantity(&values)]
    })
    .remove(0)
}

fn mean(values: &[f64]) -> f64 {
    Moments::of(values).mean().unwrap()
}

fn variance(values: &[f64]) -> f64 {
    Moments::of(values).standard_deviation().unwrap().powi(2)
}

/// What is drawn agrees with what the distribution says of itself, and that with the row.
pub fn distributions() -> Vec<Finding> {
    let triangular = Distribution::Triangular { min: 5.0, likely: 10.0, max: 30.0 };
    let lognormal = Distribution::Lognormal { mean: 10.0, sd: 10.0 };
    let normal = Distribution::Normal { mean: 20.0, sd: 15.0 };
    let weibull = Distribution::Weibull { shape: 2.0, scale: 10.0 };
    let quantile = |p: f64| move |values: &[f64]| quantile_of_sorted(values, p).unwrap();
    let found = vec![
        drawn(&triangular, mean),
        drawn(&triangular, variance),
        drawn(&lognormal, quantile(0.5)),
        drawn(&lognormal, quantile(0.9)),
        drawn(&normal, mean),
        drawn(&weibull, mean),
    ];
    let theory = [
        triangular.mean(),
        triangular.variance(),
        lognormal.quantile(0.5),
        lognormal.quantile(0.9),
        normal.mean(),
        weibull.mean(),
    ];
    zip(["S01a", "S01b", "S03a", "S03b", "S04", "S06"], found, theory)
}

pub fn intervals() -> Vec<Finding> {
    let as_is = [12.1, 11.4, 13.0, 12.6, 11.9, 12.2, 12.8, 11.7, 12.4, 12.0];
    let to_be = [10.8, 10.3, 11.5, 11.4, 10.5, 11.1, 11.2, 10.6, 11.1, 10.9];
    let single = student_t_interval(&as_is, 0.95).unwrap();
    // A difference is variant minus baseline: the row states how much the as-is takes longer.
    let paired = paired_difference(&to_be, &as_is, 0.95).unwrap().difference;
    let welch = welch_difference(&to_be, &as_is, 0.95).unwrap().difference;
    let share = clopper_pearson_interval(27, 30, 0.95).unwrap();
    vec![
        number("T01a", single.mean),
        number("T01b", single.half_width()),
        number("T02a", paired.mean),
        number("T02b", paired.half_width()),
        number("T02c", welch.half_width()),
        text("T04", format!("{:.4}-{:.4}", share.low, share.high)),
    ]
}

/// Two hundred experiments of thirty replications of a thousand hours each, after a hundred hours.
pub fn coverage() -> Vec<Finding> {
    const EXPERIMENTS: u32 = 200;
    const REPLICATIONS: u32 = 30;
    let length = Length { replications: EXPERIMENTS * REPLICATIONS, warm_up_hours: 100.0, hours: 1_000.0 };
    let (net, work) = Station::markov(2.0, minutes(20.0), 1).net(length);
    let waits = replicate(&net.program, length, &Tally::of(&net.program), |tally, _| vec![in_minutes(tally.at(work).mean())]);
    let holds = |experiment: &&[f64]| student_t_interval(experiment, 0.95).unwrap().contains(40.0);
    let held = waits[0].chunks(REPLICATIONS as usize).filter(holds).count();
    vec![number("T03", held as f64 / f64::from(EXPERIMENTS))]
}
