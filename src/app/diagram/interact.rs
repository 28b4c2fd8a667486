//! What pointer and keys do on the map: scroll, zoom, select, drag to another lane, draw flows, the menu of an element.

use crate::app::Cx;
use crate::app::command::{Command, ViewCommand};
use crate::app::diagram::camera::Camera;
use crate::app::diagram::paint::bounds;
use crate::app::diagram::rewire::{self, Insert};
use crate::app::diagram::scene::{Form, Scene};
use crate::app::diagram::{MapState, explain};
use crate::app::edit::{self, ScenarioEdit};
use crate::app::view_state::Selection;
use crate::diagram::picture::{Diagram, Mark, NodeBox, NodeKind, Point};
use egui::{Key, Modifiers, PointerButton, Rect, Response, Sense, Ui};

/// What a pointer is doing on the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Gesture {
    /// Nothing that lasts.
    #[default]
    None,
    /// A flow is drawn from an element; the next click says where to.
    Connect(String),
    /// A step is dragged.
    Drag {
        /// The step.
        step: String,
        /// The lane under the pointer.
        lane: Option<usize>,
    },
}

/// What the user has asked for on the map.
#[derive(Clone, Debug, PartialEq)]
pub enum MapAction {
    /// Selects an element, or nothing.
    Select(Option<String>),
    /// Selects a document.
    SelectDocument(String),
    /// Looks into a sub-process.
    Enter(String),
    /// Begins a flow from an element.
    BeginFlow(String),
    /// Draws a flow.
    Connect(String, String),
    /// Takes a flow out.
    Disconnect(String, crate::diagram::picture::Exit),
    /// Puts a new step behind an element.
    Add(String),
    /// Puts something else than a step behind an element, or beside it.
    Insert(String, Insert),
    /// Takes an element out.
    Remove(String),
    /// Begins to rename an element.
    BeginName(String),
    /// Gives an element a name.
    Name(String, String),
    /// Gives a step to who has this lane.
    Lane(String, crate::diagram::picture::LaneKey),
}

/// What is under the pointer.
#[derive(Clone, Debug, Default)]
pub struct Pointed {
    /// The element.
    pub node: Option<String>,
    /// The flow, by its place.
    pub flow: Option<usize>,
}

/// Scrolls and zooms with wheel, pinch, drag and keys.
pub fn navigate(ui: &Ui, view: Rect, canvas: &Response, camera: &mut Camera) {
    if canvas.dragged() {
        camera.scroll(canvas.drag_delta());
    }
    if let Some(at) = ui.input(|input| input.pointer.hover_pos()).filter(|at| view.contains(*at) && canvas.contains_pointer()) {
        let (zoom, scroll) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
        if zoom != 1.0 {
            camera.zoom_by(zoom, view, at);
        } else if scroll != egui::Vec2::ZERO {
            camera.scroll(scroll);
        }
    }
    if canvas.has_focus() {
        let step = 40.0;
        for (key, way) in [
            (Key::ArrowLeft, egui::vec2(step, 0.0)),
            (Key::ArrowRight, egui::vec2(-step, 0.0)),
            (Key::ArrowUp, egui::vec2(0.0, step)),
            (Key::ArrowDown, egui::vec2(0.0, -step)),
        ] {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                camera.scroll(way);
            }
        }
    }
}

/// Tells whether an element may be changed: what is not there any more may not, nor what belongs to the other variant.
pub fn is_editable(scene: &Scene, part: usize, node: &NodeBox) -> bool {
    node.mark != Mark::Removed && (scene.key.form != Form::Beside || part + 1 == scene.parts.len())
}

