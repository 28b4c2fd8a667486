//! A step or a wait in the inspector: who does it, for how long, with which documents, the questions about it, and what came of it.

use crate::app::Cx;
use crate::app::edit::{ScenarioEdit, What};
use crate::app::panels::step_cells::{performer_names, performers};
use crate::app::panels::steps::{AUTOMATABLE, IMPORTANCE, duration_of, performer_name, source_label};
use crate::app::panels::wait_inspector;
use crate::app::theme::{self, GAP_SMALL};
use crate::app::widgets::figure::{Shape, figure_ui};
use crate::app::widgets::{self, caption, choice_ui, duration, pick_ui, provenance, segments};
use crate::base::time::MS_PER_MINUTE;
use crate::model::figure::DurationFigure;
use crate::model::flow::{Element, ElementKind};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use crate::model::step::{CitizenPart, Contact, DocumentSource, DocumentUse, Milestone, Sitting, Step};
use egui::{RichText, Ui};

/// Paints a step or a wait in the inspector.
pub fn inspect_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element) {
    match &element.kind {
        // The table may show the same step at the same time.
        ElementKind::Step(step) => {
            ui.push_id(("inspected", &element.id), |ui| step_ui(ui, cx, scenario, service, element, step));
        }
        ElementKind::Wait(wait) => {
            ui.push_id(("waits", &element.id), |ui| wait_inspector::wait_ui(ui, cx, scenario, service, element, wait));
        }
        _ => super::element_inspector::inspect_ui(ui, cx, scenario, service, element),
    }
    duration_ui(ui, cx, scenario, service, element);
    wait_inspector::borders_ui(ui, cx, service, element);
    if let ElementKind::Step(step) = &element.kind {
        ui.push_id(("more", &element.id), |ui| more_ui(ui, cx, scenario, service, element, step));
    }
    results_ui(ui, cx, &service.id, &element.id);
}

/// Sends an element as it shall be.
pub(super) fn send(cx: &mut Cx<'_>, service: &Service, element: Element, what: &'static str) {
    let what = What::going_on(what);
    cx.edit_scenario(ScenarioEdit::Element { service: service.id.clone(), element: Box::new(element), what });
}

fn send_step(cx: &mut Cx<'_>, service: &Service, element: &Element, step: Step, what: &'static str) {
    send(cx, service, Element { kind: ElementKind::Step(Box::new(step)), ..element.clone() }, what);
}

const CITIZEN: [(CitizenPart, &str); 4] = [
    (CitizenPart::Absent, "citizen-absent"),
    (CitizenPart::OnCall, "citizen-on-call"),
    (CitizenPart::Present, "citizen-present"),
    (CitizenPart::Active, "citizen-active"),
];
const SITTINGS: [(Sitting, &str); 3] =
    [(Sitting::Pauses, "sitting-pauses"), (Sitting::OneSitting, "sitting-one"), (Sitting::Overtime, "sitting-overtime")];
const CONTACTS: [(Contact, &str); 4] = [
    (Contact::None, "contact-none"),
    (Contact::ByCitizen, "contact-by-citizen"),
    (Contact::ByState, "contact-by-state"),
    (Contact::Complaint, "contact-complaint"),
];
const MILESTONES: [(Option<Milestone>, &str); 5] = [
    (None, "milestone-none"),
    (Some(Milestone::Applied), "milestone-applied"),
    (Some(Milestone::AppliedByState), "milestone-applied-by-state"),
    (Some(Milestone::Decided), "milestone-decided"),
    (Some(Milestone::Paid), "milestone-paid"),
];

