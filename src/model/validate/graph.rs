//! Graphs by position: reachability, and circles. Nothing recurses, so that a million elements in a row do no harm.

/// Arcs from each position to others.
pub(super) struct Graph {
    pub arcs: Vec<Vec<usize>>,
}

impl Graph {
    /// Tells of every position whether it can be reached from one of the starts.
    pub(super) fn reached(&self, starts: impl IntoIterator<Item = usize>) -> Vec<bool> {
        let mut seen = vec![false; self.arcs.len()];
        let mut ahead: Vec<usize> = starts.into_iter().collect();
        while let Some(at) = ahead.pop() {
            if !seen[at] {
                seen[at] = true;
                ahead.extend(self.arcs[at].iter().copied().filter(|&to| !seen[to]));
            }
        }
        seen
    }

    /// Returns of some positions those from which all the others of them are reached, one of each circle, each with the number of others
    /// that are reached from it and not from one before it; sorted.
    pub(super) fn sources_of(&self, some: &[bool]) -> Vec<(usize, usize)> {
        let kept = |at: usize| self.arcs[at].iter().copied().filter(|&to| some[at] && some[to]).collect();
        let within = Graph { arcs: (0..self.arcs.len()).map(kept).collect() };
        let mut part = vec![0; within.arcs.len()];
        let parts = within.components();
        parts.iter().enumerate().for_each(|(i, members)| members.iter().for_each(|&at| part[at] = i));
        let mut led_to = vec![false; parts.len()];
        for (at, tos) in within.arcs.iter().enumerate() {
            tos.iter().filter(|&&to| part[to] != part[at]).for_each(|&to| led_to[part[to]] = true);
        }
        let firsts = parts.iter().enumerate().filter(|(i, _)| !led_to[*i]).filter_map(|(_, members)| members.iter().min());
        let mut sources: Vec<usize> = firsts.copied().filter(|&at| some[at]).collect();
        sources.sort_unstable();
        let mut seen = vec![false; within.arcs.len()];
        let behind = |from: usize| {
            let (mut n, mut ahead) = (0, vec![from]);
            while let Some(at) = ahead.pop() {
                if !std::mem::replace(&mut seen[at], true) {
                    n += 1;
                    ahead.extend(&within.arcs[at]);
                }
            }
            n - 1
        };
        let numbers: Vec<usize> = sources.iter().copied().map(behind).collect();
        sources.into_iter().zip(numbers).collect()
    }

    /// Returns the graph with every arc turned round.
    pub(super) fn reversed(&self) -> Graph {
        let mut arcs = vec![Vec::new(); self.arcs.len()];
        for (from, tos) in self.arcs.iter().enumerate() {
            for &to in tos {
                arcs[to].push(from);
            }
        }
        Graph { arcs }
    }

    /// Returns the sets of positions that can all reach each other, single ones only if they reach themselves.
    ///
    /// Each is sorted, and they come sorted by their first position.
    pub(super) fn circles(&self) -> Vec<Vec<usize>> {
        let mut circles: Vec<Vec<usize>> = self
            .components()
            .into_iter()
            .filter(|component| component.len() > 1 || self.arcs[component[0]].contains(&component[0]))
            .map(|mut component| {
                component.sort_unstable();
                component
            })
            .collect();
        circles.sort_unstable();
        circles
    }

    /// Returns the strongly connected components, followers before what leads to them.
    ///
    /// Source: Tarjan, Depth-first search and linear graph algorithms, SIAM Journal on Computing 1 (1972), with an own stack.
    pub(super) fn components(&self) -> Vec<Vec<usize>> {
        const UNSEEN: usize = usize::MAX;
        let n = self.arcs.len();
        let (mut order, mut low) = (vec![UNSEEN; n], vec![0; n]);
        let mut on_path = vec![false; n];
        let (mut path, mut work, mut components) = (Vec::new(), Vec::new(), Vec::new());
        let mut counter = 0;
        for root in 0..n {
            if order[root] != UNSEEN {
                continue;
            }
            work.push((root, 0));
            while let Some((at, next)) = work.pop() {
                if next == 0 {
                    order[at] = counter;
                    low[at] = counter;
                    counter += 1;
                    path.push(at);
                    on_path[at] = true;
                } else {
                    // Back from the arc taken before.
                    low[at] = low[at].min(low[self.arcs[at][next - 1]]);
                }
                let mut arc = next;
                let mut descended = false;
                while arc < self.arcs[at].len() {
                    let to = self.arcs[at][arc];
                    arc += 1;
                    if order[to] == UNSEEN {
                        work.push((at, arc));
                        work.push((to, 0));
                        descended = true;
                        break;
                    }
                    if on_path[to] {
                        low[at] = low[at].min(order[to]);
                    }
                }
                if !descended && low[at] == order[at] {
                    let mut component = Vec::new();
                    while let Some(member) = path.pop() {
                        on_path[member] = false;
                        component.push(member);
                        if member == at {
                            break;
                        }
                    }
                    components.push(component);
                }
            }
        }
        components
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::diff::random::Dice;

    #[test]
    fn what_is_lost_is_told_by_where_it_begins() {
        let graph = Graph { arcs: vec![vec![1], vec![], vec![3], vec![1, 4], vec![3], vec![5], vec![4]] };
        let lost = [false, false, true, true, true, true, true];
        // 6 leads into the circle of 3 and 4 too, which 2 has been told for.
        assert_eq!(graph.sources_of(&lost), [(2, 2), (5, 0), (6, 0)]);
        assert_eq!(graph.sources_of(&[false; 7]), []);
    }

    #[test]
    fn circles_are_what_reaches_itself() {
        let mut dice = Dice(7);
        for _ in 0..300 {
            let n = 1 + dice.below(8);
            let arcs = (0..n).map(|_| (0..dice.below(3)).map(|_| dice.below(n)).collect()).collect();
            let graph = Graph { arcs };
            let reached: Vec<Vec<bool>> = (0..n).map(|i| graph.reached(graph.arcs[i].iter().copied())).collect();
            let mut expected: Vec<Vec<usize>> = Vec::new();
            for (i, from) in reached.iter().enumerate() {
                if from[i] && !expected.iter().any(|c| c.contains(&i)) {
                    expected.push((0..n).filter(|&j| from[j] && reached[j][i]).collect());
                }
            }
            assert_eq!(graph.circles(), expected);
        }
    }

    #[test]
    fn a_million_in_a_row_need_no_stack() {
        let n = 1_000_000;
        let graph = Graph { arcs: (0..n).map(|i| vec![(i + 1) % n]).collect() };
        assert_eq!(graph.circles().len(), 1);
        assert!(graph.reached([5]).into_iter().all(|seen| seen));
    }
}
