//! Folds what a run emits into sums and sketches: memory grows with steps, segments and pools, never with cases.
//!
//! All sums are of whole numbers (milliseconds, things, thousandths of the currency), so that no order of adding changes
//! them. Only the values kept for the comparison person by person grow with cases, up to a limit that the plan sets.

use crate::base::time::{MS_PER_HOUR, MS_PER_MINUTE, SimTime};
use crate::engine::account::{Account, Accounts, Outcome, PathClass};
use crate::engine::record::{Activity, CaseEnd, Departure, Observer, ServiceEnd};
use crate::experiment::kpi::{Formula, MEASURES, Measure, Stretch};
use crate::experiment::layout::Layout;
use crate::experiment::outcome::{CaseCounts, WAIT_LIMITS};
use crate::statistics::sketch::Sketch;

/// A sum above and one below the line; for a value of each case, the one below is the number of cases that have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line.
    pub of: i128,
    /// Below the line.
    pub by: i128,
}

impl Fraction {
    /// Takes in one more.
    pub fn add(&mut self, of: i64, by: i64) {
        self.of += i128::from(of);
        self.by += i128::from(by);
    }

    /// Takes in another fraction's sums.
    pub fn merge(&mut self, other: Fraction) {
        self.of += other.of;
        self.by += other.by;
    }

    /// Returns the ratio, or `None` where nothing stands below the line.
    pub fn value(&self) -> Option<f64> {
        (self.by != 0).then(|| self.of as f64 / self.by as f64)
    }
}

/// The cases of one source and segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// Cases that came to their end.
    pub cases: u64,
    /// By measure, in raw units.
    pub measures: Vec<Fraction>,
}

/// A step's sums over cases that arrived in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepSums {
    /// Runs of the step's own work.
    pub runs: i64,
    /// Of these, broken off.
    pub broken_off: i64,
    /// Milliseconds from due to start of its runs.
    pub waiting: i64,
    /// Of these, while staff was busy.
    pub waiting_busy: i64,
    /// Of these, out of hours.
    pub waiting_off_hours: i64,
    /// Milliseconds at work of its runs, on shift.
    pub worked: i64,
    /// The citizen's milliseconds, documents for it included.
    pub citizen: i64,
    /// Staff's milliseconds, documents for it included.
    pub staff: i64,
}

/// A service's sums over its runs that ended, of cases that arrived in the window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceSums {
    /// Runs that ended, by outcome: completed, refused, abandoned, never claimed.
    pub outcomes: [i64; 4],
    /// Completed runs provided on the state's offer.
    pub proactive: i64,
    /// Terms kept by terms due.
    pub term: Fraction,
    /// From beginning to end.
    pub elapsed: Fraction,
    /// From application to decision.
    pub decision: Fraction,
    /// From beginning to payment.
    pub payment: Fraction,
    /// From beginning to end, all values.
    pub sketch: Sketch,
    /// Runs by value of the channel's slot; 0 for none.
    pub channels: Vec<i64>,
}

/// A citizen's own time in one run, to be found again in another variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonValue {
    /// Position of the source.
    pub source: u32,
    /// Number of the case within the source.
    pub number: u64,
    /// Position of the segment.
    pub segment: u32,
    /// The citizen's time in milliseconds.
    pub value: i64,
}

/// What the cases of one run come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseSums {
    /// How many arrived, and how they left.
    pub counts: CaseCounts,
    /// By source and, within it, by segment.
    pub cells: Vec<Cell>,
    /// By measure: all values of all cases, in raw units; of ratios none.
    pub sketches: Vec<Sketch>,
    /// By segment, and within it by measure with group quantiles in the order of [`MEASURES`].
    pub segment_sketches: Vec<Vec<Sketch>>,
    /// Elapsed time by class over all complete cases, in milliseconds.
    pub path: [i128; PathClass::COUNT],
    /// Offers by stage over all complete cases, from triggered to provided; no stage has more than the one before.
    pub funnel: [i64; FUNNEL.len()],
    /// By step.
    pub steps: Vec<StepSums>,
    /// By service.
    pub services: Vec<ServiceSums>,
    /// By pool: milliseconds waited, of all work begun in the window.
    pub pool_waits: Vec<Sketch>,
    /// Citizens' own times, by source and number.
    pub persons: Vec<PersonValue>,
}

/// The accounts of the proactive funnel, in order.
pub const FUNNEL: [Account; 7] = [
    Account::OffersTriggered,
    Account::OffersEligible,
    Account::OffersReachable,
    Account::OffersDelivered,
    Account::OffersAnswered,
    Account::OffersConsented,
    Account::ServicesProactive,
];

