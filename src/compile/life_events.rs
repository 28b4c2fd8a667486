//! Life events: the services that an event sets off, as a body of its own.
//!
//! Each service waits for all those that it comes `after`; then it is due or not (for a share of citizens); if it is, the
//! citizen lets its delay pass (class citizen), and the service is entered. A service that is not due is over at once, and
//! what comes after it goes on. Services with nothing in between run in parallel.

use crate::base::diagnostic::Path;
use crate::base::idx::Idx;
use crate::compile::builder::{Builder, Part, Site};
use crate::compile::names::Role;
use crate::engine::account::PathClass;
use crate::engine::program::{Element, Kind, Process, Until};
use crate::model::life_event::LifeEvent;
use std::collections::BTreeMap;

impl Builder<'_> {
    /// Compiles all life events.
    pub(super) fn life_events(&mut self) {
        for (i, event) in self.scenario.life_events.iter().enumerate() {
            let process = self.program.processes.push(Process::default());
            self.life_bodies.push(process);
            let path = Path::default().field("life_events").item(i);
            let site = Site { owner: &event.id, service: None, process, step: "", title: &event.name, path: &path };
            if self.is_in_order(event, &path) {
                let start = self.life_event(&site, event);
                self.program.processes[process].starts = start;
            }
        }
    }

    /// Checks that every service can begin at some time: all that it comes after are there, and none waits for itself.
    fn is_in_order(&mut self, event: &LifeEvent, path: &Path) -> bool {
        let position: BTreeMap<&str, usize> = event.services.iter().enumerate().map(|(i, s)| (s.service.as_str(), i)).collect();
        let mut is_sound = position.len() == event.services.len();
        if !is_sound {
            self.error("duplicate-service", path, format!("The life event '{}' names a service twice.", event.id));
        }
        for (i, service) in event.services.iter().enumerate() {
            let path = path.field("services").item(i);
            if !self.scenario.services.iter().any(|s| s.id == service.service) {
                self.error("unknown-service", &path, format!("There is no service '{}'.", service.service));
                is_sound = false;
            }
            for before in service.after.iter().filter(|id| !position.contains_key(id.as_str())) {
                let message = format!("'{}' comes after '{before}', which is not in this life event.", service.service);
                self.error("unknown-service", &path.field("after"), message);
                is_sound = false;
            }
        }
        if !is_sound {
            return false;
        }
        let mut open: Vec<usize> = event.services.iter().map(|s| distinct(&s.after).len()).collect();
        let mut ready: Vec<usize> = (0..open.len()).filter(|&i| open[i] == 0).collect();
        let mut begun = 0;
        while let Some(done) = ready.pop() {
            begun += 1;
            for (i, service) in event.services.iter().enumerate() {
                if distinct(&service.after).contains(&event.services[done].service.as_str()) {
                    open[i] -= 1;
                    if open[i] == 0 {
                        ready.push(i);
                    }
                }
            }
        }
        if begun < open.len() {
            self.error("circle", path, format!("Services of the life event '{}' wait for each other in a circle.", event.id));
        }
        begun == open.len()
    }

    fn life_event(&mut self, site: &Site, event: &LifeEvent) -> Vec<Idx<Element>> {
        let mut entries: BTreeMap<&str, Idx<Element>> = BTreeMap::new();
        for service in &event.services {
            let here = Site { step: &service.service, ..*site };
            let entry = self.reserve(&here);
            entries.insert(&service.service, entry);
        }
        for (i, service) in event.services.iter().enumerate() {
            let Some(position) = self.scenario.services.iter().position(|s| s.id == service.service) else { continue };
            let title = self.names.services[position].name.clone();
            let path = site.path.field("services").item(i);
            let here = Site { step: &service.service, title: &title, path: &path, ..*site };
            let followers: Vec<Idx<Element>> = event
                .services
                .iter()
                .filter(|other| other.after.contains(&service.service))
                .filter_map(|other| entries.get(other.service.as_str()).copied())
                .collect();
            let after = match followers.as_slice() {
                [] => self.end(&here, "end"),
                [only] => {
                    // Whether the service was due or not, the join that follows sees one flow.
                    let flow = self.emit(&here, Part::internal("flow"), Kind::Pass, Some(*only), Vec::new());
                    self.kept.insert(flow);
                    flow
                }
                _ => {
                    let split = Kind::Parallel { incoming: 1, targets: followers };
                    self.emit(&here, Part::internal("split"), split, None, Vec::new())
                }
            };
            let kind = self.enter_service(position, Vec::new());
            let mut begin = self.emit(&here, Part::main(Role::Body, "service"), kind, Some(after), Vec::new());
            if let Some(delay) = self.duration_unless_zero(&service.delay, &path.field("delay")) {
                let part = Part::new(Role::Delay, "delay").about("", format!("Before: {title}"));
                begin = self.delay(&here, part, Until::For(delay), PathClass::Citizen, begin);
            }
            let due = self.shares(&service.due);
            begin = self.chance(&here, Part::internal("due"), due, begin, after);
            let incoming = distinct(&service.after).len() as u32;
            if incoming > 1 {
                let join = Kind::Parallel { incoming, targets: vec![begin] };
                begin = self.emit(&here, Part::internal("join"), join, None, Vec::new());
            }
            if let Some(&entry) = entries.get(service.service.as_str()) {
                self.lead(entry, begin);
            }
        }
        let starts: Vec<Idx<Element>> = event
            .services
            .iter()
            .filter(|service| service.after.is_empty())
            .filter_map(|service| entries.get(service.service.as_str()).copied())
            .collect();
        if starts.is_empty() { vec![self.end(site, "end")] } else { starts }
    }
}

fn distinct(ids: &[String]) -> Vec<&str> {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
