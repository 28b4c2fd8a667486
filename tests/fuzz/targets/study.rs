//! Studies: any text is read, and what is written of it reads as the same.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| common::try_study(text));
