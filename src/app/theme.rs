//! Every colour, type size and spacing of the window. Three themes are made from one set of tokens.
//!
//! No other file of the window names a colour: panels, charts and the map ask a [`Theme`]. What a colour says is always said
//! in a word or a shape too.

use crate::report::chart::{Rgb, Style};
use egui::{Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, RichText, Shadow, Stroke, TextStyle};
use std::sync::Arc;

/// Which theme the user has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// Dark text on light ground.
    #[default]
    Light,
    /// Light text on dark ground.
    Dark,
    /// High contrast and large type for a beamer in a lit room.
    Projector,
}

impl ThemeChoice {
    /// All themes, in the order of the menu.
    pub const ALL: [ThemeChoice; 3] = [ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::Projector];

    /// Returns the name under which settings keep it; texts have `theme-NAME`.
    pub fn name(self) -> &'static str {
        match self {
            ThemeChoice::Light => "light",
            ThemeChoice::Dark => "dark",
            ThemeChoice::Projector => "projector",
        }
    }
}

/// Space between things that belong together.
pub const GAP_SMALL: f32 = 4.0;
/// Space between neighbours.
pub const GAP: f32 = 8.0;
/// Space between groups.
pub const GAP_LARGE: f32 = 16.0;
/// Space between sections.
pub const GAP_SECTION: f32 = 24.0;
/// Roundness of cards and buttons.
pub const ROUND: u8 = 6;
/// Height of a table's row.
pub const ROW: f32 = 28.0;
/// Width of a line in a chart.
pub const CHART_LINE: f32 = 2.0;

/// The tokens of one theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Which theme it is.
    pub choice: ThemeChoice,
    /// Ground of the window behind panels.
    pub ground: Color32,
    /// Ground of panels, cards and tables.
    pub surface: Color32,
    /// Ground of headers, striped rows and quiet fields.
    pub surface_quiet: Color32,
    /// Ground of what the pointer is over.
    pub surface_hover: Color32,
    /// Thin lines between things.
    pub border: Color32,
    /// Lines that must be seen: fields, focus of the map.
    pub border_strong: Color32,
    /// Text.
    pub text: Color32,
    /// Text of less weight: units, hints, captions.
    pub text_weak: Color32,
    /// What can be pressed, what is chosen.
    pub accent: Color32,
    /// Ground of what is chosen.
    pub accent_ground: Color32,
    /// Text on `accent`.
    pub on_accent: Color32,
    /// A change for the better.
    pub better: Color32,
    /// Ground of a word for the better.
    pub better_ground: Color32,
    /// A change for the worse, a fault.
    pub worse: Color32,
    /// Ground of a word for the worse.
    pub worse_ground: Color32,
    /// What to mind: assumptions, warnings.
    pub warn: Color32,
    /// Ground of a word to mind.
    pub warn_ground: Color32,
    /// The as-is in charts and on the map.
    pub as_is: Color32,
    /// Variants in charts, in turn.
    pub series: [Color32; 6],
    /// Low and high end of heat maps.
    pub heat: [Color32; 3],
    /// How much larger type is than usual.
    pub type_scale: f32,
}

