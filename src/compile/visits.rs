//! Which elements one case may finish more than once, and so must count its visits: visits are part of the key of draws.
//!
//! An element may be finished more than once if it lies on a cycle of its body; if its body is entered from more than one
//! place, or from an element that may itself be finished more than once; or if its body has ways side by side, and it (or
//! one before it) can be reached by several ways and is no join. Counting where it is not needed costs a count and changes
//! no draw, since the first visit is number 0 either way; so whatever is unclear is counted.

use crate::base::idx::Idx;
use crate::compile::builder::Builder;
use crate::compile::graph::followers;
use crate::engine::program::{Element, Kind, Process, Rule, Trigger};

impl Builder<'_> {
    /// Gives the elements whose visits conditions ask for their slots.
    pub(super) fn count_visits_for_conditions(&mut self) {
        for (step, slot) in &self.counted_visits {
            if let Some(idx) = self.names.main.get(step) {
                self.program.elements[*idx].visit_slot = Some(*slot);
            }
        }
    }

    /// Gives every other element that needs one a slot for its visits. Place-holders have been taken out: one before a join
    /// would look like a merge.
    pub(super) fn count_visits(&mut self) {
        let repeated = self.repeated();
        for idx in self.program.elements.indices() {
            let element = &self.program.elements[idx];
            if repeated[idx.get()] && element.visit_slot.is_none() && !self.same_draw.contains(&idx) && counts_visits(element) {
                let slot = self.visit_slot();
                self.program.elements[idx].visit_slot = Some(slot);
            }
        }
    }

    /// Tells for every element whether one case may finish it more than once.
    fn repeated(&self) -> Vec<bool> {
        let elements = &self.program.elements;
        let n = elements.len();
        let followers: Vec<Vec<usize>> = elements.iter().map(|e| followers(e).into_iter().map(Idx::get).collect()).collect();
        let mut repeated = on_cycle(&followers);
        let mut ways_in = vec![0_u32; n];
        for &follower in followers.iter().flatten() {
            ways_in[follower] += 1;
        }
        let mut parallel: Vec<bool> = self.program.processes.iter().map(|p| p.starts.len() > 1).collect();
        for (idx, element) in elements.enumerate() {
            parallel[self.body_of[idx.get()].get()] |= splits(element);
        }
        let is_join = |i: usize| matches!(elements[Idx::new(i)].kind, Kind::Parallel { .. } | Kind::Inclusive(_));
        let mut to_do: Vec<usize> = Vec::new();
        for i in 0..n {
            let merges = parallel[self.body_of[i].get()] && ways_in[i] > 1 && !is_join(i);
            if repeated[i] || merges {
                repeated[i] = true;
                // What follows a cycle is passed once for each way out of it: only ways side by side multiply.
                if merges || parallel[self.body_of[i].get()] {
                    to_do.push(i);
                }
            }
        }
        self.spread(&followers, &mut repeated, to_do);
        self.enter_repeatedly(&mut repeated);
        repeated
    }

    fn spread(&self, followers: &[Vec<usize>], repeated: &mut [bool], mut to_do: Vec<usize>) {
        while let Some(i) = to_do.pop() {
            for &follower in &followers[i] {
                if !repeated[follower] {
                    repeated[follower] = true;
                    to_do.push(follower);
                }
            }
        }
    }

    /// Marks the elements of all bodies that one case may enter more than once.
    fn enter_repeatedly(&self, repeated: &mut [bool]) {
        let n_bodies = self.program.processes.len();
        let mut inside: Vec<Vec<usize>> = vec![Vec::new(); n_bodies];
        for (i, body) in self.body_of.iter().enumerate() {
            inside[body.get()].push(i);
        }
        let mut entries = vec![0_u32; n_bodies];
        let whole = |process: Idx<Process>| self.copies.get(&process).copied().unwrap_or(process).get();
        let entered = |i: usize| -> Vec<usize> {
            match &self.program.elements[Idx::new(i)].kind {
                Kind::Enter(enter) => vec![whole(enter.process)],
                Kind::Begin(process, _) => vec![whole(*process)],
                _ => Vec::new(),
            }
        };
        for body in self.program.elements.indices().flat_map(|i| entered(i.get())) {
            entries[body] += 1;
        }
        // What undoes is entered as often as what it undoes was completed.
        for body in self.program.undos.iter().flat_map(|undo| undo.event.into_iter().chain(undo.handler)) {
            entries[body.get()] += 2;
        }
        for (position, &(body, _)) in self.bodies.iter().enumerate() {
            let id = &self.scenario.services[position].id;
            entries[body.get()] += u32::from(self.scenario.demand.iter().any(|d| d.of == *id));
        }
        let mut done = vec![false; n_bodies];
        let mut to_do: Vec<usize> = (0..n_bodies).filter(|&body| entries[body] > 1).collect();
        to_do.extend(repeated.iter().enumerate().filter(|(_, repeated)| **repeated).flat_map(|(i, _)| entered(i)));
        while let Some(body) = to_do.pop() {
            if std::mem::replace(&mut done[body], true) {
                continue;
            }
            for &i in &inside[body] {
                repeated[i] = true;
                to_do.extend(entered(i));
            }
        }
    }
}

