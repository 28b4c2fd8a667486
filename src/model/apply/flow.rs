//! Operations that move the arrows of a process.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, element_ids};
use crate::model::Id;
use crate::model::figure::NumberFigure;
use crate::model::flow::{Branch, Element, ElementKind, End, Outcome};
use crate::model::offer::Offer;
use crate::model::service::Service;

/// Id of the element that `OfferProactively` puts in.
pub(super) const OFFER_ID: &str = "offer";
/// Id of the gateway that `OfferProactively` puts in for those whom the offer does not serve.
pub(super) const OTHERS_ID: &str = "applies-by-themselves";
/// Id of the end that `OfferProactively` puts in for those who never ask.
pub(super) const NEVER_CLAIMED_ID: &str = "never-claimed";

/// Tells whether elements of this kind name their follower in `next`.
fn takes_next(kind: &ElementKind) -> bool {
    use ElementKind as K;
    match kind {
        K::Start
        | K::OtherStart
        | K::Step(_)
        | K::Wait(_)
        | K::Send(_)
        | K::Receive(_)
        | K::Batch { .. }
        | K::Call(_)
        | K::SubProcess(_) => true,
        K::Signal(_) | K::AwaitSignal(_) | K::Begin(_) => true,
        K::Pass | K::Escalate(_) | K::Compensate(_) => true,
        K::EventSubProcess(_) => false,
        K::Exclusive(_) | K::Parallel(_) | K::Inclusive(_) | K::EventBased(_) | K::Offer(_) | K::End(_) => false,
    }
}

/// Returns the ids that can be reached from the starts of a list of elements, through any arrow.
fn reached(elements: &[Element]) -> BTreeSet<Id> {
    let by_id: BTreeMap<&str, &Element> = elements.iter().map(|e| (e.id.as_str(), e)).collect();
    let mut ahead: Vec<&str> = elements.iter().filter(|e| matches!(e.kind, ElementKind::Start)).map(|e| e.id.as_str()).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = ahead.pop() {
        if let Some(element) = by_id.get(id)
            && seen.insert(id)
        {
            ahead.extend(element.successors().into_iter().map(String::as_str));
        }
    }
    seen.into_iter().map(str::to_owned).collect()
}

pub(super) fn remove_step(service: &mut Service, id: &str, cx: &mut Context<'_>) -> Option<()> {
    let location = cx.locate(service, "step", id)?;
    let list = location.list_mut(&mut service.elements)?;
    let before = reached(list);
    let follower = follower_of(list.get(location.position)?, before.contains(id), cx)?;
    list.remove(location.position);
    if let Some(follower) = follower {
        list.iter_mut().for_each(|element| element.redirect(id, &follower));
    }
    let after = reached(list);
    list.retain(|element| after.contains(&element.id) || !before.contains(&element.id));
    Some(())
}

/// Returns where the arrows to an element go once it is gone; `Some(None)` where nothing needs to go anywhere.
fn follower_of(element: &Element, reachable: bool, cx: &mut Context<'_>) -> Option<Option<Id>> {
    let id = &element.id;
    let ways: Option<BTreeSet<&Id>> = match &element.kind {
        ElementKind::Start => {
            let hint = "Remove the steps after it instead.";
            return cx.fail("step", "cannot-remove-start", format!("'{id}' is where the process begins."), hint);
        }
        ElementKind::End(_) => Some(BTreeSet::new()),
        ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches) => Some(branches.iter().map(|b| &b.to).collect()),
        ElementKind::Parallel(to) => Some(to.iter().collect()),
        ElementKind::EventBased(branches) => Some(branches.iter().map(|b| &b.to).collect()),
        // Without the offer everybody is in the place of those who could not be asked.
        ElementKind::Offer(offer) => Some([&offer.unreachable].into()),
        _ => None,
    };
    let follower = match ways {
        None => element.next.clone(),
        Some(ways) if ways.len() == 1 => ways.into_iter().next().cloned(),
        Some(_) if !reachable => return Some(None),
        Some(ways) if ways.is_empty() => {
            let hint = "Remove the steps that lead to it, or lead them elsewhere first.";
            return cx.fail(
                "step",
                "cannot-remove-end",
                format!("at '{id}' a way ends; what leads there would lead nowhere."),
                hint,
            );
        }
        Some(ways) => {
            let message =
                format!("'{id}' leads to {} different elements, so it is unclear where its cases would go.", ways.len());
            let hint = "Set the share of one way to 1, or replace the element.";
            return cx.fail("step", "cannot-remove-gateway", message, hint);
        }
    };
    match follower {
        Some(follower) if follower == *id => {
            cx.fail("step", "leads-to-itself", format!("'{id}' leads to itself only."), "Lead it elsewhere first.")
        }
        None if reachable => cx.fail(
            "step",
            "missing-next",
            format!("nothing follows '{id}', so what led to it would lead nowhere."),
            "Say at the step what follows it.",
        ),
        follower => Some(follower),
    }
}

