//! All integration tests in one binary: the list of modules is the table of contents.

// All of this is test code, where giving up is how a claim fails; clippy knows that only of single test functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod architecture;
mod bpmn;
mod bpsim;
mod checks;
mod cli;
mod convert;
mod diagram;
mod fit;
mod formats;
mod fuzz;
mod generators;
mod golden;
mod laws;
mod logs;
mod merged;
mod neighbours;
mod offered;
mod plain_work;
mod programs;
mod prosimos;
mod qbp;
#[cfg(feature = "gui")]
mod renaming;
mod reports;
mod scenarios;
mod systems;
mod texts;
mod theory;
mod token_flow;
mod transcript;
#[cfg(feature = "gui")]
mod window;
