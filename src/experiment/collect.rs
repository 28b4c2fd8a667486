//! Folds what a run emits into sums and sketches: memory grows with steps, segments and pools, never with cases.

use crate::base::time::{MS_PER_HOUR, MS_PER_MINUTE, SimTime};
use crate::engine::account::{Account, Accounts, Outcome};
use crate::engine::record::{Activity, CaseEnd, Departure, Observer, ServiceEnd};
use crate::experiment::kpi::{Formula, MEASURES, Stretch};
use crate::experiment::layout::Layout;
use crate::experiment::outcome::WAIT_LIMITS;
use crate::experiment::recipe::Recipes;
use crate::experiment::sums::{CaseSums, Cell, ElementSums, FUNNEL, Fraction, PersonValue, ServiceSums, StepSums};
use crate::statistics::sketch::{Batched, Sketch};

/// Receives a run's records and sums them up.
pub struct Collector<'l> {
    layout: &'l Layout,
    window: (SimTime, SimTime),
    persons_limit: u64,
    recipes: Recipes,
    /// By cell: what the accounts of its cases come to.
    accounts: Vec<[i128; Account::COUNT]>,
    /// By row of a measure (and a segment): the values of the cases that were asked.
    values: Vec<Batched>,
    /// By service: from beginning to end.
    elapsed: Vec<Batched>,
    pool_waits: Vec<Batched>,
    elements: Vec<ElementSums>,
    sums: CaseSums,
}

impl<'l> Collector<'l> {
    /// Begins with nothing. `window` is the measured window; `persons_limit` as in [`crate::experiment::plan::Plan::persons`].
    pub fn new(layout: &'l Layout, window: (SimTime, SimTime), persons_limit: u64) -> Self {
        let (n_segments, n_sources) = (layout.segments.len().max(1), layout.sources.len());
        let recipes = Recipes::new();
        let cell = Cell { cases: 0, measures: vec![Fraction::default(); MEASURES.len()] };
        let sums = CaseSums {
            cells: vec![cell; n_segments * n_sources],
            sketches: vec![Sketch::default(); MEASURES.len()],
            segment_sketches: vec![vec![Sketch::default(); recipes.n_groups]; n_segments],
            steps: vec![StepSums::default(); layout.steps.len()],
            services: vec![ServiceSums::default(); layout.services.len()],
            ..CaseSums::default()
        };
        Collector {
            layout,
            window,
            persons_limit,
            accounts: vec![[0; Account::COUNT]; n_segments * n_sources],
            values: vec![Batched::default(); recipes.n_rows(n_segments)],
            elapsed: vec![Batched::default(); layout.services.len()],
            pool_waits: vec![Batched::default(); layout.pools.len()],
            elements: layout.parts.iter().map(|&part| ElementSums::new(part)).collect(),
            recipes,
            sums,
        }
    }

    /// Returns the sums.
    pub fn finish(mut self) -> CaseSums {
        self.add_up_cells();
        self.add_up_sketches();
        for element in &self.elements {
            if let Some(step) = element.part.step {
                element.add_to(&mut self.sums.steps[step as usize]);
            }
        }
        for (sums, elapsed) in self.sums.services.iter_mut().zip(self.elapsed) {
            sums.sketch = elapsed.into_sketch();
        }
        self.sums.pool_waits = self.pool_waits.into_iter().map(Batched::into_sketch).collect();
        self.sums.persons = in_order(&self.sums.persons);
        self.sums
    }

    /// Works measures out from the accounts of all cases together, and counts those cases that were not asked for a measure.
    fn add_up_cells(&mut self) {
        for (cell, accounts) in self.sums.cells.iter_mut().zip(&self.accounts) {
            let all = |of: &[Account]| of.iter().map(|&account| accounts[account as usize]).sum::<i128>();
            let cases = i128::from(cell.cases);
            for (fraction, measure) in cell.measures.iter_mut().zip(MEASURES) {
                match measure.formula {
                    Formula::Sum(of) => *fraction = Fraction { of: all(of), by: cases },
                    Formula::Ratio { of, by } => *fraction = Fraction { of: all(of), by: all(by) },
                    // Who was not asked has not used the account.
                    Formula::ShareWithout(_) => fraction.merge(Fraction { of: cases - fraction.by, by: cases - fraction.by }),
                    Formula::Burden => fraction.by = cases,
                    // Every case is asked, and some have none.
                    Formula::Stretch(_) => {}
                }
            }
        }
    }

    /// Takes over the sketches, with a 0 for each case that was not asked, and adds up those of the segments.
    fn add_up_sketches(&mut self) {
        let n_segments = self.sums.segment_sketches.len();
        let mut cases_of_segment = vec![0; n_segments];
        for (at, cell) in self.sums.cells.iter().enumerate() {
            cases_of_segment[at % n_segments] += cell.cases;
        }
        for (at, measure) in MEASURES.iter().enumerate() {
            let row = self.recipes.rows[at];
            let mut take = |segment: usize, cases: u64| {
                let mut sketch = std::mem::take(&mut self.values[row.of(segment)]).into_sketch();
                if matches!(measure.formula, Formula::Sum(_) | Formula::Burden) {
                    sketch.record_n(0, cases.saturating_sub(sketch.n()));
                }
                sketch
            };
            match row.group {
                None => self.sums.sketches[at] = take(0, cases_of_segment.iter().sum()),
                Some(group) => {
                    for (segment, &cases) in cases_of_segment.iter().enumerate() {
                        let sketch = take(segment, cases);
                        self.sums.sketches[at].merge(&sketch);
                        self.sums.segment_sketches[segment][group] = sketch;
                    }
                }
            }
        }
    }

