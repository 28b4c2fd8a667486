//! When to stop adding replications, judged on one measure over all variants.

use crate::experiment::outcome::StopReason;
use crate::experiment::plan::StopRule;
use crate::experiment::series::pairs;
use crate::statistics::interval::{Interval, student_t_interval};
use crate::statistics::sequential::replications_for;
use crate::statistics::summary::Moments;

/// Replications before a precision is looked at; see [`crate::statistics::sequential`] on why not fewer.
const FIRST_LOOK: u32 = 10;
/// Replications after which a run may stop already if every interval is narrower than asked for by [`EARLY_MARGIN`].
///
/// A large study is known to a fraction of a per cent after a few replications, and nobody who asks for 5 % should wait for more.
/// The margin keeps chance out: where intervals are in truth just as wide as asked for, five values must be three times as close
/// to each other as usual to pass, which happens to about one experiment in fifty. A test holds the coverage.
const EARLY_LOOK: u32 = 5;
/// What part of the asked half width an interval may have at the early look.
const EARLY_MARGIN: f64 = 1.0 / 3.0;
/// A difference need be known no better than this part of the asked precision of the baseline's mean.
const PART_OF_BASELINE: f64 = 0.1;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// No more.
    Stop(StopReason),
    /// So many in all, then look again.
    GoOnUntil(u32),
}

/// An estimate and how wide it may be.
struct Aim {
    half_width: f64,
    allowed: f64,
}

/// Returns at how many replications a rule looks first.
pub fn first_checkpoint(rule: &StopRule) -> u32 {
    match rule {
        StopRule::Replications(n) => *n,
        StopRule::Precision { max_replications, .. } => (*max_replications).min(EARLY_LOOK),
    }
}

/// Judges the values of a measure, one list for each variant with one value a replication.
///
/// Depends on the values alone, never on the number of threads.
pub fn judge(rule: &StopRule, values: &[&[Option<f64>]], baseline: usize, confidence: f64) -> Judgement {
    let StopRule::Precision { max_replications, .. } = rule else { return Judgement::Stop(StopReason::Replications) };
    let done = values.first().map_or(0, |v| v.len()) as u32;
    let first_look = FIRST_LOOK.min(*max_replications);
    match worst_ratio(rule, values, baseline, confidence) {
        Some(ratio) if ratio <= 1.0 && (done >= first_look || is_far_below(ratio, values)) => {
            Judgement::Stop(StopReason::PrecisionReached)
        }
        _ if done < first_look => Judgement::GoOnUntil(first_look),
        _ if done >= *max_replications => Judgement::Stop(StopReason::PrecisionNotReached),
        ratio => {
            // At most twice as many at once, since a forecast from few replications may be far off.
            let needed = ratio.map_or(2 * done, |r| scale(done, r)).clamp(done + FIRST_LOOK, 2 * done.max(FIRST_LOOK));
            Judgement::GoOnUntil(needed.min(*max_replications))
        }
    }
}

/// Returns how many replications a rule will take in all, as far as the values so far let one foresee.
pub fn foresee(rule: &StopRule, values: &[&[Option<f64>]], baseline: usize, confidence: f64) -> u32 {
    match rule {
        StopRule::Replications(n) => *n,
        StopRule::Precision { max_replications, .. } => {
            let done = values.first().map_or(0, |v| v.len()) as u32;
            let ratio = worst_ratio(rule, values, baseline, confidence);
            let least = match ratio {
                Some(ratio) if done < EARLY_LOOK || is_far_below(ratio, values) => EARLY_LOOK,
                Some(_) => FIRST_LOOK,
                None => EARLY_LOOK,
            };
            ratio.map_or(least, |ratio| scale(done, ratio)).max(least).min(*max_replications)
        }
    }
}

/// Tells whether intervals are narrow enough to stop early. Not where a variant's replications all agree: then chance may only not
/// have shown yet.
fn is_far_below(ratio: f64, values: &[&[Option<f64>]]) -> bool {
    let varies = |variant: &&[Option<f64>]| variant.windows(2).any(|pair| pair[0] != pair[1]);
    ratio <= EARLY_MARGIN && values.iter().all(varies)
}

