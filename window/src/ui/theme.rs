//! Colours, fonts and spacing of the window: the only file that knows them. What shows on the map too is taken from the
//! theme of the map.
//!
//! Colours are roles, the same in light and dark. Sizes lie on a 4-point grid; there is one font size for data,
//! one for headings and one for captions. Lines are hairlines, and only what floats has a shadow.

use std::sync::Arc;

use eframe::egui::{
    self, Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, TextStyle,
    Theme,
};

use quhua::carto::MapTheme;

/// Font size of data and controls.
pub const DATA: f32 = 13.0;
/// Font size of headings.
pub const HEADING: f32 = 16.0;
/// Font size of captions and of secondary text.
pub const CAPTION: f32 = 11.0;
/// Unit of all distances.
pub const GRID: f32 = 4.0;
/// Height of a row in a list or table.
pub const ROW: f32 = 24.0;

/// Colours by role.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colours {
    /// Whether this is the dark theme.
    pub dark: bool,
    /// Behind the map.
    pub paper: Color32,
    /// Behind controls and text.
    pub panel: Color32,
    /// Text.
    pub ink: Color32,
    /// Secondary text.
    pub muted: Color32,
    /// Hairlines.
    pub line: Color32,
    /// "Changed", and the main action.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Selection and focus.
    pub selection: Color32,
    /// Behind a selected row.
    pub selection_fill: Color32,
    /// Behind a row under the pointer.
    pub hover_fill: Color32,
    /// Behind text fields and quiet buttons.
    pub field: Color32,
    /// Something to look at.
    pub warning: Color32,
    /// Something went wrong.
    pub error: Color32,
    /// A rule is kept.
    pub good: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// The light theme.
pub const LIGHT: Colours = Colours {
    dark: false,
    paper: MapTheme::light().paper,
    panel: rgb(0xFF_FFFF),
    ink: rgb(0x22_262B),
    muted: rgb(0x6B_7280),
    line: rgb(0xE3_E1DA),
    accent: MapTheme::light().accent,
    on_accent: rgb(0xFF_FFFF),
    selection: MapTheme::light().selection,
    selection_fill: rgb(0xDF_E9FD),
    hover_fill: rgb(0xF1_F0EB),
    field: rgb(0xF7_F6F2),
    warning: rgb(0x8A_5A00),
    error: rgb(0xB4_2318),
    good: rgb(0x1F_7A4D),
};

/// The dark theme.
pub const DARK: Colours = Colours {
    dark: true,
    paper: MapTheme::dark().paper,
    panel: rgb(0x1F_2225),
    ink: rgb(0xE6_E7E9),
    muted: rgb(0x9A_A2AE),
    line: rgb(0x34_383D),
    accent: MapTheme::dark().accent,
    on_accent: rgb(0x1B_1311),
    selection: MapTheme::dark().selection,
    selection_fill: rgb(0x21_3458),
    hover_fill: rgb(0x2A_2E32),
    field: rgb(0x17_191C),
    warning: rgb(0xE3_B341),
    error: rgb(0xFF_8A80),
    good: rgb(0x6C_C495),
};

impl Colours {
    /// Colours of a theme.
    #[must_use]
    pub const fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// A hairline.
    #[must_use]
    pub fn hairline(&self) -> Stroke {
        Stroke::new(1.0, self.line)
    }
}

/// Installs fonts and both styles into a context.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    egui_material_icons::initialize(ctx);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| fill_style(style, Colours::of(theme)));
    }
}

/// Latin and common Chinese from one embedded face, so that they stand well together; the fonts of egui for signs
/// that it lacks. What all of them lack comes from the system, through the font provider of eframe.
fn fonts() -> FontDefinitions {
    use quhua::carto::font::{BYTES, FACE};
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert(FACE.to_owned(), Arc::new(FontData::from_static(BYTES)));
    fonts.families.entry(FontFamily::Proportional).or_default().insert(0, FACE.to_owned());
    fonts.families.entry(FontFamily::Monospace).or_default().push(FACE.to_owned());
    fonts
}

