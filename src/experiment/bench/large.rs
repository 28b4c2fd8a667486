//! Models of many steps and pools: how long they take to compile, and what an event costs in them; and one that cannot cope.

use crate::base::distribution::Distribution;
use crate::base::time::{MS_PER_MINUTE, SimDuration};
use crate::experiment::bench::{Stopwatch, StudyRun};
use crate::experiment::error::ExperimentError;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::demand::{Arrivals, Demand};
use crate::model::figure::Figure;
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Performer, PoolUse, Step};

/// Steps of a service, and pools that they share.
const STEPS: usize = 20;
const POOLS: usize = 4;
/// Cases an hour, over all services.
const CASES_AN_HOUR: f64 = 600.0;

/// What a model of many services has shown.
#[derive(Clone, Debug)]
pub struct LargeResult {
    /// Steps of all services.
    pub steps: usize,
    /// Pools of all agencies.
    pub pools: usize,
    /// Milliseconds to compile it, by round.
    pub compile_ms: Vec<f64>,
    /// Events of a run.
    pub events: u64,
    /// Nanoseconds an event with all measures, by round.
    pub event_ns: Vec<f64>,
}

/// Compiles and runs a small model and a large one with the same number of cases, in turns.
///
/// # Errors
/// [`ExperimentError::Model`] if a model does not compile: a fault of the program.
pub fn large(services: &[usize], rounds: usize) -> Result<Vec<LargeResult>, ExperimentError> {
    let empty =
        |&n: &usize| LargeResult { steps: n * STEPS, pools: n * POOLS, compile_ms: Vec::new(), events: 0, event_ns: Vec::new() };
    let mut results: Vec<LargeResult> = services.iter().map(empty).collect();
    for _ in 0..rounds.max(1) {
        for (result, &n) in results.iter_mut().zip(services) {
            let scenario = scenario(n, CASES_AN_HOUR, 0.8);
            let watch = Stopwatch::start();
            let study = StudyRun::new(scenario, SimDuration::from_days(7), SimDuration::from_days(7))?;
            result.compile_ms.push(watch.nanoseconds() / 1e6);
            let watch = Stopwatch::start();
            let (summary, _) = study.collect(0);
            result.event_ns.push(watch.nanoseconds() / summary.events as f64);
            result.events = summary.events;
        }
    }
    Ok(results)
}

/// So many services of twenty steps each, with pools of their own, at the same load; the cases divide among them.
pub fn scenario(services: usize, cases_an_hour: f64, load: f64) -> Scenario {
    let mut scenario = Scenario::default();
    let per_hour = cases_an_hour / services as f64;
    for n in 0..services {
        let id = format!("service-{n}");
        let mut elements = vec![Element { id: "start".to_owned(), kind: ElementKind::Start, ..Element::default() }];
        for step in 0..STEPS {
            let performer = Performer::Staff(vec![PoolUse { pool: format!("agency-{n}/pool-{}", step % POOLS), count: 1 }]);
            let mean = (1 + step % 5) as f64 * MS_PER_MINUTE as f64;
            let duration =
                if step % 2 == 0 { Distribution::Exponential { mean } } else { Distribution::Lognormal { mean, sd: 0.6 * mean } };
            let step_kind = Step { performer, duration: Figure::assumed(duration), ..Step::default() };
            elements.push(Element {
                id: format!("step-{step}"),
                kind: ElementKind::Step(Box::new(step_kind)),
                ..Element::default()
            });
        }
        elements.push(Element { id: "end".to_owned(), ..Element::default() });
        let ids: Vec<String> = elements.iter().skip(1).map(|element| element.id.clone()).collect();
        elements.iter_mut().zip(ids).for_each(|(element, next)| element.next = Some(next));
        let pool = |pool: usize| {
            let minutes: f64 = (pool..STEPS).step_by(POOLS).map(|step| (1 + step % 5) as f64).sum();
            // At least one person works in each pool, however few cases come.
            let count = (per_hour * minutes / 60.0 / load).round().max(1.0);
            let id = format!("pool-{pool}");
            let staff = vec![StaffGroup { count: Figure::assumed(count), ..StaffGroup::default() }];
            StaffPool { name: id.clone(), id, staff, ..StaffPool::default() }
        };
        let agency = format!("agency-{n}");
        scenario.agencies.push(Agency { name: agency.clone(), id: agency, pools: (0..POOLS).map(pool).collect() });
        scenario.services.push(Service { id: id.clone(), name: id.clone(), elements, ..Service::default() });
        let interval = Figure::assumed(Distribution::Exponential { mean: 60.0 * MS_PER_MINUTE as f64 / per_hour });
        let arrivals = Arrivals::Renewal { interval, first_at_start: false, limit: None, calendar: None };
        scenario.demand.push(Demand { id: format!("demand-{n}"), of: id, arrivals, background: false });
    }
    scenario
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::progress::CancelToken;
    use crate::experiment::plan::{Plan, StopRule};
    use crate::experiment::run::run_experiment;
    use crate::model::study::{AS_IS, Study};

    fn run(max_in_flight: usize, days: i64) -> crate::experiment::outcome::ExperimentOutcome {
        // Twice as many cases come as the pools can serve.
        let study = Study { id: "overload".to_owned(), scenario: scenario(1, 60.0, 2.0), ..Study::default() };
        let plan = Plan {
            variants: vec![AS_IS.to_owned()],
            horizon: SimDuration::from_days(days),
            warm_up: SimDuration::ZERO,
            follow_up: SimDuration::from_days(1),
            stop: StopRule::Replications(2),
            max_in_flight,
            ..Plan::of_study(&study)
        };
        run_experiment(&study, &plan, &|_| {}, &CancelToken::default()).unwrap()
    }

    #[test]
    fn a_year_of_twice_the_load_ends_and_names_the_pool_that_cannot_cope() {
        let outcome = run(1_000_000, 364);
        let warning = outcome.warnings.iter().find(|w| w.code == "overload").unwrap();
        assert!(warning.message.contains("cannot cope") && warning.message.contains("pool-"), "{}", warning.message);
        let variant = &outcome.variants[0];
        assert!(variant.cases.unfinished > variant.cases.arrived / 4, "{:?}", variant.cases);
    }

    #[test]
    fn a_backlog_beyond_what_memory_allows_stops_the_run_and_says_so() {
        let outcome = run(20_000, 364);
        let warning = outcome.warnings.iter().find(|w| w.code == "too-many-cases").unwrap();
        assert!(warning.message.contains("20 000 cases"), "{}", warning.message);
        assert!(outcome.warnings.iter().any(|w| w.code == "overload"), "and the pool is named: {:?}", outcome.warnings);
    }
}
