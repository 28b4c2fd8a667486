//! Waits in the inspector, and what else ends a step or a wait early: a duration, working days, an hour of the week, a citizen who has
//! waited long enough, an attempt that fails, a timer at the border.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, What};
use crate::app::panels::item_inspector::duration_field_ui;
use crate::app::panels::step_inspector::send;
use crate::app::theme::GAP_SMALL;
use crate::app::widgets::figure::{Shape, figure_ui, number_ui};
use crate::app::widgets::{self, caption, choice_ui, pick_ui, segments};
use crate::base::distribution::Distribution;
use crate::base::time::{MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE};
use crate::formats::text::parse_weekly_instant;
use crate::model::calendar::{Weekdays, WeeklyInstant};
use crate::model::figure::{DurationFigure, NumberFigure};
use crate::model::flow::{Boundary, Element, ElementKind, Trigger, Wait, WaitCause, WaitUntil};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{Failure, Patience, Performer, Step};
use egui::{RichText, Ui};

const CAUSES: [(WaitCause, &str); 7] = [
    (WaitCause::External, "cause-external"),
    (WaitCause::Citizen, "cause-citizen"),
    (WaitCause::OtherAgency, "cause-other-agency"),
    (WaitCause::Registry, "cause-registry"),
    (WaitCause::OffHours, "cause-off-hours"),
    (WaitCause::StaffBusy, "cause-staff-busy"),
    (WaitCause::Batch, "cause-batch"),
];

/// Until when something waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    For,
    WorkingDays,
    Weekly,
    Open,
}

const UNTIL: [(Until, &str); 4] = [
    (Until::For, "until-for"),
    (Until::WorkingDays, "until-working-days"),
    (Until::Weekly, "until-weekly"),
    (Until::Open, "until-open"),
];

/// Paints why and until when an element waits.
pub fn wait_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element, wait: &Wait) {
    let mut changed = wait.clone();
    caption(ui, cx.theme, &cx.words.get("wait-cause"));
    let name = format!("{}: {}", cx.words.get("wait-cause"), element.name);
    changed.cause = choice_ui(ui, cx, ("cause", &element.id), &name, wait.cause, &CAUSES).unwrap_or(wait.cause);
    caption(ui, cx.theme, &cx.words.get("wait-until"));
    let name = format!("{}: {}", cx.words.get("wait-until"), element.name);
    if let Some(wanted) = choice_ui(ui, cx, ("until", &element.id), &name, until(&wait.until), &UNTIL) {
        match made(wanted, scenario) {
            Some(until) => changed.until = until,
            None => {
                let text = cx.words.get("refused-wait-calendar");
                cx.send(Command::View(ViewCommand::Refuse(text)));
            }
        }
    }
    match &mut changed.until {
        WaitUntil::For(_) => {}
        WaitUntil::WorkingDays { count, calendar } => {
            days_ui(ui, cx, count, &element.name);
            calendar_pick_ui(ui, cx, scenario, calendar, &element.name);
        }
        WaitUntil::Weekly { at, calendar } => {
            if let Some(typed) = weekly_ui(ui, cx, *at, &format!("weekly {}", element.id), &element.name) {
                *at = typed;
            }
            caption(ui, cx.theme, &cx.words.get("wait-closed-days"));
            let name = format!("{}: {}", cx.words.get("wait-closed-days"), element.name);
            if let Some(chosen) = super::item_inspector::calendar_ui(ui, cx, scenario, calendar.as_deref(), &name) {
                *calendar = chosen;
            }
        }
        WaitUntil::Open(calendar) => calendar_pick_ui(ui, cx, scenario, calendar, &element.name),
    }
    ui.checkbox(&mut changed.suspends_term, cx.words.get("step-suspends"));
    if changed != *wait {
        send(cx, service, Element { kind: ElementKind::Wait(changed), ..element.clone() }, "edit-wait");
    }
}

