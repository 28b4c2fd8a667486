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
    let cli = match <Cli as clap::Parser>::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if let Some(error) = taken_for_command(&error) {
                return error.report();
            }
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing can be done where not even this can be written.
            let _ = error.print();
            return code;
        }
    };
    let command = cli.command.unwrap_or_else(|| {
        io::note(&format!(
            "No window opens here ({reason}); comparing the study {} instead. `kezek --help` lists all commands.",
            crate::formats::carried::FLAGSHIP
        ));
        Command::default_job()
    });
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

/// Says what to type where a study or a file stands in the place of a command.
fn taken_for_command(error: &clap::Error) -> Option<UserError> {
    if error.kind() != clap::error::ErrorKind::InvalidSubcommand {
        return None;
    }
    let typed = std::env::args().nth(1)?;
    match studies::find(&typed) {
        Ok(_) => Some(
            UserError::new(Fault::Usage, format!("\"{typed}\" is a study, not a command"))
                .hint(format!("`kezek compare {typed}` compares its variants; `kezek --help` lists all commands")),
        ),
        Err(missing) => std::path::Path::new(&typed).extension().map(|_| missing),
    }
}

/// The outcome of a command.
type CommandResult = Result<(), UserError>;
