//! How often a case passes each element of a process on average, before anything is run.
//!
//! Shares are taken as they stand, averaged over the segments. A condition holds as often as the shares of attributes,
//! segments, channels and documents say, as if they were independent of each other and of what happened before; what they
//! do not say (hours, dates, counts of visits) holds half of the time. Which event comes first is an even split. Patience and
//! border events are left out.

use std::collections::BTreeMap;

use super::load::average;
use crate::model::condition::{Comparison, Condition, Operand, parse};
use crate::model::flow::{Branch, Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;

/// Sweeps over a process after which its equations count as having no solution: cases would go round for ever.
const MOST_SWEEPS: usize = 2_000;

/// Returns how often a case that enters a process passes each element on average.
///
/// Solves `x = entry + x P` by sweeps in the order of the list (Gauss-Seidel), which ends after two sweeps where elements
/// stand in the order in which they follow each other. `None` where there is no solution, or none within the budget.
pub(super) fn visits(scenario: &Scenario, service: &Service, elements: &[Element], budget: &mut usize) -> Option<Vec<f64>> {
    let mut position: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, element) in elements.iter().enumerate() {
        position.entry(&element.id).or_insert(i);
    }
    let mut incoming: Vec<Vec<(usize, f64)>> = vec![Vec::new(); elements.len()];
    for (from, element) in elements.iter().enumerate() {
        for (to, share) in shares(scenario, service, element) {
            if let Some(&to) = position.get(to)
                && share > 0.0
            {
                incoming[to].push((from, share));
            }
        }
    }
    let mut visits = vec![0.0; elements.len()];
    let arcs: usize = incoming.iter().map(Vec::len).sum::<usize>() + elements.len();
    for _ in 0..MOST_SWEEPS {
        *budget = budget.checked_sub(arcs)?;
        let mut largest_change = 0.0f64;
        for (at, element) in elements.iter().enumerate() {
            let arriving = incoming[at].iter().map(|(from, share)| visits[*from] * share);
            let new = match &element.kind {
                ElementKind::Start => 1.0,
                // A join passes once for each set of arrivals; one that many ways feed equally passes once for all.
                ElementKind::Parallel(_) if incoming[at].len() > 1 => arriving.sum::<f64>() / incoming[at].len() as f64,
                ElementKind::Inclusive(_) if incoming[at].len() > 1 => arriving.fold(0.0, f64::max),
                _ => arriving.sum(),
            };
            largest_change = largest_change.max((new - visits[at]).abs() / new.abs().max(1.0));
            visits[at] = new;
        }
        if largest_change < 1e-9 {
            return Some(visits);
        }
    }
    None
}

/// Returns what follows an element, and in which share of its visits.
fn shares<'a>(scenario: &Scenario, service: &Service, element: &'a Element) -> Vec<(&'a str, f64)> {
    let next = element.next.as_deref();
    match &element.kind {
        ElementKind::Step(step) => {
            let failure = step.failure.as_ref().map(|f| (f.next.as_str(), average(scenario, &f.share)));
            let failing = failure.map_or(0.0, |(_, share)| share);
            next.map(|next| (next, 1.0 - failing)).into_iter().chain(failure).collect()
        }
        ElementKind::Exclusive(ways) => one_of(scenario, service, ways),
        ElementKind::Inclusive(ways) => some_of(scenario, service, ways),
        ElementKind::Parallel(to) => to.iter().map(|to| (to.as_str(), 1.0)).collect(),
        ElementKind::EventBased(ways) => ways.iter().map(|way| (way.to.as_str(), 1.0 / ways.len() as f64)).collect(),
        ElementKind::Offer(offer) => {
            let share = |figure| average(scenario, figure);
            let asked = share(&offer.eligible) * share(&offer.reachable);
            let answering = share(&offer.delivered) * share(&offer.answers);
            let consent = share(&offer.consent);
            vec![
                (offer.accepted.as_str(), asked * answering * consent),
                (offer.declined.as_str(), asked * answering * (1.0 - consent)),
                (offer.silent.as_str(), asked * (1.0 - answering)),
                (offer.unreachable.as_str(), 1.0 - asked),
            ]
        }
        ElementKind::End(_) => Vec::new(),
        _ => next.map(|next| (next, 1.0)).into_iter().collect(),
    }
}