pub(super) fn add_step(service: &mut Service, after: &str, element: &Element, cx: &mut Context<'_>) -> Option<()> {
    let location = cx.locate(service, "after", after)?;
    let known = element_ids(&service.elements);
    if let Some(taken) = element_ids(std::slice::from_ref(element)).into_iter().find(|id| known.contains(id)) {
        let message = format!("the service '{}' already has an element '{taken}'.", service.id);
        return cx.fail("element", "duplicate-id", message, "Give the new step an id of its own.");
    }
    let list = location.list_mut(&mut service.elements)?;
    let before = list.get_mut(location.position)?;
    let mut added = element.clone();
    if takes_next(&added.kind) && added.next.is_none() {
        added.next = match (takes_next(&before.kind), &before.next, &before.kind) {
            (true, Some(next), _) => Some(next.clone()),
            (_, _, ElementKind::Parallel(to)) if to.len() == 1 => to.first().cloned(),
            _ => {
                let message = format!("'{after}' does not lead on to one element, so nothing says what follows '{}'.", added.id);
                return cx.fail(
                    "after",
                    "missing-next",
                    message,
                    "Name the follower of the new step with 'next', or add it after another step.",
                );
            }
        };
    }
    match &mut before.kind {
        kind if takes_next(kind) => before.next = Some(added.id.clone()),
        // A parallel gateway with one way out is a join: a step added after it comes between it and what followed.
        ElementKind::Parallel(to) if element.next.is_none() && to.len() == 1 => *to = vec![added.id.clone()],
        _ => {}
    }
    list.insert(location.position + 1, added);
    Some(())
}

pub(super) fn replace_step(service: &mut Service, element: &Element, cx: &mut Context<'_>) -> Option<()> {
    let location = cx.locate(service, "element", &element.id)?;
    let old = location.list_mut(&mut service.elements)?.get_mut(location.position)?;
    let mut new = element.clone();
    if takes_next(&new.kind) && new.next.is_none() {
        new.next = old.next.take();
    }
    *old = new;
    Some(())
}