fn until(until: &WaitUntil) -> Until {
    match until {
        WaitUntil::For(_) => Until::For,
        WaitUntil::WorkingDays { .. } => Until::WorkingDays,
        WaitUntil::Weekly { .. } => Until::Weekly,
        WaitUntil::Open(_) => Until::Open,
    }
}

/// Returns an end of a wait as it first stands; `None` where it needs a calendar and there is none.
fn made(wanted: Until, scenario: &Scenario) -> Option<WaitUntil> {
    let calendar = scenario.calendars.first().map(|calendar| calendar.id.clone());
    Some(match wanted {
        Until::For => WaitUntil::For(DurationFigure::assumed(Distribution::Fixed(MS_PER_HOUR as f64))),
        Until::WorkingDays => WaitUntil::WorkingDays { count: 1, calendar: calendar? },
        // Tuesdays at noon: in the middle of the week and of the day.
        Until::Weekly => WaitUntil::Weekly { at: WeeklyInstant { days: Weekdays(2), minute: 12 * 60 }, calendar },
        Until::Open => WaitUntil::Open(calendar?),
    })
}

fn days_ui(ui: &mut Ui, cx: &mut Cx<'_>, count: &mut u32, element: &str) {
    let unit = cx.words.get("unit-working-days");
    let shape = Shape::counted(format!("{unit}: {element}"), &unit, 1.0..=366.0, 0);
    if let Some(typed) = number_ui(ui, cx, f64::from(*count), &shape).0 {
        *count = typed as u32;
    }
}

fn calendar_pick_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario, calendar: &mut String, element: &str) {
    caption(ui, cx.theme, &cx.words.get("term-calendar"));
    let named = |name: &str, id: &str| if name.is_empty() { id.to_owned() } else { name.to_owned() };
    let names: Vec<String> = scenario.calendars.iter().map(|known| named(&known.name, &known.id)).collect();
    let at = scenario.calendars.iter().position(|known| known.id == *calendar);
    let said = format!("{}: {element}", cx.words.get("term-calendar"));
    if let Some(at) = pick_ui(ui, ("wait calendar", element), &said, &names, at) {
        calendar.clone_from(&scenario.calendars[at].id);
    }
}

/// An hour of the week: days to be ticked, and a time to be typed; what is no time is said at once and not taken.
pub fn weekly_ui(ui: &mut Ui, cx: &mut Cx<'_>, instant: WeeklyInstant, salt: &str, name: &str) -> Option<WeeklyInstant> {
    let mut changed = instant;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0;
        for (day, short) in cx.words.get("weekdays").split(',').enumerate().take(7) {
            let chosen = instant.days.contains(day as u8);
            let response = ui.add(egui::Button::selectable(chosen, RichText::new(short).small()));
            let said = format!("{short}: {name}");
            response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, true, chosen, &said));
            // A weekly hour needs a day at least.
            if response.clicked() && (changed.days.0 ^ (1 << day)) != 0 {
                changed.days.0 ^= 1 << day;
            }
        }
    });
    caption(ui, cx.theme, &cx.words.get("wait-time"));
    let id = egui::Id::unique(("time of the week", salt));
    let shown = format!("{:02}:{:02}", instant.minute / 60, instant.minute % 60);
    let so_far = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| shown.clone());
    let read = |typed: &str| parse_weekly_instant(&format!("Mon {}", typed.trim())).map(|read| read.minute);
    let said = format!("{}: {name}", cx.words.get("wait-time"));
    let typed = widgets::cell_ui(ui, id, &shown, 80.0, &said);
    if read(&so_far).is_err() {
        ui.label(RichText::new(cx.words.get("wait-time-wrong")).small().color(cx.theme.worse));
    }
    if let Some(Ok(minute)) = typed.map(|typed| read(&typed)) {
        changed.minute = minute;
    }
    (changed != instant).then_some(changed)
}

