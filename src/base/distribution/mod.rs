//! Distributions of non-negative quantities, as users state them, with their moments and quantiles.
//!
//! [`Distribution`] is plain data and may hold nonsense; [`Distribution::check`] says every fault in plain
//! words. [`Distribution::form`] turns a sound one into a [`form::Form`], which answers questions fast: the
//! questions asked of a `Distribution` itself go through it. [`law`] holds the continuous families,
//! [`special`] the special functions. Nothing here draws random numbers: `engine::random` does.

mod check;
pub mod form;
pub mod law;
pub(crate) mod special;

use form::Form;

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
    /// Erlang: the sum of `k` equal exponentials.
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
    /// Values with weights, in any order: `(value, weight)`.
    Empirical(Vec<(f64, f64)>),
    /// Bins `(from, to, weight)`, in any order, apart from each other, even within a bin.
    Histogram(Vec<(f64, f64, f64)>),
    /// Another distribution on the condition that the value lies in `min..=max`.
    Truncated {
        /// The other distribution.
        of: Box<Distribution>,
        /// Smallest value.
        min: f64,
        /// Largest value; infinity sets no limit.
        max: f64,
    },
}

impl Distribution {
    /// Returns every fault of the parameters, each in a full sentence; empty if there is none.
    ///
    /// Values and parameters lie between 0 and 1e15. Shapes are held to the range in which quantiles can be
    /// computed to the last few digits: beyond it a simpler distribution says the same.
    pub fn check(&self) -> Vec<String> {
        check::faults(self)
    }

    /// Returns the form in which questions are answered.
    ///
    /// # Errors
    /// The faults that [`Distribution::check`] finds.
    pub fn form(&self) -> Result<Form, Vec<String>> {
        let faults = self.check();
        if faults.is_empty() { Ok(form::of(self)) } else { Err(faults) }
    }

    /// Returns the distribution of a quantity that is `factor` times as large.
    pub fn scaled(&self, factor: f64) -> Distribution {
        use Distribution as D;
        let f = factor;
        match self {
            D::Fixed(value) => D::Fixed(value * f),
            _ if f <= 0.0 => D::Fixed(0.0),
            D::Uniform { min, max } => D::Uniform { min: min * f, max: max * f },
            D::Triangular { min, likely, max } => D::Triangular { min: min * f, likely: likely * f, max: max * f },
            D::Pert { min, likely, max } => D::Pert { min: min * f, likely: likely * f, max: max * f },
            D::Exponential { mean } => D::Exponential { mean: mean * f },
            D::Erlang { k, mean } => D::Erlang { k: *k, mean: mean * f },
            D::Gamma { mean, sd } => D::Gamma { mean: mean * f, sd: sd * f },
            D::Lognormal { mean, sd } => D::Lognormal { mean: mean * f, sd: sd * f },
            D::Normal { mean, sd } => D::Normal { mean: mean * f, sd: sd * f },
            D::Weibull { shape, scale } => D::Weibull { shape: *shape, scale: scale * f },
            D::Beta { alpha, beta, min, max } => D::Beta { alpha: *alpha, beta: *beta, min: min * f, max: max * f },
            D::Empirical(points) => D::Empirical(points.iter().map(|(value, weight)| (value * f, *weight)).collect()),
            D::Histogram(bins) => D::Histogram(bins.iter().map(|(from, to, weight)| (from * f, to * f, *weight)).collect()),
            D::Truncated { of, min, max } => D::Truncated { of: Box::new(of.scaled(f)), min: min * f, max: max * f },
        }
    }

    /// Returns the mean; not-a-number if the parameters are at fault.
    pub fn mean(&self) -> f64 {
        self.form().map_or(f64::NAN, |form| form.mean())
    }

    /// Returns the variance, in the square of the unit; not-a-number if the parameters are at fault.
    pub fn variance(&self) -> f64 {
        self.form().map_or(f64::NAN, |form| form.variance())
    }

    /// Returns the smallest value that is not exceeded with probability `p`, `p` from 0 to 1 with both ends.
    ///
    /// Infinite for `p` = 1 where the support has no end; not-a-number if the parameters are at fault.
    pub fn quantile(&self, p: f64) -> f64 {
        self.form().map_or(f64::NAN, |form| form.quantile(p))
    }

    /// Returns the probability of a value of at most `x`; not-a-number if the parameters are at fault.
    pub fn cdf(&self, x: f64) -> f64 {
        self.form().map_or(f64::NAN, |form| form.cdf(x))
    }

    /// Returns the smallest and the largest possible value; `None` where there is no largest one.
    ///
    /// Not-a-number if the parameters are at fault.
    pub fn support(&self) -> (f64, Option<f64>) {
        self.form().map_or((f64::NAN, None), |form| form.support())
    }
}

impl Default for Distribution {
    fn default() -> Self {
        Distribution::Fixed(0.0)
    }
}

#[cfg(test)]
mod tests;
