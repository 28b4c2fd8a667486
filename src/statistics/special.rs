//! Student's t, the beta and the binomial distribution, as far as intervals need them.
//!
//! statrs has them too, but ends its continued fraction after 140 terms, which is too early for shares of a
//! million cases, and its inverse loops for ever on a NaN. Only its log-gamma and inverse error function serve here.

use statrs::function::{erf::erfc_inv, gamma::ln_gamma};
use std::cell::RefCell;
use std::collections::VecDeque;

/// The continued fraction needs some sqrt(a + b) terms; this many serve a thousand million cases.
const MOST_TERMS: u32 = 100_000;

/// Returns the standard normal z with probability `confidence` between -z and z.
///
/// `confidence` lies strictly between 0 and 1; outside, the result is NaN or infinite.
pub fn normal_critical(confidence: f64) -> f64 {
    std::f64::consts::SQRT_2 * erfc_inv(1.0 - confidence)
}

/// Returns the two-sided p-value of a t statistic: the probability of one at least as far from 0.
///
/// `degrees` of freedom are above 0 and need not be whole. An infinite statistic gives 0.
///
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.1 and 26.5.27.
pub fn student_t_p_value(statistic: f64, degrees: f64) -> f64 {
    if statistic.is_infinite() {
        return 0.0;
    }
    let square = statistic * statistic;
    if square.is_infinite() {
        return 0.0;
    }
    incomplete_beta(0.5 * degrees, 0.5, degrees / (degrees + square), square / (degrees + square))
}

/// Returns the critical value of Student's t: with probability `confidence` the statistic lies within ± this.
///
/// `confidence` lies strictly between 0 and 1, `degrees` of freedom are at least 1 and need not be whole.
/// For a 95 % interval this is t(0.975). Accurate to about twelve digits up to a thousand degrees, and to nine up to
/// ten million.
///
/// The tail is convex, and the normal value lies below the root, so that Newton's method climbs to it and
/// never overshoots.
///
/// The values asked for last are remembered: an outcome asks thousands of times for the same few.
pub fn student_t_critical(confidence: f64, degrees: f64) -> f64 {
    /// Bits of confidence and degrees, and the critical value.
    type Answer = ([u64; 2], f64);
    const MOST_KEPT: usize = 16;
    thread_local! {
        static ASKED_LAST: RefCell<VecDeque<Answer>> = const { RefCell::new(VecDeque::new()) };
    }
    let question = [confidence.to_bits(), degrees.to_bits()];
    let known = ASKED_LAST.with_borrow(|list| list.iter().find(|(asked, _)| *asked == question).map(|(_, t)| *t));
    known.unwrap_or_else(|| {
        let t = find_student_t_critical(confidence, degrees);
        ASKED_LAST.with_borrow_mut(|list| {
            list.truncate(MOST_KEPT - 1);
            list.push_front((question, t));
        });
        t
    })
}

fn find_student_t_critical(confidence: f64, degrees: f64) -> f64 {
    let tail = 1.0 - confidence;
    let mut t = normal_critical(confidence);
    if !(t > 0.0 && t.is_finite()) {
        return if t <= 0.0 { 0.0 } else { t };
    }
    for _ in 0..200 {
        let square = t * t;
        let (x, y) = (degrees / (degrees + square), square / (degrees + square));
        let too_much = incomplete_beta(0.5 * degrees, 0.5, x, y) - tail;
        let step = too_much * t / (2.0 * beta_front(0.5 * degrees, 0.5, x, y));
        if !step.is_finite() {
            break;
        }
        t += step;
        if step.abs() <= 1e-14 * t {
            break;
        }
    }
    t
}

/// Returns the value below which a Beta(a, b) variable lies with probability `p`.
///
/// `p` lies in 0..=1, `a` and `b` are above 0. By bisection: slow beside Newton, but it cannot fail.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0f64, 1.0f64);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if incomplete_beta(a, b, middle, 1.0 - middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Returns the probability of at most `k` successes in `n` independent trials of chance `p`, which lies in 0..=1.
///
/// Source: Abramowitz and Stegun, 26.5.24.
pub fn binomial_at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { incomplete_beta((n - k) as f64, k as f64 + 1.0, 1.0 - p, p) }
}

/// Returns the regularised incomplete beta function I_x(a, b).
///
/// `y` must be 1 - x; it is asked for because the caller often knows it to more digits than subtraction leaves.
/// `a` and `b` are above 0, `x` in 0..=1.
///
/// Source: Press et al., Numerical Recipes, 3rd ed., section 6.4 (continued fraction by Lentz's method).
pub fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let front = beta_front(a, b, x, y);
    if x < (a + 1.0) / (a + b + 2.0) {
        (front * continued_fraction(a, b, x) / a).min(1.0)
    } else {
        (1.0 - front * continued_fraction(b, a, y) / b).max(0.0)
    }
}

