//! What an experiment has found: plain data, from which every screen, report and export is made.
//!
//! All times are minutes and all money is in the study's currency unit, unless a name says otherwise; shares lie in 0..1.
//! A mean is the mean over replications of each replication's own value, every replication with the same weight, and its
//! interval is Student's t over these values.

use crate::base::time::SimDuration;
use crate::experiment::kpi::{Direction, Measure};
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

/// What kind of resource a pool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    /// People.
    Staff,
    /// An information system with limits.
    Registry,
}

/// A staff pool or registry over the measured window of one replication. Background load counts here.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolOutcome {
    /// Id: `agency/pool`, or `registry:ID`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Id of its agency, if it has one.
    pub agency: Option<String>,
    /// What it is.
    pub kind: PoolKind,
    /// Members, whenever they are on shift.
    pub members: u32,
    /// Busy over rostered time, absences taken off; `None` where nobody is ever on shift,
    /// and for a registry without a limit.
    pub utilisation: Option<Estimate>,
    /// Hours worked in the window, on shift and after hours.
    pub staff_hours: Estimate,
    /// Hours on shift in the window, absences taken off.
    pub rostered_hours: Estimate,
    /// Hours worked after hours in the window.
    pub overtime_hours: Estimate,
    /// Mean number of cases waiting, by the clock, nights included.
    pub queue_length: Estimate,
    /// Largest number of cases waiting, of all replications.
    pub max_queue: u32,
    /// Minutes from due to start by the clock, mean over work begun in the window.
    pub waiting_time: Option<Estimate>,
    /// Share of work begun without waiting.
    pub at_once_share: Option<Estimate>,
    /// Share of work begun that waited at most 15 minutes.
    pub within_15_minutes: Option<Estimate>,
    /// Share of work that waited at most so many minutes, for each of [`WAIT_LIMITS`].
    pub waited_at_most: Vec<(f64, f64)>,
    /// Minutes waited that half, nine in ten, and nineteen in twenty do not exceed.
    pub waiting_quantiles: Option<[f64; 3]>,
    /// Pieces of work begun in the window.
    pub starts: Estimate,
    /// Cost of the hours worked, in the currency.
    pub cost: Estimate,
    /// By hour of the week, Monday midnight first; 168 of them.
    pub by_hour: Vec<PoolHour>,
    /// Mean number waiting on each day of the run, warm-up included; day 0 is the first day.
    pub queue_by_day: Vec<f64>,
    /// For each of these days the interval of the mean over replications; empty with a single replication.
    pub queue_by_day_interval: Vec<(f64, f64)>,
    /// Hours in which random outages closed it.
    pub outage_hours: Estimate,
    /// Whether its queue grows without end.
    pub overload: Option<Overload>,
}

impl PoolOutcome {
    /// Returns the share of work that waited at most so many minutes, one of [`WAIT_LIMITS`]; `None` where nothing began.
    pub fn waited_at_most(&self, minutes: f64) -> Option<f64> {
        self.waiting_time?;
        self.waited_at_most.iter().find(|(limit, _)| *limit == minutes).map(|(_, share)| *share)
    }
}

/// Limits in minutes for which a pool says how much work waited no longer. Fifteen is a common service standard.
pub const WAIT_LIMITS: [f64; 6] = [5.0, 10.0, 15.0, 20.0, 30.0, 60.0];

/// A pool in one hour of the week, mean over the window and over replications.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PoolHour {
    /// Members on shift.
    pub rostered: f64,
    /// Members at work.
    pub busy: f64,
    /// Cases waiting.
    pub queue: f64,
}

/// A queue that grows without end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overload {
    /// Day of the run from which it grows, 0 the first.
    pub from_day: u32,
    /// The same as a date.
    pub from: jiff::civil::Date,
    /// Cases by which it grows a calendar day.
    pub growth_per_day: f64,
    /// Cases waiting at the window's end.
    pub backlog: f64,
    /// Busy over rostered time in the window.
    pub utilisation: f64,
    /// Members that it would take in all, at nine tenths of their time, so that the queue no longer grows.
    pub members_needed: u32,
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

