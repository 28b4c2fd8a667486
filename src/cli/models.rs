//! Drawings of others on the command line: reading them, comparing two, running a number of cases.

use crate::base::diagnostic::{Diagnostic, Severity, Warned};
use crate::base::time::{LONGEST_DURATION, MS_PER_WEEK, SimDuration};
use crate::cli::error::{Fault, UserError};
use crate::cli::{io, studies};
use crate::experiment::plan::Plan;
use crate::formats::bpmn::{self, Imported};
use crate::formats::params::{self, bpsim::Requests};
use crate::model::demand::Arrivals;
use crate::model::diff::diff;
use crate::model::study::{Study, Variant};
use crate::report::wording::counted;
use std::path::Path;

/// Parameters that the user names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Params<'p> {
    /// The file; without one, those that a drawing carries.
    pub file: Option<&'p Path>,
    /// The scenario of BPSim.
    pub scenario: Option<&'p str>,
}

/// A drawing, and the results that its parameters ask for.
pub type Drawn = (Warned<Imported>, Option<Requests>);

/// Reads a file as a BPMN drawing with the parameters that it carries, if it is one by its extension or its look. With it the results
/// that a BPSim scenario asks for.
pub fn read(path: &Path, params: Params<'_>) -> Result<Option<Drawn>, UserError> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if extension == "ron" {
        return Ok(None);
    }
    let bytes = bytes_of(path)?;
    let is_drawing = matches!(extension.as_str(), "bpmn" | "bpmn2" | "bpmn20") || bpmn::looks_like_bpmn(&bytes);
    if !is_drawing {
        return Ok(None);
    }
    let name = path.display().to_string();
    let Some(file) = params.file else {
        let (warned, applied) = params::read_drawing(&bytes, &name, params.scenario);
        return Ok(Some((warned, applied.requests)));
    };
    let mut warned = bpmn::read_bpmn(&bytes, &name);
    let mut requests = None;
    if let Some(imported) = &mut warned.value {
        let applied = params::apply(imported, &bytes_of(file)?, &file.display().to_string(), params.scenario);
        warned.diagnostics.retain(|d| !d.code.starts_with("assumed-"));
        warned.diagnostics.extend(params::still_assumed(imported));
        warned.diagnostics.extend(applied.found);
        requests = applied.requests;
    }
    Ok(Some((warned, requests)))
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, UserError> {
    if !path.exists() {
        return Err(UserError::new(Fault::Input, format!("there is no file \"{}\"", path.display())));
    }
    std::fs::read(path).map_err(|error| UserError::new(Fault::Machine, format!("{} cannot be read: {error}", path.display())))
}

/// Says what a drawing carries, how much of its study was taken by the program, and what was found in parameters. Errors are said
/// by whoever ends the command.
pub fn say_what_was_taken(name: &str, diagnostics: &[Diagnostic], with_params: bool) {
    let own = diagnostics.iter().find(|d| d.code == "own-parameters");
    if let Some(own) = own {
        io::note(&format!("{name}: {}", own.message));
    }
    if with_params || own.is_some() {
        let drawn = |d: &&Diagnostic| d.place.as_ref().is_some_and(|p| with_params && p.file == name);
        let found = diagnostics.iter().filter(|d| d.code != "own-parameters" && d.severity != Severity::Error);
        for diagnostic in found.filter(|d| !drawn(d)) {
            io::note(&match diagnostic.place {
                Some(_) => crate::cli::check::one_line(diagnostic),
                None => format!("{name}: {}", diagnostic.message),
            });
        }
        return;
    }
    let assumed = diagnostics.iter().filter(|d| d.code.starts_with("assumed-")).count();
    if assumed == 0 {
        return;
    }
    let warnings = diagnostics.iter().filter(|d| d.severity == Severity::Warning).count();
    io::note(&format!(
        "{name} is a drawing: {} assumed for what it does not say, {}; `kezek check {name}` lists them.",
        counted(assumed as u64, "figure"),
        counted(warnings as u64, "warning")
    ));
}

/// Makes a study of two models: the second is a variant, whose changes are what differs.
pub fn pair(as_is: (&str, Params<'_>), to_be: (&str, Params<'_>)) -> Result<Study, UserError> {
    let (as_is, of_as_is) = as_is;
    let (to_be, of_to_be) = to_be;
    let mut study = studies::load_with(as_is, of_as_is)?.0;
    let proposed = studies::load_with(to_be, of_to_be)?.0;
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
    let known: Vec<String> = study.sources.iter().map(|s| s.key.clone()).collect();
    study.sources.extend(proposed.sources.into_iter().filter(|s| !known.contains(&s.key)));
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
