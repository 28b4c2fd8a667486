//! Properties: what distinguishes cases, and what tasks change about them.
//!
//! A property of a start event, the process or the scenario is an attribute of cases, drawn when they arrive; a task may set it or
//! add to it. BPSim changes a property when a task begins, here it changes when the task is done.
//!
//! A property of whole numbers with a distribution over a range takes each number with the probability of everything that rounds
//! to it; the ends of a truncated distribution are ends of the numbers. The specification says nothing on it.

use super::expression::{self, Change};
use super::scenario::Parameter;
use super::values::Value;
use super::{Reader, SOURCE};
use crate::base::distribution::Distribution;
use crate::formats::params::mix;
use crate::formats::params::onto;
use crate::model::figure::Figure;
use crate::model::flow::ElementKind;
use crate::model::population::Attribute;

/// How many whole numbers an attribute may have.
const MOST_NUMBERS: f64 = 400.0;

/// How many values stand for a distribution over a range.
const VALUES: usize = 50;

impl<'x> Reader<'_, 'x, '_> {
    /// Takes all properties over.
    pub(super) fn properties(&mut self) {
        let whole: Vec<(&'x str, Parameter<'x>)> = self.resolved.properties.iter().map(|(name, p)| (*name, p.clone())).collect();
        for (name, parameter) in whole {
            self.attribute(name, &parameter);
        }
        let mut changes = Vec::new();
        for id in self.resolved.ids() {
            let Some(drawn) = self.drawn.get(id).copied() else { continue };
            let own: Vec<(&'x str, Parameter<'x>)> = self
                .resolved
                .of(id)
                .filter(|(name, ..)| *name == "Property")
                .map(|(_, property, p)| (property, p.clone()))
                .collect();
            for (name, parameter) in own {
                if drawn.kind() == "process" || drawn.kind() == "startEvent" && !drawn.in_event_sub_process() {
                    self.attribute(name, &parameter);
                } else {
                    changes.push((id, name, parameter));
                }
            }
        }
        for (id, name, parameter) in changes {
            self.change(id, name, &parameter);
        }
    }

    fn attribute(&mut self, name: &str, parameter: &Parameter<'x>) {
        let Some(value) = parameter.value() else { return };
        let at = value.element.at;
        if name.is_empty() {
            return self.found.warn(at, "no-name", "This property has no name; it is left out.", "Give it a name.");
        }
        let kind = parameter.element.attribute("type").unwrap_or_default();
        let made = match value.words() {
            Some(words) if !words.is_empty() => Ok(words),
            _ => self.numbers(value, matches!(kind, "long" | "int" | "integer")),
        };
        let values = match made {
            Ok(values) => values,
            Err(why) => {
                return self.found.error(
                    at,
                    "bad-property",
                    format!("The property '{name}' cannot be drawn. {why}"),
                    "Give it a number, a text or a distribution.",
                );
            }
        };
        let total: f64 = values.iter().map(|(_, weight)| weight).sum();
        let mut values: Vec<(String, f64)> = values.into_iter().map(|(word, weight)| (word, weight / total)).collect();
        // Truth values can be asked for whether they occur or not.
        if values.iter().all(|(word, _)| word == "true" || word == "false") {
            for word in ["true", "false"] {
                if !values.iter().any(|(known, _)| known == word) {
                    values.push((word.to_owned(), 0.0));
                }
            }
        }
        let values = values.into_iter().map(|(word, share)| (word, Figure::sourced(share, SOURCE))).collect();
        let attribute = Attribute { id: name.to_owned(), name: name.to_owned(), values };
        let attributes = &mut self.imported.study.scenario.attributes;
        match attributes.iter().find(|a| a.id == name) {
            None => attributes.push(attribute),
            Some(known) if *known == attribute => {}
            Some(_) => {
                let message = format!(
                    "The property '{name}' begins with different values at different places; the first is taken for all."
                );
                self.found.warn(at, "several-values", message, "Give it to the process.");
            }
        }
    }

