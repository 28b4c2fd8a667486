//! Random numbers: keyed streams and samplers.
//!
//! [`stream`] turns (seed, replication, source, case, element, purpose, visit) into 64 random bits, with no
//! state in between: what one part of a model draws moves nothing that another part draws. [`sampler`] turns
//! 64 bits into one value of a distribution. Neither knows what is being simulated.

pub mod sampler;
pub mod stream;