/// Makes every element that is seen a control with a name, and says what is asked for with it.
pub fn nodes_ui(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    scene: &Scene,
    part: usize,
    view: Rect,
    state: &mut MapState,
    pointed: &mut Pointed,
) -> Vec<MapAction> {
    let mut actions = Vec::new();
    let diagram = &scene.parts[part].diagram;
    let variant = scene.parts[part].variant.clone();
    for node in &diagram.nodes {
        let rect = state.camera.area(view, &node.rect);
        let seen = rect.expand(2.0).intersect(view);
        if !seen.is_positive() {
            continue;
        }
        let id = node_id(part, node);
        let response = ui.interact(seen, id, Sense::click_and_drag());
        let said = explain::name(cx, node);
        let is_selected = selected(cx, scene).is_some_and(|id| id == node.id);
        response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_selected, said.clone()));
        let editable = is_editable(scene, part, node);
        if response.hovered() {
            pointed.node = Some(node.id.clone());
        }
        if response.gained_focus() {
            state.camera.reveal(&node.rect, view.size());
        }
        if response.has_focus() {
            let filter = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            actions.extend(keys_on(ui, diagram, part, node, is_editable(scene, part, node), view, state));
        }
        if response.clicked() {
            match std::mem::take(&mut state.gesture) {
                Gesture::Connect(from) if editable => actions.push(MapAction::Connect(from, node.id.clone())),
                _ => actions.push(MapAction::Select(Some(node.id.clone()))),
            }
        }
        if response.double_clicked() && node.kind == NodeKind::SubProcess {
            actions.push(MapAction::Enter(node.id.clone()));
        } else if response.double_clicked() && editable {
            actions.push(MapAction::BeginName(node.id.clone()));
        }
        drag(ui, diagram, node, view, &response, editable, state, &mut actions);
        if editable {
            response.context_menu(|ui| menu_ui(ui, cx, node, &mut actions));
        }
        let dragging = matches!(state.gesture, Gesture::Drag { .. });
        if !dragging && !response.context_menu_opened() {
            let service = scene.key.service.clone();
            let node = node.clone();
            response.on_hover_ui(|ui| lines_ui(ui, &explain::node(cx, &node, &service, &variant)));
        }
    }
    actions
}

/// Returns the id of an element as a control.
fn node_id(part: usize, node: &NodeBox) -> egui::Id {
    egui::Id::unique(("map node", part, &node.id, node.mark == Mark::Removed))
}

/// Keys on the element that has the keyboard: arrows go along the flow, letters do what the menu does.
fn keys_on(
    ui: &Ui,
    diagram: &Diagram,
    part: usize,
    node: &NodeBox,
    editable: bool,
    view: Rect,
    state: &mut MapState,
) -> Vec<MapAction> {
    let mut actions = Vec::new();
    let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    for key in [Key::ArrowRight, Key::ArrowLeft, Key::ArrowDown, Key::ArrowUp] {
        if pressed(key)
            && let Some(next) = neighbour(diagram, node, key)
        {
            state.camera.reveal(&next.rect, view.size());
            ui.memory_mut(|memory| memory.request_focus(node_id(part, next)));
        }
    }
    if !editable || state.naming.is_some() {
        return actions;
    }
    let id = || node.id.clone();
    if pressed(Key::F2) {
        actions.push(MapAction::BeginName(id()));
    } else if pressed(Key::Insert) && leads_on(node) {
        actions.push(MapAction::Add(id()));
    } else if pressed(Key::C) && !matches!(node.kind, NodeKind::End(_)) {
        actions.push(MapAction::Select(Some(id())));
        actions.push(MapAction::BeginFlow(id()));
    } else if pressed(Key::Delete) && node.kind != NodeKind::Start {
        actions.push(MapAction::Remove(id()));
    }
    actions
}

/// Returns the element that an arrow leads to: right and left along the flow, up and down to the nearest.
pub fn neighbour<'d>(diagram: &'d Diagram, node: &NodeBox, key: Key) -> Option<&'d NodeBox> {
    let at = diagram.nodes.iter().position(|known| std::ptr::eq(known, node) || known.id == node.id)?;
    let here = node.rect.centre();
    let distance = |other: &NodeBox| {
        let there = other.rect.centre();
        (there.x - here.x).hypot(there.y - here.y)
    };
    let nearest = |found: &mut dyn Iterator<Item = usize>| {
        found.map(|i| &diagram.nodes[i]).min_by(|a, b| distance(a).total_cmp(&distance(b)))
    };
    match key {
        Key::ArrowRight => nearest(&mut diagram.edges.iter().filter(|edge| edge.from == at).map(|edge| edge.to)),
        Key::ArrowLeft => nearest(&mut diagram.edges.iter().filter(|edge| edge.to == at).map(|edge| edge.from)),
        _ => {
            let down = key == Key::ArrowDown;
            let beyond = |i: &usize| {
                let dy = diagram.nodes[*i].rect.centre().y - here.y;
                if down { dy > 10.0 } else { dy < -10.0 }
            };
            nearest(&mut (0..diagram.nodes.len()).filter(beyond))
        }
    }
}

