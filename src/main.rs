//! The program: the window where nothing else is asked for, else the command line, and its exit code.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(run())
}

#[cfg(feature = "gui")]
fn run() -> u8 {
    use kezek::app::launch::{Launch, Opened};
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    let Some(launch) = Launch::from_arguments(&arguments) else { return kezek::cli::main() };
    match kezek::app::launch::run(launch) {
        Opened::Closed => 0,
        Opened::NoWindow(reason) => kezek::cli::main_without_window(&reason),
    }
}

#[cfg(not(feature = "gui"))]
fn run() -> u8 {
    kezek::cli::main()
}
