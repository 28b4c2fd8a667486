//! Short messages at the window's edge: what was done, what went wrong.

use crate::app::theme::{GAP, Theme};
use std::time::{Duration, Instant};

/// How long a good message stays.
const STAYS: Duration = Duration::from_secs(5);
/// Messages that are shown at once.
const MOST: usize = 4;

/// A message.
#[derive(Clone, Debug)]
struct Notice {
    text: String,
    is_fault: bool,
    since: Instant,
}

/// The messages on the screen.
#[derive(Clone, Debug, Default)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Says that something was done; it goes by itself.
    pub fn done(&mut self, text: String) {
        self.push(text, false);
    }

    /// Says that something went wrong; it stays until it is closed.
    pub fn fault(&mut self, text: String) {
        self.push(text, true);
    }

    fn push(&mut self, text: String, is_fault: bool) {
        self.0.retain(|notice| notice.text != text);
        self.0.push(Notice { text, is_fault, since: Instant::now() });
        if self.0.len() > MOST {
            self.0.remove(0);
        }
    }

    /// Paints them.
    pub fn ui(&mut self, ctx: &egui::Context, theme: &Theme) {
        self.0.retain(|notice| notice.is_fault || notice.since.elapsed() < STAYS);
        if self.0.is_empty() {
            return;
        }
        let mut closed = None;
        let area = egui::Area::new(egui::Id::unique("notices")).anchor(egui::Align2::RIGHT_BOTTOM, [-16.0, -56.0]);
        area.order(egui::Order::Foreground).show(ctx, |ui| {
            for (at, notice) in self.0.iter().enumerate() {
                let edge = if notice.is_fault { theme.worse } else { theme.better };
                theme.card().stroke(egui::Stroke::new(1.5, edge)).show(ui, |ui| {
                    ui.set_max_width(420.0);
                    ui.horizontal(|ui| {
                        ui.label(if notice.is_fault { "⚠" } else { "✓" });
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
