//! Documents: what has to happen before a step has one.
//!
//! For each document that a step needs, in the order of the step's list:
//!
//! 1. Under once-only, a document that the state has been given in this life event counts as reused, and nothing happens.
//! 2. *From a registry*: a call (see [`crate::compile::fetches`]). A hit counts as fetched, and the state has the document.
//!    A miss, a wrong record, or no answer in time after all retries counts as a failed fetch and falls back: to the
//!    citizen as in 3, or to staff, who wait for others (class other agency), work, and then have it.
//! 3. *From the citizen*: counts as requested, and as repeated if it had been given before. One that is in hand is handed
//!    over. One that is not is got first: through the service that issues it, where one does and that service does not
//!    itself lead back here; else by gathering: work at home, journeys (twice the way to the place each, counted as visits,
//!    with fares), waiting until it is issued, a fee. From then on it is in hand.
//! 4. *From its issuer*: unless it is in hand, the issuing service is run for it and loads its agency. The citizen is not
//!    asked, so nothing counts as requested.
//!
//! Where ways of one case run side by side, a document is got once: a way that needs one which another way is just getting
//! waits for it (class external) and goes on with it as if it had been there. Under once-only that holds for the whole request;
//! without it each service still asks, but nobody gathers the same paper twice. Whoever gets it may be interrupted, so the
//! others wait no longer than [`LONGEST_WAIT`] and then get it themselves.
//!
//! A fractional number of journeys is its whole part, and one more in the share of cases that the fraction says.
//!
//! Whether a citizen has a document at hand, and whether a registry's record of a citizen exists and is right, is drawn
//! once per case under a name of its own: the same citizen has the same luck in every variant, at every call.

use crate::base::diagnostic::Path;
use crate::base::idx::Idx;
use crate::base::time::SimDuration;
use crate::compile::builder::{Builder, Part, Site, slot_is_set};
use crate::compile::durations::{is_zero, money};
use crate::compile::names::Role;
use crate::engine::account::{Account, PathClass};
use crate::engine::program::{Delay, Effect, Element, Kind, Trigger, Until};
use crate::engine::random::stream::StreamId;
use crate::model::document::Document;
use crate::model::flow::{self as model, ElementKind, Repeat};
use crate::model::scenario::Scenario;
use crate::model::step::{DocumentSource, DocumentUse, Fallback, PoolUse};

/// How long a way waits for a document that another way of the case is getting.
const LONGEST_WAIT: SimDuration = SimDuration::from_days(60);

/// What a case knows about a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct DocumentSlots {
    /// 1 once the citizen has it in hand.
    pub(super) in_hand: u32,
    /// 1 once the state has got it in this life event.
    pub(super) given: u32,
    /// 1 while one of several ways side by side is getting it; `None` where there are no such ways.
    underway: Option<u32>,
}

