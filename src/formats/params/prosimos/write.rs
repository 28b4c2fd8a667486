//! Prosimos' parameters (JSON, current format) out of a study, for the BPMN drawing beside it.
//!
//! Tasks, gateways and events keep their ids; a way of the gateway `X` is `X.flow1`, `X.flow2` and so on, as the drawing that is
//! written of a study has it. What Prosimos cannot say is listed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::distribution::Distribution;
use crate::base::time::{MS_PER_DAY, MS_PER_SECOND};
use crate::model::calendar::{Calendar, WeeklyHours};
use crate::model::demand::Arrivals;
use crate::model::flow::{Element, ElementKind, Trigger, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::step::{Performer, Step};
use crate::model::study::Study;

/// Weekdays as Prosimos writes them, Monday first.
const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/// The calendar of those who are always there.
const ALWAYS: &str = "always";

/// How many stand for somebody of whom there is no lack: Prosimos makes each of them one by one.
const PLENTY: u32 = 100;

/// Writes the as-is of a study; with it what could not be said.
pub fn write(study: &Study) -> (String, Vec<Diagnostic>) {
    let mut writer = Writer { scenario: &study.scenario, lost: BTreeSet::new() };
    let value = writer.all();
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    let lost = writer.lost.into_iter().map(|message| Diagnostic::warning("not-in-prosimos", Path::default(), message)).collect();
    (text + "\n", lost)
}

struct Writer<'s> {
    scenario: &'s Scenario,
    lost: BTreeSet<String>,
}

/// A task with who does it: resources by id.
struct Work<'s> {
    id: &'s str,
    step: &'s Step,
}

impl<'s> Writer<'s> {
    fn lose(&mut self, what: impl Into<String>) {
        self.lost.insert(what.into());
    }

