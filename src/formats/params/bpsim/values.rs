//! Values of BPSim parameters: constants, series and distributions, to ours.
//!
//! Meanings that the specification leaves open, and the reading here:
//! - `LogNormalDistribution`: mean and standard deviation are those of the value, not of its logarithm.
//! - `TruncatedNormalDistribution`: the normal law on the condition that the value lies between its ends.
//! - `BetaDistribution`: `shape` and `scale` are its two shapes, on 0 to 1 of the unit.
//! - `ErlangDistribution`: the mean is that of the whole.
//! - `UserDistribution` that is not discrete: a point's probability is that of the stretch that ends at it.
//! - `EnumParameter`: the values in turn where cases arrive; elsewhere drawn, each as likely as any other.

use super::expression;
use crate::base::distribution::Distribution;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND};
use crate::formats::bpmn::iso_duration;
use crate::formats::bpmn::xml::XmlElement;

/// How many values of a law of whole numbers are kept.
const MOST_POINTS: u32 = 4_000;

/// A unit of time, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Unit(pub f64);

impl Unit {
    /// Minutes: the unit where a file names none.
    pub const MINUTE: Unit = Unit(MS_PER_MINUTE as f64);

    /// Reads `ms`, `s`, `min`, `hour`, `day` or `year` (of 365 days).
    pub fn read(text: &str) -> Option<Unit> {
        let ms = match text.trim() {
            "ms" => 1,
            "s" => MS_PER_SECOND,
            "min" => MS_PER_MINUTE,
            "hour" => MS_PER_HOUR,
            "day" => MS_PER_DAY,
            "year" => 365 * MS_PER_DAY,
            _ => return None,
        };
        Some(Unit(ms as f64))
    }
}

/// A value of a parameter.
#[derive(Clone, Debug)]
pub(super) struct Value<'x> {
    /// The element that says it.
    pub element: &'x XmlElement,
    /// The calendar in whose hours it holds.
    pub valid_for: Option<&'x str>,
    /// Its kind: the element's name, or what `xsi:type` says.
    pub kind: &'x str,
}

impl<'x> Value<'x> {
    /// Reads a child of a parameter; `None` for result requests and for values that are results.
    pub fn read(element: &'x XmlElement) -> Option<Value<'x>> {
        if element.local() == "ResultRequest" || element.attribute("result").is_some() {
            return None;
        }
        let stated = element.attributes.iter().find(|(key, _)| key.ends_with(":type")).map(|(_, value)| value.as_str());
        let stated = stated.map(|name| name.rsplit(':').next().unwrap_or(name));
        // jBPM states "any type" now and then, which says nothing.
        let kind = stated.filter(|kind| *kind != "anyType").unwrap_or(element.local());
        Some(Value { element, valid_for: element.attribute("validFor").filter(|id| !id.is_empty()), kind })
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.element.attribute(name).and_then(|text| text.trim().parse().ok()).filter(|n: &f64| n.is_finite())
    }

    /// Returns a plain number.
    pub fn as_number(&self) -> Option<f64> {
        match self.kind {
            "NumericParameter" | "FloatingParameter" => self.number("value"),
            "EnumParameter" => Value::read(self.element.elements().next()?)?.as_number(),
            // Some tools write numbers as texts.
            "StringParameter" => self.number("value"),
            "ExpressionParameter" => self.number("value").or_else(|| expression::constant(self.element.attribute("value")?)),
            _ => None,
        }
    }

    /// Returns a truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self.element.attribute("value")?.trim().trim_end_matches("()") {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// Returns a text: of an expression or a string.
    pub fn as_text(&self) -> Option<&'x str> {
        match self.kind {
            "ExpressionParameter" | "StringParameter" => self.element.attribute("value"),
            _ => None,
        }
    }

