//! `kezek convert`: a study or an event log from one format into another, by the files' extensions.

use crate::cli::args::ConvertArgs;
use crate::cli::error::{Fault, UserError};
use crate::cli::{CommandResult, fit, io, models, studies};
use crate::formats::bpmn::Imported;
use crate::formats::log::convert::convert;
use crate::formats::log::read::input::Input;
use crate::formats::log::writer::LogFormat;
use crate::formats::params::prosimos;
use crate::formats::{bpmn, scenario_ron};
use crate::model::study::{AS_IS, Study};
use crate::report::wording::counted;
use std::path::Path;

/// Runs the command.
pub fn run(args: &ConvertArgs) -> CommandResult {
    if let Some(format) = LogFormat::of_packed(&args.output) {
        return log(args, format);
    }
    let extension = args.output.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !matches!(extension.as_str(), "ron" | "bpmn" | "json") {
        let error = UserError::new(Fault::Usage, format!("{} cannot be written", args.output.display()));
        return Err(error.hint(
            "allowed are .ron (a study), .bpmn (a drawing), .json (parameters for Prosimos), and for event logs .csv, .xes, .parquet, .csv.gz and .xes.gz",
        ));
    }
    let read = studies::load(&args.input)?;
    let mut study = match args.variant.as_deref() {
        None | Some(AS_IS) => read,
        Some(variant) => of_variant(&read, variant)?,
    };
    study.imports.clear();
    if extension == "ron" {
        return io::save(&args.output, scenario_ron::write_study(&study).as_bytes());
    }
    if extension == "json" {
        let (text, lost) = prosimos::write::write(&study);
        for finding in &lost {
            io::note(&format!("{}: {}", args.output.display(), finding.message));
        }
        return io::save(&args.output, text.as_bytes());
    }
    let written = match drawing(&args.input)? {
        Some(drawn) => bpmn::write::write_bpmn_into(&study, &drawn.study, &drawn.source),
        None => bpmn::write::write_bpmn(&study),
    };
    for finding in &written.diagnostics {
        io::note(&format!("note: {}", finding.message));
    }
    if written.diagnostics.iter().any(|finding| !finding.hint.is_empty()) {
        io::note("Kezek reads all of it back from its own part of the file; other tools see what the drawing and BPSim say.");
    }
    io::save(&args.output, written.text.as_bytes())
}

/// Converts an event log.
fn log(args: &ConvertArgs, format: (LogFormat, bool)) -> CommandResult {
    let (path, output) = (Path::new(&args.input), &args.output);
    let name = path.display().to_string();
    let usage = |message: String| UserError::new(Fault::Usage, message);
    if !path.is_file() {
        let error = UserError::new(Fault::Input, format!("there is no file \"{name}\""));
        return Err(
            error.hint("an event log is written from an event log; `kezek run STUDY --log FILE` writes one of a study's run")
        );
    }
    if args.variant.is_some() {
        return Err(usage("an event log has no variants".to_owned()));
    }
    let same = std::fs::canonicalize(path).ok().zip(std::fs::canonicalize(output).ok()).is_some_and(|(a, b)| a == b);
    if same {
        return Err(usage("the log cannot be written onto itself".to_owned()).hint("name another file"));
    }
    let input = Input::File(path.to_owned());
    let options = fit::options(&args.reading);
    let warned =
        convert(&input, &name, &options, output, format).map_err(|error| UserError::new(Fault::Machine, error.to_string()))?;
    warned.diagnostics.iter().for_each(fit::say);
    let Some(converted) = warned.value else {
        return Err(UserError::new(Fault::Input, format!("{name} cannot be taken as an event log")));
    };
    let what = if converted.cases.is_some() { "event" } else { "row" };
    let cases = converted.cases.map_or(String::new(), |n| format!(" of {}", counted(n, "case")));
    io::note(&format!("{}{cases} written to {}", counted(converted.rows, what), output.display()));
    Ok(())
}

/// Returns the drawing that the study was read from, if it was read from one.
fn drawing(input: &str) -> Result<Option<Imported>, UserError> {
    match studies::find(input)? {
        studies::Found::File(path) => Ok(models::read(&path, models::Params::default())?.and_then(|(warned, _)| warned.value)),
        studies::Found::Carried(..) => Ok(None),
    }
}

/// Returns a study whose as-is is a variant of another.
fn of_variant(study: &Study, id: &str) -> Result<Study, UserError> {
    let Some(variant) = study.variant(id) else {
        let known = study.variant_names().join(", ");
        return Err(UserError::new(Fault::Usage, format!("there is no variant \"{id}\"")).hint(format!("the study has {known}")));
    };
    let scenario = crate::model::apply::build_variant(study, id).map_err(|findings| {
        let first = findings.first().map_or(String::new(), |finding| finding.message.clone());
        UserError::new(Fault::Input, format!("the variant \"{id}\" cannot be built: {first}"))
    })?;
    let title = if variant.title.is_empty() { study.title.clone() } else { format!("{}: {}", study.title, variant.title) };
    let summary = if variant.summary.is_empty() { study.summary.clone() } else { variant.summary.clone() };
    // The facts that a study is held against are about its own as-is and variants.
    Ok(Study { title, summary, scenario, variants: Vec::new(), targets: Vec::new(), ..study.clone() })
}
