//! Editing: what is typed changes the numbers, and comes back with undo.

use super::Window;
use egui::accesskit::Role;
use kezek::app::command::{Command, EditCommand, RunCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::results::{RunState, Stage};
use kezek::app::view_state::Tab;
use kezek::model::study::AS_IS;

#[test]
fn the_window_compares_by_itself_and_says_so_in_words() {
    let mut window = Window::golden();
    window.settle();
    // The trace by hand: 145 minutes as it is, 4 with the offer.
    assert_eq!((window.citizen_time(AS_IS), window.citizen_time("to-be")), (145.0, 4.0));
    assert!(window.shows("a citizen spends 2 h 21 min less of their own time"));
    assert!(window.shows("better"));
}

#[test]
fn a_duration_typed_into_the_table_changes_the_number_and_undo_brings_it_back() {
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    window.press_button("Steps");
    window.type_into("Likely: Apply at the window", "30");
    window.settle();
    // The visit takes ten minutes longer; the rest of the day is as it was.
    assert_eq!(window.citizen_time(AS_IS), 155.0);
    assert!(window.app().document.is_dirty());
    window.perform(Command::Edit(EditCommand::Undo));
    window.settle();
    assert_eq!(window.citizen_time(AS_IS), 145.0);
    assert!(!window.app().document.is_dirty());
    window.perform(Command::Edit(EditCommand::Redo));
    window.settle();
    assert_eq!(window.citizen_time(AS_IS), 155.0);
}

#[test]
fn what_is_typed_wrongly_changes_nothing() {
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    window.press_button("Steps");
    let before = window.app().document.revision();
    for nonsense in ["soon", "-5", "1e999"] {
        window.type_into("Likely: Apply at the window", nonsense);
        assert_eq!(window.app().document.revision(), before, "{nonsense}");
    }
}

#[test]
fn a_step_is_added_and_taken_out_with_buttons() {
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    window.press_button("Steps");
    window.press_button("Add a step behind: Apply at the window");
    window.settle();
    // A new step takes ten minutes of the citizen's own time.
    assert_eq!(window.citizen_time(AS_IS), 155.0);
    window.press_button("Take out: New step");
    window.settle();
    assert_eq!(window.citizen_time(AS_IS), 145.0);
}

#[test]
fn a_change_switched_off_takes_its_effect_with_it() {
    let mut window = Window::golden();
    window.settle();
    window.press_button("Changes");
    window.press(Role::CheckBox, "Offer the benefit by SMS when the birth is registered");
    window.settle();
    let outcome = window.app().results.outcome().unwrap();
    let found = outcome.difference("to-be").unwrap().measure("citizen_time").unwrap();
    assert!(found.difference.mean > -141.0, "the offer is off: {:?}", found.difference);
    window.perform(Command::Edit(EditCommand::Undo));
    window.settle();
    assert_eq!(window.citizen_time("to-be"), 4.0);
}

#[test]
fn an_edit_of_a_variant_is_proposed_as_a_change_and_leaves_the_as_is_alone() {
    let mut window = Window::golden();
    window.perform(Command::Edit(EditCommand::NewVariant));
    window.settle();
    let changes = |window: &mut Window| window.app().document.study().variants.last().unwrap().changes.len();
    let (before, citizen) = (changes(&mut window), window.citizen_time(AS_IS));
    window.press_button("Steps");
    window.type_into("Likely: Officer decides", "1h");
    window.settle();
    assert_eq!(changes(&mut window), before + 1);
    assert_eq!(window.citizen_time(AS_IS), citizen);
}

#[test]
fn any_two_variants_can_be_held_against_each_other() {
    let mut window = Window::golden();
    window.settle();
    window.show(AS_IS);
    window.perform(Command::View(ViewCommand::Against("to-be".to_owned())));
    window.until("the other baseline", |app| {
        !app.is_running() && app.results.outcome().is_some_and(|outcome| outcome.baseline == "to-be")
    });
    let outcome = window.app().results.outcome().unwrap();
    assert_eq!(outcome.difference(AS_IS).unwrap().measure("citizen_time").unwrap().difference.mean, 141.0);
}

#[test]
fn a_run_is_stopped_and_what_it_has_found_stays() {
    let mut window = Window::open(Document::new(carried_study("front-office").unwrap(), None), None);
    window.until("a first look", |app| app.results.shown.is_some() && app.is_running());
    window.press_button("Stop");
    assert_eq!(window.app().results.state, RunState::Stopped);
    window.until("the end of the run", |app| !app.is_running());
    assert!(window.app().results.shown.as_ref().is_some_and(|shown| shown.stage != Stage::Full));
    window.perform(Command::Run(RunCommand::Again));
    assert!(window.app().is_running());
}

#[test]
fn an_edit_during_a_run_is_not_held_up_by_it() {
    let mut window = Window::open(Document::new(carried_study("front-office").unwrap(), None), None);
    window.until("a run", |app| app.is_running());
    let revision = window.app().document.revision();
    window.perform(Command::Edit(EditCommand::NewVariant));
    assert_eq!(window.app().document.revision(), revision + 1);
    window.until("a result of the edited study", |app| {
        app.results.shown.as_ref().is_some_and(|shown| shown.revision == revision + 1)
    });
    window.perform(Command::View(ViewCommand::Show(Tab::Agencies)));
    assert!(window.shows("Offered load"));
}

#[test]
fn another_shape_of_a_duration_is_chosen_in_the_inspector() {
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    let selection = kezek::app::view_state::Selection::Element { service: "benefit".to_owned(), element: "apply".to_owned() };
    window.perform(Command::View(ViewCommand::Select(selection)));
    window.press(Role::ComboBox, "Shape of the duration");
    window.press_button("mean alone (exponential)");
    let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
    let element = scenario.service("benefit").unwrap().element("apply").unwrap().clone();
    let duration = kezek::app::panels::steps::duration_of(&element).unwrap().value.clone();
    assert_eq!(duration, kezek::base::distribution::Distribution::Exponential { mean: 20.0 * 60_000.0 });
    window.type_into("Mean", "25");
    let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
    let element = scenario.service("benefit").unwrap().element("apply").unwrap().clone();
    let duration = kezek::app::panels::steps::duration_of(&element).unwrap().value.clone();
    assert_eq!(duration.mean(), 25.0 * 60_000.0);
}
