//! Event logs as Parquet: any bytes are read, and a model is fitted to what can be read.
//!
//! The reader of the format may panic on damaged files; it runs in a thread of its own, where that is an error like others, so such
//! panics are no finding here.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fn is_of_the_format() -> bool {
    std::thread::current().name() == Some("parquet")
}

fuzz_target!(
    init: {
        let fatal = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| if !is_of_the_format() { fatal(info) }));
    },
    |bytes: &[u8]| common::try_log_file(bytes)
);
