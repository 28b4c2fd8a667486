//! BPSim 1.0 and 2.0 put onto a drawing: from inside a BPMN file, or alone.
//!
//! - [`scenario`] finds a scenario and what it inherits, [`values`] reads its values, [`expression`] its expressions, [`ical`] its
//!   calendars.
//! - `control` says when cases arrive, events happen and ways are taken; `work` how long things take, who does them and what they
//!   cost; `property` what distinguishes cases.
//! - [`requests`] lists the results that a scenario asks for.
//!
//! What a scenario does not say has BPSim's default, not the drawing's: no time, no limit of people, events that may happen
//! never do. A run of so long includes its last instant.
//! Source: WfMC, Business Process Simulation Specification 2.0; and its schema.

mod control;
mod expression;
mod ical;
mod property;
mod requests;
mod scenario;
mod values;
mod work;

use std::collections::BTreeMap;

use crate::base::time::SimDuration;
use crate::formats::bpmn::Imported;
use crate::formats::bpmn::xml::XmlElement;
use crate::formats::params::found::Found;
use crate::formats::params::onto::{self, Drawn};
use crate::model::Id;
use crate::model::calendar::{Calendar, WeeklyHours};
use crate::model::study::Source;
pub use requests::{Request, Requests};
use scenario::{Parameter, Resolved};
use values::Unit;

/// The key under which figures quote the file.
const SOURCE: &str = "bpsim";

/// The longest run, in milliseconds: a slip of the pen is longer.
const LONGEST_RUN: f64 = 100.0 * 365.0 * 86_400_000.0;

/// Tells whether a file's outermost element holds BPSim scenarios.
pub(super) fn is_in(root: &XmlElement) -> bool {
    !scenario::scenarios(root).is_empty()
}

/// Puts a scenario of `root` onto a drawing; returns the results that it asks for.
pub(super) fn apply(
    imported: &mut Imported,
    root: &XmlElement,
    wanted: Option<&str>,
    found: &mut Found,
    file: &str,
) -> Option<Requests> {
    let scenarios = scenario::scenarios(root);
    let resolved = scenario::resolve(&scenarios, wanted, found)?;
    // The drawing's own file is read while the study made of it is changed.
    let source = imported.source.clone();
    let drawn = onto::drawn(&source);
    let requests = Requests::of(&resolved, &drawn);
    let title = format!("BPSim scenario '{}' in {file}", resolved.id);
    imported.study.sources.push(Source { key: SOURCE.to_owned(), title, address: file.to_owned(), ..Source::default() });
    let unit = resolved.unit();
    let tells_of_people = resolved.tells_of_people();
    let mut reader =
        Reader { imported, resolved: &resolved, drawn: &drawn, unit, tells_of_people, calendars: BTreeMap::new(), found };
    reader.whole();
    reader.calendars();
    reader.unmatched();
    reader.properties();
    reader.control();
    reader.work();
    Some(requests)
}

/// A scenario on its way onto a drawing.
struct Reader<'a, 'x, 't> {
    imported: &'a mut Imported,
    resolved: &'a Resolved<'x>,
    drawn: &'a BTreeMap<&'x str, Drawn<'x>>,
    unit: Unit,
    /// Whether the scenario says anything of people.
    tells_of_people: bool,
    /// Calendars of the file: what they became; `None` for one that never closes.
    calendars: BTreeMap<&'x str, Option<Id>>,
    found: &'a mut Found<'t>,
}

