//! One value a replication, and the estimate that they make.

use crate::experiment::outcome::{Estimate, Quantile};
use crate::statistics::interval::student_t_interval;

/// One value of each replication, in order; `None` where a replication has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series(pub Vec<Option<f64>>);

impl Series {
    /// Takes in the next replication.
    pub fn push(&mut self, value: Option<f64>) {
        self.0.push(value.filter(|v| v.is_finite()));
    }

    /// Returns the values that are there.
    pub fn values(&self) -> Vec<f64> {
        self.0.iter().copied().flatten().collect()
    }

    /// Returns the mean with its t interval over the replications that have a value, or `None` where none has.
    pub fn estimate(&self, confidence: f64) -> Option<Estimate> {
        let values = self.values();
        match values[..] {
            [] => None,
            [single] => Some(Estimate::without_interval(single)),
            _ => student_t_interval(&values, confidence).ok().map(Estimate::from),
        }
    }

    /// Returns the same as [`Series::estimate`], with 0 where no replication has a value.
    pub fn estimate_or_zero(&self, confidence: f64) -> Estimate {
        self.estimate(confidence).unwrap_or(Estimate::without_interval(0.0))
    }

    /// Returns a quantile: `pooled` of all cases, with the t interval of the replications' own quantiles around it.
    pub fn quantile(&self, pooled: f64, confidence: f64) -> Quantile {
        let estimate = self.estimate(confidence);
        let end = |pick: fn(&Estimate) -> Option<f64>| estimate.as_ref().and_then(pick);
        Quantile { value: pooled, low: end(|e| e.low).map(|v| v.min(pooled)), high: end(|e| e.high).map(|v| v.max(pooled)) }
    }
}

/// Returns the pairs of values in replications where both series have one.
pub fn pairs(baseline: &[Option<f64>], variant: &[Option<f64>]) -> (Vec<f64>, Vec<f64>) {
    baseline.iter().zip(variant).filter_map(|(b, v)| Some((((*b)?), (*v)?))).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replications_without_a_value_are_left_out() {
        let series = Series(vec![Some(1.0), None, Some(3.0)]);
        let estimate = series.estimate(0.95).unwrap();
        assert_eq!(estimate.mean, 2.0);
        // Half width: t(0.975; 1) = 12.7062 times the standard error of 1.
        assert!((estimate.half_width().unwrap() - 12.7062).abs() < 1e-4);
        assert_eq!(Series(vec![None]).estimate(0.95), None);
        assert_eq!(Series(vec![Some(7.0)]).estimate(0.95), Some(Estimate::without_interval(7.0)));
    }

    #[test]
    fn quantile_lies_in_its_interval() {
        let series = Series(vec![Some(1.0), Some(1.0)]);
        assert_eq!(series.quantile(2.0, 0.95), Quantile { value: 2.0, low: Some(1.0), high: Some(2.0) });
    }
}
