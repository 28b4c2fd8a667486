//! Services: what is said of them as a whole, and how they need each other.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::names::{Kind, bad_id};
use super::{Check, capital, flow, listed, population, root, steps};
use crate::base::diagnostic::Path;
use crate::model::figure::NumberFigure;
use crate::model::flow::{Begin, Element, ElementKind, Trigger};
use crate::model::service::{Service, TermLength};
use crate::model::step::DocumentSource;

pub(super) fn check(check: &mut Check<'_>) {
    let scenario = check.scenario;
    for (i, service) in scenario.services.iter().enumerate() {
        let path = root("services").item(i);
        header(check, service, &path);
        unique_elements(check, service, &path.field("elements"));
        flow::check(check, service, &path.field("elements"));
        steps::check(check, service, &service.elements, &path.field("elements"));
    }
    messages(check);
    circles(check);
}

fn header(check: &mut Check<'_>, service: &Service, path: &Path) {
    let who = format!("the service '{}'", service.id);
    check.optional(Kind::Agency, service.agency.as_ref(), &who, path.field("agency"));
    for (j, document) in service.issues.iter().enumerate() {
        check.reference(Kind::Document, document, &who, path.field("issues").item(j));
    }
    let channels = path.field("channels");
    for (j, entry) in service.channels.iter().enumerate() {
        check.reference(Kind::Channel, &entry.channel, &who, channels.item(j).field("channel"));
        if service.channels[..j].iter().any(|earlier| earlier.channel == entry.channel) {
            let message = format!("{} lists the channel '{}' twice.", capital(&who), entry.channel);
            check.error("duplicate-id", channels.item(j).field("channel"), message, "Take one of them out.");
        }
        let serves = check.scenario.channels.iter().find(|c| c.id == entry.channel).map_or(&[][..], |c| &c.serves);
        if !serves.is_empty() && !serves.contains(&service.id) {
            let message = format!(
                "{} is offered on the channel '{}', which serves only {}.",
                capital(&who),
                entry.channel,
                listed(serves.iter().map(String::as_str))
            );
            let hint = "Take the channel out of the service, or add the service to the channel's list 'serves'.";
            check.error("channel-does-not-serve", channels.item(j).field("channel"), message, hint);
        }
    }
    let shares: Vec<&NumberFigure> = service.channels.iter().map(|entry| &entry.share).collect();
    population::whole(check, &shares, &format!("the channel shares of {who}"), "channel-shares", &channels);
    if let Some(term) = &service.term {
        let path = path.field("term");
        check.optional(Kind::Calendar, term.calendar.as_ref(), &format!("the term of {who}"), path.field("calendar"));
        term_length(check, &term.length, term.calendar.is_some(), &format!("the term of {who}"), path);
    }
}

/// Checks a term or its extension; working days need a calendar that says which days are worked.
pub(super) fn term_length(check: &mut Check<'_>, length: &TermLength, has_calendar: bool, who: &str, path: Path) {
    match length {
        TermLength::WorkingDays(_) if !has_calendar => {
            let message = format!("{} counts working days, but no calendar says which days are worked.", capital(who));
            check.error(
                "term-without-calendar",
                path,
                message,
                "Name a calendar, as term: (length: \"7wd\", calendar: \"office\").",
            );
        }
        TermLength::WorkingDays(0) => {
            check.error("empty-term", path, format!("{} is 0 working days long.", capital(who)), "Write at least \"1wd\".");
        }
        TermLength::WorkingDays(days) if *days > 50 * 366 => {
            check.error("out-of-range", path, format!("{} is longer than 50 years.", capital(who)), "Check the number of days.");
        }
        TermLength::Calendar(length) if length.ms() <= 0 || *length > crate::base::time::LONGEST_DURATION => {
            let message = format!("{} is 0, negative or longer than 200 years.", capital(who));
            check.error("empty-term", path, message, "Write a length, as \"15d\".");
        }
        _ => {}
    }
}

