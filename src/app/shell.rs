//! Where everything stands: top bar, study tree, tabs, inspector, status bar; the start screen; what lies over them.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::diagram;
use crate::app::panels::{
    agencies, changes, compare, documents, inspector, palette, population, start, status, steps, top, tour, tree,
};
use crate::app::theme;
use crate::app::view_state::{Selection, Tab};
use crate::app::widgets;
use egui::{Panel, Stroke};

/// In a narrower window the study tree is left out, so that the middle has room.
const LEAST_FOR_TREE: f32 = 860.0;
/// In a narrower window the inspector is left out until something is selected.
const LEAST_FOR_INSPECTOR: f32 = 1180.0;

/// Paints the window.
pub fn shell_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>) {
    let panel = cx.theme.panel();
    Panel::top("top").frame(panel).resizable(false).show(ui, |ui| top::top_ui(ui, cx));
    Panel::bottom("status").frame(panel).resizable(false).show(ui, |ui| status::status_ui(ui, cx));
    if cx.view.start {
        central(ui, cx, start::start_ui);
    } else {
        let room = ui.available_width();
        if cx.view.tree && room >= LEAST_FOR_TREE {
            Panel::left("tree")
                .frame(panel)
                .default_size(236.0)
                .min_size(180.0)
                .max_size(420.0)
                .show(ui, |ui| tree::tree_ui(ui, cx));
        }
        // In a narrow window the middle comes first; what has been selected is shown all the same.
        let selected = cx.view.selection != Selection::Study;
        if cx.view.inspector && (room >= LEAST_FOR_INSPECTOR || (selected && room >= LEAST_FOR_TREE)) {
            let right = Panel::right("inspector").frame(panel).default_size(272.0).min_size(220.0).max_size(520.0);
            right.show(ui, |ui| inspector::inspector_ui(ui, cx));
        }
        central(ui, cx, |ui, cx| {
            tabs_ui(ui, cx);
            tab_ui(ui, cx);
        });
    }
    palette::palette_ui(ui, cx);
    tour::tour_ui(ui, cx);
}

fn central(ui: &mut egui::Ui, cx: &mut Cx<'_>, add: impl FnOnce(&mut egui::Ui, &mut Cx<'_>)) {
    let frame = egui::Frame::new().fill(cx.theme.ground);
    egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| add(ui, cx));
}

/// The row of tabs.
fn tabs_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>) {
    let bar = egui::Frame::new().fill(cx.theme.surface).inner_margin(egui::Margin::symmetric(12, 0));
    let bar = bar.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(theme::GAP_LARGE, 0.0);
            for tab in Tab::ALL {
                let chosen = cx.view.tab == tab;
                let text = cx.words.get(tab.label());
                let text = if chosen { theme::strong(text).color(cx.theme.accent) } else { egui::RichText::new(text) };
                let button = egui::Button::selectable(false, text).frame(false).min_size(egui::vec2(0.0, 34.0));
                let response = ui.add(button);
                if chosen {
                    let line = response.rect.x_range();
                    ui.painter().hline(line, response.rect.bottom() - 1.0, Stroke::new(2.5, cx.theme.accent));
                }
                if response.clicked() {
                    cx.send(Command::View(ViewCommand::Show(tab)));
                }
            }
        });
    });
    widgets::mark(&bar.response, "tour-tabs");
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y - 3.0, Stroke::new(1.0, cx.theme.border));
}

/// What stands in the chosen tab.
fn tab_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>) {
    match cx.view.tab {
        Tab::Compare => compare::compare_ui(ui, cx),
        Tab::Map => diagram::map_ui(ui, cx),
        Tab::Changes => changes::changes_ui(ui, cx),
        Tab::Steps => steps::steps_ui(ui, cx),
        Tab::Population => population::population_ui(ui, cx),
        Tab::Agencies => agencies::agencies_ui(ui, cx),
        Tab::Documents => documents::documents_ui(ui, cx),
    }
}
