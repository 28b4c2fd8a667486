//! The simulation block of QBP, as BIMP, Apromore and Signavio write it into BPMN files, put onto the drawing.
//!
//! All numbers are seconds, whatever unit stands beside them: that is what the user chose to type in. Meanings of a distribution's
//! parameters as measured on the simulator itself: `EXPONENTIAL` arg1 is the mean, `NORMAL` arg1 the standard deviation, `UNIFORM`
//! arg1 to arg2, `GAMMA` and `LOGNORMAL` arg1 the variance, `TRIANGULAR` mean is the most likely value, arg1 to arg2.
//! A normal time below 0 is drawn anew here; QBP lets work end before it begins.
//! The run lasts for as long as its number of cases takes to arrive.

mod laws;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::distribution::Distribution;
use crate::base::time::SimDuration;
use crate::formats::bpmn::Imported;
use crate::formats::bpmn::xml::XmlElement;
use crate::formats::params::found::Found;
use crate::formats::params::onto::{self, Given, When};
use crate::formats::params::staff::{self, Resource};
use crate::model::Id;
use crate::model::calendar::{Calendar, DateRange, HolidayList, Weekdays, WeeklyHours, open_share};
use crate::model::demand::{Arrivals, Demand};
use crate::model::figure::Figure;
use crate::model::flow::{ElementKind, Trigger, WaitUntil};
use crate::model::step::{Performer, PoolUse, Step};
use crate::model::study::Source;
use laws::{law, number};

/// The key under which figures quote the file.
const SOURCE: &str = "qbp";

/// The resource that anybody is.
const ANYBODY: &str = "QBP_DEFAULT_RESOURCE";

/// The timetable that never closes.
const ALWAYS: &str = "QBP_247_TIMETABLE";

/// The most cases of a run.
const MOST_CASES: f64 = 10_000_000.0;

/// Weekdays as the file writes them, Monday first.
const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

/// Tells whether a file holds such a block.
pub(super) fn is_in(root: &XmlElement) -> bool {
    !blocks(root).is_empty()
}

/// Returns the blocks of a file, each with the id of the process that it stands in, if it stands in one.
fn blocks(root: &XmlElement) -> Vec<(&XmlElement, Option<&str>)> {
    let mut found = Vec::new();
    let mut to_do = vec![(root, None)];
    while let Some((element, process)) = to_do.pop() {
        let process = if element.local() == "process" { element.attribute("id") } else { process };
        match element.local() {
            "processSimulationInfo" => found.push((element, process)),
            // Blocks stand high up.
            "definitions" | "process" | "extensionElements" | "collaboration" => {
                to_do.extend(element.elements().map(|e| (e, process)))
            }
            _ => {}
        }
    }
    found.sort_by_key(|(element, _)| element.at);
    found
}

/// Puts the blocks of `root` onto a drawing.
pub(super) fn apply(imported: &mut Imported, root: &XmlElement, found: &mut Found, file: &str) {
    let title = format!("QBP simulation parameters in {file}");
    imported.study.sources.push(Source { key: SOURCE.to_owned(), title, address: file.to_owned(), ..Source::default() });
    let mut people = Vec::new();
    let mut tasks = BTreeMap::new();
    let mut said: BTreeSet<String> = BTreeSet::new();
    for (block, process) in blocks(root) {
        let of = block.attribute("processId").filter(|id| !id.is_empty()).or(process).unwrap_or_default().to_owned();
        // The same block may stand in both places.
        if !said.insert(of.clone()) {
            found.note(block.at, "block-twice", "This block stands here a second time; the first is taken.");
            continue;
        }
        let mut reader = Reader { imported, found, calendars: BTreeMap::new(), people: &mut people, tasks: &mut tasks, of };
        reader.block(block);
    }
    settle(imported, &people, &tasks, found);
}

struct Reader<'a, 't> {
    imported: &'a mut Imported,
    found: &'a mut Found<'t>,
    /// Timetables: what they became; `None` for one that never closes.
    calendars: BTreeMap<String, Option<Id>>,
    people: &'a mut Vec<Resource>,
    /// Who does which task.
    tasks: &'a mut BTreeMap<String, String>,
    /// The process; empty where the block does not say.
    of: String,
}

/// Returns what is in a list, by the list's and the entries' names.
fn entries<'x>(block: &'x XmlElement, list: &'static str, entry: &'static str) -> impl Iterator<Item = &'x XmlElement> {
    let lists = block.elements().filter(move |e| e.local() == list);
    lists.flat_map(|l| l.elements()).filter(move |e| e.local() == entry)
}