/// Returns how many replications in all would make the widest interval ten times as narrow: of the differences, or of the
/// mean where there is one variant only. `None` with fewer than two replications, where nobody will ever run so many, and where
/// all replications agree, so that more of them bring nothing.
pub fn one_more_digit(values: &[&[Option<f64>]], baseline: usize, confidence: f64) -> Option<u64> {
    let needed = |of: &[f64]| {
        let half_width = student_t_interval(of, confidence).ok()?.half_width();
        if half_width == 0.0 {
            return Some(0);
        }
        replications_for(Moments::of(of).standard_deviation()?, half_width / 10.0, confidence)
    };
    let base = values.get(baseline)?;
    if values.len() == 1 {
        return needed(&base.iter().copied().flatten().collect::<Vec<_>>()).filter(|n| *n > 0);
    }
    let others = values.iter().enumerate().filter(|(at, _)| *at != baseline);
    others
        .map(|(_, variant)| needed(&differences(base, variant)))
        .collect::<Option<Vec<u64>>>()?
        .into_iter()
        .max()
        .filter(|n| *n > 0)
}

fn scale(done: u32, ratio: f64) -> u32 {
    (f64::from(done) * ratio * ratio).ceil().min(f64::from(u32::MAX)) as u32
}

fn differences(baseline: &[Option<f64>], variant: &[Option<f64>]) -> Vec<f64> {
    let (base, other) = pairs(baseline, variant);
    base.iter().zip(&other).map(|(b, v)| v - b).collect()
}

