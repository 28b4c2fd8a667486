//! The command line: a thin face on `experiment`. The contract stands in the README.
//!
//! [`args`] says what may be typed, one file per command does it, [`error`] turns what went wrong into words and exit codes.

pub mod args;
mod bench;
mod check;
mod compare;
mod convert;
pub mod error;
mod fit;
mod io;
mod language;
mod log;
mod models;
mod progress;
mod run;
mod sources;
mod studies;

use args::{Cli, Command};
use error::{Fault, UserError};

/// What may stand in a study's file; `tests/it/formats.rs` holds it to the codecs.
const FORMAT: &str = include_str!("../../scenarios/format.md");

/// Runs the command line that was typed, and returns the exit code: 0 done, 1 the input is at fault, 2 usage, 3 cancelled, 4 the machine is at fault.
pub fn main() -> u8 {
    main_without_window("this build has no window")
}

/// Runs the command line as [`main`] does; `reason` says why the window does not open where no command was typed.
pub fn main_without_window(reason: &str) -> u8 {
    let command = match typed() {
        Ok(Typed::Command(command)) => *command,
        Ok(Typed::Study(study)) => {
            io::note(&format!("No window opens here ({reason}); comparing {study} instead. `kezek --help` lists all commands."));
            Command::comparison_of(&study)
        }
        Err(code) => return code,
    };
    let result = match command {
        Command::Compare(args) => compare::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Fit(args) => fit::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Sources(args) => sources::run(&args),
        Command::Studies => studies::run(),
        Command::Format => io::out(FORMAT),
        Command::Bench(args) => bench::run(&args),
    };
    match result {
        Ok(()) => 0,
        Err(error) => error.report(),
    }
}

/// What was asked for.
enum Typed {
    /// A command.
    Command(Box<Command>),
    /// A window on a study.
    Study(String),
}

/// Returns what was typed, or the exit code once it has been said why that is nothing.
fn typed() -> Result<Typed, u8> {
    let error = match <Cli as clap::Parser>::try_parse() {
        Ok(Cli { command: Some(command) }) => return Ok(Typed::Command(Box::new(command))),
        Ok(Cli { command: None }) => return Ok(Typed::Study(crate::formats::carried::FLAGSHIP.to_owned())),
        Err(error) => error,
    };
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if error.kind() == clap::error::ErrorKind::InvalidSubcommand
        && let Some(name) = words.first()
    {
        match studies::find(name) {
            Ok(studies::Found::File(_)) if words.len() == 1 => return Ok(Typed::Study(name.clone())),
            Ok(_) => {
                let said = UserError::new(Fault::Usage, format!("\"{name}\" is a study, not a command"));
                let hint = format!("`kezek compare {name}` compares its variants; `kezek --help` lists all commands");
                return Err(said.hint(hint).report());
            }
            Err(missing) if std::path::Path::new(name).extension().is_some() => return Err(missing.report()),
            Err(_) => {}
        }
    }
    // Nothing can be done where not even this can be written.
    let _ = error.print();
    Err(if error.use_stderr() { 2 } else { 0 })
}

/// The outcome of a command.
type CommandResult = Result<(), UserError>;
