//! The continuous families: probabilities, densities, quantiles and moments, in closed form where there is one.

use super::special::{
    beta_density, beta_quantile, beta_split, gamma, gamma_density, gamma_quantile, gamma_split, normal_density, normal_quantile,
    normal_split,
};

/// A continuous family with its parameters, sound ones: [`super::Distribution::form`] sees to that.
///
/// Sources of the formulas: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, 2nd ed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Even on `min..max`.
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
    /// Weibull; with shape 1 the exponential law.
    Weibull {
        /// Shape.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Gamma.
    Gamma {
        /// Shape.
        shape: f64,
        /// Scale.
        scale: f64,
    },
    /// Lognormal: the exponential of a normal variable.
    Lognormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Normal, on the whole line.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
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
}

impl Law {
    /// Returns the ends of the support, infinite where there is none.
    pub fn support(self) -> (f64, f64) {
        match self {
            Law::Uniform { min, max } | Law::Triangular { min, max, .. } | Law::Beta { min, max, .. } => (min, max),
            Law::Weibull { .. } | Law::Gamma { .. } | Law::Lognormal { .. } => (0.0, f64::INFINITY),
            Law::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Returns the probabilities below and above `x`; both keep their digits in their tail.
    pub fn split(self, x: f64) -> (f64, f64) {
        let (first, last) = self.support();
        if x <= first {
            return (0.0, 1.0);
        }
        if x >= last {
            return (1.0, 0.0);
        }
        match self {
            Law::Uniform { min, max } => ((x - min) / (max - min), (max - x) / (max - min)),
            Law::Triangular { min, likely, max } => {
                if x < likely {
                    let p = (x - min) / (max - min) * ((x - min) / (likely - min));
                    (p, 1.0 - p)
                } else {
                    let q = if max > likely { (max - x) / (max - min) * ((max - x) / (max - likely)) } else { 0.0 };
                    (1.0 - q, q)
                }
            }
            Law::Weibull { shape, scale } => {
                let hazard = (x / scale).powf(shape);
                (-(-hazard).exp_m1(), (-hazard).exp())
            }
            Law::Gamma { shape, scale } => gamma_split(shape, x / scale),
            Law::Lognormal { mu, sigma } => normal_split((x.ln() - mu) / sigma),
            Law::Normal { mean, sd } => normal_split((x - mean) / sd),
            Law::Beta { alpha, beta, min, max } => beta_split(alpha, beta, (x - min) / (max - min)),
        }
    }

    /// Returns the density at `x`, per unit; zero outside the support and at its ends.
    pub fn density(self, x: f64) -> f64 {
        let (first, last) = self.support();
        if x <= first || x >= last {
            return 0.0;
        }
        match self {
            Law::Uniform { min, max } => 1.0 / (max - min),
            Law::Triangular { min, likely, max } => {
                let height = 2.0 / (max - min);
                if x < likely { height * (x - min) / (likely - min) } else { height * (max - x) / (max - likely) }
            }
            Law::Weibull { shape, scale } => {
                let y = x / scale;
                shape / scale * y.powf(shape - 1.0) * (-y.powf(shape)).exp()
            }
            Law::Gamma { shape, scale } => gamma_density(shape, x / scale) / scale,
            Law::Lognormal { mu, sigma } => normal_density((x.ln() - mu) / sigma) / (sigma * x),
            Law::Normal { mean, sd } => normal_density((x - mean) / sd) / sd,
            Law::Beta { alpha, beta, min, max } => beta_density(alpha, beta, (x - min) / (max - min)) / (max - min),
        }
    }

    /// Returns the value that has probability `p` below it and `q` above it; `p + q` is 1.
    pub fn quantile(self, p: f64, q: f64) -> f64 {
        let (first, last) = self.support();
        if p <= 0.0 {
            return first;
        }
        if q <= 0.0 {
            return last;
        }
        match self {
            Law::Uniform { min, max } => {
                if p <= q {
                    min + p * (max - min)
                } else {
                    max - q * (max - min)
                }
            }
            Law::Triangular { min, likely, max } => {
                let width = max - min;
                if p * width < likely - min {
                    min + (p * width * (likely - min)).sqrt()
                } else {
                    max - (q * width * (max - likely)).sqrt()
                }
            }
            Law::Weibull { shape, scale } => {
                let hazard = if p <= q { -(-p).ln_1p() } else { -q.ln() };
                if shape == 1.0 { scale * hazard } else { scale * hazard.powf(1.0 / shape) }
            }
            Law::Gamma { shape, scale } => scale * gamma_quantile(shape, p, q),
            Law::Lognormal { mu, sigma } => (mu + sigma * normal_quantile(p, q)).exp(),
            Law::Normal { mean, sd } => mean + sd * normal_quantile(p, q),
            Law::Beta { alpha, beta, min, max } => {
                let y = beta_quantile(alpha, beta, p, q);
                min + y * (max - min)
            }
        }
    }

    /// Returns the mean.
    pub fn mean(self) -> f64 {
        match self {
            Law::Uniform { min, max } => 0.5 * (min + max),
            Law::Triangular { min, likely, max } => (min + likely + max) / 3.0,
            Law::Weibull { shape, scale } => scale * gamma(1.0 + 1.0 / shape),
            Law::Gamma { shape, scale } => shape * scale,
            Law::Lognormal { mu, sigma } => (mu + 0.5 * sigma * sigma).exp(),
            Law::Normal { mean, .. } => mean,
            Law::Beta { alpha, beta, min, max } => min + (max - min) * alpha / (alpha + beta),
        }
    }

    /// Returns the variance.
    pub fn variance(self) -> f64 {
        match self {
            Law::Uniform { min, max } => (max - min).powi(2) / 12.0,
            Law::Triangular { min, likely, max } => {
                let (a, b) = (likely - min, max - likely);
                (a * a + a * b + b * b) / 18.0
            }
            Law::Weibull { shape, scale } => {
                let first = gamma(1.0 + 1.0 / shape);
                scale * scale * (gamma(1.0 + 2.0 / shape) - first * first)
            }
            Law::Gamma { shape, scale } => shape * scale * scale,
            Law::Lognormal { mu, sigma } => (2.0 * mu + sigma * sigma).exp() * (sigma * sigma).exp_m1(),
            Law::Normal { sd, .. } => sd * sd,
            Law::Beta { alpha, beta, min, max } => {
                let sum = alpha + beta;
                (max - min).powi(2) * (alpha / sum) * (beta / sum) / (sum + 1.0)
            }
        }
    }

    /// Returns the probability of a value in `from..to`, computed in the tail where it is the more exact.
    pub fn mass(self, from: f64, to: f64) -> f64 {
        let (low, high) = (self.split(from), self.split(to));
        if low.0 > 0.5 { low.1 - high.1 } else { high.0 - low.0 }
    }

    /// Returns the integrals of `x` and of `x` squared times the density over `from..to`.
    ///
    /// Weighting a family by a power of `x` leads to a member of the same family with other parameters, so each
    /// integral is a mean square times a probability of that member.
    pub fn partial_moments(self, from: f64, to: f64) -> (f64, f64) {
        let raw = self.variance() + self.mean().powi(2);
        match self {
            Law::Uniform { .. } | Law::Triangular { .. } => self.partial_moments_of_polynomial(from, to),
            Law::Weibull { shape, scale } => {
                let weighted = |power: f64| {
                    let law = Law::Gamma { shape: 1.0 + power / shape, scale: 1.0 };
                    law.mass((from / scale).powf(shape), (to / scale).powf(shape))
                };
                (self.mean() * weighted(1.0), raw * weighted(2.0))
            }
            Law::Gamma { shape, scale } => {
                let weighted = |power: f64| Law::Gamma { shape: shape + power, scale }.mass(from, to);
                (self.mean() * weighted(1.0), raw * weighted(2.0))
            }
            Law::Lognormal { mu, sigma } => {
                let weighted = |power: f64| Law::Lognormal { mu: mu + power * sigma * sigma, sigma }.mass(from, to);
                (self.mean() * weighted(1.0), raw * weighted(2.0))
            }
            Law::Normal { mean, sd } => {
                let mass = self.mass(from, to);
                // The density at an infinite end is zero, and so is its product with the end.
                let edge = |x: f64| if x.is_finite() { sd * normal_density((x - mean) / sd) } else { 0.0 };
                let edge_times = |x: f64| if x.is_finite() { (mean + x) * edge(x) } else { 0.0 };
                (mean * mass + edge(from) - edge(to), raw * mass + edge_times(from) - edge_times(to))
            }
            Law::Beta { alpha, beta, min, max } => {
                let weighted = |power: f64| Law::Beta { alpha: alpha + power, beta, min, max }.mass(from, to);
                let (width, sum) = (max - min, alpha + beta);
                let first = alpha / sum * weighted(1.0);
                let second = alpha / sum * ((alpha + 1.0) / (sum + 1.0)) * weighted(2.0);
                let mass = self.mass(from, to);
                (min * mass + width * first, min * min * mass + 2.0 * min * width * first + width * width * second)
            }
        }
    }

    /// Integrates piecewise linear densities: Simpson's rule is exact for the cubic polynomials that come up.
    fn partial_moments_of_polynomial(self, from: f64, to: f64) -> (f64, f64) {
        let (min, max) = self.support();
        let peak = if let Law::Triangular { likely, .. } = self { likely } else { min };
        let (from, to) = (from.max(min), to.min(max));
        let mut sums = (0.0, 0.0);
        for (a, b) in [(from, to.min(peak)), (from.max(peak), to)] {
            if a >= b {
                continue;
            }
            let middle = 0.5 * (a + b);
            let (at_a, at_b) = self.density_within(a, b, middle);
            let at_middle = 0.5 * (at_a + at_b);
            let sixth = (b - a) / 6.0;
            sums.0 += sixth * (a * at_a + 4.0 * middle * at_middle + b * at_b);
            sums.1 += sixth * (a * a * at_a + 4.0 * middle * middle * at_middle + b * b * at_b);
        }
        sums
    }

    /// Returns the limits of a linear density at `a` and `b` from within, where it may jump at either.
    fn density_within(self, a: f64, b: f64, middle: f64) -> (f64, f64) {
        let at_middle = self.density(middle);
        let quarter = self.density(0.5 * (a + middle));
        let slope = (at_middle - quarter) / (middle - 0.5 * (a + middle));
        (at_middle - slope * (middle - a), at_middle + slope * (b - middle))
    }
}
