//! What an experiment has found: plain data, from which every screen, report and export is made.
//!
//! All times are minutes and all money is in the study's currency unit, unless a name says otherwise; shares lie in 0..1.
//! A mean is the mean over replications of each replication's own value, every replication with the same weight, and its
//! interval is Student's t over these values.
//!
//! Here: the experiment, its variants, their cases, steps and services, and what to mind. [`pools`] holds staff and registries,
//! [`compared`] what variants differ in.

mod compared;
mod pools;

pub use compared::{Difference, GroupDifference, MeasureDifference, PersonComparison, PoolDifference, Verdict};
pub use pools::{Overload, PoolHour, PoolKind, PoolOutcome, WAIT_LIMITS};

use crate::base::time::SimDuration;
use crate::experiment::kpi::Measure;
use crate::statistics::interval::Interval;
use crate::statistics::sketch::Sketch;

/// Everything that an experiment has found.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentOutcome {
    /// Id of the study.
    pub study: String,
    /// Title of the study.
    pub title: String,
    /// Currency of all money.
    pub currency: String,
    /// Local date on which the run begins; day 0 of every series by day.
    pub first_day: jiff::civil::Date,
    /// Seed.
    pub seed: u64,
    /// Replications complete in all variants.
    pub replications: u32,
    /// Confidence of all intervals.
    pub confidence: f64,
    /// Length of the measured window.
    pub horizon: SimDuration,
    /// Length of the warm-up before it.
    pub warm_up: SimDuration,
    /// How long cases were followed after it.
    pub follow_up: SimDuration,
    /// Why no more replications were run.
    pub stop: StopReason,
    /// How many replications in all it would take to know the plan's measure (citizens' time, if it names none) ten times
    /// as well, over the differences to the baseline or, with a single variant, its mean; `None` where nobody can say.
    pub one_more_digit: Option<u64>,
    /// Id of the baseline.
    pub baseline: String,
    /// By variant, in the order in which they were run.
    pub variants: Vec<VariantOutcome>,
    /// By variant other than the baseline, in the same order.
    pub differences: Vec<Difference>,
    /// The study's published facts, held against the results.
    pub targets: Vec<TargetCheck>,
    /// What to mind before believing the numbers.
    pub warnings: Vec<Warning>,
}

/// Why no more replications were run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The number asked for is done.
    Replications,
    /// The precision asked for is reached.
    PrecisionReached,
    /// The precision asked for is not reached with the most replications allowed.
    PrecisionNotReached,
    /// Somebody stopped it.
    Cancelled,
}

/// A mean over replications with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Lower end of the interval; `None` with a single replication.
    pub low: Option<f64>,
    /// Upper end of the interval; `None` with a single replication.
    pub high: Option<f64>,
}

impl Estimate {
    /// Makes an estimate without an interval.
    pub const fn without_interval(mean: f64) -> Self {
        Estimate { mean, low: None, high: None }
    }

    /// Returns the estimate with its interval held to what is possible, such as 0 to 1 for a share.
    pub fn held_to(self, least: f64, most: f64) -> Self {
        let held = |end: f64| end.clamp(least, most);
        Estimate { low: self.low.map(held), high: self.high.map(held), ..self }
    }

    /// Tells whether 0 lies outside the interval.
    pub fn excludes_zero(&self) -> bool {
        matches!((self.low, self.high), (Some(low), Some(high)) if low > 0.0 || high < 0.0)
    }

    /// Returns half the distance between the ends.
    pub fn half_width(&self) -> Option<f64> {
        Some((self.high? - self.low?) / 2.0)
    }
}

impl From<Interval> for Estimate {
    fn from(interval: Interval) -> Self {
        Estimate { mean: interval.mean, low: Some(interval.low), high: Some(interval.high) }
    }
}

