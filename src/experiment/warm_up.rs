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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_queue_is_cut_off_and_a_steady_week_is_not() {
        let filling: Vec<f64> = (0..200).map(|day| 50.0 * (1.0 - (-f64::from(day) / 8.0).exp()) + f64::from(day % 7)).collect();
        let advice = advise(&filling, SimDuration::from_days(10)).unwrap();
        assert!((20..=70).contains(&advice.advised_days), "{}", advice.advised_days);
        let steady: Vec<f64> = (0..200).map(|day| f64::from(day % 7)).collect();
        assert_eq!(advise(&steady, SimDuration::ZERO).unwrap().advised_days, 0);
        assert_eq!(advise(&steady[..40], SimDuration::ZERO), None);
    }
}