    fn all(&mut self) -> Value {
        let scenario = self.scenario;
        let (mut works, mut gateways, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for service in &scenario.services {
            let mut lists = vec![service.elements.as_slice()];
            while let Some(elements) = lists.pop() {
                lists.extend(elements.iter().filter_map(Element::inner));
                for element in elements {
                    self.element(element, &mut works, &mut gateways, &mut events);
                }
            }
        }
        if scenario.services.len() > 1 {
            self.lose("The study has several services; Prosimos runs one process.");
        }
        if scenario.life_events.iter().any(|l| l.services.len() > 1) {
            self.lose("Life events, with their services after each other, are not in Prosimos.");
        }
        if !scenario.segments.is_empty() {
            self.lose("Segments of the population, and figures that differ between them, are not in Prosimos.");
        }
        let (arrivals, arrival_calendar) = self.arrivals();
        let profiles = self.profiles(&works);
        let tasks: Vec<Value> = works.iter().map(|work| self.task(work)).collect();
        let calendars: Vec<Value> = self.calendars();
        let attributes: Vec<Value> = scenario
            .attributes
            .iter()
            .map(|a| {
                let values: Vec<Value> = a.values.iter().map(|(key, share)| json!({"key": key, "value": share.value})).collect();
                json!({"name": a.id, "type": "discrete", "values": values})
            })
            .collect();
        let mut root = json!({
            "resource_profiles": profiles,
            "arrival_time_distribution": arrivals,
            "arrival_time_calendar": arrival_calendar,
            "gateway_branching_probabilities": gateways,
            "task_resource_distribution": tasks,
            "resource_calendars": calendars,
            "event_distribution": events,
            "model_type": "CRISP",
            "granule_size": {"value": 1, "time_unit": "MINUTES"},
        });
        if !attributes.is_empty() {
            root["case_attributes"] = Value::Array(attributes);
        }
        root
    }

    fn element(&mut self, element: &'s Element, works: &mut Vec<Work<'s>>, gateways: &mut Vec<Value>, events: &mut Vec<Value>) {
        let name = if element.name.is_empty() { &element.id } else { &element.name };
        if element.repeat.is_some() {
            self.lose(format!("'{name}' is done several times; Prosimos does it once."));
        }
        for border in &element.boundary {
            match &border.trigger {
                Trigger::After(length) => {
                    let mut event = self.law(&length.value, name);
                    event["event_id"] = json!(border.id);
                    events.push(event);
                }
                _ => self.lose(format!("What happens at the border of '{name}' is not in Prosimos.")),
            }
        }
        match &element.kind {
            ElementKind::Step(step) => {
                if !step.documents.is_empty() {
                    self.lose(format!("Documents that '{name}' needs are not in Prosimos."));
                }
                if step.place.is_some() || step.patience.is_some() || step.failure.is_some() {
                    self.lose(format!("Journeys, patience and failed attempts of '{name}' are not in Prosimos."));
                }
                works.push(Work { id: &element.id, step });
            }
            ElementKind::Exclusive(ways) | ElementKind::Inclusive(ways) if ways.len() > 1 => {
                let n = ways.len() as f64;
                if ways.iter().any(|w| w.share.is_none()) {
                    self.lose(format!("Conditions at '{name}' are not written; its ways are taken by even shares."));
                }
                let paths: Vec<Value> = ways
                    .iter()
                    .enumerate()
                    .map(|(i, way)| {
                        let share = way.share.as_ref().map_or(1.0 / n, |s| s.value);
                        json!({"path_id": format!("{}.flow{}", element.id, i + 1), "value": share})
                    })
                    .collect();
                gateways.push(json!({"gateway_id": element.id, "probabilities": paths}));
            }
            ElementKind::Wait(wait) => match &wait.until {
                WaitUntil::For(length) => {
                    let mut event = self.law(&length.value, name);
                    event["event_id"] = json!(element.id);
                    events.push(event);
                }
                _ => self.lose(format!("'{name}' waits for a day or an hour; Prosimos knows lengths of time only.")),
            },
            ElementKind::Batch { .. } => self.lose(format!("The gathering of cases at '{name}' is not written.")),
            ElementKind::Offer(_) => self.lose(format!("The proactive offer '{name}' is not in Prosimos.")),
            ElementKind::Call(_) | ElementKind::Send(_) | ElementKind::Receive(_) => {
                self.lose(format!("'{name}' speaks with another service; Prosimos runs one process."));
            }
            _ => {}
        }
    }

    fn arrivals(&mut self) -> (Value, Value) {
        let scenario = self.scenario;
        let Some(demand) = scenario.demand.iter().find(|d| !d.background).or(scenario.demand.first()) else {
            self.lose("The study has no demand; a case an hour is written.");
            return (self.law(&Distribution::Exponential { mean: 3_600_000.0 }, "arrivals"), hours(None));
        };
        if scenario.demand.len() > 1 {
            self.lose("The study has several streams of demand; the first is written.");
        }
        match &demand.arrivals {
            Arrivals::Renewal { interval, calendar, .. } => {
                let calendar = scenario.calendars.iter().find(|c| Some(&c.id) == calendar.as_ref());
                (self.law(&interval.value, "arrivals"), hours(calendar))
            }
            Arrivals::Poisson { per_year, profile, growth } => {
                let uneven = !profile.months.is_empty()
                    || !profile.weekdays.is_empty()
                    || !profile.hours.is_empty()
                    || !profile.peaks.is_empty();
                if uneven || growth.value != 0.0 || profile.calendar.is_some() {
                    self.lose("Arrivals that vary by hour, weekday and month are written as even ones: Prosimos knows one distribution of the time between two.");
                }
                let mean = 365.0 * MS_PER_DAY as f64 / per_year.value.max(1e-6);
                (self.law(&Distribution::Exponential { mean }, "arrivals"), hours(None))
            }
            Arrivals::List(bursts) => {
                self.lose("A list of arrivals is written as an even stream of as many.");
                let n: u32 = bursts.iter().map(|b| b.count).sum();
                let span =
                    bursts.first().zip(bursts.last()).map_or(0.0, |(a, b)| a.at.duration_until(b.at).as_secs_f64() * 1_000.0);
                let mean = (span / f64::from(n.max(2) - 1)).max(1_000.0);
                (self.law(&Distribution::Exponential { mean }, "arrivals"), hours(None))
            }
        }
    }

    fn profiles(&mut self, works: &[Work<'s>]) -> Vec<Value> {
        let assigned = |id: &str| -> Vec<&str> {
            works.iter().filter(|w| resources(self.scenario, w).iter().any(|r| r == id)).map(|w| w.id).collect()
        };
        let mut profiles = Vec::new();
        let mut lost = Vec::new();
        for agency in &self.scenario.agencies {
            for pool in &agency.pools {
                let list: Vec<Value> = pool
                    .staff
                    .iter()
                    .enumerate()
                    .map(|(i, group)| {
                        let id = format!("{}/{}#{}", agency.id, pool.id, i + 1);
                        json!({"id": id, "name": pool.name, "amount": group.count.value.round().max(0.0) as u64, "cost_per_hour": pool.cost_per_hour.value,
                               "calendar": group.calendar.as_deref().unwrap_or(ALWAYS), "assignedTasks": assigned(&id)})
                    })
                    .collect();
                if pool.absence.value > 0.0 {
                    lost.push(format!("Leave and illness of '{}' are not in Prosimos.", pool.name));
                }
                profiles.push(json!({"id": format!("{}/{}", agency.id, pool.id), "name": pool.name, "resource_list": list}));
            }
        }
        for (id, name) in [("citizen", "Citizens"), ("system", "Information systems")] {
            let tasks = assigned(id);
            if !tasks.is_empty() {
                lost.push(format!("{name} have no limit; {PLENTY} at once are written."));
                profiles.push(json!({"id": format!("{id}-profile"), "name": name, "resource_list": [
                    {"id": id, "name": name, "amount": PLENTY, "cost_per_hour": 0, "calendar": ALWAYS, "assignedTasks": tasks}]}));
            }
        }
        self.lost.extend(lost);
        profiles
    }

    fn task(&mut self, work: &Work<'s>) -> Value {
        if let Performer::Staff(uses) = &work.step.performer
            && (uses.len() > 1 || uses.iter().any(|u| u.count > 1))
        {
            self.lose(format!("'{}' needs several people at once; Prosimos knows one.", work.id));
        }
        let list: Vec<Value> = resources(self.scenario, work)
            .into_iter()
            .map(|id| {
                let mut law = self.law(&work.step.duration.value, work.id);
                law["resource_id"] = json!(id);
                law
            })
            .collect();
        json!({"task_id": work.id, "resources": list})
    }

    fn calendars(&mut self) -> Vec<Value> {
        let mut all = vec![json!({"id": ALWAYS, "name": "Always", "time_periods": hours(None)})];
        for calendar in &self.scenario.calendars {
            if calendar.holidays.is_some() || !calendar.closed.is_empty() {
                self.lose(format!("Holidays of '{}' are not in Prosimos.", calendar.name));
            }
            all.push(json!({"id": calendar.id, "name": calendar.name, "time_periods": hours(Some(calendar))}));
        }
        all
    }

    /// Writes a law in seconds: the five that Prosimos has, or a gamma law of the same mean and variance.
    fn law(&mut self, law: &Distribution, of: &str) -> Value {
        let s = MS_PER_SECOND as f64;
        let (inner, min, max) = match law {
            Distribution::Truncated { of, min, max } if max.is_finite() => (&**of, min / s, Some(max / s)),
            Distribution::Truncated { of, min, .. } => (&**of, min / s, None),
            law => (law, 0.0, None),
        };
        // Prosimos needs an end; one in a hundred million lies beyond this one.
        let max = max.unwrap_or_else(|| (inner.quantile(1.0 - 1e-8) / s).max(min + 1.0));
        let (name, params): (&str, Vec<f64>) = match inner {
            Distribution::Fixed(value) => ("fix", vec![value / s]),
            Distribution::Uniform { min: low, max: high } => ("uniform", vec![(low / s).max(min), (high / s).min(max)]),
            Distribution::Exponential { mean } => ("expon", vec![mean / s + min, min, max]),
            Distribution::Normal { mean, sd } => ("norm", vec![mean / s, sd / s, min, max]),
            Distribution::Lognormal { mean, sd } => ("lognorm", vec![mean / s, (sd / s).powi(2), min, max]),
            other => {
                let exact = matches!(other, Distribution::Gamma { .. } | Distribution::Erlang { .. });
                if !exact {
                    self.lose(format!(
                        "The distribution at '{of}' is written as a gamma distribution of the same mean and variance."
                    ));
                }
                ("gamma", vec![other.mean() / s, other.variance() / s / s, min, max])
            }
        };
        let params: Vec<Value> = params.into_iter().map(|value| json!({"value": value})).collect();
        json!({"distribution_name": name, "distribution_params": params})
    }
}

/// Returns the ids of the resources that can do a task.
fn resources(scenario: &Scenario, work: &Work<'_>) -> Vec<String> {
    match &work.step.performer {
        Performer::Citizen => vec!["citizen".to_owned()],
        Performer::System(_) => vec!["system".to_owned()],
        Performer::Staff(uses) => {
            let pool = uses.first().and_then(|u| scenario.staff_pool(&u.pool).map(|(_, pool)| (&u.pool, pool)));
            let Some((reference, pool)) = pool else { return vec!["system".to_owned()] };
            let can =
                |group: &crate::model::agency::StaffGroup| work.step.skill.as_ref().is_none_or(|s| group.skills.contains(s));
            let groups = pool.staff.iter().enumerate().filter(|(_, group)| can(group));
            groups.map(|(i, _)| format!("{reference}#{}", i + 1)).collect()
        }
    }
}

/// Writes the hours of a calendar; around the clock without one.
fn hours(calendar: Option<&Calendar>) -> Value {
    let always = [WeeklyHours { days: crate::model::calendar::Weekdays::ALL, from_minute: 0, to_minute: 1440 }];
    let weekly = calendar.map_or(&always[..], |c| c.weekly.as_slice());
    let clock = |minute: u16| {
        if minute >= 1440 { "23:59:59.999".to_owned() } else { format!("{:02}:{:02}:00", minute / 60, minute % 60) }
    };
    let mut list = Vec::new();
    for span in weekly {
        for day in span.days.iter() {
            let mut put = |day: u8, from: u16, to: u16| {
                let name = DAYS[usize::from(day % 7)];
                list.push(json!({"from": name, "to": name, "beginTime": clock(from), "endTime": clock(to)}));
            };
            if span.to_minute > span.from_minute {
                put(day, span.from_minute, span.to_minute);
            } else {
                put(day, span.from_minute, 1440);
                if span.to_minute > 0 {
                    put(day + 1, 0, span.to_minute);
                }
            }
        }
    }
    Value::Array(list)
}
