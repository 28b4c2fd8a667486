//! What a comparison comes to, in words.

use crate::experiment::kpi::Unit;
use crate::experiment::outcome::{Difference, Estimate, ExperimentOutcome, MeasureDifference, Verdict};
use crate::report::teller::{Teller, is_exact};

/// Measures that get a sentence each, and whether even where they are nothing before and after. Their texts are
/// `report-NAME-less`, `-more`, `-same` (neither more nor less) and `-now` (so much).
const SAID: [(&str, bool); 5] =
    [("citizen_time", true), ("staff_time", true), ("elapsed_time", false), ("visits", false), ("documents_requested", false)];

/// Says what a variant does to citizens' time and agencies' load, one sentence each; never more than the intervals bear.
pub fn headline(teller: &Teller<'_>, difference: &Difference) -> Vec<String> {
    let mut sentences = Vec::new();
    for (name, is_always_said) in SAID {
        // What is nothing before and after needs no sentence.
        let nothing = |variant: &str| teller.outcome.variant(variant).and_then(|v| v.mean(name)) == Some(0.0);
        if !is_always_said && nothing(&difference.baseline) && nothing(&difference.variant) {
            continue;
        }
        if let Some(found) = difference.measure(name) {
            sentences.push(sentence(teller, difference, found));
        }
    }
    sentences
}

fn sentence(teller: &Teller<'_>, difference: &Difference, found: &MeasureDifference) -> String {
    let outcome = teller.outcome;
    let variant = outcome.variant(&difference.variant).map_or_else(|| difference.variant.clone(), |v| teller.variant_title(v));
    let write = |x: f64| teller.value(found.measure, x);
    let change = &found.difference;
    let means = mean_of(outcome, &difference.baseline, found).zip(mean_of(outcome, &difference.variant, found));
    let from_to = means.map_or(String::new(), |(before, after)| {
        teller.with("report-becomes", &[("before", write(before).into()), ("after", write(after).into())])
    });
    // How much less or more, or how much now; in English the variant is named at the first measure alone.
    let main = |how: &str, amount: f64| {
        let arguments = [("variant", variant.as_str().into()), ("amount", write(amount).into())];
        teller.with(&format!("report-{}-{how}", found.measure.name), &arguments)
    };
    let way = if change.mean < 0.0 { "less" } else { "more" };
    let range = teller.range(change, |x| teller.difference(found.measure, x));
    if found.verdict == Verdict::NotShown {
        let between = if range.is_empty() || is_exact(change) { String::new() } else { format!(" ({range})") };
        let said = |id: &str, main: String| {
            teller.with(id, &[("main", main.into()), ("between", between.as_str().into()), ("becomes", from_to.as_str().into())])
        };
        if change.low.is_none() {
            let how = if change.mean == 0.0 { "same" } else { way };
            return said("report-single", main(how, change.mean.abs()));
        }
        return match (change.excludes_zero(), means) {
            // Outside chance by itself, but not among as many measures as are looked at together.
            (true, _) => said("report-unsure", main(way, change.mean.abs())),
            (false, Some((before, after))) => {
                let arguments =
                    [("main", main("now", after).into()), ("before", write(before).into()), ("between", between.into())];
                teller.with("report-not-shown", &arguments)
            }
            (false, None) => said("report-not-known", main("same", 0.0)),
        };
    }
    let size = absolute(change);
    let sure = match teller.range(&size, write) {
        range if range.is_empty() => String::new(),
        _ if is_exact(&size) => teller.get("report-sure-exactly"),
        range => teller.with("report-sure", &[("confidence", teller.confidence().into()), ("range", range.into())]),
    };
    // Things that are counted are fewer.
    let word = if way == "less" && found.measure.unit == Unit::Count { "fewer" } else { way };
    let relative = found.relative.map_or(String::new(), |r| {
        teller.with(&format!("report-relative-{word}"), &[("percent", teller.percent(r.mean.abs()).into())])
    });
    format!("{}{sure}{from_to}{relative}.", main(way, change.mean.abs()))
}

fn mean_of(outcome: &ExperimentOutcome, variant: &str, found: &MeasureDifference) -> Option<f64> {
    outcome.variant(variant)?.mean(found.measure.name)
}

/// Returns the size of a difference whose interval excludes 0.
fn absolute(estimate: &Estimate) -> Estimate {
    if estimate.mean >= 0.0 {
        return *estimate;
    }
    Estimate { mean: -estimate.mean, low: estimate.high.map(|x| -x), high: estimate.low.map(|x| -x) }
}
