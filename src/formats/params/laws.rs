//! Distributions as Prosimos writes them, in seconds, to ours, in milliseconds.

use serde_json::Value;

use super::mix::{POINTS, sampled};
use crate::base::distribution::Distribution;
use crate::base::distribution::special::normal_quantile;

/// Milliseconds in the unit of the files.
const MS: f64 = 1_000.0;
/// Where a distribution has no end: the largest value that ours take.
const NO_END: f64 = 1e15;

/// Returns a number that is written as such or as a text.
pub(super) fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok())).filter(|n: &f64| n.is_finite())
}

/// Reads a distribution; with it a remark, where it is not quite what the file says.
///
/// # Errors
/// Why it cannot be read, as a full sentence.
pub(super) fn read(value: &Value) -> Result<(Distribution, Option<String>), String> {
    let name = value["distribution_name"].as_str().unwrap_or_default();
    if name == "histogram_sampling" {
        return histogram(&value["histogram_data"]).map(|law| (law, None));
    }
    let listed = value["distribution_params"].as_array().map(Vec::as_slice).unwrap_or_default();
    // Files of before 2023 hold plain numbers, in the order of SciPy.
    let old = listed.iter().any(|p| !p.is_object());
    let numbers: Option<Vec<f64>> = listed.iter().map(|p| number(if old { p } else { &p["value"] })).collect();
    let Some(p) = numbers else { return Err(format!("A parameter of the distribution '{name}' is no number.")) };
    let p: Vec<f64> = p;
    let at = |i: usize| p.get(i).copied();
    let need = |n: usize| {
        if p.len() < n { Err(format!("The distribution '{name}' has {} of at least {n} parameters.", p.len())) } else { Ok(()) }
    };
    let of_old = || "The parameters are plain numbers: read in SciPy's order, as old files have them.".to_owned();
    // The odd one: old parameters in new clothes, as in Prosimos' own introduction. The new ones are three at most.
    let begins_at_zero = at(0) == Some(0.0) && at(1).is_some_and(|scale| scale > 0.0);
    let expon_is_old = name == "expon" && (begins_at_zero || p.len() > 3);
    match (name, old || expon_is_old) {
        ("fix", _) => need(1).and_then(|()| window(Distribution::Fixed(p[0] * MS), None, None, p[0])),
        ("uniform", false) => need(2).and_then(|()| plain(Distribution::Uniform { min: p[0] * MS, max: p[1] * MS }, None)),
        ("uniform", true) => {
            need(2)?;
            plain(Distribution::Uniform { min: p[0] * MS, max: (p[0] + p[1]) * MS }, Some(of_old()))
        }
        ("expon", false) => {
            need(1)?;
            let min = at(1).unwrap_or(0.0);
            exponential(min, p[0] - min, at(2))
        }
        ("expon", true) => {
            need(2)?;
            exponential(p[0], p[1], at(3)).map(|(law, remark)| (law, remark.or_else(|| Some(of_old()))))
        }
        ("norm", _) => {
            need(2)?;
            let law = Distribution::Normal { mean: p[0] * MS, sd: p[1] * MS };
            window(law, at(2), at(3), p[0]).map(|(law, remark)| (law, remark.or(old.then(of_old))))
        }
        ("lognorm", false) | ("gamma", false) => {
            need(2)?;
            window(by_moments(name, p[0], p[1]), at(2), at(3), p[0])
        }
        ("lognorm", true) => {
            need(3)?;
            let square = (p[0] * p[0]).exp();
            let (mean, variance) = (p[1] + p[2] * square.sqrt(), p[2] * p[2] * square * (square - 1.0));
            window(by_moments(name, mean, variance), None, None, mean).map(|(law, _)| (law, Some(of_old())))
        }
        ("gamma", true) => {
            need(3)?;
            let (mean, variance) = (p[1] + p[0] * p[2], p[0] * p[2] * p[2]);
            window(by_moments(name, mean, variance), None, None, mean).map(|(law, _)| (law, Some(of_old())))
        }
        ("triang", true) => {
            need(3)?;
            let (min, likely, max) = (p[1] * MS, (p[1] + p[0] * p[2]) * MS, (p[1] + p[2]) * MS);
            plain(Distribution::Triangular { min, likely, max }, Some(of_old()))
        }
        ("triang", false) => {
            need(3)?;
            let law = Distribution::Triangular { min: p[1] * MS, likely: p[0] * MS, max: p[2] * MS };
            plain(law, Some("Prosimos itself cannot run 'triang'; read as most likely, smallest, largest.".to_owned()))
        }
        // Of versions before 2023, which took every distribution of SciPy.
        ("default", _) => need(2).and_then(|()| plain(Distribution::Uniform { min: p[0] * MS, max: p[1] * MS }, Some(of_old()))),
        ("exponnorm", _) => {
            need(3)?;
            skewed(p[1], p[2], p[0] * p[2], (at(3), at(4))).map(|law| (law, Some(of_old())))
        }
        _ => Err(format!("The distribution '{name}' is not known.")),
    }
}

