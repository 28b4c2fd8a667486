//! How long a large map takes to paint, drawing and the way to the screen included.

use crate::app::App;
use crate::app::document::Document;
use crate::app::files::carried_study;
use crate::app::view_state::Tab;
use crate::model::flow::{Element, ElementKind};
use crate::model::step::{Performer, PoolUse, Step};
use crate::model::study::{AS_IS, Study};
use std::time::{Duration, Instant};

/// Elements of the large process.
pub const ELEMENTS: usize = 300;
/// Frames that are measured at each zoom.
const FRAMES: usize = 150;
/// Frames before that are not: letters are drawn for the first time.
const FIRST: usize = 10;
/// What is looked at: the whole process, and a part of it at the size at which it is read.
const VIEWS: [(&str, f32); 2] = [("whole", 0.2), ("near", 1.0)];

/// Returns a study of one service with many steps, handed from desk to desk; `None` where the study that it is made of is not carried.
pub fn large_study() -> Option<Study> {
    let mut study = carried_study("golden-case")?;
    study.variants.clear();
    study.targets.clear();
    let service = study.scenario.services.first_mut()?;
    let end = service.elements.pop()?;
    let pools = ["psc/window", "fund/clerk", "fund/officer"];
    service.elements.last_mut()?.next = Some("s0".to_owned());
    let n = ELEMENTS.saturating_sub(service.elements.len() + 1);
    for at in 0..n {
        let next = if at + 1 < n { format!("s{}", at + 1) } else { end.id.clone() };
        let performer = match at % 5 {
            0 => Performer::Citizen,
            4 => Performer::System(Some("zags".to_owned())),
            k => Performer::Staff(vec![PoolUse { pool: pools[k % pools.len()].to_owned(), count: 1 }]),
        };
        let kind = ElementKind::Step(Box::new(Step { performer, ..Step::default() }));
        let name = format!("Step {at} with a name of some length");
        service.elements.push(Element { id: format!("s{at}"), name, kind, next: Some(next), ..Element::default() });
    }
    service.elements.push(end);
    Some(study)
}

/// Moves a large map for some frames, says how long they took, and closes the window.
pub(super) struct MapWatch {
    app: App,
    view: usize,
    /// From the beginning of a frame to that of the next.
    whole: Vec<Duration>,
    /// The program's own work on a frame: layout and drawing, without waiting for the screen.
    worked: Vec<Duration>,
    last: Option<Instant>,
    said: String,
}

impl MapWatch {
    pub(super) fn new(mut app: App) -> Self {
        if let Some(study) = large_study() {
            app.document = Document::new(study, None);
        }
        AS_IS.clone_into(&mut app.view.variant);
        app.view.tab = Tab::Map;
        MapWatch { app, view: 0, whole: Vec::new(), worked: Vec::new(), last: None, said: String::new() }
    }

    /// Notes what has been measured at one zoom, and goes on to the next.
    fn next_view(&mut self, size: egui::Vec2) {
        let middle = |times: &mut Vec<Duration>| {
            times.sort_unstable();
            times.get(times.len() / 2).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        let worst = |times: &[Duration]| times.last().map_or(0.0, |time| time.as_secs_f64() * 1000.0);
        let (whole, worked) = (middle(&mut self.whole), middle(&mut self.worked));
        let name = VIEWS.get(self.view).map_or("", |view| view.0);
        self.said += &format!(
            "map of {ELEMENTS} elements, {name}, {:.0}x{:.0}: {worked:.1} ms of work a frame, {whole:.1} ms with the way to the screen \
             ({:.0} a second), {:.1} ms at worst\n",
            size.x,
            size.y,
            1000.0 / whole.max(0.001),
            worst(&self.whole)
        );
        self.view += 1;
        (self.last, self.whole, self.worked) = (None, Vec::new(), Vec::new());
    }
}

impl eframe::App for MapWatch {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        let now = Instant::now();
        self.app.logic(ctx);
        if let Some((_, zoom)) = VIEWS.get(self.view)
            && !self.app.is_busy()
            && self.app.results.shown.is_some()
        {
            self.app.map.camera.zoom = *zoom;
            self.app.map.camera.origin.x += 2.0;
            if let Some(last) = self.last.replace(now) {
                self.whole.push(now.duration_since(last));
                self.worked.extend(frame.info().cpu_usage.map(Duration::from_secs_f32));
            }
            if self.whole.len() == FIRST {
                self.worked.clear();
            }
            if self.whole.len() >= FRAMES + FIRST {
                self.whole.drain(..FIRST);
                self.next_view(ctx.content_rect().size());
            }
        }
        if self.view == VIEWS.len() {
            self.view += 1;
            // Whoever does not listen has missed it.
            let _ = std::io::Write::write_all(&mut std::io::stdout(), self.said.as_bytes());
            self.app.quits = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        ctx.request_repaint();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.ui(ui);
    }
}