impl Reader<'_, '_> {
    fn block(&mut self, block: &XmlElement) {
        if let Some(start) = block.attribute("startDateTime") {
            let local = start.trim().get(..19).unwrap_or(start.trim()).trim_end_matches('Z');
            match local.parse() {
                Ok(start) => self.imported.study.scenario.start = start,
                Err(_) => self.found.warn(block.at, "bad-start", format!("The start '{start}' is no date and time."), ""),
            }
        }
        if let Some(currency) = block.attribute("currency").filter(|c| !c.trim().is_empty()) {
            self.imported.study.scenario.currency = currency.trim().to_owned();
        }
        self.holidays(block);
        let arrivals = self.timetables(block);
        self.resources(block);
        for element in entries(block, "elements", "element") {
            self.element(element);
        }
        self.flows(block);
        self.arrivals(block, arrivals);
    }

    fn holidays(&mut self, block: &XmlElement) {
        for list in block.elements().filter(|e| e.local() == "holidays") {
            let id = list.attribute("id").unwrap_or_default();
            let mut days_off = Vec::new();
            for day in list.elements().filter(|e| e.local() == "holiday") {
                let text = day.attribute("date").unwrap_or_default().trim();
                match text.get(..10).unwrap_or(text).parse() {
                    Ok(date) => days_off.push(DateRange { first: date, last: date }),
                    Err(_) => self.found.warn(
                        day.at,
                        "bad-holiday",
                        format!("The holiday '{text}' is no date."),
                        "Write it as 2026-01-01.",
                    ),
                }
            }
            let name = list.attribute("name").unwrap_or(id).to_owned();
            let source = Some(SOURCE.to_owned());
            let lists = &mut self.imported.study.scenario.holidays;
            if !id.is_empty() && !days_off.is_empty() && !lists.iter().any(|l| l.id == id) {
                lists.push(HolidayList { id: id.to_owned(), name, days_off, source, ..HolidayList::default() });
            }
        }
    }

    /// Takes timetables over; returns that of the arrivals.
    fn timetables(&mut self, block: &XmlElement) -> Option<Id> {
        self.calendars.insert(ALWAYS.to_owned(), None);
        let mut of_arrivals = None;
        for table in entries(block, "timetables", "timetable") {
            let id = table.attribute("id").unwrap_or_default().to_owned();
            let made = self.timetable(table, &id);
            if table.attribute("default").is_some_and(|d| d.trim() == "true") {
                of_arrivals = made.clone();
            }
            self.calendars.insert(id, made);
        }
        of_arrivals
    }

    fn timetable(&mut self, table: &XmlElement, id: &str) -> Option<Id> {
        let mut weekly = Vec::new();
        for rule in entries(table, "rules", "rule").chain(table.elements().filter(|e| e.local() == "rule")) {
            let day = |name: &str| {
                let text = rule.attribute(name)?.trim();
                DAYS.iter().position(|d| d.eq_ignore_ascii_case(text)).map(|d| d as u8)
            };
            let time = |name: &str| rule.attribute(name).and_then(onto::minute_of_day);
            let (from, times) = (day("fromWeekDay"), time("fromTime").zip(time("toTime")));
            let (Some(from), Some((begin, end))) = (from, times) else {
                let hint = "Write weekdays as MONDAY and times as 09:00:00.000+00:00.";
                self.found.warn(rule.at, "bad-interval", "These hours cannot be read; they are left out.", hint);
                continue;
            };
            let to = day("toWeekDay").unwrap_or(from);
            weekly.push(WeeklyHours {
                days: Weekdays::range(from, to),
                from_minute: begin.min(1439),
                to_minute: if end == 0 { 1440 } else { end },
            });
        }
        let holidays = table.attribute("holidaysId").filter(|id| !id.is_empty()).map(str::to_owned);
        let holidays = holidays.filter(|id| self.imported.study.scenario.holidays.iter().any(|l| l.id == *id));
        if weekly.is_empty() {
            self.found.warn(
                table.at,
                "empty-calendar",
                format!("The timetable '{id}' has no hours; it never closes here."),
                "Give it a rule.",
            );
            return None;
        }
        let whole = |h: &WeeklyHours| h.days == Weekdays::ALL && h.from_minute == 0 && h.to_minute == 1440;
        if holidays.is_none() && weekly.iter().any(whole) {
            return None;
        }
        let own = onto::calendar_id(&self.imported.study.scenario, id);
        let name = table.attribute("name").unwrap_or(id).to_owned();
        let source = Some(SOURCE.to_owned());
        self.imported.study.scenario.calendars.push(Calendar {
            id: own.clone(),
            name,
            weekly,
            holidays,
            source,
            ..Calendar::default()
        });
        Some(own)
    }

