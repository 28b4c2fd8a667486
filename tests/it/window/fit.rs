//! A log held against a study in the window, its figures taken over, and taken back.

use super::{Window, folder};
use kezek::app::command::{Command, EditCommand, FileCommand};
use kezek::app::document::Document;
use kezek::base::distribution::Distribution;
use kezek::formats::scenario_ron::read_study;
use kezek::model::flow::{Element, ElementKind};
use kezek::model::study::Study;

fn permit() -> Study {
    let warned = read_study(include_str!("../../fixtures/fit/permit.ron"), "permit.ron", &mut |_: &str| Err(String::new()));
    warned.value.unwrap()
}

/// Twenty cases whose first step takes exactly half an hour, and one activity that no model has.
fn log(first_step: &str) -> String {
    let mut text = "case,activity,start,end\n".to_owned();
    for day in 1..=20 {
        text += &format!("{day},{first_step},2026-03-{day:02} 09:00,2026-03-{day:02} 09:30\n");
        text += &format!("{day},Dance,2026-03-{day:02} 10:00,2026-03-{day:02} 10:05\n");
    }
    text
}

/// A window with the permit office and a log of its first step beside it.
pub(super) fn fitted(name: &str, size: [f32; 2]) -> Window {
    let study = permit();
    let path = folder(name).join("office.csv");
    std::fs::write(&path, log(&first_step(&study).name)).unwrap();
    let mut window = Window::sized(Document::new(study, None), None, size);
    window.perform(Command::File(FileCommand::FitLog(path)));
    window.until_shown("Take the figures over");
    window.settle();
    window
}

fn first_step(study: &Study) -> Element {
    let mut elements = study.scenario.services[0].elements.iter();
    elements.find(|element| matches!(&element.kind, ElementKind::Step(_))).unwrap().clone()
}

#[test]
fn a_log_is_held_against_the_study_and_its_figures_are_taken_over_and_back() {
    let found = first_step(&permit());
    let mut window = fitted("fit", [1440.0, 900.0]);
    assert!(window.shows("“Dance” (20 times)"), "what is not matched is said");
    let duration =
        |window: &mut Window| match &window.app().document.study().scenario.services[0].element(&found.id).unwrap().kind {
            ElementKind::Step(step) => step.duration.clone(),
            other => panic!("{other:?}"),
        };
    let before = duration(&mut window);
    window.press_button("Take the figures over");
    let after = duration(&mut window);
    assert_eq!(after.value, Distribution::Fixed(1_800_000.0));
    assert_eq!(after.source.as_deref(), Some(kezek::fit::SOURCE));
    assert!(window.app().document.study().sources.iter().any(|source| source.key == kezek::fit::SOURCE));
    window.perform(Command::Edit(EditCommand::Undo));
    assert_eq!(duration(&mut window), before);
    assert!(!window.app().document.is_dirty());
}

#[test]
fn a_log_of_something_else_changes_nothing_and_says_why() {
    let path = folder("fit-else").join("else.csv");
    std::fs::write(&path, "case,activity,start,end\n1,Dance,2026-03-01 09:00,2026-03-01 09:30\n").unwrap();
    let mut window = Window::open(Document::new(permit(), None), None);
    window.perform(Command::File(FileCommand::FitLog(path)));
    window.until_shown("cannot be held against this study");
    assert!(!window.app().document.is_dirty());
    window.press_button("Close");
    assert!(!window.shows("cannot be held against this study"));
    // A folder is no log either.
    window.perform(Command::File(FileCommand::FitLog(folder("fit-folder"))));
    window.until_shown("cannot be held against this study");
}
