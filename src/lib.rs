//! Kezek.
pub mod base;
pub mod cli;
pub mod compile;
pub mod engine;
pub mod experiment;
pub mod formats;
pub mod model;
pub mod statistics;