/// Which measures a case can have a value of other than the usual, as bits by their position in [`MEASURES`].
///
/// Most cases touch few accounts, and a measure that rests on others is 0 for them (or 1, where it is the share of cases
/// without something): these are counted together at the end, and a case pays only for what happened in it.
struct Due {
    /// Measures that every case is asked for.
    always: u64,
    /// By account: the measures that rest on it.
    by_account: [u64; Account::COUNT],
}

// Sets of measures are kept as bits of one word.
const _: () = assert!(MEASURES.len() <= 64);

impl Due {
    fn new() -> Self {
        let mut due = Due { always: 0, by_account: [0; Account::COUNT] };
        for (at, measure) in MEASURES.iter().enumerate() {
            let bit = 1 << at;
            let mut rests_on = |accounts: &[Account]| {
                for &account in accounts {
                    due.by_account[account as usize] |= bit;
                }
            };
            match measure.formula {
                Formula::Sum(accounts) => rests_on(accounts),
                Formula::Ratio { of, by } => {
                    rests_on(of);
                    rests_on(by);
                }
                Formula::ShareWithout(account) => rests_on(&[account]),
                Formula::Burden => {
                    rests_on(&CITIZEN_TIME);
                    rests_on(&[Account::CitizenCost]);
                }
                Formula::Stretch(_) => due.always |= bit,
            }
        }
        due
    }

    /// Returns the measures to ask a case for that has used these accounts.
    #[inline]
    fn of(&self, mut touched: u64) -> u64 {
        let mut due = self.always;
        while touched != 0 {
            due |= self.by_account[touched.trailing_zeros() as usize];
            touched &= touched - 1;
        }
        due
    }
}

/// Receives a run's records and sums them up.
pub struct Collector<'l> {
    layout: &'l Layout,
    window: (SimTime, SimTime),
    persons_limit: u64,
    due: Due,
    /// By measure: its position among those with group quantiles, if it is one.
    group_of: Vec<Option<usize>>,
    sums: CaseSums,
}

impl<'l> Collector<'l> {
    /// Begins with nothing. `window` is the measured window; `persons_limit` as in [`crate::experiment::plan::Plan::persons`].
    pub fn new(layout: &'l Layout, window: (SimTime, SimTime), persons_limit: u64) -> Self {
        let (n_segments, n_sources) = (layout.segments.len().max(1), layout.sources.len());
        let cell = Cell { cases: 0, measures: vec![Fraction::default(); MEASURES.len()] };
        let n_group_sketches = MEASURES.iter().filter(|m| m.has_group_quantiles()).count();
        let sums = CaseSums {
            cells: vec![cell; n_segments * n_sources],
            sketches: vec![Sketch::default(); MEASURES.len()],
            segment_sketches: vec![vec![Sketch::default(); n_group_sketches]; n_segments],
            steps: vec![StepSums::default(); layout.steps.len()],
            services: vec![ServiceSums::default(); layout.services.len()],
            pool_waits: vec![Sketch::default(); layout.pools.len()],
            ..CaseSums::default()
        };
        let mut groups = 0..;
        let group_of = MEASURES.iter().map(|m| m.has_group_quantiles().then(|| groups.next()).flatten()).collect();
        Collector { layout, window, persons_limit, due: Due::new(), group_of, sums }
    }

    /// Returns the sums.
    pub fn finish(mut self) -> CaseSums {
        self.count_the_usual();
        self.sums.persons = in_order(&self.sums.persons);
        self.sums
    }

    /// Counts the cases that were not asked for a measure, and adds up the sketches of the segments.
    fn count_the_usual(&mut self) {
        let n_segments = self.sums.segment_sketches.len();
        let mut cases_of_segment = vec![0; n_segments];
        for (at, cell) in self.sums.cells.iter().enumerate() {
            cases_of_segment[at % n_segments] += cell.cases;
        }
        let all: u64 = cases_of_segment.iter().sum();
        for (at, measure) in MEASURES.iter().enumerate() {
            let is_usual = match measure.formula {
                Formula::Sum(_) | Formula::Burden => 0,
                Formula::ShareWithout(_) => 1,
                // A ratio adds nothing where its accounts are 0, and every case is asked for stretches.
                Formula::Ratio { .. } | Formula::Stretch(_) => continue,
            };
            for cell in &mut self.sums.cells {
                let usual = i128::from(cell.cases) - cell.measures[at].by;
                cell.measures[at].merge(Fraction { of: usual * is_usual, by: usual });
            }
            if !measure.is_per_case() {
                continue;
            }
            match self.group_of[at] {
                Some(group) => {
                    for (sketches, cases) in self.sums.segment_sketches.iter_mut().zip(&cases_of_segment) {
                        let usual = cases.saturating_sub(sketches[group].n());
                        sketches[group].record_n(0, usual);
                    }
                }
                None => {
                    let usual = all.saturating_sub(self.sums.sketches[at].n());
                    self.sums.sketches[at].record_n(0, usual);
                }
            }
        }
        for (at, group) in self.group_of.iter().enumerate() {
            if let Some(group) = *group {
                for sketches in &self.sums.segment_sketches {
                    self.sums.sketches[at].merge(&sketches[group]);
                }
            }
        }
    }