/// Who does it, where the citizen is meanwhile, which documents it needs, and the questions about it.
fn step_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element, step: &Step) {
    let named = |cx: &Cx<'_>, id: &str| format!("{}: {}", cx.words.get(id), element.name);
    caption(ui, cx.theme, &cx.words.get("column-who"));
    let options = performers(scenario);
    let mut names = performer_names(cx, scenario, &options);
    let at = options.iter().position(|known| *known == step.performer).unwrap_or_else(|| {
        names.push(performer_name(cx, scenario, &step.performer));
        names.len() - 1
    });
    if let Some(performer) =
        pick_ui(ui, "who", &named(cx, "column-who"), &names, Some(at)).and_then(|at| options.get(at).cloned())
    {
        send_step(cx, service, element, Step { performer, ..step.clone() }, "edit-performer");
    }
    caption(ui, cx.theme, &cx.words.get("citizen-part"));
    if let Some(citizen) = choice_ui(ui, cx, "citizen", &named(cx, "citizen-part"), step.citizen, &CITIZEN) {
        send_step(cx, service, element, Step { citizen, ..step.clone() }, "edit-citizen-part");
    }
    if !scenario.places.is_empty() {
        caption(ui, cx.theme, &cx.words.get("step-place"));
        let mut names = vec![cx.words.get("place-home")];
        names.extend(scenario.places.iter().map(|place| place.name.clone()));
        let at = step.place.as_ref().map_or(Some(0), |id| scenario.places.iter().position(|p| p.id == *id).map(|at| at + 1));
        if let Some(at) = pick_ui(ui, "place", &named(cx, "step-place"), &names, at) {
            let place = at.checked_sub(1).and_then(|at| scenario.places.get(at)).map(|place| place.id.clone());
            send_step(cx, service, element, Step { place, ..step.clone() }, "edit-place");
        }
    }
    documents_ui(ui, cx, scenario, service, element, step);
    caption(ui, cx.theme, &cx.words.get("column-importance"));
    let mut questions = step.questions.clone();
    if let Some(found) = choice_ui(ui, cx, "importance", &named(cx, "column-importance"), questions.importance, &IMPORTANCE) {
        questions.importance = found;
    }
    caption(ui, cx.theme, &cx.words.get("column-automatable"));
    if let Some(found) = choice_ui(ui, cx, "automatable", &named(cx, "column-automatable"), questions.automatable, &AUTOMATABLE) {
        questions.automatable = found;
    }
    caption(ui, cx.theme, &cx.words.get("column-basis"));
    let id = egui::Id::unique(("step basis", &service.id, &element.id));
    let width = ui.available_width() - 16.0;
    if let Some(basis) = widgets::cell_ui(ui, id, &questions.basis, width, &named(cx, "column-basis")) {
        questions.basis = basis;
    }
    if questions != step.questions {
        send_step(cx, service, element, Step { questions, ..step.clone() }, "edit-questions");
    }
    ui.add_space(GAP_SMALL);
}

/// The documents that a step needs, each with where it comes from; others can be added.
fn documents_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element, step: &Step) {
    if scenario.documents.is_empty() {
        return;
    }
    caption(ui, cx.theme, &cx.words.get("column-documents"));
    let mut documents = step.documents.clone();
    for (at, used) in step.documents.iter().enumerate() {
        let document = scenario.documents.iter().find(|d| d.id == used.document);
        let name = document.map_or(used.document.as_str(), |d| &d.name);
        ui.label(RichText::new(name).small());
        ui.horizontal(|ui| {
            let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
            let said = format!("{}: {name}", cx.words.get("document-take-out"));
            button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
            if button.on_hover_text(said).clicked() {
                documents.retain(|other| other.document != used.document);
            }
            let options = sources_of(document);
            let said = format!("{}: {name}", cx.words.get("document-comes"));
            if let Some(from) = choice_ui(ui, cx, ("from", at), &said, used.from, &options)
                && let Some(found) = documents.iter_mut().find(|other| other.document == used.document)
            {
                found.from = from;
            }
        });
    }
    let others: Vec<_> = scenario.documents.iter().filter(|d| !step.documents.iter().any(|used| used.document == d.id)).collect();
    if !others.is_empty() {
        let names: Vec<String> = others.iter().map(|document| document.name.clone()).collect();
        let mut shown = vec![cx.words.get("document-add")];
        shown.extend(names);
        let said = format!("{}: {}", cx.words.get("document-add"), element.name);
        if let Some(document) = pick_ui(ui, "add document", &said, &shown, Some(0)).and_then(|at| others.get(at.checked_sub(1)?))
        {
            documents.push(DocumentUse { document: document.id.clone(), ..DocumentUse::default() });
        }
    }
    if documents != step.documents {
        send_step(cx, service, element, Step { documents, ..step.clone() }, "edit-documents");
    }
}

/// Where a document can come from, with the ids of texts.
pub(super) fn sources_of(document: Option<&crate::model::document::Document>) -> Vec<(DocumentSource, &'static str)> {
    let mut all = vec![DocumentSource::Citizen];
    if document.is_none_or(|document| document.registry.is_some()) {
        all.push(DocumentSource::Registry);
    }
    if document.is_none_or(|document| document.issued_by.is_some()) {
        all.push(DocumentSource::Issuer);
    }
    all.into_iter().map(|source| (source, source_label(source))).collect()
}

