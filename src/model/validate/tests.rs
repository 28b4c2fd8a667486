//! Each test takes one sound study, spoils it, and looks for the finding.

mod base;
mod flow;
mod load;
mod records;
mod whole;
