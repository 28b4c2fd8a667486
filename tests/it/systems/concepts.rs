//! Concepts of the thesis as changes of a model: once-only, one application, life events, a library used by all, personas.

use super::{Look, MONTH, Said, SaidOfVariant, change, shipped, simulate};
use kezek::formats::scenario_ron::{load_import_file, read_study};
use kezek::model::apply::build_variant;
use kezek::model::change::Operation;
use kezek::model::diff::diff;
use kezek::model::service::Form;
use std::collections::BTreeSet;
use std::path::Path;

const SHORT: Look = Look { warm_up: 14, horizon: 28, follow_up: 180, replications: 1 };

#[test]
fn once_only_asks_for_no_document_twice_in_a_life_event() {
    let mut study = shipped("disability");
    change(&mut study, "once", "as-is", vec![Operation::OnceOnly(true)]);
    let found = simulate(&study, &["as-is", "once"], SHORT);
    assert!(found.mean("as-is", "documents_repeated") > 1.0, "{}", found.mean("as-is", "documents_repeated"));
    assert_eq!(found.mean("once", "documents_repeated"), 0.0);
    assert!(found.mean("once", "documents_reused") > 0.0);
    // A paper that is at hand costs nothing to show again: what falls is the asking.
    let asked = |variant: &str| found.mean(variant, "documents_requested");
    assert!(
        asked("once") <= asked("as-is") - found.mean("as-is", "documents_repeated") + 1e-9,
        "{} {}",
        asked("once"),
        asked("as-is")
    );
}

#[test]
fn document_request_becomes_a_registry_fetch_on_a_copy() {
    let mut study = shipped("no-stop");
    let fetch = |step: &str| Operation::FetchDocument {
        service: "family-benefit".to_owned(),
        step: step.to_owned(),
        document: "birth-certificate".to_owned(),
        fallback: kezek::model::step::Fallback::Citizen,
    };
    change(&mut study, "fetched", "as-is", vec![fetch("fill"), fetch("collect")]);
    let found = simulate(&study, &["as-is", "fetched"], MONTH);
    let moved = |measure: &str| found.mean("fetched", measure) - found.mean("as-is", measure);
    assert!(moved("documents_requested") < -0.8, "{}", moved("documents_requested"));
    assert!(moved("documents_fetched") > 0.8);
    let as_is = build_variant(&study, "as-is").unwrap();
    assert_eq!(as_is, study.scenario, "the as-is is left as it was");
}

#[test]
fn one_application_takes_visits_out_of_the_life_event() {
    let study = shipped("disability");
    let found = simulate(&study, &["as-is", "no-certificates", "one-application"], SHORT);
    let visits = ["as-is", "no-certificates", "one-application"].map(|variant| found.mean(variant, "visits"));
    assert!(visits[2] < visits[1] - 0.5, "{visits:?}");
    let form = |service: &str| build_variant(&study, "proactive").unwrap().service(service).unwrap().form;
    assert_eq!(form("prosthesis"), Form::Proactive);
}

#[test]
fn life_events_hold_every_service_that_they_set_off() {
    for (name, events) in [("birth-of-a-child", 5), ("disability", 9), ("job-loss", 2), ("channels", 3)] {
        let study = shipped(name);
        let used: BTreeSet<&str> =
            study.scenario.life_events.iter().flat_map(|e| e.services.iter().map(|s| s.service.as_str())).collect();
        assert!(used.len() >= events, "{name}: {used:?}");
        let background: BTreeSet<&str> = study.scenario.demand.iter().filter(|d| d.background).map(|d| d.of.as_str()).collect();
        for service in study.scenario.services.iter().filter(|s| !s.id.starts_with("other-")) {
            assert!(used.contains(service.id.as_str()) || background.contains(service.id.as_str()), "{name}: {}", service.id);
        }
    }
}

#[test]
fn twenty_services_of_table_2_have_the_forms_that_the_table_gives() {
    let study = shipped("portfolio");
    let services: Vec<_> = study.scenario.services.iter().filter(|s| !s.id.starts_with("other-")).collect();
    assert_eq!(services.len(), 20);
    assert_eq!(services.iter().filter(|s| s.form == Form::Paper).count(), 9, "nine are on paper or proactive only");
    let offered = build_variant(&study, &study.variants.last().unwrap().id).unwrap();
    let proactive = services.iter().filter(|s| offered.service(&s.id).unwrap().form == Form::Proactive).count();
    assert_eq!(proactive, 19, "all but pregnancy and birth, which waits for electronic sick-leave sheets");
}

