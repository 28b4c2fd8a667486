//! Bodies: the elements of a process and how they follow each other.
//!
//! Only what a start can reach is compiled; what cannot be reached leads nowhere, so it does not count as a way into a join
//! either. A step that several others name is reached from each of them, each token on its own. A parallel or inclusive
//! gateway waits for as many ways in as there are flows in the body that lead there.
//!
//! An element with events at its border is put into a body of its own, which is entered with watchers; calls and
//! sub-processes are such bodies already. Where such an element leads on in more than one way (patience, failure, an offer's
//! answers), each way marks in a slot which it is, ends the inner body, and the choice is made outside.

use crate::base::diagnostic::Path;
use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site};
use crate::compile::names::Role;
use crate::compile::undo::CANCEL;
use crate::engine::account::PathClass;
use crate::engine::program::{
    BodyRole, Effect, Element as Primitive, End as WayEnd, Enter, Gather, Inclusive, Kind, Process, Rule, Trigger, Until,
    Watcher, Way,
};
use crate::engine::random::stream::StreamId;
use crate::model::flow::{
    Boundary, Branch, Element, ElementKind, EventBranch, Outcome, Trigger as ModelTrigger, Wait, WaitCause, WaitUntil,
};
use crate::model::scenario::Scenario;
use crate::model::step::Step;
use std::collections::{BTreeMap, BTreeSet};

/// Where the ids that an element names lead.
pub(super) type Targets<'a> = BTreeMap<&'a str, Idx<Primitive>>;

/// How deep sub-processes may lie in each other.
const DEEPEST: usize = 64;

