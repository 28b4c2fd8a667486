//! Prosimos' simulation parameters (JSON), current and old, put onto a drawing. All its times are seconds.
//!
//! Taken: arrivals with their calendar, people with hours, amounts and costs, durations by task, shares at gateways,
//! durations of events; attributes of cases, rules at gateways and batches as [`rules`] says. Everything else that a file says is
//! listed as left out. [`mod@write`] writes such a file of a study.
//! Source: AutomatedProcessImprovement/Prosimos 2.1.0, as read and run.
//!
//! Held against Prosimos itself on four models of the repository of optimos_v2: mean cycle time in hours with its 95 % half-width,
//! of 6 runs of Prosimos and 10 of ours (20 where equal for all), each of 1,000 cases. Where everybody works around the clock, both define
//! the same, and agree: with a task's duration by person, Prosimos' is that of whom it picks, of those who can do a task the one who has
//! been idle longest; ours is drawn from all of them, each as often as `picks` finds. (All mixed evenly, BPI_Challenge_2012, which has 48
//! to 52 people to a task and no waiting, would take 0.72 h around the clock.) With calendars, Prosimos gives a task to whoever is done
//! first, and looks only then when that person is on shift: its cases wait for people who are at home while others sit idle, and what is
//! late for it by the end of a day waits for the next one. `tests/bench/neighbours/allocation.py` shows how much that is, by a simulator
//! of its own that knows both rules, draws durations by person under either, and is told nothing of the two programs: it gives what
//! Prosimos gives by the one rule, and nearly what is given here by the other. In logs of Prosimos, somebody who may do the task is on
//! shift and idle for 3, 52, 31 and 12 % of the waiting.
//!
//! | model                 | as it is: Prosimos, ours | one simulator: its rule, ours | around the clock         | and equal for all          |
//! |-----------------------|--------------------------|-------------------------------|--------------------------|----------------------------|
//! | LoanOrigination-SC-LU | 30.8 ± 1.7, 23.9 ± 1.0   | 29.7 ± 0.9, 25.0 ± 1.2        | 2.65 ± 0.08, 2.71 ± 0.06 | 2.72 ± 0.06, 2.75 ± 0.03   |
//! | purchasing_example    | 87.8 ± 1.8, 51.0 ± 0.9   | 88.7 ± 1.4, 51.8 ± 1.4        | 10.9 ± 0.3, 11.0 ± 0.1   | 7.25 ± 0.09, 7.13 ± 0.04   |
//! | BPI_Challenge_2012    | 1.52 ± 0.16, 1.31 ± 0.09 | 1.54 ± 0.14, 1.15 ± 0.09      | 0.56 ± 0.02, 0.53 ± 0.03 | 0.13 ± 0.01, 0.135 ± 0.004 |
//! | consulta_data_mining  | 13.4 ± 0.6, 8.5 ± 0.2    | 13.4 ± 0.7, 9.8 ± 0.6         | 0.94 ± 0.03, 0.91 ± 0.03 | 0.52 ± 0.03, 0.51 ± 0.01   |

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

mod json;
mod picks;
mod rules;
pub mod write;

use crate::base::diagnostic::{Diagnostic, Path, Place, nearest_name};
use crate::base::distribution::Distribution;
use crate::formats::bpmn::{self, Imported};
use crate::formats::params::laws::{self, number};
use crate::formats::params::onto::{self, for_each, name_of, some_of};
use crate::formats::params::staff::{self, Resource};
use crate::model::calendar::{Calendar, Weekdays, WeeklyHours};
use crate::model::demand::Arrivals;
use crate::model::figure::Figure;
use crate::model::flow::ElementKind;
use crate::model::step::{Performer, PoolUse};
use crate::model::study::Source;
use json::{entries, plain_json, text_of};

/// The key under which figures quote the file.
const SOURCE: &str = "prosimos";

/// Keys that are read, and that may stand there without meaning.
const READ: [&str; 14] = [
    "resource_profiles",
    "arrival_time_distribution",
    "arrival_time_calendar",
    "gateway_branching_probabilities",
    "task_resource_distribution",
    "resource_calendars",
    "event_distribution",
    "process_model",
    "model_type",
    "granule_size",
    "case_attributes",
    "branch_rules",
    "batch_processing",
    "gateway_execution_limit",
];

