//! Elements one by one: small drawings of our own, each with the order that BPMN 2.0 gives it, worked out by hand.
//!
//! `tests/fixtures/bpmn/X.bpmn` is the drawing; `tests/golden/bpmn/X.trace` lists its tasks by start: name, minute of the start,
//! minute of the end (or of being broken off). Drawings without a trace are others' business. Every task takes ten minutes, and nobody waits for people.

use std::fs;
use std::path::{Path, PathBuf};

use kezek::base::diagnostic::Severity;
use kezek::base::distribution::Distribution;
use kezek::base::progress::CancelToken;
use kezek::base::time::{MS_PER_DAY, MS_PER_MINUTE, SimDuration, SimTime};
use kezek::compile::compile;
use kezek::compile::names::Role;
use kezek::engine::record::{Activity, CaseEnd, Departure, Observer, ServiceEnd};
use kezek::engine::run::{RunPlan, run};
use kezek::formats::bpmn::read_bpmn;
use kezek::formats::bpmn::write::write_bpmn_into;
use kezek::model::demand::Arrivals;
use kezek::model::figure::Figure;
use kezek::model::flow::{Element, ElementKind};
use kezek::model::step::Performer;

#[derive(Default)]
struct Recorder {
    activities: Vec<(usize, SimTime, SimTime)>,
    departures: Vec<Departure>,
    arrival: SimTime,
}

impl Observer for Recorder {
    fn activity(&mut self, activity: &Activity) {
        self.activities.push((activity.element.get(), activity.enabled, activity.ended));
    }
    fn service_ended(&mut self, _: &ServiceEnd) {}
    fn case_ended(&mut self, end: &CaseEnd<'_>) {
        self.departures.push(end.departure);
        self.arrival = end.arrival;
    }
}

fn ten_minutes_each(elements: &mut [Element]) {
    for element in elements {
        if let ElementKind::Step(step) = &mut element.kind {
            step.performer = Performer::Citizen;
            step.documents.clear();
            step.duration = Figure::assumed(Distribution::Fixed(10.0 * MS_PER_MINUTE as f64));
        }
        if let Some(inner) = element.inner_mut() {
            ten_minutes_each(inner);
        }
    }
}

/// Returns what one case of a drawing does, a line for each task, and how it ended.
fn trace(drawing: &Path) -> (String, Vec<Departure>) {
    let read = read_bpmn(&fs::read(drawing).unwrap(), "drawing.bpmn");
    let errors: Vec<_> = read.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}: {errors:?}", drawing.display());
    let mut study = read.value.unwrap().study;
    let scenario = &mut study.scenario;
    scenario.services.iter_mut().for_each(|service| ten_minutes_each(&mut service.elements));
    for demand in &mut scenario.demand {
        if let Arrivals::Renewal { limit, .. } = &mut demand.arrivals {
            *limit = Some(1);
        }
    }
    let end = SimTime(30 * MS_PER_DAY);
    let compiled = compile(scenario, SimDuration(end.ms())).unwrap();
    let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 1000 };
    let mut recorder = Recorder::default();
    run(&compiled.program, &plan, &mut recorder, &CancelToken::default());
    let minute = |at: SimTime| at.since(recorder.arrival).ms() / MS_PER_MINUTE;
    let names = &compiled.names.elements;
    let steps = recorder.activities.iter().filter(|(element, ..)| names[*element].role == Role::Step);
    let mut rows: Vec<_> = steps.map(|&(element, from, to)| (minute(from), names[element].step.clone(), minute(to))).collect();
    rows.sort();
    let lines = rows.into_iter().map(|(from, step, to)| format!("{step} {from} {to}\n"));
    (lines.collect(), recorder.departures)
}

#[test]
fn elements_run_in_the_order_that_the_standard_gives_them() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut traces: Vec<PathBuf> = fs::read_dir(root.join("golden/bpmn")).unwrap().map(|entry| entry.unwrap().path()).collect();
    traces.retain(|path| path.extension().is_some_and(|e| e == "trace"));
    traces.sort();
    assert!(traces.len() > 30, "traces are missing");
    let mut faults = Vec::new();
    for path in traces {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let drawing = root.join("fixtures/bpmn").join(format!("{name}.bpmn"));
        let expected = fs::read_to_string(&path).unwrap();
        let (found, departures) = trace(&drawing);
        if found != expected || departures != [Departure::Complete] {
            faults.push(format!("{name} ({departures:?}):\n{found}instead of\n{expected}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn arrows_are_tied_to_what_their_lines_touch() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bpmn");
    let codes = |bytes: &[u8], code: &str| {
        let read = read_bpmn(bytes, "drawing.bpmn");
        let count = read.diagnostics.iter().filter(|d| d.code == code).count();
        (count, read.value.unwrap())
    };
    let (tied, imported) = codes(&fs::read(root.join("tied-by-its-line.bpmn")).unwrap(), "tied-by-its-line");
    assert_eq!(tied, 5, "each end is said");
    let written = write_bpmn_into(&imported.study, &imported.study, &imported.source).text;
    assert_eq!(codes(written.as_bytes(), "tied-by-its-line").0, 0, "what is written is whole");
    let (loose, again) = codes(written.as_bytes(), "dangling-flow");
    assert_eq!(loose, 0, "of a file that was written by this program, the study counts");
    assert!(again.study == imported.study);
    let needless = fs::read(root.join("needless-arrows.bpmn")).unwrap();
    assert_eq!(codes(&needless, "doubled-arrow").0, 1);
    assert_eq!(codes(&needless, "arrow-to-itself").0, 1);
}
