//! The map: the process as lanes, boxes and flows, crisp at any zoom; what differs, where it is hot, and cases that walk over it.
//!
//! Reading order: [`scene`] (what is painted), [`camera`] (from where), [`paint`], [`interact`] (pointer, keys, what they ask for),
//! [`rewire`] (edits of the flow), [`explain`] and [`mod@legend`] (words), [`heat`], [`replay`]. The layout itself is
//! [`crate::diagram`]'s. Nothing here simulates or waits: a replay's run is made in the background.

pub mod camera;
pub mod explain;
pub mod heat;
pub mod interact;
pub mod legend;
pub mod minimap;
pub mod paint;
pub mod replay;
pub mod rewire;
pub mod scene;

use crate::app::Cx;
use crate::app::charts::{Content, Export};
use crate::app::command::{Command, FileCommand, ViewCommand};
use crate::app::panels::{services, top::title_of};
use crate::app::theme::{self, GAP, Theme};
use crate::app::view_state::Selection;
use crate::app::widgets;
use crate::base::diagnostic::Severity;
use crate::diagram::svg;
use crate::model::study::AS_IS;
use camera::Camera;
use egui::{Color32, Key, Rect, RichText, Sense, Stroke, StrokeKind, Ui, vec2};
use heat::{Heat, Heats};
use interact::{Gesture, MapAction, Pointed};
use paint::{Brush, Marks};
use replay::Replay;
use scene::{Form, Key as SceneKey, Scene};
use std::sync::Arc;

/// Factor of a zoom by a button.
const ZOOM_STEP: f32 = 1.25;

/// What the map remembers from frame to frame.
#[derive(Default)]
pub struct MapState {
    /// How two variants are shown.
    pub form: Form,
    /// By what steps are coloured.
    pub heat: Heat,
    /// Where it is looked at from.
    pub camera: Camera,
    /// Whether the camera has been fitted to what is shown.
    pub is_fitted: bool,
    /// Whether it is to be fitted whole, however small that makes it.
    pub shows_whole: bool,
    /// The sub-process that is looked into.
    pub inside: Option<String>,
    /// What the pointer is doing.
    pub gesture: Gesture,
    /// The selected flow, by its place.
    pub flow: Option<usize>,
    /// The element that is being named, and its name so far.
    pub naming: Option<(String, String)>,
    /// Whether the field for the name has had the focus.
    pub is_naming: bool,
    /// Why the last edit was not possible: the id of a text.
    pub refusal: Option<&'static str>,
    /// Whether the legend is shown; `None`: where there is room for it.
    pub shows_legend: Option<bool>,
    /// The replay, if there is one.
    pub replay: Option<Replay>,
    scene: Option<Arc<Scene>>,
    seen: Option<Rect>,
}

impl MapState {
    /// Tells whether Escape gives something up on the map.
    pub fn takes_escape(&self) -> bool {
        self.gesture != Gesture::None || self.naming.is_some() || self.refusal.is_some()
    }
}

/// Paints the tab.
pub fn map_ui(ui: &mut Ui, cx: &mut Cx<'_>) {
    let mut state = std::mem::take(cx.map);
    show(ui, cx, &mut state);
    *cx.map = state;
}

fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut MapState) {
    keep_up(cx, state);
    let Some(scene) = state.scene.clone() else {
        ui.painter().rect_filled(ui.available_rect_before_wrap(), 0.0, cx.theme.ground);
        widgets::empty(ui, cx.theme, &cx.words.get("map-nothing"), &cx.words.get("map-nothing-text"));
        return;
    };
    let above = widgets::Ground::begin(ui);
    let mut actions = Vec::new();
    egui::Frame::new().fill(cx.theme.surface).inner_margin(egui::Margin::symmetric(12, 6)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        bar_ui(ui, cx, state, &scene);
        actions.extend(edit_bar_ui(ui, cx, state, &scene));
        if let Some(mut replay) = state.replay.take() {
            replay.tick(f64::from(ui.input(|input| input.stable_dt)));
            let diagram = scene.parts.last().map(|part| &part.diagram);
            if diagram.is_some_and(|diagram| replay::controls_ui(ui, cx, &mut replay, diagram)) {
                if replay.plays && replay.log.is_some() {
                    ui.ctx().request_repaint();
                }
                state.replay = Some(replay);
            }
        }
    });
    above.end(ui, cx.theme);
    let whole = ui.available_rect_before_wrap();
    ui.allocate_rect(whole, Sense::hover());
    let n = scene.parts.len().max(1);
    let height = whole.height() / n as f32;
    for part in 0..scene.parts.len() {
        let top = whole.top() + height * part as f32;
        let view = Rect::from_min_size(egui::pos2(whole.left(), top), vec2(whole.width(), height));
        actions.extend(view_ui(ui, cx, state, &scene, part, view));
    }
    legend(ui, cx, state, &scene, whole);
    for action in actions {
        interact::perform(cx, &scene, state, action);
    }
}

/// Makes the scene again where what it depends on has changed.
fn keep_up(cx: &mut Cx<'_>, state: &mut MapState) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else {
        state.scene = None;
        return;
    };
    let chosen = cx.view.service.clone().filter(|id| scenario.service(id).is_some());
    let Some(service) = chosen.or_else(|| services::first(&scenario).map(|service| service.id.clone())) else {
        state.scene = None;
        return;
    };
    // Held against itself a variant shows nothing, so it is shown against the as-is, or alone.
    let against = if cx.view.against == cx.view.variant { AS_IS.to_owned() } else { cx.view.against.clone() };
    let form = if against == cx.view.variant { Form::Alone } else { state.form };
    let key = SceneKey {
        revision: cx.document.revision(),
        service,
        variant: cx.view.variant.clone(),
        against,
        form,
        language: cx.words.language,
        inside: state.inside.clone(),
    };
    if state.scene.as_ref().is_some_and(|scene| scene.key == key) {
        return;
    }
    let old = state.scene.take();
    let same_place = |old: &Scene| {
        (&old.key.service, old.key.form, &old.key.inside, &old.key.variant) == (&key.service, key.form, &key.inside, &key.variant)
    };
    if !old.as_deref().is_some_and(same_place) {
        (state.is_fitted, state.shows_whole) = (false, false);
        state.flow = None;
        if old.as_ref().is_some_and(|old| old.key.service != key.service) {
            state.inside = None;
        }
    }
    let key = SceneKey { inside: state.inside.clone(), ..key };
    state.scene = scene::make(cx, key);
    if let (Some(replay), Some(scene)) = (&state.replay, &state.scene)
        && replay.key != scene.key
    {
        state.replay = None;
    }
}

fn bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut MapState, scene: &Scene) {
    ui.horizontal_wrapped(|ui| {
        service_ui(ui, cx, scene);
        if let Some(inside) = state.inside.clone() {
            if ui.button(cx.words.get("map-leave")).clicked() {
                state.inside = None;
            }
            ui.label(RichText::new(inside).color(cx.theme.text_weak));
        }
        ui.separator();
        let can_compare = scene.key.against != scene.key.variant;
        for (form, label) in Form::ALL {
            let chosen = scene.key.form == form;
            let button = egui::Button::selectable(chosen, cx.words.get(label));
            let hover = cx.words.with("map-against-explained", &[("name", title_of(cx, &scene.key.against).into())]);
            if ui.add_enabled(can_compare || form == Form::Alone, button).on_hover_text(hover).clicked() {
                state.form = form;
            }
        }
        ui.separator();
        let label = cx.words.get("map-heat");
        let text = if state.heat == Heat::Off { label.clone() } else { cx.words.get(state.heat.label()) };
        let combo = egui::ComboBox::from_id_salt("map heat").selected_text(text).width(130.0).show_ui(ui, |ui| {
            for (heat, label) in Heat::ALL {
                ui.selectable_value(&mut state.heat, heat, cx.words.get(label));
            }
        });
        combo.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, label.clone()));
        combo.response.on_hover_text(cx.words.get("map-heat-explained"));
        if state.replay.is_none()
            && ui.button(cx.words.get("map-replay")).on_hover_text(cx.words.get("map-replay-explained")).clicked()
            && let Some(part) = scene.parts.last()
        {
            state.replay = Some(Replay::start(cx, ui.ctx(), &scene.key, &part.diagram));
        }
        // The zoom keeps together where the bar takes two rows.
        let size = vec2(112.0 * cx.theme.type_scale, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| zoom_ui(ui, cx, state));
        if ui.button(cx.words.get("map-fit")).clicked() {
            (state.is_fitted, state.shows_whole) = (false, true);
        }
        let legend = cx.words.get("map-legend");
        let shown = state.shows_legend.unwrap_or(state.seen.is_none_or(has_room_for_legend));
        if ui.selectable_label(shown, legend).clicked() {
            state.shows_legend = Some(!shown);
        }
        save_ui(ui, cx, state, scene);
    });
}