/// The ways of an exclusive gateway: by shares, or tried in order by their conditions.
fn one_of<'a>(scenario: &Scenario, service: &Service, ways: &'a [Branch]) -> Vec<(&'a str, f64)> {
    let sum: f64 = ways.iter().filter_map(|way| way.share.as_ref()).map(|share| average(scenario, share)).sum();
    let mut left = 1.0;
    let mut taken: Vec<(&str, f64)> = Vec::with_capacity(ways.len());
    for way in ways {
        let share = match (&way.share, &way.when) {
            (Some(share), _) if sum > 0.0 => average(scenario, share) / sum,
            (_, Some(when)) => left * holds(scenario, service, when),
            _ => 0.0,
        };
        left -= share;
        taken.push((&way.to, share));
    }
    // What no condition takes goes the way marked otherwise; where there is none, to all in proportion.
    if let Some(rest) = ways.iter().position(|way| way.otherwise) {
        taken[rest].1 = left.max(0.0);
    } else if left < 1.0 {
        taken.iter_mut().for_each(|(_, share)| *share /= 1.0 - left);
    }
    taken
}

/// The ways of an inclusive gateway, each by itself.
fn some_of<'a>(scenario: &Scenario, service: &Service, ways: &'a [Branch]) -> Vec<(&'a str, f64)> {
    let mut none = 1.0;
    let mut taken: Vec<(&str, f64)> = Vec::with_capacity(ways.len());
    for way in ways {
        let share = match (&way.share, &way.when) {
            (Some(share), _) => average(scenario, share),
            (None, Some(when)) => holds(scenario, service, when),
            (None, None) => 0.0,
        };
        none *= 1.0 - share;
        taken.push((&way.to, share));
    }
    if let Some(rest) = ways.iter().position(|way| way.otherwise) {
        taken[rest].1 = none;
    }
    taken
}

/// Returns in which share of cases a condition holds.
fn holds(scenario: &Scenario, service: &Service, text: &str) -> f64 {
    parse(text).map_or(0.5, |condition| likelihood(scenario, service, &condition))
}

fn likelihood(scenario: &Scenario, service: &Service, condition: &Condition) -> f64 {
    let of = |part: &Condition| likelihood(scenario, service, part);
    match condition {
        Condition::And(parts) => parts.iter().map(of).product(),
        Condition::Or(parts) => 1.0 - parts.iter().map(|part| 1.0 - of(part)).product::<f64>(),
        Condition::Not(inner) => 1.0 - of(inner),
        Condition::Has(id) => scenario.documents.iter().find(|d| d.id == *id).map_or(0.5, |d| average(scenario, &d.at_hand)),
        Condition::Given(_) => 0.5,
        Condition::Compare(Operand::Name(name), comparison, Operand::Word(word))
        | Condition::Compare(Operand::Word(word), comparison, Operand::Name(name)) => {
            match (share_of(scenario, service, name, word), comparison) {
                (Some(share), Comparison::Equal) => share,
                (Some(share), Comparison::NotEqual) => 1.0 - share,
                _ => 0.5,
            }
        }
        Condition::Compare(..) => 0.5,
    }
}

/// Returns the share of cases in which a name has a value; `None` where nothing says.
fn share_of(scenario: &Scenario, service: &Service, name: &str, word: &str) -> Option<f64> {
    let part_of = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    if let Some(attribute) = scenario.attributes.iter().find(|a| a.id == name) {
        let of = |wanted: Option<&str>| -> f64 {
            let shares = attribute.values.iter().filter(|(value, _)| wanted.is_none_or(|word| value == word));
            shares.map(|(_, share)| average(scenario, share)).sum()
        };
        return part_of(of(Some(word)), of(None));
    }
    if name == "channel" {
        let of = |wanted: Option<&str>| -> f64 {
            let shares = service.channels.iter().filter(|entry| wanted.is_none_or(|word| entry.channel == word));
            shares.map(|entry| average(scenario, &entry.share)).sum()
        };
        return part_of(of(Some(word)), of(None));
    }
    let whole: f64 = scenario.segments.iter().map(|segment| segment.share.value).sum();
    let matching = scenario.segments.iter().filter(|segment| match name {
        "segment" => segment.id == word,
        _ => segment.facets.iter().any(|(facet, value)| facet == name && value == word),
    });
    part_of(matching.map(|segment| segment.share.value).sum(), whole)
}
