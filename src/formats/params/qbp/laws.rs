//! Distributions as QBP writes them.

use crate::base::distribution::Distribution;
use crate::formats::bpmn::xml::XmlElement;
use crate::formats::params::mix;

/// Milliseconds in the unit of the file.
pub(super) const MS: f64 = 1_000.0;

/// Returns an attribute that is a number.
pub(super) fn number(element: &XmlElement, name: &str) -> Option<f64> {
    element.attribute(name).and_then(|text| text.trim().parse().ok()).filter(|n: &f64| n.is_finite())
}

/// Reads a distribution, in milliseconds.
///
/// # Errors
/// Why it cannot be, as a full sentence.
pub(super) fn law(element: &XmlElement) -> Result<Distribution, String> {
    let kind = element.attribute("type").unwrap_or_default().trim().to_uppercase();
    let need = |name: &str| number(element, name).ok_or_else(|| format!("The distribution {kind} has no number as '{name}'."));
    let sd = |variance: f64| variance.max(0.0).sqrt() * MS;
    let law = match kind.as_str() {
        "FIXED" => Distribution::Fixed(need("mean")? * MS),
        "EXPONENTIAL" => Distribution::Exponential { mean: need("arg1").or_else(|_| need("mean"))? * MS },
        "NORMAL" => Distribution::Normal { mean: need("mean")? * MS, sd: need("arg1")? * MS },
        "UNIFORM" => Distribution::Uniform { min: need("arg1")? * MS, max: need("arg2")? * MS },
        "GAMMA" => Distribution::Gamma { mean: need("mean")? * MS, sd: sd(need("arg1")?) },
        "LOGNORMAL" => Distribution::Lognormal { mean: need("mean")? * MS, sd: sd(need("arg1")?) },
        "TRIANGULAR" => Distribution::Triangular { min: need("arg1")? * MS, likely: need("mean")? * MS, max: need("arg2")? * MS },
        "EXACT" => {
            let values = element.elements().flat_map(|e| if e.local() == "value" { vec![e] } else { e.elements().collect() });
            let values = values.filter(|e| e.local() == "value").map(|e| e.text().parse::<f64>().ok().filter(|v| v.is_finite()));
            let values: Option<Vec<f64>> = values.collect();
            let values = values.ok_or("A value of the distribution EXACT is no number.")?;
            Distribution::Empirical(values.into_iter().map(|v| (v * MS, 1.0)).collect())
        }
        "HISTOGRAM" => histogram(element)?,
        other => return Err(format!("The distribution '{other}' is not known.")),
    };
    let faults = law.check();
    if faults.is_empty() { Ok(law) } else { Err(faults.join(" ")) }
}

/// Bins of a histogram, each a distribution of its own with a share in per cent.
fn histogram(element: &XmlElement) -> Result<Distribution, String> {
    let mut parts = Vec::new();
    for bin in element.elements().flat_map(|e| if e.local() == "histogramData" { vec![e] } else { e.elements().collect() }) {
        let share = number(bin, "probability").filter(|p| *p >= 0.0).ok_or("A bin of the histogram has no probability.")?;
        let inner = bin.child("distribution").ok_or("A bin of the histogram has no distribution.")?;
        if inner.attribute("type").unwrap_or_default().eq_ignore_ascii_case("HISTOGRAM") {
            return Err("A bin of the histogram is a histogram again.".to_owned());
        }
        parts.push((law(inner)?, share));
    }
    // Even bins side by side can be said exactly.
    let even: Option<Vec<(f64, f64, f64)>> = parts
        .iter()
        .map(|(law, share)| match law {
            Distribution::Uniform { min, max } if min < max => Some((*min, *max, *share)),
            _ => None,
        })
        .collect();
    if let Some(bins) = even.filter(|bins| Distribution::Histogram(bins.clone()).check().is_empty()) {
        return Ok(Distribution::Histogram(bins));
    }
    mix::mixture(parts).ok_or_else(|| "The histogram has no bins.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and standard deviation in seconds.
    fn moments(attributes: &str) -> (f64, f64) {
        let document = crate::formats::bpmn::xml::parse(&format!("<d {attributes}/>")).unwrap();
        let law = law(&document.root).unwrap();
        (law.mean() / MS, law.variance().sqrt() / MS)
    }

    #[test]
    fn parameters_mean_what_was_measured_on_the_simulator() {
        for (attributes, mean, sd) in [
            ("type='FIXED' mean='90' arg1='NaN' arg2='NaN'", 90.0, 0.0),
            ("type='EXPONENTIAL' mean='0' arg1='600' arg2='0'", 600.0, 600.0),
            ("type='NORMAL' mean='600' arg1='60' arg2='0'", 600.0, 60.0),
            ("type='UNIFORM' mean='3600' arg1='100' arg2='700'", 400.0, 300.0 / 3f64.sqrt()),
            ("type='GAMMA' mean='100' arg1='400'", 100.0, 20.0),
            ("type='LOGNORMAL' mean='100' arg1='400'", 100.0, 20.0),
            ("type='TRIANGULAR' mean='20' arg1='10' arg2='60'", 30.0, (2100.0f64 / 18.0).sqrt()),
        ] {
            let found = moments(attributes);
            assert!((found.0 - mean).abs() < 1e-6 * mean && (found.1 - sd).abs() < 1e-6 * sd.max(1.0), "{attributes}: {found:?}");
        }
    }

    #[test]
    fn lists_are_read_and_what_is_not_known_is_said() {
        let parse = |text: &str| law(&crate::formats::bpmn::xml::parse(text).unwrap().root);
        assert_eq!(
            parse("<d type='EXACT'><exactValues><value>10</value><value>30</value></exactValues></d>").unwrap().mean(),
            20.0 * MS
        );
        let bins = "<d type='HISTOGRAM'><histogramDataBins>\
            <histogramData probability='25'><distribution type='UNIFORM' arg1='0' arg2='100'/></histogramData>\
            <histogramData probability='75'><distribution type='UNIFORM' arg1='100' arg2='200'/></histogramData></histogramDataBins></d>";
        assert!((parse(bins).unwrap().mean() - 125.0 * MS).abs() < 1e-6);
        for wrong in [
            "<d/>",
            "<d type='ZETA'/>",
            "<d type='FIXED' mean='-5'/>",
            "<d type='NORMAL' mean='5'/>",
            "<d type='HISTOGRAM'/>",
            "<d type='EXACT'><value>x</value></d>",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
