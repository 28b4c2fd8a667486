//! Finishing a program: place-holders are taken out, and inclusive gateways learn from where they can be reached.

use crate::base::diagnostic::Path;
use crate::base::idx::{Idx, Table};
use crate::compile::builder::Builder;
use crate::engine::program::{Element, Kind};

/// Returns the elements to which an element can lead within its body, repeats kept.
pub(super) fn followers(element: &Element) -> Vec<Idx<Element>> {
    let mut copy = element.clone();
    followers_mut(&mut copy).into_iter().map(|target| *target).collect()
}

/// Returns the same, to be changed.
fn followers_mut(element: &mut Element) -> Vec<&mut Idx<Element>> {
    let mut found: Vec<&mut Idx<Element>> = Vec::new();
    match &mut element.kind {
        Kind::Exclusive(ways) => found.extend(ways.iter_mut().map(|way| &mut way.target)),
        Kind::Inclusive(gateway) => found.extend(gateway.ways.iter_mut().map(|way| &mut way.target)),
        Kind::Parallel { targets, .. } => found.extend(targets),
        Kind::EventRace(ways) => found.extend(ways.iter_mut().map(|(_, target)| target)),
        Kind::Work(work) => {
            found.extend(work.patience.iter_mut().map(|(_, target)| target));
            found.extend(element.next.as_mut());
        }
        Kind::Enter(enter) => {
            found.extend(enter.watchers.iter_mut().map(|watcher| &mut watcher.target));
            found.extend(element.next.as_mut());
        }
        Kind::Pass
        | Kind::Delay(_)
        | Kind::Travel(_)
        | Kind::Throw(_)
        | Kind::Broadcast(_)
        | Kind::Begin(..)
        | Kind::Compensate(_)
        | Kind::Escalate(_)
        | Kind::Catch { .. }
        | Kind::Gather(_) => {
            found.extend(element.next.as_mut());
        }
        Kind::End(_) => {}
    }
    found
}

impl Builder<'_> {
    /// Takes out passes that do nothing and renumbers what is left.
    pub(super) fn take_out_place_holders(&mut self) {
        let elements = &self.program.elements;
        let n = elements.len();
        let skipped: Vec<Option<Idx<Element>>> = elements
            .enumerate()
            .map(|(idx, element)| {
                let is_idle = matches!(element.kind, Kind::Pass) && element.effects.is_empty();
                element.next.filter(|_| is_idle && element.visit_slot.is_none() && !self.kept.contains(&idx))
            })
            .collect();
        let mut stands_for: Vec<Option<Idx<Element>>> = vec![None; n];
        let mut survives: Vec<bool> = skipped.iter().map(Option::is_none).collect();
        let mut walked_by: Vec<Option<Idx<Element>>> = vec![None; n];
        for start in elements.indices() {
            let mut chain = Vec::new();
            let mut at = start;
            while stands_for[at.get()].is_none()
                && let Some(next) = skipped[at.get()].filter(|_| !survives[at.get()])
            {
                if walked_by[at.get()] == Some(start) {
                    // A ring of nothing but passes: one must stay, so that the run can find that it takes no time.
                    survives[at.get()] = true;
                    break;
                }
                walked_by[at.get()] = Some(start);
                chain.push(at);
                at = next;
            }
            let end = stands_for[at.get()].unwrap_or(at);
            for passed in chain {
                stands_for[passed.get()] = Some(end);
            }
            stands_for[at.get()].get_or_insert(end);
        }
        let mut renumbered: Vec<Option<Idx<Element>>> = vec![None; n];
        let mut count = 0;
        for i in 0..n {
            if survives[i] {
                renumbered[i] = Some(Idx::new(count));
                count += 1;
            }
        }
        let new_idx =
            |old: Idx<Element>| stands_for[old.get()].and_then(|idx| renumbered[idx.get()]).unwrap_or_else(|| Idx::new(0));
        let mut table = Table::default();
        let mut names = Vec::with_capacity(count);
        let mut bodies = Vec::with_capacity(count);
        for (idx, element) in self.program.elements.enumerate() {
            if survives[idx.get()] {
                let mut element = element.clone();
                followers_mut(&mut element).into_iter().for_each(|target| *target = new_idx(*target));
                table.push(element);
                names.push(self.names.elements[idx.get()].clone());
                bodies.push(self.body_of[idx.get()]);
            }
        }
        self.same_draw = self.same_draw.iter().map(|&idx| new_idx(idx)).collect();
        self.program.elements = table;
        self.names.elements = names;
        self.body_of = bodies;
        for process in self.program.processes.indices() {
            let process = &mut self.program.processes[process];
            process.starts.iter_mut().chain(&mut process.cancel).for_each(|start| *start = new_idx(*start));
        }
        self.names.main.retain(|_, idx| survives[idx.get()]);
        self.names.main.values_mut().for_each(|idx| *idx = new_idx(*idx));
    }

    /// Tells every inclusive gateway from which elements of its body a token can still come to it.
    pub(super) fn reach_inclusive_gateways(&mut self) {
        if !self.program.mark_inclusive_reach() {
            let message = "The scenario has more inclusive gateways than can be told apart.";
            self.error("too-many-gateways", &Path::default().field("services"), message.to_owned());
        }
    }
}