    fn resources(&mut self, block: &XmlElement) {
        for resource in entries(block, "resources", "resource") {
            let id = resource.attribute("id").unwrap_or_default().to_owned();
            let name = resource.attribute("name").unwrap_or(&id).to_owned();
            let amount = number(resource, "totalAmount").filter(|n| (0.0..=1e6).contains(n));
            if amount.is_none() {
                self.found.warn(
                    resource.at,
                    "bad-quantity",
                    format!("The number of '{name}' is missing, or no number up to a million; one is taken."),
                    "",
                );
            }
            let table = resource.attribute("timetableId").unwrap_or_default();
            let calendar = match self.calendars.get(table) {
                Some(calendar) => calendar.clone(),
                None if table.is_empty() || table == "QBP_DEFAULT_TIMETABLE" => None,
                None => {
                    let message = format!("The timetable '{table}' of '{name}' is not in the file; they work around the clock.");
                    self.found.warn(resource.at, "unknown-calendar", message, "Add it to timetables.");
                    None
                }
            };
            if self.people.iter().any(|known| known.id == id) {
                continue;
            }
            let cost_per_hour = number(resource, "costPerHour").unwrap_or(0.0).max(0.0);
            let amount = amount.unwrap_or(1.0).round();
            self.people.push(Resource { id, name, amount, cost_per_hour, calendar, tasks: BTreeSet::new() });
        }
    }

    fn element(&mut self, element: &XmlElement) {
        let Some(id) = element.attribute("elementId").filter(|id| !id.is_empty()) else {
            return self.found.warn(element.at, "no-element", "This entry does not say of which element it is (elementId).", "");
        };
        if onto::element_mut(&mut self.imported.study.scenario, id).is_none() && !self.is_border(id) {
            let message = format!("The drawing has no '{id}'; what is said of it is left out.");
            return self.found.warn(
                element.at,
                "not-in-the-drawing",
                message,
                "Check whether the parameters belong to this drawing.",
            );
        }
        let duration = element.child("durationDistribution").and_then(|inner| match law(inner) {
            Ok(law) => Some(law),
            Err(why) => {
                self.found.error(inner.at, "bad-distribution", why, "Known are FIXED, EXPONENTIAL, NORMAL, UNIFORM, GAMMA, LOGNORMAL, TRIANGULAR, HISTOGRAM and EXACT, in seconds.");
                None
            }
        });
        for name in ["costThreshold", "durationThreshold"] {
            if number(element, name).is_some_and(|n| n > 0.0) {
                let message = format!("The {name} of '{id}' is left out: it changes nothing in a run, and quantiles say more.");
                self.found.note(element.at, "threshold", message);
            }
        }
        if element.attribute("simulateAsTask").is_some_and(|text| text.trim() == "true") {
            self.as_task(id);
        }
        let cost = number(element, "fixedCost").unwrap_or(0.0).max(0.0);
        let is_work = self.duration(id, duration, cost);
        let mut resources = entries(element, "resourceIds", "resourceId");
        if let Some(resource) = resources.next() {
            let who = resource.text();
            if resources.next().is_some() {
                self.found.warn(
                    resource.at,
                    "several-resources",
                    format!("'{id}' names several resources; the first is taken."),
                    "Name one.",
                );
            }
            if is_work && !who.is_empty() {
                self.does(&who, id, resource.at);
            }
        }
    }

    fn is_border(&mut self, id: &str) -> bool {
        let mut found = false;
        onto::for_all(&mut self.imported.study.scenario, &mut |e| found |= e.boundary.iter().any(|b| b.id == id));
        found
    }

    /// Takes a sub-process as one task.
    fn as_task(&mut self, id: &str) {
        if let Some(element) = onto::element_mut(&mut self.imported.study.scenario, id)
            && matches!(element.kind, ElementKind::SubProcess(_) | ElementKind::Call(_))
        {
            let step = Step { performer: Performer::System(None), ..Step::default() };
            element.kind = ElementKind::Step(Box::new(step));
        }
    }

