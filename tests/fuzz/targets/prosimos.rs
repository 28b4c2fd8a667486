//! Parameters of Prosimos: any bytes are applied to a drawing that has most kinds of elements.
#![no_main]

use kezek::formats::bpmn::read_bpmn;
use kezek::formats::params::prosimos::apply;
use libfuzzer_sys::fuzz_target;

const DRAWING: &[u8] = include_bytes!("../../fixtures/bpmn/event-gateway.bpmn");

fuzz_target!(|bytes: &[u8]| {
    if let Some(mut imported) = read_bpmn(DRAWING, "drawing.bpmn").value {
        apply(&mut imported, bytes, "parameters.json");
    }
});
