//! Small things that several panels use: buttons, badges, cards, findings.

pub mod duration;
pub mod figure;
pub mod notice;
pub mod provenance;
pub mod segments;
pub mod sheet;
pub mod sideways;
pub mod weights;

use crate::app::Cx;
use crate::app::theme::{self, GAP, GAP_SMALL, Theme};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::experiment::outcome::{MeasureDifference, Verdict};
use egui::{Color32, Margin, Response, RichText, Ui};

/// The button that most will press.
pub fn primary(ui: &mut Ui, theme: &Theme, text: &str) -> Response {
    let text = theme::strong(text).color(theme.on_accent);
    ui.add(egui::Button::new(text).fill(theme.accent).stroke(egui::Stroke::NONE))
}

/// A question or a list over the whole window, with room around what it says.
pub fn modal(theme: &Theme, name: &str) -> egui::Modal {
    let frame = theme.card().corner_radius(10.0).inner_margin(Margin::same(20));
    egui::Modal::new(egui::Id::unique(name)).frame(frame)
}

/// A word on a coloured ground.
pub fn badge(ui: &mut Ui, text: &str, colour: Color32, ground: Color32) -> Response {
    let font = egui::TextStyle::Small.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, colour);
    let (rect, response) = ui.allocate_exact_size(galley.size() + egui::vec2(12.0, 4.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 4.0, ground);
    ui.painter().galley(rect.min + egui::vec2(6.0, 2.0), galley, colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    response
}

/// A word on a coloured ground that can be pressed.
pub fn badge_button(ui: &mut Ui, text: &str, colour: Color32, ground: Color32) -> Response {
    let text = RichText::new(text).small().color(colour);
    let edge = egui::Stroke::new(1.0, colour.gamma_multiply(0.35));
    let button = egui::Button::new(text).fill(ground).stroke(edge).corner_radius(4.0).wrap_mode(egui::TextWrapMode::Extend);
    // Not in a scope of its own, which would not go to the next row where the last one is full.
    let before = ui.spacing().clone();
    ui.spacing_mut().button_padding = egui::vec2(6.0, 2.0);
    ui.spacing_mut().interact_size.y = 0.0;
    let response = ui.add(button);
    *ui.spacing_mut() = before;
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A small question mark that explains what stands before it; nothing where there is nothing to explain.
pub fn hint(ui: &mut Ui, theme: &Theme, text: &str) {
    if text.is_empty() {
        return;
    }
    let size = 15.0 * theme.type_scale;
    let (rect, response) = ui.allocate_exact_size(egui::vec2(size, size), egui::Sense::hover());
    let colour = if response.hovered() { theme.accent } else { theme.text_weak };
    ui.painter().circle_stroke(rect.center(), size / 2.0 - 1.0, egui::Stroke::new(1.0, colour));
    let font = egui::FontId::proportional(size * 0.68);
    ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, "?", font, colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    response.on_hover_text(text);
}

/// What can be said of a difference now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The verdict holds.
    Said(Verdict),
    /// A run is on its way, and more replications may show what few do not.
    TooEarly,
    /// The interval leaves zero out, but not once it is corrected for the number of measures.
    NotCertain,
}

/// Returns what can be said of a difference that was found in so many replications.
pub fn standing(found: &MeasureDifference, replications: u32, is_running: bool) -> Standing {
    let is_nothing = found.difference.mean == 0.0 && found.difference.half_width().is_some_and(|half| half == 0.0);
    if found.verdict != Verdict::NotShown || is_nothing {
        return Standing::Said(found.verdict);
    }
    match found.difference.excludes_zero() {
        _ if is_running && replications < FEW => Standing::TooEarly,
        true if is_running => Standing::TooEarly,
        true => Standing::NotCertain,
        false => Standing::Said(Verdict::NotShown),
    }
}

/// With fewer replications an interval is so wide that it says little.
const FEW: u32 = 5;

/// The verdict on a difference, in a word, a sign and a colour.
pub fn verdict(ui: &mut Ui, cx: &Cx<'_>, found: &MeasureDifference) -> Response {
    let (id, (colour, ground), explained) = verdict_look(cx, found);
    badge(ui, &cx.words.get(id), colour, ground).on_hover_text(cx.words.get(explained))
}

/// The verdict on a difference in words.
pub fn verdict_words(cx: &Cx<'_>, found: &MeasureDifference) -> String {
    cx.words.get(verdict_look(cx, found).0)
}

/// Ids of a verdict's word and of what it means, with its colours.
fn verdict_look(cx: &Cx<'_>, found: &MeasureDifference) -> (&'static str, (Color32, Color32), &'static str) {
    let theme = cx.theme;
    let quiet = (theme.text_weak, theme.surface_quiet);
    let replications = cx.results.outcome().map_or(0, |outcome| outcome.replications);
    match standing(found, replications, cx.results.is_running()) {
        Standing::Said(Verdict::Better) => ("verdict-better", (theme.better, theme.better_ground), "verdict-explained"),
        Standing::Said(Verdict::Worse) => ("verdict-worse", (theme.worse, theme.worse_ground), "verdict-explained"),
        Standing::Said(Verdict::Different) => ("verdict-different", (theme.accent, theme.accent_ground), "verdict-explained"),
        Standing::Said(Verdict::NotShown) => ("verdict-not-shown", quiet, "verdict-explained"),
        Standing::TooEarly => ("verdict-too-early", quiet, "verdict-too-early-explained"),
        Standing::NotCertain => ("verdict-not-certain", quiet, "verdict-not-certain-explained"),
    }
}

/// Returns the colour of a verdict's number.
pub fn verdict_colour(theme: &Theme, verdict: Verdict) -> Color32 {
    match verdict {
        Verdict::Better => theme.better,
        Verdict::Worse => theme.worse,
        Verdict::Different => theme.accent,
        Verdict::NotShown => theme.text_weak,
    }
}

/// Remembers where something stands, for the tour to point at.
pub fn mark(response: &Response, name: &str) {
    response.ctx.data_mut(|data| data.insert_temp(egui::Id::unique(("mark", name)), response.rect));
}

/// Returns where something stands that was marked.
pub fn marked(ctx: &egui::Context, name: &str) -> Option<egui::Rect> {
    ctx.data(|data| data.get_temp(egui::Id::unique(("mark", name))))
}

/// Lays a text out in one line, cut where it is too long.
pub fn fitted(ui: &Ui, text: &str, font: &egui::FontId, width: f32, colour: Color32) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font.clone(), colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    ui.ctx().fonts_mut(|fonts| fonts.layout_job(job))
}

