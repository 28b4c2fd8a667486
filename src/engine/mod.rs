//! Runs a flat [`program::Program`]: one replication, one thread, in order of simulated time.
//!
//! Knows indices, not names; cases, tokens and resources, not citizens and clerks (but for the accounts that it adds up,
//! see [`account`]). It draws no random number that is not keyed by case, element and visit (see [`random`]), so that two
//! variants of a scenario share their luck on what they share.
//!
//! Life of a run: [`arrivals`] bring cases; each case has tokens that go from element to element ([`element`]); tokens wait
//! for members of [`resource_pool`]s; whatever ends is handed to an observer ([`record`]).
//!
//! What was tried for speed, in instructions an event (callgrind, `kezek bench once`) of the reference models a, b, c, beside
//! the specialised loop's 248, 286, 349:
//!
//! | what | a | b | c |
//! | --- | --- | --- | --- |
//! | general path for all work, no measures kept | 1581 | 1780 | 2024 |
//! | straight path for plain work (`element::plain`) | 1159 | 1130 | 1298 |
//! | all measures: sketches only of what a case touched; before, every measure of every case | 2059 (3869) | 1474 (1911) | 1658 (2094) |
//!
//! Keys of 64 bits in [`queue`] instead of 128, a look at a case only where something can be seen, and a winner tree whose
//! children lie side by side brought 3 % together. Nothing is shared between runs but the program, which is read only, and a
//! cancel flag that is looked at every 4 096 events: no lock, no counter, no line of memory that two threads write.
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
