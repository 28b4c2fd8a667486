//! Intervals for a mean, a share and the next value.

use crate::statistics::error::{StatisticsError, check_confidence, check_finite_result, check_values};
use crate::statistics::special::{beta_quantile, student_t_critical};
use crate::statistics::summary::Moments;

/// An estimate and the two ends of its interval, all in the unit of the data.
///
/// `low <= mean <= high`. The ends need not lie at equal distance from the estimate: those of a share, of a
/// quantile or of a relative difference do not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The point estimate.
    pub mean: f64,
    /// The lower end, which counts as inside.
    pub low: f64,
    /// The upper end, which counts as inside.
    pub high: f64,
}

impl Interval {
    /// Makes an interval of no width.
    pub const fn point(mean: f64) -> Self {
        Interval { mean, low: mean, high: mean }
    }

    /// Makes the interval `mean` ± `half_width`; of half width 0 it is the mean exactly.
    pub fn around(mean: f64, half_width: f64) -> Self {
        Interval { mean, low: mean - half_width, high: mean + half_width }
    }

    /// Returns half the distance between the ends.
    pub fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }

    /// Returns the half width as a share of the estimate's size, or `None` where the estimate is 0.
    pub fn relative_half_width(&self) -> Option<f64> {
        (self.mean != 0.0).then(|| self.half_width() / self.mean.abs())
    }

    /// Tells whether `value` lies inside; both ends count.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Tells whether 0 lies outside, which is what a verdict of "higher" or "lower" needs.
    pub fn excludes_zero(&self) -> bool {
        !self.contains(0.0)
    }
}

/// Returns the Student t interval of the mean of independent values, one per replication.
///
/// `confidence` lies strictly between 0 and 1. Assumes independent values, about normal; replication means
/// usually are, by the central limit theorem. Equal values give the interval [mean, mean] exactly.
///
/// # Errors
/// [`StatisticsError::TooFewValues`] below two values, [`StatisticsError::NotFinite`],
/// [`StatisticsError::OutOfRange`] for the confidence, [`StatisticsError::Overflow`].
///
/// Source: Student, "The probable error of a mean", Biometrika 6 (1908); Law, Simulation Modeling and
/// Analysis, 5th ed., chapter 9.
pub fn student_t_interval(values: &[f64], confidence: f64) -> Result<Interval, StatisticsError> {
    check_values(values, 2)?;
    student_t_interval_of(&Moments::of(values), confidence)
}

/// Returns the same as [`student_t_interval`], for values that were summarised as they came.
///
/// # Errors
/// As [`student_t_interval`]; a value that was not finite shows as [`StatisticsError::Overflow`].
pub fn student_t_interval_of(moments: &Moments, confidence: f64) -> Result<Interval, StatisticsError> {
    check_confidence(confidence)?;
    let (Some(mean), Some(standard_error)) = (moments.mean(), moments.standard_error()) else {
        return Err(StatisticsError::TooFewValues { needed: 2, found: moments.n() });
    };
    let t = student_t_critical(confidence, (moments.n() - 1) as f64);
    let half_width = check_finite_result(t * standard_error)?;
    Ok(Interval::around(check_finite_result(mean)?, half_width))
}

/// Returns the interval that holds the next single value with probability `confidence`.
///
/// It is wider than the interval of the mean, and does not shrink to nothing as values are added: it answers
/// "what may the next year bring", not "how sure are we of the average year".
/// Assumes independent values that are normal themselves, not only in the mean.
///
/// # Errors
/// As [`student_t_interval`].
///
/// Source: Hahn and Meeker, Statistical Intervals (1991), the interval for one future observation.
pub fn prediction_interval(values: &[f64], confidence: f64) -> Result<Interval, StatisticsError> {
    check_values(values, 2)?;
    check_confidence(confidence)?;
    let moments = Moments::of(values);
    let n = moments.n() as f64;
    let (mean, deviation) = (moments.mean().unwrap_or(f64::NAN), moments.standard_deviation().unwrap_or(f64::NAN));
    let half_width = student_t_critical(confidence, n - 1.0) * deviation * (1.0 + 1.0 / n).sqrt();
    Ok(Interval::around(check_finite_result(mean)?, check_finite_result(half_width)?))
}

