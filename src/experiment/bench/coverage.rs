//! Whether a 95 % interval holds the truth in 95 % of experiments: of M/M/1, where theory knows the truth, and of a study.

use crate::base::distribution::Distribution;
use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_MINUTE, MS_PER_WEEK, SimDuration, SimTime};
use crate::compile::compile;
use crate::engine::account::Account;
use crate::engine::program::Program;
use crate::engine::record::{Activity, CaseEnd, Departure, Observer, ServiceEnd};
use crate::engine::run::{RunPlan, run};
use crate::experiment::error::ExperimentError;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::demand::{Arrivals, Demand};
use crate::model::figure::Figure;
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Performer, PoolUse, Step};
use crate::statistics::interval::student_t_interval;
use crate::statistics::summary::Moments;
use rayon::prelude::*;

/// How often intervals held the truth.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// What was simulated, and which mean was looked at.
    pub name: String,
    /// The true mean.
    pub truth: f64,
    /// Experiments whose interval held it.
    pub covered: u64,
    /// Experiments.
    pub experiments: u64,
}

/// What is looked at in one case, in minutes.
type Value = fn(&CaseEnd) -> f64;

struct Mean {
    value: Value,
    moments: Moments,
}

impl Observer for Mean {
    fn activity(&mut self, _: &Activity) {}
    fn service_ended(&mut self, _: &ServiceEnd) {}
    fn case_ended(&mut self, end: &CaseEnd) {
        if end.case.measured && end.departure == Departure::Complete {
            self.moments.record((self.value)(end));
        }
    }
}

fn waiting(end: &CaseEnd) -> f64 {
    end.accounts[Account::Waiting as usize] as f64 / MS_PER_MINUTE as f64
}

fn citizen_time(end: &CaseEnd) -> f64 {
    let parts = [Account::CitizenActive, Account::CitizenQueue, Account::CitizenTravel];
    parts.iter().map(|&a| end.accounts[a as usize]).sum::<i64>() as f64 / MS_PER_MINUTE as f64
}

/// How a program is run again and again.
struct Setting<'p> {
    program: &'p Program,
    window: (SimTime, SimTime),
    hard_end: SimTime,
    value: Value,
}

impl Setting<'_> {
    /// Returns the mean of one replication; `None` where no case came.
    fn replication(&self, seed: u64, replication: u32) -> Option<f64> {
        let plan = RunPlan { seed, replication, window: self.window, hard_end: self.hard_end, max_in_flight: 1_000_000 };
        let mut mean = Mean { value: self.value, moments: Moments::new() };
        run(self.program, &plan, &mut mean, &CancelToken::default());
        mean.moments.mean()
    }

    fn coverage(&self, name: String, truth: f64, experiments: u64, replications: u32) -> Coverage {
        let covered = (0..experiments).into_par_iter().filter(|&experiment| {
            let means: Vec<f64> = (0..replications).filter_map(|r| self.replication(1_000 + experiment, r)).collect();
            student_t_interval(&means, 0.95).is_ok_and(|interval| interval.contains(truth))
        });
        Coverage { name, truth, covered: covered.count() as u64, experiments }
    }
}

/// Measures the coverage of waiting in M/M/1 at loads of 0.5 and 0.8, 30 replications of 6,000 minutes an experiment.
///
/// Short runs of a loaded queue have skewed means, and the t interval is then too narrow: with 20 replications of 2,000 minutes
/// at a load of 0.8 it held the truth in 92.3 % of 1,000 experiments.
///
/// The truth is theory's: load / (1 - load) times the mean service time, here 1 minute.
///
/// # Errors
/// [`ExperimentError::Model`] if the model does not compile: a fault of the program.
pub fn of_single_server(experiments: u64) -> Result<Vec<Coverage>, ExperimentError> {
    let mut results = Vec::new();
    for load in [0.5, 0.8] {
        let scenario = single_server(load);
        let fault = |diagnostics| ExperimentError::Model { variant: "M/M/1".to_owned(), diagnostics };
        let program = compile(&scenario, SimDuration(4 * MS_PER_WEEK)).map_err(fault)?.program;
        let minutes = |m: i64| SimTime(m * MS_PER_MINUTE);
        let setting =
            Setting { program: &program, window: (minutes(1_000), minutes(7_000)), hard_end: minutes(20_000), value: waiting };
        results.push(setting.coverage(format!("M/M/1 at {load}: waiting, minutes"), load / (1.0 - load), experiments, 30));
    }
    Ok(results)
}

/// Measures the coverage of citizens' time in a small version of a scenario: a hundredth of its demand for a week, 10 replications
/// an experiment. The truth is the mean of twenty times as many replications with other seeds.
///
/// # Errors
/// [`ExperimentError::Model`] if the scenario does not compile.
pub fn of_scenario(name: &str, scenario: &Scenario, experiments: u64) -> Result<Coverage, ExperimentError> {
    let mut small = scenario.clone();
    for demand in &mut small.demand {
        if let Arrivals::Poisson { per_year, .. } = &mut demand.arrivals {
            per_year.value *= 0.01;
        }
    }
    let fault = |diagnostics| ExperimentError::Model { variant: name.to_owned(), diagnostics };
    let weeks = |w: i64| SimTime(w * MS_PER_WEEK);
    let program = compile(&small, SimDuration(60 * MS_PER_WEEK)).map_err(fault)?.program;
    let setting = Setting { program: &program, window: (weeks(2), weeks(4)), hard_end: weeks(52), value: citizen_time };
    let truth_runs = (experiments * 20).clamp(2_000, 40_000);
    let means: Vec<f64> = (0..truth_runs as u32).into_par_iter().filter_map(|r| setting.replication(7, r)).collect();
    let truth = Moments::of(&means).mean().unwrap_or(0.0);
    Ok(setting.coverage(format!("{name}, small: citizens' time, minutes"), truth, experiments, 10))
}

fn single_server(load: f64) -> Scenario {
    let minute = MS_PER_MINUTE as f64;
    let step = Step {
        performer: Performer::Staff(vec![PoolUse { pool: "agency/clerk".to_owned(), count: 1 }]),
        duration: Figure::assumed(Distribution::Exponential { mean: minute }),
        ..Step::default()
    };
    let element = |id: &str, kind: ElementKind, next: Option<&str>| Element {
        id: id.to_owned(),
        kind,
        next: next.map(str::to_owned),
        ..Element::default()
    };
    let elements = vec![
        element("start", ElementKind::Start, Some("serve")),
        element("serve", ElementKind::Step(Box::new(step)), Some("end")),
        element("end", ElementKind::default(), None),
    ];
    let clerk = StaffPool {
        id: "clerk".to_owned(),
        staff: vec![StaffGroup { count: Figure::assumed(1.0), ..StaffGroup::default() }],
        ..StaffPool::default()
    };
    let interval = Figure::assumed(Distribution::Exponential { mean: minute / load });
    Scenario {
        agencies: vec![Agency { id: "agency".to_owned(), pools: vec![clerk], ..Agency::default() }],
        services: vec![Service { id: "service".to_owned(), elements, ..Service::default() }],
        demand: vec![Demand {
            id: "cases".to_owned(),
            of: "service".to_owned(),
            arrivals: Arrivals::Renewal { interval, first_at_start: false, limit: None, calendar: None },
            background: false,
        }],
        ..Scenario::default()
    }
}
