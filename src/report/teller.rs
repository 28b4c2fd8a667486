//! Who tells a report: of which outcome, and in which language.
//!
//! In English a report calls variants and services by their ids, which is how the command line knows them; in other languages by
//! their titles, as the window does.

use crate::experiment::kpi::{Measure, Unit};
use crate::experiment::outcome::{Estimate, ExperimentOutcome, ServiceOutcome, VariantOutcome};
use crate::formats::carried;
use crate::model::names::in_names;
use crate::model::provenance::FigureEntry;
use crate::model::study::{AS_IS, Study};
use crate::report::wording;
use crate::texts::{FluentValue, Words};
use std::collections::BTreeMap;

/// Tells of an outcome in a language.
pub struct Teller<'o> {
    /// The words.
    pub words: Words,
    /// What was found.
    pub outcome: &'o ExperimentOutcome,
    /// The study that was run, in the same language as far as it is known in it.
    pub study: &'o Study,
    /// What a carried study says in the language, by the English.
    carried: BTreeMap<&'static str, &'static str>,
}

impl<'o> Teller<'o> {
    /// Makes a teller.
    pub fn new(words: Words, outcome: &'o ExperimentOutcome, study: &'o Study) -> Self {
        Teller { words, outcome, study, carried: carried::words(&study.id, words.language.code()) }
    }

    /// Returns a text by its id.
    pub fn get(&self, id: &str) -> String {
        self.words.get(id)
    }

    /// Returns a text by its id with its arguments filled in.
    pub fn with(&self, id: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
        self.words.with(id, arguments)
    }

    /// Returns a text that counts things: `1 case`, `2 cases`. It chooses its form by `n` and shows `number`.
    pub fn counted(&self, id: &str, n: u64) -> String {
        self.with(id, &[("n", (n as f64).into()), ("number", self.local(wording::grouped(n as f64, 0)).into())])
    }

    /// Writes a text of [`wording`] in the language; units stay on the line of their number.
    fn local(&self, text: String) -> String {
        if self.words.is_english() { text } else { self.words.local(&text).replace(' ', "\u{a0}") }
    }

    /// Writes minutes.
    pub fn duration(&self, minutes: f64) -> String {
        self.local(wording::duration(minutes))
    }

    /// Writes a share as a percentage.
    pub fn percent(&self, share: f64) -> String {
        self.local(wording::percent(share))
    }

    /// Writes a count.
    pub fn count(&self, value: f64) -> String {
        self.local(wording::count(value))
    }

    /// Writes a whole number with its thousands set apart.
    pub fn whole(&self, value: f64) -> String {
        self.local(wording::grouped(value, 0))
    }

    /// Writes a number of hours with their unit.
    pub fn hours(&self, text: &str) -> String {
        if self.words.is_english() { format!("{text} h") } else { format!("{text}\u{a0}{}", self.words.local("h")) }
    }

    /// Writes a number with so many decimals.
    pub fn decimals(&self, value: f64, decimals: usize) -> String {
        self.local(format!("{value:.decimals$}"))
    }

    /// Returns the currency of all money.
    pub fn currency(&self) -> String {
        self.local(self.outcome.currency.clone())
    }

    /// Writes a measure's value with its unit.
    pub fn value(&self, measure: &Measure, value: f64) -> String {
        self.local(wording::value(measure, value, &self.outcome.currency))
    }

    /// Writes a difference of a measure with a sign.
    pub fn difference(&self, measure: &Measure, difference: f64) -> String {
        self.local(wording::difference(measure, difference, &self.outcome.currency))
    }

    /// Writes half an interval beside the mean that it belongs to.
    pub fn margin(&self, unit: Unit, half: f64, mean: f64) -> String {
        self.local(wording::margin(unit, half, mean, &self.outcome.currency))
    }

    /// Writes the confidence of all intervals.
    pub fn confidence(&self) -> String {
        self.local(wording::confidence(self.outcome.confidence))
    }

    /// Writes an interval's ends by a writer of values; empty without an interval.
    pub fn range(&self, estimate: &Estimate, write: impl Fn(f64) -> String) -> String {
        self.words.range(estimate, write)
    }

    /// Writes a date that somebody has typed, as the language does where it is one.
    pub fn typed_date(&self, text: &str) -> String {
        text.parse().map_or_else(|_| self.carried.get(text).copied().unwrap_or(text).to_owned(), |date| self.words.date(date))
    }

    /// Returns what a variant is called at the head of a column and before what is said of it.
    pub fn variant(&self, id: &str) -> String {
        if self.words.is_english() {
            return id.to_owned();
        }
        let title = |id: &str| match id {
            AS_IS => self.get("as-is"),
            _ => self.outcome.variant(id).map_or("", |variant| variant.title.as_str()).to_owned(),
        };
        let (own, others) = (title(id), self.outcome.variants.iter().filter(|other| other.name != id));
        match own.is_empty() {
            true => id.to_owned(),
            // Two of one title are told apart.
            false if others.into_iter().any(|other| title(&other.name) == own) => format!("{own} ({id})"),
            false => own,
        }
    }

