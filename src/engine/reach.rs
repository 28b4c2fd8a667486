//! From where inclusive gateways can still be reached, and by which of their ways in.
//!
//! Source: OMG, Business Process Model and Notation 2.0.2, section 13.4.3. Paths are made of sequence flows only: a token at an
//! activity cannot come by what an event at its border sets off.

use crate::base::idx::Idx;
use crate::engine::program::{Element, Inclusive, Kind, Program};
use std::collections::BTreeMap;

/// How many pairs of gateway and element before it are kept at most, which is a gigabyte.
const MOST_MARKS: usize = 1 << 26;

impl Element {
    /// Returns where a token goes by sequence flows, each with the number of the way.
    pub fn flows_out(&self) -> Vec<(u32, Idx<Element>)> {
        let numbered = |targets: &mut dyn Iterator<Item = Idx<Element>>| (0..).zip(targets).collect();
        let mut out: Vec<(u32, Idx<Element>)> = match &self.kind {
            Kind::Exclusive(ways) => return numbered(&mut ways.iter().map(|way| way.target)),
            Kind::Inclusive(gateway) => return numbered(&mut gateway.ways.iter().map(|way| way.target)),
            Kind::Parallel { targets, .. } => return numbered(&mut targets.iter().copied()),
            Kind::EventRace(ways) => return numbered(&mut ways.iter().map(|(_, target)| *target)),
            Kind::End(_) => return Vec::new(),
            Kind::Work(work) => work.patience.iter().map(|(_, target)| (1, *target)).collect(),
            _ => Vec::new(),
        };
        out.extend(self.next.map(|next| (0, next)));
        out
    }

    /// Returns where events at the border of the body that it enters lead, each with the number of the way.
    pub fn border_flows(&self) -> Vec<(u32, Idx<Element>)> {
        match &self.kind {
            Kind::Enter(enter) => (1..).zip(enter.watchers.iter().map(|watcher| watcher.target)).collect(),
            _ => Vec::new(),
        }
    }
}

impl Inclusive {
    /// Returns the ways in, as bits, by which a token at an element can come.
    pub fn reach_from(&self, element: u32) -> u64 {
        match self.reach.binary_search_by_key(&element, |(element, _)| *element) {
            Ok(at) => self.reach[at].1,
            Err(_) => 0,
        }
    }

    /// Returns the bit of a way in; 0 for none of them.
    pub fn bit_of(&self, via: (u32, u32)) -> u64 {
        self.flows.iter().position(|flow| *flow == via).map_or(0, bit)
    }
}

fn bit(flow: usize) -> u64 {
    1 << flow.min(63)
}

impl Program {
    /// Tells every inclusive gateway by which ways in a token can still come to it, and from where. To be called when the
    /// elements are complete. False where the gateways are too many to be told apart.
    #[must_use]
    pub fn mark_inclusive_reach(&mut self) -> bool {
        let is_join = |element: &Element| matches!(&element.kind, Kind::Inclusive(gateway) if gateway.incoming > 1);
        let gateways: Vec<Idx<Element>> =
            self.elements.enumerate().filter(|(_, element)| is_join(element)).map(|(idx, _)| idx).collect();
        if gateways.is_empty() {
            return true;
        }
        let n = self.elements.len();
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); n];
        let mut into: BTreeMap<u32, Vec<(u32, u32)>> = gateways.iter().map(|g| (g.get() as u32, Vec::new())).collect();
        let mut by_border: BTreeMap<u32, Vec<(u32, u32)>> = into.clone();
        for (idx, element) in self.elements.enumerate() {
            let from = idx.get() as u32;
            for (way, to) in element.flows_out() {
                before[to.get()].push(from);
                if let Some(flows) = into.get_mut(&(to.get() as u32)) {
                    flows.push((from, way));
                }
            }
            for (way, to) in element.border_flows() {
                if let Some(flows) = by_border.get_mut(&(to.get() as u32)) {
                    flows.push((from, way));
                }
            }
        }
        let mut marks_left = MOST_MARKS;
        for gateway in gateways {
            let at = gateway.get() as u32;
            let mut flows = into.remove(&at).unwrap_or_default();
            let reach = reach(&before, &flows, at);
            flows.extend(by_border.remove(&at).unwrap_or_default());
            match marks_left.checked_sub(reach.len()) {
                Some(left) => marks_left = left,
                None => return false,
            }
            if let Kind::Inclusive(inclusive) = &mut self.elements[gateway].kind {
                inclusive.flows = flows;
                inclusive.reach = reach;
            }
        }
        true
    }
}

/// Returns for every element before a gateway the ways in by which it is reached, sorted by element.
fn reach(before: &[Vec<u32>], flows: &[(u32, u32)], gateway: u32) -> Vec<(u32, u64)> {
    let mut marks: BTreeMap<u32, u64> = BTreeMap::new();
    let mut to_do: Vec<(u32, u64)> = flows.iter().enumerate().map(|(i, (from, _))| (*from, bit(i))).collect();
    while let Some((element, bits)) = to_do.pop() {
        if element == gateway {
            continue;
        }
        let known = marks.entry(element).or_insert(0);
        let new = bits & !*known;
        if new != 0 {
            *known |= new;
            to_do.extend(before[element as usize].iter().map(|&earlier| (earlier, new)));
        }
    }
    marks.into_iter().collect()
}
