//! What went wrong, for people: a kind, a message, hints; and the exit code.

use crate::base::diagnostic::Diagnostic;
use crate::cli::io;
use crate::experiment::error::ExperimentError;

/// Whose fault it is: decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The input.
    Input,
    /// How the program was called.
    Usage,
    /// Nobody's: it was stopped.
    Cancelled,
    /// The machine: disk, permission.
    Machine,
}

/// A command that did not come to its end.
#[derive(Clone, Debug)]
pub struct UserError {
    fault: Fault,
    message: String,
    hints: Vec<String>,
}

impl UserError {
    /// Makes an error.
    pub fn new(fault: Fault, message: impl Into<String>) -> Self {
        UserError { fault, message: message.into(), hints: Vec::new() }
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Writes it to standard error and returns the exit code.
    pub fn report(&self) -> u8 {
        if !self.message.is_empty() {
            io::note(&format!("kezek: {}", self.message));
        }
        for hint in &self.hints {
            io::note(&format!("  hint: {hint}"));
        }
        match self.fault {
            Fault::Input => 1,
            Fault::Usage => 2,
            Fault::Cancelled => 3,
            Fault::Machine => 4,
        }
    }
}

impl From<ExperimentError> for UserError {
    fn from(error: ExperimentError) -> Self {
        match &error {
            ExperimentError::UnknownVariant { name, known } => {
                let near = crate::base::diagnostic::nearest_name(name, known.iter().map(String::as_str));
                let usage = UserError::new(Fault::Usage, error.to_string());
                near.map_or(usage.clone(), |near| usage.hint(format!("did you mean \"{near}\"?")))
            }
            ExperimentError::UnknownMeasure { .. } | ExperimentError::Plan { .. } => {
                UserError::new(Fault::Usage, error.to_string())
            }
            ExperimentError::Model { variant, diagnostics } => {
                let lines = diagnostics.iter().map(one_line).collect::<Vec<_>>().join("\n");
                UserError::new(Fault::Input, format!("the variant \"{variant}\" cannot be run:\n{lines}"))
            }
            ExperimentError::CancelledEarly => UserError::new(Fault::Cancelled, error.to_string()),
            ExperimentError::Run { .. } => UserError::new(Fault::Input, error.to_string())
                .hint("This is a fault of the program; please report it with the study's file."),
            ExperimentError::Threads { .. } => UserError::new(Fault::Machine, error.to_string()),
            ExperimentError::Statistics(_) => UserError::new(Fault::Input, error.to_string()),
        }
    }
}

fn one_line(d: &Diagnostic) -> String {
    let hint = if d.hint.is_empty() { String::new() } else { format!(" {}", d.hint) };
    format!("  {}: {}{hint}", d.path, d.message)
}
