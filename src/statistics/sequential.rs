//! When to stop adding replications.
//!
//! A rule is asked after every replication, or every few: is the interval narrow enough, and if not, how many
//! replications will it take? Because the rule stops at a moment that looks good, the interval then holds the true
//! value slightly less often than its confidence says while replications are few; it comes right as the asked precision
//! tightens. The minimum number of replications keeps that loss small: about one or two points in a hundred at ten.
//!
//! Source: Law, Simulation Modeling and Analysis, 5th ed., chapter 9 (obtaining a specified precision); Chow and
//! Robbins, "On the asymptotic theory of fixed-width sequential confidence intervals for the mean", Annals of
//! Mathematical Statistics 36 (1965).

use crate::statistics::error::{StatisticsError, check_confidence, check_values};
use crate::statistics::interval::{Interval, student_t_interval};
use crate::statistics::special::{normal_critical, student_t_critical};
use crate::statistics::summary::Moments;

/// Beyond this many replications no forecast is given: nobody will run them.
const MOST_REPLICATIONS: f64 = 1e15;

/// How narrow an interval is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Precision {
    /// The estimate is off by at most this share of the true mean; 0.02 is ±2 %. Strictly between 0 and 1.
    ///
    /// The half width is held against share / (1 + share) of the estimate, so that the bound is one on the true mean
    /// and not only on the estimate (Law).
    Relative(f64),
    /// The half width is at most this, in the measure's unit. Above 0.
    Absolute(f64),
}

/// The rule by which to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StoppingRule {
    /// The precision asked for.
    pub precision: Precision,
    /// The confidence of the interval, strictly between 0 and 1.
    pub confidence: f64,
    /// Never stop with fewer replications; below 2 counts as 2. Ten or more keep the coverage near its nominal value,
    /// and keep a rare event that has not yet shown from passing for certainty.
    pub minimum_replications: u64,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progression {
    /// The asked precision is not reached yet.
    Continue {
        /// How many replications it will take in all, were the variance so far the true one. `None` where no number
        /// can be foreseen: before the second replication, or for a relative precision of a mean of 0.
        estimated_needed: Option<u64>,
    },
    /// The asked precision is reached.
    Reached,
}

/// What a rule says of the replications so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assessment {
    /// The interval so far, or `None` before the second replication.
    pub interval: Option<Interval>,
    /// Whether to go on.
    pub progression: Progression,
    /// How many replications in all would give one digit more than the precision asked for: a tenth of its width, and
    /// so about a hundred times the replications. `None` where no number can be foreseen.
    pub needed_for_one_more_digit: Option<u64>,
}

impl StoppingRule {
    /// Judges the means of the replications so far, one each.
    ///
    /// For a comparison hand over the paired differences.
    ///
    /// # Errors
    /// [`StatisticsError::NotFinite`], [`StatisticsError::Overflow`]; [`StatisticsError::OutOfRange`] for a confidence or
    /// a precision outside its range.
    pub fn assess(&self, means: &[f64]) -> Result<Assessment, StatisticsError> {
        check_confidence(self.confidence)?;
        self.check_precision()?;
        check_values(means, 0)?;
        let n = means.len() as u64;
        let minimum = self.minimum_replications.max(2);
        if n < 2 {
            let progression = Progression::Continue { estimated_needed: None };
            return Ok(Assessment { interval: None, progression, needed_for_one_more_digit: None });
        }
        let interval = student_t_interval(means, self.confidence)?;
        let deviation = Moments::of(means).standard_deviation().unwrap_or(f64::NAN);
        let target = self.target_half_width(interval.mean);
        // The half width is taken unsubtracted, so that a spread far below the mean's last digit still counts.
        let half_width = student_t_critical(self.confidence, (n - 1) as f64) * deviation / (n as f64).sqrt();
        let progression = if n >= minimum && half_width <= target {
            Progression::Reached
        } else {
            let needed = replications_for(deviation, target, self.confidence);
            Progression::Continue { estimated_needed: needed.map(|needed| needed.max(minimum).max(n + 1)) }
        };
        // A precision that is met by the minimum already would get its next digit no cheaper than the minimum.
        let one_more = replications_for(deviation, 0.1 * target, self.confidence).map(|needed| needed.max(minimum));
        Ok(Assessment { interval: Some(interval), progression, needed_for_one_more_digit: one_more })
    }

    /// Returns the half width at which to stop, given the mean so far.
    fn target_half_width(&self, mean: f64) -> f64 {
        match self.precision {
            Precision::Relative(share) => share / (1.0 + share) * mean.abs(),
            Precision::Absolute(half_width) => half_width,
        }
    }

    fn check_precision(&self) -> Result<(), StatisticsError> {
        let (found, fits, allowed) = match self.precision {
            Precision::Relative(share) => (share, share > 0.0 && share < 1.0, "strictly between 0 and 1"),
            Precision::Absolute(width) => (width, width > 0.0 && width.is_finite(), "above 0"),
        };
        if fits { Ok(()) } else { Err(StatisticsError::OutOfRange { name: "the precision", found, allowed }) }
    }
}