/// Makes a label whose text runs on into a second line and no further.
pub fn two_lines(ui: &Ui, text: impl Into<egui::WidgetText>, width: f32, side: egui::Align) -> egui::Label {
    egui::Label::new(lines(ui, text, width, side, 2))
}

/// Lays a text out in so many lines at most, with an ellipsis where it is longer.
pub fn lines(
    ui: &Ui,
    text: impl Into<egui::WidgetText>,
    width: f32,
    side: egui::Align,
    rows: usize,
) -> std::sync::Arc<egui::Galley> {
    let text: egui::WidgetText = text.into();
    let job = text.into_layout_job(ui.style(), egui::FontSelection::Default, egui::Align::Center);
    let mut job = std::sync::Arc::unwrap_or_clone(job);
    job.wrap = egui::text::TextWrapping { max_width: width, max_rows: rows, ..Default::default() };
    job.halign = side;
    ui.ctx().fonts_mut(|fonts| fonts.layout_job(job))
}

/// Returns how wide a place must be so that no word of a text in a style is broken there.
pub fn longest_word(ui: &Ui, text: &str, style: impl Fn(&str) -> RichText) -> f32 {
    let width = |word: &str| lines(ui, style(word), f32::INFINITY, egui::Align::Min, 1).size().x;
    text.split_whitespace().map(width).fold(0.0, f32::max).ceil()
}

/// Paints a text whose numbers keep to one line with their units; who hears or searches it finds the usual spaces.
pub fn unbroken_ui(ui: &mut Ui, text: &str, style: impl FnOnce(String) -> RichText) -> Response {
    let response = ui.label(style(unbroken(text)));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    response
}

