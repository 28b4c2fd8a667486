//! `kezek run`: one variant, with its event log where asked for.

use crate::base::progress::CancelToken;
use crate::cli::args::RunArgs;
use crate::cli::error::{Fault, UserError};
use crate::cli::{CommandResult, compare, io, models, studies};
use crate::experiment::plan::Plan;
use crate::experiment::trace_log::{LogRow, run_with_log};
use crate::model::study::Study;
use std::path::Path;

/// Runs the command.
pub fn run(args: &RunArgs) -> CommandResult {
    let mut study = studies::load(&args.study)?;
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
    if let Some(path) = &args.log
        && path.extension().is_none_or(|e| e != "csv")
    {
        return Err(
            UserError::new(Fault::Usage, format!("a log to {} cannot be written", path.display())).hint("allowed is .csv")
        );
    }
    let outcome = compare::execute(&study, &plan)?;
    io::out(&compare::print(&outcome, &study, args.format)?)?;
    if let Some(path) = &args.log {
        let rows = write_log(&study, &plan, path)?;
        io::note(&format!("{rows} rows of the first replication written to {}", path.display()));
    }
    compare::ended(&outcome)
}

/// Columns of the event log. The first six are those that process mining tools look for.
const COLUMNS: [&str; 13] = [
    "case_id",
    "activity",
    "enable_time",
    "start_time",
    "end_time",
    "resource",
    "element",
    "segment",
    "visit",
    "worked_minutes",
    "waited_busy_minutes",
    "waited_off_hours_minutes",
    "finished",
];

/// Writes the first replication's measured cases, row by row, and returns the number of rows. Written beside the file first, so that a
/// log that breaks off never stands under its name.
fn write_log(study: &Study, plan: &Plan, path: &Path) -> Result<u64, UserError> {
    let unwritable =
        |error: &dyn std::fmt::Display| UserError::new(Fault::Machine, format!("{} cannot be written: {error}", path.display()));
    let part = path.with_extension("csv.part");
    let mut writer = csv::Writer::from_path(&part).map_err(|e| unwritable(&e))?;
    writer.write_record(COLUMNS).map_err(|e| unwritable(&e))?;
    let variant = &plan.baseline;
    let mut failed = None;
    let instant = |t: jiff::civil::DateTime| t.strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string();
    let sink = |row: &LogRow<'_>| {
        let cells = [
            row.case_id.clone(),
            row.activity.to_owned(),
            instant(row.enabled),
            instant(row.started),
            instant(row.ended),
            row.resource.clone(),
            row.element.to_owned(),
            row.segment.to_owned(),
            row.visit.to_string(),
            row.worked.to_string(),
            row.waited_busy.to_string(),
            row.waited_off_hours.to_string(),
            row.finished.to_string(),
        ];
        if failed.is_none() {
            failed = writer.write_record(&cells).err();
        }
    };
    let summary = run_with_log(study, plan, variant, 0, true, &CancelToken::default(), sink)?;
    let written = failed.map_or_else(|| writer.flush().map_err(csv::Error::from), Err);
    written.map_err(|e| unwritable(&e))?;
    drop(writer);
    std::fs::rename(&part, path).map_err(|e| unwritable(&e))?;
    Ok(summary.rows)
}
