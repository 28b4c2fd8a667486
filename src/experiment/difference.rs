//! A variant held against the baseline, replication by replication, under common random numbers.

use crate::experiment::kpi::Measure;
use crate::experiment::outcome::{
    Estimate, GroupDifference, GroupOutcome, MeasureDifference, MeasureOutcome, PoolDifference, Verdict,
};
use crate::experiment::series::{Series, pairs};
use crate::statistics::holm::holm_correction;
use crate::statistics::paired::{Comparison, paired_difference};

/// Returns the paired difference of one measure, not yet corrected for its family, or `None` where one side has no value.
///
/// With a single pair there is a difference, but no interval and no verdict. Equal values in all replications give
/// exactly 0.
pub fn compare(
    measure: &'static Measure,
    baseline: &[Option<f64>],
    variant: &[Option<f64>],
    confidence: f64,
) -> Option<MeasureDifference> {
    let (base, other) = pairs(baseline, variant);
    let without = |difference: f64, relative: Option<f64>| MeasureDifference {
        measure,
        difference: Estimate::without_interval(difference),
        relative: relative.map(Estimate::without_interval),
        p_value: None,
        adjusted_p: None,
        significant: false,
        verdict: Verdict::NotShown,
    };
    match (&base[..], &other[..]) {
        ([], _) | (_, []) => None,
        ([b], [v]) => Some(without(v - b, (*b != 0.0).then(|| (v - b) / b))),
        _ => {
            let Comparison { difference, relative, p_value, .. } = paired_difference(&base, &other, confidence).ok()?;
            let difference = Estimate::from(difference);
            Some(MeasureDifference {
                difference,
                relative: relative.map(Estimate::from),
                p_value: Some(p_value),
                ..without(0.0, None)
            })
        }
    }
}

/// Corrects the verdicts of a family of differences by Holm's method.
///
/// Differences that are exactly 0 in every replication are not tests: common random numbers make them so by construction,
/// and they would only blunt the others. They are left out of the family.
pub fn correct<'d>(family: impl Iterator<Item = &'d mut MeasureDifference>, confidence: f64) {
    let is_test = |d: &MeasureDifference| {
        let nothing = d.difference.mean == 0.0 && d.difference.low == Some(0.0) && d.difference.high == Some(0.0);
        d.p_value.is_some() && !nothing
    };
    let mut tests: Vec<&mut MeasureDifference> = family.filter(|d| is_test(d)).collect();
    let p_values: Vec<f64> = tests.iter().filter_map(|d| d.p_value).collect();
    // A confidence of 0.95 leaves a level of 0.05; a plan that passed its check cannot fail here.
    let Ok(verdicts) = holm_correction(&p_values, 1.0 - confidence) else { return };
    for (difference, verdict) in tests.iter_mut().zip(verdicts) {
        difference.adjusted_p = Some(verdict.adjusted_p);
        difference.significant = verdict.significant;
        difference.verdict = Verdict::of(difference.measure.direction, difference.difference.mean, verdict.significant);
    }
}

/// Returns the differences of all measures that have values on both sides, corrected as one family.
pub fn compare_measures(baseline: &[MeasureOutcome], variant: &[MeasureOutcome], confidence: f64) -> Vec<MeasureDifference> {
    let mut differences = compare_uncorrected(baseline, variant, confidence);
    correct(differences.iter_mut(), confidence);
    differences
}

fn compare_uncorrected(baseline: &[MeasureOutcome], variant: &[MeasureOutcome], confidence: f64) -> Vec<MeasureDifference> {
    let of = |(b, v): (&MeasureOutcome, &MeasureOutcome)| compare(b.measure, &b.by_replication, &v.by_replication, confidence);
    baseline.iter().zip(variant).filter_map(of).collect()
}

/// Returns the differences within groups that both sides have (by id), corrected as one family over all of them.
pub fn compare_groups(baseline: &[GroupOutcome], variant: &[GroupOutcome], confidence: f64) -> Vec<GroupDifference> {
    let of = |b: &GroupOutcome| {
        let v = variant.iter().find(|v| v.id == b.id)?;
        let measures = compare_uncorrected(&b.measures, &v.measures, confidence);
        Some(GroupDifference { id: b.id.clone(), name: b.name.clone(), measures })
    };
    let mut groups: Vec<GroupDifference> = baseline.iter().filter_map(of).collect();
    correct(groups.iter_mut().flat_map(|group| &mut group.measures), confidence);
    groups
}

/// One value a replication of what is compared of a pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolSeries<'s> {
    /// Id.
    pub id: &'s str,
    /// Name for people.
    pub name: &'s str,
    /// Hours worked.
    pub hours: &'s Series,
    /// Cost.
    pub cost: &'s Series,
    /// Utilisation.
    pub utilisation: &'s Series,
    /// Minutes waited.
    pub waiting: &'s Series,
    /// Share of work that waited at most 15 minutes.
    pub soon: &'s Series,
}

