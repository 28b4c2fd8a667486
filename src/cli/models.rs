//! Drawings of others on the command line: reading them, comparing two, running a number of cases.

use crate::base::diagnostic::{Diagnostic, Warned};
use crate::base::time::{LONGEST_DURATION, MS_PER_WEEK, SimDuration};
use crate::cli::error::{Fault, UserError};
use crate::cli::{io, studies};
use crate::experiment::plan::Plan;
use crate::formats::bpmn::{self, Imported};
use crate::model::demand::Arrivals;
use crate::model::diff::diff;
use crate::model::study::{Study, Variant};
use crate::report::wording::counted;
use std::path::Path;

/// Reads a file as a BPMN drawing, if it is one by its extension or its look.
pub fn read(path: &Path) -> Result<Option<Warned<Imported>>, UserError> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if extension == "ron" {
        return Ok(None);
    }
    let bytes = std::fs::read(path)
        .map_err(|error| UserError::new(Fault::Machine, format!("{} cannot be read: {error}", path.display())))?;
    let is_drawing = matches!(extension.as_str(), "bpmn" | "bpmn2" | "bpmn20") || bpmn::looks_like_bpmn(&bytes);
    Ok(is_drawing.then(|| bpmn::read_bpmn(&bytes, &path.display().to_string())))
}

/// Says how much of a drawing's study was taken by the program, and what was drawn in a way that needed a meaning.
pub fn say_what_was_taken(name: &str, diagnostics: &[Diagnostic]) {
    let assumed = diagnostics.iter().filter(|d| d.code.starts_with("assumed-")).count();
    if assumed == 0 {
        return;
    }
    let warnings = diagnostics.iter().filter(|d| d.severity == crate::base::diagnostic::Severity::Warning).count();
    io::note(&format!(
        "{name} is a drawing: {} assumed for what it does not say, {}; `kezek check {name}` lists them.",
        counted(assumed as u64, "figure"),
        counted(warnings as u64, "warning")
    ));
}

/// Makes a study of two models: the second is a variant, whose changes are what differs.
pub fn pair(as_is: &str, to_be: &str) -> Result<Study, UserError> {
    let mut study = studies::load(as_is)?;
    let proposed = studies::load(to_be)?;
    let changes = diff(&study.scenario, &proposed.scenario);
    if changes.is_empty() {
        io::note("The two models do not differ.");
    }
    let ids = |s: &Study| s.scenario.services.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
    let (old, new) = (ids(&study), ids(&proposed));
    let shared = new.iter().filter(|id| old.contains(id)).count();
    if shared == 0 {
        io::note(
            "No process of the one bears the id of a process of the other: each is compared as a whole, with no step in common.",
        );
    }
    let summary = format!("What {to_be} does otherwise than {as_is}: {}.", counted(changes.len() as u64, "change"));
    let title = if proposed.title.is_empty() { "To be".to_owned() } else { proposed.title };
    study.variants = vec![Variant { id: "to-be".to_owned(), title, summary, based_on: None, changes }];
    Ok(study)
}

/// Lets a number of cases of each stream arrive, from the beginning on.
pub fn limit(study: &mut Study, cases: u64, plan: &mut Plan) -> Result<(), UserError> {
    let mut longest = 0.0f64;
    for demand in &mut study.scenario.demand {
        match &mut demand.arrivals {
            Arrivals::Renewal { interval, limit, .. } => {
                *limit = Some(cases);
                let n = cases as f64;
                // All but surely as long as so many intervals take.
                longest = longest.max(interval.value.mean() * (n + 10.0 * n.sqrt() + 10.0));
            }
            Arrivals::Poisson { .. } | Arrivals::List(_) => {
                let message =
                    format!("the cases of \"{}\" do not come one after the other, so their number cannot be set", demand.id);
                return Err(UserError::new(Fault::Usage, message).hint("set the length of the window with --horizon"));
            }
        }
    }
    plan.warm_up = SimDuration::ZERO;
    let needed = SimDuration::from_ms_f64(longest + MS_PER_WEEK as f64);
    plan.horizon = needed.min(SimDuration(LONGEST_DURATION.ms() / 2));
    Ok(())
}
