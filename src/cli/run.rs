//! `kezek run`: one variant, with its event log where asked for.

use crate::base::progress::CancelToken;
use crate::base::time::SimDuration;
use crate::cli::args::RunArgs;
use crate::cli::error::{Fault, UserError};
use crate::cli::models::Params;
use crate::cli::{CommandResult, compare, io, log, models, studies};
use crate::experiment::elements::{Instants, element_results};
use crate::experiment::plan::Plan;
use crate::formats::params::bpsim::Requests;
use crate::model::study::Study;
use crate::report;
use std::path::Path;

/// Runs the command.
pub fn run(args: &RunArgs) -> CommandResult {
    let params = Params { file: args.params.as_deref(), scenario: args.scenario.as_deref() };
    let (mut study, requests) = studies::load_with(&args.study, params)?;
    if let Some(start) = args.start {
        study.scenario.start = start;
    }
    let mut plan = Plan::of_study(&study);
    if let Some(cases) = args.cases {
        models::limit(&mut study, cases, &mut plan)?;
    }
    compare::apply(&args.how, &mut plan);
    plan.variants = vec![args.variant.clone()];
    plan.baseline = args.variant.clone();
    let target = args.log.as_deref().map(|path| log::Target::of(path, args.zone)).transpose()?;
    args.results.as_deref().map_or(Ok(()), results_fit)?;
    let (outcome, logged) = match target {
        Some(target) => log::execute(&study, &plan, &target)?,
        None => (compare::execute(&study, &plan)?, Ok(())),
    };
    io::out(&compare::print(&outcome, &study, Some(&args.study), args.format)?)?;
    logged?;
    if let Some(path) = &args.results {
        results(&study, &plan, requests, path)?;
    }
    compare::ended(&outcome)
}

/// Looks at the name of the file of results before anything is run.
fn results_fit(path: &Path) -> CommandResult {
    match path.extension().and_then(|e| e.to_str()) {
        Some("bpsim" | "xml") => io::ensure_writable(path),
        _ => Err(UserError::new(Fault::Usage, format!("results to {} cannot be written", path.display()))
            .hint("allowed is .bpsim; `--report` of `kezek compare` writes .html, .xlsx, .json, .csv and .txt")),
    }
}

/// Writes results as BPSim does; what was asked for and is not known is said.
fn results(study: &Study, plan: &Plan, requests: Option<Requests>, path: &Path) -> CommandResult {
    let requests = requests.unwrap_or_else(|| report::bpsim::requests_for_all(study));
    let every = requests.every_ms.map(SimDuration::from_ms_f64).filter(|every| every.ms() > 0);
    let instants = Instants { every, cumulative: requests.cumulative };
    let runs = element_results(study, plan, &plan.baseline, instants, &CancelToken::default())?;
    let written = report::bpsim::results(&requests, study, &runs);
    for missing in &written.missing {
        io::note(&format!("{}: {missing}", path.display()));
    }
    io::save(path, written.xml.as_bytes())
}