/// Tells whether a file looks like Prosimos' parameters.
pub fn looks_like_prosimos(bytes: &[u8]) -> bool {
    bytes.iter().find(|b| !b.is_ascii_whitespace() && **b != 0xef && **b != 0xbb && **b != 0xbf) == Some(&b'{')
}

/// Puts parameters onto a drawing, and returns what was found. An error means that the drawing must not be run with them.
pub fn apply(imported: &mut Imported, bytes: &[u8], file: &str) -> Vec<Diagnostic> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = Reader { text, file, found: Vec::new(), imported, calendars: BTreeMap::new() };
    match serde_json::from_str::<Value>(&plain_json(text)) {
        Ok(root) if root.is_object() => reader.all(&root),
        Ok(_) => reader.error(
            "not-parameters",
            "",
            "The file is JSON, but no parameters: its outermost value is no object.",
            "Export the parameters from Prosimos again.",
        ),
        Err(fault) => {
            let place =
                Place { file: file.to_owned(), line: fault.line().max(1), column: fault.column().max(1), offset: 0, length: 0 };
            let message = format!("The file is no JSON: {fault}.");
            let mut diagnostic = Diagnostic::error("not-json", Path::default(), message).hint("Export the parameters again.");
            diagnostic.place = Some(place);
            reader.found.push(diagnostic);
        }
    }
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    found: Vec<Diagnostic>,
    imported: &'a mut Imported,
    /// Calendars of the file: what they became, `None` for around the clock.
    calendars: BTreeMap<String, Option<String>>,
}

