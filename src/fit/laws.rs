//! Which distribution fits a sample: by likelihood, with what was broken off counted, chosen by BIC, judged by its distance.

use crate::base::distribution::Distribution;
use crate::base::distribution::law::Law;
use crate::statistics::interval::{Interval, student_t_interval};
use statrs::function::gamma::digamma;

/// Fewer values than this choose no family: they stand for themselves.
const FEW: usize = 10;
/// Values that likelihoods are computed from at most; more are thinned evenly.
const MOST: usize = 20_000;
/// The distance up to which a family may be taken though a large sample tells it apart.
const FAIR: f64 = 0.05;
/// A distance above this over the root of the number of values tells a sample from a law fitted to it, in all but a few of a thousand
/// cases: Lilliefors' tables for families with two parameters, rounded up.
const TOLD_APART: f64 = 1.3;
/// Points that stand for a sample which no family fits.
const POINTS: usize = 200;
/// Share of zeros that a family of positive values may swallow as rounded ones.
const ZEROS: f64 = 0.05;

/// How well a distribution stands for a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// The sample cannot be told from it.
    Good,
    /// It differs, by at most 5 points of percentage anywhere.
    Fair,
    /// No family fits: the sample stands for itself.
    Sample,
    /// There are too few values to choose a family: they stand for themselves.
    Few,
    /// All values are equal.
    Fixed,
}

/// A distribution that was fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The distribution, in the unit of the sample.
    pub law: Distribution,
    /// Its family, in words.
    pub family: &'static str,
    /// How well it fits.
    pub quality: Quality,
    /// The largest distance between the shares of the sample and of the distribution below any value (Kolmogorov-Smirnov).
    pub distance: f64,
    /// Values seen whole.
    pub n: usize,
    /// Values seen only from below: broken off, or still going on.
    pub n_censored: usize,
    /// The mean of the values, with its interval at 95 %; absent below two values.
    pub mean: Option<Interval>,
    /// All families that were tried: name, BIC and distance, the best first.
    pub tried: Vec<(&'static str, f64, f64)>,
}

impl Fitted {
    /// Says how it was found, as a remark beside the figure.
    pub fn note(&self, what: &str) -> String {
        let censored =
            if self.n_censored > 0 { format!(", and {} that were broken off", self.n_censored) } else { String::new() };
        let how = match self.quality {
            Quality::Good => format!(
                "{} by likelihood and BIC; the sample cannot be told from it (distance {:.3})",
                self.family, self.distance
            ),
            Quality::Fair => format!(
                "{} by likelihood and BIC; shares differ by at most {:.1} % (distance {:.3})",
                self.family,
                100.0 * self.distance,
                self.distance
            ),
            Quality::Sample => "no family fits (the best differs by more than 5 %), so the sample stands for itself".to_owned(),
            Quality::Few => "too few to choose a family, so they stand for themselves".to_owned(),
            Quality::Fixed => "all alike".to_owned(),
        };
        format!("{} {what}{censored}: {how}", self.n)
    }
}

