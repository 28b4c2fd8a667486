//! Parameters of other simulators, put onto a drawing that `formats::bpmn` read.
//!
//! [`prosimos`] reads Prosimos' JSON; [`laws`] its distributions. What a file says and a run here cannot show is a finding,
//! never silence; figures that were taken quote the file as their source.

mod laws;
pub mod prosimos;
mod staff;