    /// Gives an element its duration; returns whether it is work.
    fn duration(&mut self, id: &str, law: Option<Distribution>, cost: f64) -> bool {
        let mut is_work = false;
        onto::for_all(&mut self.imported.study.scenario, &mut |element| {
            let is_it = element.id == id;
            let figure = law.clone().map(|law| Figure::sourced(law, SOURCE));
            for border in element.boundary.iter_mut().filter(|b| b.id == id) {
                if let (Some(figure), Trigger::After(after)) = (&figure, &mut border.trigger) {
                    *after = figure.clone();
                }
            }
            match (&mut element.kind, figure) {
                (ElementKind::Step(step), figure) if is_it => {
                    is_work = true;
                    step.duration = figure.unwrap_or_else(|| step.duration.clone());
                    if cost > 0.0 {
                        step.cost = Figure::sourced(cost, SOURCE);
                    }
                }
                (ElementKind::Wait(wait), Some(figure)) if is_it => wait.until = WaitUntil::For(figure),
                (ElementKind::EventBased(ways), Some(figure)) => {
                    for way in ways.iter_mut().filter(|w| w.to == id) {
                        way.trigger = Trigger::After(figure.clone());
                    }
                }
                _ => {}
            }
        });
        is_work
    }

    fn does(&mut self, who: &str, task: &str, at: usize) {
        if !self.people.iter().any(|p| p.id == who) {
            if who == ANYBODY {
                // Anybody, any number: nobody scarce.
                return;
            }
            let message = format!("The resource '{who}' is not in the file; '{task}' waits for nobody.");
            return self.found.error(at, "unknown-resource", message, "Name one of the resources of the file.");
        }
        for person in self.people.iter_mut().filter(|p| p.id == who) {
            person.tasks.insert(task.to_owned());
        }
        self.tasks.insert(task.to_owned(), who.to_owned());
    }

    fn flows(&mut self, block: &XmlElement) {
        let mut gateways: BTreeMap<Id, (usize, BTreeMap<usize, When>)> = BTreeMap::new();
        for flow in entries(block, "sequenceFlows", "sequenceFlow") {
            let id = flow.attribute("elementId").unwrap_or_default();
            let Some(share) = number(flow, "executionProbability").filter(|p| (0.0..=1.0).contains(p)) else {
                self.found.error(
                    flow.at,
                    "bad-share",
                    format!("The probability of '{id}' is no number between 0 and 1."),
                    "Write it as 0.25.",
                );
                continue;
            };
            match self.imported.ids.flows.get(id) {
                Some(used) => {
                    let entry = gateways.entry(used.element.clone()).or_insert_with(|| (flow.at, BTreeMap::new()));
                    entry.1.insert(used.branch, When::Share(share));
                }
                None => {
                    let message = format!("The drawing has no way '{id}' that is one of several; its probability is left out.");
                    self.found.warn(flow.at, "not-in-the-drawing", message, "");
                }
            }
        }
        for (gateway, (at, ways)) in gateways {
            match onto::give_ways(self.imported, &gateway, &ways, SOURCE) {
                Given::Taken => {
                    if let Some(total) = onto::shares_off(self.imported, &gateway, &ways) {
                        let message = format!(
                            "The probabilities of the ways at '{gateway}' sum to {total}, not to 1; they are taken in proportion."
                        );
                        self.found.warn(at, "shares-off", message, "Let them sum to 1.");
                    }
                }
                Given::OneWay => {}
                Given::AllZero => self.found.error(
                    at,
                    "bad-share",
                    format!("All probabilities at '{gateway}' are 0."),
                    "Give one of its ways a probability.",
                ),
                Given::NoChoice => {
                    let message = format!("At '{gateway}' no way is chosen; probabilities are left out.");
                    self.found.warn(at, "no-choice", message, "");
                }
            }
        }
    }

