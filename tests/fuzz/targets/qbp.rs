//! Blocks of QBP: any bytes are put onto a drawing, and what comes of it runs for two days.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::try_parameters(bytes));
