//! Operations on whole parts of a scenario, and the one table that says in which list each kind of part stands.

use super::{Context, did_you_mean};
use crate::model::change::{Item, ItemKind};
use crate::model::scenario::Scenario;

/// Lists every kind of item once: its name in `Item` and `ItemKind`, the scenario's list, and the word for people.
macro_rules! for_each_kind {
    ($do:ident) => {
        $do! {
            (Holidays, holidays, "list of holidays"),
            (Calendar, calendars, "calendar"),
            (Segment, segments, "segment"),
            (Attribute, attributes, "attribute"),
            (Channel, channels, "channel"),
            (Place, places, "place"),
            (Agency, agencies, "agency"),
            (Registry, registries, "registry"),
            (Document, documents, "document"),
            (Service, services, "service"),
            (LifeEvent, life_events, "life event"),
            (Demand, demand, "stream of demand"),
        }
    };
}

macro_rules! item_functions {
    ($(($kind:ident, $list:ident, $word:literal),)*) => {
        /// Returns the ids of all items of a kind, in order.
        pub(crate) fn item_ids(scenario: &Scenario, kind: ItemKind) -> Vec<&str> {
            match kind {
                $(ItemKind::$kind => scenario.$list.iter().map(|item| item.id.as_str()).collect(),)*
            }
        }

        /// Returns copies of all items of a kind, in order.
        pub(crate) fn items_of(scenario: &Scenario, kind: ItemKind) -> Vec<Item> {
            match kind {
                $(ItemKind::$kind => scenario.$list.iter().cloned().map(Item::$kind).collect(),)*
            }
        }

        /// Returns an item's kind and id.
        pub(crate) fn item_id(item: &Item) -> (ItemKind, &str) {
            match item {
                $(Item::$kind(item) => (ItemKind::$kind, &item.id),)*
            }
        }

        impl ItemKind {
            /// All kinds, in the order in which a scenario lists them.
            pub const ALL: &'static [ItemKind] = &[$(ItemKind::$kind),*];

            /// Returns the word for people: "calendar", "stream of demand".
            pub fn word(self) -> &'static str {
                match self {
                    $(ItemKind::$kind => $word,)*
                }
            }
        }

        pub(super) fn put(scenario: &mut Scenario, item: &Item) {
            match item {
                $(Item::$kind(item) => match scenario.$list.iter_mut().find(|old| old.id == item.id) {
                    Some(old) => old.clone_from(item),
                    None => scenario.$list.push(item.clone()),
                },)*
            }
        }

        fn remove_at(scenario: &mut Scenario, kind: ItemKind, position: usize) {
            match kind {
                $(ItemKind::$kind => {
                    scenario.$list.remove(position);
                })*
            }
        }

        fn sort_by_rank(scenario: &mut Scenario, kind: ItemKind, rank: impl Fn(&str) -> usize) {
            match kind {
                // The sort is stable: items that are not named share the last rank and keep their order.
                $(ItemKind::$kind => scenario.$list.sort_by_key(|item| rank(&item.id)),)*
            }
        }
    };
}

for_each_kind!(item_functions);

pub(super) fn remove(scenario: &mut Scenario, kind: ItemKind, id: &str, cx: &mut Context<'_>) -> Option<()> {
    let ids = item_ids(scenario, kind);
    let Some(position) = ids.iter().position(|known| *known == id) else {
        let hint = did_you_mean(id, ids, "names");
        return cx.fail("id", "unknown-item", format!("there is no {} '{id}' to take out.", kind.word()), hint);
    };
    remove_at(scenario, kind, position);
    Some(())
}

pub(super) fn reorder(scenario: &mut Scenario, kind: ItemKind, ids: &[String], cx: &mut Context<'_>) -> Option<()> {
    let known = item_ids(scenario, kind);
    if let Some(missing) = ids.iter().find(|id| !known.contains(&id.as_str())) {
        let hint = did_you_mean(missing, known, "names");
        return cx.fail("ids", "unknown-item", format!("there is no {} '{missing}' to put in order.", kind.word()), hint);
    }
    let ranks: std::collections::BTreeMap<&str, usize> = ids.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    sort_by_rank(scenario, kind, |id| ranks.get(id).copied().unwrap_or(usize::MAX));
    Some(())
}
