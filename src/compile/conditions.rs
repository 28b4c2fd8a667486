//! Conditions: names become slots, segments and instants.
//!
//! What a segment decides (its id, a facet) is settled here for every segment, so that a run only looks up a mark. A word
//! compared with an attribute stands for that value of the attribute; words that are no numbers are ordered as the
//! attribute lists them. A segment that lacks a facet has no value of it: it is unequal to every word.

use crate::base::diagnostic::{Diagnostic, Path};
use crate::compile::builder::{Builder, Site, slot_is_set};
use crate::compile::population::value_number;
use crate::engine::condition::{Predicate, Quantity, Relation};
use crate::model::condition::{Comparison, Condition, Operand, parse};

/// One side of a comparison.
#[derive(Clone, Debug)]
enum Side {
    Quantity(Quantity),
    Word(String),
    /// The attribute's position.
    Attribute(usize),
    Channel,
    /// A text for each segment.
    BySegment(Vec<Option<String>>),
}

impl Builder<'_> {
    /// Compiles a condition of a service's process. A faulty one is a diagnostic, and never holds.
    pub(super) fn condition(&mut self, site: &Site, text: &str, path: &Path) -> Predicate {
        match parse(text) {
            Ok(condition) => self.predicate(site, &condition, path),
            Err(error) => {
                let finding = Diagnostic::error("bad-condition", path.clone(), error.message).hint(error.hint);
                self.diagnostics.push(finding);
                Predicate::Constant(false)
            }
        }
    }

    fn predicate(&mut self, site: &Site, condition: &Condition, path: &Path) -> Predicate {
        match condition {
            Condition::Or(parts) => Predicate::Any(parts.iter().map(|p| self.predicate(site, p, path)).collect()),
            Condition::And(parts) => Predicate::All(parts.iter().map(|p| self.predicate(site, p, path)).collect()),
            Condition::Not(inner) => Predicate::Not(Box::new(self.predicate(site, inner, path))),
            Condition::Has(document) => self.document_flag(document, path, true),
            Condition::Given(document) => self.document_flag(document, path, false),
            Condition::Compare(left, comparison, right) => {
                let left = self.side(site, left, path);
                let right = self.side(site, right, path);
                match (left, right) {
                    (Some(left), Some(right)) => self.compare(site, left, *comparison, right, path),
                    _ => Predicate::Constant(false),
                }
            }
        }
    }

    fn document_flag(&mut self, document: &str, path: &Path, in_hand: bool) -> Predicate {
        match self.documents.get(document) {
            Some(slots) => slot_is_set(if in_hand { slots.in_hand } else { slots.given }),
            None => {
                self.error("unknown-document", path, format!("There is no document '{document}'."));
                Predicate::Constant(false)
            }
        }
    }

    fn side(&mut self, site: &Site, operand: &Operand, path: &Path) -> Option<Side> {
        let quantity = match operand {
            Operand::Number(value) => Quantity::Constant(*value),
            Operand::Duration(ms) => Quantity::Constant(*ms as f64),
            Operand::Instant(at) => Quantity::Constant(self.dates.instant(*at).ms() as f64),
            Operand::Visits(step) => Quantity::Visits(self.visits_of(site.owner, step)),
            Operand::Word(word) => return Some(Side::Word(word.clone())),
            Operand::Name(name) => return self.name(name, path),
        };
        Some(Side::Quantity(quantity))
    }

    fn name(&mut self, name: &str, path: &Path) -> Option<Side> {
        let segments = &self.scenario.segments;
        match name {
            "weekday" => return Some(Side::Quantity(Quantity::Weekday)),
            "hour" => return Some(Side::Quantity(Quantity::Hour)),
            "now" => return Some(Side::Quantity(Quantity::Now)),
            "elapsed" => return Some(Side::Quantity(Quantity::Elapsed)),
            "channel" => return Some(Side::Channel),
            "segment" => return Some(Side::BySegment(segments.iter().map(|s| Some(s.id.clone())).collect())),
            _ => {}
        }
        if let Some(position) = self.scenario.attributes.iter().position(|a| a.id == name) {
            return Some(Side::Attribute(position));
        }
        let values: Vec<Option<String>> =
            segments.iter().map(|s| s.facets.iter().find(|(facet, _)| facet == name).map(|(_, value)| value.clone())).collect();
        if values.iter().any(Option::is_some) {
            return Some(Side::BySegment(values));
        }
        self.error("unknown-name", path, format!("A condition asks for '{name}', which is no attribute and no facet."));
        None
    }

    fn compare(&mut self, site: &Site, left: Side, comparison: Comparison, right: Side, path: &Path) -> Predicate {
        match (left, right) {
            (Side::BySegment(values), right) => self.compare_by_segment(&values, comparison, &right, path),
            (left, Side::BySegment(values)) => self.compare_by_segment(&values, mirrored(comparison), &left, path),
            (Side::Word(left), Side::Word(right)) => Predicate::Constant(holds(left.cmp(&right), comparison)),
            (left, right) => {
                let sides = (self.quantity(site, &left, &right, path), self.quantity(site, &right, &left, path));
                match sides {
                    (Some(left), Some(right)) => Predicate::Compare(left, relation(comparison), right),
                    _ => Predicate::Constant(false),
                }
            }
        }
    }

    /// Returns one side as a quantity; what a word stands for depends on the other side.
    fn quantity(&mut self, site: &Site, side: &Side, other: &Side, path: &Path) -> Option<Quantity> {
        let found = match (side, other) {
            (Side::Quantity(quantity), _) => Some(*quantity),
            (Side::Attribute(position), _) => {
                let id = &self.scenario.attributes[*position].id;
                self.attribute_slots.get(id).map(|&slot| Quantity::Slot(slot))
            }
            (Side::Channel, _) => site.service.map(|service| Quantity::Slot(self.channel_slot(service))),
            (Side::Word(word), Side::Attribute(position)) => {
                value_number(&self.scenario.attributes[*position], word).map(Quantity::Constant)
            }
            (Side::Word(word), Side::Channel) => self.channel_number(word).map(Quantity::Constant),
            (Side::Word(word), _) => word.trim().parse::<f64>().ok().map(Quantity::Constant),
            (Side::BySegment(_), _) => None,
        };
        if found.is_none() {
            let message = match side {
                Side::Word(word) => format!("A condition compares with '{word}', which is no value of what it is compared with."),
                _ => "A condition compares things that cannot be compared.".to_owned(),
            };
            self.error("bad-condition", path, message);
        }
        found
    }

    fn compare_by_segment(&mut self, values: &[Option<String>], comparison: Comparison, with: &Side, path: &Path) -> Predicate {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let unequal = comparison == Comparison::NotEqual;
        let mark = |value: &Option<String>, with: Option<&str>, constant: Option<f64>| match (value, with, constant) {
            (Some(value), Some(word), _) => match (number(value), number(word)) {
                (Some(a), Some(b)) => a.partial_cmp(&b).map_or(unequal, |order| holds(order, comparison)),
                _ => holds(value.as_str().cmp(word), comparison),
            },
            (Some(value), None, Some(constant)) => {
                number(value).and_then(|v| v.partial_cmp(&constant)).map_or(unequal, |order| holds(order, comparison))
            }
            _ => unequal,
        };
        let marked: Vec<bool> = match with {
            Side::Word(word) => values.iter().map(|value| mark(value, Some(word), None)).collect(),
            Side::Quantity(Quantity::Constant(constant)) => values.iter().map(|v| mark(v, None, Some(*constant))).collect(),
            Side::BySegment(others) => values
                .iter()
                .zip(others)
                .map(|(value, other)| other.as_ref().map_or(unequal, |other| mark(value, Some(other), None)))
                .collect(),
            _ => {
                let message = "A condition compares a facet or the segment with something that differs from case to case.";
                self.error("bad-condition", path, message.to_owned());
                return Predicate::Constant(false);
            }
        };
        match marked.first() {
            Some(first) if marked.iter().all(|m| m == first) => Predicate::Constant(*first),
            // With no segments at all there is nothing that could equal anything.
            None => Predicate::Constant(unequal),
            _ => Predicate::Segment(marked),
        }
    }

    /// Returns the visit slot that counts how often a case has finished a step.
    pub(super) fn visits_of(&mut self, owner: &str, step: &str) -> u32 {
        let key = (owner.to_owned(), step.to_owned());
        if let Some(&slot) = self.counted_visits.get(&key) {
            return slot;
        }
        let slot = self.visit_slot();
        self.counted_visits.insert(key, slot);
        slot
    }
}

fn holds(order: std::cmp::Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    }
}

fn relation(comparison: Comparison) -> Relation {
    match comparison {
        Comparison::Equal => Relation::Equal,
        Comparison::NotEqual => Relation::NotEqual,
        Comparison::Less => Relation::Less,
        Comparison::AtMost => Relation::AtMost,
        Comparison::Greater => Relation::Greater,
        Comparison::AtLeast => Relation::AtLeast,
    }
}

/// Returns the comparison that says the same with its sides changed over.
fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal | Comparison::NotEqual => comparison,
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
    }
}
