//! How the study is run: until when, with which seed, how long, and how the interval narrows meanwhile.

use crate::app::Cx;
use crate::app::command::{Command, EditCommand, RunCommand};
use crate::app::edit::Edit;
use crate::app::theme::{self, CHART_LINE, GAP, GAP_SMALL};
use crate::app::view_state::PRECISION;
use crate::app::widgets;
use crate::base::time::{MS_PER_DAY, SimDuration};
use crate::model::study::PlanDefaults;
use egui::{PopupCloseBehavior, RichText, Ui, vec2};

/// Precision that is asked for first.
const USUAL_PRECISION: f64 = 0.02;
/// Confidences to choose from.
const CONFIDENCES: [f64; 3] = [0.9, 0.95, 0.99];
/// Width of their names.
const NAMES: f32 = 230.0;
/// Width of the settings.
const WIDTH: f32 = 400.0;

/// Paints a button that opens the settings.
pub fn run_settings_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let name = cx.words.get("run-settings");
    // Fields and buttons keep their frames, which menus take from them.
    let config = egui::containers::menu::MenuConfig::new().style(egui::style::StyleModifier::default());
    let config = config.close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (button, _) = egui::containers::menu::MenuButton::new(&name).config(config).ui(ui, |ui| {
        ui.set_width(WIDTH * cx.theme.type_scale);
        ui.spacing_mut().item_spacing.y = 6.0;
        stop_ui(ui, cx);
        ui.separator();
        plan_ui(ui, cx);
        let narrowing = cx.results.narrowing(&cx.view.variant);
        if narrowing.len() > 1 {
            ui.separator();
            narrowing_ui(ui, cx, &narrowing);
        }
        ui.separator();
        ui.horizontal(|ui| {
            if widgets::primary(ui, cx.theme, &cx.words.get("command-run")).clicked() {
                cx.send(Command::Run(RunCommand::Again));
            }
            if ui.button(cx.words.get("command-more-exact")).clicked() {
                cx.send(Command::Run(RunCommand::MoreExact));
            }
        });
    });
    button.on_hover_text(cx.words.get("run-settings-explained"));
}

fn send(cx: &mut Cx<'_>, plan: PlanDefaults) {
    cx.send(Command::Edit(EditCommand::Apply(Box::new(Edit::Plan(plan)))));
}

/// A number with a name, and what it means; returns it where it was changed.
fn number_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    id: &str,
    value: f64,
    range: std::ops::RangeInclusive<f64>,
    unit: &str,
) -> Option<f64> {
    let name = cx.words.get(id);
    let mut typed = value;
    ui.horizontal(|ui| {
        name_ui(ui, cx, id);
        let suffix = if unit.is_empty() { String::new() } else { format!(" {}", cx.words.get(unit)) };
        // Of these only shares have decimals.
        let decimals = usize::from(unit == "unit-percent");
        let drag = egui::DragValue::new(&mut typed).range(range).max_decimals(decimals).speed(0.2).suffix(suffix);
        let response = ui.add(drag.clamp_existing_to_range(false).update_while_editing(false));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, &name));
        if response.drag_stopped() || response.lost_focus() {
            cx.send(Command::Edit(EditCommand::GestureEnds));
        }
    });
    (typed != value).then_some(typed)
}

/// The name of a setting, at the left of its column; what it means is said under the pointer.
fn name_ui(ui: &mut Ui, cx: &Cx<'_>, id: &str) -> egui::Response {
    let size = vec2(NAMES * cx.theme.type_scale, ui.spacing().interact_size.y);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let named = ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_width(size.x);
        ui.add(egui::Label::new(cx.words.get(id)).truncate())
    });
    named.inner.on_hover_text(cx.words.get(&format!("{id}-explained")))
}

