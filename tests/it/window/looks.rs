//! Languages, sizes, names for screen readers, and the tour.

use super::{Window, nameless};
use egui_kittest::kittest::Queryable;
use kezek::app::command::{Command, FileCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::theme::ThemeChoice;
use kezek::app::view_state::Tab;
use kezek::texts::Language;

#[test]
fn the_language_is_switched_while_it_runs() {
    let mut window = Window::golden();
    window.settle();
    for (language, compare, better) in [
        (Language::Russian, "Сравнение", "лучше"),
        (Language::Kazakh, "Салыстыру", "жақсырақ"),
        (Language::English, "Compare", "better"),
    ] {
        window.perform(Command::View(ViewCommand::Language(language)));
        assert!(window.shows(compare), "{language:?}: {compare}");
        assert!(window.shows(better), "{language:?}: {better}");
    }
}

#[test]
fn a_study_of_the_program_is_said_in_the_language_until_somebody_changes_it() {
    let mut window = Window::open(Document::new(carried_study("birth-of-a-child").unwrap(), None), None);
    window.perform(Command::Run(kezek::app::command::RunCommand::Stop));
    let english = window.app().document.study().clone();
    let shown = window.app().view.variant.clone();
    window.perform(Command::View(ViewCommand::Language(Language::Kazakh)));
    assert_eq!(window.app().document.study().title, "Бала туу");
    assert!(!window.app().document.is_dirty() && window.app().document.undo_label().is_none());
    assert_eq!(window.app().view.variant, shown);
    window.perform(Command::View(ViewCommand::Language(Language::English)));
    assert_eq!(*window.app().document.study(), english);
    window.perform(Command::Edit(kezek::app::command::EditCommand::NewVariant));
    window.perform(Command::View(ViewCommand::Language(Language::Russian)));
    assert_eq!(window.app().document.study().title, "Birth of a child", "what somebody has changed is theirs");
}

#[test]
fn a_study_in_another_language_has_the_same_numbers() {
    use kezek::base::progress::CancelToken;
    use kezek::experiment::{plan::Plan, run::run_experiment};
    let minutes = |language| {
        let study = kezek::app::files::carried_study_in("birth-of-a-child", language).unwrap();
        assert!(!kezek::base::diagnostic::has_errors(&kezek::model::validate::validate(&study)));
        let look = Plan::of_study(&study).first_looks().swap_remove(0);
        let outcome = run_experiment(&study, &look, &|_| {}, &CancelToken::default()).unwrap();
        outcome.variants.iter().map(|variant| (variant.name.clone(), variant.mean("citizen_time"))).collect::<Vec<_>>()
    };
    let english = minutes(Language::English);
    assert!(english.len() == 4 && english.iter().all(|(_, mean)| mean.is_some()), "{english:?}");
    assert_eq!(minutes(Language::Russian), english);
    assert_eq!(minutes(Language::Kazakh), english);
}

#[test]
fn every_control_has_a_name_on_every_tab() {
    let mut window = Window::open(Document::new(carried_study("front-office").unwrap(), None), None);
    window.until("a first look", |app| app.results.shown.is_some());
    for tab in Tab::ALL {
        window.perform(Command::View(ViewCommand::Show(tab)));
        assert_eq!(nameless(&window), Vec::<String>::new(), "{tab:?}");
    }
    window.perform(Command::File(FileCommand::Start));
    assert_eq!(nameless(&window), Vec::<String>::new(), "start screen");
}

#[test]
fn every_tab_is_painted_at_every_size_theme_and_language() {
    for (size, scale) in [([1024.0, 700.0], 1.0), ([1024.0, 700.0], 2.0), ([3840.0, 2160.0], 0.8)] {
        let document = Document::new(carried_study("golden-case").unwrap(), None);
        let mut window = Window::sized(document, None, size);
        window.app().view.scale = scale;
        window.settle();
        for (theme, language) in ThemeChoice::ALL.into_iter().zip(Language::ALL) {
            window.perform(Command::View(ViewCommand::Theme(theme)));
            window.perform(Command::View(ViewCommand::Language(language)));
            for tab in Tab::ALL {
                window.perform(Command::View(ViewCommand::Show(tab)));
            }
        }
    }
}

#[test]
fn whoever_goes_elsewhere_during_the_tour_gets_there() {
    let mut window = Window::golden();
    window.settle();
    window.perform(Command::View(ViewCommand::Tour));
    assert!(window.shows("1 of 5"));
    window.perform(Command::View(ViewCommand::Show(Tab::Map)));
    window.settle();
    assert_eq!(window.app().view.tab, Tab::Map);
    assert!(!window.shows("1 of 5"));
}

#[test]
fn the_tour_leads_through_five_steps_and_ends() {
    let mut window = Window::golden();
    window.settle();
    window.perform(Command::View(ViewCommand::Tour));
    for n in 1..5 {
        assert!(window.shows(&format!("{n} of 5")));
        window.press_button("Next");
    }
    window.press_button("Begin");
    assert_eq!(window.app().view.passing.tour, None);
    assert_eq!(window.app().view.tab, Tab::Compare);
}

#[test]
fn the_palette_finds_a_command_by_a_part_of_its_name() {
    let mut window = Window::golden();
    window.settle();
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::P);
    window.harness.run_steps(3);
    window.type_into("Find a command…", "dark");
    assert_eq!(window.app().view.theme, ThemeChoice::Dark);
}

#[test]
fn the_start_screen_shows_the_studies_with_their_pictures() {
    let mut window = Window::golden();
    window.perform(Command::File(FileCommand::Start));
    assert!(window.shows("Birth of a child"));
    let begun = std::time::Instant::now();
    while !window.shows("Offer by SMS: 4 min") {
        assert!(begun.elapsed() < super::PATIENCE, "no picture of the golden case");
        window.harness.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // The card may lie below the edge of the window, where a pointer does not reach it but a screen reader does.
    let role = egui::accesskit::Role::Button;
    window.harness.get_by_role_and_label(role, "Open: Queue in a Public Service Center").click_accesskit();
    window.harness.run_steps(3);
    window.until("the study", |app| app.document.study().id == "front-office");
}

#[test]
fn looking_at_a_study_changes_nothing_in_it() {
    use kezek::app::view_state::Selection;
    for name in ["birth-of-a-child", "channels", "childcare-payment", "preschool-queue"] {
        let mut window = Window::open(Document::new(carried_study(name).unwrap(), None), None);
        window.perform(Command::Run(kezek::app::command::RunCommand::Stop));
        let study = window.app().document.study().clone();
        let mut selections = vec![Selection::Study];
        selections.extend(study.scenario.registries.iter().map(|registry| Selection::Registry(registry.id.clone())));
        selections.extend(study.scenario.documents.iter().map(|document| Selection::Document(document.id.clone())));
        selections.extend(study.scenario.staff_pool_references().into_iter().map(Selection::Pool));
        for service in &study.scenario.services {
            selections.push(Selection::Service(service.id.clone()));
            let of = |element: &kezek::model::flow::Element| Selection::Element {
                service: service.id.clone(),
                element: element.id.clone(),
            };
            selections.extend(service.elements.iter().map(of));
        }
        for (at, selection) in selections.into_iter().enumerate() {
            let said = format!("{name}: {selection:?}");
            window.perform(Command::View(ViewCommand::Select(selection)));
            window.perform(Command::View(ViewCommand::Show(Tab::ALL[at % Tab::ALL.len()])));
            assert!(!window.app().document.is_dirty(), "{said} was changed by being looked at");
            assert!(*window.app().document.study() == study, "{said} was changed by being looked at");
        }
    }
}
