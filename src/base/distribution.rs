//! Distributions of non-negative quantities.

/// A distribution of a non-negative quantity in the caller's unit; durations use milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always this value.
    Fixed(f64),
    /// Even between two values.
    Uniform {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// Triangular.
    Triangular {
        /// Smallest value.
        min: f64,
        /// Most likely value.
        likely: f64,
        /// Largest value.
        max: f64,
    },
    /// PERT: a beta distribution on `min..max` with mean `(min + 4 likely + max) / 6`.
    Pert {
        /// Smallest value.
        min: f64,
        /// Most likely value.
        likely: f64,
        /// Largest value.
        max: f64,
    },
    /// Exponential.
    Exponential {
        /// Mean.
        mean: f64,
    },
    /// Erlang: the sum of `k` exponentials.
    Erlang {
        /// Number of phases, at least 1.
        k: u32,
        /// Mean of the whole.
        mean: f64,
    },
    /// Gamma.
    Gamma {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Lognormal, by the moments of the value itself.
    Lognormal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// Normal on the condition that the value is not negative, so its mean lies above `mean`.
    Normal {
        /// Mean before the condition.
        mean: f64,
        /// Standard deviation before the condition.
        sd: f64,
    },
    /// Weibull.
    Weibull {
        /// Shape.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Beta, stretched to `min..max`.
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// Values with weights.
    Empirical(Vec<(f64, f64)>),
    /// Bins `from..to` with weights, even within a bin.
    Histogram(Vec<(f64, f64, f64)>),
    /// Another distribution on the condition that the value lies in `min..=max`.
    Truncated {
        /// The other distribution.
        of: Box<Distribution>,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
}

impl Default for Distribution {
    fn default() -> Self {
        Distribution::Fixed(0.0)
    }
}
