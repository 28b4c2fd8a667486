//! What to mind before believing the results, in the language of who reads it.

use crate::experiment::outcome::{ExperimentOutcome, FaultOutcome, StopReason, VariantOutcome, Warning};
use crate::texts::Words;

/// Says a warning. One that has no words in the language stays as the run said it, in English.
pub fn sentence(words: Words, outcome: &ExperimentOutcome, warning: &Warning) -> String {
    let variant = warning.variant.as_deref().and_then(|id| outcome.variant(id));
    let n = [("n", outcome.replications.into())];
    let said = match (warning.code, variant) {
        ("few-replications", _) if outcome.stop == StopReason::PrecisionReached => Some(words.with("warning-few-precise", &n)),
        ("cancelled" | "precision" | "one-replication" | "few-replications", _) => {
            Some(words.with(&format!("warning-{}", warning.code), &n))
        }
        ("no-cases" | "runaway" | "too-many-cases", _) => Some(words.get(&format!("warning-{}", warning.code))),
        ("unfinished", Some(found)) => Some(unfinished(words, found)),
        ("warm-up", Some(found)) => found.warm_up_advice.as_ref().map(|advice| {
            let arguments = [("advised", advice.advised_days.into()), ("chosen", words.number(advice.chosen_days, 0).into())];
            words.with("warning-warm-up", &arguments)
        }),
        ("overload", Some(found)) => overload(words, found, warning),
        (_, Some(found)) => found.faults.iter().find(|fault| fault.message == warning.message).map(|of| fault(words, found, of)),
        _ => None,
    };
    said.unwrap_or_else(|| warning.message.clone())
}

fn unfinished(words: Words, found: &VariantOutcome) -> String {
    let share = found.cases.unfinished as f64 / found.cases.arrived.max(1) as f64;
    let arguments = [
        ("unfinished", words.whole(found.cases.unfinished as f64).into()),
        ("arrived", words.whole(found.cases.arrived as f64).into()),
        ("share", words.percent(share).into()),
    ];
    words.with("warning-unfinished", &arguments)
}

fn overload(words: Words, found: &VariantOutcome, warning: &Warning) -> Option<String> {
    let named = found.pools.iter().filter(|pool| warning.message.contains(&format!("\"{}\"", pool.name)));
    let (pool, overload) = named.into_iter().find_map(|pool| Some((pool, pool.overload.as_ref()?)))?;
    let arguments = [
        ("pool", pool.name.as_str().into()),
        ("from", words.date(overload.from).into()),
        ("growth", words.number(overload.growth_per_day, 1).into()),
        ("backlog", words.whole(overload.backlog).into()),
        ("busy", words.percent(overload.utilisation).into()),
        ("needed", overload.members_needed.into()),
        ("members", pool.members.into()),
    ];
    Some(words.with("warning-overload", &arguments))
}

/// Says what went wrong in the model, and at which step of which service.
fn fault(words: Words, found: &VariantOutcome, fault: &FaultOutcome) -> String {
    let step = found.steps.iter().find(|step| fault.at == format!("{}/{}", step.service, step.step));
    let place = step.map_or_else(
        || fault.at.clone(),
        |step| {
            let service = found.services.iter().find(|service| service.id == step.service);
            let service = service.map_or(step.service.as_str(), |service| service.name.as_str());
            format!("{} ({service})", step.name)
        },
    );
    let what = words.get(&format!("fault-{}", fault.code));
    let arguments = [("what", what.into()), ("n", fault.cases.into()), ("place", place.into())];
    words.with("warning-fault", &arguments)
}
