//! Special functions for the continuous families: statrs where it is safe, inverses of our own.
//!
//! Probabilities go in pairs `(p, q)` with `q = 1 - p`, so that neither tail loses its digits.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::beta::{checked_beta_reg, ln_beta};
use statrs::function::erf::{erfc, erfc_inv};
use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur, ln_gamma};

/// The shape above which a gamma variable is taken as the cube of a normal one (Wilson and Hilferty 1931).
/// There its quantiles are off by less than 1e-6 of themselves, while series and fractions grow long.
const CUBE_FROM: f64 = 1e4;

/// Steps after which an inversion gives up; bisection alone needs about 100.
const MOST_STEPS: usize = 200;

/// Returns the probabilities below and above `z` under the standard normal law.
pub fn normal_split(z: f64) -> (f64, f64) {
    (0.5 * erfc(-z / SQRT_2), 0.5 * erfc(z / SQRT_2))
}

/// Returns the standard normal density.
pub fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// Returns the standard normal quantile.
pub fn normal_quantile(p: f64, q: f64) -> f64 {
    if p <= q { -SQRT_2 * erfc_inv(2.0 * p) } else { SQRT_2 * erfc_inv(2.0 * q) }
}

/// Returns the probabilities below and above `x` > 0 under the gamma law of this shape and scale 1.
pub fn gamma_split(shape: f64, x: f64) -> (f64, f64) {
    if shape > CUBE_FROM {
        return normal_split(normal_from_gamma(shape, x));
    }
    if x <= shape {
        let p = checked_gamma_lr(shape, x).unwrap_or(0.0);
        (p, 1.0 - p)
    } else {
        let q = checked_gamma_ur(shape, x).unwrap_or(0.0);
        (1.0 - q, q)
    }
}

/// Returns the density at `x` > 0 of the gamma law of this shape and scale 1.
pub fn gamma_density(shape: f64, x: f64) -> f64 {
    if shape > CUBE_FROM {
        let slope = (x / shape).cbrt() * shape.sqrt() / x;
        return normal_density(normal_from_gamma(shape, x)) * slope;
    }
    ((shape - 1.0) * x.ln() - x - ln_gamma(shape)).exp()
}

/// Returns the quantile of the gamma law of this shape and scale 1, for `p` and `q` above 0.
pub fn gamma_quantile(shape: f64, p: f64, q: f64) -> f64 {
    let cube = |z: f64| shape * (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt())).max(0.0).powi(3);
    if shape > CUBE_FROM {
        return cube(normal_quantile(p, q));
    }
    // Near zero the law is a power of x; elsewhere the cube of a normal variable is close.
    let near_zero = ((p.ln() + ln_gamma(shape + 1.0)) / shape).exp();
    let near_middle = cube(normal_quantile(p, q));
    let guess = if near_zero < 0.2 * shape.max(0.2) || near_middle <= 0.0 { near_zero } else { near_middle };
    if guess < 1e-290 {
        return guess;
    }
    invert(p, q, guess, f64::INFINITY, |x| gamma_split(shape, x), |x| gamma_density(shape, x))
}

/// Returns the standard normal variable that stands for the gamma variable `x` of a large shape.
fn normal_from_gamma(shape: f64, x: f64) -> f64 {
    3.0 * shape.sqrt() * ((x / shape).cbrt() - 1.0 + 1.0 / (9.0 * shape))
}

/// Returns the probabilities below and above `y`, strictly between 0 and 1, under the beta law on 0..1.
pub fn beta_split(alpha: f64, beta: f64, y: f64) -> (f64, f64) {
    if y < alpha / (alpha + beta) {
        let p = checked_beta_reg(alpha, beta, y).unwrap_or(0.0);
        (p, 1.0 - p)
    } else {
        let q = checked_beta_reg(beta, alpha, 1.0 - y).unwrap_or(0.0);
        (1.0 - q, q)
    }
}

/// Returns the density at `y`, strictly between 0 and 1, of the beta law on 0..1.
pub fn beta_density(alpha: f64, beta: f64, y: f64) -> f64 {
    ((alpha - 1.0) * y.ln() + (beta - 1.0) * (-y).ln_1p() - ln_beta(alpha, beta)).exp()
}

/// Returns the quantile of the beta law on 0..1, for `p` and `q` above 0.
pub fn beta_quantile(alpha: f64, beta: f64, p: f64, q: f64) -> f64 {
    if p > q {
        return 1.0 - beta_quantile(beta, alpha, q, p);
    }
    let near_zero = ((p.ln() + alpha.ln() + ln_beta(alpha, beta)) / alpha).exp();
    let mean = alpha / (alpha + beta);
    let guess = if near_zero < 0.5 * mean { near_zero } else { mean };
    if guess < 1e-290 {
        return guess;
    }
    invert(p, q, guess, 1.0, |y| beta_split(alpha, beta, y), |y| beta_density(alpha, beta, y))
}

/// Returns the gamma function, for arguments above 0.
pub fn gamma(x: f64) -> f64 {
    ln_gamma(x).exp()
}

/// Solves `split(x) = (p, q)` on `0..end` by Newton's steps, held within a shrinking bracket.
///
/// The lower half is solved in logarithms of both sides, the upper half in the logarithm of `q` alone:
/// there the families are nearly straight lines, and the steps converge from afar.
fn invert(p: f64, q: f64, guess: f64, end: f64, split: impl Fn(f64) -> (f64, f64), density: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, end);
    let mut x = guess;
    for _ in 0..MOST_STEPS {
        let (below, above) = split(x);
        let too_low = if p <= q { below < p } else { above > q };
        if too_low {
            low = x;
        } else {
            high = x;
        }
        let next = if p <= q {
            x * (-(below / p).ln() * below / (x * density(x))).clamp(-700.0, 700.0).exp()
        } else {
            x + (above / q).ln() * above / density(x)
        };
        if next > low && next < high {
            // The error of the next step would be about the square of this one.
            if (next - x).abs() <= 1e-9 * x {
                return next;
            }
            x = next;
            continue;
        }
        let next = if high.is_infinite() {
            2.0 * low
        } else if low == 0.0 {
            high / 16.0
        } else if high > 4.0 * low {
            (low * high).sqrt()
        } else {
            0.5 * (low + high)
        };
        if (next - x).abs() <= 1e-15 * x {
            return next;
        }
        x = next;
    }
    x
}
