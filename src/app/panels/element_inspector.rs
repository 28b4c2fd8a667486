//! What is no step in the inspector: the ways of a gateway with their shares and conditions, ends, calls, offers.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand};
use crate::app::panels::offer_inspector::offer_ui;
use crate::app::panels::population::linked;
use crate::app::panels::step_inspector::send;
use crate::app::theme::{self, GAP_SMALL};
use crate::app::widgets::figure::{read, written};
use crate::app::widgets::{self, caption, choice_ui, pick_ui, provenance};
use crate::model::condition;
use crate::model::figure::NumberFigure;
use crate::model::flow::{Branch, Element, ElementKind, End, Outcome};
use crate::model::scenario::Scenario;
use crate::model::service::Service;
use egui::{RichText, Ui};

/// Paints an element that is neither step nor wait.
pub fn inspect_ui(ui: &mut Ui, cx: &mut Cx<'_>, scenario: &Scenario, service: &Service, element: &Element) {
    ui.push_id(("element", &element.id), |ui| match &element.kind {
        ElementKind::Exclusive(ways) => {
            if let Some(ways) = ways_ui(ui, cx, service, ways, true) {
                send(cx, service, Element { kind: ElementKind::Exclusive(ways), ..element.clone() }, "edit-ways");
            }
        }
        ElementKind::Inclusive(ways) => {
            if let Some(ways) = ways_ui(ui, cx, service, ways, false) {
                send(cx, service, Element { kind: ElementKind::Inclusive(ways), ..element.clone() }, "edit-ways");
            }
        }
        ElementKind::End(end) => {
            caption(ui, cx.theme, &cx.words.get("end-outcome"));
            let name = cx.words.get("end-outcome");
            if let Some(outcome) = choice_ui(ui, cx, "outcome", &name, end.outcome, &OUTCOMES) {
                let end = End { outcome, ..end.clone() };
                send(cx, service, Element { kind: ElementKind::End(end), ..element.clone() }, "edit-end");
            }
        }
        ElementKind::Call(called) => {
            caption(ui, cx.theme, &cx.words.get("call-service"));
            let names: Vec<String> = scenario.services.iter().map(|service| service.name.clone()).collect();
            let at = scenario.services.iter().position(|service| service.id == *called);
            let name = cx.words.get("call-service");
            if let Some(at) = pick_ui(ui, "call", &name, &names, at) {
                let kind = ElementKind::Call(scenario.services[at].id.clone());
                send(cx, service, Element { kind, ..element.clone() }, "edit-call");
            }
        }
        ElementKind::Offer(offer) => {
            if let Some(offer) = offer_ui(ui, cx, scenario, service, element, offer) {
                send(cx, service, Element { kind: ElementKind::Offer(Box::new(offer)), ..element.clone() }, "edit-offer");
            }
        }
        _ => {}
    });
}

const OUTCOMES: [(Outcome, &str); 4] = [
    (Outcome::Completed, "map-kind-completed"),
    (Outcome::Refused, "map-kind-refused"),
    (Outcome::Abandoned, "map-kind-abandoned"),
    (Outcome::NeverClaimed, "map-kind-never-claimed"),
];

fn name_of(service: &Service, id: &str) -> String {
    let found = service.element(id).map(|element| element.name.clone()).filter(|name| !name.is_empty());
    found.unwrap_or_else(|| id.to_owned())
}

