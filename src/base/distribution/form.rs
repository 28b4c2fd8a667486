//! A sound distribution in the form in which questions are answered: one value, a conditioned law, or a list.

use super::Distribution;
use super::law::Law;

/// Below this share of the second moment, a variance taken as a difference of moments has lost its digits.
const LOST_IN_DIFFERENCE: f64 = 1e-6;
/// The standard deviation, as a share of the mean, at and below which a value is taken not to vary.
const LEAST_VARIATION: f64 = 1e-9;
/// Octaves of probability that a numerical integral covers on each side of the median.
const OCTAVES: i32 = 62;

/// A distribution ready to be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// Always this value.
    Point(f64),
    /// A continuous family, perhaps on the condition that the value lies in a window.
    Smooth(Window),
    /// Values with their shares, rising; shares are above 0 and sum to 1.
    Points(Vec<(f64, f64)>),
    /// Bins `(from, to, share)`, rising and apart; shares are above 0 and sum to 1.
    Bins(Vec<(f64, f64, f64)>),
}

/// A continuous family on the condition that the value lies in `min..max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The family before the condition.
    pub law: Law,
    min: f64,
    max: f64,
    /// Probability before the condition of a value below the window.
    below: f64,
    /// Probability before the condition of a value above the window.
    above: f64,
    /// Probability before the condition of a value within the window.
    mass: f64,
}

impl Window {
    /// Conditions a family on the window `min..max`; `max` may be infinite.
    pub fn new(law: Law, min: f64, max: f64) -> Self {
        let (first, last) = law.support();
        let min = min.max(first);
        let max = max.min(last).max(min);
        Window { law, min, max, below: law.split(min).0, above: law.split(max).1, mass: law.mass(min, max) }
    }

    /// Tells whether the window leaves the family whole.
    pub fn is_whole(&self) -> bool {
        self.below == 0.0 && self.above == 0.0
    }

    /// Returns the share of the family that the window leaves.
    pub fn mass(&self) -> f64 {
        self.mass
    }

    /// Returns the density at `x`, per unit.
    pub fn density(&self, x: f64) -> f64 {
        if x < self.min || x > self.max { 0.0 } else { self.law.density(x) / self.mass }
    }

    /// Returns the probability of a value of at most `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        if x < self.min {
            return 0.0;
        }
        if x >= self.max {
            return 1.0;
        }
        let (p, q) = self.law.split(x);
        let share = if p <= 0.5 { (p - self.below) / self.mass } else { 1.0 - (q - self.above) / self.mass };
        share.clamp(0.0, 1.0)
    }

    /// Returns the value that has probability `p` below it and `q` above it; `p + q` is 1.
    pub fn quantile(&self, p: f64, q: f64) -> f64 {
        // The ends are known exactly, and the law's own end may be infinite where the window's is not.
        if p <= 0.0 {
            return self.min;
        }
        if q <= 0.0 {
            return self.max;
        }
        self.law.quantile(self.below + p * self.mass, self.above + q * self.mass).clamp(self.min, self.max)
    }

    fn mean(&self) -> f64 {
        if self.is_whole() {
            return self.law.mean();
        }
        let (first, second) = self.law.partial_moments(self.min, self.max);
        let (mean, square) = (first / self.mass, second / self.mass);
        if self.is_lost(mean, square) { self.mean_by_integral() } else { mean }
    }

    fn variance(&self) -> f64 {
        if self.is_whole() {
            return self.law.variance();
        }
        let (first, second) = self.law.partial_moments(self.min, self.max);
        let (mean, square) = (first / self.mass, second / self.mass);
        if self.is_lost(mean, square) { self.variance_by_integral() } else { square - mean * mean }
    }

    /// Tells whether the difference of moments cannot be trusted: little mass, or a narrow window.
    fn is_lost(&self, mean: f64, square: f64) -> bool {
        let kept = square - mean * mean >= LOST_IN_DIFFERENCE * square;
        self.mass < LOST_IN_DIFFERENCE || !kept || mean < self.min || mean > self.max
    }

    /// Returns the mean as the integral of the quantile function, taken from the median.
    pub(super) fn mean_by_integral(&self) -> f64 {
        let median = self.quantile(0.5, 0.5);
        median + integral_over_probability(|p, q| self.quantile(p, q) - median)
    }

    /// Returns the variance as the integral of the squared distance of the quantile function from the mean.
    pub(super) fn variance_by_integral(&self) -> f64 {
        let mean = self.mean_by_integral();
        integral_over_probability(|p, q| (self.quantile(p, q) - mean).powi(2))
    }
}