impl Reader<'_> {
    fn all(&mut self, root: &Value) {
        let title = format!("Prosimos parameters {}", self.file);
        self.imported.study.sources.push(Source {
            key: SOURCE.to_owned(),
            title,
            address: self.file.to_owned(),
            ..Source::default()
        });
        for key in ["resource_profiles", "arrival_time_distribution", "task_resource_distribution", "resource_calendars"] {
            if root.get(key).is_none() {
                self.error(
                    "missing-parameters",
                    "",
                    format!("The file has no '{key}'."),
                    "Prosimos needs it; check whether it is the right file.",
                );
            }
        }
        let lists = READ.iter().filter(|key| {
            !["arrival_time_distribution", "process_model", "model_type", "granule_size", "gateway_execution_limit"].contains(key)
        });
        for key in lists {
            if root.get(*key).is_some_and(|value| !value.is_null() && !value.is_array() && !value.is_object()) {
                let message = format!("'{key}' is no list: {}.", root[*key]);
                self.error("not-a-list", key, message, "Export the parameters from Prosimos again.");
            }
        }
        self.left_out(root);
        self.loops();
        self.resource_calendars(&root["resource_calendars"]);
        self.attributes(root);
        for gateway in entries(&root["gateway_branching_probabilities"], "gateway_id", "probabilities") {
            self.gateway(&gateway, &root["branch_rules"]);
        }
        self.work(root);
        self.batches(root);
        self.arrivals(root);
        for event in entries(&root["event_distribution"], "event_id", "distribution_params") {
            self.event(&event);
        }
    }

    fn left_out(&mut self, root: &Value) {
        let is_empty =
            |v: &Value| v.is_null() || v.as_array().is_some_and(Vec::is_empty) || v.as_object().is_some_and(|o| o.is_empty());
        for (key, value) in root.as_object().into_iter().flatten() {
            if !READ.contains(&key.as_str()) && !is_empty(value) {
                let message = format!("'{key}' is left out: the run goes on as if it were not there.");
                self.warn("left-out", key, message, "Waiting and cycle times may differ from those of Prosimos.");
            }
        }
        if root["model_type"] == "FUZZY" {
            let hint = "Each interval counts as open; export crisp calendars to be exact.";
            self.warn("left-out", "model_type", "Probabilities of calendars are left out.".to_owned(), hint);
        }
    }

    /// Takes loop markers off: Prosimos does each task once, and tools that write its files mark every task as a loop.
    fn loops(&mut self) {
        let mut named = Vec::new();
        for service in &mut self.imported.study.scenario.services {
            for_each(&mut service.elements, &mut |element| {
                if element.repeat.take().is_some() {
                    named.push(name_of(element));
                }
            });
        }
        if !named.is_empty() {
            let message = format!(
                "The drawing marks {} as done again and again; Prosimos does it once, and so does this run: {}.",
                if named.len() == 1 { "an element".to_owned() } else { format!("{} elements", named.len()) },
                some_of(&named)
            );
            self.note("loops-once", "process_model", message);
        }
    }

    fn resource_calendars(&mut self, value: &Value) {
        for calendar in entries(value, "id", "time_periods") {
            let id = text_of(&calendar, "id").to_owned();
            let name = calendar["name"].as_str().unwrap_or(&id).to_owned();
            let made = self.calendar(&id, &name, &calendar["time_periods"]);
            self.calendars.insert(id, made);
        }
    }

    /// Makes a calendar; `None` where it never closes.
    fn calendar(&mut self, id: &str, name: &str, periods: &Value) -> Option<String> {
        let mut weekly = Vec::new();
        for period in periods.as_array().into_iter().flatten() {
            let day = |key: &str| {
                let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
                days.iter().position(|d| d.eq_ignore_ascii_case(text_of(period, key).trim())).map(|d| d as u8)
            };
            let begin = onto::minute_of_day(text_of(period, "beginTime"));
            let end = onto::minute_of_day(text_of(period, "endTime"));
            let (Some(from), Some(to), Some(begin), Some(end)) = (day("from"), day("to"), begin, end) else {
                let message = format!("An interval of the calendar '{name}' cannot be read: {period}.");
                self.error("bad-interval", id, message, "Write weekdays as MONDAY and times as 09:00:00.");
                continue;
            };
            let (begin, end) = (begin.min(1439), if end == 0 { 1440 } else { end });
            weekly.push(WeeklyHours { days: Weekdays::range(from, to), from_minute: begin, to_minute: end });
        }
        if weekly.is_empty() {
            self.error(
                "empty-calendar",
                id,
                format!("The calendar '{name}' has no open hours."),
                "Give it at least one interval.",
            );
            return None;
        }
        let whole = |h: &WeeklyHours| h.days == Weekdays::ALL && h.from_minute == 0 && h.to_minute == 1440;
        if weekly.iter().any(whole) {
            return None;
        }
        let mut own = id.replace('/', "_");
        while self.imported.study.scenario.calendars.iter().any(|c| c.id == own) {
            own.push('\'');
        }
        let source = Some(SOURCE.to_owned());
        let calendar = Calendar { id: own.clone(), name: name.to_owned(), weekly, source, ..Calendar::default() };
        self.imported.study.scenario.calendars.push(calendar);
        Some(own)
    }

    /// People, and who does which task for how long.
    fn work(&mut self, root: &Value) {
        let mut resources: BTreeMap<String, Resource> = BTreeMap::new();
        for profile in entries(&root["resource_profiles"], "id", "resource_list") {
            for entry in profile["resource_list"].as_array().into_iter().flatten() {
                let id = entry["id"].as_str().or(entry["name"].as_str()).unwrap_or_default().to_owned();
                let named = text_of(entry, "calendar").to_owned();
                let calendar = self.calendars.get(&named).cloned();
                if calendar.is_none() {
                    let message = format!("The calendar '{named}' of '{id}' is not in the file.");
                    self.error("unknown-calendar", &id, message, "Add it to resource_calendars.");
                }
                let amount = number(&entry["amount"]).unwrap_or(1.0).round().max(0.0);
                let name = entry["name"].as_str().unwrap_or(&id).to_owned();
                let cost_per_hour = number(&entry["cost_per_hour"]).unwrap_or(0.0).max(0.0);
                let calendar = calendar.flatten();
                resources.insert(id.clone(), Resource { id, name, amount, cost_per_hour, calendar, tasks: BTreeSet::new() });
            }
        }
        // By task: who does it, by how long that takes each.
        let mut by_task: Vec<(String, Vec<(String, Distribution)>)> = Vec::new();
        for task in entries(&root["task_resource_distribution"], "task_id", "resources") {
            let id = text_of(&task, "task_id").to_owned();
            let mut laws = Vec::new();
            for use_of in entries(&task["resources"], "resource_id", "distribution_params") {
                let who = text_of(&use_of, "resource_id").to_owned();
                let Some(law) = self.law(&use_of, &id) else { continue };
                let Some(resource) = resources.get_mut(&who) else {
                    let hint = "Name one of the resources of resource_profiles.";
                    self.error(
                        "unknown-resource",
                        &who,
                        format!("'{who}' does the task '{id}', but stands in no profile."),
                        hint,
                    );
                    continue;
                };
                resource.tasks.insert(id.clone());
                laws.push((who, law));
            }
            by_task.push((id, laws));
        }
        let differ = |laws: &[(String, Distribution)]| laws.windows(2).any(|pair| pair[0].1 != pair[1].1);
        let mixed: BTreeSet<String> = by_task.iter().filter(|(_, laws)| differ(laws)).map(|(id, _)| id.clone()).collect();
        self.mixed(&mixed);
        let between = laws::read(&root["arrival_time_distribution"]).map_or(0.0, |(law, _)| law.mean());
        let durations = picks::durations(by_task, &resources, &self.imported.study.scenario, between);
        let people: Vec<Resource> = resources.into_values().collect();
        for idle in people.iter().filter(|r| r.tasks.is_empty()) {
            self.note("idle-resource", &idle.id, format!("'{}' does no task, and is left out.", idle.id));
        }
        let made = staff::pools(&people, SOURCE);
        for (name, n) in &made.too_many {
            let message =
                format!("'{name}' share their tasks, and have {n} different sets of hours and tasks; a run can tell 64 apart.");
            self.error("too-many-groups", "resource_profiles", message, "Give people who are alike the same calendar.");
        }
        for name in &made.uneven_costs {
            self.note(
                "mixed-costs",
                "resource_profiles",
                format!("Not everybody of '{name}' costs the same; their average is taken."),
            );
        }
        self.tasks(&durations, &made.pool_of);
        staff::settle(&mut self.imported.study.scenario, made.agency);
    }

    /// Says which tasks take some people longer than others.
    fn mixed(&mut self, tasks: &BTreeSet<String>) {
        let mut named = Vec::new();
        for service in &mut self.imported.study.scenario.services {
            for_each(&mut service.elements, &mut |element| {
                if tasks.contains(&element.id) {
                    named.push(name_of(element));
                }
            });
        }
        if !named.is_empty() {
            let message = format!(
                "Who does a task decides how long it takes; here its duration is drawn from all who may do it, each as often as whoever has been idle longest is picked: {}.",
                some_of(&named)
            );
            self.note("mixed-durations", "task_resource_distribution", message);
        }
    }

    fn tasks(&mut self, durations: &BTreeMap<String, Distribution>, pools: &BTreeMap<String, String>) {
        let mut met = BTreeSet::new();
        let mut without = Vec::new();
        for service in &mut self.imported.study.scenario.services {
            for_each(&mut service.elements, &mut |element| {
                let ElementKind::Step(step) = &mut element.kind else { return };
                let (Some(law), Some(pool)) = (durations.get(&element.id), pools.get(&element.id)) else {
                    without.push(name_of(element));
                    return;
                };
                step.duration = Figure::sourced(law.clone(), SOURCE);
                step.performer = Performer::Staff(vec![PoolUse { pool: pool.clone(), count: 1 }]);
                step.skill = Some(element.id.clone());
                met.insert(element.id.clone());
            });
        }
        for name in without {
            let message = format!("The file says nothing about the task '{name}'; what the drawing assumes stays.");
            self.warn(
                "task-without-parameters",
                "task_resource_distribution",
                message,
                "Add the task to task_resource_distribution.",
            );
        }
        for id in durations.keys().filter(|id| !met.contains(*id)) {
            self.unmatched(id, "task");
        }
    }

    fn arrivals(&mut self, root: &Value) {
        let calendar = match &root["arrival_time_calendar"] {
            Value::Array(list) if !list.is_empty() => self.calendar("arrivals", "Arrivals", &root["arrival_time_calendar"]),
            _ => {
                self.warn(
                    "no-arrival-calendar",
                    "arrival_time_distribution",
                    "No arrival calendar is given: cases arrive around the clock.".to_owned(),
                    "Add an arrival_time_calendar.",
                );
                None
            }
        };
        let Some(law) = self.law(&root["arrival_time_distribution"], "arrival_time_distribution") else { return };
        for demand in &mut self.imported.study.scenario.demand {
            let interval = Figure::sourced(law.clone(), SOURCE);
            demand.arrivals = Arrivals::Renewal { interval, first_at_start: true, limit: None, calendar: calendar.clone() };
        }
        if self.imported.study.scenario.demand.len() > 1 {
            self.warn(
                "several-streams",
                "arrival_time_distribution",
                "The drawing has several processes that begin by themselves: to each of them cases come like this.".to_owned(),
                "Draw one process.",
            );
        }
    }

    fn gateway(&mut self, gateway: &Value, rules: &Value) {
        let id = text_of(gateway, "gateway_id").to_owned();
        let mut listed: Vec<(String, Option<f64>)> = match &gateway["probabilities"] {
            Value::Object(map) => map.iter().map(|(path, value)| (path.clone(), number(value))).collect(),
            Value::Array(list) => list.iter().map(|p| (text_of(p, "path_id").to_owned(), number(&p["value"]))).collect(),
            _ => Vec::new(),
        };
        if listed.iter().any(|(_, value)| value.is_some_and(|v| !(0.0..=1.0).contains(&v))) {
            return self.error(
                "bad-share",
                &id,
                format!("A share at the gateway '{id}' lies outside 0 to 1."),
                "Write shares as 0.25.",
            );
        }
        let given: f64 = listed.iter().filter_map(|(_, value)| *value).sum();
        let open = listed.iter().filter(|(_, value)| value.is_none()).count();
        for (_, value) in listed.iter_mut().filter(|(_, value)| value.is_none()) {
            *value = Some((1.0 - given).max(0.0) / open as f64);
        }
        let total = given.max(if open > 0 { 1.0 } else { 0.0 });
        let mut ways: Vec<(String, String, usize, f64)> = Vec::new();
        for (path, value) in listed {
            match self.imported.ids.flows.get(&path).cloned() {
                Some(flow) => ways.push((flow.service, flow.element, flow.branch, value.unwrap_or(0.0))),
                None => self.unmatched(&path, "arrow"),
            }
        }
        let conditions = self.conditions(gateway, rules);
        let Some((service, element, ..)) = ways.first().cloned() else { return };
        if element != id {
            let hint = "Name the arrows that leave the gateway.";
            return self.error("wrong-gateway", &id, format!("The ways of the gateway '{id}' leave '{element}'."), hint);
        }
        bpmn::part(&mut self.imported.study.scenario, &element);
        let found = self.imported.study.scenario.service_mut(&service).and_then(|s| s.element_mut(&element));
        let fault = match found.map(|e| &mut e.kind) {
            Some(ElementKind::Exclusive(branches) | ElementKind::Inclusive(branches)) if branches.len() == 1 => None,
            Some(ElementKind::Exclusive(branches)) => {
                if total <= 0.0 && conditions.is_empty() {
                    Some("All its shares are 0.")
                } else {
                    for (i, branch) in branches.iter_mut().enumerate() {
                        let share = ways.iter().filter(|w| w.1 == element && w.2 == i).map(|w| w.3).sum::<f64>()
                            / total.max(f64::MIN_POSITIVE);
                        (branch.share, branch.when, branch.otherwise) = (Some(Figure::sourced(share, SOURCE)), None, false);
                        if let Some(condition) = conditions.get(&i) {
                            (branch.share, branch.when) = (None, Some(condition.clone()));
                        }
                    }
                    // Where all have rules, the last way is left for whom none holds.
                    if let Some(last) = branches.last_mut()
                        && conditions.len() >= ways.len()
                    {
                        (last.when, last.otherwise) = (None, true);
                    }
                    None
                }
            }
            Some(ElementKind::Inclusive(branches)) => {
                for (i, branch) in branches.iter_mut().enumerate() {
                    let share = ways.iter().find(|w| w.1 == element && w.2 == i).map_or(0.0, |w| w.3);
                    (branch.share, branch.when, branch.otherwise) = (Some(Figure::sourced(share, SOURCE)), None, false);
                    if let Some(condition) = conditions.get(&i) {
                        (branch.share, branch.when) = (None, Some(condition.clone()));
                    }
                }
                None
            }
            _ => Some("It is no gateway at which one way is chosen."),
        };
        match fault {
            Some(why) => self.error(
                "wrong-gateway",
                &id,
                format!("The shares of '{id}' cannot be taken. {why}"),
                "Check the gateway's id and shares.",
            ),
            None if conditions.is_empty() && (total - 1.0).abs() > 1e-3 => {
                self.warn(
                    "shares-off",
                    &id,
                    format!("The shares of '{id}' sum to {total}, not to 1."),
                    "Exclusive ways are taken in proportion.",
                );
            }
            None => {}
        }
    }

    /// Returns the conditions of a gateway's ways, by the number of the way.
    fn conditions(&mut self, gateway: &Value, rules: &Value) -> BTreeMap<usize, String> {
        let mut found = BTreeMap::new();
        for path in gateway["probabilities"].as_array().into_iter().flatten() {
            let Some(id) = path["condition_id"].as_str().filter(|id| !id.is_empty()) else { continue };
            let way = self.imported.ids.flows.get(text_of(path, "path_id")).map(|flow| flow.branch);
            if let (Some(way), Some(condition)) = (way, self.rule(id, rules)) {
                found.insert(way, condition);
            }
        }
        found
    }

    fn event(&mut self, event: &Value) {
        let id = text_of(event, "event_id").to_owned();
        let Some(law) = self.law(event, &id) else { return };
        let met = onto::comes_after(&mut self.imported.study.scenario, &id, &law, SOURCE, true);
        if !met {
            self.unmatched(&id, "event that is waited for");
        }
    }

    fn law(&mut self, value: &Value, near: &str) -> Option<Distribution> {
        match laws::read(value) {
            Ok((law, remark)) => {
                if let Some(remark) = remark {
                    self.note("distribution-read-so", near, remark);
                }
                Some(law)
            }
            Err(why) => {
                let hint = "Known are fix, expon, uniform, norm, lognorm, gamma and histogram_sampling, with times in seconds.";
                self.error("bad-distribution", near, why, hint);
                None
            }
        }
    }

    fn unmatched(&mut self, id: &str, what: &str) {
        let known: Vec<String> = match what {
            "arrow" => self.imported.ids.flows.keys().cloned().collect(),
            _ => self.imported.study.scenario.services.iter().flat_map(|s| &s.elements).map(|e| e.id.clone()).collect(),
        };
        let hint = match nearest_name(id, known.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean '{near}'?"),
            None => "Check whether the parameters belong to this drawing.".to_owned(),
        };
        self.warn(
            "not-in-the-drawing",
            id,
            format!("The drawing has no {what} '{id}'; what the file says of it is left out."),
            &hint,
        );
    }

    fn error(&mut self, code: &'static str, near: &str, message: impl Into<String>, hint: &str) {
        let diagnostic = Diagnostic::error(code, Path::default(), message).hint(hint);
        self.push(near, diagnostic);
    }

    fn warn(&mut self, code: &'static str, near: &str, message: String, hint: &str) {
        self.push(near, Diagnostic::warning(code, Path::default(), message).hint(hint));
    }

    fn note(&mut self, code: &'static str, near: &str, message: String) {
        self.push(near, Diagnostic::note(code, Path::default(), message));
    }

    /// Adds a finding at the first place where the file writes a name.
    fn push(&mut self, near: &str, mut diagnostic: Diagnostic) {
        let at = if near.is_empty() { 0 } else { self.text.find(&format!("\"{near}\"")).unwrap_or(0) };
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let length = if near.is_empty() { 0 } else { near.len() + 2 };
        diagnostic.place = Some(Place { file: self.file.to_owned(), line, column, offset: at, length });
        self.found.push(diagnostic);
    }
}
