//! Claims about samplers: exactness, order, one draw each, and agreement with the distribution.

use super::*;
use crate::engine::random::stream::{CaseKey, Purpose, StreamId};

fn truncated(of: Distribution, min: f64, max: f64) -> Distribution {
    Distribution::Truncated { of: Box::new(of), min, max }
}

/// Distributions of every kind; in milliseconds these are some minutes.
fn many() -> Vec<Distribution> {
    use Distribution::*;
    vec![
        Uniform { min: 5e5, max: 3e6 },
        Triangular { min: 5e5, likely: 1e6, max: 3e6 },
        Triangular { min: 5e5, likely: 3e6, max: 3e6 },
        Triangular { min: 5e5, likely: 5e5, max: 3e6 },
        Pert { min: 5e5, likely: 1e6, max: 3e6 },
        Exponential { mean: 1e6 },
        Erlang { k: 3, mean: 1e6 },
        Gamma { mean: 1e6, sd: 1.2e6 },
        Gamma { mean: 1e6, sd: 2.5e6 },
        Gamma { mean: 1e6, sd: 1e4 },
        Gamma { mean: 1e6, sd: 1e3 },
        Lognormal { mean: 1e6, sd: 1e6 },
        Lognormal { mean: 1e6, sd: 2.5e6 },
        Lognormal { mean: 1e6, sd: 1e3 },
        Normal { mean: 1e6, sd: 7.5e5 },
        Normal { mean: 1e6, sd: 1e5 },
        Weibull { shape: 2.0, scale: 1e6 },
        Weibull { shape: 0.7, scale: 1e6 },
        Beta { alpha: 2.0, beta: 5.0, min: 3e5, max: 9e5 },
        Beta { alpha: 0.6, beta: 0.8, min: 3e5, max: 9e5 },
        Histogram(vec![(1e6, 2e6, 3.0), (0.0, 5e5, 1.0), (2e6, 2.1e6, 2.0)]),
        truncated(Lognormal { mean: 1e6, sd: 1e6 }, 2e5, 3e6),
        truncated(Normal { mean: 1e6, sd: 7.5e5 }, 3e6, 4e6),
        truncated(Gamma { mean: 1e6, sd: 1.2e6 }, 1e5, 4e6),
        truncated(Exponential { mean: 1e6 }, 5e5, f64::INFINITY),
        truncated(Weibull { shape: 0.7, scale: 1e6 }, 0.0, 2e6),
        truncated(Triangular { min: 5e5, likely: 1e6, max: 3e6 }, 8e5, 2e6),
        truncated(Uniform { min: 5e5, max: 3e6 }, 8e5, 2e6),
    ]
}

/// Draws at even steps, with the low bits filled so that they are no round numbers.
fn even_draws(n: u64) -> impl Iterator<Item = u64> {
    (0..n).map(move |i| (u64::MAX / n) * i + u64::MAX / (2 * n))
}

#[test]
fn interior_quantiles_are_exact_to_a_ten_thousandth() {
    for distribution in many() {
        let (sampler, form) = (Sampler::new(&distribution).unwrap(), distribution.form().unwrap());
        let mut worst = (0.0_f64, 0.0);
        for bits in even_draws(20_011) {
            let p = unit(bits);
            if !(0.001..=0.999).contains(&p) {
                continue;
            }
            let exact = form.quantile(p);
            let error = (sampler.sample(bits) / exact - 1.0).abs();
            if error > worst.0 {
                worst = (error, p);
            }
        }
        assert!(worst.0 < 1e-4, "{distribution:?} is off by {} at {}", worst.0, worst.1);
    }
}

#[test]
fn extreme_quantiles_are_exact_to_a_thousandth() {
    for distribution in many() {
        let (sampler, form) = (Sampler::new(&distribution).unwrap(), distribution.form().unwrap());
        for octave in 10..50 {
            for fill in [0, 0x0005_5555_5555_5555_u64, 0x000C_1234_5678_9ABC] {
                let low = (1_u64 << 63 | fill << 11) >> octave;
                for bits in [low, !low] {
                    let (found, exact) = (sampler.sample(bits), form.quantile(unit(bits)));
                    // So far out the draw has more bits than p; near zero that shows in the value's leading digits.
                    let allowed = 1e-3 * exact + if octave > 38 { 0.02 * exact + 1e-9 } else { 0.0 };
                    assert!((found - exact).abs() <= allowed, "{distribution:?} at 2^-{octave}: {found}, exactly {exact}");
                }
            }
        }
    }
}