pub(super) fn run_in_parallel(service: &mut Service, steps: &[Id], cx: &mut Context<'_>) -> Option<()> {
    let distinct: BTreeSet<&Id> = steps.iter().collect();
    if distinct.len() < 2 {
        return cx.fail(
            "steps",
            "too-few-steps",
            "fewer than two steps are named.",
            "Name two or more steps that follow each other.",
        );
    }
    let mut places = Vec::new();
    for id in &distinct {
        places.push(cx.locate(service, "steps", id)?);
    }
    if places.iter().any(|place| place.around != places[0].around) {
        let hint = "Steps inside a sub-process cannot run beside steps outside it.";
        return cx.fail("steps", "not-a-chain", "the steps named do not stand in the same process.", hint);
    }
    let chain = chain_of(places[0].list(&service.elements)?, &distinct, cx)?;
    let (first, last) = (chain.first()?.clone(), chain.last()?.clone());
    let (split_id, join_id) = (format!("parallel-of-{first}-{last}"), format!("join-of-{first}-{last}"));
    if let Some(taken) = element_ids(&service.elements).into_iter().find(|id| *id == split_id || *id == join_id) {
        let message = format!("the service already has an element '{taken}': these steps seem to run side by side already.");
        return cx.fail("steps", "duplicate-id", message, "Take the operation out.");
    }
    let list = places[0].list_mut(&mut service.elements)?;
    let follower = list.iter().find(|e| e.id == last)?.next.clone()?;
    for element in list.iter_mut() {
        match chain.iter().position(|id| *id == element.id) {
            None => element.redirect(&first, &split_id),
            // Its exits to its own follower go to the join too: both mean that the step is over.
            Some(_) => {
                if let Some(old) = element.next.clone() {
                    element.redirect(&old, &join_id);
                }
            }
        }
    }
    let join = Element { id: join_id, kind: ElementKind::Parallel(vec![follower]), ..Element::default() };
    let split = Element { id: split_id, kind: ElementKind::Parallel(chain), ..Element::default() };
    let after_last = list.iter().position(|e| e.id == last)? + 1;
    list.insert(after_last, join);
    let before_first = list.iter().position(|e| e.id == first)?;
    list.insert(before_first, split);
    Some(())
}

/// Returns the named elements in the order in which they follow each other, or reports why they are no chain.
fn chain_of(list: &[Element], named: &BTreeSet<&Id>, cx: &mut Context<'_>) -> Option<Vec<Id>> {
    let members: BTreeMap<&Id, &Element> = list.iter().filter(|e| named.contains(&e.id)).map(|e| (&e.id, e)).collect();
    for element in members.values() {
        let runs = takes_next(&element.kind) && !matches!(element.kind, ElementKind::Start);
        if !runs || element.next.is_none() {
            let message = format!("'{}' cannot run beside others, as it is no step that leads on to one element.", element.id);
            return cx.fail("steps", "not-a-chain", message, "Name steps, waits, calls or sub-processes only.");
        }
    }
    let followers: BTreeSet<&Id> = members.values().filter_map(|e| e.next.as_ref()).filter(|id| named.contains(id)).collect();
    let mut firsts = members.keys().filter(|id| !followers.contains(*id));
    let mut chain: Vec<Id> = Vec::new();
    let mut current = if let (Some(first), None) = (firsts.next(), firsts.next()) { members.get(*first) } else { None };
    while let Some(element) = current {
        chain.push(element.id.clone());
        current = if chain.len() > members.len() { None } else { element.next.as_ref().and_then(|next| members.get(next)) };
    }
    if chain.len() != members.len() {
        let listed: Vec<String> = named.iter().map(|id| format!("'{id}'")).collect();
        let message = format!("the steps {} do not follow each other directly.", listed.join(", "));
        return cx.fail("steps", "not-a-chain", message, "Name steps of which each leads to the next.");
    }
    for element in list {
        let inside = members.get(&element.id);
        for target in element.successors() {
            let expected = inside.is_some() && element.next.as_ref() == Some(target);
            if chain[1..].contains(target) && !expected {
                let message = format!("'{}' leads into the middle of these steps, to '{target}'.", element.id);
                return cx.fail("steps", "not-a-chain", message, "Let it lead to the first of them, or leave that step out.");
            }
        }
        // A way out that stops the step would leave the others waiting at the join for ever.
        let leaves = inside.and_then(|e| way_out(e));
        if let Some(target) = leaves {
            let message = format!(
                "'{}' may be left for '{target}' before it is done; the others would then wait for it for ever.",
                element.id
            );
            return cx.fail(
                "steps",
                "not-a-chain",
                message,
                "Put the step and what it leaves for into a sub-process, and run that beside the others.",
            );
        }
    }
    Some(chain)
}

