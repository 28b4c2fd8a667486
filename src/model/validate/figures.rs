//! Numbers and durations: each within what its meaning allows, its exceptions under known keys, its source known.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Known;
use crate::base::diagnostic::{Diagnostic, Path};
use crate::base::distribution::Distribution;
use crate::base::time::LONGEST_DURATION;
use crate::model::apply::{did_you_mean, with_quantities};
use crate::model::change::{Item, Operation};
use crate::model::figure::{Figure, NumberFigure};
use crate::model::provenance::text;
use crate::model::provenance::walk::{self, Content, Met, Rule};
use crate::model::study::{SharesOf, Study};

/// The largest number that a figure may hold; everything beyond is a slip, and would spoil sums.
const LARGEST: f64 = 1e15;

/// Checks every figure of the as-is and of the changes, and counts how many are assumptions.
pub(super) fn check(study: &Study, found: &mut Vec<Diagnostic>) {
    let sources: BTreeMap<&str, SharesOf> = study.sources.iter().map(|source| (source.key.as_str(), source.shares_of)).collect();
    let known = Known::of(&study.scenario);
    let mut keys: BTreeSet<&str> = known.segment_keys.clone();
    // Segments that a change brings in may be named by other changes; the built variant is checked by name elsewhere.
    for operation in study.variants.iter().flat_map(|v| &v.changes).flat_map(|c| &c.operations) {
        if let Operation::Put(Item::Segment(segment)) = operation {
            keys.insert(&segment.id);
            keys.extend(segment.facets.iter().map(|(_, value)| value.as_str()));
        }
    }
    let (mut all, mut assumed) = (0usize, 0usize);
    let mut checker = Checker { keys, sources: &sources, found };
    walk::study(study, &mut |met| {
        all += 1;
        assumed += usize::from(checker.check(&met));
    });
    if assumed > 0 {
        let message = if assumed == all {
            format!("None of the {all} figures of this study has a source: all are assumptions.")
        } else {
            format!("{assumed} of {all} figures are assumptions, as they name no source.")
        };
        let hint = "List them with 'kezek sources', and give each a source or somebody who answers for it.";
        found.push(Diagnostic::note("assumptions", Path::default(), message).hint(hint));
    }
}

struct Checker<'a, 'f> {
    keys: BTreeSet<&'a str>,
    sources: &'a BTreeMap<&'a str, SharesOf>,
    found: &'f mut Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    /// Checks one figure; returns whether it is an assumption.
    fn check(&mut self, met: &Met<'_>) -> bool {
        match &met.content {
            Content::Number(figure, rule) => {
                for (path, value) in values(&met.path, figure) {
                    self.number(met, path, *value, *rule);
                }
                self.surroundings(met, figure);
                if *rule == Rule::Share && figure.range.is_none() {
                    self.whose_share(met, figure);
                }
                if let Some((low, high)) = figure.range
                    && !(low <= figure.value && figure.value <= high)
                    && low <= high
                {
                    let value = text::ruled(figure.value, *rule, "");
                    let (low, high) = (text::ruled(low, *rule, ""), text::ruled(high, *rule, ""));
                    self.outside(met, value.trim_end(), low.trim_end(), high.trim_end());
                }
                figure.is_assumption()
            }
            Content::Duration(figure) => {
                for (path, value) in values(&met.path, figure) {
                    self.duration(met, path, value);
                }
                self.surroundings(met, figure);
                if let Some((low, high)) = figure.range
                    && low <= high
                {
                    // A tenth of a per cent of leeway: a mean is seldom written to the last digit.
                    let mean = figure.value.mean();
                    if mean < low * 0.999 || mean > high * 1.001 {
                        self.outside(met, &text::duration(mean), &text::duration(low), &text::duration(high));
                    }
                }
                figure.is_assumption()
            }
            Content::Said { source, .. } => {
                self.source(met, *source);
                source.is_none()
            }
        }
    }

    fn number(&mut self, met: &Met<'_>, path: Path, value: f64, rule: Rule) {
        let what = met.description();
        let said = text::number(value);
        let (code, fault, hint) = match rule {
            _ if value.is_nan() => ("not-a-number", "is not a number".to_owned(), "Write a number."),
            _ if value.abs() > LARGEST => ("out-of-range", format!("is {said}, which is too large"), "Write a smaller number."),
            Rule::Share if !(0.0..=1.0).contains(&value) => {
                let hint = "A share lies between 0 and 1: 34 % is 0.34.";
                ("share-out-of-range", format!("is {said}, but a share lies between 0 and 1"), hint)
            }
            Rule::Growth if value <= -1.0 => {
                ("out-of-range", format!("is {said}, but nothing can shrink by all of it or more"), "3 % more a year is 0.03.")
            }
            Rule::Money | Rule::Amount | Rule::Whole if value < 0.0 => {
                ("negative-number", format!("is {said}, but it cannot be negative"), "Write 0 or more.")
            }
            Rule::Whole if value.fract() != 0.0 => {
                let hint = "Write a whole number; give part-time staff a calendar of its own.";
                ("fractional-count", format!("is {said}, but people come whole"), hint)
            }
            Rule::AtLeastOne if value < 1.0 => (
                "out-of-range",
                format!("is {said}, but it must be at least 1"),
                "1 means no effect; 1.5 raises the odds by half.",
            ),
            _ => return,
        };
        self.found.push(Diagnostic::error(code, path, format!("{what} {fault}.")).hint(hint));
    }

