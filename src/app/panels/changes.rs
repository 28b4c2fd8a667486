//! Changes: what makes up the shown variant, each change to be switched off and on.

use crate::app::Cx;
use crate::app::charts::{make, paint};
use crate::app::command::{Command, EditCommand};
use crate::app::edit::Edit;
use crate::app::effects::{FOLLOWED, Found, Known};
use crate::app::panels::top::title_of;
use crate::app::panels::{cards, measures};
use crate::app::theme::{self, GAP, GAP_LARGE, GAP_SMALL};
use crate::app::widgets;
use crate::experiment::kpi;
use crate::model::change::{Change, Review};
use crate::model::study::{AS_IS, Variant};
use egui::{RichText, Ui};

/// Paints the tab.
pub fn changes_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin::symmetric(20, 14)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let study = cx.document.study().clone();
            match study.variant(&cx.view.variant) {
                Some(variant) => variant_ui(ui, cx, variant),
                None => as_is_ui(ui, cx),
            }
        });
    });
}

fn as_is_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    widgets::empty(ui, cx.theme, &cx.words.get("changes-none"), &cx.words.get("changes-none-text"));
    ui.add_space(GAP);
    ui.vertical_centered(|ui| {
        if widgets::primary(ui, cx.theme, &cx.words.get("command-new-variant")).clicked() {
            cx.send(Command::Edit(EditCommand::NewVariant));
        }
    });
}

fn send(cx: &mut Cx<'_>, edit: Edit) {
    cx.send(Command::Edit(EditCommand::Apply(Box::new(edit))));
}

fn variant_ui(ui: &mut Ui, cx: &mut Cx<'_>, variant: &Variant) {
    // The title takes what the buttons leave.
    let row = egui::vec2(ui.available_width(), 38.0 * cx.theme.type_scale);
    ui.allocate_ui_with_layout(row, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        if ui.button(cx.words.get("variant-remove")).clicked() {
            send(cx, Edit::RemoveVariant { variant: variant.id.clone() });
        }
        new_variant_ui(ui, cx);
        let mut title = variant.title.clone();
        let width = (ui.available_width() - 24.0).clamp(80.0, 460.0 * cx.theme.type_scale);
        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
            let response = ui.add(egui::TextEdit::singleline(&mut title).font(theme::title_style()).desired_width(width));
            widgets::name_field(&response, &variant.title, &title, &cx.words.get("variant-title"));
            if response.changed() {
                send(cx, Edit::RenameVariant { variant: variant.id.clone(), title });
            }
        });
    });
    if !variant.summary.is_empty() {
        ui.label(RichText::new(&variant.summary).color(cx.theme.text_weak));
    }
    if let Some(base) = variant.based_on.as_deref().filter(|base| *base != AS_IS) {
        ui.label(
            RichText::new(cx.words.with("variant-based-on", &[("name", title_of(cx, base).into())])).color(cx.theme.text_weak),
        );
    }
    ui.add_space(GAP);
    cx.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        cards::strip_ui(ui, cx);
    });
    waterfall_ui(ui, cx, variant);
    ui.add_space(GAP_LARGE);
    let on = variant.changes.iter().filter(|change| change.enabled).count();
    let words = [("on", on.into()), ("all", variant.changes.len().into())];
    ui.label(RichText::new(cx.words.with("changes-count", &words)).color(cx.theme.text_weak));
    if let Some(found) = cx.effects.filter(|found| found.stages.len() < 3 && !found.effects.is_empty()) {
        known_ui(ui, cx, found);
    }
    ui.add_space(GAP_SMALL);
    for change in &variant.changes {
        change_ui(ui, cx, variant, change);
        ui.add_space(GAP);
    }
    if variant.changes.is_empty() {
        widgets::empty(ui, cx.theme, &cx.words.get("changes-empty"), &cx.words.get("changes-empty-text"));
    }
}

/// Makes a variant from any other.
fn new_variant_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let button = ui.menu_button(cx.words.get("new-variant-from"), |ui| {
        let ids: Vec<String> = cx.document.study().variant_names().into_iter().map(str::to_owned).collect();
        for id in ids {
            if ui.button(title_of(cx, &id)).clicked() {
                cx.send(Command::Edit(EditCommand::NewVariantFrom(id)));
                ui.close();
            }
        }
    });
    button.response.on_hover_text(cx.words.get("new-variant-explained"));
}

