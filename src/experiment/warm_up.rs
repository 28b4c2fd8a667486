//! What MSER-5 says of the warm-up.

use crate::base::time::SimDuration;
use crate::experiment::outcome::WarmUpAdvice;
use crate::statistics::summary::Moments;
use crate::statistics::warm_up::mser_5;

/// Share by which the days in question must move the mean queue to matter.
const MATERIAL_BIAS: f64 = 0.02;
/// How far they must lie from the rest.
const STANDARD_ERRORS: f64 = 3.0;
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

/// Tells whether the days that the advice would leave out beyond the plan's warm-up matter.
///
/// MSER-5 often finds some days to cut in a run that is steady from the beginning. They matter if they lower the mean queue
/// over all days measured by more than 2 %, and if their own mean lies more than three standard errors below that of
/// the days after them; the standard error is that of the means of whole weeks, taken as independent. Queues that are
/// longer in those days are no matter of warm-up: a run begins empty, and queues that begin empty fill up from below.
/// Holidays and seasons make them longer at one time of the year than at another, in every year.
pub fn matters(advice: &WarmUpAdvice) -> bool {
    // The first value of the series stands for the week around day 3, and every seventh for a week of its own.
    let from = |day: f64| (day.ceil() as usize).saturating_sub(WEEK / 2);
    let (measured, advised) = (from(advice.chosen_days), from(f64::from(advice.advised_days)));
    let weeks = |days: Option<&[f64]>| days.unwrap_or_default().iter().copied().step_by(WEEK).collect::<Vec<f64>>();
    let (early, late) = (weeks(advice.series.get(measured..advised)), weeks(advice.series.get(advised..)));
    let (of_early, of_late) = (Moments::of(&early), Moments::of(&late));
    let (Some(mean), Some(steady), Some(deviation)) = (of_early.mean(), of_late.mean(), of_late.standard_deviation()) else {
        return false;
    };
    let (n_early, n_late) = (early.len() as f64, late.len() as f64);
    let bias = (mean - steady) * n_early / (n_early + n_late);
    let error = deviation * (1.0 / n_early + 1.0 / n_late).sqrt();
    -bias > MATERIAL_BIAS * steady && steady - mean > STANDARD_ERRORS * error
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
        assert!(matters(&advice));
        assert!(!matters(&WarmUpAdvice { chosen_days: 40.0, ..advice }), "with the filling cut off nothing is left to cut");
    }

    /// The queues of a spring with many holidays, which MSER-5 would like to cut.
    #[test]
    fn busy_spring_is_no_warm_up() {
        let spring: Vec<f64> = (0..364).map(|day| if day < 150 { 40.0 } else { 30.0 } + noise(day)).collect();
        let advice = advise(&spring, SimDuration::ZERO).unwrap();
        assert!(advice.advised_days > 100, "{}", advice.advised_days);
        assert!(!matters(&advice));
    }

    #[test]
    fn weekly_rhythm_is_no_warm_up() {
        let steady: Vec<f64> = (0..200).map(|day| f64::from(day % 7)).collect();
        assert_eq!(advise(&steady, SimDuration::ZERO).unwrap().advised_days, 0);
        assert_eq!(advise(&steady[..40], SimDuration::ZERO), None);
    }
}