impl<'x> Reader<'_, 'x, '_> {
    /// Takes over when the run begins, how long it is, and how often it is done.
    fn whole(&mut self) {
        let value = |name: &str| self.resolved.whole.get(name).and_then(Parameter::value);
        let study = &mut self.imported.study;
        if let Some(value) = value("Start") {
            match value.as_instant() {
                Some(start) => study.scenario.start = start,
                None => self.found.warn(
                    value.element.at,
                    "bad-start",
                    "The start is no date and time.",
                    "Write it as 2026-01-05T09:00:00.",
                ),
            }
        }
        let length = |value: Option<&values::Value<'_>>, least: f64, found: &mut Found| {
            let value = value?;
            let ms = value.as_duration(self.resolved.unit()).filter(|ms| (least..=LONGEST_RUN).contains(ms));
            if ms.is_none() {
                found.warn(
                    value.element.at,
                    "bad-length",
                    "This is no length of a run.",
                    "Write it as PT40H; at most a hundred years.",
                );
            }
            ms
        };
        match length(value("Duration"), 1.0, self.found) {
            // What happens in the last instant still belongs to the run.
            Some(ms) => study.plan.horizon = SimDuration::from_ms_f64(ms + 1.0),
            None if !self.resolved.whole.contains_key("Duration") => {
                let message = "The scenario does not say how long it runs; the length of the window is assumed.";
                self.found.note(self.resolved.at, "no-length", message);
            }
            None => {}
        }
        study.plan.warm_up = length(value("Warmup"), 0.0, self.found).map_or(SimDuration::ZERO, SimDuration::from_ms_f64);
        for (name, text) in &self.resolved.attributes {
            let number = text.trim().parse::<i64>().ok();
            match (*name, number) {
                ("replication", Some(n @ 1..=1_000_000)) => study.plan.replications = n as u32,
                ("replication", _) => {
                    let message = format!("'{text}' replications cannot be run.");
                    self.found.warn(self.resolved.at, "bad-replication", message, "Write a whole number of at least 1.");
                }
                ("seed", Some(n)) => study.plan.seed = n as u64,
                ("baseTimeUnit", _) if Unit::read(text).is_none() => {
                    let message = format!("'{text}' is no unit of time; minutes are taken.");
                    self.found.error(self.resolved.at, "bad-unit", message, "Allowed are ms, s, min, hour, day and year.");
                }
                _ => {}
            }
        }
        study.scenario.currency = self.resolved.attributes.get("baseCurrencyUnit").map_or("USD", |c| c.trim()).to_owned();
    }

    fn calendars(&mut self) {
        let texts: Vec<(&'x str, usize, &'x str, String)> =
            self.resolved.calendars.iter().map(|(id, (at, name, text))| (*id, *at, *name, text.clone())).collect();
        for (id, at, name, text) in texts {
            let hours = ical::read(&text);
            for why in &hours.left_out {
                self.found.warn(
                    at,
                    "calendar",
                    format!("In the calendar '{name}': {why}"),
                    "Write hours that come back every week.",
                );
            }
            if hours.weekly.is_empty() {
                self.found.warn(
                    at,
                    "empty-calendar",
                    format!("The calendar '{name}' has no hours that come back; it never closes here."),
                    "",
                );
                self.calendars.insert(id, None);
                continue;
            }
            let always =
                |h: &WeeklyHours| h.days == crate::model::calendar::Weekdays::ALL && h.from_minute == 0 && h.to_minute == 1440;
            if hours.weekly.iter().any(always) && hours.closed.is_empty() {
                self.calendars.insert(id, None);
                continue;
            }
            let own = onto::calendar_id(&self.imported.study.scenario, id);
            self.imported.study.scenario.calendars.push(Calendar {
                id: own.clone(),
                name: name.to_owned(),
                weekly: hours.weekly,
                closed: hours.closed,
                source: Some(SOURCE.to_owned()),
                ..Calendar::default()
            });
            self.calendars.insert(id, Some(own));
        }
    }

    /// Returns what a calendar became; a finding where there is none of that id.
    fn calendar(&mut self, id: &str, at: usize) -> Option<Id> {
        match self.calendars.get(id) {
            Some(own) => own.clone(),
            None => {
                self.found.warn(at, "unknown-calendar", format!("There is no calendar '{id}'; this holds at all times."), "");
                None
            }
        }
    }

    /// Names parameters of what the drawing does not have.
    fn unmatched(&mut self) {
        for id in self.resolved.ids() {
            if self.drawn.contains_key(id) {
                continue;
            }
            let at = self.resolved.of(id).next().map_or(self.resolved.at, |(_, _, parameter)| parameter.element.at);
            let hint = match crate::base::diagnostic::nearest_name(id, self.drawn.keys().copied()) {
                Some(near) => format!("Did you mean '{near}'?"),
                None => "Check whether the parameters belong to this drawing.".to_owned(),
            };
            self.found.warn(
                at,
                "not-in-the-drawing",
                format!("The drawing has no '{id}'; what is said of it is left out."),
                &hint,
            );
        }
    }

    /// Returns a duration's law where a parameter says one.
    fn law(&mut self, parameter: &Parameter<'x>) -> Option<crate::base::distribution::Distribution> {
        let value = parameter.value()?;
        if parameter.values.len() > 1 {
            let message = "This has values for several calendars or instances; the first is taken for all.";
            self.found.warn(parameter.element.at, "several-values", message, "Give it one value.");
        } else if value.valid_for.is_some() {
            let message = "This holds in the hours of one calendar; it is taken for all hours.";
            self.found.warn(parameter.element.at, "one-calendar", message, "");
        }
        match value.as_law(self.unit) {
            Ok((law, remark)) => {
                if let Some(remark) = remark {
                    self.found.note(value.element.at, "distribution-read-so", remark);
                }
                Some(law)
            }
            Err(why) => {
                self.found.error(
                    value.element.at,
                    "bad-value",
                    why,
                    "Write a number, a duration as PT8H, or a distribution of BPSim.",
                );
                None
            }
        }
    }
}
