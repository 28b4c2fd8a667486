//! Holm's correction: a table of many comparisons must not find differences by sheer number.

use crate::statistics::error::{StatisticsError, check_open_share};

/// The verdict on one comparison of a family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HolmVerdict {
    /// The least family level at which this comparison would be significant; in 0..=1, never below its own p-value.
    pub adjusted_p: f64,
    /// Whether the comparison is significant at the family level asked for.
    pub significant: bool,
}

/// Corrects the p-values of comparisons that are shown together.
///
/// `family_level` lies strictly between 0 and 1: the chance, at most, that any of the comparisons is called
/// significant where there is no difference; 1 less the confidence is usual. The verdicts come in the order of
/// the p-values. No assumption is made on how the comparisons depend on each other. An empty family has no verdicts.
///
/// # Errors
/// [`StatisticsError::OutOfRange`] for a level not strictly between 0 and 1, or a p-value not in 0..=1.
///
/// Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6 (1979).
pub fn holm_correction(p_values: &[f64], family_level: f64) -> Result<Vec<HolmVerdict>, StatisticsError> {
    check_open_share("the family level", family_level)?;
    if let Some(&found) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(StatisticsError::OutOfRange { name: "a p-value", found, allowed: "0 to 1" });
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut verdicts = vec![HolmVerdict { adjusted_p: 1.0, significant: false }; p_values.len()];
    let mut adjusted_p = 0.0f64;
    for (rank, &position) in order.iter().enumerate() {
        // The smallest p-value must beat all m comparisons, the next m - 1, and none may overtake a smaller one.
        let still_open = (p_values.len() - rank) as f64;
        adjusted_p = adjusted_p.max((still_open * p_values[position]).min(1.0));
        verdicts[position] = HolmVerdict { adjusted_p, significant: adjusted_p <= family_level };
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::test_numbers::TestNumbers;

    #[test]
    fn four_p_values_by_hand() {
        // Sorted .005, .01, .03, .04 times 4, 3, 2, 1: .02, .03, .06, .04 -> .06.
        let found = holm_correction(&[0.01, 0.04, 0.03, 0.005], 0.05).unwrap();
        for (verdict, expected) in found.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((verdict.adjusted_p - expected).abs() < 1e-15);
        }
        let flags: Vec<bool> = found.iter().map(|verdict| verdict.significant).collect();
        assert_eq!(flags, [true, false, false, true]);
    }

    #[test]
    fn one_comparison_needs_no_correction() {
        assert_eq!(holm_correction(&[0.04], 0.05).unwrap(), [HolmVerdict { adjusted_p: 0.04, significant: true }]);
        assert_eq!(holm_correction(&[], 0.05).unwrap(), []);
    }

    #[test]
    fn no_p_value_exceeds_one() {
        let found = holm_correction(&[0.9, 1.0, 0.0], 0.05).unwrap();
        assert_eq!(found[0].adjusted_p, 1.0);
        assert_eq!(found[2], HolmVerdict { adjusted_p: 0.0, significant: true });
    }

    #[test]
    fn false_alarms_of_a_whole_family_stay_within_the_level() {
        // Ten true "no difference" with uniform p-values: 1 - (1 - 0.05 / 10)^10 = 4.9 % of families, against 40 % raw.
        let mut numbers = TestNumbers::new(4);
        let alarms = (0..20_000)
            .filter(|_| {
                let p_values: Vec<f64> = (0..10).map(|_| numbers.uniform()).collect();
                holm_correction(&p_values, 0.05).unwrap().iter().any(|verdict| verdict.significant)
            })
            .count();
        crate::statistics::test_numbers::assert_share(alarms, 20_000, 1.0 - 0.995f64.powi(10), 3.5);
    }

    #[test]
    fn nan_is_no_p_value() {
        assert!(holm_correction(&[0.1, f64::NAN], 0.05).is_err());
        assert!(holm_correction(&[0.1], 0.0).is_err());
    }
}
