//! The program: the command line, and its exit code.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(kezek::cli::main())
}
