//! What a comparison comes to, in words of the user's language; never more than the intervals bear.

use crate::app::Cx;
use crate::app::panels::top::title_of;
use crate::experiment::outcome::{Difference, Estimate, ExperimentOutcome, MeasureDifference, Verdict};

/// Measures that get a sentence, in order; texts have `headline-NAME-less`, `-more` and `-same`.
const SAID: [&str; 5] = ["citizen_time", "staff_time", "elapsed_time", "visits", "documents_requested"];

/// Returns a sentence for each main measure.
pub fn sentences(cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference) -> Vec<String> {
    SAID.iter().filter_map(|name| difference.measure(name)).map(|found| sentence(cx, outcome, difference, found)).collect()
}

fn sentence(cx: &Cx<'_>, outcome: &ExperimentOutcome, difference: &Difference, found: &MeasureDifference) -> String {
    let words = cx.words;
    let name = found.measure.name.replace('_', "-");
    let write = |x: f64| words.value(found.measure, x, &outcome.currency);
    let mean = |variant: &str| outcome.variant(variant)?.mean(found.measure.name);
    let variant = title_of(cx, &difference.variant);
    let unsure = found.verdict == Verdict::NotShown;
    let is_exact = found.difference.half_width().is_some_and(|half| half == 0.0);
    if is_exact && found.difference.mean == 0.0 {
        let measure = crate::app::panels::measures::label(cx, found.measure);
        return words.with("headline-equal", &[("measure", measure.into())]);
    }
    if unsure && !found.difference.excludes_zero() {
        let limits = words.range(&found.difference, |x| words.difference(found.measure, x, &outcome.currency));
        return words.with(&format!("headline-{name}-same"), &[("variant", variant.into()), ("limits", limits.into())]);
    }
    let way = if found.difference.mean < 0.0 { "less" } else { "more" };
    let size = absolute(&found.difference);
    let range = words.range(&size, write);
    let means = mean(&difference.baseline).zip(mean(&difference.variant));
    let [before, after] =
        means.map(|(before, after)| words.pair(found.measure, [before, after], &outcome.currency)).unwrap_or_default();
    let arguments =
        [("variant", variant.into()), ("change", write(size.mean).into()), ("before", before.into()), ("after", after.into())];
    let mut text = words.with(&format!("headline-{name}-{way}"), &arguments);
    if unsure {
        text.push(' ');
        text.push_str(&words.get("headline-unsure"));
    } else if !range.is_empty() && !is_exact {
        let sure = [("confidence", words.confidence(outcome.confidence).into()), ("range", range.into())];
        text.push(' ');
        text.push_str(&words.with("headline-sure", &sure));
    }
    text
}

/// Returns the size of a difference whose interval excludes 0.
fn absolute(estimate: &Estimate) -> Estimate {
    if estimate.mean >= 0.0 {
        return *estimate;
    }
    Estimate { mean: -estimate.mean, low: estimate.high.map(|x| -x), high: estimate.low.map(|x| -x) }
}
