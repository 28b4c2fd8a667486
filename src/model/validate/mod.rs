//! Checks of a whole study: every fault at once, each with its place, what is wrong in a full sentence, and what to do.
//!
//! Errors are what cannot run; warnings and notes are what runs and smells. The checks know no file: a path as
//! `services[2].elements[4].kind.duration` says where a finding stands, with the scenario's fields at the root.
//!
//! Reading order: `names.rs` (ids and references), `figures.rs` (numbers and durations), then one file per subject of the
//! model: `calendars.rs`, `population.rs`, `supply.rs`, `demand.rs`, `services.rs`, `steps.rs`, `flow.rs` with `graph.rs`,
//! `conditions.rs`; `smells.rs` for what merely smells; `plan.rs` for the study around the scenario.
//! A study with `n` elements is checked in about `n log n` steps.

mod calendars;
mod conditions;
mod demand;
mod figures;
mod flow;
mod graph;
mod names;
mod plan;
mod population;
mod services;
mod smells;
mod steps;
mod supply;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::base::diagnostic::{Diagnostic, Path, Severity};
use crate::model::apply::{build_variant, did_you_mean};
use crate::model::scenario::Scenario;
use crate::model::study::{Study, Variant};
use names::Known;
use rayon::prelude::*;

/// How many unknown names get a search for near ones; a file with more faults has one cause for many of them.
const NEAR_NAME_SEARCHES: u32 = 300;

/// How many findings of one code are reported before the rest are counted.
const SAME_CODE: usize = 500;

/// Checks a study: the as-is, and every variant as its changes make it.
///
/// What is found in a variant but not in the as-is stands at the variant's path and names the variant; changes that
/// cannot be applied stand at their operation. Findings come in the order of the checks, the same on every run.
pub fn validate(study: &Study) -> Vec<Diagnostic> {
    let of_study = || {
        let mut found = Vec::new();
        plan::check(study, &mut found);
        figures::check(study, &mut found);
        check_scenario(&study.scenario, &mut found);
        found
    };
    // The as-is and each variant are scenarios of their own: all processors look at them, since the window waits for this.
    let of_variants = || study.variants.par_iter().map(|variant| check_variant(study, variant)).collect::<Vec<_>>();
    let (mut found, of_variants) = rayon::join(of_study, of_variants);
    let known: BTreeSet<(&str, String)> = found.iter().map(|d| (d.code, d.message.clone())).collect();
    let noted: BTreeSet<(&str, Path)> = found.iter().map(|d| (d.code, d.path.clone())).collect();
    for (i, (variant, of_variant)) in study.variants.iter().zip(of_variants).enumerate() {
        let of_variant = match of_variant {
            Ok(of_variant) => of_variant,
            Err(faults) => {
                // A fault in a variant that others build on is said once, where it stands.
                let new: Vec<Diagnostic> = faults.into_iter().filter(|fault| !found.contains(fault)).collect();
                found.extend(new);
                continue;
            }
        };
        for mut finding in of_variant {
            if finding.code == "unreachable-step" {
                // A change that leads round a step leaves it standing; that is no slip.
                finding.severity = Severity::Note;
            }
            // A note that only counts differently than in the as-is says nothing new.
            let again = finding.severity == Severity::Note && noted.contains(&(finding.code, finding.path.clone()));
            if !again && !known.contains(&(finding.code, finding.message.clone())) {
                finding.path = Path::default().field("variants").item(i);
                finding.message = format!("In the variant '{}': {}", variant.id, finding.message);
                found.push(finding);
            }
        }
    }
    smells::check_study(study, &mut found);
    found
}

/// Checks the scenario that a variant's changes make; faults are those of changes that cannot be applied.
fn check_variant(study: &Study, variant: &Variant) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let scenario = build_variant(study, &variant.id)?;
    let mut found = Vec::new();
    check_scenario(&scenario, &mut found);
    Ok(found)
}

/// Checks a scenario.
fn check_scenario(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    let mut check = Check { scenario, known: Known::of(scenario), found: Vec::new(), searches_left: NEAR_NAME_SEARCHES };
    names::check(&mut check);
    calendars::check(&mut check);
    population::check(&mut check);
    supply::check(&mut check);
    services::check(&mut check);
    demand::check(&mut check);
    smells::check(&mut check);
    found.extend(limited(check.found));
}

/// Leaves out findings of a code beyond the first [`SAME_CODE`], and says how many.
fn limited(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut counts: std::collections::BTreeMap<&'static str, usize> = std::collections::BTreeMap::new();
    let mut kept = Vec::with_capacity(found.len().min(10_000));
    for finding in found {
        let count = counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= SAME_CODE {
            kept.push(finding);
        }
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > SAME_CODE) {
        let severity = kept.iter().find(|d| d.code == code).map(|d| d.severity);
        let message = format!("There are {} more findings of the kind '{code}'.", count - SAME_CODE);
        let mut more = Diagnostic::note(code, Path::default(), message);
        more.severity = severity.unwrap_or(more.severity);
        kept.push(more);
    }
    kept
}

/// A scenario under check, the names it knows, and what was found.
struct Check<'a> {
    scenario: &'a Scenario,
    known: Known<'a>,
    found: Vec<Diagnostic>,
    searches_left: u32,
}

impl<'a> Check<'a> {
    fn error(&mut self, code: &'static str, path: Path, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Diagnostic::error(code, path, message).hint(hint));
    }

    fn warning(&mut self, code: &'static str, path: Path, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Diagnostic::warning(code, path, message).hint(hint));
    }

    fn note(&mut self, code: &'static str, path: Path, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Diagnostic::note(code, path, message).hint(hint));
    }

    /// Suggests what may have been meant, as long as the budget for it lasts.
    fn suggestion<'n>(&mut self, found: &str, allowed: impl IntoIterator<Item = &'n str>, plural: &str) -> String {
        if self.searches_left == 0 {
            return String::new();
        }
        self.searches_left -= 1;
        did_you_mean(found, allowed, plural)
    }

    /// Reports a reference to something that is not there. `who` names what refers: "the step 'apply' in 'benefit'".
    fn reference(&mut self, kind: names::Kind, id: &str, who: &str, path: Path) -> bool {
        if self.known.has(kind, id) {
            return true;
        }
        let allowed = if self.searches_left > 0 { self.known.all(kind) } else { Vec::new() };
        let (word, plural, code) = kind.words();
        let hint = self.suggestion(id, allowed.iter().map(String::as_str), plural);
        let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let message = if id.is_empty() {
            format!("{} needs {article} {word}, but none is named.", capital(who))
        } else {
            format!("{} refers to the {word} '{id}', which does not exist.", capital(who))
        };
        self.error(code, path, message, hint);
        false
    }

    /// The same for something that need not be named at all.
    fn optional(&mut self, kind: names::Kind, id: Option<&String>, who: &str, path: Path) {
        if let Some(id) = id {
            self.reference(kind, id, who, path);
        }
    }
}

/// Writes the first letter large.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// Lists names in quotes; after the first few it counts the rest.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(6).map(|name| format!("'{name}'")).collect();
    let more = if names.len() > 6 { format!(" and {} more", names.len() - 6) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// Returns the root of all paths of a scenario.
fn root(list: &'static str) -> Path {
    Path::default().field(list)
}
