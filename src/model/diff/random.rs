//! Small random scenarios for tests: ids are unique among their kind, everything else may be nonsense.

use crate::base::distribution::Distribution;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::calendar::{Calendar, Weekdays, WeeklyHours};
use crate::model::demand::{Arrivals, Demand, Profile};
use crate::model::document::Document;
use crate::model::figure::{DurationFigure, Figure, NumberFigure};
use crate::model::flow::{Boundary, Branch, Element, ElementKind, End, Outcome, Trigger, Wait, WaitCause, WaitUntil};
use crate::model::population::{Channel, Segment};
use crate::model::registry::Registry;
use crate::model::scenario::Scenario;
use crate::model::service::{ChannelShare, Form, Service};
use crate::model::step::{DocumentUse, Failure, Performer, PoolUse, Sitting, Step};

/// A small generator (SplitMix64), so that tests need no other layer.
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    fn number(&mut self) -> NumberFigure {
        let mut figure = Figure::assumed(self.below(10) as f64 / 8.0);
        if self.below(4) == 0 {
            figure.by_segment.push(("rural".to_owned(), self.below(5) as f64 / 8.0));
        }
        figure
    }

    fn duration(&mut self) -> DurationFigure {
        Figure::assumed(Distribution::Fixed(self.below(5) as f64 * 60_000.0))
    }

    /// Picks some of `a0`, `a1` ... in random order, without repeats.
    fn ids(&mut self, letter: &str) -> Vec<String> {
        let mut ids: Vec<String> = (0..4).map(|i| format!("{letter}{i}")).filter(|_| self.below(3) > 0).collect();
        for i in (1..ids.len()).rev() {
            let j = self.below(i + 1);
            if self.below(3) == 0 {
                ids.swap(i, j);
            }
        }
        ids
    }

    fn element_id(&mut self) -> String {
        format!("e{}", self.below(7))
    }

    fn element(&mut self, id: String) -> Element {
        let kind = match self.below(7) {
            0..3 => ElementKind::Step(Box::new(Step {
                performer: Performer::Staff(vec![PoolUse { pool: format!("a{}/p", self.below(4)), count: 1 }]),
                duration: self.duration(),
                sitting: if self.coin() { Sitting::Pauses } else { Sitting::OneSitting },
                documents: vec![DocumentUse { document: format!("d{}", self.below(4)), ..DocumentUse::default() }],
                failure: (self.below(4) == 0).then(|| Failure { share: self.number(), next: self.element_id() }),
                ..Step::default()
            })),
            3 => ElementKind::Exclusive(
                (0..self.below(3) + 1)
                    .map(|_| Branch { to: self.element_id(), share: Some(self.number()), ..Branch::default() })
                    .collect(),
            ),
            4 => ElementKind::Parallel((0..self.below(3)).map(|_| self.element_id()).collect()),
            5 => ElementKind::End(End {
                outcome: if self.coin() { Outcome::Completed } else { Outcome::NeverClaimed },
                ..End::default()
            }),
            _ => ElementKind::Wait(Wait {
                until: WaitUntil::For(self.duration()),
                cause: WaitCause::External,
                suspends_term: self.coin(),
            }),
        };
        let next = matches!(kind, ElementKind::Step(_) | ElementKind::Wait(_)).then(|| self.element_id());
        let boundary = if self.below(6) == 0 {
            vec![Boundary {
                id: format!("b-{id}"),
                name: String::new(),
                trigger: Trigger::Deadline,
                interrupting: self.coin(),
                next: self.element_id(),
            }]
        } else {
            Vec::new()
        };
        Element { name: format!("Name {}", self.below(4)), id, kind, next, boundary, ..Element::default() }
    }

    fn service(&mut self, id: String) -> Service {
        let mut elements = Vec::new();
        if self.below(5) > 0 {
            elements.push(Element {
                id: "start".to_owned(),
                kind: ElementKind::Start,
                next: Some(self.element_id()),
                ..Element::default()
            });
        }
        for i in 0..7 {
            if self.below(4) > 0 {
                elements.push(self.element(format!("e{i}")));
            }
        }
        let channels = self.ids("c").into_iter().map(|channel| ChannelShare { channel, share: self.number() }).collect();
        let form = if self.coin() { Form::Paper } else { Form::Proactive };
        Service { name: format!("Service {}", self.below(3)), id, form, channels, elements, ..Service::default() }
    }
}

/// Makes a random scenario.
pub(crate) fn scenario(seed: u64) -> Scenario {
    let mut dice = Dice(seed);
    let mut made = Scenario { once_only: dice.coin(), hour_value: dice.number(), ..Scenario::default() };
    for id in dice.ids("k") {
        let hours = WeeklyHours { days: Weekdays(dice.below(128) as u8), from_minute: 540, to_minute: 1080 };
        made.calendars.push(Calendar { id, weekly: vec![hours], ..Calendar::default() });
    }
    for id in dice.ids("c") {
        made.channels.push(Channel { id, digital: dice.coin(), ..Channel::default() });
    }
    for id in dice.ids("g") {
        let facets = vec![("residence".to_owned(), "rural".to_owned())];
        made.segments.push(Segment { id, share: dice.number(), facets, ..Segment::default() });
    }
    for id in dice.ids("a") {
        let staff = (0..dice.below(3)).map(|_| StaffGroup { count: dice.number(), ..StaffGroup::default() }).collect();
        made.agencies.push(Agency {
            id,
            pools: vec![StaffPool { id: "p".to_owned(), staff, ..StaffPool::default() }],
            ..Agency::default()
        });
    }
    for id in dice.ids("r") {
        made.registries.push(Registry { id, coverage: dice.number(), retries: dice.below(2) as u32, ..Registry::default() });
    }
    for id in dice.ids("d") {
        let registry = dice.coin().then(|| "r0".to_owned());
        made.documents.push(Document { id, registry, ..Document::default() });
    }
    for id in dice.ids("s") {
        let service = dice.service(id);
        made.services.push(service);
    }
    for id in dice.ids("m") {
        let arrivals = Arrivals::Poisson { per_year: dice.number(), growth: dice.number(), profile: Profile::default() };
        made.demand.push(Demand { id, of: "s0".to_owned(), arrivals, background: dice.coin() });
    }
    made
}

/// Makes a scenario that differs from another in a few elements of its services.
pub(crate) fn varied(from: &Scenario, seed: u64) -> Scenario {
    let mut dice = Dice(seed);
    let mut made = from.clone();
    for service in &mut made.services {
        for _ in 0..dice.below(3) {
            let position = dice.below(service.elements.len());
            match dice.below(3) {
                0 if position < service.elements.len() => {
                    service.elements.remove(position);
                }
                1 => {
                    let id = format!("n{}", dice.below(1000));
                    if service.element(&id).is_none() {
                        let element = dice.element(id);
                        service.elements.insert(position, element);
                    }
                }
                _ => {
                    if let Some(element) = service.elements.get_mut(position) {
                        *element = dice.element(element.id.clone());
                    }
                }
            }
        }
    }
    made
}
