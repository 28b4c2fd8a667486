//! When an activity was due by the model: when what comes right before it had ended.
//!
//! A log seldom says it. The last thing done before is only right where all is done one after the other: beside a step on another way,
//! it was due long before that step's end; and what is not in the model takes none of its time away, for the model knows no other place
//! for that time. So the net is asked which of the elements that the log shows can come right before, and the latest of them counts.

use super::follow::Followed;
use super::net::{Net, NodeKind, Place};
use crate::model::event_log::{EventLog, LogActivity, WallTime};
use crate::model::flow::{Repeat, find_element};
use crate::model::scenario::Scenario;
use std::collections::{BTreeMap, BTreeSet};

/// What comes right before the elements that a log shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// By element: those after which it is due.
    before: BTreeMap<Place, BTreeSet<Place>>,
    /// Elements with which a case may begin.
    first: BTreeSet<Place>,
}

impl Order {
    /// Adds what a net says; `watched` tells of each of its places whether the log shows it.
    pub(super) fn add(&mut self, net: &Net, watched: &[bool], scenario: &Scenario) {
        let places = |found: Vec<usize>| found.into_iter().map(|p| net.places[p].clone());
        for start in net.scopes.first().map_or(&[][..], |whole| &whole.starts) {
            self.first.extend(places(net.first_seen(*start, watched).0));
        }
        for node in &net.nodes {
            let NodeKind::Act(exits) = &node.kind else { continue };
            if !watched[node.place] {
                continue;
            }
            let place = &net.places[node.place];
            for to in exits.iter().filter_map(|(_, to)| to.or_else(|| net.behind(node.scope))) {
                for next in places(net.first_seen(to, watched).0) {
                    self.before.entry(next).or_default().insert(place.clone());
                }
            }
            // Instances beside each other do not wait for each other.
            let element = scenario.service(&place.service).and_then(|s| find_element(&s.elements, &place.element));
            if element.is_some_and(|e| matches!(e.repeat, Some(Repeat::Parallel(_))))
                && let Some(before) = self.before.get_mut(place)
            {
                before.remove(place);
            }
        }
    }

    /// Returns when one of a case's activities was due: at the latest end of what comes right before it; where none of that was done,
    /// with the case if it may begin so, or else at the latest end of anything before. `None` for what a case begins with.
    ///
    /// `seen` are the case's activities that are elements of the model, in their order; ends after `until` do not count.
    pub(super) fn due(&self, seen: &[(&Place, &LogActivity)], at: usize, until: WallTime) -> Option<WallTime> {
        let place = seen[at].0;
        let earlier = || seen[..at].iter().filter_map(|(p, a)| Some((*p, a.ended.filter(|end| *end <= until)?)));
        let before = self.before.get(place);
        let right_before = earlier().filter(|(p, _)| before.is_some_and(|b| b.contains(p))).map(|(_, end)| end).max();
        let begun = || earlier().map(|(_, end)| end).min().filter(|_| self.first.contains(place));
        right_before.or_else(begun).or_else(|| earlier().map(|(_, end)| end).max())
    }
}

/// Calls `f` with every activity that is an element: the trace, the element, the activity, and when it was due as the log says it or else
/// as the model does. Moments begin when they end.
pub(super) fn each_due(log: &EventLog, followed: &Followed, mut f: impl FnMut(usize, u32, &LogActivity, Option<WallTime>)) {
    for (t, trace) in log.traces.iter().enumerate() {
        let own = trace.activities.iter().zip(&followed.place_of[t]);
        let own: Vec<(u32, &LogActivity)> = own.filter_map(|(activity, place)| Some(((*place)?, activity))).collect();
        let seen: Vec<(&Place, &LogActivity)> = own.iter().map(|(p, a)| (&followed.places[*p as usize], *a)).collect();
        for (at, (place, activity)) in own.iter().enumerate() {
            let until = activity.started.or(activity.ended).unwrap_or(WallTime::MAX);
            let due = activity.enabled.or_else(|| followed.order.due(&seen, at, until));
            let started = activity.started.or(activity.ended.filter(|_| followed.is_moment(activity)));
            f(t, *place, &LogActivity { started, ..**activity }, due);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::net::net_of;
    use crate::model::flow::{Branch, Element, ElementKind};
    use crate::model::service::Service;
    use crate::model::step::Step;

    fn element(id: &str, kind: ElementKind, next: Option<&str>) -> Element {
        Element { id: id.to_owned(), kind, next: next.map(str::to_owned), ..Element::default() }
    }

    fn step(id: &str, next: Option<&str>) -> Element {
        element(id, ElementKind::Step(Box::<Step>::default()), next)
    }

    /// a, then b and c beside each other, then d, and from there to the end or back to a.
    fn order() -> Order {
        let all = |to: &[&str]| ElementKind::Parallel(to.iter().map(|to| (*to).to_owned()).collect());
        let ways = ["a", "last"].map(|to| Branch { to: to.to_owned(), ..Branch::default() });
        let elements = vec![
            element("s", ElementKind::Start, Some("a")),
            step("a", Some("fork")),
            element("fork", all(&["b", "c"]), None),
            step("b", Some("join")),
            step("c", Some("join")),
            element("join", all(&["d"]), None),
            step("d", Some("x")),
            element("x", ElementKind::Exclusive(ways.into()), None),
            step("last", None),
        ];
        let service = Service { id: "p".to_owned(), elements, ..Service::default() };
        let scenario = Scenario { services: vec![service], ..Scenario::default() };
        let net = net_of(&scenario, "p").unwrap();
        let watched: Vec<bool> = net.places.iter().map(|p| matches!(p.element.as_str(), "a" | "b" | "c" | "d")).collect();
        let mut order = Order::default();
        order.add(&net, &watched, &scenario);
        order
    }

    /// Returns when each of some activities was due: names in the order of their ends, which are 1, 2, 3, …
    fn dues(names: &str) -> Vec<Option<WallTime>> {
        let places: Vec<Place> = names.chars().map(|c| Place { service: "p".to_owned(), element: c.to_string() }).collect();
        let activity = |end: i64| LogActivity { ended: Some(end), ..LogActivity::default() };
        let activities: Vec<LogActivity> = (1..=places.len() as i64).map(activity).collect();
        let seen: Vec<(&Place, &LogActivity)> = places.iter().zip(&activities).collect();
        (0..seen.len()).map(|at| order().due(&seen, at, at as i64 + 1)).collect()
    }

    #[test]
    fn ways_beside_each_other_are_due_at_once_and_what_joins_them_at_the_last() {
        assert_eq!(dues("abcd"), [None, Some(1), Some(1), Some(3)]);
        assert_eq!(dues("abcdacbd"), [None, Some(1), Some(1), Some(3), Some(4), Some(5), Some(5), Some(7)]);
    }

    #[test]
    fn what_the_model_does_not_lead_to_is_due_after_anything_before() {
        assert_eq!(dues("bc"), [None, Some(1)]);
        assert_eq!(dues("aab"), [None, Some(1), Some(2)]);
    }
}
