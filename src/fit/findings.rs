//! What a reader must know before believing the figures that a log gave.

use super::delays::DelayFit;
use super::figures::{demand_name, element_of, name_of};
use super::laws::Quality;
use super::net::Place;
use super::staff::{Basis, StaffFit};
use super::{ActivityIs, DurationFit, FitReport, Measured};
use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND};
use crate::formats::text::print_duration_ms;
use crate::model::flow::ElementKind;
use crate::model::study::Study;

/// Share of cases that must go as the model says before shares are believed without a warning.
const MOST_FIT: f64 = 0.8;

/// How many activities that the model does not have are named one by one.
const NAMED: usize = 20;

/// Says which activities of the log the model does not have: those with a near name and the frequent ones by name, all by number.
fn not_in_the_model(report: &FitReport) -> Vec<Diagnostic> {
    let warning = |message: String, hint: &str| Diagnostic::warning("not-in-the-model", Path::default(), message).hint(hint);
    let unknown = report.activities.iter().filter_map(|activity| match &activity.is {
        ActivityIs::Unknown(near) => Some((activity, near)),
        _ => None,
    });
    let mut unknown: Vec<_> = unknown.collect();
    // Stable: among those that are alike, the order of the report.
    unknown.sort_by_key(|(activity, near)| (near.is_none(), std::cmp::Reverse(activity.n)));
    let mut found = Vec::new();
    for (activity, near) in unknown.iter().take(NAMED) {
        let hint = match near {
            Some(near) => format!("Did they mean \"{near}\"? --match \"{}={near}\" says so.", activity.name),
            None => format!("If it is a step of the model, --match \"{}=STEP\" says which.", activity.name),
        };
        let times = if activity.n == 1 { "once".to_owned() } else { format!("{} times", activity.n) };
        found.push(warning(format!("\"{}\" ({times}) is not in the model, and left out.", activity.name), &hint));
    }
    let rest = unknown.get(NAMED..).unwrap_or_default();
    if !rest.is_empty() {
        let n: u64 = rest.iter().map(|(activity, _)| activity.n).sum();
        let message = format!("{} more activities, seen {n} times in all, are not in the model, and left out.", rest.len());
        found.push(warning(message, "The report as JSON lists all of them; a model of the frequent ones may be enough."));
    }
    found
}

