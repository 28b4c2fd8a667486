//! Finished outcomes as text, tables and JSON. Never runs anything, never reads a file.
//!
//! [`wording`] is the one place where numbers and units become words, which [`numbers`] writes in other languages; [`teller`] holds who
//! tells of an outcome in which language; [`headline`] says what a comparison comes to;
//! [`sections`] holds what people are shown, which [`table`] sets for a terminal and [`html`] for browsers and paper;
//! [`json`], [`csv`] and [`xlsx`] set the numbers for other programs, [`bpsim`] those that BPSim asks for.

pub mod bpsim;
pub mod chart;
pub mod csv;
pub mod fit;
pub mod fit_page;
pub mod grid;
pub mod headline;
pub mod html;
pub mod json;
pub mod numbers;
pub mod sections;
pub mod table;
pub mod teller;
pub mod warnings;
pub mod wording;
pub mod xlsx;
