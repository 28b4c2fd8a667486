//! Where everything stands: top bar, study tree, tabs, inspector, status bar; the start screen; what lies over them.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::diagram;
use crate::app::panels::{
    agencies, changes, compare, documents, fit, inspector, ledger, palette, population, start, status, steps, top, tour, tree,
};
use crate::app::theme;
use crate::app::view_state::{Selection, Tab};
use crate::app::widgets;
use egui::{Panel, Stroke};

/// In a narrower window the study tree is left out, so that the middle has room.
const LEAST_FOR_TREE: f32 = 860.0;
/// In a narrower window the inspector is left out until something is selected.
const LEAST_FOR_INSPECTOR: f32 = 1180.0;

/// In a narrower middle a second tab stands beneath the first one.
const LEAST_FOR_BESIDE: f32 = 900.0;

/// Paints the window.
pub fn shell_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>) {
    let panel = cx.theme.panel();
    Panel::top("top").frame(panel).resizable(false).show(ui, |ui| top::top_ui(ui, cx));
    Panel::bottom("status").frame(panel).resizable(false).show(ui, |ui| status::status_ui(ui, cx));
    if cx.view.start {
        let frame = egui::Frame::new().fill(cx.theme.ground);
        egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| start::start_ui(ui, cx));
    } else {
        let room = ui.available_width();
        if cx.view.tree && room >= LEAST_FOR_TREE {
            let left = Panel::left("tree").frame(panel).default_size(cx.view.widths[0].unwrap_or(236.0));
            let shown = left.min_size(180.0).max_size(420.0).show(ui, |ui| tree::tree_ui(ui, cx));
            cx.view.widths[0] = Some(shown.response.rect.width());
        }
        inspector_panel_ui(ui, cx, room);
        // Each part paints its own ground: under the map it would be painted over, which costs frames where the processor paints.
        egui::CentralPanel::no_frame().show(ui, |ui| middle_ui(ui, cx));
    }
    ledger::ledger_ui(ui, cx);
    fit::fit_ui(ui, cx);
    palette::palette_ui(ui, cx);
    tour::tour_ui(ui, cx);
}

/// The inspector at the right; over the middle where there is no room beside it.
fn inspector_panel_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>, room: f32) {
    let selected = cx.view.selection != Selection::Study;
    cx.view.passing.is_narrow = room < LEAST_FOR_TREE;
    // In a narrow window the middle comes first; what has been selected is shown all the same.
    if cx.view.inspector && (room >= LEAST_FOR_INSPECTOR || (selected && room >= LEAST_FOR_TREE)) {
        let right = Panel::right("inspector").frame(cx.theme.panel()).default_size(cx.view.widths[1].unwrap_or(280.0));
        let shown = right.min_size(220.0).max_size(520.0).show(ui, |ui| inspector::inspector_ui(ui, cx));
        cx.view.widths[1] = Some(shown.response.rect.width());
    }
    if cx.view.passing.is_narrow && cx.view.passing.inspector_over {
        let mut open = true;
        let screen = ui.ctx().content_rect();
        egui::Window::new(cx.words.get("command-inspector"))
            .open(&mut open)
            .collapsible(false)
            .default_width((screen.width() * 0.6).min(340.0))
            .max_height(screen.height() - 90.0)
            .anchor(egui::Align2::RIGHT_TOP, [-8.0, 48.0])
            .show(ui.ctx(), |ui| inspector::inspector_ui(ui, cx));
        cx.view.passing.inspector_over = open;
    }
}

/// The chosen tab, and a second one beside it or beneath.
fn middle_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>) {
    if let Some(beside) = cx.view.beside {
        let room = ui.available_size();
        let frame = egui::Frame::new().fill(cx.theme.ground).stroke(Stroke::new(1.0, cx.theme.border));
        let (panel, most) = if room.x >= LEAST_FOR_BESIDE {
            (Panel::right("beside").default_size(cx.view.widths[2].unwrap_or(room.x * 0.45)), room.x - 360.0)
        } else {
            (Panel::bottom("beneath").default_size(room.y * 0.45), room.y - 160.0)
        };
        let shown = panel.frame(frame).resizable(true).min_size(160.0).max_size(most.max(200.0)).show(ui, |ui| {
            tabs_ui(ui, cx, true);
            ui.push_id("beside", |ui| tab_ui(ui, cx, beside));
        });
        if room.x >= LEAST_FOR_BESIDE {
            cx.view.widths[2] = Some(shown.response.rect.width());
        }
    }
    let above = widgets::Ground::begin(ui);
    tabs_ui(ui, cx, false);
    above.end(ui, cx.theme);
    if cx.view.tab != Tab::Map {
        ui.painter().rect_filled(ui.available_rect_before_wrap(), 0.0, cx.theme.ground);
    }
    tab_ui(ui, cx, cx.view.tab);
}

