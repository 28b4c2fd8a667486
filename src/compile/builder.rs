//! The program under construction, and the small tools with which every subject adds to it.
//!
//! Bodies are built from their ends: a piece of a process is given the element that follows it, and returns the element
//! with which it begins. What is not built yet is stood for by an empty pass ([`Builder::reserve`]); `finish`
//! takes those out again.

use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::idx::Idx;
use crate::base::time::{MS_PER_DAY, SimDuration};
use crate::compile::calendars::{CalendarTable, Dates};
use crate::compile::documents::DocumentSlots;
use crate::compile::durations::FigureTables;
use crate::compile::names::{ElementName, Names, Role};
use crate::compile::registries::RegistryAccess;
use crate::engine::condition::{Predicate, Quantity, Relation};
use crate::engine::program::{
    Delay, Effect, Element, Kind, Place, Process, Program, ResourcePool, Rule, Service, Undo, Until, Way,
};
use crate::engine::random::stream::StreamId;
use crate::model::Id;
use crate::model::scenario::Scenario;
use std::collections::{BTreeMap, BTreeSet};

/// The program under construction.
pub(super) struct Builder<'s> {
    pub(super) scenario: &'s Scenario,
    /// How far calendars and arrivals must reach.
    pub(super) span: SimDuration,
    pub(super) dates: Dates,
    pub(super) program: Program,
    pub(super) names: Names,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) calendars: CalendarTable,
    pub(super) figures: FigureTables,
    /// Values of facets, by segment; empty where the scenario has no segments.
    pub(super) facet_values: Vec<Vec<String>>,
    pub(super) pools: BTreeMap<String, Idx<ResourcePool>>,
    pub(super) registries: BTreeMap<Id, RegistryAccess>,
    pub(super) places: BTreeMap<Id, Idx<Place>>,
    pub(super) attribute_slots: BTreeMap<Id, u32>,
    pub(super) documents: BTreeMap<Id, DocumentSlots>,
    /// Slots that say what a registry knows of a document, by document and registry.
    pub(super) records: BTreeMap<(Id, Id), u32>,
    /// Slots of channels, by service of the scenario.
    pub(super) channel_slots: BTreeMap<usize, u32>,
    /// Slot that is set once a citizen has consented to an offer or the state has applied for them; `None` until asked for.
    pub(super) consent: Option<u32>,
    /// Slots that count visits for conditions, by owner and step.
    pub(super) counted_visits: BTreeMap<(Id, Id), u32>,
    /// Numbers of messages and errors.
    pub(super) messages: BTreeMap<String, usize>,
    pub(super) errors: BTreeMap<String, usize>,
    /// Bodies of services, by service of the scenario.
    pub(super) bodies: Vec<(Idx<Process>, Idx<Service>)>,
    /// Bodies of life events, in the scenario's order.
    pub(super) life_bodies: Vec<Idx<Process>>,
    /// For each service, the services that it may enter: calls, and services that issue documents.
    pub(super) enters: Vec<BTreeSet<usize>>,
    /// Slots that must be 0 when a service begins, by service: whether its term has been extended.
    pub(super) reset: BTreeMap<usize, Vec<u32>>,
    /// The body of each element.
    pub(super) body_of: Vec<Idx<Process>>,
    /// Empty passes that must stay: each is a flow of its own into a join.
    pub(super) kept: BTreeSet<Idx<Element>>,
    /// What can be undone, by owner and element.
    pub(super) undos: BTreeMap<(Id, Id), Idx<Undo>>,
    /// Ids of elements at which something begins other than at a start of its process.
    pub(super) begun_ids: BTreeSet<&'s str>,
    /// These elements, by body and id.
    pub(super) starts: BTreeMap<(Idx<Process>, Id), Idx<Element>>,
    /// For a body with event sub-processes the element that enters the rest of it.
    pub(super) rests: BTreeMap<Idx<Process>, Idx<Element>>,
    /// Copies of bodies that begin at a start of their own, by body and start.
    pub(super) begun: BTreeMap<(Idx<Process>, Id), Idx<Process>>,
    /// Of which body a copy is one: the elements belong to that body.
    pub(super) copies: BTreeMap<Idx<Process>, Idx<Process>>,
    /// Bodies that undo, by owner and by the element that is undone (or the event sub-process that does it).
    pub(super) undo_bodies: BTreeMap<(Id, Id), Idx<Process>>,
    /// Which copy of an element is being compiled: the end of its streams' names, empty but for elements that run many times at once.
    pub(super) copy: String,
    /// Elements whose draw is meant to be the same every time.
    pub(super) same_draw: BTreeSet<Idx<Element>>,
    /// Marks to be put at elements, by owner and element.
    pub(super) marks: BTreeMap<(Id, Id), u32>,
}

