//! Each test takes one sound study, spoils it, and looks for the finding.

mod base;
mod flow;
mod records;
mod whole;