/// The row of tabs; the second one names the tab beside and closes it.
fn tabs_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>, beside: bool) {
    let bar = egui::Frame::new().fill(cx.theme.surface).inner_margin(egui::Margin::symmetric(12, 0));
    let bar = bar.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            // Seven long names keep to one line where the window is narrow.
            let gap = if ui.available_width() < 800.0 * cx.theme.type_scale { theme::GAP + 4.0 } else { theme::GAP_LARGE };
            ui.spacing_mut().item_spacing = egui::vec2(gap, 0.0);
            if beside {
                beside_head_ui(ui, cx);
                return;
            }
            for tab in Tab::ALL {
                let chosen = cx.view.tab == tab;
                let text = cx.words.get(tab.label());
                let text = if chosen { theme::strong(text).color(cx.theme.accent) } else { egui::RichText::new(text) };
                let button = egui::Button::selectable(false, text).frame(false).min_size(egui::vec2(0.0, 34.0));
                let response = ui.add(button.sense(egui::Sense::click_and_drag()));
                if chosen {
                    let line = response.rect.x_range();
                    ui.painter().hline(line, response.rect.bottom() - 1.0, Stroke::new(2.5, cx.theme.accent));
                }
                if response.clicked() {
                    cx.send(Command::View(ViewCommand::Show(tab)));
                }
                drag_ui(ui, cx, tab, &response);
                response.context_menu(|ui| {
                    if ui.button(cx.words.get("tab-beside")).clicked() {
                        cx.send(Command::View(ViewCommand::ShowBeside(tab)));
                        ui.close();
                    }
                });
            }
        });
    });
    if !beside {
        widgets::mark(&bar.response, "tour-tabs");
    }
    let y = ui.cursor().top();
    ui.painter().hline(ui.max_rect().x_range(), y - 3.0, Stroke::new(1.0, cx.theme.border));
}

/// Which tab stands beside, to be chosen, and its end.
fn beside_head_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>) {
    let Some(shown) = cx.view.beside else { return };
    ui.set_min_height(34.0);
    let names: Vec<String> = Tab::ALL.iter().map(|tab| cx.words.get(tab.label())).collect();
    let at = Tab::ALL.iter().position(|tab| *tab == shown);
    ui.scope(|ui| {
        ui.set_max_width(230.0);
        let name = cx.words.get("command-beside");
        if let Some(tab) = widgets::pick_ui(ui, "tab beside", &name, &names, at).and_then(|at| Tab::ALL.get(at)) {
            cx.send(Command::View(ViewCommand::ShowBeside(*tab)));
        }
    });
    let said = cx.words.get("tab-beside-close");
    let button = ui.add(egui::Button::new("×").min_size(egui::vec2(26.0, 0.0)));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    if button.on_hover_text(said).clicked() {
        cx.send(Command::View(ViewCommand::Beside));
    }
}

/// A tab that is let go of in the right half of the window stands beside the first one.
fn drag_ui(ui: &egui::Ui, cx: &mut Cx<'_>, tab: Tab, response: &egui::Response) {
    let Some(at) = ui.input(|input| input.pointer.latest_pos()).filter(|_| response.dragged() || response.drag_stopped()) else {
        return;
    };
    let screen = ui.ctx().content_rect();
    let right = egui::Rect::from_min_max(egui::pos2(screen.center().x, response.rect.bottom()), screen.max);
    if !right.contains(at) {
        return;
    }
    if response.drag_stopped() {
        cx.send(Command::View(ViewCommand::ShowBeside(tab)));
        return;
    }
    let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("tab dragged")));
    painter.rect_filled(right, 6.0, cx.theme.faint(cx.theme.accent));
    painter.rect_stroke(right, 6.0, Stroke::new(2.0, cx.theme.accent), egui::StrokeKind::Inside);
}

/// What stands in a tab. Each keeps for itself how far it has been scrolled.
fn tab_ui(ui: &mut egui::Ui, cx: &mut Cx<'_>, tab: Tab) {
    ui.push_id(tab.name(), |ui| match tab {
        Tab::Compare => compare::compare_ui(ui, cx),
        Tab::Map => diagram::map_ui(ui, cx),
        Tab::Changes => changes::changes_ui(ui, cx),
        Tab::Steps => steps::steps_ui(ui, cx),
        Tab::Population => population::population_ui(ui, cx),
        Tab::Agencies => agencies::agencies_ui(ui, cx),
        Tab::Documents => documents::documents_ui(ui, cx),
    });
}
