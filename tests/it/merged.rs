//! Elements that only apply effects are merged with their neighbours: what a study says must not depend on it.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use crate::transcript::Transcript;
use kezek::base::progress::CancelToken;
use kezek::base::time::SimDuration;
use kezek::compile::{Compiled, compile, compile_unmerged};
use kezek::engine::program::{Kind, Program};
use kezek::engine::run::{RunPlan, run};
use kezek::formats::scenario_ron::read_study_file;
use kezek::model::apply::build_variant;
use kezek::model::scenario::Scenario;
use kezek::model::study::AS_IS;
use proptest::test_runner::{Config, TestRunner};

fn transcript(program: &Program, days: i64) -> Vec<String> {
    let plan = RunPlan {
        seed: 7,
        replication: 0,
        window: (program.begin, program.begin + SimDuration::from_days(days)),
        hard_end: program.begin + SimDuration::from_days(days + 60),
        max_in_flight: 100_000,
    };
    let mut transcript = Transcript::default();
    let mut summary = run(program, &plan, &mut transcript, &CancelToken::default());
    // Where an endless loop is met depends on how many elements make it up; that it is met does not.
    summary.faults.iter_mut().for_each(|fault| fault.element = kezek::base::idx::Idx::new(0));
    transcript.lines.push(format!("{summary:?}"));
    transcript.lines
}

/// Holds a scenario's two programs against each other; returns the records, or `None` where it does not compile.
fn records(scenario: &Scenario, days: i64) -> Option<usize> {
    let span = SimDuration::from_days(days + 120);
    let (merged, single) = (compile(scenario, span).ok()?, compile_unmerged(scenario, span).unwrap());
    let (one, other) = (transcript(&merged.program, days), transcript(&single.program, days));
    if let Some(at) = one.iter().zip(&other).position(|(one, other)| one != other) {
        panic!("record {at}:\n{}\n{}", one[at], other[at]);
    }
    assert_eq!(one.len(), other.len());
    Some(one.len())
}

fn passes(compiled: &Compiled) -> usize {
    compiled.program.elements.iter().filter(|element| matches!(element.kind, Kind::Pass)).count()
}

#[test]
fn shipped_studies_say_the_same_merged_or_not() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let (mut n, mut fewer) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().join("study.ron");
        if !path.exists() {
            continue;
        }
        let study = read_study_file(&path).unwrap().value.unwrap();
        for variant in study.variant_names().into_iter().chain([AS_IS]) {
            let scenario = build_variant(&study, variant).unwrap();
            n += records(&scenario, 5).unwrap();
            let span = SimDuration::from_days(30);
            fewer += passes(&compile_unmerged(&scenario, span).unwrap()) - passes(&compile(&scenario, span).unwrap());
        }
    }
    assert!(n > 100_000, "the studies do something: {n} records");
    assert!(fewer > 100, "and something was merged: {fewer} passes fewer");
}

#[test]
fn random_studies_say_the_same_merged_or_not() {
    let compiled = Cell::new(0);
    let mut runner = TestRunner::new(Config::with_cases(400));
    let result = runner.run(&crate::generators::studies(), |study| {
        compiled.set(compiled.get() + usize::from(records(&study.scenario, 3).is_some()));
        Ok(())
    });
    result.unwrap();
    // Most random studies refer to what they do not have.
    assert!(compiled.get() >= 20, "{} of 400 studies could be compiled", compiled.get());
}