/// Where primitives belong while a step is compiled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'a> {
    /// The service or life event: first leg of stream names.
    pub(super) owner: &'a str,
    /// The service of the scenario; `None` in a life event.
    pub(super) service: Option<usize>,
    /// The body.
    pub(super) process: Idx<Process>,
    /// The step: second leg of stream names.
    pub(super) step: &'a str,
    /// The step's name for people.
    pub(super) title: &'a str,
    /// Where it stands in the scenario.
    pub(super) path: &'a Path,
}

/// What a primitive does for its step.
#[derive(Clone, Debug)]
pub(super) struct Part {
    role: Role,
    /// Third leg of the stream's name.
    key: String,
    title: Option<String>,
    about: Id,
    main: bool,
}

impl Part {
    /// Makes a part with a role; `key` tells its stream from those of the step's other parts.
    pub(super) fn new(role: Role, key: impl Into<String>) -> Self {
        Part { role, key: key.into(), title: None, about: Id::new(), main: false }
    }

    /// Makes a part that takes no time and is no step of its own.
    pub(super) fn internal(key: impl Into<String>) -> Self {
        Part::new(Role::Internal, key)
    }

    /// Makes the part that stands for the step itself.
    pub(super) fn main(role: Role, key: impl Into<String>) -> Self {
        Part { main: true, ..Part::new(role, key) }
    }

    /// Gives the part a name of its own for people, and says which document or place it is about.
    pub(super) fn about(mut self, id: &str, title: String) -> Self {
        self.about = id.to_owned();
        self.title = Some(title);
        self
    }
}

impl<'s> Builder<'s> {
    /// Begins an empty program for a scenario.
    pub(super) fn new(scenario: &'s Scenario, span: SimDuration) -> Self {
        // A year at least, since yearly numbers are spread over the first year.
        let n_days = (span.ms().max(0) / MS_PER_DAY + 1).max(366) as usize;
        Builder {
            scenario,
            span,
            dates: Dates::new(scenario.start.date(), n_days),
            program: Program::default(),
            names: Names::default(),
            diagnostics: Vec::new(),
            calendars: CalendarTable::default(),
            figures: FigureTables::default(),
            facet_values: Vec::new(),
            pools: BTreeMap::new(),
            registries: BTreeMap::new(),
            places: BTreeMap::new(),
            attribute_slots: BTreeMap::new(),
            documents: BTreeMap::new(),
            records: BTreeMap::new(),
            channel_slots: BTreeMap::new(),
            consent: None,
            counted_visits: BTreeMap::new(),
            messages: BTreeMap::new(),
            errors: BTreeMap::new(),
            bodies: Vec::new(),
            life_bodies: Vec::new(),
            enters: vec![BTreeSet::new(); scenario.services.len()],
            reset: BTreeMap::new(),
            body_of: Vec::new(),
            kept: BTreeSet::new(),
            undos: BTreeMap::new(),
            begun_ids: crate::compile::flow::begun_ids(scenario),
            starts: BTreeMap::new(),
            rests: BTreeMap::new(),
            begun: BTreeMap::new(),
            copies: BTreeMap::new(),
            undo_bodies: BTreeMap::new(),
            copy: String::new(),
            same_draw: BTreeSet::new(),
            marks: BTreeMap::new(),
        }
    }

    /// Gives out a slot of the case.
    pub(super) fn slot(&mut self, holds: impl Into<String>) -> u32 {
        self.names.slots.push(holds.into());
        self.program.n_slots += 1;
        (self.program.n_slots - 1) as u32
    }

    /// Gives out a visit slot.
    pub(super) fn visit_slot(&mut self) -> u32 {
        self.program.n_visits += 1;
        (self.program.n_visits - 1) as u32
    }

    /// Adds an element. Its stream is named `owner/step/part`, so that it depends on names only.
    pub(super) fn emit(
        &mut self,
        site: &Site,
        part: Part,
        kind: Kind,
        next: Option<Idx<Element>>,
        effects: Vec<Effect>,
    ) -> Idx<Element> {
        let stream = StreamId::named(&format!("{}/{}/{}{}", site.owner, site.step, part.key, self.copy));
        let takes_time = matches!(kind, Kind::Work(_) | Kind::Delay(_) | Kind::Travel(_) | Kind::Gather(_));
        let reported = takes_time && part.role != Role::Internal;
        let idx = self.program.elements.push(Element { kind, next, stream, visit_slot: None, effects, reported });
        self.body_of.push(site.process);
        self.names.elements.push(ElementName {
            owner: site.owner.to_owned(),
            service: site.service.map(Idx::new),
            step: site.step.to_owned(),
            name: part.title.unwrap_or_else(|| site.title.to_owned()),
            role: part.role,
            about: part.about,
        });
        if part.main && self.copy.is_empty() {
            self.names.main.insert((site.owner.to_owned(), site.step.to_owned()), idx);
        }
        idx
    }

