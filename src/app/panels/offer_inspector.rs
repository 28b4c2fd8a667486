//! A proactive offer in the inspector: from the event that a registry shows to the answer, and where each loss leads.

use crate::app::Cx;
use crate::app::panels::item_inspector::{calendar_ui, duration_field_ui};
use crate::app::panels::wait_inspector::{follower_ui, followers};
use crate::app::theme::GAP_SMALL;
use crate::app::widgets::figure::{Shape, figure_ui, number_ui};
use crate::app::widgets::{self, caption, duration, segments};
use crate::base::time::{MS_PER_DAY, SimDuration};
use crate::model::figure::NumberFigure;
use crate::model::flow::Element;
use crate::model::offer::Offer;
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use egui::Ui;

/// Days that an offer stands where it is first given an end.
const FIRST_WINDOW: i64 = 3;

/// Paints an offer; returns it once something of it was changed.
pub fn offer_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    scenario: &Scenario,
    service: &Service,
    element: &Element,
    offer: &Offer,
) -> Option<Offer> {
    let mut changed = offer.clone();
    let salt = |what: &str| format!("{what} {}", element.id);
    widgets::group_title(ui, cx.theme, &cx.words.get("offer-sending"));
    caption(ui, cx.theme, &cx.words.get("offer-detection"));
    if let Some(found) = duration_field_ui(ui, cx, &offer.detection, &salt("detection")) {
        changed.detection = found;
    }
    for (label, figure) in [
        ("offer-eligible", &mut changed.eligible),
        ("offer-reachable", &mut changed.reachable),
        ("offer-delivered", &mut changed.delivered),
    ] {
        share_ui(ui, cx, scenario, label, figure);
    }
    caption(ui, cx.theme, &cx.words.get("offer-hours"));
    let name = cx.words.get("offer-hours");
    if let Some(calendar) = calendar_ui(ui, cx, scenario, offer.sending_hours.as_deref(), &name) {
        changed.sending_hours = calendar;
    }
    caption(ui, cx.theme, &cx.words.get("offer-message-cost"));
    let shape = Shape::money(cx.words.get("offer-message-cost"), &scenario.currency);
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &offer.cost_per_message, &shape)).inner {
        changed.cost_per_message = found;
    }
    widgets::group_title(ui, cx.theme, &cx.words.get("offer-answering"));
    for (label, figure) in [("offer-answers", &mut changed.answers), ("offer-consent", &mut changed.consent)] {
        share_ui(ui, cx, scenario, label, figure);
    }
    for (label, figure) in [("offer-answer-delay", &mut changed.answer_delay), ("offer-answer-work", &mut changed.answer_work)] {
        caption(ui, cx.theme, &cx.words.get(label));
        if let Some(found) = duration_field_ui(ui, cx, figure, &salt(label)) {
            *figure = found;
        }
    }
    caption(ui, cx.theme, &cx.words.get("offer-rounds"));
    let shape = Shape { range: 0.0..=1000.0, ..Shape::count(cx.words.get("offer-rounds")) };
    if let Some(rounds) = number_ui(ui, cx, f64::from(offer.further_rounds), &shape).0 {
        changed.further_rounds = rounds as u32;
    }
    window_ui(ui, cx, &element.id, &mut changed);
    reminders_ui(ui, cx, &element.id, &mut changed);
    leads_ui(ui, cx, service, element, &mut changed);
    (changed != *offer).then_some(changed)
}

fn share_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, label: &str, figure: &mut NumberFigure) {
    caption(ui, cx.theme, &cx.words.get(label));
    let shape = Shape::share(cx.words.get(label));
    let before = figure.clone();
    if let Some(found) = ui.horizontal(|ui| figure_ui(ui, cx, &before, &shape)).inner {
        *figure = found;
    }
    if let Some(found) = segments::numbers_ui(ui, cx, scenario, &before, &shape) {
        *figure = found;
    }
}

/// How long the offer stands; without an end it stands for ever.
fn window_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str, offer: &mut Offer) {
    ui.add_space(GAP_SMALL);
    let mut ends = offer.window.is_some();
    if ui.checkbox(&mut ends, cx.words.get("offer-window")).changed() {
        offer.window = ends.then_some(SimDuration(FIRST_WINDOW * MS_PER_DAY));
    }
    if let Some(window) = &mut offer.window
        && let Some(found) = length_ui(ui, cx, ("offer window", id), *window, &cx.words.get("offer-window-length"))
    {
        *window = found;
    }
}

/// When those who have not answered are reminded, counted from the message, and what that does to the odds.
fn reminders_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str, offer: &mut Offer) {
    ui.add_space(GAP_SMALL);
    caption(ui, cx.theme, &cx.words.get("offer-reminders"));
    let mut goes = None;
    for at in 0..offer.reminders.len() {
        ui.horizontal(|ui| {
            let name = format!("{} {}", cx.words.get("offer-reminder"), at + 1);
            if let Some(found) = length_ui(ui, cx, ("offer reminder", id, at), offer.reminders[at], &name) {
                offer.reminders[at] = found;
            }
            if widgets::goes_ui(ui, cx, &name) {
                goes = Some(at);
            }
        });
    }
    if let Some(at) = goes {
        offer.reminders.remove(at);
    }
    if ui.button(cx.words.get("offer-reminder-new")).clicked() {
        let last = offer.reminders.last().map_or(0, |last| last.ms());
        offer.reminders.push(SimDuration(last + MS_PER_DAY));
    }
    if !offer.reminders.is_empty() {
        caption(ui, cx.theme, &cx.words.get("offer-reminder-effect"));
        let shape = Shape::counted(cx.words.get("offer-reminder-effect"), "", 1.0..=100.0, 2);
        let found = ui.horizontal(|ui| {
            ui.label("×");
            figure_ui(ui, cx, &offer.reminder_effect, &shape)
        });
        if let Some(found) = found.inner {
            offer.reminder_effect = found;
        }
    }
}

/// What follows for those who consent, decline, are silent, or cannot be asked.
fn leads_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, element: &Element, offer: &mut Offer) {
    widgets::group_title(ui, cx.theme, &cx.words.get("offer-leads"));
    let all = followers(service, element);
    for (label, next) in [
        ("offer-accepted", &mut offer.accepted),
        ("offer-declined", &mut offer.declined),
        ("offer-silent", &mut offer.silent),
        ("offer-unreachable", &mut offer.unreachable),
    ] {
        follower_ui(ui, cx, &all, label, Some(label), next, &element.name);
    }
}

/// A length of time as a field; returns it once another one was typed. What is no length is said and not taken.
fn length_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    salt: impl std::hash::Hash + std::fmt::Debug,
    length: SimDuration,
    name: &str,
) -> Option<SimDuration> {
    let id = egui::Id::unique(("length", salt));
    let shown = duration::write_in(cx.words.language, length.ms() as f64);
    let typed = widgets::cell_ui(ui, id, &shown, 90.0 * cx.theme.type_scale, name)?;
    match duration::read(&typed).filter(|ms| *ms > 0.0) {
        Some(ms) => Some(SimDuration::from_ms_f64(ms)),
        None => {
            let text = cx.words.with("refused-duration", &[("text", typed.into())]);
            cx.send(crate::app::command::Command::View(crate::app::command::ViewCommand::Refuse(text)));
            None
        }
    }
}
