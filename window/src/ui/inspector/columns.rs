//! Columns of figures beside names, in a narrow panel.

use eframe::egui::{self, Align, Color32, FontId, Layout, RichText, Ui, vec2};

use crate::ui::shown::Shown;
use crate::ui::theme::CAPTION;
use quhua::i18n::Text;

/// Height of a row.
const HEIGHT: f32 = 20.0;
/// Space between columns.
const GAP: f32 = 6.0;
/// What names need at least.
const NAME: f32 = 84.0;

/// Widths of the columns: one for names, the others alike.
#[derive(Clone, Copy, Debug)]
pub struct Widths {
    name: f32,
    figure: f32,
}

impl Widths {
    /// Figures get what the longest of them needs, and what their headings need as far as there is room; names get
    /// the rest.
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    pub fn of<'a>(
        ui: &Ui,
        columns: usize,
        figures: impl Iterator<Item = &'a str>,
        headings: impl Iterator<Item = &'a str>,
    ) -> Self {
        let width =
            |text: &str, font: FontId| ui.painter().layout_no_wrap(text.to_owned(), font, Color32::WHITE).size().x;
        let body = egui::TextStyle::Body.resolve(ui.style());
        let needed = figures.map(|text| width(text, body.clone())).fold(44.0, f32::max).ceil() + 1.0;
        let wished =
            headings.map(|text| width(text, FontId::proportional(CAPTION))).fold(needed, f32::max).ceil() + 1.0;
        let room = ui.available_width();
        let figure = wished.min(((room - NAME) / columns as f32 - GAP).max(needed));
        Self { name: (room - (figure + GAP) * columns as f32).max(60.0), figure }
    }

    /// A row of cells, from left to right.
    pub fn row(self, ui: &mut Ui, cells: impl FnOnce(&mut Ui, Self)) -> egui::Response {
        let row = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            ui.set_min_height(HEIGHT);
            cells(ui, self);
        });
        row.response
    }

    /// A name, on the left of its cell.
    pub fn name(self, ui: &mut Ui, text: RichText) {
        cell(ui, self.name, Layout::left_to_right(Align::Center), text);
    }

    /// A figure or its heading, on the right of its cell.
    pub fn figure(self, ui: &mut Ui, text: RichText) {
        cell(ui, self.figure, Layout::right_to_left(Align::Center), text);
    }
}

/// What a unit is called, and its figures before and after; those that change are strong.
pub fn before_after(ui: &mut Ui, shown: &Shown<'_>, (name, colour): (&str, Color32), rows: &[(String, [String; 2])]) {
    let heads = [shown.text(Text::Before), shown.text(Text::After)];
    let figures = rows.iter().flat_map(|(_, figures)| figures.iter().map(String::as_str));
    let widths = Widths::of(ui, 2, figures, heads.into_iter());
    let caption = |text: &str| RichText::new(text).size(CAPTION).color(shown.colours.muted);
    widths.row(ui, |ui, cell| {
        cell.name(ui, RichText::new(name).strong().color(colour));
        for head in heads {
            cell.figure(ui, caption(head));
        }
    });
    for (name, [was, is]) in rows {
        widths.row(ui, |ui, cell| {
            cell.name(ui, caption(name));
            cell.figure(ui, RichText::new(was).color(shown.colours.muted));
            let changed = if was == is { shown.colours.ink } else { colour };
            cell.figure(ui, RichText::new(is).strong().color(changed));
        });
    }
}

fn cell(ui: &mut Ui, width: f32, layout: Layout, text: RichText) {
    ui.allocate_ui_with_layout(vec2(width, HEIGHT), layout, |ui| {
        ui.set_min_width(width);
        ui.add(egui::Label::new(text).truncate());
    });
}
