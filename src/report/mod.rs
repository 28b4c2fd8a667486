//! Finished outcomes as text, tables and JSON. Never runs anything, never reads a file.
//!
//! [`wording`] is the one place where numbers and units become words; [`headline`] says what a comparison comes to;
//! [`table`] sets it for a terminal; [`json`] and [`csv`] set it for other programs.

pub mod csv;
pub mod grid;
pub mod headline;
pub mod json;
pub mod table;
pub mod wording;
