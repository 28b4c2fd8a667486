//! Days on which far more or far fewer cases come than usual: a campaign, a new law, a holiday.
//!
//! Without them their cases are spread over the year, and what waits in a crowd does not wait in the model. They are sought as runs of
//! days whose number of cases is least likely by chance, one after the other, until what is left may be chance. Where counts vary more
//! than by chance anyway, a run must stand out from that.
//!
//! Source: Kulldorff, A spatial scan statistic (1997), on a line of days; dispersion by the median, which no surge moves.

/// Fewer cases, or days, than this say nothing of surges.
const LEAST_CASES: f64 = 200.0;
/// See [`LEAST_CASES`].
const LEAST_DAYS: usize = 28;
/// Beyond fifty years there is a date that is wrong.
const MOST_DAYS: usize = 50 * 366;
/// The longest run, in days, and at most half of all: what lasts longer is a season or a trend.
const LONGEST: usize = 62;
/// What the logarithm of the likelihood must gain by a surge: of 400 days with 62 runs each, one gains it by chance less than once in
/// fifty logs.
const GAIN: f64 = 15.0;
/// By how much, as a share, a surge must differ from usual days.
const MATERIAL: f64 = 0.3;
/// Surges at most.
const MOST: usize = 40;
/// The largest share of all cases that may come in crowds: where most do, the log was cut so that it has few of the others.
const MOST_IN_CROWDS: f64 = 0.5;
/// The median of the square of a standard normal variable.
const MEDIAN_OF_SQUARE: f64 = 0.4549;

/// A run of days on which more or fewer come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surge {
    /// First day, by its position.
    pub first: usize,
    /// Last day.
    pub last: usize,
    /// How many times as many come as usual.
    pub factor: f64,
    /// How many came.
    pub n: f64,
}

/// Finds surges in counts by day, given the weight of each day: how many come on it, as a multiple of any unit. Sorted by day; no two
/// on the same day. Deterministic.
pub fn surges(counts: &[f64], weights: &[f64]) -> Vec<Surge> {
    let n_days = counts.len().min(weights.len());
    if !(LEAST_DAYS..=MOST_DAYS).contains(&n_days) || counts.iter().sum::<f64>() < LEAST_CASES {
        return Vec::new();
    }
    let mut usual = vec![true; n_days];
    let mut found: Vec<Surge> = Vec::new();
    while found.len() < MOST {
        let rate = rate(counts, weights, &usual);
        let dispersion = dispersion(counts, weights, &usual, rate);
        let Some((first, last)) = strangest(counts, weights, &usual, rate, GAIN * dispersion) else { break };
        usual[first..=last].fill(false);
        found.push(Surge { first, last, factor: 1.0, n: 0.0 });
    }
    let rate = rate(counts, weights, &usual);
    for surge in &mut found {
        let days = surge.first..=surge.last;
        surge.n = counts[days.clone()].iter().sum();
        surge.factor = surge.n / (rate * weights[days].iter().sum::<f64>());
    }
    found.retain(|surge| surge.factor.is_finite());
    let in_crowds: f64 = found.iter().filter(|surge| surge.factor > 1.0).map(|surge| surge.n).sum();
    if in_crowds > MOST_IN_CROWDS * counts.iter().sum::<f64>() {
        return Vec::new();
    }
    found.sort_by_key(|surge| surge.first);
    found
}

/// Returns the cases of a unit of weight on usual days.
fn rate(counts: &[f64], weights: &[f64], usual: &[bool]) -> f64 {
    let sum = |list: &[f64]| list.iter().zip(usual).filter(|(_, usual)| **usual).map(|(value, _)| value).sum::<f64>();
    sum(counts) / sum(weights).max(f64::MIN_POSITIVE)
}

/// Returns how many times as much as by chance counts vary from day to day, at least 1.
fn dispersion(counts: &[f64], weights: &[f64], usual: &[bool], rate: f64) -> f64 {
    let days = counts.iter().zip(weights).zip(usual).filter(|((_, weight), usual)| **usual && **weight * rate > 0.5);
    let mut squares: Vec<f64> = days.map(|((n, weight), _)| (n - rate * weight).powi(2) / (rate * weight)).collect();
    squares.sort_by(f64::total_cmp);
    squares.get(squares.len() / 2).map_or(1.0, |median| (median / MEDIAN_OF_SQUARE).max(1.0))
}

/// Returns the run of usual days that is least likely by chance, if it gains so much and differs enough.
fn strangest(counts: &[f64], weights: &[f64], usual: &[bool], rate: f64, least: f64) -> Option<(usize, usize)> {
    let n_days = usual.len();
    let all: f64 = counts.iter().zip(usual).filter(|(_, usual)| **usual).map(|(n, _)| n).sum();
    let (mut best, mut found) = (least, None);
    for first in 0..n_days {
        let (mut n, mut expected) = (0.0, 0.0);
        for last in first..n_days.min(first + LONGEST.min(n_days / 2)) {
            if !usual[last] {
                break;
            }
            n += counts[last];
            expected += rate * weights[last];
            if expected <= 0.0 || expected >= all || (n / expected - 1.0).abs() < MATERIAL {
                continue;
            }
            let rest = |n: f64, expected: f64| if n > 0.0 { n * (n / expected).ln() } else { 0.0 };
            let gain = rest(n, expected) + rest(all - n, all - expected);
            if gain > best {
                (best, found) = (gain, Some((first, last)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts near 20 a day that look drawn by lot, none on Sundays.
    fn days(n: usize) -> (Vec<f64>, Vec<f64>) {
        let weights: Vec<f64> = (0..n).map(|day| if day % 7 == 6 { 0.0 } else { 1.0 }).collect();
        let counts = weights.iter().enumerate().map(|(day, weight)| weight * (16.0 + (day * 7919 % 9) as f64)).collect();
        (counts, weights)
    }

    #[test]
    fn usual_days_have_no_surge() {
        let (counts, weights) = days(360);
        assert_eq!(surges(&counts, &weights), []);
        assert_eq!(surges(&counts[..20], &weights[..20]), []);
    }

    #[test]
    fn a_crowd_and_a_holiday_are_found_with_their_days_and_factors() {
        let (mut counts, weights) = days(360);
        counts[100..110].iter_mut().for_each(|n| *n *= 4.0);
        counts[200..203].fill(0.0);
        let found = surges(&counts, &weights);
        let spans: Vec<(usize, usize)> = found.iter().map(|s| (s.first, s.last)).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(spans[0].0.abs_diff(100) <= 1 && spans[0].1.abs_diff(109) <= 1, "{spans:?}");
        assert!((found[0].factor / 4.0 - 1.0).abs() < 0.1, "{found:?}");
        assert!(spans[1].0.abs_diff(200) <= 1 && spans[1].1.abs_diff(202) <= 1 && found[1].factor == 0.0, "{found:?}");
    }

    #[test]
    fn a_log_that_has_hardly_anything_but_a_crowd_was_cut_so() {
        let (mut counts, weights) = days(360);
        counts[300..330].iter_mut().for_each(|n| *n *= 100.0);
        assert_eq!(surges(&counts, &weights), []);
    }

    #[test]
    fn counts_that_vary_widely_every_day_have_no_surge() {
        let (counts, weights) = days(360);
        let wild: Vec<f64> = counts.iter().enumerate().map(|(day, n)| n * [0.2, 1.0, 2.4, 0.6][day * 31 % 4]).collect();
        assert_eq!(surges(&wild, &weights), []);
    }
}
