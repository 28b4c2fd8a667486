//! Circles that a case would never leave: cut where they close, and said.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::model::Id;
use crate::model::flow::{Branch, Element, ElementKind};

/// A cut: what led back, and to what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// From.
    pub from: Id,
    /// To.
    pub to: Id,
}

/// Cuts circles of arrows that are always taken, and circles from which no end can be reached: what closes them leads to `end`
/// instead.
pub(super) fn cut_endless_circles(elements: &mut [Element], end: &str) -> Vec<Cut> {
    let mut cuts = Vec::new();
    cuts.extend(cut(elements, end, &certain));
    // Each round cuts every circle that it sees; what is left then can reach an end, or is cut in the next.
    for _ in 0..50 {
        let more = cut_dead_ends(elements, end);
        if more.is_empty() {
            break;
        }
        cuts.extend(more);
    }
    cuts
}

/// Returns where an element leads every time.
fn certain(element: &Element, ways_in: usize) -> Vec<&str> {
    match &element.kind {
        // A join in a circle waits for what comes round: that is a fault of another kind.
        ElementKind::Parallel(_) if ways_in > 1 => Vec::new(),
        ElementKind::Parallel(to) => to.iter().map(String::as_str).collect(),
        ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) if ways.len() == 1 => vec![&ways[0].to],
        ElementKind::Step(step) if step.failure.is_some() => Vec::new(),
        _ if element.boundary.iter().any(|event| event.interrupting) => Vec::new(),
        ElementKind::Exclusive(_) | ElementKind::Inclusive(_) | ElementKind::EventBased(_) | ElementKind::End(_) => Vec::new(),
        _ => element.next.iter().map(String::as_str).collect(),
    }
}

fn ways_in(elements: &[Element]) -> BTreeMap<&str, usize> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for id in elements.iter().flat_map(Element::successors) {
        *count.entry(id).or_insert(0) += 1;
    }
    count
}

/// Cuts the arrows that close circles of the arrows that `leads` gives.
fn cut(elements: &mut [Element], end: &str, leads: &dyn Fn(&Element, usize) -> Vec<&str>) -> Vec<Cut> {
    let found = {
        let ways_in = ways_in(elements);
        let position: BTreeMap<&str, usize> = elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), i)).collect();
        let arcs: Vec<Vec<usize>> = elements
            .iter()
            .map(|e| {
                let to = leads(e, ways_in.get(e.id.as_str()).copied().unwrap_or(0));
                to.into_iter().filter_map(|id| position.get(id).copied()).collect()
            })
            .collect();
        back_arcs(elements, &arcs)
    };
    apply(elements, end, found)
}

/// Cuts the arrows that close circles among elements from which no end can be reached.
fn cut_dead_ends(elements: &mut [Element], end: &str) -> Vec<Cut> {
    let found = {
        let position: BTreeMap<&str, usize> = elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), i)).collect();
        let arcs: Vec<Vec<usize>> = elements
            .iter()
            .map(|e| e.successors().into_iter().filter_map(|id| position.get(id.as_str()).copied()).collect())
            .collect();
        let mut before = vec![Vec::new(); elements.len()];
        for (from, tos) in arcs.iter().enumerate() {
            tos.iter().for_each(|&to| before[to].push(from));
        }
        let mut ends = vec![false; elements.len()];
        let mut to_do: Vec<usize> =
            (0..elements.len()).filter(|&i| matches!(elements[i].kind, ElementKind::End(_)) || arcs[i].is_empty()).collect();
        while let Some(i) = to_do.pop() {
            if !std::mem::replace(&mut ends[i], true) {
                to_do.extend(&before[i]);
            }
        }
        let arcs: Vec<Vec<usize>> = arcs
            .into_iter()
            .enumerate()
            .map(|(i, tos)| if ends[i] { Vec::new() } else { tos.into_iter().filter(|&to| !ends[to]).collect() })
            .collect();
        let all = back_arcs(elements, &arcs);
        // One way out is enough for each element to which circles lead back.
        let mut seen = BTreeSet::new();
        all.into_iter().filter(|(_, to)| seen.insert(*to)).take(1.max(elements.len() / 50)).collect()
    };
    apply(elements, end, found)
}

