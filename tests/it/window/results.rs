//! Results: charts with their numbers, what they lean on, how a run is asked for, several variants beside each other.

use super::Window;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use kezek::app::command::{Command, EditCommand, RunCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::edit::Edit;
use kezek::app::files::carried_study;
use kezek::app::results::{RunState, Stage};
use kezek::app::view_state::{Ledger, Selection, Tab};
use kezek::experiment::outcome::StopReason;
use kezek::model::study::{AS_IS, PlanDefaults, Study};

/// The queue in a service center over a short time, with three variants.
fn front_office() -> Study {
    let mut study = carried_study("front-office").unwrap();
    study.plan.replications = 3;
    study
}

#[test]
fn a_chart_shows_its_numbers_as_a_table_and_says_itself_in_words() {
    let mut window = Window::golden();
    window.settle();
    let title = "What the elapsed time of a case consists of";
    let bars = format!("{title} (days). As is: 4 d 3 h");
    let said = window.said(title);
    assert!(said.iter().any(|text| text.starts_with(&bars)), "a screen reader hears the bars: {said:?}");
    let role = Role::Button;
    window.harness.get_by_role_and_label(role, &format!("Numbers: {title}")).click_accesskit();
    window.harness.run_steps(3);
    assert_eq!(window.app().view.passing.tables, [title]);
    assert!(window.shows("Interval from"));
    window.harness.get_by_role_and_label(role, &format!("Picture: {title}")).click_accesskit();
    window.harness.run_steps(3);
    assert!(window.app().view.passing.tables.is_empty());
}

#[test]
fn the_badge_of_assumptions_lists_them_and_a_search_finds_one() {
    let mut window = Window::golden();
    window.settle();
    let (assumed, figures) = window.app().results.review.assumptions();
    assert!(assumed > 0);
    window.press_button(&format!("{assumed} of {figures} figures are assumptions"));
    assert_eq!(window.app().view.passing.ledger, Some(Ledger::Figures));
    assert!(window.shows(&format!("Assumptions ({assumed})")));
    window.app().view.passing.ledger_search = "no such figure".to_owned();
    window.harness.run_steps(2);
    assert!(window.shows("No figure fits."));
    window.harness.key_press(egui::Key::Escape);
    window.harness.run_steps(2);
    assert_eq!(window.app().view.passing.ledger, None);
}

#[test]
fn a_finding_leads_to_its_place_and_is_mended_with_one_press() {
    let mut study = carried_study("golden-case").unwrap();
    study.plan.replications = 1;
    let mut window = Window::open(Document::new(study, None), None);
    window.settle();
    window.perform(Command::View(ViewCommand::Ledger(Ledger::Findings)));
    window.harness.get_all_by_role_and_label(Role::Button, "Run 20 replications").next().unwrap().click_accesskit();
    window.harness.run_steps(3);
    assert_eq!(window.app().document.study().plan.replications, 20);
    window.settle();
    assert!(!window.app().results.review.findings.iter().any(|finding| finding.code == "one-replication"));
    window.perform(Command::Edit(EditCommand::Undo));
    assert_eq!(window.app().document.study().plan.replications, 1);
}

#[test]
fn a_run_goes_on_until_the_precision_that_is_asked_for() {
    let mut window = Window::open(Document::new(front_office(), None), None);
    window.settle();
    assert_eq!(window.app().results.outcome().unwrap().replications, 3);
    window.perform(Command::Run(RunCommand::Until(Some(0.2))));
    window.until("the precision", |app| {
        !app.is_running() && app.results.outcome().is_some_and(|outcome| outcome.stop == StopReason::PrecisionReached)
    });
    let widths = window.app().results.narrowing("as-is");
    assert!(!widths.is_empty());
    assert!(window.shows("asked: 20 %"));
}

#[test]
fn the_seed_is_part_of_the_study_and_changes_the_numbers() {
    let mut window = Window::open(Document::new(front_office(), None), None);
    window.settle();
    let before = window.citizen_time(AS_IS);
    let plan = PlanDefaults { seed: 99, ..window.app().document.study().plan.clone() };
    window.perform(Command::Edit(EditCommand::Apply(Box::new(Edit::Plan(plan)))));
    window.settle();
    assert_ne!(window.citizen_time(AS_IS), before);
    window.perform(Command::Edit(EditCommand::Undo));
    window.settle();
    assert_eq!(window.citizen_time(AS_IS), before, "the same seed gives the same numbers");
}

#[test]
fn more_than_two_variants_stand_beside_each_other() {
    let study = front_office();
    let third = study.variants[1].clone();
    let mut window = Window::open(Document::new(study, None), None);
    window.settle();
    let title = "All measures";
    assert!(window.shows(title));
    window.app().view.passing.also.push(third.id.clone());
    window.harness.run_steps(2);
    assert!(window.shows("Also show (1)"));
    // The legend of every chart names the third.
    let named = window.harness.query_all_by_label_contains(&format!("{}: half within", third.title)).count();
    assert!(named >= 1, "{named}");
}

#[test]
fn stages_lead_from_today_to_the_whole_variant() {
    let mut window = Window::golden();
    window.settle();
    window.press_button("Changes");
    window.until_shown("one change after another (");
    assert!(window.shows("As is: 2 h 25 min"));
    assert!(window.shows("Offer by SMS: 4 min"));
    window.press(Role::Button, "Staff time");
    assert_eq!(window.app().view.passing.followed, 1);
}

#[test]
fn a_variant_is_made_from_any_other() {
    let mut window = Window::golden();
    window.settle();
    window.perform(Command::Edit(EditCommand::NewVariantFrom(AS_IS.to_owned())));
    let shown = window.app().view.variant.clone();
    assert_ne!(shown, "to-be");
    assert!(window.app().document.study().variant(&shown).unwrap().changes.is_empty());
    assert_eq!(window.app().view.tab, Tab::Changes);
    assert!(window.shows("No changes yet"));
}

#[test]
fn a_run_that_broke_down_says_so_and_leaves_the_study_alone() {
    let mut window = Window::golden();
    window.settle();
    let before = window.app().document.study().clone();
    window.app().results.shown = None;
    window.app().results.state = RunState::Broken("index out of bounds".to_owned());
    window.harness.run_steps(2);
    assert!(window.shows("The run broke down"));
    assert!(window.shows("index out of bounds"));
    assert_eq!(*window.app().document.study(), before);
    window.perform(Command::Run(RunCommand::Again));
    window.settle();
    assert_eq!(window.app().results.state, RunState::Done);
    assert_eq!(window.app().results.shown.as_ref().map(|shown| shown.stage), Some(Stage::Full));
}

#[test]
fn published_facts_stand_beside_what_the_simulation_says() {
    let mut window = Window::golden();
    window.settle();
    let targets = window.app().results.outcome().unwrap().targets.len();
    assert!(targets > 0);
    assert!(window.shows(&format!("of {targets} met")));
    assert!(window.shows("Published: "));
}

#[test]
fn a_figure_in_the_ledger_leads_to_its_step() {
    let mut window = Window::golden();
    window.settle();
    let study = window.app().document.study().clone();
    let figure =
        window.app().results.review.figures.iter().find(|f| f.description.contains("Apply at the window")).unwrap().clone();
    let place = kezek::app::findings::place(&study, &figure.path);
    let element = Selection::Element { service: "benefit".to_owned(), element: "apply".to_owned() };
    assert_eq!((place.tab, place.selection.clone()), (Some(Tab::Steps), Some(element.clone())));
    window.perform(Command::View(ViewCommand::GoTo(place)));
    assert_eq!((window.app().view.tab, window.app().view.selection.clone()), (Tab::Steps, element));
}
