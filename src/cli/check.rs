//! `kezek check`: every fault at once.

use crate::base::diagnostic::{Diagnostic, Severity, Warned, has_errors};
use crate::base::progress::CancelToken;
use crate::cli::args::{CheckArgs, CheckFormat};
use crate::cli::error::{Fault, UserError};
use crate::cli::{CommandResult, io, studies};
use crate::experiment::offered;
use crate::model::study::Study;
use crate::report::wording::counted;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Runs the command.
pub fn run(args: &CheckArgs) -> CommandResult {
    let (mut errors, mut warnings, mut notes) = (0, 0, 0);
    let mut files = Vec::new();
    for name in &args.files {
        let found = studies::find(name)?;
        let mut warned = studies::read(&found)?;
        add_loads(&found, &mut warned);
        // What keeps a study from running comes first, then what smells; within, in the order of the file.
        warned.diagnostics.sort_by_key(|d| std::cmp::Reverse(d.severity));
        for d in &warned.diagnostics {
            match d.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
                Severity::Note => notes += 1,
            }
        }
        files.push((name, found, warned.diagnostics));
    }
    match args.format {
        CheckFormat::Json => {
            let list: Vec<Value> = files.iter().flat_map(|(name, _, found)| found.iter().map(|d| as_json(name, d))).collect();
            let value = json!({"errors": errors, "warnings": warnings, "notes": notes, "findings": list});
            io::out(&format!("{}\n", serde_json::to_string_pretty(&value).unwrap_or_default()))?;
        }
        CheckFormat::Human => {
            let mut out = String::new();
            for (name, found, diagnostics) in &files {
                out.push_str(&human(found, diagnostics));
                if diagnostics.is_empty() {
                    out.push_str(&format!("{name}: nothing to mend\n"));
                }
            }
            out.push_str(&format!(
                "{}, {}, {}\n",
                counted(errors, "fault"),
                counted(warnings, "warning"),
                counted(notes, "note")
            ));
            io::out(&out)?;
        }
    }
    if errors > 0 { Err(UserError::new(Fault::Input, "")) } else { Ok(()) }
}

/// Elements of a study up to which the load that demand offers is worked out; it takes a look at some thousand cases.
const MOST_ELEMENTS: usize = 20_000;

/// Adds which staff is asked for more than it can give, where the study can be run.
fn add_loads(found: &studies::Found, warned: &mut Warned<Study>) {
    let Some(study) = warned.value.as_ref().filter(|_| !has_errors(&warned.diagnostics)) else { return };
    if study.scenario.services.iter().map(|service| service.elements.len()).sum::<usize>() > MOST_ELEMENTS {
        return;
    }
    let loads = offered::check(study, &CancelToken::default());
    warned.diagnostics.extend(studies::placed(found, loads));
}

/// Writes a finding on one line, with its place.
pub fn one_line(d: &Diagnostic) -> String {
    let path = if d.path.0.is_empty() { String::new() } else { format!("{}: ", d.path) };
    let place = d.place.as_ref().map_or(path, |p| format!("{}:{}:{}: ", p.file, p.line, p.column));
    let hint = if d.hint.is_empty() { String::new() } else { format!(" {}", d.hint) };
    format!("{place}{}: {}{hint}", word(d.severity), d.message)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "fault",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Writes findings with the line of the file that each is about.
fn human(found: &studies::Found, diagnostics: &[Diagnostic]) -> String {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut out = String::new();
    for d in diagnostics {
        match &d.place {
            None if d.path.0.is_empty() => out.push_str(&format!("{}: {}\n", word(d.severity), d.message)),
            None => out.push_str(&format!("{}: {}\n  at {}\n", word(d.severity), d.message, d.path)),
            Some(place) => {
                out.push_str(&format!(
                    "{}: {}\n  --> {}:{}:{}\n",
                    word(d.severity),
                    d.message,
                    place.file,
                    place.line,
                    place.column
                ));
                let lines = texts.entry(place.file.clone()).or_insert_with(|| studies::lines_of(found, &place.file));
                if let Some(line) = lines.get(place.line.saturating_sub(1)) {
                    out.push_str(&snippet(line, place.line, place.column, place.length));
                }
            }
        }
        if !d.hint.is_empty() {
            out.push_str(&format!("  hint: {}\n", d.hint));
        }
        out.push('\n');
    }
    out
}

/// Shows a line with a mark under what is concerned; long lines are cut around it.
fn snippet(line: &str, number: usize, column: usize, length: usize) -> String {
    const WIDTH: usize = 100;
    let characters: Vec<char> = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let at = column.saturating_sub(1).min(characters.len());
    let from = if at > WIDTH / 2 && characters.len() > WIDTH { (at - WIDTH / 2).min(characters.len() - WIDTH) } else { 0 };
    let to = (from + WIDTH).min(characters.len());
    let shown: String = characters[from..to].iter().collect();
    let rest: String = characters[at..].iter().collect();
    let marked = rest.char_indices().take_while(|(i, _)| *i < length).count().clamp(1, (to - at).max(1));
    let margin = " ".repeat(number.to_string().len());
    format!("  {number} │ {shown}\n  {margin} │ {}{}\n", " ".repeat(at - from), "^".repeat(marked))
}

fn as_json(name: &str, d: &Diagnostic) -> Value {
    json!({
        "study": name,
        "severity": match d.severity { Severity::Error => "error", Severity::Warning => "warning", Severity::Note => "note" },
        "code": d.code,
        "message": d.message,
        "hint": d.hint,
        "path": d.path.to_string(),
        "file": d.place.as_ref().map(|p| p.file.clone()),
        "line": d.place.as_ref().map(|p| p.line),
        "column": d.place.as_ref().map(|p| p.column),
    })
}