/// What one variant comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantOutcome {
    /// Id.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Cases that arrived in the window, over all replications.
    pub cases: CaseCounts,
    /// Cases that arrived in the window of one replication.
    pub arrived_per_replication: Option<Estimate>,
    /// Over all cases, in the order of [`crate::experiment::kpi::MEASURES`]; always all of them.
    pub measures: Vec<MeasureOutcome>,
    /// By staff pool and registry.
    pub pools: Vec<PoolOutcome>,
    /// By step, in the order of the study.
    pub steps: Vec<StepOutcome>,
    /// By segment.
    pub segments: Vec<GroupOutcome>,
    /// By value of the segments' facets, as `residence: rural`.
    pub facets: Vec<GroupOutcome>,
    /// By source of demand.
    pub demands: Vec<GroupOutcome>,
    /// By service.
    pub services: Vec<ServiceOutcome>,
    /// The proactive funnel; empty where nothing is offered.
    pub funnel: Vec<FunnelStage>,
    /// What a case's elapsed time divides into; the parts add up to the mean of `elapsed_time`.
    pub elapsed_parts: Vec<ElapsedPart>,
    /// What went wrong in the model.
    pub faults: Vec<FaultOutcome>,
    /// Places, in words, at which cases stood when the run ended, with their number over all replications.
    pub unfinished_at: Vec<(String, u64)>,
    /// What MSER-5 says of the warm-up; `None` where a run is too short to say, or a queue grows.
    pub warm_up_advice: Option<WarmUpAdvice>,
    /// Number of arrivals and finished pieces of work and delays, over all replications.
    pub events: u64,
}

impl VariantOutcome {
    /// Returns a measure over all cases by name.
    pub fn measure(&self, name: &str) -> Option<&MeasureOutcome> {
        find_measure(&self.measures, name)
    }

    /// Returns the mean of a measure over all cases by name.
    pub fn mean(&self, name: &str) -> Option<f64> {
        self.measure(name)?.estimate.map(|estimate| estimate.mean)
    }
}

fn find_measure<'a>(measures: &'a [MeasureOutcome], name: &str) -> Option<&'a MeasureOutcome> {
    measures.iter().find(|m| m.measure.name == name)
}

/// Numbers of cases that arrived in the window. `arrived` is the sum of the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseCounts {
    /// Arrived in the window, background load aside.
    pub arrived: u64,
    /// Came to their end; all measures are over these.
    pub completed: u64,
    /// Still open when they were followed no longer.
    pub unfinished: u64,
    /// Could not go on for a fault of the model.
    pub stuck: u64,
}

/// What one measure comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureOutcome {
    /// What it is.
    pub measure: &'static Measure,
    /// The mean; `None` where no case has a value.
    pub estimate: Option<Estimate>,
    /// The value that half the cases do not exceed; `None` for ratios, and where quantiles are not kept.
    pub p50: Option<Quantile>,
    /// The value that nine cases in ten do not exceed.
    pub p90: Option<Quantile>,
    /// The value that nineteen cases in twenty do not exceed.
    pub p95: Option<Quantile>,
    /// Mean of each replication; `None` in one where no case has a value.
    pub by_replication: Vec<Option<f64>>,
    /// The values of all cases, in the raw unit: see [`Measure::from_raw`]. `None` where quantiles are not kept.
    pub distribution: Option<Sketch>,
}

/// A quantile of all cases' values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// The quantile of the cases of all replications together.
    pub value: f64,
    /// Lower end of the t interval of the replications' own quantiles, stretched to hold `value` where need be.
    pub low: Option<f64>,
    /// Upper end of it.
    pub high: Option<f64>,
}

impl From<Quantile> for Estimate {
    /// The quantile in the place of the mean, with its interval.
    fn from(quantile: Quantile) -> Self {
        Estimate { mean: quantile.value, low: quantile.low, high: quantile.high }
    }
}

/// A part of the cases.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupOutcome {
    /// Id: of the segment, of the demand; of a facet's value `residence: rural`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Cases of the group that came to their end, over all replications.
    pub completed: u64,
    /// All measures, in the same order as over all cases. Quantiles are kept for the main times only.
    pub measures: Vec<MeasureOutcome>,
}

impl GroupOutcome {
    /// Returns a measure by name.
    pub fn measure(&self, name: &str) -> Option<&MeasureOutcome> {
        find_measure(&self.measures, name)
    }
}

/// A step, over all cases that arrived in the window.
#[derive(Clone, Debug, PartialEq)]
pub struct StepOutcome {
    /// Id: the step's own where no two services use it, else `service/step`.
    pub id: String,
    /// Id of its service.
    pub service: String,
    /// Its own id.
    pub step: String,
    /// Name for people.
    pub name: String,
    /// How often it is begun, per case that arrived.
    pub runs_per_case: Estimate,
    /// Minutes from due to start by the clock, mean over its runs.
    pub waiting_time: Option<Estimate>,
    /// Of these, minutes in which somebody was on shift, but busy.
    pub waiting_busy: Option<Estimate>,
    /// Of these, minutes in which nobody was on shift.
    pub waiting_off_hours: Option<Estimate>,
    /// Minutes from start to end on shift, mean over its runs.
    pub processing_time: Option<Estimate>,
    /// Minutes of citizens' time in line and at work, documents for it included, without travel, per case that arrived.
    pub citizen_time: Estimate,
    /// Minutes of staff's time, documents for it included, per case that arrived.
    pub staff_time: Estimate,
    /// Share of its runs that were broken off: left the line, or were interrupted.
    pub broken_off_share: Option<Estimate>,
}

