//! Laws made of laws: sums, shifts and mixtures, where ours cannot say them exactly as values that stand for them.

use crate::base::distribution::Distribution;

/// How many values stand for a law that ours cannot say.
pub(super) const POINTS: usize = 200;

/// What never happens happens after so many milliseconds: thirty years and more.
pub(super) const NEVER: f64 = 1e12;

/// Returns values that stand for a law: the middles of equal shares, stretched so that their mean is the law's.
pub(super) fn sampled(law: &Distribution, n: usize) -> Vec<(f64, f64)> {
    let values: Vec<f64> = (0..n).map(|i| law.quantile((i as f64 + 0.5) / n as f64)).collect();
    let mean = values.iter().sum::<f64>() / n as f64;
    let factor = if mean > 0.0 { law.mean() / mean } else { 1.0 };
    values.into_iter().map(|value| (value * factor, 1.0 / n as f64)).collect()
}

/// Mixes laws by weight; equal ones stay as they are.
pub(super) fn mixture(laws: Vec<(Distribution, f64)>) -> Option<Distribution> {
    let mut kinds: Vec<(Distribution, f64)> = Vec::new();
    for (law, weight) in laws {
        match kinds.iter_mut().find(|(known, _)| *known == law) {
            Some((_, sum)) => *sum += weight,
            None => kinds.push((law, weight)),
        }
    }
    if kinds.len() <= 1 {
        return kinds.pop().map(|(law, _)| law);
    }
    let n = (4_000 / kinds.len()).clamp(20, POINTS);
    let points = kinds.iter().flat_map(|(law, weight)| {
        let n = if matches!(law, Distribution::Fixed(_)) { 1 } else { n };
        sampled(law, n).into_iter().map(move |(v, w)| (v, w * weight))
    });
    Some(Distribution::Empirical(points.collect()))
}

/// Returns the law of a sum of independent quantities.
pub(super) fn sum(laws: Vec<Distribution>) -> Distribution {
    laws.into_iter().reduce(|a, b| plus(&a, &b)).unwrap_or_default()
}

fn plus(a: &Distribution, b: &Distribution) -> Distribution {
    match (a, b) {
        (Distribution::Fixed(by), law) | (law, Distribution::Fixed(by)) => shifted(law, *by),
        _ => {
            let n = 60;
            let (a, b) = (sampled(a, n), sampled(b, n));
            let points = a.iter().flat_map(|(x, v)| b.iter().map(move |(y, w)| (x + y, v * w)));
            Distribution::Empirical(points.collect())
        }
    }
}

/// Returns the law of a quantity that is always so much larger.
fn shifted(law: &Distribution, by: f64) -> Distribution {
    use Distribution as D;
    match law {
        _ if by == 0.0 => law.clone(),
        D::Fixed(value) => D::Fixed(value + by),
        D::Uniform { min, max } => D::Uniform { min: min + by, max: max + by },
        D::Triangular { min, likely, max } => D::Triangular { min: min + by, likely: likely + by, max: max + by },
        D::Pert { min, likely, max } => D::Pert { min: min + by, likely: likely + by, max: max + by },
        D::Beta { alpha, beta, min, max } => D::Beta { alpha: *alpha, beta: *beta, min: min + by, max: max + by },
        D::Empirical(points) => D::Empirical(points.iter().map(|(value, weight)| (value + by, *weight)).collect()),
        D::Histogram(bins) => D::Histogram(bins.iter().map(|(from, to, weight)| (from + by, to + by, *weight)).collect()),
        law => D::Empirical(sampled(law, POINTS).into_iter().map(|(value, weight)| (value + by, weight)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixture_keeps_the_mean() {
        let laws = vec![(Distribution::Fixed(10.0), 1.0), (Distribution::Exponential { mean: 50.0 }, 3.0)];
        assert!((mixture(laws).unwrap().mean() - 40.0).abs() < 1e-6);
    }

    #[test]
    fn a_sum_has_the_sum_of_means_and_nearly_that_of_variances() {
        let whole = sum(vec![
            Distribution::Exponential { mean: 30.0 },
            Distribution::Uniform { min: 0.0, max: 24.0 },
            Distribution::Fixed(5.0),
        ]);
        assert!((whole.mean() - 47.0).abs() < 1e-6);
        let variance = 900.0 + 48.0;
        assert!((whole.variance() / variance - 1.0).abs() < 0.05, "{}", whole.variance());
        assert_eq!(sum(vec![Distribution::Fixed(2.0), Distribution::Fixed(3.0)]), Distribution::Fixed(5.0));
    }
}