#[test]
fn means_are_exact_to_a_millionth() {
    for distribution in many() {
        let sampler = Sampler::new(&distribution).unwrap();
        // The mean of the sampler itself, by the midpoint rule on octaves towards both ends.
        let mut mean = 0.0;
        for octave in 1..60_u32 {
            const CELLS: u64 = 2_000;
            let (start, width) = (1_u64 << (63 - octave), 0.5_f64.powi(octave as i32 + 1));
            for i in 0..CELLS {
                let bits = start + (start as f64 * (i as f64 + 0.5) / CELLS as f64) as u64;
                mean += width / CELLS as f64 * (sampler.sample(bits) + sampler.sample(!bits));
            }
        }
        let error = mean / distribution.mean() - 1.0;
        // The midpoint rule itself is off where the quantile function jumps: between the bins of a histogram.
        let allowed = if matches!(distribution, Distribution::Histogram(_)) { 2e-5 } else { 1e-6 };
        assert!(error.abs() < allowed, "{distribution:?}: relative error of the mean {error}");
    }
}

#[test]
fn more_bits_never_give_less() {
    for distribution in many() {
        let sampler = Sampler::new(&distribution).unwrap();
        let mut draws: Vec<u64> = even_draws(50_000).collect();
        // Around every border of pieces and octaves, too.
        for octave in 0..63 {
            for piece in 0..16_u64 {
                let border = (1 << 63 | piece << 59) >> octave;
                draws.extend([border - 1, border, border + 1, !border, !(border - 1), !(border + 1)]);
            }
        }
        draws.extend([0, 1, u64::MAX - 1, u64::MAX]);
        draws.sort_unstable();
        for pair in draws.windows(2) {
            let (low, high) = (sampler.sample(pair[0]), sampler.sample(pair[1]));
            assert!(high >= low * (1.0 - 1e-12), "{distribution:?}: {low} at {:x}, {high} at {:x}", pair[0], pair[1]);
            let (low, high) = (sampler.sample_ms(pair[0]), sampler.sample_ms(pair[1]));
            assert!(low <= high && low >= 0, "{distribution:?}: {low} ms at {:x}, {high} ms at {:x}", pair[0], pair[1]);
        }
    }
}

#[test]
fn keyed_draws_follow_the_distribution() {
    // Kolmogorov and Smirnov: under the right distribution sqrt(n) D exceeds 1.95 once in a thousand times.
    const N: usize = 20_000;
    for (i, distribution) in many().into_iter().enumerate() {
        let (sampler, form) = (Sampler::new(&distribution).unwrap(), distribution.form().unwrap());
        let stream = StreamId::named("register").purpose(Purpose::Processing);
        let mut values: Vec<f64> =
            (0..N).map(|case| sampler.sample(CaseKey::new(20, i as u32, 1, case as u64).draw(stream, 0))).collect();
        values.sort_by(f64::total_cmp);
        let mut farthest = 0.0_f64;
        for (rank, &value) in values.iter().enumerate() {
            let p = form.cdf(value);
            farthest = farthest.max((p - rank as f64 / N as f64).abs()).max(((rank + 1) as f64 / N as f64 - p).abs());
        }
        assert!(farthest * (N as f64).sqrt() < 1.95, "{distribution:?}: D = {farthest}");
    }
}

#[test]
fn listed_values_come_with_their_shares() {
    let points: Vec<(f64, f64)> = (0..1_000).map(|i| (f64::from(i), f64::from(i % 7))).collect();
    let distribution = Distribution::Empirical(points);
    let (sampler, form) = (Sampler::new(&distribution).unwrap(), distribution.form().unwrap());
    for bits in even_draws(30_011) {
        assert_eq!(sampler.sample(bits), form.quantile(unit(bits)));
    }
    assert_eq!(sampler.sample(0), 1.0);
    assert_eq!(sampler.sample(u64::MAX), 999.0);
    let single = Sampler::new(&Distribution::Empirical(vec![(4.0, 2.0)])).unwrap();
    assert_eq!([0, 1 << 63, u64::MAX].map(|bits| single.sample(bits)), [4.0; 3]);
}

#[test]
fn durations_are_whole_and_held_within_bounds() {
    let fixed = Sampler::new(&Distribution::Fixed(1234.5)).unwrap();
    assert_eq!((fixed.sample_ms(0), fixed.sample_ms(u64::MAX), fixed.constant()), (1235, 1235, Some(1234.5)));
    let longest = Sampler::new(&Distribution::Fixed(1e15)).unwrap();
    assert_eq!(longest.sample_ms(0), LONGEST_DURATION.ms());
    let exponential = Sampler::new(&Distribution::Exponential { mean: 1e12 }).unwrap();
    assert_eq!(exponential.sample_ms(0), 0);
    assert_eq!(exponential.sample_ms(u64::MAX), LONGEST_DURATION.ms());
    assert_eq!(exponential.constant(), None);
}

#[test]
fn a_faulty_distribution_has_no_sampler() {
    let fault = Sampler::new(&Distribution::Exponential { mean: -1.0 }).unwrap_err();
    assert_eq!(fault, ["The mean is negative (-1)."]);
}
