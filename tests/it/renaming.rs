//! Words of the carried studies are renamed wherever they are spoken of, and back again.

use kezek::app::files::carried_study;
use kezek::base::diagnostic::Severity;
use kezek::formats::carried;
use kezek::model::rename::{Renaming, rename};
use kezek::model::study::Study;

fn errors(study: &Study) -> Vec<String> {
    let found = kezek::model::validate::validate(study);
    found.into_iter().filter(|found| found.severity == Severity::Error).map(|found| found.message).collect()
}

/// Everything in a study that can be renamed, with a new word for it and the way back.
fn renamings(study: &Study) -> Vec<[Renaming; 2]> {
    let mut all = Vec::new();
    for attribute in &study.scenario.attributes {
        for (value, _) in &attribute.values {
            // A number stays one, as its attribute is added to.
            let new = if attribute.is_numeric() { "77777".to_owned() } else { "a 'new' word".to_owned() };
            let named = |from: &str, to: &str| Renaming::AttributeValue {
                attribute: attribute.id.clone(),
                from: from.to_owned(),
                to: to.to_owned(),
            };
            all.push([named(value, &new), named(&new, value)]);
        }
    }
    for (facet, value) in study.scenario.segments.iter().flat_map(|segment| &segment.facets) {
        let named =
            |from: &str, to: &str| Renaming::FacetValue { facet: facet.clone(), from: from.to_owned(), to: to.to_owned() };
        all.push([named(value, "a 'new' word"), named("a 'new' word", value)]);
        let named = |from: &str, to: &str| Renaming::Facet { from: from.to_owned(), to: to.to_owned() };
        all.push([named(facet, "another-facet"), named("another-facet", facet)]);
    }
    all
}

#[test]
fn a_renamed_word_is_renamed_wherever_carried_studies_speak_of_it_and_back_again() {
    let mut renamed = 0;
    for name in carried::names() {
        let study = carried_study(name).unwrap();
        let known = errors(&study);
        for [there, back] in renamings(&study) {
            let mut changed = study.clone();
            let mut turn = |what: &Renaming| {
                let Study { scenario, variants, .. } = &mut changed;
                rename(scenario, variants.iter_mut().flat_map(|variant| &mut variant.changes), what);
                changed.clone()
            };
            let (new, old) = (turn(&there), turn(&back));
            assert_ne!(new.scenario, study.scenario, "{name}: {there:?}");
            assert_eq!(errors(&new), known, "{name}: {there:?}");
            assert_eq!(old.variants, study.variants, "{name}: {there:?}");
            assert_eq!(old.scenario, study.scenario, "{name}: {there:?}");
            renamed += 1;
        }
    }
    assert!(renamed > 10, "{renamed}");
}