/// Returns the exact interval of a share: `successes` out of `trials` independent trials.
///
/// The ends lie in 0..=1. Exact means that it holds the true share at least as often as `confidence` says, for
/// any share and any number of trials; it is somewhat wider than needed. Cases of one replication that queue
/// behind each other are not independent; for them take [`student_t_interval`] over the replications' shares.
///
/// # Errors
/// [`StatisticsError::TooFewValues`] without a trial, [`StatisticsError::OutOfRange`] for the confidence or for
/// more successes than trials.
///
/// Source: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
/// binomial", Biometrika 26 (1934).
pub fn clopper_pearson_interval(successes: u64, trials: u64, confidence: f64) -> Result<Interval, StatisticsError> {
    check_confidence(confidence)?;
    if trials == 0 {
        return Err(StatisticsError::TooFewValues { needed: 1, found: 0 });
    }
    if successes > trials {
        let found = successes as f64;
        return Err(StatisticsError::OutOfRange {
            name: "the number of successes",
            found,
            allowed: "at most the number of trials",
        });
    }
    let tail = 0.5 * (1.0 - confidence);
    let (hits, misses) = (successes as f64, (trials - successes) as f64);
    let low = if successes == 0 { 0.0 } else { beta_quantile(tail, hits, misses + 1.0) };
    let high = if successes == trials { 1.0 } else { 1.0 - beta_quantile(tail, misses, hits + 1.0) };
    Ok(Interval { mean: hits / trials as f64, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::test_numbers::{TestNumbers, assert_share};

    const T01: [f64; 10] = [12.1, 11.4, 13.0, 12.6, 11.9, 12.2, 12.8, 11.7, 12.4, 12.0];

    #[test]
    fn ten_replications_give_the_interval_worked_by_hand() {
        let interval = student_t_interval(&T01, 0.95).unwrap();
        assert!((interval.mean - 12.21).abs() < 1e-12);
        assert!((interval.half_width() - 0.356_005).abs() < 5e-7, "{}", interval.half_width());
    }

    #[test]
    fn equal_values_leave_no_rounding_dust() {
        for value in [0.1, 1.0 / 3.0, 1e-9, -7.3, 0.0] {
            for n in [2, 3, 7, 30] {
                assert_eq!(student_t_interval(&vec![value; n], 0.95).unwrap(), Interval::point(value));
                assert_eq!(prediction_interval(&vec![value; n], 0.95).unwrap(), Interval::point(value));
            }
        }
    }

    #[test]
    fn twenty_seven_of_thirty_give_the_exact_share() {
        let interval = clopper_pearson_interval(27, 30, 0.95).unwrap();
        assert!((interval.low - 0.734_7).abs() < 5e-5, "{}", interval.low);
        assert!((interval.high - 0.978_9).abs() < 5e-5, "{}", interval.high);
        assert_eq!(interval.mean, 0.9);
    }

    #[test]
    fn shares_of_none_and_all_have_one_sided_room() {
        // In closed form: none of n gives 1 - (tail)^(1/n) as the upper end.
        let none = clopper_pearson_interval(0, 20, 0.95).unwrap();
        assert_eq!((none.low, none.mean), (0.0, 0.0));
        assert!((none.high - (1.0 - 0.025f64.powf(1.0 / 20.0))).abs() < 1e-12);
        let all = clopper_pearson_interval(20, 20, 0.95).unwrap();
        assert_eq!(all.high, 1.0);
        assert!((all.low - 0.025f64.powf(1.0 / 20.0)).abs() < 1e-12);
    }

    #[test]
    fn the_exact_share_covers_every_true_share() {
        // No sampling: the chances of all 31 outcomes are added up for 99 true shares.
        use crate::statistics::special::binomial_at_most;
        let intervals: Vec<Interval> = (0..=30).map(|hits| clopper_pearson_interval(hits, 30, 0.95).unwrap()).collect();
        for percent in 1..100 {
            let truth = f64::from(percent) / 100.0;
            let chance = |hits: u64| match hits {
                0 => binomial_at_most(0, 30, truth),
                _ => binomial_at_most(hits, 30, truth) - binomial_at_most(hits - 1, 30, truth),
            };
            let held: f64 = (0..=30u64).filter(|&hits| intervals[hits as usize].contains(truth)).map(chance).sum();
            assert!(held >= 0.95, "{percent} %: {held}");
        }
    }

    #[test]
    fn a_share_of_many_trials_nears_the_normal_interval() {
        let interval = clopper_pearson_interval(300_000, 1_000_000, 0.95).unwrap();
        let normal = 1.959_964 * (0.3f64 * 0.7 / 1e6).sqrt();
        assert!((interval.half_width() / normal - 1.0).abs() < 2e-3);
    }

    #[test]
    fn the_next_value_needs_more_room_than_the_mean() {
        // Half widths stand as sqrt(1 + 1/n) to sqrt(1/n), that is as sqrt(n + 1) to 1.
        let mean = student_t_interval(&T01, 0.95).unwrap();
        let next = prediction_interval(&T01, 0.95).unwrap();
        assert!((next.half_width() / mean.half_width() - 11f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_t_interval_covers_as_often_as_it_says() {
        let mut numbers = TestNumbers::new(1);
        let (mut held, mut held_next) = (0, 0);
        for _ in 0..4_000 {
            let sample: Vec<f64> = (0..8).map(|_| 40.0 + 5.0 * numbers.normal()).collect();
            held += usize::from(student_t_interval(&sample, 0.95).unwrap().contains(40.0));
            let next = 40.0 + 5.0 * numbers.normal();
            held_next += usize::from(prediction_interval(&sample, 0.95).unwrap().contains(next));
        }
        assert_share(held, 4_000, 0.95, 3.5);
        assert_share(held_next, 4_000, 0.95, 3.5);
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        assert!(matches!(student_t_interval(&[1.0], 0.95), Err(StatisticsError::TooFewValues { needed: 2, found: 1 })));
        assert!(matches!(student_t_interval(&[1.0, f64::NAN], 0.95), Err(StatisticsError::NotFinite { .. })));
        assert!(matches!(student_t_interval(&T01, 1.0), Err(StatisticsError::OutOfRange { .. })));
        assert!(matches!(student_t_interval(&[1e308, -1e308], 0.95), Err(StatisticsError::Overflow)));
        assert!(clopper_pearson_interval(3, 2, 0.95).is_err());
        assert!(clopper_pearson_interval(0, 0, 0.95).is_err());
    }
}
