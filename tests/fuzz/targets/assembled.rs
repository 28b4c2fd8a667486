//! Drawings put together as bytes say are read; what can be read runs for two days, and is written and read again as the same.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::try_drawing(common::assembly::assemble(bytes).as_bytes()));
