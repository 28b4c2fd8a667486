//! The one definition of a quantile in Kezek, and finding it in sorted values.
//!
//! The p-quantile of n values is the smallest of them that has at least p n values at or below it. It is always
//! a value that occurred; a median of two values is the lower. Source: Hyndman and Fan, "Sample quantiles in
//! statistical packages", The American Statistician 50 (1996), definition 1.

/// Returns the rank, from 1, of the p-quantile among `n` sorted values.
///
/// `p` lies in 0..=1 and is clamped to it; the 0-quantile is the least value, the 1-quantile the greatest.
/// A product p n that differs from a whole number only by rounding counts as that number: 0.07 of 100 is 7.
/// For `n` of 0 the result is 0, and for NaN it is 1.
pub fn nearest_rank(p: f64, n: u64) -> u64 {
    let product = p.clamp(0.0, 1.0) * n as f64;
    let whole = product.round();
    let rank = if (product - whole).abs() <= 4.0 * f64::EPSILON * product { whole } else { product.ceil() };
    (rank as u64).max(1).min(n)
}

/// Returns the p-quantile of values in ascending order, or `None` of no values.
///
/// `p` lies in 0..=1 and is clamped to it.
pub fn quantile_of_sorted<T: Copy>(sorted: &[T], p: f64) -> Option<T> {
    let rank = nearest_rank(p, sorted.len() as u64) as usize;
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_follow_the_definition() {
        let sorted = [10, 20, 30, 40];
        for (p, expected) in [(0.0, 10), (0.25, 10), (0.26, 20), (0.5, 20), (0.75, 30), (0.76, 40), (1.0, 40)] {
            assert_eq!(quantile_of_sorted(&sorted, p), Some(expected), "p = {p}");
        }
        assert_eq!(quantile_of_sorted::<i64>(&[], 0.5), None);
    }

    #[test]
    fn rounding_moves_no_rank() {
        // In floating point 0.07 * 100 is a little above 7.
        for n in [10u64, 20, 100, 1_000, 1_000_000] {
            for percent in 1..=100u64 {
                let expected = (percent * n).div_ceil(100);
                assert_eq!(nearest_rank(percent as f64 / 100.0, n), expected, "{percent} % of {n}");
            }
        }
    }
}
