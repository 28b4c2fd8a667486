//! Pools: staff, and registries whose capacity, hours or outages bind.
//!
//! A staff pool is a pool of the engine with one group for each of its groups. A registry is one where something about it is
//! scarce: capacity, hours, planned or random outages. A registry without a capacity but with hours or outages handles as
//! many requests at once as come. Requests through a gateway hold both at once.

use crate::base::diagnostic::Path;
use crate::base::idx::Idx;
use crate::base::time::SimTime;
use crate::compile::builder::Builder;
use crate::compile::calendars::lay_out;
use crate::compile::names::{PoolKind, PoolName};
use crate::engine::calendar::Calendar;
use crate::engine::program::{Discipline, Group, Outages, Request, ResourcePool};
use crate::engine::random::stream::StreamId;
use crate::model::agency::{Agency, Discipline as Rule, StaffPool};
use crate::model::registry::Registry;
use crate::model::step::PoolUse;

/// How many requests a registry without a capacity handles at once: more than there can be cases in flight.
const UNLIMITED: u32 = 1_000_000;
/// How many groups of a pool the engine can tell apart.
const MOST_GROUPS: usize = 64;
/// The most people that a group may have.
const MOST_PEOPLE: f64 = 1e6;

/// What a request to a registry must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct RegistryAccess {
    /// The registry and the gateways before it, as far as they are scarce.
    pub(super) requests: Vec<Request>,
}

