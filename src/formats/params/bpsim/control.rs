//! Control parameters: when cases arrive, when events happen, which ways are taken.
//!
//! - A way without a probability has an even part of what the others leave. Probabilities are taken in proportion.
//! - A start event begins cases one after the other, the first at once, as its `InterTriggerTimer` says, at most `TriggerCount`.
//! - An event at a border, or one that sets a sub-process off, happens with its `Probability`, after its `InterTriggerTimer` (at
//!   once where that is not given). Without either it never happens, unless the drawing has a timer for it.

use std::collections::BTreeMap;

use super::scenario::Parameter;
use super::values::Value;
use super::{Reader, SOURCE};
use crate::base::distribution::Distribution;
use crate::formats::params::mix::{self, NEVER};
use crate::formats::params::onto::{self, Given, When};
use crate::model::Id;
use crate::model::demand::{Arrivals, Burst, Demand};
use crate::model::figure::Figure;
use crate::model::flow::{Element, ElementKind, End, Trigger};

/// How many arrivals may be listed one by one.
const MOST_LISTED: usize = 200_000;

impl<'x> Reader<'_, 'x, '_> {
    /// Takes all control parameters over.
    pub(super) fn control(&mut self) {
        self.ways();
        let ids: Vec<&'x str> = self.drawn.keys().copied().collect();
        let of_kind = |kinds: &[&str]| {
            ids.iter().copied().filter(|id| self.drawn.get(id).is_some_and(|d| kinds.contains(&d.kind()))).collect::<Vec<_>>()
        };
        let (starts, catches, borders) =
            (of_kind(&["startEvent"]), of_kind(&["intermediateCatchEvent", "receiveTask"]), of_kind(&["boundaryEvent"]));
        let mut timed: Vec<&'x str> = Vec::new();
        for id in starts {
            let drawn = self.drawn[id];
            if drawn.in_event_sub_process() {
                self.chance(id);
            } else if drawn.parent.is_some_and(|p| p.local() == "process") && self.arrivals(id, drawn.process) {
                timed.push(drawn.process);
            }
        }
        for id in catches {
            self.catch(id);
        }
        for id in borders {
            self.chance(id);
        }
        let services: Vec<String> = self.imported.study.scenario.demand.iter().map(|d| d.of.clone()).collect();
        for of in services {
            if timed.iter().any(|process| self.serves(&of, process)) {
                continue;
            }
            let message = format!(
                "The scenario does not say when cases of '{of}' come: BPSim would start none; one an hour on average is assumed."
            );
            self.found.warn(self.resolved.at, "assumed-arrivals", message, "Give the start event an InterTriggerTimer.");
        }
    }

    /// Tells whether what arrives for a service or life event begins a process.
    fn serves(&self, of: &str, process: &str) -> bool {
        of == process
            || self
                .imported
                .study
                .scenario
                .life_events
                .iter()
                .any(|l| l.id == of && l.services.iter().any(|s| s.service == process))
    }

    /// Gives gateways the probabilities and conditions of their ways.
    fn ways(&mut self) {
        let mut gateways: BTreeMap<Id, (usize, BTreeMap<usize, When>)> = BTreeMap::new();
        let mut percent = false;
        let ids: Vec<&'x str> = self.resolved.ids().into_iter().collect();
        for id in ids {
            let when = self.when(id, &mut percent);
            let Some((at, when)) = when else { continue };
            match self.imported.ids.flows.get(id) {
                Some(flow) => {
                    let entry = gateways.entry(flow.element.clone()).or_insert_with(|| (at, BTreeMap::new()));
                    entry.1.insert(flow.branch, when);
                }
                // The only way on is taken anyway.
                None if !matches!(when, When::Share(share) if share >= 1.0) => {
                    let message =
                        format!("'{id}' is the only way on from where it begins; its probability or condition is left out.");
                    self.found.warn(at, "only-way", message, "Let a gateway choose.");
                }
                None => {}
            }
        }
        if percent {
            let message = "A probability is more than 1: all are read as per cent, as jBPM writes them.";
            self.found.note(self.resolved.at, "per-cent", message);
            for (_, ways) in gateways.values_mut() {
                for when in ways.values_mut() {
                    if let When::Share(share) = when {
                        *share /= 100.0;
                    }
                }
            }
        }
        for (gateway, (at, ways)) in gateways {
            self.gateway(&gateway, at, &ways);
        }
    }