/// What each change brings, one after another.
fn waterfall_ui(ui: &mut Ui, cx: &mut Cx<'_>, variant: &Variant) {
    if variant.changes.iter().filter(|change| change.enabled).count() < 2 {
        return;
    }
    widgets::section(ui, cx.theme, &cx.words.get("waterfall-title"), &cx.words.get("waterfall-text"));
    let Some(found) = cx.effects.filter(|found| !found.stages.is_empty()) else {
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label(RichText::new(cx.words.get("effect-waiting")).color(cx.theme.text_weak));
        });
        return;
    };
    ui.horizontal_wrapped(|ui| {
        for (at, measure) in FOLLOWED.iter().filter_map(|name| kpi::measure(name)).enumerate() {
            let chosen = cx.view.passing.followed == at;
            let label = ui.selectable_label(chosen, measures::label(cx, measure));
            if label.on_hover_text(measures::definition(cx, measure)).clicked() {
                cx.view.passing.followed = at;
            }
        }
    });
    let Some(measure) = FOLLOWED.get(cx.view.passing.followed).and_then(|name| kpi::measure(name)) else { return };
    let chart = make::waterfall(cx, variant, &found.stages, measure);
    paint::chart_ui(ui, cx, &chart, 0.0);
    known_ui(ui, cx, found);
}

/// How far what is said of the changes can be trusted.
fn known_ui(ui: &mut Ui, cx: &Cx<'_>, found: &Found) {
    let text = match found.known {
        Known::FirstLook => cx.words.get("effect-first-look"),
        Known::Plan { done, of } if done < of => cx.words.with("effect-refining", &[("done", done.into()), ("of", of.into())]),
        Known::Plan { of, .. } => cx.words.with("effect-whole", &[("of", of.into())]),
    };
    // No wheel that turns: it would draw sixty times a second for as long as the run goes on.
    ui.label(RichText::new(text).small().color(cx.theme.text_weak));
}

/// What a change costs once, and how much work it takes to bring about.
fn cost_ui(ui: &mut Ui, cx: &Cx<'_>, change: &Change) {
    let currency = &cx.document.study().scenario.currency;
    let cost = change.cost.as_ref().map(|cost| ("change-cost", cx.words.money(cost.value, currency), &cost.source));
    let effort = change.effort_days.as_ref().map(|days| {
        let text = cx.words.with("person-days", &[("n", cx.words.number(days.value, 1).into())]);
        ("change-effort", text, &days.source)
    });
    for (label, text, source) in cost.into_iter().chain(effort) {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(cx.words.get(label)).color(cx.theme.text_weak));
            ui.label(text);
            if source.is_none() {
                let badge = widgets::badge(ui, &cx.words.get("assumption"), cx.theme.warn, cx.theme.warn_ground);
                badge.on_hover_text(cx.words.get("assumption-explained"));
            }
        });
    }
}

fn change_ui(ui: &mut Ui, cx: &mut Cx<'_>, variant: &Variant, change: &Change) {
    cx.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().interact_size.y = 18.0 * cx.theme.type_scale;
        ui.horizontal(|ui| {
            let mut enabled = change.enabled;
            let title = if change.title.is_empty() { change.id.as_str() } else { change.title.as_str() };
            let text = if enabled { theme::strong(title) } else { RichText::new(title).color(cx.theme.text_weak) };
            if ui.checkbox(&mut enabled, text).on_hover_text(cx.words.get("change-switch-explained")).changed() {
                send(cx, Edit::SwitchChange { variant: variant.id.clone(), change: change.id.clone(), enabled });
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let remove = cx.words.get("change-remove");
                let button = ui.small_button("×");
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{remove}: {title}")));
                if button.on_hover_text(remove).clicked() {
                    send(cx, Edit::RemoveChange { variant: variant.id.clone(), change: change.id.clone() });
                }
                review_ui(ui, cx, change.review);
                if change.source.is_none() {
                    let badge = widgets::badge(ui, &cx.words.get("assumption"), cx.theme.warn, cx.theme.warn_ground);
                    badge.on_hover_text(cx.words.get("assumption-explained"));
                }
            });
        });
        for (label, text) in [
            ("change-why", change.why.as_str()),
            ("change-legal", change.legal_basis.as_str()),
            ("change-owner", change.owner.as_str()),
        ] {
            if !text.is_empty() {
                ui.horizontal_wrapped(|ui| {
                    ui.label(RichText::new(cx.words.get(label)).color(cx.theme.text_weak));
                    ui.label(text);
                });
            }
        }
        cost_ui(ui, cx, change);
        effect_ui(ui, cx, change);
        describe_ui(ui, cx, variant, change);
        let operations = cx.words.with("change-operations", &[("n", change.operations.len().into())]);
        ui.label(RichText::new(operations).small().color(cx.theme.text_weak));
    });
}

