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
        // What is nothing before and after needs no sentence.
        let nothing = |variant: &str| outcome.variant(variant).and_then(|v| v.mean(name)) == Some(0.0);
        if nothing(&difference.baseline) && nothing(&difference.variant) {
            continue;
        }
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
    let means = mean_of(outcome, &difference.baseline, found).zip(mean_of(outcome, &difference.variant, found));
    let from_to = means.map_or(String::new(), |(before, after)| format!(": {} becomes {}", write(before), write(after)));
    let word = match (change.mean < 0.0, found.measure.unit) {
        (true, crate::experiment::kpi::Unit::Count) => "fewer",
        (true, _) => "less",
        (false, _) => "more",
    };
    let amount = wording::value(found.measure, change.mean.abs(), currency);
    let range = wording::range(change, |x| wording::difference(found.measure, x, currency));
    if found.verdict == Verdict::NotShown {
        let between = if range.is_empty() || range == "exactly" { String::new() } else { format!(" ({range})") };
        if change.low.is_none() {
            let how_much = if change.mean == 0.0 { "neither more nor less".to_owned() } else { format!("{amount} {word}") };
            return format!("{lead} {how_much} {rest} in a single run, which says nothing of how sure that is{from_to}.");
        }
        return match change.excludes_zero() {
            // Outside chance by itself, but not among as many measures as are looked at together.
            true => format!("{lead} {amount} {word} {rest} in these runs{between}: too few replications to be sure{from_to}."),
            false => match means {
                Some((before, after)) => {
                    format!("{lead} {} {rest}, before {}: no difference shown{between}.", write(after), write(before))
                }
                None => format!("{lead} neither more nor less {rest} as far as is shown{between}."),
            },
        };
    }
    let sure = match wording::range(&absolute(change), write).as_str() {
        "" => String::new(),
        "exactly" => ", exactly".to_owned(),
        range => format!(", {} sure of {range}", wording::confidence(outcome.confidence)),
    };
    let relative = found.relative.map_or(String::new(), |r| format!(", {} {word}", wording::percent(r.mean.abs())));
    format!("{lead} {amount} {word} {rest}{sure}{from_to}{relative}.")
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
