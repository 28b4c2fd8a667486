//! Finds the changes that lead from one scenario to another.
//!
//! The law: `apply(a, diff(a, b)) == b`, for any two scenarios in which ids are unique among their kind. Services are
//! compared element by element, everything else item by item. Where operations on elements do not reproduce a service
//! (its elements stand in another order, say), the service is put in as a whole: the law goes before readability.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::apply::{apply_in_place, item_id, item_ids, items_of};
use crate::model::change::{Change, Item, ItemKind, Operation};
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::Step;

/// Returns the changes that turn `a` into `b`: one operation each, titled, in an order in which they can be applied.
///
/// Deterministic. Equal scenarios give no changes. Ids must be unique among their kind, and among a service's elements.
pub fn diff(a: &Scenario, b: &Scenario) -> Vec<Change> {
    let mut script = Script { work: a.clone(), changes: Vec::new() };
    if (a.start, &a.currency, &a.hour_value) != (b.start, &b.currency, &b.hour_value) {
        let general = Operation::SetGeneral { start: b.start, currency: b.currency.clone(), hour_value: b.hour_value.clone() };
        script.push("Set the start, the currency and the value of an hour".to_owned(), general);
    }
    if a.once_only != b.once_only {
        let title = if b.once_only { "Ask nothing twice within a life event" } else { "Ask again in each service" };
        script.push(title.to_owned(), Operation::OnceOnly(b.once_only));
    }
    for &kind in ItemKind::ALL {
        diff_kind(&mut script, kind, b);
    }
    script.changes
}

/// Pairs the elements of two forms of a service: by id first, then by name where both ids are known on one side only.
///
/// Returns positions in `a.elements` and `b.elements`, in the order of `b`, then what only `a` has. Names pair only if
/// they are not empty and each is borne by one unpaired element on its side. Sub-processes count as one element.
pub fn match_elements(a: &Service, b: &Service) -> Vec<(Option<usize>, Option<usize>)> {
    let position_of = |elements: &[Element], id: &str| elements.iter().position(|e| e.id == id);
    let unpaired_name = |elements: &[Element], others: &[Element], name: &str| {
        let mut found = elements.iter().enumerate().filter(|(_, e)| e.name == name && position_of(others, &e.id).is_none());
        found.next().map(|(i, _)| i).filter(|_| found.next().is_none() && !name.is_empty())
    };
    let mut pairs = Vec::new();
    let mut taken = BTreeSet::new();
    for (j, element) in b.elements.iter().enumerate() {
        let by_name = || {
            let alone = unpaired_name(&b.elements, &a.elements, &element.name) == Some(j);
            if alone { unpaired_name(&a.elements, &b.elements, &element.name) } else { None }
        };
        let partner = position_of(&a.elements, &element.id).or_else(by_name).filter(|i| taken.insert(*i));
        pairs.push((partner, Some(j)));
    }
    pairs.extend((0..a.elements.len()).filter(|i| !taken.contains(i)).map(|i| (Some(i), None)));
    pairs
}

/// The changes found so far, and what applying them to `a` gives.
struct Script {
    work: Scenario,
    changes: Vec<Change>,
}

impl Script {
    fn push(&mut self, title: String, operation: Operation) {
        if let Some(change) = self.tried(title, operation) {
            self.changes.push(change);
        }
    }

    /// Applies an operation to the work; returns the change where that went well.
    fn tried(&mut self, title: String, operation: Operation) -> Option<Change> {
        let id = format!("difference-{}", self.changes.len() + 1);
        let change = Change { id, title, enabled: true, operations: vec![operation], ..Change::default() };
        apply_in_place(&mut self.work, &change).then_some(change)
    }
}

fn diff_kind(script: &mut Script, kind: ItemKind, b: &Scenario) {
    let wanted = items_of(b, kind);
    let wanted_ids: BTreeSet<&str> = wanted.iter().map(|item| item_id(item).1).collect();
    let surplus: Vec<String> =
        item_ids(&script.work, kind).into_iter().filter(|id| !wanted_ids.contains(id)).map(str::to_owned).collect();
    for id in surplus {
        script.push(format!("Take out the {} '{id}'", kind.word()), Operation::Remove { kind, id });
    }
    let present = items_of(&script.work, kind);
    let present: BTreeMap<&str, &Item> = present.iter().map(|item| (item_id(item).1, item)).collect();
    for item in &wanted {
        let (_, id) = item_id(item);
        match present.get(id) {
            None => script.push(format!("Add the {} '{id}'", kind.word()), Operation::Put(item.clone())),
            Some(old) if *old == item => {}
            Some(old) => diff_item(script, old, item),
        }
    }
    let order: Vec<&str> = item_ids(b, kind);
    if item_ids(&script.work, kind) != order {
        let ids = order.into_iter().map(str::to_owned).collect();
        script.push(format!("Order: {}", kind.word()), Operation::Reorder { kind, ids });
    }
}

