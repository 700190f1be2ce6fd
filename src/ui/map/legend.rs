//! The legend of the map.

use eframe::egui::{self, Color32, CornerRadius, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::crossings;
use crate::render::{LineStyle, circles};
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
    /// A box with level lines: lines on a ground.
    Lined(Color32, Color32),
    /// A line of a width in points.
    Line(Color32, f32),
    /// A bridge: a link.
    Link(LineStyle),
    /// A line with ticks: a barrier.
    Barrier(LineStyle),
    /// A filled square: a seat.
    Seat(Color32),
    /// A dot: a facility.
    Dot(Color32),
}

/// Circles in one another, each with the figure that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendCircles {
    /// Radius in points and figure, the largest first.
    pub samples: Vec<(f32, String)>,
    /// Their colour.
    pub ink: Color32,
    /// Their rims.
    pub rim: Color32,
}

impl LegendCircles {
    /// Least distance between two figures.
    const LINE: f32 = 15.0;

    fn radius(&self) -> f32 {
        self.samples.iter().map(|it| it.0).fold(0.0, f32::max)
    }

    #[expect(clippy::cast_precision_loss, reason = "two or three")]
    fn height(&self) -> f32 {
        (2.0 * self.radius()).max(Self::LINE * self.samples.len() as f32) + 3.0 * GRID
    }

    fn layout(&self, painter: &Painter, colours: &Colours) -> Vec<std::sync::Arc<eframe::egui::Galley>> {
        let font = || FontId::proportional(CAPTION);
        self.samples.iter().map(|it| painter.layout_no_wrap(it.1.clone(), font(), colours.ink)).collect()
    }

    /// Width beside the widest figure.
    fn reach(&self) -> f32 {
        2.0 * self.radius() + 16.0
    }

    /// Paints them below a place: all stand on one line, a hairline leads from the top of each to its figure.
    fn paint(&self, painter: &Painter, colours: &Colours, top_left: Pos2) {
        let radius = self.radius();
        let foot = top_left.y + self.height() - GRID;
        let mut last = f32::NEG_INFINITY;
        for ((r, _), text) in self.samples.iter().zip(self.layout(painter, colours)) {
            let at = pos2(top_left.x + radius, foot - r);
            painter.add(circles::circle(at, *r, self.ink, self.rim));
            let y = (at.y - r).max(last + Self::LINE).max(top_left.y + Self::LINE / 2.0);
            last = y;
            let from = pos2(at.x, at.y - r);
            let knee = pos2(top_left.x + 2.0 * radius + 4.0, y);
            painter.line_segment([from, pos2(knee.x, from.y.min(y))], Stroke::new(0.75, colours.muted));
            painter
                .line_segment([pos2(knee.x, from.y.min(y)), knee + vec2(6.0, 0.0)], Stroke::new(0.75, colours.muted));
            painter.galley(pos2(top_left.x + self.reach(), y - text.size().y / 2.0), text, colours.ink);
        }
    }
}

/// Legend with its lower right corner at `corner`: a title, perhaps circles, and rows.
pub fn paint(
    painter: &Painter,
    colours: &Colours,
    corner: Pos2,
    title: &str,
    circles: Option<&LegendCircles>,
    rows: &[LegendRow],
) -> Rect {
    let title = painter.layout_no_wrap(title.to_owned(), FontId::proportional(CAPTION), colours.muted);
    let texts: Vec<_> = rows
        .iter()
        .map(|row| painter.layout_no_wrap(row.text.clone(), FontId::proportional(CAPTION), colours.ink))
        .collect();
    let row_height = 17.0;
    let widest = texts.iter().map(|text| text.size().x + 26.0).fold(title.size().x, f32::max);
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    let height = 20.0 + row_height * rows.len() as f32 + circles.map_or(0.0, LegendCircles::height);
    let figures = circles.map(|it| {
        it.layout(painter, colours).iter().map(|text| text.size().x).fold(it.reach(), |a, b| a.max(b + it.reach()))
    });
    let widest = widest.max(figures.unwrap_or(0.0));
    let size = vec2(widest + 4.0 * GRID, height + 2.0 * GRID);
    let rect = Rect::from_min_size(corner - size, size);
    painter.rect(rect, 4.0, colours.panel.gamma_multiply(0.94), colours.hairline(), StrokeKind::Inside);
    painter.galley(rect.min + vec2(2.0 * GRID, GRID + 1.0), title, colours.muted);
    let mut y = rect.top() + 20.0 + GRID + row_height / 2.0;
    if let Some(circles) = circles {
        circles.paint(painter, colours, rect.min + vec2(2.0 * GRID, 20.0 + GRID));
        y += circles.height();
    }
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
        Swatch::Lined(line, ground) => {
            painter.rect(rect, CornerRadius::same(2), ground, rim, StrokeKind::Inside);
            for step in [0.25, 0.5, 0.75] {
                painter.hline(
                    rect.shrink(1.0).x_range(),
                    egui::lerp(rect.top()..=rect.bottom(), step),
                    Stroke::new(1.0, line),
                );
            }
        }
        Swatch::Line(colour, width) => {
            painter.hline(rect.x_range(), rect.center().y, Stroke::new(width, colour));
        }
        Swatch::Link(line) => {
            let inner = rect.shrink2(vec2(3.5, 0.0));
            crossings::draw_link(painter, line, (inner.left_center(), inner.right_center()), false);
        }
        Swatch::Barrier(line) => crossings::draw_barrier(painter, line, &[rect.left_center(), rect.right_center()]),
        Swatch::Dot(colour) => drop(painter.circle_filled(rect.center(), 3.5, colour)),
        Swatch::Seat(colour) => {
            let square = Rect::from_center_size(rect.center(), vec2(7.0, 7.0));
            painter.rect_filled(square, 0.0, colour);
        }
    }
}
