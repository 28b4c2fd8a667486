//! The one place where engine meets statistics: variants are compiled, run and summarised.
//!
//! Knows no file format and paints nothing: a [`plan::Plan`] and a study go in, an [`outcome::ExperimentOutcome`] comes
//! out, plain data. Read [`kpi`] first, where every measure is defined, then [`plan`], [`outcome`] and [`run`].
//! A run's records are folded into [`sums`] by [`collect`], with what [`recipe`] says; [`tally`] takes these in replication by replication, by way of
//! [`groups`], [`activities`] and [`pools`]; [`difference`] and [`persons`] compare variants; [`overload`], [`warm_up`] and
//! [`warnings`] say what to mind, [`targets`] whether published facts come out. [`trace_log`] turns a run into an event log,
//! [`elements`] says what every element came to within a run. [`memory`] keeps runs that may be asked for again;
//! [`offered`] says what demand asks of staff, whatever staff there is.

pub mod activities;
pub mod bench;
pub mod collect;
pub mod difference;
pub mod elements;
pub mod error;
pub mod groups;
pub mod kpi;
pub mod layout;
pub mod memory;
pub mod offered;
pub mod outcome;
pub mod overload;
pub mod persons;
pub mod plan;
pub mod pools;
pub mod precision;
pub mod prepare;
mod recipe;
pub mod run;
pub mod series;
pub mod sums;
pub mod tally;
pub mod targets;
pub mod trace_log;
pub mod warm_up;
pub mod warnings;
