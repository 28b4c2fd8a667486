//! What a variant changes against a baseline, absolutely and relatively, and how sure that is.
//!
//! All differences are variant minus baseline: negative means that the variant has less.

use crate::statistics::error::{StatisticsError, check_confidence, check_finite_result, check_values};
use crate::statistics::interval::Interval;
use crate::statistics::special::{student_t_critical, student_t_p_value};
use crate::statistics::summary::Moments;

/// The comparison of one measure between two variants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The mean difference, variant minus baseline, in the measure's unit.
    pub difference: Interval,
    /// The relative difference: the ratio of the two means, less 1; -0.2 says a fifth less.
    ///
    /// `None` where the baseline's own interval reaches 0, since any ratio could then be true.
    /// For a baseline below 0 the sign turns round.
    pub relative: Option<Interval>,
    /// The two-sided p-value of "there is no difference"; 1 where the samples agree exactly.
    pub p_value: f64,
    /// The degrees of freedom behind the interval and the p-value.
    pub degrees: f64,
    /// Whether the interval of the difference excludes 0. Where several measures stand together, Holm's
    /// correction ([`crate::statistics::holm`]) has the last word.
    pub significant: bool,
}

/// Compares two variants that were run under common random numbers, replication by replication.
///
/// Element i of both slices is replication i's value. `confidence` lies strictly between 0 and 1.
/// Assumes independent replications; within a pair the two runs may depend on each other, and the more they
/// do, the narrower the interval. Identical slices give exactly 0, with interval [0, 0] and p-value 1.
///
/// The relative difference has Fieller's interval, which is exact for normal pairs, takes the covariance into
/// account, and excludes 0 exactly when the interval of the difference does. It is seldom symmetric.
///
/// # Errors
/// [`StatisticsError::UnequalLengths`], [`StatisticsError::TooFewValues`] below two pairs,
/// [`StatisticsError::NotFinite`], [`StatisticsError::OutOfRange`], [`StatisticsError::Overflow`].
///
/// Source: Law, Simulation Modeling and Analysis, 5th ed., chapter 10 (paired-t interval); Fieller, "Some
/// problems in interval estimation", Journal of the Royal Statistical Society B 16 (1954).
pub fn paired_difference(baseline: &[f64], variant: &[f64], confidence: f64) -> Result<Comparison, StatisticsError> {
    check_confidence(confidence)?;
    if baseline.len() != variant.len() {
        return Err(StatisticsError::UnequalLengths { baseline: baseline.len(), variant: variant.len() });
    }
    check_values(baseline, 2)?;
    check_values(variant, 2)?;
    let n = baseline.len() as f64;
    let degrees = n - 1.0;
    let differences: Vec<f64> = baseline.iter().zip(variant).map(|(b, v)| v - b).collect();
    let (base, difference) = (Summary::of(baseline), Summary::of(&differences));
    let ratio = difference.mean / base.mean;
    let residuals: Vec<f64> = differences.iter().zip(baseline).map(|(d, b)| d - ratio * b).collect();
    let residual = Summary::of(&residuals);
    let products = residuals.iter().zip(baseline).map(|(e, b)| (e - residual.mean) * (b - base.mean));
    let fieller = Fieller {
        ratio,
        base_mean: base.mean,
        base_variance: base.variance_of_mean,
        residual_variance: residual.variance_of_mean,
        covariance: products.sum::<f64>() / degrees / n,
    };
    let identical = differences.iter().all(|&d| d == 0.0);
    compare(difference.mean, difference.variance_of_mean, degrees, confidence, (!identical).then_some(fieller))
}

/// Compares two variants whose runs share nothing, by Welch's method for unequal variances.
///
/// The slices may differ in length. `confidence` lies strictly between 0 and 1. Assumes independent values,
/// within and across the samples. For runs under common random numbers [`paired_difference`] is narrower, and
/// right where this one is merely cautious.
///
/// The relative difference has Fieller's interval without covariance, at Welch's degrees of freedom.
///
/// # Errors
/// [`StatisticsError::TooFewValues`] below two values on either side, [`StatisticsError::NotFinite`],
/// [`StatisticsError::OutOfRange`], [`StatisticsError::Overflow`].
///
/// Source: Welch, "The generalization of Student's problem when several different population variances are
/// involved", Biometrika 34 (1947).
pub fn welch_difference(baseline: &[f64], variant: &[f64], confidence: f64) -> Result<Comparison, StatisticsError> {
    check_confidence(confidence)?;
    check_values(baseline, 2)?;
    check_values(variant, 2)?;
    let (base, other) = (Summary::of(baseline), Summary::of(variant));
    let variance = base.variance_of_mean + other.variance_of_mean;
    let (base_degrees, other_degrees) = (baseline.len() as f64 - 1.0, variant.len() as f64 - 1.0);
    // As shares of the whole, because squares of small variances would vanish.
    let (base_part, other_part) = (base.variance_of_mean / variance, other.variance_of_mean / variance);
    let degrees = if variance > 0.0 {
        1.0 / (base_part * base_part / base_degrees + other_part * other_part / other_degrees)
    } else {
        base_degrees + other_degrees
    };
    let difference = other.mean - base.mean;
    let ratio = difference / base.mean;
    let fieller = Fieller {
        ratio,
        base_mean: base.mean,
        base_variance: base.variance_of_mean,
        residual_variance: other.variance_of_mean + (1.0 + ratio) * (1.0 + ratio) * base.variance_of_mean,
        covariance: -(1.0 + ratio) * base.variance_of_mean,
    };
    let identical = difference == 0.0 && variance == 0.0;
    compare(difference, variance, degrees, confidence, (!identical).then_some(fieller))
}

