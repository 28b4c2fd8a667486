//! Our figures as BPSim 2.0: arrivals, shares, durations, people with their hours, costs and priorities.
//!
//! Units: money in the scenario's currency; lengths of time in minutes, and costs of people per minute, which is BPSim's own base unit.
//! Calendars are written as iCalendar events of one week that repeats. What BPSim has no words for is left to our own part of the file
//! and listed. Source: WfMC, Business Process Simulation Specification 2.0, and its schema.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::distribution::Distribution;
use crate::base::distribution::form::Form;
use crate::base::time::{MS_PER_HOUR, MS_PER_MINUTE};
use crate::formats::bpmn::write::draft::{Body, Draft, Flow, Node};
use crate::formats::bpmn::write::events::iso_duration;
use crate::formats::bpmn::write::lost::Lost;
use crate::formats::bpmn::write::names::{Names, Once};
use crate::formats::bpmn::write::print::{Build, element};
use crate::formats::bpmn::xml::XmlElement;
use crate::model::agency::StaffGroup;
use crate::model::calendar::{Calendar, WeeklyHours};
use crate::model::demand::Arrivals;
use crate::model::figure::Figure;
use crate::model::flow::{Element, ElementKind, Repeat, Trigger, Wait, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::step::Performer;
use crate::model::study::Study;

/// A year, as rates per year mean it.
const MINUTES_PER_YEAR: f64 = 365.0 * 24.0 * 60.0;

/// Days of the week as iCalendar names them, Monday first.
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Returns the relationship that holds the scenario, for a file with this outermost element. What is not drawn in the file has no figures.
pub(super) fn relationship(study: &Study, draft: &mut Draft, root: &XmlElement) -> XmlElement {
    let file = crate::formats::bpmn::kept::anchor(root);
    let drawn = Drawn::of(root, draft);
    let id = draft.names.free("figures.bpsim", "study");
    let scenario_id = draft.names.free("scenario.as-is", "study");
    let calendars = calendars(&study.scenario, &mut draft.names);
    let mut writer = Writer { scenario: &study.scenario, calendars: &calendars, lost: &mut draft.lost, parts: BTreeMap::new() };
    for process in &draft.processes {
        let service = &study.scenario.services[process.service];
        let mut elements = BTreeMap::new();
        index(&service.elements, &mut elements);
        writer.body(&process.body, &elements, &draft.names);
        writer.arrivals(&service.id, &process.body);
    }
    writer.people(&draft.names);
    writer.left_out();
    writer.not_drawn(&drawn, &draft.names);
    let parts = std::mem::take(&mut writer.parts);
    let made = element("bpsim:Scenario")
        .with("id", scenario_id)
        .with("name", if study.title.is_empty() { &study.id } else { &study.title })
        .with_some("description", study.summary.trim())
        .with("vendor", "Kezek")
        .with("version", env!("CARGO_PKG_VERSION"))
        .child(parameters(study))
        .children(parts.into_iter().filter_map(|(of, groups)| Some(element_parameters(&drawn.id(&of)?, groups))))
        .children(study.scenario.calendars.iter().filter_map(|c| written_calendar(&study.scenario, c, calendars.get(&c.id)?)));
    element("bpmn:relationship")
        .with("id", id)
        .with("type", "BPSimData")
        .child(element("bpmn:extensionElements").child(element("bpsim:BPSimData").child(made)))
        .child(element("bpmn:source").saying(file))
        .child(element("bpmn:target").saying(file))
}

/// Tells whether an element is a relationship that this module has written.
pub(super) fn is_ours(relationship: &XmlElement) -> bool {
    let mut scenarios = Vec::new();
    for data in relationship.elements().flat_map(XmlElement::elements).filter(|e| e.local() == "BPSimData") {
        scenarios.extend(data.elements().filter(|e| e.local() == "Scenario"));
    }
    !scenarios.is_empty() && scenarios.iter().all(|s| s.attribute("vendor") == Some("Kezek"))
}

/// What is drawn in a file.
struct Drawn {
    ids: BTreeSet<String>,
    /// Arrows of the draft that bear other ids in the file: a drawing of others has its own.
    flows: BTreeMap<String, String>,
}

impl Drawn {
    fn of(root: &XmlElement, draft: &Draft) -> Drawn {
        let (mut ids, mut by_ends) = (BTreeSet::new(), BTreeMap::new());
        let mut to_do = vec![root];
        while let Some(element) = to_do.pop() {
            if let Some(id) = element.attribute("id") {
                ids.insert(id.to_owned());
                if let (Some(from), Some(to)) = (element.attribute("sourceRef"), element.attribute("targetRef")) {
                    by_ends.entry((from, to)).or_insert(id);
                }
            }
            to_do.extend(element.elements());
        }
        let own = |flow: &Flow| {
            // A split that the reader has made is drawn at its element.
            let from = flow.from.strip_suffix(".split").unwrap_or(&flow.from);
            by_ends.get(&(from, flow.to.as_str())).map(|id| (flow.id.clone(), (*id).to_owned()))
        };
        let flows = draft.flows().into_iter().filter_map(own).collect();
        Drawn { ids, flows }
    }

    /// Returns the id that something of the draft has in the file.
    fn id(&self, of: &str) -> Option<String> {
        if self.ids.contains(of) { Some(of.to_owned()) } else { self.flows.get(of).cloned() }
    }
}

fn parameters(study: &Study) -> XmlElement {
    let plan = &study.plan;
    let length = |tag: &str, ms: i64| {
        let value = element("bpsim:DurationParameter").with("value", iso_duration(ms as f64));
        element(tag).child(value)
    };
    let start = element("bpsim:DateTimeParameter").with("value", format!("{}", study.scenario.start));
    element("bpsim:ScenarioParameters")
        .with("replication", plan.replications.min(i32::MAX as u32).to_string())
        .with("seed", (plan.seed as i64).to_string())
        .with("baseTimeUnit", "min")
        .with("baseCurrencyUnit", &study.scenario.currency)
        .child(element("bpsim:Start").child(start))
        .child(length("bpsim:Duration", plan.horizon.ms()))
        .child(length("bpsim:Warmup", plan.warm_up.ms()))
}

/// The groups of an element's parameters, in the order of the schema.
const GROUPS: [&str; 5] = ["TimeParameters", "ControlParameters", "ResourceParameters", "PriorityParameters", "CostParameters"];

/// By position in [`GROUPS`].
type Groups = BTreeMap<usize, Vec<XmlElement>>;

fn element_parameters(of: &str, groups: Groups) -> XmlElement {
    let group = |(i, parameters): (usize, Vec<XmlElement>)| element(&format!("bpsim:{}", GROUPS[i])).children(parameters);
    element("bpsim:ElementParameters").with("elementRef", of).children(groups.into_iter().map(group))
}

fn index<'e>(elements: &'e [Element], found: &mut BTreeMap<&'e str, &'e Element>) {
    for element in elements {
        found.entry(&element.id).or_insert(element);
        index(element.inner().unwrap_or_default(), found);
    }
}

