//! The window around the tabs: two beside each other, faults with a way to mend them, files without a dialog, the map under keys.

use super::{Window, folder};
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use kezek::app::command::{Command, FileCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::view_state::{Selection, Tab};
use kezek::model::study::AS_IS;

#[test]
fn a_second_tab_stands_beside_the_first_and_both_can_be_worked_in() {
    let document = Document::new(carried_study("golden-case").unwrap(), None);
    let mut window = Window::sized(document, None, [2400.0, 900.0]);
    window.show(AS_IS);
    window.settle();
    window.perform(Command::View(ViewCommand::Show(Tab::Steps)));
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Backslash);
    window.harness.run_steps(3);
    assert_eq!(window.app().view.beside, Some(Tab::Compare));
    window.type_into("Likely: Apply at the window", "30");
    window.settle();
    assert_eq!(window.citizen_time(AS_IS), 155.0);
    for tab in Tab::ALL {
        window.perform(Command::View(ViewCommand::ShowBeside(tab)));
        let (tab_now, beside) = (window.app().view.tab, window.app().view.beside);
        assert_ne!(beside, Some(tab_now));
        if window.app().view.beside.is_none() {
            window.perform(Command::View(ViewCommand::ShowBeside(tab)));
        }
    }
    window.press_button("Close the second tab");
    assert_eq!(window.app().view.beside, None);
}

#[test]
fn shares_that_do_not_add_up_are_shown_and_mended_with_a_button() {
    let mut study = carried_study("birth-of-a-child").unwrap();
    study.variants.clear();
    study.targets.clear();
    study.scenario.segments.iter_mut().for_each(|segment| segment.share.value *= 0.5);
    let mut window = Window::open(Document::new(study, None), None);
    window.until("the review", |app| !app.results.review.findings.is_empty());
    window.harness.key_press(Key::F8);
    window.harness.run_steps(3);
    // The comparison that cannot be made offers it too.
    window.harness.query_all_by_role_and_label(Role::Button, "Make them 100 %").next().unwrap().click_accesskit();
    window.harness.run_steps(3);
    let sum: f64 = window.app().document.study().scenario.segments.iter().map(|segment| segment.share.value).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
}

#[test]
fn a_file_is_named_in_the_window_where_there_is_no_dialog() {
    let folder = folder("browse");
    std::fs::write(folder.join("mine.ron"), include_str!("../../../scenarios/golden-case/study.ron")).unwrap();
    let mut window = Window::golden();
    window.perform(Command::File(FileCommand::OpenByPath));
    let path = folder.join("mine.ron").display().to_string();
    window.type_into("Path or name of the file", &path);
    window.until("the study", |app| app.document.path.is_some());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_was_held_back_goes_on_once_the_study_is_saved() {
    let folder = folder("then");
    let path = folder.join("mine.ron");
    std::fs::copy("scenarios/golden-case/study.ron", &path).unwrap();
    let mut window = Window::golden();
    window.perform(Command::File(FileCommand::OpenPath(path.clone())));
    window.until("the study", |app| app.document.path.is_some());
    window.show(AS_IS);
    window.perform(Command::View(ViewCommand::Show(Tab::Steps)));
    window.type_into("Likely: Apply at the window", "30");
    window.perform(Command::File(FileCommand::OpenCarried("front-office".to_owned())));
    window.press_button("Save");
    window.until("the other study", |app| app.document.study().id == "front-office");
    assert!(super::read(&path).contains("30min"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_palette_leads_to_a_step_by_its_name() {
    let mut window = Window::golden();
    window.settle();
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::P);
    window.harness.run_steps(3);
    window.type_into("Find a command…", "go to officer dec");
    let expected = Selection::Element { service: "benefit".to_owned(), element: "decide".to_owned() };
    assert_eq!(window.app().view.selection, expected);
    assert_eq!(window.app().view.tab, Tab::Map);
}

#[test]
fn the_map_is_walked_and_changed_with_keys() {
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    window.perform(Command::View(ViewCommand::Show(Tab::Map)));
    window.harness.get_by_role_and_label(Role::Button, "Enter the file").focus();
    window.harness.run_steps(3);
    for (key, name) in
        [(Key::ArrowRight, "Check by hand"), (Key::ArrowRight, "Officer decides"), (Key::ArrowLeft, "Check by hand")]
    {
        window.harness.key_press(key);
        window.harness.run_steps(3);
        assert!(window.harness.get_by_role_and_label(Role::Button, name).is_focused(), "{name}");
    }
    window.harness.key_press(Key::Insert);
    window.harness.run_steps(3);
    let next = |window: &mut Window| {
        let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
        scenario.service("benefit").unwrap().element("check").unwrap().next.clone()
    };
    assert_eq!(next(&mut window).as_deref(), Some("new-step"));
    window.harness.get_by_role_and_label(Role::Button, "Check by hand").focus();
    window.harness.run_steps(3);
    window.harness.key_press(Key::Delete);
    window.harness.run_steps(3);
    let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
    assert!(scenario.service("benefit").unwrap().element("check").is_none());
}

#[test]
fn a_decision_and_parallel_work_are_put_in_on_the_map_and_run() {
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    window.perform(Command::View(ViewCommand::Show(Tab::Map)));
    for (step, action) in [("decide", "Add a decision after it"), ("register", "Add work at the same time")] {
        let selection = Selection::Element { service: "benefit".to_owned(), element: step.to_owned() };
        window.perform(Command::View(ViewCommand::Select(selection)));
        window.press_button(action);
        window.settle();
    }
    assert!(matches!(window.app().results.state, kezek::app::results::RunState::Done), "{:?}", window.app().results.state);
    // Ten minutes of the citizen's own time for the parallel step; the decision's lie on one way in five.
    assert!(window.citizen_time(AS_IS) >= 155.0, "{}", window.citizen_time(AS_IS));
}
