//! The study tree: life events with their services, variants, and the catalogue of agencies, registries and documents.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::panels::services;
use crate::app::panels::top::title_of;
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::model::study::AS_IS;
use egui::{RichText, Ui};

/// Paints the tree.
pub fn tree_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        variants_ui(ui, cx);
        services_ui(ui, cx);
        catalogue_ui(ui, cx);
    });
}

fn row(ui: &mut Ui, cx: &Cx<'_>, chosen: bool, text: &str, hover: &str) -> bool {
    let text = RichText::new(text).color(if chosen { cx.theme.accent } else { cx.theme.text });
    let button = egui::Button::selectable(chosen, text).truncate().min_size(egui::vec2(ui.available_width(), 0.0));
    let response = ui.add(button);
    if hover.is_empty() { response.clicked() } else { response.on_hover_text(hover).clicked() }
}

fn variants_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    widgets::group_title(ui, cx.theme, &cx.words.get("tree-variants"));
    let study = cx.document.study().clone();
    for id in study.variant_names() {
        let summary = if id == AS_IS {
            cx.words.get("as-is-explained")
        } else {
            study.variant(id).map_or(String::new(), |v| v.summary.clone())
        };
        if row(ui, cx, cx.view.variant == id, &title_of(cx, id), &summary) {
            cx.send(Command::View(ViewCommand::Variant(id.to_owned())));
        }
    }
    let new = egui::Button::new(RichText::new(cx.words.get("tree-new-variant")).color(cx.theme.accent)).frame(false);
    if ui.add(new).on_hover_text(cx.words.get("new-variant-explained")).clicked() {
        cx.send(Command::Edit(crate::app::command::EditCommand::NewVariant));
    }
}

fn services_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let mut listed: Vec<&str> = Vec::new();
    for event in &scenario.life_events {
        widgets::group_title(ui, cx.theme, &cx.words.with("tree-life-event", &[("name", event.name.as_str().into())]));
        for used in &event.services {
            listed.push(&used.service);
            if let Some(service) = scenario.service(&used.service) {
                service_row(ui, cx, &service.id, &service.name);
            }
        }
    }
    let others = scenario.services.iter().filter(|service| !listed.contains(&service.id.as_str()));
    let (background, own): (Vec<_>, Vec<_>) = others.partition(|service| services::is_background(&scenario, &service.id));
    for (title, group) in [("tree-services", own), ("tree-other-work", background)] {
        if !group.is_empty() {
            widgets::group_title(ui, cx.theme, &cx.words.get(title));
        }
        for service in group {
            service_row(ui, cx, &service.id, &service.name);
        }
    }
}

fn service_row(ui: &mut Ui, cx: &mut Cx<'_>, id: &str, name: &str) {
    let chosen = matches!(&cx.view.selection, Selection::Service(service) if service == id);
    if row(ui, cx, chosen, if name.is_empty() { id } else { name }, "") {
        cx.view.service = Some(id.to_owned());
        cx.send(Command::View(ViewCommand::Select(Selection::Service(id.to_owned()))));
    }
}

fn catalogue_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let groups: [(&str, Vec<(Selection, &str)>); 3] = [
        (
            "tree-agencies",
            scenario
                .agencies
                .iter()
                .flat_map(|a| a.pools.iter().map(move |p| (Selection::Pool(format!("{}/{}", a.id, p.id)), p.name.as_str())))
                .collect(),
        ),
        ("tree-registries", scenario.registries.iter().map(|r| (Selection::Registry(r.id.clone()), r.name.as_str())).collect()),
        ("tree-documents", scenario.documents.iter().map(|d| (Selection::Document(d.id.clone()), d.name.as_str())).collect()),
    ];
    for (label, items) in groups {
        if items.is_empty() {
            continue;
        }
        widgets::group_title(ui, cx.theme, &cx.words.get(label));
        for (selection, name) in items {
            if row(ui, cx, cx.view.selection == selection, name, "") {
                cx.send(Command::View(ViewCommand::Select(selection)));
            }
        }
    }
}