/// Nearer, farther, and how near.
fn zoom_ui(ui: &mut Ui, cx: &Cx<'_>, state: &mut MapState) {
    for (sign, label, factor) in [("−", "map-zoom-out", 1.0 / ZOOM_STEP), ("+", "map-zoom-in", ZOOM_STEP)] {
        let response = ui.add(egui::Button::new(sign).min_size(vec2(28.0, 0.0))).on_hover_text(cx.words.get(label));
        let said = cx.words.get(label);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, said.clone()));
        if response.clicked()
            && let Some(view) = state.seen
        {
            state.camera.zoom_by(factor, view, camera::middle(view));
        }
    }
    let zoom = cx.words.whole(f64::from(state.camera.zoom * 100.0));
    ui.label(RichText::new(format!("{zoom} %")).color(cx.theme.text_weak));
}

fn service_ui(ui: &mut Ui, cx: &mut Cx<'_>, scene: &Scene) {
    let Ok(scenario) = cx.document.scenario(&cx.view.variant).cloned() else { return };
    let name = scenario.service(&scene.key.service).map_or("", |service| service.name.as_str());
    let label = cx.words.get("map-service");
    let combo = egui::ComboBox::from_id_salt("map service").selected_text(name).width(170.0).truncate().show_ui(ui, |ui| {
        for service in services::listed(&scenario) {
            if ui.selectable_label(service.id == scene.key.service, &service.name).clicked() {
                cx.view.service = Some(service.id.clone());
                cx.send(Command::View(ViewCommand::Select(Selection::Service(service.id.clone()))));
            }
        }
    });
    combo.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, format!("{label}: {name}")));
}

fn save_ui(ui: &mut Ui, cx: &mut Cx<'_>, state: &MapState, scene: &Scene) {
    let name = crate::app::edit::slug(&format!("{} {}", scene.key.service, scene.key.variant));
    ui.menu_button(cx.words.get("map-save"), |ui| {
        let mut content = None;
        if ui.button(cx.words.get("chart-save-svg")).clicked()
            && let Some(part) = scene.parts.last()
        {
            let words = scene::layout_words(cx.words);
            content = Some(Content::Text(svg::svg(&part.diagram, &name, &words, &paper(cx.theme)), "svg"));
        }
        if let Some(rect) = state.seen {
            if ui.button(cx.words.get("chart-save-png")).clicked() {
                content = Some(Content::Picture(rect));
            }
            if ui.button(cx.words.get("chart-copy-picture")).clicked() {
                content = Some(Content::CopiedPicture(rect));
            }
        }
        if let Some(content) = content {
            cx.send(Command::File(FileCommand::Export(Export { name: name.clone(), content })));
            ui.close();
        }
    });
}

