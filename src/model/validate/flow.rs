//! How elements follow each other: arrows that lead somewhere, starts, ends, circles, joins that wait in vain.
//!
//! Each list of elements (a service's, a sub-process's) is a process of its own: arrows do not leave it.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::{Check, capital, listed};
use crate::base::diagnostic::Path;
use crate::model::figure::DurationFigure;
use crate::model::flow::{Element, ElementKind, Trigger, WaitUntil};
use crate::model::place::Drawn;
use crate::model::service::Service;

pub(super) fn check(check: &mut Check<'_>, service: &Service, path: &Path) {
    let name = if service.name.is_empty() { &service.id } else { &service.name };
    self::process(check, service, &Drawn::of(service), &service.elements, &format!("the service '{name}'"), path);
}

fn process(check: &mut Check<'_>, service: &Service, drawn: &Drawn<'_>, elements: &[Element], who: &str, path: &Path) {
    let process = Process::of(elements);
    let outside = outside_the_flow(elements);
    arrows(check, service, &process, &outside, who, path);
    shape(check, &process, drawn, &outside, who, path);
    join_after_choice(check, &process, path);
    circles_without_time(check, &process, drawn, path);
    for (k, element) in elements.iter().enumerate() {
        let kind = path.item(k).field("kind");
        let (inner, path) = match &element.kind {
            ElementKind::SubProcess(inner) => (inner, kind),
            ElementKind::EventSubProcess(event) => (&event.elements, kind.field("elements")),
            _ => continue,
        };
        let who = format!("the sub-process '{}' in '{}'", drawn.told(&element.id), service.id);
        self::process(check, service, drawn, inner, &who, &path);
    }
}

/// A list of elements as a graph.
struct Process<'a> {
    elements: &'a [Element],
    position: BTreeMap<&'a str, usize>,
    graph: Graph,
    /// Arrows that lead nowhere: such elements are reported once, and count as ends elsewhere.
    broken: Vec<bool>,
}

impl<'a> Process<'a> {
    fn of(elements: &'a [Element]) -> Process<'a> {
        let mut position = BTreeMap::new();
        for (i, element) in elements.iter().enumerate() {
            position.entry(element.id.as_str()).or_insert(i);
        }
        let mut broken = vec![false; elements.len()];
        let arcs = elements
            .iter()
            .enumerate()
            .map(|(i, element)| {
                let successors = element.successors();
                let known: Vec<usize> = successors.iter().filter_map(|id| position.get(id.as_str()).copied()).collect();
                broken[i] = known.len() < successors.len() || (known.is_empty() && !matches!(element.kind, ElementKind::End(_)));
                known
            })
            .collect();
        Process { elements, position, graph: Graph { arcs }, broken }
    }

    fn id(&self, at: usize) -> &'a str {
        &self.elements[at].id
    }

    /// Returns some elements in words.
    fn told(&self, positions: &[usize], drawn: &Drawn<'_>) -> Vec<String> {
        positions.iter().map(|&at| drawn.told(self.id(at))).collect()
    }

    fn starts(&self) -> Vec<usize> {
        self.positions(|element| matches!(element.kind, ElementKind::Start | ElementKind::OtherStart))
    }

    fn positions(&self, of: impl Fn(&Element) -> bool) -> Vec<usize> {
        self.elements.iter().enumerate().filter(|(_, element)| of(element)).map(|(i, _)| i).collect()
    }
}

/// Returns the ids of elements to which no arrow needs to lead, and from which none needs to go: what events set off, and what
/// undoes other elements.
fn outside_the_flow(elements: &[Element]) -> BTreeSet<&str> {
    let set_off = elements.iter().filter(|e| matches!(e.kind, ElementKind::EventSubProcess(_))).map(|e| e.id.as_str());
    let borders = elements.iter().flat_map(|e| &e.boundary);
    let undoing = borders.filter(|event| event.trigger == Trigger::Compensation).map(|event| event.next.as_str());
    set_off.chain(undoing).collect()
}