impl Builder<'_> {
    /// Compiles a list of elements into a body. `site` names owner, service and body; its step is not looked at.
    pub(super) fn body(&mut self, site: &Site, elements: &[Element], depth: usize) {
        if depth > DEEPEST {
            self.error("too-deep", site.path, format!("Sub-processes lie in each other more than {DEEPEST} deep."));
            return;
        }
        if elements.iter().any(|e| matches!(e.kind, ElementKind::EventSubProcess(_))) {
            return self.body_with_events(site, elements, depth);
        }
        self.plain_body(site, elements, depth);
    }

    /// Compiles a list of elements with no event sub-processes among them into a body.
    pub(super) fn plain_body(&mut self, site: &Site, elements: &[Element], depth: usize) {
        let reachable = reachable(elements, &self.begun_ids);
        let live: Vec<(Path, &Element)> = elements
            .iter()
            .enumerate()
            .filter(|(_, element)| reachable.contains(element.id.as_str()))
            .map(|(i, element)| (self.element_path(site, i), element))
            .collect();
        let mut targets = Targets::new();
        let mut ways_in: BTreeMap<&str, u32> = BTreeMap::new();
        for (path, element) in &live {
            let here = Site { step: &element.id, title: title_of(element), path, ..*site };
            let entry = self.reserve(&here);
            targets.insert(&element.id, entry);
            for follower in element.flow_successors() {
                *ways_in.entry(follower.as_str()).or_insert(0) += 1;
            }
        }
        let joins: BTreeSet<&str> = live
            .iter()
            .filter(|(_, e)| matches!(e.kind, ElementKind::Parallel(_) | ElementKind::Inclusive(_)))
            .map(|(_, e)| e.id.as_str())
            .filter(|id| ways_in.get(id).is_some_and(|&n| n > 1))
            .collect();
        for (path, element) in &live {
            let here = Site { step: &element.id, title: title_of(element), path, ..*site };
            let incoming = ways_in.get(element.id.as_str()).copied().unwrap_or(0);
            let own = self.own_flows(&here, element, &targets, &joins);
            let counted = self.count_completion(&here, element, own.as_ref().unwrap_or(&targets));
            let own = counted.as_ref().or(own.as_ref()).unwrap_or(&targets);
            let entry = if element.boundary.iter().all(|event| event.trigger == ModelTrigger::Compensation) {
                self.element_or_repeated(&here, element, own, incoming, Vec::new(), depth)
            } else {
                self.bordered(&here, element, own, depth)
            };
            if let Some(&reserved) = targets.get(element.id.as_str()) {
                self.lead(reserved, entry);
                self.mark(&here, element, reserved, entry);
            }
        }
        self.compile_handlers(site, elements, depth);
        let mut starts = Vec::new();
        for element in elements {
            let Some(&start) = targets.get(element.id.as_str()) else { continue };
            if self.begun_ids.contains(element.id.as_str()) {
                self.starts.insert((site.process, element.id.clone()), start);
            }
            if element.kind == ElementKind::Start {
                starts.push(start);
            }
        }
        if starts.is_empty() {
            self.error("no-start", site.path, "The process has no start.".to_owned());
        }
        if starts.len() > 1 {
            // Each is a flow of its own into a join that follows at once.
            let passes = starts.iter().filter_map(|&start| self.program.elements[start].next);
            self.kept.extend(passes);
        }
        self.program.processes[site.process].starts = starts;
    }

    /// Puts a mark at an element, if one is wanted: at its entry, or, as a join must see each way by which it is come to, at its leaving.
    fn mark(&mut self, site: &Site, element: &Element, reserved: Idx<Primitive>, entry: Idx<Primitive>) {
        if self.marks.is_empty() {
            return;
        }
        if let Some(&mark) = self.marks.get(&(site.owner.to_owned(), element.id.clone())) {
            let joins = matches!(element.kind, ElementKind::Parallel(_) | ElementKind::Inclusive(_));
            self.program.elements[if joins { entry } else { reserved }].effects.push(Effect::Mark(mark));
        }
    }

    /// Returns where an element stands in the scenario: exactly in a service's own body, as the enclosing element in a sub-process.
    fn element_path(&self, site: &Site, position: usize) -> Path {
        if site.step.is_empty() { site.path.field("elements").item(position) } else { site.path.clone() }
    }

    /// A step or an offer leaves by several primitives where the model shows one flow. Where that flow leads into a join, it
    /// must be one: a pass of its own collects it.
    fn own_flows<'a>(
        &mut self,
        site: &Site,
        element: &'a Element,
        targets: &Targets<'a>,
        joins: &BTreeSet<&str>,
    ) -> Option<Targets<'a>> {
        if joins.is_empty() || !matches!(element.kind, ElementKind::Step(_) | ElementKind::Offer(_)) {
            return None;
        }
        let followers = element.successors();
        let mut own: Option<Targets<'a>> = None;
        for follower in &followers {
            let once = followers.iter().filter(|f| *f == follower).count() == 1;
            if once
                && joins.contains(follower.as_str())
                && let Some(&join) = targets.get(follower.as_str())
            {
                let flow = self.emit(site, Part::internal("flow"), Kind::Pass, Some(join), Vec::new());
                self.kept.insert(flow);
                own.get_or_insert_with(|| targets.clone()).insert(follower.as_str(), flow);
            }
        }
        own
    }

    /// Returns where an id leads. A missing one is a diagnostic, and an end.
    pub(super) fn target(&mut self, site: &Site, targets: &Targets, id: &str) -> Idx<Primitive> {
        match targets.get(id) {
            Some(&target) => target,
            None => {
                self.error("unknown-step", site.path, format!("'{}' leads to '{id}', which is not there.", site.step));
                self.end(site, "nowhere")
            }
        }
    }

    fn next(&mut self, site: &Site, targets: &Targets, element: &Element) -> Idx<Primitive> {
        match &element.next {
            Some(id) => self.target(site, targets, id),
            None => {
                self.error("no-next", site.path, format!("Nothing follows '{}', and it is no end.", element.id));
                self.end(site, "nowhere")
            }
        }
    }

    /// Compiles one element without what happens at its border, but for the watchers of a body that it enters.
    pub(super) fn element(
        &mut self,
        site: &Site,
        element: &Element,
        targets: &Targets,
        incoming: u32,
        watchers: Vec<Watcher>,
        depth: usize,
    ) -> Idx<Primitive> {
        let gateway = Part::main(Role::Gateway, "choice");
        let kind = match &element.kind {
            ElementKind::Start | ElementKind::OtherStart => {
                let next = self.next(site, targets, element);
                return self.emit(site, Part::main(Role::Edge, "start"), Kind::Pass, Some(next), Vec::new());
            }
            ElementKind::Step(step) => {
                let next = self.next(site, targets, element);
                return self.step(site, step, next, targets);
            }
            ElementKind::Offer(offer) => return self.offer(site, offer, targets),
            ElementKind::Wait(wait) => {
                let next = self.next(site, targets, element);
                return self.wait(site, wait, next);
            }
            ElementKind::Exclusive(branches) => {
                let ways = self.ways(site, branches, targets);
                return self.emit(site, gateway, Kind::Exclusive(ways), None, Vec::new());
            }
            ElementKind::Parallel(followers) => {
                let targets = followers.iter().map(|id| self.target(site, targets, id)).collect();
                return self.emit(site, gateway, Kind::Parallel { incoming, targets }, None, Vec::new());
            }
            ElementKind::Inclusive(branches) => {
                let ways = self.ways(site, branches, targets);
                let inclusive = Inclusive { incoming, ways, flows: Vec::new(), reach: Vec::new() };
                return self.emit(site, gateway, Kind::Inclusive(Box::new(inclusive)), None, Vec::new());
            }
            ElementKind::EventBased(branches) => {
                let race = self.race(site, branches, targets);
                return self.emit(site, Part::main(Role::Event, "race"), Kind::EventRace(race), None, Vec::new());
            }
            ElementKind::End(end) => {
                let error = end.error.as_ref().map(|name| self.error_number(name));
                let (terminate, outcome) = (end.terminate || end.cancel, outcome(end.outcome));
                let end = WayEnd { outcome, terminate, error, cancel: end.cancel };
                return self.emit(site, Part::main(Role::Edge, "end"), Kind::End(end), None, Vec::new());
            }
            ElementKind::Compensate(of) => {
                let next = self.next(site, targets, element);
                let of = of.as_ref().map(|id| self.undo_number(site, id));
                return self.emit(site, Part::main(Role::Event, "element"), Kind::Compensate(of), Some(next), Vec::new());
            }
            ElementKind::Pass => {
                let next = self.next(site, targets, element);
                return self.emit(site, Part::main(Role::Event, "element"), Kind::Pass, Some(next), Vec::new());
            }
            // Nothing leads to it: its event does.
            ElementKind::EventSubProcess(_) => return self.end(site, "nowhere"),
            ElementKind::Escalate(name) => Kind::Escalate(self.error_number(name)),
            ElementKind::Send(name) => Kind::Throw(self.message(name)),
            ElementKind::Signal(name) => Kind::Broadcast(self.signal(name)),
            ElementKind::AwaitSignal(name) => {
                let taken = self.slot(format!("signals '{name}' taken at '{}/{}'", site.owner, site.step));
                Kind::Catch { message: self.signal(name), taken }
            }
            ElementKind::Begin(begin) => match self.scenario.services.iter().position(|s| s.id == begin.service) {
                Some(service) => {
                    let (process, service) = self.bodies[service];
                    let process = begin.at.as_ref().map_or(process, |at| self.begun_at(process, at));
                    Kind::Begin(process, Some(service))
                }
                None => {
                    self.error("unknown-service", site.path, format!("There is no service '{}'.", begin.service));
                    Kind::Pass
                }
            },
            ElementKind::Receive(name) => {
                let taken = self.slot(format!("messages '{name}' taken at '{}/{}'", site.owner, site.step));
                Kind::Catch { message: self.message(name), taken }
            }
            ElementKind::Batch { size, at_most } => {
                Kind::Gather(self.program.gathers.push(Gather { size: (*size).max(1), at_most: *at_most }))
            }
            ElementKind::Call(id) => match self.scenario.services.iter().position(|s| s.id == *id) {
                Some(service) => self.enter_service(service, watchers),
                None => {
                    self.error("unknown-service", site.path, format!("There is no service '{id}'."));
                    Kind::Pass
                }
            },
            ElementKind::SubProcess(inner) => {
                let process = self.program.processes.push(Process::default());
                let inside = Site { process, ..*site };
                self.body(&inside, inner, depth + 1);
                self.cancel_chain(&inside, inner);
                Kind::Enter(Enter { process, service: None, watchers, undo: self.undo_inside(site, element) })
            }
        };
        let role = match &element.kind {
            ElementKind::Call(_) | ElementKind::SubProcess(_) => Role::Body,
            _ => Role::Event,
        };
        let next = self.next(site, targets, element);
        self.emit(site, Part::main(role, "element"), kind, Some(next), Vec::new())
    }

    /// Returns the kind that enters a service's body.
    pub(super) fn enter_service(&mut self, service: usize, watchers: Vec<Watcher>) -> Kind {
        let (process, service) = self.bodies[service];
        Kind::Enter(Enter { process, service: Some(service), watchers, undo: None })
    }

    /// Compiles an element with events at its border.
    fn bordered(&mut self, site: &Site, element: &Element, targets: &Targets, depth: usize) -> Idx<Primitive> {
        if !element.kind.can_have_border() {
            self.error("misplaced-boundary", site.path, format!("'{}' cannot have events at its border.", element.id));
        }
        let suspends = match &element.kind {
            ElementKind::Step(step) => step.suspends_term,
            ElementKind::Wait(wait) => wait.suspends_term,
            _ => false,
        };
        let events = element.boundary.iter().filter(|event| event.trigger != ModelTrigger::Compensation);
        let watchers: Vec<Watcher> = events.map(|event| self.watcher(site, event, targets, suspends)).collect();
        if matches!(element.kind, ElementKind::Call(_) | ElementKind::SubProcess(_)) || element.repeat.is_some() {
            return self.element_or_repeated(site, element, targets, 0, watchers, depth);
        }
        let process = self.program.processes.push(Process { role: BodyRole::Wrap, ..Process::default() });
        let inside = Site { process, ..*site };
        let mut exits: Vec<&str> = Vec::new();
        for id in (Element { boundary: Vec::new(), ..element.clone() }).successors() {
            if let Some((&known, _)) = targets.get_key_value(id.as_str())
                && !exits.contains(&known)
            {
                exits.push(known);
            }
        }
        let slot = (exits.len() > 1).then(|| self.slot(format!("way out of '{}/{}'", site.owner, site.step)));
        let mut inner = Targets::new();
        for (i, exit) in exits.iter().enumerate() {
            let end = self.end(&inside, "exit");
            let mark = slot.map(|slot| Effect::Set(slot, i as f64));
            let way = self.effects(&inside, "mark", mark.into_iter().collect(), end);
            inner.insert(*exit, way);
        }
        let entry = self.element(&inside, element, &inner, 0, Vec::new(), depth);
        self.program.processes[process].starts = vec![entry];
        let after = self.way_out(site, slot, &exits, targets);
        let enter = Kind::Enter(Enter { process, service: None, watchers, undo: None });
        self.emit(site, Part::new(Role::Internal, "border"), enter, Some(after), Vec::new())
    }

    fn watcher(&mut self, site: &Site, event: &Boundary, targets: &Targets, suspends: bool) -> Watcher {
        let trigger = self.trigger(site, &event.trigger);
        let target = self.target(site, targets, &event.next);
        let resume = if suspends && event.interrupting { vec![Effect::Resume] } else { Vec::new() };
        let target = self.effects(site, "interrupted", resume, target);
        let stream = StreamId::named(&format!("{}/{}/timer{}", site.owner, event.id, self.copy));
        Watcher { trigger, interrupting: event.interrupting, target, stream }
    }

    pub(super) fn trigger(&mut self, site: &Site, trigger: &ModelTrigger) -> Trigger {
        match trigger {
            ModelTrigger::After(after) => Trigger::After(self.duration(after, site.path)),
            ModelTrigger::Weekly(at) => Trigger::Instant(self.weekly_instants(*at, None, site.path)),
            ModelTrigger::Deadline => Trigger::Deadline,
            ModelTrigger::Message(name) => Trigger::Message(self.message(name)),
            ModelTrigger::Signal(name) => Trigger::Message(self.signal(name)),
            ModelTrigger::Cancel => Trigger::Error(Some(self.error_number(CANCEL))),
            ModelTrigger::Error(name) if name.is_empty() => Trigger::Error(None),
            ModelTrigger::Error(name) => Trigger::Error(Some(self.error_number(name))),
            ModelTrigger::Escalation(name) if name.is_empty() => Trigger::Escalation(None),
            ModelTrigger::Escalation(name) => Trigger::Escalation(Some(self.error_number(name))),
            // Compensation is no event of the run: what undoes is built where it is asked for.
            ModelTrigger::Compensation => Trigger::Escalation(Some(self.error_number("\u{0}compensation"))),
        }
    }

    fn race(&mut self, site: &Site, branches: &[EventBranch], targets: &Targets) -> Vec<(Trigger, Idx<Primitive>)> {
        let mut race = Vec::with_capacity(branches.len());
        for (i, branch) in branches.iter().enumerate() {
            let trigger = match &branch.trigger {
                // As at an element that waits for one message only: what has come before is there.
                ModelTrigger::Message(name) => {
                    let taken = self.slot(format!("messages '{name}' taken at '{}/{}', way {i}", site.owner, site.step));
                    Trigger::Posted { message: self.message(name), taken }
                }
                other => self.trigger(site, other),
            };
            race.push((trigger, self.target(site, targets, &branch.to)));
        }
        race
    }

    fn ways(&mut self, site: &Site, branches: &[Branch], targets: &Targets) -> Vec<Way> {
        if branches.is_empty() {
            self.error("no-ways", site.path, format!("No way leads out of '{}'.", site.step));
        }
        let mut ways = Vec::with_capacity(branches.len());
        for (i, branch) in branches.iter().enumerate() {
            let path = site.path.field("kind").item(i);
            let rule = match (&branch.share, &branch.when) {
                _ if branch.otherwise => Rule::Otherwise,
                (_, Some(when)) => Rule::When(self.condition(site, when, &path.field("when"))),
                (Some(share), None) => Rule::Share(self.shares(share)),
                (None, None) => {
                    self.error("no-rule", &path, "A way says neither its share nor when it is taken.".to_owned());
                    Rule::Otherwise
                }
            };
            ways.push(Way { target: self.target(site, targets, &branch.to), rule });
        }
        ways
    }

    fn wait(&mut self, site: &Site, wait: &Wait, next: Idx<Primitive>) -> Idx<Primitive> {
        let path = site.path.field("kind").field("until");
        let until = match &wait.until {
            WaitUntil::For(length) => Until::For(self.duration(length, &path)),
            WaitUntil::WorkingDays { count, calendar } => Until::WorkingDay {
                count: (*count).max(1),
                days: self.working_days(calendar, &path),
                hours: self.hours_or_always(calendar, &path),
            },
            WaitUntil::Weekly { at, calendar } => Until::Instant(self.weekly_instants(*at, calendar.as_deref(), &path)),
            WaitUntil::Open(calendar) => Until::Open(self.hours_or_always(calendar, &path)),
        };
        let class = match wait.cause {
            WaitCause::StaffBusy => PathClass::StaffBusy,
            WaitCause::OffHours => PathClass::OffHours,
            WaitCause::Citizen => PathClass::Citizen,
            WaitCause::Registry => PathClass::Registry,
            WaitCause::OtherAgency => PathClass::OtherAgency,
            WaitCause::Batch => PathClass::Batch,
            WaitCause::External => PathClass::External,
        };
        let delay = self.delay(site, Part::main(Role::Wait, "wait"), until, class, next);
        if !wait.suspends_term {
            return delay;
        }
        self.program.elements[delay].effects.push(Effect::Resume);
        self.effects(site, "suspend", vec![Effect::Suspend], delay)
    }
}

