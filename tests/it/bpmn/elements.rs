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
use kezek::compile::names::Role;
use kezek::compile::{Compiled, compile};
use kezek::engine::record::{Activity, CaseEnd, Departure, Observer, ServiceEnd};
use kezek::engine::run::{RunPlan, run};
use kezek::formats::bpmn::read_bpmn;
use kezek::formats::bpmn::write::write_bpmn_into;
use kezek::formats::params::apply;
use kezek::model::demand::Arrivals;
use kezek::model::figure::Figure;
use kezek::model::flow::{Element, ElementKind};
use kezek::model::step::Performer;
use kezek::model::study::Study;

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

/// Arrows from one element to another.
type Ways<'w> = &'w [(&'w str, &'w str)];

/// A process of one pool, by its arrows; what is not said to be otherwise is a task.
fn drawn(others: &str, arrows: Ways<'_>) -> Vec<u8> {
    let named = |id: &str| others.contains(&format!("id=\"{id}\""));
    let mut ids: Vec<&str> = arrows.iter().flat_map(|(from, to)| [*from, *to]).filter(|id| !named(id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let tasks: String = ids.iter().map(|id| format!("<task id=\"{id}\" name=\"{id}\"/>")).collect();
    let flow =
        |(i, (from, to)): (usize, &(&str, &str))| format!("<sequenceFlow id=\"f{i}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>");
    let flows: String = arrows.iter().enumerate().map(flow).collect();
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"d\" targetNamespace=\"t\"><process id=\"p\">\
         <startEvent id=\"s\"/>{others}{tasks}<endEvent id=\"e\"/>{flows}</process></definitions>"
    )
    .into_bytes()
}

/// Strictly, a parallel join waits for ever for what an inclusive gateway or an event beside an activity may leave out.
#[test]
fn a_parallel_join_waits_for_no_way_that_need_not_be_taken() {
    let or = "<inclusiveGateway id=\"or\"/><parallelGateway id=\"join\"/>";
    let beside = "<parallelGateway id=\"join\"/><boundaryEvent id=\"b\" attachedToRef=\"a\" cancelActivity=\"false\">\
                  <conditionalEventDefinition/></boundaryEvent>";
    let sound = "<inclusiveGateway id=\"or\"/><inclusiveGateway id=\"met\"/><parallelGateway id=\"split\"/><parallelGateway id=\"join\"/>";
    let some: [(&str, &str, Ways<'_>); 2] = [
        ("or", or, &[("s", "or"), ("or", "a"), ("or", "b"), ("a", "join"), ("b", "join"), ("join", "e")]),
        ("beside", beside, &[("s", "a"), ("a", "c"), ("b", "d"), ("c", "join"), ("d", "join"), ("join", "e")]),
    ];
    for (name, others, arrows) in some {
        let read = read_bpmn(&drawn(others, arrows), name);
        assert!(read.diagnostics.iter().any(|d| d.code == "join-of-some"), "{name}: {:?}", read.diagnostics);
        let (_, recorder) = run_cases(&mut read.value.unwrap().study, 100);
        assert_eq!(recorder.departures, vec![Departure::Complete; 100], "{name}");
    }
    // Before, between and within ways that all come, an inclusive gateway leaves nothing out.
    let whole: [(&str, Ways<'_>); 2] = [
        (
            "before",
            &[
                ("s", "or"),
                ("or", "a"),
                ("or", "b"),
                ("a", "met"),
                ("b", "met"),
                ("met", "split"),
                ("split", "c"),
                ("split", "d"),
                ("c", "join"),
                ("d", "join"),
                ("join", "e"),
            ],
        ),
        (
            "within",
            &[
                ("s", "split"),
                ("split", "or"),
                ("or", "a"),
                ("or", "b"),
                ("a", "met"),
                ("b", "met"),
                ("split", "d"),
                ("met", "join"),
                ("d", "join"),
                ("join", "e"),
            ],
        ),
    ];
    for (name, arrows) in whole {
        let read = read_bpmn(&drawn(sound, arrows), name);
        assert!(!read.diagnostics.iter().any(|d| d.code == "join-of-some"), "{name}: {:?}", read.diagnostics);
        let element = read.value.unwrap().study.scenario.services[0].element("join").unwrap().kind.clone();
        assert!(matches!(element, ElementKind::Parallel(_)), "{name}: {element:?}");
    }
}

/// Runs so many cases of a study.
fn run_cases(study: &mut Study, n: u64) -> (Compiled, Recorder) {
    let scenario = &mut study.scenario;
    scenario.services.iter_mut().for_each(|service| ten_minutes_each(&mut service.elements));
    for demand in &mut scenario.demand {
        if let Arrivals::Renewal { limit, .. } = &mut demand.arrivals {
            *limit = Some(n);
        }
    }
    let end = SimTime(30 * MS_PER_DAY);
    let compiled = compile(scenario, SimDuration(end.ms())).unwrap();
    let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 1000 };
    let mut recorder = Recorder::default();
    run(&compiled.program, &plan, &mut recorder, &CancelToken::default());
    (compiled, recorder)
}

/// Returns what one case of a drawing does, a line for each task, and how it ended.
fn trace(drawing: &Path) -> (String, Vec<Departure>) {
    let read = read_bpmn(&fs::read(drawing).unwrap(), "drawing.bpmn");
    let errors: Vec<_> = read.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{}: {errors:?}", drawing.display());
    let (compiled, recorder) = run_cases(&mut read.value.unwrap().study, 1);
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

/// A drawing in which the bank waits for a score just where the register sends it later, and only a message says that this is one choice.
fn one_choice() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bpmn/one-choice-in-two-pools.bpmn");
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_choice_that_two_pools_draw_is_one() {
    let read = read_bpmn(one_choice().as_bytes(), "drawing.bpmn");
    let said: Vec<_> = read.diagnostics.iter().filter(|d| d.code == "assumed-one-choice").collect();
    assert_eq!(said.iter().map(|d| d.place.as_ref().unwrap().line).collect::<Vec<_>>(), [13]);
    let said: Vec<_> = said.iter().map(|d| &d.message).collect();
    assert_eq!(
        said,
        [
            "“Send the score” sends on one way only what “Score comes” awaits on one way only: the choices that lead there are taken as one."
        ]
    );
    let mut study = read.value.unwrap().study;
    assert_eq!(study.scenario.attributes.len(), 1);
    assert_eq!(
        study.scenario.attributes[0].values.iter().map(|(word, n)| (word.as_str(), n.value)).collect::<Vec<_>>(),
        [("yes", 0.5), ("no", 0.5)]
    );
    let (_, recorder) = run_cases(&mut study, 200);
    assert_eq!(recorder.departures.len(), 200);
    assert!(recorder.departures.iter().all(|departure| *departure == Departure::Complete));
}

#[test]
fn a_third_pool_that_asks_the_same_goes_with_them() {
    let third = r#"<bpmn:process id="p3"><bpmn:startEvent id="begun"><bpmn:messageEventDefinition/></bpmn:startEvent>
        <bpmn:exclusiveGateway id="late"/><bpmn:intermediateCatchEvent id="heard"><bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>
        <bpmn:endEvent id="over"/><bpmn:sequenceFlow id="h1" sourceRef="begun" targetRef="late"/>
        <bpmn:sequenceFlow id="h2" sourceRef="late" targetRef="over"/><bpmn:sequenceFlow id="h3" sourceRef="late" targetRef="heard"/>
        <bpmn:sequenceFlow id="h4" sourceRef="heard" targetRef="over"/></bpmn:process></bpmn:definitions>"#;
    let tell = r#"<bpmn:sendTask id="tell"/><bpmn:sequenceFlow id="f7" sourceRef="tell" targetRef="decide"/>
        <bpmn:sequenceFlow id="f5" sourceRef="later" targetRef="tell"/>"#;
    let flows = r#"<bpmn:participant id="three" name="Window" processRef="p3"/><bpmn:messageFlow id="m3" sourceRef="ask" targetRef="begun"/>
        <bpmn:messageFlow id="m4" sourceRef="tell" targetRef="heard"/></bpmn:collaboration>"#;
    let drawing = one_choice()
        .replace("</bpmn:definitions>", third)
        .replace("</bpmn:collaboration>", flows)
        .replace(r#"<bpmn:sequenceFlow id="f5" sourceRef="later" targetRef="decide"/>"#, tell);
    let read = read_bpmn(drawing.as_bytes(), "drawing.bpmn");
    assert_eq!(read.diagnostics.iter().filter(|d| d.code == "assumed-one-choice").count(), 2, "{:#?}", read.diagnostics);
    let mut study = read.value.unwrap().study;
    assert_eq!(study.scenario.attributes.len(), 1);
    let (_, recorder) = run_cases(&mut study, 200);
    assert!(recorder.departures.iter().all(|departure| *departure == Departure::Complete));
}

#[test]
fn what_is_awaited_always_and_sent_sometimes_is_left_as_it_is_drawn() {
    let drawing = one_choice()
        .replace("name=\"yes\" sourceRef=\"there\" targetRef=\"decide\"", "name=\"yes\" sourceRef=\"there\" targetRef=\"later\"");
    let read = read_bpmn(drawing.as_bytes(), "drawing.bpmn");
    assert!(read.diagnostics.iter().all(|d| d.code != "assumed-one-choice"));
    let (_, recorder) = run_cases(&mut read.value.unwrap().study, 200);
    let stuck = recorder.departures.iter().filter(|departure| matches!(departure, Departure::Stuck(_))).count();
    assert!((60..140).contains(&stuck), "{stuck} of 200 wait for what nobody sends");
}

#[test]
fn where_parameters_say_how_often_a_way_is_taken_choices_are_apart() {
    let mut imported = read_bpmn(one_choice().as_bytes(), "drawing.bpmn").value.unwrap();
    let shares = r#"{"gateway_branching_probabilities": [{"gateway_id": "there", "probabilities":
        [{"path_id": "f3", "value": 0.8}, {"path_id": "f4", "value": 0.2}]}]}"#;
    apply(&mut imported, shares.as_bytes(), "parameters.json", None);
    let scenario = &imported.study.scenario;
    assert!(scenario.attributes.is_empty());
    let shares = |gateway: &str| {
        let element = scenario.services.iter().flat_map(|s| &s.elements).find(|e| e.id == gateway).unwrap();
        let ElementKind::Exclusive(ways) = &element.kind else { panic!("{gateway} is no choice") };
        ways.iter().map(|way| way.share.as_ref().unwrap().value).collect::<Vec<_>>()
    };
    assert_eq!((shares("there"), shares("known")), (vec![0.8, 0.2], vec![0.5, 0.5]));
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

/// A complex gateway that goes on after as many arrivals as it has arrows is a join; what else it may ask for is said.
#[test]
fn a_complex_gateway_that_waits_for_all_its_arrows_is_a_join() {
    let arrows = [("s", "fork"), ("fork", "A"), ("fork", "B"), ("A", "x"), ("B", "x"), ("x", "C"), ("C", "e")];
    let read = |condition: &str| {
        let others = format!(
            "<parallelGateway id=\"fork\"/><complexGateway id=\"x\"><activationCondition>{condition}</activationCondition></complexGateway>"
        );
        let warned = read_bpmn(&drawn(&others, &arrows), "x.bpmn");
        let said: Vec<String> =
            warned.diagnostics.iter().filter(|d| d.code == "complex-gateway").map(|d| d.message.clone()).collect();
        let study = warned.value.unwrap().study;
        (matches!(study.scenario.services[0].element("x").unwrap().kind, ElementKind::Parallel(_)), said)
    };
    for condition in ["activationCount &gt;= 2", "${activationCount == 2}", " activationCount > 1 "] {
        assert_eq!(read(condition), (true, Vec::new()), "{condition}");
    }
    for condition in ["activationCount >= 1", "activationCount >= 3", "amount > 1", "activationCount >= 99999999999", ""] {
        let (is_join, said) = read(condition);
        assert!(!is_join && said.len() == 1, "{condition}: {said:?}");
    }
    assert!(read("activationCount >= 1").1[0].contains("at arrival number 1,"));
}