/// Every arrow leads to an element of the same process.
fn arrows(check: &mut Check<'_>, service: &Service, process: &Process<'_>, outside: &BTreeSet<&str>, who: &str, path: &Path) {
    for (k, element) in process.elements.iter().enumerate() {
        let path = path.item(k);
        let from = format!("the step '{}' in {who}", element.id);
        for (target, path) in targets(element, &path) {
            if target.is_empty() {
                check.error("missing-next", path, format!("A way out of {from} leads nowhere."), "Name the step that follows.");
            } else if !process.position.contains_key(target) {
                let elsewhere = service.element(target).is_some();
                let (message, hint) = if elsewhere {
                    let message =
                        format!("{} leads to '{target}', which stands in another process of the service.", capital(&from));
                    (
                        message,
                        "Arrows do not cross the border of a sub-process: lead to the sub-process, or to its end.".to_owned(),
                    )
                } else {
                    let ids: Vec<&str> =
                        if check.searches_left > 0 { process.position.keys().copied().collect() } else { Vec::new() };
                    let message = format!("{} leads to '{target}', which does not exist.", capital(&from));
                    (message, check.suggestion(target, ids, "steps"))
                };
                check.error("unknown-step", path, message, hint);
            } else if process
                .position
                .get(target)
                .is_some_and(|&i| matches!(process.elements[i].kind, ElementKind::Start | ElementKind::OtherStart))
            {
                let message = format!("{} leads to '{target}', where the process begins.", capital(&from));
                check.error("leads-to-start", path, message, "Lead to the step after the start.");
            }
        }
        let ways = match &element.kind {
            ElementKind::End(_) | ElementKind::EventSubProcess(_) => None,
            ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) => Some(ways.len()),
            ElementKind::Parallel(to) => Some(to.len()),
            ElementKind::EventBased(ways) => Some(ways.len()),
            ElementKind::Offer(_) => Some(4),
            _ => {
                if element.next.is_none() && !outside.contains(element.id.as_str()) {
                    let message = format!("Nothing follows {from}.");
                    check.error(
                        "missing-next",
                        path.field("next"),
                        message,
                        "Name the step that follows with 'next', or lead to an end.",
                    );
                }
                continue;
            }
        };
        if ways == Some(0) {
            let message = format!("The gateway '{}' in {who} has no ways out.", element.id);
            check.error("no-ways", path.field("kind"), message, "List the ways, or make it an end.");
        }
        if element.next.is_some() {
            let message = format!(
                "{} names a follower with 'next', but {} has none.",
                capital(&from),
                match &element.kind {
                    ElementKind::End(_) => "an end",
                    ElementKind::EventSubProcess(_) => "an event sub-process",
                    _ => "such an element",
                }
            );
            check.error(
                "next-not-allowed",
                path.field("next"),
                message,
                "Take 'next' out; gateways and offers name their ways inside.",
            );
        }
    }
}

/// Returns everything that an element leads to, with the paths of the names.
fn targets<'a>(element: &'a Element, path: &Path) -> Vec<(&'a str, Path)> {
    let kind = path.field("kind");
    let mut targets: Vec<(&str, Path)> = Vec::new();
    match &element.kind {
        ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) => {
            targets.extend(ways.iter().enumerate().map(|(j, way)| (way.to.as_str(), kind.item(j).field("to"))));
        }
        ElementKind::Parallel(to) => targets.extend(to.iter().enumerate().map(|(j, to)| (to.as_str(), kind.item(j)))),
        ElementKind::EventBased(ways) => {
            targets.extend(ways.iter().enumerate().map(|(j, way)| (way.to.as_str(), kind.item(j).field("to"))));
        }
        ElementKind::Offer(offer) => targets.extend([
            (offer.accepted.as_str(), kind.field("accepted")),
            (offer.declined.as_str(), kind.field("declined")),
            (offer.silent.as_str(), kind.field("silent")),
            (offer.unreachable.as_str(), kind.field("unreachable")),
        ]),
        ElementKind::Step(step) => {
            targets.extend(step.patience.iter().map(|p| (p.next.as_str(), kind.field("patience").field("next"))));
            targets.extend(step.failure.iter().map(|f| (f.next.as_str(), kind.field("failure").field("next"))));
            targets.extend(element.next.iter().map(|next| (next.as_str(), path.field("next"))));
        }
        ElementKind::End(_) | ElementKind::EventSubProcess(_) => {}
        _ => targets.extend(element.next.iter().map(|next| (next.as_str(), path.field("next")))),
    }
    let borders = element.boundary.iter().enumerate();
    targets.extend(borders.map(|(j, b)| (b.next.as_str(), path.field("boundary").item(j).field("next"))));
    targets
}

