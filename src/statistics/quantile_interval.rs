//! How sure a quantile is: over replications, or within one sample of independent values.

use crate::statistics::error::{StatisticsError, check_confidence, check_open_share, check_values};
use crate::statistics::interval::{Interval, student_t_interval};
use crate::statistics::rank::quantile_of_sorted;
use crate::statistics::special::binomial_at_most;

/// Returns the Student t interval of a quantile that was estimated once in each replication.
///
/// `per_replication` holds one estimate of the same quantile per replication, in the measure's unit.
/// This is the interval to show for waiting times: cases of one replication queue behind each other and are not
/// independent, but replications are. Its centre is the mean of the estimates, which carries the small-sample bias
/// of a single replication's quantile; with thousands of cases in each, that is far below the half width.
///
/// # Errors
/// As [`student_t_interval`].
///
/// Source: Law, Simulation Modeling and Analysis, 5th ed., chapter 9 (other measures of performance).
pub fn replicated_quantile_interval(per_replication: &[f64], confidence: f64) -> Result<Interval, StatisticsError> {
    student_t_interval(per_replication, confidence)
}

/// Returns the ranks, from 1, between whose values the p-quantile lies with at least the asked confidence.
///
/// For `n` independent values of any distribution, with at most half of 1 - `confidence` on either side.
/// `None` where no such ranks exist, because `n` is too small for so extreme a quantile.
/// `p` and `confidence` lie strictly between 0 and 1.
///
/// Source: David and Nagaraja, Order Statistics, 3rd ed., section 7.1.
pub fn order_statistic_ranks(n: u64, p: f64, confidence: f64) -> Option<(u64, u64)> {
    let tail = 0.5 * (1.0 - confidence);
    // Below the quantile lie B values, B binomial. The l-th value exceeds it with P(B <= l - 1), the u-th stays below it
    // with P(B >= u).
    let too_high = |rank: u64| binomial_at_most(rank - 1, n, p) > tail;
    let high_enough = |rank: u64| 1.0 - binomial_at_most(rank - 1, n, p) <= tail;
    if n == 0 || too_high(1) || !high_enough(n) {
        return None;
    }
    let low = first_rank(1, n, too_high).unwrap_or(n + 1) - 1;
    let high = first_rank(1, n, high_enough)?;
    Some((low, high))
}

/// Returns the first rank in `from..=to` that passes, for a test that stays passed once it is, or `None`.
fn first_rank(from: u64, to: u64, passes: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (from, to + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if passes(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    (low <= to).then_some(low)
}

/// Returns the order-statistic interval of the p-quantile of independent values.
///
/// `sorted` is ascending. It holds for any distribution, and at least as often as `confidence` says. For values that
/// depend on each other, such as the waiting times of one replication, it is too narrow: take
/// [`replicated_quantile_interval`].
///
/// # Errors
/// [`StatisticsError::TooFewValues`] where even the whole range of the sample is not wide enough; it names how many
/// values would be. [`StatisticsError::NotFinite`]; [`StatisticsError::OutOfRange`] for `p` or `confidence`.
///
/// Source: David and Nagaraja, Order Statistics, 3rd ed., section 7.1.
pub fn order_statistic_interval(sorted: &[f64], p: f64, confidence: f64) -> Result<Interval, StatisticsError> {
    check_confidence(confidence)?;
    check_open_share("the quantile's share", p)?;
    check_values(sorted, 1)?;
    let n = sorted.len() as u64;
    let too_few = || StatisticsError::TooFewValues { needed: least_sample(p, confidence), found: n };
    let (low, high) = order_statistic_ranks(n, p, confidence).ok_or_else(too_few)?;
    let mean = quantile_of_sorted(sorted, p).ok_or_else(too_few)?;
    // Ranks lie in 1..=n, so both positions exist.
    Ok(Interval { mean, low: sorted[low as usize - 1], high: sorted[high as usize - 1] })
}

/// Returns how many values an order-statistic interval needs: p^n and (1-p)^n must both leave the tail.
fn least_sample(p: f64, confidence: f64) -> u64 {
    let tail = 0.5 * (1.0 - confidence);
    (tail.ln() / p.max(1.0 - p).ln()).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::test_numbers::TestNumbers;

    #[test]
    fn the_median_of_ten_lies_between_the_second_and_ninth() {
        // P(B <= 1) = 11/1024 = 1.07 % leaves the tail of 2.5 %, P(B <= 2) = 56/1024 = 5.5 % does not.
        assert_eq!(order_statistic_ranks(10, 0.5, 0.95), Some((2, 9)));
        let sorted: Vec<f64> = (1..=10).map(f64::from).collect();
        let found = order_statistic_interval(&sorted, 0.5, 0.95).unwrap();
        assert_eq!(found, Interval { mean: 5.0, low: 2.0, high: 9.0 });
    }

    #[test]
    fn too_small_a_sample_names_what_it_needs() {
        // The greatest of n stays below the 0.9-quantile with 0.9^n, which is at most 2.5 % from 36 on.
        let sorted: Vec<f64> = (0..35).map(f64::from).collect();
        let error = order_statistic_interval(&sorted, 0.9, 0.95).unwrap_err();
        assert_eq!(error, StatisticsError::TooFewValues { needed: 36, found: 35 });
        assert!(order_statistic_ranks(36, 0.9, 0.95).is_some());
    }

    #[test]
    fn many_values_near_the_normal_ranks() {
        let (low, high) = order_statistic_ranks(1_000_000, 0.9, 0.95).unwrap();
        // 1.96 sqrt(n p (1-p)) = 588.
        assert!((900_000 - low).abs_diff(588) <= 2, "{low}");
        assert!((high - 900_000).abs_diff(588) <= 2, "{high}");
    }

    #[test]
    fn the_interval_covers_at_least_as_often_as_it_says() {
        let mut numbers = TestNumbers::new(5);
        let truth = -(0.1f64.ln());
        let held = (0..3_000)
            .filter(|_| {
                let mut sample: Vec<f64> = (0..120).map(|_| numbers.exponential()).collect();
                sample.sort_by(f64::total_cmp);
                order_statistic_interval(&sample, 0.9, 0.95).unwrap().contains(truth)
            })
            .count();
        // At least 0.95, less 3.5 standard errors of 0.004.
        assert!(held as f64 / 3_000.0 > 0.936, "{held}");
        // The discrete ranks cannot be much wider than asked: their exact coverage is computed here.
        let (low, high) = order_statistic_ranks(120, 0.9, 0.95).unwrap();
        let exact = binomial_at_most(high - 1, 120, 0.9) - binomial_at_most(low - 1, 120, 0.9);
        assert!((0.95..0.98).contains(&exact), "{exact}");
        crate::statistics::test_numbers::assert_share(held, 3_000, exact, 3.5);
    }

    #[test]
    fn replications_give_a_t_interval() {
        let found = replicated_quantile_interval(&[4.0, 5.0, 6.0], 0.95).unwrap();
        // t(0.975, 2) = 4.302653, standard error 1 / sqrt 3.
        assert!((found.half_width() - 4.302_653 / 3f64.sqrt()).abs() < 1e-6);
    }
}