/// Says everything that a reader must know.
pub fn findings(report: &mut FitReport) {
    let mut found = Vec::new();
    let warning = |code, message: String, hint: &str| Diagnostic::warning(code, Path::default(), message).hint(hint);
    found.extend(not_in_the_model(report));
    for (place, name) in &report.unseen {
        let kept = kept_figure(&report.study, place);
        let message = format!("\"{name}\" is never seen in the log; its figures stay as they were{kept}.");
        found.push(Diagnostic::note("not-in-the-log", Path::default(), message));
    }
    let followed = &report.followed;
    let as_said = (followed.n_fit + followed.n_early) as f64 / followed.n_cases.max(1) as f64;
    if as_said < MOST_FIT {
        let message = format!(
            "Only {:.0} % of the cases go as the model says; shares of ways are what the nearest way of each case gives.",
            100.0 * as_said
        );
        found.push(warning(
            "model-does-not-fit",
            message,
            "Look at what was done beside the flow, and mend the model or the matches.",
        ));
    }
    if !report.facts.has_starts {
        let message = "The log has only completions: each duration holds the waiting before it, and people and hours cannot be told. Staff stays as it was; where it was only assumed, there are so many that nobody waits twice.";
        found.push(warning(
            "sojourn-times",
            message.to_owned(),
            "Where staff that the model gives is scarce, waiting counts twice. Ask for a log with starts.",
        ));
    } else if !report.facts.has_enablement {
        let message = "The log does not say when activities were due. A case arrives when its first activity begins: what it waited before is not seen.";
        found.push(Diagnostic::note("no-due-times", Path::default(), message));
    }
    let is_moment = |d: &&DurationFit| d.measured == Measured::Moment;
    let moments: Vec<String> = report.durations.iter().filter(is_moment).map(|d| format!("\"{}\"", d.name)).collect();
    if !moments.is_empty() {
        let message = format!(
            "The log says of other activities when they began, but never of these: {}. They are taken for moments without any time of their own; what passes before them is waiting.",
            moments.join(", ")
        );
        found.push(Diagnostic::note("moments", Path::default(), message));
    }
    if !report.facts.has_times_of_day {
        let message = "The log has days without the time of day: hours of work and of arrivals cannot be told, and what takes less than a day cannot be measured.";
        found.push(warning("days-only", message.to_owned(), "Ask for a log with times of day."));
    }
    if let Some(beside) = &report.beside {
        let named = beside.places.iter().filter_map(|p| report.followed.places.get(*p as usize));
        let named: Vec<String> = named.map(|place| format!("\"{}\"", name_of(&report.study, place))).collect();
        let message = format!(
            "Beside each other, these steps end together more often than by chance: {}. The model draws each time by itself, and would wait for the last; these times are taken times {:.2}, for cases to take as long as in the log.",
            named.join(", "),
            beside.factor
        );
        found.push(warning("end-together", message, "Steps that one person does one after the other are better drawn so."));
    }
    if !report.delays.is_empty() {
        let before = |d: &DelayFit| format!("\"{}\" ({})", d.name, print_duration_ms(round_ms(d.mean())));
        let message = format!(
            "Cases lie though somebody is there and free, on average so long before: {}. People and hours of the log do not explain it; waits were put into the model.",
            report.delays.iter().map(before).collect::<Vec<_>>().join(", ")
        );
        found.push(warning(
            "held-up",
            message,
            "Find out what they wait for: an answer, a courier, a decision. --no-delays leaves it out.",
        ));
    }
    let of_quality = |quality: Quality| -> Vec<String> {
        let like = report.durations.iter().filter(|d| d.fitted.quality == quality);
        like.map(|d| format!("\"{}\" ({})", d.name, d.fitted.n)).collect()
    };
    let (few, own) = (of_quality(Quality::Few), of_quality(Quality::Sample));
    if !few.is_empty() {
        let message = format!("Seen so seldom that the duration is hardly known: {}.", few.join(", "));
        found.push(warning("few-values", message, "Ask for a longer log."));
    }
    if !own.is_empty() {
        let message = format!("No family of distributions fits these durations, which stand for themselves: {}.", own.join(", "));
        found.push(
            Diagnostic::note("own-sample", Path::default(), message).hint("Kinds of cases that differ may be mixed in them."),
        );
    }
    for (pool, fit) in &report.staff {
        found.extend(staff_findings(pool, fit, report.facts.has_times_of_day));
    }
    for (id, arrivals) in &report.arrivals {
        let id = demand_name(&report.study, id);
        match arrivals {
            None => found.push(Diagnostic::note(
                "no-cases",
                Path::default(),
                format!("The log has no cases of \"{id}\"; what arrives stays as it was."),
            )),
            Some(fit) if fit.days < 1.0 => {
                let span = print_duration_ms((fit.days * MS_PER_DAY as f64).round());
                let message = format!(
                    "All cases of \"{id}\" came within {span}: from so short a time, how many come in a year is a guess."
                );
                found.push(warning("arrivals-too-short", message, "Say how many come, or ask for a longer log."));
            }
            Some(fit) if fit.renewal.is_none() && fit.distance > 0.1 => {
                let message = format!(
                    "Cases of \"{id}\" do not come by chance alone (distance {:.2}): they come in bursts, or their number changes over time.",
                    fit.distance
                );
                found.push(warning(
                    "arrivals-not-by-chance",
                    message,
                    "Queues of the fitted study may be shorter than those of the log.",
                ));
            }
            Some(_) => {}
        }
    }
    report.findings.extend(found);
}

/// Rounds a time to what a reader takes in: minutes from an hour on, else seconds.
fn round_ms(ms: f64) -> f64 {
    let grain = if ms < MS_PER_HOUR as f64 { MS_PER_SECOND } else { MS_PER_MINUTE } as f64;
    (ms / grain).round() * grain
}

fn kept_figure(study: &Study, place: &Place) -> String {
    match element_of(study, place).map(|e| &e.kind) {
        Some(ElementKind::Step(step)) => {
            let assumed = if step.duration.is_assumption() { ", an assumption" } else { "" };
            format!(" (mean {}{assumed})", print_duration_ms(step.duration.value.mean().round().max(0.0)))
        }
        _ => String::new(),
    }
}

fn staff_findings(pool: &str, fit: &StaffFit, has_times_of_day: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if fit.basis == Basis::AtOnce {
        let message = format!(
            "How many people \"{pool}\" has is not known: the log names none of them, or one name for several. At most {} were at work at once.",
            fit.count
        );
        found
            .push(Diagnostic::warning("staff-at-least", Path::default(), message).hint("There may be more. Ask for the roster."));
    }
    if fit.hours.is_none() && has_times_of_day {
        let message = format!("Too little was done in \"{pool}\" to tell its hours; they stay as they were.");
        found.push(Diagnostic::note("hours-not-told", Path::default(), message));
    }
    if fit.guests > 0.1 {
        let message = format!(
            "{:.0} % of the work of \"{pool}\" was done by people who mostly work for another pool; they count there only.",
            100.0 * fit.guests
        );
        found.push(
            Diagnostic::warning("shared-people", Path::default(), message)
                .hint("Make the pools one, or split their people by hand."),
        );
    }
    if fit.pools.len() > 1 {
        let message = format!("{} pools share their people, and were made one: \"{pool}\".", fit.pools.len());
        found.push(Diagnostic::note("pools-made-one", Path::default(), message));
    }
    found
}