/// Tells whether something can be put behind an element.
fn leads_on(node: &NodeBox) -> bool {
    is_step(node) || matches!(node.kind, NodeKind::Wait | NodeKind::Start | NodeKind::Call | NodeKind::SubProcess)
}

fn is_step(node: &NodeBox) -> bool {
    matches!(node.kind, NodeKind::CitizenStep | NodeKind::StaffStep | NodeKind::SystemStep)
}

#[expect(clippy::too_many_arguments, reason = "what a drag is about, and where its effect goes")]
fn drag(
    ui: &Ui,
    diagram: &Diagram,
    node: &NodeBox,
    view: Rect,
    response: &Response,
    editable: bool,
    state: &mut MapState,
    actions: &mut Vec<MapAction>,
) {
    let may = editable && is_step(node) && matches!(state.gesture, Gesture::None | Gesture::Drag { .. });
    if !may {
        if response.dragged() {
            state.camera.scroll(response.drag_delta());
        }
        return;
    }
    let lane = || {
        let at = state.camera.on_map(view, ui.input(|input| input.pointer.latest_pos())?);
        lane_at(diagram, at).filter(|lane| *lane != node.lane && diagram.lanes[*lane].key.performer().is_some())
    };
    if response.dragged_by(PointerButton::Primary) {
        state.gesture = Gesture::Drag { step: node.id.clone(), lane: lane() };
    }
    if response.drag_stopped_by(PointerButton::Primary) {
        if let Some(lane) = lane() {
            actions.push(MapAction::Lane(node.id.clone(), diagram.lanes[lane].key.clone()));
        }
        state.gesture = Gesture::None;
    }
}

/// Returns the lane at a place of the map.
pub fn lane_at(diagram: &Diagram, at: Point) -> Option<usize> {
    diagram.lanes.iter().position(|lane| (lane.rect.y..lane.rect.bottom()).contains(&at.y))
}

/// The menu of an element; every entry is in the bar above the map too, for those who work with keys.
fn menu_ui(ui: &mut Ui, cx: &Cx<'_>, node: &NodeBox, actions: &mut Vec<MapAction>) {
    for (label, action) in actions_of(node) {
        if ui.button(cx.words.get(label)).clicked() {
            actions.push(action);
            ui.close();
        }
    }
}

/// What can be done with an element, with the ids of texts.
pub fn actions_of(node: &NodeBox) -> Vec<(&'static str, MapAction)> {
    let id = || node.id.clone();
    let mut all = vec![("map-rename", MapAction::BeginName(id()))];
    if !matches!(node.kind, NodeKind::End(_)) {
        if leads_on(node) {
            all.push(("map-add", MapAction::Add(id())));
            all.push(("map-add-decision", MapAction::Insert(id(), Insert::Decision)));
            all.push(("map-add-wait", MapAction::Insert(id(), Insert::Wait)));
        }
        if is_step(node) {
            all.push(("map-add-parallel", MapAction::Insert(id(), Insert::Parallel)));
        }
        all.push(("map-connect", MapAction::BeginFlow(id())));
    }
    if node.kind == NodeKind::SubProcess {
        all.push(("map-enter", MapAction::Enter(id())));
    }
    if node.kind != NodeKind::Start {
        all.push(("map-remove", MapAction::Remove(id())));
    }
    all
}

