//! Drawings: any bytes are read, and what can be read runs for two days.
#![no_main]

use kezek::base::diagnostic::Severity;
use kezek::base::progress::CancelToken;
use kezek::base::time::{MS_PER_DAY, SimDuration, SimTime};
use kezek::compile::compile;
use kezek::engine::record::NoObserver;
use kezek::engine::run::{RunPlan, run};
use kezek::formats::bpmn::read_bpmn;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read = read_bpmn(bytes, "drawing.bpmn");
    let sound = read.diagnostics.iter().all(|d| d.severity != Severity::Error);
    if let Some(imported) = read.value.filter(|_| sound) {
        let end = SimTime(2 * MS_PER_DAY);
        if let Ok(compiled) = compile(&imported.study.scenario, SimDuration(end.ms())) {
            let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 30 };
            run(&compiled.program, &plan, &mut NoObserver, &CancelToken::default());
        }
    }
});
