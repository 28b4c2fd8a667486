//! The reference models: (a) one pool, (b) eight pools in a row with rework and a branch, (c) the same in working hours.
//!
//! Each exists twice: as a scenario, compiled and run like any study, and as a network for the specialised loop.

use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_MINUTE;
use crate::engine::random::sampler::Sampler;
use crate::experiment::bench::loops::{Network, Processing, Station};
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::calendar::{Calendar, Weekdays, WeeklyHours};
use crate::model::demand::{Arrivals, Demand};
use crate::model::figure::Figure;
use crate::model::flow::{Branch, Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Performer, PoolUse, Step};

/// Which reference model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// M/M/10 at a load of 0.9: arrivals 9 a minute, service 1 minute.
    A,
    /// Eight pools at a load of 0.8, always open: arrivals 1 a minute.
    B,
    /// The same on Monday to Friday 9-13 and 14-18, arrivals around the clock.
    C,
}

impl Reference {
    /// All of them.
    pub const ALL: [Reference; 3] = [Reference::A, Reference::B, Reference::C];

    /// Returns what it is called.
    pub fn name(self) -> &'static str {
        match self {
            Reference::A => "a: M/M/10",
            Reference::B => "b: tandem of 8",
            Reference::C => "c: b in working hours",
        }
    }

    /// Returns the model of a letter.
    pub fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name().split(':').next() == Some(letter))
    }

    fn pools(self) -> Vec<(u32, Distribution)> {
        let m = MS_PER_MINUTE as f64;
        if self == Reference::A {
            return vec![(10, Distribution::Exponential { mean: m })];
        }
        let exponential = |mean: f64| Distribution::Exponential { mean: mean * m };
        let lognormal = |mean: f64, cv: f64| Distribution::Lognormal { mean: mean * m, sd: mean * cv * m };
        let gamma = |mean: f64, shape: f64| Distribution::Gamma { mean: mean * m, sd: mean * m / shape.sqrt() };
        vec![
            (4, exponential(3.2)),
            (10, lognormal(8.0, 1.0)),
            (16, gamma(11.52, 2.5)),
            (6, exponential(4.32)),
            (20, lognormal(14.4, 1.5)),
            (8, gamma(9.142857, 0.7)),
            (12, exponential(13.714286)),
            (10, lognormal(8.0, 0.5)),
        ]
    }

    /// Returns the mean time between arrivals, in milliseconds.
    pub fn interval(self) -> f64 {
        let minutes = match self {
            Reference::A => 1.0 / 9.0,
            Reference::B => 1.0,
            Reference::C => 10_080.0 / 2_400.0,
        };
        minutes * MS_PER_MINUTE as f64
    }

    /// Returns the model for the specialised loop; the messages say which distribution is at fault (none is).
    pub fn network(self) -> Result<Network, Vec<String>> {
        let station = |(servers, distribution): (u32, Distribution)| {
            let processing = match distribution {
                Distribution::Exponential { mean } => Processing::Exponential(mean),
                other => Processing::Table(Sampler::new(&other)?),
            };
            Ok(Station { servers, processing })
        };
        Ok(Network {
            interval: self.interval(),
            stations: self.pools().into_iter().map(station).collect::<Result<_, Vec<String>>>()?,
            branch: (self != Reference::A).then_some((4, [(0.10, 2), (0.63, 5), (0.27, 7)])),
            office_hours: self == Reference::C,
        })
    }

    /// Returns the model as a scenario with `n` cases.
    pub fn scenario(self, n: u64) -> Scenario {
        let calendar = (self == Reference::C).then(|| "office".to_owned());
        let mut elements =
            vec![Element { id: "start".to_owned(), kind: ElementKind::Start, next: Some("s1".to_owned()), ..Element::default() }];
        let mut pools = Vec::new();
        let list = self.pools();
        for (i, (servers, processing)) in list.iter().enumerate() {
            let id = format!("s{}", i + 1);
            let next = match (self, i) {
                (_, i) if i + 1 == list.len() => "end".to_owned(),
                (Reference::B | Reference::C, 4) => "branch".to_owned(),
                _ => format!("s{}", i + 2),
            };
            let step = Step {
                performer: Performer::Staff(vec![PoolUse { pool: format!("agency/{id}"), count: 1 }]),
                duration: Figure::assumed(processing.clone()),
                ..Step::default()
            };
            elements.push(Element {
                id: id.clone(),
                name: id.clone(),
                kind: ElementKind::Step(Box::new(step)),
                next: Some(next),
                ..Element::default()
            });
            let group =
                StaffGroup { count: Figure::assumed(f64::from(*servers)), calendar: calendar.clone(), skills: Vec::new() };
            pools.push(StaffPool { id: id.clone(), name: id, staff: vec![group], ..StaffPool::default() });
        }
        let way = |to: &str, share: f64| Branch { to: to.to_owned(), share: Some(Figure::assumed(share)), ..Branch::default() };
        let ways = vec![way("s3", 0.10), way("s6", 0.63), way("s8", 0.27)];
        if self != Reference::A {
            elements.push(Element { id: "branch".to_owned(), kind: ElementKind::Exclusive(ways), ..Element::default() });
        }
        elements.push(Element { id: "end".to_owned(), ..Element::default() });
        let hours = |from: u16, to: u16| WeeklyHours { days: Weekdays::range(0, 4), from_minute: from * 60, to_minute: to * 60 };
        let office = Calendar { id: "office".to_owned(), weekly: vec![hours(9, 13), hours(14, 18)], ..Calendar::default() };
        let interval = Figure::assumed(Distribution::Exponential { mean: self.interval() });
        Scenario {
            calendars: vec![office],
            agencies: vec![Agency { id: "agency".to_owned(), name: "Agency".to_owned(), pools }],
            services: vec![Service { id: "service".to_owned(), name: "Service".to_owned(), elements, ..Service::default() }],
            demand: vec![Demand {
                id: "cases".to_owned(),
                of: "service".to_owned(),
                arrivals: Arrivals::Renewal { interval, first_at_start: false, limit: Some(n), calendar: None },
                background: false,
            }],
            ..Scenario::default()
        }
    }
}