/// A service, over those of its runs that ended, of cases that arrived in the window.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceOutcome {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Runs that ended, in one replication.
    pub ended: Estimate,
    /// Share that ended with what was asked for.
    pub completed_share: Option<Estimate>,
    /// Share that ended with a refusal.
    pub refused_share: Option<Estimate>,
    /// Share that the citizen gave up.
    pub abandoned_share: Option<Estimate>,
    /// Share that was due and never claimed.
    pub never_claimed_share: Option<Estimate>,
    /// Share of the completed provided on the state's offer.
    pub proactive_share: Option<Estimate>,
    /// Of those decided that have a term, share decided within it.
    pub within_term: Option<Estimate>,
    /// Minutes from its beginning to its end.
    pub elapsed_time: Option<Estimate>,
    /// Minutes from the application to the decision.
    pub application_to_decision: Option<Estimate>,
    /// Minutes from its beginning to the payment.
    pub payment_time: Option<Estimate>,
    /// Minutes of elapsed time that half, nine in ten, and nineteen in twenty do not exceed.
    pub elapsed_quantiles: Option<[f64; 3]>,
    /// Share of its runs by channel: id and share, those that were used.
    pub channels: Vec<(String, f64)>,
}

/// One stage of the proactive funnel.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelStage {
    /// Short name, as `delivered`.
    pub name: &'static str,
    /// Label for people.
    pub label: &'static str,
    /// How many a replication, of complete cases.
    pub count: Estimate,
    /// Share of the stage before.
    pub share_of_previous: Option<f64>,
    /// Share of the first stage.
    pub share_of_first: Option<f64>,
}

/// A part of a case's elapsed time.
#[derive(Clone, Debug, PartialEq)]
pub struct ElapsedPart {
    /// Short name, as `staff_busy`.
    pub name: &'static str,
    /// Label for people.
    pub label: &'static str,
    /// Minutes a case.
    pub minutes: Estimate,
}

/// Something wrong in the model that showed in the run.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultOutcome {
    /// Stable short name, as `deadlock`.
    pub code: &'static str,
    /// Where: `service/step`, or a part of it.
    pub at: String,
    /// How many cases, over all replications.
    pub cases: u64,
    /// Day of the run on which it first showed, 0 the first.
    pub first_day: u32,
    /// What it means, in a full sentence.
    pub message: String,
}

/// What MSER-5 says of the warm-up.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmUpAdvice {
    /// Days that it would leave out.
    pub advised_days: u32,
    /// Days that the plan leaves out.
    pub chosen_days: f64,
    /// False where the run is too short to tell.
    pub conclusive: bool,
    /// What was looked at: mean number of cases waiting in all pools, by day, seven days' moving mean.
    pub series: Vec<f64>,
}

/// A published fact held against the results.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetCheck {
    /// Variant that should show it.
    pub variant: String,
    /// The other variant, where the fact is a relative difference.
    pub against: Option<String>,
    /// The measure.
    pub measure: String,
    /// Published value, in the measure's unit; a relative difference as a share.
    pub published: f64,
    /// How far off still counts as met.
    pub tolerance: f64,
    /// What the simulation says; `None` where the variant was not run, or the measure has no value.
    pub simulated: Option<Estimate>,
    /// The verdict.
    pub verdict: TargetVerdict,
    /// Key of the source.
    pub source: Option<String>,
    /// What the fact says, in words.
    pub note: String,
}

/// Whether a published fact is reproduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetVerdict {
    /// The simulated mean lies within the tolerance.
    Met,
    /// The simulated interval reaches into the tolerance, but the mean lies outside.
    Open,
    /// It does not.
    NotMet,
    /// There is nothing to hold it against.
    NotRun,
}

/// What to mind before believing the numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Stable short name, as `overload`.
    pub code: &'static str,
    /// The variant concerned; `None` for all.
    pub variant: Option<String>,
    /// What, in full sentences.
    pub message: String,
}

impl ExperimentOutcome {
    /// Returns a variant by id.
    pub fn variant(&self, name: &str) -> Option<&VariantOutcome> {
        self.variants.iter().find(|v| v.name == name)
    }

    /// Returns the difference of a variant to the baseline.
    pub fn difference(&self, variant: &str) -> Option<&Difference> {
        self.differences.iter().find(|d| d.variant == variant)
    }
}
