//! Intervals from one long run, whose observations depend on their neighbours.

use crate::statistics::error::{StatisticsError, check_values};
use crate::statistics::interval::{Interval, student_t_interval};
use crate::statistics::summary::Moments;

/// What the batches of one run say.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchMeans {
    /// The interval of the long-run mean.
    pub interval: Interval,
    /// The mean of every batch, in order of time.
    pub means: Vec<f64>,
    /// How many observations make a batch.
    pub batch_size: usize,
    /// How many observations at the beginning were left out because they did not fill a batch.
    pub left_out: usize,
    /// The correlation of neighbouring batches, or `None` where they are all equal. Well above 0, say 0.3 with 20
    /// batches, says that the batches are too short and the interval too narrow.
    pub lag_1: Option<f64>,
}

/// Returns the interval of the long-run mean from one run, by batch means.
///
/// `observations` are in order of time, the warm-up already cut. `n_batches` is at least 2; 10 to 30 are usual: more
/// make shorter batches, which depend on each other, and narrow the interval little. `confidence` lies strictly between
/// 0 and 1. Assumes a stationary series and batches long enough to be nearly independent; see [`BatchMeans::lag_1`].
/// Observations that do not fill a batch are left out at the beginning, where a rest of the warm-up would be.
///
/// # Errors
/// [`StatisticsError::TooFewValues`] below two batches or one observation a batch, [`StatisticsError::NotFinite`],
/// [`StatisticsError::OutOfRange`] for the confidence, [`StatisticsError::Overflow`].
///
/// Source: Schmeiser, "Batch size effects in the analysis of simulation output", Operations Research 30 (1982).
pub fn batch_means_interval(observations: &[f64], n_batches: usize, confidence: f64) -> Result<BatchMeans, StatisticsError> {
    if n_batches < 2 {
        return Err(StatisticsError::TooFewValues { needed: 2, found: n_batches as u64 });
    }
    check_values(observations, n_batches)?;
    let batch_size = observations.len() / n_batches;
    let left_out = observations.len() - batch_size * n_batches;
    let batches = observations[left_out..].chunks_exact(batch_size);
    let means: Vec<f64> = batches.filter_map(|batch| Moments::of(batch).mean()).collect();
    let interval = student_t_interval(&means, confidence)?;
    let lag_1 = lag_1_autocorrelation(&means);
    Ok(BatchMeans { interval, means, batch_size, left_out, lag_1 })
}

/// Returns the correlation of every value with the next, in -1..=1.
///
/// `None` below two values, where all are equal, or where one is not finite. For independent values it lies within
/// some 2 / sqrt(n) of 0, a little below it.
///
/// Source: Box and Jenkins, Time Series Analysis, section 2.1 (estimation of the autocorrelation function).
pub fn lag_1_autocorrelation(values: &[f64]) -> Option<f64> {
    let moments = Moments::of(values);
    let (mean, squares) = (moments.mean()?, moments.sum_of_squares());
    if !(squares > 0.0 && squares.is_finite()) {
        return None;
    }
    let products: f64 = values.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
    Some((products / squares).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::test_numbers::{TestNumbers, assert_share};

    /// A series where each value keeps `memory` of the one before; its lag-1 correlation is `memory`, its mean 0.
    fn remembering(numbers: &mut TestNumbers, memory: f64, n: usize) -> Vec<f64> {
        let mut last = numbers.normal() / (1.0 - memory * memory).sqrt();
        (0..n)
            .map(|_| {
                last = memory * last + numbers.normal();
                last
            })
            .collect()
    }

    #[test]
    fn six_observations_by_hand() {
        // The first is left out; batches 2,4 and 6,8 and 10,12 have means 3, 7, 11.
        let found = batch_means_interval(&[99.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0], 3, 0.95).unwrap();
        assert_eq!(found.means, [3.0, 7.0, 11.0]);
        assert_eq!((found.batch_size, found.left_out), (2, 1));
        // t(0.975, 2) = 4.302653, standard error 4 / sqrt 3.
        assert!((found.interval.half_width() - 4.302_653 * 4.0 / 3f64.sqrt()).abs() < 1e-5);
        // Deviations -4, 0, 4: products 0, squares 32.
        assert_eq!(found.lag_1, Some(0.0));
    }

    #[test]
    fn autocorrelation_by_hand() {
        // Deviations -1.5, -0.5, 0.5, 1.5: products 0.75 - 0.25 + 0.75 by squares 5.
        assert!((lag_1_autocorrelation(&[1.0, 2.0, 3.0, 4.0]).unwrap() - 0.25).abs() < 1e-15);
        assert_eq!(lag_1_autocorrelation(&[2.0; 5]), None);
        assert_eq!(lag_1_autocorrelation(&[]), None);
    }

    #[test]
    fn autocorrelation_of_a_remembering_series_is_its_memory() {
        let mut numbers = TestNumbers::new(9);
        let found = lag_1_autocorrelation(&remembering(&mut numbers, 0.7, 100_000)).unwrap();
        // The standard error is sqrt((1 - 0.49) / n) = 0.00226.
        assert!((found - 0.7).abs() < 3.5 * 0.00226, "{found}");
    }

    #[test]
    fn batches_cover_where_single_observations_do_not() {
        let mut numbers = TestNumbers::new(10);
        let (mut held, mut held_naively, trials) = (0, 0, 1_500);
        for _ in 0..trials {
            let series = remembering(&mut numbers, 0.7, 4_000);
            held += usize::from(batch_means_interval(&series, 20, 0.95).unwrap().interval.contains(0.0));
            held_naively += usize::from(student_t_interval(&series, 0.95).unwrap().contains(0.0));
        }
        assert_share(held, trials, 0.95, 3.5);
        // The naive interval is too narrow by sqrt((1 + 0.7) / (1 - 0.7)) = 2.4, and covers some 59 %.
        assert!(held_naively < trials * 7 / 10);
    }

    #[test]
    fn too_few_observations_are_refused() {
        assert!(batch_means_interval(&[1.0, 2.0, 3.0], 4, 0.95).is_err());
        assert!(batch_means_interval(&[1.0, 2.0, 3.0], 1, 0.95).is_err());
    }
}
