//! What a comparison comes to, in words.

use crate::experiment::outcome::{Difference, Estimate, ExperimentOutcome, MeasureDifference, Verdict};
use crate::report::wording;

/// Says what a variant does to citizens' time and agencies' load, one sentence each; never more than the intervals bear.
pub fn headline(outcome: &ExperimentOutcome, difference: &Difference) -> Vec<String> {
    let subject = outcome.variant(&difference.variant).map_or(difference.variant.as_str(), |v| title(&v.title, &v.name));
    let mut sentences = Vec::new();
    if let Some(citizen) = difference.measure("citizen_time") {
        sentences.push(sentence(outcome, difference, citizen, subject, "a citizen spends", "of their own time"));
    }
    if let Some(staff) = difference.measure("staff_time") {
        sentences.push(sentence(outcome, difference, staff, "Staff", "works", "a case"));
    }
    for (name, subject, verb, rest) in [
        ("elapsed_time", "From the event to the end it", "takes", "by the calendar"),
        ("visits", "A citizen", "makes", "journeys to an office"),
        ("documents_requested", "A citizen", "is asked for", "documents"),
    ] {
        if let Some(found) = difference.measure(name) {
            sentences.push(sentence(outcome, difference, found, subject, verb, rest));
        }
    }
    sentences
}

fn title<'a>(title: &'a str, name: &'a str) -> &'a str {
    if title.is_empty() { name } else { title }
}

fn sentence(
    outcome: &ExperimentOutcome,
    difference: &Difference,
    found: &MeasureDifference,
    subject: &str,
    verb: &str,
    rest: &str,
) -> String {
    let currency = &outcome.currency;
    let write = |x: f64| wording::value(found.measure, x, currency);
    let change = &found.difference;
    let lead = if verb.starts_with("a citizen") { format!("With “{subject}” {verb}") } else { format!("{subject} {verb}") };
    let from_to = match (mean_of(outcome, &difference.baseline, found), mean_of(outcome, &difference.variant, found)) {
        (Some(before), Some(after)) => format!(": {} becomes {}", write(before), write(after)),
        _ => String::new(),
    };
    if found.verdict == Verdict::NotShown {
        let limits = wording::range(change, |x| wording::difference(found.measure, x, currency));
        let limits = if limits.is_empty() || limits == "exactly" { String::new() } else { format!(" (between {limits})") };
        return format!("{lead} the same {rest}: no difference shown{limits}.");
    }
    let word = match (change.mean < 0.0, found.measure.unit) {
        (true, crate::experiment::kpi::Unit::Count) => "fewer",
        (true, _) => "less",
        (false, _) => "more",
    };
    let sure = wording::range(&absolute(change), write);
    let sure =
        if sure.is_empty() { String::new() } else { format!(", {} sure of {sure}", wording::confidence(outcome.confidence)) };
    let relative = found.relative.map_or(String::new(), |r| format!(", {} {word}", wording::percent(r.mean.abs())));
    format!("{lead} {} {word} {rest}{sure}{from_to}{relative}.", wording::value(found.measure, change.mean.abs(), currency))
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