/// A process has a start, every step can be reached, and from every step an end can be reached.
fn shape(check: &mut Check<'_>, process: &Process<'_>, drawn: &Drawn<'_>, outside: &BTreeSet<&str>, who: &str, path: &Path) {
    let starts = process.starts();
    if starts.is_empty() {
        let message = format!("{} has no start.", capital(who));
        check.error("no-start", path.clone(), message, "Add an element with kind: Start.");
        return;
    }
    let reached = process.graph.reached(starts);
    let lost: Vec<bool> = (0..process.elements.len()).map(|at| !reached[at] && !outside.contains(process.id(at))).collect();
    for (at, behind) in process.graph.sources_of(&lost) {
        let step = drawn.told(process.id(at));
        let message = match behind {
            0 => format!("Nobody can reach the step '{step}' in {who}."),
            n => format!("Nobody can reach the step '{step}' in {who}, nor what lies behind it ({n} more)."),
        };
        check.warning("unreachable-step", path.item(at), message, "Let another step lead to it, or remove it.");
    }
    let ends = process.positions(|element| matches!(element.kind, ElementKind::End(_)));
    let broken = (0..process.elements.len()).filter(|&at| process.broken[at]);
    let ending = process.graph.reversed().reached(ends.into_iter().chain(broken));
    // Of all that cannot end, the circles are the cause; what merely leads to them is not reported beside them.
    for circle in process.graph.circles() {
        if !ending[circle[0]] && reached[circle[0]] {
            let names = listed(process.told(&circle, drawn).iter().map(String::as_str));
            let message = format!("From {names} in {who} no end can be reached: a case would go round for ever.");
            check.error("no-end", path.item(circle[0]), message, "Let one of these steps lead to an end.");
        }
    }
}

/// Says where the ways of one choice meet in a gateway that waits for all of them.
///
/// Only what is plain to see: each way is followed back along a straight line of elements that one arrow leads to.
fn join_after_choice(check: &mut Check<'_>, process: &Process<'_>, path: &Path) {
    let incoming = process.graph.reversed().arcs;
    for (join, element) in process.elements.iter().enumerate() {
        if !matches!(element.kind, ElementKind::Parallel(_)) || incoming[join].len() < 2 {
            continue;
        }
        let mut origins = BTreeSet::new();
        for &from in &incoming[join] {
            let mut at = from;
            let mut steps = 0;
            while incoming[at].len() == 1 && process.graph.arcs[at].len() == 1 && steps < process.elements.len() {
                at = incoming[at][0];
                steps += 1;
            }
            let choice = matches!(process.elements[at].kind, ElementKind::Exclusive(_) | ElementKind::EventBased(_));
            if choice && !origins.insert(at) {
                let message = format!(
                    "The parallel gateway '{}' waits for two ways of '{}', of which only one is ever taken: it would wait for ever.",
                    element.id,
                    process.id(at)
                );
                check.warning(
                    "join-waits-for-ever",
                    path.item(join),
                    message,
                    "Let the ways meet without a gateway, or in an exclusive one.",
                );
                break;
            }
        }
    }
}