#[test]
fn edit_in_one_place_of_the_catalogue_reaches_all_studies() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut reached = 0;
    for name in super::bodies::STUDIES {
        let path = folder.join(name).join("study.ron").display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        if !text.contains("/catalogue/") {
            assert_eq!(name, "golden-case", "the case by hand alone stands by itself");
            continue;
        }
        let edited = |file: &str| {
            let text = load_import_file(file)?;
            let text = text.replace("weekly: [\"Mon-Fri 09:00-18:00\"]", "weekly: [\"Mon-Sat 09:00-20:00\"]");
            Ok(text.replace("Register of persons", "Register of all persons"))
        };
        let before = read_study(&text, &path, &mut |file| load_import_file(file)).value.unwrap();
        let after = read_study(&text, &path, &mut |file| edited(file)).value.unwrap();
        let hours =
            |study: &kezek::model::study::Study| study.scenario.calendars.iter().find(|c| c.id == "psc").unwrap().weekly.clone();
        assert_ne!(hours(&before), hours(&after), "{name}");
        assert_eq!(hours(&after)[0].to_minute, 20 * 60, "{name}");
        let named =
            |study: &kezek::model::study::Study| study.scenario.registries.iter().any(|r| r.name == "Register of all persons");
        assert!(!named(&before));
        reached += usize::from(named(&after));
    }
    // The studies of the twenty services take the registries from the catalogue, not only the hours.
    assert_eq!(reached, 10);
}

#[test]
fn copy_of_a_variant_is_read_back_as_the_changes_that_made_it() {
    let study = shipped("pension");
    let to_be = build_variant(&study, "e-archive").unwrap();
    let found = diff(&study.scenario, &to_be);
    let operations: usize = found.iter().map(|c| c.operations.len()).sum();
    assert!((1..=4).contains(&operations), "{found:?}");
    assert!(found.iter().all(|change| change.operations.iter().all(|op| format!("{op:?}").contains("archive"))), "{found:?}");
}

#[test]
fn persona_from_the_village_travels_longer_than_the_one_from_the_town() {
    let study = shipped("no-stop");
    let found = simulate(&study, &["as-is", "no-stop"], MONTH);
    let travel = |variant: &str, persona: &str| {
        let group = found.of(variant).segments.iter().find(|g| g.id == persona).unwrap();
        group.measure("citizen_travel").unwrap().estimate.unwrap().mean
    };
    assert!(travel("as-is", "rural-basic") > 1.5 * travel("as-is", "town-basic"));
    assert!(travel("as-is", "rural-basic") > travel("as-is", "rural-skilled"), "who is at home online goes less");
    assert_eq!(travel("no-stop", "rural-basic"), 0.0);
    let persons = found.difference("no-stop").unwrap().persons.as_ref().unwrap();
    assert!(persons.less.mean > 0.8 && persons.more.mean < 0.1, "person by person: {persons:?}");
}

#[test]
fn austria_decides_after_1_75_days_without_an_application() {
    let study = shipped("no-stop");
    let found = simulate(&study, &["no-stop"], Look { horizon: 56, ..MONTH });
    let days = found.mean("no-stop", "decision_time") / 1440.0;
    assert!((days - 1.75).abs() < 0.18, "{days}");
}

#[test]
fn stages_of_the_form_are_told_before_and_after() {
    let study = shipped("job-loss");
    let form = |variant: &str| build_variant(&study, variant).unwrap().service("job-loss-payment").unwrap().form;
    assert_eq!(form("as-is"), Form::FullyAutomated);
    assert_eq!(form("offer"), Form::Proactive);
    assert_eq!(form("one-application"), Form::OneApplication);
    let to_be = build_variant(&study, "offer").unwrap();
    let told = diff(&study.scenario, &to_be);
    assert!(told.iter().any(|c| c.operations.iter().any(|op| matches!(op, Operation::SetForm { .. }))), "the difference says so");
}

#[test]
fn decision_takes_as_long_however_the_case_began() {
    // Proactive does not lighten the decision by itself: officers' minutes a decision stay (thesis 4.2.4).
    let study = shipped("childcare-payment");
    let found = simulate(&study, &["as-is", "family-card"], MONTH);
    let decides = |variant: &str| {
        let step = found.of(variant).step("childcare", "decide");
        step.staff_time.mean / step.runs_per_case.mean
    };
    let (before, after) = (decides("as-is"), decides("family-card"));
    assert!((after - before).abs() < 0.03 * before, "{before} {after}");
}

#[test]
fn survey_and_population_are_two_presets_of_the_same_study() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/channels/study.ron").display().to_string();
    let text = std::fs::read_to_string(&path).unwrap();
    let line = "        \"../catalogue/segments-survey.ron\",\n";
    assert!(text.contains(line));
    let survey = read_study(&text, &path, &mut |file| load_import_file(file));
    let population = read_study(&text.replace(line, ""), &path, &mut |file| load_import_file(file));
    assert!(!survey.has_errors() && !population.has_errors(), "{:?}", population.diagnostics);
    let (survey, population) = (survey.value.unwrap(), population.value.unwrap());
    let rural = |study: &kezek::model::study::Study| -> f64 {
        study.scenario.segments.iter().filter(|s| s.id.starts_with("rural")).map(|s| s.share.value).sum()
    };
    // 5 % of those asked live in villages (Fig 4); of the population far more do.
    assert!((rural(&survey) - 0.05).abs() < 1e-9 && rural(&population) > 0.3, "{} {}", rural(&survey), rural(&population));
    let of = |study: &_, segment: &str| {
        let found = simulate(study, &["as-is"], Look { replications: 1, ..MONTH });
        let group = found.of("as-is").segments.iter().find(|g| g.id == segment).unwrap().completed as f64;
        group / found.of("as-is").cases.completed as f64
    };
    assert!(of(&survey, "rural-skilled") < 0.1 && of(&population, "rural-skilled") > 0.2);
}