/// Elements that can follow, with names for people.
pub(super) fn followers(service: &Service, element: &Element) -> Vec<(String, String)> {
    fn collect(elements: &[Element], without: &str, all: &mut Vec<(String, String)>) {
        for element in elements.iter().filter(|element| element.id != without) {
            if !matches!(element.kind, ElementKind::Start | ElementKind::OtherStart | ElementKind::EventSubProcess(_)) {
                let name = if element.name.is_empty() { &element.id } else { &element.name };
                all.push((element.id.clone(), name.clone()));
            }
        }
    }
    // Only what stands in the same process can follow.
    let mut list = &service.elements[..];
    while !list.iter().any(|known| known.id == element.id) {
        let inner = list.iter().find_map(|known| {
            let inside = known.inner()?;
            crate::model::flow::find_element(inside, &element.id).map(|_| inside)
        });
        match inner {
            Some(inside) => list = inside,
            None => break,
        }
    }
    let mut all = Vec::new();
    collect(list, &element.id, &mut all);
    all
}

/// What follows, to be chosen; `over` names it, where not simply what follows then.
pub(super) fn follower_ui(
    ui: &mut Ui,
    cx: &Cx<'_>,
    all: &[(String, String)],
    label: &str,
    over: Option<&str>,
    next: &mut String,
    of: &str,
) {
    caption(ui, cx.theme, &cx.words.get(over.unwrap_or("then-follows")));
    let names: Vec<String> = all.iter().map(|(_, name)| name.clone()).collect();
    let at = all.iter().position(|(id, _)| id == next);
    let said = format!("{}, {}: {of}", cx.words.get(label), cx.words.get("then-follows"));
    if let Some(at) = pick_ui(ui, ("follower", label, of), &said, &names, at) {
        next.clone_from(&all[at].0);
    }
}

/// How long a citizen waits in line, and how often an attempt fails: each can be given, changed, and taken away.
pub fn leaving_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element, step: &mut Step) {
    let all = followers(service, element);
    let Some((first, _)) = all.last() else { return };
    if matches!(step.performer, Performer::Staff(_)) {
        ui.add_space(GAP_SMALL);
        let mut has = step.patience.is_some();
        let said = cx.words.get("step-patience");
        let response = ui.checkbox(&mut has, said);
        if response.on_hover_text(cx.words.get("step-patience-explained")).changed() {
            let after = DurationFigure::assumed(Distribution::Fixed(60.0 * MS_PER_MINUTE as f64));
            step.patience = has.then(|| Patience { after, next: first.clone() });
        }
        if let Some(patience) = &mut step.patience {
            ui.indent("patience", |ui| {
                if let Some(after) = duration_field_ui(ui, cx, &patience.after, &format!("patience {}", element.id)) {
                    patience.after = after;
                }
                follower_ui(ui, cx, &all, "step-patience", None, &mut patience.next, &element.name);
            });
        }
    }
    ui.add_space(GAP_SMALL);
    let mut has = step.failure.is_some();
    let response = ui.checkbox(&mut has, cx.words.get("step-failure"));
    if response.on_hover_text(cx.words.get("step-failure-explained")).changed() {
        step.failure = has.then(|| Failure { share: NumberFigure::assumed(0.1), next: first.clone() });
    }
    if let Some(failure) = &mut step.failure {
        ui.indent("failure", |ui| {
            let shape = Shape::share(cx.words.get("step-failure"));
            if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &failure.share, &shape)).inner {
                failure.share = found;
            }
            if let Some(found) = segments::numbers_ui(ui, cx, scenario, &failure.share, &shape) {
                failure.share = found;
            }
            follower_ui(ui, cx, &all, "step-failure", None, &mut failure.next, &element.name);
        });
    }
}