impl Form {
    /// Returns the mean.
    pub fn mean(&self) -> f64 {
        match self {
            Form::Point(value) => *value,
            Form::Smooth(window) => window.mean(),
            Form::Points(points) => points.iter().map(|(value, share)| value * share).sum(),
            Form::Bins(bins) => bins.iter().map(|(from, to, share)| 0.5 * (from + to) * share).sum(),
        }
    }

    /// Returns the variance.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        match self {
            Form::Point(_) => 0.0,
            Form::Smooth(window) => window.variance(),
            Form::Points(points) => points.iter().map(|(value, share)| share * (value - mean).powi(2)).sum(),
            Form::Bins(bins) => bins
                .iter()
                .map(|(from, to, share)| share * ((to - from).powi(2) / 12.0 + (0.5 * (from + to) - mean).powi(2)))
                .sum(),
        }
    }

    /// Returns the smallest value that is not exceeded with probability `p`; `p` is held to 0..=1.
    pub fn quantile(&self, p: f64) -> f64 {
        if p.is_nan() {
            return f64::NAN;
        }
        let p = p.clamp(0.0, 1.0);
        match self {
            Form::Point(value) => *value,
            Form::Smooth(window) => window.quantile(p, 1.0 - p),
            Form::Points(points) => {
                let at = reach(points.iter().map(|point| point.1), p).0;
                points.get(at).map_or(f64::NAN, |point| point.0)
            }
            Form::Bins(bins) => {
                let (at, before) = reach(bins.iter().map(|bin| bin.2), p);
                bins.get(at).map_or(f64::NAN, |(from, to, share)| from + (to - from) * ((p - before) / share).clamp(0.0, 1.0))
            }
        }
    }

    /// Returns the probability of a value of at most `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        let sum: f64 = match self {
            Form::Point(value) => return if x >= *value { 1.0 } else { 0.0 },
            Form::Smooth(window) => return window.cdf(x),
            Form::Points(points) => points.iter().take_while(|point| point.0 <= x).map(|point| point.1).sum(),
            Form::Bins(bins) => {
                let part = |&(from, to, share): &(f64, f64, f64)| share * ((x - from) / (to - from)).min(1.0);
                bins.iter().take_while(|bin| bin.0 < x).map(part).sum()
            }
        };
        sum.min(1.0)
    }

    /// Returns the smallest and the largest possible value; `None` where there is no largest one.
    pub fn support(&self) -> (f64, Option<f64>) {
        let (min, max) = match self {
            Form::Point(value) => (*value, *value),
            Form::Smooth(window) => (window.min, window.max),
            Form::Points(points) => (self.quantile(0.0), points.last().map_or(0.0, |point| point.0)),
            Form::Bins(bins) => (self.quantile(0.0), bins.last().map_or(0.0, |bin| bin.1)),
        };
        (min, max.is_finite().then_some(max))
    }
}

/// Returns the form of a distribution whose parameters are sound, apart perhaps from what truncation leaves.
pub(super) fn of(distribution: &Distribution) -> Form {
    let (mut inner, mut min, mut max) = (distribution, 0.0_f64, f64::INFINITY);
    while let Distribution::Truncated { of, min: from, max: to } = inner {
        (inner, min, max) = (&**of, min.max(*from), max.min(*to));
    }
    match law_of(inner) {
        Ok(law) => Form::Smooth(Window::new(law, min, max)),
        Err(form) => within(form, min, max),
    }
}