fn apply(elements: &mut [Element], end: &str, found: Vec<(usize, usize)>) -> Vec<Cut> {
    let cuts: Vec<(usize, Cut)> = found
        .into_iter()
        .map(|(from, to)| (from, Cut { from: elements[from].id.clone(), to: elements[to].id.clone() }))
        .collect();
    for (from, cut) in &cuts {
        elements[*from].redirect(&cut.to, end);
    }
    cuts.into_iter().map(|(_, cut)| cut).collect()
}

/// Returns the arcs that lead back to where a walk from the starts came by. Nothing recurses.
fn back_arcs(elements: &[Element], arcs: &[Vec<usize>]) -> Vec<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnTheWay,
        Done,
    }
    let mut seen = vec![Seen::Not; arcs.len()];
    let mut found = Vec::new();
    let starts = (0..arcs.len()).filter(|&i| elements[i].kind == ElementKind::Start);
    for root in starts.chain(0..arcs.len()).collect::<Vec<_>>() {
        if seen[root] != Seen::Not {
            continue;
        }
        seen[root] = Seen::OnTheWay;
        let mut way = vec![(root, 0)];
        while let Some((at, next)) = way.last_mut() {
            match arcs[*at].get(*next) {
                Some(&to) => {
                    *next += 1;
                    match seen[to] {
                        Seen::Not => {
                            seen[to] = Seen::OnTheWay;
                            way.push((to, 0));
                        }
                        Seen::OnTheWay => found.push((*at, to)),
                        Seen::Done => {}
                    }
                }
                None => {
                    seen[*at] = Seen::Done;
                    way.pop();
                }
            }
        }
    }
    found
}

/// How many steps the search for ways that never meet may take.
const MOST_STEPS: usize = 5_000_000;

/// How many elements before a join are looked at first.
const NEAR: usize = 50;

/// Lets parallel joins take one of several ways in where no two of these ways can ever both be taken: where nothing that splits a
/// case leads to one way by one branch and to the other by another. Returns the joins.
pub(super) fn merge_what_never_meets(elements: &mut Vec<Element>) -> Vec<Id> {
    let into = ways_into(elements);
    let mut steps = MOST_STEPS;
    let mut merges: Vec<(usize, Vec<usize>)> = Vec::new();
    for (join, ways) in into.iter().enumerate() {
        if !matches!(elements[join].kind, ElementKind::Parallel(_)) || ways.len() < 2 || ways.len() > 32 {
            continue;
        }
        // Mostly the split lies near; only where it does not, everything before is searched.
        let Some(near) = splits_before_all(elements, &into, join, ways, NEAR, &mut steps) else { return Vec::new() };
        if (0..ways.len()).all(|a| (0..a).all(|b| !never_meet(&near[a], &near[b]))) {
            continue;
        }
        let Some(splits) = splits_before_all(elements, &into, join, ways, usize::MAX, &mut steps) else { return Vec::new() };
        let never = |a: usize, b: usize| never_meet(&splits[a], &splits[b]);
        let mut classes: Vec<Vec<usize>> = Vec::new();
        for way in 0..ways.len() {
            match classes.iter_mut().find(|class| class.iter().all(|&other| never(way, other))) {
                Some(class) => class.push(way),
                None => classes.push(vec![way]),
            }
        }
        for class in classes.iter().filter(|class| class.len() > 1) {
            let sources: BTreeSet<usize> = class.iter().map(|&way| ways[way].0).collect();
            // What also leads here by a way of another class stays as it is.
            let others = (0..ways.len()).filter(|way| !class.contains(way)).any(|way| sources.contains(&ways[way].0));
            if !others {
                merges.push((join, sources.into_iter().collect()));
            }
        }
    }
    let mut joins: Vec<Id> = Vec::new();
    for (n, (join, sources)) in merges.into_iter().enumerate() {
        let id = elements[join].id.clone();
        let merge = format!("{id}.merge{}", n + 1);
        for source in sources {
            elements[source].redirect(&id, &merge);
        }
        let kind = ElementKind::Pass;
        elements.push(Element { id: merge, kind, next: Some(id.clone()), ..Element::default() });
        if !joins.contains(&id) {
            joins.push(id);
        }
    }
    joins
}

