//! Short messages at the window's edge: what was done, what went wrong.

use crate::app::theme::{GAP, Theme};
use std::time::{Duration, Instant};

/// How long a good message stays.
const STAYS: Duration = Duration::from_secs(5);
/// Messages that are shown at once.
const MOST: usize = 4;

/// How long it stays that something was not taken.
const REFUSED_STAYS: Duration = Duration::from_secs(9);

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Done,
    Refused,
    Fault,
}

/// A message.
#[derive(Clone, Debug)]
struct Notice {
    text: String,
    kind: Kind,
    since: Instant,
}

impl Notice {
    fn stays(&self) -> bool {
        match self.kind {
            Kind::Done => self.since.elapsed() < STAYS,
            Kind::Refused => self.since.elapsed() < REFUSED_STAYS,
            Kind::Fault => true,
        }
    }
}

/// The messages on the screen.
#[derive(Clone, Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Says that something was done; it goes by itself.
    pub fn done(&mut self, text: String) {
        self.push(text, Kind::Done);
    }

    /// Says that something went wrong; it stays until it is closed.
    pub fn fault(&mut self, text: String) {
        self.push(text, Kind::Fault);
    }

    /// Says why something was not taken; it goes by itself, after a while.
    pub fn refused(&mut self, text: String) {
        self.push(text, Kind::Refused);
    }

    fn push(&mut self, text: String, kind: Kind) {
        self.0.retain(|notice| notice.text != text);
        self.0.push(Notice { text, kind, since: Instant::now() });
        if self.0.len() > MOST {
            self.0.remove(0);
        }
    }

    /// Paints them.
    pub fn ui(&mut self, ctx: &egui::Context, theme: &Theme) {
        self.0.retain(Notice::stays);
        if self.0.is_empty() {
            return;
        }
        let mut closed = None;
        let area = egui::Area::new(egui::Id::unique("notices")).anchor(egui::Align2::RIGHT_BOTTOM, [-16.0, -56.0]);
        area.order(egui::Order::Foreground).show(ctx, |ui| {
            for (at, notice) in self.0.iter().enumerate() {
                let (edge, sign) = match notice.kind {
                    Kind::Done => (theme.better, "✓"),
                    Kind::Refused => (theme.warn, "!"),
                    Kind::Fault => (theme.worse, "⚠"),
                };
                theme.card().stroke(egui::Stroke::new(1.5, edge)).show(ui, |ui| {
                    ui.set_max_width(420.0);
                    ui.horizontal(|ui| {
                        ui.label(crate::app::theme::strong(sign).color(edge));
                        ui.add(egui::Label::new(&notice.text).wrap());
                        if ui.small_button("×").clicked() {
                            closed = Some(at);
                        }
                    });
                });
                ui.add_space(GAP);
            }
        });
        if let Some(at) = closed {
            self.0.remove(at);
        }
        ctx.request_repaint_after(Duration::from_millis(500));
    }
}