/// Fits a distribution to values that are not negative; `None` where there is none. Not finite and negative ones are left out.
///
/// `censored` are values known only to be larger. Deterministic.
pub fn fit(values: &[f64], censored: &[f64]) -> Option<Fitted> {
    let clean = |list: &[f64]| -> Vec<f64> {
        let mut list: Vec<f64> = list.iter().copied().filter(|v| v.is_finite() && *v >= 0.0).collect();
        list.sort_by(f64::total_cmp);
        list
    };
    let (values, censored) = (clean(values), clean(censored));
    let (first, last) = (*values.first()?, *values.last()?);
    let n = values.len();
    let mean_value = values.iter().sum::<f64>() / n as f64;
    let mean = student_t_interval(&values, 0.95).ok();
    let made = |law, family, quality, distance, tried| Fitted {
        law,
        family,
        quality,
        distance,
        n,
        n_censored: censored.len(),
        mean,
        tried,
    };
    if last - first <= 1e-3 * mean_value.max(1e-9) {
        return Some(made(Distribution::Fixed(mean_value.round()), "always the same", Quality::Fixed, 0.0, Vec::new()));
    }
    let sample = || Distribution::Empirical(condensed(&values));
    if n < FEW {
        return Some(made(sample(), "the sample", Quality::Few, 0.0, Vec::new()));
    }
    let grain = grain(&values);
    let zeros = values.iter().take_while(|v| **v == 0.0).count();
    let mut tried = Vec::new();
    if (zeros as f64) <= ZEROS * n as f64 {
        let positive: Vec<f64> = thinned(&values).into_iter().map(|v| v.max(grain / 2.0)).collect();
        let censored = thinned(&censored);
        for (family, law, n_parameters) in candidates(&positive, &censored) {
            let score = -2.0 * log_likelihood(law, &positive, &censored) + f64::from(n_parameters) * (positive.len() as f64).ln();
            if score.is_finite() {
                tried.push((family, law, score, distance(law, &positive, grain)));
            }
        }
    }
    tried.sort_by(|a, b| a.2.total_cmp(&b.2));
    let listed: Vec<_> = tried.iter().map(|t| (t.0, t.2, t.3)).collect();
    let told_apart = TOLD_APART / (n.min(MOST) as f64).sqrt();
    for (family, law, _, d) in tried {
        let quality = match d {
            d if d <= told_apart => Quality::Good,
            d if d <= FAIR => Quality::Fair,
            _ => continue,
        };
        let law = stated(law);
        // A family's tail may reach far beyond anything seen; its mean must not be another than that of the data.
        let near = censored.is_empty() && (law.mean() / mean_value - 1.0).abs() > 0.1;
        if law.check().is_empty() && !near {
            return Some(made(law, family, quality, d, listed));
        }
    }
    Some(made(sample(), "the sample", Quality::Sample, 0.0, listed))
}

/// Returns the step in which values were written down, in milliseconds: minutes, seconds, or one.
fn grain(values: &[f64]) -> f64 {
    let all = |step: f64| values.iter().all(|v| v % step == 0.0);
    [60_000.0, 1_000.0].into_iter().find(|step| all(*step)).unwrap_or(1.0)
}

fn thinned(sorted: &[f64]) -> Vec<f64> {
    if sorted.len() <= MOST {
        return sorted.to_vec();
    }
    (0..MOST).map(|i| sorted[(2 * i + 1) * sorted.len() / (2 * MOST)]).collect()
}

/// Returns values with weights that stand for a sorted sample and keep its mean: all of them where they are few.
fn condensed(sorted: &[f64]) -> Vec<(f64, f64)> {
    let mut distinct: Vec<(f64, f64)> = Vec::new();
    for value in sorted {
        match distinct.last_mut() {
            Some(last) if last.0 == *value => last.1 += 1.0,
            _ => distinct.push((*value, 1.0)),
        }
        if distinct.len() > POINTS {
            break;
        }
    }
    if distinct.len() <= POINTS {
        return distinct;
    }
    let n = sorted.len();
    (0..POINTS)
        .map(|i| {
            let part = &sorted[i * n / POINTS..(i + 1) * n / POINTS];
            (part.iter().sum::<f64>() / part.len().max(1) as f64, part.len() as f64)
        })
        .collect()
}

/// Returns the families with their most likely parameters, and how many parameters each has.
fn candidates(values: &[f64], censored: &[f64]) -> Vec<(&'static str, Law, u32)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
    let mean_log = values.iter().map(|v| v.ln()).sum::<f64>() / n;
    let sd_log = (values.iter().map(|v| (v.ln() - mean_log).powi(2)).sum::<f64>() / n).sqrt();
    let (first, last) = (values[0], values[values.len() - 1]);
    let exponential = (values.iter().sum::<f64>() + censored.iter().sum::<f64>()) / n;
    let mut laws = vec![
        ("exponential", Law::Weibull { shape: 1.0, scale: exponential }, 1),
        ("lognormal", Law::Lognormal { mu: mean_log, sigma: sd_log }, 2),
        ("gamma", gamma(mean, mean_log), 2),
        ("Weibull", weibull(values, censored), 2),
    ];
    if censored.is_empty() {
        laws.push(("uniform", Law::Uniform { min: first, max: last }, 2));
        laws.push(("triangular", triangular(values), 3));
    }
    // A normal law that reaches below zero is another one once it is cut there.
    if mean > 2.6 * sd {
        laws.push(("normal", Law::Normal { mean, sd }, 2));
    }
    if !censored.is_empty() {
        for (_, law, _) in &mut laws {
            *law = with_censored(*law, values, censored);
        }
    }
    laws
}

