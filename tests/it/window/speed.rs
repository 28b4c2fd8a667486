//! How long the map takes to paint: three hundred elements, scrolled and zoomed.

use super::{Window, say};
use kezek::app::command::{Command, ViewCommand};
use kezek::app::document::Document;
use kezek::app::launch::map_speed::{ELEMENTS, large_study};
use kezek::app::view_state::Tab;
use kezek::model::study::AS_IS;
use std::time::{Duration, Instant};

/// Frames that are measured.
const FRAMES: usize = 60;

#[test]
fn three_hundred_elements_are_painted_sixty_times_a_second() {
    let mut window = Window::sized(Document::new(large_study().unwrap(), None), None, [1600.0, 1000.0]);
    window.show(AS_IS);
    window.perform(Command::View(ViewCommand::Show(Tab::Map)));
    window.settle();
    for (name, zoom) in [("whole", 0.2f32), ("near", 1.0)] {
        window.app().map.camera.zoom = zoom;
        window.harness.run_steps(4);
        let mut frames: Vec<Duration> = Vec::new();
        for _ in 0..FRAMES {
            window.app().map.camera.origin.x += 3.0;
            let begun = Instant::now();
            window.harness.step();
            let output = window.harness.output();
            let shapes = output.shapes.clone();
            let triangles = window.harness.ctx.tessellate(shapes, 1.0);
            assert!(!triangles.is_empty());
            frames.push(begun.elapsed());
        }
        frames.sort_unstable();
        let ms = |at: usize| frames[at].as_secs_f64() * 1000.0;
        say(&format!(
            "map of {ELEMENTS} elements, {name}: {:.1} ms a frame in the middle, {:.1} at worst",
            ms(FRAMES / 2),
            ms(FRAMES - 1)
        ));
        // A quarter of the frames is left to tell what the program takes; the rest tells what else the machine does.
        assert!(ms(FRAMES / 4) < 16.6, "{name}: {:.1} ms", ms(FRAMES / 4));
    }
}
