//! `kezek convert`: a study from one format into another, by the files' extensions.

use crate::cli::args::ConvertArgs;
use crate::cli::error::{Fault, UserError};
use crate::cli::{CommandResult, io, models, studies};
use crate::formats::bpmn::Imported;
use crate::formats::params::prosimos;
use crate::formats::{bpmn, scenario_ron};
use crate::model::study::{AS_IS, Study};

/// Runs the command.
pub fn run(args: &ConvertArgs) -> CommandResult {
    let extension = args.output.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !matches!(extension.as_str(), "ron" | "bpmn" | "json") {
        let error = UserError::new(Fault::Usage, format!("{} cannot be written", args.output.display()));
        return Err(error.hint("allowed are .ron (a study), .bpmn (a drawing) and .json (parameters for Prosimos)"));
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