/// Checks the ids of elements and border events, which are unique in the whole service.
fn unique_elements(check: &mut Check<'_>, service: &Service, path: &Path) {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    for_each_element(&service.elements, path, &mut |element, path| {
        let border = element.boundary.iter().enumerate();
        let border = border.map(|(j, b)| (b.id.as_str(), "border event", path.field("boundary").item(j)));
        for (id, word, path) in std::iter::once((element.id.as_str(), "step", path.clone())).chain(border) {
            let path = path.field("id");
            if let Some(fault) = bad_id(id, word) {
                check.found.push(fault(path));
            } else if seen.insert(id, ()).is_some() {
                let message = format!("The service '{}' has two elements with the id '{id}'.", service.id);
                check.error(
                    "duplicate-id",
                    path,
                    message,
                    "Give each an id of its own; sub-processes count as part of the service.",
                );
            }
        }
    });
}

/// Calls `visit` with every element and its path, those in sub-processes after the sub-process itself.
pub(super) fn for_each_element<'a>(elements: &'a [Element], path: &Path, visit: &mut dyn FnMut(&'a Element, &Path)) {
    for (k, element) in elements.iter().enumerate() {
        let path = path.item(k);
        visit(element, &path);
        match &element.kind {
            ElementKind::SubProcess(inner) => for_each_element(inner, &path.field("kind"), visit),
            ElementKind::EventSubProcess(event) => {
                for_each_element(&event.elements, &path.field("kind").field("elements"), visit);
            }
            _ => {}
        }
    }
}

/// Messages that are waited for must be sent by somebody.
fn messages(check: &mut Check<'_>) {
    let mut sent: Vec<(&str, Path)> = Vec::new();
    let mut awaited: Vec<(&str, &str, Path)> = Vec::new();
    for (i, service) in check.scenario.services.iter().enumerate() {
        for_each_element(&service.elements, &root("services").item(i).field("elements"), &mut |element, path| {
            let kind = path.field("kind");
            match &element.kind {
                ElementKind::Send(message) => sent.push((message, kind)),
                ElementKind::EventSubProcess(event) => {
                    if let Trigger::Message(message) = &event.trigger {
                        awaited.push((message, &element.id, kind.field("trigger")));
                    }
                }
                ElementKind::Receive(message) => awaited.push((message, &element.id, kind)),
                ElementKind::EventBased(ways) => {
                    awaited.extend(ways.iter().enumerate().filter_map(|(j, way)| match &way.trigger {
                        Trigger::Message(message) => Some((message.as_str(), element.id.as_str(), kind.item(j).field("trigger"))),
                        _ => None,
                    }))
                }
                _ => {}
            }
            awaited.extend(element.boundary.iter().enumerate().filter_map(|(j, b)| match &b.trigger {
                Trigger::Message(message) => {
                    Some((message.as_str(), element.id.as_str(), path.field("boundary").item(j).field("trigger")))
                }
                _ => None,
            }));
        });
    }
    let sent_names: std::collections::BTreeSet<&str> = sent.iter().map(|(name, _)| *name).collect();
    let awaited_names: std::collections::BTreeSet<&str> = awaited.iter().map(|(name, ..)| *name).collect();
    for (name, element, path) in awaited {
        if !sent_names.contains(name) {
            let message = format!("'{element}' waits for the message '{name}', which nobody sends.");
            let hint = check.suggestion(name, sent_names.iter().copied(), "messages that are sent");
            check.warning("message-never-sent", path, message, hint);
        }
    }
    for (name, path) in sent {
        if !awaited_names.contains(name) {
            check.note("message-never-awaited", path, format!("The message '{name}' is sent, but nobody waits for it."), "");
        }
    }
}

