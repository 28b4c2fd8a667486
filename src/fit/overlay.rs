//! The fitted study run beside the log: cycle times, waiting and work, observed and simulated, measured in the same way.
//!
//! Both sides go through one lens: only activities that the log shows, only the instants that it has. The observed log counts as
//! one more replication: where it lies outside the prediction interval of the simulated ones, the model says something else.

use super::FitReport;
use super::SOURCE;
use super::delays::counted_as_waiting;
use super::figures::{date_of, name_of};
use super::follow::Followed;
use super::matching::matching;
use super::net::Place;
use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_DAY, MS_PER_MINUTE, SimDuration};
use crate::experiment::error::ExperimentError;
use crate::experiment::plan::Plan;
use crate::experiment::trace_log::{first_day, log_prepared, prepare_log};
use crate::formats::log::row::LogItem;
use crate::model::calendar::DateRange;
use crate::model::demand::{Arrivals, Peak};
use crate::model::event_log::{ActivityKind, EventLog, Finish, LogActivity, Trace};
use crate::model::figure::Figure;
use crate::model::study::{AS_IS, Study};
use crate::statistics::interval::{Interval, prediction_interval, student_t_interval};
use crate::statistics::rank::quantile_of_sorted;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Bars of the picture of cycle times.
const BINS: usize = 40;
/// How long after the window others come at most, for its last cases to meet the usual crowd.
const LONGEST_CROWD: i64 = 182 * MS_PER_DAY;
/// The longest window that is simulated.
const LONGEST: i64 = 3 * 366 * MS_PER_DAY;

/// A quantity, observed and simulated, in minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What it is.
    pub name: &'static str,
    /// In the log.
    pub observed: f64,
    /// Mean of the replications, with its interval at 95 %.
    pub simulated: Interval,
    /// In which a replication lies with a probability of 95 %.
    pub expected: Interval,
}

impl Compared {
    /// Tells whether the log lies where a replication would.
    pub fn agrees(&self) -> bool {
        self.expected.contains(self.observed)
    }
}

/// A step, observed and simulated, in minutes.
#[derive(Clone, Debug, PartialEq)]
pub struct StepCompared {
    /// The element.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// How often in the log.
    pub n: u64,
    /// How often a case has it, on average over all cases; in no unit of time.
    pub per_case: Option<Compared>,
    /// Waiting from due to start; from the end of what came before where the log has no due times. Absent without starts.
    pub waiting: Option<Compared>,
    /// From start to end by the wall clock; from the end of what came before without starts.
    pub processing: Option<Compared>,
}

/// A bar of the picture: from, to in minutes, share of the log's cases, share of the simulated ones.
pub type Bin = (f64, f64, f64, f64);

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    /// Replications.
    pub replications: u32,
    /// Cases of the log that are compared.
    pub n_observed: usize,
    /// Cases of the log that are left out as they had not ended.
    pub n_open: usize,
    /// Simulated cases, of all replications together.
    pub n_simulated: usize,
    /// Mean, median, 90 % and 95 % of cycle times.
    pub cycle: Vec<Compared>,
    /// By how much, on average, cycle times of the one must be moved to become those of the other, in minutes (Wasserstein distance).
    pub distance: f64,
    /// The same between one replication and all of them, on average: what luck alone makes.
    pub yardstick: f64,
    /// Cycle times as bars; the last one holds everything longer.
    pub bins: Vec<Bin>,
    /// By step, the most frequent first.
    pub steps: Vec<StepCompared>,
}

impl Overlay {
    /// Returns the bars for a picture: all but the last where that one reaches more than twice as far as the rest. What is missing to
    /// 100 % then lasts longer than the picture shows.
    pub fn shown_bins(&self) -> &[Bin] {
        const LONGEST: f64 = 2.0;
        let fits = self.bins.last().is_some_and(|last| last.1 <= LONGEST * last.0);
        &self.bins[..self.bins.len().saturating_sub(usize::from(!fits))]
    }
}

/// What is looked at.
struct Lens {
    due: bool,
    starts: bool,
    places: BTreeSet<Place>,
}

