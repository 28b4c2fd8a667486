//! `kezek run`: one variant, with its event log where asked for.

use crate::cli::args::RunArgs;
use crate::cli::{CommandResult, compare, io, log, models, studies};
use crate::experiment::plan::Plan;

/// Runs the command.
pub fn run(args: &RunArgs) -> CommandResult {
    let mut study = studies::load_with(&args.study, args.params.as_deref())?;
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
    let outcome = compare::execute(&study, &plan)?;
    io::out(&compare::print(&outcome, &study, args.format)?)?;
    if let Some(target) = target {
        log::write(&study, &plan, &target)?;
    }
    compare::ended(&outcome)
}