    fn numbers(&mut self, value: &Value<'x>, whole: bool) -> Result<Vec<(String, f64)>, String> {
        let (law, remark) = value.as_plain_law()?;
        if let Some(remark) = remark {
            self.found.note(value.element.at, "distribution-read-so", remark);
        }
        let written = |points: Vec<(f64, f64)>| {
            let mut list: Vec<(String, f64)> = Vec::new();
            for (number, weight) in points {
                let word = number.to_string();
                match list.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, sum)) => *sum += weight,
                    None => list.push((word, weight)),
                }
            }
            list
        };
        match &law {
            Distribution::Fixed(number) => Ok(written(vec![(if whole { number.round() } else { *number }, 1.0)])),
            Distribution::Empirical(points) => {
                Ok(written(points.iter().map(|(n, w)| (if whole { n.round() } else { *n }, *w)).collect()))
            }
            law if whole => {
                whole_numbers(law).map(written).ok_or_else(|| "Its numbers are too many to be told apart.".to_owned())
            }
            law => {
                let message = format!("A property over a range is told apart in {VALUES} values.");
                self.found.note(value.element.at, "property-in-steps", message);
                Ok(written(mix::sampled(law, VALUES)))
            }
        }
    }

    fn change(&mut self, id: &str, name: &str, parameter: &Parameter<'x>) {
        let Some(value) = parameter.value() else { return };
        let at = value.element.at;
        let change = match (value.as_text(), value.as_number(), value.as_bool()) {
            (Some(text), ..) if value.kind == "ExpressionParameter" => expression::change(text, name),
            (Some(text), ..) => Ok(Change::Set(text.to_owned())),
            (_, Some(number), _) => Ok(Change::Set(number.to_string())),
            (.., Some(yes)) => Ok(Change::Set(yes.to_string())),
            _ => Err("A property can be set to a value, or have a number added.".to_owned()),
        };
        let change = match change {
            Ok(Change::Add(0.0)) => return,
            Ok(change) => change,
            Err(why) => {
                return self.found.warn(
                    at,
                    "property-change",
                    format!("{why} The property '{name}' stays as it is here."),
                    "Add a number, or set a value.",
                );
            }
        };
        let scenario = &mut self.imported.study.scenario;
        let position = scenario.attributes.iter().position(|a| a.id == name).unwrap_or_else(|| {
            let values = vec![("0".to_owned(), Figure::sourced(1.0, SOURCE))];
            scenario.attributes.push(Attribute { id: name.to_owned(), name: name.to_owned(), values });
            scenario.attributes.len() - 1
        });
        let attribute = &mut scenario.attributes[position];
        let numeric = attribute.is_numeric();
        let set = match change {
            Change::Add(_) if !numeric => {
                return self.found.warn(at, "property-change", format!("'{name}' is no number; nothing can be added to it."), "");
            }
            Change::Add(by) => crate::model::step::change_by(by),
            Change::Set(word) => {
                if !attribute.values.iter().any(|(known, _)| *known == word) {
                    attribute.values.push((word.clone(), Figure::sourced(0.0, SOURCE)));
                }
                word
            }
        };
        match onto::element_mut(&mut self.imported.study.scenario, id).map(|e| &mut e.kind) {
            Some(ElementKind::Step(step)) => step.sets.push((name.to_owned(), set)),
            _ => {
                let message =
                    format!("Only tasks change properties here; '{name}' stays as it is at '{}'.", self.drawn[id].name());
                self.found.warn(at, "property-change", message, "Let a task change it.");
            }
        }
    }
}

/// Returns the whole numbers of a law, each with the probability of what rounds to it; `None` where they are too many.
fn whole_numbers(law: &Distribution) -> Option<Vec<(f64, f64)>> {
    let (law, min, max) = match law {
        Distribution::Truncated { of, min, max } => (&**of, *min, *max),
        law => (law, 0.0, f64::INFINITY),
    };
    let from = law.quantile(1e-9).max(min).round();
    let to = law.quantile(1.0 - 1e-9).min(max).round();
    if from.is_nan() || to.is_nan() || to - from > MOST_NUMBERS {
        return None;
    }
    let numbers = (0..=(to - from).max(0.0) as u32).map(|i| from + f64::from(i)).filter(|k| (min..=max).contains(k));
    let points: Vec<(f64, f64)> = numbers.map(|k| (k, law.cdf(k + 0.5) - law.cdf(k - 0.5))).filter(|(_, w)| *w > 0.0).collect();
    (!points.is_empty()).then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_take_what_rounds_to_them() {
        let of = Box::new(Distribution::Normal { mean: 2.0, sd: 1.0 });
        let points = whole_numbers(&Distribution::Truncated { of, min: 1.0, max: 1000.0 }).unwrap();
        let total: f64 = points.iter().map(|p| p.1).sum();
        // One and three lie alike around two, and each takes half a number to either side.
        assert_eq!(points[0].0, 1.0);
        assert!((points[0].1 / points[2].1 - 1.0).abs() < 1e-9);
        // From a table of the normal law: 0.38292 of 0.93319.
        assert!((points[1].1 / total - 0.38292 / 0.93319).abs() < 1e-4);
        assert!(whole_numbers(&Distribution::Uniform { min: 0.0, max: 1e9 }).is_none());
    }
}
