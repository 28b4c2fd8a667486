//! `kezek compare`.

use crate::cli::args::{CompareArgs, Format, HowArgs};
use crate::cli::error::{Fault, UserError};
use crate::cli::models::Params;
use crate::cli::studies::Found;
use crate::cli::{CommandResult, io, language, models, progress, studies};
use crate::experiment::outcome::{ExperimentOutcome, StopReason};
use crate::experiment::plan::{Plan, StopRule};
use crate::experiment::prepare::Prepared;
use crate::experiment::run::{LogSink, run_experiment, run_logged};
use crate::model::study::Study;
use crate::report;
use crate::texts::{Language, Words};

/// Runs the command.
pub fn run(args: &CompareArgs) -> CommandResult {
    let params = Params { file: args.params.as_deref(), scenario: args.scenario.as_deref() };
    let study = match (&args.study, &args.as_is, &args.to_be) {
        (Some(study), ..) => studies::load_with(study, params)?.0,
        (None, Some(as_is), Some(to_be)) => {
            let of_to_be = Params { file: args.params_to_be.as_deref().or(params.file), ..params };
            models::pair((as_is, params), (to_be, of_to_be))?
        }
        _ => return Err(UserError::new(Fault::Usage, "nothing to compare").hint("name a study, or --as-is and --to-be")),
    };
    let mut plan = Plan::of_study(&study);
    apply(&args.how, &mut plan);
    if !args.variant.is_empty() {
        plan.variants = args.variant.clone();
    }
    if let Some(baseline) = &args.baseline {
        plan.baseline = baseline.clone();
    }
    let report = args.report.as_deref().map(report_format).transpose()?;
    if let (Some(_), Some(ReportFormat::Printed(_))) = (args.language, report) {
        return Err(UserError::new(Fault::Usage, "a report of numbers or for a terminal has no language")
            .hint("--language is for reports to .html and .xlsx"));
    }
    args.report.as_deref().map_or(Ok(()), io::ensure_writable)?;
    let outcome = execute(&study, &plan)?;
    io::out(&print(&outcome, &study, args.study.as_deref(), args.format)?)?;
    let language = args.language.map_or(Language::English, Language::from);
    if let (Some(path), Some(format)) = (&args.report, report) {
        io::save(path, &written(&outcome, &study, args.study.as_deref(), format, language)?)?;
    }
    ended(&outcome)
}

/// Takes over what the user asks for.
pub fn apply(how: &HowArgs, plan: &mut Plan) {
    if let Some(n) = how.replications {
        plan.stop = StopRule::Replications(n);
    }
    if let Some(precision) = how.precision {
        plan.stop = StopRule::precision(precision);
    }
    plan.confidence = how.confidence.unwrap_or(plan.confidence);
    plan.horizon = how.horizon.unwrap_or(plan.horizon);
    plan.warm_up = how.warm_up.unwrap_or(plan.warm_up);
    plan.follow_up = how.follow_up.unwrap_or(plan.follow_up);
    plan.seed = how.seed.unwrap_or(plan.seed);
    plan.threads = how.threads.map(|n| n as usize).or(plan.threads);
}

/// Runs an experiment with progress and Ctrl-C.
pub fn execute(study: &Study, plan: &Plan) -> Result<ExperimentOutcome, UserError> {
    let cancel = progress::cancel_on_interrupt();
    let bar = progress::Progress::new();
    Ok(run_experiment(study, plan, &|snapshot| bar.show(snapshot), &cancel)?)
}

/// As [`execute`], of variants that are ready to run, with a log of the baseline's first replication.
pub fn execute_logged<'l>(
    study: &'l Study,
    plan: &'l Plan,
    prepared: &'l [Prepared],
    log: &LogSink<'_, 'l>,
) -> Result<ExperimentOutcome, UserError> {
    let cancel = progress::cancel_on_interrupt();
    let bar = progress::Progress::new();
    Ok(run_logged(study, plan, prepared, log, &|snapshot| bar.show(snapshot), &cancel)?)
}

/// Writes an outcome in a format. `typed` is how the user named the study, where one was named.
pub fn print(outcome: &ExperimentOutcome, study: &Study, typed: Option<&str>, format: Format) -> Result<String, UserError> {
    let listed = typed.map_or(String::new(), |name| format!("; `kezek sources {} --assumptions` lists them", as_typed(name)));
    let notes = notes(study, Words::ENGLISH, &listed);
    match format {
        Format::Table => Ok(report::table::comparison(outcome, study, &notes)),
        Format::Json => Ok(report::json::comparison(outcome, &notes)),
        Format::Csv => report::csv::comparison(outcome).map_err(|error| UserError::new(Fault::Machine, error.to_string())),
    }
}

/// Says how much of the results leans on assumptions, and where these are `listed`.
fn notes(study: &Study, words: Words, listed: &str) -> Vec<String> {
    let figures = crate::model::provenance::provenance(study);
    let assumed = figures.iter().filter(|f| f.source.is_none()).count();
    report::wording::assumptions(words, assumed, figures.len(), listed)
}

/// Writes a name so that it can be typed in a command.
fn as_typed(name: &str) -> String {
    if name.chars().all(|c| c.is_alphanumeric() || "._-/\\:~".contains(c)) { name.to_owned() } else { format!("\"{name}\"") }
}

/// A run that was stopped early has printed what it knew; its exit code says so.
pub fn ended(outcome: &ExperimentOutcome) -> CommandResult {
    match outcome.stop {
        StopReason::Cancelled => Err(UserError::new(Fault::Cancelled, "stopped early, on request")),
        _ => Ok(()),
    }
}

/// What a report can be.
#[derive(Clone, Copy)]
enum ReportFormat {
    Printed(Format),
    Html,
    Xlsx,
}

fn report_format(path: &std::path::Path) -> Result<ReportFormat, UserError> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => Ok(ReportFormat::Html),
        Some("xlsx") => Ok(ReportFormat::Xlsx),
        Some("json") => Ok(ReportFormat::Printed(Format::Json)),
        Some("csv") => Ok(ReportFormat::Printed(Format::Csv)),
        Some("txt") => Ok(ReportFormat::Printed(Format::Table)),
        _ => Err(UserError::new(Fault::Usage, format!("a report to {} cannot be written", path.display()))
            .hint("allowed are .html, .xlsx, .json, .csv and .txt")),
    }
}

fn written(
    outcome: &ExperimentOutcome,
    study: &Study,
    typed: Option<&str>,
    format: ReportFormat,
    language: Language,
) -> Result<Vec<u8>, UserError> {
    if let ReportFormat::Printed(format) = format {
        return Ok(print(outcome, study, typed, format)?.into_bytes());
    }
    let carried = match typed.map(studies::find).transpose()? {
        Some(Found::Carried(..)) => language::carried_in(&study.id, language, outcome),
        _ => None,
    };
    let (study, outcome) = carried.as_ref().map_or((study, outcome), |(study, outcome)| (study, outcome));
    let words = Words { language };
    let failed = |error: String| UserError::new(Fault::Machine, format!("the report cannot be written: {error}"));
    // Who holds the report in hand finds them there, and need not have the program.
    let notes = notes(study, words, &words.get("report-assumptions-listed"));
    match format {
        ReportFormat::Html => {
            report::html::comparison(outcome, study, &notes, words).map(String::into_bytes).map_err(|e| failed(e.to_string()))
        }
        _ => report::xlsx::comparison(outcome, study, &notes, words).map_err(|e| failed(e.to_string())),
    }
}
