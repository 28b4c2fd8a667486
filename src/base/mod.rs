//! Words that every layer may use. Knows no domain, no format, no statistics.
//!
//! Read [`time`] first: all of Kezek counts time in integer milliseconds. [`idx`] makes a
//! step's index unable to index a pool. [`diagnostic`] is how faulty input is said.

pub mod diagnostic;
pub mod distribution;
pub mod idx;
pub mod progress;
pub mod time;
