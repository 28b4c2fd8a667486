//! A service in the inspector: who answers for it, how it is provided, by when the law wants it decided, and what runs found.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::edit::{ScenarioEdit, What};
use crate::app::panels::inspector::{fact, name_ui};
use crate::app::panels::item_inspector::take_out_ui;
use crate::app::view_state::Tab;
use crate::app::widgets::figure::{Shape, number_ui};
use crate::app::widgets::{self, caption, choice_ui, pick_ui, provenance};
use crate::base::time::{MS_PER_DAY, SimDuration};
use crate::experiment::outcome::Estimate;
use crate::model::calendar::Calendar;
use crate::model::change::{Item, ItemKind};
use crate::model::scenario::Scenario;
use crate::model::service::{Form, Service, Term, TermLength, TermStart};
use egui::Ui;

/// How a service is provided, with the ids of texts.
const FORMS: [(Form, &str); 5] = [
    (Form::Paper, "form-paper"),
    (Form::PartiallyAutomated, "form-partial"),
    (Form::FullyAutomated, "form-full"),
    (Form::OneApplication, "form-one-application"),
    (Form::Proactive, "form-proactive"),
];

/// How a term is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// There is none.
    No,
    /// In working days.
    WorkingDays,
    /// In days by the calendar.
    Days,
}

const COUNTED: [(Counted, &str); 3] =
    [(Counted::No, "term-none"), (Counted::WorkingDays, "term-working-days"), (Counted::Days, "term-days")];

const STARTS: [(TermStart, &str); 2] = [(TermStart::Application, "term-from-application"), (TermStart::Start, "term-from-start")];

/// Working days that a term has at first.
const USUAL_TERM: u32 = 15;
/// The longest term that can be typed, in days.
const LONGEST_TERM: f64 = 3660.0;

/// Paints a service.
pub fn service_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &str) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let Some(service) = scenario.service(id) else { return };
    let mut changed = service.clone();
    if let Some(name) = name_ui(ui, cx, "inspector-service", id, &service.name) {
        changed.name = name;
    }
    agency_ui(ui, cx, &scenario, service, &mut changed);
    caption(ui, cx.theme, &cx.words.get("service-form"));
    let name = cx.words.get("service-form");
    changed.form = choice_ui(ui, cx, ("form", id), &name, service.form, &FORMS).unwrap_or(service.form);
    caption(ui, cx.theme, &cx.words.get("service-priority"));
    priority_ui(ui, cx, &mut changed);
    if changed != *service {
        put(cx, changed, "edit-service");
    }
    if let Some(term) = term_ui(ui, cx, &scenario, service) {
        put(cx, Service { term, ..service.clone() }, "edit-term");
    }
    if ui.button(cx.words.get("service-show-map")).clicked() {
        cx.view.service = Some(id.to_owned());
        cx.send(Command::View(ViewCommand::Show(Tab::Map)));
    }
    if ui.button(cx.words.get("service-channels")).clicked() {
        cx.send(Command::View(ViewCommand::Show(Tab::Population)));
    }
    take_out_ui(ui, cx, ItemKind::Service, id, &service.name);
    fact(ui, cx, "fact-elements", &service.elements.len().to_string());
    results_ui(ui, cx, id);
}

fn put(cx: &mut Cx<'_>, service: Service, what: &'static str) {
    let item = Box::new(Item::Service(service));
    cx.edit_scenario(ScenarioEdit::Put { item, what: What::going_on(what) });
}

fn agency_ui(ui: &mut Ui, cx: &Cx<'_>, scenario: &Scenario, service: &Service, changed: &mut Service) {
    let mut names = vec![cx.words.get("agency-none")];
    names.extend(scenario.agencies.iter().map(|agency| agency.name.clone()));
    let place = |id: &String| scenario.agencies.iter().position(|agency| agency.id == *id).map(|at| at + 1);
    caption(ui, cx.theme, &cx.words.get("fact-agency"));
    let at = service.agency.as_ref().map_or(Some(0), place);
    if let Some(at) = pick_ui(ui, ("agency of", &service.id), &cx.words.get("fact-agency"), &names, at) {
        changed.agency = at.checked_sub(1).and_then(|at| scenario.agencies.get(at)).map(|agency| agency.id.clone());
    }
}

fn priority_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &mut Service) {
    let shape = Shape::counted(cx.words.get("service-priority"), "", -100.0..=100.0, 0);
    let (typed, response) = number_ui(ui, cx, f64::from(service.priority), &shape);
    if let Some(typed) = typed {
        service.priority = typed as i32;
    }
    response.on_hover_text(cx.words.get("service-priority-explained"));
}

/// The statutory term; returns it once something of it was changed.
fn term_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service) -> Option<Option<Term>> {
    widgets::group_title(ui, cx.theme, &cx.words.get("term-title"));
    let counted = counted(service.term.as_ref());
    let name = format!("{}: {}", cx.words.get("term-title"), service.name);
    if let Some(wanted) = choice_ui(ui, cx, ("term", &service.id), &name, counted, &COUNTED) {
        // Working days are the open days of some calendar.
        if wanted == Counted::WorkingDays && scenario.calendars.is_empty() {
            let text = cx.words.get("refused-term-calendar");
            cx.send(Command::View(ViewCommand::Refuse(text)));
            return None;
        }
        return Some(counted_as(service.term.as_ref(), wanted, &scenario.calendars));
    }
    let term = service.term.as_ref()?;
    let mut changed = term.clone();
    if let Some(length) = length_ui(ui, cx, term, &service.name) {
        (changed.length, changed.source) = (length, None);
    }
    if let TermLength::WorkingDays(_) = term.length {
        caption(ui, cx.theme, &cx.words.get("term-calendar"));
        let names: Vec<String> = scenario.calendars.iter().map(name_of).collect();
        let at = scenario.calendars.iter().position(|calendar| Some(&calendar.id) == term.calendar.as_ref());
        if let Some(at) = pick_ui(ui, ("term calendar", &service.id), &cx.words.get("term-calendar"), &names, at) {
            changed.calendar = scenario.calendars.get(at).map(|calendar| calendar.id.clone());
        }
        ui.checkbox(&mut changed.receipt_day_counts, cx.words.get("term-receipt-day"));
    }
    caption(ui, cx.theme, &cx.words.get("term-from"));
    let name = cx.words.get("term-from");
    changed.from = choice_ui(ui, cx, ("term from", &service.id), &name, term.from, &STARTS).unwrap_or(term.from);
    let name = cx.words.get("term-title");
    if let Some(found) = provenance::edit_ui(ui, cx, term.source.as_deref(), &term.note, &name) {
        (changed.source, changed.note) = (found.source, found.note);
    }
    (changed != *term).then_some(Some(changed))
}