/// Returns the theme's colours as CSS writes them.
fn paper(theme: &Theme) -> svg::Colours {
    let hex = |colour: Color32| format!("#{:02x}{:02x}{:02x}", colour.r(), colour.g(), colour.b());
    svg::Colours {
        ground: hex(theme.surface),
        lane: hex(theme.surface_quiet),
        header: hex(theme.surface_hover),
        rule: hex(theme.border),
        fill: hex(theme.surface),
        line: hex(theme.text_weak),
        ink: hex(theme.text),
        faint: hex(theme.text_weak),
        marks: [theme.warn, theme.worse, theme.better].map(hex),
    }
}

/// What can be done with what is selected, as buttons: the same as the menu of an element, for those who work with keys.
fn edit_bar_ui(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut MapState, scene: &Scene) -> Vec<MapAction> {
    let mut actions = Vec::new();
    let Some(part) = scene.parts.last() else { return actions };
    let node = interact::selected(cx, scene).and_then(|id| part.diagram.nodes.iter().find(|node| node.id == id));
    let typing = ui.ctx().text_edit_focused();
    let deletes = !typing && ui.input(|input| input.key_pressed(Key::Delete));
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        state.gesture = Gesture::None;
        state.refusal = None;
    }
    let flow = state.flow.and_then(|flow| part.diagram.edges.get(flow));
    let refusal = state.refusal;
    if node.is_none() && flow.is_none() && refusal.is_none() {
        return actions;
    }
    ui.horizontal_wrapped(|ui| {
        if let (Gesture::Connect(_), Some(_)) = (&state.gesture, node) {
            ui.label(RichText::new(cx.words.get("map-connect-hint")).color(cx.theme.accent));
            if ui.button(cx.words.get("map-cancel")).clicked() {
                state.gesture = Gesture::None;
            }
        } else if let Some(edge) = flow {
            let (from, to) = (&part.diagram.nodes[edge.from], &part.diagram.nodes[edge.to]);
            ui.label(theme::strong(format!("{} → {}", explain::name(cx, from), explain::name(cx, to))));
            let editable = edge.mark != crate::diagram::picture::Mark::Removed;
            if ui.add_enabled(editable, egui::Button::new(cx.words.get("map-disconnect"))).clicked() || (deletes && editable) {
                actions.push(MapAction::Disconnect(edge.from_id.clone(), edge.exit.clone()));
            }
        } else if let Some(node) = node.filter(|node| interact::is_editable(scene, scene.parts.len() - 1, node)) {
            ui.label(theme::strong(explain::name(cx, node)));
            for (label, action) in interact::actions_of(node) {
                let removes = matches!(action, MapAction::Remove(_));
                if ui.button(cx.words.get(label)).clicked() || (removes && deletes) {
                    state.refusal = None;
                    actions.push(action);
                }
            }
            let hint = RichText::new(cx.words.get("map-edit-hint")).small().color(cx.theme.text_weak);
            ui.label(hint).on_hover_text(cx.words.get("map-keys"));
        }
        if let Some(refusal) = refusal {
            ui.label(RichText::new(cx.words.get(refusal)).color(cx.theme.worse));
            if ui.button(cx.words.get("close")).clicked() {
                state.refusal = None;
            }
        }
    });
    actions
}

