//! The study around the scenario: its variants, sources, targets and how it is run.

use super::names;
use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::time::SimDuration;
use crate::model::apply::did_you_mean;
use crate::model::provenance::text;
use crate::model::study::{AS_IS, Study};

/// The longest horizon that can be asked for, in days.
const LONGEST_HORIZON_DAYS: i64 = 50 * 366;

/// The most replications that can be asked for.
const MOST_REPLICATIONS: u32 = 1_000_000;

pub(super) fn check(study: &Study, found: &mut Vec<Diagnostic>) {
    let root = Path::default();
    if let Some(fault) = names::bad_id(&study.id, "study") {
        found.push(fault(root.field("id")));
    }
    plan(study, &root.field("plan"), found);
    variants(study, &root.field("variants"), found);
    names::ids(study.sources.iter().map(|s| s.key.as_str()), "source", "the study", &root.field("sources"), "key", found);
    let sources = || study.sources.iter().map(|s| s.key.as_str());
    for (i, target) in study.targets.iter().enumerate() {
        let path = root.field("targets").item(i);
        for (field, variant) in [("variant", Some(&target.variant)), ("against", target.against.as_ref())] {
            if let Some(variant) = variant
                && !study.variant_names().contains(&variant.as_str())
            {
                let message = format!("A target speaks of the variant '{variant}', which does not exist.");
                let hint = did_you_mean(variant, study.variant_names(), "variants");
                found.push(Diagnostic::error("unknown-variant", path.field(field), message).hint(hint));
            }
        }
        if let Some(source) = &target.source
            && !sources().any(|known| known == source)
        {
            let message = format!("A target quotes the source '{source}', which the study does not list.");
            found.push(Diagnostic::error("unknown-source", path.field("source"), message).hint(did_you_mean(
                source,
                sources(),
                "sources",
            )));
        }
        if target.measure.is_empty() {
            found.push(
                Diagnostic::error("no-measure", path.field("measure"), "A target names no measure.")
                    .hint("Name one, as citizen_time."),
            );
        }
        if !(target.value.is_finite() && target.tolerance.is_finite() && target.tolerance >= 0.0) {
            let message =
                format!("The target for '{}' has a value or a tolerance that is no number or negative.", target.measure);
            found.push(Diagnostic::error("bad-target", path, message).hint("The tolerance is 0 or more."));
        }
    }
    if study.scenario.demand.is_empty() {
        let message = "Nothing arrives in this study, as it lists no demand.";
        found.push(
            Diagnostic::warning("no-demand", root.field("demand"), message).hint("Add demand for a service or a life event."),
        );
    }
}

fn plan(study: &Study, path: &Path, found: &mut Vec<Diagnostic>) {
    let plan = &study.plan;
    let mut fault =
        |field, code, message: String, hint: &str| found.push(Diagnostic::error(code, path.field(field), message).hint(hint));
    let longest = SimDuration::from_days(LONGEST_HORIZON_DAYS);
    if plan.horizon <= SimDuration::ZERO {
        fault(
            "horizon",
            "bad-horizon",
            "The horizon is 0, so nothing would be measured.".to_owned(),
            "Write a length, as \"52w\".",
        );
    } else if plan.horizon > longest {
        let message = format!("The horizon is {}, which is longer than 50 years.", text::duration(plan.horizon.ms() as f64));
        fault("horizon", "bad-horizon", message, "Write at most 50 years, as \"2600w\".");
    }
    for (field, what, length) in [("warm_up", "warm-up", plan.warm_up), ("follow_up", "time of following up", plan.follow_up)] {
        if length < SimDuration::ZERO || length > longest {
            fault(field, "bad-horizon", format!("The {what} is negative or longer than 50 years."), "Write a length, as \"4w\".");
        }
    }
    if plan.replications == 0 {
        fault(
            "replications",
            "bad-replications",
            "No replications are asked for.".to_owned(),
            "Write at least 2, so that intervals can be given.",
        );
    } else if plan.replications > MOST_REPLICATIONS {
        let message = format!("{} replications are asked for.", text::number(f64::from(plan.replications)));
        fault("replications", "bad-replications", message, "Write at most one million; twenty are usual.");
    }
    if !(plan.confidence > 0.0 && plan.confidence < 1.0) {
        let message = format!("The confidence is {}, but it lies between 0 and 1.", text::number(plan.confidence));
        fault("confidence", "bad-confidence", message, "0.95 is usual: 95 %.");
    }
    if plan.replications == 1 {
        let message = "With one replication there are no intervals: nothing says how sure a result is.";
        found.push(
            Diagnostic::warning("one-replication", path.field("replications"), message)
                .hint("Write at least 2; twenty are usual."),
        );
    }
}

fn variants(study: &Study, path: &Path, found: &mut Vec<Diagnostic>) {
    names::ids(study.variants.iter().map(|v| v.id.as_str()), "variant", "the study", path, "id", found);
    for (i, variant) in study.variants.iter().enumerate() {
        let path = path.item(i);
        if variant.id == AS_IS {
            let message = "A variant is called 'as-is', but that is the name of what happens today.";
            found.push(
                Diagnostic::error("reserved-id", path.field("id"), message)
                    .hint("Give it another id; the as-is is always there."),
            );
        }
        let place = format!("the variant '{}'", variant.id);
        names::ids(variant.changes.iter().map(|c| c.id.as_str()), "change", &place, &path.field("changes"), "id", found);
        for (j, change) in variant.changes.iter().enumerate() {
            let path = path.field("changes").item(j);
            if change.operations.is_empty() {
                let message = format!("The change '{}' of the variant '{}' does nothing.", change.id, variant.id);
                found.push(
                    Diagnostic::note("empty-change", path.clone(), message).hint("Add an operation, or take the change out."),
                );
            }
            if let Some(source) = &change.source
                && !study.sources.iter().any(|known| known.key == *source)
            {
                let message = format!("The change '{}' quotes the source '{source}', which the study does not list.", change.id);
                let hint = did_you_mean(source, study.sources.iter().map(|s| s.key.as_str()), "sources");
                found.push(Diagnostic::error("unknown-source", path.field("source"), message).hint(hint));
            }
        }
    }
}