    /// Returns a fixed length of time in milliseconds.
    pub fn as_duration(&self, unit: Unit) -> Option<f64> {
        match self.kind {
            "DurationParameter" => self.element.attribute("value").and_then(duration),
            _ => self.as_number().map(|n| n * self.unit(unit).0),
        }
    }

    /// Returns a local date and time.
    pub fn as_instant(&self) -> Option<jiff::civil::DateTime> {
        let text = self.element.attribute("value")?.trim();
        // A zone is left out: simulated time is local.
        let local = text.trim_end_matches('Z');
        let local = local.split_once('+').map_or(local, |(local, _)| local);
        local.parse().ok().or_else(|| local.parse::<jiff::civil::Date>().ok().map(|d| d.at(0, 0, 0, 0)))
    }

    fn unit(&self, base: Unit) -> Unit {
        self.element.attribute("timeUnit").and_then(Unit::read).unwrap_or(base)
    }

    /// Returns the values of a series, in milliseconds; `None` where it is no series.
    pub fn series(&self, unit: Unit) -> Option<Vec<f64>> {
        if self.kind != "EnumParameter" {
            return None;
        }
        self.element.elements().filter_map(Value::read).map(|v| v.as_duration(unit)).collect()
    }

    /// Returns the words and weights of a list of texts or truth values.
    pub fn words(&self) -> Option<Vec<(String, f64)>> {
        let word = |v: &Value<'_>| match v.kind {
            "StringParameter" => v.element.attribute("value").map(str::to_owned),
            "BooleanParameter" => v.as_bool().map(|b| b.to_string()),
            _ => None,
        };
        match self.kind {
            "StringParameter" | "BooleanParameter" => Some(vec![(word(self)?, 1.0)]),
            "EnumParameter" => self.element.elements().filter_map(Value::read).map(|v| Some((word(&v)?, 1.0))).collect(),
            "UserDistribution" => self.points().map(|(p, v)| Some((word(&v?)?, p?))).collect(),
            _ => None,
        }
    }

    fn points(&self) -> impl Iterator<Item = (Option<f64>, Option<Value<'x>>)> + use<'x> {
        self.element.elements().filter(|e| e.local() == "UserDistributionDataPoint").map(|point| {
            let probability = point.attribute("probability").and_then(|p| p.trim().parse().ok()).filter(|p: &f64| *p >= 0.0);
            (probability, point.elements().find_map(Value::read))
        })
    }

    /// Returns a duration's law in milliseconds, with a remark where it is not quite what the file says.
    ///
    /// # Errors
    /// Why it cannot be read, as a full sentence.
    pub fn as_law(&self, base: Unit) -> Result<(Distribution, Option<String>), String> {
        self.law(self.unit(base).0)
    }

    /// Returns a law of plain numbers.
    ///
    /// # Errors
    /// As [`Value::as_law`].
    pub fn as_plain_law(&self) -> Result<(Distribution, Option<String>), String> {
        self.law(1.0)
    }

    fn law(&self, f: f64) -> Result<(Distribution, Option<String>), String> {
        let need = |name: &str| {
            let fault = || format!("<{}> has no number as '{name}'.", self.element.name);
            self.number(name).ok_or_else(fault)
        };
        let mut remark = None;
        let law = match self.kind {
            "DurationParameter" => {
                let text = self.element.attribute("value").unwrap_or_default();
                Distribution::Fixed(duration(text).ok_or_else(|| format!("'{text}' is no length of time, as PT8H is."))?)
            }
            "NumericParameter" | "FloatingParameter" | "StringParameter" | "ExpressionParameter" => {
                let text = self.element.attribute("value").unwrap_or_default();
                let fault = || format!("'{text}' is no number, and cannot be worked out before the run.");
                Distribution::Fixed(self.as_number().ok_or_else(fault)? * f)
            }
            "NegativeExponentialDistribution" => Distribution::Exponential { mean: need("mean")? * f },
            "NormalDistribution" => {
                let (mean, sd) = (need("mean")?, need("standardDeviation")?);
                if mean < 3.0 * sd {
                    remark = Some("The normal distribution reaches below 0; it is cut off there.".to_owned());
                }
                Distribution::Normal { mean: mean * f, sd: sd * f }
            }
            "TruncatedNormalDistribution" => {
                let of = Distribution::Normal { mean: need("mean")? * f, sd: need("standardDeviation")? * f };
                let (min, max) = (self.number("min").unwrap_or(0.0).max(0.0), self.number("max"));
                Distribution::Truncated { of: Box::new(of), min: min * f, max: max.map_or(f64::INFINITY, |max| max * f) }
            }
            "LogNormalDistribution" => Distribution::Lognormal { mean: need("mean")? * f, sd: need("standardDeviation")? * f },
            "UniformDistribution" => Distribution::Uniform { min: need("min")? * f, max: need("max")? * f },
            "TriangularDistribution" => {
                Distribution::Triangular { min: need("min")? * f, likely: need("mode")? * f, max: need("max")? * f }
            }
            "GammaDistribution" => {
                let (shape, scale) = (need("shape")?, need("scale")?);
                if shape <= 0.0 {
                    return Err(format!("The shape of a gamma distribution is {shape}, but must be more than 0."));
                }
                Distribution::Gamma { mean: shape * scale * f, sd: shape.sqrt() * scale * f }
            }
            "WeibullDistribution" => Distribution::Weibull { shape: need("shape")?, scale: need("scale")? * f },
            "BetaDistribution" => {
                remark = Some(
                    "BPSim does not say between which values a beta distribution lies: 0 to 1 of the unit is taken, and shape and \
                     scale for its two shapes."
                        .to_owned(),
                );
                Distribution::Beta { alpha: need("shape")?, beta: need("scale")?, min: 0.0, max: f }
            }
            "ErlangDistribution" => erlang(need("mean")? * f, need("k")?)?,
            "PoissonDistribution" => poisson(need("mean")?, f)?,
            "BinomialDistribution" => binomial(need("probability")?, need("trials")?, f)?,
            "EnumParameter" => {
                remark =
                    Some("A list of values is drawn from, each as likely as any other, instead of taken in turn.".to_owned());
                let values = self.series(Unit(f)).ok_or("A value of the list is no number.")?;
                Distribution::Empirical(values.into_iter().map(|value| (value, 1.0)).collect())
            }
            "UserDistribution" => {
                let (law, note) = self.user(f)?;
                remark = note;
                law
            }
            other => return Err(format!("<{other}> is no value that stands for a number.")),
        };
        let faults = law.check();
        if faults.is_empty() { Ok((law, remark)) } else { Err(faults.join(" ")) }
    }

    fn user(&self, f: f64) -> Result<(Distribution, Option<String>), String> {
        let point = |(probability, value): (Option<f64>, Option<Value<'x>>)| {
            let length = value.and_then(|v| v.as_duration(Unit(f)));
            length.zip(probability).ok_or("A point of the distribution lacks its number or its probability.")
        };
        let mut points = self.points().map(point).collect::<Result<Vec<_>, _>>()?;
        let is_discrete = self.element.attribute("discrete").is_some_and(|d| d.trim() == "true" || d.trim() == "1");
        if is_discrete || points.len() < 2 {
            return Ok((Distribution::Empirical(points), None));
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let bins: Vec<(f64, f64, f64)> =
            points.windows(2).filter(|pair| pair[0].0 < pair[1].0).map(|pair| (pair[0].0, pair[1].0, pair[1].1)).collect();
        let remark = points.first().filter(|first| first.1 > 0.0).map(|_| {
            "A distribution over a range gives its first point a probability, but nothing lies before it: it is left out, and the \
             rest taken in proportion."
                .to_owned()
        });
        Ok((Distribution::Histogram(bins), remark))
    }
}

/// Returns the length of an ISO 8601 duration in milliseconds.
pub(super) fn duration(text: &str) -> Option<f64> {
    // `PT0M` is a length too.
    iso_duration(text)
}

fn erlang(mean: f64, k: f64) -> Result<Distribution, String> {
    if !(k > 0.0 && k <= 1e6) {
        return Err(format!("k of an Erlang distribution is {k}, but must be a whole number of at least 1."));
    }
    if k.fract() == 0.0 {
        return Ok(Distribution::Erlang { k: k as u32, mean });
    }
    Ok(Distribution::Gamma { mean, sd: mean / k.sqrt() })
}

/// Whole numbers with Poisson weights, `f` apart.
fn poisson(mean: f64, f: f64) -> Result<Distribution, String> {
    if !(0.0..=1e6).contains(&mean) {
        return Err(format!("The mean of a Poisson distribution is {mean}, but must lie between 0 and a million."));
    }
    let ends = (mean - 8.0 * mean.sqrt() - 2.0, mean + 10.0 * mean.sqrt() + 20.0);
    counted(ends, f, |k| k * mean.ln() - mean - ln_factorial(k)).map_or_else(
        || Ok(if mean == 0.0 { Distribution::Fixed(0.0) } else { Distribution::Normal { mean: mean * f, sd: mean.sqrt() * f } }),
        |points| Ok(Distribution::Empirical(points)),
    )
}

/// Whole numbers with binomial weights, `f` apart.
fn binomial(p: f64, trials: f64, f: f64) -> Result<Distribution, String> {
    if !(0.0..=1.0).contains(&p) || !(0.0..=1e9).contains(&trials) {
        return Err(format!("A binomial distribution of {trials} trials with probability {p} cannot be."));
    }
    let n = trials.round();
    if p == 0.0 || p == 1.0 {
        return Ok(Distribution::Fixed(n * p * f));
    }
    let (mean, sd) = (n * p, (n * p * (1.0 - p)).sqrt());
    let ends = ((mean - 10.0 * sd - 10.0).max(0.0), (mean + 10.0 * sd + 10.0).min(n));
    let ln = |k: f64| ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k) + k * p.ln() + (n - k) * (1.0 - p).ln();
    Ok(counted(ends, f, ln).map_or(Distribution::Normal { mean: mean * f, sd: sd * f }, Distribution::Empirical))
}

