//! Results as BPSim writes them: a scenario that holds, for each replication, what another one asked for.
//!
//! Valid against the schema of BPSim 2.0. Times carry their unit; `instance` counts replications from 0, `resultTimeStamp` is the
//! simulated instant. BPSim knows neither quantiles nor intervals: those are in our own reports.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::experiment::elements::{ElementResult, ElementResults, Range};
use crate::formats::params::bpsim::{Request, Requests};
use crate::model::flow::{ElementKind, find_element};
use crate::model::study::Study;

/// Parameters of time, in the order of the schema.
const TIMES: [&str; 10] = [
    "TransferTime",
    "QueueTime",
    "WaitTime",
    "SetUpTime",
    "ProcessingTime",
    "ValidationTime",
    "ReworkTime",
    "LagTime",
    "Duration",
    "ElapsedTime",
];
/// Parameters of control, in the order of the schema.
const CONTROLS: [&str; 2] = ["InterTriggerTimer", "TriggerCount"];
/// Parameters of cost, in the order of the schema.
const COSTS: [&str; 2] = ["FixedCost", "UnitCost"];

/// A file of results, and what was asked for that it cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BpsimResults {
    /// The text of the file.
    pub xml: String,
    /// Requests that are not met, each a full sentence.
    pub missing: Vec<String>,
}

/// Returns requests for everything that a study's elements can say, for drawings that ask for nothing.
pub fn requests_for_all(study: &Study) -> Requests {
    let all = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<String>>();
    let mut list = Vec::new();
    let mut ask = |element: &str, kind: &str, parameter: &str, results: &[&str]| {
        let (element, kind, parameter) = (element.to_owned(), kind.to_owned(), parameter.to_owned());
        list.push(Request { element, kind, parent: String::new(), parameter, results: all(results) });
    };
    for service in &study.scenario.services {
        ask(&service.id, "process", "TriggerCount", &["count"]);
        ask(&service.id, "process", "ElapsedTime", &["min", "max", "mean", "count", "sum"]);
        let mut lists = vec![service.elements.as_slice()];
        while let Some(elements) = lists.pop() {
            for element in elements.iter().filter(|e| !e.id.contains('.')) {
                lists.extend(element.inner());
                ask(&element.id, "element", "TriggerCount", &["count"]);
                if matches!(element.kind, ElementKind::Step(_)) {
                    ask(&element.id, "task", "WaitTime", &["min", "max", "mean", "sum"]);
                    ask(&element.id, "task", "ProcessingTime", &["min", "max", "mean", "count", "sum"]);
                }
            }
        }
    }
    Requests { scenario: study.id.clone(), unit_ms: 60_000.0, every_ms: None, cumulative: true, list }
}

/// Writes results. `runs` holds, for each replication, what every element came to at each instant.
pub fn results(requests: &Requests, study: &Study, runs: &[Vec<ElementResults>]) -> BpsimResults {
    let mut writer = Writer { requests, study, runs, missing: Vec::new() };
    let mut body = String::new();
    let mut elements: Vec<&str> = Vec::new();
    for request in &requests.list {
        if !elements.contains(&request.element.as_str()) {
            elements.push(&request.element);
        }
    }
    for element in elements {
        let mut groups = String::new();
        for (group, names) in
            [("TimeParameters", &TIMES[..]), ("ControlParameters", &CONTROLS[..]), ("CostParameters", &COSTS[..])]
        {
            let inner: String = names.iter().map(|name| writer.parameter(element, name)).collect();
            if !inner.is_empty() {
                let _ = write!(groups, "      <bpsim:{group}>\n{inner}      </bpsim:{group}>\n");
            }
        }
        if !groups.is_empty() {
            let _ = write!(
                body,
                "    <bpsim:ElementParameters elementRef=\"{}\">\n{groups}    </bpsim:ElementParameters>\n",
                escaped(element)
            );
        }
    }
    for request in &requests.list {
        let name = request.parameter.as_str();
        if !TIMES.contains(&name) && !CONTROLS.contains(&name) && !COSTS.contains(&name) {
            writer
                .missing
                .push(format!("{name} of '{}' is not counted for each element; see the report on staff pools.", request.element));
        }
    }
    let id = xml_id(&requests.scenario);
    let version = env!("CARGO_PKG_VERSION");
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<bpsim:BPSimData xmlns:bpsim=\"http://www.bpsim.org/schemas/2.0\">\n  \
         <bpsim:Scenario id=\"{id}\" name=\"{}\" description=\"The scenario whose results follow; its parameters stand in its own file.\"/>\n  \
         <bpsim:Scenario id=\"{id}_results\" name=\"{}: results\" result=\"{id}\" vendor=\"Kezek\" version=\"{version}\">\n{body}  </bpsim:Scenario>\n\
         </bpsim:BPSimData>\n",
        escaped(&requests.scenario),
        escaped(&requests.scenario),
    );
    BpsimResults { xml, missing: writer.missing }
}

