//! Where the map is looked at from: scrolling, zooming, fitting.

use crate::diagram::picture::{Point, Rect as Area};
use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// Least and largest zoom.
const ZOOM: (f32, f32) = (0.08, 4.0);
/// Room left around a map that is fitted.
const MARGIN: f32 = 16.0;
/// A map that is fitted is not blown up beyond this.
const LARGEST_FIT: f32 = 1.25;
/// The least zoom at which a part of a map opens: names of steps can be read.
const READABLE: f32 = 0.7;
/// The least zoom at which a map opens whole: a little smaller than what reads best is better than a map that is cut.
const WHOLE: f32 = 0.6;

/// Where the map is looked at from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Points on the screen for a point of the map.
    pub zoom: f32,
    /// The map's place at the view's upper left corner.
    pub origin: Vec2,
}

impl Default for Camera {
    fn default() -> Self {
        Camera { zoom: 1.0, origin: Vec2::ZERO }
    }
}

impl Camera {
    /// Returns the camera that shows a whole map in a view.
    pub fn fitting(width: f64, height: f64, view: Vec2) -> Camera {
        let room = (view - Vec2::splat(2.0 * MARGIN)).max(Vec2::splat(20.0));
        let size = vec2(width.max(1.0) as f32, height.max(1.0) as f32);
        let zoom = (room.x / size.x).min(room.y / size.y).clamp(ZOOM.0, LARGEST_FIT);
        Camera { zoom, origin: (size - view / zoom) / 2.0 }
    }

    /// Returns the camera that a map opens with: the whole map if its letters can be read then, else its left edge with as much of its
    /// width as letters that can be read allow, as far up or down as shows the area where the process begins.
    pub fn opening(width: f64, height: f64, view: Vec2, begin: Option<&Area>) -> Camera {
        let whole = Camera::fitting(width, height, view);
        if whole.zoom >= WHOLE {
            return whole;
        }
        let by_width = (view.x - 2.0 * MARGIN) / width.max(1.0) as f32;
        let zoom = by_width.clamp(READABLE, 1.0);
        let (height, seen, margin) = (height as f32, view.y / zoom, MARGIN / zoom);
        let above = match begin {
            Some(begin) if height + 2.0 * margin > seen => {
                let middle = (begin.y + begin.height / 2.0) as f32;
                (middle - seen / 2.0).min(height + margin - seen).max(-margin)
            }
            _ => ((height - seen) / 2.0).min(-margin),
        };
        Camera { zoom, origin: vec2(-margin, above) }
    }

    /// Returns where a place of the map stands on the screen.
    pub fn place(&self, view: Rect, point: Point) -> Pos2 {
        view.min + (vec2(point.x as f32, point.y as f32) - self.origin) * self.zoom
    }

    /// Returns where an area of the map stands on the screen.
    pub fn area(&self, view: Rect, area: &Area) -> Rect {
        let size = vec2(area.width as f32, area.height as f32) * self.zoom;
        Rect::from_min_size(self.place(view, Point { x: area.x, y: area.y }), size)
    }

    /// Returns the place of the map at a place of the screen.
    pub fn on_map(&self, view: Rect, at: Pos2) -> Point {
        let point = (at - view.min) / self.zoom + self.origin;
        Point { x: f64::from(point.x), y: f64::from(point.y) }
    }

    /// Zooms by a factor; what stands at `at` stays there.
    pub fn zoom_by(&mut self, factor: f32, view: Rect, at: Pos2) {
        let zoom = (self.zoom * factor).clamp(ZOOM.0, ZOOM.1);
        let from_corner = at - view.min;
        self.origin += from_corner / self.zoom - from_corner / zoom;
        self.zoom = zoom;
    }

    /// Scrolls by a way on the screen.
    pub fn scroll(&mut self, by: Vec2) {
        self.origin -= by / self.zoom;
    }

