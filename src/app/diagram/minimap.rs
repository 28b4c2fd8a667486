//! The whole map in small, with the part that is seen; a click or drag there looks elsewhere.

use crate::app::Cx;
use crate::app::diagram::camera::Camera;
use crate::diagram::picture::{Diagram, Mark};
use egui::{Rect, RichText, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

/// Size that it has at most.
const SIZE: egui::Vec2 = vec2(190.0, 120.0);
/// In a smaller view it would cover too much.
const LEAST: egui::Vec2 = vec2(560.0, 380.0);

/// Tells whether it is worth its place: the map does not fit the view, and the view has room for it.
pub fn is_shown(camera: &Camera, (width, height): (f64, f64), view: Rect) -> bool {
    let size = vec2(width as f32, height as f32) * camera.zoom;
    let beyond = size.x > view.width() * 1.01 || size.y > view.height() * 1.01;
    beyond && view.width() >= LEAST.x && view.height() >= LEAST.y
}

/// Paints it in the lower right corner of a view, where it covers neither lanes' titles nor beginnings, with its right edge at `right`; moves
/// the camera. Tells whether the whole map is asked for.
pub fn minimap_ui(
    ui: &mut Ui,
    cx: &Cx<'_>,
    diagram: &Diagram,
    camera: &mut Camera,
    size: (f64, f64),
    view: Rect,
    right: f32,
) -> bool {
    let (width, height) = size;
    let (width, height) = (width.max(1.0) as f32, height.max(1.0) as f32);
    let scale = (SIZE.x / width).min(SIZE.y / height);
    let size = vec2(width, height) * scale;
    let area = Rect::from_min_size(pos2(right, view.bottom()) - vec2(10.0, 10.0) - size, size);
    let response = ui.interact(area, egui::Id::unique("map overview"), Sense::click_and_drag());
    let said = cx.words.get("map-minimap");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &said));
    if (response.dragged() || response.clicked())
        && let Some(at) = response.interact_pointer_pos()
    {
        camera.origin = (at - area.min) / scale - view.size() / camera.zoom / 2.0;
    }
    let theme = cx.theme;
    let painter = ui.painter().with_clip_rect(area.expand(3.0).intersect(view));
    painter.rect_filled(area, 3.0, theme.surface.gamma_multiply(0.94));
    for lane in diagram.lanes.iter().skip(1).step_by(2) {
        let top = area.top() + lane.rect.y as f32 * scale;
        let band = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), lane.rect.height as f32 * scale));
        painter.rect_filled(band, 0.0, theme.surface_quiet);
    }
    for node in &diagram.nodes {
        let colour = match node.mark {
            Mark::Kept => theme.border_strong,
            Mark::Changed => theme.warn,
            Mark::Removed => theme.worse,
            Mark::Added => theme.better,
        };
        let place = pos2(node.rect.x as f32, node.rect.y as f32).to_vec2() * scale;
        let size = vec2(node.rect.width as f32, node.rect.height as f32) * scale;
        painter.rect_filled(Rect::from_min_size(area.min + place, size.max(vec2(1.5, 1.5))), 0.5, colour);
    }
    let seen = Rect::from_min_size(area.min + camera.origin * scale, view.size() / camera.zoom * scale);
    painter.rect_stroke(seen.intersect(area), 1.0, Stroke::new(1.5, theme.accent), StrokeKind::Inside);
    painter.rect_stroke(area, 3.0, Stroke::new(1.0, theme.border_strong), StrokeKind::Outside);
    whole_ui(ui, cx, area)
}

/// A button above the small map that asks for the whole one: whoever sees a part must know that there is more.
fn whole_ui(ui: &mut Ui, cx: &Cx<'_>, below: Rect) -> bool {
    let text = RichText::new(cx.words.get("map-whole")).small();
    let place =
        Rect::from_min_max(pos2(below.left(), below.top() - 30.0 * cx.theme.type_scale), pos2(below.right(), below.top() - 6.0));
    let layout = egui::Layout::right_to_left(egui::Align::Max);
    let mut above = ui.new_child(egui::UiBuilder::new().max_rect(place).layout(layout).id_salt("whole map"));
    above.spacing_mut().interact_size.y = place.height().min(22.0 * cx.theme.type_scale);
    above.button(text).on_hover_text(cx.words.get("map-whole-explained")).clicked()
}