/// Returns the differences by pool: those of the baseline in order, then those that only the variant has.
pub fn compare_pools(
    baseline: &[PoolSeries<'_>],
    variant: &[PoolSeries<'_>],
    replications: usize,
    confidence: f64,
) -> Vec<PoolDifference> {
    let idle = Series(vec![Some(0.0); replications]);
    let none = Series(vec![None; replications]);
    let difference = |b: &Series, v: &Series| {
        let (base, other) = pairs(&b.0, &v.0);
        match (&base[..], &other[..]) {
            ([], _) | (_, []) => None,
            ([b], [v]) => Some(Estimate::without_interval(v - b)),
            _ => paired_difference(&base, &other, confidence).ok().map(|c| Estimate::from(c.difference)),
        }
    };
    let of = |b: PoolSeries<'_>, v: PoolSeries<'_>| PoolDifference {
        id: b.id.to_owned(),
        name: b.name.to_owned(),
        staff_hours: difference(b.hours, v.hours).unwrap_or(Estimate::without_interval(0.0)),
        cost: difference(b.cost, v.cost).unwrap_or(Estimate::without_interval(0.0)),
        utilisation: difference(b.utilisation, v.utilisation),
        waiting_time: difference(b.waiting, v.waiting),
        within_15_minutes: difference(b.soon, v.soon),
    };
    let absent = |pool: &PoolSeries<'_>| (pool.id.to_owned(), pool.name.to_owned());
    let mut all = Vec::new();
    for &b in baseline {
        let gone = PoolSeries { hours: &idle, cost: &idle, utilisation: &none, waiting: &none, soon: &none, ..b };
        all.push(of(b, variant.iter().find(|v| v.id == b.id).copied().unwrap_or(gone)));
    }
    for &v in variant.iter().filter(|v| !baseline.iter().any(|b| b.id == v.id)) {
        let (id, name) = absent(&v);
        let new = PoolSeries { id: &id, name: &name, hours: &idle, cost: &idle, utilisation: &none, waiting: &none, soon: &none };
        all.push(of(new, v));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::kpi;

    fn difference(name: &str, baseline: &[f64], variant: &[f64]) -> MeasureDifference {
        let some = |values: &[f64]| values.iter().map(|&v| Some(v)).collect::<Vec<_>>();
        compare(kpi::measure(name).unwrap(), &some(baseline), &some(variant), 0.95).unwrap()
    }

    #[test]
    fn identical_variants_differ_by_exactly_nothing() {
        let same = [0.1, 0.2, 0.7];
        let mut found = [difference("citizen_time", &same, &same)];
        correct(found.iter_mut(), 0.95);
        assert_eq!(found[0].difference, Estimate { mean: 0.0, low: Some(0.0), high: Some(0.0) });
        assert_eq!(found[0].p_value, Some(1.0));
        assert_eq!((found[0].significant, found[0].verdict), (false, Verdict::NotShown));
    }

    #[test]
    fn verdict_says_which_way_is_better() {
        let (few, many) = ([1.0, 1.1, 0.9, 1.0], [2.0, 2.2, 2.1, 2.0]);
        let mut found = [
            difference("citizen_time", &many, &few),
            difference("within_term", &many, &few),
            difference("registry_calls", &many, &few),
            difference("visits", &few, &[1.01, 1.09, 0.91, 0.99]),
        ];
        correct(found.iter_mut(), 0.95);
        let verdicts = found.each_ref().map(|d| d.verdict);
        assert_eq!(verdicts, [Verdict::Better, Verdict::Worse, Verdict::Different, Verdict::NotShown]);
    }

    #[test]
    fn family_blunts_a_chance_find_but_not_by_measures_that_cannot_differ() {
        // Differences 0, 0, 1, 1, 2 have mean 0.8 and standard error 0.374: t = 2.14 on 4 degrees, p about 0.1;
        // at 0.8 confidence that is significant alone and not beside four like it.
        let weak = || difference("visits", &[1.0; 5], &[1.0, 1.0, 2.0, 2.0, 3.0]).p_value.unwrap();
        assert!((weak() - 0.0993).abs() < 1e-3, "{}", weak());
        let verdicts = |others: usize, same: usize| {
            let mut family: Vec<_> = (0..=others).map(|_| difference("visits", &[1.0; 5], &[1.0, 1.0, 2.0, 2.0, 3.0])).collect();
            family.extend((0..same).map(|_| difference("rework", &[1.0; 5], &[1.0; 5])));
            correct(family.iter_mut(), 0.8);
            family[0].significant
        };
        assert!(verdicts(0, 0) && verdicts(0, 4), "measures that agree exactly are no tests");
        assert!(!verdicts(4, 0));
    }

    #[test]
    fn one_replication_gives_a_difference_without_a_verdict() {
        let found = difference("citizen_time", &[100.0], &[80.0]);
        assert_eq!(found.difference, Estimate::without_interval(-20.0));
        assert_eq!(found.relative, Some(Estimate::without_interval(-0.2)));
        assert_eq!(found.verdict, Verdict::NotShown);
    }

    #[test]
    fn load_that_moves_to_a_pool_of_the_variant_only_is_seen_on_both() {
        let (full, none) = (Series(vec![Some(10.0), Some(12.0)]), Series(vec![None, None]));
        let pool = |id| PoolSeries { id, name: id, hours: &full, cost: &full, utilisation: &none, waiting: &none, soon: &none };
        let found = compare_pools(&[pool("a")], &[pool("b")], 2, 0.95);
        let means: Vec<(&str, f64)> = found.iter().map(|d| (d.id.as_str(), d.staff_hours.mean)).collect();
        assert_eq!(means, [("a", -11.0), ("b", 11.0)]);
    }
}
