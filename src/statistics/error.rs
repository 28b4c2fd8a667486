//! What can be wrong with numbers that are handed to this layer.

use thiserror::Error;

/// A reason why no honest number can be returned.
///
/// Every variant is about the input: the same call fails again until more, or other, values come.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum StatisticsError {
    /// More independent values are needed before anything can be said.
    #[error("{found} values are too few, at least {needed} are needed")]
    TooFewValues {
        /// The least number of values that the method can use.
        needed: u64,
        /// The number of values that were given.
        found: u64,
    },
    /// A paired comparison needs as many values of the variant as of the baseline.
    #[error("the baseline has {baseline} values and the variant {variant}; pairs need as many of each")]
    UnequalLengths {
        /// The number of baseline values.
        baseline: usize,
        /// The number of variant values.
        variant: usize,
    },
    /// A value is NaN or infinite.
    #[error("value {position} is {found}, which is not a finite number")]
    NotFinite {
        /// The position of the first such value, from 0.
        position: usize,
        /// The value itself.
        found: f64,
    },
    /// The values are finite, but so large that their spread is not.
    #[error("the values are too large to be summed")]
    Overflow,
    /// A number that must lie in a range does not.
    #[error("{name} is {found}, allowed is {allowed}")]
    OutOfRange {
        /// What the number stands for.
        name: &'static str,
        /// The number that was given.
        found: f64,
        /// The allowed range in words.
        allowed: &'static str,
    },
}

/// Accepts a confidence strictly between 0 and 1.
pub(crate) fn check_confidence(confidence: f64) -> Result<(), StatisticsError> {
    check_open_share("the confidence", confidence)
}

/// Accepts a number strictly between 0 and 1; NaN is refused.
pub(crate) fn check_open_share(name: &'static str, found: f64) -> Result<(), StatisticsError> {
    if found > 0.0 && found < 1.0 {
        Ok(())
    } else {
        Err(StatisticsError::OutOfRange { name, found, allowed: "strictly between 0 and 1" })
    }
}

/// Accepts at least `needed` values, all finite.
pub(crate) fn check_values(values: &[f64], needed: usize) -> Result<(), StatisticsError> {
    if let Some((position, &found)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(StatisticsError::NotFinite { position, found });
    }
    if values.len() < needed {
        return Err(StatisticsError::TooFewValues { needed: needed as u64, found: values.len() as u64 });
    }
    Ok(())
}

/// Accepts a computed number only if it is finite.
pub(crate) fn check_finite_result(number: f64) -> Result<f64, StatisticsError> {
    if number.is_finite() { Ok(number) } else { Err(StatisticsError::Overflow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_no_confidence() {
        assert!(check_confidence(f64::NAN).is_err());
        assert!(check_confidence(1.0).is_err());
        assert!(check_confidence(0.0).is_err());
        assert!(check_confidence(0.95).is_ok());
    }

    #[test]
    fn the_first_bad_value_is_named() {
        let error = check_values(&[1.0, f64::INFINITY, f64::NAN], 2);
        assert_eq!(error, Err(StatisticsError::NotFinite { position: 1, found: f64::INFINITY }));
        let few = check_values(&[1.0], 2).unwrap_err();
        assert_eq!(few.to_string(), "1 values are too few, at least 2 are needed");
    }
}
