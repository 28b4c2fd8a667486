//! What hands do that tests by label would not: keys faster than frames, Escape where several things could take it, clicks that move
//! what has been clicked, tabs left and come back to.

use super::Window;
use egui::{Event, Key, Modifiers, MouseWheelUnit, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use kezek::app::command::{Command, RunCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::panels::steps::duration_of;
use kezek::app::results::RunState;
use kezek::app::view_state::{Selection, Tab};
use kezek::base::distribution::Distribution;
use kezek::model::flow::ElementKind;
use kezek::model::study::AS_IS;

const HOUR: f64 = 3_600_000.0;

fn as_is(size: [f32; 2], tab: Tab) -> Window {
    let mut window = Window::sized(Document::new(carried_study("golden-case").unwrap(), None), None, size);
    window.show(AS_IS);
    window.settle();
    window.perform(Command::View(ViewCommand::Show(tab)));
    window
}

fn key(key: Key) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
}

/// Several events in one frame, as a slow machine gets them.
fn at_once(window: &mut Window, events: &[Event]) {
    window.harness.input_mut().events.extend_from_slice(events);
    window.harness.run_steps(4);
}

fn text(text: &str) -> Event {
    Event::Text(text.to_owned())
}

#[test]
fn letters_that_come_with_the_key_that_takes_them_are_not_lost() {
    let mut window = as_is([2400.0, 900.0], Tab::Steps);
    for (end, events) in [
        (Key::Enter, vec![vec![text("2"), text(" "), text("h"), key(Key::Enter)]]),
        (Key::Tab, vec![vec![text("3")], vec![text(" "), text("h"), key(Key::Tab)]]),
        (Key::ArrowDown, vec![vec![text("4"), text(" ")], vec![text("h"), key(Key::ArrowDown)]]),
    ] {
        let name = "Likely: Apply at the window";
        window.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, name).click();
        window.harness.run_steps(3);
        let hours: f64 = match &events[0][0] {
            Event::Text(digit) => digit.parse().unwrap(),
            _ => panic!("{events:?}"),
        };
        events.iter().for_each(|frame| at_once(&mut window, frame));
        let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
        let found = scenario.service("benefit").unwrap().element("apply").unwrap();
        assert_eq!(duration_of(found).unwrap().value, Distribution::Fixed(hours * HOUR), "{end:?}");
        assert_eq!(window.app().view.passing.steps.typing, None, "{end:?} has taken it");
        window.perform(Command::View(ViewCommand::Show(Tab::Compare)));
        window.perform(Command::View(ViewCommand::Show(Tab::Steps)));
    }
}

#[test]
fn a_cell_that_takes_nothing_says_why() {
    let mut window = as_is([2400.0, 900.0], Tab::Steps);
    let before = window.app().document.revision();
    window.harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "Likely: Apply at the window").click();
    window.harness.run_steps(3);
    // Below is a wait until an office opens, and beside a mean.
    at_once(&mut window, &[key(Key::ArrowDown)]);
    at_once(&mut window, &[text("1"), text("5")]);
    assert!(window.shows("has no duration of its own"));
    for _ in 0..2 {
        at_once(&mut window, &[key(Key::ArrowRight)]);
    }
    at_once(&mut window, &[key(Key::ArrowUp)]);
    at_once(&mut window, &[text("7")]);
    assert!(window.shows("The mean follows from"));
    assert_eq!(window.app().document.revision(), before);
}

#[test]
fn escape_closes_what_is_open_and_leaves_the_run_alone() {
    let mut window = as_is([1440.0, 900.0], Tab::Compare);
    // A run that does not end by itself meanwhile.
    for _ in 0..6 {
        window.perform(Command::Run(RunCommand::MoreExact));
    }
    window.until("the run", |app| app.is_running());
    for open in [ViewCommand::Shortcuts, ViewCommand::Tour, ViewCommand::Palette] {
        window.perform(Command::View(open.clone()));
        window.harness.key_press(Key::Escape);
        window.harness.run_steps(2);
        let passing = &window.app().view.passing;
        assert!(!passing.shortcuts && passing.tour.is_none() && passing.palette.is_none(), "{open:?} is closed");
        assert_ne!(window.app().results.state, RunState::Stopped, "{open:?}");
    }
    if window.app().is_running() {
        window.harness.key_press(Key::Escape);
        window.until("the end", |app| !app.is_running());
        assert_eq!(window.app().results.state, RunState::Stopped, "with nothing open it stops the run");
    }
}