/// Returns the largest ratio of a half width to what is allowed; `None` where an interval is missing.
fn worst_ratio(rule: &StopRule, values: &[&[Option<f64>]], baseline: usize, confidence: f64) -> Option<f64> {
    let StopRule::Precision { relative, .. } = rule else { return None };
    // A bound on the error relative to the true mean, and not only to the estimate (Law, chapter 9).
    let share = relative / (1.0 + relative);
    let interval = |of: &[f64]| -> Option<Interval> { student_t_interval(of, confidence).ok() };
    let own = |of: &&[Option<f64>]| interval(&of.iter().copied().flatten().collect::<Vec<_>>());
    let base = own(values.get(baseline)?)?;
    let mut aims = Vec::new();
    for (at, variant) in values.iter().enumerate() {
        let mean = own(variant)?;
        aims.push(Aim { half_width: mean.half_width(), allowed: share * mean.mean.abs() });
        if at != baseline {
            let difference = interval(&differences(values[baseline], variant))?;
            let allowed = share * difference.mean.abs().max(PART_OF_BASELINE * base.mean.abs());
            aims.push(Aim { half_width: difference.half_width(), allowed });
        }
    }
    let ratio = |aim: Aim| match aim {
        Aim { half_width: 0.0, .. } => 0.0,
        Aim { allowed: 0.0, .. } => f64::INFINITY,
        Aim { half_width, allowed } => half_width / allowed,
    };
    aims.into_iter().map(ratio).reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(relative: f64, max: u32) -> StopRule {
        StopRule::Precision { relative, measure: "citizen_time".to_owned(), max_replications: max }
    }

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().map(|&v| Some(v)).collect()
    }

    #[test]
    fn precise_differences_stop_and_vague_ones_go_on() {
        let base = some(&[100.0, 101.0, 99.0, 100.5, 99.5, 100.0, 101.0, 99.0, 100.5, 99.5]);
        let shifted: Vec<Option<f64>> = base.iter().map(|v| v.map(|v| v - 20.0)).collect();
        let reached = judge(&rule(0.02, 100), &[&base, &shifted], 0, 0.95);
        assert_eq!(reached, Judgement::Stop(StopReason::PrecisionReached));
        let vague = judge(&rule(0.001, 100), &[&base, &shifted], 0, 0.95);
        assert_eq!(vague, Judgement::GoOnUntil(20));
        let at_the_end = judge(&rule(0.001, 10), &[&base, &shifted], 0, 0.95);
        assert_eq!(at_the_end, Judgement::Stop(StopReason::PrecisionNotReached));
    }

    #[test]
    fn five_replications_are_enough_only_where_they_are_far_closer_than_asked_and_do_not_all_agree() {
        let base = some(&[100.0, 100.1, 99.9, 100.0, 100.1]);
        let shifted: Vec<Option<f64>> = base.iter().map(|v| v.map(|v| v - 20.0)).collect();
        assert_eq!(first_checkpoint(&rule(0.05, 100)), 5);
        assert_eq!(judge(&rule(0.05, 100), &[&base, &shifted], 0, 0.95), Judgement::Stop(StopReason::PrecisionReached));
        assert_eq!(judge(&rule(0.003, 100), &[&base, &shifted], 0, 0.95), Judgement::GoOnUntil(10));
        let same = some(&[7.0; 5]);
        assert_eq!(judge(&rule(0.05, 100), &[&same, &same], 0, 0.95), Judgement::GoOnUntil(10));
        assert_eq!(judge(&rule(0.05, 5), &[&same, &same], 0, 0.95), Judgement::Stop(StopReason::PrecisionReached));
    }

    #[test]
    fn intervals_hold_the_truth_wherever_the_rule_stops() {
        let rule = rule(0.05, 200);
        let mut state = 1_u64;
        let mut normal = || {
            // The sum of twelve uniform numbers less six.
            let mut sum = -6.0;
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                sum += (state >> 33) as f64 / (1_u64 << 31) as f64;
            }
            sum
        };
        // Deviations of a mean of 100: far too small to matter, about what the early and the first look need, and more.
        for deviation in [0.1, 0.75, 1.5, 3.0, 7.0, 12.0] {
            let n_experiments = 2_000;
            let mut held = 0;
            for _ in 0..n_experiments {
                let mut values: Vec<Option<f64>> = Vec::new();
                let mut until = first_checkpoint(&rule);
                while let Judgement::GoOnUntil(next) = {
                    values.resize_with(until as usize, || Some(100.0 + deviation * normal()));
                    judge(&rule, &[&values], 0, 0.95)
                } {
                    until = next;
                }
                let list: Vec<f64> = values.iter().copied().flatten().collect();
                held += u32::from(student_t_interval(&list, 0.95).unwrap().contains(100.0));
            }
            let share = f64::from(held) / f64::from(n_experiments);
            assert!((0.925..0.975).contains(&share), "with a deviation of {deviation} the interval holds the truth in {share}");
        }
    }

    #[test]
    fn difference_of_nothing_can_be_known_well_enough() {
        let base = some(&[100.0, 101.0, 99.0, 100.5, 99.5, 100.0, 101.0, 99.0, 100.5, 99.5]);
        assert_eq!(judge(&rule(0.02, 100), &[&base, &base], 0, 0.95), Judgement::Stop(StopReason::PrecisionReached));
    }

    #[test]
    fn digit_more_costs_some_hundred_times_the_replications() {
        let base = some(&(0..40).map(|i| f64::from(i % 5)).collect::<Vec<_>>());
        let needed = one_more_digit(&[&base], 0, 0.95).unwrap();
        assert!((3700..=4000).contains(&needed), "{needed}");
    }

    #[test]
    fn digit_more_is_not_promised_where_all_replications_agree() {
        let same = some(&[7.0; 6]);
        assert_eq!(one_more_digit(&[&same], 0, 0.95), None);
        let base = some(&[100.0, 101.0, 99.0, 100.5, 99.5, 100.0]);
        let shifted: Vec<Option<f64>> = base.iter().map(|v| v.map(|v| v - 20.0)).collect();
        assert_eq!(one_more_digit(&[&base, &shifted], 0, 0.95), None);
        let vague = some(&[90.0, 97.0, 99.0, 94.0, 91.0, 98.0]);
        let alone = one_more_digit(&[&base, &vague], 0, 0.95);
        assert!(alone.is_some());
        assert_eq!(one_more_digit(&[&base, &shifted, &vague], 0, 0.95), alone);
    }
}
