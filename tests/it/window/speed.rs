//! How long the map takes to paint: three hundred elements, scrolled and zoomed.

use super::{Window, say};
use kezek::app::command::{Command, ViewCommand};
use kezek::app::document::Document;
use kezek::app::files::carried_study;
use kezek::app::view_state::Tab;
use kezek::model::flow::{Element, ElementKind};
use kezek::model::step::{Performer, PoolUse, Step};
use kezek::model::study::{AS_IS, Study};
use std::time::{Duration, Instant};

/// Elements of the large process.
const ELEMENTS: usize = 300;
/// Frames that are measured.
const FRAMES: usize = 60;

/// A service with many steps, handed from desk to desk, with a decision that leads back now and then.
fn large() -> Study {
    let mut study = carried_study("golden-case").unwrap();
    study.variants.clear();
    study.targets.clear();
    let service = &mut study.scenario.services[0];
    let end = service.elements.pop().unwrap();
    let pools = ["psc/window", "fund/clerk", "fund/officer"];
    let last = service.elements.len() - 1;
    service.elements[last].next = Some("s0".to_owned());
    let n = ELEMENTS - service.elements.len() - 1;
    for at in 0..n {
        let next = if at + 1 < n { format!("s{}", at + 1) } else { end.id.clone() };
        let performer = match at % 5 {
            0 => Performer::Citizen,
            4 => Performer::System(Some("zags".to_owned())),
            k => Performer::Staff(vec![PoolUse { pool: pools[k % 3].to_owned(), count: 1 }]),
        };
        let kind = ElementKind::Step(Box::new(Step { performer, ..Step::default() }));
        let name = format!("Step {at} with a name of some length");
        service.elements.push(Element { id: format!("s{at}"), name, kind, next: Some(next), ..Element::default() });
    }
    service.elements.push(end);
    study
}

#[test]
fn three_hundred_elements_are_painted_sixty_times_a_second() {
    let mut window = Window::sized(Document::new(large(), None), None, [1600.0, 1000.0]);
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