    fn complete(&mut self, end: &CaseEnd<'_>) {
        let (source, segment) = (end.case.source.get(), end.case.segment as usize);
        let n_segments = self.layout.segments.len().max(1);
        let hour_value = self.layout.segments.get(segment).map_or(0.0, |s| s.hour_value);
        let Some(cell) = self.sums.cells.get_mut(source * n_segments + segment) else { return };
        cell.cases += 1;
        let mut due = self.due.of(end.touched);
        while due != 0 {
            let at = due.trailing_zeros() as usize;
            due &= due - 1;
            let measure = &MEASURES[at];
            let (of, by) = value(measure, end, hour_value);
            cell.measures[at].add(of, by);
            if measure.is_per_case() && by > 0 {
                match self.group_of[at] {
                    Some(group) => self.sums.segment_sketches[segment][group].record(of),
                    None => self.sums.sketches[at].record(of),
                }
            }
        }
        for (sum, part) in self.sums.path.iter_mut().zip(end.path) {
            *sum += i128::from(*part);
        }
        if end.accounts[FUNNEL[0] as usize] > 0 {
            // One consent can bring several services; the funnel counts the offers that brought any.
            let mut offers = i64::MAX;
            for (sum, account) in self.sums.funnel.iter_mut().zip(FUNNEL) {
                offers = end.accounts[account as usize].min(offers);
                *sum += offers;
            }
        }
        if end.case.number < self.persons_limit {
            let value = citizen_time(end.accounts);
            self.sums.persons.push(PersonValue {
                source: source as u32,
                number: end.case.number,
                segment: end.case.segment,
                value,
            });
        }
    }
}

/// Returns persons by source and number. The numbers of a source are close together, as they count its cases in the window, so
/// that each person's place is found without comparing; sorting them cost a tenth of a run.
fn in_order(persons: &[PersonValue]) -> Vec<PersonValue> {
    const NOBODY: u32 = u32::MAX;
    let n_sources = persons.iter().map(|person| person.source as usize + 1).max().unwrap_or(0);
    let mut places = vec![(u64::MAX, Vec::new()); n_sources];
    for person in persons {
        let (first, _) = &mut places[person.source as usize];
        *first = person.number.min(*first);
    }
    for (at, person) in persons.iter().enumerate() {
        let (first, places) = &mut places[person.source as usize];
        let place = (person.number - *first) as usize;
        if places.len() <= place {
            places.resize(place + 1, NOBODY);
        }
        places[place] = at as u32;
    }
    let in_order = places.into_iter().flat_map(|(_, places)| places).filter(|&at| at != NOBODY);
    let mut ordered = Vec::with_capacity(persons.len());
    ordered.extend(in_order.map(|at| persons[at as usize]));
    ordered
}

