//! Applies changes to a scenario.
