//! Builders of small programs by hand, and observers that keep what a test asks for.

use kezek::base::distribution::Distribution;
use kezek::base::idx::Idx;
use kezek::base::progress::CancelToken;
use kezek::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, SimTime};
use kezek::engine::account::{Account, Accounts, Outcome, PathClass, PathTimes};
use kezek::engine::arrivals::ArrivalProcess;
use kezek::engine::calendar::Calendar;
use kezek::engine::program::*;
use kezek::engine::random::sampler::Sampler;
use kezek::engine::random::stream::StreamId;
use kezek::engine::record::{Activity, CaseEnd, CaseId, Departure, Observer, RunSummary, ServiceEnd};
use kezek::engine::run::{RunPlan, run};
use kezek::engine::working_days::WorkingDays;

pub type Duration = Idx<Vec<Sampler>>;
pub type Node = Idx<Element>;
pub type Pool = Idx<ResourcePool>;
pub type Hours = Idx<Calendar>;

/// Monday to Friday as days of a week that begins on Monday.
pub const WEEKDAYS: &[i64] = &[0, 1, 2, 3, 4];

pub fn minutes(n: f64) -> f64 {
    n * MS_PER_MINUTE as f64
}

pub fn hours(n: f64) -> f64 {
    n * MS_PER_HOUR as f64
}

/// Day (from 0), hour and minute as an instant.
pub fn at(day: i64, hour: i64, minute: i64) -> SimTime {
    SimTime(day * MS_PER_DAY + hour * MS_PER_HOUR + minute * MS_PER_MINUTE)
}

/// A program under construction. Time zero is a Monday's midnight.
pub struct Net {
    pub program: Program,
    prefix: &'static str,
}

impl Net {
    pub fn new() -> Net {
        Net::named("")
    }

    /// Nets with different prefixes draw from different streams.
    pub fn named(prefix: &'static str) -> Net {
        Net { program: Program::default(), prefix }
    }

    pub fn duration(&mut self, distribution: Distribution) -> Duration {
        self.program.durations.push(vec![Sampler::new(&distribution).unwrap()])
    }

    pub fn fixed(&mut self, length_minutes: f64) -> Duration {
        self.duration(Distribution::Fixed(minutes(length_minutes)))
    }

    pub fn exponential(&mut self, mean_ms: f64) -> Duration {
        self.duration(Distribution::Exponential { mean: mean_ms })
    }

    pub fn open(&mut self, intervals: Vec<(SimTime, SimTime)>) -> Hours {
        self.program.calendars.push(Calendar::from_intervals(intervals))
    }

    /// Opens on these days of the week, from and to these minutes of the day (the end may lie on the next day), for `weeks`.
    pub fn weekly(&mut self, weeks: i64, days: &[i64], from_to: &[(i64, i64)]) -> Hours {
        let mut intervals = Vec::new();
        for week in 0..weeks {
            for day in days {
                let day = week * 7 + day;
                intervals.extend(from_to.iter().map(|&(from, to)| (at(day, 0, from), at(day, 0, to))));
            }
        }
        self.open(intervals)
    }

    /// Monday to Friday, 9 to 18, for ten weeks.
    pub fn nine_to_six(&mut self) -> Hours {
        self.weekly(10, WEEKDAYS, &[(9 * 60, 18 * 60)])
    }

    pub fn working_days(&mut self, flags: &[bool]) -> Idx<WorkingDays> {
        self.program.working_days.push(WorkingDays::new(flags))
    }

    pub fn pool(&mut self, count: u32) -> Pool {
        self.shifts(&[(count, None)])
    }