/// Times measured through the lens, in milliseconds.
#[derive(Default)]
struct Times {
    cycles: Vec<f64>,
    /// By element: how often it was done in these cases.
    runs: BTreeMap<Place, u64>,
    /// By element: sums of waiting and work, and how many of each.
    steps: BTreeMap<Place, [(f64, u64); 2]>,
}

/// Runs the fitted study over the log's own window and measures both.
///
/// # Errors
/// A study that does not run, or was stopped.
pub fn overlay(
    report: &FitReport,
    log: &EventLog,
    replications: u32,
    seed: Option<u64>,
    cancel: &CancelToken,
) -> Result<Overlay, ExperimentError> {
    let lens = Lens {
        due: report.facts.has_enablement,
        starts: report.facts.has_starts,
        places: report.followed.places.iter().cloned().collect(),
    };
    let followed = &report.followed;
    let n_early = followed.ended_early.iter().filter(|e| **e).count();
    let leave_out = n_early * 5 < followed.ended_early.len();
    let of_observed = |t: usize, a: usize| followed.place_of[t][a].map(|p| &followed.places[p as usize]);
    let is_moment = |activity: &LogActivity| followed.is_moment(activity);
    let mut observed = times(log, &lens, followed, &is_moment, &of_observed, &|t| leave_out && followed.ended_early[t]);
    let (study, plan) = as_in_the_log(report, log, replications, seed);
    let prepared = prepare_log(&study, &plan, AS_IS)?;
    let mut runs = Vec::new();
    for replication in 0..replications {
        let mut simulated = log_of_run(&prepared, &plan, replication, cancel);
        counted_as_waiting(&mut simulated);
        if cancel.is_cancelled() {
            return Err(ExperimentError::CancelledEarly);
        }
        let matched = matching(&simulated, &study.scenario, &[]).unwrap_or_default();
        let of_run =
            |t: usize, a: usize| matched.places.get(simulated.traces[t].activities[a].kind as usize).and_then(|p| p.first());
        let mut run = times(&simulated, &lens, followed, &|_| false, &of_run, &|t| simulated.traces[t].complete == Some(false));
        run.cycles.sort_by(f64::total_cmp);
        runs.push(run);
    }
    observed.cycles.sort_by(f64::total_cmp);
    Ok(compare(report, followed, &observed, &runs, if leave_out { n_early } else { 0 }))
}

/// Returns the study as it stood when the log was made: from its first day on, for as long as cases came.
fn as_in_the_log(report: &FitReport, log: &EventLog, replications: u32, seed: Option<u64>) -> (Study, Plan) {
    let mut study = report.study.clone();
    let arrivals: Vec<i64> = log.traces.iter().filter_map(|t| t.activities.iter().filter_map(LogActivity::first).min()).collect();
    let (first, last) = (arrivals.iter().min().copied().unwrap_or(0), arrivals.iter().max().copied().unwrap_or(0));
    let brief = last - first < MS_PER_DAY;
    // What came before cases that all come at once is not known to have come at all.
    let days_before = if brief { 0 } else { ((last - first) / 4).min(28 * MS_PER_DAY).div_euclid(MS_PER_DAY) };
    let of_day = if brief { first.rem_euclid(MS_PER_DAY) / MS_PER_MINUTE * MS_PER_MINUTE } else { 0 };
    let begin = first - first.rem_euclid(MS_PER_DAY) + of_day;
    if !study.scenario.demand.iter().any(|d| matches!(d.arrivals, Arrivals::List(_))) {
        let midnight = date_of(begin - days_before * MS_PER_DAY).to_datetime(jiff::civil::Time::midnight());
        study.scenario.start = midnight.saturating_add(jiff::SignedDuration::from_millis(of_day));
    }
    // What the log has no cases of did not happen in it.
    let seen: BTreeSet<&str> = report.arrivals.iter().filter(|(_, fit)| fit.is_some()).map(|(id, _)| id.as_str()).collect();
    for demand in &mut study.scenario.demand {
        demand.background = demand.background || !seen.contains(demand.id.as_str());
    }
    only_while_they_came(&mut study, report, date_of(begin), date_of(last));
    let horizon = (last - begin).clamp(MS_PER_MINUTE, LONGEST);
    let mut plan = Plan::of_study(&study);
    plan.horizon = SimDuration(horizon);
    plan.warm_up = SimDuration::from_days(days_before);
    // Long cases are followed long; so long, nobody else need come. Nor come others than those who all came at once.
    plan.newcomers = Some(if brief { SimDuration::ZERO } else { plan.follow_up.min(SimDuration(LONGEST_CROWD)) });
    let renewals = study.scenario.demand.iter_mut().filter_map(|demand| match &mut demand.arrivals {
        Arrivals::Renewal { limit, .. } => Some((&demand.id, limit)),
        _ => None,
    });
    for (id, limit) in renewals.filter(|_| brief) {
        *limit = report.arrivals.iter().find(|(known, _)| known == id).and_then(|(_, fit)| Some(fit.as_ref()?.n as u64));
    }
    plan.variants = vec![AS_IS.to_owned()];
    plan.stop = crate::experiment::plan::StopRule::Replications(replications);
    plan.seed = seed.unwrap_or(plan.seed);
    (study, plan)
}