/// Tells whether a service that begins itself anew at other starts of its own comes to do so again from there.
fn begins_in_a_circle(service: &Service) -> bool {
    let begins = |element: &Element| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for_each_element(std::slice::from_ref(element), &Path::default(), &mut |inner, _| {
            if let ElementKind::Begin(Begin { service: begun, at: Some(at) }) = &inner.kind
                && *begun == service.id
            {
                found.insert(at.clone());
            }
        });
        found
    };
    let by_element: Vec<BTreeSet<String>> = service.elements.iter().map(begins).collect();
    let starts: Vec<&String> = by_element.iter().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    if starts.is_empty() {
        return false;
    }
    let position: BTreeMap<&str, usize> = service.elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), i)).collect();
    let lead = |e: &Element| e.successors().into_iter().filter_map(|id| position.get(id.as_str()).copied()).collect();
    let graph = Graph { arcs: service.elements.iter().map(lead).collect() };
    let arcs = starts.iter().map(|start| {
        let reached = graph.reached(position.get(start.as_str()).copied());
        let begun: BTreeSet<&String> =
            by_element.iter().zip(reached).filter(|(_, reached)| *reached).flat_map(|(b, _)| b).collect();
        begun.into_iter().filter_map(|at| starts.iter().position(|start| *start == at)).collect()
    });
    !(Graph { arcs: arcs.collect() }).circles().is_empty()
}

/// Services must not call each other, or need each other's documents, in a circle.
fn circles(check: &mut Check<'_>) {
    let scenario = check.scenario;
    let position: BTreeMap<&str, usize> = scenario.services.iter().enumerate().map(|(i, s)| (s.id.as_str(), i)).collect();
    let issuer: BTreeMap<&str, usize> =
        scenario.documents.iter().filter_map(|d| Some((d.id.as_str(), *position.get(d.issued_by.as_deref()?)?))).collect();
    let at_hand: BTreeMap<&str, bool> = scenario.documents.iter().map(|d| (d.id.as_str(), d.at_hand.value >= 1.0)).collect();
    let n = scenario.services.len();
    let (mut calls, mut needs): (Vec<Vec<usize>>, Vec<Vec<usize>>) = (vec![Vec::new(); n], vec![Vec::new(); n]);
    for (i, service) in scenario.services.iter().enumerate() {
        for_each_element(&service.elements, &Path::default(), &mut |element, _| match &element.kind {
            ElementKind::Call(called) => calls[i].extend(position.get(called.as_str())),
            // Of one that begins itself anew at another start, see below.
            ElementKind::Begin(Begin { service: begun, at }) if *begun != service.id || at.is_none() => {
                calls[i].extend(position.get(begun.as_str()));
            }
            ElementKind::Step(step) => {
                for used in &step.documents {
                    let document = used.document.as_str();
                    let asked = match used.from {
                        DocumentSource::Issuer => true,
                        DocumentSource::Citizen => !at_hand.get(document).copied().unwrap_or(false),
                        DocumentSource::Registry => false,
                    };
                    needs[i].extend(issuer.get(document).filter(|_| asked));
                }
            }
            _ => {}
        });
    }
    for (i, service) in scenario.services.iter().enumerate() {
        if begins_in_a_circle(service) {
            calls[i].push(i);
        }
    }
    let call_circles = (Graph { arcs: calls.clone() }).circles();
    let all = Graph {
        arcs: calls
            .into_iter()
            .zip(needs)
            .map(|(mut calls, needs)| {
                calls.extend(needs);
                calls
            })
            .collect(),
    };
    for circle in &call_circles {
        let names = listed(circle.iter().map(|&i| scenario.services[i].id.as_str()));
        let message = if circle.len() == 1 {
            format!("The service {names} calls itself.")
        } else {
            format!("Services call each other in a circle: {names}.")
        };
        check.error(
            "call-circle",
            root("services").item(circle[0]),
            message,
            "A case would never come to an end: take one of the calls out.",
        );
    }
    for circle in all.circles().iter().filter(|circle| !call_circles.contains(circle)) {
        let names = listed(circle.iter().map(|&i| scenario.services[i].id.as_str()));
        let message = if circle.len() == 1 {
            format!("The service {names} asks for a document that it issues itself.")
        } else {
            format!("Services ask for each other's documents in a circle: {names}.")
        };
        let hint = "Fetch one of the documents from a registry, or say that citizens have it at hand.";
        check.error("document-circle", root("services").item(circle[0]), message, hint);
    }
}