/// Returns a text whose numbers keep to one line with the sign before them and the unit behind them.
pub fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = c == ' '
            && match (before, rest.peek()) {
                (Some('±' | '≈'), _) => true,
                (Some(before), Some(next)) => char::is_ascii_digit(&before) && (next.is_alphabetic() || "%₸".contains(*next)),
                _ => false,
            };
        out.push(if joins { '\u{a0}' } else { c });
        before = Some(c);
    }
    out
}

/// Gives a text field its name, for those who do not see what stands beside it.
pub fn name_field(response: &Response, before: &str, text: &str, name: &str) {
    response
        .widget_info(|| egui::WidgetInfo { label: Some(name.to_owned()), ..egui::WidgetInfo::text_edit(true, before, text, "") });
}

/// A heading within a table, which runs on over the columns to its right.
pub fn over_columns(ui: &mut Ui, text: RichText) {
    let mut clip = ui.clip_rect();
    clip.max.x = f32::INFINITY;
    ui.set_clip_rect(clip.intersect(ui.ctx().content_rect()));
    ui.add(egui::Label::new(text).extend());
}

/// A section's heading with a line of explanation.
pub fn section(ui: &mut Ui, theme: &Theme, title: &str, explained: &str) {
    ui.add_space(theme::GAP_LARGE);
    ui.heading(title);
    if !explained.is_empty() {
        ui.label(RichText::new(explained).color(theme.text_weak));
    }
    ui.add_space(GAP_SMALL);
}

/// A small heading above a group in a side panel.
pub fn group_title(ui: &mut Ui, theme: &Theme, title: &str) {
    ui.add_space(GAP);
    ui.label(theme::strong(title).small().color(theme.text_weak));
}

/// What to do where there is nothing yet.
pub fn empty(ui: &mut Ui, theme: &Theme, title: &str, text: &str) {
    ui.add_space(60.0);
    ui.vertical_centered(|ui| {
        ui.set_max_width(460.0);
        ui.heading(title);
        ui.add_space(GAP);
        ui.label(RichText::new(text).color(theme.text_weak));
    });
}

/// A finding in words, with what to do and where it stands.
pub fn finding_ui(ui: &mut Ui, cx: &mut Cx<'_>, finding: &Diagnostic) {
    finding_with_ui(ui, cx, finding, |_, _| ());
}

/// A finding in words, and beneath them what else there is to do about it.
pub fn finding_with_ui(ui: &mut Ui, cx: &mut Cx<'_>, finding: &Diagnostic, more_ui: impl FnOnce(&mut Ui, &mut Cx<'_>)) {
    let theme = cx.theme;
    let (id, colour, ground) = match finding.severity {
        Severity::Error => ("finding-error", theme.worse, theme.worse_ground),
        Severity::Warning => ("finding-warning", theme.warn, theme.warn_ground),
        Severity::Note => ("finding-note", theme.text_weak, theme.surface_quiet),
    };
    theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            badge(ui, &cx.words.get(id), colour, ground);
            ui.label(cx.words.finding(&finding.message));
            // Where there is no more to say, the place stands in the same line.
            if finding.hint.is_empty() {
                place_ui(ui, cx, finding);
            }
        });
        // What the command line can do, the window does elsewhere.
        if !finding.hint.is_empty() && !finding.hint.contains("'kezek ") {
            ui.label(RichText::new(cx.words.finding(&finding.hint)).color(theme.text_weak));
        }
        if !finding.hint.is_empty() {
            place_ui(ui, cx, finding);
        }
        more_ui(ui, cx);
    });
    ui.add_space(GAP_SMALL);
}

/// Where in its file a finding stands.
fn place_ui(ui: &mut Ui, cx: &Cx<'_>, finding: &Diagnostic) {
    if let Some(place) = &finding.place {
        let words = [("file", place.file.as_str().into()), ("line", place.line.into())];
        ui.label(RichText::new(cx.words.with("finding-place", &words)).small().color(cx.theme.text_weak));
    }
}

