//! How much of a run's beginning to leave out: the MSER-5 rule.
//!
//! A service that starts empty shows shorter waits at first than it will ever show again. The rule cuts where the
//! standard error of what remains is least: cutting less keeps the bias, cutting more loses data. It advises; the user
//! decides, and the curve is there to be drawn.
//!
//! Source: White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997);
//! batches of five by White, Cobb and Spratt, "A comparison of five steady-state truncation heuristics for simulation",
//! Winter Simulation Conference (2000).

use crate::statistics::error::{StatisticsError, check_finite_result, check_values};
use crate::statistics::summary::Moments;

/// How many observations make a batch.
pub const MSER_BATCH: usize = 5;

/// The least number of batches: with fewer, the half that is searched leaves too little behind to judge.
const LEAST_BATCHES: usize = 10;

/// One point of the curve: what cutting here would give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruncationPoint {
    /// How many observations from the beginning are left out; a multiple of [`MSER_BATCH`].
    pub truncation: usize,
    /// The squared standard error of the mean of what remains (over batches), in squared units. Least is best.
    pub statistic: f64,
}

/// What the rule advises.
#[derive(Debug, Clone, PartialEq)]
pub struct WarmUpAdvice {
    /// How many observations to leave out; a multiple of [`MSER_BATCH`], 0 for a series without a warm-up.
    pub truncation: usize,
    /// The curve over all truncations that were tried, from 0 to half of the series.
    pub curve: Vec<TruncationPoint>,
    /// False where the least statistic lies at the end of the searched half: then the series is too short to tell, and
    /// a longer run is needed rather than the advice followed.
    pub conclusive: bool,
}

/// Advises how many observations from the beginning to leave out, by MSER-5.
///
/// `observations` are in order of time: for a run, one measure case by case or week by week, best averaged across
/// replications position by position, which quietens the curve. Up to four observations at the end that do not fill a
/// batch are not used. Only the first half is searched, because the statistic turns wild where little remains. Of equal
/// minima the earliest wins, so a constant series has no warm-up.
///
/// # Errors
/// [`StatisticsError::TooFewValues`] below fifty observations, [`StatisticsError::NotFinite`],
/// [`StatisticsError::Overflow`].
pub fn mser_5(observations: &[f64]) -> Result<WarmUpAdvice, StatisticsError> {
    check_values(observations, LEAST_BATCHES * MSER_BATCH)?;
    let batches: Vec<f64> = observations.chunks_exact(MSER_BATCH).filter_map(|batch| Moments::of(batch).mean()).collect();
    let last_tried = batches.len() / 2;
    let mut remaining = Moments::new();
    let mut curve = Vec::with_capacity(last_tried + 1);
    // Built from the end, each truncation adds one batch to the one after it, so the whole curve costs one pass.
    for (batch_idx, &batch) in batches.iter().enumerate().rev() {
        remaining.record(batch);
        if batch_idx <= last_tried {
            let n = remaining.n() as f64;
            let statistic = check_finite_result(remaining.sum_of_squares() / (n * n))?;
            curve.push(TruncationPoint { truncation: batch_idx * MSER_BATCH, statistic });
        }
    }
    curve.reverse();
    let mut best = TruncationPoint { truncation: 0, statistic: f64::INFINITY };
    for &point in &curve {
        if point.statistic < best.statistic {
            best = point;
        }
    }
    Ok(WarmUpAdvice { truncation: best.truncation, curve, conclusive: best.truncation < last_tried * MSER_BATCH })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::test_numbers::TestNumbers;

    #[test]
    fn a_step_is_cut_where_it_ends() {
        // Four batches at 100, then sixteen alternating between 0 and 2.
        let observations: Vec<f64> = (0..100).map(|i| if i < 20 { 100.0 } else { f64::from((i / 5) % 2) * 2.0 }).collect();
        let advice = mser_5(&observations).unwrap();
        assert_eq!(advice.truncation, 20);
        assert!(advice.conclusive);
        assert_eq!(advice.curve.len(), 11);
        // Sixteen batch means at distance 1 from their mean: 16 / 16^2.
        assert!((advice.curve[4].statistic - 1.0 / 16.0).abs() < 1e-12);
    }

    #[test]
    fn a_series_without_warm_up_is_left_whole() {
        let advice = mser_5(&[3.3; 60]).unwrap();
        assert_eq!(advice.truncation, 0);
        assert!(advice.conclusive);
        assert!(advice.curve.iter().all(|point| point.statistic == 0.0));
    }

    #[test]
    fn the_curve_is_its_definition() {
        let mut numbers = TestNumbers::new(7);
        let observations: Vec<f64> = (0..203).map(|_| numbers.normal()).collect();
        let advice = mser_5(&observations).unwrap();
        let batches: Vec<f64> = observations[..200].chunks(5).map(|batch| batch.iter().sum::<f64>() / 5.0).collect();
        for point in &advice.curve {
            let kept = &batches[point.truncation / 5..];
            let n = kept.len() as f64;
            let mean = kept.iter().sum::<f64>() / n;
            let expected = kept.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n * n);
            assert!((point.statistic - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_decaying_start_is_found_and_its_bias_removed() {
        let mut numbers = TestNumbers::new(8);
        let observations: Vec<f64> = (0..2_000).map(|i| 10.0 - 10.0 * (-f64::from(i) / 50.0).exp() + numbers.normal()).collect();
        let advice = mser_5(&observations).unwrap();
        // The bias falls below the noise's standard error (0.02) after some 50 ln(10 / 0.02) = 310; it is down to a
        // tenth of its start at 115.
        assert!((100..500).contains(&advice.truncation), "{}", advice.truncation);
        let kept = Moments::of(&observations[advice.truncation..]);
        let error = (kept.mean().unwrap() - 10.0).abs();
        assert!(error < 3.5 * kept.standard_error().unwrap(), "{error}");
    }

    #[test]
    fn a_series_that_only_grows_is_inconclusive() {
        let observations: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(!mser_5(&observations).unwrap().conclusive);
    }

    #[test]
    fn too_short_a_series_is_refused() {
        assert_eq!(mser_5(&[1.0; 49]).unwrap_err(), StatisticsError::TooFewValues { needed: 50, found: 49 });
    }
}
