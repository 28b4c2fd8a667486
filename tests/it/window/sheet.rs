//! The table of steps under the keyboard: arrows, typing, copying and pasting, lists of options, sources.

use super::Window;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable;
use kezek::app::command::{Command, EditCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::panels::steps::duration_of;
use kezek::app::view_state::Tab;
use kezek::base::distribution::Distribution;
use kezek::model::flow::{Element, ElementKind};
use kezek::model::step::{Importance, Performer};
use kezek::model::study::AS_IS;

const MINUTE: f64 = 60_000.0;

fn steps() -> Window {
    // Wide enough that every column can be clicked.
    let document = Document::new(carried_study("golden-case").unwrap(), None);
    let mut window = Window::sized(document, None, [2400.0, 900.0]);
    window.show(AS_IS);
    window.settle();
    window.perform(Command::View(ViewCommand::Show(Tab::Steps)));
    window
}

fn key(window: &mut Window, key: Key) {
    window.harness.key_press(key);
    window.harness.run_steps(3);
}

fn text(window: &mut Window, text: &str) {
    window.harness.event(Event::Text(text.to_owned()));
    window.harness.run_steps(2);
}

fn paste(window: &mut Window, text: &str) {
    window.harness.event(Event::Paste(text.to_owned()));
    window.harness.run_steps(3);
}

fn go_to(window: &mut Window, name: &str) {
    window.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, name).click();
    window.harness.run_steps(3);
}

fn element(window: &mut Window, id: &str) -> Element {
    let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
    scenario.service("benefit").unwrap().element(id).unwrap().clone()
}

fn duration(window: &mut Window, id: &str) -> Distribution {
    duration_of(&element(window, id)).unwrap().value.clone()
}

#[test]
fn typing_replaces_arrows_move_and_enter_goes_down() {
    let mut window = steps();
    go_to(&mut window, "Likely: Apply at the window");
    text(&mut window, "30");
    key(&mut window, Key::ArrowDown);
    assert_eq!(duration(&mut window, "apply"), Distribution::Fixed(30.0 * MINUTE));
    // Below is a wait with no duration of its own; then comes the next step.
    key(&mut window, Key::ArrowDown);
    text(&mut window, "45");
    key(&mut window, Key::Enter);
    assert_eq!(duration(&mut window, "register"), Distribution::Fixed(45.0 * MINUTE));
    text(&mut window, "1h");
    key(&mut window, Key::Enter);
    assert_eq!(duration(&mut window, "check"), Distribution::Fixed(60.0 * MINUTE));
}

#[test]
fn escape_gives_up_what_was_typed_and_f2_changes_what_stands_there() {
    let mut window = steps();
    let before = window.app().document.revision();
    go_to(&mut window, "Likely: Apply at the window");
    text(&mut window, "99");
    key(&mut window, Key::Escape);
    assert_eq!(window.app().document.revision(), before);
    key(&mut window, Key::F2);
    text(&mut window, "0");
    key(&mut window, Key::Tab);
    // "20min" with a naught behind it is no duration, and is said to be none.
    assert_eq!(window.app().document.revision(), before);
    assert!(window.shows("is no duration"));
}

#[test]
fn cells_of_a_spreadsheet_are_pasted_at_once_and_taken_back_at_once() {
    let mut window = steps();
    go_to(&mut window, "Least: Enter the file");
    paste(&mut window, "5\t10\t20\n1,5\t2\t4\n");
    let triangular =
        |min, likely, max| Distribution::Triangular { min: min * MINUTE, likely: likely * MINUTE, max: max * MINUTE };
    assert_eq!(duration(&mut window, "register"), triangular(5.0, 10.0, 20.0));
    assert_eq!(duration(&mut window, "check"), triangular(1.5, 2.0, 4.0));
    window.perform(Command::Edit(EditCommand::Undo));
    assert_eq!(duration(&mut window, "register"), Distribution::Fixed(30.0 * MINUTE));
    assert_eq!(duration(&mut window, "check"), Distribution::Fixed(10.0 * MINUTE));
    assert!(!window.app().document.is_dirty(), "one step of undo");
}

#[test]
fn names_performers_and_answers_are_pasted_as_words() {
    let mut window = steps();
    go_to(&mut window, "Step: Apply at the window");
    paste(&mut window, "Apply by phone\tclerk");
    let found = element(&mut window, "apply");
    assert_eq!(found.name, "Apply by phone");
    let ElementKind::Step(step) = &found.kind else { panic!("{found:?}") };
    assert!(matches!(&step.performer, Performer::Staff(pools) if pools[0].pool == "fund/clerk"), "{:?}", step.performer);
    paste(&mut window, "Apply by phone\tnobody at all");
    assert!(window.shows("cannot be chosen"));
}

#[test]
fn an_option_is_chosen_with_keys_alone() {
    let mut window = steps();
    let name = "How important?: Enter the file";
    window.harness.get_by_role_and_label(egui::accesskit::Role::ComboBox, name).click();
    window.harness.run_steps(3);
    key(&mut window, Key::Enter);
    text(&mut window, "hab");
    key(&mut window, Key::Enter);
    let ElementKind::Step(step) = element(&mut window, "register").kind else { panic!() };
    assert_eq!(step.questions.importance, Importance::Habit);
    // The keyboard stays in the table.
    key(&mut window, Key::Delete);
    let ElementKind::Step(step) = element(&mut window, "register").kind else { panic!() };
    assert_eq!(step.questions.importance, Importance::Unknown);
}

#[test]
fn several_cells_are_marked_filled_and_emptied() {
    let mut window = steps();
    go_to(&mut window, "Most: Enter the file");
    text(&mut window, "50");
    key(&mut window, Key::Enter);
    key(&mut window, Key::ArrowUp);
    window.harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowDown);
    window.harness.run_steps(2);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
    window.harness.run_steps(3);
    let expected = |min: f64, likely: f64, max: f64| Distribution::Triangular {
        min: min * MINUTE,
        likely: likely * MINUTE,
        max: max * MINUTE,
    };
    assert_eq!(duration(&mut window, "check"), expected(10.0, 10.0, 50.0));
    key(&mut window, Key::Delete);
    assert_eq!(duration(&mut window, "check"), expected(10.0, 10.0, 10.0));
}

#[test]
fn a_row_is_added_and_taken_out_with_keys() {
    let mut window = steps();
    go_to(&mut window, "Likely: Check by hand");
    key(&mut window, Key::Insert);
    let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
    assert_eq!(scenario.service("benefit").unwrap().element("check").unwrap().next.as_deref(), Some("new-step"));
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Delete);
    window.harness.run_steps(3);
    let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
    assert!(scenario.service("benefit").unwrap().element("new-step").is_none());
}

#[test]
fn undo_says_what_it_takes_back() {
    let mut window = steps();
    go_to(&mut window, "Likely: Check by hand");
    text(&mut window, "15");
    key(&mut window, Key::Enter);
    assert!(window.shows("Undo: duration – Check by hand"));
}