/// A list of options of which one is chosen; returns another once it is. Options come with the ids of their texts.
pub fn choice_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    cx: &Cx<'_>,
    salt: impl egui::AsIdSalt,
    name: &str,
    chosen: T,
    options: &[(T, &'static str)],
) -> Option<T> {
    let names: Vec<String> = options.iter().map(|(_, id)| cx.words.get(id)).collect();
    let at = options.iter().position(|(option, _)| *option == chosen);
    pick_ui(ui, salt, name, &names, at).and_then(|at| options.get(at)).map(|(option, _)| *option)
}

/// A list of names of which one is chosen; returns the place of another once it is.
pub fn pick_ui(ui: &mut Ui, salt: impl egui::AsIdSalt, name: &str, options: &[String], chosen: Option<usize>) -> Option<usize> {
    let shown = chosen.and_then(|at| options.get(at)).map_or("", String::as_str);
    let mut picked = None;
    let combo = egui::ComboBox::from_id_salt(salt).selected_text(shown).width(ui.available_width()).truncate();
    let response = combo.height(360.0).show_ui(ui, |ui| {
        for (at, option) in options.iter().enumerate() {
            if ui.selectable_label(chosen == Some(at), option.as_str()).clicked() && chosen != Some(at) {
                picked = Some(at);
            }
        }
    });
    let value = shown.to_owned();
    response.response.widget_info(|| egui::WidgetInfo {
        current_text_value: Some(value.clone()),
        ..egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name)
    });
    picked
}

/// A ground that is painted beneath what comes next, once its height is known.
pub struct Ground {
    place: egui::layers::ShapeIdx,
    room: egui::Rect,
}

impl Ground {
    /// Keeps a place for it.
    pub fn begin(ui: &Ui) -> Ground {
        Ground { place: ui.painter().add(egui::Shape::Noop), room: ui.available_rect_before_wrap() }
    }

    /// Paints it from there to where the next thing will stand, as wide as there is room.
    pub fn end(self, ui: &Ui, theme: &Theme) {
        let rect = self.room.with_max_y(ui.cursor().top());
        ui.painter().set(self.place, egui::Shape::rect_filled(rect, 0.0, theme.ground));
    }
}

/// A button that takes something out; a screen reader hears what.
pub fn goes_ui(ui: &mut Ui, cx: &Cx<'_>, name: &str) -> bool {
    let said = format!("{}: {name}", cx.words.get("item-take-out"));
    let button = ui.add(egui::Button::new("×").min_size(egui::vec2(24.0, 0.0)));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &said));
    button.on_hover_text(said).clicked()
}

/// Makes the handles of what scrolls within stand out from the ground.
pub fn plain_handles(ui: &mut Ui, theme: &Theme) {
    ui.visuals_mut().widgets.inactive.bg_fill = theme.border_strong;
}

/// A small text over a field.
pub fn caption(ui: &mut Ui, theme: &Theme, text: &str) {
    ui.label(RichText::new(text).small().color(theme.text_weak));
}

/// A field that shows a value and hands back what was typed once the user leaves it or presses Enter.
///
/// What is being typed is kept by egui under `id` until then, so that an edit elsewhere does not overwrite it.
pub fn cell_ui(ui: &mut Ui, id: egui::Id, shown: &str, width: f32, name: &str) -> Option<String> {
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| shown.to_owned());
    let field = egui::TextEdit::singleline(&mut text)
        .id(id)
        .desired_width(width)
        .margin(Margin::symmetric(6, 3))
        .align(egui::Align2::LEFT_CENTER);
    let response = ui.add(field);
    name_field(&response, shown, &text, name);
    if response.has_focus() || response.changed() {
        ui.data_mut(|data| data.insert_temp(id, text.clone()));
    }
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        let given_up = ui.input(|input| input.key_pressed(egui::Key::Escape));
        return (!given_up && text != shown).then_some(text);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_with_their_units_and_words_do_not() {
        let said = unbroken("takes 2 h 05 min, 95 % sure: +3 s ± 1 s of their own time");
        assert_eq!(said, "takes 2\u{a0}h 05\u{a0}min, 95\u{a0}% sure: +3\u{a0}s ±\u{a0}1\u{a0}s of their own time");
    }
}