    /// Returns when a way is taken.
    fn when(&mut self, id: &'x str, percent: &mut bool) -> Option<(usize, When)> {
        if self.drawn.get(id).is_none_or(|d| d.kind() != "sequenceFlow") {
            return None;
        }
        if let Some(value) = self.resolved.parameter(id, "Condition").and_then(Parameter::value) {
            let (at, text) = (value.element.at, value.as_text().or(value.element.attribute("value")).unwrap_or_default());
            return match super::expression::condition(text) {
                Ok(condition) => Some((at, When::Holds(condition.to_string()))),
                Err(why) => {
                    self.found.warn(
                        at,
                        "condition",
                        format!("{why} This way is taken as if nothing were said of it."),
                        "Give it a probability.",
                    );
                    None
                }
            };
        }
        let value = self.resolved.parameter(id, "Probability").and_then(Parameter::value)?;
        match value.as_number().filter(|p| (0.0..=100.0).contains(p)) {
            Some(share) => {
                *percent |= share > 1.0;
                Some((value.element.at, When::Share(share)))
            }
            None => {
                self.found.error(
                    value.element.at,
                    "bad-share",
                    "This probability is no number between 0 and 1.",
                    "Write it as 0.25.",
                );
                None
            }
        }
    }

    fn gateway(&mut self, gateway: &str, at: usize, ways: &BTreeMap<usize, When>) {
        let name = self.drawn.get(gateway).map_or(gateway, |d| d.name()).to_owned();
        match onto::give_ways(self.imported, gateway, ways, SOURCE) {
            Given::Taken => {
                if let Some(total) = onto::shares_off(self.imported, gateway, ways) {
                    let message = format!(
                        "The probabilities of the ways at '{name}' sum to {total}, not to 1; they are taken in proportion."
                    );
                    self.found.warn(at, "shares-off", message, "Let them sum to 1.");
                }
            }
            Given::OneWay => {}
            Given::AllZero => {
                self.found.error(
                    at,
                    "bad-share",
                    format!("All probabilities at '{name}' are 0."),
                    "Give one of its ways a probability.",
                );
            }
            Given::NoChoice => {
                let message =
                    format!("At '{name}' all ways are taken at once; probabilities and conditions of its ways are left out.");
                self.found.warn(at, "no-choice", message, "Draw an exclusive or inclusive gateway.");
            }
        }
    }

    /// Lets cases arrive as a start event says. Returns whether it says anything.
    fn arrivals(&mut self, id: &'x str, process: &'x str) -> bool {
        let timer = self.resolved.parameter(id, "InterTriggerTimer").filter(|p| !p.values.is_empty());
        let count = self.resolved.parameter(id, "TriggerCount").and_then(Parameter::value);
        let limit = count.and_then(|value| match value.as_number() {
            Some(n) if (0.0..=1e12).contains(&n) => Some(n.round() as u64),
            _ => {
                self.found.error(value.element.at, "bad-count", "This is no number of cases.", "Write a whole number.");
                None
            }
        });
        if timer.is_none() && limit.is_none() {
            return false;
        }
        let Some(position) = self.imported.study.scenario.demand.iter().position(|d| self.serves(&d.of, process)) else {
            let message = format!("Nothing arrives at '{}': its process is begun by another one.", self.drawn[id].name());
            self.found.warn(timer.map_or(self.resolved.at, |p| p.element.at), "begun-by-another", message, "");
            return true;
        };
        let Some(timer) = timer else {
            let message = "There is no time between cases: all of them come at the beginning.";
            self.found.warn(
                count.map_or(self.resolved.at, |c| c.element.at),
                "no-timer",
                message,
                "Give the start event an InterTriggerTimer.",
            );
            let burst = Burst { at: self.imported.study.scenario.start, count: limit.unwrap_or(0).min(10_000_000) as u32 };
            self.imported.study.scenario.demand[position].arrivals = Arrivals::List(vec![burst]);
            return true;
        };
        let mut streams = Vec::new();
        for value in &timer.values {
            let calendar = value.valid_for.and_then(|calendar| self.calendar(calendar, value.element.at));
            streams.extend(self.stream(value, limit, calendar));
        }
        if streams.len() > 1 && limit.is_some() {
            let message = "The number of cases holds for each of the several times between cases.";
            self.found.warn(timer.element.at, "count-of-each", message, "Give it one time between cases.");
        }
        let base = self.imported.study.scenario.demand[position].clone();
        for (i, arrivals) in streams.into_iter().enumerate() {
            let demand = &mut self.imported.study.scenario.demand;
            match i {
                0 => demand[position].arrivals = arrivals,
                i => demand.push(Demand { id: format!("{}.{}", base.id, i + 1), arrivals, ..base.clone() }),
            }
        }
        true
    }