impl Builder<'_> {
    /// Gives all documents their slots, and draws who has one at hand.
    pub(super) fn document_slots(&mut self) {
        let side_by_side = has_ways_side_by_side(self.scenario);
        for document in &self.scenario.documents {
            let in_hand = self.slot(format!("document '{}' in hand", document.id));
            let given = self.slot(format!("document '{}' given", document.id));
            let underway = side_by_side.then(|| self.slot(format!("document '{}' underway", document.id)));
            self.documents.insert(document.id.clone(), DocumentSlots { in_hand, given, underway });
            let stream = StreamId::named(&format!("document/{}/at-hand", document.id));
            self.flag_draw(in_hand, stream, &document.at_hand);
        }
    }

    /// Returns the effect of having a document in hand.
    pub(super) fn in_hand(&mut self, id: &str, path: &Path) -> Option<Effect> {
        match self.documents.get(id) {
            Some(slots) => Some(Effect::Set(slots.in_hand, 1.0)),
            None => {
                self.error("unknown-document", path, format!("There is no document '{id}'."));
                None
            }
        }
    }

    /// Builds what precedes `next` until a step has a document.
    pub(super) fn document_use(&mut self, site: &Site, need: &DocumentUse, next: Idx<Element>) -> Idx<Element> {
        let Some(slots) = self.documents.get(&need.document).copied() else {
            self.error("unknown-document", site.path, format!("There is no document '{}'.", need.document));
            return next;
        };
        let Some(document) = self.scenario.documents.iter().find(|d| d.id == need.document) else { return next };
        if !self.scenario.once_only {
            return self.request(site, document, slots, need, next);
        }
        let key = |part: &str| format!("{}/{part}", document.id);
        let reuse = self.effects(site, &key("reuse"), vec![Effect::Count(Account::DocumentsReused, 1)], next);
        // What the whole request is shared for, its parts need not be.
        let alone = DocumentSlots { underway: None, ..slots };
        let entry = self.shared(site, document, slots, reuse, next, |b, next| b.request(site, document, alone, need, next));
        self.choose(site, &key("known"), slot_is_set(slots.given), reuse, entry)
    }

    /// Builds the way by which a step gets a document that the state does not have yet.
    fn request(
        &mut self,
        site: &Site,
        document: &Document,
        slots: DocumentSlots,
        need: &DocumentUse,
        next: Idx<Element>,
    ) -> Idx<Element> {
        match need.from {
            DocumentSource::Citizen => self.ask_citizen(site, document, slots, next),
            DocumentSource::Registry => {
                let failed = self.fall_back(site, document, slots, &need.fallback, next);
                self.fetch(site, document, slots, next, failed)
            }
            DocumentSource::Issuer => self.ask_issuer(site, document, slots, next),
        }
    }

    /// Builds `get`, which leads to `next`, so that one of several ways goes through it and the others wait for that, then
    /// `found` follows.
    fn shared(
        &mut self,
        site: &Site,
        document: &Document,
        slots: DocumentSlots,
        found: Idx<Element>,
        next: Idx<Element>,
        get: impl FnOnce(&mut Self, Idx<Element>) -> Idx<Element>,
    ) -> Idx<Element> {
        let Some(underway) = slots.underway else { return get(self, next) };
        let key = |part: &str| format!("{}/{part}", document.id);
        let signal = self.signal(&format!("\u{0}document {}", document.id));
        let told = self.emit(site, Part::internal(key("tell")), Kind::Broadcast(signal), Some(next), Vec::new());
        let done = self.effects(site, &key("no-longer-underway"), vec![Effect::Set(underway, 0.0)], told);
        let entry = get(self, done);
        let begin = self.effects(site, &key("underway"), vec![Effect::Set(underway, 1.0)], entry);
        let longest = self.fixed(LONGEST_WAIT.ms());
        let race = vec![(Trigger::Message(signal), found), (Trigger::After(longest), begin)];
        let wait = self.emit(site, Part::internal(key("await")), Kind::EventRace(race), None, Vec::new());
        self.choose(site, &key("is-underway"), slot_is_set(underway), wait, begin)
    }

    fn fall_back(
        &mut self,
        site: &Site,
        document: &Document,
        slots: DocumentSlots,
        fallback: &Fallback,
        next: Idx<Element>,
    ) -> Idx<Element> {
        match fallback {
            Fallback::Citizen => self.ask_citizen(site, document, slots, next),
            Fallback::Staff { pool, duration, wait } => {
                let title = format!("Clear up: {}", title_of(document));
                let part = |key: &str| {
                    Part::new(Role::Clarification, format!("{}/{key}", document.id)).about(&document.id, title.clone())
                };
                let cleared = self.effects(site, "cleared", vec![Effect::Set(slots.given, 1.0)], next);
                let uses = [PoolUse { pool: pool.clone(), count: 1 }];
                let mut work = self.machine_work(duration, site.path);
                work.requests = self.staff_requests(&uses, None, site.path);
                work.performer = crate::engine::program::Performer::Staff;
                work.busy_class = PathClass::StaffBusy;
                work.priority = self.priority_of(site);
                let entry = self.emit(site, part("clarify"), Kind::Work(Box::new(work)), Some(cleared), Vec::new());
                match self.duration_unless_zero(wait, site.path) {
                    Some(wait) => self.delay(site, part("clarify-wait"), Until::For(wait), PathClass::OtherAgency, entry),
                    None => entry,
                }
            }
        }
    }

    fn ask_citizen(&mut self, site: &Site, document: &Document, slots: DocumentSlots, next: Idx<Element>) -> Idx<Element> {
        let key = |part: &str| format!("{}/{part}", document.id);
        let handing = vec![Effect::CountIf(slots.given, Account::DocumentsRepeated, 1), Effect::Set(slots.given, 1.0)];
        let handed = self.effects(site, &key("handed"), handing, next);
        let get = self.shared(site, document, slots, handed, handed, |b, next| {
            let got = b.effects(site, &key("got"), vec![Effect::Set(slots.in_hand, 1.0)], next);
            match b.issuer(site, document) {
                Some(service) => b.run_issuer(site, document, service, got),
                None => b.gather(site, document, got),
            }
        });
        let entry = self.choose(site, &key("at-hand"), slot_is_set(slots.in_hand), handed, get);
        self.effects(site, &key("ask"), vec![Effect::Count(Account::DocumentsRequested, 1)], entry)
    }

    fn ask_issuer(&mut self, site: &Site, document: &Document, slots: DocumentSlots, next: Idx<Element>) -> Idx<Element> {
        let position = document.issued_by.as_ref().and_then(|id| self.scenario.services.iter().position(|s| s.id == *id));
        let Some(service) = position else {
            let message =
                format!("The document '{}' is to come from its issuer, but names no service of the scenario.", document.id);
            self.error("no-issuer", site.path, message);
            return next;
        };
        let key = |part: &str| format!("{}/{part}", document.id);
        let handed = self.effects(site, &key("issued"), vec![Effect::Set(slots.given, 1.0)], next);
        let run = self.shared(site, document, slots, handed, handed, |b, next| {
            let got = b.effects(site, &key("got"), vec![Effect::Set(slots.in_hand, 1.0)], next);
            b.run_issuer(site, document, service, got)
        });
        self.choose(site, &key("at-hand"), slot_is_set(slots.in_hand), handed, run)
    }

    /// Returns the service through which a citizen gets a document: the one that issues it, unless it leads back here.
    fn issuer(&self, site: &Site, document: &Document) -> Option<usize> {
        let issuer = document.issued_by.as_ref()?;
        let position = self.scenario.services.iter().position(|s| s.id == *issuer)?;
        let leads_back = site.service.is_some_and(|here| self.can_enter(position, here));
        (!leads_back).then_some(position)
    }

    fn run_issuer(&mut self, site: &Site, document: &Document, service: usize, next: Idx<Element>) -> Idx<Element> {
        let part = Part::new(Role::Body, format!("{}/issue", document.id)).about(&document.id, title_of(document).to_owned());
        let kind = self.enter_service(service, Vec::new());
        self.emit(site, part, kind, Some(next), Vec::new())
    }

    /// Builds what a citizen goes through to get a document; nothing of it that takes neither time nor money.
    fn gather(&mut self, site: &Site, document: &Document, next: Idx<Element>) -> Idx<Element> {
        let gathering = &document.gathering;
        let title = format!("Get: {}", title_of(document));
        let part = |key: &str| Part::new(Role::Gathering, format!("{}/{key}", document.id)).about(&document.id, title.clone());
        let mut paid = Vec::new();
        self.pay(Account::CitizenCost, &gathering.fee, &mut paid);
        let mut entry = self.effects(site, &format!("{}/fee", document.id), paid, next);
        if let Some(wait) = self.duration_unless_zero(&gathering.wait, site.path) {
            entry = self.delay(site, part("wait"), Until::For(wait), PathClass::Citizen, entry);
        }
        entry = self.journeys(site, document, entry);
        if !self.by_segment(&gathering.work).iter().all(is_zero) {
            let mut work = self.machine_work(&gathering.work, site.path);
            work.performer = crate::engine::program::Performer::Citizen;
            work.citizen_at_work = true;
            work.busy_class = PathClass::Citizen;
            entry = self.emit(site, part("gather"), Kind::Work(Box::new(work)), Some(entry), Vec::new());
        }
        entry
    }

    /// Builds the journeys of a gathering: the whole part of their number at once, then perhaps one more.
    fn journeys(&mut self, site: &Site, document: &Document, next: Idx<Element>) -> Idx<Element> {
        let visits = self.by_segment(&document.gathering.visits);
        let visits: Vec<f64> = visits.into_iter().map(|v| if v > 0.0 { v.min(1e6) } else { 0.0 }).collect();
        if visits.iter().all(|&v| v == 0.0) {
            return next;
        }
        let place_id = document.gathering.place.as_deref();
        let Some(place) = place_id.and_then(|id| self.scenario.places.iter().find(|p| p.id == id)) else {
            // Journeys to nowhere take no time, but they are visits all the same.
            let whole = visits.iter().map(|v| v.round() as i64).collect();
            let mut counted = Vec::new();
            self.count_amounts(Account::Visits, whole, &mut counted);
            return self.effects(site, &format!("{}/visits", document.id), counted, next);
        };
        let (travel, fare) = (self.by_segment(&place.travel), self.by_segment(&place.fare));
        let n = visits.len().max(travel.len()).max(fare.len());
        fn pick<T: Clone>(list: &[T], i: usize) -> Option<T> {
            list.get(i).or_else(|| list.first()).cloned()
        }
        let title = format!("Get: {}", title_of(document));
        let trip = |b: &mut Self, key: &str, times: &dyn Fn(f64) -> f64, next: Idx<Element>| {
            let counts: Vec<f64> = (0..n).map(|i| times(pick(&visits, i).unwrap_or(0.0))).collect();
            if counts.iter().all(|&c| c == 0.0) {
                return next;
            }
            let ways: Vec<_> = (0..n).filter_map(|i| Some(pick(&travel, i)?.scaled(2.0 * counts[i]))).collect();
            let fares = (0..n).map(|i| (counts[i] * money(pick(&fare, i).unwrap_or(0.0)) as f64).round() as i64);
            let mut effects = Vec::new();
            b.count_amounts(Account::Visits, counts.iter().map(|&c| c as i64).collect(), &mut effects);
            b.count_amounts(Account::CitizenCost, fares.collect(), &mut effects);
            let part = Part::new(Role::Gathering, format!("{}/{key}", document.id)).about(&document.id, title.clone());
            let until = Until::For(b.distributions(&ways, site.path));
            let delay = Delay { until, class: PathClass::Travel, account: Some(Account::CitizenTravel) };
            let idx = b.emit(site, part, Kind::Delay(delay), Some(next), effects);
            // A citizen's way to a place is equally long each time, whatever it is for.
            b.program.elements[idx].stream = StreamId::named(&format!("place/{}", place.id));
            b.same_draw.insert(idx);
            idx
        };
        let rest: Vec<f64> = visits.iter().map(|v| v - v.floor()).collect();
        let one_more = trip(self, "journey", &|v: f64| if v > v.floor() { 1.0 } else { 0.0 }, next);
        let perhaps = self.chance(site, Part::internal(format!("{}/journey", document.id)), rest, one_more, next);
        trip(self, "journeys", &|v: f64| v.floor(), perhaps)
    }
}

/// Returns a document's name for people.
pub(super) fn title_of(document: &Document) -> &str {
    if document.name.is_empty() { &document.id } else { &document.name }
}

/// Tells whether a case may go several ways at once.
fn has_ways_side_by_side(scenario: &Scenario) -> bool {
    fn splits(elements: &[model::Element]) -> bool {
        elements.iter().any(|element| {
            let kind = &element.kind;
            matches!(kind, ElementKind::Parallel(_) | ElementKind::Inclusive(_) | ElementKind::Begin(_))
                || matches!(kind, ElementKind::EventSubProcess(_))
                || matches!(element.repeat, Some(Repeat::Parallel(_)))
                || element.boundary.iter().any(|border| !border.interrupting)
                || element.inner().is_some_and(splits)
        })
    }
    scenario.life_events.iter().any(|event| event.services.len() > 1)
        || scenario.services.iter().any(|service| splits(&service.elements))
}
