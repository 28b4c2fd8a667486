//! Steps and services over replications.

use crate::base::time::MS_PER_MINUTE;
use crate::experiment::groups::QUANTILES;
use crate::experiment::layout::Layout;
use crate::experiment::outcome::{ServiceOutcome, StepOutcome};
use crate::experiment::series::Series;
use crate::experiment::sums::{CaseSums, ServiceSums, StepSums};
use crate::statistics::sketch::Sketch;
use std::collections::BTreeSet;

/// A step over the replications so far.
#[derive(Clone, Debug, Default)]
pub struct StepTally {
    runs_per_case: Series,
    waiting: Series,
    busy: Series,
    off_hours: Series,
    processing: Series,
    citizen: Series,
    staff: Series,
    broken_off: Series,
}

/// Returns a quotient of whole numbers, or `None` where nothing stands below the line.
fn quotient(of: i64, by: i64) -> Option<f64> {
    (by != 0).then(|| of as f64 / by as f64)
}

fn minutes(of_ms: i64, by: i64) -> Option<f64> {
    quotient(of_ms, by).map(|ms| ms / MS_PER_MINUTE as f64)
}

impl StepTally {
    /// Takes in the next replication, in which so many cases arrived in the window.
    pub fn record(&mut self, sums: &StepSums, arrived: u64) {
        let cases = arrived as i64;
        self.runs_per_case.push(quotient(sums.runs, cases));
        self.citizen.push(minutes(sums.citizen, cases));
        self.staff.push(minutes(sums.staff, cases));
        self.waiting.push(minutes(sums.waiting, sums.runs));
        self.busy.push(minutes(sums.waiting_busy, sums.runs));
        self.off_hours.push(minutes(sums.waiting_off_hours, sums.runs));
        self.processing.push(minutes(sums.worked, sums.runs));
        self.broken_off.push(quotient(sums.broken_off, sums.runs));
    }
}

/// Returns the ids of steps that more than one service of these layouts uses: they need the service's id beside theirs.
pub fn shared_step_ids<'l>(layouts: impl Iterator<Item = &'l Layout>) -> BTreeSet<String> {
    let keys: BTreeSet<(&str, &str)> =
        layouts.flat_map(|l| &l.steps).map(|key| (key.step.as_str(), key.service.as_str())).collect();
    let steps: Vec<&str> = keys.iter().map(|(step, _)| *step).collect();
    steps.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned()).collect()
}

/// Returns the outcome by step. `shared` are ids that need the service's beside theirs.
pub fn step_outcomes(layout: &Layout, tallies: &[StepTally], shared: &BTreeSet<String>, confidence: f64) -> Vec<StepOutcome> {
    let of = |(key, tally): (&crate::experiment::layout::StepKey, &StepTally)| StepOutcome {
        id: if shared.contains(&key.step) { format!("{}/{}", key.service, key.step) } else { key.step.clone() },
        service: key.service.clone(),
        step: key.step.clone(),
        name: key.name.clone(),
        runs_per_case: tally.runs_per_case.estimate_or_zero(confidence),
        waiting_time: tally.waiting.estimate(confidence),
        waiting_busy: tally.busy.estimate(confidence),
        waiting_off_hours: tally.off_hours.estimate(confidence),
        processing_time: tally.processing.estimate(confidence),
        citizen_time: tally.citizen.estimate_or_zero(confidence),
        staff_time: tally.staff.estimate_or_zero(confidence),
        broken_off_share: tally.broken_off.estimate(confidence),
    };
    layout.steps.iter().zip(tallies).map(of).collect()
}

/// A service over the replications so far.
#[derive(Clone, Debug, Default)]
pub struct ServiceTally {
    ended: Series,
    outcomes: [Series; 4],
    proactive: Series,
    term: Series,
    elapsed: Series,
    decision: Series,
    payment: Series,
    sketch: Sketch,
    channels: Vec<i64>,
}

impl ServiceTally {
    /// Takes in the next replication.
    pub fn record(&mut self, sums: &ServiceSums) {
        let ended = sums.outcomes.iter().sum::<i64>();
        self.ended.push(Some(ended as f64));
        for (series, count) in self.outcomes.iter_mut().zip(sums.outcomes) {
            series.push(quotient(count, ended));
        }
        self.proactive.push(quotient(sums.proactive, sums.outcomes[0]));
        self.term.push(sums.term.value());
        let to_minutes = |ms: Option<f64>| ms.map(|ms| ms / MS_PER_MINUTE as f64);
        self.elapsed.push(to_minutes(sums.elapsed.value()));
        self.decision.push(to_minutes(sums.decision.value()));
        self.payment.push(to_minutes(sums.payment.value()));
        self.sketch.merge(&sums.sketch);
        if self.channels.len() < sums.channels.len() {
            self.channels.resize(sums.channels.len(), 0);
        }
        for (all, more) in self.channels.iter_mut().zip(&sums.channels) {
            *all += more;
        }
    }
}

/// Returns the outcome by service.
pub fn service_outcomes(layout: &Layout, tallies: &[ServiceTally], confidence: f64) -> Vec<ServiceOutcome> {
    let of = |((id, name), tally): (&(String, String), &ServiceTally)| {
        let [completed, refused, abandoned, never_claimed] = &tally.outcomes;
        ServiceOutcome {
            id: id.clone(),
            name: name.clone(),
            ended: tally.ended.estimate_or_zero(confidence),
            completed_share: completed.estimate(confidence),
            refused_share: refused.estimate(confidence),
            abandoned_share: abandoned.estimate(confidence),
            never_claimed_share: never_claimed.estimate(confidence),
            proactive_share: tally.proactive.estimate(confidence),
            within_term: tally.term.estimate(confidence),
            elapsed_time: tally.elapsed.estimate(confidence),
            application_to_decision: tally.decision.estimate(confidence),
            payment_time: tally.payment.estimate(confidence),
            elapsed_quantiles: quantiles_in_minutes(&tally.sketch),
            channels: channel_shares(layout, &tally.channels),
        }
    };
    layout.services.iter().zip(tallies).map(of).collect()
}

/// Returns the usual quantiles of milliseconds, in minutes, or `None` of no values.
pub fn quantiles_in_minutes(sketch: &Sketch) -> Option<[f64; QUANTILES.len()]> {
    let values = sketch.quantiles(&QUANTILES);
    (values.len() == QUANTILES.len()).then(|| std::array::from_fn(|at| values[at] as f64 / MS_PER_MINUTE as f64))
}

fn channel_shares(layout: &Layout, counts: &[i64]) -> Vec<(String, f64)> {
    let named = || layout.channels.iter().zip(counts).filter(|(id, count)| !id.is_empty() && **count > 0);
    let all: i64 = named().map(|(_, count)| count).sum();
    named().map(|(id, &count)| (id.clone(), count as f64 / all as f64)).collect()
}

/// Makes empty tallies for a layout.
pub fn empty_tallies(layout: &Layout) -> (Vec<StepTally>, Vec<ServiceTally>) {
    (vec![StepTally::default(); layout.steps.len()], vec![ServiceTally::default(); layout.services.len()])
}

/// Takes the next replication into all tallies of steps and services.
pub fn record_all(steps: &mut [StepTally], services: &mut [ServiceTally], sums: &CaseSums) {
    for (tally, one) in steps.iter_mut().zip(&sums.steps) {
        tally.record(one, sums.counts.arrived);
    }
    for (tally, one) in services.iter_mut().zip(&sums.services) {
        tally.record(one);
    }
}