fn by_moments(name: &str, mean: f64, variance: f64) -> Distribution {
    let (mean, sd) = (mean * MS, variance.max(0.0).sqrt() * MS);
    if name == "gamma" { Distribution::Gamma { mean, sd } } else { Distribution::Lognormal { mean, sd } }
}

fn plain(law: Distribution, remark: Option<String>) -> Result<(Distribution, Option<String>), String> {
    let faults = law.check();
    if faults.is_empty() { Ok((law, remark)) } else { Err(faults.join(" ")) }
}

/// Conditions a law on what the file allows. Where that leaves nothing, Prosimos takes the mean, and so is done here.
fn window(law: Distribution, min: Option<f64>, max: Option<f64>, mean: f64) -> Result<(Distribution, Option<String>), String> {
    let (law, _) = plain(law, None)?;
    let min = min.unwrap_or(0.0).max(0.0) * MS;
    let max = max.map_or(NO_END, |max| max * MS);
    if (min <= 0.0 && max >= NO_END) || matches!(law, Distribution::Fixed(_)) {
        return Ok((law, None));
    }
    let cut = Distribution::Truncated { of: Box::new(law), min, max };
    if cut.check().is_empty() {
        return Ok((cut, None));
    }
    plain(Distribution::Fixed(mean * MS), Some(MEAN_TAKEN.to_owned()))
}

/// What is taken where a distribution leaves nothing between its ends, as Prosimos does.
const MEAN_TAKEN: &str = "Nothing of the distribution lies between its smallest and largest value; its mean is taken.";

/// An exponential time after `min`, at most `max`. As it has no memory, it is one on the condition that it is at least `min`.
fn exponential(min: f64, rest: f64, max: Option<f64>) -> Result<(Distribution, Option<String>), String> {
    if rest < 0.0 || min < 0.0 {
        return Err("The mean of 'expon' lies below its smallest value.".to_owned());
    }
    if rest == 0.0 {
        return plain(Distribution::Fixed(min * MS), None);
    }
    let (law, _) = plain(Distribution::Exponential { mean: rest * MS }, None)?;
    let max = max.map_or(NO_END, |max| max * MS);
    if min == 0.0 && max >= NO_END {
        return Ok((law, None));
    }
    let cut = Distribution::Truncated { of: Box::new(law.clone()), min: min * MS, max: max.min(NO_END) };
    if cut.check().is_empty() {
        return Ok((cut, None));
    }
    if max <= min * MS {
        return plain(Distribution::Fixed((min + rest) * MS), Some(MEAN_TAKEN.to_owned()));
    }
    let values = sampled(&law, POINTS).into_iter().map(|(value, weight)| ((value + min * MS).min(max), weight));
    plain(Distribution::Empirical(values.collect()), None)
}

/// The sum of a normal and an exponential time, of which what lies outside the window, or below 0, is drawn again.
fn skewed(mean: f64, sd: f64, tail: f64, (min, max): (Option<f64>, Option<f64>)) -> Result<Distribution, String> {
    const SIDE: usize = 60;
    if !(sd > 0.0 && tail > 0.0) {
        return Err("The parameters of 'exponnorm' are not above 0.".to_owned());
    }
    let (min, max) = (min.unwrap_or(0.0).max(0.0), max.unwrap_or(f64::INFINITY));
    let middles = || (0..SIDE).map(|i| (i as f64 + 0.5) / SIDE as f64);
    let sums = middles().flat_map(|p| {
        let even = mean + sd * normal_quantile(p, 1.0 - p);
        middles().map(move |q| even - tail * (-q).ln_1p())
    });
    let points: Vec<(f64, f64)> = sums.filter(|sum| (min..=max).contains(sum)).map(|sum| (sum * MS, 1.0)).collect();
    if points.is_empty() {
        return plain(Distribution::Fixed((mean + tail).max(0.0) * MS), None).map(|(law, _)| law);
    }
    plain(Distribution::Empirical(points), None).map(|(law, _)| law)
}