impl Theme {
    /// Makes a theme.
    pub fn of(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::Light => Theme {
                choice,
                ground: rgb(0xF4F6F8),
                surface: rgb(0xFFFFFF),
                surface_quiet: rgb(0xF4F6F8),
                surface_hover: rgb(0xEAEEF3),
                border: rgb(0xDFE4EA),
                border_strong: rgb(0xB4BDC9),
                text: rgb(0x1A2430),
                text_weak: rgb(0x5A6776),
                accent: rgb(0x1B5FA8),
                accent_ground: rgb(0xE1ECF8),
                on_accent: rgb(0xFFFFFF),
                better: rgb(0x17713F),
                better_ground: rgb(0xE0F2E7),
                worse: rgb(0xA83A22),
                worse_ground: rgb(0xFBE8E3),
                warn: rgb(0x855A00),
                warn_ground: rgb(0xFFF2D6),
                as_is: rgb(0x8592A3),
                series: [rgb(0x1B5FA8), rgb(0x1F8A7D), rgb(0x8A5AA8), rgb(0xC27A15), rgb(0xB04A6A), rgb(0x5B7F2A)],
                heat: [rgb(0xF0F4F8), rgb(0xF2C879), rgb(0xC2452D)],
                type_scale: 1.0,
            },
            ThemeChoice::Dark => Theme {
                choice,
                ground: rgb(0x12161B),
                surface: rgb(0x1A2027),
                surface_quiet: rgb(0x20272F),
                surface_hover: rgb(0x2A333D),
                border: rgb(0x2D3742),
                border_strong: rgb(0x4B5968),
                text: rgb(0xE5EAF0),
                text_weak: rgb(0x9AA7B5),
                accent: rgb(0x6FB0F2),
                accent_ground: rgb(0x213A55),
                on_accent: rgb(0x0D1A28),
                better: rgb(0x6CCB93),
                better_ground: rgb(0x1B3A2A),
                worse: rgb(0xF08A72),
                worse_ground: rgb(0x45251D),
                warn: rgb(0xE6B95C),
                warn_ground: rgb(0x3D3218),
                as_is: rgb(0x8F9CAC),
                series: [rgb(0x6FB0F2), rgb(0x55C2B2), rgb(0xC096DE), rgb(0xE6A64A), rgb(0xE58AA6), rgb(0xA3C96B)],
                heat: [rgb(0x232B34), rgb(0xA87B2E), rgb(0xEE6A4C)],
                type_scale: 1.0,
            },
            ThemeChoice::Projector => Theme {
                choice,
                ground: rgb(0xFFFFFF),
                surface: rgb(0xFFFFFF),
                surface_quiet: rgb(0xEEF1F5),
                surface_hover: rgb(0xDDE4EC),
                border: rgb(0x9AA5B3),
                border_strong: rgb(0x4A5665),
                text: rgb(0x000000),
                text_weak: rgb(0x303B48),
                accent: rgb(0x003F8A),
                accent_ground: rgb(0xC9DDF5),
                on_accent: rgb(0xFFFFFF),
                better: rgb(0x00572A),
                better_ground: rgb(0xC5EBD4),
                worse: rgb(0x8E1B00),
                worse_ground: rgb(0xFFD5CA),
                warn: rgb(0x5E3E00),
                warn_ground: rgb(0xFFE3A3),
                as_is: rgb(0x5C6878),
                series: [rgb(0x003F8A), rgb(0x006B60), rgb(0x6A2C91), rgb(0xA85800), rgb(0x96214B), rgb(0x3E6200)],
                heat: [rgb(0xE6EBF1), rgb(0xF0B23C), rgb(0xA81E00)],
                type_scale: 1.2,
            },
        }
    }

    /// Tells whether the ground is dark.
    pub fn is_dark(&self) -> bool {
        self.choice == ThemeChoice::Dark
    }

    /// Returns the colour of a variant by its place among those compared: 0 is the baseline.
    pub fn variant(&self, place: usize) -> Color32 {
        match place {
            0 => self.as_is,
            n => self.series[(n - 1) % self.series.len()],
        }
    }

    /// Returns the colour of a strength between 0 and 1 in a heat map; what lies outside is held to the ends.
    pub fn heat_at(&self, strength: f32) -> Color32 {
        let strength = if strength.is_finite() { strength.clamp(0.0, 1.0) } else { 0.0 };
        let [low, middle, high] = self.heat;
        if strength < 0.5 { mix(low, middle, strength * 2.0) } else { mix(middle, high, strength * 2.0 - 1.0) }
    }

    /// Returns black or white, whichever reads better on a ground.
    pub fn text_on(&self, ground: Color32) -> Color32 {
        let [r, g, b, _] = ground.to_array().map(f32::from);
        if 0.299 * r + 0.587 * g + 0.114 * b > 140.0 { Color32::BLACK } else { Color32::WHITE }
    }

    /// Returns a colour made so faint that what lies beneath shows through.
    pub fn faint(&self, colour: Color32) -> Color32 {
        colour.gamma_multiply(0.25)
    }

    /// Returns a colour halfway to the ground of cards, for a second turn through the series.
    pub fn pale(&self, colour: Color32) -> Color32 {
        mix(self.surface, colour, 0.45)
    }

    /// Returns a colour as charts keep it.
    pub fn rgb(colour: Color32) -> Rgb {
        Rgb(colour.r(), colour.g(), colour.b())
    }

    /// Returns a chart's colour.
    pub fn colour(colour: Rgb) -> Color32 {
        Color32::from_rgb(colour.0, colour.1, colour.2)
    }

    /// Returns how charts are drawn as pictures, with this decimal mark and line beneath.
    pub fn chart_style(&self, decimal: char, foot: String) -> Style {
        Style {
            ground: Some(Theme::rgb(self.surface)),
            text: Theme::rgb(self.text),
            rule: Theme::rgb(self.border),
            empty: Theme::rgb(self.surface_quiet),
            heat: self.heat.map(Theme::rgb),
            titled: true,
            decimal,
            foot,
        }
    }

    /// Returns the frame of a card.
    pub fn card(&self) -> egui::Frame {
        egui::Frame::new()
            .fill(self.surface)
            .stroke(Stroke::new(1.0, self.border))
            .corner_radius(CornerRadius::same(ROUND))
            .inner_margin(Margin::same(14))
    }

    /// Returns the frame of a panel at the window's edge.
    pub fn panel(&self) -> egui::Frame {
        egui::Frame::new().fill(self.surface).inner_margin(Margin::symmetric(12, 8))
    }

    /// Installs the theme's look in egui.
    pub fn install(&self, ctx: &egui::Context) {
        let base = if self.is_dark() { egui::Theme::Dark } else { egui::Theme::Light };
        ctx.set_theme(base);
        ctx.set_style_of(base, self.style(base));
    }

    fn style(&self, base: egui::Theme) -> egui::Style {
        let mut style = base.default_style();
        let size = |points: f32| points * self.type_scale;
        let plain = |points: f32| FontId::new(size(points), FontFamily::Proportional);
        let bold = |points: f32| FontId::new(size(points), semibold());
        style.text_styles = [
            (TextStyle::Small, plain(11.5)),
            (TextStyle::Body, plain(13.5)),
            (TextStyle::Button, plain(13.5)),
            (TextStyle::Monospace, FontId::new(size(12.5), FontFamily::Monospace)),
            (TextStyle::Heading, bold(17.0)),
            (title_style(), bold(22.0)),
            (figure_style(), bold(23.0)),
        ]
        .into();
        style.spacing.item_spacing = egui::vec2(GAP, 6.0);
        style.spacing.button_padding = egui::vec2(10.0, 4.5);
        style.spacing.interact_size.y = 26.0 * self.type_scale;
        style.spacing.menu_width = 420.0;
        style.spacing.tooltip_width = 380.0;
        style.spacing.window_margin = Margin::same(16);
        style.spacing.scroll = scroll_bars();
        style.interaction.tooltip_delay = 0.35;
        style.animation_time = 0.08;
        style.visuals = self.visuals(style.visuals.clone());
        style
    }

    fn visuals(&self, mut v: egui::Visuals) -> egui::Visuals {
        let round = CornerRadius::same(ROUND);
        v.dark_mode = self.is_dark();
        v.override_text_color = None;
        v.weak_text_color = Some(self.text_weak);
        v.panel_fill = self.surface;
        v.window_fill = self.surface;
        v.window_stroke = Stroke::new(1.0, self.border);
        v.window_corner_radius = CornerRadius::same(10);
        v.menu_corner_radius = CornerRadius::same(8);
        let shade = Color32::from_black_alpha(if self.is_dark() { 110 } else { 36 });
        v.window_shadow = Shadow { offset: [0, 8], blur: 28, spread: 0, color: shade };
        v.popup_shadow = Shadow { offset: [0, 4], blur: 14, spread: 0, color: shade };
        v.faint_bg_color = self.surface_quiet;
        v.extreme_bg_color = self.surface;
        v.text_edit_bg_color = Some(if self.is_dark() { self.ground } else { self.surface });
        v.code_bg_color = self.surface_quiet;
        v.hyperlink_color = self.accent;
        v.warn_fg_color = self.warn;
        v.error_fg_color = self.worse;
        v.selection.bg_fill = self.accent_ground;
        v.selection.stroke = Stroke::new(1.5, self.accent);
        v.striped = false;
        v.slider_trailing_fill = true;
        for (widget, fill, border, text) in [
            (&mut v.widgets.noninteractive, self.surface, self.border, self.text),
            (&mut v.widgets.inactive, self.surface_quiet, self.border, self.text),
            (&mut v.widgets.hovered, self.surface_hover, self.border_strong, self.text),
            (&mut v.widgets.active, self.accent_ground, self.accent, self.text),
            (&mut v.widgets.open, self.surface_hover, self.border_strong, self.text),
        ] {
            widget.bg_fill = fill;
            widget.weak_bg_fill = fill;
            widget.bg_stroke = Stroke::new(1.0, border);
            widget.fg_stroke = Stroke::new(1.2, text);
            widget.corner_radius = round;
            widget.expansion = 0.0;
        }
        v
    }
}

