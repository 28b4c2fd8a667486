//! Checks of a whole study.
