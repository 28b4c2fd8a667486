//! Offered load: how much work demand asks of each staff pool, were nobody ever kept waiting for staff, against the hours that
//! its people are there.
//!
//! What a case asks for depends on conditions, on documents and attributes that earlier steps have left, on what registries know.
//! So it is not worked out from shares, but found by running: a few thousand cases of each stream of demand, spread over the measured
//! window as its arrivals are, go through the compiled scenario with more people in every pool than they could keep busy. What
//! they ask for on average, times the arrivals to be expected, is the load. Its interval comes from the means of batches of these
//! cases, which do not meet each other and so are independent.

use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_HOUR, MS_PER_WEEK};
use crate::engine::arrivals::ArrivalProcess;
use crate::engine::program::{Kind, Program};
use crate::engine::random::stream::{Purpose, SourceKey};
use crate::engine::record::{Activity, CaseEnd, Observer, ServiceEnd};
use crate::engine::run::{RunPlan, run};
use crate::experiment::outcome::PoolKind;
use crate::experiment::plan::Plan;
use crate::experiment::prepare::{Prepared, prepare};
use crate::model::flow::{Element, ElementKind};
use crate::model::provenance::text;
use crate::model::study::{AS_IS, Study};
use crate::statistics::interval::{Interval, student_t_interval};
use rayon::prelude::*;

/// Cases of each stream of demand that are followed first, to see what one costs.
const FIRST_CASES: u64 = 100;
/// Cases of each stream that are followed at most.
const MOST_CASES: u64 = 4_000;
/// Events that following them may take, about.
const EVENTS: u64 = 400_000;
/// Pieces of work after which cases are given up that would never end.
const MOST_WORK: u64 = 4 * EVENTS;
/// Batches of cases from whose means the interval is made.
const BATCHES: usize = 20;
/// Inclusive gateways up to which cases are followed. Each case looks over the whole program at each of them, again and again, which
/// in a drawing of hundreds takes a tenth of a second for every case.
const MOST_INCLUSIVE: usize = 60;
/// Confidence of the interval.
const CONFIDENCE: f64 = 0.95;
/// People in every group of every pool: more than cases that are followed could keep busy.
const PLENTY: u32 = 10_000_000;
/// The share of their time from which on people are too busy to keep waiting short.
pub const BUSY: f64 = 0.85;

/// What demand asks of a staff pool in a mean week of the measured window.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolLoad {
    /// The pool, as `agency/pool`.
    pub pool: String,
    /// Hours of work that demand asks for in a week, with the interval of 95 %.
    pub asked: Interval,
    /// Hours that its people are there in a week, absences and holidays taken off.
    pub there: f64,
}

impl PoolLoad {
    /// Returns the share of its people's time that the work takes; from 1 on the backlog grows without end. `None` where
    /// nobody is there.
    pub fn utilisation(&self) -> Option<f64> {
        (self.there > 0.0).then(|| self.asked.mean / self.there)
    }
}