/// Scroll bars that are always seen, without a groove: a grey bar that becomes darker under the pointer.
fn scroll_bars() -> egui::style::ScrollStyle {
    egui::style::ScrollStyle {
        bar_width: 8.0,
        handle_min_length: 24.0,
        floating_width: 6.0,
        floating_allocated_width: 10.0,
        foreground_color: true,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: 0.25,
        active_handle_opacity: 0.35,
        interact_handle_opacity: 0.6,
        ..egui::style::ScrollStyle::floating()
    }
}

/// Returns the style of a study's title.
pub fn title_style() -> TextStyle {
    TextStyle::Name("title".into())
}

/// Returns the style of the one large number of a card.
pub fn figure_style() -> TextStyle {
    TextStyle::Name("figure".into())
}

/// Returns the family of semibold letters.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Returns a text in semibold letters.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).family(semibold())
}

/// The letters of the window: Inter, regular and semibold.
pub const FACES: [&[u8]; 2] =
    [include_bytes!("../../assets/fonts/Inter-Regular.otf"), include_bytes!("../../assets/fonts/Inter-SemiBold.otf")];

/// Installs Inter, which carries Kazakh letters, arrows and the tenge sign, in front of egui's own fonts.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in ["Inter", "Inter SemiBold"].into_iter().zip(FACES) {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let in_front = |name: &str| std::iter::once(name.to_owned()).chain(fallback.iter().cloned()).collect::<Vec<_>>();
    fonts.families.insert(FontFamily::Proportional, in_front("Inter"));
    fonts.families.insert(semibold(), in_front("Inter SemiBold"));
    if let Some(monospace) = fonts.families.get_mut(&FontFamily::Monospace) {
        monospace.push("Inter".to_owned());
    }
    ctx.set_fonts(fonts);
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

