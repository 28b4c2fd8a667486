//! Runs a flat [`program::Program`]: one replication, one thread, in order of simulated time.
//!
//! Knows indices, not names; cases, tokens and resources, not citizens and clerks (but for the accounts that it adds up,
//! see [`account`]). It draws no random number that is not keyed by case, element and visit (see [`random`]), so that two
//! variants of a scenario share their luck on what they share.
//!
//! Life of a run: [`arrivals`] bring cases; each case has tokens that go from element to element ([`element`]); tokens wait
//! for members of [`resource_pool`]s; whatever ends is handed to an observer ([`record`]).
//!
//! Reading order: [`program`], [`run`], [`element`], [`resource_pool`], then the rest.

pub mod account;
pub mod arrivals;
pub mod calendar;
pub(crate) mod clock;
pub mod condition;
pub mod element;
pub mod program;
pub mod queue;
pub mod random;
pub mod record;
pub mod resource_pool;
pub mod run;
pub mod state;
pub mod working_days;
