//! Random studies for property tests: every type and variant of the model, in forms that study files can hold.
//!
//! A study is made from a tape of numbers, each of which settles one choice; where the tape has ended, zero makes the
//! simplest choice. So proptest shrinks a failing study by shrinking its tape. Names come from a short list, so that
//! references often lead somewhere, but nothing here promises a study that passes the model's checks.

use jiff::civil::{Date, DateTime};
use kezek::base::distribution::Distribution;
use kezek::base::time::SimDuration;
use kezek::model::agency::{Agency, Discipline, StaffGroup, StaffPool};
use kezek::model::calendar::{Calendar, DateRange, HolidayList, Weekdays, WeeklyHours, WeeklyInstant};
use kezek::model::change::{Change, Item, ItemKind, Operation, Remark, Review};
use kezek::model::demand::{Arrivals, Burst, Demand, Peak, Profile};
use kezek::model::document::{Document, Gathering};
use kezek::model::figure::{DurationFigure, Figure, NumberFigure};
use kezek::model::flow::{
    Begin, Boundary, Branch, Element, ElementKind, End, EventBranch, EventStart, EventSubProcess, Outcome, Repeat, Trigger, Wait,
    WaitCause, WaitUntil,
};
use kezek::model::life_event::{LifeEvent, ServiceUse};
use kezek::model::offer::Offer;
use kezek::model::population::{Attribute, Channel, Place, Segment};
use kezek::model::registry::{Outages, Registry};
use kezek::model::scenario::Scenario;
use kezek::model::service::{ChannelShare, Form, Service, Term, TermLength, TermStart};
use kezek::model::step::{
    Automatable, CitizenPart, Contact, DocumentSource, DocumentUse, Failure, Fallback, Importance, Milestone, Patience,
    Performer, PoolUse, Questions, Sitting, Step,
};
use kezek::model::study::{PlanDefaults, SharesOf, Source, Study, Target, Variant};
use proptest::prelude::*;

/// Random studies of moderate size.
pub fn studies() -> impl Strategy<Value = Study> {
    tapes().prop_map(|tape| Tape::new(tape).study())
}

/// Random lists of entries that a study can import: see `holidays` to `demand` and `sources` of [`studies`].
pub fn tapes() -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(any::<u32>(), 0..900)
}

/// Numbers that settle choices, one after the other.
pub struct Tape {
    numbers: std::vec::IntoIter<u32>,
}

impl Tape {
    pub fn new(numbers: Vec<u32>) -> Tape {
        Tape { numbers: numbers.into_iter() }
    }