struct Writer<'r> {
    requests: &'r Requests,
    study: &'r Study,
    runs: &'r [Vec<ElementResults>],
    missing: Vec<String>,
}

impl Writer<'_> {
    /// Writes what was asked of one parameter of an element.
    fn parameter(&mut self, element: &str, name: &str) -> String {
        let Some(request) = self.requests.list.iter().find(|r| r.element == element && r.parameter == name) else {
            return String::new();
        };
        let mut values = String::new();
        for result in &request.results {
            let mut any = false;
            for (instance, run) in self.runs.iter().enumerate() {
                for results in run {
                    let Some(value) = self.value(request, results, result) else { continue };
                    any = true;
                    self.write(&mut values, name, result, instance, results, value);
                }
            }
            if !any {
                self.missing.push(format!("The {result} of {name} of '{element}' is not known here, or never happened."));
            }
        }
        if values.is_empty() { values } else { format!("        <bpsim:{name}>\n{values}        </bpsim:{name}>\n") }
    }

    fn write(&self, out: &mut String, name: &str, result: &str, instance: usize, results: &ElementResults, value: f64) {
        let span = jiff::SignedDuration::from_millis(results.at.ms() + self.study.plan.warm_up.ms());
        // The window is a millisecond longer than the run, so that its last instant belongs to it.
        let at = self.study.scenario.start.checked_add(span).unwrap_or(self.study.scenario.start);
        let stamp = at.round(jiff::Unit::Second).unwrap_or(at).strftime("%Y-%m-%dT%H:%M:%S");
        let is_time = TIMES.contains(&name) || name == "InterTriggerTimer";
        let (kind, unit) = match (result, is_time) {
            ("count", _) => ("NumericParameter", String::new()),
            (_, true) => {
                ("FloatingParameter", unit_of(self.requests.unit_ms).map_or(String::new(), |u| format!(" timeUnit=\"{u}\"")))
            }
            _ => ("FloatingParameter", String::new()),
        };
        let value = if is_time && result != "count" { value / self.requests.unit_ms } else { value };
        let _ = writeln!(
            out,
            "          <bpsim:{kind} instance=\"{instance}\" result=\"{result}\" resultTimeStamp=\"{stamp}\" value=\"{value}\"{unit}/>"
        );
    }

    fn value(&self, request: &Request, results: &ElementResults, result: &str) -> Option<f64> {
        let found = if request.kind == "process" {
            results.services.get(&request.element)
        } else {
            results.elements.iter().find(|((_, id), _)| *id == request.element).map(|(_, found)| found)
        };
        let nothing = ElementResult::default();
        let found = found.unwrap_or(&nothing);
        match request.parameter.as_str() {
            "TriggerCount" => (result == "count").then_some(found.entered as f64),
            "InterTriggerTimer" => of_range(&found.between, result),
            "ProcessingTime" | "Duration" => of_range(&found.worked, result),
            "WaitTime" | "QueueTime" | "LagTime" => of_range(&found.waited, result).filter(|_| request.kind != "process"),
            "ElapsedTime" => of_range(&found.elapsed, result),
            "FixedCost" => {
                let step = self.study.scenario.services.iter().find_map(|s| find_element(&s.elements, &request.element))?;
                let ElementKind::Step(step) = &step.kind else { return None };
                (result == "sum").then_some(step.cost.value * found.worked.n as f64)
            }
            _ => None,
        }
    }
}

fn of_range(range: &Range, result: &str) -> Option<f64> {
    match result {
        "count" => Some(range.n as f64),
        "sum" => Some(range.sum),
        "mean" => range.mean(),
        "min" => (range.n > 0).then_some(range.min),
        "max" => (range.n > 0).then_some(range.max),
        _ => None,
    }
}

fn unit_of(ms: f64) -> Option<&'static str> {
    let units = [("ms", 1.0), ("s", 1e3), ("min", 6e4), ("hour", 3.6e6), ("day", 8.64e7), ("year", 365.0 * 8.64e7)];
    units.into_iter().find(|(_, length)| *length == ms).map(|(name, _)| name)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Returns a name that XML allows as an id.
fn xml_id(text: &str) -> String {
    let mut id: String =
        text.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' }).collect();
    if !id.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        id.insert(0, '_');
    }
    id
}