#[test]
fn the_palette_takes_what_was_typed_and_not_what_its_list_showed_before() {
    let mut window = as_is([1440.0, 900.0], Tab::Compare);
    window.perform(Command::View(ViewCommand::Palette));
    at_once(&mut window, &[text("d"), text("a"), text("r"), text("k"), key(Key::Enter)]);
    assert_eq!(window.app().view.theme, kezek::app::theme::ThemeChoice::Dark);
    assert_eq!(window.app().view.passing.palette, None);
}

#[test]
fn a_tab_opens_where_it_was_left_and_not_where_another_was() {
    let mut window = as_is([1200.0, 640.0], Tab::Compare);
    let variant = window.app().document.study().variants[0].id.clone();
    window.show(&variant);
    window.perform(Command::View(ViewCommand::Show(Tab::Changes)));
    let top = |window: &mut Window| window.harness.get_by_label("Remove variant").rect().top();
    let before = top(&mut window);
    window.perform(Command::View(ViewCommand::Show(Tab::Compare)));
    window.harness.hover_at(egui::pos2(600.0, 400.0));
    window.harness.run_steps(2);
    for _ in 0..20 {
        window.harness.event(Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            source: egui::MouseWheelSource::Wheel,
            delta: Vec2::new(0.0, -120.0),
            phase: egui::TouchPhase::Move,
            modifiers: Modifiers::NONE,
        });
        window.harness.run_steps(2);
    }
    window.perform(Command::View(ViewCommand::Show(Tab::Changes)));
    // A scroll bar that has been shown once moves lines by a point.
    assert!((top(&mut window) - before).abs() < 3.0, "{} after {before}", top(&mut window));
}

#[test]
fn a_step_added_on_the_map_is_done_by_the_same_and_waits_for_its_name() {
    let mut window = as_is([1440.0, 900.0], Tab::Map);
    let selection = Selection::Element { service: "benefit".to_owned(), element: "check".to_owned() };
    window.perform(Command::View(ViewCommand::Select(selection)));
    window.press_button("Add a step after it");
    window.harness.run_steps(3);
    window.harness.event(text("Sign it"));
    window.harness.run_steps(2);
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(3);
    let scenario = window.app().document.scenario(AS_IS).unwrap().clone();
    let service = scenario.service("benefit").unwrap();
    let made = service.element(service.element("check").unwrap().next.as_deref().unwrap()).unwrap();
    assert_eq!(made.name, "Sign it");
    let of = |id: &str| match &service.element(id).unwrap().kind {
        ElementKind::Step(step) => (step.performer.clone(), step.citizen, step.place.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(of(&made.id), of("check"));
    let selected = window.app().view.selection.clone();
    assert_eq!(selected, Selection::Element { service: "benefit".to_owned(), element: made.id.clone() });
}

#[test]
fn what_is_clicked_on_the_map_stays_under_the_pointer() {
    let mut window = as_is([1440.0, 900.0], Tab::Map);
    let place = |window: &mut Window| {
        let found = window.harness.query_all_by_label_contains("Check by hand").map(|node| node.rect()).collect::<Vec<_>>();
        found.into_iter().max_by(|a, b| a.height().total_cmp(&b.height())).unwrap()
    };
    let before = place(&mut window);
    window.harness.hover_at(before.center());
    window.harness.run_steps(2);
    let selection = Selection::Element { service: "benefit".to_owned(), element: "check".to_owned() };
    window.perform(Command::View(ViewCommand::Select(selection)));
    window.harness.run_steps(3);
    assert_eq!(place(&mut window), before);
}

#[test]
fn cases_a_year_are_a_year_s_however_long_is_measured() {
    let mut window = as_is([1440.0, 900.0], Tab::Compare);
    window.perform(Command::View(ViewCommand::Select(Selection::Service("benefit".to_owned()))));
    let outcome = window.app().results.outcome().unwrap().clone();
    let years = outcome.horizon.ms() as f64 / (365.0 * 86_400_000.0);
    assert!((years - 1.0).abs() > 0.01, "the study measures another time than a year: {years}");
    let found = outcome.variant(AS_IS).unwrap().services.iter().find(|s| s.id == "benefit").unwrap().ended.mean;
    let text = |node: egui_kittest::Node<'_>| node.accesskit_node().label().or(node.accesskit_node().value());
    let said: Vec<String> = window.harness.query_all_by_label_contains("").filter_map(text).collect();
    let at = said.iter().position(|text| text.starts_with("Runs ended a year")).unwrap();
    let digits: String = said[at + 1].chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, format!("{:.0}", found / years));
}