/// What the change brings.
fn effect_ui(ui: &mut Ui, cx: &Cx<'_>, change: &Change) {
    let effects = cx.effects.map_or(&[][..], |found| &found.effects);
    let Some(effect) = effects.iter().find(|effect| effect.change == change.id) else {
        if change.enabled {
            ui.label(RichText::new(cx.words.get("effect-waiting")).small().color(cx.theme.text_weak));
        }
        return;
    };
    let Some(brings) = &effect.brings else {
        ui.label(RichText::new(cx.words.get("effect-needed")).color(cx.theme.text_weak));
        return;
    };
    let currency = cx.results.outcome().map_or("", |outcome| outcome.currency.as_str());
    let line = ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(cx.words.get("effect-brings")).color(cx.theme.text_weak));
        for found in brings {
            let write = |x: f64| cx.words.difference(found.measure, x, currency);
            let size = match found.difference.mean == 0.0 {
                true => cx.words.get("effect-none"),
                false => write(found.difference.mean),
            };
            let text = format!("{} {size}", measures::label(cx, found.measure));
            let colour = widgets::verdict_colour(cx.theme, found.verdict);
            widgets::unbroken_ui(ui, &text, |text| theme::strong(text).color(colour));
            let exact = found.difference.half_width().is_none_or(|half| half == 0.0);
            if !exact {
                let range = format!("({})", cx.words.range(&found.difference, write));
                widgets::unbroken_ui(ui, &range, |text| RichText::new(text).small().color(cx.theme.text_weak));
            }
        }
    });
    line.response.on_hover_text(cx.words.get("effect-explained"));
}

/// Title and reason, to be written by whoever proposes the change.
fn describe_ui(ui: &mut Ui, cx: &mut Cx<'_>, variant: &Variant, change: &Change) {
    let text = RichText::new(cx.words.get("change-describe")).small().color(cx.theme.text_weak);
    egui::CollapsingHeader::new(text).id_salt(("describe", &change.id)).show(ui, |ui| {
        let mut written = None;
        for (field, label, shown) in [(0, "change-title", &change.title), (1, "change-why", &change.why)] {
            ui.horizontal(|ui| {
                let name = cx.words.get(label);
                ui.label(RichText::new(&name).color(cx.theme.text_weak));
                let id = egui::Id::unique(("describe", &variant.id, &change.id, field));
                let width = ui.available_width() - 16.0;
                written = widgets::cell_ui(ui, id, shown, width, &name).map(|typed| (field, typed)).or(written.take());
            });
        }
        if let Some((field, typed)) = written {
            let (title, why) = if field == 0 { (typed, change.why.clone()) } else { (change.title.clone(), typed) };
            send(cx, Edit::DescribeChange { variant: variant.id.clone(), change: change.id.clone(), title, why });
        }
    });
}

fn review_ui(ui: &mut Ui, cx: &Cx<'_>, review: Review) {
    let theme = cx.theme;
    let (id, colour, ground) = match review {
        Review::Draft => ("review-draft", theme.text_weak, theme.surface_quiet),
        Review::InReview => ("review-in-review", theme.accent, theme.accent_ground),
        Review::Approved => ("review-approved", theme.better, theme.better_ground),
        Review::SentBack => ("review-sent-back", theme.worse, theme.worse_ground),
    };
    widgets::badge(ui, &cx.words.get(id), colour, ground);
}