/// Returns what demand asks of every staff pool of a variant that it asks anything of, in the order of the scenario; of none where the
/// variant cannot be run, where cancelled, or where cases are too slow to follow: for more than 60 inclusive gateways, or since they go round
/// and round. Otherwise a function of study and variant alone.
pub fn offered_load(study: &Study, variant: &str, cancel: &CancelToken) -> Vec<PoolLoad> {
    if study.scenario.services.iter().map(|service| inclusive(&service.elements)).sum::<usize>() > MOST_INCLUSIVE {
        return Vec::new();
    }
    let Ok(prepared) = prepare(study, variant, &Plan::of_study(study)) else { return Vec::new() };
    let first = follow(&prepared, study.plan.seed, FIRST_CASES, cancel);
    let affordable = (FIRST_CASES * EVENTS / first.events.max(1)).min(MOST_CASES);
    let found = if affordable > FIRST_CASES { follow(&prepared, study.plan.seed, affordable, cancel) } else { first };
    if found.stop.is_cancelled() {
        return Vec::new();
    }
    let weeks = prepared.window.to.since(prepared.window.from).ms() as f64 / MS_PER_WEEK as f64;
    let pools = prepared.layout.pools.iter().zip(prepared.program.pools.iter()).enumerate();
    let staff = pools.filter(|(_, (key, _))| key.kind == PoolKind::Staff);
    staff
        .filter_map(|(at, (key, pool))| {
            let batches = found.by_batch(at);
            let asked = student_t_interval(&batches, CONFIDENCE).ok().filter(|asked| asked.mean > 0.0)?;
            let hours = |ms: f64| ms / MS_PER_HOUR as f64 / weeks;
            let open = pool.groups.iter().map(|group| {
                let hours = group.hours.map(|hours| &prepared.program.calendars[hours]);
                let (from, to) = (prepared.window.from, prepared.window.to);
                f64::from(group.count) * hours.map_or(to.since(from), |hours| hours.worked_between(from, to)).ms() as f64
            });
            let there = hours(open.sum::<f64>() * (1.0 - pool.absence));
            let asked = Interval { mean: hours(asked.mean), low: hours(asked.low).max(0.0), high: hours(asked.high) };
            Some(PoolLoad { pool: key.id.clone(), asked, there })
        })
        .collect()
}

/// Returns what demand asks of the staff pools of every variant, as [`offered_load`] does, by the variant's id; on all processors.
pub fn offered_loads(study: &Study, cancel: &CancelToken) -> Vec<(String, PoolLoad)> {
    let of_variant = |variant: &&str| {
        let loads = offered_load(study, variant, cancel).into_iter();
        loads.map(|load| ((*variant).to_owned(), load)).collect::<Vec<_>>()
    };
    let found: Vec<Vec<(String, PoolLoad)>> = study.variant_names().par_iter().map(of_variant).collect();
    found.into_iter().flatten().collect()
}

/// Counts inclusive gateways.
fn inclusive(elements: &[Element]) -> usize {
    let count = |element: &Element| match &element.kind {
        ElementKind::Inclusive(_) => 1,
        ElementKind::SubProcess(inner) => inclusive(inner),
        _ => 0,
    };
    elements.iter().map(count).sum()
}

/// Says which staff pools of the as-is are asked for more than they can give, or nearly as much.
pub fn check(study: &Study, cancel: &CancelToken) -> Vec<Diagnostic> {
    offered_load(study, AS_IS, cancel).iter().filter_map(|load| finding(study, load)).collect()
}

/// Says that a pool of the as-is is asked for more than it can give, or for nearly as much.
pub fn finding(study: &Study, load: &PoolLoad) -> Option<Diagnostic> {
    let agencies = study.scenario.agencies.iter().enumerate();
    let mut pools = agencies.flat_map(|(i, agency)| agency.pools.iter().enumerate().map(move |(j, pool)| (i, j, agency, pool)));
    let (i, j, ..) = pools.find(|(_, _, agency, pool)| load.pool == format!("{}/{}", agency.id, pool.id))?;
    let path = Path::default().field("agencies").item(i).field("pools").item(j);
    let (reference, hours, there) = (&load.pool, load.asked.mean, load.there);
    let work = format!("{} hours of work a week for {} hours of staff", text::number(hours), text::number(there));
    let Some(ratio) = load.utilisation() else {
        let message = format!(
            "The staff pool '{reference}' is asked for {} hours of work a week, but nobody is there.",
            text::number(hours)
        );
        return Some(Diagnostic::warning("overloaded-pool", path, message).hint("Add people, or move the work."));
    };
    if ratio >= 1.0 {
        let ratio = text::number(ratio);
        let message = format!(
            "The staff pool '{reference}' is asked for {ratio} times what it can give: {work}. Its backlog grows without end."
        );
        let hint = "Add people, shorten the work, or expect the run to report the overload.";
        return Some(Diagnostic::warning("overloaded-pool", path, message).hint(hint));
    }
    (ratio > BUSY).then(|| {
        let share = text::percent(ratio);
        let message = format!("The staff pool '{reference}' is busy {share} of its time: {work}. Waiting grows steeply there.");
        Diagnostic::note("busy-pool", path, message).hint("Look at its queue in the results.")
    })
}

