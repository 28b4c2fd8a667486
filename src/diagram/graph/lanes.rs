//! Gives every node a lane: its own by who does it, or that of its neighbours; lanes stand in the order of the reading.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::diagram::graph::{Graph, Lane};
use crate::diagram::picture::LaneKey;
use crate::diagram::words::Words;
use crate::model::scenario::Scenario;

/// Gives lanes. Names are looked up in the scenarios in turn: the later form of the service first.
pub(super) fn give_lanes(graph: &mut Graph, scenarios: &[&Scenario], words: &Words) {
    let mut keys: Vec<Option<LaneKey>> = graph.nodes.iter().map(|node| node.own_lane.clone()).collect();
    let mut before = vec![Vec::new(); keys.len()];
    let mut after = vec![Vec::new(); keys.len()];
    for edge in &graph.edges {
        before[edge.to].push(edge.from);
        after[edge.from].push(edge.to);
    }
    // An event or gateway stands where the way comes from. What nothing leads to stands with the only one that it leads to,
    // else with the citizen, whose way begins there.
    let has_citizen = keys.contains(&Some(LaneKey::Citizen));
    loop {
        let settle = |keys: &[Option<LaneKey>], neighbours: &[Vec<usize>], alone: bool| {
            let find =
                |i: usize| neighbours[i].iter().filter(|_| !alone || neighbours[i].len() == 1).find_map(|&j| keys[j].clone());
            (0..keys.len()).filter(|&i| keys[i].is_none()).find_map(|i| Some((i, find(i)?)))
        };
        let at_citizen = |keys: &[Option<LaneKey>]| {
            let root = keys.iter().enumerate().position(|(i, key)| key.is_none() && before[i].is_empty())?;
            has_citizen.then_some((root, LaneKey::Citizen))
        };
        let settled = settle(&keys, &before, false).or_else(|| settle(&keys, &after, true));
        match settled.or_else(|| at_citizen(&keys)).or_else(|| settle(&keys, &after, false)) {
            Some((i, key)) => keys[i] = Some(key),
            None => break,
        }
    }
    let keys: Vec<LaneKey> = keys.into_iter().map(|key| key.unwrap_or(LaneKey::Citizen)).collect();
    let mut used: Vec<&LaneKey> = keys.iter().collect::<BTreeSet<_>>().into_iter().collect();
    let reached = reached(&keys, &before, &after);
    used.sort_by_key(|key| rank(key, scenarios, &reached));
    for (node, key) in graph.nodes.iter_mut().zip(&keys) {
        node.lane = used.iter().position(|other| *other == key).unwrap_or(0);
    }
    graph.lanes = used.into_iter().map(|key| lane(key, scenarios, words)).collect();
}

/// How many flows from a beginning each lane, and each agency by its id, is first reached.
struct Reached {
    lanes: BTreeMap<LaneKey, usize>,
    agencies: BTreeMap<String, usize>,
}

fn reached(keys: &[LaneKey], before: &[Vec<usize>], after: &[Vec<usize>]) -> Reached {
    let mut distance = vec![usize::MAX; keys.len()];
    let mut queue: VecDeque<usize> = (0..keys.len()).filter(|&i| before[i].is_empty()).collect();
    queue.iter().for_each(|&i| distance[i] = 0);
    while let Some(i) = queue.pop_front() {
        for &next in &after[i] {
            if distance[next] == usize::MAX {
                distance[next] = distance[i] + 1;
                queue.push_back(next);
            }
        }
    }
    let mut reached = Reached { lanes: BTreeMap::new(), agencies: BTreeMap::new() };
    for (key, &at) in keys.iter().zip(&distance) {
        let least = |known: &mut usize| *known = at.min(*known);
        least(reached.lanes.entry(key.clone()).or_insert(at));
        let agency = match key {
            LaneKey::Pool(reference) => reference.split_once('/').map_or(reference.as_str(), |(agency, _)| agency),
            LaneKey::Agency(agency) => agency,
            _ => continue,
        };
        least(reached.agencies.entry(agency.to_owned()).or_insert(at));
    }
    reached
}

/// A lane's kind, and by agency and by pool: how early it is reached, in which scenario it stands, and where.
type Rank = (usize, [usize; 3], [usize; 2], LaneKey);

/// Citizens above, then agencies as the way reaches them with their pools, registries and systems below. So lines from lane to lane are
/// short, and what comes first stands high.
fn rank(key: &LaneKey, scenarios: &[&Scenario], reached: &Reached) -> Rank {
    let lane = reached.lanes.get(key).copied().unwrap_or(usize::MAX);
    let agencies = |id: &str| found(scenarios, |s| s.agencies.iter().position(|agency| agency.id == id));
    let by_agency = |id: &str| {
        let (which, at) = agencies(id);
        [reached.agencies.get(id).copied().unwrap_or(usize::MAX), which, at]
    };
    let (kind, agency, pool) = match key {
        LaneKey::Citizen => (0, [0; 3], [0; 2]),
        LaneKey::Pool(reference) => {
            let (agency, pool) = reference.split_once('/').unwrap_or((reference, ""));
            let pools =
                |s: &Scenario| s.agencies.iter().find(|a| a.id == agency).and_then(|a| a.pools.iter().position(|p| p.id == pool));
            (1, by_agency(agency), [lane, found(scenarios, pools).1])
        }
        LaneKey::Agency(agency) => (1, by_agency(agency), [lane, usize::MAX]),
        LaneKey::Registry(id) => {
            let (which, at) = found(scenarios, |s| s.registries.iter().position(|registry| registry.id == *id));
            (2, [lane, which, at], [0; 2])
        }
        LaneKey::System => (3, [0; 3], [0; 2]),
    };
    (kind, agency, pool, key.clone())
}

/// Returns in which scenario something is found first, and where.
fn found(scenarios: &[&Scenario], find: impl Fn(&Scenario) -> Option<usize>) -> (usize, usize) {
    let hit = scenarios.iter().enumerate().find_map(|(i, scenario)| Some((i, find(scenario)?)));
    hit.unwrap_or((usize::MAX, usize::MAX))
}

fn lane(key: &LaneKey, scenarios: &[&Scenario], words: &Words) -> Lane {
    let named = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
    let (title, group) = match key {
        LaneKey::Citizen => (words.citizen.clone(), String::new()),
        LaneKey::System => (words.systems.clone(), String::new()),
        LaneKey::Pool(reference) => {
            let names = |s: &&Scenario| s.staff_pool(reference).map(|(a, p)| (named(&p.name, &p.id), named(&a.name, &a.id)));
            scenarios.iter().find_map(names).unwrap_or((reference.clone(), String::new()))
        }
        LaneKey::Agency(id) => {
            let agency = scenarios.iter().find_map(|s| s.agencies.iter().find(|agency| agency.id == *id));
            (agency.map_or(id.clone(), |agency| named(&agency.name, id)), String::new())
        }
        LaneKey::Registry(id) => {
            let registry = scenarios.iter().find_map(|s| s.registries.iter().find(|registry| registry.id == *id));
            (registry.map_or(id.clone(), |registry| named(&registry.name, id)), words.registry.clone())
        }
    };
    Lane { key: key.clone(), title, group }
}