/// Finds what turns one item into another with the same id.
fn diff_item(script: &mut Script, old: &Item, new: &Item) {
    let (kind, id) = item_id(new);
    match (old, new) {
        (Item::Service(old), Item::Service(new)) => {
            let attempt = elementwise(script, old, new);
            if let Some((work, changes)) = attempt {
                script.work = work;
                script.changes.extend(changes);
                return;
            }
        }
        (Item::Registry(old), Item::Registry(new)) => {
            let mut only_coverage = old.clone();
            only_coverage.coverage = new.coverage.clone();
            if only_coverage == *new {
                let operation = Operation::SetCoverage { registry: id.to_owned(), coverage: new.coverage.clone() };
                return script.push(format!("Set the coverage of the registry '{id}'"), operation);
            }
        }
        (Item::Agency(old), Item::Agency(new)) => {
            let mut only_counts = old.clone();
            let mut operations = Vec::new();
            for (pool, wanted) in only_counts.pools.iter_mut().zip(&new.pools).filter(|(old, new)| old.id == new.id) {
                for (i, (group, wanted)) in pool.staff.iter_mut().zip(&wanted.staff).enumerate() {
                    if group.count != wanted.count {
                        group.count = wanted.count.clone();
                        operations.push((format!("{id}/{}", pool.id), i as u32, wanted.count.clone()));
                    }
                }
            }
            if only_counts == *new {
                for (pool, group, count) in operations {
                    let title = format!("Set the staff of '{pool}' to {}", count.value);
                    script.push(title, Operation::SetStaff { pool, group, count });
                }
                return;
            }
        }
        _ => {}
    }
    script.push(format!("Change the {} '{id}'", kind.word()), Operation::Put(new.clone()));
}

/// Finds operations on elements that turn a service into another, if that is possible.
fn elementwise(script: &Script, old: &Service, new: &Service) -> Option<(Scenario, Vec<Change>)> {
    let mut trial = Script { work: script.work.clone(), changes: Vec::new() };
    let numbered = script.changes.len();
    let emit = |trial: &mut Script, title: String, operation: Operation| {
        let mut change = trial.tried(title, operation)?;
        change.id = format!("difference-{}", numbered + trial.changes.len() + 1);
        trial.changes.push(change);
        Some(())
    };
    let service = || new.id.clone();
    let name = if new.name.is_empty() { &new.id } else { &new.name };

    if old.form != new.form {
        emit(&mut trial, format!("Set the form of '{name}'"), Operation::SetForm { service: service(), form: new.form })?;
    }
    let header = Service { elements: old.elements.clone(), ..new.clone() };
    if trial.work.service(&new.id)? != &header {
        emit(&mut trial, format!("Change what is said of the service '{name}'"), Operation::Put(Item::Service(header)))?;
    }
    let wanted: BTreeSet<&str> = new.elements.iter().map(|e| e.id.as_str()).collect();
    let present: BTreeSet<&str> = old.elements.iter().map(|e| e.id.as_str()).collect();
    let remove = |id: &str| Operation::RemoveStep { service: service(), step: id.to_owned() };
    let title_of_removal = |element: &Element| {
        let became =
            new.elements.iter().find(|e| !element.name.is_empty() && e.name == element.name && !present.contains(e.id.as_str()));
        let became = became.map(|e| format!(" (it becomes '{}')", e.id)).unwrap_or_default();
        format!("Remove '{}' from '{name}'{became}", label(element))
    };

    // What can simply go, goes first: the reroute that comes with it often is the whole difference.
    for element in old.elements.iter().filter(|e| !wanted.contains(e.id.as_str())) {
        let before = trial.work.clone();
        let kept = |scenario: &Scenario| {
            scenario.service(&new.id).map_or(0, |s| s.elements.iter().filter(|e| wanted.contains(e.id.as_str())).count())
        };
        let count = kept(&before);
        if trial.work.service(&new.id)?.element(&element.id).is_some()
            && emit(&mut trial, title_of_removal(element), remove(&element.id)).is_some()
            && kept(&trial.work) < count
        {
            trial.work = before;
            trial.changes.pop();
        }
    }
    for (j, element) in new.elements.iter().enumerate() {
        if trial.work.service(&new.id)?.elements.iter().all(|e| e.id != element.id) {
            let after = new.elements.get(j.checked_sub(1)?)?.id.clone();
            let title = format!("Add '{}' to '{name}'", label(element));
            emit(&mut trial, title, Operation::AddStep { service: service(), after, element: element.clone() })?;
        }
    }
    for element in &new.elements {
        let current = trial.work.service(&new.id)?.elements.iter().find(|e| e.id == element.id)?.clone();
        if current != *element {
            let (title, operation) = change_of_element(&new.id, name, &current, element);
            emit(&mut trial, title, operation)?;
        }
    }
    // The rest was still in use before; now nothing that stays leads to it.
    for element in old.elements.iter().filter(|e| !wanted.contains(e.id.as_str())) {
        if trial.work.service(&new.id)?.element(&element.id).is_some() {
            emit(&mut trial, title_of_removal(element), remove(&element.id))?;
        }
    }
    (trial.work.service(&new.id)? == new).then_some((trial.work, trial.changes))
}

fn label(element: &Element) -> &str {
    if element.name.is_empty() { &element.id } else { &element.name }
}

/// Returns the smallest operation that turns one element into another with the same id.
fn change_of_element(service: &str, service_name: &str, old: &Element, new: &Element) -> (String, Operation) {
    let (service, step) = (service.to_owned(), new.id.clone());
    if let (ElementKind::Step(was), ElementKind::Step(is)) = (&old.kind, &new.kind)
        && (Element { kind: new.kind.clone(), ..old.clone() }) == *new
    {
        if (Step { duration: is.duration.clone(), ..(**was).clone() }) == **is {
            let title = format!("Set the duration of '{}' in '{service_name}'", label(new));
            return (title, Operation::SetDuration { service, step, duration: is.duration.clone() });
        }
        if (Step { sitting: is.sitting, ..(**was).clone() }) == **is {
            let title = format!("Set whether '{}' in '{service_name}' pauses overnight", label(new));
            return (title, Operation::SetSitting { service, step, sitting: is.sitting });
        }
    }
    (format!("Change '{}' in '{service_name}'", label(new)), Operation::ReplaceStep { service, element: new.clone() })
}

#[cfg(test)]
pub(crate) mod random;
#[cfg(test)]
mod tests;
