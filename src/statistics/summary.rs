//! The first two moments of a stream of numbers, and its extremes.

/// Count, mean, variance, least and greatest of the numbers recorded so far.
///
/// One pass, constant memory, and no loss of digits when the mean is large beside the spread.
/// Equal values give exactly that value as mean and exactly 0 as variance, in any order of recording or merging.
/// Other results may differ in the last digits with the order, so merge in a fixed order where bytes must agree.
///
/// Source: Welford, "Note on a method for calculating corrected sums of squares and products",
/// Technometrics 4 (1962); merging by Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
/// computing sample variances" (1979).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    n: u64,
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Moments::new()
    }
}

impl Moments {
    /// Makes a summary of no values.
    pub const fn new() -> Self {
        Moments { n: 0, mean: 0.0, squares: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }

    /// Summarises a slice, in its order.
    pub fn of(values: &[f64]) -> Self {
        let mut moments = Moments::new();
        for &value in values {
            moments.record(value);
        }
        moments
    }

    /// Takes in one value. A value that is not finite makes mean and variance NaN or infinite for good.
    #[inline]
    pub fn record(&mut self, value: f64) {
        self.n += 1;
        let from_old = value - self.mean;
        self.mean += from_old / self.n as f64;
        self.squares += from_old * (value - self.mean);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Takes in all that `other` has recorded.
    pub fn merge(&mut self, other: &Moments) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        let (mine, theirs) = (self.n as f64, other.n as f64);
        let both = mine + theirs;
        let apart = other.mean - self.mean;
        self.mean += apart * (theirs / both);
        self.squares += other.squares + apart * apart * (mine * theirs / both);
        self.n += other.n;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Returns how many values were recorded.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// Returns the arithmetic mean, or `None` before the first value.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then_some(self.mean)
    }

    /// Returns the sample variance, with divisor n-1, or `None` below two values. In squared units.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1).then(|| self.squares / (self.n - 1) as f64)
    }

    /// Returns the square root of [`Moments::variance`], in the unit of the values.
    pub fn standard_deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// Returns the estimated standard error of the mean of independent values, or `None` below two values.
    pub fn standard_error(&self) -> Option<f64> {
        self.variance().map(|variance| (variance / self.n as f64).sqrt())
    }

    /// Returns the sum of squared deviations from the mean; 0 before the second value.
    pub const fn sum_of_squares(&self) -> f64 {
        self.squares
    }

    /// Returns the least value, or `None` before the first.
    pub fn min(&self) -> Option<f64> {
        (self.n > 0).then_some(self.min)
    }

    /// Returns the greatest value, or `None` before the first.
    pub fn max(&self) -> Option<f64> {
        (self.n > 0).then_some(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn four_values_by_hand() {
        // Mean 5, deviations -3, -1, 1, 3, sum of squares 20, variance 20/3.
        let moments = Moments::of(&[2.0, 4.0, 6.0, 8.0]);
        assert_eq!(moments.n(), 4);
        assert_eq!(moments.mean(), Some(5.0));
        assert!((moments.variance().unwrap() - 20.0 / 3.0).abs() < 1e-15);
        assert_eq!((moments.min(), moments.max()), (Some(2.0), Some(8.0)));
    }

    #[test]
    fn a_large_offset_costs_no_digits() {
        let moments = Moments::of(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]);
        assert_eq!(moments.mean(), Some(1e9 + 10.0));
        assert_eq!(moments.variance(), Some(30.0));
    }

    #[test]
    fn nothing_recorded_says_nothing() {
        let moments = Moments::new();
        assert_eq!(moments.mean(), None);
        assert_eq!(moments.min(), None);
        assert_eq!(Moments::of(&[3.0]).variance(), None);
    }

    #[test]
    fn equal_values_have_no_spread_even_when_merged() {
        let mut all = Moments::of(&[0.1; 7]);
        all.merge(&Moments::of(&[0.1; 3]));
        all.merge(&Moments::new());
        assert_eq!(all.mean(), Some(0.1));
        assert_eq!(all.variance(), Some(0.0));
        assert_eq!(all.n(), 10);
    }

    proptest! {
        #[test]
        fn merging_parts_equals_recording_all(values in prop::collection::vec(-1e6f64..1e6, 2..200), cut in 0.0f64..1.0) {
            let (left, right) = values.split_at((cut * values.len() as f64) as usize);
            let mut merged = Moments::of(left);
            merged.merge(&Moments::of(right));
            let whole = Moments::of(&values);
            prop_assert_eq!(merged.n(), whole.n());
            prop_assert_eq!(merged.min(), whole.min());
            prop_assert_eq!(merged.max(), whole.max());
            prop_assert!((merged.mean().unwrap() - whole.mean().unwrap()).abs() < 1e-8);
            let (a, b) = (merged.variance().unwrap(), whole.variance().unwrap());
            prop_assert!((a - b).abs() <= 1e-9 * b.max(1.0));
        }
    }
}