/// How long it takes, with a picture and where that comes from.
fn duration_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element) {
    let Some(figure) = duration_of(element) else { return };
    ui.add_space(GAP_SMALL);
    ui.label(theme::strong(cx.words.get("inspector-duration")));
    let salt = format!("{}/{}", service.id, element.id);
    let mut changed = duration::editor_ui(ui, cx, figure, &salt);
    duration::density_ui(ui, cx, &figure.value);
    ui.horizontal_wrapped(|ui| {
        let found = provenance::edit_ui(ui, cx, figure.source.as_deref(), &figure.note, &cx.words.get("inspector-duration"));
        if let Some(found) = found {
            changed = Some(DurationFigure { source: found.source, note: found.note, ..figure.clone() });
        }
    });
    if let Some(value) = changed {
        cx.edit_scenario(ScenarioEdit::Duration { service: service.id.clone(), step: element.id.clone(), value });
    }
    if !figure.note.is_empty() {
        ui.label(RichText::new(cx.words.note(&figure.note)).small().color(cx.theme.text_weak));
    }
    if let Some((low, high)) = figure.range {
        let time = |ms: f64| cx.words.duration(ms / MS_PER_MINUTE as f64);
        let words = [("low", time(low).into()), ("high", time(high).into())];
        caption(ui, cx.theme, &cx.words.with("figure-range", &words));
    }
    let name = cx.words.get("inspector-duration");
    if let Some(value) = segments::durations_ui(ui, cx, scenario, figure, &format!("{name}: {}", element.name)) {
        cx.edit_scenario(ScenarioEdit::Duration { service: service.id.clone(), step: element.id.clone(), value });
    }
}

/// What is needed less often: money, contacts, milestones, the end of a shift.
fn more_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element, step: &Step) {
    let title = theme::strong(cx.words.get("step-more")).small();
    egui::CollapsingHeader::new(title).id_salt("more of a step").show(ui, |ui| {
        let mut changed = step.clone();
        for (label, figure) in [("step-fee", &mut changed.fee), ("step-cost", &mut changed.cost)] {
            caption(ui, cx.theme, &cx.words.get(label));
            let shape = Shape::money(cx.words.get(label), &scenario.currency);
            let found = ui.horizontal(|ui| figure_ui(ui, cx, figure, &shape)).inner;
            if let Some(found) = found {
                *figure = found;
            }
        }
        caption(ui, cx.theme, &cx.words.get("step-contact"));
        let name = cx.words.get("step-contact");
        changed.contact = choice_ui(ui, cx, "contact", &name, step.contact, &CONTACTS).unwrap_or(step.contact);
        caption(ui, cx.theme, &cx.words.get("step-milestone"));
        let name = cx.words.get("step-milestone");
        changed.milestone = choice_ui(ui, cx, "milestone", &name, step.milestone, &MILESTONES).unwrap_or(step.milestone);
        if matches!(step.performer, crate::model::step::Performer::Staff(_)) {
            caption(ui, cx.theme, &cx.words.get("step-sitting"));
            let name = cx.words.get("step-sitting");
            changed.sitting = choice_ui(ui, cx, "sitting", &name, step.sitting, &SITTINGS).unwrap_or(step.sitting);
        }
        wait_inspector::leaving_ui(ui, cx, scenario, service, element, &mut changed);
        ui.checkbox(&mut changed.rework, cx.words.get("step-rework"));
        ui.checkbox(&mut changed.suspends_term, cx.words.get("step-suspends"));
        if changed != *step {
            send_step(cx, service, element, changed, "edit-step");
        }
    });
}

/// What the last run found of an element.
fn results_ui(ui: &mut Ui, cx: &Cx<'_>, service: &str, element: &str) {
    let outcome = cx.results.outcome().and_then(|o| o.variant(&cx.view.variant));
    let found = outcome.and_then(|v| v.steps.iter().find(|s| s.service == service && s.step == element));
    let Some(found) = found else { return };
    widgets::group_title(ui, cx.theme, &cx.words.get("inspector-results"));
    let duration = |e: Option<crate::experiment::outcome::Estimate>| e.map(|e| cx.words.duration(e.mean));
    for (label, value) in [
        ("fact-runs", Some(cx.words.count(found.runs_per_case.mean))),
        ("fact-waiting", duration(found.waiting_time)),
        ("fact-processing", duration(found.processing_time)),
        ("fact-citizen-time", Some(cx.words.duration(found.citizen_time.mean))),
        ("fact-staff-time", Some(cx.words.duration(found.staff_time.mean))),
    ] {
        if let Some(value) = value {
            super::inspector::fact(ui, cx, label, &value);
        }
    }
}
