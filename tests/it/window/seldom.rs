//! What is edited less often: shares of channels by segment, attributes, life situations, offers, timers at borders, patience, attempts
//! that fail, and the notice after a drawing was saved.

use super::{Window, folder};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use kezek::app::command::{Command, EditCommand, FileCommand, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::view_state::{Selection, Tab};
use kezek::base::diagnostic::has_errors;
use kezek::base::time::{MS_PER_DAY, SimDuration};
use kezek::model::flow::{Element, ElementKind, Trigger};
use kezek::model::offer::Offer;
use kezek::model::scenario::Scenario;
use kezek::model::step::Step;
use kezek::model::study::AS_IS;
use kezek::texts::Language;

/// A window with a study's as-is, high enough that everything on a tab is on the screen.
fn tall(study: &str, tab: Tab) -> Window {
    let document = Document::new(carried_study(study).unwrap(), None);
    let mut window = Window::sized(document, None, [1440.0, 6000.0]);
    window.show(AS_IS);
    window.perform(Command::View(ViewCommand::Show(tab)));
    window
}

fn as_is(window: &mut Window) -> Scenario {
    window.app().document.scenario(AS_IS).unwrap().as_ref().clone()
}

fn undo(window: &mut Window) {
    window.perform(Command::Edit(EditCommand::Undo));
}

fn select(window: &mut Window, service: &str, element: &str) {
    let selection = Selection::Element { service: service.to_owned(), element: element.to_owned() };
    window.perform(Command::View(ViewCommand::Select(selection)));
}

/// Types a number into a field that is drawn or typed into.
fn type_number(window: &mut Window, name: &str, text: &str) {
    window.harness.get_by_role_and_label(Role::SpinButton, name).click();
    window.harness.run_steps(2);
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.harness.run_steps(1);
    window.harness.get_by_role_and_label(Role::SpinButton, name).type_text(text);
    window.harness.run_steps(1);
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
}

/// Chooses an option of a list of them; the list lies over everything else that is called so.
fn choose(window: &mut Window, list: &str, option: &str) {
    window.press(Role::ComboBox, list);
    window.harness.query_all_by_role_and_label(Role::Button, option).last().unwrap().click();
    window.harness.run_steps(3);
}

/// Steps of a study with something, and the services that they stand in.
fn steps_with(scenario: &Scenario, has: impl Fn(&Element, &Step) -> bool) -> Vec<(String, String)> {
    let of = |service: &kezek::model::service::Service| {
        let found =
            service.elements.iter().filter(|element| matches!(&element.kind, ElementKind::Step(step) if has(element, step)));
        found.map(|element| (service.id.clone(), element.id.clone())).collect::<Vec<_>>()
    };
    scenario.services.iter().flat_map(of).collect()
}

fn step(window: &mut Window, service: &str, element: &str) -> Step {
    match &as_is(window).service(service).unwrap().element(element).unwrap().kind {
        ElementKind::Step(step) => Step::clone(step),
        other => panic!("{other:?}"),
    }
}

fn offer(scenario: &Scenario, service: &str, element: &str) -> Offer {
    match &scenario.service(service).unwrap().element(element).unwrap().kind {
        ElementKind::Offer(offer) => Offer::clone(offer),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_of_a_channel_for_one_segment_moves_the_other_channels_of_that_segment() {
    let mut window = tall("birth-of-a-child", Tab::Population);
    let before = as_is(&mut window);
    let service = before.services.iter().find(|service| service.channels.iter().any(|c| !c.share.by_segment.is_empty())).unwrap();
    let (at, key) = (service.id.clone(), service.channels[0].share.by_segment[0].0.clone());
    let channel = before.channels.iter().find(|c| c.id == service.channels[0].channel).unwrap().name.clone();
    // The exceptions are folded away: the first heading of this service's first channel opens them.
    let name = format!("Share: {channel}, {}", service.name);
    let heads: Vec<_> = window.harness.query_all_by_label_contains("Differs for").collect();
    heads.iter().for_each(|head| head.click_accesskit());
    window.harness.run_steps(12);
    let said = window.said(&format!("{name}: "));
    let field = said.iter().find(|said| said.starts_with(&name)).unwrap_or_else(|| panic!("{said:?}")).clone();
    type_number(&mut window, &field, "35");
    let changed = as_is(&mut window);
    let shares: Vec<f64> = changed
        .service(&at)
        .unwrap()
        .channels
        .iter()
        .map(|share| {
            share.share.by_segment.iter().find(|(known, _)| *known == key).map_or(share.share.value, |(_, value)| *value)
        })
        .collect();
    assert!((shares[0] - 0.35).abs() < 1e-9, "{shares:?}");
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{shares:?}");
    assert!(!has_errors(&kezek::model::validate::validate(window.app().document.study())));
    undo(&mut window);
    assert_eq!(as_is(&mut window), before);
}

#[test]
fn an_attribute_is_made_named_and_shared_out_and_what_a_condition_asks_for_stays() {
    let mut window = tall("birth-of-a-child", Tab::Population);
    let before = as_is(&mut window);
    window.press_button("+ Attribute");
    let made = as_is(&mut window).attributes.last().unwrap().clone();
    assert_eq!((made.name.as_str(), made.values.len()), ("New attribute", 2));
    window.type_into("Name: New attribute", "Twins");
    // Other attributes have a value of this name, too; the new one is the last.
    window.harness.query_all_by_role_and_label(Role::TextInput, "Name: no").last().unwrap().click();
    window.harness.run_steps(2);
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.harness.run_steps(1);
    window.harness.query_all_by_role_and_label(Role::TextInput, "Name: no").last().unwrap().type_text("maybe");
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
    let made = as_is(&mut window).attributes.last().unwrap().clone();
    assert_eq!((made.name.as_str(), made.values[1].0.as_str()), ("Twins", "maybe"));
    assert!(made.values.iter().all(|(_, share)| share.is_assumption()));
    window.press_button("Take out: maybe");
    let made = as_is(&mut window).attributes.last().unwrap().clone();
    assert_eq!((made.values.len(), made.values[0].1.value), (1, 1.0));
    window.press_button("Take out: Twins");
    assert_eq!(as_is(&mut window).attributes, before.attributes);
    // Conditions on the map ask for this one.
    let asked = before.attributes[0].clone();
    let revision = window.app().document.revision();
    window.press_button(&format!("Take out: {}", if asked.name.is_empty() { &asked.id } else { &asked.name }));
    assert_eq!(window.app().document.revision(), revision);
    assert!(window.shows(&asked.id));
}

/// Types into the first of several fields that are called alike.
fn type_into_first(window: &mut Window, name: &str, text: &str) {
    window.harness.query_all_by_role_and_label(Role::TextInput, name).next().unwrap().click();
    window.harness.run_steps(2);
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    window.harness.run_steps(1);
    window.harness.query_all_by_role_and_label(Role::TextInput, name).next().unwrap().type_text(text);
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(3);
}

#[test]
fn a_value_that_conditions_ask_for_is_renamed_in_them_too_and_back_by_one_undo() {
    let mut window = tall("birth-of-a-child", Tab::Population);
    let before = window.app().document.study().clone();
    assert_eq!(before.scenario.attributes[0].id, "first_child");
    type_into_first(&mut window, "Name: yes", "иә");
    let after = window.app().document.study().clone();
    assert_eq!(after.scenario.attributes[0].values[0].0, "иә");
    let asked = format!("{:?}", after.scenario.services);
    assert!(asked.contains("first_child == 'иә'") && !asked.contains("first_child == 'yes'"));
    assert!(!format!("{:?}", after.variants).contains("first_child == 'yes'"), "variants follow");
    assert!(!has_errors(&kezek::model::validate::validate(&after)));
    undo(&mut window);
    assert_eq!(*window.app().document.study(), before);
}

#[test]
fn facets_are_renamed_given_and_taken_out_where_nothing_speaks_of_them() {
    let mut window = tall("birth-of-a-child", Tab::Population);
    let before = as_is(&mut window);
    let (facet, value) = before.segments[0].facets[0].clone();
    window.type_into(&format!("Name of the facet: {facet}"), "settlement");
    let renamed = as_is(&mut window);
    assert!(renamed.segments.iter().all(|segment| segment.facets[0].0 == "settlement"));
    assert!(!has_errors(&kezek::model::validate::validate(window.app().document.study())));
    undo(&mut window);
    window.press_button("+ Facet");
    assert!(as_is(&mut window).segments.iter().all(|segment| segment.facets.last().unwrap() == &("facet".into(), "all".into())));
    window.type_into(&format!("facet: {}", before.segments[1].name), "some");
    assert_eq!(as_is(&mut window).segments[1].facets.last().unwrap().1, "some");
    window.press_button("Take out: facet");
    assert_eq!(as_is(&mut window).segments, before.segments);
    // Two segments have this value: the first goes over to another one, and figures keep theirs for the second.
    window.type_into(&format!("{facet}: {}", before.segments[0].name), "hamlet");
    let changed = as_is(&mut window);
    assert_eq!((changed.segments[0].facets[0].1.as_str(), changed.segments[1].facets[0].1.as_str()), ("hamlet", value.as_str()));
    undo(&mut window);
    assert_eq!(as_is(&mut window), before);
}

#[test]
fn a_life_situation_gets_a_service_with_a_share_and_an_order() {
    let mut window = tall("birth-of-a-child", Tab::Population);
    let before = as_is(&mut window);
    window.press_button("+ Life situation");
    let made = as_is(&mut window).life_events.last().unwrap().clone();
    assert_eq!((made.name.as_str(), made.services.len()), ("New life situation", 1));
    let (first, second) = (before.services[0].name.clone(), before.services[1].name.clone());
    choose(&mut window, "+ Service of this life situation…: New life situation", &second);
    let made = as_is(&mut window).life_events.last().unwrap().clone();
    assert_eq!(made.services[1].service, before.services[1].id);
    // The same services stand in the study's own life situation above.
    let boxes = format!("{second}, Only after: {first}");
    window.harness.query_all_by_label(&boxes).last().unwrap().click_accesskit();
    window.harness.run_steps(3);
    let made = as_is(&mut window).life_events.last().unwrap().clone();
    assert_eq!(made.services[1].after, [before.services[0].id.clone()]);
    assert!(window.said(&format!("{first}, Only after: {second}")).len() < 2, "no circle is offered");
    for _ in 0..3 {
        undo(&mut window);
    }
    assert_eq!(as_is(&mut window).life_events, before.life_events);
}

#[test]
fn reminders_window_and_cost_of_an_offer_are_set() {
    let study = carried_study("birth-of-a-child").unwrap();
    let variants: Vec<String> = study.variant_names().into_iter().map(str::to_owned).collect();
    let mut window = tall("birth-of-a-child", Tab::Map);
    let (variant, service, element) = variants
        .into_iter()
        .find_map(|variant| {
            let scenario = window.app().document.scenario(&variant).ok()?.clone();
            scenario.services.iter().find_map(|service| {
                let found = service.elements.iter().find(|element| matches!(element.kind, ElementKind::Offer(_)))?;
                Some((variant.clone(), service.id.clone(), found.id.clone()))
            })
        })
        .unwrap();
    window.show(&variant);
    select(&mut window, &service, &element);
    let of = |window: &mut Window| offer(window.app().document.scenario(&variant).unwrap(), &service, &element);
    let before = of(&mut window);
    window.press_button("+ Reminder");
    let n = before.reminders.len();
    let last = before.reminders.last().map_or(0, |last| last.ms());
    assert_eq!(of(&mut window).reminders.last().copied(), Some(SimDuration(last + MS_PER_DAY)));
    window.type_into(&format!("Reminder {}", n + 1), "30h");
    assert_eq!(of(&mut window).reminders.last().copied(), Some(SimDuration(30 * 3_600_000)));
    window.type_into(&format!("Reminder {}", n + 1), "soon");
    assert_eq!(of(&mut window).reminders.last().copied(), Some(SimDuration(30 * 3_600_000)), "no length is not taken");
    type_number(&mut window, "Cost of a message", "12");
    let changed = of(&mut window);
    assert_eq!((changed.cost_per_message.value, changed.cost_per_message.source), (12.0, None));
    type_number(&mut window, "Further questions and answers", "4");
    assert_eq!(of(&mut window).further_rounds, 4);
    assert!(!has_errors(&kezek::model::validate::validate(window.app().document.study())));
}

#[test]
fn a_timer_is_put_at_a_border_led_elsewhere_and_taken_away() {
    let mut window = tall("golden-case", Tab::Map);
    window.settle();
    let before = as_is(&mut window);
    select(&mut window, "benefit", "check");
    window.press_button("+ Timer");
    let border = |window: &mut Window| as_is(window).service("benefit").unwrap().element("check").unwrap().boundary.clone();
    let made = border(&mut window);
    assert_eq!((made.len(), made[0].name.as_str(), made[0].interrupting), (1, "Takes too long", true));
    assert!(matches!(&made[0].trigger, Trigger::After(length) if length.is_assumption()));
    window.type_into("Name: Takes too long", "Nobody has looked");
    window.press(Role::CheckBox, "Stops what was going on");
    let changed = border(&mut window);
    assert_eq!((changed[0].name.as_str(), changed[0].interrupting), ("Nobody has looked", false));
    assert!(!has_errors(&kezek::model::validate::validate(window.app().document.study())));
    window.press_button("Take out: Nobody has looked");
    assert_eq!(as_is(&mut window), before);
    // Three steps of undo: taken away, changed, put there.
    undo(&mut window);
    assert_eq!(border(&mut window), changed);
}

#[test]
fn patience_and_failing_attempts_are_given_and_taken_away() {
    let mut window = tall("golden-case", Tab::Map);
    let scenario = as_is(&mut window);
    let (service, id) = steps_with(&scenario, |_, step| {
        matches!(step.performer, kezek::model::step::Performer::Staff(_)) && step.patience.is_none() && step.failure.is_none()
    })
    .remove(0);
    select(&mut window, &service, &id);
    window.harness.get_by_label("More").click();
    window.harness.run_steps(12);
    window.press(Role::CheckBox, "Leaves the queue after waiting");
    let patience = step(&mut window, &service, &id).patience.unwrap();
    assert!(patience.after.is_assumption());
    assert_eq!(patience.after.value.mean(), 3_600_000.0);
    window.press(Role::CheckBox, "Attempts that fail");
    assert_eq!(step(&mut window, &service, &id).failure.unwrap().share.value, 0.1);
    type_number(&mut window, "Attempts that fail", "25");
    assert_eq!(step(&mut window, &service, &id).failure.unwrap().share.value, 0.25);
    window.press(Role::CheckBox, "Attempts that fail");
    window.press(Role::CheckBox, "Leaves the queue after waiting");
    let plain = step(&mut window, &service, &id);
    assert_eq!((plain.patience, plain.failure), (None, None));
}

#[test]
fn a_drawing_that_cannot_hold_the_study_says_so_in_the_language_of_the_window() {
    let folder = folder("left");
    for (language, title, loss) in [
        (Language::English, "left.bpmn is saved", "Kezek reads it back exactly"),
        (Language::Russian, "left.bpmn сохранён", "Kezek прочтёт это без потерь"),
        (Language::Kazakh, "left.bpmn сақталды", "Kezek мұны файлдың өз бөлігінен"),
    ] {
        let path = folder.join("left.bpmn");
        let mut window = Window::open(Document::new(carried_study("birth-of-a-child").unwrap(), None), None);
        window.app().view.language = language;
        window.perform(Command::File(FileCommand::SaveTo(path.clone())));
        window.until("the file", |app| !app.document.is_dirty() && path.exists());
        window.until_shown(title);
        assert!(window.shows(loss));
        if language != Language::English {
            let english = ["BPMN has", "BPMN says", "BPSim has", "BPSim knows", "Kezek reads"];
            assert!(english.iter().all(|text| !window.shows(text)), "{language:?}");
        }
        window.harness.key_press(egui::Key::Escape);
        window.harness.run_steps(3);
        assert!(!window.shows(title));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_first_column_stays_where_the_table_is_moved_sideways() {
    let mut window = Window::sized(Document::new(carried_study("birth-of-a-child").unwrap(), None), None, [1024.0, 700.0]);
    window.show(AS_IS);
    window.perform(Command::View(ViewCommand::Show(Tab::Steps)));
    // It has fields of the same names.
    window.app().view.inspector = false;
    let name = "Step: Enter the birth";
    let left = |window: &mut Window| window.harness.get_by_label(name).rect().left();
    let before = left(&mut window);
    window.harness.get_by_label(name).click();
    window.harness.run_steps(3);
    window.harness.key_press(egui::Key::End);
    window.harness.run_steps(2);
    window.harness.key_press(egui::Key::ArrowLeft);
    window.harness.run_steps(4);
    assert_eq!(window.app().view.passing.steps.at, (0, 9));
    let cell = window.harness.get_by_label("Law or system: Enter the birth").rect();
    assert!(cell.right() <= 1024.0 && cell.left() > before, "the cell that has the keyboard is in view: {cell:?}");
    assert_eq!(left(&mut window), before, "and the name of the step still stands beside it");
}

#[test]
fn a_study_opens_with_what_it_is_about_and_lists_other_work_last() {
    use kezek::app::panels::services::{first, is_background, listed};
    let pension = carried_study("pension").unwrap().scenario;
    assert!(is_background(&pension, &pension.services[0].id), "this study lists other work first");
    assert!(!is_background(&pension, &first(&pension).unwrap().id));
    let disability = carried_study("disability").unwrap().scenario;
    assert_eq!(first(&disability).unwrap().id, disability.life_events[0].services[0].service);
    let order: Vec<bool> = listed(&disability).iter().map(|service| is_background(&disability, &service.id)).collect();
    assert!(order.is_sorted() && order.len() == disability.services.len());
    assert!(Window::golden().shows("OTHER WORK OF THE SAME STAFF"));
}

#[test]
fn what_the_shown_variant_does_not_have_is_not_an_empty_inspector() {
    let mut window = Window::golden();
    let of = |window: &mut Window, variant: &str| window.app().document.scenario(variant).unwrap().as_ref().clone();
    let (before, after) = (of(&mut window, AS_IS), of(&mut window, "to-be"));
    let gone = before.services.iter().find_map(|service| {
        let now = after.service(&service.id)?;
        let gone = service.elements.iter().find(|element| now.element(&element.id).is_none())?;
        Some((service.id.clone(), gone.id.clone()))
    });
    let (service, element) = gone.unwrap();
    select(&mut window, &service, &element);
    assert!(window.shows("The shown variant does not have what is selected"));
    window.show(AS_IS);
    assert!(!window.shows("The shown variant does not have what is selected"));
}
