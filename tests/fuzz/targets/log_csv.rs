//! Event logs as tables: any bytes are read, and a model is fitted to what can be read.
#![no_main]

mod common;

use kezek::formats::log::read::input::Input;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::try_log(&Input::Bytes(bytes.to_vec())));
