//! People with hours and tasks of their own, to staff pools: people who share a task stand in one pool, and each of them does
//! only what the file says.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Id;
use crate::model::agency::{Agency, StaffGroup, StaffPool};
use crate::model::figure::Figure;
use crate::model::flow::ElementKind;
use crate::model::scenario::Scenario;
use crate::model::step::Performer;

/// The agency in which all people of a file stand.
pub(super) const AGENCY: &str = "resources";

/// People in a pool of which a file says nothing: no limit.
const NO_LIMIT: f64 = 10_000.0;

/// How many groups of a pool a run can tell apart.
const MOST_GROUPS: usize = 64;

/// Somebody, or so many alike.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub id: String,
    pub name: String,
    pub amount: f64,
    pub cost_per_hour: f64,
    pub calendar: Option<Id>,
    /// The tasks that they do.
    pub tasks: BTreeSet<String>,
}

/// The pools, and the pool of each task.
pub(super) struct Staffing {
    pub agency: Agency,
    pub pool_of: BTreeMap<String, String>,
    /// Pools with more kinds of people than can be told apart, and how many.
    pub too_many: Vec<(String, usize)>,
    /// Pools in which not everybody costs the same.
    pub uneven_costs: Vec<String>,
}

/// Makes pools of people who share tasks, directly or through others.
pub(super) fn pools(resources: &[Resource], source: &str) -> Staffing {
    let mut union: Vec<usize> = (0..resources.len()).collect();
    fn root(union: &mut [usize], mut i: usize) -> usize {
        while union[i] != i {
            union[i] = union[union[i]];
            i = union[i];
        }
        i
    }
    let mut first_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, resource) in resources.iter().enumerate() {
        for task in &resource.tasks {
            let other = *first_of.entry(task).or_insert(i);
            let (a, b) = (root(&mut union, i), root(&mut union, other));
            union[a.max(b)] = a.min(b);
        }
    }
    let mut members: BTreeMap<usize, Vec<&Resource>> = BTreeMap::new();
    for (i, resource) in resources.iter().enumerate().filter(|(_, r)| !r.tasks.is_empty()) {
        members.entry(root(&mut union, i)).or_default().push(resource);
    }
    let mut made = Staffing {
        agency: Agency { id: AGENCY.to_owned(), name: "Resources".to_owned(), pools: Vec::new() },
        pool_of: BTreeMap::new(),
        too_many: Vec::new(),
        uneven_costs: Vec::new(),
    };
    for people in members.values() {
        made.add(people, source);
    }
    made
}

impl Staffing {
    fn add(&mut self, people: &[&Resource], source: &str) {
        let Some(first) = people.first() else { return };
        let id = first.id.replace('/', "_");
        let name = match people.len() {
            1 => first.name.clone(),
            2 | 3 => people.iter().map(|r| r.name.as_str()).collect::<Vec<_>>().join(", "),
            n => format!("{} and {} others", first.name, n - 1),
        };
        let mut groups: Vec<(Option<&Id>, &BTreeSet<String>, f64)> = Vec::new();
        for person in people {
            let alike = groups.iter_mut().find(|(hours, tasks, _)| *hours == person.calendar.as_ref() && **tasks == person.tasks);
            match alike {
                Some((_, _, count)) => *count += person.amount,
                None => groups.push((person.calendar.as_ref(), &person.tasks, person.amount)),
            }
        }
        if groups.len() > MOST_GROUPS {
            self.too_many.push((name.clone(), groups.len()));
        }
        let total: f64 = people.iter().map(|r| r.amount).sum();
        let cost = people.iter().map(|r| r.amount * r.cost_per_hour).sum::<f64>() / total.max(1.0);
        if people.iter().any(|r| r.cost_per_hour != first.cost_per_hour) {
            self.uneven_costs.push(name.clone());
        }
        let reference = format!("{AGENCY}/{id}");
        self.pool_of.extend(people.iter().flat_map(|r| &r.tasks).map(|task| (task.clone(), reference.clone())));
        let staff = groups.into_iter().map(|(hours, tasks, count)| StaffGroup {
            count: Figure::sourced(count, source),
            calendar: hours.cloned(),
            skills: tasks.iter().cloned().collect(),
        });
        let staff = staff.collect();
        let cost_per_hour = Figure::sourced(cost, source);
        self.agency.pools.push(StaffPool { id, name, staff, cost_per_hour, ..StaffPool::default() });
    }
}

/// Puts an agency made of a file's people into a scenario, and takes out pools that no step needs any more.
pub(super) fn settle(scenario: &mut Scenario, agency: Agency) {
    let mut used = BTreeSet::new();
    super::onto::for_all(scenario, &mut |element| {
        if let ElementKind::Step(step) = &element.kind
            && let Performer::Staff(uses) = &step.performer
        {
            used.extend(uses.iter().map(|u| u.pool.clone()));
        }
    });
    scenario.agencies.retain(|a| a.id != AGENCY);
    scenario.agencies.push(agency);
    for agency in &mut scenario.agencies {
        let id = agency.id.clone();
        agency.pools.retain(|p| used.contains(&format!("{id}/{}", p.id)));
    }
    scenario.agencies.retain(|a| !a.pools.is_empty());
    let known: BTreeSet<String> = scenario.agencies.iter().map(|a| a.id.clone()).collect();
    for service in &mut scenario.services {
        service.agency = service.agency.take().filter(|a| known.contains(a));
    }
}

/// Makes the pools of a drawing so large that nobody waits in them, at no cost: a file of parameters says nothing of them.
pub(super) fn no_limit(scenario: &mut Scenario, source: &str) {
    for pool in scenario.agencies.iter_mut().flat_map(|agency| &mut agency.pools) {
        for group in &mut pool.staff {
            group.count = Figure::sourced(NO_LIMIT, source);
        }
        pool.cost_per_hour = Figure::sourced(0.0, source);
    }
}