    /// A pool of groups; its own hours are their union.
    pub fn shifts(&mut self, groups: &[(u32, Option<Hours>)]) -> Pool {
        let always = groups.iter().any(|(_, hours)| hours.is_none());
        let intervals =
            groups.iter().filter_map(|(_, hours)| *hours).flat_map(|h| self.program.calendars[h].intervals().collect::<Vec<_>>());
        let union = if always { None } else { Some(Calendar::from_intervals(intervals.collect())) };
        let hours = union.map(|calendar| self.program.calendars.push(calendar));
        let stream = StreamId::named(&format!("{}pool {}", self.prefix, self.program.pools.len()));
        let groups = groups.iter().map(|&(count, hours)| Group { count, hours }).collect();
        self.program.pools.push(ResourcePool { groups, hours, stream, ..ResourcePool::default() })
    }

    pub fn slot(&mut self) -> u32 {
        self.program.n_slots += 1;
        self.program.n_slots as u32 - 1
    }

    fn visit_slot(&mut self) -> u32 {
        self.program.n_visits += 1;
        self.program.n_visits as u32 - 1
    }

    pub fn message(&mut self) -> usize {
        let slot = self.slot();
        self.program.message_slots.push(slot);
        self.program.message_slots.len() - 1
    }

    /// Adds an element: reported, with a stream and a visit counter of its own.
    pub fn add(&mut self, kind: Kind) -> Node {
        let stream = StreamId::named(&format!("{}element {}", self.prefix, self.program.elements.len()));
        let visit_slot = Some(self.visit_slot());
        self.program.elements.push(Element { kind, next: None, stream, visit_slot, effects: Vec::new(), reported: true })
    }

    pub fn pass(&mut self) -> Node {
        self.add(Kind::Pass)
    }

    pub fn end(&mut self) -> Node {
        self.add(Kind::End(End::default()))
    }

    /// Work of one member of a pool, which everybody in it can do.
    pub fn work(&mut self, pool: Pool, duration: Duration) -> Node {
        self.add(Kind::Work(Box::new(Work { requests: vec![one_of(pool)], ..plain_work(duration) })))
    }

    /// Work for which nothing is scarce.
    pub fn free_work(&mut self, duration: Duration) -> Node {
        self.add(Kind::Work(Box::new(plain_work(duration))))
    }

    pub fn work_mut(&mut self, node: Node) -> &mut Work {
        match &mut self.program.elements[node].kind {
            Kind::Work(work) => work,
            other => panic!("{other:?} is no work"),
        }
    }

    pub fn delay(&mut self, duration: Duration) -> Node {
        self.add(Kind::Delay(Delay { until: Until::For(duration), class: PathClass::External, account: None }))
    }

    pub fn delay_until(&mut self, until: Until) -> Node {
        self.add(Kind::Delay(Delay { until, class: PathClass::External, account: None }))
    }

    /// An exclusive gateway by shares.
    pub fn split(&mut self, ways: &[(f64, Node)]) -> Node {
        let ways = ways.iter().map(|&(share, target)| Way { target, rule: Rule::Share(vec![share]) }).collect();
        self.add(Kind::Exclusive(ways))
    }

    pub fn fork(&mut self, targets: &[Node]) -> Node {
        self.add(Kind::Parallel { incoming: 1, targets: targets.to_vec() })
    }

    pub fn join(&mut self, incoming: u32, target: Node) -> Node {
        self.add(Kind::Parallel { incoming, targets: vec![target] })
    }

    pub fn enter(&mut self, start: Node, watchers: Vec<Watcher>) -> Node {
        let process = self.body(&[start]);
        self.add(Kind::Enter(Enter { process, service: None, watchers, undo: None }))
    }

    /// Lets elements follow each other.
    pub fn chain(&mut self, nodes: &[Node]) -> Node {
        for pair in nodes.windows(2) {
            self.program.elements[pair[0]].next = Some(pair[1]);
        }
        nodes[0]
    }

    pub fn effect(&mut self, node: Node, effect: Effect) {
        self.program.elements[node].effects.push(effect);
    }

    pub fn body(&mut self, starts: &[Node]) -> Idx<Process> {
        self.program.processes.push(Process { starts: starts.to_vec(), ..Process::default() })
    }

