//! Editing: what is typed changes the numbers, and comes back with undo.

use super::Window;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
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
    // What each change adds comes above the list a moment later, and would move what is being pressed.
    window.until("what each change adds", |app| !app.is_busy());
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
    let mut study = carried_study("front-office").unwrap();
    // So many that no machine is through with them before the button is found.
    study.plan.replications = 1000;
    let mut window = Window::open(Document::new(study, None), None);
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

#[test]
fn a_term_is_set_in_the_inspector_and_decides_what_is_within_it() {
    use kezek::app::view_state::Selection;
    use kezek::model::service::TermLength;
    let mut window = Window::golden();
    window.show(AS_IS);
    window.settle();
    let id = window.app().document.study().scenario.services[0].id.clone();
    let name = window.app().document.study().scenario.services[0].name.clone();
    let term = |window: &mut Window| window.app().document.study().scenario.services[0].term.clone();
    let before = term(&mut window);
    window.perform(Command::View(ViewCommand::Select(Selection::Service(id))));
    window.press(Role::ComboBox, &format!("Statutory term: {name}"));
    window.press_button("in calendar days");
    let set = term(&mut window).unwrap();
    assert!(matches!(set.length, TermLength::Calendar(_)), "{set:?}");
    assert!(set.source.is_none());
    window.perform(Command::Edit(EditCommand::Undo));
    assert_eq!(term(&mut window), before);
}

#[test]
fn demand_over_the_year_is_drawn_as_weights_and_taken_back() {
    use kezek::model::demand::Arrivals;
    let mut window = Window::open(Document::new(carried_study("birth-of-a-child").unwrap(), None), None);
    window.perform(Command::Run(RunCommand::Stop));
    window.show(AS_IS);
    window.press_button("Population and channels");
    let months = |window: &mut Window| match &window.app().document.study().scenario.demand[0].arrivals {
        Arrivals::Poisson { profile, .. } => profile.months.clone(),
        _ => Vec::new(),
    };
    assert_eq!(months(&mut window), Vec::<f64>::new());
    window.press(Role::CheckBox, "Uneven over the year: Birth of a child");
    assert_eq!(months(&mut window), [1.0; 12]);
    let field = window.harness.get_by_role_and_label(Role::SpinButton, "Uneven over the year: Birth of a child: Jan");
    field.click();
    window.harness.run_steps(2);
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.harness.event(egui::Event::Text("3".to_owned()));
    window.harness.run_steps(1);
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
    assert_eq!(months(&mut window)[..2], [3.0, 1.0]);
    window.perform(Command::Edit(EditCommand::Undo));
    window.perform(Command::Edit(EditCommand::Undo));
    assert_eq!(months(&mut window), Vec::<f64>::new());
    assert!(!window.app().document.is_dirty());
}

#[test]
fn a_channel_and_a_place_are_added_by_name_and_taken_back() {
    let mut window = Window::open(Document::new(carried_study("birth-of-a-child").unwrap(), None), None);
    window.perform(Command::Run(RunCommand::Stop));
    window.show(AS_IS);
    window.press_button("Population and channels");
    let (channels, places) = {
        let scenario = &window.app().document.study().scenario;
        (scenario.channels.len(), scenario.places.len())
    };
    // Both may lie below the edge of the window, where a pointer does not reach them but a screen reader does.
    window.harness.get_by_role_and_label(Role::Button, "+ Channel").click_accesskit();
    window.harness.run_steps(3);
    window.harness.get_by_role_and_label(Role::Button, "+ Place").click_accesskit();
    window.harness.run_steps(3);
    let scenario = window.app().document.study().scenario.clone();
    assert_eq!((scenario.channels.len(), scenario.places.len()), (channels + 1, places + 1));
    assert!(scenario.places[places].travel.is_assumption());
    window.perform(Command::Edit(EditCommand::Undo));
    window.perform(Command::Edit(EditCommand::Undo));
    assert!(!window.app().document.is_dirty());
}

#[test]
fn a_wait_ends_at_an_hour_of_the_week_that_is_chosen() {
    use kezek::app::view_state::Selection;
    use kezek::model::flow::{ElementKind, WaitUntil};
    let mut window = Window::open(Document::new(carried_study("birth-of-a-child").unwrap(), None), None);
    window.perform(Command::Run(RunCommand::Stop));
    window.show(AS_IS);
    let services = window.app().document.study().scenario.services.clone();
    let found = services.iter().find_map(|service| {
        let is_wait = |kind: &ElementKind| matches!(kind, ElementKind::Wait(wait) if matches!(wait.until, WaitUntil::For(_)));
        service.elements.iter().find(|element| is_wait(&element.kind)).map(|element| (service.id.clone(), element.clone()))
    });
    let (service, element) = found.unwrap();
    let select = Selection::Element { service: service.clone(), element: element.id.clone() };
    window.perform(Command::View(ViewCommand::Select(select)));
    window.press(Role::ComboBox, &format!("It ends: {}", element.name));
    window.press_button("at an hour of the week");
    let until = |window: &mut Window| {
        let scenario = &window.app().document.study().scenario;
        match &scenario.service(&service).unwrap().element(&element.id).unwrap().kind {
            ElementKind::Wait(wait) => wait.until.clone(),
            _ => panic!("it is no wait any more"),
        }
    };
    assert!(matches!(until(&mut window), WaitUntil::Weekly { at, .. } if at.minute == 720), "{:?}", until(&mut window));
    window.type_into(&format!("Time of day: {}", element.name), "09:30");
    assert!(matches!(until(&mut window), WaitUntil::Weekly { at, .. } if at.minute == 570), "{:?}", until(&mut window));
    window.type_into(&format!("Time of day: {}", element.name), "25:99");
    assert!(matches!(until(&mut window), WaitUntil::Weekly { at, .. } if at.minute == 570), "nonsense is not taken");
}
