//! Files: saving, opening again, files with faults, and what is found after a kill.

use super::{Window, folder, read};
use kezek::app::command::{Command, EditCommand, FileCommand};
use kezek::app::document::Document;
use kezek::app::edit::{Edit, ScenarioEdit};
use kezek::app::files::{Files, carried_study};
use kezek::base::distribution::Distribution;
use kezek::model::figure::Figure;
use kezek::model::study::AS_IS;

fn longer_visit() -> Command {
    let value = Figure::assumed(Distribution::Fixed(30.0 * 60_000.0));
    let edit = ScenarioEdit::Duration { service: "benefit".to_owned(), step: "apply".to_owned(), value };
    Command::Edit(EditCommand::Apply(Box::new(Edit::Scenario { variant: AS_IS.to_owned(), edit })))
}

#[test]
fn a_study_is_saved_and_opened_again_as_it_was() {
    let folder = folder("save");
    let path = folder.join("mine.ron");
    let mut window = Window::golden();
    window.perform(longer_visit());
    let edited = window.app().document.study().clone();
    window.perform(Command::File(FileCommand::SaveTo(path.clone())));
    window.until("the file", |app| !app.document.is_dirty());
    assert_eq!(window.app().view.recent.first(), Some(&path));
    let mut other = Window::golden();
    other.perform(Command::File(FileCommand::OpenPath(path.clone())));
    other.until("the study", |app| app.document.path.is_some());
    assert_eq!(**other.app().document.study(), *edited);
    other.settle();
    assert_eq!(other.citizen_time(AS_IS), 155.0);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_broken_file_shows_its_faults_and_the_open_study_stays() {
    let folder = folder("broken");
    let path = folder.join("broken.ron");
    std::fs::write(
        &path,
        "(version: 1, id: \"x\", title: 7, services: [(id: \"a\", elements: [(id: \"s\", next: \"nowhere\")])])",
    )
    .unwrap();
    let mut window = Window::golden();
    let before = window.app().document.study().clone();
    window.perform(Command::File(FileCommand::OpenPath(path)));
    window.settle();
    window.until_shown("broken.ron cannot be opened");
    assert!(window.shows("fault"));
    assert_eq!(*window.app().document.study(), before);
    window.press_button("Close");
    assert!(!window.shows("cannot be opened"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_faults_of_a_file_are_said_in_the_language_of_the_window_and_a_mended_file_is_read_again() {
    let folder = folder("mended");
    let path = folder.join("mine.ron");
    let golden = kezek::formats::scenario_ron::write_study(&carried_study("golden-case").unwrap());
    std::fs::write(&path, golden.replacen("title: \"", "title: 7, tilte: \"", 1)).unwrap();
    let mut window = Window::golden();
    window.app().view.language = kezek::texts::Language::Russian;
    window.perform(Command::File(FileCommand::OpenPath(path.clone())));
    window.until_shown("mine.ron не открывается");
    assert!(window.shows("Нужно: текст; здесь: число 7."));
    assert!(!window.shows("Expected"));
    std::fs::write(&path, golden).unwrap();
    window.press_button("Прочитать снова");
    window.until("the study", |app| app.document.path.as_ref() == Some(&path));
    assert!(!window.shows("не открывается"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn unsaved_changes_are_asked_about_before_another_study_is_opened() {
    let mut window = Window::golden();
    window.perform(longer_visit());
    window.perform(Command::File(FileCommand::OpenCarried("front-office".to_owned())));
    assert!(window.shows("Save the changes?"));
    window.press_button("Cancel");
    assert_eq!(window.app().document.study().id, "golden-case");
    window.perform(Command::File(FileCommand::OpenCarried("front-office".to_owned())));
    window.press_button("Do not save");
    window.until("the other study", |app| app.document.study().id == "front-office");
}

#[test]
fn what_was_not_saved_is_found_after_a_kill() {
    let settings = folder("kill");
    let study = carried_study("golden-case").unwrap();
    let mut window = Window::open(Document::new(study, None), Some(settings.clone()));
    window.perform(longer_visit());
    let edited = window.app().document.study().clone();
    let copy = settings.join("recovery.ron");
    window.until("the copy", |_| copy.exists() && read(&copy).contains("30min"));
    // A program that is killed closes nothing and saves nothing; nor does one that is dropped, which lets its lock go as a kill does.
    drop(window);
    let found = Files::recoverable(Some(&settings)).unwrap();
    assert_eq!(**found.study(), *edited);
    assert!(found.is_dirty());
    let mut again = Window::open(found, Some(settings.clone()));
    again.settle();
    assert_eq!(again.citizen_time(AS_IS), 155.0);
    std::fs::remove_dir_all(settings).unwrap();
}

#[test]
fn a_second_window_does_not_take_the_copy_of_one_that_runs() {
    let settings = folder("two");
    let mut window = Window::open(Document::new(carried_study("golden-case").unwrap(), None), Some(settings.clone()));
    window.perform(longer_visit());
    let copy = settings.join("recovery.ron");
    window.until("the copy", |_| copy.exists());
    assert!(Files::recoverable(Some(&settings)).is_none(), "the first window still runs");
    let mut second = Window::open(Document::new(carried_study("golden-case").unwrap(), None), Some(settings.clone()));
    second.perform(longer_visit());
    second.until("a copy of its own", |_| settings.join("recovery-1.ron").exists());
    drop((window, second));
    std::fs::remove_dir_all(settings).unwrap();
}

#[test]
fn a_saved_study_leaves_no_copy_behind() {
    let settings = folder("saved");
    let path = settings.join("mine.ron");
    let mut window = Window::open(Document::new(carried_study("golden-case").unwrap(), None), Some(settings.clone()));
    window.perform(longer_visit());
    let copy = settings.join("recovery.ron");
    window.until("the copy", |_| copy.exists());
    window.perform(Command::File(FileCommand::SaveTo(path)));
    window.until("the end of the copy", |app| !app.document.is_dirty() && !copy.exists());
    assert!(Files::recoverable(Some(&settings)).is_none());
    std::fs::remove_dir_all(settings).unwrap();
}

#[test]
fn a_drawing_of_another_tool_is_opened_as_a_study_and_says_what_it_assumed() {
    let folder = folder("drawing");
    let path = folder.join("queue.bpmn");
    let drawing = r#"<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <process id="p" name="Queue" isExecutable="true">
    <startEvent id="s"/><userTask id="t" name="Stamp the form"/><endEvent id="e"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
  </process>
</definitions>"#;
    std::fs::write(&path, drawing).unwrap();
    let mut window = Window::golden();
    window.perform(Command::File(FileCommand::OpenPath(path.clone())));
    window.until_shown("queue.bpmn was read as a study");
    window.press_button("Close");
    assert_eq!(window.app().document.path, None, "saving must not write over the drawing");
    window.settle();
    window.press_button("Steps");
    assert!(window.shows("Stamp the form") || window.app().document.study().scenario.services[0].element("t").is_some());
    assert_eq!(read(&path), drawing);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_drawing_that_is_saved_as_a_drawing_keeps_what_other_tools_wrote() {
    let folder = folder("drawing-saved");
    let (path, saved) = (folder.join("queue.bpmn"), folder.join("saved.bpmn"));
    let drawing = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:o="urn:other" id="d" targetNamespace="t">
  <process id="p" name="Queue"><startEvent id="s"/>
    <userTask id="t" name="Stamp the form" o:colour="red"><extensionElements><o:note>mind</o:note></extensionElements></userTask>
    <endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
  </process>
</definitions>"#;
    std::fs::write(&path, drawing).unwrap();
    let mut window = Window::golden();
    window.perform(Command::File(FileCommand::OpenPath(path)));
    window.until_shown("queue.bpmn was read as a study");
    window.press_button("Close");
    let value = Figure::assumed(Distribution::Fixed(30.0 * 60_000.0));
    let edit = ScenarioEdit::Duration { service: "p".to_owned(), step: "t".to_owned(), value };
    window.perform(Command::Edit(EditCommand::Apply(Box::new(Edit::Scenario { variant: AS_IS.to_owned(), edit }))));
    let edited = window.app().document.study().clone();
    window.perform(Command::File(FileCommand::SaveTo(saved.clone())));
    window.until("the file", |app| !app.document.is_dirty());
    let text = read(&saved);
    assert!(text.contains("o:colour=\"red\"") && text.contains("<o:note>mind</o:note>"), "{text}");
    let mut other = Window::golden();
    other.perform(Command::File(FileCommand::OpenPath(saved.clone())));
    other.until("the study", |app| app.document.path.as_ref() == Some(&saved));
    assert_eq!(**other.app().document.study(), *edited);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_file_that_is_no_study_at_all_is_refused_in_words() {
    let folder = folder("nonsense");
    for (name, bytes) in
        [("zeros.bpmn", vec![0u8; 4096]), ("text.bpmn", b"not a drawing".to_vec()), ("bytes.ron", vec![0xFF; 100])]
    {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut window = Window::golden();
        let before = window.app().document.study().clone();
        window.perform(Command::File(FileCommand::OpenPath(path)));
        window.until_shown(name);
        assert_eq!(*window.app().document.study(), before, "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