/// Finds circles in which no element takes time.
fn circles_without_time(check: &mut Check<'_>, process: &Process<'_>, drawn: &Drawn<'_>, path: &Path) {
    let timeless: Vec<bool> = process.elements.iter().map(|element| !takes_time(check, element)).collect();
    let between = |arcs: Vec<Vec<usize>>| {
        let inside = |at: usize, to: &usize| timeless[at] && timeless[*to];
        Graph {
            arcs: arcs.into_iter().enumerate().map(|(at, tos)| tos.into_iter().filter(|to| inside(at, to)).collect()).collect(),
        }
    };
    // A circle of arrows that are always taken never ends, whatever else leads out of it.
    let certain = process.elements.iter().map(|element| certain_targets(element, &process.position)).collect();
    let endless = between(certain).circles();
    for circle in between(process.graph.arcs.clone()).circles() {
        let names = listed(process.told(&circle, drawn).iter().map(String::as_str));
        if endless.iter().any(|inner| inner.iter().all(|at| circle.contains(at))) {
            let message = format!("The steps {names} follow each other in a circle that takes no time and is never left.");
            check.error("endless-loop", path.item(circle[0]), message, "Give one of them a duration, and the circle a way out.");
        } else {
            let message = format!("The steps {names} follow each other in a circle in which nothing takes time.");
            check.warning("zero-time-loop", path.item(circle[0]), message, "Give one of the steps a duration.");
        }
    }
}

/// Returns the positions to which an element leads every time.
fn certain_targets(element: &Element, position: &BTreeMap<&str, usize>) -> Vec<usize> {
    let find = |id: &String| position.get(id.as_str()).copied();
    match &element.kind {
        ElementKind::Parallel(to) => to.iter().filter_map(find).collect(),
        ElementKind::Exclusive(ways) => {
            let always = ways.iter().filter(|way| {
                ways.len() == 1 || way.share.as_ref().is_some_and(|share| share.value >= 1.0 && share.by_segment.is_empty())
            });
            always.filter_map(|way| find(&way.to)).collect()
        }
        ElementKind::Step(step) if step.patience.is_some() || step.failure.as_ref().is_some_and(|f| f.share.value > 0.0) => {
            Vec::new()
        }
        ElementKind::Inclusive(_) | ElementKind::EventBased(_) | ElementKind::Offer(_) | ElementKind::End(_) => Vec::new(),
        _ => element.next.iter().filter_map(find).collect(),
    }
}

/// Tells whether passing an element takes time, at least sometimes; where that depends on others, yes.
fn takes_time(check: &Check<'_>, element: &Element) -> bool {
    // Durations that cannot be drawn are reported elsewhere.
    let some = |duration: &DurationFigure| {
        let values = std::iter::once(&duration.value).chain(duration.by_segment.iter().map(|(_, value)| value));
        values.into_iter().any(|value| !value.check().is_empty() || value.mean() > 0.0)
    };
    match &element.kind {
        ElementKind::Step(step) => {
            let travel = || {
                let place = step.place.as_ref().and_then(|id| check.scenario.places.iter().find(|place| place.id == *id));
                place.is_some_and(|place| some(&place.travel))
            };
            some(&step.duration) || travel()
        }
        ElementKind::Wait(wait) => match &wait.until {
            WaitUntil::For(duration) => some(duration),
            WaitUntil::WorkingDays { .. } | WaitUntil::Weekly { .. } => true,
            WaitUntil::Open(_) => false,
        },
        ElementKind::EventBased(ways) => !ways.iter().any(|way| matches!(&way.trigger, Trigger::After(after) if !some(after))),
        ElementKind::Receive(_) | ElementKind::AwaitSignal(_) | ElementKind::Call(_) | ElementKind::SubProcess(_) => true,
        ElementKind::Batch { size, at_most } => *size > 1 && at_most.is_none_or(|length| length.ms() > 0),
        ElementKind::Offer(offer) => some(&offer.detection) || some(&offer.answer_delay) || some(&offer.answer_work),
        ElementKind::Start
        | ElementKind::OtherStart
        | ElementKind::Begin(_)
        | ElementKind::Signal(_)
        | ElementKind::Pass
        | ElementKind::Escalate(_)
        | ElementKind::Compensate(_)
        | ElementKind::EventSubProcess(_)
        | ElementKind::Exclusive(_)
        | ElementKind::Parallel(_)
        | ElementKind::Inclusive(_)
        | ElementKind::Send(_)
        | ElementKind::End(_) => false,
    }
}
