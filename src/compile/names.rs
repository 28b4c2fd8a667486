//! The dictionary back from the engine's numbers to the users' words.
//!
//! The engine's primitives outnumber the model's elements: a step that needs a document and a journey is five or ten of
//! them. Every primitive points to the step that it belongs to, so results per step are sums over its primitives.

use crate::base::idx::Idx;
use crate::engine::program::{Element, ResourcePool, Service, Source};
use crate::model::Id;
use std::collections::BTreeMap;

/// Names of everything in a program, by index.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By element of the program.
    pub elements: Vec<ElementName>,
    /// By pool of the program.
    pub pools: Vec<PoolName>,
    /// By service of the program: the order of the scenario.
    pub services: Vec<ServiceName>,
    /// By source of the program: the order of the scenario's demand.
    pub sources: Vec<SourceName>,
    /// By segment: the order of the scenario. Never empty: a scenario with no segments has the one segment `all`.
    pub segments: Vec<SegmentName>,
    /// By value of a channel's slot. Value 0 is no channel, with an empty id; the scenario's channels follow from 1.
    pub channels: Vec<ChannelName>,
    /// By calendar of the program: the ids of the scenario's calendars with these hours; empty for hours that only the
    /// compiler made (the union of a pool's shifts, a registry's hours without its outages).
    pub calendars: Vec<Vec<Id>>,
    /// By slot of a case: what it holds, for those who look into a program.
    pub slots: Vec<String>,
    /// By (service or life event, step): the primitive that is the step's own work, wait or decision.
    pub(super) main: BTreeMap<(Id, Id), Idx<Element>>,
}

/// What a primitive belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementName {
    /// The service, or the life event for what is done between services.
    pub owner: Id,
    /// The service's index in the program; `None` in a life event.
    pub service: Option<Idx<Service>>,
    /// The step (any element of the model) in whose stead the primitive stands; in a life event, the service to begin.
    pub step: Id,
    /// Name of the activity for people, as a log shows it.
    pub name: String,
    /// What the primitive does for the step.
    pub role: Role,
    /// The document or place that it is about, where it is about one; else empty.
    pub about: Id,
}

/// What a primitive does for its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The step's own work.
    Step,
    /// The citizen's journey to the step's place.
    Travel,
    /// The citizen gets a document: work, journeys, waiting.
    Gathering,
    /// A registry is asked for a document.
    Fetch,
    /// Staff clears up what a registry could not say.
    Clarification,
    /// A wait of the model.
    Wait,
    /// A batch, message or event that is waited for.
    Event,
    /// Detecting, sending, and waiting for the citizen's answer.
    Offer,
    /// The citizen's work on an answer to an offer.
    Answer,
    /// A choice, split or join of the model.
    Gateway,
    /// Another service, or a process within the process.
    Body,
    /// Where a way begins or ends.
    Edge,
    /// The citizen lets time pass before a service of a life event.
    Delay,
    /// Bookkeeping of the compiler's; takes no time, or only measures it.
    Internal,
}

/// Whether a pool is people or a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    /// People.
    Staff,
    /// An information system.
    Registry,
}

/// A pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolName {
    /// `agency/pool`, or `registry:ID`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// People or machine.
    pub kind: PoolKind,
    /// The agency; empty where a registry names none.
    pub agency: Id,
    /// Whether it handles any number of requests at once: then its use of capacity says nothing.
    pub is_unlimited: bool,
}

/// A service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceName {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
}

/// A stream of demand.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceName {
    /// Short name.
    pub id: Id,
    /// The life event or service that its citizens need.
    pub of: Id,
}

/// A segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentName {
    /// Short name.
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Its share of the population, 0..1; the shares of all segments make 1.
    pub share: f64,
    /// Facets and their values.
    pub facets: Vec<(String, String)>,
}

/// A channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelName {
    /// Short name; empty for "no channel".
    pub id: Id,
    /// Name for people.
    pub name: String,
    /// Whether it counts as digital take-up.
    pub digital: bool,
}

impl Names {
    /// Returns what an element of the program belongs to.
    pub fn element(&self, element: Idx<Element>) -> Option<&ElementName> {
        self.elements.get(element.get())
    }

    /// Returns the primitive that is a step's own work (or a wait's delay, a gateway's choice); `None` for steps that no
    /// case can reach, for starts, and for sends without a trace.
    pub fn element_of_step(&self, owner: &str, step: &str) -> Option<Idx<Element>> {
        self.main.get(&(owner.to_owned(), step.to_owned())).copied()
    }

    /// Returns all primitives of a step, in order.
    pub fn elements_of_step<'n>(&'n self, owner: &'n str, step: &'n str) -> impl Iterator<Item = Idx<Element>> + 'n {
        let belongs = move |name: &ElementName| name.owner == owner && name.step == step;
        self.elements.iter().enumerate().filter(move |(_, name)| belongs(name)).map(|(i, _)| Idx::new(i))
    }

    /// Returns a pool's name.
    pub fn pool(&self, pool: Idx<ResourcePool>) -> Option<&PoolName> {
        self.pools.get(pool.get())
    }

    /// Returns the pool with this id (`agency/pool` or `registry:ID`).
    pub fn pool_with_id(&self, id: &str) -> Option<Idx<ResourcePool>> {
        self.pools.iter().position(|pool| pool.id == id).map(Idx::new)
    }

    /// Returns a service's name.
    pub fn service(&self, service: Idx<Service>) -> Option<&ServiceName> {
        self.services.get(service.get())
    }

    /// Returns the service with this id.
    pub fn service_with_id(&self, id: &str) -> Option<Idx<Service>> {
        self.services.iter().position(|service| service.id == id).map(Idx::new)
    }

    /// Returns a source's name.
    pub fn source(&self, source: Idx<Source>) -> Option<&SourceName> {
        self.sources.get(source.get())
    }

    /// Returns the channel that a value of a channel's slot stands for; `None` for "no channel".
    pub fn channel(&self, value: u32) -> Option<&ChannelName> {
        self.channels.get(value as usize).filter(|channel| !channel.id.is_empty())
    }
}