/// Returns whole numbers between two ends with their weights; `None` where they are too many to list.
fn counted(ends: (f64, f64), f: f64, ln_weight: impl Fn(f64) -> f64) -> Option<Vec<(f64, f64)>> {
    let (from, to) = (ends.0.max(0.0).floor(), ends.1.ceil());
    if to - from > f64::from(MOST_POINTS) {
        return None;
    }
    let points: Vec<(f64, f64)> = (0..=(to - from) as u32)
        .map(|i| (from + f64::from(i), ln_weight(from + f64::from(i)).exp()))
        .filter(|(_, weight)| *weight > 1e-15)
        .map(|(k, weight)| (k * f, weight))
        .collect();
    (!points.is_empty()).then_some(points)
}

/// The logarithm of a factorial, by Stirling's series beyond what is summed.
fn ln_factorial(n: f64) -> f64 {
    if n < 16.0 {
        return (2..=n.max(0.0) as u32).map(|i| f64::from(i).ln()).sum();
    }
    n * n.ln() - n + 0.5 * (2.0 * std::f64::consts::PI * n).ln() + 1.0 / (12.0 * n) - 1.0 / (360.0 * n * n * n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::bpmn::xml::parse;

    /// Mean and standard deviation in minutes.
    fn moments(text: &str) -> (f64, f64) {
        let document = parse(text).unwrap();
        let law = Value::read(&document.root).unwrap().as_law(Unit::MINUTE).unwrap().0;
        (law.mean() / Unit::MINUTE.0, law.variance().sqrt() / Unit::MINUTE.0)
    }

    #[test]
    fn each_distribution_has_the_moments_of_its_parameters() {
        let cases = [
            ("<NumericParameter value='5'/>", 5.0, 0.0),
            ("<FloatingParameter value='1.5' timeUnit='hour'/>", 90.0, 0.0),
            ("<DurationParameter value='PT1H30M'/>", 90.0, 0.0),
            ("<NegativeExponentialDistribution mean='4'/>", 4.0, 4.0),
            ("<NormalDistribution mean='60' standardDeviation='2'/>", 60.0, 2.0),
            ("<TruncatedNormalDistribution mean='60' standardDeviation='2' min='0' max='1000'/>", 60.0, 2.0),
            ("<LogNormalDistribution mean='10' standardDeviation='5'/>", 10.0, 5.0),
            ("<UniformDistribution min='2' max='8'/>", 5.0, 3.0_f64.sqrt()),
            ("<TriangularDistribution mode='16' min='10' max='30'/>", 56.0 / 3.0, (158.0_f64 / 9.0).sqrt()),
            ("<GammaDistribution shape='4' scale='3'/>", 12.0, 6.0),
            ("<WeibullDistribution shape='1' scale='3'/>", 3.0, 3.0),
            ("<BetaDistribution shape='2' scale='2'/>", 0.5, 0.05_f64.sqrt()),
            ("<ErlangDistribution mean='12' k='4'/>", 12.0, 6.0),
            ("<PoissonDistribution mean='9'/>", 9.0, 3.0),
            ("<BinomialDistribution probability='0.5' trials='36'/>", 18.0, 3.0),
            ("<ParameterValue xmlns:xsi='x' xsi:type='bpsim:ErlangDistribution' mean='12' k='4'/>", 12.0, 6.0),
            ("<EnumParameter><NumericParameter value='1'/><NumericParameter value='3'/></EnumParameter>", 2.0, 1.0),
            (
                "<UserDistribution discrete='true'><UserDistributionDataPoint probability='0.25'><NumericParameter value='0'/>\
                 </UserDistributionDataPoint><UserDistributionDataPoint probability='0.75'><NumericParameter value='4'/>\
                 </UserDistributionDataPoint></UserDistribution>",
                3.0,
                3.0_f64.sqrt(),
            ),
            (
                "<UserDistribution><UserDistributionDataPoint probability='0'><NumericParameter value='2'/>\
                 </UserDistributionDataPoint><UserDistributionDataPoint probability='1'><NumericParameter value='8'/>\
                 </UserDistributionDataPoint></UserDistribution>",
                5.0,
                3.0_f64.sqrt(),
            ),
        ];
        for (text, mean, sd) in cases {
            let found = moments(text);
            let near = |a: f64, b: f64| (a - b).abs() < 1e-6 * b.max(1.0);
            assert!(near(found.0, mean) && near(found.1, sd), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_cannot_be_is_said() {
        for text in [
            "<NegativeExponentialDistribution/>",
            "<NegativeExponentialDistribution mean='-1'/>",
            "<NegativeExponentialDistribution mean='NaN'/>",
            "<ErlangDistribution mean='1' k='0'/>",
            "<GammaDistribution shape='-1' scale='1'/>",
            "<BinomialDistribution probability='2' trials='4'/>",
            "<BinomialDistribution probability='.5' trials='1e300'/>",
            "<PoissonDistribution mean='1e300'/>",
            "<UniformDistribution min='3' max='1'/>",
            "<DurationParameter value='soon'/>",
            "<ExpressionParameter value='bpsim:getProperty(&quot;x&quot;)'/>",
            "<UserDistribution/>",
            "<EnumParameter/>",
        ] {
            let document = parse(text).unwrap();
            assert!(Value::read(&document.root).unwrap().as_law(Unit::MINUTE).is_err(), "{text}");
        }
    }
}