struct Writer<'s> {
    scenario: &'s Scenario,
    calendars: &'s BTreeMap<String, String>,
    lost: &'s mut Lost,
    /// What is written, by the id of what it is about.
    parts: BTreeMap<String, Groups>,
}

impl Writer<'_> {
    fn add(&mut self, of: &str, group: usize, name: &str, values: Vec<XmlElement>) {
        if !values.is_empty() {
            let parameter = element(&format!("bpsim:{name}")).children(values);
            self.parts.entry(of.to_owned()).or_default().entry(group).or_default().push(parameter);
        }
    }

    fn law(&mut self, figure: &Figure<Distribution>, at: &str) -> XmlElement {
        if !figure.by_segment.is_empty() {
            self.lost.add("by-segment", at);
        }
        let (value, exact) = law(&figure.value);
        if !exact {
            self.lost.add("law", at);
        }
        value
    }

    fn number(&mut self, figure: &Figure<f64>, at: &str) -> XmlElement {
        if !figure.by_segment.is_empty() {
            self.lost.add("by-segment", at);
        }
        floating(figure.value)
    }

    fn body(&mut self, body: &Body, elements: &BTreeMap<&str, &Element>, names: &Names) {
        for flow in &body.flows {
            match (flow.share, &flow.condition) {
                (Some(share), _) => self.add(&flow.id, 1, "Probability", vec![floating(share)]),
                (None, Some(_)) => self.lost.add("conditions", &flow.name),
                (None, None) => {}
            }
        }
        for node in &body.nodes {
            if let Some(it) = elements.get(node.of.as_str()) {
                self.node(node, it, names);
            }
            if let Some(inside) = &node.inside {
                self.body(inside, elements, names);
            }
        }
    }

    fn node(&mut self, node: &Node, it: &Element, names: &Names) {
        if matches!(it.repeat, Some(Repeat::Loop { .. })) && node.marker.is_some() {
            self.lost.add("loop", &it.name);
        }
        for border in &node.borders {
            let event = it.boundary.iter().find(|event| event.id == border.of);
            if let Some(Trigger::After(length)) = event.map(|event| &event.trigger) {
                let value = self.law(length, &border.name);
                self.add(&border.id, 1, "InterTriggerTimer", vec![value]);
            }
        }
        if let ElementKind::Wait(Wait { until: WaitUntil::For(length), .. }) = &it.kind
            && node.tag == "intermediateCatchEvent"
        {
            let value = self.law(length, &it.name);
            self.add(&node.id, 1, "InterTriggerTimer", vec![value]);
        }
        let ElementKind::Step(step) = &it.kind else { return };
        let value = self.law(&step.duration, &it.name);
        self.add(&node.id, 0, "ProcessingTime", vec![value]);
        if let Performer::Staff(pools) = &step.performer {
            for (i, pool) in pools.iter().enumerate() {
                let id = names.all_once(Once::Staff).find(|(name, _)| *name == pool.pool).map_or("", |(_, id)| id);
                let text = format!("bpsim:getResource('{id}',{})", pool.count);
                let value = element("bpsim:ExpressionParameter").with("value", text);
                self.add(&format!("{}.by{}", node.id, i + 1), 2, "Selection", vec![value]);
            }
        }
        if step.priority != 0 {
            self.add(&node.id, 3, "Priority", vec![floating(f64::from(step.priority))]);
        }
        if step.cost.value != 0.0 {
            let value = self.number(&step.cost, &it.name);
            self.add(&node.id, 4, "FixedCost", vec![value]);
        }
        if let Some(failure) = &step.failure {
            // The event at the task's border has the chance; it is the one whose way leads to what follows.
            let of = node
                .borders
                .iter()
                .find(|b| b.definitions.iter().any(|d| d.local() == "errorEventDefinition") && b.of == node.of);
            if let Some(border) = of {
                let value = self.number(&failure.share, &it.name);
                self.add(&border.id, 1, "Probability", vec![value]);
            }
        }
    }

    /// How often cases of a service begin.
    fn arrivals(&mut self, service: &str, body: &Body) {
        let Some(start) = body.nodes.iter().find(|n| n.tag == "startEvent").map(|n| n.id.clone()) else { return };
        let scenario = self.scenario;
        // Direct arrivals, then the rates at which life events set the service off.
        if let Some(demand) = scenario.demand.iter().find(|d| d.of == service) {
            match &demand.arrivals {
                Arrivals::Renewal { interval, limit, .. } => {
                    let value = self.law(interval, &demand.id);
                    self.add(&start, 1, "InterTriggerTimer", vec![value]);
                    let count =
                        limit.map(|n| element("bpsim:NumericParameter").with("value", n.min(i64::MAX as u64).to_string()));
                    self.add(&start, 1, "TriggerCount", count.into_iter().collect());
                    return;
                }
                Arrivals::Poisson { per_year, .. } => {
                    self.lost.add("arrivals", &demand.id);
                    return self.rate(&start, per_year.value);
                }
                Arrivals::List(bursts) => {
                    self.lost.add("arrivals", &demand.id);
                    let total: u64 = bursts.iter().map(|b| u64::from(b.count)).sum();
                    let count = element("bpsim:NumericParameter").with("value", total.to_string());
                    self.add(&start, 1, "TriggerCount", vec![count]);
                    return;
                }
            }
        }
        let mut rate = 0.0;
        for demand in &scenario.demand {
            let Some(event) = scenario.life_events.iter().find(|e| e.id == demand.of) else { continue };
            let Some(used) = event.services.iter().find(|s| s.service == service) else { continue };
            if let Arrivals::Poisson { per_year, .. } = &demand.arrivals {
                self.lost.add("arrivals", &demand.id);
                rate += per_year.value * used.due.value;
            }
        }
        self.rate(&start, rate);
    }

    fn rate(&mut self, start: &str, per_year: f64) {
        let mean = MINUTES_PER_YEAR / per_year;
        if mean.is_finite() && mean > 0.0 {
            let value = element("bpsim:NegativeExponentialDistribution").with("mean", double(mean)).with("timeUnit", "min");
            self.add(start, 1, "InterTriggerTimer", vec![value]);
        }
    }

    /// How many people there are, when, and what they cost.
    fn people(&mut self, names: &Names) {
        let pools: Vec<(String, String)> = names.all_once(Once::Staff).map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
        for (reference, id) in pools {
            let Some((_, pool)) = self.scenario.staff_pool(&reference) else { continue };
            let mut quantity = Vec::new();
            for group in &pool.staff {
                let mut value =
                    element("bpsim:NumericParameter").with("value", format!("{:.0}", group.count.value.clamp(0.0, 1e9)));
                if let Some(calendar) = group.calendar.as_ref().and_then(|c| self.calendars.get(c)) {
                    value = value.with("validFor", calendar);
                }
                quantity.push(value);
            }
            self.add(&id, 2, "Quantity", quantity);
            if pool.cost_per_hour.value != 0.0 {
                let per_minute = pool.cost_per_hour.value * MS_PER_MINUTE as f64 / MS_PER_HOUR as f64;
                self.add(&id, 4, "UnitCost", vec![floating(per_minute)]);
            }
            if pool.absence.value != 0.0 {
                self.lost.add("absence", &pool.name);
            }
        }
    }

    /// People whom the drawing does not name have no place in BPSim either. What was only assumed of them is no loss.
    fn not_drawn(&mut self, drawn: &Drawn, names: &Names) {
        for (reference, id) in names.all_once(Once::Staff) {
            let Some((_, pool)) = self.scenario.staff_pool(reference).filter(|_| drawn.id(id).is_none()) else { continue };
            let is_assumed = |group: &StaffGroup| group.count.is_assumption() && group.calendar.is_none();
            if !pool.staff.iter().all(is_assumed) || pool.cost_per_hour.value != 0.0 {
                self.lost.add("staff", if pool.name.is_empty() { &pool.id } else { &pool.name });
            }
        }
    }

    /// What has no place in BPSim at all.
    fn left_out(&mut self) {
        let scenario = self.scenario;
        scenario.life_events.iter().for_each(|e| self.lost.add("life-event", &e.name));
        scenario.documents.iter().for_each(|d| self.lost.add("document", &d.name));
        scenario.registries.iter().for_each(|r| self.lost.add("registry", &r.name));
        scenario.segments.iter().for_each(|s| self.lost.add("population", &s.name));
    }
}