    fn stream(&mut self, value: &Value<'x>, limit: Option<u64>, calendar: Option<Id>) -> Option<Arrivals> {
        if calendar.is_none()
            && let Some(series) = value.series(self.unit)
        {
            return Some(self.listed(&series, limit));
        }
        match value.as_law(self.unit) {
            Ok((law, remark)) => {
                if let Some(remark) = remark {
                    self.found.note(value.element.at, "distribution-read-so", remark);
                }
                if law.mean() <= 0.0 {
                    self.found.error(
                        value.element.at,
                        "bad-value",
                        "No time passes between cases: they would never end.",
                        "Write a time above 0.",
                    );
                    return None;
                }
                Some(Arrivals::Renewal { interval: Figure::sourced(law, SOURCE), first_at_start: true, limit, calendar })
            }
            Err(why) => {
                self.found.error(
                    value.element.at,
                    "bad-value",
                    why,
                    "Write a number, a duration as PT8H, or a distribution of BPSim.",
                );
                None
            }
        }
    }

    /// Lists arrivals at the intervals of a series, over and over, until the run ends.
    fn listed(&self, series: &[f64], limit: Option<u64>) -> Arrivals {
        let study = &self.imported.study;
        let end = (study.plan.warm_up + study.plan.horizon).ms() as f64;
        let most = limit.map_or(MOST_LISTED, |limit| (limit as usize).min(MOST_LISTED));
        let (mut at, mut bursts) = (0.0, Vec::new());
        for interval in series.iter().cycle().take(most) {
            let Some(instant) =
                jiff::SignedDuration::try_from_secs_f64(at / 1000.0).ok().and_then(|d| study.scenario.start.checked_add(d).ok())
            else {
                break;
            };
            if at >= end {
                break;
            }
            bursts.push(Burst { at: instant, count: 1 });
            at += interval.max(0.0);
        }
        Arrivals::List(bursts)
    }

    /// Lets something that is waited for come as its timer says.
    fn catch(&mut self, id: &'x str) {
        let parameter = ["InterTriggerTimer", "ProcessingTime", "WaitTime"]
            .into_iter()
            .find_map(|name| self.resolved.parameter(id, name).filter(|p| !p.values.is_empty()).cloned());
        let Some(parameter) = parameter else { return };
        let Some(law) = self.law(&parameter) else { return };
        let met = onto::comes_after(&mut self.imported.study.scenario, id, &law, SOURCE, false);
        if !met {
            let message = format!("'{}' waits for another process of the drawing; its timer is left out.", self.drawn[id].name());
            self.found.warn(parameter.element.at, "awaits-another", message, "");
        }
    }

    /// Lets an event at a border, or one that sets a sub-process off, happen as often as it says, or never.
    fn chance(&mut self, id: &'x str) {
        let timer = self.resolved.parameter(id, "InterTriggerTimer").filter(|p| !p.values.is_empty()).cloned();
        let probability = self.resolved.parameter(id, "Probability").and_then(Parameter::value).and_then(|value| {
            // Above 1, jBPM writes per cent.
            let share = value.as_number().filter(|p| (0.0..=100.0).contains(p)).map(|p| if p > 1.0 { p / 100.0 } else { p });
            if share.is_none() {
                self.found.error(
                    value.element.at,
                    "bad-share",
                    "This probability is no number between 0 and 1.",
                    "Write it as 0.25.",
                );
            }
            share
        });
        let at = timer.as_ref().map_or(self.resolved.at, |t| t.element.at);
        let count = self.resolved.parameter(id, "TriggerCount").and_then(Parameter::value).and_then(Value::as_number);
        if count.is_some_and(|n| n != 1.0) {
            let message = format!("'{}' happens at most once each time here.", self.drawn[id].name());
            self.found.warn(at, "happens-once", message, "");
        }
        let after = timer.as_ref().and_then(|timer| self.law(timer));
        if timer.is_some() && after.is_none() {
            return;
        }
        let host = if self.drawn[id].kind() == "startEvent" {
            self.drawn[id].parent.and_then(|p| p.attribute("id")).unwrap_or_default()
        } else {
            id
        };
        let at_once = after.as_ref().is_none_or(|law| *law == Distribution::Fixed(0.0));
        if at_once && probability.is_some_and(|p| p > 0.0) && host != id {
            return self.sets_off_at_once(host, probability.unwrap_or(0.0));
        }
        let law = match (after, probability) {
            (None, None) => None,
            (after, share) => {
                let (after, share) = (after.unwrap_or(Distribution::Fixed(0.0)), share.unwrap_or(1.0));
                mix::mixture(
                    vec![(after, share), (Distribution::Fixed(NEVER), 1.0 - share)]
                        .into_iter()
                        .filter(|(_, w)| *w > 0.0)
                        .collect(),
                )
            }
        };
        self.happens(id, host, law, probability);
    }

