//! The legend of the map.

use eframe::egui::{Color32, CornerRadius, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use crate::ui::theme::{CAPTION, Colours, GRID};

/// One row of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendRow {
    /// What it looks like.
    pub swatch: Swatch,
    /// What it means.
    pub text: String,
}

/// How a legend shows a thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Swatch {
    /// A filled box.
    Fill(Color32),
    /// A hatched box: stripes on a ground.
    Hatch(Color32, Color32),
    /// A line of a width in points.
    Line(Color32, f32),
    /// A filled square: a seat.
    Seat(Color32),
}

/// Legend with its lower right corner at `corner`: a title and rows.
pub fn paint(painter: &Painter, colours: &Colours, corner: Pos2, title: &str, rows: &[LegendRow]) -> Rect {
    let title = painter.layout_no_wrap(title.to_owned(), FontId::proportional(CAPTION), colours.muted);
    let texts: Vec<_> = rows
        .iter()
        .map(|row| painter.layout_no_wrap(row.text.clone(), FontId::proportional(CAPTION), colours.ink))
        .collect();
    let row_height = 17.0;
    let widest = texts.iter().map(|text| text.size().x + 26.0).fold(title.size().x, f32::max);
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let height = 20.0 + row_height * rows.len() as f32;
    let size = vec2(widest + 4.0 * GRID, height + 2.0 * GRID);
    let rect = Rect::from_min_size(corner - size, size);
    painter.rect(rect, 4.0, colours.panel.gamma_multiply(0.94), colours.hairline(), StrokeKind::Inside);
    painter.galley(rect.min + vec2(2.0 * GRID, GRID + 1.0), title, colours.muted);
    let mut y = rect.top() + 20.0 + GRID + row_height / 2.0;
    for (row, text) in rows.iter().zip(texts) {
        let swatch_at = Rect::from_center_size(pos2(rect.left() + 2.0 * GRID + 9.0, y), vec2(18.0, 12.0));
        swatch(painter, colours, swatch_at, row.swatch);
        painter.galley(pos2(swatch_at.right() + 6.0, y - text.size().y / 2.0), text, colours.ink);
        y += row_height;
    }
    rect
}

fn swatch(painter: &Painter, colours: &Colours, rect: Rect, swatch: Swatch) {
    let rim = colours.hairline();
    match swatch {
        Swatch::Fill(fill) => {
            painter.rect(rect, CornerRadius::same(2), fill, rim, StrokeKind::Inside);
        }
        Swatch::Hatch(stripe, ground) => {
            painter.rect(rect, CornerRadius::same(2), ground, rim, StrokeKind::Inside);
            let painter = painter.with_clip_rect(rect.shrink(1.0));
            let mut x = rect.left() - rect.height();
            while x < rect.right() {
                let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
                painter.line_segment(line, Stroke::new(1.5, stripe));
                x += 5.0;
            }
        }
        Swatch::Line(colour, width) => {
            painter.hline(rect.x_range(), rect.center().y, Stroke::new(width, colour));
        }
        Swatch::Seat(colour) => {
            let square = Rect::from_center_size(rect.center(), vec2(7.0, 7.0));
            painter.rect_filled(square, 0.0, colour);
        }
    }
}