    /// Holds at least a part of the map within the view, so that it cannot be lost.
    pub fn hold(&mut self, width: f64, height: f64, view: Vec2) {
        let size = vec2(width as f32, height as f32);
        let seen = view / self.zoom;
        let keep = (seen * 0.25).min(size * 0.5);
        self.origin = self.origin.max(keep - seen).min(size - keep);
    }

    /// Scrolls as little as it takes to show an area.
    pub fn reveal(&mut self, area: &Area, view: Vec2) {
        let seen = view / self.zoom;
        let low = vec2(area.right() as f32, area.bottom() as f32) + Vec2::splat(24.0) - seen;
        let high = vec2(area.x as f32, area.y as f32) - Vec2::splat(24.0);
        self.origin = self.origin.max(low).min(high);
    }
}

/// Returns the middle of a view.
pub fn middle(view: Rect) -> Pos2 {
    pos2(view.center().x, view.center().y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_the_pointer_stays_there_while_zooming() {
        let view = Rect::from_min_size(pos2(100.0, 50.0), vec2(800.0, 600.0));
        let mut camera = Camera { zoom: 0.7, origin: vec2(30.0, -20.0) };
        let at = pos2(333.0, 222.0);
        let before = camera.on_map(view, at);
        for factor in [1.3, 2.0, 0.2, 9.0] {
            camera.zoom_by(factor, view, at);
            let after = camera.on_map(view, at);
            assert!((before.x - after.x).abs() < 0.01 && (before.y - after.y).abs() < 0.01, "{factor}");
        }
    }

    #[test]
    fn a_long_map_opens_at_its_beginning_in_letters_that_can_be_read() {
        let view = Rect::from_min_size(pos2(0.0, 0.0), vec2(1000.0, 700.0));
        for (width, height) in [(9000.0, 600.0), (9000.0, 3000.0), (400.0, 300.0)] {
            let camera = Camera::opening(width, height, view.size(), None);
            assert!(camera.zoom >= READABLE, "{width} × {height}: {}", camera.zoom);
            assert!(view.contains(camera.place(view, Point { x: 0.0, y: 0.0 })), "{width} × {height}");
        }
    }

    #[test]
    fn a_map_that_nearly_fits_opens_whole_and_a_wide_one_shows_as_much_as_can_be_read() {
        let view = vec2(1000.0, 700.0);
        assert_eq!(Camera::opening(1500.0, 500.0, view, None), Camera::fitting(1500.0, 500.0, view));
        assert_eq!(Camera::opening(4000.0, 500.0, view, None).zoom, READABLE);
        assert_eq!(Camera::opening(900.0, 5000.0, view, None).zoom, 1.0, "its width fits");
    }

    #[test]
    fn a_map_that_begins_in_a_low_lane_opens_there() {
        let view = Rect::from_min_size(pos2(0.0, 0.0), vec2(1000.0, 700.0));
        for y in [0.0, 1500.0, 2900.0] {
            let begin = Area { x: 60.0, y, width: 36.0, height: 36.0 };
            let camera = Camera::opening(9000.0, 3000.0, view.size(), Some(&begin));
            assert!(view.contains_rect(camera.area(view, &begin)), "{y}: {camera:?}");
            let bottom = camera.place(view, Point { x: 0.0, y: 3000.0 }).y;
            assert!(bottom >= view.bottom() - MARGIN - 0.5, "no more than a margin of nothing: {bottom}");
        }
    }

    #[test]
    fn a_fitted_map_lies_wholly_within_the_view() {
        for (width, height) in [(300.0, 200.0), (6000.0, 900.0), (200.0, 4000.0)] {
            let view = Rect::from_min_size(pos2(0.0, 0.0), vec2(1000.0, 700.0));
            let camera = Camera::fitting(width, height, view.size());
            assert!(view.contains_rect(camera.area(view, &Area { x: 0.0, y: 0.0, width, height })), "{width} × {height}");
        }
    }
}