/// Solves ln k - digamma(k) = ln(mean) - mean of logs.
///
/// Source: Minka, Estimating a Gamma distribution (2002), for the beginning.
fn gamma(mean: f64, mean_log: f64) -> Law {
    let s = (mean.ln() - mean_log).max(1e-9);
    let mut k = (3.0 - s + ((s - 3.0).powi(2) + 24.0 * s).sqrt()) / (12.0 * s);
    for _ in 0..50 {
        let slope = 1.0 / k - (digamma(k * 1.000_01) - digamma(k * 0.999_99)) / (k * 2e-5);
        let step = (k.ln() - digamma(k) - s) / slope;
        let next = (k - step).max(k / 10.0);
        if !next.is_finite() || (next - k).abs() < 1e-10 * k {
            break;
        }
        k = next;
    }
    Law::Gamma { shape: k, scale: mean / k }
}

/// Solves the likelihood's equation for the shape by halving; values broken off count in the sums.
fn weibull(values: &[f64], censored: &[f64]) -> Law {
    let largest = values.iter().chain(censored).copied().fold(0.0, f64::max);
    let mean_log = values.iter().map(|v| (v / largest).ln()).sum::<f64>() / values.len() as f64;
    let sums = |k: f64| {
        let all = values.iter().chain(censored.iter().filter(|c| **c > 0.0));
        all.fold((0.0, 0.0), |(power, log), v| {
            let x = v / largest;
            let p = x.powf(k);
            (power + p, log + p * x.ln())
        })
    };
    let (mut low, mut high) = (0.05f64, 500.0f64);
    for _ in 0..60 {
        let k = (low * high).sqrt();
        let (power, log) = sums(k);
        if log / power - 1.0 / k - mean_log < 0.0 {
            low = k;
        } else {
            high = k;
        }
    }
    let shape = (low * high).sqrt();
    Law::Weibull { shape, scale: largest * (sums(shape).0 / values.len() as f64).powf(1.0 / shape) }
}

/// Takes the ends a little beyond the outermost values, and the peak that is most likely between them.
fn triangular(values: &[f64]) -> Law {
    let n = values.len();
    let reach = (values[n - 1] - values[0]) / n as f64;
    let (min, max) = ((values[0] - reach).max(0.0), values[n - 1] + reach);
    let law = |at: usize| Law::Triangular { min, likely: values[at], max };
    let tries = 60.min(n);
    let best = (0..tries).map(|i| i * (n - 1) / (tries - 1).max(1)).max_by(|a, b| {
        let of = |at: &usize| log_likelihood(law(*at), values, &[]);
        of(a).total_cmp(&of(b))
    });
    law(best.unwrap_or(0))
}

fn log_likelihood(law: Law, values: &[f64], censored: &[f64]) -> f64 {
    let seen: f64 = values.iter().map(|v| law.density(*v).max(1e-300).ln()).sum();
    let later: f64 = censored.iter().map(|c| law.split(*c).1.max(1e-300).ln()).sum();
    // At the ends of a uniform law the density counts, though the law says 0 there.
    if let Law::Uniform { min, max } = law { -(values.len() as f64) * (max - min).ln() } else { seen + later }
}

/// A law of two parameters that may be any numbers.
type LawOf = fn([f64; 2]) -> Law;