impl Builder<'_> {
    /// Makes all staff pools.
    pub(super) fn staff_pools(&mut self) {
        for (i, agency) in self.scenario.agencies.iter().enumerate() {
            for (j, pool) in agency.pools.iter().enumerate() {
                let path = Path::default().field("agencies").item(i).field("pools").item(j);
                self.staff_pool(agency, pool, &path);
            }
        }
    }

    fn staff_pool(&mut self, agency: &Agency, pool: &StaffPool, path: &Path) {
        let reference = format!("{}/{}", agency.id, pool.id);
        if pool.staff.len() > MOST_GROUPS {
            let message = format!("The staff pool '{reference}' has more than {MOST_GROUPS} groups.");
            self.error("too-many-groups", path, message);
            return;
        }
        let groups: Vec<Group> = pool
            .staff
            .iter()
            .enumerate()
            .map(|(k, group)| Group {
                count: group.count.value.clamp(0.0, MOST_PEOPLE).round() as u32,
                hours: group.calendar.as_ref().and_then(|id| self.hours(id, &path.field("staff").item(k).field("calendar"))),
            })
            .collect();
        let hours = self.union_of_hours(&groups);
        let absence = pool.absence.value;
        let idx = self.program.pools.push(ResourcePool {
            room: None,
            groups,
            hours,
            discipline: match pool.discipline {
                Rule::Fifo => Discipline::Fifo,
                Rule::Priority => Discipline::Priority,
                Rule::EarliestDeadline => Discipline::EarliestDeadline,
            },
            absence: if absence > 0.0 { absence.min(1.0) } else { 0.0 },
            cost_per_hour: pool.cost_per_hour.value.max(0.0) * 1000.0,
            stream: StreamId::named(&format!("pool/{reference}")),
            outages: None,
        });
        self.names.pools.push(PoolName {
            id: reference.clone(),
            name: pool.name.clone(),
            kind: PoolKind::Staff,
            agency: agency.id.clone(),
            is_unlimited: false,
        });
        self.pools.insert(reference, idx);
    }

    /// Returns when at least one group is on shift; `None` where one always is. Groups of nobody do not count, unless all are.
    fn union_of_hours(&mut self, groups: &[Group]) -> Option<Idx<Calendar>> {
        let staffed: Vec<&Group> = groups.iter().filter(|g| g.count > 0).collect();
        let counted: Vec<&Group> = if staffed.is_empty() { groups.iter().collect() } else { staffed };
        if counted.is_empty() || counted.iter().any(|g| g.hours.is_none()) {
            return None;
        }
        let calendars: Vec<Idx<Calendar>> = counted.iter().filter_map(|g| g.hours).collect();
        if calendars.iter().all(|c| *c == calendars[0]) {
            return Some(calendars[0]);
        }
        let intervals = calendars.iter().flat_map(|c| self.program.calendars[*c].intervals()).collect();
        Some(self.intern_calendar(intervals))
    }

    /// Returns the requests for people: one of each pool named, or so many. A pool named twice is asked once for both.
    /// Where a skill is asked for, only groups that have it count, in those pools where anybody has it.
    pub(super) fn staff_requests(&mut self, uses: &[PoolUse], skill: Option<&str>, path: &Path) -> Vec<Request> {
        let mut requests: Vec<Request> = Vec::new();
        let scenario = self.scenario;
        let has_skill = |reference: &str, skill: &str| {
            let groups = scenario.staff_pool(reference).map_or(&[][..], |(_, pool)| pool.staff.as_slice());
            let bits = groups.iter().enumerate().filter(|(_, group)| group.skills.iter().any(|s| s == skill));
            bits.fold(0_u64, |mask, (i, _)| mask | 1_u64.checked_shl(i as u32).unwrap_or(0))
        };
        let anybody = skill.is_none_or(|skill| uses.iter().any(|u| has_skill(&u.pool, skill) != 0));
        for pool_use in uses {
            let Some(&pool) = self.pools.get(&pool_use.pool) else {
                self.error("unknown-pool", path, format!("There is no staff pool '{}'.", pool_use.pool));
                continue;
            };
            let count = pool_use.count.max(1);
            if let Some(known) = requests.iter_mut().find(|r| r.pool == pool) {
                known.count += count;
                continue;
            }
            let mask = skill.map_or(u64::MAX, |skill| has_skill(&pool_use.pool, skill));
            let groups = if mask == 0 && anybody { u64::MAX } else { mask };
            requests.push(Request { pool, count, groups });
        }
        self.check_requests(&requests, path);
        requests
    }

    fn check_requests(&mut self, requests: &[Request], path: &Path) {
        let most = crate::engine::state::MAX_REQUESTS;
        if requests.len() > most {
            let message = format!("A step needs people or systems of more than {most} pools at once.");
            self.error("too-many-pools", path, message);
        }
    }

    /// Returns what a request to a registry must hold: its own pool and those of the gateways before it.
    pub(super) fn registry_access(&mut self, id: &str, path: &Path) -> RegistryAccess {
        if let Some(known) = self.registries.get(id) {
            return known.clone();
        }
        let mut access = RegistryAccess::default();
        let (mut current, mut passed) = (Some(id.to_owned()), Vec::new());
        while let Some(id) = current {
            if passed.contains(&id) {
                break;
            }
            let Some(position) = self.scenario.registries.iter().position(|r| r.id == id) else {
                self.error("unknown-registry", path, format!("There is no registry '{id}'."));
                break;
            };
            let registry = &self.scenario.registries[position];
            let place = Path::default().field("registries").item(position);
            if let Some(pool) = self.registry_pool(registry, &place) {
                access.requests.push(Request { pool, count: 1, groups: u64::MAX });
            }
            current = registry.through.clone();
            passed.push(id);
        }
        self.check_requests(&access.requests, path);
        self.registries.insert(id.to_owned(), access.clone());
        access
    }

    fn registry_pool(&mut self, registry: &Registry, path: &Path) -> Option<Idx<ResourcePool>> {
        let reference = format!("registry:{}", registry.id);
        if let Some(&known) = self.pools.get(&reference) {
            return Some(known);
        }
        let hours = self.registry_hours(registry, path);
        let outages = registry.outages.as_ref().map(|outages| Outages {
            up: self.duration(&outages.up, &path.field("outages").field("up")),
            down: self.duration(&outages.down, &path.field("outages").field("down")),
        });
        if registry.capacity.is_none() && hours.is_none() && outages.is_none() {
            return None;
        }
        let count = registry.capacity.unwrap_or(UNLIMITED);
        let idx = self.program.pools.push(ResourcePool {
            room: None,
            groups: vec![Group { count, hours }],
            hours,
            discipline: Discipline::Fifo,
            absence: 0.0,
            cost_per_hour: 0.0,
            stream: StreamId::named(&format!("registry/{}", registry.id)),
            outages,
        });
        self.names.pools.push(PoolName {
            id: reference.clone(),
            name: registry.name.clone(),
            kind: PoolKind::Registry,
            agency: registry.agency.clone().unwrap_or_default(),
            is_unlimited: registry.capacity.is_none(),
        });
        self.pools.insert(reference, idx);
        Some(idx)
    }

    /// Returns a registry's hours without its planned outages; `None` where it is always up.
    fn registry_hours(&mut self, registry: &Registry, path: &Path) -> Option<Idx<Calendar>> {
        let hours = registry.calendar.as_ref().and_then(|id| self.hours(id, &path.field("calendar")));
        if registry.planned_outages.is_empty() {
            return hours;
        }
        let base = match hours {
            Some(hours) => self.program.calendars[hours].clone(),
            None => Calendar::from_intervals(vec![(SimTime::ZERO, SimTime::NEVER)]),
        };
        let down = lay_out(&self.dates, &registry.planned_outages, None, &[]);
        let intervals = base.minus(&down.intervals).intervals().collect();
        Some(self.intern_calendar(intervals))
    }
}
