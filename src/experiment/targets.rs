//! Published facts held against the results.

use crate::experiment::difference;
use crate::experiment::kpi;
use crate::experiment::outcome::{Estimate, TargetCheck, TargetVerdict, VariantOutcome};
use crate::model::study::Target;

/// Holds a study's published facts against the variants that were run.
///
/// A fact is met where the simulated mean lies within its tolerance, and open where only the interval reaches into it.
pub fn check_targets(targets: &[Target], variants: &[VariantOutcome], confidence: f64) -> Vec<TargetCheck> {
    let of = |target: &Target| {
        let simulated = simulate(target, variants, confidence);
        TargetCheck {
            variant: target.variant.clone(),
            against: target.against.clone(),
            measure: target.measure.clone(),
            published: target.value,
            tolerance: target.tolerance,
            simulated,
            verdict: simulated.map_or(TargetVerdict::NotRun, |estimate| verdict(target, &estimate)),
            source: target.source.clone(),
            note: target.note.clone(),
        }
    };
    targets.iter().map(of).collect()
}

fn simulate(target: &Target, variants: &[VariantOutcome], confidence: f64) -> Option<Estimate> {
    let measure = |id: &str| variants.iter().find(|v| v.name == id)?.measure(&target.measure);
    let Some(against) = &target.against else { return measure(&target.variant)?.estimate };
    let (baseline, variant) = (measure(against)?, measure(&target.variant)?);
    difference::compare(kpi::measure(&target.measure)?, &baseline.by_replication, &variant.by_replication, confidence)?.relative
}

fn verdict(target: &Target, simulated: &Estimate) -> TargetVerdict {
    // A tolerance of 0 still lets the last digits of a float differ.
    let slack = target.tolerance + 1e-9 * target.value.abs().max(1.0);
    let (from, to) = (target.value - slack, target.value + slack);
    if (from..=to).contains(&simulated.mean) {
        return TargetVerdict::Met;
    }
    match (simulated.low, simulated.high) {
        (Some(low), Some(high)) if low <= to && high >= from => TargetVerdict::Open,
        _ => TargetVerdict::NotMet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_within_the_tolerance_is_met_and_reach_of_the_interval_leaves_open() {
        let target = Target { value: 10.0, tolerance: 1.0, ..Target::default() };
        let of = |mean, low, high| verdict(&target, &Estimate { mean, low: Some(low), high: Some(high) });
        assert_eq!(of(10.9, 10.5, 11.3), TargetVerdict::Met);
        assert_eq!(of(11.2, 10.8, 11.6), TargetVerdict::Open);
        assert_eq!(of(12.0, 11.5, 12.5), TargetVerdict::NotMet);
        assert_eq!(verdict(&target, &Estimate::without_interval(8.0)), TargetVerdict::NotMet);
    }

    #[test]
    fn fact_about_a_variant_that_was_not_run_is_said_so() {
        let target = Target { variant: "to-be".to_owned(), measure: kpi::CITIZEN_TIME.to_owned(), ..Target::default() };
        assert_eq!(check_targets(&[target], &[], 0.95)[0].verdict, TargetVerdict::NotRun);
    }
}