impl Observer for Collector<'_> {
    fn activity(&mut self, activity: &Activity) {
        let waited = activity.started.since(activity.enabled).ms();
        if let Some((pool, _, _)) = activity.served_by
            && self.window.0 <= activity.started
            && activity.started < self.window.1
            && let Some(sketch) = self.sums.pool_waits.get_mut(pool.get())
        {
            sketch.record(waited);
        }
        if !activity.case.measured {
            return;
        }
        let element = activity.element.get();
        let Some(step) = self.layout.step_of.get(element).copied().flatten() else { return };
        let sums = &mut self.sums.steps[step as usize];
        sums.citizen += activity.citizen;
        sums.staff += activity.staff;
        if self.layout.is_main[element] {
            sums.runs += 1;
            sums.broken_off += i64::from(!activity.finished);
            sums.waiting += if self.layout.is_work[element] { waited } else { activity.ended.since(activity.enabled).ms() };
            sums.waiting_busy += activity.waited_busy;
            sums.waiting_off_hours += activity.waited_off_hours;
            sums.worked += activity.worked;
        }
    }

    fn service_ended(&mut self, end: &ServiceEnd) {
        if !end.case.measured {
            return;
        }
        let Some(sums) = self.sums.services.get_mut(end.service.get()) else { return };
        sums.outcomes[end.outcome as usize] += 1;
        sums.proactive += i64::from(end.proactive && end.outcome == Outcome::Completed);
        if let (Some(deadline), Some(decided)) = (end.deadline, end.decided) {
            sums.term.add(i64::from(decided <= deadline), 1);
        }
        let elapsed = end.ended.since(end.begun).ms();
        sums.elapsed.add(elapsed, 1);
        sums.sketch.record(elapsed);
        if let (Some(applied), Some(decided)) = (end.applied, end.decided)
            && applied <= decided
        {
            sums.decision.add(decided.since(applied).ms(), 1);
        }
        if let Some(paid) = end.paid {
            sums.payment.add(paid.since(end.begun).ms(), 1);
        }
        let channel = end.channel.unwrap_or(0) as usize;
        if channel <= self.layout.channels.len() {
            if sums.channels.len() <= channel {
                sums.channels.resize(channel + 1, 0);
            }
            sums.channels[channel] += 1;
        }
    }

    fn case_ended(&mut self, end: &CaseEnd<'_>) {
        if !end.case.measured {
            return;
        }
        let counts = &mut self.sums.counts;
        counts.arrived += 1;
        match end.departure {
            Departure::Complete => {
                counts.completed += 1;
                self.complete(end);
            }
            Departure::Stuck(_) => counts.stuck += 1,
            Departure::Unfinished => counts.unfinished += 1,
        }
    }
}

/// The accounts of the citizen's own time.
const CITIZEN_TIME: [Account; 3] = [Account::CitizenActive, Account::CitizenQueue, Account::CitizenTravel];

/// Returns the citizen's own time in milliseconds.
fn citizen_time(accounts: &Accounts) -> i64 {
    sum(accounts, &CITIZEN_TIME)
}

fn sum(accounts: &Accounts, of: &[Account]) -> i64 {
    of.iter().map(|&account| accounts[account as usize]).sum()
}

/// Returns what one case adds above and below the line of a measure, in raw units.
///
/// `hour_value` is the value of an hour of its citizen's time, in thousandths of the currency unit.
fn value(measure: &Measure, end: &CaseEnd<'_>, hour_value: f64) -> (i64, i64) {
    let stretch = |from: Option<SimTime>, to: Option<SimTime>| match (from, to) {
        (Some(from), Some(to)) if from <= to => (to.since(from).ms(), 1),
        _ => (0, 0),
    };
    match measure.formula {
        Formula::Sum(accounts) => (sum(end.accounts, accounts), 1),
        Formula::Stretch(Stretch::ArrivalToEnd) => stretch(Some(end.arrival), Some(end.ended)),
        Formula::Stretch(Stretch::ArrivalToDecision) => stretch(Some(end.arrival), end.decided),
        Formula::Stretch(Stretch::ApplicationToDecision) => stretch(end.applied, end.decided),
        Formula::Stretch(Stretch::ArrivalToPayment) => stretch(Some(end.arrival), end.paid),
        Formula::Burden => {
            let time = citizen_time(end.accounts) as f64 / MS_PER_HOUR as f64 * hour_value;
            (time.round() as i64 + end.accounts[Account::CitizenCost as usize], 1)
        }
        Formula::Ratio { of, by } => (sum(end.accounts, of), sum(end.accounts, by)),
        Formula::ShareWithout(account) => (i64::from(end.accounts[account as usize] == 0), 1),
    }
}

