//! The engine against theory: every row of `rows.csv` is a test, or stands in [`NOT_APPLICABLE`] with the reason.
//!
//! Statistical rows: theory's value lies inside a 99.9 % Student t interval over independent replications, and the
//! interval is narrow (half width below the share of the value that the row's column `half_width` states). Seeds are fixed.
//! Each theory value is computed by [`formulas`], too, and compared with the row: two sources must agree before the
//! engine is asked. Run with `--nocapture` to see the table.

#![expect(clippy::print_stdout, reason = "the table of values is the point of running with --nocapture")]

mod calendars;
mod flows;
mod formulas;
mod golden_case;
mod networks;
mod numbers;
mod queues;
mod traces;

use crate::programs::hours;
use kezek::base::progress::CancelToken;
use kezek::base::time::SimTime;
use kezek::engine::program::Program;
use kezek::engine::record::{Observer, RunSummary};
use kezek::engine::run::{RunPlan, run};
use kezek::statistics::interval::student_t_interval;

/// Rows that no test of ours computes, each with the reason.
const NOT_APPLICABLE: &[(&str, &str)] = &[
    ("Q21a", "preemptive priority is not offered: staff finish what they have begun"),
    ("Q21b", "preemptive priority is not offered: staff finish what they have begun"),
    ("Q21c", "preemptive priority is not offered: staff finish what they have begun"),
    ("Q32", "processor sharing is not offered: a clerk works on one case at a time"),
    ("M03", "a division of two published figures: the value of an hour is an input, not a result"),
    ("K01", "a division of two published figures; nothing of it is simulated"),
    ("K02", "a division of two published figures; nothing of it is simulated"),
    ("K03", "a division of two published figures; nothing of it is simulated"),
    ("K04", "a division of two published figures; nothing of it is simulated"),
];

/// Confidence of the intervals that must hold theory's values.
const CONFIDENCE: f64 = 0.999;

/// A row of the table.
struct Row {
    id: String,
    expected: String,
    kind: String,
    /// `3%` of the value, or an absolute number; empty where the kind says all.
    tolerance: String,
    /// Largest half width as a share of the value.
    half_width: f64,
}

fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(include_str!("rows.csv").as_bytes());
    let row = |record: csv::StringRecord| Row {
        id: record[0].to_owned(),
        expected: record[4].to_owned(),
        kind: record[5].to_owned(),
        tolerance: record[6].to_owned(),
        half_width: record[7].trim_end_matches('%').parse::<f64>().unwrap_or(0.0) / 100.0,
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

impl Row {
    fn number(&self) -> f64 {
        self.expected.parse().unwrap_or_else(|_| panic!("{}: {} is no number", self.id, self.expected))
    }

    /// Returns the tolerance in the row's unit.
    fn slack(&self) -> f64 {
        match self.tolerance.strip_suffix('%') {
            Some(percent) => percent.parse::<f64>().unwrap() / 100.0 * self.number().abs(),
            None => self.tolerance.parse().unwrap(),
        }
    }
}

/// What was found for a row.
enum Value {
    /// One number.
    Number(f64),
    /// One text: a date, an interval.
    Text(String),
    /// One number for each replication.
    Replications(Vec<f64>),
}

/// A row's id, what was found, and what the formula says.
struct Finding {
    id: &'static str,
    value: Value,
    theory: Option<f64>,
}

fn number(id: &'static str, value: f64) -> Finding {
    Finding { id, value: Value::Number(value), theory: None }
}

fn text(id: &'static str, value: impl Into<String>) -> Finding {
    Finding { id, value: Value::Text(value.into()), theory: None }
}

fn replicated(id: &'static str, values: Vec<f64>, theory: f64) -> Finding {
    Finding { id, value: Value::Replications(values), theory: Some(theory) }
}

/// Rows carry six digits.
fn agree(a: f64, b: f64) -> bool {
    (a - b).abs() <= 6e-6 * b.abs().max(1e-6)
}

fn judge(row: &Row, finding: &Finding) -> Result<(), String> {
    let id = &row.id;
    let fail = |why: String| Err(format!("{id}: {why}"));
    if let Some(theory) = finding.theory
        && !agree(theory, row.number())
    {
        return fail(format!("the formula gives {theory}, the row {}", row.expected));
    }
    match (&finding.value, row.kind.as_str()) {
        (Value::Text(found), "exact") => {
            println!("{id:5} {found:>24}  exact");
            if *found == row.expected { Ok(()) } else { fail(format!("{found} instead of {}", row.expected)) }
        }
        (Value::Number(found), "exact") => {
            println!("{id:5} {found:>24.6}  exact");
            if agree(*found, row.number()) { Ok(()) } else { fail(format!("{found} instead of {}", row.expected)) }
        }
        (Value::Number(found), "within") => {
            println!("{id:5} {found:>14.6}  row {:>12}  within {}", row.expected, row.tolerance);
            let holds = (found - row.number()).abs() <= row.slack();
            if holds { Ok(()) } else { fail(format!("{found} is not within {} of {}", row.tolerance, row.expected)) }
        }
        (Value::Replications(values), kind) => {
            let interval = student_t_interval(values, CONFIDENCE).unwrap();
            let (expected, theory) = (row.number(), finding.theory.unwrap_or(f64::NAN));
            println!(
                "{id:5} {:>14.6}  theory {theory:>12.6}  ± {:>10.6} ({:.2} %)  n = {}  {kind}",
                interval.mean,
                interval.half_width(),
                100.0 * interval.half_width() / expected.abs(),
                values.len()
            );
            if interval.half_width() > row.half_width * expected.abs() {
                return fail(format!("the half width {} is too wide", interval.half_width()));
            }
            let holds = match kind {
                "statistical" => interval.contains(theory) && (interval.mean - expected).abs() <= row.slack(),
                "near" => (interval.mean - expected).abs() <= row.slack(),
                "below" => interval.high < expected,
                "above" => interval.low > expected,
                _ => false,
            };
            if holds { Ok(()) } else { fail(format!("{interval:?} does not agree with {expected} ({kind})")) }
        }
        (_, kind) => fail(format!("a value of the wrong sort for {kind}")),
    }
}

fn check(ids: &[&str], findings: Vec<Finding>) {
    let found: Vec<&str> = findings.iter().map(|f| f.id).collect();
    assert_eq!(ids, found, "a family computes exactly the rows that it names");
    let rows = rows();
    let faults: Vec<String> = findings
        .iter()
        .filter_map(|finding| judge(rows.iter().find(|row| row.id == finding.id).unwrap(), finding).err())
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Makes a test of each family of rows, and the list of all of them.
macro_rules! families {
    ($($name:ident: $ids:expr => $compute:path;)*) => {
        $(#[test] fn $name() { check(&$ids, $compute()); })*
        fn tested() -> Vec<&'static str> {
            let mut all: Vec<&'static str> = Vec::new();
            $(all.extend($ids);)*
            all
        }
    };
}

families! {
    one_doctor: ["Q01a", "Q01b", "Q01c", "Q01d", "Q01e", "Q03", "Q04"] => queues::one_doctor;
    two_doctors: ["Q02a", "Q02b", "Q02c", "Q02d", "Q02e"] => queues::two_doctors;
    five_windows: ["Q05a", "Q05b", "Q05c", "Q05d", "Q05e"] => queues::five_windows;
    six_windows: ["Q05f"] => queues::six_windows;
    pooling: ["Q06"] => queues::pooling;
    full_waiting_room: ["Q08a", "Q08b"] => queues::full_waiting_room;
    loss_system: ["Q09"] => queues::loss_system;
    constant_service: ["Q10a", "Q10b"] => queues::constant_service;
    triangular_service: ["Q11"] => queues::triangular_service;
    lognormal_service: ["Q12"] => queues::lognormal_service;
    erlang_service: ["Q13"] => queues::erlang_service;
    appointments: ["Q16a", "Q16b"] => queues::appointments;
    uniform_queue: ["Q18a", "Q18b", "Q18c"] => queues::uniform_queue;
    priorities: ["Q19a", "Q19b", "Q19c", "Q19d"] => networks::priorities;
    abandonment: ["Q22a", "Q22b", "Q22c"] => networks::abandonment;
    returned_files: ["Q24a", "Q24b", "Q24c"] => networks::returned_files;
    rework_to_the_end_of_the_line: ["Q25"] => networks::rework_to_the_end_of_the_line;
    two_approvals: ["Q27a"] => networks::two_approvals;
    three_approvals: ["Q27b", "Q27c", "Q27d"] => networks::three_approvals;
    two_tasks_without_queues: ["Q28"] => networks::two_tasks_without_queues;
    calls_by_hour: ["Q33", "Q34"] => networks::calls_by_hour;
    opening_burst: ["D01a", "D01b", "D01c", "D01d"] => traces::opening_burst;
    overload: ["D02a", "D02b", "D02c"] => traces::overload;
    restaurant: ["D04", "D05"] => traces::restaurant;
    utilisation_law: ["D06"] => traces::utilisation_law;
    identities: ["D07", "D08", "D09", "D10", "D11"] => traces::identities;
    fixed_flows: ["F01", "F04"] => flows::fixed_flows;
    split_flows: ["F02", "F03"] => flows::split_flows;
    rework_flows: ["F05", "F06"] => flows::rework_flows;
    credit_application: ["F07", "F08a", "F08b", "F08c"] => flows::credit_application;
    completeness_checks: ["F08d", "F08e", "F08f"] => flows::completeness_checks;
    reworked_exponential: ["F14", "F15"] => flows::reworked_exponential;
    working_hours: ["C01", "C02", "C03", "C04", "C07", "C12", "C13"] => calendars::working_hours;
    statutory_terms: ["C05a", "C05b"] => calendars::statutory_terms;
    messages: ["C08", "C09"] => calendars::messages;
    elapsed_against_work: ["C10a", "C10b"] => calendars::elapsed_against_work;
    open_hours: ["C16"] => calendars::open_hours;
    distributions: ["S01a", "S01b", "S03a", "S03b", "S04", "S06"] => numbers::distributions;
    intervals: ["T01a", "T01b", "T02a", "T02b", "T02c", "T04"] => numbers::intervals;
    coverage: ["T03"] => numbers::coverage;
    offers: ["P01", "P02", "P03a", "P03b"] => flows::offers;
    registries: ["P04", "P05"] => flows::registries;
    one_application: ["P07"] => flows::one_application;
    burdens: ["M01", "M02", "M04"] => flows::burdens;
    golden_as_is: ["E01a", "E01b", "E01c", "E01d", "E01e", "E01f", "E01g", "E01h", "E01i", "E01j", "E01k"] => golden_case::as_is;
    golden_to_be: ["E02a", "E02b", "E02c", "E02d", "E02e", "E02f", "E02g", "E02h", "E02i", "E02j"] => golden_case::to_be;
    golden_difference: ["E03a", "E03b", "E03c", "E04"] => golden_case::difference;
}

#[test]
fn every_row_is_tested_or_excused() {
    let (tested, rows) = (tested(), rows());
    assert_eq!(rows.len(), 151);
    for row in &rows {
        let times = tested.iter().filter(|id| **id == row.id).count();
        let excused = NOT_APPLICABLE.iter().filter(|(id, reason)| *id == row.id && !reason.is_empty()).count();
        assert_eq!(times + excused, 1, "{}", row.id);
    }
    assert_eq!(tested.len() + NOT_APPLICABLE.len(), rows.len());
}

/// How long a statistical row is run.
#[derive(Clone, Copy)]
struct Length {
    replications: u32,
    warm_up_hours: f64,
    hours: f64,
}

impl Length {
    /// Hours for which arrivals must last, with some to spare for the last cases.
    fn arrival_hours(self) -> usize {
        ((self.warm_up_hours + self.hours) * 1.02) as usize + 500
    }

    fn plan(self, seed: u64, replication: u32) -> RunPlan {
        let (from, to) = (SimTime(hours(self.warm_up_hours) as i64), SimTime(hours(self.warm_up_hours + self.hours) as i64));
        let hard_end = SimTime(to.ms() + hours(5_000.0) as i64);
        RunPlan { seed, replication, window: (from, to), hard_end, max_in_flight: 10_000_000 }
    }
}

/// Runs all replications on two threads and returns, for each measure, one value per replication, in order. Every
/// replication has its own copy of the observer.
fn replicate<O: Observer + Clone + Sync>(
    program: &Program,
    length: Length,
    observer: &O,
    measure: impl Fn(&O, &RunSummary) -> Vec<f64> + Sync,
) -> Vec<Vec<f64>> {
    by_replication(length.replications, |replication| {
        let mut observer = observer.clone();
        let summary = run(program, &length.plan(1, replication), &mut observer, &CancelToken::default());
        measure(&observer, &summary)
    })
}

/// Computes some measures for each replication, on two threads.
fn by_replication(replications: u32, one: impl Fn(u32) -> Vec<f64> + Sync) -> Vec<Vec<f64>> {
    let half = |first: u32| (first..replications).step_by(2).map(&one).collect::<Vec<_>>();
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        (half(0), odd.join().unwrap())
    });
    let mut measures = vec![Vec::new(); even[0].len()];
    for i in 0..replications as usize {
        let values = if i % 2 == 0 { &even[i / 2] } else { &odd[i / 2] };
        for (all, value) in measures.iter_mut().zip(values) {
            all.push(*value);
        }
    }
    measures
}
