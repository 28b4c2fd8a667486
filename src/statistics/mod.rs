//! Pure functions on numbers: summaries, intervals, comparisons, stopping rules, warm-up, quantiles.
//!
//! Knows no domain, no clock, no threads and draws no random numbers: slices and counts go in, numbers come
//! out, and the same input in the same order gives the same bits. What is measured, and in which unit, is the
//! caller's affair; every result is in the unit of what was put in.
//!
//! Read [`summary`] and [`interval`] first: nearly all else stands on the mean of independent replications and
//! its Student t interval. [`paired`] compares two variants, [`holm`] guards a whole table of comparisons,
//! [`sequential`] says when to stop. [`sketch`] holds the distribution of millions of cases in a few kilobytes,
//! [`rank`] is the one definition of a quantile, [`quantile_interval`] says how sure it is. [`warm_up`] and
//! [`batch`] are for one long run. [`special`] holds the distributions beneath, [`error`] what can go wrong.

pub mod batch;
pub mod error;
pub mod holm;
pub mod interval;
pub mod paired;
pub mod quantile_interval;
pub mod rank;
pub mod sequential;
pub mod sketch;
pub mod special;
pub mod summary;
pub mod warm_up;

#[cfg(test)]
mod test_numbers;