/// Lets cases of each demand come on no other days of the log than from the first to the last of its own.
fn only_while_they_came(study: &mut Study, report: &FitReport, begin: Date, end: Date) {
    let fits = report.arrivals.iter().filter_map(|(id, fit)| Some((id, fit.as_ref()?)));
    for (id, fit) in fits {
        let demand = study.scenario.demand.iter_mut().find(|demand| demand.id == *id);
        let Some(Arrivals::Poisson { profile, .. }) = demand.map(|demand| &mut demand.arrivals) else { continue };
        let (first, last) = (date_of(fit.first_day * MS_PER_DAY), date_of(fit.last_day * MS_PER_DAY));
        let before = first.yesterday().map(|until| DateRange { first: begin, last: until });
        let after = last.tomorrow().map(|from| DateRange { first: from, last: end });
        let without = [before, after].into_iter().flatten().filter(|days| days.first <= days.last);
        profile.peaks.extend(without.map(|days| Peak { days, factor: Figure::assumed(0.0) }));
    }
}

/// Runs a replication and returns its log, as a file of it would be read.
pub fn log_of_run(
    prepared: &crate::experiment::prepare::Prepared,
    plan: &Plan,
    replication: u32,
    cancel: &CancelToken,
) -> EventLog {
    let epoch = jiff::civil::date(1970, 1, 1);
    let zero = first_day(prepared).since(epoch).map_or(0, |span| i64::from(span.get_days())) * MS_PER_DAY;
    let mut log = EventLog { name: SOURCE.to_owned(), ..EventLog::default() };
    let mut cases: BTreeMap<(String, u64), usize> = BTreeMap::new();
    let mut kinds: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut resources: BTreeMap<String, u32> = BTreeMap::new();
    log_prepared(prepared, plan, replication, true, cancel, |item| {
        let case = match item {
            LogItem::Row(row) => row.case,
            LogItem::CaseEnd { case, .. } => *case,
        };
        let traces = &mut log.traces;
        let trace = *cases.entry((case.source.to_owned(), case.number)).or_insert_with(|| {
            traces.push(Trace { case: case.to_string(), ..Trace::default() });
            traces.len() - 1
        });
        match item {
            LogItem::Row(row) => {
                let kind = *kinds.entry((row.activity.to_owned(), row.element.to_owned())).or_insert_with(|| {
                    log.kinds.push(ActivityKind { name: row.activity.to_owned(), element: row.element.to_owned() });
                    log.kinds.len() as u32 - 1
                });
                let resource = row.resource.map(|r| r.to_string()).map(|name| {
                    *resources.entry(name.clone()).or_insert_with(|| {
                        log.resources.push(name);
                        log.resources.len() as u32 - 1
                    })
                });
                let finish = match (row.finished, row.worked.ms()) {
                    (true, _) => Finish::Complete,
                    (false, 0) => Finish::Withdrawn,
                    (false, _) => Finish::Aborted,
                };
                let at = |time: crate::base::time::SimTime| Some(zero + time.ms());
                log.traces[trace].activities.push(LogActivity {
                    kind,
                    resource,
                    enabled: at(row.enabled),
                    started: at(row.started).filter(|_| finish != Finish::Withdrawn),
                    ended: at(row.ended),
                    worked: Some(row.worked.ms()),
                    finish,
                });
            }
            LogItem::CaseEnd { complete, .. } => log.traces[trace].complete = Some(*complete),
        }
    });
    for trace in &mut log.traces {
        trace.activities.sort_by_key(LogActivity::order);
    }
    log.traces.retain(|t| !t.activities.is_empty());
    log
}