    pub fn source(&mut self, start: Node, arrivals: ArrivalProcess) -> Idx<Source> {
        let process = self.body(&[start]);
        let stream = StreamId::named(&format!("{}source {}", self.prefix, self.program.sources.len()));
        self.program.sources.push(Source { process, service: None, arrivals, stream, measured: true })
    }

    pub fn arrivals(&mut self, start: Node, instants: &[SimTime]) -> Idx<Source> {
        self.source(start, ArrivalProcess::List(instants.to_vec()))
    }

    pub fn one_case(&mut self, start: Node, instant: SimTime) -> Idx<Source> {
        self.arrivals(start, &[instant])
    }

    /// A Poisson process of constant rate for `n_hours`.
    pub fn poisson(&mut self, start: Node, per_hour: f64, n_hours: usize) -> Idx<Source> {
        let cumulative = (1..=n_hours).map(|hour| per_hour * hour as f64).collect();
        self.source(start, ArrivalProcess::Poisson { cumulative })
    }

    pub fn renewal(&mut self, start: Node, between: Distribution, limit: Option<u64>) -> Idx<Source> {
        let interval = self.duration(between);
        self.source(start, ArrivalProcess::Renewal { interval, first_at_start: false, limit, hours: None })
    }

    pub fn service(&mut self, service: Service) -> Idx<Service> {
        self.program.services.push(service)
    }

    /// Makes all inclusive joins know from where they can be reached. To be called last.
    pub fn seal(mut self) -> Net {
        assert!(self.program.mark_inclusive_reach());
        self
    }

    /// Runs one replication until every case has left, at most for twenty weeks, and returns everything.
    pub fn run(&self) -> (Recorder, RunSummary) {
        record(&self.program, &whole(1, 0, at(140, 0, 0)))
    }
}

pub fn one_of(pool: Pool) -> Request {
    Request { pool, count: 1, groups: u64::MAX }
}

/// Staff's work with nothing scarce: the base of others.
pub fn plain_work(duration: Duration) -> Work {
    Work {
        duration,
        requests: Vec::new(),
        hours: None,
        sitting: Sitting::Pauses,
        priority: 0,
        performer: Performer::Staff,
        citizen_in_line: false,
        citizen_at_work: false,
        place: None,
        patience: None,
        busy_class: PathClass::StaffBusy,
    }
}

/// A plan that measures from the beginning until `end`, and follows cases ten weeks longer.
pub fn whole(seed: u64, replication: u32, end: SimTime) -> RunPlan {
    let hard_end = SimTime(end.ms() + 70 * MS_PER_DAY);
    RunPlan { seed, replication, window: (SimTime::ZERO, end), hard_end, max_in_flight: 1_000_000 }
}

pub fn record(program: &Program, plan: &RunPlan) -> (Recorder, RunSummary) {
    let mut recorder = Recorder::default();
    let summary = run(program, plan, &mut recorder, &CancelToken::default());
    (recorder, summary)
}

/// A case that has left.
#[derive(Clone, Debug)]
pub struct CaseRow {
    pub id: CaseId,
    pub arrival: SimTime,
    pub ended: SimTime,
    pub departure: Departure,
    pub outcome: Outcome,
    pub accounts: Accounts,
    pub path: PathTimes,
    pub decided: Option<SimTime>,
    pub paid: Option<SimTime>,
}

impl CaseRow {
    pub fn elapsed(&self) -> i64 {
        self.ended.since(self.arrival).ms()
    }

    pub fn account(&self, account: Account) -> i64 {
        self.accounts[account as usize]
    }

    pub fn path(&self, class: PathClass) -> i64 {
        self.path[class as usize]
    }
}

/// Keeps everything.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    pub activities: Vec<Activity>,
    pub cases: Vec<CaseRow>,
    pub services: Vec<ServiceEnd>,
    /// Instants of all calls, in the order in which they came.
    pub instants: Vec<SimTime>,
}

