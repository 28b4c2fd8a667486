//! Other values for some citizens: by segment, or by what several segments share.

use crate::app::Cx;
use crate::app::widgets::figure::{Shape, number_ui};
use crate::app::widgets::{duration, goes_ui, pick_ui};
use crate::model::figure::{DurationFigure, Figure, NumberFigure};
use crate::model::scenario::Scenario;
use egui::{CollapsingHeader, RichText, Ui};

/// Paints the exceptions of a number; returns the figure once they were changed.
pub fn numbers_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    scenario: &Scenario,
    figure: &NumberFigure,
    shape: &Shape,
) -> Option<NumberFigure> {
    exceptions_ui(ui, cx, scenario, figure, &shape.name, |ui, cx, who, value| {
        let own = Shape { name: format!("{}: {who}", shape.name), ..shape.clone() };
        number_ui(ui, cx, *value, &own).0
    })
}

/// Paints the exceptions of a duration; returns the figure once they were changed.
pub fn durations_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    scenario: &Scenario,
    figure: &DurationFigure,
    name: &str,
) -> Option<DurationFigure> {
    exceptions_ui(ui, cx, scenario, figure, name, |ui, cx, at, value| {
        let own = DurationFigure::assumed(value.clone());
        ui.vertical(|ui| duration::editor_ui(ui, cx, &own, &format!("{name} {at}"))).inner.map(|changed| changed.value)
    })
}

/// The keys that a figure can have values for: segments, and what they have in common, with names for people.
fn keys(scenario: &Scenario) -> Vec<(String, String)> {
    let mut keys: Vec<(String, String)> =
        scenario.segments.iter().map(|segment| (segment.id.clone(), segment.name.clone())).collect();
    for (facet, value) in scenario.segments.iter().flat_map(|segment| &segment.facets) {
        if !keys.iter().any(|(known, _)| known == value) {
            keys.push((value.clone(), format!("{facet}: {value}")));
        }
    }
    keys
}

/// Values for some citizens, each with `value_ui`; one more, or one less.
fn exceptions_ui<T: Clone + PartialEq>(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    scenario: &Scenario,
    figure: &Figure<T>,
    name: &str,
    mut value_ui: impl FnMut(&mut Ui, &mut Cx<'_>, &str, &T) -> Option<T>,
) -> Option<Figure<T>> {
    let keys = keys(scenario);
    if keys.len() < 2 && figure.by_segment.is_empty() {
        return None;
    }
    let mut changed = figure.clone();
    let title = match figure.by_segment.len() {
        0 => cx.words.get("by-segment-none"),
        n => cx.words.with("by-segment", &[("n", n.into())]),
    };
    let header = CollapsingHeader::new(RichText::new(title).small()).id_salt(("by segment", name));
    header.show(ui, |ui| {
        let mut goes = None;
        for (at, (key, value)) in figure.by_segment.iter().enumerate() {
            let who = keys.iter().find(|(known, _)| known == key).map_or(key.as_str(), |(_, shown)| shown.as_str());
            ui.push_id(key, |ui| {
                ui.horizontal(|ui| {
                    ui.label(RichText::new(who).small());
                    if goes_ui(ui, cx, &format!("{name}, {who}")) {
                        goes = Some(at);
                    }
                });
                if let Some(value) = value_ui(ui, cx, who, value) {
                    changed.by_segment[at].1 = value;
                }
            });
        }
        if let Some(at) = goes {
            changed.by_segment.remove(at);
        }
        let left: Vec<&(String, String)> =
            keys.iter().filter(|(key, _)| !figure.by_segment.iter().any(|(known, _)| known == key)).collect();
        if left.is_empty() {
            return;
        }
        let mut names = vec![cx.words.get("by-segment-add")];
        names.extend(left.iter().map(|(_, shown)| shown.clone()));
        let said = format!("{}: {name}", cx.words.get("by-segment-add"));
        if let Some((key, _)) =
            pick_ui(ui, ("by segment of", name), &said, &names, Some(0)).and_then(|at| left.get(at.checked_sub(1)?))
        {
            changed.by_segment.push((key.clone(), figure.value.clone()));
        }
    });
    // What a source said of everybody need not hold for some.
    (changed.by_segment != figure.by_segment).then(|| Figure { source: None, ..changed })
}