/// Writes a law; tells whether BPSim has the very same.
fn law(law: &Distribution) -> (XmlElement, bool) {
    let unit = |made: XmlElement| made.with("timeUnit", "min");
    let minutes = |ms: f64| double(ms / MS_PER_MINUTE as f64);
    let two = |name: &str, a: (&str, f64), b: (&str, f64)| {
        unit(element(&format!("bpsim:{name}")).with(a.0, minutes(a.1)).with(b.0, minutes(b.1)))
    };
    let exact = match law {
        Distribution::Fixed(ms) => unit(element("bpsim:FloatingParameter").with("value", minutes(*ms))),
        Distribution::Uniform { min, max } => two("UniformDistribution", ("min", *min), ("max", *max)),
        Distribution::Triangular { min, likely, max } => unit(
            element("bpsim:TriangularDistribution")
                .with("mode", minutes(*likely))
                .with("min", minutes(*min))
                .with("max", minutes(*max)),
        ),
        Distribution::Exponential { mean } => unit(element("bpsim:NegativeExponentialDistribution").with("mean", minutes(*mean))),
        Distribution::Erlang { k, mean } => {
            unit(element("bpsim:ErlangDistribution").with("mean", minutes(*mean)).with("k", double(f64::from(*k))))
        }
        Distribution::Lognormal { mean, sd } => two("LogNormalDistribution", ("mean", *mean), ("standardDeviation", *sd)),
        Distribution::Normal { mean, sd } => {
            // Negative lengths of time are drawn again here; BPSim has to be told so.
            let top = mean + 20.0 * sd;
            unit(
                element("bpsim:TruncatedNormalDistribution")
                    .with("mean", minutes(*mean))
                    .with("standardDeviation", minutes(*sd))
                    .with("min", "0")
                    .with("max", minutes(top)),
            )
        }
        Distribution::Gamma { mean, sd } if *sd > 0.0 && *mean > 0.0 => {
            let shape = (mean / sd).powi(2);
            unit(element("bpsim:GammaDistribution").with("shape", double(shape)).with("scale", minutes(mean / shape)))
        }
        Distribution::Weibull { shape, scale } => {
            unit(element("bpsim:WeibullDistribution").with("shape", double(*shape)).with("scale", minutes(*scale)))
        }
        other => return (by_points(other), false),
    };
    (exact, true)
}