/// When a run is done.
fn stop_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    ui.label(theme::strong(cx.words.get("run-until")));
    let plan = cx.document.study().plan.clone();
    let asked = cx.view.precision;
    if ui.radio(asked.is_none(), cx.words.get("run-until-replications")).clicked() {
        cx.send(Command::Run(RunCommand::Until(None)));
    }
    if asked.is_none() {
        let replications = number_ui(ui, cx, "run-replications", f64::from(plan.replications), 2.0..=10_000.0, "");
        if let Some(n) = replications {
            send(cx, PlanDefaults { replications: n.round() as u32, ..plan });
        }
    }
    if ui.radio(asked.is_some(), cx.words.get("run-until-precision")).clicked() && asked.is_none() {
        cx.send(Command::Run(RunCommand::Until(Some(USUAL_PRECISION))));
    }
    if let Some(precision) = asked {
        let range = PRECISION.start() * 100.0..=PRECISION.end() * 100.0;
        if let Some(percent) = number_ui(ui, cx, "run-precision", precision * 100.0, range, "unit-percent") {
            cx.send(Command::Run(RunCommand::Until(Some(percent / 100.0))));
        }
    }
}

/// What the study says of its runs.
fn plan_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let plan = cx.document.study().plan.clone();
    if let Some(seed) = number_ui(ui, cx, "run-seed", plan.seed as f64, 0.0..=1e9, "") {
        send(cx, PlanDefaults { seed: seed.round() as u64, ..plan.clone() });
    }
    ui.horizontal(|ui| {
        let label = name_ui(ui, cx, "run-confidence");
        let combo = egui::ComboBox::from_id_salt("confidence").selected_text(cx.words.confidence(plan.confidence)).width(90.0);
        let response = combo.show_ui(ui, |ui| {
            for confidence in CONFIDENCES {
                if ui.selectable_label(plan.confidence == confidence, cx.words.confidence(confidence)).clicked() {
                    send(cx, PlanDefaults { confidence, ..plan.clone() });
                }
            }
        });
        response.response.labelled_by(label.id);
    });
    let days = |length: SimDuration| length.ms() as f64 / MS_PER_DAY as f64;
    let length = |days: f64| SimDuration((days * MS_PER_DAY as f64).round() as i64);
    if let Some(found) = number_ui(ui, cx, "run-horizon", days(plan.horizon), 1.0..=3660.0, "unit-days") {
        send(cx, PlanDefaults { horizon: length(found), ..plan.clone() });
    }
    if let Some(found) = number_ui(ui, cx, "run-warm-up", days(plan.warm_up), 0.0..=3660.0, "unit-days") {
        send(cx, PlanDefaults { warm_up: length(found), ..plan.clone() });
    }
    if let Some(found) = number_ui(ui, cx, "run-follow-up", days(plan.follow_up), 0.0..=3660.0, "unit-days") {
        send(cx, PlanDefaults { follow_up: length(found), ..plan });
    }
}

/// How the interval narrowed while the run went on.
fn narrowing_ui(ui: &mut Ui, cx: &Cx<'_>, narrowing: &[[f64; 2]]) {
    ui.label(RichText::new(cx.words.get("run-narrowing")).small().color(cx.theme.text_weak));
    ui.add_space(GAP_SMALL);
    sparkline_ui(ui, cx, narrowing, vec2(ui.available_width() - GAP, 44.0));
    if let (Some(first), Some(last)) = (narrowing.first(), narrowing.last()) {
        let said = |[n, half]: &[f64; 2]| format!("{}: ± {}", cx.words.whole(*n), cx.words.duration(*half));
        ui.label(RichText::new(format!("{}  →  {}", said(first), said(last))).small());
    }
}

/// A small line from the first width to the last; what it says is said in words beside it.
pub fn sparkline_ui(ui: &mut Ui, cx: &Cx<'_>, narrowing: &[[f64; 2]], size: egui::Vec2) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
    let most = narrowing.iter().map(|[_, half]| *half).fold(0.0, f64::max);
    let (Some(first), Some(last)) = (narrowing.first(), narrowing.last()) else { return response };
    if most <= 0.0 || last[0] <= first[0] {
        return response;
    }
    let at = |[n, half]: &[f64; 2]| {
        let x = rect.left() + ((n - first[0]) / (last[0] - first[0])) as f32 * rect.width();
        egui::pos2(x, rect.bottom() - 1.0 - (half / most) as f32 * (rect.height() - 2.0))
    };
    let points: Vec<egui::Pos2> = narrowing.iter().map(at).collect();
    ui.painter().hline(rect.x_range(), rect.bottom(), egui::Stroke::new(1.0, cx.theme.border));
    ui.painter().line(points, egui::Stroke::new(CHART_LINE, cx.theme.accent));
    response
}