/// A sample's mean and the squared standard error of that mean.
struct Summary {
    mean: f64,
    variance_of_mean: f64,
}

impl Summary {
    /// Summarises at least two values; fewer give NaN, which no caller lets through.
    fn of(values: &[f64]) -> Self {
        let moments = Moments::of(values);
        let mean = moments.mean().unwrap_or(f64::NAN);
        Summary { mean, variance_of_mean: moments.variance().unwrap_or(f64::NAN) / moments.n() as f64 }
    }
}

/// Puts a comparison together. Without `fieller` the samples are the same, and nothing has changed relatively.
fn compare(
    mean: f64,
    variance: f64,
    degrees: f64,
    confidence: f64,
    fieller: Option<Fieller>,
) -> Result<Comparison, StatisticsError> {
    let t = student_t_critical(confidence, degrees);
    let standard_error = check_finite_result(variance.sqrt())?;
    let difference = Interval::around(check_finite_result(mean)?, check_finite_result(t * standard_error)?);
    let p_value = if mean == 0.0 { 1.0 } else { student_t_p_value(mean / standard_error, degrees) };
    let relative = match fieller {
        Some(fieller) => fieller.interval(t),
        None => Some(Interval::point(0.0)),
    };
    Ok(Comparison { difference, relative, p_value, degrees, significant: difference.excludes_zero() })
}

/// What Fieller's interval of a ratio "difference by baseline" needs.
///
/// The residual is the difference less `ratio` times the baseline, so its mean is 0. Written in residuals the
/// quadratic's discriminant is a sum of squares, and no digits cancel.
struct Fieller {
    ratio: f64,
    base_mean: f64,
    /// Squared standard error of the baseline's mean.
    base_variance: f64,
    /// Squared standard error of the residual's mean.
    residual_variance: f64,
    /// Covariance of the residual's mean with the baseline's mean.
    covariance: f64,
}