/// Returns x^a y^b / B(a, b), arranged so that large powers never meet large gamma functions.
fn beta_front(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let both = a + b;
    let exponent = a * (x * (both / a)).ln() + b * (y * (both / b)).ln();
    let corrections = stirling_correction(both) - stirling_correction(a) - stirling_correction(b);
    (a * (b / both) / std::f64::consts::TAU).sqrt() * (exponent + corrections).exp()
}

/// Returns what Stirling's formula for the logarithm of the gamma function leaves out at `z` above 0.
fn stirling_correction(z: f64) -> f64 {
    if z < 10.0 {
        return ln_gamma(z) - ((z - 0.5) * z.ln() - z + 0.5 * std::f64::consts::TAU.ln());
    }
    let s = 1.0 / (z * z);
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))) / z
}

/// Returns the continued fraction of the incomplete beta function, which converges fast below the mean.
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..=MOST_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        let change = d * c;
        fraction *= change;
        if change.is_nan() || (change - 1.0).abs() <= 2.0 * f64::EPSILON {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: f64, expected: f64, relative: f64) {
        assert!((found - expected).abs() <= relative * expected.abs(), "found {found}, expected {expected}");
    }

    #[test]
    fn critical_values_agree_with_closed_forms() {
        // One degree is Cauchy: tan(pi (p - 1/2)). Two degrees: c sqrt(2 / (1 - c^2)) for central probability c.
        for confidence in [0.5, 0.9, 0.95, 0.99, 0.999_9] {
            check(student_t_critical(confidence, 1.0), (std::f64::consts::FRAC_PI_2 * confidence).tan(), 1e-11);
            let two: f64 = confidence * (2.0 / (1.0 - confidence * confidence)).sqrt();
            check(student_t_critical(confidence, 2.0), two, 1e-12);
        }
    }

    #[test]
    fn critical_values_agree_with_the_tables() {
        // Printed tables of t(0.975) and t(0.995).
        check(student_t_critical(0.95, 9.0), 2.262_157, 1e-6);
        check(student_t_critical(0.95, 29.0), 2.045_230, 1e-6);
        check(student_t_critical(0.99, 9.0), 3.249_836, 1e-6);
        check(normal_critical(0.95), 1.959_963_984_540_054, 1e-12);
        // For many degrees t is z + (z^3 + z) / (4 degrees), the rest being of second order.
        let z = normal_critical(0.95);
        check(student_t_critical(0.95, 1e7), z + (z.powi(3) + z) / 4e7, 1e-9);
    }

    #[test]
    fn p_value_and_critical_value_are_inverse() {
        for (degrees, tolerance) in [(1.0, 1e-11), (2.5, 1e-11), (9.0, 1e-11), (40.0, 1e-11), (1e3, 1e-11), (1e6, 1e-9)] {
            for confidence in [0.01, 0.5, 0.95, 0.999] {
                check(student_t_p_value(student_t_critical(confidence, degrees), degrees), 1.0 - confidence, tolerance);
            }
        }
        assert_eq!(student_t_p_value(0.0, 9.0), 1.0);
        assert_eq!(student_t_p_value(f64::INFINITY, 9.0), 0.0);
        // Two degrees in closed form, far in the tail, where 1 - cdf would have lost every digit.
        let t = 1e9f64;
        check(student_t_p_value(t, 2.0), 1.0 / (t * t), 1e-9);
    }

    #[test]
    fn binomial_sums_agree_with_counting() {
        // Ten fair coins: 1 + 10 + 45 + 120 of 1024 ways show at most three heads.
        check(binomial_at_most(3, 10, 0.5), 176.0 / 1024.0, 1e-14);
        assert_eq!(binomial_at_most(10, 10, 0.5), 1.0);
        check(binomial_at_most(0, 5, 0.2), 0.8f64.powi(5), 1e-13);
        assert_eq!(binomial_at_most(3, 10, 0.0), 1.0);
        assert_eq!(binomial_at_most(3, 10, 1.0), 0.0);
    }

    #[test]
    fn a_million_trials_still_add_up() {
        // By symmetry P(B <= n/2 - 1) = (1 - P(B = n/2)) / 2, and P(B = n/2) is Wallis's 1 / sqrt(pi n / 2).
        let n = 1_000_000u64;
        let centre = 1.0 / (std::f64::consts::PI * n as f64 / 2.0).sqrt() * (1.0 - 0.25 / n as f64);
        check(binomial_at_most(n / 2 - 1, n, 0.5), (1.0 - centre) / 2.0, 1e-9);
    }

    #[test]
    fn beta_quantiles_agree_with_closed_forms() {
        check(beta_quantile(0.3, 1.0, 4.0), 1.0 - 0.7f64.powf(0.25), 1e-13);
        check(beta_quantile(0.3, 5.0, 1.0), 0.3f64.powf(0.2), 1e-13);
        check(beta_quantile(0.5, 7.5, 7.5), 0.5, 1e-13);
    }
}
