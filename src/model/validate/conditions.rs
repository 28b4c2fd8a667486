//! Conditions: known names, words that those names can be, and comparisons between things of one kind.

use super::names::Kind;
use super::{Check, capital};
use crate::base::diagnostic::Path;
use crate::model::condition::{BUILT_IN_NAMES, Comparison, Condition, Operand, parse};
use crate::model::flow::Branch;
use crate::model::service::Service;

/// What an operand is, for comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Word,
    Number,
    Duration,
    Instant,
}

impl Sort {
    fn said(self) -> &'static str {
        match self {
            Sort::Word => "a word",
            Sort::Number => "a number",
            Sort::Duration => "a length of time",
            Sort::Instant => "a date",
        }
    }
}

/// Checks the text of a condition.
pub(super) fn check_text(check: &mut Check<'_>, service: &Service, text: &str, who: &str, path: Path) {
    let condition = match parse(text) {
        Ok(condition) => condition,
        Err(fault) => {
            let column = text.get(..fault.offset).map_or(0, |before| before.chars().count()) + 1;
            let message = format!("The condition at {who} cannot be read at its character {column}: {}", fault.message);
            check.error("bad-condition", path, message, fault.hint);
            return;
        }
    };
    condition.for_each(&mut |part| match part {
        Condition::Has(document) | Condition::Given(document) => {
            check.reference(Kind::Document, document, &format!("the condition at {who}"), path.clone());
        }
        Condition::Compare(left, comparison, right) => compare(check, service, (left, *comparison, right), who, &path),
        _ => {}
    });
}

fn compare(
    check: &mut Check<'_>,
    service: &Service,
    (left, comparison, right): (&Operand, Comparison, &Operand),
    who: &str,
    path: &Path,
) {
    let sorts = (sort(check, service, left, who, path), sort(check, service, right, who, path));
    let (Some(left_sort), Some(right_sort)) = sorts else { return };
    // Attributes hold words; where all their values are numbers they may be compared with numbers.
    let numeric = |check: &Check<'_>, operand: &Operand| match operand {
        Operand::Name(name) => check.known.words.get(name.as_str()).is_some_and(|v| v.iter().all(|v| v.parse::<f64>().is_ok())),
        _ => false,
    };
    let left_sort = if right_sort == Sort::Number && numeric(check, left) { Sort::Number } else { left_sort };
    let right_sort = if left_sort == Sort::Number && numeric(check, right) { Sort::Number } else { right_sort };
    if left_sort != right_sort {
        let message =
            format!("The condition at {who} compares {left} ({}) with {right} ({}).", left_sort.said(), right_sort.said());
        check.error("type-mismatch", path.clone(), message, expected(left, right));
        return;
    }
    let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if left_sort == Sort::Word && !equality {
        let message =
            format!("The condition at {who} asks whether {left} {comparison} {right}, but words are not larger or smaller.");
        check.error("type-mismatch", path.clone(), message, "Compare words with == or !=.");
        return;
    }
    // A facet belongs to a segment, so only what is the same for all cases of a segment can be compared with it.
    if varies(check, left, right) || varies(check, right, left) {
        let message = format!("The condition at {who} compares {left} with {right}, of which only one belongs to the segment.");
        check.error(
            "type-mismatch",
            path.clone(),
            message,
            "Compare the segment and its facets with words, numbers, or each other.",
        );
        return;
    }
    for (name, value) in [(left, right), (right, left)] {
        match (name, value) {
            (Operand::Name(name), Operand::Word(word)) => known_word(check, name, word, who, path),
            (Operand::Name(name), Operand::Number(number)) => known_number(check, name, *number, who, path),
            _ => {}
        }
    }
}

/// Tells whether one operand is the segment or a facet and the other something that a segment does not decide.
fn varies(check: &Check<'_>, facet: &Operand, other: &Operand) -> bool {
    let is_facet = |operand: &Operand| match operand {
        Operand::Name(name) => {
            name == "segment" || check.scenario.segments.iter().any(|s| s.facets.iter().any(|(f, _)| f == name))
        }
        _ => false,
    };
    is_facet(facet) && matches!(other, Operand::Name(_) | Operand::Visits(_)) && !is_facet(other)
}

fn expected(left: &Operand, right: &Operand) -> String {
    let name = [left, right].into_iter().find_map(|operand| match operand {
        Operand::Name(name) => Some(name.as_str()),
        _ => None,
    });
    match name {
        Some("weekday") => "weekday is a number: 1 is Monday, 7 is Sunday.".to_owned(),
        Some("hour") => "hour is a number from 0 to 23.".to_owned(),
        Some("now") => "now is compared with a date, as \"2026-07-01\" in double quotes.".to_owned(),
        Some("elapsed") => "elapsed is compared with a length of time, as \"3d\" in double quotes.".to_owned(),
        Some(name) => format!("{name} is a word: write it in single quotes, as {name} == 'yes'."),
        None => "Compare things of the same kind.".to_owned(),
    }
}