/// Finds the flow near the pointer, selects it with a click and explains it.
pub fn flows_ui(
    cx: &Cx<'_>,
    diagram: &Diagram,
    view: Rect,
    canvas: &Response,
    state: &mut MapState,
    pointed: &mut Pointed,
) -> Vec<MapAction> {
    let mut actions = Vec::new();
    if let Some(at) = canvas.hover_pos().filter(|at| view.contains(*at)) {
        let point = state.camera.on_map(view, at);
        let near = f64::from(6.0 / state.camera.zoom).clamp(3.0, 12.0);
        pointed.flow = flow_at(diagram, point, near);
        if let Some(flow) = pointed.flow {
            let edge = &diagram.edges[flow];
            let lines = explain::flow(cx, edge, &diagram.nodes[edge.from], &diagram.nodes[edge.to]);
            canvas.clone().on_hover_ui_at_pointer(|ui| lines_ui(ui, &lines));
        } else if let Some(lines) = document_at(cx, diagram, point) {
            canvas.clone().on_hover_ui_at_pointer(|ui| lines_ui(ui, &lines));
        }
        if canvas.clicked() {
            state.gesture = Gesture::None;
            state.flow = pointed.flow;
            let document = diagram.nodes.iter().flat_map(|n| &n.documents).find(|d| holds(&d.rect, point));
            match (pointed.flow, document) {
                (None, Some(document)) => actions.push(MapAction::SelectDocument(document.document.clone())),
                (None, None) => actions.push(MapAction::Select(None)),
                _ => {}
            }
        }
    }
    actions
}

fn holds(rect: &crate::diagram::picture::Rect, at: Point) -> bool {
    (rect.x..=rect.right()).contains(&at.x) && (rect.y..=rect.bottom()).contains(&at.y)
}

fn document_at(cx: &Cx<'_>, diagram: &Diagram, at: Point) -> Option<Vec<String>> {
    let document = diagram.nodes.iter().flat_map(|n| &n.documents).find(|d| holds(&d.rect, at))?;
    let mut lines = vec![document.name.clone(), cx.words.get(explain::role_label(&document.role))];
    lines.extend(explain::mark_label(document.mark).map(|id| cx.words.get(id)));
    Some(lines)
}

/// Returns the flow that runs nearest to a place, no further away than `near`.
pub fn flow_at(diagram: &Diagram, at: Point, near: f64) -> Option<usize> {
    let distance = |points: &[Point]| {
        let to = |a: &Point, b: &Point| {
            let (x0, x1) = (a.x.min(b.x), a.x.max(b.x));
            let (y0, y1) = (a.y.min(b.y), a.y.max(b.y));
            let (dx, dy) = ((x0 - at.x).max(at.x - x1).max(0.0), (y0 - at.y).max(at.y - y1).max(0.0));
            dx.hypot(dy)
        };
        points.windows(2).map(|pair| to(&pair[0], &pair[1])).fold(f64::INFINITY, f64::min)
    };
    let close = diagram.edges.iter().enumerate().filter(|(_, edge)| holds(&bounds(edge).grown(near), at));
    let found = close.map(|(i, edge)| (distance(&edge.points), i)).min_by(|a, b| a.0.total_cmp(&b.0));
    found.filter(|(distance, _)| *distance <= near).map(|(_, i)| i)
}

fn lines_ui(ui: &mut Ui, lines: &[String]) {
    for (i, line) in lines.iter().enumerate() {
        if i == 0 {
            ui.label(crate::app::theme::strong(line));
        } else {
            ui.label(line);
        }
    }
}

/// Returns the selected element, if it belongs to the service that is shown.
pub fn selected(cx: &Cx<'_>, scene: &Scene) -> Option<String> {
    match &cx.view.selection {
        Selection::Element { service, element } if *service == scene.key.service => Some(element.clone()),
        _ => None,
    }
}

