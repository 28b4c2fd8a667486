//! What repeats or runs beside: loop and multi-instance markers, and sub-processes that events set off.
//!
//! A repeated element becomes a body of its own. One after the other, or in a loop, the same primitives run again, so that
//! visits tell their draws apart; all at once, there are copies of the primitives whose streams carry the copy's number.
//! Any other way out of it (patience, failure) ends that time, and the last such way decides where the whole leads.
//!
//! A body with event sub-processes becomes a body within a body: the events watch at the border of the inner one.

use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site, slot_is};
use crate::compile::flow::Targets;
use crate::compile::names::Role;
use crate::engine::condition::{Predicate, Quantity, Relation};
use crate::engine::program::{BodyRole, Effect, Element as Primitive, Enter, Kind, Process, Rule, Watcher, Way};
use crate::engine::random::stream::StreamId;
use crate::model::flow::{Element, ElementKind, Repeat, Trigger};

/// How many copies of an element may run at once.
const MOST_COPIES: u32 = 100;

/// How large a program may grow by copies.
const MOST_PRIMITIVES: usize = 2_000_000;

impl Builder<'_> {
    /// Compiles an element, as often as it repeats.
    pub(super) fn element_or_repeated(
        &mut self,
        site: &Site,
        element: &Element,
        targets: &Targets,
        incoming: u32,
        watchers: Vec<Watcher>,
        depth: usize,
    ) -> Idx<Primitive> {
        let Some(repeat) = &element.repeat else { return self.element(site, element, targets, incoming, watchers, depth) };
        if !element.kind.can_repeat() {
            self.error("misplaced-repeat", site.path, format!("'{}' cannot be repeated.", element.id));
        }
        let process = self.program.processes.push(Process { role: BodyRole::Wrap, ..Process::default() });
        let inside = Site { process, ..*site };
        let once = Element { repeat: None, boundary: Vec::new(), ..element.clone() };
        // Every way out is marked, and chosen again outside.
        let mut exits: Vec<&str> = Vec::new();
        for id in once.flow_successors() {
            if let Some((&known, _)) = targets.get_key_value(id.as_str())
                && !exits.contains(&known)
            {
                exits.push(known);
            }
        }
        let slot = (exits.len() > 1).then(|| self.slot(format!("way out of '{}/{}'", site.owner, site.step)));
        let starts = match repeat {
            Repeat::Parallel(count) => {
                let n = self.whole_count(site, count.value, MOST_COPIES);
                let mut starts = Vec::new();
                let outer = self.copy.clone();
                let before = self.program.elements.len();
                for i in 0..n {
                    if i > 0 {
                        self.copy = format!("{outer}#{}", i + 1);
                    }
                    let inner = self.marked_exits(&inside, &exits, slot, None);
                    starts.push(self.element(&inside, &once, &inner, 0, Vec::new(), depth));
                    let size = self.program.elements.len() - before;
                    if i == 0 && size.saturating_mul(n as usize) + before > MOST_PRIMITIVES {
                        self.error(
                            "too-large",
                            site.path,
                            format!("'{}' holds too much to be done {n} times at once.", element.id),
                        );
                        break;
                    }
                }
                self.copy = outer;
                starts
            }
            Repeat::Sequential(_) | Repeat::Loop { .. } => {
                let counter = self.slot(format!("times of '{}/{}'", site.owner, site.step));
                let again = self.reserve(&inside);
                let inner = self.marked_exits(&inside, &exits, slot, Some((counter, again, element.next.as_deref())));
                let entry = self.element(&inside, &once, &inner, 0, Vec::new(), depth);
                let end = self.end(&inside, "repeated");
                let reached =
                    |n: u32| Predicate::Compare(Quantity::Slot(counter), Relation::AtLeast, Quantity::Constant(f64::from(n)));
                let ways = match repeat {
                    Repeat::Loop { again: share, at_most } => {
                        let shares = self.shares(share);
                        let rest = shares.iter().map(|s| (1.0 - s).clamp(0.0, 1.0)).collect();
                        vec![
                            Way { target: end, rule: Rule::When(reached((*at_most).max(1))) },
                            Way { target: entry, rule: Rule::Share(shares) },
                            Way { target: end, rule: Rule::Share(rest) },
                        ]
                    }
                    Repeat::Sequential(count) | Repeat::Parallel(count) => {
                        let n = self.whole_count(site, count.value, 1_000_000);
                        vec![Way { target: end, rule: Rule::When(reached(n)) }, Way { target: entry, rule: Rule::Otherwise }]
                    }
                };
                let choice = self.emit(&inside, Part::internal("again"), Kind::Exclusive(ways), None, Vec::new());
                self.lead(again, choice);
                vec![self.effects(&inside, "first", vec![Effect::Set(counter, 0.0)], entry)]
            }
        };
        self.program.processes[process].starts = starts;
        let after = self.way_out(site, slot, &exits, targets);
        let enter = Kind::Enter(Enter { process, service: None, watchers, undo: None });
        self.emit(site, Part::new(Role::Internal, "repeat"), enter, Some(after), Vec::new())
    }

    fn whole_count(&mut self, site: &Site, value: f64, most: u32) -> u32 {
        let fits = value >= 1.0 && value <= f64::from(most) && value.fract() == 0.0;
        if !fits {
            let message = format!("'{}' repeats {value} times; allowed are whole numbers from 1 to {most}.", site.step);
            self.error("bad-repeat", site.path, message);
        }
        if fits { value as u32 } else { 1 }
    }

    /// Returns for each exit what marks it: the end of the body, or for `again` another time.
    fn marked_exits<'a>(
        &mut self,
        inside: &Site,
        exits: &[&'a str],
        slot: Option<u32>,
        again: Option<(u32, Idx<Primitive>, Option<&str>)>,
    ) -> Targets<'a> {
        let mut inner = Targets::new();
        for (i, exit) in exits.iter().enumerate() {
            let mut effects: Vec<Effect> = slot.map(|slot| Effect::Set(slot, i as f64)).into_iter().collect();
            let way = match again {
                Some((counter, again, Some(next))) if next == *exit => {
                    effects.push(Effect::Add(counter, 1.0));
                    self.effects(inside, "mark", effects, again)
                }
                _ => {
                    let end = self.end(inside, "exit");
                    self.effects(inside, "mark", effects, end)
                }
            };
            inner.insert(*exit, way);
        }
        inner
    }

    /// Returns what follows a body whose ways out are marked in a slot.
    pub(super) fn way_out(&mut self, site: &Site, slot: Option<u32>, exits: &[&str], targets: &Targets) -> Idx<Primitive> {
        let outside: Vec<Idx<Primitive>> = exits.iter().filter_map(|exit| targets.get(exit).copied()).collect();
        match (slot, outside.as_slice()) {
            (_, []) => self.end(site, "nowhere"),
            (None, [only, ..]) => *only,
            (Some(slot), [.., last]) => {
                let mut ways: Vec<Way> = (0_u32..)
                    .zip(&outside)
                    .map(|(i, &target)| Way { target, rule: Rule::When(slot_is(slot, f64::from(i))) })
                    .collect();
                ways.push(Way { target: *last, rule: Rule::Otherwise });
                self.emit(site, Part::internal("way-out"), Kind::Exclusive(ways), None, Vec::new())
            }
        }
    }

    /// Compiles a body with event sub-processes around its other elements, which go into a body of their own.
    pub(super) fn body_with_events(&mut self, site: &Site, elements: &[Element], depth: usize) {
        let inner = self.program.processes.push(Process { role: BodyRole::Rest, ..Process::default() });
        let here = Site { step: "", ..*site };
        let (events, rest): (Vec<&Element>, Vec<&Element>) =
            elements.iter().partition(|e| matches!(e.kind, ElementKind::EventSubProcess(_)));
        let rest: Vec<Element> = rest.into_iter().cloned().collect();
        self.plain_body(&Site { process: inner, ..*site }, &rest, depth);
        let mut watchers = Vec::new();
        for element in events {
            let ElementKind::EventSubProcess(event) = &element.kind else { continue };
            let title = if element.name.is_empty() { &element.id } else { &element.name };
            let at = Site { step: &element.id, title, ..*site };
            let process = match event.trigger {
                Trigger::Compensation => self.undo_body_of(site, &element.id),
                _ => self.program.processes.push(Process::default()),
            };
            self.program.processes[process].role = BodyRole::Event;
            self.body(&Site { process, ..at }, &event.elements, depth + 1);
            if event.trigger != Trigger::Compensation {
                watchers.push(self.event_watcher(&at, &event.trigger, event.interrupting, process, "element"));
            }
            for other in &event.others {
                let begun = self.begun_at(process, &other.at);
                watchers.push(self.event_watcher(&at, &other.trigger, other.interrupting, begun, &other.at));
            }
        }
        let end = self.end(&here, "around");
        let enter = Kind::Enter(Enter { process: inner, service: None, watchers, undo: None });
        let start = self.emit(&here, Part::new(Role::Internal, "inside"), enter, Some(end), Vec::new());
        self.rests.insert(site.process, start);
        self.program.processes[site.process].starts = vec![start];
    }

    fn event_watcher(&mut self, site: &Site, trigger: &Trigger, interrupting: bool, process: Idx<Process>, key: &str) -> Watcher {
        let trigger = self.trigger(site, trigger);
        let end = self.end(site, "handled");
        let enter = Kind::Enter(Enter { process, service: None, watchers: Vec::new(), undo: None });
        let part = if key == "element" { Part::main(Role::Body, key) } else { Part::new(Role::Body, key) };
        let target = self.emit(site, part, enter, Some(end), Vec::new());
        let other = if key == "element" { String::new() } else { format!("/{key}") };
        let stream = StreamId::named(&format!("{}/{}{other}/timer{}", site.owner, site.step, self.copy));
        Watcher { trigger, interrupting, target, stream }
    }

    /// Returns a copy of a body, still empty, that begins at one start of it.
    pub(super) fn begun_at(&mut self, process: Idx<Process>, start: &str) -> Idx<Process> {
        let key = (process, start.to_owned());
        if let Some(&known) = self.begun.get(&key) {
            return known;
        }
        let copy = self.program.processes.push(Process::default());
        self.begun.insert(key, copy);
        self.copies.insert(copy, process);
        copy
    }

    /// Lets all copies of bodies begin at their starts. To be called when all bodies are compiled.
    pub(super) fn begin_copies(&mut self) {
        for ((process, start), copy) in self.begun.clone() {
            let found = match self.rests.get(&process) {
                None => self.starts.get(&(process, start.clone())).copied(),
                Some(&rest) => self.enter_rest_at(rest, &start),
            };
            let Some(first) = found else {
                let path = crate::base::diagnostic::Path::default().field("services");
                self.error("unknown-start", &path, format!("There is no start '{start}' at which something could begin."));
                continue;
            };
            let Process { role, cancel, .. } = self.program.processes[process];
            self.program.processes[copy] = Process { starts: vec![first], role, cancel };
        }
    }

    fn enter_rest_at(&mut self, rest: Idx<Primitive>, start: &str) -> Option<Idx<Primitive>> {
        let mut element = self.program.elements[rest].clone();
        let Kind::Enter(enter) = &mut element.kind else { return None };
        let first = self.starts.get(&(enter.process, start.to_owned())).copied()?;
        let copy = self.program.processes.push(Process { starts: vec![first], role: BodyRole::Rest, cancel: None });
        self.copies.insert(copy, std::mem::replace(&mut enter.process, copy));
        self.body_of.push(self.body_of[rest.get()]);
        self.names.elements.push(self.names.elements[rest.get()].clone());
        Some(self.program.elements.push(element))
    }
}
