//! What Prosimos says of cases beside their way: attributes, rules at gateways, batches.
//!
//! - Attributes of cases are drawn when they arrive, as ours are. Ones of all cases together are not known here.
//! - A rule at a gateway takes its way where it holds; the first that holds is taken. Where none holds, the shares decide.
//! - Tasks done in batches wait for each other as their firing rules say, as far as those speak of a number or of the longest wait.

use serde_json::Value;

use super::json::{entries, text_of};
use super::{Reader, SOURCE};
use crate::base::time::SimDuration;
use crate::formats::params::laws::{self, number};
use crate::formats::params::{mix, onto};
use crate::model::condition::{Comparison, Condition, Operand};
use crate::model::figure::Figure;
use crate::model::flow::{Element, ElementKind};
use crate::model::population::Attribute;

/// How many values stand for an attribute over a range.
const VALUES: usize = 50;

/// The most cases of a batch.
const LARGEST_BATCH: f64 = 1_000_000.0;

impl Reader<'_> {
    /// Takes attributes of cases over.
    pub(super) fn attributes(&mut self, root: &Value) {
        for attribute in root["case_attributes"].as_array().into_iter().flatten() {
            let name = text_of(attribute, "name").to_owned();
            let values = match text_of(attribute, "type") {
                "discrete" => discrete(&attribute["values"]),
                "continuous" => match laws::read(&attribute["values"]) {
                    Ok((law, _)) => {
                        let message = format!("The attribute '{name}' over a range is told apart in {VALUES} values.");
                        self.note("attribute-in-steps", &name, message);
                        // Laws are read as times, in milliseconds; attributes are plain numbers.
                        Some(mix::sampled(&law, VALUES).into_iter().map(|(v, w)| ((v / 1_000.0).to_string(), w)).collect())
                    }
                    Err(_) => None,
                },
                _ => None,
            };
            let total: f64 = values.iter().flatten().map(|(_, share)| *share).sum();
            match values {
                Some(values) if !name.is_empty() && total > 0.0 => {
                    let values = values.into_iter().map(|(word, share)| (word, Figure::sourced(share / total, SOURCE))).collect();
                    let attributes = &mut self.imported.study.scenario.attributes;
                    attributes.retain(|known| known.id != name);
                    attributes.push(Attribute { id: name.clone(), name, values });
                }
                _ => {
                    let message = format!("The attribute '{name}' of cases cannot be read.");
                    self.error("bad-attribute", &name, message, "Give it a name, a type (discrete or continuous), and values.");
                }
            }
        }
    }

    /// Returns the condition of a rule at a gateway; `None`, with a finding, where it says more than can be run.
    pub(super) fn rule(&mut self, id: &str, rules: &Value) -> Option<String> {
        let found = entries(rules, "id", "rules").into_iter().find(|rule| text_of(rule, "id") == id);
        let Some(found) = found else {
            self.error(
                "unknown-rule",
                id,
                format!("The rule '{id}' of a gateway is not in branch_rules."),
                "Add it to branch_rules.",
            );
            return None;
        };
        match self.condition(&found["rules"]) {
            Some(condition) => Some(condition.to_string()),
            None => {
                let message = format!("The rule '{id}' asks for what a case does not have here; its way is taken by its share.");
                self.warn("rule-left-out", id, message, "Rules can ask for case_attributes.");
                None
            }
        }
    }

    /// Reads rules: one of the outer list, all of an inner one.
    fn condition(&self, rules: &Value) -> Option<Condition> {
        let any: Option<Vec<Condition>> = rules
            .as_array()?
            .iter()
            .map(|all| {
                let all: Option<Vec<Condition>> = all.as_array()?.iter().map(|one| self.comparison(one)).collect();
                let mut all = all.filter(|all| !all.is_empty())?;
                Some(if all.len() == 1 { all.remove(0) } else { Condition::And(all) })
            })
            .collect();
        let mut any = any.filter(|any| !any.is_empty())?;
        Some(if any.len() == 1 { any.remove(0) } else { Condition::Or(any) })
    }

    fn comparison(&self, one: &Value) -> Option<Condition> {
        let name = text_of(one, "attribute");
        let attribute = self.imported.study.scenario.attributes.iter().find(|a| a.id == name)?;
        let operand = |value: &Value| match number(value) {
            Some(n) if attribute.is_numeric() => Some(Operand::Number(n)),
            _ => {
                let word = value.as_str().map(str::to_owned).or_else(|| Some(value.to_string()).filter(|_| !value.is_null()))?;
                // A word that is no value of it never holds; ours does not know such a comparison.
                attribute.values.iter().any(|(known, _)| *known == word).then_some(Operand::Word(word))
            }
        };
        let compare =
            |comparison, value: &Value| Some(Condition::Compare(Operand::Name(name.to_owned()), comparison, operand(value)?));
        let value = &one["value"];
        match text_of(one, "comparison") {
            "=" | "==" => compare(Comparison::Equal, value),
            "!=" => compare(Comparison::NotEqual, value),
            "<" => compare(Comparison::Less, value),
            "<=" => compare(Comparison::AtMost, value),
            ">" => compare(Comparison::Greater, value),
            ">=" => compare(Comparison::AtLeast, value),
            "in" => {
                let list = value.as_array()?;
                match list.as_slice() {
                    // A range; its end may be `inf`.
                    [low, high] if attribute.is_numeric() => {
                        let mut ends = vec![compare(Comparison::AtLeast, low)?];
                        if number(high).is_some() {
                            ends.push(compare(Comparison::AtMost, high)?);
                        }
                        Some(if ends.len() == 1 { ends.remove(0) } else { Condition::And(ends) })
                    }
                    _ => {
                        let mut any = list.iter().map(|v| compare(Comparison::Equal, v)).collect::<Option<Vec<_>>>()?;
                        match any.len() {
                            0 => None,
                            1 => Some(any.remove(0)),
                            _ => Some(Condition::Or(any)),
                        }
                    }
                }
            }
            _ => None,
        }
    }

    /// Lets tasks that are done in batches wait for each other.
    pub(super) fn batches(&mut self, root: &Value) {
        for batch in root["batch_processing"].as_array().into_iter().flatten() {
            let task = text_of(batch, "task_id").to_owned();
            let Some((size, at_most)) = firing(&batch["firing_rules"]) else {
                let message = format!(
                    "'{task}' is done in batches by rules that ask for an hour, a weekday or the shortest wait: they are left out."
                );
                self.warn(
                    "batch-left-out",
                    &task,
                    message,
                    "Rules can ask for the size (size >= 5) and for the longest wait (large_wt >= 3600).",
                );
                continue;
            };
            let factor = batch["duration_distrib"].as_array().into_iter().flatten().filter_map(|entry| {
                let key = number(&entry["key"]).filter(|key| *key <= f64::from(size))?;
                Some((key, number(&entry["value"]).filter(|f| *f >= 0.0)?))
            });
            let factor = factor.max_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |(_, factor)| factor);
            let parallel = text_of(batch, "type") == "Parallel";
            // All of a batch at once in one person's time: each has its part of it.
            let factor = if parallel { factor / f64::from(size) } else { factor };
            let Some(ElementKind::Step(step)) = onto::element_mut(&mut self.imported.study.scenario, &task).map(|e| &mut e.kind)
            else {
                self.unmatched(&task, "task");
                continue;
            };
            if factor != 1.0 {
                step.duration.value = step.duration.value.scaled(factor);
            }
            let kind = ElementKind::Batch { size, at_most };
            let element = Element { id: format!("{task}.batch"), name: "Batch".to_owned(), kind, ..Element::default() };
            onto::insert_before(&mut self.imported.study.scenario, &task, element);
            if parallel {
                let message = format!(
                    "'{task}' is done for a whole batch at once; here the cases of a batch share its time, one after the other."
                );
                self.warn(
                    "batch-in-turn",
                    &task,
                    message,
                    "People are as busy as in Prosimos, but the first of a batch is ready sooner.",
                );
            } else {
                let message = format!("The cases of a batch at '{task}' go on together, and whoever is free takes the next.");
                self.note("batch", &task, message);
            }
        }
    }
}

