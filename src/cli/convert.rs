//! `kezek convert`: a study from one format into another, by the files' extensions.

use crate::cli::args::ConvertArgs;
use crate::cli::error::{Fault, UserError};
use crate::cli::{CommandResult, io, studies};
use crate::formats::params::prosimos;
use crate::formats::scenario_ron;

/// Runs the command.
pub fn run(args: &ConvertArgs) -> CommandResult {
    let extension = args.output.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let mut study = studies::load(&args.input)?;
    match extension.as_str() {
        "ron" => {
            study.imports.clear();
            io::save(&args.output, scenario_ron::write_study(&study).as_bytes())
        }
        "json" => {
            let (text, lost) = prosimos::write::write(&study);
            for finding in &lost {
                io::note(&format!("{}: {}", args.output.display(), finding.message));
            }
            io::save(&args.output, text.as_bytes())
        }
        _ => {
            let error = UserError::new(Fault::Usage, format!("{} cannot be written", args.output.display()));
            Err(error.hint("allowed are .ron (a study) and .json (parameters for Prosimos)"))
        }
    }
}