fn times<'p>(
    log: &EventLog,
    lens: &Lens,
    followed: &Followed,
    is_moment: &dyn Fn(&LogActivity) -> bool,
    place: &dyn Fn(usize, usize) -> Option<&'p Place>,
    left_out: &dyn Fn(usize) -> bool,
) -> Times {
    let mut times = Times::default();
    for (t, trace) in log.traces.iter().enumerate() {
        let mut seen: Vec<(&Place, &LogActivity)> = trace
            .activities
            .iter()
            .enumerate()
            .filter_map(|(a, activity)| place(t, a).filter(|p| lens.places.contains(p)).map(|p| (p, activity)))
            .collect();
        if !lens.starts {
            seen.sort_by_key(|(_, a)| a.ended);
        }
        let begin = |a: &LogActivity| match (lens.due, lens.starts) {
            (true, _) => a.first(),
            (false, true) => a.started.or(a.ended),
            (false, false) => a.ended,
        };
        let (Some(first), Some(last)) =
            (seen.iter().filter_map(|(_, a)| begin(a)).min(), seen.iter().filter_map(|(_, a)| a.ended).max())
        else {
            continue;
        };
        if !left_out(t) {
            times.cycles.push((last - first).max(0) as f64);
            for (place, activity) in &seen {
                *times.runs.entry((*place).clone()).or_insert(0) += u64::from(activity.finish != Finish::Withdrawn);
            }
        }
        for (at, (place, activity)) in seen.iter().enumerate().filter(|(_, (_, a))| a.finish == Finish::Complete) {
            let Some(ended) = activity.ended else { continue };
            let started = activity.started.or(activity.ended.filter(|_| is_moment(activity)));
            let until = started.filter(|_| lens.starts).unwrap_or(ended);
            let due = activity.enabled.filter(|_| lens.due).or_else(|| followed.order.due(&seen, at, until));
            let sums = times.steps.entry((*place).clone()).or_default();
            let mut add = |which: usize, length: i64| {
                sums[which].0 += length.max(0) as f64;
                sums[which].1 += 1;
            };
            if lens.starts {
                if let Some((due, start)) = due.zip(started) {
                    add(0, start - due);
                }
                if let Some(start) = started {
                    add(1, ended - start);
                }
            } else if let Some(due) = due {
                add(1, ended - due);
            }
        }
    }
    times
}

/// A measure of sorted values, with its name.
type Measure<'f> = (&'static str, &'f dyn Fn(&[f64]) -> f64);

