//! `kezek fit`: figures of a model from an event log, and the model held against the log.

use crate::base::diagnostic::{Diagnostic, Severity, has_errors};
use crate::cli::args::{FitArgs, FitFormat, LogArgs};
use crate::cli::error::{Fault, UserError};
use crate::cli::models::Params;
use crate::cli::{CommandResult, check, io, progress, studies};
use crate::fit::overlay::{Overlay, overlay};
use crate::fit::{FitOptions, FitReport, fit};
use crate::formats::log::read::columns::Role;
use crate::formats::log::read::input::Input;
use crate::formats::log::read::instant::DateOrder;
use crate::formats::log::read::{LogOptions, read_log};
use crate::formats::scenario_ron;
use crate::model::event_log::EventLog;
use crate::report;
use std::path::Path;

/// Runs the command.
pub fn run(args: &FitArgs) -> CommandResult {
    if args.out.as_ref().is_some_and(|out| out.extension().is_none_or(|e| e != "ron")) {
        return Err(UserError::new(Fault::Usage, "the fitted study is written as .ron").hint("--out STUDY.ron"));
    }
    if let Some(path) = &args.report {
        report_format(path)?;
    }
    [&args.report, &args.out].into_iter().flatten().try_for_each(|path| io::ensure_writable(path))?;
    let params = Params { file: args.params.as_deref(), scenario: None };
    let (study, _) = studies::load_with(&args.model, params)?;
    let log = read(&args.log, &args.reading)?;
    let options = FitOptions { matches: args.matches.clone(), without_delays: args.no_delays };
    let report = fit(&study, &log, &options).map_err(|(message, hint)| UserError::new(Fault::Usage, message).hint(hint))?;
    let none_matches = has_errors(&report.findings);
    let overlay = match none_matches || args.no_compare {
        true => None,
        false => Some(overlay(&report, &log, args.replications, args.seed, &progress::cancel_on_interrupt())?),
    };
    let printed = if args.format == FitFormat::Json { ReportFormat::Json } else { ReportFormat::Text };
    io::out(&written(&report, overlay.as_ref(), printed)?)?;
    if let Some(path) = &args.report {
        io::save(path, written(&report, overlay.as_ref(), report_format(path)?)?.as_bytes())?;
    }
    if none_matches {
        return Err(UserError::new(Fault::Input, "nothing of the log is in the model"));
    }
    if let Some(out) = &args.out {
        let mut study = report.study;
        study.imports.clear();
        io::save(out, scenario_ron::write_study(&study).as_bytes())?;
        io::note(&format!(
            "The fitted study is written to {}; `kezek sources {}` lists what its figures rest on.",
            out.display(),
            out.display()
        ));
    }
    Ok(())
}

/// What a report can be.
#[derive(Clone, Copy)]
enum ReportFormat {
    Html,
    Json,
    Text,
}

fn report_format(path: &Path) -> Result<ReportFormat, UserError> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => Ok(ReportFormat::Html),
        Some("json") => Ok(ReportFormat::Json),
        Some("txt") => Ok(ReportFormat::Text),
        _ => Err(UserError::new(Fault::Usage, format!("a report to {} cannot be written", path.display()))
            .hint("allowed are .html, .json and .txt")),
    }
}

fn written(report: &FitReport, overlay: Option<&Overlay>, format: ReportFormat) -> Result<String, UserError> {
    match format {
        ReportFormat::Html => report::fit_page::page(report, overlay)
            .map_err(|error| UserError::new(Fault::Machine, format!("the report cannot be written: {error}"))),
        ReportFormat::Json => Ok(serde_json::to_string_pretty(&report::fit::as_json(report, overlay)).unwrap_or_default() + "\n"),
        ReportFormat::Text => Ok(report::fit::text(report, overlay)),
    }
}

/// Reads a log; what was found in it is written out, and errors end the command.
pub fn read(path: &Path, args: &LogArgs) -> Result<EventLog, UserError> {
    let name = path.display().to_string();
    if !path.is_file() {
        return Err(UserError::new(Fault::Input, format!("there is no file \"{name}\"")));
    }
    let input = Input::File(path.to_owned());
    let warned = read_log(&input, &name, &options(args)).map_err(|error| UserError::new(Fault::Input, error.to_string()))?;
    warned.diagnostics.iter().for_each(say);
    if has_errors(&warned.diagnostics) {
        return Err(UserError::new(Fault::Input, format!("{name} cannot be taken as an event log")));
    }
    warned.value.ok_or_else(|| UserError::new(Fault::Input, format!("{name} holds no event log")))
}

/// Writes a finding about a log.
pub fn say(diagnostic: &Diagnostic) {
    let line = check::one_line(diagnostic);
    let is_plain = diagnostic.severity == Severity::Note && diagnostic.place.is_none();
    io::note(if is_plain { &diagnostic.message } else { &line });
}

/// Returns what the user says about a log.
pub fn options(args: &LogArgs) -> LogOptions {
    let named = [
        (Role::Case, &args.case),
        (Role::Activity, &args.activity),
        (Role::Enable, &args.due),
        (Role::Start, &args.start),
        (Role::End, &args.end),
        (Role::Lifecycle, &args.lifecycle),
        (Role::Resource, &args.resource),
    ];
    LogOptions {
        columns: named.into_iter().filter_map(|(role, name)| name.clone().map(|name| (role, name))).collect(),
        separator: args.separator,
        encoding: args.encoding.clone(),
        order: args
            .date_order
            .map(|order| if order == crate::cli::args::DateOrderArg::Mdy { DateOrder::MonthFirst } else { DateOrder::DayFirst }),
        zone: args.zone,
    }
}