    /// Returns a number below `n`; 0 after the tape's end.
    fn below(&mut self, n: u32) -> u32 {
        self.numbers.next().unwrap_or(0) % n
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == n - 1
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize].clone()
    }

    fn option<T>(&mut self, make: impl FnOnce(&mut Tape) -> T) -> Option<T> {
        self.one_in(3).then(|| make(self))
    }

    fn list<T>(&mut self, most: u32, mut make: impl FnMut(&mut Tape) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    /// A list whose entries' names differ.
    fn map<T>(&mut self, most: u32, mut make: impl FnMut(&mut Tape) -> T) -> Vec<(String, T)> {
        let mut pairs: Vec<(String, T)> = Vec::new();
        for _ in 0..self.below(most + 1) {
            let key = self.id();
            if pairs.iter().all(|(known, _)| *known != key) {
                pairs.push((key, make(self)));
            }
        }
        pairs
    }

    fn id(&mut self) -> String {
        self.pick(&["a", "b", "c", "step-1", "psc", "rural", "x.y_z", "регистр"]).to_owned()
    }

    fn pool(&mut self) -> String {
        format!("{}/{}", self.id(), self.id())
    }

    fn text(&mut self) -> String {
        let texts = [
            "",
            "Apply at the window",
            "a \"quoted\" word, and a \\ backslash",
            "two\nlines\tand a tab",
            "Қазақша мәтін «in guillemets»",
            "\u{1}\u{7f}\u{feff}",
            "// no comment (nor a [bracket",
            "A long text that does not fit beside others on one line of a hundred and twenty characters, so that it has to stand alone.",
        ];
        self.pick(&texts).to_owned()
    }

    fn number(&mut self) -> f64 {
        let few = [0.0, 1.0, 0.5, 0.1, 1524.29, -3.0, 1e-7, 1e15, 6.02e23, 0.30000000000000004, 12_000.0];
        match self.below(3) {
            0 => self.pick(&few),
            1 => f64::from(self.below(1_000_000)) / 1000.0,
            _ => f64::from(self.below(u32::MAX)),
        }
    }

    fn ms(&mut self) -> f64 {
        let few = [0.0, 900_000.0, 5_400_000.0, 86_400_000.0, 604_800_000.0 * 52.0, 1.0, 0.1, 1234.5678, 90_061_001.0];
        match self.below(2) {
            0 => self.pick(&few),
            _ => f64::from(self.below(u32::MAX)) * self.pick(&[1.0, 1000.0, 0.001]),
        }
    }

    fn length(&mut self) -> SimDuration {
        SimDuration(self.ms() as i64)
    }

    fn distribution(&mut self, depth: u32) -> Distribution {
        match self.below(if depth == 0 { 13 } else { 14 }) {
            0 => Distribution::Fixed(self.ms()),
            1 => Distribution::Uniform { min: self.ms(), max: self.ms() },
            2 => Distribution::Triangular { min: self.ms(), likely: self.ms(), max: self.ms() },
            3 => Distribution::Pert { min: self.ms(), likely: self.ms(), max: self.ms() },
            4 => Distribution::Exponential { mean: self.ms() },
            5 => Distribution::Erlang { k: self.below(10), mean: self.ms() },
            6 => Distribution::Gamma { mean: self.ms(), sd: self.ms() },
            7 => Distribution::Lognormal { mean: self.ms(), sd: self.ms() },
            8 => Distribution::Normal { mean: self.ms(), sd: self.ms() },
            9 => Distribution::Weibull { shape: self.number(), scale: self.ms() },
            10 => Distribution::Beta { alpha: self.number(), beta: self.number(), min: self.ms(), max: self.ms() },
            11 => Distribution::Empirical(self.list(3, |t| (t.ms(), t.number()))),
            12 => Distribution::Histogram(self.list(3, |t| (t.ms(), t.ms(), t.number()))),
            _ => Distribution::Truncated { of: Box::new(self.distribution(depth - 1)), min: self.ms(), max: self.ms() },
        }
    }

    fn figure<T>(&mut self, mut value: impl FnMut(&mut Tape) -> T, end: impl Fn(&mut Tape) -> f64) -> Figure<T> {
        let mut figure = Figure::assumed(value(self));
        if self.one_in(4) {
            figure.by_segment = self.map(2, &mut value);
            figure.source = self.option(Tape::id);
            figure.range = self.option(|t| (end(t), end(t)));
            figure.note = self.text();
            figure.owner = self.text();
        }
        figure
    }

    fn amount(&mut self) -> NumberFigure {
        self.figure(Tape::number, Tape::number)
    }

    fn duration(&mut self) -> DurationFigure {
        self.figure(|t| t.distribution(2), Tape::ms)
    }

    fn date(&mut self) -> Date {
        let (year, month) = (2020 + self.below(20), 1 + self.below(12));
        Date::new(year as i16, month as i8, 1 + self.below(28) as i8).unwrap()
    }

    fn dates(&mut self) -> DateRange {
        let (a, b) = (self.date(), self.date());
        if self.one_in(2) { DateRange { first: a.min(b), last: a.max(b) } } else { DateRange { first: a, last: a } }
    }

    fn instant(&mut self) -> DateTime {
        let seconds = if self.one_in(4) { self.below(60) as i8 } else { 0 };
        let nanoseconds = if self.one_in(8) { self.below(1_000_000_000) as i32 } else { 0 };
        self.date().at(self.below(24) as i8, self.below(60) as i8, seconds, nanoseconds)
    }

    fn weekdays(&mut self) -> Weekdays {
        Weekdays(1 + self.below(127) as u8)
    }

    fn hours(&mut self) -> WeeklyHours {
        WeeklyHours { days: self.weekdays(), from_minute: self.below(1440) as u16, to_minute: 1440 - self.below(1440) as u16 }
    }

    fn weekly_instant(&mut self) -> WeeklyInstant {
        WeeklyInstant { days: self.weekdays(), minute: self.below(1440) as u16 }
    }

    fn term_length(&mut self) -> TermLength {
        if self.one_in(2) { TermLength::Calendar(self.length()) } else { TermLength::WorkingDays(self.below(100)) }
    }

    fn holidays(&mut self) -> HolidayList {
        HolidayList {
            id: self.id(),
            name: self.text(),
            days_off: self.list(3, Tape::dates),
            worked: self.list(2, |t| (t.date(), t.below(7) as u8)),
            source: self.option(Tape::id),
        }
    }

    fn calendar(&mut self) -> Calendar {
        Calendar {
            id: self.id(),
            name: self.text(),
            weekly: self.list(3, Tape::hours),
            holidays: self.option(Tape::id),
            closed: self.list(2, Tape::dates),
            source: self.option(Tape::id),
            note: self.text(),
        }
    }

    fn segment(&mut self) -> Segment {
        Segment { id: self.id(), name: self.text(), share: self.amount(), facets: self.map(3, Tape::id) }
    }

    fn attribute(&mut self) -> Attribute {
        Attribute { id: self.id(), name: self.text(), values: self.map(3, Tape::amount) }
    }

    fn channel(&mut self) -> Channel {
        Channel {
            id: self.id(),
            name: self.text(),
            digital: self.one_in(2),
            cost_per_case: self.amount(),
            serves: self.list(2, Tape::id),
        }
    }

    fn place(&mut self) -> Place {
        Place { id: self.id(), name: self.text(), travel: self.duration(), fare: self.amount(), calendar: self.option(Tape::id) }
    }

    fn agency(&mut self) -> Agency {
        Agency { id: self.id(), name: self.text(), pools: self.list(2, Tape::staff_pool) }
    }

    fn staff_pool(&mut self) -> StaffPool {
        StaffPool {
            id: self.id(),
            name: self.text(),
            staff: self.list(2, |t| StaffGroup { count: t.amount(), calendar: t.option(Tape::id), skills: t.list(2, Tape::id) }),
            cost_per_hour: self.amount(),
            absence: self.amount(),
            discipline: self.pick(&[Discipline::Fifo, Discipline::Priority, Discipline::EarliestDeadline]),
        }
    }

    fn registry(&mut self) -> Registry {
        Registry {
            id: self.id(),
            name: self.text(),
            agency: self.option(Tape::id),
            coverage: self.amount(),
            correctness: self.amount(),
            latency: self.duration(),
            calendar: self.option(Tape::id),
            capacity: self.option(|t| t.below(100)),
            planned_outages: self.list(2, Tape::hours),
            outages: self.option(|t| Outages { up: t.duration(), down: t.duration() }),
            timeout: self.option(Tape::length),
            retries: self.below(4),
            retry_pause: self.length(),
            cost_per_call: self.amount(),
            through: self.option(Tape::id),
        }
    }

    fn document(&mut self) -> Document {
        Document {
            id: self.id(),
            name: self.text(),
            registry: self.option(Tape::id),
            issued_by: self.option(Tape::id),
            at_hand: self.amount(),
            gathering: Gathering {
                work: self.duration(),
                visits: self.amount(),
                place: self.option(Tape::id),
                wait: self.duration(),
                fee: self.amount(),
            },
        }
    }

    fn life_event(&mut self) -> LifeEvent {
        LifeEvent {
            id: self.id(),
            name: self.text(),
            services: self.list(3, |t| ServiceUse {
                service: t.id(),
                after: t.list(2, Tape::id),
                due: t.amount(),
                delay: t.duration(),
            }),
        }
    }

    fn demand(&mut self) -> Demand {
        let arrivals = match self.below(3) {
            0 => Arrivals::List(self.list(3, |t| Burst { at: t.instant(), count: t.below(1000) })),
            1 => Arrivals::Renewal {
                interval: self.duration(),
                first_at_start: self.one_in(2),
                limit: self.option(|t| u64::from(t.below(u32::MAX)) << 20),
                calendar: self.option(|t| t.id()),
            },
            _ => Arrivals::Poisson { per_year: self.amount(), growth: self.amount(), profile: self.profile() },
        };
        Demand { id: self.id(), of: self.id(), arrivals, background: self.one_in(4) }
    }

    fn profile(&mut self) -> Profile {
        Profile {
            months: self.list(12, Tape::number),
            weekdays: self.list(7, Tape::number),
            hours: self.list(2, Tape::number),
            calendar: self.option(Tape::id),
            peaks: self.list(2, |t| Peak { days: t.dates(), factor: t.amount() }),
            source: self.option(Tape::id),
        }
    }

    fn form(&mut self) -> Form {
        self.pick(&[Form::Paper, Form::PartiallyAutomated, Form::FullyAutomated, Form::OneApplication, Form::Proactive])
    }

    fn service(&mut self) -> Service {
        Service {
            id: self.id(),
            name: self.text(),
            agency: self.option(Tape::id),
            form: self.form(),
            term: self.option(|t| Term {
                length: t.term_length(),
                receipt_day_counts: t.one_in(2),
                calendar: t.option(Tape::id),
                from: t.pick(&[TermStart::Application, TermStart::Start]),
                source: t.option(Tape::id),
                note: t.text(),
            }),
            channels: self.list(2, |t| ChannelShare { channel: t.id(), share: t.amount() }),
            priority: self.below(20) as i32 - 10,
            issues: self.list(2, Tape::id),
            elements: self.list(5, |t| t.element(2)),
        }
    }

    fn element(&mut self, depth: u32) -> Element {
        Element {
            id: self.id(),
            name: self.text(),
            kind: self.element_kind(depth),
            next: self.option(Tape::id),
            repeat: self.option(|t| match t.below(3) {
                0 => Repeat::Loop { again: t.amount(), at_most: 1 + t.below(9) },
                1 => Repeat::Sequential(t.amount()),
                _ => Repeat::Parallel(t.amount()),
            }),
            boundary: self.list(1, |t| Boundary {
                id: t.id(),
                name: t.text(),
                trigger: t.trigger(),
                interrupting: t.one_in(2),
                next: t.id(),
            }),
            note: self.text(),
        }
    }

    fn element_kind(&mut self, depth: u32) -> ElementKind {
        match self.below(if depth == 0 { 20 } else { 22 }) {
            0 => ElementKind::End(End {
                outcome: self.pick(&[Outcome::Completed, Outcome::Refused, Outcome::Abandoned, Outcome::NeverClaimed]),
                terminate: self.one_in(3),
                error: self.option(Tape::id),
                cancel: self.one_in(4),
            }),
            1 => ElementKind::Step(Box::new(self.step())),
            2 => ElementKind::Exclusive(self.list(3, Tape::branch)),
            3 => ElementKind::Parallel(self.list(3, Tape::id)),
            4 => ElementKind::Inclusive(self.list(3, Tape::branch)),
            5 => ElementKind::EventBased(self.list(3, |t| EventBranch { to: t.id(), trigger: t.trigger() })),
            6 => ElementKind::Wait(self.wait()),
            7 => ElementKind::Send(self.id()),
            8 => ElementKind::Receive(self.id()),
            9 => ElementKind::Batch { size: self.below(50), at_most: self.option(Tape::length) },
            10 => ElementKind::Call(self.id()),
            11 => ElementKind::Offer(Box::new(self.offer())),
            12 => ElementKind::Start,
            13 => ElementKind::Pass,
            14 => ElementKind::Escalate(self.id()),
            15 => ElementKind::Compensate(self.option(Tape::id)),
            16 => ElementKind::Signal(self.id()),
            17 => ElementKind::AwaitSignal(self.id()),
            18 => ElementKind::OtherStart,
            19 => ElementKind::Begin(Begin { service: self.id(), at: self.option(Tape::id) }),
            20 if depth > 0 => ElementKind::EventSubProcess(Box::new(EventSubProcess {
                trigger: self.trigger(),
                interrupting: self.one_in(2),
                elements: self.list(2, |t| t.element(depth - 1)),
                others: self.list(2, |t| EventStart { trigger: t.trigger(), interrupting: t.one_in(2), at: t.id() }),
            })),
            _ => ElementKind::SubProcess(self.list(2, |t| t.element(depth - 1))),
        }
    }

    fn branch(&mut self) -> Branch {
        Branch {
            to: self.id(),
            name: self.text(),
            share: self.option(Tape::amount),
            when: self.option(Tape::text),
            otherwise: self.one_in(3),
        }
    }

    fn trigger(&mut self) -> Trigger {
        match self.below(9) {
            0 => Trigger::Deadline,
            6 => Trigger::Signal(self.id()),
            7 => Trigger::Cancel,
            4 => Trigger::Escalation(self.id()),
            5 => Trigger::Compensation,
            1 => Trigger::After(self.duration()),
            2 => Trigger::Weekly(self.weekly_instant()),
            3 => Trigger::Message(self.id()),
            _ => Trigger::Error(self.id()),
        }
    }

    fn wait(&mut self) -> Wait {
        let until = match self.below(4) {
            0 => WaitUntil::For(self.duration()),
            1 => WaitUntil::WorkingDays { count: self.below(30), calendar: self.id() },
            2 => WaitUntil::Weekly { at: self.weekly_instant(), calendar: self.option(Tape::id) },
            _ => WaitUntil::Open(self.id()),
        };
        let causes = [WaitCause::External, WaitCause::StaffBusy, WaitCause::OffHours, WaitCause::Citizen, WaitCause::Registry];
        Wait { until, cause: self.pick(&causes), suspends_term: self.one_in(3) }
    }

    fn offer(&mut self) -> Offer {
        Offer {
            detection: self.duration(),
            eligible: self.amount(),
            reachable: self.amount(),
            sending_hours: self.option(Tape::id),
            delivered: self.amount(),
            answer_delay: self.duration(),
            answers: self.amount(),
            consent: self.amount(),
            answer_work: self.duration(),
            further_rounds: self.below(5),
            window: self.option(Tape::length),
            reminders: self.list(3, Tape::length),
            reminder_effect: self.amount(),
            cost_per_message: self.amount(),
            accepted: self.id(),
            declined: self.id(),
            silent: self.id(),
            unreachable: self.id(),
        }
    }

    fn fallback(&mut self) -> Fallback {
        match self.below(2) {
            0 => Fallback::Citizen,
            _ => Fallback::Staff { pool: self.pool(), duration: self.duration(), wait: self.duration() },
        }
    }

    fn sitting(&mut self) -> Sitting {
        self.pick(&[Sitting::Pauses, Sitting::OneSitting, Sitting::Overtime])
    }

    fn step(&mut self) -> Step {
        let automatable = [Automatable::Unknown, Automatable::ByExisting, Automatable::ForbiddenByLaw, Automatable::No];
        Step {
            performer: match self.below(3) {
                0 => Performer::Citizen,
                1 => Performer::Staff(self.list(2, |t| PoolUse { pool: t.pool(), count: 1 + t.below(3) })),
                _ => Performer::System(self.option(Tape::id)),
            },
            duration: self.duration(),
            citizen: self.pick(&[CitizenPart::Absent, CitizenPart::OnCall, CitizenPart::Present, CitizenPart::Active]),
            place: self.option(Tape::id),
            documents: self.list(2, |t| DocumentUse {
                document: t.id(),
                from: t.pick(&[DocumentSource::Citizen, DocumentSource::Registry, DocumentSource::Issuer]),
                fallback: t.fallback(),
            }),
            sitting: self.sitting(),
            skill: self.option(Tape::id),
            priority: self.below(10) as i32 - 5,
            patience: self.option(|t| Patience { after: t.duration(), next: t.id() }),
            failure: self.option(|t| Failure { share: t.amount(), next: t.id() }),
            fee: self.amount(),
            cost: self.amount(),
            contact: self.pick(&[Contact::None, Contact::ByCitizen, Contact::ByState, Contact::Complaint]),
            milestone: self.option(|t| t.pick(&[Milestone::Applied, Milestone::Decided, Milestone::Paid])),
            issues: self.list(2, Tape::id),
            sets: self.map(2, Tape::id),
            rework: self.one_in(3),
            suspends_term: self.one_in(3),
            extends_term: self.option(Tape::term_length),
            questions: Questions {
                automatable: self.pick(&automatable),
                importance: self.pick(&[Importance::Unknown, Importance::RequiredByLaw, Importance::Control, Importance::Habit]),
                basis: self.text(),
            },
        }
    }

    fn kind(&mut self) -> ItemKind {
        self.pick(&[
            ItemKind::Holidays,
            ItemKind::Calendar,
            ItemKind::Segment,
            ItemKind::Attribute,
            ItemKind::Channel,
            ItemKind::Place,
            ItemKind::Agency,
            ItemKind::Registry,
            ItemKind::Document,
            ItemKind::Service,
            ItemKind::LifeEvent,
            ItemKind::Demand,
        ])
    }

    fn item(&mut self) -> Item {
        match self.below(12) {
            0 => Item::Holidays(self.holidays()),
            1 => Item::Calendar(self.calendar()),
            2 => Item::Segment(self.segment()),
            3 => Item::Attribute(self.attribute()),
            4 => Item::Channel(self.channel()),
            5 => Item::Place(self.place()),
            6 => Item::Agency(self.agency()),
            7 => Item::Registry(self.registry()),
            8 => Item::Document(self.document()),
            9 => Item::Service(self.service()),
            10 => Item::LifeEvent(self.life_event()),
            _ => Item::Demand(self.demand()),
        }
    }

    fn operation(&mut self) -> Operation {
        let (service, step) = (self.id(), self.id());
        match self.below(22) {
            0 => Operation::RemoveStep { service, step },
            1 => Operation::AddStep { service, after: step, element: self.element(1) },
            2 => Operation::ReplaceStep { service, element: self.element(1) },
            3 => Operation::Automate { service, step, registry: self.option(Tape::id), duration: self.duration() },
            4 => Operation::DropDocument { service, step, document: self.id() },
            5 => Operation::FetchDocument { service, step, document: self.id(), fallback: self.fallback() },
            6 => Operation::OnceOnly(self.one_in(2)),
            7 => Operation::RunInParallel { service, steps: self.list(3, Tape::id) },
            8 => {
                Operation::OfferProactively { service, offer: self.offer(), accepted_goes_to: step, others_apply: self.amount() }
            }
            9 => Operation::MoveChannelShare { service, from: self.id(), to: self.id(), share: self.amount() },
            10 => Operation::MoveStaff { from: self.pool(), to: self.pool(), count: self.below(9) },
            11 => Operation::SetStaff { pool: self.pool(), group: self.below(3), count: self.amount() },
            12 => Operation::SetDuration { service, step, duration: self.duration() },
            13 => Operation::SetShare { service, gateway: step, to: self.id(), share: self.amount() },
            14 => Operation::SetSitting { service, step, sitting: self.sitting() },
            15 => Operation::SetForm { service, form: self.form() },
            16 => Operation::SetCoverage { registry: self.id(), coverage: self.amount() },
            17 => Operation::ScaleDemand { demand: self.id(), factor: self.amount() },
            18 => Operation::Put(self.item()),
            19 => Operation::Remove { kind: self.kind(), id: self.id() },
            20 => Operation::Reorder { kind: self.kind(), ids: self.list(3, Tape::id) },
            _ => Operation::SetGeneral { start: self.instant(), currency: self.id(), hour_value: self.amount() },
        }
    }

    fn change(&mut self) -> Change {
        Change {
            id: self.id(),
            title: self.text(),
            enabled: !self.one_in(4),
            operations: self.list(3, Tape::operation),
            why: self.text(),
            owner: self.text(),
            legal_basis: self.text(),
            cost: self.option(Tape::amount),
            effort_days: self.option(Tape::amount),
            source: self.option(Tape::id),
            review: self.pick(&[Review::Draft, Review::InReview, Review::Approved, Review::SentBack]),
            remarks: self.list(2, |t| Remark { author: t.text(), date: t.text(), text: t.text() }),
        }
    }

    /// Makes a scenario.
    pub fn scenario(&mut self) -> Scenario {
        let plain = Scenario::default();
        Scenario {
            start: if self.one_in(2) { self.instant() } else { plain.start },
            currency: if self.one_in(2) { self.id() } else { plain.currency },
            hour_value: self.amount(),
            once_only: self.one_in(2),
            services: self.list(2, Tape::service),
            agencies: self.list(2, Tape::agency),
            demand: self.list(2, Tape::demand),
            calendars: self.list(2, Tape::calendar),
            holidays: self.list(1, Tape::holidays),
            segments: self.list(2, Tape::segment),
            attributes: self.list(2, Tape::attribute),
            channels: self.list(2, Tape::channel),
            places: self.list(2, Tape::place),
            registries: self.list(2, Tape::registry),
            documents: self.list(2, Tape::document),
            life_events: self.list(2, Tape::life_event),
        }
    }

    /// Makes a study with no imports.
    pub fn study(&mut self) -> Study {
        let variants = self.list(2, |t| Variant {
            id: t.id(),
            title: t.text(),
            summary: t.text(),
            based_on: t.option(Tape::id),
            changes: t.list(3, Tape::change),
        });
        let plain = PlanDefaults::default();
        Study {
            id: self.id(),
            title: self.text(),
            summary: self.text(),
            notes: self.list(2, Tape::text),
            imports: Vec::new(),
            scenario: self.scenario(),
            variants,
            sources: self.list(2, |t| Source {
                key: t.id(),
                title: t.text(),
                address: t.text(),
                date: t.text(),
                shares_of: t.pick(&[SharesOf::People, SharesOf::Respondents, SharesOf::Answers]),
                note: t.text(),
            }),
            plan: PlanDefaults {
                horizon: self.option(Tape::length).unwrap_or(plain.horizon),
                warm_up: self.option(Tape::length).unwrap_or(plain.warm_up),
                follow_up: self.option(Tape::length).unwrap_or(plain.follow_up),
                replications: self.option(|t| t.below(1000)).unwrap_or(plain.replications),
                seed: self.option(|t| u64::MAX - u64::from(t.below(1000))).unwrap_or(plain.seed),
                confidence: self.option(Tape::number).unwrap_or(plain.confidence),
            },
            targets: self.list(2, |t| Target {
                variant: t.id(),
                measure: t.id(),
                against: t.option(Tape::id),
                value: t.number(),
                tolerance: t.number(),
                source: t.option(Tape::id),
                note: t.text(),
            }),
        }
    }
}
