//! Time, resources, priority and cost of tasks.
//!
//! - Transfer, queue and wait time pass before the work and hold nobody; set-up, processing, validation and rework time are the
//!   work. What is not given takes no time.
//! - A task for which nobody is selected needs nobody scarce: its pool of the drawing is made ample.
//! - A unit cost of a task is counted with its mean duration.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{self, Choice, Need};
use super::scenario::Parameter;
use super::{Reader, SOURCE};
use crate::base::distribution::Distribution;
use crate::base::time::MS_PER_HOUR;
use crate::formats::params::staff::{self, Resource};
use crate::formats::params::{mix, onto};
use crate::model::agency::Discipline;
use crate::model::figure::Figure;
use crate::model::flow::{ElementKind, WaitCause};
use crate::model::step::{Performer, PoolUse};

/// The most people of one kind.
const MOST_PEOPLE: f64 = 1_000_000.0;

/// Parts of the time before the work.
const BEFORE: [&str; 3] = ["TransferTime", "QueueTime", "WaitTime"];

/// Parts of the work.
const WORK: [&str; 4] = ["SetUpTime", "ProcessingTime", "ValidationTime", "ReworkTime"];

/// A kind of people of the file.
struct Kind<'x> {
    id: &'x str,
    name: &'x str,
    roles: BTreeSet<String>,
    /// How many, and in which hours.
    groups: Vec<(f64, Option<String>)>,
    cost_per_hour: f64,
    cost_per_use: f64,
    tasks: BTreeSet<String>,
}

impl<'x> Reader<'_, 'x, '_> {
    /// Takes times, resources, priorities and costs over.
    pub(super) fn work(&mut self) {
        let tasks: Vec<&'x str> = self.tasks();
        let mut timeless = Vec::new();
        for &id in &tasks {
            self.before(id);
            if !self.duration(id) {
                timeless.push(self.drawn[id].name().to_owned());
            }
            self.priority(id);
        }
        if !timeless.is_empty() {
            let message = format!("The scenario gives no time to {}: none passes there.", onto::some_of(&timeless));
            self.found.note(self.resolved.at, "no-time", message);
        }
        self.people(&tasks);
        for &id in &tasks {
            self.cost(id);
        }
        self.of_others();
    }

