//! Reports in another language: what the program carries is known in each, and what users wrote stays as they wrote it.
//!
//! A run is the same in all languages, so its outcome is only called by other names; the terminal, JSON and CSV keep theirs.

use crate::cli::args::ReportLanguage;
use crate::experiment::outcome::{ExperimentOutcome, VariantOutcome};
use crate::formats::carried;
use crate::model::study::Study;
use crate::texts::Language;
use std::collections::BTreeMap;

impl From<ReportLanguage> for Language {
    fn from(language: ReportLanguage) -> Self {
        match language {
            ReportLanguage::En => Language::English,
            ReportLanguage::Ru => Language::Russian,
            ReportLanguage::Kk => Language::Kazakh,
        }
    }
}

/// Texts of a carried study by its English ones.
type Said = BTreeMap<&'static str, &'static str>;

/// Returns a carried study and its outcome in a language; nothing where there is nothing to translate.
pub fn carried_in(name: &str, language: Language, outcome: &ExperimentOutcome) -> Option<(Study, ExperimentOutcome)> {
    let said = carried::words(name, language.code());
    if said.is_empty() {
        return None;
    }
    let study = carried::study(name, language.code())?;
    let mut outcome = outcome.clone();
    say(&said, &mut outcome.title);
    outcome.targets.iter_mut().for_each(|target| say(&said, &mut target.note));
    for warning in &mut outcome.warnings {
        // Warnings quote names of pools, by which they are known again.
        for pool in outcome.variants.iter().flat_map(|variant| &variant.pools) {
            let name = said.get(pool.name.as_str()).copied().unwrap_or(&pool.name);
            warning.message = warning.message.replace(&format!("\"{}\"", pool.name), &format!("\"{name}\""));
        }
    }
    outcome.variants.iter_mut().for_each(|variant| say_variant(&said, variant));
    for difference in &mut outcome.differences {
        difference.segments.iter_mut().for_each(|group| say(&said, &mut group.name));
        difference.pools.iter_mut().for_each(|pool| say(&said, &mut pool.name));
    }
    Some((study, outcome))
}

fn say_variant(said: &Said, variant: &mut VariantOutcome) {
    say(said, &mut variant.title);
    variant.pools.iter_mut().for_each(|pool| say(said, &mut pool.name));
    variant.steps.iter_mut().for_each(|step| say(said, &mut step.name));
    variant.services.iter_mut().for_each(|service| say(said, &mut service.name));
    variant.segments.iter_mut().for_each(|group| say(said, &mut group.name));
}

fn say(said: &Said, text: &mut String) {
    if let Some(other) = said.get(text.as_str()) {
        *text = (*other).to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::progress::CancelToken;
    use crate::experiment::plan::{Plan, StopRule};
    use crate::experiment::run::run_experiment;

    #[test]
    fn outcome_in_a_language_is_what_a_run_of_the_study_in_it_finds() {
        for name in ["birth-of-a-child", "front-office"] {
            let run = |study: &Study| {
                let plan = Plan { stop: StopRule::Replications(1), ..Plan::of_study(study) };
                run_experiment(study, &plan, &|_| {}, &CancelToken::default()).unwrap()
            };
            let english = run(&carried::study(name, "en").unwrap());
            let (study, said) = carried_in(name, Language::Kazakh, &english).unwrap();
            let mut expected = run(&study);
            // What no report shows of them in other languages: places of cases that are still open.
            let places =
                |outcome: &ExperimentOutcome| outcome.variants.iter().map(|v| v.unfinished_at.clone()).collect::<Vec<_>>();
            for (variant, places) in expected.variants.iter_mut().zip(places(&said)) {
                variant.unfinished_at = places;
            }
            for (warning, said) in expected.warnings.iter_mut().zip(&said.warnings).filter(|(w, _)| w.code == "unfinished") {
                warning.message.clone_from(&said.message);
            }
            assert!(said == expected, "{name}");
        }
    }
}
