//! The studies that the program carries, and finding the one that the user means.

use crate::base::diagnostic::{Diagnostic, Severity, Warned, has_errors, nearest_name};
use crate::cli::error::{Fault, UserError};
use crate::cli::models::Params;
use crate::cli::{CommandResult, io, models};
use crate::formats::params::bpsim::Requests;
use crate::formats::{bpmn, carried, scenario_ron};
use crate::model::study::Study;
use crate::report::grid::Grid;
use crate::report::wording::counted;
use std::path::{Path, PathBuf};

/// Where a study was found.
#[derive(Clone, Debug)]
pub enum Found {
    /// In a file.
    File(PathBuf),
    /// In the program.
    Carried(&'static str, &'static str),
}

/// Finds what the user means: a file, a folder with a `study.ron`, or the name of a carried study.
pub fn find(name: &str) -> Result<Found, UserError> {
    let path = Path::new(name);
    if path.is_dir() && path.join("study.ron").is_file() {
        return Ok(Found::File(path.join("study.ron")));
    }
    if path.is_file() {
        return Ok(Found::File(path.to_owned()));
    }
    if let Some((path, text)) = carried::file_of(name) {
        return Ok(Found::Carried(path, text));
    }
    if path.is_dir() {
        let message = format!("the folder \"{name}\" holds no study.ron");
        return Err(UserError::new(Fault::Input, message).hint("name the study's file, or the folder of one study"));
    }
    if path.exists() {
        return Err(UserError::new(Fault::Input, format!("\"{name}\" is no file that can be read as a study")));
    }
    let known = carried::names().collect::<Vec<_>>().join(", ");
    let error = UserError::new(Fault::Input, format!("there is no file \"{name}\", and no study of that name in the program"));
    let error = error.hint(format!("the program carries {known}"));
    Err(match nearest_name(name, carried::names()) {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None => error,
    })
}

/// Reads a study with all its findings.
pub fn read(found: &Found) -> Result<Warned<Study>, UserError> {
    read_with(found, Params::default()).map(|(warned, _)| warned)
}

/// Reads a study as [`read`] does, a drawing with the parameters that the user names; with it the results that these ask for.
fn read_with(found: &Found, params: Params<'_>) -> Result<(Warned<Study>, Option<Requests>), UserError> {
    let drawn = match found {
        Found::File(path) => models::read(path, params)?,
        Found::Carried(..) => None,
    };
    if let Some((imported, requests)) = drawn {
        return Ok((Warned { value: imported.value.map(|i| i.study), diagnostics: imported.diagnostics }, requests));
    }
    if params.file.is_some() {
        return Err(UserError::new(Fault::Usage, "parameters of other tools are for BPMN drawings, and this is a study"));
    }
    if params.scenario.is_some() {
        return Err(UserError::new(Fault::Usage, "scenarios of BPSim are for BPMN drawings, and this is a study"));
    }
    let warned = match found {
        Found::File(path) => scenario_ron::read_study_file(path)
            .map_err(|error| UserError::new(Fault::Machine, format!("{} cannot be read: {error}", path.display())))?,
        Found::Carried(path, text) => scenario_ron::read_study(text, path, &mut carried::load),
    };
    Ok((warned, None))
}

/// Puts the places of a study's file to findings that know their paths in it alone.
pub fn placed(found: &Found, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if findings.is_empty() {
        return findings;
    }
    let file = match found {
        Found::File(path) => scenario_ron::open_study_file(path).ok().and_then(|opened| opened.value),
        Found::Carried(path, text) => scenario_ron::open_study(text, path, &mut carried::load).value,
    };
    let place = |path: &crate::base::diagnostic::Path| file.as_ref().and_then(|file| file.locate(path));
    findings.into_iter().map(|finding| Diagnostic { place: place(&finding.path), ..finding }).collect()
}

/// Returns the lines of a file that a study was read from: the study's own, or one that it imports. Empty where it cannot be read.
pub fn lines_of(found: &Found, file: &str) -> Vec<String> {
    let text = match found {
        Found::File(_) => std::fs::read(file).map(|bytes| bpmn::text_of(&bytes)).unwrap_or_default(),
        Found::Carried(..) => carried::load(file).unwrap_or_default(),
    };
    text.lines().map(str::to_owned).collect()
}

/// Reads a study to run it: errors are written out and end the command; warnings are counted.
pub fn load(name: &str) -> Result<Study, UserError> {
    load_with(name, Params::default()).map(|(study, _)| study)
}

/// Reads a study as [`load`] does, a drawing with the parameters that the user names; with it the results that these ask for.
pub fn load_with(name: &str, params: Params<'_>) -> Result<(Study, Option<Requests>), UserError> {
    let (warned, requests) = read_with(&find(name)?, params)?;
    models::say_what_was_taken(name, &warned.diagnostics, params.file.is_some());
    if has_errors(&warned.diagnostics) {
        let errors: Vec<&Diagnostic> = warned.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        for error in &errors {
            io::note(&crate::cli::check::one_line(error));
        }
        let n = counted(errors.len() as u64, "fault");
        let parameters = params.file.map(|file| file.display().to_string());
        let in_parameters = |d: &&Diagnostic| d.place.as_ref().is_some_and(|place| Some(&place.file) == parameters.as_ref());
        if let Some(file) = parameters.as_ref().filter(|_| errors.iter().all(in_parameters)) {
            return Err(UserError::new(Fault::Input, format!("{file} has {n}; {name} is not run with it")));
        }
        return Err(UserError::new(Fault::Input, format!("{name} has {n}"))
            .hint(format!("`kezek check {name}` shows each with its place")));
    }
    let study = warned.value.ok_or_else(|| UserError::new(Fault::Input, format!("{name} holds no study")))?;
    Ok((study, requests))
}

/// `kezek studies`.
pub fn run() -> CommandResult {
    let mut grid = Grid::new(&["study", "title", "variants"]).left(1).left(2);
    for name in carried::names() {
        if let Some(study) = read(&find(name)?)?.value {
            grid.row(vec![name.to_owned(), study.title.clone(), study.variant_names().join(", ")]);
        }
    }
    io::out(&grid.render())
}