/// Timers at an element's border: after how long, or at which hour of the week, and what follows; other events are named. Timers can
/// be added and taken out.
pub fn borders_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, element: &Element) {
    let can_have = element.kind.can_have_border();
    let all = followers(service, element);
    if element.boundary.is_empty() && (!can_have || all.is_empty()) {
        return;
    }
    widgets::group_title(ui, cx.theme, &cx.words.get("border-title"));
    let mut changed = element.boundary.clone();
    let mut goes = None;
    for (at, border) in changed.iter_mut().enumerate() {
        let id = border.id.clone();
        if ui.push_id(("border", &id), |ui| border_ui(ui, cx, &all, border)).inner {
            goes = Some(at);
        }
    }
    if let Some(at) = goes {
        changed.remove(at);
    }
    if can_have
        && let Some((next, _)) = all.last()
        && ui.button(cx.words.get("border-new")).on_hover_text(cx.words.get("border-new-explained")).clicked()
    {
        let taken = |id: &str| service.element(id).is_some() || has_border(&service.elements, id);
        let id = crate::app::edit::new_id(&format!("{}-timer", element.id), taken);
        let trigger = Trigger::After(DurationFigure::assumed(Distribution::Fixed(MS_PER_DAY as f64)));
        changed.push(Boundary { id, name: cx.words.get("border-new-name"), trigger, interrupting: true, next: next.clone() });
    }
    if changed != element.boundary {
        let made = Element { boundary: changed, ..element.clone() };
        if made.boundary.len() == element.boundary.len() {
            send(cx, service, made, "edit-border");
        } else {
            let what = What::once("edit-border");
            cx.edit_scenario(ScenarioEdit::Element { service: service.id.clone(), element: Box::new(made), what });
        }
    }
}

/// Tells whether an event at a border is called so, those within sub-processes too.
fn has_border(elements: &[Element], id: &str) -> bool {
    let is_called_so = |element: &Element| element.boundary.iter().any(|border| border.id == id);
    elements.iter().any(|element| is_called_so(element) || has_border(element.inner().unwrap_or(&[]), id))
}

/// One event at a border; tells whether it shall be no more.
fn border_ui(ui: &mut Ui, cx: &mut Cx<'_>, all: &[(String, String)], border: &mut Boundary) -> bool {
    let name = if border.name.is_empty() { border.id.clone() } else { border.name.clone() };
    let goes = ui.horizontal(|ui| {
        let id = egui::Id::unique(("border name", &border.id));
        let said = format!("{}: {name}", cx.words.get("inspector-name"));
        let width = (ui.available_width() - 48.0).max(80.0);
        if let Some(typed) = widgets::cell_ui(ui, id, &name, width, &said) {
            border.name = typed;
        }
        widgets::goes_ui(ui, cx, &name)
    });
    match &mut border.trigger {
        Trigger::After(duration) => {
            if let Some(changed) = duration_field_ui(ui, cx, duration, &format!("border {}", border.id)) {
                *duration = changed;
            }
        }
        Trigger::Weekly(at) => {
            if let Some(changed) = weekly_ui(ui, cx, *at, &format!("border {}", border.id), &name) {
                *at = changed;
            }
        }
        Trigger::Deadline => {
            ui.label(RichText::new(cx.words.get("border-deadline")).small());
        }
        Trigger::Message(of) | Trigger::Signal(of) | Trigger::Error(of) | Trigger::Escalation(of) => {
            ui.label(RichText::new(of.as_str()).small());
        }
        Trigger::Cancel | Trigger::Compensation => return goes.inner,
    }
    ui.checkbox(&mut border.interrupting, cx.words.get("border-interrupting"));
    follower_ui(ui, cx, all, "border-title", None, &mut border.next, &name);
    ui.add_space(GAP_SMALL);
    goes.inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_for_working_days_needs_a_calendar() {
        let none = Scenario::default();
        assert_eq!((made(Until::WorkingDays, &none), made(Until::Open, &none)), (None, None));
        assert!(matches!(made(Until::Weekly, &none), Some(WaitUntil::Weekly { calendar: None, .. })));
    }
}