fn fill_style(style: &mut egui::Style, colours: &Colours) {
    style.text_styles = [
        (TextStyle::Small, FontId::new(CAPTION, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(DATA, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(DATA, FontFamily::Proportional)),
        (TextStyle::Monospace, FontId::new(DATA, FontFamily::Monospace)),
        (TextStyle::Heading, FontId::new(HEADING, FontFamily::Proportional)),
    ]
    .into();
    style.animation_time = 0.12;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    let spacing = &mut style.spacing;
    spacing.item_spacing = egui::vec2(2.0 * GRID, GRID);
    spacing.button_padding = egui::vec2(2.0 * GRID, GRID - 1.0);
    spacing.interact_size = egui::vec2(7.0 * GRID, ROW);
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(6);
    spacing.indent = 4.0 * GRID;
    spacing.icon_width = 4.0 * GRID;
    spacing.combo_width = 20.0 * GRID;
    spacing.scroll = egui::style::ScrollStyle::thin();
    fill_visuals(&mut style.visuals, colours);
}

fn fill_visuals(visuals: &mut egui::Visuals, colours: &Colours) {
    *visuals = if colours.dark { egui::Visuals::dark() } else { egui::Visuals::light() };
    visuals.panel_fill = colours.panel;
    visuals.window_fill = colours.panel;
    visuals.window_stroke = colours.hairline();
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.menu_corner_radius = CornerRadius::same(6);
    let shade = if colours.dark { 120 } else { 40 };
    let shadow = Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(shade) };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.extreme_bg_color = colours.field;
    visuals.text_edit_bg_color = Some(colours.field);
    visuals.faint_bg_color = colours.hover_fill;
    visuals.hyperlink_color = colours.selection;
    visuals.warn_fg_color = colours.warning;
    visuals.error_fg_color = colours.error;
    visuals.weak_text_color = Some(colours.muted);
    visuals.selection.bg_fill = colours.selection_fill;
    visuals.selection.stroke = Stroke::new(1.0, colours.ink);
    visuals.striped = false;
    visuals.indent_has_left_vline = false;
    let corner_radius = CornerRadius::same(4);
    let widget = |fill: Color32, border: Color32, text: Color32| egui::style::WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        fg_stroke: Stroke::new(1.0, text),
        corner_radius,
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(colours.panel, colours.line, colours.ink);
    visuals.widgets.inactive = widget(colours.field, colours.line, colours.ink);
    visuals.widgets.hovered = widget(colours.hover_fill, colours.muted, colours.ink);
    visuals.widgets.active = widget(colours.selection_fill, colours.selection, colours.ink);
    visuals.widgets.open = widget(colours.hover_fill, colours.line, colours.ink);
}

/// Contrast of two opaque colours as WCAG defines it, from 1 to 21.
#[must_use]
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |colour: Color32| {
        let rgba = egui::Rgba::from(colour);
        0.2126 * rgba.r() + 0.7152 * rgba.g() + 0.0722 * rgba.b()
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_on_the_map_too_has_one_colour_in_both() {
        for (colours, map) in [(LIGHT, MapTheme::light()), (DARK, MapTheme::dark())] {
            assert_eq!([colours.selection, colours.accent, colours.paper], [map.selection, map.accent, map.paper]);
        }
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        for colours in [LIGHT, DARK] {
            for ground in [colours.panel, colours.paper, colours.selection_fill, colours.hover_fill] {
                assert!(contrast(colours.ink, ground) >= 4.5);
            }
            for text in [colours.muted, colours.accent, colours.selection, colours.warning, colours.error, colours.good]
            {
                assert!(contrast(text, colours.panel) >= 4.5, "{text:?} on panels, dark: {}", colours.dark);
            }
            // Verdicts, their bases and reasons stand in rows that may be under the pointer, selected, or fields.
            for ground in [DARK.field, DARK.hover_fill, DARK.selection_fill] {
                for text in [DARK.muted, DARK.warning, DARK.error, DARK.good] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
                }
            }
            assert!(contrast(colours.on_accent, colours.accent) >= 4.5);
        }
    }
}