fn compare(report: &FitReport, followed: &Followed, observed: &Times, runs: &[Times], n_open: usize) -> Overlay {
    let minute = MS_PER_MINUTE as f64;
    let mean = |sorted: &[f64]| sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
    let measures: [Measure<'_>; 4] = [
        ("mean", &mean),
        ("median", &|s| quantile_of_sorted(s, 0.5).unwrap_or(0.0)),
        ("90 %", &|s| quantile_of_sorted(s, 0.9).unwrap_or(0.0)),
        ("95 %", &|s| quantile_of_sorted(s, 0.95).unwrap_or(0.0)),
    ];
    let with_cases: Vec<&Times> = runs.iter().filter(|r| !r.cycles.is_empty()).collect();
    let cycle = measures
        .iter()
        .filter_map(|(name, of)| {
            let values: Vec<f64> = with_cases.iter().map(|r| of(&r.cycles) / minute).collect();
            compared(name, of(&observed.cycles) / minute, &values)
        })
        .collect();
    let mut pooled: Vec<f64> = runs.iter().flat_map(|r| r.cycles.iter().copied()).collect();
    pooled.sort_by(f64::total_cmp);
    let own: Vec<f64> = with_cases.iter().map(|r| wasserstein(&r.cycles, &pooled)).collect();
    let mut steps: Vec<StepCompared> = Vec::new();
    for place in &followed.places {
        let Some(seen) = observed.steps.get(place) else { continue };
        let of = |name, which: usize| {
            let average = |sums: &[(f64, u64); 2]| (sums[which].1 > 0).then(|| sums[which].0 / sums[which].1 as f64 / minute);
            let values: Vec<f64> = runs.iter().filter_map(|r| r.steps.get(place)).filter_map(average).collect();
            compared(name, average(seen)?, &values)
        };
        let n = seen[0].1.max(seen[1].1);
        let share = |times: &Times| times.runs.get(place).copied().unwrap_or(0) as f64 / times.cycles.len().max(1) as f64;
        let shares: Vec<f64> = with_cases.iter().map(|run| share(run)).collect();
        steps.push(StepCompared {
            place: place.clone(),
            name: name_of(&report.study, place),
            n,
            per_case: compared("per case", share(observed), &shares),
            waiting: of("waiting", 0),
            processing: of("processing", 1),
        });
    }
    steps.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.place.cmp(&b.place)));
    Overlay {
        replications: runs.len() as u32,
        n_observed: observed.cycles.len(),
        n_open,
        n_simulated: pooled.len(),
        cycle,
        distance: wasserstein(&observed.cycles, &pooled) / minute,
        yardstick: own.iter().sum::<f64>() / own.len().max(1) as f64 / minute,
        bins: bins(&observed.cycles, &pooled),
        steps,
    }
}

fn compared(name: &'static str, observed: f64, values: &[f64]) -> Option<Compared> {
    let simulated = student_t_interval(values, 0.95).ok()?;
    let expected = prediction_interval(values, 0.95).ok()?;
    Some(Compared { name, observed, simulated, expected })
}

/// Returns the area between the distribution functions of two sorted samples: the average distance over which the values of one
/// must be moved to become the other.
pub fn wasserstein(a: &[f64], b: &[f64]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut share, mut sum) = (0, 0, 0.0f64, 0.0);
    while i < a.len() && j < b.len() {
        let (next_a, next_b) = ((i + 1) as f64 / a.len() as f64, (j + 1) as f64 / b.len() as f64);
        let next = next_a.min(next_b);
        sum += (next - share) * (a[i] - b[j]).abs();
        share = next;
        i += usize::from(next_a <= next);
        j += usize::from(next_b <= next);
    }
    sum
}

fn bins(observed: &[f64], simulated: &[f64]) -> Vec<Bin> {
    let minute = MS_PER_MINUTE as f64;
    let top = [observed, simulated].iter().filter_map(|s| quantile_of_sorted(s, 0.99)).fold(0.0, f64::max).max(minute);
    let width = top / (BINS - 1) as f64;
    let shares = |sorted: &[f64]| {
        let mut counts = vec![0.0; BINS];
        for value in sorted {
            counts[((value / width) as usize).min(BINS - 1)] += 1.0 / sorted.len() as f64;
        }
        counts
    };
    let (a, b) = (shares(observed), shares(simulated));
    let longest = [observed, simulated].iter().filter_map(|s| s.last()).copied().fold(top, f64::max);
    (0..BINS)
        .map(|i| {
            let to = if i + 1 == BINS { longest.max(top + width) } else { (i + 1) as f64 * width };
            (i as f64 * width / minute, to / minute, a[i], b[i])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_how_far_values_must_move() {
        assert_eq!(wasserstein(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0]), 1.0);
        assert_eq!(wasserstein(&[0.0, 10.0], &[0.0, 0.0, 10.0, 10.0]), 0.0);
        assert!((wasserstein(&[0.0], &[0.0, 3.0, 6.0]) - 3.0).abs() < 1e-12);
        assert_eq!(wasserstein(&[], &[1.0]), 0.0);
    }

    #[test]
    fn bars_hold_every_case() {
        let minutes: Vec<f64> = (0..1000).map(|i| f64::from(i) * 60_000.0).collect();
        let bars = bins(&minutes, &minutes[..500]);
        assert!((bars.iter().map(|b| b.2).sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((bars.iter().map(|b| b.3).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