/// Returns where a step may lead other than by finishing or by trying again, if such a way stops it.
fn way_out(element: &Element) -> Option<&Id> {
    let exits: Vec<&Id> = match &element.kind {
        ElementKind::Step(step) => step.exits().collect(),
        _ => Vec::new(),
    };
    let stopping = element.boundary.iter().filter(|b| b.interrupting).map(|b| &b.next);
    exits.into_iter().chain(stopping).find(|to| **to != element.id && Some(*to) != element.next.as_ref())
}

pub(super) fn offer_proactively(
    service: &mut Service,
    offer: &Offer,
    accepted: &str,
    others_apply: &NumberFigure,
    cx: &mut Context<'_>,
) -> Option<()> {
    let starts: Vec<usize> =
        service.elements.iter().enumerate().filter(|(_, e)| matches!(e.kind, ElementKind::Start)).map(|(i, _)| i).collect();
    let [start] = starts[..] else {
        let message = format!("the service '{}' has {} starts, and an offer needs exactly one.", service.id, starts.len());
        return cx.fail("service", "no-single-start", message, "Give the service one start.");
    };
    let Some(old_first) = service.elements[start].next.clone() else {
        let message = format!("nothing follows the start of the service '{}'.", service.id);
        return cx.fail("service", "missing-next", message, "Say at the start what follows it.");
    };
    let location = cx.locate(service, "accepted_goes_to", accepted)?;
    if !location.around.is_empty() || location.position == start {
        let message = format!("those who accept cannot go to '{accepted}'.");
        let hint = "Name a step of the service that is not its start and not inside a sub-process.";
        return cx.fail("accepted_goes_to", "bad-target", message, hint);
    }
    let ids = element_ids(&service.elements);
    let never = service.elements.iter().find(|e| e.id == NEVER_CLAIMED_ID);
    let never_fits = matches!(never.map(|e| &e.kind), Some(ElementKind::End(end)) if end.outcome == Outcome::NeverClaimed);
    let taken = ids.iter().find(|id| [OFFER_ID, OTHERS_ID].contains(id) || (**id == NEVER_CLAIMED_ID && !never_fits));
    if let Some(taken) = taken {
        let message = format!("the service '{}' already has an element '{taken}'.", service.id);
        return cx.fail(
            "service",
            "duplicate-id",
            message,
            "Rename it, or take the operation out if the service is offered already.",
        );
    }

    let others = OTHERS_ID.to_owned();
    let funnel = Offer {
        accepted: accepted.to_owned(),
        declined: others.clone(),
        silent: others.clone(),
        unreachable: others.clone(),
        ..offer.clone()
    };
    let branch = |to: &str, name: &str, share| Branch {
        to: to.to_owned(),
        name: name.to_owned(),
        share: Some(share),
        ..Branch::default()
    };
    let ways = vec![
        branch(&old_first, "applies", others_apply.clone()),
        branch(NEVER_CLAIMED_ID, "never asks", complement(others_apply)),
    ];
    let element = |id: &str, name: &str, kind| Element { id: id.to_owned(), name: name.to_owned(), kind, ..Element::default() };
    service.elements[start].next = Some(OFFER_ID.to_owned());
    service.elements.insert(start + 1, element(OFFER_ID, "Offer by message", ElementKind::Offer(Box::new(funnel))));
    service.elements.insert(start + 2, element(&others, "Applies by themselves?", ElementKind::Exclusive(ways)));
    if !never_fits {
        let end = End { outcome: Outcome::NeverClaimed, ..End::default() };
        service.elements.push(element(NEVER_CLAIMED_ID, "Never claimed", ElementKind::End(end)));
    }
    Some(())
}

/// Returns one minus a share, for everybody and under each key.
fn complement(share: &NumberFigure) -> NumberFigure {
    NumberFigure {
        value: 1.0 - share.value,
        by_segment: share.by_segment.iter().map(|(key, value)| (key.clone(), 1.0 - value)).collect(),
        range: share.range.map(|(low, high)| (1.0 - high, 1.0 - low)),
        ..share.clone()
    }
}
