//! All integration tests in one binary: the list of modules is the table of contents.

mod architecture;
mod formats;
mod generators;
mod laws;
mod programs;
mod theory;