/// Writes a law that BPSim does not have as its quantiles, between which it is even; one that is no law as its mean.
fn by_points(law: &Distribution) -> XmlElement {
    const POINTS: usize = 20;
    let form: Option<Form> = law.form().ok();
    let minutes = |ms: f64| double(ms / MS_PER_MINUTE as f64);
    let Some(form) = form else {
        return element("bpsim:FloatingParameter").with("value", minutes(law.mean())).with("timeUnit", "min");
    };
    let mut made = element("bpsim:UserDistribution").with("timeUnit", "min").with("discrete", "true");
    for i in 0..POINTS {
        let value = form.quantile((i as f64 + 0.5) / POINTS as f64);
        let point = element("bpsim:UserDistributionDataPoint").with("probability", double(1.0 / POINTS as f64));
        made = made.child(point.child(element("bpsim:FloatingParameter").with("value", minutes(value)).with("timeUnit", "min")));
    }
    made
}

fn floating(value: f64) -> XmlElement {
    element("bpsim:FloatingParameter").with("value", double(value))
}

/// Writes a number so that reading it gives the same number.
fn double(value: f64) -> String {
    if value.is_finite() { format!("{value}") } else { "0".to_owned() }
}

/// Gives ids to the calendars that staff keeps to.
fn calendars(scenario: &Scenario, names: &mut Names) -> BTreeMap<String, String> {
    let used = |id: &str| {
        let mut groups = scenario.agencies.iter().flat_map(|a| &a.pools).flat_map(|p| &p.staff);
        groups.any(|g| g.calendar.as_deref() == Some(id))
    };
    let kept = scenario.calendars.iter().filter(|c| used(&c.id));
    kept.map(|c| (c.id.clone(), names.free(&format!("calendar.{}", c.id), "calendar"))).collect()
}