/// How long, as a number of days with its unit.
fn length_ui(ui: &mut Ui, cx: &mut Cx<'_>, term: &Term, service: &str) -> Option<TermLength> {
    let (value, unit, least, decimals) = match term.length {
        TermLength::WorkingDays(days) => (f64::from(days), "unit-working-days", 1.0, 0),
        TermLength::Calendar(length) => (length.0 as f64 / MS_PER_DAY as f64, "unit-days", 0.01, 2),
    };
    let name = format!("{}: {service}", cx.words.get("term-length"));
    let shape = Shape::counted(name, &cx.words.get(unit), least..=LONGEST_TERM, decimals);
    let typed = number_ui(ui, cx, value, &shape).0?;
    Some(match term.length {
        TermLength::WorkingDays(_) => TermLength::WorkingDays(typed as u32),
        TermLength::Calendar(_) => TermLength::Calendar(SimDuration((typed * MS_PER_DAY as f64).round() as i64)),
    })
}

fn counted(term: Option<&Term>) -> Counted {
    match term.map(|term| term.length) {
        None => Counted::No,
        Some(TermLength::WorkingDays(_)) => Counted::WorkingDays,
        Some(TermLength::Calendar(_)) => Counted::Days,
    }
}

/// Returns a term that is counted in another way: seven days by the calendar for five working days. What its source said no longer holds.
fn counted_as(term: Option<&Term>, wanted: Counted, calendars: &[Calendar]) -> Option<Term> {
    let before = term.cloned().unwrap_or(Term { length: TermLength::WorkingDays(USUAL_TERM), ..Term::default() });
    let length = match (wanted, before.length) {
        (Counted::No, _) => return None,
        (Counted::WorkingDays, TermLength::Calendar(length)) => {
            let days = (length.0 as f64 / MS_PER_DAY as f64 * 5.0 / 7.0).round().max(1.0);
            TermLength::WorkingDays(days as u32)
        }
        (Counted::Days, TermLength::WorkingDays(days)) => {
            let days = (f64::from(days) * 7.0 / 5.0).round().max(1.0);
            TermLength::Calendar(SimDuration(days as i64 * MS_PER_DAY))
        }
        (_, length) => length,
    };
    let calendar = before.calendar.or_else(|| calendars.first().map(|calendar| calendar.id.clone()));
    Some(Term { length, calendar, source: None, ..before })
}

fn name_of(calendar: &Calendar) -> String {
    if calendar.name.is_empty() { calendar.id.clone() } else { calendar.name.clone() }
}

/// What the last run found of the service.
fn results_ui(ui: &mut Ui, cx: &Cx<'_>, id: &str) {
    let Some(outcome) = cx.results.outcome() else { return };
    let variant = outcome.variant(&cx.view.variant);
    let Some(found) = variant.and_then(|v| v.services.iter().find(|s| s.id == id)) else { return };
    // A first look measures a few weeks, and a plan as long as it says.
    let years = outcome.horizon.ms() as f64 / (365.0 * MS_PER_DAY as f64);
    widgets::group_title(ui, cx.theme, &cx.words.get("inspector-results"));
    let percent = |e: Option<Estimate>| e.map(|e| cx.words.percent(e.mean));
    let duration = |e: Option<Estimate>| e.map(|e| cx.words.duration(e.mean));
    for (label, value) in [
        ("fact-ended", (years > 0.0).then(|| cx.words.whole(found.ended.mean / years))),
        ("fact-completed", percent(found.completed_share)),
        ("fact-refused", percent(found.refused_share)),
        ("fact-abandoned", percent(found.abandoned_share)),
        ("fact-proactive", percent(found.proactive_share)),
        ("fact-within-term", percent(found.within_term)),
        ("fact-elapsed", duration(found.elapsed_time)),
        ("fact-decision", duration(found.application_to_decision)),
        ("fact-payment", duration(found.payment_time)),
    ] {
        if let Some(value) = value {
            fact(ui, cx, label, &value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_counted_in_another_way_and_back() {
        let calendars = [Calendar { id: "office".to_owned(), ..Calendar::default() }];
        let first = counted_as(None, Counted::WorkingDays, &calendars).unwrap();
        assert_eq!((first.length, first.calendar.as_deref()), (TermLength::WorkingDays(15), Some("office")));
        let days = counted_as(Some(&first), Counted::Days, &calendars).unwrap();
        assert_eq!(days.length, TermLength::Calendar(SimDuration(21 * MS_PER_DAY)));
        assert_eq!(counted_as(Some(&days), Counted::WorkingDays, &calendars).unwrap().length, first.length);
        assert_eq!(counted_as(Some(&days), Counted::No, &calendars), None);
    }
}
