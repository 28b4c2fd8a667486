//! Columns that are moved sideways while those before them stay: a wide table whose rows keep their names.

use crate::app::theme::Theme;
use egui::{Id, Rect, Stroke, Ui, vec2};

/// Height of the bar by which columns are moved, in points.
const BAR: f32 = 14.0;

/// The columns behind the first ones, moved sideways together.
pub struct Sideways {
    id: Id,
    /// Where each column begins, from the left end of the first one that moves; the last is where all end.
    starts: Vec<f32>,
    /// By how much they are moved to the left.
    offset: f32,
    /// Room for them.
    room: f32,
}

impl Sideways {
    /// Makes them of their widths in points; where they were left is remembered under `salt`.
    pub fn new(ui: &Ui, salt: &'static str, widths: impl Iterator<Item = f32>) -> Sideways {
        let mut starts = vec![0.0];
        for width in widths {
            starts.push(starts.last().copied().unwrap_or(0.0) + width);
        }
        let id = Id::unique(("sideways", salt));
        Sideways { id, starts, offset: ui.data(|data| data.get_temp(id)).unwrap_or(0.0), room: 0.0 }
    }

    fn whole(&self) -> f32 {
        self.starts.last().copied().unwrap_or(0.0)
    }

    fn is_needed(&self) -> bool {
        self.whole() > self.room + 1.0
    }

    /// Returns the height of the bar beneath, 0 where there is room for all columns.
    pub fn bar_height(&self) -> f32 {
        if self.is_needed() { BAR } else { 0.0 }
    }

    /// Takes what the wheel did over them, and brings the column `shows` into view.
    pub fn settle(&mut self, ui: &Ui, room: f32, shows: Option<usize>) {
        self.room = room.max(40.0);
        if ui.rect_contains_pointer(ui.available_rect_before_wrap()) {
            self.offset -= ui.input(|input| input.smooth_scroll_delta.x);
        }
        if let Some(c) = shows
            && let (Some(left), Some(right)) = (self.starts.get(c), self.starts.get(c + 1))
        {
            self.offset = self.offset.clamp((right - self.room).min(*left), *left);
        }
        self.offset = self.offset.clamp(0.0, (self.whole() - self.room).max(0.0)).round();
        ui.data_mut(|data| data.insert_temp(self.id, self.offset));
    }

    /// Makes a place for each column within the cell of the table that holds them all.
    pub fn each(&self, ui: &mut Ui, mut one: impl FnMut(&mut Ui, usize)) {
        let all = ui.max_rect();
        let clip = ui.clip_rect().intersect(all);
        for (c, ends) in self.starts.windows(2).enumerate() {
            let x = |at: f32| all.left() - self.offset + at;
            let rect = Rect::from_x_y_ranges(x(ends[0])..=x(ends[1]), all.y_range());
            let mut child = ui.new_child(egui::UiBuilder::new().id_salt(c).max_rect(rect).layout(*ui.layout()));
            child.set_clip_rect(clip);
            one(&mut child, c);
        }
    }

    /// The bar beneath the columns, which begin at `left`, and a line down from `top` where others are hidden behind the first ones.
    pub fn bar_ui(&self, ui: &mut Ui, theme: &Theme, left: f32, top: f32) {
        if !self.is_needed() {
            return;
        }
        let bottom = ui.cursor().min.y;
        if self.offset > 0.0 {
            let line = Stroke::new(2.0, theme.border_strong);
            ui.painter().vline(left, top..=bottom, line);
        }
        let rect = Rect::from_min_max(egui::pos2(left, bottom), egui::pos2(left + self.room, bottom + BAR));
        let mut child = ui.new_child(egui::UiBuilder::new().id_salt("sideways").max_rect(rect));
        let bar = egui::ScrollArea::horizontal()
            .id_salt(self.id)
            .auto_shrink(false)
            .scroll_bar_visibility(egui::scroll_area::ScrollBarVisibility::AlwaysVisible)
            .horizontal_scroll_offset(self.offset)
            .show(&mut child, |ui| ui.allocate_space(vec2(self.whole(), 1.0)));
        if bar.state.clamped_offset().x != self.offset {
            ui.data_mut(|data| data.insert_temp(self.id, bar.state.clamped_offset().x));
            ui.ctx().request_repaint();
        }
        ui.advance_cursor_after_rect(rect);
    }
}