/// Tells whether an element makes ways that go side by side.
fn splits(element: &Element) -> bool {
    match &element.kind {
        Kind::Parallel { targets, .. } => targets.len() > 1,
        Kind::Inclusive(gateway) => gateway.ways.len() > 1,
        Kind::Enter(enter) => enter.watchers.iter().any(|w| !w.interrupting),
        _ => false,
    }
}

/// Tells whether the number of visits matters at an element: it draws something, or reports what it did.
fn counts_visits(element: &Element) -> bool {
    let by_share = |rule: &Rule| matches!(rule, Rule::Share(_));
    let drawn = |trigger: &Trigger| matches!(trigger, Trigger::After(_));
    element.reported
        || match &element.kind {
            Kind::Work(_) | Kind::Delay(_) => true,
            Kind::Exclusive(ways) => ways.iter().any(|way| by_share(&way.rule)),
            Kind::Inclusive(gateway) => gateway.ways.iter().any(|way| by_share(&way.rule)),
            Kind::EventRace(ways) => ways.iter().any(|(trigger, _)| drawn(trigger)),
            Kind::Enter(enter) => enter.watchers.iter().any(|watcher| drawn(&watcher.trigger)),
            _ => false,
        }
}

/// Tells for every node of a graph whether it lies on a cycle: its strongly connected component has more than one node, or
/// it follows itself. Tarjan's algorithm with a stack of its own, so that long chains cannot exhaust the thread's.
fn on_cycle(followers: &[Vec<usize>]) -> Vec<bool> {
    const UNSEEN: usize = usize::MAX;
    let n = followers.len();
    let (mut order, mut low, mut on_stack) = (vec![UNSEEN; n], vec![0; n], vec![false; n]);
    let mut result = vec![false; n];
    let mut stack: Vec<usize> = Vec::new();
    let mut counter = 0;
    for root in 0..n {
        if order[root] != UNSEEN {
            continue;
        }
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some(&(node, edge)) = path.last() {
            if edge == 0 {
                order[node] = counter;
                low[node] = counter;
                counter += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(&next) = followers[node].get(edge) {
                if let Some(last) = path.last_mut() {
                    last.1 += 1;
                }
                if order[next] == UNSEEN {
                    path.push((next, 0));
                } else if on_stack[next] {
                    low[node] = low[node].min(order[next]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == order[node] {
                let start = stack.iter().rposition(|&s| s == node).unwrap_or(0);
                let component = stack.split_off(start);
                let cyclic = component.len() > 1 || followers[node].contains(&node);
                for member in component {
                    on_stack[member] = false;
                    result[member] = cyclic;
                }
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::on_cycle;

    #[test]
    fn cycles_are_found_and_what_leads_to_them_is_not_on_them() {
        let graph = vec![vec![1], vec![2], vec![1, 3], vec![], vec![4]];
        assert_eq!(on_cycle(&graph), [false, true, true, false, true]);
    }

    #[test]
    fn long_chains_are_walked_without_recursion() {
        let n = 300_000;
        let mut graph: Vec<Vec<usize>> = (0..n).map(|i| vec![(i + 1) % n]).collect();
        assert!(on_cycle(&graph).iter().all(|c| *c));
        graph[n - 1].clear();
        assert!(!on_cycle(&graph).iter().any(|c| *c));
    }
}