    /// Returns what a variant is called where its id and its title have room: in English `sms (Offer by SMS)`.
    pub fn variant_in_full(&self, variant: &VariantOutcome) -> String {
        match self.words.is_english() {
            true if variant.title.is_empty() || variant.title == variant.name => variant.name.clone(),
            true => format!("{} ({})", variant.name, variant.title),
            false => self.variant(&variant.name),
        }
    }

    /// Returns what a variant is called in sentences and charts: its title, if it has one.
    pub fn variant_title(&self, variant: &VariantOutcome) -> String {
        match self.words.is_english() {
            true if variant.title.is_empty() => variant.name.clone(),
            true => variant.title.clone(),
            false => self.variant(&variant.name),
        }
    }

    /// Returns what a step's service is called beside the step's name.
    pub fn service<'a>(&self, id: &'a str) -> &'a str
    where
        'o: 'a,
    {
        let of = |variant: &'o VariantOutcome| variant.services.iter().find(|service: &&ServiceOutcome| service.id == id);
        let found = self.outcome.variants.iter().find_map(of).filter(|_| !self.words.is_english());
        found.map_or(id, |service| service.name.as_str())
    }

    /// Returns what a step or a segment is called. Names that the program itself gives, where an offer is added by a change
    /// ([`crate::model::apply`]) and where a study has no segments, are in the language; all others are those of the study.
    pub fn name(&self, name: &str) -> String {
        match name {
            "Offer by message" => self.get("report-name-offer"),
            "All citizens" => self.get("report-name-all"),
            name => name.to_owned(),
        }
    }

    /// Returns a measure's name.
    pub fn label(&self, measure: &Measure) -> String {
        self.words.or(&format!("measure-{}", measure.name), measure.label)
    }

    /// Returns a measure's definition.
    pub fn definition(&self, measure: &Measure) -> String {
        self.words.or(&format!("measure-{}.definition", measure.name), measure.definition)
    }

    /// Returns what a group by a facet's value is called, as `residence: rural`.
    pub fn facet(&self, name: &str) -> String {
        let said: Vec<&str> = name.split(": ").map(|part| self.key(part)).collect();
        said.join(": ")
    }

    /// Returns what a stream of demand is called: what it is a demand for, where no other stream is.
    pub fn demand<'a>(&'a self, id: &'a str) -> &'a str {
        let scenario = &self.study.scenario;
        let of = scenario.demand.iter().find(|demand| demand.id == id).map(|demand| demand.of.as_str());
        let is_alone = scenario.demand.iter().filter(|demand| Some(demand.of.as_str()) == of).count() == 1;
        let event = |id: &str| scenario.life_events.iter().find(|event| event.id == id).map(|event| event.name.as_str());
        let name = of.and_then(|of| scenario.service(of).map(|service| service.name.as_str()).or_else(|| event(of)));
        match self.key(id) {
            same if same == id && !self.words.is_english() => name.filter(|name| is_alone && !name.is_empty()).unwrap_or(id),
            said => said,
        }
    }

    /// Returns what a segment's id, or a facet or its value, is called.
    fn key<'a>(&'a self, key: &'a str) -> &'a str {
        if self.words.is_english() {
            return key;
        }
        let segment = self.study.scenario.segments.iter().find(|segment| segment.id == key);
        let name = segment.map(|segment| segment.name.as_str()).filter(|name| !name.is_empty());
        name.or_else(|| self.carried.get(key).copied()).unwrap_or(key)
    }

    /// Returns what a source is called where it is quoted: in English its key, else its number in the list of sources.
    pub fn source(&self, key: &str) -> String {
        let at = self.study.sources.iter().position(|source| source.key == key).filter(|_| !self.words.is_english());
        at.map_or_else(|| key.to_owned(), |at| format!("[{}]", at + 1))
    }

    /// Says what a figure is.
    pub fn figure(&self, figure: &FigureEntry) -> String {
        match self.words.is_english() {
            true => figure.description.clone(),
            false => {
                let description = in_names(self.study, &figure.path, &figure.description);
                // Every second part stands in quotation marks; values of attributes have no names beside what the program knows.
                let parts = description.split('\'').enumerate();
                let said: Vec<&str> = parts.map(|(at, part)| if at % 2 == 1 { self.key(part) } else { part }).collect();
                self.words.finding(&said.join("'"))
            }
        }
    }

    /// Says a figure's value or range, with its exceptions by segment.
    pub fn figure_value(&self, value: &str) -> String {
        if self.words.is_english() {
            value.to_owned()
        } else {
            self.words.figure_value_with(value, |key| self.key(key).to_owned())
        }
    }
}

/// Tells whether an interval has no width.
pub fn is_exact(estimate: &Estimate) -> bool {
    estimate.low.is_some() && estimate.low == estimate.high
}