/// The ways out of a gateway. At an exclusive one the shares keep their sum.
fn ways_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, ways: &[Branch], exclusive: bool) -> Option<Vec<Branch>> {
    let mut changed = ways.to_vec();
    let shares: Vec<f64> = ways.iter().filter_map(|way| way.share.as_ref()).map(|share| share.value).collect();
    let sum: f64 = shares.iter().sum();
    let by_shares = shares.len() == ways.len();
    if exclusive && by_shares && (sum - 1.0).abs() > 1e-6 {
        ui.label(RichText::new(cx.words.with("ways-sum", &[("sum", cx.words.percent(sum).into())])).color(cx.theme.worse));
        if ui.button(cx.words.get("ways-even-out")).clicked() && sum > 0.0 {
            changed.iter_mut().filter_map(|way| way.share.as_mut()).for_each(|share| set(share, share.value / sum));
        }
    }
    for (at, way) in ways.iter().enumerate() {
        ui.add_space(GAP_SMALL);
        let target = name_of(service, &way.to);
        ui.label(theme::strong(format!("→ {target}")));
        let id = egui::Id::unique(("way name", &service.id, &way.to, at));
        let said = format!("{}: {target}", cx.words.get("way-name"));
        let width = ui.available_width() - 16.0;
        if let Some(name) = widgets::cell_ui(ui, id, &way.name, width, &said) {
            changed[at].name = name;
        }
        if let Some(share) = &way.share {
            let moved = share_ui(
                ui,
                cx,
                share,
                &format!("{}: {target}", cx.words.get("way-share")),
                if exclusive { sum.max(1e-9) } else { 1.0 },
            );
            if let Some(value) = moved {
                match exclusive && by_shares {
                    true => {
                        for (way, value) in changed.iter_mut().zip(linked(&shares, at, value)) {
                            if let Some(share) = &mut way.share {
                                set(share, value);
                            }
                        }
                    }
                    false => changed[at].share = Some(NumberFigure { value, source: None, ..share.clone() }),
                }
            }
            let found = provenance::edit_ui(ui, cx, share.source.as_deref(), &share.note, &target);
            if let Some(found) = found {
                changed[at].share = Some(NumberFigure { source: found.source, note: found.note, ..share.clone() });
            }
        }
        if let Some(when) = &way.when
            && let Some(when) = condition_ui(ui, cx, service, way, at, when)
        {
            changed[at].when = Some(when);
        }
        if way.otherwise {
            caption(ui, cx.theme, &cx.words.get("map-otherwise"));
        }
    }
    (changed != ways).then_some(changed)
}

fn set(share: &mut NumberFigure, value: f64) {
    if share.value != value {
        (share.value, share.source) = (value, None);
    }
}

/// A share as a slider; returns it once it was moved.
fn share_ui(ui: &mut Ui, cx: &mut Cx<'_>, share: &NumberFigure, name: &str, most: f64) -> Option<f64> {
    let mut percent = share.value * 100.0;
    ui.spacing_mut().slider_width = (ui.available_width() - 96.0).max(60.0);
    // What nobody moves keeps all its decimals: only edits are held to the range and rounded.
    let slider = egui::Slider::new(&mut percent, 0.0..=most * 100.0).clamping(egui::SliderClamping::Edits);
    let words = cx.words;
    let slider = slider.custom_formatter(move |value, _| written(words, value, 1)).custom_parser(read);
    let response = ui.add(slider.max_decimals(1).suffix(" %"));
    response.widget_info(|| egui::WidgetInfo::slider(true, percent, name));
    if response.drag_stopped() || response.lost_focus() {
        cx.send(Command::Edit(EditCommand::GestureEnds));
    }
    (response.changed() && percent != share.value * 100.0).then_some(percent / 100.0)
}

/// A condition as a field; what cannot be read is said at once and not taken.
fn condition_ui(ui: &mut Ui, cx: &mut Cx<'_>, service: &Service, way: &Branch, at: usize, when: &str) -> Option<String> {
    let id = egui::Id::unique(("way condition", &service.id, &way.to, at));
    let typed_so_far = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| when.to_owned());
    let said = format!("{}: {}", cx.words.get("way-condition"), name_of(service, &way.to));
    caption(ui, cx.theme, &cx.words.get("way-condition"));
    let width = ui.available_width() - 16.0;
    let typed = widgets::cell_ui(ui, id, when, width, &said);
    if let Err(fault) = condition::parse(&typed_so_far) {
        ui.label(
            RichText::new(cx.words.finding(format!("{} {}", fault.message, fault.hint).trim())).small().color(cx.theme.worse),
        );
    }
    typed.filter(|typed| condition::parse(typed).is_ok())
}