/// Carries out what the user has asked for; edits are sent on to the document.
pub fn perform(cx: &mut Cx<'_>, scene: &Scene, state: &mut MapState, action: MapAction) {
    let service = scene.key.service.clone();
    let variant = cx.view.variant.clone();
    match action {
        MapAction::Select(element) => {
            let selection = match element {
                Some(element) => Selection::Element { service, element },
                None => Selection::Service(service),
            };
            state.flow = None;
            cx.send(Command::View(ViewCommand::Select(selection)));
        }
        MapAction::SelectDocument(id) => cx.send(Command::View(ViewCommand::Select(Selection::Document(id)))),
        MapAction::Enter(id) => {
            state.inside = Some(id);
            state.is_fitted = false;
        }
        MapAction::BeginFlow(from) => state.gesture = Gesture::Connect(from),
        MapAction::BeginName(id) => {
            let node = scene.parts.last().and_then(|part| part.diagram.node(&id));
            (state.naming, state.is_naming) = (node.map(|node| (id.clone(), node.name.clone())), false);
        }
        MapAction::Name(step, value) => cx.edit_scenario(ScenarioEdit::Name { service, step, value }),
        MapAction::Add(after) => {
            let name = cx.words.get("map-new-step");
            let found = cx.document.scenario(&variant).ok().and_then(|scenario| scenario.service(&service));
            let Some(id) = found.map(|found| edit::new_step_id(found, &name)) else { return };
            cx.edit_scenario(ScenarioEdit::AddStep { service: service.clone(), after, name });
            // It waits for its name; without one it keeps that of a new step.
            cx.send(Command::View(ViewCommand::Select(Selection::Element { service, element: id.clone() })));
            (state.naming, state.is_naming) = (Some((id, String::new())), false);
        }
        MapAction::Insert(after, what) => {
            let Ok(scenario) = cx.document.scenario(&variant) else { return };
            let names = [cx.words.get("map-new-decision"), cx.words.get("map-new-wait"), cx.words.get("map-new-step")];
            match rewire::insert(scenario, &service, &after, what, &names) {
                Ok(scenario) => cx.edit_scenario(ScenarioEdit::Whole(Box::new(scenario))),
                Err(refusal) => state.refusal = Some(refusal),
            }
        }
        MapAction::Remove(step) => {
            cx.edit_scenario(ScenarioEdit::RemoveStep { service: service.clone(), step });
            cx.send(Command::View(ViewCommand::Select(Selection::Service(service))));
        }
        MapAction::Lane(step, lane) => {
            if let Some(value) = lane.performer() {
                cx.edit_scenario(ScenarioEdit::Performer { service, step, value });
            }
        }
        MapAction::Connect(from, to) => {
            let Ok(scenario) = cx.document.scenario(&variant) else { return };
            match rewire::connect(scenario, &service, &from, &to) {
                Ok(scenario) => cx.edit_scenario(ScenarioEdit::Whole(Box::new(scenario))),
                Err(refusal) => state.refusal = Some(refusal),
            }
        }
        MapAction::Disconnect(from, exit) => {
            let Ok(scenario) = cx.document.scenario(&variant) else { return };
            match rewire::disconnect(scenario, &service, &from, &exit) {
                Ok(scenario) => cx.edit_scenario(ScenarioEdit::Whole(Box::new(scenario))),
                Err(refusal) => state.refusal = Some(refusal),
            }
            state.flow = None;
        }
    }
}

/// A field over an element in which it is given a name; Enter takes it, Escape leaves it.
pub fn naming_ui(ui: &mut Ui, cx: &Cx<'_>, diagram: &Diagram, view: Rect, state: &mut MapState) -> Option<MapAction> {
    let (id, mut text) = state.naming.clone()?;
    let Some(node) = diagram.node(&id) else {
        state.naming = None;
        return None;
    };
    let area = state.camera.area(view, &node.rect);
    let rect = Rect::from_center_size(area.center(), egui::vec2(area.width().max(200.0), 28.0));
    let field_id = egui::Id::unique(("map naming", &id));
    let field = egui::TextEdit::singleline(&mut text).id(field_id).hint_text(&node.name);
    let response = ui.put(rect, field);
    crate::app::widgets::name_field(&response, &node.name, &text, &cx.words.get("map-rename"));
    let begun = state.is_naming;
    if !begun {
        response.request_focus();
        state.is_naming = true;
    }
    state.naming = Some((id.clone(), text.clone()));
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        (state.naming, state.is_naming) = (None, false);
    } else if begun && response.lost_focus() {
        (state.naming, state.is_naming) = (None, false);
        return (text.trim() != node.name && !text.trim().is_empty()).then(|| MapAction::Name(id, text.trim().to_owned()));
    }
    None
}