fn mix(a: Color32, b: Color32, share: f32) -> Color32 {
    let blend = |x: u8, y: u8| (f32::from(x) + (f32::from(y) - f32::from(x)) * share).round() as u8;
    Color32::from_rgb(blend(a.r(), b.r()), blend(a.g(), b.g()), blend(a.b(), b.b()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast ratio by WCAG 2.2, section 1.4.3.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let light = |c: Color32| {
            let linear = |x: u8| {
                let x = f32::from(x) / 255.0;
                if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b())
        };
        let (a, b) = (light(a).max(light(b)), light(a).min(light(b)));
        (a + 0.05) / (b + 0.05)
    }

    #[test]
    fn texts_stand_out_from_their_ground_in_every_theme() {
        for theme in ThemeChoice::ALL.map(Theme::of) {
            let pairs = [
                (theme.text, theme.surface),
                (theme.text_weak, theme.surface),
                (theme.text_weak, theme.surface_quiet),
                (theme.accent, theme.surface),
                (theme.accent, theme.accent_ground),
                (theme.on_accent, theme.accent),
                (theme.better, theme.better_ground),
                (theme.worse, theme.worse_ground),
                (theme.warn, theme.warn_ground),
            ];
            for (at, (front, back)) in pairs.into_iter().enumerate() {
                assert!(contrast(front, back) >= 4.5, "{:?} pair {at}: {}", theme.choice, contrast(front, back));
            }
        }
    }

    #[test]
    fn heat_runs_from_low_to_high() {
        let theme = Theme::of(ThemeChoice::Light);
        assert_eq!(theme.heat_at(-1.0), theme.heat[0]);
        assert_eq!(theme.heat_at(f32::NAN), theme.heat[0]);
        assert_eq!(theme.heat_at(0.5), theme.heat[1]);
        assert_eq!(theme.heat_at(7.0), theme.heat[2]);
    }
}
