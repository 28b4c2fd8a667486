//! Why an experiment could not be run.

use crate::base::diagnostic::Diagnostic;
use crate::statistics::error::StatisticsError;
use thiserror::Error;

/// A reason why an experiment has no outcome. Stopping one on purpose is no error: the outcome then says how far it came.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ExperimentError {
    /// The study has no such variant.
    #[error("the study has no variant \"{name}\"; it has {}", known.join(", "))]
    UnknownVariant {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// There is no such measure.
    #[error("there is no measure \"{name}\"")]
    UnknownMeasure {
        /// What was asked for.
        name: String,
    },
    /// A number of the plan lies outside its range.
    #[error("{message}")]
    Plan {
        /// What is allowed, in a full sentence.
        message: String,
    },
    /// A variant cannot be built or compiled: the study is at fault.
    #[error("the variant \"{variant}\" cannot be run: {}", first_message(diagnostics))]
    Model {
        /// The variant.
        variant: String,
        /// What is wrong with it.
        diagnostics: Vec<Diagnostic>,
    },
    /// A run broke down; other variants may still run.
    #[error("a run of \"{variant}\" (replication {replication}) broke down: {message}")]
    Run {
        /// The variant.
        variant: String,
        /// The replication, from 0.
        replication: u32,
        /// What the program said.
        message: String,
    },
    /// It was stopped before every variant had one replication.
    #[error("stopped before the first replication was complete")]
    CancelledEarly,
    /// The threads could not be started.
    #[error("the threads could not be started: {message}")]
    Threads {
        /// What the system said.
        message: String,
    },
    /// The results cannot be summarised.
    #[error(transparent)]
    Statistics(#[from] StatisticsError),
}

fn first_message(diagnostics: &[Diagnostic]) -> &str {
    diagnostics.first().map_or("no reason is known", |d| d.message.as_str())
}