/// Returns the least number of replications whose t interval has at most the half width `target`.
///
/// `deviation` is the standard deviation of one replication's mean. `None` beyond any number worth saying.
pub fn replications_for(deviation: f64, target: f64, confidence: f64) -> Option<u64> {
    if deviation == 0.0 {
        return Some(2);
    }
    let by_normal = (normal_critical(confidence) * deviation / target).powi(2);
    if by_normal.is_nan() || by_normal >= MOST_REPLICATIONS {
        return None;
    }
    // The normal value is a lower bound, and the half width falls with every replication added, so bisect above it.
    let enough = |n: u64| student_t_critical(confidence, (n - 1) as f64) * deviation <= target * (n as f64).sqrt();
    let mut low = (by_normal.floor() as u64).max(2);
    if enough(low) {
        return Some(low);
    }
    let mut step = 1;
    while !enough(low + step) {
        low += step;
        step *= 2;
        if low as f64 > MOST_REPLICATIONS {
            return None;
        }
    }
    let mut high = low + step;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::test_numbers::TestNumbers;

    const TEN: [f64; 10] = [12.1, 11.4, 13.0, 12.6, 11.9, 12.2, 12.8, 11.7, 12.4, 12.0];

    fn rule(precision: Precision) -> StoppingRule {
        StoppingRule { precision, confidence: 0.95, minimum_replications: 5 }
    }

    #[test]
    fn a_half_width_within_the_target_stops() {
        // The half width of these ten is 0.356005.
        let met = rule(Precision::Absolute(0.36)).assess(&TEN).unwrap();
        assert_eq!(met.progression, Progression::Reached);
        let missed = rule(Precision::Absolute(0.35)).assess(&TEN).unwrap();
        assert_eq!(missed.progression, Progression::Continue { estimated_needed: Some(11) });
    }

    #[test]
    fn relative_precision_bounds_the_true_mean() {
        // 0.356005 / 12.21 = 2.9157 %: met by 3.01 % / 1.0301 = 2.922 %, not by 3 % / 1.03 = 2.913 %.
        assert_eq!(rule(Precision::Relative(0.0301)).assess(&TEN).unwrap().progression, Progression::Reached);
        assert_ne!(rule(Precision::Relative(0.03)).assess(&TEN).unwrap().progression, Progression::Reached);
    }

    #[test]
    fn one_more_digit_costs_a_hundred_times() {
        let found = rule(Precision::Absolute(0.36)).assess(&TEN).unwrap();
        // (1.959964 * 0.497661 / 0.036)^2 = 734.1, and two more for the t.
        assert_eq!(found.needed_for_one_more_digit, Some(737));
        let coarse = replications_for(1.0, 0.01, 0.95).unwrap() as f64;
        let fine = replications_for(1.0, 0.001, 0.95).unwrap() as f64;
        assert!((fine / coarse - 100.0).abs() < 0.1);
    }

    #[test]
    fn the_forecast_is_the_least_that_suffices() {
        for (deviation, target) in [(1.0, 2.0), (1.0, 0.5), (3.0, 0.1), (1.0, 100.0)] {
            let n = replications_for(deviation, target, 0.95).unwrap();
            let half_width = |n: u64| student_t_critical(0.95, (n - 1) as f64) * deviation / (n as f64).sqrt();
            assert!(half_width(n) <= target);
            assert!(n == 2 || half_width(n - 1) > target);
        }
        assert_eq!(replications_for(1.0, 1e-30, 0.95), None);
        assert_eq!(replications_for(1.0, 0.0, 0.95), None);
    }

    #[test]
    fn the_minimum_is_kept_even_by_certain_values() {
        let found = rule(Precision::Relative(0.02)).assess(&[7.0; 4]).unwrap();
        assert_eq!(found.progression, Progression::Continue { estimated_needed: Some(5) });
        assert_eq!(rule(Precision::Relative(0.02)).assess(&[7.0; 5]).unwrap().progression, Progression::Reached);
        assert_eq!(rule(Precision::Relative(0.02)).assess(&[0.0; 5]).unwrap().progression, Progression::Reached);
    }

    #[test]
    fn nothing_is_foreseen_from_too_little() {
        let none = Progression::Continue { estimated_needed: None };
        assert_eq!(rule(Precision::Relative(0.02)).assess(&[]).unwrap().progression, none);
        assert_eq!(rule(Precision::Relative(0.02)).assess(&[3.0]).unwrap().progression, none);
        assert_eq!(rule(Precision::Relative(0.02)).assess(&[-1.0, 1.0, -1.0, 1.0, 0.0]).unwrap().progression, none);
        assert!(rule(Precision::Relative(0.0)).assess(&TEN).is_err());
        assert!(rule(Precision::Absolute(f64::NAN)).assess(&TEN).is_err());
    }

    #[test]
    fn stopping_on_precision_costs_little_coverage() {
        let mut numbers = TestNumbers::new(6);
        let rule = StoppingRule { precision: Precision::Relative(0.05), confidence: 0.95, minimum_replications: 10 };
        let trials = 1_000;
        let held = (0..trials)
            .filter(|_| {
                let mut means: Vec<f64> = (0..10).map(|_| 50.0 + 6.0 * numbers.normal()).collect();
                while rule.assess(&means).unwrap().progression != Progression::Reached {
                    means.push(50.0 + 6.0 * numbers.normal());
                }
                student_t_interval(&means, 0.95).unwrap().contains(50.0)
            })
            .count();
        // Nominal 0.95, allowed two points of loss and 3.5 standard errors of 0.007.
        let share = held as f64 / f64::from(trials);
        assert!((0.905..=0.975).contains(&share), "{share}");
    }
}