fn discrete(values: &Value) -> Option<Vec<(String, f64)>> {
    values.as_array()?.iter().map(|v| Some((text_of(v, "key").to_owned(), number(&v["value"]).filter(|s| *s >= 0.0)?))).collect()
}

/// Returns the number of cases and the longest wait that rules ask for; `None` where they ask for more.
fn firing(rules: &Value) -> Option<(u32, Option<SimDuration>)> {
    let (mut size, mut wait): (Option<f64>, Option<f64>) = (None, None);
    let any = rules.as_array()?;
    for all in any {
        // Several rules that must hold together say more than ours can; but a number that is at least the least is none.
        let all: Vec<&Value> = all
            .as_array()?
            .iter()
            .filter(|rule| {
                !(text_of(rule, "attribute") == "size"
                    && number(&rule["value"]).is_some_and(|n| n <= 1.0)
                    && text_of(rule, "comparison").starts_with('>'))
            })
            .collect();
        let [rule] = all.as_slice() else { return None };
        let value = number(&rule["value"]).filter(|v| *v >= 0.0)?;
        match (text_of(rule, "attribute"), text_of(rule, "comparison")) {
            ("size", ">=" | "=") => size = Some(size.map_or(value, |s: f64| s.min(value))),
            ("size", ">") => size = Some(size.map_or(value + 1.0, |s: f64| s.min(value + 1.0))),
            ("large_wt", ">=" | ">" | "=") => wait = Some(wait.map_or(value, |w: f64| w.min(value))),
            _ => return None,
        }
    }
    if size.is_none() && wait.is_none() {
        return None;
    }
    let size = size.unwrap_or(LARGEST_BATCH).clamp(1.0, LARGEST_BATCH).round() as u32;
    Some((size, wait.map(|seconds| SimDuration::from_ms_f64(seconds * 1_000.0))))
}