fn outcome(outcome: Outcome) -> crate::engine::account::Outcome {
    use crate::engine::account::Outcome as Ended;
    match outcome {
        Outcome::Completed => Ended::Completed,
        Outcome::Refused => Ended::Refused,
        Outcome::Abandoned => Ended::Abandoned,
        Outcome::NeverClaimed => Ended::NeverClaimed,
    }
}

/// Returns the ids of all elements at which something begins other than at a start of its process.
pub(super) fn begun_ids(scenario: &Scenario) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut to_do: Vec<&[Element]> = scenario.services.iter().map(|service| service.elements.as_slice()).collect();
    while let Some(list) = to_do.pop() {
        for element in list {
            match &element.kind {
                ElementKind::Begin(begin) => found.extend(begin.at.as_deref()),
                ElementKind::EventSubProcess(event) => found.extend(event.others.iter().map(|other| other.at.as_str())),
                _ => {}
            }
            to_do.extend(element.inner());
        }
    }
    found
}

/// Returns the ids of all elements of a body that its starts can reach, or at which something else begins.
fn reachable<'e>(elements: &'e [Element], begun: &BTreeSet<&str>) -> BTreeSet<&'e str> {
    let by_id: BTreeMap<&str, &Element> = elements.iter().map(|e| (e.id.as_str(), e)).collect();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut to_do: Vec<&Element> =
        elements.iter().filter(|e| e.kind == ElementKind::Start || begun.contains(e.id.as_str())).collect();
    while let Some(element) = to_do.pop() {
        if found.insert(&element.id) {
            to_do.extend(element.flow_successors().into_iter().filter_map(|id| by_id.get(id.as_str()).copied()));
        }
    }
    found
}

/// Calls `look` with every step that the elements hold, also in sub-processes, and with every service that they call.
pub(super) fn for_each_step<'a>(elements: &'a [Element], look: &mut dyn FnMut(Option<&'a Step>, Option<&'a str>)) {
    let mut to_do: Vec<&[Element]> = vec![elements];
    while let Some(list) = to_do.pop() {
        for element in list {
            match &element.kind {
                ElementKind::Step(step) => look(Some(step), None),
                ElementKind::Call(id) => look(None, Some(id)),
                ElementKind::Begin(begin) => look(None, Some(&begin.service)),
                _ => to_do.extend(element.inner()),
            }
        }
    }
}

fn title_of(element: &Element) -> &str {
    if element.name.is_empty() { &element.id } else { &element.name }
}