/// A variant held against the baseline: variant minus baseline, so that less is negative.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Id of the variant.
    pub variant: String,
    /// Id of the baseline.
    pub baseline: String,
    /// Over all cases, in the order of [`crate::experiment::kpi::MEASURES`]; those with values in both.
    pub measures: Vec<MeasureDifference>,
    /// By segment that both have.
    pub segments: Vec<GroupDifference>,
    /// By facet value that both have.
    pub facets: Vec<GroupDifference>,
    /// By pool that one of them has: which load goes, and where it goes to.
    pub pools: Vec<PoolDifference>,
    /// Person by person, where both were kept.
    pub persons: Option<PersonComparison>,
}

impl Difference {
    /// Returns the difference of a measure over all cases by name.
    pub fn measure(&self, name: &str) -> Option<&MeasureDifference> {
        self.measures.iter().find(|m| m.measure.name == name)
    }
}

/// The difference of one measure.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureDifference {
    /// What it is.
    pub measure: &'static Measure,
    /// Mean difference over paired replications.
    pub difference: Estimate,
    /// The same as a share of the baseline; `None` where the baseline cannot be told from 0. Interval by Fieller.
    pub relative: Option<Estimate>,
    /// Two-sided p-value; 1 where nothing differs; `None` with a single replication.
    pub p_value: Option<f64>,
    /// The p-value after Holm's correction over the family.
    ///
    /// The family are the measures over all cases, or the measures of all segments, or of all facets; measures that agree
    /// exactly in every replication are no tests and are left out.
    pub adjusted_p: Option<f64>,
    /// Whether the difference is more than chance, after Holm's correction.
    pub significant: bool,
    /// Which way it goes.
    pub verdict: Verdict,
}

/// Which way a difference goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The variant is better, beyond chance.
    Better,
    /// The variant is worse, beyond chance.
    Worse,
    /// It differs beyond chance, in a measure that is neither good nor bad.
    Different,
    /// No difference shown.
    NotShown,
}

impl Verdict {
    /// Returns the verdict on a mean difference.
    pub fn of(direction: Direction, difference: f64, significant: bool) -> Self {
        match direction {
            _ if !significant => Verdict::NotShown,
            Direction::Neutral => Verdict::Different,
            Direction::LowerIsBetter if difference < 0.0 => Verdict::Better,
            Direction::HigherIsBetter if difference > 0.0 => Verdict::Better,
            _ => Verdict::Worse,
        }
    }
}

/// Differences within a group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupDifference {
    /// Id of the group.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// By measure.
    pub measures: Vec<MeasureDifference>,
}

/// Which load goes from a pool, or comes to it. A pool that one variant does not have counts as idle there.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolDifference {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Hours worked in the window.
    pub staff_hours: Estimate,
    /// Cost of these hours, in the currency.
    pub cost: Estimate,
    /// Utilisation, where both have the pool.
    pub utilisation: Option<Estimate>,
    /// Minutes waited, where both have the pool.
    pub waiting_time: Option<Estimate>,
    /// Share of work that waited at most 15 minutes, where both have the pool.
    pub within_15_minutes: Option<Estimate>,
}

/// The same citizens in both variants, under common random numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonComparison {
    /// Citizens found complete in both, over all replications.
    pub pairs: u64,
    /// Share of citizens who spend less of their time in the variant, by more than a minute.
    pub less: Estimate,
    /// Share of citizens who spend the same, to within a minute.
    pub same: Estimate,
    /// Share of citizens who spend more, by more than a minute.
    pub more: Estimate,
    /// By segment of the baseline: id, and the shares of its citizens who spend less, the same, and more.
    pub segments: Vec<(String, [f64; 3])>,
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
