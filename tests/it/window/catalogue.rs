//! People, calendars, documents, systems, segments: made, changed, and taken out where nothing needs them any more.

use super::Window;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use kezek::app::command::{Command, EditCommand, FileCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::edit::{Edit, ScenarioEdit};
use kezek::app::files::carried_study;
use kezek::app::view_state::{Selection, Tab};
use kezek::base::diagnostic::has_errors;
use kezek::formats::text::print_weekly_hours;
use kezek::model::change::ItemKind;
use kezek::model::scenario::Scenario;
use kezek::model::study::AS_IS;

fn window(tab: Tab) -> Window {
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    window.perform(Command::View(ViewCommand::Show(tab)));
    window
}

fn as_is(window: &mut Window) -> Scenario {
    window.app().document.scenario(AS_IS).unwrap().as_ref().clone()
}

#[test]
fn hours_are_painted_into_the_week_and_typed() {
    // High enough that the calendars are seen.
    let document = Document::new(carried_study("golden-case").unwrap(), None);
    let mut window = Window::sized(document, None, [1440.0, 2600.0]);
    window.show(AS_IS);
    window.settle();
    window.perform(Command::View(ViewCommand::Show(Tab::Agencies)));
    let typed = "Hours 1: Office hours";
    window.type_into(typed, "Mon-Fri 08:00-18:00");
    let hours = |window: &mut Window| {
        as_is(window).calendars[0].weekly.iter().map(|hours| print_weekly_hours(*hours)).collect::<Vec<_>>()
    };
    assert_eq!(hours(&mut window), ["Mon-Fri 08:00-18:00"]);
    // The grid under the keyboard: Monday at midnight is opened, and half an hour beside it.
    let grid = window.harness.query_all_by_role(Role::Button).find(|node| {
        use egui_kittest::kittest::NodeT;
        node.accesskit_node().label().is_some_and(|label| label.starts_with("Office hours: "))
    });
    grid.unwrap().focus();
    window.harness.run_steps(3);
    window.harness.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::ArrowRight);
    window.harness.run_steps(2);
    window.harness.key_press(egui::Key::Space);
    window.harness.run_steps(3);
    assert_eq!(hours(&mut window), ["Mon 00:00-01:00", "Mon-Fri 08:00-18:00"]);
    window.perform(Command::Edit(EditCommand::Undo));
    assert_eq!(hours(&mut window), ["Mon-Fri 08:00-18:00"]);
}

#[test]
fn a_pool_is_added_and_what_is_needed_is_not_taken_out() {
    let mut window = window(Tab::Agencies);
    window.press_button("Add staff: Fund");
    let scenario = as_is(&mut window);
    assert_eq!(scenario.agencies[1].pools.len(), 3);
    assert!(!has_errors(&kezek::model::validate::validate(window.app().document.study())));
    window.perform(Command::View(ViewCommand::Select(Selection::Pool("fund/new-staff".to_owned()))));
    window.press_button("Take out: New staff");
    assert_eq!(as_is(&mut window).agencies[1].pools.len(), 2);
    window.perform(Command::View(ViewCommand::Select(Selection::Pool("fund/clerk".to_owned()))));
    window.press_button("Take out: Clerk");
    assert_eq!(as_is(&mut window).agencies[1].pools.len(), 2, "the clerks still work at two steps");
}

#[test]
fn taking_out_a_document_that_a_step_needs_is_refused_in_words() {
    let mut window = window(Tab::Documents);
    let edit = ScenarioEdit::TakeOut { kind: ItemKind::Document, id: "id-card".to_owned() };
    let edit = Edit::Scenario { variant: AS_IS.to_owned(), edit };
    let revision = window.app().document.revision();
    window.perform(Command::Edit(EditCommand::Apply(Box::new(edit))));
    assert_eq!(window.app().document.revision(), revision);
    assert!(window.shows("id-card"));
}

#[test]
fn a_step_is_given_a_document_in_the_matrix() {
    let mut window = window(Tab::Documents);
    window.press(Role::CheckBox, "Show steps that need no document");
    let name = "Identity card: Check by hand";
    window.harness.get_by_role_and_label(Role::ComboBox, name).scroll_to_me();
    window.harness.run_steps(3);
    window.press(Role::ComboBox, name);
    window.press_button("fetched");
    let scenario = as_is(&mut window);
    let kezek::model::flow::ElementKind::Step(step) = &scenario.service("benefit").unwrap().element("check").unwrap().kind else {
        panic!()
    };
    assert_eq!(step.documents.len(), 1);
}

#[test]
fn a_segment_more_leaves_the_sum_at_one() {
    let study = carried_study("birth-of-a-child").unwrap();
    let mut window = Window::open(Document::new(study, None), None);
    window.show(AS_IS);
    window.perform(Command::View(ViewCommand::Show(Tab::Population)));
    let before = as_is(&mut window).segments.len();
    window.harness.get_by_role_and_label(Role::Button, "+ Segment").click_accesskit();
    window.harness.run_steps(3);
    let segments = as_is(&mut window).segments;
    let sum: f64 = segments.iter().map(|segment| segment.share.value).sum();
    assert_eq!(segments.len(), before + 1);
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
}

#[test]
fn a_study_of_ones_own_runs_at_once() {
    let mut window = Window::golden();
    window.perform(Command::File(FileCommand::New));
    window.until("the new study", |app| app.document.study().id == "new-study");
    window.settle();
    assert!(window.citizen_time(AS_IS) > 15.0);
    assert_eq!(window.app().document.path, None);
}
