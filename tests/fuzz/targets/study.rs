//! Studies: any text is read, and what is written of it reads as the same.
#![no_main]

use kezek::base::diagnostic::Severity;
use kezek::formats::scenario_ron::{read_study, write_study};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut no_imports = |_: &str| Err("there are no files here".to_owned());
    let read = read_study(text, "study.ron", &mut no_imports);
    let sound = read.diagnostics.iter().all(|d| d.severity != Severity::Error);
    if let Some(study) = read.value.filter(|_| sound) {
        let again = read_study(&write_study(&study), "study.ron", &mut no_imports);
        assert_eq!(again.value.as_ref(), Some(&study));
    }
});