    fn duration(&mut self, met: &Met<'_>, path: Path, of: &Distribution) {
        if of.check().is_empty() {
            if of.mean() > LONGEST_DURATION.ms() as f64 {
                let message =
                    format!("{} is {} on average, which is longer than 200 years.", met.description(), text::duration(of.mean()));
                self.found.push(Diagnostic::error("duration-too-long", path, message).hint("Check the unit: min, h, d, w."));
            }
            return;
        }
        // The same faults in minutes, which people read, instead of milliseconds.
        let in_minutes = with_quantities(of, &|ms| (ms / 60_000.0 * 1e6).round() / 1e6);
        let mut faults = in_minutes.check();
        if faults.is_empty() {
            faults = of.check();
        }
        for fault in faults {
            let message = format!("{} cannot be drawn (in minutes): {fault}", met.description());
            self.found.push(Diagnostic::error("bad-distribution", path.clone(), message));
        }
    }

    /// Checks what stands around a value: its source, the keys of its exceptions, the order of its range.
    fn surroundings<T>(&mut self, met: &Met<'_>, figure: &Figure<T>) {
        self.source(met, figure.source.as_ref());
        let by_segment = met.path.field("by_segment");
        for (i, (key, _)) in figure.by_segment.iter().enumerate() {
            if !self.keys.contains(key.as_str()) {
                let message =
                    format!("{} has a value for '{key}', which is neither a segment nor a facet's value.", met.description());
                let hint = did_you_mean(key, self.keys.iter().copied(), "segments and facet values");
                self.found.push(Diagnostic::error("unknown-segment", by_segment.key(key), message).hint(hint));
            } else if figure.by_segment[..i].iter().any(|(earlier, _)| earlier == key) {
                let message = format!("{} has two values for '{key}'.", met.description());
                self.found.push(Diagnostic::error("duplicate-key", by_segment.key(key), message).hint("Take one of them out."));
            }
        }
        if let Some((low, high)) = figure.range
            && !(low.is_finite() && high.is_finite() && low <= high)
        {
            let message = format!("{} has a range whose first end is above its second.", met.description());
            self.found.push(Diagnostic::error("bad-range", met.path.field("range"), message).hint("Write the lower end first."));
        }
    }

    fn source(&mut self, met: &Met<'_>, source: Option<&String>) {
        if let Some(source) = source
            && !self.sources.contains_key(source.as_str())
        {
            let message = format!("{} quotes the source '{source}', which the study does not list.", met.description());
            let hint = did_you_mean(source, self.sources.keys().copied(), "sources");
            // What is said in passing keeps its source beside it, in the record around.
            let path = if matches!(met.content, Content::Said { .. }) { met.path.clone() } else { met.path.field("source") };
            self.found.push(Diagnostic::error("unknown-source", path, message).hint(hint));
        }
    }

    /// Warns of a share that its source counts over something other than people, as long as no range allows for that.
    fn whose_share(&mut self, met: &Met<'_>, figure: &NumberFigure) {
        let Some(source) = &figure.source else { return };
        let (code, counted) = match self.sources.get(source.as_str()) {
            Some(SharesOf::Respondents) => ("share-of-respondents", "those who were asked, not of the population"),
            Some(SharesOf::Answers) => ("share-of-answers", "answers, not of people: who gave two answers counts twice"),
            _ => return,
        };
        let message = format!("{} is taken from '{source}', whose shares are shares of {counted}.", met.description());
        let hint = "Give it a range in which the share of people may lie, or a source that counts people.";
        self.found.push(Diagnostic::warning(code, met.path.clone(), message).hint(hint));
    }

    fn outside(&mut self, met: &Met<'_>, value: &str, low: &str, high: &str) {
        let message = format!("{} is {value}, which lies outside its own range of {low} to {high}.", met.description());
        let hint = "Widen the range, or mend the value.";
        self.found.push(Diagnostic::warning("value-outside-range", met.path.field("range"), message).hint(hint));
    }
}

/// Returns a figure's value and its exceptions with their paths.
fn values<'f, T>(path: &Path, figure: &'f Figure<T>) -> Vec<(Path, &'f T)> {
    let exceptions = figure.by_segment.iter().map(|(key, value)| (path.field("by_segment").key(key), value));
    std::iter::once((path.clone(), &figure.value)).chain(exceptions).collect()
}