/// Returns for each of [`WAIT_LIMITS`] the share of values that do not exceed it.
pub fn shares_within_limits(waits: &Sketch) -> Vec<(f64, f64)> {
    let share = |minutes: f64| waits.share_at_most((minutes * MS_PER_MINUTE as f64) as i64);
    WAIT_LIMITS.iter().filter_map(|&minutes| Some((minutes, share(minutes)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::idx::Idx;
    use crate::engine::record::CaseId;
    use crate::experiment::kpi;
    use crate::experiment::layout::SegmentKey;

    fn layout() -> Layout {
        let segment = SegmentKey { id: "all".to_owned(), hour_value: 1_000_000.0, ..SegmentKey::default() };
        Layout { segments: vec![segment], sources: vec![("d".to_owned(), true)], ..Layout::default() }
    }

    fn end_case(collector: &mut Collector<'_>, number: u64, departure: Departure, fill: impl Fn(&mut Accounts)) {
        end_case_with(collector, number, departure, fill, |_| (1 << Account::COUNT) - 1);
    }

    fn end_case_with(
        collector: &mut Collector<'_>,
        number: u64,
        departure: Departure,
        fill: impl Fn(&mut Accounts),
        touch: fn(&Accounts) -> u64,
    ) {
        let mut accounts = [0; Account::COUNT];
        fill(&mut accounts);
        let case = CaseId { source: Idx::new(0), number, segment: 0, measured: true };
        let path = [0; PathClass::COUNT];
        let (arrival, ended, decided) = (SimTime(0), SimTime(MS_PER_HOUR), Some(SimTime(MS_PER_MINUTE)));
        let touched = touch(&accounts);
        let (outcome, accounts, path) = (Outcome::Completed, &accounts, &path);
        let end =
            CaseEnd { case, arrival, ended, departure, outcome, accounts, touched, path, applied: None, decided, paid: None };
        collector.case_ended(&end);
    }

    fn fraction(sums: &CaseSums, name: &str) -> Fraction {
        sums.cells[0].measures[kpi::position(name).unwrap()]
    }

    #[test]
    fn ratios_are_ratios_of_sums_and_not_means_of_ratios() {
        let layout = layout();
        let mut collector = Collector::new(&layout, (SimTime(0), SimTime(1)), 10);
        for (number, (kept, due)) in [(1, 1), (0, 3)].into_iter().enumerate() {
            end_case(&mut collector, number as u64, Departure::Complete, |a| {
                a[Account::TermsKept as usize] = kept;
                a[Account::TermsDue as usize] = due;
            });
        }
        let sums = collector.finish();
        assert_eq!(fraction(&sums, "within_term").value(), Some(0.25));
        assert_eq!(fraction(&sums, "completed_share").value(), None, "no service begun has no share");
        assert_eq!(fraction(&sums, "zero_visit_share").value(), Some(1.0));
    }

    #[test]
    fn accounts_that_were_not_used_count_as_if_they_had_been_looked_at() {
        let layout = layout();
        let fill = |number: usize, accounts: &mut Accounts| {
            for (at, account) in accounts.iter_mut().enumerate().filter(|(at, _)| (at + number).is_multiple_of(5)) {
                *account = (number * 1_000 + at) as i64;
            }
        };
        let sums = |touch: fn(&Accounts) -> u64| {
            let mut collector = Collector::new(&layout, (SimTime(0), SimTime(1)), 10);
            for number in 0..3_000 {
                end_case_with(&mut collector, number as u64, Departure::Complete, |accounts| fill(number, accounts), touch);
            }
            collector.finish()
        };
        let used = |accounts: &Accounts| (0..Account::COUNT).filter(|&at| accounts[at] != 0).fold(0, |bits, at| bits | 1 << at);
        assert_eq!(sums(used), sums(|_| (1 << Account::COUNT) - 1));
    }

    #[test]
    fn cases_without_a_payment_have_no_time_to_it() {
        let layout = layout();
        let mut collector = Collector::new(&layout, (SimTime(0), SimTime(1)), 0);
        end_case(&mut collector, 0, Departure::Complete, |a| a[Account::CitizenActive as usize] = MS_PER_HOUR);
        let sums = collector.finish();
        assert_eq!(fraction(&sums, "payment_time"), Fraction::default());
        assert_eq!(fraction(&sums, "decision_time").value(), Some(60_000.0));
        assert_eq!(fraction(&sums, "burden").value(), Some(1_000_000.0), "an hour at the value of an hour");
        assert!(sums.persons.is_empty());
    }

    #[test]
    fn unfinished_and_stuck_cases_are_counted_apart() {
        let layout = layout();
        let mut collector = Collector::new(&layout, (SimTime(0), SimTime(1)), 10);
        end_case(&mut collector, 0, Departure::Unfinished, |a| a[Account::Visits as usize] = 9);
        end_case(&mut collector, 1, Departure::Stuck(Idx::new(0)), |a| a[Account::Visits as usize] = 9);
        end_case(&mut collector, 2, Departure::Complete, |a| a[Account::Visits as usize] = 1);
        let sums = collector.finish();
        assert_eq!(sums.counts, CaseCounts { arrived: 3, completed: 1, unfinished: 1, stuck: 1 });
        assert_eq!(fraction(&sums, "visits").value(), Some(1.0));
    }
}
