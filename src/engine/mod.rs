//! Kezek.

pub mod calendar;
pub mod queue;