fn histogram(data: &Value) -> Result<Distribution, String> {
    let list = |key: &str| data[key].as_array().and_then(|l| l.iter().map(number).collect::<Option<Vec<f64>>>());
    let fault = || "The histogram needs two lists of numbers of one length, 'cdf' and 'bin_midpoints'.".to_owned();
    let (cdf, middles) = list("cdf").zip(list("bin_midpoints")).ok_or_else(fault)?;
    if cdf.len() != middles.len() || cdf.is_empty() {
        return Err(fault());
    }
    let mut before = 0.0;
    let mut points = Vec::with_capacity(cdf.len());
    for (share, middle) in cdf.into_iter().zip(middles) {
        points.push((middle * MS, (share - before).max(0.0)));
        before = share;
    }
    plain(Distribution::Empirical(points), None).map(|(law, _)| law)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mean(name: &str, params: &[f64]) -> f64 {
        let params: Vec<Value> = params.iter().map(|p| json!({"value": p})).collect();
        let (law, _) = read(&json!({"distribution_name": name, "distribution_params": params})).unwrap();
        law.mean() / MS
    }

    #[test]
    fn parameters_are_read_in_their_order_and_in_seconds() {
        assert_eq!(mean("fix", &[90.0, 0.0, 1.0]), 90.0);
        assert_eq!(mean("uniform", &[60.0, 120.0]), 90.0);
        assert!((mean("gamma", &[100.0, 400.0, 0.0, 1e9]) - 100.0).abs() < 1e-6);
        assert!((mean("lognorm", &[100.0, 400.0, 0.0, 1e9]) - 100.0).abs() < 1e-3);
        let (law, _) =
            read(&json!({"distribution_name": "gamma", "distribution_params": [{"value": 100}, {"value": 400}]})).unwrap();
        assert!((law.variance().sqrt() / MS - 20.0).abs() < 1e-9, "the second parameter is the variance");
    }

    /// Min + Exp(mean - min) below max: the mean is min + m - (max - min) / (exp((max - min) / m) - 1), m = mean - min.
    #[test]
    fn expon_is_shifted_by_its_min_and_cut_at_its_max() {
        assert!((mean("expon", &[100.0, 40.0]) - 100.0).abs() < 1e-6);
        let theory = 40.0 + 60.0 - 80.0 / ((80.0_f64 / 60.0).exp() - 1.0);
        assert!((mean("expon", &[100.0, 40.0, 120.0]) - theory).abs() < 1e-6);
        assert!((mean("expon", &[100.0, 99.0]) - 100.0).abs() < 1e-6, "a narrow one too");
    }

    #[test]
    fn plain_numbers_are_in_scipys_order() {
        let (law, remark) = read(&json!({"distribution_name": "uniform", "distribution_params": [60, 30]})).unwrap();
        assert_eq!(law.mean(), 75.0 * MS);
        assert!(remark.is_some());
    }

    #[test]
    fn what_old_versions_took_is_read_as_they_did() {
        // loc 10, scale 30, cut at 1000: nothing of it.
        assert!((mean("expon", &[10.0, 30.0, 0.0, 1000.0]) - 40.0).abs() < 1e-6);
        assert_eq!(mean("default", &[60.0, 120.0]), 90.0);
        // loc + K scale, and the variance scale² (1 + K²), but for the steps that stand for it.
        let skewed = json!({"distribution_name": "exponnorm", "distribution_params": [2.0, 500.0, 50.0]});
        let (law, remark) = read(&skewed).unwrap();
        assert!((law.mean() / MS / 600.0 - 1.0).abs() < 0.005 && remark.is_some(), "{}", law.mean());
        assert!((law.variance().sqrt() / MS / (50.0 * 5.0_f64.sqrt()) - 1.0).abs() < 0.05, "{}", law.variance().sqrt());
        assert!(mean("exponnorm", &[2.0, 500.0, 50.0, 550.0, 700.0]) > 600.0, "cut on both sides");
    }

    #[test]
    fn where_nothing_is_left_the_mean_is_taken() {
        assert_eq!(mean("expon", &[100.0, 40.0, 30.0]), 100.0);
        assert!((mean("expon", &[100.0, 0.0, 1e300]) - 100.0).abs() < 1e-6, "no end");
        assert!((mean("norm", &[100.0, 10.0, 0.0, 1e300]) - 100.0).abs() < 1e-3, "no end");
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert!(read(&json!({"distribution_name": "exponnorm", "distribution_params": [{"value": 1}]})).is_err());
        assert!(read(&json!({"distribution_name": "norm", "distribution_params": [{"value": 1}]})).is_err());
        assert!(read(&json!(7)).is_err());
    }
}