impl Fieller {
    /// Returns all ratios that a t test with critical value `t` cannot reject, or `None` where they have no bound.
    fn interval(&self, t: f64) -> Option<Interval> {
        let scaled = |squared: f64| t * t * (squared / self.base_mean / self.base_mean);
        let room = 1.0 - scaled(self.base_variance);
        if self.base_mean == 0.0 || room.is_nan() || room <= 0.0 {
            return None;
        }
        let (spread, shift) = (scaled(self.residual_variance), scaled(self.covariance));
        let root = (room * spread + shift * shift).sqrt();
        let (low, high) = (self.ratio + (-shift - root) / room, self.ratio + (-shift + root) / room);
        (low.is_finite() && high.is_finite()).then_some(Interval { mean: self.ratio, low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::test_numbers::{TestNumbers, assert_share};

    const BASELINE: [f64; 10] = [12.1, 11.4, 13.0, 12.6, 11.9, 12.2, 12.8, 11.7, 12.4, 12.0];
    const VARIANT: [f64; 10] = [10.8, 10.3, 11.5, 11.4, 10.5, 11.1, 11.2, 10.6, 11.1, 10.9];

    #[test]
    fn pairs_give_the_interval_worked_by_hand() {
        let found = paired_difference(&BASELINE, &VARIANT, 0.95).unwrap();
        assert!((found.difference.mean + 1.27).abs() < 1e-12);
        assert!((found.difference.half_width() - 0.130_823).abs() < 5e-7, "{}", found.difference.half_width());
        assert!(found.significant);
        assert!(found.p_value > 0.0 && found.p_value < 1e-7);
    }

    #[test]
    fn independent_samples_give_welchs_wider_interval() {
        let found = welch_difference(&BASELINE, &VARIANT, 0.95).unwrap();
        assert!((found.difference.mean + 1.27).abs() < 1e-12);
        assert!((found.difference.half_width() - 0.422_599).abs() < 5e-7, "{}", found.difference.half_width());
        assert!(found.degrees > 9.0 && found.degrees < 18.0);
        assert!(found.significant);
    }

    #[test]
    fn identical_runs_differ_by_exactly_nothing() {
        for sample in [BASELINE.to_vec(), vec![0.0; 4], vec![0.1, 0.1, 0.1]] {
            let found = paired_difference(&sample, &sample, 0.95).unwrap();
            assert_eq!(found.difference, Interval::point(0.0));
            assert_eq!(found.relative, Some(Interval::point(0.0)));
            assert_eq!(found.p_value, 1.0);
            assert!(!found.significant);
        }
        let found = welch_difference(&BASELINE, &BASELINE, 0.95).unwrap();
        assert_eq!((found.difference.mean, found.p_value, found.significant), (0.0, 1.0, false));
    }

    #[test]
    fn a_constant_saving_is_certain() {
        let found = paired_difference(&[8.0, 8.0, 8.0], &[6.0, 6.0, 6.0], 0.95).unwrap();
        assert_eq!(found.difference, Interval::point(-2.0));
        assert_eq!(found.relative, Some(Interval::point(-0.25)));
        assert_eq!(found.p_value, 0.0);
        assert!(found.significant);
    }

    #[test]
    fn fieller_ends_solve_its_equation() {
        // At each end, the mean of "difference less ratio times baseline" stands exactly t standard errors from 0.
        let relative = paired_difference(&BASELINE, &VARIANT, 0.95).unwrap().relative.unwrap();
        assert!((relative.mean + 1.27 / 12.21).abs() < 1e-12);
        for end in [relative.low, relative.high] {
            let contrast: Vec<f64> = BASELINE.iter().zip(VARIANT).map(|(b, v)| v - b - end * b).collect();
            let moments = Moments::of(&contrast);
            let distance = moments.mean().unwrap().abs() / moments.standard_error().unwrap();
            assert!((distance - student_t_critical(0.95, 9.0)).abs() < 1e-9, "{distance}");
        }
        let independent = welch_difference(&BASELINE, &VARIANT, 0.95).unwrap();
        let (base, other) = (Summary::of(&BASELINE), Summary::of(&VARIANT));
        for end in [independent.relative.unwrap().low, independent.relative.unwrap().high] {
            let error = (other.variance_of_mean + (1.0 + end).powi(2) * base.variance_of_mean).sqrt();
            let distance = (other.mean - (1.0 + end) * base.mean).abs() / error;
            assert!((distance - student_t_critical(0.95, independent.degrees)).abs() < 1e-9, "{distance}");
        }
    }

    #[test]
    fn a_baseline_that_may_be_nothing_has_no_relative_difference() {
        let found = paired_difference(&[-1.0, 1.0, 0.5], &[3.0, 4.0, 5.0], 0.95).unwrap();
        assert_eq!(found.relative, None);
        let found = paired_difference(&[0.0, 0.0], &[1.0, 2.0], 0.95).unwrap();
        assert_eq!(found.relative, None);
    }

    #[test]
    fn both_verdicts_agree_and_both_intervals_cover() {
        let mut numbers = TestNumbers::new(2);
        let (mut held, mut held_relative) = (0, 0);
        for _ in 0..4_000 {
            let luck: Vec<f64> = (0..10).map(|_| numbers.normal()).collect();
            let baseline: Vec<f64> = luck.iter().map(|z| 20.0 + 3.0 * z).collect();
            let variant: Vec<f64> = luck.iter().map(|z| 19.0 + 2.0 * z + numbers.normal()).collect();
            let found = paired_difference(&baseline, &variant, 0.95).unwrap();
            held += usize::from(found.difference.contains(-1.0));
            let relative = found.relative.unwrap();
            held_relative += usize::from(relative.contains(-0.05));
            assert_eq!(found.significant, relative.excludes_zero());
            assert_eq!(found.significant, found.p_value < 0.05);
        }
        assert_share(held, 4_000, 0.95, 3.5);
        assert_share(held_relative, 4_000, 0.95, 3.5);
    }

    #[test]
    fn welch_covers_where_variances_and_sizes_differ() {
        let mut numbers = TestNumbers::new(3);
        let (mut held, mut held_relative) = (0, 0);
        for _ in 0..4_000 {
            let baseline: Vec<f64> = (0..8).map(|_| 20.0 + 4.0 * numbers.normal()).collect();
            let variant: Vec<f64> = (0..20).map(|_| 18.0 + numbers.normal()).collect();
            let found = welch_difference(&baseline, &variant, 0.95).unwrap();
            held += usize::from(found.difference.contains(-2.0));
            held_relative += usize::from(found.relative.unwrap().contains(-0.1));
        }
        assert_share(held, 4_000, 0.95, 3.5);
        assert_share(held_relative, 4_000, 0.95, 3.5);
    }

    #[test]
    fn unequal_numbers_of_replications_are_no_pairs() {
        let error = paired_difference(&[1.0, 2.0], &[1.0], 0.95).unwrap_err();
        assert_eq!(error, StatisticsError::UnequalLengths { baseline: 2, variant: 1 });
        assert!(paired_difference(&[1.0], &[1.0], 0.95).is_err());
        assert!(welch_difference(&[1.0, f64::NAN], &[1.0, 2.0], 0.95).is_err());
    }
}
