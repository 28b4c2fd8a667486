//! The one place where engine meets statistics: variants are compiled, run and summarised.
//!
//! Knows no file format and paints nothing: a [`plan::Plan`] and a study go in, an [`outcome::ExperimentOutcome`] comes
//! out, plain data. Read [`kpi`] first, where every measure is defined, then [`plan`] and [`outcome`].

pub mod error;
pub mod kpi;
pub mod outcome;
pub mod plan;
