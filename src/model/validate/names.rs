//! Ids: unique among their kind, written in plain characters; and which names a scenario knows.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, root};
use crate::base::diagnostic::{Diagnostic, Path};
use crate::model::apply::item_ids;
use crate::model::change::ItemKind;
use crate::model::scenario::Scenario;

/// Kinds of things that others refer to by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Holidays,
    Calendar,
    Channel,
    Place,
    Agency,
    Pool,
    Registry,
    Document,
    Service,
}

impl Kind {
    /// Returns the word for one, the word for several, and the code of an unknown one.
    pub(super) fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::Holidays => ("list of holidays", "lists of holidays", "unknown-holidays"),
            Kind::Calendar => ("calendar", "calendars", "unknown-calendar"),
            Kind::Channel => ("channel", "channels", "unknown-channel"),
            Kind::Place => ("place", "places", "unknown-place"),
            Kind::Agency => ("agency", "agencies", "unknown-agency"),
            Kind::Pool => ("staff pool", "staff pools (agency/pool)", "unknown-pool"),
            Kind::Registry => ("registry", "registries", "unknown-registry"),
            Kind::Document => ("document", "documents", "unknown-document"),
            Kind::Service => ("service", "services", "unknown-service"),
        }
    }
}

/// The names that a scenario knows.
pub(super) struct Known<'a> {
    of_kind: BTreeMap<Kind, BTreeSet<&'a str>>,
    /// `agency/pool` of every pool.
    pools: BTreeSet<String>,
    /// Facets with their values, and attributes with theirs.
    pub words: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Segments' ids and facets' values: the keys of `by_segment`.
    pub segment_keys: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    pub(super) fn of(scenario: &'a Scenario) -> Known<'a> {
        let kinds = [
            (Kind::Holidays, ItemKind::Holidays),
            (Kind::Calendar, ItemKind::Calendar),
            (Kind::Channel, ItemKind::Channel),
            (Kind::Place, ItemKind::Place),
            (Kind::Agency, ItemKind::Agency),
            (Kind::Registry, ItemKind::Registry),
            (Kind::Document, ItemKind::Document),
            (Kind::Service, ItemKind::Service),
        ];
        let of_kind = kinds.map(|(kind, items)| (kind, item_ids(scenario, items).into_iter().collect()));
        let mut words: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut segment_keys = BTreeSet::new();
        for segment in &scenario.segments {
            segment_keys.insert(segment.id.as_str());
            for (facet, value) in &segment.facets {
                segment_keys.insert(value);
                words.entry(facet).or_default().insert(value);
            }
        }
        for attribute in &scenario.attributes {
            words.entry(&attribute.id).or_default().extend(attribute.values.iter().map(|(value, _)| value.as_str()));
        }
        let pools = scenario.staff_pool_references().into_iter().collect();
        Known { of_kind: of_kind.into_iter().collect(), pools, words, segment_keys }
    }

    pub(super) fn has(&self, kind: Kind, id: &str) -> bool {
        match kind {
            Kind::Pool => self.pools.contains(id),
            _ => self.of_kind.get(&kind).is_some_and(|ids| ids.contains(id)),
        }
    }

    /// Returns all names of a kind, sorted.
    pub(super) fn all(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::Pool => self.pools.iter().cloned().collect(),
            _ => self.of_kind.get(&kind).into_iter().flatten().map(|id| (*id).to_owned()).collect(),
        }
    }
}

/// Checks the ids of all items and of the staff pools in each agency.
pub(super) fn check(check: &mut Check<'_>) {
    let scenario = check.scenario;
    let lists = [
        (ItemKind::Holidays, "holidays"),
        (ItemKind::Calendar, "calendars"),
        (ItemKind::Segment, "segments"),
        (ItemKind::Attribute, "attributes"),
        (ItemKind::Channel, "channels"),
        (ItemKind::Place, "places"),
        (ItemKind::Agency, "agencies"),
        (ItemKind::Registry, "registries"),
        (ItemKind::Document, "documents"),
        (ItemKind::Service, "services"),
        (ItemKind::LifeEvent, "life_events"),
        (ItemKind::Demand, "demand"),
    ];
    for (kind, list) in lists {
        ids(item_ids(scenario, kind).into_iter(), kind.word(), "the study", &root(list), "id", &mut check.found);
    }
    for (i, agency) in scenario.agencies.iter().enumerate() {
        let path = root("agencies").item(i).field("pools");
        let pools = agency.pools.iter().map(|pool| pool.id.as_str());
        ids(pools, "staff pool", &format!("the agency '{}'", agency.id), &path, "id", &mut check.found);
    }
    for (i, life_event) in scenario.life_events.iter().enumerate() {
        if check.known.has(Kind::Service, &life_event.id) {
            let message =
                format!("A life event and a service are both called '{}', so demand cannot tell them apart.", life_event.id);
            check.error("duplicate-id", root("life_events").item(i).field("id"), message, "Give one of them another id.");
        }
    }
    for (i, attribute) in scenario.attributes.iter().enumerate() {
        let path = root("attributes").item(i).field("id");
        let facet = scenario.segments.iter().any(|s| s.facets.iter().any(|(name, _)| *name == attribute.id));
        if facet || crate::model::condition::BUILT_IN_NAMES.contains(&attribute.id.as_str()) {
            let other = if facet { "a facet of the segments" } else { "a name that conditions know already" };
            let message = format!("The attribute '{}' has the same name as {other}.", attribute.id);
            check.error("duplicate-id", path, message, "Give the attribute another id.");
        }
    }
}

/// Checks that ids are there, written in plain characters, and unique. Duplicates are found in sorted order of ids.
pub(super) fn ids<'n>(
    ids: impl Iterator<Item = &'n str>,
    word: &str,
    place: &str,
    list: &Path,
    field: &'static str,
    found: &mut Vec<Diagnostic>,
) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, id) in ids.enumerate() {
        let path = || list.item(i).field(field);
        if let Some(fault) = bad_id(id, word) {
            found.push(fault(path()));
        } else if let Some(earlier) = first.get(id) {
            let message =
                format!("Two of one kind are called '{id}': {word} number {} and number {} in {place}.", earlier + 1, i + 1);
            found.push(Diagnostic::error("duplicate-id", path(), message).hint("Give each an id of its own."));
        } else {
            first.insert(id, i);
        }
    }
}

/// Returns what is wrong with an id, if something is.
pub(super) fn bad_id(id: &str, word: &str) -> Option<impl FnOnce(Path) -> Diagnostic + use<>> {
    let hint = "An id consists of letters, digits, '-', '_' and '.'.";
    let (code, message) = if id.is_empty() {
        ("empty-id", format!("A {word} has no id."))
    } else if !id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        ("bad-id", format!("The id '{id}' of a {word} holds characters that are not allowed."))
    } else {
        return None;
    };
    Some(move |path| Diagnostic::error(code, path, message).hint(hint))
}
