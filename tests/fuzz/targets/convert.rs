//! Event logs from one format into another: any bytes are written in every format, and read again as the same log.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::try_conversions(bytes));
