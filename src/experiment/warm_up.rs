//! What MSER-5 says of the warm-up.

use crate::base::time::SimDuration;
use crate::experiment::outcome::WarmUpAdvice;
use crate::statistics::warm_up::mser_5;

/// Days over which the series is smoothed, so that weekends do not pass for a trend.
const WEEK: usize = 7;

/// Returns the advice on a run's warm-up, or `None` where the run is too short to say.
///
/// `queue_by_day` holds the mean number of cases waiting in all pools by day of the run, warm-up included, averaged over
/// replications. The series looked at is its mean over seven days, each with the three before and the three after it:
/// neighbours then depend on each other more than MSER-5 likes, which makes the least point shallower but hardly moves it.
pub fn advise(queue_by_day: &[f64], chosen: SimDuration) -> Option<WarmUpAdvice> {
    let series: Vec<f64> = queue_by_day.windows(WEEK).map(|week| week.iter().sum::<f64>() / WEEK as f64).collect();
    let advice = mser_5(&series).ok()?;
    let advised_days = match advice.truncation {
        0 => 0,
        // The first value that is kept stands for the week around its middle day.
        days => u32::try_from(days + WEEK / 2).ok()?,
    };
    Some(WarmUpAdvice { advised_days, chosen_days: chosen.days(), conclusive: advice.conclusive, series })
}

/// Returns by which share the mean queue over all days measured lies above that over the days that the advice leaves, or `None`
/// where one of them has no days or the queue is empty.
///
/// MSER-5 often finds a few days to cut in a run that is steady from the beginning; this says whether it matters.
pub fn bias(advice: &WarmUpAdvice) -> Option<f64> {
    // The first value of the series stands for the week around day 3.
    let mean_from = |day: usize| {
        let kept = advice.series.get(day.saturating_sub(WEEK / 2)..)?;
        (!kept.is_empty()).then(|| kept.iter().sum::<f64>() / kept.len() as f64)
    };
    let (measured, advised) = (mean_from(advice.chosen_days.ceil() as usize)?, mean_from(advice.advised_days as usize)?);
    (advised > 0.0).then(|| measured / advised - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise between -2 and 2 that repeats after 101 days, by the remainders of a power.
    fn noise(day: u32) -> f64 {
        f64::from((day * day * 37 + day * 11) % 101) / 25.0 - 2.0
    }

    #[test]
    fn filling_queue_is_cut_off_and_matters() {
        let filling: Vec<f64> =
            (0..200).map(|day| 50.0 * (1.0 - (-f64::from(day) / 8.0).exp()) + f64::from(day % 7) + noise(day)).collect();
        let advice = advise(&filling, SimDuration::ZERO).unwrap();
        assert!((15..=90).contains(&advice.advised_days), "{}", advice.advised_days);
        // The filling takes 8 times 50 cases away from some 200 times 53: 4 %.
        let bias = bias(&advice).unwrap();
        assert!((-0.05..-0.025).contains(&bias), "{bias}");
    }

    #[test]
    fn weekly_rhythm_is_no_warm_up() {
        let steady: Vec<f64> = (0..200).map(|day| f64::from(day % 7)).collect();
        assert_eq!(advise(&steady, SimDuration::ZERO).unwrap().advised_days, 0);
        assert_eq!(advise(&steady[..40], SimDuration::ZERO), None);
    }
}