/// What the cases that were followed asked for.
struct Asked<'p> {
    program: &'p Program,
    /// Milliseconds of work, by source, batch of its cases and pool.
    work: Vec<f64>,
    /// Cases that have left or are still there, by source and batch.
    cases: Vec<u64>,
    /// Arrivals to be expected in the window, by source.
    expected: Vec<f64>,
    events: u64,
    /// Pieces of work that may still be done.
    left: u64,
    /// Ends the run when too much has been done, or when the caller wants no more.
    stop: CancelToken,
    cancel: &'p CancelToken,
}

impl Asked<'_> {
    /// Returns the milliseconds of work that demand asks of a pool in the window, as each batch of cases says.
    fn by_batch(&self, pool: usize) -> Vec<f64> {
        let n_pools = self.program.pools.len();
        let of_batch = |batch: usize| {
            let of_source = |(source, expected): (usize, &f64)| {
                let row = source * BATCHES + batch;
                expected * self.work[row * n_pools + pool] / self.cases[row].max(1) as f64
            };
            self.expected.iter().enumerate().map(of_source).sum()
        };
        (0..BATCHES).map(of_batch).collect()
    }
}

impl Observer for Asked<'_> {
    const READS_CHANNELS: bool = false;

    fn activity(&mut self, activity: &Activity) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || self.cancel.is_cancelled() {
            self.stop.cancel();
        }
        let Kind::Work(work) = &self.program.elements[activity.element].kind else { return };
        let row = activity.case.source.get() * BATCHES + (activity.case.number % BATCHES as u64) as usize;
        for request in &work.requests {
            self.work[row * self.program.pools.len() + request.pool.get()] += activity.worked as f64 * f64::from(request.count);
        }
    }

    fn service_ended(&mut self, _: &ServiceEnd) {}

    fn case_ended(&mut self, end: &CaseEnd) {
        self.cases[end.case.source.get() * BATCHES + (end.case.number % BATCHES as u64) as usize] += 1;
    }
}

/// Follows so many cases of each source with more people everywhere than they could keep busy.
fn follow<'p>(prepared: &'p Prepared, seed: u64, cases: u64, cancel: &'p CancelToken) -> Asked<'p> {
    let window = (prepared.window.from, prepared.window.to);
    let mut program = prepared.program.clone();
    for at in program.pools.indices() {
        let pool = &mut program.pools[at];
        pool.groups.iter_mut().for_each(|group| group.count = PLENTY);
        (pool.absence, pool.outages, pool.room) = (0.0, None, None);
    }
    let durations = &prepared.program.durations;
    let mut expected = Vec::new();
    for at in program.sources.indices() {
        let source = &mut program.sources[at];
        let key = SourceKey::new(seed, 0, source.stream.0);
        let stream = source.stream.purpose(Purpose::Arrival);
        let draw = |n: u64| key.case(n).draw(stream, 0);
        let (number, instants) = source.arrivals.spread(program.begin, window, cases, durations.as_slice(), draw);
        expected.push(number);
        source.arrivals = ArrivalProcess::List(instants);
        source.measured = true;
    }
    let rows = program.sources.len() * BATCHES;
    let mut asked = Asked {
        program: &prepared.program,
        work: vec![0.0; rows * program.pools.len()],
        cases: vec![0; rows],
        expected,
        events: 0,
        left: MOST_WORK,
        stop: CancelToken::default(),
        cancel,
    };
    let plan = RunPlan { seed, replication: 0, window, hard_end: prepared.hard_end, max_in_flight: usize::MAX };
    let stop = asked.stop.clone();
    asked.events = run(&program, &plan, &mut asked, &stop).events;
    asked
}