/// Climbs from the parameters without to those with values that were broken off.
fn with_censored(law: Law, values: &[f64], censored: &[f64]) -> Law {
    let (parameters, make): ([f64; 2], LawOf) = match law {
        Law::Lognormal { mu, sigma } => ([mu, sigma.ln()], |p| Law::Lognormal { mu: p[0], sigma: p[1].exp() }),
        Law::Gamma { shape, scale } => ([shape.ln(), scale.ln()], |p| Law::Gamma { shape: p[0].exp(), scale: p[1].exp() }),
        Law::Normal { mean, sd } => ([mean.ln(), sd.ln()], |p| Law::Normal { mean: p[0].exp(), sd: p[1].exp() }),
        // Solved with them already.
        other => return other,
    };
    make(climb(parameters, |p| log_likelihood(make(p), values, censored)))
}

/// Returns where a smooth function of two parameters is largest, near a beginning: Nelder and Mead's simplex (1965).
fn climb(start: [f64; 2], value: impl Fn([f64; 2]) -> f64) -> [f64; 2] {
    let at = |p: [f64; 2]| (p, -value(p));
    let mut corners = [at(start), at([start[0] + 0.1, start[1]]), at([start[0], start[1] + 0.1])];
    for _ in 0..120 {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let [best, middle, worst] = corners;
        if (worst.1 - best.1).abs() < 1e-7 * best.1.abs().max(1.0) {
            break;
        }
        let centre = [0.5 * (best.0[0] + middle.0[0]), 0.5 * (best.0[1] + middle.0[1])];
        let along = |t: f64| at([centre[0] + t * (worst.0[0] - centre[0]), centre[1] + t * (worst.0[1] - centre[1])]);
        let reflected = along(-1.0);
        let next = if reflected.1 < best.1 {
            let further = along(-2.0);
            if further.1 < reflected.1 { further } else { reflected }
        } else if reflected.1 < middle.1 {
            reflected
        } else {
            along(0.5)
        };
        if next.1 < worst.1 {
            corners[2] = next;
        } else {
            for corner in &mut corners[1..] {
                *corner = at([0.5 * (corner.0[0] + best.0[0]), 0.5 * (corner.0[1] + best.0[1])]);
            }
        }
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners[0].0
}

/// Returns the largest distance between the shares below a value, of a sorted sample and of a law; values stand for all that are
/// rounded to them.
fn distance(law: Law, sorted: &[f64], grain: f64) -> f64 {
    let n = sorted.len() as f64;
    let mut largest = 0.0f64;
    let mut i = 0;
    while i < sorted.len() {
        let value = sorted[i];
        let before = i;
        while i < sorted.len() && sorted[i] == value {
            i += 1;
        }
        let (low, high) = if i - before > 1 || grain > 1.0 { (value - grain / 2.0, value + grain / 2.0) } else { (value, value) };
        largest = largest.max((law.split(low).0 - before as f64 / n).abs()).max((law.split(high).0 - i as f64 / n).abs());
    }
    largest
}

/// Returns a law as studies state it, rounded to what the data can say.
fn stated(law: Law) -> Distribution {
    let ms = |value: f64| value.round().max(0.0);
    let (mean, sd) = (ms(law.mean()), ms(law.variance().sqrt()));
    match law {
        Law::Weibull { shape: 1.0, .. } => Distribution::Exponential { mean },
        Law::Weibull { shape, scale } => Distribution::Weibull { shape: (shape * 1e4).round() / 1e4, scale: ms(scale) },
        Law::Gamma { .. } => Distribution::Gamma { mean, sd },
        Law::Lognormal { .. } => Distribution::Lognormal { mean, sd },
        Law::Normal { .. } => Distribution::Normal { mean, sd },
        Law::Uniform { min, max } => Distribution::Uniform { min: ms(min), max: ms(max) },
        Law::Triangular { min, likely, max } => Distribution::Triangular { min: ms(min), likely: ms(likely), max: ms(max) },
        Law::Beta { alpha, beta, min, max } => Distribution::Beta { alpha, beta, min: ms(min), max: ms(max) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: f64 = 60_000.0;

    /// The middles of equal shares of a law: a sample without luck.
    fn sample(law: &Distribution, n: usize) -> Vec<f64> {
        (0..n).map(|i| law.quantile((i as f64 + 0.5) / n as f64)).collect()
    }

    #[test]
    fn each_family_is_found_again() {
        for (law, family) in [
            (Distribution::Exponential { mean: 20.0 * MINUTE }, "exponential"),
            (Distribution::Lognormal { mean: 20.0 * MINUTE, sd: 15.0 * MINUTE }, "lognormal"),
            (Distribution::Gamma { mean: 20.0 * MINUTE, sd: 7.0 * MINUTE }, "gamma"),
            (Distribution::Weibull { shape: 3.0, scale: 20.0 * MINUTE }, "Weibull"),
            (Distribution::Normal { mean: 20.0 * MINUTE, sd: 2.0 * MINUTE }, "normal"),
            (Distribution::Uniform { min: 5.0 * MINUTE, max: 30.0 * MINUTE }, "uniform"),
            (Distribution::Triangular { min: 5.0 * MINUTE, likely: 10.0 * MINUTE, max: 40.0 * MINUTE }, "triangular"),
        ] {
            let found = fit(&sample(&law, 2_000), &[]).unwrap();
            assert_eq!((found.family, found.quality), (family, Quality::Good), "{:?}", found.tried);
            assert!((found.law.mean() / law.mean() - 1.0).abs() < 0.01, "{:?} for {law:?}", found.law);
            assert!((found.law.variance() / law.variance() - 1.0).abs() < 0.05, "{:?} for {law:?}", found.law);
        }
    }

    #[test]
    fn what_was_broken_off_counts_as_longer() {
        // All that takes more than 30 minutes is broken off there.
        for law in [
            Distribution::Exponential { mean: 20.0 * MINUTE },
            Distribution::Lognormal { mean: 20.0 * MINUTE, sd: 15.0 * MINUTE },
            Distribution::Gamma { mean: 20.0 * MINUTE, sd: 12.0 * MINUTE },
            Distribution::Weibull { shape: 2.0, scale: 25.0 * MINUTE },
        ] {
            let (whole, long): (Vec<f64>, Vec<f64>) = sample(&law, 4_000).into_iter().partition(|v| *v <= 30.0 * MINUTE);
            let censored = vec![30.0 * MINUTE; long.len()];
            let laws = candidates(&whole, &censored);
            let best = laws
                .iter()
                .max_by(|a, b| log_likelihood(a.1, &whole, &censored).total_cmp(&log_likelihood(b.1, &whole, &censored)))
                .unwrap();
            assert!((best.1.mean() / law.mean() - 1.0).abs() < 0.03, "{best:?} for {law:?}");
        }
    }

    #[test]
    fn two_heaps_stand_for_themselves_and_keep_their_mean() {
        let mut values = sample(&Distribution::Normal { mean: 10.0 * MINUTE, sd: MINUTE }, 500);
        values.extend(sample(&Distribution::Normal { mean: 60.0 * MINUTE, sd: 2.0 * MINUTE }, 500));
        let found = fit(&values, &[]).unwrap();
        assert_eq!(found.quality, Quality::Sample);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((found.law.mean() / mean - 1.0).abs() < 1e-9);
    }

    #[test]
    fn equal_few_and_rounded_values_have_their_own_ways() {
        assert_eq!(fit(&[MINUTE; 40], &[]).unwrap().law, Distribution::Fixed(MINUTE));
        assert_eq!(fit(&[1.0, 2.0, 2.0], &[]).unwrap().law, Distribution::Empirical(vec![(1.0, 1.0), (2.0, 2.0)]));
        assert_eq!(fit(&[], &[1.0]), None);
        assert_eq!(fit(&[f64::NAN, -1.0], &[]), None);
        let rounded: Vec<f64> = sample(&Distribution::Exponential { mean: 20.0 * MINUTE }, 5_000)
            .iter()
            .map(|v| (v / MINUTE).round() * MINUTE)
            .collect();
        let found = fit(&rounded, &[]).unwrap();
        assert!(matches!(found.quality, Quality::Good | Quality::Fair), "{found:?}");
        assert!((found.law.mean() / (20.0 * MINUTE) - 1.0).abs() < 0.02);
    }
}