    /// Returns the ids of drawn things that are steps of the study.
    fn tasks(&mut self) -> Vec<&'x str> {
        let mut steps = BTreeSet::new();
        onto::for_all(&mut self.imported.study.scenario, &mut |element| {
            if matches!(element.kind, ElementKind::Step(_)) {
                steps.insert(element.id.clone());
            }
        });
        self.drawn.keys().copied().filter(|id| steps.contains(*id)).collect()
    }

    fn laws(&mut self, id: &'x str, names: &[&'static str]) -> Vec<Distribution> {
        let parameters: Vec<Parameter<'x>> = names.iter().filter_map(|name| self.resolved.parameter(id, name).cloned()).collect();
        parameters.iter().filter_map(|parameter| self.law(parameter)).collect()
    }

    /// Puts the time that passes before a task's work before it.
    fn before(&mut self, id: &'x str) {
        let laws = self.laws(id, &BEFORE);
        let laws: Vec<Distribution> = laws.into_iter().filter(|law| *law != Distribution::Fixed(0.0)).collect();
        if laws.is_empty() {
            return;
        }
        let name = format!("Before: {}", self.drawn[id].name());
        let wait = onto::wait(format!("{id}.before"), name, mix::sum(laws), SOURCE, WaitCause::External);
        onto::insert_before(&mut self.imported.study.scenario, id, wait);
    }

    /// Gives a task its duration; returns whether the scenario says one.
    fn duration(&mut self, id: &'x str) -> bool {
        let is_said = WORK.iter().any(|name| self.resolved.parameter(id, name).is_some_and(|p| !p.values.is_empty()));
        let law = mix::sum(self.laws(id, &WORK));
        if let Some(ElementKind::Step(step)) = onto::element_mut(&mut self.imported.study.scenario, id).map(|e| &mut e.kind) {
            step.duration = Figure::sourced(law, SOURCE);
        }
        is_said
    }

    fn priority(&mut self, id: &'x str) {
        if let Some(value) = self.resolved.parameter(id, "Interruptible").and_then(Parameter::value)
            && value.as_bool() == Some(true)
        {
            let message = "Work that has begun is not interrupted by more urgent work here.";
            self.found.warn(value.element.at, "interruptible", message, "");
        }
        let Some(value) = self.resolved.parameter(id, "Priority").and_then(Parameter::value) else { return };
        let Some(priority) = value.as_number().filter(|p| p.abs() <= 1e9) else {
            return self.found.warn(
                value.element.at,
                "bad-priority",
                "This priority is no number; it is left out.",
                "Write a number; higher goes first.",
            );
        };
        if priority.fract() != 0.0 {
            let message = format!("The priority {priority} is rounded to a whole number.");
            self.found.warn(value.element.at, "priority-rounded", message, "Write whole numbers.");
        }
        if let Some(ElementKind::Step(step)) = onto::element_mut(&mut self.imported.study.scenario, id).map(|e| &mut e.kind) {
            step.priority = priority.round() as i32;
        }
    }

    /// Makes pools of the people that tasks need.
    fn people(&mut self, tasks: &[&'x str]) {
        let mut kinds = self.kinds();
        let mut needs: BTreeMap<&'x str, Vec<(Vec<usize>, u32)>> = BTreeMap::new();
        for &id in tasks {
            for (at, need) in self.needs(id, &mut kinds) {
                let who = self.who(&need, &kinds, at);
                let count = need.count.round().clamp(1.0, 1_000.0) as u32;
                for &kind in &who {
                    kinds[kind].tasks.insert(id.to_owned());
                }
                needs.entry(id).or_default().push((who, count));
            }
        }
        let mut people = Vec::new();
        for kind in kinds.iter().filter(|kind| !kind.tasks.is_empty()) {
            for (amount, calendar) in &kind.groups {
                people.push(Resource {
                    id: kind.id.to_owned(),
                    name: kind.name.to_owned(),
                    amount: *amount,
                    cost_per_hour: kind.cost_per_hour,
                    calendar: calendar.clone(),
                    tasks: kind.tasks.clone(),
                });
            }
        }
        let by_priority = tasks.iter().any(|id| self.resolved.parameter(id, "Priority").is_some_and(|p| !p.values.is_empty()));
        let mut made = staff::pools(&people, SOURCE);
        for (name, n) in &made.too_many {
            let message =
                format!("'{name}' share their tasks, and have {n} different sets of hours and tasks; a run can tell 64 apart.");
            self.found.error(self.resolved.at, "too-many-groups", message, "Give people who are alike the same calendar.");
        }
        for name in &made.uneven_costs {
            self.found.note(
                self.resolved.at,
                "mixed-costs",
                format!("Not everybody of '{name}' costs the same; their average is taken."),
            );
        }
        if by_priority {
            made.agency.pools.iter_mut().for_each(|pool| pool.discipline = Discipline::Priority);
        }
        for &id in tasks {
            self.performer(id, needs.get(id).map(Vec::as_slice).unwrap_or_default(), &kinds, &made.pool_of);
        }
        let scenario = &mut self.imported.study.scenario;
        staff::no_limit(scenario, SOURCE);
        staff::settle(scenario, made.agency);
    }

    fn performer(&mut self, id: &str, needs: &[(Vec<usize>, u32)], kinds: &[Kind<'x>], pool_of: &BTreeMap<String, String>) {
        if needs.is_empty() {
            return;
        }
        let mut uses: Vec<PoolUse> = Vec::new();
        let mut fixed_cost = 0.0;
        for (who, count) in needs {
            let Some(first) = who.first() else { continue };
            fixed_cost += kinds[*first].cost_per_use * f64::from(*count);
            // Everybody who may do a task stands in its pool; several needs of one task can meet there.
            let Some(pool) = pool_of.get(id) else { continue };
            match uses.iter_mut().find(|u| u.pool == *pool) {
                Some(known) => {
                    known.count += count;
                    let message = format!(
                        "'{}' needs several people who may stand in for each other: so many of any of them are taken.",
                        self.drawn[id].name()
                    );
                    self.found.warn(self.resolved.at, "stand-in", message, "");
                }
                None => uses.push(PoolUse { pool: pool.clone(), count: *count }),
            }
        }
        if let Some(ElementKind::Step(step)) = onto::element_mut(&mut self.imported.study.scenario, id).map(|e| &mut e.kind) {
            step.performer = Performer::Staff(uses);
            step.skill = Some(id.to_owned());
            if fixed_cost > 0.0 {
                step.cost = Figure::sourced(fixed_cost, SOURCE);
            }
        }
    }

    /// Returns the kinds of people that the drawing and the scenario name.
    fn kinds(&mut self) -> Vec<Kind<'x>> {
        let ids: Vec<&'x str> = self.drawn.iter().filter(|(_, d)| d.kind() == "resource").map(|(id, _)| *id).collect();
        ids.into_iter().map(|id| self.kind(id)).collect()
    }

    /// Returns who something with a quantity stands for.
    fn kind(&mut self, id: &'x str) -> Kind<'x> {
        let name = self.drawn.get(id).map_or(id, |d| d.name());
        let number = |parameter: Option<&Parameter<'x>>| parameter.and_then(Parameter::value).and_then(|v| v.as_number());
        let hour = MS_PER_HOUR as f64 / self.unit.0;
        let cost_per_hour = number(self.resolved.parameter(id, "UnitCost")).unwrap_or(0.0).max(0.0) * hour;
        let cost_per_use = number(self.resolved.parameter(id, "FixedCost")).unwrap_or(0.0).max(0.0);
        let roles = self
            .resolved
            .parameter(id, "Role")
            .map(|p| p.values.iter().filter_map(|v| v.element.attribute("value")).map(str::to_owned).collect());
        // In which hours they are there at all.
        let availability = self.resolved.parameter(id, "Availability").cloned();
        let mut hours: Vec<Option<&'x str>> = availability
            .iter()
            .flat_map(|p| &p.values)
            .filter(|v| v.as_bool() == Some(true) && v.valid_for.is_some())
            .map(|v| v.valid_for)
            .collect();
        if hours.len() > 1 {
            let message = format!("'{name}' is available by several calendars; the first is taken.");
            self.found.warn(self.resolved.at, "several-values", message, "Put all hours into one calendar.");
            hours.truncate(1);
        }
        let never =
            availability.as_ref().is_some_and(|p| !p.values.is_empty() && p.values.iter().all(|v| v.as_bool() == Some(false)));
        let mut groups = Vec::new();
        if let Some(quantity) = self.resolved.parameter(id, "Quantity").cloned() {
            for value in &quantity.values {
                let Some(n) = value.as_number().filter(|n| (0.0..=MOST_PEOPLE).contains(n)) else {
                    self.found.error(
                        value.element.at,
                        "bad-quantity",
                        format!("'{name}': this is no number of people."),
                        "Write a whole number up to a million.",
                    );
                    continue;
                };
                let own = value.valid_for.or(hours.first().copied().flatten());
                let calendar = own.and_then(|id| self.calendar(id, value.element.at));
                groups.push((n.round(), calendar));
            }
        }
        if groups.is_empty() {
            let calendar = hours.first().copied().flatten().and_then(|id| self.calendar(id, self.resolved.at));
            groups.push((1.0, calendar));
        }
        if never {
            groups = vec![(0.0, None)];
        }
        Kind { id, name, roles: roles.unwrap_or_default(), groups, cost_per_hour, cost_per_use, tasks: BTreeSet::new() }
    }

    /// Returns what a task needs, with the place that says it.
    fn needs(&mut self, id: &'x str, kinds: &mut Vec<Kind<'x>>) -> Vec<(usize, Need)> {
        let element = self.drawn[id].element;
        let is_role = |local: &str| matches!(local, "resourceRole" | "performer" | "humanPerformer" | "potentialOwner");
        let roles: Vec<&'x crate::formats::bpmn::xml::XmlElement> = element.elements().filter(|e| is_role(e.local())).collect();
        let selectors = std::iter::once(id).chain(roles.iter().filter_map(|role| role.attribute("id")));
        let mut needs = Vec::new();
        for selector in selectors {
            let Some(value) = self.resolved.parameter(selector, "Selection").and_then(Parameter::value) else { continue };
            let text = value.element.attribute("value").unwrap_or_default();
            match expression::selection(text) {
                Ok(found) => needs.extend(found.into_iter().map(|need| (value.element.at, need))),
                // A plain name is meant as one of that.
                Err(_) if !text.contains('(') && !text.trim().is_empty() => {
                    needs.push((value.element.at, Need { who: vec![Choice::Resource(text.trim().to_owned())], count: 1.0 }));
                }
                Err(why) => {
                    let hint = "Write bpsim:getResource('clerk', 1), getResourceByRoles or orResource.";
                    self.found.error(value.element.at, "bad-selection", why, hint);
                }
            }
        }
        // A scenario that says nothing of people at all does not mean that there is one of each.
        if needs.is_empty() && self.tells_of_people {
            for role in roles {
                let reference = role.child("resourceRef").map(|r| r.text()).unwrap_or_default();
                let reference = reference.rsplit(':').next().unwrap_or_default().to_owned();
                if kinds.iter().any(|kind| kind.id == reference) {
                    needs.push((role.at, Need { who: vec![Choice::Resource(reference)], count: 1.0 }));
                }
            }
        }
        // jBPM says how many people there are at the task itself, and writes 0 where nobody said it.
        let is_said = |p: &Parameter<'_>| p.values.iter().any(|value| value.as_number() != Some(0.0));
        if needs.is_empty() && self.resolved.parameter(id, "Quantity").is_some_and(is_said) {
            let kind = self.kind(id);
            kinds.push(kind);
            needs.push((element.at, Need { who: vec![Choice::Resource(id.to_owned())], count: 1.0 }));
        }
        needs
    }

    /// Returns the kinds of people that a need names. Somebody unknown is one person, with a finding.
    fn who(&mut self, need: &Need, kinds: &[Kind<'x>], at: usize) -> Vec<usize> {
        let mut who = Vec::new();
        for choice in &need.who {
            let fits = |kind: &Kind<'x>| match choice {
                Choice::Resource(name) => kind.id == name || kind.name == name,
                Choice::Roles(roles) => roles.iter().all(|role| kind.roles.contains(role)),
            };
            let found: Vec<usize> = (0..kinds.len()).filter(|&i| fits(&kinds[i])).collect();
            if found.is_empty() {
                let name = match choice {
                    Choice::Resource(name) => name.clone(),
                    Choice::Roles(roles) => roles.join(" and "),
                };
                let message = format!("Nobody in the file is '{name}'; the task is done by somebody who is always there.");
                self.found.error(at, "unknown-resource", message, "Name a resource of the drawing, or a role that one has.");
            }
            who.extend(found);
        }
        who
    }

    fn cost(&mut self, id: &'x str) {
        let number = |name: &str| self.resolved.parameter(id, name).and_then(Parameter::value).and_then(|v| v.as_number());
        let (fixed, unit) = (number("FixedCost").unwrap_or(0.0), number("UnitCost").unwrap_or(0.0));
        let ms = self.unit.0;
        if let Some(ElementKind::Step(step)) = onto::element_mut(&mut self.imported.study.scenario, id).map(|e| &mut e.kind)
            && (fixed > 0.0 || unit > 0.0)
        {
            let spent = unit.max(0.0) * step.duration.value.mean() / ms;
            step.cost = Figure::sourced(step.cost.value + fixed.max(0.0) + spent, SOURCE);
        }
        if unit > 0.0 {
            let at = self.resolved.parameter(id, "UnitCost").map_or(self.resolved.at, |p| p.element.at);
            self.found.note(at, "unit-cost", "A cost for each unit of a task's time is counted with the task's mean duration.");
        }
    }

    /// Names parameters of what has no time, people or cost of its own here.
    fn of_others(&mut self) {
        let tasks: BTreeSet<&'x str> = self.tasks().into_iter().collect();
        for id in self.resolved.ids() {
            let Some(drawn) = self.drawn.get(id).copied().filter(|_| !tasks.contains(id)) else { continue };
            let is_event = drawn.kind().ends_with("Event") || drawn.kind() == "receiveTask";
            let is_people =
                matches!(drawn.kind(), "resource" | "resourceRole" | "performer" | "humanPerformer" | "potentialOwner");
            let lost: Vec<&str> = self
                .resolved
                .of(id)
                .filter(|(_, _, parameter)| !parameter.values.is_empty())
                .map(|(name, ..)| name)
                .filter(|name| {
                    let time = name.ends_with("Time") || *name == "Duration";
                    let people =
                        matches!(*name, "Selection" | "Quantity" | "Availability" | "Role" | "Priority" | "Interruptible");
                    (time && !is_event) || (name.ends_with("Cost") || people) && !is_people
                })
                .collect();
            if !lost.is_empty() {
                let at = self.resolved.of(id).next().map_or(self.resolved.at, |(_, _, p)| p.element.at);
                let message =
                    format!("Of '{}' ({}) {} left out: only tasks have it here.", drawn.name(), drawn.kind(), lost.join(", "));
                self.found.warn(at, "left-out", message, "Give it to tasks.");
            }
        }
    }
}
