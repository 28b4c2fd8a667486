//! Fetching a document from a registry: calls, timeouts, retries, hits and misses.
//!
//! Each attempt counts as a registry call and costs what a call costs. It waits for the registry and the gateways before it
//! (capacity, hours, outages), at most as long as the timeout, and then takes the registry's latency. After a timeout come
//! a pause and another attempt, as often as the registry's retries allow. Whether the record exists (coverage) and is right
//! (correctness) is a property of citizen, registry and document: repeated calls agree.

use crate::base::diagnostic::Path;
use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site, slot_is};
use crate::compile::documents::{DocumentSlots, title_of};
use crate::compile::durations::is_zero;
use crate::compile::names::Role;
use crate::engine::account::{Account, PathClass};
use crate::engine::condition::{Predicate, Quantity, Relation};
use crate::engine::program::{Effect, Element, InitialDraw, Kind, Performer, Sitting, Until, Work};
use crate::engine::random::stream::StreamId;
use crate::model::document::Document;
use crate::model::figure::DurationFigure;
use crate::model::registry::Registry;

/// What a record's slot holds where a registry's record is there and right.
const HIT: f64 = 0.0;
/// What it holds where the record is wrong.
const WRONG: f64 = 1.0;
/// What it holds where there is no record.
const MISS: f64 = 2.0;

impl Builder<'_> {
    /// Returns work by a machine that needs nothing scarce.
    pub(super) fn machine_work(&mut self, duration: &DurationFigure, path: &Path) -> Work {
        Work {
            duration: self.duration(duration, path),
            requests: Vec::new(),
            hours: None,
            sitting: Sitting::Pauses,
            priority: 0,
            performer: Performer::Machine,
            citizen_in_line: false,
            citizen_at_work: false,
            place: None,
            patience: None,
            busy_class: PathClass::Registry,
        }
    }

    /// Builds the fetching of a document: what follows a hit is `next`, what follows everything else is `fallback`.
    pub(super) fn fetch(
        &mut self,
        site: &Site,
        document: &Document,
        slots: DocumentSlots,
        next: Idx<Element>,
        fallback: Idx<Element>,
    ) -> Idx<Element> {
        let registry = document.registry.as_ref().and_then(|id| self.scenario.registries.iter().find(|r| r.id == *id));
        let Some(registry) = registry else {
            let message = format!("The document '{}' is to be fetched, but no registry of the scenario holds it.", document.id);
            self.error("no-registry", site.path, message);
            return fallback;
        };
        let key = |part: &str| format!("{}/{part}", document.id);
        let fetched = vec![Effect::Count(Account::DocumentsFetched, 1), Effect::Set(slots.given, 1.0)];
        let hit = self.effects(site, &key("hit"), fetched, next);
        let failed = self.effects(site, &key("failed"), vec![Effect::Count(Account::FetchesFailed, 1)], fallback);
        let result = match self.record(document, registry) {
            Some(slot) => self.choose(site, &key("record"), slot_is(slot, HIT), hit, failed),
            None => hit,
        };
        self.call(site, document, registry, result, failed)
    }

    /// Builds the call of a registry with its retries.
    fn call(
        &mut self,
        site: &Site,
        document: &Document,
        registry: &Registry,
        answered: Idx<Element>,
        failed: Idx<Element>,
    ) -> Idx<Element> {
        let key = |part: &str| format!("{}/{part}", document.id);
        let title = format!("Fetch: {}", title_of(document));
        let part = |role: Role, part: &str| Part::new(role, key(part)).about(&document.id, title.clone());
        let mut calling = vec![Effect::Count(Account::RegistryCalls, 1)];
        self.pay(Account::OtherCost, &registry.cost_per_call, &mut calling);
        let access = self.registry_access(&registry.id, site.path);
        let mut work = self.machine_work(&registry.latency, site.path);
        work.requests = access.requests;
        work.priority = self.priority_of(site);
        if work.requests.is_empty() && self.by_segment(&registry.latency).iter().all(is_zero) {
            return self.effects(site, &key("call"), calling, answered);
        }
        let again = self.reserve(site);
        let mut begin = Vec::new();
        if let Some(timeout) = registry.timeout
            && !work.requests.is_empty()
        {
            let patience = self.fixed(timeout.ms());
            let late = if registry.retries == 0 {
                failed
            } else {
                let attempts = self.slot(format!("attempts to fetch '{}' for '{}/{}'", document.id, site.owner, site.step));
                begin.push(Effect::Set(attempts, 0.0));
                let pause = self.fixed(registry.retry_pause.ms());
                let title = format!("Pause before the next attempt: {}", title_of(document));
                let waits = Part::new(Role::Fetch, key("pause")).about(&document.id, title);
                let pause = self.delay(site, waits, Until::For(pause), PathClass::Registry, again);
                let limit = Quantity::Constant(f64::from(registry.retries));
                let left = Predicate::Compare(Quantity::Slot(attempts), Relation::AtMost, limit);
                let decide = self.choose(site, &key("retry"), left, pause, failed);
                self.effects(site, &key("timeout"), vec![Effect::Add(attempts, 1.0)], decide)
            };
            work.patience = Some((patience, late));
        }
        let fetch = self.emit(site, part(Role::Fetch, "fetch"), Kind::Work(Box::new(work)), Some(answered), Vec::new());
        let attempt = self.effects(site, &key("call"), calling, fetch);
        self.lead(again, attempt);
        self.effects(site, &key("begin"), begin, attempt)
    }

    /// Returns the slot that says what a registry knows of a citizen's document; `None` where every record is there and right.
    ///
    /// Drawn under the name `document/registry`, hits lowest: with a better registry the same citizens stay hits.
    fn record(&mut self, document: &Document, registry: &Registry) -> Option<u32> {
        let known = (document.id.clone(), registry.id.clone());
        if let Some(&slot) = self.records.get(&known) {
            return Some(slot);
        }
        let coverage = self.shares(&registry.coverage);
        let correctness = self.shares(&registry.correctness);
        if coverage.iter().chain(&correctness).all(|&share| share >= 1.0) {
            return None;
        }
        let n = coverage.len().max(correctness.len());
        let at = |list: &[f64], i: usize| list.get(i).or_else(|| list.first()).copied().unwrap_or(1.0);
        let values = (0..n)
            .map(|i| {
                let covered = at(&coverage, i);
                vec![(covered * at(&correctness, i), HIT), (covered, WRONG), (1.0, MISS)]
            })
            .collect();
        let slot = self.slot(format!("record of '{}' in '{}'", document.id, registry.id));
        let stream = StreamId::named(&format!("{}/{}", document.id, registry.id));
        self.program.initial_draws.push(InitialDraw { slot, stream, values });
        self.records.insert(known, slot);
        Some(slot)
    }
}