/// Returns what an operand is, or reports that it is not known.
fn sort(check: &mut Check<'_>, service: &Service, operand: &Operand, who: &str, path: &Path) -> Option<Sort> {
    match operand {
        Operand::Number(_) => Some(Sort::Number),
        Operand::Word(_) => Some(Sort::Word),
        Operand::Duration(_) => Some(Sort::Duration),
        Operand::Instant(_) => Some(Sort::Instant),
        Operand::Visits(step) => {
            if service.element(step).is_none() {
                let ids: Vec<&str> = service.elements.iter().map(|e| e.id.as_str()).collect();
                let hint = check.suggestion(step, ids, "steps of this service");
                let message =
                    format!("The condition at {who} counts the visits of the step '{step}', which the service does not have.");
                check.error("unknown-step", path.clone(), message, hint);
                return None;
            }
            Some(Sort::Number)
        }
        Operand::Name(name) => match name.as_str() {
            "weekday" | "hour" => Some(Sort::Number),
            "now" => Some(Sort::Instant),
            "elapsed" => Some(Sort::Duration),
            "segment" | "channel" => Some(Sort::Word),
            _ if check.known.words.contains_key(name.as_str()) => Some(Sort::Word),
            _ => {
                let names: Vec<String> =
                    BUILT_IN_NAMES.iter().copied().chain(check.known.words.keys().copied()).map(str::to_owned).collect();
                let hint = check.suggestion(name, names.iter().map(String::as_str), "names");
                let message = format!("The condition at {who} asks for '{name}', which is neither an attribute nor a facet.");
                check.error("unknown-name", path.clone(), message, hint);
                None
            }
        },
    }
}

/// Returns the words that a name can be, where there are any.
fn words_of(check: &Check<'_>, name: &str) -> Option<Vec<String>> {
    match name {
        "segment" => Some(check.scenario.segments.iter().map(|segment| segment.id.clone()).collect()),
        "channel" => Some(check.known.all(Kind::Channel)),
        _ => check.known.words.get(name).map(|words| words.iter().map(|word| (*word).to_owned()).collect()),
    }
}

fn known_word(check: &mut Check<'_>, name: &str, word: &str, who: &str, path: &Path) {
    if let Some(words) = words_of(check, name)
        && !words.iter().any(|known| known == word)
    {
        let message = format!("In the condition at {who}: '{word}' is not a value of {name}.");
        let hint = check.suggestion(word, words.iter().map(String::as_str), "values");
        check.error("unknown-value", path.clone(), message, hint);
    }
}

fn known_number(check: &mut Check<'_>, name: &str, number: f64, who: &str, path: &Path) {
    let range = match name {
        "weekday" => 1.0..=7.0,
        "hour" => 0.0..=24.0,
        _ => return,
    };
    if !range.contains(&number) {
        let message = format!("In the condition at {who}: {name} is never {number}.");
        check.error("unknown-value", path.clone(), message, expected(&Operand::Name(name.to_owned()), &Operand::Number(number)));
    }
}

/// Checks a value that a step gives to an attribute or to the channel.
pub(super) fn check_set(check: &mut Check<'_>, name: &str, value: &str, who: &str, path: Path) {
    let attribute = check.scenario.attributes.iter().any(|attribute| attribute.id == name);
    if !attribute && name != "channel" {
        let names: Vec<&str> = check.scenario.attributes.iter().map(|a| a.id.as_str()).chain(["channel"]).collect();
        let hint = check.suggestion(name, names, "attributes");
        check.error("unknown-attribute", path, format!("{} sets '{name}', which is no attribute.", capital(who)), hint);
        return;
    }
    let adds = crate::model::step::added(value).is_some();
    if adds && check.scenario.attributes.iter().any(|a| a.id == name && a.is_numeric()) {
        return;
    }
    if let Some(words) = words_of(check, name)
        && !words.iter().any(|known| known == value)
    {
        let hint = check.suggestion(value, words.iter().map(String::as_str), "values");
        let hint = if attribute { format!("{hint} A value that no case begins with has the share 0.") } else { hint };
        check.error(
            "unknown-value",
            path,
            format!("{} sets {name} to '{value}', which is not one of its values.", capital(who)),
            hint.trim_start(),
        );
    }
}

/// Tells whether the conditions of some ways name every value of one attribute, facet, the segment or the channel.
pub(super) fn exhaustive(check: &Check<'_>, ways: &[Branch]) -> bool {
    let mut asked: Option<String> = None;
    let mut covered: Vec<String> = Vec::new();
    let mut opposite: Vec<Condition> = Vec::new();
    for way in ways {
        let Some(Ok(condition)) = way.when.as_deref().map(parse) else { return false };
        let negated = match &condition {
            Condition::Not(inner) => (**inner).clone(),
            Condition::Compare(l, c, r) => Condition::Compare(l.clone(), reversed(*c), r.clone()),
            other => Condition::Not(Box::new(other.clone())),
        };
        if opposite.contains(&condition) {
            return true;
        }
        opposite.push(negated);
        let parts = match condition {
            Condition::Or(parts) => parts,
            single => vec![single],
        };
        for part in parts {
            if let Condition::Compare(Operand::Name(name), Comparison::Equal, Operand::Word(word)) = part
                && *asked.get_or_insert_with(|| name.clone()) == name
            {
                covered.push(word);
            }
        }
    }
    let words = asked.and_then(|name| words_of(check, &name)).unwrap_or_default();
    !words.is_empty() && words.iter().all(|word| covered.contains(word))
}

fn reversed(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::AtLeast,
        Comparison::AtLeast => Comparison::Less,
        Comparison::Greater => Comparison::AtMost,
        Comparison::AtMost => Comparison::Greater,
    }
}