/// Lets parallel joins wait only for what still can come, where a way into one need not be taken when another is: one of an inclusive
/// gateway's, or one that begins beside an activity that goes on. Returns the joins.
pub(super) fn wait_for_what_comes(elements: &mut [Element]) -> Vec<Id> {
    let into = ways_into(elements);
    let mut steps = MOST_STEPS;
    let mut joins = Vec::new();
    for (join, ways) in into.iter().enumerate() {
        let goes_on = matches!(&elements[join].kind, ElementKind::Parallel(to) if to.len() == 1);
        if !goes_on || ways.len() < 2 || ways.len() > 32 {
            continue;
        }
        // As above: mostly the split lies near.
        let may_lack = |most: usize, steps: &mut usize| {
            let splits = splits_before_all(elements, &into, join, ways, most, steps)?;
            Some((0..ways.len()).any(|a| (0..ways.len()).any(|b| a != b && may_come_alone(elements, &splits[b], &splits[a]))))
        };
        match may_lack(NEAR, &mut steps) {
            Some(true) if may_lack(usize::MAX, &mut steps) == Some(true) => joins.push(join),
            Some(_) => {}
            None => break,
        }
    }
    for &join in &joins {
        if let ElementKind::Parallel(to) = &elements[join].kind {
            let branch = |to: &Id| Branch { to: to.clone(), otherwise: true, ..Branch::default() };
            elements[join].kind = ElementKind::Inclusive(to.iter().map(branch).collect());
        }
    }
    joins.into_iter().map(|join| elements[join].id.clone()).collect()
}

/// Tells whether one way may be taken without another: where the other is one that a split may leave out.
fn may_come_alone(elements: &[Element], one: &Splits, other: &Splits) -> bool {
    other.iter().any(|(split, by)| {
        let element = &elements[*split];
        let left_out = match &element.kind {
            ElementKind::Inclusive(ways) => by.len() < ways.len(),
            ElementKind::Parallel(_) => false,
            // Its own way on is always taken.
            _ => by.iter().all(|way| *way + element.boundary.len() >= element.successors().len()),
        };
        left_out && one.get(split) != Some(by)
    })
}

/// Returns by element what leads to it, each with the branch by which it does.
fn ways_into(elements: &[Element]) -> Vec<Vec<(usize, usize)>> {
    let position: BTreeMap<&str, usize> = elements.iter().enumerate().map(|(i, e)| (e.id.as_str(), i)).collect();
    let mut into: Vec<Vec<(usize, usize)>> = vec![Vec::new(); elements.len()];
    for (from, element) in elements.iter().enumerate() {
        for (way, id) in element.successors().into_iter().enumerate() {
            if let Some(&to) = position.get(id.as_str()) {
                into[to].push((from, way));
            }
        }
    }
    into
}

/// What splits a case before a way, each with the branches by which it leads there.
type Splits = BTreeMap<usize, BTreeSet<usize>>;

/// Tells whether no split leads to one way by one branch and to the other by another.
fn never_meet(one: &Splits, other: &Splits) -> bool {
    one.iter().all(|(split, by)| other.get(split).is_none_or(|others| by.len() == 1 && by == others))
}

fn splits_before_all(
    elements: &[Element],
    into: &[Vec<(usize, usize)>],
    join: usize,
    ways: &[(usize, usize)],
    most: usize,
    steps: &mut usize,
) -> Option<Vec<Splits>> {
    ways.iter().map(|&way| splits_before(elements, into, join, way, most, steps)).collect()
}

/// Returns what splits a case before a way into a join, other than through the join, the nearest `most` elements looked at.
/// `None` where the search takes too long.
fn splits_before(
    elements: &[Element],
    into: &[Vec<(usize, usize)>],
    join: usize,
    way: (usize, usize),
    most: usize,
    steps: &mut usize,
) -> Option<Splits> {
    let mut found = Splits::new();
    let mut seen = BTreeSet::new();
    let mut ahead = VecDeque::from([way]);
    while let Some((from, way)) = ahead.pop_front() {
        *steps = steps.checked_sub(1)?;
        if from == join {
            continue;
        }
        let element = &elements[from];
        let splits = match &element.kind {
            ElementKind::Parallel(to) => to.len() > 1,
            ElementKind::Inclusive(ways) => ways.len() > 1,
            // A way that begins beside an activity splits the case there.
            _ => element.boundary.iter().any(|event| !event.interrupting),
        };
        if splits {
            found.entry(from).or_default().insert(way);
        }
        if seen.len() < most && seen.insert(from) {
            ahead.extend(&into[from]);
        }
    }
    Some(found)
}