/// One picture in its part of the tab.
fn view_ui(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut MapState, scene: &Scene, part: usize, view: Rect) -> Vec<MapAction> {
    let diagram = &scene.parts[part].diagram;
    let (width, height) = scene.size();
    if !state.is_fitted || state.seen.is_none() {
        // Where the process begins is leftmost.
        let begin = diagram.nodes.iter().map(|node| &node.rect).min_by(|one, other| one.x.total_cmp(&other.x));
        state.camera = if state.shows_whole {
            Camera::fitting(width, height, view.size())
        } else {
            Camera::opening(width, height, view.size(), begin)
        };
        state.is_fitted = true;
    } else {
        stay(cx, state, scene, diagram, view);
    }
    state.seen = Some(view);
    let canvas = ui.interact(view, egui::Id::unique(("map canvas", part)), Sense::click_and_drag());
    let said = cx.words.with("map-canvas", &[("n", diagram.nodes.len().into())]);
    canvas.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, said.clone()));
    let mut pointed = Pointed::default();
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(view).id_salt(("map", part)));
    inner.set_clip_rect(view.intersect(ui.clip_rect()));
    let mut actions = interact::nodes_ui(&mut inner, cx, scene, part, view, state, &mut pointed);
    actions.extend(interact::flows_ui(cx, diagram, view, &canvas, state, &mut pointed));
    navigate(ui, view, &canvas, state, (width, height));
    let heats = Heats::read(cx, state.heat, &scene.parts[part].variant, &scene.key.service);
    let selected = interact::selected(cx, scene);
    let lane = match &state.gesture {
        Gesture::Drag { lane, .. } => *lane,
        _ => None,
    };
    let faults = faults(cx, &scene.key.service);
    let marks = Marks {
        faults: &faults,
        selected: selected.as_deref(),
        hovered: pointed.node.as_deref(),
        flow: pointed.flow.or(state.flow).filter(|_| part + 1 == scene.parts.len()),
        lane,
        heat: heats.as_ref(),
    };
    let painter = ui.painter().with_clip_rect(view.intersect(ui.clip_rect()));
    let words = scene::layout_words(cx.words);
    let brush =
        Brush { painter: &painter, view, camera: state.camera, theme: cx.theme, words: cx.words, mark_words: &words.marks };
    brush.ground(diagram);
    brush.diagram(diagram, &marks);
    if let Some(replay) = state.replay.as_ref().filter(|_| part + 1 == scene.parts.len()) {
        replay::tokens::paint(&brush, replay, diagram);
    }
    gesture_line(ui, &painter, cx, state, scene, part, view);
    if part + 1 == scene.parts.len() && minimap::is_shown(&state.camera, (width, height), view) {
        // Beside the legend, where that is shown.
        let legend = ui.ctx().memory(|memory| memory.area_rect(egui::Id::unique("map legend")));
        let legend = legend.filter(|_| state.shows_legend.unwrap_or(has_room_for_legend(view)));
        let right = legend.map_or(view.right(), |legend| legend.left().max(view.center().x));
        if minimap::minimap_ui(&mut inner, cx, diagram, &mut state.camera, (width, height), view, right) {
            (state.is_fitted, state.shows_whole) = (false, true);
        }
    }
    if scene.parts.len() > 1 {
        let title = title_of(cx, &scene.parts[part].variant);
        let font = egui::FontId::new(13.0, theme::semibold());
        let galley = painter.layout_no_wrap(title, font, cx.theme.text);
        let ground = Rect::from_min_size(view.left_top() + vec2(8.0, 6.0), galley.size() + vec2(16.0, 6.0));
        painter.rect(ground, 6.0, cx.theme.surface, Stroke::new(1.0, cx.theme.border_strong), StrokeKind::Inside);
        painter.galley(ground.min + vec2(8.0, 3.0), galley, cx.theme.text);
        painter.hline(view.x_range(), view.bottom(), Stroke::new(2.0, cx.theme.border_strong));
    }
    if part + 1 == scene.parts.len() {
        actions.extend(interact::naming_ui(&mut inner, cx, diagram, view, state));
    }
    actions
}

/// Leaves the map where it is on the screen when the bar above it grows or shrinks: what has been clicked stays under the pointer.
fn stay(cx: &Cx<'_>, state: &mut MapState, scene: &Scene, diagram: &crate::diagram::picture::Diagram, view: Rect) {
    let Some(before) = state.seen.filter(|before| scene.parts.len() == 1 && before.bottom() == view.bottom()) else { return };
    if before.top() == view.top() {
        return;
    }
    state.camera.scroll(vec2(0.0, before.top() - view.top()));
    // What the bar speaks of is not left beneath it.
    if let Some(node) = interact::selected(cx, scene).and_then(|id| diagram.node(&id)) {
        state.camera.reveal(&node.rect, view.size());
    }
}