    /// Gives an event its time, or, without one, takes it off where the drawing only assumes it.
    fn happens(&mut self, id: &str, host: &str, law: Option<Distribution>, share: Option<f64>) {
        let figure = |known: &Trigger| match (&law, known) {
            (Some(law), Trigger::After(_) | Trigger::Message(_)) => Some(Figure::sourced(law.clone(), SOURCE)),
            // What a drawing says by a timer stays; what was assumed for want of a number never happens.
            (None, Trigger::After(after)) if after.is_assumption() && !after.note.starts_with("As the drawing says") => {
                Some(Figure::sourced(Distribution::Fixed(NEVER), SOURCE))
            }
            _ => None,
        };
        onto::for_all(&mut self.imported.study.scenario, &mut |element| {
            for border in element.boundary.iter_mut().filter(|b| b.id == id) {
                if let Some(figure) = figure(&border.trigger) {
                    border.trigger = Trigger::After(figure);
                }
            }
            match &mut element.kind {
                ElementKind::Step(step) if step.failure.as_ref().is_some_and(|f| f.next == id) => {
                    if let Some(failure) = &mut step.failure {
                        failure.share = Figure::sourced(share.unwrap_or(if law.is_some() { 1.0 } else { 0.0 }), SOURCE);
                    }
                }
                ElementKind::EventSubProcess(event) if element.id == host => {
                    if let Some(figure) = figure(&event.trigger) {
                        event.trigger = Trigger::After(figure);
                    }
                }
                _ => {}
            }
        });
    }

    /// Lets a sub-process be set off at once in a share of cases: a choice at the beginning of the process around it raises it.
    fn sets_off_at_once(&mut self, host: &str, share: f64) {
        let scenario = &mut self.imported.study.scenario;
        let lists = scenario.services.iter_mut().map(|service| &mut service.elements);
        for elements in lists {
            if raise_at_start(elements, host, share) {
                return;
            }
        }
    }
}

/// Lets the list of elements that holds an event sub-process begin with a choice that raises its event. An interrupting one stops
/// all else; beside one that does not, the rest goes on.
fn raise_at_start(elements: &mut Vec<Element>, host: &str, share: f64) -> bool {
    let Some(position) = elements.iter().position(|e| e.id == host) else {
        return elements.iter_mut().filter_map(Element::inner_mut).any(|inner| raise_at_start(inner, host, share));
    };
    let name = format!("{host}.happens");
    let ElementKind::EventSubProcess(event) = &mut elements[position].kind else { return true };
    event.trigger = if event.interrupting { Trigger::Error(name.clone()) } else { Trigger::Escalation(name.clone()) };
    let interrupting = event.interrupting;
    let starts: Vec<usize> = (0..elements.len()).filter(|&i| elements[i].kind == ElementKind::Start).collect();
    let Some(&start) = starts.first() else { return true };
    let Some(first) = elements[start].next.clone() else { return true };
    let (choice, raised) = (format!("{host}.whether"), format!("{host}.raised"));
    elements[start].next = Some(choice.clone());
    let branch = |to: &str, share: f64| crate::model::flow::Branch {
        to: to.to_owned(),
        share: Some(Figure::sourced(share, SOURCE)),
        ..crate::model::flow::Branch::default()
    };
    let ways = vec![branch(&raised, share), branch(&first, 1.0 - share)];
    elements.push(Element { id: choice, kind: ElementKind::Exclusive(ways), ..Element::default() });
    let (kind, next) = match interrupting {
        true => (ElementKind::End(End { error: Some(name), ..End::default() }), None),
        false => (ElementKind::Escalate(name), Some(first)),
    };
    elements.push(Element { id: raised, kind, next, ..Element::default() });
    true
}