/// Returns the continuous family of a distribution, or its form where it is none.
fn law_of(distribution: &Distribution) -> Result<Law, Form> {
    let by_moments = |mean: f64, sd: f64, law: Law| if sd > LEAST_VARIATION * mean { Ok(law) } else { Err(Form::Point(mean)) };
    match *distribution {
        Distribution::Fixed(value) => Err(Form::Point(value)),
        Distribution::Uniform { min, max }
        | Distribution::Triangular { min, max, .. }
        | Distribution::Pert { min, max, .. }
        | Distribution::Beta { min, max, .. }
            if max <= min =>
        {
            Err(Form::Point(min))
        }
        Distribution::Uniform { min, max } => Ok(Law::Uniform { min, max }),
        Distribution::Triangular { min, likely, max } => Ok(Law::Triangular { min, likely, max }),
        Distribution::Pert { min, likely, max } => {
            let position = (likely - min) / (max - min);
            Ok(Law::Beta { alpha: 1.0 + 4.0 * position, beta: 5.0 - 4.0 * position, min, max })
        }
        Distribution::Beta { alpha, beta, min, max } => Ok(Law::Beta { alpha, beta, min, max }),
        Distribution::Exponential { mean } => by_moments(mean, mean, Law::Weibull { shape: 1.0, scale: mean }),
        Distribution::Weibull { shape, scale } => Ok(Law::Weibull { shape, scale }),
        Distribution::Erlang { k, mean } => {
            let shape = f64::from(k);
            by_moments(mean, mean, Law::Gamma { shape, scale: mean / shape })
        }
        Distribution::Gamma { mean, sd } => {
            by_moments(mean, sd, Law::Gamma { shape: (mean / sd).powi(2), scale: sd / mean * sd })
        }
        Distribution::Lognormal { mean, sd } => {
            let square = (sd / mean).powi(2).ln_1p();
            by_moments(mean, sd, Law::Lognormal { mu: mean.ln() - 0.5 * square, sigma: square.sqrt() })
        }
        Distribution::Normal { mean, sd } => by_moments(mean, sd, Law::Normal { mean, sd }),
        Distribution::Empirical(ref points) => Err(Form::Points(points.clone())),
        Distribution::Histogram(ref bins) => Err(Form::Bins(bins.clone())),
        Distribution::Truncated { .. } => Err(of(distribution)),
    }
}

/// Sorts a list, keeps what lies in the window, and turns weights into shares. A list that is left empty is
/// refused by [`Distribution::check`].
fn within(form: Form, min: f64, max: f64) -> Form {
    match form {
        Form::Points(mut points) => {
            points.retain(|&(value, weight)| weight > 0.0 && value >= min && value <= max);
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            let total: f64 = points.iter().map(|point| point.1).sum();
            for point in &mut points {
                point.1 /= total;
            }
            Form::Points(points)
        }
        Form::Bins(bins) => {
            let clip = |(from, to, weight): (f64, f64, f64)| {
                let (a, b) = (from.max(min), to.min(max));
                (a, b, weight * ((b - a) / (to - from)))
            };
            let mut bins: Vec<_> = bins.into_iter().map(clip).filter(|&(a, b, weight)| a < b && weight > 0.0).collect();
            bins.sort_by(|a, b| a.0.total_cmp(&b.0));
            let total: f64 = bins.iter().map(|bin| bin.2).sum();
            for bin in &mut bins {
                bin.2 /= total;
            }
            Form::Bins(bins)
        }
        other => other,
    }
}

/// Returns the first position whose running sum of shares reaches `p`, and the sum before it.
fn reach(shares: impl ExactSizeIterator<Item = f64>, p: f64) -> (usize, f64) {
    let last = shares.len().saturating_sub(1);
    let mut before = 0.0;
    for (i, share) in shares.enumerate() {
        if before + share >= p || i == last {
            return (i, before);
        }
        before += share;
    }
    (last, before)
}

/// Integrates a function of the probabilities `(p, 1 - p)` over `p` from 0 to 1.
///
/// Gauss's rule of eight points on each half octave of probability, towards both ends: quantile functions of
/// our families are smooth within an octave, however steep they are at the ends. What lies beyond the last
/// octave, a probability of 2e-19 on each side, is left out.
fn integral_over_probability(f: impl Fn(f64, f64) -> f64) -> f64 {
    /// Positions and weights of Gauss's rule on -1..1 (Abramowitz and Stegun, table 25.4, n = 8).
    const RULE: [(f64, f64); 4] = [
        (0.183_434_642_495_649_8, 0.362_683_783_378_362),
        (0.525_532_409_916_329, 0.313_706_645_877_887_27),
        (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
        (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
    ];
    let mut sum = 0.0;
    for octave in (2..=OCTAVES).rev() {
        let start = 0.5_f64.powi(octave);
        let radius = 0.25 * start;
        for middle in [1.25 * start, 1.75 * start] {
            for (position, weight) in RULE {
                for p in [middle - radius * position, middle + radius * position] {
                    sum += weight * radius * (f(p, 1.0 - p) + f(1.0 - p, p));
                }
            }
        }
    }
    sum
}