impl Observer for Recorder {
    fn activity(&mut self, activity: &Activity) {
        self.instants.push(activity.ended);
        self.activities.push(*activity);
    }

    fn service_ended(&mut self, end: &ServiceEnd) {
        self.instants.push(end.ended);
        self.services.push(*end);
    }

    fn case_ended(&mut self, end: &CaseEnd) {
        self.instants.push(end.ended);
        self.cases.push(CaseRow {
            id: end.case,
            arrival: end.arrival,
            ended: end.ended,
            departure: end.departure,
            outcome: end.outcome,
            accounts: *end.accounts,
            path: *end.path,
            decided: end.decided,
            paid: end.paid,
        });
    }
}

impl Recorder {
    /// Activities of one element, in order of their ends.
    pub fn of(&self, node: Node) -> Vec<Activity> {
        self.activities.iter().filter(|a| a.element == node).copied().collect()
    }

    /// The only activity of an element.
    pub fn only(&self, node: Node) -> Activity {
        let all = self.of(node);
        assert_eq!(all.len(), 1, "runs of {node:?}");
        all[0]
    }

    /// Everything as text: equal bytes mean equal runs.
    pub fn text(&self) -> String {
        format!("{:?}\n{:?}\n{:?}", self.activities, self.cases, self.services)
    }
}

/// Counts per element, without keeping anything.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    pub n: u64,
    pub at_once: u64,
    pub waited: i64,
    /// How many waited longer than each threshold.
    pub longer: [u64; 2],
    /// How many left the line.
    pub left: u64,
}

impl Waits {
    pub fn mean(&self) -> f64 {
        self.waited as f64 / self.n as f64
    }

    pub fn share(&self, count: u64) -> f64 {
        count as f64 / self.n as f64
    }
}

/// Streams over measured cases: waits by element, sojourns.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub waits: Vec<Waits>,
    /// Milliseconds.
    pub thresholds: [i64; 2],
    pub n_cases: u64,
    pub sojourn: i64,
    /// All sojourns in milliseconds, where asked for.
    pub sojourns: Option<Vec<i64>>,
    /// Sums of all accounts.
    pub accounts: Vec<i64>,
}

impl Tally {
    pub fn of(program: &Program) -> Tally {
        Tally { waits: vec![Waits::default(); program.elements.len()], accounts: vec![0; Account::COUNT], ..Tally::default() }
    }

    pub fn at(&self, node: Node) -> &Waits {
        &self.waits[node.get()]
    }

    pub fn mean_sojourn(&self) -> f64 {
        self.sojourn as f64 / self.n_cases as f64
    }

    pub fn per_case(&self, account: Account) -> f64 {
        self.accounts[account as usize] as f64 / self.n_cases as f64
    }
}

impl Observer for Tally {
    fn activity(&mut self, activity: &Activity) {
        if !activity.case.measured {
            return;
        }
        let waited = activity.started.since(activity.enabled).ms();
        let waits = &mut self.waits[activity.element.get()];
        waits.n += 1;
        waits.waited += waited;
        waits.at_once += u64::from(waited == 0 && activity.finished);
        waits.left += u64::from(!activity.finished);
        for (count, threshold) in waits.longer.iter_mut().zip(self.thresholds) {
            *count += u64::from(waited > threshold);
        }
    }

    fn service_ended(&mut self, _: &ServiceEnd) {}

    fn case_ended(&mut self, end: &CaseEnd) {
        if !end.case.measured {
            return;
        }
        let sojourn = end.ended.since(end.arrival).ms();
        self.n_cases += 1;
        self.sojourn += sojourn;
        if let Some(sojourns) = &mut self.sojourns {
            sojourns.push(sojourn);
        }
        for (sum, part) in self.accounts.iter_mut().zip(end.accounts) {
            *sum += part;
        }
    }
}
