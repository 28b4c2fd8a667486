//! Event logs: what happened to each case, row by row, as process mining tools read and write it.
//!
//! [`row`] says what a row is, [`writer`] picks the file's format by its extension: [`csv`], [`xes`] and, with the feature
//! `parquet`, `parquet`. Writers take rows in the order in which activities end and keep no more than the format forces
//! them to, so a log of any length is written in bounded memory. Nothing here knows where rows come from. [`read`] takes logs in,
//! ours and those of others; [`convert`] leads from one format to another.

pub mod clock;
pub mod convert;
pub mod csv;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod read;
pub mod row;
pub mod writer;
pub mod xes;
