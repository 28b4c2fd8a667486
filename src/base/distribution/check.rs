//! What can be wrong with a distribution's parameters, in plain words.

use super::Distribution;
use super::form::{Form, of};

/// The largest value that any parameter may have: squares of it still are exact enough to be summed.
const LARGEST: f64 = 1e15;
/// The range of a beta's shapes.
const BETA_SHAPES: (f64, f64) = (0.01, 10_000.0);
/// The range of a Weibull's shape.
const WEIBULL_SHAPES: (f64, f64) = (0.05, 1_000.0);
/// How many times its mean a standard deviation may be.
const LARGEST_VARIATION: f64 = 100.0;
/// The least share of a distribution that a truncation must leave.
const LEAST_SHARE: f64 = 1e-9;

/// Returns all faults, in the order in which the parameters are written.
pub fn faults(distribution: &Distribution) -> Vec<String> {
    let mut found = Faults(Vec::new());
    found.look_at(distribution);
    found.0
}

struct Faults(Vec<String>);

impl Faults {
    fn look_at(&mut self, distribution: &Distribution) {
        match distribution {
            Distribution::Fixed(value) => self.value("value", *value),
            Distribution::Uniform { min, max } => self.rising(&[("min", *min), ("max", *max)]),
            Distribution::Triangular { min, likely, max } | Distribution::Pert { min, likely, max } => {
                self.rising(&[("min", *min), ("likely", *likely), ("max", *max)]);
            }
            Distribution::Exponential { mean } => self.value("mean", *mean),
            Distribution::Erlang { k, mean } => {
                if *k == 0 {
                    self.0.push("k is 0, but an Erlang distribution has at least one phase.".to_owned());
                }
                self.value("mean", *mean);
            }
            Distribution::Gamma { mean, sd } | Distribution::Lognormal { mean, sd } => self.by_moments(*mean, *sd),
            Distribution::Normal { mean, sd } => {
                self.value("mean", *mean);
                self.value("sd", *sd);
            }
            Distribution::Weibull { shape, scale } => {
                self.shape("shape", *shape, WEIBULL_SHAPES);
                self.above_zero("scale", *scale);
            }
            Distribution::Beta { alpha, beta, min, max } => {
                self.shape("alpha", *alpha, BETA_SHAPES);
                self.shape("beta", *beta, BETA_SHAPES);
                self.rising(&[("min", *min), ("max", *max)]);
            }
            Distribution::Empirical(points) => self.points(points),
            Distribution::Histogram(bins) => self.bins(bins),
            Distribution::Truncated { of, min, max } => self.truncated(distribution, of, *min, *max),
        }
    }

    /// A parameter that is a quantity: finite, not negative, not beyond what can be computed.
    fn value(&mut self, name: &str, value: f64) {
        if value.is_nan() {
            self.0.push(format!("The {name} is not a number."));
        } else if value < 0.0 {
            self.0.push(format!("The {name} is negative ({value})."));
        } else if value.is_infinite() {
            self.0.push(format!("The {name} is infinite."));
        } else if value > LARGEST {
            self.0.push(format!("The {name} is {value}, which is more than {LARGEST:e}."));
        }
    }

    fn above_zero(&mut self, name: &str, value: f64) {
        if value == 0.0 {
            self.0.push(format!("The {name} is 0, but must be more than 0."));
        } else {
            self.value(name, value);
        }
    }

    fn shape(&mut self, name: &str, value: f64, (least, most): (f64, f64)) {
        if !(least..=most).contains(&value) {
            self.0.push(format!("The {name} is {value}, but must lie between {least} and {most}."));
        }
    }

    /// Quantities that must not fall from one to the next.
    fn rising(&mut self, named: &[(&str, f64)]) {
        for (name, value) in named {
            self.value(name, *value);
        }
        for pair in named.windows(2) {
            let ((lower, low), (upper, high)) = (pair[0], pair[1]);
            if low > high {
                self.0.push(format!("{lower} ({low}) is more than {upper} ({high})."));
            }
        }
    }

    fn by_moments(&mut self, mean: f64, sd: f64) {
        let before = self.0.len();
        self.value("mean", mean);
        self.value("sd", sd);
        if self.0.len() > before {
            return;
        }
        if mean == 0.0 && sd > 0.0 {
            self.0
                .push(format!("The mean is 0 and the sd is {sd}: values that are never negative and 0 on average cannot vary."));
        } else if sd > LARGEST_VARIATION * mean {
            self.0.push(format!("The sd ({sd}) is more than {LARGEST_VARIATION} times the mean ({mean})."));
        }
    }

    fn weights(&mut self, what: &str, weights: impl Iterator<Item = f64>) {
        let mut total = 0.0;
        let mut n = 0;
        for weight in weights {
            n += 1;
            self.value(&format!("weight of {what} {n}"), weight);
            total += weight;
        }
        if n == 0 {
            self.0.push(format!("There is no {what}."));
        } else if total == 0.0 {
            self.0.push("All weights are 0.".to_owned());
        }
    }

    fn points(&mut self, points: &[(f64, f64)]) {
        for (i, (value, _)) in points.iter().enumerate() {
            self.value(&format!("value number {}", i + 1), *value);
        }
        self.weights("value", points.iter().map(|point| point.1));
    }

    fn bins(&mut self, bins: &[(f64, f64, f64)]) {
        for (i, (from, to, _)) in bins.iter().enumerate() {
            let n = i + 1;
            self.value(&format!("start of bin {n}"), *from);
            self.value(&format!("end of bin {n}"), *to);
            if from >= to {
                self.0.push(format!("Bin {n} has no width: it goes from {from} to {to}."));
            }
        }
        let mut sorted: Vec<_> = bins.iter().enumerate().map(|(i, bin)| (bin.0, bin.1, i + 1)).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        for pair in sorted.windows(2) {
            if pair[0].1 > pair[1].0 {
                self.0.push(format!("Bins {} and {} overlap.", pair[0].2, pair[1].2));
            }
        }
        self.weights("bin", bins.iter().map(|bin| bin.2));
    }

    fn truncated(&mut self, whole: &Distribution, of_inner: &Distribution, min: f64, max: f64) {
        let before = self.0.len();
        self.look_at(of_inner);
        self.value("min", min);
        if max != f64::INFINITY {
            self.value("max", max);
        }
        if min > max {
            self.0.push(format!("min ({min}) is more than max ({max})."));
        }
        if self.0.len() > before {
            return;
        }
        let left = match of(whole) {
            Form::Point(value) if (min..=max).contains(&value) => 1.0,
            Form::Points(points) if !points.is_empty() => 1.0,
            Form::Bins(bins) if !bins.is_empty() => 1.0,
            Form::Smooth(window) => window.mass(),
            Form::Point(_) | Form::Points(_) | Form::Bins(_) => 0.0,
        };
        // Not-a-number counts as nothing left, too.
        if left.is_nan() || left < LEAST_SHARE {
            self.0.push(format!("Nothing, or next to nothing, of the distribution lies between {min} and {max}."));
        }
    }
}
