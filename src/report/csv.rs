//! A comparison as CSV: one row for each number with its interval.

use crate::experiment::outcome::{Estimate, ExperimentOutcome, MeasureOutcome};

/// Writes an outcome as CSV with the columns part, variant, baseline, group, measure, mean, low, high, p50, p90, p95.
///
/// Times in minutes, money in the study's currency, shares 0..1. `part` is `variant`, `segment`, `pool`, `step` or `difference`.
pub fn comparison(outcome: &ExperimentOutcome) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["part", "variant", "baseline", "group", "measure", "mean", "low", "high", "p50", "p90", "p95"])?;
    // Negative zero is written as zero: a difference of nothing has no sign.
    let text = |x: Option<f64>| x.map_or(String::new(), |x| if x == 0.0 { "0".to_owned() } else { x.to_string() });
    let mut row = |part: &str, names: [&str; 4], e: &Estimate, quantiles: [Option<f64>; 3]| {
        let [variant, baseline, group, measure] = names;
        let [p50, p90, p95] = quantiles.map(text);
        let numbers = [text(Some(e.mean)), text(e.low), text(e.high), p50, p90, p95];
        writer.write_record([part, variant, baseline, group, measure].into_iter().chain(numbers.iter().map(String::as_str)))
    };
    let quantiles = |m: &MeasureOutcome| [m.p50, m.p90, m.p95].map(|q| q.map(|q| q.value));
    for v in &outcome.variants {
        let groups = v.segments.iter().map(|g| ("segment", g.id.as_str(), &g.measures));
        for (part, group, measures) in std::iter::once(("variant", "", &v.measures)).chain(groups) {
            for m in measures {
                if let Some(e) = &m.estimate {
                    row(part, [&v.name, "", group, m.measure.name], e, quantiles(m))?;
                }
            }
        }
        for p in &v.pools {
            let known = [
                ("utilisation", p.utilisation),
                ("staff_hours", Some(p.staff_hours)),
                ("queue_length", Some(p.queue_length)),
                ("waiting_time", p.waiting_time),
                ("within_15_minutes", p.within_15_minutes),
            ];
            for (name, e) in known {
                if let Some(e) = &e {
                    row("pool", [&v.name, "", &p.id, name], e, [None; 3])?;
                }
            }
        }
        for s in &v.steps {
            let known = [
                ("runs_per_case", Some(s.runs_per_case)),
                ("waiting_time", s.waiting_time),
                ("processing_time", s.processing_time),
                ("citizen_time", Some(s.citizen_time)),
                ("staff_time", Some(s.staff_time)),
            ];
            for (name, e) in known {
                if let Some(e) = &e {
                    row("step", [&v.name, "", &s.id, name], e, [None; 3])?;
                }
            }
        }
    }
    for d in &outcome.differences {
        for m in &d.measures {
            row("difference", [&d.variant, &d.baseline, "", m.measure.name], &m.difference, [None; 3])?;
        }
    }
    let bytes = writer.into_inner().map_err(|e| csv::Error::from(std::io::Error::other(e.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