    /// Adds an element that only applies effects; nothing at all, and what follows is returned, if there are none.
    pub(super) fn effects(&mut self, site: &Site, key: &str, effects: Vec<Effect>, next: Idx<Element>) -> Idx<Element> {
        if effects.is_empty() {
            return next;
        }
        self.emit(site, Part::internal(key), Kind::Pass, Some(next), effects)
    }

    /// Adds a place-holder to be led on with [`Builder::lead`] when what it stands for has been built.
    pub(super) fn reserve(&mut self, site: &Site) -> Idx<Element> {
        self.emit(site, Part::internal("entry"), Kind::Pass, None, Vec::new())
    }

    /// Leads a place-holder on.
    pub(super) fn lead(&mut self, from: Idx<Element>, to: Idx<Element>) {
        self.program.elements[from].next = Some(to);
    }

    /// Adds an end of a way with no outcome of its own.
    pub(super) fn end(&mut self, site: &Site, key: &str) -> Idx<Element> {
        let end = crate::engine::program::End::default();
        self.emit(site, Part::internal(key), Kind::End(end), None, Vec::new())
    }

    /// Adds a choice by condition: one way if it holds, else the other.
    pub(super) fn choose(
        &mut self,
        site: &Site,
        key: &str,
        when: Predicate,
        then: Idx<Element>,
        otherwise: Idx<Element>,
    ) -> Idx<Element> {
        let ways = vec![Way { target: then, rule: Rule::When(when) }, Way { target: otherwise, rule: Rule::Otherwise }];
        self.emit(site, Part::internal(key), Kind::Exclusive(ways), None, Vec::new())
    }

    /// Adds a choice by share (for all, or by segment). Where nobody or everybody goes the first way, there is no choice.
    pub(super) fn chance(
        &mut self,
        site: &Site,
        part: Part,
        share: Vec<f64>,
        then: Idx<Element>,
        otherwise: Idx<Element>,
    ) -> Idx<Element> {
        if share.iter().all(|&s| s >= 1.0) {
            return then;
        }
        if share.iter().all(|&s| s <= 0.0) {
            return otherwise;
        }
        let rest: Vec<f64> = share.iter().map(|s| (1.0 - s).clamp(0.0, 1.0)).collect();
        let ways = vec![Way { target: then, rule: Rule::Share(share) }, Way { target: otherwise, rule: Rule::Share(rest) }];
        self.emit(site, part, Kind::Exclusive(ways), None, Vec::new())
    }

    /// Adds a delay.
    pub(super) fn delay(
        &mut self,
        site: &Site,
        part: Part,
        until: Until,
        class: crate::engine::account::PathClass,
        next: Idx<Element>,
    ) -> Idx<Element> {
        self.emit(site, part, Kind::Delay(Delay { until, class, account: None }), Some(next), Vec::new())
    }

    /// Returns the number of a message, with its slot.
    pub(super) fn message(&mut self, name: &str) -> usize {
        if let Some(&known) = self.messages.get(name) {
            return known;
        }
        let slot = self.slot(format!("messages '{name}' sent"));
        self.program.message_slots.push(slot);
        self.messages.insert(name.to_owned(), self.program.message_slots.len() - 1);
        self.program.message_slots.len() - 1
    }

    /// Returns the number of a signal among the messages. Nothing sets its slot, so that nobody finds it later.
    pub(super) fn signal(&mut self, name: &str) -> usize {
        self.message(&format!("\u{0}signal {name}"))
    }

    /// Returns the number of an error.
    pub(super) fn error_number(&mut self, name: &str) -> usize {
        let next = self.errors.len();
        *self.errors.entry(name.to_owned()).or_insert(next)
    }
}

/// Returns the condition that a slot holds a value.
pub(super) fn slot_is(slot: u32, value: f64) -> Predicate {
    Predicate::Compare(Quantity::Slot(slot), Relation::Equal, Quantity::Constant(value))
}

/// Returns the condition that a slot is not 0.
pub(super) fn slot_is_set(slot: u32) -> Predicate {
    Predicate::Compare(Quantity::Slot(slot), Relation::NotEqual, Quantity::Constant(0.0))
}
