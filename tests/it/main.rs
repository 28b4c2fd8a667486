//! All integration tests in one binary: the list of modules is the table of contents.

mod architecture;
mod cli;
mod laws;
mod programs;
mod scenarios;
mod theory;