    fn complete(&mut self, end: &CaseEnd<'_>) {
        let (source, segment) = (end.case.source.get(), end.case.segment as usize);
        let at = source * self.sums.segment_sketches.len() + segment;
        let (Some(cell), Some(accounts)) = (self.sums.cells.get_mut(at), self.accounts.get_mut(at)) else { return };
        cell.cases += 1;
        let (mut touched, mut asked) = (end.touched, self.recipes.always);
        while touched != 0 {
            let account = touched.trailing_zeros() as usize;
            touched &= touched - 1;
            let value = end.accounts[account];
            if value != 0 {
                accounts[account] += i128::from(value);
                let recipe = self.recipes.by_account[account];
                asked |= recipe.others;
                if let Some(row) = recipe.alone {
                    self.values[row.of(segment)].record(value);
                }
            }
        }
        while asked != 0 {
            let at = asked.trailing_zeros() as usize;
            asked &= asked - 1;
            let fraction = &mut cell.measures[at];
            let value = match MEASURES[at].formula {
                Formula::Sum(accounts) => Some(sum(end.accounts, accounts)),
                Formula::Stretch(stretch) => time(stretch, end).inspect(|&time| fraction.add(time, 1)),
                Formula::Burden => {
                    let value = burden(end.accounts, self.layout.segments.get(segment).map_or(0.0, |s| s.hour_value));
                    fraction.of += i128::from(value);
                    Some(value)
                }
                Formula::ShareWithout(_) => {
                    fraction.by += 1;
                    None
                }
                Formula::Ratio { .. } => None,
            };
            if let Some(value) = value {
                self.values[self.recipes.rows[at].of(segment)].record(value);
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
    const READS_CHANNELS: bool = false;

    fn activity(&mut self, activity: &Activity) {
        let waited = activity.started.since(activity.enabled).ms();
        if let Some((pool, _, _)) = activity.served_by
            && self.window.0 <= activity.started
            && activity.started < self.window.1
            && let Some(waits) = self.pool_waits.get_mut(pool.get())
        {
            waits.record(waited);
        }
        if !activity.case.measured {
            return;
        }
        let Some(sums) = self.elements.get_mut(activity.element.get()) else { return };
        sums.citizen += activity.citizen;
        sums.staff += activity.staff;
        if sums.part.is_main {
            sums.runs += 1;
            // A run with so many of them as this could not hold would take hours.
            sums.broken_off = sums.broken_off.saturating_add(u32::from(!activity.finished));
            sums.waiting += if sums.part.is_work { waited } else { activity.ended.since(activity.enabled).ms() };
            sums.waiting_busy += activity.waited_busy;
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
        self.elapsed[end.service.get()].record(elapsed);
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
pub(crate) const CITIZEN_TIME: [Account; 3] = [Account::CitizenActive, Account::CitizenQueue, Account::CitizenTravel];

/// Returns the citizen's own time in milliseconds.
fn citizen_time(accounts: &Accounts) -> i64 {
    sum(accounts, &CITIZEN_TIME)
}

fn sum(accounts: &Accounts, of: &[Account]) -> i64 {
    of.iter().map(|&account| accounts[account as usize]).sum()
}

/// Returns a stretch of a case's life in milliseconds, if it has one.
fn time(stretch: Stretch, end: &CaseEnd<'_>) -> Option<i64> {
    let between = |from: Option<SimTime>, to: Option<SimTime>| match (from, to) {
        (Some(from), Some(to)) if from <= to => Some(to.since(from).ms()),
        _ => None,
    };
    match stretch {
        Stretch::ArrivalToEnd => between(Some(end.arrival), Some(end.ended)),
        Stretch::ArrivalToDecision => between(Some(end.arrival), end.decided),
        Stretch::ApplicationToDecision => between(end.applied, end.decided),
        Stretch::ArrivalToPayment => between(Some(end.arrival), end.paid),
    }
}

/// Returns a case's burden in thousandths of the currency unit; `hour_value` is the value of an hour of its citizen's time in these.
fn burden(accounts: &Accounts, hour_value: f64) -> i64 {
    let time = citizen_time(accounts) as f64 / MS_PER_HOUR as f64 * hour_value;
    time.round() as i64 + accounts[Account::CitizenCost as usize]
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
    use crate::engine::account::PathClass;
    use crate::engine::record::CaseId;
    use crate::experiment::kpi;
    use crate::experiment::layout::SegmentKey;
    use crate::experiment::outcome::CaseCounts;

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