    fn arrivals(&mut self, block: &XmlElement, calendar: Option<Id>) {
        let Some(inner) = block.child("arrivalRateDistribution") else {
            return self.found.warn(
                block.at,
                "assumed-arrivals",
                "The block does not say when cases come; it stays assumed.",
                "",
            );
        };
        let law = match law(inner) {
            Ok(law) if law.mean() > 0.0 => law,
            Ok(_) => {
                return self.found.error(inner.at, "bad-distribution", "No time passes between cases.", "Write a mean above 0.");
            }
            Err(why) => {
                return self.found.error(inner.at, "bad-distribution", why, "Write it as type=\"EXPONENTIAL\" arg1=\"600\".");
            }
        };
        let cases = number(block, "processInstances").filter(|n| (1.0..=MOST_CASES).contains(n)).map(f64::round);
        if cases.is_none() {
            self.found.warn(
                block.at,
                "bad-count",
                "The number of cases is missing, or no number up to ten millions; the window's length is assumed.",
                "",
            );
        }
        let scenario = &self.imported.study.scenario;
        let begun = |of: &str, process: &str| {
            of == process || scenario.life_events.iter().any(|l| l.id == of && l.services.iter().any(|s| s.service == process))
        };
        let mine: Vec<usize> =
            (0..scenario.demand.len()).filter(|&i| self.of.is_empty() || begun(&scenario.demand[i].of, &self.of)).collect();
        // A block may name a process by an id that the drawing does not know.
        let mine = if mine.is_empty() { (0..scenario.demand.len()).collect() } else { mine };
        if mine.len() > 1 {
            self.found.warn(
                inner.at,
                "several-streams",
                "The drawing has several processes that begin by themselves: to each of them cases come like this.",
                "",
            );
        }
        let (limit, first_at_start) = (cases.map(|n| n as u64), true);
        let interval = Figure::sourced(law, SOURCE);
        let arrivals = Arrivals::Renewal { interval, first_at_start, limit, calendar };
        self.window(block, &arrivals, cases);
        for i in mine {
            let demand: &mut Demand = &mut self.imported.study.scenario.demand[i];
            demand.arrivals = arrivals.clone();
        }
    }

    /// Sets the run's length by its cases, less those that are not to count at its beginning and end.
    fn window(&mut self, block: &XmlElement, arrivals: &Arrivals, cases: Option<f64>) {
        let (Arrivals::Renewal { interval, calendar, .. }, Some(cases)) = (arrivals, cases) else { return };
        let open = open_share(&self.imported.study.scenario.calendars, calendar.as_deref()).max(1e-4);
        let each = interval.value.mean() / open;
        let options = block.child("statsOptions");
        let trimmed = |name: &str| {
            let n = options.and_then(|o| number(o, name)).unwrap_or(0.0).max(0.0);
            (if n < 1.0 { n * cases } else { n }).min(cases * 0.49)
        };
        let (first, last) = (trimmed("trimStartProcessInstances"), trimmed("trimEndProcessInstances"));
        let plan = &mut self.imported.study.plan;
        plan.warm_up = SimDuration::from_ms_f64(first * each);
        let kept = cases - first - last;
        // Without an end to leave out, the window holds the last case all but surely.
        let slack = if last > 0.0 { 0.0 } else { 10.0 * cases.sqrt() + 10.0 };
        let week = 7.0 * 86_400_000.0;
        let wanted = (kept + slack) * each + if last > 0.0 { 0.0 } else { week };
        plan.horizon = SimDuration::from_ms_f64(wanted.min(crate::base::time::LONGEST_DURATION.ms() as f64 / 4.0));
        if first + last > 0.0 {
            let message = format!(
                "Cases at the beginning ({first:.0}) and end ({last:.0}) are left out by the time in which so many arrive."
            );
            self.found.note(options.map_or(block.at, |o| o.at), "trimmed", message);
        }
    }
}

/// Makes pools of the people, and gives tasks who does them.
fn settle(imported: &mut Imported, people: &[Resource], tasks: &BTreeMap<String, String>, found: &mut Found) {
    for idle in people.iter().filter(|p| p.tasks.is_empty() && p.id != ANYBODY) {
        found.note(0, "idle-resource", format!("'{}' do no task, and are left out.", idle.name));
    }
    let made = staff::pools(people, SOURCE);
    let mut without = Vec::new();
    let mut unsaid = Vec::new();
    onto::for_all(&mut imported.study.scenario, &mut |element| {
        let name = onto::name_of(element);
        let ElementKind::Step(step) = &mut element.kind else { return };
        if step.duration.is_assumption() {
            unsaid.push(name.clone());
        }
        match made.pool_of.get(&element.id).filter(|_| tasks.contains_key(&element.id)) {
            Some(pool) => {
                step.performer = Performer::Staff(vec![PoolUse { pool: pool.clone(), count: 1 }]);
                step.skill = Some(element.id.clone());
            }
            None => without.push(name),
        }
    });
    if !unsaid.is_empty() {
        let message = format!("The file gives no duration to {}; what the drawing assumes stays.", onto::some_of(&unsaid));
        found.warn(0, "task-without-parameters", message, "Add an element with a durationDistribution.");
    }
    if !without.is_empty() {
        let message = format!("Nobody is named for {}: there work waits for nobody.", onto::some_of(&without));
        found.note(0, "nobody-named", message);
    }
    staff::no_limit(&mut imported.study.scenario, SOURCE);
    staff::settle(&mut imported.study.scenario, made.agency);
}