/// Writes a calendar: an event of each of its hours, which repeats by weekdays and leaves out holidays.
fn written_calendar(scenario: &Scenario, calendar: &Calendar, id: &str) -> Option<XmlElement> {
    let mut text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Kezek//EN\n".to_owned();
    let holidays = scenario.holidays.iter().find(|h| Some(&h.id) == calendar.holidays.as_ref());
    let off = holidays.into_iter().flat_map(|h| &h.days_off).chain(&calendar.closed);
    let mut closed = Vec::new();
    for range in off {
        let mut day = range.first;
        while day <= range.last && closed.len() < 1000 {
            closed.push(day);
            day = day.tomorrow().ok()?;
        }
    }
    for hours in &calendar.weekly {
        text.push_str(&event(scenario, hours, &closed));
    }
    text.push_str("END:VCALENDAR");
    let name = if calendar.name.is_empty() { &calendar.id } else { &calendar.name };
    Some(element("bpsim:Calendar").with("id", id).with("name", name).saying(&text))
}

fn event(scenario: &Scenario, hours: &WeeklyHours, closed: &[jiff::civil::Date]) -> String {
    let start = scenario.start.date();
    let today = start.weekday().to_monday_zero_offset() as i64;
    let Some(first) = hours.days.iter().map(|day| (i64::from(day) - today).rem_euclid(7)).min() else { return String::new() };
    let day = start.saturating_add(jiff::Span::new().days(first));
    let at = |day: jiff::civil::Date, minute: u16| {
        // The end of a day is the beginning of the next.
        let (day, minute) = if minute >= 1440 { (day.saturating_add(jiff::Span::new().days(1)), 0) } else { (day, minute) };
        format!("{:04}{:02}{:02}T{:02}{:02}00", day.year(), day.month(), day.day(), minute / 60, minute % 60)
    };
    let over_night = hours.to_minute <= hours.from_minute;
    let last = if over_night { day.saturating_add(jiff::Span::new().days(1)) } else { day };
    let days: Vec<&str> = hours.days.iter().map(|day| DAYS[usize::from(day.min(6))]).collect();
    let mut text = format!(
        "BEGIN:VEVENT\nDTSTART:{}\nDTEND:{}\nRRULE:FREQ=WEEKLY;BYDAY={}\n",
        at(day, hours.from_minute),
        at(last, hours.to_minute),
        days.join(",")
    );
    for day in closed.iter().filter(|day| hours.days.contains(day.weekday().to_monday_zero_offset() as u8)) {
        text.push_str(&format!("EXDATE:{}\n", at(*day, hours.from_minute)));
    }
    text.push_str("END:VEVENT\n");
    text
}
