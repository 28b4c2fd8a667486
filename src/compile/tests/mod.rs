//! Claims about compiled scenarios; the scenarios are small and built here.

mod golden;
mod offers;
mod structure;

use crate::base::distribution::Distribution;
use crate::base::progress::CancelToken;
use crate::base::time::{MS_PER_HOUR, MS_PER_MINUTE, SimDuration, SimTime};
use crate::compile::{Compiled, compile};
use crate::engine::account::{Account, Accounts, PathTimes};
use crate::engine::record::{Activity, CaseEnd, Departure, Observer, RunSummary, ServiceEnd};
use crate::engine::run::{RunPlan, run};
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::calendar::{Calendar, Weekdays, WeeklyHours};
use crate::model::demand::{Arrivals, Burst, Demand};
use crate::model::document::{Document, Gathering};
use crate::model::figure::{Figure, fixed_duration};
use crate::model::flow::{Branch, Element, ElementKind, End};
use crate::model::population::Place;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{CitizenPart, DocumentUse, Performer, PoolUse, Step};
use jiff::civil::{DateTime, date};

pub(super) const MIN: i64 = MS_PER_MINUTE;
pub(super) const HOUR: i64 = MS_PER_HOUR;

pub(super) fn number(value: f64) -> Figure<f64> {
    Figure::assumed(value)
}

pub(super) fn start(next: &str) -> Element {
    Element { id: "start".to_owned(), kind: ElementKind::Start, next: Some(next.to_owned()), ..Element::default() }
}

pub(super) fn end() -> Element {
    Element { id: "end".to_owned(), kind: ElementKind::End(End::default()), ..Element::default() }
}

pub(super) fn element(id: &str, kind: ElementKind, next: &str) -> Element {
    let next = (!next.is_empty()).then(|| next.to_owned());
    Element { id: id.to_owned(), kind, next, ..Element::default() }
}

pub(super) fn step(id: &str, step: Step, next: &str) -> Element {
    element(id, ElementKind::Step(Box::new(step)), next)
}

pub(super) fn minutes(n: i64) -> Figure<Distribution> {
    fixed_duration(n * MIN)
}

pub(super) fn staff(pool: &str, n: i64) -> Step {
    let uses = vec![PoolUse { pool: pool.to_owned(), count: 1 }];
    Step { performer: Performer::Staff(uses), duration: minutes(n), ..Step::default() }
}

pub(super) fn need(document: &str) -> DocumentUse {
    DocumentUse { document: document.to_owned(), ..DocumentUse::default() }
}

pub(super) fn share(to: &str, share: f64) -> Branch {
    Branch { to: to.to_owned(), share: Some(number(share)), ..Branch::default() }
}

pub(super) fn when(to: &str, condition: &str) -> Branch {
    Branch { to: to.to_owned(), when: Some(condition.to_owned()), ..Branch::default() }
}

pub(super) fn otherwise(to: &str) -> Branch {
    Branch { to: to.to_owned(), otherwise: true, ..Branch::default() }
}

pub(super) fn service(id: &str, elements: Vec<Element>) -> Service {
    Service { id: id.to_owned(), name: id.to_owned(), elements, ..Service::default() }
}

pub(super) fn burst(id: &str, of: &str, at: DateTime, count: u32) -> Demand {
    let arrivals = Arrivals::List(vec![Burst { at, count }]);
    Demand { id: id.to_owned(), of: of.to_owned(), arrivals, background: false }
}

/// Office hours from Monday to Friday, one center 40 minutes away, one window, one clerk, one officer.
pub(super) fn office() -> Scenario {
    let weekly = vec![WeeklyHours { days: Weekdays::range(0, 4), from_minute: 540, to_minute: 1080 }];
    let pool = |id: &str| StaffPool {
        id: id.to_owned(),
        staff: vec![StaffGroup { count: number(1.0), calendar: Some("office".to_owned()), ..StaffGroup::default() }],
        ..StaffPool::default()
    };
    Scenario {
        start: date(2026, 10, 2).at(9, 0, 0, 0),
        calendars: vec![Calendar { id: "office".to_owned(), weekly, ..Calendar::default() }],
        places: vec![Place {
            id: "center".to_owned(),
            travel: minutes(40),
            calendar: Some("office".to_owned()),
            ..Place::default()
        }],
        agencies: vec![Agency {
            id: "psc".to_owned(),
            pools: vec![pool("window"), pool("clerk"), pool("officer")],
            ..Agency::default()
        }],
        documents: ["id-card", "birth-certificate"]
            .map(|id| Document {
                id: id.to_owned(),
                gathering: Gathering { work: minutes(15), ..Gathering::default() },
                ..Document::default()
            })
            .to_vec(),
        ..Scenario::default()
    }
}

pub(super) fn at_window(n: i64) -> Step {
    Step { citizen: CitizenPart::Present, place: Some("center".to_owned()), ..staff("psc/window", n) }
}

/// A case that has left.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) source: usize,
    pub(super) number: u64,
    pub(super) departure: Departure,
    pub(super) elapsed: i64,
    pub(super) accounts: Accounts,
    pub(super) path: PathTimes,
    pub(super) decided: Option<i64>,
    pub(super) paid: Option<i64>,
}

impl Left {
    pub(super) fn account(&self, account: Account) -> i64 {
        self.accounts[account as usize]
    }

    pub(super) fn minutes(&self, account: Account) -> i64 {
        self.account(account) / MIN
    }
}

/// What a run left behind.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    pub(super) cases: Vec<Left>,
    pub(super) activities: Vec<Activity>,
    pub(super) services: Vec<ServiceEnd>,
    pub(super) summary: RunSummary,
    pub(super) compiled: Compiled,
}

#[derive(Default)]
struct Keeper {
    cases: Vec<Left>,
    activities: Vec<Activity>,
    services: Vec<ServiceEnd>,
}

impl Observer for Keeper {
    fn activity(&mut self, activity: &Activity) {
        self.activities.push(*activity);
    }
    fn service_ended(&mut self, end: &ServiceEnd) {
        self.services.push(*end);
    }
    fn case_ended(&mut self, end: &CaseEnd) {
        self.cases.push(Left {
            source: end.case.source.get(),
            number: end.case.number,
            departure: end.departure,
            elapsed: end.ended.since(end.arrival).ms(),
            accounts: *end.accounts,
            path: *end.path,
            decided: end.decided.map(|t| t.since(end.arrival).ms()),
            paid: end.paid.map(|t| t.since(end.arrival).ms()),
        });
    }
}

pub(super) fn compiled(scenario: &Scenario) -> Compiled {
    compile(scenario, SimDuration::from_days(60)).unwrap()
}

/// Runs a scenario for 60 days.
pub(super) fn trace(scenario: &Scenario) -> Trace {
    let compiled = compiled(scenario);
    let end = SimTime(60 * 24 * HOUR);
    let plan = RunPlan { seed: 1, replication: 0, window: (SimTime::ZERO, end), hard_end: end, max_in_flight: 1_000_000 };
    let mut keeper = Keeper::default();
    let summary = run(&compiled.program, &plan, &mut keeper, &CancelToken::default());
    Trace { cases: keeper.cases, activities: keeper.activities, services: keeper.services, summary, compiled }
}