/// Elements of the shown service at which a fault or a warning stands; known for the as-is and what it shares with variants.
fn faults(cx: &Cx<'_>, service: &str) -> std::collections::BTreeMap<String, Severity> {
    let mut all = std::collections::BTreeMap::new();
    for finding in cx.results.review.findings.iter().filter(|finding| finding.severity != Severity::Note) {
        let found = crate::app::findings::place(cx.document.study(), &finding.path);
        if let Some(Selection::Element { service: of, element }) = found.selection
            && of == service
        {
            let worst = all.entry(element).or_insert(finding.severity);
            *worst = (*worst).max(finding.severity);
        }
    }
    all
}

fn navigate(ui: &Ui, view: Rect, canvas: &egui::Response, state: &mut MapState, (width, height): (f64, f64)) {
    // Wheel and pinch work over elements too, which lie above the canvas.
    let over = ui.input(|input| input.pointer.hover_pos()).is_some_and(|at| view.contains(at)) && ui.ui_contains_pointer();
    if over && !canvas.contains_pointer() {
        let (zoom, scroll, at) = ui.input(|i| (i.zoom_delta(), i.smooth_scroll_delta(), i.pointer.hover_pos()));
        match at {
            Some(at) if zoom != 1.0 => state.camera.zoom_by(zoom, view, at),
            _ => state.camera.scroll(scroll),
        }
    }
    interact::navigate(ui, view, canvas, &mut state.camera);
    state.camera.hold(width, height, view.size());
}

/// A line from the element that a flow is drawn from, or the box that is dragged, to the pointer.
fn gesture_line(ui: &Ui, painter: &egui::Painter, cx: &Cx<'_>, state: &MapState, scene: &Scene, part: usize, view: Rect) {
    let id = match &state.gesture {
        Gesture::None => return,
        Gesture::Connect(id) => id,
        Gesture::Drag { step, .. } => step,
    };
    let Some(at) = ui.input(|input| input.pointer.latest_pos()).filter(|at| view.contains(*at)) else { return };
    let Some(node) = scene.parts[part].diagram.node(id).filter(|_| part + 1 == scene.parts.len()) else { return };
    let area = state.camera.area(view, &node.rect);
    let stroke = Stroke::new(2.0, cx.theme.accent);
    match state.gesture {
        Gesture::Connect(_) => {
            painter.extend(egui::Shape::dashed_line(&[area.center(), at], stroke, 6.0, 4.0));
        }
        _ => {
            let moved = Rect::from_center_size(at, area.size());
            painter.rect(moved, 8.0, cx.theme.faint(cx.theme.accent), stroke, StrokeKind::Inside);
        }
    }
}

/// Tells whether a legend leaves most of a map uncovered.
fn has_room_for_legend(view: Rect) -> bool {
    view.width() >= 1000.0
}

fn legend(ui: &mut Ui, cx: &Cx<'_>, state: &MapState, scene: &Scene, whole: Rect) {
    let heats = Heats::read(cx, state.heat, &scene.key.variant, &scene.key.service);
    if !state.shows_legend.unwrap_or(has_room_for_legend(whole)) {
        return;
    }
    let area = egui::Area::new(egui::Id::unique("map legend")).order(egui::Order::Middle).constrain_to(whole);
    area.anchor(egui::Align2::RIGHT_BOTTOM, egui::Vec2::ZERO)
        .fixed_pos(whole.right_bottom())
        .pivot(egui::Align2::RIGHT_BOTTOM)
        .show(ui.ctx(), |ui| {
            let frame = cx.theme.card().inner_margin(egui::Margin::same(10)).outer_margin(egui::Margin::same(8));
            frame.show(ui, |ui| {
                ui.set_max_width(220.0);
                ui.spacing_mut().item_spacing = vec2(GAP, 2.0);
                let most = (whole.height() - 60.0).clamp(60.0, 420.0);
                egui::ScrollArea::vertical().max_height(most).min_scrolled_height(most).show(ui, |ui| {
                    legend::legend_ui(ui, cx, scene, state.heat, heats.as_ref());
                });
            });
        });
}
