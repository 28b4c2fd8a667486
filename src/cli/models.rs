//! Drawings of others on the command line: reading them, comparing two, running a number of cases.

use crate::base::diagnostic::{Diagnostic, Severity, Warned};
use crate::base::time::{LONGEST_DURATION, MS_PER_WEEK, SimDuration};
use crate::cli::error::{Fault, UserError};
use crate::cli::{io, studies};
use crate::experiment::plan::Plan;
use crate::formats::bpmn::{self, Imported};
use crate::formats::params::prosimos;
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

/// Reads a drawing with parameters of another tool. What was found in them is written out; errors end the command.
pub fn with_params(name: &str, params: &Path) -> Result<Warned<Study>, UserError> {
    let studies::Found::File(path) = studies::find(name)? else {
        return Err(UserError::new(Fault::Usage, "--params is for BPMN drawings, not for studies of the program"));
    };
    let Some(mut warned) = read(&path)? else {
        return Err(UserError::new(Fault::Usage, format!("--params is for BPMN drawings, and {name} is none")));
    };
    let file = params.display().to_string();
    let bytes =
        std::fs::read(params).map_err(|error| UserError::new(Fault::Machine, format!("{file} cannot be read: {error}")))?;
    if let Some(imported) = &mut warned.value {
        for diagnostic in prosimos::apply(imported, &bytes, &file) {
            io::note(&crate::cli::check::one_line(&diagnostic));
            if diagnostic.severity == Severity::Error {
                warned.diagnostics.push(diagnostic);
            }
        }
    }
    if let Some(imported) = &warned.value {
        let assumed = |code: &str| code.starts_with("assumed-");
        let left = crate::model::provenance::provenance(&imported.study).iter().filter(|f| f.is_assumption()).count();
        warned.diagnostics.retain(|d| !assumed(d.code));
        if left > 0 {
            io::note(&format!("{} of the drawing stay assumed beside {file}.", counted(left as u64, "figure")));
        }
    }
    Ok(Warned { value: warned.value.map(|i| i.study), diagnostics: warned.diagnostics })
}

/// Makes a study of two models: the second is a variant, whose changes are what differs.
pub fn pair(as_is: &str, to_be: &str, params: Option<&Path>) -> Result<Study, UserError> {
    let mut study = studies::load_with(as_is, params)?;
    let proposed = studies::load_with(to_be, params)?;
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
    let calendars = &study.scenario.calendars;
    for demand in &mut study.scenario.demand {
        match &mut demand.arrivals {
            Arrivals::Renewal { interval, limit, calendar, .. } => {
                let open = crate::model::calendar::open_share(calendars, calendar.as_deref()).max(1e-4);
                *limit = Some(cases);
                let n = cases as f64;
                // All but surely as long as so many intervals take.
                longest = longest.max(interval.value.mean() / open * (n + 10.0 * n.sqrt() + 10.0));
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
